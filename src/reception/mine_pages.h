/* SPDX-License-Identifier: Apache-2.0 */
/* mine_pages.h - what the templates of mine.html show. Members marked "message" are English texts of the
 * catalogue; the others are shown as they are. */
#ifndef XQ_RECEPTION_MINE_PAGES_H
#define XQ_RECEPTION_MINE_PAGES_H

#include "concern/desk_pages.h"
#include "reception/mine.h"
#include "reception/pages.h"

/* One thing that somebody came with, and what became of it. */
struct brought_row {
	const char *day, *no, *href; /* day: of the sitting; href NULL: not for this person */
	const char *matter;
	const char *owner, *unit; /* NULL: told on the spot */
	const char *came;         /* what became of it; of the told: what was said */
	const char *word;         /* the resident's own; NULL: nobody was asked yet */
	const char *heard;        /* when and how the receiver was told; NULL: not yet */
	struct desk_light light;
	bool is_told; /* asked and answered there and then */
};
/* title: this person may read what it is called, though not open it. */
struct brought_row brought_row_of(struct req *q, const struct brought *b, bool title);

struct ahead_row {
	const char *day, *time, *where, *with, *href, *register_href; /* with NULL: alone */
	const char *note; /* today, or to be closed; NULL: neither */
	int light;
};

enum { MINE_CHIPS = 3, AHEAD_MAX = 6 };
struct my_sittings_page {
	const char *lead; /* in words; NULL: not on the list */
	struct ahead_row ahead[AHEAD_MAX];
	size_t n_ahead;
	struct list_tab chip[MINE_CHIPS];
	const struct brought_row *row;
	size_t n;
	struct empty empty;
	struct pager pager;
	bool has_pager;
	const char *sheet_href;
};

/* What one receiver brought in during a month or half a year. */
struct handover_line {
	struct brought_row row;
	const char *href; /* where it is noted that they were told */
};
struct sheet_count {
	const char *label; /* message */
	int64_t n;
};
enum { SHEET_COUNTS = 8 };
struct receiver_sheet {
	struct crumb crumb[3];
	const char *office, *printer, *name, *title, *role; /* role: message */
	const char *period, *prev, *next, *half, *print;    /* period: in words; others: paths */
	const char *half_words;                             /* message: what half leads to */
	const struct handover_line *unheard;
	size_t n_unheard;
	struct sheet_count count[SHEET_COUNTS];
	size_t n_counts;
	const struct brought_row *row;
	size_t n;
	bool is_cut, may_note;
	int64_t printed_at;
};

/* Whose sheet this person may read: the own one, and all of them for whoever keeps the roster, handles concerns or
 * looks over the office. */
bool receiver_may_be_read(const struct actor *a, const struct receiver *who);
const char *receiver_sheet_path(struct req *q, int64_t no);

#endif
