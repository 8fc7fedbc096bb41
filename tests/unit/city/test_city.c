/* SPDX-License-Identifier: Apache-2.0 */
/* The levels above offices: who leads, who lies where, who may look; the counts that the board reads; a month
 * added up from the sheets of two offices. */
#include "../concern/fixture.h"

#include "city/city_int.h"
#include "hard/hard.h"
#include "record/record.h"
#include "record/sheet.h"
#include "record/sheet_all.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&concern_desk_module, &evaluation_module, &hard_module, &record_module,
	&record_sheet_module, &city_module, &notify_module, NULL };

static int
setup(void **state)
{
	*state = world_new(true, moment(20261103, 900));
	return 0;
}

static enum xq_rc
lead(struct world *w, const struct act *act, const struct pair *in)
{
	return run_call(w, call_of(w, &w->admin, act, in));
}

static struct actor
other_admin(struct world *w)
{
	struct actor a;
	struct tx *tx = look(w);
	OK(actor_by_login(tx, w->other, STR("admin"), &a, &w->err));
	tx_end(tx);
	return a;
}

/* A city with both offices in one district each. */
static void
found(struct world *w)
{
	OK(lead(w, &city_found, IN({ "name", "青州市" })));
	OK(lead(w, &city_district, IN({ "code", "dong" }, { "name", "东城区" })));
	OK(lead(w, &city_district, IN({ "code", "xi" }, { "name", "西城区" })));
	OK(lead(w, &city_place, IN({ "member", "qf" }, { "district", "dong" })));
	OK(lead(w, &city_place, IN({ "member", "lc" }, { "district", "xi" })));
}

/* ---- levels --------------------------------------------------------------------------------- */

static void
who_names_the_city_first_leads_it(void **state)
{
	struct world *w = *state;
	const struct actor they = other_admin(w);
	assert_refused(w, lead(w, &city_district, IN({ "code", "dong" }, { "name", "东城区" })),
		NULL, "city.none");
	assert_refused(w, run_call(w, call_of(w, &they, &city_found, IN({ "name", "别的市" }))),
		NULL, "city.not-leading"); /* also while there is none */
	found(w);
	assert_refused(w, run_call(w, call_of(w, &they, &city_found, IN({ "name", "别的市" }))),
		NULL, "city.not-leading");
	assert_refused(w,
		run_call(w, call_of(w, &they, &city_place,
				    IN({ "member", "lc" }, { "district", "dong" }))),
		NULL, "city.not-leading");
	OK(lead(w, &city_found, IN({ "name", "青洲市" }))); /* a new name */
	struct city c;
	struct tx *tx = look(w);
	OK(city_load(tx, w->mem, &c, &w->err));
	tx_end(tx);
	assert_string_equal(c.name, "青洲市");
	assert_int_equal(c.office, w->office);
}

static void
an_office_lies_in_one_district_that_exists(void **state)
{
	struct world *w = *state;
	found(w);
	assert_refused(w, lead(w, &city_place, IN({ "member", "qf" }, { "district", "nan" })),
		"district", "city.district-unknown");
	assert_refused(w, lead(w, &city_place, IN({ "member", "zz" }, { "district", "xi" })),
		"member", "transfer.office-unknown");
	OK(lead(w, &city_place, IN({ "member", "qf" }, { "district", "xi" }))); /* moved */
	struct members m;
	struct tx *tx = look(w);
	OK(member_list(w->app, tx, w->mem, &m, &w->err));
	tx_end(tx);
	assert_int_equal(m.n, 2);
	assert_string_equal(m.row[0].office->code, "lc"); /* by district, then code */
	assert_string_equal(m.row[1].district, "xi");
}

static void
only_the_leading_office_lets_somebody_look(void **state)
{
	struct world *w = *state;
	const struct actor they = other_admin(w);
	found(w);
	mark(w);
	OK(lead(w, &city_grant, IN({ "login", "zhoum" }, { "district", "xi" })));
	assert_non_null(strstr(news(w), "{\"name\":\"overseer\",\"scope\":\"xi\"}"));
	assert_refused(
		w, lead(w, &city_grant, IN({ "login", "nobody" })), "login", "account.unknown");
	assert_refused(w, run_call(w, call_of(w, &they, &city_grant, IN({ "login", "admin" }))),
		NULL, "city.not-leading");
	/* and not by the way of other roles */
	assert_refused(w, lead(w, &role_grant_act, IN({ "login", "guxl" }, { "role", "overseer" })),
		"role", "field.choice");
	struct actor a;
	struct tx *tx = look(w);
	OK(actor_by_login(tx, w->office, STR("zhoum"), &a, &w->err));
	tx_end(tx);
	assert_true(actor_may(&a, PERM_CITY));
	OK(lead(w, &city_revoke, IN({ "login", "zhoum" }, { "district", "xi" })));
	tx = look(w);
	OK(actor_by_login(tx, w->office, STR("zhoum"), &a, &w->err));
	tx_end(tx);
	assert_false(actor_may(&a, PERM_CITY));
}

/* ---- where offices stand ---------------------------------------------------------------------- */

static struct stand
stand_now(struct world *w, int64_t office)
{
	struct stand *list, s = { 0 };
	size_t n;
	struct tx *tx = look(w);
	OK(stand_list(tx, w->mem, &list, &n, &w->err));
	tx_end(tx);
	for (size_t i = 0; i < n; i++)
		if (list[i].office == office)
			s = list[i];
	return s;
}

static void
without_a_city_nothing_is_counted(void **state)
{
	struct world *w = *state;
	(void)run_jobs(w);
	assert_int_equal(stand_now(w, w->office).at, 0);
}

static void
each_office_counts_itself_and_says_when(void **state)
{
	struct world *w = *state;
	found(w);
	(void)signed_by_chen(w);
	(void)answered_by_chen(w);
	(void)take_down(w, GU, "other");
	(void)run_jobs(w);
	struct stand s = stand_now(w, w->office);
	assert_int_equal(s.at, now_of(w));
	assert_int_equal(s.open, 3);
	assert_int_equal(s.unanswered, 2);
	assert_int_equal(s.overdue, 0);
	assert_int_equal(s.raised, 3);
	assert_int_equal(stand_now(w, w->other).open, 0);
	go(w, 20261120, 900); /* days pass without an act */
	(void)run_jobs(w);
	s = stand_now(w, w->office);
	assert_int_equal(s.overdue, 2);
	assert_int_equal(s.at, now_of(w));
}

static void
what_did_not_change_is_counted_seldom(void **state)
{
	struct world *w = *state;
	found(w);
	(void)run_jobs(w);
	const int64_t at = stand_now(w, w->other).at;
	clock_shift(&w->clock, 120);
	(void)run_jobs(w);
	assert_int_equal(stand_now(w, w->other).at, at);
	clock_shift(&w->clock, 900);
	(void)run_jobs(w);
	assert_true(stand_now(w, w->other).at > at);
}

/* Every few minutes in hundreds of offices: nobody did it, so no row of the audit says that somebody did. */
static void
counting_leaves_no_row_of_the_audit(void **state)
{
	struct world *w = *state;
	found(w);
	(void)run_jobs(w);
	assert_int_equal(stand_now(w, w->other).at, now_of(w));
	assert_int_equal(
		ask(w, SQL("SELECT count(*) FROM audit WHERE office = ? AND act = 'city.count'"),
			VALS(V(w->other))),
		0);
}

/* ---- the month ------------------------------------------------------------------------------------ */

/* A sheet of October as the office would have frozen it; ver 2 corrects ver 1. */
static void
sheet(struct world *w, int64_t office, const char *code, int64_t ver, int64_t closed,
	int64_t on_time)
{
	struct figures_row row[] = { { .id = "closed", .num = closed, .den = FIGURES_NO_DEN },
		{ .id = "on_time", .num = on_time, .den = closed } };
	const struct figures_doc d = { .log = code,
		.origin = mem_printf(w->mem, "test.example/log/%s", code),
		.root = "AAAA",
		.period = { 20261001, 20261101, 10, FIGURES_WIDE },
		.figures = { row, 2 } };
	const char *text = figures_document(w->mem, &d);
	char hex[65];
	struct tx *tx;
	OK(db_write(w->app->db, &tx, &w->err));
	OK(ledger_doc_put(tx, office, "application/json",
		(struct bytes){ (const uint8_t *)text, strlen(text) }, hex, &w->err));
	OK(db_exec(tx,
		SQL("INSERT INTO record_sheet (office, month, ver, size, doc, seq, published_at,"
		    " published_by, why) VALUES (?, 20261001, ?, 10, ?, 1, 1, 1, ?)"),
		VALS(V(office), V(ver), V((const char *)hex), ver > 1 ? V("voided") : VNULL),
		&w->err));
	OK(tx_commit(tx, &w->err));
}

static enum xq_rc
publish(struct world *w)
{
	struct actor a = w->admin;
	a.grant[a.n_grants++] = (struct grant){ .role = ROLE_PUBLISHER, .scope = SCOPE_OFFICE };
	return run_call(w, call_of(w, &a, &city_publish, IN({ "month", "2026-10-05" })));
}

static struct city_sheet
newest(struct world *w)
{
	struct city_sheet s = { 0 };
	struct tx *tx = look(w);
	OK(city_sheet_load(tx, w->mem, w->office, 20261001, &s, &w->err));
	tx_end(tx);
	return s;
}

static void
a_month_is_the_sum_of_the_sheets_that_it_names(void **state)
{
	struct world *w = *state;
	found(w);
	assert_refused(w, publish(w), "month", "city.no-sheets");
	sheet(w, w->office, "qf", 1, 50, 40);
	mark(w);
	OK(publish(w));
	assert_non_null(strstr(news(w), "city.published officer - {\"doc\":\""));
	assert_non_null(strstr(news(w), "\"from\":\"2026-10-01\",\"n\":1,\"to\":\"2026-11-01\"}"));
	struct city_sheet s = newest(w);
	assert_int_equal(s.is.n_missing, 1);
	assert_string_equal(s.is.missing[0], "lc");
	assert_refused(w, publish(w), "month", "sheet.no-change");

	sheet(w, w->other, "lc", 1, 30, 30);
	OK(publish(w)); /* one office more: a version beside the first */
	s = newest(w);
	assert_int_equal(s.ver, 2);
	assert_int_equal(s.is.n_sources, 2);
	assert_int_equal(s.is.rows.row[0].num, 80);
	struct city_rows again;
	struct tx *tx = look(w);
	OK(city_make_again(
		w->app, tx, w->mem, &(struct city){ .office = w->office }, &s.is, &again, &w->err));
	tx_end(tx);
	assert_null(city_differ(&s.is.rows, &again));
}

/* A correction of an office changes no month of the city that was frozen: it names the sheet it added up. */
static void
a_frozen_month_stays_what_it_was(void **state)
{
	struct world *w = *state;
	found(w);
	sheet(w, w->office, "qf", 1, 50, 40);
	OK(publish(w));
	const struct city_sheet before = newest(w);
	sheet(w, w->office, "qf", 2, 49, 40);
	struct city_rows again;
	struct tx *tx = look(w);
	OK(city_make_again(w->app, tx, w->mem, &(struct city){ .office = w->office }, &before.is,
		&again, &w->err));
	tx_end(tx);
	assert_null(city_differ(&before.is.rows, &again));
	OK(publish(w));
	assert_int_equal(newest(w).is.source[0].ver, 2);
	assert_int_equal(newest(w).is.rows.row[0].num, 49);
}

static void
a_sheet_that_is_gone_is_named(void **state)
{
	struct world *w = *state;
	found(w);
	sheet(w, w->office, "qf", 1, 50, 40);
	OK(publish(w));
	struct city_sheet s = newest(w);
	s.is.source[0].doc = "0000000000000000000000000000000000000000000000000000000000000000";
	struct city_rows again;
	struct tx *tx = look(w);
	assert_int_equal(city_make_again(w->app, tx, w->mem, &(struct city){ .office = w->office },
				 &s.is, &again, &w->err),
		XQ_REFUSED);
	tx_end(tx);
	assert_string_equal(w->err.key, "city.source-gone");
}

static void
a_month_that_runs_is_not_published(void **state)
{
	struct world *w = *state;
	found(w);
	struct actor a = w->admin;
	a.grant[a.n_grants++] = (struct grant){ .role = ROLE_PUBLISHER, .scope = SCOPE_OFFICE };
	assert_refused(w, run_call(w, call_of(w, &a, &city_publish, IN({ "month", "2026-11-02" }))),
		"month", "sheet.month-runs");
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(who_names_the_city_first_leads_it),
		T(an_office_lies_in_one_district_that_exists),
		T(only_the_leading_office_lets_somebody_look),
		T(without_a_city_nothing_is_counted),
		T(each_office_counts_itself_and_says_when),
		T(what_did_not_change_is_counted_seldom),
		T(counting_leaves_no_row_of_the_audit),
		T(a_month_is_the_sum_of_the_sheets_that_it_names),
		T(a_frozen_month_stays_what_it_was),
		T(a_sheet_that_is_gone_is_named),
		T(a_month_that_runs_is_not_published),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
