/* SPDX-License-Identifier: Apache-2.0 */
/* similar_pages.h - hints of similar concerns as the pages of the desk show them.
 *
 * For:       similar.html, desk_intake.c
 * May call:  concern/desk.h, concern/similar.h
 * Called by: concern/similar_pages.c, desk_intake.c
 * Threads:   views, any reader
 */
#ifndef XQ_CONCERN_SIMILAR_PAGES_H
#define XQ_CONCERN_SIMILAR_PAGES_H

#include "concern/desk.h"
#include "concern/similar.h"

struct similar_row {
	const char *href, *no, *title, *place, *unit, *why; /* why: in words */
	const char *day;                                    /* raised, in words */
	const char *merge_href;                             /* NULL: it cannot take it in */
	struct desk_light light;
};

/* {call similar_box(h)}: beside a form; {call similar_list(h)}: the lines alone. */
struct similar_hints {
	bool is_asked;  /* false: nothing was typed yet */
	bool is_filing; /* beside a form */
	struct similar_row row[SIMILAR_MAX];
	size_t n;
	const char *kind; /* the kind that most of them are, in words with the reason; NULL: none */
};

XQ_CHECK enum xq_rc similar_hints_of(struct req *q, const struct similar_ask *ask,
	struct similar_hints *out, struct xq_err *err);

struct similar_page {
	struct crumb crumb[3];
	size_t n_crumbs;
	const char *no, *title;
	struct similar_hints hints;
};

extern const struct view desk_intake_similar_view; /* desk_intake.c */

#endif
