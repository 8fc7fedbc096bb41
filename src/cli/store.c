/* SPDX-License-Identifier: Apache-2.0 */
/* store.c - `xinqiao store`: an office's data from a file to a server or back, and over the nodes of a
 * distributed one. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/store_int.h"
#include "core/hash.h"
#include "core/mem.h"
#include "ledger/guard.h"
#include "ledger/tiles.h"
#include "modules.h"
#include "store/copy.h"
#include "store/distribute.h"

#include "core/banned.h"

enum { MIGRATIONS_MAX = 128, OFFICES_MAX = 4096 };

static const char store_help[] =
	"xinqiao store copy FROM TO [--files DIR] [--guard FILE] [--json]\n"
	"  All rows of FROM into TO, which is empty or holds an unfinished copy of FROM; each of them a\n"
	"  folder or postgres://USER@HOST/DATABASE. --files DIR: the folder of keys and files that belongs to\n"
	"  the server. Keys, guard and files are copied into the target's folder; where both have the same\n"
	"  folder they stay in it, for both. --guard FILE: the guard lies there, for both.\n"
	"  Nobody else may use FROM meanwhile. A copy that was stopped goes on with the same words. TO is\n"
	"  opened for use when every table is the same on both sides, and the record too. FROM stays as it is:\n"
	"  do not serve it any more, else the record would have two histories.\n"
	"xinqiao store distribute --data postgres://USER@HOST/DATABASE\n"
	"xinqiao store distribute --show\n"
	"  Puts the tables over the nodes of a PostgreSQL with the extension Citus, by office; what was put\n"
	"  there before stays. --show: prints the statements only.\n";

/* ---- the two sides ----------------------------------------------------------------------------------------- */

struct side {
	const char *dir;  /* of key, keys, files */
	const char *path; /* as db_open takes it */
	const char *guard;
	bool is_server;
	struct db *db;
};

struct copying {
	struct cli *c;
	struct side from, to;
	bool is_shared; /* one folder for both */
	const struct migration *list[MIGRATIONS_MAX];
	size_t n;
	struct copy_report report;
	const char *heads; /* of the record, a line for each office: code, size, root */
};

static const char *
without_slash(void *mem, const char *dir)
{
	size_t n = strlen(dir);
	while (n > 1 && dir[n - 1] == '/')
		n--;
	return mem_textn(mem, dir, n);
}

static bool
set_side(struct cli *c, const char *word, struct side *out)
{
	const char *files = cli_option(c, "files"), *guard = cli_option(c, "guard");
	out->is_server = store_is_address(word);
	if (out->is_server && !files) {
		fprintf(stderr,
			"xinqiao: --files DIR is missing: the folder of keys and files that belongs"
			" to the server\n");
		return false;
	}
	out->dir = without_slash(c->mem, out->is_server ? files : word);
	out->path = out->is_server ? word : mem_printf(c->mem, "%s/xinqiao.db", out->dir);
	out->guard = guard ? guard : mem_printf(c->mem, "%s.guard", out->dir);
	return true;
}

static bool
is_same_folder(const char *a, const char *b)
{
	struct stat x, y;
	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static enum xq_rc
refuse_dir(struct xq_err *err, const char *key, const char *dir)
{
	enum xq_rc rc = xq_refuse(err, NULL, key);
	xq_err_text(err, "dir", dir);
	return rc;
}

/* The source must be there: opening it would make an empty one. */
static enum xq_rc
check_folders(struct copying *k, struct xq_err *err)
{
	struct stat s;
	if (stat(mem_printf(k->c->mem, "%s/key", k->from.dir), &s) != 0 ||
		(!k->from.is_server && stat(k->from.path, &s) != 0))
		return refuse_dir(err, "app.no-folder", k->from.dir);
	if (!store_keys_agree(k->c->mem, k->from.dir, k->to.dir))
		return refuse_dir(err, "cli.copy-keys", k->to.dir);
	return XQ_OK;
}

/* Who serves a database does what is due there; a folder is locked. One who was killed, as a copy may have been,
 * counts as alive for a quarter of a minute. */
static enum xq_rc
refuse_served(struct db *db, struct xq_err *err)
{
	enum { ASK_MS = 500, KILLED_MS = 20000 };
	bool is_ours = !db_is_shared(db) || db_keeper(db) != 0;
	for (int waited = 0; !is_ours && waited < KILLED_MS; waited += ASK_MS) {
		(void)usleep(ASK_MS * 1000); /* a shorter one does no harm */
		is_ours = db_keeper(db) != 0;
	}
	return is_ours ? XQ_OK : xq_refuse(err, NULL, "cli.copy-served");
}

/* Before anything of the target is made. */
static enum xq_rc
open_source(struct copying *k, struct xq_err *err)
{
	int missing = 0;
	struct db_options opt = { .readers = 1, .cache_kib = 16384 };
	enum xq_rc rc = check_folders(k, err);
	if (rc == XQ_OK)
		rc = db_open(k->c->mem, k->from.path, &opt, &k->from.db, err);
	if (rc == XQ_OK)
		rc = refuse_served(k->from.db, err);
	if (rc == XQ_OK)
		rc = db_missing(k->from.db, k->list, k->n, &missing, err);
	return rc == XQ_OK && missing > 0 ? xq_refuse(err, NULL, "store.copy-older") : rc;
}

static enum xq_rc
open_target(struct copying *k, struct xq_err *err)
{
	struct stat s;
	struct db_options opt = { .readers = 1, .writer_cache_kib = 65536, .is_unsafe_fast = true };
	if (mkdir(k->to.dir, 0700) != 0 && stat(k->to.dir, &s) != 0)
		return xq_fault(err, "app.folder", "mkdir %s", k->to.dir);
	k->is_shared = is_same_folder(k->from.dir, k->to.dir);
	return db_open(k->c->mem, k->to.path, &opt, &k->to.db, err);
}

/* ---- the record's heads ------------------------------------------------------------------------------------- */

struct office_code {
	int64_t id;
	const char *code;
};

static enum xq_rc
offices(struct tx *tx, void *mem, struct office_code *out, size_t *out_n, struct xq_err *err)
{
	struct rows *q = db_query(tx, SQL("SELECT id, code FROM office ORDER BY id"), NO_VALS);
	size_t n = 0;
	while (row_next(q)) {
		xq_require(n < OFFICES_MAX);
		out[n++] = (struct office_code){ row_int(q, 0), row_text(q, 1, mem) };
	}
	*out_n = n;
	return rows_close(q, err);
}

/* One office's line, and its log's name; XQ_OK also where it has no log. */
static enum xq_rc
head_line(struct tx *tx, void *mem, const struct office_code *o, struct buf *out,
	const char **out_origin, struct xq_err *err)
{
	struct ledger_tree *t;
	struct tree_hash root;
	char hex[2 * SHA256_LEN + 1] = "";
	*out_origin = NULL;
	enum xq_rc rc = ledger_tree_open(tx, mem, o->id, &t, err);
	if (rc == XQ_OK) {
		ledger_tree_head(t, &root);
		text_hex((struct bytes){ root.b, sizeof root.b }, hex);
		*out_origin = mem_text(mem, ledger_tree_origin(t));
	}
	if (rc == XQ_OK || rc == XQ_NONE)
		buf_printf(out, "%s %lld %s\n", o->code,
			rc == XQ_OK ? (long long)ledger_tree_size(t) : 0, hex);
	return rc == XQ_NONE ? XQ_OK : rc;
}

/* What the guard of the source remembers goes to that of the target, which may know more. */
struct guards {
	struct guard *from, *to;
	bool is_changed;
};

static void
guard_pass(struct guards *g, const char *origin)
{
	const struct guard_entry *e = guard_find(g->from, origin),
				 *have = guard_find(g->to, origin);
	if (!e || (have && have->size >= e->size))
		return;
	guard_set(g->to, origin, e->size, &e->root);
	g->is_changed = true;
}

/* g NULL: guards are left alone. */
static enum xq_rc
heads_of(struct db *db, void *mem, const char **out, struct guards *g, struct xq_err *err)
{
	struct tx *tx = NULL;
	struct office_code *list = mem_array(mem, struct office_code, OFFICES_MAX);
	struct buf b = buf_new(mem, 256);
	size_t n = 0;
	enum xq_rc rc = db_read(db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = offices(tx, mem, list, &n, err);
	for (size_t i = 0; i < n && rc == XQ_OK; i++) {
		const char *origin = NULL;
		rc = head_line(tx, mem, &list[i], &b, &origin, err);
		if (g && origin)
			guard_pass(g, origin);
	}
	tx_end(tx);
	*out = b.p ? b.p : "";
	return rc;
}

/* ---- the copy ---------------------------------------------------------------------------------------------------- */

void
store_told(void *arg, const char *table, int64_t rows)
{
	(void)arg;
	if (rows > 0)
		printf("%10lld  %s\n", (long long)rows, table);
	(void)fflush(stdout); /* somebody looks at it */
}

/* The key says whose data it is; its hash says nothing of the key. */
static enum xq_rc
name_source(void *mem, const char *dir, const char **out, struct xq_err *err)
{
	uint8_t key[KEY_LEN], hash[32];
	char hex[65];
	FILE *f = fopen(mem_printf(mem, "%s/key", dir), "rb");
	bool good = f && fread(key, 1, sizeof key, f) == sizeof key;
	if (f)
		(void)fclose(f); /* was read only */
	if (!good)
		return xq_fault(err, "app.key", "%s/key is damaged", dir);
	hash_keyed(key, (struct bytes){ (const uint8_t *)"store copy", 10 }, hash);
	hash_wipe(key, sizeof key);
	text_hex((struct bytes){ hash, sizeof hash }, hex);
	*out = mem_text(mem, hex);
	return XQ_OK;
}

/* A server may have been started on the source meanwhile. */
static enum xq_rc
still_as_it_was(struct copying *k, struct xq_err *err)
{
	const char *heads;
	enum xq_rc rc = heads_of(k->from.db, k->c->mem, &heads, NULL, err);
	return rc == XQ_OK && !text_eq(heads, k->heads) ? xq_refuse(err, NULL, "store.copy-moved")
	                                                : rc;
}

static enum xq_rc
copy_rows(struct copying *k, struct xq_err *err)
{
	struct copy_job job = { .from = k->from.db,
		.to = k->to.db,
		.list = k->list,
		.n = k->n,
		.told = cli_has(k->c, "json") ? NULL : store_told };
	enum xq_rc rc = name_source(k->c->mem, k->from.dir, &job.who, err);
	if (rc == XQ_OK)
		rc = heads_of(k->from.db, k->c->mem, &k->heads, NULL, err);
	job.state = k->heads;
	if (rc == XQ_OK)
		rc = store_copy(&job, &k->report, err);
	return rc == XQ_OK ? still_as_it_was(k, err) : rc;
}

static enum xq_rc
copy_beside(struct copying *k, struct xq_err *err)
{
	struct guards g = { 0 };
	const char *heads;
	enum xq_rc rc = k->is_shared ? XQ_OK : store_files_copy(k->from.dir, k->to.dir, err);
	if (rc == XQ_OK)
		rc = guard_open(k->c->mem, k->from.guard, &g.from, err);
	if (rc == XQ_OK)
		rc = guard_open(k->c->mem, k->to.guard, &g.to, err);
	if (rc != XQ_OK)
		return rc;
	rc = heads_of(k->to.db, k->c->mem, &heads, &g, err);
	if (rc == XQ_OK && !text_eq(heads, k->heads)) {
		rc = xq_refuse(err, NULL, "store.copy-differs");
		xq_err_text(err, "table", "ledger_head");
	}
	return rc == XQ_OK && g.is_changed ? guard_save(g.to, err) : rc;
}

/* As a server would open it: the record is compared with guard and checkpoint. */
static enum xq_rc
look_and_open(struct copying *k, struct xq_err *err)
{
	struct app_options opt = { .modules = all_modules,
		.program = k->c->program,
		.guard = k->to.guard,
		.database = k->to.is_server ? k->to.path : NULL,
		.is_copy = true };
	struct app *app;
	db_close(k->to.db);
	k->to.db = NULL;
	enum xq_rc rc = app_open(k->c->mem, k->to.dir, &opt, &app, err);
	if (rc != XQ_OK)
		return rc;
	for (size_t i = 0; i < app->n_offices && rc == XQ_OK; i++) {
		const struct record_stop *stop = app_record_stopped(app, app->office[i].id);
		if (stop) {
			rc = XQ_REFUSED;
			*err = stop->why;
			err->key = mem_text(k->c->mem, err->key);
			for (size_t a = 0; a < XQ_ERR_ARGS; a++) {
				struct msg_arg *arg = &err->arg[a];
				arg->name = arg->name ? mem_text(k->c->mem, arg->name) : NULL;
				arg->text = arg->text ? mem_text(k->c->mem, arg->text) : NULL;
			}
		}
	}
	if (rc == XQ_OK)
		rc = store_copy_finish(app->db, err);
	app_close(app);
	return rc;
}

static enum xq_rc
copy_all(struct copying *k, struct xq_err *err)
{
	enum xq_rc rc = open_source(k, err);
	if (rc == XQ_OK)
		rc = open_target(k, err);
	if (rc == XQ_OK)
		rc = copy_rows(k, err);
	if (rc == XQ_OK)
		rc = copy_beside(k, err);
	if (rc == XQ_OK)
		rc = look_and_open(k, err);
	db_close(k->to.db);
	db_close(k->from.db);
	return rc;
}

/* ---- what is said afterwards --------------------------------------------------------------------------------------- */

static void
put_seconds(struct json_w *w, const char *key, int64_t ms)
{
	char text[32];
	(void)snprintf(text, sizeof text, "%lld.%03d", (long long)(ms / 1000),
		(int)(ms % 1000)); /* fits */
	json_key(w, key);
	json_raw(w, str_of(text));
}

static void
report_json(const struct copying *k, int64_t ms)
{
	struct json_w w = json_new(k->c->mem);
	json_open(&w, '{');
	json_key(&w, "tables");
	json_int(&w, (int64_t)k->report.tables);
	json_key(&w, "rows");
	json_int(&w, k->report.rows);
	json_key(&w, "before");
	json_int(&w, k->report.went_before);
	put_seconds(&w, "seconds", ms);
	put_seconds(&w, "copying", k->report.copy_ms);
	put_seconds(&w, "indexing", k->report.index_ms);
	put_seconds(&w, "verifying", k->report.verify_ms);
	json_pair(&w, "files", k->is_shared ? "shared" : "copied");
	json_key(&w, "offices");
	json_open(&w, '[');
	struct str rest = str_of(k->heads), line, code, size;
	while (str_cut(&rest, '\n', &line) && str_cut(&line, ' ', &code) &&
		str_cut(&line, ' ', &size)) {
		json_open(&w, '{');
		json_key(&w, "code");
		json_str(&w, code);
		json_key(&w, "size");
		json_raw(&w, size);
		json_key(&w, "root");
		json_str(&w, line);
		json_close(&w, '}');
	}
	json_close(&w, ']');
	json_close(&w, '}');
	puts(w.b.p);
}

static void
report_words(const struct copying *k, int64_t ms)
{
	printf("%lld rows of %zu tables are there and the same (%lld of them from an earlier try), "
	       "%lld.%lld s.\n",
		(long long)k->report.rows, k->report.tables, (long long)k->report.went_before,
		(long long)(ms / 1000), (long long)(ms % 1000 / 100));
	printf(k->is_shared ? "Keys and files stay in %s, for both.\n"
			    : "Keys and files were copied to %s.\n",
		k->to.dir);
	puts("The source is as it was. Do not serve it any more: the record would have two histories.");
}

static int
store_copy_command(struct cli *c)
{
	static const char *const options[] = { "files", "guard", NULL };
	struct copying *k = mem_new(c->mem, struct copying);
	int64_t at = time_mono_ms();
	struct xq_err err = { 0 };
	k->c = c;
	if (!cli_only(c, options) || c->n_words != 3 || !set_side(c, c->word[1], &k->from) ||
		!set_side(c, c->word[2], &k->to))
		return EXIT_USAGE;
	if (!k->from.is_server && !k->to.is_server && cli_has(c, "files")) {
		fprintf(stderr,
			"xinqiao: --files DIR goes with postgres://...; a folder holds its own files\n");
		return EXIT_USAGE;
	}
	k->n = app_migrations(all_modules, k->list, MIGRATIONS_MAX);
	if (copy_all(k, &err) != XQ_OK)
		return cli_refused(c, NULL, &err);
	if (cli_has(c, "json"))
		report_json(k, time_mono_ms() - at);
	else
		report_words(k, time_mono_ms() - at);
	return EXIT_DONE;
}

/* ---- over nodes -------------------------------------------------------------------------------------------------------- */

static enum xq_rc
show(struct db *db, void *mem, const struct migration *const *list, size_t n, struct xq_err *err)
{
	struct tx *tx = NULL;
	struct distribution d = { 0 };
	enum xq_rc rc = db_read(db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = store_distribution(tx, mem, list, n, &d, err);
	tx_end(tx);
	for (size_t i = 0; i < d.n; i++)
		printf("%s;\n", d.text[i]);
	return rc;
}

static enum xq_rc
distribute(struct cli *c, struct db *db, struct xq_err *err)
{
	const struct migration *list[MIGRATIONS_MAX];
	size_t n = app_migrations(all_modules, list, MIGRATIONS_MAX), done = 0, before = 0;
	enum xq_rc rc = db_migrate(db, list, n, err);
	if (rc == XQ_OK && cli_has(c, "show"))
		return show(db, c->mem, list, n, err);
	if (rc == XQ_OK)
		rc = store_distribute(db, list, n, &done, &before, err);
	if (rc == XQ_OK)
		printf("%zu tables put over the nodes, %zu were there before\n", done, before);
	return rc;
}

/* --show needs no server: the schema is that of the program. */
static int
store_distribute_command(struct cli *c)
{
	static const char *const options[] = { "data", "files", "show", NULL };
	const char *data = cli_option(c, "data");
	bool is_show = cli_has(c, "show");
	struct db_options opt = { .readers = 1, .is_memory = is_show };
	struct db *db = NULL;
	struct xq_err err = { 0 };
	if (!cli_only(c, options) || c->n_words != 1)
		return EXIT_USAGE;
	if (!is_show && !data) {
		fprintf(stderr, "xinqiao: --data postgres://... is missing\n");
		return EXIT_USAGE;
	}
	enum xq_rc rc = XQ_OK;
	if (data && !store_is_address(data))
		rc = xq_refuse(&err, NULL, "store.not-a-server");
	if (rc == XQ_OK)
		rc = db_open(c->mem, is_show ? "" : data, &opt, &db, &err);
	if (rc == XQ_OK)
		rc = distribute(c, db, &err);
	db_close(db);
	return rc == XQ_OK ? EXIT_DONE : cli_refused(c, NULL, &err);
}

int
cmd_store(struct cli *c)
{
	if (cli_has(c, "help")) {
		fputs(store_help, stdout);
		return EXIT_DONE;
	}
	int code = EXIT_USAGE;
	if (c->n_words > 0 && text_eq(c->word[0], "copy"))
		code = store_copy_command(c);
	else if (c->n_words > 0 && text_eq(c->word[0], "distribute"))
		code = store_distribute_command(c);
	if (code == EXIT_USAGE)
		fputs(store_help, stderr);
	return code;
}
