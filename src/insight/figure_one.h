/* SPDX-License-Identifier: Apache-2.0 */
/* figure_one.h - one figure by itself: the last twelve full months and the units, from the counts alone, and
 * what its page, its CSV and its workbook show of them.
 *
 * For:       /desk/figures/{id} and its two files
 * May call:  core, act, web, office/desk.h, concern/figures.h, concern/desk.h
 * Called by: insight/
 * Threads:   views, any reader
 * Source:    interface.md 2.2 (/figures/{id}), 4 (figures, chart + table); domain.md 4; decision 0035 */
#ifndef XQ_INSIGHT_FIGURE_ONE_H
#define XQ_INSIGHT_FIGURE_ONE_H

#include "insight/chart.h"
#include "insight/figures_int.h"

enum { ONE_LEFT = 6, ONE_CODES = 24 };

/* What a figure says of itself beyond its definition. */
struct figure_story {
	const char *code;           /* of its declaration */
	const char *counted;        /* N_: the numerator in words */
	const char *over;           /* N_: the denominator in words; NULL: a plain count */
	const char *unit;           /* N_: with which unit each stands */
	const char *left[ONE_LEFT]; /* figures that count what is left out; ended by NULL */
	const char
		*silent; /* tally of the points of those who rated and gave a mark; NULL: no such */
	const char *
		beside_reason; /* N_: what stands beside the figure is one of its reasons; NULL: it is not */
	bool is_from_answers; /* a share or mean of what residents said */
	bool has_gap;         /* the gap between the two views belongs beside it */
};
extern const struct figure_story figure_stories[];                        /* ended by a NULL code */
const struct figure_story *figure_story_of(const struct figure_def *def); /* each has one */

/* ---- the counts ------------------------------------------------------------------------------------ */

struct one_month {
	int32_t from; /* its first day */
	const struct tally_sum *sum;
	size_t n;
};
struct figure_one {
	const struct figure_def *def;
	const struct figure_story *story;
	int32_t from, to;                   /* first and last day of what is shown */
	int32_t first;                      /* first day of the office's first month with a count */
	int32_t newest;                     /* first day of the last full month */
	struct one_month month[ONE_MONTHS]; /* oldest first */
	size_t n_months;                    /* 0: no month is full yet */
	struct tally_sum *sum;              /* of all of them: what the months hold, and no more */
	size_t n;
};
/* The twelve full months up to the one of day last, as far back as the office counts. today: in the office.
 * What may not be shown of a month is in no sum either, so no difference tells it. */
XQ_CHECK enum xq_rc figure_one_load(struct tx *tx, void *mem, int64_t office,
	const struct figure_def *def, int32_t last, int32_t today, struct figure_one *out,
	struct xq_err *err);
/* unit: public code; NULL: the whole office. */
struct figure_value one_month_value(const struct figure_one *one, size_t month, const char *unit);
struct figure_value one_value(const struct figure_one *one, const char *unit);
/* Residents who rated and gave no mark for this; only where the story says so. */
int64_t one_silent(const struct figure_one *one);

/* ---- the page ---------------------------------------------------------------------------------------- */

struct one_unit {
	const char *name;
	struct figure_words words;
	const char *interval;     /* in words; NULL: none */
	int per_mille, low, high; /* of the bar */
	bool has_bar, is_office;
};

enum { ONE_HEADS = 4 };
struct one_page {
	const struct figure_def *def;
	const struct figure_story *story;
	struct crumb crumb[2];
	const char *period; /* in words */
	struct {
		const char *href, *words;
	} prev, next, csv, book; /* href NULL: no such page */
	struct figure head[ONE_HEADS];
	size_t n_heads;
	const char *counted_n, *over_n; /* numbers in words */
	const char *counted_of;         /* the units of num and den: points; NULL: concerns */
	const char *beside;             /* NULL: none */
	struct table left, reasons;     /* n_rows 0: none */
	struct one_chart chart;
	struct table months;
	struct one_unit *unit;
	size_t n_units;
	const char *idle;
	const char *gap;
	struct figure bar[GAP_BARS];
	bool has_units, is_empty;
	struct empty empty;
};

/* path of the page, without "?month=". */
void figure_one_fill(struct req *q, const struct figure_one *one, const struct figure_unit *unit,
	size_t n_units, struct one_page *out);
void figure_one_draw(struct req *q, const struct figure_one *one, struct one_chart *out);
const char *figure_one_interval(struct req *q, const struct figure_one *one, struct figure_value v);
/* Whether a rate may be drawn and what lies between which bounds; false: no rate from answers. */
bool figure_one_bounds(const struct figure_one *one, struct figure_value v, struct interval *out);
/* Units for which nothing is counted in the months shown. */
bool figure_one_is_idle(const struct figure_one *one, const char *unit);

/* ---- the files --------------------------------------------------------------------------------------- */

enum { ONE_COLUMNS = 10 };
struct one_sheet {
	const char *head[ONE_COLUMNS];
	const char **cell;
	size_t n_rows;
};
/* Row by row what the page shows. */
void figure_one_sheet(struct req *q, const struct figure_one *one, const struct figure_unit *unit,
	size_t n_units, struct one_sheet *out);

extern const struct view figure_one_view, figure_one_csv_view, figure_one_book_view;

#endif
