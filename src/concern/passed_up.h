/* SPDX-License-Identifier: Apache-2.0 */
/* passed_up.h - a hard question goes up to a leader, with the facts, what was tried and an own proposal.
 *
 * For:       the acts concern.pass-up and concern.answer-up, the page of what waits for a leader, the sheet
 * May call:  what concern/concern.h may
 * Called by: concern/ (steps, pages)
 * Owns:      table passed_up
 * Threads:   acts on the writer, reads on any reader thread
 * Source:    domain.md B06: an escalation needs these three, and no figure counts it against anybody
 */
#ifndef XQ_CONCERN_PASSED_UP_H
#define XQ_CONCERN_PASSED_UP_H

#include "concern/concern.h"

struct passed_up {
	int64_t concern_id, file_no, at, answered_at; /* answered_at 0: it waits */
	int no;
	const char *title, *facts, *tried, *proposal, *asked; /* tried: one a line; asked: code */
	const char *person, *unit;
	const char *decision, *note, *answered; /* NULL while it waits; decision: code */
	int64_t asked_by;
};
enum { PASSED_UP_MAX = 9 }; /* of one concern */

extern const struct choice passed_up_asked[], passed_up_decisions[];

/* Of one concern, oldest first. */
XQ_CHECK enum xq_rc passed_up_list(struct tx *tx, void *mem, int64_t office, int64_t concern_id,
	struct passed_up **out, size_t *out_n, struct xq_err *err);
/* What waits in the office, oldest first; at most max. */
XQ_CHECK enum xq_rc passed_up_waiting(struct tx *tx, void *mem, int64_t office, size_t max,
	struct passed_up **out, size_t *out_n, struct xq_err *err);

extern const struct act concern_pass_up, concern_answer_up;
extern const struct msg_text passed_up_messages[];

#endif
