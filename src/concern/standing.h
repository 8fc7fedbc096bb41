/* SPDX-License-Identifier: Apache-2.0 */
/* standing.h - how many concerns of an office are open now: counted along the indexes of what is open, so it
 * costs by those and not by history.
 *
 * For:       city/, which keeps the numbers; no page asks for them on every look
 * Threads:   any
 */
#ifndef XQ_CONCERN_STANDING_H
#define XQ_CONCERN_STANDING_H

#include "concern/concern.h"

struct standing {
	int64_t open;       /* not ended */
	int64_t unanswered; /* of these without an answer */
	int64_t overdue;    /* of these past their day */
};
XQ_CHECK enum xq_rc concern_standing(
	struct tx *tx, int64_t office, int64_t now, struct standing *out, struct xq_err *err);

#endif
