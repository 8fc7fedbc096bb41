/* SPDX-License-Identifier: Apache-2.0 */
/* explained_pages.h - what the templates about explaining answers show. Members marked "message" are
 * English texts of the catalogue; the others are shown as they are. */
#ifndef XQ_CONCERN_EXPLAINED_PAGES_H
#define XQ_CONCERN_EXPLAINED_PAGES_H

#include "concern/explained.h"
#include "office/desk.h"

/* {call explained_rows(&w)}: wanted, found, which rule, who could decide, what instead, when again. */
struct explained_row {
	const char *label, *text; /* label: message */
};
enum { EXPLAINED_ROWS = 9 };
struct explained_words {
	struct explained_row row[EXPLAINED_ROWS];
	size_t n; /* 0: the answer explains nothing, or is older than the question */
};
/* wanted: the title of the reader's own concern. */
XQ_CHECK enum xq_rc explained_words(struct req *q, const char *wanted, const struct reply *r,
	struct explained_words *out, struct xq_err *err);

/* A day as an input of a form takes it; NULL for 0. */
const char *typed_day(struct req *q, int32_t day);
/* The fields of an answer as they were before it was sent back. */
XQ_CHECK enum xq_rc explained_defaults(
	struct req *q, struct act_form *f, int64_t reply_id, struct xq_err *err);

struct beyond_line {
	const char *no, *href, *title, *kind, *stops, *decider, *standing, *told, *up;
	bool is_up; /* reported upward already */
};
struct beyond_group {
	const char *decider;
	const struct beyond_line *line;
	size_t n;
};
struct beyond_page {
	const char *heading, *sum; /* sum: so many, so many reported */
	struct {
		const char *href, *words;
	} prev, next; /* href NULL: no such year */
	const char *year, *print_href;
	struct input class, decider;
	const struct beyond_group *group;
	size_t n_groups;
	bool is_cut, is_print;
	const char *office, *printer;
	int64_t printed_at;
	struct empty empty;
};

extern const struct view beyond_view, beyond_print_view;

#endif
