/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of events: the example and the vectors of the record's design, and every way in which a
 * value can break the rules. */
#include "ledger/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/mem.h"
#include "core/time.h"
#include "ledger/ledger_int.h"
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

static const struct event_field raised_fields[] = {
	{ "class", EV_CODE, false, "what it is about" },
	{ "due", EV_TIME, true, "answer promised by" },
	{ "lane", EV_CODE, false, "way through the office" },
	{ "via", EV_CODE, false, "how it came" },
	{ "zone", EV_CODE, true, "part of the area" },
	{ 0 },
};
static const struct event_kind raised = {
	.name = "concern.raised",
	.meaning = "A matter came.",
	.fields = raised_fields,
	.opens = true,
};

static const struct event_field all_fields[] = {
	{ "a", EV_CODE, true, "" },
	{ "b", EV_INT, true, "" },
	{ "c", EV_BOOL, true, "" },
	{ "d", EV_TIME, true, "" },
	{ "e", EV_DAY, true, "" },
	{ "f", EV_CODES, true, "" },
	{ 0 },
};
static const struct event_kind all = { .name = "test.all", .fields = all_fields };

#define VALUES(...)                                                                                \
	.value = (const struct event_value[]){ __VA_ARGS__ },                                      \
	.n_values =                                                                                \
		sizeof((const struct event_value[]){ __VA_ARGS__ }) / sizeof(struct event_value)

static const char *
leaf_hash(void *mem, struct str bytes)
{
	const struct bytes piece[] = { { (const uint8_t *)"\0", 1 },
		{ (const uint8_t *)bytes.p, bytes.n } };
	uint8_t hash[SHA256_LEN];
	char *out = mem_array(mem, char, 45);
	hash_sha256_parts(piece, 2, hash);
	text_base64((struct bytes){ hash, sizeof(hash) }, out);
	return out;
}

static void
example_of_the_design_is_written_byte_for_byte(void **state)
{
	static const char want[] =
		"{\"at\":\"2026-01-22T09:30:05+08:00\",\"com\":{\"body\":\"8ArF0us1leUXm+"
		"G0mCgXR7nSkwEzybUDyM1FiBd7RPA=\"},\"k\":\"concern.raised\",\"log\":\"lc\",\"pub\":{"
		"\"class\":\"city\",\"lane\":\"everyday\",\"via\":\"counter\",\"zone\":\"z3\"},"
		"\"ref\":\"c-mfzxgidtmvrxezlu\",\"role\":\"clerk\",\"seq\":1234,\"unit\":\"u07\",\"v\":"
		"1}";
	struct str json = STR("{\"text\":\"楼道灯坏了三天\"}");
	uint8_t salt[LEDGER_SALT_LEN];
	for (size_t i = 0; i < sizeof(salt); i++)
		salt[i] = (uint8_t)i;
	char com[LEDGER_COM_LEN + 1];
	ledger_commit(salt, json, com);
	const char *com_list[] = { com };
	const struct event_part part = { .name = "body", .json = json };
	const struct event e = { .kind = &raised,
		.ref = "c-mfzxgidtmvrxezlu",
		.prev = -1,
		.role = "clerk",
		.unit = "u07",
		VALUES(EV("via", "counter"), EV("lane", "everyday"), EV("class", "city"),
			EV("zone", "z3")),
		.part = &part,
		.n_parts = 1 };
	int64_t at = civil_at(2026, 1, 22, 9, 30, 5, TZ_CHINA);
	struct str got;
	struct xq_err err;
	assert_int_equal(event_bytes(*state, "lc", 1234, at, &e, com_list, &got, &err), XQ_OK);
	assert_int_equal(got.n, 269);
	assert_string_equal(got.p, want);
	assert_string_equal(leaf_hash(*state, got), "WYSa+cGOhPS6s97XQu1mxeVdTVEcwVSSNZ+sPURqMp4=");

	struct event_seen seen;
	assert_int_equal(event_check(got, "lc", 1234, &seen, &err), XQ_OK);
	assert_int_equal(seen.at, at);
	assert_int_equal(seen.prev, -1);
	assert_true(str_is(seen.kind, "concern.raised"));
	assert_true(str_is(seen.unit, "u07"));
	assert_true(
		str_is(seen.com, "{\"body\":\"8ArF0us1leUXm+G0mCgXR7nSkwEzybUDyM1FiBd7RPA=\"}"));
	assert_int_equal(event_check(got, "xx", 1234, &seen, &err), XQ_REFUSED);
	assert_int_equal(event_check(got, "lc", 1235, &seen, &err), XQ_REFUSED);
}

static void
well_formed_vectors_are_accepted(void **state)
{
	json_t *root = vectors_load(*state, "events.json");
	struct str log = vectors_str(root, "log");
	json_t *valid = json_object_get(root, "valid"), *v;
	size_t i;
	assert_true(json_array_size(valid) > 0);
	json_array_foreach(valid, i, v)
	{
		struct str bytes = vectors_str(v, "event"), again;
		struct event_seen seen;
		struct xq_err err = { 0 };
		if (event_check(bytes, str_text(*state, log), -1, &seen, &err) != XQ_OK)
			fail_msg("valid %zu refused at %s: %s", i, err.arg[0].text, bytes.p);
		assert_true(canonical_is(bytes));
		assert_int_equal(canonical_write(*state, bytes, &again, &err), XQ_OK);
		assert_true(str_eq(bytes, again));
		assert_string_equal(leaf_hash(*state, bytes), vectors_str(v, "leaf").p);
	}
}

static void
badly_formed_vectors_are_refused(void **state)
{
	json_t *root = vectors_load(*state, "events.json");
	json_t *invalid = json_object_get(root, "invalid"), *v;
	size_t i;
	assert_true(json_array_size(invalid) > 0);
	json_array_foreach(invalid, i, v)
	{
		struct event_seen seen;
		struct xq_err err = { 0 };
		if (event_check(vectors_str(v, "event"), "lc", -1, &seen, &err) != XQ_REFUSED)
			fail_msg("accepted although: %s", vectors_str(v, "why").p);
		assert_string_equal(err.key, "record.bad-entry");
	}
}

/* Whatever is cut off or changed in one byte: refused, or another event that is canonical too. */
static void
no_broken_byte_passes_that_is_not_canonical(void **state)
{
	static const char text[] =
		"{\"at\":\"2026-01-22T09:30:05+08:00\",\"k\":\"a.b\",\"log\":\"lc\",\"prev\":1,\"pub\":"
		"{\"a\":[1,\"x\"],\"b\":true,\"c\":-3},\"ref\":\"c-mfzxgidtmvrxezlu\",\"role\":"
		"\"clerk\",\"seq\":12,\"v\":1}";
	struct event_seen seen;
	(void)state;
	assert_int_equal(event_check(str_of(text), "lc", 12, &seen, NULL), XQ_OK);
	for (size_t n = 0; n < sizeof(text) - 1; n++)
		assert_int_equal(event_check(str_n(text, n), "lc", 12, &seen, NULL), XQ_REFUSED);
	for (size_t at = 0; at < sizeof(text) - 1; at++) {
		for (int c = 0; c < 256; c++) {
			char copy[sizeof(text)];
			memcpy(copy, text, sizeof(text));
			copy[at] = (char)c;
			struct str bytes = { copy, sizeof(text) - 1 };
			if (event_check(bytes, NULL, -1, &seen, NULL) == XQ_OK &&
				!canonical_is(bytes))
				fail_msg("byte %zu as %d accepted: %s", at, c, copy);
		}
	}
}

static void
all_types_are_spelled_as_the_record_wants(void **state)
{
	const struct event e = { .kind = &all,
		.prev = -1,
		.role = "system",
		VALUES(EV_D("e", 20260924), EV_AT("d", 0), EV_B("c", true),
			EV_N("b", -9007199254740991), EV("a", "z")) };
	struct str got;
	struct xq_err err;
	assert_int_equal(event_bytes(*state, "lc", 0, 0, &e, NULL, &got, &err), XQ_OK);
	assert_string_equal(got.p,
		"{\"at\":\"1970-01-01T08:00:00+08:00\",\"k\":\"test.all\",\"log\":"
		"\"lc\",\"pub\":{\"a\":\"z\",\"b\":-9007199254740991,\"c\":true,"
		"\"d\":\"1970-01-01T08:00:00+08:00\",\"e\":\"2026-09-24\"},"
		"\"role\":\"system\",\"seq\":0,\"v\":1}");
}

static enum xq_rc
put_list(void *mem, const char *const *code, size_t n, struct str *out)
{
	static const struct event_field fields[] = { { "l", EV_CODES, false, "" }, { 0 } };
	static const struct event_kind listing = { .name = "test.list", .fields = fields };
	const struct event e = {
		.kind = &listing, .prev = -1, .role = "system", VALUES(EV_LIST("l", code, n))
	};
	struct xq_err err;
	return event_bytes(mem, "lc", 0, 0, &e, NULL, out, &err);
}

static void
a_list_holds_one_to_256_codes(void **state)
{
	const char *code[EVENT_MAX_CODES + 1];
	struct str got;
	struct event_seen seen;
	struct xq_err err;
	for (size_t i = 0; i <= EVENT_MAX_CODES; i++)
		code[i] = mem_printf(*state, "%zu:body", i);
	assert_int_equal(put_list(*state, code, 2, &got), XQ_OK);
	assert_true(str_index(got, STR("\"pub\":{\"l\":[\"0:body\",\"1:body\"]}")) < got.n);
	assert_int_equal(event_check(got, "lc", 0, &seen, &err), XQ_OK);
	assert_int_equal(put_list(*state, code, EVENT_MAX_CODES, &got), XQ_OK);
	assert_int_equal(event_check(got, "lc", 0, &seen, &err), XQ_OK);
	assert_int_equal(put_list(*state, code, EVENT_MAX_CODES + 1, &got), XQ_FAULT);
	code[1] = "two words";
	assert_int_equal(put_list(*state, code, 2, &got), XQ_FAULT);
}

static void
a_code_of_null_leaves_an_optional_field_out(void **state)
{
	const char *zone = NULL;
	const struct event e = { .kind = &raised,
		.ref = "c-mfzxgidtmvrxezlu",
		.prev = -1,
		.role = "clerk",
		VALUES(EV("class", "other"), EV("lane", "sealed"), EV("via", "web"),
			EV("zone", zone)) };
	struct str got;
	struct xq_err err;
	assert_int_equal(event_bytes(*state, "lc", 3, 0, &e, NULL, &got, &err), XQ_OK);
	assert_true(str_index(got, STR("zone")) == got.n);
}

struct bad_case {
	const char *why;
	struct event e;
	const char *log;
	int64_t seq;
};

static const struct event_field unsorted_fields[] = { { "b", EV_INT, true, "" },
	{ "a", EV_INT, true, "" }, { 0 } };
static const struct event_field odd_fields[] = { { "A", EV_INT, true, "" }, { 0 } };
static const struct event_kind unsorted = { .name = "test.x", .fields = unsorted_fields };
static const struct event_kind odd_field = { .name = "test.x", .fields = odd_fields };
static const struct event_kind odd_name = { .name = "test" };

#define REF "c-mfzxgidtmvrxezlu"
#define E(...)                                                                                     \
	{                                                                                          \
		.kind = &all, .prev = -1, .role = "system", __VA_ARGS__                            \
	}

static void
each_broken_rule_is_a_fault_and_writes_nothing(void **state)
{
	char long_code[514];
	memset(long_code, 'a', sizeof(long_code));
	long_code[513] = '\0';
	const struct event_part twice[] = { { "body", 0, STR("{}") }, { "body", 0, STR("{}") } };
	const struct event_part odd[] = { { "Body", 0, STR("{}") } };
	static const char hash[] = "8ArF0us1leUXm+G0mCgXR7nSkwEzybUDyM1FiBd7RPA=";
	const char *com[] = { hash, hash };
	const struct bad_case bad[] = {
		{ "required field missing",
			{ .kind = &raised,
				.ref = REF,
				.prev = -1,
				.role = "clerk",
				VALUES(EV("class", "x"), EV("lane", "x")) },
			"lc", 5 },
		{ "required code NULL",
			{ .kind = &raised,
				.ref = REF,
				.prev = -1,
				.role = "clerk",
				VALUES(EV("class", "x"), EV("lane", "x"), EV("via", NULL)) },
			"lc", 5 },
		{ "undeclared field", E(VALUES(EV("z", "x"))), "lc", 5 },
		{ "field twice", E(VALUES(EV("a", "x"), EV("a", "x"))), "lc", 5 },
		{ "wrong type", E(VALUES(EV_N("a", 1))), "lc", 5 },
		{ "Chinese", E(VALUES(EV("a", "王阿姨"))), "lc", 5 },
		{ "space", E(VALUES(EV("a", "a b"))), "lc", 5 },
		{ "quote", E(VALUES(EV("a", "a\"b"))), "lc", 5 },
		{ "backslash", E(VALUES(EV("a", "a\\b"))), "lc", 5 },
		{ "delete", E(VALUES(EV("a", "\x7f"))), "lc", 5 },
		{ "newline", E(VALUES(EV("a", "a\n"))), "lc", 5 },
		{ "empty", E(VALUES(EV("a", ""))), "lc", 5 },
		{ "513 characters", E(VALUES(EV("a", long_code))), "lc", 5 },
		{ "above 2^53-1", E(VALUES(EV_N("b", INT64_C(1) << 53))), "lc", 5 },
		{ "below", E(VALUES(EV_N("b", INT64_MIN))), "lc", 5 },
		{ "bool of 2", E(VALUES({ .name = "c", .type = EV_BOOL, .i = 2 })), "lc", 5 },
		{ "moment far off", E(VALUES(EV_AT("d", INT64_MAX))), "lc", 5 },
		{ "30 February", E(VALUES(EV_D("e", 20260230))), "lc", 5 },
		{ "day 0", E(VALUES(EV_D("e", 0))), "lc", 5 },
		{ "day of 9 digits", E(VALUES(EV_D("e", 120260201))), "lc", 5 },
		{ "no role", { .kind = &all, .prev = -1 }, "lc", 5 },
		{ "odd role", { .kind = &all, .prev = -1, .role = "boss" }, "lc", 5 },
		{ "odd unit", E(.unit = "第七科"), "lc", 5 },
		{ "empty unit", E(.unit = ""), "lc", 5 },
		{ "short ref", E(.ref = "c-abc"), "lc", 5 },
		{ "unknown letter", E(.ref = "x-mfzxgidtmvrxezlu"), "lc", 5 },
		{ "capital in ref", E(.ref = "c-Mfzxgidtmvrxezlu"), "lc", 5 },
		{ "prev without ref", { .kind = &all, .prev = 3, .role = "system" }, "lc", 5 },
		{ "prev not before", { .kind = &all, .ref = REF, .prev = 5, .role = "system" },
			"lc", 5 },
		{ "prev below", { .kind = &all, .ref = REF, .prev = -2, .role = "system" }, "lc",
			5 },
		{ "opens without ref",
			{ .kind = &raised,
				.prev = -1,
				.role = "clerk",
				VALUES(EV("class", "x"), EV("lane", "x"), EV("via", "x")) },
			"lc", 5 },
		{ "opens with prev",
			{ .kind = &raised,
				.ref = REF,
				.prev = 1,
				.role = "clerk",
				VALUES(EV("class", "x"), EV("lane", "x"), EV("via", "x")) },
			"lc", 5 },
		{ "seq below", E(.ref = NULL), "lc", -1 },
		{ "seq above", E(.ref = NULL), "lc", INT64_C(1) << 53 },
		{ "odd log", E(.ref = NULL), "l c", 5 },
		{ "fields not sorted", { .kind = &unsorted, .prev = -1, .role = "system" }, "lc",
			5 },
		{ "field not a key", { .kind = &odd_field, .prev = -1, .role = "system" }, "lc",
			5 },
		{ "kind without dot", { .kind = &odd_name, .prev = -1, .role = "system" }, "lc",
			5 },
		{ "no kind", { .prev = -1, .role = "system" }, "lc", 5 },
		{ "part twice", E(.part = twice, .n_parts = 2), "lc", 5 },
		{ "part not a key", E(.part = odd, .n_parts = 1), "lc", 5 },
		{ "nine parts", E(.part = twice, .n_parts = EVENT_MAX_PARTS + 1), "lc", 5 },
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct str got = { NULL, 0 };
		struct xq_err err = { 0 };
		if (event_bytes(*state, bad[i].log, bad[i].seq, 0, &bad[i].e, com, &got, &err) !=
			XQ_FAULT)
			fail_msg("written although: %s", bad[i].why);
		assert_string_equal(err.key, "record.form");
		assert_null(got.p);
	}
}

static void
lists_of_codes_are_written_in_their_order(void **state)
{
	static const char *const two[] = { "9:who", "8:body" };
	const char *many[EVENT_MAX_CODES + 1];
	struct event_value v = EV_LIST("f", two, 2);
	struct event e = { .kind = &all, .prev = -1, .role = "system", .value = &v, .n_values = 1 };
	struct event_seen seen;
	struct str got;
	struct xq_err err;
	assert_int_equal(event_bytes(*state, "lc", 1, 0, &e, NULL, &got, &err), XQ_OK);
	assert_true(str_index(got, STR("\"pub\":{\"f\":[\"9:who\",\"8:body\"]}")) < got.n);
	assert_int_equal(event_check(got, "lc", 1, &seen, &err), XQ_OK);
	v.n_codes = 0;
	assert_int_equal(event_bytes(*state, "lc", 1, 0, &e, NULL, &got, &err), XQ_OK);
	assert_true(str_index(got, STR("\"pub\":{\"f\":[]}")) < got.n);
	v.codes = NULL; /* left out */
	assert_int_equal(event_bytes(*state, "lc", 1, 0, &e, NULL, &got, &err), XQ_OK);
	assert_true(str_index(got, STR("\"pub\":{}")) < got.n);

	for (size_t i = 0; i < sizeof many / sizeof *many; i++)
		many[i] = "c";
	v = (struct event_value)EV_LIST("f", many, EVENT_MAX_CODES);
	assert_int_equal(event_bytes(*state, "lc", 1, 0, &e, NULL, &got, &err), XQ_OK);
	v.n_codes++;
	assert_int_equal(event_bytes(*state, "lc", 1, 0, &e, NULL, &got, &err), XQ_FAULT);
	v.n_codes = 3;
	many[1] = "two words";
	assert_int_equal(event_bytes(*state, "lc", 1, 0, &e, NULL, &got, &err), XQ_FAULT);
	many[1] = NULL;
	assert_int_equal(event_bytes(*state, "lc", 1, 0, &e, NULL, &got, &err), XQ_FAULT);
}

static void
event_of_8193_bytes_is_a_fault(void **state)
{
	struct event_field field[18] = { 0 };
	struct event_value value[17];
	char code[513];
	memset(code, 'a', 512);
	code[512] = '\0';
	for (size_t i = 0; i < 17; i++) {
		field[i] =
			(struct event_field){ mem_printf(*state, "f%02zu", i), EV_CODE, true, "" };
		value[i] = (struct event_value)EV(field[i].name, code);
	}
	const struct event_kind kind = { .name = "test.long", .fields = field };
	struct event e = { .kind = &kind, .prev = -1, .role = "system", .value = value };
	struct str got;
	struct xq_err err;
	e.n_values = 15; /* fits, and tells how long the last code may become */
	assert_int_equal(event_bytes(*state, "lc", 0, 0, &e, NULL, &got, &err), XQ_OK);
	size_t left = EVENT_MAX_BYTES - got.n - strlen(",\"f15\":\"\"");
	assert_true(left < 512);
	char last[513];
	memset(last, 'b', 512);
	last[left] = '\0';
	value[15].code = last;
	e.n_values = 16;
	assert_int_equal(event_bytes(*state, "lc", 0, 0, &e, NULL, &got, &err), XQ_OK);
	assert_int_equal(got.n, EVENT_MAX_BYTES);
	last[left] = 'b';
	last[left + 1] = '\0';
	assert_int_equal(event_bytes(*state, "lc", 0, 0, &e, NULL, &got, &err), XQ_FAULT);
}

static void
parts_are_sorted_by_name(void **state)
{
	static const char one[] = "8ArF0us1leUXm+G0mCgXR7nSkwEzybUDyM1FiBd7RPA=";
	static const char two[] = "lN75hDgXnGGZz527zXc8HPWohozlafAe3oJ3Z7mCR3A=";
	const struct event_part part[] = { { "who", 1, STR("{}") }, { "body", 1, STR("{}") } };
	const char *com[] = { one, two };
	const struct event e = E(.part = part, .n_parts = 2);
	struct str got;
	struct xq_err err;
	assert_int_equal(event_bytes(*state, "lc", 5, 0, &e, com, &got, &err), XQ_OK);
	const char *want = mem_printf(*state, "\"com\":{\"body\":\"%s\",\"who\":\"%s\"}", two, one);
	assert_true(str_index(got, str_of(want)) < got.n);
	struct event_seen seen;
	assert_int_equal(event_check(got, "lc", 5, &seen, &err), XQ_OK);
}

static void
refs_have_their_letter_and_differ(void **state)
{
	(void)state;
	struct rng random;
	rng_init_seed(&random, 7);
	char a[EVENT_REF_LEN + 1], b[EVENT_REF_LEN + 1];
	event_ref_new(&random, 'c', a);
	event_ref_new(&random, 'c', b);
	assert_true(ledger_is_ref(str_of(a)));
	assert_true(ledger_is_ref(str_of(b)));
	assert_string_not_equal(a, b);
}

/* Each kind of the kernel can be written with its fields, and the page about kinds names it. */
static void
kinds_of_the_kernel_are_in_order_and_described(void **state)
{
	struct buf doc = buf_new(*state, 0);
	size_t n = 0;
	while (ledger_kinds[n] != NULL)
		n++;
	assert_int_equal(n, 7);
	ledger_events_doc(&doc, ledger_kinds, n);
	for (size_t i = 0; i < n; i++) {
		const struct event_kind *k = ledger_kinds[i];
		static const char *const codes[] = { "1:body" };
		struct event_value value[8];
		size_t n_values = 0;
		for (const struct event_field *f = k->fields; f && f->name; f++)
			value[n_values++] = (struct event_value){ .name = f->name,
				.type = f->type,
				.code = "x",
				.i = 1,
				.codes = codes,
				.n_codes = 1 };
		const struct event e = { .kind = k,
			.prev = -1,
			.role = "officer",
			.value = value,
			.n_values = n_values };
		struct str got;
		struct xq_err err;
		assert_int_equal(event_bytes(*state, "lc", 1, 0, &e, NULL, &got, &err), XQ_OK);
		assert_true(canonical_is(got));
		const char *head = mem_printf(*state, "## %s\n", k->name);
		assert_true(str_index(buf_view(&doc), str_of(head)) < doc.n);
	}
	assert_true(str_index(buf_view(&doc), STR("| vkey | code | key that signs")) < doc.n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(example_of_the_design_is_written_byte_for_byte),
		cmocka_unit_test(well_formed_vectors_are_accepted),
		cmocka_unit_test(badly_formed_vectors_are_refused),
		cmocka_unit_test(no_broken_byte_passes_that_is_not_canonical),
		cmocka_unit_test(all_types_are_spelled_as_the_record_wants),
		cmocka_unit_test(a_list_holds_one_to_256_codes),
		cmocka_unit_test(a_code_of_null_leaves_an_optional_field_out),
		cmocka_unit_test(each_broken_rule_is_a_fault_and_writes_nothing),
		cmocka_unit_test(lists_of_codes_are_written_in_their_order),
		cmocka_unit_test(event_of_8193_bytes_is_a_fault),
		cmocka_unit_test(parts_are_sorted_by_name),
		cmocka_unit_test(refs_have_their_letter_and_differ),
		cmocka_unit_test(kinds_of_the_kernel_are_in_order_and_described),
	};
	return cmocka_run_group_tests_name("ledger/event", tests, setup, teardown);
}
