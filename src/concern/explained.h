/* SPDX-License-Identifier: Apache-2.0 */
/* explained.h - an answer that explains instead of solving says why: how the wish is seen, who could decide,
 * what would have to change, what is done instead and when, when it is looked at again, and whether it lies
 * beyond what the office may decide; what does is reported upward, not hidden.
 *
 * For:       reply.submit and reply.approve, the act concern.report-up, the list of matters beyond the
 *            office's power, the pages and sheets that show an answer
 * May call:  what concern/concern.h may
 * Called by: concern/ (answers, steps, pages), cli (demo)
 * Owns:      table explained, one row for each answer with the outcome "explained"
 * Threads:   acts on the writer, reads on any reader thread
 * Source:    domain.md B03, C26; interface.md 5.4
 */
#ifndef XQ_CONCERN_EXPLAINED_H
#define XQ_CONCERN_EXPLAINED_H

#include "concern/concern.h"

struct explained {
	int64_t reply_id, told_at;                 /* told_at 0: not approved yet */
	const char *standing;                      /* code of explained_standings */
	const char *decider, *condition, *instead; /* who could decide; what would have to change */
	int32_t instead_day, again_day;            /* 0: no day was given */
	bool is_beyond;                            /* beyond what the office may decide */
	const char *up_to;                         /* reported upward to; NULL: not yet */
	int32_t up_day;
};

/* The three-way answer: supported; reasonable but without a legal basis; not supported. */
extern const struct choice explained_standings[];

/* What the explaining fields of an answer lack; an answer with another outcome is asked nothing. Every
 * fault stands beside its field and counts in *faults. */
void explained_check(struct act_ctx *ctx, const struct form *in, size_t *faults);
/* Keeps them with the answer; does nothing for another outcome. */
XQ_CHECK enum xq_rc explained_keep(struct act_ctx *ctx, const struct concern *c, int64_t reply_id,
	const struct form *in, struct xq_err *err);
/* The answer was approved: from now on it is told, and the year counts it. */
XQ_CHECK enum xq_rc explained_told(struct act_ctx *ctx, int64_t reply_id, struct xq_err *err);
/* XQ_NONE: another outcome, or answered before this was asked. */
XQ_CHECK enum xq_rc explained_of(struct tx *tx, void *mem, int64_t office, int64_t reply_id,
	struct explained *out, struct xq_err *err);

/* ---- beyond the office's power ------------------------------------------------------------------ */

struct beyond_row {
	struct explained e;
	int64_t file_no, told_at;
	const char *title, *class, *basis; /* class: public code */
	const char *unit;
};
enum { BEYOND_MAX = 500 };
/* Answers told from <= told_at < until that lie beyond the office's power, newest first; at most
 * BEYOND_MAX. class, decider: only these; NULL: all. */
struct beyond_query {
	int64_t from, until;
	const char *class, *decider;
};
XQ_CHECK enum xq_rc beyond_list(struct tx *tx, void *mem, int64_t office,
	const struct beyond_query *q, struct beyond_row **out, size_t *out_n, struct xq_err *err);

extern const struct act concern_report_up;
extern const struct msg_text explained_messages[];
extern const struct migration concern_migration_14;

#endif
