/* SPDX-License-Identifier: Apache-2.0 */
/* seat_pages.h - what the templates of booked seats show. Members marked "message" are English texts of the
 * catalogue; the others are shown as they are. */
#ifndef XQ_RECEPTION_SEAT_PAGES_H
#define XQ_RECEPTION_SEAT_PAGES_H

#include "reception/pages.h"
#include "reception/seat.h"

struct seat_book_page {
	struct bill *bill;
	const char *title, *back_href, *back;
	const char *refusal; /* why nobody can book there; NULL: form */
	const char *free;    /* how many times are left */
	const char *action, *csrf, *idem;
	struct fault_row *row;
	size_t n_rows;
	struct input turn, people;
	struct input *help;
	size_t n_helps;
};

struct seat_ask_page {
	const char *typed, *fault;
};

struct seat_fact {
	const char *label; /* message */
	const char *value;
};
enum { SEAT_FACTS = 6 };

struct seat_page {
	const char *code, *shown; /* canonical, in two groups */
	const char *office, *phone, *url;
	struct html qr;
	const char *say; /* when and where, one sentence; NULL: it is not open any more */
	struct seat_fact fact[SEAT_FACTS];
	size_t n_facts;
	const char
		*state; /* why it is not open, or that the sitting has begun; NULL: it is ahead */
	const char *moved;            /* from where it came; NULL: it did not move */
	struct bill *bill, *old_bill; /* NULL: nothing is known of it any more */
	const char *known;
	const char *csrf, *idem, *fault; /* fault: of giving back; NULL: none */
	bool may_give_back, is_strip;
	const char *paper_href;
};

#endif
