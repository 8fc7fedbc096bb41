/* SPDX-License-Identifier: Apache-2.0 */
/* visit_pages.c - offering a visit, noting the household's word and the visit itself; the visits ahead of
 * the one who looks; the sheet that goes along, without a name or a phone. */
#include "concern/visit_pages.h"

#include "core/mem.h"
#include "identity/account.h"
#include "templates.h"

#include "core/banned.h"

enum { AHEAD_MAX = 50, PEOPLE_MAX = 300 };

/* ---- on the page of the concern --------------------------------------------------------------------- */

static const struct {
	int light;
	const char *words;
} states[] = {
	[VISIT_OFFERED] = { LIGHT_SOON, N_("offered, waits for the household") },
	[VISIT_ACCEPTED] = { LIGHT_SOON, N_("the household says yes") },
	[VISIT_DECLINED] = { LIGHT_CLOSED, N_("no visit wanted") },
	[VISIT_DONE] = { LIGHT_OK, N_("visited") },
	[VISIT_LAPSED] = { LIGHT_CLOSED, N_("did not take place") },
};

struct work_line
visit_line(struct req *q, const struct visit *v)
{
	const char *who = mem_printf(q->mem, "%s\u3001%s", v->visitor[0], v->visitor[1]);
	const char *purpose = desk_word(q, choice_label(visit_purposes, v->purpose));
	bool is_done = v->state == VISIT_DONE;
	return (struct work_line){ .label = N_("Visit at home"),
		.text = is_done ? SAY(q, N_("Told: {told} Heard: {heard}"), AX("told", v->told),
					  AX("heard", v->heard))
		                : v->about,
		.more = SAY(q, N_("{purpose}, {day}, {who}"), AX("purpose", purpose),
			AX("day", msg_day(q->mem, q->prefs.lang, is_done ? v->held_on : v->day)),
			AX("who", who)),
		.light = states[v->state].light,
		.words = desk_word(q, states[v->state].words) };
}

static const char *
why_not(struct req *q, const struct act *act, const struct concern *c, const struct visit *last)
{
	return visit_refusal(&(struct visit_ask){ .act = act,
		.actor = &q->actor,
		.c = c,
		.last = last,
		.today = desk_today(q),
		.tz_s = q->office->tz_s });
}

/* Only what can be done: that a visit cannot be offered is nobody's next step. */
void
visit_next(struct req *q, const struct concern *c, const struct visit *last, struct concern_page *p)
{
	static const struct {
		const struct act *act;
		const char *segment, *note;
	} way[] = {
		{ &visit_offer, "/visit", N_("the household may decline") },
		{ &visit_answer, "/visit-answer", N_("yes or no, without a reason") },
		{ &visit_done, "/visit-done", N_("what was told and heard") },
	};
	bool is_ahead = last && last->state <= VISIT_ACCEPTED;
	size_t n = 0;
	for (size_t i = 0; i < sizeof way / sizeof *way && n < VISIT_LINES; i++) {
		bool is_again = i == 0 && is_ahead; /* its own answer comes first */
		if (is_again || why_not(q, way[i].act, c, last))
			continue;
		p->next[p->n_next++] = (struct next_line){ .label = way[i].act->title,
			.icon = "door",
			.href = desk_path(q, c->file_no, way[i].segment),
			.note = desk_word(q, way[i].note) };
		n++;
	}
	if (last)
		p->visit_href = desk_path(q, c->file_no, "/visit.print");
}

/* ---- the acts --------------------------------------------------------------------------------------- */

/* Everybody with an account, unit by unit in catalogue order. */
static enum xq_rc
choose_visitors(struct req *q, struct act_form *f, struct xq_err *err)
{
	struct unit *u;
	size_t n_units, n = 0;
	enum xq_rc rc = unit_list(q->tx, q->mem, q->office->id, &u, &n_units, err);
	struct option *list = mem_array(q->mem, struct option, PEOPLE_MAX);
	for (size_t i = 0; rc == XQ_OK && i < n_units; i++) {
		struct account *who;
		size_t k = 0;
		rc = account_list(q->tx, q->mem, q->office->id, u[i].id, &who, &k, err);
		for (size_t j = 0; rc == XQ_OK && j < k && n < PEOPLE_MAX; j++)
			list[n++] = (struct option){ .value = who[j].login,
				.label = mem_printf(
					q->mem, "%s \u00b7 %s", who[j].name, u[i].name) };
	}
	if (rc == XQ_OK) {
		act_form_choose(q, f, "first", list, n);
		act_form_choose(q, f, "second", list, n);
	}
	return rc;
}

static enum xq_rc
newest_of(struct req *q, const struct concern *c, struct visit *out, struct xq_err *err)
{
	struct visit list[VISITS_MAX];
	size_t n = 0;
	enum xq_rc rc = visit_list(q->tx, q->mem, q->office->id, c->id, list, &n, err);
	if (rc == XQ_OK && n > 0)
		*out = list[n - 1];
	return rc == XQ_OK && n == 0 ? XQ_NONE : rc;
}

static enum xq_rc
step_render(struct req *q, struct resp *r, struct xq_err *err)
{
	const struct act *act = q->view->act;
	struct acting *a = mem_new(q->mem, struct acting);
	struct visit last;
	enum xq_rc rc = acting_load(q, act, view_last_segment(q->view), a, err);
	if (rc != XQ_OK)
		return rc;
	rc = newest_of(q, &a->d.c, &last, err);
	if (rc != XQ_OK && rc != XQ_NONE)
		return rc;
	/* No step of the concern's life: its state says nothing about a visit. */
	const char *no = why_not(q, act, &a->d.c, rc == XQ_OK ? &last : NULL);
	a->p.refusal = no && !q->refusal ? desk_word(q, app_message(q->app, no)) : NULL;
	if (!a->p.refusal && rc == XQ_OK && act != &visit_offer)
		a->p.warn = SAY(q, N_("{day}: {about}"),
			AX("day", msg_day(q->mem, q->prefs.lang, last.day)),
			AX("about", last.about));
	a->p.due = desk_word(q, act->help); /* the resident's day has nothing to do with it */
	a->p.form.intro = NULL;
	rc = act == &visit_offer ? choose_visitors(q, &a->p.form, err) : XQ_OK;
	return rc == XQ_OK ? acting_show(q, r, a) : rc;
}

static enum xq_rc
offer_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	return after_did(q, r, "visit");
}

/* Who went may not be the one who reads the concern any more. */
static enum xq_rc
step_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(
		q, r, mem_printf(q->mem, "/desk/visits?did=%s", view_last_segment(q->view) + 1));
	return XQ_OK;
}

/* ---- ahead ------------------------------------------------------------------------------------------ */

static struct visit_card
card_of(struct req *q, const struct visit *v)
{
	bool is_mine_first = v->visitor_id[0] == q->actor.person_id;
	bool is_agreed = v->state == VISIT_ACCEPTED;
	return (struct visit_card){ .v = v,
		.no = desk_no(q, v->file_no),
		.href = desk_path(q, v->file_no, ""),
		.purpose = choice_label(visit_purposes, v->purpose),
		.state = desk_word(q, states[v->state].words),
		.light = states[v->state].light,
		.with = v->visitor[is_mine_first ? 1 : 0],
		.day = msg_day(q->mem, q->prefs.lang, v->day),
		.go = is_agreed ? visit_done.title : visit_answer.title,
		.go_href = desk_path(q, v->file_no, is_agreed ? "/visit-done" : "/visit-answer") };
}

static const struct flash *
flash_of(struct req *q)
{
	static const struct did_text did[] = {
		{ "visit-answer", N_("Noted what the household says.") },
		{ "visit-done", N_("The visit is noted on the concern.") },
	};
	return flash_did(q, did, sizeof did / sizeof *did);
}

static enum xq_rc
ahead_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct visits_page p = {
		.empty = { .icon = "door",
			.title = N_("No visit is ahead of you"),
			.text = N_("A visit is offered on the page of a concern.") }
	};
	struct visit *list;
	enum xq_rc rc = visit_ahead(
		q->tx, q->mem, q->office->id, q->actor.person_id, AHEAD_MAX, &list, &p.n, err);
	if (rc != XQ_OK)
		return rc;
	p.card = mem_array(q->mem, struct visit_card, p.n + 1);
	for (size_t i = 0; i < p.n; i++)
		p.card[i] = card_of(q, &list[i]);
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Visits ahead of me"), flash_of(q), &s);
	visits_ahead_page(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

static const struct view ahead_view = { .path = "/desk/visits",
	.who = PERM_STAFF,
	.render = ahead_render,
	.title = N_("Visits ahead of me") };

/* ---- on paper --------------------------------------------------------------------------------------- */

/* It goes through the stairwell in somebody's hand: number, place as staff see it, no name and no phone. */
static enum xq_rc
sheet_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct desk_concern d;
	struct visit v;
	enum xq_rc rc = desk_concern_load(q, &d, err);
	if (rc == XQ_OK)
		rc = newest_of(q, &d.c, &v, err);
	if (rc != XQ_OK)
		return rc;
	struct visit_sheet p = { .back = desk_path(q, d.c.file_no, ""),
		.office = q->office->name,
		.file_no = desk_no(q, d.c.file_no),
		.title = d.c.title,
		.place = d.c.place && d.c.place[0] ? d.c.place : NULL,
		.purpose = choice_label(visit_purposes, v.purpose),
		.day = msg_day(q->mem, q->prefs.lang, v.day),
		.held_on = v.held_on ? msg_day(q->mem, q->prefs.lang, v.held_on) : NULL,
		.printed_at = q->now,
		.printer = q->actor.name,
		.v = &v };
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Home-visit sheet"), NULL, &s);
	visit_sheet_page(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

static const struct view sheet_view = { .path = "/desk/concerns/{no}/visit.print",
	.who = PERM_STAFF,
	.render = sheet_render,
	.title = N_("Home-visit sheet") };

/* clang-format off */
#define VISIT_VIEW(var, segment, act_, after_, title_)                                             \
	static const struct view var = { .path = "/desk/concerns/{no}/" segment, .who = PERM_STAFF, \
		.render = step_render, .act = &(act_), .fill = desk_fill_concern,                  \
		.after = (after_), .title = (title_) }

VISIT_VIEW(offer_view,  "visit",        visit_offer,  offer_after, N_("Offer a visit at home"));
VISIT_VIEW(answer_view, "visit-answer", visit_answer, step_after,  N_("Note whether the household wants the visit"));
VISIT_VIEW(done_view,   "visit-done",   visit_done,   step_after,  N_("Note the visit"));

static enum xq_rc
count_ahead(struct tx *tx, const struct actor *actor, int64_t now, int64_t *out, struct xq_err *err)
{
	(void)now;
	return db_int(tx,
		SQL("SELECT count(*) FROM (SELECT 1 FROM concern_visit WHERE office = ? AND state < 2"
		    " AND (first_id = ? OR second_id = ?) ORDER BY day, concern_id LIMIT ?) w"),
		VALS(V(actor->office), V(actor->person_id), V(actor->person_id),
			V((int64_t)MENU_COUNT_MAX)),
		out, err);
}

static const struct menu_item menu_visits = { "/desk/visits", N_("Visits ahead of me"), "door", PERM_STAFF, 35, count_ahead, false };
/* clang-format on */

const struct module concern_visit_module = {
	.name = "concern-visit",
	.acts = (const struct act *const[]){ &visit_offer, &visit_answer, &visit_done, NULL },
	.messages = (const struct msg_text *const[]){ visit_messages, NULL },
	.views = (const struct view *const[]){ &offer_view, &answer_view, &done_view, &ahead_view,
		&sheet_view, NULL },
	.menu = (const struct menu_item *const[]){ &menu_visits, NULL },
};
