/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/mem.h"
#include "core/random.h"

#include "core/banned.h"

static struct bytes
bytes_of(const char *text)
{
	return (struct bytes){ (const uint8_t *)text, strlen(text) };
}

static void
sha256_agrees_with_the_standard(void **state)
{
	(void)state;
	uint8_t out[SHA256_LEN];
	uint8_t parts_out[SHA256_LEN];
	char hex[2 * SHA256_LEN + 1];
	struct bytes parts[] = { bytes_of("a"), bytes_of(""), bytes_of("bc") };

	hash_sha256(bytes_of("abc"), out);
	text_hex((struct bytes){ out, SHA256_LEN }, hex);
	assert_string_equal(
		hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	hash_sha256_parts(parts, 3, parts_out);
	assert_true(hash_equal(out, parts_out, SHA256_LEN));
	parts_out[31] ^= 1;
	assert_false(hash_equal(out, parts_out, SHA256_LEN));
	hash_sha256((struct bytes){ NULL, 0 }, out);
	text_hex((struct bytes){ out, SHA256_LEN }, hex);
	assert_string_equal(
		hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void
a_keyed_hash_depends_on_its_key(void **state)
{
	(void)state;
	uint8_t key[KEY_LEN] = { 1 };
	uint8_t a[32];
	uint8_t b[32];

	hash_keyed(key, bytes_of("13800000000"), a);
	key[0] = 2;
	hash_keyed(key, bytes_of("13800000000"), b);
	assert_memory_not_equal(a, b, 32);
	hash_wipe(b, sizeof(b));
	assert_int_equal(b[0] | b[31], 0);
}

static void
base64_is_written_as_in_the_standard(void **state)
{
	(void)state;
	static const char *const rows[][2] = { { "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" },
		{ "foo", "Zm9v" }, { "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[16];
		uint8_t back[8];
		size_t n = 99;
		text_base64(bytes_of(rows[i][0]), text);
		assert_string_equal(text, rows[i][1]);
		assert_true(parse_base64(str_of(text), back, sizeof(back), &n));
		assert_int_equal(n, strlen(rows[i][0]));
		assert_memory_equal(back, rows[i][0], n);
	}
}

static void
base64_has_one_spelling(void **state)
{
	(void)state;
	static const char *const rows[] = { "Z", "Zg", "Zg=", "Zm8",
		"Zh==", "Zm9=", "Zg==Zg==", " Zg==", "Zg==\n", "Zm9v ", "====", "=", "Z===", "Zg=g",
		"Z-_v", "Zm9v\n", "Zm 9v" };
	void *mem = mem_root("test");
	uint8_t out[16];
	size_t n = 7;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t len = strlen(rows[i]);
		if (parse_base64(str_n(mem_copy(mem, rows[i], len), len), out, sizeof(out), &n))
			fail_msg("\"%s\" was read", rows[i]);
	}
	assert_int_equal(n, 7);
	assert_false(parse_base64(STR("Zm9vYg=="), out, 3, &n)); /* no room */
	assert_true(parse_base64(STR("Zm9vYg=="), out, 4, &n));
	mem_free(mem);
}

static void
random_bytes_survive_base64(void **state)
{
	(void)state;
	struct rng random;
	rng_init_seed(&random, 2);

	for (size_t n = 0; n < 100; n++) {
		uint8_t in[100];
		uint8_t back[100];
		char text[140];
		size_t back_n;
		rng_fill(&random, in, n);
		text_base64((struct bytes){ in, n }, text);
		assert_int_equal(strlen(text), (n + 2) / 3 * 4);
		assert_true(parse_base64(str_of(text), back, n, &back_n));
		assert_int_equal(back_n, n);
		assert_memory_equal(back, in, n);
	}
}

static void
base32_is_lower_case_without_padding(void **state)
{
	(void)state;
	static const char *const rows[][2] = { { "", "" }, { "f", "my" }, { "fo", "mzxq" },
		{ "foo", "mzxw6" }, { "foob", "mzxw6yq" }, { "fooba", "mzxw6ytb" },
		{ "foobar", "mzxw6ytboi" } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[16];
		text_base32(bytes_of(rows[i][0]), text);
		assert_string_equal(text, rows[i][1]);
	}
}

static void
a_seed_repeats_and_two_draws_differ(void **state)
{
	(void)state;
	struct rng a;
	struct rng b;
	rng_init_seed(&a, 42);
	rng_init_seed(&b, 42);

	uint64_t first = rng_u64(&a);
	assert_true(first == rng_u64(&b));
	assert_false(first == rng_u64(&a));
	rng_init_seed(&b, 43);
	assert_false(first == rng_u64(&b));
	rng_init_real(&a);
	assert_false(rng_u64(&a) == rng_u64(&a));
}

static void
draws_below_a_bound_are_even(void **state)
{
	(void)state;
	struct rng r;
	int count[6] = { 0 };
	rng_init_seed(&r, 9);

	for (int i = 0; i < 60000; i++)
		count[rng_below(&r, 6)]++;
	for (int i = 0; i < 6; i++)
		assert_in_range(count[i], 9600, 10400);
	assert_int_equal(rng_below(&r, 1), 0);
	for (int i = 0; i < 1000; i++)
		assert_true(rng_below(&r, 3000000000u) < 3000000000u);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256_agrees_with_the_standard),
		cmocka_unit_test(a_keyed_hash_depends_on_its_key),
		cmocka_unit_test(base64_is_written_as_in_the_standard),
		cmocka_unit_test(base64_has_one_spelling),
		cmocka_unit_test(random_bytes_survive_base64),
		cmocka_unit_test(base32_is_lower_case_without_padding),
		cmocka_unit_test(a_seed_repeats_and_two_draws_differ),
		cmocka_unit_test(draws_below_a_bound_are_even),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
