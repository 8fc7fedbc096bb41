/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts and roles: who works here and what each may do. */
#include "core/mem.h"
#include "office/office_int.h"

#include "core/banned.h"

#define LOGIN_FIELD                                                                                \
	{                                                                                          \
		.name = "login", .type = FIELD_CODE, .required = true, .label = N_("Login name"),  \
		.hint = N_("Small letters, digits and hyphens")                                    \
	}

/* Made on the request side, since hashing is slow; printed once. */
struct first_password {
	char text[PASSWORD_FIRST_LEN + 1];
	char hash[PASSWORD_HASH_LEN];
};

static enum xq_rc
first_prepare(struct act_call *call, struct xq_err *err)
{
	struct first_password *p = mem_new(call->mem, struct first_password);
	struct rng random;
	rng_init_real(&random); /* not the act's: a replay must not know a password */
	password_first(&random, p->text);
	call->prepared = p;
	return password_hash(p->text, p->hash, err);
}

/* ---- account.add ------------------------------------------------------------------------------ */

static const struct field add_fields[] = {
	LOGIN_FIELD,
	{ .name = "name", .type = FIELD_TEXT, .required = true, .max = 20, .label = N_("Name") },
	{ .name = "title", .type = FIELD_TEXT, .max = 20, .label = N_("Position") },
	{ .name = "phone",
		.type = FIELD_TEXT,
		.max = 24,
		.label = N_("Office phone"),
		.hint = N_("Residents see it when this person is in charge of their matter") },
	{ .name = "unit", .type = FIELD_CODE, .required = true, .label = N_("Unit") },
	{ .name = "role",
		.type = FIELD_CHOICE,
		.label = N_("First role"),
		.hint = N_("Every account may take matters down, also without a role"),
		.choices = role_choices },
	{ .name = "scope",
		.type = FIELD_CHOICE,
		.label = N_("Works for"),
		.choices = scope_choices },
	{ 0 },
};

/* Handlers and approvers work for their unit unless said otherwise, all others for the office. */
static struct grant
first_grant(const struct form *in, int64_t unit_id)
{
	struct grant g = { 0 };
	xq_require(role_read(form_str(in, "role"), &g.role));
	g.scope = g.role == ROLE_HANDLER || g.role == ROLE_APPROVER ? SCOPE_UNIT : SCOPE_OFFICE;
	if (form_has(in, "scope"))
		xq_require(scope_read(form_str(in, "scope"), &g.scope));
	g.scope_id = g.scope == SCOPE_UNIT ? unit_id : 0;
	return g;
}

static enum xq_rc
give_first_role(struct act_ctx *ctx, const struct form *in, const struct unit *u,
	int64_t account_id, int64_t person_id, struct xq_err *err)
{
	if (!form_has(in, "role"))
		return XQ_OK;
	const struct grant g = first_grant(in, u->id);
	enum xq_rc rc = role_give(ctx->tx, ctx->office, account_id, &g, ctx->now, err);
	if (rc == XQ_OK)
		rc = emit_role(ctx, &ev_role_granted, &g, person_id, form_text(in, "name"), err);
	return rc;
}

/* Pages of /desk/people: a person of that login could not be looked at. */
static bool
is_a_page(struct str login)
{
	static const char *const page[] = { "add", "roles", "units", "posts" };
	for (size_t i = 0; i < sizeof page / sizeof *page; i++) {
		if (str_is(login, page[i]))
			return true;
	}
	return false;
}

/* A taken login is told together with a wrong unit. */
static enum xq_rc
note_taken_login(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct account a;
	const enum xq_rc rc =
		account_by_login(ctx->tx, ctx->mem, ctx->office, form_str(in, "login"), &a, err);
	if (rc != XQ_OK && rc != XQ_NONE)
		return rc;
	if (rc == XQ_NONE && !is_a_page(form_str(in, "login")))
		return XQ_OK;
	(void)xq_refuse(err, "login", "account.login-taken"); /* noted */
	note_fault(ctx->call, err);
	return XQ_OK;
}

static enum xq_rc
add_rows(struct act_ctx *ctx, const struct form *in, const struct unit *u, struct xq_err *err)
{
	const struct first_password *p = ctx->call->prepared;
	int64_t person = 0, account = 0;
	enum xq_rc rc = person_add(ctx->tx, ctx->office, form_text(in, "name"),
		form_text(in, "title"), form_text(in, "phone"), u->id, &person, err);
	if (rc == XQ_OK)
		rc = account_add(ctx->tx, ctx->office, person, form_text(in, "login"), p->hash,
			ctx->now, &account, err);
	if (rc == XQ_OK)
		rc = account_must_change(ctx->tx, ctx->office, account, err);
	if (rc == XQ_OK)
		rc = act_note(ctx, err);
	if (rc == XQ_OK)
		rc = give_first_role(ctx, in, u, account, person, err);
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "account", account);
	act_result_text(ctx, "login", form_text(in, "login"));
	act_result_secret(ctx, "password", p->text);
	return XQ_OK;
}

static enum xq_rc
add_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct unit u = { 0 };
	bool found = false;
	enum xq_rc rc = field_unit(ctx, in, "unit", &u, &found, err);
	if (rc == XQ_OK)
		rc = note_taken_login(ctx, in, err);
	if (rc == XQ_OK)
		rc = faults_of(ctx->call, err);
	return rc == XQ_OK ? add_rows(ctx, in, &u, err) : rc;
}

const struct act account_add_act = {
	.name = "account.add",
	.title = N_("Add a person"),
	.help = N_(
		"Makes an account with a first password that is shown once and must be changed."),
	.who = PERM_ACCOUNTS,
	.fields = add_fields,
	.prepare = first_prepare,
	.is_slow = true,
	.apply = add_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, &ev_role_granted, NULL },
};

/* ---- account.reset ------------------------------------------------------------------------------ */

static const struct field login_fields[] = { LOGIN_FIELD, { 0 } };

static enum xq_rc
reset_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	const struct first_password *p = ctx->call->prepared;
	struct account a = { 0 };
	bool found = false;
	enum xq_rc rc = field_account(ctx, in, "login", &a, &found, err);
	if (rc == XQ_OK)
		rc = faults_of(ctx->call, err);
	if (rc == XQ_OK)
		rc = account_set_password(
			ctx->tx, ctx->office, a.id, a.ver, p->hash, true, ctx->now, err);
	if (rc == XQ_OK) /* whoever lost the password may have lost these too */
		rc = api_token_end_all(ctx->tx, ctx->office, a.id, err);
	if (rc == XQ_OK)
		rc = login_unlock(
			ctx->tx, app_key(ctx->app, ctx->office), ctx->office, str_of(a.login), err);
	if (rc == XQ_OK)
		rc = act_note(ctx, err);
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "account", a.id);
	act_result_text(ctx, "login", a.login);
	act_result_secret(ctx, "password", p->text);
	return XQ_OK;
}

const struct act account_reset_act = {
	.name = "account.reset",
	.title = N_("Give a new first password"),
	.help = N_(
		"Unlocks the account, ends its sessions and tokens; the password is shown once."),
	.who = PERM_ACCOUNTS,
	.fields = login_fields,
	.prepare = first_prepare,
	.is_slow = true,
	.apply = reset_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};

/* ---- account.close ------------------------------------------------------------------------------ */

enum xq_rc
person_may_leave(struct tx *tx, int64_t office, int64_t person_id, struct xq_err *err)
{
	for (size_t i = 0; office_leave_checks[i] != NULL; i++) {
		const struct leave_check *c = office_leave_checks[i];
		int64_t n = 0;
		enum xq_rc rc = c->count(tx, office, person_id, &n, err);
		if (rc == XQ_OK && n > 0) {
			rc = xq_refuse(err, NULL, c->refusal);
			xq_err_int(err, "n", n);
		}
		if (rc != XQ_OK)
			return rc;
	}
	enum xq_rc rc = refuse_post_holder(tx, office, person_id, err);
	if (rc == XQ_OK)
		rc = person_heads_none(tx, office, person_id, err);
	return rc;
}

static enum xq_rc
take_all_roles(struct act_ctx *ctx, const struct account *a, struct xq_err *err)
{
	struct grant list[ACTOR_MAX_GRANTS];
	size_t n = 0;
	enum xq_rc rc = grant_list(ctx->tx, ctx->office, a->id, list, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		rc = emit_role(ctx, &ev_role_revoked, &list[i], a->person_id, a->name, err);
	return rc;
}

static enum xq_rc
close_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct account a = { 0 };
	bool found = false;
	enum xq_rc rc = field_account(ctx, in, "login", &a, &found, err);
	if (rc == XQ_OK)
		rc = faults_of(ctx->call, err);
	if (rc == XQ_OK)
		rc = person_may_leave(ctx->tx, ctx->office, a.person_id, err);
	if (rc == XQ_OK)
		rc = take_all_roles(ctx, &a, err);
	if (rc == XQ_OK)
		rc = account_end(ctx->tx, ctx->office, a.id, ctx->now, err);
	if (rc == XQ_OK)
		rc = person_leave(ctx->tx, ctx->office, a.person_id, err);
	if (rc == XQ_OK)
		rc = act_note(ctx, err);
	if (rc == XQ_OK)
		act_subject(ctx, "account", a.id);
	return rc;
}

const struct act account_close_act = {
	.name = "account.close",
	.title = N_("Close the account"),
	.help = N_("For somebody who leaves; posts and open matters are handed over first."),
	.who = PERM_ACCOUNTS,
	.fields = login_fields,
	.apply = close_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, &ev_role_revoked, NULL },
};

/* ---- account.away ------------------------------------------------------------------------------- */

static const struct field away_fields[] = {
	{ .name = "away", .type = FIELD_BOOL, .label = N_("I am on leave; my stand-in receives") },
	{ 0 },
};

static enum xq_rc
away_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	if (ctx->actor->person_id == 0)
		return xq_refuse(err, NULL, "account.none");
	enum xq_rc rc = person_set_away(
		ctx->tx, ctx->office, ctx->actor->person_id, form_bool(in, "away"), err);
	if (rc == XQ_OK)
		rc = act_note(ctx, err);
	return rc;
}

const struct act account_away_act = {
	.name = "account.away",
	.title = N_("Begin or end my leave"),
	.help = N_("While somebody is on leave, posts fall to the stand-in."),
	.who = PERM_STAFF,
	.fields = away_fields,
	.apply = away_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};

/* ---- role.grant, role.revoke ---------------------------------------------------------------------- */

static const struct field role_fields[] = {
	LOGIN_FIELD,
	{ .name = "role",
		.type = FIELD_CHOICE,
		.required = true,
		.label = N_("Role"),
		.choices = role_choices },
	{ .name = "scope",
		.type = FIELD_CHOICE,
		.required = true,
		.label = N_("Works for"),
		.choices = scope_choices },
	{ .name = "unit",
		.type = FIELD_CODE,
		.label = N_("Unit"),
		.hint = N_("Only for a role over one unit") },
	{ 0 },
};

/* The grant that the form names; faults are noted beside their fields. */
static enum xq_rc
read_grant(struct act_ctx *ctx, const struct form *in, struct grant *out, struct xq_err *err)
{
	struct grant g = { 0 };
	xq_require(role_read(form_str(in, "role"), &g.role));
	xq_require(scope_read(form_str(in, "scope"), &g.scope));
	if (g.scope == SCOPE_UNIT) {
		struct unit u = { 0 };
		bool found = false;
		const enum xq_rc rc = field_unit(ctx, in, "unit", &u, &found, err);
		if (rc != XQ_OK)
			return rc;
		g.scope_id = u.id;
	}
	*out = g;
	return XQ_OK;
}

static enum xq_rc
role_subject(struct act_ctx *ctx, const struct form *in, struct account *a, struct grant *g,
	struct xq_err *err)
{
	bool found = false;
	enum xq_rc rc = field_account(ctx, in, "login", a, &found, err);
	if (rc == XQ_OK)
		rc = read_grant(ctx, in, g, err);
	if (rc == XQ_OK)
		rc = faults_of(ctx->call, err);
	if (rc == XQ_OK)
		act_subject(ctx, "account", a->id);
	return rc;
}

static enum xq_rc
grant_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct account a = { 0 };
	struct grant g = { 0 };
	enum xq_rc rc = role_subject(ctx, in, &a, &g, err);
	if (rc == XQ_OK)
		rc = role_give(ctx->tx, ctx->office, a.id, &g, ctx->now, err);
	if (rc == XQ_OK)
		rc = emit_role(ctx, &ev_role_granted, &g, a.person_id, a.name, err);
	return rc;
}

const struct act role_grant_act = {
	.name = "role.grant",
	.title = N_("Give a role"),
	.help = N_("The record shows role and scope; the name stands behind a commitment."),
	.who = PERM_ACCOUNTS,
	.fields = role_fields,
	.apply = grant_apply,
	.events = (const struct event_kind *const[]){ &ev_role_granted, NULL },
};

static enum xq_rc
revoke_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct account a = { 0 };
	struct grant g = { 0 };
	enum xq_rc rc = role_subject(ctx, in, &a, &g, err);
	if (rc == XQ_OK)
		rc = role_take(ctx->tx, ctx->office, a.id, &g, err);
	if (rc == XQ_OK)
		rc = emit_role(ctx, &ev_role_revoked, &g, a.person_id, a.name, err);
	return rc;
}

const struct act role_revoke_act = {
	.name = "role.revoke",
	.title = N_("Take a role back"),
	.help = N_("Takes effect with the person's next click."),
	.who = PERM_ACCOUNTS,
	.fields = role_fields,
	.apply = revoke_apply,
	.events = (const struct event_kind *const[]){ &ev_role_revoked, NULL },
};
