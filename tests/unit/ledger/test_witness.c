/* SPDX-License-Identifier: Apache-2.0 */
/* A witness against the public vectors: which answer, which cosignature, and that what it knows
 * moves only where it signed. And what a log makes of the answers. */
#include "ledger/witness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/mem.h"
#include "core/parse.h"
#include "vectors.h"

#include "core/banned.h"

#define VECTOR_TIME INT64_C(1769212800)

struct fixture {
	void *mem;
	json_t *v;
	struct note_key log, witness;
	uint8_t log_seed[NOTE_SEED_LEN], seed[NOTE_SEED_LEN];
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
	f->v = vectors_load(f->mem, "add_checkpoint.json");
	const char *hex =
		json_string_value(json_array_get(json_object_get(notes, "witness_seed_hex"), 0));
	assert_true(note_vkey_read(vectors_str(notes, "vkey"), &f->log));
	assert_true(note_vkey_read(vectors_str(f->v, "witness_vkey"), &f->witness));
	assert_true(parse_hex(str_of(hex), f->seed, sizeof f->seed));
	assert_true(parse_hex(vectors_str(notes, "seed_hex"), f->log_seed, sizeof f->log_seed));
	return f;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;
	mem_free(f->mem);
	return 0;
}

/* As the server does it: form first, then the rest. */
static struct witness_answer
ask(struct fixture *f, struct str body, struct witness_state *state)
{
	struct witness_ask in;
	struct witness_answer out = { .next = *state };
	struct xq_err err = { 0 };
	const struct witness_self self = { "witness.example/w1", f->seed };
	if (witness_ask_read(body, &in, &err) != XQ_OK) {
		out.status = witness_ask_status(&err);
		return out;
	}
	witness_answer(f->mem, &in, &f->log, 1, &self, state, VECTOR_TIME, &out);
	return out;
}

static void
expect_signed(json_t *row, const struct witness_answer *a)
{
	assert_true(str_is(vectors_str(row, "cosignature_if_time_1769212800"), a->body));
	assert_int_equal(a->next.size, json_integer_value(json_object_get(row, "new_size")));
}

static void
a_witness_answers_as_the_vectors_say(void **state)
{
	struct fixture *f = load(state);
	json_t *row;
	size_t i, n_signed = 0;
	json_array_foreach(json_object_get(f->v, "cases"), i, row)
	{
		struct witness_state st = { .size = json_integer_value(
						    json_object_get(row, "witness_size")) };
		assert_true(tree_b64_read(vectors_str(row, "witness_root"), &st.root));
		struct witness_answer a = ask(f, vectors_str(row, "body"), &st);
		int status = (int)json_integer_value(json_object_get(row, "status"));
		if (a.status != status)
			fail_msg("%s: %d, expected %d",
				json_string_value(json_object_get(row, "why")), a.status, status);
		if (json_object_get(row, "response") != NULL)
			assert_true(str_is(vectors_str(row, "response"), a.body));
		if (json_object_get(row, "content_type") != NULL)
			assert_true(str_is(vectors_str(row, "content_type"), a.type));
		if (status == 200) {
			expect_signed(row, &a);
			n_signed++;
		}
	}
	assert_true(n_signed >= 4);
}

static struct str
note_at(struct fixture *f, int64_t size, uint8_t first)
{
	struct tree_hash root = { { first } };
	char *body = checkpoint_body(f->mem, f->log.name, size, &root);
	return str_of(note_join(f->mem, body, note_sign(f->mem, body, f->log.name, f->log_seed)));
}

static void
two_forks_of_one_size_are_never_both_signed(void **state)
{
	struct fixture *f = load(state);
	const struct tree_proof none = { 0 };
	struct witness_state st = { 0 };
	struct witness_answer a = ask(f, witness_ask_text(f->mem, 0, &none, note_at(f, 9, 1)), &st);
	assert_int_equal(a.status, 200);
	st = a.next;
	a = ask(f, witness_ask_text(f->mem, 9, &none, note_at(f, 9, 2)), &st);
	assert_int_equal(a.status, 422);
	a = ask(f, witness_ask_text(f->mem, 0, &none, note_at(f, 9, 2)), &st);
	assert_int_equal(a.status, 409);
	assert_string_equal(a.body, "9\n");
	a = ask(f, witness_ask_text(f->mem, 9, &none, note_at(f, 10, 2)), &st);
	assert_int_equal(a.status, 422);
	a = ask(f, witness_ask_text(f->mem, 9, &none, note_at(f, 9, 1)), &st);
	assert_int_equal(a.status, 200);
}

static void
what_is_written_as_a_request_is_read_again(void **state)
{
	struct fixture *f = load(state);
	struct tree_proof proof = { .n = 2, .h = { { { 1 } }, { { 2 } } } };
	struct witness_ask in;
	struct str note = note_at(f, 300, 5);
	assert_int_equal(
		witness_ask_read(witness_ask_text(f->mem, 70, &proof, note), &in, NULL), XQ_OK);
	assert_int_equal(in.old, 70);
	assert_int_equal(in.proof.n, 2);
	assert_memory_equal(&in.proof.h[1], &proof.h[1], sizeof proof.h[1]);
	assert_true(str_eq(in.note, note));
	assert_true(str_is(in.origin, f->log.name));
}

/* ---- the client's side ---------------------------------------------------------------------------- */

static void
only_a_good_line_of_the_witness_counts(void **state)
{
	struct fixture *f = load(state);
	struct tree_hash root = { { 3 } };
	char *body = checkpoint_body(f->mem, f->log.name, 4, &root);
	struct str type = STR("text/plain; charset=utf-8"), cp = str_of(body);
	char *line = note_cosign(f->mem, body, f->witness.name, f->seed, VECTOR_TIME);
	char *foreign = note_cosign(f->mem, body, "somebody.else", f->log_seed, VECTOR_TIME);
	char *forged = note_cosign(f->mem, body, f->witness.name, f->log_seed, VECTOR_TIME);

	struct witness_reply r =
		witness_reply_read(200, type, str_of(mem_printf(f->mem, "%s%s", foreign, line)), cp,
			&f->witness, VECTOR_TIME + 5);
	assert_int_equal(r.said, WITNESS_SIGNED);
	assert_int_equal(r.at, VECTOR_TIME);
	assert_true(str_is(r.line, line));
	r = witness_reply_read(200, type, str_of(forged), cp, &f->witness, VECTOR_TIME);
	assert_int_equal(r.said, WITNESS_TRY_LATER);
	r = witness_reply_read(200, type, str_of(foreign), cp, &f->witness, VECTOR_TIME);
	assert_int_equal(r.said, WITNESS_TRY_LATER);
	r = witness_reply_read(200, type, str_of(line), STR("other\n"), &f->witness, VECTOR_TIME);
	assert_int_equal(r.said, WITNESS_TRY_LATER);
	r = witness_reply_read(200, type, STR(""), cp, &f->witness, VECTOR_TIME);
	assert_int_equal(r.said, WITNESS_TRY_LATER);
}

static void
a_witness_whose_clock_is_wrong_is_not_kept(void **state)
{
	struct fixture *f = load(state);
	struct tree_hash root = { { 3 } };
	char *body = checkpoint_body(f->mem, f->log.name, 4, &root);
	char *line = note_cosign(f->mem, body, f->witness.name, f->seed, VECTOR_TIME);
	for (int64_t off = -61; off <= 61; off += 61) {
		struct witness_reply r = witness_reply_read(200, STR("text/plain"), str_of(line),
			str_of(body), &f->witness, VECTOR_TIME + off);
		assert_int_equal(r.said, off == 0 ? WITNESS_SIGNED : WITNESS_TRY_LATER);
	}
}

static void
other_answers_are_sorted(void **state)
{
	struct fixture *f = load(state);
	static const struct {
		int status;
		const char *type, *body;
		enum witness_said said;
		int64_t size;
	} row[] = {
		{ 409, WITNESS_SIZE_TYPE, "70\n", WITNESS_KNOWS, 70 },
		{ 409, WITNESS_SIZE_TYPE, "0\n", WITNESS_KNOWS, 0 },
		{ 409, WITNESS_SIZE_TYPE, "070\n", WITNESS_TRY_LATER, 0 },
		{ 409, WITNESS_SIZE_TYPE, "70", WITNESS_TRY_LATER, 0 },
		{ 409, WITNESS_SIZE_TYPE, "", WITNESS_TRY_LATER, 0 },
		{ 409, "text/plain", "70\n", WITNESS_TRY_LATER, 0 },
		{ 403, "text/plain", "", WITNESS_REFUSES, 0 },
		{ 422, "text/plain", "no", WITNESS_REFUSES, 0 },
		{ 404, "text/plain", "", WITNESS_TRY_LATER, 0 },
		{ 400, "text/plain", "", WITNESS_TRY_LATER, 0 },
		{ 503, "text/plain", "", WITNESS_TRY_LATER, 0 },
		{ 0, "", "", WITNESS_TRY_LATER, 0 },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct witness_reply r = witness_reply_read(row[i].status, str_of(row[i].type),
			str_of(row[i].body), STR("x\n"), &f->witness, 0);
		assert_int_equal(r.said, row[i].said);
		assert_int_equal(r.size, row[i].size);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_witness_answers_as_the_vectors_say, setup, teardown),
		cmocka_unit_test_setup_teardown(
			two_forks_of_one_size_are_never_both_signed, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_is_written_as_a_request_is_read_again, setup, teardown),
		cmocka_unit_test_setup_teardown(
			only_a_good_line_of_the_witness_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_witness_whose_clock_is_wrong_is_not_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(other_answers_are_sorted, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
