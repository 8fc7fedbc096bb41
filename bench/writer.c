/* SPDX-License-Identifier: Apache-2.0 */
/* writer.c - what the writer costs beside bare SQLite: acts are applied in batches as the server does
 * and the writing statements are noted with their values; then the same statements with the same
 * values and batches run on a copy of the folder with nothing but prepared statements.
 *
 *   bench_writer FOLDER ROUNDS        FOLDER: a demo office; a copy FOLDER.bare is made and used
 *   bench_writer FOLDER ROUNDS --without-record      prints {"ours_lifecycles":n/s} of a folder that is
 *                                     of no use afterwards
 *   bench_writer FOLDER ROUNDS --database postgres://... [--one-by-one]
 *                                     the same of an office with its rows on a server; --one-by-one: each
 *                                     statement waits for its answer, each act has a transaction of its own
 *
 * Prints {"ours":rows/s,"bare":rows/s,"rows":n,"lifecycles":n,"ours_lifecycles":n/s}. */
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <talloc.h>
#include <time.h>

#include "act/app.h"
#include "concern/concern.h"
#include "core/mem.h"
#include "identity/session.h"
#include "ledger/tiles.h"
#include "modules.h"
#include "store/store_int.h"

#include "core/banned.h"

enum { LIVES = 64, VALUES_MAX = 40 }; /* batches of 64 acts, as 64 clients make them */

struct noted {
	sql_ref sql;
	size_t n;
	struct val v[VALUES_MAX];
	bool ends_batch;
};

static struct {
	struct app *app;
	bool is_one_by_one;
	int64_t office;
	struct actor resident, handler, approver;
	struct noted *list;
	size_t n, cap;
	void *mem;
} bench;

static double
now_s(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
note(void *arg, sql_ref sql, struct vals v)
{
	(void)arg;
	if (bench.n == bench.cap) {
		bench.cap = bench.cap ? bench.cap * 2 : 4096;
		bench.list = realloc(bench.list, bench.cap * sizeof *bench.list);
	}
	struct noted *k = &bench.list[bench.n++];
	*k = (struct noted){ .sql = sql, .n = v.n };
	xq_require(bench.list && v.n <= VALUES_MAX);
	for (size_t i = 0; i < v.n; i++) {
		k->v[i] = v.v[i];
		if (v.v[i].p)
			k->v[i].p = mem_copy(bench.mem, v.v[i].p, v.v[i].n);
	}
}

static void
run(struct act_call **call)
{
	struct xq_err err = { 0 };
	const int n = bench.is_one_by_one ? 1 : LIVES;
	for (int i = 0; i < LIVES; i += n)
		xq_require(act_run_batch(bench.app, call + i, (size_t)n,
				   clock_now(bench.app->clock), &err) == XQ_OK);
	for (int i = 0; i < LIVES; i++)
		xq_require(call[i]->rc == XQ_OK);
}

/* One round: the raises of this round, then the three later acts of the round before. */
static struct act_call *raised[LIVES];

static struct act_call *
next(void *mem, const struct act *act, const struct actor *who, const struct act_call *of)
{
	int64_t no = 0;
	struct act_call *c = act_call_new(mem, bench.app, act, bench.office, who);
	xq_require(file_no_read(str_of(act_result_get(of, "file_no")), &no));
	form_set_int(&c->form, "concern", no);
	return c;
}

static void
one_round(int64_t serial, void **keep)
{
	struct act_call *call[LIVES];
	void *mem = mem_root("round");
	for (int i = 0; i < LIVES; i++) {
		call[i] =
			act_call_new(mem, bench.app, &concern_raise, bench.office, &bench.resident);
		form_set_text(mem, &call[i]->form, "body",
			mem_printf(mem,
				"楼道灯坏了三个多星期没有人来修，家里有八十多岁的老人晚上不敢出门请帮帮忙。"
				"地点在枫桥路%lld弄%lld号，前几天邻居踩空崴了脚再拖下去要出事的。",
				(long long)(100 + serial * 7 % 900), (long long)(serial + i)));
		form_set_text(mem, &call[i]->form, "class", "property");
		form_set_text(mem, &call[i]->form, "phone", "13800000123");
	}
	run(call);
	struct act_call *fresh[LIVES];
	memcpy(fresh, call, sizeof fresh);
	if (raised[0]) {
		for (int i = 0; i < LIVES; i++)
			call[i] = next(mem, &concern_accept, &bench.handler, raised[i]);
		run(call);
		for (int i = 0; i < LIVES; i++) {
			call[i] = next(mem, &reply_submit, &bench.handler, raised[i]);
			form_set_text(mem, &call[i]->form, "text",
				"您好，我们到现场看过，原因是线路老化，已经约供电营业站换线，当天恢复照明。");
			form_set_text(mem, &call[i]->form, "outcome", "solved");
			form_set_text(mem, &call[i]->form, "basis", "现场查看");
		}
		run(call);
		for (int i = 0; i < LIVES; i++)
			call[i] = next(mem, &reply_approve, &bench.approver, raised[i]);
		run(call);
	}
	if (*keep)
		mem_free(*keep);
	*keep = mem;
	memcpy(raised, fresh, sizeof raised);
}

static void
bind(sqlite3_stmt *s, const struct noted *k)
{
	for (size_t i = 0; i < k->n; i++) {
		const struct val *v = &k->v[i];
		int at = (int)i + 1;
		switch (v->type) {
		case VAL_NULL:
			sqlite3_bind_null(s, at);
			break;
		case VAL_INT:
			sqlite3_bind_int64(s, at, v->i);
			break;
		case VAL_REAL:
			sqlite3_bind_double(s, at, v->r);
			break;
		case VAL_TEXT:
			sqlite3_bind_text(s, at, v->p ? v->p : "", (int)v->n, SQLITE_STATIC);
			break;
		case VAL_BLOB:
			sqlite3_bind_blob(s, at, v->p ? v->p : "", (int)v->n, SQLITE_STATIC);
			break;
		}
	}
}

static double
bare(const char *path)
{
	sqlite3 *h;
	size_t n_sql;
	const struct sql_text *all = sql_all(&n_sql);
	sqlite3_stmt **stmt = calloc(n_sql, sizeof *stmt);
	xq_require(sqlite3_open(path, &h) == SQLITE_OK);
	sqlite3_exec(h,
		"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
		"PRAGMA cache_size=-8192; PRAGMA temp_store=MEMORY",
		NULL, NULL, NULL);
	double start = now_s();
	bool open = false;
	for (size_t i = 0; i < bench.n; i++) {
		struct noted *k = &bench.list[i];
		if (!open)
			sqlite3_exec(h, "BEGIN IMMEDIATE", NULL, NULL, NULL);
		open = true;
		sqlite3_stmt **s = &stmt[k->sql - all];
		if (!*s)
			xq_require(sqlite3_prepare_v2(h, k->sql->text, -1, s, NULL) == SQLITE_OK);
		bind(*s, k);
		int rc;
		do
			rc = sqlite3_step(*s);
		while (rc == SQLITE_ROW);
		if (rc != SQLITE_DONE)
			fprintf(stderr, "bare: %s: %s\n", sqlite3_errmsg(h), k->sql->text);
		sqlite3_reset(*s);
		if (k->ends_batch) {
			sqlite3_exec(h, "COMMIT", NULL, NULL, NULL);
			open = false;
		}
	}
	if (open)
		sqlite3_exec(h, "COMMIT", NULL, NULL, NULL);
	double took = now_s() - start;
	for (size_t i = 0; i < n_sql; i++)
		sqlite3_finalize(stmt[i]);
	sqlite3_close(h);
	free(stmt);
	return took;
}

/* Every statement is waited for, and nothing is asked ahead. */
static enum xq_rc
exec_and_wait(struct tx *tx, sql_ref sql, struct vals v, enum exec_wait wait, struct xq_err *err)
{
	(void)wait;
	return postgres_driver.exec(tx, sql, v, EXEC_NOW, err);
}

static void
go_one_by_one(void)
{
	static struct driver slow;
	slow = postgres_driver;
	slow.exec = exec_and_wait;
	slow.ask = NULL;
	bench.app->db->driver = &slow;
	bench.is_one_by_one = true;
}

static void
actors(void)
{
	struct tx *tx;
	struct xq_err err = { 0 };
	xq_require(db_read(bench.app->db, &tx, &err) == XQ_OK);
	xq_require(
		actor_by_login(tx, bench.office, STR("chenhaiyan"), &bench.handler, &err) == XQ_OK);
	xq_require(
		actor_by_login(tx, bench.office, STR("hezhiyuan"), &bench.approver, &err) == XQ_OK);
	tx_end(tx);
	bench.resident = actor_resident(bench.office);
}

int
main(int argc, char **argv)
{
	bool is_without = argc == 4 && text_eq(argv[3], "--without-record");
	bool has_server = argc >= 5 && text_eq(argv[3], "--database");
	bool is_slow = argc == 6 && has_server && text_eq(argv[5], "--one-by-one");
	long rounds = argc == 3 || is_without || (has_server && argc == 5 + is_slow)
	                      ? (long)strtoul(argv[2], NULL, 10)
	                      : 0;
	if (rounds < 2 || sodium_init() < 0)
		return 2;
	talloc_disable_null_tracking();
	struct app_options opt = { .modules = all_modules,
		.database = has_server ? argv[4] : NULL };
	struct xq_err err = { 0 };
	void *keep = NULL;
	bench.mem = mem_root("noted");
	xq_require(app_open(NULL, argv[1], &opt, &bench.app, &err) == XQ_OK);
	bench.office = bench.app->office[0].id;
	if (is_slow)
		go_one_by_one();
	actors();
	if (is_without)
		ledger_edges_off(bench.app->edges);
	one_round(0, &keep);
	/* Timed without noting anything; as many rounds again, of the same acts, are noted. */
	double start = now_s();
	for (long i = 1; i <= rounds; i++)
		one_round(i * LIVES, &keep);
	double ours = now_s() - start;
	if (is_without || has_server) {
		printf("{\"ours_lifecycles\":%.0f}\n", (double)(rounds * LIVES) / ours);
		return 0;
	}
	app_close(bench.app); /* the log is emptied: the file alone is the whole folder */
	char *copy = mem_printf(bench.mem, "cp %s/xinqiao.db %s.bare", argv[1], argv[1]);
	xq_require(system(copy) == 0);
	xq_require(app_open(NULL, argv[1], &opt, &bench.app, &err) == XQ_OK);
	for (int i = 0; i < LIVES; i++)
		raised[i]->app = bench.app;
	db_tap(bench.app->db, note, NULL);
	for (long i = rounds + 1; i <= 2 * rounds; i++)
		one_round(i * LIVES, &keep);
	db_tap(bench.app->db, NULL, NULL);
	app_close(bench.app);
	/* A batch ends with the head of the record. */
	for (size_t i = 0; i < bench.n; i++)
		bench.list[i].ends_batch = strstr(bench.list[i].sql->text, "ledger_head") != NULL;
	double plain = bare(mem_printf(bench.mem, "%s.bare", argv[1]));
	printf("{\"ours\":%.0f,\"bare\":%.0f,\"rows\":%zu,\"lifecycles\":%ld,\"ours_lifecycles\":%.0f}\n",
		(double)bench.n / ours, (double)bench.n / plain, bench.n, rounds * LIVES,
		(double)(rounds * LIVES) / ours);
	return 0;
}
