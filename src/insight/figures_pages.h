/* SPDX-License-Identifier: Apache-2.0 */
/* figures_pages.h - what the templates of the figures show. */
#ifndef XQ_INSIGHT_FIGURES_PAGES_H
#define XQ_INSIGHT_FIGURES_PAGES_H

#include "concern/desk.h"
#include "insight/figures.h"

struct reason_line {
	const char *label; /* message */
	const char *n;     /* in words where it is small */
};

struct figure_line {
	const struct figure_def *def;
	const char *value, *base, *beside; /* NULL: – and nothing */
	const struct reason_line *reason;
	size_t n_reasons;
};

enum { GAP_BARS = 2 };
struct figures_page {
	const char *heading, *gap_sentence, *csv_href; /* heading, sentence: in words */
	struct pager pager;
	struct figure bar[GAP_BARS];
	size_t n_bars; /* 0: too few cases for a gap */
	struct figure_line *line;
	size_t n_lines;
	struct table units;
};

#endif
