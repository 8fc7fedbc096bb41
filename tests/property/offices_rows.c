/* SPDX-License-Identifier: Apache-2.0 */
/* offices_rows.c - reads the rows of receptions as numbers, without any code of the module. */
#include <stdio.h>
#include <stdlib.h>
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
	if (rows_close(q, &err) != XQ_OK) {
		fprintf(stderr, "%s: %s %s\n", sql->text, err.key, err.detail);
		abort();
	}
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
load_sittings(struct tx *tx, int64_t office, struct rows_all *out)
{
	READ("SELECT no, slot_no, at, kind, people, coalesce(concern_id, 0) FROM sitting_entry"
	     " WHERE office = ? ORDER BY no",
		entry, n_entries, ENTRIES);
	READ("SELECT slot_no, at, person_id, visitors, concerns,"
	     " CASE why WHEN '' THEN 0 WHEN 'unsaid' THEN 1 ELSE 2 END"
	     " FROM sitting_end WHERE office = ? ORDER BY slot_no",
		end, n_ends, ENDS);
	READ("SELECT slot_no, kind, told_at FROM sitting_alarm WHERE office = ?"
	     " ORDER BY slot_no, kind",
		asked, n_asked, ASKED);
}

static void
copy_sittings(const struct rows_all *was, struct rows_all *out)
{
	out->n_entries = was->n_entries;
	out->n_ends = was->n_ends;
	out->n_asked = was->n_asked;
	memcpy(out->entry, was->entry, was->n_entries * sizeof *was->entry);
	memcpy(out->end, was->end, was->n_ends * sizeof *was->end);
	memcpy(out->asked, was->asked, was->n_asked * sizeof *was->asked);
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
rows_load(struct app *app, int64_t office, const struct rows_all *was, unsigned what,
	struct rows_all *out)
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
	if (what & READ_SETTINGS)
		load_settings(tx, office, out);
	else
		copy_settings(was, out);
	if (what & READ_SITTINGS)
		load_sittings(tx, office, out);
	else
		copy_sittings(was, out);
	tx_end(tx);
}

/* What lies in JSON is read by the store's own functions, so that no code of the program is between. */
static void
record_load_file(struct tx *tx, int64_t office, struct record_all *out)
{
	READ("WITH e AS MATERIALIZED (SELECT office, CAST(bytes AS text) AS t,"
	     "  json_extract(CAST(bytes AS text), '$.ref') AS ref FROM ledger_event WHERE office = ?"
	     "  AND (instr(bytes, CAST('reception.held' AS blob)) > 0"
	     "   OR instr(bytes, CAST('reception.missed' AS blob)) > 0))"
	     "SELECT s.no, CASE json_extract(e.t, '$.k') WHEN 'reception.held' THEN 2 ELSE 3 END,"
	     " coalesce(json_extract(e.t, '$.pub.visitors'), 0),"
	     " coalesce(json_extract(e.t, '$.pub.concerns'), 0),"
	     " coalesce(CAST(replace(json_extract(e.t, '$.pub.day'), '-', '') AS integer), 0),"
	     " coalesce(json_extract(e.t, '$.pub.why') = 'unsaid', 0)"
	     " FROM e JOIN roster_slot s ON s.office = e.office AND s.ref = e.ref ORDER BY s.no",
		said, n_said, SLOTS);
	READ("SELECT json_extract(body, '$.slot') FROM outbox WHERE office = ?"
	     " AND json_extract(body, '$.what') = 'sitting.missed'",
		told, n_told, SLOTS);
}

static void
record_load_server(struct tx *tx, int64_t office, struct record_all *out)
{
	READ("WITH r AS MATERIALIZED (SELECT office, convert_from(bytes, 'UTF8') AS t FROM ledger_event"
	     "  WHERE office = ?),"
	     " e AS MATERIALIZED (SELECT office, CAST(t AS json) AS t FROM r"
	     "  WHERE position('reception.held' in t) > 0 OR position('reception.missed' in t) > 0)"
	     "SELECT s.no, CASE e.t->>'k' WHEN 'reception.held' THEN 2 ELSE 3 END,"
	     " coalesce(CAST(e.t->'pub'->>'visitors' AS bigint), 0),"
	     " coalesce(CAST(e.t->'pub'->>'concerns' AS bigint), 0),"
	     " coalesce(CAST(replace(e.t->'pub'->>'day', '-', '') AS bigint), 0),"
	     " CASE WHEN e.t->'pub'->>'why' = 'unsaid' THEN 1 ELSE 0 END"
	     " FROM e JOIN roster_slot s ON s.office = e.office AND s.ref = e.t->>'ref' ORDER BY s.no",
		said, n_said, SLOTS);
	READ("SELECT CAST(CAST(body AS json)->>'slot' AS bigint) FROM outbox WHERE office = ?"
	     " AND CAST(body AS json)->>'what' = 'sitting.missed'",
		told, n_told, SLOTS);
}

void
record_load(struct app *app, int64_t office, struct record_all *out)
{
	struct tx *tx;
	struct xq_err err = { 0 };
	xq_require(db_read(app->db, &tx, &err) == XQ_OK);
	if (getenv("XQ_TEST_DATABASE"))
		record_load_server(tx, office, out);
	else
		record_load_file(tx, office, out);
	tx_end(tx);
}

#define SAME(list_, n_)                                                                            \
	(a->n_ == b->n_ && memcmp(a->list_, b->list_, a->n_ * sizeof *a->list_) == 0)

bool
rows_same(const struct rows_all *a, const struct rows_all *b)
{
	return SAME(slot, n_slots) && SAME(week, n_weeks) && SAME(receiver, n_receivers) &&
	       SAME(away, n_aways) && SAME(venue, n_venues) && SAME(pattern, n_patterns) &&
	       SAME(change, n_changes) && SAME(swap, n_swaps) && SAME(alarm, n_alarms) &&
	       SAME(entry, n_entries) && SAME(end, n_ends) && SAME(asked, n_asked);
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

const struct end_row *
end_of(const struct rows_all *r, int64_t key)
{
	FIND(end, n_ends, slot);
}
