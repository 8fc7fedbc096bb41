/* SPDX-License-Identifier: Apache-2.0 */
/* rfig_pages.c - the figures of sittings over twelve full months: all of them, and each with its definition. In
 * public sittings are told as they are; counts of people from 1 to 4 are withheld, nothing is by receiver. */
#include "reception/rfig_pages.h"

#include "core/mem.h"
#include "exchange/book_write.h"
#include "exchange/csv_write.h"
#include "templates.h"

#include "core/banned.h"

#define DESK "/desk/reception/figures"

/* ---- what is loaded ------------------------------------------------------------------------------------- */

struct months {
	struct rfig_month
		m[ONE_MONTHS + 1]; /* full months, oldest first; behind them the running one */
	size_t n;                  /* of the full ones; 0: none yet */
	bool has_any;              /* a roster was published at all */
};

/* The full months of the last twelve in which a roster stood, and the running one. */
static enum xq_rc
months_load(struct req *q, const struct rfig_def *def, struct months *out, struct xq_err *err)
{
	int32_t first = 0, last = 0, running = rfig_first_of_month(desk_today(q));
	*out = (struct months){ .n = 0 };
	enum xq_rc rc = rfig_days(q->tx, q->office->id, &first, &last, err);
	if (rc != XQ_OK || first == 0)
		return rc;
	int32_t from = day_add_months(running, -ONE_MONTHS), oldest = rfig_first_of_month(first);
	while (from < oldest && from < running)
		from = day_add_months(from, 1);
	while (day_add_months(from, (int)out->n) < running)
		out->n++;
	out->has_any = true;
	return rfig_months(q->tx, q->office->id, def, from, out->m, out->n + 1, err);
}

/* ---- words ---------------------------------------------------------------------------------------------- */

static const char *
month_words(struct req *q, int32_t from)
{
	return SAY(q, N_("{year}, month {month}"),
		AX("year", mem_printf(q->mem, "%d", day_year(from))), AN("month", day_month(from)));
}

static bool
is_small(const struct rfig_def *d, int64_t n, bool is_public)
{
	return is_public && d->is_of_people && n > 0 && n < FIGURE_COUNT_MIN;
}

static const char *
count_words(struct req *q, const struct rfig_def *d, int64_t n, bool is_public)
{
	return figure_count_words(q, n, is_public && d->is_of_people);
}

/* 97.2%; NULL: over fewer than ten nobody draws a rate. */
static const char *
rate_words(struct req *q, const struct rfig_def *d, const struct rfig_month *m)
{
	struct figure_value v = { m->n[d->num], d->den == N_RF ? 0 : m->n[d->den] };
	return v.den < FIGURE_RATE_MIN ? NULL : figure_per_cent(q->mem, figure_per_mille(v));
}

/* A cell of the table of months: the count; of what is a share of something else its base too. */
static const char *
cell_words(struct req *q, const struct rfig_def *d, const struct rfig_month *m, bool is_public)
{
	if (d->num != RF_ASKED)
		return count_words(q, d, m->n[d->num], is_public);
	if (m->n[d->den] == 0)
		return NULL;
	if (is_public)
		return rate_words(q, d, m);
	return mem_printf(q->mem, "%lld / %lld", (long long)m->n[d->num], (long long)m->n[d->den]);
}

static const char *
period_words(struct req *q, const struct months *m)
{
	if (m->n == 0)
		return NULL;
	return SAY(q, N_("{from} to {to}, full months: {n}."), AN("n", (int64_t)m->n),
		AX("from", month_words(q, m->m[0].from)),
		AX("to", month_words(q, m->m[m->n - 1].from)));
}

static void
chart_fill(struct req *q, const struct months *m, const struct rfig_def *d, struct one_chart *out)
{
	int32_t from[ONE_MONTHS];
	int64_t n[ONE_MONTHS];
	for (size_t i = 0; i < m->n; i++) {
		from[i] = m->m[i].from;
		n[i] = m->m[i].n[d->num];
	}
	chart_of_counts(q, d->title, from, n, m->n, out);
}

/* ---- all figures ---------------------------------------------------------------------------------------- */

static void
defs_fill(struct req *q, struct rfig_page *p)
{
	for (const struct rfig_def *d = rfig_defs; d->id; d++) {
		if (p->is_public && !d->is_public)
			continue;
		p->href[p->n_defs] = p->is_public ? NULL : mem_printf(q->mem, DESK "/%s", d->id);
		p->def[p->n_defs++] = d;
	}
}

/* Newest first: that is what people look for. */
static void
table_fill(struct req *q, const struct months *m, struct rfig_page *p)
{
	size_t n_cols = 1 + p->n_defs;
	struct column *col = mem_array(q->mem, struct column, n_cols);
	struct table_cell *cell = mem_array(q->mem, struct table_cell, n_cols * (m->n + 1));
	col[0] = (struct column){ .label = N_("Month") };
	for (size_t k = 0; k < p->n_defs; k++)
		col[1 + k] = (struct column){ .label = p->def[k]->title, .form = COL_NUMBER };
	for (size_t i = 0; i < m->n; i++) {
		const struct rfig_month *month = &m->m[m->n - 1 - i];
		struct table_cell *row = cell + i * n_cols;
		row[0].text = month_words(q, month->from);
		for (size_t k = 0; k < p->n_defs; k++)
			row[1 + k].text = cell_words(q, p->def[k], month, p->is_public);
	}
	p->months = (struct table){ .caption = N_("Month by month"),
		.hide_caption = true,
		.col = col,
		.n_cols = n_cols,
		.cell = cell,
		.n_rows = m->n };
}

static void
heads_fill(struct req *q, const struct months *m, struct rfig_page *p)
{
	static const struct {
		const char *id, *icon;
	} heads[RFIG_HEADS] = { { "planned", "cal" }, { "held", "ok" }, { "missed", "late" },
		{ "visitors", "people" }, { "concerns", "doc" } };
	const struct rfig_month *now = &m->m[m->n];
	for (size_t i = 0; i < RFIG_HEADS; i++) {
		const struct rfig_def *d = rfig_find(str_of(heads[i].id));
		p->head[p->n_heads++] = (struct figure){ .label = d->title,
			.icon = heads[i].icon,
			.value = count_words(q, d, now->n[d->num], false),
			.href = mem_printf(q->mem, DESK "/%s", d->id) };
	}
	p->running = SAY(q, N_("{month}, up to today"), AX("month", month_words(q, now->from)));
}

static enum xq_rc
page_load(struct req *q, bool is_public, struct months *m, struct rfig_page *p, struct xq_err *err)
{
	p->is_public = is_public;
	p->empty = (struct empty){ .icon = "chart",
		.title = N_("No month is full yet"),
		.text = N_("Each month stands here from its last day on.") };
	enum xq_rc rc = months_load(q, NULL, m, err);
	if (rc != XQ_OK)
		return rc;
	defs_fill(q, p);
	p->period = period_words(q, m);
	if (m->n > 0) {
		chart_fill(q, m, rfig_find(STR("held")), &p->chart);
		table_fill(q, m, p);
	}
	return XQ_OK;
}

static enum xq_rc
desk_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct months *m = mem_new(q->mem, struct months);
	struct rfig_page *p = mem_new(q->mem, struct rfig_page);
	enum xq_rc rc = page_load(q, false, m, p, err);
	if (rc != XQ_OK)
		return rc;
	p->crumb[0] = (struct crumb){ "/desk/reception", N_("Receptions") };
	p->crumb[1] = (struct crumb){ NULL, N_("Figures of sittings") };
	p->csv = DESK ".csv";
	p->book = DESK ".xlsx";
	if (m->has_any)
		heads_fill(q, m, p);
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Figures of sittings"), NULL, &s);
	rfig_desk(&o, p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

static enum xq_rc
public_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct months *m = mem_new(q->mem, struct months);
	struct rfig_page *p = mem_new(q->mem, struct rfig_page);
	enum xq_rc rc = page_load(q, true, m, p, err);
	if (rc != XQ_OK)
		return rc;
	p->csv = "/reception/figures.csv";
	struct shell s = public_shell(q, desk_word(q, N_("Receptions in numbers")));
	s.is_wide = true;
	struct html_out o = public_begin(q, &s);
	rfig_public(&o, p);
	public_end(r, &o, &s);
	return XQ_OK;
}

/* ---- one figure ----------------------------------------------------------------------------------------- */

static struct rfig_month
sum_of(const struct months *m)
{
	struct rfig_month all = { .from = m->m[0].from };
	for (size_t i = 0; i < m->n; i++)
		for (size_t k = 0; k < N_RF; k++)
			all.n[k] += m->m[i].n[k];
	return all;
}

static struct figure
head_of(struct req *q, const struct rfig_def *d, const struct rfig_month *m, const char *label,
	const char *icon)
{
	struct figure f = {
		.label = label, .icon = icon, .value = count_words(q, d, m->n[d->num], false)
	};
	if (d->den == N_RF)
		return f;
	f.base = SAY(q, N_("of {n}"), AN("n", m->n[d->den]));
	const char *rate = rate_words(q, d, m);
	f.note = rate ? rate : desk_word(q, N_("fewer than 10, so no rate"));
	return f;
}

static void
one_table(struct req *q, const struct months *m, struct rfig_one_page *p)
{
	static const struct column cols[] = { { .label = N_("Month") },
		{ .label = N_("Count"), .form = COL_NUMBER },
		{ .label = N_("Over"), .form = COL_NUMBER },
		{ .label = N_("Rate"), .form = COL_NUMBER } };
	enum { COLS = sizeof cols / sizeof *cols };
	const struct rfig_def *d = p->def;
	size_t n_cols = d->den == N_RF ? 2 : COLS;
	struct table_cell *cell = mem_array(q->mem, struct table_cell, n_cols * m->n);
	for (size_t i = 0; i < m->n; i++) {
		const struct rfig_month *month = &m->m[m->n - 1 - i];
		struct table_cell *row = cell + i * n_cols;
		row[0].text = month_words(q, month->from);
		row[1].text = count_words(q, d, month->n[d->num], false);
		if (d->den == N_RF)
			continue;
		row[2].text = count_words(q, d, month->n[d->den], false);
		row[3].text = rate_words(q, d, month);
	}
	p->months = (struct table){ .caption = N_("Month by month"),
		.hide_caption = true,
		.col = cols,
		.n_cols = n_cols,
		.cell = cell,
		.n_rows = m->n };
}

static void
one_fill(struct req *q, const struct months *m, struct rfig_one_page *p)
{
	const struct rfig_def *d = p->def;
	struct rfig_month all = sum_of(m);
	p->head[p->n_heads++] = head_of(q, d, &all, N_("All these months"), "chart");
	p->head[p->n_heads++] =
		head_of(q, d, &m->m[m->n - 1], month_words(q, m->m[m->n - 1].from), "cal");
	p->head[p->n_heads++] = head_of(q, d, &m->m[m->n],
		SAY(q, N_("{month}, up to today"), AX("month", month_words(q, m->m[m->n].from))),
		"cal");
	p->counted_n = count_words(q, d, all.n[d->num], false);
	if (d->den != N_RF)
		p->over_n = count_words(q, d, all.n[d->den], false);
	chart_fill(q, m, d, &p->chart);
	one_table(q, m, p);
}

static enum xq_rc
one_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct months *m = mem_new(q->mem, struct months);
	struct rfig_one_page *p = mem_new(q->mem, struct rfig_one_page);
	p->def = rfig_find(req_place(q, 0));
	if (!p->def)
		return XQ_NONE;
	enum xq_rc rc = months_load(q, p->def, m, err);
	if (rc != XQ_OK)
		return rc;
	p->crumb[0] = (struct crumb){ "/desk/reception", N_("Receptions") };
	p->crumb[1] = (struct crumb){ DESK, N_("Figures of sittings") };
	p->crumb[2] = (struct crumb){ NULL, p->def->title };
	p->period = period_words(q, m);
	p->csv = DESK ".csv";
	p->empty = (struct empty){ .icon = "chart",
		.title = N_("No month is full yet"),
		.text = N_("Each month stands here from its last day on.") };
	if (m->n > 0)
		one_fill(q, m, p);
	struct shell s;
	struct html_out o = desk_page_begin(q, p->def->title, NULL, &s);
	rfig_one(&o, p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

/* ---- files ---------------------------------------------------------------------------------------------- */

enum { SHEET_COLS = 5 };
static const char *const sheet_heads[SHEET_COLS] = { N_("Month"), N_("Code"), N_("Figure"),
	N_("Count"), N_("Base") };

/* What is withheld says below which number it lies. */
static const char *
sheet_number(struct req *q, const struct rfig_def *d, int64_t n, bool is_public)
{
	return is_small(d, n, is_public) ? mem_printf(q->mem, "<%d", FIGURE_COUNT_MIN)
	                                 : mem_printf(q->mem, "%lld", (long long)n);
}

/* Two integers for each month and figure, never a quotient; where a rate is withheld, so are they. */
static size_t
sheet_fill(struct req *q, const struct months *m, bool is_public, const char **cell)
{
	size_t rows = 0;
	for (size_t i = 0; i < m->n; i++)
		for (const struct rfig_def *d = rfig_defs; d->id; d++) {
			const struct rfig_month *month = &m->m[i];
			const char **row = cell + rows * SHEET_COLS;
			if (is_public && !d->is_public)
				continue;
			rows++;
			row[0] = mem_printf(
				q->mem, "%04d-%02d", day_year(month->from), day_month(month->from));
			row[1] = d->id;
			row[2] = desk_word(q, d->title);
			if (is_public && d->num == RF_ASKED && month->n[d->den] < FIGURE_RATE_MIN) {
				row[4] = mem_printf(q->mem, "<%d", FIGURE_RATE_MIN);
				continue;
			}
			row[3] = sheet_number(
				q, d, month->n[d->num], is_public && d->num != RF_ASKED);
			if (d->den != N_RF)
				row[4] = sheet_number(q, d, month->n[d->den], false);
		}
	return rows;
}

static enum xq_rc
sheet_load(struct req *q, bool is_public, const char ***out, size_t *out_rows, struct xq_err *err)
{
	struct months *m = mem_new(q->mem, struct months);
	enum xq_rc rc = months_load(q, NULL, m, err);
	if (rc != XQ_OK)
		return rc;
	*out = mem_array(q->mem, const char *, SHEET_COLS *(m->n * RFIG_DEFS + 1));
	*out_rows = sheet_fill(q, m, is_public, *out);
	return XQ_OK;
}

static const char *
file_name(struct req *q, const char *ending)
{
	return mem_printf(q->mem, "%s.%s", desk_word(q, N_("reception-figures")), ending);
}

static enum xq_rc
csv_of(struct req *q, struct resp *r, bool is_public, struct xq_err *err)
{
	const char **cell;
	size_t rows = 0;
	enum xq_rc rc = sheet_load(q, is_public, &cell, &rows, err);
	if (rc != XQ_OK)
		return rc;
	struct buf b = buf_new(q->mem, 8192);
	buf_text(&b, "\xef\xbb\xbf"); /* spreadsheets read UTF-8 only with its mark */
	for (size_t i = 0; i < SHEET_COLS; i++)
		csv_cell(&b, desk_word(q, sheet_heads[i]), i + 1 < SHEET_COLS ? ',' : '\r');
	buf_char(&b, '\n');
	for (size_t i = 0; i < rows * SHEET_COLS; i++) {
		bool is_last = (i + 1) % SHEET_COLS == 0;
		csv_cell(&b, cell[i] ? cell[i] : "", is_last ? '\r' : ',');
		if (is_last)
			buf_char(&b, '\n');
	}
	resp_download(q, r, "text/csv; charset=utf-8", file_name(q, "csv"), buf_view(&b));
	return XQ_OK;
}

static enum xq_rc
csv_render(struct req *q, struct resp *r, struct xq_err *err)
{
	return csv_of(q, r, false, err);
}

static enum xq_rc
public_csv_render(struct req *q, struct resp *r, struct xq_err *err)
{
	return csv_of(q, r, true, err);
}

static enum xq_rc
book_render(struct req *q, struct resp *r, struct xq_err *err)
{
	const char **cell, *head[SHEET_COLS];
	size_t rows = 0;
	struct bytes file;
	enum xq_rc rc = sheet_load(q, false, &cell, &rows, err);
	for (size_t i = 0; i < SHEET_COLS; i++)
		head[i] = desk_word(q, sheet_heads[i]);
	if (rc == XQ_OK)
		rc = book_write(q->mem, mem_printf(q->mem, "%s/files", q->app->dir),
			&(struct book_table){ .title = desk_word(q, N_("Figures of sittings")),
				.head = head,
				.n_cols = SHEET_COLS,
				.cell = cell,
				.n_rows = rows },
			&file, err);
	if (rc != XQ_OK)
		return rc;
	resp_download(q, r, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		file_name(q, "xlsx"), str_n((const char *)file.p, file.n));
	return XQ_OK;
}

/* ---- views ---------------------------------------------------------------------------------------------- */

const struct view rfig_view = {
	.path = DESK, .who = PERM_STAFF, .render = desk_render, .title = N_("Figures of sittings")
};

const struct view rfig_one_view = { .path = DESK "/{id}",
	.who = PERM_STAFF,
	.render = one_render,
	.title = N_("One figure of sittings") };

const struct view rfig_csv_view = { .path = DESK ".csv",
	.who = PERM_STAFF,
	.render = csv_render,
	.title = N_("Figures of sittings as a table") };

const struct view rfig_book_view = { .path = DESK ".xlsx",
	.who = PERM_STAFF,
	.render = book_render,
	.title = N_("Figures of sittings as a workbook") };

const struct view rfig_public_view = { .path = "/reception/figures",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC,
	.render = public_render,
	.title = N_("Receptions in numbers") };

const struct view rfig_public_csv_view = { .path = "/reception/figures.csv",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC,
	.render = public_csv_render,
	.title = N_("Receptions in numbers as a table") };
