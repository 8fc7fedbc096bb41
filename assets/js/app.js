/* SPDX-License-Identifier: Apache-2.0 */
/* app.js - small comforts on top of pages that work without it. No page waits for this file. */
(function () {
	'use strict';
	var doc = document;
	function all(sel) { return Array.prototype.slice.call(doc.querySelectorAll(sel)); }

	/* Buttons that only work with script are hidden in the page and shown here; copying needs https. */
	all('[data-print],[data-keys]' + (navigator.clipboard ? ',[data-copy]' : '')).forEach(function (b) { b.hidden = false; });

	/* The summary of faults is read first. */
	var first = doc.querySelector('[data-focus]');
	if (first) first.focus();

	doc.addEventListener('click', function (e) {
		var t = e.target.closest('[data-print],[data-copy],[data-menu],[data-keys]');
		if (!t) return;
		if (t.hasAttribute('data-print')) {
			window.print();
		} else if (t.hasAttribute('data-copy')) {
			navigator.clipboard.writeText(t.getAttribute('data-copy')).then(function () {
				t.querySelector('span').textContent = t.getAttribute('data-done');
			});
		} else if (t.hasAttribute('data-keys')) {
			keys();
		} else if (t.getAttribute('data-menu') === '') {
			e.preventDefault();
			t.setAttribute('aria-expanded', String(doc.body.classList.toggle('show-menu')));
		}
	});

	/* A second press within five seconds is a slip of the finger; then the form may be sent again,
	 * since the first try may have been lost. The server's key makes a repeat harmless anyway. */
	doc.addEventListener('submit', function (e) {
		var f = e.target, now = Date.now();
		if (f.method !== 'post') return;
		if (f.sentAt && now - f.sentAt < 5000) { e.preventDefault(); return; }
		f.sentAt = now;
		var b = f.querySelector('button:not([type=button])');
		if (!b) return;
		b.classList.add('is-sent');
		setTimeout(function () { b.classList.remove('is-sent'); }, 5000);
	});
	window.addEventListener('pageshow', function () {
		all('.is-sent').forEach(function (b) { b.classList.remove('is-sent'); });
		all('form').forEach(function (f) { f.sentAt = 0; });
	});

	/* Similar concerns: looked up when the words, the place or the kind are left; a button does the same
	 * without script. Only these fields go out. An answer that a later one overtook is dropped. */
	var similar = doc.querySelector('[data-similar]'), asked = 0;
	if (similar && window.fetch) doc.addEventListener('change', function (e) {
		var f = e.target.form, mine, b = new URLSearchParams();
		if (!f || !/^(body|title|place|class)$/.test(e.target.name)) return;
		mine = ++asked;
		['csrf', 'body', 'title', 'place', 'class'].forEach(function (n) { if (f.elements[n]) b.set(n, f.elements[n].value); });
		fetch(similar.getAttribute('data-similar'), { method: 'POST', headers: { 'HX-Request': 'true' }, body: b }).then(function (r) {
			return r.ok ? r.text() : null;
		}).then(function (t) {
			if (t !== null && mine === asked) similar.innerHTML = t;
		}).catch(function () { /* a hint that does not come is no loss */ });
	});

	/* What waits on this device for a network (queue.js) is called to mind on every page of the desk. Who
	 * logs in or out here is not who was there before: the device asks the server again who it is. */
	var waits = doc.getElementById('waits');
	function marked(name, value) { try { return value ? localStorage.setItem(name, value) : localStorage.getItem(name); } catch (e) { return null; } }
	if (waits && !doc.getElementById('queue') && marked('xq-kept' + waits.querySelector('a').pathname)) {
		waits.querySelector('b').textContent = marked('xq-kept' + waits.querySelector('a').pathname);
		waits.hidden = false;
	}
	doc.addEventListener('submit', function (e) {
		var m = /^(.*)\/log(in|out)$/.exec(new URL(e.target.action, location.href).pathname);
		if (m) marked('xq-out' + m[1] + '/desk/intake', '1');
	});

	/* The record is signed each second: a receipt that came before its signature is asked for again and prints
	 * when it is there. Only its own part is replaced; a PIN beside it is shown once. */
	var slip = doc.querySelector('[data-wait]'), looks = 0;
	function look() {
		fetch(location.href).then(function (r) { return r.text(); }).then(function (t) {
			var now = new DOMParser().parseFromString(t, 'text/html').getElementById(slip.getAttribute('data-wait'));
			if (!now || now.hasAttribute('data-wait')) return again();
			slip.replaceWith(doc.importNode(now, true));
			all('[data-print]').forEach(function (b) { b.hidden = false; });
		}).catch(again);
	}
	function again() {
		if (++looks <= 5) setTimeout(look, 1200);
		else all('[data-print]').forEach(function (b) { b.hidden = false; });
	}
	if (slip && window.fetch && window.DOMParser) {
		all('[data-print]').forEach(function (b) { b.hidden = true; });
		again();
	}

	/* Leaving with half a form written is asked about, sending is not. */
	var dirty = false;
	doc.addEventListener('input', function (e) {
		if (e.target.form && e.target.form.method === 'post' && e.target.tagName === 'TEXTAREA') dirty = true;
	});
	doc.addEventListener('submit', function () { dirty = false; });
	window.addEventListener('beforeunload', function (e) { if (dirty) e.preventDefault(); });

	/* Staff: single keys, only outside of inputs; interface.md 6. */
	if (!doc.body.classList.contains('desk') || doc.body.hasAttribute('data-no-keys')) return;
	var base = (doc.querySelector('.brand') || { pathname: '/desk' }).pathname.replace(/\/desk$/, '');
	var places = { d: '/desk', c: '/desk/concerns', r: '/desk/reception', v: '/desk/visits', m: '/desk/meetings', f: '/desk/figures' };
	var rows = all('.tbl tbody tr'), row = -1, g = 0;

	function keys() { var d = doc.getElementById('keys'); if (d && d.showModal && !d.open) d.showModal(); }
	function move(by) {
		if (!rows.length) return;
		if (rows[row]) rows[row].classList.remove('is-row');
		row = Math.max(0, Math.min(rows.length - 1, row + by));
		rows[row].classList.add('is-row');
		var a = rows[row].querySelector('a');
		if (a) a.focus();
	}
	doc.addEventListener('keydown', function (e) {
		var t = e.target, k = e.key.toLowerCase();
		var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(t.tagName) && !/^(checkbox|radio)$/.test(t.type);
		if (e.ctrlKey && (k === 'enter' || k === 's') && t.form) {
			var b = t.form.querySelector(k === 's' ? '[data-draft]' : 'button:not([type=button]):not([data-draft])');
			if (b) { e.preventDefault(); b.click(); }
			return;
		}
		if (typing || e.ctrlKey || e.metaKey || e.altKey || e.isComposing || doc.querySelector('dialog[open]')) return;
		if (g && Date.now() - g < 1500 && places[k]) { g = 0; location.href = base + places[k]; return; }
		g = 0;
		if (k === 'g') { g = Date.now(); return; }
		if (k === '?') { keys(); return; }
		if (k === 'j' || k === 'k') { move(k === 'j' ? 1 : -1); return; }
		var to = /^[a-z\/]$/.test(k) && doc.querySelector('[data-key="' + k + '"]');
		if (!to) return;
		e.preventDefault();
		if (to.tagName === 'INPUT') to.focus(); else to.click();
	});
})();
