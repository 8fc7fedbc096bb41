/* SPDX-License-Identifier: Apache-2.0 */
/* What two cells say to each other: signed, and refused when one bit of it is another one. */
#include "cell/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/mem.h"

#include "core/banned.h"

#define ORIGIN "a.example/log/qf"
#define NONCE "00112233445566778899aabbccddeeff"
enum { NOW = 1769212800 };

static const uint8_t seed[NOTE_SEED_LEN] = { 1, 2, 3 }, other_seed[NOTE_SEED_LEN] = { 9 };

static struct note_key
key_of(void *mem, const uint8_t *of, const char *origin)
{
	struct note_key k;
	uint8_t pub[NOTE_PUB_LEN];
	note_public(of, pub);
	assert_true(note_vkey_read(str_of(note_vkey_text(mem, origin, NOTE_ED25519, pub)), &k));
	return k;
}

static const struct cell_message question = {
	.kind = "offer", .from = "qf", .to = "lc", .nonce = NONCE, .re = "", .at = NOW
};

static char *
text_of(void *mem, const struct cell_message *m)
{
	const char *body = cell_body(mem, m, STR("{\"id\":7}"));
	return note_join(mem, body, note_sign(mem, body, ORIGIN, seed));
}

static const char *
said(void *mem, const char *text, size_t n, const struct note_key *key, const char *to, int64_t now)
{
	struct cell_message m;
	struct xq_err err = { 0 };
	enum xq_rc rc = cell_read(mem, str_n(text, n), CELL_ASK_MAX, &m, &err);
	if (rc == XQ_OK)
		rc = cell_check(&m, key, to, now, &err);
	return rc == XQ_OK ? "" : err.key;
}

#define SAID(text, key, to, now) said(mem, (text), strlen(text), (key), (to), (now))

static int
begin(void **state)
{
	*state = mem_root("test");
	return 0;
}

static int
end(void **state)
{
	mem_free(*state);
	return 0;
}

static void
what_one_signs_the_other_reads(void **state)
{
	void *mem = *state;
	struct cell_message m;
	struct xq_err err = { 0 };
	const struct note_key key = key_of(mem, seed, ORIGIN);
	const char *text = text_of(mem, &question);
	assert_int_equal(cell_read(mem, str_of(text), CELL_ASK_MAX, &m, &err), XQ_OK);
	assert_string_equal(m.kind, "offer");
	assert_string_equal(m.from, "qf");
	assert_string_equal(m.nonce, NONCE);
	assert_int_equal(json_integer_value(json_object_get(m.say, "id")), 7);
	assert_int_equal(cell_check(&m, &key, "lc", NOW, &err), XQ_OK);
}

static void
one_bit_changed_anywhere_is_refused(void **state)
{
	void *mem = *state;
	const struct note_key key = key_of(mem, seed, ORIGIN);
	const char *text = text_of(mem, &question);
	const size_t n = strlen(text);
	for (size_t i = 0; i < n; i++)
		for (int bit = 0; bit < 8; bit++) {
			void *part = mem_root("bit");
			char *copy = mem_textn(part, text, n);
			copy[i] = (char)(copy[i] ^ 1 << bit);
			if (said(part, copy, n, &key, "lc", NOW)[0] == 0)
				fail_msg("byte %zu, bit %d: passes", i, bit);
			mem_free(part);
		}
}

static void
cut_off_anywhere_or_longer_it_is_refused(void **state)
{
	void *mem = *state;
	const struct note_key key = key_of(mem, seed, ORIGIN);
	const char *text = text_of(mem, &question);
	for (size_t n = 0; n < strlen(text); n++)
		assert_string_not_equal(said(mem, text, n, &key, "lc", NOW), "");
	char *large = mem_array(mem, char, CELL_ASK_MAX + 2);
	memset(large, 'x', CELL_ASK_MAX + 1);
	assert_string_equal(SAID(large, &key, "lc", NOW), "cell.form");
}

static void
nobody_else_can_say_it(void **state)
{
	void *mem = *state;
	const struct note_key other = key_of(mem, other_seed, ORIGIN),
			      named = key_of(mem, seed, "b.example/log/qf");
	const char *text = text_of(mem, &question);
	assert_string_equal(SAID(text, &other, "lc", NOW), "cell.signature");
	assert_string_equal(SAID(text, &named, "lc", NOW), "cell.signature");
}

static void
another_office_and_another_time_are_refused(void **state)
{
	void *mem = *state;
	const struct note_key key = key_of(mem, seed, ORIGIN);
	const char *text = text_of(mem, &question);
	assert_string_equal(SAID(text, &key, "qf", NOW), "cell.other-office");
	assert_string_equal(SAID(text, &key, "lc", NOW + CELL_CLOCK_S), "");
	assert_string_equal(SAID(text, &key, "lc", NOW - CELL_CLOCK_S), "");
	assert_string_equal(SAID(text, &key, "lc", NOW + CELL_CLOCK_S + 1), "cell.clock");
	assert_string_equal(SAID(text, &key, "lc", NOW - CELL_CLOCK_S - 1), "cell.clock");
}

/* While a key is changed both sign; whoever knows only one of them understands. */
static void
one_of_two_signatures_is_enough(void **state)
{
	void *mem = *state;
	const struct note_key key = key_of(mem, seed, ORIGIN),
			      next = key_of(mem, other_seed, ORIGIN);
	const char *body = cell_body(mem, &question, STR("{}"));
	const char *lines = mem_printf(mem, "%s%s", note_sign(mem, body, ORIGIN, seed),
		note_sign(mem, body, ORIGIN, other_seed));
	const char *text = note_join(mem, body, lines);
	assert_string_equal(SAID(text, &key, "lc", NOW), "");
	assert_string_equal(SAID(text, &next, "lc", NOW), "");
}

/* The same key signs checkpoints: neither can be taken for the other. */
static void
a_checkpoint_is_no_message_and_a_message_no_checkpoint(void **state)
{
	void *mem = *state;
	const struct tree_hash root = { { 5 } };
	const struct note_key key = key_of(mem, seed, ORIGIN);
	struct checkpoint_seen seen;
	struct xq_err err = { 0 };
	const char *body = checkpoint_body(mem, ORIGIN, 12, &root);
	const char *note = note_join(mem, body, note_sign(mem, body, ORIGIN, seed));
	assert_int_equal(checkpoint_read(str_of(note), &key, 1, &seen, &err), XQ_OK);
	assert_string_equal(SAID(note, &key, "lc", NOW), "cell.form");
	assert_int_equal(
		checkpoint_read(str_of(text_of(mem, &question)), &key, 1, &seen, &err), XQ_REFUSED);
}

static void
other_forms_are_refused(void **state)
{
	void *mem = *state;
	const struct note_key key = key_of(mem, seed, ORIGIN);
	static const char *const json[] = {
		"[]",
		"{}",
		"null",
		"{\"v\":2,\"kind\":\"offer\",\"from\":\"qf\",\"to\":\"lc\",\"at\":1769212800,\"nonce\":\"" NONCE
		"\",\"re\":\"\",\"say\":{}}",
		"{\"v\":1,\"kind\":\"offer\",\"from\":\"qf\",\"to\":\"lc\",\"at\":\"now\",\"nonce\":\"" NONCE
		"\",\"re\":\"\",\"say\":{}}",
		"{\"v\":1,\"kind\":\"\",\"from\":\"qf\",\"to\":\"lc\",\"at\":1769212800,\"nonce\":\"" NONCE
		"\",\"re\":\"\",\"say\":{}}",
		"{\"v\":1,\"kind\":\"offer\",\"from\":\"q f\",\"to\":\"lc\",\"at\":1769212800,\"nonce\":\"" NONCE
		"\",\"re\":\"\",\"say\":{}}",
		"{\"v\":1,\"kind\":\"offer\",\"from\":\"qf\",\"to\":\"lc\",\"at\":1769212800,\"nonce\":\"12\","
		"\"re\":\"\",\"say\":{}}",
		"{\"v\":1,\"kind\":\"offer\",\"from\":\"qf\",\"to\":\"lc\",\"at\":1769212800,\"nonce\":\"" NONCE
		"\",\"re\":\"\",\"say\":[]}",
		"{\"v\":1,\"kind\":\"offer\",\"from\":\"qf\",\"to\":\"lc\",\"at\":1769212800,\"nonce\":\"" NONCE
		"\",\"re\":\"\",\"say\":{},\"more\":1}",
	};
	for (size_t i = 0; i < sizeof json / sizeof *json; i++) {
		const char *body = mem_printf(mem, CELL_HEAD "%s\n", json[i]);
		const char *text = note_join(mem, body, note_sign(mem, body, ORIGIN, seed));
		assert_string_equal(SAID(text, &key, "lc", NOW), "cell.form");
	}
	const char *body = cell_body(mem, &question, STR("{}"));
	assert_string_equal(SAID(body, &key, "lc", NOW), "cell.form"); /* without a signature */
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(what_one_signs_the_other_reads),
		TEST(one_bit_changed_anywhere_is_refused),
		TEST(cut_off_anywhere_or_longer_it_is_refused),
		TEST(nobody_else_can_say_it),
		TEST(another_office_and_another_time_are_refused),
		TEST(one_of_two_signatures_is_enough),
		TEST(a_checkpoint_is_no_message_and_a_message_no_checkpoint),
		TEST(other_forms_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
