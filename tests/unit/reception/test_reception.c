/* SPDX-License-Identifier: Apache-2.0 */
/* Rosters of receptions: drafted, approved by a second person, published in time, and every change told. */
#include "roster_fixture.h"

#include "concern/first_pages.h"
#include "reception/mine.h"
#include "reception/rfig.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, &concern_first_module, &reception_module,
	&reception_seat_module, &reception_sitting_module, &reception_mine_module,
	&reception_figures_module, NULL };

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

/* Nor whoever changed somebody else's draft last. */
static void
nobody_approves_what_they_changed(void **state)
{
	struct world *w = *state;
	struct tx *tx;
	struct account a;
	office_with_pattern(w);
	OK(db_write(w->app->db, &tx, &w->err));
	OK(account_by_login(tx, w->mem, w->office, STR("zhoum"), &a, &w->err));
	OK(role_give(tx, w->office, a.id, &(struct grant){ ROLE_PUBLISHER, SCOPE_OFFICE, 0 },
		now_of(w), &w->err));
	OK(actor_by_login(tx, w->office, STR("zhoum"), &w->who[ZHOU], &w->err));
	OK(tx_commit(tx, &w->err));
	OK(draft(w, "2026-10-12", "1"));
	int64_t no = slot_where(w, 20261014, 0, false), who = slot(w, no).receiver_no;
	int64_t other = slot(w, slot_where(w, 20261014, who, false)).receiver_no;
	int64_t free = 1;
	while (free == who || free == other)
		free++;
	OK(run(w, ZHOU, &roster_change,
		IN({ "slot", number(w, no) }, { "receiver", number(w, free) },
			{ "day", "2026-10-14" }, { "start", "14:00" }, { "end", "16:30" },
			{ "venue", "1" })));
	assert_refused(w, pass(w, ZHOU, "202642"), NULL, "roster.own-draft");
	assert_invariants(w);
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
an_offer_is_over_when_one_of_its_sittings_changes(void **state)
{
	struct world *w = *state;
	published(w);
	int64_t a = slot_where(w, 20261014, 0, false), b = slot_where(w, 20261021, 0, false);
	struct slot sa = slot(w, a), sb = slot(w, b);
	OK(offer_swap(w, actor_of(w, sa.receiver_no), a, b));
	const char *no = result(w, "no");
	/* somebody else sits there now, who has offered nothing */
	int64_t third = 1;
	while (slot_where(w, 20261014, third, true) || slot_where(w, 20261021, third, true))
		third++;
	if (third > 4) {
		OK(receiver(w, "maq", "", "department"));
		third = 5;
	}
	OK(change(w, a, third, "2026-10-14", "absent"));
	assert_refused(w, answer(w, actor_of(w, sb.receiver_no), no, "yes"), "swap",
		"roster.swap-unknown");
	assert_int_equal(slot(w, b).receiver_no, sb.receiver_no);
	assert_int_equal(slot(w, a).receiver_no, third);
	assert_invariants(w);
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

/* One of the 21st is moved to the room and time of the 14th: a sitting out of two rosters. */
static void
a_cancelled_sitting_counts_in_the_rosters_of_both_its_weeks(void **state)
{
	struct world *w = *state;
	published(w);
	OK(receiver(w, "maq", "", "department"));
	int64_t moved = slot_where(w, 20261021, 0, false), no = slot_where(w, 20261014, 0, false);
	OK(change(w, moved, 5, "2026-10-14", "duty"));
	assert_int_equal(week(w, 202643).first_on, 20261014);
	int version = week(w, 202643).version;
	OK(by_yuan(w, &roster_cancel,
		IN({ "slot", number(w, no) }, { "why", "venue" }, { "whole", "1" },
			{ "day", "2026-10-16" }, { "start", "14:00" }, { "end", "16:30" },
			{ "venue", "1" })));
	assert_int_equal(slot(w, moved).state, SLOT_CANCELLED);
	assert_int_equal(week(w, 202643).first_on, 20261016);
	assert_int_equal(week(w, 202643).version, version + 1);
	assert_int_equal(week(w, 202642).first_on, 20261016);
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
a_roster_whose_sittings_lie_outside_their_week_is_not_forgotten(void **state)
{
	struct world *w = *state;
	office_with_pattern(w);
	OK(draft(w, "2026-10-12", "8"));
	int64_t no = slot_where(w, 20261202, 0, false); /* of week 49 */
	OK(change(w, no, slot(w, no).receiver_no, "2026-10-16", ""));
	go(w, 20261013, 900);
	run_jobs(w);
	int64_t before = told(w, "roster.unpublished");
	assert_int_equal(ask(w,
				 SQL("SELECT count(*) FROM roster_alarm WHERE office = ?"
				     " AND week = 202649"),
				 VALS(V(w->office))),
		0);
	go(w, 20261014, 900); /* due on the 13th */
	run_jobs(w);
	run_jobs(w);
	assert_int_equal(told(w, "roster.unpublished"), before + 1);
	assert_int_equal(ask(w,
				 SQL("SELECT count(*) FROM roster_alarm WHERE office = ?"
				     " AND week = 202649 AND kind = 2"),
				 VALS(V(w->office))),
		1);
}

static void
a_week_that_a_typed_notice_makes_one_of_rest_asks_for_no_sitting(void **state)
{
	struct world *w = *state;
	office_with_pattern(w);
	go(w, 20270201, 900); /* Monday; the week after it is the one of Spring Festival */
	force(w,
		SQL("INSERT INTO calendar_notice (ver, year, source, set_at) VALUES (1, 2027, 'P', ?)"),
		VALS(V(now_of(w))));
	for (int32_t day = 20270208; day <= 20270214; day++)
		force(w,
			SQL("INSERT INTO calendar_day (ver, day, is_off, name) VALUES (1, ?, 1, '春节')"),
			VALS(V(day)));
	run_jobs(w);
	assert_int_equal(ask(w,
				 SQL("SELECT count(*) FROM roster_alarm WHERE office = ?"
				     " AND week = 202705"),
				 VALS(V(w->office))),
		1);
	assert_int_equal(ask(w,
				 SQL("SELECT count(*) FROM roster_alarm WHERE office = ?"
				     " AND week = 202706"),
				 VALS(V(w->office))),
		0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_roster_is_drafted_approved_and_published),
		TEST(nobody_approves_an_own_draft),
		TEST(nobody_approves_what_they_changed),
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
		TEST(an_offer_is_over_when_one_of_its_sittings_changes),
		TEST(a_cancelled_sitting_is_made_up_for),
		TEST(a_cancelled_sitting_counts_in_the_rosters_of_both_its_weeks),
		TEST(the_leader_hears_once_of_a_week_without_a_sitting),
		TEST(a_roster_whose_sittings_lie_outside_their_week_is_not_forgotten),
		TEST(a_week_that_a_typed_notice_makes_one_of_rest_asks_for_no_sitting),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
