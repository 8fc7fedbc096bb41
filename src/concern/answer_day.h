/* SPDX-License-Identifier: Apache-2.0 */
/* answer_day.h - a day that an answer names is a promise: it is noted as one with the answer, stands as
 * one already, or the author says why it is none; the second person reads which.
 *
 * For:       reply.submit and reply.approve
 * May call:  what concern/concern.h may
 * Called by: concern/ (answers), fuzz
 * Owns:      columns promise, promise_day and no_promise of table reply
 * Threads:   days_named any; the others on the writer
 * Source:    domain.md C25 ("every date in a reply becomes a promise")
 */
#ifndef XQ_CONCERN_ANSWER_DAY_H
#define XQ_CONCERN_ANSWER_DAY_H

#include "concern/concern.h"

enum { DAYS_NAMED_MAX = 8 };

/* The days after today that a text names, each once, in the order of the text, at most DAYS_NAMED_MAX:
 * dates with month and day (with or without the year), ends of months and of the year, days of this and
 * the next week, tomorrow. A date without a year is the nearest one. Spans ("within 5 working days") are
 * not read, since rules are quoted with them as well. Returns how many. */
size_t days_named(struct str text, int32_t today, int32_t out[DAYS_NAMED_MAX]);

/* Adds a fault for what the promise of the answer lacks, and for the first day named that is neither
 * promised nor explained; each counts in *faults. */
XQ_CHECK enum xq_rc answer_days_check(struct act_ctx *ctx, const struct concern *c,
	const struct form *in, size_t *faults, struct xq_err *err);

/* The answer was approved: what it promises is promised now. Refusal reply.promise-gone: the day has
 * passed or became a day of rest since it was written. */
XQ_CHECK enum xq_rc answer_promise_make(
	struct act_ctx *ctx, struct concern *c, const struct reply *r, struct xq_err *err);

extern const struct msg_text answer_day_messages[];

#endif
