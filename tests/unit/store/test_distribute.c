/* SPDX-License-Identifier: Apache-2.0 */
/* Which statements put the tables over nodes, and in which order. */
#include "store/distribute.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../engine.h"
#include "core/mem.h"

#include "core/banned.h"

/* leaf points to branch, branch to itself and to the tree, which is everywhere; ground stays. */
static const struct migration woods_1 = {
	.module = "woods",
	.number = 1,
	.ddl = "CREATE TABLE tree (id integer NOT NULL, PRIMARY KEY (id));\n"
	       "CREATE TABLE branch (office integer NOT NULL, id integer NOT NULL, of_id integer,"
	       " tree_id integer, PRIMARY KEY (office, id),"
	       " FOREIGN KEY (tree_id) REFERENCES tree (id),"
	       " FOREIGN KEY (office, of_id) REFERENCES branch (office, id));\n"
	       "CREATE TABLE a_leaf (office integer NOT NULL, id integer NOT NULL, branch_id integer,"
	       " PRIMARY KEY (office, id),"
	       " FOREIGN KEY (office, branch_id) REFERENCES branch (office, id));\n"
	       "CREATE TABLE ground (id integer NOT NULL, PRIMARY KEY (id))",
	.tables =
		(const struct table_decl[]){
			{ "a_leaf", TABLE_OFFICE }, /* before what it points to */
			{ "branch", TABLE_OFFICE },
			{ "ground", TABLE_GLOBAL },
			{ "tree", TABLE_REFERENCE },
			{ NULL },
		},
};

static const struct migration *const list[] = { &store_migration_1, &store_migration_2, &woods_1 };
enum { LIST = sizeof list / sizeof *list };

static struct db *
open_woods(void *mem)
{
	struct xq_err err = { 0 };
	struct db *db = NULL;
	if (db_open(mem, NULL, &(struct db_options){ .is_memory = true }, &db, &err) != XQ_OK ||
		db_migrate(db, list, LIST, &err) != XQ_OK)
		fail_msg("%s %s", err.key, err.detail);
	return db;
}

static void
what_is_pointed_to_comes_first(void **state)
{
	(void)state;
	static const char *const want[] = { "tree", "writer_lease", "counter", "branch", "a_leaf" };
	void *mem = mem_root("test");
	struct db *db = open_woods(mem);
	struct xq_err err = { 0 };
	struct tx *tx = NULL;
	struct distribution d;
	assert_int_equal(db_read(db, &tx, &err), XQ_OK);
	assert_int_equal(store_distribution(tx, mem, list, LIST, &d, &err), XQ_OK);
	tx_end(tx);
	assert_int_equal(d.n, sizeof want / sizeof *want);
	for (size_t i = 0; i < d.n; i++)
		assert_string_equal(d.table[i], want[i]);
	assert_string_equal(d.text[0], "SELECT create_reference_table('public.tree')");
	assert_string_equal(d.text[1],
		"SELECT create_distributed_table('public.writer_lease', 'office',"
		" colocate_with => 'none', shard_count => 64)");
	assert_string_equal(d.text[4], "SELECT create_distributed_table('public.a_leaf', 'office',"
				       " colocate_with => 'public.writer_lease')");
	db_close(db);
	mem_free(mem);
}

static void
without_the_extension_it_is_refused(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	struct db *db = open_woods(mem);
	struct xq_err err = { 0 };
	size_t done, before;
	assert_int_equal(store_distribute(db, list, LIST, &done, &before, &err), XQ_REFUSED);
	assert_string_equal(err.key, on_server() ? "store.no-citus" : "store.not-a-server");
	db_close(db);
	mem_free(mem);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_pointed_to_comes_first),
		cmocka_unit_test(without_the_extension_it_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
