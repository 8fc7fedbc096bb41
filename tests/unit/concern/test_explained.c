/* SPDX-License-Identifier: Apache-2.0 */
/* An answer that explains says why; what is beyond the office's power is listed and reported upward. */
#include "fixture.h"

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
		"DELETE FROM rule_text WHERE kind = 'guides' AND code = 'report-up';"
		"DELETE FROM schema_version WHERE module = 'concern' AND number = 13;",
		&w->err));
	OK(tx_commit(tx, &w->err));
	const struct migration *list[64];
	OK(db_migrate(w->app->db, list, app_migrations(world_modules, list, 64), &w->err));
	assert_null(of_newest(w, no).standing);
	assert_int_equal(concern_of(w, no).outcome, OUT_EXPLAINED);
	assert_refused(w, report_up(w, CHEN, no, "2026-09-30"), NULL, "explained.not-beyond");
	assert_int_equal(ask(w,
				 SQL("SELECT count(*) FROM rule_text WHERE office = ?"
				     " AND kind = 'guides' AND code = 'report-up'"),
				 VALS(V(w->office))),
		1);
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
		TEST(what_is_beyond_is_reported_upward_once),
		TEST(what_is_within_our_power_is_not_reported_upward),
		TEST(an_answer_of_an_older_folder_explains_nothing_and_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
