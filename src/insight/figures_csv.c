/* SPDX-License-Identifier: Apache-2.0 */
/* figures_csv.c - the figures of a month as a table for a spreadsheet: two integers, never a quotient. */
#include "insight/figures_int.h"

#include "core/mem.h"

#include "core/banned.h"

/* Quoted, so that commas and quotation marks in names stay inside. */
static void
put_cell(struct buf *b, const char *text, char end)
{
	buf_char(b, '"');
	for (const char *p = text; *p; p++) {
		if (*p == '"')
			buf_char(b, '"');
		buf_char(b, *p);
	}
	buf_char(b, '"');
	buf_char(b, end);
}

static void
put_row(struct req *q, struct buf *b, const struct figures_load *l, const struct figure_def *d,
	const struct figure_unit *u)
{
	struct figure_value v = figure_value_of(d, l->sum, l->n_sums, u ? u->code : NULL);
	bool is_shown = figure_is_shown(d, v);
	bool is_rate = d->den[0] != NULL;
	put_cell(b, figures_month(q, l->from), ',');
	put_cell(b, d->code, ',');
	put_cell(b, desk_word(q, d->title), ',');
	put_cell(b, u ? u->code : "", ',');
	put_cell(b, u ? u->name : "", ',');
	if (is_shown)
		buf_int(b, v.num);
	else if (!is_rate)
		buf_text(b, "<5");
	buf_char(b, ',');
	if (is_rate && is_shown)
		buf_int(b, v.den);
	else if (is_rate)
		buf_text(b, "<10");
	buf_text(b, "\r\n");
}

static enum xq_rc
csv_render(struct req *q, struct resp *r, struct xq_err *err)
{
	static const char *const heads[] = { N_("Month"), N_("Code"), N_("Figure"), N_("Unit code"),
		N_("Unit name"), N_("Count"), N_("Base") };
	enum { N_HEADS = sizeof heads / sizeof *heads };
	struct figures_load l;
	enum xq_rc rc = figures_load(q, &l, err);
	if (rc != XQ_OK)
		return rc;
	struct buf b = buf_new(q->mem, 16384);
	buf_text(&b, "\xef\xbb\xbf"); /* spreadsheets read UTF-8 only with its mark */
	for (size_t i = 0; i < N_HEADS; i++)
		put_cell(&b, desk_word(q, heads[i]), i + 1 < N_HEADS ? ',' : '\r');
	buf_char(&b, '\n');
	for (const struct figure_def *d = figure_defs; d->code; d++) {
		put_row(q, &b, &l, d, NULL);
		for (size_t i = 0; d->is_by_unit && i < l.n_units; i++)
			put_row(q, &b, &l, d, &l.unit[i]);
	}
	resp_download(q, r, "text/csv; charset=utf-8",
		mem_printf(
			q->mem, "%s-%s.csv", desk_word(q, N_("figures")), figures_month(q, l.from)),
		buf_view(&b));
	return XQ_OK;
}

const struct view figures_csv_view = { .path = "/desk/figures.csv",
	.who = PERM_STAFF,
	.render = csv_render,
	.title = N_("Figures as a table") };
