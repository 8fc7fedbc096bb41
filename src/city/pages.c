/* SPDX-License-Identifier: Apache-2.0 */
/* pages.c - the city in public: its frozen month, one figure office by office, the same added up again. They
 * belong to no office, so they stand at the root of the server and are read from one document. */
#include "city/city_pages.h"
#include "concern/desk.h"
#include "core/mem.h"
#include "core/parse.h"
#include "insight/month.h"
#include "templates.h"
#include "web/shell.h"

#include "core/banned.h"

/* What every page of the city loads. */
struct asked {
	struct city city;
	struct districts districts;
	struct city_sheet sheet;
	const char *month; /* "2026-10" */
	const char *words; /* 2026年10月 */
};

/* XQ_NONE: no city here, or no such month. has_sheet NULL: there must be one. */
static enum xq_rc
asked_load(struct req *q, struct asked *a, bool *has_sheet, struct xq_err *err)
{
	int32_t month = 0;
	struct str text = req_query(q, "month");
	if (text.n > 0 &&
		!parse_day(str_of(mem_printf(q->mem, "%.*s-01", (int)text.n, text.p)), &month))
		return XQ_NONE;
	enum xq_rc rc = q->tx ? XQ_OK : db_read(q->app->db, &q->tx, err); /* ended by the server */
	if (rc == XQ_OK)
		rc = city_load(q->tx, q->mem, &a->city, err);
	if (rc != XQ_OK)
		return rc;
	/* What the city shows changes with its acts, and times are in its zone; links name no office. */
	rc = req_belongs(q, app_office(q->app, a->city.office), err);
	if (rc == XQ_OK)
		rc = district_list(q->tx, q->mem, &a->districts, err);
	if (rc != XQ_OK)
		return rc;
	rc = city_sheet_load(q->tx, q->mem, a->city.office, month, &a->sheet, err);
	if (has_sheet)
		*has_sheet = rc == XQ_OK;
	if (rc == XQ_NONE && has_sheet && month == 0)
		return XQ_OK;
	if (rc != XQ_OK)
		return rc;
	a->month = mem_textn(q->mem, day_text(q->mem, a->sheet.month), 7);
	a->words = figures_month_words(q, a->sheet.month);
	return XQ_OK;
}

static struct shell
city_shell(struct req *q, const struct asked *a, const char *title)
{
	return (struct shell){ .title = title,
		.office = a->city.name,
		.office_short = a->city.name,
		.path = req_here(q),
		.tab = "public",
		.is_wide = true,
		.elder = q->prefs.elder,
		.high_contrast = q->prefs.high_contrast,
		.theme = (int)q->prefs.theme };
}

static struct html_out
city_begin(struct req *q, struct shell *s)
{
	struct html_out o = html_new(q->mem, q->prefs.lang, q->office->tz_s);
	o.base = "";
	o.today = day_of(q->now, q->office->tz_s);
	resident_open(&o, s);
	return o;
}

static void
city_end(struct resp *r, struct html_out *o, struct shell *s)
{
	resident_close(o, s);
	resp_html(r, o);
}

/* ---- rows of one figure ------------------------------------------------------------------------------------ */

/* The rows of an id: they lie together, the city's first. */
static const struct city_row *
rows_of(const struct city_rows *all, const char *id, size_t *out_n)
{
	size_t from = 0;
	while (from < all->n && !text_eq(all->row[from].id, id))
		from++;
	size_t to = from;
	while (to < all->n && text_eq(all->row[to].id, id))
		to++;
	*out_n = to - from;
	return &all->row[from];
}

static struct figure_value
value_of(const struct city_row *r)
{
	return (struct figure_value){ r->num, r->den == FIGURES_NO_DEN ? 0 : r->den };
}

static struct figure_words
words_of(struct req *q, const struct figure_def *def, const struct city_row *r, bool is_shown)
{
	if (is_shown)
		return figure_words(q, def, value_of(r), true);
	return (struct figure_words){ .note = desk_word(q, N_("withheld")) };
}

static int64_t
each_of(const struct figure_def *def)
{
	return def->den_each ? def->den_each : 1;
}

static void
interval_of(
	struct req *q, const struct figure_def *def, const struct city_row *r, struct city_line *l)
{
	struct figure_value v = value_of(r);
	if (!l->words.value || !def->den[0] || v.den == 0)
		return;
	struct interval i = figure_interval_of(def, v);
	l->low = figure_per_cent(q->mem, i.low);
	l->high = figure_per_cent(q->mem, i.high);
}

/* ---- the month ----------------------------------------------------------------------------------------------- */

/* Of the city, or of one district: the row of it, shown or not. */
static void
fill_lines(struct req *q, const struct asked *a, const char *district, struct city_page *p)
{
	const struct city_rows *all = &a->sheet.is.rows;
	for (const struct figure_def *def = figure_defs; def->code; def++)
		p->n_lines++;
	p->line = mem_array(q->mem, struct city_line, p->n_lines + 1);
	p->n_lines = 0;
	for (const struct figure_def *def = figure_defs; def->code; def++) {
		size_t n, at = 0;
		const struct city_row *row = rows_of(all, def->code, &n);
		while (district && at < n &&
			(row[at].office || !row[at].district ||
				!text_eq(row[at].district, district)))
			at++;
		if (at >= n)
			continue;
		bool *shown = mem_array(q->mem, bool, n);
		city_shown(q->mem, row, n, each_of(def), shown);
		struct city_line *l = &p->line[p->n_lines++];
		*l = (struct city_line){ .def = def,
			.href = mem_printf(
				q->mem, "/city/figures/%s?month=%s", def->code, a->month),
			.words = words_of(q, def, &row[at], shown[at]) };
		interval_of(q, def, &row[at], l);
	}
}

static void
fill_links(struct req *q, const struct asked *a, const char *district, struct city_page *p)
{
	p->district = mem_array(q->mem, struct city_link, a->districts.n + 1);
	for (size_t i = 0; i < a->districts.n; i++) {
		const struct district *d = &a->districts.row[i];
		p->district[p->n_districts++] = (struct city_link){
			mem_printf(q->mem, "/city/%s?month=%s", d->code, a->month), d->name,
			district && text_eq(district, d->code)
		};
	}
}

static enum xq_rc
fill_months(struct req *q, const struct asked *a, struct city_page *p, struct xq_err *err)
{
	int32_t month[CITY_MONTHS];
	enum xq_rc rc = city_months(q->tx, a->city.office, month, &p->n_others, err);
	p->other = mem_array(q->mem, struct city_link, p->n_others + 1);
	for (size_t i = 0; rc == XQ_OK && i < p->n_others; i++) {
		const char *text = mem_textn(q->mem, day_text(q->mem, month[i]), 7);
		p->other[i] = (struct city_link){ mem_printf(q->mem, "/city?month=%s", text), text,
			month[i] == a->sheet.month };
	}
	return rc;
}

/* Why it is missing is said below: nobody knows whether it has published. */
static bool
is_told_apart(const struct city_page *p, const struct office_info *o)
{
	for (size_t i = 0; i < p->n_apart; i++)
		if (text_eq(p->apart[i].code, o->code) && p->apart[i].is_missing)
			return true;
	return false;
}

static void
fill_sheet(struct req *q, const struct asked *a, const char *district, struct city_page *p)
{
	const struct city_doc *d = &a->sheet.is;
	const struct office_info *lead = app_office(q->app, a->city.office);
	struct buf b = buf_new(q->mem, 128);
	for (size_t i = 0; i < d->n_sources; i++)
		p->n_offices += !district || text_eq(district, d->source[i].district);
	for (size_t i = 0; i < d->n_missing; i++) {
		const struct office_info *o = app_office_by_code(q->app, str_of(d->missing[i]));
		if (o && is_told_apart(p, o))
			continue;
		buf_text(&b, b.n > 0 ? desk_word(q, N_(", ")) : "");
		buf_text(&b, o ? o->name : d->missing[i]);
		if (o && o->place == PLACE_GONE)
			buf_text(&b, SAY(q, N_(" (in another cell: {address})"),
					     AX("address", o->address)));
	}
	p->month = a->words;
	p->missing = b.n > 0 && !district ? buf_view(&b).p : NULL;
	p->published_at = a->sheet.published_at;
	p->ver = a->sheet.ver;
	p->doc = a->sheet.doc;
	p->doc_href =
		mem_printf(q->mem, "/o/%s/log/%s/doc/%s", lead->code, lead->code, a->sheet.doc);
	p->again_href = mem_printf(q->mem, "/city/sheet/again?month=%s", a->month);
}

static enum xq_rc
city_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct asked a = { 0 };
	struct city_page p = { 0 };
	const struct district *d = NULL;
	bool has_sheet = false;
	enum xq_rc rc = asked_load(q, &a, &has_sheet, err);
	if (rc != XQ_OK)
		return rc;
	if (q->n_places > 0 &&
		!(d = district_find(&a.districts, str_text(q->mem, req_place(q, 0)))))
		return XQ_NONE;
	p.title = d ? d->name : a.city.name;
	p.is_empty = !has_sheet;
	if (has_sheet) {
		const char *code = d ? d->code : NULL;
		fill_lines(q, &a, code, &p);
		fill_links(q, &a, code, &p);
		rc = apart_lines(q, &a.city, code, &a.sheet.is, &p, err);
		if (rc == XQ_OK)
			rc = fill_months(q, &a, &p, err);
		if (rc == XQ_OK)
			fill_sheet(q, &a, code, &p);
	}
	if (rc != XQ_OK)
		return rc;
	if (d) {
		p.up = a.city.name;
		p.up_href = has_sheet ? mem_printf(q->mem, "/city?month=%s", a.month) : "/city";
	}
	struct shell s = city_shell(q, &a, p.title);
	s.is_index = true;
	struct html_out o = city_begin(q, &s);
	city_page(&o, &p);
	city_end(r, &o, &s);
	return XQ_OK;
}

/* ---- one figure, office by office ----------------------------------------------------------------------------- */

static struct table_cell
name_cell(struct req *q, const struct asked *a, const struct city_row *r)
{
	const struct office_info *o =
		r->office ? app_office_by_code(q->app, str_of(r->office)) : NULL;
	const struct district *d = r->district ? district_find(&a->districts, r->district) : NULL;
	if (r->office)
		return (struct table_cell){ .text = o ? o->name : r->office,
			.href = mem_printf(q->mem, "/o/%s/public/%s", r->office, a->month) };
	if (r->district)
		return (struct table_cell){ .text = d ? d->name : r->district,
			.note = desk_word(q, N_("the district together")) };
	return (struct table_cell){ .text = a->city.name,
		.note = desk_word(q, N_("the city together")) };
}

static void
fill_table(struct req *q, const struct asked *a, const struct figure_def *def,
	const struct city_row *row, size_t n, struct city_one_page *p)
{
	static const struct column cols[] = { { .label = N_("Office") },
		{ .label = N_("Value"), .form = COL_NUMBER },
		{ .label = N_("Numbers"), .form = COL_NUMBER } };
	bool *shown = mem_array(q->mem, bool, n);
	const size_t n_cols = def->den[0] ? 3 : 2; /* a count is its own number */
	struct table_cell *cell = mem_array(q->mem, struct table_cell, n_cols * n);
	city_shown(q->mem, row, n, each_of(def), shown);
	for (size_t i = 0; i < n; i++) {
		struct figure_words w = words_of(q, def, &row[i], shown[i]);
		struct table_cell *c = &cell[n_cols * i];
		c[0] = name_cell(q, a, &row[i]);
		c[1] = (struct table_cell){ .text = w.value, .note = w.note };
		if (n_cols > 2)
			c[2] = (struct table_cell){ .text = w.base };
		p->is_withheld |= !shown[i];
	}
	p->total = words_of(q, def, &row[0], shown[0]);
	p->table = (struct table){ .caption = def->title,
		.hide_caption = true,
		.col = cols,
		.n_cols = n_cols,
		.cell = cell,
		.n_rows = n };
}

static enum xq_rc
one_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct asked a = { 0 };
	size_t n = 0;
	enum xq_rc rc = asked_load(q, &a, NULL, err);
	const struct figure_def *def = figure_look(req_place(q, 0));
	if (rc != XQ_OK)
		return rc;
	const struct city_row *row = def ? rows_of(&a.sheet.is.rows, def->code, &n) : NULL;
	if (n == 0)
		return XQ_NONE;
	struct city_one_page p = {
		.def = def, .back = mem_printf(q->mem, "/city?month=%s", a.month), .month = a.words
	};
	fill_table(q, &a, def, row, n, &p);
	struct shell s = city_shell(q, &a, desk_word(q, def->title));
	struct html_out o = city_begin(q, &s);
	city_one_page(&o, &p);
	city_end(r, &o, &s);
	return XQ_OK;
}

/* ---- added up again --------------------------------------------------------------------------------------------- */

static void
fill_sources(struct req *q, const struct asked *a, struct city_again_page *p)
{
	static const struct column cols[] = { { .label = N_("Office") },
		{ .label = N_("Version"), .form = COL_NUMBER },
		{ .label = N_("Fingerprint (SHA-256)"), .form = COL_CODE } };
	const struct city_doc *d = &a->sheet.is;
	struct table_cell *cell = mem_array(q->mem, struct table_cell, 3 * d->n_sources + 1);
	for (size_t i = 0; i < d->n_sources; i++) {
		const struct city_source *s = &d->source[i];
		const struct office_info *o = app_office_by_code(q->app, str_of(s->office));
		cell[3 * i] = (struct table_cell){ .text = o ? o->name : s->office,
			.href = mem_printf(q->mem, "/o/%s/public/%s?version=%lld", s->office,
				a->month, (long long)s->ver) };
		cell[3 * i + 1] = (struct table_cell){ .text = mem_printf(
							       q->mem, "%lld", (long long)s->ver) };
		cell[3 * i + 2] = (struct table_cell){ .text = s->doc };
	}
	p->table = (struct table){ .caption = N_("The sheets that were added up just now"),
		.hide_caption = true,
		.col = cols,
		.n_cols = 3,
		.cell = cell,
		.n_rows = d->n_sources };
}

static enum xq_rc
again_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct asked a = { 0 };
	struct city_rows rows;
	enum xq_rc rc = asked_load(q, &a, NULL, err);
	if (rc == XQ_OK)
		rc = city_make_again(q->app, q->tx, q->mem, &a.city, &a.sheet.is, &rows, err);
	if (rc != XQ_OK)
		return rc;
	const struct city_row *other = city_differ(&a.sheet.is.rows, &rows);
	struct city_again_page p = { .back = mem_printf(q->mem, "/city?month=%s", a.month),
		.month = a.words,
		.doc = a.sheet.doc,
		.n_sheets = a.sheet.is.n_sources,
		.n_rows = rows.n,
		.is_same = !other,
		.differs = other ? other->id : NULL };
	fill_sources(q, &a, &p);
	struct shell s = city_shell(q, &a, desk_word(q, N_("Added up again")));
	struct html_out o = city_begin(q, &s);
	city_again_page(&o, &p);
	city_end(r, &o, &s);
	return XQ_OK;
}

/* clang-format off */
#define CITY_VIEW(var, path_, render_, flags_, title_)                                             \
	static const struct view var = { .path = (path_), .who = PERM_ANYBODY,                     \
		.flags = VIEW_NO_OFFICE | (flags_), .render = (render_), .title = (title_) }

CITY_VIEW(city_view,     "/city",              city_render,  VIEW_PUBLIC,            N_("The city"));
CITY_VIEW(district_view, "/city/{district}",   city_render,  VIEW_PUBLIC,            N_("A district of the city"));
CITY_VIEW(one_view,      "/city/figures/{id}", one_render,   VIEW_PUBLIC,            N_("A figure of the city"));
CITY_VIEW(again_view,    "/city/sheet/again",  again_render, VIEW_LIMITED, N_("Added up again"));
/* clang-format on */

const struct view *const city_views[] = { &city_view, &district_view, &one_view, &again_view,
	&city_board_view, &city_publish_view, NULL };
