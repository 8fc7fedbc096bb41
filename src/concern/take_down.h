/* SPDX-License-Identifier: Apache-2.0 */
/* take_down.h - taking a concern down inside of another act, such as the register of a reception.
 *
 * For:       acts that open a concern beside what they do themselves: the same fields, the same checks, the
 *            same events as concern.register.
 * May call:  what concern/concern.h may
 * Called by: concern/raise.c, reception/
 * Threads:   check and prepare on the request side, take_down on the writer
 * Source:    domain.md A05, A07, A08
 */
#ifndef XQ_CONCERN_TAKE_DOWN_H
#define XQ_CONCERN_TAKE_DOWN_H

#include "concern/concern.h"

/* clang-format off */
#define TAKE_DOWN_WHO                                                                              \
	{ "name", FIELD_TEXT, .max = 40, .label = N_("Your name"), .privacy = PRIVACY_PERSONAL },  \
	{ "phone", FIELD_PHONE, .label = N_("Phone"), .privacy = PRIVACY_PERSONAL,                 \
		.hint = N_("So that we can tell you. You can leave it out.") },                    \
	{ "address", FIELD_TEXT, .max = 120, .label = N_("Your address"),                          \
		.privacy = PRIVACY_PERSONAL },                                                     \
	{ "contact_wish", FIELD_TEXT, .max = 120, .label = N_("How and when to reach you"),        \
		.privacy = PRIVACY_PERSONAL },                                                     \
	{ "secret", FIELD_BOOL, .label = N_("Please keep secret who I am and what it is about") }, \
	{ "publish", FIELD_BOOL, .label = N_("One reviewed line about the matter may be shown in public") }

#define TAKE_DOWN_WHAT                                                                                       \
	{ "body", FIELD_LINES, .required = true, .min = 2, .max = 20000, .missing = "concern.empty",         \
		.label = N_("What the resident said"), .privacy = PRIVACY_PERSONAL,                          \
		.hint = N_("In the resident's own words") },                                                 \
	{ "title", FIELD_TEXT, .max = 80, .label = N_("Matter in one line"), .privacy = PRIVACY_PERSONAL },  \
	{ "nature", FIELD_CHOICE, .choices = concern_natures, .label = N_("Kind") },                         \
	{ "class", FIELD_CODE, .label = N_("What it is about") },                                            \
	{ "place", FIELD_TEXT, .max = 120, .label = N_("Where"), .privacy = PRIVACY_PERSONAL },              \
	{ "zone", FIELD_CODE, .label = N_("Zone"), .hint = N_("Where it is, if you know. The public record names it, and nothing finer.") }, \
	{ "people", FIELD_INT, .min = 1, .max = 500, .label = N_("Number of people") },                      \
	{ "told", FIELD_TEXT, .max = 300, .label = N_("What the resident was told on the spot") }
/* clang-format on */

/* The act's check and prepare call these; prepare's result belongs in call->prepared. */
void take_down_check(struct act_call *call);
XQ_CHECK enum xq_rc take_down_prepare(struct act_call *call, struct xq_err *err);

struct take_down {
	const char *via;         /* code of concern_vias */
	int64_t first_person_id; /* who was asked first, and owns and follows it; 0: the actor */
	int64_t taken_at;        /* told to us then; 0: now */
};
/* take_down - the fields of both macros become a concern; results as concern.register's.
 *
 * The act declares concern.raised and concern.offered. Deputies listen and do not settle: what one of them
 * takes down is owned by the intake, and they follow it.
 */
XQ_CHECK enum xq_rc take_down(struct act_ctx *ctx, const struct form *in,
	const struct take_down *how, int64_t *out_id, struct xq_err *err);

#endif
