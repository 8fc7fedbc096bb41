/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calendar/calendar.h"
#include "core/mem.h"
#include "core/random.h"

#include "core/banned.h"

static void
days_of_2026_have_their_kind(void **state)
{
	(void)state;
	static const struct {
		int32_t day;
		enum day_kind kind;
		const char *name;
	} rows[] = {
		{ 20260101, DAY_HOLIDAY, "元旦" },
		{ 20260103, DAY_HOLIDAY, "元旦" }, /* a Saturday inside the rest */
		{ 20260104, DAY_MAKE_UP, "元旦" }, /* a Sunday */
		{ 20260105, DAY_WORK, NULL },
		{ 20260110, DAY_WEEKEND, NULL },
		{ 20260214, DAY_MAKE_UP, "春节" },
		{ 20260223, DAY_HOLIDAY, "春节" },
		{ 20260224, DAY_WORK, NULL },
		{ 20261010, DAY_MAKE_UP, "国庆节" },
	};
	const struct calendar *cal = cal_builtin();

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(cal_day_kind(cal, rows[i].day), rows[i].kind);
		const char *name = cal_day_name(cal, rows[i].day);
		assert_true((name == NULL) == (rows[i].name == NULL));
		if (name != NULL)
			assert_string_equal(name, rows[i].name);
	}
	assert_true(cal_is_workday(cal, 20260214));
	assert_false(cal_is_workday(cal, 20260215));
}

static void
half_day_holidays_of_groups_stop_no_clock(void **state)
{
	(void)state;
	static const int32_t days[] = { 20240308, 20230504, 20220601, 20240801 };

	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++)
		assert_int_equal(cal_day_kind(cal_builtin(), days[i]), DAY_WORK);
}

static void
a_year_is_known_by_its_notice_and_checked_by_two_sources(void **state)
{
	(void)state;
	const struct calendar *cal = cal_builtin();

	assert_false(cal_knows_year(cal, 2003));
	assert_true(cal_knows_year(cal, 2004));
	assert_true(cal_knows_year(cal, 2026));
	assert_false(cal_knows_year(cal, 2027));
	assert_false(cal_year_is_checked(cal, 2003));
	assert_false(cal_year_is_checked(cal, 2004));
	assert_false(cal_year_is_checked(cal, 2023)); /* they differ on one day */
	assert_true(cal_year_is_checked(cal, 2025));
	assert_true(cal_year_is_checked(cal, 2026));
	assert_false(cal_year_is_checked(cal, 2027));
	assert_int_equal(cal_version(cal), 1);
}

static void
the_kinds_of_a_row_of_days_are_those_of_each(void **state)
{
	(void)state;
	enum { DAYS = 60 };
	enum day_kind kind[DAYS];
	const int32_t first =
		20251215; /* over New Year, its make-up Sunday and the end of the year */
	cal_kinds(cal_builtin(), first, DAYS, kind);
	for (int i = 0; i < DAYS; i++)
		assert_int_equal(kind[i], cal_day_kind(cal_builtin(), day_add(first, i)));
}

static void
years_without_notice_have_weekends_and_later_the_fixed_dates(void **state)
{
	(void)state;
	const struct calendar *cal = cal_builtin();

	assert_int_equal(cal_day_kind(cal, 20270101), DAY_HOLIDAY);
	assert_int_equal(cal_day_kind(cal, 20280502), DAY_HOLIDAY);
	assert_int_equal(cal_day_kind(cal, 20290503), DAY_WORK);
	assert_int_equal(cal_day_kind(cal, 20301003), DAY_HOLIDAY);
	assert_int_equal(cal_day_kind(cal, 20301004), DAY_WORK);
	assert_string_equal(cal_day_name(cal, 20301001), "国庆节");
	assert_int_equal(cal_day_kind(cal, 20270306), DAY_WEEKEND);
	assert_int_equal(cal_day_kind(cal, 20031001), DAY_WORK);
	assert_null(cal_day_name(cal, 20031001));
	assert_int_equal(cal_day_kind(cal, 19000101), DAY_WORK); /* a Monday */
	assert_int_equal(cal_day_kind(cal, 21991231), DAY_WORK); /* a Tuesday */
}

static void
adding_and_counting_are_inverse(void **state)
{
	(void)state;
	const struct calendar *cal = cal_builtin();
	struct rng random;
	rng_init_seed(&random, 7);

	for (int round = 0; round < 50000; round++) {
		int32_t day = day_add(19500101, (int)rng_below(&random, 73000));
		int n = (int)rng_below(&random, 400) + 1;

		int32_t later = cal_add_wd(cal, day, n);
		assert_true(cal_is_workday(cal, later));
		assert_int_equal(cal_count_wd(cal, day, later), n);

		int32_t earlier = cal_add_wd(cal, day, -n);
		assert_true(cal_is_workday(cal, earlier));
		int itself = cal_is_workday(cal, day);
		assert_int_equal(cal_count_wd(cal, earlier, day), n - 1 + itself);
		assert_int_equal(cal_count_wd(cal, day, earlier), -(n - 1 + itself));
	}
}

static void
adding_agrees_with_walking_day_by_day(void **state)
{
	(void)state;
	const struct calendar *cal = cal_builtin();

	for (int32_t day = 20031201; day < 20270301; day = day_add(day, 1)) {
		int32_t walk = day;
		for (int n = 1; n <= 20; n++) {
			do {
				walk = day_add(walk, 1);
			} while (!cal_is_workday(cal, walk));
			assert_int_equal(cal_add_wd(cal, day, n), walk);
		}
	}
}

static void
the_edges_of_the_calendar_answer_zero(void **state)
{
	(void)state;
	const struct calendar *cal = cal_builtin();

	assert_int_equal(cal_add_wd(cal, 21991231, 1), 0);
	assert_int_equal(cal_add_wd(cal, 21991230, 1), 21991231);
	assert_int_equal(cal_add_wd(cal, 19000101, -1), 0);
	assert_int_equal(cal_add_wd(cal, 19000102, -1), 19000101);
	assert_int_equal(cal_add_wd(cal, 20260214, INT32_MAX), 0);
	assert_int_equal(cal_add_wd(cal, 20260214, INT32_MIN), 0);
	assert_int_equal(cal_add_wd(cal, 20260215, 0), 20260215);
}

static void
an_office_can_type_its_own_days(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	static const struct cal_day days[] = {
		{ 20270101, true, "元旦" },
		{ 20270206, false, "春节" },
		{ 20270208, true, "春节" },
	};
	struct calendar *cal;

	assert_int_equal(cal_build(mem, 4, days, 3, 2027, 2027, &cal, NULL), XQ_OK);
	assert_int_equal(cal_version(cal), 4);
	assert_int_equal(cal_day_kind(cal, 20270206), DAY_MAKE_UP);
	assert_int_equal(cal_add_wd(cal, 20270206, 1), 20270209);
	assert_false(cal_year_is_checked(cal, 2027));
	assert_int_equal(cal_day_kind(cal, 20270501), DAY_WEEKEND); /* its notice would name it */
	mem_free(mem);
}

static void
bad_rows_are_refused(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	static const struct {
		struct cal_day day[2];
		const char *key;
	} rows[] = {
		{ { { 20270230, true, "" }, { 20270301, true, "" } }, "calendar.bad-day" },
		{ { { 20270101, true, "" }, { 20280101, true, "" } }, "calendar.bad-day" },
		{ { { 20261231, true, "" }, { 20270101, true, "" } }, "calendar.bad-day" },
		{ { { 20270102, true, "" }, { 20270101, true, "" } }, "calendar.unsorted" },
		{ { { 20270102, true, "" }, { 20270102, false, "" } }, "calendar.unsorted" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct calendar *cal = NULL;
		struct xq_err err;
		assert_int_equal(
			cal_build(mem, 1, rows[i].day, 2, 2027, 2027, &cal, &err), XQ_REFUSED);
		assert_string_equal(err.key, rows[i].key);
		assert_null(cal);
	}
	mem_free(mem);
}

static void
a_further_notice_rules_its_year_and_the_december_before(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	static const struct cal_day days[] = {
		{ 20261231, true, "元旦" },
		{ 20270101, true, "元旦" },
		{ 20270103, false, "元旦" },
	};
	static const struct cal_day wrong[] = { { 20251231, true, "元旦" } };
	struct calendar *cal;
	struct xq_err err;

	assert_int_equal(cal_extend(mem, 2, cal_builtin(), 2027, days, 3, &cal, NULL), XQ_OK);
	assert_int_equal(cal_last_year(cal), 2027);
	assert_int_equal(cal_day_kind(cal, 20261231), DAY_HOLIDAY);
	assert_int_equal(cal_day_kind(cal, 20270103), DAY_MAKE_UP);
	assert_int_equal(cal_day_kind(cal, 20261010), DAY_MAKE_UP); /* of the notice before */
	assert_true(cal_year_is_checked(cal, 2026));
	assert_false(cal_year_is_checked(cal, 2027));

	/* the same year once more: what it no longer names is an ordinary day */
	assert_int_equal(cal_extend(mem, 3, cal, 2027, days, 2, &cal, NULL), XQ_OK);
	assert_int_equal(cal_day_kind(cal, 20270103), DAY_WEEKEND);
	assert_int_equal(cal_extend(mem, 4, cal, 2027, wrong, 1, &cal, &err), XQ_REFUSED);
	assert_string_equal(err.key, "calendar.bad-day");
	mem_free(mem);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_of_2026_have_their_kind),
		cmocka_unit_test(half_day_holidays_of_groups_stop_no_clock),
		cmocka_unit_test(a_year_is_known_by_its_notice_and_checked_by_two_sources),
		cmocka_unit_test(the_kinds_of_a_row_of_days_are_those_of_each),
		cmocka_unit_test(years_without_notice_have_weekends_and_later_the_fixed_dates),
		cmocka_unit_test(adding_and_counting_are_inverse),
		cmocka_unit_test(adding_agrees_with_walking_day_by_day),
		cmocka_unit_test(the_edges_of_the_calendar_answer_zero),
		cmocka_unit_test(an_office_can_type_its_own_days),
		cmocka_unit_test(bad_rows_are_refused),
		cmocka_unit_test(a_further_notice_rules_its_year_and_the_december_before),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
