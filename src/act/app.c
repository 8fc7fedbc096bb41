/* SPDX-License-Identifier: Apache-2.0 */
/* app.c - opening the data folder: key, store, migrations of all modules, offices. */
#include "act/app.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "act/act_int.h"
#include "act/receipt.h"
#include "core/log.h"
#include "core/mem.h"
#include "identity/session.h"
#include "ledger/tiles.h"
#include "store/copy.h"
#include "store/search.h"

#include "core/banned.h"

enum { MIGRATIONS_MAX = 128 };

static enum xq_rc
key_read(struct app *app, const char *path, struct xq_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? XQ_NONE
		                       : xq_fault(err, "app.key", "open %s: %d", path, errno);
	ssize_t n = read(fd, app->key, sizeof app->key);
	close(fd);
	return n == (ssize_t)sizeof app->key ? XQ_OK
	                                     : xq_fault(err, "app.key", "%s is damaged", path);
}

/* The key is on disk before the first row that depends on it. */
static enum xq_rc
key_make(struct app *app, const char *path, struct xq_err *err)
{
	struct rng random;
	rng_init_real(&random);
	rng_fill(&random, app->key, sizeof app->key);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return xq_fault(err, "app.key", "create %s: %d", path, errno);
	bool good =
		write(fd, app->key, sizeof app->key) == (ssize_t)sizeof app->key && fsync(fd) == 0;
	close(fd);
	return good ? XQ_OK : xq_fault(err, "app.key", "write %s: %d", path, errno);
}

static enum xq_rc
folder_open(struct app *app, bool may_create, struct xq_err *err)
{
	char *key = mem_printf(app->mem, "%s/key", app->dir);
	char *files = mem_printf(app->mem, "%s/files", app->dir);
	if (may_create) {
		if ((mkdir(app->dir, 0700) != 0 || mkdir(files, 0700) != 0) && errno != EEXIST)
			return xq_fault(err, "app.folder", "mkdir %s: %d", app->dir, errno);
		(void)mkdir(files, 0700); /* exists already: fine */
	}
	enum xq_rc rc = key_read(app, key, err);
	if (rc != XQ_NONE)
		return rc;
	if (!may_create) {
		rc = xq_refuse(err, NULL, "app.no-folder");
		xq_err_text(err, "dir", app->dir);
		return rc;
	}
	return key_make(app, key, err);
}

size_t
app_migrations(const struct module *const *modules, const struct migration **out, size_t max)
{
	size_t n = 0;
	out[n++] = &store_migration_1;
	out[n++] = &store_migration_2;
	out[n++] = &search_migration_1;
	out[n++] = &act_migration_1;
	out[n++] = &act_migration_2;
	out[n++] = &act_migration_3;
	out[n++] = &act_migration_4;
	out[n++] = &act_migration_5;
	out[n++] = &act_migration_6;
	out[n++] = &ledger_migration_1;
	out[n++] = &ledger_migration_2;
	out[n++] = &ledger_migration_3;
	for (size_t i = 0; identity_migrations[i]; i++)
		out[n++] = identity_migrations[i];
	for (size_t m = 0; modules[m]; m++)
		for (size_t i = 0; modules[m]->migrations && modules[m]->migrations[i]; i++) {
			xq_require(n < max);
			out[n++] = modules[m]->migrations[i];
		}
	return n;
}

static void
put(char *out, size_t cap, struct str s)
{
	size_t n = s.n < cap ? s.n : cap - 1;
	memcpy(out, s.p, n);
	out[n] = 0;
}

static enum xq_rc
offices_read(struct app *app, struct tx *tx, struct xq_err *err)
{
	/* Never shorter than the one before: who has read its length may go on with the new one. */
	size_t n = 0, cap = app->n_offices > 4 ? app->n_offices : 4;
	struct office_info *list = mem_array(app->mem, struct office_info, cap);
	struct rows *q = db_query(tx,
		SQL("SELECT id, code, name, short_name, mark, phone, hours, tz_s, closing_minute,"
		    " host FROM office ORDER BY id"),
		NO_VALS);
	while (row_next(q)) {
		if (n == cap) {
			list = mem_grow(app->mem, struct office_info, list, cap, cap * 2);
			cap *= 2;
		}
		struct office_info *o = &list[n++];
		o->id = row_int(q, 0);
		put(o->code, sizeof o->code, row_str(q, 1));
		put(o->name, sizeof o->name, row_str(q, 2));
		put(o->short_name, sizeof o->short_name, row_str(q, 3));
		put(o->mark, sizeof o->mark, row_str(q, 4));
		put(o->phone, sizeof o->phone, row_str(q, 5));
		put(o->hours, sizeof o->hours, row_str(q, 6));
		o->tz_s = (int32_t)row_int(q, 7);
		o->closing_minute = (int)row_int(q, 8);
		put(o->host, sizeof o->host, row_str(q, 9));
	}
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK)
		rc = places_read(app, tx, list, n, app->office, app->n_offices, err);
	const struct office_peers *peers = NULL;
	if (rc == XQ_OK)
		rc = peers_read(app, tx, app->peers, &peers, err);
	if (rc == XQ_OK)
		app->peers = peers;
	if (rc == XQ_OK)
		rc = stops_read(app, tx, err);
	bool is_same = rc == XQ_OK && n == app->n_offices &&
	               (n == 0 || memcmp(list, app->office, n * sizeof *list) == 0);
	if (is_same) {
		mem_free(list);
	} else if (rc == XQ_OK) {
		/* The old list is not freed: a request on another thread may still read it. */
		app->office = list;
		app->n_offices = n;
	}
	return rc;
}

enum xq_rc
app_reload_offices(struct app *app, struct xq_err *err)
{
	struct tx *tx;
	enum xq_rc rc = db_read(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = offices_read(app, tx, err);
	tx_end(tx);
	return rc;
}

enum xq_rc
app_refresh(struct app *app, struct tx *tx, struct xq_err *err)
{
	if (tx_config_no(tx) == app->config_no)
		return XQ_OK;
	enum xq_rc rc = offices_read(app, tx, err);
	for (size_t m = 0; rc == XQ_OK && app->modules[m]; m++)
		if (app->modules[m]->refresh)
			rc = app->modules[m]->refresh(app, tx, err);
	if (rc == XQ_OK)
		app->config_no = tx_config_no(tx);
	return rc;
}

/* A folder from before the keystore is sealed here, before anything is served. */
static enum xq_rc
keys_open(struct app *app, struct xq_err *err)
{
	int64_t sealed = 0;
	enum xq_rc rc = keystore_open(
		app, mem_printf(app->mem, "%s/keys", app->dir), app->key, &app->keys, err);
	if (rc == XQ_OK)
		rc = ledger_parts_upgrade(app->db, app->keys, &sealed, err);
	bool is_due = false;
	if (rc == XQ_OK)
		rc = ledger_scrub_due(app->db, &is_due, err);
	if (rc != XQ_OK || !is_due)
		return rc;
	log_info("keys: %lld older parts and seeds were sealed", (long long)sealed);
	rc = db_scrub(app->db, err); /* what stood open is in no free page either */
	return rc == XQ_OK ? ledger_scrubbed(app->db, err) : rc;
}

/* A folder from before the hash tree gets it once, for all its entries in one transaction of each office. A later
 * start asks no office for the right to write. */
static enum xq_rc
trees_make(struct app *app, struct xq_err *err)
{
	bool is_due = false;
	enum xq_rc rc = ledger_tree_due(app->db, &is_due, err);
	if (rc != XQ_OK || !is_due)
		return rc;
	for (size_t i = 0; rc == XQ_OK && i < app->n_offices; i++) {
		struct tx *tx;
		bool made;
		if (app->office[i].place != PLACE_HERE)
			continue; /* half of it may be there */
		rc = db_write(app->db, &tx, err);
		if (rc != XQ_OK)
			return rc;
		rc = ledger_tree_make(tx, app->mem, app->office[i].id, &made, err);
		if (rc == XQ_OK && made)
			rc = tx_commit(tx, err);
		if (rc != XQ_OK || !made)
			tx_end(tx);
	}
	return rc;
}

static enum xq_rc
store_open(struct app *app, const struct app_options *opt, struct xq_err *err)
{
	const char *path =
		opt->database ? opt->database : mem_printf(app->mem, "%s/xinqiao.db", app->dir);
	enum xq_rc rc = db_open(app->mem, path, &opt->db, &app->db, err);
	if (rc != XQ_OK)
		return rc;
	/* What is read below may be changed meanwhile: the first who writes reads it once more. */
	app->config_no = db_is_shared(app->db) ? -1 : 0;
	const struct migration *list[MIGRATIONS_MAX];
	size_t n = app_migrations(app->modules, list, MIGRATIONS_MAX);
	rc = db_migrate(app->db, list, n, err);
	if (rc == XQ_OK && !opt->is_copy)
		rc = store_copy_refuse(app->db, err);
	if (rc == XQ_OK)
		rc = keys_open(app, err);
	if (rc == XQ_OK)
		rc = app_reload_offices(app, err);
	if (rc == XQ_OK)
		rc = trees_make(app, err);
	if (rc != XQ_OK)
		db_close(app->db);
	return rc;
}

static enum xq_rc
modules_opened(struct app *app, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	for (size_t m = 0; rc == XQ_OK && app->modules[m]; m++)
		if (app->modules[m]->opened)
			rc = app->modules[m]->opened(app, err);
	if (rc != XQ_OK)
		db_close(app->db);
	return rc;
}

/* Outside of the folder, so that an older copy of the folder does not bring an older guard with it. */
static const char *
guard_beside(struct app *app)
{
	size_t n = strlen(app->dir);
	while (n > 1 && app->dir[n - 1] == '/')
		n--;
	return mem_printf(app, "%.*s.guard", (int)n, app->dir);
}

enum xq_rc
app_open(void *mem, const char *dir, const struct app_options *opt, struct app **out,
	struct xq_err *err)
{
	static struct clock real_clock; /* one for the process: it holds no state */
	struct app *app = mem_new(mem, struct app);
	app->mem = app;
	app->dir = mem_text(app, dir);
	app->program = opt->program ? mem_text(app, opt->program) : NULL;
	app->modules = opt->modules;
	app->clock = opt->clock;
	if (!app->clock) {
		clock_init_real(&real_clock);
		app->clock = &real_clock;
	}
	app->calendar = cal_builtin();
	app->edges = ledger_edges_new(app);
	app->guard = opt->guard ? mem_text(app, opt->guard) : guard_beside(app);
	app->tick_ms = 1000;
	app_messages_open(app);
	enum xq_rc rc = folder_open(app, opt->may_create, err);
	if (rc == XQ_OK)
		rc = store_open(app, opt, err);
	if (rc == XQ_OK)
		rc = modules_opened(app, err);
	if (rc != XQ_OK) {
		mem_free(app);
		return rc;
	}
	*out = app;
	return XQ_OK;
}

void
app_close(struct app *app)
{
	app_stop(app);
	stops_free(app);
	places_close(app);
	db_close(app->db);
	keystore_close(app->keys);
	hash_wipe(app->key, sizeof app->key);
	mem_free(app);
}

enum xq_rc
app_start_writer(struct app *app, struct xq_err *err)
{
	(void)err;
	xq_require(!app->writer);
	app->writer = writer_start(app);
	return XQ_OK;
}

enum xq_rc
app_start_runner(struct app *app, struct xq_err *err)
{
	xq_require(app->writer && !app->runner);
	enum xq_rc rc = stops_settle(app, err);
	if (rc == XQ_OK)
		app->runner = runner_start(app);
	return rc;
}

void
app_stop(struct app *app)
{
	if (app->runner)
		runner_stop(app->runner); /* first: its jobs go through the writer */
	app->runner = NULL;
	if (!app->writer)
		return;
	writer_stop(app->writer);
	app->writer = NULL;
	if (db_keeper(app->db) != 0)
		app_tick(app); /* the last acts are signed too */
}

void
app_tick(struct app *app)
{
	for (size_t m = 0; app->modules[m]; m++) {
		struct xq_err err = { 0 };
		if (app->modules[m]->tick && app->modules[m]->tick(app, &err) == XQ_FAULT)
			(void)log_fault(app->modules[m]->name, &err);
	}
}

void
app_wake_clock(struct app *app)
{
	if (app->runner)
		runner_wake(app->runner);
}

uint64_t
app_outbox_rounds(const struct app *app)
{
	return app->runner ? runner_outbox_rounds(app->runner) : 0;
}

bool
app_help(struct app *app, void (*fn)(void *arg), void *arg)
{
	return runner_help(app->runner, fn, arg);
}

const struct office_info *
app_office(const struct app *app, int64_t id)
{
	const size_t n = app->n_offices; /* before the list, which has at least as many */
	const struct office_info *list = app->office;
	size_t lo = 0, hi = n;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (list[mid].id < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n && list[lo].id == id ? &list[lo] : NULL;
}

const struct office_info *
app_office_by_code(const struct app *app, struct str code)
{
	for (size_t i = 0; i < app->n_offices; i++)
		if (str_is(code, app->office[i].code))
			return &app->office[i];
	return NULL;
}

/* host:port, and [v6]:port, without the port; a dot at the end is the same name. */
static struct str
host_alone(struct str host)
{
	size_t n = host.n;
	while (n > 0 && host.p[n - 1] >= '0' && host.p[n - 1] <= '9')
		n--;
	if (n > 0 && n < host.n && host.p[n - 1] == ':')
		host.n = n - 1;
	if (host.n > 0 && host.p[host.n - 1] == '.')
		host.n--;
	return host;
}

const struct office_info *
app_office_by_host(const struct app *app, struct str host)
{
	host = host_alone(host);
	for (size_t i = 0; host.n > 0 && i < app->n_offices; i++) {
		const struct office_info *o = &app->office[i];
		if (o->host[0] && strlen(o->host) == host.n &&
			strncasecmp(o->host, host.p, host.n) == 0)
			return o;
	}
	return NULL;
}
