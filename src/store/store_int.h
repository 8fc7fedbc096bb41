/* SPDX-License-Identifier: Apache-2.0 */
/* store_int.h - the inside of a database, shared by the files of store/ only.
 *
 * For:       sqlite.c (connections), transaction.c, statement.c, migrate.c, search.c, sqlcheck.c
 * Threads:   struct db under its lock; struct conn and struct tx belong to who holds them
 */
#ifndef XQ_STORE_STORE_INT_H
#define XQ_STORE_STORE_INT_H

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "store/store.h"

#define TX_ROWS 8      /* queries open at a time */
#define TX_COUNTERS 24 /* counters held in memory during a transaction */
#define COUNTER_NAME_MAX 31
#define WAL_HARD 32000    /* pages: hold new readers back for a moment and start the log anew */
#define COMMIT_SLOTS 1024 /* offices that differ by a multiple of it share a commit number */

/* Statements that are no part of the office's SQL. */
enum fixed {
	FIX_BEGIN,
	FIX_WRITE,
	FIX_SNAPSHOT,
	FIX_COMMIT,
	FIX_ROLLBACK,
	FIX_SAVE,
	FIX_RELEASE,
	FIX_UNDO,
	FIX_COUNT
};

struct rows {
	struct tx *tx;
	sqlite3_stmt *stmt; /* NULL: free, or the query failed before it began */
	sql_ref sql;
	bool is_open;
	bool has_row;
	bool is_done;
	enum xq_rc rc;
	struct xq_err err;
};

/* A counter's value in this transaction; written back before the commit. */
struct counter {
	int64_t office;
	int64_t val;
	bool is_dirty;
	char name[COUNTER_NAME_MAX + 1];
};

struct counters {
	size_t n;
	size_t victim;  /* who is written back when there is no room */
	uint64_t drawn; /* numbers in this transaction */
	struct counter c[TX_COUNTERS];
};

struct tx {
	struct conn *conn;
	bool is_open;
	bool is_write;
	bool has_savepoint;
	int64_t changed;
	enum xq_rc broken; /* XQ_OK: whole; else what every further call answers */
	struct xq_err broken_err;
	struct rows rows[TX_ROWS];
	struct counters count, count_saved;
	uint64_t touched[COMMIT_SLOTS / 64];
};

struct conn {
	void *root; /* memory of its own: several threads hold connections of one db */
	struct db *db;
	sqlite3 *h;
	sqlite3_stmt **stmt; /* one place for each statement of the program */
	sqlite3_stmt *fixed[FIX_COUNT];
	struct conn *next; /* free readers */
	struct tx tx;
};

struct db {
	char *path;
	char *lock_path;
	char *temp_dir; /* is_memory: removed on close */
	int lock_fd;
	struct db_options opt;
	pthread_mutex_t lock;
	pthread_cond_t changed; /* a reader or the writer came back, or the gate opened */
	struct conn *writer;
	struct conn *free_readers;
	struct conn **reader;
	int readers_open; /* connections */
	int readers_out;  /* in use */
	bool writer_out;
	bool gate;     /* no new readers while the log is being emptied */
	int wal_pages; /* after the last commit; written by who holds the writer */
	int wal_hard;  /* where the next emptying is tried */
	_Atomic uint64_t commit_no[COMMIT_SLOTS];
	void (*tap)(void *arg, sql_ref sql, struct vals v); /* measurements; NULL: none */
	void *tap_arg;
};

/* What a code of SQLite means to the caller: a refusal, busy (full, locked), or a fault. */
enum xq_rc store_classify(sqlite3 *h, int code, struct xq_err *err);
XQ_CHECK enum xq_rc store_conn_open(
	struct db *db, bool is_writer, struct conn **out, struct xq_err *err);
sqlite3_stmt *conn_stmt(struct conn *c, sql_ref sql, struct xq_err *err, enum xq_rc *rc);
/* Turns the connection's last error into ours. where: statement or action, for the log. */
enum xq_rc store_fail(struct tx *tx, int code, const char *where, int line, struct xq_err *err);
/* What a broken transaction answers to everything. */
XQ_CHECK enum xq_rc tx_answer_broken(const struct tx *tx, struct xq_err *err);
/* Runs text that is not registered (migrations, pragmas); on the writer inside a transaction. */
XQ_CHECK enum xq_rc store_script(struct tx *tx, const char *text, struct xq_err *err);

/* transaction.c: no transaction but the caller's work, for which it waits at most so long; false: somebody
 * reads on and on. End it with store_not_alone. */
XQ_CHECK bool store_alone(struct db *db, int wait_ms);
void store_not_alone(struct db *db);

/* counter.c: writes the counters back; called before COMMIT. */
XQ_CHECK enum xq_rc counters_save(struct tx *tx, struct xq_err *err);

/* Tests: the database file may not grow beyond pages (0: no bound). */
void db_test_max_pages(struct db *db, int pages);

#endif
