/* SPDX-License-Identifier: Apache-2.0 */
/* act_pages.c - one page for each step of a dispute: the form of the act. */
#include "dispute/pages.h"

#include "core/mem.h"
#include "core/parse.h"
#include "identity/account.h"

#include "core/banned.h"

static enum xq_rc
find_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	struct act_form f = act_form_of(q, &dispute_find, "/desk/disputes/new");
	act_form_crumb(&f, "/desk/disputes", N_("Early disputes"));
	act_form_default(&f, "concern", str_text(q->mem, req_query(q, "concern")));
	act_form_show(q, r, &f);
	return XQ_OK;
}

static enum xq_rc
find_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r,
		mem_printf(q->mem, "/desk/disputes/%s?did=find", act_result_get(q->call, "no")));
	return XQ_OK;
}

const struct view dispute_find_view = { .path = "/desk/disputes/new",
	.who = PERM_HANDLE,
	.render = find_render,
	.act = &dispute_find,
	.after = find_after,
	.title = N_("Put down a dispute") };

/* ---- steps of one dispute --------------------------------------------------------------------------- */

static enum xq_rc
fill_dispute(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	(void)err;
	extra[(*n_extra)++] =
		(struct form_pair){ .name = STR("dispute"), .value = req_place(q, 0) };
	return XQ_OK;
}

static enum xq_rc
choose_mediator(struct req *q, struct act_form *f, const struct dispute *d, struct xq_err *err)
{
	enum { PEOPLE_MAX = 100 };
	struct account *who;
	size_t n;
	enum xq_rc rc = account_list(q->tx, q->mem, q->office->id, d->unit_id, &who, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct option *list = mem_array(q->mem, struct option, PEOPLE_MAX);
	n = n < PEOPLE_MAX ? n : PEOPLE_MAX;
	for (size_t i = 0; i < n; i++)
		list[i] = (struct option){ .value = who[i].login, .label = who[i].name };
	act_form_choose(q, f, "by", list, n);
	return XQ_OK;
}

static enum xq_rc
step_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct dispute d;
	enum xq_rc rc = dispute_of_path(q, &d, err);
	if (rc != XQ_OK)
		return rc;
	struct act_form f =
		act_form_of(q, q->view->act, dispute_path(q, d.no, view_last_segment(q->view)));
	act_form_drop(&f, "dispute");
	act_form_crumb(&f, "/desk/disputes", N_("Early disputes"));
	act_form_crumb(&f, dispute_path(q, d.no, ""), dispute_number(q, d.no));
	f.note = q->view->act == &dispute_follow
	                 ? SAY(q, N_("Agreed: {text}"), AX("text", d.agreement))
	                 : d.about;
	if (q->view->act == &dispute_mediate)
		rc = choose_mediator(q, &f, &d, err);
	if (rc == XQ_OK)
		act_form_show(q, r, &f);
	return rc;
}

static enum xq_rc
step_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r,
		dispute_path(q, form_int(&q->call->form, "dispute"),
			mem_printf(q->mem, "?did=%s", view_last_segment(q->view) + 1)));
	return XQ_OK;
}

/* clang-format off */
#define STEP_VIEW(var, segment, act_, title_)                                                      \
	const struct view var = { .path = "/desk/disputes/{n}/" segment, .who = PERM_HANDLE,       \
		.render = step_render, .act = &(act_), .fill = fill_dispute, .after = step_after,  \
		.title = (title_) }

STEP_VIEW(dispute_mediate_view, "mediate", dispute_mediate, N_("Note a mediation"));
STEP_VIEW(dispute_settle_view,  "settle",  dispute_settle,  N_("Note the agreement"));
STEP_VIEW(dispute_refer_view,   "refer",   dispute_refer,   N_("Refer it to another body"));
STEP_VIEW(dispute_follow_view,  "follow",  dispute_follow,  N_("Look whether it is kept"));
/* clang-format on */
