/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of statements: what it lets pass, what it names; and the store's own statements. */
#include "store/sqlcheck.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../engine.h"
#include "core/mem.h"
#include "store/search.h"

#include "core/banned.h"

static const struct migration toy = {
	.module = "toy",
	.number = 1,
	.ddl = "CREATE TABLE a (office integer NOT NULL, id integer NOT NULL, x integer,"
	       " PRIMARY KEY (office, id));\n"
	       "CREATE TABLE b (office integer NOT NULL, id integer NOT NULL, a_id integer,"
	       " PRIMARY KEY (office, id));\n"
	       "CREATE TABLE day (day integer NOT NULL, PRIMARY KEY (day))",
	.tables =
		(const struct table_decl[]){
			{ "a", TABLE_OFFICE, .grows = true, .clustered = true },
			{ "b", TABLE_OFFICE, .clustered = true },
			{ "day", TABLE_REFERENCE },
			{ NULL },
		},
};

static const struct migration *const list[] = { &store_migration_1, &store_migration_2,
	&search_migration_1, &toy };
enum { LIST = sizeof list / sizeof *list };

struct sample {
	const char *text;
	size_t faults;
};

static const struct sample texts[] = {
	{ "SELECT id FROM a WHERE office = ? AND id = ?", 0 },
	{ "SELECT id FROM a WHERE id = ?", 1 },
	{ "SELECT id FROM a WHERE id = ? /* CITY */", 0 },
	{ "DELETE FROM a WHERE id = ? /* CITY */", 1 },
	{ "SELECT day FROM day WHERE day = ?", 0 },
	{ "SELECT x FROM b WHERE office = ? /* kept */", 0 },
	{ "SELECT x FROM a WHERE office = ? AND id = ? /* kept */", 1 }, /* grows */
	{ "SELECT b.id FROM b JOIN a ON a.office = b.office AND a.id = b.a_id WHERE b.office = ?"
	  " /* kept */",
		1 },
	{ "UPDATE b SET x = ? WHERE office = ? /* kept */", 1 },
	{ "SELECT p.id FROM a p JOIN b ON b.office = p.office AND b.a_id = p.id WHERE p.office = ?",
		0 },
	{ "SELECT p.id FROM a AS p JOIN b q ON q.a_id = p.id WHERE p.office = ?", 1 },
	{ "SELECT p.id FROM a p, b q WHERE p.office = ? AND q.office = p.office", 0 },
	{ "SELECT p.id FROM a p, b q WHERE p.office = ? AND q.id = p.id", 1 },
	{ "SELECT (SELECT count(*) FROM b WHERE b.office = a.office AND b.a_id = a.id) FROM a"
	  " WHERE a.office = ?",
		0 },
	{ "SELECT (SELECT count(*) FROM b WHERE b.a_id = a.id) FROM a WHERE a.office = ?", 1 },
	{ "SELECT id FROM a WHERE office = ? UNION ALL SELECT id FROM b WHERE id = ?", 1 },
	{ "WITH n AS (SELECT id FROM a WHERE office = ?) SELECT id FROM n", 0 },
	{ "INSERT INTO a (office, id) VALUES (?, ?)", 0 },
	{ "INSERT INTO a (id) VALUES (?)", 1 },
	{ "INSERT INTO a (office, id) VALUES (?, ?) ON CONFLICT (office, id) DO UPDATE SET x = a.x + 1"
	  " RETURNING x",
		0 },
	{ "INSERT INTO a (office, id) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", 1 },
	{ "INSERT INTO a (office, id) SELECT office, id FROM b WHERE office = ?", 0 },
	{ "INSERT INTO a (office, id) SELECT office, id FROM b WHERE id = ?", 1 },
	{ "INSERT OR IGNORE INTO a (office, id) VALUES (?, ?)", 1 },
	{ "REPLACE INTO a (office, id) VALUES (?, ?)", 1 },
	{ "UPDATE a SET x = ? WHERE office = ? AND id = ?", 0 },
	{ "UPDATE a SET x = ? WHERE id = ?", 1 },
	{ "UPDATE a SET x = b.id FROM b WHERE a.office = ? AND b.office = a.office", 0 },
	{ "DELETE FROM a WHERE id = ?", 1 },
	{ "SELECT * FROM a WHERE office = ?", 1 },
	{ "SELECT a.* FROM a WHERE office = ?", 1 },
	{ "SELECT count(*), sum(x * 2) FROM a WHERE office = ?", 0 },
	{ "SELECT id FROM a WHERE office = ? LIMIT ?", 1 },
	{ "SELECT id FROM a WHERE office = ? LIMIT ? /* any: one is as good as another */", 0 },
	{ "SELECT id FROM a WHERE office = ? ORDER BY id LIMIT ?", 0 },
	{ "SELECT id FROM a WHERE office = ? ORDER BY id LIMIT ? OFFSET ?", 1 },
	{ "SELECT count(*) FROM (SELECT 1 FROM a WHERE office = ? LIMIT ?) AS n", 0 },
	{ "SELECT id FROM a WHERE office = ? AND x LIKE ?", 1 },
	{ "SELECT DISTINCT x FROM a WHERE office = ?", 1 },
	{ "SELECT count(DISTINCT x) FROM a WHERE office = ?", 0 },
	{ "SELECT id FROM a WHERE office = ? AND x IS DISTINCT FROM ?", 0 },
	{ "SELECT x / 2 FROM a WHERE office = ?", 1 },
	{ "SELECT x::text FROM a WHERE office = ?", 1 },
	{ "SELECT random() FROM a WHERE office = ?", 1 },
	{ "SELECT 'now / LIKE *' FROM a WHERE office = ?", 0 },
	{ "SELECT CASE ? WHEN 0 THEN x ELSE 0 END FROM a WHERE office = ?", 1 },
	{ "SELECT CASE WHEN ? = 0 THEN x ELSE 0 END FROM a WHERE office = ?", 0 },
	{ "SELECT id FROM a WHERE office = ? AND x IS ?", 1 },
	{ "SELECT id FROM a WHERE office = ? AND x IS NOT ?", 1 },
	{ "SELECT id FROM a WHERE office = ? AND x IS NOT DISTINCT FROM (SELECT max(x) FROM a WHERE"
	  " office = ?)",
		0 },
	{ "SELECT max(x, 0) FROM a WHERE office = ?", 1 },
	{ "SELECT max(coalesce(x, 0)) FROM a WHERE office = ?", 0 },
	{ "SELECT sum(x = 1) FROM a WHERE office = ?", 1 },
	{ "SELECT sum(CASE WHEN x = 1 THEN 1 ELSE 0 END) FROM a WHERE office = ?", 0 },
	{ "SELECT count(*) FILTER (WHERE x = 1) FROM a WHERE office = ?", 0 },
	{ "SELECT count(*) FROM (SELECT 1 FROM a WHERE office = ?)", 1 },
	{ "SELECT n.x FROM b JOIN (SELECT x FROM a WHERE office = ?) WHERE b.office = ?", 1 },
	{ "SELECT instr(x, ?) FROM a WHERE office = ?", 1 },
	/* tied to each other, and to no office */
	{ "SELECT p.id FROM a p JOIN b ON b.office = p.office AND b.a_id = p.id WHERE p.id = ?",
		2 },
	{ "SELECT p.id FROM a p LEFT JOIN b ON b.office = ? AND b.a_id = p.id WHERE p.office = ?",
		0 },
	{ "SELECT id FROM a WHERE office = ? OR id = ?", 1 },
	{ "SELECT id FROM a WHERE office = ? AND (id = ? OR x = ?)", 0 },
	{ "SELECT id FROM a WHERE (office = ? AND id = ?) OR x = ?", 1 },
	{ "SELECT id FROM a WHERE NOT (office = ?)", 1 },
	{ "SELECT id FROM a WHERE office <> ?", 1 },
	{ "SELECT id FROM a WHERE office >= ?", 1 },
	{ "SELECT id FROM a WHERE ? = office", 0 },
	{ "SELECT office = ? FROM a WHERE id = ?", 1 },
	{ "SELECT count(*) FILTER (WHERE office = ?) FROM a WHERE id = ?", 1 },
	{ "SELECT id FROM a WHERE office = ? AND EXISTS (SELECT 1 FROM b WHERE b.office = a.office)",
		0 },
	{ "SELECT id FROM a WHERE office = ? AND EXISTS (SELECT 1 FROM b WHERE b.id = a.id)", 1 },
	{ "SELECT id FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.office = a.office)", 2 },
	{ "UPDATE a SET office = ? WHERE office = ? AND id = ?", 1 },
	{ "UPDATE a SET x = ?, office = ? WHERE office = ? AND id = ?", 1 },
	{ "INSERT INTO a (office, id) VALUES (1, ?)", 1 },
	{ "INSERT INTO a (id, office) VALUES (coalesce(?, 1), ?)", 0 },
	{ "INSERT INTO a (office, id) VALUES (?, ?) ON CONFLICT (office, id) DO UPDATE SET office = ?",
		1 },
};

static void
texts_are_judged_one_by_one(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct sql_text sql = { .text = texts[i].text, .file = "x", .line = 1 };
		struct buf out = buf_new(mem, 64);
		size_t n = sqlcheck_text(list, LIST, &sql, &out);
		if (n != texts[i].faults)
			fail_msg("%s\nexpected %zu faults, got %zu:\n%s", texts[i].text,
				texts[i].faults, n, out.p ? out.p : "");
	}
	mem_free(mem);
}

static const struct sample plans[] = {
	{ "SELECT x FROM a WHERE office = ? AND id = ?", 0 },
	{ "SELECT id FROM a WHERE x = ? /* CITY */", 1 },
	{ "SELECT p.id FROM a p WHERE p.x = ? /* CITY */", 1 },
	{ "SELECT id FROM a WHERE x = ? /* CITY; scan: nightly report */", 0 },
	{ "SELECT count(*) FROM a WHERE office = ?", 1 },
	{ "SELECT id FROM a WHERE office = ? ORDER BY id LIMIT ?", 0 },
	{ "SELECT id FROM a WHERE office = ? ORDER BY x LIMIT ?", 1 },
	{ "SELECT count(*) FROM (SELECT 1 FROM a WHERE office = ? AND x = ? LIMIT ?) AS n", 1 },
	{ "SELECT id FROM a WHERE office = ? AND x = ? ORDER BY id LIMIT ?", 1 },
	{ "SELECT id FROM a WHERE office = ? AND id > ? ORDER BY id LIMIT ?", 0 },
	{ "SELECT id FROM b WHERE office = ?", 0 }, /* does not grow */
	{ "SELECT id FROM c WHERE office = ?", 1 }, /* is not there */
};

static struct db *
open_all(void *mem)
{
	struct xq_err err = { 0 };
	struct db *db = NULL;
	if (db_open(mem, NULL, &(struct db_options){ .is_memory = true }, &db, &err) != XQ_OK ||
		db_migrate(db, list, LIST, &err) != XQ_OK)
		fail_msg("%s %s", err.key, err.detail);
	return db;
}

static void
plans_are_judged_one_by_one(void **state)
{
	(void)state;
	if (on_server()) /* plans are read on SQLite, whose figures are declared */
		skip();
	void *mem = mem_root("test");
	struct db *db = open_all(mem);
	struct xq_err err = { 0 };
	struct tx *tx = NULL;
	assert_int_equal(db_read(db, &tx, &err), XQ_OK);
	for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
		struct sql_text sql = { .text = plans[i].text, .file = "x", .line = 1 };
		struct buf out = buf_new(mem, 64);
		size_t n = sqlcheck_plan(tx, list, LIST, &sql, &out);
		if (n != plans[i].faults)
			fail_msg("%s\nexpected %zu faults, got %zu:\n%s", plans[i].text,
				plans[i].faults, n, out.p ? out.p : "");
	}
	tx_end(tx);
	db_close(db);
	mem_free(mem);
}

static const struct migration crooked = {
	.module = "crooked",
	.number = 1,
	.ddl = "CREATE TABLE straight (office integer NOT NULL, id integer NOT NULL, name text NOT NULL,"
	       " of_id integer NOT NULL, PRIMARY KEY (office, id), UNIQUE (office, name));\n"
	       "CREATE TABLE own_key (office integer NOT NULL, id integer NOT NULL, PRIMARY KEY (id));\n"
	       "CREATE TABLE own_rule (office integer NOT NULL, id integer NOT NULL, name text NOT NULL,"
	       " PRIMARY KEY (office, id), UNIQUE (name));\n"
	       "CREATE TABLE own_index (office integer NOT NULL, id integer NOT NULL, name text NOT NULL,"
	       " PRIMARY KEY (office, id));\n"
	       "CREATE INDEX own_index_name ON own_index (name, office);\n"
	       "CREATE TABLE of_nobody (office integer NOT NULL, id integer NOT NULL, PRIMARY KEY (office, id));\n"
	       "CREATE TABLE few (id integer NOT NULL, straight_id integer NOT NULL, of_office integer NOT NULL,"
	       " PRIMARY KEY (id), FOREIGN KEY (of_office, straight_id) REFERENCES straight (office, id));\n"
	       "CREATE TABLE loose (office integer NOT NULL, id integer NOT NULL, key_id integer NOT NULL,"
	       " PRIMARY KEY (office, id), FOREIGN KEY (key_id) REFERENCES own_key (id) ON DELETE SET NULL)",
	.tables =
		(const struct table_decl[]){
			{ "straight", TABLE_OFFICE },
			{ "own_key", TABLE_OFFICE },
			{ "own_rule", TABLE_OFFICE },
			{ "own_index", TABLE_OFFICE },
			{ "of_nobody", TABLE_GLOBAL },
			{ "few", TABLE_REFERENCE },
			{ "loose", TABLE_OFFICE },
			{ NULL },
		},
};

static void
a_crooked_table_is_named(void **state)
{
	(void)state;
	static const char *const said[] = { "table own_key: office is not first",
		"table own_rule: office is not first", "table own_index: office is not first",
		"table of_nobody: its class", "table few: a foreign key from a reference",
		"table loose: a foreign key without the office" };
	static const struct migration *const both[] = { &store_migration_1, &store_migration_2,
		&crooked };
	void *mem = mem_root("test");
	struct xq_err err = { 0 };
	struct db *db = NULL;
	if (db_open(mem, NULL, &(struct db_options){ .is_memory = true }, &db, &err) != XQ_OK ||
		db_migrate(db, both, 3, &err) != XQ_OK)
		fail_msg("%s %s", err.key, err.detail);
	struct buf out = buf_new(mem, 64);
	size_t faults = 0, n = sizeof said / sizeof *said;
	assert_int_equal(sqlcheck_schema(db, both, 3, &out, &faults, &err), XQ_OK);
	for (size_t i = 0; i < n; i++)
		if (str_index(buf_view(&out), str_of(said[i])) == out.n)
			fail_msg("not said: %s\n%s", said[i], out.p);
	if (faults != n)
		fail_msg("%s", out.p);
	struct buf ddl = buf_new(mem, 64);
	assert_int_equal(sqlcheck_ddl(both, 3, &ddl), 1); /* SET NULL */
	db_close(db);
	mem_free(mem);
}

static void
the_stores_own_statements_keep_the_rules(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	struct db *db = open_all(mem);
	struct xq_err err = { 0 };
	struct buf out = buf_new(mem, 64);
	size_t faults = 0, n = 0;
	assert_int_equal(sqlcheck_all(db, list, LIST, &out, &faults, &err), XQ_OK);
	(void)sql_all(&n);
	assert_true(n >= 15);
	if (faults > 0)
		fail_msg("%s", out.p);
	db_close(db);
	mem_free(mem);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_judged_one_by_one),
		cmocka_unit_test(plans_are_judged_one_by_one),
		cmocka_unit_test(a_crooked_table_is_named),
		cmocka_unit_test(the_stores_own_statements_keep_the_rules),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
