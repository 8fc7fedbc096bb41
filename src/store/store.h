/* SPDX-License-Identifier: Apache-2.0 */
/* store.h - where rows live: connections, statements, transactions, migrations.
 *
 * For:       every read and write of the data folder. SQL stands where it is used, as a literal,
 *            values always bound. Driver differences end here.
 * May call:  core
 * Called by: everything above
 * Owns:      tables schema_version and counter; the search index (store/search.h)
 * Threads:   a struct db may be used by any thread; a struct tx by one thread at a time. Any
 *            number of read transactions, one write transaction at a time.
 * Source:    architecture.md 5, scale-out.md 1, 2, 4, 6; style.md 7
 */
#ifndef XQ_STORE_STORE_H
#define XQ_STORE_STORE_H

#include "core/err.h"
#include "core/str.h"

/* ---- statements ---------------------------------------------------------------------------- */

/* A registered statement. SQL("...") makes one where it is written; only a literal compiles, and
 * all of them lie in one section, so a test can prepare and read every one. */
struct sql_text {
	const char *text;
	const char *file;
	int line;
	int unused;
	uint64_t pad[1]; /* 32 bytes, so the section is an array */
};

typedef const struct sql_text *sql_ref; /* the handle that SQL() gives */

#define SQL(x)                                                                                     \
	(__extension__({                                                                           \
		static const struct sql_text sql_here_ __attribute__((section("xq_sql"), used,     \
			aligned(8))) = { "" x, __FILE__, __LINE__, 0, { 0 } };                     \
		&sql_here_;                                                                        \
	}))

/* All statements of the program; n receives their count. */
const struct sql_text *sql_all(size_t *n);

enum val_type { VAL_NULL, VAL_INT, VAL_REAL, VAL_TEXT, VAL_BLOB };

struct val {
	enum val_type type;
	int64_t i;
	double r;
	const void *p; /* lent until the call returns (db_exec) or the rows are closed (db_query) */
	size_t n;
};

struct vals {
	const struct val *v;
	size_t n;
};

struct val val_int(int64_t i);
struct val val_real(double r);
struct val val_text(const char *text); /* NULL binds NULL */
struct val val_str(struct str s);
struct val val_bytes(struct bytes b);
struct val val_null(void);

/* clang-format off */
#define V(x) _Generic((x), bool: val_int, int: val_int, unsigned: val_int, int64_t: val_int,       \
	double: val_real, char *: val_text, const char *: val_text, struct str: val_str,           \
	struct bytes: val_bytes)(x)
#define VNULL val_null()
/* An integer or NULL. */
#define V_OR_NULL(has, x) ((has) ? val_int(x) : val_null())
#define VALS(...) ((struct vals){ (const struct val[]){ __VA_ARGS__ },                             \
	sizeof((const struct val[]){ __VA_ARGS__ }) / sizeof(struct val) })
#define NO_VALS ((struct vals){ NULL, 0 })
/* clang-format on */

/* ---- databases and transactions -------------------------------------------------------------- */

struct db;
struct tx;
struct rows;

struct db_options {
	int readers;          /* read connections kept open; 0: 4 */
	int cache_kib;        /* page cache of each connection; 0: 2048 */
	int writer_cache_kib; /* 0: 8192 */
	bool is_memory; /* tests: a fresh database in memory, path ignored; with XQ_TEST_POSTGRES
	                         in the environment one on that server, dropped when it is closed */
	bool sends_each; /* tests, with a server: rows of several acts go in a statement each (pg_gather.c) */
	bool is_unsafe_fast; /* demo making only: no fsync until db_close; a server: commits that are
	                         not waited for */
};

/* Whether path is the address of a PostgreSQL server, postgres://..., and no file. */
bool store_is_address(const char *path);

/* Opens or creates path: a file (SQLite), or the address of a server, postgres://user@host/database. With
 * a server any number of processes may have it open and write, one after the other to the rows of one office. Refusals: store.newer
 * {have} {know} (written by a newer program), store.locked (another process serves this folder),
 * store.not-ours and store.not-ours-server, store.no-server {why}, store.old-server {have} {need},
 * store.collation, store.pooler; faults: store.open.
 *
 * A server may be away for a while: XQ_BUSY store.away from anything below, after a few seconds of trying;
 * it is connected again by the next transaction. Further XQ_BUSY: store.again (two transactions in each
 * other's way: the whole transaction is to be done again), from db_write store.busy (another process has
 * been writing for ten seconds), from tx_commit store.unknown (the answer was lost). */
XQ_CHECK enum xq_rc db_open(void *mem, const char *path, const struct db_options *opt,
	struct db **out, struct xq_err *err);
void db_close(struct db *db);

/* A snapshot of all rows as they are now, with a server as they are at the first question; waits only for a free
 * reader. End it with tx_end. */
XQ_CHECK enum xq_rc db_read(struct db *db, struct tx **out, struct xq_err *err);
/* The write transaction; waits for the one before. End it with tx_commit or tx_end (rolls back). */
XQ_CHECK enum xq_rc db_write(struct db *db, struct tx **out, struct xq_err *err);
/* The same, for rows of n offices alone: with a server other processes may write to rows of others meanwhile. Every write names one
 * of them, and none goes to a table that offices share; both is required. n 0: it only reads. More than
 * DB_TURN_MAX: as db_write. */
enum { DB_TURN_MAX = 256 };
XQ_CHECK enum xq_rc db_write_for(
	struct db *db, const int64_t *office, size_t n, struct tx **out, struct xq_err *err);
/* Whether it may write to rows of this office; 0: to everything. */
bool tx_writes_for(struct tx *tx, int64_t office);
XQ_CHECK enum xq_rc tx_commit(
	struct tx *tx, struct xq_err *err); /* durable when it returns XQ_OK */
void tx_end(struct tx *tx);                 /* after a failed commit too */
/* The end of a write transaction that went so far with rc: commits where it is XQ_OK, else rolls back and gives
 * rc again. */
XQ_CHECK enum xq_rc tx_finish(struct tx *tx, enum xq_rc rc, struct xq_err *err);

/* Grows with everything that this transaction writes and every number it draws: whether something done
 * between two looks left anything behind. A statement that touched no row may count. */
uint64_t tx_writes(const struct tx *tx);

/* From now on db_exec_one may say XQ_OK before it is known whether it touched one row; where it did not, that
 * is told late, as a broken rule is (db_exec), and the commit refuses. For who does all of it again then,
 * without hope. Changes nothing with a file, where everything is known at once. */
void tx_hope(struct tx *tx);
bool tx_hopes(const struct tx *tx);

/* Inside the write transaction; not nested. After a fault that ended the whole transaction (disk full,
 * I/O, the server gone), tx_is_broken says so and only tx_end is allowed. After a statement that failed
 * tx_wants_undo may say that only tx_undo and tx_end go on (PostgreSQL: always; SQLite takes back the
 * statement alone): whatever else is called answers the same again. tx_release that fails leaves the
 * savepoint to be undone. */
XQ_CHECK enum xq_rc tx_savepoint(struct tx *tx, struct xq_err *err);
XQ_CHECK enum xq_rc tx_release(struct tx *tx, struct xq_err *err);
XQ_CHECK enum xq_rc tx_undo(
	struct tx *tx, struct xq_err *err); /* roll back to the savepoint, and drop it */
bool tx_is_broken(const struct tx *tx);
bool tx_wants_undo(const struct tx *tx);
/* What every further call would answer; XQ_OK while it is whole. */
XQ_CHECK enum xq_rc tx_why(const struct tx *tx, struct xq_err *err);

/* ---- running statements ---------------------------------------------------------------------- */

/* One statement without rows. A broken rule of the schema (unique, foreign key, check) is
 * XQ_REFUSED store.conflict, so that compare-and-set and races answer plainly; disk full is
 * XQ_BUSY store.full; all else XQ_FAULT.
 *
 * With a server it is only sent, or while the transaction hopes (tx_hope) kept until somebody could notice, so that
 * rows of several calls go together: what goes wrong with it is told by the next call that has to wait for an answer, which is each query, db_changed (as 0), db_exec_one, tx_release and tx_commit. Who wants to
 * put a broken rule into words of its own says db_exec_one, also for an INSERT. */
XQ_CHECK enum xq_rc db_exec(struct tx *tx, sql_ref sql, struct vals v, struct xq_err *err);
/* Rows that the last db_exec touched; asked directly behind it (required). */
int64_t db_changed(struct tx *tx);

/* Compare-and-set: exactly one row, else XQ_REFUSED store.changed. */
XQ_CHECK enum xq_rc db_exec_one(struct tx *tx, sql_ref sql, struct vals v, struct xq_err *err);

/* Rows one after the other: while (row_next(q)) ...; rc = rows_close(q, err). Never NULL. Text and
 * bytes are lent until the next row_next unless a mem is given. One open query per statement. */
struct rows *db_query(struct tx *tx, sql_ref sql, struct vals v);
bool row_next(struct rows *q);
int64_t row_int(struct rows *q, int col); /* NULL reads as 0 */
double row_real(struct rows *q, int col);
bool row_is_null(struct rows *q, int col);
struct str row_str(struct rows *q, int col);
struct bytes row_bytes(struct rows *q, int col);
const char *row_text(struct rows *q, int col, void *mem); /* a copy; NULL column: NULL */
XQ_CHECK enum xq_rc rows_close(struct rows *q, struct xq_err *err);
/* The first column of up to max rows as numbers into out, then closes: what a job finds. */
XQ_CHECK enum xq_rc rows_ids(
	struct rows *q, size_t max, int64_t *out, size_t *out_n, struct xq_err *err);

/* Asks ahead for what db_query will ask for with the same statement and the same values, so that several answers come
 * at once; only in a transaction that hopes (tx_hope), and not with a file, where nothing has to come:
 * then db_asks says false. The first db_query takes the answer, which is older than what the transaction has
 * written meanwhile: only for rows that are written by compare-and-set. While tx_asking, answers stay for
 * who asks again, so that one may lead to the next question. */
bool db_asks(const struct tx *tx);
void db_ask(struct tx *tx, sql_ref sql, struct vals v);
void tx_asking(struct tx *tx, bool is_asking);

/* One integer: XQ_NONE when there is no row. */
XQ_CHECK enum xq_rc db_int(
	struct tx *tx, sql_ref sql, struct vals v, int64_t *out, struct xq_err *err);

/* ---- ids and commit numbers -------------------------------------------------------------------- */

/* The next value of a counter of the office, in this transaction; the first is 1. */
XQ_CHECK enum xq_rc db_next(
	struct tx *tx, int64_t office, const char *name, int64_t *out, struct xq_err *err);

/* db_next goes on behind at_least, or where it was if that is more. */
XQ_CHECK enum xq_rc db_count_from(
	struct tx *tx, int64_t office, const char *name, int64_t at_least, struct xq_err *err);

/* A block of n numbers of a counter that all offices share, a multiple of n at its end: *last. It holds up whoever else
 * claims from that counter until the transaction ends. */
XQ_CHECK enum xq_rc db_claim(
	struct tx *tx, const char *name, int64_t n, int64_t *last, struct xq_err *err);

/* The last value that db_next gave in a committed transaction; 0: none yet. */
XQ_CHECK enum xq_rc db_last(
	struct tx *tx, int64_t office, const char *name, int64_t *out, struct xq_err *err);

/* Marks that this transaction changes what the office's pages show. After its commit db_commit_no
 * of that office is higher; cached pages ask for it. */
void tx_touch(struct tx *tx, int64_t office);
uint64_t db_commit_no(struct db *db, int64_t office);

/* ---- several processes on one database ----------------------------------------------------------- */

/* Whether other processes may write here beside this one: a server's database that is none of a test. */
bool db_is_shared(const struct db *db);

/* What every process keeps in memory for all requests (the list of offices, words, the calendar) is changed
 * by this transaction. tx_config_no: the number of the last commit that did so, as this write transaction
 * finds it; another number than at the last reading says that it is to be read again. 0 with a file, where
 * nobody else writes. */
void tx_touch_config(struct tx *tx);
bool tx_touches_config(const struct tx *tx);
int64_t tx_config_no(const struct tx *tx);

/* One look at what other processes have committed since the last one: raises db_commit_no of their offices.
 * Before that config(arg) is called where they have touched the configuration. By one thread, a few times a
 * second. XQ_BUSY store.away. Does nothing with a file. */
XQ_CHECK enum xq_rc db_follow(
	struct db *db, void (*config)(void *arg), void *arg, struct xq_err *err);
/* Whether the last db_follow did not reach the server. */
bool db_is_away(const struct db *db);

/* Of all processes one is the keeper, which does what is due: jobs, messages, signing. It shows every five
 * seconds that it lives; when it has not for fifteen, or has closed the database, another one takes over.
 * The first call asks to become it, and a thread goes on asking. 0: another process is it, or none that
 * can be reached; else the number of the term, which is higher for each next keeper. With a file always 1.
 * Who has lost it learns so from the next call, so what is done must bear to be done twice. */
int64_t db_keeper(struct db *db);

/* ---- migrations -------------------------------------------------------------------------------- */

enum table_class { TABLE_OFFICE, TABLE_REFERENCE, TABLE_GLOBAL };

struct table_decl {
	const char *name;
	enum table_class class;
	bool grows; /* a scan of it in a statement's plan fails the statement test */
	/* Rows lie in the order of the primary key (SQLite: WITHOUT ROWID). Measured, 100,000 rows in
	 * batches of 64: a concern of 20 columns and two indexes 18 us either way, an event with 300
	 * bytes 7 us; 6 % less space and one look-up less where there is no blob, 6 % more where there
	 * is. Not for rows over 1,000 bytes: each then takes a page of its own. */
	bool clustered;
};

/* One step forward: DDL and fill in portable text, several statements separated by ';\n'.
 * Column types are integer, text, blob, real and nothing else: SQLite creates each table STRICT,
 * PostgreSQL has bigint, text, bytea, double precision.
 * sqlite_only: extra text for SQLite (append-only triggers, virtual tables), run after ddl. */
struct migration {
	const char *module;
	int number; /* 1, 2, ... within the module */
	const char *ddl;
	const char *sqlite_only;
	const struct table_decl *tables; /* ended by a NULL name */
};

/* Applies what is missing, in the order given, each in its own transaction. A number or a module
 * that the list does not know: XQ_REFUSED store.newer {have} {know}. */
XQ_CHECK enum xq_rc db_migrate(
	struct db *db, const struct migration *const *list, size_t n, struct xq_err *err);
/* What db_migrate would do: the count of missing steps. */
XQ_CHECK enum xq_rc db_missing(
	struct db *db, const struct migration *const *list, size_t n, int *out, struct xq_err *err);

/* The store's own tables; first in every list. */
extern const struct migration store_migration_1, store_migration_2; /* 2: store/copy.h */

extern const struct msg_text store_messages[]; /* ends with a row without key */

/* db_scrub - what deleted rows left in log and file is overwritten; afterwards no byte of them is there. With
 * a server dead rows are removed (VACUUM); its log and the free room of its pages are written over in its
 * own time.
 * Waits for the writer and for readers; XQ_BUSY store.busy where one of these stays longer than two
 * seconds: try again later. A copy-on-write file system or an older backup may still hold the bytes
 * (docs/erasure.md). Any thread, outside transactions. */
XQ_CHECK enum xq_rc db_scrub(struct db *db, struct xq_err *err);

/* Shows every writing statement with its values to fn as it is run; for measuring the same rows
 * without the program. fn NULL: no more. Set while nobody writes. */
void db_tap(struct db *db, void (*fn)(void *arg, sql_ref sql, struct vals v), void *arg);

/* ---- for tests and checks -------------------------------------------------------------------- */

/* Prepares text as it stands; the plan's lines go to plan (EXPLAIN QUERY PLAN; none with a server). */
XQ_CHECK enum xq_rc db_plan(struct tx *tx, const char *text, struct buf *plan, struct xq_err *err);
/* integrity_check and foreign_key_check of the store itself. */
XQ_CHECK enum xq_rc db_verify(struct tx *tx, void *mem, const char **out_fault, struct xq_err *err);

#endif
