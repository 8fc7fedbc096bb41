/* SPDX-License-Identifier: Apache-2.0 */
/* sqlite_int.h - the driver for SQLite: what its files share.
 *
 * For:       sqlite.c (files, connections, errors), sqlite_tx.c (transactions, the log),
 *            sqlite_statement.c, sqlite_ddl.c, sqlite_scrub.c
 */
#ifndef XQ_STORE_SQLITE_INT_H
#define XQ_STORE_SQLITE_INT_H

#include <sqlite3.h>

#include "store/store_int.h"

#define WAL_HARD 32000 /* pages: hold new readers back for a moment and start the log anew */

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

struct sqlite_conn {
	struct conn c; /* first */
	sqlite3 *h;
	sqlite3_stmt **stmt; /* one place for each statement of the program */
	sqlite3_stmt *fixed[FIX_COUNT];
};

struct sqlite_db {
	char *path;
	char *lock_path;
	char *temp_dir; /* is_memory: removed on close */
	int lock_fd;
	int wal_pages; /* after the last commit; written by who holds the writer */
	int wal_hard;  /* where the next emptying is tried */
};

static inline struct sqlite_conn *
sqlite_of(struct conn *c)
{
	return (struct sqlite_conn *)c;
}

static inline struct sqlite_db *
sqlite_db_of(const struct db *db)
{
	return db->own;
}

/* What a code of SQLite means to the caller: a refusal, busy (full, locked), or a fault. */
enum xq_rc sqlite_classify(sqlite3 *h, int code, struct xq_err *err);
/* Turns the connection's last error into ours. where: statement or action, for the log. */
enum xq_rc sqlite_fail(struct tx *tx, int code, const char *where, int line, struct xq_err *err);
/* The same for a connection without an open transaction. */
enum xq_rc sqlite_conn_open(struct db *db, bool is_writer, struct conn **out, struct xq_err *err);

/* sqlite_tx.c */
enum xq_rc sqlite_begin(struct conn *c, bool is_write, struct xq_err *err);
enum xq_rc sqlite_commit(struct tx *tx, struct xq_err *err);
void sqlite_end(struct tx *tx);
enum xq_rc sqlite_savepoint(struct tx *tx, struct xq_err *err);
enum xq_rc sqlite_release(struct tx *tx, struct xq_err *err);
enum xq_rc sqlite_undo(struct tx *tx, struct xq_err *err);
uint64_t sqlite_writes(const struct tx *tx);

/* sqlite_statement.c */
enum xq_rc sqlite_exec(
	struct tx *tx, sql_ref sql, struct vals v, enum exec_wait wait, struct xq_err *err);
int64_t sqlite_changed(struct tx *tx);
void sqlite_query(struct rows *q, struct vals v);
bool sqlite_next(struct rows *q);
void sqlite_done(struct rows *q);
int64_t sqlite_col_int(struct rows *q, int col);
double sqlite_col_real(struct rows *q, int col);
bool sqlite_col_is_null(struct rows *q, int col);
struct bytes sqlite_col_bytes(struct rows *q, int col, bool is_text);
enum xq_rc sqlite_script(struct tx *tx, const char *text, struct xq_err *err);
enum xq_rc sqlite_plan(struct tx *tx, const char *text, struct buf *plan, struct xq_err *err);
enum xq_rc sqlite_verify(struct tx *tx, void *mem, const char **out, struct xq_err *err);

/* sqlite_ddl.c */
enum xq_rc sqlite_ddl(
	struct tx *tx, struct str statement, const struct table_decl *t, struct xq_err *err);
const char *sqlite_own_ddl(const struct migration *m);
enum xq_rc sqlite_migrated(struct db *db, struct xq_err *err);

/* sqlite_scrub.c */
enum xq_rc sqlite_scrub(struct db *db, struct xq_err *err);

/* Tests: the database file may not grow beyond pages (0: no bound). */
void db_test_max_pages(struct db *db, int pages);

#endif
