/* SPDX-License-Identifier: Apache-2.0 */
/* act.c - applying one act: repeated key, savepoint, apply, audit, result. */
#include "act/act_int.h"

#include "core/log.h"
#include "core/mem.h"
#include "core/seal.h"
#include "identity/account.h"
#include "ledger/tiles.h"

#include "core/banned.h"

static const struct table_decl act_tables_1[] = {
	{ .name = "office", .class = TABLE_REFERENCE },
	{ .name = "audit", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = "idem", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = "outbox", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = NULL },
};

/* office: the directory of offices. audit: one row per applied act. idem: first answers by key,
 * kept for a week. outbox: side effects; state 0 waits, 1 done, 2 dead. */
const struct migration act_migration_1 = {
	.module = "act",
	.number = 1,
	.ddl = "CREATE TABLE office ("
	       " id integer NOT NULL PRIMARY KEY, code text NOT NULL UNIQUE, name text NOT NULL,"
	       " short_name text NOT NULL, mark text NOT NULL, phone text NOT NULL,"
	       " hours text NOT NULL, tz_s integer NOT NULL, closing_minute integer NOT NULL,"
	       " opened_at integer NOT NULL);\n"
	       "CREATE TABLE audit ("
	       " office integer NOT NULL, id integer NOT NULL, at integer NOT NULL,"
	       " act text NOT NULL, person_id integer NOT NULL, unit_id integer NOT NULL,"
	       " subject_kind text, subject_id integer, seq integer,"
	       " PRIMARY KEY (office, id));\n"
	       "CREATE TABLE idem ("
	       " office integer NOT NULL, key blob NOT NULL, at integer NOT NULL,"
	       " seq integer NOT NULL, result blob NOT NULL,"
	       " PRIMARY KEY (office, key));\n"
	       "CREATE INDEX idem_at ON idem (office, at);\n"
	       "CREATE TABLE outbox ("
	       " office integer NOT NULL, id integer NOT NULL, effect text NOT NULL,"
	       " body text NOT NULL, created_at integer NOT NULL, run_at integer NOT NULL,"
	       " tries integer NOT NULL, state integer NOT NULL, why text,"
	       " PRIMARY KEY (office, id));\n"
	       "CREATE INDEX outbox_due ON outbox (office, state, run_at, id);\n",
	.tables = act_tables_1,
};

const struct migration act_migration_3 = {
	.module = "act",
	.number = 3,
	.ddl = "ALTER TABLE office ADD COLUMN host text;\n"
	       "CREATE UNIQUE INDEX office_host ON office (host) WHERE host IS NOT NULL;\n",
	.tables = (const struct table_decl[]){ { .name = NULL } },
};

/* No table: each step forward ends with the figures that SQLite's planner reads, and they have changed. */
const struct migration act_migration_5 = {
	.module = "act",
	.number = 5,
	.ddl = "",
	.tables = (const struct table_decl[]){ { .name = NULL } },
};

struct act_call *
act_call_new(void *mem, struct app *app, const struct act *act, int64_t office,
	const struct actor *actor)
{
	struct act_call *call = mem_new(mem, struct act_call);
	call->mem = mem;
	call->app = app;
	call->act = act;
	call->office = office;
	call->actor = *actor;
	call->seq = -1;
	call->form = form_new(mem, act->fields);
	return call;
}

/* ---- results ---------------------------------------------------------------------------------- */

static struct act_value *
result_slot(struct act_result *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++)
		if (text_eq(r->v[i].name, name))
			return &r->v[i];
	xq_require(r->n < ACT_RESULT_MAX);
	struct act_value *v = &r->v[r->n++];
	v->name = name;
	return v;
}

void
act_result_text(struct act_ctx *ctx, const char *name, const char *text)
{
	result_slot(&ctx->call->result, name)->text = mem_text(ctx->mem, text);
}

void
act_result_int(struct act_ctx *ctx, const char *name, int64_t v)
{
	result_slot(&ctx->call->result, name)->i = v;
}

void
act_result_secret(struct act_ctx *ctx, const char *name, const char *text)
{
	struct act_value *v = result_slot(&ctx->call->result, name);
	v->text = mem_text(ctx->mem, text);
	v->is_secret = true;
}

const char *
act_result_get(const struct act_call *call, const char *name)
{
	for (size_t i = 0; i < call->result.n; i++) {
		const struct act_value *v = &call->result.v[i];
		if (text_eq(v->name, name))
			return v->text ? v->text : mem_printf(call->mem, "%lld", (long long)v->i);
	}
	return NULL;
}

static void
result_write(const struct act_result *r, struct json_w *w, bool with_secrets)
{
	json_open(w, '{');
	for (size_t i = 0; i < r->n; i++) {
		const struct act_value *v = &r->v[i];
		if (v->is_secret && !with_secrets)
			continue;
		json_key(w, v->name);
		if (v->text)
			json_text(w, v->text);
		else
			json_int(w, v->i);
	}
	json_close(w, '}');
}

/* The kept answer of a key; names and texts live in mem. */
static enum xq_rc
result_read(void *mem, struct str text, struct act_result *out, struct xq_err *err)
{
	json_t *o = NULL;
	enum xq_rc rc = json_read(mem, text, 1 << 16, &o, err);
	if (rc != XQ_OK)
		return rc;
	const char *name;
	json_t *v;
	json_object_foreach(o, name, v)
	{
		struct act_value *slot = result_slot(out, mem_text(mem, name));
		if (json_is_integer(v))
			slot->i = json_integer_value(v);
		else
			slot->text = mem_text(mem, json_string_value(v));
	}
	return XQ_OK;
}

/* ---- repeated keys ------------------------------------------------------------------------------
 * The first answer is kept sealed: it may hold a query code or a PIN. */

enum { IDEM_KEY_LEN = 16 };

/* The stored key binds act and person to what the client sent, so that a key cannot be used to read
 * somebody else's answer. Residents are nobody in particular: their words are bound too, else a
 * stranger who guesses a key would read another's receipt and lose the own concern. */
static void
idem_key_of(const struct act_call *call, uint8_t out[IDEM_KEY_LEN])
{
	struct buf b = buf_new(call->mem, 256);
	buf_text(&b, mem_printf(call->mem, "%s|%lld|%.128s", call->act->name,
			     (long long)call->actor.person_id, call->idem_key));
	for (size_t i = 0; call->actor.person_id == 0 && i < call->form.n; i++) {
		const struct field_value *v = &call->form.v[i];
		buf_text(&b, mem_printf(call->mem, "|%zu:%lld:", v->text.n, (long long)v->i));
		buf_str(&b, v->text);
	}
	uint8_t full[32];
	hash_keyed(app_key(call->app, call->office), (struct bytes){ (const uint8_t *)b.p, b.n },
		full);
	memcpy(out, full, IDEM_KEY_LEN);
}

static sql_ref
answer_of_key(void)
{
	return SQL("SELECT seq, result FROM idem WHERE office = ? AND key = ?");
}

static void
idem_ask(struct batch *b, const struct act_call *call)
{
	uint8_t key[IDEM_KEY_LEN];
	idem_key_of(call, key);
	db_ask(b->tx, answer_of_key(),
		VALS(V(call->office), val_bytes((struct bytes){ key, IDEM_KEY_LEN })));
}

/* XQ_OK when the key is known: the call then carries the first answer. */
static enum xq_rc
idem_find(struct batch *b, struct act_call *call, const uint8_t key[IDEM_KEY_LEN])
{
	struct rows *q = db_query(b->tx, answer_of_key(),
		VALS(V(call->office), val_bytes((struct bytes){ key, IDEM_KEY_LEN })));
	enum xq_rc rc = XQ_NONE;
	if (row_next(q)) {
		call->seq = row_int(q, 0);
		struct str text;
		if (seal_open(call->mem, app_key(b->app, call->office), "kept answer",
			    row_bytes(q, 1), &text))
			rc = result_read(call->mem, text, &call->result, &call->err);
		else
			rc = xq_fault(
				&call->err, "act.fault", "kept answer of %s", call->act->name);
	}
	enum xq_rc closed = rows_close(q, &call->err);
	return closed != XQ_OK ? closed : rc;
}

static enum xq_rc
idem_keep(struct batch *b, struct act_call *call, const uint8_t key[IDEM_KEY_LEN])
{
	struct json_w w = json_new(call->mem);
	result_write(&call->result, &w, false);
	return db_exec(b->tx,
		SQL("INSERT INTO idem (office, key, at, seq, result) VALUES (?, ?, ?, ?, ?)"),
		VALS(V(call->office), val_bytes((struct bytes){ key, IDEM_KEY_LEN }), V(b->now),
			V(call->seq),
			V(seal_make(call->mem, app_key(b->app, call->office), "kept answer",
				b->random, buf_view(&w.b)))),
		&call->err);
}

/* ---- one call ------------------------------------------------------------------------------------ */

static enum xq_rc
batch_head(struct batch *b, int64_t office, struct ledger_head **out, struct xq_err *err)
{
	for (size_t i = 0; i < b->n_heads; i++)
		if (b->head[i].office == office) {
			*out = &b->head[i];
			return XQ_OK;
		}
	if (b->n_heads == BATCH_OFFICES)
		return xq_busy(err, "act.queue-full"); /* the next batch will hold it */
	struct ledger_head *h = &b->head[b->n_heads];
	enum xq_rc rc = ledger_head_load(b->tx, b->mem, b->app->edges, office, h, err);
	if (rc == XQ_REFUSED) /* the rows are not those that their own head speaks of */
		app_record_stop(b->app, office, err);
	if (rc == XQ_NONE)
		rc = xq_fault(err, "act.fault", "office %lld has no log", (long long)office);
	if (rc != XQ_OK)
		return rc;
	h->keys = app_keys(b->app, office);
	b->n_heads++;
	*out = h;
	return XQ_OK;
}

static enum xq_rc
audit_keep(struct act_ctx *ctx, const char *kind, int64_t subject, struct xq_err *err)
{
	int64_t id;
	enum xq_rc rc = db_next(ctx->tx, ctx->office, "audit", &id, err);
	if (rc != XQ_OK)
		return rc;
	return db_exec(ctx->tx,
		SQL("INSERT INTO audit (office, id, at, act, person_id, unit_id, subject_kind,"
		    " subject_id, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
		VALS(V(ctx->office), V(id), V(ctx->now), V(ctx->act->name),
			V(ctx->actor->person_id), V(ctx->actor->unit_id), V(kind),
			V_OR_NULL(kind != NULL, subject),
			V_OR_NULL(ctx->last_seq >= 0, ctx->last_seq)),
		err);
}

enum xq_rc
act_subject_more(struct act_ctx *ctx, const char *kind, int64_t id, struct xq_err *err)
{
	return audit_keep(ctx, kind, id, err);
}

struct subject_ctx {
	struct act_ctx ctx; /* first: apply sees only this */
	const char *kind;
	int64_t id;
};

void
act_subject(struct act_ctx *ctx, const char *kind, int64_t id)
{
	struct subject_ctx *s = (struct subject_ctx *)ctx;
	s->kind = kind;
	s->id = id;
}

static struct act_ctx
ctx_of(struct batch *b, struct act_call *call, struct ledger_head *head)
{
	return (struct act_ctx){ .mem = call->mem,
		.app = call->app,
		.tx = b->tx,
		.office = call->office,
		.now = b->now,
		.random = b->random,
		.actor = &call->actor,
		.act = call->act,
		.call = call,
		.head = head,
		.last_seq = -1 };
}

static enum xq_rc
apply_inside(struct batch *b, struct act_call *call, struct ledger_head *head)
{
	struct subject_ctx s = { .ctx = ctx_of(b, call, head) };
	if (s.ctx.now < head->last_at)
		s.ctx.now = head->last_at; /* a clock set back must not order facts backwards */

	enum xq_rc rc = call->act->apply(&s.ctx, &call->form, &call->err);
	if (rc != XQ_OK)
		return rc;
	/* An act without an event must have said so: else a fact would be missing in the record. */
	xq_require(call->act->is_quiet || s.ctx.last_seq >= 0);
	xq_require(!call->act->needs_no_record || s.ctx.last_seq < 0);
	call->seq = s.ctx.last_seq;
	if (!call->act->is_unseen)
		tx_touch(b->tx, call->office);
	if (call->act->is_unaudited) {
		xq_require(call->act->who == PERM_SYSTEM && call->act->is_quiet &&
			   call->act->is_unseen);
		return XQ_OK;
	}
	return audit_keep(&s.ctx, s.kind, s.id, &call->err);
}

/* What a refused act wrote goes with its savepoint; without one the batch must be done again. */
static void
undo(struct batch *b, const struct act_call *call, uint64_t writes_before)
{
	struct xq_err ignored;
	if (tx_is_broken(b->tx))
		return;
	if (!b->is_guarded)
		b->must_repeat = tx_writes(b->tx) != writes_before;
	else if (tx_undo(b->tx, &ignored) != XQ_OK)
		log_warn("act: savepoint of %s could not be undone", call->act->name);
}

static enum xq_rc
apply_call(struct batch *b, struct act_call *call)
{
	uint8_t key[IDEM_KEY_LEN];
	if (call->idem_key) {
		idem_key_of(call, key);
		enum xq_rc rc = idem_find(b, call, key);
		if (rc != XQ_NONE) {
			call->is_replay = rc == XQ_OK;
			return rc;
		}
	}
	struct ledger_head none = { .office = call->office }, *head = &none;
	enum xq_rc rc = place_takes_acts(b->app, call->office, &call->err);
	if (rc != XQ_OK)
		return rc;
	rc = batch_head(b, call->office, &head, &call->err);
	if (app_record_stopped(b->app, call->office)) {
		if (!call->act->needs_no_record)
			return xq_busy(&call->err, "record.stopped");
		call->err = (struct xq_err){ 0 };
		head = &none;
		rc = XQ_OK;
	}
	if (rc != XQ_OK)
		return rc;

	const uint64_t writes = tx_writes(b->tx);
	rc = b->is_guarded ? tx_savepoint(b->tx, &call->err) : XQ_OK;
	if (rc != XQ_OK)
		return rc;
	struct ledger_head before = *head;
	rc = apply_inside(b, call, head);
	if (rc == XQ_OK && call->idem_key)
		rc = idem_keep(b, call, key);
	if (rc == XQ_OK && b->is_guarded)
		rc = tx_release(b->tx, &call->err); /* a broken rule may be told as late as here */
	if (rc == XQ_OK)
		return XQ_OK;

	*head = before; /* the event list is cut at its mark */
	call->result.n = 0;
	call->seq = -1;
	undo(b, call, writes);
	return rc;
}

/* ---- asking ahead ---------------------------------------------------------------------------------- */

static bool
has_field(const struct act *act, const char *name)
{
	for (const struct field *f = act->fields; f && f->name; f++)
		if (text_eq(f->name, name))
			return true;
	return false;
}

/* Whether a call of the list before this one has the same value there. */
static bool
named_before(const struct act_call *list, const struct act_call *call)
{
	const char *name = call->act->ask_by;
	for (const struct act_call *c = list; c != call; c = c->next)
		if (c->office == call->office && has_field(c->act, name) &&
			form_int(&c->form, name) == form_int(&call->form, name))
			return true;
	return false;
}

void
batch_ask(struct batch *b, struct act_call *list)
{
	enum { ROUNDS = 2 };
	tx_asking(b->tx, true);
	for (int round = 0; round < ROUNDS && db_asks(b->tx); round++)
		for (struct act_call *c = list; c; c = c->next) {
			struct act_ctx ctx = ctx_of(b, c, NULL);
			if (round == 0)
				ledger_head_ask(b->tx, c->office);
			if (c->idem_key && round == 0)
				idem_ask(b, c);
			if (c->act->ask && !named_before(list, c))
				c->act->ask(&ctx, &c->form, round);
		}
	tx_asking(b->tx, false);
}

bool
batch_apply(struct batch *b, struct act_call *call)
{
	call->rc = apply_call(b, call);
	if (tx_is_broken(b->tx)) /* whatever the act made of it */
		call->rc = tx_why(b->tx, &call->err);
	/* What failed may have been written by an act before this one. */
	if (!b->is_guarded && tx_wants_undo(b->tx))
		b->must_repeat = true;
	return !tx_is_broken(b->tx) && !b->must_repeat;
}

void
call_reset(struct act_call *call)
{
	form_clear_faults(&call->form);
	call->rc = XQ_OK;
	call->err = (struct xq_err){ 0 };
	call->result.n = 0;
	call->is_replay = false;
	call->seq = -1;
}

enum xq_rc
batch_commit(struct batch *b, struct xq_err *err)
{
	bool is_changed[BATCH_OFFICES];
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; rc == XQ_OK && i < b->n_heads; i++) {
		is_changed[i] = b->head[i].is_changed;
		rc = ledger_head_save(b->tx, &b->head[i], err);
	}
	if (rc == XQ_OK)
		rc = tx_commit(b->tx, err);
	for (size_t i = 0; rc == XQ_OK && i < b->n_heads; i++)
		if (is_changed[i])
			ledger_edges_keep(b->app->edges, &b->head[i]);
	return rc;
}

/* ---- events and effects ---------------------------------------------------------------------------- */

static bool
declares(const struct act *act, const struct event_kind *kind)
{
	for (size_t i = 0; act->events && act->events[i]; i++)
		if (act->events[i] == kind)
			return true;
	return false;
}

enum xq_rc
act_emit(struct act_ctx *ctx, const struct act_event *e, struct xq_err *err)
{
	xq_require(declares(ctx->act, e->kind));
	const char *unit = e->unit ? e->unit : ctx->actor->unit_code;
	struct event ev = {
		.kind = e->kind,
		.ref = e->ref,
		.prev = e->prev_seq ? *e->prev_seq : -1,
		.role = e->role ? e->role : actor_record_role(ctx->actor, ctx->act->who),
		.unit = unit[0] ? unit : NULL,
		.value = e->value,
		.n_values = e->n_values,
		.part = e->part,
		.n_parts = e->n_parts,
		.voice = e->voice,
	};
	int64_t seq;
	enum xq_rc rc =
		ledger_append(ctx->tx, ctx->mem, ctx->head, ctx->now, ctx->random, &ev, &seq, err);
	if (rc != XQ_OK)
		return rc;
	ctx->last_seq = seq;
	if (e->prev_seq)
		*e->prev_seq = seq;
	return XQ_OK;
}

enum xq_rc
act_note(struct act_ctx *ctx, struct xq_err *err)
{
	return act_emit(ctx,
		&(struct act_event){
			.kind = &ev_office_noted, EVENT_VALUES(EV("act", ctx->act->name)) },
		err);
}

enum xq_rc
act_outbox(struct act_ctx *ctx, const char *effect, struct str json, struct xq_err *err)
{
	int64_t id;
	enum xq_rc rc = db_next(ctx->tx, ctx->office, "outbox", &id, err);
	if (rc != XQ_OK)
		return rc;
	return db_exec(ctx->tx,
		SQL("INSERT INTO outbox (office, id, effect, body, created_at, run_at, tries, state)"
		    " VALUES (?, ?, ?, ?, ?, ?, 0, 0)"),
		VALS(V(ctx->office), V(id), V(effect), V(json), V(ctx->now), V(ctx->now)), err);
}

const struct act *
act_find(struct app *app, struct str name)
{
	for (size_t m = 0; app->modules[m]; m++)
		for (size_t i = 0; app->modules[m]->acts && app->modules[m]->acts[i]; i++)
			if (str_is(name, app->modules[m]->acts[i]->name))
				return app->modules[m]->acts[i];
	return NULL;
}

/* ---- answers ---------------------------------------------------------------------------------------- */

int
act_http_status(const struct act_call *call)
{
	switch (call->rc) {
	case XQ_OK:
		return 200;
	case XQ_NONE:
		return 404;
	case XQ_BUSY:
		return 503;
	case XQ_FAULT:
		return 500;
	case XQ_REFUSED:
		break;
	}
	if (call->err.key && text_eq(call->err.key, "act.not-allowed"))
		return 403;
	return call->err.field || call->form.n_faults > 0 ? 422 : 409;
}

static void
problem_fault(const struct act_words *words, struct json_w *w, const char *field,
	const struct xq_err *err)
{
	json_open(w, '{');
	json_key(w, "field");
	json_text(w, field);
	json_key(w, "key");
	json_text(w, err->key);
	json_key(w, "text");
	json_text(w, words->say(words->arg, err));
	json_close(w, '}');
}

static void
problem_write(const struct act_call *call, const struct act_words *words, struct json_w *w)
{
	struct xq_err why = call->err;
	why.key = why.key ? why.key : "act.fault";
	const char *key = why.key;
	json_open(w, '{');
	json_key(w, "type");
	json_text(w, mem_printf(call->mem, "/problems/%s", key));
	json_key(w, "title");
	json_text(w, words->say(words->arg, &why));
	json_key(w, "status");
	json_int(w, act_http_status(call));
	json_key(w, "key");
	json_text(w, key);
	json_key(w, "faults");
	json_open(w, '[');
	for (size_t i = 0; i < call->form.n; i++)
		if (call->form.v[i].has_fault)
			problem_fault(words, w, call->form.fields[i].name, &call->form.v[i].fault);
	if (call->err.field && call->form.n_faults == 0)
		problem_fault(words, w, call->err.field, &call->err);
	json_close(w, ']');
	json_close(w, '}');
}

void
act_answer_json(const struct act_call *call, const struct act_words *words, struct json_w *w)
{
	if (call->rc != XQ_OK) {
		problem_write(call, words, w);
		return;
	}
	json_open(w, '{');
	json_key(w, "act");
	json_text(w, call->act->name);
	json_key(w, "replay");
	json_bool(w, call->is_replay);
	json_key(w, "seq");
	if (call->seq >= 0)
		json_int(w, call->seq);
	else
		json_put_null(w);
	json_key(w, "result");
	result_write(&call->result, w, true);
	json_close(w, '}');
}
