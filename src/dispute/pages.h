/* SPDX-License-Identifier: Apache-2.0 */
/* pages.h - what the templates of early disputes show. Members marked "message" are English texts of the
 * catalogue; the others are shown as they are. */
#ifndef XQ_DISPUTE_PAGES_H
#define XQ_DISPUTE_PAGES_H

#include "concern/desk.h"
#include "dispute/dispute_int.h"

struct disputes_page {
	bool is_ended, may_find, is_wide; /* is_wide: of all units */
	const char *sheet_href;           /* NULL: not for this person */
	struct table rows;
	struct empty empty;
	struct pager pager;
	bool has_pager;
};

struct dispute_fact {
	const char *label; /* message */
	const char *value, *href;
};
enum { DISPUTE_FACTS = 14, DISPUTE_NEXTS = 3 };

struct dispute_page {
	struct crumb crumb[3];
	const char *title, *number;
	struct desk_light light;
	const char *next_words; /* of the next step; NULL: it has ended */
	struct dispute_fact fact[DISPUTE_FACTS];
	size_t n_facts;
	const struct timeline_row *turn;
	size_t n_turns;
	struct next_row next[DISPUTE_NEXTS];
	size_t n_next;
};

struct dispute_sheet {
	const char *office, *scope, *month, *printer, *before, *after; /* before, after: paths */
	int64_t printed_at;
	bool is_masked; /* counts under 5 stand as "under 5" */
	struct table rows;
};

const char *dispute_path(struct req *q, int64_t no, const char *rest);
const char *dispute_number(struct req *q, int64_t no);
/* The dispute of the path; XQ_NONE: there is none that this person may see. */
XQ_CHECK enum xq_rc dispute_of_path(struct req *q, struct dispute *out, struct xq_err *err);

extern const struct view dispute_list_view, dispute_one_view, dispute_sheet_view, dispute_find_view,
	dispute_mediate_view, dispute_settle_view, dispute_refer_view, dispute_follow_view;

#endif
