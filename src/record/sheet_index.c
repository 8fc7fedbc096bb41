/* SPDX-License-Identifier: Apache-2.0 */
/* sheet_index.c - what the office shows of itself: the sheets of all months, and where else to look. */
#include "core/mem.h"
#include "core/time.h"
#include "record/sheet_pages.h"
#include "templates.h"
#include "web/web.h"

#include "core/banned.h"

enum { MONTHS_MAX = 240 };

static struct sheet_item
item_of(struct req *q, const struct sheet *s)
{
	return (struct sheet_item){ .title = figures_month_words(q, s->month),
		.href = mem_printf(q->mem, "/public/%s", sheet_month_text(q, s->month)),
		.words = SAY(q, N_("published {day}"),
			AD("day", day_of(s->published_at, q->office->tz_s))),
		.is_corrected = s->ver > 1 };
}

/* The newest month that has begun and is not frozen: the running one, or the one before it. */
static enum xq_rc
fill_running(struct req *q, const struct sheet *newest, struct sheets_page *p, struct xq_err *err)
{
	int32_t first, month = sheet_month_of(desk_today(q));
	enum xq_rc rc = tally_first_day(q->tx, q->office->id, &first, err);
	if (rc != XQ_OK || first == 0)
		return rc;
	int32_t before = day_add_months(month, -1);
	if (first < month && (!newest || newest->month < before))
		month = before;
	p->running = figures_month_words(q, month);
	p->running_href = mem_printf(q->mem, "/public/%s", sheet_month_text(q, month));
	return XQ_OK;
}

static enum xq_rc
index_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct sheets_page p = {
		.empty = { .icon = "chart",
			.title = N_("No sheet is published yet"),
			.text = N_(
				"The first one stands here in the first days after the first full month.") }
	};
	struct sheet *s = mem_array(q->mem, struct sheet, MONTHS_MAX);
	size_t n;
	enum xq_rc rc = sheet_list(q->tx, q->mem, q->office->id, s, MONTHS_MAX, &n, err);
	if (rc == XQ_OK)
		rc = fill_running(q, n > 0 ? &s[0] : NULL, &p, err);
	if (rc != XQ_OK)
		return rc;
	p.item = mem_array(q->mem, struct sheet_item, n + 1);
	for (size_t i = 0; i < n; i++)
		p.item[p.n++] = item_of(q, &s[i]);
	struct shell shell = public_shell(q, desk_word(q, N_("In public")));
	shell.is_index = true;
	struct html_out o = public_begin(q, &shell);
	sheet_index(&o, &p);
	public_end(r, &o, &shell);
	return XQ_OK;
}

const struct view sheets_view = { .path = "/public",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC,
	.render = index_render,
	.title = N_("In public") };

/* ---- staff ------------------------------------------------------------------------------------------------------- */

static enum xq_rc
desk_render(struct req *q, struct resp *r, struct xq_err *err)
{
	static const struct did_text did[] = { { "publish",
		N_("The sheet is published and named in the record.") } };
	struct sheets_desk p = { .may_publish = actor_may(&q->actor, PERM_PUBLISH),
		.empty = { .icon = "chart", .title = N_("No sheet is published yet") } };
	struct sheet *s = mem_array(q->mem, struct sheet, MONTHS_MAX);
	int32_t *wait = mem_array(q->mem, int32_t, MONTHS_MAX);
	size_t n, n_wait;
	enum xq_rc rc = sheet_list(q->tx, q->mem, q->office->id, s, MONTHS_MAX, &n, err);
	if (rc == XQ_OK)
		rc = sheet_waiting(q->tx, q->office->id, wait, MONTHS_MAX, &n_wait, err);
	if (rc != XQ_OK)
		return rc;
	p.item = mem_array(q->mem, struct sheet_item, n + 1);
	p.wait = mem_array(q->mem, struct sheet_item, n_wait + 1);
	for (size_t i = 0; i < n; i++)
		p.item[p.n++] = item_of(q, &s[i]);
	for (size_t i = 0; i < n_wait; i++)
		p.wait[p.n_waiting++] =
			(struct sheet_item){ .title = figures_month_words(q, wait[i]),
				.href = mem_printf(q->mem, "/desk/sheets/publish?month=%s",
					sheet_month_text(q, wait[i])) };
	struct shell shell;
	struct html_out o = desk_page_begin(q, N_("Monthly sheets"), flash_did(q, did, 1), &shell);
	sheet_desk(&o, &p);
	desk_end(r, &o, &shell);
	return XQ_OK;
}

static enum xq_rc
publish_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	int32_t month;
	struct act_form f = act_form_of(q, &figures_publish, "/desk/sheets/publish");
	act_form_crumb(&f, "/desk/sheets", N_("Monthly sheets"));
	if (sheet_month_read(req_query(q, "month"), &month))
		act_form_default(&f, "month", day_text(q->mem, month));
	act_form_show(q, r, &f);
	return XQ_OK;
}

static enum xq_rc
publish_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r, "/desk/sheets?did=publish");
	return XQ_OK;
}

const struct view sheets_desk_view = { .path = "/desk/sheets",
	.who = PERM_STAFF,
	.render = desk_render,
	.title = N_("Monthly sheets") };

const struct view sheet_publish_view = { .path = "/desk/sheets/publish",
	.who = PERM_PUBLISH,
	.render = publish_render,
	.act = &figures_publish,
	.after = publish_after,
	.title = N_("Publish the sheet of a month") };

static enum xq_rc
count_waiting(
	struct tx *tx, const struct actor *actor, int64_t now, int64_t *out, struct xq_err *err)
{
	int32_t month[MENU_COUNT_MAX];
	size_t n = 0;
	(void)now;
	enum xq_rc rc = actor_may(actor, PERM_PUBLISH)
	                        ? sheet_waiting(tx, actor->office, month, MENU_COUNT_MAX, &n, err)
	                        : XQ_OK;
	*out = (int64_t)n;
	return rc;
}

const struct menu_item menu_sheets = { "/desk/sheets", N_("Monthly sheets"), "chart", PERM_STAFF,
	72, count_waiting, false, N_("{n} months wait for their public sheet") };
