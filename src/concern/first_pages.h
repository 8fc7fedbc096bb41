/* SPDX-License-Identifier: Apache-2.0 */
/* first_pages.h - what the pages of the first one asked show: the duty card with what is followed, and the
 * log of what was pointed to another body. Members marked "message" are English texts of the catalogue. */
#ifndef XQ_CONCERN_FIRST_PAGES_H
#define XQ_CONCERN_FIRST_PAGES_H

#include "concern/desk_pages.h"

struct first_page {
	const char *name, *unit, *office;
	struct desk_rows rows; /* what is followed and open */
	struct empty empty;
	const char *more_href; /* more than these; NULL: all are here */
};

struct redirect_row {
	const char *no, *href, *day, *matter, *note, *by;
	const char *body; /* message */
};
struct redirects_page {
	const char *office, *printer;
	const char *month, *prev, *next; /* month: in words; prev, next: paths; NULL: none */
	const struct redirect_row *row;
	size_t n;
	bool is_cut;
	int64_t printed_at;
};

extern const struct module concern_first_module;

#endif
