/* SPDX-License-Identifier: Apache-2.0 */
/* Units, posts and the table of rights, below /desk/people. */
#include "core/mem.h"
#include "office/office_int.h"
#include "office/views_int.h"
#include "templates.h"

#include "core/banned.h"

#define PEOPLE "/desk/people"

static void
crumb_people(struct act_form *f)
{
	act_form_crumb(f, PEOPLE, N_("People and accounts"));
}

/* ---- a new unit ------------------------------------------------------------------------------------ */

static enum xq_rc
add_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	struct act_form f = act_form_of(q, &unit_add_act, PEOPLE "/units/add");
	crumb_people(&f);
	act_form_show(q, r, &f);
	return XQ_OK;
}

static enum xq_rc
add_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r, PEOPLE "?done=unit");
	return XQ_OK;
}

const struct view view_unit_add = {
	.path = PEOPLE "/units/add",
	.who = PERM_ACCOUNTS,
	.render = add_render,
	.act = &unit_add_act,
	.after = add_after,
	.title = N_("Add a unit"),
};

/* ---- its head ---------------------------------------------------------------------------------------- */

static enum xq_rc
head_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct unit u;
	struct option *people = NULL;
	size_t n = 0;
	enum xq_rc rc = unit_by_code(q->tx, q->mem, q->office->id, req_place(q, 0), &u, err);
	if (rc == XQ_OK)
		rc = account_options(q, &people, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct act_form f =
		act_form_of(q, &unit_head_act, mem_printf(q->mem, PEOPLE "/units/%s/head", u.code));
	crumb_people(&f);
	f.note = u.name;
	act_form_choose(q, &f, "head", people, n);
	act_form_drop(&f, "unit");
	act_form_show(q, r, &f);
	return XQ_OK;
}

static enum xq_rc
head_fill(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	(void)err;
	extra[(*n_extra)++] = (struct form_pair){ .name = STR("unit"), .value = req_place(q, 0) };
	return XQ_OK;
}

static enum xq_rc
head_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r, PEOPLE "?done=head");
	return XQ_OK;
}

const struct view view_unit_head = {
	.path = PEOPLE "/units/{code}/head",
	.who = PERM_ACCOUNTS,
	.render = head_render,
	.act = &unit_head_act,
	.fill = head_fill,
	.after = head_after,
	.title = N_("Name the head of a unit"),
};

/* ---- posts -------------------------------------------------------------------------------------------- */

static enum xq_rc
post_render(struct req *q, struct resp *r, struct xq_err *err)
{
	const char *code = str_text(q->mem, req_place(q, 0));
	struct post_names who;
	struct option *people = NULL;
	size_t n = 0;
	enum xq_rc rc = post_names_load(q->tx, q->mem, q->office->id, code, &who, err);
	if (rc == XQ_OK)
		rc = account_options(q, &people, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct act_form f =
		act_form_of(q, &post_assign_act, mem_printf(q->mem, PEOPLE "/posts/%s", code));
	crumb_people(&f);
	const struct msg_arg now[] = { { "holder", MSG_ARG_TEXT, 0, who.holder },
		{ "standin", MSG_ARG_TEXT, 0, who.standin } };
	f.note = msg_fill(q->mem, q->prefs.lang,
		msg_text(q->prefs.lang, N_("Now: {holder}; stand-in {standin}")), now, 2,
		q->office->tz_s);
	act_form_choose(q, &f, "holder", people, n);
	act_form_choose(q, &f, "standin", people, n);
	act_form_drop(&f, "post");
	act_form_show(q, r, &f);
	return XQ_OK;
}

static enum xq_rc
post_fill(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	(void)err;
	extra[(*n_extra)++] = (struct form_pair){ .name = STR("post"), .value = req_place(q, 0) };
	return XQ_OK;
}

static enum xq_rc
post_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r, PEOPLE "?done=post");
	return XQ_OK;
}

const struct view view_post = {
	.path = PEOPLE "/posts/{post}",
	.who = PERM_ACCOUNTS,
	.render = post_render,
	.act = &post_assign_act,
	.fill = post_fill,
	.after = post_after,
	.title = N_("Fill a post"),
};

/* ---- who may do what ------------------------------------------------------------------------------------ */

enum { RIGHTS = PERM_SYSTEM }; /* all but the system's own */

static size_t
acts_of(struct req *q, enum perm perm, const char **out, size_t max)
{
	size_t n = 0;
	for (size_t m = 0; q->app->modules[m] != NULL; m++) {
		const struct act *const *acts = q->app->modules[m]->acts;
		for (size_t i = 0; acts != NULL && acts[i] != NULL && n < max; i++) {
			if (acts[i]->who == perm && !acts[i]->is_hidden)
				out[n++] = acts[i]->title;
		}
	}
	return n;
}

static void
fill_rights(struct req *q, struct roles_page *p)
{
	enum { ACTS_MAX = 100 };
	p->right = mem_array(q->mem, struct right_row, RIGHTS);
	for (unsigned i = 0; i < RIGHTS; i++) {
		const char **act = mem_array(q->mem, const char *, ACTS_MAX);
		const size_t n = acts_of(q, (enum perm)i, act, ACTS_MAX);
		p->right[p->n_rights++] = (struct right_row){ perm_title((enum perm)i), act, n };
	}
}

static void
fill_matrix(struct req *q, struct table *t)
{
	enum { COLS = ROLE_COUNT + 1 };
	struct column *col = mem_array(q->mem, struct column, COLS);
	struct table_cell *cell = mem_array(q->mem, struct table_cell, RIGHTS * COLS);
	col[0].label = N_("Permission");
	for (unsigned r = 0; r < ROLE_COUNT; r++)
		col[r + 1].label = role_title((enum role)r);
	for (unsigned i = 0; i < RIGHTS; i++) {
		cell[i * COLS].text = msg_text(q->prefs.lang, perm_title((enum perm)i));
		for (unsigned r = 0; r < ROLE_COUNT; r++)
			if (role_has((enum role)r, (enum perm)i))
				cell[i * COLS + r + 1].text = msg_text(q->prefs.lang, N_("has it"));
	}
	*t = (struct table){ .caption = N_("Rights by role"),
		.col = col,
		.n_cols = COLS,
		.cell = cell,
		.n_rows = RIGHTS };
}

static enum xq_rc
roles_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	struct roles_page p = { 0 };
	fill_matrix(q, &p.table);
	fill_rights(q, &p);
	struct shell shell;
	struct html_out o = desk_begin(q, N_("Who may do what"), NULL, &shell);
	roles_body(&o, &p);
	desk_end(r, &o, &shell);
	return XQ_OK;
}

const struct view view_roles = {
	.path = PEOPLE "/roles",
	.who = PERM_ACCOUNTS,
	.render = roles_render,
	.title = N_("Who may do what"),
};
