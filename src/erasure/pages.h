/* SPDX-License-Identifier: Apache-2.0 */
/* pages.h - what the templates of erasure show. */
#ifndef XQ_ERASURE_PAGES_H
#define XQ_ERASURE_PAGES_H

#include "concern/desk.h"
#include "erasure/erasure_int.h"

enum { ERASURE_LISTS = 4, ERASURE_NEXTS = 3 };

/* Asked and due, agreed to by one, done, kept. */
struct erasure_list_page {
	struct table rows[ERASURE_LISTS];
	const char *title[ERASURE_LISTS], *icon[ERASURE_LISTS];      /* titles: messages */
	const char *many[ERASURE_LISTS], *many_label[ERASURE_LISTS]; /* NULL: not at once */
	bool may_rule;
	const char *waiting; /* what waits to be announced, in words; NULL: nothing */
	struct empty empty;
	bool is_empty;
};

struct erasure_fact {
	const char *label; /* message */
	const char *value;
};
struct erasure_one_page {
	struct crumb crumb[2];
	const char *title;
	const char *state; /* message */
	int light;
	struct erasure_fact fact[8];
	size_t n_facts;
	struct next_row next[ERASURE_NEXTS];
	size_t n_next;
};

#endif
