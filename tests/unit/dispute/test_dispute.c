/* SPDX-License-Identifier: Apache-2.0 */
/* Early disputes: each step with the day of the next, what the unit alone reads, and that no column holds
 * a resident. */
#include "../concern/fixture.h"

#include "dispute/dispute_int.h"
#include "store/store_int.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, &dispute_module, NULL };

/* ---- short words ------------------------------------------------------------------------------------ */

static enum xq_rc
find_about(struct world *w, enum who who, const char *about, const char *concern)
{
	return run(w, who, &dispute_find,
		IN({ "kind", "neighbour" }, { "about", about }, { "place", "长桥新村22号" },
			{ "side_a", "residents" }, { "side_b", "residents" }, { "parties", "2" },
			{ "concern", concern }));
}

static void
found(struct world *w)
{
	OK(find_about(w, CHEN, "楼上漏水，谁修谁出钱说不拢", ""));
}

static enum xq_rc
mediate(struct world *w, enum who who, const char *by, const char *day)
{
	return run(w, who, &dispute_mediate,
		IN({ "dispute", "1" }, { "channel", "peoples" }, { "day", day },
			{ "place", "居委会调解室" }, { "by", by },
			{ "went", "楼上愿意修，费用再商量" }, { "neutral", "1" }));
}

static enum xq_rc
settle(struct world *w, enum who who, const char *follow)
{
	return run(w, who, &dispute_settle,
		IN({ "dispute", "1" }, { "agreement", "楼上一周内修好，费用各半" },
			{ "form", "written" }, { "follow", follow }));
}

static enum xq_rc
refer(struct world *w, enum who who)
{
	return run(w, who, &dispute_refer,
		IN({ "dispute", "1" }, { "body", "区劳动仲裁院" },
			{ "told", "一年内带合同去申请" }));
}

static enum xq_rc
follow(struct world *w, const char *kept)
{
	return run(w, CHEN, &dispute_follow,
		IN({ "dispute", "1" }, { "kept", kept }, { "words", "上门看过两家" }));
}

static struct dispute
first(struct world *w)
{
	struct dispute d = { 0 };
	struct tx *tx = look(w);
	OK(dispute_load(tx, w->mem, w->office, 1, &d, &w->err));
	tx_end(tx);
	return d;
}

/* ---- steps ------------------------------------------------------------------------------------------ */

static void
a_dispute_is_found_and_its_next_step_has_a_day(void **state)
{
	struct world *w = *state;
	mark(w);
	found(w);
	assert_int_equal(first(w).stage, DISPUTE_FOUND);
	assert_int_equal(first(w).next_on,
		20261013); /* five working days: the 10th, a Saturday, is worked */
	assert_int_equal(first(w).next_at, moment(20261013, 1730));
	assert_string_equal(news(w), "office.noted handler - {\"act\":\"dispute.find\"}");
	assert_invariants(w);
}

static void
all_faults_of_a_form_are_told_at_once(void **state)
{
	struct world *w = *state;
	assert_int_equal(run(w, CHEN, &dispute_find, NOTHING), XQ_REFUSED);
	assert_int_equal(w->call->form.n_faults, 6);
	assert_refused(w, find_about(w, WEN, "楼上漏水", ""), NULL, "act.not-allowed");
	assert_refused(w, find_about(w, RESIDENT, "楼上漏水", ""), NULL, "act.not-allowed");
}

static void
it_is_mediated_settled_and_looked_at_again(void **state)
{
	struct world *w = *state;
	found(w);
	go(w, 20261009, 1000);
	OK(mediate(w, CHEN, "wangl", "2026-10-09"));
	assert_int_equal(first(w).stage, DISPUTE_MEDIATING);
	assert_int_equal(first(w).next_on, 20261015); /* Saturday the 10th is worked */
	assert_refused(w, follow(w, "yes"), NULL, "dispute.not-settled");
	assert_refused(w, settle(w, CHEN, "2026-10-18"), "follow", "concern.day-rest");
	OK(settle(w, HE, "2026-10-23"));
	assert_int_equal(first(w).next_at, moment(20261023, 1730));
	assert_refused(w, mediate(w, CHEN, "chenhy", "2026-10-09"), NULL, "dispute.settled");
	assert_refused(w, refer(w, CHEN), NULL, "dispute.settled");
	OK(follow(w, "no"));
	assert_int_equal(first(w).stage, DISPUTE_MEDIATING);
	OK(settle(w, CHEN, "2026-10-30"));
	OK(follow(w, "yes"));
	assert_int_equal(first(w).next_at, 0);
	assert_true(first(w).ended_at > 0);
	assert_refused(w, refer(w, CHEN), NULL, "dispute.ended");
	assert_invariants(w);
}

static void
it_is_referred_and_has_ended(void **state)
{
	struct world *w = *state;
	found(w);
	OK(refer(w, CHEN));
	assert_int_equal(first(w).stage, DISPUTE_REFERRED);
	assert_string_equal(first(w).body, "区劳动仲裁院");
	assert_true(first(w).ended_at > 0);
	assert_invariants(w);
}

static void
the_mediator_is_of_the_unit_and_has_no_tie(void **state)
{
	struct world *w = *state;
	found(w);
	assert_refused(w, mediate(w, CHEN, "fangj", "2026-09-30"), "by", "dispute.other-unit");
	assert_refused(w, mediate(w, CHEN, "nobody", "2026-09-30"), "by", "account.unknown");
	assert_refused(w, mediate(w, CHEN, "chenhy", "2026-10-01"), "day", "dispute.day-ahead");
	assert_refused(w, mediate(w, CHEN, "chenhy", "2026-09-29"), "day", "dispute.day-before");
	assert_int_equal(run(w, CHEN, &dispute_mediate, IN({ "dispute", "1" })), XQ_REFUSED);
	assert_refused(w, XQ_REFUSED, "neutral", "dispute.not-neutral");
}

static void
what_is_overdue_is_told_once(void **state)
{
	struct world *w = *state;
	found(w);
	go(w, 20261013, 1730);
	run_jobs(w);
	assert_int_equal(first(w).told_at, 0);
	go(w, 20261013, 1731);
	run_jobs(w);
	assert_int_equal(first(w).told_at, moment(20261013, 1731));
	assert_int_equal(ask(w,
				 SQL("SELECT count(*) FROM outbox WHERE office = ?"
				     " AND body LIKE '%dispute.late%'"),
				 VALS(V(w->office))),
		1);
	run_jobs(w);
	OK(mediate(w, CHEN, "chenhy", "2026-10-13"));
	assert_int_equal(first(w).told_at, 0);
	assert_int_equal(ask(w, SQL("SELECT sum(is_late) FROM dispute_turn WHERE office = ?"),
				 VALS(V(w->office))),
		1);
}

/* ---- who reads it ----------------------------------------------------------------------------------- */

static void
another_unit_knows_nothing_of_it(void **state)
{
	struct world *w = *state;
	found(w);
	struct dispute d = first(w);
	static const struct {
		enum who who;
		bool sees, acts;
	} rows[] = { { CHEN, true, true }, { HE, true, true }, { BAI, true, false },
		{ SHEN, true, false }, { FANG, false, false }, { MA, false, false },
		{ LUO, false, false }, { GU, false, false }, { PEI, false, false },
		{ ZHOU, false, false }, { RESIDENT, false, false }, { NOBODY, false, false } };
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(dispute_may_see(&w->who[rows[i].who], &d), rows[i].sees);
		assert_int_equal(dispute_may_act(&w->who[rows[i].who], &d), rows[i].acts);
	}
	assert_refused(w, mediate(w, FANG, "fangj", "2026-09-30"), "dispute", "dispute.unknown");
	assert_refused(w, settle(w, ZHOU, "2026-10-23"), "dispute", "dispute.unknown");
	assert_refused(w, refer(w, SHEN), NULL, "act.not-allowed"); /* a supervisor reads */
	struct dispute *list;
	size_t n;
	struct tx *tx = look(w);
	OK(dispute_list(tx, w->mem, w->office,
		&(struct dispute_query){ .unit_id = w->who[FANG].unit_id, .max = 10 }, &list, &n,
		&w->err));
	assert_int_equal(n, 0);
	OK(dispute_list(
		tx, w->mem, w->office, &(struct dispute_query){ .max = 10 }, &list, &n, &w->err));
	assert_int_equal(n, 1);
	tx_end(tx);
}

/* No name, phone, address, code or voice of a resident: the only people are staff who did a step. */
static void
no_column_holds_a_resident(void **state)
{
	(void)state;
	static const char *const never[] = { " name ", "phone", "address", "resident", "intake",
		"party_id", "identity", "birth", "query" };
	for (size_t i = 0; i < sizeof never / sizeof *never; i++)
		if (strstr(dispute_migration_1.ddl, never[i]))
			fail_msg("a column of disputes says %s", never[i]);
	for (const struct act *const *a = dispute_module.acts; *a; a++)
		for (const struct field *f = (*a)->fields; f && f->name; f++)
			assert_true(f->type != FIELD_PHONE && f->type != FIELD_QUERY &&
				    f->privacy != PRIVACY_PUBLIC);
}

static void
words_that_point_to_somebody_are_refused(void **state)
{
	struct world *w = *state;
	OK(run(w, GU, &concern_register,
		IN({ "body", "楼上漏水。" }, { "class", "property" }, { "name", "吴桂芳" },
			{ "phone", "13800138000" }, { "address", "长桥新村22号302室" })));
	int64_t no = made_now(w);
	OK(accept_it(w, CHEN, no));
	const char *concern = no_text(w, no);
	assert_refused(w, find_about(w, CHEN, "联系 13800138000 楼上漏水", ""), "about",
		"dispute.tells-who");
	assert_refused(w, find_about(w, CHEN, "联系１３８００１３８０００", ""), "about",
		"dispute.tells-who");
	assert_refused(
		w, find_about(w, CHEN, "吴桂芳家漏水", concern), "about", "dispute.tells-who");
	OK(find_about(w, CHEN, "楼上漏水", concern));
	assert_refused(w,
		run(w, CHEN, &dispute_settle,
			IN({ "dispute", "1" }, { "agreement", "吴桂芳付一半" }, { "form", "oral" },
				{ "follow", "2026-10-23" })),
		"agreement", "dispute.tells-who");
	assert_refused(
		w, find_about(w, CHEN, "楼上又漏水", concern), "concern", "dispute.there-already");
	assert_refused(w, find_about(w, FANG, "楼上又漏水", concern), "concern", "concern.unknown");
}

static void
what_is_sealed_starts_no_dispute(void **state)
{
	struct world *w = *state;
	OK(run(w, GU, &concern_register,
		IN({ "body", "楼上漏水。" }, { "class", "property" }, { "phone", "13800138000" },
			{ "secret", "1" })));
	int64_t no = made_now(w);
	assert_refused(
		w, find_about(w, GU, "楼上漏水", no_text(w, no)), "concern", "dispute.sealed");
}

/* ---- the month -------------------------------------------------------------------------------------- */

static void
a_month_counts_what_was_done_and_what_is_open(void **state)
{
	struct world *w = *state;
	struct dispute_month m;
	found(w);
	OK(find_about(w, FANG, "摊位占道", ""));
	go(w, 20261009, 1000);
	OK(mediate(w, CHEN, "chenhy", "2026-10-09"));
	OK(refer(w, CHEN));
	struct tx *tx = look(w);
	int64_t sep = moment(20260901, 0), oct = moment(20261001, 0), nov = moment(20261101, 0);
	OK(dispute_count_month(tx, w->mem, w->office, 0, sep, oct, &m, &w->err));
	assert_int_equal(m.step[0][STEP_FOUND], 2);
	assert_int_equal(m.open[0], 2); /* the one that ended in October was open then */
	OK(dispute_count_month(tx, w->mem, w->office, 0, oct, nov, &m, &w->err));
	assert_int_equal(m.step[0][STEP_FOUND], 0);
	assert_int_equal(m.step[0][STEP_MEDIATED], 1);
	assert_int_equal(m.step[0][STEP_REFERRED], 1);
	assert_int_equal(m.open[0], 1);
	OK(dispute_count_month(tx, w->mem, w->office, w->who[FANG].unit_id, oct, nov, &m, &w->err));
	assert_int_equal(m.step[0][STEP_MEDIATED], 0);
	assert_int_equal(m.open[0], 1);
	tx_end(tx);
}

/* The sheet has a row for each kind. */
static void
the_counts_have_a_place_for_each_kind(void **state)
{
	(void)state;
	size_t n = 0;
	while (dispute_kinds[n].code)
		n++;
	assert_int_equal(n, DISPUTE_KINDS);
}

/* A folder of an earlier version gets the tables. */
static void
an_older_folder_gets_the_register(void **state)
{
	enum { LIST_MAX = 64 };
	struct world *w = *state;
	const struct migration *list[LIST_MAX];
	struct tx *tx;
	OK(db_write(w->app->db, &tx, &w->err));
	OK(store_script(tx,
		"DROP TABLE dispute_turn; DROP TABLE dispute;"
		"DELETE FROM schema_version WHERE module = 'dispute';"
		"DELETE FROM deadline WHERE code = 'dispute-step' OR code = 'legacy-look'"
		" OR code = 'stock-take';"
		"DELETE FROM schema_version WHERE module = 'concern' AND number = 15;",
		&w->err));
	OK(tx_commit(tx, &w->err));
	OK(db_migrate(w->app->db, list, app_migrations(world_modules, list, LIST_MAX), &w->err));
	found(w);
	assert_int_equal(first(w).next_on, 20261013);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_dispute_is_found_and_its_next_step_has_a_day),
		TEST(all_faults_of_a_form_are_told_at_once),
		TEST(it_is_mediated_settled_and_looked_at_again),
		TEST(it_is_referred_and_has_ended),
		TEST(the_mediator_is_of_the_unit_and_has_no_tie),
		TEST(what_is_overdue_is_told_once),
		TEST(another_unit_knows_nothing_of_it),
		TEST(no_column_holds_a_resident),
		TEST(words_that_point_to_somebody_are_refused),
		TEST(what_is_sealed_starts_no_dispute),
		TEST(a_month_counts_what_was_done_and_what_is_open),
		TEST(the_counts_have_a_place_for_each_kind),
		TEST(an_older_folder_gets_the_register),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
