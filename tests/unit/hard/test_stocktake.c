/* SPDX-License-Identifier: Apache-2.0 */
/* The yearly stock-take of legacy problems: the clock asks each neighbourhood and station, they look at
 * what is theirs and file, and what is late is told. */
#include "../concern/fixture.h"

#include "core/parse.h"
#include "hard/legacy.h"
#include "store/store_int.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, &hard_module, NULL };

/* ---- short words ------------------------------------------------------------------------------------ */

static enum xq_rc
list_at(struct world *w, const char *kind, const char *nbhd)
{
	return run(w, SHEN, &hard_list_act,
		IN({ "kind", kind }, { "nbhd", nbhd }, { "title", "长桥新村产权证" },
			{ "public_line", "老小区产权证" }, { "sponsor", "zhoum" },
			{ "blocker", "split-duty" }, { "plan", "核对原始档案" },
			{ "condition", "认定由谁补办" }, { "next", "2026-12-15" },
			{ "checked", "1" }));
}

static void
listed_at(struct world *w, const char *nbhd)
{
	OK(list_at(w, "legacy", nbhd));
}

static enum xq_rc
look_at(struct world *w, enum who who, const char *no, const char *next)
{
	return run(w, who, &hard_look,
		IN({ "hard", no }, { "seen", "墙上还贴着去年的通知" }, { "stage", "waiting" },
			{ "next", next }));
}

static enum xq_rc
file_it(struct world *w, enum who who, const char *found)
{
	return run(w, who, &stocktake_file,
		IN({ "take", "1" }, { "found", found }, { "how", "走了六个小区，翻了旧档" }));
}

static enum xq_rc
set_month(struct world *w, enum who who, const char *month)
{
	return run(
		w, who, &stocktake_set_month, IN({ "month", month }, { "source", "主任办公会" }));
}

/* As if the office had chosen the running month. */
static void
ask_now(struct world *w)
{
	run_jobs(w);
	OK(set_month(w, ZHOU, "9"));
	run_jobs(w);
}

static struct stock_take
first_take(struct world *w)
{
	struct stock_take t = { 0 };
	struct tx *tx = look(w);
	OK(take_load(tx, w->mem, w->office, 1, &t, &w->err));
	tx_end(tx);
	return t;
}

static int64_t
takes(struct world *w)
{
	return ask(w, SQL("SELECT count(*) FROM stock_take WHERE office = ?"), VALS(V(w->office)));
}

static int64_t
told(struct world *w, const char *what)
{
	int64_t n = 0;
	struct tx *tx = look(w);
	struct rows *q = db_query(tx, SQL("SELECT body FROM outbox WHERE office = ? ORDER BY id"),
		VALS(V(w->office)));
	while (row_next(q)) {
		struct str body = row_str(q, 0);
		n += str_index(body, str_of(what)) < body.n;
	}
	OK(rows_close(q, &w->err));
	tx_end(tx);
	return n;
}

/* ---- the clock asks --------------------------------------------------------------------------------- */

static void
the_clock_asks_in_january(void **state)
{
	struct world *w = *state;
	run_jobs(w);
	assert_int_equal(takes(w), 0); /* a rule does not reach back */
	go(w, 20261231, 2000);
	run_jobs(w);
	assert_int_equal(takes(w), 0);
	go(w, 20270101, 800);
	mark(w);
	run_jobs(w);
	assert_int_equal(takes(w), 1); /* the one station; sections and posts are not asked */
	assert_string_equal(first_take(w).unit, "受理大厅");
	assert_int_equal(first_take(w).year, 2027);
	assert_int_equal(first_take(w).due_at, moment(first_take(w).due_on, 1730));
	assert_int_equal(told(w, "stocktake.asked"), 1);
	assert_non_null(strstr(news(w), "office.noted system - {\"act\":\"stocktake.ask\"}"));
	run_jobs(w);
	go(w, 20270201, 800);
	run_jobs(w);
	assert_int_equal(takes(w), 1); /* once a year */
	go(w, 20280103, 800);
	run_jobs(w);
	assert_int_equal(takes(w), 2);
	assert_invariants(w);
}

static void
the_month_is_a_setting(void **state)
{
	struct world *w = *state;
	run_jobs(w);
	assert_refused(w, set_month(w, GU, "9"), NULL, "act.not-allowed");
	assert_int_equal(set_month(w, ZHOU, "13"), XQ_REFUSED);
	OK(set_month(w, SHEN, "8")); /* over this year */
	run_jobs(w);
	assert_int_equal(takes(w), 0);
	OK(set_month(w, SHEN, "9")); /* the running one: at once */
	run_jobs(w);
	assert_int_equal(takes(w), 1);
	OK(set_month(w, SHEN, "9")); /* asked already this year */
	run_jobs(w);
	OK(set_month(w, SHEN, "11"));
	go(w, 20261130, 1000);
	run_jobs(w);
	assert_int_equal(takes(w), 1);
}

/* ---- a look ----------------------------------------------------------------------------------------- */

static void
a_legacy_problem_is_looked_at_within_half_a_year_of_being_listed(void **state)
{
	struct world *w = *state;
	listed_at(w, "u03");
	struct tx *tx = look(w);
	struct legacy l;
	OK(legacy_of(tx, w->mem, w->office, 1, &l, &w->err));
	tx_end(tx);
	assert_string_equal(l.unit, "受理大厅");
	assert_true(
		l.look_on >= 20270329 && l.look_on <= 20270331); /* 180 days, then a working day */
	assert_refused(w, list_at(w, "legacy", "u04"), "nbhd", "legacy.no-place");
	assert_invariants(w);
}

static void
only_its_own_unit_looks_and_never_later_than_half_a_year(void **state)
{
	struct world *w = *state;
	listed_at(w, "u03");
	assert_refused(w, look_at(w, CHEN, "1", "2026-12-15"), NULL, "legacy.not-yours");
	assert_refused(w, look_at(w, WEN, "1", "2026-12-15"), NULL, "legacy.not-yours");
	assert_refused(w, look_at(w, GU, "1", "2027-06-01"), "next", "legacy.look-far");
	assert_refused(w, look_at(w, GU, "1", "2026-10-04"), "next", "concern.day-rest");
	assert_refused(w, look_at(w, GU, "7", "2026-12-15"), "hard", "hard.unknown");
	mark(w);
	OK(look_at(w, XIANG, "1", "2027-03-15"));
	assert_string_equal(news(w), "office.noted clerk u03 {\"act\":\"hard.look\"}");
	assert_int_equal(ask(w, SQL("SELECT look_on FROM legacy WHERE office = ? AND hard_no = 1"),
				 VALS(V(w->office))),
		20270315);
	/* the review of each quarter stays what it was */
	assert_int_equal(ask(w, SQL("SELECT next_on FROM hard WHERE office = ? AND no = 1"),
				 VALS(V(w->office))),
		20261215);
	assert_invariants(w);
}

static void
what_nobody_placed_is_placed_by_its_sponsor(void **state)
{
	struct world *w = *state;
	listed_at(w, "");
	assert_refused(w, look_at(w, GU, "1", "2026-12-15"), NULL, "legacy.unplaced");
	assert_refused(w, run(w, GU, &hard_place, IN({ "hard", "1" }, { "nbhd", "u03" })), NULL,
		"hard.not-sponsor");
	assert_refused(w, run(w, SHEN, &hard_place, IN({ "hard", "1" }, { "nbhd", "u05" })), "nbhd",
		"legacy.no-place");
	OK(run(w, ZHOU, &hard_place, IN({ "hard", "1" }, { "nbhd", "u03" })));
	OK(look_at(w, GU, "1", "2026-12-15"));
}

/* ---- the stock-take --------------------------------------------------------------------------------- */

static void
all_are_looked_at_before_it_is_filed(void **state)
{
	struct world *w = *state;
	listed_at(w, "u03");
	listed_at(w, "u03");
	OK(look_at(
		w, GU, "1", "2026-12-15")); /* before the unit was asked: not in this stock-take */
	go(w, 20260930, 1100);
	ask_now(w);
	assert_int_equal(first_take(w).n_open, 2);
	assert_int_equal(first_take(w).n_looked, 0);
	assert_refused(w, file_it(w, GU, ""), NULL, "stocktake.not-looked");
	OK(look_at(w, GU, "1", "2026-12-15"));
	OK(look_at(w, GU, "2", "2026-12-15"));
	assert_refused(w, file_it(w, CHEN, ""), NULL, "legacy.not-yours");
	mark(w);
	OK(file_it(w, XIANG, "老菜场的产权\n沿河的围墙"));
	assert_string_equal(news(w), "office.noted clerk u03 {\"act\":\"stocktake.file\"}");
	assert_string_equal(first_take(w).filed_name, "向楠");
	assert_string_equal(first_take(w).found, "老菜场的产权\n沿河的围墙");
	assert_refused(w, file_it(w, GU, ""), NULL, "stocktake.filed-already");
	assert_invariants(w);
}

static void
none_is_an_answer_that_says_how_one_looked(void **state)
{
	struct world *w = *state;
	ask_now(w);
	assert_int_equal(run(w, GU, &stocktake_file, IN({ "take", "1" })), XQ_REFUSED);
	assert_refused(w, XQ_REFUSED, "how", "field.missing");
	assert_refused(w,
		run(w, GU, &stocktake_file, IN({ "take", "9" }, { "how", "走了六个小区" })), "take",
		"stocktake.unknown");
	OK(file_it(w, GU, ""));
	assert_string_equal(first_take(w).found, "");
}

static void
a_late_one_is_told_once_and_can_still_be_filed(void **state)
{
	struct world *w = *state;
	ask_now(w);
	int32_t due = first_take(w).due_on;
	go(w, due, 1730);
	run_jobs(w);
	assert_int_equal(told(w, "stocktake.late"), 0);
	go(w, due, 1731);
	run_jobs(w);
	run_jobs(w);
	assert_int_equal(told(w, "stocktake.late"), 2); /* the unit's head and the office's */
	OK(file_it(w, GU, ""));
	assert_true(first_take(w).filed_at > first_take(w).due_at);
	assert_invariants(w);
}

/* Takes away what the migration brought, and brings the folder up to date again. */
static void
make_older_and_upgrade(struct world *w)
{
	enum { LIST_MAX = 64 };
	const struct migration *list[LIST_MAX];
	struct tx *tx;
	OK(db_write(w->app->db, &tx, &w->err));
	OK(store_script(tx,
		"DROP TABLE legacy_look; DROP TABLE legacy; DROP TABLE stock_take;"
		"DROP TABLE stock_rule; DROP TABLE stock_next; DROP INDEX hard_legacy;"
		"DELETE FROM schema_version WHERE module = 'hard' AND number = 4;",
		&w->err));
	OK(tx_commit(tx, &w->err));
	OK(db_migrate(w->app->db, list, app_migrations(world_modules, list, LIST_MAX), &w->err));
}

static void
an_older_folder_keeps_its_legacy_problems_and_is_not_asked_backwards(void **state)
{
	struct world *w = *state;
	listed_at(w, "u03");
	make_older_and_upgrade(w);
	assert_invariants(w);
	run_jobs(w);
	assert_int_equal(takes(w), 0);
	OK(run(w, ZHOU, &hard_place, IN({ "hard", "1" }, { "nbhd", "u03" })));
	OK(look_at(w, GU, "1", "2026-12-15"));
	go(w, 20270104, 900);
	run_jobs(w);
	assert_int_equal(takes(w), 1);
}

static void
what_was_listed_for_another_reason_has_no_neighbourhood(void **state)
{
	struct world *w = *state;
	int64_t no = signed_by_chen(w);
	OK(run(w, SHEN, &concern_park,
		IN({ "concern", no_text(w, no) }, { "ground", "budget" }, { "until", "2026-12-15" },
			{ "sponsor", "zhoum" }, { "note", "维修资金要业主表决" })));
	const struct pair *in = IN({ "concern", no_text(w, no) }, { "kind", "parked" },
		{ "nbhd", "u03" }, { "title", "长桥新村门禁" }, { "public_line", "老小区门禁" },
		{ "sponsor", "zhoum" }, { "blocker", "budget" }, { "plan", "列入预算" },
		{ "condition", "预算批准" }, { "next", "2026-12-15" }, { "checked", "1" });
	assert_refused(w, run(w, SHEN, &hard_list_act, in), "nbhd", "legacy.only");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(the_clock_asks_in_january),
		TEST(the_month_is_a_setting),
		TEST(a_legacy_problem_is_looked_at_within_half_a_year_of_being_listed),
		TEST(only_its_own_unit_looks_and_never_later_than_half_a_year),
		TEST(what_nobody_placed_is_placed_by_its_sponsor),
		TEST(all_are_looked_at_before_it_is_filed),
		TEST(none_is_an_answer_that_says_how_one_looked),
		TEST(a_late_one_is_told_once_and_can_still_be_filed),
		TEST(an_older_folder_keeps_its_legacy_problems_and_is_not_asked_backwards),
		TEST(what_was_listed_for_another_reason_has_no_neighbourhood),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
