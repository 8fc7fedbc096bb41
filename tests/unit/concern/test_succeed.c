/* SPDX-License-Identifier: Apache-2.0 */
/* A post changes hands (A10): all that is open goes to the successor, days and units stay, and nothing is
 * ever with nobody. */
#include "fixture.h"

#include "concern/succeed.h"
#include "office/office.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&concern_succeed_module, &evaluation_module, &notify_module, NULL };

const struct leave_check *const office_leave_checks[] = { &concern_leave_check, NULL };

static enum xq_rc
succeed(struct world *w, enum who who, const char *from, const char *to)
{
	return run(w, who, &concern_succeed,
		IN({ "from", from }, { "to", to }, { "why", "调到别的岗位" }));
}

static void
what_is_open_goes_to_the_successor(void **state)
{
	struct world *w = *state;
	const int64_t owned = signed_by_chen(w), closed = answered_by_chen(w);
	OK(rate(w, RESIDENT, w->code, "yes", "1"));
	const struct concern before = concern_of(w, owned);
	assert_refused(w, succeed(w, NOBODY, "chenhy", "wangl"), NULL, "act.not-allowed");
	mark(w);
	OK(succeed(w, HE, "chenhy", "wangl"));
	assert_string_equal(result(w, "moved"), "1");
	assert_string_equal(result(w, "left"), "0");
	const struct concern after = concern_of(w, owned);
	assert_int_equal(after.owner_person_id, w->who[WANG].person_id);
	assert_int_equal(after.owner_unit_id, before.owner_unit_id);
	assert_int_equal(after.tracker_person_id, before.tracker_person_id);
	assert_int_equal(after.due_at, before.due_at);
	assert_int_equal(after.state, before.state);
	assert_int_equal(concern_of(w, closed).owner_person_id, w->who[CHEN].person_id);
	assert_non_null(strstr(news(w), "concern.succeed"));
	assert_invariants(w);
	OK(submit(w, WANG, owned));
	assert_refused(w, succeed(w, HE, "chenhy", "wangl"), NULL, "succeed.nothing");
}

static void
who_follows_is_succeeded_too(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w); /* GU took it down */
	OK(succeed(w, SHEN, "guxl", "xiangn"));
	const struct concern c = concern_of(w, no);
	assert_int_equal(c.tracker_person_id, w->who[XIANG].person_id);
	assert_int_equal(c.owner_person_id, w->who[CHEN].person_id);
	assert_invariants(w);
}

static void
an_offer_to_who_leaves_waits_for_the_successor(void **state)
{
	struct world *w = *state;
	const int64_t owned = signed_by_chen(w), no = take_down(w, GU, "other");
	OK(offer(w, GU, no, "u04", CHEN));
	OK(succeed(w, HE, "chenhy", "wangl"));
	OK(accept_it(w, WANG, no));
	assert_int_equal(concern_of(w, no).owner_person_id, w->who[WANG].person_id);
	assert_int_equal(concern_of(w, owned).owner_person_id, w->who[WANG].person_id);
	assert_invariants(w);
}

static void
not_anybody_hands_a_post_over_and_not_to_anybody(void **state)
{
	struct world *w = *state;
	signed_by_chen(w);
	static const enum who others[] = { GU, CHEN, WANG, FANG, LUO, WEN, PEI, ZHOU };
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_refused(
			w, succeed(w, others[i], "chenhy", "wangl"), NULL, "succeed.not-yours");
	assert_refused(w, succeed(w, HE, "chenhy", "chenhy"), "to", "succeed.same");
	assert_refused(w, succeed(w, HE, "chenhy", "maq"), "to", "succeed.other-unit");
	assert_refused(w, succeed(w, HE, "chenhy", "nobody"), "to", "account.unknown");
	assert_refused(w, succeed(w, HE, "nobody", "wangl"), "from", "account.unknown");
}

/* Before: account.close refuses; afterwards it does not. */
static void
then_the_account_can_be_closed(void **state)
{
	struct world *w = *state;
	signed_by_chen(w);
	assert_refused(w,
		run_call(w, call_of(w, &w->admin, &account_close_act, IN({ "login", "chenhy" }))),
		NULL, "concern.owns-open");
	OK(run_call(w, call_of(w, &w->admin, &concern_succeed,
			       IN({ "from", "chenhy" }, { "to", "wangl" }, { "why", "退休" }))));
	OK(run_call(w, call_of(w, &w->admin, &account_close_act, IN({ "login", "chenhy" }))));
	assert_invariants(w);
}

/* More than one transaction takes: what is left is told. */
static void
many_go_in_several_steps(void **state)
{
	struct world *w = *state;
	enum { MORE = SUCCEED_MAX + 3 };
	for (int i = 0; i < MORE; i++)
		take_down(w, GU, "other");
	OK(succeed(w, SHEN, "guxl", "xiangn"));
	assert_string_equal(result(w, "left"), "3");
	OK(succeed(w, SHEN, "guxl", "xiangn"));
	assert_string_equal(result(w, "left"), "0");
	assert_int_equal(
		ask(w, SQL("SELECT count(*) FROM concern WHERE office = ? AND owner_person_id = ?"),
			VALS(V(w->office), V(w->who[GU].person_id))),
		0);
	assert_invariants(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_open_goes_to_the_successor),
		TEST(who_follows_is_succeeded_too),
		TEST(an_offer_to_who_leaves_waits_for_the_successor),
		TEST(not_anybody_hands_a_post_over_and_not_to_anybody),
		TEST(then_the_account_can_be_closed),
		TEST(many_go_in_several_steps),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
