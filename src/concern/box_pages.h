/* SPDX-License-Identifier: Apache-2.0 */
/* box_pages.h - the boxes of secret answers in public, and the slip that a voter gets. */
#ifndef XQ_CONCERN_BOX_PAGES_H
#define XQ_CONCERN_BOX_PAGES_H

#include "concern/box.h"
#include "concern/figures.h"
#include "web/components.h"

struct req;
struct resp;

struct box_card {
	const char *code, *href, *month, *words, *value,
		*note; /* words: of the light, in words; value NULL: none */
	int light;
};
struct box_list_page {
	struct box_card *card;
	size_t n;
};

struct box_mark {
	const char *label, *count; /* label: message */
	int64_t n;                 /* for the bar; 0 where the count is withheld */
};
struct box_page {
	struct box_card head;
	bool is_open, is_closed; /* in the record; counted too */
	int64_t asked, votes, opened_seq, closed_seq, close_at;
	const char *base, *low, *high; /* NULL: not over enough */
	struct box_mark mark[BOX_MARKS];
	const char *doc, *doc_href, *votes_href;
	const char *python; /* lines with which anybody does the same */
};

/* The slip, shown once. */
struct vote_slip_page {
	const char *slip, *box, *back, *back_label; /* back_label: message */
	const char *box_href;
	bool is_desk;
};

/* The page with the slip of the vote that q->call has just given; false: there is none, nothing is shown.
 * back: where to go on. */
bool slip_show(struct req *q, struct resp *r, const char *back, bool is_desk);

/* The months that lie in a box, in the reader's words. */
const char *box_months(struct req *q, const struct box *b);
/* What the marks of a closed box come to: points over full points. */
struct figure_value box_value(const int64_t n[BOX_MARKS + 1]);

#endif
