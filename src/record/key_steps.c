/* SPDX-License-Identifier: Apache-2.0 */
/* key_steps.c - the way from one key to its successors, for who keeps a receipt longer than a key lives. */
#include "core/mem.h"
#include "record/keys.h"
#include "record/proof_json.h"

#include "core/banned.h"

enum { CHANGES_MAX = 2 * LOG_KEYS_MAX }; /* each key comes once and goes once */

/* Numbers of the entries that tell of keys, rising: the first tree that holds one is the one from which on it
 * holds. The key of log.opened is told by no entry of its own. */
static enum xq_rc
changes_load(struct tx *tx, int64_t office, int64_t *seq, size_t *n, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT from_size - 1 AS seq FROM ledger_key WHERE office = ? AND from_size > 0"
		    " UNION SELECT until_size - 1 FROM ledger_key WHERE office = ? AND until_size > 0"
		    " ORDER BY seq LIMIT ?"),
		VALS(V(office), V(office), V((int64_t)CHANGES_MAX)));
	return rows_ids(q, CHANGES_MAX, seq, n, err);
}

/* The entries seq[0..n) under the tree of a size; what tells of something else (a row that was changed by hand)
 * is not shown: whoever checks would refuse it anyway. */
static enum xq_rc
put_keys(struct json_w *w, struct ledger_tree *t, void *mem, const int64_t *seq, size_t n,
	int64_t size, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	json_key(w, "keys");
	json_open(w, '[');
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		struct str bytes;
		struct event_seen e;
		rc = ledger_entry(t, mem, seq[i], &bytes, err);
		if (rc == XQ_OK)
			rc = event_check(bytes, NULL, seq[i], &e, err);
		if (rc == XQ_OK && str_starts(e.kind, STR("key.")))
			rc = proof_put_entry(w, t, seq[i], size, bytes, err);
	}
	json_close(w, ']');
	return rc;
}

static enum xq_rc
put_note(struct json_w *w, struct ledger_tree *t, int64_t last, const struct checkpoint *c,
	struct xq_err *err)
{
	struct tree_proof p;
	enum xq_rc rc = ledger_consistency(t, last, c->size, &p, err);
	if (rc != XQ_OK)
		return rc;
	json_pair(w, "note", c->note);
	proof_put_hashes(w, &p);
	return XQ_OK;
}

/* How many of the numbers lie below a size. */
static size_t
below(const int64_t *seq, size_t n, int64_t size)
{
	size_t i = 0;
	while (i < n && seq[i] < size)
		i++;
	return i;
}

enum xq_rc
key_steps(struct tx *tx, void *mem, int64_t office, int64_t from, int64_t to, struct str *out,
	struct xq_err *err)
{
	int64_t seq[CHANGES_MAX], last = from;
	size_t n = 0, done = 0;
	struct ledger_tree *t;
	struct json_w w = json_new(mem);
	enum xq_rc rc = ledger_tree_open(tx, mem, office, &t, err);
	if (rc == XQ_OK && (from < 1 || from > to || to > ledger_tree_size(t)))
		return xq_refuse(err, NULL, "record.beyond");
	if (rc == XQ_OK)
		rc = changes_load(tx, office, seq, &n, err);
	json_open(&w, '{');
	json_key(&w, "steps");
	json_open(&w, '[');
	while (rc == XQ_OK && done < n) {
		struct checkpoint c = { .size = from };
		size_t next = below(seq, n, from);
		if (next <= done) {
			rc = checkpoint_from(tx, mem, office, seq[done] + 1, &c, err);
			if (rc != XQ_OK || c.size > to)
				break;
			next = below(seq, n, c.size);
		}
		json_open(&w, '{');
		if (c.size > from)
			rc = put_note(&w, t, last, &c, err);
		if (rc == XQ_OK)
			rc = put_keys(&w, t, mem, seq + done, next - done, c.size, err);
		json_close(&w, '}');
		last = c.size;
		done = next;
	}
	json_close(&w, ']');
	json_close(&w, '}');
	if (rc != XQ_OK && rc != XQ_NONE)
		return rc;
	*out = buf_view(&w.b);
	return XQ_OK;
}
