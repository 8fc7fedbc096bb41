/* SPDX-License-Identifier: Apache-2.0 */
/* worker.js - opens the form for taking a concern down when there is no network. It answers this one page
 * and the files it is made of, always from the network first; what it keeps is the empty form, which
 * names nobody. Every other page, and everything that is sent, passes by. */
var home = new URL(self.registration.scope).pathname, shell = home + '/shell', place = 'xinqiao' + home;

self.addEventListener('install', function () { self.skipWaiting(); });
self.addEventListener('activate', function (e) { e.waitUntil(self.clients.claim()); });

function path(request) { return new URL(request.url).pathname; }

/* The form as it is now, with its files; what an older one needed goes. Signed out there is a way to the
 * log-in page instead, and what is kept stays. */
function refresh() {
	return fetch(shell, { redirect: 'manual', cache: 'no-store' }).then(function (answer) {
		if (!answer.ok) return;
		return Promise.all([caches.open(place), answer.clone().text()]).then(function (got) {
			var kept = got[0], files = Array.from(new Set(got[1].match(/\/assets\/[\w.-]+/g)));
			return kept.addAll(files).then(function () { return kept.put(shell, answer); }).then(function () { return kept.keys(); }).then(function (all) {
				return Promise.all(all.filter(function (r) { return path(r) !== shell && files.indexOf(path(r)) < 0; }).map(function (r) { return kept.delete(r); }));
			});
		});
	}).catch(function () { /* without a network the older one stays */ });
}
self.addEventListener('message', function (e) { if (e.data === 'refresh') e.waitUntil(refresh()); });

function kept(what) {
	return caches.open(place).then(function (c) { return c.match(what, { ignoreVary: true }); }).then(function (r) { return r || Response.error(); });
}
self.addEventListener('fetch', function (e) {
	var r = e.request, url = new URL(r.url);
	if (r.method !== 'GET' || url.origin !== self.location.origin) return;
	if (r.mode === 'navigate' && url.pathname === home) e.respondWith(fetch(r).catch(function () { return kept(shell); }));
	else if (/^\/assets\//.test(url.pathname)) e.respondWith(fetch(r).catch(function () { return kept(r); }));
});
