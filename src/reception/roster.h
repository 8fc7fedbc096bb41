/* SPDX-License-Identifier: Apache-2.0 */
/* roster.h - who sits when: weeks of sittings out of patterns, holidays, people and their absences.
 *
 * For:       the generator behind roster.draft, and ISO weeks as the roster counts them.
 * May call:  core, calendar
 * Called by: reception/, bench/roster.c
 * Threads:   pure; any thread
 * Source:    domain.md A02, D50; docs/decisions/0037-rosters-of-receptions.md
 */
#ifndef XQ_RECEPTION_ROSTER_H
#define XQ_RECEPTION_ROSTER_H

#include "calendar/calendar.h"

/* ---- ISO weeks: 202640 is week 40 of 2026, from its Monday on --------------------------------------- */

int32_t week_of_day(int32_t day);
int32_t week_monday(int32_t week);          /* of a valid week (required) */
bool week_is_valid(int32_t week);           /* years 1901 to 2198, weeks that the year has */
bool week_read(struct str s, int32_t *out); /* a valid one, as it stands in an address: 202640 */
int32_t week_add(int32_t week, int n);

/* 14:00 or 9:05; minutes after midnight. */
bool minute_read(struct str s, int *out);
const char *minute_text(void *mem, int minute);

/* ---- what it is made of ------------------------------------------------------------------------------ */

enum { ROSTER_ROLES = 6, ROSTER_NOBODY = -1 };

struct roster_pattern {
	int64_t no, venue_no;
	int weekday;            /* 1 Monday .. 7 Sunday */
	int start_min, end_min; /* minutes after midnight; start < end */
	int places;             /* how many receive together */
	unsigned roles;         /* bit for each role that may sit */
	bool is_off_hours; /* beside office hours: an ordinary weekend day is no rest day for it */
};

/* From the first to the last day, both included. */
struct roster_away {
	int32_t from, until;
};

struct roster_receiver {
	int64_t no;
	int role;   /* below ROSTER_ROLES */
	int before; /* sittings that count for the turn already */
	const struct roster_away *away;
	size_t n_away;
};

/* A room that is taken already: sittings of weeks that stay as they are. */
struct roster_taken {
	int32_t day;
	int start_min, end_min;
	int64_t venue_no;
};

struct roster_ask {
	const struct calendar *cal;
	const int32_t *week; /* ascending */
	size_t n_weeks;
	int32_t not_before; /* days before it are gone; 0: none */
	const struct roster_pattern *pattern;
	size_t n_patterns;
	const struct roster_receiver
		*receiver; /* who is busy on a day for another reason is away then */
	size_t n_receivers;
	const struct roster_taken *taken;
	size_t n_taken;
};

/* One receiver of one sitting. */
struct roster_place {
	int32_t week, day, moved_from; /* week: of the pattern; moved_from 0: on its own day */
	int start_min, end_min;
	int64_t pattern_no, venue_no;
	unsigned roles;
	int receiver; /* index; ROSTER_NOBODY: nobody can */
	bool is_off_hours;
	bool is_provisional; /* no notice rules the day yet */
};

struct roster {
	struct roster_place *place; /* by day, start, venue, pattern */
	size_t n;
	size_t n_open;   /* places that nobody can take */
	size_t n_fallen; /* sittings that fell away: no free working day after their holiday */
};

/* roster_day - the day on which a sitting of that day is held.
 *
 * An off-hours sitting may stand on an ordinary weekend day; every other day of rest moves it to the next
 * working day. 0: the calendar names none any more.
 */
int32_t roster_day(const struct calendar *cal, int32_t day, bool is_off_hours);

/* roster_make - the sittings of the weeks, and who takes each place.
 *
 * As many places are taken as can be; among all ways to take that many, it is one in which the counts of
 * the receivers, with before, lie as close together as they can. Nobody sits twice a day. Where counts
 * are equal, roles take turns, then persons. The same ask gives the same roster. Lives in mem.
 */
struct roster roster_make(void *mem, const struct roster_ask *ask);

#endif
