/* SPDX-License-Identifier: Apache-2.0 */
/* rules_fields.h - the fields that every act of a rule has: from which day on, and what it rests on. */
#ifndef XQ_CONCERN_RULES_FIELDS_H
#define XQ_CONCERN_RULES_FIELDS_H

#include "concern/rules.h"

/* clang-format off */
#define FIRST_DAY { "from", FIELD_DAY, .required = true, .label = N_("First day"),                 \
	.hint = N_("Today or later; what is registered before keeps the rule that held then") }
#define SOURCE { "source", FIELD_TEXT, .required = true, .max = 200, .label = N_("What it rests on"), \
	.hint = N_("Title and article, or the decision of the office") }
#define REMARK { "why", FIELD_TEXT, .max = 200, .label = N_("Remark") }
/* clang-format on */

/* Checks, writes, enters it in the record: what the acts of all kinds do. */
XQ_CHECK enum xq_rc rule_set(struct act_ctx *ctx, enum rule_kind kind, struct xq_err *err);
extern const struct event_kind *const rule_events[];

#endif
