/* SPDX-License-Identifier: Apache-2.0 */
/* Sums over offices: numerators and denominators added, never rates; and what is withheld, so that nobody finds
 * it by subtraction. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "city/city_int.h"
#include "core/mem.h"
#include "core/random.h"

#include "core/banned.h"

#define OK(rc_) assert_int_equal((rc_), XQ_OK)
#define COUNT(id_, n_)                                                                             \
	{                                                                                          \
		.id = (id_), .num = (n_), .den = FIGURES_NO_DEN                                    \
	}
#define RATE(id_, n_, d_)                                                                          \
	{                                                                                          \
		.id = (id_), .num = (n_), .den = (d_)                                              \
	}

static struct figures_row first[] = { RATE("age_median", 4, 1), COUNT("closed", 20),
	{ .id = "closed", .unit = "u01", .num = 20, .den = FIGURES_NO_DEN },
	RATE("on_time", 19, 20) };
static struct figures_row second[] = { COUNT("closed", 3), RATE("on_time", 1, 3),
	COUNT("parked.budget", 2) };
static struct figures_row third[] = { COUNT("closed", 40), RATE("on_time", 30, 40) };

static struct figures f1 = { first, 4 }, f2 = { second, 3 }, f3 = { third, 2 };
static const struct city_part parts[] = { { "qf", "d1", &f1 }, { "my", "d1", &f2 },
	{ "lh", "d2", &f3 } };

static void *mem;

static int
setup(void **state)
{
	(void)state;
	mem = mem_root("test");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

static void
assert_row(const struct city_row *r, const char *id, const char *district, const char *office,
	int64_t num, int64_t den)
{
	assert_string_equal(r->id, id);
	assert_string_equal(r->district ? r->district : "-", district);
	assert_string_equal(r->office ? r->office : "-", office);
	assert_int_equal(r->num, num);
	assert_int_equal(r->den, den);
}

static void
numerators_and_denominators_are_added(void **state)
{
	(void)state;
	struct city_rows rows;
	city_sum(mem, parts, 3, &rows);
	assert_int_equal(rows.n, 6 + 6 + 3);
	assert_row(&rows.row[0], "closed", "-", "-", 63, FIGURES_NO_DEN);
	assert_row(&rows.row[1], "closed", "d1", "-", 23, FIGURES_NO_DEN);
	assert_row(&rows.row[2], "closed", "d1", "qf", 20, FIGURES_NO_DEN);
	assert_row(&rows.row[3], "closed", "d1", "my", 3, FIGURES_NO_DEN);
	assert_row(&rows.row[4], "closed", "d2", "-", 40, FIGURES_NO_DEN);
	assert_row(&rows.row[6], "on_time", "-", "-", 50, 63); /* not the mean of three rates */
	assert_row(&rows.row[12], "parked.budget", "-", "-", 2, FIGURES_NO_DEN);
}

static void
days_and_rows_of_units_do_not_add_up(void **state)
{
	(void)state;
	struct city_rows rows;
	city_sum(mem, parts, 1, &rows);
	for (size_t i = 0; i < rows.n; i++)
		assert_string_not_equal(rows.row[i].id, "age_median");
	assert_int_equal(rows.n, 6); /* two ids: city, district, office */
}

static void
nothing_adds_up_to_nothing(void **state)
{
	(void)state;
	struct city_rows rows;
	city_sum(mem, parts, 0, &rows);
	assert_int_equal(rows.n, 0);
	assert_null(city_differ(&rows, &rows));
}

static void
a_changed_number_is_found(void **state)
{
	(void)state;
	struct city_rows a, b;
	city_sum(mem, parts, 3, &a);
	city_sum(mem, parts, 3, &b);
	assert_null(city_differ(&a, &b));
	b.row[8].num++;
	assert_string_equal(city_differ(&a, &b)->id, "on_time");
	city_sum(mem, parts, 2, &b);
	assert_non_null(city_differ(&a, &b));
}

/* ---- the document --------------------------------------------------------------------------- */

static void
document_is_canonical_and_reads_back(void **state)
{
	(void)state;
	struct city_doc d = { .city = "青州市", .from = 20261001, .to = 20261101 }, back;
	struct xq_err err = { 0 };
	d.source = (struct city_source[]){ { "qf", "d1", "x.cn/log/qf", "ab", 2, 77 } };
	d.n_sources = 1;
	d.missing = (const char *[]){ "my" };
	d.n_missing = 1;
	city_sum(mem, parts, 3, &d.rows);
	const char *text = city_document(mem, &d);
	assert_true(canonical_is(str_of(text)));
	OK(city_document_read(mem, str_of(text), &back, &err));
	assert_null(city_differ(&d.rows, &back.rows));
	assert_string_equal(back.source[0].doc, "ab");
	assert_int_equal(back.source[0].size, 77);
	assert_string_equal(back.missing[0], "my");
	assert_int_equal(back.to, 20261101);
	assert_string_equal(city_document(mem, &back), text);
}

static void
other_documents_are_refused(void **state)
{
	(void)state;
	static const char *const bad[] = { "", "[]", "{}", "{\"city\":\"x\"}",
		"{\"city\":\"x\",\"defs\":\"xinqiao-figures/2\",\"figures\":[],\"from\":\"2026-10-01\","
		"\"missing\":[],\"sheets\":[],\"to\":\"2026-11-01\",\"v\":1}",
		"{\"city\":\"x\",\"defs\":\"xinqiao-city/1\",\"figures\":[{\"id\":\"closed\"}],"
		"\"from\":\"2026-10-01\",\"missing\":[],\"sheets\":[],\"to\":\"2026-11-01\",\"v\":1}",
		"{\"city\":\"x\",\"defs\":\"xinqiao-city/1\",\"figures\":[],\"from\":\"2026-13-01\","
		"\"missing\":[],\"sheets\":[],\"to\":\"2026-11-01\",\"v\":1}" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct city_doc d;
		struct xq_err err = { 0 };
		assert_int_equal(city_document_read(mem, str_of(bad[i]), &d, &err), XQ_REFUSED);
		assert_string_equal(err.key, "city.bad-document");
	}
}

/* ---- what is withheld ------------------------------------------------------------------------- */

static void
one_small_number_takes_another_with_it(void **state)
{
	(void)state;
	bool hidden[4];
	assert_false(city_hide((const int64_t[]){ 20, 3, 40, 9 }, 4, 5, hidden));
	assert_false(hidden[0]);
	assert_true(hidden[1]);
	assert_false(hidden[2]);
	assert_true(hidden[3]); /* the smallest of the others */
}

static void
two_small_ones_that_are_few_together_take_a_third(void **state)
{
	(void)state;
	bool hidden[4];
	assert_false(city_hide((const int64_t[]){ 1, 1, 40, 9 }, 4, 5, hidden));
	assert_true(hidden[0] && hidden[1] && hidden[3] && !hidden[2]);
	assert_false(city_hide((const int64_t[]){ 4, 4, 40, 9 }, 4, 5, hidden));
	assert_true(hidden[0] && hidden[1] && !hidden[2] && !hidden[3]);
}

static void
nothing_is_withheld_for_nothing(void **state)
{
	(void)state;
	bool hidden[3];
	assert_false(city_hide((const int64_t[]){ 0, 5, 40 }, 3, 5, hidden));
	assert_false(hidden[0] || hidden[1] || hidden[2]); /* 0 tells of nobody */
}

static void
alone_it_takes_the_sum_with_it(void **state)
{
	(void)state;
	bool hidden[2];
	assert_true(city_hide((const int64_t[]){ 3, 0 }, 2, 5, hidden));
	assert_true(hidden[0]);
}

/* Whatever is shown: no number that is withheld follows from a sum that is shown and its other parts. */
static void
no_withheld_number_comes_out_by_subtraction(void **state)
{
	(void)state;
	struct rng random;
	rng_init_seed(&random, 7);
	for (int round = 0; round < 3000; round++) {
		struct figures_row row[12];
		struct figures fig[12];
		struct city_part part[12];
		static const char *const district[] = { "a", "b", "c" };
		size_t n = 1 + rng_below(&random, 12);
		for (size_t i = 0; i < n; i++) {
			row[i] = (struct figures_row)COUNT("closed", rng_below(&random, 12));
			fig[i] = (struct figures){ &row[i], 1 };
			part[i] = (struct city_part){ "o", district[i * 3 / n], &fig[i] };
		}
		struct city_rows rows;
		city_sum(mem, part, n, &rows);
		bool shown[40] = { false };
		city_shown(mem, rows.row, rows.n, 1, shown);
		int64_t rest_city = 0;
		size_t hidden_districts = 0;
		for (size_t i = 1; i < rows.n; i++) {
			const struct city_row *d = &rows.row[i];
			if (d->office)
				continue;
			int64_t rest = 0;
			size_t n_hidden = 0;
			for (size_t k = i + 1; k < rows.n && rows.row[k].office; k++) {
				if (shown[k])
					assert_true(rows.row[k].num == 0 || rows.row[k].num >= 5);
				rest += shown[k] ? 0 : rows.row[k].num;
				n_hidden += !shown[k];
			}
			if (shown[i] && n_hidden > 0)
				assert_true(n_hidden >= 2 && rest >= 5);
			if (!shown[i] && d->num > 0) { /* its offices must not add up to it */
				assert_true(n_hidden > 0);
				hidden_districts++;
				rest_city += d->num;
			}
		}
		if (shown[0] && hidden_districts > 0)
			assert_true(hidden_districts >= 2 && rest_city >= 5);
	}
}

static void
rates_are_withheld_by_their_denominator(void **state)
{
	(void)state;
	struct city_rows rows;
	bool shown[20];
	city_sum(mem, parts, 3, &rows);
	city_shown(mem, &rows.row[6], 6, 1, shown); /* on_time: 19/20, 1/3 in d1; 30/40 in d2 */
	assert_true(shown[0]);
	assert_true(shown[1]);              /* the district together */
	assert_false(shown[2] || shown[3]); /* one is few, and the other would give it away */
	assert_true(shown[4] && shown[5]);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(numerators_and_denominators_are_added),
		T(days_and_rows_of_units_do_not_add_up),
		T(nothing_adds_up_to_nothing),
		T(a_changed_number_is_found),
		T(document_is_canonical_and_reads_back),
		T(other_documents_are_refused),
		T(one_small_number_takes_another_with_it),
		T(two_small_ones_that_are_few_together_take_a_third),
		T(nothing_is_withheld_for_nothing),
		T(alone_it_takes_the_sum_with_it),
		T(no_withheld_number_comes_out_by_subtraction),
		T(rates_are_withheld_by_their_denominator),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
