/* SPDX-License-Identifier: Apache-2.0 */
/* The register of accountability: which facts the clock finds, that the unit is heard first and learns of
 * nothing before, who decides, the graded response, one appeal. */
#include "../concern/fixture.h"

#include "accountability/acct_int.h"
#include "core/parse.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, &accountability_module, NULL };

/* ---- short words ------------------------------------------------------------------------------------ */

static int64_t
facts(struct world *w, const char *fact)
{
	return ask(w, SQL("SELECT count(*) FROM acct_event WHERE office = ? AND fact = ?"),
		VALS(V(w->office), V(fact)));
}

static struct acct_event
event_of(struct world *w, int64_t no)
{
	struct acct_event e = { 0 };
	struct tx *tx = look(w);
	OK(acct_load(tx, w->mem, w->office, no, &e, &w->err));
	tx_end(tx);
	return e;
}

static const char *
number(struct world *w, int64_t no)
{
	return mem_printf(w->mem, "%lld", (long long)no);
}

static enum xq_rc
open_as(struct world *w, enum who who, const char *unit, const char *kind, const char *statement,
	int64_t concern)
{
	return run(w, who, &acct_open,
		IN({ "unit", unit }, { "kind", kind }, { "day", "2026-09-29" },
			{ "concern", concern ? no_text(w, concern) : "" },
			{ "statement", statement }, { "source", "居民写信反映" },
			{ "checked", "1" }));
}

/* Put down by SHEN about u04. */
static int64_t
opened(struct world *w, const char *kind)
{
	int64_t no = 0;
	OK(open_as(w, SHEN, "u04", kind, "窗口人员没有收下材料", 0));
	assert_true(parse_int(str_of(result(w, "no")), 1, INT64_MAX, &no));
	return no;
}

static enum xq_rc
put(struct world *w, enum who who, int64_t no)
{
	return run(w, who, &acct_ask, IN({ "event", number(w, no) }));
}

static enum xq_rc
explain(struct world *w, enum who who, int64_t no)
{
	return run(w, who, &acct_explain,
		IN({ "event", number(w, no) }, { "explanation", "当天系统停电，第二天补收了" }));
}

static enum xq_rc
decide(struct world *w, enum who who, int64_t no, const char *outcome)
{
	return run(w, who, &acct_decide,
		IN({ "event", number(w, no) }, { "outcome", outcome },
			{ "reason", "说明属实，但没有及时告知" }));
}

static enum xq_rc
appeal(struct world *w, enum who who, int64_t no)
{
	return run(w, who, &acct_appeal,
		IN({ "event", number(w, no) }, { "appeal", "当时已经电话告知" }));
}

static enum xq_rc
rule_on(struct world *w, enum who who, int64_t no, const char *outcome)
{
	return run(w, who, &acct_rule_appeal,
		IN({ "event", number(w, no) }, { "outcome", outcome },
			{ "ruling", "有通话记录，予以采纳" }));
}

static enum xq_rc
close_it(struct world *w, enum who who, int64_t no)
{
	return run(w, who, &acct_close,
		IN({ "event", number(w, no) }, { "done", "已约谈，窗口加了停电预案" }));
}

static int64_t
decided(struct world *w, const char *kind, const char *outcome)
{
	int64_t no = opened(w, kind);
	OK(put(w, SHEN, no));
	OK(explain(w, CHEN, no));
	OK(decide(w, SHEN, no, outcome));
	return no;
}

static size_t
listed(struct world *w, enum who who, enum acct_list_kind kind)
{
	struct acct_event *e;
	size_t n = 0;
	struct tx *tx = look(w);
	OK(acct_list(tx, w->mem, w->office,
		&(struct acct_query){ .kind = kind, .person_id = w->who[who].person_id, .max = 50 },
		&e, &n, &w->err));
	tx_end(tx);
	return n;
}

static enum acct_sight
sight(struct world *w, enum who who, int64_t no)
{
	struct acct_event e = event_of(w, no);
	enum acct_sight s = SEES_ALL;
	struct tx *tx = look(w);
	OK(acct_sight_of(tx, &w->who[who], &e, &s, &w->err));
	tx_end(tx);
	return s;
}

/* ---- what the clock finds --------------------------------------------------------------------------- */

static void
a_day_that_passes_unasked_is_found_once(void **state)
{
	struct world *w = *state;
	int64_t no = signed_by_chen(w);
	struct concern c = concern_of(w, no);
	go(w, c.due_day, 1731);
	run_jobs(w);
	go(w, day_add(c.due_day, 1), 900);
	run_jobs(w);
	go(w, day_add(c.due_day, 2), 900);
	run_jobs(w);
	assert_int_equal(facts(w, "late"), 1);
	struct acct_event e = event_of(w, 1);
	assert_string_equal(e.kind, "late");
	assert_string_equal(e.unit_code, "u04");
	assert_int_equal(e.concern_id, c.id);
	assert_int_equal(e.happened_at, c.due_at);
	assert_true(e.asked_at > 0 && e.explain_due_at > e.asked_at); /* the unit may explain */
	assert_int_equal(e.state, ACCT_DETECTED);                     /* and nothing is decided */
	assert_invariants(w);
}

/* A message that is sent again after a crash must be told from the next one. */
static void
the_head_is_told_of_each_fact_by_its_number(void **state)
{
	struct world *w = *state;
	int64_t no = signed_by_chen(w);
	(void)signed_by_chen(w);
	go(w, day_add(concern_of(w, no).due_day, 1), 900);
	run_jobs(w);
	assert_int_equal(facts(w, "late"), 2);
	assert_int_equal(ask(w,
				 SQL("SELECT count(DISTINCT body) FROM outbox WHERE office = ?"
				     " AND body LIKE '%acct.asked%'"),
				 VALS(V(w->office))),
		2);
}

static void
who_asked_for_more_time_is_not_put_down(void **state)
{
	struct world *w = *state;
	int64_t no = signed_by_chen(w);
	struct concern c = concern_of(w, no);
	OK(run(w, CHEN, &concern_ask_extension,
		IN({ "concern", no_text(w, no) }, { "day", "2026-10-16" }, { "why", "parts" },
			{ "note", "要等配件" })));
	go(w, day_add(c.due_day, 1), 900);
	run_jobs(w);
	assert_int_equal(facts(w, "late"), 0);
}

static void
what_is_answered_in_time_is_not_put_down(void **state)
{
	struct world *w = *state;
	int64_t no = answered_by_chen(w);
	go(w, day_add(concern_of(w, no).due_day, 1), 900);
	run_jobs(w);
	assert_int_equal(
		ask(w, SQL("SELECT count(*) FROM acct_event WHERE office = ?"), VALS(V(w->office))),
		0);
}

static void
a_second_return_after_a_ruling_is_found(void **state)
{
	struct world *w = *state;
	int64_t no = signed_by_chen(w);
	const struct pair first[] = { { "concern", no_text(w, no) }, { "unit", "u06" },
		{ "why", "duty" }, { "basis", "派单目录第7条" }, { 0 } };
	const struct pair second[] = { { "concern", no_text(w, no) }, { "unit", "u06" },
		{ "why", "area" }, { "basis", "派单目录第7条" }, { 0 } };
	OK(run(w, CHEN, &concern_ask_return, first));
	OK(run(w, SHEN, &concern_rule_return,
		IN({ "concern", no_text(w, no) }, { "decision", "refuse" }, { "note", "属你科" })));
	go(w, 20261001, 1);
	run_jobs(w);
	assert_int_equal(facts(w, "returned"), 0); /* asking once is a right */
	OK(run(w, CHEN, &concern_ask_return, second));
	go(w, 20261002, 1);
	run_jobs(w);
	assert_int_equal(facts(w, "returned"), 1);
	assert_string_equal(event_of(w, 1).kind, "fob-off");
}

static void
an_answer_that_the_resident_calls_untrue_is_found(void **state)
{
	struct world *w = *state;
	waiting_for_ruling(w); /* "solved", and the resident says no */
	go(w, 20261001, 1);
	run_jobs(w);
	assert_int_equal(facts(w, "untrue"), 1);
	assert_string_equal(event_of(w, 1).kind, "false-report");
	assert_string_equal(event_of(w, 1).unit_code, "u04");
}

static const char *
unlocked(struct world *w)
{
	OK(run(w, RESIDENT, &voice_unlock, IN({ "code", w->code }, { "digits", "8000" })));
	return result(w, "unlock");
}

static void
a_disagreement_that_was_right_is_found(void **state)
{
	struct world *w = *state;
	for (int round = 0; round < 2;
		round++) { /* the first is ruled "stands", the second "again" */
		int64_t no = answered_by_chen(w);
		const char *key = unlocked(w);
		OK(run(w, RESIDENT, &voice_dispute,
			IN({ "code", w->code }, { "unlock", key }, { "why", "not-done" },
				{ "text", "灯还是不亮" })));
		OK(run(w, SHEN, &concern_rule_dispute,
			IN({ "concern", no_text(w, no) },
				{ "decision", round == 0 ? "stands" : "again" },
				{ "note", "已经到现场看过" })));
		go(w, 20261001 + round, 1);
		run_jobs(w);
		assert_int_equal(facts(w, "again"), round);
	}
}

static void
only_the_clock_looks_for_facts(void **state)
{
	struct world *w = *state;
	assert_refused(w, run_call(w, call_of_id(w, &w->who[ZHOU], &acct_detect, 0)), NULL,
		"act.not-allowed");
}

/* ---- who knows what --------------------------------------------------------------------------------- */

static void
the_unit_knows_nothing_before_it_is_asked(void **state)
{
	struct world *w = *state;
	int64_t no = opened(w, "rude");
	assert_int_equal(sight(w, CHEN, no), SEES_NOTHING);
	assert_int_equal(sight(w, BAI, no), SEES_NOTHING); /* a supervisor of that very unit */
	assert_int_equal(listed(w, CHEN, ACCT_OURS), 0);
	assert_int_equal(listed(w, BAI, ACCT_OPEN), 0);
	assert_int_equal(listed(w, SHEN, ACCT_OPEN), 1);
	assert_refused(w, explain(w, CHEN, no), "event", "acct.unknown");
	assert_refused(w, put(w, BAI, no), "event", "acct.unknown");
	OK(put(w, SHEN, no));
	assert_int_equal(sight(w, CHEN, no), SEES_FACT);
	assert_int_equal(sight(w, BAI, no), SEES_NOTHING);
	assert_int_equal(sight(w, WEN, no), SEES_NOTHING);
	assert_int_equal(sight(w, FANG, no), SEES_NOTHING);
	assert_int_equal(sight(w, ZHOU, no), SEES_ALL);
	assert_int_equal(listed(w, CHEN, ACCT_OURS), 1);
	assert_int_equal(listed(w, BAI, ACCT_OPEN), 0);
	assert_refused(w, put(w, SHEN, no), NULL, "acct.asked-already");
}

static void
the_fact_does_not_tell_who_complained(void **state)
{
	struct world *w = *state;
	OK(run(w, GU, &concern_register,
		IN({ "body", "窗口不收材料。" }, { "class", "other" }, { "name", "吴秀英" },
			{ "phone", "13800138000" })));
	int64_t no = made_now(w);
	assert_refused(w, open_as(w, SHEN, "u04", "rude", "吴秀英来办事时被拒绝", no), "statement",
		"acct.tells-who");
	assert_refused(w, open_as(w, SHEN, "u04", "rude", "请回电13800138000", no), "statement",
		"acct.tells-who");
	OK(open_as(w, SHEN, "u04", "rude", "窗口人员没有收下材料", no));
}

static void
it_is_put_down_from_outside_and_by_who_keeps_the_register(void **state)
{
	struct world *w = *state;
	static const enum who others[] = { GU, CHEN, HE, PEI, WEN, RESIDENT };
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_refused(w, open_as(w, others[i], "u05", "rude", "拒绝收下材料", 0), NULL,
			"act.not-allowed");
	assert_refused(
		w, open_as(w, BAI, "u04", "rude", "拒绝收下材料", 0), "unit", "acct.own-unit");
	assert_refused(w, open_as(w, SHEN, "u99", "rude", "拒绝收下材料", 0), "unit",
		"concern.unit-unknown");
	OK(open_as(w, BAI, "u05", "rude", "拒绝收下材料", 0));
	OK(open_as(w, ZHOU, "u04", "leak", "名单贴在了门口", 0));
}

static void
all_faults_of_a_form_are_told_at_once(void **state)
{
	struct world *w = *state;
	enum xq_rc rc = run(w, SHEN, &acct_open,
		IN({ "unit", "" }, { "kind", "tag" }, { "day", "" }, { "statement", "x" }));
	assert_refused(w, rc, "unit", "field.missing");
	assert_refused(w, rc, "kind", "field.choice");
	assert_refused(w, rc, "day", "field.missing");
	assert_refused(w, rc, "checked", "acct.unchecked");
	assert_int_equal(w->call->form.n_faults, 5);
}

static void
the_record_names_nobody_and_no_unit(void **state)
{
	struct world *w = *state;
	decided(w, "leak", "transfer");
	assert_string_equal(news(w), "acct.step officer - {\"step\":\"opened\"}\n"
				     "acct.step officer - {\"step\":\"asked\"}\n"
				     "acct.step officer - {\"step\":\"explained\"}\n"
				     "acct.step officer - {\"step\":\"decided\"}");
}

/* ---- heard, decided, appealed ----------------------------------------------------------------------- */

static void
the_unit_is_heard_before_anybody_decides(void **state)
{
	struct world *w = *state;
	int64_t no = opened(w, "refusal");
	assert_refused(w, decide(w, SHEN, no, "urge"), NULL, "acct.not-asked");
	OK(put(w, SHEN, no));
	assert_refused(w, decide(w, SHEN, no, "urge"), NULL, "acct.explain-first");
	OK(explain(w, CHEN, no));
	assert_refused(w, explain(w, HE, no), NULL, "acct.explained-already");
	OK(decide(w, SHEN, no, "tolerated"));
	assert_refused(w, decide(w, ZHOU, no, "urge"), NULL, "acct.decided-already");
	assert_string_equal(event_of(w, no).final_outcome, "tolerated");
	assert_refused(w, appeal(w, CHEN, no), NULL, "acct.no-measure");
	OK(close_it(w, SHEN, no)); /* nothing was imposed, so nothing has to be waited for */
	assert_refused(w, close_it(w, SHEN, no), NULL, "acct.is-closed");
	assert_invariants(w);
}

/* 30 September, and the week of the National Day: three working days end on the 10th, a Saturday that is worked. */
static void
silence_is_waited_for_in_working_days(void **state)
{
	struct world *w = *state;
	int64_t no = opened(w, "refusal");
	OK(put(w, SHEN, no));
	assert_int_equal(event_of(w, no).explain_due_at, moment(20261010, 1730));
	go(w, 20261010, 1730);
	assert_refused(w, decide(w, SHEN, no, "urge"), NULL, "acct.explain-first");
	go(w, 20261010, 1731);
	OK(decide(w, SHEN, no, "urge"));
	assert_invariants(w);
}

static void
the_unit_never_decides_on_itself(void **state)
{
	struct world *w = *state;
	int64_t no = opened(w, "refusal");
	OK(put(w, SHEN, no));
	OK(explain(w, CHEN, no));
	assert_refused(w, decide(w, BAI, no, "no-cause"), "event", "acct.unknown");
	assert_refused(w, decide(w, CHEN, no, "no-cause"), NULL, "act.not-allowed");
	assert_refused(w, explain(w, SHEN, no), NULL, "acct.not-the-unit");
	/* who spoke for the unit and sits elsewhere now */
	force(w, SQL("UPDATE acct_event SET explained_by = ? WHERE office = ? AND no = ?"),
		VALS(V(w->who[SHEN].person_id), V(w->office), V(no)));
	assert_refused(w, decide(w, SHEN, no, "no-cause"), NULL, "acct.explained-by-you");
	OK(decide(w, ZHOU, no, "no-cause"));
}

static void
the_response_goes_up_step_by_step(void **state)
{
	struct world *w = *state;
	int64_t no = opened(w, "late");
	OK(put(w, SHEN, no));
	OK(explain(w, CHEN, no));
	assert_refused(w, decide(w, SHEN, no, "supervise"), "outcome", "acct.too-steep");
	OK(decide(w, SHEN, no, "urge"));
	int64_t next = opened(w, "late");
	OK(put(w, SHEN, next));
	OK(explain(w, CHEN, next));
	assert_refused(w, decide(w, SHEN, next, "talk"), "outcome", "acct.too-steep");
	OK(decide(w, SHEN, next, "supervise"));
	decided(w, "retaliation", "transfer"); /* what is grave may go to the end at once */
}

static void
a_unit_appeals_once_and_somebody_else_rules(void **state)
{
	struct world *w = *state;
	int64_t no = decided(w, "leak", "circular");
	assert_refused(w, close_it(w, SHEN, no), NULL, "acct.appeal-open");
	assert_refused(w, appeal(w, FANG, no), "event", "acct.unknown");
	assert_refused(w, rule_on(w, ZHOU, no, "urge"), NULL, "acct.no-appeal");
	OK(appeal(w, HE, no));
	assert_refused(w, appeal(w, CHEN, no), NULL, "acct.appealed-already");
	assert_refused(w, close_it(w, SHEN, no), NULL, "acct.ruling-open");
	assert_refused(w, rule_on(w, SHEN, no, "urge"), NULL, "acct.decided-by-you");
	assert_refused(w, rule_on(w, ZHOU, no, "transfer"), "outcome", "acct.not-milder");
	OK(rule_on(w, ZHOU, no, "urge"));
	assert_string_equal(event_of(w, no).outcome, "circular");
	assert_string_equal(event_of(w, no).final_outcome, "urge");
	assert_refused(w, rule_on(w, ZHOU, no, "urge"), NULL, "acct.no-appeal");
	OK(close_it(w, SHEN, no));
	assert_int_equal(event_of(w, no).state, ACCT_CLOSED);
	assert_int_equal(listed(w, SHEN, ACCT_OPEN), 0);
	assert_int_equal(listed(w, SHEN, ACCT_ENDED), 1);
	assert_invariants(w);
}

static void
the_time_to_appeal_ends_after_five_working_days(void **state)
{
	struct world *w = *state;
	int64_t no = decided(w, "leak", "urge");
	int64_t until = event_of(w, no).appeal_due_at;
	assert_int_equal(until, moment(20261013, 1730));
	clock_set(&w->clock, until + 1);
	assert_refused(w, appeal(w, CHEN, no), NULL, "acct.appeal-late");
	OK(close_it(w, ZHOU, no));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_day_that_passes_unasked_is_found_once),
		TEST(the_head_is_told_of_each_fact_by_its_number),
		TEST(who_asked_for_more_time_is_not_put_down),
		TEST(what_is_answered_in_time_is_not_put_down),
		TEST(a_second_return_after_a_ruling_is_found),
		TEST(an_answer_that_the_resident_calls_untrue_is_found),
		TEST(a_disagreement_that_was_right_is_found),
		TEST(only_the_clock_looks_for_facts),
		TEST(the_unit_knows_nothing_before_it_is_asked),
		TEST(the_fact_does_not_tell_who_complained),
		TEST(it_is_put_down_from_outside_and_by_who_keeps_the_register),
		TEST(all_faults_of_a_form_are_told_at_once),
		TEST(the_record_names_nobody_and_no_unit),
		TEST(the_unit_is_heard_before_anybody_decides),
		TEST(silence_is_waited_for_in_working_days),
		TEST(the_unit_never_decides_on_itself),
		TEST(the_response_goes_up_step_by_step),
		TEST(a_unit_appeals_once_and_somebody_else_rules),
		TEST(the_time_to_appeal_ends_after_five_working_days),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
