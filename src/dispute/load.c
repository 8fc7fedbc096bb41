/* SPDX-License-Identifier: Apache-2.0 */
/* load.c - reading disputes: one, lists, what was done, and the counts of a month. */
#include "dispute/dispute_int.h"

#include "core/mem.h"

#include "core/banned.h"

#define COLUMNS                                                                                    \
	"SELECT d.no, d.ver, d.kind, d.side_a, d.side_b, d.parties, d.place, d.about, d.unit_id,"  \
	" d.concern_id, u.name, d.stage, d.found_at, d.found_on, d.next_on, d.next_at, d.told_at," \
	" d.ended_at, d.agreement, d.form, d.body, d.told FROM dispute d"                          \
	" JOIN unit u ON u.office = d.office AND u.id = d.unit_id"

static struct dispute
read_dispute(struct rows *q, void *mem)
{
	return (struct dispute){ .no = row_int(q, 0),
		.ver = row_int(q, 1),
		.kind = row_text(q, 2, mem),
		.side_a = row_text(q, 3, mem),
		.side_b = row_text(q, 4, mem),
		.parties = row_int(q, 5),
		.place = row_text(q, 6, mem),
		.about = row_text(q, 7, mem),
		.unit_id = row_int(q, 8),
		.concern_id = row_int(q, 9),
		.unit = row_text(q, 10, mem),
		.stage = (enum dispute_stage)row_int(q, 11),
		.found_at = row_int(q, 12),
		.found_on = (int32_t)row_int(q, 13),
		.next_on = (int32_t)row_int(q, 14),
		.next_at = row_int(q, 15),
		.told_at = row_int(q, 16),
		.ended_at = row_int(q, 17),
		.agreement = row_text(q, 18, mem),
		.form = row_text(q, 19, mem),
		.body = row_text(q, 20, mem),
		.told = row_text(q, 21, mem) };
}

enum xq_rc
dispute_load(struct tx *tx, void *mem, int64_t office, int64_t no, struct dispute *out,
	struct xq_err *err)
{
	struct rows *q = db_query(
		tx, SQL(COLUMNS " WHERE d.office = ? AND d.no = ?"), VALS(V(office), V(no)));
	bool found = row_next(q);
	if (found)
		*out = read_dispute(q, mem);
	enum xq_rc rc = rows_close(q, err);
	return rc == XQ_OK && !found ? XQ_NONE : rc;
}

static struct rows *
list_query(struct tx *tx, int64_t office, const struct dispute_query *q)
{
	struct val unit = V(q->unit_id), max = V((int64_t)q->max), key = V(q->after_key);
	int64_t below = q->after_no ? q->after_no : INT64_MAX;
	if (q->is_ended && q->unit_id)
		return db_query(tx,
			SQL(COLUMNS
				" WHERE d.office = ? AND d.unit_id = ? AND d.ended_at IS NOT NULL"
				" AND d.no < ? ORDER BY d.no DESC LIMIT ?"),
			VALS(V(office), unit, V(below), max));
	if (q->is_ended)
		return db_query(tx,
			SQL(COLUMNS " WHERE d.office = ? AND d.ended_at IS NOT NULL AND d.no < ?"
				    " ORDER BY d.no DESC LIMIT ?"),
			VALS(V(office), V(below), max));
	if (q->unit_id)
		return db_query(tx,
			SQL(COLUMNS " WHERE d.office = ? AND d.unit_id = ? AND d.ended_at IS NULL"
				    " AND (d.next_at, d.no) > (?, ?)"
				    " ORDER BY d.next_at, d.no LIMIT ?"),
			VALS(V(office), unit, key, V(q->after_no), max));
	return db_query(tx,
		SQL(COLUMNS " WHERE d.office = ? AND d.ended_at IS NULL"
			    " AND (d.next_at, d.no) > (?, ?) ORDER BY d.next_at, d.no LIMIT ?"),
		VALS(V(office), key, V(q->after_no), max));
}

enum xq_rc
dispute_list(struct tx *tx, void *mem, int64_t office, const struct dispute_query *q,
	struct dispute **out, size_t *out_n, struct xq_err *err)
{
	xq_require(q->max <= DISPUTES_MAX);
	struct dispute *list = mem_array(mem, struct dispute, q->max);
	size_t n = 0;
	struct rows *rows = list_query(tx, office, q);
	while (n < q->max && row_next(rows))
		list[n++] = read_dispute(rows, mem);
	enum xq_rc rc = rows_close(rows, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

enum xq_rc
dispute_turns(struct tx *tx, void *mem, int64_t office, int64_t no, struct dispute_turn **out,
	size_t *out_n, struct xq_err *err)
{
	struct dispute_turn *list = mem_array(mem, struct dispute_turn, DISPUTE_TURNS_MAX);
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT t.at, t.step, t.channel, t.place, t.words, t.day, t.is_late, p.name,"
		    " b.name, u.name FROM dispute_turn t"
		    " JOIN person p ON p.office = t.office AND p.id = t.person_id"
		    " JOIN person b ON b.office = t.office AND b.id = t.by_id"
		    " JOIN unit u ON u.office = t.office AND u.id = t.unit_id"
		    " WHERE t.office = ? AND t.dispute_no = ? ORDER BY t.n LIMIT ?"),
		VALS(V(office), V(no), V((int64_t)DISPUTE_TURNS_MAX)));
	while (n < DISPUTE_TURNS_MAX && row_next(q))
		list[n++] = (struct dispute_turn){ .at = row_int(q, 0),
			.step = (enum dispute_step)row_int(q, 1),
			.channel = row_text(q, 2, mem),
			.place = row_text(q, 3, mem),
			.words = row_text(q, 4, mem),
			.day = (int32_t)row_int(q, 5),
			.is_late = row_int(q, 6) != 0,
			.person = row_text(q, 7, mem),
			.by = row_text(q, 8, mem),
			.unit = row_text(q, 9, mem) };
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

/* ---- a month ---------------------------------------------------------------------------------------- */

static size_t
kind_index(const char *code)
{
	for (size_t i = 0; dispute_kinds[i].code; i++)
		if (text_eq(dispute_kinds[i].code, code))
			return i;
	return DISPUTE_KINDS - 1; /* another matter */
}

/* unit_id 0 means all, so the month's rows are walked by their moment and the unit is sifted out. */
static enum xq_rc
count_steps(struct tx *tx, void *mem, int64_t office, int64_t unit_id, int64_t from, int64_t to,
	struct dispute_month *out, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT d.kind, t.step, count(*) FROM dispute_turn t"
		    " JOIN dispute d ON d.office = t.office AND d.no = t.dispute_no"
		    " WHERE t.office = ? AND t.at >= ? AND t.at < ? AND (? = 0 OR d.unit_id = ?)"
		    " GROUP BY d.kind, t.step"),
		VALS(V(office), V(from), V(to), V(unit_id), V(unit_id)));
	while (row_next(q)) {
		size_t kind = kind_index(row_text(q, 0, mem));
		int64_t step = row_int(q, 1);
		xq_require(step >= 0 && step < DISPUTE_STEPS);
		out->step[kind][step] += row_int(q, 2);
	}
	return rows_close(q, err);
}

/* Open now, or ended behind that moment. */
static enum xq_rc
count_open(struct tx *tx, void *mem, int64_t office, int64_t unit_id, int64_t to,
	struct dispute_month *out, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT kind, count(*) FROM dispute"
		    " WHERE office = ? AND ended_at IS NULL AND next_at > 0 AND found_at < ?"
		    " AND (? = 0 OR unit_id = ?) GROUP BY kind"),
		VALS(V(office), V(to), V(unit_id), V(unit_id)));
	while (row_next(q))
		out->open[kind_index(row_text(q, 0, mem))] += row_int(q, 1);
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK)
		return rc;
	q = db_query(tx,
		SQL("SELECT kind, count(*) FROM dispute"
		    " WHERE office = ? AND ended_at >= ? AND found_at < ?"
		    " AND (? = 0 OR unit_id = ?) GROUP BY kind"),
		VALS(V(office), V(to), V(to), V(unit_id), V(unit_id)));
	while (row_next(q))
		out->open[kind_index(row_text(q, 0, mem))] += row_int(q, 1);
	return rows_close(q, err);
}

enum xq_rc
dispute_count_month(struct tx *tx, void *mem, int64_t office, int64_t unit_id, int64_t from,
	int64_t to, struct dispute_month *out, struct xq_err *err)
{
	*out = (struct dispute_month){ 0 };
	enum xq_rc rc = count_steps(tx, mem, office, unit_id, from, to, out, err);
	return rc == XQ_OK ? count_open(tx, mem, office, unit_id, to, out, err) : rc;
}

/* ---- who may know of it ----------------------------------------------------------------------------- */

bool
dispute_may_see(const struct actor *a, const struct dispute *d)
{
	return a->kind == ACTOR_SYSTEM ||
	       (a->kind == ACTOR_STAFF && (a->unit_id == d->unit_id || actor_may(a, PERM_RULE)));
}

bool
dispute_may_act(const struct actor *a, const struct dispute *d)
{
	return a->unit_id == d->unit_id && actor_may_for_unit(a, PERM_HANDLE, d->unit_id);
}

bool
dispute_is_overdue(const struct dispute *d, int64_t now)
{
	return d->next_at && d->next_at < now;
}
