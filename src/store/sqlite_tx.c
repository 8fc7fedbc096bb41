/* SPDX-License-Identifier: Apache-2.0 */
/* sqlite_tx.c - transactions of SQLite, and the care of the log. Checkpoints are ours: the commit that
 * fills the log does not pay for it, the next write transaction does, so the answers of a batch leave
 * first. */
#include "store/sqlite_int.h"

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
fixed_run(struct sqlite_conn *c, enum fixed f)
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

/* Overlapping readers can keep the log from ever starting anew; hold the next ones back until those
 * inside have left, or try again when the log is twice as long. */
static void
wal_restart(struct db *db)
{
	struct timespec until = store_moment_after(GATE_WAIT_MS);
	struct sqlite_db *own = sqlite_db_of(db);
	int rc = 0;
	db_lock(db);
	db->gate = true;
	while (db->readers_out > 0 && rc == 0)
		rc = pthread_cond_timedwait(&db->changed, &db->lock, &until);
	bool is_empty = db->readers_out == 0;
	db_unlock(db);
	if (is_empty && sqlite3_wal_checkpoint_v2(sqlite_of(db->writer)->h, NULL,
				SQLITE_CHECKPOINT_RESTART, NULL, NULL) == SQLITE_OK)
		own->wal_hard = WAL_HARD;
	else if (own->wal_hard < INT32_MAX / 2)
		own->wal_hard *= 2;
	db_lock(db);
	db->gate = false;
	xq_require(pthread_cond_broadcast(&db->changed) == 0);
	db_unlock(db);
}

static void
wal_tend(struct db *db)
{
	struct sqlite_db *own = sqlite_db_of(db);
	if (own->wal_pages >= own->wal_hard) {
		wal_restart(db);
		own->wal_pages = 0;
	} else if (own->wal_pages >= WAL_SOFT) {
		/* Readers or a full disk may stop it half-way: the next commit tells the length again. */
		(void)sqlite3_wal_checkpoint_v2(
			sqlite_of(db->writer)->h, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
		own->wal_pages = 0;
	}
}

/* ---- transactions ------------------------------------------------------------------------------ */

enum xq_rc
sqlite_begin(struct conn *conn, bool is_write, struct xq_err *err)
{
	struct sqlite_conn *c = sqlite_of(conn);
	if (is_write)
		wal_tend(conn->db);
	int code = fixed_run(c, is_write ? FIX_WRITE : FIX_BEGIN);
	if (code == SQLITE_OK && !is_write)
		code = fixed_run(
			c, FIX_SNAPSHOT); /* BEGIN alone would take it at the first query */
	if (code == SQLITE_OK)
		return XQ_OK;
	enum xq_rc rc = sqlite_fail(&conn->tx, code, "begin", __LINE__, err);
	if (!sqlite3_get_autocommit(c->h))
		(void)fixed_run(c, FIX_ROLLBACK); /* nothing was read */
	return rc;
}

enum xq_rc
sqlite_commit(struct tx *tx, struct xq_err *err)
{
	int code = fixed_run(sqlite_of(tx->conn), FIX_COMMIT);
	return code == SQLITE_OK ? XQ_OK : sqlite_fail(tx, code, "commit", __LINE__, err);
}

void
sqlite_end(struct tx *tx)
{
	struct sqlite_conn *c = sqlite_of(tx->conn);
	if (!sqlite3_get_autocommit(c->h))
		xq_require(fixed_run(c, tx->is_write ? FIX_ROLLBACK : FIX_COMMIT) == SQLITE_OK ||
			   sqlite3_get_autocommit(c->h));
}

static enum xq_rc
tx_fixed(struct tx *tx, enum fixed f, struct xq_err *err)
{
	int code = fixed_run(sqlite_of(tx->conn), f);
	return code == SQLITE_OK ? XQ_OK : sqlite_fail(tx, code, fixed_text[f], 0, err);
}

enum xq_rc
sqlite_savepoint(struct tx *tx, struct xq_err *err)
{
	return tx_fixed(tx, FIX_SAVE, err);
}

enum xq_rc
sqlite_release(struct tx *tx, struct xq_err *err)
{
	return tx_fixed(tx, FIX_RELEASE, err);
}

enum xq_rc
sqlite_undo(struct tx *tx, struct xq_err *err)
{
	enum xq_rc rc = tx_fixed(tx, FIX_UNDO, err);
	return rc == XQ_OK ? tx_fixed(tx, FIX_RELEASE, err) : rc;
}

uint64_t
sqlite_writes(const struct tx *tx)
{
	return (uint64_t)sqlite3_total_changes64(sqlite_of(tx->conn)->h);
}
