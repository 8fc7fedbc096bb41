/* SPDX-License-Identifier: Apache-2.0 */
/* Transactions, statements, counters and commit numbers; what is left after a full disk and after a
 * process that was killed while it wrote. */
#include "store/sqlite_int.h"

#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../engine.h"
#include "core/mem.h"

#include "core/banned.h"

static const struct migration thing_1 = {
	.module = "thing",
	.number = 1,
	.ddl = "CREATE TABLE thing ("
	       " office integer NOT NULL,"
	       " id integer NOT NULL,"
	       " name text,"
	       " data blob,"
	       " weight real,"
	       " PRIMARY KEY (office, id));\n"
	       "CREATE UNIQUE INDEX thing_name ON thing (office, name);\n"
	       "CREATE TABLE part ("
	       " office integer NOT NULL,"
	       " id integer NOT NULL CHECK (id < 1000000),"
	       " thing_id integer NOT NULL,"
	       " PRIMARY KEY (office, id),"
	       " FOREIGN KEY (office, thing_id) REFERENCES thing (office, id))",
	.tables =
		(const struct table_decl[]){
			{ "thing", TABLE_OFFICE, .grows = true },
			{ "part", TABLE_OFFICE, .grows = true, .clustered = true },
			{ NULL },
		},
};

static const struct migration *const list[] = { &store_migration_1, &thing_1 };

static struct db *
open_at(const char *path, const struct db_options *opt)
{
	struct db *db = NULL;
	struct xq_err err = { 0 };
	if (db_open(NULL, path, opt, &db, &err) != XQ_OK || db_migrate(db, list, 2, &err) != XQ_OK)
		fail_msg("open: %s %s", err.key, err.detail);
	return db;
}

static int
setup(void **state)
{
	*state = open_at(NULL, &(struct db_options){ .is_memory = true });
	return 0;
}

static int
teardown(void **state)
{
	db_close(*state);
	return 0;
}

static void
ok(enum xq_rc rc, const struct xq_err *err)
{
	if (rc != XQ_OK)
		fail_msg("expected XQ_OK, got %d %s %s", rc, err->key, err->detail);
}

static struct tx *
begin(struct db *db)
{
	struct tx *tx = NULL;
	struct xq_err err = { 0 };
	ok(db_write(db, &tx, &err), &err);
	return tx;
}

static struct tx *
snapshot(struct db *db)
{
	struct tx *tx = NULL;
	struct xq_err err = { 0 };
	ok(db_read(db, &tx, &err), &err);
	return tx;
}

static void
commit(struct tx *tx)
{
	struct xq_err err = { 0 };
	ok(tx_commit(tx, &err), &err);
}

static enum xq_rc
add_thing(struct tx *tx, int64_t id, const char *name, struct xq_err *err)
{
	return db_exec(tx, SQL("INSERT INTO thing (office, id, name) VALUES (?, ?, ?)"),
		VALS(V(1), V(id), V(name)), err);
}

/* The same, and its answer is waited for. */
static enum xq_rc
add_now(struct tx *tx, int64_t id, const char *name, struct xq_err *err)
{
	return db_exec_one(tx, SQL("INSERT INTO thing (office, id, name) VALUES (?, ?, ?)"),
		VALS(V(1), V(id), V(name)), err);
}

static int64_t
count_things(struct tx *tx)
{
	int64_t n = -1;
	struct xq_err err = { 0 };
	ok(db_int(tx, SQL("SELECT count(*) FROM thing WHERE office = ? /* scan: test */"),
		   VALS(V(1)), &n, &err),
		&err);
	return n;
}

static int64_t
next_of(struct tx *tx, int64_t office, const char *name)
{
	int64_t v = -1;
	struct xq_err err = { 0 };
	ok(db_next(tx, office, name, &v, &err), &err);
	return v;
}

/* ---- transactions -------------------------------------------------------------------------------- */

static void
a_snapshot_does_not_see_later_commits(void **state)
{
	struct db *db = *state;
	struct xq_err err = { 0 };
	struct tx *before = snapshot(db);
	assert_int_equal(count_things(before), 0); /* with a server it begins here */
	struct tx *tx = begin(db);
	ok(add_thing(tx, 1, "a", &err), &err);
	struct tx *during = snapshot(db);
	assert_int_equal(count_things(tx), 1);
	assert_int_equal(count_things(during), 0);
	commit(tx);
	struct tx *after = snapshot(db);
	assert_int_equal(count_things(before), 0);
	assert_int_equal(count_things(during), 0);
	assert_int_equal(count_things(after), 1);
	tx_end(before);
	tx_end(during);
	tx_end(after);
}

static void
an_ended_write_leaves_nothing(void **state)
{
	struct xq_err err = { 0 };
	struct tx *tx = begin(*state);
	ok(add_thing(tx, 1, "a", &err), &err);
	tx_end(tx);
	tx = snapshot(*state);
	assert_int_equal(count_things(tx), 0);
	tx_end(tx);
}

static void
an_undone_savepoint_takes_back_rows_and_ids(void **state)
{
	struct xq_err err = { 0 };
	struct tx *tx = begin(*state);
	assert_int_equal(next_of(tx, 1, "thing"), 1);
	ok(tx_savepoint(tx, &err), &err);
	assert_int_equal(next_of(tx, 1, "thing"), 2);
	assert_int_equal(next_of(tx, 1, "other"), 1);
	ok(add_thing(tx, 2, "b", &err), &err);
	ok(tx_undo(tx, &err), &err);
	ok(tx_savepoint(tx, &err), &err);
	assert_int_equal(next_of(tx, 1, "thing"), 2);
	assert_int_equal(next_of(tx, 1, "other"), 1);
	ok(add_thing(tx, 2, "c", &err), &err);
	ok(tx_release(tx, &err), &err);
	commit(tx);
	tx = begin(*state);
	assert_int_equal(count_things(tx), 1);
	assert_int_equal(next_of(tx, 1, "thing"), 3);
	tx_end(tx);
}

static void
a_reader_cannot_write(void **state)
{
	struct xq_err err = { 0 };
	struct tx *tx = snapshot(*state);
	assert_int_equal(add_now(tx, 1, "a", &err), XQ_FAULT);
	tx_end(tx);
}

/* ---- counters ------------------------------------------------------------------------------------- */

static void
counters_begin_at_one_and_are_the_offices_own(void **state)
{
	struct tx *tx = begin(*state);
	assert_int_equal(next_of(tx, 1, "thing"), 1);
	assert_int_equal(next_of(tx, 2, "thing"), 1);
	assert_int_equal(next_of(tx, 1, "thing"), 2);
	commit(tx);
	tx = begin(*state);
	assert_int_equal(next_of(tx, 1, "thing"), 3);
	tx_end(tx);
	tx = begin(*state);
	assert_int_equal(next_of(tx, 1, "thing"), 3); /* the last one was not committed */
	tx_end(tx);
}

/* More counters than fit in memory, with savepoints undone at random, against a plain model. */
static void
evicted_counters_survive_undone_savepoints(void **state)
{
	int64_t model[100] = { 0 };
	srandom(7);
	for (int batch = 0; batch < 30; batch++) {
		struct xq_err err = { 0 };
		struct tx *tx = begin(*state);
		int64_t whole[100];
		memcpy(whole, model, sizeof model);
		for (int act = 0; act < 20; act++) {
			int64_t saved[100];
			memcpy(saved, model, sizeof model);
			ok(tx_savepoint(tx, &err), &err);
			for (int i = 0; i < 15; i++) {
				long office = random() % 100;
				assert_int_equal(next_of(tx, office, "thing"), ++model[office]);
			}
			if (random() % 3 == 0) {
				ok(tx_undo(tx, &err), &err);
				memcpy(model, saved, sizeof model);
			} else {
				ok(tx_release(tx, &err), &err);
			}
		}
		if (random() % 4 == 0) {
			tx_end(tx);
			memcpy(model, whole, sizeof model);
		} else {
			commit(tx);
		}
	}
}

static void
commit_numbers_rise_only_for_touched_offices(void **state)
{
	struct db *db = *state;
	struct tx *tx = begin(db);
	tx_touch(tx, 5);
	assert_int_equal(db_commit_no(db, 5), 0);
	tx_end(tx);
	assert_int_equal(db_commit_no(db, 5), 0);
	tx = begin(db);
	tx_touch(tx, 5);
	tx_touch(tx, 5);
	tx_touch(tx, 900);
	commit(tx);
	assert_int_equal(db_commit_no(db, 5), 1);
	assert_int_equal(db_commit_no(db, 900), 1);
	assert_int_equal(db_commit_no(db, 6), 0);
}

/* ---- statements ----------------------------------------------------------------------------------- */

static void
values_come_back_as_they_were(void **state)
{
	struct xq_err err = { 0 };
	void *mem = mem_root("test");
	const uint8_t raw[] = { 0, 255, 0 };
	struct tx *tx = begin(*state);
	ok(db_exec(tx,
		   SQL("INSERT INTO thing (office, id, name, data, weight) VALUES (?, ?, ?, ?, ?)"),
		   VALS(V(1), V(INT64_MAX), V(STR("楼道灯𠮷")), V(((struct bytes){ raw, 3 })),
			   V(0.25)),
		   &err),
		&err);
	struct rows *q = db_query(tx,
		SQL("SELECT id, name, data, weight, NULL FROM thing WHERE office = ? AND id = ?"),
		VALS(V(1), V(INT64_MAX)));
	assert_true(row_next(q));
	assert_true(row_int(q, 0) == INT64_MAX);
	assert_true(str_is(row_str(q, 1), "楼道灯𠮷"));
	assert_string_equal(row_text(q, 1, mem), "楼道灯𠮷");
	assert_int_equal(row_bytes(q, 2).n, 3);
	assert_memory_equal(row_bytes(q, 2).p, raw, 3);
	assert_true(row_real(q, 3) > 0.24 && row_real(q, 3) < 0.26);
	assert_true(row_is_null(q, 4));
	assert_null(row_text(q, 4, mem));
	assert_int_equal(row_int(q, 4), 0);
	assert_false(row_next(q));
	assert_false(row_next(q));
	ok(rows_close(q, &err), &err);
	tx_end(tx);
	mem_free(mem);
}

static void
empty_text_and_bytes_are_not_null(void **state)
{
	struct xq_err err = { 0 };
	int64_t n = 0;
	struct tx *tx = begin(*state);
	ok(db_exec(tx, SQL("INSERT INTO thing (office, id, name, data) VALUES (?, ?, ?, ?)"),
		   VALS(V(1), V(1), V(((struct str){ NULL, 0 })), V(((struct bytes){ NULL, 0 }))),
		   &err),
		&err);
	ok(db_int(tx,
		   SQL("SELECT count(*) FROM thing WHERE office = ? AND id = ?"
		       " AND name IS NOT NULL AND data IS NOT NULL"),
		   VALS(V(1), V(1)), &n, &err),
		&err);
	assert_int_equal(n, 1);
	tx_end(tx);
}

/* A savepoint around it: a server takes back nothing else. */
static enum xq_rc
try_part(struct tx *tx, struct val id, struct val thing, struct xq_err *err)
{
	struct xq_err end = { 0 };
	ok(tx_savepoint(tx, &end), &end);
	enum xq_rc rc =
		db_exec_one(tx, SQL("INSERT INTO part (office, id, thing_id) VALUES (?, ?, ?)"),
			VALS(V(1), id, thing), err);
	ok(rc == XQ_OK ? tx_release(tx, &end) : tx_undo(tx, &end), &end);
	return rc;
}

static enum xq_rc
try_thing(struct tx *tx, int64_t id, const char *name, struct xq_err *err)
{
	struct xq_err end = { 0 };
	ok(tx_savepoint(tx, &end), &end);
	enum xq_rc rc = add_now(tx, id, name, err);
	ok(rc == XQ_OK ? tx_release(tx, &end) : tx_undo(tx, &end), &end);
	return rc;
}

static void
a_broken_rule_is_a_conflict_and_the_transaction_lives(void **state)
{
	struct xq_err err = { 0 };
	struct tx *tx = begin(*state);
	ok(try_thing(tx, 1, "a", &err), &err);
	assert_int_equal(try_thing(tx, 1, "b", &err), XQ_REFUSED);
	assert_string_equal(err.key, "store.conflict");
	assert_int_equal(try_thing(tx, 2, "a", &err), XQ_REFUSED);
	assert_int_equal(try_part(tx, V(1), V(99), &err), XQ_REFUSED);
	assert_int_equal(try_part(tx, V(1000000), V(1), &err), XQ_REFUSED);
	ok(try_part(tx, V(1), V(1), &err), &err);
	assert_false(tx_is_broken(tx));
	commit(tx);
	tx = snapshot(*state);
	assert_int_equal(count_things(tx), 1);
	tx_end(tx);
}

static void
a_null_or_a_wrong_type_is_our_fault(void **state)
{
	struct xq_err err = { 0 };
	struct tx *tx = begin(*state);
	assert_int_equal(try_part(tx, VNULL, V(1), &err), XQ_FAULT);
	assert_int_equal(try_part(tx, V("x"), V(1), &err), XQ_FAULT);
	assert_string_equal(err.key, "store.fault");
	assert_true(strlen(err.detail) > 0);
	tx_end(tx);
}

static void
a_failed_query_tells_when_it_is_closed(void **state)
{
	struct xq_err err = { 0 };
	struct tx *tx = snapshot(*state);
	struct rows *q =
		db_query(tx, SQL("SELECT nothing FROM nowhere /* STORE: fails */"), NO_VALS);
	assert_non_null(q);
	assert_false(row_next(q));
	assert_int_equal(rows_close(q, &err), XQ_FAULT);
	assert_string_equal(err.key, "store.fault");
	tx_end(tx);
}

static void
compare_and_set_wants_exactly_one_row(void **state)
{
	struct xq_err err = { 0 };
	struct tx *tx = begin(*state);
	ok(add_thing(tx, 1, "a", &err), &err);
	sql_ref set = SQL("UPDATE thing SET name = ? WHERE office = ? AND id = ? AND name = ?");
	ok(db_exec_one(tx, set, VALS(V("b"), V(1), V(1), V("a")), &err), &err);
	assert_int_equal(db_exec_one(tx, set, VALS(V("c"), V(1), V(1), V("a")), &err), XQ_REFUSED);
	assert_string_equal(err.key, "store.changed");
	int64_t none = 0;
	assert_int_equal(db_int(tx, SQL("SELECT id FROM thing WHERE office = ? AND id = ?"),
				 VALS(V(1), V(77)), &none, &err),
		XQ_NONE);
	tx_end(tx);
}

static void
several_queries_are_open_at_a_time(void **state)
{
	struct xq_err err = { 0 };
	struct tx *tx = begin(*state);
	for (int i = 1; i <= 5; i++)
		ok(add_thing(tx, i, NULL, &err), &err);
	int64_t sum = 0;
	struct rows *outer = db_query(tx,
		SQL("SELECT id FROM thing WHERE office = ? ORDER BY id /* scan: test */"),
		VALS(V(1)));
	while (row_next(outer)) {
		struct rows *inner = db_query(tx,
			SQL("SELECT id FROM thing WHERE office = ? AND id < ? ORDER BY id"),
			VALS(V(1), V(row_int(outer, 0))));
		while (row_next(inner))
			sum += row_int(inner, 0);
		ok(rows_close(inner, &err), &err);
	}
	ok(rows_close(outer, &err), &err);
	assert_int_equal(sum, 1 * 4 + 2 * 3 + 3 * 2 + 4);
	tx_end(tx);
}

static void
verify_finds_nothing_in_a_sound_database(void **state)
{
	struct xq_err err = { 0 };
	void *mem = mem_root("test");
	const char *fault = "?";
	struct tx *tx = snapshot(*state);
	ok(db_verify(tx, mem, &fault, &err), &err);
	assert_null(fault);
	tx_end(tx);
	mem_free(mem);
}

/* ---- threads ------------------------------------------------------------------------------------- */

struct load {
	struct db *db;
	int rounds;
	int bad;
};

static void *
write_pairs(void *arg)
{
	struct load *l = arg;
	for (int i = 0; i < l->rounds; i++) {
		struct xq_err err = { 0 };
		struct tx *tx = NULL;
		int64_t a = 0, b = 0;
		if (db_write(l->db, &tx, &err) != XQ_OK) {
			l->bad++;
			continue;
		}
		if (db_next(tx, 1, "pair", &a, &err) != XQ_OK ||
			add_thing(tx, 2 * a, NULL, &err) != XQ_OK ||
			add_thing(tx, 2 * a + 1, NULL, &err) != XQ_OK ||
			db_next(tx, 1, "pair2", &b, &err) != XQ_OK || a != b)
			l->bad++;
		if (tx_commit(tx, &err) != XQ_OK) {
			tx_end(tx);
			l->bad++;
		}
	}
	return NULL;
}

static void *
read_pairs(void *arg)
{
	struct load *l = arg;
	for (int i = 0; i < l->rounds; i++) {
		struct xq_err err = { 0 };
		struct tx *tx = NULL;
		int64_t n = 0, again = 0;
		sql_ref count = SQL("SELECT count(*) FROM thing WHERE office = ? /* scan: test */");
		if (db_read(l->db, &tx, &err) != XQ_OK) {
			l->bad++;
			continue;
		}
		if (db_int(tx, count, VALS(V(1)), &n, &err) != XQ_OK ||
			db_int(tx, count, VALS(V(1)), &again, &err) != XQ_OK || n % 2 != 0 ||
			n != again)
			l->bad++;
		tx_end(tx);
	}
	return NULL;
}

static void
readers_and_writers_do_not_disturb_each_other(void **state)
{
	pthread_t t[8];
	struct load l[8];
	for (int i = 0; i < 8; i++) {
		l[i] = (struct load){ *state, i < 2 ? 200 : 300, 0 };
		assert_int_equal(
			pthread_create(&t[i], NULL, i < 2 ? write_pairs : read_pairs, &l[i]), 0);
	}
	for (int i = 0; i < 8; i++) {
		assert_int_equal(pthread_join(t[i], NULL), 0);
		assert_int_equal(l[i].bad, 0);
	}
	struct tx *tx = snapshot(*state);
	assert_int_equal(count_things(tx), 800);
	tx_end(tx);
}

/* ---- files ---------------------------------------------------------------------------------------- */

static void
make_dir(char dir[64])
{
	(void)snprintf(dir, 64, "/tmp/xq-test-XXXXXX");
	assert_non_null(mkdtemp(dir));
}

static void
drop_dir(const char *dir)
{
	static const char *const tail[] = { "db", "db-wal", "db-shm", "db.lock" };
	char path[100];
	for (size_t i = 0; i < 4; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", dir, tail[i]);
		(void)unlink(path); /* not all are there */
	}
	assert_int_equal(rmdir(dir), 0);
}

static void
a_folder_is_served_by_one(void **state)
{
	(void)state;
	char dir[64], path[80];
	make_dir(dir);
	(void)snprintf(path, sizeof path, "%s/db", dir);
	struct db *db = open_at(path, NULL), *second = NULL;
	struct xq_err err = { 0 };
	assert_int_equal(db_open(NULL, path, NULL, &second, &err), XQ_REFUSED);
	assert_string_equal(err.key, "store.locked");
	db_close(db);
	db = open_at(path, NULL);
	db_close(db);
	drop_dir(dir);
}

static void
a_foreign_file_is_refused(void **state)
{
	(void)state;
	char dir[64], path[80];
	make_dir(dir);
	(void)snprintf(path, sizeof path, "%s/db", dir);
	struct db *db = NULL;
	struct xq_err err = { 0 };

	sqlite3 *h = NULL;
	assert_int_equal(sqlite3_open(path, &h), SQLITE_OK);
	assert_int_equal(sqlite3_exec(h, "CREATE TABLE theirs (x)", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(h);
	assert_int_equal(db_open(NULL, path, NULL, &db, &err), XQ_REFUSED);
	assert_string_equal(err.key, "store.not-ours");

	FILE *f = fopen(path, "w");
	assert_non_null(f);
	for (int i = 0; i < 1000; i++)
		(void)fputs("not a database ", f);
	(void)fclose(f);
	assert_int_equal(db_open(NULL, path, NULL, &db, &err), XQ_REFUSED);
	assert_string_equal(err.key, "store.not-ours");
	drop_dir(dir);
}

/* Adds rows of 2 kB until it does not go on; the rows that were committed. */
static int64_t
fill(struct db *db, struct xq_err *err, enum xq_rc *rc)
{
	static const uint8_t block[2000] = { 1 };
	for (int64_t done = 0;; done++) {
		struct tx *tx = begin(db);
		int64_t id = 0;
		*rc = db_next(tx, 1, "thing", &id, err);
		if (*rc == XQ_OK)
			*rc = db_exec(tx,
				SQL("INSERT INTO thing (office, id, data) VALUES (?, ?, ?)"),
				VALS(V(1), V(id), V(((struct bytes){ block, sizeof block }))), err);
		if (*rc == XQ_OK)
			*rc = tx_commit(tx, err);
		if (*rc != XQ_OK) {
			if (tx_is_broken(tx)) {
				struct xq_err same = { 0 };
				assert_int_equal(add_thing(tx, 1, "x", &same), *rc);
				assert_int_equal(tx_commit(tx, &same), *rc);
			}
			tx_end(tx);
			return done;
		}
		assert_true(done < 100000);
	}
}

static void
a_full_disk_is_busy_and_passes(void **state)
{
	struct db *db = *state;
	struct xq_err err = { 0 };
	enum xq_rc rc;
	if (on_server()) /* how large the file may grow is SQLite's to say */
		skip();
	db_test_max_pages(db, 60);
	int64_t n = fill(db, &err, &rc);
	assert_int_equal(rc, XQ_BUSY);
	assert_string_equal(err.key, "store.full");
	assert_true(n > 10);
	struct tx *tx = snapshot(db);
	assert_int_equal(count_things(tx), n);
	tx_end(tx);
	db_test_max_pages(db, 0);
	tx = begin(db);
	assert_int_equal(next_of(tx, 1, "thing"), n + 1);
	ok(add_thing(tx, n + 1, "later", &err), &err);
	commit(tx);
}

/* A real file system of two megabytes, in a mount name space of its own. 77: not allowed here. */
static int
fill_a_small_disk(void)
{
	char dir[64], path[80], junk[80];
	make_dir(dir);
	if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
		mount("tmpfs", dir, "tmpfs", 0, "size=2m") != 0)
		return rmdir(dir) == 0 ? 77 : 1;
	(void)snprintf(path, sizeof path, "%s/db", dir);
	(void)snprintf(junk, sizeof junk, "%s/junk", dir);
	int fd = open(junk, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	assert_int_equal(posix_fallocate(fd, 0, 500000), 0);
	(void)close(fd);

	struct db *db = open_at(path, NULL);
	struct xq_err err = { 0 };
	enum xq_rc rc;
	int64_t n = fill(db, &err, &rc);
	if (rc != XQ_BUSY || !text_eq(err.key, "store.full") || n < 20)
		fail_msg("%d %s %s after %lld", rc, err.key, err.detail, (long long)n);
	struct tx *tx = snapshot(db);
	assert_int_equal(count_things(tx), n);
	tx_end(tx);

	assert_int_equal(unlink(junk), 0);
	tx = begin(db);
	assert_int_equal(next_of(tx, 1, "thing"), n + 1);
	ok(add_thing(tx, n + 1, "later", &err), &err);
	commit(tx);
	db_close(db);
	db = open_at(path, NULL);
	tx = snapshot(db);
	assert_int_equal(count_things(tx), n + 1);
	tx_end(tx);
	db_close(db);
	return umount(dir) == 0 && rmdir(dir) == 0 ? 0 : 1;
}

static void
a_real_full_disk_is_busy_and_passes(void **state)
{
	(void)state;
	pid_t pid = fork();
	if (pid == 0)
		_exit(fill_a_small_disk());
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		skip();
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* Commits pairs of rows for ever and says after each commit how many there are. */
static void
commit_and_tell(const char *path, int to)
{
	struct db *db = open_at(path, NULL);
	for (;;) {
		struct tx *tx = begin(db);
		struct xq_err err = { 0 };
		int64_t n = next_of(tx, 1, "pair");
		ok(add_thing(tx, 2 * n, NULL, &err), &err);
		ok(add_thing(tx, 2 * n + 1, NULL, &err), &err);
		commit(tx);
		if (write(to, &n, sizeof n) != sizeof n)
			_exit(1);
	}
}

static int64_t
kill_a_writer(const char *path, useconds_t after)
{
	int pipe_fd[2];
	assert_int_equal(pipe(pipe_fd), 0);
	pid_t pid = fork();
	if (pid == 0)
		commit_and_tell(path, pipe_fd[1]);
	(void)close(pipe_fd[1]);
	int64_t told = 0, n = 0;
	if (read(pipe_fd[0], &n, sizeof n) == sizeof n)
		told = n;
	(void)usleep(after);
	assert_int_equal(kill(pid, SIGKILL), 0);
	while (read(pipe_fd[0], &n, sizeof n) == sizeof n)
		told = n;
	(void)close(pipe_fd[0]);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	return told;
}

static void
what_was_told_survives_a_killed_process(void **state)
{
	(void)state;
	char dir[64], path[80];
	make_dir(dir);
	(void)snprintf(path, sizeof path, "%s/db", dir);
	for (useconds_t round = 0; round < 6; round++) {
		int64_t told = kill_a_writer(path, 20000 + 7000 * round);
		struct db *db = open_at(path, NULL);
		struct tx *tx = begin(db);
		int64_t n = next_of(tx, 1, "pair") - 1;
		assert_true(
			n == told || n == told + 1); /* the last one may have had no time to tell */
		assert_int_equal(count_things(tx), 2 * n);
		tx_end(tx);
		db_close(db);
	}
	drop_dir(dir);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

/* A partial index whose WHERE a value may fit must not have the statement planned anew for each value. */
static void
a_statement_is_planned_once_whatever_its_values_are(void **state)
{
	if (on_server()) /* a server is told so with the connection */
		skip();
	struct tx *tx = begin(*state);
	struct xq_err err = { 0 };
	ok(store_script(
		   tx, "CREATE INDEX part_of_one ON part (office, id) WHERE thing_id = 1", &err),
		&err);
	for (int64_t i = 0; i < 10; i++) {
		struct rows *q =
			db_query(tx, SQL("SELECT id FROM part WHERE office = ? AND thing_id = ?"),
				VALS(V((int64_t)1), V(i % 2 + 1)));
		assert_false(row_next(q));
		ok(rows_close(q, &err), &err);
	}
	int planned = 0;
	for (sqlite3_stmt *s = NULL; (s = sqlite3_next_stmt(sqlite_of(tx->conn)->h, s)) != NULL;)
		if (strstr(sqlite3_sql(s), "SELECT id FROM part WHERE office = ? AND thing_id"))
			planned += sqlite3_stmt_status(s, SQLITE_STMTSTATUS_REPREPARE, 0);
	assert_int_equal(planned, 0);
	tx_end(tx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_snapshot_does_not_see_later_commits),
		T(an_ended_write_leaves_nothing),
		T(an_undone_savepoint_takes_back_rows_and_ids),
		T(a_reader_cannot_write),
		T(counters_begin_at_one_and_are_the_offices_own),
		T(evicted_counters_survive_undone_savepoints),
		T(commit_numbers_rise_only_for_touched_offices),
		T(values_come_back_as_they_were),
		T(empty_text_and_bytes_are_not_null),
		T(a_broken_rule_is_a_conflict_and_the_transaction_lives),
		T(a_null_or_a_wrong_type_is_our_fault),
		T(a_failed_query_tells_when_it_is_closed),
		T(compare_and_set_wants_exactly_one_row),
		T(several_queries_are_open_at_a_time),
		T(verify_finds_nothing_in_a_sound_database),
		T(readers_and_writers_do_not_disturb_each_other),
		T(a_full_disk_is_busy_and_passes),
		T(a_statement_is_planned_once_whatever_its_values_are),
		cmocka_unit_test(a_folder_is_served_by_one),
		cmocka_unit_test(a_foreign_file_is_refused),
		cmocka_unit_test(a_real_full_disk_is_busy_and_passes),
		cmocka_unit_test(what_was_told_survives_a_killed_process),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
