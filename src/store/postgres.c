/* SPDX-License-Identifier: Apache-2.0 */
/* postgres.c - connections to a PostgreSQL server and its transactions (scale-out.md 3-5). */
#include "store/pg_int.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/time.h"
#include "store/copy_int.h"

#include "core/banned.h"

#define SERVER_MIN 150000 /* PostgreSQL 15 */
#define AWAY_WAIT_MS 5000 /* views and the first try of acts; act/ repeats its batches for longer */
#define PAUSE_MIN_MS 50
#define PAUSE_MAX_MS 2000
#define ANALYZE_FIRST 500 /* statements that write */

/* ---- connecting ------------------------------------------------------------------------------------ */

static enum xq_rc
refuse_server(const PGconn *h, struct xq_err *err)
{
	struct str why = str_trim(str_of(h ? PQerrorMessage(h) : "memory"));
	enum xq_rc rc = xq_refuse(err, NULL, "store.no-server");
	/* Nothing outlives a failed opening that it could hang on. */
	xq_err_text(err, "why", str_text(NULL, why));
	(void)snprintf(err->detail, sizeof err->detail, "%.*s", (int)why.n, why.p); /* may be cut */
	return rc;
}

/* Ours behind those of the address. Given with the connection, so that no pooler carries them from one
 * client to another. Plans are those for any value, as on SQLite. A process that stands still or whose
 * machine is gone holds up the others for a minute at most. */
static const char *
options(void *mem, const struct db *db, bool is_writer, const char *theirs)
{
	bool is_fast = db->opt.is_memory || db->opt.is_unsafe_fast;
	return mem_printf(mem,
		"%s -c statement_timeout=%s -c lock_timeout=10s -c synchronous_commit=%s"
		" -c idle_in_transaction_session_timeout=60s -c tcp_keepalives_idle=5"
		" -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3 -c tcp_user_timeout=10s"
		" -c plan_cache_mode=force_generic_plan -c cursor_tuple_fraction=1 -c jit=off"
		" -c client_min_messages=error",
		theirs, is_writer ? "10min" : "60s", is_fast ? "off" : "on");
}

/* The value of "options" in an address, or "". */
static const char *
options_of(void *mem, const char *address)
{
	const char *out = "";
	PQconninfoOption *all = PQconninfoParse(address, NULL); /* faults show when connecting */
	for (const PQconninfoOption *o = all; o && o->keyword; o++)
		if (text_eq(o->keyword, "options") && o->val)
			out = mem_text(mem, o->val);
	PQconninfoFree(all);
	return out;
}

static void
no_notices(void *arg, const PGresult *res)
{
	(void)arg;
	(void)res;
}

enum xq_rc
pg_connect(struct db *db, const char *database, bool is_writer, PGconn **out, struct xq_err *err)
{
	void *mem = mem_root("store.connect");
	const char *address = pg_db_of(db)->server;
	/* What stands before dbname may be set otherwise by the address, what stands behind may not. */
	const char *const name[] = { "connect_timeout", "tcp_user_timeout", "keepalives_idle",
		"application_name", "target_session_attrs", "dbname", "dbname", "client_encoding",
		"options", NULL };
	const char *const value[] = { "2", "3000", "10", "xinqiao", "read-write", address, database,
		"UTF8", options(mem, db, is_writer, options_of(mem, address)), NULL };
	PGconn *h = PQconnectdbParams(name, value, 1);
	mem_free(mem);
	if (!h || PQstatus(h) != CONNECTION_OK) {
		enum xq_rc rc = refuse_server(h, err);
		PQfinish(h);
		return rc;
	}
	(void)PQsetNoticeReceiver(h, no_notices, NULL); /* gives the former one */
	*out = h;
	return XQ_OK;
}

enum xq_rc
pg_told(const PGconn *h, const PGresult *r, struct xq_err *err)
{
	ExecStatusType s = PQresultStatus(r);
	if (s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK)
		return XQ_OK;
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	enum xq_rc rc = pg_classify(state, true, err);
	struct str why = str_trim(str_of(PQerrorMessage(h)));
	(void)snprintf(err->detail, sizeof err->detail, "%s %.*s", state ? state : "-", (int)why.n,
		why.p); /* may be cut */
	return rc;
}

enum xq_rc
pg_ask(PGconn *h, const char *text, PGresult **out, struct xq_err *err)
{
	PGresult *r = PQexec(h, text);
	enum xq_rc rc = pg_told(h, r, err);
	if (rc == XQ_OK)
		*out = r;
	else
		PQclear(r);
	return rc;
}

enum xq_rc
pg_do(PGconn *h, const char *text, struct xq_err *err)
{
	PGresult *r = NULL;
	enum xq_rc rc = pg_ask(h, text, &r, err);
	PQclear(r);
	return rc;
}

/* Connects c, which has no connection. */
static enum xq_rc
conn_connect(struct pg_conn *c, struct xq_err *err)
{
	struct db *db = c->c.db;
	struct pg_db *own = pg_db_of(db);
	enum xq_rc rc = own->database && !own->is_made ? pg_memory_make(db, err) : XQ_OK;
	if (rc == XQ_OK)
		rc = pg_connect(db, own->database, c->c.is_writer, &c->h, err);
	if (rc == XQ_OK && c->c.is_writer)
		rc = pg_turn_prepare(c->h, err);
	if (rc == XQ_OK && !PQenterPipelineMode(c->h))
		rc = xq_fault(err, "store.open", "pipeline: %s", PQerrorMessage(c->h));
	if (rc != XQ_OK) {
		PQfinish(c->h);
		c->h = NULL;
	}
	c->round++; /* nothing is prepared on it */
	c->kept_no = -1;
	memset(c->own, 0, sizeof c->own);
	c->n_pending = c->n_hoped = 0;
	c->is_owed = false;
	return rc;
}

enum xq_rc
pg_conn_open(struct db *db, bool is_writer, struct conn **out, struct xq_err *err)
{
	void *root = mem_root("store.conn");
	struct pg_conn *c = mem_new(root, struct pg_conn);
	size_t n;
	(void)sql_all(&n);
	c->c = (struct conn){ .root = root, .db = db, .is_writer = is_writer };
	c->c.tx.conn = &c->c;
	c->stmt = mem_array(c, struct pg_stmt, n + 1);
	c->kept = is_writer ? pg_kept_new(c) : NULL;
	c->asked = is_writer ? pg_asked_new(c) : NULL;
	c->gather = is_writer && !db->opt.sends_each && !pg_db_of(db)->is_distributed
	                    ? pg_gather_new(c)
	                    : NULL;
	/* A reader is connected by its first transaction, which waits for a server that is away; so are all of a
	 * test's, which may take its tables from another first. */
	enum xq_rc rc = is_writer && !db->opt.is_memory ? conn_connect(c, err) : XQ_OK;
	if (rc != XQ_OK) {
		mem_free(root);
		return rc;
	}
	*out = &c->c;
	return XQ_OK;
}

void
pg_conn_close(struct conn *conn)
{
	pg_kept_drop(pg_of(conn)->kept);
	pg_asked_drop(pg_of(conn)->asked);
	pg_gather_drop(pg_of(conn)->gather);
	PQfinish(pg_of(conn)->h);
	mem_free(conn->root);
}

void
pg_conn_leave(struct conn *conn)
{
	struct pg_conn *c = pg_of(conn);
	PQfinish(c->h);
	c->h = NULL;
	c->is_owed = false;
}

/* ---- the database ----------------------------------------------------------------------------------- */

static const char mark[] =
	"SELECT to_regclass('schema_version') IS NOT NULL AND to_regclass('keeper_lease') IS NOT NULL,"
	" to_regclass('schema_version') IS NOT NULL OR"
	"  (SELECT count(*) FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
	"    AND c.relkind IN ('r', 'v', 'm', 'p')) = 0,"
	" pg_encoding_to_char(encoding), datcollate,"
	" (SELECT count(*) FROM pg_attribute"
	"   WHERE attrelid = to_regclass('writer_lease') AND attname = 'kept') > 0"
	" FROM pg_database WHERE datname = current_database()";

/* writer_lease: for each office whose turn it is to write and how many did before; -2: the gate of who writes for all; -1: how often
 * what processes keep in memory was touched (config), and tables of kept answers (pg_kept.c). office_commit: the number of the
 * last transaction that an office's pages show; 0: the configuration. keeper_lease: who does what is due, since how many terms, until when. */
static const char our_tables[] =
	"BEGIN;"
	"CREATE TABLE IF NOT EXISTS schema_version (module text NOT NULL, number bigint NOT NULL,"
	" PRIMARY KEY (module, number));"
	"CREATE TABLE writer_lease (office bigint PRIMARY KEY, epoch bigint NOT NULL,"
	" config bigint NOT NULL, kept bigint NOT NULL DEFAULT 0);"
	"INSERT INTO writer_lease (office, epoch, config) VALUES (-2, 0, 0), (-1, 0, 0);"
	"CREATE TABLE office_commit (office bigint PRIMARY KEY, no bigint NOT NULL);"
	"CREATE TABLE keeper_lease (office bigint PRIMARY KEY, holder text NOT NULL,"
	" epoch bigint NOT NULL, until_at bigint NOT NULL);"
	"INSERT INTO keeper_lease (office, holder, epoch, until_at) VALUES (0, '', 1, 0);"
	"COMMIT";

static bool
sorts_by_bytes(const char *collation)
{
	return text_eq(collation, "C") || text_eq(collation, "POSIX") ||
	       text_eq(collation, "C.UTF-8") || text_eq(collation, "C.utf8");
}

/* Programs from before each office had its own turn lock row 0 and would write beside this one; without the row they write
 * nothing. */
static enum xq_rc
gate_put(PGconn *h, struct xq_err *err)
{
	return pg_do(h,
		"BEGIN; DELETE FROM writer_lease WHERE office = 0;"
		"INSERT INTO writer_lease (office, epoch, config) VALUES (-2, 0, 0), (-1, 0, 0)"
		" ON CONFLICT (office) DO NOTHING; COMMIT",
		err);
}

static enum xq_rc
look_at_database(PGconn *h, bool *out_is_ours, struct xq_err *err)
{
	PGresult *r = NULL;
	enum xq_rc rc = pg_ask(h, mark, &r, err);
	if (rc != XQ_OK)
		return rc;
	*out_is_ours = PQgetvalue(r, 0, 0)[0] == 't';
	bool is_older = *out_is_ours && PQgetvalue(r, 0, 4)[0] != 't';
	if (!text_eq(PQgetvalue(r, 0, 2), "UTF8") || !sorts_by_bytes(PQgetvalue(r, 0, 3)))
		rc = xq_refuse(err, NULL, "store.collation");
	else if (PQgetvalue(r, 0, 1)[0] != 't')
		rc = xq_refuse(err, NULL, "store.not-ours-server");
	PQclear(r);
	if (rc == XQ_OK && is_older)
		rc = pg_do(h,
			"ALTER TABLE writer_lease ADD COLUMN IF NOT EXISTS kept bigint NOT NULL"
			" DEFAULT 0",
			err);
	return rc == XQ_OK && *out_is_ours ? gate_put(h, err) : rc;
}

/* An empty database gets our tables; one with other people's is left alone. */
enum xq_rc
pg_check_database(PGconn *h, struct xq_err *err)
{
	if (PQserverVersion(h) < SERVER_MIN) {
		enum xq_rc old = xq_refuse(err, NULL, "store.old-server");
		xq_err_int(err, "have", PQserverVersion(h) / 10000);
		xq_err_int(err, "need", SERVER_MIN / 10000);
		return old;
	}
	bool is_ours = false;
	struct xq_err made_err;
	enum xq_rc rc = look_at_database(h, &is_ours, err);
	if (rc != XQ_OK || is_ours)
		return rc;
	enum xq_rc made = pg_do(h, our_tables, &made_err);
	if (made == XQ_OK)
		return XQ_OK;
	(void)pg_do(h, "ROLLBACK", err); /* what is found next tells whether it came to an end */
	rc = look_at_database(h, &is_ours, err);
	if (rc != XQ_OK || is_ours) /* another process has made them at the same moment */
		return rc;
	*err = made_err;
	return made;
}

/* Rows of several offices in one statement are not for a server that keeps them on several nodes. */
static enum xq_rc
look_for_nodes(struct pg_db *own, PGconn *h, struct xq_err *err)
{
	PGresult *r = NULL;
	enum xq_rc rc = pg_ask(h, "SELECT 1 FROM pg_extension WHERE extname = 'citus'", &r, err);
	own->is_distributed = rc == XQ_OK && PQntuples(r) > 0;
	PQclear(r);
	return rc;
}

static const char pooled[] = "SELECT pg_backend_pid(), current_setting('plan_cache_mode')";

/* A pooler that gives a server's process to another client after each transaction loses the statements that
 * were prepared there; and one that drops the options of the connection loses the time-outs. Two clients
 * that are connected both and meet the same process are on such a one. */
static enum xq_rc
check_pooler(struct db *db, PGconn *h, struct xq_err *err)
{
	PGconn *other = NULL;
	PGresult *a = NULL, *b = NULL;
	enum xq_rc rc = pg_connect(db, pg_db_of(db)->database, true, &other, err);
	if (rc == XQ_OK)
		rc = pg_ask(h, pooled, &a, err);
	if (rc == XQ_OK)
		rc = pg_ask(other, pooled, &b, err);
	if (rc == XQ_OK && (text_eq(PQgetvalue(a, 0, 0), PQgetvalue(b, 0, 0)) ||
				   !text_eq(PQgetvalue(a, 0, 1), "force_generic_plan")))
		rc = xq_refuse(err, NULL, "store.pooler");
	PQclear(a);
	PQclear(b);
	PQfinish(other);
	return rc;
}

static enum xq_rc
pg_open(struct db *db, const char *path, struct xq_err *err)
{
	struct pg_db *own = mem_new(db, struct pg_db);
	db->own = own;
	own->server = db->opt.is_memory ? pg_test_server() : mem_text(own, path);
	PGconn *h = NULL;
	if (db->opt.is_memory) {
		pg_memory_name(db);
		pg_keeper_open(db);
		return pg_conn_open(db, true, &db->writer, err);
	}
	enum xq_rc rc = pg_connect(db, NULL, true, &h, err);
	if (rc == XQ_OK)
		rc = pg_check_database(h, err);
	if (rc == XQ_OK)
		rc = check_pooler(db, h, err);
	if (rc == XQ_OK)
		rc = look_for_nodes(own, h, err);
	PQfinish(h);
	pg_keeper_open(db);
	return rc == XQ_OK ? pg_conn_open(db, true, &db->writer, err) : rc;
}

static void
pg_close(struct db *db)
{
	pg_keeper_close(db);
	PQfinish(pg_db_of(db)->follower);
	if (pg_db_of(db)->database)
		pg_memory_drop(db);
}

/* ---- transactions --------------------------------------------------------------------------------------- */

/* A quarter more or less, so that those who lost the same server do not come back together. */
static void
pause_ms(int ms)
{
	struct timespec t = store_moment_after(0);
	int64_t whole = (int64_t)ms * 1000000, more = t.tv_nsec % (whole / 2) - whole / 4;
	t.tv_sec = (whole + more) / 1000000000;
	t.tv_nsec = (whole + more) % 1000000000;
	(void)nanosleep(&t, NULL); /* a shorter pause is one too */
}

static void roll_back(struct pg_conn *c);

/* XQ_NONE: as pg_turn_take. */
static enum xq_rc
take_turn(struct pg_conn *c, struct xq_err *err)
{
	PGresult *res = NULL;
	enum xq_rc rc = pg_send(c, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", err);
	if (rc == XQ_OK)
		rc = pg_turn_send(c, err);
	if (rc == XQ_OK)
		rc = pg_settle(c, &res, err);
	if (rc != XQ_OK)
		return rc;
	rc = pg_turn_take(c, res, err);
	PQclear(res);
	return rc;
}

static enum xq_rc
begin_writing(struct pg_conn *c, struct xq_err *err)
{
	c->is_asking = false;
	enum xq_rc rc = take_turn(c, err);
	if (rc != XQ_NONE)
		return rc;
	roll_back(c); /* an office that nobody has written to yet */
	rc = pg_turn_make(c, err);
	if (rc == XQ_OK)
		rc = take_turn(c, err);
	return rc == XQ_NONE ? xq_fault(err, "store.fault", "writer_lease lacks an office") : rc;
}

/* The snapshot is taken by the first question, with which this goes; most acts and kept pages ask none. */
enum xq_rc
pg_reads(struct pg_conn *c, struct xq_err *err)
{
	if (!c->is_fresh)
		return XQ_OK;
	c->is_fresh = false;
	return pg_send(c, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", err);
}

static void
roll_back(struct pg_conn *c)
{
	struct xq_err err;
	if (pg_is_away(c) ||
		(c->n_pending > 0 && pg_settle(c, NULL, &err) != XQ_OK && pg_is_away(c)))
		return; /* the server has rolled back */
	if (pg_send(c, "ROLLBACK", &err) == XQ_OK)
		(void)pg_settle(c, NULL, &err); /* a connection that broke is made anew */
}

static enum xq_rc
try_begin(struct pg_conn *c, bool is_write, struct xq_err *err)
{
	c->sent = 0;
	pg_asked_drop(c->asked); /* of a connection that broke */
	pg_gather_drop(c->gather);
	if (c->is_owed)
		(void)pg_settle(c, NULL, err); /* the end of the last one: only its coming counts */
	if (pg_is_away(c)) {
		PQfinish(c->h);
		c->h = NULL;
		if (conn_connect(c, err) != XQ_OK)
			return xq_busy(err, "store.away");
	}
	c->is_fresh = !is_write;
	enum xq_rc rc = is_write ? begin_writing(c, err) : XQ_OK;
	if (rc != XQ_OK)
		roll_back(c);
	return rc;
}

enum xq_rc
pg_begin(struct conn *conn, bool is_write, struct xq_err *err)
{
	int64_t until = time_mono_ms() + AWAY_WAIT_MS;
	for (int pause = PAUSE_MIN_MS;;
		pause = pause < PAUSE_MAX_MS / 2 ? 2 * pause : PAUSE_MAX_MS) {
		enum xq_rc rc = try_begin(pg_of(conn), is_write, err);
		if (rc != XQ_BUSY || !text_eq(err->key, "store.away") ||
			time_mono_ms() + pause > until)
			return rc;
		pause_ms(pause);
	}
}

/* Who fills a database alone (a demo, a command) counts the tables itself, each time that twice as much is
 * written; beside a server its keeper does it. */
static void
analyze_at_times(struct pg_conn *c)
{
	struct db *db = c->c.db;
	struct pg_db *own = pg_db_of(db);
	struct xq_err err;
	PGconn *h = NULL;
	own->written += c->sent;
	if (own->written < own->analyze_at || db->opt.is_memory || pg_keeper_runs(db))
		return;
	own->analyze_at = own->written < ANALYZE_FIRST ? ANALYZE_FIRST : 2 * own->written;
	if (pg_connect(db, own->database, true, &h, &err) == XQ_OK)
		(void)pg_analyze_grown(h, &err); /* slower without, no more */
	PQfinish(h);
}

static enum xq_rc
pg_commit(struct tx *tx, struct xq_err *err)
{
	struct pg_conn *c = pg_of(tx->conn);
	enum xq_rc rc = pg_gather_all(c, err);
	if (rc == XQ_OK && c->n_hoped > 0)
		rc = pg_settle(c, NULL, err);
	if (rc == XQ_OK)
		rc = pg_turn_mark(tx, err);
	if (rc == XQ_OK)
		rc = pg_send(c, "COMMIT", err);
	if (rc != XQ_OK)
		return rc;
	rc = pg_settle(c, NULL, err);
	pg_asked_drop(c->asked);
	pg_turn_done(tx, rc == XQ_OK);
	if (rc == XQ_OK)
		analyze_at_times(c);
	/* It may have been done, and only the answer is lost. */
	if (rc == XQ_BUSY && text_eq(err->key, "store.away"))
		err->key = "store.unknown";
	return rc;
}

/* A reader does not wait for the answer: the next one who begins takes it. */
static void
pg_end(struct tx *tx)
{
	struct pg_conn *c = pg_of(tx->conn);
	struct xq_err err;
	if (tx->is_write)
		pg_kept_drop(c->kept); /* what it read of its own writing is gone */
	pg_gather_drop(c->gather);
	if (tx->is_write || tx->broken != XQ_OK)
		roll_back(c);
	else if (!c->is_fresh && !pg_is_away(c) && pg_send(c, "COMMIT", &err) == XQ_OK)
		(void)pg_sync(c, &err); /* as above */
	pg_asked_drop(c->asked);        /* a reader has none */
}

/* What was sent before it must not fail inside of it. */
static enum xq_rc
pg_savepoint(struct tx *tx, struct xq_err *err)
{
	struct pg_conn *c = pg_of(tx->conn);
	enum xq_rc rc = pg_gather_all(c, err);
	if (rc == XQ_OK && c->n_pending > 0)
		rc = pg_settle(c, NULL, err);
	return rc == XQ_OK ? pg_send(c, "SAVEPOINT act", err) : rc;
}

static enum xq_rc
pg_release(struct tx *tx, struct xq_err *err)
{
	struct pg_conn *c = pg_of(tx->conn);
	enum xq_rc rc = pg_send(c, "RELEASE SAVEPOINT act", err);
	return rc == XQ_OK ? pg_settle(c, NULL, err) : rc;
}

static enum xq_rc
pg_undo(struct tx *tx, struct xq_err *err)
{
	struct pg_conn *c = pg_of(tx->conn);
	pg_kept_drop(c->kept);
	if (c->n_pending > 0)
		(void)pg_settle(c, NULL, err); /* what failed is undone */
	pg_asked_drop(c->asked);
	if (tx_is_broken(tx))
		return tx_answer_broken(tx, err);
	enum xq_rc rc = pg_send(c, "ROLLBACK TO SAVEPOINT act", err);
	if (rc == XQ_OK)
		rc = pg_send(c, "RELEASE SAVEPOINT act", err);
	return rc == XQ_OK ? pg_settle(c, NULL, err) : rc;
}

/* The server looks at its tables itself. */
static enum xq_rc
pg_migrated(struct db *db, struct xq_err *err)
{
	(void)db;
	(void)err;
	return XQ_OK;
}

const struct driver postgres_driver = {
	.open = pg_open,
	.close = pg_close,
	.conn_open = pg_conn_open,
	.conn_close = pg_conn_close,
	.begin = pg_begin,
	.commit = pg_commit,
	.end = pg_end,
	.savepoint = pg_savepoint,
	.release = pg_release,
	.undo = pg_undo,
	.writes = pg_writes,
	.exec = pg_exec,
	.changed = pg_changed,
	.ask = pg_ask_ahead,
	.asking = pg_asking,
	.query = pg_query,
	.next = pg_next,
	.done = pg_done,
	.col_int = pg_col_int,
	.col_real = pg_col_real,
	.col_is_null = pg_col_is_null,
	.col_bytes = pg_col_bytes,
	.script = pg_script,
	.ddl = pg_ddl,
	.own_ddl = pg_own_ddl,
	.migrated = pg_migrated,
	.known = pg_memory_known,
	.show = pg_memory_show,
	.plan = pg_plan,
	.verify = pg_verify,
	.scrub = pg_scrub,
	.copy = &copy_postgres,
	.config_no = pg_config_no,
	.follow = pg_follow,
	.keeper = pg_keeper,
};
