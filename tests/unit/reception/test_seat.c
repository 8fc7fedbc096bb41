/* SPDX-License-Identifier: Apache-2.0 */
/* Booked seats: one turn for one code, every refusal, and where a seat goes when its sitting moves. */
#include "../concern/fixture.h"

#include "reception/seat.h"
#include "reception/sitting.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, &reception_module, &reception_seat_module,
	&reception_sitting_module, NULL };

/* ---- short words ------------------------------------------------------------------------------------ */

static struct actor yuan; /* publishes the roster */

static enum xq_rc
by_yuan(struct world *w, const struct act *act, const struct pair *in)
{
	return run_call(w, call_of(w, &yuan, act, in));
}

static enum xq_rc
receiver(struct world *w, const char *no, const char *login, const char *name, const char *topics)
{
	return by_yuan(w, &receiver_set,
		IN({ "receiver", no }, { "login", login }, { "name", name },
			{ "title", "接待人员" }, { "role", "office" }, { "topics", topics },
			{ "state", "on" }));
}

static enum xq_rc
venue(struct world *w, const char *no, const char *state)
{
	return by_yuan(w, &venue_set,
		IN({ "venue", no }, { "name", "党群服务中心" }, { "address", "枫桥路16号" },
			{ "room", "一楼接待室" }, { "hours", "工作日 8:30–17:30" },
			{ "state", state }));
}

/* Receivers 1 SHEN, 2 ZHOU, 3 FANG; sittings 1 and 2 on Wednesday 14 October, 3 and 4 on the 21st, each from
 * two to half past four in venue 1. */
static void
published(struct world *w)
{
	static const struct world_person publisher = { "yuany", "袁野", "u01", { ROLE_PUBLISHER },
		1, SCOPE_OFFICE };
	struct tx *tx;
	OK(db_write(w->app->db, &tx, &w->err));
	yuan = world_hire(w, tx, &publisher);
	OK(tx_commit(tx, &w->err));
	OK(venue(w, "", "open"));
	OK(venue(w, "", "open"));
	OK(receiver(w, "", "", "沈佩芬", "物业、停车"));
	OK(receiver(w, "", "zhoum", "", "加装电梯"));
	OK(receiver(w, "", "fangj", "", ""));
	OK(by_yuan(w, &roster_pattern_set,
		IN({ "weekday", "3" }, { "start", "14:00" }, { "end", "16:30" }, { "venue", "1" },
			{ "places", "2" }, { "office", "1" }, { "state", "on" })));
	OK(by_yuan(w, &roster_draft, IN({ "from", "2026-10-12" }, { "weeks", "2" })));
	for (int i = 0; i < 2; i++) {
		const char *week = i == 0 ? "202642" : "202643";
		OK(run(w, ZHOU, &roster_approve, IN({ "week", week })));
		OK(by_yuan(w, &roster_publish, IN({ "week", week })));
	}
}

static enum xq_rc
book_at(struct world *w, const char *day, const char *start, const char *venue_no, const char *turn,
	const char *visitor)
{
	return run(w, RESIDENT, &seat_book,
		IN({ "day", day }, { "start", start }, { "venue", venue_no }, { "turn", turn },
			{ "people", "2" }, { "slow", "1" }, { "visitor", visitor }));
}

static enum xq_rc
book(struct world *w, const char *turn, const char *visitor)
{
	return book_at(w, "2026-10-14", "14:00", "1", turn, visitor);
}

static struct short_code
booked(struct world *w, const char *turn)
{
	struct short_code c;
	OK(book(w, turn, turn));
	assert_true(short_code_read(str_of(result(w, "code")), &c));
	return c;
}

static struct booking
seat_of(struct world *w, const struct short_code *c)
{
	struct booking s = { 0 };
	struct tx *tx = look(w);
	OK(seat_by_code(tx, w->app, w->office, c, &s, &w->err));
	tx_end(tx);
	return s;
}

static void
assert_seat(struct world *w, const struct short_code *c, int32_t day, int start, int turn)
{
	struct booking s = seat_of(w, c);
	assert_int_equal(s.state, SEAT_OPEN);
	assert_int_equal(s.at.day, day);
	assert_int_equal(s.at.start_min, start);
	assert_int_equal(s.turn, turn);
}

static enum xq_rc
change(struct world *w, const char *slot, const char *who, const char *day, const char *start,
	const char *end, const char *venue_no)
{
	return by_yuan(w, &roster_change,
		IN({ "slot", slot }, { "receiver", who }, { "day", day }, { "start", start },
			{ "end", end }, { "venue", venue_no }, { "why", "venue" }));
}

static enum xq_rc
cancel(struct world *w, const char *slot, const char *whole, const char *day, const char *end)
{
	return by_yuan(w, &roster_cancel,
		IN({ "slot", slot }, { "why", "venue" }, { "whole", whole }, { "day", day },
			{ "start", "9:00" }, { "end", end }, { "venue", "1" }));
}

/* Who sits in a slot, as a number of the receiver. */
static const char *
sits(struct world *w, int64_t no)
{
	return mem_printf(w->mem, "%lld",
		(long long)ask(w,
			SQL("SELECT receiver_no FROM roster_slot WHERE office = ? AND no = ?"),
			VALS(V(w->office), V(no))));
}

static enum xq_rc
give_back(struct world *w, const char *code)
{
	return run(w, RESIDENT, &seat_give_back, IN({ "code", code }));
}

/* ---- turns and paths -------------------------------------------------------------------------------- */

static void
every_second_turn_can_be_booked(void **state)
{
	(void)state;
	assert_int_equal(turns_of(840, 990), 10);
	assert_int_equal(turns_to_book(840, 990), 5);
	assert_int_equal(turns_to_book(1110, 1200), 3);
	assert_int_equal(turns_of(840, 850), 0);
	assert_int_equal(turns_to_book(840, 850), 0);
	assert_true(turn_is_to_book(1) && !turn_is_to_book(2) && turn_is_to_book(9));
	assert_int_equal(turn_minute(840, 3), 870);
}

static void
a_path_names_a_sitting_in_one_way_only(void **state)
{
	(void)state;
	int start = 0;
	int64_t no = 0;
	assert_true(seat_at_read(STR("1400-3"), &start, &no));
	assert_int_equal(start, 840);
	assert_int_equal(no, 3);
	const char *const bad[] = { "", "1400", "1400-", "-3", "140-3", "1460-3", "2400-3",
		"14:00-3", "1400-0", "1400--3", "1400-3-4", "1400-x", "+140-3" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (seat_at_read(str_of(bad[i]), &start, &no))
			fail_msg("%s was read", bad[i]);
}

/* ---- booking ---------------------------------------------------------------------------------------- */

static void
a_seat_is_booked_without_a_name(void **state)
{
	struct world *w = *state;
	published(w);
	mark(w);
	struct short_code c = booked(w, "3");
	assert_string_equal(news(w), "office.noted resident - {\"act\":\"seat.book\"}");
	struct booking s = seat_of(w, &c);
	assert_int_equal(s.at.day, 20261014);
	assert_int_equal(s.at.end_min, 990);
	assert_int_equal(s.turn, 3);
	assert_int_equal(s.people, 2);
	assert_int_equal(s.helps, 1U << 1);
	assert_int_equal(s.moved_at, 0);
	assert_invariants(w);
}

static void
two_who_book_one_turn_get_one(void **state)
{
	struct world *w = *state;
	published(w);
	OK(book(w, "5", "a"));
	assert_refused(w, book(w, "5", "b"), "turn", "seat.taken");
	assert_int_equal(
		ask(w, SQL("SELECT count(*) FROM roster_seat WHERE office = ? AND day > 0"),
			VALS(V(w->office))),
		1);
	OK(book(w, "7", "b"));
	assert_invariants(w);
}

static void
a_turn_that_was_given_back_is_free_again(void **state)
{
	struct world *w = *state;
	published(w);
	struct short_code c = booked(w, "1");
	assert_refused(w, book(w, "1", "b"), "turn", "seat.taken");
	OK(give_back(w, c.text));
	assert_int_equal(seat_of(w, &c).state, SEAT_GIVEN_BACK);
	assert_refused(w, give_back(w, c.text), NULL, "seat.given-back");
	OK(book(w, "1", "b"));
	assert_invariants(w);
}

static void
what_cannot_be_booked_says_why(void **state)
{
	struct world *w = *state;
	published(w);
	assert_refused(
		w, book_at(w, "2026-10-15", "14:00", "1", "1", "a"), NULL, "seat.no-sitting");
	assert_refused(
		w, book_at(w, "2026-10-14", "15:00", "1", "1", "a"), NULL, "seat.no-sitting");
	assert_refused(
		w, book_at(w, "2026-10-14", "14:00", "2", "1", "a"), NULL, "seat.no-sitting");
	assert_refused(w, book_at(w, "2026-10-14", "25:00", "1", "1", "a"), "start", "roster.time");
	assert_refused(w, book(w, "2", "a"), "turn", "seat.no-turn");
	assert_refused(w, book(w, "11", "a"), "turn", "seat.no-turn");
	assert_refused(w, book(w, "", "a"), "turn", "seat.choose");
	OK(by_yuan(w, &roster_draft, IN({ "from", "2026-10-26" }, { "weeks", "1" })));
	assert_refused(
		w, book_at(w, "2026-10-28", "14:00", "1", "1", "a"), NULL, "seat.no-sitting");
	force(w, SQL("UPDATE venue SET is_open = 0 WHERE office = ? AND no = 1"),
		VALS(V(w->office)));
	assert_refused(w, book(w, "1", "a"), NULL, "seat.venue-closed");
	force(w, SQL("UPDATE venue SET is_open = 1 WHERE office = ? AND no = 1"),
		VALS(V(w->office)));
	const char *const turn[] = { "1", "3", "5", "7", "9" };
	for (size_t i = 0; i < 5; i++)
		OK(book(w, turn[i], turn[i]));
	assert_refused(w, book(w, "1", "a"), NULL, "seat.full");
	go(w, 20261021, 1359);
	OK(book_at(w, "2026-10-21", "14:00", "1", "1", "a"));
	go(w, 20261021, 1400);
	assert_refused(w, book_at(w, "2026-10-21", "14:00", "1", "3", "a"), NULL, "seat.begun");
}

static void
a_browser_holds_two_seats_of_a_sitting(void **state)
{
	struct world *w = *state;
	published(w);
	OK(book(w, "1", "one"));
	struct short_code c = { 0 };
	assert_true(short_code_read(str_of(result(w, "code")), &c));
	OK(book(w, "3", "one"));
	assert_refused(w, book(w, "5", "one"), NULL, "seat.enough");
	OK(book_at(w, "2026-10-21", "14:00", "1", "1", "one")); /* another sitting */
	OK(give_back(w, c.text));
	OK(book(w, "5", "one"));
	OK(book(w, "7", "two"));
	/* whoever works here books for those who call */
	const char *const turn[] = { "3", "5", "7" };
	for (size_t i = 0; i < 3; i++)
		OK(run(w, GU, &seat_book,
			IN({ "day", "2026-10-21" }, { "start", "14:00" }, { "venue", "1" },
				{ "turn", turn[i] }, { "people", "1" })));
	assert_invariants(w);
}

static void
a_hash_of_a_browser_differs_from_sitting_to_sitting(void **state)
{
	struct world *w = *state;
	published(w);
	OK(book(w, "1", "one"));
	OK(book(w, "3", "one"));
	OK(book_at(w, "2026-10-21", "14:00", "1", "1", "one"));
	assert_int_equal(ask(w,
				 SQL("SELECT count(DISTINCT visitor_hash) FROM roster_seat"
				     " WHERE office = ? AND day > 0"),
				 VALS(V(w->office))),
		2);
}

static void
a_code_with_one_character_changed_opens_nothing(void **state)
{
	static const char signs[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	struct world *w = *state;
	published(w);
	struct short_code c = booked(w, "1"), other;
	for (size_t i = 0; i < SHORT_CODE_LEN; i++)
		for (size_t k = 0; k < 32; k++) {
			struct short_code wrong = c;
			wrong.text[i] = signs[k];
			if (wrong.text[i] != c.text[i])
				assert_false(short_code_read(str_of(wrong.text), &other));
		}
	struct short_code wrong = c;
	wrong.text[0] = c.text[0] == '2' ? '3' : '2';
	assert_refused(w, give_back(w, wrong.text), "code", "seat.code-unknown");
	struct rng random;
	rng_init_seed(&random, 7);
	wrong = short_code_new(&random); /* good, but nobody's */
	assert_refused(w, give_back(w, wrong.text), "code", "seat.code-unknown");
	assert_int_equal(seat_of(w, &c).state, SEAT_OPEN);
	go(w, 20261014, 1400);
	assert_refused(w, give_back(w, c.text), NULL, "seat.begun");
}

/* ---- the sitting moves ------------------------------------------------------------------------------ */

static void
seats_follow_a_cancelled_sitting(void **state)
{
	struct world *w = *state;
	published(w);
	struct short_code a = booked(w, "3"), b = booked(w, "9");
	OK(cancel(w, "1", "1", "2026-10-16", "11:30"));
	assert_seat(w, &a, 20261016, 540, 3);
	assert_seat(w, &b, 20261016, 540, 9);
	struct booking s = seat_of(w, &a);
	assert_int_equal(s.moved_at, now_of(w));
	assert_int_equal(s.from.day, 20261014);
	assert_int_equal(s.from.start_min, 840);
	assert_int_equal(s.from_turn, 3);
	assert_refused(w, book(w, "1", "x"), NULL, "seat.cancelled");
	assert_refused(w, book_at(w, "2026-10-16", "9:00", "1", "3", "x"), "turn", "seat.taken");
	assert_invariants(w);
}

static void
seats_stay_while_one_of_several_still_receives(void **state)
{
	struct world *w = *state;
	published(w);
	struct short_code a = booked(w, "3");
	OK(cancel(w, "1", "", "2026-10-16", "11:30"));
	assert_seat(w, &a, 20261014, 840, 3);
	OK(cancel(w, "2", "", "2026-10-19", "11:30")); /* the last one takes them along */
	assert_seat(w, &a, 20261019, 540, 3);
	assert_invariants(w);
}

static void
seats_follow_a_changed_sitting_to_the_nearest_turn(void **state)
{
	struct world *w = *state;
	published(w);
	struct short_code a = booked(w, "1"), b = booked(w, "7"), c = booked(w, "9");
	OK(change(w, "1", sits(w, 1), "2026-10-15", "14:00", "16:30", "2"));
	assert_seat(w, &b, 20261014, 840, 7); /* the other one still sits there */
	OK(change(w, "2", sits(w, 2), "2026-10-16", "10:00", "11:15", "1"));
	assert_seat(w, &a, 20261016, 600, 1);
	assert_seat(w, &b, 20261016, 600, 5);
	assert_seat(w, &c, 20261016, 600, 3);
	assert_invariants(w);
	OK(change(w, "2", sits(w, 2), "2026-10-16", "10:00", "10:45", "1")); /* ends earlier */
	assert_seat(w, &a, 20261016, 600, 1);
	assert_seat(w, &b, 20261016, 600, 2); /* none of the others is left */
	assert_seat(w, &c, 20261016, 600, 3);
	OK(change(w, "2", sits(w, 2), "2026-10-16", "10:00", "10:30", "1"));
	assert_seat(w, &a, 20261016, 600, 1);
	assert_seat(w, &b, 20261016, 600, 2);
	assert_int_equal(seat_of(w, &c).state, SEAT_FELL);
	assert_invariants(w);
}

static void
another_receiver_moves_no_seat(void **state)
{
	struct world *w = *state;
	published(w);
	struct short_code a = booked(w, "3");
	const char *free = NULL;
	for (int no = 1; no <= 3; no++) {
		const char *who = mem_printf(w->mem, "%d", no);
		free = text_eq(who, sits(w, 1)) || text_eq(who, sits(w, 2)) ? free : who;
	}
	OK(change(w, "1", free, "2026-10-14", "14:00", "16:30", "1"));
	assert_seat(w, &a, 20261014, 840, 3);
	assert_int_equal(seat_of(w, &a).moved_at, 0);
}

/* ---- topics ----------------------------------------------------------------------------------------- */

static const char *
topics(struct world *w, int64_t no)
{
	struct slot s = { 0 };
	struct tx *tx = look(w);
	OK(slot_load(tx, w->mem, w->office, no, &s, &w->err));
	tx_end(tx);
	return s.topics;
}

static const char *
topics_of(const char *receiver_no)
{
	return text_eq(receiver_no, "1")   ? "物业、停车"
	       : text_eq(receiver_no, "2") ? "加装电梯"
	                                   : "";
}

static void
topics_go_with_the_receiver_and_stay_as_published(void **state)
{
	struct world *w = *state;
	published(w);
	for (int64_t no = 1; no <= 4; no++)
		assert_string_equal(topics(w, no), topics_of(sits(w, no)));
	OK(receiver(w, "1", "", "沈佩芬", "养老"));
	OK(receiver(w, "2", "zhoum", "", "养老"));
	OK(receiver(w, "3", "fangj", "", "市容"));
	for (int64_t no = 1; no <= 4; no++)
		assert_string_equal(topics(w, no), topics_of(sits(w, no)));
	const char *free = NULL;
	for (int no = 1; no <= 3; no++) {
		const char *who = mem_printf(w->mem, "%d", no);
		free = text_eq(who, sits(w, 1)) || text_eq(who, sits(w, 2)) ? free : who;
	}
	OK(change(w, "1", free, "2026-10-14", "14:00", "16:30", "1"));
	assert_string_equal(topics(w, 1), text_eq(free, "3") ? "市容" : "养老");
	char long_text[41 * 3 + 1] = "";
	for (int i = 0; i < 41; i++)
		memcpy(long_text + (size_t)i * 3, "停", 3);
	assert_refused(w, receiver(w, "1", "", "沈佩芬", long_text), "topics", "text.too-long");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(every_second_turn_can_be_booked),
		TEST(a_path_names_a_sitting_in_one_way_only),
		TEST(a_seat_is_booked_without_a_name),
		TEST(two_who_book_one_turn_get_one),
		TEST(a_turn_that_was_given_back_is_free_again),
		TEST(what_cannot_be_booked_says_why),
		TEST(a_browser_holds_two_seats_of_a_sitting),
		TEST(a_hash_of_a_browser_differs_from_sitting_to_sitting),
		TEST(a_code_with_one_character_changed_opens_nothing),
		TEST(seats_follow_a_cancelled_sitting),
		TEST(seats_stay_while_one_of_several_still_receives),
		TEST(seats_follow_a_changed_sitting_to_the_nearest_turn),
		TEST(another_receiver_moves_no_seat),
		TEST(topics_go_with_the_receiver_and_stay_as_published),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
