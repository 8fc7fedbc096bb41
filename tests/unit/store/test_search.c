/* SPDX-License-Identifier: Apache-2.0 */
/* Words as people type them; rows that are read through, folded, changed after it, and erased. */
#include "store/search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/mem.h"
#include "core/utf8.h"
#include "store/store_int.h"

#include "core/banned.h"

#define OFFICE 3

struct fix {
	void *mem;
	struct db *db;
};

static int
setup(void **state)
{
	static const struct migration *const list[] = { &store_migration_1, &search_migration_1 };
	struct xq_err err = { 0 };
	void *mem = mem_root("test");
	struct fix *f = mem_new(mem, struct fix);
	f->mem = mem;
	if (db_open(f, NULL, &(struct db_options){ .is_memory = true }, &f->db, &err) != XQ_OK ||
		db_migrate(f->db, list, 2, &err) != XQ_OK)
		return -1;
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fix *f = *state;
	db_close(f->db);
	mem_free(f->mem);
	return 0;
}

static struct tx *
begin(struct fix *f)
{
	struct tx *tx = NULL;
	struct xq_err err = { 0 };
	assert_int_equal(db_write(f->db, &tx, &err), XQ_OK);
	return tx;
}

static void
commit(struct tx *tx)
{
	struct xq_err err = { 0 };
	assert_int_equal(tx_commit(tx, &err), XQ_OK);
}

static void
put(struct fix *f, struct tx *tx, int64_t id, const char *text)
{
	struct xq_err err = { 0 };
	struct str terms = search_terms(f->mem, str_of(text), 1000);
	if (search_put(tx, OFFICE, SEARCH_CONCERN, id, terms, &err) != XQ_OK)
		fail_msg("put %s %s", err.key, err.detail);
}

static void
put_one(struct fix *f, int64_t id, const char *text)
{
	struct tx *tx = begin(f);
	put(f, tx, id, text);
	commit(tx);
}

struct hits {
	int64_t *id;
	size_t n;
};

static struct hits
find_from(struct fix *f, struct str query, int64_t before, size_t max)
{
	struct xq_err err = { 0 };
	struct tx *tx = NULL;
	struct hits h = { 0 };
	assert_int_equal(db_read(f->db, &tx, &err), XQ_OK);
	enum xq_rc rc = search_find(
		tx, f->mem, OFFICE, SEARCH_CONCERN, query, before, max, &h.id, &h.n, &err);
	tx_end(tx);
	if (rc != XQ_OK)
		fail_msg("find %s %s", err.key, err.detail);
	return h;
}

static bool
finds(struct fix *f, const char *query, int64_t id)
{
	struct hits h = find_from(f, str_of(query), 0, 100);
	for (size_t i = 0; i < h.n; i++)
		if (h.id[i] == id)
			return true;
	return false;
}

/* ---- terms --------------------------------------------------------------------------------------- */

static void
terms_are_runs_and_folded_words(void **state)
{
	struct fix *f = *state;
	static const char *const cases[][2] = {
		{ "楼道灯不亮，已三天。", "楼道灯不亮 已三天" },
		{ "３栋2单元ＡＢＣ电梯", "3 栋 2 单元 abc 电梯" },
		{ "Wi-Fi 5G坏了", "wi fi 5g 坏了" },
		{ "王𠮷、张㐂", "王𠮷 张㐂" },
		{ "ÀÉü naïve", "àéü naïve" },
		{ "  ！？\n", "" },
		{ "", "" },
		{ "时々〇五", "时々〇五" },
		{ "カラオケ店", "カラオケ店" },
		{ "0123456789012345678901234567890123456789 x",
			"01234567890123456789012345678901 x" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct str got = search_terms(f->mem, str_of(cases[i][0]), 100);
		if (!str_is(got, cases[i][1]))
			fail_msg("%s: expected \"%s\", got \"%.*s\"", cases[i][0], cases[i][1],
				(int)got.n, got.p);
	}
}

static void
terms_are_bounded(void **state)
{
	struct fix *f = *state;
	assert_true(str_is(search_terms(f->mem, STR("楼道灯不亮"), 3), "楼道灯"));
	assert_true(str_is(search_terms(f->mem, STR("a b c"), 2), "a b"));
	assert_true(str_is(search_terms(f->mem, STR("灯 abc"), 1), "灯"));
	assert_true(str_is(search_terms(f->mem, STR("灯"), 0), ""));
}

/* ---- finding -------------------------------------------------------------------------------------- */

struct vector {
	const char *query;
	bool is_found;
};

static const struct vector vectors[] = {
	{ "楼道灯不亮", true },
	{ "灯不", true },
	{ "楼道", true },
	{ "灯", true },
	{ "亮", true }, /* the end of a run */
	{ "楼", true },
	{ "楼道 不亮", true },
	{ "楼道不亮", false }, /* all of it, as it stands */
	{ "道灯 三天", true },
	{ "亮已", false }, /* over a comma */
	{ "3栋", true },
	{ "３栋", true },
	{ "栋", true },
	{ "ab12", true },
	{ "ＡＢ１２", true },
	{ "ab1", false }, /* words only whole */
	{ "B12", false },
	{ "王𠮷", true },
	{ "𠮷", true },
	{ "王吉", false },
	{ "楼道灯 ab12 𠮷 3", true },
	{ "楼道灯 zz", false },
	{ "", false },
	{ "，。", false },
};

static void
try_vectors(struct fix *f, int64_t id)
{
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
		if (finds(f, vectors[i].query, id) != vectors[i].is_found)
			fail_msg("\"%s\" should%s be found", vectors[i].query,
				vectors[i].is_found ? "" : " not");
}

static const char sample[] = "楼道灯不亮，已经三天。3栋 AB12 王𠮷";

static void
words_are_found_in_the_newest_rows(void **state)
{
	put_one(*state, 7, sample);
	try_vectors(*state, 7);
}

static void
words_are_found_in_folded_rows(void **state)
{
	struct fix *f = *state;
	int64_t n = -1;
	struct xq_err err = { 0 };
	put_one(f, 7, sample);
	put_one(f, 9000, "别的事情");
	struct tx *tx = begin(f);
	assert_int_equal(
		db_int(tx,
			SQL("SELECT count(*) FROM search_page WHERE office = ? AND kind = ?"
			    " AND block = ?"),
			VALS(V(OFFICE), V(1), V(0)), &n, &err),
		XQ_OK);
	tx_end(tx);
	assert_true(n > 0);
	try_vectors(f, 7);
	assert_true(finds(f, "别的", 9000));
}

static void
words_are_found_in_rows_changed_after_folding(void **state)
{
	struct fix *f = *state;
	put_one(f, 7, "从前的话");
	put_one(f, 9000, "别的事情");
	put_one(f, 7, sample);
	try_vectors(f, 7);
	assert_false(finds(f, "从前", 7));
	for (int64_t id = 100; id < 200; id++)
		put_one(f, id, "后来补上的"); /* enough to fold again */
	try_vectors(f, 7);
	assert_true(finds(f, "补上", 150));
	assert_false(finds(f, "从前", 7));
}

static void
rows_in_a_gap_are_found(void **state)
{
	struct fix *f = *state;
	put_one(f, 90000, "上面");
	put_one(f, 100000, "再上面");
	put_one(f, 5000, sample); /* a block that was never there */
	try_vectors(f, 5000);
}

static void
kinds_and_offices_are_apart(void **state)
{
	struct fix *f = *state;
	struct xq_err err = { 0 };
	struct tx *tx = begin(f);
	assert_int_equal(search_put(tx, OFFICE, SEARCH_REPLY, 1, STR("楼道灯"), &err), XQ_OK);
	assert_int_equal(search_put(tx, OFFICE + 1, SEARCH_CONCERN, 2, STR("楼道灯"), &err), XQ_OK);
	commit(tx);
	assert_int_equal(find_from(f, STR("楼道灯"), 0, 10).n, 0);
}

static void
newest_come_first_page_by_page(void **state)
{
	struct fix *f = *state;
	struct tx *tx = begin(f);
	for (int64_t id = 1; id <= 3000; id++)
		put(f, tx, id, id % 3 == 0 ? "噪音扰民" : "路面积水");
	commit(tx);
	int64_t before = 0, expected = 3000;
	for (;;) {
		struct hits h = find_from(f, STR("噪音"), before, 70);
		for (size_t i = 0; i < h.n; i++, expected -= 3)
			assert_int_equal(h.id[i], expected);
		if (h.n < 70)
			break;
		before = h.id[h.n - 1];
	}
	assert_int_equal(expected, 0);
}

static void
erased_words_are_nowhere(void **state)
{
	struct fix *f = *state;
	struct xq_err err = { 0 };
	int64_t n = -1;
	put_one(f, 7, "独一无二");
	put_one(f, 8, "留下来的");
	put_one(f, 9000, "别的事情");
	put_one(f, 7, "");
	assert_false(finds(f, "独一", 7));
	assert_true(finds(f, "留下", 8));
	struct tx *tx = begin(f);
	struct rows *q = db_query(tx,
		SQL("SELECT data FROM search_page WHERE office = ? AND kind = ? AND block = ?"
		    " ORDER BY first"),
		VALS(V(OFFICE), V(1), V(0)));
	assert_true(row_next(q));
	assert_true(row_bytes(q, 0).n < 40); /* four keys of the other row */
	assert_int_equal(rows_close(q, &err), XQ_OK);
	assert_int_equal(
		db_int(tx,
			SQL("SELECT count(*) FROM search_doc WHERE office = ? AND kind = ? AND id = ?"),
			VALS(V(OFFICE), V(1), V(7)), &n, &err),
		XQ_OK);
	assert_int_equal(n, 0);
	tx_end(tx);
}

static void
an_undone_act_is_not_found(void **state)
{
	struct fix *f = *state;
	struct xq_err err = { 0 };
	struct tx *tx = begin(f);
	put(f, tx, 1, "第一件");
	assert_int_equal(tx_savepoint(tx, &err), XQ_OK);
	put(f, tx, 2, "撤回的");
	put(f, tx, 5000, "也撤回"); /* folds block 0, which is undone as well */
	assert_int_equal(tx_undo(tx, &err), XQ_OK);
	put(f, tx, 3, "第三件");
	commit(tx);
	assert_true(finds(f, "第一件", 1));
	assert_true(finds(f, "第三件", 3));
	assert_int_equal(find_from(f, STR("撤回"), 0, 10).n, 0);
}

/* ---- property --------------------------------------------------------------------------------------- */

static uint32_t
some_char(void)
{
	static const uint32_t rare[] = { 0x20BB7, 0x3400, 0x9FA5, 0xF900, 0x3007 };
	long r = random() % 100;
	if (r < 90)
		return 0x4E00 + (uint32_t)(random() % 40); /* few, so that pairs meet by chance */
	if (r < 93)
		return rare[random() % 5];
	return r < 97 ? 0xFF0C : 'a' + (uint32_t)(random() % 3);
}

static struct str
some_text(void *mem)
{
	struct buf b = buf_new(mem, 64);
	for (long n = 2 + random() % 60; n > 0; n--)
		utf8_put(&b, some_char());
	return buf_view(&b);
}

/* The plain way: cut into pieces by anything that is no character of a run. */
static bool
holds(struct str text, struct str run)
{
	return memmem(text.p, text.n, run.p, run.n) != NULL;
}

/* A run of two to six CJK characters out of text; false when it has none. */
static bool
some_run(struct str text, struct str *out)
{
	for (int tries = 0; tries < 20; tries++) {
		struct str rest = text;
		for (long skip = random() % 40; skip > 0 && rest.n > 0; skip--)
			(void)utf8_next(&rest);
		const char *from = rest.p;
		long want = 2 + random() % 5, n = 0;
		const char *to = from;
		while (rest.n > 0 && n < want) {
			uint32_t c = utf8_next(&rest);
			if (c == 0xFF0C || c < 0x80)
				break;
			n++;
			to = rest.p;
		}
		*out = str_n(from, (size_t)(to - from));
		if (n >= 2)
			return true;
	}
	return false;
}

static void
try_run(struct fix *f, struct str *text, int64_t rows, struct str run)
{
	struct hits h = find_from(f, run, 0, (size_t)rows);
	size_t at = 0;
	for (int64_t id = rows - 1; id >= 0; id--) {
		bool is_expected = holds(text[id], run);
		bool is_found = at < h.n && h.id[at] == id;
		if (is_expected != is_found)
			fail_msg("\"%.*s\" in \"%.*s\": expected %d, got %d", (int)run.n, run.p,
				(int)text[id].n, text[id].p, is_expected, is_found);
		at += is_found;
	}
	assert_int_equal(at, h.n);
}

static void
every_run_finds_exactly_the_rows_that_hold_it(void **state)
{
	enum { ROWS = 2600 };
	struct fix *f = *state;
	struct str *text = mem_array(f->mem, struct str, ROWS);
	srandom(11);
	for (int64_t id = 0; id < ROWS;) {
		struct tx *tx = begin(f);
		for (int k = 0; k < 40 && id < ROWS; k++, id++) {
			text[id] = some_text(f->mem);
			put(f, tx, id, str_text(f->mem, text[id]));
		}
		for (int k = 0; k < 3; k++) { /* some change later */
			int64_t old = random() % id;
			text[old] = some_text(f->mem);
			put(f, tx, old, str_text(f->mem, text[old]));
		}
		commit(tx);
	}
	for (int i = 0; i < 300; i++) {
		struct str run;
		if (some_run(text[random() % ROWS], &run))
			try_run(f, text, ROWS, run);
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(terms_are_runs_and_folded_words),
		T(terms_are_bounded),
		T(words_are_found_in_the_newest_rows),
		T(words_are_found_in_folded_rows),
		T(words_are_found_in_rows_changed_after_folding),
		T(rows_in_a_gap_are_found),
		T(kinds_and_offices_are_apart),
		T(newest_come_first_page_by_page),
		T(erased_words_are_nowhere),
		T(an_undone_act_is_not_found),
		T(every_run_finds_exactly_the_rows_that_hold_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
