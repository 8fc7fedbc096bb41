/* SPDX-License-Identifier: Apache-2.0 */
/* The text for many rows made of the text for one, and which texts have none; which tables are above which. */
#include "store/pg_gather_int.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/mem.h"

#include "core/banned.h"

static const struct {
	const char *text;
	enum gather_kind kind;
	const char *two; /* rows */
	const char *keys;
} good[] = {
	{ "INSERT INTO box (office, id) VALUES (?, ?)", GATHER_INSERT,
		"INSERT INTO box (office, id) VALUES ($1, $2), ($3, $4)", "" },
	{ "insert into box (office,id,note) values (?,-1,'why? (so)')", GATHER_INSERT,
		"insert into box (office,id,note) values ($1,-1,'why? (so)'), ($2,-1,'why? (so)')",
		"" },
	{ "INSERT INTO box (office, id, note) /* scan: ? */ VALUES (?, 0, NULL)", GATHER_INSERT,
		"INSERT INTO box (office, id, note)  VALUES ($1, 0, NULL), ($2, 0, NULL)", "" },
	{ "INSERT INTO box (office, id) VALUES (?, ?) ON CONFLICT (office, id) DO NOTHING",
		GATHER_UPSERT,
		"INSERT INTO box (office, id) VALUES ($1, $2), ($3, $4)"
		" ON CONFLICT (office, id) DO NOTHING",
		"office=0 id=1 " },
	{ "INSERT INTO box (note, id, office) VALUES (?, 7, ?)"
	  " ON CONFLICT (office, id) DO UPDATE SET note = excluded.note, n = 1",
		GATHER_UPSERT,
		"INSERT INTO box (note, id, office) VALUES ($1, 7, $2), ($3, 7, $4)"
		" ON CONFLICT (office, id) DO UPDATE SET note = excluded.note, n = 1",
		"office=1 " },
	{ "UPDATE box SET note = ?, ver = ver + 1 WHERE office = ? AND id = ? AND ver = ?",
		GATHER_UPDATE,
		"UPDATE box SET note = v.p1, ver = ver + 1 "
		"FROM (VALUES ($1, $2, $3, $4), ($5, $6, $7, $8)) AS v (p1, p2, p3, p4) "
		"WHERE office = v.p2 AND id = v.p3 AND ver = v.p4",
		"office=1 id=2 ver=3 " },
	{ "UPDATE box SET n = CASE WHEN ? = 1 THEN CAST(? AS bigint) ELSE n END"
	  " WHERE office = ? AND n + ? > 3 AND id = ? AND n IS NULL",
		GATHER_UPDATE,
		"UPDATE box SET n = CASE WHEN v.p1 = 1 THEN CAST(v.p2 AS bigint) ELSE n END "
		"FROM (VALUES ($1, $2, $3, $4, $5), ($6, $7, $8, $9, $10)) AS v (p1, p2, p3, p4, p5) "
		"WHERE office = v.p3 AND n + v.p4 > 3 AND id = v.p5 AND n IS NULL",
		"office=2 id=4 " },
	/* A condition is a key only where it stands alone. */
	{ "UPDATE box SET n = ? WHERE NOT office = ? AND (id = ? AND n = ?) AND ver = ? + 1",
		GATHER_UPDATE,
		"UPDATE box SET n = v.p1 "
		"FROM (VALUES ($1, $2, $3, $4, $5), ($6, $7, $8, $9, $10)) AS v (p1, p2, p3, p4, p5) "
		"WHERE NOT office = v.p2 AND (id = v.p3 AND n = v.p4) AND ver = v.p5 + 1",
		"" },
};

static void
texts_for_two_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		void *mem = mem_root("test");
		struct gather_shape s;
		struct buf keys = buf_new(mem, 64);
		assert_true(gather_read(good[i].text, &s));
		for (size_t k = 0; k < s.n_keys; k++)
			buf_printf(&keys, "%.*s=%d ", (int)s.key[k].column.n, s.key[k].column.p,
				s.key[k].mark);
		assert_string_equal(gather_text(mem, good[i].text, &s, 2), good[i].two);
		assert_string_equal(keys.p, good[i].keys);
		assert_int_equal(s.kind, good[i].kind);
		assert_true(str_is(s.table, "box"));
		mem_free(mem);
	}
}

static const char *const bad[] = {
	"",
	"SELECT id FROM box WHERE office = ?",
	"DELETE FROM box WHERE office = ? AND id = ?",
	"INSERT INTO box (office, id) VALUES (1, 2)", /* nothing to tell rows apart */
	"INSERT INTO box (office, id) VALUES (?, ? + 1)",
	"INSERT INTO box (office, id) VALUES (?, coalesce(?, 1))",
	"INSERT INTO box (office, id) VALUES (?, (SELECT max(id) FROM box))",
	"INSERT INTO box (office, id) VALUES (?, ?), (?, ?)",
	"INSERT INTO box (office, id) VALUES (?)",
	"INSERT INTO box VALUES (?, ?)",
	"INSERT INTO box (office, id) SELECT ?, max(id) FROM box WHERE office = ?",
	"INSERT INTO box (office, id) VALUES (?, ?) RETURNING id",
	"INSERT INTO box (office, id) VALUES (?, ?) ON CONFLICT DO NOTHING",
	"INSERT INTO box (office, id) VALUES (?, ?) ON CONFLICT (other) DO NOTHING",
	"INSERT INTO box (office, id) VALUES (?, ?) ON CONFLICT (office, id) DO NOTHING RETURNING id",
	"INSERT INTO box (office, id) VALUES (?, ?) ON CONFLICT (office, id) DO UPDATE"
	" SET n = box.n + excluded.n",
	"INSERT INTO box (office, id) VALUES (?, ?) ON CONFLICT (office, id) DO UPDATE"
	" SET n = excluded.n + 1",
	"INSERT INTO box (office, id) VALUES (?, ?) ON CONFLICT (office, id) DO UPDATE SET n = ?",
	"INSERT INTO box (office, id) VALUES (?, ?) ON CONFLICT (office, id) DO UPDATE"
	" SET n = excluded.n WHERE n = 1",
	"UPDATE box SET n = ?",
	"UPDATE box SET n = 1 WHERE office = 1",
	"UPDATE box SET n = ? WHERE office = ? AND id = ? RETURNING n",
	"UPDATE box SET n = ? WHERE office = ? AND (id = ? OR id = ?)",
	"UPDATE box SET n = ? WHERE office = ? AND id = ? OR n = 1",
	"UPDATE box SET n = (SELECT 1) WHERE office = ? AND id = ?",
	"UPDATE box SET n = ? FROM lid WHERE lid.office = ? AND box.id = ?",
	"UPDATE box AS b SET n = ? WHERE office = ? AND id = ?",
	"UPDATE box b SET n = ? WHERE office = ? AND id = ?",
	"UPDATE box SET n = ? WHERE office = ? AND id = ? AND EXISTS (SELECT 1 FROM lid)",
};

static void
texts_that_go_by_themselves(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct gather_shape s;
		if (gather_read(bad[i], &s) || s.kind != GATHER_NO)
			fail_msg("%s", bad[i]);
	}
}

static void
one_row_is_the_statement_itself(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	struct gather_shape s;
	const char *text = "INSERT INTO box (office, id) VALUES (?, ?)";
	assert_true(gather_read(text, &s));
	assert_string_equal(
		gather_text(mem, text, &s, 1), "INSERT INTO box (office, id) VALUES ($1, $2)");
	mem_free(mem);
}

/* Each points at the next: leaf -> twig -> branch -> tree; yin -> yang -> yin; both sides of a ring -> yin. */
static void
tables_above_come_first(void **state)
{
	(void)state;
	enum { LEAF, TWIG, BRANCH, TREE, YIN, YANG, RING };
	struct pg_table list[] = { { .name = "leaf" }, { .name = "twig" }, { .name = "branch" },
		{ .name = "tree" }, { .name = "yin" }, { .name = "yang" }, { .name = "ring" } };
	struct pg_tables t = { 7, list };
	set_add(&list[LEAF].above, TWIG);
	set_add(&list[TWIG].above, BRANCH);
	set_add(&list[BRANCH].above, TREE);
	set_add(&list[YIN].above, YANG);
	set_add(&list[YANG].above, YIN);
	set_add(&list[RING].above, YIN);
	pg_tables_rank(&t);
	assert_true(set_has(&list[LEAF].above, TREE));
	assert_false(set_has(&list[TREE].above, LEAF));
	assert_true(list[TREE].rank < list[BRANCH].rank && list[BRANCH].rank < list[TWIG].rank &&
		    list[TWIG].rank < list[LEAF].rank);
	assert_true(list[YIN].is_round && list[YANG].is_round);
	assert_false(list[LEAF].is_round || list[RING].is_round);
	assert_int_equal(pg_tables_find(&t, STR("branch")), BRANCH);
	assert_int_equal(pg_tables_find(&t, STR("bran")), 7);
}

/* box has lids; ring is above itself. */
static const struct {
	const char *text;
	enum gather_kind kind;
	const char *keys;
} known[] = {
	{ "UPDATE box SET note = ? WHERE office = ? AND ver = ? AND id = ?", GATHER_UPDATE,
		"1 3 " },
	{ "UPDATE box SET note = ? WHERE office = ? AND ver = ?", GATHER_NO, "" },
	{ "UPDATE box SET note = ? WHERE office = ? AND id > ?", GATHER_NO, "" },
	{ "UPDATE box SET id = ? WHERE office = ? AND id = ?", GATHER_NO, "" },
	{ "UPDATE box SET code = ? WHERE office = ? AND id = ?", GATHER_NO,
		"" }, /* lids point at it */
	{ "UPDATE ring SET note = ? WHERE office = ? AND id = ?", GATHER_NO, "" },
	{ "INSERT INTO ring (office, id) VALUES (?, ?)", GATHER_NO, "" },
	{ "INSERT INTO other (office, id) VALUES (?, ?)", GATHER_NO, "" }, /* of nobody */
	{ "INSERT INTO box (office, id) VALUES (?, ?)", GATHER_INSERT, "" },
	{ "INSERT INTO box (office, note, id) VALUES (?, ?, ?) ON CONFLICT (office, id) DO NOTHING",
		GATHER_UPSERT, "0 2 " },
};

static void
what_a_statement_is_to_the_tables(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	struct pg_table list[] = {
		{ .name = "box",
			.n_key = 2,
			.key = { "office", "id" },
			.n_pointed = 1,
			.pointed = { "code" } },
		{ .name = "ring", .n_key = 2, .key = { "office", "id" }, .is_round = true },
		{ .name = "lid", .n_key = 2, .key = { "office", "id" } },
	};
	const struct pg_tables t = { 3, list };
	struct gather_known k;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		struct buf keys = buf_new(mem, 64);
		gather_know(&t, known[i].text, &k);
		for (size_t n = 0; n < k.n_keys && k.kind != GATHER_NO; n++)
			buf_printf(&keys, "%d ", k.key[n]);
		assert_int_equal(k.kind, known[i].kind);
		assert_string_equal(keys.p, known[i].keys);
		assert_false(k.only_reads || k.is_wide);
	}
	gather_know(&t, "SELECT 'ring', c.box FROM lid l JOIN box b ON b.id = l.id /* ring */", &k);
	assert_true(k.only_reads && set_has(&k.touches, 0) && set_has(&k.touches, 2));
	assert_false(set_has(&k.touches, 1));
	gather_know(&t, "DELETE FROM lid WHERE office = ?", &k);
	assert_true(k.is_wide && set_has(&k.touches, 2));
	mem_free(mem);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_for_two_rows),
		cmocka_unit_test(texts_that_go_by_themselves),
		cmocka_unit_test(one_row_is_the_statement_itself),
		cmocka_unit_test(tables_above_come_first),
		cmocka_unit_test(what_a_statement_is_to_the_tables),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
