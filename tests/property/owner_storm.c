/* SPDX-License-Identifier: Apache-2.0 */
/* owner_storm.c - many accounts do random acts on two offices through the real writer, the process is
 * killed again and again, and afterwards everything must hold: exactly one owner at every instant, no
 * acknowledged act lost, no time lost, nobody called back on own work, the record without a hole.
 *
 *   owner_storm FOLDER KILLS ACTS      prints PASS and FAIL lines */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <talloc.h>
#include <unistd.h>

#include "act/app.h"
#include "cli/demo.h"
#include "concern/concern.h"
#include "core/log.h"
#include "core/mem.h"
#include "evaluation/callback.h"
#include "identity/session.h"
#include "modules.h"
#include "office/office.h"

#include "core/banned.h"

enum { THREADS = 4, PEOPLE = 40, CODES = 4096, ACKS_MAX = 400000 };

/* What the child tells once the writer has answered; one write, shorter than a pipe's atom. */
struct ack {
	int64_t office, file_no, seq;
	char act[40];
};

static struct {
	struct app *app;
	struct actor who[PEOPLE];
	size_t n_who;
	int64_t office[2];
	int pipe;
	_Atomic uint64_t tried;
	pthread_mutex_t lock;
	struct code code[CODES];
	_Atomic size_t n_codes;
} storm = { .lock = PTHREAD_MUTEX_INITIALIZER };

static int failures;

static void
say(bool good, const char *what, int64_t n)
{
	failures += !good;
	printf("%s owner storm: %s (%lld)\n", good ? "PASS" : "FAIL", what, (long long)n);
}

/* ---- the storm: the child ------------------------------------------------------------------------- */

static void
people_load(void)
{
	static const char *const logins[] = { "guxiaolan", "xiangnan", "hezhiyuan", "chenhaiyan",
		"wanglei", "fangjing", "maqiang", "luoyun", "jinling", "taowei", "hanmei",
		"lujianping", "peixin", "qiuyue", "shenrui", "zhoumin", "caoyi", "dengqi" };
	struct tx *tx;
	struct xq_err err = { 0 };
	xq_require(db_read(storm.app->db, &tx, &err) == XQ_OK);
	for (size_t i = 0; i < sizeof logins / sizeof *logins; i++)
		if (actor_by_login(tx, storm.office[0], str_of(logins[i]), &storm.who[storm.n_who],
			    &err) == XQ_OK)
			storm.n_who++;
	if (actor_by_login(tx, storm.office[1], STR("admin"), &storm.who[storm.n_who], &err) ==
		XQ_OK)
		storm.n_who++;
	tx_end(tx);
}

static void
set(struct act_call *call, const char *name, const char *text)
{
	form_set_text(call->mem, &call->form, name, text);
}

static const char *
one_of(struct rng *r, const struct choice *list)
{
	uint32_t n = 0;
	while (list[n].code)
		n++;
	return list[rng_below(r, n)].code;
}

static void
fill(struct act_call *call, struct rng *r)
{
	const struct act *a = call->act;
	if (a == &concern_raise || a == &concern_register) {
		set(call, "body", "楼道灯不亮，请派人来看。");
		set(call, "class", one_of(r, concern_classes));
		form_set_int(&call->form, "secret", rng_below(r, 20) == 0);
	} else if (a == &concern_offer) {
		static const char *const units[] = { "u03", "u04", "u05", "u06", "u07", "u08",
			"u09" };
		set(call, "unit", units[rng_below(r, 7)]);
		set(call, "why", "duty");
	} else if (a == &concern_decline) {
		set(call, "why", "not-ours");
	} else if (a == &concern_contact) {
		form_set_int(&call->form, "made", 1);
		set(call, "note", "接通");
	} else if (a == &reply_submit) {
		set(call, "text", "已经修好，请您看看。");
		set(call, "outcome", one_of(r, concern_outcomes));
	} else if (a == &reply_send_back) {
		set(call, "why", "unclear");
		set(call, "note", "写清日期");
	} else if (a == &callback_record) {
		set(call, "result", rng_below(r, 3) ? "reached" : "nobody");
		set(call, "solved", one_of(r, concern_solved));
		set(call, "sat", one_of(r, concern_sats));
	} else if (a == &concern_rule_outcome) {
		set(call, "decision", rng_below(r, 2) ? "redo" : "close");
		set(call, "note", "已核实");
	}
}

static int64_t
newest_file_no(int64_t office, struct rng *r)
{
	int64_t no = 0, top = 0;
	struct tx *tx;
	struct xq_err err = { 0 };
	if (db_read(storm.app->db, &tx, &err) != XQ_OK)
		return 0;
	if (db_int(tx, SQL("SELECT max(id) FROM concern WHERE office = ?"), VALS(V(office)), &top,
		    &err) == XQ_OK &&
		top > 0) {
		int64_t id = top - rng_below(r, top < 60 ? (uint32_t)top : 60);
		if (db_int(tx, SQL("SELECT file_no FROM concern WHERE office = ? AND id = ?"),
			    VALS(V(office), V(id)), &no, &err) != XQ_OK)
			no = 0;
	}
	tx_end(tx);
	return no;
}

static void
acknowledge(struct act_call *call)
{
	struct ack a = { .office = call->office, .seq = call->seq };
	snprintf(a.act, sizeof a.act, "%s", call->act->name);
	const char *no = act_result_get(call, "file_no");
	if (no)
		(void)file_no_read(str_of(no), &a.file_no);
	else
		a.file_no = form_int(&call->form, call->act == &voice_rate ? "sat" : "concern");
	if (call->act == &voice_rate)
		a.file_no = 0;
	(void)!write(storm.pipe, &a, sizeof a);
}

static void
one_act(struct rng *r)
{
	static const struct act *const acts[] = { &concern_raise, &concern_register, &concern_offer,
		&concern_accept, &concern_accept, &concern_accept, &concern_decline,
		&concern_contact, &reply_submit, &reply_submit, &reply_submit, &reply_approve,
		&reply_approve, &reply_approve, &reply_send_back, &callback_record,
		&callback_record, &concern_rule_outcome };
	void *mem = mem_root("storm");
	const struct act *act = acts[rng_below(r, sizeof acts / sizeof *acts)];
	struct actor who = storm.who[rng_below(r, (uint32_t)storm.n_who)];
	if (act == &concern_raise)
		who = actor_resident(storm.office[rng_below(r, 8) == 0]);
	struct act_call *call = act_call_new(mem, storm.app, act, who.office, &who);
	call->idem_key =
		rng_below(r, 2) ? mem_printf(mem, "%llx", (unsigned long long)rng_u64(r)) : NULL;
	fill(call, r);
	bool is_new = act == &concern_raise || act == &concern_register;
	int64_t file_no = is_new ? 0 : newest_file_no(who.office, r);
	if (!is_new)
		form_set_int(&call->form, "concern", file_no > 0 ? file_no : 202600000001);
	storm.tried++;
	if (act_run(call) == XQ_OK)
		acknowledge(call);
	mem_free(mem);
}

static void *
storm_thread(void *arg)
{
	struct rng r;
	rng_init_seed(&r, (uint64_t)(uintptr_t)arg * 7919 + (uint64_t)getpid());
	while (storm.n_who > 0) /* until the process is killed */
		one_act(&r);
	return NULL;
}

static struct app *
open_folder(const char *dir)
{
	struct app_options opt = {
		.modules = all_modules, .may_create = true, .program = "/proc/self/exe"
	};
	struct app *app;
	struct xq_err err = { 0 };
	for (int i = 0; i < 200; i++) { /* the dead child's lock goes with it, in a moment */
		enum xq_rc rc = app_open(NULL, dir, &opt, &app, &err);
		if (rc == XQ_OK)
			return app;
		usleep(10000);
	}
	printf("FAIL owner storm: the folder opens again: %s %s\n", err.key, err.detail);
	exit(1);
}

static _Noreturn void
child(const char *dir, int fd)
{
	struct xq_err err = { 0 };
	pthread_t t[THREADS];
	storm.pipe = fd;
	storm.app = open_folder(dir);
	storm.office[0] = storm.app->office[0].id;
	storm.office[1] = storm.app->office[1].id;
	people_load();
	xq_require(app_start_writer(storm.app, &err) == XQ_OK);
	for (uintptr_t i = 0; i < THREADS; i++)
		pthread_create(&t[i], NULL, storm_thread, (void *)(i + 1));
	pthread_join(t[0], NULL);
	_exit(0);
}

/* ---- afterwards: the parent ------------------------------------------------------------------------ */

static int64_t
count(struct tx *tx, sql_ref sql, struct vals v)
{
	int64_t n = -1;
	struct xq_err err = { 0 };
	if (db_int(tx, sql, v, &n, &err) != XQ_OK)
		printf("FAIL owner storm: %s %s\n", err.key, err.detail);
	return n;
}

static int64_t
invariant_faults(struct app *app, struct tx *tx, void *mem)
{
	int64_t faults = 0;
	struct xq_err err = { 0 };
	for (size_t m = 0; app->modules[m]; m++)
		for (size_t i = 0; app->modules[m]->invariants && app->modules[m]->invariants[i];
			i++)
			for (size_t o = 0; o < app->n_offices; o++) {
				int64_t n = 1;
				if (app->modules[m]->invariants[i]->count_faults(
					    tx, mem, app->office[o].id, &n, &err) != XQ_OK)
					n = 1;
				if (n)
					printf("    %s: %lld\n",
						app->modules[m]->invariants[i]->name, (long long)n);
				faults += n;
			}
	return faults;
}

/* Each acknowledged act stands on the timeline under its number in the record. */
static int64_t
lost_acks(struct tx *tx, const struct ack *ack, size_t n)
{
	int64_t lost = 0;
	for (size_t i = 0; i < n; i++) {
		const struct ack *a = &ack[i];
		int64_t found = 1;
		if (a->file_no > 0)
			found = count(tx,
				SQL("SELECT count(*) FROM concern c JOIN step s ON s.office = c.office AND s.concern_id = c.id"
				    " WHERE c.office = ? AND c.file_no = ? AND s.act = ?"),
				VALS(V(a->office), V(a->file_no), V(a->act)));
		if (found > 0 && a->seq >= 0)
			found = count(tx,
				SQL("SELECT count(*) FROM ledger_event WHERE office = ? AND seq = ?"),
				VALS(V(a->office), V(a->seq)));
		if (found < 1 && lost++ < 5)
			printf("    lost: %s %lld seq %lld\n", a->act, (long long)a->file_no,
				(long long)a->seq);
	}
	return lost;
}

/* Numbers without a hole, bytes canonical, prev pointing to an event of the same ref. */
static int64_t
record_faults(struct tx *tx, void *mem, int64_t office)
{
	int64_t faults = 0, next = 0;
	struct xq_err err = { 0 };
	struct rows *q = db_query(tx,
		SQL("SELECT seq, bytes FROM ledger_event WHERE office = ? ORDER BY seq /* scan: check */"),
		VALS(V(office)));
	while (row_next(q)) {
		struct str bytes = row_str(q, 1);
		if (row_int(q, 0) != next++ || !canonical_is(bytes))
			faults++;
		json_t *o = json_loadb(bytes.p, bytes.n, 0, NULL);
		json_t *prev = json_object_get(o, "prev");
		faults += prev && json_integer_value(prev) >= next - 1;
		json_decref(o);
	}
	(void)mem;
	return faults + (rows_close(q, &err) != XQ_OK);
}

static size_t
read_acks(int fd, struct ack *ack, size_t have)
{
	struct ack a;
	while (have < ACKS_MAX && read(fd, &a, sizeof a) == (ssize_t)sizeof a)
		ack[have++] = a;
	return have;
}

static int64_t
check_folder(const char *dir, const struct ack *ack, size_t from, size_t n, bool is_last)
{
	struct app *app = open_folder(dir);
	struct tx *tx;
	struct xq_err err = { 0 };
	void *mem = mem_root("check");
	xq_require(db_read(app->db, &tx, &err) == XQ_OK);
	int64_t lost = lost_acks(tx, ack + from, n - from);
	if (is_last) {
		say(invariant_faults(app, tx, mem) == 0,
			"one owner, no time lost, four eyes, nobody calls back on own work",
			count(tx,
				SQL("SELECT count(*) FROM concern WHERE office IN (1, 2) /* scan: check */"),
				NO_VALS));
		say(record_faults(tx, mem, app->office[0].id) +
					record_faults(tx, mem, app->office[1].id) ==
				0,
			"the record has no hole and is canonical",
			count(tx,
				SQL("SELECT count(*) FROM ledger_event WHERE office IN (1, 2) /* scan: check */"),
				NO_VALS));
	} else if (invariant_faults(app, tx, mem) != 0) {
		say(false, "an invariant after a kill", 0);
	}
	tx_end(tx);
	mem_free(mem);
	app_close(app);
	return lost;
}

static void
make_offices(const char *dir)
{
	struct app *app = open_folder(dir);
	struct buf accounts = buf_new(app->mem, 1024);
	struct xq_err err = { 0 };
	char hash[PASSWORD_HASH_LEN];
	int64_t id;
	struct demo_options opt = { .concerns = 30, .seed = 3, .now = clock_now(app->clock) };
	xq_require(demo_make(app, &opt, &accounts, &err) == XQ_OK);
	xq_require(password_hash("Storm-2026-xyz", hash, &err) == XQ_OK);
	struct office_new n = { .code = "two",
		.name = "二号街道",
		.short_name = "二号",
		.mark = "二",
		.phone = "",
		.hours = "",
		.origin = "localhost/log/two",
		.admin_login = "admin",
		.admin_name = "甲",
		.admin_password_hash = hash };
	xq_require(office_create(app, &n, &id, &err) == XQ_OK);
	app_close(app);
}

int
main(int argc, char **argv)
{
	if (argc != 4 || sodium_init() < 0)
		return 2;
	talloc_disable_null_tracking();
	long kills = (long)strtoul(argv[2], NULL, 10), acts = (long)strtoul(argv[3], NULL, 10);
	struct ack *ack = calloc(ACKS_MAX, sizeof *ack);
	size_t n = 0;
	int64_t lost = 0;
	struct rng r;
	rng_init_seed(&r, 20261124);
	make_offices(argv[1]);
	long k = 0;
	for (; k < kills || (long)n < acts; k++) {
		int fd[2];
		xq_require(pipe(fd) == 0);
		fflush(stdout);
		pid_t pid = fork();
		if (pid == 0) {
			close(fd[0]);
			child(argv[1], fd[1]);
		}
		close(fd[1]);
		size_t from = n;
		/* The pipe is drained while the storm runs, so that it never holds it up. */
		fcntl(fd[0], F_SETFL, O_NONBLOCK);
		for (uint32_t i = 0, slices = 20 + rng_below(&r, 60); i < slices; i++) {
			usleep(10000);
			n = read_acks(fd[0], ack, n);
		}
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		n = read_acks(fd[0], ack, n);
		close(fd[0]);
		lost += check_folder(argv[1], ack, from, n, false);
		if (k > 400)
			break;
	}
	say((long)n >= acts, "acknowledged acts", (int64_t)n);
	say(k >= kills, "kills", k);
	say(lost == 0, "no acknowledged act is lost", lost);
	(void)check_folder(argv[1], ack, 0, 0, true);
	free(ack);
	return failures > 0;
}
