/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/err.h"
#include "core/mem.h"

#include "core/banned.h"

struct thing {
	int n;
	char *name;
};

static int freed;

static int
count_free(void *p)
{
	(void)p;
	freed++;
	return 0;
}

static void
new_objects_are_zero(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	struct thing *t = mem_new(mem, struct thing);
	int64_t *a = mem_array(mem, int64_t, 100);

	assert_int_equal(t->n, 0);
	assert_null(t->name);
	for (int i = 0; i < 100; i++)
		assert_int_equal(a[i], 0);
	assert_non_null(mem_array(mem, int64_t, 0));
	mem_free(mem);
}

static void
grown_arrays_keep_their_rows_and_zero_the_rest(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	int32_t *a = mem_array(mem, int32_t, 3);

	a[2] = 7;
	a = mem_grow(mem, int32_t, a, 3, 500);
	assert_int_equal(a[2], 7);
	for (int i = 3; i < 500; i++)
		assert_int_equal(a[i], 0);
	mem_free(mem);
}

static void
parts_go_with_their_parent(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	void *other = mem_root("other");
	struct thing *t = mem_new(mem, struct thing);

	t->name = mem_text(t, "heart bridge");
	assert_true(mem_size(mem) >= sizeof(*t) + 13);
	freed = 0;
	mem_on_free(t, count_free);
	assert_ptr_equal(mem_move(other, t), t);
	mem_free(mem);
	assert_int_equal(freed, 0);
	assert_string_equal(t->name, "heart bridge");
	mem_free(other);
	assert_int_equal(freed, 1);
	mem_free(NULL);
}

static void
a_pool_works_like_any_context(void **state)
{
	(void)state;
	void *pool = mem_pool("test", 4096);
	for (int i = 0; i < 1000; i++)
		assert_string_equal(mem_printf(pool, "%d-%s", i % 3, "x") + 1, "-x");
	mem_free(pool);
}

static void
copies_end_with_a_nul(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	assert_string_equal(mem_textn(mem, "abcdef", 3), "abc");
	assert_string_equal(mem_textn(mem, NULL, 0), "");
	assert_memory_equal(mem_copy(mem, "a\0b", 3), "a\0b", 3);
	mem_free(mem);
}

static void
a_refusal_carries_its_arguments(void **state)
{
	(void)state;
	struct xq_err err;

	assert_int_equal(xq_refuse(&err, "text", "text.too-long"), XQ_REFUSED);
	xq_err_int(&err, "max", 5);
	xq_err_day(&err, "day", 20260214);
	xq_err_text(&err, "who", "clerk");
	assert_string_equal(err.key, "text.too-long");
	assert_string_equal(err.field, "text");
	assert_int_equal(err.arg[0].i, 5);
	assert_int_equal(err.arg[1].kind, MSG_ARG_DAY);
	assert_string_equal(err.arg[2].text, "clerk");
	assert_int_equal(xq_refuse(&err, NULL, "other"), XQ_REFUSED);
	assert_int_equal(err.arg[0].kind, MSG_ARG_NONE);
	assert_int_equal(xq_refuse(NULL, NULL, "nobody listens"), XQ_REFUSED);
	xq_err_int(NULL, "n", 1);
}

static void
the_detail_of_a_fault_may_quote_the_one_before(void **state)
{
	(void)state;
	struct xq_err err;
	char filler[400];

	assert_int_equal(xq_fault(&err, "store.fault", "open %s: %d", "x.db", 13), XQ_FAULT);
	assert_int_equal(xq_fault(&err, "store.fault", "start: %s", err.detail), XQ_FAULT);
	assert_string_equal(err.detail, "start: open x.db: 13");
	memset(filler, 'a', sizeof(filler) - 1);
	filler[sizeof(filler) - 1] = '\0';
	assert_int_equal(xq_fault(&err, "store.fault", "%s", filler), XQ_FAULT);
	assert_int_equal(strlen(err.detail), sizeof(err.detail) - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(new_objects_are_zero),
		cmocka_unit_test(grown_arrays_keep_their_rows_and_zero_the_rest),
		cmocka_unit_test(parts_go_with_their_parent),
		cmocka_unit_test(a_pool_works_like_any_context),
		cmocka_unit_test(copies_end_with_a_nul),
		cmocka_unit_test(a_refusal_carries_its_arguments),
		cmocka_unit_test(the_detail_of_a_fault_may_quote_the_one_before),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
