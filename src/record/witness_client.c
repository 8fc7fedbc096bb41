/* SPDX-License-Identifier: Apache-2.0 */
/* Asking witnesses: what is due is read from a snapshot, the questions go out side by side without
 * any lock or transaction, and each answer is written down by an act of the system. */
#include <pthread.h>

#include "core/beat.h"
#include "core/fetch.h"
#include "core/log.h"
#include "core/mem.h"
#include "identity/session.h"
#include "record/witness_int.h"

#include "core/banned.h"

enum { CONNECT_MS = 3000, TOTAL_MS = 8000, ROUND_MAX = 16 };

/* One question: a witness of an office and the checkpoint that it is shown. */
struct question {
	void *mem;
	struct app *app;
	int64_t office;
	struct witness_row w;
	struct checkpoint c;
	const char *body; /* the three lines */
	int64_t old;
	struct tree_proof proof;
	struct witness_noted said;
};

/* ---- what is due -------------------------------------------------------------------------------------- */

/* Whether the newest checkpoint may be shown: it is still the head, or was a minute ago. A late
 * cosignature of an older one would make honest entries look back-dated (ledger.md 5.6). */
static enum xq_rc
showable(struct app *app, struct tx *tx, void *mem, int64_t office, struct ledger_tree **out_tree,
	struct checkpoint *out, struct xq_err *err)
{
	enum xq_rc rc = checkpoint_latest(tx, mem, office, out, err);
	if (rc == XQ_OK)
		rc = ledger_tree_open(tx, mem, office, out_tree, err);
	if (rc != XQ_OK)
		return rc;
	bool is_head = ledger_tree_size(*out_tree) == out->size;
	bool is_fresh = clock_now(app->clock) - out->signed_at < WITNESS_FRESH_S;
	return is_head || is_fresh ? XQ_OK : XQ_NONE;
}

static bool
is_due(const struct witness_row *w, const struct checkpoint *c, int64_t now, bool is_first)
{
	bool is_time = w->next_at <= now || (is_first && w->trouble != TROUBLE_NONE);
	return is_time && w->size <= c->size &&
	       (w->at == 0 || w->size < c->size || w->trouble != TROUBLE_NONE);
}

/* Old size 0 sends no proof. REFUSED record.beyond: the witness knows more than we have. */
static enum xq_rc
prove(struct question *q, struct ledger_tree *t, int64_t old, struct xq_err *err)
{
	q->old = old;
	q->proof.n = 0;
	if (old == 0)
		return XQ_OK;
	return ledger_consistency(t, old, q->c.size, &q->proof, err);
}

static const char *
body_of(void *mem, const char *note)
{
	struct checkpoint_seen seen;
	enum xq_rc rc = checkpoint_parse(str_of(note), &seen, NULL);
	xq_require(rc == XQ_OK); /* the signer made it */
	return str_text(mem, seen.body);
}

static enum xq_rc
due_of_office(struct app *app, struct tx *tx, void *mem, int64_t office, bool is_first,
	struct question *q, size_t *n, struct xq_err *err)
{
	struct witness_row *w;
	struct checkpoint c;
	struct ledger_tree *t;
	size_t n_w;
	enum xq_rc rc = witness_list(tx, mem, office, &w, &n_w, err);
	if (rc != XQ_OK || n_w == 0)
		return rc;
	rc = showable(app, tx, mem, office, &t, &c, err);
	for (size_t i = 0; rc == XQ_OK && i < n_w && *n < ROUND_MAX; i++) {
		if (!is_due(&w[i], &c, clock_now(app->clock), is_first))
			continue;
		q[*n] = (struct question){ .mem = mem_root("witness"),
			.app = app,
			.office = office,
			.w = w[i],
			.c = c,
			.body = body_of(mem, c.note),
			.said = { .name = w[i].name,
				.size = c.size,
				.note = c.note,
				.their_size = -1 } };
		rc = prove(&q[(*n)++], t, w[i].size, err);
	}
	return rc == XQ_NONE ? XQ_OK : rc;
}

static enum xq_rc
find_due(struct app *app, void *mem, bool is_first, struct question *q, size_t *n,
	struct xq_err *err)
{
	struct tx *tx;
	*n = 0;
	enum xq_rc rc = db_read(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	for (size_t i = 0; rc == XQ_OK && i < app->n_offices; i++) {
		int64_t office = app->office[i].id;
		if (!app_record_stopped(app, office) && app->office[i].place == PLACE_HERE)
			rc = due_of_office(app, tx, mem, office, is_first, q, n, err);
	}
	tx_end(tx);
	return rc;
}

/* ---- asking ------------------------------------------------------------------------------------------- */

static struct witness_reply
ask_once(struct question *q, struct fetch *f)
{
	struct witness_reply out = { .said = WITNESS_TRY_LATER };
	struct fetch_reply reply;
	struct xq_err err = { 0 };
	const char *url = mem_printf(q->mem, "%s/add-checkpoint", q->w.url);
	struct str ask = witness_ask_text(q->mem, q->old, &q->proof, str_of(q->c.note));
	enum xq_rc rc = fetch_post(f, q->mem, url, "text/plain; charset=utf-8",
		(struct bytes){ (const uint8_t *)ask.p, ask.n }, &reply, &err);
	if (rc != XQ_OK) {
		log_warn("witness %s: %s %s", q->w.name, err.key, err.detail);
		return out;
	}
	out = witness_reply_read(reply.status, str_of(reply.type),
		str_n((const char *)reply.body.p, reply.body.n), str_of(q->body), &q->w.key,
		clock_now(q->app->clock));
	if (out.said != WITNESS_SIGNED && out.said != WITNESS_KNOWS)
		log_warn("witness %s: answered %d", q->w.name, reply.status);
	return out;
}

/* From the size that the witness says it knows. */
static bool
prove_again(struct question *q, int64_t old)
{
	struct tx *tx;
	struct ledger_tree *t;
	struct xq_err err = { 0 };
	if (db_read(q->app->db, &tx, &err) != XQ_OK)
		return false;
	enum xq_rc rc = ledger_tree_open(tx, q->mem, q->office, &t, &err);
	if (rc == XQ_OK)
		rc = prove(q, t, old, &err);
	tx_end(tx);
	return rc == XQ_OK;
}

static void
take_reply(struct question *q, const struct witness_reply *r)
{
	switch (r->said) {
	case WITNESS_SIGNED:
		q->said.line = str_text(q->mem, r->line);
		q->said.at = r->at;
		return;
	case WITNESS_REFUSES:
		q->said.trouble = TROUBLE_REFUSES;
		return;
	case WITNESS_KNOWS: /* twice something else: it is asked again in a while */
	case WITNESS_TRY_LATER:
		q->said.trouble = TROUBLE_SILENT;
		return;
	}
}

static void *
ask(void *arg)
{
	struct question *q = arg;
	const struct fetch_limits limits = { CONNECT_MS, TOTAL_MS, NOTE_MAX_BYTES };
	struct fetch *f = fetch_new(q->mem, &limits);
	struct witness_reply r = ask_once(q, f);
	if (r.said == WITNESS_KNOWS) {
		q->said.their_size = r.size;
		if (r.size > q->c.size) {
			q->said.trouble = TROUBLE_AHEAD;
			return NULL;
		}
		if (prove_again(q, r.size))
			r = ask_once(q, f);
	}
	take_reply(q, &r);
	return NULL;
}

static void
ask_all(struct question *q, size_t n)
{
	pthread_t thread[ROUND_MAX];
	bool is_apart[ROUND_MAX];
	for (size_t i = 0; i < n; i++) {
		is_apart[i] = n > 1 && pthread_create(&thread[i], NULL, ask, &q[i]) == 0;
		if (!is_apart[i])
			(void)ask(&q[i]);
	}
	for (size_t i = 0; i < n; i++) {
		if (is_apart[i])
			(void)pthread_join(thread[i], NULL);
	}
}

/* ---- writing down ------------------------------------------------------------------------------------- */

/* Our own tree may have grown past what the witness knows while it answered; only more than the
 * store holds now says that a backup was restored. */
static bool
is_really_ahead(struct question *q)
{
	struct tx *tx;
	struct ledger_tree *t;
	struct xq_err err = { 0 };
	bool is_ahead = false;
	if (db_read(q->app->db, &tx, &err) != XQ_OK)
		return false;
	if (ledger_tree_open(tx, q->mem, q->office, &t, &err) == XQ_OK)
		is_ahead = q->said.their_size > ledger_tree_size(t);
	tx_end(tx);
	return is_ahead;
}

static void
stop_record(const struct question *q)
{
	struct xq_err why = { 0 };
	(void)xq_refuse(&why, NULL, "record.witness-ahead");
	xq_err_text(&why, "name", q->w.name);
	xq_err_int(&why, "size", q->said.their_size);
	app_record_stop(q->app, q->office, &why);
}

static void
write_down(struct question *q)
{
	struct actor system = actor_system(q->office);
	if (q->said.trouble == TROUBLE_AHEAD && !is_really_ahead(q))
		q->said.trouble = TROUBLE_SILENT;
	struct act_call *call =
		act_call_new(q->mem, q->app, &record_witness_noted, q->office, &system);
	call->prepared = &q->said;
	if (act_run(call) == XQ_FAULT)
		(void)log_fault(call->act->name, &call->err);
	if (q->said.trouble == TROUBLE_AHEAD) /* last: from here on no act is taken */
		stop_record(q);
}

enum xq_rc
witness_round(struct app *app, bool is_first, int *out_asked, struct xq_err *err)
{
	void *mem = mem_root("witnesses");
	struct question q[ROUND_MAX];
	size_t n;
	enum xq_rc rc = find_due(app, mem, is_first, q, &n, err);
	if (rc == XQ_OK) {
		ask_all(q, n);
		for (size_t i = 0; i < n; i++)
			write_down(&q[i]);
	}
	for (size_t i = 0; i < n; i++)
		mem_free(q[i].mem);
	mem_free(mem);
	*out_asked = (int)n;
	return rc;
}

/* ---- the thread ----------------------------------------------------------------------------------------- */

struct witness_client {
	struct app *app;
	struct beat *beat;
	bool is_first;
};

static void
round_of(void *arg)
{
	struct witness_client *c = arg;
	struct xq_err err = { 0 };
	int asked;
	if (db_keeper(c->app->db) == 0)
		return;
	if (witness_round(c->app, c->is_first, &asked, &err) != XQ_OK)
		(void)log_fault("witnesses", &err);
	c->is_first = c->is_first && asked == 0;
}

struct witness_client *
witness_client_start(struct app *app)
{
	struct witness_client *c = mem_new(app->mem, struct witness_client);
	c->app = app;
	c->is_first = true;
	c->beat = beat_start(c, round_of, c);
	return c;
}

void
witness_client_stop(struct witness_client *c)
{
	beat_stop(c->beat);
	mem_free(c);
}
