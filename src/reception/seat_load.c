/* SPDX-License-Identifier: Apache-2.0 */
/* seat_load.c - turns of a sitting, which of them are booked, and a seat by its code. */
#include "reception/seat.h"

#include "core/hash.h"
#include "core/mem.h"
#include "core/parse.h"

#include "core/banned.h"

enum { COUNTS_MAX = 500, MINUTES_AN_HOUR = 60, HOURS = 24 };

/* ---- sittings and turns ----------------------------------------------------------------------------- */

bool
seat_at_read(struct str place, int *out_start, int64_t *out_venue)
{
	enum { TIME_LEN = 4, HUNDRED = 100 };
	struct str time;
	int64_t hhmm, venue;
	if (!str_cut(&place, '-', &time) || time.n != TIME_LEN ||
		!parse_int(time, 0, HOURS * HUNDRED - 1, &hhmm) ||
		hhmm % HUNDRED >= MINUTES_AN_HOUR || !parse_int(place, 1, INT64_MAX, &venue))
		return false;
	*out_start = (int)(hhmm / HUNDRED) * MINUTES_AN_HOUR + (int)(hhmm % HUNDRED);
	*out_venue = venue;
	return true;
}

const char *
seat_at_path(void *mem, const struct seat_at *s)
{
	return mem_printf(mem, "/reception/%s/%02d%02d-%lld/seat", day_text(mem, s->day),
		s->start_min / MINUTES_AN_HOUR, s->start_min % MINUTES_AN_HOUR,
		(long long)s->venue_no);
}

int
turns_of(int start_min, int end_min)
{
	int n = (end_min - start_min) / SEAT_MINUTES;
	return n > SEAT_TURNS_MAX ? SEAT_TURNS_MAX : n;
}

bool
turn_is_to_book(int turn)
{
	return turn % 2 == 1;
}

int
turns_to_book(int start_min, int end_min)
{
	return (turns_of(start_min, end_min) + 1) / 2;
}

int
turn_minute(int start_min, int turn)
{
	return start_min + (turn - 1) * SEAT_MINUTES;
}

/* ---- seats ------------------------------------------------------------------------------------------ */

/* Five random signs would be found by trying without the key; the office keeps equal codes of two apart. */
void
seat_hash(const struct app *app, int64_t office, const struct short_code *code, uint8_t out[32])
{
	char text[sizeof "seat|" + 20 + 1 + SHORT_CODE_LEN + 1];
	int n = snprintf(text, sizeof text, "seat|%lld|%s", (long long)office, code->text);
	hash_keyed(app_key(app, office), (struct bytes){ (const uint8_t *)text, (size_t)n }, out);
}

#define SEAT                                                                                       \
	"SELECT no, day, start_min, end_min, venue_no, turn, people, helps, state, booked_at,"     \
	" ended_at, moved_at, from_day, from_start, from_venue, from_turn FROM roster_seat"

static struct booking
read_seat(struct rows *q)
{
	return (struct booking){ .no = row_int(q, 0),
		.at = { .day = (int32_t)row_int(q, 1),
			.start_min = (int)row_int(q, 2),
			.end_min = (int)row_int(q, 3),
			.venue_no = row_int(q, 4) },
		.turn = (int)row_int(q, 5),
		.people = (int)row_int(q, 6),
		.helps = (unsigned)row_int(q, 7),
		.state = (enum seat_state)row_int(q, 8),
		.booked_at = row_int(q, 9),
		.ended_at = row_int(q, 10),
		.moved_at = row_int(q, 11),
		.from = { .day = (int32_t)row_int(q, 12),
			.start_min = (int)row_int(q, 13),
			.venue_no = row_int(q, 14) },
		.from_turn = (int)row_int(q, 15) };
}

enum xq_rc
seat_by_code(struct tx *tx, const struct app *app, int64_t office, const struct short_code *code,
	struct booking *out, struct xq_err *err)
{
	uint8_t hash[32];
	seat_hash(app, office, code, hash);
	struct rows *q = db_query(tx, SQL(SEAT " WHERE office = ? AND code_hash = ?"),
		VALS(V(office), val_bytes((struct bytes){ hash, 32 })));
	bool found = row_next(q);
	if (found)
		*out = read_seat(q);
	enum xq_rc rc = rows_close(q, err);
	return rc == XQ_OK && !found ? XQ_NONE : rc;
}

enum xq_rc
seat_list(struct tx *tx, void *mem, int64_t office, const struct seat_at *s, struct booking **out,
	size_t *out_n, struct xq_err *err)
{
	struct booking *list = mem_array(mem, struct booking, SEAT_TURNS_MAX);
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL(SEAT " WHERE office = ? AND day = ? AND start_min = ? AND venue_no = ?"
			 " AND state = 0 ORDER BY turn LIMIT ?"),
		VALS(V(office), V(s->day), V(s->start_min), V(s->venue_no),
			V((int64_t)SEAT_TURNS_MAX)));
	while (n < SEAT_TURNS_MAX && row_next(q))
		list[n++] = read_seat(q);
	*out = list;
	*out_n = n;
	return rows_close(q, err);
}

enum xq_rc
seat_counts(struct tx *tx, void *mem, int64_t office, int32_t from, int32_t until,
	struct seat_count **out, size_t *out_n, struct xq_err *err)
{
	struct seat_count *list = mem_array(mem, struct seat_count, COUNTS_MAX);
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT day, start_min, venue_no, sum(turn % 2) FROM roster_seat WHERE office = ?"
		    " AND day >= ? AND day <= ? AND state = 0"
		    " GROUP BY day, start_min, venue_no ORDER BY day, start_min, venue_no LIMIT ?"),
		VALS(V(office), V(from), V(until), V((int64_t)COUNTS_MAX)));
	while (n < COUNTS_MAX && row_next(q))
		list[n++] = (struct seat_count){ .at = { .day = (int32_t)row_int(q, 0),
							 .start_min = (int)row_int(q, 1),
							 .venue_no = row_int(q, 2) },
			.n = (int)row_int(q, 3) };
	*out = list;
	*out_n = n;
	return rows_close(q, err);
}

/* ---- what a booking meets --------------------------------------------------------------------------- */

/* One room at one time is one sitting; nobody is written into a draft. */
static enum xq_rc
load_stands(struct tx *tx, int64_t office, const struct seat_at *at, struct seating *out,
	struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT s.end_min, s.state, v.is_open FROM roster_slot s"
		    " JOIN roster_week w ON w.office = s.office AND w.week = s.week"
		    " JOIN venue v ON v.office = s.office AND v.no = s.venue_no"
		    " WHERE s.office = ? AND s.day = ? AND s.start_min = ? AND s.venue_no = ?"
		    " AND w.state = 2"),
		VALS(V(office), V(at->day), V(at->start_min), V(at->venue_no)));
	while (row_next(q)) {
		bool stands = row_int(q, 1) != SLOT_CANCELLED;
		out->is_there = true;
		out->is_open = row_int(q, 2) != 0;
		if (stands || !out->stands)
			out->at.end_min = (int)row_int(q, 0);
		out->stands |= stands;
	}
	return rows_close(q, err);
}

enum xq_rc
seating_load(struct tx *tx, void *mem, int64_t office, const struct seat_at *at,
	struct seating *out, struct xq_err *err)
{
	struct booking *taken;
	size_t n = 0;
	*out = (struct seating){ .at = *at };
	enum xq_rc rc = load_stands(tx, office, at, out, err);
	if (rc == XQ_OK)
		rc = seat_list(tx, mem, office, at, &taken, &n, err);
	if (rc != XQ_OK)
		return rc;
	for (size_t i = 0; i < n; i++)
		if (taken[i].turn <= SEAT_TURNS_MAX)
			out->is_taken[taken[i].turn] = true;
	int turns = turns_of(out->at.start_min, out->at.end_min);
	for (int turn = 1; turn <= turns; turn++)
		out->n_free += turn_is_to_book(turn) && !out->is_taken[turn];
	return XQ_OK;
}

const char *
seating_refusal(const struct seating *s, int64_t now, int32_t tz_s)
{
	if (!s->is_there)
		return "seat.no-sitting";
	if (!s->stands)
		return "seat.cancelled";
	if (day_at(s->at.day, s->at.start_min, tz_s) <= now)
		return "seat.begun";
	if (!s->is_open)
		return "seat.venue-closed";
	return s->n_free == 0 ? "seat.full" : NULL;
}
