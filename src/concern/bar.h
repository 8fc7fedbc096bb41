/* SPDX-License-Identifier: Apache-2.0 */
/* bar.h - where a concern stands in its time: the light, its words, and the deadline bar.
 *
 * For:       every page that shows a concern, residents' and staff's alike, so that all of them say
 *            the same. Pure: the calendar and the moment are handed in.
 * May call:  core, calendar, web/components.h, concern/concern.h
 * Called by: concern/ pages, evaluation/ pages
 * Threads:   any
 * Source:    interface.md 3.2 and section 4 (deadline bar), decisions.md 13
 */
#ifndef XQ_CONCERN_BAR_H
#define XQ_CONCERN_BAR_H

#include "calendar/calendar.h"
#include "core/err.h"
#include "web/msg.h"

struct concern;
struct deadline;

/* The state of the deadline: word, shape and colour belong together. */
struct stand {
	int light;            /* enum light of web/components.h */
	const char *staff;    /* N_; 快到期，剩 {n} 个工作日 */
	const char *resident; /* N_; 快到答复日 */
	struct msg_arg arg[2];
	int left_wd; /* working days up to the due day, today counted; 0 when it has passed */
	int late_wd; /* working days past the due day, up to now or the answer; 0: none, or less than one */
	bool is_late; /* the answer came, or is still awaited, after the due moment; stays so */
};

/* Past due or answered late, terminated and imported ones aside. */
struct stand light_of(
	const struct concern *c, int64_t now, const struct calendar *cal, int32_t tz_s);

/* The words of a stand in the reader's language; they live as long as mem. */
const char *stand_words(void *mem, enum lang lang, const struct stand *s, bool for_staff);

/* What a bar is drawn from. */
struct bar_ask {
	int64_t now;
	int64_t from_at; /* the raise, or the ruling that began another round */
	int32_t due_day;
	int64_t due_at;
	int64_t end_at; /* answered or ended: the bar stops there; 0: still running */
	int32_t tz_s;
	const struct calendar *cal;
};

/* from_at 0: the raise. */
struct bar_ask bar_ask_of(const struct concern *c, int64_t from_at, int64_t now,
	const struct calendar *cal, int32_t tz_s);

/* bar_make - one cell for each day from the start to the due day, and on while it is late.
 *
 * Working days are numbered, the first one after the start is 1. Past 25 cells, runs of three and
 * more rest days become one; past 60, a cell stands for a week. Sets cell, n, from and due; headline,
 * sentence, light and clocks are the caller's. The cells live as long as mem.
 */
void bar_make(void *mem, const struct bar_ask *ask, struct deadline *out);

enum { BAR_FOLD_OVER = 25, BAR_WEEKS_OVER = 60, BAR_DAYS_MAX = 1500 };

#endif
