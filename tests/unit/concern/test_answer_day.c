/* SPDX-License-Identifier: Apache-2.0 */
/* A day that an answer names is a promise, or the author says why it is none (domain.md C25). */
#include "fixture.h"

#include "concern/answer_day.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, NULL };

/* ---- reading ------------------------------------------------------------------------------------ */

enum { TODAY = 20260930 }; /* a Wednesday */

static void
the_days_of_a_text_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int32_t today;
		int32_t day[3];
	} list[] = {
		{ "已经修好。", TODAY, { 0 } },
		{ "10月20日前完成。", TODAY, { 20261020 } },
		{ "10月20号前完成。", TODAY, { 20261020 } },
		{ "１０月２０日前完成。", TODAY, { 20261020 } },
		{ "2026年10月20日开工,2027年3月5日完工", TODAY, { 20261020, 20270305 } },
		{ "明年3月5日、明年底", TODAY, { 20270305, 20271231 } },
		{ "2026-10-20、2026/11/3、2026.12.1", TODAY, { 20261020, 20261103, 20261201 } },
		{ "十月二十日前、十一月五号、十月底", TODAY, { 20261020, 20261105, 20261031 } },
		{ "二十一日、十月起、三个月、十五日内", TODAY, { 0 } },
		{ "下月10日前、下个月5号、本月28日", 20261103, { 20261210, 20261205, 20261128 } },
		{ "本月先装，下月再看", TODAY, { 0 } },
		{ "10月底、下月底、下个月底", TODAY, { 20261031 } },
		{ "月底前", 20261103, { 20261130 } },
		{ "本月末、2月底", 20270110, { 20270131, 20270228 } },
		{ "2028年2月底", TODAY, { 20280229 } },
		{ "年底前", TODAY, { 20261231 } },
		{ "本周五上门，下周一再看，下星期日", TODAY, { 20261002, 20261005, 20261011 } },
		{ "下周天", TODAY, { 20261011 } },
		{ "下周再说", TODAY, { 0 } },
		{ "明天上午换。", TODAY, { 20261001 } },
		{ "要说明天气的原因。", TODAY, { 0 } },
		/* what lies behind, comes again and again, or does not exist */
		{ "您9月3日反映、去年12月5日、上月底、每月底抄表、每年12月1日检查", TODAY,
			{ 20261201 } },
		{ "9月30日当天", TODAY, { 0 } },
		{ "2月30日、13月1日、0月5日、5月0日", TODAY, { 0 } },
		{ "2026-13-01 2026-1-99 2026/10-20", TODAY, { 0 } },
		/* a date without a year is the nearest one */
		{ "1月5日", 20261220, { 20270105 } },
		{ "12月20日", 20270105, { 0 } },
		/* numbers that are no dates */
		{ "电话 88880020 月租 100 元，12345 热线，第20261020号", TODAY, { 0 } },
		{ "5个工作日内、15日内、20261020", TODAY, { 0 } },
		{ "10月20日，还是10月20日", TODAY, { 20261020 } },
	};
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		int32_t out[DAYS_NAMED_MAX];
		size_t n = days_named(str_of(list[i].text), list[i].today, out), want = 0;
		while (want < 3 && list[i].day[want])
			want++;
		if (n != want)
			print_message("%s: %zu days\n", list[i].text, n);
		assert_int_equal(n, want);
		for (size_t j = 0; j < n; j++)
			assert_int_equal(out[j], list[i].day[j]);
	}
}

static void
no_more_days_are_read_than_there_is_room_for(void **state)
{
	(void)state;
	int32_t out[DAYS_NAMED_MAX];
	const char *many =
		"10月1日10月2日10月3日10月4日10月5日10月6日10月7日10月8日10月9日10月10日";
	assert_int_equal(days_named(str_of(many), TODAY, out), DAYS_NAMED_MAX);
	assert_int_equal(out[DAYS_NAMED_MAX - 1], 20261008);
}

/* ---- holding the author to it --------------------------------------------------------------------- */

#define TEXT "灯已修好,楼道墙面10月20日前粉刷完。"

static int64_t
promises(struct world *w)
{
	return ask(w, SQL("SELECT count(*) FROM promise WHERE office = ?"), VALS(V(w->office)));
}

static void
a_day_without_a_promise_is_a_fault_beside_the_others(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	enum xq_rc rc = run(w, CHEN, &reply_submit,
		IN({ "concern", no_text(w, no) }, { "text", TEXT }, { "outcome", "solved" }));
	assert_refused(w, rc, "promise_day", "reply.day-not-promised");
	assert_int_equal(w->call->form.n_faults, 1);
	/* another day does not cover it */
	rc = run(w, CHEN, &reply_submit,
		IN({ "concern", no_text(w, no) }, { "text", TEXT }, { "outcome", "solved" },
			{ "promise", "粉刷墙面" }, { "promise_day", "2026-10-21" }));
	assert_refused(w, rc, "promise_day", "reply.day-not-promised");
	assert_int_equal(concern_of(w, no).state, ST_SIGNED);
}

static void
a_promise_has_a_text_and_a_working_day_to_come(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	static const struct {
		const char *text, *day, *field, *key;
	} list[] = {
		{ "粉刷墙面", NULL, "promise_day", "reply.promise-no-day" },
		{ NULL, "2026-10-20", "promise", "reply.promise-no-text" },
		{ "粉刷墙面", "2026-10-17", "promise_day", "concern.day-rest" },
		{ "粉刷墙面", "2026-09-30", "promise_day", "concern.day-past" },
	};
	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		assert_refused(w,
			run(w, CHEN, &reply_submit,
				IN({ "concern", no_text(w, no) }, { "text", "灯已修好。" },
					{ "outcome", "solved" }, { "promise", list[i].text },
					{ "promise_day", list[i].day })),
			list[i].field, list[i].key);
}

static void
it_is_promised_when_the_answer_is_approved(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	OK(run(w, CHEN, &reply_submit,
		IN({ "concern", no_text(w, no) }, { "text", TEXT }, { "outcome", "solved" },
			{ "promise", "粉刷楼道墙面" }, { "promise_day", "2026-10-20" })));
	assert_int_equal(promises(w), 0); /* a draft promises nothing */
	OK(approve(w, HE, no));
	struct promise *p;
	size_t n;
	struct tx *tx = look(w);
	OK(promise_list(tx, w->mem, w->office, concern_of(w, no).id, &p, &n, &w->err));
	tx_end(tx);
	assert_int_equal(n, 1);
	assert_string_equal(p[0].text, "粉刷楼道墙面");
	assert_int_equal(p[0].due_day, 20261020);
	assert_int_equal(p[0].state, PROMISE_OPEN);
	assert_int_equal(count_events(w, "concern.promised"), 1);
	assert_int_equal(count_events(w, "粉刷"), 0);
	assert_invariants(w);
}

static void
what_is_promised_already_or_is_none_is_not_asked_for(void **state)
{
	struct world *w = *state;
	int64_t no = signed_by_chen(w);
	OK(run(w, CHEN, &concern_promise,
		IN({ "concern", no_text(w, no) }, { "text", "粉刷墙面" },
			{ "day", "2026-10-20" })));
	OK(run(w, CHEN, &reply_submit,
		IN({ "concern", no_text(w, no) }, { "text", TEXT }, { "outcome", "solved" })));
	assert_int_equal(promises(w), 1);
	no = signed_by_chen(w);
	OK(run(w, CHEN, &reply_submit,
		IN({ "concern", no_text(w, no) }, { "text", "新公交线10月20日开通。" },
			{ "outcome", "solved" }, { "no_promise", "公交公司定的日子。" })));
	OK(approve(w, HE, no));
	assert_int_equal(promises(w), 1);
	struct reply r;
	struct tx *tx = look(w);
	OK(reply_newest(tx, w->mem, w->office, concern_of(w, no).id, true, &r, &w->err));
	tx_end(tx);
	assert_string_equal(r.no_promise, "公交公司定的日子。");
	assert_null(r.promise);
}

static void
for_a_day_of_rest_the_working_day_beside_it_will_do(void **state)
{
	struct world *w = *state;
	static const char *const days[] = { "2026-10-16", "2026-10-19" };
	for (size_t i = 0; i < 2; i++)
		OK(run(w, CHEN, &reply_submit,
			IN({ "concern", no_text(w, signed_by_chen(w)) },
				{ "text", "10月17日(周六)粉刷。" }, { "outcome", "solved" },
				{ "promise", "粉刷墙面" }, { "promise_day", days[i] })));
	assert_refused(w,
		run(w, CHEN, &reply_submit,
			IN({ "concern", no_text(w, signed_by_chen(w)) },
				{ "text", "10月17日(周六)粉刷。" }, { "outcome", "solved" },
				{ "promise", "粉刷墙面" }, { "promise_day", "2026-10-20" })),
		"promise_day", "reply.day-not-promised");
}

static void
a_day_that_has_passed_before_approval_is_not_promised(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	OK(run(w, CHEN, &reply_submit,
		IN({ "concern", no_text(w, no) }, { "text", "灯已修好。" }, { "outcome", "solved" },
			{ "promise", "粉刷墙面" }, { "promise_day", "2026-10-08" })));
	go(w, 20261008, 900);
	assert_refused(w, approve(w, HE, no), NULL, "reply.promise-gone");
	assert_int_equal(concern_of(w, no).state, ST_REPLIED);
	assert_int_equal(promises(w), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_days_of_a_text_are_read),
		cmocka_unit_test(no_more_days_are_read_than_there_is_room_for),
		TEST(a_day_without_a_promise_is_a_fault_beside_the_others),
		TEST(a_promise_has_a_text_and_a_working_day_to_come),
		TEST(it_is_promised_when_the_answer_is_approved),
		TEST(what_is_promised_already_or_is_none_is_not_asked_for),
		TEST(for_a_day_of_rest_the_working_day_beside_it_will_do),
		TEST(a_day_that_has_passed_before_approval_is_not_promised),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
