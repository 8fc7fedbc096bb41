/* SPDX-License-Identifier: Apache-2.0 */
/* mine.h - what becomes of what was taken down at receptions: for whoever sat there, and for the deputy who
 * brought it in.
 *
 * For:       the page of my own sittings, the sheet of a receiver, feedback to the receiver.
 * May call:  what reception/sitting.h may
 * Called by: reception/, modules.c
 * Owns:      columns fed_back_at, fed_back_by, fed_back_how, fed_back_on of sitting_entry
 * Threads:   acts on the writer, reads on any reader thread
 * Source:    domain.md A07; docs/decisions/0041-what-becomes-of-it.md
 */
#ifndef XQ_RECEPTION_MINE_H
#define XQ_RECEPTION_MINE_H

#include "reception/sitting.h"

/* ---- what a receiver brought in --------------------------------------------------------------------- */

/* One entry of a register, seen from the one who sat there. Nothing personal but the title. */
struct brought {
	int64_t no, slot_no, receiver_no, receiver_person_id; /* person 0: without an account */
	int32_t day;                                          /* of the sitting */
	enum entry_kind kind;
	int people;
	const char *asked, *told; /* ENTRY_TOLD; else "" */
	int64_t fed_back_at;      /* 0: the receiver has not heard */
	bool by_message;          /* the clock tells them */
	int32_t fed_back_on;      /* the day on which somebody said it; 0: by message */
	const char *fed_back_how; /* code of feedback_ways; NULL: by message */
	struct concern c;         /* ENTRY_CONCERN: what stands on lists; the rest is not loaded */
};
extern const struct choice feedback_ways[]; /* phone paper person */

struct brought_query {
	int64_t receiver_no;
	int32_t from, until; /* days, both included */
	int32_t before_day;  /* continue behind (day, no); 0: from the newest */
	int64_t before_no;
	size_t max;
};
/* Newest first. */
XQ_CHECK enum xq_rc brought_list(struct tx *tx, void *mem, int64_t office,
	const struct brought_query *q, struct brought **out, size_t *out_n, struct xq_err *err);
/* XQ_NONE: no such entry. */
XQ_CHECK enum xq_rc brought_load(struct tx *tx, void *mem, int64_t office, int64_t no,
	struct brought *out, struct xq_err *err);
/* Answered or ended, and this receiver has not heard; oldest first. */
XQ_CHECK enum xq_rc brought_unheard(struct tx *tx, void *mem, int64_t office, int64_t receiver_no,
	size_t max, struct brought **out, size_t *out_n, struct xq_err *err);
/* Something is to be told: the resident has the answer, or it ended otherwise. */
bool brought_is_over(const struct brought *b);
/* Answered after the day that the resident has, or open and past it. */
bool brought_is_late(const struct brought *b, int64_t now);

/* Who is on the list of receivers with this account; XQ_NONE: nobody. */
XQ_CHECK enum xq_rc receiver_of_person(struct tx *tx, void *mem, int64_t office, int64_t person_id,
	struct receiver *out, struct xq_err *err);
/* Numbers of the receiver's published sittings from this day on that are to be held or to be closed, by day;
 * at most max. */
XQ_CHECK enum xq_rc sittings_ahead(struct tx *tx, int64_t office, int64_t receiver_no, int32_t from,
	size_t max, int64_t *out, size_t *out_n, struct xq_err *err);

/* Who tells a delegate without an account, and reads the sheets: keeps the roster or handles concerns. */
bool may_feed_back(const struct actor *a);

/* ---- acts ------------------------------------------------------------------------------------------- */

extern const struct act sitting_feed_back, sitting_fed_back;
extern const struct job sitting_feed_back_job;
extern const struct msg_text mine_messages[];
extern const struct view mine_view, receiver_sheet_view, receiver_print_view, fed_back_view;
extern const struct module reception_mine_module;

#endif
