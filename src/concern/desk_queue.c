/* SPDX-License-Identifier: Apache-2.0 */
#include "concern/desk_queue.h"

#include "concern/desk_pages.h"
#include "core/mem.h"
#include "identity/account.h"
#include "identity/session.h"
#include "templates.h"
#include "web/asset.h"

#include "core/banned.h"

static enum xq_rc
login_of(struct req *q, const char **out, struct xq_err *err)
{
	struct account a;
	enum xq_rc rc = account_load(q->tx, q->mem, q->office->id, q->actor.account_id, &a, err);
	if (rc == XQ_OK)
		*out = a.login;
	return rc;
}

enum xq_rc
queue_box_of(struct req *q, struct queue_box *out, struct xq_err *err)
{
	*out = (struct queue_box){ .signed_in_s = SESSION_MAX_S };
	return login_of(q, &out->login, err);
}

/* ---- the form that opens without a network ------------------------------------------------------------ */

/* The device keeps this page, so nothing on it tells of a concern, a person or who was signed in: no
 * rail, no numbers, no keys of the form. */
static enum xq_rc
shell_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	static const struct shell_desk nobody = { .person = NULL };
	struct intake_page *p = mem_new(q->mem, struct intake_page);
	struct queue_box box = { .login = NULL };
	intake_fill(q, p);
	p->queue = &box;
	struct html_out o = html_new(q->mem, q->prefs.lang, q->office->tz_s);
	o.base = q->base;
	o.today = desk_today(q);
	struct shell s = {
		.title = desk_word(q, N_("Take a concern down")),
		.office = q->office->name,
		.office_short = q->office->short_name,
		.notice = req_notice(q),
		.path = "/desk/intake",
		.elder = q->prefs.elder,
		.high_contrast = q->prefs.high_contrast,
		.theme = (int)q->prefs.theme,
		.phone = q->office->phone,
		.desk = &nobody,
	};
	queue_shell_page(&o, p, &s);
	resp_html(r, &o);
	return XQ_OK;
}

const struct view desk_queue_shell_view = { .path = "/desk/intake/shell",
	.who = PERM_STAFF,
	.render = shell_render,
	.title = N_("Take a concern down") };

/* ---- for the upload ------------------------------------------------------------------------------------ */

/* Who is signed in, a token for the upload, and what time it is here: the device's clock may be wrong. */
static enum xq_rc
who_render(struct req *q, struct resp *r, struct xq_err *err)
{
	const char *login;
	enum xq_rc rc = login_of(q, &login, err);
	if (rc != XQ_OK)
		return rc;
	struct json_w w = json_new(q->mem);
	json_open(&w, '{');
	json_pair(&w, "login", login);
	json_pair(&w, "csrf", q->csrf);
	json_key(&w, "now");
	json_int(&w, q->now);
	json_key(&w, "tz_s");
	json_int(&w, q->office->tz_s);
	json_close(&w, '}');
	resp_json(r, 200, &w);
	r->cache = "no-store";
	return XQ_OK;
}

const struct view desk_queue_who_view = { .path = "/desk/intake/queue",
	.who = PERM_STAFF,
	.render = who_render,
	.title = N_("Who uploads") };

/* ---- the worker ------------------------------------------------------------------------------------------ */

/* Under a path of its own, since a worker's reach is told by its path; asked for again each time. */
static enum xq_rc
worker_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	const struct asset *a = asset_find(str_of(asset_url("worker.js")));
	xq_require(a != NULL);
	resp_text(r, 200, a->type, str_n((const char *)a->raw, a->n_raw));
	resp_header(r, "Service-Worker-Allowed", mem_printf(q->mem, "%s/desk/intake", q->base));
	r->cache = "no-cache";
	return XQ_OK;
}

const struct view desk_queue_worker_view = { .path = "/desk/intake/worker.js",
	.who = PERM_ANYBODY,
	.flags = VIEW_NO_OFFICE | VIEW_API,
	.render = worker_render };
