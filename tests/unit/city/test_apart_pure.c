/* SPDX-License-Identifier: Apache-2.0 */
/* What is decided about another cell without any row: whether it may be asked, and what its list of sheets says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "city/apart.h"
#include "core/mem.h"

#include "core/banned.h"

#define OK(rc_) assert_int_equal((rc_), XQ_OK)

#define DOC "4141414141414141414141414141414141414141414141414141414141414141"
#define ONE(seq, size, ver, from)                                                                  \
	"{\"sheets\":[{\"doc\":\"" DOC "\",\"from\":\"" from "\",\"seq\":" #seq ",\"size\":" #size \
	",\"ver\":" #ver "}]}"

static void
a_list_of_sheets_is_read_as_it_was_written(void **state)
{
	static const char *const bad[] = { "", "{}", "[]", "{\"sheets\":1}", "{\"sheets\":[1]}",
		ONE(7, 8, 1, "2026-11-01"), ONE(7, 5, 0, "2026-11-01"), ONE(7, 5, 51, "2026-11-01"),
		ONE(7, 5, 1, "2026-11-02"), ONE(7, 0, 1, "2026-11-01"),
		ONE(-1, -2, 1, "2026-11-01"), ONE(7.5, 5, 1, "2026-11-01") };
	void *mem = mem_root("test");
	struct xq_err err;
	(void)state;
	struct sheet_named list[SHEETS_NAMED_MAX];
	size_t n = 0;
	OK(sheets_named_read(mem, STR(ONE(7, 5, 2, "2026-11-01")), list, &n, &err));
	assert_int_equal(n, 1);
	assert_int_equal(list[0].month, 20261101);
	assert_int_equal(list[0].seq, 7);
	struct str again = sheets_named_write(mem, list, n);
	assert_true(str_is(again, ONE(7, 5, 2, "2026-11-01")));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (sheets_named_read(mem, str_of(bad[i]), list, &n, &err) != XQ_REFUSED)
			fail_msg("%s is taken", bad[i]);
		assert_string_equal(err.key, "sheets.form");
	}
	mem_free(mem);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_of_sheets_is_read_as_it_was_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
