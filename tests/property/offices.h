/* SPDX-License-Identifier: Apache-2.0 */
/* offices.h - the rows of one office's receptions as numbers, and what an oracle says of them.
 *
 * For:       offices.c, which lives through random offices and asks the oracle after every act.
 * Source:    domain.md A02, A05, A07, D50; docs/decisions/0037-rosters-of-receptions.md */
#ifndef XQ_TEST_OFFICES_H
#define XQ_TEST_OFFICES_H

#include "act/app.h"

enum {
	SLOTS = 2000,
	WEEKS = 80,
	PEOPLE = 48,
	AWAYS = 400,
	VENUES = 4,
	PATTERNS = 16,
	CHANGES = 800,
	SWAPS = 200,
	ALARMS = 160,
	ENTRIES = 4000,
	ENDS = SLOTS,
	ASKED = SLOTS
};
enum { DRAFT, APPROVED, PUBLISHED };        /* state of a week */
enum { PLANNED, CALLED_OFF, HELD, MISSED }; /* state of a slot */
enum { SAID_HELD, UNSAID, SAID_MISSED };    /* why it ended as it did */
enum { TAKEN, TOLD };                       /* kind of an entry */
enum { NO_SITTING = 1, UNPUBLISHED = 2 };   /* kind of an alarm */
enum { AHEAD_DAYS = 3, LEAVE_DAYS = 28, NOT_ANSWERED = -1 };

/* Numbers only, so that rows are read alike and compared byte by byte. */
struct slot_row {
	int64_t no, week, day, moved_from, start, end, venue, receiver, state, off_hours,
		provisional, announced, makes_up;
};
struct week_row {
	int64_t week, state, version, first_on, n_slots, n_open, drafted_by, approved_by,
		published_at, has_why;
};
struct receiver_row {
	int64_t no, person, role, active, on_leave;
};
struct away_row {
	int64_t receiver, from, until;
};
struct venue_row {
	int64_t no, open;
};
struct pattern_row {
	int64_t no, weekday, start, end, venue, places, roles, off_hours, on;
};
struct change_row {
	int64_t slot, n, at, kind, old_day, old_start, old_end, old_venue, old_receiver, new_day,
		new_start, new_end, new_venue, new_receiver, has_why;
};
struct swap_row {
	int64_t no, slot, other, answer;
};
struct alarm_row {
	int64_t week, kind, told_at;
};
struct entry_row {
	int64_t no, slot, at, kind, people, concern;
};
struct end_row {
	int64_t slot, at, person, visitors, concerns, why;
};
/* Somebody was asked why nothing was said of it. */
struct asked_row {
	int64_t slot, kind, told_at;
};

struct rows_all {
	size_t n_slots, n_weeks, n_receivers, n_aways, n_venues, n_patterns, n_changes, n_swaps,
		n_alarms, n_entries, n_ends, n_asked;
	struct slot_row slot[SLOTS]; /* by day, start, venue, number */
	struct week_row week[WEEKS];
	struct receiver_row receiver[PEOPLE];
	struct away_row away[AWAYS];
	struct venue_row venue[VENUES];
	struct pattern_row pattern[PATTERNS];
	struct change_row change[CHANGES]; /* by sitting and number */
	struct swap_row swap[SWAPS];
	struct alarm_row alarm[ALARMS];
	struct entry_row entry[ENTRIES]; /* by number */
	struct end_row end[ENDS];        /* by sitting */
	struct asked_row asked[ASKED];
};

/* What is read beside the roster: places, people and patterns; what happened at sittings. The rest is as it was. */
enum { READ_SETTINGS = 1, READ_SITTINGS = 2, READ_ALL = 3 };
void rows_load(struct app *app, int64_t office, const struct rows_all *was, unsigned what,
	struct rows_all *out);

/* What the record says of sittings that ended, and of which the leader was told. */
struct said_row {
	int64_t slot, kind, visitors, concerns, day, is_unsaid; /* kind: HELD or MISSED */
};
struct told_row {
	int64_t slot;
};
struct record_all {
	size_t n_said, n_told;
	struct said_row said[SLOTS];
	struct told_row told[SLOTS];
};
void record_load(struct app *app, int64_t office, struct record_all *out);
bool rows_same(const struct rows_all *a, const struct rows_all *b);
const struct slot_row *slot_of(
	const struct rows_all *r, int64_t no); /* NULL: none, here and below */
const struct week_row *week_of(const struct rows_all *r, int64_t week);
const struct receiver_row *receiver_of(const struct rows_all *r, int64_t no);
const struct venue_row *venue_of(const struct rows_all *r, int64_t no);
const struct end_row *end_of(const struct rows_all *r, int64_t slot);

/* ---- the oracle: plain loops over the rows --------------------------------------------------------- */

/* Says what is wrong; defined by who lives. */
void wrong(const char *what, int64_t a, int64_t b);

/* When it is, for all that follows. */
struct when {
	const struct calendar *cal;
	int64_t now;
	int32_t today;
};

int64_t iso_week(int32_t day);
int32_t monday_of(int32_t day);
/* Whether residents can be received on that day. */
bool is_day_for(const struct when *w, int32_t day, bool off_hours);

/* Where a sitting shall stand. slot, other: numbers that it takes the place of. */
struct plan_row {
	int64_t slot, other, receiver, venue, day, start, end;
	bool off_hours;
};
bool receiver_fits(const struct rows_all *r, const struct when *w, const struct plan_row *p);
/* How many of receiver, day, venue and room are at fault. */
size_t plan_faults(const struct rows_all *r, const struct when *w, const struct plan_row *p);
bool slot_is_over(const struct when *w, const struct slot_row *s);
/* Somebody sits there, or sat: neither cancelled nor missed. */
bool slot_counts(const struct slot_row *s);
/* Nobody can say any more that it was held: the second working day behind it has ended. */
bool slot_is_late(const struct when *w, const struct slot_row *s);
/* Who receives with it: published, not cancelled, of the same day, times and place. */
bool sits_with(const struct rows_all *r, const struct slot_row *a, const struct slot_row *b);
/* What stands in its register. */
struct register_sum {
	int64_t people, concerns, entries;
};
struct register_sum register_of(const struct rows_all *r, int64_t slot);

/* What an act may have done to the rows. draft_from, n_weeks: of a draft, else 0. */
struct deed {
	const char *act;
	int64_t person;
	int32_t draft_from;
	size_t n_weeks;
};
void oracle_act(const struct rows_all *was, const struct rows_all *now, const struct when *w,
	const struct deed *d);
void oracle_evening(const struct rows_all *was, const struct rows_all *now, const struct when *w);
/* offices_held.c: the same for what happened at sittings. */
void oracle_sittings(const struct rows_all *was, const struct rows_all *now, const struct when *w,
	const struct deed *d);
void oracle_silence(const struct rows_all *was, const struct rows_all *now, const struct when *w);
/* At the end of a life. */
void oracle_record(const struct rows_all *now, const struct record_all *record);

#endif
