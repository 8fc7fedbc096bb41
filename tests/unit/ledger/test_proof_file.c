/* SPDX-License-Identifier: Apache-2.0 */
/* Proof files against the public vectors, and files of our own with one character changed: each is
 * refused, or says the same as before. */
#include "ledger/proof_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/mem.h"
#include "vectors.h"

#include "core/banned.h"

struct fixture {
	void *mem;
	json_t *v;
	struct note_key key;
};

static int
setup(void **state)
{
	void *mem = mem_root("test");
	struct fixture *f = mem_new(mem, struct fixture);
	f->mem = mem;
	*state = f;
	return 0;
}

static struct fixture *
load(void **state)
{
	struct fixture *f = *state;
	json_t *notes = vectors_load(f->mem, "notes.json");
	f->v = vectors_load(f->mem, "proofs.json");
	assert_true(note_vkey_read(vectors_str(notes, "vkey"), &f->key));
	return f;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;
	mem_free(f->mem);
	return 0;
}

static enum xq_rc
check(struct fixture *f, struct str file, struct str entry, struct proof_file *out,
	struct xq_err *err)
{
	struct checkpoint_seen seen;
	struct tree_hash leaf;
	enum xq_rc rc = proof_file_read(file, out, err);
	if (rc != XQ_OK)
		return rc;
	tree_leaf((struct bytes){ (const uint8_t *)entry.p, entry.n }, &leaf);
	return proof_file_check(out, &leaf, &f->key, 1, &seen, err);
}

static void
good_files_are_read_and_written_again(void **state)
{
	struct fixture *f = load(state);
	json_t *row;
	size_t i, n_extra = 0;
	json_array_foreach(json_object_get(f->v, "valid"), i, row)
	{
		struct proof_file p;
		struct bytes extra = { 0 };
		struct xq_err err = { 0 };
		struct str file = vectors_str(row, "proof");
		if (check(f, file, vectors_str(row, "entry"), &p, &err) != XQ_OK)
			fail_msg("valid file %zu: %s", i, err.key);
		if (p.extra.n > 0) {
			n_extra++;
			assert_int_equal(proof_file_extra(f->mem, &p, &extra, NULL), XQ_OK);
			assert_true(
				str_is(str_n((const char *)extra.p, extra.n), "{\"event\":\"x\"}"));
		} else {
			assert_int_equal(proof_file_extra(f->mem, &p, &extra, NULL), XQ_REFUSED);
		}
		assert_true(
			str_eq(file, proof_file_text(f->mem, extra, p.index, &p.proof, p.note)));
	}
	assert_true(i > 5);
	assert_int_equal(n_extra, 1);
}

static const char *const expected[][2] = {
	{ "other entry", "proof.not-included" },
	{ "other index", "proof.not-included" },
	{ "index with leading zero", "proof.index" },
	{ "index beyond the tree", "proof.beyond" },
	{ "unknown version", "proof.version" },
	{ "blank line missing", "proof.hash" },
	{ "checkpoint of another size", "proof.not-included" },
	{ "checkpoint signed by another key", "checkpoint.no-known-key" },
	{ "one proof line dropped", "proof.not-included" },
	{ "first two proof lines swapped", "proof.not-included" },
	{ "extra after index", "proof.hash" },
};

static void
bad_files_are_refused_with_their_reason(void **state)
{
	struct fixture *f = load(state);
	json_t *row;
	size_t i, n_named = 0;
	json_array_foreach(json_object_get(f->v, "invalid"), i, row)
	{
		struct proof_file p;
		struct xq_err err = { 0 };
		const char *why = json_string_value(json_object_get(row, "why"));
		if (check(f, vectors_str(row, "proof"), vectors_str(row, "entry"), &p, &err) !=
			XQ_REFUSED)
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

/* What a resident holds: whatever character is wrong, it is never "valid" for another content. */
static void
one_character_changed_is_never_valid(void **state)
{
	struct fixture *f = load(state);
	json_t *row = json_array_get(json_object_get(f->v, "valid"), 2);
	struct str file = vectors_str(row, "proof"), entry = vectors_str(row, "entry");
	char *copy = mem_textn(f->mem, file.p, file.n);
	for (size_t i = 0; i < file.n; i++) {
		static const char other[] = "Aa0/\n ";
		for (size_t k = 0; k < sizeof(other) - 1; k++) {
			struct proof_file p;
			if (file.p[i] == other[k])
				continue;
			copy[i] = other[k];
			if (check(f, str_n(copy, file.n), entry, &p, NULL) == XQ_OK)
				fail_msg("byte %zu changed to %d is valid", i, other[k]);
		}
		copy[i] = file.p[i];
	}
	struct proof_file p;
	for (size_t n = 0; n < file.n; n++)
		assert_int_equal(check(f, str_n(file.p, n), entry, &p, NULL), XQ_REFUSED);
}

static void
a_file_is_bounded(void **state)
{
	struct fixture *f = load(state);
	struct proof_file p;
	struct xq_err err = { 0 };
	char *large = mem_array(f->mem, char, PROOF_FILE_MAX + 1);
	memset(large, '\n', PROOF_FILE_MAX + 1);
	assert_int_equal(proof_file_read(str_n(large, PROOF_FILE_MAX + 1), &p, &err), XQ_REFUSED);
	assert_string_equal(err.key, "proof.too-large");

	struct buf b = buf_new(f->mem, 4096);
	buf_text(&b, "c2sp.org/tlog-proof@v1\nindex 1\n");
	for (int i = 0; i < 64; i++)
		buf_text(&b, "CVi9ru4TrXP6hQtc3DDG4PFjRLVmtzOlqyOYRhe832s=\n");
	buf_text(&b, "\nnote\n");
	assert_int_equal(proof_file_read(buf_view(&b), &p, &err), XQ_REFUSED);
	assert_string_equal(err.key, "proof.hash");
	assert_int_equal(err.arg[0].i, 64);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			good_files_are_read_and_written_again, setup, teardown),
		cmocka_unit_test_setup_teardown(
			bad_files_are_refused_with_their_reason, setup, teardown),
		cmocka_unit_test_setup_teardown(
			one_character_changed_is_never_valid, setup, teardown),
		cmocka_unit_test_setup_teardown(a_file_is_bounded, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
