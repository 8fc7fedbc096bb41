/* SPDX-License-Identifier: Apache-2.0 */
/* /desk/people: who works here; one person's account and roles. */
#include "core/mem.h"
#include "office/office_int.h"
#include "office/views_int.h"
#include "templates.h"

#include "core/banned.h"

#define PEOPLE "/desk/people"

/* ---- the list ----------------------------------------------------------------------------------- */

static const struct column people_columns[] = {
	{ .label = N_("Login name"), .form = COL_CODE },
	{ .label = N_("Name") },
	{ .label = N_("Position") },
	{ .label = N_("Roles") },
	{ .label = N_("State") },
};
enum { PEOPLE_COLUMNS = sizeof people_columns / sizeof *people_columns };

static enum xq_rc
fill_person_row(struct req *q, const struct account *a, struct table_cell *cell, struct xq_err *err)
{
	struct grant g[ACTOR_MAX_GRANTS];
	size_t n = 0;
	const char *roles = NULL;
	enum xq_rc rc = grant_list(q->tx, q->office->id, a->id, g, &n, err);
	if (rc == XQ_OK)
		rc = roles_in_words(q, g, n, &roles, err);
	if (rc != XQ_OK)
		return rc;
	cell[0] = (struct table_cell){ .text = a->login,
		.href = mem_printf(q->mem, PEOPLE "/%s", a->login) };
	cell[1].text = a->name;
	cell[2].text = a->title[0] ? a->title : NULL;
	cell[3].text = roles;
	cell[4].text = msg_text(q->prefs.lang, a->is_away ? N_("on leave") : N_("at work"));
	if (a->must_change)
		cell[4].note = msg_text(q->prefs.lang, N_("first password not changed yet"));
	return XQ_OK;
}

static enum xq_rc
load_unit(struct req *q, const struct unit *u, struct unit_people *out, struct xq_err *err)
{
	struct account *a = NULL;
	size_t n = 0;
	enum xq_rc rc = account_list(q->tx, q->mem, q->office->id, u->id, &a, &n, err);
	struct table_cell *cell = mem_array(q->mem, struct table_cell, n * PEOPLE_COLUMNS + 1);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		rc = fill_person_row(q, &a[i], &cell[i * PEOPLE_COLUMNS], err);
	if (rc != XQ_OK)
		return rc;
	*out = (struct unit_people){
		.name = u->name,
		.code = u->code,
		.kind = kind_choices[u->kind].label,
		.head_href = mem_printf(q->mem, PEOPLE "/units/%s/head", u->code),
		.table = { .caption = u->name,
			.hide_caption = true,
			.col = people_columns,
			.n_cols = PEOPLE_COLUMNS,
			.cell = cell,
			.n_rows = n },
	};
	if (u->head_person_id == 0)
		return XQ_OK;
	struct person head;
	rc = person_load(q->tx, q->mem, q->office->id, u->head_person_id, &head, err);
	if (rc == XQ_OK)
		out->head = head.name;
	return rc;
}

static enum xq_rc
load_people(struct req *q, struct people_page *p, struct xq_err *err)
{
	struct unit *unit = NULL;
	size_t n = 0;
	enum xq_rc rc = unit_list(q->tx, q->mem, q->office->id, &unit, &n, err);
	p->unit = mem_array(q->mem, struct unit_people, n + 1);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		rc = load_unit(q, &unit[i], &p->unit[i], err);
	p->n_units = n;
	for (size_t i = 0; rc == XQ_OK && i < 2; i++) {
		struct post_names who;
		rc = post_names_load(q->tx, q->mem, q->office->id, post_choices[i].code, &who, err);
		if (rc != XQ_OK)
			break;
		p->post[i] = (struct post_row){
			.title = post_choices[i].label,
			.holder = who.holder,
			.standin = who.standin,
			.href = mem_printf(q->mem, PEOPLE "/posts/%s", post_choices[i].code),
		};
	}
	return rc;
}

static enum xq_rc
people_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct people_page p = { 0 };
	const enum xq_rc rc = load_people(q, &p, err);
	if (rc != XQ_OK)
		return rc;
	struct shell shell;
	struct html_out o = desk_begin(q, N_("People and accounts"), done_flash(q), &shell);
	people_body(&o, &p);
	desk_end(r, &o, &shell);
	return XQ_OK;
}

const struct view view_people = {
	.path = PEOPLE,
	.who = PERM_ACCOUNTS,
	.render = people_render,
	.title = N_("People and accounts"),
};

/* ---- add ----------------------------------------------------------------------------------------- */

static enum xq_rc
add_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct option *units = NULL;
	size_t n = 0;
	const enum xq_rc rc = unit_options(q, &units, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct act_form f = act_form_of(q, &account_add_act, PEOPLE "/add");
	act_form_crumb(&f, PEOPLE, N_("People and accounts"));
	act_form_choose(q, &f, "unit", units, n);
	act_form_show(q, r, &f);
	return XQ_OK;
}

/* Shown in the answer itself: after a redirect it would have to be kept somewhere. */
static enum xq_rc
secret_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	const struct secret_page p = {
		.title = q->call->act == &account_add_act ? N_("The account is ready")
		                                          : N_("The new first password"),
		.login = act_result_get(q->call, "login"),
		.password = act_result_get(q->call, "password"),
		.next = mem_printf(q->mem, PEOPLE "/%s", act_result_get(q->call, "login")),
	};
	struct shell shell;
	struct html_out o = desk_begin(q, p.title, NULL, &shell);
	secret_body(&o, &p);
	desk_end(r, &o, &shell);
	return XQ_OK;
}

const struct view view_person_add = {
	.path = PEOPLE "/add",
	.who = PERM_ACCOUNTS,
	.render = add_render,
	.act = &account_add_act,
	.after = secret_after,
	.title = N_("Add a person"),
};

/* ---- one person ------------------------------------------------------------------------------------ */

static enum xq_rc
load_grants(struct req *q, int64_t account_id, struct person_page *p, struct xq_err *err)
{
	struct grant g[ACTOR_MAX_GRANTS];
	size_t n = 0;
	enum xq_rc rc = grant_list(q->tx, q->office->id, account_id, g, &n, err);
	p->grant = mem_array(q->mem, struct grant_row, ACTOR_MAX_GRANTS);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		struct unit u = { 0 };
		if (g[i].scope == SCOPE_UNIT)
			rc = unit_load(q->tx, q->mem, q->office->id, g[i].scope_id, &u, err);
		if (rc != XQ_OK)
			break;
		p->grant[p->n_grants++] = (struct grant_row){
			.role = role_title(g[i].role),
			.where = u.name,
			.code = role_code(g[i].role),
			.scope = scope_code(g[i].scope),
			.unit = u.code ? u.code : "",
		};
	}
	return rc;
}

static void
place_refusal(struct req *q, struct person_page *p)
{
	if (q->refusal == NULL)
		return;
	const struct xq_err *why = q->refusal;
	for (size_t i = 0; q->call != NULL && i < q->call->form.n; i++) {
		if (q->call->form.v[i].has_fault)
			why = &q->call->form.v[i].fault;
	}
	p->fault[p->n_faults++] = (struct fault_row){ NULL, req_fault_text(q, why) };
}

static enum xq_rc
load_person(struct req *q, struct person_page *p, struct xq_err *err)
{
	struct account a = { 0 };
	enum xq_rc rc = account_by_login(q->tx, q->mem, q->office->id, req_place(q, 0), &a, err);
	if (rc != XQ_OK)
		return rc;
	if (!a.is_open)
		return XQ_NONE;
	struct unit u = { 0 };
	rc = unit_load(q->tx, q->mem, q->office->id, a.unit_id, &u, err);
	if (rc != XQ_OK)
		return rc;
	*p = (struct person_page){
		.name = a.name,
		.title = a.title,
		.phone = a.phone,
		.login = a.login,
		.unit = u.name,
		.base = mem_printf(q->mem, PEOPLE "/%s", a.login),
		.is_away = a.is_away,
		.must_change = a.must_change,
		.is_self = a.id == q->actor.account_id,
		.csrf = q->csrf,
		.idem = req_idem_key(q),
	};
	place_refusal(q, p);
	return load_grants(q, a.id, p, err);
}

static enum xq_rc
person_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct person_page p;
	const enum xq_rc rc = load_person(q, &p, err);
	if (rc != XQ_OK)
		return rc;
	struct shell shell;
	struct html_out o = desk_begin(q, p.name, done_flash(q), &shell);
	person_body(&o, &p);
	desk_end(r, &o, &shell);
	return XQ_OK;
}

const struct view view_person = {
	.path = PEOPLE "/{login}",
	.who = PERM_ACCOUNTS,
	.render = person_render,
};

/* The person of the path, for every act below. */
static enum xq_rc
login_fill(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	(void)err;
	extra[(*n_extra)++] = (struct form_pair){ .name = STR("login"), .value = req_place(q, 0) };
	return XQ_OK;
}

static void
back_to_person(struct req *q, struct resp *r, const char *done)
{
	resp_see_other(q, r,
		mem_printf(q->mem, PEOPLE "/%.*s?done=%s", (int)req_place(q, 0).n,
			req_place(q, 0).p, done));
}

/* A form about one person, with units to choose from. */
static enum xq_rc
person_form(
	struct req *q, struct resp *r, const struct act *act, const char *what, struct xq_err *err)
{
	struct account a = { 0 };
	struct option *units = NULL;
	size_t n = 0;
	enum xq_rc rc = account_by_login(q->tx, q->mem, q->office->id, req_place(q, 0), &a, err);
	if (rc == XQ_OK && !a.is_open)
		rc = XQ_NONE;
	if (rc == XQ_OK)
		rc = unit_options(q, &units, &n, err);
	if (rc != XQ_OK)
		return rc;
	const char *base = mem_printf(q->mem, PEOPLE "/%s", a.login);
	struct act_form f = act_form_of(q, act, mem_printf(q->mem, "%s/%s", base, what));
	act_form_crumb(&f, PEOPLE, N_("People and accounts"));
	act_form_crumb(&f, base, a.name);
	act_form_choose(q, &f, "unit", units, n);
	act_form_drop(&f, "login");
	act_form_show(q, r, &f);
	return XQ_OK;
}

static enum xq_rc
grant_render(struct req *q, struct resp *r, struct xq_err *err)
{
	return person_form(q, r, &role_grant_act, "grant", err);
}

static enum xq_rc
grant_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	back_to_person(q, r, "granted");
	return XQ_OK;
}

const struct view view_person_grant = {
	.path = PEOPLE "/{login}/grant",
	.who = PERM_ACCOUNTS,
	.render = grant_render,
	.act = &role_grant_act,
	.fill = login_fill,
	.after = grant_after,
	.title = N_("Give a role"),
};

static enum xq_rc
revoke_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	back_to_person(q, r, "revoked");
	return XQ_OK;
}

const struct view view_person_revoke = {
	.path = PEOPLE "/{login}/revoke",
	.who = PERM_ACCOUNTS,
	.render = person_render,
	.act = &role_revoke_act,
	.fill = login_fill,
	.after = revoke_after,
};

static enum xq_rc
unit_render(struct req *q, struct resp *r, struct xq_err *err)
{
	return person_form(q, r, &unit_member_act, "unit", err);
}

static enum xq_rc
unit_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	back_to_person(q, r, "member");
	return XQ_OK;
}

const struct view view_person_unit = {
	.path = PEOPLE "/{login}/unit",
	.who = PERM_ACCOUNTS,
	.render = unit_render,
	.act = &unit_member_act,
	.fill = login_fill,
	.after = unit_after,
	.title = N_("Add to a unit"),
};

const struct view view_person_reset = {
	.path = PEOPLE "/{login}/reset",
	.who = PERM_ACCOUNTS,
	.render = person_render,
	.act = &account_reset_act,
	.fill = login_fill,
	.after = secret_after,
};

static enum xq_rc
close_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r, PEOPLE "?done=closed");
	return XQ_OK;
}

const struct view view_person_close = {
	.path = PEOPLE "/{login}/close",
	.who = PERM_ACCOUNTS,
	.render = person_render,
	.act = &account_close_act,
	.fill = login_fill,
	.after = close_after,
};
