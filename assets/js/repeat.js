/* SPDX-License-Identifier: Apache-2.0 */
/* repeat.js - what the office has counted or drawn, done once more in the reader's own browser: the slip of a
 * secret answer looked up in its box, and a draw repeated from its lines. SHA-256 is here too, since browsers
 * offer theirs over https only. */
(function () {
	'use strict';
	var doc = document;

	/* ---- SHA-256 (FIPS 180-4) -------------------------------------------------------------------- */

	function primes(n) {
		var list = [], i = 2;
		for (; list.length < n; i++) if (list.every(function (p) { return i % p; })) list.push(i);
		return list;
	}
	function part(x) { return ((x - Math.floor(x)) * 4294967296) | 0; }
	var first = primes(64), K = first.map(function (p) { return part(Math.cbrt(p)); });
	var H0 = first.slice(0, 8).map(function (p) { return part(Math.sqrt(p)); });
	function turn(x, n) { return (x >>> n) | (x << (32 - n)); }

	function block(h, w) {
		var s = h.slice(), i, a, b, x;
		for (i = 16; i < 64; i++) {
			a = w[i - 15]; b = w[i - 2];
			w[i] = (w[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + w[i - 7] + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10))) | 0;
		}
		for (i = 0; i < 64; i++) {
			x = (s[7] + (turn(s[4], 6) ^ turn(s[4], 11) ^ turn(s[4], 25)) + ((s[4] & s[5]) ^ (~s[4] & s[6])) + K[i] + w[i]) | 0;
			a = ((turn(s[0], 2) ^ turn(s[0], 13) ^ turn(s[0], 22)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]))) | 0;
			s = [(x + a) | 0, s[0], s[1], s[2], (s[3] + x) | 0, s[4], s[5], s[6]];
		}
		return h.map(function (v, k) { return (v + s[k]) | 0; });
	}

	/* Bytes in, bytes out. */
	function sha256(bytes) {
		var n = bytes.length, all = new Uint8Array(((n + 8) >> 6) * 64 + 64), h = H0, i, k, w, out = [];
		all.set(bytes);
		all[n] = 128;
		for (i = 0; i < 6; i++) all[all.length - 1 - i] = Math.floor(n * 8 / Math.pow(256, i)) & 255;
		for (i = 0; i < all.length; i += 64) {
			w = [];
			for (k = 0; k < 64; k += 4) w.push((all[i + k] << 24) | (all[i + k + 1] << 16) | (all[i + k + 2] << 8) | all[i + k + 3]);
			h = block(h, w);
		}
		h.forEach(function (v) { out.push(v >>> 24, (v >>> 16) & 255, (v >>> 8) & 255, v & 255); });
		return Uint8Array.from(out);
	}
	function bytes(text) { return new TextEncoder().encode(text); }
	function join(a, b) {
		var out = new Uint8Array(a.length + b.length);
		out.set(a);
		out.set(b, a.length);
		return out;
	}
	function hex(b) { return Array.prototype.map.call(b, function (v) { return ('0' + v.toString(16)).slice(-2); }).join(''); }
	function b64(b) { return btoa(String.fromCharCode.apply(null, b)); }
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
