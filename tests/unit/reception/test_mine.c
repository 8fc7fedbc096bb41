/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of what was taken down at a reception: whoever sat there hears of it, deputies listen and do not
 * settle, and delegates without an account are told by somebody. */
#include "../concern/fixture.h"

#include "concern/succeed.h"
#include "reception/mine.h"
#include "reception/seat.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, &reception_module, &reception_seat_module,
	&reception_sitting_module, &reception_mine_module, NULL };

enum { DELEGATE = 1, SECTION, DEPUTY }; /* numbers of the receivers */
enum { SITTING_DAY = 20261014 };

static struct actor yuan, deputy;

/* ---- short words ------------------------------------------------------------------------------------ */

static enum xq_rc
by(struct world *w, const struct actor *who, const struct act *act, const struct pair *in)
{
	return run_call(w, call_of(w, who, act, in));
}

static void
receiver(struct world *w, const char *login, const char *name, const char *role)
{
	OK(by(w, &yuan, &receiver_set,
		IN({ "login", login }, { "name", name }, { "title", "接待人员" }, { "role", role },
			{ "state", "on" })));
}

/* A delegate without an account, FANG of the section, and a deputy with an account sit on two Wednesdays. */
static void
published(struct world *w)
{
	static const struct world_person people[] = {
		{ "yuany", "袁野", "u01", { ROLE_PUBLISHER }, 1, SCOPE_OFFICE },
		{ "shenpf", "沈佩芬", "u06", { ROLE_DELEGATE }, 1, SCOPE_OFFICE },
	};
	struct tx *tx;
	OK(db_write(w->app->db, &tx, &w->err));
	yuan = world_hire(w, tx, &people[0]);
	deputy = world_hire(w, tx, &people[1]);
	OK(tx_commit(tx, &w->err));
	OK(by(w, &yuan, &venue_set,
		IN({ "name", "党群服务中心" }, { "address", "枫桥路16号" },
			{ "room", "一楼接待室" }, { "hours", "工作日 8:30–17:30" },
			{ "step_free", "1" }, { "state", "open" })));
	receiver(w, "", "陆建平", "party");
	receiver(w, "fangj", "", "department");
	receiver(w, "shenpf", "", "congress");
	OK(by(w, &yuan, &roster_pattern_set,
		IN({ "weekday", "3" }, { "start", "14:00" }, { "end", "16:30" }, { "venue", "1" },
			{ "places", "3" }, { "party", "1" }, { "congress", "1" },
			{ "department", "1" }, { "state", "on" })));
	OK(by(w, &yuan, &roster_draft, IN({ "from", "2026-10-12" }, { "weeks", "2" })));
	OK(run(w, ZHOU, &roster_approve, IN({ "week", "202642" })));
	OK(run(w, ZHOU, &roster_approve, IN({ "week", "202643" })));
	OK(by(w, &yuan, &roster_publish, IN({ "week", "202642" })));
	OK(by(w, &yuan, &roster_publish, IN({ "week", "202643" })));
	go(w, SITTING_DAY, 1410);
}

static const char *
number(struct world *w, int64_t n)
{
	return mem_printf(w->mem, "%lld", (long long)n);
}

static int64_t
slot_of(struct world *w, int64_t receiver_no, int32_t day)
{
	return ask(w,
		SQL("SELECT no FROM roster_slot WHERE office = ? AND receiver_no = ? AND day = ?"),
		VALS(V(w->office), V(receiver_no), V(day)));
}

/* Taken down by this one where that receiver sits; the number of the entry in *entry. */
static int64_t
take(struct world *w, const struct actor *who, int64_t receiver_no, int64_t *entry)
{
	OK(by(w, who, &sitting_take,
		IN({ "slot", number(w, slot_of(w, receiver_no, SITTING_DAY)) },
			{ "body", "楼道灯不亮。请派人来看看。" }, { "class", "property" },
			{ "phone", "13800138000" }, { "read_back", "read" })));
	int64_t no = made_now(w);
	if (entry)
		*entry = ask(w,
			SQL("SELECT e.no FROM sitting_entry e JOIN concern c ON c.office = e.office"
			    " AND c.id = e.concern_id WHERE e.office = ? AND c.file_no = ?"),
			VALS(V(w->office), V(no)));
	return no;
}

static void
answer(struct world *w, int64_t no)
{
	OK(accept_it(w, CHEN, no));
	OK(submit(w, CHEN, no));
	OK(approve(w, HE, no));
}

static struct brought
entry_of(struct world *w, int64_t no)
{
	struct brought b = { 0 };
	struct tx *tx = look(w);
	OK(brought_load(tx, w->mem, w->office, no, &b, &w->err));
	tx_end(tx);
	return b;
}

/* Messages to staff about answers of receptions. */
static int64_t
told(struct world *w, int64_t person_id)
{
	return ask(w,
		SQL("SELECT count(*) FROM outbox WHERE office = ? AND effect = 'notify.staff'"
		    " AND body LIKE '%reception.answered%' AND body LIKE ?"),
		VALS(V(w->office),
			V(mem_printf(w->mem, "%%\"person\":%lld%%", (long long)person_id))));
}

static size_t
unheard(struct world *w, int64_t receiver_no)
{
	struct brought *b;
	size_t n = 0;
	struct tx *tx = look(w);
	OK(brought_unheard(tx, w->mem, w->office, receiver_no, 10, &b, &n, &w->err));
	tx_end(tx);
	return n;
}

static enum xq_rc
hand_over(struct world *w, const struct actor *who, int64_t entry, const char *day)
{
	return by(w, who, &sitting_fed_back,
		IN({ "entry", number(w, entry) }, { "how", "phone" }, { "day", day }));
}

/* ---- feedback --------------------------------------------------------------------------------------- */

static void
whoever_sat_is_told_once_when_it_is_answered(void **state)
{
	struct world *w = *state;
	int64_t entry;
	published(w);
	int64_t no = take(w, &w->who[GU], SECTION, &entry);
	int64_t fang = w->who[FANG].person_id;
	assert_int_equal(concern_of(w, no).tracker_person_id, fang);
	run_jobs(w);
	assert_int_equal(entry_of(w, entry).fed_back_at, 0);
	assert_int_equal(told(w, fang), 0);
	answer(w, no);
	go(w, SITTING_DAY, 1500);
	run_jobs(w);
	assert_int_equal(entry_of(w, entry).fed_back_at, moment(SITTING_DAY, 1500));
	assert_null(entry_of(w, entry).fed_back_how);
	assert_int_equal(told(w, fang), 1);
	run_jobs(w);
	assert_int_equal(told(w, fang), 1);
	assert_invariants(w);
}

static void
what_ended_otherwise_is_told_too(void **state)
{
	struct world *w = *state;
	int64_t entry;
	published(w);
	OK(by(w, &w->who[GU], &sitting_take,
		IN({ "slot", number(w, slot_of(w, SECTION, SITTING_DAY)) },
			{ "body", "想去法院起诉，不知道找谁。" }, { "class", "other" },
			{ "read_back", "signed" })));
	int64_t no = made_now(w);
	entry = ask(w, SQL("SELECT no FROM sitting_entry WHERE office = ?"), VALS(V(w->office)));
	OK(run(w, GU, &concern_redirect,
		IN({ "concern", no_text(w, no) }, { "body", "court" }, { "name", "区人民法院" },
			{ "phone", "12368" }, { "told", "当面告知立案窗口" })));
	run_jobs(w);
	assert_int_not_equal(entry_of(w, entry).fed_back_at, 0);
	assert_int_equal(
		told(w, w->who[FANG].person_id), 0); /* still the owner: nobody took it over */
}

static void
nobody_is_told_what_they_answered_themselves(void **state)
{
	struct world *w = *state;
	int64_t entry;
	published(w);
	OK(by(w, &w->who[FANG], &sitting_take,
		IN({ "slot", number(w, slot_of(w, SECTION, SITTING_DAY)) },
			{ "body", "想问车位怎么申请，材料齐了。" }, { "class", "other" },
			{ "read_back", "read" })));
	int64_t no = made_now(w);
	entry = ask(w, SQL("SELECT no FROM sitting_entry WHERE office = ?"), VALS(V(w->office)));
	OK(submit(w, FANG, no));
	OK(approve(w, YE, no));
	run_jobs(w);
	assert_int_not_equal(entry_of(w, entry).fed_back_at, 0);
	assert_int_equal(told(w, w->who[FANG].person_id), 0);
}

static void
a_delegate_without_an_account_is_told_by_somebody(void **state)
{
	struct world *w = *state;
	int64_t entry;
	published(w);
	int64_t no = take(w, &w->who[GU], DELEGATE, &entry);
	assert_refused(w, hand_over(w, &yuan, entry, "2026-10-14"), NULL, "feedback.not-answered");
	answer(w, no);
	run_jobs(w);
	assert_int_equal(entry_of(w, entry).fed_back_at, 0); /* no message reaches a delegate */
	assert_int_equal(unheard(w, DELEGATE), 1);
	go(w, 20261016, 900);
	assert_refused(
		w, hand_over(w, &w->who[PEI], entry, "2026-10-16"), NULL, "feedback.not-yours");
	assert_refused(w, hand_over(w, &deputy, entry, "2026-10-16"), NULL, "feedback.not-yours");
	assert_refused(w, hand_over(w, &yuan, entry, "2026-10-17"), "day", "feedback.day-ahead");
	assert_refused(w, hand_over(w, &yuan, entry, "2026-10-13"), "day", "feedback.day-before");
	assert_refused(w, hand_over(w, &yuan, 999, "2026-10-16"), "entry", "feedback.unknown");
	mark(w);
	OK(hand_over(w, &yuan, entry, "2026-10-15"));
	assert_string_equal(news(w), "office.noted clerk u01 {\"act\":\"sitting.fed-back\"}");
	struct brought b = entry_of(w, entry);
	assert_int_equal(b.fed_back_at, now_of(w));
	assert_int_equal(b.fed_back_on, 20261015);
	assert_string_equal(b.fed_back_how, "phone");
	assert_int_equal(unheard(w, DELEGATE), 0);
	assert_refused(w, hand_over(w, &yuan, entry, "2026-10-15"), NULL, "feedback.told");
	assert_invariants(w);
}

static void
who_has_an_account_is_told_by_message(void **state)
{
	struct world *w = *state;
	int64_t entry;
	published(w);
	int64_t no = take(w, &w->who[GU], DEPUTY, &entry);
	answer(w, no);
	assert_refused(w, hand_over(w, &yuan, entry, "2026-10-14"), NULL, "feedback.by-message");
	run_jobs(w);
	assert_int_equal(told(w, deputy.person_id), 1);
}

/* ---- deputies listen and record --------------------------------------------------------------------- */

static void
assert_owner_and_tracker(
	struct world *w, int64_t no, const struct actor *owner, const struct actor *tracker)
{
	struct concern c = concern_of(w, no);
	assert_int_equal(c.owner_person_id, owner->person_id);
	assert_int_equal(c.owner_unit_id, owner->unit_id);
	assert_int_equal(c.tracker_person_id, tracker->person_id);
	assert_int_equal(c.tracker_unit_id, tracker->unit_id);
}

static void
what_a_deputy_takes_down_is_owned_by_the_intake(void **state)
{
	struct world *w = *state;
	published(w);
	OK(by(w, &deputy, &concern_register,
		IN({ "body", "路口的灯坏了。" }, { "class", "other" })));
	assert_owner_and_tracker(w, made_now(w), &w->who[GU], &deputy);
	assert_owner_and_tracker(w, take(w, &deputy, DEPUTY, NULL), &w->who[GU], &deputy);
	assert_invariants(w);
}

static void
who_writes_down_for_a_deputy_answers_for_it(void **state)
{
	struct world *w = *state;
	int64_t entry;
	published(w);
	int64_t no = take(w, &w->who[MA], DEPUTY, &entry);
	assert_owner_and_tracker(w, no, &w->who[MA], &w->who[MA]);
	answer(w, no);
	run_jobs(w);
	assert_int_equal(told(w, deputy.person_id), 1); /* and the deputy hears what became of it */
	assert_owner_and_tracker(
		w, take(w, &w->who[MA], SECTION, NULL), &w->who[FANG], &w->who[FANG]);
}

static void
a_deputy_who_sits_as_something_else_does_not_own_either(void **state)
{
	struct world *w = *state;
	published(w);
	force(w, SQL("UPDATE receiver SET role = 'department' WHERE office = ? AND no = ?"),
		VALS(V(w->office), V((int64_t)DEPUTY)));
	assert_owner_and_tracker(w, take(w, &w->who[MA], DEPUTY, NULL), &w->who[GU], &deputy);
}

static void
nothing_is_handed_to_a_deputy(void **state)
{
	struct world *w = *state;
	published(w);
	OK(by(w, &deputy, &concern_register,
		IN({ "body", "路口的灯坏了。" }, { "class", "other" })));
	int64_t no = made_now(w);
	const char *text = no_text(w, no);
	assert_refused(w,
		run(w, GU, &concern_offer,
			IN({ "concern", text }, { "unit", "u06" }, { "why", "duty" },
				{ "person", number(w, deputy.person_id) })),
		"person", "concern.listens");
	assert_refused(w,
		by(w, &deputy, &reply_submit,
			IN({ "concern", text }, { "text", "灯已经换好，请您看看。" },
				{ "outcome", "solved" })),
		NULL, "concern.listens-self");
	OK(run(w, GU, &concern_offer,
		IN({ "concern", text }, { "unit", "u06" }, { "why", "duty" })));
	assert_refused(w, by(w, &deputy, &concern_accept, IN({ "concern", text })), NULL,
		"act.not-allowed");
	OK(accept_it(w, LUO, no));
	assert_refused(w,
		by(w, &w->admin, &concern_succeed,
			IN({ "from", "luoy" }, { "to", "shenpf" }, { "why", "调动" })),
		"to", "concern.listens");
	assert_refused(w,
		by(w, &w->admin, &post_assign_act,
			IN({ "post", "intake" }, { "holder", "shenpf" }, { "standin", "xiangn" })),
		"holder", "post.listens");
	assert_owner_and_tracker(w, no, &w->who[LUO], &deputy);
}

/* ---- lists ------------------------------------------------------------------------------------------ */

static void
what_was_brought_in_is_listed_newest_first_and_goes_on(void **state)
{
	struct world *w = *state;
	int64_t entry[3];
	struct brought *b;
	size_t n = 0;
	published(w);
	for (size_t i = 0; i < 3; i++)
		(void)take(w, &w->who[GU], SECTION, &entry[i]);
	(void)take(w, &w->who[GU], DELEGATE, NULL);
	go(w, 20261021, 1410);
	OK(by(w, &w->who[FANG], &sitting_tell,
		IN({ "slot", number(w, slot_of(w, SECTION, 20261021)) }, { "asked", "几点开门" },
			{ "answer", "工作日八点半" })));
	struct tx *tx = look(w);
	struct brought_query q = { .receiver_no = SECTION, .until = INT32_MAX, .max = 2 };
	OK(brought_list(tx, w->mem, w->office, &q, &b, &n, &w->err));
	assert_int_equal(n, 2);
	assert_int_equal(b[0].kind, ENTRY_TOLD);
	assert_int_equal(b[0].day, 20261021);
	assert_int_equal(b[1].no, entry[2]);
	q.before_day = b[1].day;
	q.before_no = b[1].no;
	OK(brought_list(tx, w->mem, w->office, &q, &b, &n, &w->err));
	assert_int_equal(n, 2);
	assert_int_equal(b[0].no, entry[1]);
	assert_int_equal(b[1].no, entry[0]);
	q = (struct brought_query){ SECTION, 20261001, 20261015, 0, 0, 10 };
	OK(brought_list(tx, w->mem, w->office, &q, &b, &n, &w->err));
	assert_int_equal(n, 3); /* of this time only, and of nobody else */
	tx_end(tx);
}

static void
late_is_what_was_answered_after_its_day(void **state)
{
	(void)state;
	struct brought b = { .kind = ENTRY_CONCERN, .c = { .due_at = 100 } };
	assert_false(brought_is_late(&b, 100));
	assert_true(brought_is_late(&b, 101));
	b.c.answered_at = 100;
	assert_false(brought_is_late(&b, 500));
	b.c.answered_at = 101;
	assert_true(brought_is_late(&b, 500));
	b.c.answered_at = 0;
	b.c.closed_at = 300; /* it ended otherwise: there was nothing to answer */
	assert_false(brought_is_late(&b, 500));
	b.kind = ENTRY_TOLD;
	assert_false(brought_is_over(&b));
}

static int64_t
menu_count(struct world *w, const struct actor *who)
{
	int64_t n = -1;
	struct tx *tx = look(w);
	OK(reception_mine_module.menu[0]->count(tx, who, now_of(w), &n, &w->err));
	tx_end(tx);
	return n;
}

static void
the_page_of_the_day_counts_sittings_of_today_and_those_not_closed(void **state)
{
	struct world *w = *state;
	published(w);
	assert_int_equal(menu_count(w, &w->who[FANG]), 1);
	assert_int_equal(menu_count(w, &w->who[GU]), 0);
	go(w, 20261013, 900);
	assert_int_equal(menu_count(w, &w->who[FANG]), 0);
	go(w, 20261015, 900);
	assert_int_equal(menu_count(w, &w->who[FANG]), 1);
	OK(run(w, FANG, &sitting_close,
		IN({ "slot", number(w, slot_of(w, SECTION, SITTING_DAY)) }, { "visitors", "0" })));
	assert_int_equal(menu_count(w, &w->who[FANG]), 0);
	go(w, 20261021, 900);
	assert_int_equal(menu_count(w, &w->who[FANG]), 1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(whoever_sat_is_told_once_when_it_is_answered),
		TEST(what_ended_otherwise_is_told_too),
		TEST(nobody_is_told_what_they_answered_themselves),
		TEST(a_delegate_without_an_account_is_told_by_somebody),
		TEST(who_has_an_account_is_told_by_message),
		TEST(what_a_deputy_takes_down_is_owned_by_the_intake),
		TEST(who_writes_down_for_a_deputy_answers_for_it),
		TEST(a_deputy_who_sits_as_something_else_does_not_own_either),
		TEST(nothing_is_handed_to_a_deputy),
		TEST(what_was_brought_in_is_listed_newest_first_and_goes_on),
		TEST(late_is_what_was_answered_after_its_day),
		TEST(the_page_of_the_day_counts_sittings_of_today_and_those_not_closed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
