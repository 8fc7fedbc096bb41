/* SPDX-License-Identifier: Apache-2.0 */
/* closed.h - which concerns were closed in a time: the frame of a draw (ledger.md 10).
 *
 * For:       drawing call-backs that are done once more; nobody picks them.
 * May call:  what concern/concern.h may
 * Called by: evaluation/recheck.c
 * Owns:      nothing; reads concern
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

#endif
