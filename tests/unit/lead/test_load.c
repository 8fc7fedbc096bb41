/* SPDX-License-Identifier: Apache-2.0 */
/* What stands on the leader's board: late ones by age and by unit, promises, reviews; what is sealed. */
#include "../concern/fixture.h"
#include "../engine.h"

#include "hard/hard.h"
#include "lead/lead_int.h"
#include "store/sqlcheck.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, &hard_module, &lead_module, NULL };

static struct late_row *
late_of(struct world *w, struct late_query l, size_t want)
{
	struct late_row *row = NULL;
	size_t n = 0;
	struct tx *tx = look(w);
	l.now = now_of(w);
	l.max = l.max ? l.max : 10;
	OK(late_list(tx, w->mem, w->office, &l, &row, &n, &w->err));
	tx_end(tx);
	assert_int_equal(n, want);
	return row;
}

static void
what_is_not_due_is_not_late(void **state)
{
	struct world *w = *state;
	(void)signed_by_chen(w);
	(void)late_of(w, (struct late_query){ 0 }, 0);
}

static void
late_ones_stand_oldest_first_with_owner_and_tracker(void **state)
{
	struct world *w = *state;
	const int64_t first = signed_by_chen(w);
	go(w, 20261010, 900);
	const int64_t second = take_down(w, GU, "other");
	go(w, 20261030, 900);
	(void)run_jobs(w);
	const struct late_row *row = late_of(w, (struct late_query){ 0 }, 2);
	assert_int_equal(row[0].file_no, first);
	assert_int_equal(row[1].file_no, second);
	assert_int_equal(row[0].unit_id, unit_of(w, "u04").id);
	assert_string_equal(row[0].owner, w->who[CHEN].name);
	assert_string_equal(row[0].tracker, w->who[GU].name);
	assert_int_equal(row[0].due_day, concern_of(w, first).due_day);
	assert_int_equal(row[0].level, concern_of(w, first).level);
	assert_true(row[0].level > 0);
}

static void
an_answer_takes_it_off_the_board(void **state)
{
	struct world *w = *state;
	(void)answered_by_chen(w);
	go(w, 20261030, 900);
	(void)late_of(w, (struct late_query){ 0 }, 0);
}

static void
the_next_page_continues_from_the_last_key(void **state)
{
	struct world *w = *state;
	(void)take_down(w, GU, "other");
	(void)take_down(w, GU, "other");
	(void)take_down(w, GU, "other");
	go(w, 20261030, 900);
	const struct late_row *row = late_of(w, (struct late_query){ .max = 2 }, 2);
	const int64_t last = row[1].id, due = row[1].due_at;
	row = late_of(w, (struct late_query){ .after_due = due, .after_id = last }, 1);
	assert_true(row[0].id > last);
}

static void
one_unit_alone_can_be_shown(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	(void)take_down(w, GU, "other");
	go(w, 20261030, 900);
	const struct late_row *row =
		late_of(w, (struct late_query){ .unit_id = unit_of(w, "u04").id }, 1);
	assert_int_equal(row[0].file_no, no);
}

static void
units_are_counted_in_the_order_of_the_catalogue(void **state)
{
	struct world *w = *state;
	(void)signed_by_chen(w);
	(void)take_down(w, GU, "other");
	(void)take_down(w, GU, "other");
	go(w, 20261030, 900);
	struct late_unit *unit;
	size_t n = 0;
	int64_t total = 0;
	struct tx *tx = look(w);
	OK(late_units(tx, w->mem, w->office, now_of(w), &unit, &n, &total, &w->err));
	tx_end(tx);
	assert_int_equal(total, 3);
	assert_int_equal(n, 2);
	assert_string_equal(unit[0].code, "u03");
	assert_int_equal(unit[0].n, 2);
	assert_string_equal(unit[1].code, "u04");
	assert_int_equal(unit[1].n, 1);
}

static void
what_is_sealed_shows_neither_matter_nor_place(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	force(w, SQL("UPDATE concern SET lane = 1 WHERE office = ? AND file_no = ?"),
		VALS(V(w->office), V(no)));
	go(w, 20261030, 900);
	const struct late_row *row = late_of(w, (struct late_query){ 0 }, 1);
	assert_int_equal(row[0].file_no, no);
	assert_null(row[0].title);
	assert_null(row[0].place);
}

static void
broken_promises_and_those_ahead_are_apart(void **state)
{
	struct world *w = *state;
	const int64_t no = answered_by_chen(w);
	OK(run(w, PEI, &callback_record,
		IN({ "concern", no_text(w, no) }, { "result", "reached" }, { "solved", "yes" },
			{ "sat", "1" })));
	OK(run(w, CHEN, &concern_promise,
		IN({ "concern", no_text(w, no) }, { "text", "月底前再查一遍" },
			{ "day", "2026-10-09" })));
	struct promise_row *row;
	size_t n = 9;
	int64_t total = 9;
	const int64_t due = moment(20261009, 1730);
	struct tx *tx = look(w);
	OK(promises_open(tx, w->mem, w->office, due - 60, due + 60, &row, &n, &total, &w->err));
	assert_int_equal(n, 1);
	assert_int_equal(total, 1);
	assert_int_equal(row[0].file_no, no);
	assert_int_equal(row[0].due_day, 20261009);
	assert_string_equal(row[0].text, "月底前再查一遍");
	OK(promises_open(tx, w->mem, w->office, 0, due - 60, &row, &n, &total, &w->err));
	assert_int_equal(n, 0);
	assert_int_equal(total, 0);
	tx_end(tx);
}

static void
reviews_are_listed_by_their_day(void **state)
{
	struct world *w = *state;
	OK(run(w, SHEN, &hard_list_act,
		IN({ "concern", "" }, { "kind", "legacy" }, { "title", "长桥新村电梯老化" },
			{ "public_line", "老小区电梯更新" }, { "sponsor", "zhoum" },
			{ "blocker", "owners-vote" }, { "blocker_words", "" },
			{ "plan", "请业主委员会开会" }, { "condition", "三分之二业主同意" },
			{ "next", "2026-12-15" }, { "checked", "1" })));
	struct due_review *row;
	size_t n = 9;
	int64_t total = 9;
	struct tx *tx = look(w);
	OK(reviews_due(tx, w->mem, w->office, moment(20261201, 900), &row, &n, &total, &w->err));
	assert_int_equal(n, 0);
	OK(reviews_due(tx, w->mem, w->office, moment(20261216, 900), &row, &n, &total, &w->err));
	tx_end(tx);
	assert_int_equal(n, 1);
	assert_int_equal(total, 1);
	assert_int_equal(row[0].next_on, 20261215);
	assert_string_equal(row[0].title, "长桥新村电梯老化");
}

static void
another_office_sees_nothing_of_it(void **state)
{
	struct world *w = *state;
	(void)take_down(w, GU, "other");
	go(w, 20261030, 900);
	struct late_row *row;
	size_t n = 9;
	struct late_query l = { .now = now_of(w), .max = 10 };
	struct tx *tx = look(w);
	OK(late_list(tx, w->mem, w->other, &l, &row, &n, &w->err));
	tx_end(tx);
	assert_int_equal(n, 0);
}

/* No page may cost more as history grows. */
static void
every_statement_walks_an_index_over_what_is_open(void **state)
{
	if (on_server()) /* plans are read on SQLite, whose figures are declared */
		skip();
	struct world *w = *state;
	const struct migration *list[64];
	size_t n_list = app_migrations(world_modules, list, 64), n, faults = 0, seen = 0;
	const struct sql_text *sql = sql_all(&n);
	struct buf out = buf_new(w->mem, 256);
	struct tx *tx = look(w);
	for (size_t i = 0; i < n; i++) {
		struct str file = str_of(sql[i].file);
		if (str_index(file, STR("src/lead/")) == file.n)
			continue;
		seen++;
		faults += sqlcheck_text(list, n_list, &sql[i], &out);
		faults += sqlcheck_plan(tx, list, n_list, &sql[i], &out);
		struct buf plan = buf_new(w->mem, 256);
		OK(db_plan(tx, sql[i].text, &plan, &w->err));
		const struct str p = buf_view(&plan);
		if (str_index(p, STR("concern_awaiting")) == p.n &&
			str_index(p, STR("concern_open_unit")) == p.n &&
			str_index(p, STR("promise_due")) == p.n &&
			str_index(p, STR("hard_next")) == p.n)
			fail_msg("%s\n%.*s", sql[i].text, (int)p.n, p.p);
		if (str_index(p, STR("TEMP B-TREE")) < p.n)
			fail_msg("sorted by itself: %s\n%.*s", sql[i].text, (int)p.n, p.p);
	}
	tx_end(tx);
	assert_int_equal(seen, 7);
	if (faults > 0)
		fail_msg("%s", buf_view(&out).p);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(what_is_not_due_is_not_late),
		TEST(late_ones_stand_oldest_first_with_owner_and_tracker),
		TEST(an_answer_takes_it_off_the_board),
		TEST(the_next_page_continues_from_the_last_key),
		TEST(one_unit_alone_can_be_shown),
		TEST(units_are_counted_in_the_order_of_the_catalogue),
		TEST(what_is_sealed_shows_neither_matter_nor_place),
		TEST(broken_promises_and_those_ahead_are_apart),
		TEST(reviews_are_listed_by_their_day),
		TEST(another_office_sees_nothing_of_it),
		TEST(every_statement_walks_an_index_over_what_is_open),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
