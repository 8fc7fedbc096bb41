/* SPDX-License-Identifier: Apache-2.0 */
/* module.c - the declaration of the record module: the start check, the tick, the daily sign of life. */
#include "core/mem.h"
#include "ledger/folder.h"
#include "ledger/guard.h"
#include "record/keys.h"
#include "record/record_int.h"
#include "record/witness.h"
#include "web/web.h"

#include "core/banned.h"

/* ---- at start ------------------------------------------------------------------------------------- */

static int
state_free(void *p)
{
	struct record_state *s = p;
	for (size_t i = 0; i < WALKS_KEPT; i++)
		mem_free(s->walk[i].root);
	return pthread_mutex_destroy(&s->lock) + pthread_mutex_destroy(&s->walk_lock);
}

static struct office_watch *
watch_of(const struct record_state *s, int64_t office)
{
	struct office_watch *w = s->watch;
	while (w && w->office != office)
		w = w->next;
	return w;
}

static void
watch_add(struct record_state *s, int64_t office)
{
	if (watch_of(s, office))
		return;
	struct office_watch *w = mem_new(s, struct office_watch);
	w->office = office;
	w->next = s->watch;
	s->watch = w;
}

/* Before the first act: what stands here goes on from what was signed, or nothing is taken. */
static enum xq_rc
check_offices(struct app *app, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; rc == XQ_OK && i < app->n_offices; i++) {
		void *mem = mem_root("start check");
		struct head_seen h;
		watch_add(app->record, app->office[i].id);
		if (app->office[i].place == PLACE_GONE || app->office[i].place == PLACE_ARRIVING)
			continue;
		rc = record_look(app, mem, app->office[i].id, &h, err);
		if (rc == XQ_REFUSED)
			app_record_stop(app, app->office[i].id, err);
		if (rc == XQ_REFUSED || rc == XQ_NONE)
			rc = XQ_OK;
		mem_free(mem);
	}
	return rc;
}

static enum xq_rc
record_opened(struct app *app, struct xq_err *err)
{
	struct record_state *s = mem_new(app->mem, struct record_state);
	xq_require(pthread_mutex_init(&s->lock, NULL) == 0 &&
		   pthread_mutex_init(&s->walk_lock, NULL) == 0);
	mem_on_free(s, state_free);
	s->term = 1; /* where nobody else keeps house */
	app->record = s;
	enum xq_rc rc = guard_open(s, app->guard, &s->guard, err);
	return rc == XQ_OK ? check_offices(app, err) : rc;
}

void
record_watch_all(struct app *app)
{
	struct record_state *s = app->record;
	size_t n = app->n_offices; /* they are only added to */
	if (s->n_watched == n)
		return;
	pthread_mutex_lock(&s->lock); /* over its memory */
	for (size_t i = 0; i < n;
		i++) /* one that came from another cell may stand between the others */
		watch_add(s, app->office[i].id);
	s->n_watched = n;
	pthread_mutex_unlock(&s->lock);
}

enum xq_rc
record_begin(struct app *app, const char *origin, bool is_demo, struct xq_err *err)
{
	struct guard *g = app->record->guard;
	if (!guard_find(g, origin))
		return XQ_OK;
	if (is_demo) {
		guard_drop(g, origin);
		return guard_save(g, err);
	}
	enum xq_rc rc = xq_refuse(err, NULL, "record.remembered");
	xq_err_text(err, "file", guard_path(g));
	return rc;
}

struct record_looked
record_looked(const struct app *app, int64_t office)
{
	const struct office_watch *w = app->record ? watch_of(app->record, office) : NULL;
	if (!w)
		return (struct record_looked){ 0 };
	return (struct record_looked){
		.entries = w->mark.level == 0 ? w->mark.n * TILE_WIDTH : 0,
		.is_done = w->is_done,
	};
}

bool
record_clock_is_behind(const struct app *app)
{
	return app->record && app->record->is_clock_behind;
}

const char *
record_guard_path(const struct app *app)
{
	return app->record ? guard_path(app->record->guard) : NULL;
}

/* ---- keys ----------------------------------------------------------------------------------------- */

enum xq_rc
record_lines(struct app *app, struct tx *tx, void *mem, const struct head_seen *h, const char *body,
	const char **out, struct xq_err *err)
{
	(void)app;
	struct log_keys keys;
	enum xq_rc rc = log_keys_load(app, tx, mem, h->office, h->size, &keys, err);
	if (rc != XQ_OK)
		return rc;
	*out = log_keys_sign(mem, &keys, body);
	log_keys_wipe(&keys);
	return XQ_OK;
}

static enum xq_rc
put_keys(const struct app *app, struct tx *tx, void *mem, int64_t office, struct folder_log *out,
	struct xq_err *err)
{
	struct log_key *key;
	size_t n;
	enum xq_rc rc = log_keys_all(app, tx, mem, office, &key, &n, err);
	if (rc != XQ_OK)
		return rc;
	out->vkey = mem_array(mem, struct folder_vkey, n);
	for (size_t i = 0; i < n; i++)
		out->vkey[i] = (struct folder_vkey){ .vkey = str_of(log_key_vkey(mem, &key[i])),
			.from = key[i].from };
	out->n_vkeys = n;
	hash_wipe(key, n * sizeof(*key));
	return XQ_OK;
}

enum xq_rc
record_about(const struct app *app, struct tx *tx, void *mem, int64_t office,
	struct folder_log *out, struct xq_err *err)
{
	struct folder_log log = { 0 };
	const char **witness;
	enum xq_rc rc = put_keys(app, tx, mem, office, &log, err);
	if (rc == XQ_OK)
		rc = witness_vkeys(tx, mem, office, &witness, &log.n_witnesses, err);
	if (rc == XQ_OK)
		rc = checkpoint_sizes(tx, mem, office, &log.kept, &log.n_kept, err);
	if (rc != XQ_OK)
		return rc;
	log.witness = mem_array(mem, struct str, log.n_witnesses + 1);
	for (size_t i = 0; i < log.n_witnesses; i++)
		log.witness[i] = str_of(witness[i]);
	*out = log;
	return XQ_OK;
}

/* ---- a sign of life --------------------------------------------------------------------------------- */

enum { TICK_S = 24 * 3600 };

static enum xq_rc
tick_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	int64_t latest = now - TICK_S;
	return rows_ids(db_query(tx,
				SQL("SELECT office FROM ledger_head WHERE office = ?"
				    " AND size > 0 AND last_at <= ?"),
				VALS(V(office), V(latest))),
		max, out_id, out_n, err);
}

static enum xq_rc
tick_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	(void)in;
	return act_emit(ctx, &(struct act_event){ .kind = &ev_log_tick }, err);
}

static const struct field tick_fields[] = { { "id", FIELD_ID, .required = true },
	{ .name = NULL } };

const struct act log_tick = {
	.name = "log.tick",
	.title = N_("Note that the record is alive"),
	.who = PERM_SYSTEM,
	.fields = tick_fields,
	.apply = tick_apply,
	.events = (const struct event_kind *const[]){ &ev_log_tick, NULL },
	.is_hidden = true,
};

static const struct job tick_job = { "log.tick", &log_tick, tick_find };

static const struct msg_text messages[] = {
	{ "record.remembered",
		N_("The guard file {file} remembers a public record of this name. A new one needs another "
		   "name: give --origin HOST/log/CODE.2, or take the old data folder.") },
	{ .key = NULL },
};

const struct module record_module = {
	.name = "record",
	.messages = (const struct msg_text *const[]){ messages, NULL },
	.acts = (const struct act *const[]){ &log_tick, NULL },
	.jobs = (const struct job *const[]){ &tick_job, NULL },
	.views = log_views,
	.opened = record_opened,
	.tick = record_tick,
};
