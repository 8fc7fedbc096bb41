/* SPDX-License-Identifier: Apache-2.0 */
/* One figure by itself: its months are those of the page of the month, nothing is counted twice or left
 * out, and no difference of months, year and units tells what may not be shown. */
#include "../concern/fixture.h"

#include "insight/figure_one.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &insight_module, &notify_module, NULL };

enum { TODAY = 20270105, LAST = 20261231, FULL = 10 * FIGURE_RATE_MIN };

/* ---- counts without acts ------------------------------------------------------------------------- */

static void
put(struct world *w, int32_t day, const char *figure, const char *unit, int64_t n)
{
	force(w,
		SQL("INSERT INTO tally (office, day, figure, unit_code, class, n)"
		    " VALUES (?, ?, ?, ?, ?, ?)"
		    " ON CONFLICT (office, day, figure, unit_code, class)"
		    " DO UPDATE SET n = tally.n + excluded.n"),
		VALS(V(w->office), V(day), V(figure), V(unit), V(day % 2 ? "parking" : "noise"),
			V(n)));
}

/* Every code that is declared, with two of its reasons, on days of fifteen months. */
static void
put_code(struct world *w, const char *code, int seed)
{
	static const char *const units[] = { "u03", "u04", "u05", "" };
	for (int m = 0; m < 15; m++) {
		const int32_t day = day_add(day_add_months(20251001, m), (seed * 7 + m * 5) % 28);
		const char *unit = units[(seed + m) % 4];
		if (str_ends(str_of(code), STR("."))) {
			put(w, day, mem_printf(w->mem, "%sone", code), unit, 1 + (seed + m) % 9);
			put(w, day, mem_printf(w->mem, "%swithdrawn", code), unit, 1 + m % 3);
		} else {
			put(w, day, code, unit, 1 + (seed * 3 + m) % 40);
		}
	}
}

static void
put_all(struct world *w)
{
	int seed = 0;
	for (const struct figure_def *d = figure_defs; d->code; d++) {
		if (d->is_apart)
			continue;
		put_code(w, d->num, seed++);
		for (size_t i = 0; i < 2 && d->den[i]; i++)
			put_code(w, d->den[i], seed++);
	}
}

static struct figure_one
one_of(struct world *w, const char *code, int32_t last, int32_t today)
{
	struct figure_one one = { 0 };
	struct tx *tx = look(w);
	OK(figure_one_load(tx, w->mem, w->office, figure_find(code), last, today, &one, &w->err));
	tx_end(tx);
	return one;
}

static struct figure_value
read_value(struct world *w, const struct figure_def *d, int32_t from, int32_t to, const char *unit)
{
	struct tally_sum *sum;
	size_t n;
	struct tx *tx = look(w);
	OK(tally_read(tx, w->mem, w->office, from, to, &sum, &n, &w->err));
	tx_end(tx);
	return figure_value_of(d, sum, n, unit);
}

static void
assert_same(const struct figure_def *d, struct figure_value got, struct figure_value wanted)
{
	if (got.num != wanted.num || got.den != wanted.den)
		fail_msg("%s: expected %lld/%lld, got %lld/%lld", d->code, (long long)wanted.num,
			(long long)wanted.den, (long long)got.num, (long long)got.den);
}

/* ---- the same numbers ------------------------------------------------------------------------------ */

static void
its_months_are_those_of_the_page_of_the_month(void **state)
{
	static const char *const units[] = { NULL, "u03", "u04", "u05", "" };
	struct world *w = *state;
	put_all(w);
	for (const struct figure_def *d = figure_defs; d->code; d++) {
		const struct figure_one one = one_of(w, d->code, LAST, TODAY);
		assert_int_equal(one.n_months, ONE_MONTHS);
		for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
			for (size_t m = 0; m < one.n_months; m++)
				assert_same(d, one_month_value(&one, m, units[u]),
					read_value(w, d, one.month[m].from,
						day_add(day_add_months(one.month[m].from, 1), -1),
						units[u]));
			assert_same(d, one_value(&one, units[u]),
				read_value(w, d, one.from, one.to, units[u]));
		}
	}
}

/* "terminated." holds "terminated.withdrawn", which stands beside it; unreached is also below the line. */
static void
the_parts_of_a_figure_add_up(void **state)
{
	struct world *w = *state;
	put(w, 20261102, "terminated.withdrawn", "u04", 3);
	put(w, 20261102, "terminated.no-contact", "u04", 2);
	put(w, 20261102, "unreached", "u04", 4);
	put(w, 20261102, "rated", "u04", 6);
	put(w, 20261102, "sat-full", "u04", 50);
	struct figure_one one = one_of(w, "terminated", LAST, TODAY);
	assert_int_equal(one_value(&one, NULL).num, 5);
	assert_int_equal(figure_count(one.def->beside, one.sum, one.n, NULL), 3);
	one = one_of(w, "unreached", LAST, TODAY);
	assert_int_equal(one_value(&one, "u04").num, 4);
	assert_int_equal(one_value(&one, "u04").den, 10);
	one = one_of(w, "satisfaction", LAST, TODAY);
	assert_int_equal(one_silent(&one), 1);
}

/* ---- the period -------------------------------------------------------------------------------------- */

static void
the_running_month_is_not_among_them(void **state)
{
	struct world *w = *state;
	put_all(w);
	const struct figure_one one = one_of(w, "closed", 20261215, 20261215);
	assert_int_equal(one.from, 20251201);
	assert_int_equal(one.to, 20261130);
	assert_int_equal(one.n_months, ONE_MONTHS);
	assert_int_equal(one.newest, 20261101);
}

static void
a_young_office_has_fewer_months(void **state)
{
	struct world *w = *state;
	struct figure_one one = one_of(w, "closed", TODAY, TODAY);
	assert_int_equal(one.n_months, 0); /* nothing is counted yet */
	put(w, 20261118, "closed", "u04", 1);
	one = one_of(w, "closed", TODAY, TODAY);
	assert_int_equal(one.from, 20261101);
	assert_int_equal(one.n_months, 2);
	one = one_of(w, "closed", 20261120, 20261120);
	assert_int_equal(one.n_months, 0); /* its first month is not over */
	one = one_of(w, "closed", 20260115, TODAY);
	assert_int_equal(one.n_months, 0); /* before its first one */
}

/* ---- what is withheld ---------------------------------------------------------------------------------- */

static void
marks_of(struct world *w, int32_t month, const char *unit, int marks)
{
	put(w, month, "attitude-full", unit, 10LL * marks);
	put(w, month, "attitude-points", unit, 8LL * marks);
}

static int64_t
full_in(const struct figure_one *one, size_t month, const char *unit)
{
	return one_month_value(one, month, unit).den;
}

/* Each that is shown, and each difference of two of them, is nothing or the marks of ten at least. */
static void
no_difference_of_months_year_and_units_tells_of_few(void **state)
{
	static const char *const units[] = { "u03", "u04", "u05" };
	enum { UNITS = sizeof units / sizeof *units };
	struct world *w = *state;
	marks_of(w, 20260901, "u03", 12);
	marks_of(w, 20260901, "u04", 9); /* alone too few, and nobody to stand with */
	marks_of(w, 20261001, "u04", 11);
	marks_of(w, 20261001, "u05", 5);
	marks_of(w, 20261001, "u03", 6); /* with u05 enough for the office */
	marks_of(w, 20261101, "u05", 3);
	const struct figure_one one = one_of(w, "attitude", LAST, TODAY);
	int64_t year_rest = one_value(&one, NULL).den;
	for (size_t u = 0; u < UNITS; u++) {
		int64_t of_months = 0;
		for (size_t m = 0; m < one.n_months; m++) {
			const int64_t n = full_in(&one, m, units[u]);
			assert_true(n == 0 || n >= FULL);
			of_months += n;
		}
		assert_int_equal(one_value(&one, units[u]).den, of_months);
		year_rest -= of_months;
	}
	assert_true(year_rest == 0 || year_rest >= FULL);
	for (size_t m = 0; m < one.n_months; m++) {
		int64_t rest = full_in(&one, m, NULL);
		for (size_t u = 0; u < UNITS; u++)
			rest -= full_in(&one, m, units[u]);
		assert_true(rest == 0 || rest >= FULL);
	}
	assert_int_equal(one_value(&one, "u04").den, 110); /* and not the nine of September */
	assert_int_equal(one_value(&one, "u03").den, 120);
	assert_int_equal(one_value(&one, "u05").den, 0);
	assert_int_equal(one_value(&one, NULL).den, 340);
}

/* ---- words and bounds ---------------------------------------------------------------------------------- */

static void
every_figure_tells_its_story(void **state)
{
	(void)state;
	for (const struct figure_def *d = figure_defs; d->code; d++) {
		const struct figure_story *s = figure_story_of(d);
		assert_non_null(s->counted);
		assert_non_null(s->unit);
		assert_int_equal(s->over != NULL, d->den[0] != NULL);
		for (size_t i = 0; i < ONE_LEFT && s->left[i]; i++)
			assert_string_not_equal(figure_find(s->left[i])->code, d->code);
		if (d->den_each)
			assert_true(s->is_from_answers);
	}
}

static void
the_interval_counts_those_who_rated_and_not_their_points(void **state)
{
	(void)state;
	const struct figure_def *points = figure_find("satisfaction"),
				*share = figure_find("solved");
	const struct interval few = figure_interval_of(points, (struct figure_value){ 80, 100 });
	const struct interval same = figure_interval_of(share, (struct figure_value){ 8, 10 });
	const struct interval all = figure_interval((struct figure_value){ 8, 10 });
	assert_int_equal(few.low, same.low);
	assert_int_equal(few.high, same.high);
	assert_int_equal(same.low, all.low);
	assert_true(few.low < 500 && few.high > 900); /* ten people say little */
}

static void
no_interval_where_no_rate_is_drawn(void **state)
{
	(void)state;
	struct interval i;
	const struct figure_def *d = figure_find("solved");
	const struct figure_one one = { .def = d, .story = figure_story_of(d) };
	assert_false(figure_one_bounds(&one, (struct figure_value){ 0, 0 }, &i));
	assert_false(figure_one_bounds(&one, (struct figure_value){ 9, 9 }, &i));
	assert_true(figure_one_bounds(&one, (struct figure_value){ 9, 10 }, &i));
	const struct figure_def *count = figure_find("on_time");
	const struct figure_one no = { .def = count, .story = figure_story_of(count) };
	assert_false(figure_one_bounds(&no, (struct figure_value){ 90, 100 }, &i));
}

static void
an_unknown_figure_is_nobody(void **state)
{
	(void)state;
	assert_null(figure_look(STR("unknown")));
	assert_null(figure_look(STR("")));
	assert_null(figure_look(STR("on_tim")));
	assert_ptr_equal(figure_look(STR("on_time")), figure_find("on_time"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(its_months_are_those_of_the_page_of_the_month),
		TEST(the_parts_of_a_figure_add_up),
		TEST(the_running_month_is_not_among_them),
		TEST(a_young_office_has_fewer_months),
		TEST(no_difference_of_months_year_and_units_tells_of_few),
		TEST(every_figure_tells_its_story),
		TEST(the_interval_counts_those_who_rated_and_not_their_points),
		TEST(no_interval_where_no_rate_is_drawn),
		TEST(an_unknown_figure_is_nobody),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
