/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include <uninorm.h>
#include <unistr.h>

#include "core/mem.h"
#include "core/utf8.h"

#include "core/banned.h"

#define LAST_CHAR 0x10FFFFu

static bool
is_surrogate(uint32_t c)
{
	return c >= 0xD800 && c <= 0xDFFF;
}

static void
broken_sequences_are_refused(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	static const char *const rows[] = {
		"\x80", /* continuation alone */
		"\xBF",
		"\xC0\x80",     /* overlong NUL */
		"\xC1\xBF",     /* overlong */
		"\xE0\x80\x80", /* overlong */
		"\xE0\x9F\xBF",
		"\xF0\x8F\xBF\xBF", /* overlong */
		"\xED\xA0\x80",     /* surrogates */
		"\xED\xBF\xBF",
		"\xF4\x90\x80\x80", /* past U+10FFFF */
		"\xF5\x80\x80\x80",
		"\xFE",
		"\xFF",
		"\xC3", /* cut off */
		"\xE5\xBF",
		"\xF0\x9F\x98",
		"\xE5\xBF(",
		"a\xC3(",
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		/* Alone, and behind enough ASCII for the quick way. */
		const char *texts[] = { rows[i], mem_printf(mem, "0123456789abcdef%s", rows[i]) };
		for (size_t k = 0; k < 2; k++) {
			struct str s = str_of(texts[k]);
			s.p = mem_copy(mem, s.p, s.n); /* no NUL behind it */
			struct str out;
			struct xq_err err;
			assert_false(utf8_is_valid(s));
			assert_int_equal(utf8_clean(mem, s, true, 100, &out, &err), XQ_REFUSED);
			assert_string_equal(err.key, "text.not-utf8");
			while (s.n > 0) /* ends, and stays inside */
				(void)utf8_next(&s);
		}
	}
	mem_free(mem);
}

static void
every_code_point_goes_out_and_in(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	struct buf b = buf_new(mem, 8);

	for (uint32_t c = 0; c <= LAST_CHAR; c++) {
		if (is_surrogate(c))
			continue;
		b.n = 0;
		utf8_put(&b, c);
		struct str rest = buf_view(&b);
		if (!utf8_is_valid(rest) || utf8_chars(rest) != 1 || utf8_next(&rest) != c ||
			rest.n != 0)
			fail_msg("U+%04X", c);
	}
	b.n = 0;
	utf8_put(&b, 0xD800);
	assert_true(str_is(buf_view(&b), "\xEF\xBF\xBD"));
	mem_free(mem);
}

static bool
same_nfc(void *mem, const struct buf *b)
{
	size_t n = 0;
	uint8_t *want = u8_normalize(UNINORM_NFC, (const uint8_t *)b->p, b->n, NULL, &n);
	struct str got = utf8_nfc(mem, buf_view(b));
	bool same = str_eq(got, str_n((const char *)want, n));

	free(want);
	return same;
}

/* The quick way may be taken only where the slow one changes nothing: for every code point between
 * two that could join with it. */
static void
nfc_agrees_with_the_library_for_every_code_point(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	struct buf b = buf_new(mem, 32);

	for (uint32_t c = 1; c <= LAST_CHAR; c++) {
		if (is_surrogate(c))
			continue;
		void *round = mem_root("round");
		b.n = 0;
		utf8_put(&b, 'e');
		utf8_put(&b, c);
		utf8_put(&b, 0x5FC3);
		if (!same_nfc(round, &b))
			fail_msg("U+%04X", c);
		mem_free(round);
	}
	mem_free(mem);
}

/* Both halves of every canonical decomposition, as written one after the other. */
static void
nfc_joins_every_pair_that_belongs_together(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	struct buf b = buf_new(mem, 32);
	int pairs = 0;

	for (uint32_t c = 1; c <= LAST_CHAR; c++) {
		ucs4_t parts[UC_DECOMPOSITION_MAX_LENGTH];
		int n = is_surrogate(c) ? -1 : uc_canonical_decomposition(c, parts);
		if (n < 0)
			continue;
		b.n = 0;
		for (int i = 0; i < n; i++)
			utf8_put(&b, parts[i]);
		void *round = mem_root("round");
		if (!same_nfc(round, &b))
			fail_msg("U+%04X", c);
		mem_free(round);
		pairs++;
	}
	assert_true(pairs > 13000); /* 11172 of them Hangul */
	mem_free(mem);
}

static void
text_that_is_nfc_already_is_not_copied(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	static const char *const texts[] = { "", "plain ASCII", "楼道灯坏了三天",
		"“三天”没人管，①②", "𠮷野家 𡈼", "é", "か゚?" };
	size_t before = mem_size(mem);

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct str s = str_of(texts[i]);
		struct str out = utf8_nfc(mem, s);
		assert_ptr_equal(out.p, s.p);
		assert_int_equal(out.n, s.n);
	}
	assert_int_equal(mem_size(mem), before);
	assert_true(str_is(utf8_nfc(mem, STR("e\xCC\x81")), "é"));
	assert_true(str_is(utf8_nfc(mem, STR("\xEF\xA4\x80")), "豈")); /* U+F900 */
	mem_free(mem);
}

static void
controls_are_found(void **state)
{
	(void)state;
	static const uint32_t controls[] = { 0, 1, '\r', 0x1B, 0x7F, 0x85, 0x9F, 0x2028, 0x2029,
		0x202A, 0x202E, 0x2066, 0x2069, 0xFEFF, 0xFDD0, 0xFDEF, 0xFFFE, 0xFFFF, 0x1FFFE,
		0x10FFFF };
	static const uint32_t plain[] = { ' ', 'a', 0xA0, 0x3000, 0x4E00, 0x200D, 0xFFFD, 0x1F600,
		0x20000, 0xE000 };
	void *mem = mem_root("test");

	for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
		struct buf b = buf_new(mem, 8);
		utf8_put(&b, controls[i]);
		assert_true(utf8_has_control(buf_view(&b), true));
	}
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		struct buf b = buf_new(mem, 8);
		utf8_put(&b, plain[i]);
		assert_false(utf8_has_control(buf_view(&b), false));
	}
	assert_false(utf8_has_control(STR("a\n\tb"), true));
	assert_true(utf8_has_control(STR("a\nb"), false));
	assert_true(utf8_has_control(str_n("a\0b", 3), true));
	mem_free(mem);
}

static void
a_text_field_is_cleaned(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	static const struct {
		const char *in;
		bool lines;
		const char *out; /* NULL: refused */
		const char *key;
	} rows[] = {
		{ "  楼道灯　", false, "楼道灯", NULL },
		{ "\u3000\u3000a\u3000b\u3000", false, "a\u3000b", NULL },
		{ "a\r\nb\rc\n", true, "a\nb\nc", NULL },
		{ "a\nb", false, NULL, "text.control" },
		{ "a\u202E"
		  "b",
			true, NULL, "text.control" },
		{ "e\u0301", false, "é", NULL },
		{ " \t\n", false, "", NULL },
		{ "1234567890", false, "1234567890", NULL },
		{ "一二三四五六七八九十", false, "一二三四五六七八九十", NULL },
		{ "12345678901", false, NULL, "text.too-long" },
		{ "一二三四五六七八九十一", false, NULL, "text.too-long" },
		{ "\r\n1\r\n2\r\n3\r\n4\r\n5", true, "1\n2\n3\n4\n5", NULL },
		{ "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301", false, "ééééééé", NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct str out = STR("untouched");
		struct xq_err err = { 0 };
		enum xq_rc rc = utf8_clean(mem, str_of(rows[i].in), rows[i].lines, 10, &out, &err);
		if (rows[i].out == NULL) {
			assert_int_equal(rc, XQ_REFUSED);
			assert_string_equal(err.key, rows[i].key);
			assert_true(str_is(out, "untouched"));
		} else {
			assert_int_equal(rc, XQ_OK);
			if (!str_is(out, rows[i].out))
				fail_msg("row %zu: \"%.*s\"", i, (int)out.n, out.p);
		}
	}
	mem_free(mem);
}

static void
a_text_far_too_long_is_refused_before_it_is_copied(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	char *huge = mem_array(mem, char, 100000);
	memset(huge, '\r', 100000);
	huge[0] = huge[99999] = 'x';
	void *work = mem_root("work");
	size_t before = mem_size(work);
	struct str out;
	struct xq_err err;

	assert_int_equal(utf8_clean(work, str_n(huge, 100000), true, 200, &out, &err), XQ_REFUSED);
	assert_string_equal(err.key, "text.too-long");
	assert_int_equal(err.arg[0].i, 200);
	assert_int_equal(err.arg[1].i, 100000);
	assert_int_equal(mem_size(work), before);
	mem_free(work);
	mem_free(mem);
}

static void
a_head_is_never_cut_inside_a_character(void **state)
{
	(void)state;
	assert_true(str_is(utf8_head(STR("心桥😀x"), 0), ""));
	assert_true(str_is(utf8_head(STR("心桥😀x"), 1), "心"));
	assert_true(str_is(utf8_head(STR("心桥😀x"), 3), "心桥😀"));
	assert_true(str_is(utf8_head(STR("心桥😀x"), 99), "心桥😀x"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(broken_sequences_are_refused),
		cmocka_unit_test(every_code_point_goes_out_and_in),
		cmocka_unit_test(nfc_agrees_with_the_library_for_every_code_point),
		cmocka_unit_test(nfc_joins_every_pair_that_belongs_together),
		cmocka_unit_test(text_that_is_nfc_already_is_not_copied),
		cmocka_unit_test(controls_are_found),
		cmocka_unit_test(a_text_field_is_cleaned),
		cmocka_unit_test(a_text_far_too_long_is_refused_before_it_is_copied),
		cmocka_unit_test(a_head_is_never_cut_inside_a_character),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
