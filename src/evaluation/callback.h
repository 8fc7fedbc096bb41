/* SPDX-License-Identifier: Apache-2.0 */
/* callback.h - somebody outside the unit asks the resident whether it is solved.
 *
 * For:       call-backs in up to three tries on two days; nobody marks their own work.
 * May call:  core, calendar, store, ledger, identity, act, web, concern/concern.h
 * Called by: modules.c
 * Owns:      table callback
 * Threads:   acts on the writer, views on readers
 * Source:    decisions.md 1, 2, 14 (D17), 23; domain.md A06, 1.4.6
 */
#ifndef XQ_EVALUATION_CALLBACK_H
#define XQ_EVALUATION_CALLBACK_H

#include "concern/concern.h"
#include "concern/told_part.h"

/* One try. */
struct callback {
	int64_t id;
	int round, n; /* n: which try of the round */
	int64_t at;
	const char *result; /* reached nobody refused */
	const char *solved; /* NULL unless reached */
	int sat;
	const char *words, *caller;
};
XQ_CHECK enum xq_rc callback_list(struct tx *tx, void *mem, int64_t office, int64_t concern_id,
	struct callback **out, size_t *out_n, struct xq_err *err);

extern const struct choice callback_results[];
extern const struct told_part callback_told;

/* callback.record: fields concern, result, contacted (was first contacted), solved, sat, words.
 * reached: the rating counts and the concern closes or waits for a ruling. Third try without
 * success, the tries lying on two days at least: unreached, closed. Results: state, tries. */
extern const struct act callback_record;

extern const struct view *const evaluation_views[];
extern const struct module evaluation_module;

#endif
