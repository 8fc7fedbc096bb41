/* SPDX-License-Identifier: Apache-2.0 */
/* /login and /logout. */
#include "core/mem.h"
#include "office/office_int.h"
#include "office/views_int.h"
#include "templates.h"
#include "web/csrf.h"

#include "core/banned.h"

#define DESK "/desk"

/* Only a path of this site: "//host" and "/\host" lead elsewhere in browsers. */
static const char *
local_path(struct req *q, struct str to)
{
	bool is_fine = to.n > 0 && to.n <= 500 && to.p[0] == '/';
	if (to.n > 1)
		is_fine = is_fine && to.p[1] != '/' && to.p[1] != '\\';
	for (size_t i = 0; i < to.n; i++)
		is_fine = is_fine && (unsigned char)to.p[i] > 0x20 && to.p[i] != '\\' &&
		          to.p[i] != 0x7F;
	return is_fine ? str_text(q->mem, to) : DESK;
}

static const char *
fault_text(struct req *q, const char *field)
{
	if (q->call == NULL)
		return NULL;
	const struct field_value *v = form_value(&q->call->form, field);
	return v->has_fault ? req_fault_text(q, &v->fault) : NULL;
}

static struct login_page
login_page_of(struct req *q)
{
	const struct str to = q->method == HTTP_POST ? req_pair(q, "to") : req_query(q, "to");
	struct login_page p = {
		.to = local_path(q, to),
		.csrf = q->csrf,
		.login = { .kind = INPUT_TEXT,
			.name = "login",
			.label = N_("Login name"),
			.complete = "username",
			.fault = fault_text(q, "login"),
			.value = str_text(q->mem, req_pair(q, "login")) },
		.password = { .kind = INPUT_PASSWORD,
			.name = "password",
			.label = N_("Password"),
			.complete = "current-password",
			.fault = fault_text(q, "password") },
	};
	if (p.login.fault != NULL)
		p.fault[p.n_faults++] = (struct fault_row){ "login", p.login.fault };
	if (p.password.fault != NULL)
		p.fault[p.n_faults++] = (struct fault_row){ "password", p.password.fault };
	if (q->refusal != NULL && p.n_faults == 0)
		p.fault[p.n_faults++] = (struct fault_row){ NULL, req_fault_text(q, q->refusal) };
	return p;
}

static const struct flash *
login_flash(struct req *q)
{
	static const struct {
		const char *code, *text;
	} known[] = {
		{ "out", N_("You are signed out on this device.") },
		{ "changed", N_("The password is changed. Please sign in with the new one.") },
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
login_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	if (q->actor.kind == ACTOR_STAFF && q->refusal == NULL) {
		resp_see_other(q, r, local_path(q, req_query(q, "to")));
		return XQ_OK;
	}
	const struct login_page p = login_page_of(q);
	struct html_out o = html_new(q->mem, q->prefs.lang, q->office->tz_s);
	o.base = q->base;
	const struct shell shell = {
		.title = msg_text(q->prefs.lang, N_("Staff sign-in")),
		.hero = msg_text(q->prefs.lang, N_("Staff sign-in")),
		.office = q->office->name,
		.office_short = q->office->short_name,
		.notice = req_notice(q),
		.path = "/login",
		.has_faults = p.n_faults > 0,
		.elder = q->prefs.elder,
		.high_contrast = q->prefs.high_contrast,
		.theme = (int)q->prefs.theme,
		.phone = q->office->phone,
		.phone_hours = q->office->hours,
		.flash = login_flash(q),
	};
	resident_open(&o, &shell);
	login_form(&o, &p);
	resident_close(&o, &shell);
	resp_html(r, &o);
	return XQ_OK;
}

/* "Firefox, Windows": enough for its owner to tell devices apart, nothing to track anybody by. */
static const char *
device_of(struct req *q)
{
	static const struct {
		const char *mark, *name;
	} browsers[] = { { "MicroMessenger", "WeChat" }, { "Edg", "Edge" },
		{ "Firefox", "Firefox" }, { "Chrome", "Chrome" }, { "Safari", "Safari" } },
	  systems[] = { { "Android", "Android" }, { "iPhone", "iPhone" }, { "iPad", "iPad" },
		  { "Windows", "Windows" }, { "Mac OS", "macOS" }, { "Linux", "Linux" } };
	const struct str agent = req_header(q, "User-Agent");
	const char *browser = NULL, *system = NULL;
	for (size_t i = 0; browser == NULL && i < sizeof browsers / sizeof *browsers; i++)
		if (str_index(agent, str_of(browsers[i].mark)) < agent.n)
			browser = browsers[i].name;
	for (size_t i = 0; system == NULL && i < sizeof systems / sizeof *systems; i++)
		if (str_index(agent, str_of(systems[i].mark)) < agent.n)
			system = systems[i].name;
	return mem_printf(q->mem, "%s, %s", browser ? browser : "?", system ? system : "?");
}

static enum xq_rc
login_fill(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	(void)err;
	extra[(*n_extra)++] =
		(struct form_pair){ .name = STR("device"), .value = str_of(device_of(q)) };
	/* never kept for a repeated key: a token is given to one answer only */
	extra[(*n_extra)++] = (struct form_pair){ .name = STR("idem"), .value = STR("") };
	return XQ_OK;
}

/* The act went through also when the password was wrong: that try had to be counted. */
static enum xq_rc
login_refused(struct req *q, struct resp *r, const char *key, struct xq_err *err)
{
	struct xq_err *why = mem_new(q->mem, struct xq_err);
	const bool is_locked = text_eq(key, "session.locked");
	(void)xq_refuse(why, NULL, is_locked ? "session.locked" : "session.wrong"); /* shown */
	if (is_locked) {
		int64_t until = 0;
		for (size_t i = 0; i < q->call->result.n; i++)
			if (text_eq(q->call->result.v[i].name, "until"))
				until = q->call->result.v[i].i;
		xq_err_time(why, "until", until);
	}
	q->refusal = why;
	q->csrf = csrf_token(q->mem, q->app->key, str_of(q->visitor), q->now);
	const enum xq_rc rc = login_render(q, r, err);
	r->status = is_locked ? 429 : 422;
	return rc;
}

static enum xq_rc
login_after(struct req *q, struct resp *r, struct xq_err *err)
{
	const char *refused = act_result_get(q->call, "refused");
	if (refused != NULL)
		return login_refused(q, r, refused, err);
	const char *token = act_result_get(q->call, "token");
	const char *must_change = act_result_get(q->call, "must_change");
	if (token == NULL || must_change == NULL)
		return xq_fault(err, "act.fault", "session.open gave no token");
	resp_cookie(q, r, "xs", token, 0);
	resp_see_other(q, r,
		text_eq(must_change, "1") ? "/desk/account" : local_path(q, req_pair(q, "to")));
	return XQ_OK;
}

const struct view view_login = {
	.path = "/login",
	.who = PERM_ANYBODY,
	.render = login_render,
	.act = &session_open_act,
	.fill = login_fill,
	.after = login_after,
	.title = N_("Staff sign-in"),
};

static enum xq_rc
logout_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_cookie(q, r, "xs", "", -1);
	resp_see_other(q, r, "/login?done=out");
	return XQ_OK;
}

static enum xq_rc
logout_fill(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	(void)q;
	(void)err;
	extra[(*n_extra)++] = (struct form_pair){ .name = STR("others"), .value = STR("0") };
	return XQ_OK;
}

const struct view view_logout = {
	.path = "/logout",
	.who = PERM_SELF,
	.act = &session_close_act,
	.fill = logout_fill,
	.after = logout_after,
};
