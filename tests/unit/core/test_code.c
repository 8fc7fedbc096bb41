/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/code.h"

#include "core/banned.h"

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static bool
reads(const char *text, enum code_kind kind)
{
	struct code c;
	return code_read(str_of(text), kind, &c);
}

static void
codes_go_out_and_in(void **state)
{
	(void)state;
	struct rng random;
	rng_init_seed(&random, 1);

	for (uint32_t office = 0; office < 32768; office += 7) {
		for (enum code_kind kind = CODE_QUERY; kind <= CODE_RECEIPT; kind++) {
			struct code c = code_new(&random, kind, office);
			struct code back;
			char shown[CODE_SHOWN_LEN + 1];
			code_show(&c, shown);
			assert_int_equal(strlen(c.text), CODE_LEN);
			assert_int_equal(strlen(shown), CODE_SHOWN_LEN);
			assert_int_equal(shown[4], '-');
			assert_int_equal(shown[14], '-');
			assert_true(code_read(str_of(shown), kind, &back));
			assert_string_equal(back.text, c.text);
			assert_int_equal(code_office(&back), office);
			assert_false(reads(c.text, kind == CODE_QUERY ? CODE_RECEIPT : CODE_QUERY));
		}
	}
}

static void
typing_is_forgiven(void **state)
{
	(void)state;
	struct rng random;
	struct code c = { 0 };
	rng_init_seed(&random, 3);

	/* A code with a 0 and a 1 in it, to be typed as O and l. */
	do {
		c = code_new(&random, CODE_QUERY, 32);
	} while (strchr(c.text + 4, '0') == NULL);
	assert_int_equal(c.text[2], '1');

	char typed[200];
	size_t n = 0;
	memcpy(typed, " \xE3\x80\x80", 4);
	n = 4;
	for (size_t i = 0; i < CODE_LEN; i++) {
		char ch = c.text[i];
		if (ch == '0')
			ch = i % 2 ? 'O' : 'o';
		if (ch == '1')
			ch = 'l';
		if (i == 5) { /* full-width */
			memcpy(typed + n, "\xEF\xBC\x8D\xE2\x80\x94", 6);
			n += 6;
			typed[n++] = '\xEF';
			typed[n++] = (char)(0xBC + (c.text[i] >= 0x60));
			typed[n++] = (char)(0x80 + (c.text[i] - 0x20));
			continue;
		}
		if (ch >= 'A' && ch <= 'Z' && i % 3 == 0)
			ch = (char)(ch + 32);
		typed[n++] = ch;
		typed[n++] = i % 2 ? '-' : ' ';
	}
	struct code back;
	assert_true(code_read(str_n(typed, n), CODE_QUERY, &back));
	assert_string_equal(back.text, c.text);
}

static void
what_is_no_code_is_not_read(void **state)
{
	(void)state;
	struct rng random;
	rng_init_seed(&random, 5);
	struct code c = code_new(&random, CODE_QUERY, 9);
	char longer[CODE_LEN + 2];

	memcpy(longer, c.text, CODE_LEN);
	longer[CODE_LEN] = '0';
	longer[CODE_LEN + 1] = '\0';
	assert_false(reads(longer, CODE_QUERY));
	longer[CODE_LEN - 1] = '\0';
	assert_false(reads(longer, CODE_QUERY));
	assert_false(reads("", CODE_QUERY));
	assert_false(reads("-------------", CODE_QUERY));
	assert_false(reads("UUUUUUUUUUUUU", CODE_QUERY));
	assert_false(reads("\xFF\xFF", CODE_QUERY));
	assert_false(reads("心桥", CODE_QUERY));
}

/* The check is linear: whether an error shows depends on the error alone. Still every place, every
 * pair of characters, on several codes. */
static void
every_single_wrong_character_shows(void **state)
{
	(void)state;
	struct rng random;
	rng_init_seed(&random, 11);

	for (int round = 0; round < 50; round++) {
		struct code c = code_new(&random, CODE_QUERY, rng_below(&random, 32768));
		for (size_t at = 0; at < CODE_LEN; at++) {
			for (size_t k = 0; k < 32; k++) {
				struct code wrong = c;
				wrong.text[at] = alphabet[k];
				assert_int_equal(
					reads(wrong.text, CODE_QUERY), alphabet[k] == c.text[at]);
			}
		}
	}
}

/* For each pair of places and each pair of different values a valid code that has them there. */
static void
every_swap_of_two_characters_shows(void **state)
{
	(void)state;
	struct rng random;
	rng_init_seed(&random, 13);
	static bool seen[CODE_LEN][32][32];
	size_t n_seen = 0;

	for (int round = 0; round < 40000; round++) {
		struct code c = code_new(&random, CODE_QUERY, rng_below(&random, 32768));
		for (size_t a = 1; a < CODE_LEN; a++) {
			for (size_t b = a + 1; b < CODE_LEN; b++) {
				struct code wrong = c;
				wrong.text[a] = c.text[b];
				wrong.text[b] = c.text[a];
				if (c.text[a] == c.text[b])
					continue;
				assert_false(reads(wrong.text, CODE_QUERY));
			}
			if (a + 1 == CODE_LEN)
				continue;
			bool *mark = &seen[a][strchr(alphabet, c.text[a]) - alphabet]
			                  [strchr(alphabet, c.text[a + 1]) - alphabet];
			n_seen += !*mark;
			*mark = true;
		}
	}
	assert_int_equal(n_seen, 11 * 32 * 32); /* all neighbours with all values */
}

/* ---- short codes ------------------------------------------------------------------------------------ */

/* In small letters, with the letters that look like digits. */
static char
as_typed(char c)
{
	if (c == '0')
		return 'o';
	if (c == '1')
		return 'l';
	return c >= 'A' ? (char)(c + 32) : c;
}

static void
a_short_code_is_read_however_it_was_typed(void **state)
{
	(void)state;
	struct rng random;
	rng_init_seed(&random, 11);
	for (int i = 0; i < 200; i++) {
		struct short_code c = short_code_new(&random), again;
		char shown[SHORT_CODE_SHOWN_LEN + 1];
		short_code_show(&c, shown);
		assert_int_equal(strlen(shown), SHORT_CODE_SHOWN_LEN);
		assert_int_equal(shown[3], '-');
		assert_true(short_code_read(str_of(shown), &again));
		assert_string_equal(again.text, c.text);
		for (size_t k = 0; shown[k]; k++)
			shown[k] = as_typed(shown[k]);
		assert_true(short_code_read(str_of(shown), &again));
		assert_string_equal(again.text, c.text);
	}
}

static void
a_short_code_shows_a_wrong_character_and_a_swap(void **state)
{
	(void)state;
	struct rng random;
	rng_init_seed(&random, 12);
	for (int i = 0; i < 50; i++) {
		struct short_code c = short_code_new(&random), other;
		for (size_t k = 0; k < SHORT_CODE_LEN; k++) {
			struct short_code wrong = c;
			for (size_t n = 0; n < 32; n++) {
				wrong.text[k] = alphabet[n];
				assert_int_equal(short_code_read(str_of(wrong.text), &other),
					wrong.text[k] == c.text[k]);
			}
			for (size_t n = 0; n < k; n++) {
				wrong = c;
				wrong.text[k] = c.text[n];
				wrong.text[n] = c.text[k];
				assert_int_equal(short_code_read(str_of(wrong.text), &other),
					c.text[n] == c.text[k]);
			}
		}
		assert_false(short_code_read(str_n(c.text, SHORT_CODE_LEN - 1), &other));
		assert_false(short_code_read(STR(""), &other));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_go_out_and_in),
		cmocka_unit_test(typing_is_forgiven),
		cmocka_unit_test(what_is_no_code_is_not_read),
		cmocka_unit_test(every_single_wrong_character_shows),
		cmocka_unit_test(every_swap_of_two_characters_shows),
		cmocka_unit_test(a_short_code_is_read_however_it_was_typed),
		cmocka_unit_test(a_short_code_shows_a_wrong_character_and_a_swap),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
