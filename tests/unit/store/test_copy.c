/* SPDX-License-Identifier: Apache-2.0 */
/* All rows into another database of the same engine; tests/postgres/test_copy.py goes between the two. */
#include "store/copy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/mem.h"
#include "store/catalogue.h"

#include "core/banned.h"

static const struct migration toys_1 = {
	.module = "toys",
	.number = 1,
	.ddl = "CREATE TABLE shelf (office integer NOT NULL, name text NOT NULL, PRIMARY KEY (office, name));\n"
	       "CREATE TABLE toy (office integer NOT NULL, id integer NOT NULL, shelf text, of_id integer,"
	       " weight real, picture blob, words text NOT NULL, PRIMARY KEY (office, id),"
	       " FOREIGN KEY (office, shelf) REFERENCES shelf (office, name),"
	       " FOREIGN KEY (office, of_id) REFERENCES toy (office, id));\n"
	       "CREATE INDEX toy_words ON toy (office, words);\n"
	       "CREATE TABLE gone (office integer NOT NULL, id integer NOT NULL, PRIMARY KEY (office, id));\n"
	       "DROP TABLE gone",
	.tables =
		(const struct table_decl[]){
			{ "shelf", TABLE_OFFICE, .clustered = true },
			{ "toy", TABLE_OFFICE, .grows = true },
			{ "gone", TABLE_OFFICE },
			{ NULL },
		},
};

static const struct migration *const list[] = { &store_migration_1, &store_migration_2, &toys_1 };
enum { LIST = sizeof list / sizeof *list, TOYS = 300 };

struct pair {
	void *mem;
	struct db *from, *to;
	struct copy_report report;
	struct xq_err err;
};

static struct db *
fresh(void *mem, size_t steps)
{
	struct xq_err err = { 0 };
	struct db *db = NULL;
	if (db_open(mem, NULL, &(struct db_options){ .is_memory = true }, &db, &err) != XQ_OK ||
		(steps > 0 && db_migrate(db, list, steps, &err) != XQ_OK))
		fail_msg("%s %s", err.key, err.detail);
	return db;
}

static struct tx *
writing(struct db *db)
{
	struct xq_err err = { 0 };
	struct tx *tx = NULL;
	assert_int_equal(db_write(db, &tx, &err), XQ_OK);
	return tx;
}

static void
good(struct tx *tx, enum xq_rc rc)
{
	struct xq_err err = { 0 };
	assert_int_equal(rc, XQ_OK);
	if (tx && tx_commit(tx, &err) != XQ_OK)
		fail_msg("%s %s", err.key, err.detail);
}

/* Each kind of value at its borders; a toy that points to one with a greater key. */
static void
fill(struct db *db)
{
	struct xq_err err = { 0 };
	struct tx *tx = writing(db);
	enum xq_rc rc = db_exec(tx, SQL("INSERT INTO shelf (office, name) VALUES (?, ?)"),
		VALS(V((int64_t)7), V("it's \\ a \"shelf\" 架子")), &err);
	for (int64_t i = 0; i < TOYS && rc == XQ_OK; i++) {
		uint8_t bytes[3] = { 0, (uint8_t)i, 255 };
		struct bytes picture = { bytes, (size_t)(i % 4) };
		rc = db_exec(tx,
			SQL("INSERT INTO toy (office, id, shelf, of_id, weight, picture, words)"
			    " VALUES (?, ?, ?, NULL, ?, ?, ?)"),
			VALS(V((int64_t)7),
				V(i == 0         ? INT64_MIN
					: i == 1 ? INT64_MAX
						 : i),
				i % 3 ? V("it's \\ a \"shelf\" 架子") : VNULL,
				i % 5 ? V((double)i / 7) : VNULL, i % 4 == 3 ? VNULL : V(picture),
				V(i % 2 ? "" : "词\n\t,;'\\N")),
			&err);
	}
	if (rc == XQ_OK)
		rc = db_exec(tx, SQL("UPDATE toy SET of_id = ? WHERE office = ? AND id < ?"),
			VALS(V(INT64_MAX), V((int64_t)7), V((int64_t)50)), &err);
	good(tx, rc);
}

static struct pair
made(void)
{
	struct pair p = { .mem = mem_root("test") };
	p.from = fresh(p.mem, LIST);
	p.to = fresh(p.mem, 0);
	fill(p.from);
	return p;
}

static void
end(struct pair *p)
{
	db_close(p->from);
	db_close(p->to);
	mem_free(p->mem);
}

static enum xq_rc
copied(struct pair *p, const char *who, const char *state)
{
	struct copy_job job = {
		.from = p->from, .to = p->to, .list = list, .n = LIST, .who = who, .state = state
	};
	return store_copy(&job, &p->report, &p->err);
}

static void
copied_well(struct pair *p)
{
	if (copied(p, "a", "1") != XQ_OK)
		fail_msg("%s %s", p->err.key, p->err.detail);
}

static struct buf
all_toys(struct pair *p, struct db *db)
{
	struct tx *tx = NULL;
	struct buf b = buf_new(p->mem, 4096);
	assert_int_equal(db_read(db, &tx, &p->err), XQ_OK);
	struct rows *q = db_query(tx,
		SQL("SELECT id, shelf, of_id, weight, picture, words FROM toy WHERE office = ? ORDER BY id"),
		VALS(V((int64_t)7)));
	while (row_next(q)) {
		buf_printf(&b, "%lld|%d|%lld|%d|%.17g|%d|", (long long)row_int(q, 0),
			row_is_null(q, 1), (long long)row_int(q, 2), row_is_null(q, 3),
			row_real(q, 3), row_is_null(q, 4));
		struct bytes picture = row_bytes(q, 4);
		buf_add(&b, picture.p ? picture.p : (const void *)"", picture.n);
		buf_str(&b, row_str(q, 1));
		buf_str(&b, row_str(q, 5));
	}
	assert_int_equal(rows_close(q, &p->err), XQ_OK);
	tx_end(tx);
	return b;
}

static void
same_toys(struct pair *p)
{
	struct buf a = all_toys(p, p->from), b = all_toys(p, p->to);
	assert_true(a.n > 1000 && a.n == b.n && memcmp(a.p, b.p, a.n) == 0);
}

static void
every_value_comes_over(void **state)
{
	(void)state;
	struct pair p = made();
	copied_well(&p);
	assert_int_equal(p.report.rows, TOYS + 1);
	assert_int_equal(p.report.tables, 3); /* with counter, without what the copy itself keeps */
	assert_int_equal(p.report.went_before, 0);
	assert_int_equal(store_copy_finish(p.to, &p.err), XQ_OK);
	same_toys(&p);
	end(&p);
}

static void
rules_and_indexes_hold_in_the_copy(void **state)
{
	(void)state;
	struct pair p = made();
	copied_well(&p);
	assert_int_equal(store_copy_finish(p.to, &p.err), XQ_OK);
	struct tx *tx = writing(p.to);
	assert_int_equal(
		db_exec_one(tx,
			SQL("INSERT INTO toy (office, id, shelf, words) VALUES (?, ?, ?, ?)"),
			VALS(V((int64_t)7), V((int64_t)9000), V("nowhere"), V("")), &p.err),
		XQ_REFUSED);
	assert_string_equal(p.err.key, "store.conflict");
	tx_end(tx);
	struct catalogue cat;
	assert_int_equal(db_read(p.to, &tx, &p.err), XQ_OK);
	assert_int_equal(catalogue_load(tx, p.mem, list, LIST, &cat, &p.err), XQ_OK);
	tx_end(tx);
	const struct cat_table *toy = &cat.table[cat.n - 1];
	assert_string_equal(toy->name, "toy");
	assert_int_equal(toy->n_keys, 2);
	assert_int_equal(toy->n_links, 2);
	end(&p);
}

static void
a_half_copy_is_refused_until_it_is_finished(void **state)
{
	(void)state;
	struct pair p = made();
	assert_int_equal(store_copy_refuse(p.from, &p.err), XQ_OK);
	copied_well(&p);
	assert_int_equal(store_copy_refuse(p.to, &p.err), XQ_REFUSED);
	assert_string_equal(p.err.key, "store.copy-half");
	assert_int_equal(store_copy_finish(p.to, &p.err), XQ_OK);
	assert_int_equal(store_copy_refuse(p.to, &p.err), XQ_OK);
	end(&p);
}

/* As a kill in the middle of a table leaves it. */
static void
a_stopped_copy_goes_on_behind_the_greatest_key(void **state)
{
	(void)state;
	struct pair p = made();
	copied_well(&p);
	struct tx *tx = writing(p.to);
	assert_int_equal(db_exec(tx, SQL("UPDATE toy SET of_id = NULL WHERE office = ?"),
				 VALS(V((int64_t)7)), &p.err),
		XQ_OK);
	assert_int_equal(db_exec(tx, SQL("DELETE FROM toy WHERE office = ? AND id > ?"),
				 VALS(V((int64_t)7), V((int64_t)120)), &p.err),
		XQ_OK);
	assert_int_equal(
		db_exec(tx, SQL("DELETE FROM store_copy WHERE kind = 'table' AND name = 'toy'"),
			NO_VALS, &p.err),
		XQ_OK);
	/* Those that pointed beyond the end point there again. */
	good(tx, XQ_OK);
	assert_int_equal(copied(&p, "a", "1"), XQ_REFUSED);
	assert_string_equal(p.err.key, "store.copy-differs"); /* of_id is another one: found */
	assert_string_equal(p.err.arg[0].text, "toy");
	assert_int_equal(p.report.rows, TOYS + 1);
	assert_int_equal(p.report.went_before, 121); /* 120 toys from INT64_MIN to 120, one shelf */
	tx = writing(p.to);
	good(tx, db_exec(tx, SQL("UPDATE toy SET of_id = ? WHERE office = ? AND id < ?"),
			 VALS(V(INT64_MAX), V((int64_t)7), V((int64_t)50)), &p.err));
	copied_well(&p);
	same_toys(&p);
	end(&p);
}

static void
a_changed_row_is_found(void **state)
{
	(void)state;
	struct pair p = made();
	copied_well(&p);
	struct tx *tx = writing(p.to);
	good(tx, db_exec(tx, SQL("UPDATE toy SET weight = 0.5 WHERE office = ? AND id = ?"),
			 VALS(V((int64_t)7), V((int64_t)33)), &p.err));
	assert_int_equal(copied(&p, "a", "1"), XQ_REFUSED);
	assert_string_equal(p.err.key, "store.copy-differs");
	end(&p);
}

static void
what_is_no_place_for_this_copy_is_refused(void **state)
{
	(void)state;
	struct pair p = made();
	copied_well(&p);
	assert_int_equal(copied(&p, "b", "1"), XQ_REFUSED);
	assert_string_equal(p.err.key, "store.copy-other");
	assert_int_equal(copied(&p, "a", "2"), XQ_REFUSED);
	assert_string_equal(p.err.key, "store.copy-moved");
	assert_int_equal(store_copy_finish(p.to, &p.err), XQ_OK);
	assert_int_equal(copied(&p, "a", "1"), XQ_REFUSED);
	assert_string_equal(p.err.key, "store.copy-not-empty");
	end(&p);
}

static void
an_older_source_and_a_newer_one_are_refused(void **state)
{
	(void)state;
	struct pair p = { .mem = mem_root("test") };
	p.from = fresh(p.mem, LIST - 1);
	p.to = fresh(p.mem, 0);
	assert_int_equal(copied(&p, "a", "1"), XQ_REFUSED);
	assert_string_equal(p.err.key, "store.copy-older");
	struct copy_job job = {
		.from = p.from, .to = p.to, .list = list, .n = 1, .who = "a", .state = "1"
	};
	assert_int_equal(store_copy(&job, &p.report, &p.err), XQ_REFUSED);
	assert_string_equal(p.err.key, "store.newer");
	end(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_value_comes_over),
		cmocka_unit_test(rules_and_indexes_hold_in_the_copy),
		cmocka_unit_test(a_half_copy_is_refused_until_it_is_finished),
		cmocka_unit_test(a_stopped_copy_goes_on_behind_the_greatest_key),
		cmocka_unit_test(a_changed_row_is_found),
		cmocka_unit_test(what_is_no_place_for_this_copy_is_refused),
		cmocka_unit_test(an_older_source_and_a_newer_one_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
