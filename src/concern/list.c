/* SPDX-License-Identifier: Apache-2.0 */
/* list.c - every list of concerns: one statement each, walked along an index over open concerns, so
 * that no page costs more as history grows; continued from the last key, never by offset. */
#include "concern/concern_int.h"

#include "core/mem.h"
#include "store/search.h"

#include "core/banned.h"

enum { LIST_MAX = 100, BY_IDS = 10 };

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

/* One list is told once, for its rows and for its number: the table that is walked, how the concern hangs
 * on it, which rows, and the two columns that order and continue it. The order makes the planner walk the
 * partial index over open rows for the number too; without it, it takes the primary key, and with that
 * all of history. The values of the question marks in `which` come last. */
#define LIST(walked, concern, which, at, id, lapses, ...)                                          \
	return is_number ? db_query(tx,                                                            \
				   SQL("SELECT count(*) FROM (SELECT 1 FROM " walked               \
				       " WHERE " which " ORDER BY " at ", " id " LIMIT ?) AS x"),  \
				   VALS(V(office), ##__VA_ARGS__, V(max)))                         \
	                 : db_query(tx,                                                            \
				   SQL(ROW_COLUMNS " " at ", " lapses                              \
						   " FROM " walked concern ROW_PEOPLE              \
						   " WHERE " which " AND (" at ", " id             \
						   ") > (?, ?) ORDER BY " at ", " id " LIMIT ?"),  \
				   VALS(V(office), ##__VA_ARGS__, V(q->after_key), V(q->after_id), \
					   V(max)))
#define CONCERNS(which, at, ...)                                                                   \
	LIST("concern c", "", "c.office = ? AND " which, at, "c.id", "0", ##__VA_ARGS__)
#define HUNG(table, which, at, id, lapses, ...)                                                    \
	LIST(table " k", " JOIN concern c ON c.office = k.office AND c.id = k.concern_id",         \
		"k.office = ? AND " which, at, id, lapses, ##__VA_ARGS__)
#define OPEN "c.closed_at IS NULL"
#define ANSWERED "c.answered_at IS NOT NULL AND " OPEN " AND c.needs_ruling = ?"
#define ASKED "k.state = 0 AND k.kind = ?"
#define SUBMITTED "k.state = 0 AND (? = 0 OR k.author_unit_id IN (?, ?, ?, ?))"
#define OFFERED_TO                                                                                 \
	"k.to_unit_id = ? AND k.state = 0 AND (k.to_person_id IS NULL OR k.to_person_id = ?)"

/* The rows of a list, or with is_number one row that counts them; at most max of either. NULL: a list that
 * newest_query makes. */
static struct rows *
list_rows(struct tx *tx, int64_t office, const struct list_query *q, int64_t max, bool is_number)
{
	switch (q->kind) {
	case LIST_ALL_OPEN:
		CONCERNS(OPEN, "c.due_at");
	case LIST_MINE:
		CONCERNS("c.owner_person_id = ? AND " OPEN, "c.due_at", V(q->person_id));
	case LIST_UNIT:
		CONCERNS("c.owner_unit_id = ? AND " OPEN, "c.due_at", V(q->unit_id));
	case LIST_TRACKED:
		CONCERNS("c.tracker_person_id = ? AND " OPEN, "c.due_at", V(q->person_id));
	case LIST_LATE:
		CONCERNS("c.answered_at IS NULL AND " OPEN " AND c.due_at < ?", "c.due_at",
			V(q->now));
	case LIST_CALLBACK:
	case LIST_RULING:
		CONCERNS(ANSWERED, "c.answered_at", V((int64_t)(q->kind == LIST_RULING)));
	case LIST_DISPUTES:
		CONCERNS("c.disputed_at IS NOT NULL", "c.disputed_at");
	case LIST_PARKED:
		CONCERNS("c.state = " SQL_PARKED, "c.due_at");
	case LIST_CARRY:
		CONCERNS("c.owner_person_id = ? AND c.carry_year IS NOT NULL", "c.carry_year",
			V(q->person_id));
	case LIST_EXPLAIN:
		CONCERNS(
			"c.owner_person_id = ? AND c.explain_due IS NOT NULL AND c.explain_due < ?",
			"c.explain_due", V(q->person_id), V(q->now));
	case LIST_HEARD:
		CONCERNS("c.tracker_person_id = ? AND " OPEN
			 " AND c.contact_at IS NULL AND c.answered_at IS NULL"
			 " AND coalesce(c.taken_at, c.raised_at) < ?",
			"c.due_at", V(q->person_id), V(q->heard_before));
	case LIST_LISTED:
		CONCERNS("c.is_listed = 1", "c.due_at");
	case LIST_REVIEW:
		HUNG("reply", SUBMITTED, "k.submitted_at", "k.id", "0", V(q->review_unit[0]),
			V(q->review_unit[0]), V(q->review_unit[1]), V(q->review_unit[2]),
			V(q->review_unit[3]));
	case LIST_RETURNS:
	case LIST_EXTENSIONS:
		HUNG("request", ASKED, "k.due_at", "k.id", "0",
			V((int64_t)(q->kind == LIST_EXTENSIONS)));
	case LIST_MERGED:
		HUNG("merged", "k.answered_at IS NOT NULL AND k.done_at IS NULL", "k.answered_at",
			"k.concern_id", "0");
	case LIST_ASSIST:
		HUNG("assist", "k.unit_id = ? AND k.given_at IS NULL", "k.due_at", "k.id", "0",
			V(q->unit_id));
	case LIST_OFFERED_TO:
		HUNG("handover", OFFERED_TO, "k.lapses_at", "k.id", "k.lapses_at", V(q->unit_id),
			V(q->person_id));
	case LIST_OFFERED_BY:
		HUNG("handover", "k.from_person_id = ? AND k.state = 0", "k.lapses_at", "k.id",
			"k.lapses_at", V(q->person_id));
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
	                            : list_rows(tx, office, q, (int64_t)max, false);
	return read_rows(rows, mem, q->now, max, out, out_n, err);
}

enum xq_rc
concern_count(
	struct tx *tx, int64_t office, const struct list_query *q, int64_t *out, struct xq_err *err)
{
	const int64_t max = q->max > 0 ? (int64_t)q->max : 1000;
	struct rows *rows = list_rows(tx, office, q, max, true);
	if (!rows)
		return xq_fault(err, "act.fault", "list %d is not counted", (int)q->kind);
	const int64_t n = row_next(rows) ? row_int(rows, 0) : 0;
	const enum xq_rc rc = rows_close(rows, err);
	if (rc == XQ_OK)
		*out = n;
	return rc;
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

/* At most BY_IDS rows, newest first; id that is nobody's is no row. */
static enum xq_rc
rows_by_ids(struct tx *tx, void *mem, int64_t office, const int64_t *id, size_t n, int64_t now,
	struct concern_row *out, size_t *out_n, struct xq_err *err)
{
	int64_t k[BY_IDS];
	for (size_t i = 0; i < BY_IDS; i++)
		k[i] = i < n ? id[i] : 0; /* nobody has 0 */
	struct rows *q = db_query(tx,
		SQL(ROW_COLUMNS " c.id, 0 FROM concern c" ROW_PEOPLE
				" WHERE c.office = ? AND c.id IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
				" ORDER BY c.id DESC"),
		VALS(V(office), V(k[0]), V(k[1]), V(k[2]), V(k[3]), V(k[4]), V(k[5]), V(k[6]),
			V(k[7]), V(k[8]), V(k[9])));
	for (*out_n = 0; *out_n < n && row_next(q); (*out_n)++)
		read_row(q, mem, now, &out[*out_n]);
	return rows_close(q, err);
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
	for (size_t i = 0; rc == XQ_OK && i < n; i += BY_IDS) {
		struct concern_row some[BY_IDS];
		size_t n_some = 0;
		rc = rows_by_ids(tx, mem, office, id + i, n - i < BY_IDS ? n - i : BY_IDS, now,
			some, &n_some, err);
		for (size_t j = 0; rc == XQ_OK && j < n_some; j++)
			if (row_may_see(actor, &some[j]))
				list[kept++] = some[j];
	}
	*out = list;
	*out_n = kept;
	return rc;
}
