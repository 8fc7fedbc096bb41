/* SPDX-License-Identifier: Apache-2.0 */
/* load.c - the rows of the board. Each statement walks a partial index over what is open, from the
 * oldest on, and stops after a page; none of them touches history. */
#include "lead/lead_int.h"

#include <stdlib.h>

#include "core/mem.h"

#include "core/banned.h"

#define LATE_COLUMNS                                                                               \
	"SELECT c.id, c.file_no, c.due_at, c.owner_unit_id, u.rank, c.due_day, c.state, c.lane,"   \
	" c.level, c.is_supervised, c.title, c.place, p.name, t.name, u.name FROM concern c"       \
	" JOIN person p ON p.office = c.office AND p.id = c.owner_person_id"                       \
	" JOIN unit u ON u.office = c.office AND u.id = c.owner_unit_id"                           \
	" JOIN person t ON t.office = c.office AND t.id = c.tracker_person_id"
#define LATE                                                                                       \
	" c.answered_at IS NULL AND c.closed_at IS NULL AND c.due_at < ?"                          \
	" AND (c.due_at, c.id) > (?, ?) ORDER BY c.due_at, c.id LIMIT ?"

static void
read_late(struct rows *q, void *mem, struct late_row *r)
{
	r->id = row_int(q, 0);
	r->file_no = row_int(q, 1);
	r->due_at = row_int(q, 2);
	r->unit_id = row_int(q, 3);
	r->unit_rank = row_int(q, 4);
	r->due_day = (int32_t)row_int(q, 5);
	r->state = (enum concern_state)row_int(q, 6);
	r->lane = (enum lane)row_int(q, 7);
	r->level = (int)row_int(q, 8);
	r->is_supervised = row_int(q, 9) != 0;
	if (r->lane != LANE_SEALED) {
		r->title = row_text(q, 10, mem);
		r->place = row_text(q, 11, mem);
	}
	r->owner = row_text(q, 12, mem);
	r->tracker = row_text(q, 13, mem);
	r->unit = row_text(q, 14, mem);
}

enum xq_rc
late_list(struct tx *tx, void *mem, int64_t office, const struct late_query *l,
	struct late_row **out, size_t *out_n, struct xq_err *err)
{
	struct val key = V(l->after_due), id = V(l->after_id), max = V((int64_t)l->max);
	struct rows *q =
		l->unit_id
			? db_query(tx,
				  SQL(LATE_COLUMNS
					  " WHERE c.office = ? AND c.owner_unit_id = ? AND" LATE),
				  VALS(V(office), V(l->unit_id), V(l->now), key, id, max))
			: db_query(tx, SQL(LATE_COLUMNS " WHERE c.office = ? AND" LATE),
				  VALS(V(office), V(l->now), key, id, max));
	struct late_row *list = mem_array(mem, struct late_row, l->max);
	size_t n = 0;
	while (n < l->max && row_next(q))
		read_late(q, mem, &list[n++]);
	*out = list;
	*out_n = n;
	return rows_close(q, err);
}

/* ---- by unit ----------------------------------------------------------------------------------------- */

static int
by_rank(const void *a, const void *b)
{
	const struct late_unit *x = a, *y = b;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

static void
tally(struct rows *q, void *mem, struct late_unit *list, size_t *n)
{
	int64_t id = row_int(q, 0);
	size_t i = 0;
	while (i < *n && list[i].id != id)
		i++;
	if (i == LATE_UNITS)
		return; /* the total counts it all the same */
	if (i == *n) {
		list[i] = (struct late_unit){ .id = id,
			.rank = row_int(q, 1),
			.code = row_text(q, 2, mem),
			.name = row_text(q, 3, mem) };
		++*n;
	}
	list[i].n++;
}

/* Counted here and not by GROUP BY: a sort of its own for each look would cost more than the walk. */
enum xq_rc
late_units(struct tx *tx, void *mem, int64_t office, int64_t now, struct late_unit **out,
	size_t *out_n, int64_t *out_total, struct xq_err *err)
{
	struct late_unit *list = mem_array(mem, struct late_unit, LATE_UNITS);
	size_t n = 0;
	int64_t total = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT c.owner_unit_id, u.rank, u.code, u.name FROM concern c"
		    " JOIN unit u ON u.office = c.office AND u.id = c.owner_unit_id"
		    " WHERE c.office = ? AND c.answered_at IS NULL AND c.closed_at IS NULL"
		    " AND c.due_at < ? ORDER BY c.due_at, c.id LIMIT ?"),
		VALS(V(office), V(now), V((int64_t)LATE_COUNT_MAX + 1)));
	for (; row_next(q); total++)
		tally(q, mem, list, &n);
	qsort(list, n, sizeof *list, by_rank);
	*out = list;
	*out_n = n;
	*out_total = total;
	return rows_close(q, err);
}

/* ---- beside it --------------------------------------------------------------------------------------- */

enum xq_rc
promises_open(struct tx *tx, void *mem, int64_t office, int64_t from, int64_t until,
	struct promise_row **out, size_t *out_n, int64_t *out_total, struct xq_err *err)
{
	struct promise_row *list = mem_array(mem, struct promise_row, SIDE_ROWS);
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT c.file_no, k.due_at, k.due_day, k.moved, c.lane, k.text, p.name, u.name"
		    " FROM promise k JOIN concern c ON c.office = k.office AND c.id = k.concern_id"
		    " JOIN person p ON p.office = c.office AND p.id = c.owner_person_id"
		    " JOIN unit u ON u.office = c.office AND u.id = c.owner_unit_id"
		    " WHERE k.office = ? AND k.state = 0 AND k.due_at >= ? AND k.due_at < ?"
		    " ORDER BY k.due_at, k.concern_id, k.no LIMIT ?"),
		VALS(V(office), V(from), V(until), V((int64_t)SIDE_ROWS)));
	for (; n < SIDE_ROWS && row_next(q); n++) {
		struct promise_row *r = &list[n];
		r->file_no = row_int(q, 0);
		r->due_at = row_int(q, 1);
		r->due_day = (int32_t)row_int(q, 2);
		r->moved = (int)row_int(q, 3);
		r->lane = (enum lane)row_int(q, 4);
		r->text = r->lane == LANE_SEALED ? NULL : row_text(q, 5, mem);
		r->owner = row_text(q, 6, mem);
		r->unit = row_text(q, 7, mem);
	}
	*out = list;
	*out_n = n;
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK)
		return rc;
	return db_int(tx,
		SQL("SELECT count(*) FROM (SELECT 1 FROM promise WHERE office = ? AND state = 0"
		    " AND due_at >= ? AND due_at < ? ORDER BY due_at, concern_id, no LIMIT ?) AS x"),
		VALS(V(office), V(from), V(until), V((int64_t)SIDE_COUNT_MAX + 1)), out_total, err);
}

enum xq_rc
reviews_due(struct tx *tx, void *mem, int64_t office, int64_t until, struct due_review **out,
	size_t *out_n, int64_t *out_total, struct xq_err *err)
{
	struct due_review *list = mem_array(mem, struct due_review, SIDE_ROWS);
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT h.no, h.next_at, h.next_on, h.title, p.name, u.name FROM hard h"
		    " JOIN person p ON p.office = h.office AND p.id = h.sponsor_person_id"
		    " JOIN unit u ON u.office = h.office AND u.id = h.sponsor_unit_id"
		    " WHERE h.office = ? AND h.ended_at IS NULL AND h.next_at < ?"
		    " ORDER BY h.next_at, h.no LIMIT ?"),
		VALS(V(office), V(until), V((int64_t)SIDE_ROWS)));
	for (; n < SIDE_ROWS && row_next(q); n++)
		list[n] = (struct due_review){ .no = row_int(q, 0),
			.next_at = row_int(q, 1),
			.next_on = (int32_t)row_int(q, 2),
			.title = row_text(q, 3, mem),
			.sponsor = row_text(q, 4, mem),
			.unit = row_text(q, 5, mem) };
	*out = list;
	*out_n = n;
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK)
		return rc;
	return db_int(tx,
		SQL("SELECT count(*) FROM (SELECT 1 FROM hard WHERE office = ? AND ended_at IS NULL"
		    " AND next_at < ? ORDER BY next_at, no LIMIT ?) AS x"),
		VALS(V(office), V(until), V((int64_t)SIDE_COUNT_MAX + 1)), out_total, err);
}
