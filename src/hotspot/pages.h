/* SPDX-License-Identifier: Apache-2.0 */
/* pages.h - what the templates of hot spots show. Members marked "message" are English texts of the
 * catalogue; the others are shown as they are. */
#ifndef XQ_HOTSPOT_PAGES_H
#define XQ_HOTSPOT_PAGES_H

#include "concern/desk.h"
#include "hotspot/hotspot_int.h"

struct hotspot_list_page {
	bool is_ended, may_decide;
	const char *rule; /* from how many on, in words */
	struct table rows;
	struct empty empty;
	struct pager pager;
	bool has_pager;
};

/* One week of the picture. */
struct spot_week {
	int x, y, height, n;
	const char *day; /* its first day, where it is written below; NULL: not */
	bool is_after;   /* begins after the treatment */
};
struct spot_fact {
	const char *label; /* message */
	const char *value;
};
enum { SPOT_FACTS = 8, SPOT_NEXTS = 2 };

struct hotspot_page {
	struct crumb crumb[3];
	const char *title, *number; /* in words */
	int light;
	const char *state; /* message */
	struct spot_fact fact[SPOT_FACTS];
	size_t n_facts;
	struct spot_week week[WEEKS];
	int treated_x;       /* where the treatment falls; 0: outside the picture, or none */
	const char *picture; /* what the picture says, in words */
	const char *change;  /* before and after, in words; NULL: not treated yet */
	struct table weeks, concerns;
	struct next_row next[SPOT_NEXTS];
	size_t n_next;
};

const char *hotspot_path(struct req *q, int64_t no, const char *rest);
/* The place and the class in one line. */
const char *hotspot_title(struct req *q, const struct hotspot *h);

extern const struct view hotspot_list_view, hotspot_one_view, hotspot_confirm_view,
	hotspot_dismiss_view, hotspot_treat_view, hotspot_number_view;

#endif
