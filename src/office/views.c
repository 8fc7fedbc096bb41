/* SPDX-License-Identifier: Apache-2.0 */
/* The list of the office's views, and what they share. */
#include "core/mem.h"
#include "office/office_int.h"
#include "office/views_int.h"

#include "core/banned.h"

const struct view *const office_views[] = { &view_login, &view_logout, &view_account,
	&view_account_short, &view_account_sessions, &view_account_leave, &view_account_password,
	&view_tokens, &view_token_revoke, &view_people, &view_person_add, &view_person,
	&view_person_grant, &view_person_revoke, &view_person_unit, &view_person_reset,
	&view_person_close, &view_roles, &view_unit_add, &view_unit_head, &view_post, &view_host,
	NULL };

static const struct menu_item menu_people = {
	.path = "/desk/people",
	.title = N_("People and accounts"),
	.icon = "user",
	.who = PERM_ACCOUNTS,
	.order = 900,
};

const struct menu_item *const office_menu[] = { &menu_people, &menu_host, NULL };

const struct flash *
done_flash(struct req *q)
{
	static const struct {
		const char *code, *text;
	} known[] = {
		{ "others", N_("All other devices are signed out.") },
		{ "leave", N_("Noted. Your posts know it from now on.") },
		{ "withdrawn", N_("The token is withdrawn and works no more.") },
		{ "granted", N_("The role is given and works with the next click.") },
		{ "revoked", N_("The role is taken back.") },
		{ "member", N_("Added to the unit.") },
		{ "succeeded", N_("All that was open is with the successor.") },
		{ "closed", N_("The account is closed.") },
		{ "unit", N_("The unit is added.") },
		{ "head", N_("The head of the unit is named.") },
		{ "post", N_("The post is filled.") },
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (q->method == HTTP_GET && str_is(req_query(q, "done"), known[i].code)) {
			struct flash *f = mem_new(q->mem, struct flash);
			*f = (struct flash){ FLASH_OK, msg_text(q->prefs.lang, known[i].text) };
			return f;
		}
	}
	return NULL;
}

static enum xq_rc
add_role_words(struct req *q, const struct grant *g, struct buf *b, struct xq_err *err)
{
	if (b->n > 0)
		buf_text(b, msg_text(q->prefs.lang, N_(", ")));
	buf_text(b, msg_text(q->prefs.lang, role_title(g->role)));
	if (g->scope != SCOPE_UNIT)
		return XQ_OK;
	struct unit u;
	const enum xq_rc rc = unit_load(q->tx, q->mem, q->office->id, g->scope_id, &u, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc;
	const struct msg_arg where = { "unit", MSG_ARG_TEXT, 0, u.name };
	buf_text(b, msg_fill(q->mem, q->prefs.lang, msg_text(q->prefs.lang, N_(" ({unit})")),
			    &where, 1, q->office->tz_s));
	return XQ_OK;
}

enum xq_rc
roles_in_words(struct req *q, const struct grant *g, size_t n, const char **out, struct xq_err *err)
{
	struct buf b = buf_new(q->mem, 64);
	for (size_t i = 0; i < n; i++) {
		const enum xq_rc rc = add_role_words(q, &g[i], &b, err);
		if (rc != XQ_OK)
			return rc;
	}
	*out = n > 0 ? b.p : NULL;
	return XQ_OK;
}

enum xq_rc
unit_options(struct req *q, struct option **out, size_t *out_n, struct xq_err *err)
{
	struct unit *unit = NULL;
	size_t n = 0;
	const enum xq_rc rc = unit_list(q->tx, q->mem, q->office->id, &unit, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct option *list = mem_array(q->mem, struct option, n + 1);
	for (size_t i = 0; i < n; i++)
		list[i] = (struct option){ .value = unit[i].code, .label = unit[i].name };
	*out = list;
	*out_n = n;
	return XQ_OK;
}

enum xq_rc
account_options(struct req *q, struct option **out, size_t *out_n, struct xq_err *err)
{
	struct unit *unit = NULL;
	size_t n_units = 0, n = 0;
	enum xq_rc rc = unit_list(q->tx, q->mem, q->office->id, &unit, &n_units, err);
	struct option *list = mem_array(q->mem, struct option, 1);
	for (size_t u = 0; rc == XQ_OK && u < n_units; u++) {
		struct account *a = NULL;
		size_t more = 0;
		rc = account_list(q->tx, q->mem, q->office->id, unit[u].id, &a, &more, err);
		if (rc != XQ_OK)
			break;
		list = mem_grow(q->mem, struct option, list, n, n + more + 1);
		for (size_t i = 0; i < more; i++)
			list[n++] = (struct option){ .value = a[i].login,
				.label = mem_printf(q->mem, "%s · %s", a[i].name, unit[u].name) };
	}
	*out = list;
	*out_n = n;
	return rc;
}
