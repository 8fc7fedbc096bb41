/* SPDX-License-Identifier: Apache-2.0 */
/* figures_fill.c - from the sums of a month to what the template shows. */
#include "core/mem.h"
#include "insight/figures_int.h"
#include "web/msg.h"

#include "core/banned.h"

struct filling {
	struct req *q;
	const struct figures_load *l;
	bool is_public;
};

/* A frozen row is what it is; one that is not there counts nothing. */
static struct figure_value
frozen_value(const struct figures *frozen, const char *id, const char *unit)
{
	const struct figures_row *row = figures_find_of(frozen, id, unit, NULL, NULL);
	return row ? (struct figure_value){ row->num, row->den > 0 ? row->den : 0 }
	           : (struct figure_value){ 0 };
}

static struct figure_value
value_of(const struct filling *f, const struct figure_def *d, const char *unit)
{
	if (f->l->frozen)
		return frozen_value(f->l->frozen, d->code, unit);
	return figure_value_of(d, f->l->sum, f->l->n_sums, unit);
}

/* What a code of the tally counts: in the record's words return-refused is return_refused. */
static int64_t
count_of(const struct filling *f, const char *code)
{
	if (!f->l->frozen)
		return figure_count(code, f->l->sum, f->l->n_sums, NULL);
	char *id = mem_text(f->q->mem, code);
	for (char *p = id; *p && *p != '.'; p++)
		if (*p == '-')
			*p = '_';
	return frozen_value(f->l->frozen, id, NULL).num;
}

/* What the frozen month does not have cannot be counted again from the record, and is not on its sheet. */
static bool
is_told(const struct filling *f, const struct figure_def *d)
{
	if (!figures_is_shown(f->l, d, f->is_public))
		return false;
	return !f->l->frozen || figures_find(f->l->frozen, d->code) != NULL;
}

static bool
is_column(const struct filling *f, const struct figure_def *d)
{
	return figures_by_unit(d, f->is_public) && is_told(f, d) &&
	       (!f->l->frozen || figures_has_parts(d->code));
}

static struct figure_words
words_of(const struct filling *f, const struct figure_def *d, const char *unit)
{
	return figure_words(f->q, d, value_of(f, d, unit), f->is_public);
}

const char *
figures_month_words(struct req *q, int32_t day)
{
	return SAY(q, N_("{month}/{year}"), AX("year", mem_printf(q->mem, "%d", day_year(day))),
		AX("month", mem_printf(q->mem, "%d", day_month(day))));
}

/* ---- the gap -------------------------------------------------------------------------------------- */

const char *
figures_points(struct req *q, int per_mille)
{
	int size = per_mille < 0 ? -per_mille : per_mille;
	return mem_printf(q->mem, "%s%d.%d", per_mille < 0 ? "−" : "", size / 10, size % 10);
}

bool
figures_gap(struct req *q, const struct figures_load *l, bool is_public,
	struct figure bar[GAP_BARS], const char **sentence)
{
	static const char *const codes[GAP_BARS] = { "claimed", "solved" };
	const struct filling f = { q, l, is_public };
	int per_mille[GAP_BARS];
	for (size_t i = 0; i < GAP_BARS; i++) {
		const struct figure_def *d = figure_find(codes[i]);
		struct figure_value v = value_of(&f, d, NULL);
		if (!figure_is_shown(d, v))
			return false;
		struct figure_words w = words_of(&f, d, NULL);
		per_mille[i] = figure_per_mille(v);
		bar[i] = (struct figure){ .label = d->title,
			.value = w.value,
			.base = w.base,
			.per_mille = per_mille[i],
			.is_heart = i == 1 };
		if (i != 1)
			continue;
		struct interval range = figure_interval(v);
		bar[i].low = range.low;
		bar[i].high = range.high;
		bar[i].note = SAY(q, N_("95% interval {low}–{high}"),
			AX("low", figure_per_cent(q->mem, range.low)),
			AX("high", figure_per_cent(q->mem, range.high)));
	}
	*sentence = SAY(q, N_("Closed is not solved: {points} points apart."),
		AX("points", figures_points(q, per_mille[0] - per_mille[1])));
	return true;
}

static struct html
lead_of(const struct filling *f, const struct figures_page *p)
{
	struct req *q = f->q;
	struct html_out o = html_new(q->mem, q->prefs.lang, q->office->tz_s);
	const struct msg_arg arg[] = {
		AX("month", figures_month_words(q, f->l->from)),
		AX("raised", words_of(f, figure_find("raised"), NULL).value),
		AX("closed", words_of(f, figure_find("closed"), NULL).value),
		AN("rated", value_of(f, figure_find("solved"), NULL).den),
		AX("claimed", p->n_bars ? p->bar[0].value : ""),
		AX("solved", p->n_bars ? p->bar[1].value : ""),
	};
	html_msg(&o, HTML_TEXT,
		p->n_bars
			? N_("In {month} residents raised <b>{raised}</b> concerns, and <b>{closed}</b> were closed. The units call <b>{claimed}</b> of these solved; of the {rated} residents who rated, <b>{solved}</b> do.")
			: N_("In {month} residents raised <b>{raised}</b> concerns, and <b>{closed}</b> were closed. What the units and what the residents say stands here as soon as 10 are closed and 10 are rated."),
		arg, p->n_bars ? 6 : 3);
	return html_view(&o);
}

static void
fill_gap(const struct filling *f, struct figures_page *p)
{
	if (figures_gap(f->q, f->l, f->is_public, p->bar, &p->gap))
		p->n_bars = GAP_BARS;
	p->lead = lead_of(f, p);
	int64_t silent = value_of(f, figure_find("unreached"), NULL).num;
	if (silent > 0)
		p->silent = SAY(f->q,
			N_("Not reached in three calls: {n}. They count neither as satisfied nor as unsatisfied."),
			AX("n", figure_count_words(f->q, silent, f->is_public)));
}

/* ---- the rates in one row -------------------------------------------------------------------------- */

static void
fill_head(const struct filling *f, struct figures_page *p)
{
	static const struct {
		const char *code, *icon;
	} head[HEAD_FIGURES] = { { "on_time", "ok" }, { "satisfaction", "star" },
		{ "unreached", "phone" }, { "redone", "redo" }, { "contacted", "talk" },
		{ "promises", "tick" } };
	for (size_t i = 0; i < HEAD_FIGURES; i++) {
		const struct figure_def *d = figure_find(head[i].code);
		struct figure_words w = words_of(f, d, NULL);
		p->head[i] = (struct figure){ .label = d->title,
			.icon = head[i].icon,
			.value = w.value,
			.base = w.base,
			.note = w.note,
			.href = mem_printf(f->q->mem, "#f-%s", d->code) };
	}
}

/* ---- each figure ----------------------------------------------------------------------------------- */

/* Only the reasons that were met; they add up to the numerator. */
static void
fill_reasons(const struct filling *f, struct figure_line *line)
{
	const struct choice *c = line->def->reasons;
	size_t n = 0;
	while (c && c[n].code)
		n++;
	struct reason_line *list = mem_array(f->q->mem, struct reason_line, n + 1);
	for (size_t i = 0; i < n; i++) {
		int64_t count =
			count_of(f, mem_printf(f->q->mem, "%s%s", line->def->num, c[i].code));
		if (count > 0)
			list[line->n_reasons++] = (struct reason_line){ c[i].label,
				figure_count_words(f->q, count, f->is_public) };
	}
	line->reason = list;
}

/* Beside a rate from answers: within which bounds it would lie if all had answered. */
static const char *
interval_of(const struct filling *f, const struct figure_def *d)
{
	struct figure_value v = value_of(f, d, NULL);
	bool is_answered = text_eq(d->code, "solved") || d->den_each;
	if (!is_answered || !figure_is_shown(d, v))
		return NULL;
	struct interval i = figure_interval_of(d, v);
	return SAY(f->q, N_("95% interval {low}–{high}"),
		AX("low", figure_per_cent(f->q->mem, i.low)),
		AX("high", figure_per_cent(f->q->mem, i.high)));
}

static struct figure_line
line_of(const struct filling *f, const struct figure_def *d)
{
	struct figure_line line = { .def = d, .words = words_of(f, d, NULL) };
	if (!f->is_public)
		line.href = mem_printf(f->q->mem, "/desk/figures/%s?month=%s", d->code,
			figures_month(f->q, f->l->from));
	if (d->beside)
		line.beside = SAY(f->q, d->beside_title,
			AX("n", figure_count_words(f->q, count_of(f, d->beside), f->is_public)));
	if (f->l->frozen)
		line.href = mem_printf(
			f->q->mem, "/public/%s/%s", figures_month(f->q, f->l->from), d->code);
	line.interval = interval_of(f, d);
	fill_reasons(f, &line);
	return line;
}

static void
fill_sections(const struct filling *f, struct figures_page *p)
{
	static const struct figure_section names[N_FIGURE_GROUPS] = {
		[FIGURES_CAME] = { "g-came", "talk", N_("What came in"), NULL },
		[FIGURES_DONE] = { "g-done", "scale", N_("What came of it"), NULL },
		[FIGURES_WAY] = { "g-way", "hand", N_("On the way"), NULL },
		[FIGURES_OUT] = { "g-out", "out", N_("Ended otherwise"),
			N_("Not closed, and in no rate above.") },
	};
	size_t n = 0;
	while (figure_defs[n].code)
		n++;
	for (size_t g = 0; g < N_FIGURE_GROUPS; g++) {
		struct figure_section *s = &p->section[g];
		*s = names[g];
		s->line = mem_array(f->q->mem, struct figure_line, n);
		for (size_t i = 0; i < n; i++)
			if ((size_t)figure_defs[i].group == g && is_told(f, &figure_defs[i]))
				s->line[s->n_lines++] = line_of(f, &figure_defs[i]);
	}
}

/* ---- units ----------------------------------------------------------------------------------------- */

/* Whether it handled anything in the month; the others are named in one sentence. */
static bool
is_active(const struct filling *f, const struct figure_unit *unit)
{
	const struct figures *frozen = f->l->frozen;
	for (size_t i = 0; frozen && i < frozen->n; i++)
		if (frozen->row[i].unit && text_eq(frozen->row[i].unit, unit->code))
			return true;
	for (size_t i = 0; !frozen && i < f->l->n_sums; i++)
		if (f->l->sum[i].n != 0 && text_eq(f->l->sum[i].unit, unit->code))
			return true;
	return false;
}

static struct table_cell
unit_cell(const struct filling *f, const struct figure_def *d, const char *code)
{
	struct figure_value v = value_of(f, d, code);
	struct figure_words w = words_of(f, d, code);
	struct table_cell cell = { .text = w.value, .note = w.base };
	if (!w.value && !w.base && v.den > 0)
		cell.note = desk_word(f->q, N_("fewer than 10"));
	return cell;
}

static void
fill_idle(const struct filling *f, struct figures_page *p)
{
	struct buf b = buf_new(f->q->mem, 256);
	for (size_t i = 0; i < f->l->n_units; i++) {
		if (is_active(f, &f->l->unit[i]))
			continue;
		if (b.n > 0)
			buf_text(&b, desk_word(f->q, N_(", ")));
		buf_text(&b, f->l->unit[i].name);
	}
	if (b.n > 0)
		p->idle = SAY(f->q, N_("Nothing of the month: {units}."), AX("units", b.p));
}

static void
fill_units(const struct filling *f, struct figures_page *p)
{
	enum { COLUMNS_MAX = 16 };
	struct column *col = mem_array(f->q->mem, struct column, COLUMNS_MAX);
	const struct figure_def *def[COLUMNS_MAX];
	size_t n = 0, rows = 0;
	col[n++] = (struct column){ .label = N_("Unit") };
	for (const struct figure_def *d = figure_defs; d->code; d++)
		if (is_column(f, d)) {
			xq_require(n < COLUMNS_MAX);
			def[n] = d;
			col[n++] = (struct column){ .label = d->title, .form = COL_NUMBER };
		}
	/* The last row is the office, with what is sealed. */
	struct table_cell *cell = mem_array(f->q->mem, struct table_cell, n * (f->l->n_units + 1));
	for (size_t u = 0; u <= f->l->n_units; u++) {
		const struct figure_unit *unit = u < f->l->n_units ? &f->l->unit[u] : NULL;
		if (unit && !is_active(f, unit))
			continue;
		struct table_cell *row = cell + n * rows++;
		row[0].text = unit ? unit->name : desk_word(f->q, N_("The whole office"));
		for (size_t k = 1; k < n; k++)
			row[k] = unit_cell(f, def[k], unit ? unit->code : NULL);
	}
	p->units = (struct table){ .caption = N_("Unit by unit"),
		.hide_caption = true,
		.col = col,
		.n_cols = n,
		.cell = cell,
		.n_rows = rows };
	fill_idle(f, p);
}

/* ---- all of it -------------------------------------------------------------------------------------- */

void
figures_fill(struct req *q, const struct figures_load *l, bool is_public, const char *path,
	struct figures_page *out)
{
	const struct filling f = { q, l, is_public };
	int32_t before = day_add_months(l->from, -1), after = day_add_months(l->from, 1);
	*out = (struct figures_page){ .is_public = is_public };
	out->heading =
		SAY(q, N_("Figures of {month}"), AX("month", figures_month_words(q, l->from)));
	out->period =
		l->is_running
			? SAY(q, N_("From {from} on. The month is not over; the figures still move."),
				  AD("from", l->from))
			: SAY(q, N_("From {from} to {to}. Later voiding and moved promises are taken up."),
				  AD("from", l->from), AD("to", l->to));
	if (l->first_month != 0 && before >= l->first_month) {
		out->prev.href = mem_printf(q->mem, "%s%s", path, figures_month(q, before));
		out->prev.words = figures_month_words(q, before);
	}
	if (after <= desk_today(q)) {
		out->next.href = mem_printf(q->mem, "%s%s", path, figures_month(q, after));
		out->next.words = figures_month_words(q, after);
	}
	out->csv.words = desk_word(q, N_("Table (CSV)"));
	fill_gap(&f, out);
	fill_head(&f, out);
	fill_sections(&f, out);
	fill_units(&f, out);
}
