/* SPDX-License-Identifier: Apache-2.0 */
/* visit_pages.h - visits on the pages of a concern, and what the templates of visit_pages.c show. */
#ifndef XQ_CONCERN_VISIT_PAGES_H
#define XQ_CONCERN_VISIT_PAGES_H

#include "concern/desk_pages.h"
#include "concern/visit.h"

/* A visit among the work on a concern. */
struct work_line visit_line(struct req *q, const struct visit *v);
/* What can be done about a visit now, behind the other next steps; at most two lines. last NULL: none. */
void visit_next(
	struct req *q, const struct concern *c, const struct visit *last, struct concern_page *p);

struct visit_card {
	const struct visit *v;
	const char *no, *href, *purpose, *state, *go_href; /* purpose: message; state: in words */
	const char *go;                                    /* message */
	const char *with;                                  /* the other one who goes */
	const char *day;
	int light;
};
struct visits_page {
	struct visit_card *card;
	size_t n;
	struct empty empty;
};

struct visit_sheet {
	const char *back, *office, *file_no, *title, *place, *purpose,
		*printer;          /* purpose: message */
	const char *day, *held_on; /* in words; held_on NULL: not yet */
	int64_t printed_at;
	const struct visit *v;
};

#endif
