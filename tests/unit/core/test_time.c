/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <time.h>

#include "core/time.h"

static void
every_day_agrees_with_the_c_library(void **state)
{
	(void)state;
	int32_t before = 18991231;

	for (time_t at = -2208988800; at < 7258118400; at += 86400) {
		struct tm tm;
		assert_non_null(gmtime_r(&at, &tm));
		int32_t day = day_of(at, 0);
		assert_int_equal(day, day_make(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday));
		assert_true(day_is_valid(day));
		assert_int_equal(day_weekday(day), tm.tm_wday);
		assert_int_equal(day_start(day, 0), at);
		assert_int_equal(day_add(before, 1), day);
		assert_int_equal(day_diff(before, day), 1);
		before = day;
	}
	assert_int_equal(before, 21991231);
}

static void
dates_that_do_not_exist_are_not_valid(void **state)
{
	(void)state;
	static const int32_t days[] = { 20260230, 20250229, 21000229, 20260431, 20261301, 20260001,
		20260100, 20260132, 18991231, 22000101, 0, -20260101, INT32_MAX, INT32_MIN };

	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++)
		assert_false(day_is_valid(days[i]));
	assert_true(day_is_valid(20240229));
	assert_true(day_is_valid(20000229));
}

static void
months_end_on_the_same_number_or_the_last_day(void **state)
{
	(void)state;
	assert_int_equal(day_add_months(20261130, 3), 20270228);
	assert_int_equal(day_add_months(20240131, 1), 20240229);
	assert_int_equal(day_add_months(20260115, 12), 20270115);
	assert_int_equal(day_add_months(20260115, -1), 20251215);
	assert_int_equal(day_add_months(20260331, -13), 20250228);
	assert_int_equal(day_add_months(20260331, 0), 20260331);
}

static void
a_local_moment_is_taken_apart_and_put_together(void **state)
{
	(void)state;
	struct civil c = civil_of(1768991405, TZ_CHINA);

	assert_int_equal(c.year, 2026);
	assert_int_equal(c.month, 1);
	assert_int_equal(c.day, 21);
	assert_int_equal(c.hour, 18);
	assert_int_equal(c.minute, 30);
	assert_int_equal(c.second, 5);
	assert_int_equal(c.weekday, 3);
	assert_int_equal(civil_at(2026, 1, 21, 18, 30, 5, TZ_CHINA), 1768991405);
	assert_int_equal(day_of(-1, 0), 19691231);
	assert_int_equal(civil_of(-1, 0).second, 59);
	assert_int_equal(day_at(20260121, 18 * 60 + 30, TZ_CHINA), 1768991400);
	assert_int_equal(day_of(day_start(20260121, TZ_CHINA) - 1, TZ_CHINA), 20260120);
}

static void
moments_beyond_four_digits_are_the_nearest_inside(void **state)
{
	(void)state;
	char text[TIME_RECORD_LEN + 1];

	time_record(INT64_MAX, text);
	assert_string_equal(text, "9999-12-31T23:59:59+08:00");
	assert_int_equal(day_of(INT64_MIN, -TZ_CHINA), 10101);
}

static void
the_record_has_one_form_of_a_moment(void **state)
{
	(void)state;
	static const struct {
		int64_t at;
		const char *text;
	} rows[] = {
		{ 0, "1970-01-01T08:00:00+08:00" },
		{ 1769045405, "2026-01-22T09:30:05+08:00" },
		{ 1798732799, "2026-12-31T23:59:59+08:00" },
		{ 1709136000, "2024-02-29T00:00:00+08:00" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[TIME_RECORD_LEN + 1];
		time_record(rows[i].at, text);
		assert_string_equal(text, rows[i].text);
	}
}

static void
a_clock_is_fixed_set_and_shifted(void **state)
{
	(void)state;
	struct clock c;

	clock_init_fixed(&c, 1000);
	assert_int_equal(clock_now(&c), 1000);
	clock_shift(&c, 60);
	clock_set(&c, 2000);
	assert_int_equal(clock_now(&c), 2060);
	assert_int_equal(clock_now_ms(&c), 2060000);

	clock_init_real(&c);
	int64_t now = clock_now(&c);
	assert_true(now > 1700000000);
	clock_shift(&c, -86400);
	assert_true(clock_now(&c) < now);
	assert_true(time_mono_ms() <= time_mono_us() / 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_day_agrees_with_the_c_library),
		cmocka_unit_test(dates_that_do_not_exist_are_not_valid),
		cmocka_unit_test(months_end_on_the_same_number_or_the_last_day),
		cmocka_unit_test(a_local_moment_is_taken_apart_and_put_together),
		cmocka_unit_test(moments_beyond_four_digits_are_the_nearest_inside),
		cmocka_unit_test(the_record_has_one_form_of_a_moment),
		cmocka_unit_test(a_clock_is_fixed_set_and_shifted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
