/* SPDX-License-Identifier: Apache-2.0 */
/* /desk/account: one's own account, sessions, leave, password, tokens. */
#include "core/mem.h"
#include "office/office_int.h"
#include "office/views_int.h"
#include "templates.h"

#include "core/banned.h"

/* ---- the page ---------------------------------------------------------------------------------- */

static enum xq_rc
load_sessions(struct req *q, struct account_page *p, struct xq_err *err)
{
	struct session *list = NULL;
	size_t n = 0;
	const enum xq_rc rc = session_list(
		q->tx, q->mem, q->office->id, q->actor.account_id, q->now, &list, &n, err);
	if (rc != XQ_OK)
		return rc;
	p->session = mem_array(q->mem, struct session_row, n + 1);
	for (size_t i = 0; i < n; i++)
		p->session[p->n_sessions++] = (struct session_row){
			.device = list[i].device,
			.opened_at = list[i].opened_at,
			.seen_at = list[i].seen_at,
			.is_this = list[i].id == q->actor.session_id,
		};
	return XQ_OK;
}

static enum xq_rc
load_tokens(struct req *q, struct token_row **out, size_t *out_n, struct xq_err *err)
{
	struct api_token *list = NULL;
	size_t n = 0;
	const enum xq_rc rc = api_token_list(
		q->tx, q->mem, q->office->id, q->actor.account_id, q->now, &list, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct token_row *row = mem_array(q->mem, struct token_row, n + 1);
	for (size_t i = 0; i < n; i++)
		row[i] = (struct token_row){ list[i].label, list[i].made_at, list[i].until_at };
	*out = row;
	*out_n = n;
	return XQ_OK;
}

static enum xq_rc
load_account(struct req *q, struct account_page *p, struct xq_err *err)
{
	struct account a = { 0 };
	enum xq_rc rc = account_load(q->tx, q->mem, q->office->id, q->actor.account_id, &a, err);
	if (rc != XQ_OK)
		return rc;
	*p = (struct account_page){
		.name = a.name,
		.unit = q->actor.unit_name,
		.login = a.login,
		.is_away = a.is_away,
		.must_change = q->actor.must_change,
		.csrf = q->csrf,
		.idem = req_idem_key(q),
	};
	rc = roles_in_words(q, q->actor.grant, q->actor.n_grants, &p->roles, err);
	if (rc == XQ_OK)
		rc = load_sessions(q, p, err);
	if (rc == XQ_OK)
		rc = load_tokens(q, &p->token, &p->n_tokens, err);
	return rc;
}

static enum xq_rc
account_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct account_page p;
	const enum xq_rc rc = load_account(q, &p, err);
	if (rc != XQ_OK)
		return rc;
	const struct flash *flash = done_flash(q);
	struct flash refused = { FLASH_ERROR };
	if (q->refusal != NULL) {
		refused.text = req_fault_text(q, q->refusal);
		flash = &refused;
	}
	struct shell shell;
	struct html_out o = desk_begin(q, N_("My account"), flash, &shell);
	account_body(&o, &p);
	desk_end(r, &o, &shell);
	return XQ_OK;
}

const struct view view_account = {
	.path = "/desk/account",
	.who = PERM_SELF,
	.render = account_render,
	.title = N_("My account"),
};

static enum xq_rc
short_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r, "/desk/account");
	return XQ_OK;
}

const struct view view_account_short = {
	.path = "/account",
	.who = PERM_SELF,
	.render = short_render,
};

static enum xq_rc
sessions_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r, "/desk/account?done=others");
	return XQ_OK;
}

const struct view view_account_sessions = {
	.path = "/desk/account/sessions",
	.who = PERM_SELF,
	.render = account_render,
	.act = &session_close_act,
	.after = sessions_after,
};

static enum xq_rc
leave_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r, "/desk/account?done=leave");
	return XQ_OK;
}

const struct view view_account_leave = {
	.path = "/desk/account/leave",
	.who = PERM_STAFF,
	.render = account_render,
	.act = &account_away_act,
	.after = leave_after,
};

/* ---- password ----------------------------------------------------------------------------------- */

static enum xq_rc
password_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	struct act_form f = act_form_of(q, &account_password_act, "/desk/account/password");
	act_form_crumb(&f, "/desk/account", N_("My account"));
	act_form_input(&f, "old")->complete = "current-password";
	act_form_input(&f, "new")->complete = "new-password";
	act_form_input(&f, "again")->complete = "new-password";
	f.submit_hint = N_("You sign in anew afterwards, on all devices.");
	act_form_show(q, r, &f);
	return XQ_OK;
}

static enum xq_rc
password_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_cookie(q, r, "xs", "", -1); /* that session has ended with all others */
	resp_see_other(q, r, "/login?done=changed");
	return XQ_OK;
}

const struct view view_account_password = {
	.path = "/desk/account/password",
	.who = PERM_SELF,
	.render = password_render,
	.act = &account_password_act,
	.after = password_after,
	.title = N_("Change my password"),
};

/* ---- tokens --------------------------------------------------------------------------------------- */

static enum xq_rc
tokens_show(struct req *q, struct resp *r, struct token_page *p, struct xq_err *err)
{
	const enum xq_rc rc = load_tokens(q, &p->token, &p->n_tokens, err);
	if (rc != XQ_OK)
		return rc;
	p->form = act_form_of(q, &token_issue_act, "/desk/account/tokens");
	act_form_faults(&p->form);
	act_form_crumb(&p->form, "/desk/account", N_("My account"));
	act_form_crumb(&p->form, NULL, N_("Access tokens of programs"));
	struct shell shell;
	struct html_out o = desk_begin(q, N_("Access tokens of programs"), done_flash(q), &shell);
	token_body(&o, p);
	desk_end(r, &o, &shell);
	return XQ_OK;
}

static enum xq_rc
tokens_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct token_page p = { 0 };
	return tokens_show(q, r, &p, err);
}

/* Shown in the answer itself: after a redirect it would have to be kept somewhere. */
static enum xq_rc
tokens_after(struct req *q, struct resp *r, struct xq_err *err)
{
	struct token_page p = { .token_text = act_result_get(q->call, "token"),
		.was_shown = q->call->is_replay };
	for (size_t i = 0; i < q->call->result.n; i++)
		if (text_eq(q->call->result.v[i].name, "until"))
			p.until_at = q->call->result.v[i].i;
	q->call = NULL; /* the form below is for the next one */
	return tokens_show(q, r, &p, err);
}

const struct view view_tokens = {
	.path = "/desk/account/tokens",
	.who = PERM_STAFF,
	.render = tokens_render,
	.act = &token_issue_act,
	.after = tokens_after,
	.title = N_("Access tokens of programs"),
};

static enum xq_rc
revoke_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r, "/desk/account/tokens?done=withdrawn");
	return XQ_OK;
}

const struct view view_token_revoke = {
	.path = "/desk/account/tokens/revoke",
	.who = PERM_STAFF,
	.render = tokens_render,
	.act = &token_revoke_act,
	.after = revoke_after,
};
