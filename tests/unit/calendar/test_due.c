/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calendar/calendar.h"

#include "core/banned.h"

#define CLOSING (17 * 60 + 30)

static struct limit
limit_of(const char *text)
{
	struct limit l = { 0 };
	assert_true(limit_read(str_of(text), &l));
	return l;
}

/* Due for a start at ten in the morning. */
static struct due
due_of(int32_t start, const char *limit)
{
	struct due d = { 0 };
	int64_t from = day_at(start, 10 * 60, TZ_CHINA);
	assert_int_equal(
		cal_due(cal_builtin(), from, limit_of(limit), CLOSING, TZ_CHINA, &d, NULL), XQ_OK);
	return d;
}

static void
working_days_agree_with_the_table_of_the_rules(void **state)
{
	(void)state;
	static const char *const limits[] = { "1wd", "3wd", "5wd", "15wd" };
	static const struct {
		int32_t start, due[4];
	} rows[] = {
		{ 20260213, { 20260214, 20260225, 20260227, 20260312 } },
		{ 20260214, { 20260224, 20260226, 20260228, 20260313 } },
		{ 20260430, { 20260506, 20260508, 20260511, 20260525 } },
		{ 20260918, { 20260920, 20260922, 20260924, 20261015 } },
		{ 20260924, { 20260928, 20260930, 20261009, 20261022 } },
		{ 20260930, { 20261008, 20261010, 20261013, 20261027 } },
		{ 20251231, { 20260104, 20260106, 20260108, 20260122 } },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (size_t k = 0; k < 4; k++) {
			struct due d = due_of(rows[i].start, limits[k]);
			assert_int_equal(d.nominal_day, rows[i].due[k]);
			assert_int_equal(d.effective_day, rows[i].due[k]);
			assert_int_equal(d.at, day_at(rows[i].due[k], CLOSING, TZ_CHINA));
			assert_false(d.is_provisional);
		}
	}
}

static void
natural_days_and_months_move_past_rest_days(void **state)
{
	(void)state;
	static const struct {
		int32_t start;
		const char *limit;
		int32_t nominal, effective;
		bool is_provisional;
	} rows[] = {
		{ 20260803, "60nd", 20261002, 20261008, false },
		{ 20260202, "15nd", 20260217, 20260224, false },
		{ 20261130, "3mo", 20270228, 20270301, true },
		{ 20260131, "1mo", 20260228, 20260228, false }, /* a make-up Saturday */
		{ 20240131, "1mo", 20240229, 20240229, false },
		{ 20260105, "1mo", 20260205, 20260205, false },
		{ 20260601, "1nd", 20260602, 20260602, false },
		{ 20261215, "10nd", 20261225, 20261225, false },
		{ 20031201, "60nd", 20040130, 20040130, false }, /* only the last day matters */
		{ 20030101, "15nd", 20030116, 20030116, true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct due d = due_of(rows[i].start, rows[i].limit);
		assert_int_equal(d.nominal_day, rows[i].nominal);
		assert_int_equal(d.effective_day, rows[i].effective);
		assert_int_equal(d.is_provisional, rows[i].is_provisional);
		assert_int_equal(d.at, day_at(rows[i].effective, CLOSING, TZ_CHINA));
	}
}

static void
new_year_of_a_missing_year_is_never_a_working_day(void **state)
{
	(void)state;
	struct due d = due_of(20261231, "1wd");

	assert_int_not_equal(d.effective_day, 20270101);
	assert_int_equal(d.effective_day, 20270104);
	assert_true(d.is_provisional);
}

static void
counting_into_a_missing_year_is_provisional(void **state)
{
	(void)state;
	assert_true(due_of(20261220, "15wd").is_provisional);
	assert_true(due_of(20270105, "5wd").is_provisional);
	assert_true(due_of(20031229, "5wd").is_provisional);
	assert_false(due_of(20251230, "15wd").is_provisional);
}

static void
late_december_waits_for_the_next_notice(void **state)
{
	(void)state;
	assert_false(due_of(20261222, "3wd").is_provisional); /* 25 December */
	assert_true(due_of(20261225, "1wd").is_provisional);  /* 28 December */
	assert_false(due_of(20251225, "3wd").is_provisional); /* the notice for 2026 is there */
}

static void
hours_run_from_the_moment(void **state)
{
	(void)state;
	struct due d;
	int64_t from = civil_at(2026, 2, 14, 23, 30, 0, TZ_CHINA);
	struct limit day = limit_of("24h");

	assert_int_equal(cal_due(cal_builtin(), from, day, CLOSING, TZ_CHINA, &d, NULL), XQ_OK);
	assert_int_equal(d.at, from + 86400);
	assert_int_equal(d.nominal_day, 20260215);
	assert_int_equal(d.effective_day, 20260215); /* a rest day stops no hour */
	assert_false(d.is_provisional);
}

static void
the_local_day_of_the_start_is_not_counted(void **state)
{
	(void)state;
	struct due early;
	struct due late;
	struct limit one = limit_of("1wd");
	int64_t midnight = day_start(20260601, TZ_CHINA);

	assert_int_equal(
		cal_due(cal_builtin(), midnight, one, CLOSING, TZ_CHINA, &early, NULL), XQ_OK);
	assert_int_equal(
		cal_due(cal_builtin(), midnight + 86399, one, CLOSING, TZ_CHINA, &late, NULL),
		XQ_OK);
	assert_int_equal(early.effective_day, 20260602);
	assert_int_equal(late.at, early.at);
}

static void
a_later_start_is_never_due_earlier(void **state)
{
	(void)state;
	static const char *const limits[] = { "1wd", "5wd", "15wd", "7nd", "60nd", "1mo", "3mo" };

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		int64_t before = 0;
		for (int32_t day = 20031201; day < 20280101; day = day_add(day, 1)) {
			struct due d = due_of(day, limits[i]);
			assert_true(d.at >= before);
			assert_true(cal_is_workday(cal_builtin(), d.effective_day));
			before = d.at;
		}
	}
}

static void
a_longer_limit_is_never_due_earlier(void **state)
{
	(void)state;
	for (enum limit_unit unit = LIMIT_WORKING_DAYS; unit <= LIMIT_HOURS; unit++) {
		int64_t before = 0;
		for (int32_t count = 1; count <= 400; count++) {
			struct due d;
			struct limit l = { .count = count, .unit = unit };
			assert_int_equal(cal_due(cal_builtin(), day_start(20260914, TZ_CHINA), l,
						 CLOSING, TZ_CHINA, &d, NULL),
				XQ_OK);
			assert_true(d.at >= before);
			before = d.at;
		}
	}
}

static void
limits_past_the_calendar_are_refused(void **state)
{
	(void)state;
	static const struct {
		int64_t from;
		struct limit limit;
	} rows[] = {
		{ 0, { 10000, LIMIT_NATURAL_DAYS } },
		{ 1780000000, { 9999, LIMIT_MONTHS } },
		{ 1780000000, { INT32_MAX, LIMIT_MONTHS } },
		{ 7257999000, { 5, LIMIT_WORKING_DAYS } }, /* late in 2199 */
		{ 7257999000, { 90, LIMIT_NATURAL_DAYS } },
		{ 7258089600, { 24, LIMIT_HOURS } },
		{ INT64_MAX, { 1, LIMIT_HOURS } },
		{ INT64_MIN, { 1, LIMIT_WORKING_DAYS } },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct due d = { .at = -1 };
		struct xq_err err;
		assert_int_equal(cal_due(cal_builtin(), rows[i].from, rows[i].limit, CLOSING,
					 TZ_CHINA, &d, &err),
			XQ_REFUSED);
		assert_string_equal(err.key, "limit.too-long");
		assert_int_equal(d.at, -1);
	}
}

static void
limits_are_read_and_shown(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		struct limit limit;
	} rows[] = {
		{ "5wd", { 5, LIMIT_WORKING_DAYS } },
		{ "15nd", { 15, LIMIT_NATURAL_DAYS } },
		{ "3mo", { 3, LIMIT_MONTHS } },
		{ "24h", { 24, LIMIT_HOURS } },
		{ "1h", { 1, LIMIT_HOURS } },
		{ "9999wd", { 9999, LIMIT_WORKING_DAYS } },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct limit l = limit_of(rows[i].text);
		char shown[16];
		assert_int_equal(l.count, rows[i].limit.count);
		assert_int_equal(l.unit, rows[i].limit.unit);
		limit_show(l, shown);
		assert_string_equal(shown, rows[i].text);
	}
}

static void
what_is_no_limit_is_not_read(void **state)
{
	(void)state;
	static const char *const rows[] = { "", "wd", "h", "0wd", "-1wd", "+1wd", "05wd", "10000wd",
		"5", "5 wd", " 5wd", "5wd ", "5WD", "5d", "5mon", "5.5h", "999999999999999999999h",
		"五wd", "1h1h" };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct limit l = { -7, LIMIT_HOURS };
		if (limit_read(str_of(rows[i]), &l))
			fail_msg("\"%s\" was read as a limit", rows[i]);
		assert_int_equal(l.count, -7);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(working_days_agree_with_the_table_of_the_rules),
		cmocka_unit_test(natural_days_and_months_move_past_rest_days),
		cmocka_unit_test(new_year_of_a_missing_year_is_never_a_working_day),
		cmocka_unit_test(counting_into_a_missing_year_is_provisional),
		cmocka_unit_test(late_december_waits_for_the_next_notice),
		cmocka_unit_test(hours_run_from_the_moment),
		cmocka_unit_test(the_local_day_of_the_start_is_not_counted),
		cmocka_unit_test(a_later_start_is_never_due_earlier),
		cmocka_unit_test(a_longer_limit_is_never_due_earlier),
		cmocka_unit_test(limits_past_the_calendar_are_refused),
		cmocka_unit_test(limits_are_read_and_shown),
		cmocka_unit_test(what_is_no_limit_is_not_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
