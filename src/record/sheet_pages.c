/* SPDX-License-Identifier: Apache-2.0 */
/* sheet_pages.c - the month in public: as it was frozen; or, before that, from the tallies and marked so. */
#include "record/sheet_pages.h"
#include "core/mem.h"
#include "core/parse.h"
#include "exchange/csv_write.h"
#include "templates.h"
#include "web/web.h"

#include "core/banned.h"

enum xq_rc
sheet_asked(struct req *q, int32_t month, struct sheet *all, size_t *out_n, struct sheet *out,
	struct xq_err *err)
{
	struct str asked = req_query(q, "version");
	int64_t ver = 0;
	enum xq_rc rc = sheet_versions(q->tx, q->mem, q->office->id, month, all, out_n, err);
	if (rc != XQ_OK)
		return rc;
	if (asked.n > 0 && !parse_int(asked, 1, SHEET_VERSIONS_MAX, &ver))
		return XQ_NONE;
	for (size_t i = 0; i < *out_n; i++)
		if (ver == 0 || all[i].ver == ver) {
			*out = all[i];
			return sheet_open(q->tx, q->mem, q->office->id, out, err);
		}
	return XQ_NONE;
}

static enum xq_rc
page_load(struct req *q, struct sheet_page *p, struct xq_err *err)
{
	struct sheet *all = mem_array(q->mem, struct sheet, SHEET_VERSIONS_MAX), s;
	int32_t month;
	size_t n = 0;
	if (!sheet_month_read(req_place(q, 0), &month))
		return XQ_NONE;
	enum xq_rc rc = sheet_asked(q, month, all, &n, &s, err);
	if (rc == XQ_NONE && n == 0)
		return sheet_fill_running(q, req_place(q, 0), p, err);
	return rc == XQ_OK ? sheet_fill_frozen(q, &s, all, n, p, err) : rc;
}

static enum xq_rc
render(struct req *q, struct resp *r, bool is_print, struct xq_err *err)
{
	struct sheet_page *p = mem_new(q->mem, struct sheet_page);
	p->is_print = is_print;
	enum xq_rc rc = page_load(q, p, err);
	if (rc != XQ_OK)
		return rc;
	struct shell s = public_shell(q, p->month.heading);
	s.is_wide = true;
	s.is_index = p->is_frozen && !is_print;
	struct html_out o = public_begin(q, &s);
	sheet_month(&o, p);
	public_end(r, &o, &s);
	return XQ_OK;
}

static enum xq_rc
month_render(struct req *q, struct resp *r, struct xq_err *err)
{
	return render(q, r, false, err);
}

static enum xq_rc
print_render(struct req *q, struct resp *r, struct xq_err *err)
{
	return render(q, r, true, err);
}

/* ---- as a table ----------------------------------------------------------------------------------------------- */

/* What is withheld says below which number it lies. The document of the record holds it all. */
static void
put_numbers(struct buf *b, const struct figures *f, const struct figure_def *d,
	const struct figures_row *row)
{
	struct figure_value v = sheet_value(row);
	bool is_rate = d->den[0] != NULL, is_shown = sheet_is_shown(f, d, row);
	if (is_shown)
		buf_int(b, v.num);
	else if (!is_rate && !sheet_is_days(d))
		buf_printf(b, "<%d", FIGURE_COUNT_MIN);
	buf_char(b, ',');
	if (is_rate && is_shown)
		buf_int(b, v.den);
	else if (is_rate)
		buf_printf(b, "<%d", FIGURE_RATE_MIN * (d->den_each ? d->den_each : 1));
	buf_text(b, "\r\n");
}

/* The figure that a row is of; a reason counts like any plain count. */
static const struct figure_def *
def_of_row(const struct figures_row *row)
{
	static const struct figure_def reason = { .code = "reason", .title = N_("By reason") };
	const struct figure_def *d = sheet_def(row->id);
	return d ? d : &reason;
}

static void
put_row(struct req *q, struct buf *b, const struct sheet *s, const struct figures_row *row)
{
	const struct figure_def *d = def_of_row(row);
	csv_cell(b, sheet_month_text(q, s->month), ',');
	csv_cell(b, row->id, ',');
	csv_cell(b, desk_word(q, d->title), ',');
	csv_cell(b, row->unit ? row->unit : "", ',');
	csv_cell(b, row->zone ? row->zone : "", ',');
	csv_cell(b, row->class ? row->class : "", ',');
	put_numbers(b, &s->is.figures, d, row);
}

static enum xq_rc
frozen_csv(struct req *q, struct resp *r, const struct sheet *s)
{
	static const char *const heads[] = { N_("Month"), N_("Code"), N_("Figure"), N_("Unit code"),
		N_("Zone"), N_("Kind"), N_("Count"), N_("Base") };
	enum { N_HEADS = sizeof heads / sizeof *heads };
	const char *month = sheet_month_text(q, s->month);
	struct buf b = buf_new(q->mem, 16384);
	buf_text(&b, "\xef\xbb\xbf"); /* spreadsheets read UTF-8 only with its mark */
	for (size_t i = 0; i < N_HEADS; i++)
		csv_cell(&b, desk_word(q, heads[i]), i + 1 < N_HEADS ? ',' : '\r');
	buf_char(&b, '\n');
	for (size_t i = 0; i < s->is.figures.n; i++)
		put_row(q, &b, s, &s->is.figures.row[i]);
	resp_download(q, r, "text/csv; charset=utf-8",
		mem_printf(q->mem, "%s-%s.csv", desk_word(q, N_("figures")), month), buf_view(&b));
	return XQ_OK;
}

static enum xq_rc
csv_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct sheet *all = mem_array(q->mem, struct sheet, SHEET_VERSIONS_MAX), s;
	struct figures_load l;
	int32_t month;
	size_t n = 0;
	if (!sheet_month_read(req_place(q, 0), &month))
		return XQ_NONE;
	enum xq_rc rc = sheet_asked(q, month, all, &n, &s, err);
	if (rc == XQ_OK)
		return frozen_csv(q, r, &s);
	if (rc != XQ_NONE || n > 0)
		return rc;
	rc = figures_load(q, req_place(q, 0), &l, err);
	if (rc == XQ_OK && (l.first_month == 0 || l.from < l.first_month))
		return XQ_NONE;
	if (rc == XQ_OK)
		figures_csv(q, r, &l, true);
	return rc;
}

const struct view sheet_view = { .path = "/public/{month}",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC,
	.render = month_render,
	.title = N_("Figures") };

const struct view sheet_print_view = { .path = "/public/{month}.print",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC,
	.render = print_render,
	.title = N_("Figures on paper") };

const struct view sheet_csv_view = { .path = "/public/{month}.csv",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC,
	.render = csv_render,
	.title = N_("Figures as a table") };
