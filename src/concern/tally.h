/* SPDX-License-Identifier: Apache-2.0 */
/* tally.h - counts of a day, kept in the transaction of the fact that they count.
 *
 * For:       figures that are sums over days: each fact is one row of (day, figure, unit_code, class), so
 *            offices and periods add up, and `xinqiao check` counts again from the facts.
 * May call:  what concern/concern.h may
 * Called by: the acts of concern/ that cause a fact; figures.h and the pages that show them (reading)
 * Owns:      tables tally, rating
 * Threads:   writing on the writer, reading on any reader thread
 * Source:    domain.md 4.1, ledger.md 8, decisions.md 19, 22; scale-out.md 7
 *
 * A row belongs to the whole office, and to a unit and class where it names them; in the sealed lane
 * both are ''. A sum over all rows is therefore the office's figure. A figure with reasons has one code
 * for each: "parked.budget".
 *
 *   raised repeat            day on which the concern came in; unit: first owner
 *   assigned                 offered to this unit: by the catalogue, by hand or after a ruling
 *   contact contact-made     unit of the one who called
 *   returned return-refused  day of the ruling; unit: the one that asked
 *   extended.WHY             the same, granted only
 *   parked.WHY               unit: owner
 *   closed on-time claimed redone      day of closing; unit: owner at closing
 *   redirected.BODY merged terminated.WHY voided.WHY transferred   day of ending; unit: owner at the end
 *   promise promise-kept     day for which it is promised now; unit: the one that promised
 *   rated rated-solved unreached   day of the call-back or rating; unit: owner then
 *   sat-points sat-full      the same: 10, 8, 6, 0 for each that said how satisfied; 10 for each of them
 *   result-points result-full      the same about the result
 *   attitude-points attitude-full  the same about the manner, but on the first day of the month and
 *                                  without class: they lie in a box of no concern (attitude.h)
 *
 * A voided concern counts in voided.WHY only: voiding takes its other counts back, on their days.
 * Of the ratings of a concern in one calendar month the last one counts: a re-handling in the same month
 * takes the earlier one back, in the next month it does not; not reached counts only where no rating of
 * the month stands. So whole months add up, and a concern rated in two of them is in both. */
#ifndef XQ_CONCERN_TALLY_H
#define XQ_CONCERN_TALLY_H

#include "concern/concern.h"

/* delta more of a figure, today, for the owner's unit. */
XQ_CHECK enum xq_rc tally_add(struct act_ctx *ctx, const struct concern *c, const char *figure,
	int64_t delta, struct xq_err *err);
/* The same for another unit or on the day of another moment. */
struct tally_place {
	int64_t unit_id;
	int64_t at; /* UTC seconds; the day is the record's, +08:00 */
};
XQ_CHECK enum xq_rc tally_add_at(struct act_ctx *ctx, const struct concern *c, const char *figure,
	struct tally_place place, int64_t delta, struct xq_err *err);

/* The closing of c: closed, and where it holds on-time, claimed, redone. */
XQ_CHECK enum xq_rc tally_closed(struct act_ctx *ctx, const struct concern *c, struct xq_err *err);
/* c turns out to be the same matter as another one: a repeat, on the day on which it came in. */
XQ_CHECK enum xq_rc tally_repeat(struct act_ctx *ctx, const struct concern *c, struct xq_err *err);
/* Takes back all that c has been counted for; before its state becomes ST_VOID. */
XQ_CHECK enum xq_rc tally_take_back(
	struct act_ctx *ctx, const struct concern *c, struct xq_err *err);

/* What came of the call-back of a round: the resident's view, or r NULL: nobody was reached. */
XQ_CHECK enum xq_rc rating_keep(
	struct act_ctx *ctx, const struct concern *c, const struct rating *r, struct xq_err *err);

/* What the resident said about the result in this round; 0: nothing. */
XQ_CHECK enum xq_rc rating_result(
	struct tx *tx, int64_t office, const struct concern *c, int *out, struct xq_err *err);

/* Sums of the days from first to last, by figure and unit ('' in the sealed lane); meant for whole months. */
struct tally_sum {
	const char *figure, *unit;
	int64_t n;
	bool is_withheld; /* of its unit, by those who show it */
};
XQ_CHECK enum xq_rc tally_read(struct tx *tx, void *mem, int64_t office, int32_t from, int32_t to,
	struct tally_sum **out, size_t *out_n, struct xq_err *err);

/* The same for one code, or for all reasons of one that ends in '.', appended to a list; from and to lie
 * in one month. What else the office counts costs nothing: a page of twelve months reads no more than it
 * shows. */
struct tally_sums {
	struct tally_sum *sum;
	size_t n, cap;
};
XQ_CHECK enum xq_rc tally_read_code(struct tx *tx, void *mem, int64_t office, const char *code,
	int32_t from, int32_t to, struct tally_sums *list, struct xq_err *err);

/* The first day that something was counted for; 0: nothing yet. */
XQ_CHECK enum xq_rc tally_first_day(
	struct tx *tx, int64_t office, int32_t *out, struct xq_err *err);

extern const struct migration concern_migration_4; /* schema_tally.c */
extern const struct invariant tally_equals_facts, concern_was_late;

#endif
