/* SPDX-License-Identifier: Apache-2.0 */
/* reception.h - receptions: where they are held, who receives, and the published roster of who sits when.
 *
 * For:       a roster that is fair, published in time, and whose every change is told beside what it changed.
 * May call:  core, calendar, store, ledger, identity, act, web, office/, concern/concern.h, concern/desk.h,
 *            concern/resident.h (square codes)
 * Called by: modules.c, cli (demo)
 * Owns:      tables venue, receiver, receiver_away, slot_pattern, roster_week, roster_slot, roster_change,
 *            roster_swap, roster_alarm
 * Threads:   acts on the writer, reads on any reader thread
 * Source:    domain.md A02-A04, D50; docs/decisions/0037-rosters-of-receptions.md
 */
#ifndef XQ_RECEPTION_RECEPTION_H
#define XQ_RECEPTION_RECEPTION_H

#include "act/app.h"
#include "concern/home.h"

/* Results: venue_set, receiver_set, roster_pattern, roster_swap: no; roster_draft: weeks, open; roster_cancel: no
 * of the sitting that makes up for it. */
extern const struct act venue_set, receiver_set, receiver_away, roster_pattern_set, roster_draft,
	roster_approve, roster_publish, roster_change, roster_swap, roster_answer_swap,
	roster_cancel;
/* Published sittings of these days that stand, by day and number: their numbers, receivers and days, at most
 * max; 0 < max <= 100 (required). */
XQ_CHECK enum xq_rc roster_sittings(struct tx *tx, int64_t office, int32_t from, int32_t until,
	int64_t *out_no, int64_t *out_receiver, int32_t *out_day, size_t max, size_t *out_n,
	struct xq_err *err);

extern const struct home_part reception_home; /* the next sitting, on the first page */
extern const struct module reception_module;

#endif
