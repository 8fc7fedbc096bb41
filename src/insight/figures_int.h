/* SPDX-License-Identifier: Apache-2.0 */
/* figures_int.h - what the page and the table of figures share: the period asked for, its sums. */
#ifndef XQ_INSIGHT_FIGURES_INT_H
#define XQ_INSIGHT_FIGURES_INT_H

#include "insight/figures_pages.h"

/* The units of the catalogue that have a public code of their own; several may stand under one. */
struct figure_unit {
	const char *code, *name; /* public */
};

struct figures_load {
	int32_t from, to; /* first and last day of the month */
	struct tally_sum *sum;
	size_t n_sums;
	struct figure_unit *unit;
	size_t n_units;
};
/* ?month=2026-09; this month where none is named or it is no month. */
XQ_CHECK enum xq_rc figures_load(struct req *q, struct figures_load *out, struct xq_err *err);
const char *figures_month(struct req *q, int32_t day); /* "2026-09" */

extern const struct view figures_csv_view;

#endif
