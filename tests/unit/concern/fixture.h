/* SPDX-License-Identifier: Apache-2.0 */
/* fixture.h - an office with people in every role, a fresh folder, a clock that stands still; and
 * short words for the steps of a concern's life, each one a real act.
 *
 * Used by the tests of concern/, evaluation/, act/ and notify/. A test program says which modules
 * the office runs, in world_modules. */
#ifndef XQ_TEST_CONCERN_FIXTURE_H
#define XQ_TEST_CONCERN_FIXTURE_H

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "concern/concern.h"
#include "core/log.h"
#include "core/mem.h"
#include "evaluation/callback.h"
#include "identity/session.h"
#include "notify/notify.h"

#define OK(rc_) assert_int_equal((rc_), XQ_OK)

/* GU receives what comes in; CHEN handles it; HE approves for CHEN's unit. */
enum who {
	GU,    /* head of u03: clerk, holder of the intake post */
	XIANG, /* clerk, stand-in */
	CHEN,  /* handler of the property section u04 */
	WANG,  /* handler of u04 */
	HE,    /* head of u04: handler and approver of the unit */
	BAI,   /* supervisor who sits in u04 */
	FANG,  /* head of u05: handler */
	MA,    /* handler of u05 */
	YE,    /* approver of u05 */
	LUO,   /* handler of u06, a unit without a head */
	WEN,   /* u06, no role at all */
	SHEN,  /* supervisor of u10, outside all others */
	PEI,   /* evaluator of the evaluation post u02 */
	ZHOU,  /* leader */
	N_STAFF,
	SYSTEM = N_STAFF,
	RESIDENT,
	NOBODY,
	N_WHO
};

struct world {
	void *mem;
	char dir[32];
	struct clock clock;
	struct app *app;
	int64_t office, other;
	struct actor admin;
	struct actor who[N_WHO];
	struct act_call *call; /* the last one */
	const char *code;      /* query code of the concern taken down last */
	int64_t mark;          /* events before this number are not shown by news() */
	struct xq_err err;
};

extern const struct module *const world_modules[];

/* ---- time ----------------------------------------------------------------------------------- */

/* hhmm: 1730 is half past five. */
static inline int64_t
moment(int32_t day, int hhmm)
{
	return day_at(day, hhmm / 100 * 60 + hhmm % 100, TZ_CHINA);
}

static inline void
go(struct world *w, int32_t day, int hhmm)
{
	clock_set(&w->clock, moment(day, hhmm));
}

static inline int64_t
now_of(struct world *w)
{
	return clock_now(&w->clock);
}

/* ---- running acts --------------------------------------------------------------------------- */

/* Pairs of name and text, ended by a NULL name. */
struct pair {
	const char *name, *text;
};
#define IN(...) ((const struct pair[]){ __VA_ARGS__, { 0 } })
#define NOTHING ((const struct pair[]){ { 0 } })

static inline struct act_call *
call_of(struct world *w, const struct actor *actor, const struct act *act, const struct pair *in)
{
	struct act_call *call = act_call_new(w->mem, w->app, act, actor->office, actor);
	struct form_pair pair[24] = { 0 };
	size_t n = 0;
	for (; in[n].name; n++)
		pair[n] = (struct form_pair){ .name = str_of(in[n].name),
			.value = str_of(in[n].text) };
	struct xq_err err = { 0 };
	const enum xq_rc fits =
		form_read(w->mem, act->fields, pair, n, true, TZ_CHINA, &call->form, &err);
	assert_true(fits == XQ_OK || fits == XQ_REFUSED); /* refused: act_run says so again */
	return call;
}

static inline enum xq_rc
run_call(struct world *w, struct act_call *call)
{
	w->call = call;
	const enum xq_rc rc = act_run(call);
	if (rc == XQ_FAULT || (rc != XQ_OK && getenv("XQ_TEST_TELL")))
		print_error("%s: %s %s\n", call->act->name, call->err.key, call->err.detail);
	return rc;
}

static inline enum xq_rc
run(struct world *w, enum who who, const struct act *act, const struct pair *in)
{
	return run_call(w, call_of(w, &w->who[who], act, in));
}

static inline const char *
result(struct world *w, const char *name)
{
	return act_result_get(w->call, name);
}

/* A job's act on one row, or somebody else trying it. */
static inline struct act_call *
call_of_id(struct world *w, const struct actor *actor, const struct act *act, int64_t id)
{
	struct act_call *call = act_call_new(w->mem, w->app, act, actor->office, actor);
	form_set_int(&call->form, "id", id);
	return call;
}

/* Refused with this key, at this field (NULL: as a whole). */
static inline void
assert_refused(struct world *w, enum xq_rc rc, const char *field, const char *key)
{
	const struct xq_err *e = &w->call->err;
	for (size_t i = 0; field && i < w->call->form.n; i++)
		if (text_eq(w->call->form.fields[i].name, field) && w->call->form.v[i].has_fault)
			e = &w->call->form.v[i].fault;
	if (rc != XQ_REFUSED || !e->key || !text_eq(e->key, key))
		fail_msg("%s: expected %s, got %d %s", w->call->act->name, key, rc,
			e->key ? e->key : "no key");
	if (field)
		assert_string_equal(e->field, field);
	else
		assert_null(e->field);
}

static inline int
run_jobs(struct world *w)
{
	int done = -1;
	OK(app_run_jobs(w->app, &done, &w->err));
	return done;
}

/* ---- looking -------------------------------------------------------------------------------- */

static inline struct tx *
look(struct world *w)
{
	struct tx *tx;
	OK(db_read(w->app->db, &tx, &w->err));
	return tx;
}

/* One integer; -1: no row. */
static inline int64_t
ask(struct world *w, sql_ref sql, struct vals v)
{
	struct tx *tx = look(w);
	int64_t n = -1;
	const enum xq_rc rc = db_int(tx, sql, v, &n, &w->err);
	tx_end(tx);
	if (rc != XQ_OK && rc != XQ_NONE)
		fail_msg("%s %s", w->err.key, w->err.detail);
	return rc == XQ_OK ? n : -1;
}

/* For states that no act makes yet. */
static inline void
force(struct world *w, sql_ref sql, struct vals v)
{
	struct tx *tx;
	OK(db_write(w->app->db, &tx, &w->err));
	OK(db_exec_one(tx, sql, v, &w->err));
	OK(tx_commit(tx, &w->err));
}

static inline struct concern
concern_of(struct world *w, int64_t file_no)
{
	struct concern c = { 0 };
	struct tx *tx = look(w);
	OK(concern_by_file_no(tx, w->mem, w->office, file_no, &c, &w->err));
	tx_end(tx);
	return c;
}

/* The open offer; id 0: none. */
static inline struct handover
offer_of(struct world *w, int64_t concern_id)
{
	struct handover h = { 0 };
	struct tx *tx = look(w);
	const enum xq_rc rc = handover_open(tx, w->mem, w->office, concern_id, &h, &w->err);
	tx_end(tx);
	assert_true(rc == XQ_OK || rc == XQ_NONE);
	return h;
}

static inline struct unit
unit_of(struct world *w, const char *code)
{
	struct unit u = { 0 };
	struct tx *tx = look(w);
	OK(unit_by_code(tx, w->mem, w->office, str_of(code), &u, &w->err));
	tx_end(tx);
	return u;
}

/* An event as people would say it: kind, role, unit (- for none), public fields. */
static inline const char *
event_line(void *mem, struct bytes b)
{
	struct event_seen e;
	struct xq_err err = { 0 };
	OK(event_check((struct str){ (const char *)b.p, b.n }, NULL, -1, &e, &err));
	return mem_printf(mem, "%.*s %.*s %.*s %.*s", (int)e.kind.n, e.kind.p, (int)e.role.n,
		e.role.p, e.unit.n ? (int)e.unit.n : 1, e.unit.n ? e.unit.p : "-", (int)e.pub.n,
		e.pub.p);
}

static inline int64_t
events(struct world *w)
{
	return ask(w, SQL("SELECT size FROM ledger_head WHERE office = ?"), VALS(V(w->office)));
}

/* From here on news() tells what was written. */
static inline void
mark(struct world *w)
{
	w->mark = events(w);
}

/* The events since the mark, one on a line. */
static inline const char *
news(struct world *w)
{
	struct buf b = buf_new(w->mem, 256);
	struct tx *tx = look(w);
	struct rows *q = db_query(tx,
		SQL("SELECT bytes FROM ledger_event WHERE office = ? AND seq >= ? ORDER BY seq"),
		VALS(V(w->office), V(w->mark)));
	while (row_next(q)) {
		if (b.n > 0)
			buf_char(&b, '\n');
		buf_text(&b, event_line(w->mem, row_bytes(q, 0)));
	}
	OK(rows_close(q, &w->err));
	tx_end(tx);
	return buf_view(&b).p;
}

/* How many events hold this piece of their bytes. */
static inline int64_t
count_events(struct world *w, const char *piece)
{
	struct tx *tx = look(w);
	int64_t n = 0;
	struct rows *q =
		db_query(tx, SQL("SELECT bytes FROM ledger_event WHERE office = ? ORDER BY seq"),
			VALS(V(w->office)));
	while (row_next(q)) {
		const struct bytes b = row_bytes(q, 0);
		const struct str s = { (const char *)b.p, b.n };
		n += str_index(s, str_of(piece)) < s.n;
	}
	OK(rows_close(q, &w->err));
	tx_end(tx);
	return n;
}

/* What `xinqiao check` proves, for this office. */
static inline void
assert_invariants(struct world *w)
{
	struct tx *tx = look(w);
	for (size_t m = 0; world_modules[m]; m++)
		for (size_t i = 0; world_modules[m]->invariants && world_modules[m]->invariants[i];
			i++) {
			int64_t faults = -1;
			OK(world_modules[m]->invariants[i]->count_faults(
				tx, w->mem, w->office, &faults, &w->err));
			if (faults != 0)
				fail_msg("%s: %lld", world_modules[m]->invariants[i]->name,
					(long long)faults);
		}
	tx_end(tx);
}

/* ---- the steps of a life, each of them granted ---------------------------------------------- */

static inline const char *
no_text(struct world *w, int64_t file_no)
{
	char text[24];
	file_no_show(file_no, text);
	return mem_text(w->mem, text);
}

/* The number of what the last call made; keeps its query code. */
static inline int64_t
made_now(struct world *w)
{
	int64_t no = 0;
	assert_true(file_no_read(str_of(result(w, "file_no")), &no));
	w->code = result(w, "code");
	return no;
}

/* Taken down at the counter; property is the duty of u04, parking of u05, other of nobody. */
static inline int64_t
take_down(struct world *w, enum who who, const char *class)
{
	OK(run(w, who, &concern_register,
		IN({ "body", "楼道灯不亮。请派人来看看。" }, { "class", class },
			{ "phone", "13800138000" }, { "publish", "1" })));
	return made_now(w);
}

static inline enum xq_rc
offer(struct world *w, enum who who, int64_t no, const char *unit, enum who person)
{
	return run(w, who, &concern_offer,
		IN({ "concern", no_text(w, no) }, { "unit", unit }, { "why", "duty" },
			{ "person", person == NOBODY
					    ? ""
					    : mem_printf(w->mem, "%lld",
						      (long long)w->who[person].person_id) }));
}

static inline enum xq_rc
accept_it(struct world *w, enum who who, int64_t no)
{
	return run(w, who, &concern_accept, IN({ "concern", no_text(w, no) }));
}

static inline enum xq_rc
decline_it(struct world *w, enum who who, int64_t no)
{
	return run(
		w, who, &concern_decline, IN({ "concern", no_text(w, no) }, { "why", "not-ours" }));
}

static inline enum xq_rc
submit(struct world *w, enum who who, int64_t no)
{
	return run(w, who, &reply_submit,
		IN({ "concern", no_text(w, no) }, { "text", "灯已经换好，请您看看。" },
			{ "outcome", "solved" }));
}

/* What an answer that explains says besides; one with another outcome is not asked for it. */
#define WHY_NOT                                                                                    \
	{ "standing", "no-basis" }, { "decider", "区住房保障局" },                                 \
		{ "condition", "消防通道改宽以后" },                                               \
	{                                                                                          \
		"instead", "学校操场夜里开放停车。"                                     \
	}

/* Explained and not solved, waiting for HE; more: further fields. */
static inline enum xq_rc
submit_explained(struct world *w, enum who who, int64_t no)
{
	return run(w, who, &reply_submit,
		IN({ "concern", no_text(w, no) }, { "text", "量过，只剩三米六，依法不能划。" },
			{ "outcome", "explained" }, { "basis", "《消防法》第二十八条" },
			{ "beyond", "1" }, WHY_NOT));
}

static inline enum xq_rc
approve(struct world *w, enum who who, int64_t no)
{
	return run(w, who, &reply_approve, IN({ "concern", no_text(w, no) }));
}

static inline enum xq_rc
send_back(struct world *w, enum who who, int64_t no)
{
	return run(w, who, &reply_send_back,
		IN({ "concern", no_text(w, no) }, { "why", "unclear" },
			{ "note", "写清哪天换的" }));
}

static inline enum xq_rc
rate(struct world *w, enum who who, const char *code, const char *solved, const char *sat)
{
	return run(w, who, &voice_rate, IN({ "code", code }, { "solved", solved }, { "sat", sat }));
}

static inline enum xq_rc
rule(struct world *w, enum who who, int64_t no, const char *decision)
{
	return run(w, who, &concern_rule_outcome,
		IN({ "concern", no_text(w, no) }, { "decision", decision }, { "note", "已核实" }));
}

/* A concern of GU's intake that CHEN of u04 handles: former owner u03, owner u04. */
static inline int64_t
signed_by_chen(struct world *w)
{
	const int64_t no = take_down(w, GU, "property");
	OK(accept_it(w, CHEN, no));
	return no;
}

static inline int64_t
answered_by_chen(struct world *w)
{
	const int64_t no = signed_by_chen(w);
	OK(submit(w, CHEN, no));
	OK(approve(w, HE, no));
	return no;
}

static inline int64_t
waiting_for_ruling(struct world *w)
{
	const int64_t no = answered_by_chen(w);
	OK(rate(w, RESIDENT, w->code, "no", "4"));
	return no;
}

/* ---- the office ----------------------------------------------------------------------------- */

/* clang-format off */
static const struct unit_new world_units[] = {
	{ "u03", "u03", "受理大厅", "受理大厅", UNIT_STATION, 20 },
	{ "u04", "u04", "物业管理科", "物业管理科", UNIT_SECTION, 30 },
	{ "u05", "u05", "城市管理科", "城市管理科", UNIT_SECTION, 40 },
	{ "u06", "u06", "社区服务科", "社区服务科", UNIT_SECTION, 50 },
	{ "u10", "u10", "督办岗", "督办岗", UNIT_SECTION, 90 },
};

static const struct world_person {
	const char *login, *name, *unit;
	enum role role[2];
	size_t n_roles;
	enum scope scope;
} world_people[N_STAFF] = {
	[GU]    = { "guxl",   "顾晓岚", "u03", { ROLE_CLERK },                  1, SCOPE_OFFICE },
	[XIANG] = { "xiangn", "向楠",   "u03", { ROLE_CLERK },                  1, SCOPE_OFFICE },
	[CHEN]  = { "chenhy", "陈海燕", "u04", { ROLE_HANDLER },                1, SCOPE_UNIT },
	[WANG]  = { "wangl",  "王蕾",   "u04", { ROLE_HANDLER },                1, SCOPE_UNIT },
	[HE]    = { "hezy",   "何志远", "u04", { ROLE_HANDLER, ROLE_APPROVER }, 2, SCOPE_UNIT },
	[BAI]   = { "baih",   "白桦",   "u04", { ROLE_SUPERVISOR },             1, SCOPE_OFFICE },
	[FANG]  = { "fangj",  "方静",   "u05", { ROLE_HANDLER },                1, SCOPE_UNIT },
	[MA]    = { "maq",    "马强",   "u05", { ROLE_HANDLER },                1, SCOPE_UNIT },
	[YE]    = { "yej",    "叶静",   "u05", { ROLE_APPROVER },               1, SCOPE_UNIT },
	[LUO]   = { "luoy",   "罗芸",   "u06", { ROLE_HANDLER },                1, SCOPE_UNIT },
	[WEN]   = { "wenb",   "温斌",   "u06", { 0 },                           0, SCOPE_OFFICE },
	[SHEN]  = { "shenr",  "沈锐",   "u10", { ROLE_SUPERVISOR },             1, SCOPE_OFFICE },
	[PEI]   = { "peix",   "裴欣",   "u02", { ROLE_EVALUATOR },              1, SCOPE_OFFICE },
	[ZHOU]  = { "zhoum",  "周敏",   "u01", { ROLE_LEADER },                 1, SCOPE_OFFICE },
};
/* clang-format on */

static inline int64_t
world_office(struct world *w, const char *code)
{
	const struct office_new n = { .code = code,
		.name = "青枫街道办事处",
		.short_name = "青枫街道",
		.mark = "青街",
		.phone = "021-5550-0123",
		.hours = "工作日 8:30–17:30",
		.origin = mem_printf(w->mem, "test.example/log/%s", code),
		.admin_login = "admin",
		.admin_name = "管理员",
		.admin_password_hash = "nobody signs in here" };
	int64_t id = 0;
	const enum xq_rc rc = office_create(w->app, &n, &id, &w->err);
	if (rc != XQ_OK)
		fail_msg("office_create: %s %s", w->err.key, w->err.detail);
	return id;
}

/* An account without a first password to be changed, so that it may act at once. */
static inline struct actor
world_hire(struct world *w, struct tx *tx, const struct world_person *p)
{
	struct unit u;
	struct actor a = { 0 };
	int64_t person, account;
	OK(unit_by_code(tx, w->mem, w->office, str_of(p->unit), &u, &w->err));
	OK(person_add(tx, w->office, p->name, "", "", u.id, &person, &w->err));
	OK(account_add(tx, w->office, person, p->login, "x", now_of(w), &account, &w->err));
	for (size_t i = 0; i < p->n_roles; i++)
		OK(role_give(tx, w->office, account,
			&(struct grant){ p->role[i], p->scope, p->scope == SCOPE_UNIT ? u.id : 0 },
			now_of(w), &w->err));
	OK(actor_by_login(tx, w->office, str_of(p->login), &a, &w->err));
	return a;
}

static inline void
world_fill(struct world *w)
{
	struct tx *tx;
	struct unit u;
	int64_t id;
	OK(db_write(w->app->db, &tx, &w->err));
	for (size_t i = 0; i < sizeof world_units / sizeof *world_units; i++)
		OK(unit_add(tx, w->office, &world_units[i], &id, &w->err));
	for (size_t i = 0; i < N_STAFF; i++)
		w->who[i] = world_hire(w, tx, &world_people[i]);
	static const enum who heads[] = { GU, HE, FANG };
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		OK(unit_set_head(tx, w->office, w->who[heads[i]].unit_id,
			w->who[heads[i]].person_id, &w->err));
	OK(unit_by_code(tx, w->mem, w->office, STR("u04"), &u, &w->err));
	OK(duty_set(tx, w->office, "property", u.id, &w->err));
	OK(unit_by_code(tx, w->mem, w->office, STR("u05"), &u, &w->err));
	OK(duty_set(tx, w->office, "parking", u.id, &w->err));
	OK(actor_by_login(tx, w->office, STR("admin"), &w->admin, &w->err));
	OK(tx_commit(tx, &w->err));
	w->who[SYSTEM] = actor_system(w->office);
	w->who[RESIDENT] = actor_resident(w->office);
	w->who[NOBODY] = (struct actor){ .kind = ACTOR_NOBODY, .office = w->office };
	OK(run_call(w,
		call_of(w, &w->admin, &post_assign_act,
			IN({ "post", "intake" }, { "holder", "guxl" }, { "standin", "xiangn" }))));
	mark(w);
}

static inline struct world *
world_new_in(struct db_options db, int64_t now)
{
	void *mem = mem_root("world");
	struct world *w = mem_new(mem, struct world);
	log_quiet(true);
	w->mem = mem;
	snprintf(w->dir, sizeof w->dir, "/tmp/xq-concern-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	clock_init_fixed(&w->clock, now);
	const struct app_options opt = {
		.db = db, .modules = world_modules, .clock = &w->clock, .may_create = true
	};
	const enum xq_rc rc = app_open(mem, w->dir, &opt, &w->app, &w->err);
	if (rc != XQ_OK)
		fail_msg("app_open: %s %s", w->err.key, w->err.detail);
	w->office = world_office(w, "qf");
	w->other = world_office(w, "lc");
	world_fill(w);
	return w;
}

static inline struct world *
world_new(bool is_memory, int64_t now)
{
	return world_new_in((struct db_options){ .is_memory = is_memory }, now);
}

/* Wednesday, 30 September 2026, 10:20: the last working day before the National Day week. */
static inline int
world_setup(void **state)
{
	*state = world_new(true, moment(20260930, 1020));
	return 0;
}

/* For tests that go through the year: the record never goes back behind its first entry. */
static inline int
world_setup_in_january(void **state)
{
	*state = world_new(true, moment(20260101, 800));
	return 0;
}

static inline int
world_remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static inline int
world_teardown(void **state)
{
	struct world *w = *state;
	char dir[sizeof w->dir];
	memcpy(dir, w->dir, sizeof dir);
	app_close(w->app);
	mem_free(w->mem);
	(void)nftw(dir, world_remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return 0;
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, world_setup, world_teardown)
#define TEST_OF_THE_YEAR(fn)                                                                       \
	cmocka_unit_test_setup_teardown(fn, world_setup_in_january, world_teardown)

#endif
