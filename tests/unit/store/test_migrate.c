/* SPDX-License-Identifier: Apache-2.0 */
/* Steps forward, once each; a newer folder is left alone; a broken step leaves nothing. */
#include "store/store_int.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../engine.h"

#include "core/banned.h"

static const struct table_decl tables[] = { { "a", TABLE_OFFICE }, { "b", TABLE_OFFICE },
	{ NULL } };

static const struct migration one = { "m", 1,
	"CREATE TABLE a (office integer NOT NULL, id integer NOT NULL, PRIMARY KEY (office, id));\n"
	"CREATE INDEX a_id ON a (office, id);\n",
	"CREATE TRIGGER a_keep BEFORE DELETE ON a BEGIN SELECT RAISE(ABORT, 'kept'); END", tables };
static const struct migration two = { "m", 2, "ALTER TABLE a ADD COLUMN note text", NULL, tables };
static const struct migration three = { "m", 3,
	"CREATE TABLE b (office integer NOT NULL, PRIMARY KEY (office));\nINSERT INTO nowhere VALUES (1)",
	NULL, tables };

static int
setup(void **state)
{
	struct xq_err err = { 0 };
	struct db *db = NULL;
	if (db_open(NULL, NULL, &(struct db_options){ .is_memory = true }, &db, &err) != XQ_OK)
		return -1;
	*state = db;
	return 0;
}

static int
teardown(void **state)
{
	db_close(*state);
	return 0;
}

static const struct migration *const upto[] = { &store_migration_1, &one, &two, &three };

static enum xq_rc
try_text(struct db *db, const char *text)
{
	struct xq_err err = { 0 };
	struct tx *tx = NULL;
	assert_int_equal(db_write(db, &tx, &err), XQ_OK);
	enum xq_rc rc = store_script(tx, text, &err);
	if (rc == XQ_OK)
		rc = tx_commit(tx, &err);
	if (rc != XQ_OK)
		tx_end(tx);
	return rc;
}

static int
missing(struct db *db, size_t n)
{
	struct xq_err err = { 0 };
	int out = -1;
	assert_int_equal(db_missing(db, upto, n, &out, &err), XQ_OK);
	return out;
}

static void
steps_are_applied_once_and_in_order(void **state)
{
	struct xq_err err = { 0 };
	assert_int_equal(missing(*state, 2), 2);
	assert_int_equal(db_migrate(*state, upto, 2, &err), XQ_OK);
	assert_int_equal(missing(*state, 2), 0);
	assert_int_equal(try_text(*state, "INSERT INTO a (office, id) VALUES (1, 1)"), XQ_OK);
	assert_int_equal(missing(*state, 3), 1);
	assert_int_equal(db_migrate(*state, upto, 3, &err), XQ_OK);
	assert_int_equal(db_migrate(*state, upto, 3, &err), XQ_OK);
	assert_int_equal(try_text(*state, "UPDATE a SET note = 'x' WHERE id = 1"), XQ_OK);
}

static void
the_engines_own_text_is_applied_too(void **state)
{
	if (on_server()) /* it is SQLite's */
		skip();
	struct xq_err err = { 0 };
	assert_int_equal(db_migrate(*state, upto, 2, &err), XQ_OK);
	assert_int_equal(try_text(*state, "INSERT INTO a (office, id) VALUES (1, 1)"), XQ_OK);
	assert_int_equal(try_text(*state, "DELETE FROM a"), XQ_FAULT);
}

static void
columns_keep_their_type(void **state)
{
	struct xq_err err = { 0 };
	assert_int_equal(db_migrate(*state, upto, 2, &err), XQ_OK);
	assert_int_equal(try_text(*state, "INSERT INTO a (office, id) VALUES (1, 'x')"), XQ_FAULT);
}

static void
a_broken_step_leaves_nothing(void **state)
{
	struct xq_err err = { 0 };
	assert_int_equal(db_migrate(*state, upto, 4, &err), XQ_FAULT);
	assert_int_equal(missing(*state, 4), 1);
	assert_int_equal(try_text(*state, "INSERT INTO b (office) VALUES (1)"), XQ_FAULT);
}

static void
a_newer_step_is_refused(void **state)
{
	struct xq_err err = { 0 };
	assert_int_equal(db_migrate(*state, upto, 3, &err), XQ_OK);
	assert_int_equal(db_migrate(*state, upto, 2, &err), XQ_REFUSED);
	assert_string_equal(err.key, "store.newer");
	assert_string_equal(err.arg[0].name, "have");
	assert_int_equal(err.arg[0].i, 2);
	assert_int_equal(err.arg[1].i, 1);
}

static void
an_unknown_module_is_refused(void **state)
{
	struct xq_err err = { 0 };
	assert_int_equal(db_migrate(*state, upto, 2, &err), XQ_OK);
	int n = 0;
	assert_int_equal(db_missing(*state, upto, 1, &n, &err), XQ_REFUSED);
	assert_string_equal(err.key, "store.newer");
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(steps_are_applied_once_and_in_order),
		T(the_engines_own_text_is_applied_too),
		T(columns_keep_their_type),
		T(a_broken_step_leaves_nothing),
		T(a_newer_step_is_refused),
		T(an_unknown_module_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
