/* SPDX-License-Identifier: Apache-2.0 */
/* act_int.h - what the files of act/ share: applying one call, the writer, the threads. */
#ifndef XQ_ACT_ACT_INT_H
#define XQ_ACT_ACT_INT_H

#include "act/app.h"

/* Acts of one batch may belong to as many offices as there are acts. */
enum {
	BATCH_MAX = 256,
	BATCH_OFFICES = BATCH_MAX,
	QUEUE_MAX = 1024,
	HELP_MAX = 64,
	HELP_THREADS = 2
};

/* What a write transaction keeps while its acts are applied. */
struct batch {
	struct app *app;
	struct tx *tx;
	void *mem; /* for the heads' names */
	int64_t now;
	struct rng *random;
	struct writer
		*from;    /* more may be taken from there when the transaction begins; NULL: no */
	bool is_guarded;  /* each act in a savepoint of its own */
	bool must_repeat; /* an act without one was refused after it had written */
	size_t n_heads;
	struct ledger_head head[BATCH_OFFICES];
};

/* Applies one call; call->rc says how it went. False when the transaction cannot go on: it is broken
 * (disk full), or what the act left behind can only be undone with all of it (must_repeat). */
bool batch_apply(struct batch *b, struct act_call *call);
/* Asks ahead for the rows with which the acts of the list begin; what breaks is told when they are applied. */
void batch_ask(struct batch *b, struct act_call *list);
/* As the call was before it was applied. */
void call_reset(struct act_call *call);
/* Saves the heads and commits. */
XQ_CHECK enum xq_rc batch_commit(struct batch *b, struct xq_err *err);

/* Permission and prepare, as act_submit does them; true when the call may be queued. */
bool call_admit(struct act_call *call);
void call_prepare(struct act_call *call);

/* Queues; false when full. */
bool writer_put(struct writer *w, struct act_call *call);
struct writer *writer_start(struct app *app);
void writer_stop(struct writer *w); /* drains first */
/* Has the writer read again what other processes have changed; returns when it has. */
void writer_refresh(struct writer *w);

void app_tick(struct app *app); /* one tick of every module */

/* stop.c: notes in the database what was found here; reads what is noted there (places of the list of
 * offices); takes away, when a server starts, what its own check does not find. */
void stops_tell(struct app *app);
XQ_CHECK enum xq_rc stops_read(struct app *app, struct tx *tx, struct xq_err *err);
XQ_CHECK enum xq_rc stops_settle(struct app *app, struct xq_err *err);
void stops_free(struct app *app);

/* Which offices a thread looks at next; its own. */
enum { TURNS_EACH = 16, TURNS_MAX = 2 * TURNS_EACH };
struct turns {
	void *mem;
	uint64_t *
		seen; /* commit number of each office at the last look, in the order of app->office */
	size_t n, next;
};
void turns_init(struct turns *t);
void turns_clear(struct turns *t);
/* Offices, each once: the next TURNS_EACH of all by turn, then as many of those in which something was committed
 * since they were taken. */
size_t turns_take(struct turns *t, const struct app *app, int64_t out[TURNS_MAX]);

struct runner *runner_start(struct app *app);
void runner_stop(struct runner *r);
bool runner_help(struct runner *r, void (*fn)(void *arg), void *arg);
void runner_wake(struct runner *r);
uint64_t runner_outbox_rounds(struct runner *r);

#endif
