/* SPDX-License-Identifier: Apache-2.0 */
/* receipt.js - shows what the check of a receipt finds: on its page, in the file that was kept, and for such
 * a file chosen on /r. It starts by itself; whoever opens the page has nothing to press. */
(function () {
	'use strict';
	var MARK = { ok: '\u2713', bad: '\u2715', none: '\u2013', skip: '?', off: '\u00b7' };
	var doc = document, box = doc.getElementById('rc'), chooser = doc.getElementById('rf');
	if (typeof nacl !== 'undefined') receiptCheck.nacl = nacl;

	function text(el, t) { if (el) el.textContent = t; }
	function within(root, id) { return root.querySelector('#' + id); }

	/* The log under its own name first, then where the page came from: months later one may be gone. */
	function asker(el) {
		var prefixes = [el.getAttribute('data-prefix'), el.getAttribute('data-more')].filter(Boolean);
		return function (path) {
			function from(i) {
				if (i === prefixes.length) return Promise.reject(new Error('no network'));
				return fetch(prefixes[i] + path, { cache: 'no-store', credentials: 'omit' }).then(function (r) {
					if (!r.ok) throw new Error(String(r.status));
					return r.text();
				}).catch(function () { return from(i + 1); });
			}
			return window.fetch ? from(0) : Promise.reject(new Error('no fetch'));
		};
	}

	/* The proof lies in the page that is checked: this one, or a file of which only the text is read. */
	function dataOf(root) {
		var el = within(root, 'rc'), proof = within(root, 'rc-proof'), beside = within(root, 'rc-beside');
		if (!el || !proof || !beside) return null;
		try {
			return { proof: proof.textContent, beside: JSON.parse(beside.textContent), vkey: el.getAttribute('data-vkey'),
				code: el.getAttribute('data-code') };
		} catch (e) {
			return { proof: '', beside: {}, vkey: '', code: '' };
		}
	}

	function show(el, out, ms) {
		var d = function (n) { return el.getAttribute('data-' + n) || ''; }, head, more;
		out.steps.forEach(function (s, i) {
			var li = within(el, 'rc-steps').children[i];
			li.className = 'rc-' + s.state;
			text(li.querySelector('.rc-mark'), MARK[s.state]);
			text(li.querySelector('.rc-word'), d('w-' + s.state));
			if (s.state !== 'off') text(li.querySelector('.rc-text'), li.getAttribute('data-' + (s.state === 'skip' ? 'none' : s.state)));
		});
		within(el, 'rc-result').className = 'rc-result ' + (out.ok ? 'rc-ok' : 'rc-bad');
		text(within(el, 'rc-result').querySelector('.rc-mark'), out.ok ? MARK.ok : MARK.bad);
		within(el, 'rc-bad').hidden = true;
		if (out.ok) {
			head = out.counted ? d('t-ok').replace('{counted}', out.counted) : d('t-plain');
			more = out.steps[5].state === 'ok' && out.steps[6].state === 'ok'
				? d('t-asked').replace('{n}', String(out.size).replace(/\B(?=(?:[0-9]{3})+$)/g, ',')) : d('t-kept');
			text(within(el, 'rc-say'), out.sentence);
		} else {
			head = within(el, 'rc-bad').textContent;
			more = out.steps.map(function (s, i) { return s.state === 'bad' ? (i + 1) + '. ' + within(el, 'rc-steps').children[i].getAttribute('data-bad') : ''; }).join('');
			/* What the server said of it is not repeated beside a result that says otherwise. */
			if (within(el, 'rc-say')) within(el, 'rc-say').hidden = true;
		}
		text(within(el, 'rc-title'), head);
		text(within(el, 'rc-more'), more);
		el.setAttribute('data-ms', String(Math.round(ms * 10) / 10));
		el.setAttribute('data-result', out.ok ? 'ok' : 'bad');
	}

	function run(el, data) {
		var begun = performance.now(), asked = 0, ask = asker(el);
		/* Waiting for an answer is not the check's own time. */
		function timed(path) {
			var from = performance.now();
			function done() { asked += performance.now() - from; }
			return ask(path).then(function (t) { done(); return t; }, function (e) { done(); throw e; });
		}
		return receiptCheck.check(data, timed, receiptSay).then(function (out) {
			show(el, out, performance.now() - begun - asked);
			return out;
		});
	}

	/* ---- a page of its own --------------------------------------------------------------------------- */

	if (box && !box.hasAttribute('data-waiting')) {
		run(box, dataOf(doc));
	} else if (box) {
		/* The next signature is a second away. Where none comes, a person may go on asking. */
		var looks = 0;
		try {
			looks = Number(sessionStorage.getItem('xq-wait') || 0);
			sessionStorage.setItem('xq-wait', String(looks + 1));
		} catch (e) { looks = 9; }
		if (looks < 10) setTimeout(function () { location.reload(); }, 2000);
	}

	/* ---- a file chosen on /r: read as text, never run, and never sent anywhere -------------------------- */

	function chosen() {
		var file = chooser.files[0], fault = doc.getElementById('rf-bad'), out = doc.getElementById('rf-out'), part = chooser.closest('[data-bad]');
		fault.hidden = true;
		out.textContent = '';
		if (!file) return;
		file.slice(0, 2000000).text().then(function (t) {
			/* Its style and scripts are not wanted here, and this page's policy would complain of them. */
			var bare = t.replace(/<(style|script)[^]*?<\/\1>/g, '');
			var other = new DOMParser().parseFromString(bare, 'text/html'), data = dataOf(other), el = within(other, 'rc');
			if (!data || !within(other, 'rc-steps')) throw new Error('no receipt');
			el = doc.importNode(el, true);
			/* Only the log of this page is asked: a file from somewhere may name any address. */
			el.setAttribute('data-more', '');
			el.setAttribute('data-prefix', '/log/' + /\/log\/([a-z0-9-]+)/.exec(data.vkey)[1]);
			out.appendChild(el);
			return run(el, data);
		}).catch(function () {
			text(fault, part.getAttribute('data-bad'));
			fault.hidden = false;
		});
	}
	if (chooser && window.DOMParser && window.Blob && Blob.prototype.text) {
		doc.getElementById('rc-file').hidden = false;
		chooser.addEventListener('change', chosen);
	}
})();
