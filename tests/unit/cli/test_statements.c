/* SPDX-License-Identifier: Apache-2.0 */
/* Every statement of the whole program on its migrated schema: portable text that names the office,
 * and a plan that does not grow with history (scale-out.md 2, style.md 7). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/mem.h"
#include "modules.h"
#include "store/pg_gather_int.h"
#include "store/sqlcheck.h"

#include "core/banned.h"

enum { MIGRATIONS = 100 };

static void
every_statement_keeps_the_rules(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	const struct migration *list[MIGRATIONS];
	size_t n = app_migrations(all_modules, list, MIGRATIONS), count = 0, faults = 0;
	struct xq_err err = { 0 };
	struct db *db = NULL;
	if (db_open(mem, NULL, &(struct db_options){ .is_memory = true }, &db, &err) != XQ_OK ||
		db_migrate(db, list, n, &err) != XQ_OK)
		fail_msg("%s %s", err.key, err.detail);
	struct buf out = buf_new(mem, 4096);
	assert_int_equal(sqlcheck_all(db, list, n, &out, &faults, &err), XQ_OK);
	(void)sql_all(&count);
	assert_true(count > 150); /* those of the modules are here too */
	if (faults > 0)
		fail_msg("%zu faults in %zu statements:\n%s", faults, count, out.p);
	db_close(db);
	mem_free(mem);
}

/* The test above prepares the text for rows of many acts too, where there is one and the store is a server. That nearly
 * every statement which writes has one is what saves a batch its time. */
static void
most_statements_that_write_have_a_text_for_many_rows(void **state)
{
	(void)state;
	size_t n, writes = 0, many = 0;
	const struct sql_text *all = sql_all(&n);
	for (size_t i = 0; i < n; i++) {
		struct gather_shape s;
		bool has_text = gather_read(all[i].text, &s);
		writes += str_starts(str_of(all[i].text), STR("INSERT")) ||
		          str_starts(str_of(all[i].text), STR("UPDATE"));
		many += has_text;
	}
	assert_true(writes > 200);
	assert_in_range(many, writes * 8 / 10, writes);
}

/* What a distributed database asks of the tables (scale-out.md 1), read from the database itself. */
static void
every_table_keeps_the_rules(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	const struct migration *list[MIGRATIONS];
	size_t n = app_migrations(all_modules, list, MIGRATIONS), faults = 0;
	struct xq_err err = { 0 };
	struct db *db = NULL;
	if (db_open(mem, NULL, &(struct db_options){ .is_memory = true }, &db, &err) != XQ_OK ||
		db_migrate(db, list, n, &err) != XQ_OK)
		fail_msg("%s %s", err.key, err.detail);
	struct buf out = buf_new(mem, 4096);
	assert_int_equal(sqlcheck_schema(db, list, n, &out, &faults, &err), XQ_OK);
	faults += sqlcheck_ddl(list, n, &out);
	if (faults > 0)
		fail_msg("%zu faults:\n%s", faults, out.p);
	db_close(db);
	mem_free(mem);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_statement_keeps_the_rules),
		cmocka_unit_test(most_statements_that_write_have_a_text_for_many_rows),
		cmocka_unit_test(every_table_keeps_the_rules),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
