/* SPDX-License-Identifier: Apache-2.0 */
/* A write transaction writes to rows of the offices it names, and to nothing that offices share; what does otherwise ends the
 * process. On both stores. */
#include "store/store_int.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/mem.h"

#include "core/banned.h"

#define OK(rc_) assert_int_equal((rc_), XQ_OK)
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static const struct migration turn_1 = {
	.module = "turn",
	.number = 1,
	.ddl = "CREATE TABLE stone (office integer NOT NULL, id integer NOT NULL, n integer NOT NULL,"
	       " PRIMARY KEY (office, id));\n"
	       "CREATE TABLE almanac (day integer NOT NULL, name text NOT NULL, PRIMARY KEY (day))",
	.tables = (const struct table_decl[]){ { "stone", TABLE_OFFICE },
		{ "almanac", TABLE_REFERENCE }, { NULL } },
};

struct world {
	struct db *db;
	struct tx *tx;
	struct xq_err err;
};

static int
setup(void **state)
{
	static const struct migration *const list[] = { &store_migration_1, &turn_1 };
	struct world *w = mem_new(NULL, struct world);
	*state = w;
	OK(db_open(NULL, NULL, &(struct db_options){ .is_memory = true }, &w->db, &w->err));
	OK(db_migrate(w->db, list, 2, &w->err));
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;
	if (w->tx)
		tx_end(w->tx);
	db_close(w->db);
	mem_free(w);
	return 0;
}

static void
begin(struct world *w, const int64_t *office, size_t n)
{
	if (w->tx)
		tx_end(w->tx);
	OK(db_write_for(w->db, office, n, &w->tx, &w->err));
}

/* ---- what is written --------------------------------------------------------------------------------------- */

static enum xq_rc
put(struct world *w, int64_t office)
{
	return db_exec(w->tx, SQL("INSERT INTO stone (office, id, n) VALUES (?, 1, 0)"),
		VALS(V(office)), &w->err);
}

static enum xq_rc
change(struct world *w, int64_t office)
{
	return db_exec(w->tx, SQL("UPDATE stone SET n = ? WHERE id = 1 AND office = ?"),
		VALS(V(1), V(office)), &w->err);
}

static enum xq_rc
change_and_say(struct world *w, int64_t office)
{
	int64_t n;
	return db_int(w->tx, SQL("UPDATE stone SET n = ? WHERE office = ? AND id = 1 RETURNING n"),
		VALS(V(2), V(office)), &n, &w->err);
}

static enum xq_rc
take_away(struct world *w, int64_t office)
{
	return db_exec(w->tx, SQL("DELETE FROM stone WHERE office = ?"), VALS(V(office)), &w->err);
}

static enum xq_rc
draw(struct world *w, int64_t office)
{
	int64_t n;
	return db_next(w->tx, office, "stone", &n, &w->err);
}

static enum xq_rc
touch(struct world *w, int64_t office)
{
	tx_touch(w->tx, office);
	return XQ_OK;
}

static enum xq_rc
share(struct world *w, int64_t office)
{
	return db_exec(w->tx, SQL("INSERT INTO almanac (day, name) VALUES (?, 'x')"),
		VALS(V(office)), &w->err);
}

typedef enum xq_rc (*write_fn)(struct world *w, int64_t office);

static const write_fn writes[] = { put, change, change_and_say, take_away, draw, touch };

static bool
aborts(struct world *w, write_fn fn, int64_t office)
{
	fflush(NULL);
	const pid_t pid = fork();
	if (pid == 0) {
		const struct rlimit none = { 0, 0 };
		(void)setrlimit(RLIMIT_CORE, &none);
		(void)signal(SIGABRT, SIG_DFL);
		(void)dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
		_exit(fn(w, office) == XQ_OK ? 0 : 1);
	}
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

/* ---- tests -------------------------------------------------------------------------------------------------- */

static void
who_names_an_office_writes_to_its_rows(void **state)
{
	struct world *w = *state;
	static const int64_t named[] = { 9, 4, 9 };
	begin(w, named, 3);
	for (size_t i = 0; i < sizeof writes / sizeof *writes; i++) {
		OK(writes[i](w, 4));
		OK(writes[i](w, 9));
	}
}

static void
who_writes_past_the_turn_ends_the_process(void **state)
{
	struct world *w = *state;
	static const int64_t named[] = { 4, 9 };
	begin(w, named, 2);
	for (size_t i = 0; i < sizeof writes / sizeof *writes; i++)
		assert_true(aborts(w, writes[i], 5));
	assert_true(aborts(w, share, 4));
	begin(w, NULL, 0);
	for (size_t i = 0; i < sizeof writes / sizeof *writes; i++)
		assert_true(aborts(w, writes[i], 4));
}

static void
who_writes_for_all_may_write_to_everything(void **state)
{
	struct world *w = *state;
	OK(db_write(w->db, &w->tx, &w->err));
	for (size_t i = 0; i < sizeof writes / sizeof *writes; i++)
		OK(writes[i](w, 5));
	OK(share(w, 5));
}

static void
more_offices_than_a_turn_holds_are_all(void **state)
{
	struct world *w = *state;
	int64_t named[TURN_OFFICES + 1];
	for (size_t i = 0; i <= TURN_OFFICES; i++)
		named[i] = (int64_t)(TURN_OFFICES + 1 - i);
	begin(w, named, TURN_OFFICES);
	assert_false(w->tx->turn.is_all);
	for (size_t i = 1; i < TURN_OFFICES; i++) /* by their numbers, each once */
		assert_true(w->tx->turn.at[i - 1].office < w->tx->turn.at[i].office);
	begin(w, named, TURN_OFFICES + 1);
	assert_true(w->tx->turn.is_all);
	OK(share(w, 1));
}

/* Blocks of a shared counter follow each other, whoever takes them, and one from before there were blocks ends the first. */
static void
a_block_is_claimed_once(void **state)
{
	struct world *w = *state;
	static const int64_t one = 1, two = 2;
	int64_t last = 0;
	OK(db_write(w->db, &w->tx, &w->err));
	OK(db_count_from(w->tx, 0, "slots", 70, &w->err));
	OK(tx_commit(w->tx, &w->err));
	w->tx = NULL;
	begin(w, &one, 1);
	OK(db_claim(w->tx, "slots", 64, &last, &w->err));
	assert_int_equal(last, 192); /* 129 to 192: none up to 70 */
	OK(tx_commit(w->tx, &w->err));
	w->tx = NULL;
	begin(w, &two, 1);
	OK(db_claim(w->tx, "slots", 64, &last, &w->err));
	assert_int_equal(last, 256);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(who_names_an_office_writes_to_its_rows),
		T(who_writes_past_the_turn_ends_the_process),
		T(who_writes_for_all_may_write_to_everything),
		T(more_offices_than_a_turn_holds_are_all),
		T(a_block_is_claimed_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
