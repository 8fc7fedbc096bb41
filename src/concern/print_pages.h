/* SPDX-License-Identifier: Apache-2.0 */
/* print_pages.h - what the sheets on paper show. Members marked "message" are English texts of the
 * catalogue; the others are shown as they are. */
#ifndef XQ_CONCERN_PRINT_PAGES_H
#define XQ_CONCERN_PRINT_PAGES_H

#include "concern/desk_pages.h"

/* The answer as a letter. Layout values follow GB/T 9704-2012 by reference only: no office has compared
 * it with the standard yet. */
struct letter {
	const char *back;              /* path of the page that it belongs to */
	const char *office, *doc_mark; /* 青街复〔2026〕: its number is written by hand */
	const char *file_no, *title, *to;
	int32_t raised_on, answered_on;
	const char *text, *outcome, *basis; /* outcome: message; NULL: none. basis: NULL: none */
	struct explained_words why;         /* where it explains */
	const struct work_line *promise, *left;
	size_t n_promises, n_left;
	const char *handler, *phone, *office_phone;
	bool is_draft; /* nobody has approved it: the place of the seal stays empty */
};

/* One sheet that goes along with a concern to who handles it or helps; nothing of the resident on it. */
struct slip {
	const char *back, *office, *file_no;
	const char *kind, *place;                   /* place: masked */
	const char *from, *to, *why, *told, *asked; /* NULL: none */
	int64_t raised_at, due_at, until, printed_at;
	const char *printer;
};

/* What came in between two days, as it was taken down. */
struct register_row {
	const char *no, *day, *via, *name, *phone, *place, *matter, *kind, *receiver, *owner, *due,
		*state;
};
struct register_sheet {
	const char *office, *printer;
	int32_t from, to;
	int64_t printed_at;
	struct input days[2];
	const struct register_row *row;
	size_t n;
	const char *fault; /* in words; NULL: the days are good */
	bool is_cut;       /* more came in than one sheet holds */
};

extern const struct view desk_letter_view, own_letter_view, desk_slip_view, desk_register_view;

#endif
