/* SPDX-License-Identifier: Apache-2.0 */
/* month.h - one month of figures as a page: what is loaded, and how it is laid out, at the desk and in public.
 *
 * For:       /desk/figures; the monthly sheet of record/, which lays out what was frozen in the same way.
 * May call:  core, web, office/, concern/figures.h, ledger/figures.h
 * Called by: insight/, record/
 * Threads:   views, any reader
 * Source:    mock/public-month.html */
#ifndef XQ_INSIGHT_MONTH_H
#define XQ_INSIGHT_MONTH_H

#include "insight/figures_pages.h"
#include "ledger/figures.h"

/* The units of the catalogue that have a public code of their own; several may stand under one. */
struct figure_unit {
	const char *code, *name; /* public */
};

struct figures_load {
	int32_t from, to; /* first and last day of the month */
	int32_t first_month; /* first day of the month with the first count; 0: nothing is counted yet */
	bool is_running; /* the month is not over */
	bool is_counted; /* the secret answers of the month are counted and listed */
	struct tally_sum *sum;
	size_t n_sums;
	struct figure_unit *unit;
	size_t n_units;
	/* The month as it was frozen: its rows instead of the sums, which go on moving. NULL: the sums. */
	const struct figures *frozen;
};
/* month: "2026-09"; XQ_NONE: no month, or not one that has begun. */
XQ_CHECK enum xq_rc figures_load(
	struct req *q, struct str month, struct figures_load *out, struct xq_err *err);
XQ_CHECK enum xq_rc figures_units(
	struct req *q, struct figure_unit **out, size_t *out_n, struct xq_err *err);
/* Marks given apart from their matters: no sum that few have made. figures_load does it. */
void figures_keep_apart(struct figures_load *l);
/* Whether the page or table shows this figure; and beside it those of the units. */
bool figures_is_shown(const struct figures_load *l, const struct figure_def *d, bool is_public);
bool figures_by_unit(const struct figure_def *d, bool is_public);
/* The month of ?month=, this month where none is named. */
struct str figures_asked(struct req *q);
const char *figures_month(struct req *q, int32_t day); /* "2026-09" */
const char *figures_month_words(struct req *q, int32_t day);

/* What the units and what the residents say, and the sentence about the gap; false: too few for both,
 * since one alone would say what the other might deny. */
bool figures_gap(struct req *q, const struct figures_load *l, bool is_public,
	struct figure bar[GAP_BARS], const char **sentence);
const char *figures_points(struct req *q, int per_mille); /* 12.5; −3.0 */

/* Claimed and solved of the six months up to this one, where there are enough for both. */
XQ_CHECK enum xq_rc figures_trend(
	struct req *q, const struct figures_load *l, struct gap_trend *out, struct xq_err *err);
/* The same month by month, the oldest first, by whoever has the numbers; then the picture. */
void figures_trend_add(struct req *q, struct gap_trend *t, int32_t from,
	struct figure_value claimed, struct figure_value solved);
void figures_trend_end(struct req *q, struct gap_trend *t);

/* All that the template shows but the trend; path: where a month follows. */
void figures_fill(struct req *q, const struct figures_load *l, bool is_public, const char *path,
	struct figures_page *out);

/* The sums as a table for a spreadsheet. */
void figures_csv(struct req *q, struct resp *r, const struct figures_load *l, bool is_public);

#endif
