/* SPDX-License-Identifier: Apache-2.0 */
/* cycle_pages.c - the pages of requests, rulings, parking, helping, promises and endings. All of them
 * are the form of their act beside what was said; what a field may hold is offered as a list. */
#include "concern/attitude.h"
#include "concern/desk_pages.h"
#include "concern/explain.h"
#include "concern/sort.h"
#include "core/mem.h"
#include "identity/account.h"
#include "templates.h"

#include "core/banned.h"

/* ---- lists to choose from --------------------------------------------------------------------------- */

static bool
has_field(const struct act *act, const char *name)
{
	for (size_t i = 0; act->fields[i].name; i++)
		if (text_eq(act->fields[i].name, name))
			return true;
	return false;
}

/* Everybody with an account, unit by unit in catalogue order. */
static enum xq_rc
choose_sponsor(struct req *q, struct acting *a, struct xq_err *err)
{
	enum { PEOPLE_MAX = 300 };
	struct unit *u;
	size_t n_units, n = 0;
	enum xq_rc rc = unit_list(q->tx, q->mem, q->office->id, &u, &n_units, err);
	struct option *list = mem_array(q->mem, struct option, PEOPLE_MAX);
	for (size_t i = 0; rc == XQ_OK && i < n_units; i++) {
		struct account *who;
		size_t k;
		rc = account_list(q->tx, q->mem, q->office->id, u[i].id, &who, &k, err);
		for (size_t j = 0; rc == XQ_OK && j < k && n < PEOPLE_MAX; j++)
			list[n++] = (struct option){ .value = who[j].login,
				.label = mem_printf(q->mem, "%s · %s", who[j].name, u[i].name) };
	}
	if (rc == XQ_OK)
		act_form_choose(q, &a->p.form, "sponsor", list, n);
	return rc;
}

static enum xq_rc
choose_promise(struct req *q, struct acting *a, struct xq_err *err)
{
	struct promise *p;
	size_t n, k = 0;
	enum xq_rc rc = promise_list(q->tx, q->mem, q->office->id, a->d.c.id, &p, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct option *list = mem_array(q->mem, struct option, n + 1);
	for (size_t i = 0; i < n; i++)
		if (p[i].state == PROMISE_OPEN)
			list[k++] = (struct option){ .value = mem_printf(q->mem, "%d", p[i].no),
				.label = mem_printf(q->mem, "%s · %s",
					msg_day(q->mem, q->prefs.lang, p[i].due_day), p[i].text) };
	if (k == 0 && !a->p.refusal)
		a->p.refusal = desk_word(q, app_message(q->app, "promise.none"));
	act_form_choose(q, &a->p.form, "no", list, k);
	return XQ_OK;
}

/* What is on the list already, to be mended. */
static enum xq_rc
show_points(struct req *q, struct acting *a, struct xq_err *err)
{
	struct answer_point *p;
	size_t n;
	enum xq_rc rc = point_list(q->tx, q->mem, q->office->id, a->d.c.id, &p, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct buf b = buf_new(q->mem, 256);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_char(&b, '\n');
		buf_text(&b, p[i].text);
	}
	act_form_input(&a->p.form, "points")->rows = 9;
	act_form_default(&a->p.form, "points", buf_view(&b).p);
	return XQ_OK;
}

static enum xq_rc
show_dispute(struct req *q, struct acting *a, struct xq_err *err)
{
	struct voice *v;
	size_t n;
	enum xq_rc rc = voice_list(q->tx, q->mem, q->office->id, a->d.c.id, &v, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		if (v[i].is_dispute && !v[i].answered_at) {
			a->p.dispute = &v[i];
			a->p.dispute_why = choice_label(dispute_reasons, v[i].why);
		}
	/* This ruling is no step: a closed concern stays closed. */
	a->p.refusal = NULL;
	if (rc == XQ_OK && !a->p.dispute)
		a->p.refusal = desk_word(q, app_message(q->app, "concern.no-ruling"));
	return rc;
}

/* What a leader decides on stands beside the form. */
static enum xq_rc
show_passed_up(struct req *q, struct acting *a, struct xq_err *err)
{
	struct passed_up *list;
	size_t n = 0;
	enum xq_rc rc = passed_up_list(q->tx, q->mem, q->office->id, a->d.c.id, &list, &n, err);
	if (rc == XQ_OK && n > 0 && !list[n - 1].answered_at)
		a->p.up = &list[n - 1];
	if (rc == XQ_OK && !a->p.up && !a->p.refusal)
		a->p.refusal = desk_word(q, app_message(q->app, "passed-up.none"));
	return rc;
}

/* What holds stands in the form; a changed mind says why. */
static enum xq_rc
show_sorting(struct req *q, struct acting *a, struct xq_err *err)
{
	struct sorting s;
	enum xq_rc rc = sorting_newest(q->tx, q->mem, q->office->id, a->d.c.id, &s, err);
	if (rc == XQ_NONE)
		return XQ_OK;
	if (rc == XQ_OK) {
		act_form_default(&a->p.form, "relief", s.relief);
		act_form_default(&a->p.form, "level", s.level);
	}
	return rc;
}

static enum xq_rc
fill_choices(struct req *q, struct acting *a, const struct act *act, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	if (has_field(act, "unit")) {
		struct option *units;
		size_t n;
		rc = other_units(q, &a->d.c, &units, &n, err);
		if (rc == XQ_OK) /* its own first line is empty already */
			act_form_choose(q, &a->p.form, "unit", units + 1, n - 1);
	}
	if (rc == XQ_OK && has_field(act, "sponsor"))
		rc = choose_sponsor(q, a, err);
	if (rc == XQ_OK && (act == &promise_keep || act == &promise_move))
		rc = choose_promise(q, a, err);
	if (rc == XQ_OK && act == &concern_set_points)
		rc = show_points(q, a, err);
	if (rc == XQ_OK && act == &concern_answer_up)
		rc = show_passed_up(q, a, err);
	if (rc == XQ_OK && act == &concern_sort)
		rc = show_sorting(q, a, err);
	if (act == &concern_explain && a->d.c.state != ST_PARKED)
		act_form_drop(&a->p.form, "needs");
	else if (act == &concern_explain)
		act_form_input(&a->p.form, "needs")->is_optional = false;
	if (rc == XQ_OK && act == &concern_rule_dispute)
		rc = show_dispute(q, a, err);
	if (act == &concern_merge && req_query(q, "into").n > 0) /* from the similar ones */
		act_form_default(&a->p.form, "into", str_text(q->mem, req_query(q, "into")));
	return rc;
}

/* ---- the pages -------------------------------------------------------------------------------------- */

static enum xq_rc
cycle_render(struct req *q, struct resp *r, struct xq_err *err)
{
	const struct act *act = q->view->act;
	struct acting *a = mem_new(q->mem, struct acting);
	enum xq_rc rc = acting_load(q, act, view_last_segment(q->view), a, err);
	if (rc == XQ_OK)
		rc = fill_choices(q, a, act, err);
	if (rc != XQ_OK)
		return rc;
	bool moves = act == &concern_rule_extension || act == &concern_park ||
	             act == &concern_resume || act == &concern_ask_extension;
	if (moves)
		a->p.due = SAY(q, N_("The resident is to be answered by {due} so far."),
			AT("due", a->d.c.due_at));
	return acting_show(q, r, a);
}

static enum xq_rc
cycle_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	if (q->view->act == &concern_give_opinion) {
		resp_see_other(
			q, r, "/desk?did=opinion"); /* it may not be theirs to see any more */
		return XQ_OK;
	}
	return after_did(q, r, view_last_segment(q->view) + 1);
}

/* clang-format off */
#define CYCLE_VIEW(var, segment, act_, title_)                                                     \
	static const struct view var = { .path = "/desk/concerns/{no}/" segment, .who = PERM_STAFF, \
		.render = cycle_render, .act = &(act_), .fill = desk_fill_concern,                 \
		.after = cycle_after, .title = (title_) }

CYCLE_VIEW(view_return,         "return",         concern_ask_return,     N_("Ask to give it back"));
CYCLE_VIEW(view_rule_return,    "rule-return",    concern_rule_return,    N_("Rule on the return"));
CYCLE_VIEW(view_extend,         "extend",         concern_ask_extension,  N_("Ask for more time"));
CYCLE_VIEW(view_rule_extension, "rule-extension", concern_rule_extension, N_("Rule on more time"));
CYCLE_VIEW(view_park,           "park",           concern_park,           N_("Park it"));
CYCLE_VIEW(view_resume,         "resume",         concern_resume,         N_("Go on with it"));
CYCLE_VIEW(view_finding,        "finding",        concern_find,           N_("Note a finding"));
CYCLE_VIEW(view_points,         "points",         concern_set_points,     N_("List the points to answer"));
CYCLE_VIEW(view_assist,         "assist",         concern_assist,         N_("Ask a unit to help"));
CYCLE_VIEW(view_opinion,        "opinion",        concern_give_opinion,   N_("Answer the unit that asked for help"));
CYCLE_VIEW(view_promise,        "promise",        concern_promise,        N_("Promise something"));
CYCLE_VIEW(view_promise_keep,   "promise-keep",   promise_keep,           N_("The promise is kept"));
CYCLE_VIEW(view_promise_move,   "promise-move",   promise_move,           N_("Move the promised day"));
CYCLE_VIEW(view_redirect,       "redirect",       concern_redirect,       N_("Point to who is competent"));
CYCLE_VIEW(view_merge,          "merge",          concern_merge,          N_("Handle it with another one"));
CYCLE_VIEW(view_void,           "void",           concern_void,           N_("Void it"));
CYCLE_VIEW(view_terminate,      "terminate",      concern_terminate,      N_("End it without an answer"));
CYCLE_VIEW(view_supervise,      "supervise",      concern_supervise,      N_("Supervise it"));
CYCLE_VIEW(view_pass_up,        "pass-up",        concern_pass_up,        N_("Pass it up with a proposal"));
CYCLE_VIEW(view_answer_up,      "answer-up",      concern_answer_up,      N_("Decide what was passed up"));
CYCLE_VIEW(view_explain,        "explain",        concern_explain,        N_("Explain it in person"));
CYCLE_VIEW(view_report_up,      "report-up",      concern_report_up,      N_("Report it upward"));
CYCLE_VIEW(view_sort,           "sort",           concern_sort,           N_("Sort it: relief and level"));
CYCLE_VIEW(view_rule_dispute,   "rule-dispute",   concern_rule_dispute,   N_("Answer a disagreement"));
/* clang-format on */

const struct view *const cycle_views[] = { &view_return, &view_rule_return, &view_extend,
	&view_rule_extension, &view_park, &view_resume, &view_finding, &view_points, &view_assist,
	&view_opinion, &view_promise, &view_promise_keep, &view_promise_move, &view_redirect,
	&view_merge, &view_void, &view_terminate, &view_supervise, &view_rule_dispute,
	&view_pass_up, &view_answer_up, &view_sort, &view_report_up, &view_explain, &beyond_view,
	&beyond_print_view, &passed_up_view, &passed_up_sheet_view, &desk_conduct_view, NULL };
