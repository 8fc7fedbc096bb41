/* SPDX-License-Identifier: Apache-2.0 */
/* A supervised concern has a clock of its own (D03), and the resident's day is another one. */
#include "fixture.h"

#include "concern/rules.h"
#include "store/store_int.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&concern_rules_module, &evaluation_module, &notify_module, NULL };

static void
supervise(struct world *w, int64_t no)
{
	OK(run(w, ZHOU, &concern_supervise,
		IN({ "concern", no_text(w, no) }, { "level", "supervise" },
			{ "note", "请抓紧办" })));
}

static int64_t
told_late(struct world *w, int64_t no)
{
	return ask(w,
		SQL("SELECT count(*) FROM step WHERE office = ? AND concern_id = ?"
		    " AND act = 'concern.supervise-late'"),
		VALS(V(w->office), V(concern_of(w, no).id)));
}

static void
supervision_gives_its_own_day_and_leaves_the_residents(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	const struct concern before = concern_of(w, no);
	supervise(w, no);
	struct concern c = concern_of(w, no);
	assert_int_equal(
		c.supervised_due, moment(20261010, 1730)); /* 8, 9, 10: a worked Saturday */
	assert_int_equal(c.due_at, before.due_at);
	assert_string_equal(c.limit, before.limit);
	go(w, 20261009, 900); /* supervised again: no more time */
	supervise(w, no);
	assert_int_equal(concern_of(w, no).supervised_due, moment(20261010, 1730));
	go(w, 20261012, 900); /* behind it a new one begins; the resident's day stays */
	supervise(w, no);
	c = concern_of(w, no);
	assert_int_equal(c.supervised_due, moment(20261015, 1730));
	assert_int_equal(c.due_at, before.due_at);
	assert_invariants(w);
}

static void
its_limit_is_a_rule_like_the_others(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	OK(run(w, ZHOU, &rules_set_deadline,
		IN({ "code", "supervised" }, { "limit", "1wd" }, { "from", "2026-10-08" },
			{ "source", "青街办〔2026〕9号" })));
	go(w, 20261008, 900);
	supervise(w, no);
	assert_int_equal(concern_of(w, no).supervised_due, moment(20261009, 1730));
}

static void
what_is_late_is_told_once(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	supervise(w, no);
	go(w, 20261010, 1730);
	run_jobs(w);
	assert_int_equal(told_late(w, no), 0); /* the last second is in time */
	go(w, 20261010, 1731);
	mark(w);
	run_jobs(w);
	run_jobs(w);
	assert_int_equal(told_late(w, no), 1);
	assert_non_null(
		strstr(news(w), "office.noted system - {\"act\":\"concern.supervise-late\"}"));
	assert_int_equal(ask(w,
				 SQL("SELECT count(*) FROM outbox WHERE office = ?"
				     " AND body LIKE '%concern.supervised-late%'"),
				 VALS(V(w->office))),
		1);
	/* nothing of it for the resident */
	assert_int_equal(ask(w,
				 SQL("SELECT count(*) FROM step WHERE office = ? AND concern_id = ?"
				     " AND act = 'concern.supervise-late' AND is_for_resident = 1"),
				 VALS(V(w->office), V(concern_of(w, no).id))),
		0);
	assert_invariants(w);
}

static void
an_answer_or_parking_ends_it(void **state)
{
	struct world *w = *state;
	const int64_t answered = signed_by_chen(w), parked = signed_by_chen(w);
	supervise(w, answered);
	supervise(w, parked);
	OK(submit(w, CHEN, answered));
	OK(approve(w, HE, answered));
	OK(run(w, SHEN, &concern_park,
		IN({ "concern", no_text(w, parked) }, { "ground", "budget" },
			{ "sponsor", "zhoum" }, { "until", "2026-12-01" },
			{ "note", "维修资金要业主表决" })));
	assert_int_equal(concern_of(w, answered).supervised_due, 0);
	assert_int_equal(concern_of(w, parked).supervised_due, 0);
	supervise(w, answered); /* seen by everybody, but nothing is waited for */
	assert_int_equal(concern_of(w, answered).supervised_due, 0);
	go(w, 20261020, 900);
	run_jobs(w);
	assert_int_equal(told_late(w, answered) + told_late(w, parked), 0);
}

static void
only_the_clock_tells_it(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	const int64_t id = concern_of(w, no).id;
	supervise(w, no);
	assert_refused(w, run_call(w, call_of_id(w, &w->who[ZHOU], &concern_supervise_late, id)),
		NULL, "act.not-allowed");
	assert_refused(w, run_call(w, call_of_id(w, &w->who[SYSTEM], &concern_supervise_late, id)),
		NULL, "store.changed");
	assert_refused(w,
		run_call(w, call_of_id(w, &w->who[SYSTEM], &concern_supervise_late, 4711)), NULL,
		"store.changed");
}

static void
an_older_folder_gets_the_limit(void **state)
{
	struct world *w = *state;
	struct tx *tx;
	OK(db_write(w->app->db, &tx, &w->err));
	OK(store_script(tx,
		"DROP INDEX concern_supervised;"
		"ALTER TABLE concern DROP COLUMN supervised_due;"
		"ALTER TABLE concern DROP COLUMN supervised_late;"
		"DELETE FROM deadline WHERE code = 'supervised';"
		"DELETE FROM schema_version WHERE module = 'concern' AND number = 7;",
		&w->err));
	OK(tx_commit(tx, &w->err));
	const struct migration *list[64];
	OK(db_migrate(w->app->db, list, app_migrations(world_modules, list, 64), &w->err));
	const int64_t no = signed_by_chen(w);
	supervise(w, no);
	assert_int_equal(concern_of(w, no).supervised_due, moment(20261010, 1730));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(supervision_gives_its_own_day_and_leaves_the_residents),
		TEST(its_limit_is_a_rule_like_the_others),
		TEST(what_is_late_is_told_once),
		TEST(an_answer_or_parking_ends_it),
		TEST(only_the_clock_tells_it),
		TEST(an_older_folder_gets_the_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
