/* SPDX-License-Identifier: Apache-2.0 */
/* Signing in and out, one's own password, tokens of programs. Quiet acts: none is a fact of the
 * office. */
#include "core/mem.h"
#include "office/office_int.h"

#include "core/banned.h"

/* ---- session.open ----------------------------------------------------------------------------- */

/* What the request side found out. */
struct signin {
	int64_t account_id; /* 0: no such account, or closed */
	int64_t ver;        /* of the account whose password was compared */
	bool matches;
};

static const struct field open_fields[] = {
	{ .name = "login",
		.type = FIELD_TEXT,
		.required = true,
		.max = 64,
		.label = N_("Login name") },
	{ .name = "password",
		.type = FIELD_SECRET,
		.required = true,
		.max = PASSWORD_MAX,
		.label = N_("Password"),
		.privacy = PRIVACY_SECRET },
	{ .name = "device", .type = FIELD_TEXT, .max = 80, .label = N_("Device") },
	{ 0 },
};

/* Reads what the password has to match. While locked nothing is compared: guessing then costs us
 * nothing, and the lock is told openly anyway. */
static enum xq_rc
open_read(struct act_call *call, struct account *out, bool *out_locked, struct xq_err *err)
{
	const struct str login = form_str(&call->form, "login");
	struct tx *tx;
	enum xq_rc rc = db_read(call->app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	int64_t until = 0;
	rc = login_locked_until(tx, app_key(call->app, call->office), call->office, login,
		clock_now(call->app->clock), &until, err);
	if (rc == XQ_OK)
		rc = account_by_login(tx, call->mem, call->office, login, out, err);
	tx_end(tx);
	*out_locked = until != 0;
	return rc;
}

static enum xq_rc
open_prepare(struct act_call *call, struct xq_err *err)
{
	struct account a = { 0 };
	bool is_locked = false;
	const enum xq_rc rc = open_read(call, &a, &is_locked, err);
	if (rc != XQ_OK && rc != XQ_NONE)
		return rc;
	struct signin *s = mem_new(call->mem, struct signin);
	call->prepared = s;
	const bool is_known = rc == XQ_OK && a.is_open;
	/* An unknown name costs the same work as a known one. */
	s->matches = !is_locked && password_matches(is_known ? a.password_hash : NULL,
					   form_text(&call->form, "password"));
	s->account_id = is_known ? a.id : 0;
	s->ver = a.ver;
	return XQ_OK;
}

static void
open_refuse(struct act_ctx *ctx, int64_t until)
{
	act_result_text(ctx, "refused", until != 0 ? "session.locked" : "session.wrong");
	if (until != 0)
		act_result_int(ctx, "until", until);
}

static enum xq_rc
open_session(
	struct act_ctx *ctx, const struct form *in, const struct account *a, struct xq_err *err)
{
	char token[TOKEN_LEN + 1];
	enum xq_rc rc = login_unlock(
		ctx->tx, app_key(ctx->app, ctx->office), ctx->office, form_str(in, "login"), err);
	if (rc == XQ_OK)
		rc = session_start(ctx->tx, app_key(ctx->app, ctx->office), ctx->office, a->id,
			form_str(in, "device"), ctx->now, ctx->random, token, err);
	if (rc != XQ_OK)
		return rc;
	act_result_secret(ctx, "token", token);
	act_result_int(ctx, "must_change", a->must_change);
	return XQ_OK;
}

/* A wrong password is an answer, not a refusal: a refusal would roll the count of tries back. */
static enum xq_rc
open_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	const struct signin *s = ctx->call->prepared;
	const struct str login = form_str(in, "login");
	if (s->account_id != 0)
		act_subject(ctx, "account", s->account_id);
	int64_t until = 0;
	enum xq_rc rc = login_locked_until(
		ctx->tx, app_key(ctx->app, ctx->office), ctx->office, login, ctx->now, &until, err);
	if (rc != XQ_OK)
		return rc;
	if (until != 0) {
		open_refuse(ctx, until);
		return XQ_OK;
	}
	struct account a = { 0 };
	if (s->matches)
		rc = account_load(ctx->tx, ctx->mem, ctx->office, s->account_id, &a, err);
	if (rc != XQ_OK)
		return rc;
	/* Changed or closed since the comparison: that password is no longer the one. */
	if (s->matches && a.is_open && a.ver == s->ver)
		return open_session(ctx, in, &a, err);
	rc = login_failed(
		ctx->tx, app_key(ctx->app, ctx->office), ctx->office, login, ctx->now, &until, err);
	if (rc == XQ_OK)
		open_refuse(ctx, until);
	return rc;
}

const struct act session_open_act = {
	.name = "session.open",
	.title = N_("Sign in"),
	.help = N_("Opens a session with login name and password."),
	.who = PERM_ANYBODY,
	.fields = open_fields,
	.prepare = open_prepare,
	.is_slow = true,
	.apply = open_apply,
	.is_quiet = true,
	.is_unseen = true,
	.needs_no_record = true,
	.is_hidden = true,
};

/* ---- session.close, session.touch --------------------------------------------------------------- */

static const struct field close_fields[] = {
	{ .name = "others", .type = FIELD_BOOL, .label = N_("All other devices, not this one") },
	{ 0 },
};

static enum xq_rc
close_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	const struct actor *a = ctx->actor;
	if (form_bool(in, "others"))
		return session_end_others(ctx->tx, ctx->office, a->account_id, a->session_id, err);
	return session_end(ctx->tx, ctx->office, a->account_id, a->session_id, err);
}

const struct act session_close_act = {
	.name = "session.close",
	.title = N_("Sign out"),
	.help = N_("Ends this session, or all others of the same account."),
	.who = PERM_SELF,
	.fields = close_fields,
	.apply = close_apply,
	.is_quiet = true,
	.needs_no_record = true,
	.is_hidden = true,
};

static const struct field no_fields[] = { { 0 } };

static enum xq_rc
touch_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	(void)in;
	return session_touch(ctx->tx, ctx->office, ctx->actor->account_id, ctx->actor->session_id,
		ctx->now, err);
}

const struct act session_touch_act = {
	.name = "session.touch",
	.title = N_("Keep a session awake"),
	.help = N_("Sent by the server itself while somebody works, at most every five minutes."),
	.who = PERM_SELF,
	.fields = no_fields,
	.apply = touch_apply,
	.is_quiet = true,
	.is_unseen = true,
	.needs_no_record = true,
	.is_hidden = true,
};

/* ---- account.password ------------------------------------------------------------------------------ */

static const struct field password_fields[] = {
	{ .name = "old",
		.type = FIELD_SECRET,
		.required = true,
		.max = PASSWORD_MAX,
		.label = N_("Present password"),
		.privacy = PRIVACY_SECRET },
	{ .name = "new",
		.type = FIELD_SECRET,
		.required = true,
		.max = PASSWORD_MAX,
		.label = N_("New password"),
		.hint = N_(
			"At least 10 characters from three of these: small letters, capitals, digits, "
			"other signs. Chinese counts as other signs; a short sentence is good."),
		.privacy = PRIVACY_SECRET },
	{ .name = "again",
		.type = FIELD_SECRET,
		.required = true,
		.max = PASSWORD_MAX,
		.label = N_("New password once more"),
		.privacy = PRIVACY_SECRET },
	{ 0 },
};

struct new_password {
	int64_t ver; /* of the account as it was read */
	char hash[PASSWORD_HASH_LEN];
};

static enum xq_rc
own_account(struct act_call *call, struct account *out, struct xq_err *err)
{
	struct tx *tx;
	enum xq_rc rc = db_read(call->app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = account_load(tx, call->mem, call->office, call->actor.account_id, out, err);
	tx_end(tx);
	/* the system and residents have no account of their own */
	return rc == XQ_NONE ? xq_refuse(err, NULL, "account.none") : rc;
}

static void
check_new_password(struct act_call *call, const struct account *a)
{
	const struct str new = form_str(&call->form, "new");
	struct xq_err err = { 0 };
	if (!password_matches(a->password_hash, form_text(&call->form, "old"))) {
		(void)xq_refuse(&err, "old", "password.old-wrong"); /* noted, with the others */
		note_fault(call, &err);
	}
	if (password_check_rules(new, str_of(a->login), &err) != XQ_OK) {
		err.field = "new";
		note_fault(call, &err);
	} else if (str_eq(new, form_str(&call->form, "old"))) {
		(void)xq_refuse(&err, "new", "password.same"); /* noted */
		note_fault(call, &err);
	}
	if (!str_eq(new, form_str(&call->form, "again"))) {
		(void)xq_refuse(&err, "again", "password.not-again"); /* noted */
		note_fault(call, &err);
	}
}

static enum xq_rc
password_prepare(struct act_call *call, struct xq_err *err)
{
	struct account a;
	enum xq_rc rc = own_account(call, &a, err);
	if (rc != XQ_OK)
		return rc;
	check_new_password(call, &a);
	rc = faults_of(call, err);
	if (rc != XQ_OK)
		return rc;
	struct new_password *p = mem_new(call->mem, struct new_password);
	call->prepared = p;
	p->ver = a.ver;
	return password_hash(form_text(&call->form, "new"), p->hash, err);
}

static enum xq_rc
password_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	(void)in;
	const struct new_password *p = ctx->call->prepared;
	act_subject(ctx, "account", ctx->actor->account_id);
	return account_set_password(ctx->tx, ctx->office, ctx->actor->account_id, p->ver, p->hash,
		false, ctx->now, err);
}

const struct act account_password_act = {
	.name = "account.password",
	.title = N_("Change my password"),
	.help = N_("Sets a new password; all sessions of the account end."),
	.who = PERM_SELF,
	.fields = password_fields,
	.prepare = password_prepare,
	.is_slow = true,
	.apply = password_apply,
	.is_quiet = true,
};

/* ---- tokens of programs ------------------------------------------------------------------------------ */

static const struct field issue_fields[] = {
	{ .name = "label",
		.type = FIELD_TEXT,
		.required = true,
		.max = 40,
		.label = N_("What the token is for"),
		.hint = N_("For example: hotline import") },
	{ .name = "days",
		.type = FIELD_INT,
		.min = 1,
		.max = TOKEN_DAYS_MAX,
		.label = N_("Valid for how many days"),
		.hint = N_("90 when left empty, 366 at most") },
	{ 0 },
};

static enum xq_rc
issue_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	if (ctx->actor->account_id == 0)
		return xq_refuse(err, NULL, "account.none");
	if (ctx->actor->is_by_token) /* else a stolen one could renew itself for ever */
		return xq_refuse(err, NULL, "token.by-token");
	const int64_t days = form_has(in, "days") ? form_int(in, "days") : TOKEN_DAYS;
	const int64_t until = ctx->now + days * 86400;
	char token[TOKEN_LEN + 1];
	const enum xq_rc rc = api_token_add(ctx->tx, app_key(ctx->app, ctx->office), ctx->office,
		ctx->actor->account_id, form_str(in, "label"), until, ctx->now, ctx->random, token,
		err);
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "account", ctx->actor->account_id);
	act_result_secret(ctx, "token", token);
	act_result_int(ctx, "until", until);
	return XQ_OK;
}

const struct act token_issue_act = {
	.name = "token.issue",
	.title = N_("Make an access token"),
	.help = N_("A token lets a program act in your name; it is shown once."),
	.who = PERM_STAFF,
	.fields = issue_fields,
	.apply = issue_apply,
	.is_quiet = true,
	.is_unseen = true,
};

static const struct field revoke_fields[] = {
	{ .name = "label",
		.type = FIELD_TEXT,
		.required = true,
		.max = 40,
		.label = N_("What the token is for") },
	{ 0 },
};

static enum xq_rc
revoke_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	act_subject(ctx, "account", ctx->actor->account_id);
	return api_token_end(
		ctx->tx, ctx->office, ctx->actor->account_id, form_str(in, "label"), err);
}

const struct act token_revoke_act = {
	.name = "token.revoke",
	.title = N_("Withdraw an access token"),
	.help = N_("The token stops working at once."),
	.who = PERM_STAFF,
	.fields = revoke_fields,
	.apply = revoke_apply,
	.is_quiet = true,
};
