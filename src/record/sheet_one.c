/* SPDX-License-Identifier: Apache-2.0 */
/* sheet_one.c - one figure of a published month: its definition, the entries behind it, and the same number
 * counted anew from the record at this moment; and all figures of the month so. */
#include "core/mem.h"
#include "core/parse.h"
#include "core/time.h"
#include "record/entry_words.h"
#include "record/sheet_pages.h"
#include "templates.h"
#include "web/msg.h"
#include "web/web.h"

#include "core/banned.h"

/* A published month, counted anew from the record up to where it was frozen and over the entry there. */
struct again {
	struct sheet s;
	struct figures figures;
	struct figures_hits hits; /* of the one figure that is asked for */
	bool is_whole;
	const char *command;
};

/* id: the figure whose entries are wanted; NULL: none. */
static enum xq_rc
again_count(struct req *q, const char *id, struct again *a, struct xq_err *err)
{
	struct figures_walk *w;
	enum xq_rc rc =
		sheet_walk_take(q->app, q->tx, q->mem, q->office->id, a->s.size + 1, &w, err);
	if (rc != XQ_OK)
		return rc;
	if (figures_walk_size(w) < a->s.size) {
		rc = xq_fault(err, "record.form", "a sheet of size %lld, a record of %lld",
			(long long)a->s.size, (long long)figures_walk_size(w));
	} else {
		a->is_whole = figures_is_whole(w, &a->s.is.period);
		figures_count(w, q->mem, &a->s.is.period, &a->figures);
		if (id)
			figures_events(w, q->mem, &a->s.is.period,
				&(struct figures_row){ .id = id }, &a->hits);
	}
	sheet_walk_give(q->app);
	return rc;
}

static enum xq_rc
again_load(struct req *q, const char *id, struct again *a, struct xq_err *err)
{
	struct sheet *all = mem_array(q->mem, struct sheet, SHEET_VERSIONS_MAX);
	int32_t month;
	size_t n;
	if (!sheet_month_read(req_place(q, 0), &month))
		return XQ_NONE;
	enum xq_rc rc = sheet_asked(q, month, all, &n, &a->s, err);
	if (rc == XQ_OK)
		rc = sheet_command(q, &a->s, &a->command, err);
	return rc == XQ_OK ? again_count(q, id, a, err) : rc;
}

static bool
is_same(const struct figures_row *a, const struct figures_row *b)
{
	return a && b && a->num == b->num && a->den == b->den;
}

/* ---- one figure ------------------------------------------------------------------------------------------------ */

static const char *
adds_words(struct req *q, const struct figure_def *d, const struct figures_hit *h)
{
	if (sheet_is_days(d))
		return SAY(q, N_("{n} days"), AN("n", h->num));
	if (!d->den[0])
		return mem_printf(q->mem, "+%lld", (long long)h->num);
	return mem_printf(q->mem, "+%lld / +%lld", (long long)h->num, (long long)h->den);
}

/* A hit's own bytes say what it is; a page holds a hundred of them at most. */
static enum xq_rc
fill_hit(struct req *q, const struct figure_def *d, const struct figures_hit *h,
	struct sheet_hit *out, struct xq_err *err)
{
	struct event_seen e;
	struct str bytes;
	enum xq_rc rc = record_entry(q->tx, q->mem, q->office->id, h->seq, &bytes, &e, err);
	if (rc != XQ_OK)
		return rc;
	const char *title = entry_title(e.kind);
	*out = (struct sheet_hit){
		.no = mem_printf(q->mem, "%lld", (long long)h->seq),
		.href = mem_printf(q->mem, "/record/%lld", (long long)h->seq),
		.kind = title ? desk_word(q, title) : str_text(q->mem, e.kind),
		.day = str_text(q->mem, str_n(e.at_text.p, 10)),
		.adds = adds_words(q, d, h),
	};
	return XQ_OK;
}

static enum xq_rc
fill_hits(struct req *q, const struct again *a, struct sheet_one *p, struct xq_err *err)
{
	const struct figures_hits all = a->hits;
	int64_t after = -1;
	size_t first = 0;
	struct str asked = req_query(q, "after");
	if (asked.n > 0 && !parse_int(asked, 0, INT64_MAX, &after))
		return XQ_NONE;
	while (first < all.n && all.hit[first].seq <= after)
		first++;
	enum xq_rc rc = XQ_OK;
	for (size_t i = first; rc == XQ_OK && i < all.n && p->n_hits < SHEET_HITS; i++)
		rc = fill_hit(q, p->def, &all.hit[i], &p->hit[p->n_hits++], err);
	p->count = msg_number(q->mem, (int64_t)all.n);
	if (first + p->n_hits < all.n)
		p->pager.next = mem_printf(q->mem, "%s/%s?after=%lld", p->back, p->def->code,
			(long long)all.hit[first + p->n_hits - 1].seq);
	if (first > 0)
		p->pager.prev = mem_printf(q->mem, "%s/%s", p->back, p->def->code);
	return rc;
}

static void
fill_reasons(struct req *q, const struct figures *f, struct sheet_one *p)
{
	const struct choice *c = p->def->reasons;
	size_t n = 0;
	while (c && c[n].code)
		n++;
	struct reason_line *list = mem_array(q->mem, struct reason_line, n + 1);
	for (size_t i = 0; i < n; i++) {
		const char *id = mem_printf(q->mem, "%s%s", p->def->num, c[i].code);
		const struct figures_row *row = figures_find(f, id);
		if (row)
			list[p->n_reasons++] = (struct reason_line){ c[i].label,
				figure_count_words(q, row->num, true) };
	}
	p->reason = list;
}

/* Whether both numbers may be read here: the record has them, but a page withholds what is small. */
static bool
may_show(const struct again *a, const struct figure_def *d, const struct figures_row *frozen,
	const struct figures_row *again)
{
	return sheet_is_shown(&a->s.is.figures, d, frozen) &&
	       (!again || sheet_is_shown(&a->figures, d, again));
}

static enum xq_rc
one_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct again a;
	struct sheet_one *p = mem_new(q->mem, struct sheet_one);
	const char *id = str_text(q->mem, req_place(q, 1));
	p->def = sheet_def(id);
	if (!p->def)
		return XQ_NONE;
	enum xq_rc rc = again_load(q, p->def->code, &a, err);
	const struct figures_row *frozen = rc == XQ_OK ? figures_find(&a.s.is.figures, id) : NULL;
	if (rc != XQ_OK || !frozen)
		return rc == XQ_OK ? XQ_NONE : rc;
	const struct figures_row *again = figures_find(&a.figures, id);
	p->words = sheet_figure_words(q, &a.s.is.figures, p->def, frozen);
	p->month = figures_month_words(q, a.s.month);
	p->back = mem_printf(q->mem, "/public/%s", sheet_month_text(q, a.s.month));
	p->is_same = is_same(frozen, again);
	p->is_few = !may_show(&a, p->def, frozen, again);
	/* a plain count is its own number: it is not said twice */
	bool is_count = frozen->den == FIGURES_NO_DEN;
	p->frozen = p->is_few || is_count ? NULL : sheet_numbers(q, frozen);
	p->again = p->is_few ? NULL : sheet_numbers(q, again);
	if (p->again && sheet_is_days(p->def))
		p->again = sheet_figure_words(q, &a.figures, p->def, again).value;
	p->command = a.command;
	fill_reasons(q, &a.s.is.figures, p);
	if (!p->is_few)
		rc = fill_hits(q, &a, p, err);
	if (rc != XQ_OK)
		return rc;
	struct shell s = public_shell(q, desk_word(q, p->def->title));
	s.is_wide = true;
	struct html_out o = public_begin(q, &s);
	sheet_one(&o, p);
	public_end(r, &o, &s);
	return XQ_OK;
}

/* ---- all of them ------------------------------------------------------------------------------------------------- */

static void
again_row(struct req *q, struct table_cell *cell, const struct again *a,
	const struct figures_row *frozen)
{
	const struct figure_def *d = sheet_def(frozen->id);
	const struct figures_row *again = figures_find(&a->figures, frozen->id);
	bool is_open = may_show(a, d, frozen, again);
	const char *small = desk_word(q, d->den[0] ? N_("fewer than 10") : N_("fewer than 5"));
	bool same = is_same(frozen, again);
	cell[0].text = desk_word(q, d->title);
	cell[1].text = is_open ? sheet_numbers(q, frozen) : small;
	cell[2].text = is_open ? sheet_numbers(q, again) : small;
	cell[3] = (struct table_cell){ .text = same ? N_("the same") : N_("differs"),
		.light = same ? LIGHT_OK : LIGHT_LATE,
		.has_light = true };
}

static void
again_table(struct req *q, const struct again *a, struct sheet_again *p)
{
	enum { COLUMNS = 4 };
	static const struct column cols[COLUMNS] = { { .label = N_("Figure") },
		{ .label = N_("As published"), .form = COL_NUMBER },
		{ .label = N_("Counted just now"), .form = COL_NUMBER },
		{ .label = N_("Comparison") } };
	const struct figures *f = &a->s.is.figures;
	struct table_cell *cell = mem_array(q->mem, struct table_cell, COLUMNS * (f->n + 1));
	size_t n = 0;
	for (size_t i = 0; i < f->n; i++) {
		const struct figure_def *d = sheet_def(f->row[i].id);
		if (d && !f->row[i].unit && !f->row[i].zone && !f->row[i].class)
			again_row(q, cell + COLUMNS * n++, a, &f->row[i]);
	}
	p->rows = (struct table){ .caption = N_("Published and counted again"),
		.hide_caption = true,
		.col = cols,
		.n_cols = COLUMNS,
		.cell = cell,
		.n_rows = n };
}

static enum xq_rc
again_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct again a;
	struct sheet_again p = { 0 };
	const struct figures_row *x, *y;
	enum xq_rc rc = again_load(q, NULL, &a, err);
	if (rc != XQ_OK)
		return rc;
	p.is_same = !figures_differ(&a.s.is.figures, &a.figures, &x, &y) && a.is_whole;
	p.month = figures_month_words(q, a.s.month);
	p.back = mem_printf(q->mem, "/public/%s", sheet_month_text(q, a.s.month));
	p.entries = msg_number(q->mem, a.s.size);
	p.doc = a.s.doc;
	p.command = a.command;
	p.verdict =
		p.is_same
			? SAY(q, N_("All {n} numbers of the sheet came out the same."),
				  AN("n", (int64_t)a.figures.n))
			: desk_word(q,
				  N_("The record says something else than the sheet. Please tell the office, and keep a copy of the record."));
	again_table(q, &a, &p);
	struct shell s = public_shell(q, desk_word(q, N_("Counted again")));
	s.is_wide = true;
	struct html_out o = public_begin(q, &s);
	sheet_again(&o, &p);
	public_end(r, &o, &s);
	return XQ_OK;
}

/* The first of them walks the whole record: counted as a try of whoever asks. */
const struct view sheet_one_view = { .path = "/public/{month}/{figure}",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC | VIEW_LIMITED,
	.render = one_render,
	.title = N_("One figure of a month") };

const struct view sheet_again_view = { .path = "/public/{month}/again",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC | VIEW_LIMITED,
	.render = again_render,
	.title = N_("Counted again") };
