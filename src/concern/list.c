/* SPDX-License-Identifier: Apache-2.0 */
/* list.c - every list of concerns: one statement each, walked along an index over open concerns, so
 * that no page costs more as history grows; continued from the last key, never by offset. */
#include "concern/concern_int.h"

#include "core/mem.h"
#include "store/search.h"

#include "core/banned.h"

enum { LIST_MAX = 100, KEY_TOP = 0 };

#define ROW_COLUMNS                                                                                \
	"SELECT c.id, c.file_no, c.raised_at, c.due_at, c.answered_at, c.closed_at, c.due_day,"    \
	" c.state, c.outcome, c.ref, c.title, c.place, c.class, p.name, u.name, u.public_name,"    \
	" t.name, c.public_line, c.seen_solved, c.seen_sat, c.needs_ruling, c.is_imported,"        \
	" c.supervised_due,"                                                                       \
	" c.owner_person_id, c.owner_unit_id, c.tracker_person_id, c.tracker_unit_id,"
#define ROW_PEOPLE                                                                                 \
	" JOIN person p ON p.office = c.office AND p.id = c.owner_person_id"                       \
	" JOIN unit u ON u.office = c.office AND u.id = c.owner_unit_id"                           \
	" JOIN person t ON t.office = c.office AND t.id = c.tracker_person_id"
#define BY_DUE " c.due_at, 0 FROM concern c" ROW_PEOPLE
#define AFTER_DUE " AND (c.due_at, c.id) > (?, ?) ORDER BY c.due_at, c.id LIMIT ?"
#define OPEN " c.closed_at IS NULL"

static struct rows *
open_query(struct tx *tx, int64_t office, const struct list_query *q, int64_t max)
{
	struct val key = V(q->after_key), id = V(q->after_id), n = V(max);
	switch (q->kind) {
	case LIST_ALL_OPEN:
		return db_query(tx,
			SQL(ROW_COLUMNS BY_DUE " WHERE c.office = ? AND" OPEN AFTER_DUE),
			VALS(V(office), key, id, n));
	case LIST_MINE:
		return db_query(tx,
			SQL(ROW_COLUMNS BY_DUE
				" WHERE c.office = ? AND c.owner_person_id = ? AND" OPEN AFTER_DUE),
			VALS(V(office), V(q->person_id), key, id, n));
	case LIST_UNIT:
		return db_query(tx,
			SQL(ROW_COLUMNS BY_DUE
				" WHERE c.office = ? AND c.owner_unit_id = ? AND" OPEN AFTER_DUE),
			VALS(V(office), V(q->unit_id), key, id, n));
	case LIST_TRACKED:
		return db_query(tx,
			SQL(ROW_COLUMNS BY_DUE
				" WHERE c.office = ? AND c.tracker_person_id = ? AND" OPEN
					AFTER_DUE),
			VALS(V(office), V(q->person_id), key, id, n));
	case LIST_LATE:
		return db_query(tx,
			SQL(ROW_COLUMNS BY_DUE
				" WHERE c.office = ? AND c.answered_at IS NULL AND" OPEN
				" AND c.due_at < ?" AFTER_DUE),
			VALS(V(office), V(q->now), key, id, n));
	case LIST_CALLBACK:
		return db_query(tx,
			SQL(ROW_COLUMNS " c.answered_at, 0 FROM concern c" ROW_PEOPLE
					" WHERE c.office = ? AND c.answered_at IS NOT NULL AND" OPEN
					" AND c.needs_ruling = 0 AND (c.answered_at, c.id) > (?, ?)"
					" ORDER BY c.answered_at, c.id LIMIT ?"),
			VALS(V(office), key, id, n));
	case LIST_RULING:
		return db_query(tx,
			SQL(ROW_COLUMNS " c.answered_at, 0 FROM concern c" ROW_PEOPLE
					" WHERE c.office = ? AND c.answered_at IS NOT NULL AND" OPEN
					" AND c.needs_ruling = 1 AND (c.answered_at, c.id) > (?, ?)"
					" ORDER BY c.answered_at, c.id LIMIT ?"),
			VALS(V(office), key, id, n));
	case LIST_REVIEW:
		return db_query(tx,
			SQL(ROW_COLUMNS
				" r.submitted_at, 0 FROM reply r"
				" JOIN concern c ON c.office = r.office AND c.id = r.concern_id" ROW_PEOPLE
				" WHERE r.office = ? AND r.state = 0"
				" AND (? = 0 OR r.author_unit_id IN (?, ?, ?, ?))"
				" AND (r.submitted_at, r.id) > (?, ?)"
				" ORDER BY r.submitted_at, r.id LIMIT ?"),
			VALS(V(office), V(q->review_unit[0]), V(q->review_unit[0]),
				V(q->review_unit[1]), V(q->review_unit[2]), V(q->review_unit[3]),
				key, id, n));
	case LIST_RETURNS:
	case LIST_EXTENSIONS:
		return db_query(tx,
			SQL(ROW_COLUMNS
				" k.due_at, 0 FROM request k"
				" JOIN concern c ON c.office = k.office AND c.id = k.concern_id" ROW_PEOPLE
				" WHERE k.office = ? AND k.state = 0 AND k.kind = ?"
				" AND (k.due_at, k.id) > (?, ?) ORDER BY k.due_at, k.id LIMIT ?"),
			VALS(V(office), V((int64_t)(q->kind == LIST_EXTENSIONS)), key, id, n));
	case LIST_DISPUTES:
		return db_query(tx,
			SQL(ROW_COLUMNS " c.disputed_at, 0 FROM concern c" ROW_PEOPLE
					" WHERE c.office = ? AND c.disputed_at IS NOT NULL"
					" AND (c.disputed_at, c.id) > (?, ?)"
					" ORDER BY c.disputed_at, c.id LIMIT ?"),
			VALS(V(office), key, id, n));
	case LIST_PARKED:
		return db_query(tx,
			SQL(ROW_COLUMNS BY_DUE " WHERE c.office = ? AND c.state = 12" AFTER_DUE),
			VALS(V(office), key, id, n));
	case LIST_MERGED:
		return db_query(tx,
			SQL(ROW_COLUMNS
				" k.answered_at, 0 FROM merged k"
				" JOIN concern c ON c.office = k.office AND c.id = k.concern_id" ROW_PEOPLE
				" WHERE k.office = ? AND k.answered_at IS NOT NULL AND k.done_at IS NULL"
				" AND (k.answered_at, k.concern_id) > (?, ?)"
				" ORDER BY k.answered_at, k.concern_id LIMIT ?"),
			VALS(V(office), key, id, n));
	case LIST_LISTED:
		return db_query(tx,
			SQL(ROW_COLUMNS BY_DUE " WHERE c.office = ? AND c.is_listed = 1" AFTER_DUE),
			VALS(V(office), key, id, n));
	case LIST_ASSIST:
		return db_query(tx,
			SQL(ROW_COLUMNS
				" k.due_at, 0 FROM assist k"
				" JOIN concern c ON c.office = k.office AND c.id = k.concern_id" ROW_PEOPLE
				" WHERE k.office = ? AND k.unit_id = ? AND k.given_at IS NULL"
				" AND (k.due_at, k.id) > (?, ?) ORDER BY k.due_at, k.id LIMIT ?"),
			VALS(V(office), V(q->unit_id), key, id, n));
	case LIST_OFFERED_TO:
		return db_query(tx,
			SQL(ROW_COLUMNS
				" h.lapses_at, h.lapses_at FROM handover h"
				" JOIN concern c ON c.office = h.office AND c.id = h.concern_id" ROW_PEOPLE
				" WHERE h.office = ? AND h.to_unit_id = ? AND h.state = 0"
				" AND (h.to_person_id IS NULL OR h.to_person_id = ?)"
				" AND (h.lapses_at, h.id) > (?, ?) ORDER BY h.lapses_at, h.id LIMIT ?"),
			VALS(V(office), V(q->unit_id), V(q->person_id), key, id, n));
	case LIST_OFFERED_BY:
		return db_query(tx,
			SQL(ROW_COLUMNS
				" h.lapses_at, h.lapses_at FROM handover h"
				" JOIN concern c ON c.office = h.office AND c.id = h.concern_id" ROW_PEOPLE
				" WHERE h.office = ? AND h.from_person_id = ? AND h.state = 0"
				" AND (h.lapses_at, h.id) > (?, ?) ORDER BY h.lapses_at, h.id LIMIT ?"),
			VALS(V(office), V(q->person_id), key, id, n));
	case LIST_NEWEST:
	case LIST_PUBLIC:
		break;
	}
	return NULL;
}

/* Newest first: the key is the id itself. */
static struct rows *
newest_query(struct tx *tx, int64_t office, const struct list_query *q, int64_t max)
{
	int64_t before = q->after_id > 0 ? q->after_id : INT64_MAX;
	if (q->kind == LIST_NEWEST)
		return db_query(tx,
			SQL(ROW_COLUMNS
				" c.id, 0 FROM concern c" ROW_PEOPLE
				" WHERE c.office = ? AND c.id < ? ORDER BY c.id DESC LIMIT ?"),
			VALS(V(office), V(before), V(max)));
	if (q->class)
		return db_query(tx,
			SQL(ROW_COLUMNS
				" c.id, 0 FROM concern c" ROW_PEOPLE
				" WHERE c.office = ? AND c.class = ? AND c.lane = 0"
				" AND c.is_imported = 0 AND c.id < ? ORDER BY c.id DESC LIMIT ?"),
			VALS(V(office), V(q->class), V(before), V(max)));
	return db_query(tx,
		SQL(ROW_COLUMNS
			" c.id, 0 FROM concern c" ROW_PEOPLE
			" WHERE c.office = ? AND c.lane = 0 AND c.is_imported = 0 AND c.id < ?"
			" ORDER BY c.id DESC LIMIT ?"),
		VALS(V(office), V(before), V(max)));
}

static void
read_row(struct rows *q, void *mem, int64_t now, struct concern_row *r)
{
	int k = 0;
	r->id = row_int(q, k++);
	r->file_no = row_int(q, k++);
	r->raised_at = row_int(q, k++);
	r->due_at = row_int(q, k++);
	r->answered_at = row_int(q, k++);
	r->closed_at = row_int(q, k++);
	r->due_day = (int32_t)row_int(q, k++);
	r->state = (enum concern_state)row_int(q, k++);
	r->outcome = (enum outcome)row_int(q, k++);
	r->ref = row_text(q, k++, mem);
	r->title = row_text(q, k++, mem);
	r->place = row_text(q, k++, mem);
	r->class = row_text(q, k++, mem);
	r->owner = row_text(q, k++, mem);
	r->unit = row_text(q, k++, mem);
	r->public_unit = row_text(q, k++, mem);
	r->tracker = row_text(q, k++, mem);
	r->public_line = row_text(q, k++, mem);
	r->seen_solved = row_text(q, k++, mem);
	r->seen_sat = (int)row_int(q, k++);
	r->needs_ruling = row_int(q, k++) != 0;
	r->is_imported = row_int(q, k++) != 0;
	r->supervised_due = row_int(q, k++);
	r->owner_person_id = row_int(q, k++);
	r->owner_unit_id = row_int(q, k++);
	r->tracker_person_id = row_int(q, k++);
	r->tracker_unit_id = row_int(q, k++);
	r->key = row_int(q, k++);
	r->lapses_at = row_int(q, k++);
	r->is_offered = r->state == ST_ASSIGNED;
	/* Late stays late: an answer after the due moment is shown so after closing too. */
	r->is_late = r->due_at < (r->answered_at ? r->answered_at : now) && !r->is_imported;
}

static enum xq_rc
read_rows(struct rows *q, void *mem, int64_t now, size_t max, struct concern_row **out,
	size_t *out_n, struct xq_err *err)
{
	struct concern_row *list = mem_array(mem, struct concern_row, max);
	size_t n = 0;
	while (n < max && row_next(q))
		read_row(q, mem, now, &list[n++]);
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

void
list_review_scope(struct list_query *q, const struct actor *actor)
{
	enum { UNITS = sizeof q->review_unit / sizeof q->review_unit[0], NOBODYS = -1 };
	size_t n = 0;
	if (actor_may_for_unit(actor, PERM_APPROVE, 0))
		return;
	for (size_t i = 0; i < UNITS; i++)
		q->review_unit[i] = NOBODYS;
	for (size_t i = 0; i < actor->n_grants && n < UNITS; i++)
		if (actor->grant[i].scope == SCOPE_UNIT &&
			role_has(actor->grant[i].role, PERM_APPROVE))
			q->review_unit[n++] = actor->grant[i].scope_id;
}

enum xq_rc
concern_list(struct tx *tx, void *mem, int64_t office, const struct list_query *q,
	struct concern_row **out, size_t *out_n, struct xq_err *err)
{
	size_t max = q->max > 0 && q->max < LIST_MAX ? q->max : LIST_MAX;
	struct rows *rows = q->kind == LIST_NEWEST || q->kind == LIST_PUBLIC
	                            ? newest_query(tx, office, q, (int64_t)max)
	                            : open_query(tx, office, q, (int64_t)max);
	return read_rows(rows, mem, q->now, max, out, out_n, err);
}

/* ---- counts ------------------------------------------------------------------------------------------ */

/* The order makes the planner walk the partial index over open rows; without it, it takes the primary
 * key, and with that all of history. */
#define COUNT(inner) "SELECT count(*) FROM (SELECT 1 FROM " inner " LIMIT ?) AS x"

enum xq_rc
concern_count(
	struct tx *tx, int64_t office, const struct list_query *q, int64_t *out, struct xq_err *err)
{
	int64_t max = q->max > 0 ? (int64_t)q->max : 1000;
	struct val n = V(max);
	switch (q->kind) {
	case LIST_ALL_OPEN:
		return db_int(tx,
			SQL(COUNT(
				"concern WHERE office = ? AND closed_at IS NULL ORDER BY due_at, id")),
			VALS(V(office), n), out, err);
	case LIST_MINE:
		return db_int(tx,
			SQL(COUNT(
				"concern WHERE office = ? AND owner_person_id = ? AND closed_at IS NULL"
				" ORDER BY due_at, id")),
			VALS(V(office), V(q->person_id), n), out, err);
	case LIST_UNIT:
		return db_int(tx,
			SQL(COUNT(
				"concern WHERE office = ? AND owner_unit_id = ? AND closed_at IS NULL"
				" ORDER BY due_at, id")),
			VALS(V(office), V(q->unit_id), n), out, err);
	case LIST_TRACKED:
		return db_int(tx,
			SQL(COUNT(
				"concern WHERE office = ? AND tracker_person_id = ? AND closed_at IS NULL"
				" ORDER BY due_at, id")),
			VALS(V(office), V(q->person_id), n), out, err);
	case LIST_LATE:
		return db_int(tx,
			SQL(COUNT(
				"concern WHERE office = ? AND answered_at IS NULL AND closed_at IS NULL"
				" AND due_at < ? ORDER BY due_at, id")),
			VALS(V(office), V(q->now), n), out, err);
	case LIST_CALLBACK:
	case LIST_RULING:
		return db_int(tx,
			SQL(COUNT("concern WHERE office = ? AND answered_at IS NOT NULL"
				  " AND closed_at IS NULL AND needs_ruling = ?"
				  " ORDER BY answered_at, id")),
			VALS(V(office), V((int64_t)(q->kind == LIST_RULING)), n), out, err);
	case LIST_RETURNS:
	case LIST_EXTENSIONS:
		return db_int(tx,
			SQL(COUNT(
				"request WHERE office = ? AND state = 0 AND kind = ? ORDER BY due_at, id")),
			VALS(V(office), V((int64_t)(q->kind == LIST_EXTENSIONS)), n), out, err);
	case LIST_DISPUTES:
		return db_int(tx,
			SQL(COUNT(
				"concern WHERE office = ? AND disputed_at IS NOT NULL ORDER BY disputed_at, id")),
			VALS(V(office), n), out, err);
	case LIST_PARKED:
		return db_int(tx,
			SQL(COUNT("concern WHERE office = ? AND state = 12 ORDER BY due_at, id")),
			VALS(V(office), n), out, err);
	case LIST_MERGED:
		return db_int(tx,
			SQL(COUNT(
				"merged WHERE office = ? AND answered_at IS NOT NULL AND done_at IS NULL"
				" ORDER BY answered_at, concern_id")),
			VALS(V(office), n), out, err);
	case LIST_LISTED:
		return db_int(tx,
			SQL(COUNT(
				"concern WHERE office = ? AND is_listed = 1 ORDER BY due_at, id")),
			VALS(V(office), n), out, err);
	case LIST_ASSIST:
		return db_int(tx,
			SQL(COUNT(
				"assist WHERE office = ? AND unit_id = ? AND given_at IS NULL ORDER BY due_at, id")),
			VALS(V(office), V(q->unit_id), n), out, err);
	case LIST_REVIEW:
		return db_int(tx,
			SQL(COUNT("reply WHERE office = ? AND state = 0"
				  " AND (? = 0 OR author_unit_id IN (?, ?, ?, ?))"
				  " ORDER BY submitted_at, id")),
			VALS(V(office), V(q->review_unit[0]), V(q->review_unit[0]),
				V(q->review_unit[1]), V(q->review_unit[2]), V(q->review_unit[3]),
				n),
			out, err);
	case LIST_OFFERED_TO:
		return db_int(tx,
			SQL(COUNT("handover WHERE office = ? AND to_unit_id = ? AND state = 0"
				  " AND (to_person_id IS NULL OR to_person_id = ?)"
				  " ORDER BY lapses_at, id")),
			VALS(V(office), V(q->unit_id), V(q->person_id), n), out, err);
	case LIST_OFFERED_BY:
		return db_int(tx,
			SQL(COUNT("handover WHERE office = ? AND from_person_id = ? AND state = 0"
				  " ORDER BY lapses_at, id")),
			VALS(V(office), V(q->person_id), n), out, err);
	case LIST_NEWEST:
	case LIST_PUBLIC:
		break;
	}
	return xq_fault(err, "act.fault", "list %d is not counted", (int)q->kind);
}

/* ---- search ----------------------------------------------------------------------------------------- */

/* Two sorted id lists (newest first) into one without doubles. */
static size_t
merge_ids(const int64_t *a, size_t na, const int64_t *b, size_t nb, int64_t *out, size_t max)
{
	size_t i = 0, j = 0, n = 0;
	while (n < max && (i < na || j < nb)) {
		int64_t x = i < na ? a[i] : -1, y = j < nb ? b[j] : -1;
		out[n++] = x >= y ? x : y;
		i += x >= y && i < na;
		j += y >= x && j < nb;
	}
	return n;
}

static enum xq_rc
row_by_id(struct tx *tx, void *mem, int64_t office, int64_t id, int64_t now,
	struct concern_row *out, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL(ROW_COLUMNS " c.id, 0 FROM concern c" ROW_PEOPLE
				" WHERE c.office = ? AND c.id = ?"),
		VALS(V(office), V(id)));
	bool found = row_next(q);
	if (found)
		read_row(q, mem, now, out);
	enum xq_rc rc = rows_close(q, err);
	return rc != XQ_OK ? rc : found ? XQ_OK : XQ_NONE;
}

/* The rule of concern_may_see; an open offer alone does not make a concern searchable. */
static bool
row_may_see(const struct actor *actor, const struct concern_row *r)
{
	const struct concern c = { .owner_person_id = r->owner_person_id,
		.owner_unit_id = r->owner_unit_id,
		.tracker_person_id = r->tracker_person_id,
		.tracker_unit_id = r->tracker_unit_id };
	return concern_may_see(actor, &c, NULL);
}

enum xq_rc
concern_search(struct tx *tx, void *mem, const struct actor *actor, struct str words, int64_t now,
	int64_t before_id, size_t max, struct concern_row **out, size_t *out_n, struct xq_err *err)
{
	const int64_t office = actor->office;
	max = max > 0 && max < LIST_MAX ? max : LIST_MAX;
	int64_t *said, *answered;
	size_t n_said, n_answered;
	enum xq_rc rc = search_find(
		tx, mem, office, SEARCH_CONCERN, words, before_id, max, &said, &n_said, err);
	if (rc == XQ_OK)
		rc = search_find_above(tx, mem, office, SEARCH_REPLY, words,
			n_said == max ? said[max - 1] : 0, /* a full page needs nothing older */
			before_id, max, &answered, &n_answered, err);
	if (rc != XQ_OK)
		return rc;
	int64_t id[LIST_MAX];
	size_t n = merge_ids(said, n_said, answered, n_answered, id, max), kept = 0;
	struct concern_row *list = mem_array(mem, struct concern_row, max);
	for (size_t i = 0; i < n; i++) {
		rc = row_by_id(tx, mem, office, id[i], now, &list[kept], err);
		if (rc != XQ_OK && rc != XQ_NONE)
			return rc;
		kept += rc == XQ_OK && row_may_see(actor, &list[kept]);
	}
	*out = list;
	*out_n = kept;
	return XQ_OK;
}
