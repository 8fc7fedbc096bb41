/* SPDX-License-Identifier: Apache-2.0 */
/* What was deleted is in no byte of log and file; what was not is as it was. */
#include "store/store.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/mem.h"

#include "core/banned.h"

#define OK(rc_) assert_int_equal((rc_), XQ_OK)
enum { ROWS = 3000 };

static const struct migration notes = {
	.module = "test",
	.number = 1,
	.ddl = "CREATE TABLE note (office integer NOT NULL, id integer NOT NULL, text text NOT NULL,"
	       " PRIMARY KEY (office, id));\n"
	       "CREATE INDEX note_text ON note (office, text);\n",
	.tables =
		(const struct table_decl[]){
			{ .name = "note", .class = TABLE_OFFICE, .clustered = true }, { 0 } },
};

struct fixture {
	void *mem;
	char dir[32];
	struct db *db;
	struct xq_err err;
};

static int
setup(void **state)
{
	static const struct migration *const list[] = { &store_migration_1, &notes };
	void *mem = mem_root("test");
	struct fixture *f = mem_new(mem, struct fixture);
	f->mem = mem;
	snprintf(f->dir, sizeof f->dir, "/tmp/xq-scrub-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	OK(db_open(mem, mem_printf(mem, "%s/db", f->dir), NULL, &f->db, &f->err));
	OK(db_migrate(f->db, list, 2, &f->err));
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	static const char *const name[] = { "db", "db-wal", "db-shm", "db.lock" };
	struct fixture *f = *state;
	db_close(f->db);
	for (size_t i = 0; i < sizeof name / sizeof *name; i++)
		(void)unlink(mem_printf(f->mem, "%s/%s", f->dir, name[i])); /* not all exist */
	(void)rmdir(f->dir);                                                /* litter at worst */
	mem_free(f->mem);
	return 0;
}

/* Of every length, so that some go to pages of their own. */
static const char *
text_of(void *mem, int64_t id, const char *word)
{
	size_t n = id % 50 == 0 ? 9000 : (size_t)(id % 37) * 11;
	char *fill = mem_zeroed(mem, 1, n + 1);
	memset(fill, 'a' + (int)(id % 26), n);
	return mem_printf(mem, "%s%lld.%s", word, (long long)id, fill);
}

static void
write_rows(struct fixture *f, int64_t step, const char *word)
{
	struct tx *tx;
	OK(db_write(f->db, &tx, &f->err));
	for (int64_t i = 0; i < ROWS; i++) {
		int64_t id = i * step % ROWS; /* not in order: pages are split in the middle */
		OK(db_exec(tx,
			SQL("INSERT INTO note (office, id, text) VALUES (?, ?, ?)"
			    " ON CONFLICT (office, id) DO UPDATE SET text = excluded.text"),
			VALS(V(INT64_C(1)), V(id), V(text_of(f->mem, id, word))), &f->err));
	}
	OK(tx_commit(tx, &f->err));
}

static bool
holds(struct fixture *f, const char *word)
{
	static const char *const name[] = { "db", "db-wal" };
	bool found = false;
	for (size_t i = 0; i < 2; i++) {
		int fd = open(mem_printf(f->mem, "%s/%s", f->dir, name[i]), O_RDONLY);
		if (fd < 0)
			continue;
		off_t size = lseek(fd, 0, SEEK_END);
		char *data = mem_zeroed(f->mem, 1, (size_t)size + 1);
		assert_int_equal(pread(fd, data, (size_t)size, 0), size);
		close(fd);
		found |= memmem(data, (size_t)size, word, strlen(word)) != NULL;
	}
	return found;
}

static int64_t
number(struct fixture *f, sql_ref sql)
{
	struct tx *tx;
	int64_t n = -1;
	OK(db_read(f->db, &tx, &f->err));
	OK(db_int(tx, sql, VALS(V(INT64_C(1))), &n, &f->err));
	const char *fault = NULL;
	OK(db_verify(tx, f->mem, &fault, &f->err));
	assert_null(fault);
	tx_end(tx);
	return n;
}

static void
deleted_and_moved_rows_leave_no_byte(void **state)
{
	struct fixture *f = *state;
	struct tx *tx;
	write_rows(f, 1777, "secret");
	OK(db_write(f->db, &tx, &f->err));
	OK(db_exec(tx, SQL("DELETE FROM note WHERE office = ? AND id % 3 <> 0"),
		VALS(V(INT64_C(1))), &f->err));
	OK(db_exec(tx, SQL("UPDATE note SET text = 'kept' || id WHERE office = ?"),
		VALS(V(INT64_C(1))), &f->err));
	OK(tx_commit(tx, &f->err));
	assert_true(holds(f, "secret")); /* else the test shows nothing */
	OK(db_scrub(f->db, &f->err));
	assert_false(holds(f, "secret"));
	assert_true(holds(f, "kept"));
	assert_int_equal(number(f, SQL("SELECT count(*) FROM note WHERE office = ?")), ROWS / 3);
	write_rows(f, 1231, "again"); /* and what the writer kept in memory brings nothing back */
	assert_false(holds(f, "secret"));
	assert_int_equal(number(f, SQL("SELECT count(*) FROM note WHERE office = ?")), ROWS);
}

static void
nothing_deleted_is_no_fault(void **state)
{
	struct fixture *f = *state;
	OK(db_scrub(f->db, &f->err));
	write_rows(f, 7, "kept");
	OK(db_scrub(f->db, &f->err));
	OK(db_scrub(f->db, &f->err));
	assert_int_equal(number(f, SQL("SELECT count(*) FROM note WHERE office = ?")), ROWS);
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(deleted_and_moved_rows_leave_no_byte),
		TEST(nothing_deleted_is_no_fault),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
