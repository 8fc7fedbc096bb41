/* SPDX-License-Identifier: Apache-2.0 */
/* A POST: body, csrf, fields, act, answer. Between submitting the act and its answer the
 * connection is suspended: no thread waits for the writer. */
#include "core/log.h"
#include "core/mem.h"
#include "identity/session.h"
#include "web/csrf.h"
#include "web/multipart.h"
#include "web/urlform.h"
#include "web/web_int.h"

#include "core/banned.h"

/* ---- body ---------------------------------------------------------------------------------------- */

static bool
type_is(struct str header, const char *type)
{
	struct str rest = header, kind;
	return str_cut(&rest, ';', &kind) && str_is(str_trim(kind), type);
}

static enum xq_rc
read_pairs(struct conn *c, int *out_status, struct xq_err *err)
{
	struct req *q = &c->q;
	struct str type = c->head.content_type, body = buf_view(&c->body), boundary;
	*out_status = 400;
	if (body.n == 0 && type.n == 0)
		return XQ_OK;
	if (type_is(type, "application/x-www-form-urlencoded"))
		return url_pairs_read(q->mem, body, BODY_PAIRS_MAX, &q->pair, &q->n_pairs, err);
	if (multipart_boundary(type, &boundary))
		return multipart_read(
			q->mem, body, boundary, BODY_PAIRS_MAX, &q->pair, &q->n_pairs, err);
	*out_status = 415;
	return xq_refuse(err, NULL, "web.wrong-type");
}

/* ---- who may ------------------------------------------------------------------------------------- */

/* The page of the form once more, with what was typed; or the general page when it has none. */
static void
show_again(struct conn *c, const struct xq_err *why, int status)
{
	c->q.refusal = why;
	c->q.csrf = "";
	if (!c->route.get || c->is_api) {
		(void)web_fail(&c->q, &c->r, status, why);
		return;
	}
	c->r.status = 0;
	conn_show(c, c->route.get);
	if (c->r.status == 200)
		c->r.status = status;
}

/* The call that carries the typed values to the page, without being run. */
static void
keep_typed(struct conn *c, const struct act *act, const struct xq_err *why)
{
	struct req *q = &c->q;
	struct xq_err ignored = { 0 };
	if (!act || q->call)
		return;
	q->call = act_call_new(q->mem, q->app, act, q->office->id, &q->actor);
	struct form *form = &q->call->form;
	/* What fill would add is missing, so faults are sure; they are not what the page is about. */
	(void)!form_read(
		q->mem, act->fields, q->pair, q->n_pairs, true, q->office->tz_s, form, &ignored);
	for (size_t i = 0; i < form->n; i++)
		form->v[i].has_fault = false;
	form->n_faults = 0;
	q->call->rc = XQ_REFUSED;
	q->call->err = *why;
}

static bool
csrf_is_fine(struct conn *c, const struct view *v)
{
	struct req *q = &c->q;
	if (c->is_api && c->head.session.n == 0)
		return true; /* nothing that a browser would send by itself was looked at */
	q->visitor = str_text(q->mem, c->head.visitor);
	enum csrf_origin origin = csrf_origin(c->head.origin, c->head.fetch_site, c->head.host);
	struct str token = req_pair(q, "csrf");
	if (token.n == 0)
		token = c->head.csrf;
	enum csrf_state state = csrf_check(q->app->key, conn_csrf_holder(c), token, q->now);
	if (state == CSRF_FINE && origin != ORIGIN_FOREIGN)
		return true;

	atomic_fetch_add_explicit(&c->server->stats.csrf_refused, 1, memory_order_relaxed);
	struct xq_err *err = mem_new(q->mem, struct xq_err);
	/* Words of another site must not be put into our form, one press away from being sent. */
	if (origin == ORIGIN_FOREIGN || (origin == ORIGIN_UNKNOWN && state == CSRF_WRONG)) {
		(void)xq_refuse(err, NULL, "csrf.foreign");
		(void)web_fail(q, &c->r, 403, err);
		return false;
	}
	(void)xq_refuse(err, NULL, "csrf.again");
	keep_typed(c, v->act, err);
	show_again(c, err, 403);
	return false;
}

/* ---- the act --------------------------------------------------------------------------------------- */

/* On the writer's thread, or on this one when refused at once: only hands the request back. */
static void
act_is_done(struct act_call *call, void *arg)
{
	(void)call;
	struct conn *c = arg;
	struct server *s = c->server;
	c->state = CONN_APPLIED;
	MHD_resume_connection(c->mhd); /* from here c may be gone */
	atomic_fetch_sub(&s->waiting, 1);
}

static void
submit(struct conn *c)
{
	struct req *q = &c->q;
	struct act_call *call = q->call;
	struct str idem = c->is_api ? c->head.idem_key : req_pair(q, "idem");
	if (!call->idem_key && idem.n > 0 && idem.n <= 128)
		call->idem_key = str_text(q->mem, idem);
	if (call->actor.kind == ACTOR_NOBODY)
		call->actor = actor_resident(q->office->id);
	conn_close(c);
	c->state = CONN_WAITING;
	atomic_fetch_add(&c->server->waiting, 1);
	MHD_suspend_connection(c->mhd); /* before submitting: done may come at once */
	act_submit(call, act_is_done, c);
}

static bool
is_extra(const struct form_pair *extra, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(extra[i].name, name))
			return true;
	return false;
}

/* Adds what fill knows; what the browser sent under those names is dropped. */
static enum xq_rc
fill_pairs(struct conn *c, const struct view *v, struct xq_err *err)
{
	struct req *q = &c->q;
	struct form_pair extra[VIEW_FILL_MAX] = { { .name = { NULL, 0 } } };
	size_t n_extra = 0, n = 0;
	enum xq_rc rc = v->fill(q, extra, &n_extra, err);
	if (rc != XQ_OK)
		return rc;
	xq_require(n_extra <= VIEW_FILL_MAX);
	struct form_pair *all = mem_array(q->mem, struct form_pair, q->n_pairs + n_extra + 1);
	for (size_t i = 0; i < n_extra; i++)
		all[n++] = extra[i];
	for (size_t i = 0; i < q->n_pairs; i++)
		if (!is_extra(extra, n_extra, q->pair[i].name))
			all[n++] = q->pair[i];
	q->pair = all;
	q->n_pairs = n;
	return XQ_OK;
}

/* False: answered. */
static bool
prepare_call(struct conn *c, const struct view *v)
{
	struct req *q = &c->q;
	struct xq_err err = { 0 };
	enum xq_rc rc = v->fill ? fill_pairs(c, v, &err) : XQ_OK;
	if (rc != XQ_OK) {
		conn_fail(c, rc, &err);
		return false;
	}
	q->call = act_call_new(q->mem, q->app, v->act, q->office->id, &q->actor);
	rc = form_read(q->mem, v->act->fields, q->pair, q->n_pairs, true, q->office->tz_s,
		&q->call->form, &q->call->err);
	rc = act_check(q->call, rc);
	if (rc == XQ_OK)
		return true;
	q->call->rc = rc;
	show_again(c, &q->call->err, act_http_status(q->call));
	return false;
}

static bool
run_post(struct conn *c, const struct view *v)
{
	struct req *q = &c->q;
	if (!v->post)
		return prepare_call(c, v);
	struct xq_err err = { 0 };
	c->r.status = 0;
	enum xq_rc rc = v->post(q, &c->r, &err);
	if (rc == XQ_BUSY && c->r.status == 0 && q->call)
		return true;
	if (rc != XQ_OK)
		conn_fail(c, rc, &err);
	else if (c->r.status == 0)
		c->r.status = 200;
	return false;
}

static bool
admit(struct conn *c, const struct view *v)
{
	struct req *q = &c->q;
	struct xq_err err = { 0 };
	int status;
	q->view = v;
	bool is_raw = c->is_api || (v->flags & VIEW_RAW);
	if (!is_raw && read_pairs(c, &status, &err) != XQ_OK) {
		(void)web_fail(q, &c->r, status, &err);
		return false;
	}
	if (!conn_identify(c) || !conn_permit(c, v) || !conn_may_try(c) || !csrf_is_fine(c, v))
		return false;
	if (conn_open(c, &err) != XQ_OK) {
		conn_fail(c, XQ_BUSY, &err);
		return false;
	}
	return true;
}

bool
conn_post(struct conn *c)
{
	c->q.method = HTTP_POST;
	const struct view *v = c->route.post;
	xq_require(v != NULL);
	if (admit(c, v) && run_post(c, v)) {
		submit(c);
		return false;
	}
	conn_close(c);
	return true;
}

/* ---- after ------------------------------------------------------------------------------------------- */

static void
go_on(struct conn *c, const struct view *v)
{
	struct req *q = &c->q;
	struct xq_err err = { 0 };
	if (!v->after) {
		resp_see_other(q, &c->r, req_here(q));
		return;
	}
	c->r.status = 200;
	enum xq_rc rc = conn_open(c, &err);
	if (rc == XQ_OK)
		rc = v->after(q, &c->r, &err);
	if (rc != XQ_OK)
		conn_fail(c, rc, &err);
}

static void
answer_api(struct conn *c)
{
	struct json_w w = json_new(c->mem);
	struct act_words words = req_words(&c->q);
	act_answer_json(c->q.call, &words, &w);
	resp_json(&c->r, act_http_status(c->q.call), &w);
}

void
conn_post_done(struct conn *c)
{
	struct req *q = &c->q;
	struct act_call *call = q->call;
	const struct view *v = c->route.post;
	int status = act_http_status(call);
	if (status == 503)
		resp_header(&c->r, "Retry-After", "2");
	if (call->rc == XQ_OK && (v->after || !c->is_api))
		go_on(c, v);
	else if (call->rc == XQ_FAULT)
		conn_fail(c, XQ_FAULT, &call->err);
	else if (c->is_api)
		answer_api(c);
	else
		show_again(c, &call->err, status);
	conn_close(c);
}
