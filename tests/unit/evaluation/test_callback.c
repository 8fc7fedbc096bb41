/* SPDX-License-Identifier: Apache-2.0 */
/* Nobody marks their own work: who may call back, how often it is tried, what a call decides. */
#include "../concern/fixture.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, NULL };

static enum xq_rc
call_back(struct world *w, enum who who, int64_t no, const char *result, const char *solved,
	const char *sat)
{
	return run(w, who, &callback_record,
		IN({ "concern", no_text(w, no) }, { "result", result },
			{ "solved", solved ? solved : "" }, { "sat", sat ? sat : "" }));
}

static enum xq_rc
nobody_answers(struct world *w, int64_t no)
{
	return call_back(w, PEI, no, "nobody", NULL, NULL);
}

static int64_t
tries_of(struct world *w, int64_t no)
{
	return ask(w, SQL("SELECT count(*) FROM callback WHERE office = ? AND concern_id = ?"),
		VALS(V(w->office), V(concern_of(w, no).id)));
}

static size_t
tries_list(struct world *w, int64_t no, struct callback **out)
{
	size_t n = 0;
	struct tx *tx = look(w);
	OK(callback_list(tx, w->mem, w->office, concern_of(w, no).id, out, &n, &w->err));
	tx_end(tx);
	return n;
}

/* Gives somebody the evaluator's role, and one more unit. */
static void
make_evaluator(struct world *w, enum who who, const char *unit)
{
	const char *login = world_people[who].login;
	OK(run_call(w,
		call_of(w, &w->admin, &role_grant_act,
			IN({ "login", login }, { "role", "evaluator" }, { "scope", "office" }))));
	if (unit)
		OK(run_call(w, call_of(w, &w->admin, &unit_member_act,
				       IN({ "unit", unit }, { "login", login }))));
	struct tx *tx = look(w);
	OK(actor_by_login(tx, w->office, str_of(login), &w->who[who], &w->err));
	tx_end(tx);
}

/* ---- who calls ------------------------------------------------------------------------------ */

static void
the_own_unit_and_former_ones_do_not_call(void **state)
{
	struct world *w = *state;
	const int64_t no = answered_by_chen(w); /* u03 owned it first, then u04 */
	make_evaluator(w, WANG, NULL);          /* of u04 */
	make_evaluator(w, CHEN, NULL);          /* the owner */
	make_evaluator(w, XIANG, NULL);         /* of u03 */
	make_evaluator(w, LUO, "u04");          /* helps in u04 */
	make_evaluator(w, MA, "u03");           /* helps in u03 */
	static const enum who inside[] = { WANG, CHEN, XIANG, LUO, MA };
	mark(w);
	for (size_t i = 0; i < sizeof inside / sizeof *inside; i++) {
		assert_refused(w, call_back(w, inside[i], no, "reached", "yes", "1"), NULL,
			"callback.own-unit");
		assert_refused(w, call_back(w, inside[i], no, "nobody", NULL, NULL), NULL,
			"callback.own-unit");
	}
	assert_string_equal(news(w), "");
	assert_int_equal(tries_of(w, no), 0);
	OK(call_back(w, PEI, no, "reached", "yes", "1"));
}

static void
a_unit_that_only_was_offered_it_may_call(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	OK(offer(w, CHEN, no, "u05", NOBODY));
	OK(decline_it(w, MA, no));
	OK(submit(w, CHEN, no));
	OK(approve(w, HE, no));
	make_evaluator(w, FANG, NULL);
	OK(call_back(w, FANG, no, "reached", "yes", "1"));
}

static void
only_evaluators_call(void **state)
{
	struct world *w = *state;
	const int64_t no = answered_by_chen(w);
	for (enum who who = 0; who < N_WHO; who++) {
		if (who == PEI || who == SYSTEM)
			continue;
		assert_refused(
			w, call_back(w, who, no, "reached", "yes", "1"), NULL, "act.not-allowed");
	}
	assert_int_equal(concern_of(w, no).state, ST_CALLBACK);
}

static void
there_is_a_call_only_between_answer_and_end(void **state)
{
	struct world *w = *state;
	const int64_t no = take_down(w, GU, "property");
	assert_refused(w, nobody_answers(w, no), NULL, "concern.wrong-state");
	OK(accept_it(w, CHEN, no));
	assert_refused(w, nobody_answers(w, no), NULL, "concern.wrong-state");
	OK(submit(w, CHEN, no));
	assert_refused(w, nobody_answers(w, no), NULL, "concern.wrong-state");
	OK(approve(w, HE, no));
	OK(nobody_answers(w, no));
	OK(call_back(w, PEI, no, "reached", "no", "4"));
	assert_refused(w, nobody_answers(w, no), NULL, "callback.rated");
	OK(rule(w, SHEN, no, "redo"));
	assert_refused(w, nobody_answers(w, no), NULL, "concern.wrong-state");
	assert_refused(w, nobody_answers(w, 202600000099), "concern", "concern.unknown");
	assert_int_equal(tries_of(w, no), 2);
}

static void
a_resident_who_has_rated_is_not_called(void **state)
{
	struct world *w = *state;
	const int64_t no = waiting_for_ruling(w);
	assert_refused(w, call_back(w, PEI, no, "reached", "yes", "1"), NULL, "callback.rated");
	assert_string_equal(concern_of(w, no).seen_solved, "no");
}

/* ---- reached -------------------------------------------------------------------------------- */

static void
reached_needs_both_answers(void **state)
{
	struct world *w = *state;
	const int64_t no = answered_by_chen(w);
	mark(w);
	assert_refused(
		w, call_back(w, PEI, no, "reached", NULL, "1"), "solved", "callback.no-solved");
	assert_refused(w, call_back(w, PEI, no, "reached", "yes", NULL), "sat", "callback.no-sat");
	assert_refused(
		w, call_back(w, PEI, no, "reached", NULL, NULL), "solved", "callback.no-solved");
	assert_refused(w, run(w, PEI, &callback_record, IN({ "concern", no_text(w, no) })),
		"result", "field.missing-choice");
	assert_string_equal(news(w), "");
	assert_int_equal(tries_of(w, no), 0);
}

static void
a_good_call_is_the_rating_and_closes(void **state)
{
	struct world *w = *state;
	const int64_t no = answered_by_chen(w);
	go(w, 20261008, 1000);
	mark(w);
	OK(run(w, PEI, &callback_record,
		IN({ "concern", no_text(w, no) }, { "result", "reached" }, { "contacted", "yes" },
			{ "solved", "partly" }, { "sat", "2" }, { "words", "比以前好多了" })));
	assert_string_equal(result(w, "tries"), "1");
	assert_string_equal(news(w),
		"concern.called evaluator u02 {\"n\":1,\"result\":\"reached\"}\n"
		"concern.rated evaluator u02"
		" {\"round\":1,\"sat\":2,\"solved\":\"partly\",\"via\":\"phone\"}\n"
		"concern.closed evaluator u02 {\"outcome\":\"solved\"}");
	const struct concern c = concern_of(w, no);
	assert_int_equal(c.state, ST_CLOSED);
	assert_int_equal(c.closed_at, moment(20261008, 1000));
	assert_string_equal(c.seen_solved, "partly");
	assert_int_equal(c.seen_sat, 2);
	assert_int_equal(c.outcome, OUT_SOLVED); /* the unit's word stands beside it */
	struct callback *list;
	assert_int_equal(tries_list(w, no, &list), 1);
	assert_string_equal(list[0].result, "reached");
	assert_string_equal(list[0].solved, "partly");
	assert_string_equal(list[0].words, "比以前好多了");
	assert_string_equal(list[0].caller, "裴欣");
	assert_int_equal(count_events(w, "好多了"), 0);
}

static void
who_gives_no_rating_has_answered_all_the_same(void **state)
{
	struct world *w = *state;
	const int64_t no = answered_by_chen(w);
	mark(w);
	OK(call_back(w, PEI, no, "reached", "explained", "none"));
	assert_string_equal(news(w),
		"concern.called evaluator u02 {\"n\":1,\"result\":\"reached\"}\n"
		"concern.rated evaluator u02"
		" {\"round\":1,\"solved\":\"explained\",\"via\":\"phone\"}\n"
		"concern.closed evaluator u02 {\"outcome\":\"solved\"}");
	assert_int_equal(concern_of(w, no).seen_sat, 0);
}

static void
a_bad_call_waits_for_a_ruling(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *solved, *sat;
	} list[] = { { "no", "1" }, { "yes", "4" }, { "no", "none" } };
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		const int64_t no = answered_by_chen(w);
		OK(call_back(w, PEI, no, "reached", list[i].solved, list[i].sat));
		const struct concern c = concern_of(w, no);
		assert_int_equal(c.state, ST_CALLBACK);
		assert_true(c.needs_ruling);
		assert_int_equal(c.closed_at, 0);
	}
}

/* ---- not reached ---------------------------------------------------------------------------- */

static void
three_tries_on_one_day_do_not_suffice(void **state)
{
	struct world *w = *state;
	const int64_t no = answered_by_chen(w);
	mark(w);
	static const int at[] = { 1100, 1430, 1800, 1930 };
	for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
		go(w, 20260930, at[i]);
		OK(call_back(w, PEI, no, i % 2 ? "refused" : "nobody", NULL, NULL));
		assert_int_equal(concern_of(w, no).state, ST_CALLBACK);
	}
	assert_string_equal(news(w),
		"concern.called evaluator u02 {\"n\":1,\"result\":\"nobody\"}\n"
		"concern.called evaluator u02 {\"n\":2,\"result\":\"refused\"}\n"
		"concern.called evaluator u02 {\"n\":3,\"result\":\"nobody\"}\n"
		"concern.called evaluator u02 {\"n\":4,\"result\":\"refused\"}");
}

static void
three_tries_on_two_days_close_without_satisfaction(void **state)
{
	struct world *w = *state;
	const int64_t no = answered_by_chen(w);
	OK(nobody_answers(w, no));
	go(w, 20260930, 1700);
	OK(nobody_answers(w, no));
	go(w, 20261008, 1000);
	mark(w);
	OK(nobody_answers(w, no));
	assert_string_equal(news(w),
		"concern.called evaluator u02 {\"n\":3,\"result\":\"nobody\"}\n"
		"concern.unreached evaluator u02 {\"round\":1}\n"
		"concern.closed evaluator u02 {\"outcome\":\"solved\"}");
	const struct concern c = concern_of(w, no);
	assert_int_equal(c.state, ST_CLOSED);
	assert_int_equal(c.closed_at, moment(20261008, 1000));
	assert_null(c.seen_solved); /* the resident's view is not made up */
	assert_int_equal(c.seen_sat, 0);
	assert_int_equal(count_events(w, "\"k\":\"concern.rated\""), 0);
	assert_refused(w, nobody_answers(w, no), NULL, "concern.wrong-state");
}

static void
two_tries_on_two_days_do_not_suffice_either(void **state)
{
	struct world *w = *state;
	const int64_t no = answered_by_chen(w);
	OK(nobody_answers(w, no));
	go(w, 20261008, 1000);
	OK(nobody_answers(w, no));
	assert_int_equal(concern_of(w, no).state, ST_CALLBACK);
	OK(nobody_answers(w, no)); /* the third, the same day */
	assert_int_equal(concern_of(w, no).state, ST_CLOSED);
}

/* Midnight of the office, not of UTC. */
static void
days_are_those_of_the_office(void **state)
{
	struct world *w = *state;
	const int64_t no = answered_by_chen(w);
	go(w, 20260930, 2350);
	OK(nobody_answers(w, no));
	OK(nobody_answers(w, no));
	go(w, 20261001, 5);
	OK(nobody_answers(w, no));
	assert_int_equal(concern_of(w, no).state, ST_CLOSED);
}

static void
a_rating_between_the_tries_counts(void **state)
{
	struct world *w = *state;
	const int64_t no = answered_by_chen(w);
	OK(nobody_answers(w, no));
	OK(rate(w, RESIDENT, w->code, "yes", "1"));
	assert_int_equal(concern_of(w, no).state, ST_CLOSED);
	assert_refused(w, nobody_answers(w, no), NULL, "concern.wrong-state");
}

static void
each_round_has_its_own_tries(void **state)
{
	struct world *w = *state;
	const int64_t no = answered_by_chen(w);
	OK(nobody_answers(w, no));
	go(w, 20261008, 1000);
	OK(call_back(w, PEI, no, "reached", "no", "4"));
	OK(rule(w, SHEN, no, "redo"));
	OK(submit(w, CHEN, no));
	OK(approve(w, HE, no));
	mark(w);
	OK(nobody_answers(w, no));
	assert_string_equal(result(w, "tries"), "1");
	assert_string_equal(
		news(w), "concern.called evaluator u02 {\"n\":1,\"result\":\"nobody\"}");
	OK(nobody_answers(w, no));
	assert_int_equal(concern_of(w, no).state, ST_CALLBACK);
	go(w, 20261009, 1000);
	OK(nobody_answers(w, no));
	assert_int_equal(concern_of(w, no).state, ST_CLOSED);
	assert_int_equal(count_events(w, "{\"round\":2}"), 1);
	struct callback *list;
	assert_int_equal(tries_list(w, no, &list), 5);
	assert_int_equal(list[4].round, 2);
	assert_int_equal(list[4].n, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_own_unit_and_former_ones_do_not_call),
		TEST(a_unit_that_only_was_offered_it_may_call),
		TEST(only_evaluators_call),
		TEST(there_is_a_call_only_between_answer_and_end),
		TEST(a_resident_who_has_rated_is_not_called),
		TEST(reached_needs_both_answers),
		TEST(a_good_call_is_the_rating_and_closes),
		TEST(who_gives_no_rating_has_answered_all_the_same),
		TEST(a_bad_call_waits_for_a_ruling),
		TEST(three_tries_on_one_day_do_not_suffice),
		TEST(three_tries_on_two_days_close_without_satisfaction),
		TEST(two_tries_on_two_days_do_not_suffice_either),
		TEST(days_are_those_of_the_office),
		TEST(a_rating_between_the_tries_counts),
		TEST(each_round_has_its_own_tries),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
