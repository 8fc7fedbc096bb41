/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/mem.h"
#include "core/str.h"

#include "core/banned.h"

static void
slices_compare_by_bytes(void **state)
{
	(void)state;
	assert_true(str_eq(STR("ab"), str_of("ab")));
	assert_true(str_eq(str_of(NULL), str_n(NULL, 0)));
	assert_false(str_eq(STR("ab"), STR("abc")));
	assert_true(str_cmp(STR("ab"), STR("abc")) < 0);
	assert_true(str_cmp(STR("b"), STR("abc")) > 0);
	assert_true(str_cmp(STR("\xE5"), STR("z")) > 0);
	assert_int_equal(str_cmp(str_n(NULL, 0), STR("")), 0);
}

static void
ends_are_found(void **state)
{
	(void)state;
	assert_true(str_starts(STR("concern.raise"), STR("concern.")));
	assert_true(str_starts(STR("a"), STR("")));
	assert_false(str_starts(STR("con"), STR("concern")));
	assert_true(str_ends(STR("5wd"), STR("wd")));
	assert_false(str_ends(STR("d"), STR("wd")));
	assert_int_equal(str_find(STR("a=b=c"), '='), 1);
	assert_int_equal(str_find(STR("abc"), '='), 3);
	assert_int_equal(str_index(STR("abcbc"), STR("bc")), 1);
	assert_int_equal(str_index(STR("abc"), STR("abcd")), 3);
	assert_int_equal(str_index(STR("abc"), STR("")), 0);
	assert_int_equal(str_index(str_n(NULL, 0), STR("a")), 0);
}

static void
white_space_is_trimmed(void **state)
{
	(void)state;
	assert_true(str_is(str_trim(STR(" \t\r\n a b\v\f ")), "a b"));
	assert_true(str_is(str_trim(STR("  ")), ""));
	assert_true(str_is(str_trim(str_n(NULL, 0)), ""));
}

static void
a_list_is_cut_into_all_its_parts(void **state)
{
	(void)state;
	struct str rest = STR("a,,b,");
	static const char *const parts[] = { "a", "", "b", "" };
	struct str part;

	for (size_t i = 0; i < 4; i++) {
		assert_true(str_cut(&rest, ',', &part));
		assert_true(str_is(part, parts[i]));
	}
	assert_false(str_cut(&rest, ',', &part));
	rest = STR("");
	assert_true(str_cut(&rest, ',', &part));
	assert_false(str_cut(&rest, ',', &part));
}

static void
a_buffer_grows_and_keeps_its_nul(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	struct buf b = buf_new(mem, 0);

	assert_true(str_is(buf_view(&b), ""));
	for (int i = 0; i < 5000; i++) {
		buf_char(&b, 'x');
		assert_int_equal(b.p[b.n], '\0');
	}
	assert_int_equal(b.n, 5000);
	b = buf_new(mem, 10);
	assert_string_equal(b.p, "");
	buf_text(&b, "n=");
	buf_int(&b, INT64_MIN);
	buf_char(&b, ' ');
	buf_int(&b, INT64_MAX);
	buf_printf(&b, " %s %d", "and a longer text than there is room for", 7);
	buf_str(&b, str_n(NULL, 0));
	buf_char(&b, ' ');
	buf_pad(&b, 7, 3);
	buf_pad(&b, 2026, 4);
	assert_string_equal(b.p, "n=-9223372036854775808 9223372036854775807"
				 " and a longer text than there is room for 7 0072026");
	mem_free(mem);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slices_compare_by_bytes),
		cmocka_unit_test(ends_are_found),
		cmocka_unit_test(white_space_is_trimmed),
		cmocka_unit_test(a_list_is_cut_into_all_its_parts),
		cmocka_unit_test(a_buffer_grows_and_keeps_its_nul),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
