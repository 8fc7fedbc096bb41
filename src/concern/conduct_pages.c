/* SPDX-License-Identifier: Apache-2.0 */
/* conduct_pages.c - words of residents about staff, for the discipline officer alone. */
#include "concern/conduct_pages.h"

#include "concern/unmask.h"
#include "core/mem.h"
#include "core/parse.h"
#include "templates.h"

#include "core/banned.h"

enum { CONDUCT_PAGE = 30 };

static enum xq_rc
conduct_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct conduct list[CONDUCT_PAGE];
	struct conduct_page p = { .empty = { .icon = "shield",
					  .title = N_("Nobody has said anything about staff") } };
	int64_t before = 0;
	if (!parse_int(req_query(q, "before"), 1, INT64_MAX, &before))
		before = 0;
	enum xq_rc rc = conduct_list(
		q->tx, q->mem, q->app, &q->actor, before, list, CONDUCT_PAGE, &p.n, err);
	if (rc != XQ_OK)
		return rc;
	p.row = mem_array(q->mem, struct conduct_row, p.n + 1);
	for (size_t i = 0; i < p.n; i++) {
		char no[24];
		file_no_show(list[i].file_no, no);
		p.row[i] = (struct conduct_row){ .no = mem_text(q->mem, no),
			.unit = list[i].unit,
			.words = list[i].words,
			.at = list[i].at,
			.look_at = list[i].look_at,
			.look_why = list[i].look_at ? choice_label(unmask_reasons, list[i].look_why)
			                            : NULL };
	}
	if (p.n == CONDUCT_PAGE)
		p.more_href = mem_printf(
			q->mem, "/desk/conduct?before=%lld", (long long)list[p.n - 1].id);
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Words about staff"), NULL, &s);
	conduct_page(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view desk_conduct_view = { .path = "/desk/conduct",
	.who = PERM_DISCIPLINE,
	.render = conduct_render,
	.title = N_("Words about staff") };
