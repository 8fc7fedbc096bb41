/* SPDX-License-Identifier: Apache-2.0 */
/* As witness of other offices' logs: POST /witness/add-checkpoint and GET /witness/<hex>/checkpoint.
 * Off until somebody of the office enters the first key of a log to be watched.
 *
 * A request that gets anything but a signature is answered from a snapshot and writes nothing, so
 * that a stranger cannot fill tables. What will be signed goes through the writer: state read, state
 * written, commit, and only then the answer. */
#include "core/hash.h"
#include "core/mem.h"
#include "record/witness_int.h"
#include "web/web.h"

#include "core/banned.h"

#define PLAIN "text/plain; charset=utf-8"

/* ---- the act ---------------------------------------------------------------------------------------- */

/* The checkpoint as it was sent, with our line behind it. */
static const char *
cosigned_note(void *mem, const struct witness_ask *ask, const char *line)
{
	return note_with_line(mem, str_text(mem, ask->note), line);
}

static enum xq_rc
keep_seen(struct act_ctx *ctx, const struct witness_ask *ask, const struct witness_answer *a,
	struct xq_err *err)
{
	struct bytes root = { a->next.root.b, SHA256_LEN };
	return db_exec(ctx->tx,
		SQL("INSERT INTO ledger_seen (origin, size, root, note, at) VALUES (?, ?, ?, ?, ?)"
		    " ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root,"
		    " note = excluded.note, at = excluded.at"),
		VALS(V(ask->origin), V(a->next.size), V(root),
			V(cosigned_note(ctx->mem, ask, a->body)), V(ctx->now)),
		err);
}

static enum xq_rc
cosign_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	(void)in;
	const struct witness_ask *ask = ctx->call->prepared;
	struct witness_answer a;
	if (ask == NULL) /* only the view below brings a request along */
		return xq_refuse(err, NULL, "witness.form");
	enum xq_rc rc =
		watch_answer(ctx->app, ctx->tx, ctx->mem, ctx->office, ask, ctx->now, &a, err);
	if (rc == XQ_OK && a.status == 200)
		rc = keep_seen(ctx, ask, &a, err);
	if (rc != XQ_OK)
		return rc;
	act_result_int(ctx, "status", a.status);
	act_result_text(ctx, "type", a.type);
	act_result_text(ctx, "body", a.body);
	return XQ_OK;
}

const struct act record_cosign = {
	.name = "record.cosign",
	.title = N_("Sign what was seen of another office's record"),
	.who = PERM_ANYBODY,
	.apply = cosign_apply,
	.is_quiet = true,
	.is_unseen = true,
	.is_hidden = true,
	.spans = true,
};

/* ---- POST /witness/add-checkpoint ----------------------------------------------------------------- */

static enum xq_rc
refuse_plainly(struct req *q, struct resp *r, int status, const struct xq_err *why)
{
	const char *text = app_message(q->app, why->key);
	resp_text(r, status, PLAIN, str_of(mem_printf(q->mem, "%s\n", text)));
	return XQ_OK;
}

static enum xq_rc
ask_post(struct req *q, struct resp *r, struct xq_err *err)
{
	struct witness_ask *ask = mem_new(q->mem, struct witness_ask);
	struct witness_answer a;
	struct xq_err why = { 0 };
	if (witness_ask_read(req_body(q), ask, &why) != XQ_OK)
		return refuse_plainly(q, r, witness_ask_status(&why), &why);
	enum xq_rc rc = watch_answer(q->app, q->tx, q->mem, q->office->id, ask, q->now, &a, err);
	if (rc != XQ_OK)
		return rc;
	if (a.status != 200) {
		resp_text(r, a.status, a.type, str_of(a.body));
		return XQ_OK;
	}
	q->call = act_call_new(q->mem, q->app, &record_cosign, q->office->id, &q->actor);
	q->call->prepared = ask;
	r->status = 0;
	return XQ_BUSY;
}

static enum xq_rc
ask_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	int status = 200;
	for (size_t i = 0; i < q->call->result.n; i++) {
		if (text_eq(q->call->result.v[i].name, "status"))
			status = (int)q->call->result.v[i].i;
	}
	resp_text(r, status, act_result_get(q->call, "type"),
		str_of(act_result_get(q->call, "body")));
	return XQ_OK;
}

const struct view witness_ask_view = { .path = "/witness/add-checkpoint",
	.who = PERM_ANYBODY,
	.flags = VIEW_API | VIEW_RAW,
	.post = ask_post,
	.after = ask_after,
	.max_body = WITNESS_ASK_MAX,
	.title = N_("Ask this office to sign what it saw of a record") };

/* ---- GET /witness/<sha256 hex of origin>/checkpoint ------------------------------------------------- */

static bool
is_hash_of(struct str hex, const char *origin)
{
	uint8_t hash[SHA256_LEN];
	char text[2 * SHA256_LEN + 1];
	hash_sha256((struct bytes){ (const uint8_t *)origin, strlen(origin) }, hash);
	text_hex((struct bytes){ hash, sizeof(hash) }, text);
	return str_is(hex, text);
}

static enum xq_rc
seen_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct watch w;
	struct seen s;
	enum xq_rc rc = watch_load(q->tx, q->mem, q->office->id, &w, err);
	for (size_t i = 0; rc == XQ_OK && i < w.n; i++) {
		if (!is_hash_of(req_place(q, 0), w.key[i].name))
			continue;
		rc = seen_load(q->tx, q->mem, w.key[i].name, &s, err);
		if (rc != XQ_OK)
			break;
		resp_text(r, 200, PLAIN, str_of(s.note));
		r->cache = "no-cache";
		return XQ_OK;
	}
	if (rc == XQ_FAULT || rc == XQ_BUSY)
		return rc;
	resp_text(r, 404, PLAIN, STR("this log was not seen here\n"));
	return XQ_OK;
}

const struct view witness_seen_view = { .path = "/witness/{hash}/checkpoint",
	.who = PERM_ANYBODY,
	.flags = VIEW_API,
	.render = seen_render,
	.title = N_("What this office saw last of another record") };
