/* SPDX-License-Identifier: Apache-2.0 */
/* writer.c - one thread takes all that waits, applies each act inside a savepoint, commits once,
 * then answers everybody: durability costs one disk sync per batch (architecture.md 3). */
#include "act/act_int.h"

#include <pthread.h>
#include <unistd.h>

#include "core/log.h"
#include "core/mem.h"
#include "core/time.h"

#include "core/banned.h"

enum { AGAIN_FIRST_MS = 50, AGAIN_LAST_MS = 2000, AGAIN_MS = 40000 };

struct writer {
	struct app *app;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct act_call *first, *last;
	size_t waiting;
	bool is_stopping;
	unsigned looks_asked, looks_done; /* writer_refresh */
	struct rng random;
	struct writer_stats stats;
};

/* ---- admission ----------------------------------------------------------------------------------- */

enum xq_rc
act_check(struct act_call *call, enum xq_rc read)
{
	if (call->act->check)
		call->act->check(call);
	if (call->form.n_faults == 0)
		return read;
	enum xq_rc rc = xq_refuse(&call->err, NULL, "form.faults");
	xq_err_int(&call->err, "n", (int64_t)call->form.n_faults);
	return rc;
}

bool
call_admit(struct act_call *call)
{
	call->rc = act_check(call, XQ_OK);
	if (call->rc != XQ_OK)
		return false;
	bool allowed = call->actor.kind == ACTOR_SYSTEM ||
	               (call->act->who != PERM_SYSTEM && actor_may(&call->actor, call->act->who));
	if (!allowed)
		call->rc = xq_refuse(&call->err, NULL, "act.not-allowed");
	return allowed;
}

void
call_prepare(struct act_call *call)
{
	call->rc = call->act->prepare ? call->act->prepare(call, &call->err) : XQ_OK;
}

static void
queue_or_refuse(struct act_call *call)
{
	if (writer_put(call->app->writer, call))
		return;
	call->rc = xq_busy(&call->err, "act.queue-full");
	call->done(call, call->done_arg);
}

static void
prepare_then_queue(void *arg)
{
	struct act_call *call = arg;
	call_prepare(call);
	if (call->rc != XQ_OK)
		call->done(call, call->done_arg);
	else
		queue_or_refuse(call);
}

void
act_submit(struct act_call *call, act_done_fn done, void *arg)
{
	call->done = done;
	call->done_arg = arg;
	if (!call_admit(call)) {
		done(call, arg);
		return;
	}
	if (!call->app->writer) {
		(void)act_run(call); /* tests and CLI without threads: the answer is in the call */
		done(call, arg);
		return;
	}
	if (!call->act->is_slow || !call->app->runner) {
		prepare_then_queue(call);
		return;
	}
	if (!app_help(call->app, prepare_then_queue, call)) {
		call->rc = xq_busy(&call->err, "act.queue-full");
		done(call, arg);
	}
}

/* ---- waiting for an answer ------------------------------------------------------------------------ */

struct waiter {
	pthread_mutex_t lock;
	pthread_cond_t done;
	bool is_done;
};

static void
wake_waiter(struct act_call *call, void *arg)
{
	(void)call;
	struct waiter *w = arg;
	pthread_mutex_lock(&w->lock);
	w->is_done = true;
	pthread_cond_signal(&w->done);
	pthread_mutex_unlock(&w->lock);
}

static enum xq_rc
run_queued(struct act_call *call)
{
	struct waiter w = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false };
	act_submit(call, wake_waiter, &w);
	pthread_mutex_lock(&w.lock);
	while (!w.is_done)
		pthread_cond_wait(&w.done, &w.lock);
	pthread_mutex_unlock(&w.lock);
	return call->rc;
}

enum xq_rc
act_run(struct act_call *call)
{
	if (call->app->writer)
		return run_queued(call);
	struct xq_err err = { 0 };
	enum xq_rc rc = act_run_batch(call->app, (struct act_call *const[]){ call }, 1,
		clock_now(call->app->clock), &err);
	if (rc != XQ_OK) {
		call->rc = rc;
		call->err = err;
	}
	return call->rc;
}

static void take_more(struct batch *b, struct act_call *list);

/* For the offices of the list, or for all where an act says that it writes to what they share. */
static enum xq_rc
begin(struct batch *b, struct act_call *list, struct xq_err *err)
{
	int64_t office[BATCH_MAX];
	size_t n = 0;
	bool spans = false;
	for (const struct act_call *c = list; c; c = c->next) {
		spans = spans || c->act->spans || n == BATCH_MAX;
		if (n < BATCH_MAX)
			office[n++] = c->office;
	}
	enum xq_rc rc = spans ? db_write(b->app->db, &b->tx, err)
	                      : db_write_for(b->app->db, office, n, &b->tx, err);
	if (rc == XQ_OK && b->from && list && !b->is_guarded)
		take_more(b, list);
	return rc;
}

/* One transaction for all of list. Without guards one refusal after a write spoils it: *out_repeat. */
static enum xq_rc
try_batch(struct batch *b, struct act_call *list, bool *out_repeat, struct xq_err *err)
{
	b->mem = mem_root("batch");
	enum xq_rc rc = begin(b, list, err);
	if (rc == XQ_OK && !b->is_guarded)
		tx_hope(b->tx); /* one that is disappointed costs the same as a refusal after a write */
	if (rc == XQ_OK) {
		rc = app_refresh(b->app, b->tx, err);
		if (rc == XQ_OK)
			batch_ask(b, list);
		for (struct act_call *c = list; c && rc == XQ_OK; c = c->next)
			if (!batch_apply(b, c)) {
				rc = c->rc == XQ_OK ? XQ_FAULT : c->rc;
				*err = c->err;
			}
		if (tx_touches_config(b->tx)) /* saved or not: the next one reads what is there */
			b->app->config_no = -1;
		if (rc == XQ_OK)
			rc = batch_commit(b, err);
		if (rc != XQ_OK && !b->is_guarded && tx_wants_undo(b->tx))
			b->must_repeat = true; /* a broken rule that was told only now */
		if (rc != XQ_OK)
			tx_end(b->tx);
	}
	*out_repeat = b->must_repeat;
	mem_free(b->mem);
	return rc;
}

/* Savepoints cost a tenth of a batch and are needed only when an act is refused after it has written
 * (nearly all look before they write): so they are set only when that has happened, and the batch is
 * done again. */
static enum xq_rc
run_once(const struct batch *with, struct act_call *list, struct xq_err *err)
{
	struct batch b = *with;
	bool must_repeat;
	enum xq_rc rc = try_batch(&b, list, &must_repeat, err);
	if (!must_repeat)
		return rc;
	for (struct act_call *c = list; c; c = c->next)
		call_reset(c);
	*err = (struct xq_err){ 0 };
	b = *with;
	b.is_guarded = true;
	return try_batch(&b, list, &must_repeat, err);
}

/* Two transactions were in each other's way, another process writes for long, or the server went away and comes
 * back (another one of its group takes over): the same acts may be applied again from the beginning. Where the
 * answer to the commit was lost it may have been done, so only acts whose keys say that they were. */
static bool
may_go_again(const struct act_call *list, enum xq_rc rc, const struct xq_err *err)
{
	if (rc != XQ_BUSY || !err->key)
		return false;
	if (text_eq(err->key, "store.again") || text_eq(err->key, "store.away") ||
		text_eq(err->key, "store.busy"))
		return true;
	bool have_keys = text_eq(err->key, "store.unknown");
	for (const struct act_call *c = list; c && have_keys; c = c->next)
		have_keys = c->idem_key != NULL;
	return have_keys;
}

/* Nobody's page waits longer than AGAIN_MS; the queue is bounded, so what comes meanwhile hears 503. */
static enum xq_rc
run_list(const struct batch *with, struct act_call *list, struct xq_err *err)
{
	const int64_t until = time_mono_ms() + AGAIN_MS;
	for (int pause = AGAIN_FIRST_MS;; pause = pause < AGAIN_LAST_MS ? 2 * pause : pause) {
		enum xq_rc rc = run_once(with, list, err);
		if (!may_go_again(list, rc, err) || time_mono_ms() >= until)
			return rc;
		(void)usleep((useconds_t)pause * 1000); /* a shorter one does no harm */
		for (struct act_call *c = list; c; c = c->next)
			call_reset(c);
		*err = (struct xq_err){ 0 };
	}
}

enum xq_rc
act_run_batch(
	struct app *app, struct act_call *const *calls, size_t n, int64_t now, struct xq_err *err)
{
	struct rng real;
	struct act_call *first = NULL, **last = &first;
	rng_init_real(&real);
	for (size_t i = 0; i < n; i++) {
		calls[i]->next = NULL;
		if (!call_admit(calls[i]))
			continue;
		call_prepare(calls[i]);
		if (calls[i]->rc != XQ_OK)
			continue;
		*last = calls[i];
		last = &calls[i]->next;
	}
	const struct batch with = {
		.app = app, .random = app->random ? app->random : &real, .now = now
	};
	return run_list(&with, first, err);
}

/* ---- the thread ------------------------------------------------------------------------------------- */

bool
writer_put(struct writer *w, struct act_call *call)
{
	pthread_mutex_lock(&w->lock);
	bool room = w->waiting < QUEUE_MAX && !w->is_stopping;
	if (room) {
		call->next = NULL;
		if (w->last)
			w->last->next = call;
		else
			w->first = call;
		w->last = call;
		if (w->waiting++ == 0)
			pthread_cond_broadcast(&w->more);
	} else {
		w->stats.full++;
	}
	pthread_mutex_unlock(&w->lock);
	return room;
}

/* Behind end, where n are already: what waits, as far as the batch has room, and with tx as far as it may write for it.
 * The lock is held. */
static size_t
cut_off(struct writer *w, struct act_call *end, size_t n, struct tx *tx)
{
	while (n < BATCH_MAX && end->next &&
		(!tx || tx_writes_for(tx, end->next->act->spans ? 0 : end->next->office))) {
		end = end->next;
		n++;
	}
	w->first = end->next;
	if (!w->first)
		w->last = NULL;
	end->next = NULL;
	return n;
}

/* What came while the transaction was waited for, until another process had committed, goes with it. */
static void
take_more(struct batch *b, struct act_call *list)
{
	struct writer *w = b->from;
	size_t n = 1;
	struct act_call *end = list;
	for (; end->next; end = end->next)
		n++;
	pthread_mutex_lock(&w->lock);
	end->next = w->first;
	w->waiting -= cut_off(w, end, n, b->tx) - n;
	pthread_mutex_unlock(&w->lock);
}

/* All that waits, at most BATCH_MAX; NULL when stopping and drained, or when only a look is asked for. */
static struct act_call *
take(struct writer *w)
{
	pthread_mutex_lock(&w->lock);
	while (!w->first && !w->is_stopping && w->looks_asked == w->looks_done)
		pthread_cond_wait(&w->more, &w->lock);
	struct act_call *list = w->first;
	if (list)
		w->waiting -= cut_off(w, list, 1, NULL);
	pthread_mutex_unlock(&w->lock);
	return list;
}

static void
fail_all(struct act_call *list, enum xq_rc rc, const struct xq_err *err)
{
	for (struct act_call *c = list; c; c = c->next) {
		if (c->rc != XQ_OK)
			continue; /* its own refusal stands */
		c->rc = rc;
		c->err = *err;
		c->result.n = 0;
		c->seq = -1;
	}
}

static void
apply_list(struct writer *w, struct act_call *list)
{
	struct xq_err err = { 0 };
	const struct batch with = {
		.app = w->app, .random = &w->random, .now = clock_now(w->app->clock), .from = w
	};
	enum xq_rc rc = run_list(&with, list, &err);
	if (rc != XQ_OK) {
		(void)log_fault("writer", &err);
		fail_all(list, rc, &err);
	}
}

static void
answer_all(struct writer *w, struct act_call *list)
{
	uint64_t acts = 0, refused = 0;
	while (list) {
		struct act_call *call = list;
		list = call->next; /* done may free the call */
		if (call->rc == XQ_OK)
			acts++;
		else
			refused++;
		if (call->rc == XQ_FAULT)
			(void)log_fault(call->act->name, &call->err);
		call->done(call, call->done_arg);
	}
	pthread_mutex_lock(&w->lock);
	w->stats.acts += acts;
	w->stats.refused += refused;
	w->stats.batches++;
	pthread_mutex_unlock(&w->lock);
}

/* A look without an act; false: none is asked for. Where the server is away, the next act looks. */
static bool
look(struct writer *w)
{
	struct tx *tx;
	struct xq_err err = { 0 };
	pthread_mutex_lock(&w->lock);
	unsigned asked = w->looks_asked;
	bool is_asked = asked != w->looks_done;
	pthread_mutex_unlock(&w->lock);
	if (!is_asked)
		return false;
	enum xq_rc rc = db_write_for(w->app->db, NULL, 0, &tx, &err);
	if (rc == XQ_OK) {
		rc = app_refresh(w->app, tx, &err);
		tx_end(tx);
	}
	if (rc != XQ_OK)
		(void)log_fault("writer", &err);
	pthread_mutex_lock(&w->lock);
	w->looks_done = asked;
	pthread_cond_broadcast(&w->more);
	pthread_mutex_unlock(&w->lock);
	return true;
}

void
writer_refresh(struct writer *w)
{
	pthread_mutex_lock(&w->lock);
	unsigned mine = ++w->looks_asked;
	pthread_cond_broadcast(&w->more);
	while ((int)(w->looks_done - mine) < 0 && !w->is_stopping)
		pthread_cond_wait(&w->more, &w->lock);
	pthread_mutex_unlock(&w->lock);
}

static void *
writer_main(void *arg)
{
	struct writer *w = arg;
	for (;;) {
		struct act_call *list = take(w);
		if (!list && !look(w))
			return NULL;
		if (!list)
			continue;
		apply_list(w, list);
		answer_all(w, list);
	}
}

struct writer *
writer_start(struct app *app)
{
	struct writer *w = mem_new(app->mem, struct writer);
	w->app = app;
	rng_init_real(&w->random);
	xq_require(pthread_mutex_init(&w->lock, NULL) == 0);
	xq_require(pthread_cond_init(&w->more, NULL) == 0);
	xq_require(pthread_create(&w->thread, NULL, writer_main, w) == 0);
	return w;
}

void
writer_stop(struct writer *w)
{
	pthread_mutex_lock(&w->lock);
	w->is_stopping = true;
	pthread_cond_broadcast(&w->more);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	pthread_mutex_destroy(&w->lock);
	pthread_cond_destroy(&w->more);
	mem_free(w);
}

struct writer_stats
app_writer_stats(const struct app *app)
{
	struct writer *w = app->writer;
	if (!w)
		return (struct writer_stats){ 0 };
	pthread_mutex_lock(&w->lock);
	struct writer_stats s = w->stats;
	s.waiting = w->waiting;
	pthread_mutex_unlock(&w->lock);
	return s;
}
