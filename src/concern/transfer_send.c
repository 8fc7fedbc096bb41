/* SPDX-License-Identifier: Apache-2.0 */
/* transfer_send.c - the message between two offices: which act of the other one, about which row. It
 * carries no words; the other side reads what it needs. Sent at least once: what was noted already is
 * refused as known, and that is as good as done. */
#include "concern/transfer_int.h"

#include "core/json.h"
#include "core/mem.h"
#include "identity/session.h"

#include "core/banned.h"

enum { MESSAGE_MAX = 512 };

enum xq_rc
transfer_tell(
	struct act_ctx *ctx, const char *act, int64_t to_office, int64_t id, struct xq_err *err)
{
	struct json_w w = json_new(ctx->mem);
	json_open(&w, '{');
	json_pair(&w, "act", act);
	json_key(&w, "id");
	json_int(&w, id);
	json_key(&w, "to");
	json_int(&w, to_office);
	json_close(&w, '}');
	return act_outbox(ctx, "transfer.send", buf_view(&w.b), err);
}

static enum xq_rc
send_run(struct app *app, void *mem, int64_t office, struct str json, struct xq_err *err)
{
	json_t *o;
	enum xq_rc rc = json_read(mem, json, MESSAGE_MAX, &o, err);
	if (rc != XQ_OK)
		return rc;
	const char *name = json_string_value(json_object_get(o, "act"));
	int64_t to = json_integer_value(json_object_get(o, "to"));
	const struct act *act = name && text_eq(name, transfer_receive.name)  ? &transfer_receive
	                        : name && text_eq(name, transfer_settle.name) ? &transfer_settle
	                                                                      : NULL;
	if (!act || !app_office(app, to))
		return xq_refuse(err, NULL, "transfer.unknown");
	struct actor system = actor_system(to);
	struct act_call *call = act_call_new(mem, app, act, to, &system);
	form_set_int(&call->form, "office", office);
	form_set_int(&call->form, "id", json_integer_value(json_object_get(o, "id")));
	rc = act_run(call);
	if (rc == XQ_REFUSED && text_eq(call->err.key, "transfer.known"))
		return XQ_OK;
	*err = call->err;
	return rc;
}

const struct effect transfer_send_effect = { "transfer.send", send_run };
