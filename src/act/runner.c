/* SPDX-License-Identifier: Apache-2.0 */
/* runner.c - the clock thread that posts due work as acts of the system, the outbox thread, the one that
 * follows other processes on the same database (which then do the due work in turns, db_keeper), and
 * the bounded helper pool (password hashing, images). Nothing else runs beside the writer and
 * the HTTP threads (architecture.md 6). */
#include "act/act_int.h"

#include <pthread.h>
#include <time.h>

#include "core/log.h"
#include "core/mem.h"
#include "identity/session.h"

#include "core/banned.h"

enum { JOB_ROUND = 64, JOBS_MAX = 64, OUTBOX_ROUND = 32, TRIES_MAX = 8, FOLLOW_MS = 200 };

struct help {
	void (*fn)(void *arg);
	void *arg;
};

struct runner {
	struct app *app;
	pthread_t clock_thread, outbox_thread, tick_thread, follow_thread, helper[HELP_THREADS];
	bool follows; /* has that thread: other processes write to the database too */
	pthread_mutex_t lock;
	pthread_cond_t tick, help_more;
	bool is_stopping;
	uint64_t outbox_rounds;
	unsigned wakes; /* raised by runner_wake; the clock thread looks again at once */
	struct help queue[HELP_MAX];
	size_t help_first, help_n;
};

/* ---- due work ------------------------------------------------------------------------------------- */

static enum xq_rc
run_as_system(struct app *app, int64_t office, const struct act *act, int64_t id)
{
	void *mem = mem_root("job");
	struct actor system = actor_system(office);
	struct act_call *call = act_call_new(mem, app, act, office, &system);
	form_set_int(&call->form, "id", id);
	enum xq_rc rc = act_run(call);
	if (rc == XQ_FAULT)
		(void)log_fault(act->name, &call->err);
	mem_free(mem);
	return rc;
}

/* The first job from *at on that finds something: one snapshot for all that look in vain, since nearly always
 * all of them do. *out_n 0: none finds anything. */
static enum xq_rc
find_next(struct app *app, const struct job *const *job, size_t n_jobs, size_t *at, int64_t office,
	int64_t id[JOB_ROUND], size_t *out_n, struct xq_err *err)
{
	struct tx *tx;
	*out_n = 0;
	enum xq_rc rc = db_read(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	void *mem = mem_root("job");
	const int64_t now = clock_now(app->clock);
	while (*at < n_jobs) {
		rc = job[*at]->find(tx, mem, office, now, JOB_ROUND, id, out_n, err);
		if (rc != XQ_OK || *out_n > 0)
			break;
		++*at;
	}
	tx_end(tx);
	mem_free(mem);
	return rc;
}

/* All that is due in one office. */
static enum xq_rc
run_office(struct app *app, const struct job *const *job, size_t n_jobs, int64_t office, int *done,
	struct xq_err *err)
{
	if (!place_is_here(app, office))
		return XQ_OK;
	for (size_t at = 0; at < n_jobs && db_keeper(app->db) != 0;) {
		int64_t id[JOB_ROUND];
		size_t n;
		enum xq_rc rc = find_next(app, job, n_jobs, &at, office, id, &n, err);
		if (rc != XQ_OK || n == 0)
			return rc;
		int round = 0;
		for (size_t i = 0; i < n; i++)
			round += run_as_system(app, office, job[at]->act, id[i]) == XQ_OK;
		*done += round;
		/* A round that did nothing ends it: what is refused stays refused. */
		if (n < JOB_ROUND || round == 0)
			at++;
	}
	return XQ_OK;
}

static size_t
jobs_of(const struct app *app, const struct job *out[JOBS_MAX])
{
	size_t n = 0;
	for (size_t m = 0; app->modules[m]; m++)
		for (size_t j = 0; app->modules[m]->jobs && app->modules[m]->jobs[j]; j++) {
			xq_require(n < JOBS_MAX);
			out[n++] = app->modules[m]->jobs[j];
		}
	return n;
}

enum xq_rc
app_run_jobs(struct app *app, int *out_done, struct xq_err *err)
{
	const struct job *job[JOBS_MAX];
	const size_t n_jobs = jobs_of(app, job);
	enum xq_rc rc = XQ_OK;
	*out_done = 0;
	for (size_t o = 0; rc == XQ_OK && o < app->n_offices; o++)
		rc = run_office(app, job, n_jobs, app->office[o].id, out_done, err);
	return rc;
}

/* What a second brings. */
static enum xq_rc
run_some_jobs(struct app *app, struct turns *t, struct xq_err *err)
{
	const struct job *job[JOBS_MAX];
	const size_t n_jobs = jobs_of(app, job);
	int64_t office[TURNS_MAX];
	enum xq_rc rc = XQ_OK;
	int done = 0;
	size_t n = db_keeper(app->db) != 0 ? turns_take(t, app, office) : 0;
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		rc = run_office(app, job, n_jobs, office[i], &done, err);
	return rc;
}

/* ---- outbox ---------------------------------------------------------------------------------------- */

static const struct field outbox_fields[] = {
	{ "id", FIELD_ID, .required = true },
	{ "state", FIELD_INT, .min = 0, .max = 2 },
	{ "run_at", FIELD_INT },
	{ "tries", FIELD_INT },
	{ "had", FIELD_INT },
	{ "why", FIELD_TEXT, .max = 120 },
	{ .name = NULL },
};

/* Only who has seen the last try may note the next one: another process may have taken the row meanwhile. */
static enum xq_rc
outbox_mark_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	return db_exec_one(ctx->tx,
		SQL("UPDATE outbox SET state = ?, run_at = ?, tries = ?, why = ?"
		    " WHERE office = ? AND id = ? AND state = 0 AND tries = ?"),
		VALS(V(form_int(in, "state")), V(form_int(in, "run_at")), V(form_int(in, "tries")),
			V(form_str(in, "why")), V(ctx->office), V(form_int(in, "id")),
			V(form_int(in, "had"))),
		err);
}

enum xq_rc
outbox_again(struct tx *tx, int64_t office, int64_t id, int64_t now, struct xq_err *err)
{
	return db_exec_one(tx,
		SQL("UPDATE outbox SET state = 0, run_at = ?, tries = 0"
		    " WHERE office = ? AND id = ? AND state = 2"),
		VALS(V(now), V(office), V(id)), err);
}

static const struct act outbox_mark = {
	.name = "outbox.mark",
	.title = N_("Note how a message went"),
	.who = PERM_SYSTEM,
	.fields = outbox_fields,
	.apply = outbox_mark_apply,
	.is_quiet = true,
	.is_unseen = true,
	.is_hidden = true,
};

/* Keys are answered for a week: longer than any browser keeps a form or a client retries. */
enum { IDEM_KEEP_S = 7 * 86400 };

static enum xq_rc
idem_prune_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	(void)max;
	int64_t oldest = 0;
	enum xq_rc rc = db_int(tx,
		SQL("SELECT at FROM idem WHERE office = ? AND at < ? ORDER BY at LIMIT 1"),
		VALS(V(office), V(now - IDEM_KEEP_S)), &oldest, err);
	*out_n = rc == XQ_OK;
	out_id[0] = now - IDEM_KEEP_S;
	return rc == XQ_NONE ? XQ_OK : rc;
}

static enum xq_rc
idem_prune_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	return db_exec(ctx->tx, SQL("DELETE FROM idem WHERE office = ? AND at < ?"),
		VALS(V(ctx->office), V(form_int(in, "id"))), err);
}

static const struct field idem_fields[] = { { "id", FIELD_ID, .required = true },
	{ .name = NULL } };

static const struct act idem_prune = {
	.name = "idem.prune",
	.title = N_("Forget answers of old keys"),
	.who = PERM_SYSTEM,
	.fields = idem_fields,
	.apply = idem_prune_apply,
	.is_quiet = true,
	.is_unseen = true,
	.is_hidden = true,
};

static const struct job idem_job = { "idem.prune", &idem_prune, idem_prune_find };

const struct module act_module = {
	.name = "act",
	.messages = (const struct msg_text *const[]){ ledger_messages, peer_messages, NULL },
	.acts = (const struct act *const[]){ &outbox_mark, &idem_prune, NULL },
	.jobs = (const struct job *const[]){ &idem_job, NULL },
};

static const struct effect *
effect_find(struct app *app, struct str name)
{
	for (size_t m = 0; app->modules[m]; m++)
		for (size_t i = 0; app->modules[m]->effects && app->modules[m]->effects[i]; i++)
			if (str_is(name, app->modules[m]->effects[i]->name))
				return app->modules[m]->effects[i];
	return NULL;
}

struct outbox_row {
	int64_t id;
	const char *effect;
	struct str body;
	int64_t tries;
};

static enum xq_rc
outbox_load(struct app *app, void *mem, int64_t office, struct outbox_row *row, size_t *out_n,
	struct xq_err *err)
{
	struct tx *tx;
	enum xq_rc rc = db_read(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT id, effect, body, tries FROM outbox"
		    " WHERE office = ? AND state = 0 AND run_at <= ? ORDER BY run_at, id LIMIT ?"),
		VALS(V(office), V(clock_now(app->clock)), V((int64_t)OUTBOX_ROUND)));
	while (n < OUTBOX_ROUND && row_next(q)) {
		row[n].id = row_int(q, 0);
		row[n].effect = row_text(q, 1, mem);
		row[n].body = str_of(row_text(q, 2, mem));
		row[n].tries = row_int(q, 3);
		n++;
	}
	rc = rows_close(q, err);
	tx_end(tx);
	*out_n = n;
	return rc;
}

enum outbox_state { OUTBOX_WAITS, OUTBOX_DONE, OUTBOX_DEAD };

static enum xq_rc
outbox_note(struct app *app, void *mem, int64_t office, const struct outbox_row *row, int64_t had,
	enum outbox_state state, int64_t run_at, const char *why)
{
	struct actor system = actor_system(office);
	struct act_call *call = act_call_new(mem, app, &outbox_mark, office, &system);
	form_set_int(&call->form, "id", row->id);
	form_set_int(&call->form, "state", state);
	form_set_int(&call->form, "run_at", run_at);
	form_set_int(&call->form, "tries", row->tries + 1);
	form_set_int(&call->form, "had", had);
	form_set_text(mem, &call->form, "why", why);
	enum xq_rc rc = act_run(call);
	if (rc == XQ_FAULT)
		(void)log_fault("outbox", &call->err);
	return rc;
}

/* Done, or tried again after 1, 2, 4 ... minutes, or dead after the eighth time and then shown. The
 * try is noted before it is made: what cannot be noted, on a full disk say, would be sent again and
 * again. */
static void
outbox_run_one(struct app *app, void *mem, int64_t office, const struct outbox_row *row)
{
	struct xq_err err = { 0 };
	int64_t again_at = clock_now(app->clock) + (60 << row->tries);
	if (outbox_note(app, mem, office, row, row->tries, OUTBOX_WAITS, again_at, "") != XQ_OK)
		return;
	const struct effect *effect = effect_find(app, str_of(row->effect));
	enum xq_rc rc = effect ? effect->run(app, mem, office, row->body, &err)
	                       : xq_refuse(&err, NULL, "outbox.no-effect");
	bool is_dead = rc == XQ_REFUSED || row->tries + 1 >= TRIES_MAX;
	enum outbox_state state = rc == XQ_OK ? OUTBOX_DONE : is_dead ? OUTBOX_DEAD : OUTBOX_WAITS;
	/* Not noted: it is sent once more after the pause, which "at least once" allows. */
	(void)outbox_note(
		app, mem, office, row, row->tries + 1, state, again_at, rc == XQ_OK ? "" : err.key);
}

static enum xq_rc
outbox_office(struct app *app, int64_t office, int *done, struct xq_err *err)
{
	if (!place_is_here(app, office))
		return XQ_OK;
	void *mem = mem_root("outbox");
	struct outbox_row row[OUTBOX_ROUND];
	size_t n = 0;
	enum xq_rc rc = outbox_load(app, mem, office, row, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n && db_keeper(app->db) != 0; i++)
		outbox_run_one(app, mem, office, &row[i]);
	mem_free(mem);
	*done += rc == XQ_OK ? (int)n : 0;
	return rc;
}

enum xq_rc
app_run_outbox(struct app *app, int *out_done, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	*out_done = 0;
	for (size_t o = 0; rc == XQ_OK && o < app->n_offices && db_keeper(app->db) != 0; o++)
		rc = outbox_office(app, app->office[o].id, out_done, err);
	return rc;
}

static enum xq_rc
run_some_outbox(struct app *app, struct turns *t, struct xq_err *err)
{
	int64_t office[TURNS_MAX];
	enum xq_rc rc = XQ_OK;
	int done = 0;
	size_t n = db_keeper(app->db) != 0 ? turns_take(t, app, office) : 0;
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		rc = outbox_office(app, office[i], &done, err);
	return rc;
}

/* ---- threads ---------------------------------------------------------------------------------------- */

/* Sleeps up to so long of real time, less when woken; false when stopping. */
static bool
nap(struct runner *r, unsigned *seen, int ms)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	int64_t ns = until.tv_nsec + (int64_t)ms * 1000000;
	until.tv_sec += (time_t)(ns / 1000000000);
	until.tv_nsec = (long)(ns % 1000000000);
	pthread_mutex_lock(&r->lock);
	while (!r->is_stopping && *seen == r->wakes &&
		pthread_cond_timedwait(&r->tick, &r->lock, &until) == 0)
		;
	*seen = r->wakes;
	bool go_on = !r->is_stopping;
	pthread_mutex_unlock(&r->lock);
	return go_on;
}

static void *
clock_main(void *arg)
{
	struct runner *r = arg;
	struct turns turns;
	unsigned seen = 0;
	turns_init(&turns);
	do {
		struct xq_err err = { 0 };
		if (run_some_jobs(r->app, &turns, &err) == XQ_FAULT)
			(void)log_fault("clock", &err);
	} while (nap(r, &seen, 1000));
	turns_clear(&turns);
	return NULL;
}

static void *
outbox_main(void *arg)
{
	struct runner *r = arg;
	struct turns turns;
	unsigned seen = 0;
	turns_init(&turns);
	do {
		struct xq_err err = { 0 };
		if (run_some_outbox(r->app, &turns, &err) == XQ_FAULT)
			(void)log_fault("outbox", &err);
		pthread_mutex_lock(&r->lock);
		r->outbox_rounds++;
		pthread_mutex_unlock(&r->lock);
	} while (nap(r, &seen, 1000));
	turns_clear(&turns);
	return NULL;
}

/* Acts come between two ticks, never in one: what a tick does is not waited for by anybody. */
static void *
tick_main(void *arg)
{
	struct runner *r = arg;
	unsigned seen = 0;
	do {
		if (db_keeper(r->app->db) != 0)
			app_tick(r->app);
	} while (nap(r, &seen, r->app->tick_ms));
	return NULL;
}

static void
read_again(void *arg)
{
	struct runner *r = arg;
	writer_refresh(r->app->writer);
}

/* What other processes commit is seen here at most so much later; said once while the server is away. */
static void *
follow_main(void *arg)
{
	struct runner *r = arg;
	unsigned seen = 0;
	do {
		struct xq_err err = { 0 };
		bool was_away = db_is_away(r->app->db);
		stops_tell(r->app);
		if (db_follow(r->app->db, read_again, r, &err) != XQ_OK && !was_away)
			(void)log_fault("store", &err);
		else if (was_away && !db_is_away(r->app->db))
			log_info("store: the database server is there again");
	} while (nap(r, &seen, FOLLOW_MS));
	return NULL;
}

static void *
helper_main(void *arg)
{
	struct runner *r = arg;
	for (;;) {
		pthread_mutex_lock(&r->lock);
		while (r->help_n == 0 && !r->is_stopping)
			pthread_cond_wait(&r->help_more, &r->lock);
		if (r->help_n == 0) {
			pthread_mutex_unlock(&r->lock);
			return NULL;
		}
		struct help h = r->queue[r->help_first];
		r->help_first = (r->help_first + 1) % HELP_MAX;
		r->help_n--;
		pthread_mutex_unlock(&r->lock);
		h.fn(h.arg);
	}
}

bool
runner_help(struct runner *r, void (*fn)(void *arg), void *arg)
{
	pthread_mutex_lock(&r->lock);
	bool room = r->help_n < HELP_MAX && !r->is_stopping;
	if (room) {
		r->queue[(r->help_first + r->help_n++) % HELP_MAX] = (struct help){ fn, arg };
		pthread_cond_signal(&r->help_more);
	}
	pthread_mutex_unlock(&r->lock);
	return room;
}

void
runner_wake(struct runner *r)
{
	pthread_mutex_lock(&r->lock);
	r->wakes++;
	pthread_cond_broadcast(&r->tick);
	pthread_mutex_unlock(&r->lock);
}

uint64_t
runner_outbox_rounds(struct runner *r)
{
	pthread_mutex_lock(&r->lock);
	uint64_t n = r->outbox_rounds;
	pthread_mutex_unlock(&r->lock);
	return n;
}

struct runner *
runner_start(struct app *app)
{
	struct runner *r = mem_new(app->mem, struct runner);
	r->app = app;
	xq_require(pthread_mutex_init(&r->lock, NULL) == 0);
	xq_require(pthread_cond_init(&r->tick, NULL) == 0);
	xq_require(pthread_cond_init(&r->help_more, NULL) == 0);
	xq_require(pthread_create(&r->clock_thread, NULL, clock_main, r) == 0);
	xq_require(pthread_create(&r->outbox_thread, NULL, outbox_main, r) == 0);
	xq_require(pthread_create(&r->tick_thread, NULL, tick_main, r) == 0);
	r->follows = db_is_shared(app->db);
	if (r->follows)
		xq_require(pthread_create(&r->follow_thread, NULL, follow_main, r) == 0);
	for (size_t i = 0; i < HELP_THREADS; i++)
		xq_require(pthread_create(&r->helper[i], NULL, helper_main, r) == 0);
	return r;
}

void
runner_stop(struct runner *r)
{
	pthread_mutex_lock(&r->lock);
	r->is_stopping = true;
	pthread_cond_broadcast(&r->tick);
	pthread_cond_broadcast(&r->help_more);
	pthread_mutex_unlock(&r->lock);
	pthread_join(r->clock_thread, NULL);
	pthread_join(r->outbox_thread, NULL);
	pthread_join(r->tick_thread, NULL);
	if (r->follows)
		pthread_join(r->follow_thread, NULL);
	for (size_t i = 0; i < HELP_THREADS; i++)
		pthread_join(r->helper[i], NULL);
	pthread_mutex_destroy(&r->lock);
	pthread_cond_destroy(&r->tick);
	pthread_cond_destroy(&r->help_more);
	mem_free(r);
}
