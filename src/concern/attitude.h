/* SPDX-License-Identifier: Apache-2.0 */
/* attitude.h - how residents were treated, apart from what came of the matter.
 *
 * For:       marks for the manner in a box of the month; words about staff, for the discipline officer
 * May call:  what concern/concern.h may
 * Called by: evaluation/ (call-backs), concern/ (the resident's own rating and looks, the officer's page)
 * Owns:      tables attitude, conduct
 * Threads:   writing on the writer, reading on any reader thread
 * Source:    domain.md B08, E03, 1.4.6; product.md ("attitude ratings live in boxes"); ledger.md 3.4
 */
#ifndef XQ_CONCERN_ATTITUDE_H
#define XQ_CONCERN_ATTITUDE_H

#include "concern/concern.h"

/* The fields of a form that asks: manner, result, words about staff. */
/* clang-format off */
#define ATTITUDE_FIELDS                                                                            \
	{ "attitude", FIELD_CHOICE, .choices = concern_sats, .privacy = PRIVACY_SECRET,            \
		.label = N_("How were you treated?"),                                              \
		.hint = N_("Kept apart from this matter: the unit never sees who said it.") },     \
	{ "result_sat", FIELD_CHOICE, .choices = concern_sats,                                     \
		.label = N_("Are you satisfied with the result?") }
#define STAFF_WORDS_FIELD                                                                          \
	{ "about_staff", FIELD_LINES, .max = 500, .privacy = PRIVACY_SECRET,                       \
		.label = N_("Something about how staff behaved"),                                  \
		.hint = N_("Only the discipline officer reads this, never the unit.") }
/* clang-format on */

/* 1..4 of concern_sats; 0: nothing said, or no rating wanted. */
int sat_of(const struct form *in, const char *field);
/* Keeps what a rating says about the manner, apart from the concern. */
XQ_CHECK enum xq_rc said_apart(
	struct act_ctx *ctx, const struct concern *c, const struct form *in, struct xq_err *err);

struct conduct {
	int64_t id, at, file_no;
	const char *unit, *words;
	int64_t look_at; /* about a look at the resident's details; 0: about a call or an answer */
	const char *look_why; /* code of unmask_reasons */
};
/* Words about somebody of a unit, for the discipline officer. look_no: number of the look that they are
 * about; 0: none. */
XQ_CHECK enum xq_rc conduct_keep(struct act_ctx *ctx, int64_t concern_id, int64_t unit_id,
	int64_t look_no, struct str words, struct xq_err *err);
/* Newest first below before_id (0: from the top); without those about the actor's own unit. */
XQ_CHECK enum xq_rc conduct_list(struct tx *tx, void *mem, const struct app *app,
	const struct actor *actor, int64_t before_id, struct conduct *out, size_t max,
	size_t *out_n, struct xq_err *err);

extern const struct view desk_conduct_view;

#endif
