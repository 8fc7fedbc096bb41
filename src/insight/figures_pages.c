/* SPDX-License-Identifier: Apache-2.0 */
/* figures_pages.c - the figures of a month for everybody on staff: the gap first, then each figure with
 * its two integers and its definition, then the units in the order of the catalogue. */
#include "insight/figures_int.h"

#include "core/mem.h"
#include "core/parse.h"
#include "templates.h"

#include "core/banned.h"

/* ---- loading -------------------------------------------------------------------------------------- */

const char *
figures_month(struct req *q, int32_t day)
{
	return mem_printf(q->mem, "%04d-%02d", day_year(day), day_month(day));
}

static int32_t
month_of(struct req *q)
{
	int32_t day;
	const char *asked = mem_printf(q->mem, "%s-01", str_text(q->mem, req_query(q, "month")));
	if (!parse_day(str_of(asked), &day))
		day = desk_today(q);
	return day_make(day_year(day), day_month(day), 1);
}

/* Neighbourhood committees stand under their station in public, so under one code with it. */
static bool
has_unit(const struct figures_load *l, const char *code)
{
	for (size_t i = 0; i < l->n_units; i++)
		if (text_eq(l->unit[i].code, code))
			return true;
	return false;
}

enum xq_rc
figures_load(struct req *q, struct figures_load *out, struct xq_err *err)
{
	struct unit *unit;
	size_t n;
	int32_t from = month_of(q);
	*out = (struct figures_load){ .from = from, .to = day_add(day_add_months(from, 1), -1) };
	enum xq_rc rc = unit_list(q->tx, q->mem, q->office->id, &unit, &n, err);
	if (rc != XQ_OK)
		return rc;
	out->unit = mem_array(q->mem, struct figure_unit, n + 1);
	for (size_t i = 0; i < n; i++)
		if (!has_unit(out, unit[i].public_code))
			out->unit[out->n_units++] =
				(struct figure_unit){ unit[i].public_code, unit[i].public_name };
	return tally_read(
		q->tx, q->mem, q->office->id, out->from, out->to, &out->sum, &out->n_sums, err);
}

/* ---- words ---------------------------------------------------------------------------------------- */

static const char *
per_cent(struct req *q, int per_mille)
{
	return mem_printf(q->mem, "%d.%d%%", per_mille / 10, per_mille % 10);
}

static const char *
count_words(struct req *q, int64_t n)
{
	return n > 0 && n < FIGURE_COUNT_MIN ? desk_word(q, N_("fewer than 5"))
	                                     : msg_number(q->mem, n);
}

/* Value and base of one figure, as far as they may be shown. */
static void
say_figure(struct req *q, const struct figure_def *d, struct figure_value v, const char **value,
	const char **base)
{
	bool is_rate = d->den[0] != NULL;
	*value = NULL;
	*base = NULL;
	if (!is_rate) {
		*value = count_words(q, v.num);
	} else if (figure_is_shown(d, v)) {
		*value = per_cent(q, figure_per_mille(v));
		*base = mem_printf(
			q->mem, "%s / %s", msg_number(q->mem, v.num), msg_number(q->mem, v.den));
	} else {
		*base = desk_word(q, v.den == 0 ? N_("none to count") : N_("fewer than 10"));
	}
}

/* ---- the page ------------------------------------------------------------------------------------- */

static void
fill_gap(struct req *q, const struct figures_load *l, struct figures_page *p)
{
	static const char *const codes[GAP_BARS] = { "claimed", "solved" };
	struct figure_value v[GAP_BARS];
	for (size_t i = 0; i < GAP_BARS; i++) {
		const struct figure_def *d = figure_find(codes[i]);
		v[i] = figure_value_of(d, l->sum, l->n_sums, NULL);
		if (!figure_is_shown(d, v[i])) {
			p->gap_sentence = desk_word(q,
				N_("What the units say and what the residents say stand side by side here as soon as 10 concerns are closed and 10 are rated."));
			return;
		}
		p->bar[i] = (struct figure){
			.label = d->title, .per_mille = figure_per_mille(v[i]), .is_heart = i == 1
		};
		say_figure(q, d, v[i], &p->bar[i].value, &p->bar[i].base);
	}
	p->n_bars = GAP_BARS;
	int gap = p->bar[0].per_mille - p->bar[1].per_mille;
	int size = gap < 0 ? -gap : gap;
	p->gap_sentence = SAY(q,
		N_("Of {closed} closed concerns the units call {claimed} solved; of {rated} residents who rated, {solved} do. The gap is {points} points."),
		AN("closed", v[0].den), AN("claimed", v[0].num), AN("rated", v[1].den),
		AN("solved", v[1].num),
		AX("points",
			mem_printf(q->mem, "%s%d.%d", gap < 0 ? "−" : "", size / 10, size % 10)));
}

static void
fill_reasons(struct req *q, const struct figures_load *l, struct figure_line *line)
{
	const struct choice *c = line->def->reasons;
	size_t n = 0;
	while (c && c[n].code)
		n++;
	struct reason_line *list = mem_array(q->mem, struct reason_line, n + 1);
	for (size_t i = 0; i < n; i++)
		list[i] = (struct reason_line){ c[i].label,
			count_words(q,
				figure_count(mem_printf(q->mem, "%s%s", line->def->num, c[i].code),
					l->sum, l->n_sums, NULL)) };
	line->reason = list;
	line->n_reasons = n;
}

static void
fill_lines(struct req *q, const struct figures_load *l, struct figures_page *p)
{
	size_t n = 0;
	while (figure_defs[n].code)
		n++;
	p->line = mem_array(q->mem, struct figure_line, n);
	for (size_t i = 0; i < n; i++) {
		const struct figure_def *d = &figure_defs[i];
		struct figure_line *line = &p->line[p->n_lines++];
		line->def = d;
		say_figure(q, d, figure_value_of(d, l->sum, l->n_sums, NULL), &line->value,
			&line->base);
		if (d->beside)
			line->beside = SAY(q, d->beside_title,
				AX("n", count_words(q,
						figure_count(d->beside, l->sum, l->n_sums, NULL))));
		fill_reasons(q, l, line);
	}
}

static void
fill_units(struct req *q, const struct figures_load *l, struct figures_page *p)
{
	enum { COLUMNS_MAX = 16 };
	struct column *col = mem_array(q->mem, struct column, COLUMNS_MAX);
	const struct figure_def *def[COLUMNS_MAX];
	size_t n = 0;
	col[n++] = (struct column){ .label = N_("Unit") };
	for (const struct figure_def *d = figure_defs; d->code; d++)
		if (d->is_by_unit) {
			xq_require(n < COLUMNS_MAX);
			def[n] = d;
			col[n++] = (struct column){ .label = d->title, .form = COL_NUMBER };
		}
	struct table_cell *cell = mem_array(q->mem, struct table_cell, n * l->n_units + 1);
	for (size_t u = 0; u < l->n_units; u++) {
		cell[u * n].text = l->unit[u].name;
		for (size_t k = 1; k < n; k++)
			say_figure(q, def[k],
				figure_value_of(def[k], l->sum, l->n_sums, l->unit[u].code),
				&cell[u * n + k].text, &cell[u * n + k].note);
	}
	p->units = (struct table){ .caption = N_("Unit by unit"),
		.hide_caption = true,
		.col = col,
		.n_cols = n,
		.cell = cell,
		.n_rows = l->n_units };
}

static enum xq_rc
figures_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct figures_load l;
	enum xq_rc rc = figures_load(q, &l, err);
	if (rc != XQ_OK)
		return rc;
	const char *year = mem_printf(q->mem, "%d", day_year(l.from)),
		   *month = mem_printf(q->mem, "%d", day_month(l.from));
	const char *path = "/desk/figures?month=";
	int32_t before = day_add_months(l.from, -1), after = day_add_months(l.from, 1);
	struct figures_page p = {
		.heading =
			SAY(q, N_("Figures, {month}/{year}"), AX("year", year), AX("month", month)),
		.csv_href =
			mem_printf(q->mem, "/desk/figures.csv?month=%s", figures_month(q, l.from)),
		.pager = { .prev = mem_printf(q->mem, "%s%s", path, figures_month(q, before)),
			.next = after <= desk_today(q)
		                        ? mem_printf(q->mem, "%s%s", path, figures_month(q, after))
		                        : NULL,
			.words = figures_month(q, l.from) },
	};
	fill_gap(q, &l, &p);
	fill_lines(q, &l, &p);
	fill_units(q, &l, &p);
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Statistics"), NULL, &s);
	figures_page(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

static const struct view figures_view = { .path = "/desk/figures",
	.who = PERM_STAFF,
	.render = figures_render,
	.title = N_("Statistics") };

static const struct menu_item menu_figures = { "/desk/figures", N_("Statistics"), "chart",
	PERM_STAFF, 70, NULL };

const struct module insight_module = {
	.name = "insight",
	.views = (const struct view *const[]){ &figures_view, &figures_csv_view, NULL },
	.menu = (const struct menu_item *const[]){ &menu_figures, NULL },
};
