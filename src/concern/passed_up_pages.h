/* SPDX-License-Identifier: Apache-2.0 */
/* passed_up_pages.h - what the templates of passed_up_pages.c show. */
#ifndef XQ_CONCERN_PASSED_UP_PAGES_H
#define XQ_CONCERN_PASSED_UP_PAGES_H

#include "concern/desk_pages.h"
#include "concern/passed_up.h"

struct passed_up_sheet {
	const char *back, *office, *file_no, *title, *kind, *owner, *printer;
	int64_t raised_at, due_at, printed_at;
	const struct passed_up *up;
	const char *asked, *decision; /* messages; decision NULL: it waits */
};

struct passed_up_line {
	const struct passed_up *up;
	const char *no, *href;
};
struct passed_up_desk {
	struct passed_up_line *line;
	size_t n;
	struct empty empty;
};

#endif
