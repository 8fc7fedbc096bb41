/* SPDX-License-Identifier: Apache-2.0 */
/* pages.h - what the templates of receptions show. Members marked "message" are English texts of the
 * catalogue; the others are shown as they are. */
#ifndef XQ_RECEPTION_PAGES_H
#define XQ_RECEPTION_PAGES_H

#include "concern/desk.h"
#include "reception/reception_int.h"

/* ---- a sitting as residents read it ------------------------------------------------------------------ */

enum { BILL_NOTES = 4 };

/* Somebody who sits, or stood there before a change: then struck, with what became of it. */
struct bill_seat {
	const char *surname, *name, *title;
	const char *topics; /* "": none given */
	const char *note;   /* NULL: none */
	bool is_gone;
};

struct bill {
	int32_t day, start_min, end_min;
	int64_t venue_no;
	const char *month, *weekday, *weekday_long; /* weekdays: messages */
	const char *when, *href, *venue_href, *venue, *room, *address,
		*steps; /* steps NULL: not known */
	struct bill_seat *seat;
	size_t n_seats, n_sit; /* n_sit: who really sits */
	const char *note[BILL_NOTES];
	size_t n_notes;
	int64_t known_at; /* when it was published */
	int sequence;     /* how often it was changed */
	bool is_venue_open;
	const char *free, *book_href; /* times that can be booked; NULL: not ahead, none left */
};

/* All that is published for these days, by day, beginning and venue. */
XQ_CHECK enum xq_rc bills_load(struct req *q, int32_t from, int32_t until, struct bill **out,
	size_t *out_n, struct xq_err *err);

/* ---- public pages ------------------------------------------------------------------------------------- */

/* Fills free and book_href of bills by day. */
XQ_CHECK enum xq_rc bills_seats(struct req *q, struct bill *b, size_t n, struct xq_err *err);

enum { SHOWN_WEEKS = 4 };

struct bill_week {
	const char *title, *known, *late, *missing; /* in words; NULL: none */
	struct bill *bill;
	size_t n;
};

struct reception_page {
	struct bill_week week[SHOWN_WEEKS];
	const char *empty; /* NULL: something is published */
	const char *print_href;
};

/* The next sitting in full, and below it what comes in the four weeks, a line each. */
struct home_sitting {
	const char *day, *when, *who, *place, *href;
	bool is_off; /* cancelled or moved */
};

struct home_receptions {
	struct bill *bill;
	struct bill *next_seat;   /* the next with a seat, where bill has none: it is on, or full */
	const char *next_day;     /* its day, short */
	bool is_today, is_folded; /* folded: the elder form stays short */
	struct home_sitting *ahead;
	size_t n_ahead;
};

struct reception_day_page {
	const char *title, *known;
	struct bill *bill;
	size_t n;
	struct venue *venue; /* beside each bill */
};

struct venue_page {
	struct venue v;
	struct bill *bill;
	size_t n;
};

struct poster_page {
	const char *office, *title, *known, *url;
	struct html qr;
	struct bill *bill;
	size_t n;
	bool is_a3, is_full; /* full: in smaller letters, so that it stays one sheet */
	const char *other_href, *before_href, *after_href;
};

/* ---- the desk ------------------------------------------------------------------------------------------ */

/* A sitting of today, one to be closed, or one that has to be made up for. */
struct now_row {
	const char *href, *when, *where, *who, *go; /* go: message */
	struct desk_light light;
};
enum { NOW_ROWS = 24 };
struct roster_page {
	struct now_row now[NOW_ROWS];
	size_t n_now;
	struct table weeks, swaps, turns;
	const char *missing; /* weeks without a sitting, in words; NULL: none */
	const char *more;    /* what lies further ahead, in words; NULL: nothing */
	bool may_plan;
};

struct week_page {
	struct crumb crumb[3];
	const char *title, *state_words, *people, *late,
		*warn; /* late, warn: in words, NULL: none */
	struct desk_light light;
	struct table rows, changes;
	struct next_row next[4];
	size_t n_next;
	const char *print_href; /* NULL: not published */
};

struct slot_fact {
	const char *label; /* message */
	const char *value;
};
enum { SLOT_FACTS = 8 };
struct slot_page {
	struct crumb crumb[4];
	const char *title;
	struct desk_light light;
	struct slot_fact fact[SLOT_FACTS];
	size_t n_facts;
	struct next_row next[4];
	size_t n_next;
	struct table changes;
	struct table turns;   /* booked seats; for whoever receives or keeps the roster */
	const char *no_turns; /* in their place; NULL: not for this person, or there are some */
};

/* Booked turns of the sitting that s belongs to: turn, people, what helps; no code. */
XQ_CHECK enum xq_rc desk_turns_load(
	struct req *q, const struct slot *s, struct slot_page *p, struct xq_err *err);

/* Venues, receivers, the pattern of the week: one table and the way to add to it. */
struct roster_list_page {
	struct crumb crumb[2];
	const char *title, *lead, *add, *add_href; /* messages; add NULL: not for this person */
	struct table rows;
	struct empty empty;
};

const char *week_words(struct req *q, int32_t week); /* 第 42 周（10月12日—10月18日） */
const char *week_span(struct req *q, int32_t week); /* 本周（10月12日—10月18日）: for residents */
const char *time_words(struct req *q, int start, int end);                 /* 14:00–16:30 */
const char *list_words(struct req *q, const char *list, const char *name); /* list NULL: name */
/* Who sits; where nobody does any more, who stood there. */
const char *bill_names(struct req *q, const struct bill *b);
const char *weekday_long(int32_t day); /* message */
const char *why_words(struct req *q, const char *why, const char *words);
const char *change_words(struct req *q, const struct change *c);
/* Beginning, end and venue of a slot as the defaults of a form with these fields. */
XQ_CHECK enum xq_rc form_times(
	struct req *q, struct act_form *f, const struct slot *s, struct xq_err *err);
/* Why a sitting was not held: one of change_reasons, or that nobody said anything. */
const char *missed_words(struct req *q, const char *why, const char *words);
const struct flash *roster_flash(struct req *q);
struct desk_light week_light(struct req *q, const struct week *w);
const char *slot_path(struct req *q, int64_t no, const char *rest);
const char *week_path(struct req *q, int32_t week, const char *rest);
/* The week or number that place i of the path names. */
bool place_week(struct req *q, size_t i, int32_t *out);

extern const struct view reception_view, reception_day_view, venue_view, reception_ics_view,
	reception_atom_view, reception_poster_view, desk_rosters_view, desk_week_view,
	desk_slot_view, desk_venues_view, desk_receivers_view, desk_pattern_view, form_draft_view,
	form_approve_view, form_publish_view, form_change_view, form_swap_view, form_cancel_view,
	form_answer_view, form_venue_new_view, form_venue_set_view, form_receiver_new_view,
	form_receiver_set_view, form_away_view, form_pattern_new_view, form_pattern_set_view;

#endif
