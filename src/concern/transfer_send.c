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

/* An act of the system of an office here; what was noted already is as good as done. */
static enum xq_rc
run_here(struct app *app, void *mem, const struct act *act, int64_t office, int64_t from,
	int64_t id, struct xq_err *err)
{
	struct actor system = actor_system(office);
	struct act_call *call = act_call_new(mem, app, act, office, &system);
	form_set_int(&call->form, "office", from);
	form_set_int(&call->form, "id", id);
	enum xq_rc rc = act_run(call);
	if (rc == XQ_REFUSED && text_eq(call->err.key, "transfer.known"))
		return XQ_OK;
	*err = call->err;
	return rc;
}

static enum xq_rc
wake_there(struct app *app, void *mem, int64_t office, const struct office_peer *peer,
	const char *act, int64_t id, struct xq_err *err)
{
	enum xq_rc rc = cell_wake(app, mem, office, peer, act, id, err);
	return rc == XQ_REFUSED && text_eq(err->key, "transfer.known") ? XQ_OK : rc;
}

/* Has an office of another cell decided on our offer, or never heard of it? */
static enum xq_rc
look_there(struct app *app, void *mem, int64_t office, const struct office_peer *peer, int64_t id,
	struct xq_err *err)
{
	struct decided d = { 0 };
	enum xq_rc rc =
		other_decided(app, mem, office, &(struct decided_ask){ peer->id, 0, id }, &d, err);
	if (rc != XQ_OK)
		return rc;
	if (!d.is_there)
		return wake_there(app, mem, office, peer, transfer_receive.name, id, err);
	if (d.in.state == TRANSFER_OPEN)
		return XQ_OK;
	return run_here(app, mem, &transfer_settle, office, peer->id, d.in.id, err);
}

static enum xq_rc
send_run(struct app *app, void *mem, int64_t office, struct str json, struct xq_err *err)
{
	json_t *o;
	enum xq_rc rc = json_read(mem, json, MESSAGE_MAX, &o, err);
	if (rc != XQ_OK)
		return rc;
	const char *name = json_string_value(json_object_get(o, "act"));
	const int64_t to = json_integer_value(json_object_get(o, "to")),
		      id = json_integer_value(json_object_get(o, "id"));
	const struct act *act = name && text_eq(name, transfer_receive.name)  ? &transfer_receive
	                        : name && text_eq(name, transfer_settle.name) ? &transfer_settle
	                        : name && text_eq(name, transfer_look.name)   ? &transfer_look
	                                                                      : NULL;
	const struct office_peer *peer = app_peer(app, to);
	if (!act || (!peer && (!app_office(app, to) || act == &transfer_look)))
		return xq_refuse(err, NULL, "transfer.unknown");
	if (!peer)
		return run_here(app, mem, act, to, office, id, err);
	return act == &transfer_look ? look_there(app, mem, office, peer, id, err)
	                             : wake_there(app, mem, office, peer, name, id, err);
}

const struct effect transfer_send_effect = { "transfer.send", send_run };
