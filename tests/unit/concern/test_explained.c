/* SPDX-License-Identifier: Apache-2.0 */
/* An answer that explains says why; what is beyond the office's power is listed and reported upward. */
#include "fixture.h"

#include "concern/explain.h"
#include "concern/explained.h"

#include "store/store_int.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, NULL };

static struct explained
of_newest(struct world *w, int64_t no)
{
	struct explained e = { 0 };
	struct reply r;
	struct tx *tx = look(w);
	OK(reply_newest(tx, w->mem, w->office, concern_of(w, no).id, false, &r, &w->err));
	const enum xq_rc rc = explained_of(tx, w->mem, w->office, r.id, &e, &w->err);
	tx_end(tx);
	assert_true(rc == XQ_OK || rc == XQ_NONE);
	return e;
}

static int64_t
told_by_chen(struct world *w)
{
	const int64_t no = signed_by_chen(w);
	OK(submit_explained(w, CHEN, no));
	OK(approve(w, HE, no));
	return no;
}

/* ---- what is asked -------------------------------------------------------------------------- */

static void
an_answer_that_explains_says_why_and_hears_all_faults_at_once(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	static const struct {
		const char *field, *key;
	} list[] = {
		{ "basis", "explained.no-rule" },
		{ "standing", "explained.no-standing" },
		{ "decider", "explained.no-decider" },
		{ "condition", "explained.no-condition" },
		{ "instead", "explained.no-instead" },
	};
	const enum xq_rc rc = run(w, CHEN, &reply_submit,
		IN({ "concern", no_text(w, no) }, { "text", "量过，依法不能划。" },
			{ "outcome", "explained" }));
	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		assert_refused(w, rc, list[i].field, list[i].key);
	assert_string_equal(w->call->err.key, "form.faults");
	assert_int_equal(w->call->form.n_faults, 5);
	assert_int_equal(concern_of(w, no).state, ST_SIGNED);
}

static void
an_answer_with_another_outcome_is_asked_nothing_more(void **state)
{
	struct world *w = *state;
	static const char *const outcomes[] = { "solved", "partly", "not" };
	for (size_t i = 0; i < 3; i++) {
		const int64_t no = signed_by_chen(w);
		OK(run(w, CHEN, &reply_submit,
			IN({ "concern", no_text(w, no) }, { "text", "已经看过现场。" },
				{ "outcome", outcomes[i] }, { "decider", "不该留下的字" },
				{ "up_to", "不该留下的字" }, { "again_day", "2020-01-01" })));
		assert_null(of_newest(w, no).decider);
	}
	assert_int_equal(
		ask(w, SQL("SELECT count(*) FROM explained WHERE office = ?"), VALS(V(w->office))),
		0);
}

static void
a_day_to_look_again_lies_ahead_and_only_what_is_beyond_goes_up(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	const enum xq_rc rc = run(w, CHEN, &reply_submit,
		IN({ "concern", no_text(w, no) }, { "text", "量过，依法不能划。" },
			{ "outcome", "explained" }, { "basis", "《消防法》第二十八条" }, WHY_NOT,
			{ "again_day", "2026-09-30" }, { "up_to", "区住房保障局" }));
	assert_refused(w, rc, "again_day", "explained.again-gone");
	assert_refused(w, rc, "up_to", "explained.up-not-beyond");
	OK(run(w, CHEN, &reply_submit,
		IN({ "concern", no_text(w, no) }, { "text", "量过，依法不能划。" },
			{ "outcome", "explained" }, { "basis", "《消防法》第二十八条" }, WHY_NOT,
			{ "again_day", "2027-03-01" }, { "instead_day", "2026-10-20" },
			{ "promise", "借用学校操场" }, { "promise_day", "2026-10-20" },
			{ "beyond", "1" }, { "up_to", "区住房保障局" })));
	const struct explained e = of_newest(w, no);
	assert_string_equal(e.standing, "no-basis");
	assert_string_equal(e.condition, "消防通道改宽以后");
	assert_int_equal(e.again_day, 20270301);
	assert_int_equal(e.instead_day, 20261020);
	assert_string_equal(e.up_to, "区住房保障局");
	assert_int_equal(e.up_day, 20260930);
	assert_int_equal(e.told_at, 0); /* nobody has approved it */
}

static void
nothing_of_the_reasons_stands_in_the_record(void **state)
{
	struct world *w = *state;
	(void)told_by_chen(w);
	assert_int_equal(count_events(w, "区住房保障局"), 0);
	assert_int_equal(count_events(w, "学校操场"), 0);
}

/* ---- beyond the office's power -------------------------------------------------------------- */

static size_t
listed(struct world *w, int year, const char *class, const char *decider)
{
	struct beyond_row *row;
	size_t n = 0;
	struct tx *tx = look(w);
	const struct beyond_query q = { .from = moment(year * 10000 + 101, 0),
		.until = moment((year + 1) * 10000 + 101, 0),
		.class = class,
		.decider = decider };
	OK(beyond_list(tx, w->mem, w->office, &q, &row, &n, &w->err));
	tx_end(tx);
	return n;
}

static void
the_yearly_list_holds_what_was_told_and_nothing_else(void **state)
{
	struct world *w = *state;
	const int64_t draft = signed_by_chen(w);
	OK(submit_explained(w, CHEN, draft));
	assert_int_equal(listed(w, 2026, NULL, NULL), 0); /* still a draft */
	OK(approve(w, HE, draft));
	const int64_t within = signed_by_chen(w);
	OK(run(w, CHEN, &reply_submit,
		IN({ "concern", no_text(w, within) }, { "text", "量过，依法不能划。" },
			{ "outcome", "explained" }, { "basis", "《消防法》第二十八条" }, WHY_NOT)));
	OK(approve(w, HE, within));
	assert_int_equal(listed(w, 2026, NULL, NULL), 1);
	assert_int_equal(listed(w, 2026, "property", "区住房保障局"), 1);
	assert_int_equal(listed(w, 2026, "parking", NULL), 0);
	assert_int_equal(listed(w, 2026, NULL, "市交警部门"), 0);
	assert_int_equal(listed(w, 2025, NULL, NULL), 0);
	assert_int_equal(listed(w, 2027, NULL, NULL), 0);
}

static void
what_was_raised_in_confidence_is_not_listed(void **state)
{
	struct world *w = *state;
	OK(run(w, GU, &concern_register,
		IN({ "body", "楼上夜里有人赌博，请替我保密。" }, { "class", "property" },
			{ "phone", "13800138000" }, { "secret", "1" })));
	const int64_t no = made_now(w);
	OK(accept_it(w, CHEN, no));
	OK(submit_explained(w, CHEN, no));
	OK(approve(w, HE, no));
	assert_true(of_newest(w, no).is_beyond);
	assert_int_equal(listed(w, 2026, NULL, NULL), 0);
}

static enum xq_rc
report_up(struct world *w, enum who who, int64_t no, const char *day)
{
	return run(w, who, &concern_report_up,
		IN({ "concern", no_text(w, no) }, { "to", "区建设交通委" }, { "day", day }));
}

static void
what_is_beyond_is_reported_upward_once(void **state)
{
	struct world *w = *state;
	const int64_t no = told_by_chen(w);
	assert_refused(w, report_up(w, WANG, no, "2026-09-30"), NULL, "concern.not-owner");
	assert_refused(w, report_up(w, CHEN, no, "2026-10-01"), "day", "explained.day-ahead");
	assert_null(of_newest(w, no).up_to);
	mark(w);
	OK(report_up(w, ZHOU, no, "2026-09-30"));
	assert_string_equal(news(w), "office.noted handler u01 {\"act\":\"concern.report-up\"}");
	assert_string_equal(of_newest(w, no).up_to, "区建设交通委");
	assert_refused(w, report_up(w, CHEN, no, "2026-09-30"), NULL, "explained.up-already");
}

static void
what_is_within_our_power_is_not_reported_upward(void **state)
{
	struct world *w = *state;
	const int64_t solved = answered_by_chen(w);
	assert_refused(w, report_up(w, CHEN, solved, "2026-09-30"), NULL, "explained.not-beyond");
	const int64_t within = signed_by_chen(w);
	OK(run(w, CHEN, &reply_submit,
		IN({ "concern", no_text(w, within) }, { "text", "量过，依法不能划。" },
			{ "outcome", "explained" }, { "basis", "《消防法》第二十八条" }, WHY_NOT)));
	OK(approve(w, HE, within));
	assert_refused(w, report_up(w, CHEN, within, "2026-09-30"), NULL, "explained.not-beyond");
}

/* ---- explaining in person ------------------------------------------------------------------- */

static int64_t
waits_for_chen(struct world *w)
{
	int64_t n = -1;
	struct tx *tx = look(w);
	const struct list_query q = { .kind = LIST_EXPLAIN,
		.person_id = w->who[CHEN].person_id,
		.max = 10,
		.now = now_of(w) };
	OK(concern_count(tx, w->office, &q, &n, &w->err));
	tx_end(tx);
	return n;
}

static enum xq_rc
explain(struct world *w, enum who who, int64_t no, const char *view)
{
	return run(w, who, &concern_explain,
		IN({ "concern", no_text(w, no) }, { "day", "2026-09-30" }, { "mode", "phone" },
			{ "text", "讲了消防通道为什么要留四米。" }, { "needs", "资金到位" },
			{ "view", view }, { "words", "道理我懂，可车还是没处停。" }));
}

static int64_t
parked_by_shen(struct world *w)
{
	const int64_t no = signed_by_chen(w);
	OK(run(w, SHEN, &concern_park,
		IN({ "concern", no_text(w, no) }, { "ground", "budget" }, { "until", "2026-11-27" },
			{ "sponsor", "zhoum" }, { "note", "维修资金要业主表决" })));
	return no;
}

static void
what_is_not_explained_in_time_is_flagged_until_it_is(void **state)
{
	struct world *w = *state;
	const int64_t no = told_by_chen(w);
	go(w, 20261010, 1720); /* the third working day, a make-up Saturday after the holidays */
	assert_int_equal(waits_for_chen(w), 0);
	go(w, 20261012, 900);
	assert_int_equal(waits_for_chen(w), 1);
	assert_refused(w, explain(w, WANG, no, "understands"), NULL, "concern.not-owner");
	OK(explain(w, CHEN, no, "unreached"));
	assert_int_equal(waits_for_chen(w), 1); /* a try that reached nobody explains nothing */
	mark(w);
	OK(explain(w, CHEN, no, "disagrees"));
	assert_string_equal(news(w), "office.noted handler u04 {\"act\":\"concern.explain\"}");
	assert_int_equal(count_events(w, "没处停"), 0);
	assert_int_equal(waits_for_chen(w), 0);
	struct explanation *list;
	size_t n = 0;
	struct tx *tx = look(w);
	OK(explanation_list(tx, w->mem, w->office, concern_of(w, no).id, &list, &n, &w->err));
	tx_end(tx);
	assert_int_equal(n, 2);
	assert_string_equal(list[1].view, "disagrees");
	assert_string_equal(list[1].words, "道理我懂，可车还是没处停。");
	assert_string_equal(list[1].person, "陈海燕");
	assert_int_equal(list[1].on_day, 20260930);
}

static void
what_is_parked_is_explained_with_what_would_have_to_change(void **state)
{
	struct world *w = *state;
	const int64_t no = parked_by_shen(w);
	go(w, 20261015, 900);
	assert_int_equal(waits_for_chen(w), 1);
	assert_refused(w,
		run(w, CHEN, &concern_explain,
			IN({ "concern", no_text(w, no) }, { "day", "2026-10-14" },
				{ "mode", "visit" }, { "text", "讲了表决的步骤。" },
				{ "view", "understands" })),
		"needs", "explain.no-needs");
	assert_refused(w,
		run(w, CHEN, &concern_explain,
			IN({ "concern", no_text(w, no) }, { "day", "2026-10-16" },
				{ "mode", "visit" }, { "text", "讲了表决的步骤。" },
				{ "view", "understands" }, { "needs", "表决通过" })),
		"day", "explain.day-ahead");
	OK(run(w, CHEN, &concern_resume,
		IN({ "concern", no_text(w, no) }, { "note", "表决已经通过" })));
	assert_int_equal(waits_for_chen(w), 0); /* it goes on: nothing is left to explain */
	assert_refused(w, explain(w, CHEN, no, "understands"), NULL, "concern.wrong-state");
}

static void
what_was_solved_needs_no_explaining(void **state)
{
	struct world *w = *state;
	const int64_t no = answered_by_chen(w);
	assert_refused(w, explain(w, CHEN, no, "understands"), NULL, "explain.nothing");
	go(w, 20261115, 900);
	assert_int_equal(waits_for_chen(w), 0);
}

static void
a_withdrawn_or_redone_concern_is_not_flagged(void **state)
{
	struct world *w = *state;
	const int64_t no = told_by_chen(w);
	OK(rate(w, RESIDENT, w->code, "no", "4"));
	OK(rule(w, SHEN, no, "redo"));
	(void)parked_by_shen(w);
	struct code code;
	assert_true(code_read(str_of(w->code), CODE_QUERY, &code));
	OK(run(w, RESIDENT, &voice_withdraw,
		IN({ "code", w->code },
			{ "unlock", unlock_cookie(w->mem, w->app, &code, now_of(w)) })));
	go(w, 20261115, 900);
	assert_int_equal(waits_for_chen(w), 0);
}

/* ---- an older folder ------------------------------------------------------------------------ */

static void
an_answer_of_an_older_folder_explains_nothing_and_stays(void **state)
{
	struct world *w = *state;
	const int64_t no = told_by_chen(w);
	struct tx *tx;
	OK(db_write(w->app->db, &tx, &w->err));
	OK(store_script(tx,
		"DROP TABLE explained;"
		"DROP TABLE explaining;"
		"DROP INDEX concern_explain;"
		"ALTER TABLE concern DROP COLUMN explain_due;"
		"DROP INDEX concern_carry;"
		"ALTER TABLE concern DROP COLUMN carry_year;"
		"DROP INDEX promise_stand; DROP INDEX promise_late; DROP INDEX promise_moved;"
		"ALTER TABLE promise DROP COLUMN why;"
		"DELETE FROM deadline WHERE code = 'explain';"
		"DELETE FROM rule_text WHERE kind = 'guides' AND code IN ('report-up', 'explain');"
		"DELETE FROM schema_version WHERE module = 'concern' AND number = 14;",
		&w->err));
	OK(tx_commit(tx, &w->err));
	const struct migration *list[64];
	OK(db_migrate(w->app->db, list, app_migrations(world_modules, list, 64), &w->err));
	assert_null(of_newest(w, no).standing);
	assert_int_equal(concern_of(w, no).outcome, OUT_EXPLAINED);
	assert_refused(w, report_up(w, CHEN, no, "2026-09-30"), NULL, "explained.not-beyond");
	assert_int_equal(ask(w,
				 SQL("SELECT count(*) FROM rule_text WHERE office = ?"
				     " AND kind = 'guides' AND code IN ('report-up', 'explain')"),
				 VALS(V(w->office))),
		2);
	assert_invariants(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_answer_that_explains_says_why_and_hears_all_faults_at_once),
		TEST(an_answer_with_another_outcome_is_asked_nothing_more),
		TEST(a_day_to_look_again_lies_ahead_and_only_what_is_beyond_goes_up),
		TEST(nothing_of_the_reasons_stands_in_the_record),
		TEST(the_yearly_list_holds_what_was_told_and_nothing_else),
		TEST(what_was_raised_in_confidence_is_not_listed),
		TEST(what_is_beyond_is_reported_upward_once),
		TEST(what_is_within_our_power_is_not_reported_upward),
		TEST(what_is_not_explained_in_time_is_flagged_until_it_is),
		TEST(what_is_parked_is_explained_with_what_would_have_to_change),
		TEST(what_was_solved_needs_no_explaining),
		TEST(a_withdrawn_or_redone_concern_is_not_flagged),
		TEST(an_answer_of_an_older_folder_explains_nothing_and_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
