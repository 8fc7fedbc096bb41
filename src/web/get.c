/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mem.h"
#include "web/csrf.h"
#include "web/web_int.h"

#include "core/banned.h"

#define VISITOR_S 86400 /* as long as a draft and a csrf token */

/* A page that may hold a form: the browser gets a name, the form a token bound to it. */
static void
give_token(struct conn *c)
{
	struct req *q = &c->q;
	if (q->actor.kind != ACTOR_STAFF)
		q->visitor = c->head.visitor.n > 0 ? str_text(q->mem, c->head.visitor)
		                                   : random_name(q->mem);
	q->csrf = csrf_token(q->mem, q->app->key, conn_csrf_holder(c), q->now);
}

void
conn_show(struct conn *c, const struct view *v)
{
	struct req *q = &c->q;
	struct xq_err err = { 0 };
	q->view = v;
	enum xq_rc rc = v->flags & VIEW_NO_OFFICE ? XQ_OK : conn_open(c, &err);
	bool has_forms = !(v->flags & (VIEW_NO_OFFICE | VIEW_API)) && !c->is_api && c->n_key == 0;
	if (has_forms)
		give_token(c);
	if (rc == XQ_OK)
		rc = v->render(q, &c->r, &err);
	if (rc != XQ_OK)
		conn_fail(c, rc, &err);
	if (has_forms && q->actor.kind != ACTOR_STAFF)
		resp_cookie(q, &c->r, "xv", q->visitor, VISITOR_S);
	conn_close(c);
}

/* Whether this answer is the same for every stranger; its key was made by the server. A page of no office says
 * itself to which one it belongs (req_belongs). */
static bool
is_cacheable(const struct conn *c, const struct view *v)
{
	return (v->flags & VIEW_PUBLIC) && c->q.actor.kind == ACTOR_NOBODY &&
	       !c->head.is_personal && (c->q.office || v->flags & VIEW_NO_OFFICE);
}

void
conn_get(struct conn *c)
{
	struct req *q = &c->q;
	const struct view *v = c->route.get;
	if (!v) {
		resp_header(&c->r, "Allow", "POST");
		(void)web_fail(q, &c->r, 405, NULL);
		return;
	}
	q->view = v;
	if (!(v->flags & VIEW_NO_OFFICE) && (!conn_identify(c) || !conn_permit(c, v)))
		goto out;
	if ((v->flags & VIEW_LIMITED) && !conn_may_try(c))
		goto out;
	if (!is_cacheable(c, v))
		c->n_key = 0;
	if (c->n_key > 0)
		conn_close(c); /* opened to look at a session that had ended */
	conn_show(c, v);
out:
	conn_close(c);
}
