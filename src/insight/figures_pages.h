/* SPDX-License-Identifier: Apache-2.0 */
/* figures_pages.h - what the template of the figures shows, at the desk and in public. */
#ifndef XQ_INSIGHT_FIGURES_PAGES_H
#define XQ_INSIGHT_FIGURES_PAGES_H

#include "concern/desk.h"
#include "concern/figures.h"

struct reason_line {
	const char *label; /* message */
	const char *n;     /* in words where it is small */
};

struct figure_line {
	const struct figure_def *def;
	struct figure_words words;
	const char *href;     /* its own page; NULL: none */
	const char *interval; /* of a rate from answers, in words; NULL: none */
	const char *beside;   /* in words; NULL: none */
	const struct reason_line *reason;
	size_t n_reasons;
};

struct figure_section {
	const char *id, *icon, *title, *hint; /* title, hint: messages; hint NULL: none */
	struct figure_line *line;
	size_t n_lines;
};

/* Months that both views can be drawn for, oldest first. Coordinates are those of the picture. */
enum { TREND_MONTHS = 6, GRID_LINES = 3 };
struct trend_month {
	const char *name; /* in words */
	int x, y[2];      /* units, residents */
	int per_mille[2];
	struct figure_words words[2];
};
struct gap_trend {
	struct trend_month month[TREND_MONTHS];
	size_t n; /* under 2 nothing is drawn */
	struct {
		int y;
		const char *words;
	} grid[GRID_LINES];
	const char *band, *line[2]; /* paths */
	int end_y[2];               /* of the words behind the lines */
	struct table table;
};

enum { GAP_BARS = 2, HEAD_FIGURES = 6 };
struct figures_page {
	const char *heading, *period; /* in words */
	struct {
		const char *href, *words;
	} prev, next, csv;  /* href NULL: no such page */
	struct html lead;   /* one sentence: what came in, and both views of what was solved */
	const char *gap;    /* the gap in points, in words; NULL: too few for one */
	const char *silent; /* who is in neither; NULL: nobody */
	struct figure bar[GAP_BARS];
	size_t n_bars; /* 0: too few for a gap */
	struct figure head[HEAD_FIGURES];
	struct gap_trend trend;
	struct figure_section section[N_FIGURE_GROUPS];
	struct table units;
	const char *idle; /* units without anything, in words; NULL: none */
	bool is_public;
};

#endif
