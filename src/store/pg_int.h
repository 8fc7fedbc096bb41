/* SPDX-License-Identifier: Apache-2.0 */
/* pg_int.h - the driver for PostgreSQL: what its files share.
 *
 * For:       postgres.c (connections, transactions), pg_analyze.c, pg_asked.c, pg_error.c (what an answer means), pg_pipe.c (what
 *            was sent and not yet answered), pg_gather.c, pg_statement.c, pg_value.c, pg_ddl.c, pg_turn.c,
 *            pg_keeper.c (several processes), pg_kept.c, pg_memory.c (databases of tests)
 * Threads:   a struct pg_conn belongs to who holds it; struct pg_db is read only after the opening, but
 *            for what its members say
 * Source:    scale-out.md 2-5
 *
 * How: a connection is always in libpq's pipeline mode. What is sent is noted as pending; pg_settle
 * sends a sync and takes all answers, in order. An error stops the server until the sync, so nothing
 * that was sent behind it is done.
 */
#ifndef XQ_STORE_PG_INT_H
#define XQ_STORE_PG_INT_H

#include <libpq-fe.h>

#include "store/store_int.h"

enum { PG_PENDING = 256, PG_PARAMS = 100, PG_NAME = 32, PG_KEY = 160, PG_TURNS = 512 };

/* Types of columns and parameters that we know: their numbers are the same in every server. */
enum pg_type {
	PG_BOOL = 16,
	PG_BYTEA = 17,
	PG_NAME_TYPE = 19,
	PG_INT8 = 20,
	PG_INT2 = 21,
	PG_INT4 = 23,
	PG_TEXT = 25,
	PG_FLOAT4 = 700,
	PG_FLOAT8 = 701,
	PG_VARCHAR = 1043,
	PG_NUMERIC = 1700,
};

struct pg_stmt {
	bool is_ready;
	unsigned round; /* of the connection, when it was prepared */
	char name[PG_NAME];
	int n;
	Oid *type; /* of each parameter */
};

struct pg_pending {
	sql_ref sql;      /* NULL: one of our own */
	const char *what; /* in words, then */
	bool is_exec;     /* its count of rows is that of db_changed */
	size_t hoped;     /* and must be so many; 0: any */
	size_t asked;     /* the number that pg_asked_note gave; 0: not asked ahead */
};

struct pg_kept;
struct pg_asked;
struct pg_gather;

/* A write transaction that this connection has committed for an office; they are counted in writer_lease. */
struct pg_turn {
	int64_t office, epoch;
};

struct pg_conn {
	struct conn c; /* first */
	PGconn *h;     /* NULL or broken: connected anew at the next begin */
	unsigned
		round; /* part of the names of statements: prepared anew after a change of the schema */
	struct pg_stmt *stmt;
	bool is_owed; /* the sync is sent, its answers are not taken yet */
	bool is_fresh; /* this reading transaction has asked nothing yet: the server does not know of it */
	uint64_t sent;  /* writing statements of this transaction */
	int64_t config; /* how often the configuration was touched, as this transaction found it */
	struct pg_turn own[PG_TURNS]; /* the last one of each office; places may be shared */
	struct pg_kept *kept;         /* of the writer */
	int64_t kept_no; /* how often tables of kept answers were written to, as found; -1: not known */
	bool writes_kept;         /* this transaction did */
	struct pg_asked *asked;   /* of the writer */
	bool is_asking;           /* what is asked for now stays for who asks again */
	struct pg_gather *gather; /* of the writer */
	size_t n_pending, n_hoped;
	struct pg_pending pending[PG_PENDING];
};

struct pg_keeper;

struct pg_db {
	const char *server;   /* address as it was given */
	const char *database; /* is_memory: made for this test; else NULL: the one of the address */
	bool is_distributed;  /* over nodes, by Citus */
	bool is_made; /* is_memory: at the first connection, or as a copy of another test's */
	struct pg_keeper *keeper;
	PGconn *follower;                            /* of who calls db_follow */
	int64_t seen_sum[COMMIT_SLOTS], seen_config; /* what it has seen of office_commit */
	uint64_t written,
		analyze_at; /* statements of the writer so far; when it counts tables next */
	_Atomic int64_t own_no[COMMIT_SLOTS]; /* the last commit of this process */
};

static inline struct pg_conn *
pg_of(struct conn *c)
{
	return (struct pg_conn *)c;
}

static inline struct pg_db *
pg_db_of(const struct db *db)
{
	return db->own;
}

/* postgres.c: a connection outside of the pool and outside of pipeline mode. database: NULL: that of the
 * address. XQ_REFUSED store.no-server {why}. */
enum xq_rc pg_connect(
	struct db *db, const char *database, bool is_writer, PGconn **out, struct xq_err *err);
/* What the result of a text on such a connection means. */
enum xq_rc pg_told(const PGconn *h, const PGresult *r, struct xq_err *err);
/* One text without parameters on such a connection, and its result; the caller clears it. */
enum xq_rc pg_ask(PGconn *h, const char *text, PGresult **out, struct xq_err *err);
enum xq_rc pg_do(PGconn *h, const char *text, struct xq_err *err);
/* Our own tables where there are none; refuses what is no database for us. */
enum xq_rc pg_check_database(PGconn *h, struct xq_err *err);
enum xq_rc pg_conn_open(struct db *db, bool is_writer, struct conn **out, struct xq_err *err);
void pg_conn_close(struct conn *c);
/* Ends the connection with the server, outside of a transaction; the next one connects again. */
void pg_conn_leave(struct conn *c);
/* Tries again for a while where the server is away. */
enum xq_rc pg_begin(struct conn *conn, bool is_write, struct xq_err *err);
/* Before each statement of a reading transaction, so that one that writes is refused too: the first one begins it. */
enum xq_rc pg_reads(struct pg_conn *c, struct xq_err *err);

/* pg_error.c: what state (SQLSTATE, NULL: the connection is gone) means to the caller. */
enum xq_rc pg_classify(const char *state, bool is_write, struct xq_err *err);
/* The failure of res (NULL: none came) as ours; notes in the open transaction what it ends. */
enum xq_rc pg_fail(
	struct pg_conn *c, const PGresult *res, const struct pg_pending *p, struct xq_err *err);
bool pg_is_away(const struct pg_conn *c);

/* pg_pipe.c */
/* A literal of our own, without parameters. */
enum xq_rc pg_send(struct pg_conn *c, const char *text, struct xq_err *err);
/* Notes what the caller has just sent; sent: libpq's answer to it. */
enum xq_rc pg_note(struct pg_conn *c, struct pg_pending p, int sent, struct xq_err *err);
/* Sends a sync; the answers are taken by the next pg_settle. */
enum xq_rc pg_sync(struct pg_conn *c, struct xq_err *err);
/* Waits for the answers to all that is pending. out: the last one's result, or NULL; the caller clears it. */
enum xq_rc pg_settle(struct pg_conn *c, PGresult **out, struct xq_err *err);

/* pg_statement.c */
enum xq_rc pg_exec(
	struct tx *tx, sql_ref sql, struct vals v, enum exec_wait wait, struct xq_err *err);
int64_t pg_changed(struct tx *tx);
void pg_ask_ahead(struct tx *tx, sql_ref sql, struct vals v);
void pg_asking(struct tx *tx, bool is_asking);
void pg_query(struct rows *q, struct vals v);
bool pg_next(struct rows *q);
void pg_done(struct rows *q);
uint64_t pg_writes(const struct tx *tx);
/* Prepares text as it stands in s; XQ_FAULT where the server does not take it. */
enum xq_rc pg_prepare(struct pg_conn *c, const char *text, struct pg_pending p, struct pg_stmt *s,
	struct xq_err *err);

/* pg_value.c: parameters and columns in the binary form. */
struct pg_values {
	const char *p[PG_PARAMS];
	int n[PG_PARAMS], format[PG_PARAMS];
	uint8_t own[PG_PARAMS][32]; /* bytes of numbers */
};
/* False: a value that does not fit the type of its parameter; *at is its place. */
bool pg_bind(const struct pg_stmt *s, struct vals v, struct pg_values *out, size_t *at);
/* The same values have the same key; false: it is longer than PG_KEY. */
bool pg_key(struct vals v, uint8_t *out, size_t *out_n);
int64_t pg_col_int(struct rows *q, int col);
double pg_col_real(struct rows *q, int col);
bool pg_col_is_null(struct rows *q, int col);
struct bytes pg_col_bytes(struct rows *q, int col, bool is_text);

/* pg_asked.c: answers to questions asked ahead. A NULL pg_asked has none. */
struct pg_asked *pg_asked_new(void *mem);
/* A number for what is sent now; 0: there is no room, or it was asked before. */
size_t pg_asked_note(struct pg_asked *a, sql_ref sql, struct vals v);
void pg_asked_come(struct pg_asked *a, size_t no, PGresult *res);
/* Whether its answer is still to come. */
bool pg_asked_waits(struct pg_asked *a, sql_ref sql, struct vals v);
/* Its answer, the caller's from now on, with stays a copy of it; NULL: it was not asked ahead. */
PGresult *pg_asked_take(struct pg_asked *a, sql_ref sql, struct vals v, bool stays);
void pg_asked_drop(struct pg_asked *a);

/* pg_kept.c: answers that the writer keeps. A NULL pg_kept keeps nothing. */
struct pg_kept *pg_kept_new(void *mem);
/* A result that is given back by pg_kept_back; NULL: the server is to be asked. */
PGresult *pg_kept_find(struct pg_kept *k, sql_ref sql, struct vals v);
/* Whether res is kept from now on; then it is lent to the caller, as by pg_kept_find. */
bool pg_kept_put(struct pg_kept *k, sql_ref sql, struct vals v, PGresult *res);
void pg_kept_back(struct pg_kept *k);
/* Whether a statement that is sent writes to tables of kept answers; then they are dropped. */
bool pg_kept_wrote(struct pg_kept *k, sql_ref sql);
void pg_kept_drop(struct pg_kept *k); /* all of it: nobody knows what was written */

/* pg_gather.c: rows that go together with those of other acts. A NULL pg_gather keeps none back. */
struct pg_gather *pg_gather_new(void *mem);
/* Keeps a row for later, if it is one that may wait (*out_waits); the values are copied. Sends before what must go
 * before it. */
enum xq_rc pg_gather_put(struct pg_conn *c, sql_ref sql, const struct pg_stmt *s,
	const struct pg_values *b, bool is_hoped, bool *out_waits, struct xq_err *err);
/* Sends the rows that wait and that this statement could notice, before it is sent itself. */
enum xq_rc pg_gather_before(struct pg_conn *c, sql_ref sql, struct xq_err *err);
enum xq_rc pg_gather_all(struct pg_conn *c, struct xq_err *err);
void pg_gather_drop(struct pg_gather *g);   /* what waits is not wanted any more */
void pg_gather_forget(struct pg_gather *g); /* the tables may be others by now; nothing waits */
/* A further db_exec begins. */
void pg_gather_next(struct pg_gather *g);
/* If the row of the last db_exec waits, sends it by itself, so that its answer tells how many rows it is. */
enum xq_rc pg_gather_alone(struct pg_conn *c, struct xq_err *err);
/* Prepares the text for many rows, where text has one; one: the prepared text. */
enum xq_rc pg_gather_try(
	struct pg_conn *c, const char *text, const struct pg_stmt *one, struct xq_err *err);

/* pg_ddl.c */
enum xq_rc pg_script(struct tx *tx, const char *text, struct xq_err *err);
enum xq_rc pg_ddl(
	struct tx *tx, struct str statement, const struct table_decl *t, struct xq_err *err);
const char *pg_own_ddl(const struct migration *m);
enum xq_rc pg_plan(struct tx *tx, const char *text, struct buf *plan, struct xq_err *err);
enum xq_rc pg_verify(struct tx *tx, void *mem, const char **out, struct xq_err *err);
enum xq_rc pg_scrub(struct db *db, struct xq_err *err);

/* pg_turn.c: the order in which processes write, and what others wrote. */
/* On a new connection of the writer. */
enum xq_rc pg_turn_prepare(PGconn *h, struct xq_err *err);
/* The first statements of a write transaction, which wait for those of other processes; the last one's result.
 * XQ_NONE: pg_turn_make, outside of the transaction, and begin again. */
enum xq_rc pg_turn_send(struct pg_conn *c, struct xq_err *err);
enum xq_rc pg_turn_take(struct pg_conn *c, const PGresult *res, struct xq_err *err);
enum xq_rc pg_turn_make(struct pg_conn *c, struct xq_err *err);
/* Before the commit: notes for the others what was touched. After it, or when it failed: that it was this process. */
enum xq_rc pg_turn_mark(struct tx *tx, struct xq_err *err);
void pg_turn_done(struct tx *tx, bool is_good);
int64_t pg_config_no(const struct tx *tx);
enum xq_rc pg_follow(struct db *db, void (*config)(void *arg), void *arg, struct xq_err *err);

/* pg_analyze.c: counts the tables anew that have grown since the planner knew them. Outside of transactions and
 * of pipeline mode. step: begins with it, unless it goes on already, and does not wait. */
enum xq_rc pg_analyze_step(PGconn *h, struct xq_err *err);
enum xq_rc pg_analyze_grown(PGconn *h, struct xq_err *err);

/* pg_keeper.c: who does what is due. */
void pg_keeper_open(struct db *db);
void pg_keeper_close(struct db *db); /* gives it back */
int64_t pg_keeper(struct db *db);
bool pg_keeper_runs(struct db *db); /* somebody has asked who it is */

/* pg_memory.c: the server that XQ_TEST_POSTGRES names, or NULL. */
const char *pg_test_server(void);
void pg_memory_name(struct db *db);
/* Before the first connection with it; empty. */
enum xq_rc pg_memory_make(struct db *db, struct xq_err *err);
void pg_memory_drop(struct db *db);
/* db->driver->known and show. */
enum xq_rc pg_memory_known(struct db *db, const struct migration *const *list, size_t n, bool *out,
	struct xq_err *err);
enum xq_rc pg_memory_show(
	struct db *db, const struct migration *const *list, size_t n, struct xq_err *err);

#endif
