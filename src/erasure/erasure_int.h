/* SPDX-License-Identifier: Apache-2.0 */
/* erasure_int.h - what the files of erasure/ share. */
#ifndef XQ_ERASURE_ERASURE_INT_H
#define XQ_ERASURE_ERASURE_INT_H

#include "concern/erased.h"
#include "erasure/erasure.h"

/* Takes out everything that the declared list holds of the concern, and of those that it follows or that
 * follow it where the resident asked (they hold the same words); the keys and files go with the effect
 * erasure.finish. Refusal erasure.follows: one of these is still open. */
XQ_CHECK enum xq_rc erasure_apply(struct act_ctx *ctx, const struct erasure *e, struct xq_err *err);

/* The word of the first and of the second person about one; e: as it was before. */
XQ_CHECK enum xq_rc erasure_agree_one(
	struct act_ctx *ctx, int64_t id, struct erasure *e, struct xq_err *err);
XQ_CHECK enum xq_rc erasure_rule_one(
	struct act_ctx *ctx, int64_t id, struct erasure *e, struct xq_err *err);

/* What is done with at once. Destroying holds the writer, so fewer. */
enum { ERASURE_AGREE_MAX = 100, ERASURE_RULE_MAX = 20 };
extern const struct view erasure_agree_many_view, erasure_rule_many_view;

extern const struct effect erasure_finish;
extern const struct act erasure_due_act, erasure_announce;
extern const struct job erasure_due_job, erasure_announce_job;
extern const struct view *const erasure_views[];

#endif
