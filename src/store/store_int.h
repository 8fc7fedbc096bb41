/* SPDX-License-Identifier: Apache-2.0 */
/* store_int.h - the inside of a database, shared by the files of store/ only.
 *
 * For:       what both engines have in common: connections handed out, the state of a transaction,
 *            counters, commit numbers, the order of migrations. What differs stands behind struct
 *            driver: sqlite_*.c and pg_*.c fill one each (docs/decisions/0051-two-drivers-one-store.md).
 * Threads:   struct db under its lock; struct conn and struct tx belong to who holds them
 */
#ifndef XQ_STORE_STORE_INT_H
#define XQ_STORE_STORE_INT_H

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "store/store.h"

#define TX_ROWS 8      /* queries open at a time */
#define TX_FOLDED 64   /* kinds of search rows, of an office each, whose blocks are known */
#define TX_COUNTERS 64 /* counters held in memory during a transaction */
#define COUNTER_NAME_MAX 31
#define COUNTER_SHARED                                                                             \
	INT64_C(0) /* in place of the office: claimed from, never counted in memory (db_claim) */
#define TURN_OFFICES DB_TURN_MAX
#define COMMIT_SLOTS 1024 /* offices that differ by a multiple of it share a commit number */

struct driver;
struct copy_engine;

struct rows {
	struct tx *tx;
	const struct driver *driver;
	sql_ref sql;
	void *h;     /* the driver's statement or result; NULL: the query failed before it began */
	int at, end; /* for a driver that has many rows at once */
	bool is_cursor; /* and has the next ones still to fetch */
	bool is_lent;   /* h belongs to the driver */
	int cols;
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

/* The highest folded block of one kind, and the block below which all are folded (search.c): asked once, and known as
 * long as counters are. */
struct folded {
	int64_t office, kind, last, whole;
};

struct folds {
	size_t n, victim; /* victim: who makes room */
	struct folded f[TX_FOLDED];
};

/* Whose rows a write transaction may write to: those of all offices and of the tables they share, or of these, each
 * once, by their numbers. */
struct turn_office {
	int64_t office, epoch; /* epoch: the driver's */
	bool is_next; /* the driver knows that nobody wrote since this connection committed last */
};
struct turn {
	bool is_all;
	size_t n;
	struct turn_office at[TURN_OFFICES];
};

/* What a statement writes to. */
struct written {
	bool is_shared; /* a table that is not of class office */
	int office_at;  /* the value that names the office; -1: not known */
};

struct tx {
	struct conn *conn;
	bool is_open;
	bool is_write;
	bool has_savepoint;
	bool hopes; /* tx_hope */
	struct turn turn;
	int64_t changed;   /* by the last db_exec, where the driver knows it by now */
	enum xq_rc broken; /* XQ_OK: whole; else what every further call answers */
	bool may_undo;     /* broken by one statement: the savepoint may still be rolled back */
	struct xq_err broken_err;
	struct rows rows[TX_ROWS];
	struct counters count, count_saved;
	struct folds folds;
	bool touches_config;
	size_t n_touched, cap_touched;
	int64_t *touched; /* offices, each once */
};

/* What is common to a connection; the driver's own struct begins with it. */
struct conn {
	void *root; /* memory of its own: several threads hold connections of one db */
	struct db *db;
	bool is_writer;
	struct conn *next; /* free readers */
	struct tx tx;
};

/* What the caller has to know before it goes on. */
enum exec_wait {
	EXEC_LATER, /* nothing */
	EXEC_NOW,   /* how many rows were touched */
	EXEC_HOPED, /* nothing; where it is not one row, the transaction is broken with store.changed */
};

/* One engine. Transactions and statements are called with an open transaction that is not broken. A
 * failure is told by store_broken where it ends more than the call. */
struct driver {
	/* Everything up to the first transaction: makes or examines the database, sets db->writer. */
	enum xq_rc (*open)(struct db *db, const char *path, struct xq_err *err);
	/* The rest, after all connections are closed; also after a failed open. */
	void (*close)(struct db *db);
	enum xq_rc (*conn_open)(
		struct db *db, bool is_writer, struct conn **out, struct xq_err *err);
	void (*conn_close)(struct conn *c);

	enum xq_rc (*begin)(struct conn *c, bool is_write, struct xq_err *err);
	enum xq_rc (*commit)(struct tx *tx, struct xq_err *err);
	void (*end)(struct tx *tx); /* rolls back; called in a broken transaction too */
	enum xq_rc (*savepoint)(struct tx *tx, struct xq_err *err);
	enum xq_rc (*release)(struct tx *tx, struct xq_err *err);
	enum xq_rc (*undo)(struct tx *tx, struct xq_err *err); /* also where may_undo */
	uint64_t (*writes)(const struct tx *tx);

	enum xq_rc (*exec)(
		struct tx *tx, sql_ref sql, struct vals v, enum exec_wait wait, struct xq_err *err);
	int64_t (*changed)(struct tx *tx);
	void (*ask)(
		struct tx *tx, sql_ref sql, struct vals v); /* NULL: there is nothing to wait for */
	void (*asking)(struct tx *tx, bool is_asking);
	void (*query)(struct rows *q, struct vals v); /* fills h, or rc and err */
	bool (*next)(struct rows *q);
	void (*done)(struct rows *q); /* h is not used any more */
	int64_t (*col_int)(struct rows *q, int col);
	double (*col_real)(struct rows *q, int col);
	bool (*col_is_null)(struct rows *q, int col);
	struct bytes (*col_bytes)(struct rows *q, int col, bool is_text); /* NULL column: p NULL */

	/* Text that is not registered, several statements of it too. */
	enum xq_rc (*script)(struct tx *tx, const char *text, struct xq_err *err);
	/* One statement of a migration, portable; t: the table where it creates one. */
	enum xq_rc (*ddl)(struct tx *tx, struct str statement, const struct table_decl *t,
		struct xq_err *err);
	/* The text of a migration for this engine only. */
	const char *(*own_ddl)(const struct migration *m);
	enum xq_rc (*migrated)(struct db *db, struct xq_err *err); /* after at least one step */
	/* Of databases of tests, NULL where steps are quick. known: takes the tables from one that has taken
	 * these steps before; out: it has them now. show: after all steps on an empty one, for the next. */
	enum xq_rc (*known)(struct db *db, const struct migration *const *list, size_t n, bool *out,
		struct xq_err *err);
	enum xq_rc (*show)(
		struct db *db, const struct migration *const *list, size_t n, struct xq_err *err);
	enum xq_rc (*plan)(struct tx *tx, const char *text, struct buf *plan, struct xq_err *err);
	enum xq_rc (*verify)(struct tx *tx, void *mem, const char **out, struct xq_err *err);
	enum xq_rc (*scrub)(struct db *db, struct xq_err *err);
	const struct copy_engine *copy; /* copy_int.h */

	/* Of a database that several processes share; NULL where none can. */
	int64_t (*config_no)(const struct tx *tx);
	enum xq_rc (*follow)(
		struct db *db, void (*config)(void *arg), void *arg, struct xq_err *err);
	int64_t (*keeper)(struct db *db);
};

extern const struct driver sqlite_driver;
extern const struct driver postgres_driver;

/* Where the driver keeps what it has for the whole database. */
struct db {
	const struct driver *driver;
	void *own; /* the driver's */
	struct db_options opt;
	pthread_mutex_t lock;
	pthread_cond_t changed; /* a reader or the writer came back, or the gate opened */
	struct conn *writer;
	struct conn *free_readers;
	struct conn **reader; /* opt.readers places; NULL: not open */
	int readers_open;     /* connections, also those that are being made */
	int readers_out;      /* in use */
	bool writer_out;
	bool gate;               /* no new readers for a moment */
	struct written *written; /* of each statement; NULL: nothing is migrated yet */
	_Atomic uint64_t commit_no[COMMIT_SLOTS];
	_Atomic bool is_away;                               /* said by the last db_follow */
	void (*tap)(void *arg, sql_ref sql, struct vals v); /* measurements; NULL: none */
	void *tap_arg;
};

void db_lock(struct db *db);
void db_unlock(struct db *db);
/* That many milliseconds from now on the clock of db->changed. */
struct timespec store_moment_after(int ms);

/* Notes that the transaction can only be ended, or with may_undo undone; the first one counts. */
void store_broken(struct tx *tx, enum xq_rc rc, bool may_undo, const struct xq_err *err);
/* What a broken transaction answers to everything. */
XQ_CHECK enum xq_rc tx_answer_broken(const struct tx *tx, struct xq_err *err);
/* Runs text that is not registered (migrations, tests). */
XQ_CHECK enum xq_rc store_script(struct tx *tx, const char *text, struct xq_err *err);
/* An office's pages are others from here on. */
void store_raise(struct db *db, int64_t office);
bool store_only_reads(const char *text);
/* The place of a statement among all, for a driver's array of prepared ones. */
size_t store_index(sql_ref sql);

/* transaction.c: no transaction but the caller's work, for which it waits at most so long; false: somebody
 * reads on and on. End it with store_not_alone. */
XQ_CHECK bool store_alone(struct db *db, int wait_ms);
void store_not_alone(struct db *db);

/* turn.c. More offices than TURN_OFFICES are all. */
void turn_set(struct turn *t, const int64_t *office, size_t n);
void turn_set_all(struct turn *t);
struct turn_office *turn_find(
	struct turn *t, int64_t office); /* NULL: it is none of them, or all are */
/* Whether what a transaction before this one has found of an office is to be kept. What another process may have written to is
 * not; that of offices whose turn it is not waits for theirs, where there is room. */
bool turn_keeps(struct turn *t, int64_t office, bool room);
/* Reads from the list of steps what each statement writes to. */
void turn_learn(struct db *db, const struct migration *const *list, size_t n);
/* Required: what is about to be run writes to nothing that is not of this turn. */
void turn_check(struct tx *tx, sql_ref sql, struct vals v);

/* counter.c: forgets what is not known to be so any more; called at the beginning of a write transaction. */
void counters_begin(struct tx *tx);
void search_begin(struct tx *tx);
/* Writes the counters back; called before COMMIT. */
XQ_CHECK enum xq_rc counters_save(struct tx *tx, struct xq_err *err);

#endif
