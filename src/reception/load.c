/* SPDX-License-Identifier: Apache-2.0 */
/* load.c - reading venues, receivers, patterns, weeks, sittings and what was changed. */
#include "reception/reception_int.h"

#include "core/mem.h"

#include "core/banned.h"

/* ---- where ------------------------------------------------------------------------------------------ */

#define VENUE                                                                                      \
	"SELECT no, ver, name, address, room, hours, phone, is_step_free, steps, way, is_open"     \
	" FROM venue"

static struct venue
read_venue(struct rows *q, void *mem)
{
	return (struct venue){ .no = row_int(q, 0),
		.ver = row_int(q, 1),
		.name = row_text(q, 2, mem),
		.address = row_text(q, 3, mem),
		.room = row_text(q, 4, mem),
		.hours = row_text(q, 5, mem),
		.phone = row_text(q, 6, mem),
		.is_step_free = row_int(q, 7) != 0,
		.steps = row_text(q, 8, mem),
		.way = row_text(q, 9, mem),
		.is_open = row_int(q, 10) != 0 };
}

enum xq_rc
venue_load(
	struct tx *tx, void *mem, int64_t office, int64_t no, struct venue *out, struct xq_err *err)
{
	struct rows *q =
		db_query(tx, SQL(VENUE " WHERE office = ? AND no = ?"), VALS(V(office), V(no)));
	bool found = row_next(q);
	if (found)
		*out = read_venue(q, mem);
	enum xq_rc rc = rows_close(q, err);
	return rc == XQ_OK && !found ? XQ_NONE : rc;
}

enum xq_rc
venue_list(struct tx *tx, void *mem, int64_t office, struct venue **out, size_t *out_n,
	struct xq_err *err)
{
	struct venue *list = mem_array(mem, struct venue, VENUES_MAX);
	size_t n = 0;
	struct rows *q = db_query(tx, SQL(VENUE " WHERE office = ? ORDER BY no LIMIT ?"),
		VALS(V(office), V((int64_t)VENUES_MAX)));
	while (n < VENUES_MAX && row_next(q))
		list[n++] = read_venue(q, mem);
	*out = list;
	*out_n = n;
	return rows_close(q, err);
}

/* ---- who -------------------------------------------------------------------------------------------- */

/* Who has an account is named as the account is, and has left the list when they have left the office. */
#define RECEIVER                                                                                    \
	"SELECT r.no, r.ver, r.person_id, coalesce(p.name, r.name), r.public_title, r.role,"        \
	" r.is_active * coalesce(p.is_active, 1), coalesce(p.is_away, 0), r.topics FROM receiver r" \
	" LEFT JOIN person p ON p.office = r.office AND p.id = r.person_id"

static struct receiver
read_receiver(struct rows *q, void *mem)
{
	return (struct receiver){ .no = row_int(q, 0),
		.ver = row_int(q, 1),
		.person_id = row_int(q, 2),
		.name = row_text(q, 3, mem),
		.public_title = row_text(q, 4, mem),
		.role = row_text(q, 5, mem),
		.is_active = row_int(q, 6) != 0,
		.is_on_leave = row_int(q, 7) != 0,
		.topics = row_text(q, 8, mem) };
}

enum xq_rc
receiver_load(struct tx *tx, void *mem, int64_t office, int64_t no, struct receiver *out,
	struct xq_err *err)
{
	struct rows *q = db_query(
		tx, SQL(RECEIVER " WHERE r.office = ? AND r.no = ?"), VALS(V(office), V(no)));
	bool found = row_next(q);
	if (found)
		*out = read_receiver(q, mem);
	enum xq_rc rc = rows_close(q, err);
	return rc == XQ_OK && !found ? XQ_NONE : rc;
}

enum xq_rc
receiver_list(struct tx *tx, void *mem, int64_t office, struct receiver **out, size_t *out_n,
	struct xq_err *err)
{
	struct receiver *list = mem_array(mem, struct receiver, RECEIVERS_MAX);
	size_t n = 0;
	struct rows *q = db_query(tx, SQL(RECEIVER " WHERE r.office = ? ORDER BY r.no LIMIT ?"),
		VALS(V(office), V((int64_t)RECEIVERS_MAX)));
	while (n < RECEIVERS_MAX && row_next(q))
		list[n++] = read_receiver(q, mem);
	*out = list;
	*out_n = n;
	return rows_close(q, err);
}

int
receiver_role_index(const char *code)
{
	for (int i = 0; i < ROSTER_ROLES; i++)
		if (text_eq(receiver_roles[i].code, code))
			return i;
	return ROSTER_NOBODY;
}

enum xq_rc
absence_list(struct tx *tx, void *mem, int64_t office, int32_t day, struct absence **out,
	size_t *out_n, struct xq_err *err)
{
	struct absence *list = mem_array(mem, struct absence, CHANGES_MAX);
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT receiver_no, from_on, until_on FROM receiver_away"
		    " WHERE office = ? AND until_on >= ? ORDER BY until_on, receiver_no, n LIMIT ?"),
		VALS(V(office), V(day), V((int64_t)CHANGES_MAX)));
	while (n < CHANGES_MAX && row_next(q))
		list[n++] = (struct absence){ .receiver_no = row_int(q, 0),
			.from_on = (int32_t)row_int(q, 1),
			.until_on = (int32_t)row_int(q, 2) };
	*out = list;
	*out_n = n;
	return rows_close(q, err);
}

enum xq_rc
pattern_list(struct tx *tx, void *mem, int64_t office, struct pattern **out, size_t *out_n,
	struct xq_err *err)
{
	struct pattern *list = mem_array(mem, struct pattern, PATTERNS_MAX);
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT s.no, s.ver, s.weekday, s.start_min, s.end_min, s.venue_no, s.places,"
		    " s.roles, s.is_off_hours, s.is_on, v.name FROM slot_pattern s"
		    " JOIN venue v ON v.office = s.office AND v.no = s.venue_no"
		    " WHERE s.office = ? ORDER BY s.weekday, s.start_min, s.no LIMIT ?"),
		VALS(V(office), V((int64_t)PATTERNS_MAX)));
	while (n < PATTERNS_MAX && row_next(q))
		list[n++] = (struct pattern){ .p = { .no = row_int(q, 0),
						      .venue_no = row_int(q, 5),
						      .weekday = (int)row_int(q, 2),
						      .start_min = (int)row_int(q, 3),
						      .end_min = (int)row_int(q, 4),
						      .places = (int)row_int(q, 6),
						      .roles = (unsigned)row_int(q, 7),
						      .is_off_hours = row_int(q, 8) != 0 },
			.ver = row_int(q, 1),
			.is_on = row_int(q, 9) != 0,
			.venue = row_text(q, 10, mem) };
	*out = list;
	*out_n = n;
	return rows_close(q, err);
}

/* ---- weeks ------------------------------------------------------------------------------------------ */

#define WEEK                                                                                       \
	"SELECT w.week, w.ver, w.state, w.version, w.first_on, w.publish_by, w.drafted_by,"        \
	" w.published_at, d.name, a.name, p.name, w.late_why, w.n_slots, w.n_open, w.changed_by"   \
	" FROM roster_week w"                                                                      \
	" LEFT JOIN person d ON d.office = w.office AND d.id = w.drafted_by"                       \
	" LEFT JOIN person a ON a.office = w.office AND a.id = w.approved_by"                      \
	" LEFT JOIN person p ON p.office = w.office AND p.id = w.published_by"

static struct week
read_week(struct rows *q, void *mem)
{
	return (struct week){ .week = (int32_t)row_int(q, 0),
		.ver = row_int(q, 1),
		.state = (enum week_state)row_int(q, 2),
		.version = (int)row_int(q, 3),
		.first_on = (int32_t)row_int(q, 4),
		.publish_by = (int32_t)row_int(q, 5),
		.drafted_by = row_int(q, 6),
		.published_at = row_int(q, 7),
		.drafter = row_text(q, 8, mem),
		.approver = row_text(q, 9, mem),
		.publisher = row_text(q, 10, mem),
		.late_why = row_text(q, 11, mem),
		.n_slots = row_int(q, 12),
		.n_open = row_int(q, 13),
		.changed_by = row_int(q, 14) };
}

enum xq_rc
week_load(struct tx *tx, void *mem, int64_t office, int32_t week, struct week *out,
	struct xq_err *err)
{
	struct rows *q = db_query(
		tx, SQL(WEEK " WHERE w.office = ? AND w.week = ?"), VALS(V(office), V(week)));
	bool found = row_next(q);
	if (found)
		*out = read_week(q, mem);
	enum xq_rc rc = rows_close(q, err);
	return rc == XQ_OK && !found ? XQ_NONE : rc;
}

enum xq_rc
week_list(struct tx *tx, void *mem, int64_t office, int32_t from, struct week **out, size_t *out_n,
	struct xq_err *err)
{
	struct week *list = mem_array(mem, struct week, WEEKS_MAX);
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL(WEEK " WHERE w.office = ? AND w.week >= ? ORDER BY w.week LIMIT ?"),
		VALS(V(office), V(from), V((int64_t)WEEKS_MAX)));
	while (n < WEEKS_MAX && row_next(q))
		list[n++] = read_week(q, mem);
	*out = list;
	*out_n = n;
	return rows_close(q, err);
}

/* Counted back from the first sitting, in the unit that the office has set. */
enum xq_rc
publish_by(struct tx *tx, const struct app *app, int64_t office, int32_t first_on, int32_t *out,
	struct xq_err *err)
{
	enum { HOURS_A_DAY = 24 };
	struct limit limit;
	enum xq_rc rc = deadline_of(tx, office, "roster-publish", first_on, &limit, err);
	if (rc != XQ_OK)
		return rc;
	switch (limit.unit) {
	case LIMIT_WORKING_DAYS:
		*out = cal_add_wd(app->calendar, first_on, -limit.count);
		break;
	case LIMIT_NATURAL_DAYS:
		*out = day_add(first_on, -limit.count);
		break;
	case LIMIT_MONTHS:
		*out = day_add_months(first_on, -limit.count);
		break;
	case LIMIT_HOURS:
		*out = day_add(first_on, -(limit.count + HOURS_A_DAY - 1) / HOURS_A_DAY);
		break;
	}
	return XQ_OK;
}

/* ---- sittings --------------------------------------------------------------------------------------- */

#define SLOT                                                                                       \
	"SELECT s.no, s.ver, s.week, s.day, s.moved_from, s.start_min, s.end_min, s.venue_no,"     \
	" s.receiver_no, s.state, s.is_off_hours, s.is_provisional, w.state, s.ref, s.last_seq,"   \
	" s.makes_up, w.published_at, v.name, v.room, coalesce(p.name, r.name, ''),"               \
	" coalesce(r.public_title, ''), coalesce(r.role, ''), s.topics FROM roster_slot s"         \
	" JOIN roster_week w ON w.office = s.office AND w.week = s.week"                           \
	" JOIN venue v ON v.office = s.office AND v.no = s.venue_no"                               \
	" LEFT JOIN receiver r ON r.office = s.office AND r.no = s.receiver_no"                    \
	" LEFT JOIN person p ON p.office = r.office AND p.id = r.person_id"

static struct slot
read_slot(struct rows *q, void *mem)
{
	return (struct slot){ .no = row_int(q, 0),
		.ver = row_int(q, 1),
		.week = (int32_t)row_int(q, 2),
		.day = (int32_t)row_int(q, 3),
		.moved_from = (int32_t)row_int(q, 4),
		.start_min = (int)row_int(q, 5),
		.end_min = (int)row_int(q, 6),
		.venue_no = row_int(q, 7),
		.receiver_no = row_int(q, 8),
		.state = (enum slot_state)row_int(q, 9),
		.is_off_hours = row_int(q, 10) != 0,
		.is_provisional = row_int(q, 11) != 0,
		.is_published = row_int(q, 12) == WEEK_PUBLISHED,
		.ref = row_text(q, 13, mem),
		.last_seq = row_int(q, 14),
		.makes_up = row_int(q, 15),
		.published_at = row_int(q, 16),
		.venue = row_text(q, 17, mem),
		.room = row_text(q, 18, mem),
		.name = row_text(q, 19, mem),
		.public_title = row_text(q, 20, mem),
		.role = row_text(q, 21, mem),
		.topics = row_text(q, 22, mem) };
}

static struct rows *
slot_rows(struct tx *tx, int64_t office, const struct slot_query *q)
{
	struct val max = V((int64_t)SLOTS_MAX);
	if (q->week)
		return db_query(tx,
			SQL(SLOT " WHERE s.office = ? AND s.week = ?"
				 " ORDER BY s.day, s.start_min, s.venue_no, s.no LIMIT ?"),
			VALS(V(office), V(q->week), max));
	return db_query(tx,
		SQL(SLOT " WHERE s.office = ? AND s.day >= ? AND s.day <= ?"
			 " ORDER BY s.day, s.start_min, s.venue_no, s.no LIMIT ?"),
		VALS(V(office), V(q->from), V(q->until), max));
}

enum xq_rc
slot_list(struct tx *tx, void *mem, int64_t office, const struct slot_query *q, struct slot **out,
	size_t *out_n, struct xq_err *err)
{
	struct slot *list = mem_array(mem, struct slot, SLOTS_MAX);
	size_t n = 0;
	struct rows *rows = slot_rows(tx, office, q);
	while (n < SLOTS_MAX && row_next(rows)) {
		list[n] = read_slot(rows, mem);
		n += list[n].is_published || !q->only_published;
	}
	*out = list;
	*out_n = n;
	return rows_close(rows, err);
}

enum xq_rc
slot_load(
	struct tx *tx, void *mem, int64_t office, int64_t no, struct slot *out, struct xq_err *err)
{
	struct rows *q =
		db_query(tx, SQL(SLOT " WHERE s.office = ? AND s.no = ?"), VALS(V(office), V(no)));
	bool found = row_next(q);
	if (found)
		*out = read_slot(q, mem);
	enum xq_rc rc = rows_close(q, err);
	return rc == XQ_OK && !found ? XQ_NONE : rc;
}

/* ---- what was changed ------------------------------------------------------------------------------- */

#define CHANGE                                                                                         \
	"SELECT c.slot_no, c.at, c.kind, c.old_day, c.new_day, c.old_start, c.old_end,"                \
	" c.new_start, c.new_end, c.old_venue, c.new_venue, ov.name, nv.name,"                         \
	" coalesce(op.name, o.name, ''), coalesce(o.public_title, ''), coalesce(np.name, w.name, '')," \
	" c.why, c.words, c.n FROM roster_change c"                                                    \
	" JOIN venue ov ON ov.office = c.office AND ov.no = c.old_venue"                               \
	" JOIN venue nv ON nv.office = c.office AND nv.no = c.new_venue"                               \
	" LEFT JOIN receiver o ON o.office = c.office AND o.no = c.old_receiver"                       \
	" LEFT JOIN person op ON op.office = o.office AND op.id = o.person_id"                         \
	" LEFT JOIN receiver w ON w.office = c.office AND w.no = c.new_receiver"                       \
	" LEFT JOIN person np ON np.office = w.office AND np.id = w.person_id"

static struct change
read_change(struct rows *q, void *mem)
{
	return (struct change){ .slot_no = row_int(q, 0),
		.at = row_int(q, 1),
		.kind = (enum change_kind)row_int(q, 2),
		.old_day = (int32_t)row_int(q, 3),
		.new_day = (int32_t)row_int(q, 4),
		.old_start = (int)row_int(q, 5),
		.old_end = (int)row_int(q, 6),
		.new_start = (int)row_int(q, 7),
		.new_end = (int)row_int(q, 8),
		.old_venue_no = row_int(q, 9),
		.new_venue_no = row_int(q, 10),
		.old_venue = row_text(q, 11, mem),
		.new_venue = row_text(q, 12, mem),
		.old_name = row_text(q, 13, mem),
		.old_title = row_text(q, 14, mem),
		.new_name = row_text(q, 15, mem),
		.why = row_text(q, 16, mem),
		.words = row_text(q, 17, mem),
		.n = (int)row_int(q, 18) };
}

/* A change stands at the day that it took a sitting away from. */
enum xq_rc
change_list(struct tx *tx, void *mem, int64_t office, int32_t from, int32_t until,
	struct change **out, size_t *out_n, struct xq_err *err)
{
	struct change *list = mem_array(mem, struct change, CHANGES_MAX);
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL(CHANGE " WHERE c.office = ? AND c.old_day >= ? AND c.old_day <= ?"
			   " ORDER BY c.old_day, c.at, c.slot_no, c.n LIMIT ?"),
		VALS(V(office), V(from), V(until), V((int64_t)CHANGES_MAX)));
	while (n < CHANGES_MAX && row_next(q))
		list[n++] = read_change(q, mem);
	*out = list;
	*out_n = n;
	return rows_close(q, err);
}

/* ---- swaps, counts ---------------------------------------------------------------------------------- */

enum xq_rc
swap_list(struct tx *tx, void *mem, int64_t office, struct swap **out, size_t *out_n,
	struct xq_err *err)
{
	struct swap *list = mem_array(mem, struct swap, SWAPS_MAX);
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT x.no, x.slot_no, x.other_no, x.offered_at, a.day, b.day,"
		    " coalesce(ap.name, ar.name, ''), coalesce(bp.name, br.name, ''), x.why, x.words,"
		    " ar.person_id, br.person_id FROM roster_swap x"
		    " JOIN roster_slot a ON a.office = x.office AND a.no = x.slot_no"
		    " JOIN roster_slot b ON b.office = x.office AND b.no = x.other_no"
		    " LEFT JOIN receiver ar ON ar.office = a.office AND ar.no = a.receiver_no"
		    " LEFT JOIN person ap ON ap.office = ar.office AND ap.id = ar.person_id"
		    " LEFT JOIN receiver br ON br.office = b.office AND br.no = b.receiver_no"
		    " LEFT JOIN person bp ON bp.office = br.office AND bp.id = br.person_id"
		    " WHERE x.office = ? AND x.answered_at IS NULL ORDER BY x.no LIMIT ?"),
		VALS(V(office), V((int64_t)SWAPS_MAX)));
	while (n < SWAPS_MAX && row_next(q))
		list[n++] = (struct swap){ .no = row_int(q, 0),
			.slot_no = row_int(q, 1),
			.other_no = row_int(q, 2),
			.offered_at = row_int(q, 3),
			.day = (int32_t)row_int(q, 4),
			.other_day = (int32_t)row_int(q, 5),
			.name = row_text(q, 6, mem),
			.other_name = row_text(q, 7, mem),
			.why = row_text(q, 8, mem),
			.words = row_text(q, 9, mem),
			.person_id = row_int(q, 10),
			.other_person_id = row_int(q, 11) };
	*out = list;
	*out_n = n;
	return rows_close(q, err);
}

enum xq_rc
sittings_of(struct tx *tx, int64_t office, int32_t from, int32_t until, const struct receiver *list,
	size_t n, int *out, struct xq_err *err)
{
	for (size_t i = 0; i < n; i++)
		out[i] = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT receiver_no, count(*) FROM roster_slot"
		    " WHERE office = ? AND day >= ? AND day <= ? AND state IN (0, 2)"
		    " AND receiver_no IS NOT NULL GROUP BY receiver_no"),
		VALS(V(office), V(from), V(until)));
	while (row_next(q))
		for (size_t i = 0; i < n; i++)
			if (list[i].no == row_int(q, 0))
				out[i] = (int)row_int(q, 1);
	return rows_close(q, err);
}

enum xq_rc
roster_sittings(struct tx *tx, int64_t office, int32_t from, int32_t until, int64_t *out_no,
	int64_t *out_receiver, int32_t *out_day, size_t max, size_t *out_n, struct xq_err *err)
{
	enum { MOST = 100 };
	xq_require(max > 0 && max <= MOST);
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT s.no, s.receiver_no, s.day FROM roster_slot s"
		    " JOIN roster_week w ON w.office = s.office AND w.week = s.week"
		    " WHERE s.office = ? AND s.day >= ? AND s.day <= ? AND s.state = 0 AND w.state = 2"
		    " ORDER BY s.day, s.no LIMIT ?"),
		VALS(V(office), V(from), V(until), V((int64_t)max)));
	while (n < max && row_next(q)) {
		out_no[n] = row_int(q, 0);
		out_receiver[n] = row_int(q, 1);
		out_day[n++] = (int32_t)row_int(q, 2);
	}
	*out_n = n;
	return rows_close(q, err);
}
