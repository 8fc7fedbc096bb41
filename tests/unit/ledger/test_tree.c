/* SPDX-License-Identifier: Apache-2.0 */
/* The hash tree against the public vectors, and every proof of every pair of small sizes. */
#include "ledger/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/mem.h"
#include "ledger/vectors.h"

#include "core/banned.h"

enum { SMALL = 300 };

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

static struct tree_hash
hash_of(json_t *object, const char *name)
{
	struct tree_hash h;
	assert_true(tree_b64_read(vectors_str(object, name), &h));
	return h;
}

static struct tree_hash
hash_in(json_t *text)
{
	struct tree_hash h;
	assert_true(tree_b64_read(str_of(json_string_value(text)), &h));
	return h;
}

static int64_t
int_of(json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

static struct tree_hash
leaf_of(int64_t i)
{
	char text[48];
	int n = snprintf(text, sizeof text, "xinqiao-public-1 entry %lld", (long long)i);
	struct tree_hash h;
	tree_leaf((struct bytes){ (const uint8_t *)text, (size_t)n }, &h);
	return h;
}

static struct tree_proof
proof_of(json_t *object)
{
	struct tree_proof p = { .n = 0 };
	size_t i;
	json_t *one;
	json_array_foreach(json_object_get(object, "proof"), i, one) p.h[p.n++] = hash_in(one);
	return p;
}

/* What a vector gives as base64, or as one byte so many times. */
static struct bytes
data_of(void *mem, json_t *object)
{
	json_t *repeat = json_object_get(object, "repeat");
	if (repeat == NULL) {
		struct str data = vectors_base64(mem, object, "data");
		return (struct bytes){ (const uint8_t *)data.p, data.n };
	}
	size_t n = (size_t)int_of(object, "len");
	uint8_t *p = mem_array(mem, uint8_t, n);
	memset(p, json_string_value(repeat)[0], n);
	return (struct bytes){ p, n };
}

/* ---- vectors -------------------------------------------------------------------------------------- */

static void
leaves_nodes_and_roots_are_those_of_the_vectors(void **state)
{
	json_t *all = vectors_load(*state, "tree.json"), *one;
	size_t i;
	json_array_foreach(json_object_get(all, "leaves"), i, one)
	{
		struct tree_hash want = hash_in(one), got = leaf_of((int64_t)i);
		assert_true(tree_equal(&want, &got));
	}
	json_array_foreach(json_object_get(all, "odd_leaves"), i, one)
	{
		struct tree_hash want = hash_of(one, "leaf"), got;
		tree_leaf(data_of(*state, one), &got);
		assert_true(tree_equal(&want, &got));
	}
	json_array_foreach(json_object_get(all, "nodes"), i, one)
	{
		struct tree_hash l = hash_of(one, "left"), r = hash_of(one, "right"), got;
		struct tree_hash want = hash_of(one, "node");
		tree_node(&l, &r, &got);
		assert_true(tree_equal(&want, &got));
	}
	struct tree_frontier f = { .n = 0 };
	json_array_foreach(json_object_get(all, "roots_0_to_300"), i, one)
	{
		struct tree_hash want = hash_in(one), got, leaf = leaf_of(f.size);
		tree_root(&f, &got);
		assert_true(tree_equal(&want, &got));
		tree_push(&f, &leaf, NULL, NULL);
	}
}

static void
roots_of_a_million_entries_are_those_of_the_vectors(void **state)
{
	json_t *large = json_object_get(vectors_load(*state, "tree.json"), "large_roots"), *one;
	struct tree_frontier f = { .n = 0 };
	size_t i;
	json_array_foreach(large, i, one)
	{
		struct tree_hash want = hash_of(one, "root"), got;
		while (f.size < int_of(one, "size")) {
			struct tree_hash leaf = leaf_of(f.size);
			tree_push(&f, &leaf, NULL, NULL);
		}
		tree_root(&f, &got);
		assert_true(tree_equal(&want, &got));
	}
	assert_true(f.size > 1000000);
}

static void
proofs_of_inclusion_hold_and_altered_ones_do_not(void **state)
{
	json_t *all = vectors_load(*state, "inclusion.json"), *one;
	size_t i;
	const char *const part[] = { "valid", "invalid" };
	for (size_t k = 0; k < 2; k++)
		json_array_foreach(json_object_get(all, part[k]), i, one)
		{
			struct tree_hash leaf, root = hash_of(one, "root");
			struct tree_proof p = proof_of(one);
			if (json_object_get(one, "leaf"))
				leaf = hash_of(one, "leaf");
			else
				tree_leaf(data_of(*state, one), &leaf);
			bool holds = tree_includes(
				&leaf, int_of(one, "seq"), int_of(one, "size"), &p, &root);
			if (holds != (k == 0))
				fail_msg("%s %zu: %s", part[k], i, holds ? "held" : "refused");
		}
}

static void
proofs_of_consistency_hold_and_forks_do_not(void **state)
{
	json_t *all = vectors_load(*state, "consistency.json"), *one;
	size_t i;
	const char *const part[] = { "valid", "invalid" };
	for (size_t k = 0; k < 2; k++)
		json_array_foreach(json_object_get(all, part[k]), i, one)
		{
			struct tree_hash old = hash_of(one, "from_root");
			struct tree_hash root = hash_of(one, "to_root");
			struct tree_proof p = proof_of(one);
			bool holds = tree_extends(
				int_of(one, "from"), &old, int_of(one, "to"), &root, &p);
			if (holds != (k == 0))
				fail_msg("%s %zu: %s", part[k], i, holds ? "held" : "refused");
		}
}

static void
a_tile_has_one_path_only(void **state)
{
	json_t *all = vectors_load(*state, "tiles.json"), *one;
	size_t i;
	json_array_foreach(json_object_get(all, "paths"), i, one)
	{
		struct str path = vectors_str(one, "path");
		struct tile_path p;
		assert_true(tile_path_read(path, &p));
		assert_int_equal(p.n, int_of(one, "n"));
		assert_int_equal(p.width, int_of(one, "width"));
		assert_int_equal(p.is_entries, json_is_string(json_object_get(one, "level")));
		if (!p.is_entries)
			assert_int_equal(p.level, int_of(one, "level"));
		assert_true(str_is(path, tile_path_text(*state, &p)));
	}
	json_array_foreach(json_object_get(all, "bad_paths"), i, one)
	{
		struct tile_path p;
		if (tile_path_read(str_of(json_string_value(one)), &p))
			fail_msg("read: %s", json_string_value(one));
	}
}

/* ---- all small pairs -------------------------------------------------------------------------------- */

/* Roots of every range, each counted straight from the definition. */
struct plain {
	struct tree_hash leaf[SMALL];
};

static enum xq_rc
plain_subtree(void *arg, int64_t first, int height, struct tree_hash *out, struct xq_err *err)
{
	const struct plain *t = arg;
	(void)err;
	assert_int_equal(first % (INT64_C(1) << height), 0);
	if (height == 0) {
		*out = t->leaf[first];
		return XQ_OK;
	}
	struct tree_hash l, r;
	(void)plain_subtree(arg, first, height - 1, &l, err);
	(void)plain_subtree(arg, first + (INT64_C(1) << (height - 1)), height - 1, &r, err);
	tree_node(&l, &r, out);
	return XQ_OK;
}

static void
every_proof_of_every_pair_of_small_sizes_holds(void **state)
{
	struct plain *t = mem_new(*state, struct plain);
	struct tree_hash root[SMALL + 1];
	struct tree_frontier f = { .n = 0 };
	struct xq_err err;
	const struct tree_source s = { plain_subtree, t };
	for (int64_t i = 0; i < SMALL; i++) {
		tree_root(&f, &root[i]);
		t->leaf[i] = leaf_of(i);
		tree_push(&f, &t->leaf[i], NULL, NULL);
	}
	tree_root(&f, &root[SMALL]);
	for (int64_t size = 1; size <= SMALL; size++) {
		struct tree_hash again;
		assert_int_equal(tree_root_of(&s, size, &again, &err), XQ_OK);
		assert_true(tree_equal(&again, &root[size]));
		for (int64_t i = 0; i<size; i += size> 64 ? 7 : 1) {
			struct tree_proof p;
			assert_int_equal(tree_inclusion(&s, i, size, &p, &err), XQ_OK);
			assert_true(tree_includes(&t->leaf[i], i, size, &p, &root[size]));
			assert_false(tree_includes(&t->leaf[i], i, size, &p, &root[size - 1]));
		}
		for (int64_t from = 0; from <= size; from++) {
			struct tree_proof p;
			assert_int_equal(tree_consistency(&s, from, size, &p, &err), XQ_OK);
			assert_true(tree_extends(from, &root[from], size, &root[size], &p));
			if (from > 0)
				assert_false(
					tree_extends(from, &root[from - 1], size, &root[size], &p));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leaves_nodes_and_roots_are_those_of_the_vectors),
		cmocka_unit_test(roots_of_a_million_entries_are_those_of_the_vectors),
		cmocka_unit_test(proofs_of_inclusion_hold_and_altered_ones_do_not),
		cmocka_unit_test(proofs_of_consistency_hold_and_forks_do_not),
		cmocka_unit_test(a_tile_has_one_path_only),
		cmocka_unit_test(every_proof_of_every_pair_of_small_sizes_holds),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
