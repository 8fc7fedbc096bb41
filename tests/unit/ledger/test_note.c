/* SPDX-License-Identifier: Apache-2.0 */
/* Signed notes against the public vectors: what is signed comes out to the byte, what must be
 * refused is refused, and each refusal says which rule was broken. */
#include "ledger/note.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/mem.h"
#include "core/parse.h"
#include "vectors.h"

#include "core/banned.h"

struct fixture {
	void *mem;
	json_t *v;
	struct note_key key[4]; /* log, second log key, two witnesses */
	uint8_t seed[4][NOTE_SEED_LEN];
};

static void
read_key(struct fixture *f, size_t i, json_t *vkey, json_t *seed)
{
	struct str hex = str_n(json_string_value(seed), json_string_length(seed));
	assert_true(note_vkey_read(str_of(json_string_value(vkey)), &f->key[i]));
	assert_true(parse_hex(hex, f->seed[i], NOTE_SEED_LEN));
}

static int
setup(void **state)
{
	void *mem = mem_root("test");
	struct fixture *f = mem_new(mem, struct fixture);
	f->mem = mem;
	*state = f;
	return 0;
}

/* In the test itself, so that a missing file skips it. */
static struct fixture *
load(void **state)
{
	struct fixture *f = *state;
	f->v = vectors_load(f->mem, "notes.json");
	json_t *vkeys = json_object_get(f->v, "witness_vkeys");
	json_t *seeds = json_object_get(f->v, "witness_seed_hex");
	read_key(f, 0, json_object_get(f->v, "vkey"), json_object_get(f->v, "seed_hex"));
	read_key(f, 1, json_object_get(f->v, "second_vkey"),
		json_object_get(f->v, "second_seed_hex"));
	read_key(f, 2, json_array_get(vkeys, 0), json_array_get(seeds, 0));
	read_key(f, 3, json_array_get(vkeys, 1), json_array_get(seeds, 1));
	return f;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;
	mem_free(f->mem);
	return 0;
}

/* ---- keys --------------------------------------------------------------------------------------- */

static void
a_key_comes_from_its_seed(void **state)
{
	struct fixture *f = load(state);
	for (size_t i = 0; i < 4; i++) {
		uint8_t pub[NOTE_PUB_LEN];
		struct note_key again;
		note_public(f->seed[i], pub);
		assert_memory_equal(pub, f->key[i].pub, NOTE_PUB_LEN);
		assert_int_equal(f->key[i].type, i < 2 ? NOTE_ED25519 : NOTE_COSIGN);
		const char *text = note_vkey_text(f->mem, f->key[i].name, f->key[i].type, pub);
		assert_true(note_vkey_read(str_of(text), &again));
		assert_memory_equal(again.id, f->key[i].id, 4);
	}
	assert_string_equal(note_vkey_text(f->mem, f->key[0].name, NOTE_ED25519, f->key[0].pub),
		json_string_value(json_object_get(f->v, "vkey")));
}

static void
a_key_of_another_form_is_none(void **state)
{
	struct fixture *f = load(state);
	json_t *bad;
	size_t i;
	struct note_key out;
	json_array_foreach(json_object_get(f->v, "bad_vkeys"), i, bad)
	{
		if (note_vkey_read(str_n(json_string_value(bad), json_string_length(bad)), &out))
			fail_msg("taken for a key: %s", json_string_value(bad));
	}
	/* capitals in the id, a type that we do not know */
	assert_false(note_vkey_read(STR("xinqiao.example.cn/log/lc+48ADBD0F+"
					"AWP5YkdcqZY568rMmBzp4kg5Oz7KsBwszSF2UUULWyD6"),
		&out));
	assert_false(note_vkey_read(STR("a+b"), &out));
}

static void
a_name_is_text_without_spaces(void **state)
{
	(void)state;
	char longest[NOTE_NAME_MAX + 2];
	memset(longest, 'a', sizeof longest);
	assert_true(note_is_name(STR("xinqiao.example.cn/log/lc")));
	assert_true(note_is_name(STR("\u5fc3\u6865")));
	assert_true(note_is_name(str_n(longest, NOTE_NAME_MAX)));
	assert_false(note_is_name(str_n(longest, NOTE_NAME_MAX + 1)));
	static const char *const bad[] = { "", "a b", "a+b", "a\tb", "a\nb", "a\177b", "a\u00a0b",
		"a\u3000b", "a\u2028b", "a\xff" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(note_is_name(str_of(bad[i])));
}

/* ---- reading ------------------------------------------------------------------------------------ */

static void
expect_cosigned(const struct note_key *known, json_t *row, const struct checkpoint_seen *seen)
{
	json_t *who = json_object_get(row, "cosigned"), *when = json_object_get(row, "times");
	assert_int_equal(seen->n_cosigned, json_array_size(who));
	for (size_t i = 0; i < seen->n_cosigned; i++) {
		assert_string_equal(known[seen->cosigned[i].key].name,
			json_string_value(json_array_get(who, i)));
		assert_int_equal(seen->cosigned[i].at, json_integer_value(json_array_get(when, i)));
	}
}

static void
good_checkpoints_are_read(void **state)
{
	struct fixture *f = load(state);
	json_t *row;
	size_t i;
	json_array_foreach(json_object_get(f->v, "checkpoints"), i, row)
	{
		struct checkpoint_seen seen;
		struct xq_err err = { 0 };
		struct str root = vectors_base64(f->mem, row, "root");
		/* without the second key: the vector "unknown key with the log's name" has it */
		const struct note_key known[] = { f->key[0], f->key[2], f->key[3] };
		if (checkpoint_read(vectors_str(row, "note"), known, 3, &seen, &err) != XQ_OK)
			fail_msg("%s: %s", json_string_value(json_object_get(row, "why")), err.key);
		assert_true(str_eq(seen.origin, vectors_str(row, "origin")));
		assert_int_equal(seen.size, json_integer_value(json_object_get(row, "size")));
		assert_memory_equal(seen.root.b, root.p, sizeof seen.root.b);
		assert_int_equal(seen.n_logs, 1);
		expect_cosigned(known, row, &seen);
	}
	assert_true(i > 10);
}

static void
both_keys_count_during_rotation(void **state)
{
	struct fixture *f = load(state);
	struct checkpoint_seen seen;
	const char *origin = f->key[0].name;
	struct tree_hash root = { { 7 } };
	char *body = checkpoint_body(f->mem, origin, 300, &root);
	const char *lines = mem_printf(f->mem, "%s%s", note_sign(f->mem, body, origin, f->seed[0]),
		note_sign(f->mem, body, origin, f->seed[1]));
	struct str note = str_of(note_join(f->mem, body, lines));
	assert_int_equal(checkpoint_read(note, f->key, 2, &seen, NULL), XQ_OK);
	assert_int_equal(seen.n_logs, 2);
	assert_int_equal(checkpoint_read(note, f->key + 1, 1, &seen, NULL), XQ_OK);
	assert_int_equal(seen.n_logs, 1);
	assert_true(str_is(seen.body, body));
	assert_true(str_is(seen.lines, lines));
}

static struct str
note_of(struct fixture *f, json_t *row)
{
	if (json_object_get(row, "note_b64") != NULL)
		return vectors_base64(f->mem, row, "note_b64");
	return vectors_str(row, "note");
}

/* The words that the vectors use, and the refusal that must come of each. */
static const char *const expected[][2] = {
	{ "signed by another key only", "checkpoint.no-known-key" },
	{ "other name, same key", "checkpoint.no-known-key" },
	{ "size changed after signing", "checkpoint.bad-signature" },
	{ "root changed after signing", "checkpoint.bad-signature" },
	{ "origin changed after signing", "checkpoint.bad-signature" },
	{ "no signature", "checkpoint.form" },
	{ "no blank line", "checkpoint.form" },
	{ "hyphen instead of em dash", "checkpoint.signature-form" },
	{ "last newline missing", "checkpoint.signature-form" },
	{ "signature cut", "checkpoint.signature-form" },
	{ "known key, signature bit flipped", "checkpoint.bad-signature" },
	{ "key id changed", "checkpoint.no-known-key" },
	{ "carriage returns", "checkpoint.control" },
	{ "tab in text", "checkpoint.control" },
	{ "invalid UTF-8", "checkpoint.not-utf8" },
	{ "signed, but not a checkpoint: extension line", "checkpoint.extension" },
	{ "signed, but not a checkpoint: size with leading zero", "checkpoint.size" },
	{ "signed, but not a checkpoint: size with plus", "checkpoint.size" },
	{ "signed, but not a checkpoint: negative size", "checkpoint.size" },
	{ "signed, but not a checkpoint: size above 2^53-1", "checkpoint.size" },
	{ "signed, but not a checkpoint: root of 31 bytes", "checkpoint.root" },
	{ "signed, but not a checkpoint: root with non-zero trailing bits", "checkpoint.root" },
	{ "signed, but not a checkpoint: size 0 with a root that is not the empty hash",
		"checkpoint.empty-root" },
	{ "signed, but not a checkpoint: empty origin", "checkpoint.origin" },
	{ "signed, but not a checkpoint: another log's origin signed with our key name",
		"checkpoint.no-known-key" },
};

static void
bad_checkpoints_are_refused_with_their_reason(void **state)
{
	struct fixture *f = load(state);
	json_t *row;
	size_t i, n_named = 0;
	json_array_foreach(json_object_get(f->v, "rejected"), i, row)
	{
		struct checkpoint_seen seen;
		struct xq_err err = { 0 };
		const char *why = json_string_value(json_object_get(row, "why"));
		if (checkpoint_read(note_of(f, row), f->key, 1, &seen, &err) != XQ_REFUSED)
			fail_msg("taken for good: %s", why);
		for (size_t k = 0; k < sizeof(expected) / sizeof(expected[0]); k++) {
			if (!text_eq(expected[k][0], why))
				continue;
			n_named++;
			if (!text_eq(expected[k][1], err.key))
				fail_msg("%s: %s, expected %s", why, err.key, expected[k][1]);
		}
	}
	assert_int_equal(n_named, sizeof(expected) / sizeof(expected[0]));
}

static void
a_bad_cosignature_of_a_known_witness_refuses_the_note(void **state)
{
	struct fixture *f = load(state);
	json_t *row;
	size_t i;
	json_array_foreach(json_object_get(f->v, "bad_cosignatures"), i, row)
	{
		struct checkpoint_seen seen;
		struct xq_err err = { 0 };
		assert_int_equal(checkpoint_read(vectors_str(row, "note"), f->key, 3, &seen, &err),
			XQ_REFUSED);
		assert_string_equal(err.key, "checkpoint.bad-signature");
		assert_string_equal(err.arg[0].text, "witness.example/w1");
		/* who does not know the witness ignores its line */
		assert_int_equal(
			checkpoint_read(vectors_str(row, "note"), f->key, 1, &seen, &err), XQ_OK);
	}
	assert_int_equal(i, 4);
}

/* ---- writing ------------------------------------------------------------------------------------ */

static void
what_we_sign_are_the_bytes_of_the_vectors(void **state)
{
	struct fixture *f = load(state);
	json_t *row;
	size_t i, n = 0;
	json_array_foreach(json_object_get(f->v, "checkpoints"), i, row)
	{
		if (!text_eq(json_string_value(json_object_get(row, "why")), "plain"))
			continue;
		struct tree_hash root;
		assert_true(tree_b64_read(vectors_str(row, "root"), &root));
		char *body = checkpoint_body(f->mem, f->key[0].name,
			json_integer_value(json_object_get(row, "size")), &root);
		char *line = note_sign(f->mem, body, f->key[0].name, f->seed[0]);
		assert_true(str_is(vectors_str(row, "note"), note_join(f->mem, body, line)));
		n++;
	}
	assert_true(n > 5);
}

static void
a_cosignature_is_the_bytes_of_the_vectors(void **state)
{
	struct fixture *f = load(state);
	json_t *row;
	size_t i, n = 0;
	json_array_foreach(json_object_get(f->v, "checkpoints"), i, row)
	{
		struct checkpoint_seen seen;
		if (!text_eq(json_string_value(json_object_get(row, "why")),
			    "with two cosignatures"))
			continue;
		struct str note = vectors_str(row, "note");
		assert_int_equal(checkpoint_read(note, f->key, 4, &seen, NULL), XQ_OK);
		const char *body = str_text(f->mem, seen.body);
		for (size_t w = 0; w < 2; w++) {
			const struct note_key *key = &f->key[2 + w];
			char *line = note_cosign(
				f->mem, body, key->name, f->seed[2 + w], 1769212800 + (int64_t)w);
			int64_t at = 0;
			assert_true(str_is(seen.cosigned[w].line, line));
			assert_true(note_line_check(str_of(line), seen.body, key, &at));
			assert_int_equal(at, 1769212800 + (int64_t)w);
			assert_false(note_line_check(str_of(line), STR("other\n"), key, &at));
			assert_false(note_line_check(str_of(line), seen.body, &f->key[3 - w], &at));
		}
		n++;
	}
	assert_int_equal(n, 1);
}

/* ---- bounds ------------------------------------------------------------------------------------- */

static struct str
with_lines(struct fixture *f, size_t n, size_t sig_chars)
{
	struct buf b = buf_new(f->mem, 1024);
	struct tree_hash root = { { 9 } };
	char *body = checkpoint_body(f->mem, f->key[0].name, 5, &root);
	buf_text(&b, body);
	buf_char(&b, '\n');
	buf_text(&b, note_sign(f->mem, body, f->key[0].name, f->seed[0]));
	for (size_t i = 1; i < n; i++) {
		buf_text(&b, "\u2014 stranger.example ");
		for (size_t k = 0; k < sig_chars; k++)
			buf_char(&b, 'A');
		buf_char(&b, '\n');
	}
	return buf_view(&b);
}

static void
a_note_is_bounded(void **state)
{
	struct fixture *f = load(state);
	struct checkpoint_seen seen;
	struct xq_err err;
	assert_int_equal(checkpoint_read(with_lines(f, 64, 100), f->key, 1, &seen, &err), XQ_OK);
	assert_int_equal(
		checkpoint_read(with_lines(f, 65, 100), f->key, 1, &seen, &err), XQ_REFUSED);
	assert_string_equal(err.key, "checkpoint.many-signatures");
	assert_int_equal(checkpoint_read(with_lines(f, 2, 64000), f->key, 1, &seen, &err), XQ_OK);
	assert_int_equal(
		checkpoint_read(with_lines(f, 2, 65536), f->key, 1, &seen, &err), XQ_REFUSED);
	assert_string_equal(err.key, "checkpoint.too-large");
	assert_int_equal(
		checkpoint_read(with_lines(f, 2, 63999), f->key, 1, &seen, &err), XQ_REFUSED);
	assert_string_equal(err.key, "checkpoint.signature-form");
	assert_int_equal(err.arg[0].i, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_key_comes_from_its_seed, setup, teardown),
		cmocka_unit_test_setup_teardown(a_key_of_another_form_is_none, setup, teardown),
		cmocka_unit_test(a_name_is_text_without_spaces),
		cmocka_unit_test_setup_teardown(good_checkpoints_are_read, setup, teardown),
		cmocka_unit_test_setup_teardown(both_keys_count_during_rotation, setup, teardown),
		cmocka_unit_test_setup_teardown(
			bad_checkpoints_are_refused_with_their_reason, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_bad_cosignature_of_a_known_witness_refuses_the_note, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_we_sign_are_the_bytes_of_the_vectors, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_cosignature_is_the_bytes_of_the_vectors, setup, teardown),
		cmocka_unit_test_setup_teardown(a_note_is_bounded, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
