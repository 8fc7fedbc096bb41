/* SPDX-License-Identifier: Apache-2.0 */
/* explain.h - what cannot be solved now is explained to the resident in person: when, how, by whom, what was
 * said, and how the resident sees it. Not explained within the office's limit, it is flagged.
 *
 * For:       the act concern.explain, the concern's page and file, the resident's page, today's page
 * May call:  what concern/concern.h may
 * Called by: concern/ (steps, answers, parking, visits, pages), cli (demo)
 * Owns:      table explaining, column explain_due of concern
 * Threads:   acts on the writer, reads on any reader thread
 * Source:    domain.md C26: reason, what would have to change, next look; limit "explain" is a setting
 */
#ifndef XQ_CONCERN_EXPLAIN_H
#define XQ_CONCERN_EXPLAIN_H

#include "concern/concern.h"

struct explanation {
	int no;
	int64_t at;        /* when it was noted */
	int32_t on_day;    /* when it was said */
	const char *mode;  /* code of explain_modes */
	const char *text;  /* what was said */
	const char *needs; /* parked: what would have to change; NULL: the answer says it */
	const char *view;  /* code of explain_views; "": nobody asked, a visit */
	const char *words; /* the resident's own; NULL: none */
	const char *person, *unit;
};
enum { EXPLANATIONS_MAX = 20 }; /* of one concern */

extern const struct choice explain_modes[], explain_views[];

/* Parked, or answered with an explanation: there is something to explain. */
bool explain_is_due(const struct concern *c);

/* From now on the owner has so many working days to explain it (limit "explain"). */
XQ_CHECK enum xq_rc explain_begin(struct act_ctx *ctx, int64_t concern_id, struct xq_err *err);
/* It has been explained, or nothing is left to explain. */
XQ_CHECK enum xq_rc explain_end(struct act_ctx *ctx, int64_t concern_id, struct xq_err *err);
/* A visit that was made to explain is an explanation; what the visitors heard stays in the file. */
XQ_CHECK enum xq_rc explain_by_visit(struct act_ctx *ctx, const struct concern *c, int32_t day,
	struct str told, struct xq_err *err);

/* Of one concern, oldest first. */
XQ_CHECK enum xq_rc explanation_list(struct tx *tx, void *mem, int64_t office, int64_t concern_id,
	struct explanation **out, size_t *out_n, struct xq_err *err);

extern const struct act concern_explain;
extern const struct msg_text explain_messages[];

#endif
