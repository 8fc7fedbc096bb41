/* SPDX-License-Identifier: Apache-2.0 */
/* The tallies after any order of acts equal the recount from the facts; and what each figure says of a
 * small story. */
#include "../concern/fixture.h"
#include "../engine.h"

#include "concern/figures.h"
#include "insight/figures_int.h"
#include "record/sheet.h"
#include "store/store_int.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &insight_module, &record_sheet_module, &notify_module, NULL };

/* ---- short words for the acts that the fixture has not -------------------------------------------- */

static enum xq_rc
decide(struct world *w, enum who who, const struct act *act, int64_t no, const char *decision)
{
	return run(w, who, act,
		IN({ "concern", no_text(w, no) }, { "decision", decision },
			{ "note", "已核对目录" }));
}

static enum xq_rc
ask_return(struct world *w, enum who who, int64_t no, const char *unit, const char *why)
{
	return run(w, who, &concern_ask_return,
		IN({ "concern", no_text(w, no) }, { "unit", unit }, { "why", why },
			{ "basis", "派单目录第7条" }));
}

static enum xq_rc
ask_more_time(struct world *w, enum who who, int64_t no, const char *day, const char *why)
{
	return run(w, who, &concern_ask_extension,
		IN({ "concern", no_text(w, no) }, { "day", day }, { "why", why },
			{ "note", "要等配件" }));
}

static enum xq_rc
park(struct world *w, enum who who, int64_t no, const char *until, const char *ground)
{
	return run(w, who, &concern_park,
		IN({ "concern", no_text(w, no) }, { "ground", ground }, { "until", until },
			{ "sponsor", "zhoum" }, { "note", "维修资金要业主表决" }));
}

static enum xq_rc
call_back(struct world *w, enum who who, int64_t no, const char *result, const char *solved,
	const char *sat)
{
	return run(w, who, &callback_record,
		IN({ "concern", no_text(w, no) }, { "result", result }, { "solved", solved },
			{ "sat", sat }));
}

static enum xq_rc
contact(struct world *w, enum who who, int64_t no, const char *made)
{
	return run(w, who, &concern_contact,
		IN({ "concern", no_text(w, no) }, { "made", made }, { "note", "电话联系" }));
}

static enum xq_rc
promise(struct world *w, enum who who, int64_t no, const char *day)
{
	return run(w, who, &concern_promise,
		IN({ "concern", no_text(w, no) }, { "text", "换好感应灯" }, { "day", day }));
}

static enum xq_rc
keep_promise(struct world *w, enum who who, int64_t no, const char *n)
{
	return run(w, who, &promise_keep,
		IN({ "concern", no_text(w, no) }, { "no", n }, { "note", "已换好" }));
}

static enum xq_rc
move_promise(struct world *w, enum who who, int64_t no, const char *n, const char *day)
{
	return run(w, who, &promise_move,
		IN({ "concern", no_text(w, no) }, { "no", n }, { "day", day }, { "why", "parts" },
			{ "note", "配件未到" }));
}

static enum xq_rc
void_it(struct world *w, enum who who, int64_t no)
{
	return run(w, who, &concern_void,
		IN({ "concern", no_text(w, no) }, { "why", "error" }, { "note", "重复录入" }));
}

static enum xq_rc
redirect(struct world *w, enum who who, int64_t no)
{
	return run(w, who, &concern_redirect,
		IN({ "concern", no_text(w, no) }, { "body", "department" }, { "name", "区房管局" },
			{ "phone", "021-5550-0199" }, { "told", "当场告知" }));
}

static enum xq_rc
terminate(struct world *w, enum who who, int64_t no)
{
	return run(w, who, &concern_terminate,
		IN({ "concern", no_text(w, no) }, { "why", "no-power" },
			{ "note", "这件事没有哪个单位有权办，已向居民说明。" }));
}

static enum xq_rc
merge(struct world *w, enum who who, int64_t no, int64_t into)
{
	return run(w, who, &concern_merge,
		IN({ "concern", no_text(w, no) }, { "into", no_text(w, into) }));
}

static const char *
unlocked(struct world *w, const char *code)
{
	const enum xq_rc rc =
		run(w, RESIDENT, &voice_unlock, IN({ "code", code }, { "digits", "8000" }));
	return rc == XQ_OK ? result(w, "unlock") : "";
}

static enum xq_rc
withdraw(struct world *w, const char *code)
{
	const char *key = unlocked(w, code);
	return run(w, RESIDENT, &voice_withdraw, IN({ "code", code }, { "unlock", key }));
}

static enum xq_rc
dispute(struct world *w, const char *code)
{
	const char *key = unlocked(w, code);
	return run(w, RESIDENT, &voice_dispute,
		IN({ "code", code }, { "unlock", key }, { "why", "not-done" },
			{ "text", "灯还是不亮" }));
}

/* A working day about n days ahead, as a form has it. */
static const char *
day_ahead(struct world *w, int n)
{
	const int32_t day =
		cal_next_workday(w->app->calendar, day_add(day_of(now_of(w), TZ_CHINA), n));
	return mem_printf(w->mem, "%04d-%02d-%02d", day_year(day), day_month(day), day_mday(day));
}

/* ---- what a figure says --------------------------------------------------------------------------- */

static struct figure_value
figure_in(struct world *w, const char *code, int32_t from, int32_t to, const char *unit)
{
	struct tally_sum *sum;
	size_t n;
	struct tx *tx = look(w);
	OK(tally_read(tx, w->mem, w->office, from, to, &sum, &n, &w->err));
	tx_end(tx);
	return figure_value_of(figure_find(code), sum, n, unit);
}

#define assert_figure(w, code, from, to, unit, num_, den_)                                         \
	do {                                                                                       \
		const struct figure_value v_ = figure_in(w, code, from, to, unit);                 \
		if (v_.num != (num_) || v_.den != (den_))                                          \
			fail_msg("%s: expected %d/%d, got %lld/%lld", code, (num_), (den_),        \
				(long long)v_.num, (long long)v_.den);                             \
	} while (0)

enum { SEP = 20260901, SEP_END = 20260930, OCT = 20261001, OCT_END = 20261031 };

static int64_t
closed_by_rating(struct world *w, const char *solved, const char *sat)
{
	const int64_t no = answered_by_chen(w);
	OK(rate(w, RESIDENT, w->code, solved, sat));
	return no;
}

static void
closing_in_time_counts_for_the_office_and_for_the_unit(void **state)
{
	struct world *w = *state;
	(void)closed_by_rating(w, "yes", "2");
	assert_figure(w, "raised", SEP, SEP_END, NULL, 1, 0);
	assert_figure(w, "closed", SEP, SEP_END, "u04", 1, 0);
	assert_figure(w, "on_time", SEP, SEP_END, "u04", 1, 1);
	assert_figure(w, "claimed", SEP, SEP_END, NULL, 1, 1);
	assert_figure(w, "solved", SEP, SEP_END, "u04", 1, 1);
	assert_figure(w, "satisfaction", SEP, SEP_END, NULL, 8, 10);
	assert_figure(w, "closed", SEP, SEP_END, "u03", 0, 0);
	assert_figure(w, "closed", OCT, OCT_END, NULL, 0, 0);
	assert_invariants(w);
}

static void
late_stays_late_when_the_day_moves_afterwards(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w); /* due 13 October 17:30 */
	const char *code = w->code;
	go(w, 20261014, 900);
	OK(submit(w, CHEN, no));
	OK(approve(w, HE, no));
	OK(rate(w, RESIDENT, code, "no", "4"));
	OK(rule(w, SHEN, no, "redo")); /* a new day, and this time in time */
	OK(submit(w, CHEN, no));
	OK(approve(w, HE, no));
	OK(rate(w, RESIDENT, code, "yes", "1"));
	assert_figure(w, "on_time", OCT, OCT_END, NULL, 0, 1);
	assert_figure(w, "redone", OCT, OCT_END, "u04", 1, 1);
	assert_invariants(w);
}

static void
an_answer_at_the_last_second_is_in_time(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	OK(submit(w, CHEN, no));
	go(w, 20261013, 1730);
	OK(approve(w, HE, no));
	OK(rate(w, RESIDENT, w->code, "yes", "none"));
	assert_figure(w, "on_time", OCT, OCT_END, NULL, 1, 1);
	assert_figure(w, "satisfaction", OCT, OCT_END, NULL, 0, 0); /* no rating: in no base */
	assert_figure(w, "solved", OCT, OCT_END, NULL, 1, 1);
}

static void
granted_time_moves_the_day_and_counts_with_its_reason(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	OK(ask_more_time(w, CHEN, no, "2026-10-16", "parts"));
	assert_figure(w, "extended", SEP, SEP_END, NULL, 0, 1); /* only asked */
	OK(decide(w, SHEN, &concern_rule_extension, no, "grant"));
	assert_figure(w, "extended", SEP, SEP_END, "u04", 1, 1);
	go(w, 20261015, 900);
	OK(submit(w, CHEN, no));
	OK(approve(w, HE, no));
	OK(rate(w, RESIDENT, w->code, "yes", "1"));
	assert_figure(w, "on_time", OCT, OCT_END, NULL, 1, 1);
	assert_invariants(w);
}

static void
the_last_rating_of_each_month_counts(void **state)
{
	struct world *w = *state;
	const int64_t no = waiting_for_ruling(w); /* rated "no", 4 on 30 September */
	const char *code = w->code;
	go(w, 20261008, 900);
	OK(rule(w, SHEN, no, "redo"));
	OK(submit(w, CHEN, no));
	OK(approve(w, HE, no));
	OK(rate(w, RESIDENT, code, "yes", "1"));
	assert_figure(w, "solved", SEP, SEP_END, NULL, 0, 1); /* September keeps its own last one */
	assert_figure(w, "solved", OCT, OCT_END, NULL, 1, 1);
	assert_figure(w, "solved", SEP, OCT_END, NULL, 1, 2); /* months add up: it is in both */
	assert_figure(w, "satisfaction", SEP, OCT_END, NULL, 10, 20);
	assert_invariants(w);
}

static void
call_until_unreached(struct world *w, int64_t no)
{
	OK(call_back(w, PEI, no, "nobody", "", ""));
	OK(call_back(w, PEI, no, "nobody", "", ""));
	clock_set(&w->clock, now_of(w) + 86400);
	OK(call_back(w, PEI, no, "nobody", "", ""));
}

static void
unreached_is_closed_and_in_no_view_of_the_residents(void **state)
{
	struct world *w = *state;
	const int64_t no = answered_by_chen(w);
	call_until_unreached(w, no);
	assert_figure(w, "closed", OCT, OCT_END, NULL, 1, 0);
	assert_figure(w, "unreached", OCT, OCT_END, NULL, 1, 1);
	assert_figure(w, "solved", OCT, OCT_END, NULL, 0, 0);
	assert_figure(w, "claimed", OCT, OCT_END, NULL, 1, 1);
	assert_invariants(w);
}

static void
unreached_after_a_rating_of_the_same_month_is_rated(void **state)
{
	struct world *w = *state;
	go(w, 20261009, 900);
	const int64_t no = waiting_for_ruling(w);
	OK(rule(w, SHEN, no, "redo"));
	OK(submit(w, CHEN, no));
	OK(approve(w, HE, no));
	call_until_unreached(w, no);
	assert_figure(w, "unreached", OCT, OCT_END, NULL, 0, 1);
	assert_figure(w, "solved", OCT, OCT_END, NULL, 0, 1);
	assert_figure(
		w, "satisfaction", OCT, OCT_END, NULL, 0, 10); /* the view of the 9th stands */
	assert_invariants(w);
}

static void
a_rating_in_the_same_month_replaces_the_earlier_one(void **state)
{
	struct world *w = *state;
	go(w, 20261009, 900);
	const int64_t no = waiting_for_ruling(w);
	const char *code = w->code;
	OK(rule(w, SHEN, no, "redo"));
	OK(submit(w, CHEN, no));
	OK(approve(w, HE, no));
	OK(rate(w, RESIDENT, code, "yes", "2"));
	assert_figure(w, "solved", OCT, OCT_END, NULL, 1, 1);
	assert_figure(w, "satisfaction", OCT, OCT_END, "u04", 8, 10);
	assert_figure(w, "solved", OCT, 20261009, NULL, 1, 1);
	assert_invariants(w);
}

static void
the_gap_is_claimed_without_being_solved(void **state)
{
	struct world *w = *state;
	for (int i = 0; i < 3; i++)
		(void)closed_by_rating(w, i == 0 ? "yes" : "partly", "3");
	assert_figure(w, "claimed", SEP, SEP_END, NULL, 3, 3);
	assert_figure(w, "solved", SEP, SEP_END, NULL, 1, 3);
	assert_figure(w, "satisfaction", SEP, SEP_END, NULL, 18, 30);
}

static void
what_is_voided_leaves_every_other_figure_on_its_own_day(void **state)
{
	struct world *w = *state;
	const int64_t no = waiting_for_ruling(w);
	go(w, 20261008, 900);
	OK(rule(w, SHEN, no, "redo"));
	OK(contact(w, CHEN, no, "1"));
	OK(promise(w, CHEN, no, "2026-10-12"));
	OK(offer(w, CHEN, no, "u05", NOBODY));
	assert_figure(w, "raised", SEP, SEP_END, NULL, 1, 0);
	assert_figure(w, "solved", SEP, SEP_END, NULL, 0, 1);
	OK(void_it(w, SHEN, no));
	assert_figure(w, "raised", SEP, SEP_END, NULL, 0, 0);
	assert_figure(w, "solved", SEP, SEP_END, NULL, 0, 0);
	assert_figure(w, "returned", SEP, OCT_END, NULL, 0, 0);
	assert_figure(w, "contacted", OCT, OCT_END, NULL, 0, 0);
	assert_figure(w, "promises", OCT, OCT_END, NULL, 0, 0);
	assert_figure(w, "voided", OCT, OCT_END, NULL, 1, 0);
	assert_invariants(w);
}

static void
a_closed_concern_cannot_be_voided_out_of_the_figures(void **state)
{
	struct world *w = *state;
	const int64_t no = closed_by_rating(w, "yes", "1");
	assert_refused(w, void_it(w, SHEN, no), NULL, "concern.wrong-state");
	assert_figure(w, "closed", SEP, SEP_END, NULL, 1, 0);
	assert_figure(w, "voided", SEP, SEP_END, NULL, 0, 0);
	assert_invariants(w);
}

static void
a_promise_counts_on_the_day_told_last_and_only_in_time(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	OK(promise(w, CHEN, no, "2026-10-09"));
	OK(promise(w, CHEN, no, "2026-10-12"));
	OK(promise(w, CHEN, no, "2026-10-13"));
	assert_figure(w, "promises", OCT, OCT_END, "u04", 0, 3);
	OK(move_promise(w, CHEN, no, "3", "2026-11-02"));
	assert_figure(w, "promises", OCT, OCT_END, NULL, 0, 2);
	go(w, 20261009, 1000);
	OK(keep_promise(w, CHEN, no, "1")); /* in time */
	go(w, 20261012, 1731);
	OK(keep_promise(w, CHEN, no, "2")); /* a minute late */
	OK(keep_promise(w, CHEN, no, "3")); /* before its new day */
	assert_figure(w, "promises", OCT, OCT_END, NULL, 1, 2);
	assert_figure(w, "promises", 20261101, 20261130, NULL, 1, 1);
	assert_invariants(w);
}

static void
returns_count_for_the_unit_that_asked(void **state)
{
	struct world *w = *state;
	int64_t no = signed_by_chen(w);
	OK(ask_return(w, CHEN, no, "u05", "duty"));
	OK(decide(w, SHEN, &concern_rule_return, no, "refuse"));
	no = signed_by_chen(w);
	OK(ask_return(w, CHEN, no, "u05", "duty"));
	OK(decide(w, SHEN, &concern_rule_return, no, "grant"));
	assert_figure(w, "returned", SEP, SEP_END, NULL, 1, 3); /* the ruling offers it once more */
	assert_figure(w, "returned", SEP, SEP_END, "u04", 1, 2);
	assert_figure(w, "returned", SEP, SEP_END, "u05", 0, 1);
	assert_invariants(w);
}

static void
a_request_that_ends_with_its_concern_is_not_ruled_on(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	OK(ask_more_time(w, CHEN, no, "2026-10-16", "parts"));
	OK(terminate(w, SHEN, no));
	assert_figure(w, "extended", SEP, SEP_END, NULL, 0, 1);
	assert_figure(w, "terminated", SEP, SEP_END, "u04", 1, 0);
	assert_figure(w, "closed", SEP, SEP_END, NULL, 0, 0);
	assert_invariants(w);
}

static void
first_contact_counts_who_was_reached(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	OK(contact(w, CHEN, no, ""));
	OK(contact(w, CHEN, no, "1"));
	assert_figure(w, "contacted", SEP, SEP_END, "u04", 1, 2);
	assert_invariants(w);
}

static void
the_same_matter_again_is_a_repeat_of_the_day_it_came(void **state)
{
	struct world *w = *state;
	const int64_t first = signed_by_chen(w), second = take_down(w, XIANG, "property");
	go(w, 20261008, 900);
	OK(merge(w, XIANG, second, first));
	assert_figure(w, "repeat", SEP, SEP_END, NULL, 1, 2);
	assert_figure(w, "merged", OCT, OCT_END, NULL, 1, 0);
	assert_figure(w, "merged", SEP, SEP_END, NULL, 0, 0);
	assert_invariants(w);
}

static void
a_disagreement_with_cause_comes_in_again(void **state)
{
	struct world *w = *state;
	const int64_t no = closed_by_rating(w, "partly", "3");
	OK(dispute(w, w->code));
	OK(decide(w, SHEN, &concern_rule_dispute, no, "again"));
	assert_figure(w, "repeat", SEP, SEP_END, NULL, 1, 2);
	assert_figure(w, "closed", SEP, SEP_END, NULL, 1, 0);
	assert_invariants(w);
}

/* Before the call-back it goes into a new round, so nothing comes in again and nothing is closed yet. */
static void
a_disagreement_before_the_call_back_is_handled_again(void **state)
{
	struct world *w = *state;
	const int64_t no = answered_by_chen(w);
	const char *code = w->code;
	OK(dispute(w, code));
	OK(decide(w, SHEN, &concern_rule_dispute, no, "again"));
	assert_figure(w, "repeat", SEP, SEP_END, NULL, 0, 1);
	assert_figure(w, "redone", SEP, SEP_END, NULL, 0, 0);
	OK(submit(w, CHEN, no));
	OK(approve(w, HE, no));
	OK(rate(w, RESIDENT, code, "yes", "1"));
	assert_figure(w, "redone", SEP, SEP_END, "u04", 1, 1);
	assert_figure(w, "solved", SEP, SEP_END, "u04", 1, 1);
	assert_invariants(w);
}

/* The voice keeps its answer, call and rating, beside the rates (ledger.md V6). */
static void
the_rating_of_a_merged_voice_is_in_no_rate(void **state)
{
	struct world *w = *state;
	const int64_t second = take_down(w, XIANG, "property");
	const char *code = w->code;
	const int64_t first = signed_by_chen(w);
	OK(merge(w, XIANG, second, first));
	OK(submit(w, CHEN, first));
	OK(approve(w, HE, first));
	OK(rate(w, RESIDENT, code, "no", "4"));
	assert_figure(w, "solved", SEP, SEP_END, NULL, 0, 0);
	assert_figure(w, "closed", SEP, SEP_END, NULL, 0, 0);
	assert_figure(w, "merged", SEP, SEP_END, NULL, 1, 0);
	assert_invariants(w);
}

static void
what_goes_on_after_parking_counts_once(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	const char *code = w->code;
	OK(park(w, SHEN, no, "2026-11-20", "budget"));
	go(w, 20261109, 900);
	OK(run(w, CHEN, &concern_resume,
		IN({ "concern", no_text(w, no) }, { "note", "条件已经具备" })));
	OK(submit(w, CHEN, no));
	OK(approve(w, HE, no));
	OK(rate(w, RESIDENT, code, "yes", "1"));
	assert_figure(w, "parked", SEP, SEP_END, "u04", 1, 1);
	assert_figure(w, "on_time", 20261101, 20261130, "u04", 1, 1);
	assert_invariants(w);
}

static void
other_ends_are_exclusions_with_their_reasons(void **state)
{
	struct world *w = *state;
	OK(redirect(w, GU, take_down(w, GU, "other")));
	(void)signed_by_chen(w);
	OK(withdraw(w, w->code));
	const int64_t no = signed_by_chen(w);
	OK(park(w, SHEN, no, "2026-11-20", "budget"));
	assert_figure(w, "redirected", SEP, SEP_END, NULL, 1, 0);
	assert_figure(w, "terminated", SEP, SEP_END, NULL, 1, 0);
	assert_figure(w, "parked", SEP, SEP_END, "u04", 1, 2);
	assert_figure(w, "closed", SEP, SEP_END, NULL, 0, 0);
	assert_invariants(w);
}

static void
a_sealed_matter_counts_for_the_office_alone(void **state)
{
	struct world *w = *state;
	OK(run(w, GU, &concern_register,
		IN({ "body", "有工作人员态度不好" }, { "class", "property" }, { "secret", "1" })));
	const int64_t no = made_now(w);
	OK(accept_it(w, CHEN, no));
	OK(submit(w, CHEN, no));
	OK(approve(w, HE, no));
	OK(rate(w, RESIDENT, w->code, "yes", "1"));
	assert_figure(w, "solved", SEP, SEP_END, NULL, 1, 1);
	assert_figure(w, "solved", SEP, SEP_END, "u04", 0, 0);
	assert_figure(w, "closed", SEP, SEP_END, "u04", 0, 0);
	assert_int_equal(ask(w,
				 SQL("SELECT count(*) FROM tally WHERE office = ?"
				     " AND (unit_code <> '' OR class <> '') /* scan: test */"),
				 VALS(V(w->office))),
		0);
	assert_invariants(w);
}

static void
a_wrong_count_is_found(void **state)
{
	struct world *w = *state;
	int64_t faults = -1;
	(void)closed_by_rating(w, "yes", "1");
	force(w,
		SQL("UPDATE tally SET n = n + 1 WHERE office = ? AND day = 20260930"
		    " AND figure = 'on-time' AND unit_code = 'u04' AND class = 'property'"),
		VALS(V(w->office)));
	force(w,
		SQL("INSERT INTO tally (office, day, figure, unit_code, class, n)"
		    " VALUES (?, 20260930, 'closed', 'u05', 'property', 1)"),
		VALS(V(w->office)));
	force(w,
		SQL("DELETE FROM tally WHERE office = ? AND day = 20260930 AND figure = 'raised'"
		    " AND unit_code = 'u03' AND class = 'property'"),
		VALS(V(w->office)));
	struct tx *tx = look(w);
	OK(tally_equals_facts.count_faults(tx, w->mem, w->office, &faults, &w->err));
	tx_end(tx);
	assert_int_equal(faults, 3);
}

static void
small_counts_and_rates_over_few_cases_are_not_shown(void **state)
{
	(void)state;
	const struct figure_def *count = figure_find("raised"), *rate_of = figure_find("on_time"),
				*points = figure_find("satisfaction");
	static const struct {
		bool is_shown;
		struct figure_value v;
	} counts[] = { { true, { 0, 0 } }, { false, { 1, 0 } }, { false, { 4, 0 } },
		{ true, { 5, 0 } } },
	  rates[] = { { false, { 0, 0 } }, { false, { 9, 9 } }, { true, { 0, 10 } } };
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		assert_int_equal(figure_is_shown(count, counts[i].v), counts[i].is_shown);
	for (size_t i = 0; i < sizeof rates / sizeof *rates; i++)
		assert_int_equal(figure_is_shown(rate_of, rates[i].v), rates[i].is_shown);
	assert_false(figure_is_shown(points, (struct figure_value){ 90, 90 }));
	assert_true(figure_is_shown(points, (struct figure_value){ 90, 100 }));
	assert_int_equal(figure_per_mille((struct figure_value){ 2, 3 }), 667);
}

static void
every_figure_says_what_it_counts_and_what_it_leaves_out(void **state)
{
	(void)state;
	for (const struct figure_def *d = figure_defs; d->code; d++) {
		assert_non_null(d->title);
		assert_non_null(d->definition);
		assert_non_null(d->without);
		assert_ptr_equal(figure_find(d->code), d);
	}
}

/* ---- any order of acts ------------------------------------------------------------------------------ */

enum { ACTS = 2000, CHECK_EVERY = 100, LIVES_MAX = 400 };

struct chance {
	struct world *w;
	uint64_t seed;
	struct life {
		int64_t no;
		char code[32];
	} life[LIVES_MAX];
	size_t n;
};

/* The same numbers on every machine (Knuth's MMIX constants). */
static int
draw(struct chance *k, int below)
{
	k->seed = k->seed * 6364136223846793005u + 1442695040888963407u;
	return (int)(k->seed >> 33) % below;
}

static enum who
any_of(struct chance *k, const enum who *list, int n)
{
	return list[draw(k, n)];
}
#define ONE_OF(k, ...)                                                                             \
	any_of((k), (const enum who[]){ __VA_ARGS__ },                                             \
		(int)(sizeof((const enum who[]){ __VA_ARGS__ }) / sizeof(enum who)))

static enum who
owner_of(const struct world *w, const struct concern *c)
{
	for (enum who i = GU; i < N_STAFF; i++)
		if (w->who[i].person_id == c->owner_person_id)
			return i;
	return GU;
}

static enum xq_rc
come_in(struct chance *k)
{
	static const char *const classes[] = { "property", "parking", "noise", "other" };
	struct world *w = k->w;
	const bool is_secret = draw(k, 8) == 0;
	const enum xq_rc rc = run(w, ONE_OF(k, GU, XIANG), &concern_register,
		IN({ "body", "楼道灯不亮。请派人来看看。" }, { "class", classes[draw(k, 4)] },
			{ "phone", "13800138000" }, { "secret", is_secret ? "1" : "" }));
	if (rc == XQ_OK && k->n < LIVES_MAX) {
		struct life *l = &k->life[k->n++];
		l->no = made_now(w);
		snprintf(l->code, sizeof l->code, "%s", w->code);
	}
	return rc;
}

/* While somebody works on it. */
static enum xq_rc
work_on(struct chance *k, const struct life *l, enum who owner)
{
	static const char *const units[] = { "u04", "u05", "u06" };
	static const char *const whys[] = { "parts", "survey", "complex" };
	struct world *w = k->w;
	switch (draw(k, 10)) {
	case 0:
		return contact(w, owner, l->no, draw(k, 3) ? "1" : "");
	case 1:
		return offer(w, owner, l->no, units[draw(k, 3)], NOBODY);
	case 2:
		return ask_return(w, owner, l->no, units[draw(k, 3)], draw(k, 2) ? "duty" : "area");
	case 3:
		return ask_more_time(w, owner, l->no, day_ahead(w, 7), whys[draw(k, 3)]);
	case 4:
		return decide(
			w, SHEN, &concern_rule_extension, l->no, draw(k, 3) ? "grant" : "refuse");
	case 5:
		return park(w, SHEN, l->no, day_ahead(w, 4 + draw(k, 20)),
			draw(k, 2) ? "budget" : "lawsuit");
	case 6:
		return promise(w, owner, l->no, day_ahead(w, 1 + draw(k, 6)));
	case 7:
		return merge(w, GU, l->no, k->life[draw(k, (int)k->n)].no);
	default:
		return submit(w, owner, l->no);
	}
}

static enum xq_rc
end_early(struct chance *k, const struct life *l)
{
	struct world *w = k->w;
	switch (draw(k, 4)) {
	case 0:
		return void_it(w, SHEN, l->no);
	case 1:
		return redirect(w, GU, l->no);
	case 2:
		return terminate(w, SHEN, l->no);
	default:
		return withdraw(w, l->code);
	}
}

static enum xq_rc
after_answer(struct chance *k, const struct life *l)
{
	static const char *const sats[] = { "1", "2", "3", "4", "none" };
	static const char *const views[] = { "yes", "partly", "no", "explained" };
	struct world *w = k->w;
	switch (draw(k, 10)) {
	case 0:
		return run(w, PEI, &callback_record,
			IN({ "concern", no_text(w, l->no) }, { "result", "reached" },
				{ "solved", views[draw(k, 4)] }, { "sat", sats[draw(k, 5)] },
				{ "attitude", sats[draw(k, 5)] },
				{ "result_sat", sats[draw(k, 5)] },
				{ "again", draw(k, 4) ? "" : "1" }));
	case 1:
		return run(w, RESIDENT, &voice_rate,
			IN({ "code", l->code }, { "solved", views[draw(k, 4)] },
				{ "sat", sats[draw(k, 5)] }, { "attitude", sats[draw(k, 5)] },
				{ "result_sat", sats[draw(k, 5)] }));
	case 2:
	case 3:
		return rule(w, SHEN, l->no, draw(k, 2) ? "redo" : "close");
	case 4:
		return dispute(w, l->code);
	case 5:
		return decide(
			w, SHEN, &concern_rule_dispute, l->no, draw(k, 2) ? "again" : "stands");
	default: /* it takes three of these */
		return call_back(w, PEI, l->no, "nobody", "", "");
	}
}

static enum xq_rc
after_closing(struct chance *k, const struct life *l, enum who owner)
{
	const char *const n = draw(k, 3) ? "1" : "2";
	struct world *w = k->w;
	switch (draw(k, 5)) {
	case 0:
		return promise(w, owner, l->no, day_ahead(w, 1 + draw(k, 6)));
	case 1:
		return keep_promise(w, owner, l->no, n);
	case 2:
		return move_promise(w, owner, l->no, n, day_ahead(w, 8));
	case 3:
		return dispute(w, l->code);
	default:
		return decide(
			w, SHEN, &concern_rule_dispute, l->no, draw(k, 2) ? "again" : "stands");
	}
}

/* Something that a concern of this state may meet; much of it is refused, as it should be. */
static enum xq_rc
happen(struct chance *k)
{
	struct world *w = k->w;
	if (k->n == 0 || draw(k, 12) == 0)
		return come_in(k);
	/* mostly one of the newest, so that some are done before their day */
	const int n = (int)k->n, near = n < 12 ? n : 12;
	const struct life *l = &k->life[draw(k, 3) ? n - 1 - draw(k, near) : draw(k, n)];
	const struct concern c = concern_of(w, l->no);
	const enum who owner = owner_of(w, &c);
	if (concern_is_open(c.state) && draw(k, 30) == 0)
		return end_early(k, l);
	switch (c.state) {
	case ST_ASSIGNED:
		return draw(k, 5) ? accept_it(w, ONE_OF(k, CHEN, WANG, FANG, MA, LUO), l->no)
		                  : ask_return(w, ONE_OF(k, CHEN, FANG), l->no, "u06", "duty");
	case ST_RETURN_ASKED:
		return decide(
			w, SHEN, &concern_rule_return, l->no, draw(k, 2) ? "grant" : "refuse");
	case ST_REPLIED:
		return draw(k, 4) ? approve(w, ONE_OF(k, HE, YE), l->no)
		                  : send_back(w, ONE_OF(k, HE, YE), l->no);
	case ST_CALLBACK:
		return after_answer(k, l);
	case ST_CLOSED:
		return after_closing(k, l, owner);
	case ST_PARKED:
		return run(w, owner, &concern_resume,
			IN({ "concern", no_text(w, l->no) }, { "note", "条件已经具备" }));
	default:
		return draw(k, 4) ? work_on(k, l, owner)
		                  : keep_promise(w, owner, l->no, draw(k, 2) ? "1" : "2");
	}
}

static void
tallies_equal_the_facts_after_any_acts(void **state)
{
	struct world *w = *state;
	void *const whole = w->mem;
	struct chance *k = mem_new(whole, struct chance);
	k->w = w;
	k->seed = 20261001;
	int done = 0;
	for (int tried = 0; done < ACTS && tried < 20 * ACTS; tried++) {
		w->mem = mem_root("act");
		clock_set(&w->clock, now_of(w) + draw(k, 3600));
		const bool was_done = happen(k) == XQ_OK;
		done += was_done;
		if (draw(k, 20) == 0)
			(void)run_jobs(w);
		if (was_done && done % CHECK_EVERY == 0)
			assert_invariants(w);
		mem_free(w->mem);
		w->mem = whole;
	}
	assert_int_equal(done, ACTS);
}

/* The random office has met everything that is counted, or its proof would be empty. */
static void
the_random_office_meets_every_figure(void **state)
{
	struct world *w = *state;
	tallies_equal_the_facts_after_any_acts(state);
	for (const struct figure_def *d = figure_defs; d->code; d++) {
		const struct figure_value v = figure_in(w, d->code, 20260101, 20271231, NULL);
		if (v.num == 0)
			fail_msg("%s was never met", d->code);
	}
}

/* ---- an older folder ------------------------------------------------------------------------------- */

/* Takes away all that migrations 4 and 8 of concern/ brought, and keeps beside it what the acts had counted. */
static const char older[] =
	"CREATE TABLE old_tally AS SELECT * FROM tally WHERE n <> 0"
	" AND figure NOT LIKE 'attitude-%' AND figure NOT LIKE 'result-%';"
	"CREATE TABLE old_rating AS SELECT office, concern_id, round, month, at, unit_id, solved,"
	" sat, 0 AS result FROM rating;"
	"CREATE TABLE old_step AS SELECT * FROM step;"
	"DROP TABLE tally;"
	"DROP TABLE rating;"
	"ALTER TABLE step DROP COLUMN owner_unit_id;"
	"ALTER TABLE step DROP COLUMN to_unit_id;"
	"ALTER TABLE step DROP COLUMN why;"
	"ALTER TABLE reply DROP COLUMN due_at;"
	"ALTER TABLE concern DROP COLUMN was_late;"
	"ALTER TABLE promise DROP COLUMN unit_id;"
	"DROP TABLE attitude;"
	"DROP TABLE box;"
	"DROP TABLE box_vote;"
	"DROP TABLE recall;"
	"DROP INDEX concern_closed;"
	"DROP TABLE conduct;"
	"DROP TABLE passed_up;"
	"ALTER TABLE finding DROP COLUMN evidence;"
	"ALTER TABLE finding DROP COLUMN heard;"
	"ALTER TABLE finding DROP COLUMN seen_on;"
	"ALTER TABLE reply DROP COLUMN no_finding;"
	"DELETE FROM schema_version WHERE module = 'concern' AND number IN (4, 8, 19);";

static void
make_older(struct world *w)
{
	struct tx *tx;
	OK(db_write(w->app->db, &tx, &w->err));
	OK(store_script(tx, older, &w->err));
	OK(tx_commit(tx, &w->err));
}

static void
upgrade(struct world *w)
{
	enum { LIST_MAX = 64 };
	const struct migration *list[LIST_MAX];
	OK(db_migrate(w->app->db, list, app_migrations(world_modules, list, LIST_MAX), &w->err));
}

static void
an_older_folder_is_filled_with_what_the_acts_would_have_counted(void **state)
{
	struct world *w = *state;
	if (on_server()) /* folders older than this are of SQLite */
		skip();
	tallies_equal_the_facts_after_any_acts(state);
	make_older(w);
	upgrade(w);
	assert_invariants(w);
	assert_int_equal(ask(w,
				 SQL("SELECT count(*) FROM (SELECT * FROM old_tally EXCEPT"
				     " SELECT * FROM tally) AS x"),
				 NO_VALS),
		0);
	assert_int_equal(ask(w,
				 SQL("SELECT count(*) FROM (SELECT * FROM tally EXCEPT"
				     " SELECT * FROM old_tally) AS x"),
				 NO_VALS),
		0);
	assert_int_equal(ask(w,
				 SQL("SELECT count(*) FROM (SELECT * FROM old_rating EXCEPT"
				     " SELECT * FROM rating) AS x"),
				 NO_VALS),
		0);
	assert_int_equal(
		ask(w,
			SQL("SELECT count(*) FROM step s JOIN old_step o USING (office, concern_id, no)"
			    " WHERE s.owner_unit_id <> o.owner_unit_id OR s.why <> o.why"
			    " OR s.to_unit_id <> o.to_unit_id"),
			NO_VALS),
		0);
	assert_true(ask(w, SQL("SELECT count(*) FROM tally"), NO_VALS) > 100);
}

/* ---- marks apart from the matters ------------------------------------------------------------------ */

static int64_t
shown(struct figures_load *l, const char *unit)
{
	return figure_value_of(figure_find("attitude"), l->sum, l->n_sums, unit).den / 10;
}

static void
no_difference_tells_what_few_have_marked(void **state)
{
	(void)state;
	struct tally_sum sum[] = { { "attitude-full", "u04", 300 },
		{ "attitude-points", "u04", 280 }, { "attitude-full", "u05", 90 },
		{ "attitude-points", "u05", 40 }, { "closed", "u05", 9 } };
	struct figures_load l = { .sum = sum, .n_sums = 5 };
	figures_keep_apart(&l);
	assert_int_equal(shown(&l, "u04"), 30);
	assert_int_equal(shown(&l, "u05"), 0);
	assert_int_equal(shown(&l, NULL), 30); /* not 39: the nine would be the difference */
	assert_int_equal(figure_value_of(figure_find("closed"), sum, 5, "u05").num, 9);
}

static void
few_here_and_few_there_count_for_the_office(void **state)
{
	(void)state;
	struct tally_sum sum[] = { { "attitude-full", "u04", 60 }, { "attitude-points", "u04", 60 },
		{ "attitude-full", "u05", 50 }, { "attitude-points", "u05", 40 } };
	struct figures_load l = { .sum = sum, .n_sums = 4 };
	figures_keep_apart(&l);
	assert_int_equal(shown(&l, "u04"), 0);
	assert_int_equal(shown(&l, "u05"), 0);
	assert_int_equal(shown(&l, NULL), 11);
}

static void
nobody_sees_marks_come_in(void **state)
{
	(void)state;
	struct tally_sum sum[] = { { "attitude-full", "u04", 300 },
		{ "attitude-points", "u04", 1 } };
	struct figures_load l = { .sum = sum, .n_sums = 2, .is_running = true };
	figures_keep_apart(&l);
	assert_int_equal(shown(&l, NULL), 0);
}

/* The units' marks cannot be counted again from the record, so they stay at the desk. */
static void
marks_are_in_public_once_their_box_is_counted(void **state)
{
	(void)state;
	struct figures_load l = { .is_counted = false };
	const struct figure_def *marks = figure_find("attitude"), *result = figure_find("result");
	assert_true(figures_is_shown(&l, marks, false));
	assert_false(figures_is_shown(&l, marks, true));
	l.is_counted = true;
	assert_true(figures_is_shown(&l, marks, true));
	assert_false(figures_is_shown(&l, result, true));
	assert_true(figures_by_unit(marks, false));
	assert_false(figures_by_unit(marks, true));
	assert_true(figures_by_unit(figure_find("closed"), true));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(closing_in_time_counts_for_the_office_and_for_the_unit),
		TEST(marks_are_in_public_once_their_box_is_counted),
		TEST(late_stays_late_when_the_day_moves_afterwards),
		TEST(an_answer_at_the_last_second_is_in_time),
		TEST(granted_time_moves_the_day_and_counts_with_its_reason),
		TEST(the_last_rating_of_each_month_counts),
		TEST(unreached_is_closed_and_in_no_view_of_the_residents),
		TEST(unreached_after_a_rating_of_the_same_month_is_rated),
		TEST(a_rating_in_the_same_month_replaces_the_earlier_one),
		TEST(the_gap_is_claimed_without_being_solved),
		TEST(what_is_voided_leaves_every_other_figure_on_its_own_day),
		TEST(a_closed_concern_cannot_be_voided_out_of_the_figures),
		TEST(a_promise_counts_on_the_day_told_last_and_only_in_time),
		TEST(returns_count_for_the_unit_that_asked),
		TEST(a_request_that_ends_with_its_concern_is_not_ruled_on),
		TEST(first_contact_counts_who_was_reached),
		TEST(the_same_matter_again_is_a_repeat_of_the_day_it_came),
		TEST(a_disagreement_with_cause_comes_in_again),
		TEST(a_disagreement_before_the_call_back_is_handled_again),
		TEST(the_rating_of_a_merged_voice_is_in_no_rate),
		TEST(what_goes_on_after_parking_counts_once),
		TEST(other_ends_are_exclusions_with_their_reasons),
		TEST(a_sealed_matter_counts_for_the_office_alone),
		TEST(a_wrong_count_is_found),
		TEST(small_counts_and_rates_over_few_cases_are_not_shown),
		TEST(every_figure_says_what_it_counts_and_what_it_leaves_out),
		TEST(no_difference_tells_what_few_have_marked),
		TEST(few_here_and_few_there_count_for_the_office),
		TEST(nobody_sees_marks_come_in),
		TEST(the_random_office_meets_every_figure),
		TEST(an_older_folder_is_filled_with_what_the_acts_would_have_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
