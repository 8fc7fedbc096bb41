/* SPDX-License-Identifier: Apache-2.0 */
/* What a server does otherwise: answers that come late, savepoints that are needed, connections that break,
 * several processes on one database. Skips itself without a server. */
#include "store/pg_int.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <unistd.h>

#include "server_world.h"

#include "core/parse.h"
#include "store/search.h"

#include "core/banned.h"

static const struct migration box_1 = {
	.module = "box",
	.number = 1,
	.ddl = "CREATE TABLE box (office integer NOT NULL, id integer NOT NULL CHECK (id < 100),"
	       " note text, PRIMARY KEY (office, id));\n"
	       "CREATE TABLE label (office integer NOT NULL, id integer NOT NULL, n integer NOT NULL,"
	       " PRIMARY KEY (office, id))",
	.tables = (const struct table_decl[]){ { "box", TABLE_OFFICE }, { "label", TABLE_OFFICE },
		{ NULL } },
};

static int
setup(void **state)
{
	*state = world_open(NULL, &box_1, false);
	return 0;
}

static struct tx *
begin_in(struct world *w, struct db *db)
{
	struct tx *tx;
	OK(w, db_write(db, &tx, &w->err));
	return tx;
}

static struct tx *
begin(struct world *w)
{
	return begin_in(w, w->db);
}

static enum xq_rc
put(struct world *w, struct tx *tx, int64_t id)
{
	return db_exec(
		tx, SQL("INSERT INTO box (office, id) VALUES (?, ?)"), VALS(V(1), V(id)), &w->err);
}

static enum xq_rc
count(struct world *w, struct tx *tx, int64_t *out)
{
	return db_int(tx, SQL("SELECT count(*) FROM box WHERE office = ? /* scan: test */"),
		VALS(V(1)), out, &w->err);
}

static int64_t
rows_now(struct world *w)
{
	struct tx *tx;
	int64_t n = -1;
	OK(w, db_read(w->db, &tx, &w->err));
	OK(w, count(w, tx, &n));
	tx_end(tx);
	return n;
}

static void
a_reader_who_asks_nothing_sends_nothing(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	struct tx *tx;
	int64_t n = -1;
	for (int i = 0; i < 3; i++) {
		OK(w, db_read(w->db, &tx, &w->err));
		struct pg_conn *c = pg_of(tx->conn);
		assert_int_equal(c->n_pending, 0);
		tx_end(tx);
		assert_false(c->is_owed);
		OK(w, db_read(w->db, &tx, &w->err));
		OK(w, count(w, tx, &n));
		tx_end(tx);
		assert_true(c->is_owed); /* the answer to the COMMIT, which nobody has waited for */
		OK(w, db_read(w->db, &tx, &w->err));
		assert_ptr_equal(pg_of(tx->conn), c);
		tx_end(tx);
	}
}

/* ---- late answers ------------------------------------------------------------------------------------ */

static void
a_broken_rule_is_told_by_the_next_query_and_by_all_after_it(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	struct tx *tx = begin(w);
	int64_t n = 0;
	OK(w, put(w, tx, 1));
	OK(w, put(w, tx, 1)); /* sent */
	OK(w, put(w, tx, 2));
	assert_int_equal(count(w, tx, &n), XQ_REFUSED);
	assert_string_equal(w->err.key, "store.conflict");
	assert_true(tx_wants_undo(tx));
	assert_false(tx_is_broken(tx));
	assert_int_equal(put(w, tx, 3), XQ_REFUSED);
	assert_int_equal(tx_commit(tx, &w->err), XQ_REFUSED);
	assert_string_equal(w->err.key, "store.conflict");
	tx_end(tx);
	assert_int_equal(rows_now(w), 0);
}

static void
a_broken_rule_is_told_by_the_commit(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	struct tx *tx = begin(w);
	OK(w, put(w, tx, 1));
	OK(w, put(w, tx, 100));
	assert_int_equal(tx_commit(tx, &w->err), XQ_REFUSED);
	tx_end(tx);
	assert_int_equal(rows_now(w), 0);
}

static void
release_waits_and_what_failed_is_undone_alone(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	struct tx *tx = begin(w);
	for (int64_t i = 0; i < 10; i++) {
		OK(w, tx_savepoint(tx, &w->err));
		OK(w, put(w, tx, i));
		OK(w, put(w, tx, i % 3 == 0 ? i : i + 50));
		const enum xq_rc rc = tx_release(tx, &w->err);
		assert_int_equal(rc, i % 3 == 0 ? XQ_REFUSED : XQ_OK);
		if (rc != XQ_OK)
			OK(w, tx_undo(tx, &w->err));
	}
	OK(w, tx_commit(tx, &w->err));
	assert_int_equal(rows_now(w), 12);
}

static void
compare_and_set_that_found_nothing_leaves_nothing_to_undo(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	struct tx *tx = begin(w);
	const uint64_t before = tx_writes(tx);
	assert_int_equal(db_exec_one(tx, SQL("UPDATE box SET note = ? WHERE office = ? AND id = ?"),
				 VALS(V("x"), V(1), V(9)), &w->err),
		XQ_REFUSED);
	assert_string_equal(w->err.key, "store.changed");
	assert_true(tx_writes(tx) == before);
	OK(w, put(w, tx, 1));
	assert_true(tx_writes(tx) > before);
	assert_int_equal(db_changed(tx), 1);
	OK(w, tx_commit(tx, &w->err));
}

/* Also where nothing else asks for an answer before the commit. */
static void
a_hope_that_fails_is_told_by_the_commit(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	sql_ref set = SQL("UPDATE box SET note = ? WHERE office = ? AND id = ?");
	struct tx *tx = begin(w);
	tx_hope(tx);
	OK(w, put(w, tx, 1));
	OK(w, db_exec_one(tx, set, VALS(V("x"), V(1), V(1)), &w->err));
	OK(w, db_exec_one(tx, set, VALS(V("x"), V(1), V(9)), &w->err)); /* is not there */
	OK(w, put(w, tx, 2));
	assert_int_equal(tx_commit(tx, &w->err), XQ_REFUSED);
	assert_string_equal(w->err.key, "store.changed");
	assert_true(tx_wants_undo(tx));
	tx_end(tx);
	assert_int_equal(rows_now(w), 0);
	tx = begin(w); /* hope is of one transaction */
	assert_int_equal(db_exec_one(tx, set, VALS(V("x"), V(1), V(9)), &w->err), XQ_REFUSED);
	tx_end(tx);
}

static void
more_than_fits_the_pipeline_is_sent(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	struct tx *tx = begin(w);
	for (int i = 0; i < 3 * PG_PENDING; i++)
		OK(w, db_exec(tx,
			      SQL("INSERT INTO box (office, id, note) VALUES (?, ?, ?)"
				  " ON CONFLICT (office, id) DO UPDATE SET note = excluded.note"),
			      VALS(V(1), V((int64_t)i % 100), V("楼道灯")), &w->err));
	OK(w, tx_commit(tx, &w->err));
	assert_int_equal(rows_now(w), 100);
}

/* ---- many rows ------------------------------------------------------------------------------------------ */

/* Ten thousand, so a cursor is asked ten times; while it is open others are, and rows are written. */
static void
rows_of_a_scan_come_in_pieces_and_in_order(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	struct tx *tx = begin(w);
	for (int64_t i = 0; i < 100; i++)
		OK(w, put(w, tx, i));
	struct rows *q = db_query(tx,
		SQL("SELECT a.id * 100 + b.id FROM box a JOIN box b ON b.office = a.office"
		    " WHERE a.office = ? ORDER BY a.id, b.id /* scan: test */"),
		VALS(V(1)));
	int64_t n = 0, inner = 0;
	for (; row_next(q); n++) {
		assert_int_equal(row_int(q, 0), n);
		if (n % 2500 != 0)
			continue;
		struct rows *r = db_query(tx,
			SQL("SELECT id FROM box WHERE office = ? ORDER BY id /* scan: test */"),
			VALS(V(1)));
		while (row_next(r))
			inner++;
		OK(w, rows_close(r, &w->err));
		OK(w, db_exec(tx, SQL("UPDATE box SET note = ? WHERE office = ?"),
			      VALS(V("x"), V(1)), &w->err));
	}
	OK(w, rows_close(q, &w->err));
	assert_int_equal(n, 10000);
	assert_int_equal(inner, 400);
	OK(w, tx_commit(tx, &w->err));
}

/* What is left early is closed, and may be asked again. */
static void
a_scan_that_is_left_is_asked_again(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	struct tx *tx = begin(w);
	for (int64_t i = 0; i < 100; i++)
		OK(w, put(w, tx, i));
	OK(w, tx_commit(tx, &w->err));
	OK(w, db_read(w->db, &tx, &w->err));
	for (int i = 0; i < 3; i++) {
		struct rows *q = db_query(tx,
			SQL("SELECT b.id FROM box a JOIN box b ON b.office = a.office"
			    " WHERE a.office = ? ORDER BY a.id, b.id /* scan: test */"),
			VALS(V(1)));
		assert_true(row_next(q));
		assert_int_equal(row_int(q, 0), 0);
		OK(w, rows_close(q, &w->err));
	}
	tx_end(tx);
	assert_int_equal(rows_now(w), 100);
}

/* ---- connections that break ---------------------------------------------------------------------------- */

/* From a connection of its own; the caller's is not among them. */
static void
break_all(struct world *w)
{
	PGconn *h = NULL;
	OK(w, pg_connect(w->db, NULL, true, &h, &w->err));
	const char *text = mem_printf(w,
		"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'",
		pg_db_of(w->db)->database);
	OK(w, pg_do(h, text, &w->err));
	PQfinish(h);
}

static void
who_begins_after_a_break_is_connected_again(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	struct tx *tx = begin(w);
	OK(w, put(w, tx, 1));
	OK(w, tx_commit(tx, &w->err));
	assert_int_equal(rows_now(w), 1);
	break_all(w);
	assert_int_equal(rows_now(w), 1);
	tx = begin(w);
	OK(w, put(w, tx, 2));
	OK(w, tx_commit(tx, &w->err));
	assert_int_equal(rows_now(w), 2);
}

static void
a_break_inside_ends_the_transaction_and_leaves_nothing(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	struct tx *tx = begin(w);
	int64_t n = 0;
	OK(w, put(w, tx, 1));
	OK(w, count(w, tx, &n));
	break_all(w);
	assert_int_equal(count(w, tx, &n), XQ_BUSY);
	assert_string_equal(w->err.key, "store.away");
	assert_true(tx_is_broken(tx));
	assert_int_equal(tx_commit(tx, &w->err), XQ_BUSY);
	tx_end(tx);
	assert_int_equal(rows_now(w), 0);
}

static void
a_break_at_the_commit_is_not_known_either_way(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	struct tx *tx = begin(w);
	int64_t n = 0;
	OK(w, put(w, tx, 1));
	OK(w, count(w, tx, &n));
	break_all(w);
	assert_int_equal(tx_commit(tx, &w->err), XQ_BUSY);
	assert_string_equal(w->err.key, "store.unknown");
	tx_end(tx);
}

/* ---- several processes ------------------------------------------------------------------------------------ */

/* Another process on the same database, as far as the store can tell. */
static struct db *
open_beside(struct world *w)
{
	struct db *db;
	const char *server = pg_test_server();
	const char *rest = strstr(server, "/postgres?");
	assert_non_null(rest);
	const char *address = mem_printf(w, "%.*s/%s%s", (int)(rest - server), server,
		pg_db_of(w->db)->database, rest + strlen("/postgres"));
	OK(w, db_open(w, address, NULL, &db, &w->err));
	return db;
}

struct other {
	struct world *w;
	struct db *db;
	int64_t office; /* 0: all */
	_Atomic bool is_through;
};

static void *
write_beside(void *arg)
{
	struct other *o = arg;
	struct tx *tx;
	struct xq_err err;
	int64_t office = o->office ? o->office : 1;
	if ((o->office ? db_write_for(o->db, &office, 1, &tx, &err) : db_write(o->db, &tx, &err)) !=
		XQ_OK)
		return NULL;
	o->is_through = true;
	const enum xq_rc rc = db_exec(
		tx, SQL("INSERT INTO box (office, id) VALUES (?, 50)"), VALS(V(office)), &err);
	tx_touch(tx, office);
	if (rc != XQ_OK || tx_commit(tx, &err) != XQ_OK)
		tx_end(tx);
	return NULL;
}

static struct tx *
begin_for(struct world *w, struct db *db, const int64_t *office, size_t n)
{
	struct tx *tx;
	OK(w, db_write_for(db, office, n, &tx, &w->err));
	return tx;
}

/* Who waits is given a fifth of a second to be wrong. */
static void
waits_until_commit(struct world *w, struct tx *tx, struct other *o)
{
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, write_beside, o), 0);
	for (int i = 0; i < 20; i++) {
		assert_false(o->is_through);
		(void)usleep(10000);
	}
	OK(w, tx_commit(tx, &w->err));
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(o->is_through);
}

static void
two_processes_write_one_after_the_other(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	static const int64_t one = 1, two = 2;
	struct { /* who writes first, and who beside it; 0: for all offices */
		int64_t first, second;
	} pair[] = { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 } };
	struct db *beside = open_beside(w);
	OK(w, tx_commit(begin_for(w, w->db, &one, 1), &w->err));
	OK(w, tx_commit(begin_for(w, beside, &two, 1), &w->err));
	for (size_t i = 0; i < sizeof pair / sizeof *pair; i++) {
		struct other o = { .w = w, .db = beside, .office = pair[i].second };
		struct tx *tx = pair[i].first ? begin_for(w, w->db, &one, 1) : begin(w);
		OK(w, db_exec(tx, SQL("DELETE FROM box WHERE office = ?"), VALS(V(1)), &w->err));
		waits_until_commit(w, tx, &o);
		assert_int_equal(rows_now(w), 1);
	}
	db_close(beside);
}

static void
two_processes_write_for_two_offices_at_a_time(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	static const int64_t one = 1, many[] = { 5, 1, 3, 5 };
	struct db *beside = open_beside(w);
	struct other o = { .w = w, .db = beside, .office = 2 };
	struct tx *tx = begin_for(w, w->db, &one, 1);
	OK(w, put(w, tx, 1));
	(void)write_beside(&o); /* it comes to its end while the other one goes on */
	assert_true(o.is_through);
	OK(w, tx_commit(tx, &w->err));
	assert_int_equal(rows_now(w), 1);
	o = (struct other){ .w = w, .db = beside, .office = 3 };
	waits_until_commit(w, begin_for(w, w->db, many, 4), &o);
	db_close(beside);
}

/* Transactions for several offices, for all and for one, in whatever order they name them: nobody waits in a circle. */
struct crowd {
	struct db *db;
	unsigned seed;
	int good;
};

static void *
write_at_random(void *arg)
{
	struct crowd *c = arg;
	for (int i = 0; i < 150; i++) {
		struct tx *tx;
		struct xq_err err;
		int64_t office[4];
		for (size_t k = 0; k < 4; k++)
			office[k] = 1 + rand_r(&c->seed) % 6;
		bool is_all = rand_r(&c->seed) % 8 == 0;
		size_t n = 1 + (size_t)rand_r(&c->seed) % 4;
		enum xq_rc rc = is_all ? db_write(c->db, &tx, &err)
		                       : db_write_for(c->db, office, n, &tx, &err);
		if (rc != XQ_OK)
			continue;
		int64_t no;
		for (size_t k = 0; k < n && rc == XQ_OK; k++) {
			rc = db_next(tx, office[k], "crowd", &no, &err);
			tx_touch(tx, office[k]);
		}
		if (rand_r(&c->seed) % 8 == 0)
			tx_touch_config(tx);
		if (rc == XQ_OK && tx_commit(tx, &err) == XQ_OK)
			c->good += (int)n;
		else
			tx_end(tx);
	}
	return NULL;
}

static void
no_crowd_of_writers_waits_in_a_circle(void **state)
{
	enum { CROWD = 4, TIMES = 150 };
	struct world *w = *state;
	if (!on_server())
		skip();
	struct crowd c[CROWD];
	pthread_t thread[CROWD];
	for (unsigned i = 0; i < CROWD; i++) {
		c[i] = (struct crowd){ .db = open_beside(w), .seed = 7 + i };
		assert_int_equal(pthread_create(&thread[i], NULL, write_at_random, &c[i]), 0);
	}
	int64_t want = 0, sum = 0;
	for (unsigned i = 0; i < CROWD; i++) {
		assert_int_equal(pthread_join(thread[i], NULL), 0);
		assert_true(c[i].good >= TIMES); /* each transaction came to its end */
		want += c[i].good;
		db_close(c[i].db);
	}
	struct tx *tx = begin(w);
	for (int64_t office = 1; office <= 6; office++) {
		int64_t n = 0;
		OK(w, db_last(tx, office, "crowd", &n, &w->err));
		sum += n;
	}
	tx_end(tx);
	assert_int_equal(sum, want); /* every number was given once */
}

/* A program from before locks row 0, and must find none: it would write beside this one. */
static void
a_database_of_one_turn_for_all_gets_a_gate(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	static const int64_t one = 1;
	int64_t n = -1;
	struct tx *tx = begin(w);
	OK(w, store_script(tx,
		      "INSERT INTO writer_lease (office, epoch, config) VALUES (0, 9, 9);"
		      "DELETE FROM writer_lease WHERE office < 0",
		      &w->err));
	OK(w, tx_commit(tx, &w->err));
	struct db *other = open_beside(w);
	tx = begin_for(w, other, &one, 1);
	OK(w, put(w, tx, 1));
	OK(w, db_int(tx, SQL("SELECT count(*) FROM writer_lease WHERE office = ?"), VALS(V(0)), &n,
		      &w->err));
	OK(w, tx_commit(tx, &w->err));
	assert_int_equal(n, 0);
	OK(w, tx_commit(begin_in(w, other), &w->err));
	assert_int_equal(rows_now(w), 1);
	db_close(other);
}

static void
who_dies_while_writing_leaves_the_turn_at_once(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	struct db *other = open_beside(w);
	struct tx *tx;
	OK(w, db_write(other, &tx, &w->err));
	OK(w, put(w, tx, 7));
	break_all(w);
	tx_end(tx);
	tx = begin(w);
	OK(w, put(w, tx, 1));
	OK(w, tx_commit(tx, &w->err));
	assert_int_equal(rows_now(w), 1);
	db_close(other);
}

static void
count_call(void *arg)
{
	++*(int *)arg;
}

static void
commits_of_another_process_raise_the_number_once(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	struct db *other = open_beside(w);
	struct other o = { .w = w, .db = other, .office = 1 };
	int calls = 0;
	struct db *third = open_beside(w);
	OK(w, db_follow(third, count_call, &calls, &w->err));
	OK(w, db_follow(other, count_call, &calls, &w->err));
	const uint64_t before = db_commit_no(third, 1), beside = db_commit_no(third, 2);
	(void)write_beside(&o);
	assert_int_equal(db_commit_no(third, 1), before);
	OK(w, db_follow(third, count_call, &calls, &w->err));
	assert_int_equal(db_commit_no(third, 1), before + 1);
	assert_int_equal(db_commit_no(third, 2), beside);
	OK(w, db_follow(third, count_call, &calls, &w->err));
	assert_int_equal(db_commit_no(third, 1), before + 1);
	const uint64_t own = db_commit_no(other, 1); /* raised by its own commit */
	OK(w, db_follow(other, count_call, &calls, &w->err));
	assert_int_equal(db_commit_no(other, 1), own);
	assert_int_equal(calls, 0);
	db_close(third);
	db_close(other);
}

static void
a_changed_configuration_is_told_before_pages_are_made_anew(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	struct db *other = open_beside(w);
	int calls = 0;
	OK(w, db_follow(other, count_call, &calls, &w->err));
	const uint64_t before = db_commit_no(other, 9);
	struct tx *tx = begin(w);
	const int64_t no = tx_config_no(tx);
	tx_touch_config(tx);
	OK(w, tx_commit(tx, &w->err));
	OK(w, db_follow(other, count_call, &calls, &w->err));
	assert_int_equal(calls, 1);
	assert_int_equal(db_commit_no(other, 9), before + 1);
	OK(w, db_write(other, &tx, &w->err));
	assert_true(tx_config_no(tx) > no);
	tx_end(tx);
	db_close(other);
}

static void
one_process_is_keeper_until_it_closes(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	struct db *a = open_beside(w), *b = open_beside(w);
	const int64_t term = db_keeper(a);
	assert_true(term > 0);
	assert_int_equal(db_keeper(b), 0);
	assert_int_equal(db_keeper(a), term);
	db_close(a);
	for (int i = 0; i < 60 && db_keeper(b) == 0; i++)
		(void)usleep(100000);
	assert_true(db_keeper(b) > term);
	db_close(b);
}

/* As after a kill: the row still names the dead one, until its time is over. */
static void
a_keeper_that_shows_no_life_is_followed(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	struct db *b = open_beside(w);
	PGconn *h = NULL;
	OK(w, pg_connect(w->db, pg_db_of(w->db)->database, true, &h, &w->err));
	OK(w, pg_do(h,
		      "UPDATE keeper_lease SET holder = 'dead', epoch = 41, until_at ="
		      " CAST(extract(epoch FROM clock_timestamp()) AS bigint) + 2",
		      &w->err));
	PQfinish(h);
	assert_int_equal(db_keeper(b), 0);
	for (int i = 0; i < 80 && db_keeper(b) == 0; i++)
		(void)usleep(100000);
	assert_int_equal(db_keeper(b), 42);
	db_close(b);
}

/* ---- answers that the writer keeps ------------------------------------------------------------------------ */

static void
change_behind_its_back(struct world *w, int n)
{
	PGconn *h = NULL;
	OK(w, pg_connect(w->db, pg_db_of(w->db)->database, true, &h, &w->err));
	OK(w, pg_do(h, mem_printf(w, "UPDATE label SET n = %d", n), &w->err));
	PQfinish(h);
}

static int64_t
label_of(struct world *w, struct tx *tx)
{
	int64_t n = -1;
	OK(w, db_int(tx, SQL("SELECT n FROM label WHERE office = ? AND id = ? /* kept */"),
		      VALS(V(1), V(1)), &n, &w->err));
	return n;
}

static void
set_label(struct world *w, struct tx *tx, int64_t n)
{
	OK(w, db_exec(tx, SQL("UPDATE label SET n = ? WHERE office = ? AND id = ?"),
		      VALS(V(n), V(1), V(1)), &w->err));
}

/* What the writer of db finds, in a transaction that leaves nothing. */
static int64_t
found_by(struct world *w, struct db *db)
{
	struct tx *tx;
	OK(w, db_write(db, &tx, &w->err));
	const int64_t n = label_of(w, tx);
	OK(w, put(w, tx, 99)); /* so that it is no mere reading */
	OK(w, tx_commit(tx, &w->err));
	OK(w, db_write(db, &tx, &w->err));
	OK(w, db_exec(tx, SQL("UPDATE box SET id = id - 1 WHERE office = ?"), VALS(V(1)), &w->err));
	OK(w, tx_commit(tx, &w->err));
	return n;
}

static void
with_label(struct world *w)
{
	struct tx *tx = begin(w);
	OK(w, db_exec(tx, SQL("INSERT INTO label (office, id, n) VALUES (?, ?, ?)"),
		      VALS(V(1), V(1), V(5)), &w->err));
	OK(w, tx_commit(tx, &w->err));
}

static void
an_answer_is_kept_until_this_process_writes_to_its_table(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	with_label(w);
	assert_int_equal(found_by(w, w->db), 5);
	change_behind_its_back(w, 6); /* as nobody may: only so can it be seen that nobody asked */
	assert_int_equal(found_by(w, w->db), 5);
	struct tx *tx = begin(w);
	assert_int_equal(label_of(w, tx), 5);
	set_label(w, tx, 7);
	assert_int_equal(label_of(w, tx), 7);
	tx_end(tx); /* and what it read of its own writing is forgotten */
	assert_int_equal(found_by(w, w->db), 6);
	tx = begin(w);
	OK(w, tx_savepoint(tx, &w->err));
	set_label(w, tx, 8);
	assert_int_equal(label_of(w, tx), 8);
	OK(w, tx_undo(tx, &w->err));
	assert_int_equal(label_of(w, tx), 6);
	OK(w, tx_commit(tx, &w->err));
}

static void
an_answer_is_kept_until_another_process_writes_to_its_table(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	with_label(w);
	struct db *other = open_beside(w);
	assert_int_equal(found_by(w, w->db), 5);
	assert_int_equal(found_by(w, other), 5);
	change_behind_its_back(w, 6);
	assert_int_equal(found_by(w, other), 5); /* the first one wrote, but to another table */
	assert_int_equal(found_by(w, w->db), 5);
	struct tx *tx;
	OK(w, db_write(other, &tx, &w->err));
	set_label(w, tx, 9);
	OK(w, tx_commit(tx, &w->err));
	assert_int_equal(found_by(w, w->db), 9);
	assert_int_equal(found_by(w, other), 9);
	db_close(other);
}

static void
numbers_go_on_where_another_process_has_stopped(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	static const int64_t one = 1;
	struct db *all[] = { w->db, open_beside(w) };
	for (int64_t want = 1; want <= 12; want++) {
		struct db *db = all[want / 3 % 2]; /* three times each */
		struct tx *tx = want % 5 ? begin_for(w, db, &one, 1) : begin_in(w, db);
		int64_t n = 0, beside = 0;
		OK(w, db_next(tx, 1, "box", &n, &w->err));
		OK(w, db_next(tx, 1, "beside", &beside, &w->err));
		assert_int_equal(n, want);
		assert_int_equal(beside, want);
		OK(w, tx_commit(tx, &w->err));
		tx = begin_for(w, db, &one, 1);
		OK(w, db_next(tx, 1, "box", &n, &w->err));
		tx_end(tx); /* drawn and given back */
	}
	db_close(all[1]);
}

static void
put_words(struct world *w, struct db *db, int64_t id, const char *words)
{
	static const int64_t one = 1;
	struct tx *tx = begin_for(w, db, &one, 1);
	OK(w, search_put(tx, 1, SEARCH_CONCERN, id, str_of(words), &w->err));
	OK(w, tx_commit(tx, &w->err));
}

static int64_t
loose_rows(struct world *w)
{
	struct tx *tx;
	int64_t n = -1;
	OK(w, db_read(w->db, &tx, &w->err));
	OK(w, db_int(tx, SQL("SELECT count(*) FROM search_loose WHERE office = ? /* scan: test */"),
		      VALS(V(1)), &n, &w->err));
	tx_end(tx);
	return n;
}

static void
what_another_process_has_folded_is_looked_at_anew(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	const struct migration *const list[] = { &store_migration_1, &box_1, &search_migration_1 };
	OK(w, db_migrate(w->db, list, 3, &w->err));
	struct db *other = open_beside(w);
	put_words(w, w->db, 5, "first block");
	put_words(w, w->db, 1030, "second block"); /* folds the first one, and knows it */
	put_words(w, w->db, 1031, "second block");
	assert_int_equal(loose_rows(w), 0);
	put_words(w, w->db, 5, "first block, changed");
	assert_int_equal(loose_rows(w), 1);
	put_words(w, w->db, 1032, "second block");
	put_words(w, other, 2050, "third block"); /* folds the second one */
	put_words(w, w->db, 1032, "second block, changed");
	assert_int_equal(loose_rows(w), 2);
	db_close(other);
}

/* ---- questions asked ahead ------------------------------------------------------------------------------- */

static sql_ref
note_of(void)
{
	return SQL("SELECT id FROM box WHERE office = ? AND note = ? ORDER BY id LIMIT 1");
}

static int64_t
first_with(struct world *w, struct tx *tx, const char *note)
{
	int64_t id = 0;
	const enum xq_rc rc = db_int(tx, note_of(), VALS(V(1), V(note)), &id, &w->err);
	assert_true(rc == XQ_OK || rc == XQ_NONE);
	return rc == XQ_OK ? id : 0;
}

static void
put_note(struct world *w, struct tx *tx, int64_t id, const char *note)
{
	OK(w, db_exec(tx, SQL("INSERT INTO box (office, id, note) VALUES (?, ?, ?)"),
		      VALS(V(1), V(id), V(note)), &w->err));
}

static void
an_answer_asked_ahead_is_taken_once(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	struct tx *tx = begin(w);
	put_note(w, tx, 5, "a");
	OK(w, tx_commit(tx, &w->err));
	tx = begin(w);
	assert_false(db_asks(tx)); /* it does not hope */
	tx_hope(tx);
	assert_true(db_asks(tx));
	db_ask(tx, note_of(), VALS(V(1), V("a")));
	db_ask(tx, note_of(), VALS(V(1), V("b")));
	db_ask(tx, note_of(), VALS(V(1), V("a"))); /* is one */
	put_note(w, tx, 4, "a");
	put_note(w, tx, 3, "b");
	assert_int_equal(first_with(w, tx, "b"), 0); /* as it was */
	assert_int_equal(first_with(w, tx, "a"), 5);
	assert_int_equal(first_with(w, tx, "a"), 4); /* asked again */
	assert_int_equal(first_with(w, tx, "b"), 3);
	db_ask(tx, note_of(), VALS(V(1), V("a")));
	OK(w, tx_commit(tx, &w->err)); /* nobody took it */
	tx = begin(w);
	tx_hope(tx);
	put_note(w, tx, 1, "a");
	assert_int_equal(first_with(w, tx, "a"), 1);
	tx_end(tx);
}

static void
while_asking_answers_stay(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	struct tx *tx = begin(w);
	put_note(w, tx, 5, "a");
	tx_hope(tx);
	db_ask(tx, note_of(), VALS(V(1), V("a")));
	tx_asking(tx, true);
	assert_int_equal(first_with(w, tx, "a"), 5);
	assert_int_equal(first_with(w, tx, "a"), 5);
	tx_asking(tx, false);
	put_note(w, tx, 4, "a");
	assert_int_equal(first_with(w, tx, "a"), 5);
	assert_int_equal(first_with(w, tx, "a"), 4);
	tx_end(tx);
}

static void
what_breaks_behind_a_question_is_told_by_its_answer(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	struct tx *tx = begin(w);
	int64_t id = 0;
	tx_hope(tx);
	OK(w, put(w, tx, 1));
	OK(w, put(w, tx, 1));
	db_ask(tx, note_of(), VALS(V(1), V("a")));
	assert_int_equal(db_int(tx, note_of(), VALS(V(1), V("a")), &id, &w->err), XQ_REFUSED);
	assert_string_equal(w->err.key, "store.conflict");
	assert_false(db_asks(tx));
	tx_end(tx);
	tx = begin(w);
	put_note(w, tx, 2, "a");
	assert_int_equal(first_with(w, tx, "a"), 2);
	tx_end(tx);
}

static int64_t
pages_known(struct world *w, PGconn *h)
{
	PGresult *r = NULL;
	OK(w, pg_ask(h, "SELECT relpages FROM pg_class WHERE relname = 'box'", &r, &w->err));
	int64_t n = 0;
	assert_true(parse_int(str_of(PQgetvalue(r, 0, 0)), 0, 1000, &n));
	PQclear(r);
	return n;
}

static void
tables_that_have_grown_are_counted(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	PGconn *h = NULL;
	OK(w, pg_connect(w->db, pg_db_of(w->db)->database, true, &h, &w->err));
	OK(w, pg_analyze_grown(h, &w->err));
	assert_int_equal(pages_known(w, h), 0);
	OK(w, pg_do(h,
		      "INSERT INTO box (office, id, note)"
		      " SELECT o, 1, repeat('x', 500) FROM generate_series(1, 100) o",
		      &w->err));
	PGconn *beside = NULL;
	OK(w, pg_connect(w->db, pg_db_of(w->db)->database, true, &beside, &w->err));
	for (int i = 0; i < 500 && pages_known(w, h) == 0;
		i++) { /* begun by the first step, and not waited for */
		OK(w, pg_analyze_step(beside, &w->err));
		(void)usleep(10000);
	}
	PQfinish(beside);
	OK(w, pg_analyze_grown(h, &w->err));
	const int64_t n = pages_known(w, h);
	assert_true(n > 1);
	OK(w, pg_do(h, "INSERT INTO box (office, id) VALUES (1000, 1)", &w->err));
	OK(w, pg_analyze_grown(h, &w->err));
	assert_int_equal(pages_known(w, h), n);
	PQfinish(h);
}

/* ---- answers that end a transaction -------------------------------------------------------------------------- */

static void
states_mean_what_the_table_says(void **state)
{
	(void)state;
	static const struct {
		const char *state;
		enum xq_rc rc;
		const char *key;
	} cases[] = {
		{ "23505", XQ_REFUSED, "store.conflict" },
		{ "23503", XQ_REFUSED, "store.conflict" },
		{ "23514", XQ_REFUSED, "store.conflict" },
		{ "23502", XQ_FAULT, "store.fault" },
		{ "40001", XQ_BUSY, "store.again" },
		{ "40P01", XQ_BUSY, "store.again" },
		{ "26000", XQ_BUSY, "store.again" },
		{ "0A000", XQ_BUSY, "store.again" },
		{ "08006", XQ_BUSY, "store.away" },
		{ "57P01", XQ_BUSY, "store.away" },
		{ "25006", XQ_BUSY, "store.away" },
		{ NULL, XQ_BUSY, "store.away" },
		{ "53100", XQ_BUSY, "store.full" },
		{ "53300", XQ_BUSY, "store.busy" },
		{ "55P03", XQ_BUSY, "store.busy" },
		{ "42601", XQ_FAULT, "store.fault" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct xq_err err = { 0 };
		assert_int_equal(pg_classify(cases[i].state, true, &err), cases[i].rc);
		assert_string_equal(err.key, cases[i].key);
	}
}

static void
a_changed_table_has_statements_prepared_anew(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	sql_ref sql = SQL("SELECT note FROM box WHERE office = ? AND id = ?");
	struct tx *tx;
	for (int i = 0; i < 3; i++) {
		struct rows *q;
		OK(w, db_read(w->db, &tx, &w->err));
		q = db_query(tx, sql, VALS(V(1), V(1)));
		assert_false(row_next(q));
		const enum xq_rc rc = rows_close(q, &w->err);
		tx_end(tx);
		assert_int_equal(rc, i == 1 ? XQ_BUSY : XQ_OK);
		if (rc != XQ_OK)
			assert_string_equal(w->err.key, "store.again");
		if (i > 0)
			continue;
		tx = begin(w);
		OK(w, db_exec(tx,
			      SQL("ALTER TABLE box ALTER COLUMN note TYPE bytea USING NULL /* STORE */"),
			      NO_VALS, &w->err));
		OK(w, tx_commit(tx, &w->err));
	}
}

/* ---- databases of tests -------------------------------------------------------------------------------- */

static void
who_takes_the_same_steps_gets_a_copy_of_the_tables_and_no_row(void **state)
{
	static const struct migration *const list[] = { &store_migration_1, &box_1 };
	const struct db_options opt = { .is_memory = true };
	struct world *w = *state, other = { 0 };
	if (!on_server())
		skip();
	struct tx *tx = begin(w);
	int missing = -1;
	OK(w, put(w, tx, 1));
	OK(w, tx_commit(tx, &w->err));

	OK(&other, db_open(NULL, NULL, &opt, &other.db, &other.err));
	OK(&other, db_migrate(other.db, list, 2, &other.err));
	assert_null(pg_of(other.db->writer)->h); /* it has taken no step */
	assert_int_equal(rows_now(&other), 0);
	assert_int_equal(rows_now(w), 1);
	db_close(other.db);

	OK(&other, db_open(NULL, NULL, &opt, &other.db, &other.err));
	OK(&other, db_migrate(other.db, list, 1, &other.err));
	OK(&other, db_missing(other.db, list, 2, &missing, &other.err));
	assert_int_equal(missing, 1);
	db_close(other.db);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, world_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_reader_who_asks_nothing_sends_nothing),
		T(a_broken_rule_is_told_by_the_next_query_and_by_all_after_it),
		T(a_broken_rule_is_told_by_the_commit),
		T(release_waits_and_what_failed_is_undone_alone),
		T(compare_and_set_that_found_nothing_leaves_nothing_to_undo),
		T(a_hope_that_fails_is_told_by_the_commit),
		T(more_than_fits_the_pipeline_is_sent),
		T(rows_of_a_scan_come_in_pieces_and_in_order),
		T(a_scan_that_is_left_is_asked_again),
		T(who_begins_after_a_break_is_connected_again),
		T(a_break_inside_ends_the_transaction_and_leaves_nothing),
		T(a_break_at_the_commit_is_not_known_either_way),
		T(two_processes_write_one_after_the_other),
		T(two_processes_write_for_two_offices_at_a_time),
		T(no_crowd_of_writers_waits_in_a_circle),
		T(a_database_of_one_turn_for_all_gets_a_gate),
		T(who_dies_while_writing_leaves_the_turn_at_once),
		T(commits_of_another_process_raise_the_number_once),
		T(a_changed_configuration_is_told_before_pages_are_made_anew),
		T(one_process_is_keeper_until_it_closes),
		T(a_keeper_that_shows_no_life_is_followed),
		T(an_answer_is_kept_until_this_process_writes_to_its_table),
		T(an_answer_is_kept_until_another_process_writes_to_its_table),
		T(numbers_go_on_where_another_process_has_stopped),
		T(what_another_process_has_folded_is_looked_at_anew),
		T(tables_that_have_grown_are_counted),
		T(an_answer_asked_ahead_is_taken_once),
		T(while_asking_answers_stay),
		T(what_breaks_behind_a_question_is_told_by_its_answer),
		T(states_mean_what_the_table_says),
		T(a_changed_table_has_statements_prepared_anew),
		T(who_takes_the_same_steps_gets_a_copy_of_the_tables_and_no_row),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
