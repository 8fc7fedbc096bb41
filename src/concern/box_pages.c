/* SPDX-License-Identifier: Apache-2.0 */
/* box_pages.c - the boxes of secret answers: what was asked, how often answered, what was said; and the check
 * of a slip, which runs in the reader's own browser, so that the slip leaves it for nobody. */
#include "concern/box_pages.h"

#include "concern/desk.h"
#include "concern/figures.h"
#include "concern/resident.h"
#include "core/mem.h"
#include "ledger/tiles.h"
#include "templates.h"

#include "core/banned.h"

enum { BOXES_MAX = 60 };

static const char *
month_of(struct req *q, int32_t day)
{
	return SAY(q, N_("{year}, month {month}"),
		AX("year", mem_printf(q->mem, "%d", day_year(day))), AN("month", day_month(day)));
}

const char *
box_months(struct req *q, const struct box *b)
{
	int32_t last = day_add_months(b->to_day, -1);
	if (last == b->from_day)
		return month_of(q, b->from_day);
	return SAY(q, N_("{from} to {until}"), AX("from", month_of(q, b->from_day)),
		AX("until", month_of(q, last)));
}

static void
state_words(struct req *q, const struct box *b, struct box_card *c)
{
	switch (b->state) {
	case BOX_GATHERING:
		c->light = LIGHT_SOON;
		c->words = SAY(
			q, N_("Gathers, opened on {day}"), AD("day", day_of(b->due_at, TZ_CHINA)));
		break;
	case BOX_OPEN:
		c->light = LIGHT_PARKED;
		c->words = SAY(q, N_("Opened, counted {at}"), AT("at", b->close_at));
		break;
	case BOX_CLOSED:
		c->light = LIGHT_OK;
		c->words = desk_word(q, N_("Counted and listed"));
		break;
	}
}

struct figure_value
box_value(const int64_t n[BOX_MARKS + 1])
{
	static const int points[BOX_MARKS + 1] = { 0, 10, 8, 6, 0 };
	struct figure_value v = { 0, 0 };
	for (size_t i = 1; i <= BOX_MARKS; i++) {
		v.num += points[i] * n[i];
		v.den += 10 * n[i];
	}
	return v;
}

static enum xq_rc
card_of(struct req *q, const struct box *b, struct box_card *c, struct figure_value *v,
	int64_t n[BOX_MARKS + 1], struct xq_err *err)
{
	const struct figure_def *def = figure_find("attitude");
	*c = (struct box_card){ .code = b->code,
		.href = mem_printf(q->mem, "/boxes/%s", b->code),
		.month = box_months(q, b) };
	*v = (struct figure_value){ 0, 0 };
	state_words(q, b, c);
	if (b->state != BOX_CLOSED)
		return XQ_OK;
	enum xq_rc rc = box_count(q->tx, q->office->id, b, n, err);
	if (rc == XQ_OK)
		*v = box_value(n);
	struct figure_words w = figure_words(q, def, *v, true);
	c->value = w.value;
	c->note = w.note;
	return rc;
}

static enum xq_rc
list_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct box *b = mem_array(q->mem, struct box, BOXES_MAX);
	struct box_list_page p = { .card = mem_array(q->mem, struct box_card, BOXES_MAX) };
	enum xq_rc rc = box_list(q->tx, q->mem, q->office->id, b, BOXES_MAX, &p.n, err);
	for (size_t i = 0; rc == XQ_OK && i < p.n; i++) {
		struct figure_value v;
		int64_t n[BOX_MARKS + 1];
		rc = card_of(q, &b[i], &p.card[i], &v, n, err);
	}
	if (rc != XQ_OK)
		return rc;
	struct shell s = public_shell(q, desk_word(q, N_("How people were treated")));
	s.is_index = true;
	struct html_out o = public_begin(q, &s);
	box_list_page(&o, &p);
	public_end(r, &o, &s);
	return XQ_OK;
}

static const struct view list_view = { .path = "/boxes",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC,
	.render = list_render,
	.title = N_("How people were treated") };

/* ---- one box ---------------------------------------------------------------------------------------- */

/* The whole check in a few lines that need no network. */
static const char *
python_of(void *mem, const char *code)
{
	return mem_printf(mem,
		"import base64, hashlib\n"
		"slip = \"xxxx-xxxx-xxxx-xxxx-xxxx-xxxx\".replace(\"-\", \"\")\n"
		"h = lambda word: hashlib.sha256((\"xinqiao-vote/1 \" + word + \" \" + slip).encode()).digest()\n"
		"b64 = lambda b: base64.b64encode(b).decode()\n"
		"t = b64(h(\"t\")[:16])\n"
		"for mark in 1, 2, 3, 4:\n"
		"    text = '{\"a\":[%%d],\"box\":\"%s\",\"t\":\"%%s\"}' %% (mark, t)\n"
		"    print(t, mark, b64(hashlib.sha256(h(\"salt\") + text.encode()).digest()))\n",
		code);
}

static void
counted(struct req *q, const struct box *b, const struct figure_value *v, const int64_t *n,
	struct box_page *p)
{
	const struct figure_def *def = figure_find("attitude");
	struct figure_words w = figure_words(q, def, *v, true);
	p->base = w.base;
	if (w.value) {
		struct interval in = figure_interval_of(def, *v);
		p->low = figure_per_cent(q->mem, in.low);
		p->high = figure_per_cent(q->mem, in.high);
	}
	for (size_t i = 0; i < BOX_MARKS; i++)
		p->mark[i] = (struct box_mark){ concern_sats[i].label,
			figure_count_words(q, n[i + 1], true),
			n[i + 1] < FIGURE_COUNT_MIN ? 0 : n[i + 1] };
	p->doc = b->doc;
	p->doc_href = mem_printf(q->mem, "/log/%s/doc/%s", q->office->code, b->doc);
}

static enum xq_rc
one_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct box b;
	struct box_page *p = mem_new(q->mem, struct box_page);
	struct figure_value v;
	int64_t n[BOX_MARKS + 1] = { 0 };
	enum xq_rc rc = box_by_code(q->tx, q->mem, q->office->id, req_place(q, 0), &b, err);
	if (rc == XQ_OK)
		rc = card_of(q, &b, &p->head, &v, n, err);
	if (rc != XQ_OK)
		return rc;
	p->is_open = b.state != BOX_GATHERING;
	p->is_closed = b.state == BOX_CLOSED;
	p->asked = b.asked;
	p->votes = b.votes;
	p->opened_seq = b.opened_seq;
	p->closed_seq = b.closed_seq;
	p->close_at = b.close_at;
	p->votes_href = mem_printf(q->mem, "/boxes/%s/votes", b.code);
	p->python = python_of(q->mem, b.code);
	if (p->is_closed)
		counted(q, &b, &v, n, p);
	struct shell s = public_shell(q, p->head.month);
	struct html_out o = public_begin(q, &s);
	box_one_page(&o, p);
	public_end(r, &o, &s);
	return XQ_OK;
}

static const struct view one_view = { .path = "/boxes/{code}",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC,
	.render = one_render,
	.title = N_("How people were treated") };

static enum xq_rc
votes_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct box b;
	struct str text;
	enum xq_rc rc = box_by_code(q->tx, q->mem, q->office->id, req_place(q, 0), &b, err);
	if (rc == XQ_OK)
		rc = box_votes_text(q->tx, q->mem, q->office->id, &b, &text, err);
	if (rc == XQ_OK)
		resp_text(r, 200, "text/plain; charset=utf-8", text);
	return rc;
}

static const struct view votes_view = { .path = "/boxes/{code}/votes",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC,
	.render = votes_render,
	.title = N_("Votes of a box in the record") };

/* The list of a closed box by a path of its own, so that the page can read it beside the record's. */
static enum xq_rc
rows_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct box b;
	enum xq_rc rc = box_by_code(q->tx, q->mem, q->office->id, req_place(q, 0), &b, err);
	if (rc != XQ_OK || b.state != BOX_CLOSED)
		return rc != XQ_OK ? rc : XQ_NONE;
	const char *type;
	struct bytes doc;
	rc = ledger_doc_load(q->tx, q->mem, q->office->id, str_of(b.doc), &type, &doc, err);
	if (rc == XQ_OK)
		resp_text(r, 200, type, str_n((const char *)doc.p, doc.n));
	return rc;
}

static const struct view rows_view = { .path = "/boxes/{code}/rows",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC,
	.render = rows_render,
	.title = N_("Answers of a box") };

/* ---- the slip --------------------------------------------------------------------------------------- */

bool
slip_show(struct req *q, struct resp *r, const char *back, bool is_desk)
{
	const char *slip = act_result_get(q->call, "slip"), *box = act_result_get(q->call, "box");
	if (!slip || !box)
		return false;
	struct vote_slip_page p = { .slip = slip,
		.box = box,
		.back = back,
		.back_label = is_desk ? N_("Back to the call-backs") : N_("Back to the concern"),
		.box_href = mem_printf(q->mem, "/boxes/%s", box),
		.is_desk = is_desk };
	struct shell s;
	struct html_out o;
	if (is_desk)
		o = desk_page_begin(q, N_("Slip of a secret answer"), NULL, &s);
	else {
		s = resident_shell(q, resident_word(q, N_("Slip of a secret answer")), "track");
		o = resident_begin(q, &s);
	}
	vote_slip_page(&o, &p);
	if (is_desk)
		desk_end(r, &o, &s);
	else
		resident_end(r, &o, &s);
	return true;
}

/* ---- the declaration -------------------------------------------------------------------------------- */

const struct view *const box_views[] = { &list_view, &one_view, &votes_view, &rows_view, NULL };

const struct module concern_box_module = {
	.name = "concern-box",
	.acts = (const struct act *const[]){ &box_open, &box_fill, &box_close, NULL },
	.jobs = (const struct job *const[]){ &box_open_job, &box_fill_job, &box_close_job, NULL },
	.views = box_views,
	.invariants = (const struct invariant *const[]){ &box_holds, NULL },
	.events = (const struct event_kind *const[]){ &ev_box_opened, &ev_box_vote, &ev_box_closed,
		NULL },
};
