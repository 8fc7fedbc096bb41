/* SPDX-License-Identifier: Apache-2.0 */
/* The tree over rows: the tiles and bundles of the vectors, every root of a growing log, what is noticed
 * when rows were changed behind the program's back. */
#include "ledger/tiles.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../engine.h"
#include "core/mem.h"
#include "ledger/edge.h"
#include "ledger/vectors.h"

#include "core/banned.h"

#define OFFICE INT64_C(7)
#define ORIGIN "xinqiao.example.cn/log/lc"
#define NOW INT64_C(1769045405) /* 2026-01-22 09:30:05 in Beijing */

struct fixture {
	void *mem;
	struct db *db;
	struct tx *tx; /* a write transaction, open during each test */
	struct ledger_edges *edges;
	struct rng random;
	struct xq_err err;
};

static int
setup(void **state)
{
	static const struct migration *const list[] = { &store_migration_1, &ledger_migration_1,
		&ledger_migration_2 };
	void *mem = mem_root("test");
	struct fixture *f = mem_new(mem, struct fixture);
	f->mem = mem;
	f->edges = ledger_edges_new(mem);
	rng_init_seed(&f->random, 1);
	const struct db_options opt = { .is_memory = true };
	if (db_open(mem, "", &opt, &f->db, &f->err) != XQ_OK ||
		db_migrate(f->db, list, 3, &f->err) != XQ_OK ||
		db_write(f->db, &f->tx, &f->err) != XQ_OK) {
		print_error("%s: %s\n", f->err.key, f->err.detail);
		return -1;
	}
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;
	tx_end(f->tx);
	db_close(f->db);
	mem_free(f->mem);
	return 0;
}

static void
run(struct fixture *f, sql_ref sql, struct vals v)
{
	if (db_exec(f->tx, sql, v, &f->err) != XQ_OK)
		fail_msg("%s: %s", f->err.key, f->err.detail);
}

/* Takes a trigger away that a server has not. */
static void
lift(struct fixture *f, sql_ref sql)
{
	if (!on_server())
		run(f, sql, NO_VALS);
}

/* Entries that the vectors name, as rows without the writer. */
static void
push_plain(struct fixture *f, struct ledger_edge *e, int64_t size)
{
	while (e->frontier.size < size) {
		char text[48];
		int64_t seq = e->frontier.size;
		int n = snprintf(text, sizeof text, "xinqiao-public-1 entry %lld", (long long)seq);
		struct bytes bytes = { (const uint8_t *)text, (size_t)n };
		struct tree_hash leaf;
		tree_leaf(bytes, &leaf);
		run(f, SQL("INSERT INTO ledger_event (office, seq, bytes) VALUES (?, ?, ?)"),
			VALS(V(OFFICE), V(seq), V(bytes)));
		assert_int_equal(edge_push(f->tx, OFFICE, e, &leaf, 1, &f->err), XQ_OK);
	}
	struct bytes root = { e->root.b, SHA256_LEN };
	run(f, SQL("UPDATE ledger_head SET size = ?, root = ? WHERE office = ?"),
		VALS(V(size), V(root), V(OFFICE)));
}

static struct ledger_tree *
open_tree(struct fixture *f)
{
	struct ledger_tree *t = NULL;
	if (ledger_tree_open(f->tx, f->mem, OFFICE, &t, &f->err) != XQ_OK)
		fail_msg("%s", f->err.key);
	return t;
}

static void
expect_tile(struct fixture *f, struct ledger_tree *t, json_t *want)
{
	struct tile_path p;
	struct str path = vectors_str(want, "path");
	assert_true(tile_path_read(path, &p));
	struct bytes got = { NULL, 0 };
	assert_int_equal(ledger_tile_bytes(t, f->mem, &p, &got, &f->err), XQ_OK);
	uint8_t hash[SHA256_LEN];
	char hex[65];
	hash_sha256(got, hash);
	text_hex((struct bytes){ hash, SHA256_LEN }, hex);
	if (!str_is(vectors_str(want, "sha256"), hex))
		fail_msg("%.*s at size %lld", (int)path.n, path.p, (long long)ledger_tree_size(t));
}

static void
tiles_and_bundles_are_those_of_the_vectors(void **state)
{
	struct fixture *f = *state;
	json_t *sizes = json_object_get(vectors_load(f->mem, "tiles.json"), "sizes"), *one, *tile;
	size_t i, k;
	assert_int_equal(
		ledger_open(f->tx, f->mem, OFFICE, "lc", ORIGIN, NULL, NOW, &f->random, &f->err),
		XQ_OK);
	/* the log's own first entry gives way to that of the vectors */
	lift(f, SQL("DROP TRIGGER ledger_event_no_delete"));
	run(f, SQL("DELETE FROM ledger_event WHERE office = ?"), VALS(V(OFFICE)));
	struct ledger_edge *e = mem_new(f->mem, struct ledger_edge);
	edge_empty(e);
	json_array_foreach(sizes, i, one)
	{
		int64_t size = json_integer_value(json_object_get(one, "size"));
		if (size > 70000)
			continue;
		assert_true(size >= e->frontier.size);
		push_plain(f, e, size);
		struct ledger_tree *t = open_tree(f);
		json_array_foreach(json_object_get(one, "hash_tiles"), k, tile)
			expect_tile(f, t, tile);
		json_array_foreach(json_object_get(one, "bundles"), k, tile)
			expect_tile(f, t, tile);
		/* wider than the log is long */
		const struct tile_path beyond = { .n = size / TILE_WIDTH,
			.width = (int)(size % TILE_WIDTH) + 1 };
		struct bytes none;
		assert_int_equal(ledger_tile_bytes(t, f->mem, &beyond, &none, &f->err), XQ_NONE);
		mem_free(t);
	}
	assert_true(e->frontier.size >= 65536); /* three levels have been there */
	struct ledger_tree *t = open_tree(f);
	struct ledger_sweep mark = { 0 };
	enum xq_rc rc;
	do {
		rc = ledger_sweep_on(t, &mark, 50, &f->err);
	} while (rc == XQ_OK);
	assert_int_equal(rc, XQ_NONE);
}

static const struct event tick = { .kind = &ev_log_tick, .prev = -1, .role = "system" };

static void
open_log(struct fixture *f)
{
	assert_int_equal(
		ledger_open(f->tx, f->mem, OFFICE, "lc", ORIGIN, NULL, NOW, &f->random, &f->err),
		XQ_OK);
}

/* n entries as the writer appends them, some of them taken back on the way. */
static void
append(struct fixture *f, int n)
{
	struct ledger_head head;
	int64_t seq;
	assert_int_equal(ledger_head_load(f->tx, f->mem, f->edges, OFFICE, &head, &f->err), XQ_OK);
	assert_int_equal(tx_savepoint(f->tx, &f->err), XQ_OK);
	struct ledger_head before = head;
	for (int i = 0; i < n / 2; i++)
		assert_int_equal(ledger_append(f->tx, f->mem, &head, NOW + 5, &f->random, &tick,
					 &seq, &f->err),
			XQ_OK);
	assert_int_equal(tx_undo(f->tx, &f->err), XQ_OK);
	head = before;
	for (int i = 0; i < n; i++)
		assert_int_equal(ledger_append(f->tx, f->mem, &head, NOW + head.size, &f->random,
					 &tick, &seq, &f->err),
			XQ_OK);
	assert_int_equal(ledger_head_save(f->tx, &head, &f->err), XQ_OK);
	ledger_edges_keep(f->edges, &head);
}

static void
a_growing_log_has_every_root_and_every_proof_it_ever_had(void **state)
{
	struct fixture *f = *state;
	open_log(f);
	struct tree_frontier plain = { .n = 0 };
	struct tree_hash root[1400];
	for (int n = 1; plain.size < 1300; n = n % 97 + 6) {
		append(f, n);
		struct ledger_tree *t = open_tree(f);
		while (plain.size < ledger_tree_size(t)) {
			struct str entry;
			struct tree_hash leaf;
			tree_root(&plain, &root[plain.size]);
			assert_int_equal(ledger_entry(t, t, plain.size, &entry, &f->err), XQ_OK);
			tree_leaf((struct bytes){ (const uint8_t *)entry.p, entry.n }, &leaf);
			tree_push(&plain, &leaf, NULL, NULL);
		}
		tree_root(&plain, &root[plain.size]);
		for (int64_t size = 0; size <= plain.size; size += 1 + size / 40) {
			struct tree_hash got;
			struct tree_proof p;
			assert_int_equal(ledger_tree_root(t, size, &got, &f->err), XQ_OK);
			assert_true(tree_equal(&got, &root[size]));
			assert_int_equal(
				ledger_consistency(t, size, plain.size, &p, &f->err), XQ_OK);
			assert_true(
				tree_extends(size, &root[size], plain.size, &root[plain.size], &p));
		}
		mem_free(t);
	}
	struct ledger_tree *t = open_tree(f);
	for (int64_t seq = 0; seq < plain.size; seq += 37) {
		struct str entry;
		struct tree_hash leaf;
		struct tree_proof p;
		assert_int_equal(ledger_entry(t, t, seq, &entry, &f->err), XQ_OK);
		tree_leaf((struct bytes){ (const uint8_t *)entry.p, entry.n }, &leaf);
		assert_int_equal(ledger_inclusion(t, seq, seq + 1, &p, &f->err), XQ_OK);
		assert_true(tree_includes(&leaf, seq, seq + 1, &p, &root[seq + 1]));
		assert_int_equal(ledger_inclusion(t, seq, plain.size, &p, &f->err), XQ_OK);
		assert_true(tree_includes(&leaf, seq, plain.size, &p, &root[plain.size]));
	}
}

static void
what_the_tree_has_not_reached_is_refused(void **state)
{
	struct fixture *f = *state;
	open_log(f);
	append(f, 9);
	struct ledger_tree *t = open_tree(f);
	struct tree_proof p;
	struct tree_hash h;
	assert_int_equal(ledger_inclusion(t, 10, 10, &p, &f->err), XQ_REFUSED);
	assert_string_equal(f->err.key, "record.beyond");
	assert_int_equal(ledger_inclusion(t, 3, 11, &p, &f->err), XQ_REFUSED);
	assert_int_equal(ledger_inclusion(t, -1, 5, &p, &f->err), XQ_REFUSED);
	assert_int_equal(ledger_consistency(t, 5, 4, &p, &f->err), XQ_REFUSED);
	assert_int_equal(ledger_consistency(t, 5, 11, &p, &f->err), XQ_REFUSED);
	assert_int_equal(ledger_tree_root(t, 11, &h, &f->err), XQ_REFUSED);
}

static void
a_log_from_before_the_tree_gets_the_same_one(void **state)
{
	struct fixture *f = *state;
	open_log(f);
	append(f, 700);
	struct tree_hash want, got;
	assert_int_equal(ledger_tree_root(open_tree(f), 701, &want, &f->err), XQ_OK);
	lift(f, SQL("DROP TRIGGER ledger_tile_no_delete"));
	run(f, SQL("DELETE FROM ledger_tile WHERE office = ?"), VALS(V(OFFICE)));
	run(f, SQL("UPDATE ledger_head SET root = NULL WHERE office = ?"), VALS(V(OFFICE)));
	bool made;
	assert_int_equal(ledger_tree_make(f->tx, f->mem, OFFICE, &made, &f->err), XQ_OK);
	assert_true(made);
	assert_int_equal(ledger_tree_root(open_tree(f), 701, &got, &f->err), XQ_OK);
	assert_true(tree_equal(&want, &got));
	assert_int_equal(ledger_tree_make(f->tx, f->mem, OFFICE, &made, &f->err), XQ_OK);
	assert_false(made);
}

/* ---- changed behind the program's back ------------------------------------------------------------- */

enum found { AT_OPEN, BY_SWEEP };

struct tamper {
	sql_ref sql;
	enum found found;
	const char *what;
	size_t zeros; /* bytes of zero that its parameter is, 0: it has none */
};

static const char *
what_of(const struct xq_err *err)
{
	assert_string_equal(err->key, "record.broken");
	return err->arg[0].text;
}

static void
what_somebody_changed_by_hand_is_found_and_named(void **state)
{
	struct fixture *f = *state;
	open_log(f);
	append(f, 66000);
	lift(f, SQL("DROP TRIGGER ledger_event_no_delete"));
	lift(f, SQL("DROP TRIGGER ledger_event_no_update"));
	lift(f, SQL("DROP TRIGGER ledger_tile_no_delete"));
	lift(f, SQL("DROP TRIGGER ledger_tile_no_update"));
	static const uint8_t zero[8192];
	struct tamper list[12];
	size_t n = 0;
	list[n++] = (struct tamper){ SQL("UPDATE ledger_event SET bytes = (SELECT bytes FROM"
					 " ledger_event WHERE seq = 2) WHERE seq = 65990"),
		AT_OPEN, "root" };
	list[n++] = (struct tamper){ SQL("DELETE FROM ledger_event WHERE seq = 65990"), AT_OPEN,
		"entry-missing" };
	list[n++] = (struct tamper){ SQL("DELETE FROM ledger_event WHERE seq = 66000"), AT_OPEN,
		"entry-missing" };
	list[n++] = (struct tamper){ SQL("INSERT INTO ledger_event (office, seq, bytes) SELECT"
					 " office, 66001, bytes FROM ledger_event WHERE seq = 2"),
		AT_OPEN, "entry-beyond-head" };
	list[n++] = (struct tamper){ SQL("UPDATE ledger_head SET size = 65999"), AT_OPEN,
		"entry-beyond-head" };
	list[n++] = (struct tamper){ SQL("UPDATE ledger_head SET root = ?"), AT_OPEN, "root", 32 };
	list[n++] = (struct tamper){ SQL("UPDATE ledger_tile SET root = ? WHERE level = 0"
					 " AND n = 256"),
		AT_OPEN, "root", 32 };
	list[n++] = (struct tamper){ SQL("DELETE FROM ledger_tile WHERE level = 0 AND n = 256"),
		AT_OPEN, "tile-missing" };
	list[n++] = (struct tamper){ SQL("UPDATE ledger_event SET bytes = (SELECT bytes FROM"
					 " ledger_event WHERE seq = 2) WHERE seq = 777"),
		BY_SWEEP, "entry-changed" };
	list[n++] = (struct tamper){ SQL("DELETE FROM ledger_event WHERE seq = 777"), BY_SWEEP,
		"entry-missing" };
	list[n++] = (struct tamper){ SQL("UPDATE ledger_tile SET hashes = ? WHERE"
					 " level = 1 AND n = 0"),
		BY_SWEEP, "tile-changed", 8192 };
	list[n++] = (struct tamper){ SQL("UPDATE ledger_tile SET root = ? WHERE level = 0"
					 " AND n = 3"),
		BY_SWEEP, "entry-changed",
		32 }; /* or the root above it: one of them is not as it was */
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(tx_savepoint(f->tx, &f->err), XQ_OK);
		const struct val zeros = val_bytes((struct bytes){ zero, list[i].zeros });
		run(f, list[i].sql, (struct vals){ &zeros, list[i].zeros > 0 });
		struct ledger_tree *t = NULL;
		enum xq_rc rc = ledger_tree_open(f->tx, f->mem, OFFICE, &t, &f->err);
		if (list[i].found == BY_SWEEP) {
			struct ledger_sweep mark = { 0 };
			assert_int_equal(rc, XQ_OK);
			rc = ledger_sweep_on(t, &mark, 100000, &f->err);
		}
		if (rc != XQ_REFUSED)
			fail_msg("manipulation %zu was not found", i);
		if (!text_eq(what_of(&f->err), list[i].what))
			fail_msg("manipulation %zu: %s, not %s", i, what_of(&f->err), list[i].what);
		assert_int_equal(tx_undo(f->tx, &f->err), XQ_OK);
	}
}

/* ---- checkpoints ------------------------------------------------------------------------------------- */

static struct checkpoint
point(int64_t size, uint8_t root, int64_t at)
{
	return (struct checkpoint){
		.size = size, .root = { { root } }, .note = "note\n", .signed_at = at
	};
}

static enum xq_rc
put(struct fixture *f, struct checkpoint c)
{
	return checkpoint_put(f->tx, f->mem, OFFICE, &c, &f->err);
}

static void
the_last_checkpoint_of_an_hour_is_kept_and_none_is_signed_twice(void **state)
{
	struct fixture *f = *state;
	struct checkpoint c;
	assert_int_equal(checkpoint_latest(f->tx, f->mem, OFFICE, &c, &f->err), XQ_NONE);
	assert_int_equal(put(f, point(5, 1, NOW)), XQ_OK);
	assert_int_equal(put(f, point(9, 2, NOW + 60)), XQ_OK);
	assert_int_equal(put(f, point(12, 3, NOW + 3600)), XQ_OK);
	assert_int_equal(put(f, point(11, 4, NOW + 3601)), XQ_REFUSED);
	assert_string_equal(f->err.key, "record.fork");
	assert_int_equal(put(f, point(12, 4, NOW + 3601)), XQ_REFUSED);
	assert_int_equal(put(f, point(12, 3, NOW + 3602)), XQ_OK); /* a cosignature came */

	int64_t *size;
	size_t n;
	assert_int_equal(checkpoint_sizes(f->tx, f->mem, OFFICE, &size, &n, &f->err), XQ_OK);
	assert_int_equal(n, 1);
	assert_int_equal(size[0], 9);
	assert_int_equal(checkpoint_from(f->tx, f->mem, OFFICE, 3, &c, &f->err), XQ_OK);
	assert_int_equal(c.size, 9);
	assert_int_equal(checkpoint_from(f->tx, f->mem, OFFICE, 10, &c, &f->err), XQ_OK);
	assert_int_equal(c.size, 12);
	assert_int_equal(checkpoint_from(f->tx, f->mem, OFFICE, 13, &c, &f->err), XQ_NONE);

	assert_int_equal(checkpoint_name(f->tx, f->mem, OFFICE, 12, &f->err), XQ_OK);
	assert_int_equal(checkpoint_sizes(f->tx, f->mem, OFFICE, &size, &n, &f->err), XQ_OK);
	assert_int_equal(n, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
		TEST(tiles_and_bundles_are_those_of_the_vectors),
		TEST(a_growing_log_has_every_root_and_every_proof_it_ever_had),
		TEST(what_the_tree_has_not_reached_is_refused),
		TEST(a_log_from_before_the_tree_gets_the_same_one),
		TEST(what_somebody_changed_by_hand_is_found_and_named),
		TEST(the_last_checkpoint_of_an_hour_is_kept_and_none_is_signed_twice),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
