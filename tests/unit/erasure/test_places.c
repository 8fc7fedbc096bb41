/* SPDX-License-Identifier: Apache-2.0 */
/* Every column of text or bytes stands in one of the two lists of erasure/places.h: a new one makes this red
 * until somebody has said whether a resident may stand in it. */
#include "modules.h"

#include <sqlite3.h>

#include "erasure/places.h"

#include "core/banned.h"

static int
setup(void **state)
{
	*state = world_new(false, moment(20260302, 900));
	return 0;
}

static bool
names(const char *columns, const char *one)
{
	struct str rest = str_of(columns), word;
	while (rest.n > 0 && (str_cut(&rest, ' ', &word) || word.n > 0))
		if (str_is(word, one))
			return true;
	return false;
}

static int
listed(const struct place *list, const char *table, const char *column)
{
	int n = 0;
	for (; list->table; list++)
		n += text_eq(list->table, table) && names(list->columns, column);
	return n;
}

/* fn for each column of text or bytes that the folder has. */
static void
each_column(
	struct world *w, void (*fn)(const char *table, const char *column, void *arg), void *arg)
{
	sqlite3 *db;
	sqlite3_stmt *s;
	const char *path = mem_printf(w->mem, "%s/xinqiao.db", w->dir);
	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(
		sqlite3_prepare_v2(db,
			"SELECT m.name, c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c"
			" WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
			" AND lower(c.type) IN ('text', 'blob') ORDER BY m.name, c.cid",
			-1, &s, NULL),
		SQLITE_OK);
	int n = 0;
	for (; sqlite3_step(s) == SQLITE_ROW; n++)
		fn((const char *)sqlite3_column_text(s, 0), (const char *)sqlite3_column_text(s, 1),
			arg);
	assert_true(n > 200);
	sqlite3_finalize(s); /* read to its end */
	sqlite3_close(db);   /* nothing is open */
}

static void
check_column(const char *table, const char *column, void *arg)
{
	int *faults = arg;
	int gone = listed(erased_places, table, column), kept = listed(kept_places, table, column);
	if (gone + kept == 1)
		return;
	print_error("%s.%s: %s\n", table, column,
		gone + kept == 0 ? "may a resident stand in it? Say so in erasure/places.c"
				 : "stands in the lists more than once");
	++*faults;
}

static void
every_column_is_in_one_list(void **state)
{
	int faults = 0;
	each_column(*state, check_column, &faults);
	assert_int_equal(faults, 0);
}

static void
what_is_kept_says_why(void **state)
{
	(void)state;
	for (const struct place *p = kept_places; p->table; p++)
		if (!p->why || strlen(p->why) < 10)
			fail_msg("%s %s: why is it kept?", p->table, p->columns);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_column_is_in_one_list),
		cmocka_unit_test(what_is_kept_says_why),
	};
	return cmocka_run_group_tests(tests, setup, world_teardown);
}
