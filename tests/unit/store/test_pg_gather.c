/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of many acts in one statement: whoever looks sees what was written before, and what comes out is what comes out
 * when each goes by itself. Skips itself without a server. */
#include "store/pg_int.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "server_world.h"

#include "core/random.h"

#include "core/banned.h"

/* A lid is on a box, a sticker on a lid; their names sort the other way round. */
static const struct migration box_1 = {
	.module = "box",
	.number = 1,
	.ddl = "CREATE TABLE box (office integer NOT NULL, id integer NOT NULL CHECK (id < 2000),"
	       " ver integer NOT NULL, note text, data blob, weight real, PRIMARY KEY (office, id));\n"
	       "CREATE TABLE a_lid (office integer NOT NULL, id integer NOT NULL,"
	       " box_id integer NOT NULL, PRIMARY KEY (office, id),"
	       " FOREIGN KEY (office, box_id) REFERENCES box (office, id));\n"
	       "CREATE TABLE a_sticker (office integer NOT NULL, lid_id integer NOT NULL,"
	       " no integer NOT NULL, note text, PRIMARY KEY (office, lid_id, no),"
	       " FOREIGN KEY (office, lid_id) REFERENCES a_lid (office, id) ON DELETE CASCADE);\n"
	       "CREATE TABLE tag (office integer NOT NULL, name text NOT NULL, n integer NOT NULL,"
	       " PRIMARY KEY (office, name))",
	.tables = (const struct table_decl[]){ { "box", TABLE_OFFICE }, { "a_lid", TABLE_OFFICE },
		{ "a_sticker", TABLE_OFFICE }, { "tag", TABLE_OFFICE }, { NULL } },
};

static int
setup(void **state)
{
	*state = world_open(NULL, &box_1, false);
	return 0;
}

static struct tx *
begin(struct world *w)
{
	struct tx *tx;
	OK(w, db_write(w->db, &tx, &w->err));
	tx_hope(tx);
	return tx;
}

static enum xq_rc
put_box(struct world *w, struct tx *tx, int64_t id, const char *note)
{
	return db_exec(tx, SQL("INSERT INTO box (office, id, ver, note) VALUES (?, ?, 1, ?)"),
		VALS(V(1), V(id), V(note)), &w->err);
}

static enum xq_rc
put_lid(struct world *w, struct tx *tx, int64_t id, int64_t box)
{
	return db_exec(tx, SQL("INSERT INTO a_lid (office, id, box_id) VALUES (?, ?, ?)"),
		VALS(V(1), V(id), V(box)), &w->err);
}

static enum xq_rc
change_box(struct world *w, struct tx *tx, int64_t id, int64_t ver, const char *note)
{
	return db_exec_one(tx,
		SQL("UPDATE box SET ver = ver + 1, note = ? WHERE office = ? AND id = ? AND ver = ?"),
		VALS(V(note), V(1), V(id), V(ver)), &w->err);
}

static enum xq_rc
set_tag(struct world *w, struct tx *tx, const char *name, int64_t n)
{
	return db_exec(tx,
		SQL("INSERT INTO tag (office, name, n) VALUES (?, ?, ?)"
		    " ON CONFLICT (office, name) DO UPDATE SET n = excluded.n"),
		VALS(V(1), V(name), V(n)), &w->err);
}

static enum xq_rc
new_tag(struct world *w, struct tx *tx, const char *name, int64_t n)
{
	return db_exec(tx,
		SQL("INSERT INTO tag (office, name, n) VALUES (?, ?, ?)"
		    " ON CONFLICT (office, name) DO NOTHING"),
		VALS(V(1), V(name), V(n)), &w->err);
}

static int64_t
boxes(struct world *w, struct tx *tx)
{
	int64_t n = -1;
	OK(w, db_int(tx, SQL("SELECT count(*) FROM box WHERE office = ?"), VALS(V(1)), &n,
		      &w->err));
	return n;
}

static int64_t
tag_of(struct world *w, struct tx *tx, const char *name)
{
	int64_t n = -1;
	OK(w, db_int(tx, SQL("SELECT n FROM tag WHERE office = ? AND name = ?"),
		      VALS(V(1), V(name)), &n, &w->err));
	return n;
}

/* Statements that were sent and not answered yet. */
static size_t
pending(const struct tx *tx)
{
	return pg_of(tx->conn)->n_pending;
}

static const char *
note_of(struct world *w, struct tx *tx, int64_t id)
{
	struct rows *q = db_query(
		tx, SQL("SELECT note FROM box WHERE office = ? AND id = ?"), VALS(V(1), V(id)));
	assert_true(row_next(q));
	const char *note = row_text(q, 0, w);
	OK(w, rows_close(q, &w->err));
	return note;
}

/* ---- what waits, and when it goes --------------------------------------------------------------------- */

static void
rows_wait_for_each_other_and_go_in_few_statements(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	for (int round = 0; round < 2; round++) { /* the second one has all texts prepared */
		struct tx *tx = begin(w);
		for (int64_t i = 0; i < 45; i++)
			OK(w, put_box(w, tx, 100 * round + i, "x"));
		/* 32 went when there were more of them. */
		assert_int_equal(pending(tx), 1);
		OK(w, pg_gather_all(pg_of(tx->conn), &w->err));
		if (round == 1)
			assert_int_equal(pending(tx), 1 + 3); /* 8, 4, 1 */
		assert_int_equal(boxes(w, tx), 45 * (round + 1));
		OK(w, tx_commit(tx, &w->err));
	}
}

static void
photos_do_not_wait_for_many(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	enum { SIZE = 300000 };
	sql_ref put = SQL("INSERT INTO box (office, id, ver, data) VALUES (?, ?, 1, ?)");
	const uint8_t *photo = mem_array(w, uint8_t, SIZE);
	struct tx *tx = begin(w);
	OK(w, put_box(w, tx, 99, "x"));
	for (int64_t i = 0; i < 4; i++)
		OK(w, db_exec(tx, put, VALS(V(1), V(i), val_bytes((struct bytes){ photo, SIZE })),
			      &w->err));
	assert_int_equal(pending(tx), 0);
	OK(w, put_box(w, tx, 100, "x"));
	assert_true(pending(tx) > 0);
	OK(w, pg_gather_all(pg_of(tx->conn), &w->err));
	OK(w, put_box(w, tx, 101, "x"));
	const size_t before = pending(tx);
	OK(w, put_box(w, tx, 102, "x")); /* waits, since those are gone */
	assert_int_equal(pending(tx), before);
	assert_int_equal(boxes(w, tx), 8);
	OK(w, tx_commit(tx, &w->err));
}

static void
without_hope_each_goes_at_once(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	struct tx *tx;
	OK(w, db_write(w->db, &tx, &w->err));
	OK(w, put_box(w, tx, 1, "x"));
	OK(w, put_box(w, tx, 2, "x"));
	assert_int_equal(pending(tx), 2);
	OK(w, tx_commit(tx, &w->err));
}

static void
who_asks_sees_what_waits(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	struct tx *tx = begin(w);
	for (int64_t i = 0; i < 10; i++) {
		OK(w, put_box(w, tx, i, "x"));
		OK(w, set_tag(w, tx, "a", i));
		assert_int_equal(tag_of(w, tx, "a"), i);
		OK(w, change_box(w, tx, i, 1, "y"));
		assert_int_equal(boxes(w, tx), i + 1);
		assert_string_equal(note_of(w, tx, i), "y");
	}
	OK(w, put_box(w, tx, 50, "z"));
	struct rows *q = db_query(tx,
		SQL("INSERT INTO tag (office, name, n)"
		    " SELECT office, 'boxes', count(*) FROM box WHERE office = ? GROUP BY office"
		    " RETURNING n"),
		VALS(V(1)));
	assert_true(row_next(q));
	assert_int_equal(row_int(q, 0), 11);
	OK(w, rows_close(q, &w->err));
	OK(w, tx_commit(tx, &w->err));
}

/* The child's group is the older one. */
static void
rows_go_behind_those_they_point_at(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	struct tx *tx = begin(w);
	OK(w, put_box(w, tx, 1, "x"));
	OK(w, tx_commit(tx, &w->err));
	tx = begin(w);
	for (int64_t i = 1; i < 6; i++) {
		OK(w, put_lid(w, tx, i, i));
		OK(w, put_box(w, tx, i + 1, "x"));
	}
	OK(w, tx_commit(tx, &w->err));
	tx = begin(w);
	/* A statement that goes at once, to a table below two that wait. */
	OK(w, put_box(w, tx, 20, "x"));
	OK(w, put_lid(w, tx, 20, 20));
	OK(w, db_exec(tx,
		      SQL("INSERT INTO a_sticker (office, lid_id, no, note)"
			  " SELECT ?, ?, coalesce(max(no), 0) + 1, ? FROM a_sticker"
			  " WHERE office = ? AND lid_id = ?"),
		      VALS(V(1), V(20), V("s"), V(1), V(20)), &w->err));
	OK(w, tx_commit(tx, &w->err));
	tx = begin(w);
	/* One that takes other rows along. */
	OK(w, put_lid(w, tx, 30, 20));
	OK(w, db_exec(tx,
		      SQL("INSERT INTO a_sticker (office, lid_id, no, note) VALUES (?, ?, 1, ?)"),
		      VALS(V(1), V(30), V("s")), &w->err));
	OK(w, db_exec(tx, SQL("DELETE FROM a_lid WHERE office = ? AND id = ?"), VALS(V(1), V(30)),
		      &w->err));
	OK(w, tx_commit(tx, &w->err));
}

static void
changes_of_one_row_go_one_after_the_other(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	struct tx *tx = begin(w);
	for (int64_t i = 0; i < 4; i++)
		OK(w, put_box(w, tx, i, "x"));
	for (int64_t ver = 1; ver < 4; ver++)
		for (int64_t i = 0; i < 4; i++)
			OK(w, change_box(w, tx, i, ver, ver == 3 ? "last" : "y"));
	OK(w, set_tag(w, tx, "a", 1));
	OK(w, set_tag(w, tx, "b", 2));
	OK(w, set_tag(w, tx, "a", 3));
	OK(w, tx_commit(tx, &w->err));
	tx = begin(w);
	assert_string_equal(note_of(w, tx, 2), "last");
	assert_int_equal(tag_of(w, tx, "a"), 3);
	assert_int_equal(tag_of(w, tx, "b"), 2);
	tx_end(tx);
}

/* Statements that add rows or change them, whichever is there, keep their place among the others of the table. */
static void
what_may_be_either_keeps_its_place(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	sql_ref put = SQL("INSERT INTO tag (office, name, n) VALUES (?, ?, ?)"),
		change = SQL("UPDATE tag SET n = ? WHERE office = ? AND name = ?");
	struct tx *tx = begin(w);
	OK(w, set_tag(w, tx, "a", 1));
	OK(w, db_exec(tx, put, VALS(V(1), V("z"), V(5)), &w->err));
	OK(w, set_tag(w, tx, "z", 6));
	OK(w, db_exec_one(tx, change, VALS(V(7), V(1), V("a")), &w->err));
	OK(w, set_tag(w, tx, "a", 3));
	OK(w, db_exec_one(tx, change, VALS(V(8), V(1), V("z")), &w->err));
	OK(w, tx_commit(tx, &w->err));
	tx = begin(w);
	assert_int_equal(tag_of(w, tx, "a"), 3);
	assert_int_equal(tag_of(w, tx, "z"), 8);
	tx_end(tx);
}

static void
values_of_every_kind_come_through(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	sql_ref put = SQL("INSERT INTO box (office, id, ver, note, data, weight)"
			  " VALUES (?, ?, ?, ?, ?, ?)");
	static const uint8_t bytes[] = { 0, 1, 0, 255 };
	const struct val data = val_bytes((struct bytes){ bytes, sizeof bytes });
	struct tx *tx = begin(w);
	OK(w, db_exec(tx, put, VALS(V(1), V(1), V(1), VNULL, VNULL, VNULL), &w->err));
	OK(w, db_exec(tx, put,
		      VALS(V(1), V(2), V(1), V(""), val_bytes((struct bytes){ NULL, 0 }), V(0)),
		      &w->err));
	OK(w, db_exec(tx, put, VALS(V(1), V(3), V(1), V("楼道灯"), data, V(0.25)), &w->err));
	OK(w, tx_commit(tx, &w->err));
	tx = begin(w);
	struct rows *q = db_query(tx,
		SQL("SELECT note, data, weight FROM box WHERE office = ? ORDER BY id"), VALS(V(1)));
	assert_true(row_next(q));
	assert_true(row_is_null(q, 0) && row_is_null(q, 1) && row_is_null(q, 2));
	assert_true(row_next(q));
	assert_false(row_is_null(q, 0) || row_is_null(q, 1) || row_is_null(q, 2));
	assert_int_equal(row_str(q, 0).n, 0);
	assert_int_equal(row_bytes(q, 1).n, 0);
	assert_true(row_next(q));
	assert_string_equal(row_text(q, 0, w), "楼道灯");
	assert_int_equal(row_bytes(q, 1).n, sizeof bytes);
	assert_memory_equal(row_bytes(q, 1).p, bytes, sizeof bytes);
	assert_true(row_real(q, 2) == 0.25);
	OK(w, rows_close(q, &w->err));
	tx_end(tx);
}

/* ---- what is told ------------------------------------------------------------------------------------------ */

static void
how_many_rows_is_told_of_the_last_one_alone(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	struct tx *tx = begin(w);
	const uint64_t before = tx_writes(tx);
	OK(w, new_tag(w, tx, "a", 1));
	OK(w, new_tag(w, tx, "b", 2));
	assert_true(tx_writes(tx) == before + 2); /* also of what waits */
	OK(w, new_tag(w, tx, "a", 3));
	assert_int_equal(db_changed(tx), 0);
	OK(w, new_tag(w, tx, "c", 4));
	assert_int_equal(db_changed(tx), 1);
	OK(w, put_box(w, tx, 1, "x"));
	OK(w, change_box(w, tx, 1, 1, "y"));
	assert_int_equal(db_changed(tx), 1);
	assert_int_equal(tag_of(w, tx, "a"), 1);
	OK(w, tx_commit(tx, &w->err));
}

static void
what_breaks_wants_to_be_done_again(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	struct tx *tx = begin(w);
	for (int64_t i = 0; i < 4; i++)
		OK(w, put_box(w, tx, i, "x"));
	OK(w, put_box(w, tx, 2, "x"));
	assert_int_equal(tx_commit(tx, &w->err), XQ_REFUSED);
	assert_string_equal(w->err.key, "store.conflict");
	assert_true(tx_wants_undo(tx));
	tx_end(tx);
	tx = begin(w); /* nothing waits from before */
	assert_int_equal(boxes(w, tx), 0);
	OK(w, put_box(w, tx, 1, "x"));
	OK(w, put_box(w, tx, 2, "x"));
	OK(w, change_box(w, tx, 1, 1, "y"));
	OK(w, change_box(w, tx, 2, 7, "y")); /* is of another version */
	assert_int_equal(tx_commit(tx, &w->err), XQ_REFUSED);
	assert_string_equal(w->err.key, "store.changed");
	assert_true(tx_wants_undo(tx));
	tx_end(tx);
	tx = begin(w);
	assert_int_equal(boxes(w, tx), 0);
	tx_end(tx);
}

static void
a_savepoint_is_set_behind_what_waits(void **state)
{
	struct world *w = *state;
	if (!on_server())
		skip();
	struct tx *tx = begin(w);
	OK(w, put_box(w, tx, 1, "x"));
	OK(w, tx_savepoint(tx, &w->err));
	OK(w, put_box(w, tx, 2, "x"));
	OK(w, tx_undo(tx, &w->err));
	OK(w, put_box(w, tx, 3, "x"));
	OK(w, tx_commit(tx, &w->err));
	tx = begin(w);
	assert_int_equal(boxes(w, tx), 2);
	tx_end(tx);
}

/* ---- acts by chance, each by itself and together -------------------------------------------------------- */

enum { ACTS = 40, ROUNDS = 60 };

static void
say(struct buf *out, enum xq_rc rc, const struct world *w)
{
	buf_printf(out, " %d%s", rc, rc == XQ_OK ? "" : w->err.key);
}

/* One act; what it is told goes to out. */
static void
act(struct world *w, struct tx *tx, struct rng *rng, int64_t *next, struct buf *out)
{
	static const char *const names[] = { "a", "b", "c", "d" };
	const int64_t id = *next + 1, some = (int64_t)rng_below(rng, (uint32_t)*next + 1);
	const char *name = names[rng_below(rng, 4)];
	int64_t n = 0;
	switch (rng_below(rng, 13)) {
	case 0:
	case 1:
		say(out, put_box(w, tx, id, name), w);
		say(out, put_lid(w, tx, id, id), w);
		*next = id;
		break;
	case 2: /* on a box that is there, seldom on none */
		n = rng_below(rng, 15) == 0 ? -1 : some;
		say(out, put_lid(w, tx, 1000 + (int64_t)rng_below(rng, 1000000000), n), w);
		break;
	case 3:
	case 4:
	case 5:
		if (db_int(tx, SQL("SELECT ver FROM box WHERE office = ? AND id = ?"),
			    VALS(V(1), V(some)), &n, &w->err) == XQ_OK)
			say(out, change_box(w, tx, some, n, name), w);
		break;
	case 6: /* changed without a look, as after a question that was asked ahead */
		say(out, put_box(w, tx, id, name), w);
		say(out, change_box(w, tx, id, 1, "y"), w);
		say(out, change_box(w, tx, id, 2, name), w);
		*next = id;
		break;
	case 7:
		say(out, set_tag(w, tx, name, id), w);
		break;
	case 8:
		say(out, new_tag(w, tx, name, id), w);
		buf_printf(out, " %lld", (long long)db_changed(tx));
		break;
	case 9:
		say(out,
			db_exec(tx,
				SQL("INSERT INTO a_sticker (office, lid_id, no, note)"
				    " SELECT ?, id, ?, ? FROM a_lid WHERE office = ? AND id <= ?"
				    " ON CONFLICT (office, lid_id, no) DO NOTHING"),
				VALS(V(1), V(id), V(name), V(1), V(some)), &w->err),
			w);
		break;
	case 10:
		say(out,
			db_exec(tx, SQL("DELETE FROM a_lid WHERE office = ? AND id = ?"),
				VALS(V(1), V(some)), &w->err),
			w);
		break;
	case 11:
		say(out, set_tag(w, tx, name, 1), w);
		say(out,
			db_exec_one(tx,
				SQL("UPDATE tag SET n = n + ? WHERE office = ? AND name = ?"),
				VALS(V(id), V(1), V(name)), &w->err),
			w);
		break;
	case 12:
		say(out,
			db_exec(tx, SQL("DELETE FROM tag WHERE office = ? AND name = ?"),
				VALS(V(1), V(name)), &w->err),
			w);
		buf_printf(out, " %lld", (long long)db_changed(tx));
		break;
	}
}

static void
put_rows(struct world *w, struct buf *out)
{
	struct tx *tx;
	OK(w, db_read(w->db, &tx, &w->err));
	const sql_ref all[] = {
		SQL("SELECT id, ver, coalesce(note, '-') FROM box WHERE office = ? ORDER BY id"),
		SQL("SELECT id, box_id, '-' FROM a_lid WHERE office = ? ORDER BY id"),
		SQL("SELECT lid_id, no, note FROM a_sticker WHERE office = ? ORDER BY lid_id, no"),
		SQL("SELECT n, 0, name FROM tag WHERE office = ? ORDER BY name"),
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct rows *q = db_query(tx, all[i], VALS(V(1)));
		while (row_next(q))
			buf_printf(out, "%zu: %lld %lld %s\n", i, (long long)row_int(q, 0),
				(long long)row_int(q, 1), row_text(q, 2, out->mem));
		OK(w, rows_close(q, &w->err));
	}
	tx_end(tx);
}

static void
what_comes_out_is_what_comes_out_of_each_by_itself(void **state)
{
	(void)state;
	if (!on_server())
		skip();
	void *mem = mem_root("test");
	struct world *w[] = { world_open(mem, &box_1, true), world_open(mem, &box_1, false) };
	int64_t next[2] = { 0, 0 };
	int whole = 0;
	for (uint64_t round = 0; round < ROUNDS; round++) {
		struct buf said[2], rows[2];
		for (int i = 0; i < 2; i++) {
			struct rng rng;
			rng_init_seed(&rng, 61 + round);
			said[i] = buf_new(mem, 1000);
			rows[i] = buf_new(mem, 1000);
			int64_t at = next[i];
			struct tx *tx = begin(w[i]);
			for (int a = 0; a < ACTS; a++)
				act(w[i], tx, &rng, &at, &said[i]);
			const enum xq_rc rc = tx_finish(tx, XQ_OK, &w[i]->err);
			buf_printf(&said[i], " end %d", rc);
			next[i] = rc == XQ_OK ? at : next[i];
			put_rows(w[i], &rows[i]);
		}
		/* What breaks is told later by one than by the other; what is told of a whole one is the same. */
		if (str_ends(buf_view(&said[0]), STR(" end 0"))) {
			assert_string_equal(said[1].p, said[0].p);
			whole++;
		} else {
			assert_true(str_ends(buf_view(&said[1]), STR(" end 2")));
		}
		assert_string_equal(rows[1].p, rows[0].p);
	}
	assert_in_range(whole, ROUNDS / 3, ROUNDS - 3); /* of either kind enough */
	for (int i = 0; i < 2; i++)
		db_close(w[i]->db);
	mem_free(mem);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, world_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(rows_wait_for_each_other_and_go_in_few_statements),
		TEST(photos_do_not_wait_for_many),
		TEST(without_hope_each_goes_at_once),
		TEST(who_asks_sees_what_waits),
		TEST(rows_go_behind_those_they_point_at),
		TEST(changes_of_one_row_go_one_after_the_other),
		TEST(what_may_be_either_keeps_its_place),
		TEST(values_of_every_kind_come_through),
		TEST(how_many_rows_is_told_of_the_last_one_alone),
		TEST(what_breaks_wants_to_be_done_again),
		TEST(a_savepoint_is_set_behind_what_waits),
		cmocka_unit_test(what_comes_out_is_what_comes_out_of_each_by_itself),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
