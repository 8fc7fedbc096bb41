/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger of hard problems: how they come on it, reviews by working days over the holidays of a year,
 * sponsors, solving from outside, and what the clock proposes. */
#include "../concern/fixture.h"

#include "core/parse.h"
#include "hard/hard_int.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, &hard_module, NULL };

/* ---- short words ---------------------------------------------------------------------------------- */

struct listing {
	int64_t no; /* file number; 0: none */
	const char *kind, *line, *sponsor, *blocker, *words, *next;
};

static enum xq_rc
list_as(struct world *w, enum who who, struct listing l)
{
	return run(w, who, &hard_list_act,
		IN({ "concern", l.no ? no_text(w, l.no) : "" },
			{ "kind", l.kind ? l.kind : "legacy" }, { "title", "长桥新村电梯老化" },
			{ "public_line", l.line ? l.line : "老小区电梯更新" },
			{ "sponsor", l.sponsor ? l.sponsor : "zhoum" },
			{ "blocker", l.blocker ? l.blocker : "owners-vote" },
			{ "blocker_words", l.words ? l.words : "" },
			{ "plan", "请业主委员会开会表决维修资金" },
			{ "condition", "三分之二业主同意" },
			{ "next", l.next ? l.next : "2026-12-15" }, { "checked", "1" }));
}

static int64_t
listed(struct world *w)
{
	OK(list_as(w, SHEN, (struct listing){ 0 }));
	int64_t no = 0;
	assert_true(parse_int(str_of(result(w, "no")), 1, INT64_MAX, &no));
	return no;
}

static const char *
hard_text(struct world *w, int64_t no)
{
	return mem_printf(w->mem, "%lld", (long long)no);
}

static enum xq_rc
review(struct world *w, enum who who, int64_t no, const char *next)
{
	return run(w, who, &hard_review_act,
		IN({ "hard", hard_text(w, no) }, { "done", "开了两次业主会，还差八户" },
			{ "stage", "in-action" }, { "blocker", "owners-vote" },
			{ "plan", "上门征求意见" }, { "condition", "三分之二业主同意" },
			{ "next", next }, { "checked", "1" }));
}

static enum xq_rc
solve(struct world *w, enum who who, int64_t no)
{
	return run(w, who, &hard_solve,
		IN({ "hard", hard_text(w, no) }, { "how", "表决通过，电梯已经换好" },
			{ "checked", "1" }));
}

static enum xq_rc
name_sponsor(struct world *w, enum who who, int64_t no, const char *login)
{
	return run(w, who, &hard_sponsor,
		IN({ "hard", hard_text(w, no) }, { "sponsor", login }, { "why", "分工调整" }));
}

static enum xq_rc
add(struct world *w, int64_t no, int64_t file_no)
{
	return run(w, SHEN, &hard_add_concern,
		IN({ "hard", hard_text(w, no) }, { "concern", no_text(w, file_no) }));
}

static enum xq_rc
dismiss(struct world *w, int64_t file_no)
{
	return run(w, SHEN, &hard_dismiss,
		IN({ "concern", no_text(w, file_no) }, { "note", "下周就能答复" }));
}

static struct hard
hard_of(struct world *w, int64_t no)
{
	struct hard h = { 0 };
	struct tx *tx = look(w);
	OK(hard_load(tx, w->mem, w->office, no, &h, &w->err));
	tx_end(tx);
	return h;
}

static int64_t
proposals(struct world *w, const char *kind)
{
	return ask(w,
		SQL("SELECT count(*) FROM hard_entry WHERE office = ? AND state = 0 AND kind = ?"),
		VALS(V(w->office), V(kind)));
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

static int64_t
parked_by_shen(struct world *w, const char *until)
{
	int64_t no = signed_by_chen(w);
	OK(run(w, SHEN, &concern_park,
		IN({ "concern", no_text(w, no) }, { "ground", "budget" }, { "until", until },
			{ "sponsor", "zhoum" }, { "note", "维修资金要业主表决" })));
	return no;
}

/* ---- listing --------------------------------------------------------------------------------------- */

static void
a_legacy_problem_is_listed_without_a_concern(void **state)
{
	struct world *w = *state;
	int64_t no = listed(w);
	struct hard h = hard_of(w, no);
	assert_string_equal(h.stage, "listed");
	assert_string_equal(h.sponsor_name, "周敏");
	assert_int_equal(h.next_on, 20261215);
	assert_int_equal(h.next_at, moment(20261215, 1730));
	assert_string_equal(news(w), "hard.listed officer u10 {\"blocker\":\"owners-vote\","
				     "\"kind\":\"legacy\",\"next\":\"2026-12-15\"}");
	assert_int_equal(told(w, "hard.sponsor"), 1);
	assert_invariants(w);
}

static void
leaders_and_supervisors_list_and_nobody_else(void **state)
{
	struct world *w = *state;
	OK(list_as(w, ZHOU, (struct listing){ 0 }));
	OK(list_as(w, BAI, (struct listing){ 0 }));
	static const enum who others[] = { GU, CHEN, HE, PEI, WEN, RESIDENT };
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_refused(
			w, list_as(w, others[i], (struct listing){ 0 }), NULL, "act.not-allowed");
}

static void
all_faults_of_a_form_are_told_at_once(void **state)
{
	struct world *w = *state;
	assert_int_equal(run(w, SHEN, &hard_list_act, NOTHING), XQ_REFUSED);
	assert_string_equal(w->call->err.key, "form.faults");
	assert_int_equal(w->call->form.n_faults, 9);
	assert_refused(w, XQ_REFUSED, "checked", "hard.unchecked");
}

static void
only_a_legacy_problem_comes_without_a_concern(void **state)
{
	struct world *w = *state;
	assert_refused(w, list_as(w, SHEN, (struct listing){ .kind = "parked" }), "concern",
		"hard.no-concern");
}

static void
the_reason_has_to_hold_for_the_concern(void **state)
{
	struct world *w = *state;
	int64_t no = signed_by_chen(w);
	static const char *const kinds[] = { "third-repeat", "second-redo", "over-90-days",
		"parked" };
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		assert_refused(w, list_as(w, SHEN, (struct listing){ no, kinds[i] }), "kind",
			"hard.no-reason");
	int64_t parked = parked_by_shen(w, "2026-12-15");
	OK(list_as(w, SHEN, (struct listing){ parked, "parked" }));
	go(w, 20270104, 900); /* 96 days later */
	OK(list_as(w, SHEN, (struct listing){ no, "over-90-days", .next = "2027-03-15" }));
	assert_invariants(w);
}

static void
the_public_topic_points_to_nobody(void **state)
{
	struct world *w = *state;
	OK(run(w, GU, &concern_register,
		IN({ "body", "电梯又停了，请派人来看看。" }, { "class", "property" },
			{ "place", "长桥新村" }, { "name", "吴秀珍" },
			{ "phone", "13800138000" })));
	int64_t no = made_now(w);
	static const struct {
		const char *line, *refusal;
	} bad[] = {
		{ "长桥新村的电梯", "hard.public-names" },
		{ "吴秀珍家门口的电梯", "hard.public-names" },
		{ "22号楼的电梯", "hard.public-digits" },
		{ "２２号楼的电梯", "hard.public-digits" },
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_refused(w,
			list_as(w, SHEN, (struct listing){ no, "legacy", .line = bad[i].line }),
			"public_line", bad[i].refusal);
	OK(list_as(w, SHEN, (struct listing){ no, "legacy" }));
	assert_int_equal(count_events(w, "吴秀珍"), 0);
}

static void
the_review_day_is_a_working_day_within_a_quarter(void **state)
{
	struct world *w = *state; /* 30 September 2026 */
	static const struct {
		const char *day, *refusal;
	} bad[] = {
		{ "2026-09-29", "concern.day-past" },
		{ "2026-09-30", "concern.day-past" },
		{ "2026-10-05", "concern.day-rest" }, /* National Day week */
		{ "2026-10-11", "concern.day-rest" }, /* a Sunday */
		{ "2026-12-31", "hard.day-far" },
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_refused(w, list_as(w, SHEN, (struct listing){ .next = bad[i].day }), "next",
			bad[i].refusal);
	OK(list_as(w, SHEN, (struct listing){ .next = "2026-10-10" })); /* a make-up Saturday */
	OK(list_as(w, SHEN, (struct listing){ .next = "2026-12-30" })); /* the last day */
}

static void
another_obstacle_needs_words(void **state)
{
	struct world *w = *state;
	assert_refused(w, list_as(w, SHEN, (struct listing){ .blocker = "other" }), "blocker_words",
		"hard.no-words");
	OK(list_as(w, SHEN, (struct listing){ .blocker = "other", .words = "图纸找不到了" }));
}

static void
a_sponsor_has_to_work_here(void **state)
{
	struct world *w = *state;
	assert_refused(w, list_as(w, SHEN, (struct listing){ .sponsor = "nobody" }), "sponsor",
		"account.unknown");
	OK(run_call(w, call_of(w, &w->admin, &account_close_act, IN({ "login", "wenb" }))));
	assert_refused(w, list_as(w, SHEN, (struct listing){ .sponsor = "wenb" }), "sponsor",
		"hard.sponsor-left");
}

static void
the_same_key_lists_once(void **state)
{
	struct world *w = *state;
	struct act_call *call;
	for (int i = 0; i < 2; i++) {
		call = call_of(w, &w->who[SHEN], &hard_list_act,
			IN({ "kind", "legacy" }, { "title", "长桥新村电梯老化" },
				{ "public_line", "老小区电梯更新" }, { "sponsor", "zhoum" },
				{ "blocker", "law" }, { "plan", "请示上级" },
				{ "condition", "条例修订以后" }, { "next", "2026-12-15" },
				{ "checked", "1" }));
		call->idem_key = "list-once";
		OK(run_call(w, call));
		assert_int_equal(call->is_replay, i == 1);
	}
	assert_int_equal(
		ask(w, SQL("SELECT count(*) FROM hard WHERE office = ?"), VALS(V(w->office))), 1);
}

/* ---- entries --------------------------------------------------------------------------------------- */

static void
a_concern_belongs_to_one_problem_at_most(void **state)
{
	struct world *w = *state;
	int64_t first = listed(w), second = listed(w), no = signed_by_chen(w);
	mark(w);
	OK(add(w, first, no));
	assert_string_equal(news(w), "office.noted officer u10 {\"act\":\"hard.add-concern\"}");
	assert_refused(w, add(w, second, no), "concern", "hard.on-ledger");
	assert_refused(
		w, list_as(w, SHEN, (struct listing){ no, "legacy" }), "concern", "hard.on-ledger");
	assert_refused(w, add(w, 99, no), "hard", "hard.unknown");
	assert_refused(w, add(w, first, 202600009999), "concern", "concern.unknown");
	assert_invariants(w);
}

static void
a_voided_concern_does_not_go_on_the_ledger(void **state)
{
	struct world *w = *state;
	int64_t no = take_down(w, GU, "property");
	OK(run(w, SHEN, &concern_void,
		IN({ "concern", no_text(w, no) }, { "why", "test" }, { "note", "演练登记" })));
	assert_refused(w, add(w, listed(w), no), "concern", "hard.not-this-one");
}

static void
what_is_sealed_stays_off_the_public_ledger(void **state)
{
	struct world *w = *state;
	OK(run(w, GU, &concern_register,
		IN({ "body", "有位工作人员态度很差。" }, { "class", "other" },
			{ "phone", "13800138000" }, { "secret", "1" })));
	int64_t no = made_now(w);
	assert_int_equal(concern_of(w, no).lane, LANE_SEALED);
	assert_refused(
		w, list_as(w, SHEN, (struct listing){ no, "legacy" }), "concern", "hard.sealed");
	go(w, 20270111, 900);
	run_jobs(w);
	assert_int_equal(proposals(w, "over-90-days"), 0);
}

/* ---- proposals ------------------------------------------------------------------------------------- */

static void
parked_concerns_are_proposed_once(void **state)
{
	struct world *w = *state;
	int64_t no = parked_by_shen(w, "2026-12-15");
	run_jobs(w);
	assert_int_equal(proposals(w, "parked"), 1);
	OK(dismiss(w, no));
	assert_int_equal(proposals(w, "parked"), 0);
	assert_refused(w, dismiss(w, no), "concern", "hard.not-proposed");
	for (int i = 1; i < 10; i++) {
		go(w, day_add(20261008, i), 900);
		run_jobs(w);
		assert_int_equal(proposals(w, "parked"), 0);
	}
	assert_invariants(w);
}

static void
the_search_runs_once_a_night(void **state)
{
	struct world *w = *state;
	run_jobs(w);
	int64_t run_at = ask(
		w, SQL("SELECT min(run_at) FROM hard_seek WHERE office = ?"), VALS(V(w->office)));
	assert_int_equal(run_at, moment(20261001, 0));
	parked_by_shen(w, "2026-12-15");
	run_jobs(w);
	assert_int_equal(proposals(w, "parked"), 0);
	go(w, 20261001, 1);
	run_jobs(w);
	assert_int_equal(proposals(w, "parked"), 1);
}

static void
what_is_open_for_more_than_ninety_days_is_proposed(void **state)
{
	struct world *w = *state;
	go(w, 20260930, 1030);
	int64_t no = signed_by_chen(w);
	go(w, 20261229, 1029);
	run_jobs(w);
	assert_int_equal(proposals(w, "over-90-days"), 0);
	go(w, 20261230, 1029); /* the next night */
	run_jobs(w);
	assert_int_equal(proposals(w, "over-90-days"), 1);
	OK(list_as(w, SHEN, (struct listing){ no, "over-90-days", .next = "2027-03-15" }));
	assert_int_equal(proposals(w, "over-90-days"), 0);
	assert_invariants(w);
}

static void
the_second_rehandling_is_proposed(void **state)
{
	struct world *w = *state;
	int64_t no = waiting_for_ruling(w);
	OK(rule(w, SHEN, no, "redo"));
	run_jobs(w);
	assert_int_equal(proposals(w, "second-redo"), 0);
	OK(submit(w, CHEN, no));
	OK(approve(w, HE, no));
	OK(rate(w, RESIDENT, w->code, "no", "4"));
	OK(rule(w, SHEN, no, "redo"));
	go(w, 20261008, 900);
	run_jobs(w);
	assert_int_equal(proposals(w, "second-redo"), 1);
}

/* Three concerns, one after the other handled with the first. */
static void
the_third_repeat_within_half_a_year_is_proposed(void **state)
{
	struct world *w = *state;
	int64_t root = take_down(w, GU, "other");
	for (int i = 0; i < 3; i++) {
		run_jobs(w);
		assert_int_equal(proposals(w, "third-repeat"), 0);
		go(w, day_add(20261008, i), 900);
		int64_t no = take_down(w, GU, "other");
		OK(run(w, GU, &concern_merge,
			IN({ "concern", no_text(w, no) }, { "into", no_text(w, root) },
				{ "note", "同一处路灯" })));
	}
	go(w, 20261012, 900);
	run_jobs(w);
	assert_int_equal(proposals(w, "third-repeat"), 1);
	assert_int_equal(ask(w,
				 SQL("SELECT concern_id FROM hard_entry WHERE office = ?"
				     " AND kind = 'third-repeat'"),
				 VALS(V(w->office))),
		concern_of(w, root).id);
}

static void
repeats_of_more_than_half_a_year_ago_do_not_count(void **state)
{
	struct world *w = *state;
	int64_t root = take_down(w, GU, "other");
	for (int i = 0; i < 3; i++) {
		int64_t no = take_down(w, GU, "other");
		OK(run(w, GU, &concern_merge,
			IN({ "concern", no_text(w, no) }, { "into", no_text(w, root) },
				{ "note", "同一处路灯" })));
	}
	go(w, 20270401, 900); /* 183 days later */
	run_jobs(w);
	assert_int_equal(proposals(w, "third-repeat"), 0);
}

/* A long list is walked in portions, and nothing of it is lost. */
static void
more_than_one_portion_is_proposed(void **state)
{
	struct world *w = *state;
	enum { MANY = 130 };
	for (int i = 0; i < MANY; i++)
		(void)take_down(w, GU, "other");
	go(w, 20270111, 900);
	for (int i = 0; i < 3; i++)
		run_jobs(w);
	assert_int_equal(proposals(w, "over-90-days"), MANY);
}

static void
a_concern_on_the_ledger_is_not_proposed_again(void **state)
{
	struct world *w = *state;
	int64_t no = parked_by_shen(w, "2026-12-15");
	run_jobs(w);
	OK(list_as(w, SHEN, (struct listing){ no, "parked" }));
	go(w, 20270111, 900); /* resumed, and open for more than ninety days */
	run_jobs(w);
	assert_int_equal(proposals(w, "over-90-days"), 0);
	assert_invariants(w);
}

static void
only_the_clock_searches(void **state)
{
	struct world *w = *state;
	const struct act *act = act_find(w->app, STR("hard.propose"));
	assert_int_equal(
		run_call(w, call_of_id(w, &w->who[SHEN], act, LASTING_PARKED)), XQ_REFUSED);
}

/* ---- reviews --------------------------------------------------------------------------------------- */

static void
a_review_says_what_was_done_and_sets_the_next_day(void **state)
{
	struct world *w = *state;
	int64_t no = listed(w);
	go(w, 20261214, 1000);
	mark(w);
	OK(review(w, ZHOU, no, "2027-03-12"));
	struct hard h = hard_of(w, no);
	assert_string_equal(h.stage, "in-action");
	assert_int_equal(h.next_on, 20270312);
	assert_int_equal(h.reviewed_at, now_of(w));
	assert_string_equal(news(w), "hard.reviewed officer u01 {\"next\":\"2027-03-12\","
				     "\"stage\":\"in-action\"}");
	assert_invariants(w);
}

static void
the_sponsor_or_who_keeps_the_ledger_reviews(void **state)
{
	struct world *w = *state;
	OK(list_as(w, SHEN, (struct listing){ .sponsor = "wenb" }));
	go(w, 20261008, 1000);
	OK(review(w, WEN, 1, "2026-12-15"));
	OK(review(w, SHEN, 1, "2026-12-15"));
	OK(review(w, ZHOU, 1, "2026-12-15"));
	assert_refused(w, review(w, LUO, 1, "2026-12-15"), NULL, "hard.not-sponsor");
}

static void
a_review_has_to_name_the_next_day(void **state)
{
	struct world *w = *state;
	int64_t no = listed(w);
	assert_int_equal(review(w, ZHOU, no, ""), XQ_REFUSED);
	assert_true(w->call->form.n_faults == 1);
	assert_refused(w, review(w, ZHOU, no, "2026-10-05"), "next", "concern.day-rest");
	assert_refused(w, review(w, ZHOU, no, "2027-01-04"), "next", "hard.day-far");
}

/* Spring Festival 2026 is 15 to 23 February, worked are the Saturdays 14 and 28 February. */
static void
review_days_over_the_holidays_of_a_year(void **state)
{
	struct world *w = *state;
	go(w, 20260105, 900);
	OK(list_as(w, SHEN, (struct listing){ .next = "2026-02-14" }));
	go(w, 20260214, 1000);
	assert_refused(w, review(w, ZHOU, 1, "2026-02-17"), "next", "concern.day-rest");
	assert_refused(w, review(w, ZHOU, 1, "2026-05-15"), "next", "hard.day-far");
	OK(review(w, ZHOU, 1, "2026-05-14"));
	go(w, 20260514, 1000);
	OK(review(w, ZHOU, 1, "2026-08-14"));
	go(w, 20260814, 1000);
	OK(review(w, ZHOU, 1, "2026-09-30"));
	go(w, 20260930, 1000);
	assert_refused(w, review(w, ZHOU, 1, "2026-10-06"), "next", "concern.day-rest");
	OK(review(w, ZHOU, 1, "2026-12-30"));
	assert_int_equal(ask(w,
				 SQL("SELECT count(*) FROM hard_review WHERE office = ?"
				     " AND kind = 1 AND is_late = 0"),
				 VALS(V(w->office))),
		4);
}

static void
a_review_day_that_passes_is_told_once(void **state)
{
	struct world *w = *state;
	OK(list_as(w, SHEN, (struct listing){ .next = "2026-10-10" }));
	go(w, 20261010, 1729); /* the make-up Saturday is still on */
	run_jobs(w);
	assert_int_equal(told(w, "hard.review-due"), 0);
	go(w, 20261010, 1731);
	run_jobs(w);
	assert_int_equal(told(w, "hard.review-due"), 1);
	assert_int_equal(hard_of(w, 1).told_at, now_of(w));
	go(w, 20261012, 900);
	run_jobs(w);
	assert_int_equal(told(w, "hard.review-due"), 1);
	OK(review(w, ZHOU, 1, "2026-12-15"));
	assert_int_equal(hard_of(w, 1).told_at, 0);
	assert_int_equal(
		ask(w, SQL("SELECT is_late FROM hard_review WHERE office = ? AND kind = 1"),
			VALS(V(w->office))),
		1);
	assert_invariants(w);
}

/* ---- sponsors -------------------------------------------------------------------------------------- */

static void
a_sponsor_leaves_only_after_another_one_took_over(void **state)
{
	struct world *w = *state;
	OK(list_as(w, SHEN, (struct listing){ .sponsor = "wenb" }));
	assert_int_equal(
		run_call(w, call_of(w, &w->admin, &account_close_act, IN({ "login", "wenb" }))),
		XQ_REFUSED);
	assert_refused(w, XQ_REFUSED, NULL, "hard.sponsors-open");
	assert_refused(w, name_sponsor(w, SHEN, 1, "wenb"), "sponsor", "hard.same-sponsor");
	assert_refused(w, name_sponsor(w, CHEN, 1, "zhoum"), NULL, "act.not-allowed");
	mark(w);
	OK(name_sponsor(w, SHEN, 1, "zhoum"));
	assert_string_equal(news(w), "office.noted officer u10 {\"act\":\"hard.sponsor\"}");
	assert_int_equal(hard_of(w, 1).next_on, 20261215);
	OK(run_call(w, call_of(w, &w->admin, &account_close_act, IN({ "login", "wenb" }))));
	assert_refused(w, name_sponsor(w, SHEN, 1, "wenb"), "sponsor", "hard.sponsor-left");
	assert_invariants(w);
}

/* ---- solving --------------------------------------------------------------------------------------- */

static void
a_supervisor_outside_the_sponsors_unit_solves_it(void **state)
{
	struct world *w = *state;
	OK(list_as(w, SHEN, (struct listing){ .sponsor = "hezy" }));
	assert_refused(w, solve(w, BAI, 1), NULL, "hard.own-unit"); /* sits in the same unit */
	assert_refused(w, solve(w, ZHOU, 1), NULL, "act.not-allowed");
	assert_refused(w, solve(w, HE, 1), NULL, "act.not-allowed");
	mark(w);
	OK(solve(w, SHEN, 1));
	assert_string_equal(news(w), "hard.solved supervisor u10 {}");
	struct hard h = hard_of(w, 1);
	assert_string_equal(h.stage, "solved");
	assert_int_equal(h.ended_at, now_of(w));
	assert_refused(w, solve(w, SHEN, 1), NULL, "hard.is-solved");
	assert_refused(w, review(w, SHEN, 1, "2026-12-15"), NULL, "hard.is-solved");
	go(w, 20270111, 900);
	run_jobs(w);
	assert_int_equal(told(w, "hard.review-due"), 0);
	assert_invariants(w);
}

static enum xq_rc
explain(struct world *w, enum who who, int64_t no)
{
	return run(w, who, &hard_explain,
		IN({ "hard", hard_text(w, no) }, { "why", "消防通道只剩三米六，依法不能划车位" },
			{ "condition", "消防通道改造" }, { "checked", "1" }));
}

/* Ended, and never among the solved. */
static void
what_cannot_be_solved_ends_with_an_explanation(void **state)
{
	struct world *w = *state;
	int64_t no = parked_by_shen(w, "2026-12-15");
	OK(list_as(w, SHEN, (struct listing){ no, "parked", .sponsor = "hezy" }));
	assert_refused(w, explain(w, BAI, 1), NULL, "hard.own-unit");
	assert_refused(w, explain(w, ZHOU, 1), NULL, "act.not-allowed");
	assert_refused(w, explain(w, SHEN, 1), NULL, "hard.still-parked");
	OK(run(w, CHEN, &concern_resume,
		IN({ "concern", no_text(w, no) }, { "note", "表决没有通过" })));
	mark(w);
	OK(explain(w, SHEN, 1));
	assert_string_equal(news(w), "hard.explained supervisor u10 {\"blocker\":\"owners-vote\"}");
	struct hard h = hard_of(w, 1);
	assert_false(hard_is_solved(&h));
	assert_string_equal(h.stage, "explained");
	assert_string_equal(h.condition, "消防通道改造");
	assert_int_equal(h.ended_at, now_of(w));
	assert_refused(w, solve(w, SHEN, 1), NULL, "hard.is-explained");
	assert_refused(w, review(w, SHEN, 1, "2026-12-15"), NULL, "hard.is-explained");
	go(w, 20270111, 900);
	run_jobs(w);
	assert_int_equal(told(w, "hard.review-due"), 0); /* nothing is due any more */
	assert_invariants(w);
}

static void
what_is_parked_never_counts_as_solved(void **state)
{
	struct world *w = *state;
	int64_t no = parked_by_shen(w, "2026-12-15");
	OK(list_as(w, SHEN, (struct listing){ no, "parked" }));
	assert_refused(w, solve(w, SHEN, 1), NULL, "hard.still-parked");
	assert_int_equal(concern_of(w, no).state, ST_PARKED);
	OK(run(w, CHEN, &concern_resume,
		IN({ "concern", no_text(w, no) }, { "note", "表决通过" })));
	OK(solve(w, SHEN, 1));
	assert_int_equal(concern_of(w, no).state, ST_SIGNED); /* solving answers nobody */
}

/* ---- reading --------------------------------------------------------------------------------------- */

static void
the_newest_open_ones_are_for_the_home_page(void **state)
{
	struct world *w = *state;
	for (int i = 0; i < 3; i++)
		(void)listed(w);
	OK(solve(w, SHEN, 3));
	struct hard *h;
	size_t n;
	struct tx *tx = look(w);
	OK(hard_open_newest(tx, w->mem, w->office, 2, &h, &n, &w->err));
	assert_int_equal(n, 2);
	assert_int_equal(h[0].no, 2);
	assert_int_equal(h[1].no, 1);
	OK(hard_open_newest(tx, w->mem, w->other, 2, &h, &n, &w->err));
	assert_int_equal(n, 0);
	tx_end(tx);
}

/* ---- the file of an old problem --------------------------------------------------------------------- */

static enum xq_rc
write_file(struct world *w, enum who who, int64_t no, const char *past)
{
	return run(w, who, &hard_file_act,
		IN({ "hard", hard_text(w, no) }, { "origin", "一九九六年建房时没有办产证" },
			{ "past", past }, { "bodies", "区房管局：补办产证；开发公司：已注销" }));
}

static void
the_file_of_an_old_problem_is_written_and_written_again(void **state)
{
	struct world *w = *state;
	int64_t no = listed(w);
	struct hard_file f;
	assert_refused(w, write_file(w, CHEN, no, ""), NULL, "hard.not-sponsor");
	mark(w);
	OK(write_file(w, ZHOU, no, ""));
	assert_string_equal(news(w), "office.noted clerk u01 {\"act\":\"hard.file\"}");
	OK(write_file(w, SHEN, no, "2011年协调会：各出一半，未落实"));
	struct tx *tx = look(w);
	OK(hard_file_load(tx, w->mem, w->office, no, &f, &w->err));
	tx_end(tx);
	assert_string_equal(f.past, "2011年协调会：各出一半，未落实");
	assert_string_equal(f.person, "沈锐");
	OK(solve(w, SHEN, no));
	assert_refused(w, write_file(w, SHEN, no, ""), NULL, "hard.is-solved");
}

static void
obstacles_are_counted_over_what_is_open(void **state)
{
	struct world *w = *state;
	struct blocked b[BLOCKERS_MAX];
	size_t n = 0;
	OK(list_as(w, SHEN, (struct listing){ .blocker = "split-duty" }));
	OK(list_as(w, SHEN, (struct listing){ .blocker = "split-duty" }));
	OK(list_as(w, SHEN, (struct listing){ .blocker = "land" }));
	int64_t gone = listed(w); /* owners-vote */
	OK(solve(w, SHEN, gone));
	OK(list_as(w, SHEN,
		(struct listing){ .no = parked_by_shen(w, "2026-12-15"),
			.kind = "parked",
			.blocker = "land" }));
	struct tx *tx = look(w);
	OK(hard_blocked(tx, w->mem, w->office, b, &n, &w->err));
	tx_end(tx);
	assert_int_equal(n, 2);
	assert_string_equal(b[0].blocker, "land");
	assert_int_equal(b[0].n, 2);
	assert_int_equal(b[0].legacy, 1);
	assert_string_equal(b[1].blocker, "split-duty");
	assert_int_equal(b[1].legacy, 2);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_legacy_problem_is_listed_without_a_concern),
		TEST(leaders_and_supervisors_list_and_nobody_else),
		TEST(all_faults_of_a_form_are_told_at_once),
		TEST(only_a_legacy_problem_comes_without_a_concern),
		TEST(the_reason_has_to_hold_for_the_concern),
		TEST(the_public_topic_points_to_nobody),
		TEST(the_review_day_is_a_working_day_within_a_quarter),
		TEST(another_obstacle_needs_words),
		TEST(a_sponsor_has_to_work_here),
		TEST(the_same_key_lists_once),
		TEST(a_concern_belongs_to_one_problem_at_most),
		TEST(a_voided_concern_does_not_go_on_the_ledger),
		TEST(what_is_sealed_stays_off_the_public_ledger),
		TEST(parked_concerns_are_proposed_once),
		TEST(the_search_runs_once_a_night),
		TEST(what_is_open_for_more_than_ninety_days_is_proposed),
		TEST(the_second_rehandling_is_proposed),
		TEST(the_third_repeat_within_half_a_year_is_proposed),
		TEST(repeats_of_more_than_half_a_year_ago_do_not_count),
		TEST(more_than_one_portion_is_proposed),
		TEST(a_concern_on_the_ledger_is_not_proposed_again),
		TEST(only_the_clock_searches),
		TEST(a_review_says_what_was_done_and_sets_the_next_day),
		TEST(the_sponsor_or_who_keeps_the_ledger_reviews),
		TEST(a_review_has_to_name_the_next_day),
		TEST_OF_THE_YEAR(review_days_over_the_holidays_of_a_year),
		TEST(a_review_day_that_passes_is_told_once),
		TEST(a_sponsor_leaves_only_after_another_one_took_over),
		TEST(a_supervisor_outside_the_sponsors_unit_solves_it),
		TEST(what_cannot_be_solved_ends_with_an_explanation),
		TEST(what_is_parked_never_counts_as_solved),
		TEST(the_newest_open_ones_are_for_the_home_page),
		TEST(the_file_of_an_old_problem_is_written_and_written_again),
		TEST(obstacles_are_counted_over_what_is_open),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
