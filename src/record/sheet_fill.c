/* SPDX-License-Identifier: Apache-2.0 */
/* sheet_fill.c - a month as it was frozen, laid out; and one that is not frozen yet, from the tallies. */
#include "concern/desk.h"
#include "concern/zone.h"
#include "core/mem.h"
#include "core/time.h"
#include "record/entry_words.h"
#include "record/sheet_pages.h"
#include "web/msg.h"
#include "web/web.h"

#include "core/banned.h"

const char *
sheet_month_text(struct req *q, int32_t month)
{
	return figures_month(q, month);
}

/* ---- versions ---------------------------------------------------------------------------------------------- */

static const char *
reason_words(const char *code)
{
	for (const struct choice *c = sheet_reasons; code && c->code; c++)
		if (text_eq(c->code, code))
			return c->label;
	return NULL;
}

static void
fill_versions(struct req *q, const struct sheet *s, const struct sheet *all, size_t n,
	struct sheet_page *p)
{
	const char *month = sheet_month_text(q, s->month);
	for (size_t i = 0; i < n; i++)
		p->version[p->n_versions++] = (struct sheet_version){
			.words = SAY(q, N_("Version {n}, published {day}"), AN("n", all[i].ver),
				AD("day", day_of(all[i].published_at, q->office->tz_s))),
			.href = all[i].ver == s->ver ? NULL
			                             : mem_printf(q->mem, "/public/%s?version=%lld",
							       month, (long long)all[i].ver),
			.why = reason_words(all[i].why),
			.note = all[i].note
		};
}

static struct table_cell
change_cell(struct req *q, const struct figures *f, const struct figure_def *d,
	const struct figures_row *row)
{
	struct figure_words w = { 0 };
	if (d && row)
		w = sheet_figure_words(q, f, d, row);
	return (struct table_cell){ .text = w.value, .note = w.base ? w.base : w.note };
}

/* The office's rows in which two versions differ, side by side. */
static void
fill_changes(struct req *q, const struct sheet *old, const struct sheet *new, struct sheet_page *p)
{
	enum { COLUMNS = 3 };
	struct column *col = mem_array(q->mem, struct column, COLUMNS);
	struct table_cell *cell =
		mem_array(q->mem, struct table_cell, COLUMNS * (new->is.figures.n + 1));
	size_t n = 0;
	col[0] = (struct column){ .label = N_("Figure") };
	col[1] = (struct column){ .label = SAY(q, N_("Version {n}"), AN("n", old->ver)),
		.form = COL_NUMBER };
	col[2] = (struct column){ .label = SAY(q, N_("Version {n}"), AN("n", new->ver)),
		.form = COL_NUMBER };
	for (size_t i = 0; i < new->is.figures.n; i++) {
		const struct figures_row *b = &new->is.figures.row[i];
		const struct figure_def *d = sheet_def(b->id);
		const struct figures_row *a = figures_find(&old->is.figures, b->id);
		if (!d || b->unit || b->zone || b->class ||
			(a && a->num == b->num && a->den == b->den))
			continue;
		cell[COLUMNS * n].text = desk_word(q, d->title);
		cell[COLUMNS * n + 1] = change_cell(q, &old->is.figures, d, a);
		cell[COLUMNS * n + 2] = change_cell(q, &new->is.figures, d, b);
		n++;
	}
	p->changes = (struct table){ .caption = N_("What differs"),
		.hide_caption = true,
		.col = col,
		.n_cols = COLUMNS,
		.cell = cell,
		.n_rows = n };
}

/* ---- parts of the office -------------------------------------------------------------------------------------- */

static struct figure
bar_of(struct req *q, const char *label, int64_t n, int64_t most)
{
	bool is_shown = n >= FIGURE_COUNT_MIN;
	return (struct figure){ .label = label,
		.value = figure_count_words(q, n, true),
		.per_mille = is_shown && most > 0 ? (int)(1000 * n / most) : 0 };
}

static int64_t
raised_in(const struct figures *f, const char *zone, const char *class)
{
	const struct figures_row *r = figures_find_of(f, "raised", NULL, zone, class);
	return r ? r->num : 0;
}

/* In the order of the catalogue: nothing is ranked. */
static void
fill_classes(struct req *q, const struct figures *f, struct sheet_page *p)
{
	size_t n = 0;
	int64_t most = 0;
	for (; concern_classes[n].code; n++) {
		int64_t here = raised_in(f, NULL, concern_classes[n].code);
		most = here > most ? here : most;
	}
	p->class = mem_array(q->mem, struct figure, n + 1);
	for (size_t i = 0; i < n && most >= FIGURE_COUNT_MIN; i++)
		p->class[p->n_classes++] = bar_of(q, concern_classes[i].label,
			raised_in(f, NULL, concern_classes[i].code), most);
}

static enum xq_rc
fill_zones(struct req *q, const struct figures *f, struct sheet_page *p, struct xq_err *err)
{
	struct zone *z;
	size_t n_z;
	enum xq_rc rc = zone_list(q->tx, q->mem, q->office->id, &z, &n_z, err);
	if (rc != XQ_OK)
		return rc;
	int64_t most = 0;
	p->zone = mem_array(q->mem, struct figure, f->n + 1);
	for (size_t i = 0; i < f->n; i++)
		if (f->row[i].zone && text_eq(f->row[i].id, "raised") && f->row[i].num > most)
			most = f->row[i].num;
	for (size_t i = 0; i < f->n && most >= FIGURE_COUNT_MIN; i++)
		if (f->row[i].zone && text_eq(f->row[i].id, "raised"))
			p->zone[p->n_zones++] =
				bar_of(q, zone_name(z, n_z, f->row[i].zone), f->row[i].num, most);
	return XQ_OK;
}

static void
fill_promises(struct req *q, const struct figures *f, struct sheet_page *p)
{
	enum { SQUARES_MAX = 200 };
	const struct figures_row *r = figures_find(f, "promises");
	if (!r || r->den < FIGURE_RATE_MIN || r->den > SQUARES_MAX)
		return;
	p->n_promises = (size_t)r->den;
	p->kept = mem_array(q->mem, int, p->n_promises);
	for (int64_t i = 0; i < r->num; i++)
		p->kept[i] = 1;
}

static void
fill_lines(struct req *q, const struct sheet *s, struct sheet_page *p)
{
	size_t n = 0;
	while (sheet_defs[n].code)
		n++;
	p->line = mem_array(q->mem, struct sheet_line, n + 1);
	for (size_t i = 0; i < n; i++) {
		const struct figures_row *row = figures_find(&s->is.figures, sheet_defs[i].code);
		if (!row)
			continue;
		p->line[p->n_lines++] = (struct sheet_line){ .def = &sheet_defs[i],
			.words = sheet_figure_words(q, &s->is.figures, &sheet_defs[i], row),
			.href = mem_printf(q->mem, "/public/%s/%s", sheet_month_text(q, s->month),
				sheet_defs[i].code) };
	}
}

/* ---- months before -------------------------------------------------------------------------------------------- */

/* Only what was frozen is drawn beside what is frozen. */
static enum xq_rc
fill_trend(struct req *q, const struct sheet *s, struct gap_trend *t, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	struct sheet *all = mem_array(q->mem, struct sheet, SHEET_VERSIONS_MAX);
	for (int i = TREND_MONTHS - 1; rc == XQ_OK && i >= 0; i--) {
		struct sheet then = *s;
		size_t n = 1;
		if (i > 0) {
			rc = sheet_versions(q->tx, q->mem, q->office->id,
				day_add_months(s->month, -i), all, &n, err);
			then = all[0];
			if (rc == XQ_OK && n > 0)
				rc = sheet_open(q->tx, q->mem, q->office->id, &then, err);
		}
		if (rc == XQ_OK && n > 0)
			figures_trend_add(q, t, then.month,
				sheet_value(figures_find(&then.is.figures, "claimed")),
				sheet_value(figures_find(&then.is.figures, "solved")));
	}
	figures_trend_end(q, t);
	return rc;
}

/* ---- all of it --------------------------------------------------------------------------------------------------- */

enum xq_rc
sheet_command(struct req *q, const struct sheet *s, const char **out, struct xq_err *err)
{
	const char *origin, *vkey;
	enum xq_rc rc = record_name(q->tx, q->mem, q->office->id, &origin, &vkey, err);
	if (rc == XQ_OK)
		*out = mem_printf(
			q->mem, "xinqiao record verify https://%s --vkey %s", s->is.origin, vkey);
	return rc;
}

static enum xq_rc
fill_proof(struct req *q, const struct sheet *s, struct sheet_page *p, struct xq_err *err)
{
	const char *month = sheet_month_text(q, s->month);
	p->entries = msg_number(q->mem, s->size);
	p->doc = s->doc;
	p->doc_href = mem_printf(q->mem, "/log/%s/doc/%s", q->office->code, s->doc);
	p->again_href = mem_printf(q->mem, "/public/%s/again", month);
	p->print_href = mem_printf(q->mem, "/public/%s.print", month);
	return sheet_command(q, s, &p->command, err);
}

enum xq_rc
sheet_fill_frozen(struct req *q, const struct sheet *s, const struct sheet *all, size_t n_all,
	struct sheet_page *p, struct xq_err *err)
{
	struct figures_load l = {
		.from = s->month, .to = day_add(s->is.period.to, -1), .frozen = &s->is.figures
	};
	int32_t first;
	enum xq_rc rc = tally_first_day(q->tx, q->office->id, &first, err);
	if (rc == XQ_OK)
		rc = figures_units(q, &l.unit, &l.n_units, err);
	if (rc != XQ_OK)
		return rc;
	l.first_month = first ? sheet_month_of(first) : 0;
	figures_fill(q, &l, true, "/public/", &p->month);
	p->is_frozen = true;
	p->month.period = SAY(q,
		N_("From {from} to {to}, published {day}. It does not change any more; a correction stands beside it."),
		AD("from", l.from), AD("to", l.to),
		AD("day", day_of(s->published_at, q->office->tz_s)));
	p->month.csv.href = mem_printf(q->mem, "/public/%s.csv", sheet_month_text(q, s->month));
	fill_versions(q, s, all, n_all, p);
	fill_classes(q, &s->is.figures, p);
	fill_promises(q, &s->is.figures, p);
	fill_lines(q, s, p);
	rc = fill_zones(q, &s->is.figures, p, err);
	if (rc == XQ_OK)
		rc = fill_proof(q, s, p, err);
	if (rc == XQ_OK)
		rc = sheet_fill_box(q, s->month, &p->box, err);
	if (rc == XQ_OK)
		rc = fill_trend(q, s, &p->month.trend, err);
	if (rc == XQ_OK && n_all > 1) {
		/* the shown one beside the one before it, or the first beside its correction */
		size_t at = 0;
		while (all[at].ver != s->ver)
			at++;
		struct sheet other = all[at + 1 < n_all ? at + 1 : at - 1];
		rc = sheet_open(q->tx, q->mem, q->office->id, &other, err);
		if (rc == XQ_OK)
			fill_changes(q, other.ver < s->ver ? &other : s,
				other.ver < s->ver ? s : &other, p);
	}
	return rc;
}

enum xq_rc
sheet_fill_running(struct req *q, struct str month, struct sheet_page *p, struct xq_err *err)
{
	struct figures_load l;
	enum xq_rc rc = figures_load(q, month, &l, err);
	if (rc == XQ_OK && (l.first_month == 0 || l.from < l.first_month))
		return XQ_NONE;
	if (rc != XQ_OK)
		return rc;
	figures_fill(q, &l, true, "/public/", &p->month);
	p->month.csv.href = mem_printf(q->mem, "/public/%s.csv", sheet_month_text(q, l.from));
	p->state = desk_word(q,
		l.is_running
			? N_("Not fixed yet: the month runs, and the figures are counted anew each day.")
			: N_("Not fixed yet: the month is over, and its sheet is published in the first days of the next one."));
	return figures_trend(q, &l, &p->month.trend, err);
}
