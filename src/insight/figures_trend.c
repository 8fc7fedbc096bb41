/* SPDX-License-Identifier: Apache-2.0 */
/* figures_trend.c - the gap over the months as a picture drawn here: two lines, the band between them,
 * and the same numbers as a table. */
#include "core/mem.h"
#include "insight/figures_int.h"

#include "core/banned.h"

/* The picture: 1000 by 340; beside the lines there is room for words of the size that a phone needs. */
enum {
	LEFT = 110,
	RIGHT = 750,
	TOP = 24,
	BOTTOM = 284,
	STEP = 100,
	WHOLE = 1000,
	WORDS_APART = 40
};

static const char *const codes[2] = { "claimed", "solved" };

/* ---- months ---------------------------------------------------------------------------------------- */

void
figures_trend_add(struct req *q, struct gap_trend *t, int32_t from, struct figure_value claimed,
	struct figure_value solved)
{
	const struct figure_value value[2] = { claimed, solved };
	struct trend_month m = { .name = SAY(
					 q, N_("Month {month}"), AN("month", day_month(from))) };
	xq_require(t->n < TREND_MONTHS);
	for (size_t i = 0; i < 2; i++) {
		const struct figure_def *d = figure_find(codes[i]);
		if (!figure_is_shown(d, value[i]))
			return;
		m.per_mille[i] = figure_per_mille(value[i]);
		m.words[i] = figure_words(q, d, value[i], true);
	}
	t->month[t->n++] = m;
}

static enum xq_rc
read_month(struct req *q, int32_t from, struct gap_trend *t, struct xq_err *err)
{
	struct tally_sum *sum;
	size_t n;
	enum xq_rc rc = tally_read(q->tx, q->mem, q->office->id, from,
		day_add(day_add_months(from, 1), -1), &sum, &n, err);
	if (rc != XQ_OK)
		return rc;
	figures_trend_add(q, t, from, figure_value_of(figure_find(codes[0]), sum, n, NULL),
		figure_value_of(figure_find(codes[1]), sum, n, NULL));
	return XQ_OK;
}

/* ---- the picture ------------------------------------------------------------------------------------ */

/* The scale ends at full tens around what is drawn, so that a narrow gap can still be seen. */
static void
place(struct req *q, struct gap_trend *t)
{
	int low = WHOLE, high = 0;
	for (size_t i = 0; i < 2 * t->n; i++) {
		int v = t->month[i / 2].per_mille[i % 2];
		low = v < low ? v : low;
		high = v > high ? v : high;
	}
	low = low / STEP * STEP;
	high = (high + STEP - 1) / STEP * STEP;
	if (high - low < 2 * STEP)
		low = high >= 2 * STEP ? high - 2 * STEP : 0;
	high = high > low ? high : low + 2 * STEP;
	for (size_t i = 0; i < t->n; i++) {
		struct trend_month *m = &t->month[i];
		m->x = LEFT + (RIGHT - LEFT) * (int)i / (int)(t->n - 1);
		for (size_t k = 0; k < 2; k++)
			m->y[k] = BOTTOM - (BOTTOM - TOP) * (m->per_mille[k] - low) / (high - low);
	}
	for (int i = 0; i < GRID_LINES; i++) {
		int v = low + (high - low) * i / (GRID_LINES - 1);
		t->grid[i].y = BOTTOM - (BOTTOM - TOP) * i / (GRID_LINES - 1);
		t->grid[i].words = mem_printf(q->mem, "%d%%", v / 10);
	}
}

static void
draw(struct req *q, struct gap_trend *t)
{
	struct buf band = buf_new(q->mem, 256);
	for (size_t k = 0; k < 2; k++) {
		struct buf line = buf_new(q->mem, 128);
		for (size_t i = 0; i < t->n; i++)
			buf_printf(
				&line, "%c%d %d", i ? 'L' : 'M', t->month[i].x, t->month[i].y[k]);
		t->line[k] = buf_view(&line).p;
	}
	buf_text(&band, t->line[0]);
	for (size_t i = t->n; i-- > 0;)
		buf_printf(&band, "L%d %d", t->month[i].x, t->month[i].y[1]);
	buf_char(&band, 'Z');
	t->band = buf_view(&band).p;
	/* The words behind the two ends stand apart, whatever the gap is. */
	const struct trend_month *last = &t->month[t->n - 1];
	size_t upper = last->y[0] > last->y[1];
	int apart = last->y[!upper] - last->y[upper];
	int push = apart < WORDS_APART ? (WORDS_APART - apart + 1) / 2 : 0;
	t->end_y[upper] = last->y[upper] + 6 - push;
	t->end_y[!upper] = last->y[!upper] + 6 + push;
}

static void
fill_table(struct req *q, struct gap_trend *t)
{
	enum { COLUMNS = 3 };
	static const struct column cols[COLUMNS] = { { .label = N_("Month") },
		{ .label = N_("Solved, as the units say"), .form = COL_NUMBER },
		{ .label = N_("Solved, as the residents say"), .form = COL_NUMBER } };
	struct column *col = mem_array(q->mem, struct column, COLUMNS);
	memcpy(col, cols, sizeof cols);
	struct table_cell *cell = mem_array(q->mem, struct table_cell, COLUMNS * t->n);
	for (size_t i = 0; i < t->n; i++) {
		cell[i * COLUMNS].text = t->month[i].name;
		for (size_t k = 0; k < 2; k++)
			cell[i * COLUMNS + 1 + k] =
				(struct table_cell){ .text = t->month[i].words[k].value,
					.note = t->month[i].words[k].base };
	}
	t->table = (struct table){ .caption = N_("The gap over the months"),
		.hide_caption = true,
		.col = col,
		.n_cols = COLUMNS,
		.cell = cell,
		.n_rows = t->n };
}

void
figures_trend_end(struct req *q, struct gap_trend *t)
{
	if (t->n < 2)
		return;
	place(q, t);
	draw(q, t);
	fill_table(q, t);
}

enum xq_rc
figures_trend(
	struct req *q, const struct figures_load *l, struct gap_trend *out, struct xq_err *err)
{
	struct gap_trend t = { 0 };
	enum xq_rc rc = XQ_OK;
	for (int i = TREND_MONTHS - 1; rc == XQ_OK && i >= 0; i--) {
		int32_t from = day_add_months(l->from, -i);
		if (l->first_month != 0 && from >= l->first_month)
			rc = read_month(q, from, &t, err);
	}
	if (rc != XQ_OK)
		return rc;
	figures_trend_end(q, &t);
	*out = t;
	return XQ_OK;
}
