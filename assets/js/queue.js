/* SPDX-License-Identifier: Apache-2.0 */
/* queue.js - /desk/intake without a network: what is registered then is kept on the device under a number
 * of its own and uploaded once when the network is back. Only a request that fails says that there is no
 * network. Words come from the page. */
(function () {
	'use strict';
	var doc = document, box = doc.getElementById('queue'), form = doc.getElementById('intake');
	if (!box || !form || !window.fetch || !window.URLSearchParams) return;
	var home = box.getAttribute('data-home'), isShell = form.hasAttribute('data-shell');
	var isSafe = window.isSecureContext && window.indexedDB && window.crypto && crypto.subtle;
	var login = box.getAttribute('data-login'), isBusy = false, isSending = false, isNewer = false;
	var done = [], mending = null, told = null, wrong = null, last = null;

	function words(key, o) {
		return box.getAttribute('data-t-' + key).replace(/\{(\w+)\}/g, function (all, name) { return o && name in o ? o[name] : all; });
	}
	function part(name) { return box.querySelector('[data-' + name + ']'); }
	function clock(ms) { return new Date(ms).toTimeString().slice(0, 5); }
	function local(id) { return words('local', { n: id }); }
	/* A number and a mark, no words: other pages call to mind that something waits. */
	function mark(name, value) { try { if (value) localStorage.setItem(name + home, value); else localStorage.removeItem(name + home); } catch (e) { /* then not */ } }
	function marked(name) { try { return localStorage.getItem(name + home); } catch (e) { return null; } }

	/* ---- what is said ---- */

	/* kind: done soon late ok, as the colours of messages; icon: its sign beside the words. */
	function say(kind, icon, text, more) {
		var use = box.querySelector('use');
		box.className = 'queue flash flash-' + kind + ' no-print';
		use.setAttribute('href', use.getAttribute('href').replace(/#.*/, '#' + icon));
		part('say').textContent = text;
		part('told').textContent = more || '';
		part('told').hidden = !more;
		box.hidden = !text;
	}
	/* Stands until the form is sent again or the network is back, whatever else happens. */
	function cannot(why, icon) {
		settled();
		wrong = ['late', icon || 'late', words(why, { n: queueStore.most })];
		say(wrong[0], wrong[1], wrong[2], words('still'));
	}
	function line(list, text, href, more) {
		var li = doc.createElement('li'), a = href && doc.createElement('a');
		if (a) { a.href = href; a.textContent = text; li.appendChild(a); } else li.textContent = text;
		if (more) li.appendChild(doc.createTextNode(' ' + more));
		list.appendChild(li);
	}
	/* mine: waiting; choose: refused by the server; others: by login; unread: nobody can. The one that is
	 * being mended stands in the form. */
	function sorted(rows) {
		var s = { all: rows.length, mine: [], choose: [], others: {}, unread: 0 };
		rows.forEach(function (r) {
			if (mending && r.id === mending.id) return;
			if (!r.entry) s.unread++;
			else if (r.entry.login !== login) s.others[r.entry.login] = (s.others[r.entry.login] || 0) + 1;
			else if (r.entry.isRefused) s.choose.push(r);
			else s.mine.push(r);
		});
		return s;
	}
	function list(s) {
		var ul = part('more');
		ul.textContent = '';
		s.choose.forEach(function (r) { line(ul, words('mend', { no: local(r.id), at: clock(r.entry.taken) }), home + '?mend=' + r.id); });
		done.forEach(function (d) {
			line(ul, words('receipt', { no: local(d.id), file: d.file }), box.getAttribute('data-concerns') + d.file + '/receipt', d.pin && words('pin', { pin: d.pin }));
		});
		if (login) Object.keys(s.others).sort().forEach(function (who) { line(ul, words('others', { n: s.others[who], login: who })); });
		if (s.unread) line(ul, words('unreadable', { n: s.unread }));
		ul.hidden = !ul.children.length;
	}
	/* where: 'none' no network, 'out' signed out, 'stop' the server cannot now, 'sent' all through. */
	function headline(s, where) {
		var n = login ? s.mine.length + s.choose.length : s.all;
		if (where === 'none') return n ? ['soon', 'wifi-off', words('kept', { n: n })] : isShell ? ['done', 'wifi-off', words('offline')] : ['done', 'info', ''];
		if (where === 'out' && s.all) return ['soon', 'key', words('out', { n: s.all })];
		if (s.mine.length) return ['soon', 'soon', words('waiting', { n: s.mine.length })];
		if (s.choose.length) return ['late', 'late', words('choose', { n: s.choose.length })];
		if (done.length) return ['ok', 'ok', words('done', { at: clock(last) })];
		if (mending) return ['soon', 'edit', words('mending', { no: local(mending.id), at: clock(mending.entry.taken) })];
		return ['done', 'info', s.all ? words('waiting', { n: s.all }) : ''];
	}
	function draw(where) {
		if (!isSafe) return Promise.resolve();
		return queueStore.all(home).then(function (rows) {
			var s = sorted(rows), h = headline(s, where);
			mark('xq-kept', s.all);
			if (wrong) say(wrong[0], wrong[1], wrong[2], words('still')); else say(h[0], h[1], h[2], told);
			list(s);
			part('upload').hidden = !s.mine.length || where === 'out';
			part('sign-in').hidden = where !== 'out';
			part('acts').hidden = part('upload').hidden && part('sign-in').hidden;
		}).catch(function (e) { say('late', 'late', words(e.why || 'refused')); });
	}

	/* ---- taking down ---- */

	function text(name) { return form.elements[name] ? form.elements[name].value : ''; }
	function typed() {
		var out = {};
		Array.prototype.forEach.call(form.elements, function (f) {
			if (!f.name || f.name === 'csrf' || f.name === 'idem' || f.name === 'taken_at') return;
			if (f.type === 'checkbox') out[f.name] = f.checked;
			else if (f.type === 'radio' ? f.checked : f.value !== '') out[f.name] = f.name === 'people' && /^\d{1,9}$/.test(f.value) ? Number(f.value) : f.value;
		});
		return out;
	}
	function empty() {
		form.reset();
		Array.prototype.forEach.call(form.elements, function (f) {
			if (f.type === 'checkbox') f.checked = false;
			else if (f.tagName === 'TEXTAREA' || /^(text|tel|number)$/.test(f.type)) f.value = f.name === 'people' ? '1' : '';
		});
		Array.prototype.forEach.call(doc.querySelectorAll('.faults, .fault'), function (f) { f.remove(); });
		if (form.elements.idem) form.elements.idem.value = crypto.randomUUID();
		if (form.elements.taken_at) form.elements.taken_at.value = '';
		mending = null;
	}
	/* Signed in now, or within the hours of a log-in when this device last saw the server. */
	function whose() {
		if (login && !marked('xq-out')) return Promise.resolve(login);
		return queueStore.me(home).then(function (me) { return me && me.until > Date.now() && !marked('xq-out') ? me.login : ''; });
	}
	/* The key of the form goes along: if the request that failed did arrive, its concern is found by it. */
	function keep() {
		if (!isSafe) { cannot('insecure', 'lock'); return Promise.resolve(); }
		if (text('body').trim().length < 2) { say('late', 'late', words('empty')); form.elements.body.focus(); return Promise.resolve(); }
		return whose().then(function (who) {
			if (!who) { cannot('nobody', 'key'); return; }
			var e = { login: who, taken: mending ? mending.entry.taken : Date.now(), idem: text('idem') || crypto.randomUUID(), fields: typed() };
			var id = mending ? mending.id : 0;
			login = who;
			return (id ? queueStore.put(home, id, e).then(function () { return id; }) : queueStore.add(home, e)).then(function (no) {
				if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
				empty();
				settled();
				told = words('number', { no: local(no), at: clock(e.taken) });
				return draw('none').then(function () { box.scrollIntoView({ block: 'nearest' }); form.elements.body.focus(); });
			});
		}).catch(function (e) { cannot(e.why || 'refused'); });
	}
	/* The form goes its usual way; a page of the server's with faults is asked for once more by the browser,
	 * with the same key. */
	function register() {
		return fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) }).then(function (r) {
			if (!r.redirected || !/\/receipt$/.test(new URL(r.url).pathname)) { HTMLFormElement.prototype.submit.call(form); return; }
			return (mending ? queueStore.wipe(home, mending.id).catch(function () { /* found by its key later */ }) : Promise.resolve()).then(function () { location.assign(r.url); });
		}, keep);
	}
	/* The form may be sent again; app.js had marked it as sent. */
	function settled() {
		isBusy = false;
		form.sentAt = 0;
		Array.prototype.forEach.call(form.querySelectorAll('.is-sent'), function (b) { b.classList.remove('is-sent'); });
	}
	form.addEventListener('submit', function (e) {
		if (e.submitter && e.submitter.hasAttribute('formaction')) return;
		e.preventDefault();
		if (isBusy) return;
		isBusy = true;
		wrong = null;
		if (isShell) Promise.resolve().then(keep).then(function () { return upload(); }); else register().then(settled);
	});

	/* ---- uploading ---- */

	function ask() {
		return fetch(box.getAttribute('data-who'), { redirect: 'manual', cache: 'no-store' }).then(function (r) {
			if (r.ok) return r.json();
			return { where: r.type === 'opaqueredirect' || r.status === 401 || r.status === 403 ? 'out' : 'stop' };
		}).catch(function () { return { where: 'none' }; });
	}
	/* The moment in the server's time: how long ago is what the device knows for sure. */
	function moment(entry, w) {
		return new Date(entry.taken + w.ahead + w.tz_s * 1000).toISOString().slice(0, 16).replace('T', ' ');
	}
	function post(row, w) {
		var body = Object.assign({}, row.entry.fields, { taken_at: moment(row.entry, w) });
		return fetch(box.getAttribute('data-act'), { method: 'POST', body: JSON.stringify(body), headers: {
			'Content-Type': 'application/json', 'Idempotency-Key': row.entry.idem, 'X-CSRF-Token': w.csrf } }).then(function (r) {
			if (r.status === 401 || r.status === 403) return { where: 'out' };
			if (r.status >= 500 || r.status === 429) return { where: 'stop' };
			return r.json().then(function (a) { return a.result ? { result: a.result } : { isRefused: true }; });
		}).catch(function () { return { where: 'none' }; });
	}
	/* One after the other; 'sent' when all went through, else why not. */
	function send(rows, i, w) {
		if (i === rows.length) return Promise.resolve('sent');
		say('done', 'up', words('sending', { i: i + 1, n: rows.length }));
		return post(rows[i], w).then(function (a) {
			if (a.where) return a.where;
			if (a.isRefused) {
				rows[i].entry.isRefused = true;
				return queueStore.put(home, rows[i].id, rows[i].entry).then(function () { return send(rows, i + 1, w); });
			}
			return queueStore.wipe(home, rows[i].id).then(function () {
				last = Date.now();
				done.push({ id: rows[i].id, file: a.result.file_no, pin: a.result.pin });
				return send(rows, i + 1, w);
			});
		});
	}
	function uploadAs(w) {
		if (w.where !== 'none') wrong = null;
		if (w.where) return draw(w.where);
		login = w.login;
		w.ahead = w.now * 1000 - Date.now();
		mark('xq-out', null);
		return queueStore.all(home).then(function (rows) {
			var mine = sorted(rows).mine;
			return send(mine, 0, w).then(function (where) {
				if (mine.length && where === 'sent') told = null;
				return draw(where);
			});
		});
	}
	/* isQuiet: nothing is said again while there is still no network. */
	function upload(isQuiet) {
		if (!isSafe) return Promise.resolve();
		if (isSending) { isNewer = true; return Promise.resolve(); }
		isSending = true;
		isNewer = false;
		return queueStore.all(home).then(function (rows) {
			if (!rows.length && !isShell) return draw('sent');
			return ask().then(function (w) { return isQuiet && w.where === 'none' ? undefined : uploadAs(w); });
		}).catch(function (e) { say('late', 'late', words(e.why || 'refused')); }).then(function () {
			isSending = false;
			if (isNewer) return upload();
		});
	}
	part('upload').addEventListener('click', function () { upload(); });
	window.addEventListener('online', function () { upload(); });
	/* Not every device tells when the network is back: while something waits, the server is asked again. */
	setInterval(function () {
		if (!isSending && doc.visibilityState === 'visible' && !part('upload').hidden) upload(true);
	}, 20000);

	/* ---- one that was refused ---- */

	/* Put into the form as it was taken down and sent to the server, which marks what is wrong. */
	function fill(entry, w) {
		Array.prototype.forEach.call(form.elements, function (f) {
			var v = entry.fields[f.name];
			if (f.name === 'idem') f.value = entry.idem;
			else if (f.name === 'taken_at') f.value = moment(entry, w);
			else if (f.name === 'csrf' || !f.name) return;
			else if (f.type === 'checkbox') f.checked = v === true;
			else if (f.type === 'radio') f.checked = String(v) === f.value;
			else f.value = v === undefined ? '' : v;
		});
	}
	function mend(id) {
		return queueStore.all(home).then(function (rows) {
			var row = rows.filter(function (r) { return r.id === id && r.entry && r.entry.login === login; })[0];
			if (!row) return upload();
			return ask().then(function (w) {
				if (w.where || w.login !== login) return draw(w.where || 'out');
				w.ahead = w.now * 1000 - Date.now();
				delete row.entry.isRefused; /* if it goes through now, its key tells so at the next upload */
				return queueStore.put(home, row.id, row.entry).then(function () {
					fill(row.entry, w);
					HTMLFormElement.prototype.submit.call(form);
				});
			});
		});
	}
	function findMending(rows) {
		var idem = text('idem');
		mending = rows.filter(function (r) { return idem && r.entry && r.entry.login === login && r.entry.idem === idem; })[0] || null;
	}

	/* ---- beginning ---- */

	function begin() {
		var asked = /[?&]mend=(\d{1,9})(&|$)/.exec(location.search);
		if (isShell) return whose().then(function (who) { login = who; return upload(); });
		mark('xq-out', null);
		return queueStore.setMe(home, { login: login, until: Date.now() + 1000 * Number(box.getAttribute('data-signed-in')) })
			.then(function () { return queueStore.all(home); })
			.then(function (rows) { findMending(rows); return asked && !mending ? mend(Number(asked[1])) : upload(); });
	}
	if (!isSafe) { say('done', 'info', words('insecure')); return; }
	begin().catch(function (e) { say('late', 'late', words(e.why || 'refused')); });
	if (!isShell && navigator.serviceWorker) {
		navigator.serviceWorker.register(box.getAttribute('data-worker'), { scope: home }).then(function () {
			return navigator.serviceWorker.ready;
		}).then(function (r) { r.active.postMessage('refresh'); }).catch(function () { /* then it opens with a network only */ });
	}
})();
