/* SPDX-License-Identifier: Apache-2.0 */
/* Secret answers: what a slip opens, and what the office keeps. */
#include "ledger/vote.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/mem.h"

#include "core/banned.h"

static int
setup(void **state)
{
	*state = mem_root("test");
	return 0;
}

static int
teardown(void **state)
{
	mem_free(*state);
	return 0;
}

/* Worked out by hand with Python's hashlib, as the page of a box tells its readers to. */
static void
a_slip_opens_its_vote_as_anybody_computes_it(void **state)
{
	struct vote v;
	vote_of_slip(*state, "abcdefghijklmnopqrstuvwx", "a-2026-11", 4, &v);
	assert_string_equal(v.t, "WDvSyNsH/fQp0qciFktiQA==");
	assert_true(str_is(
		v.text, "{\"a\":[4],\"box\":\"a-2026-11\",\"t\":\"WDvSyNsH/fQp0qciFktiQA==\"}"));
	assert_string_equal(v.com, "adzmJSYW7ZdtK4WBd+rdvhTqqEYqqnC/gfkDaXEA5GY=");
	assert_true(canonical_is(v.text));
	assert_true(ledger_opens((struct bytes){ v.salt, sizeof v.salt }, v.text, str_of(v.com)));
}

static void
another_answer_or_box_does_not_open_it(void **state)
{
	struct vote v, other;
	vote_of_slip(*state, "abcdefghijklmnopqrstuvwx", "a-2026-11", 4, &v);
	vote_of_slip(*state, "abcdefghijklmnopqrstuvwx", "a-2026-11", 1, &other);
	assert_string_not_equal(v.com, other.com);
	assert_string_equal(v.t, other.t);
	vote_of_slip(*state, "abcdefghijklmnopqrstuvwx", "a-2026-12", 4, &other);
	assert_string_not_equal(v.com, other.com);
	vote_of_slip(*state, "bbcdefghijklmnopqrstuvwx", "a-2026-11", 4, &other);
	assert_string_not_equal(v.t, other.t);
}

static void
slips_are_read_as_people_copy_them(void **state)
{
	struct rng random;
	char slip[VOTE_SLIP_LEN + 1], again[VOTE_SLIP_LEN + 1];
	rng_init_seed(&random, 3);
	for (size_t i = 0; i < 100; i++) {
		vote_slip_new(&random, slip);
		const char *shown = vote_slip_show(*state, slip);
		assert_int_equal(strlen(shown), VOTE_SLIP_LEN + 5);
		assert_true(vote_slip_read(str_of(shown), again));
		assert_string_equal(again, slip);
	}
	assert_true(vote_slip_read(STR("ABCD EFGH-IJKL mnop qrst uvwx"), again));
	assert_string_equal(again, "abcdefghijklmnopqrstuvwx");
	static const char *const bad[] = { "", "abcdefghijklmnopqrstuvw",
		"abcdefghijklmnopqrstuvwxy", "abcdefghijklmnopqrstuvw0", "abcdefghijklmnopqrstuvw1",
		"abcdefghijklmnopqrstuvw\xe4" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(vote_slip_read(str_of(bad[i]), again));
}

static void
rows_are_listed_by_t_and_nothing_else(void **state)
{
	struct vote_row row[] = { { "zz==", 1 }, { "+a==", 4 }, { "Aa==", 2 } };
	struct str doc = vote_rows_write(*state, row, 3);
	assert_true(str_is(doc, "[[\"+a==\",[4]],[\"Aa==\",[2]],[\"zz==\",[1]]]"));
	assert_true(canonical_is(doc));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_slip_opens_its_vote_as_anybody_computes_it, setup, teardown),
		cmocka_unit_test_setup_teardown(
			another_answer_or_box_does_not_open_it, setup, teardown),
		cmocka_unit_test_setup_teardown(
			slips_are_read_as_people_copy_them, setup, teardown),
		cmocka_unit_test_setup_teardown(
			rows_are_listed_by_t_and_nothing_else, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
