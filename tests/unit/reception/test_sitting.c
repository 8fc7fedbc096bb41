/* SPDX-License-Identifier: Apache-2.0 */
/* Sittings: what somebody comes with is a concern at once, who came stands in the register, and what nobody held
 * is told and made up for. */
#include "roster_fixture.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, &reception_module, &reception_seat_module,
	&reception_sitting_module, NULL };

/* ---- short words ------------------------------------------------------------------------------------ */

/* Slots of 14 October: a department (FANG) and a delegate without an account (SHEN Peifen). */
static int64_t fang_sits, deputy_sits;

static void
wednesday(struct world *w)
{
	published(w);
	int64_t first = slot_where(w, 20261014, 0, false), who = slot(w, first).receiver_no;
	int64_t other = slot_where(w, 20261014, who, false);
	fang_sits = first;
	deputy_sits = other;
	int64_t theirs = slot(w, other).receiver_no;
	/* whoever the draft named, FANG and the deputy sit now: others give way first */
	if (who != 3 && theirs != 3)
		OK(change(w, first, 3, "2026-10-14", "duty"));
	else if (theirs == 3) {
		fang_sits = other;
		deputy_sits = first;
	}
	if (slot(w, deputy_sits).receiver_no != 1)
		OK(change(w, deputy_sits, 1, "2026-10-14", "duty"));
	go(w, 20261014, 1405);
}

static enum xq_rc
take_at(struct world *w, enum who who, int64_t no, const char *people, const char *again)
{
	return run(w, who, &sitting_take,
		IN({ "slot", number(w, no) }, { "body", "三号楼电梯停了三天，老人下不来。" },
			{ "place", "枫桥路12弄3号" }, { "people", people }, { "again", again },
			{ "read_back", "read" }));
}

static enum xq_rc
tell_at(struct world *w, enum who who, int64_t no)
{
	return run(w, who, &sitting_tell,
		IN({ "slot", number(w, no) }, { "asked", "老年卡在哪里办" },
			{ "answer", "带身份证到三号窗口，当场可办。" }));
}

static enum xq_rc
close_it(struct world *w, enum who who, int64_t no, const char *visitors)
{
	return run(w, who, &sitting_close, IN({ "slot", number(w, no) }, { "visitors", visitors }));
}

static enum xq_rc
miss_it(struct world *w, int64_t no, const char *whole)
{
	return by_yuan(w, &sitting_miss,
		IN({ "slot", number(w, no) }, { "whole", whole }, { "why", "weather" },
			{ "words", "暴雨积水" }));
}

static enum xq_rc
make_up_on(struct world *w, int64_t no, const char *day)
{
	return by_yuan(w, &sitting_make_up,
		IN({ "slot", number(w, no) }, { "day", day }, { "start", "9:00" },
			{ "end", "11:30" }, { "venue", "1" }));
}

static void
jobs(struct world *w)
{
	int done = 0;
	OK(app_run_jobs(w->app, &done, &w->err));
}

static int64_t
person(struct world *w, const char *column)
{
	bool owner = text_eq(column, "owner");
	return owner ? ask(w,
			       SQL("SELECT owner_person_id FROM concern WHERE office = ?"
				   " ORDER BY id DESC LIMIT 1"),
			       VALS(V(w->office)))
	             : ask(w,
			       SQL("SELECT tracker_person_id FROM concern WHERE office = ?"
				   " ORDER BY id DESC LIMIT 1"),
			       VALS(V(w->office)));
}

/* ---- taking down ------------------------------------------------------------------------------------ */

static void
who_is_asked_first_there_stays_with_it(void **state)
{
	struct world *w = *state;
	wednesday(w);
	mark(w);
	OK(take_at(w, XIANG, fang_sits, "2", ""));
	assert_non_null(result(w, "file_no"));
	assert_non_null(result(w, "entry"));
	assert_int_equal(person(w, "owner"), w->who[FANG].person_id);
	assert_int_equal(person(w, "tracker"), w->who[FANG].person_id);
	assert_int_equal(count_events(w, "concern.raised"), 1);
	/* a deputy listens: who writes it down owns it and follows it */
	OK(take_at(w, XIANG, deputy_sits, "1", ""));
	assert_int_equal(person(w, "owner"), w->who[XIANG].person_id);
	assert_int_equal(person(w, "tracker"), w->who[XIANG].person_id);
	assert_int_equal(ask(w, SQL("SELECT count(*) FROM sitting_entry WHERE office = ?"),
				 VALS(V(w->office))),
		2);
	assert_invariants(w);
}

static void
a_register_is_open_on_its_day(void **state)
{
	struct world *w = *state;
	wednesday(w);
	int64_t next = slot_where(w, 20261021, 0, false);
	assert_refused(w, take_at(w, XIANG, next, "1", ""), NULL, "sitting.not-begun");
	go(w, 20261014, 1259);
	assert_refused(w, take_at(w, XIANG, fang_sits, "1", ""), NULL, "sitting.not-begun");
	go(w, 20261014, 1300); /* an hour before */
	OK(take_at(w, XIANG, fang_sits, "1", ""));
	assert_refused(w, take_at(w, XIANG, 99, "1", ""), "slot", "roster.slot-unknown");
	assert_refused(w,
		run(w, XIANG, &sitting_take,
			IN({ "slot", number(w, fang_sits) }, { "body", "" }, { "read_back", "" })),
		"body", "concern.empty");
	assert_refused(w,
		run(w, XIANG, &sitting_take,
			IN({ "slot", number(w, fang_sits) }, { "body", "楼道灯坏了" },
				{ "n_documents", "2" }, { "read_back", "signed" })),
		"documents", "sitting.documents-which");
	assert_refused(w,
		run(w, XIANG, &sitting_take,
			IN({ "slot", number(w, fang_sits) }, { "body", "楼道灯坏了" },
				{ "documents", "维修发票" }, { "read_back", "signed" })),
		"n_documents", "sitting.documents-many");
}

/* The resident told us on Wednesday, whenever the paper was typed. */
static void
what_is_entered_later_counts_from_the_sitting(void **state)
{
	struct world *w = *state;
	wednesday(w);
	OK(take_at(w, XIANG, fang_sits, "1", ""));
	const char *due = mem_text(w->mem, result(w, "due_day"));
	go(w, 20261015, 1000);
	OK(take_at(w, XIANG, fang_sits, "1", ""));
	assert_string_equal(result(w, "due_day"), due);
	assert_int_equal(ask(w,
				 SQL("SELECT taken_at FROM concern WHERE office = ?"
				     " ORDER BY id DESC LIMIT 1"),
				 VALS(V(w->office))),
		moment(20261014, 1630));
	go(w, 20261018, 1000);
	assert_refused(w, take_at(w, XIANG, fang_sits, "1", ""), NULL, "sitting.too-late");
}

/* ---- closed ----------------------------------------------------------------------------------------- */

static void
a_sitting_closes_with_all_who_came(void **state)
{
	struct world *w = *state;
	wednesday(w);
	OK(take_at(w, XIANG, fang_sits, "2", ""));
	OK(take_at(w, XIANG, fang_sits, "2", "1")); /* another matter of the same two */
	OK(tell_at(w, XIANG, deputy_sits));
	assert_refused(w, close_it(w, FANG, fang_sits, "3"), NULL, "sitting.not-over");
	go(w, 20261014, 1630);
	assert_refused(w, close_it(w, PEI, fang_sits, "3"), NULL, "sitting.not-yours");
	assert_refused(w, close_it(w, FANG, fang_sits, "4"), "visitors", "sitting.visitors-more");
	assert_refused(w, close_it(w, FANG, fang_sits, "0"), "visitors", "sitting.visitors-fewer");
	mark(w);
	OK(close_it(w, FANG, fang_sits, "3"));
	assert_int_equal(slot(w, fang_sits).state, SLOT_HELD);
	assert_int_equal(slot(w, deputy_sits).state, SLOT_HELD);
	assert_int_equal(count_events(w, "reception.held"), 2);
	assert_non_null(strstr(news(w), "{\"concerns\":2,\"day\":\"2026-10-14\",\"visitors\":2}"));
	assert_non_null(strstr(news(w), "{\"concerns\":0,\"day\":\"2026-10-14\",\"visitors\":1}"));
	assert_refused(w, take_at(w, XIANG, fang_sits, "1", ""), NULL, "sitting.closed");
	assert_refused(w, tell_at(w, XIANG, deputy_sits), NULL, "sitting.closed");
	assert_refused(w, close_it(w, FANG, fang_sits, "3"), NULL, "sitting.closed");
	assert_refused(w, miss_it(w, fang_sits, ""), NULL, "sitting.closed");
	assert_invariants(w);
}

static void
nobody_came_is_recorded(void **state)
{
	struct world *w = *state;
	wednesday(w);
	go(w, 20261014, 1640);
	assert_refused(w, close_it(w, XIANG, fang_sits, "1"), "visitors", "sitting.visitors-more");
	mark(w);
	OK(close_it(w, XIANG, fang_sits, "0"));
	assert_non_null(strstr(news(w), "{\"concerns\":0,\"day\":\"2026-10-14\",\"visitors\":0}"));
	assert_invariants(w);
}

/* ---- missed ----------------------------------------------------------------------------------------- */

static void
one_who_did_not_come_is_missed_and_the_others_receive(void **state)
{
	struct world *w = *state;
	wednesday(w);
	OK(take_at(w, XIANG, fang_sits, "1", ""));
	assert_refused(w, miss_it(w, fang_sits, ""), "slot", "sitting.has-entries");
	mark(w);
	OK(miss_it(w, deputy_sits, ""));
	assert_non_null(strstr(news(w), "reception.missed clerk u01 {\"why\":\"weather\"}"));
	assert_refused(w, take_at(w, XIANG, deputy_sits, "1", ""), NULL, "sitting.not-there");
	go(w, 20261014, 1700);
	OK(close_it(w, XIANG, deputy_sits, "1"));
	assert_int_equal(slot(w, deputy_sits).state, SLOT_MISSED);
	assert_int_equal(slot(w, fang_sits).state, SLOT_HELD);
	struct slot *owed;
	size_t n = 9;
	struct tx *tx = look(w);
	OK(sittings_owed(tx, w->mem, w->office, 20261015, &owed, &n, &w->err));
	tx_end(tx);
	assert_int_equal(n, 0); /* somebody received */
	assert_invariants(w);
}

static void
a_missed_sitting_is_made_up_for_three_days_ahead(void **state)
{
	struct world *w = *state;
	wednesday(w);
	go(w, 20261014, 1359);
	OK(run(w, NOBODY, &seat_book,
		IN({ "day", "2026-10-14" }, { "start", "14:00" }, { "venue", "1" }, { "turn", "3" },
			{ "people", "1" })));
	assert_refused(w, miss_it(w, fang_sits, "1"), NULL, "sitting.still-ahead");
	go(w, 20261014, 1500);
	assert_refused(w, make_up_on(w, fang_sits, "2026-10-19"), "slot", "sitting.nothing-owed");
	assert_refused(w,
		by_yuan(w, &sitting_miss,
			IN({ "slot", number(w, fang_sits) }, { "why", "other" },
				{ "words", "请打 13800000123" })),
		"words", "roster.words-number");
	OK(miss_it(w, fang_sits, "1"));
	struct slot *owed;
	size_t n = 0;
	struct tx *tx = look(w);
	OK(sittings_owed(tx, w->mem, w->office, 20261015, &owed, &n, &w->err));
	tx_end(tx);
	assert_int_equal(n, 1);
	assert_refused(w, make_up_on(w, fang_sits, "2026-10-16"), "day", "roster.make-up-soon");
	assert_refused(w, make_up_on(w, fang_sits, "2026-10-18"), "day", "roster.day-rest");
	mark(w);
	OK(make_up_on(w, fang_sits, "2026-10-19"));
	assert_int_equal(count_events(w, "reception.planned"), 6);
	assert_int_equal(ask(w, SQL("SELECT day FROM roster_seat WHERE office = ? AND state = 0"),
				 VALS(V(w->office))),
		20261019); /* whoever had a turn has it on that day */
	assert_refused(w, make_up_on(w, fang_sits, "2026-10-20"), "slot", "sitting.nothing-owed");
	tx = look(w);
	OK(sittings_owed(tx, w->mem, w->office, 20261015, &owed, &n, &w->err));
	tx_end(tx);
	assert_int_equal(n, 0);
	assert_invariants(w);
}

/* Somebody of the week behind it sits with them on that day. */
static void
a_make_up_day_counts_in_the_week_of_each(void **state)
{
	struct world *w = *state;
	wednesday(w);
	OK(change(w, slot_where(w, 20261021, 0, false), 4, "2026-10-14", "duty"));
	assert_int_equal(week(w, 202643).n_slots, 2);
	OK(miss_it(w, fang_sits, "1"));
	OK(make_up_on(w, fang_sits, "2026-10-20"));
	assert_int_equal(week(w, 202642).n_slots, 4);
	assert_int_equal(week(w, 202643).n_slots, 3);
	assert_int_equal(week(w, 202643).first_on, 20261014);
	assert_invariants(w);
}

/* ---- nobody said anything ---------------------------------------------------------------------------- */

static void
silence_is_no_sitting(void **state)
{
	struct world *w = *state;
	wednesday(w);
	OK(take_at(w, XIANG, fang_sits, "1", ""));
	go(w, 20261014, 1900);
	jobs(w);
	assert_int_equal(slot(w, fang_sits).state, SLOT_PLANNED);
	go(w, 20261015, 900);
	jobs(w);
	jobs(w); /* told once */
	assert_int_equal(ask(w, SQL("SELECT count(*) FROM sitting_alarm WHERE office = ?"),
				 VALS(V(w->office))),
		2);
	go(w, 20261016, 1731); /* two working days have passed */
	mark(w);
	jobs(w);
	assert_int_equal(slot(w, fang_sits).state, SLOT_HELD);     /* something was taken down */
	assert_int_equal(slot(w, deputy_sits).state, SLOT_MISSED); /* nobody said so */
	assert_int_equal(count_events(w, "reception.missed"), 1);
	assert_non_null(strstr(news(w), "{\"why\":\"unsaid\"}"));
	assert_invariants(w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(who_is_asked_first_there_stays_with_it),
		TEST(a_register_is_open_on_its_day),
		TEST(what_is_entered_later_counts_from_the_sitting),
		TEST(a_sitting_closes_with_all_who_came),
		TEST(nobody_came_is_recorded),
		TEST(one_who_did_not_come_is_missed_and_the_others_receive),
		TEST(a_missed_sitting_is_made_up_for_three_days_ahead),
		TEST(a_make_up_day_counts_in_the_week_of_each),
		TEST(silence_is_no_sitting),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
