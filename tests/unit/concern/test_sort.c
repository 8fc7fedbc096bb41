/* SPDX-License-Identifier: Apache-2.0 */
/* A concern is sorted by relief and level, for the file and the year; residents see nothing of it. */
#include "../engine.h"
#include "fixture.h"

#include "concern/book.h"
#include "concern/rules.h"
#include "concern/sort.h"
#include "store/sqlcheck.h"
#include "store/store_int.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&concern_rules_module, &evaluation_module, &notify_module, NULL };

static enum xq_rc
sort_it(struct world *w, enum who who, int64_t no, const char *relief, const char *level,
	const char *why)
{
	return run(w, who, &concern_sort,
		IN({ "concern", no_text(w, no) }, { "relief", relief }, { "level", level },
			{ "why", why }));
}

static enum xq_rc
sort_grievance(
	struct world *w, enum who who, int64_t no, const char *interest, const char *statement)
{
	return run(w, who, &concern_sort,
		IN({ "concern", no_text(w, no) }, { "relief", "grievance" }, { "level", "zone" },
			{ "interest", interest }, { "statement", statement }));
}

static struct sorting
sorting_of(struct world *w, int64_t no)
{
	struct sorting s = { 0 };
	struct tx *tx = look(w);
	const enum xq_rc rc =
		sorting_newest(tx, w->mem, w->office, concern_of(w, no).id, &s, &w->err);
	tx_end(tx);
	assert_true(rc == XQ_OK || rc == XQ_NONE);
	return s;
}

static void
owner_and_head_of_the_unit_sort_it(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	const struct concern before = concern_of(w, no);
	assert_refused(w, sort_it(w, WANG, no, "worry", "point", ""), NULL, "concern.not-owner");
	assert_refused(w, sort_it(w, GU, no, "worry", "point", ""), NULL, "concern.not-owner");
	mark(w);
	OK(sort_it(w, CHEN, no, "worry", "point", ""));
	assert_string_equal(news(w), "office.noted handler u04 {\"act\":\"concern.sort\"}");
	struct sorting s = sorting_of(w, no);
	assert_string_equal(s.relief, "worry");
	assert_string_equal(s.level, "point");
	assert_string_equal(s.person, "陈海燕");
	assert_null(s.why);
	const struct concern after = concern_of(w, no);
	assert_int_equal(after.state, before.state);
	assert_int_equal(after.due_at, before.due_at);
	OK(sort_it(w, HE, no, "doubt", "sector", "问的是政策"));
	s = sorting_of(w, no);
	assert_int_equal(s.no, 2);
	assert_string_equal(s.relief, "doubt");
	assert_string_equal(s.why, "问的是政策");
	assert_invariants(w);
}

static void
what_is_missing_is_said_at_once(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	assert_refused(w, run(w, CHEN, &concern_sort, IN({ "concern", no_text(w, no) })), "relief",
		"field.missing-choice");
	assert_refused(w, sort_it(w, CHEN, no, "sadness", "point", ""), "relief", "field.choice");
	OK(sort_it(w, CHEN, no, "none", "subdistrict", ""));
	assert_refused(w, sort_it(w, CHEN, no, "lonely", "point", ""), "why", "sort.no-why");
	assert_refused(w, sort_grievance(w, CHEN, no, "", ""), "why", "sort.no-why");
	assert_refused(w, sort_grievance(w, CHEN, no, "", ""), "interest", "sort.no-interest");
	assert_refused(w, sort_grievance(w, CHEN, no, "", ""), "statement", "sort.no-statement");
	assert_string_equal(sorting_of(w, no).relief, "none");
	assert_int_equal(sorting_of(w, no).no, 1);
}

static void
a_grievance_keeps_the_word_that_no_interest_is_in_it(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w), other = signed_by_chen(w);
	assert_refused(w, sort_grievance(w, CHEN, no, "some", "楼上是我表哥"), "interest",
		"sort.conflict");
	assert_int_equal(sorting_of(w, no).no, 0);
	OK(sort_grievance(w, CHEN, no, "none", "双方我都不认识"));
	assert_string_equal(sorting_of(w, no).statement, "双方我都不认识");
	/* what is no grievance asks for none, and keeps none */
	OK(run(w, CHEN, &concern_sort,
		IN({ "concern", no_text(w, other) }, { "relief", "lonely" }, { "level", "point" },
			{ "interest", "some" }, { "statement", "随便写的" })));
	assert_null(sorting_of(w, other).statement);
}

static void
residents_see_nothing_of_it(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	OK(sort_it(w, CHEN, no, "hardship", "point", ""));
	assert_int_equal(ask(w,
				 SQL("SELECT count(*) FROM step WHERE office = ? AND concern_id = ?"
				     " AND act = 'concern.sort' AND is_for_resident = 1"),
				 VALS(V(w->office), V(concern_of(w, no).id))),
		0);
	assert_int_equal(count_events(w, "hardship"), 0);
}

/* What the sums say of a relief, over all levels. */
static struct sort_sum
year_of(struct world *w, const char *relief, const char *level, int year)
{
	struct sort_sum *list, all = { 0 };
	size_t n;
	struct tx *tx = look(w);
	OK(sort_sums(tx, w->mem, w->office, moment(year * 10000 + 101, 0),
		moment((year + 1) * 10000 + 101, 0), &list, &n, &w->err));
	tx_end(tx);
	assert_int_equal(n, SORT_RELIEFS * SORT_LEVELS);
	for (size_t i = 0; i < n; i++)
		if (text_eq(list[i].relief, relief) && (!level || text_eq(list[i].level, level))) {
			all.came += list[i].came;
			all.open += list[i].open;
			all.ended += list[i].ended;
			all.seen_solved += list[i].seen_solved;
			for (int k = 0; k <= OUT_NOT; k++)
				all.outcome[k] += list[i].outcome[k];
		}
	return all;
}

static void
the_year_tells_what_became_of_each(void **state)
{
	struct world *w = *state;
	const int64_t open = signed_by_chen(w);
	OK(sort_it(w, CHEN, open, "hardship", "point", ""));
	const int64_t done = answered_by_chen(w);
	OK(sort_it(w, CHEN, done, "hardship", "zone", ""));
	assert_int_equal(year_of(w, "hardship", NULL, 2026).open, 2); /* not closed yet */
	OK(rate(w, RESIDENT, w->code, "yes", "1"));
	const int64_t voided = take_down(w, CHEN, "other");
	OK(sort_it(w, CHEN, voided, "hardship", "zone", ""));
	OK(run(w, SHEN, &concern_void,
		IN({ "concern", no_text(w, voided) }, { "why", "error" }, { "note", "录错了" })));
	const int64_t moved = signed_by_chen(w);
	OK(sort_it(w, CHEN, moved, "hardship", "point", ""));
	OK(sort_it(w, CHEN, moved, "doubt", "district", "问的是区里的政策"));

	const struct sort_sum s = year_of(w, "hardship", NULL, 2026);
	assert_int_equal(s.came, 3);
	assert_int_equal(s.open, 1);
	assert_int_equal(s.ended, 1);
	assert_int_equal(s.outcome[OUT_SOLVED], 1);
	assert_int_equal(s.seen_solved, 1);
	assert_int_equal(year_of(w, "hardship", "zone", 2026).came, 2);
	assert_int_equal(year_of(w, "doubt", "district", 2026).came, 1);
	assert_int_equal(year_of(w, "hardship", NULL, 2025).came, 0);
	assert_int_equal(year_of(w, "hardship", NULL, 2027).came, 0);
}

/* Never the table: a million concerns that nobody sorted cost nothing. */
static void
the_year_is_counted_along_the_index_alone(void **state)
{
	if (on_server()) /* plans are read on SQLite, whose figures are declared */
		skip();
	enum { LIST_MAX = 64 };
	struct world *w = *state;
	const struct migration *list[LIST_MAX];
	const size_t n_list = app_migrations(world_modules, list, LIST_MAX);
	size_t n, faults = 0, seen = 0;
	const struct sql_text *all = sql_all(&n);
	struct buf out = buf_new(w->mem, 256), plan = buf_new(w->mem, 256);
	struct tx *tx = look(w);
	for (size_t i = 0; i < n; i++) {
		if (!str_ends(str_of(all[i].file), STR("concern/sort.c")))
			continue;
		faults += sqlcheck_text(list, n_list, &all[i], &out);
		faults += sqlcheck_plan(tx, list, n_list, &all[i], &out);
		if (strstr(all[i].text, "count(*)"))
			OK(db_plan(tx, all[i].text, &plan, &w->err));
		seen++;
	}
	tx_end(tx);
	if (faults > 0)
		fail_msg("%s", buf_view(&out).p);
	assert_int_equal(seen, 4);
	if (!strstr(buf_view(&plan).p, "USING COVERING INDEX concern_sorted"))
		fail_msg("%s", buf_view(&plan).p);
}

static void
an_older_folder_gets_it(void **state)
{
	struct world *w = *state;
	struct tx *tx;
	const int64_t no = signed_by_chen(w);
	OK(db_write(w->app->db, &tx, &w->err));
	OK(store_script(tx,
		"DROP INDEX concern_sorted;"
		"ALTER TABLE concern DROP COLUMN relief;"
		"ALTER TABLE concern DROP COLUMN solve_level;"
		"DROP TABLE sorting;"
		"DELETE FROM rule_text WHERE kind = 'guides' AND code = 'sort';"
		"DELETE FROM schema_version WHERE module = 'concern' AND number = 11;",
		&w->err));
	OK(tx_commit(tx, &w->err));
	const struct migration *list[64];
	OK(db_migrate(w->app->db, list, app_migrations(world_modules, list, 64), &w->err));
	OK(sort_it(w, CHEN, no, "worry", "point", ""));
	assert_int_equal(year_of(w, "worry", NULL, 2026).came, 1);
	assert_int_equal(ask(w,
				 SQL("SELECT count(*) FROM rule_text WHERE office = ?"
				     " AND kind = 'guides' AND code = 'sort'"),
				 VALS(V(w->office))),
		1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(owner_and_head_of_the_unit_sort_it),
		TEST(what_is_missing_is_said_at_once),
		TEST(a_grievance_keeps_the_word_that_no_interest_is_in_it),
		TEST(residents_see_nothing_of_it),
		TEST(the_year_tells_what_became_of_each),
		TEST(the_year_is_counted_along_the_index_alone),
		TEST(an_older_folder_gets_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
