/* SPDX-License-Identifier: Apache-2.0 */
/* receipt_load.c - a receipt from the rows: the entry, what followed it, its proof. */
#include "record/receipt.h"

#include "concern/concern.h"
#include "core/mem.h"
#include "ledger/proof_file.h"
#include "record/keys.h"
#include "record/proof_json.h"

#include "core/banned.h"

/* ---- the entries ------------------------------------------------------------------------------------- */

/* The newest entry of a subject; seq itself where nobody keeps count of its kind. */
static enum xq_rc
newest_of(struct tx *tx, void *mem, int64_t office, struct str ref, int64_t seq, int64_t *out,
	struct xq_err *err)
{
	struct concern c;
	*out = seq;
	if (ref.n == 0 || ref.p[0] != 'c')
		return XQ_OK;
	enum xq_rc rc = concern_by_ref(tx, mem, office, ref, &c, err);
	if (rc == XQ_OK)
		*out = c.last_seq;
	return rc == XQ_NONE ? XQ_OK : rc;
}

/* Entries of a subject from seq on and below size, the oldest first. Each names the one before, so they are
 * met from the newest backwards. */
static enum xq_rc
chain_load(struct ledger_tree *t, void *mem, int64_t seq, int64_t newest, int64_t size,
	struct str **out, size_t *out_n, struct xq_err *err)
{
	struct str *list = mem_array(mem, struct str, SENTENCE_EVENTS_MAX);
	size_t n = 0;
	for (int64_t at = newest; at >= seq && n < SENTENCE_EVENTS_MAX;) {
		struct str bytes;
		struct event_seen e;
		enum xq_rc rc = ledger_entry(t, mem, at, &bytes, err);
		if (rc == XQ_OK)
			rc = event_check(bytes, NULL, at, &e, err);
		if (rc != XQ_OK)
			return rc;
		if (at < size)
			list[n++] = bytes;
		at = at == seq ? -1 : e.prev;
	}
	for (size_t i = 0; i < n / 2; i++) {
		struct str other = list[i];
		list[i] = list[n - 1 - i];
		list[n - 1 - i] = other;
	}
	*out = list;
	*out_n = n;
	return XQ_OK;
}

/* The key that the log opened with, as its first entry says. */
static enum xq_rc
first_vkey(struct ledger_tree *t, void *mem, const char **out, struct xq_err *err)
{
	struct str first;
	json_t *e = NULL;
	enum xq_rc rc = ledger_entry(t, mem, 0, &first, err);
	if (rc == XQ_OK)
		rc = json_read(mem, first, EVENT_MAX_BYTES, &e, err);
	if (rc != XQ_OK)
		return rc;
	const char *vkey = json_string_value(json_object_get(json_object_get(e, "pub"), "vkey"));
	*out = vkey ? mem_text(mem, vkey) : "";
	return XQ_OK;
}

/* The key to check this receipt with: the oldest that signs its checkpoint. */
static enum xq_rc
vkey_of(struct tx *tx, struct ledger_tree *t, void *mem, int64_t office, int64_t size,
	const char **out, struct xq_err *err)
{
	enum xq_rc rc = log_key_at(tx, mem, office, size, out, err);
	return rc == XQ_NONE ? first_vkey(t, mem, out, err) : rc;
}

/* ---- the receipt ------------------------------------------------------------------------------------- */

static enum xq_rc
cover(struct tx *tx, void *mem, int64_t office, struct receipt_seen *r, struct xq_err *err)
{
	enum xq_rc rc = checkpoint_latest(tx, mem, office, &r->cp, err);
	r->is_waiting = rc != XQ_OK || r->cp.size <= r->seq || r->words.seq < 0 ||
	                r->cp.size <= r->words.seq;
	return rc == XQ_NONE ? XQ_OK : rc;
}

enum xq_rc
receipt_load(struct tx *tx, void *mem, int64_t office, int64_t seq, enum lang lang,
	struct receipt_seen *out, struct xq_err *err)
{
	struct ledger_tree *t;
	struct str own;
	struct receipt_seen r = { .seq = seq };
	int64_t newest = seq;
	enum xq_rc rc = ledger_tree_open(tx, mem, office, &t, err);
	if (rc == XQ_OK && seq >= ledger_tree_size(t))
		return XQ_NONE;
	if (rc == XQ_OK)
		rc = ledger_entry(t, mem, seq, &own, err);
	if (rc == XQ_OK)
		rc = event_check(own, NULL, seq, &r.event, err);
	if (rc == XQ_OK)
		rc = words_load(tx, mem, office, lang, &r.words, err);
	if (rc == XQ_OK)
		rc = cover(tx, mem, office, &r, err);
	if (rc == XQ_OK)
		rc = newest_of(tx, mem, office, r.event.ref, seq, &newest, err);
	struct str *list = NULL;
	if (rc == XQ_OK)
		rc = chain_load(t, mem, seq, newest, r.is_waiting ? ledger_tree_size(t) : r.cp.size,
			&list, &r.n_entries, err);
	if (rc == XQ_OK)
		rc = vkey_of(tx, t, mem, office, r.is_waiting ? ledger_tree_size(t) : r.cp.size,
			&r.vkey, err);
	if (rc != XQ_OK)
		return rc;
	r.entry = list;
	r.at = r.event.at;
	r.origin = mem_text(mem, ledger_tree_origin(t));
	r.log = mem_text(mem, ledger_tree_log(t));
	if (r.words.seq >= 0)
		rc = sentence_build(mem, r.words.doc, r.entry, r.n_entries, &r.sentence, err);
	if (rc == XQ_OK)
		*out = r;
	return rc;
}

/* ---- proofs -------------------------------------------------------------------------------------------- */

static enum xq_rc
put_later(struct json_w *w, struct ledger_tree *t, int64_t size, const struct str *entry, size_t n,
	struct xq_err *err)
{
	json_key(w, "later");
	json_open(w, '[');
	for (size_t i = 1; i < n; i++) {
		struct event_seen e;
		enum xq_rc rc = event_check(entry[i], NULL, -1, &e, err);
		if (rc == XQ_OK)
			rc = proof_put_entry(w, t, e.seq, size, entry[i], err);
		if (rc != XQ_OK)
			return rc;
	}
	json_close(w, ']');
	return XQ_OK;
}

enum xq_rc
receipt_proof(struct tx *tx, void *mem, int64_t office, const struct receipt_seen *r,
	struct str *out, struct xq_err *err)
{
	struct ledger_tree *t;
	struct tree_proof p;
	struct str extra;
	struct json_w w = json_new(mem);
	xq_require(!r->is_waiting);
	json_open(&w, '{');
	json_key(&w, "event");
	json_str(&w, r->entry[0]);
	json_key(&w, "open");
	json_open(&w, '{');
	json_close(&w, '}');
	json_pair(&w, "sentences", r->words.hash);
	json_close(&w, '}');
	enum xq_rc rc = canonical_write(mem, buf_view(&w.b), &extra, err);
	if (rc == XQ_OK)
		rc = ledger_tree_open(tx, mem, office, &t, err);
	if (rc == XQ_OK)
		rc = ledger_inclusion(t, r->seq, r->cp.size, &p, err);
	if (rc == XQ_OK)
		*out = proof_file_text(mem, (struct bytes){ (const uint8_t *)extra.p, extra.n },
			r->seq, &p, str_of(r->cp.note));
	return rc;
}

enum xq_rc
receipt_beside(struct tx *tx, void *mem, int64_t office, const struct receipt_seen *r,
	struct str *out, struct xq_err *err)
{
	struct ledger_tree *t;
	struct str table;
	struct json_w w = json_new(mem);
	xq_require(!r->is_waiting);
	json_open(&w, '{');
	json_key(&w, "doc");
	json_str(&w, r->words.doc);
	enum xq_rc rc = ledger_tree_open(tx, mem, office, &t, err);
	if (rc == XQ_OK)
		rc = put_later(&w, t, r->cp.size, r->entry, r->n_entries, err);
	if (rc == XQ_OK)
		rc = ledger_entry(t, mem, r->words.seq, &table, err);
	json_key(&w, "table");
	if (rc == XQ_OK)
		rc = proof_put_entry(&w, t, r->words.seq, r->cp.size, table, err);
	json_close(&w, '}');
	if (rc == XQ_OK)
		*out = buf_view(&w.b);
	return rc;
}

enum xq_rc
receipt_later(struct tx *tx, void *mem, int64_t office, int64_t seq, int64_t size, struct str *out,
	struct xq_err *err)
{
	struct ledger_tree *t;
	struct str own, *list;
	struct event_seen e;
	size_t n;
	int64_t newest = seq;
	struct json_w w = json_new(mem);
	enum xq_rc rc = ledger_tree_open(tx, mem, office, &t, err);
	if (rc == XQ_OK && (size <= seq || size > ledger_tree_size(t)))
		return xq_refuse(err, "size", "record.beyond");
	if (rc == XQ_OK)
		rc = ledger_entry(t, mem, seq, &own, err);
	if (rc == XQ_OK)
		rc = event_check(own, NULL, seq, &e, err);
	if (rc == XQ_OK)
		rc = newest_of(tx, mem, office, e.ref, seq, &newest, err);
	if (rc == XQ_OK)
		rc = chain_load(t, mem, seq, newest, size, &list, &n, err);
	json_open(&w, '{');
	if (rc == XQ_OK)
		rc = put_later(&w, t, size, list, n, err);
	json_close(&w, '}');
	if (rc == XQ_OK)
		*out = buf_view(&w.b);
	return rc;
}
