/* SPDX-License-Identifier: Apache-2.0 */
/* repeat.js - what the office has counted or drawn, done once more in the reader's own browser: the slip of a
 * secret answer looked up in its box, and a draw repeated from its lines. SHA-256 and the spellings are those
 * of receipt-check.js, which is served in front of it. */
(function () {
	'use strict';
	var doc = document, hex = receiptCheck.hex, b64 = receiptCheck.b64;

	/* Bytes in, bytes out. */
	function sha256(bytes) { return receiptCheck.sha256([bytes]); }

	function bytes(text) { return new TextEncoder().encode(text); }
	function join(a, b) {
		var out = new Uint8Array(a.length + b.length);
		out.set(a);
		out.set(b, a.length);
		return out;
	}
	function text(url) {
		return fetch(url).then(function (r) {
			if (!r.ok) throw new Error(url);
			return r.text();
		});
	}
	function say(out, words, good) {
		out.textContent = words;
		out.className = 'say ' + (good ? 'good' : 'bad');
	}

	/* ---- a slip ------------------------------------------------------------------------------------ */

	function opened(slip, box, mark) {
		function h(word) { return sha256(bytes('xinqiao-vote/1 ' + word + ' ' + slip)); }
		var t = b64(h('t').slice(0, 16));
		return { t: t, com: b64(sha256(join(h('salt'), bytes('{"a":[' + mark + '],"box":"' + box + '","t":"' + t + '"}')))) };
	}

	/* The votes of the record by their hash, then the row of the list that has the slip's t. */
	function look(form, slip) {
		var d = form.dataset, votes = {}, mark, vote;
		return text(d.votes).then(function (lines) {
			lines.split('\n').forEach(function (l) { var p = l.split(' '); votes['$' + p[0]] = p[1]; });
			for (mark = 1; mark <= 4; mark++) {
				vote = opened(slip, d.slip, mark);
				if (votes['$' + vote.com]) return d.rows ? text(d.rows).then(function (rows) { return listed(d, JSON.parse(rows), vote, mark, votes); })
					: { words: d.yes.replace('%1', votes['$' + vote.com]) + ' ' + d.later, good: true };
			}
			return { words: d.no, good: false };
		});
	}
	function listed(d, rows, vote, mark, votes) {
		var is = rows.some(function (r) { return r[0] === vote.t && r[1].length === 1 && r[1][0] === mark; });
		return { words: d.yes.replace('%1', votes['$' + vote.com]) + ' ' + (is ? d.listed.replace('%1', d.marks.split('|')[mark - 1]) : d.missing), good: is };
	}

	var slipForm = doc.querySelector('[data-slip]');
	if (slipForm) {
		slipForm.hidden = false;
		slipForm.addEventListener('submit', function (e) {
			var out = slipForm.querySelector('[data-out]'), slip = slipForm.querySelector('input').value.toLowerCase().replace(/[\s-]/g, '');
			e.preventDefault();
			if (!/^[a-z2-7]{24}$/.test(slip)) return say(out, slipForm.dataset.form, false);
			look(slipForm, slip).then(function (a) { say(out, a.words, a.good); }).catch(function (x) { say(out, String(x), false); });
		});
	}

	/* ---- a draw ------------------------------------------------------------------------------------ */

	/* ticket = SHA-256(seed || id); by ticket, then id; the first of each stratum, passing over what is skipped. */
	function draw(seed, frame, count, quota, skipped) {
		var left = {}, list = frame.map(function (row) { return { id: row[0], stratum: row[1], ticket: hex(sha256(join(seed, bytes(row[0])))) }; });
		list.sort(function (a, b) { return a.ticket < b.ticket || (a.ticket === b.ticket && a.id < b.id) ? -1 : 1; });
		quota.forEach(function (q) { var at = q.lastIndexOf(':'); left['$' + q.slice(0, at)] = Number(q.slice(at + 1)); });
		return list.filter(function (r) {
			var key = quota.length ? '$' + r.stratum : '*';
			if (!quota.length && !(key in left)) left[key] = count;
			if (!(left[key] > 0) || skipped.indexOf(r.id) >= 0) return false;
			left[key]--;
			return true;
		});
	}

	function repeat(box) {
		var d = box.dataset;
		return Promise.all([text(d.frame), text(d.done)]).then(function (got) {
			var done = JSON.parse(got[1]), lines = doc.querySelector('[data-seed]').textContent, seed = sha256(bytes(lines));
			if (hex(sha256(bytes(got[0]))) !== d.hash) return { words: d.foreign, good: false };
			if (hex(seed) !== d.hex) return { words: d.badSeed, good: false };
			var drawn = draw(seed, JSON.parse(got[0]), Number(d.count), d.quota ? d.quota.split(' ') : [], done.skipped.map(function (s) { return s[0]; }));
			var is = drawn.length === done.drawn.length && drawn.every(function (r, i) { return r.id === done.drawn[i]; });
			return { words: (is ? d.same : d.other).replace('%1', drawn.length), good: is };
		});
	}

	var button = doc.querySelector('[data-repeat]');
	if (button) {
		button.hidden = false;
		button.addEventListener('click', function () {
			var out = doc.querySelector('[data-out]');
			repeat(button).then(function (a) { say(out, a.words, a.good); }).catch(function (x) { say(out, String(x), false); });
		});
	}
})();
