/* SPDX-License-Identifier: Apache-2.0 */
/* figure_one_chart.c - twelve months of a figure as a picture drawn here: a rate as dots on a line, with
 * its interval where it comes from answers; a count as bars. The table below says the same in numbers. */
#include "core/mem.h"
#include "insight/figure_one.h"

#include "core/banned.h"

/* The picture: 1000 by 340, as that of the gap. */
enum {
	LEFT = 140,
	RIGHT = 925,
	TOP = 44,
	BOTTOM = 284,
	STEP = 100,
	THIN = 3, /* on a phone every third month has its words */
	ALONE = (LEFT + RIGHT) / 2
};

struct scale {
	int64_t low, high;
};

static int
height_of(struct scale s, int64_t v)
{
	return (int)((BOTTOM - TOP) * (v - s.low) / (s.high - s.low));
}

/* ---- rates -------------------------------------------------------------------------------------------- */

/* Ends at full tens around what is drawn, so that small changes can still be seen. */
static struct scale
scale_of_rates(const struct figure_one *one)
{
	struct scale s = { .low = INT64_MAX };
	struct interval i;
	for (size_t m = 0; m < one->n_months; m++) {
		struct figure_value v = one_month_value(one, m, NULL);
		if (!figure_is_shown(one->def, v))
			continue;
		int at = figure_per_mille(v);
		if (!figure_one_bounds(one, v, &i))
			i = (struct interval){ at, at };
		s.low = i.low < s.low ? i.low : s.low;
		s.high = i.high > s.high ? i.high : s.high;
	}
	s.low = s.low > s.high ? 0 : s.low / STEP * STEP;
	s.high = (s.high + STEP - 1) / STEP * STEP;
	if (s.high - s.low < 2 * STEP)
		s.low = s.high >= 2 * STEP ? s.high - 2 * STEP : 0;
	s.high = s.high > s.low ? s.high : s.low + 2 * STEP;
	return s;
}

static void
draw_rate(
	struct req *q, const struct figure_one *one, size_t m, struct scale s, struct one_point *p)
{
	struct figure_value v = one_month_value(one, m, NULL);
	struct interval i;
	p->is_drawn = figure_is_shown(one->def, v);
	if (!p->is_drawn)
		return;
	p->value = figure_per_cent(q->mem, figure_per_mille(v));
	p->y = p->low = p->high = BOTTOM - height_of(s, figure_per_mille(v));
	if (figure_one_bounds(one, v, &i)) {
		p->low = BOTTOM - height_of(s, i.low);
		p->high = BOTTOM - height_of(s, i.high);
	}
}

static const char *
line_of(struct req *q, const struct one_chart *c)
{
	struct buf b = buf_new(q->mem, 256);
	for (size_t i = 0; i < c->n; i++) {
		bool goes_on = i > 0 && c->point[i - 1].is_drawn;
		if (c->point[i].is_drawn)
			buf_printf(
				&b, "%c%d %d", goes_on ? 'L' : 'M', c->point[i].x, c->point[i].y);
	}
	return buf_view(&b).p;
}

/* ---- counts ------------------------------------------------------------------------------------------- */

/* From nought to a round number whose half is a whole one. */
static struct scale
scale_of_counts(const int64_t *count, size_t n)
{
	struct scale s = { .high = 2 };
	int64_t most = 0, ten = 1;
	for (size_t m = 0; m < n; m++)
		most = count[m] > most ? count[m] : most;
	while (s.high < most && ten < INT64_MAX / 100) {
		static const int64_t steps[] = { 2, 4, 6, 10 };
		for (size_t i = 0; s.high < most && i < sizeof steps / sizeof *steps; i++)
			s.high = steps[i] * ten;
		ten *= 10;
	}
	return s;
}

static void
draw_count(struct req *q, int64_t n, struct scale s, struct one_point *p)
{
	p->is_drawn = true;
	p->value = figure_count_words(q, n, false);
	p->height = height_of(s, n);
	p->y = BOTTOM - p->height;
}

/* ---- both --------------------------------------------------------------------------------------------- */

static void
draw_grid(struct req *q, struct scale s, struct one_chart *c)
{
	for (int i = 0; i < GRID_LINES; i++) {
		int64_t v = s.low + (s.high - s.low) * i / (GRID_LINES - 1);
		c->grid[i].y = BOTTOM - (BOTTOM - TOP) * i / (GRID_LINES - 1);
		c->grid[i].words = c->is_bars ? figure_count_words(q, v, false)
		                              : mem_printf(q->mem, "%d%%", (int)v / 10);
	}
}

static void
place_month(struct req *q, int32_t from, size_t i, size_t n, struct one_point *p)
{
	p->x = n > 1 ? LEFT + (RIGHT - LEFT) * (int)i / (int)(n - 1) : ALONE;
	p->name = SAY(q, N_("Month {month}"), AN("month", day_month(from)));
	p->is_thin = (n - 1 - i) % THIN != 0;
}

static const char *
label_of(struct req *q, const char *title)
{
	return SAY(q, N_("{figure}, month by month; the table below has the numbers"),
		AX("figure", desk_word(q, title)));
}

void
chart_of_counts(struct req *q, const char *title, const int32_t *from, const int64_t *count,
	size_t n, struct one_chart *out)
{
	xq_require(n <= ONE_MONTHS);
	struct one_chart c = { .n = n, .n_drawn = n, .is_bars = true };
	struct scale s = scale_of_counts(count, n);
	for (size_t i = 0; i < n; i++) {
		place_month(q, from[i], i, n, &c.point[i]);
		draw_count(q, count[i], s, &c.point[i]);
	}
	draw_grid(q, s, &c);
	c.label = label_of(q, title);
	*out = c;
}

static void
chart_of_rates(struct req *q, const struct figure_one *one, struct one_chart *out)
{
	struct one_chart c = { .n = one->n_months,
		.is_heart = one->story->is_from_answers,
		.has_interval = one->story->is_from_answers };
	struct scale s = scale_of_rates(one);
	for (size_t i = 0; i < c.n; i++) {
		place_month(q, one->month[i].from, i, c.n, &c.point[i]);
		draw_rate(q, one, i, s, &c.point[i]);
		c.n_drawn += c.point[i].is_drawn;
	}
	draw_grid(q, s, &c);
	c.line = line_of(q, &c);
	c.label = label_of(q, one->def->title);
	*out = c;
}

void
figure_one_draw(struct req *q, const struct figure_one *one, struct one_chart *out)
{
	int32_t from[ONE_MONTHS];
	int64_t count[ONE_MONTHS];
	if (one->def->den[0]) {
		chart_of_rates(q, one, out);
		return;
	}
	for (size_t i = 0; i < one->n_months; i++) {
		from[i] = one->month[i].from;
		count[i] = one_month_value(one, i, NULL).num;
	}
	chart_of_counts(q, one->def->title, from, count, one->n_months, out);
	out->is_heart = one->story->is_from_answers;
}
