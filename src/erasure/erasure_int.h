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

extern const struct effect erasure_finish;
extern const struct act erasure_due_act, erasure_announce;
extern const struct job erasure_due_job, erasure_announce_job;
extern const struct view *const erasure_views[];

#endif
