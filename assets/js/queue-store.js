/* SPDX-License-Identifier: Apache-2.0 */
/* queue-store.js - concerns that were taken down without a network, kept on this device until they are
 * uploaded. Each lies sealed (AES-GCM) in IndexedDB; the key lies beside it and cannot be exported: what
 * that keeps out and what not is told in docs/decisions/0034-taken-down-without-a-network.md. The number
 * of an entry is the database's own counter, so it goes on for ever and none comes twice. */
var queueStore = (function () {
	'use strict';
	var VERSION = 1, MOST = 50, opened = {};

	function fault(why) { var e = new Error(why); e.why = why; return e; }
	function ask(request) {
		return new Promise(function (ok, no) {
			request.onsuccess = function () { ok(request.result); };
			request.onerror = function () { no(request.error); };
		});
	}
	/* What was written is there when the transaction is through, and not before. */
	function written(tx, request) {
		return new Promise(function (ok, no) {
			tx.oncomplete = function () { ok(request ? request.result : undefined); };
			tx.onabort = tx.onerror = function () { no(tx.why ? fault(tx.why) : tx.error || fault('refused')); };
		});
	}

	function open(home) {
		if (!opened[home]) {
			opened[home] = new Promise(function (ok, no) {
				var r = indexedDB.open('xinqiao' + home, VERSION);
				r.onupgradeneeded = function () {
					r.result.createObjectStore('entry', { keyPath: 'id', autoIncrement: true });
					r.result.createObjectStore('own');
				};
				r.onblocked = function () { no(fault('version')); };
				r.onerror = function () { no(fault(r.error && r.error.name === 'VersionError' ? 'version' : 'refused')); };
				r.onsuccess = function () {
					var d = r.result, n = d.objectStoreNames;
					d.onversionchange = function () { d.close(); delete opened[home]; };
					if (n.contains('entry') && n.contains('own')) ok(d); else no(fault('version'));
				};
			});
			opened[home].catch(function () { delete opened[home]; });
		}
		return opened[home];
	}
	/* Two windows may begin at the same time: the first key counts. */
	function keyOf(d) {
		return ask(d.transaction('own').objectStore('own').get('key')).then(function (key) {
			if (key) return key;
			return crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']).then(function (made) {
				return ask(d.transaction('own', 'readwrite').objectStore('own').add(made, 'key')).then(function () { return made; }, function () { return keyOf(d); });
			});
		});
	}
	function seal(d, what) {
		return keyOf(d).then(function (key) {
			var iv = crypto.getRandomValues(new Uint8Array(12));
			return crypto.subtle.encrypt({ name: 'AES-GCM', iv: iv }, key, new TextEncoder().encode(JSON.stringify(what))).then(function (box) {
				return { iv: iv, box: box };
			});
		});
	}
	function unseal(d, row) {
		return keyOf(d).then(function (key) {
			return crypto.subtle.decrypt({ name: 'AES-GCM', iv: row.iv }, key, row.box);
		}).then(function (plain) { return JSON.parse(new TextDecoder().decode(plain)); }).catch(function () { return null; });
	}
	/* Anything the browser refuses (no room, a private window) is told as one thing. */
	function told(e) { throw e && e.why ? e : fault('refused'); }

	return {
		most: MOST,
		/* The number of the new entry. Faults: full, refused, version. */
		add: function (home, entry) {
			return open(home).then(function (d) {
				return seal(d, entry).then(function (row) {
					var tx = d.transaction('entry', 'readwrite', { durability: 'strict' }), store = tx.objectStore('entry'), count = store.count(), added = {};
					count.onsuccess = function () {
						if (count.result < MOST) { added.request = store.add(row); return; }
						tx.why = 'full';
						tx.abort();
					};
					return written(tx).then(function () { return added.request.result; });
				});
			}).catch(told);
		},
		put: function (home, id, entry) {
			return open(home).then(function (d) {
				return seal(d, entry).then(function (row) {
					var tx = d.transaction('entry', 'readwrite', { durability: 'strict' });
					row.id = id;
					return written(tx, tx.objectStore('entry').put(row));
				});
			}).catch(told);
		},
		wipe: function (home, id) {
			return open(home).then(function (d) {
				var tx = d.transaction('entry', 'readwrite', { durability: 'strict' });
				return written(tx, tx.objectStore('entry').delete(id));
			}).catch(told);
		},
		/* All of them in order: { id, entry }, entry null where it cannot be read. */
		all: function (home) {
			return open(home).then(function (d) {
				return ask(d.transaction('entry').objectStore('entry').getAll()).then(function (rows) {
					return Promise.all(rows.map(function (row) {
						return unseal(d, row).then(function (entry) { return { id: row.id, entry: entry }; });
					}));
				});
			}).catch(told);
		},
		/* Who is signed in here: what a page told that came from the server. */
		setMe: function (home, me) {
			return open(home).then(function (d) {
				return seal(d, me).then(function (row) {
					var tx = d.transaction('own', 'readwrite');
					return written(tx, tx.objectStore('own').put(row, 'me'));
				});
			}).catch(told);
		},
		me: function (home) {
			return open(home).then(function (d) {
				return ask(d.transaction('own').objectStore('own').get('me')).then(function (row) { return row ? unseal(d, row) : null; });
			}).catch(told);
		}
	};
})();
