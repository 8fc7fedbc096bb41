/* SPDX-License-Identifier: Apache-2.0 */
/* Draws against the vectors beside the checkout, and documents that are none. */
#include "ledger/draw.h"

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

struct vector {
	struct draw_seed_of of;
	struct draw_source source[DRAW_SOURCES_MAX];
	struct draw_stratum quota[DRAW_STRATA_MAX];
	struct draw_rule rule;
	struct draw_id *frame;
	size_t n;
	struct str *passed;
	size_t n_passed;
};

static struct str
text_of(const json_t *v)
{
	return str_n(json_string_value(v), json_string_length(v));
}

static void
load(void *mem, json_t *v, struct vector *out)
{
	json_t *item, *list = json_object_get(v, "outside");
	size_t i;
	*out = (struct vector){ .n = json_array_size(json_object_get(v, "frame")) };
	json_array_foreach(list, i, item) out->source[i] =
		(struct draw_source){ text_of(json_array_get(item, 0)),
			text_of(json_array_get(item, 1)) };
	out->of = (struct draw_seed_of){ .origin = vectors_str(v, "origin"),
		.draw = vectors_str(v, "draw"),
		.size = json_integer_value(json_object_get(v, "size")),
		.root = (const uint8_t *)vectors_base64(mem, v, "root").p,
		.source = out->source,
		.n_sources = json_array_size(list) };
	out->rule.count = json_integer_value(json_object_get(v, "count"));
	out->rule.quota = out->quota;
	list = json_object_get(v, "quota");
	out->rule.n_quota = json_array_size(list);
	json_array_foreach(list, i, item)
		assert_true(draw_stratum_read(text_of(item), &out->quota[i]));
	list = json_object_get(v, "skipped");
	out->n_passed = json_array_size(list);
	out->passed = mem_array(mem, struct str, out->n_passed + 1);
	json_array_foreach(list, i, item) out->passed[i] = text_of(item);
	out->frame = mem_array(mem, struct draw_id, out->n + 1);
	json_array_foreach(json_object_get(v, "frame"), i, item) out->frame[i] =
		(struct draw_id){ text_of(json_array_get(item, 0)),
			json_array_size(item) > 1 ? text_of(json_array_get(item, 1)) : STR("") };
}

static void
same_hex(const uint8_t hash[SHA256_LEN], struct str want)
{
	char hex[65];
	text_hex((struct bytes){ hash, SHA256_LEN }, hex);
	if (!str_is(want, hex))
		fail_msg("expected %.*s, got %s", (int)want.n, want.p, hex);
}

static void
frame_is_the_same_document(void *mem, json_t *v, const struct vector *t)
{
	uint8_t hash[SHA256_LEN];
	struct draw_id *again;
	struct xq_err err;
	size_t n;
	struct str doc = draw_frame_write(mem, t->frame, t->n);
	hash_sha256((struct bytes){ (const uint8_t *)doc.p, doc.n }, hash);
	same_hex(hash, vectors_str(v, "frame_sha256"));
	assert_int_equal(draw_frame_read(mem, doc, &again, &n, &err), XQ_OK);
	assert_int_equal(n, t->n);
	for (size_t i = 0; i < n; i++)
		assert_true(str_eq(again[i].id, t->frame[i].id) &&
			    str_eq(again[i].stratum, t->frame[i].stratum));
}

static void
vectors_are_drawn_the_same(void **state)
{
	json_t *all = json_object_get(vectors_load(*state, "sortition.json"), "draws"), *v, *item;
	size_t i, k;
	assert_true(json_array_size(all) > 0);
	json_array_foreach(all, i, v)
	{
		struct vector t;
		uint8_t seed[SHA256_LEN];
		load(*state, v, &t);
		assert_string_equal(draw_seed_text(*state, &t.of),
			json_string_value(json_object_get(v, "seed_text")));
		draw_seed(&t.of, seed);
		same_hex(seed, vectors_str(v, "seed_hex"));
		frame_is_the_same_document(*state, v, &t);

		struct draw_lot *lot = mem_array(*state, struct draw_lot, t.n + 1);
		size_t *picked = mem_array(*state, size_t, t.n + 1);
		draw_lots(seed, t.frame, t.n, lot);
		json_array_foreach(json_object_get(v, "first_tickets"), k, item)
		{
			assert_true(
				str_eq(t.frame[lot[k].at].id, text_of(json_array_get(item, 0))));
			same_hex(lot[k].hash, text_of(json_array_get(item, 1)));
		}
		size_t n = draw_pick(&t.rule, t.frame, lot, t.n, t.passed, t.n_passed, picked);
		json_t *drawn = json_object_get(v, "drawn");
		assert_int_equal(n, json_array_size(drawn));
		json_array_foreach(drawn, k, item)
			assert_true(str_eq(t.frame[picked[k]].id, text_of(item)));
	}
}

static void
any_other_root_draws_others(void **state)
{
	enum { N = 200, COUNT = 20 };
	struct draw_id frame[N];
	struct draw_lot lot[N];
	size_t first[N], second[N], same = 0;
	uint8_t root[SHA256_LEN] = { 1 }, seed[SHA256_LEN];
	const struct draw_rule rule = { .count = COUNT };
	struct draw_seed_of of = {
		.origin = STR("a.example/log/b"), .draw = STR("d-1"), .size = 7, .root = root
	};
	for (size_t i = 0; i < N; i++)
		frame[i] = (struct draw_id){ str_of(mem_printf(*state, "c-%04zu", i)), STR("") };
	draw_seed(&of, seed);
	draw_lots(seed, frame, N, lot);
	assert_int_equal(draw_pick(&rule, frame, lot, N, NULL, 0, first), COUNT);
	root[31] = 1;
	draw_seed(&of, seed);
	draw_lots(seed, frame, N, lot);
	assert_int_equal(draw_pick(&rule, frame, lot, N, NULL, 0, second), COUNT);
	for (size_t i = 0; i < COUNT; i++)
		same += first[i] == second[i];
	assert_true(same < COUNT / 2);
}

static void
frames_that_are_none_are_refused(void **state)
{
	static const char *const bad[] = { "", "{}", "[1]", "[[]]", "[[1]]",
		"[[\"a\",\"b\",\"c\"]]", "[[\"a b\"]]", "[[\"\"]]", "[[\"b\"],[\"a\"]]",
		"[[\"a\"],[\"a\"]]", "[[\"a\"], [\"b\"]]", "[[\"a\",1]]", "[[\"a\",\"\"]]",
		"[\"ab\"]", "[[[\"a\"]]]" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct draw_id *frame;
		struct xq_err err = { 0 };
		size_t n;
		if (draw_frame_read(*state, str_of(bad[i]), &frame, &n, &err) != XQ_REFUSED)
			fail_msg("accepted: %s", bad[i]);
		assert_string_equal(err.key, "draw.bad-frame");
	}
}

static void
outcome_is_written_and_read_back(void **state)
{
	struct str drawn[] = { STR("c-b"), STR("c-a") };
	struct draw_skip skip[] = { { STR("c-c"), STR("moved") } };
	const struct draw_done d = { STR("d-1"), drawn, 2, skip, 1 };
	struct draw_done again;
	struct xq_err err;
	struct str doc = draw_done_write(*state, &d);
	assert_true(str_is(doc,
		"{\"draw\":\"d-1\",\"drawn\":[\"c-b\",\"c-a\"],\"skipped\":[[\"c-c\",\"moved\"]]}"));
	assert_int_equal(draw_done_read(*state, doc, &again, &err), XQ_OK);
	assert_int_equal(again.n_drawn, 2);
	assert_true(str_is(again.drawn[1], "c-a") && str_is(again.skip[0].why, "moved"));
}

static void
outcomes_that_are_none_are_refused(void **state)
{
	static const char *const bad[] = { "", "[]", "{}",
		"{\"draw\":\"d\",\"drawn\":[],\"skipped\":{}}",
		"{\"draw\":\"d\",\"drawn\":[1],\"skipped\":[]}",
		"{\"draw\":\"d\",\"drawn\":[],\"skipped\":[[\"a\"]]}",
		"{\"draw\":\"d\",\"drawn\":[],\"skipped\":[\"a\"]}",
		"{\"draw\":\"d d\",\"drawn\":[],\"skipped\":[]}",
		"{\"draw\":\"d\",\"drawn\":[],\"more\":1,\"skipped\":[]}",
		"{\"drawn\":[],\"draw\":\"d\",\"skipped\":[]}" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct draw_done d;
		struct xq_err err = { 0 };
		if (draw_done_read(*state, str_of(bad[i]), &d, &err) != XQ_REFUSED)
			fail_msg("accepted: %s", bad[i]);
		assert_string_equal(err.key, "draw.bad-doc");
	}
}

static void
strata_and_sources_have_one_spelling(void **state)
{
	(void)state;
	struct draw_stratum s;
	assert_true(draw_stratum_read(STR("z1:3"), &s) && s.count == 3 && str_is(s.name, "z1"));
	assert_false(draw_stratum_read(STR("z1"), &s) || draw_stratum_read(STR(":3"), &s) ||
		     draw_stratum_read(STR("z1:"), &s) || draw_stratum_read(STR("z1:03"), &s) ||
		     draw_stratum_read(STR("z1:-1"), &s) || draw_stratum_read(STR("z1:+1"), &s));
	assert_true(draw_source_is(STR("public:ssq-2026014")));
	assert_true(draw_source_is(STR("witness:witness.example/w1")));
	assert_false(draw_source_is(STR("public:")) || draw_source_is(STR("lottery:1")) ||
		     draw_source_is(STR("public:a=b")) || draw_source_is(STR("public:a b")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(vectors_are_drawn_the_same, setup, teardown),
		cmocka_unit_test_setup_teardown(any_other_root_draws_others, setup, teardown),
		cmocka_unit_test_setup_teardown(frames_that_are_none_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(outcome_is_written_and_read_back, setup, teardown),
		cmocka_unit_test_setup_teardown(
			outcomes_that_are_none_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(
			strata_and_sources_have_one_spelling, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
