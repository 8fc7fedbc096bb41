/* SPDX-License-Identifier: Apache-2.0 */
/* Acts as JSON: POST /api/v1/acts/{name}, and the document that describes them all. */
#include "core/mem.h"
#include "web/web_int.h"

#include "core/banned.h"

/* Reads the body; the server then runs q->call and answers with act_answer_json. */
static enum xq_rc
api_act_post(struct req *q, struct resp *r, struct xq_err *err)
{
	const struct act *act = act_find(q->app, req_place(q, 0));
	if (!act || act->is_hidden) {
		(void)xq_refuse(err, NULL, "act.unknown");
		return web_fail(q, r, 404, err);
	}
	struct str type = q->conn->head.content_type, rest = type, kind = STR("");
	(void)str_cut(&rest, ';', &kind); /* an empty type is the wrong one */
	if (!str_is(str_trim(kind), "application/json")) {
		(void)xq_refuse(err, NULL, "web.wrong-type");
		return web_fail(q, r, 415, err);
	}

	struct act_call *call = act_call_new(q->mem, q->app, act, q->office->id, &q->actor);
	json_t *object = NULL;
	enum xq_rc rc = json_read(q->mem, req_body(q), q->conn->max_body, &object, err);
	if (rc == XQ_OK && !json_is_object(object))
		rc = xq_refuse(err, NULL, "json.bad");
	if (rc != XQ_OK)
		return web_fail(q, r, 400, err);
	rc = form_read_json(q->mem, act->fields, object, q->office->tz_s, &call->form, &call->err);
	rc = act_check(call, rc);
	if (rc != XQ_OK) {
		call->rc = rc;
		struct json_w w = json_new(q->mem);
		struct act_words words = req_words(q);
		act_answer_json(call, &words, &w);
		resp_json(r, act_http_status(call), &w);
		return XQ_OK;
	}
	q->call = call;
	return XQ_BUSY;
}

const struct view view_api_act = {
	.path = "/api/v1/acts/{name}",
	.who = PERM_ANYBODY, /* the act says who may */
	.flags = VIEW_API,
	.post = api_act_post,
	.max_body = 1024 * 1024,
};

static enum xq_rc
openapi_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_text(r, 200, "application/json", act_openapi(q->mem, q->app));
	return XQ_OK;
}

const struct view view_api_openapi = {
	.path = "/api/v1/openapi.json",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC | VIEW_API,
	.render = openapi_render,
};
