/* SPDX-License-Identifier: Apache-2.0 */
/* first_taken.h - what residents told somebody of the office, and who took it down: by week and by unit.
 *
 * For:       whether "the first one asked stays responsible" is alive (A08, B11). By unit, never by person.
 * May call:  what concern/concern.h may
 * Called by: reception/ (how the mechanisms fare)
 * Owns:      two indexes over concern and handover
 * Threads:   any reader
 * Source:    domain.md A08, B11, E11; docs/decisions/0042-figures-of-sittings.md
 *
 * Taken down by staff is what came by counter, phone, letter, visit, meeting, delegate or patrol: somebody was
 * asked. What came by the web, from the hotline or from a list asked nobody. */
#ifndef XQ_CONCERN_FIRST_TAKEN_H
#define XQ_CONCERN_FIRST_TAKEN_H

#include "concern/concern.h"

enum { FIRST_TAKEN_MAX = 1000 }; /* of a unit in a week; counted no further */

struct first_unit {
	int64_t id;
	const char *name;
	int64_t first_at, last_at; /* when it took something down; 0: never */
};
/* Units that may be asked, in the order of the catalogue: active, no partner and no evaluators. */
XQ_CHECK enum xq_rc first_units(struct tx *tx, void *mem, int64_t office, struct first_unit **out,
	size_t *out_n, struct xq_err *err);

/* from <= moment < until. A concern stands with the unit that follows it to the end. */
XQ_CHECK enum xq_rc first_taken_count(struct tx *tx, int64_t office, const struct first_unit *unit,
	size_t n, int64_t from, int64_t until, int64_t *out, struct xq_err *err);
/* Offers of a hand-over that nobody answered in time. */
XQ_CHECK enum xq_rc first_lapsed_count(struct tx *tx, int64_t office, int64_t from, int64_t until,
	int64_t *out, struct xq_err *err);

extern const struct migration concern_first_migration_2;

#endif
