/* SPDX-License-Identifier: Apache-2.0 */
/* figures_csv.c - the figures of a month as a table for a spreadsheet: two integers, never a quotient. */
#include "core/mem.h"
#include "exchange/csv_write.h"
#include "insight/figures_int.h"

#include "core/banned.h"

/* What is withheld in public says below which number it lies. */
static void
put_numbers(struct buf *b, const struct figure_def *d, struct figure_value v, bool is_shown)
{
	bool is_rate = d->den[0] != NULL;
	if (is_shown)
		buf_int(b, v.num);
	else if (!is_rate)
		buf_printf(b, "<%d", FIGURE_COUNT_MIN);
	buf_char(b, ',');
	if (is_rate && is_shown)
		buf_int(b, v.den);
	else if (is_rate)
		buf_printf(b, "<%d", FIGURE_RATE_MIN * (d->den_each ? d->den_each : 1));
	buf_text(b, "\r\n");
}

static void
put_row(struct req *q, struct buf *b, const struct figures_load *l, const struct figure_def *d,
	const struct figure_unit *u, bool is_public)
{
	struct figure_value v = figure_value_of(d, l->sum, l->n_sums, u ? u->code : NULL);
	csv_cell(b, figures_month(q, l->from), ',');
	csv_cell(b, d->code, ',');
	csv_cell(b, desk_word(q, d->title), ',');
	csv_cell(b, u ? u->code : "", ',');
	csv_cell(b, u ? u->name : "", ',');
	put_numbers(b, d, v, !is_public || figure_is_shown(d, v));
}

void
figures_csv(struct req *q, struct resp *r, const struct figures_load *l, bool is_public)
{
	static const char *const heads[] = { N_("Month"), N_("Code"), N_("Figure"), N_("Unit code"),
		N_("Unit name"), N_("Count"), N_("Base") };
	enum { N_HEADS = sizeof heads / sizeof *heads };
	struct buf b = buf_new(q->mem, 16384);
	buf_text(&b, "\xef\xbb\xbf"); /* spreadsheets read UTF-8 only with its mark */
	for (size_t i = 0; i < N_HEADS; i++)
		csv_cell(&b, desk_word(q, heads[i]), i + 1 < N_HEADS ? ',' : '\r');
	buf_char(&b, '\n');
	for (const struct figure_def *d = figure_defs; d->code; d++) {
		if (!figures_is_shown(l, d, is_public))
			continue;
		put_row(q, &b, l, d, NULL, is_public);
		for (size_t i = 0; figures_by_unit(d, is_public) && i < l->n_units; i++)
			put_row(q, &b, l, d, &l->unit[i], is_public);
	}
	resp_download(q, r, "text/csv; charset=utf-8",
		mem_printf(q->mem, "%s-%s.csv", desk_word(q, N_("figures")),
			figures_month(q, l->from)),
		buf_view(&b));
}

static enum xq_rc
desk_csv_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct figures_load l;
	enum xq_rc rc = figures_load(q, figures_asked(q), &l, err);
	if (rc == XQ_OK)
		figures_csv(q, r, &l, false);
	return rc;
}

const struct view figures_csv_view = { .path = "/desk/figures.csv",
	.who = PERM_STAFF,
	.render = desk_csv_render,
	.title = N_("Figures as a table") };
