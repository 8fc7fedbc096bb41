/* SPDX-License-Identifier: Apache-2.0 */
/* offices_rows.c - reads the rows of receptions as numbers, without any code of the module. */
#include <string.h>

#include "offices.h"

#include "core/banned.h"

static void
read_rows(struct tx *tx, int64_t office, sql_ref sql, int64_t *cell, size_t row_size, size_t max,
	size_t *out_n)
{
	struct xq_err err = { 0 };
	const size_t columns = row_size / sizeof *cell;
	struct rows *q = db_query(tx, sql, VALS(V(office)));
	size_t n = 0;
	while (row_next(q)) {
		xq_require(n < max);
		for (size_t c = 0; c < columns; c++)
			cell[n * columns + c] = row_int(q, (int)c);
		n++;
	}
	xq_require(rows_close(q, &err) == XQ_OK);
	*out_n = n;
}

#define READ(sql_, list_, n_, max_)                                                                \
	read_rows(tx, office, SQL(sql_), (int64_t *)out->list_, sizeof *out->list_, max_, &out->n_)

static void
load_settings(struct tx *tx, int64_t office, struct rows_all *out)
{
	READ("SELECT r.no, r.person_id, CASE r.role WHEN 'party' THEN 0 WHEN 'congress' THEN 1"
	     " WHEN 'committee' THEN 2 WHEN 'office' THEN 3 WHEN 'cppcc' THEN 4 ELSE 5 END,"
	     " r.is_active * coalesce(p.is_active, 1), coalesce(p.is_away, 0) FROM receiver r"
	     " LEFT JOIN person p ON p.office = r.office AND p.id = r.person_id"
	     " WHERE r.office = ? ORDER BY r.no",
		receiver, n_receivers, PEOPLE);
	READ("SELECT receiver_no, from_on, until_on FROM receiver_away WHERE office = ?"
	     " ORDER BY receiver_no, n",
		away, n_aways, AWAYS);
	READ("SELECT no, is_open FROM venue WHERE office = ? ORDER BY no", venue, n_venues, VENUES);
	READ("SELECT no, weekday, start_min, end_min, venue_no, places, roles, is_off_hours, is_on"
	     " FROM slot_pattern WHERE office = ? ORDER BY no",
		pattern, n_patterns, PATTERNS);
}

static void
copy_settings(const struct rows_all *was, struct rows_all *out)
{
	out->n_receivers = was->n_receivers;
	out->n_aways = was->n_aways;
	out->n_venues = was->n_venues;
	out->n_patterns = was->n_patterns;
	memcpy(out->receiver, was->receiver, sizeof out->receiver);
	memcpy(out->away, was->away, sizeof out->away);
	memcpy(out->venue, was->venue, sizeof out->venue);
	memcpy(out->pattern, was->pattern, sizeof out->pattern);
}

void
rows_load(struct app *app, int64_t office, const struct rows_all *was, struct rows_all *out)
{
	struct tx *tx;
	struct xq_err err = { 0 };
	xq_require(db_read(app->db, &tx, &err) == XQ_OK);
	READ("SELECT no, week, day, moved_from, start_min, end_min, venue_no, receiver_no, state,"
	     " is_off_hours, is_provisional, CASE WHEN ref = '' THEN 0 ELSE 1 END, makes_up"
	     " FROM roster_slot WHERE office = ? ORDER BY day, start_min, venue_no, no",
		slot, n_slots, SLOTS);
	READ("SELECT week, state, version, first_on, n_slots, n_open, drafted_by, approved_by,"
	     " published_at, CASE WHEN late_why = '' THEN 0 ELSE 1 END"
	     " FROM roster_week WHERE office = ? ORDER BY week",
		week, n_weeks, WEEKS);
	READ("SELECT slot_no, n, at, kind, old_day, old_start, old_end, old_venue, old_receiver,"
	     " new_day, new_start, new_end, new_venue, new_receiver,"
	     " CASE WHEN why = '' THEN 0 ELSE 1 END"
	     " FROM roster_change WHERE office = ? ORDER BY slot_no, n",
		change, n_changes, CHANGES);
	READ("SELECT no, slot_no, other_no, CASE WHEN answered_at IS NULL THEN -1 ELSE coalesce(is_yes, 0) END FROM roster_swap WHERE office = ?"
	     " ORDER BY no",
		swap, n_swaps, SWAPS);
	READ("SELECT week, kind, told_at FROM roster_alarm WHERE office = ? ORDER BY week, kind",
		alarm, n_alarms, ALARMS);
	if (was)
		copy_settings(was, out);
	else
		load_settings(tx, office, out);
	tx_end(tx);
}

#define SAME(list_, n_)                                                                            \
	(a->n_ == b->n_ && memcmp(a->list_, b->list_, a->n_ * sizeof *a->list_) == 0)

bool
rows_same(const struct rows_all *a, const struct rows_all *b)
{
	return SAME(slot, n_slots) && SAME(week, n_weeks) && SAME(receiver, n_receivers) &&
	       SAME(away, n_aways) && SAME(venue, n_venues) && SAME(pattern, n_patterns) &&
	       SAME(change, n_changes) && SAME(swap, n_swaps) && SAME(alarm, n_alarms);
}

#define FIND(list_, n_, key_)                                                                      \
	for (size_t i = 0; i < r->n_; i++)                                                         \
		if (r->list_[i].key_ == key)                                                       \
			return &r->list_[i];                                                       \
	return NULL

const struct slot_row *
slot_of(const struct rows_all *r, int64_t key)
{
	FIND(slot, n_slots, no);
}

const struct week_row *
week_of(const struct rows_all *r, int64_t key)
{
	FIND(week, n_weeks, week);
}

const struct receiver_row *
receiver_of(const struct rows_all *r, int64_t key)
{
	FIND(receiver, n_receivers, no);
}

const struct venue_row *
venue_of(const struct rows_all *r, int64_t key)
{
	FIND(venue, n_venues, no);
}
