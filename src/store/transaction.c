/* SPDX-License-Identifier: Apache-2.0 */
/* transaction.c - databases opened, connections handed out, transactions of either engine. */
#include "store/store_int.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

#include "core/banned.h"

void
db_lock(struct db *db)
{
	xq_require(pthread_mutex_lock(&db->lock) == 0);
}

void
db_unlock(struct db *db)
{
	xq_require(pthread_mutex_unlock(&db->lock) == 0);
}

struct timespec
store_moment_after(int ms)
{
	struct timespec t;
	xq_require(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
	t.tv_nsec += (long)ms * 1000000;
	t.tv_sec += t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	return t;
}

/* ---- databases --------------------------------------------------------------------------------- */

static const struct driver *
driver_of(const char *path, const struct db_options *opt)
{
	if (opt->is_memory)
		return getenv("XQ_TEST_POSTGRES") ? &postgres_driver : &sqlite_driver;
	return store_is_address(path) ? &postgres_driver : &sqlite_driver;
}

bool
store_is_address(const char *path)
{
	struct str s = str_of(path);
	return str_starts(s, STR("postgres://")) || str_starts(s, STR("postgresql://"));
}

enum xq_rc
db_open(void *mem, const char *path, const struct db_options *opt, struct db **out,
	struct xq_err *err)
{
	struct db *db = mem_new(mem, struct db);
	db->opt = opt ? *opt : (struct db_options){ 0 };
	db->opt.readers = db->opt.readers ? db->opt.readers : 4;
	db->opt.cache_kib = db->opt.cache_kib ? db->opt.cache_kib : 2048;
	db->opt.writer_cache_kib = db->opt.writer_cache_kib ? db->opt.writer_cache_kib : 8192;
	db->reader = mem_array(db, struct conn *, db->opt.readers);
	db->driver = driver_of(path, &db->opt);
	xq_require(pthread_mutex_init(&db->lock, NULL) == 0);
	pthread_condattr_t attr;
	xq_require(pthread_condattr_init(&attr) == 0);
	xq_require(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
	xq_require(pthread_cond_init(&db->changed, &attr) == 0);
	(void)pthread_condattr_destroy(&attr); /* holds nothing */

	enum xq_rc rc = db->driver->open(db, path, err);
	if (rc != XQ_OK) {
		db_close(db);
		return rc;
	}
	*out = db;
	return XQ_OK;
}

void
db_close(struct db *db)
{
	if (!db)
		return;
	xq_require(db->readers_out == 0 && !db->writer_out);
	for (int i = 0; i < db->opt.readers; i++)
		if (db->reader[i])
			db->driver->conn_close(db->reader[i]);
	if (db->writer)
		db->driver->conn_close(db->writer);
	db->driver->close(db);
	(void)pthread_mutex_destroy(&db->lock);   /* nobody holds it */
	(void)pthread_cond_destroy(&db->changed); /* nobody waits */
	mem_free(db);
}

/* ---- transactions ------------------------------------------------------------------------------ */

static void
tx_begin(struct tx *tx, bool is_write)
{
	tx->is_open = true;
	tx->is_write = is_write;
	tx->has_savepoint = false;
	tx->broken = XQ_OK;
	tx->may_undo = false;
	tx->hopes = false;
	tx->changed = 0;
	counters_begin(tx);
	search_begin(tx);
	tx->n_touched = 0;
	tx->touches_config = false;
}

static void
reader_back(struct db *db, struct conn *c)
{
	c->next = db->free_readers;
	db->free_readers = c;
}

/* A connection that is not there yet; its place is taken, and the lock is not held meanwhile: a server
 * may take its time. */
static enum xq_rc
reader_open(struct db *db, struct conn **out, struct xq_err *err)
{
	db->readers_open++;
	db_unlock(db);
	enum xq_rc rc = db->driver->conn_open(db, false, out, err);
	db_lock(db);
	if (rc != XQ_OK) {
		db->readers_open--;
		xq_require(pthread_cond_broadcast(&db->changed) == 0);
		return rc;
	}
	int i = 0;
	while (db->reader[i])
		i++;
	db->reader[i] = *out;
	return rc;
}

static enum xq_rc
reader_take(struct db *db, struct conn **out, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	db_lock(db);
	while (db->gate || (!db->free_readers && db->readers_open == db->opt.readers))
		xq_require(pthread_cond_wait(&db->changed, &db->lock) == 0);
	db->readers_out++; /* now: nobody is alone while one is being opened */
	if (db->free_readers) {
		*out = db->free_readers;
		db->free_readers = (*out)->next; /* the one used last: its pages are warm */
	} else {
		rc = reader_open(db, out, err);
		db->readers_out -= rc == XQ_OK ? 0 : 1;
	}
	db_unlock(db);
	return rc;
}

static void
reader_give(struct db *db, struct conn *c)
{
	db_lock(db);
	reader_back(db, c);
	db->readers_out--;
	xq_require(pthread_cond_broadcast(&db->changed) == 0);
	db_unlock(db);
}

static void
writer_give(struct db *db)
{
	db_lock(db);
	db->writer_out = false;
	xq_require(pthread_cond_broadcast(&db->changed) == 0);
	db_unlock(db);
}

enum xq_rc
db_read(struct db *db, struct tx **out, struct xq_err *err)
{
	struct conn *c = NULL;
	enum xq_rc rc = reader_take(db, &c, err);
	if (rc != XQ_OK)
		return rc;
	rc = db->driver->begin(c, false, err);
	if (rc != XQ_OK) {
		reader_give(db, c);
		return rc;
	}
	tx_begin(&c->tx, false);
	*out = &c->tx;
	return XQ_OK;
}

static struct conn *
writer_take(struct db *db)
{
	db_lock(db);
	while (db->writer_out)
		xq_require(pthread_cond_wait(&db->changed, &db->lock) == 0);
	db->writer_out = true;
	db_unlock(db);
	return db->writer;
}

/* Its turn is set. */
static enum xq_rc
write_with(struct conn *c, struct tx **out, struct xq_err *err)
{
	struct db *db = c->db;
	enum xq_rc rc = db->driver->begin(c, true, err);
	if (rc != XQ_OK) {
		writer_give(db);
		return rc;
	}
	tx_begin(&c->tx, true);
	*out = &c->tx;
	return XQ_OK;
}

enum xq_rc
db_write(struct db *db, struct tx **out, struct xq_err *err)
{
	struct conn *c = writer_take(db);
	turn_set_all(&c->tx.turn);
	return write_with(c, out, err);
}

enum xq_rc
db_write_for(struct db *db, const int64_t *office, size_t n, struct tx **out, struct xq_err *err)
{
	struct conn *c = writer_take(db);
	turn_set(&c->tx.turn, office, n);
	return write_with(c, out, err);
}

bool
store_alone(struct db *db, int wait_ms)
{
	struct timespec until = store_moment_after(wait_ms);
	int rc = 0;
	db_lock(db);
	while (db->writer_out)
		xq_require(pthread_cond_wait(&db->changed, &db->lock) == 0);
	db->writer_out = true;
	db->gate = true;
	while (db->readers_out > 0 && rc == 0)
		rc = pthread_cond_timedwait(&db->changed, &db->lock, &until);
	bool is_alone = db->readers_out == 0;
	db_unlock(db);
	if (!is_alone)
		store_not_alone(db);
	return is_alone;
}

void
store_not_alone(struct db *db)
{
	db_lock(db);
	db->gate = false;
	db_unlock(db);
	writer_give(db); /* wakes those at the gate too */
}

static void
tx_close(struct tx *tx)
{
	for (size_t i = 0; i < TX_ROWS; i++)
		xq_require(!tx->rows[i].is_open);
	struct db *db = tx->conn->db;
	bool is_write = tx->is_write;
	tx->is_open = false;
	if (is_write)
		writer_give(db);
	else
		reader_give(db, tx->conn);
}

void
tx_end(struct tx *tx)
{
	xq_require(tx->is_open);
	tx->conn->db->driver->end(tx);
	tx->count.n = tx->folds.n = 0; /* as if nothing had been drawn or found */
	tx_close(tx);
}

void
tx_touch(struct tx *tx, int64_t office)
{
	xq_require(tx_writes_for(tx, office));
	for (size_t i = 0; i < tx->n_touched; i++)
		if (tx->touched[i] == office)
			return;
	if (tx->n_touched == tx->cap_touched) {
		size_t cap = tx->cap_touched ? 2 * tx->cap_touched : 16;
		tx->touched = mem_grow(tx->conn->root, int64_t, tx->touched, tx->cap_touched, cap);
		tx->cap_touched = cap;
	}
	tx->touched[tx->n_touched++] = office;
}

uint64_t
db_commit_no(struct db *db, int64_t office)
{
	return atomic_load(&db->commit_no[(uint64_t)office % COMMIT_SLOTS]);
}

void
store_raise(struct db *db, int64_t office)
{
	atomic_fetch_add(&db->commit_no[(uint64_t)office % COMMIT_SLOTS], 1);
}

static void
raise_touched(struct tx *tx)
{
	for (size_t i = 0; i < tx->n_touched; i++)
		store_raise(tx->conn->db, tx->touched[i]);
}

enum xq_rc
tx_commit(struct tx *tx, struct xq_err *err)
{
	xq_require(tx->is_open && tx->is_write && !tx->has_savepoint);
	if (tx->broken != XQ_OK)
		return tx_answer_broken(tx, err);
	enum xq_rc rc = counters_save(tx, err);
	if (rc == XQ_OK)
		rc = tx->conn->db->driver->commit(tx, err);
	if (rc == XQ_OK || text_eq(err->key, "store.unknown"))
		raise_touched(tx); /* before anybody hears of it */
	if (rc == XQ_OK)
		tx_close(tx);
	return rc;
}

enum xq_rc
tx_finish(struct tx *tx, enum xq_rc rc, struct xq_err *err)
{
	if (rc == XQ_OK)
		rc = tx_commit(tx, err);
	if (rc != XQ_OK)
		tx_end(tx);
	return rc;
}

uint64_t
tx_writes(const struct tx *tx)
{
	return tx->conn->db->driver->writes(tx) + tx->count.drawn;
}

void
store_broken(struct tx *tx, enum xq_rc rc, bool may_undo, const struct xq_err *err)
{
	if (tx->broken != XQ_OK && !(tx->may_undo && !may_undo))
		return;
	tx->broken = rc;
	tx->may_undo = may_undo;
	tx->broken_err = *err;
}

enum xq_rc
tx_answer_broken(const struct tx *tx, struct xq_err *err)
{
	*err = tx->broken_err;
	return tx->broken;
}

enum xq_rc
tx_why(const struct tx *tx, struct xq_err *err)
{
	return tx->broken == XQ_OK ? XQ_OK : tx_answer_broken(tx, err);
}

bool
tx_is_broken(const struct tx *tx)
{
	return tx->broken != XQ_OK && !tx->may_undo;
}

void
tx_hope(struct tx *tx)
{
	xq_require(tx->is_open && tx->is_write);
	tx->hopes = true;
}

bool
tx_hopes(const struct tx *tx)
{
	return tx->hopes;
}

bool
tx_wants_undo(const struct tx *tx)
{
	return tx->broken != XQ_OK && tx->may_undo;
}

enum xq_rc
tx_savepoint(struct tx *tx, struct xq_err *err)
{
	xq_require(tx->is_open && tx->is_write && !tx->has_savepoint);
	if (tx->broken != XQ_OK)
		return tx_answer_broken(tx, err);
	enum xq_rc rc = tx->conn->db->driver->savepoint(tx, err);
	if (rc != XQ_OK)
		return rc;
	tx->has_savepoint = true;
	tx->count_saved.n = tx->count.n;
	memcpy(tx->count_saved.c, tx->count.c, tx->count.n * sizeof *tx->count.c);
	return XQ_OK;
}

enum xq_rc
tx_release(struct tx *tx, struct xq_err *err)
{
	xq_require(tx->has_savepoint);
	if (tx->broken != XQ_OK)
		return tx_answer_broken(tx, err);
	enum xq_rc rc = tx->conn->db->driver->release(tx, err);
	if (rc == XQ_OK)
		tx->has_savepoint = false;
	return rc;
}

enum xq_rc
tx_undo(struct tx *tx, struct xq_err *err)
{
	xq_require(tx->has_savepoint);
	tx->has_savepoint = false;
	if (tx_is_broken(tx))
		return tx_answer_broken(tx, err);
	enum xq_rc rc = tx->conn->db->driver->undo(tx, err);
	if (rc != XQ_OK) {
		/* What the act did is still there and nothing may build on it. */
		store_broken(tx, rc, false, err);
		return rc;
	}
	tx->broken = XQ_OK;
	tx->may_undo = false;
	tx->folds.n = 0;
	tx->count.n = tx->count_saved.n;
	memcpy(tx->count.c, tx->count_saved.c, tx->count.n * sizeof *tx->count.c);
	return XQ_OK;
}

enum xq_rc
db_scrub(struct db *db, struct xq_err *err)
{
	return db->driver->scrub(db, err);
}

/* ---- several processes --------------------------------------------------------------------------- */

bool
db_is_shared(const struct db *db)
{
	return db->driver->follow && !db->opt.is_memory;
}

void
tx_touch_config(struct tx *tx)
{
	tx->touches_config = true;
}

bool
tx_touches_config(const struct tx *tx)
{
	return tx->touches_config;
}

int64_t
tx_config_no(const struct tx *tx)
{
	const struct driver *d = tx->conn->db->driver;
	return d->config_no ? d->config_no(tx) : 0;
}

enum xq_rc
db_follow(struct db *db, void (*config)(void *arg), void *arg, struct xq_err *err)
{
	return db_is_shared(db) ? db->driver->follow(db, config, arg, err) : XQ_OK;
}

bool
db_is_away(const struct db *db)
{
	return atomic_load(&db->is_away);
}

int64_t
db_keeper(struct db *db)
{
	return db_is_shared(db) ? db->driver->keeper(db) : 1;
}
