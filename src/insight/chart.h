/* SPDX-License-Identifier: Apache-2.0 */
/* chart.h - twelve months as a picture: {call one_picture(&chart)} of insight/figure_one.html.
 *
 * For:       pages of figures; the table below the picture says the same in numbers.
 * May call:  core, web, concern/figures.h
 * Called by: insight/, reception/
 * Threads:   views, any reader
 * Source:    interface.md 4 (chart + table); decision 0035 */
#ifndef XQ_INSIGHT_CHART_H
#define XQ_INSIGHT_CHART_H

#include "insight/figures_pages.h"

enum { ONE_MONTHS = 12 };

struct one_point {
	int x, y, low, high; /* low, high: ends of the interval */
	int height;          /* of a bar */
	const char *name, *value;
	bool is_drawn;
	bool is_thin; /* its words have no room on a phone */
};
struct one_chart {
	struct one_point point[ONE_MONTHS];
	size_t n, n_drawn;
	struct {
		int y;
		const char *words;
	} grid[GRID_LINES];
	const char *line; /* path; ends and begins again where no rate is drawn */
	const char *label;
	bool is_bars, is_heart, has_interval;
};

/* Counts as bars. title: message; from: first day of each month, oldest first; n <= ONE_MONTHS (required). */
void chart_of_counts(struct req *q, const char *title, const int32_t *from, const int64_t *count,
	size_t n, struct one_chart *out);

#endif
