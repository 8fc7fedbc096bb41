/* SPDX-License-Identifier: Apache-2.0 */
/* sitting_load.c - reading sittings, what stands in their registers, and how they ended. */
#include "reception/sitting_int.h"

#include "core/mem.h"

#include "core/banned.h"

enum { MINUTE_S = 60, OWED_DAYS = 366, OWED_MAX = 50 };

/* ---- entries ---------------------------------------------------------------------------------------- */

#define ENTRY                                                                                      \
	"SELECT e.no, e.slot_no, e.at, e.by_id, e.kind, p.name, e.asked, e.told, e.documents,"     \
	" e.read_back, e.people, e.n_documents, e.fed_back_at, e.concern_id, c.file_no, c.due_at," \
	" c.answered_at, c.closed_at, c.owner_person_id, c.owner_unit_id, c.tracker_person_id,"    \
	" c.tracker_unit_id, c.due_day, c.title, o.name, u.name, c.seen_solved, c.state, c.lane,"  \
	" c.outcome FROM sitting_entry e"                                                          \
	" JOIN person p ON p.office = e.office AND p.id = e.by_id"                                 \
	" LEFT JOIN concern c ON c.office = e.office AND c.id = e.concern_id"                      \
	" LEFT JOIN person o ON o.office = c.office AND o.id = c.owner_person_id"                  \
	" LEFT JOIN unit u ON u.office = c.office AND u.id = c.owner_unit_id"

static struct entry
read_entry(struct rows *q, void *mem)
{
	return (struct entry){ .no = row_int(q, 0),
		.slot_no = row_int(q, 1),
		.at = row_int(q, 2),
		.by_id = row_int(q, 3),
		.kind = (enum entry_kind)row_int(q, 4),
		.by = row_text(q, 5, mem),
		.asked = row_text(q, 6, mem),
		.told = row_text(q, 7, mem),
		.documents = row_text(q, 8, mem),
		.read_back = row_text(q, 9, mem),
		.people = (int)row_int(q, 10),
		.n_documents = (int)row_int(q, 11),
		.fed_back_at = row_int(q, 12),
		.concern_id = row_int(q, 13),
		.file_no = row_int(q, 14),
		.due_at = row_int(q, 15),
		.answered_at = row_int(q, 16),
		.closed_at = row_int(q, 17),
		.owner_person_id = row_int(q, 18),
		.owner_unit_id = row_int(q, 19),
		.tracker_person_id = row_int(q, 20),
		.tracker_unit_id = row_int(q, 21),
		.due_day = (int32_t)row_int(q, 22),
		.title = row_text(q, 23, mem),
		.owner = row_text(q, 24, mem),
		.unit = row_text(q, 25, mem),
		.seen_solved = row_text(q, 26, mem),
		.state = (enum concern_state)row_int(q, 27),
		.lane = (enum lane)row_int(q, 28),
		.outcome = (enum outcome)row_int(q, 29) };
}

enum xq_rc
entry_list(struct tx *tx, void *mem, int64_t office, int64_t slot_no, struct entry **out,
	size_t *out_n, struct xq_err *err)
{
	struct entry *list = mem_array(mem, struct entry, ENTRIES_MAX);
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL(ENTRY " WHERE e.office = ? AND e.slot_no = ? ORDER BY e.no LIMIT ?"),
		VALS(V(office), V(slot_no), V((int64_t)ENTRIES_MAX)));
	while (n < ENTRIES_MAX && row_next(q))
		list[n++] = read_entry(q, mem);
	*out = list;
	*out_n = n;
	return rows_close(q, err);
}

static enum xq_rc
one_entry(struct rows *q, void *mem, struct entry *out, struct xq_err *err)
{
	bool found = row_next(q);
	if (found)
		*out = read_entry(q, mem);
	enum xq_rc rc = rows_close(q, err);
	return rc == XQ_OK && !found ? XQ_NONE : rc;
}

enum xq_rc
entry_load(
	struct tx *tx, void *mem, int64_t office, int64_t no, struct entry *out, struct xq_err *err)
{
	return one_entry(
		db_query(tx, SQL(ENTRY " WHERE e.office = ? AND e.no = ?"), VALS(V(office), V(no))),
		mem, out, err);
}

enum xq_rc
entry_of_concern(struct tx *tx, void *mem, int64_t office, int64_t concern_id, struct entry *out,
	struct xq_err *err)
{
	return one_entry(db_query(tx, SQL(ENTRY " WHERE e.office = ? AND e.concern_id = ?"),
				 VALS(V(office), V(concern_id))),
		mem, out, err);
}

enum xq_rc
entry_sums(
	struct tx *tx, int64_t office, int64_t slot_no, struct entry_sums *out, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT coalesce(sum(people), 0), count(concern_id), count(*) FROM sitting_entry"
		    " WHERE office = ? AND slot_no = ?"),
		VALS(V(office), V(slot_no)));
	*out = (struct entry_sums){ 0 };
	if (row_next(q))
		*out = (struct entry_sums){ row_int(q, 0), row_int(q, 1), row_int(q, 2) };
	return rows_close(q, err);
}

/* ---- sittings --------------------------------------------------------------------------------------- */

static bool
is_with(const struct slot *a, const struct slot *b)
{
	return a->start_min == b->start_min && a->end_min == b->end_min &&
	       a->venue_no == b->venue_no && a->state != SLOT_CANCELLED;
}

enum xq_rc
sitting_load(struct tx *tx, void *mem, int64_t office, int64_t slot_no, struct sitting *out,
	struct xq_err *err)
{
	struct slot *day;
	size_t n = 0;
	*out = (struct sitting){ .n = 0 };
	enum xq_rc rc = slot_load(tx, mem, office, slot_no, &out->one, err);
	if (rc != XQ_OK)
		return rc;
	if (!out->one.is_published || out->one.state == SLOT_CANCELLED)
		return XQ_NONE;
	rc = slot_list(tx, mem, office,
		&(struct slot_query){
			.from = out->one.day, .until = out->one.day, .only_published = true },
		&day, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n && out->n < SITTING_SEATS; i++)
		if (is_with(&day[i], &out->one))
			out->slot[out->n++] = day[i];
	return rc;
}

bool
sitting_is_open(const struct sitting *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->slot[i].state == SLOT_PLANNED)
			return true;
	return false;
}

const char *
register_refusal(const struct sitting *s, int64_t now, int32_t tz_s)
{
	int64_t opens = day_at(s->one.day, s->one.start_min, tz_s) - REGISTER_OPENS_MIN * MINUTE_S;
	if (!sitting_is_open(s))
		return "sitting.closed";
	if (now < opens || day_of(now, tz_s) < s->one.day)
		return "sitting.not-begun";
	return day_of(now, tz_s) > day_add(s->one.day, REGISTER_DAYS) ? "sitting.too-late" : NULL;
}

enum xq_rc
sitting_receivers(struct tx *tx, void *mem, int64_t office, const struct sitting *s, int64_t *out,
	size_t *out_n, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	*out_n = 0;
	for (size_t i = 0; rc == XQ_OK && i < s->n; i++) {
		struct receiver r;
		rc = receiver_load(tx, mem, office, s->slot[i].receiver_no, &r, err);
		if (rc == XQ_OK && r.person_id)
			out[(*out_n)++] = r.person_id;
	}
	return rc;
}

bool
sitting_may_end(const struct actor *a, const int64_t *receiver, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (receiver[i] == a->person_id)
			return true;
	return actor_may(a, PERM_HANDLE) || actor_may(a, PERM_PUBLISH) || actor_may(a, PERM_LEAD);
}

/* Deputies listen and record: the one who writes it down answers for it, and the deputy hears what became
 * of it. Everybody else who sits was asked first. */
enum xq_rc
first_receiver(struct tx *tx, void *mem, int64_t office, const struct slot *s, int64_t *out,
	struct xq_err *err)
{
	struct receiver r;
	enum xq_rc rc = receiver_load(tx, mem, office, s->receiver_no, &r, err);
	if (rc != XQ_OK)
		return rc;
	bool listens =
		text_eq(r.role, "party") || text_eq(r.role, "congress") || text_eq(r.role, "cppcc");
	*out = !listens && r.is_active ? r.person_id : 0;
	return XQ_OK;
}

enum xq_rc
sittings_waiting(struct tx *tx, int64_t office, int32_t from, int32_t until, size_t max,
	int64_t *out, size_t *out_n, struct xq_err *err)
{
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT s.no FROM roster_slot s"
		    " JOIN roster_week w ON w.office = s.office AND w.week = s.week"
		    " WHERE s.office = ? AND s.state = 0 AND s.day >= ? AND s.day <= ? AND w.state = 2"
		    " ORDER BY s.day, s.no LIMIT ?"),
		VALS(V(office), V(from), V(until), V((int64_t)max)));
	while (n < max && row_next(q))
		out[n++] = row_int(q, 0);
	*out_n = n;
	return rows_close(q, err);
}

/* ---- how it ended ----------------------------------------------------------------------------------- */

enum xq_rc
sitting_end_load(struct tx *tx, void *mem, int64_t office, int64_t slot_no, struct sitting_end *out,
	struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT e.at, e.person_id, e.visitors, e.concerns, e.why, e.words, e.note, m.no, m.day"
		    " FROM sitting_end e"
		    " LEFT JOIN roster_slot m ON m.office = e.office AND m.makes_up = e.slot_no"
		    " WHERE e.office = ? AND e.slot_no = ?"),
		VALS(V(office), V(slot_no)));
	bool found = row_next(q);
	if (found)
		*out = (struct sitting_end){ .at = row_int(q, 0),
			.person_id = row_int(q, 1),
			.visitors = row_int(q, 2),
			.concerns = row_int(q, 3),
			.why = row_text(q, 4, mem),
			.words = row_text(q, 5, mem),
			.note = row_text(q, 6, mem),
			.made_up_by = row_int(q, 7),
			.made_up_on = (int32_t)row_int(q, 8) };
	enum xq_rc rc = rows_close(q, err);
	return rc == XQ_OK && !found ? XQ_NONE : rc;
}

static bool
is_same_time(const struct slot *a, const struct slot *b)
{
	return a->day == b->day && is_with(a, b);
}

/* One slot of each is enough: the page of the sitting shows all of them. */
enum xq_rc
sittings_owed(struct tx *tx, void *mem, int64_t office, int32_t today, struct slot **out,
	size_t *out_n, struct xq_err *err)
{
	int64_t no[OWED_MAX];
	size_t n = 0, used = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT s.no FROM roster_slot s WHERE s.office = ? AND s.state = 3 AND s.day >= ?"
		    " AND NOT EXISTS (SELECT 1 FROM roster_slot m WHERE m.office = s.office"
		    "  AND m.makes_up = s.no)"
		    " AND NOT EXISTS (SELECT 1 FROM roster_slot h WHERE h.office = s.office"
		    "  AND h.day = s.day AND h.start_min = s.start_min AND h.end_min = s.end_min"
		    "  AND h.venue_no = s.venue_no AND h.state = 2)"
		    " ORDER BY s.day, s.no LIMIT ?"),
		VALS(V(office), V(day_add(today, -OWED_DAYS)), V((int64_t)OWED_MAX)));
	while (n < OWED_MAX && row_next(q))
		no[n++] = row_int(q, 0);
	enum xq_rc rc = rows_close(q, err);
	struct slot *list = mem_array(mem, struct slot, n + 1);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		rc = slot_load(tx, mem, office, no[i], &list[used], err);
		used += rc == XQ_OK && (used == 0 || !is_same_time(&list[used - 1], &list[used]));
	}
	*out = list;
	*out_n = used;
	return rc;
}
