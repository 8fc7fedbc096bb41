/* SPDX-License-Identifier: Apache-2.0 */
/* One walk over the entries: what each commits to, and what was announced as erased, which comes later. */
#include "ledger/parts_check.h"

#include <stdlib.h>

#include "core/mem.h"
#include "core/parse.h"
#include "ledger/parts.h"
#include "ledger/pub.h"

#include "core/banned.h"

struct named {
	int64_t seq;
	char part[33];
};
struct named_list {
	struct named *v;
	size_t n, cap;
};
struct walk {
	void *mem;
	struct tx *tx;
	const struct keystore *keys;
	int64_t office;
	struct parts_checked *out;
	struct named_list gone, announced;
};

static void
add(void *mem, struct named_list *l, int64_t seq, struct str part)
{
	if (part.n >= sizeof l->v->part)
		return;
	if (l->n == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 64;
		l->v = mem_grow(mem, struct named, l->v, l->cap, cap);
		l->cap = cap;
	}
	struct named *n = &l->v[l->n++];
	n->seq = seq;
	memcpy(n->part, part.p, part.n);
	n->part[part.n] = '\0';
}

static int
by_place(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	if (x->seq != y->seq)
		return x->seq < y->seq ? -1 : 1;
	return strcmp(x->part, y->part);
}

static void
fault(struct walk *w, const struct named *n, bool is_wrong)
{
	struct parts_checked *out = w->out;
	out->n_faults++;
	if (out->n_kept < PARTS_FAULTS_KEPT) {
		struct parts_fault *f = &out->fault[out->n_kept++];
		*f = (struct parts_fault){ .seq = n->seq, .is_wrong = is_wrong };
		memcpy(f->part, n->part, sizeof f->part);
	}
}

/* XQ_NONE: the office has no such part any more. */
static enum xq_rc
opens(struct walk *w, int64_t seq, struct str part, struct str com, bool *out, struct xq_err *err)
{
	struct ledger_opening o;
	void *mem = mem_new(w->mem, char);
	enum xq_rc rc = ledger_opening_load(
		w->tx, mem, w->keys, w->office, seq, str_text(mem, part), &o, err);
	*out = rc == XQ_OK && ledger_opens((struct bytes){ o.salt, LEDGER_SALT_LEN }, o.text, com);
	mem_free(mem);
	/* what is there and does not open is an answer here, not a fault of ours */
	return rc == XQ_FAULT && text_eq(err->key, "record.part") ? XQ_OK : rc;
}

static enum xq_rc
check_coms(struct walk *w, const struct event_seen *e, struct xq_err *err)
{
	struct str rest = e->com, part, value, com;
	while (pub_next(&rest, &part, &value)) {
		if (str_is(part, "vote") || !pub_code(e->com, str_text(w->mem, part), &com))
			continue;
		bool is_open = false;
		w->out->n_parts++;
		enum xq_rc rc = opens(w, e->seq, part, com, &is_open, err);
		if (rc == XQ_NONE) {
			add(w->mem, &w->gone, e->seq, part);
			continue;
		}
		if (rc != XQ_OK)
			return rc;
		if (is_open) {
			w->out->n_opened++;
			continue;
		}
		struct named_list wrong = { 0 };
		add(w->mem, &wrong, e->seq, part);
		if (wrong.n > 0)
			fault(w, &wrong.v[0], true);
	}
	return XQ_OK;
}

/* "12:who" of record.erased. */
static void
take_announced(struct walk *w, const struct event_seen *e)
{
	struct str rest, item, number;
	int64_t seq;
	if (!pub_array(e->pub, "parts", &rest))
		return;
	while (pub_item(&rest, &item))
		if (str_cut(&item, ':', &number) && item.p != NULL &&
			parse_int(number, 0, INT64_MAX, &seq))
			add(w->mem, &w->announced, seq, item);
}

static enum xq_rc
take_entry(struct walk *w, struct str bytes, struct xq_err *err)
{
	struct event_seen e;
	if (event_check(bytes, NULL, -1, &e, NULL) != XQ_OK)
		return XQ_OK; /* V3's */
	if (str_is(e.kind, "record.erased"))
		take_announced(w, &e);
	return e.com.n > 0 ? check_coms(w, &e, err) : XQ_OK;
}

/* Destroyed, and announced only together with those of others (ledger.md 3.4 rule 5). */
static enum xq_rc
take_waiting(struct walk *w, struct xq_err *err)
{
	struct rows *q = db_query(w->tx,
		SQL("/* scan: few wait */ SELECT seq, part FROM ledger_gone WHERE office = ?"),
		VALS(V(w->office)));
	while (row_next(q))
		add(w->mem, &w->announced, row_int(q, 0), row_str(q, 1));
	return rows_close(q, err);
}

static enum xq_rc
walk_entries(struct walk *w, struct xq_err *err)
{
	struct rows *q = db_query(w->tx,
		SQL("SELECT bytes FROM ledger_event WHERE office = ? AND seq >= 0 ORDER BY seq"),
		VALS(V(w->office)));
	enum xq_rc rc = XQ_OK;
	while (rc == XQ_OK && row_next(q)) {
		struct bytes b = row_bytes(q, 0);
		rc = take_entry(w, str_n((const char *)b.p, b.n), err);
	}
	struct xq_err late;
	enum xq_rc closed = rows_close(q, rc == XQ_OK ? err : &late);
	return rc == XQ_OK ? closed : rc;
}

enum xq_rc
parts_check(struct tx *tx, void *mem, const struct keystore *keys, int64_t office,
	struct parts_checked *out, struct xq_err *err)
{
	struct parts_checked checked = { 0 };
	struct walk w = {
		.mem = mem_new(mem, char), .tx = tx, .keys = keys, .office = office, .out = &checked
	};
	enum xq_rc rc = walk_entries(&w, err);
	if (rc == XQ_OK)
		rc = take_waiting(&w, err);
	if (w.announced.n > 0)
		qsort(w.announced.v, w.announced.n, sizeof w.announced.v[0], by_place);
	for (size_t i = 0; rc == XQ_OK && i < w.gone.n; i++)
		if (w.announced.n > 0 && bsearch(&w.gone.v[i], w.announced.v, w.announced.n,
						 sizeof w.gone.v[0], by_place) != NULL)
			checked.n_erased++;
		else
			fault(&w, &w.gone.v[i], false);
	mem_free(w.mem);
	if (rc == XQ_OK)
		*out = checked;
	return rc;
}
