/* SPDX-License-Identifier: Apache-2.0 */
/* callback_pages.c - the callers' queue and the page of one call: script, result, the two answers. */
#include "evaluation/callback_pages.h"

#include "concern/book.h"
#include "concern/box_pages.h"
#include "core/mem.h"
#include "templates.h"

#include "core/banned.h"

enum { QUEUE_MAX = 50 };

static const char *
call_path(struct req *q, int64_t file_no)
{
	return mem_printf(q->mem, "/desk/callbacks/%lld-%04lld", (long long)(file_no / 100000000),
		(long long)(file_no % 100000000));
}

/* Own and former units' concerns are not shown: nobody marks their own work. */
static enum xq_rc
keep_outside(struct req *q, const struct concern_row *row, size_t n, struct callback_queue *p,
	struct xq_err *err)
{
	struct desk_row *list = mem_array(q->mem, struct desk_row, p->rows.n + n + 1);
	for (size_t i = 0; i < p->rows.n; i++)
		list[i] = p->rows.row[i];
	for (size_t i = 0; i < n; i++) {
		bool outside;
		enum xq_rc rc = concern_is_outsider(
			q->tx, q->office->id, row[i].id, q->actor.person_id, &outside, err);
		if (rc != XQ_OK)
			return rc;
		if (!outside)
			continue;
		list[p->rows.n] = desk_row_of(q, &row[i], STR(""));
		list[p->rows.n++].href = call_path(q, row[i].file_no);
	}
	p->rows.row = list;
	return XQ_OK;
}

/* Answered ones, then the voices that were answered with another concern. */
static enum xq_rc
queue_load(struct req *q, struct callback_queue *p, struct xq_err *err)
{
	static const enum list_kind kinds[] = { LIST_CALLBACK, LIST_MERGED };
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; rc == XQ_OK && i < sizeof kinds / sizeof *kinds; i++) {
		struct concern_row *row;
		size_t n;
		rc = concern_list(q->tx, q->mem, q->office->id,
			&(struct list_query){ .kind = kinds[i], .max = QUEUE_MAX, .now = q->now },
			&row, &n, err);
		if (rc == XQ_OK)
			rc = keep_outside(q, row, n, p, err);
	}
	return rc;
}

static enum xq_rc
queue_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct callback_queue p = { .empty = { .icon = "phone",
					    .title = N_("No call-back is due today") } };
	enum xq_rc rc = queue_load(q, &p, err);
	if (rc != XQ_OK)
		return rc;
	p.rows.caption = SAY(q, N_("{n} waiting"), AN("n", (int64_t)p.rows.n));
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Call-backs"), desk_flash(q, NULL, NULL), &s);
	callback_queue_page(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

static const struct view queue_view = { .path = "/desk/callbacks",
	.who = PERM_EVALUATE,
	.render = queue_render,
	.title = N_("Call-backs") };

/* ---- one call ------------------------------------------------------------------------------------------ */

/* Message key; NULL: the call can be made. */
static enum xq_rc
why_not(struct req *q, const struct concern *c, const char **out, struct xq_err *err)
{
	struct merged_voice m = { 0 };
	*out = NULL;
	if (c->state != ST_MERGED) {
		if (c->state != ST_CALLBACK || c->seen_solved)
			*out = c->seen_solved ? "callback.rated" : "concern.wrong-state";
		return XQ_OK;
	}
	enum xq_rc rc = merged_load(q->tx, q->mem, q->office->id, c->id, &m, err);
	if (rc == XQ_OK && (m.answered_at == 0 || m.done_at != 0))
		*out = m.done_at ? "callback.rated" : "concern.wrong-state";
	return rc;
}

static enum xq_rc
call_load(struct req *q, struct callback_page *p, struct desk_concern *d, struct xq_err *err)
{
	bool outside;
	const char *no = NULL;
	enum xq_rc rc = desk_concern_load(q, d, err);
	/* What was merged is about the work on the other concern. */
	int64_t about = rc == XQ_OK && d->c.merged_into ? d->c.merged_into : d->c.id;
	if (rc == XQ_OK)
		rc = concern_is_outsider(
			q->tx, q->office->id, about, q->actor.person_id, &outside, err);
	if (rc == XQ_OK)
		rc = why_not(q, &d->c, &no, err);
	if (rc != XQ_OK)
		return rc;
	no = outside ? no : "callback.own-unit";
	if (no)
		p->refusal = desk_word(q, app_message(q->app, no));
	p->head = desk_head_of(q, d, N_("Call-back"));
	p->body = d->c.body;
	rc = desk_person_of(q, &d->c, true, &p->person, err);
	if (rc == XQ_OK)
		rc = callback_list(
			q->tx, q->mem, q->office->id, d->c.id, &p->tried, &p->n_tried, err);
	if (rc != XQ_OK)
		return rc;
	rc = reply_newest(q->tx, q->mem, q->office->id, about, true, &p->answer, err);
	p->has_answer = rc == XQ_OK;
	return rc == XQ_NONE ? XQ_OK : rc;
}

static enum xq_rc
call_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct desk_concern d;
	struct callback_page *p = mem_new(q->mem, struct callback_page);
	enum xq_rc rc = call_load(q, p, &d, err);
	if (rc != XQ_OK)
		return rc;
	p->form = act_form_of(q, &callback_record, call_path(q, d.c.file_no));
	p->guide = book_guide(q, "callback");
	book_relabel(q, &p->form, &callback_record);
	act_form_drop(&p->form, "concern");
	act_form_faults(&p->form);
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Call-back"), NULL, &s);
	callback_call_page(&o, p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

static enum xq_rc
call_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	const char *back = str_is(req_pair(q, "result"), "reached") ? "/desk/callbacks?did=rated"
	                                                            : "/desk/callbacks?did=called";
	if (!slip_show(q, r, back, true))
		resp_see_other(q, r, back);
	return XQ_OK;
}

static const struct view call_view = { .path = "/desk/callbacks/{no}",
	.who = PERM_EVALUATE,
	.render = call_render,
	.act = &callback_record,
	.fill = desk_fill_concern,
	.after = call_after,
	.title = N_("Call-back") };

const struct view *const evaluation_views[] = { &queue_view, &call_view, NULL };
