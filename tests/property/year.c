/* SPDX-License-Identifier: Apache-2.0 */
/* year.c - a year day by day under an injected clock: concerns of seven kinds are raised, the clock's jobs
 * look every evening, and what they did is compared, act by act, with a model that knows nothing but
 * cal_add_wd and the limits of the office. For five days in August nobody looks: nothing is lost.
 *
 *   year FOLDER      prints PASS and FAIL lines */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <talloc.h>

#include "act/app.h"
#include "cli/demo.h"
#include "concern/concern.h"
#include "core/log.h"
#include "core/mem.h"
#include "identity/session.h"
#include "modules.h"

#include "core/banned.h"

/* The limits that a new office starts with; no office of this test changes them. */
enum { HELP_WD = 5, SIGN_WD = 1, REDO_WD = 3, LEADER_WD = 3, LIST_WD = 5, SUPERVISED_WD = 3 };
enum { PARKED_WD = 20, PROMISE_WD = 8, MORE_WD = 4 };
enum {
	FIRST = 20260102,
	LAST_RAISED = 20261231,
	LAST = 20270228,
	DOWN_FROM = 20260810,
	DOWN_TO = 20260814,
	SETTLED_TO = 20261227 /* the notice of 2027 rules the days from the 28th on */
};
enum { CONCERNS = 1000, EXPECTED = 8000, MORNING = 9 * 60 + 30, EVENING = 17 * 60 + 31 };

enum kind {
	KIND_LEFT,     /* nobody does anything */
	KIND_ACCEPTED, /* accepted, and then nothing */
	KIND_PARKED,
	KIND_PROMISED, /* answered and closed; the promise is forgotten */
	KIND_EXTENDED,
	KIND_REDO,
	KIND_SUPERVISED, /* accepted, supervised, and then nothing */
	N_KINDS
};

/* One thing that the clock has to do: on the evening of this day. */
struct expected {
	int32_t day;
	int64_t concern_id;
	const char *act; /* promise.late leaves no line, so it is read from the promise */
};

static struct {
	struct app *app;
	struct clock clock;
	const struct calendar *cal;
	int64_t office;
	struct actor handler, approver, supervisor, leader, resident;
	struct expected list[EXPECTED];
	size_t n_list;
	int64_t concern[CONCERNS]; /* ids */
	int32_t due[CONCERNS];     /* the day that the model says */
	size_t n_concerns;
	int64_t n_fired, n_wrong, n_failed;
	const char *code; /* of the concern raised last */
} year;

static int failures;

static void
say(bool good, const char *what, int64_t n)
{
	failures += !good;
	printf("%s year: %s (%lld)\n", good ? "PASS" : "FAIL", what, (long long)n);
}

static int32_t
today(void)
{
	return day_of(clock_now(&year.clock), TZ_CHINA);
}

/* ---- acts ----------------------------------------------------------------------------------------- */

static struct act_call *
begin(const struct act *act, const struct actor *who, int64_t file_no)
{
	struct act_call *call = act_call_new(mem_root("year"), year.app, act, year.office, who);
	if (file_no != 0)
		form_set_int(&call->form, "concern", file_no);
	return call;
}

static void
set(struct act_call *call, const char *name, const char *text)
{
	form_set_text(call->mem, &call->form, name, text);
}

static void
end(struct act_call *call)
{
	if (act_run(call) != XQ_OK) {
		printf("    %d %s: %s\n", today(), call->act->name, call->err.key);
		year.n_failed++;
	}
	mem_free(call->mem);
}

static int64_t
raise_one(int64_t *out_id)
{
	int64_t no = 0;
	struct act_call *call = begin(&concern_raise, &year.resident, 0);
	set(call, "body", "楼道灯不亮，请派人来看。");
	set(call, "class", "property");
	if (act_run(call) != XQ_OK || !file_no_read(str_of(act_result_get(call, "file_no")), &no))
		year.n_failed++;
	for (size_t i = 0; i < call->result.n; i++)
		if (text_eq(call->result.v[i].name, "id"))
			*out_id = call->result.v[i].i;
	year.code = mem_text(year.app->mem, act_result_get(call, "code"));
	mem_free(call->mem);
	return no;
}

static void
answer(int64_t no, const char *solved, const char *sat)
{
	struct act_call *call = begin(&reply_submit, &year.handler, no);
	set(call, "text", "灯已经换好，请您看看。");
	set(call, "outcome", "solved");
	end(call);
	end(begin(&reply_approve, &year.approver, no));
	call = begin(&voice_rate, &year.resident, 0);
	set(call, "code", year.code);
	set(call, "solved", solved);
	set(call, "sat", sat);
	end(call);
}

static void
park(int64_t no, int32_t until)
{
	struct act_call *call = begin(&concern_park, &year.supervisor, no);
	set(call, "ground", "budget");
	set(call, "sponsor", "zhoumin");
	set(call, "note", "要等业主表决");
	form_set_int(&call->form, "until", until);
	end(call);
}

static void
extend(int64_t no, int32_t day)
{
	struct act_call *call = begin(&concern_ask_extension, &year.handler, no);
	set(call, "why", "parts");
	set(call, "note", "要等配件");
	form_set_int(&call->form, "day", day);
	end(call);
	call = begin(&concern_rule_extension, &year.supervisor, no);
	set(call, "decision", "grant");
	set(call, "note", "理由成立");
	end(call);
}

static void
promise(int64_t no, int32_t day)
{
	struct act_call *call = begin(&concern_promise, &year.handler, no);
	set(call, "text", "换好全楼的灯");
	form_set_int(&call->form, "day", day);
	end(call);
}

static void
redo(int64_t no)
{
	struct act_call *call = begin(&concern_rule_outcome, &year.supervisor, no);
	set(call, "decision", "redo");
	set(call, "note", "居民说的属实");
	end(call);
}

static void
supervise(int64_t no)
{
	struct act_call *call = begin(&concern_supervise, &year.leader, no);
	set(call, "level", "supervise");
	set(call, "note", "请抓紧办");
	end(call);
}

/* ---- the model ------------------------------------------------------------------------------------ */

static int32_t
wd(int32_t from, int n)
{
	return cal_add_wd(year.cal, from, n);
}

/* What falls due while nobody looks is done on the first evening after. */
static int32_t
evening_of(int32_t day)
{
	return day >= DOWN_FROM && day <= DOWN_TO ? day_add(DOWN_TO, 1) : day;
}

static void
expect(int32_t day, int64_t id, const char *act)
{
	xq_require(year.n_list < EXPECTED);
	year.list[year.n_list++] = (struct expected){ evening_of(day), id, act };
}

static void
expect_ladder(int32_t due, int64_t id)
{
	expect(due, id, "concern.escalate");
	expect(wd(due, LEADER_WD), id, "concern.escalate");
	expect(wd(due, LIST_WD), id, "concern.escalate");
}

/* Everybody who has to act does it on the day of the raise, so that the model stays small. Returns
 * the resident's day as it should stand in the end. */
static int32_t
live_and_expect(enum kind kind, int64_t no, int64_t id)
{
	int32_t day = today(), due = wd(day, HELP_WD);
	if (kind == KIND_LEFT)
		expect(wd(day, SIGN_WD), id, "concern.lapse");
	else
		end(begin(&concern_accept, &year.handler, no));
	switch (kind) {
	case KIND_LEFT:
	case KIND_ACCEPTED:
	case N_KINDS:
		break;
	case KIND_PARKED:
		park(no, wd(day, PARKED_WD));
		expect(wd(day, PARKED_WD), id, "concern.resume-due");
		/* all five days were left: counted from the day on which it goes on */
		due = wd(evening_of(wd(day, PARKED_WD)), HELP_WD);
		break;
	case KIND_PROMISED:
		answer(no, "yes", "1");
		promise(no, wd(day, PROMISE_WD));
		expect(wd(day, PROMISE_WD), id, "promise.late");
		return due;
	case KIND_EXTENDED:
		due = wd(due, MORE_WD);
		extend(no, due);
		break;
	case KIND_REDO:
		answer(no, "no", "4");
		redo(no);
		due = wd(day, REDO_WD);
		break;
	case KIND_SUPERVISED: /* a clock of its own; the resident's stays as it is */
		supervise(no);
		expect(wd(day, SUPERVISED_WD), id, "concern.supervise-late");
		break;
	}
	expect_ladder(due, id);
	return due;
}

/* One that nobody touches on every day, rest days too; on working days one of the other kinds. */
static void
raise_of_the_day(void)
{
	static int turn;
	enum kind kinds[2] = { KIND_LEFT, (enum kind)(1 + turn % (N_KINDS - 1)) };
	size_t n = cal_is_workday(year.cal, today()) ? 2 : 1;
	turn += n == 2;
	for (size_t i = 0; i < n; i++) {
		int64_t id = 0, no = raise_one(&id);
		year.concern[year.n_concerns] = id;
		year.due[year.n_concerns++] = live_and_expect(kinds[i], no, id);
	}
}

/* ---- comparing ------------------------------------------------------------------------------------ */

static int64_t
ask(sql_ref sql, struct vals v)
{
	struct tx *tx;
	struct xq_err err = { 0 };
	int64_t n = -1;
	if (db_read(year.app->db, &tx, &err) != XQ_OK)
		return -1;
	if (db_int(tx, sql, v, &n, &err) != XQ_OK)
		n = -1;
	tx_end(tx);
	return n;
}

static int64_t
late_promises(int64_t id)
{
	return ask(SQL("SELECT count(*) FROM promise WHERE office = ? AND concern_id = ?"
		       " AND is_late = 1"),
		VALS(V(year.office), V(id)));
}

static int64_t
lines_of(int64_t id, const char *act, int64_t at)
{
	return ask(SQL("SELECT count(*) FROM step WHERE office = ? AND concern_id = ? AND act = ?"
		       " AND at = ?"),
		VALS(V(year.office), V(id), V(act), V(at)));
}

static int64_t
lines_at(int64_t at)
{
	return ask(SQL("SELECT count(*) FROM step WHERE office = ? AND at = ? /* scan: check */"),
		VALS(V(year.office), V(at)));
}

/* How many lines of this act this concern gets this evening, by the model. */
static int64_t
wanted(const struct expected *e)
{
	int64_t n = 0;
	for (size_t i = 0; i < year.n_list; i++)
		n += year.list[i].day == e->day && year.list[i].concern_id == e->concern_id &&
		     text_eq(year.list[i].act, e->act);
	return n;
}

static void
wrong(const struct expected *e, int64_t got)
{
	if (year.n_wrong++ < 10)
		printf("    %d: concern %lld, %s: %lld times\n", e->day, (long long)e->concern_id,
			e->act, (long long)got);
}

/* Exactly what the model says was done this evening, and nothing else. */
static void
compare_evening(void)
{
	int64_t at = clock_now(&year.clock), lines = 0;
	for (size_t i = 0; i < year.n_list; i++) {
		const struct expected *e = &year.list[i];
		if (e->day != today())
			continue;
		year.n_fired++;
		if (text_eq(e->act, "promise.late")) {
			if (late_promises(e->concern_id) != 1)
				wrong(e, 0);
			continue;
		}
		lines++;
		if (lines_of(e->concern_id, e->act, at) != wanted(e))
			wrong(e, lines_of(e->concern_id, e->act, at));
	}
	int64_t all = lines_at(at);
	if (all != lines) {
		year.n_wrong++;
		printf("    %d: %lld lines, the model has %lld\n", today(), (long long)all,
			(long long)lines);
	}
}

/* No promise is late before its evening: as many as the model has counted until now. */
static void
compare_promises(void)
{
	int64_t n = 0, late = ask(SQL("SELECT count(*) FROM promise /* scan: check */"
				      " WHERE office = ? AND is_late = 1"),
			       VALS(V(year.office)));
	for (size_t i = 0; i < year.n_list; i++)
		n += text_eq(year.list[i].act, "promise.late") && year.list[i].day <= today();
	if (n != late) {
		year.n_wrong++;
		printf("    %d: %lld promises are late, the model has %lld\n", today(),
			(long long)late, (long long)n);
	}
}

static void
look(void)
{
	int done;
	struct xq_err err = { 0 };
	do {
		if (app_run_jobs(year.app, &done, &err) != XQ_OK) {
			printf("    %d: %s %s\n", today(), err.key, err.detail);
			year.n_failed++;
			return;
		}
	} while (done > 0);
}

static void
check_days(void)
{
	int64_t bad = 0, unmarked = 0, provisional = 0;
	for (size_t i = 0; i < year.n_concerns; i++) {
		int64_t id = year.concern[i];
		bad += ask(SQL("SELECT due_day FROM concern WHERE office = ? AND id = ?"),
			       VALS(V(year.office), V(id))) != year.due[i];
		bool is_marked =
			ask(SQL("SELECT is_provisional FROM concern WHERE office = ? AND id = ?"),
				VALS(V(year.office), V(id))) == 1;
		provisional += is_marked;
		unmarked += is_marked != (year.due[i] > SETTLED_TO);
	}
	say(bad == 0, "each resident's day is the one of the model", (int64_t)year.n_concerns);
	say(unmarked == 0 && provisional > 0,
		"days that no notice rules yet are marked provisional", provisional);
}

/* ---- the year ------------------------------------------------------------------------------------- */

static void
find_people(void)
{
	struct tx *tx;
	struct xq_err err = { 0 };
	xq_require(db_read(year.app->db, &tx, &err) == XQ_OK);
	xq_require(
		actor_by_login(tx, year.office, STR("chenhaiyan"), &year.handler, &err) == XQ_OK);
	xq_require(
		actor_by_login(tx, year.office, STR("hezhiyuan"), &year.approver, &err) == XQ_OK);
	xq_require(
		actor_by_login(tx, year.office, STR("shenrui"), &year.supervisor, &err) == XQ_OK);
	xq_require(actor_by_login(tx, year.office, STR("zhoumin"), &year.leader, &err) == XQ_OK);
	tx_end(tx);
	year.resident = actor_resident(year.office);
}

static void
open_office(const char *dir)
{
	struct app_options opt = { .modules = all_modules,
		.may_create = true,
		.clock = &year.clock,
		.database = getenv("XQ_TEST_DATABASE"),
		.db = { .is_unsafe_fast = true } };
	struct xq_err err = { 0 };
	clock_init_fixed(&year.clock, day_at(FIRST, 0, TZ_CHINA));
	xq_require(app_open(NULL, dir, &opt, &year.app, &err) == XQ_OK);
	struct buf accounts = buf_new(year.app->mem, 1024);
	struct demo_options people = { .seed = 1, .now = clock_now(&year.clock) };
	xq_require(demo_make(year.app, &people, &accounts, &err) == XQ_OK);
	year.office = year.app->office[0].id;
	year.cal = year.app->calendar;
	find_people();
}

/* All of them, the counts of the figures among them. */
static void
check_invariants(void)
{
	int64_t faults = 0, seen = 0;
	struct xq_err err = { 0 };
	struct tx *tx;
	void *mem = mem_root("invariants");
	xq_require(db_read(year.app->db, &tx, &err) == XQ_OK);
	for (const struct module *const *m = year.app->modules; *m; m++)
		for (size_t i = 0; (*m)->invariants && (*m)->invariants[i]; i++, seen++) {
			int64_t n = 1;
			enum xq_rc rc =
				(*m)->invariants[i]->count_faults(tx, mem, year.office, &n, &err);
			if (rc != XQ_OK || n != 0)
				printf("    %s: %lld\n", (*m)->invariants[i]->name, (long long)n);
			faults += rc != XQ_OK ? 1 : n;
		}
	tx_end(tx);
	mem_free(mem);
	say(faults == 0 && seen > 0, "the invariants of all modules hold at the end of the year",
		seen);
}

int
main(int argc, char **argv)
{
	if (argc != 2 || sodium_init() < 0)
		return 2;
	talloc_disable_null_tracking();
	open_office(argv[1]);
	for (int32_t day = FIRST; day <= LAST; day = day_add(day, 1)) {
		bool is_down = day >= DOWN_FROM && day <= DOWN_TO;
		clock_set(&year.clock, day_at(day, MORNING, TZ_CHINA));
		if (day <= LAST_RAISED && !is_down)
			raise_of_the_day();
		if (is_down)
			continue;
		clock_set(&year.clock, day_at(day, EVENING, TZ_CHINA));
		look();
		compare_evening();
		compare_promises();
	}
	say(year.n_failed == 0, "every act of the story is granted", (int64_t)year.n_concerns);
	say(year.n_wrong == 0 && year.n_fired == (int64_t)year.n_list,
		"lapses, levels of the ladder, review days and promises come on the right evening",
		year.n_fired);
	check_days();
	check_invariants();
	app_close(year.app);
	return failures > 0;
}
