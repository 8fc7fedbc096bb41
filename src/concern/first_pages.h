/* SPDX-License-Identifier: Apache-2.0 */
/* first_pages.h - what the pages of the first one asked show: the duty card with what is followed, and the
 * log of what was pointed to another body. Members marked "message" are English texts of the catalogue. */
#ifndef XQ_CONCERN_FIRST_PAGES_H
#define XQ_CONCERN_FIRST_PAGES_H

#include "concern/desk_pages.h"

/* What changed with what I follow and others own, by day; and what of mine lies with nobody's answer. */
struct board_line {
	struct timeline_row step; /* what happened, when and by whom */
	const char *no, *href, *matter;
};
struct board_day {
	const char *words;
	const struct board_line *line;
	size_t n;
};
struct board_offer {
	const char *no, *href, *matter, *words; /* words: until when, or since when it is back */
	bool is_late;                           /* it ran out */
};
struct board_explain {
	const char *no, *href, *matter, *words, *visit_href; /* visit NULL: none can be offered */
};
enum { BOARD_LINES = 60, BOARD_DAYS = 14, BOARD_OFFERS = 20, BOARD_EXPLAIN = 6 };
struct first_board {
	struct board_offer offer[BOARD_OFFERS];
	size_t n_offers;
	struct board_explain explain[BOARD_EXPLAIN];
	size_t n_explain;
	struct board_day *day;
	size_t n_days;
	bool is_cut; /* more happened */
};
XQ_CHECK enum xq_rc first_board_load(struct req *q, struct first_board *out, struct xq_err *err);

struct first_page {
	const char *name, *unit, *office;
	struct desk_rows rows; /* what is followed and open */
	struct empty empty;
	struct first_board board;
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

extern const struct migration first_migration_1;
extern const struct module concern_first_module;

#endif
