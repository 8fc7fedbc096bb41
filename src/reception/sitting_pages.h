/* SPDX-License-Identifier: Apache-2.0 */
/* sitting_pages.h - what the pages of a sitting show. Members marked "message" are English texts of the
 * catalogue; the others are shown as they are. */
#ifndef XQ_RECEPTION_SITTING_PAGES_H
#define XQ_RECEPTION_SITTING_PAGES_H

#include "reception/pages.h"
#include "reception/sitting.h"

/* A receiver of the sitting, to choose before something is taken down. */
struct sitting_chip {
	const char *href, *name, *title, *n; /* n: how much was taken down there; NULL: nothing */
	const char *state;                   /* not there, closed; NULL: receives */
	bool is_current;
};

struct entry_row {
	const char *no, *href, *at, *matter, *receiver, *people,
		*more;          /* more: owner and day, or what was told */
	const char *print_href; /* NULL: told on the spot */
	struct desk_light light;
	bool is_concern;
};

struct entries {
	const struct entry_row *row;
	size_t n;
	int64_t people, concerns, told;
	const char *sum; /* of all, in words */
};

/* The register: one form, what stands in it beside it. */
struct register_page {
	struct crumb crumb[4];
	const char *title, *where,
		*closed; /* closed: why nothing can be entered; NULL: it is open */
	struct desk_light light;
	struct sitting_chip chip[SITTING_SEATS];
	size_t n_chips;
	const char *first; /* who stays with what is taken down, in words */
	struct act_form form;
	const char *tell_action, *tell_idem;
	struct input body, title_in, place, zone, nature, class, people, told, again, n_documents,
		documents, read_back, name, phone, address, wish, secret, publish, asked, answer,
		asking;
	struct entries entries;
	struct next_row next[3];
	size_t n_next;
	const char *log_href;
};

/* The day log of a sitting on paper. */
struct log_seat {
	const char *name, *title, *state;
};
struct log_sheet {
	const char *back, *office, *when, *where, *printer;
	int64_t printed_at;
	struct log_seat seat[SITTING_SEATS];
	size_t n_seats;
	const char *outcome, *note; /* in words */
	struct entries entries;
};

/* 接待登记表 of one concern (domain.md 1.4.1), with lines for the hand. */
struct form_fact {
	const char *label; /* message */
	const char *value; /* NULL: a line to write on */
	bool is_wide;
};
enum { FORM_FACTS = 24 };
struct intake_sheet {
	const char *back, *office, *file_no, *printer;
	int64_t printed_at;
	struct form_fact fact[FORM_FACTS];
	size_t n_facts;
	const char *body, *told, *read_back; /* read_back: message */
};

/* What stands in the registers of all its slots, in the order in which it was taken down. */
XQ_CHECK enum xq_rc entries_of(
	struct req *q, const struct sitting *s, struct entries *out, struct xq_err *err);
/* How a slot or a whole sitting stands. */
struct desk_light sitting_light(struct req *q, const struct slot *s);
/* "14:00–16:30, 党群服务中心 一楼接待室" */
const char *sitting_where(struct req *q, const struct slot *s);
extern const struct view sitting_register_view, sitting_tell_view, sitting_close_view,
	sitting_miss_view, sitting_make_up_view, entry_receipt_view, sitting_log_view,
	intake_sheet_view;

#endif
