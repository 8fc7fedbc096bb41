/* SPDX-License-Identifier: Apache-2.0 */
/* figure_one_fill.c - from the counts of a figure to what its page shows. */
#include "core/mem.h"
#include "insight/figure_one.h"
#include "web/msg.h"

#include "core/banned.h"

static struct figure_words
words_of(struct req *q, const struct figure_one *one, struct figure_value v)
{
	struct figure_words w = figure_words(q, one->def, v, false);
	/* Whether it is none or too few is what must not be told. */
	if (one->def->is_apart && v.den == 0)
		w.note = desk_word(q, N_("none, or fewer than 10"));
	return w;
}

const char *
figure_one_interval(struct req *q, const struct figure_one *one, struct figure_value v)
{
	struct interval i;
	if (!figure_one_bounds(one, v, &i))
		return NULL;
	return mem_printf(
		q->mem, "%s\u2013%s", figures_points(q, i.low), figure_per_cent(q->mem, i.high));
}

/* Claimed minus solved of some months, in points; NULL: too few for both. */
static const char *
apart(struct req *q, const struct tally_sum *sum, size_t n)
{
	const struct figure_def *claimed = figure_find("claimed"), *solved = figure_find("solved");
	struct figure_value c = figure_value_of(claimed, sum, n, NULL);
	struct figure_value s = figure_value_of(solved, sum, n, NULL);
	if (!figure_is_shown(claimed, c) || !figure_is_shown(solved, s))
		return NULL;
	return figures_points(q, figure_per_mille(c) - figure_per_mille(s));
}

/* ---- the head ----------------------------------------------------------------------------------------- */

static void
fill_head(struct req *q, const struct figure_one *one, struct one_page *p)
{
	struct figure_value all = one_value(one, NULL);
	struct figure_value last = one_month_value(one, one->n_months - 1, NULL);
	struct figure_words w = words_of(q, one, all), l = words_of(q, one, last);
	p->head[p->n_heads++] = (struct figure){ .label = N_("All these months"),
		.icon = "chart",
		.value = w.value,
		.base = w.base,
		.note = w.note };
	p->head[p->n_heads++] = (struct figure){ .label = figures_month_words(
							 q, one->month[one->n_months - 1].from),
		.icon = "cal",
		.value = l.value,
		.base = l.base,
		.note = l.note };
	if (one->story->is_from_answers)
		p->head[p->n_heads++] = (struct figure){ .label = N_("95% interval"),
			.icon = "scale",
			.value = figure_one_interval(q, one, all),
			.note = SAY(
				q, N_("from {n} answers"), AN("n", figure_base(one->def, all))) };
	if (one->story->has_gap)
		p->head[p->n_heads++] = (struct figure){ .label = N_("Closed, and not solved"),
			.icon = "talk",
			.value = apart(q, one->sum, one->n),
			.note = desk_word(q, N_("points between the two views")) };
}

static void
fill_ways(struct req *q, const struct figure_one *one, struct one_page *p)
{
	const char *path = mem_printf(q->mem, "/desk/figures/%s", one->def->code);
	int32_t last = one->month[one->n_months - 1].from;
	int32_t next = day_add_months(last, ONE_MONTHS);
	const char *month = figures_month(q, last);
	p->period = SAY(q,
		N_("{from} to {to}, full months: {n}. Later voiding and moved promises are taken up."),
		AN("n", (int64_t)one->n_months), AX("from", figures_month_words(q, one->from)),
		AX("to", figures_month_words(q, one->to)));
	if (one->from > one->first) {
		p->prev.href = mem_printf(
			q->mem, "%s?month=%s", path, figures_month(q, day_add(one->from, -1)));
		p->prev.words = desk_word(q, N_("The months before"));
	}
	if (last < one->newest) {
		next = next < one->newest ? next : one->newest;
		p->next.href = mem_printf(q->mem, "%s?month=%s", path, figures_month(q, next));
		p->next.words = desk_word(q, N_("The months after"));
	}
	p->csv.href = mem_printf(q->mem, "%s.csv?month=%s", path, month);
	p->csv.words = desk_word(q, N_("Table (CSV)"));
	p->book.href = mem_printf(q->mem, "%s.xlsx?month=%s", path, month);
	p->book.words = desk_word(q, N_("Workbook (xlsx)"));
}

/* ---- how it is counted --------------------------------------------------------------------------------- */

enum { LEFT_COLUMNS = 2, LEFT_ROWS = 64 };

static void
put_count(struct req *q, struct table_cell *row, const char *what, const char *href, int64_t n)
{
	row[0] = (struct table_cell){ .text = what, .href = href };
	row[1].text = figure_count_words(q, n, false);
}

/* The reasons that were met; they add up to the figure. */
static size_t
put_reasons(struct req *q, const struct figure_one *one, const struct figure_def *d, bool is_named,
	struct table_cell *cell, size_t row)
{
	for (const struct choice *c = d->reasons; c && c->code; c++) {
		int64_t n = figure_count(
			mem_printf(q->mem, "%s%s", d->num, c->code), one->sum, one->n, NULL);
		if (n == 0)
			continue;
		xq_require(row < LEFT_ROWS);
		const char *reason = desk_word(q, c->label);
		if (is_named)
			reason = SAY(q, N_("{figure}: {reason}"),
				AX("figure", desk_word(q, d->title)), AX("reason", reason));
		put_count(q, cell + LEFT_COLUMNS * row++, reason, NULL, n);
	}
	return row;
}

static void
fill_left(struct req *q, const struct figure_one *one, struct one_page *p)
{
	static const struct column cols[LEFT_COLUMNS] = { { .label = N_("Left out") },
		{ .label = N_("Count"), .form = COL_NUMBER } };
	struct table_cell *cell = mem_array(q->mem, struct table_cell, LEFT_COLUMNS * LEFT_ROWS);
	size_t row = 0;
	for (size_t i = 0; i < ONE_LEFT && one->story->left[i]; i++) {
		const struct figure_def *d = figure_find(one->story->left[i]);
		put_count(q, cell + LEFT_COLUMNS * row++, desk_word(q, d->title),
			mem_printf(q->mem, "/desk/figures/%s", d->code),
			figure_value_of(d, one->sum, one->n, NULL).num);
		row = put_reasons(q, one, d, true, cell, row);
	}
	if (one->story->silent)
		put_count(q, cell + LEFT_COLUMNS * row++,
			desk_word(q, N_("Rated, and gave no mark for this")), NULL,
			one_silent(one));
	p->left = (struct table){ .caption = N_("What is left out"),
		.hide_caption = true,
		.col = cols,
		.n_cols = LEFT_COLUMNS,
		.cell = cell,
		.n_rows = row };
}

static void
fill_reasons(struct req *q, const struct figure_one *one, struct one_page *p)
{
	static const struct column cols[LEFT_COLUMNS] = { { .label = N_("Reason") },
		{ .label = N_("Count"), .form = COL_NUMBER } };
	struct table_cell *cell = mem_array(q->mem, struct table_cell, LEFT_COLUMNS * LEFT_ROWS);
	size_t row = put_reasons(q, one, one->def, false, cell, 0);
	if (one->story->beside_reason)
		put_count(q, cell + LEFT_COLUMNS * row++, desk_word(q, one->story->beside_reason),
			NULL, figure_count(one->def->beside, one->sum, one->n, NULL));
	p->reasons = (struct table){ .caption = N_("Reason by reason"),
		.hide_caption = true,
		.col = cols,
		.n_cols = LEFT_COLUMNS,
		.cell = cell,
		.n_rows = row };
}

static void
fill_count(struct req *q, const struct figure_one *one, struct one_page *p)
{
	struct figure_value v = one_value(one, NULL);
	p->counted_n = figure_count_words(q, v.num, false);
	if (one->def->den[0])
		p->over_n = figure_count_words(q, v.den, false);
	if (one->def->beside && !one->story->beside_reason)
		p->beside = SAY(q, one->def->beside_title,
			AX("n", figure_count_words(q,
					figure_count(one->def->beside, one->sum, one->n, NULL),
					false)));
	fill_left(q, one, p);
	fill_reasons(q, one, p);
}

/* ---- months -------------------------------------------------------------------------------------------- */

/* The columns that this figure has, in this order. */
static size_t
month_columns(const struct figure_one *one, struct column *col)
{
	size_t n = 0;
	col[n++] = (struct column){ .label = N_("Month") };
	col[n++] = (struct column){ .label = one->def->den[0] ? N_("Rate") : N_("Count"),
		.form = COL_NUMBER };
	if (one->def->den[0])
		col[n++] = (struct column){ .label = N_("Counted / over"), .form = COL_NUMBER };
	if (one->story->is_from_answers)
		col[n++] = (struct column){ .label = N_("95% interval"), .form = COL_NUMBER };
	if (one->story->has_gap)
		col[n++] = (struct column){ .label = N_("Gap, in points"), .form = COL_NUMBER };
	return n;
}

static void
fill_months(struct req *q, const struct figure_one *one, struct one_page *p)
{
	enum { COLUMNS_MAX = 5 };
	struct column *col = mem_array(q->mem, struct column, COLUMNS_MAX);
	size_t n = month_columns(one, col);
	struct table_cell *cell = mem_array(q->mem, struct table_cell, n * ONE_MONTHS);
	for (size_t i = 0; i < one->n_months; i++) {
		const struct one_month *m = &one->month[i];
		struct figure_value v = one_month_value(one, i, NULL);
		struct figure_words w = words_of(q, one, v);
		struct table_cell *row = cell + n * i;
		size_t k = 0;
		row[k++] = (struct table_cell){ .text = figures_month_words(q, m->from),
			.href = mem_printf(
				q->mem, "/desk/figures?month=%s", figures_month(q, m->from)) };
		row[k++] = (struct table_cell){ .text = w.value, .note = w.note };
		if (one->def->den[0])
			row[k++].text = w.base;
		if (one->story->is_from_answers)
			row[k++].text = figure_one_interval(q, one, v);
		if (one->story->has_gap)
			row[k].text = apart(q, m->sum, m->n);
	}
	p->months = (struct table){ .caption = N_("Month by month"),
		.hide_caption = true,
		.col = col,
		.n_cols = n,
		.cell = cell,
		.n_rows = one->n_months };
}

/* ---- units ----------------------------------------------------------------------------------------------- */

static struct one_unit
unit_of(struct req *q, const struct figure_one *one, const struct figure_unit *unit)
{
	enum { WHOLE = 1000 };
	struct figure_value v = one_value(one, unit ? unit->code : NULL);
	struct interval i;
	struct one_unit u = { .name = unit ? unit->name : desk_word(q, N_("The whole office")),
		.words = words_of(q, one, v),
		.interval = figure_one_interval(q, one, v),
		.is_office = !unit };
	u.has_bar = one->def->den[0] && figure_is_shown(one->def, v);
	if (u.has_bar)
		u.per_mille = figure_per_mille(v) < WHOLE ? figure_per_mille(v) : WHOLE;
	if (figure_one_bounds(one, v, &i)) {
		u.low = i.low;
		u.high = i.high;
	}
	return u;
}

/* In the order of the catalogue; those without anything are named in one sentence. */
static void
fill_units(struct req *q, const struct figure_one *one, const struct figure_unit *unit,
	size_t n_units, struct one_page *p)
{
	struct buf idle = buf_new(q->mem, 256);
	p->unit = mem_array(q->mem, struct one_unit, n_units + 1);
	for (size_t i = 0; i < n_units; i++) {
		if (!figure_one_is_idle(one, unit[i].code)) {
			p->unit[p->n_units++] = unit_of(q, one, &unit[i]);
			continue;
		}
		if (idle.n > 0)
			buf_text(&idle, desk_word(q, N_(", ")));
		buf_text(&idle, unit[i].name);
	}
	p->unit[p->n_units++] = unit_of(q, one, NULL);
	if (idle.n > 0)
		p->idle = SAY(q,
			one->def->is_apart ? N_("None, or fewer than 10 in each month: {units}.")
					   : N_("None in these months: {units}."),
			AX("units", idle.p));
}

/* ---- all of it -------------------------------------------------------------------------------------------- */

void
figure_one_fill(struct req *q, const struct figure_one *one, const struct figure_unit *unit,
	size_t n_units, struct one_page *out)
{
	*out = (struct one_page){ .def = one->def, .story = one->story };
	out->crumb[0] = (struct crumb){ "/desk/figures", N_("Figures") };
	out->crumb[1] = (struct crumb){ NULL, one->def->title };
	out->is_empty = one->n_months == 0;
	if (out->is_empty) {
		out->empty = (struct empty){ .icon = "chart",
			.title = N_("No month is full yet"),
			.text = N_("Each month stands here from its last day on."),
			.href = "/desk/figures",
			.label = N_("This month") };
		return;
	}
	fill_head(q, one, out);
	fill_ways(q, one, out);
	fill_count(q, one, out);
	figure_one_draw(q, one, &out->chart);
	fill_months(q, one, out);
	fill_units(q, one, unit, n_units, out);
	if (one->story->has_gap) {
		const struct figures_load l = { .sum = one->sum, .n_sums = one->n };
		if (!figures_gap(q, &l, false, out->bar, &out->gap))
			out->gap = NULL;
	}
}
