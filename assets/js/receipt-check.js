/* SPDX-License-Identifier: Apache-2.0 */
/* receipt-check.js - whether a receipt is in the public record, found out on the reader's own device
 * (ledger.md 9). Nothing that the server says is believed before it is checked, and nothing here touches a
 * page, so that the same file runs in tests. SHA-256 is our own, since browsers offer theirs on HTTPS only;
 * Ed25519 is the browser's where it has it, else that of TweetNaCl (docs/decisions/0049). */
var receiptCheck = (function () {
	'use strict';
	var INT_MAX = 9007199254740991, NOTE_MAX = 65536, EVENT_MAX = 8192, HASHES_MAX = 63, SIGS_MAX = 64, KEYS_MAX = 128;
	var enc = new TextEncoder(), dec = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

	/* A refusal: the step that found it, and a word for whoever looks closer. */
	function bad(why) { var e = new Error(why); e.isBad = true; return e; }
	function must(cond, why) { if (!cond) throw bad(why); }

	/* ---- SHA-256 (FIPS 180-4) ----------------------------------------------------------------------- */

	var K = (function () {
		var k = [], n = 2, i, prime;
		for (; k.length < 64; n++) {
			for (prime = true, i = 2; i * i <= n; i++) if (n % i === 0) prime = false;
			if (prime) k.push((Math.pow(n, 1 / 3) % 1) * 4294967296 | 0);
		}
		return k;
	})();

	var W = new Int32Array(64), START = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
	K = new Int32Array(K);

	function block(h, m, at) {
		var a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], i = h[7], t, x, y, t1, t2;
		for (t = 0; t < 16; t++, at += 4) W[t] = m[at] << 24 | m[at + 1] << 16 | m[at + 2] << 8 | m[at + 3];
		for (; t < 64; t++) {
			x = W[t - 15]; y = W[t - 2];
			W[t] = W[t - 16] + W[t - 7] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3)
				+ ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10);
		}
		for (t = 0; t < 64; t++) {
			t1 = i + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (e & f ^ ~e & g) + K[t] + W[t] | 0;
			t2 = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b ^ a & c ^ b & c) | 0;
			i = g; g = f; f = e; e = d + t1 | 0; d = c; c = b; b = a; a = t1 + t2 | 0;
		}
		h[0] += a; h[1] += b; h[2] += c; h[3] += d; h[4] += e; h[5] += f; h[6] += g; h[7] += i;
	}

	function sha256(parts) {
		var n = 0, at = 0, h = new Int32Array(START), m, total, i, view;
		for (i = 0; i < parts.length; i++) n += parts[i].length;
		total = ((n + 8 >> 6) + 1) << 6;
		m = new Uint8Array(total);
		for (i = 0; i < parts.length; i++) { m.set(parts[i], at); at += parts[i].length; }
		m[n] = 0x80;
		view = new DataView(m.buffer);
		view.setUint32(total - 8, Math.floor(n / 536870912));
		view.setUint32(total - 4, n << 3 >>> 0);
		for (i = 0; i < total; i += 64) block(h, m, i);
		m = new Uint8Array(32);
		view = new DataView(m.buffer);
		for (i = 0; i < 8; i++) view.setInt32(4 * i, h[i]);
		return m;
	}

	/* ---- spellings ---------------------------------------------------------------------------------- */

	function equal(a, b) {
		return a.length === b.length && a.every(function (x, i) { return x === b[i]; });
	}
	function hex(bytes) {
		return Array.prototype.map.call(bytes, function (x) { return (x < 16 ? '0' : '') + x.toString(16); }).join('');
	}
	function b64(bytes) { return btoa(String.fromCharCode.apply(null, bytes)); }
	/* RFC 4648 section 4, strict: padding, no spaces, no bits behind the end. */
	function unb64(text) {
		must(/^(?:[A-Za-z0-9+\/]{4})*(?:[A-Za-z0-9+\/]{2}==|[A-Za-z0-9+\/]{3}=)?$/.test(text), 'base64');
		var s = atob(text), out = new Uint8Array(s.length), i;
		for (i = 0; i < s.length; i++) out[i] = s.charCodeAt(i);
		must(btoa(s) === text, 'base64');
		return out;
	}
	function hash32(text) { var h = unb64(text); must(h.length === 32, 'hash'); return h; }
	function number(text) {
		must(/^(?:0|[1-9][0-9]{0,15})$/.test(text) && Number(text) <= INT_MAX, 'number');
		return Number(text);
	}

	/* Half of a pair of UTF-16 stands for no character. */
	var LONE = /[\ud800-\udfff]/u;

	/* Canonical JSON (ledger.md 3.2): written again it must be the same text. */
	function sorted(v, level) {
		must(level <= 8 && v !== null, 'canonical');
		if (typeof v === 'string') { must(v === v.normalize('NFC') && !LONE.test(v), 'canonical'); return JSON.stringify(v); }
		if (typeof v === 'number') { must(Number.isSafeInteger(v), 'canonical'); return JSON.stringify(v); }
		if (typeof v === 'boolean') return String(v);
		if (Array.isArray(v)) return '[' + v.map(function (x) { return sorted(x, level + 1); }).join(',') + ']';
		return '{' + Object.keys(v).sort().map(function (k) {
			must(/^[a-z][a-z0-9_]{0,31}$/.test(k), 'canonical');
			return JSON.stringify(k) + ':' + sorted(v[k], level + 1);
		}).join(',') + '}';
	}
	function canonical(text) {
		var v;
		try { v = JSON.parse(text); } catch (e) { throw bad('canonical'); }
		must(sorted(v, 1) === text, 'canonical');
		return v;
	}
	function has(o, k) { return Object.prototype.hasOwnProperty.call(o, k); }
	function isObject(o) { return typeof o === 'object' && o !== null && !Array.isArray(o); }

	/* ---- the tree (RFC 6962, RFC 9162 2.1.3.2 and 2.1.4.2) --------------------------------------------- */

	function leafOf(text) { return sha256([[0], enc.encode(text)]); }
	function node(l, r) { return sha256([[1], l, r]); }
	/* Numbers go beyond 32 bits, so no bit operations here. */
	function half(n) { return Math.floor(n / 2); }

	function rootFrom(leaf, seq, size, hashes) {
		var fn = seq, sn = size - 1, r = leaf, i;
		must(seq < size, 'index');
		for (i = 0; i < hashes.length; i++) {
			must(sn > 0, 'proof');
			if (fn % 2 === 1 || fn === sn) {
				r = node(hashes[i], r);
				while (fn % 2 === 0 && fn !== 0) { fn = half(fn); sn = half(sn); }
			} else {
				r = node(r, hashes[i]);
			}
			fn = half(fn); sn = half(sn);
		}
		must(sn === 0, 'proof');
		return r;
	}

	var EMPTY = sha256([]);

	function extend(from, oldRoot, size, root, given) {
		var hashes = given, fn, sn, fr, sr, n, i;
		if (from === size) { must(given.length === 0 && equal(oldRoot, root), 'consistency'); return; }
		if (from === 0) { must(given.length === 0 && equal(oldRoot, EMPTY), 'consistency'); return; }
		must(from < size, 'consistency');
		for (n = from; n % 2 === 0; n = half(n));
		if (n === 1) hashes = [oldRoot].concat(given);
		must(hashes.length > 0, 'consistency');
		for (fn = from - 1, sn = size - 1; fn % 2 === 1; fn = half(fn)) sn = half(sn);
		fr = sr = hashes[0];
		for (i = 1; i < hashes.length; i++) {
			must(sn > 0, 'consistency');
			if (fn % 2 === 1 || fn === sn) {
				fr = node(hashes[i], fr);
				sr = node(hashes[i], sr);
				while (fn % 2 === 0 && fn !== 0) { fn = half(fn); sn = half(sn); }
			} else {
				sr = node(sr, hashes[i]);
			}
			fn = half(fn); sn = half(sn);
		}
		must(sn === 0 && equal(fr, oldRoot) && equal(sr, root), 'consistency');
	}

	/* ---- keys, notes, proofs --------------------------------------------------------------------------- */

	function vkey(text) {
		var m = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text), raw;
		must(m, 'vkey');
		raw = unb64(m[3]);
		must(raw.length === 33 && raw[0] === 1, 'vkey');
		must(hex(sha256([enc.encode(m[1]), [10], raw]).subarray(0, 4)) === m[2], 'vkey');
		return { name: m[1], id: m[2], pub: raw.subarray(1), text: text };
	}

	/* The order of the group, from the highest byte: a signature whose second half is not below it is the
	 * same signature spelled otherwise, and one spelling is enough. */
	var ORDER = '1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed';

	function verify(key, message, sig) {
		if (sig.length !== 64 || hex(sig.slice(32).reverse()) >= ORDER) return Promise.resolve(false);
		function bundled() { return receiptCheck.nacl.sign.detached.verify(message, sig, key); }
		var subtle = typeof crypto !== 'undefined' && crypto.subtle;
		if (!subtle) return Promise.resolve().then(bundled);
		return subtle.importKey('raw', key, { name: 'Ed25519' }, false, ['verify']).then(function (k) {
			return subtle.verify({ name: 'Ed25519' }, k, sig, message);
		}).catch(bundled);
	}

	/* A checkpoint in its strict form; nothing is signed yet. */
	function note(text) {
		var line = text.split('\n'), sigs, size;
		must(enc.encode(text).length <= NOTE_MAX && !/[\u0000-\u0009\u000b-\u001f\u007f]/.test(text), 'note');
		must(line.length >= 6 && line[3] === '' && line[line.length - 1] === '', 'note');
		must(/^[^\s+]+$/.test(line[0]), 'note');
		sigs = line.slice(4, -1).map(function (l) {
			var m = /^\u2014 ([^\s+]+) (\S+)$/.exec(l), raw;
			must(m, 'note');
			raw = unb64(m[2]);
			must(raw.length > 4, 'note');
			return { name: m[1], id: hex(raw.subarray(0, 4)), sig: raw.slice(4) };
		});
		must(sigs.length <= SIGS_MAX, 'note');
		size = number(line[1]);
		must(size > 0 || equal(hash32(line[2]), EMPTY), 'note');
		return { origin: line[0], size: size, root: hash32(line[2]), sigs: sigs,
			body: enc.encode(line.slice(0, 3).join('\n') + '\n') };
	}

	/* Signed by one of our keys of the log, and by none of them wrongly. */
	async function signed(text, keys) {
		var n = note(text), good = 0, i, k, j;
		for (i = 0; i < n.sigs.length; i++) {
			for (j = 0; j < keys.length; j++) {
				k = keys[j];
				if (k.name !== n.sigs[i].name || k.id !== n.sigs[i].id) continue;
				must(await verify(k.pub, n.body, n.sigs[i].sig), 'signature');
				if (k.name === n.origin) good++;
			}
		}
		must(good > 0, 'signature');
		return n;
	}

	function proof(text) {
		var p = { extra: null, hashes: [] }, at = text.indexOf('\n\n'), line;
		must(at >= 0 && text.length <= 4 * NOTE_MAX, 'form');
		line = text.slice(0, at).split('\n');
		must(line.shift() === 'c2sp.org/tlog-proof@v1', 'form');
		if (line.length && line[0].slice(0, 6) === 'extra ') p.extra = dec.decode(unb64(line.shift().slice(6)));
		must(line.length && line[0].slice(0, 6) === 'index ', 'form');
		p.index = number(line.shift().slice(6));
		must(line.length <= HASHES_MAX, 'form');
		p.hashes = line.map(hash32);
		p.note = text.slice(at + 2);
		return p;
	}

	/* ---- events ---------------------------------------------------------------------------------------- */

	/* One entry of this log (ledger.md 3.1), as far as a receipt rests on it. */
	function event(text, origin, seq) {
		var e, m = /\/log\/([a-z0-9-]+?)(?:\.[0-9]+)?$/.exec(origin);
		must(typeof text === 'string' && enc.encode(text).length <= EVENT_MAX, 'event');
		e = canonical(text);
		must(isObject(e) && e.v === 1 && isObject(e.pub) && e.seq === seq, 'event');
		must(m && e.log === m[1], 'event');
		must(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+08:00$/.test(e.at), 'event');
		must(/^[a-z]+\.[a-z-]+$/.test(e.k) && /^[a-z]+$/.test(e.role), 'event');
		must(!has(e, 'ref') || /^[a-z]-[a-z2-7]{16}$/.test(e.ref), 'event');
		must(!has(e, 'com') || isObject(e.com), 'event');
		return e;
	}

	function under(text, origin, seq, hashes, size, root) {
		var e = event(text, origin, seq);
		must(equal(rootFrom(leafOf(text), seq, size, hashes), root), 'proof');
		return e;
	}

	/* {event, hashes} as the server gives it, under a root that is checked already. */
	function entry(o, origin, size, root) {
		must(isObject(o) && typeof o.event === 'string' && Array.isArray(o.hashes) && o.hashes.length <= HASHES_MAX, 'form');
		var seq;
		try { seq = JSON.parse(o.event).seq; } catch (e) { throw bad('event'); }
		must(Number.isSafeInteger(seq) && seq >= 0, 'event');
		return under(o.event, origin, seq, o.hashes.map(hash32), size, root);
	}

	/* What followed with the same subject: each knows the number of the one before. */
	function chain(list, first, origin, size, root) {
		var last = first.seq, out = [];
		must(Array.isArray(list) && list.length <= 500, 'form');
		list.forEach(function (o) {
			var e = entry(o, origin, size, root);
			must(has(first, 'ref') && e.ref === first.ref && e.prev === last, 'follows');
			last = e.seq;
			out.push(e);
		});
		return out;
	}

	/* ---- the seven steps --------------------------------------------------------------------------------- */

	function openings(open, e) {
		must(isObject(open), 'form');
		Object.keys(open).forEach(function (part) {
			var o = open[part];
			must(isObject(o) && Object.keys(o).sort().join() === 'salt,text' && has(e.com || {}, part), 'opening');
			canonical(o.text);
			must(b64(sha256([hash32(o.salt), enc.encode(o.text)])) === e.com[part], 'opening');
		});
		return Object.keys(open).length;
	}

	/* The table of sentences is what the record names: its hash in an entry under the same root. */
	function table(beside, want, origin, size, root) {
		must(typeof beside.doc === 'string' && hex(sha256([enc.encode(beside.doc)])) === want, 'table');
		var e = entry(beside.table, origin, size, root), doc = canonical(beside.doc);
		must(e.k === 'config.set' && e.pub.doc === want, 'table');
		must(doc.doc === 'xinqiao-sentences/1', 'table');
		return doc;
	}

	/* data: {proof, beside: {doc, table, later}, vkey, code}; ask(path) gives the text of prefix + path, or
	 * rejects: no network. say: receiptSay. Answers {steps: [7 of {state, why}], ...}; states: ok, bad, none
	 * (nothing to check), skip (could not ask), off (not reached). */
	async function check(data, ask, say) {
		var out = { steps: [], ok: false, sentence: '', counted: '' }, p, extra, leaf, e, key, cp, root, doc, fresh, list, i;
		for (i = 0; i < 7; i++) out.steps.push({ state: 'off', why: '' });
		function done(n, state, why) { out.steps[n - 1] = { state: state, why: why || '' }; }
		var n = 1;
		try {
			p = proof(data.proof);
			must(p.extra !== null, 'form');
			extra = canonical(p.extra);
			must(isObject(extra) && Object.keys(extra).sort().join() === 'event,open,sentences', 'form');
			leaf = leafOf(extra.event);
			done(1, 'ok');
			n = 2;
			cp = note(p.note);
			cp.text = p.note;
			e = event(extra.event, cp.origin, p.index);
			root = rootFrom(leaf, p.index, cp.size, p.hashes);
			must(equal(root, cp.root), 'proof');
			done(2, 'ok');
			n = 3;
			key = vkey(data.vkey);
			must(key.name === cp.origin, 'vkey');
			await signed(p.note, [key]);
			done(3, 'ok');
			out.size = cp.size; out.event = e; out.origin = cp.origin;
			n = 4;
			done(4, openings(extra.open, e) > 0 ? 'ok' : 'none');
			n = 5;
			must(isObject(data.beside) && Object.keys(data.beside).sort().join() === 'doc,later,table', 'form');
			doc = table(data.beside, extra.sentences, cp.origin, cp.size, cp.root);
			list = chain(data.beside.later, e, cp.origin, cp.size, cp.root);
			done(5, 'ok');
			n = 6;
			fresh = await newer(data, ask, cp, key);
			if (!fresh) { done(6, 'skip'); done(7, 'skip'); }
			else {
				out.size = fresh.size;
				done(6, 'ok');
				n = 7;
				list = await follow(data, ask, e, cp, fresh, list);
				if (list.isOld) { done(7, 'skip'); list = list.list; } else done(7, 'ok');
			}
			out.says = say(doc, [e].concat(list));
			out.sentence = out.says.sentence;
			out.counted = out.says.counted;
			out.ok = true;
		} catch (x) {
			if (!x.isBad && !(x instanceof TypeError) && !(x instanceof RangeError)) throw x;
			done(n, 'bad', x.isBad ? x.message : 'form');
		}
		return out;
	}

	/* What did not come (no network, a page of somebody else's) is no proof of anything: undefined. */
	async function get(ask, path, read) {
		var text;
		try { text = await ask(path); } catch (x) { return undefined; }
		try { return read(text); } catch (x) { return undefined; }
	}

	/* ---- keys that came after the receipt's (ledger.md 5.5) ------------------------------------------------ */

	function signing(keys, size) {
		return keys.filter(function (k) { return k.from <= size && size < k.until; });
	}

	/* An entry under a checked root tells of a key. */
	function learn(keys, e) {
		must((e.k === 'key.added' || e.k === 'key.retired') && typeof e.pub.vkey === 'string' && Number.isSafeInteger(e.pub.from), 'keys');
		var k = vkey(e.pub.vkey), known = keys.filter(function (x) { return x.text === k.text; })[0];
		if (e.k === 'key.retired') {
			if (known) known.until = Math.min(known.until, e.pub.from);
		} else if (!known) {
			k.from = e.pub.from;
			k.until = Infinity;
			keys.push(k);
		}
	}

	/* Each step is signed by a key that was known before it. Answers the last one; null: nobody told of any. */
	async function stepped(ask, cp, keys, size) {
		var o = await get(ask, '/keys?from=' + cp.size + '&to=' + size, JSON.parse), at = cp, i, s, n;
		if (o === undefined) return null;
		must(isObject(o) && Array.isArray(o.steps) && o.steps.length <= KEYS_MAX, 'keys');
		for (i = 0; i < o.steps.length; i++) {
			s = o.steps[i];
			must(isObject(s) && Array.isArray(s.keys) && s.keys.length <= KEYS_MAX, 'keys');
			if (has(s, 'note')) {
				must(typeof s.note === 'string' && Array.isArray(s.hashes) && s.hashes.length <= 2 * HASHES_MAX, 'keys');
				n = await signed(s.note, signing(keys, note(s.note).size));
				must(n.origin === cp.origin && n.size > at.size && n.size <= size, 'keys');
				extend(at.size, at.root, n.size, n.root, s.hashes.map(hash32));
				at = n;
			}
			s.keys.forEach(function (x) { learn(keys, entry(x, cp.origin, at.size, at.root)); });
		}
		return at;
	}

	function isBy(n, keys) {
		return n.sigs.some(function (s) { return keys.some(function (k) { return k.name === s.name && k.id === s.id; }); });
	}

	/* The newest checkpoint, grown out of the receipt's own. */
	async function newer(data, ask, cp, key) {
		var text = await get(ask, '/checkpoint', function (t) { note(t); return t; }), keys, seen, n, at = cp, c;
		if (text === undefined) return null;
		/* Nothing new: the very bytes of step three. */
		if (text === cp.text) return cp;
		key.from = 0;
		key.until = Infinity;
		keys = [key];
		seen = note(text);
		if (!isBy(seen, keys)) {
			at = await stepped(ask, cp, keys, seen.size);
			/* No way leads to whoever signed this: whose it is cannot be told from here. */
			if (!at || !isBy(seen, signing(keys, seen.size))) return null;
		}
		n = await signed(text, signing(keys, seen.size));
		must(n.origin === cp.origin && n.size >= at.size, 'older');
		if (n.size === at.size) { must(equal(n.root, at.root), 'consistency'); return n; }
		c = await get(ask, '/proof/consistency?from=' + at.size + '&to=' + n.size, JSON.parse);
		if (c === undefined) return null;
		must(isObject(c) && Array.isArray(c.hashes) && c.hashes.length <= 2 * HASHES_MAX, 'consistency');
		extend(at.size, at.root, n.size, n.root, c.hashes.map(hash32));
		return n;
	}

	async function follow(data, ask, e, cp, fresh, known) {
		if (fresh.size === cp.size) return known;
		var b = await get(ask, '/receipt/' + data.code + '/later?size=' + fresh.size, JSON.parse), list;
		if (b === undefined) return { isOld: true, list: known };
		must(isObject(b), 'form');
		list = chain(b.later, e, fresh.origin, fresh.size, fresh.root);
		/* What was told before may not be taken back. */
		must(list.length >= known.length, 'follows');
		return list;
	}

	return { check: check, sha256: sha256, hex: hex, b64: b64, unb64: unb64, canonical: canonical, note: note, signed: signed, vkey: vkey,
		proof: proof, rootFrom: rootFrom, extend: extend, leafOf: leafOf, openings: openings, equal: equal, nacl: null };
})();
if (typeof module !== 'undefined') module.exports = receiptCheck;
