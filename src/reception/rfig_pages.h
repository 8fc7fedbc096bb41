/* SPDX-License-Identifier: Apache-2.0 */
/* rfig_pages.h - what the templates of the figures of sittings, of how the mechanisms fare, and of the handbook
 * show. Members marked "message" are English texts of the catalogue; the others are shown as they are. */
#ifndef XQ_RECEPTION_RFIG_PAGES_H
#define XQ_RECEPTION_RFIG_PAGES_H

#include "concern/desk.h"
#include "insight/chart.h"
#include "reception/rfig_int.h"

enum { RFIG_HEADS = 5, RFIG_DEFS = 12 };

/* Twelve full months with all figures, at the desk or in public. */
struct rfig_page {
	struct crumb crumb[2]; /* desk */
	const char *period;    /* in words; NULL: no month is full yet */
	const char *csv, *book;
	const char *running; /* heading of the running month, in words; desk */
	struct figure head[RFIG_HEADS];
	size_t n_heads;
	struct one_chart chart;
	struct table months;
	const struct rfig_def *def[RFIG_DEFS]; /* those that are shown */
	const char *href[RFIG_DEFS];           /* the page of each; NULL in public */
	size_t n_defs;
	bool is_public;
	struct empty empty;
};

/* One figure with its definition. */
struct rfig_one_page {
	struct crumb crumb[3];
	const struct rfig_def *def;
	const char *period; /* NULL: no month is full yet */
	const char *csv;
	struct figure head[3];
	size_t n_heads;
	struct one_chart chart;
	struct table months;
	const char *counted_n, *over_n; /* in words */
	struct empty empty;
};

/* ---- how the mechanisms fare ------------------------------------------------------------------------------ */

enum { HEALTH_WEEKS = 13 };

/* A week as a square: sign, number and word, so that no colour is needed. */
struct health_week {
	const char *from;       /* 11/16: its Monday */
	const char *icon, *n;   /* n NULL: none */
	const char *word, *say; /* word: message; say: all of it, in words */
	const char *class;      /* of the square */
};

struct health_part {
	const char *title; /* message */
	const char *rule;  /* message: what is expected */
	struct desk_light light;
	const char *last; /* in words; NULL: nothing yet */
	struct health_week week[HEALTH_WEEKS];
};

struct health_page {
	struct crumb crumb[2];
	struct health_part part[N_MECH];
	struct table weeks;
	const char *office, *printer;
	int64_t printed_at;
	const char *quiet; /* units where nothing was taken down, in words; NULL: none */
	bool is_young;     /* not long enough to say so of a unit */
};

/* ---- the handbook ---------------------------------------------------------------------------------------- */

enum { HAND_LINES = 9 };
struct hand_part {
	const char *icon, *title;     /* title: message */
	const char *line[HAND_LINES]; /* messages; ended by NULL */
	const char *card;             /* message: the method that fits here (C02); NULL: none */
};
struct hand_way {
	const char *what, *where, *href; /* messages and the path */
};
struct hand_page {
	const struct hand_part *part;
	size_t n_parts;
	const struct hand_way *way;
	size_t n_ways;
	const char *office, *phone, *printer;
	int64_t printed_at;
};

#endif
