/* SPDX-License-Identifier: Apache-2.0 */
/* Rules as data: versions by first day, one lead unit, what a change would move and what it moves. */
#include "fixture.h"

#include <time.h>

#include "concern/rules.h"
#include "core/parse.h"
#include "exchange/book_write.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&concern_rules_module, &evaluation_module, &notify_module, NULL };

static enum xq_rc
set_limit(struct world *w, const char *code, const char *limit, const char *from)
{
	return run(w, ZHOU, &rules_set_deadline,
		IN({ "code", code }, { "limit", limit }, { "from", from },
			{ "source", "青街办〔2026〕12号" }));
}

static enum xq_rc
set_lead(struct world *w, const char *class, const char *unit, const char *from)
{
	return run(w, ZHOU, &rules_set_duty,
		IN({ "class", class }, { "unit", unit }, { "from", from },
			{ "source", "派单目录第二版" }));
}

static struct rule
rule_of(struct world *w, enum rule_kind kind, const char *key, int32_t day)
{
	struct rule r = { .key = NULL };
	struct tx *tx = look(w);
	const enum xq_rc rc = rule_on(tx, w->mem, w->office, kind, key, day, &r, &w->err);
	tx_end(tx);
	assert_true(rc == XQ_OK || rc == XQ_NONE);
	return r;
}

/* ---- versions ---------------------------------------------------------------------------------- */

static void
a_limit_holds_from_its_first_day_on(void **state)
{
	struct world *w = *state;
	mark(w);
	OK(set_limit(w, "help", "3wd", "2026-10-08"));
	assert_string_equal(rule_of(w, RULE_DEADLINE, "help", 20261007).value, "5wd");
	assert_int_equal(rule_of(w, RULE_DEADLINE, "help", 20261007).last_day, 20261007);
	assert_string_equal(rule_of(w, RULE_DEADLINE, "help", 20261008).value, "3wd");
	assert_int_equal(count_events(w, "\"what\":\"deadlines\""), 1);
	assert_non_null(strstr(news(w), "config.set officer u01 {\"doc\":\""));
	assert_non_null(strstr(news(w), "\"from\":\"2026-10-08\",\"ver\":2,"));

	int64_t no = take_down(w, GU, "property"); /* today, under the rule of today */
	assert_string_equal(concern_of(w, no).limit, "5wd");
	go(w, 20261008, 900);
	no = take_down(w, GU, "property");
	assert_string_equal(concern_of(w, no).limit, "3wd");
	assert_int_equal(concern_of(w, no).due_day, 20261012);
}

static void
a_changed_limit_moves_no_open_day(void **state)
{
	struct world *w = *state;
	int64_t no = take_down(w, GU, "property");
	OK(set_limit(w, "help", "15wd", "2026-10-01"));
	go(w, 20261008, 900);
	assert_int_equal(run_jobs(w) >= 0, 1);
	assert_int_equal(concern_of(w, no).due_day, 20261013);
	assert_int_equal(count_events(w, "\"why\":\"calendar\""), 0);
}

static void
faults_of_a_limit_are_told_at_once(void **state)
{
	struct world *w = *state;
	enum xq_rc rc = set_limit(w, "nothing", "soon", "2026-09-29");
	assert_refused(w, rc, "code", "rules.code-unknown");
	assert_refused(w, rc, "limit", "rules.limit");
	assert_refused(w, rc, "from", "rules.past");
	OK(set_limit(w, "help", "3wd", "2026-10-08"));
	assert_refused(w, set_limit(w, "help", "4wd", "2026-10-08"), "from", "rules.same-day");
	assert_string_equal(rule_of(w, RULE_DEADLINE, "help", 20261101).value, "3wd");
}

/* As an office says them, kept as the code. */
static void
a_limit_is_typed_in_words_too(void **state)
{
	struct world *w = *state;
	static const char *const typed[][2] = { { "3个工作日", "3wd" }, { "3 工作日", "3wd" },
		{ "15天", "15nd" }, { "2个月", "2mo" }, { "24小时", "24h" },
		{ "4 working days", "4wd" }, { "4wd", "4wd" } };
	static const char *const days[] = { "2026-10-01", "2026-10-02", "2026-10-03", "2026-10-04",
		"2026-10-05", "2026-10-06", "2026-10-07" };
	for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
		OK(set_limit(w, "help", typed[i][0], days[i]));
		int32_t day;
		assert_true(parse_day(str_of(days[i]), &day));
		assert_string_equal(rule_of(w, RULE_DEADLINE, "help", day).value, typed[i][1]);
	}
	static const char *const wrong[] = { "五天", "0天", "3", "天", "3wdd", "-3wd", "10000天" };
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_refused(
			w, set_limit(w, "help", wrong[i], "2026-11-01"), "limit", "rules.limit");
}

static void
a_limit_that_nothing_could_count_is_refused(void **state)
{
	struct world *w = *state;
	assert_refused(
		w, set_limit(w, "help", "9999wd", "2026-10-08"), "limit", "rules.limit-long");
	assert_refused(w, set_limit(w, "help", "37mo", "2026-10-08"), "limit", "rules.limit-long");
	/* the job that proposes hard problems looks back so many natural days */
	assert_refused(
		w, set_limit(w, "hard-open", "3mo", "2026-10-08"), "limit", "rules.limit-days");
	OK(set_limit(w, "hard-open", "60nd", "2026-10-08"));
}

/* A list is read up to RULES_MAX rows; a version behind that would never hold. */
static void
versions_end_before_a_list_of_them_would(void **state)
{
	struct world *w = *state;
	struct tx *tx;
	OK(db_write(w->app->db, &tx, &w->err));
	OK(db_exec(tx,
		SQL("INSERT INTO duty_rule (office, class, from_day, ver, unit_id, why, source,"
		    " by_person, set_at) SELECT office, 'noise', 20300101, ?, unit_id, '', 'P', 0, 0"
		    " FROM duty_rule WHERE office = ? AND class = 'property'"),
		VALS(V((int64_t)RULE_VERSIONS_MAX), V(w->office)), &w->err));
	OK(tx_commit(tx, &w->err));
	assert_refused(w, set_lead(w, "noise", "u05", "2026-10-08"), NULL, "rules.full");
}

static void
a_planned_version_stays_when_an_earlier_one_is_added(void **state)
{
	struct world *w = *state;
	OK(set_limit(w, "help", "3wd", "2026-12-01"));
	OK(set_limit(w, "help", "4wd", "2026-11-01"));
	assert_string_equal(rule_of(w, RULE_DEADLINE, "help", 20261031).value, "5wd");
	assert_string_equal(rule_of(w, RULE_DEADLINE, "help", 20261130).value, "4wd");
	assert_string_equal(rule_of(w, RULE_DEADLINE, "help", 20261201).value, "3wd");
}

static void
only_a_leader_sets_rules(void **state)
{
	struct world *w = *state;
	static const enum who others[] = { GU, CHEN, SHEN, PEI, RESIDENT };
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_refused(w,
			run(w, others[i], &rules_set_duty,
				IN({ "class", "noise" }, { "unit", "u05" },
					{ "from", "2026-10-08" }, { "source", "目录" })),
			NULL, "act.not-allowed");
}

static void
the_same_key_saves_once(void **state)
{
	struct world *w = *state;
	for (int i = 0; i < 2; i++) {
		struct act_call *call = call_of(w, &w->who[ZHOU], &rules_set_duty,
			IN({ "class", "noise" }, { "unit", "u05" }, { "from", "2026-10-08" },
				{ "source", "目录" }));
		call->idem_key = "k1";
		OK(run_call(w, call));
		assert_int_equal(call->is_replay, i);
	}
	assert_int_equal(count_events(w, "\"what\":\"duty\""), 1);
}

/* ---- the duty catalogue -------------------------------------------------------------------------- */

static void
a_lead_unit_changes_on_its_day(void **state)
{
	struct world *w = *state;
	OK(set_lead(w, "property", "u05", "2026-10-08"));
	int64_t no = take_down(w, GU, "property");
	assert_string_equal(offer_of(w, concern_of(w, no).id).to_unit, "物业管理科");
	go(w, 20261008, 800);
	no = take_down(w, GU, "property");
	assert_string_equal(offer_of(w, concern_of(w, no).id).to_unit, "城市管理科");
	assert_string_equal(rule_of(w, RULE_DUTY, "property", 20261008).source, "派单目录第二版");
}

static void
a_class_has_one_lead_on_a_day(void **state)
{
	struct world *w = *state;
	OK(set_lead(w, "property", "u05", "2026-10-08"));
	assert_refused(w, set_lead(w, "property", "u06", "2026-10-08"), "from", "rules.two-leads");
	assert_refused(
		w, set_lead(w, "property", "u99", "2026-10-09"), "unit", "concern.unit-unknown");
	assert_refused(
		w, set_lead(w, "weather", "u05", "2026-10-09"), "class", "rules.class-unknown");
}

/* ---- templates -------------------------------------------------------------------------------------- */

static enum xq_rc
set_template(struct world *w, const char *text, const char *from, const char *off)
{
	return run(w, ZHOU, &rules_set_template,
		IN({ "code", "lamp" }, { "title", "楼道灯" }, { "text", text }, { "from", from },
			{ "source", "办事处" }, { "off", off }));
}

static size_t
templates_on(struct world *w, int32_t day, struct rule **out)
{
	struct tx *tx = look(w);
	size_t n;
	OK(template_list(tx, w->mem, w->office, day, out, &n, &w->err));
	tx_end(tx);
	return n;
}

static void
a_template_is_offered_until_it_is_withdrawn(void **state)
{
	struct world *w = *state;
	struct rule *t;
	OK(set_template(w, "灯已换好。", "2026-09-30", "0"));
	OK(set_template(w, "灯已换好，请您看看。", "2026-10-08", "0"));
	OK(set_template(w, "灯已换好，请您看看。", "2026-11-01", "1"));
	assert_int_equal(templates_on(w, 20260930, &t), 1);
	assert_string_equal(t[0].text, "灯已换好。");
	assert_int_equal(templates_on(w, 20261031, &t), 1);
	assert_string_equal(t[0].text, "灯已换好，请您看看。");
	assert_int_equal(templates_on(w, 20261101, &t), 0);
}

/* ---- quoted in an answer --------------------------------------------------------------------------- */

static enum xq_rc
answer_resting_on(struct world *w, int64_t no, const char *basis)
{
	return run(w, CHEN, &reply_submit,
		IN({ "concern", no_text(w, no) }, { "text", "灯已换好，请您看看。" },
			{ "outcome", "solved" }, { "basis", basis }));
}

static void
an_answer_cannot_quote_a_rule_that_ended(void **state)
{
	struct world *w = *state;
	OK(run(w, ZHOU, &rules_set_duty,
		IN({ "class", "noise" }, { "unit", "u05" }, { "from", "2026-09-30" },
			{ "source", "青街办〔2026〕3号" })));
	OK(set_lead(w, "noise", "u06", "2026-10-08"));
	int64_t no = signed_by_chen(w);
	go(w, 20261009, 900);
	assert_refused(
		w, answer_resting_on(w, no, "按青街办〔2026〕3号第二条"), "basis", "rules.expired");
	const struct xq_err *fault = &w->call->err;
	assert_string_equal(fault->arg[0].text, "青街办〔2026〕3号");
	assert_int_equal(fault->arg[1].i, 20261007);
	assert_string_equal(fault->arg[2].text, "派单目录第二版");
	OK(answer_resting_on(w, no, "按派单目录第二版"));
}

static void
a_rule_may_be_quoted_until_its_last_day(void **state)
{
	struct world *w = *state;
	OK(set_limit(w, "help", "3wd", "2026-10-01"));
	OK(run(w, ZHOU, &rules_set_deadline,
		IN({ "code", "help" }, { "limit", "4wd" }, { "from", "2026-10-10" },
			{ "source", "青街办〔2026〕20号" })));
	int64_t no = signed_by_chen(w);
	go(w, 20261009, 900);
	OK(answer_resting_on(w, no, "青街办〔2026〕12号"));
	/* the reviewer meets it when the rule ends between the two */
	go(w, 20261010, 900);
	enum xq_rc rc = run(w, HE, &reply_approve, IN({ "concern", no_text(w, no) }));
	assert_refused(w, rc, NULL, "rules.expired");
}

/* A source that another rule in force rests on still holds, and codes of presets are no quotation. */
static void
a_source_that_still_carries_a_rule_may_be_quoted(void **state)
{
	struct world *w = *state;
	OK(set_limit(w, "help", "3wd", "2026-10-01"));
	OK(set_limit(w, "complaint", "3wd", "2026-10-01"));
	OK(run(w, ZHOU, &rules_set_deadline,
		IN({ "code", "help" }, { "limit", "4wd" }, { "from", "2026-10-08" },
			{ "source", "青街办〔2026〕20号" })));
	int64_t no = signed_by_chen(w);
	go(w, 20261009, 900);
	OK(answer_resting_on(w, no, "青街办〔2026〕12号，D04"));
}

/* ---- the calendar ------------------------------------------------------------------------------------- */

static enum xq_rc
type_notice(struct world *w, const char *year, const char *off, const char *work)
{
	return run_call(w, call_of(w, &w->admin, &rules_set_calendar,
				   IN({ "year", year }, { "off", off }, { "work", work },
					   { "source", "国办发明电〔2026〕7号" })));
}

/* Made for these tests: New Year with a worked Sunday behind it. */
#define NOTICE "2027", "2027-01-01..2027-01-02 元旦\n2027-02-06..2027-02-12 春节", "2027-01-03 元旦"

static struct due_preview
preview_of(struct world *w)
{
	struct due_preview p;
	const struct calendar *cal;
	struct act_call *call = call_of(w, &w->admin, &rules_set_calendar,
		IN({ "year", "2027" },
			{ "off", "2027-01-01..2027-01-02 元旦\n2027-02-06..2027-02-12 春节" },
			{ "work", "2027-01-03 元旦" }, { "source", "国办" }));
	struct tx *tx = look(w);
	OK(notice_try(tx, w->mem, 20261229, &call->form, &cal, &w->err));
	OK(due_preview_load(tx, w->mem,
		&(struct due_ask){ app_office(w->app, w->office), cal, now_of(w) }, &p, &w->err));
	tx_end(tx);
	return p;
}

static int64_t
moved_by(struct world *w, int64_t ver)
{
	return ask(w, SQL("SELECT moved FROM due_check WHERE office = ? AND notice_ver = ?"),
		VALS(V(w->office), V(ver)));
}

static void
a_notice_counts_open_days_again_as_the_preview_said(void **state)
{
	struct world *w = *state;
	go(w, 20261229, 900);
	int64_t no = take_down(w, GU, "property");
	assert_true(concern_of(w, no).is_provisional);
	assert_int_equal(concern_of(w, no).due_day, 20270106);
	struct due_preview p = preview_of(w);
	assert_int_equal(p.moved, 1);
	assert_int_equal(p.example[0].from_day, 20270106);
	assert_int_equal(p.example[0].to_day, 20270105);
	assert_int_equal(concern_of(w, no).due_day, 20270106); /* only looked at */

	OK(type_notice(w, NOTICE));
	mark(w);
	run_jobs(w);
	struct concern c = concern_of(w, no);
	assert_int_equal(c.due_day, 20270105);
	assert_int_equal(c.due_at, moment(20270105, 1730));
	assert_false(c.is_provisional);
	assert_string_equal(news(w),
		"concern.due-moved system - {\"due\":\"2027-01-05T17:30:00+08:00\",\"why\":\"calendar\"}");
	assert_int_equal(moved_by(w, 1), (int64_t)p.moved);
	assert_int_equal(run_jobs(w), 0); /* once */
	assert_int_equal(concern_of(w, take_down(w, GU, "property")).due_day, 20270105);
	assert_invariants(w);
}

static void
the_resident_reads_that_the_day_was_counted_again(void **state)
{
	struct world *w = *state;
	go(w, 20261229, 900);
	int64_t no = take_down(w, GU, "property");
	OK(type_notice(w, NOTICE));
	run_jobs(w);
	assert_int_equal(ask(w,
				 SQL("SELECT due_day FROM step WHERE office = ? AND concern_id = ?"
				     " AND act = 'rules.recompute' AND is_for_resident = 1"),
				 VALS(V(w->office), V(concern_of(w, no).id))),
		20270105);
	/* the day that was told first stays in the history */
	assert_int_equal(ask(w,
				 SQL("SELECT due_day FROM step WHERE office = ? AND concern_id = ?"
				     " AND no = 1"),
				 VALS(V(w->office), V(concern_of(w, no).id))),
		20270106);
}

static void
a_day_that_somebody_named_stays(void **state)
{
	struct world *w = *state;
	go(w, 20261229, 900);
	int64_t no = signed_by_chen(w);
	OK(run(w, CHEN, &concern_ask_extension,
		IN({ "concern", no_text(w, no) }, { "day", "2027-01-12" }, { "why", "parts" },
			{ "note", "要等配件" })));
	OK(run(w, SHEN, &concern_rule_extension,
		IN({ "concern", no_text(w, no) }, { "decision", "grant" }, { "note", "同意" })));
	assert_int_equal(preview_of(w).moved, 0);
	OK(type_notice(w, NOTICE));
	run_jobs(w);
	assert_int_equal(concern_of(w, no).due_day, 20270112);
}

static void
what_is_late_or_answered_stays(void **state)
{
	struct world *w = *state;
	int64_t late = signed_by_chen(w);
	go(w, 20261229, 900);
	int64_t answered = answered_by_chen(w);
	OK(type_notice(w, NOTICE));
	run_jobs(w);
	assert_int_equal(concern_of(w, late).due_day, 20261013);
	assert_int_equal(concern_of(w, answered).due_day, 20270106);
	assert_int_equal(moved_by(w, 1), 0);
}

static void
nobody_becomes_late_by_a_notice(void **state)
{
	struct world *w = *state;
	go(w, 20261229, 900);
	int64_t no = take_down(w, GU, "property");
	go(w, 20270106, 900); /* the new count would have ended yesterday */
	OK(type_notice(w, NOTICE));
	run_jobs(w);
	assert_int_equal(concern_of(w, no).due_day, 20270106);
}

static void
faults_of_a_notice_name_their_line(void **state)
{
	struct world *w = *state;
	assert_refused(w, type_notice(w, "2025", "2025-01-01 元旦", ""), "year", "rules.past-year");
	assert_refused(w, type_notice(w, "2028", "2028-01-01 元旦", ""), "year", "rules.year-gap");
	assert_refused(
		w, type_notice(w, "2027", "2027-01-01 元旦\n正月初一", ""), "off", "rules.line");
	assert_int_equal(form_value(&w->call->form, "off")->fault.arg[0].i, 2);
	assert_refused(w, type_notice(w, "2027", "2026-10-01 国庆", ""), "off", "rules.line");
	assert_refused(w, type_notice(w, "2027", "2027-01-01 元旦", "2027-01-01 元旦"), "work",
		"rules.day-twice");
	assert_int_equal(ask(w, SQL("SELECT count(*) FROM calendar_notice"), NO_VALS), 0);
}

static void
a_later_notice_takes_the_place_of_an_earlier_one(void **state)
{
	struct world *w = *state;
	OK(type_notice(w, NOTICE));
	OK(type_notice(w, "2027", "2027-01-01..2027-01-03 元旦", ""));
	run_jobs(w);
	assert_int_equal(cal_day_kind(w->app->calendar, 20270103), DAY_HOLIDAY);
	assert_int_equal(cal_day_kind(w->app->calendar, 20270208), DAY_WORK);
	assert_int_equal(cal_day_kind(w->app->calendar, 20261001), DAY_HOLIDAY);
	assert_int_equal(cal_last_year(w->app->calendar), 2027);
	assert_int_equal(moved_by(w, 1), -1); /* only the newest is counted */
}

/* The calendar of the rows is there again after a start. */
static void
a_notice_survives_a_restart(void **state)
{
	struct world *w = *state;
	OK(type_notice(w, NOTICE));
	w->app->calendar = cal_builtin();
	OK(rules_opened(w->app, &w->err));
	assert_int_equal(cal_day_kind(w->app->calendar, 20270103), DAY_MAKE_UP);
}

/* ---- many ---------------------------------------------------------------------------------------------- */

static void
copy_concern(struct world *w, struct tx *tx, int64_t from, int64_t id)
{
	uint8_t hash[32] = { 0 };
	memcpy(hash, &id, sizeof id);
	struct rng random;
	rng_init_seed(&random, (uint64_t)id);
	char ref[EVENT_REF_LEN + 1];
	event_ref_new(&random, 'c', ref);
	OK(db_exec(tx,
		SQL("INSERT INTO concern (office, id, ver, ref, file_no, query_hash, query_sealed,"
		    " state, lane, via, class, nature, title, place, may_publish, raised_at, due_at,"
		    " due_day, limit_text, is_provisional, owner_person_id, owner_unit_id,"
		    " tracker_person_id, tracker_unit_id, round, needs_ruling, outcome, seen_sat,"
		    " is_imported, first_seq, last_seq)"
		    " SELECT office, ?, 1, ?, ?, ?, query_sealed, state, lane, via, class, nature,"
		    " title, place, 0, raised_at, due_at, due_day, limit_text, is_provisional,"
		    " owner_person_id, owner_unit_id, tracker_person_id, tracker_unit_id, 1, 0, 0, 0,"
		    " 0, first_seq, last_seq FROM concern WHERE office = ? AND id = ?"),
		VALS(V(id), V((const char *)ref), V(202690000000 + id),
			val_bytes((struct bytes){ hash, 32 }), V(w->office), V(from)),
		&w->err));
	OK(db_exec(tx,
		SQL("INSERT INTO intake (office, concern_id, body, name, phone, phone_tail, address,"
		    " contact_wish, told, people, wants_secret, wants_contact, tries)"
		    " VALUES (?, ?, '', '', '', '', '', '', '', 1, 0, 0, 0)"),
		VALS(V(w->office), V(id)), &w->err));
}

/* n open concerns beside the one that was taken down; n + 1 in all. */
static void
make_many(struct world *w, int n)
{
	go(w, 20261229, 900);
	int64_t from = concern_of(w, take_down(w, GU, "other")).id;
	struct tx *tx;
	OK(db_write(w->app->db, &tx, &w->err));
	for (int i = 0; i < n; i++)
		copy_concern(w, tx, from, 1000 + i);
	OK(tx_commit(tx, &w->err));
}

static int64_t
still_at(struct world *w, int32_t day)
{
	return ask(w,
		SQL("SELECT count(*) FROM concern /* scan: test */ WHERE office = ? AND due_day = ?"),
		VALS(V(w->office), V(day)));
}

static void
a_stop_half_way_loses_nothing_and_does_nothing_twice(void **state)
{
	struct world *w = *state;
	make_many(w, 649);
	struct due_preview p = preview_of(w);
	assert_int_equal(p.open, 650);
	assert_int_equal(p.moved, 650);
	assert_int_equal(p.n_examples, PREVIEW_EXAMPLES);
	OK(type_notice(w, NOTICE));
	mark(w);
	/* two batches, then the process ends */
	for (int i = 0; i < 2; i++)
		OK(run_call(w, call_of_id(w, &w->who[SYSTEM], &rules_recompute, 1)));
	assert_int_equal(still_at(w, 20270106), 250);
	assert_int_equal(moved_by(w, 1), 400);
	w->app->calendar = cal_builtin(); /* what the next start does */
	OK(rules_opened(w->app, &w->err));
	run_jobs(w);
	assert_int_equal(still_at(w, 20270106), 0);
	assert_int_equal(moved_by(w, 1), 650);
	assert_int_equal(count_events(w, "\"why\":\"calendar\""), 650);
	assert_int_equal(run_jobs(w), 0);
}

/* XQ_MANY=20000 prints how long it takes, on disk; without it, a small run in memory. */
static int
many_setup(void **state)
{
	*state = world_new(getenv("XQ_MANY") == NULL, moment(20260930, 1020));
	return 0;
}

/* Slice by slice, as the clock posts them; between two of them others act. */
static int64_t
recount(struct world *w, int64_t n, int64_t *longest)
{
	int64_t began = time_mono_ms(), before = began;
	for (int64_t i = 0; i <= n / DUE_BATCH; i++) {
		OK(run_call(w, call_of_id(w, &w->who[SYSTEM], &rules_recompute, 1)));
		int64_t now = time_mono_ms();
		*longest = now - before > *longest ? now - before : *longest;
		before = now;
	}
	return before - began;
}

static void
many_open_days_are_counted_again_in_batches(void **state)
{
	struct world *w = *state;
	const char *many = getenv("XQ_MANY");
	int64_t n = 1500;
	if (many)
		assert_true(parse_int(str_of(many), 1, 100000, &n));
	make_many(w, (int)n - 1);
	OK(type_notice(w, NOTICE));
	clock_t cpu = clock();
	int64_t longest = 0, took = recount(w, n, &longest);
	cpu = clock() - cpu;
	assert_int_equal(moved_by(w, 1), n);
	if (many)
		print_message("%lld open days moved in %lld ms, the longest slice %lld ms,"
			      " %lld ms in all on the processor\n",
			(long long)n, (long long)took, (long long)longest,
			(long long)(cpu / (CLOCKS_PER_SEC / 1000)));
}

/* ---- spreadsheets ------------------------------------------------------------------------------------------ */

static const char *const duty_head[] = { "Code of the kind", "Code of the lead unit", "First day",
	"Last day", "What it rests on" };

static const char *
save_book(struct world *w, struct bytes book)
{
	char *path = mem_printf(w->mem, "%s/list.xlsx", w->dir);
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(book.p, 1, book.n, f), book.n);
	assert_int_equal(fclose(f), 0);
	return path;
}

static struct rule_sheet *
bring(struct world *w, const char *const *cell, size_t n_rows, bool is_dry)
{
	struct bytes book;
	struct rule_sheet *s = NULL;
	OK(book_write(w->mem, w->dir, &(struct book_table){ "duty", duty_head, 5, cell, n_rows },
		&book, &w->err));
	OK(rule_sheet_import(
		w->mem, w->app, w->office, RULE_DUTY, save_book(w, book), is_dry, &s, &w->err));
	return s;
}

static void
a_list_that_was_taken_away_changes_nothing(void **state)
{
	struct world *w = *state;
	OK(set_lead(w, "property", "u05", "2026-10-08"));
	OK(set_limit(w, "help", "3wd", "2026-10-08"));
	OK(set_template(w, "灯已换好。\n请您看看。", "2026-10-08", "0"));
	for (int k = 0; k < RULE_KINDS; k++) {
		struct bytes book;
		struct rule_sheet *s = NULL;
		struct tx *tx = look(w);
		OK(rule_sheet_write(
			tx, w->mem, w->app, w->office, (enum rule_kind)k, &book, &w->err));
		tx_end(tx);
		mark(w);
		OK(rule_sheet_import(w->mem, w->app, w->office, (enum rule_kind)k,
			save_book(w, book), false, &s, &w->err));
		assert_int_equal(s->n_faults, 0);
		assert_int_equal(s->added, 0);
		assert_true(s->already > 0);
		assert_string_equal(news(w), "");
	}
}

static void
a_list_brings_new_versions(void **state)
{
	struct world *w = *state;
	static const char *const cell[] = { "noise", "u05", "2026-10-08", "2026-10-31", "目录",
		"noise", "u06", "2026-11-01", "", "目录" };
	assert_int_equal(bring(w, cell, 2, true)->added, 2);
	assert_null(rule_of(w, RULE_DUTY, "noise", 20261008).key); /* a dry run */
	assert_int_equal(bring(w, cell, 2, false)->added, 2);
	assert_string_equal(rule_of(w, RULE_DUTY, "noise", 20261031).value, "u05");
	assert_string_equal(rule_of(w, RULE_DUTY, "noise", 20261101).value, "u06");
	assert_int_equal(bring(w, cell, 2, false)->already, 2);
}

/* Each list has one thing wrong; nothing of it is saved. */
static void
faults_of_a_list_name_row_and_column(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *cell[10];
		const char *key, *column;
		size_t row;
	} lists[] = {
		{ { "noise", "u05", "2026-10-08", "", "目录", "noise", "u06", "2026-10-08", "",
			  "目录" },
			"rules.two-leads", "C", 3 },
		{ { "noise", "u05", "2026-10-08", "2026-10-20", "目录", "noise", "u06",
			  "2026-11-01", "", "目录" },
			"rules.gap", "D", 2 },
		{ { "noise", "u05", "2026-10-08", "2026-11-05", "目录", "noise", "u06",
			  "2026-11-01", "", "目录" },
			"rules.overlap", "D", 2 },
		{ { "noise", "u05", "2026-09-01", "", "目录", "illegal", "u06", "2026-10-08", "",
			  "目录" },
			"rules.past", "C", 2 },
		{ { "noise", "u05", "2026-10-08", "", "目录", "weather", "u06", "2026-10-08", "",
			  "目录" },
			"rules.class-unknown", "A", 3 },
		{ { "noise", "u99", "2026-10-08", "", "目录", "illegal", "u06", "2026-10-08", "",
			  "目录" },
			"concern.unit-unknown", "B", 2 },
		{ { "noise", "u05", "2026-13-08", "", "目录", "illegal", "u06", "2026-10-08", "",
			  "目录" },
			"rules.day", "C", 2 },
		{ { "noise", "u05", "2026-10-08", "", "", "illegal", "u06", "2026-10-08", "",
			  "目录" },
			"field.missing", "E", 2 },
	};
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		const struct rule_sheet *s = bring(w, lists[i].cell, 2, false);
		assert_int_equal(s->n_faults, 1);
		assert_string_equal(s->fault[0].key, lists[i].key);
		assert_string_equal(s->fault[0].column, lists[i].column);
		assert_int_equal(s->fault[0].row, lists[i].row);
		assert_null(rule_of(w, RULE_DUTY, "noise", 20261201).key);
		assert_null(rule_of(w, RULE_DUTY, "illegal", 20261201).key);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_limit_holds_from_its_first_day_on),
		TEST(a_changed_limit_moves_no_open_day),
		TEST(faults_of_a_limit_are_told_at_once),
		TEST(a_limit_is_typed_in_words_too),
		TEST(a_limit_that_nothing_could_count_is_refused),
		TEST(versions_end_before_a_list_of_them_would),
		TEST(a_planned_version_stays_when_an_earlier_one_is_added),
		TEST(only_a_leader_sets_rules),
		TEST(the_same_key_saves_once),
		TEST(a_lead_unit_changes_on_its_day),
		TEST(a_class_has_one_lead_on_a_day),
		TEST(a_template_is_offered_until_it_is_withdrawn),
		TEST(an_answer_cannot_quote_a_rule_that_ended),
		TEST(a_rule_may_be_quoted_until_its_last_day),
		TEST(a_source_that_still_carries_a_rule_may_be_quoted),
		TEST(a_notice_counts_open_days_again_as_the_preview_said),
		TEST(the_resident_reads_that_the_day_was_counted_again),
		TEST(a_day_that_somebody_named_stays),
		TEST(what_is_late_or_answered_stays),
		TEST(nobody_becomes_late_by_a_notice),
		TEST(faults_of_a_notice_name_their_line),
		TEST(a_later_notice_takes_the_place_of_an_earlier_one),
		TEST(a_notice_survives_a_restart),
		TEST(a_stop_half_way_loses_nothing_and_does_nothing_twice),
		cmocka_unit_test_setup_teardown(
			many_open_days_are_counted_again_in_batches, many_setup, world_teardown),
		TEST(a_list_that_was_taken_away_changes_nothing),
		TEST(a_list_brings_new_versions),
		TEST(faults_of_a_list_name_row_and_column),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
