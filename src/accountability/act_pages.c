/* SPDX-License-Identifier: Apache-2.0 */
/* act_pages.c - one page for each step: the form of the act, with what is known already above it. */
#include "accountability/pages.h"

#include "core/mem.h"

#include "core/banned.h"

/* ---- put down --------------------------------------------------------------------------------------- */

/* Active units that are not the person's own, in catalogue order. */
static enum xq_rc
choose_unit(struct req *q, struct act_form *f, struct xq_err *err)
{
	struct unit *u;
	size_t n, k = 0;
	enum xq_rc rc = unit_list(q->tx, q->mem, q->office->id, &u, &n, err);
	struct option *list = mem_array(q->mem, struct option, n + 1);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		bool is_own = false;
		rc = membership_exists(
			q->tx, q->office->id, q->actor.person_id, u[i].id, &is_own, err);
		if (rc == XQ_OK && u[i].is_active && !is_own)
			list[k++] = (struct option){ .value = u[i].code, .label = u[i].name };
	}
	if (rc == XQ_OK)
		act_form_choose(q, f, "unit", list, k);
	return rc;
}

static enum xq_rc
new_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct act_form f = act_form_of(q, &acct_open, "/desk/accountability/new");
	act_form_crumb(&f, "/desk/accountability", N_("Accountability"));
	act_form_default(&f, "concern", str_text(q->mem, req_query(q, "concern")));
	enum xq_rc rc = choose_unit(q, &f, err);
	if (rc == XQ_OK)
		act_form_show(q, r, &f);
	return rc;
}

static enum xq_rc
new_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r,
		mem_printf(
			q->mem, "/desk/accountability/%s?did=open", act_result_get(q->call, "no")));
	return XQ_OK;
}

const struct view acct_new_view = { .path = "/desk/accountability/new",
	.who = PERM_ACCT,
	.render = new_render,
	.act = &acct_open,
	.after = new_after,
	.title = N_("Put down what a unit has to answer for") };

/* ---- steps of one event ----------------------------------------------------------------------------- */

static enum xq_rc
fill_event(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	(void)err;
	extra[(*n_extra)++] = (struct form_pair){ .name = STR("event"), .value = req_place(q, 0) };
	return XQ_OK;
}

/* What the one who fills the form has to answer: the fact, the explanation or the appeal. */
static const char *
note_of(struct req *q, const struct acct_event *e)
{
	const char *fact = e->fact[0] ? desk_word(q, acct_fact_words(e->fact)) : e->statement;
	if (q->view->act == &acct_rule_appeal)
		return SAY(q, N_("Decided: {outcome}. The unit says: {text}"),
			AX("outcome", desk_word(q, choice_label(acct_outcomes, e->outcome))),
			AX("text", e->appeal));
	if (q->view->act == &acct_appeal)
		return SAY(q, N_("Decided: {outcome}. Reasons: {text}"),
			AX("outcome", desk_word(q, choice_label(acct_outcomes, e->outcome))),
			AX("text", e->reason));
	if (q->view->act == &acct_decide && e->explained_at)
		return SAY(q, N_("{unit}: {fact} The unit says: {text}"), AX("unit", e->unit),
			AX("fact", fact), AX("text", e->explanation));
	return SAY(q, N_("{unit}: {fact}"), AX("unit", e->unit), AX("fact", fact));
}

static enum xq_rc
step_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct acct_event e;
	enum acct_sight sight;
	enum xq_rc rc = acct_of_path(q, &e, &sight, err);
	if (rc != XQ_OK)
		return rc;
	struct act_form f =
		act_form_of(q, q->view->act, acct_path(q, e.no, view_last_segment(q->view)));
	act_form_drop(&f, "event");
	if (sight == SEES_FACT)
		act_form_crumb(&f, "/desk/accountability/ours", N_("Put to our unit"));
	else
		act_form_crumb(&f, "/desk/accountability", N_("Accountability"));
	act_form_crumb(&f, acct_path(q, e.no, ""), acct_number(q, e.no));
	if (q->view->act == &acct_rule_appeal)
		act_form_default(&f, "outcome", e.outcome);
	f.note = note_of(q, &e);
	act_form_show(q, r, &f);
	return XQ_OK;
}

static enum xq_rc
step_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r,
		acct_path(q, form_int(&q->call->form, "event"),
			mem_printf(q->mem, "?did=%s", view_last_segment(q->view) + 1)));
	return XQ_OK;
}

/* clang-format off */
#define STEP_VIEW(var, segment, who_, act_, title_)                                                \
	const struct view var = { .path = "/desk/accountability/{n}/" segment, .who = (who_),      \
		.render = step_render, .act = &(act_), .fill = fill_event, .after = step_after,    \
		.title = (title_) }

STEP_VIEW(acct_ask_view,     "ask",         PERM_ACCT,  acct_ask,         N_("Put it to the unit"));
STEP_VIEW(acct_explain_view, "explain",     PERM_STAFF, acct_explain,     N_("Explain it"));
STEP_VIEW(acct_decide_view,  "decide",      PERM_ACCT,  acct_decide,      N_("Make a finding"));
STEP_VIEW(acct_appeal_view,  "appeal",      PERM_STAFF, acct_appeal,      N_("Appeal"));
STEP_VIEW(acct_rule_view,    "rule-appeal", PERM_ACCT,  acct_rule_appeal, N_("Rule on the appeal"));
STEP_VIEW(acct_close_view,   "close",       PERM_ACCT,  acct_close,       N_("Close it"));
/* clang-format on */

const struct view *const acct_views[] = { &acct_list_view, &acct_ours_view, &acct_print_view,
	&acct_new_view, &acct_one_view, &acct_ask_view, &acct_explain_view, &acct_decide_view,
	&acct_appeal_view, &acct_rule_view, &acct_close_view, NULL };
