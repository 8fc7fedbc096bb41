/* SPDX-License-Identifier: Apache-2.0 */
/* One writer connection and a pool of readers over one file in WAL mode: opening, tuning, closing, and
 * what SQLite's errors mean. */
#include "store/sqlite_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mem.h"
#include "store/copy_int.h"

#include "core/banned.h"

#define APP_ID 0x58513031 /* "XQ01" */
#define FORMAT 1          /* of what db_open itself makes; migrations count for themselves */

/* ---- errors ---------------------------------------------------------------------------------- */

static bool
is_rule(int code)
{
	switch (code) {
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID:
	case SQLITE_CONSTRAINT_FOREIGNKEY:
	case SQLITE_CONSTRAINT_CHECK:
		return true;
	default: /* NOT NULL, type, trigger: our own mistake */
		return false;
	}
}

enum xq_rc
sqlite_classify(sqlite3 *h, int code, struct xq_err *err)
{
	int first = code & 0xff;
	if (is_rule(code))
		return xq_refuse(err, NULL, "store.conflict");
	/* The shared memory of the log can't be made larger: that is a full disk too. */
	if (first == SQLITE_FULL || code == SQLITE_IOERR_SHMSIZE ||
		(first == SQLITE_IOERR && sqlite3_system_errno(h) == ENOSPC))
		return xq_busy(err, "store.full");
	if (first == SQLITE_BUSY || first == SQLITE_LOCKED)
		return xq_busy(err, "store.busy");
	return xq_fault(err, "store.fault", "%s", "");
}

enum xq_rc
sqlite_fail(struct tx *tx, int code, const char *where, int line, struct xq_err *err)
{
	sqlite3 *h = sqlite_of(tx->conn)->h;
	enum xq_rc rc = sqlite_classify(h, code, err);
	(void)snprintf(err->detail, sizeof err->detail, "%d %s (%s:%d)", code, sqlite3_errmsg(h),
		where, line); /* a cut detail is still useful */
	if (tx->is_open && sqlite3_get_autocommit(h))
		store_broken(tx, rc, false, err); /* SQLite has rolled all of it back */
	return rc;
}

/* ---- connections ------------------------------------------------------------------------------ */

static void
sqlite_conn_close(struct conn *conn)
{
	struct sqlite_conn *c = sqlite_of(conn);
	size_t n;
	(void)sql_all(&n);
	for (size_t i = 0; i < n; i++)
		sqlite3_finalize(c->stmt[i]); /* its code is that of the last run */
	for (int f = 0; f < FIX_COUNT; f++)
		sqlite3_finalize(c->fixed[f]);
	int rc = sqlite3_close(c->h);
	xq_require(rc == SQLITE_OK); /* else a statement is still open somewhere */
	mem_free(c->c.root);
}

static int
on_commit(void *arg, sqlite3 *h, const char *name, int pages)
{
	(void)h;
	(void)name;
	((struct sqlite_db *)arg)->wal_pages = pages;
	return SQLITE_OK;
}

static int
conn_tune(struct sqlite_conn *c, bool is_writer)
{
	const struct db_options *opt = &c->c.db->opt;
	bool is_fast = opt->is_unsafe_fast || opt->is_memory;
	char text[400];
	(void)snprintf(text, sizeof text,
		"PRAGMA page_size=4096; PRAGMA journal_mode=WAL; PRAGMA synchronous=%s;"
		"PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0;"
		"PRAGMA cache_size=-%d; PRAGMA journal_size_limit=67108864; PRAGMA query_only=%d;"
		"PRAGMA trusted_schema=OFF;",
		is_fast ? "OFF" : "FULL", is_writer ? opt->writer_cache_kib : opt->cache_kib,
		is_writer ? 0 : 1); /* numbers and two words: always fits */
	return sqlite3_exec(c->h, text, NULL, NULL, NULL);
}

enum xq_rc
sqlite_conn_open(struct db *db, bool is_writer, struct conn **out, struct xq_err *err)
{
	void *root = mem_root("store.conn");
	struct sqlite_conn *c = mem_new(root, struct sqlite_conn);
	c->c = (struct conn){ .root = root, .db = db, .is_writer = is_writer };
	size_t n;
	(void)sql_all(&n);
	c->stmt = mem_array(c, sqlite3_stmt *, n + 1);
	c->c.tx.conn = &c->c;
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	int rc = sqlite3_open_v2(sqlite_db_of(db)->path, &c->h,
		is_writer ? flags | SQLITE_OPEN_CREATE : flags, NULL);
	if (rc == SQLITE_OK) {
		(void)sqlite3_busy_timeout(c->h, 5000); /* cannot fail */
		/* Else a value that fits the WHERE of a partial index has a statement planned anew each
		 * time it changes: twenty times the work of running it. */
		(void)sqlite3_db_config(c->h, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL);
		rc = conn_tune(c, is_writer);
	}
	if (rc != SQLITE_OK) {
		enum xq_rc ret = c->h ? sqlite_classify(c->h, rc, err) : XQ_FAULT;
		if ((rc & 0xff) == SQLITE_NOTADB)
			ret = xq_refuse(err, NULL, "store.not-ours");
		else if (ret == XQ_FAULT)
			ret = xq_fault(err, "store.open", "%d %s", rc,
				c->h ? sqlite3_errmsg(c->h) : "memory");
		sqlite_conn_close(&c->c);
		return ret;
	}
	(void)sqlite3_wal_hook(
		c->h, on_commit, sqlite_db_of(db)); /* also switches SQLite's own checkpoint off */
	*out = &c->c;
	return XQ_OK;
}

static int64_t
pragma_int(sqlite3 *h, const char *text)
{
	sqlite3_stmt *s = NULL;
	int64_t v = -1;
	if (sqlite3_prepare_v2(h, text, -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW)
		v = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s); /* an error shows as -1 */
	return v;
}

/* A new file gets our mark; a file without it is somebody else's. */
static enum xq_rc
check_mark(struct sqlite_conn *c, struct xq_err *err)
{
	int64_t id = pragma_int(c->h, "PRAGMA application_id");
	int64_t tables = pragma_int(c->h, "SELECT count(*) FROM sqlite_schema");
	if (id == 0 && tables == 0) {
		char text[320];
		(void)snprintf(text, sizeof text,
			"BEGIN IMMEDIATE; PRAGMA application_id=%d; PRAGMA user_version=%d;"
			"CREATE TABLE schema_version (module text NOT NULL, number integer NOT NULL,"
			" PRIMARY KEY (module, number)) STRICT, WITHOUT ROWID; COMMIT;",
			APP_ID, FORMAT); /* always fits */
		int rc = sqlite3_exec(c->h, text, NULL, NULL, NULL);
		return rc == SQLITE_OK
		               ? XQ_OK
		               : xq_fault(err, "store.open", "%d %s", rc, sqlite3_errmsg(c->h));
	}
	if (id != APP_ID)
		return xq_refuse(err, NULL, "store.not-ours");
	int64_t have = pragma_int(c->h, "PRAGMA user_version");
	if (have > FORMAT) {
		enum xq_rc rc = xq_refuse(err, NULL, "store.newer");
		xq_err_int(err, "have", have);
		xq_err_int(err, "know", FORMAT);
		return rc;
	}
	return XQ_OK;
}

static enum xq_rc
take_folder(struct sqlite_db *db, struct xq_err *err)
{
	db->lock_fd = open(db->lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (db->lock_fd < 0)
		return xq_fault(err, "store.open", "%s: %s", db->lock_path, strerror(errno));
	if (flock(db->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return XQ_OK;
	if (errno == EWOULDBLOCK)
		return xq_refuse(err, NULL, "store.locked");
	return xq_fault(err, "store.open", "%s: %s", db->lock_path, strerror(errno));
}

/* Memory would need SQLite's shared cache, whose table locks are not those of WAL; a file that
 * lies in memory behaves as the real one. */
static enum xq_rc
make_temp_dir(struct sqlite_db *db, struct xq_err *err)
{
	static const char *const places[] = { "/dev/shm", "/tmp" };
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		char *dir = mem_printf(db, "%s/xq-XXXXXX", places[i]);
		if (mkdtemp(dir)) {
			db->temp_dir = dir;
			db->path = mem_printf(db, "%s/db", dir);
			db->lock_path = mem_printf(db, "%s.lock", db->path);
			return XQ_OK;
		}
	}
	return xq_fault(err, "store.open", "temporary folder: %s", strerror(errno));
}

static void
drop_temp_dir(const struct sqlite_db *db)
{
	static const char *const tail[] = { "", "-wal", "-shm", ".lock" };
	char name[300];
	for (size_t i = 0; i < sizeof tail / sizeof *tail; i++) {
		(void)snprintf(name, sizeof name, "%s%s", db->path, tail[i]); /* short by making */
		(void)unlink(name); /* some of them do not exist */
	}
	(void)rmdir(db->temp_dir); /* what is left is only litter */
}

static void
configure_once(void)
{
	/* Counting every allocation takes a global lock; nobody reads the counts. */
	(void)sqlite3_config(
		SQLITE_CONFIG_MEMSTATUS, 0); /* refused when already started: no harm */
}

static enum xq_rc
sqlite_open(struct db *db, const char *path, struct xq_err *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	(void)pthread_once(&once, configure_once); /* cannot fail */

	struct sqlite_db *own = mem_new(db, struct sqlite_db);
	db->own = own;
	own->lock_fd = -1;
	own->wal_hard = WAL_HARD;
	enum xq_rc rc = XQ_OK;
	if (db->opt.is_memory) {
		rc = make_temp_dir(own, err);
	} else {
		own->path = mem_text(own, path);
		own->lock_path = mem_printf(own, "%s.lock", path);
	}
	if (rc == XQ_OK)
		rc = take_folder(own, err);
	if (rc == XQ_OK)
		rc = sqlite_conn_open(db, true, &db->writer, err);
	if (rc == XQ_OK)
		rc = check_mark(sqlite_of(db->writer), err);
	return rc;
}

static void
sqlite_close(struct db *db)
{
	struct sqlite_db *own = sqlite_db_of(db);
	if (own->temp_dir)
		drop_temp_dir(own);
	if (own->lock_fd >= 0)
		(void)close(own->lock_fd); /* gives the folder free */
}

static void
sqlite_one_close(struct conn *c)
{
	if (c->is_writer && c->db->opt.is_unsafe_fast)
		(void)sqlite3_exec(sqlite_of(c)->h, "PRAGMA synchronous=FULL", NULL, NULL,
			NULL); /* best effort */
	sqlite_conn_close(c);  /* the last connection empties the log and removes it */
}

const struct driver sqlite_driver = {
	.open = sqlite_open,
	.close = sqlite_close,
	.conn_open = sqlite_conn_open,
	.conn_close = sqlite_one_close,
	.begin = sqlite_begin,
	.commit = sqlite_commit,
	.end = sqlite_end,
	.savepoint = sqlite_savepoint,
	.release = sqlite_release,
	.undo = sqlite_undo,
	.writes = sqlite_writes,
	.exec = sqlite_exec,
	.changed = sqlite_changed,
	.query = sqlite_query,
	.next = sqlite_next,
	.done = sqlite_done,
	.col_int = sqlite_col_int,
	.col_real = sqlite_col_real,
	.col_is_null = sqlite_col_is_null,
	.col_bytes = sqlite_col_bytes,
	.script = sqlite_script,
	.ddl = sqlite_ddl,
	.own_ddl = sqlite_own_ddl,
	.migrated = sqlite_migrated,
	.plan = sqlite_plan,
	.verify = sqlite_verify,
	.scrub = sqlite_scrub,
	.copy = &copy_sqlite,
};
