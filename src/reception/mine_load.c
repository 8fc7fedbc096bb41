/* SPDX-License-Identifier: Apache-2.0 */
/* mine_load.c - reading what a receiver brought in: along the days of that receiver, or along what nobody has
 * told them yet; never through the registers of others. */
#include "reception/mine.h"

#include "core/mem.h"

#include "core/banned.h"

#define BROUGHT_COLUMNS                                                                            \
	"SELECT e.no, e.slot_no, s.receiver_no, r.person_id, s.day, e.kind, e.people, e.asked,"    \
	" e.told, e.fed_back_at, e.fed_back_on, e.fed_back_how, c.id, c.file_no, c.due_at,"        \
	" c.answered_at, c.closed_at, c.owner_person_id, c.owner_unit_id, c.tracker_person_id,"    \
	" c.tracker_unit_id, c.due_day, c.title, c.class, o.name, u.name, c.seen_solved, c.state," \
	" c.lane, c.outcome, c.needs_ruling, c.raised_at, e.by_message"
#define BROUGHT_PEOPLE                                                                             \
	" JOIN receiver r ON r.office = s.office AND r.no = s.receiver_no"                         \
	" LEFT JOIN concern c ON c.office = e.office AND c.id = e.concern_id"                      \
	" LEFT JOIN person o ON o.office = c.office AND o.id = c.owner_person_id"                  \
	" LEFT JOIN unit u ON u.office = c.office AND u.id = c.owner_unit_id"
/* Nothing hangs on a slot that was cancelled or missed. The two conditions are those of the index
 * roster_slot_once. */
#define BY_SLOT                                                                                    \
	BROUGHT_COLUMNS " FROM roster_slot s JOIN sitting_entry e ON e.office = s.office"          \
			" AND e.slot_no = s.no" BROUGHT_PEOPLE
#define BY_ENTRY                                                                                   \
	BROUGHT_COLUMNS " FROM sitting_entry e JOIN roster_slot s ON s.office = e.office"          \
			" AND s.no = e.slot_no" BROUGHT_PEOPLE
#define OVER "(c.answered_at IS NOT NULL OR c.closed_at IS NOT NULL)"

static void
read_concern(struct rows *q, void *mem, struct concern *c)
{
	int k = 12;
	c->id = row_int(q, k++);
	c->file_no = row_int(q, k++);
	c->due_at = row_int(q, k++);
	c->answered_at = row_int(q, k++);
	c->closed_at = row_int(q, k++);
	c->owner_person_id = row_int(q, k++);
	c->owner_unit_id = row_int(q, k++);
	c->tracker_person_id = row_int(q, k++);
	c->tracker_unit_id = row_int(q, k++);
	c->due_day = (int32_t)row_int(q, k++);
	c->title = row_text(q, k++, mem);
	c->class = row_text(q, k++, mem);
	c->owner_name = row_text(q, k++, mem);
	c->owner_unit = row_text(q, k++, mem);
	c->seen_solved = row_text(q, k++, mem);
	c->state = (enum concern_state)row_int(q, k++);
	c->lane = (enum lane)row_int(q, k++);
	c->outcome = (enum outcome)row_int(q, k++);
	c->needs_ruling = row_int(q, k++) != 0;
	c->raised_at = row_int(q, k++);
	c->rated_at = c->closed_at ? c->closed_at : c->answered_at; /* near enough for its words */
}

static void
read_brought(struct rows *q, void *mem, struct brought *b)
{
	*b = (struct brought){ .no = row_int(q, 0),
		.slot_no = row_int(q, 1),
		.receiver_no = row_int(q, 2),
		.receiver_person_id = row_int(q, 3),
		.day = (int32_t)row_int(q, 4),
		.kind = (enum entry_kind)row_int(q, 5),
		.people = (int)row_int(q, 6),
		.asked = row_text(q, 7, mem),
		.told = row_text(q, 8, mem),
		.fed_back_at = row_int(q, 9),
		.fed_back_on = (int32_t)row_int(q, 10),
		.fed_back_how = row_text(q, 11, mem),
		.by_message = row_int(q, 32) != 0 };
	if (b->kind == ENTRY_CONCERN)
		read_concern(q, mem, &b->c);
}

static enum xq_rc
read_all(struct rows *q, void *mem, size_t max, struct brought **out, size_t *out_n,
	struct xq_err *err)
{
	struct brought *list = mem_array(mem, struct brought, max + 1);
	size_t n = 0;
	while (n < max && row_next(q))
		read_brought(q, mem, &list[n++]);
	*out = list;
	*out_n = n;
	return rows_close(q, err);
}

enum xq_rc
brought_list(struct tx *tx, void *mem, int64_t office, const struct brought_query *q,
	struct brought **out, size_t *out_n, struct xq_err *err)
{
	bool goes_on = q->before_day != 0;
	int32_t until = goes_on && q->before_day < q->until ? q->before_day : q->until;
	return read_all(
		db_query(tx,
			SQL(BY_SLOT
				" WHERE s.office = ? AND s.receiver_no = ? AND s.state IN (0, 2)"
				" AND s.receiver_no IS NOT NULL AND s.day >= ? AND s.day <= ?"
				" AND (s.day < ? OR e.no < ?)"
				" ORDER BY s.day DESC, e.no DESC LIMIT ?"),
			VALS(V(office), V(q->receiver_no), V(q->from), V(until),
				V(goes_on ? q->before_day : INT32_MAX),
				V(goes_on ? q->before_no : INT64_MAX), V((int64_t)q->max))),
		mem, q->max, out, out_n, err);
}

enum xq_rc
brought_load(struct tx *tx, void *mem, int64_t office, int64_t no, struct brought *out,
	struct xq_err *err)
{
	struct rows *q = db_query(
		tx, SQL(BY_ENTRY " WHERE e.office = ? AND e.no = ?"), VALS(V(office), V(no)));
	bool found = row_next(q);
	if (found)
		read_brought(q, mem, out);
	enum xq_rc rc = rows_close(q, err);
	return rc == XQ_OK && !found ? XQ_NONE : rc;
}

enum xq_rc
brought_unheard(struct tx *tx, void *mem, int64_t office, int64_t receiver_no, size_t max,
	struct brought **out, size_t *out_n, struct xq_err *err)
{
	return read_all(
		db_query(tx,
			SQL(BY_ENTRY " WHERE e.office = ? AND e.kind = 0 AND e.fed_back_at IS NULL"
				     " AND e.by_message = 0 AND s.receiver_no = ? AND " OVER
				     " ORDER BY e.no LIMIT ?"),
			VALS(V(office), V(receiver_no), V((int64_t)max))),
		mem, max, out, out_n, err);
}

bool
brought_is_over(const struct brought *b)
{
	return b->kind == ENTRY_CONCERN && (b->c.answered_at != 0 || b->c.closed_at != 0);
}

bool
brought_is_late(const struct brought *b, int64_t now)
{
	if (b->kind != ENTRY_CONCERN || (b->c.closed_at != 0 && b->c.answered_at == 0))
		return false;
	return b->c.due_at < (b->c.answered_at ? b->c.answered_at : now);
}

/* ---- receivers and their sittings ------------------------------------------------------------------- */

enum xq_rc
receiver_of_person(struct tx *tx, void *mem, int64_t office, int64_t person_id,
	struct receiver *out, struct xq_err *err)
{
	int64_t no = 0;
	enum xq_rc rc =
		db_int(tx, SQL("SELECT no FROM receiver WHERE office = ? AND person_id = ?"),
			VALS(V(office), V(person_id)), &no, err);
	return rc == XQ_OK ? receiver_load(tx, mem, office, no, out, err) : rc;
}

enum xq_rc
sittings_ahead(struct tx *tx, int64_t office, int64_t receiver_no, int32_t from, size_t max,
	int64_t *out, size_t *out_n, struct xq_err *err)
{
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT s.no FROM roster_slot s"
		    " JOIN roster_week w ON w.office = s.office AND w.week = s.week"
		    " WHERE s.office = ? AND s.receiver_no = ? AND s.state IN (0, 2)"
		    " AND s.receiver_no IS NOT NULL AND s.day >= ? AND s.state = 0 AND w.state = 2"
		    " ORDER BY s.day, s.no LIMIT ?"),
		VALS(V(office), V(receiver_no), V(from), V((int64_t)max)));
	while (n < max && row_next(q))
		out[n++] = row_int(q, 0);
	*out_n = n;
	return rows_close(q, err);
}
