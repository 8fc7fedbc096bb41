/* SPDX-License-Identifier: Apache-2.0 */
/* Figures of sittings: what a changed day, a swap, a cancelled and a missed sitting count as; counted from the
 * rows and again from the record alone. */
#include "../concern/fixture.h"

#include "concern/first_pages.h"
#include "concern/first_taken.h"
#include "reception/rfig_int.h"
#include "reception/seat.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&concern_first_module, &evaluation_module, &notify_module, &reception_module,
	&reception_seat_module, &reception_sitting_module, &reception_figures_module, NULL };

/* ---- short words ------------------------------------------------------------------------------------ */

static struct actor yuan; /* publishes the roster */

static enum xq_rc
by_yuan(struct world *w, const struct act *act, const struct pair *in)
{
	return run_call(w, call_of(w, &yuan, act, in));
}

static void
receiver(struct world *w, const char *login, const char *name, const char *role)
{
	OK(by_yuan(w, &receiver_set,
		IN({ "login", login }, { "name", name }, { "title", "接待人员" }, { "role", role },
			{ "state", "on" })));
}

/* Receivers 1 to 4: a deputy without an account, ZHOU, FANG and LUO; two of them on Wednesdays from two on. Rosters
 * of 14, 21, 28 October and 4 November are published. */
static void
published(struct world *w)
{
	static const struct world_person publisher = { "yuany", "袁野", "u01", { ROLE_PUBLISHER },
		1, SCOPE_OFFICE };
	static const char *const weeks[] = { "202642", "202643", "202644", "202645" };
	struct tx *tx;
	OK(db_write(w->app->db, &tx, &w->err));
	yuan = world_hire(w, tx, &publisher);
	OK(tx_commit(tx, &w->err));
	OK(by_yuan(w, &venue_set,
		IN({ "name", "党群服务中心" }, { "address", "枫桥路16号" },
			{ "room", "一楼接待室" }, { "hours", "工作日 8:30–17:30" },
			{ "step_free", "1" }, { "state", "open" })));
	receiver(w, "", "沈佩芬", "congress");
	receiver(w, "zhoum", "", "office");
	receiver(w, "fangj", "", "department");
	receiver(w, "luoy", "", "party");
	OK(by_yuan(w, &roster_pattern_set,
		IN({ "weekday", "3" }, { "start", "14:00" }, { "end", "16:30" }, { "venue", "1" },
			{ "places", "2" }, { "party", "1" }, { "congress", "1" }, { "office", "1" },
			{ "department", "1" }, { "state", "on" })));
	OK(by_yuan(w, &roster_draft, IN({ "from", "2026-10-12" }, { "weeks", "4" })));
	for (size_t i = 0; i < sizeof weeks / sizeof *weeks; i++) {
		OK(run(w, ZHOU, &roster_approve, IN({ "week", weeks[i] })));
		OK(by_yuan(w, &roster_publish, IN({ "week", weeks[i] }, { "late", "" })));
	}
}

static const char *
number(struct world *w, int64_t n)
{
	return mem_printf(w->mem, "%lld", (long long)n);
}

/* Numbers of the slots of a day that are planned, in their order. */
static size_t
slots_of(struct world *w, int32_t day, int64_t out[9])
{
	struct slot *s;
	size_t n, used = 0;
	struct tx *tx = look(w);
	OK(slot_list(tx, w->mem, w->office, &(struct slot_query){ .from = day, .until = day }, &s,
		&n, &w->err));
	tx_end(tx);
	for (size_t i = 0; i < n; i++)
		if (s[i].state == SLOT_PLANNED)
			out[used++] = s[i].no;
	return used;
}

static void
take(struct world *w, int64_t slot, const char *people)
{
	OK(run(w, GU, &sitting_take,
		IN({ "slot", number(w, slot) }, { "body", "楼道灯不亮。请派人来看看。" },
			{ "class", "property" }, { "phone", "13800138000" }, { "people", people },
			{ "read_back", "read" })));
}

static void
tell(struct world *w, int64_t slot)
{
	OK(run(w, GU, &sitting_tell,
		IN({ "slot", number(w, slot) }, { "asked", "居住证在哪里办" },
			{ "answer", "一楼三号窗口，带身份证。" }, { "persons", "1" })));
}

static enum xq_rc
close_it(struct world *w, int64_t slot, const char *visitors)
{
	return by_yuan(
		w, &sitting_close, IN({ "slot", number(w, slot) }, { "visitors", visitors }));
}

/* October and November as the rows have them. */
static void
months(struct world *w, struct rfig_month m[2])
{
	struct tx *tx = look(w);
	OK(rfig_months(tx, w->office, NULL, 20261001, m, 2, &w->err));
	tx_end(tx);
}

static void
assert_month(const struct rfig_month *m, enum rfig_fact fact, int64_t want)
{
	if (m->n[fact] != want)
		fail_msg("%d, fact %d: %lld, wanted %lld", (int)m->from, (int)fact,
			(long long)m->n[fact], (long long)want);
}

static int64_t
faults(struct world *w, const struct invariant *i)
{
	int64_t n = -1;
	struct tx *tx = look(w);
	OK(i->count_faults(tx, w->mem, w->office, &n, &w->err));
	tx_end(tx);
	return n;
}

/* ---- what is counted -------------------------------------------------------------------------------- */

static void
an_office_without_a_roster_has_no_month(void **state)
{
	struct world *w = *state;
	int32_t first, last;
	struct tx *tx = look(w);
	OK(rfig_days(tx, w->office, &first, &last, &w->err));
	tx_end(tx);
	assert_int_equal(first, 0);
	assert_int_equal(last, 0);
	assert_invariants(w);
}

static void
visitors_and_concerns_count_once_the_register_is_closed(void **state)
{
	struct world *w = *state;
	struct rfig_month m[2];
	int64_t no[9];
	published(w);
	assert_int_equal(slots_of(w, 20261014, no), 2);
	go(w, 20261014, 1410);
	take(w, no[0], "2");
	tell(w, no[1]);
	months(w, m);
	assert_month(&m[0], RF_PLANNED, 6);
	assert_month(&m[1], RF_PLANNED, 2);
	assert_month(&m[0], RF_HELD, 0);
	assert_month(&m[0], RF_VISITORS, 0);
	assert_month(&m[0], RF_TOLD, 0);
	go(w, 20261014, 1640);
	OK(close_it(w, no[0], "3"));
	months(w, m);
	assert_month(&m[0], RF_HELD, 2);
	assert_month(&m[0], RF_VISITORS, 3);
	assert_month(&m[0], RF_CONCERNS, 1);
	assert_month(&m[0], RF_TOLD, 1);
	assert_month(&m[0], RF_ANSWERED, 0);
	assert_invariants(w);
}

static void
a_changed_day_moves_all_of_it_to_the_other_month(void **state)
{
	struct world *w = *state;
	struct rfig_month m[2];
	int64_t no[9];
	published(w);
	(void)slots_of(w, 20261028, no);
	struct tx *tx = look(w);
	struct slot s;
	OK(slot_load(tx, w->mem, w->office, no[0], &s, &w->err));
	tx_end(tx);
	OK(by_yuan(w, &roster_change,
		IN({ "slot", number(w, no[0]) }, { "receiver", number(w, s.receiver_no) },
			{ "day", "2026-11-06" }, { "start", "14:00" }, { "end", "16:30" },
			{ "venue", "1" }, { "why", "duty" })));
	months(w, m);
	assert_month(&m[0], RF_PLANNED, 5);
	assert_month(&m[1], RF_PLANNED, 3);
	go(w, 20261106, 1640);
	OK(close_it(w, no[0], "0"));
	months(w, m);
	assert_month(&m[0], RF_HELD, 0);
	assert_month(&m[1], RF_HELD, 1); /* nobody came: held all the same */
	assert_invariants(w);
}

static void
a_cancelled_one_stays_planned_and_the_one_in_its_place_counts_beside_it(void **state)
{
	struct world *w = *state;
	struct rfig_month m[2];
	int64_t no[9], anew;
	published(w);
	(void)slots_of(w, 20261028, no);
	OK(by_yuan(w, &roster_cancel,
		IN({ "slot", number(w, no[0]) }, { "why", "venue" }, { "day", "2026-11-06" },
			{ "start", "14:00" }, { "end", "16:30" }, { "venue", "1" })));
	anew = slots_of(w, 20261106, no) == 1 ? no[0] : 0;
	months(w, m);
	assert_month(&m[0], RF_PLANNED, 6);
	assert_month(&m[0], RF_CANCELLED, 1);
	assert_month(&m[1], RF_PLANNED, 3);
	assert_month(&m[1], RF_MADE_UP, 0);
	go(w, 20261106, 1640);
	OK(close_it(w, anew, "0"));
	months(w, m);
	assert_month(&m[1], RF_HELD, 1);
	assert_month(&m[1], RF_MADE_UP, 1);
	assert_month(&m[0], RF_MADE_UP, 0);
	assert_invariants(w);
}

static void
a_missed_one_stays_missed_when_it_is_made_up_for(void **state)
{
	struct world *w = *state;
	struct rfig_month m[2];
	int64_t no[9];
	published(w);
	(void)slots_of(w, 20261014, no);
	go(w, 20261014, 1500);
	OK(by_yuan(w, &sitting_miss,
		IN({ "slot", number(w, no[0]) }, { "whole", "1" }, { "why", "duty" })));
	OK(by_yuan(w, &sitting_make_up,
		IN({ "slot", number(w, no[0]) }, { "day", "2026-10-23" }, { "start", "14:00" },
			{ "end", "16:30" }, { "venue", "1" })));
	assert_int_equal(slots_of(w, 20261023, no), 2);
	go(w, 20261023, 1640);
	OK(close_it(w, no[0], "0"));
	months(w, m);
	assert_month(&m[0], RF_PLANNED, 8);
	assert_month(&m[0], RF_MISSED, 2);
	assert_month(&m[0], RF_HELD, 2);
	assert_month(&m[0], RF_MADE_UP, 2);
	assert_invariants(w);
}

/* Whoever sits there answers; for the deputy without an account the roster's keeper does. */
static void
accept_swap(struct world *w, int64_t slot)
{
	static const enum who receivers[] = { NOBODY, NOBODY, ZHOU, FANG, LUO };
	struct slot s;
	struct tx *tx = look(w);
	OK(slot_load(tx, w->mem, w->office, slot, &s, &w->err));
	tx_end(tx);
	const struct pair *yes = IN({ "swap", "1" }, { "answer", "yes" });
	enum who who = receivers[s.receiver_no];
	OK(who == NOBODY ? by_yuan(w, &roster_answer_swap, yes)
			 : run(w, who, &roster_answer_swap, yes));
}

static void
a_swap_counts_once_and_moves_no_sitting(void **state)
{
	struct world *w = *state;
	struct rfig_month before[2], after[2];
	int64_t a[9], b[9];
	published(w);
	(void)slots_of(w, 20261014, a);
	(void)slots_of(w, 20261021, b);
	months(w, before);
	OK(by_yuan(w, &roster_swap,
		IN({ "slot", number(w, a[0]) }, { "other", number(w, b[0]) }, { "why", "duty" })));
	months(w, after);
	assert_month(&after[0], RF_SWAPS, 0); /* an offer is none yet */
	go(w, 20261009, 900);
	accept_swap(w, b[0]);
	months(w, after);
	assert_month(&after[0], RF_SWAPS, 1);
	assert_month(&after[0], RF_PLANNED, before[0].n[RF_PLANNED]);
	assert_month(&after[1], RF_PLANNED, before[1].n[RF_PLANNED]);
	assert_invariants(w);
}

static void
a_call_back_is_taken_up_later(void **state)
{
	struct world *w = *state;
	struct rfig_month m[2];
	int64_t no[9], one;
	published(w);
	(void)slots_of(w, 20261014, no);
	go(w, 20261014, 1410);
	take(w, no[0], "1");
	one = made_now(w);
	go(w, 20261014, 1640);
	OK(close_it(w, no[0], "1"));
	OK(accept_it(w, CHEN, one));
	OK(submit(w, CHEN, one));
	OK(approve(w, HE, one));
	months(w, m);
	assert_month(&m[0], RF_ANSWERED, 1);
	assert_month(&m[0], RF_ASKED, 0);
	go(w, 20261102, 900);
	OK(rate(w, RESIDENT, w->code, "yes", "4"));
	months(w, m);
	assert_month(&m[0], RF_ANSWERED, 1); /* in the month of the sitting */
	assert_month(&m[0], RF_ASKED, 1);
	assert_month(&m[1], RF_ASKED, 0);
}

/* ---- counted again ---------------------------------------------------------------------------------- */

static struct rfig_event
planned(const char *ref, int64_t seq, int32_t day)
{
	struct rfig_event e = { .kind = RE_PLANNED, .seq = seq, .day = day };
	memcpy(e.ref, ref, EVENT_REF_LEN);
	return e;
}

static void
chains_are_counted_in_any_order(void **state)
{
	(void)state;
	static const char a[] = "r-aaaaaaaaaaaaaaaa", b[] = "r-bbbbbbbbbbbbbbbb";
	struct rfig_month m[2] = { { .from = 20261001 }, { .from = 20261101 } };
	struct rfig_event e[5] = { planned(a, 9, 20261106), planned(b, 4, 20261021),
		planned(b, 8, 0), planned(a, 3, 20261028), planned(a, 5, 20261106) };
	e[0].kind = RE_HELD;
	e[0].visitors = 7;
	e[0].concerns = 2;
	e[2].kind = RE_MISSED;
	e[4].kind = RE_CHANGED;
	assert_int_equal(rfig_again(e, 5, m, 2), 0);
	assert_month(&m[0], RF_PLANNED, 1);
	assert_month(&m[0], RF_MISSED, 1);
	assert_month(&m[1], RF_PLANNED, 1);
	assert_month(&m[1], RF_HELD, 1);
	assert_month(&m[1], RF_VISITORS, 7);
	assert_month(&m[1], RF_CONCERNS, 2);
}

static void
a_chain_that_no_sitting_goes_is_told(void **state)
{
	(void)state;
	static const char a[] = "r-aaaaaaaaaaaaaaaa";
	struct rfig_month m[1] = { { .from = 20261001 } };
	struct rfig_event twice[3] = { planned(a, 1, 20261014), planned(a, 2, 20261014),
		planned(a, 3, 20261014) };
	twice[1].kind = RE_HELD;
	twice[2].kind = RE_MISSED;
	assert_int_equal(rfig_again(twice, 3, m, 1), 1);
	struct rfig_event late = planned(a, 1, 20261014);
	late.kind = RE_HELD;
	assert_int_equal(rfig_again(&late, 1, m, 1), 1); /* never planned */
	struct rfig_event other[2] = { planned(a, 1, 20261014), planned(a, 2, 20261015) };
	other[1].kind = RE_HELD;
	assert_int_equal(rfig_again(other, 2, m, 1), 1); /* on a day that was not told */
	struct rfig_event away = planned(a, 1, 20261214);
	assert_int_equal(rfig_again(&away, 1, m, 1), 1); /* outside of the months */
}

static void
an_entry_is_read_or_is_none(void **state)
{
	struct world *w = *state;
	struct rfig_event e;
	published(w);
	struct tx *tx = look(w);
	struct rows *q =
		db_query(tx, SQL("SELECT bytes FROM ledger_event WHERE office = ? ORDER BY seq"),
			VALS(V(w->office)));
	int read = 0, none = 0;
	while (row_next(q)) {
		struct bytes b = row_bytes(q, 0);
		enum xq_rc rc = rfig_event_read(w->mem, str_n((const char *)b.p, b.n), &e, &w->err);
		assert_true(rc == XQ_OK || rc == XQ_NONE);
		read += rc == XQ_OK;
		none += rc == XQ_NONE;
	}
	OK(rows_close(q, &w->err));
	tx_end(tx);
	assert_int_equal(read, 8);
	assert_true(none > 0);
	assert_int_equal(e.kind, RE_PLANNED);
	assert_int_equal(rfig_event_read(w->mem, STR("{\"k\":\"reception.held\"}"), &e, &w->err),
		XQ_REFUSED);
	assert_int_equal(rfig_event_read(w->mem, STR(""), &e, &w->err), XQ_NONE);
}

/* Each is put right again, so that the next one is found by itself. */
static void
a_row_changed_by_hand_is_found(void **state)
{
	struct world *w = *state;
	int64_t no[9];
	published(w);
	(void)slots_of(w, 20261014, no);
	go(w, 20261014, 1410);
	tell(w, no[0]);
	go(w, 20261014, 1640);
	OK(close_it(w, no[0], "1"));
	assert_int_equal(faults(w, &rfig_from_events), 0);
	assert_int_equal(faults(w, &rfig_from_audit), 0);

	force(w,
		SQL("UPDATE sitting_end SET visitors = visitors + 1 WHERE office = ? AND slot_no = ?"),
		VALS(V(w->office), V(no[0])));
	assert_int_equal(faults(w, &rfig_from_events), 1);
	force(w,
		SQL("UPDATE sitting_end SET visitors = visitors - 1 WHERE office = ? AND slot_no = ?"),
		VALS(V(w->office), V(no[0])));

	force(w, SQL("UPDATE roster_slot SET day = 20261104 WHERE office = ? AND no = ?"),
		VALS(V(w->office), V(no[1])));
	assert_true(faults(w, &rfig_from_events) > 0);
	force(w, SQL("UPDATE roster_slot SET day = 20261014 WHERE office = ? AND no = ?"),
		VALS(V(w->office), V(no[1])));

	force(w, SQL("UPDATE roster_slot SET state = 3 WHERE office = ? AND no = ?"),
		VALS(V(w->office), V(no[1])));
	assert_true(faults(w, &rfig_from_events) > 0);
	force(w, SQL("UPDATE roster_slot SET state = 2 WHERE office = ? AND no = ?"),
		VALS(V(w->office), V(no[1])));
	assert_int_equal(faults(w, &rfig_from_events), 0);

	force(w, SQL("DELETE FROM sitting_entry WHERE office = ? AND slot_no = ?"),
		VALS(V(w->office), V(no[0])));
	assert_int_equal(faults(w, &rfig_from_audit), 1);
}

/* ---- asleep or awake --------------------------------------------------------------------------------- */

/* Wednesday, 14 October 2026 lies in a week of five working days; 1 to 7 October are holidays. */
static void
asleep_since_is_the_first_day_that_was_missed_or_a_week_without(void **state)
{
	(void)state;
	static const struct {
		struct rfig_beat beat;
		int32_t today, since;
	} table[] = {
		{ { 0, 0, 0, 0 }, 20261101, 0 },               /* no roster was ever out */
		{ { 20261014, 0, 0, 0 }, 20261013, 0 },        /* it begins tomorrow */
		{ { 20261014, 0, 0, 0 }, 20261018, 0 },        /* its first week runs */
		{ { 20261014, 0, 0, 0 }, 20261019, 20261014 }, /* and has passed without */
		{ { 20260909, 20261014, 0, 0 }, 20261025, 0 }, /* the week after still runs */
		{ { 20260909, 20261014, 0, 0 }, 20261026,
			20261019 }, /* it passed: since its Monday */
		{ { 20260909, 20261014, 20261021, 0 }, 20261021,
			20261021 }, /* missed: since that day */
		{ { 20260909, 20261014, 20261021, 0 }, 20261126,
			20261021 }, /* and it stays that day */
		{ { 20260909, 20261014, 20261028, 0 }, 20261126,
			20261019 }, /* the empty week came first */
		{ { 20260909, 20261014, 0, 20261021 }, 20261026, 0 }, /* its register is awaited */
		{ { 20260909, 20261014, 0, 20261021 }, 20261102, 20261026 }, /* not for ever */
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		int32_t since = rfig_asleep_since(cal_builtin(), &table[i].beat, table[i].today);
		if (since != table[i].since)
			fail_msg("row %zu: %d, wanted %d", i, (int)since, (int)table[i].since);
	}
}

static void
a_week_of_holidays_asks_for_nothing(void **state)
{
	(void)state;
	/* 2026: the Spring Festival takes the whole week from 16 February, Saturday and Sunday among it. */
	const struct rfig_beat b = { 20260107, 20260211, 0, 0 };
	assert_false(week_has_workday(cal_builtin(), week_of_day(20260217)));
	assert_int_equal(rfig_asleep_since(cal_builtin(), &b, 20260223), 0);
	assert_int_equal(rfig_asleep_since(cal_builtin(), &b, 20260302), 20260223);
}

static struct rfig_pulse
pulse(struct world *w, enum rfig_mechanism mech)
{
	struct rfig_pulse p[N_MECH];
	struct tx *tx = look(w);
	OK(rfig_pulse_load(tx, w->mem, w->office, day_of(now_of(w), TZ_CHINA), p, &w->err));
	tx_end(tx);
	return p[mech];
}

static int64_t
told(struct world *w, enum rfig_mechanism mech)
{
	return ask(w, SQL("SELECT count(*) FROM outbox WHERE office = ? AND body LIKE ?"),
		VALS(V(w->office), V(mem_printf(w->mem, "%%mechanism.asleep%%\"mechanism\":%d%%",
					   (int)mech))));
}

static void
the_leader_hears_once_of_each_sleep(void **state)
{
	struct world *w = *state;
	int64_t no[9];
	run_jobs(w);
	assert_int_equal(told(w, MECH_RECEIVE), 0); /* an office without a roster is left alone */
	published(w);
	(void)slots_of(w, 20261014, no);
	go(w, 20261014, 1500);
	OK(by_yuan(w, &sitting_miss,
		IN({ "slot", number(w, no[0]) }, { "whole", "1" }, { "why", "duty" })));
	assert_int_equal(pulse(w, MECH_RECEIVE).asleep_since, 20261014);
	run_jobs(w);
	run_jobs(w);
	assert_int_equal(told(w, MECH_RECEIVE), 1);
	go(w, 20261016, 900);
	run_jobs(w);
	assert_int_equal(told(w, MECH_RECEIVE), 1); /* the same sleep */
	(void)slots_of(w, 20261021, no);
	go(w, 20261021, 1640);
	OK(close_it(w, no[0], "0"));
	assert_int_equal(pulse(w, MECH_RECEIVE).asleep_since, 0);
	(void)slots_of(w, 20261028, no);
	go(w, 20261028, 1640);
	OK(by_yuan(w, &sitting_miss,
		IN({ "slot", number(w, no[0]) }, { "whole", "1" }, { "why", "duty" })));
	run_jobs(w);
	assert_int_equal(told(w, MECH_RECEIVE), 2); /* another one */
}

static void
one_of_two_who_came_keeps_it_awake(void **state)
{
	struct world *w = *state;
	int64_t no[9];
	published(w);
	(void)slots_of(w, 20261014, no);
	go(w, 20261014, 1640);
	OK(by_yuan(w, &sitting_miss, IN({ "slot", number(w, no[0]) }, { "why", "absent" })));
	OK(close_it(w, no[1], "0"));
	assert_int_equal(pulse(w, MECH_RECEIVE).asleep_since, 0);
	struct rfig_week week;
	struct tx *tx = look(w);
	OK(rfig_weeks_load(tx, w->office, NULL, 0, 202642, &week, 1, &w->err));
	tx_end(tx);
	assert_int_equal(week.held, 1);
	assert_int_equal(week.missed, 1);
}

static void
what_staff_took_down_is_told_by_week_and_unit(void **state)
{
	struct world *w = *state;
	struct first_unit *unit;
	size_t n;
	int64_t taken = 0;
	assert_int_equal(pulse(w, MECH_FIRST).beat.first_on, 0);
	(void)take_down(w, GU, "other"); /* 30 September */
	(void)take_down(w, CHEN, "property");
	OK(run(w, RESIDENT, &concern_raise,
		IN({ "body", "网上来的，没有问过谁。" }, { "class", "other" },
			{ "phone", "13800138000" })));
	struct tx *tx = look(w);
	OK(first_units(tx, w->mem, w->office, &unit, &n, &w->err));
	OK(first_taken_count(
		tx, w->office, unit, n, moment(20260928, 0), moment(20261005, 0), &taken, &w->err));
	tx_end(tx);
	assert_int_equal(taken, 2);
	size_t silent = 0, seen = 0;
	for (size_t i = 0; i < n; i++) {
		silent += unit[i].last_at == 0;
		seen += unit[i].id == unit_of(w, "u03").id || unit[i].id == unit_of(w, "u04").id
		                ? unit[i].last_at > 0
		                : 0;
		assert_true(unit[i].id != unit_of(w, "u02").id); /* evaluators take nothing down */
	}
	assert_int_equal(seen, 2);
	assert_int_equal(silent, n - 2);
	assert_int_equal(pulse(w, MECH_FIRST).beat.last_on, 20260930);
	go(w, 20261012, 900); /* the week of 5 October had working days, and passed */
	assert_int_equal(pulse(w, MECH_FIRST).asleep_since, 20261005);
	run_jobs(w);
	run_jobs(w);
	assert_int_equal(told(w, MECH_FIRST), 1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(an_office_without_a_roster_has_no_month),
		TEST(visitors_and_concerns_count_once_the_register_is_closed),
		TEST(a_changed_day_moves_all_of_it_to_the_other_month),
		TEST(a_cancelled_one_stays_planned_and_the_one_in_its_place_counts_beside_it),
		TEST(a_missed_one_stays_missed_when_it_is_made_up_for),
		TEST(a_swap_counts_once_and_moves_no_sitting),
		TEST(a_call_back_is_taken_up_later),
		TEST(chains_are_counted_in_any_order),
		TEST(a_chain_that_no_sitting_goes_is_told),
		TEST(an_entry_is_read_or_is_none),
		TEST(a_row_changed_by_hand_is_found),
		TEST(asleep_since_is_the_first_day_that_was_missed_or_a_week_without),
		TEST(a_week_of_holidays_asks_for_nothing),
		TEST(the_leader_hears_once_of_each_sleep),
		TEST(one_of_two_who_came_keeps_it_awake),
		TEST(what_staff_took_down_is_told_by_week_and_unit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
