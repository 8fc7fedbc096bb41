/* SPDX-License-Identifier: Apache-2.0 */
/* sort.h - what a concern is about for the one who raised it (the five reliefs 五解) and the lowest level
 * that can settle it (点、块、片、街道、区).
 *
 * For:       the act concern.sort, the concern's page and file, the yearly figures
 * May call:  what concern/concern.h may
 * Called by: concern/ (steps, pages), insight/ (the year)
 * Owns:      table sorting; columns relief and solve_level of concern
 * Threads:   acts on the writer, reads on any reader thread
 * Source:    domain.md A39-A43, A48: a tag of the matter, set at triage, never of a person
 */
#ifndef XQ_CONCERN_SORT_H
#define XQ_CONCERN_SORT_H

#include "concern/concern.h"

struct sorting {
	int64_t at;
	int no;                     /* 1: the first */
	const char *relief, *level; /* codes */
	const char *why;            /* of the change; NULL: the first */
	const char *statement, *person,
		*unit; /* statement: no conflict of interest; NULL: not asked */
};
enum { SORTINGS_MAX = 20 }; /* of one concern */

enum { SORT_RELIEFS = 6, SORT_LEVELS = 5 };
extern const struct choice sort_reliefs[SORT_RELIEFS + 1], sort_levels[SORT_LEVELS + 1];

/* The one that holds; XQ_NONE: not sorted yet. */
XQ_CHECK enum xq_rc sorting_newest(struct tx *tx, void *mem, int64_t office, int64_t concern_id,
	struct sorting *out, struct xq_err *err);

/* What became of the concerns of one relief and level, as their rows stand now. */
struct sort_sum {
	const char *relief, *level; /* codes */
	int64_t came, open;
	int64_t outcome[OUT_NOT + 1]; /* closed, by enum outcome; [0]: closed without one */
	int64_t ended, seen_solved;   /* ended: otherwise than by closing */
};
/* More are not counted, and the page says so: it costs the same whatever the office's history. */
enum { SORT_COUNT_MAX = 20000 };
/* Came in from <= raised_at < until. */
XQ_CHECK enum xq_rc sort_sums(struct tx *tx, void *mem, int64_t office, int64_t from, int64_t until,
	struct sort_sum **out, size_t *out_n, struct xq_err *err);

extern const struct act concern_sort;
extern const struct msg_text sort_messages[];
extern const struct migration concern_migration_11;

#endif
