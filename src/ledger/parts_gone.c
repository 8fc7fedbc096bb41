/* SPDX-License-Identifier: Apache-2.0 */
/* parts_gone.c - what a voice left is taken out, and waits to be announced together with others. */
#include "ledger/parts.h"

#include "core/mem.h"

#include "core/banned.h"

static enum xq_rc
remember_slot(struct voice_gone *g, int64_t slot, struct xq_err *err)
{
	for (size_t i = 0; i < g->n_slots; i++)
		if (g->slot[i] == slot)
			return XQ_OK;
	if (g->n_slots == VOICE_SLOTS_MAX)
		return xq_fault(err, "record.voice", "more slots than a voice has");
	g->slot[g->n_slots++] = slot;
	return XQ_OK;
}

static enum xq_rc
queue_part(struct tx *tx, const struct voice_erase *v, int64_t seq, const char *part,
	struct xq_err *err)
{
	return db_exec(tx,
		SQL("INSERT INTO ledger_gone (office, seq, part, voice, ground, at)"
		    " VALUES (?, ?, ?, ?, ?, ?)"),
		VALS(V(v->office), V(seq), V(part), V(v->voice), V(v->ground), V(v->now)), err);
}

/* The resident's parts of one event. */
static enum xq_rc
erase_at(struct tx *tx, void *mem, const struct voice_erase *v, int64_t seq, struct voice_gone *out,
	struct xq_err *err)
{
	const char *part[EVENT_MAX_PARTS];
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT part, slot FROM ledger_part"
		    " WHERE office = ? AND seq = ? AND person_id = 0 ORDER BY part"),
		VALS(V(v->office), V(seq)));
	enum xq_rc rc = XQ_OK;
	while (rc == XQ_OK && row_next(q)) {
		xq_require(n < EVENT_MAX_PARTS);
		part[n++] = row_text(q, 0, mem);
		rc = remember_slot(out, row_int(q, 1), err);
	}
	enum xq_rc closed = rows_close(q, err);
	rc = rc == XQ_OK ? closed : rc;
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		rc = queue_part(tx, v, seq, part[i], err);
	if (rc == XQ_OK && n > 0)
		rc = db_exec(tx,
			SQL("DELETE FROM ledger_part"
			    " WHERE office = ? AND seq = ? AND person_id = 0"),
			VALS(V(v->office), V(seq)), err);
	out->n_parts += (int64_t)n;
	return rc;
}

static enum xq_rc
event_before(struct tx *tx, int64_t office, int64_t *seq, struct xq_err *err)
{
	int64_t before = 0;
	enum xq_rc rc = db_int(tx,
		SQL("SELECT prev FROM ledger_event WHERE office = ? AND seq = ?"
		    " AND prev IS NOT NULL"),
		VALS(V(office), V(*seq)), &before, err);
	if (rc == XQ_OK)
		*seq = before;
	return rc;
}

enum xq_rc
ledger_voice_erase(struct tx *tx, void *mem, const struct voice_erase *v, struct voice_gone *out,
	struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	for (int64_t seq = v->last_seq; rc == XQ_OK;) {
		rc = erase_at(tx, mem, v, seq, out, err);
		if (rc == XQ_OK)
			rc = event_before(tx, v->office, &seq, err);
	}
	return rc == XQ_NONE ? XQ_OK : rc;
}

/* ---- the queue -------------------------------------------------------------------------------------- */

enum xq_rc
ledger_gone_count(struct tx *tx, int64_t office, const char *ground, struct gone_count *out,
	struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT count(DISTINCT voice), count(*), min(at) FROM ledger_gone"
		    " WHERE office = ? AND ground = ?"),
		VALS(V(office), V(ground)));
	if (row_next(q))
		*out = (struct gone_count){ row_int(q, 0), row_int(q, 1), row_int(q, 2) };
	return rows_close(q, err);
}

static enum xq_rc
first_gone(struct tx *tx, void *mem, int64_t office, const char *ground, int64_t *out_seq,
	const char **out_part, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT seq, part FROM ledger_gone WHERE office = ? AND ground = ?"
		    " ORDER BY seq, part LIMIT 1"),
		VALS(V(office), V(ground)));
	enum xq_rc rc = XQ_NONE;
	if (row_next(q)) {
		*out_seq = row_int(q, 0);
		*out_part = row_text(q, 1, mem);
		rc = XQ_OK;
	}
	enum xq_rc closed = rows_close(q, err);
	return closed != XQ_OK ? closed : rc;
}

enum xq_rc
ledger_gone_take(struct tx *tx, void *mem, int64_t office, const char *ground, size_t max,
	const char **out, size_t *out_n, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	size_t n = 0;
	while (rc == XQ_OK && n < max) {
		int64_t seq = 0;
		const char *part = NULL;
		rc = first_gone(tx, mem, office, ground, &seq, &part, err);
		if (rc != XQ_OK)
			break;
		out[n++] = mem_printf(mem, "%lld:%s", (long long)seq, part);
		rc = db_exec(tx,
			SQL("DELETE FROM ledger_gone WHERE office = ? AND seq = ? AND part = ?"),
			VALS(V(office), V(seq), V(part)), err);
	}
	*out_n = n;
	return rc == XQ_NONE ? XQ_OK : rc;
}
