/* SPDX-License-Identifier: Apache-2.0 */
/* pages.h - what the templates of the ledger show. Members marked "message" are English texts of the
 * catalogue; the others are shown as they are. */
#ifndef XQ_HARD_PAGES_H
#define XQ_HARD_PAGES_H

#include "concern/desk.h"
#include "hard/hard_int.h"
#include "hard/legacy.h"

/* ---- the desk -------------------------------------------------------------------------------------- */

struct hard_list_page {
	struct table proposals, problems, blocked; /* n_rows 0: none */
	bool may_decide;                           /* keeps the ledger: proposals and the button */
	bool is_ended;                             /* the list of what is solved or explained */
	struct empty empty;
	struct pager pager;
	bool has_pager;
};

/* One act that may follow; href NULL: not for this person now, note says why. */
struct hard_fact {
	const char *label; /* message */
	const char *value;
};
enum { HARD_FACTS = 16, HARD_NEXTS = 8 };

struct hard_page {
	struct crumb crumb[3];
	const char *title, *number; /* number: in words */
	struct desk_light light;
	struct hard_fact fact[HARD_FACTS];
	size_t n_facts;
	struct table entries, looks; /* n_rows 0: none */
	const struct timeline_row *turn;
	size_t n_turns;
	struct next_row next[HARD_NEXTS];
	size_t n_next;
	const char *public_href; /* NULL: a proposal, which strangers do not see */
};

/* ---- the yearly stock-take ------------------------------------------------------------------------- */

struct takes_page {
	const char *rule, *heading, *before, *before_words; /* in words; before: path */
	bool may_set;
	struct table rows;
	struct empty empty;
};

struct take_page {
	struct crumb crumb[3];
	const char *title, *how, *found, *filed; /* in words; filed NULL: not yet */
	const char *file_href, *list_href, *print_href;
	struct desk_light light;
	bool is_filed, may_file, may_list;
	int64_t missing;
	struct table problems;
};

struct legacy_paper {
	const char *office, *unit, *printer;
	int64_t printed_at;
	bool is_cut;
	struct table rows;
};

/* ---- in public ------------------------------------------------------------------------------------- */

struct hard_card {
	const char *href; /* NULL: this is its page */
	const char *line, *sponsor, *blocker, *plan, *condition;
	int light;
	const char *words; /* of the light */
	const char *age;   /* in words: since listing, or until it ended */
	int32_t next_on;   /* 0: ended */
	bool is_explained; /* ended, and not solved: the condition stays */
	bool is_overdue;
};

struct hard_public_list {
	const char *empty; /* in words; NULL: there are some */
	struct hard_card *open, *solved, *explained;
	size_t n_open, n_solved, n_explained;
	struct pager pager;
	bool has_pager;
};

/* What was said at one time, and what was done by the next. */
struct hard_said {
	int32_t said_on, due_on, done_on; /* done_on 0: the review is still ahead */
	const char *plan, *done;
	bool is_late, is_last, is_solved; /* is_last: it has ended, solved or explained */
};

struct hard_public_one {
	struct hard_card card;
	struct hard_said *said; /* newest first */
	size_t n_said;
};

/* "/desk/hard/3" and rest behind it. */
const char *hard_path(struct req *q, int64_t no, const char *rest);
const char *hard_stage_words(const char *stage); /* message */
void hard_add_fact(struct hard_page *p, const char *label, const char *value);
/* An act that is not for this person stays on the page, with the words for whom it is. */
void hard_add_next(struct hard_page *p, bool may, struct next_row next);
/* Place, looks and acts of a legacy problem; nothing for another kind. */
XQ_CHECK enum xq_rc legacy_fill_page(
	struct req *q, const struct hard *h, struct hard_page *p, struct xq_err *err);
/* What stands in the way, in words. */
const char *hard_blocker_words(struct req *q, const struct hard *h);
struct desk_light hard_light(struct req *q, const struct hard *h);

extern const struct view hard_list_view, hard_one_view, hard_proposal_view, hard_new_view,
	hard_add_view, hard_add_to_view, hard_dismiss_view, hard_review_view, hard_solve_view,
	hard_sponsor_view, hard_explain_view, hard_file_view, hard_public_view,
	hard_public_one_view, hard_feed_view;

#endif
