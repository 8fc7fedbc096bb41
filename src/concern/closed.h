/* SPDX-License-Identifier: Apache-2.0 */
/* closed.h - which concerns were closed in a time: the frame of a draw (ledger.md 10).
 *
 * For:       drawing call-backs that are done once more; nobody picks them.
 * May call:  what concern/concern.h may
 * Called by: evaluation/recheck.c
 * Owns:      table recall; reads concern
 * Threads:   any
 */
#ifndef XQ_CONCERN_CLOSED_H
#define XQ_CONCERN_CLOSED_H

#include "concern/concern.h"

/* By concern.closed in [from, to), without voided, sealed and imported ones; in any order. REFUSED
 * draw.too-many: more than max. */
struct closed_ref {
	int64_t concern_id;
	const char *ref;
};
XQ_CHECK enum xq_rc concern_closed_between(struct tx *tx, void *mem, int64_t office, int64_t from,
	int64_t to, size_t max, struct closed_ref **out, size_t *out_n, struct xq_err *err);

/* A closed concern whose resident is called once more: until that is done, whoever makes the call may open the
 * phone, with a reason and told to the resident as any look (unmask.h). */
XQ_CHECK enum xq_rc concern_recall(
	struct act_ctx *ctx, int64_t concern_id, bool is_open, struct xq_err *err);
XQ_CHECK enum xq_rc concern_may_recall(struct tx *tx, const struct actor *actor, int64_t concern_id,
	bool *out, struct xq_err *err);

#endif
