/* SPDX-License-Identifier: Apache-2.0 */
/* One writer connection and a pool of readers over one file in WAL mode: opening, tuning, closing, and
 * what SQLite's errors mean. */
#include "store/store_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mem.h"

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
store_classify(sqlite3 *h, int code, struct xq_err *err)
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
store_fail(struct tx *tx, int code, const char *where, int line, struct xq_err *err)
{
	sqlite3 *h = tx->conn->h;
	enum xq_rc rc = store_classify(h, code, err);
	(void)snprintf(err->detail, sizeof err->detail, "%d %s (%s:%d)", code, sqlite3_errmsg(h),
		where, line); /* a cut detail is still useful */
	if (tx->is_open && sqlite3_get_autocommit(h) && tx->broken == XQ_OK) {
		tx->broken = rc; /* SQLite has rolled all of it back */
		tx->broken_err = *err;
	}
	return rc;
}

enum xq_rc
tx_answer_broken(const struct tx *tx, struct xq_err *err)
{
	*err = tx->broken_err;
	return tx->broken;
}

bool
tx_is_broken(const struct tx *tx)
{
	return tx->broken != XQ_OK;
}

/* ---- connections ------------------------------------------------------------------------------ */

static void
conn_close(struct conn *c)
{
	if (!c)
		return;
	size_t n;
	(void)sql_all(&n);
	for (size_t i = 0; i < n; i++)
		sqlite3_finalize(c->stmt[i]); /* its code is that of the last run */
	for (int f = 0; f < FIX_COUNT; f++)
		sqlite3_finalize(c->fixed[f]);
	int rc = sqlite3_close(c->h);
	xq_require(rc == SQLITE_OK); /* else a statement is still open somewhere */
	mem_free(c->root);
}

static int
on_commit(void *arg, sqlite3 *h, const char *name, int pages)
{
	(void)h;
	(void)name;
	((struct db *)arg)->wal_pages = pages;
	return SQLITE_OK;
}

static int
conn_tune(struct conn *c, bool is_writer)
{
	const struct db_options *opt = &c->db->opt;
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
store_conn_open(struct db *db, bool is_writer, struct conn **out, struct xq_err *err)
{
	void *root = mem_root("store.conn");
	struct conn *c = mem_new(root, struct conn);
	c->root = root;
	size_t n;
	(void)sql_all(&n);
	c->db = db;
	c->stmt = mem_array(c, sqlite3_stmt *, n + 1);
	c->tx.conn = c;
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	int rc = sqlite3_open_v2(
		db->path, &c->h, is_writer ? flags | SQLITE_OPEN_CREATE : flags, NULL);
	if (rc == SQLITE_OK) {
		(void)sqlite3_busy_timeout(c->h, 5000); /* cannot fail */
		/* Else a value that fits the WHERE of a partial index has a statement planned anew each
		 * time it changes: twenty times the work of running it. */
		(void)sqlite3_db_config(c->h, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL);
		rc = conn_tune(c, is_writer);
	}
	if (rc != SQLITE_OK) {
		enum xq_rc ret = c->h ? store_classify(c->h, rc, err) : XQ_FAULT;
		if ((rc & 0xff) == SQLITE_NOTADB)
			ret = xq_refuse(err, NULL, "store.not-ours");
		else if (ret == XQ_FAULT)
			ret = xq_fault(err, "store.open", "%d %s", rc,
				c->h ? sqlite3_errmsg(c->h) : "memory");
		conn_close(c);
		return ret;
	}
	(void)sqlite3_wal_hook(c->h, on_commit, db); /* also switches SQLite's own checkpoint off */
	*out = c;
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
check_mark(struct conn *c, struct xq_err *err)
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
take_folder(struct db *db, struct xq_err *err)
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
make_temp_dir(struct db *db, struct xq_err *err)
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
drop_temp_dir(const struct db *db)
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

enum xq_rc
db_open(void *mem, const char *path, const struct db_options *opt, struct db **out,
	struct xq_err *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	(void)pthread_once(&once, configure_once); /* cannot fail */

	struct db *db = mem_new(mem, struct db);
	db->opt = opt ? *opt : (struct db_options){ 0 };
	db->opt.readers = db->opt.readers ? db->opt.readers : 4;
	db->opt.cache_kib = db->opt.cache_kib ? db->opt.cache_kib : 2048;
	db->opt.writer_cache_kib = db->opt.writer_cache_kib ? db->opt.writer_cache_kib : 8192;
	db->reader = mem_array(db, struct conn *, db->opt.readers);
	db->lock_fd = -1;
	db->wal_hard = WAL_HARD;
	xq_require(pthread_mutex_init(&db->lock, NULL) == 0);
	pthread_condattr_t attr;
	xq_require(pthread_condattr_init(&attr) == 0);
	xq_require(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
	xq_require(pthread_cond_init(&db->changed, &attr) == 0);
	(void)pthread_condattr_destroy(&attr); /* holds nothing */

	enum xq_rc rc = XQ_OK;
	if (db->opt.is_memory) {
		rc = make_temp_dir(db, err);
	} else {
		db->path = mem_text(db, path);
		db->lock_path = mem_printf(db, "%s.lock", path);
	}
	if (rc == XQ_OK)
		rc = take_folder(db, err);
	if (rc == XQ_OK)
		rc = store_conn_open(db, true, &db->writer, err);
	if (rc == XQ_OK)
		rc = check_mark(db->writer, err);
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
	for (int i = 0; i < db->readers_open; i++)
		conn_close(db->reader[i]);
	if (db->writer && db->opt.is_unsafe_fast)
		(void)sqlite3_exec(db->writer->h, "PRAGMA synchronous=FULL", NULL, NULL,
			NULL);  /* best effort */
	conn_close(db->writer); /* the last connection empties the log and removes it */
	if (db->temp_dir)
		drop_temp_dir(db);
	if (db->lock_fd >= 0)
		(void)close(db->lock_fd);         /* gives the folder free */
	(void)pthread_mutex_destroy(&db->lock);   /* nobody holds it */
	(void)pthread_cond_destroy(&db->changed); /* nobody waits */
	mem_free(db);
}
