/* SPDX-License-Identifier: Apache-2.0 */
/* Visits at home (C28, A10): offered by two, declined without a reason, tied to a concern and to nobody. */
#include "fixture.h"

#include "concern/visit.h"
#include "store/store_int.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&concern_visit_module, &evaluation_module, &notify_module, NULL };

/* ---- short words ---------------------------------------------------------------------------------- */

static enum xq_rc
offer_visit(struct world *w, enum who who, int64_t no, const char *day, const char *second)
{
	return run(w, who, &visit_offer,
		IN({ "concern", no_text(w, no) }, { "purpose", "explain" },
			{ "about", "当面说明楼道灯的维修安排" }, { "day", day },
			{ "first", "guxl" }, { "second", second }));
}

static enum xq_rc
answer(struct world *w, enum who who, int64_t no, const char *word)
{
	return run(w, who, &visit_answer, IN({ "concern", no_text(w, no) }, { "answer", word }));
}

static enum xq_rc
note(struct world *w, enum who who, int64_t no, const char *day)
{
	return run(w, who, &visit_done,
		IN({ "concern", no_text(w, no) }, { "held_on", day },
			{ "told", "说明了更换线路的安排" }, { "heard", "希望晚上七点前施工" }));
}

/* The newest visit of a concern; no 0: none. */
static struct visit
newest(struct world *w, int64_t no)
{
	struct visit list[VISITS_MAX] = { 0 };
	size_t n = 0;
	struct tx *tx = look(w);
	OK(visit_list(tx, w->mem, w->office, concern_of(w, no).id, list, &n, &w->err));
	tx_end(tx);
	return n > 0 ? list[n - 1] : (struct visit){ .no = 0 };
}

static size_t
ahead_of(struct world *w, enum who who)
{
	struct visit *list;
	size_t n = 0;
	struct tx *tx = look(w);
	OK(visit_ahead(tx, w->mem, w->office, w->who[who].person_id, 10, &list, &n, &w->err));
	tx_end(tx);
	return n;
}

static int64_t
closed_by_resident(struct world *w)
{
	const int64_t no = answered_by_chen(w);
	OK(rate(w, RESIDENT, w->code, "yes", "1"));
	return no;
}

/* ---- offering ------------------------------------------------------------------------------------- */

static void
a_visit_is_offered_answered_and_noted(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	const struct concern before = concern_of(w, no);
	mark(w);
	OK(offer_visit(w, CHEN, no, "2026-10-09", "luoy"));
	assert_int_equal(ahead_of(w, GU), 1);
	assert_int_equal(ahead_of(w, LUO), 1);
	assert_int_equal(ahead_of(w, CHEN), 0); /* who arranged it does not go */
	assert_refused(w, note(w, LUO, no, "2026-09-30"), NULL, "visit.not-accepted");
	OK(answer(w, CHEN, no, "accepted"));
	go(w, 20261009, 1500);
	assert_refused(w, note(w, CHEN, no, "2026-10-09"), NULL, "visit.not-visitor");
	assert_refused(w, note(w, LUO, no, "2026-10-10"), "held_on", "visit.held-on");
	assert_refused(w, note(w, LUO, no, "2026-09-29"), "held_on", "visit.held-on");
	OK(note(w, LUO, no, "2026-10-09"));
	const struct visit v = newest(w, no);
	assert_int_equal(v.state, VISIT_DONE);
	assert_string_equal(v.heard, "希望晚上七点前施工");
	assert_int_equal(ahead_of(w, LUO), 0);
	const struct concern c = concern_of(w, no);
	assert_int_equal(c.due_at, before.due_at);
	assert_int_equal(c.state, before.state);
	assert_int_equal(c.owner_person_id, before.owner_person_id);
	/* the record knows that it happens, not with whom and where */
	assert_string_equal(news(w), "office.noted clerk u04 {\"act\":\"visit.offer\"}\n"
				     "office.noted clerk u04 {\"act\":\"visit.answer\"}\n"
				     "office.noted clerk u06 {\"act\":\"visit.done\"}");
	assert_int_equal(count_events(w, "施工"), 0);
	assert_invariants(w);
}

static void
what_an_offer_lacks_is_told_at_once(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	assert_refused(w, offer_visit(w, CHEN, no, "2026-09-29", "nobody"), "day", "visit.day");
	assert_refused(w, XQ_REFUSED, "second", "account.unknown");
	assert_refused(w, offer_visit(w, CHEN, no, "2026-10-31", "guxl"), "day", "visit.day");
	assert_refused(w, XQ_REFUSED, "second", "visit.two"); /* two go, never one */
	assert_int_equal(newest(w, no).no, 0);
}

static void
only_who_answers_for_the_concern_offers(void **state)
{
	static const enum who may[] = { CHEN, GU, HE,
		ZHOU }; /* owner, first receiver, head, leader */
	static const enum who others[] = { WANG, FANG, WEN, SHEN, PEI };
	struct world *w = *state;
	for (size_t i = 0; i < sizeof may / sizeof *may; i++)
		OK(offer_visit(w, may[i], signed_by_chen(w), "2026-10-09", "luoy"));
	const int64_t no = signed_by_chen(w);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_refused(w, offer_visit(w, others[i], no, "2026-10-09", "luoy"), NULL,
			"visit.not-yours");
	assert_refused(w, answer(w, WANG, no, "accepted"), NULL, "visit.none");
	OK(offer_visit(w, CHEN, no, "2026-10-10", "luoy"));
	assert_refused(w, answer(w, WANG, no, "accepted"), NULL, "visit.not-yours");
}

/* Open, or closed at most 90 natural days ago; what was withdrawn is not followed home. */
static void
a_visit_belongs_to_a_concern_that_is_open_or_closed_not_long_ago(void **state)
{
	struct world *w = *state;
	const int64_t no = closed_by_resident(w), early = closed_by_resident(w);
	OK(offer_visit(w, GU, early, "2026-10-09", "luoy"));
	go(w, 20261229, 900); /* 90 days later */
	OK(offer_visit(w, GU, no, "2026-12-30", "luoy"));
	go(w, 20261231, 900);
	assert_refused(w, offer_visit(w, GU, no, "2026-12-31", "luoy"), NULL, "visit.too-long-ago");
	force(w, SQL("UPDATE concern SET state = ? WHERE office = ? AND file_no = ?"),
		VALS(V((int64_t)ST_TERMINATED), V(w->office), V(no)));
	force(w, SQL("UPDATE concern SET closed_at = ? WHERE office = ? AND file_no = ?"),
		VALS(V(now_of(w)), V(w->office), V(no)));
	assert_refused(w, offer_visit(w, GU, no, "2026-12-31", "luoy"), NULL, "visit.too-long-ago");
}

static void
what_was_raised_in_confidence_is_not_visited(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	force(w, SQL("UPDATE concern SET lane = ? WHERE office = ? AND file_no = ?"),
		VALS(V((int64_t)LANE_SEALED), V(w->office), V(no)));
	assert_refused(w, offer_visit(w, CHEN, no, "2026-10-09", "luoy"), NULL, "visit.sealed");
}

/* ---- no pressure ---------------------------------------------------------------------------------- */

static void
declining_needs_no_reason_and_is_final_for_ninety_days(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	const int64_t counts =
		ask(w, SQL("SELECT sum(n) FROM tally WHERE office = ?"), VALS(V(w->office)));
	size_t n_fields = 0;
	while (visit_answer.fields[n_fields].name)
		n_fields++;
	assert_int_equal(n_fields, 2); /* the concern, yes or no: no place for a reason */
	OK(offer_visit(w, CHEN, no, "2026-10-09", "luoy"));
	OK(answer(w, LUO, no, "accepted"));
	OK(answer(w, LUO, no, "declined")); /* the household changed its mind */
	assert_int_equal(newest(w, no).state, VISIT_DECLINED);
	assert_refused(w, note(w, LUO, no, "2026-09-30"), NULL, "visit.none");
	assert_refused(w, answer(w, LUO, no, "accepted"), NULL, "visit.none");
	assert_int_equal(
		ask(w, SQL("SELECT sum(n) FROM tally WHERE office = ?"), VALS(V(w->office))),
		counts);
	go(w, 20261229, 900);
	assert_refused(
		w, offer_visit(w, CHEN, no, "2026-12-30", "luoy"), NULL, "visit.was-declined");
	go(w, 20261230, 900);
	OK(offer_visit(w, CHEN, no, "2026-12-31", "luoy"));
	assert_invariants(w);
}

static void
one_visit_is_ahead_at_a_time_and_a_passed_day_ends_it(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	OK(offer_visit(w, CHEN, no, "2026-10-09", "luoy"));
	assert_refused(w, offer_visit(w, GU, no, "2026-10-10", "luoy"), NULL, "visit.open");
	go(w, 20261010, 900);
	OK(offer_visit(w, GU, no, "2026-10-12", "luoy"));
	assert_int_equal(newest(w, no).no, 2);
	assert_int_equal(ask(w, SQL("SELECT state FROM concern_visit WHERE office = ? AND no = 1"),
				 VALS(V(w->office))),
		VISIT_LAPSED);
	assert_int_equal(ahead_of(w, LUO), 1);
}

/* No sweep before a meeting or a holiday (E05). */
static void
the_office_has_few_visits_on_one_day(void **state)
{
	struct world *w = *state;
	for (int i = 0; i < VISITS_A_DAY; i++)
		OK(offer_visit(w, CHEN, signed_by_chen(w), "2026-10-09", "luoy"));
	const int64_t no = signed_by_chen(w);
	assert_refused(w, offer_visit(w, CHEN, no, "2026-10-09", "luoy"), "day", "visit.day-full");
	OK(offer_visit(w, CHEN, no, "2026-10-10", "luoy"));
}

/* ---- nobody is listed ----------------------------------------------------------------------------- */

/* Who goes may read the concern while the visit is ahead, and not longer. */
static void
who_goes_sees_it_until_it_is_over(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w), id = concern_of(w, no).id;
	for (int step = 0; step < 3; step++) {
		bool goes = false;
		struct tx *tx = look(w);
		OK(visit_is_ahead_for(tx, w->office, id, w->who[LUO].person_id, &goes, &w->err));
		tx_end(tx);
		assert_int_equal(goes, step == 1);
		if (step == 0)
			OK(offer_visit(w, CHEN, no, "2026-10-09", "luoy"));
		if (step == 1)
			OK(answer(w, CHEN, no, "declined"));
	}
}

static void
the_check_finds_a_visit_of_one(void **state)
{
	struct world *w = *state;
	int64_t faults = 0;
	OK(offer_visit(w, CHEN, signed_by_chen(w), "2026-10-09", "luoy"));
	force(w, SQL("UPDATE concern_visit SET second_id = first_id WHERE office = ?"),
		VALS(V(w->office)));
	struct tx *tx = look(w);
	OK(visit_is_free.count_faults(tx, w->mem, w->office, &faults, &w->err));
	tx_end(tx);
	assert_int_equal(faults, 1);
}

static void
an_older_folder_gets_the_table(void **state)
{
	struct world *w = *state;
	struct tx *tx;
	OK(db_write(w->app->db, &tx, &w->err));
	OK(store_script(tx,
		"DROP TABLE concern_visit;"
		"DELETE FROM schema_version WHERE module = 'concern' AND number = 12;",
		&w->err));
	OK(tx_commit(tx, &w->err));
	const struct migration *list[64];
	OK(db_migrate(w->app->db, list, app_migrations(world_modules, list, 64), &w->err));
	OK(offer_visit(w, CHEN, signed_by_chen(w), "2026-10-09", "luoy"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_visit_is_offered_answered_and_noted),
		TEST(what_an_offer_lacks_is_told_at_once),
		TEST(only_who_answers_for_the_concern_offers),
		TEST(a_visit_belongs_to_a_concern_that_is_open_or_closed_not_long_ago),
		TEST(what_was_raised_in_confidence_is_not_visited),
		TEST(declining_needs_no_reason_and_is_final_for_ninety_days),
		TEST(one_visit_is_ahead_at_a_time_and_a_passed_day_ends_it),
		TEST(the_office_has_few_visits_on_one_day),
		TEST(who_goes_sees_it_until_it_is_over),
		TEST(the_check_finds_a_visit_of_one),
		TEST(an_older_folder_gets_the_table),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
