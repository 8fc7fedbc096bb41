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
		cmocka_unit_test(every_table_keeps_the_rules),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
