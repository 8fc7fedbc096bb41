/* SPDX-License-Identifier: Apache-2.0 */
/* The National Day of 2026 is the case of the mock pages: five working days from the 24th of
 * September end on the 9th of October, over two holidays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "concern/bar.h"
#include "concern/concern.h"
#include "core/mem.h"

#define next_act shown_act
#include "web/components.h"
#undef next_act

#include "core/banned.h"

#define RAISED 20260924
#define DUE 20261009

static int64_t
at(int32_t day, int hour)
{
	return day_at(day, hour * 60, TZ_CHINA);
}

static struct concern
sample(void)
{
	return (struct concern){ .state = ST_SIGNED,
		.raised_at = at(RAISED, 14),
		.due_day = DUE,
		.due_at = at(DUE, 17) + 1800 };
}

static struct deadline
bar_on(void *mem, const struct concern *c, int64_t now)
{
	struct deadline d = { 0 };
	struct bar_ask ask = bar_ask_of(c, 0, now, cal_builtin(), TZ_CHINA);
	bar_make(mem, &ask, &d);
	return d;
}

static struct stand
stand_on(const struct concern *c, int64_t now)
{
	return light_of(c, now, cal_builtin(), TZ_CHINA);
}

/* ---- the bar ------------------------------------------------------------------------------------- */

static void
five_working_days_over_national_day_are_sixteen_cells(void **state)
{
	struct concern c = sample();
	struct deadline d = bar_on(*state, &c, at(20260930, 10));
	assert_int_equal(d.n, 16);
	assert_int_equal(d.from, RAISED);
	assert_int_equal(d.due, DUE);
	assert_int_equal(d.cell[0].kind, CELL_START);
	assert_int_equal(d.cell[1].kind, CELL_REST);
	assert_string_equal(d.cell[1].flag, cal_day_name(cal_builtin(), 20260925));
	assert_null(d.cell[2].flag);
	assert_int_equal(d.cell[4].number, 1);
	assert_int_equal(d.cell[4].state, CELL_PAST);
	assert_int_equal(d.cell[6].number, 3);
	assert_int_equal(d.cell[6].state, CELL_TODAY);
	assert_true(d.cell[6].is_today);
	assert_true(d.cell[7].show_month);
	assert_int_equal(d.cell[14].state, CELL_TODO);
	assert_int_equal(d.cell[15].state, CELL_DUE);
	assert_int_equal(d.cell[15].number, 5);
}

static void
make_up_saturday_is_a_working_cell(void **state)
{
	struct concern c = sample();
	struct deadline d = bar_on(*state, &c, at(20261012, 9));
	assert_int_equal(d.n, 19);
	assert_int_equal(d.cell[16].kind, CELL_MAKE_UP);
	assert_int_equal(d.cell[16].number, 6);
	assert_int_equal(d.cell[16].state, CELL_LATE);
}

static void
late_days_go_on_to_today(void **state)
{
	struct concern c = sample();
	struct deadline d = bar_on(*state, &c, at(20261012, 9));
	assert_int_equal(d.cell[15].state, CELL_PAST); /* the due day went by */
	assert_int_equal(d.cell[17].kind, CELL_REST);
	assert_int_equal(d.cell[18].state, CELL_LATE);
	assert_true(d.cell[18].is_today);
}

static void
an_answer_stops_the_bar(void **state)
{
	struct concern c = sample();
	c.answered_at = at(20261008, 16);
	c.state = ST_CALLBACK;
	struct deadline d = bar_on(*state, &c, at(20261020, 9));
	assert_int_equal(d.n, 16);
	assert_int_equal(d.cell[14].state, CELL_PAST);
	assert_int_equal(d.cell[15].state, CELL_DUE);
	for (size_t i = 0; i < d.n; i++)
		assert_false(d.cell[i].is_today);
}

static void
long_bars_fold_runs_of_rest_days(void **state)
{
	struct concern c = sample();
	c.due_day = 20261023;
	struct deadline d = bar_on(*state, &c, at(20260930, 10));
	assert_true(d.n < 25);
	size_t folded = 0;
	for (size_t i = 0; i < d.n; i++)
		if (d.cell[i].kind == CELL_FOLDED && d.cell[i].number == 7)
			folded++;
	assert_int_equal(folded, 1);
	assert_int_equal(d.cell[d.n - 1].state, CELL_DUE);
}

static void
very_long_bars_have_a_cell_a_week(void **state)
{
	struct concern c = sample();
	c.due_day = 20261224;
	struct deadline d = bar_on(*state, &c, at(20260930, 10));
	assert_true(d.n <= 16);
	assert_int_equal(d.cell[0].kind, CELL_START);
	assert_int_equal(d.cell[d.n - 1].state, CELL_DUE);
	size_t today = 0;
	for (size_t i = 0; i < d.n; i++)
		today += d.cell[i].is_today;
	assert_int_equal(today, 1);
}

static void
a_bar_is_bounded_however_late(void **state)
{
	struct concern c = sample();
	struct deadline d = bar_on(*state, &c, at(20991231, 9));
	assert_true(d.n <= BAR_DAYS_MAX);
}

/* ---- the light ----------------------------------------------------------------------------------- */

static void
light_follows_the_day(void **state)
{
	(void)state;
	static const struct {
		int32_t day;
		int hour, light, left, late;
	} rows[] = {
		{ 20260924, 15, LIGHT_OK, 5, 0 },
		{ 20260930, 10, LIGHT_OK, 3, 0 },
		{ 20261003, 10, LIGHT_OK, 2, 0 },
		{ 20261008, 10, LIGHT_OK, 2, 0 },
		{ 20261009, 10, LIGHT_SOON, 1, 0 },
		{ 20261009, 18, LIGHT_LATE, 0, 0 },
		{ 20261010, 9, LIGHT_LATE, 0, 1 },
		{ 20261012, 9, LIGHT_LATE, 0, 2 },
	};
	struct concern c = sample();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct stand s = stand_on(&c, at(rows[i].day, rows[i].hour));
		assert_int_equal(s.light, rows[i].light);
		assert_int_equal(s.left_wd, rows[i].left);
		assert_int_equal(s.late_wd, rows[i].late);
	}
}

static void
a_third_of_a_long_limit_is_soon(void **state)
{
	(void)state;
	struct concern c = sample();
	c.raised_at = at(20260601, 9);
	c.due_day = 20260623; /* 15 working days: the 19th is a holiday */
	c.due_at = at(c.due_day, 17);
	assert_int_equal(stand_on(&c, at(20260615, 9)).light, LIGHT_OK);
	assert_int_equal(stand_on(&c, at(20260616, 9)).light, LIGHT_SOON);
}

static void
late_stays_after_answer_and_closing(void **state)
{
	(void)state;
	struct concern c = sample();
	c.answered_at = at(20261012, 9);
	c.state = ST_CALLBACK;
	struct stand s = stand_on(&c, at(20261110, 9));
	assert_int_equal(s.light, LIGHT_ANSWERED);
	assert_true(s.is_late);
	assert_int_equal(s.late_wd, 2);
	c.state = ST_CLOSED;
	c.closed_at = at(20261014, 9);
	c.outcome = OUT_EXPLAINED;
	s = stand_on(&c, at(20261110, 9));
	assert_int_equal(s.light, LIGHT_CLOSED);
	assert_true(s.is_late);
	assert_string_equal(s.resident, "Closed: explained");
}

static void
an_unpublished_year_is_said(void **state)
{
	(void)state;
	struct concern c = sample();
	c.is_provisional = true;
	struct stand s = stand_on(&c, at(20260930, 9));
	assert_int_equal(s.light, LIGHT_UNKNOWN);
}

static void
history_is_never_late(void **state)
{
	(void)state;
	struct concern c = sample();
	c.state = ST_HISTORY;
	c.answered_at = at(20270101, 9);
	assert_false(stand_on(&c, at(20270601, 9)).is_late);
}

static int
set_up(void **state)
{
	*state = mem_root("bar");
	return 0;
}

static int
tear_down(void **state)
{
	mem_free(*state);
	return 0;
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(five_working_days_over_national_day_are_sixteen_cells),
		T(make_up_saturday_is_a_working_cell),
		T(late_days_go_on_to_today),
		T(an_answer_stops_the_bar),
		T(long_bars_fold_runs_of_rest_days),
		T(very_long_bars_have_a_cell_a_week),
		T(a_bar_is_bounded_however_late),
		T(light_follows_the_day),
		T(a_third_of_a_long_limit_is_soon),
		T(late_stays_after_answer_and_closing),
		T(an_unpublished_year_is_said),
		T(history_is_never_late),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
