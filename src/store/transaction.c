/* SPDX-License-Identifier: Apache-2.0 */
/* Transactions, and the care of the log. Checkpoints are ours: the commit that fills the log does not
 * pay for it, the next db_write does, so the answers of a batch leave first. */
#include "store/store_int.h"

#include <string.h>
#include <time.h>

#include "core/banned.h"

#define WAL_SOFT 4000 /* pages: copy them to the main file as far as readers allow */
#define GATE_WAIT_MS 200

static const char *const fixed_text[FIX_COUNT] = {
	[FIX_BEGIN] = "BEGIN",
	[FIX_WRITE] = "BEGIN IMMEDIATE",
	[FIX_SNAPSHOT] = "SELECT 1 FROM sqlite_schema LIMIT 1",
	[FIX_COMMIT] = "COMMIT",
	[FIX_ROLLBACK] = "ROLLBACK",
	[FIX_SAVE] = "SAVEPOINT act",
	[FIX_RELEASE] = "RELEASE act",
	[FIX_UNDO] = "ROLLBACK TO act",
};

static int
fixed_run(struct conn *c, enum fixed f)
{
	if (!c->fixed[f]) {
		int rc = sqlite3_prepare_v3(
			c->h, fixed_text[f], -1, SQLITE_PREPARE_PERSISTENT, &c->fixed[f], NULL);
		if (rc != SQLITE_OK)
			return rc;
	}
	int rc = sqlite3_step(c->fixed[f]);
	int end = sqlite3_reset(c->fixed[f]);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : end;
}

/* ---- the log ---------------------------------------------------------------------------------- */

static void
lock(struct db *db)
{
	xq_require(pthread_mutex_lock(&db->lock) == 0);
}

static void
unlock(struct db *db)
{
	xq_require(pthread_mutex_unlock(&db->lock) == 0);
}

static struct timespec
moment_after(int ms)
{
	struct timespec t;
	xq_require(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
	t.tv_nsec += (long)ms * 1000000;
	t.tv_sec += t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	return t;
}

/* Overlapping readers can keep the log from ever starting anew; hold the next ones back until those
 * inside have left, or try again when the log is twice as long. */
static void
wal_restart(struct db *db)
{
	struct timespec until = moment_after(GATE_WAIT_MS);
	int rc = 0;
	lock(db);
	db->gate = true;
	while (db->readers_out > 0 && rc == 0)
		rc = pthread_cond_timedwait(&db->changed, &db->lock, &until);
	bool is_empty = db->readers_out == 0;
	unlock(db);
	if (is_empty && sqlite3_wal_checkpoint_v2(db->writer->h, NULL, SQLITE_CHECKPOINT_RESTART,
				NULL, NULL) == SQLITE_OK)
		db->wal_hard = WAL_HARD;
	else if (db->wal_hard < INT32_MAX / 2)
		db->wal_hard *= 2;
	lock(db);
	db->gate = false;
	xq_require(pthread_cond_broadcast(&db->changed) == 0);
	unlock(db);
}

static void
wal_tend(struct db *db)
{
	if (db->wal_pages >= db->wal_hard) {
		wal_restart(db);
		db->wal_pages = 0;
	} else if (db->wal_pages >= WAL_SOFT) {
		/* Readers or a full disk may stop it half-way: the next commit tells the length again. */
		(void)sqlite3_wal_checkpoint_v2(
			db->writer->h, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
		db->wal_pages = 0;
	}
}

/* ---- transactions ------------------------------------------------------------------------------ */

static void
tx_begin(struct tx *tx, bool is_write)
{
	tx->is_open = true;
	tx->is_write = is_write;
	tx->has_savepoint = false;
	tx->broken = XQ_OK;
	tx->changed = 0;
	tx->count.n = 0;
	tx->count.drawn = 0;
	memset(tx->touched, 0, sizeof tx->touched);
}

static enum xq_rc
reader_take(struct db *db, struct conn **out, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	lock(db);
	while (db->gate || (!db->free_readers && db->readers_open == db->opt.readers))
		xq_require(pthread_cond_wait(&db->changed, &db->lock) == 0);
	if (!db->free_readers) {
		struct conn *c = NULL;
		rc = store_conn_open(db, false, &c, err);
		if (rc == XQ_OK) {
			xq_require(c != NULL);
			db->reader[db->readers_open++] = c;
			db->free_readers = c;
		}
	}
	if (rc == XQ_OK) {
		*out = db->free_readers;
		db->free_readers = (*out)->next; /* the one used last: its pages are warm */
		db->readers_out++;
	}
	unlock(db);
	return rc;
}

static void
reader_give(struct db *db, struct conn *c)
{
	lock(db);
	c->next = db->free_readers;
	db->free_readers = c;
	db->readers_out--;
	xq_require(pthread_cond_broadcast(&db->changed) == 0);
	unlock(db);
}

static void
writer_give(struct db *db)
{
	lock(db);
	db->writer_out = false;
	xq_require(pthread_cond_broadcast(&db->changed) == 0);
	unlock(db);
}

enum xq_rc
db_read(struct db *db, struct tx **out, struct xq_err *err)
{
	struct conn *c = NULL;
	enum xq_rc rc = reader_take(db, &c, err);
	if (rc != XQ_OK)
		return rc;
	int code = fixed_run(c, FIX_BEGIN);
	if (code == SQLITE_OK)
		code = fixed_run(
			c, FIX_SNAPSHOT); /* BEGIN alone would take it at the first query */
	if (code != SQLITE_OK) {
		rc = store_fail(&c->tx, code, "db_read", __LINE__, err);
		if (!sqlite3_get_autocommit(c->h))
			(void)fixed_run(c, FIX_ROLLBACK); /* nothing was read */
		reader_give(db, c);
		return rc;
	}
	tx_begin(&c->tx, false);
	*out = &c->tx;
	return XQ_OK;
}

enum xq_rc
db_write(struct db *db, struct tx **out, struct xq_err *err)
{
	lock(db);
	while (db->writer_out)
		xq_require(pthread_cond_wait(&db->changed, &db->lock) == 0);
	db->writer_out = true;
	unlock(db);

	wal_tend(db);
	struct conn *c = db->writer;
	int code = fixed_run(c, FIX_WRITE);
	if (code != SQLITE_OK) {
		enum xq_rc rc = store_fail(&c->tx, code, "db_write", __LINE__, err);
		writer_give(db);
		return rc;
	}
	tx_begin(&c->tx, true);
	*out = &c->tx;
	return XQ_OK;
}

bool
store_alone(struct db *db, int wait_ms)
{
	struct timespec until = moment_after(wait_ms);
	int rc = 0;
	lock(db);
	while (db->writer_out)
		xq_require(pthread_cond_wait(&db->changed, &db->lock) == 0);
	db->writer_out = true;
	db->gate = true;
	while (db->readers_out > 0 && rc == 0)
		rc = pthread_cond_timedwait(&db->changed, &db->lock, &until);
	bool is_alone = db->readers_out == 0;
	unlock(db);
	if (!is_alone)
		store_not_alone(db);
	return is_alone;
}

void
store_not_alone(struct db *db)
{
	lock(db);
	db->gate = false;
	unlock(db);
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
	if (!sqlite3_get_autocommit(tx->conn->h))
		xq_require(fixed_run(tx->conn, tx->is_write ? FIX_ROLLBACK : FIX_COMMIT) ==
				   SQLITE_OK ||
			   sqlite3_get_autocommit(tx->conn->h));
	tx_close(tx);
}

void
tx_touch(struct tx *tx, int64_t office)
{
	uint64_t slot = (uint64_t)office % COMMIT_SLOTS;
	tx->touched[slot / 64] |= UINT64_C(1) << (slot % 64);
}

uint64_t
db_commit_no(struct db *db, int64_t office)
{
	return atomic_load(&db->commit_no[(uint64_t)office % COMMIT_SLOTS]);
}

static void
bump_touched(struct tx *tx)
{
	for (size_t i = 0; i < COMMIT_SLOTS / 64; i++)
		for (uint64_t left = tx->touched[i]; left != 0; left &= left - 1)
			atomic_fetch_add(
				&tx->conn->db->commit_no[i * 64 + (size_t)__builtin_ctzll(left)],
				1);
}

enum xq_rc
tx_commit(struct tx *tx, struct xq_err *err)
{
	xq_require(tx->is_open && tx->is_write && !tx->has_savepoint);
	if (tx->broken != XQ_OK)
		return tx_answer_broken(tx, err);
	enum xq_rc rc = counters_save(tx, err);
	if (rc != XQ_OK)
		return rc;
	int code = fixed_run(tx->conn, FIX_COMMIT);
	if (code != SQLITE_OK)
		return store_fail(tx, code, "commit", __LINE__, err);
	bump_touched(tx); /* before anybody hears of it */
	tx_close(tx);
	return XQ_OK;
}

uint64_t
tx_writes(const struct tx *tx)
{
	return (uint64_t)sqlite3_total_changes64(tx->conn->h) + tx->count.drawn;
}

static enum xq_rc
tx_fixed(struct tx *tx, enum fixed f, struct xq_err *err)
{
	xq_require(tx->is_open && tx->is_write);
	if (tx->broken != XQ_OK)
		return tx_answer_broken(tx, err);
	int code = fixed_run(tx->conn, f);
	return code == SQLITE_OK ? XQ_OK : store_fail(tx, code, fixed_text[f], 0, err);
}

enum xq_rc
tx_savepoint(struct tx *tx, struct xq_err *err)
{
	xq_require(!tx->has_savepoint);
	enum xq_rc rc = tx_fixed(tx, FIX_SAVE, err);
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
	tx->has_savepoint = false;
	return tx_fixed(tx, FIX_RELEASE, err);
}

enum xq_rc
tx_undo(struct tx *tx, struct xq_err *err)
{
	xq_require(tx->has_savepoint);
	tx->has_savepoint = false;
	enum xq_rc rc = tx_fixed(tx, FIX_UNDO, err);
	if (rc == XQ_OK)
		rc = tx_fixed(tx, FIX_RELEASE, err);
	if (rc != XQ_OK) {
		/* What the act did is still there and nothing may build on it. */
		if (tx->broken == XQ_OK) {
			tx->broken = rc;
			tx->broken_err = *err;
		}
		return rc;
	}
	tx->count.n = tx->count_saved.n;
	memcpy(tx->count.c, tx->count_saved.c, tx->count.n * sizeof *tx->count.c);
	return XQ_OK;
}
