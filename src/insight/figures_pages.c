/* SPDX-License-Identifier: Apache-2.0 */
/* figures_pages.c - the month for everybody on staff. In public it is the sheet of record/, laid out the same. */
#include "core/mem.h"
#include "insight/figure_one.h"
#include "templates.h"

#include "core/banned.h"

static enum xq_rc
desk_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct figures_load l;
	struct figures_page p;
	enum xq_rc rc = figures_load(q, figures_asked(q), &l, err);
	if (rc != XQ_OK)
		return rc;
	figures_fill(q, &l, false, "/desk/figures?month=", &p);
	rc = figures_trend(q, &l, &p.trend, err);
	if (rc != XQ_OK)
		return rc;
	p.csv.href = mem_printf(q->mem, "/desk/figures.csv?month=%s", figures_month(q, l.from));
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Figures"), NULL, &s);
	figures_page(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

static const struct view figures_view = {
	.path = "/desk/figures", .who = PERM_STAFF, .render = desk_render, .title = N_("Figures")
};

static const struct menu_item menu_figures = { "/desk/figures", N_("Figures"), "chart", PERM_STAFF,
	70, NULL };

const struct module insight_module = {
	.name = "insight",
	.views = (const struct view *const[]){ &figures_view, &figures_csv_view, &sorts_view,
		&figure_one_view, &figure_one_csv_view, &figure_one_book_view, NULL },
	.menu = (const struct menu_item *const[]){ &menu_figures, NULL },
};
