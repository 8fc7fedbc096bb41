/* SPDX-License-Identifier: Apache-2.0 */
/* receipt-say.js - from the record's codes to one sentence, by the table that the office published. The same
 * rules as src/record/sentence.c; tests/unit/record/sentences.json holds both together. */
var receiptSay = (function () {
	'use strict';
	var STATE = {
		'concern.raised': 'open', 'concern.owned': 'open', 'concern.resumed': 'open', 'concern.replied': 'answered',
		'concern.redo': 'redo', 'concern.parked': 'parked', 'concern.closed': 'closed', 'concern.voided': 'voided',
		'concern.redirected': 'redirected', 'concern.merged': 'merged', 'concern.terminated': 'terminated',
		'concern.transferred': 'transferred'
	};

	function scalar(v) {
		return typeof v === 'string' || typeof v === 'number' || typeof v === 'boolean' ? String(v) : undefined;
	}

	function facts(events) {
		var f = new Map(), own = events[0];
		function put(name, v) { v = scalar(v); if (v !== undefined) f.set(name, v); }
		Object.keys(own.pub).forEach(function (n) { if (n.slice(0, 4) !== 'now_' && n !== 'over') put(n, own.pub[n]); });
		['at', 'k', 'log', 'ref', 'role', 'seq', 'unit'].forEach(function (n) { put(n, own[n]); });
		/* One step of the walk of ledger.md 8, for one subject. */
		events.forEach(function (e, i) {
			put('now_state', STATE[e.k]);
			if (/^concern\.(raised|owned)$/.test(e.k)) put('now_unit', e.unit);
			if (/^concern\.(raised|owned|due-moved|redo)$/.test(e.k)) put('now_due', e.pub.due);
			if (e.k === 'concern.replied') {
				if (f.has('now_due') && e.at > f.get('now_due')) f.set('now_late', 'yes');
				else if (!f.has('now_late')) f.set('now_late', 'no');
			}
			if (e.k === 'concern.closed') { put('now_closed', e.at); put('now_outcome', e.pub.outcome); }
			if (e.k === 'concern.transferred') { put('now_to', e.pub.to); put('now_entry', e.pub.entry); }
			if (e.k === 'concern.rated') {
				/* the last one of a month counts */
				if (i > 0 && own.k === 'concern.rated' && f.has('now_rated') && f.get('now_rated').slice(0, 7) === e.at.slice(0, 7))
					f.set('over', 'yes');
				f.delete('now_sat'); f.delete('now_solved');
				put('now_rated', e.at); put('now_sat', e.pub.sat); put('now_solved', e.pub.solved);
			}
			if (e.k === 'concern.unreached') { f.set('now_unreached', 'yes'); put('now_called', e.at); }
		});
		return f;
	}

	function holds(rule, f) {
		return rule.if.every(function (c) {
			var is = f.get(c[0]), want = c[1];
			if (want === '*') return is !== undefined;
			if (want === '-') return is === undefined;
			if (want[0] === '!') return is !== want.slice(1);
			return is === want;
		});
	}

	function date(doc, pattern, at) {
		var m = /^([0-9]{4})-([0-9]{2})-([0-9]{2})/.exec(at), names = doc.months.split('|');
		if (!m || !pattern) return at;
		return pattern.replace(/\{(mon|d|m|y)\}/g, function (all, what) {
			if (what === 'mon') return names[Number(m[2]) - 1] || '';
			return String(Number(what === 'd' ? m[3] : what === 'm' ? m[2] : m[1]));
		});
	}

	function shown(doc, value, how) {
		if (!how) return value;
		if (how === 'n') return value.replace(/\B(?=(?:[0-9]{3})+$)/g, ',');
		if (how === 'day' || how === 'month') return date(doc, doc[how], value);
		var pair = (doc.words[how] || []).filter(function (p) { return p[0] === value; })[0];
		return pair ? pair[1] : value; /* a code without a word says itself */
	}

	function fill(doc, text, f) {
		return text.replace(/\{([^}:]*)(?::([^}]*))?\}/g, function (all, name, how) {
			var value = f.get(name);
			return value === undefined ? '' : shown(doc, value, how);
		});
	}

	function groups(doc, key, join, f) {
		var out = '';
		(doc[key] || []).forEach(function (group) {
			var rule = group.filter(function (r) { return holds(r, f); })[0];
			if (rule && rule.text) out += (out ? join : '') + fill(doc, rule.text, f);
		});
		return out;
	}

	return function (doc, events) {
		var f = facts(events);
		return { sentence: groups(doc, 'say', '', f), counted: groups(doc, 'count', doc.join, f) };
	};
})();
if (typeof module !== 'undefined') module.exports = receiptSay;
