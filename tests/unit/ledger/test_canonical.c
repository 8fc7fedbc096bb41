/* SPDX-License-Identifier: Apache-2.0 */
/* Canonical JSON against the vectors beside the checkout, and what they leave out. */
#include "ledger/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/mem.h"
#include "vectors.h"

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

static void
vectors_are_written_and_accepted(void **state)
{
	json_t *root = vectors_load(*state, "canonical.json");
	json_t *valid = json_object_get(root, "valid"), *v;
	size_t i;
	assert_true(json_array_size(valid) > 0);
	json_array_foreach(valid, i, v)
	{
		struct str loose = vectors_str(v, "loose"), want = vectors_str(v, "canonical"), got;
		struct xq_err err;
		if (!canonical_is(want))
			fail_msg("valid %zu: not accepted: %.*s", i, (int)want.n, want.p);
		assert_int_equal(canonical_write(*state, loose, &got, &err), XQ_OK);
		if (!str_eq(got, want))
			fail_msg("valid %zu: expected %.*s, got %.*s", i, (int)want.n, want.p,
				(int)got.n, got.p);
	}
}

static void
vectors_that_are_not_canonical_are_refused(void **state)
{
	json_t *root = vectors_load(*state, "canonical.json");
	json_t *rejected = json_object_get(root, "rejected"), *v;
	size_t i;
	assert_true(json_array_size(rejected) > 0);
	json_array_foreach(rejected, i, v)
	{
		struct str bytes = vectors_base64(*state, v, "bytes_b64");
		if (canonical_is(bytes))
			fail_msg("accepted although: %s",
				json_string_value(json_object_get(v, "why")));
	}
}

/* What has no canonical form at all is refused by the writer, the rest is put right. */
static void
writer_refuses_what_has_no_form(void **state)
{
	static const char *const bad[] = { "", "null", "[null]", "1.0", "1e3", "{\"A\":1}",
		"{\"\":1}", "{\"a\":1,\"a\":2}", "9007199254740992", "-9007199254740992", "[1",
		"[1]x", "[[[[[[[[1]]]]]]]]", "\"e\xcc\x81\"", "\"\\ud83d\"", "\"\xff\"",
		"{\"a\\u0000b\":1}" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct str out;
		struct xq_err err = { 0 };
		if (canonical_write(*state, str_of(bad[i]), &out, &err) != XQ_REFUSED)
			fail_msg("accepted: %s", bad[i]);
		assert_string_equal(err.key, "canonical.bad");
	}
}

static void
writer_sorts_and_shortens(void **state)
{
	static const char *const pair[][2] = {
		{ " { \"b\" : [ 1 , true ] , \"a\" : \"\\u5fc3\\/\" } ",
			"{\"a\":\"心/\",\"b\":[1,true]}" },
		{ "-0", "0" },
		{ "\"\\u0008\\u001f\\u007f\"", "\"\\b\\u001f\x7f\"" },
		{ "{\"a_\":1,\"a1\":2,\"aa\":3,\"a\":4}", "{\"a\":4,\"a1\":2,\"a_\":1,\"aa\":3}" },
	};
	for (size_t i = 0; i < sizeof(pair) / sizeof(pair[0]); i++) {
		struct str out;
		struct xq_err err;
		assert_int_equal(canonical_write(*state, str_of(pair[i][0]), &out, &err), XQ_OK);
		assert_true(str_is(out, pair[i][1]));
		assert_true(canonical_is(out));
	}
}

/* An escape parts what would compose: n + tilde is NFC here, since the n belongs to the escape. */
static void
composition_is_not_looked_for_across_an_escape(void **state)
{
	(void)state;
	assert_true(canonical_is(str_of("\"\\n\xcc\x83\"")));
	assert_false(canonical_is(str_of("\"n\xcc\x83\"")));
}

static void
commitments_open_as_the_vectors_say(void **state)
{
	json_t *root = vectors_load(*state, "commitments.json");
	static const char *const list[] = { "invalid", "valid" };
	for (size_t want = 0; want < 2; want++) {
		json_t *all = json_object_get(root, list[want]), *v;
		size_t i;
		assert_true(json_array_size(all) > 0);
		json_array_foreach(all, i, v)
		{
			struct str salt = vectors_base64(*state, v, "salt");
			struct bytes s = { (const uint8_t *)salt.p, salt.n };
			if (ledger_opens(s, vectors_str(v, "text"), vectors_str(v, "commitment")) !=
				(want == 1))
				fail_msg("%s %zu", list[want], i);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors_are_written_and_accepted),
		cmocka_unit_test(vectors_that_are_not_canonical_are_refused),
		cmocka_unit_test(writer_refuses_what_has_no_form),
		cmocka_unit_test(writer_sorts_and_shortens),
		cmocka_unit_test(composition_is_not_looked_for_across_an_escape),
		cmocka_unit_test(commitments_open_as_the_vectors_say),
	};
	return cmocka_run_group_tests_name("ledger/canonical", tests, setup, teardown);
}
