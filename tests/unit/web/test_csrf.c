/* SPDX-License-Identifier: Apache-2.0 */
#include "web/csrf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/mem.h"
#include "web/limit.h"

static void *mem;
static const uint8_t key[KEY_LEN] = { 1, 2, 3 };
static const uint8_t other_key[KEY_LEN] = { 9 };
#define NOW INT64_C(1790000000)
#define HOUR 3600

static void
token_holds_for_a_day(void **state)
{
	(void)state;
	struct str t = str_of(csrf_token(mem, key, STR("visitor"), NOW));
	assert_int_equal(csrf_check(key, STR("visitor"), t, NOW), CSRF_FINE);
	assert_int_equal(csrf_check(key, STR("visitor"), t, NOW + 24 * HOUR), CSRF_FINE);
	assert_int_equal(csrf_check(key, STR("visitor"), t, NOW + 26 * HOUR), CSRF_OLD);
	assert_int_equal(csrf_check(key, STR("visitor"), t, NOW - 5 * HOUR), CSRF_OLD);
}

static void
token_of_somebody_else_is_wrong(void **state)
{
	(void)state;
	struct str t = str_of(csrf_token(mem, key, STR("visitor"), NOW));
	assert_int_equal(csrf_check(key, STR("another"), t, NOW), CSRF_WRONG);
	assert_int_equal(csrf_check(other_key, STR("visitor"), t, NOW), CSRF_WRONG);
	struct str nobody = str_of(csrf_token(mem, key, STR(""), NOW));
	assert_int_equal(csrf_check(key, STR(""), nobody, NOW), CSRF_WRONG);
}

static void
changed_token_is_wrong(void **state)
{
	(void)state;
	const char *good = csrf_token(mem, key, STR("visitor"), NOW);
	for (size_t i = 0; good[i]; i++) {
		char *bad = mem_text(mem, good);
		bad[i] = bad[i] == '7' ? '8' : '7';
		assert_int_equal(csrf_check(key, STR("visitor"), str_of(bad), NOW), CSRF_WRONG);
	}
	static const char *const odd[] = { "", ".", "1.", "x.y", "99999999999999999999.aa" };
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
		assert_int_equal(csrf_check(key, STR("visitor"), str_of(odd[i]), NOW), CSRF_WRONG);
}

static void
browser_says_where_a_form_came_from(void **state)
{
	(void)state;
	/* clang-format off */
	static const struct {
		const char *origin, *site, *host;
		enum csrf_origin want;
	} rows[] = {
		{ "", "", "a.cn", ORIGIN_UNKNOWN },
		{ "http://a.cn", "", "a.cn", ORIGIN_SAME },
		{ "https://a.cn:8080", "", "a.cn:8080", ORIGIN_SAME },
		{ "https://a.cn", "same-origin", "a.cn", ORIGIN_SAME },
		{ "", "same-origin", "a.cn", ORIGIN_SAME },
		{ "", "cross-site", "a.cn", ORIGIN_FOREIGN },
		{ "https://a.cn", "cross-site", "a.cn", ORIGIN_FOREIGN },
		{ "https://a.cn.evil.cn", "", "a.cn", ORIGIN_FOREIGN },
		{ "null", "", "a.cn", ORIGIN_FOREIGN },
	};
	/* clang-format on */
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(csrf_origin(str_of(rows[i].origin), str_of(rows[i].site),
					 str_of(rows[i].host)),
			rows[i].want);
}

static void
random_names_differ(void **state)
{
	(void)state;
	const char *a = random_name(mem), *b = random_name(mem);
	assert_string_not_equal(a, b);
	assert_true(random_name_is_fine(str_of(a)));
	assert_false(random_name_is_fine(STR("short")));
	assert_false(random_name_is_fine(STR("aaaaaaaaaaaaaaaa;aaaa")));
}

static void
tries_come_back_with_time(void **state)
{
	(void)state;
	struct limiter *l = limiter_new(mem, 60);
	int wait_s = 0;
	for (int i = 0; i < 60; i++)
		assert_true(limiter_try(l, 7, 1000, &wait_s));
	assert_false(limiter_try(l, 7, 1000, &wait_s));
	assert_int_equal(wait_s, 1);
	assert_true(limiter_try(l, 8, 1000, &wait_s)); /* somebody else */
	assert_true(limiter_try(l, 7, 2000, &wait_s));
	assert_false(limiter_try(l, 7, 2000, &wait_s));
	for (uint64_t who = 100; who < 100000; who++) /* a full table forgets, and still answers */
		assert_true(limiter_try(l, who * 2654435761u, 3000, &wait_s));
	limiter_free(l);
}

static int
set_up(void **state)
{
	(void)state;
	mem = mem_root("test");
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(token_holds_for_a_day),
		cmocka_unit_test(token_of_somebody_else_is_wrong),
		cmocka_unit_test(changed_token_is_wrong),
		cmocka_unit_test(browser_says_where_a_form_came_from),
		cmocka_unit_test(random_names_differ),
		cmocka_unit_test(tries_come_back_with_time),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
