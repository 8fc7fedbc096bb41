/* SPDX-License-Identifier: Apache-2.0 */
/* Rosters of receptions: drafted, approved by a second person, published in time, and every change told. */
#include "../concern/fixture.h"

#include "concern/first_pages.h"
#include "reception/reception_int.h"
#include "reception/rfig.h"
#include "store/sqlcheck.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, &concern_first_module, &reception_module,
	&reception_sitting_module, &reception_figures_module, NULL };

/* ---- short words ------------------------------------------------------------------------------------ */

static struct actor yuan; /* publishes the roster */

static enum xq_rc
by_yuan(struct world *w, const struct act *act, const struct pair *in)
{
	return run_call(w, call_of(w, &yuan, act, in));
}

static enum xq_rc
receiver(struct world *w, const char *login, const char *name, const char *role)
{
	return by_yuan(w, &receiver_set,
		IN({ "login", login }, { "name", name }, { "title", "接待人员" }, { "role", role },
			{ "state", "on" }));
}

static enum xq_rc
venue(struct world *w, const char *no, const char *state)
{
	return by_yuan(w, &venue_set,
		IN({ "venue", no }, { "name", "党群服务中心" }, { "address", "枫桥路16号" },
			{ "room", "一楼接待室" }, { "hours", "工作日 8:30–17:30" },
			{ "step_free", "1" }, { "state", state }));
}

static enum xq_rc
pattern(struct world *w, const char *no, const char *weekday, const char *start, const char *end,
	const char *off_hours)
{
	return by_yuan(w, &roster_pattern_set,
		IN({ "pattern", no }, { "weekday", weekday }, { "start", start }, { "end", end },
			{ "venue", "1" }, { "places", "2" }, { "party", "1" }, { "congress", "1" },
			{ "office", "1" }, { "department", "1" }, { "off_hours", off_hours },
			{ "state", "on" }));
}

/* Receivers 1 to 4: a delegate without an account, ZHOU, FANG and LUO; Wednesdays from two on, two of them. */
static void
office_with_pattern(struct world *w)
{
	static const struct world_person publisher = { "yuany", "袁野", "u01", { ROLE_PUBLISHER },
		1, SCOPE_OFFICE };
	struct tx *tx;
	OK(db_write(w->app->db, &tx, &w->err));
	yuan = world_hire(w, tx, &publisher);
	OK(tx_commit(tx, &w->err));
	OK(venue(w, "", "open"));
	OK(receiver(w, "", "沈佩芬", "congress"));
	OK(receiver(w, "zhoum", "", "office"));
	OK(receiver(w, "fangj", "", "department"));
	OK(receiver(w, "luoy", "", "party"));
	OK(pattern(w, "", "3", "14:00", "16:30", ""));
}

static enum xq_rc
draft(struct world *w, const char *from, const char *weeks)
{
	return by_yuan(w, &roster_draft, IN({ "from", from }, { "weeks", weeks }));
}

static enum xq_rc
pass(struct world *w, enum who who, const char *week)
{
	return run(w, who, &roster_approve, IN({ "week", week }));
}

static enum xq_rc
publish(struct world *w, const char *week, const char *late)
{
	return by_yuan(w, &roster_publish, IN({ "week", week }, { "late", late }));
}

/* Weeks 42 and 43: sittings 1, 2 on 14 October and 3, 4 on the 21st. */
static void
published(struct world *w)
{
	office_with_pattern(w);
	OK(draft(w, "2026-10-12", "2"));
	OK(pass(w, ZHOU, "202642"));
	OK(pass(w, ZHOU, "202643"));
	OK(publish(w, "202642", ""));
	OK(publish(w, "202643", ""));
}

static struct slot
slot(struct world *w, int64_t no)
{
	struct slot s = { 0 };
	struct tx *tx = look(w);
	OK(slot_load(tx, w->mem, w->office, no, &s, &w->err));
	tx_end(tx);
	return s;
}

static struct week
week(struct world *w, int32_t no)
{
	struct week k = { 0 };
	struct tx *tx = look(w);
	OK(week_load(tx, w->mem, w->office, no, &k, &w->err));
	tx_end(tx);
	return k;
}

static const char *
number(struct world *w, int64_t n)
{
	return mem_printf(w->mem, "%lld", (long long)n);
}

/* The sitting of that day which this receiver has, or has not. */
static int64_t
slot_where(struct world *w, int32_t day, int64_t receiver_no, bool has)
{
	struct slot *s;
	size_t n;
	int64_t found = 0;
	struct tx *tx = look(w);
	OK(slot_list(tx, w->mem, w->office, &(struct slot_query){ .from = day, .until = day }, &s,
		&n, &w->err));
	tx_end(tx);
	for (size_t i = 0; i < n; i++)
		if ((s[i].receiver_no == receiver_no) == has && s[i].state == SLOT_PLANNED)
			found = s[i].no;
	return found;
}

static enum xq_rc
change(struct world *w, int64_t no, int64_t who, const char *day, const char *why)
{
	return by_yuan(w, &roster_change,
		IN({ "slot", number(w, no) }, { "receiver", number(w, who) }, { "day", day },
			{ "start", "14:00" }, { "end", "16:30" }, { "venue", "1" },
			{ "why", why }));
}

/* ---- from draft to roster --------------------------------------------------------------------------- */

static void
a_roster_is_drafted_approved_and_published(void **state)
{
	struct world *w = *state;
	office_with_pattern(w);
	mark(w);
	OK(draft(w, "2026-10-05", "3"));
	assert_string_equal(result(w, "weeks"), "3");
	assert_string_equal(news(w), ""); /* nobody outside reads a draft */
	struct week k = week(w, 202641);
	assert_int_equal(k.state, WEEK_DRAFT);
	assert_int_equal(k.n_slots, 2);
	assert_int_equal(k.first_on, 20261008); /* the holiday moves it */
	assert_int_equal(k.publish_by, 20261005);
	assert_refused(w, publish(w, "202641", ""), NULL, "roster.not-approved");
	OK(pass(w, ZHOU, "202641"));
	assert_refused(w, pass(w, ZHOU, "202641"), NULL, "roster.approved-already");
	mark(w);
	OK(publish(w, "202641", ""));
	assert_int_equal(week(w, 202641).state, WEEK_PUBLISHED);
	assert_int_equal(week(w, 202641).version, 1);
	assert_int_equal(count_events(w, "reception.planned"), 2);
	assert_non_null(
		strstr(news(w), "reception.planned officer u01 {\"day\":\"2026-10-08\",\"post\":"));
	assert_refused(w, publish(w, "202641", ""), NULL, "roster.published");
	assert_invariants(w);
}

static void
nobody_approves_an_own_draft(void **state)
{
	struct world *w = *state;
	struct tx *tx;
	office_with_pattern(w);
	OK(db_write(w->app->db, &tx, &w->err));
	struct account a;
	OK(account_by_login(tx, w->mem, w->office, STR("yuany"), &a, &w->err));
	OK(role_give(tx, w->office, a.id, &(struct grant){ ROLE_LEADER, SCOPE_OFFICE, 0 },
		now_of(w), &w->err));
	OK(actor_by_login(tx, w->office, STR("yuany"), &yuan, &w->err));
	OK(tx_commit(tx, &w->err));
	OK(draft(w, "2026-10-12", "1"));
	assert_refused(
		w, by_yuan(w, &roster_approve, IN({ "week", "202642" })), NULL, "roster.own-draft");
	assert_refused(w, pass(w, CHEN, "202642"), NULL, "act.not-allowed");
	assert_refused(w, pass(w, ZHOU, "202653"), "week", "roster.week-unknown");
	assert_refused(w, pass(w, ZHOU, "99999999"), "week", "roster.week-unknown");
	OK(pass(w, ZHOU, "202642"));
}

static void
a_late_roster_says_why(void **state)
{
	struct world *w = *state;
	office_with_pattern(w);
	OK(draft(w, "2026-10-12", "1"));
	OK(pass(w, ZHOU, "202642"));
	go(w, 20261012, 900); /* two days before the 14th */
	assert_refused(w, publish(w, "202642", ""), "late", "roster.late");
	OK(publish(w, "202642", "换届后名单刚定"));
	assert_string_equal(week(w, 202642).late_why, "换届后名单刚定");
}

static void
a_draft_is_made_anew_and_what_is_approved_stays(void **state)
{
	struct world *w = *state;
	office_with_pattern(w);
	OK(draft(w, "2026-10-12", "2"));
	OK(pass(w, ZHOU, "202642"));
	OK(pattern(w, "", "5", "18:30", "20:00", "1"));
	OK(draft(w, "2026-10-12", "2"));
	assert_string_equal(result(w, "weeks"), "1");
	assert_int_equal(week(w, 202642).n_slots, 2);
	assert_int_equal(week(w, 202643).n_slots, 4);
	assert_refused(w, draft(w, "2026-09-28", "1"), "from", "roster.day-past");
	OK(pass(w, ZHOU, "202643"));
	assert_refused(w, draft(w, "2026-10-12", "2"), "from", "roster.all-approved");
	assert_invariants(w);
}

static void
a_year_of_drafts_is_fair_and_says_what_is_provisional(void **state)
{
	struct world *w = *state;
	office_with_pattern(w);
	OK(draft(w, "2026-10-12", "53"));
	struct tx *tx = look(w);
	struct receiver *list;
	size_t n;
	int sat[RECEIVERS_MAX];
	OK(receiver_list(tx, w->mem, w->office, &list, &n, &w->err));
	OK(sittings_of(tx, w->office, 20261001, 20281231, list, n, sat, &w->err));
	tx_end(tx);
	assert_int_equal(n, 4);
	for (size_t i = 0; i < n; i++)
		assert_in_range(sat[i], 25, 28);
	assert_int_equal(
		ask(w,
			SQL("SELECT count(*) FROM roster_slot WHERE office = ? AND day < 20261228"
			    " AND day > 0 AND is_provisional = 1"),
			VALS(V(w->office))),
		0);
	assert_true(
		ask(w,
			SQL("SELECT count(*) FROM roster_slot WHERE office = ? AND day > 20270101"
			    " AND is_provisional = 1"),
			VALS(V(w->office))) > 50);
}

/* ---- what is refused -------------------------------------------------------------------------------- */

static void
all_faults_are_told_at_once(void **state)
{
	struct world *w = *state;
	published(w);
	assert_int_equal(by_yuan(w, &venue_set, NOTHING), XQ_REFUSED);
	assert_int_equal(w->call->form.n_faults, 5);
	OK(venue(w, "1", "open"));
	assert_refused(w,
		by_yuan(w, &roster_change,
			IN({ "slot", "1" }, { "receiver", "9" }, { "day", "2026-10-17" },
				{ "start", "25:00" }, { "end", "8:00" }, { "venue", "7" })),
		"receiver", "receiver.unknown");
	assert_int_equal(
		w->call->form.n_faults, 5); /* receiver, day of rest, time, venue, reason */
	assert_refused(w, XQ_REFUSED, "day", "roster.day-rest");
	assert_refused(w, XQ_REFUSED, "start", "roster.time");
	assert_refused(w, XQ_REFUSED, "venue", "venue.unknown");
	assert_refused(w, XQ_REFUSED, "why", "roster.no-reason");
}

static void
a_pattern_on_a_day_of_rest_is_for_off_hours_only(void **state)
{
	struct world *w = *state;
	office_with_pattern(w);
	assert_refused(
		w, pattern(w, "", "6", "9:00", "11:00", ""), "weekday", "roster.pattern-rest");
	assert_refused(w, pattern(w, "", "3", "16:00", "18:00", ""), "start", "roster.room-taken");
	assert_refused(
		w, pattern(w, "9", "4", "16:00", "18:00", ""), "pattern", "roster.pattern-unknown");
	assert_refused(w, pattern(w, "", "4", "16:00", "15:00", ""), "end", "roster.time-order");
	OK(pattern(w, "", "6", "9:00", "11:00", "1"));
	OK(draft(w, "2026-10-12", "1"));
	assert_int_equal(week(w, 202642).n_slots, 4);
	assert_true(slot_where(w, 20261017, 0, false) > 0); /* an ordinary Saturday */
}

static void
a_closed_venue_and_an_empty_list_make_no_roster(void **state)
{
	struct world *w = *state;
	published(w);
	assert_refused(w, venue(w, "1", "closed"), "state", "venue.has-sittings");
	assert_refused(w, venue(w, "3", "open"), "venue", "venue.unknown");
	go(w, 20261022, 900);
	OK(venue(w, "1", "closed"));
	assert_refused(w, draft(w, "2026-10-26", "1"), NULL, "roster.pattern-closed");
	assert_refused(w, change(w, 1, 1, "2026-10-28", "duty"), "slot", "roster.slot-over");
}

static void
who_is_away_or_gone_does_not_sit(void **state)
{
	struct world *w = *state;
	office_with_pattern(w);
	OK(run(w, FANG, &receiver_away,
		IN({ "receiver", "3" }, { "from", "2026-10-12" }, { "until", "2026-10-18" })));
	assert_refused(w,
		run(w, FANG, &receiver_away,
			IN({ "receiver", "2" }, { "from", "2026-10-12" },
				{ "until", "2026-10-18" })),
		NULL, "receiver.not-you");
	assert_refused(w,
		run(w, FANG, &receiver_away,
			IN({ "receiver", "3" }, { "from", "2026-10-12" },
				{ "until", "2026-10-11" })),
		"until", "receiver.until-before");
	OK(draft(w, "2026-10-12", "1"));
	assert_int_equal(slot_where(w, 20261014, 3, true), 0);
	int64_t no = slot_where(w, 20261014, 3, false);
	assert_refused(w, change(w, no, 3, "2026-10-14", ""), "receiver", "receiver.away-then");
	OK(pass(w, ZHOU, "202642"));
	/* meanwhile one of them leaves the list */
	struct slot s = slot(w, no);
	force(w, SQL("UPDATE receiver SET is_active = 0 WHERE office = ? AND no = ?"),
		VALS(V(w->office), V(s.receiver_no)));
	assert_refused(w, publish(w, "202642", ""), "week", "receiver.gone");
	assert_refused(w, receiver(w, "zhoum", "", "office"), "login", "receiver.there-already");
	assert_refused(w, receiver(w, "", "", "office"), "name", "receiver.no-name");
}

static void
open_places_are_named_before_it_is_approved(void **state)
{
	struct world *w = *state;
	office_with_pattern(w);
	for (int i = 1; i <= 3; i++)
		OK(by_yuan(w, &receiver_away,
			IN({ "receiver", number(w, i) }, { "from", "2026-10-12" },
				{ "until", "2026-10-18" })));
	OK(draft(w, "2026-10-12", "1"));
	assert_string_equal(result(w, "open"), "1");
	assert_refused(w, pass(w, ZHOU, "202642"), NULL, "roster.open-places");
	OK(receiver(w, "maq", "", "department"));
	OK(change(w, slot_where(w, 20261014, 4, false), 5, "2026-10-14", ""));
	OK(pass(w, ZHOU, "202642"));
	/* changed after the second person read it: read again */
	OK(change(w, slot_where(w, 20261014, 5, true), 5, "2026-10-15", ""));
	assert_int_equal(week(w, 202642).state, WEEK_DRAFT);
	assert_refused(w, publish(w, "202642", ""), NULL, "roster.not-approved");
	assert_invariants(w);
}

/* ---- after it is published -------------------------------------------------------------------------- */

static void
a_change_needs_its_reason_and_keeps_what_stood_there(void **state)
{
	struct world *w = *state;
	published(w);
	int64_t no = slot_where(w, 20261014, 0, false);
	struct slot before = slot(w, no);
	int64_t free_one = 0;
	for (int64_t r = 1; r <= 4 && !free_one; r++)
		free_one = slot_where(w, 20261014, r, true) ? 0 : r;
	assert_refused(w, change(w, no, free_one, "2026-10-14", ""), "why", "roster.no-reason");
	assert_refused(w, change(w, no, before.receiver_no, "2026-10-14", "duty"), NULL,
		"roster.no-change");
	mark(w);
	OK(change(w, no, free_one, "2026-10-14", "absent"));
	assert_string_equal(news(w), "reception.changed officer u01 {\"day\":\"2026-10-14\"}");
	assert_int_equal(slot(w, no).receiver_no, free_one);
	assert_int_equal(week(w, 202642).version, 2);
	assert_int_equal(week(w, 202642).state, WEEK_PUBLISHED);
	struct change *c;
	size_t n;
	struct tx *tx = look(w);
	OK(change_list(tx, w->mem, w->office, 20261012, 20261018, &c, &n, &w->err));
	tx_end(tx);
	assert_int_equal(n, 1);
	assert_string_equal(c[0].old_name, before.name);
	assert_string_equal(c[0].why, "absent");
	assert_int_equal(c[0].kind, CHANGE_PLAN);
	assert_refused(w,
		change(w, no, slot(w, slot_where(w, 20261014, free_one, false)).receiver_no,
			"2026-10-14", "duty"),
		"receiver", "receiver.sits-then");
	assert_invariants(w);
}

static const struct actor *
actor_of(struct world *w, int64_t receiver_no)
{
	return receiver_no == 1   ? &yuan /* a delegate without an account */
	       : receiver_no == 2 ? &w->who[ZHOU]
	       : receiver_no == 3 ? &w->who[FANG]
	                          : &w->who[LUO];
}

static enum xq_rc
offer_swap(struct world *w, const struct actor *who, int64_t a, int64_t b)
{
	return run_call(w, call_of(w, who, &roster_swap,
				   IN({ "slot", number(w, a) }, { "other", number(w, b) },
					   { "why", "duty" })));
}

static enum xq_rc
answer(struct world *w, const struct actor *who, const char *no, const char *yes)
{
	return run_call(
		w, call_of(w, who, &roster_answer_swap, IN({ "swap", no }, { "answer", yes })));
}

static void
a_swap_is_offered_and_accepted(void **state)
{
	struct world *w = *state;
	published(w);
	int64_t a = slot_where(w, 20261014, 0, false), b = slot_where(w, 20261021, 0, false);
	struct slot sa = slot(w, a), sb = slot(w, b);
	const struct actor *who_a = actor_of(w, sa.receiver_no),
			   *who_b = actor_of(w, sb.receiver_no);
	assert_refused(w, offer_swap(w, &w->who[CHEN], a, b), NULL, "roster.not-your-sitting");
	OK(offer_swap(w, who_a, a, b));
	const char *no = result(w, "no");
	assert_int_equal(slot(w, a).receiver_no, sa.receiver_no); /* nothing has changed yet */
	assert_refused(w, offer_swap(w, who_a, a, b), NULL, "roster.swap-waits");
	assert_refused(w, answer(w, &w->who[CHEN], no, "yes"), NULL, "roster.swap-other-answers");
	mark(w);
	OK(answer(w, who_b, no, "yes"));
	assert_int_equal(slot(w, a).receiver_no, sb.receiver_no);
	assert_int_equal(slot(w, b).receiver_no, sa.receiver_no);
	assert_int_equal(count_events(w, "reception.changed"), 2);
	assert_refused(w, answer(w, who_b, no, "yes"), "swap", "roster.swap-unknown");
	assert_invariants(w);
}

static void
nobody_swaps_into_a_day_on_which_they_sit(void **state)
{
	struct world *w = *state;
	published(w);
	/* whoever of the 14th also sits on the 21st after a change cannot take the other place of that day */
	int64_t a = slot_where(w, 20261014, 0, false);
	int64_t who = slot(w, a).receiver_no;
	int64_t first = slot_where(w, 20261021, who, true);
	if (!first) {
		first = slot_where(w, 20261021, 0, false);
		OK(change(w, first, who, "2026-10-21", "duty"));
	}
	int64_t b = slot_where(w, 20261021, who, false);
	assert_refused(w, offer_swap(w, actor_of(w, who), a, b), "other", "receiver.sits-then");
	assert_refused(w, offer_swap(w, actor_of(w, who), a, first), "other", "roster.swap-self");
}

static void
a_swap_that_is_no_longer_possible_is_refused_when_it_is_accepted(void **state)
{
	struct world *w = *state;
	published(w);
	int64_t a = slot_where(w, 20261014, 0, false), b = slot_where(w, 20261021, 0, false);
	struct slot sa = slot(w, a), sb = slot(w, b);
	OK(offer_swap(w, actor_of(w, sa.receiver_no), a, b));
	const char *no = result(w, "no");
	OK(by_yuan(w, &receiver_away,
		IN({ "receiver", number(w, sa.receiver_no) }, { "from", "2026-10-21" },
			{ "until", "2026-10-21" })));
	assert_refused(
		w, answer(w, actor_of(w, sb.receiver_no), no, "yes"), NULL, "roster.swap-over");
	OK(answer(w, actor_of(w, sb.receiver_no), no, "no"));
	assert_int_equal(slot(w, a).receiver_no, sa.receiver_no);
}

static void
a_cancelled_sitting_is_made_up_for(void **state)
{
	struct world *w = *state;
	published(w);
	int64_t no = slot_where(w, 20261014, 0, false);
#define CANCEL(day_)                                                                               \
	by_yuan(w, &roster_cancel,                                                                 \
		IN({ "slot", number(w, no) }, { "why", "venue" }, { "whole", "1" },                \
			{ "day", day_ }, { "start", "14:00" }, { "end", "16:30" },                 \
			{ "venue", "1" }))
	go(w, 20261013, 900);
	assert_refused(w, CANCEL("2026-10-15"), "day", "roster.make-up-soon");
	assert_refused(w, CANCEL("2026-10-18"), "day", "roster.day-rest");
	mark(w);
	OK(CANCEL("2026-10-16"));
	assert_int_equal(slot(w, no).state, SLOT_CANCELLED);
	assert_int_equal(
		ask(w,
			SQL("SELECT count(*) FROM roster_slot WHERE office = ? AND day = 20261016"
			    " AND makes_up > 0 AND state = 0"),
			VALS(V(w->office))),
		2);
	assert_int_equal(count_events(w, "reception.cancelled"), 2);
	assert_int_equal(count_events(w, "reception.planned"), 6);
	assert_non_null(strstr(news(w), "reception.cancelled officer u01 {\"why\":\"venue\"}"));
	assert_refused(w, CANCEL("2026-10-19"), "slot", "roster.slot-cancelled");
	assert_invariants(w);
}

/* ---- alarms ----------------------------------------------------------------------------------------- */

static int64_t
told(struct world *w, const char *what)
{
	return ask(w, SQL("SELECT count(*) FROM outbox WHERE office = ? AND body LIKE ?"),
		VALS(V(w->office), V(mem_printf(w->mem, "%%%s%%", what))));
}

static void
the_leader_hears_once_of_a_week_without_a_sitting(void **state)
{
	struct world *w = *state;
	run_jobs(w);
	assert_int_equal(told(w, "roster."), 0); /* an office that keeps no roster is left alone */
	office_with_pattern(w);
	run_jobs(w);
	run_jobs(w);
	assert_int_equal(told(w, "roster.no-sitting"), 2); /* this week and the next one */
	OK(draft(w, "2026-10-12", "4"));
	go(w, 20261009, 900);
	run_jobs(w);
	assert_int_equal(told(w, "roster.no-sitting"), 2);
	assert_int_equal(told(w, "roster.unpublished"), 0);
	go(w, 20261012, 900); /* due on the 11th */
	run_jobs(w);
	run_jobs(w);
	assert_int_equal(told(w, "roster.unpublished"), 1);
}

static void
every_statement_keeps_to_the_rules_of_the_store(void **state)
{
	struct world *w = *state;
	const struct migration *list[64];
	size_t n_list = app_migrations(world_modules, list, 64), n, faults = 0;
	const struct sql_text *sql = sql_all(&n);
	struct buf out = buf_new(w->mem, 256);
	struct tx *tx = look(w);
	for (size_t i = 0; i < n; i++) {
		struct str file = str_of(sql[i].file);
		if (str_index(file, STR("src/reception/")) == file.n)
			continue;
		faults += sqlcheck_text(list, n_list, &sql[i], &out);
		faults += sqlcheck_plan(tx, list, n_list, &sql[i], &out);
	}
	tx_end(tx);
	if (faults > 0)
		fail_msg("%s", buf_view(&out).p);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_roster_is_drafted_approved_and_published),
		TEST(nobody_approves_an_own_draft),
		TEST(a_late_roster_says_why),
		TEST(a_draft_is_made_anew_and_what_is_approved_stays),
		TEST(a_year_of_drafts_is_fair_and_says_what_is_provisional),
		TEST(all_faults_are_told_at_once),
		TEST(a_pattern_on_a_day_of_rest_is_for_off_hours_only),
		TEST(a_closed_venue_and_an_empty_list_make_no_roster),
		TEST(who_is_away_or_gone_does_not_sit),
		TEST(open_places_are_named_before_it_is_approved),
		TEST(a_change_needs_its_reason_and_keeps_what_stood_there),
		TEST(a_swap_is_offered_and_accepted),
		TEST(nobody_swaps_into_a_day_on_which_they_sit),
		TEST(a_swap_that_is_no_longer_possible_is_refused_when_it_is_accepted),
		TEST(a_cancelled_sitting_is_made_up_for),
		TEST(the_leader_hears_once_of_a_week_without_a_sitting),
		TEST(every_statement_keeps_to_the_rules_of_the_store),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
