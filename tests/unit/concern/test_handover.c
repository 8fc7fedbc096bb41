/* SPDX-License-Identifier: Apache-2.0 */
/* A hand-over is an offer: nothing moves before it is accepted; what nobody accepts falls back. */
#include "fixture.h"

#include "hard/hard_int.h"

#include "core/banned.h"

/* Who leaves is asked for sponsored problems, so the table is there; its jobs would be counted here. */
static const struct module hard_table = { .name = "hard",
	.migrations =
		(const struct migration *const[]){ &hard_migration_1, &hard_migration_2, NULL } };

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &hard_table, &notify_module, NULL };

static int64_t
spans(struct world *w, int64_t id)
{
	return ask(w, SQL("SELECT count(*) FROM owner_span WHERE office = ? AND concern_id = ?"),
		VALS(V(w->office), V(id)));
}

static int64_t
open_span_unit(struct world *w, int64_t id)
{
	return ask(w,
		SQL("SELECT unit_id FROM owner_span"
		    " WHERE office = ? AND concern_id = ? AND until_at IS NULL"),
		VALS(V(w->office), V(id)));
}

/* State of the newest offer: 0 open, 1 accepted, 2 declined, 3 lapsed. */
static int64_t
newest_offer_state(struct world *w, int64_t id)
{
	return ask(w,
		SQL("SELECT state FROM handover WHERE office = ? AND concern_id = ?"
		    " ORDER BY id DESC LIMIT 1"),
		VALS(V(w->office), V(id)));
}

static void
assert_owned_by(struct world *w, int64_t no, enum who who, const char *unit)
{
	const struct concern c = concern_of(w, no);
	assert_int_equal(c.owner_person_id, w->who[who].person_id);
	assert_string_equal(c.owner_unit_code, unit);
	assert_int_equal(open_span_unit(w, c.id), unit_of(w, unit).id);
}

static void
assert_same_day(struct world *w, const struct concern *before)
{
	const struct concern c = concern_of(w, before->file_no);
	assert_int_equal(c.due_at, before->due_at);
	assert_int_equal(c.due_day, before->due_day);
	assert_string_equal(c.limit, before->limit);
}

/* ---- offering ------------------------------------------------------------------------------- */

static void
an_offer_moves_nothing(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	const struct concern before = concern_of(w, no);
	go(w, 20260930, 1430);
	mark(w);
	OK(offer(w, CHEN, no, "u05", NOBODY));
	assert_string_equal(news(w), "concern.offered clerk u04 {\"to\":\"u05\"}");
	assert_owned_by(w, no, CHEN, "u04");
	assert_same_day(w, &before);
	assert_int_equal(concern_of(w, no).state, ST_ASSIGNED);
	assert_int_equal(spans(w, before.id), 2); /* the intake's and the present one */
	const struct handover h = offer_of(w, before.id);
	assert_int_equal(h.from_person_id, w->who[CHEN].person_id);
	assert_int_equal(h.to_unit_id, unit_of(w, "u05").id);
	assert_int_equal(h.to_person_id, 0);
	assert_int_equal(h.offered_at, now_of(w));
	assert_false(h.by_catalogue);
}

/* Who, to which unit, to whom, and what is said. */
static void
an_offer_must_go_to_somebody_else_who_is_there(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	static const struct {
		const char *unit;
		enum who person;
		const char *field, *key;
	} list[] = {
		{ "u04", NOBODY, "unit", "concern.offer-to-self" },
		{ "u04", CHEN, "unit", "concern.offer-to-self" },
		{ "u99", NOBODY, "unit", "concern.unit-unknown" },
		{ "u05", WANG, "person", "concern.person-not-in-unit" },
		{ "u05", CHEN, "person", "concern.person-not-in-unit" },
	};
	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		assert_refused(w, offer(w, CHEN, no, list[i].unit, list[i].person), list[i].field,
			list[i].key);
	assert_refused(w,
		run(w, CHEN, &concern_offer,
			IN({ "concern", no_text(w, no) }, { "unit", "u05" }, { "why", "duty" },
				{ "person", "99999" })),
		"person", "concern.person-not-in-unit");
	assert_int_equal(concern_of(w, no).state, ST_SIGNED);
	assert_int_equal(offer_of(w, concern_of(w, no).id).id, 0);
}

static void
an_offer_to_a_colleague_by_name_is_no_offer_to_oneself(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	const struct concern before = concern_of(w, no);
	OK(offer(w, CHEN, no, "u04", WANG));
	assert_refused(w, accept_it(w, HE, no), NULL, "concern.not-offered");
	OK(accept_it(w, WANG, no));
	assert_owned_by(w, no, WANG, "u04");
	assert_same_day(w, &before);
}

static void
somebody_who_has_left_is_offered_nothing(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	OK(run_call(w, call_of(w, &w->admin, &account_close_act, IN({ "login", "maq" }))));
	assert_refused(w, offer(w, CHEN, no, "u05", MA), "person", "concern.person-not-in-unit");
}

static void
an_offer_says_why(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	const char *text = no_text(w, no);
	assert_refused(w, run(w, CHEN, &concern_offer, IN({ "concern", text }, { "unit", "u05" })),
		"why", "field.missing-choice");
	assert_refused(w,
		run(w, CHEN, &concern_offer,
			IN({ "concern", text }, { "unit", "u05" }, { "why", "tired" })),
		"why", "field.choice");
}

static void
a_second_offer_waits_for_the_first(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	OK(offer(w, CHEN, no, "u05", NOBODY));
	const int64_t first = offer_of(w, concern_of(w, no).id).id;
	assert_refused(w, offer(w, CHEN, no, "u06", NOBODY), NULL, "concern.wrong-state");
	assert_int_equal(offer_of(w, concern_of(w, no).id).id, first);
	OK(decline_it(w, MA, no));
	OK(offer(w, CHEN, no, "u06", NOBODY));
}

/* ---- accepting ------------------------------------------------------------------------------ */

static void
accepting_moves_owner_and_unit_and_not_the_residents_day(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	const struct concern before = concern_of(w, no);
	OK(offer(w, CHEN, no, "u05", NOBODY));
	go(w, 20260930, 1605);
	mark(w);
	OK(accept_it(w, MA, no));
	assert_string_equal(
		news(w), "concern.owned handler u05 {\"due\":\"2026-10-13T17:30:00+08:00\"}");
	assert_owned_by(w, no, MA, "u05");
	assert_same_day(w, &before);
	assert_int_equal(concern_of(w, no).tracker_person_id, w->who[GU].person_id);
	assert_int_equal(concern_of(w, no).state, ST_SIGNED);
	assert_int_equal(newest_offer_state(w, before.id), 1);
	assert_int_equal(spans(w, before.id), 3);
	/* not an instant without an owner, and none with two */
	assert_int_equal(ask(w,
				 SQL("SELECT count(*) FROM owner_span a JOIN owner_span b"
				     " ON b.office = a.office AND b.concern_id = a.concern_id"
				     " AND b.no = a.no + 1 AND b.from_at = a.until_at"
				     " WHERE a.office = ? AND a.concern_id = ?"),
				 VALS(V(w->office), V(before.id))),
		2);
}

static void
of_two_acceptances_the_second_is_refused(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	OK(offer(w, CHEN, no, "u05", NOBODY));
	OK(accept_it(w, FANG, no));
	assert_refused(w, accept_it(w, MA, no), NULL, "concern.wrong-state");
	assert_owned_by(w, no, FANG, "u05");
}

static void
of_two_acceptances_in_one_batch_the_second_is_refused(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	OK(offer(w, CHEN, no, "u05", NOBODY));
	const struct pair *in = IN({ "concern", no_text(w, no) });
	struct act_call *both[] = { call_of(w, &w->who[MA], &concern_accept, in),
		call_of(w, &w->who[FANG], &concern_accept, in) };
	mark(w);
	OK(act_run_batch(w->app, both, 2, now_of(w), &w->err));
	OK(both[0]->rc);
	assert_int_equal(both[1]->rc, XQ_REFUSED);
	assert_string_equal(both[1]->err.key, "concern.wrong-state");
	assert_owned_by(w, no, MA, "u05");
	assert_int_equal(events(w), w->mark + 1);
}

static void
who_has_two_units_owns_for_the_one_that_was_asked(void **state)
{
	struct world *w = *state;
	OK(run_call(w, call_of(w, &w->admin, &unit_member_act,
			       IN({ "unit", "u05" }, { "login", "luoy" }))));
	const int64_t no = signed_by_chen(w);
	OK(offer(w, CHEN, no, "u05", LUO)); /* her main unit is u06 */
	OK(accept_it(w, LUO, no));
	assert_owned_by(w, no, LUO, "u05");
}

/* ---- declining ------------------------------------------------------------------------------ */

static void
declining_needs_a_reason_and_gives_the_senders_state_back(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	const struct concern before = concern_of(w, no);
	OK(offer(w, CHEN, no, "u05", NOBODY));
	assert_refused(w, run(w, MA, &concern_decline, IN({ "concern", no_text(w, no) })), "why",
		"field.missing-choice");
	assert_int_equal(newest_offer_state(w, before.id), 0);
	mark(w);
	OK(run(w, MA, &concern_decline,
		IN({ "concern", no_text(w, no) }, { "why", "not-here" }, { "note", "在河对岸" })));
	assert_string_equal(news(w), "concern.declined clerk u05 {\"why\":\"not-here\"}");
	assert_int_equal(count_events(w, "河对岸"), 0);
	assert_owned_by(w, no, CHEN, "u04");
	assert_same_day(w, &before);
	assert_int_equal(concern_of(w, no).state, ST_SIGNED);
	assert_int_equal(newest_offer_state(w, before.id), 2);
	assert_refused(w, accept_it(w, MA, no), NULL, "concern.wrong-state");
}

static void
a_declined_offer_gives_each_state_back_as_it_was(void **state)
{
	struct world *w = *state;
	const int64_t fresh = take_down(w, GU, "other");
	const int64_t again = waiting_for_ruling(w);
	OK(rule(w, SHEN, again, "redo"));
	const struct {
		int64_t no;
		enum who sender;
		enum concern_state state;
	} list[] = { { fresh, GU, ST_ACCEPTED }, { again, CHEN, ST_REDO },
		{ signed_by_chen(w), CHEN, ST_SIGNED } };
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(concern_of(w, list[i].no).state, list[i].state);
		OK(offer(w, list[i].sender, list[i].no, "u06", NOBODY));
		OK(decline_it(w, LUO, list[i].no));
		assert_int_equal(concern_of(w, list[i].no).state, list[i].state);
	}
}

static void
what_the_catalogue_assigns_is_not_declined(void **state)
{
	struct world *w = *state;
	const int64_t no = take_down(w, GU, "property");
	assert_true(offer_of(w, concern_of(w, no).id).by_catalogue);
	assert_refused(w, decline_it(w, CHEN, no), NULL, "concern.catalogue-offer");
	assert_refused(w, decline_it(w, MA, no), NULL, "concern.not-offered");
	OK(accept_it(w, CHEN, no));
	OK(offer(w, CHEN, no, "u05", NOBODY)); /* by a person: may be declined */
	OK(decline_it(w, MA, no));
}

/* ---- running out ---------------------------------------------------------------------------- */

static void
check_lapse(struct world *w, int64_t lapses_at)
{
	const int64_t no = take_down(w, GU, "property");
	const struct concern before = concern_of(w, no);
	if (offer_of(w, before.id).lapses_at != lapses_at)
		fail_msg("offered at %lld, lapses at %lld", (long long)now_of(w),
			(long long)offer_of(w, before.id).lapses_at);
	clock_set(&w->clock, lapses_at - 1);
	assert_int_equal(run_jobs(w), 0);
	clock_set(&w->clock, lapses_at);
	mark(w);
	assert_int_equal(run_jobs(w), 1);
	assert_string_equal(news(w), "concern.declined system - {\"why\":\"lapsed\"}");
	assert_int_equal(concern_of(w, no).state, ST_ACCEPTED);
	assert_int_equal(newest_offer_state(w, before.id), 3);
	assert_owned_by(w, no, GU, "u03");
	assert_same_day(w, &before);
	assert_int_equal(run_jobs(w), 0);
}

/* One working day, to closing time, over rest days and worked weekends (调休) of 2026. */
static void
an_offer_lapses_after_one_working_day(void **state)
{
	(void)state;
	static const struct {
		int32_t offered_on;
		int at;
		int32_t lapses_on;
	} list[] = {
		{ 20260105, 900, 20260106 },
		{ 20260213, 1700, 20260214 }, /* a worked Saturday before the Spring Festival */
		{ 20260214, 900, 20260224 },  /* over the festival */
		{ 20260218, 1100, 20260224 }, /* inside it: a resident writes at any hour */
		{ 20260227, 900, 20260228 },  /* the worked Saturday behind it */
		{ 20260430, 900, 20260506 },
		{ 20260919, 900, 20260920 },  /* a Saturday; the Sunday is worked */
		{ 20260924, 1020, 20260928 }, /* Mid-Autumn */
		{ 20260930, 1020, 20261008 }, /* National Day */
		{ 20260930, 2359, 20261008 },
		{ 20261009, 900, 20261010 }, /* a worked Saturday */
		{ 20261010, 900, 20261012 },
	};
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		struct world *w = world_new(true, moment(list[i].offered_on, list[i].at));
		check_lapse(w, moment(list[i].lapses_on, 1730));
		void *done = w;
		(void)world_teardown(&done);
	}
}

static void
an_offer_that_was_accepted_in_time_does_not_lapse(void **state)
{
	struct world *w = *state;
	const int64_t no = take_down(w, GU, "property");
	const struct handover h = offer_of(w, concern_of(w, no).id);
	clock_set(&w->clock, h.lapses_at - 1);
	OK(accept_it(w, CHEN, no));
	clock_set(&w->clock, h.lapses_at);
	assert_int_equal(run_jobs(w), 0);
	assert_refused(w, run_call(w, call_of_id(w, &w->who[SYSTEM], &concern_lapse, h.id)), NULL,
		"store.changed");
	assert_owned_by(w, no, CHEN, "u04");
}

/* Until the clock has looked, what ran out is still an offer: better late than nobody's. */
static void
an_offer_that_ran_out_can_be_accepted_until_the_clock_takes_it_back(void **state)
{
	struct world *w = *state;
	const int64_t late = take_down(w, GU, "property"), later = take_down(w, GU, "property");
	go(w, 20261009, 900);
	OK(accept_it(w, CHEN, late));
	assert_int_equal(run_jobs(w), 1);
	assert_refused(w, accept_it(w, CHEN, later), NULL, "concern.wrong-state");
}

static void
nobody_but_the_clock_makes_an_offer_lapse(void **state)
{
	struct world *w = *state;
	const int64_t no = take_down(w, GU, "property");
	const int64_t id = offer_of(w, concern_of(w, no).id).id;
	assert_refused(w, run_call(w, call_of_id(w, &w->who[SYSTEM], &concern_lapse, id)), NULL,
		"store.changed"); /* not yet */
	go(w, 20261009, 900);
	for (enum who who = 0; who < N_WHO; who++)
		if (who != SYSTEM)
			assert_refused(w,
				run_call(w, call_of_id(w, &w->who[who], &concern_lapse, id)), NULL,
				"act.not-allowed");
	assert_refused(w, run(w, SYSTEM, &concern_lapse, IN({ "id", "1" })), "id", "field.system");
	OK(run_call(w, call_of_id(w, &w->who[SYSTEM], &concern_lapse, id)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_offer_moves_nothing),
		TEST(an_offer_must_go_to_somebody_else_who_is_there),
		TEST(an_offer_to_a_colleague_by_name_is_no_offer_to_oneself),
		TEST(somebody_who_has_left_is_offered_nothing),
		TEST(an_offer_says_why),
		TEST(a_second_offer_waits_for_the_first),
		TEST(accepting_moves_owner_and_unit_and_not_the_residents_day),
		TEST(of_two_acceptances_the_second_is_refused),
		TEST(of_two_acceptances_in_one_batch_the_second_is_refused),
		TEST(who_has_two_units_owns_for_the_one_that_was_asked),
		TEST(declining_needs_a_reason_and_gives_the_senders_state_back),
		TEST(a_declined_offer_gives_each_state_back_as_it_was),
		TEST(what_the_catalogue_assigns_is_not_declined),
		cmocka_unit_test(an_offer_lapses_after_one_working_day),
		TEST(an_offer_that_was_accepted_in_time_does_not_lapse),
		TEST(an_offer_that_ran_out_can_be_accepted_until_the_clock_takes_it_back),
		TEST(nobody_but_the_clock_makes_an_offer_lapse),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
