/* SPDX-License-Identifier: Apache-2.0 */
/* pg_lease.c - one process at a time writes to a database: it holds the row of writer_lease, shows every
 * few seconds that it lives, and begins each write transaction with it. Who takes over raises the epoch,
 * so that the former holder's transactions find no row. Times are the server's, in seconds.
 *
 * A holder that is in a transaction has the row locked; nobody takes over meanwhile, however long it lasts. */
#include "store/pg_int.h"

#include <stdio.h>
#include <unistd.h>

#include "core/log.h"
#include "core/mem.h"
#include "core/random.h"

#include "core/banned.h"

#define LEASE_S "15"
enum { LEASE_MS = 15000, BEAT_MS = 5000, LOOK_MS = 500 };
#define NOW "CAST(extract(epoch FROM clock_timestamp()) AS bigint)"

struct pg_lease {
	struct db *db;
	char holder[100];
	char epoch[24];
	pthread_t thread;
	bool has_thread;
	bool is_stopping; /* under lock */
	pthread_mutex_t lock;
	pthread_cond_t stop;
};

static PGresult *
lease_run(const struct pg_lease *l, PGconn *h, const char *text, int n)
{
	const char *const value[] = { l->holder, l->epoch };
	return PQexecParams(h, text, n, NULL, value, NULL, NULL, 0);
}

/* ---- taking it --------------------------------------------------------------------------------------- */

static void
name_holder(struct pg_lease *l)
{
	struct rng r;
	char host[64] = "";
	rng_init_real(&r);
	(void)gethostname(host, sizeof host - 1); /* for people; the number makes it unique */
	(void)snprintf(l->holder, sizeof l->holder, "%s:%ld:%016llx", host, (long)getpid(),
		(unsigned long long)rng_u64(&r)); /* fits */
}

/* True with the epoch when it was free or its time was over. */
static enum xq_rc
try_take(struct pg_lease *l, PGconn *h, bool *out_is_taken, struct xq_err *err)
{
	PGresult *r = lease_run(l, h,
		"UPDATE writer_lease SET holder = $1, epoch = epoch + 1, beat_at = " NOW
		", until_at = " NOW " + " LEASE_S " WHERE office = (SELECT office FROM writer_lease"
		" WHERE office = 0 AND (holder = '' OR until_at < " NOW ") FOR UPDATE SKIP LOCKED)"
		" RETURNING epoch",
		1);
	bool is_good = PQresultStatus(r) == PGRES_TUPLES_OK;
	*out_is_taken = is_good && PQntuples(r) == 1;
	if (*out_is_taken)
		(void)snprintf(l->epoch, sizeof l->epoch, "%s", PQgetvalue(r, 0, 0)); /* fits */
	PQclear(r);
	return is_good ? XQ_OK : xq_fault(err, "store.open", "lease: %s", PQerrorMessage(h));
}

/* Who holds it, and when it was last seen alive: another answer means that it lives. */
static enum xq_rc
look(PGconn *h, char out[160], struct xq_err *err)
{
	PGresult *r = NULL;
	enum xq_rc rc = pg_ask(
		h, "SELECT holder || ' ' || beat_at FROM writer_lease WHERE office = 0", &r, err);
	if (rc == XQ_OK && PQntuples(r) == 1)
		(void)snprintf(out, 160, "%s", PQgetvalue(r, 0, 0)); /* fits */
	PQclear(r);
	return rc;
}

static enum xq_rc
wait_and_take(struct pg_lease *l, PGconn *h, struct xq_err *err)
{
	char first[160] = "", now[160] = "";
	bool is_taken = false;
	enum xq_rc rc = look(h, first, err);
	for (int waited = 0; rc == XQ_OK; waited += LOOK_MS) {
		rc = try_take(l, h, &is_taken, err);
		if (rc == XQ_OK && is_taken)
			return XQ_OK;
		if (rc == XQ_OK)
			rc = look(h, now, err);
		if (rc == XQ_OK && (!text_eq(first, now) || waited > LEASE_MS + 2 * LOOK_MS))
			return xq_refuse(err, NULL, "store.locked-server");
		(void)usleep(LOOK_MS * 1000); /* a shorter one does no harm */
	}
	return rc;
}

/* ---- keeping it --------------------------------------------------------------------------------------- */

#define KEEP                                                                                       \
	"UPDATE writer_lease SET beat_at = " NOW ", until_at = " NOW " + " LEASE_S                 \
	" WHERE office = 0 AND holder = $1 AND epoch = $2"

/* False when another process has it. */
static bool
beat(const struct pg_lease *l, PGconn **h)
{
	struct xq_err err;
	if (*h && PQstatus(*h) != CONNECTION_OK) {
		PQfinish(*h);
		*h = NULL;
	}
	if (!*h && pg_connect(l->db, pg_db_of(l->db)->database, false, h, &err) != XQ_OK)
		return true; /* away: the next beat tries again */
	PGresult *r = lease_run(l, *h, KEEP, 2);
	bool is_gone = PQresultStatus(r) == PGRES_COMMAND_OK && text_eq(PQcmdTuples(r), "0");
	PQclear(r);
	return !is_gone;
}

static void *
beat_main(void *arg)
{
	struct pg_lease *l = arg;
	PGconn *h = NULL;
	bool goes_on = true;
	xq_require(pthread_mutex_lock(&l->lock) == 0);
	while (!l->is_stopping && goes_on) {
		struct timespec until = store_moment_after(BEAT_MS);
		if (pthread_cond_timedwait(&l->stop, &l->lock, &until) == 0)
			continue;
		xq_require(pthread_mutex_unlock(&l->lock) == 0);
		goes_on = beat(l, &h);
		xq_require(pthread_mutex_lock(&l->lock) == 0);
	}
	xq_require(pthread_mutex_unlock(&l->lock) == 0);
	if (!goes_on)
		log_warn("store: another process has taken over writing to the database");
	PQfinish(h);
	return NULL;
}

static void
keep_alive(struct pg_lease *l)
{
	pthread_condattr_t attr;
	xq_require(pthread_mutex_init(&l->lock, NULL) == 0);
	xq_require(pthread_condattr_init(&attr) == 0);
	xq_require(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
	xq_require(pthread_cond_init(&l->stop, &attr) == 0);
	(void)pthread_condattr_destroy(&attr); /* holds nothing */
	xq_require(pthread_create(&l->thread, NULL, beat_main, l) == 0);
	l->has_thread = true;
}

enum xq_rc
pg_lease_take(struct db *db, PGconn *h, struct xq_err *err)
{
	struct pg_lease *l = mem_new(db, struct pg_lease);
	l->db = db;
	name_holder(l);
	enum xq_rc rc = wait_and_take(l, h, err);
	if (rc != XQ_OK)
		return rc;
	pg_db_of(db)->lease = l;
	if (!db->opt.is_memory) /* nobody else knows of those */
		keep_alive(l);
	return XQ_OK;
}

void
pg_lease_give(struct db *db)
{
	struct pg_lease *l = pg_db_of(db)->lease;
	if (!l || !l->has_thread)
		return;
	xq_require(pthread_mutex_lock(&l->lock) == 0);
	l->is_stopping = true;
	xq_require(pthread_cond_signal(&l->stop) == 0);
	xq_require(pthread_mutex_unlock(&l->lock) == 0);
	xq_require(pthread_join(l->thread, NULL) == 0);
	(void)pthread_mutex_destroy(&l->lock); /* nobody holds it */
	(void)pthread_cond_destroy(&l->stop);  /* nobody waits */
	PGconn *h = NULL;
	struct xq_err err;
	if (pg_connect(db, pg_db_of(db)->database, true, &h, &err) != XQ_OK)
		return; /* it runs out by itself */
	PQclear(lease_run(l, h,
		"UPDATE writer_lease SET holder = '', until_at = 0"
		" WHERE office = 0 AND holder = $1 AND epoch = $2",
		2));
	PQfinish(h);
}

/* ---- each write transaction ------------------------------------------------------------------------------- */

enum xq_rc
pg_lease_prepare(PGconn *h, struct xq_err *err)
{
	PGresult *r = PQprepare(h, "lease", KEEP, 0, NULL);
	bool is_good = PQresultStatus(r) == PGRES_COMMAND_OK;
	PQclear(r);
	return is_good ? XQ_OK : xq_fault(err, "store.open", "lease: %s", PQerrorMessage(h));
}

enum xq_rc
pg_lease_send(struct pg_conn *c, struct xq_err *err)
{
	const struct pg_lease *l = pg_db_of(c->c.db)->lease;
	const char *const value[] = { l->holder, l->epoch };
	return pg_note(c, (struct pg_pending){ .what = "lease" },
		PQsendQueryPrepared(c->h, "lease", 2, value, NULL, NULL, 1), err);
}

enum xq_rc
pg_lease_holds(const PGresult *res, struct xq_err *err)
{
	/* libpq does not write into it. */
	return text_eq(PQcmdTuples((PGresult *)(uintptr_t)res), "1") ? XQ_OK
	                                                             : xq_busy(err, "store.taken");
}
