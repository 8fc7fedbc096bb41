/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/mem.h"
#include "core/parse.h"
#include "core/time.h"

#include "core/banned.h"

/* A copy of exactly n bytes, so that a read behind them is seen by the sanitizer. */
static struct str
exact(void *mem, const char *text)
{
	struct str s = str_of(text);
	return str_n(mem_copy(mem, s.p, s.n), s.n);
}

static void
whole_numbers_in_range_are_read(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	static const struct {
		const char *text;
		int64_t min, max;
		bool ok;
		int64_t value;
	} rows[] = {
		{ "0", 0, 9, true, 0 },
		{ "-5", -9, 9, true, -5 },
		{ "007", 0, 9, true, 7 },
		{ "9223372036854775807", INT64_MIN, INT64_MAX, true, INT64_MAX },
		{ "-9223372036854775808", INT64_MIN, INT64_MAX, true, INT64_MIN },
		{ "9223372036854775808", INT64_MIN, INT64_MAX, false, 0 },
		{ "-9223372036854775809", INT64_MIN, INT64_MAX, false, 0 },
		{ "10", 0, 9, false, 0 },
		{ "-1", 0, 9, false, 0 },
		{ "", 0, 9, false, 0 },
		{ "-", -9, 9, false, 0 },
		{ "--1", -9, 9, false, 0 },
		{ "+1", 0, 9, false, 0 },
		{ " 1", 0, 9, false, 0 },
		{ "1 ", 0, 9, false, 0 },
		{ "1.0", 0, 9, false, 0 },
		{ "0x1", 0, 9, false, 0 },
		{ "1e1", 0, 99, false, 0 },
		{ "１", 0, 9, false, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t v = -77;
		bool ok = parse_int(exact(mem, rows[i].text), rows[i].min, rows[i].max, &v);
		if (ok != rows[i].ok || v != (ok ? rows[i].value : -77))
			fail_msg("\"%s\": %d %lld", rows[i].text, ok, (long long)v);
	}
	int64_t v = 0;
	assert_false(parse_int(str_n("1\0", 2), 0, 9, &v));
	mem_free(mem);
}

static void
days_that_exist_are_read(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	static const struct {
		const char *text;
		int32_t day; /* 0: refused */
	} rows[] = {
		{ "2026-09-24", 20260924 },
		{ "2026/9/24", 20260924 },
		{ "2026-9-4", 20260904 },
		{ "20260924", 20260924 },
		{ "2024-02-29", 20240229 },
		{ "2026-02-30", 0 },
		{ "2025/2/29", 0 },
		{ "20260230", 0 },
		{ "2026-13-01", 0 },
		{ "2026-00-10", 0 },
		{ "2026-01-00", 0 },
		{ "2026-01-32", 0 },
		{ "2026-09/24", 0 },
		{ "2026-09-24 ", 0 },
		{ "2026-09-24T", 0 },
		{ "2026-09-241", 0 },
		{ "2026-9", 0 },
		{ "2026-", 0 },
		{ "2026", 0 },
		{ "202609", 0 },
		{ "2026092", 0 },
		{ "26-09-24", 0 },
		{ "1899-12-31", 0 },
		{ "2200-01-01", 0 },
		{ "", 0 },
		{ "-2026-09-24", 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int32_t day = -7;
		bool ok = parse_day(exact(mem, rows[i].text), &day);
		if (ok != (rows[i].day != 0) || day != (ok ? rows[i].day : -7))
			fail_msg("\"%s\": %d %d", rows[i].text, ok, day);
	}
	mem_free(mem);
}

static void
moments_are_read_in_the_zone_of_the_office(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	static const struct {
		const char *text;
		int64_t at; /* 0: refused */
	} rows[] = {
		{ "2026-02-13T10:00", 1770948000 },
		{ "2026-02-13T10:00:07", 1770948007 },
		{ "2026-02-13 10:00:00", 1770948000 },
		{ "2026/2/13 9:05", 1770944700 },
		{ "2019/2/28 11:25:05", 1551324305 },
		{ "2026-02-13", 1770912000 },
		{ "2026-02-13T10:00:00+08:00", 1770948000 },
		{ "2026-02-13T10:00:00Z", 1770976800 },
		{ "2026-02-13T10:00-05:00", 1770994800 },
		{ "2026-02-13T24:00", 0 },
		{ "2026-02-13T10:60", 0 },
		{ "2026-02-13T10:00:60", 0 },
		{ "2026-02-13T10", 0 },
		{ "2026-02-13T", 0 },
		{ "2026-02-13T10:", 0 },
		{ "2026-02-13T10:0", 0 },
		{ "2026-02-13T10:00:", 0 },
		{ "2026-02-13T10:00:0", 0 },
		{ "2026-02-13  10:00", 0 },
		{ "2026-02-13T10:00 ", 0 },
		{ "2026-02-13T10:00+8", 0 },
		{ "2026-02-13T10:00+08:00x", 0 },
		{ "2026-02-13T10:00+15:00", 0 },
		{ "2026-02-30T10:00", 0 },
		{ "", 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t at = -7;
		bool ok = parse_moment(exact(mem, rows[i].text), TZ_CHINA, &at);
		if (ok != (rows[i].at != 0) || at != (ok ? rows[i].at : -7))
			fail_msg("\"%s\": %d %lld", rows[i].text, ok, (long long)at);
	}
	mem_free(mem);
}

static void
hex_has_exactly_its_digits(void **state)
{
	(void)state;
	uint8_t out[3] = { 9, 9, 9 };

	assert_true(parse_hex(STR("00ffA5"), out, 3));
	assert_memory_equal(out, "\x00\xFF\xA5", 3);
	assert_false(parse_hex(STR("00ffA"), out, 3));
	assert_false(parse_hex(STR("00ffA500"), out, 3));
	assert_false(parse_hex(STR("11223g"), out, 3));
	assert_memory_equal(out, "\x00\xFF\xA5", 3); /* left alone */
	assert_true(parse_hex(STR(""), out, 0));
}

static void
yes_and_no_have_four_spellings(void **state)
{
	(void)state;
	static const char *const yes[] = { "1", "true", "yes", "on" };
	static const char *const no[] = { "0", "false", "no", "off" };
	static const char *const neither[] = { "", "2", "TRUE", "y", "yes ", "是" };
	bool v;

	for (size_t i = 0; i < 4; i++) {
		v = false;
		assert_true(parse_bool(str_of(yes[i]), &v) && v);
		assert_true(parse_bool(str_of(no[i]), &v) && !v);
	}
	for (size_t i = 0; i < sizeof(neither) / sizeof(neither[0]); i++)
		assert_false(parse_bool(str_of(neither[i]), &v));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_numbers_in_range_are_read),
		cmocka_unit_test(days_that_exist_are_read),
		cmocka_unit_test(moments_are_read_in_the_zone_of_the_office),
		cmocka_unit_test(hex_has_exactly_its_digits),
		cmocka_unit_test(yes_and_no_have_four_spellings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
