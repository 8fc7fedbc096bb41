/* SPDX-License-Identifier: Apache-2.0 */
/* One writer connection and a pool of readers over one file in WAL mode. Checkpoints are ours: the
 * commit that fills the log does not pay for it, the next db_write does, so the answers of a batch
 * leave first. */
#include "store/store_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/mem.h"

#include "core/banned.h"

#define APP_ID 0x58513031 /* "XQ01" */
#define FORMAT 1          /* of what db_open itself makes; migrations count for themselves */
#define WAL_SOFT 4000     /* pages: copy them to the main file as far as readers allow */
#define WAL_HARD 32000    /* pages: hold new readers back for a moment and start the log anew */
#define GATE_WAIT_MS 200

_Static_assert(sizeof(struct sql_text) == 32, "the section must be an array");
_Static_assert(32 % _Alignof(struct sql_text) == 0, "the section must be an array");

extern const struct sql_text __start_xq_sql[];
extern const struct sql_text __stop_xq_sql[];

const struct sql_text *
sql_all(size_t *n)
{
	*n = (size_t)(__stop_xq_sql - __start_xq_sql);
	return __start_xq_sql;
}

/* ---- values ---------------------------------------------------------------------------------- */

struct val
val_int(int64_t i)
{
	return (struct val){ .type = VAL_INT, .i = i };
}

struct val
val_real(double r)
{
	return (struct val){ .type = VAL_REAL, .r = r };
}

struct val
val_text(const char *text)
{
	return text ? val_str(str_of(text)) : val_null();
}

struct val
val_str(struct str s)
{
	return (struct val){ .type = VAL_TEXT, .p = s.p ? s.p : "", .n = s.n };
}

struct val
val_bytes(struct bytes b)
{
	return (struct val){ .type = VAL_BLOB, .p = b.p ? (const void *)b.p : "", .n = b.n };
}

struct val
val_null(void)
{
	return (struct val){ .type = VAL_NULL };
}

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

static enum xq_rc
classify(sqlite3 *h, int code, struct xq_err *err)
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
	enum xq_rc rc = classify(h, code, err);
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

static enum xq_rc
conn_open(struct db *db, bool is_writer, struct conn **out, struct xq_err *err)
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
		rc = conn_tune(c, is_writer);
	}
	if (rc != SQLITE_OK) {
		enum xq_rc ret = c->h ? classify(c->h, rc, err) : XQ_FAULT;
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
		rc = conn_open(db, true, &db->writer, err);
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
		rc = conn_open(db, false, &c, err);
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

/* ---- statements -------------------------------------------------------------------------------- */

sqlite3_stmt *
conn_stmt(struct conn *c, sql_ref sql, struct xq_err *err, enum xq_rc *rc)
{
	size_t i = (size_t)(sql - __start_xq_sql);
	xq_require(sql >= __start_xq_sql && sql < __stop_xq_sql);
	if (!c->stmt[i]) {
		const char *tail = "";
		int code = sqlite3_prepare_v3(
			c->h, sql->text, -1, SQLITE_PREPARE_PERSISTENT, &c->stmt[i], &tail);
		if (code != SQLITE_OK) {
			*rc = store_fail(&c->tx, code, sql->file, sql->line, err);
			return NULL;
		}
		xq_require(*tail == '\0'); /* one statement, one block */
	}
	return c->stmt[i];
}

static int
bind_one(sqlite3_stmt *s, int at, const struct val *v)
{
	switch (v->type) {
	case VAL_NULL:
		return sqlite3_bind_null(s, at);
	case VAL_INT:
		return sqlite3_bind_int64(s, at, v->i);
	case VAL_REAL:
		return sqlite3_bind_double(s, at, v->r);
	case VAL_TEXT:
		return sqlite3_bind_text64(s, at, v->p, v->n, SQLITE_STATIC, SQLITE_UTF8);
	case VAL_BLOB:
		return sqlite3_bind_blob64(s, at, v->p, v->n, SQLITE_STATIC);
	}
	return SQLITE_MISUSE;
}

/* The statement, ready to step; NULL with *rc and *err when it is not to be had. */
static sqlite3_stmt *
stmt_ready(struct tx *tx, sql_ref sql, struct vals v, struct xq_err *err, enum xq_rc *rc)
{
	xq_require(tx->is_open);
	if (tx->broken != XQ_OK) {
		*rc = tx_answer_broken(tx, err);
		return NULL;
	}
	sqlite3_stmt *s = conn_stmt(tx->conn, sql, err, rc);
	if (!s)
		return NULL;
	xq_require(!sqlite3_stmt_busy(s)); /* one open query per statement */
	xq_require((size_t)sqlite3_bind_parameter_count(s) == v.n);
	for (size_t i = 0; i < v.n; i++) {
		int code = bind_one(s, (int)i + 1, &v.v[i]);
		if (code != SQLITE_OK) {
			*rc = store_fail(tx, code, sql->file, sql->line, err);
			return NULL;
		}
	}
	if (tx->conn->db->tap && !sqlite3_stmt_readonly(s))
		tx->conn->db->tap(tx->conn->db->tap_arg, sql, v);
	return s;
}

void
db_tap(struct db *db, void (*fn)(void *arg, sql_ref sql, struct vals v), void *arg)
{
	db->tap_arg = arg;
	db->tap = fn;
}

enum xq_rc
db_exec(struct tx *tx, sql_ref sql, struct vals v, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	sqlite3_stmt *s = stmt_ready(tx, sql, v, err, &rc);
	if (!s)
		return rc;
	int code;
	do
		code = sqlite3_step(s);
	while (code == SQLITE_ROW);
	if (code == SQLITE_DONE)
		tx->changed = sqlite3_changes64(tx->conn->h);
	else
		rc = store_fail(tx, code, sql->file, sql->line, err);
	(void)sqlite3_reset(s); /* repeats the code of the step */
	return rc;
}

int64_t
db_changed(const struct tx *tx)
{
	return tx->changed;
}

enum xq_rc
db_exec_one(struct tx *tx, sql_ref sql, struct vals v, struct xq_err *err)
{
	enum xq_rc rc = db_exec(tx, sql, v, err);
	if (rc == XQ_OK && tx->changed != 1)
		return xq_refuse(err, NULL, "store.changed");
	return rc;
}

struct rows *
db_query(struct tx *tx, sql_ref sql, struct vals v)
{
	struct rows *q = NULL;
	for (size_t i = 0; i < TX_ROWS && !q; i++)
		if (!tx->rows[i].is_open)
			q = &tx->rows[i];
	xq_require(q != NULL);
	for (size_t i = 0; i < TX_ROWS; i++)
		xq_require(!tx->rows[i].is_open || tx->rows[i].sql != sql);

	q->tx = tx;
	q->sql = sql;
	q->is_open = true;
	q->has_row = false;
	q->is_done = false;
	q->rc = XQ_OK;
	q->stmt = stmt_ready(tx, sql, v, &q->err, &q->rc);
	return q;
}

bool
row_next(struct rows *q)
{
	xq_require(q->is_open);
	if (!q->stmt || q->is_done)
		return false;
	int code = sqlite3_step(q->stmt);
	q->has_row = code == SQLITE_ROW;
	if (q->has_row)
		return true;
	q->is_done = true;
	if (code != SQLITE_DONE)
		q->rc = store_fail(q->tx, code, q->sql->file, q->sql->line, &q->err);
	(void)sqlite3_reset(q->stmt); /* repeats the code of the step */
	return false;
}

static void
check_col(const struct rows *q, int col)
{
	xq_require(q->has_row && col >= 0 && col < sqlite3_column_count(q->stmt));
}

int64_t
row_int(struct rows *q, int col)
{
	check_col(q, col);
	return sqlite3_column_int64(q->stmt, col);
}

double
row_real(struct rows *q, int col)
{
	check_col(q, col);
	return sqlite3_column_double(q->stmt, col);
}

bool
row_is_null(struct rows *q, int col)
{
	check_col(q, col);
	return sqlite3_column_type(q->stmt, col) == SQLITE_NULL;
}

struct str
row_str(struct rows *q, int col)
{
	check_col(q, col);
	const unsigned char *p = sqlite3_column_text(q->stmt, col);
	return p ? str_n((const char *)p, (size_t)sqlite3_column_bytes(q->stmt, col)) : STR("");
}

struct bytes
row_bytes(struct rows *q, int col)
{
	check_col(q, col);
	const void *p = sqlite3_column_blob(q->stmt, col);
	return (struct bytes){ p, (size_t)sqlite3_column_bytes(q->stmt, col) };
}

const char *
row_text(struct rows *q, int col, void *mem)
{
	if (row_is_null(q, col))
		return NULL;
	return str_text(mem, row_str(q, col));
}

enum xq_rc
rows_close(struct rows *q, struct xq_err *err)
{
	xq_require(q->is_open);
	if (q->stmt && !q->is_done)
		(void)sqlite3_reset(q->stmt); /* left early: no error to tell */
	q->is_open = false;
	q->has_row = false;
	if (q->rc != XQ_OK)
		*err = q->err;
	return q->rc;
}

enum xq_rc
rows_ids(struct rows *q, size_t max, int64_t *out, size_t *out_n, struct xq_err *err)
{
	size_t n = 0;
	while (n < max && row_next(q))
		out[n++] = row_int(q, 0);
	*out_n = n;
	return rows_close(q, err);
}

enum xq_rc
db_int(struct tx *tx, sql_ref sql, struct vals v, int64_t *out, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	sqlite3_stmt *s = stmt_ready(tx, sql, v, err, &rc);
	if (!s)
		return rc;
	int code = sqlite3_step(s);
	if (code == SQLITE_ROW)
		*out = sqlite3_column_int64(s, 0);
	else if (code == SQLITE_DONE)
		rc = XQ_NONE;
	else
		rc = store_fail(tx, code, sql->file, sql->line, err);
	(void)sqlite3_reset(s); /* repeats the code of the step */
	return rc;
}

enum xq_rc
store_script(struct tx *tx, const char *text, struct xq_err *err)
{
	if (tx->broken != XQ_OK)
		return tx_answer_broken(tx, err);
	int code = sqlite3_exec(tx->conn->h, text, NULL, NULL, NULL);
	return code == SQLITE_OK ? XQ_OK : store_fail(tx, code, "script", 0, err);
}

/* ---- checks ------------------------------------------------------------------------------------- */

enum xq_rc
db_plan(struct tx *tx, const char *text, struct buf *plan, struct xq_err *err)
{
	sqlite3 *h = tx->conn->h;
	struct buf b = buf_new(plan->mem, 256);
	buf_text(&b, "EXPLAIN QUERY PLAN ");
	buf_text(&b, text);
	sqlite3_stmt *s = NULL;
	int code = sqlite3_prepare_v2(
		h, text, -1, &s, NULL); /* some texts fail only without EXPLAIN */
	sqlite3_finalize(s);
	s = NULL;
	if (code == SQLITE_OK)
		code = sqlite3_prepare_v2(h, b.p, -1, &s, NULL);
	while (code == SQLITE_OK || code == SQLITE_ROW) {
		code = sqlite3_step(s);
		if (code == SQLITE_ROW) {
			buf_text(plan, (const char *)sqlite3_column_text(s, 3));
			buf_char(plan, '\n');
		}
	}
	enum xq_rc rc =
		code == SQLITE_DONE ? XQ_OK : store_fail(tx, code, "db_plan", __LINE__, err);
	sqlite3_finalize(s);
	return rc;
}

static enum xq_rc
first_line(struct tx *tx, void *mem, const char *text, const char **out, struct xq_err *err)
{
	sqlite3_stmt *s = NULL;
	int code = sqlite3_prepare_v2(tx->conn->h, text, -1, &s, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_step(s);
	*out = NULL;
	if (code == SQLITE_ROW)
		*out = mem_text(mem, (const char *)sqlite3_column_text(s, 0));
	enum xq_rc rc = code == SQLITE_ROW || code == SQLITE_DONE
	                        ? XQ_OK
	                        : store_fail(tx, code, "db_verify", __LINE__, err);
	sqlite3_finalize(s);
	return rc;
}

enum xq_rc
db_verify(struct tx *tx, void *mem, const char **out_fault, struct xq_err *err)
{
	const char *line = NULL;
	enum xq_rc rc = first_line(tx, mem, "PRAGMA integrity_check(1)", &line, err);
	if (rc != XQ_OK)
		return rc;
	if (line && !text_eq(line, "ok")) {
		*out_fault = line;
		return XQ_OK;
	}
	rc = first_line(tx, mem, "PRAGMA foreign_key_check", &line, err);
	if (rc == XQ_OK)
		*out_fault = line ? mem_printf(mem, "foreign key of table %s", line) : NULL;
	return rc;
}

void
db_test_max_pages(struct db *db, int pages)
{
	char text[64];
	(void)snprintf(text, sizeof text, "PRAGMA max_page_count=%d", pages ? pages : 1073741823);
	xq_require(sqlite3_exec(db->writer->h, text, NULL, NULL, NULL) == SQLITE_OK);
}
