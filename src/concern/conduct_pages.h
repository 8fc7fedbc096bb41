/* SPDX-License-Identifier: Apache-2.0 */
/* conduct_pages.h - what the template of the discipline officer's list shows. */
#ifndef XQ_CONCERN_CONDUCT_PAGES_H
#define XQ_CONCERN_CONDUCT_PAGES_H

#include "concern/attitude.h"
#include "concern/desk.h"

struct conduct_row {
	const char *no, *unit, *words;
	int64_t at;
	int64_t look_at;      /* about a look at the resident's details; 0: not */
	const char *look_why; /* message */
};

struct conduct_page {
	struct conduct_row *row;
	size_t n;
	struct empty empty;
	const char *more_href; /* NULL: these are all */
};

#endif
