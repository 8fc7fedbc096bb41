/* SPDX-License-Identifier: Apache-2.0 */
/* figure_one_pages.c - /desk/figures/{id}: for everybody who sees the figures of the month, from the same
 * counts, and with the same left untold. */
#include "core/mem.h"
#include "core/parse.h"
#include "exchange/book_write.h"
#include "exchange/csv_write.h"
#include "insight/figure_one.h"
#include "templates.h"

#include "core/banned.h"

/* The month of ?month=, today where none is named; false: no month, or none that has begun. */
static bool
month_asked(struct req *q, int32_t *out)
{
	struct str month = figures_asked(q);
	const char *first = mem_printf(q->mem, "%.*s-01", (int)month.n, month.p);
	return month.n == strlen("2026-09") && parse_day(str_of(first), out) &&
	       *out <= desk_today(q);
}

/* What all three show: XQ_NONE: no such figure or month. */
static enum xq_rc
load(struct req *q, struct figure_one *one, struct figure_unit **unit, size_t *n_units,
	struct xq_err *err)
{
	int32_t month;
	const struct figure_def *def = figure_look(req_place(q, 0));
	if (!def || !month_asked(q, &month))
		return XQ_NONE;
	enum xq_rc rc =
		figure_one_load(q->tx, q->mem, q->office->id, def, month, desk_today(q), one, err);
	return rc == XQ_OK ? figures_units(q, unit, n_units, err) : rc;
}

static enum xq_rc
page_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct figure_one one;
	struct figure_unit *unit;
	size_t n_units;
	enum xq_rc rc = load(q, &one, &unit, &n_units, err);
	if (rc != XQ_OK)
		return rc;
	struct one_page *p = mem_new(q->mem, struct one_page);
	figure_one_fill(q, &one, unit, n_units, p);
	struct shell s;
	struct html_out o = desk_page_begin(q, one.def->title, NULL, &s);
	figure_one_page(&o, p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

/* figures-answered-in-time-2026-10.csv */
static const char *
file_name(struct req *q, const struct figure_one *one, const char *ending)
{
	return mem_printf(q->mem, "%s-%s-%s.%s", desk_word(q, N_("figures")),
		desk_word(q, one->def->title), figures_month(q, one->to), ending);
}

static enum xq_rc
csv_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct figure_one one;
	struct figure_unit *unit;
	struct one_sheet s;
	size_t n_units;
	enum xq_rc rc = load(q, &one, &unit, &n_units, err);
	if (rc != XQ_OK)
		return rc;
	figure_one_sheet(q, &one, unit, n_units, &s);
	struct buf b = buf_new(q->mem, 8192);
	buf_text(&b, "\xef\xbb\xbf"); /* spreadsheets read UTF-8 only with its mark */
	for (size_t i = 0; i < ONE_COLUMNS; i++)
		csv_cell(&b, s.head[i], i + 1 < ONE_COLUMNS ? ',' : '\r');
	buf_char(&b, '\n');
	for (size_t i = 0; i < s.n_rows * ONE_COLUMNS; i++) {
		bool is_last = (i + 1) % ONE_COLUMNS == 0;
		csv_cell(&b, s.cell[i] ? s.cell[i] : "", is_last ? '\r' : ',');
		if (is_last)
			buf_char(&b, '\n');
	}
	resp_download(q, r, "text/csv; charset=utf-8", file_name(q, &one, "csv"), buf_view(&b));
	return XQ_OK;
}

static enum xq_rc
book_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct figure_one one;
	struct figure_unit *unit;
	struct one_sheet s;
	struct bytes file;
	size_t n_units;
	enum xq_rc rc = load(q, &one, &unit, &n_units, err);
	if (rc != XQ_OK)
		return rc;
	figure_one_sheet(q, &one, unit, n_units, &s);
	rc = book_write(q->mem, mem_printf(q->mem, "%s/files", q->app->dir),
		&(struct book_table){ .title = desk_word(q, one.def->title),
			.head = s.head,
			.n_cols = ONE_COLUMNS,
			.cell = s.cell,
			.n_rows = s.n_rows },
		&file, err);
	if (rc != XQ_OK)
		return rc;
	resp_download(q, r, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		file_name(q, &one, "xlsx"), str_n((const char *)file.p, file.n));
	return XQ_OK;
}

const struct view figure_one_view = { .path = "/desk/figures/{id}",
	.who = PERM_STAFF,
	.render = page_render,
	.title = N_("One figure") };

const struct view figure_one_csv_view = { .path = "/desk/figures/{id}.csv",
	.who = PERM_STAFF,
	.render = csv_render,
	.title = N_("One figure as a table") };

const struct view figure_one_book_view = { .path = "/desk/figures/{id}.xlsx",
	.who = PERM_STAFF,
	.render = book_render,
	.title = N_("One figure as a workbook") };
