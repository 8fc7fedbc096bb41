/* SPDX-License-Identifier: Apache-2.0 */
/* pg_keeper.c - of all processes on a database one does what is due: it holds the row of keeper_lease and
 * shows every few seconds that it lives. The row counts the terms. Times in it are the server's, in seconds;
 * how long this process may rely on it is counted by its own clock from before it asked, so that it stops
 * before another one can begin. */
#include "store/pg_int.h"

#include <stdio.h>
#include <unistd.h>

#include "core/log.h"
#include "core/mem.h"
#include "core/parse.h"
#include "core/random.h"
#include "core/time.h"

#include "core/banned.h"

#define LEASE_S "15"
enum { TRUST_MS = 13000, BEAT_MS = 5000, ASK_MS = 2000, ROUND_MS = 1000 };
#define NOW "CAST(extract(epoch FROM clock_timestamp()) AS bigint)"

struct pg_keeper {
	struct db *db;
	char holder[100];
	pthread_t thread;
	pthread_mutex_t lock; /* over all below */
	pthread_cond_t changed;
	bool has_thread, has_asked, is_stopping;
	int64_t term;     /* 0: another process has it */
	int64_t until_ms; /* of time_mono_ms */
};

static void
lock(struct pg_keeper *k)
{
	xq_require(pthread_mutex_lock(&k->lock) == 0);
}

static void
unlock(struct pg_keeper *k)
{
	xq_require(pthread_mutex_unlock(&k->lock) == 0);
}

/* ---- asking -------------------------------------------------------------------------------------------- */

static void
name_holder(struct pg_keeper *k)
{
	struct rng r;
	char host[64] = "";
	rng_init_real(&r);
	(void)gethostname(host, sizeof host - 1); /* for people; the number makes it unique */
	(void)snprintf(k->holder, sizeof k->holder, "%s:%ld:%016llx", host, (long)getpid(),
		(unsigned long long)rng_u64(&r)); /* fits */
}

/* Takes it where it is free or its time is over, keeps it where it is ours already; 0: another's. */
static enum xq_rc
ask(const struct pg_keeper *k, PGconn *h, int64_t *out_term)
{
	const char *const value[] = { k->holder };
	PGresult *r = PQexecParams(h,
		"UPDATE keeper_lease SET holder = $1,"
		" epoch = CASE WHEN holder = $1 THEN epoch ELSE epoch + 1 END,"
		" until_at = " NOW " + " LEASE_S
		" WHERE office = 0 AND (holder = $1 OR until_at < " NOW ") RETURNING epoch",
		1, NULL, value, NULL, NULL, 0);
	bool is_good = PQresultStatus(r) == PGRES_TUPLES_OK;
	*out_term = 0;
	if (is_good && PQntuples(r) == 1)
		is_good = parse_int(str_of(PQgetvalue(r, 0, 0)), 1, INT64_MAX, out_term);
	PQclear(r);
	return is_good ? XQ_OK : XQ_BUSY;
}

static void
say(int64_t before, int64_t now)
{
	if (before == 0 && now != 0)
		log_info("store: this process does what is due from now on (term %lld)",
			(long long)now);
	else if (before != 0 && now == 0)
		log_warn("store: this process does not do what is due any more");
}

/* The term as others may rely on it. */
static int64_t
term_now(const struct pg_keeper *k)
{
	return k->term != 0 && time_mono_ms() < k->until_ms ? k->term : 0;
}

/* Where the server does not answer, what was known holds until its time is over. */
static void
ask_once(struct pg_keeper *k, PGconn **h)
{
	struct xq_err err;
	int64_t before_ms = time_mono_ms(), term = 0;
	if (*h && PQstatus(*h) != CONNECTION_OK) {
		PQfinish(*h);
		*h = NULL;
	}
	enum xq_rc rc = XQ_OK;
	if (!*h)
		rc = pg_connect(k->db, pg_db_of(k->db)->database, false, h, &err);
	if (rc == XQ_OK)
		rc = ask(k, *h, &term);
	lock(k);
	int64_t was = k->term;
	if (rc == XQ_OK) {
		k->term = term;
		k->until_ms = before_ms + TRUST_MS;
	}
	k->term = term_now(k);
	say(was, k->term);
	k->has_asked = true;
	xq_require(pthread_cond_broadcast(&k->changed) == 0);
	unlock(k);
}

static void
give_back(const struct pg_keeper *k, PGconn *h)
{
	const char *const value[] = { k->holder };
	if (h) /* where it fails the time runs out by itself */
		PQclear(PQexecParams(h,
			"UPDATE keeper_lease SET holder = '', until_at = 0"
			" WHERE office = 0 AND holder = $1",
			1, NULL, value, NULL, NULL, 0));
}

/* What is due for the database itself, on a connection of its own: a large table takes a while to be counted, and
 * the lease must be shown to live meanwhile. */
static void
tidy(const struct pg_keeper *k, PGconn **h)
{
	struct xq_err err = { 0 };
	enum xq_rc rc = XQ_OK;
	if (k->term == 0)
		return;
	if (*h && PQstatus(*h) != CONNECTION_OK) {
		PQfinish(*h);
		*h = NULL;
	}
	if (!*h)
		rc = pg_connect(k->db, pg_db_of(k->db)->database, true, h, &err);
	if (rc == XQ_OK && pg_analyze_step(*h, &err) == XQ_FAULT)
		(void)log_fault("store", &err); /* pages are slower for it, no more */
}

static void *
keeper_main(void *arg)
{
	struct pg_keeper *k = arg;
	PGconn *h = NULL, *tidier = NULL;
	bool goes_on = true;
	int64_t ask_at = 0;
	while (goes_on) {
		if (time_mono_ms() >= ask_at) {
			ask_once(k, &h);
			ask_at = time_mono_ms() + (k->term != 0 ? BEAT_MS : ASK_MS);
		}
		tidy(k, &tidier);
		lock(k);
		struct timespec until = store_moment_after(ROUND_MS);
		int rc = 0;
		while (!k->is_stopping && rc == 0)
			rc = pthread_cond_timedwait(&k->changed, &k->lock, &until);
		goes_on = !k->is_stopping;
		unlock(k);
	}
	give_back(k, h);
	PQfinish(h);
	PQfinish(tidier);
	return NULL;
}

/* ---- from outside ---------------------------------------------------------------------------------------- */

void
pg_keeper_open(struct db *db)
{
	struct pg_keeper *k = mem_new(db, struct pg_keeper);
	pthread_condattr_t attr;
	k->db = db;
	name_holder(k);
	xq_require(pthread_mutex_init(&k->lock, NULL) == 0);
	xq_require(pthread_condattr_init(&attr) == 0);
	xq_require(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
	xq_require(pthread_cond_init(&k->changed, &attr) == 0);
	(void)pthread_condattr_destroy(&attr); /* holds nothing */
	pg_db_of(db)->keeper = k;
}

void
pg_keeper_close(struct db *db)
{
	struct pg_keeper *k = pg_db_of(db)->keeper;
	if (!k)
		return;
	lock(k);
	k->is_stopping = true;
	xq_require(pthread_cond_broadcast(&k->changed) == 0);
	unlock(k);
	if (k->has_thread)
		xq_require(pthread_join(k->thread, NULL) == 0);
	(void)pthread_mutex_destroy(&k->lock);   /* nobody holds it */
	(void)pthread_cond_destroy(&k->changed); /* nobody waits */
}

bool
pg_keeper_runs(struct db *db)
{
	struct pg_keeper *k = pg_db_of(db)->keeper;
	lock(k);
	bool runs = k->has_thread;
	unlock(k);
	return runs;
}

int64_t
pg_keeper(struct db *db)
{
	struct pg_keeper *k = pg_db_of(db)->keeper;
	lock(k);
	if (!k->has_thread)
		xq_require(pthread_create(&k->thread, NULL, keeper_main, k) == 0);
	k->has_thread = true;
	while (!k->has_asked)
		xq_require(pthread_cond_wait(&k->changed, &k->lock) == 0);
	int64_t term = term_now(k);
	unlock(k);
	return term;
}
