/* SPDX-License-Identifier: Apache-2.0 */
/* box.h - the month's box of secret answers about how residents were treated: gathered, opened, counted.
 *
 * For:       what a resident says about the manner is in the public record and on no concern; the voter
 *            alone can prove the own vote.
 * May call:  what concern/concern.h may; ledger/vote.h
 * Called by: concern/attitude.c (a mark is given), evaluation/callback_pages.c (the slip), modules.c,
 *            insight/ (whether a month is counted)
 * Owns:      tables box, box_vote; the rows of attitude are those of a box
 * Threads:   acts on the writer, reads on any reader thread
 * Source:    ledger.md 3.4 rule 4, 11 V9; product.md ("attitude ratings live in boxes"); domain.md B08;
 *            docs/decisions/0048
 *
 * gathering  the month runs (or fewer than 5 have voted: then it goes on): votes are rows (t, answer)
 *            in attitude and commitments in box_vote, with nothing that joins the two; nothing is in
 *            the record yet, so that no vote stands beside the rating of its moment
 * open       box.opened and a box.vote for each, in the order of their hashes, which is one of chance
 * closed     a day later box.closed with the list of all rows
 */
#ifndef XQ_CONCERN_BOX_H
#define XQ_CONCERN_BOX_H

#include "concern/concern.h"
#include "ledger/vote.h"

enum { BOX_VOTES_MIN = 5, BOX_MARKS = 4 };
enum box_state { BOX_GATHERING, BOX_OPEN, BOX_CLOSED };

struct box {
	int64_t no;
	const char *code; /* "a-2026-11": the first month */
	enum box_state state;
	int32_t from_day, to_day;               /* first day; the day behind the last one */
	int64_t due_at;                         /* opened then, if enough have voted */
	int64_t asked, votes;                   /* so far */
	int64_t opened_at, close_at, closed_at; /* 0: not yet */
	int64_t opened_seq, closed_seq;         /* -1: not yet */
	const char *doc;                        /* hex; NULL: not closed */
};

/* Somebody was asked about the manner: counted, and a mark (1..4; 0: none given) is put into the box with
 * the slip's t. slip_out: what only the voter gets. */
XQ_CHECK enum xq_rc box_asked(struct act_ctx *ctx, struct xq_err *err);
XQ_CHECK enum xq_rc box_put(struct act_ctx *ctx, int mark, int64_t *out_no, struct vote *out,
	char slip_out[VOTE_SLIP_LEN + 1], struct xq_err *err);

/* The newest first, at most max; XQ_NONE where there is no such code. */
XQ_CHECK enum xq_rc box_list(struct tx *tx, void *mem, int64_t office, struct box *out, size_t max,
	size_t *out_n, struct xq_err *err);
XQ_CHECK enum xq_rc box_by_code(struct tx *tx, void *mem, int64_t office, struct str code,
	struct box *out, struct xq_err *err);
/* The closed box that holds the month beginning with this day. XQ_NONE: none, or not counted yet. */
XQ_CHECK enum xq_rc box_of_month(struct tx *tx, void *mem, int64_t office, int32_t first_day,
	struct box *out, struct xq_err *err);
/* How often each mark was given; of a closed box. n[0] is not used. */
XQ_CHECK enum xq_rc box_count(struct tx *tx, int64_t office, const struct box *b,
	int64_t n[BOX_MARKS + 1], struct xq_err *err);
/* "<com> <seq>" a line, in the order of the record, of what is in it. */
XQ_CHECK enum xq_rc box_votes_text(struct tx *tx, void *mem, int64_t office, const struct box *b,
	struct str *out, struct xq_err *err);
/* Whether every mark of the month that begins with this day lies in a closed box. */
XQ_CHECK enum xq_rc box_has_month(
	struct tx *tx, int64_t office, int32_t first_day, bool *out, struct xq_err *err);

extern const struct event_kind ev_box_opened, ev_box_vote, ev_box_closed;
extern const struct act box_open, box_fill, box_close;
extern const struct job box_open_job, box_fill_job, box_close_job;
extern const struct invariant box_holds;
extern const struct migration concern_migration_19;
extern const struct view *const box_views[];
extern const struct module concern_box_module;

#endif
