/* SPDX-License-Identifier: Apache-2.0 */
/* Due work found by the clock, and messages that leave the office: all of it once after any pause,
 * at least once after a crash, and no harm from a clock that was set back. */
#include "fixture.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "act/act_int.h"
#include "concern/concern_int.h"

#include "core/banned.h"

/* ---- a job and an effect of the tests' own -------------------------------------------------- */

static const struct field flip_fields[] = { { "id", FIELD_ID, .required = true },
	{ .name = NULL } };

enum { UNLUCKY = -13 };

static struct {
	pthread_mutex_t lock;
	pthread_cond_t moved;
	size_t n;
} flips = { .lock = PTHREAD_MUTEX_INITIALIZER, .moved = PTHREAD_COND_INITIALIZER };

/* Turns a negative number into a positive one; one of them is always refused. */
static enum xq_rc
flip_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	enum xq_rc rc = db_exec_one(ctx->tx,
		SQL("UPDATE test_row SET n = -n WHERE office = ? AND id = ? AND n < 0 AND n <> ?"),
		VALS(V(ctx->office), V(form_int(in, "id")), V(UNLUCKY)), err);
	if (rc == XQ_OK)
		rc = act_note(ctx, err);
	pthread_mutex_lock(&flips.lock);
	flips.n += rc == XQ_OK;
	pthread_cond_broadcast(&flips.moved);
	pthread_mutex_unlock(&flips.lock);
	return rc;
}

static enum xq_rc
flip_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	(void)now;
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT id FROM test_row WHERE office = ? AND n < 0 ORDER BY id LIMIT ?"),
		VALS(V(office), V((int64_t)max)));
	while (n < max && row_next(q))
		out_id[n++] = row_int(q, 0);
	*out_n = n;
	return rows_close(q, err);
}

static const struct act flip_act = {
	.name = "test.flip",
	.title = "Turn a number",
	.who = PERM_SYSTEM,
	.fields = flip_fields,
	.apply = flip_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
	.is_hidden = true,
};
static const struct job flip_job = { "test.flip", &flip_act, flip_find };

/* What the effect answers, one after the other, and what it was given. */
static struct {
	enum xq_rc plan[16];
	size_t n;
	bool dies;
	char told[256];
} outside;

static enum xq_rc
outside_run(struct app *app, void *mem, int64_t office, struct str json, struct xq_err *err)
{
	(void)mem;
	if (outside.dies)
		_exit(42);
	const size_t have = strlen(outside.told);
	snprintf(outside.told + have, sizeof outside.told - have, "%s%.*s", have ? " " : "",
		(int)json.n, json.p);
	assert_non_null(app_office(app, office));
	switch (outside.plan[outside.n++ % 16]) {
	case XQ_BUSY:
		return xq_busy(err, "test.busy");
	case XQ_FAULT:
		return xq_fault(err, "test.broken", "for the log");
	case XQ_REFUSED:
		return xq_refuse(err, NULL, "test.no");
	case XQ_NONE:
	case XQ_OK:
		break;
	}
	return XQ_OK;
}

static const struct effect outside_effect = { "test.outside", outside_run };

static const struct field post_fields[] = {
	{ "effect", FIELD_TEXT, .required = true, .label = "Effect" },
	{ "body", FIELD_TEXT, .required = true, .label = "Body" },
	{ "refuse", FIELD_BOOL, .label = "Refuse" },
	{ .name = NULL },
};

static enum xq_rc
post_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	enum xq_rc rc = act_outbox(ctx, form_text(in, "effect"), form_str(in, "body"), err);
	if (rc == XQ_OK)
		rc = act_note(ctx, err);
	return rc == XQ_OK && form_bool(in, "refuse") ? xq_refuse(err, NULL, "test.no") : rc;
}

static const struct act post_act = {
	.name = "test.post",
	.title = "Post a message",
	.who = PERM_STAFF,
	.fields = post_fields,
	.apply = post_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};

static const struct module test_module = {
	.name = "test",
	.migrations = (const struct migration *const[]){ &test_migration_1, NULL },
	.acts = (const struct act *const[]){ &test_put_act, &flip_act, &post_act, NULL },
	.jobs = (const struct job *const[]){ &flip_job, NULL },
	.effects = (const struct effect *const[]){ &outside_effect, NULL },
};

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, &test_module, NULL };

static int
jobs_setup(void **state)
{
	memset(&outside, 0, sizeof outside);
	flips.n = 0;
	return world_setup(state);
}

static int
jobs_setup_on_disk(void **state)
{
	memset(&outside, 0, sizeof outside);
	*state = world_new(false, moment(20260930, 1020));
	return 0;
}

#define JOBS_TEST(fn) cmocka_unit_test_setup_teardown(fn, jobs_setup, world_teardown)

/* ---- after a pause -------------------------------------------------------------------------- */

/* Monday: three offers, a question that is handled, one that is only offered, a draft. */
static void
begin_the_week(struct world *w)
{
	go(w, 20261012, 900);
	for (int i = 0; i < 3; i++)
		(void)take_down(w, GU, "property");
	OK(run(w, GU, &concern_register,
		IN({ "body", "几点开门？" }, { "nature", "consult" }, { "class", "property" })));
	OK(accept_it(w, CHEN, made_now(w)));
	OK(run(w, GU, &concern_register,
		IN({ "body", "周六开门吗？" }, { "nature", "consult" }, { "class", "property" })));
	OK(run(w, RESIDENT, &draft_say,
		IN({ "draft", "00112233445566778899aabbccddeeff" }, { "body", "楼道灯" })));
}

static void
three_days_of_downtime_are_made_up_for_once(void **state)
{
	struct world *w = *state;
	begin_the_week(w);
	assert_int_equal(run_jobs(w), 0);
	go(w, 20261015, 900);
	mark(w);
	/* four offers lapse, both questions are late, one draft is forgotten */
	assert_int_equal(run_jobs(w), 7);
	assert_string_equal(news(w), "concern.declined system - {\"why\":\"lapsed\"}\n"
				     "concern.declined system - {\"why\":\"lapsed\"}\n"
				     "concern.declined system - {\"why\":\"lapsed\"}\n"
				     "concern.declined system - {\"why\":\"lapsed\"}\n"
				     "concern.supervised system u04 {\"level\":\"head\"}\n"
				     "concern.supervised system u03 {\"level\":\"head\"}");
	assert_int_equal(
		ask(w, SQL("SELECT count(*) FROM draft WHERE office = ?"), VALS(V(w->office))), 0);
	assert_int_equal(ask(w, SQL("SELECT count(*) FROM handover WHERE office = ? AND state = 0"),
				 VALS(V(w->office))),
		0);
	mark(w);
	assert_int_equal(run_jobs(w), 0);
	assert_string_equal(news(w), "");
}

static void
any_number_of_due_rows_is_done_in_one_go(void **state)
{
	struct world *w = *state;
	enum { MANY = 150 }; /* more than two rounds */
	for (int i = 0; i < MANY; i++)
		(void)take_down(w, GU, "property");
	go(w, 20261008, 1730);
	assert_int_equal(run_jobs(w), MANY);
	assert_int_equal(run_jobs(w), 0);
	assert_int_equal(count_events(w, "\"k\":\"concern.declined\""), MANY);
}

static void
work_that_is_due_is_done_in_every_office(void **state)
{
	struct world *w = *state;
	const struct actor there = actor_resident(w->other);
	OK(run_call(w, call_of(w, &there, &concern_raise, IN({ "body", "楼道灯不亮。" }))));
	(void)take_down(w, LUO, "other");
	go(w, 20261014, 900);
	assert_int_equal(run_jobs(w), 2);
	assert_int_equal(count_events(w, "\"k\":\"concern.supervised\""), 1);
	assert_int_equal(ask(w,
				 SQL("SELECT count(*) FROM concern WHERE office = ?"
				     " AND escalated_at IS NOT NULL"),
				 VALS(V(w->other))),
		1);
}

/* ---- whose turn it is ------------------------------------------------------------------------ */

static void
write_in(struct world *w, int64_t office)
{
	struct tx *tx;
	OK(db_write(w->app->db, &tx, &w->err));
	tx_touch(tx, office);
	OK(tx_commit(tx, &w->err));
}

static bool
is_among(const int64_t *list, size_t n, int64_t office)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == office)
			return true;
	return false;
}

/* A list of offices as a city has it; only their numbers count here. */
static void
offices_come_round_and_those_with_news_first(void **state)
{
	struct world *w = *state;
	enum { OFFICES = 300, ROUNDS = OFFICES / TURNS_EACH + 1 };
	struct office_info *list = mem_array(w->mem, struct office_info, OFFICES);
	int seen[OFFICES] = { 0 };
	for (size_t i = 0; i < OFFICES; i++)
		list[i].id = (int64_t)i + 1;
	struct app city = { .mem = w->mem, .db = w->app->db, .office = list, .n_offices = OFFICES };
	struct turns t;
	int64_t office[TURNS_MAX];
	turns_init(&t);
	for (int round = 0; round < ROUNDS; round++) {
		size_t n = turns_take(&t, &city, office);
		for (size_t i = 0; i < n; i++) {
			seen[office[i] - 1]++;
			assert_false(is_among(office, i, office[i])); /* none twice in one look */
		}
	}
	for (size_t i = 0; i < OFFICES; i++)
		assert_in_range(seen[i], 1, 3);
	assert_int_equal(turns_take(&t, &city, office), TURNS_EACH); /* nothing is new */
	const int64_t far = t.next > 150 ? 5 : 290;
	write_in(w, far);
	size_t n = turns_take(&t, &city, office);
	assert_int_equal(n, TURNS_EACH + 1);
	assert_int_equal(office[TURNS_EACH], far);
	assert_int_equal(turns_take(&t, &city, office), TURNS_EACH); /* once */
	turns_clear(&t);
}

static void
a_few_offices_are_all_looked_at_each_time(void **state)
{
	struct world *w = *state;
	struct turns t;
	int64_t office[TURNS_MAX];
	turns_init(&t);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(turns_take(&t, w->app, office), 2);
		assert_true(is_among(office, 2, w->office) && is_among(office, 2, w->other));
	}
	const int64_t third = world_office(w, "th");
	assert_int_equal(turns_take(&t, w->app, office), 3);
	assert_true(is_among(office, 3, third));
	turns_clear(&t);
}

/* As if it had come checked: the field itself takes no negative number. */
static void
put_negative(struct world *w, int64_t n)
{
	struct act_call *call = put_call(w, CHEN, "1", "well");
	form_set_int(&call->form, "n", n);
	OK(run_call(w, call));
}

static void
a_row_that_is_refused_holds_up_no_other_and_ends(void **state)
{
	struct world *w = *state;
	static const int n[] = { -1, UNLUCKY, -2 };
	for (size_t i = 0; i < 3; i++)
		put_negative(w, n[i]);
	assert_int_equal(run_jobs(w), 2);
	assert_string_equal(numbers(w), "1 -13 2");
	assert_int_equal(run_jobs(w), 0);
}

static void
keys_are_answered_for_a_week(void **state)
{
	struct world *w = *state;
	struct act_call *call = put_call(w, CHEN, "1", "well");
	call->idem_key = "k";
	OK(run_call(w, call));
	for (int late = 0; late < 2; late++) {
		clock_set(&w->clock, moment(20261007, 1020) + late);
		assert_int_equal(run_jobs(w), late);
		call = put_call(w, CHEN, "2", "well");
		call->idem_key = "k";
		OK(run_call(w, call));
		assert_int_equal(call->is_replay, !late);
	}
	assert_string_equal(numbers(w), "1 2");
}

/* ---- a clock that was set back -------------------------------------------------------------- */

/* No event is earlier than the one before it. */
static void
assert_record_in_order(struct world *w)
{
	int64_t last = 0;
	struct tx *tx = look(w);
	struct rows *q =
		db_query(tx, SQL("SELECT bytes FROM ledger_event WHERE office = ? ORDER BY seq"),
			VALS(V(w->office)));
	while (row_next(q)) {
		struct event_seen e;
		OK(event_check(row_str(q, 0), NULL, -1, &e, &w->err));
		assert_true(e.at >= last);
		last = e.at;
	}
	OK(rows_close(q, &w->err));
	tx_end(tx);
}

#define NO_ROWS(w, sql_)                                                                           \
	assert_int_equal(ask((w), SQL("SELECT count(*) FROM " sql_), VALS(V((w)->office))), 0)

static void
assert_no_negative_time(struct world *w)
{
	NO_ROWS(w, "owner_span WHERE office = ? AND until_at < from_at");
	NO_ROWS(w,
		"handover WHERE office = ? AND (done_at < offered_at OR lapses_at <= offered_at)");
	NO_ROWS(w, "reply WHERE office = ? AND decided_at < submitted_at");
	NO_ROWS(w, "concern WHERE office = ? AND (due_at <= raised_at OR answered_at < raised_at"
		   " OR closed_at < answered_at OR contact_at < raised_at)");
	NO_ROWS(w, "step a JOIN step b ON b.office = a.office AND b.concern_id = a.concern_id"
		   " AND b.no > a.no WHERE a.office = ? AND b.at < a.at");
	NO_ROWS(w, "audit a JOIN audit b ON b.office = a.office AND b.id = a.id + 1"
		   " WHERE a.office = ? AND b.at < a.at");
}

static void
a_clock_set_back_by_a_day_does_no_harm(void **state)
{
	struct world *w = *state;
	go(w, 20261012, 1500);
	const int64_t no = take_down(w, GU, "property");
	const int64_t before = now_of(w);
	clock_shift(&w->clock, -86400);
	assert_int_equal(run_jobs(w), 0);
	OK(accept_it(w, CHEN, no));
	OK(offer(w, CHEN, no, "u05", NOBODY));
	OK(decline_it(w, MA, no));
	OK(run(w, CHEN, &concern_contact,
		IN({ "concern", no_text(w, no) }, { "note", "打过电话" }, { "made", "1" })));
	OK(submit(w, CHEN, no));
	OK(approve(w, HE, no));
	assert_int_equal(concern_of(w, no).answered_at, before); /* as late as what came before */
	OK(rate(w, RESIDENT, w->code, "no", "4"));
	OK(rule(w, SHEN, no, "redo"));
	const int64_t second = take_down(w, GU, "property");
	assert_int_equal(concern_of(w, second).raised_at, before);
	assert_record_in_order(w);
	assert_no_negative_time(w);
	assert_invariants(w);
}

/* What was not due yet is not done early or twice when the clock comes back to where it was. */
static void
the_same_day_seen_twice_does_its_work_once(void **state)
{
	struct world *w = *state;
	go(w, 20261012, 1500);
	(void)take_down(w, GU, "property");
	go(w, 20261013, 1731);
	assert_int_equal(run_jobs(w), 1);
	clock_shift(&w->clock, -86400);
	assert_int_equal(run_jobs(w), 0);
	(void)take_down(w, GU, "property"); /* of today, as the record counts: due tomorrow */
	clock_shift(&w->clock, 86400);
	assert_int_equal(run_jobs(w), 0);
	go(w, 20261014, 1730);
	assert_int_equal(run_jobs(w), 1);
	assert_record_in_order(w);
	assert_no_negative_time(w);
	assert_invariants(w);
}

/* ---- messages ------------------------------------------------------------------------------- */

static void
post(struct world *w, const char *effect, const char *body)
{
	OK(run(w, CHEN, &post_act, IN({ "effect", effect }, { "body", body })));
}

static int
run_outbox(struct world *w)
{
	int done = -1;
	OK(app_run_outbox(w->app, &done, &w->err));
	return done;
}

/* State, tries, minutes until the next one and why, of the newest message. */
static const char *
message_now(struct world *w)
{
	struct tx *tx = look(w);
	struct rows *q = db_query(tx,
		SQL("SELECT state, tries, run_at, coalesce(why, '-') FROM outbox WHERE office = ?"
		    " ORDER BY id DESC LIMIT 1"),
		VALS(V(w->office)));
	assert_true(row_next(q));
	const char *text = mem_printf(w->mem, "%s after %lld %s",
		row_int(q, 0) == 0   ? "waits"
		: row_int(q, 0) == 1 ? "done"
				     : "dead",
		(long long)row_int(q, 1), row_text(q, 3, w->mem));
	if (row_int(q, 0) == 0)
		text = mem_printf(
			w->mem, "%s +%lld", text, (long long)(row_int(q, 2) - now_of(w)) / 60);
	assert_false(row_next(q));
	OK(rows_close(q, &w->err));
	tx_end(tx);
	return text;
}

static void
a_message_is_sent_after_the_act_and_once(void **state)
{
	struct world *w = *state;
	post(w, "test.outside", "{\"a\":1}");
	assert_string_equal(outside.told, "");
	assert_string_equal(message_now(w), "waits after 0 - +0");
	assert_int_equal(run_outbox(w), 1);
	assert_string_equal(outside.told, "{\"a\":1}");
	assert_string_equal(message_now(w), "done after 1 ");
	assert_int_equal(run_outbox(w), 0);
	clock_shift(&w->clock, 86400);
	assert_int_equal(run_outbox(w), 0);
	assert_int_equal(outside.n, 1);
}

static void
an_act_that_is_refused_sends_nothing(void **state)
{
	struct world *w = *state;
	assert_refused(w,
		run(w, CHEN, &post_act,
			IN({ "effect", "test.outside" }, { "body", "x" }, { "refuse", "1" })),
		NULL, "test.no");
	assert_int_equal(run_outbox(w), 0);
	assert_int_equal(outside.n, 0);
}

static void
messages_go_in_the_order_they_came(void **state)
{
	struct world *w = *state;
	enum { MANY = 40 }; /* more than one round */
	for (int i = 0; i < MANY; i++)
		post(w, "test.outside", mem_printf(w->mem, "%d", i));
	assert_int_equal(run_outbox(w) + run_outbox(w), MANY);
	assert_int_equal(outside.n, MANY);
	struct buf want = buf_new(w->mem, 256);
	for (int i = 0; i < MANY; i++)
		buf_printf(&want, "%s%d", i ? " " : "", i);
	assert_string_equal(outside.told, want.p);
}

/* Again after 1, 2, 4 ... minutes; shown as dead after the eighth time. */
static void
a_failing_message_is_tried_eight_times(void **state)
{
	struct world *w = *state;
	static const char *const want[] = { "waits after 1 test.busy +1",
		"waits after 2 test.broken +2", "waits after 3 test.busy +4",
		"waits after 4 test.broken +8", "waits after 5 test.busy +16",
		"waits after 6 test.broken +32", "waits after 7 test.busy +64",
		"dead after 8 test.broken" };
	for (size_t i = 0; i < 16; i++)
		outside.plan[i] = i % 2 ? XQ_FAULT : XQ_BUSY;
	post(w, "test.outside", "x");
	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(run_outbox(w), 1);
		assert_string_equal(message_now(w), want[i]);
		clock_shift(&w->clock, (60 << i) - 1);
		assert_int_equal(run_outbox(w), 0); /* not a second too early */
		clock_shift(&w->clock, 1);
	}
	clock_shift(&w->clock, 86400 * 365);
	assert_int_equal(run_outbox(w), 0);
	assert_int_equal(outside.n, 8);
}

static void
a_message_that_gets_through_at_last_is_done(void **state)
{
	struct world *w = *state;
	outside.plan[0] = outside.plan[1] = XQ_BUSY;
	post(w, "test.outside", "x");
	assert_int_equal(run_outbox(w), 1);
	clock_shift(&w->clock, 60);
	assert_int_equal(run_outbox(w), 1);
	clock_shift(&w->clock, 120);
	assert_int_equal(run_outbox(w), 1);
	assert_string_equal(message_now(w), "done after 3 ");
}

static void
what_is_refused_or_unknown_is_not_tried_again(void **state)
{
	struct world *w = *state;
	outside.plan[0] = XQ_REFUSED;
	post(w, "test.outside", "x");
	assert_int_equal(run_outbox(w), 1);
	assert_string_equal(message_now(w), "dead after 1 test.no");
	post(w, "test.nowhere", "x");
	assert_int_equal(run_outbox(w), 1);
	assert_string_equal(message_now(w), "dead after 1 outbox.no-effect");
	clock_shift(&w->clock, 86400);
	assert_int_equal(run_outbox(w), 0);
}

static void
one_bad_message_holds_up_no_other(void **state)
{
	struct world *w = *state;
	outside.plan[0] = XQ_FAULT;
	post(w, "test.outside", "1");
	post(w, "test.nowhere", "2");
	post(w, "test.outside", "3");
	assert_int_equal(run_outbox(w), 3);
	assert_string_equal(outside.told, "1 3");
	assert_string_equal(message_now(w), "done after 1 ");
}

static void
a_clock_set_back_delays_a_message_and_loses_none(void **state)
{
	struct world *w = *state;
	post(w, "test.outside", "x");
	clock_shift(&w->clock, -86400);
	assert_int_equal(run_outbox(w), 0);
	clock_shift(&w->clock, 86400);
	assert_int_equal(run_outbox(w), 1);
}

static struct app *
open_again(struct world *w)
{
	const struct app_options opt = { .modules = world_modules, .clock = &w->clock };
	struct app *app;
	OK(app_open(w->mem, w->dir, &opt, &app, &w->err));
	return app;
}

/* The process ends between the sending and the note that it was sent. */
static void
a_message_is_sent_again_after_a_crash(void **state)
{
	struct world *w = *state;
	post(w, "test.outside", "x");
	app_close(w->app);
	fflush(NULL);
	const pid_t pid = fork();
	if (pid == 0) {
		outside.dies = true;
		int done;
		(void)!app_run_outbox(open_again(w), &done, &w->err);
		_exit(0);
	}
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 42); /* it was inside the effect */
	w->app = open_again(w);
	assert_string_equal(message_now(w), "waits after 1  +1"); /* the try was noted before */
	assert_int_equal(run_outbox(w), 0);
	clock_shift(&w->clock, 60);
	assert_int_equal(run_outbox(w), 1);
	assert_string_equal(outside.told, "x");
	assert_string_equal(message_now(w), "done after 2 ");
}

/* ---- the clock's thread --------------------------------------------------------------------- */

static void
the_clock_looks_again_when_it_is_woken(void **state)
{
	struct world *w = *state;
	OK(app_start_writer(w->app, &w->err));
	OK(app_start_runner(w->app, &w->err));
	put_negative(w, -5);
	app_wake_clock(w->app);
	pthread_mutex_lock(&flips.lock);
	while (flips.n == 0)
		pthread_cond_wait(&flips.moved, &flips.lock);
	pthread_mutex_unlock(&flips.lock);
	app_stop(w->app);
	assert_string_equal(numbers(w), "5");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		JOBS_TEST(three_days_of_downtime_are_made_up_for_once),
		JOBS_TEST(any_number_of_due_rows_is_done_in_one_go),
		JOBS_TEST(work_that_is_due_is_done_in_every_office),
		JOBS_TEST(offices_come_round_and_those_with_news_first),
		JOBS_TEST(a_few_offices_are_all_looked_at_each_time),
		JOBS_TEST(a_row_that_is_refused_holds_up_no_other_and_ends),
		JOBS_TEST(keys_are_answered_for_a_week),
		JOBS_TEST(a_clock_set_back_by_a_day_does_no_harm),
		JOBS_TEST(the_same_day_seen_twice_does_its_work_once),
		JOBS_TEST(a_message_is_sent_after_the_act_and_once),
		JOBS_TEST(an_act_that_is_refused_sends_nothing),
		JOBS_TEST(messages_go_in_the_order_they_came),
		JOBS_TEST(a_failing_message_is_tried_eight_times),
		JOBS_TEST(a_message_that_gets_through_at_last_is_done),
		JOBS_TEST(what_is_refused_or_unknown_is_not_tried_again),
		JOBS_TEST(one_bad_message_holds_up_no_other),
		JOBS_TEST(a_clock_set_back_delays_a_message_and_loses_none),
		cmocka_unit_test_setup_teardown(
			a_message_is_sent_again_after_a_crash, jobs_setup_on_disk, world_teardown),
		JOBS_TEST(the_clock_looks_again_when_it_is_woken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
