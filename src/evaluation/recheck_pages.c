/* SPDX-License-Identifier: Apache-2.0 */
/* recheck_pages.c - the desk: draws step by step, the list of second calls, and the page of one of them. */
#include "concern/book.h"
#include "core/mem.h"
#include "evaluation/draw_pages.h"
#include "templates.h"

#include "core/banned.h"

enum { DRAWS_MAX = 60, QUEUE_MAX = 100 };

static const struct did_text dids[] = {
	{ "announced", N_("Announced. It goes on when the record has grown far enough.") },
	{ "seeded", N_("What decides it is known. Now it can be drawn.") },
	{ "drawn", N_("Drawn. The second calls are waiting.") },
	{ "called", N_("The second call is noted.") },
};

static const struct flash *
did(struct req *q)
{
	return flash_did(q, dids, sizeof dids / sizeof *dids);
}

/* ---- draws ------------------------------------------------------------------------------------------ */

static enum xq_rc
list_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct draw *d = mem_array(q->mem, struct draw, DRAWS_MAX);
	struct draw_list_page p = { .card = mem_array(q->mem, struct draw_card, DRAWS_MAX),
		.is_desk = true };
	enum xq_rc rc = draw_list(q->tx, q->mem, q->office->id, d, DRAWS_MAX, &p.n, err);
	if (rc != XQ_OK)
		return rc;
	for (size_t i = 0; i < p.n; i++)
		p.card[i] = draw_card_of(q, &d[i], "/desk/draws");
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Draws"), did(q), &s);
	desk_draw_list_page(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

static const struct view list_view = {
	.path = "/desk/draws", .who = PERM_EVALUATE, .render = list_render, .title = N_("Draws")
};

static enum xq_rc
new_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	int32_t last = day_add_months(desk_today(q), -1);
	struct act_form f = act_form_of(q, &draw_announce, "/desk/draws/new");
	act_form_crumb(&f, "/desk/draws", N_("Draws"));
	act_form_default(
		&f, "month", mem_printf(q->mem, "%04d-%02d", day_year(last), day_month(last)));
	act_form_show(q, r, &f);
	return XQ_OK;
}

static enum xq_rc
new_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r,
		mem_printf(
			q->mem, "/desk/draws/%s?did=announced", act_result_get(q->call, "code")));
	return XQ_OK;
}

static const struct view new_view = { .path = "/desk/draws/new",
	.who = PERM_EVALUATE,
	.render = new_render,
	.act = &draw_announce,
	.after = new_after,
	.title = N_("Announce a draw") };

/* Whether the record has passed S and is signed there. */
static enum xq_rc
is_reached(struct req *q, const struct draw *d, bool *out, struct xq_err *err)
{
	struct checkpoint c;
	enum xq_rc rc = checkpoint_from(q->tx, q->mem, q->office->id, d->size, &c, err);
	*out = rc == XQ_OK;
	return rc == XQ_NONE ? XQ_OK : rc;
}

static enum xq_rc
one_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct draw d;
	struct draw_page *p = mem_new(q->mem, struct draw_page);
	enum xq_rc rc = draw_by_code(q->tx, q->mem, q->office->id, req_place(q, 0), &d, err);
	if (rc == XQ_OK)
		rc = draw_page_load(q, &d, false, p, err);
	if (rc == XQ_OK)
		rc = is_reached(q, &d, &p->is_reached, err);
	if (rc != XQ_OK)
		return rc;
	p->announced_by = d.announced_name;
	p->seeded_by = d.seeded_name;
	p->public_href = mem_printf(q->mem, "/draws/%s", d.code);
	p->may_seed = d.state == DRAW_ANNOUNCED;
	p->may_finish = d.state == DRAW_SEEDED;
	p->csrf = q->csrf;
	p->idem = req_idem_key(q);
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("A draw"), did(q), &s);
	desk_draw_page(&o, p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

static const struct view one_view = { .path = "/desk/draws/{code}",
	.who = PERM_EVALUATE,
	.render = one_render,
	.title = N_("A draw") };

static enum xq_rc
fill_draw(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	(void)err;
	extra[(*n_extra)++] = (struct form_pair){ .name = STR("draw"), .value = req_place(q, 0) };
	return XQ_OK;
}

static const char *
step_path(struct req *q, const char *rest)
{
	struct str code = req_place(q, 0);
	return mem_printf(q->mem, "/desk/draws/%.*s%s", (int)code.n, code.p, rest);
}

static enum xq_rc
step_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct draw d;
	enum xq_rc rc = draw_by_code(q->tx, q->mem, q->office->id, req_place(q, 0), &d, err);
	if (rc != XQ_OK)
		return rc;
	struct act_form f = act_form_of(q, q->view->act, step_path(q, view_last_segment(q->view)));
	act_form_crumb(&f, "/desk/draws", N_("Draws"));
	act_form_crumb(&f, step_path(q, ""), d.code);
	act_form_drop(&f, "draw");
	if (d.outside && q->view->act == &draw_seed_act)
		f.note = SAY(q, N_("{source}, drawn on {day}"), AX("source", d.outside),
			AD("day", d.outside_day));
	act_form_show(q, r, &f);
	return XQ_OK;
}

static enum xq_rc
step_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(
		q, r, step_path(q, q->view->act == &draw_seed_act ? "?did=seeded" : "?did=drawn"));
	return XQ_OK;
}

static const struct view seed_view = { .path = "/desk/draws/{code}/seed",
	.who = PERM_EVALUATE,
	.render = step_render,
	.act = &draw_seed_act,
	.fill = fill_draw,
	.after = step_after,
	.title = N_("Put in what decides the draw") };
static const struct view finish_view = { .path = "/desk/draws/{code}/finish",
	.who = PERM_EVALUATE,
	.render = step_render,
	.act = &draw_finish,
	.fill = fill_draw,
	.after = step_after,
	.title = N_("Draw") };

/* ---- second calls ----------------------------------------------------------------------------------- */

static const char *
call_path(struct req *q, int64_t file_no)
{
	char no[24];
	file_no_show(file_no, no);
	return mem_printf(q->mem, "/desk/callbacks/rechecks/%s", no);
}

static enum xq_rc
row_of(struct req *q, const struct recheck *w, struct desk_row *out, struct xq_err *err)
{
	struct concern c;
	enum xq_rc rc = concern_load(q->tx, q->mem, q->office->id, w->concern_id, &c, err);
	if (rc != XQ_OK)
		return rc;
	const struct concern_row row = { .id = c.id,
		.file_no = c.file_no,
		.raised_at = c.raised_at,
		.due_at = c.due_at,
		.answered_at = c.answered_at,
		.closed_at = c.closed_at,
		.due_day = c.due_day,
		.state = c.state,
		.outcome = c.outcome,
		.ref = c.ref,
		.title = c.title,
		.place = c.place,
		.class = c.class,
		.owner = c.owner_name,
		.unit = c.owner_unit,
		.public_unit = c.owner_public_unit,
		.tracker = c.tracker_name };
	*out = desk_row_of(q, &row, STR(""));
	out->href = call_path(q, c.file_no);
	return XQ_OK;
}

static enum xq_rc
queue_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct recheck *w = mem_array(q->mem, struct recheck, QUEUE_MAX);
	struct recheck_queue p = { .empty = { .icon = "redo",
					   .title = N_("No second call waits for you") } };
	size_t n = 0;
	enum xq_rc rc = recheck_waiting(q->tx, q->mem, &q->actor, w, QUEUE_MAX, &n, err);
	struct desk_row *row = mem_array(q->mem, struct desk_row, n + 1);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		rc = row_of(q, &w[i], &row[i], err);
	if (rc != XQ_OK)
		return rc;
	p.rows = (struct desk_rows){ SAY(q, N_("{n} waiting"), AN("n", (int64_t)n)), row, n };
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Second calls"), did(q), &s);
	recheck_queue_page(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

static const struct view queue_view = { .path = "/desk/callbacks/rechecks",
	.who = PERM_EVALUATE,
	.render = queue_render,
	.title = N_("Second calls") };

static enum xq_rc
call_load(struct req *q, struct recheck_page *p, struct desk_concern *d, struct xq_err *err)
{
	struct recheck w;
	const char *no = NULL;
	enum xq_rc rc = desk_concern_load(q, d, err);
	if (rc == XQ_OK)
		rc = recheck_of(q->tx, q->mem, q->office->id, d->c.id, &w, err);
	if (rc == XQ_OK)
		rc = recheck_why_not(q->tx, &q->actor, &d->c, &no, err);
	if (rc != XQ_OK)
		return rc; /* XQ_NONE: not drawn, or done */
	if (no)
		p->refusal = desk_word(q, app_message(q->app, no));
	p->tries = w.tries;
	p->head = desk_head_of(q, d, N_("Second call"));
	p->body = d->c.body;
	rc = desk_person_of(q, &d->c, true, &p->person, err);
	if (rc == XQ_OK)
		rc = reply_newest(q->tx, q->mem, q->office->id, d->c.id, true, &p->answer, err);
	p->has_answer = rc == XQ_OK;
	return rc == XQ_NONE ? XQ_OK : rc;
}

static enum xq_rc
call_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct desk_concern d;
	struct recheck_page *p = mem_new(q->mem, struct recheck_page);
	enum xq_rc rc = call_load(q, p, &d, err);
	if (rc != XQ_OK)
		return rc;
	p->form = act_form_of(q, &recheck_record, call_path(q, d.c.file_no));
	book_relabel(q, &p->form, &recheck_record);
	act_form_drop(&p->form, "concern");
	act_form_faults(&p->form);
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Second call"), NULL, &s);
	recheck_call_page(&o, p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

static enum xq_rc
call_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r, "/desk/callbacks/rechecks?did=called");
	return XQ_OK;
}

static const struct view call_view = { .path = "/desk/callbacks/rechecks/{no}",
	.who = PERM_EVALUATE,
	.render = call_render,
	.act = &recheck_record,
	.fill = desk_fill_concern,
	.after = call_after,
	.title = N_("Second call") };

const struct view *const recheck_views[] = { &list_view, &new_view, &one_view, &seed_view,
	&finish_view, &queue_view, &call_view, NULL };
