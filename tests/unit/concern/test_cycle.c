/* SPDX-License-Identifier: Apache-2.0 */
/* The cycle beyond the thin thread: returns, extensions, parking, helping, promises, endings, and what
 * the resident can say afterwards. */
#include "fixture.h"

#include "concern/concern_int.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, NULL };

static enum xq_rc
ask_return(struct world *w, enum who who, int64_t no, const char *unit, const char *why)
{
	return run(w, who, &concern_ask_return,
		IN({ "concern", no_text(w, no) }, { "unit", unit }, { "why", why },
			{ "basis", "派单目录第7条" }));
}

static enum xq_rc
rule_on(struct world *w, enum who who, const struct act *act, int64_t no, const char *decision)
{
	return run(w, who, act,
		IN({ "concern", no_text(w, no) }, { "decision", decision },
			{ "note", "已核对目录" }));
}

static enum xq_rc
ask_more_time(struct world *w, int64_t no, const char *day)
{
	return run(w, CHEN, &concern_ask_extension,
		IN({ "concern", no_text(w, no) }, { "day", day }, { "why", "parts" },
			{ "note", "要等配件" }));
}

static enum xq_rc
park(struct world *w, enum who who, int64_t no, const char *until)
{
	return run(w, who, &concern_park,
		IN({ "concern", no_text(w, no) }, { "ground", "budget" }, { "until", until },
			{ "sponsor", "zhoum" }, { "note", "维修资金要业主表决" }));
}

static const char *
unlock(struct world *w, const char *digits)
{
	OK(run(w, RESIDENT, &voice_unlock, IN({ "code", w->code }, { "digits", digits })));
	return result(w, "unlock");
}

/* ---- returns ------------------------------------------------------------------------------------ */

static void
a_granted_return_is_offered_and_the_old_unit_owns_until_then(void **state)
{
	struct world *w = *state;
	int64_t no = signed_by_chen(w);
	int32_t day = concern_of(w, no).due_day;
	mark(w);
	OK(ask_return(w, CHEN, no, "u05", "duty"));
	struct concern c = concern_of(w, no);
	assert_int_equal(c.state, ST_RETURN_ASKED);
	assert_int_equal(c.owner_person_id, w->who[CHEN].person_id);
	assert_int_equal(c.due_day, day);
	OK(rule_on(w, SHEN, &concern_rule_return, no, "grant"));
	c = concern_of(w, no);
	assert_int_equal(c.state, ST_ASSIGNED);
	assert_int_equal(c.owner_person_id, w->who[CHEN].person_id);
	OK(accept_it(w, MA, no));
	c = concern_of(w, no);
	assert_int_equal(c.owner_person_id, w->who[MA].person_id);
	assert_int_equal(c.due_day, day);
	assert_string_equal(news(w),
		"concern.return-asked handler u04 {\"why\":\"duty\"}\n"
		"concern.return-granted supervisor u10 {\"to\":\"u05\"}\n"
		"concern.offered supervisor u10 {\"to\":\"u05\"}\n"
		"concern.owned handler u05 {\"due\":\"2026-10-13T17:30:00+08:00\"}");
	assert_invariants(w);
}

static void
a_refused_return_cannot_be_asked_again_for_the_same_reason(void **state)
{
	struct world *w = *state;
	int64_t no = signed_by_chen(w);
	OK(ask_return(w, CHEN, no, "u05", "duty"));
	OK(rule_on(w, SHEN, &concern_rule_return, no, "refuse"));
	assert_int_equal(concern_of(w, no).state, ST_SIGNED);
	assert_refused(w, ask_return(w, CHEN, no, "u06", "duty"), "why", "return.ruled-before");
	OK(ask_return(w, CHEN, no, "u06", "area"));
	assert_invariants(w);
}

static void
an_assignment_can_be_asked_back_but_not_declined(void **state)
{
	struct world *w = *state;
	int64_t no = take_down(w, GU, "property");
	assert_refused(w, decline_it(w, CHEN, no), NULL, "concern.catalogue-offer");
	OK(ask_return(w, CHEN, no, "u05", "duty"));
	struct concern c = concern_of(w, no);
	assert_int_equal(c.owner_person_id, w->who[GU].person_id);
	OK(rule_on(w, SHEN, &concern_rule_return, no, "refuse"));
	assert_int_equal(concern_of(w, no).state, ST_ASSIGNED);
	OK(accept_it(w, CHEN, no)); /* offered again to the unit that asked */
	assert_invariants(w);
}

static void
nobody_rules_on_an_own_request(void **state)
{
	struct world *w = *state;
	int64_t no = signed_by_chen(w);
	OK(ask_return(w, CHEN, no, "u05", "duty"));
	assert_refused(
		w, rule_on(w, BAI, &concern_rule_return, no, "grant"), NULL, "concern.not-outside");
	assert_refused(
		w, rule_on(w, CHEN, &concern_rule_return, no, "grant"), NULL, "act.not-allowed");
	OK(rule_on(w, SHEN, &concern_rule_return, no, "grant"));
	assert_refused(w, rule_on(w, SHEN, &concern_rule_return, no, "grant"), NULL,
		"concern.wrong-state");
}

static void
a_return_has_to_be_asked_within_a_working_day(void **state)
{
	struct world *w = *state;
	int64_t no = signed_by_chen(w); /* 30 September: the next working day is 8 October */
	go(w, 20261008, 1800);
	assert_refused(w, ask_return(w, CHEN, no, "u05", "duty"), NULL, "return.too-late");
	go(w, 20261008, 1700);
	OK(ask_return(w, CHEN, no, "u05", "duty"));
}

/* ---- more time ---------------------------------------------------------------------------------- */

static void
only_a_ruling_moves_the_day(void **state)
{
	struct world *w = *state;
	int64_t no = signed_by_chen(w);
	int32_t day = concern_of(w, no).due_day;
	OK(ask_more_time(w, no, "2026-10-16"));
	assert_int_equal(concern_of(w, no).due_day, day);
	assert_refused(w, ask_more_time(w, no, "2026-10-16"), NULL, "extension.asked");
	assert_refused(w, rule_on(w, BAI, &concern_rule_extension, no, "grant"), NULL,
		"concern.not-outside");
	mark(w);
	OK(rule_on(w, SHEN, &concern_rule_extension, no, "grant"));
	assert_int_equal(concern_of(w, no).due_day, 20261016);
	assert_string_equal(news(w),
		"concern.due-moved supervisor u10 {\"by\":\"u10\","
		"\"due\":\"2026-10-16T17:30:00+08:00\",\"why\":\"extension\"}");
	assert_refused(w, ask_more_time(w, no, "2026-10-20"), NULL, "extension.once");
}

static void
more_time_is_asked_before_the_day_and_for_a_working_day(void **state)
{
	struct world *w = *state;
	int64_t no = signed_by_chen(w);
	assert_refused(w, ask_more_time(w, no, "2026-10-17"), "day", "concern.day-rest");
	assert_refused(w, ask_more_time(w, no, "2026-10-12"), "day", "extension.not-later");
	assert_refused(w, ask_more_time(w, no, "2026-12-01"), "day", "extension.too-long");
	go(w, 20261015, 900);
	assert_refused(w, ask_more_time(w, no, "2026-10-19"), NULL, "extension.after-due");
}

/* ---- parking ------------------------------------------------------------------------------------ */

static void
what_is_parked_goes_on_with_the_days_that_were_left(void **state)
{
	struct world *w = *state;
	int64_t no = signed_by_chen(w); /* due 13 October: five working days are left */
	assert_refused(w, park(w, BAI, no, "2026-11-20"), NULL, "concern.not-outside");
	assert_refused(w, park(w, SHEN, no, "2027-09-01"), "until", "park.too-long");
	assert_refused(w, park(w, SHEN, no, "2026-11-21"), "until", "concern.day-rest");
	mark(w);
	OK(park(w, SHEN, no, "2026-11-20"));
	struct concern c = concern_of(w, no);
	assert_int_equal(c.state, ST_PARKED);
	assert_int_equal(c.due_day, 20261120);
	go(w, 20261020, 900);
	(void)run_jobs(w);
	assert_int_equal(
		concern_of(w, no).level, 0); /* its old day has passed: it waits, it is not late */
	go(w, 20261120, 1730);
	(void)run_jobs(w);
	c = concern_of(w, no);
	assert_int_equal(c.state, ST_SIGNED);
	assert_int_equal(c.due_day, 20261127);
	assert_string_equal(news(w),
		"concern.parked supervisor u10 {\"until\":\"2026-11-20\",\"why\":\"budget\"}\n"
		"concern.due-moved supervisor u10 {\"by\":\"u10\","
		"\"due\":\"2026-11-20T17:30:00+08:00\",\"why\":\"parked\"}\n"
		"concern.resumed system - {}\n"
		"concern.due-moved system - {\"due\":\"2026-11-27T17:30:00+08:00\",\"why\":\"resumed\"}");
	assert_invariants(w);
}

/* ---- helping ------------------------------------------------------------------------------------ */

static void
a_helping_unit_answers_the_lead_who_stays_responsible(void **state)
{
	struct world *w = *state;
	int64_t no = signed_by_chen(w);
	const struct pair *help = IN({ "concern", no_text(w, no) }, { "unit", "u05" },
		{ "what", "清理占道" }, { "day", "2026-10-12" });
	OK(run(w, CHEN, &concern_assist, help));
	assert_refused(w, run(w, CHEN, &concern_assist, help), "unit", "assist.asked");
	assert_int_equal(concern_of(w, no).owner_person_id, w->who[CHEN].person_id);
	const struct pair *opinion =
		IN({ "concern", no_text(w, no) }, { "opinion", "已清理，设了隔离桩。" });
	assert_refused(w, run(w, LUO, &concern_give_opinion, opinion), NULL, "assist.none");
	OK(run(w, MA, &concern_give_opinion, opinion));
	assert_refused(w, run(w, MA, &concern_give_opinion, opinion), NULL, "assist.none");
	assert_refused(w,
		run(w, CHEN, &concern_assist,
			IN({ "concern", no_text(w, no) }, { "unit", "u06" }, { "what", "看看" },
				{ "day", "2026-10-30" })),
		"day", "assist.after-due");
}

static void
an_answer_goes_through_the_points(void **state)
{
	struct world *w = *state;
	int64_t no = signed_by_chen(w);
	OK(run(w, CHEN, &concern_set_points,
		IN({ "concern", no_text(w, no) }, { "points", "修好灯\n先装临时灯\n\n哪天能好" })));
	struct pair in[] = { { "concern", no_text(w, no) }, { "text", "灯已经换好，请您看看。" },
		{ "outcome", "solved" }, { "point1", "answered" }, { "point2", "left" }, { 0 },
		{ 0 }, { 0 } };
	assert_refused(w, run(w, CHEN, &reply_submit, in), "why2", "reply.point-open");
	assert_refused(w, XQ_REFUSED, "point3", "reply.point-unmarked");
	assert_int_equal(w->call->form.n_faults, 2);
	in[5] = (struct pair){ "why2", "当天就修好了，不用临时灯" };
	in[6] = (struct pair){ "point3", "answered" };
	OK(run(w, CHEN, &reply_submit, in));
	assert_int_equal(ask(w, SQL("SELECT count(*) FROM point WHERE office = ? AND state = 1"),
				 VALS(V(w->office))),
		2);
	assert_int_equal(ask(w, SQL("SELECT no FROM point WHERE office = ? AND state = 2"),
				 VALS(V(w->office))),
		2);
}

/* ---- promises ----------------------------------------------------------------------------------- */

static enum xq_rc
promise_on(struct world *w, int64_t no, const char *day)
{
	return run(w, CHEN, &concern_promise,
		IN({ "concern", no_text(w, no) }, { "text", "恢复1到6层照明" }, { "day", day }));
}

static void
a_promise_is_tracked_after_closing(void **state)
{
	struct world *w = *state;
	int64_t no = answered_by_chen(w);
	assert_refused(w, promise_on(w, no, "2026-10-04"), "day", "concern.day-rest");
	OK(promise_on(w, no, "2026-10-09"));
	OK(rate(w, RESIDENT, w->code, "yes", "1"));
	assert_int_equal(concern_of(w, no).state, ST_CLOSED);
	go(w, 20261010, 900);
	assert_int_equal(run_jobs(w), 1);
	assert_int_equal(run_jobs(w), 0);
	OK(run(w, CHEN, &promise_move,
		IN({ "concern", no_text(w, no) }, { "no", "1" }, { "day", "2026-10-13" },
			{ "why", "parts" }, { "note", "线路缺件" })));
	OK(run(w, CHEN, &promise_keep,
		IN({ "concern", no_text(w, no) }, { "no", "1" }, { "note", "13日全部亮了" })));
	assert_refused(w,
		run(w, CHEN, &promise_keep,
			IN({ "concern", no_text(w, no) }, { "no", "1" }, { "note", "再记一次" })),
		"no", "promise.none");
	assert_int_equal(ask(w, SQL("SELECT is_late * 10 + moved FROM promise WHERE office = ?"),
				 VALS(V(w->office))),
		11);
}

/* ---- endings ------------------------------------------------------------------------------------ */

static void
a_merged_concern_keeps_its_voice(void **state)
{
	struct world *w = *state;
	int64_t lead = signed_by_chen(w), no = take_down(w, GU, "other");
	const char *into = no_text(w, lead);
	assert_refused(w,
		run(w, GU, &concern_merge,
			IN({ "concern", no_text(w, no) }, { "into", no_text(w, no) })),
		"into", "merge.itself");
	OK(run(w, GU, &concern_merge, IN({ "concern", no_text(w, no) }, { "into", into })));
	assert_int_equal(concern_of(w, no).state, ST_MERGED);
	/* no circle: what holds others does not move, what was merged takes none */
	int64_t third = take_down(w, GU, "other");
	assert_refused(w,
		run(w, GU, &concern_merge,
			IN({ "concern", no_text(w, third) }, { "into", no_text(w, no) })),
		"into", "merge.not-open");
	assert_refused(w,
		run(w, GU, &concern_merge, IN({ "concern", into }, { "into", no_text(w, third) })),
		NULL, "merge.holds-others");
	OK(submit(w, CHEN, lead));
	OK(approve(w, HE, lead));
	assert_int_equal(
		ask(w, SQL("SELECT count(*) FROM merged WHERE office = ? AND answered_at > 0"),
			VALS(V(w->office))),
		1);
	assert_invariants(w);
}

static void
endings_need_their_reason_and_their_role(void **state)
{
	struct world *w = *state;
	int64_t no = take_down(w, GU, "other");
	struct act_call *bare =
		call_of(w, &w->who[GU], &concern_redirect, IN({ "concern", no_text(w, no) }));
	assert_int_equal(run_call(w, bare), XQ_REFUSED);
	assert_int_equal(bare->form.n_faults, 4);
	mark(w);
	OK(run(w, GU, &concern_redirect,
		IN({ "concern", no_text(w, no) }, { "body", "department" },
			{ "name", "区市场监管局" }, { "phone", "021-5550-0999" },
			{ "told", "14:40当面告知" })));
	assert_int_equal(concern_of(w, no).state, ST_REDIRECTED);
	assert_string_equal(news(w), "concern.redirected clerk u03 {\"to\":\"department\"}");
	int64_t wrong = take_down(w, GU, "other");
	const struct pair *why =
		IN({ "concern", no_text(w, wrong) }, { "why", "error" }, { "note", "录错了" });
	assert_refused(w, run(w, GU, &concern_void, why), NULL, "act.not-allowed");
	OK(run(w, SHEN, &concern_void, why));
	assert_int_equal(concern_of(w, wrong).state, ST_VOID);
	assert_refused(w, accept_it(w, CHEN, wrong), NULL, "concern.wrong-state");
	assert_invariants(w);
}

/* ---- the resident's later words -------------------------------------------------------------------- */

static void
adding_words_needs_the_second_fact(void **state)
{
	struct world *w = *state;
	int64_t no = signed_by_chen(w);
	assert_refused(w,
		run(w, RESIDENT, &voice_add, IN({ "code", w->code }, { "text", "三楼也不亮" })),
		NULL, "voice.shut");
	const char *key = unlock(w, "8000");
	OK(run(w, RESIDENT, &voice_add,
		IN({ "code", w->code }, { "unlock", key }, { "text", "三楼也不亮" })));
	OK(run(w, RESIDENT, &voice_withdraw, IN({ "code", w->code }, { "unlock", key })));
	assert_int_equal(concern_of(w, no).state, ST_TERMINATED);
	assert_refused(w,
		run(w, RESIDENT, &voice_add,
			IN({ "code", w->code }, { "unlock", key }, { "text", "还有" })),
		NULL, "voice.ended");
	assert_invariants(w);
}

static void
a_disagreement_with_cause_makes_a_new_linked_concern(void **state)
{
	struct world *w = *state;
	int64_t no = answered_by_chen(w);
	OK(rate(w, RESIDENT, w->code, "yes", "1"));
	const char *key = unlock(w, "8000");
	const struct pair *in = IN({ "code", w->code }, { "unlock", key }, { "why", "came-back" },
		{ "text", "昨天又灭了" });
	OK(run(w, RESIDENT, &voice_dispute, in));
	assert_refused(w, run(w, RESIDENT, &voice_dispute, in), NULL, "voice.disputed");
	assert_refused(w, rule_on(w, BAI, &concern_rule_dispute, no, "again"), NULL,
		"concern.not-outside");
	OK(rule_on(w, SHEN, &concern_rule_dispute, no, "again"));
	int64_t again = made_now(w);
	struct concern old = concern_of(w, no), c = concern_of(w, again);
	assert_int_equal(old.state, ST_CLOSED); /* never reopened silently */
	assert_int_equal(c.linked_id, old.id);
	assert_int_equal(c.state, ST_ASSIGNED);
	assert_int_equal(c.owner_person_id, w->who[GU].person_id);
	assert_null(result(w, "code")); /* the resident reads it, not who rules */
	int64_t next;
	struct tx *tx = look(w);
	OK(concern_following(tx, w->office, old.id, now_of(w), &next, &w->err));
	assert_int_equal(next, c.id);
	assert_int_equal(
		concern_following(tx, w->office, c.id, now_of(w), &next, &w->err), XQ_NONE);
	tx_end(tx);
	assert_invariants(w);
}

/* Nobody could hand a new PIN to the resident. */
static void
what_follows_is_opened_by_the_first_pin(void **state)
{
	struct world *w = *state;
	OK(run(w, GU, &concern_register, IN({ "body", "楼道灯不亮。" }, { "class", "other" })));
	const char *pin = result(w, "pin"), *first = result(w, "code");
	int64_t no = made_now(w);
	OK(run(w, GU, &concern_redirect,
		IN({ "concern", no_text(w, no) }, { "body", "department" },
			{ "name", "区市场监管局" }, { "phone", "021-5550-0999" },
			{ "told", "14:40当面告知" })));
	const char *key = unlock(w, pin);
	OK(run(w, RESIDENT, &voice_dispute,
		IN({ "code", first }, { "unlock", key }, { "why", "came-back" },
			{ "text", "那边说不归他们管" })));
	OK(rule_on(w, SHEN, &concern_rule_dispute, no, "again"));
	assert_null(result(w, "pin"));
	struct code code;
	struct concern next = concern_of(w, made_now(w));
	struct tx *tx = look(w);
	OK(code_of_concern(tx, w->mem, w->app, w->office, next.id, &code, &w->err));
	tx_end(tx);
	w->code = code.text;
	assert_null(unlock(w, "000000"));
	assert_non_null(unlock(w, pin));
	assert_invariants(w);
}

/* decisions.md 2: only what was rated or tried in vain is closed, so cause means a new round. */
static void
a_disagreement_before_the_call_back_makes_a_new_round(void **state)
{
	struct world *w = *state;
	int64_t no = answered_by_chen(w);
	const char *key = unlock(w, "8000");
	OK(run(w, RESIDENT, &voice_dispute,
		IN({ "code", w->code }, { "unlock", key }, { "why", "not-done" },
			{ "text", "灯还是不亮" })));
	mark(w);
	OK(rule_on(w, SHEN, &concern_rule_dispute, no, "again"));
	struct concern c = concern_of(w, no);
	assert_int_equal(c.state, ST_REDO);
	assert_int_equal(c.round, 2);
	assert_int_equal(c.answered_at, 0);
	assert_int_equal(count_events(w, "concern.raised"), 1);
	assert_refused(w, rule(w, SHEN, no, "close"), NULL, "concern.wrong-state");
	assert_invariants(w);
}

/* Handled again already by the ruling on a bad rating: the disagreement only gets its answer. */
static void
a_disagreement_with_what_is_handled_again_gets_an_answer_only(void **state)
{
	struct world *w = *state;
	int64_t no = waiting_for_ruling(w);
	const char *key = unlock(w, "8000");
	OK(run(w, RESIDENT, &voice_dispute,
		IN({ "code", w->code }, { "unlock", key }, { "why", "not-done" },
			{ "text", "灯还是不亮" })));
	OK(rule(w, SHEN, no, "redo"));
	OK(rule_on(w, SHEN, &concern_rule_dispute, no, "again"));
	assert_int_equal(concern_of(w, no).round, 2);
	assert_int_equal(concern_of(w, no).disputed_at, 0);
	assert_int_equal(count_events(w, "concern.raised"), 1);
	assert_invariants(w);
}

/* ---- the ladder --------------------------------------------------------------------------------- */

static void
what_stays_late_climbs_the_ladder_on_working_days(void **state)
{
	struct world *w = *state;
	int64_t no = signed_by_chen(w); /* due 13 October: Saturday the 10th is worked */
	static const struct {
		int32_t day;
		int level;
	} steps[] = { { 20261013, 0 }, { 20261014, 1 }, { 20261016, 1 }, { 20261019, 2 },
		{ 20261020, 2 }, { 20261021, 3 }, { 20261130, 3 } };
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		go(w, steps[i].day, 900);
		(void)run_jobs(w);
		assert_int_equal(concern_of(w, no).level, steps[i].level);
	}
	assert_true(concern_of(w, no).is_listed);
	mark(w);
	OK(submit(w, CHEN, no));
	OK(approve(w, HE, no));
	assert_false(concern_of(w, no).is_listed);
	assert_string_equal(news(w),
		"concern.replied officer u04 {\"answer\":\"adopted\",\"outcome\":\"solved\"}\n"
		"concern.unlisted officer u04 {\"why\":\"answered\"}");
}

static void
three_days_of_downtime_lose_no_step(void **state)
{
	struct world *w = *state;
	int64_t no = signed_by_chen(w);
	go(w, 20261030, 900); /* nobody looked since September */
	while (run_jobs(w) > 0)
		;
	assert_int_equal(concern_of(w, no).level, 3);
	assert_int_equal(count_events(w, "concern.supervised"), 2);
	assert_int_equal(count_events(w, "concern.listed"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_granted_return_is_offered_and_the_old_unit_owns_until_then),
		TEST(a_refused_return_cannot_be_asked_again_for_the_same_reason),
		TEST(an_assignment_can_be_asked_back_but_not_declined),
		TEST(nobody_rules_on_an_own_request),
		TEST(a_return_has_to_be_asked_within_a_working_day),
		TEST(only_a_ruling_moves_the_day),
		TEST(more_time_is_asked_before_the_day_and_for_a_working_day),
		TEST(what_is_parked_goes_on_with_the_days_that_were_left),
		TEST(a_helping_unit_answers_the_lead_who_stays_responsible),
		TEST(an_answer_goes_through_the_points),
		TEST(a_promise_is_tracked_after_closing),
		TEST(a_merged_concern_keeps_its_voice),
		TEST(endings_need_their_reason_and_their_role),
		TEST(adding_words_needs_the_second_fact),
		TEST(a_disagreement_with_cause_makes_a_new_linked_concern),
		TEST(what_follows_is_opened_by_the_first_pin),
		TEST(a_disagreement_before_the_call_back_makes_a_new_round),
		TEST(a_disagreement_with_what_is_handled_again_gets_an_answer_only),
		TEST(what_stays_late_climbs_the_ladder_on_working_days),
		TEST(three_days_of_downtime_lose_no_step),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
