/* SPDX-License-Identifier: Apache-2.0 */
/* owner_storm.c - many accounts do random acts on two offices through the real writer, the process is
 * killed again and again, the clock jumps forward (downtime) and sometimes back, and afterwards
 * everything must hold: exactly one owner at every instant, no acknowledged act lost, no time lost, the
 * resident's day moved by rulings only, nobody called back or ruled on for own work, the record
 * without a hole.
 *
 *   owner_storm FOLDER KILLS ACTS      prints PASS and FAIL lines; with XQ_TEST_DATABASE (postgres://...)
 *                                      in the environment the rows are there, and XQ_STORM_PROCESSES
 *                                      of them may act at the same time */
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
#include "core/parse.h"
#include "evaluation/callback.h"
#include "identity/session.h"
#include "modules.h"
#include "office/office.h"

#include "core/banned.h"

enum {
	THREADS = 4,
	PROCESSES_MAX = 4,
	PEOPLE = 40,
	KNOWN = 512,
	RECENT = 60,
	ACKS_MAX = 400000,
	KILLS_MAX = 1500,
	SLICES_MAX = 2000, /* ten seconds */
	FORWARD_S = 10 * 86400,
	BACK_S = 86400
};

/* What the child tells once the writer has answered; one write, shorter than a pipe's atom. */
struct ack {
	int64_t office, file_no, seq;
	char act[40];
};

/* What a resident holds: the query code of an own concern. */
struct known {
	int64_t office, file_no;
	struct code code;
};

static struct {
	struct app *app;
	struct clock clock;
	struct actor who[PEOPLE];
	size_t n_who;
	int64_t office[2];
	int pipe;
	pthread_mutex_t lock;
	struct known known[KNOWN];
	size_t n_known; /* ever; the newest KNOWN of them are kept */
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

/* Words, units and days that fit the field: what may be refused is the act, not its form. */
static void
fill_field(struct act_call *call, const struct field *f, struct rng *r)
{
	static const char *const units[] = { "u03", "u04", "u05", "u06", "u07", "u08", "u09" };
	const struct calendar *cal = storm.app->calendar;
	int32_t today = day_of(clock_now(storm.app->clock), TZ_CHINA);
	if (f->type == FIELD_CHOICE)
		set(call, f->name, one_of(r, f->choices));
	else if (f->type == FIELD_BOOL)
		form_set_int(&call->form, f->name, rng_below(r, 20) == 0);
	else if (!f->required && !(text_eq(f->name, "no_finding") && rng_below(r, 2)))
		return;
	else if (f->type == FIELD_TEXT || f->type == FIELD_LINES)
		set(call, f->name, "上午去现场看过，材料齐了就动工。");
	else if (f->type == FIELD_DAY)
		form_set_int(&call->form, f->name,
			cal_next_workday(cal, day_add(today, 1 + (int)rng_below(r, 30))));
	else if (f->type == FIELD_INT)
		form_set_int(&call->form, f->name, 1);
	else if (f->type == FIELD_CODE)
		set(call, f->name,
			text_eq(f->name, "sponsor") ? "zhoumin" : units[rng_below(r, 7)]);
}

static void
fill(struct act_call *call, struct rng *r)
{
	for (const struct field *f = call->act->fields; f->name; f++)
		fill_field(call, f, r);
}

/* ---- residents ------------------------------------------------------------------------------------ */

static void
remember(const struct act_call *call)
{
	struct known k = { .office = call->office };
	const char *no = act_result_get(call, "file_no"), *code = act_result_get(call, "code");
	if (!no || !code || !file_no_read(str_of(no), &k.file_no) ||
		!code_read(str_of(code), CODE_QUERY, &k.code))
		return;
	pthread_mutex_lock(&storm.lock);
	storm.known[storm.n_known++ % KNOWN] = k;
	pthread_mutex_unlock(&storm.lock);
}

static bool
recall(struct rng *r, struct known *out)
{
	pthread_mutex_lock(&storm.lock);
	size_t n = storm.n_known < KNOWN ? storm.n_known : KNOWN;
	if (n > 0)
		*out = storm.known[rng_below(r, (uint32_t)n)];
	pthread_mutex_unlock(&storm.lock);
	return n > 0;
}

static struct act_call *
resident_call(void *mem, struct rng *r, int64_t *file_no)
{
	static const struct act *const acts[] = { &voice_rate, &voice_rate, &voice_add,
		&voice_dispute };
	struct known k;
	bool is_new = rng_below(r, 3) == 0 || !recall(r, &k);
	const struct act *act = is_new ? &concern_raise : acts[rng_below(r, 4)];
	if (!is_new && rng_below(r, 40) == 0)
		act = &voice_withdraw;
	struct actor who = actor_resident(is_new ? storm.office[rng_below(r, 8) == 0] : k.office);
	struct act_call *call = act_call_new(mem, storm.app, act, who.office, &who);
	fill(call, r);
	if (!is_new) {
		*file_no = k.file_no;
		set(call, "code", k.code.text);
		if (act != &voice_rate)
			set(call, "unlock",
				unlock_cookie(
					mem, storm.app, &k.code, clock_now(storm.app->clock)));
	}
	return call;
}

/* ---- staff ---------------------------------------------------------------------------------------- */

struct matter {
	struct concern c;
	struct handover open;
	struct reply newest;
	bool has_open, has_newest;
};

/* One of the newest; false where there is none yet. */
static bool
recent(void *mem, int64_t office, struct rng *r, struct matter *out)
{
	int64_t top = 0;
	struct tx *tx;
	struct xq_err err = { 0 };
	*out = (struct matter){ 0 };
	if (db_read(storm.app->db, &tx, &err) != XQ_OK)
		return false;
	bool good = db_int(tx, SQL("SELECT max(id) FROM concern WHERE office = ?"), VALS(V(office)),
			    &top, &err) == XQ_OK &&
	            top > 0;
	int64_t id = top - (good ? rng_below(r, top < RECENT ? (uint32_t)top : RECENT) : 0);
	good = good && concern_load(tx, mem, office, id, &out->c, &err) == XQ_OK;
	if (good) {
		out->has_open = handover_open(tx, mem, office, id, &out->open, &err) == XQ_OK;
		out->has_newest =
			reply_newest(tx, mem, office, id, false, &out->newest, &err) == XQ_OK;
	}
	tx_end(tx);
	return good;
}

/* Who may be expected to act on it next. */
static bool
has_to_do_with(const struct actor *a, const struct matter *m, uint32_t roll)
{
	bool is_asked = m->c.needs_ruling || m->c.disputed_at != 0 || m->c.state == ST_RETURN_ASKED;
	if (is_asked || roll == 0)
		return actor_may(a, PERM_RULE);
	if (m->c.state == ST_REPLIED)
		return actor_may(a, PERM_APPROVE);
	if (m->c.state == ST_CALLBACK)
		return actor_has_role(a, ROLE_EVALUATOR);
	if (m->has_open && roll < 5)
		return a->unit_id == m->open.to_unit_id;
	return a->person_id == m->c.owner_person_id;
}

static const struct actor *
somebody(const struct matter *m, int64_t office, struct rng *r)
{
	uint32_t roll = rng_below(r, 8), from = rng_below(r, (uint32_t)storm.n_who);
	for (size_t i = 0; i < storm.n_who && roll < 7; i++) {
		const struct actor *a = &storm.who[(i + from) % storm.n_who];
		if (a->office == office && has_to_do_with(a, m, roll))
			return a;
	}
	return &storm.who[from];
}

/* Most lives should last long enough for all the rest. */
static bool
ends_early(const struct act *act)
{
	return act == &concern_void || act == &concern_redirect || act == &concern_merge ||
	       act == &concern_terminate;
}

/* One of those that the step table allows now; one time in eight whatever comes, to be refused. The
 * table cannot tell whether a request is open, so rulings are tried. */
static const struct act *
some_act(const struct actor *who, const struct matter *m, struct rng *r)
{
	static const struct act *const rulings[] = { &concern_rule_return, &concern_rule_extension,
		&concern_rule_extension, &concern_rule_outcome, &concern_park };
	static const struct act *const others[] = { &callback_record, &concern_accept,
		&concern_decline, &concern_rule_return, &concern_rule_extension,
		&concern_give_opinion, &reply_approve };
	struct next_act next[NEXT_MAX];
	size_t k = 0, n = concern_next(who, &m->c, m->has_open ? &m->open : NULL,
			      m->has_newest ? &m->newest : NULL, NULL, next);
	for (size_t i = 0; i < n; i++)
		if (!next[i].refusal && (!ends_early(next[i].act) || rng_below(r, 12) == 0))
			next[k++] = next[i];
	if (rng_below(r, 40) == 0)
		return &concern_register;
	if (actor_may(who, PERM_RULE) && rng_below(r, 4) > 0)
		return m->c.disputed_at != 0 ? &concern_rule_dispute : rulings[rng_below(r, 5)];
	if (actor_has_role(who, ROLE_EVALUATOR))
		return &callback_record;
	if (k > 0 && rng_below(r, 8) > 0)
		return next[rng_below(r, (uint32_t)k)].act;
	return others[rng_below(r, sizeof others / sizeof *others)];
}

static struct act_call *
staff_call(void *mem, struct rng *r, int64_t *file_no)
{
	struct matter m, other;
	int64_t office = storm.office[rng_below(r, 8) == 0];
	if (!recent(mem, office, r, &m))
		return resident_call(mem, r, file_no);
	const struct actor *who = somebody(&m, office, r);
	const struct act *act = some_act(who, &m, r);
	struct act_call *call = act_call_new(mem, storm.app, act, who->office, who);
	fill(call, r);
	if (act != &concern_register) {
		*file_no = m.c.file_no;
		form_set_int(&call->form, "concern", m.c.file_no);
	}
	if (act == &concern_merge && recent(mem, who->office, r, &other))
		form_set_int(&call->form, "into", other.c.file_no);
	return call;
}

/* ---- one act -------------------------------------------------------------------------------------- */

/* The list of points is a working aid: quiet, and no line of the timeline. */
static void
acknowledge(const struct act_call *call, int64_t file_no)
{
	struct ack a = { .office = call->office, .seq = call->seq };
	snprintf(a.act, sizeof a.act, "%s", call->act->name);
	const char *no = act_result_get(call, "file_no");
	a.file_no = call->act == &concern_set_points ? 0 : file_no;
	if (a.file_no == 0 && no)
		(void)file_no_read(str_of(no), &a.file_no);
	(void)!write(storm.pipe, &a, sizeof a);
}

static void
one_act(struct rng *r)
{
	void *mem = mem_root("storm");
	int64_t file_no = 0;
	struct act_call *call = rng_below(r, 6) == 0 ? resident_call(mem, r, &file_no)
	                                             : staff_call(mem, r, &file_no);
	call->idem_key =
		rng_below(r, 2) ? mem_printf(mem, "%llx", (unsigned long long)rng_u64(r)) : NULL;
	if (act_run(call) == XQ_OK) {
		remember(call);
		acknowledge(call, file_no);
	}
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
open_folder(const char *dir, struct clock *clock)
{
	struct app_options opt = { .modules = all_modules,
		.may_create = true,
		.clock = clock,
		.database = getenv("XQ_TEST_DATABASE"),
		.program = "/proc/self/exe" };
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
child(const char *dir, int fd, int64_t shift_s)
{
	struct xq_err err = { 0 };
	pthread_t t[THREADS];
	storm.pipe = fd;
	clock_init_real(&storm.clock);
	clock_shift(&storm.clock, shift_s);
	storm.app = open_folder(dir, &storm.clock);
	storm.office[0] = storm.app->office[0].id;
	storm.office[1] = storm.app->office[1].id;
	people_load();
	xq_require(app_start_writer(storm.app, &err) == XQ_OK);
	xq_require(app_start_runner(storm.app, &err) == XQ_OK);
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

/* Numbers without a hole, bytes canonical, time never backwards, prev the event before of the same
 * ref and nothing else. */
static int64_t
record_faults(struct tx *tx, int64_t office)
{
	int64_t faults = 0, next = 0;
	char last_at[TIME_RECORD_LEN + 1] = "";
	struct xq_err err = { 0 };
	json_t *newest = json_object(); /* ref -> seq of its newest event */
	struct rows *q = db_query(tx,
		SQL("SELECT seq, bytes FROM ledger_event WHERE office = ? ORDER BY seq /* scan: check */"),
		VALS(V(office)));
	while (row_next(q)) {
		struct str bytes = row_str(q, 1);
		faults += row_int(q, 0) != next || !canonical_is(bytes);
		json_t *o = json_loadb(bytes.p, bytes.n, 0, NULL);
		const char *ref = json_string_value(json_object_get(o, "ref"));
		const char *at = json_string_value(json_object_get(o, "at"));
		json_t *prev = json_object_get(o, "prev");
		json_t *before = ref ? json_object_get(newest, ref) : NULL;
		faults += !at || strcmp(at, last_at) < 0;
		faults += !json_equal(prev, before) && (prev || before);
		snprintf(last_at, sizeof last_at, "%s", at ? at : "");
		if (ref)
			json_object_set_new(newest, ref, json_integer(next));
		next++;
		json_decref(o);
	}
	json_decref(newest);
	return faults + (rows_close(q, &err) != XQ_OK);
}

/* The day told to the resident: set once, moved by six rulings and their reviews, and what stands on
 * the concern is the last of these. */
static int64_t
day_faults(struct tx *tx, int64_t office)
{
	return count(tx,
		       SQL("SELECT count(*) FROM step /* scan: check */ WHERE office = ? AND due_day <> 0"
			   " AND no > 1 AND act NOT IN ('concern.rule-extension', 'concern.park',"
			   " 'concern.resume', 'concern.resume-due', 'concern.rule-outcome',"
			   " 'concern.rule-dispute')"),
		       VALS(V(office))) +
	       count(tx,
		       SQL("SELECT count(*) FROM concern c /* scan: check */ WHERE c.office = ?"
			   " AND c.is_imported = 0 AND c.due_day <> (SELECT s.due_day FROM step s"
			   " WHERE s.office = c.office AND s.concern_id = c.id AND s.due_day <> 0"
			   " ORDER BY s.no DESC LIMIT 1)"),
		       VALS(V(office)));
}

static int64_t
undue(struct tx *tx, int64_t office)
{
	return count(tx,
		SQL("SELECT count(*) FROM concern /* scan: check */ WHERE office = ?"
		    " AND closed_at IS NULL AND (due_at <= raised_at OR due_day = 0)"),
		VALS(V(office)));
}

static int64_t
self_ruled(struct tx *tx, int64_t office)
{
	return count(tx,
		SQL("SELECT count(*) FROM request /* scan: check */ WHERE office = ?"
		    " AND (ruled_unit = asked_unit OR ruled_by = asked_by)"),
		VALS(V(office)));
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
both(int64_t (*faults)(struct tx *tx, int64_t office), const struct app *app, struct tx *tx)
{
	return faults(tx, app->office[0].id) + faults(tx, app->office[1].id);
}

static void
check_all(struct app *app, struct tx *tx, void *mem)
{
	say(invariant_faults(app, tx, mem) == 0,
		"one owner, no time lost, four eyes, nobody calls back on own work",
		count(tx,
			SQL("SELECT count(*) FROM concern WHERE office IN (1, 2) /* scan: check */"),
			NO_VALS));
	say(both(record_faults, app, tx) == 0,
		"the record has no hole, its time never goes back, each event names the one before",
		count(tx,
			SQL("SELECT count(*) FROM ledger_event WHERE office IN (1, 2) /* scan: check */"),
			NO_VALS));
	say(both(day_faults, app, tx) == 0, "the resident's day moves by rulings only",
		count(tx,
			SQL("SELECT count(*) FROM step WHERE office IN (1, 2) AND due_day <> 0 AND no > 1 /* scan: check */"),
			NO_VALS));
	say(both(undue, app, tx) == 0, "every open concern has a due moment",
		count(tx,
			SQL("SELECT count(*) FROM concern WHERE office IN (1, 2) AND closed_at IS NULL /* scan: check */"),
			NO_VALS));
	say(both(self_ruled, app, tx) == 0, "nobody rules on an own request",
		count(tx,
			SQL("SELECT count(*) FROM request WHERE office IN (1, 2) AND ruled_by IS NOT NULL /* scan: check */"),
			NO_VALS));
}

static int64_t
check_folder(const char *dir, const struct ack *ack, size_t from, size_t n, bool is_last)
{
	struct app *app = open_folder(dir, NULL);
	struct tx *tx;
	struct xq_err err = { 0 };
	void *mem = mem_root("check");
	xq_require(db_read(app->db, &tx, &err) == XQ_OK);
	int64_t lost = lost_acks(tx, ack + from, n - from);
	if (is_last)
		check_all(app, tx, mem);
	else if (invariant_faults(app, tx, mem) != 0)
		say(false, "an invariant after a kill", 0);
	tx_end(tx);
	mem_free(mem);
	app_close(app);
	return lost;
}

static void
make_offices(const char *dir)
{
	struct app *app = open_folder(dir, NULL);
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

/* ---- one round --------------------------------------------------------------------------------------- */

static struct ack *acks;
static size_t n_acks;

static pid_t
start(const char *dir, const int fd[2], int64_t shift_s)
{
	fflush(stdout);
	pid_t pid = fork();
	if (pid != 0)
		return pid;
	close(fd[0]);
	child(dir, fd[1], shift_s);
}

/* Until there are so many acknowledged acts, or ten seconds are over. The pipe is drained while the storm runs,
 * so that it never holds it up. */
static void
wait_for(int fd, size_t enough)
{
	for (int i = 0; i < SLICES_MAX && n_acks < enough; i++) {
		usleep(5000);
		n_acks = read_acks(fd, acks, n_acks);
	}
}

static bool
end(pid_t pid)
{
	int status = 0;
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	bool is_good = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
	if (!is_good)
		say(false, "the program lives until it is killed", status);
	return is_good;
}

/* Processes that act at the same time and are killed one after the other: who is left goes on alone. */
static bool
storm_round(const char *dir, size_t processes, size_t more, int64_t shift_s)
{
	pid_t pid[PROCESSES_MAX];
	int fd[2];
	bool is_good = true;
	xq_require(pipe(fd) == 0);
	for (size_t i = 0; i < processes; i++)
		pid[i] = start(dir, fd, shift_s);
	close(fd[1]);
	fcntl(fd[0], F_SETFL, O_NONBLOCK);
	for (size_t i = 0; i < processes; i++) {
		wait_for(fd[0], n_acks + (i == 0 ? more : 1 + more / 4));
		is_good = end(pid[i]) && is_good;
	}
	n_acks = read_acks(fd[0], acks, n_acks);
	close(fd[0]);
	return is_good;
}

static size_t
processes_asked(void)
{
	const char *text = getenv("XQ_STORM_PROCESSES");
	int64_t n = 1;
	return text && parse_int(str_of(text), 1, PROCESSES_MAX, &n) ? (size_t)n : 1;
}

int
main(int argc, char **argv)
{
	if (argc != 4 || sodium_init() < 0)
		return 2;
	talloc_disable_null_tracking();
	const size_t processes = processes_asked();
	long kills = (long)strtoul(argv[2], NULL, 10), acts = (long)strtoul(argv[3], NULL, 10);
	acks = calloc(ACKS_MAX, sizeof *acks);
	int64_t lost = 0;
	struct rng r;
	rng_init_seed(&r, 20261124);
	make_offices(argv[1]);
	long k = 0;
	int64_t shift_s = 0;
	while ((k < kills || (long)n_acks < acts) && k <= KILLS_MAX) {
		size_t from = n_acks;
		if (!storm_round(argv[1], processes,
			    1 + rng_below(&r, (uint32_t)(2 * acts / kills)), shift_s))
			break;
		k += (long)processes;
		lost += check_folder(argv[1], acks, from, n_acks, false);
		/* The machine was off for a while, or somebody mended its clock. */
		shift_s += (int64_t)rng_below(&r, FORWARD_S + BACK_S) - BACK_S;
	}
	say((long)n_acks >= acts, "acknowledged acts", (int64_t)n_acks);
	say(k >= kills, "kills", k);
	say(lost == 0, "no acknowledged act is lost", lost);
	(void)check_folder(argv[1], acks, 0, 0, true);
	free(acks);
	return failures > 0;
}
