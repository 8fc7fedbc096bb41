/* SPDX-License-Identifier: Apache-2.0 */
/* How a concern ends: the resident's own view, the ruling from outside, the second round, closing;
 * what becomes of a late one; and the lock before the words of a concern. */
#include "fixture.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, NULL };

/* ---- the resident's view -------------------------------------------------------------------- */

static void
satisfied_and_solved_closes(void **state)
{
	struct world *w = *state;
	const int64_t no = answered_by_chen(w);
	go(w, 20261008, 2130); /* at any hour */
	mark(w);
	OK(rate(w, RESIDENT, w->code, "yes", "1"));
	assert_string_equal(news(w), "concern.rated resident -"
				     " {\"round\":1,\"sat\":1,\"solved\":\"yes\",\"via\":\"web\"}\n"
				     "concern.closed system - {\"outcome\":\"solved\"}");
	const struct concern c = concern_of(w, no);
	assert_int_equal(c.state, ST_CLOSED);
	assert_int_equal(c.closed_at, moment(20261008, 2130));
	assert_string_equal(c.seen_solved, "yes");
	assert_int_equal(c.seen_sat, 1);
	assert_int_equal(c.outcome, OUT_SOLVED);
	assert_false(c.needs_ruling);
}

/* No, or not satisfied: somebody outside has to look at it. */
static void
only_no_and_not_satisfied_wait_for_a_ruling(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *solved, *sat, *event;
		bool waits;
	} list[] = {
		{ "yes", "2", "\"sat\":2,\"solved\":\"yes\"", false },
		{ "yes", "3", "\"sat\":3,\"solved\":\"yes\"", false },
		{ "yes", "none", "\"solved\":\"yes\"", false },
		{ "partly", "1", "\"sat\":1,\"solved\":\"partly\"", false },
		{ "partly", "none", "\"solved\":\"partly\"", false },
		{ "explained", "3", "\"sat\":3,\"solved\":\"explained\"", false },
		{ "yes", "4", "\"sat\":4,\"solved\":\"yes\"", true },
		{ "partly", "4", "\"sat\":4,\"solved\":\"partly\"", true },
		{ "explained", "4", "\"sat\":4,\"solved\":\"explained\"", true },
		{ "no", "4", "\"sat\":4,\"solved\":\"no\"", true },
		{ "no", "1", "\"sat\":1,\"solved\":\"no\"", true },
		{ "no", "none", "\"solved\":\"no\"", true },
	};
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		const int64_t no = answered_by_chen(w);
		mark(w);
		OK(rate(w, RESIDENT, w->code, list[i].solved, list[i].sat));
		assert_string_equal(news(w),
			mem_printf(w->mem,
				"concern.rated resident - {\"round\":1,%s,\"via\":\"web\"}%s",
				list[i].event,
				list[i].waits
					? ""
					: "\nconcern.closed system - {\"outcome\":\"solved\"}"));
		const struct concern c = concern_of(w, no);
		assert_int_equal(c.needs_ruling, list[i].waits);
		assert_int_equal(c.state, list[i].waits ? ST_CALLBACK : ST_CLOSED);
		assert_int_equal(c.closed_at != 0, !list[i].waits);
	}
}

static void
a_rating_is_given_once(void **state)
{
	struct world *w = *state;
	const int64_t waiting = waiting_for_ruling(w);
	mark(w);
	assert_refused(w, rate(w, RESIDENT, w->code, "yes", "1"), NULL, "voice.rated");
	(void)answered_by_chen(w);
	OK(rate(w, RESIDENT, w->code, "yes", "1"));
	assert_refused(w, rate(w, RESIDENT, w->code, "no", "4"), NULL, "voice.rated");
	assert_string_equal(concern_of(w, waiting).seen_solved, "no");
	assert_int_equal(concern_of(w, waiting).seen_sat, 4);
}

static void
there_is_nothing_to_rate_before_the_answer(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	assert_refused(w, rate(w, RESIDENT, w->code, "yes", "1"), NULL, "voice.not-answered");
	OK(submit(w, CHEN, no));
	assert_refused(w, rate(w, RESIDENT, w->code, "yes", "1"), NULL, "voice.not-answered");
	assert_null(concern_of(w, no).seen_solved);
}

static void
both_questions_want_an_answer(void **state)
{
	struct world *w = *state;
	(void)answered_by_chen(w);
	assert_refused(w, run(w, RESIDENT, &voice_rate, IN({ "code", w->code }, { "sat", "1" })),
		"solved", "field.missing-choice");
	assert_refused(w,
		run(w, RESIDENT, &voice_rate, IN({ "code", w->code }, { "solved", "yes" })), "sat",
		"field.missing-choice");
}

/* A query code is known at the desk too: it is printed there. */
static void
nobody_with_an_account_rates_by_a_code(void **state)
{
	struct world *w = *state;
	const int64_t no = answered_by_chen(w);
	mark(w);
	static const enum who staff[] = { CHEN, HE, GU, PEI, WEN };
	for (size_t i = 0; i < sizeof staff / sizeof *staff; i++)
		assert_refused(w, rate(w, staff[i], w->code, "yes", "1"), NULL, "voice.staff");
	assert_string_equal(news(w), "");
	OK(rate(w, RESIDENT, w->code, "no", "4"));
	assert_string_equal(concern_of(w, no).seen_solved, "no");
}

/* ---- the code ------------------------------------------------------------------------------- */

/* Another last character: the check character does not fit any more. */
static const char *
with_wrong_check(struct world *w)
{
	char *code = mem_text(w->mem, w->code);
	code[CODE_LEN - 1] = code[CODE_LEN - 1] == '0' ? '1' : '0';
	return code;
}

static void
a_wrong_code_opens_nothing(void **state)
{
	struct world *w = *state;
	const int64_t no = answered_by_chen(w);
	struct rng r;
	rng_init_seed(&r, 1);
	const struct code nobodys = code_new(&r, CODE_QUERY, (uint32_t)w->office);
	const struct code receipt = code_new(&r, CODE_RECEIPT, (uint32_t)w->office);
	const struct {
		const char *code, *key;
	} list[] = {
		{ nobodys.text, "voice.code-unknown" },
		{ receipt.text, "query.code" },
		{ with_wrong_check(w), "query.code" },
		{ "7K3M", "query.length" },
		{ "", "field.missing" },
	};
	mark(w);
	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		assert_refused(w, rate(w, RESIDENT, list[i].code, "yes", "1"), "code", list[i].key);
	assert_string_equal(news(w), "");
	assert_int_equal(concern_of(w, no).state, ST_CALLBACK);
}

static void
a_code_is_unknown_in_another_office(void **state)
{
	struct world *w = *state;
	(void)answered_by_chen(w);
	const struct actor there = actor_resident(w->other);
	assert_refused(w,
		run_call(w, call_of(w, &there, &voice_rate,
				    IN({ "code", w->code }, { "solved", "yes" }, { "sat", "1" }))),
		"code", "voice.code-unknown");
}

/* Small letters, hyphens, O for 0 and I for 1: what people copy from paper. */
static void
a_code_may_be_typed_carelessly(void **state)
{
	struct world *w = *state;
	const int64_t no = answered_by_chen(w);
	struct buf b = buf_new(w->mem, 32);
	for (size_t i = 0; i < CODE_LEN; i++) {
		if (i > 0 && i % 4 == 0)
			buf_char(&b, '-');
		const char c = w->code[i];
		buf_char(&b, c == '0' ? 'o' : c == '1' ? 'i' : c >= 'A' ? (char)(c + 32) : c);
	}
	OK(rate(w, RESIDENT, b.p, "yes", "1"));
	assert_int_equal(concern_of(w, no).state, ST_CLOSED);
}

/* ---- the ruling ----------------------------------------------------------------------------- */

static void
give_supervision(struct world *w, enum who who)
{
	const char *login = world_people[who].login;
	OK(run_call(w,
		call_of(w, &w->admin, &role_grant_act,
			IN({ "login", login }, { "role", "supervisor" }, { "scope", "office" }))));
	struct tx *tx = look(w);
	OK(actor_by_login(tx, w->office, str_of(login), &w->who[who], &w->err));
	tx_end(tx);
}

static void
a_ruling_from_the_owners_unit_or_a_former_one_is_refused(void **state)
{
	struct world *w = *state;
	const int64_t no = waiting_for_ruling(w); /* u03 owned it first, u04 does now */
	give_supervision(w, XIANG);
	give_supervision(w, LUO);
	OK(run_call(w, /* a second unit is a unit too */
		call_of(w, &w->admin, &unit_member_act,
			IN({ "unit", "u03" }, { "login", "luoy" }))));
	static const enum who inside[] = { BAI, XIANG, LUO };
	mark(w);
	for (size_t i = 0; i < sizeof inside / sizeof *inside; i++) {
		assert_refused(w, rule(w, inside[i], no, "close"), NULL, "concern.not-outside");
		assert_refused(w, rule(w, inside[i], no, "redo"), NULL, "concern.not-outside");
	}
	assert_string_equal(news(w), "");
	assert_true(concern_of(w, no).needs_ruling);
	OK(rule(w, SHEN, no, "close"));
}

static void
a_ruling_closes_and_leaves_both_views_side_by_side(void **state)
{
	struct world *w = *state;
	const int64_t no = waiting_for_ruling(w);
	go(w, 20261009, 930);
	mark(w);
	OK(rule(w, SHEN, no, "close"));
	assert_string_equal(news(w), "concern.closed supervisor u10 {\"outcome\":\"solved\"}");
	const struct concern c = concern_of(w, no);
	assert_int_equal(c.state, ST_CLOSED);
	assert_int_equal(c.closed_at, moment(20261009, 930));
	assert_int_equal(c.outcome, OUT_SOLVED);  /* the unit's word */
	assert_string_equal(c.seen_solved, "no"); /* the resident's */
	assert_int_equal(c.seen_sat, 4);
	assert_false(c.needs_ruling);
	assert_refused(w, rule(w, SHEN, no, "redo"), NULL, "concern.wrong-state");
}

static void
there_is_no_ruling_where_nobody_complained(void **state)
{
	struct world *w = *state;
	const int64_t no = answered_by_chen(w);
	assert_refused(w, rule(w, SHEN, no, "redo"), NULL, "concern.no-ruling");
	assert_int_equal(concern_of(w, no).round, 1);
}

static void
a_ruling_says_what_and_why(void **state)
{
	struct world *w = *state;
	const int64_t no = waiting_for_ruling(w);
	const char *text = no_text(w, no);
	assert_refused(w,
		run(w, SHEN, &concern_rule_outcome,
			IN({ "concern", text }, { "decision", "redo" })),
		"note", "field.missing");
	assert_refused(w,
		run(w, SHEN, &concern_rule_outcome, IN({ "concern", text }, { "note", "已核实" })),
		"decision", "field.missing-choice");
	assert_true(concern_of(w, no).needs_ruling);
}

/* Three working days from the ruling: 8, 9 and the worked Saturday 10 October. */
static void
redo_raises_the_round_and_sets_a_new_day(void **state)
{
	struct world *w = *state;
	const int64_t no = waiting_for_ruling(w);
	mark(w);
	OK(rule(w, SHEN, no, "redo"));
	assert_string_equal(news(w),
		"concern.redo supervisor u10 {\"due\":\"2026-10-10T17:30:00+08:00\",\"round\":2}");
	const struct concern c = concern_of(w, no);
	assert_int_equal(c.state, ST_REDO);
	assert_int_equal(c.round, 2);
	assert_int_equal(c.due_at, moment(20261010, 1730));
	assert_int_equal(c.due_day, 20261010);
	assert_int_equal(c.answered_at, 0);
	assert_int_equal(c.closed_at, 0);
	assert_null(c.seen_solved);
	assert_int_equal(c.seen_sat, 0);
	assert_false(c.needs_ruling);
	assert_int_equal(c.owner_person_id, w->who[CHEN].person_id);
	assert_int_equal(ask(w,
				 SQL("SELECT due_day FROM step WHERE office = ? AND concern_id = ?"
				     " ORDER BY no DESC LIMIT 1"),
				 VALS(V(w->office), V(c.id))),
		20261010);
}

static void
the_second_round_asks_the_resident_again(void **state)
{
	struct world *w = *state;
	const int64_t no = waiting_for_ruling(w);
	OK(rule(w, SHEN, no, "redo"));
	assert_refused(w, rate(w, RESIDENT, w->code, "yes", "1"), NULL, "voice.not-answered");
	OK(submit(w, CHEN, no));
	OK(approve(w, HE, no));
	mark(w);
	OK(rate(w, RESIDENT, w->code, "no", "none"));
	assert_string_equal(news(w),
		"concern.rated resident - {\"round\":2,\"solved\":\"no\",\"via\":\"web\"}");
	OK(rule(w, SHEN, no, "redo"));
	assert_int_equal(concern_of(w, no).round, 3);
	OK(submit(w, CHEN, no));
	OK(approve(w, HE, no));
	OK(rate(w, RESIDENT, w->code, "yes", "2"));
	assert_int_equal(concern_of(w, no).state, ST_CLOSED);
	assert_int_equal(count_events(w, "\"k\":\"concern.rated\""), 3);
}

/* ---- the thread through the record ---------------------------------------------------------- */

/* prev is the event before of the same concern, so that nobody can take one out unseen. */
static size_t
check_chain(struct world *w, const char *ref)
{
	size_t n = 0;
	int64_t last = -1;
	struct tx *tx = look(w);
	struct rows *q =
		db_query(tx, SQL("SELECT bytes FROM ledger_event WHERE office = ? ORDER BY seq"),
			VALS(V(w->office)));
	while (row_next(q)) {
		struct event_seen e;
		OK(event_check(row_str(q, 0), "qf", -1, &e, &w->err));
		if (!str_is(e.ref, ref))
			continue;
		assert_int_equal(e.prev, last);
		last = e.seq;
		n++;
	}
	OK(rows_close(q, &w->err));
	tx_end(tx);
	return n;
}

static void
each_event_points_to_the_one_before_of_its_concern(void **state)
{
	struct world *w = *state;
	const int64_t one = waiting_for_ruling(w), two = take_down(w, GU, "parking");
	const char *code = w->code;
	OK(rule(w, SHEN, one, "redo"));
	OK(accept_it(w, MA, two));
	OK(submit(w, CHEN, one)); /* no event: the thread goes on all the same */
	OK(offer(w, MA, two, "u04", WANG));
	OK(send_back(w, HE, one));
	OK(decline_it(w, WANG, two));
	go(w, 20261014, 900);
	assert_int_equal(run_jobs(w), 2);
	OK(submit(w, CHEN, one));
	OK(approve(w, HE, one));
	OK(run(w, PEI, &callback_record,
		IN({ "concern", no_text(w, one) }, { "result", "reached" }, { "solved", "yes" },
			{ "sat", "1" })));
	assert_refused(w, rate(w, RESIDENT, code, "yes", "1"), NULL, "voice.not-answered");
	/* raised offered owned replied rated redo rejected supervised replied called rated
	 * closed */
	assert_int_equal(check_chain(w, concern_of(w, one).ref), 12);
	/* raised offered owned offered declined supervised */
	assert_int_equal(check_chain(w, concern_of(w, two).ref), 6);
	assert_invariants(w);
}

/* ---- what is late --------------------------------------------------------------------------- */

static int64_t
messages(struct world *w)
{
	return ask(w,
		SQL("SELECT count(*) FROM outbox WHERE office = ? AND effect = 'notify.staff'"),
		VALS(V(w->office)));
}

static const char *
newest_message(struct world *w)
{
	struct tx *tx = look(w);
	struct rows *q = db_query(tx,
		SQL("SELECT body FROM outbox WHERE office = ? ORDER BY id DESC LIMIT 1"),
		VALS(V(w->office)));
	const char *body = row_next(q) ? row_text(q, 0, w->mem) : "";
	OK(rows_close(q, &w->err));
	tx_end(tx);
	return body;
}

static void
what_is_late_comes_before_the_units_head_once(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	const struct concern before = concern_of(w, no);
	assert_int_equal(before.due_at, moment(20261013, 1730));
	clock_set(&w->clock, before.due_at);
	assert_int_equal(run_jobs(w), 0);
	clock_set(&w->clock, before.due_at + 1);
	mark(w);
	assert_int_equal(run_jobs(w), 1);
	assert_string_equal(news(w), "concern.supervised system u04 {\"level\":\"head\"}");
	const struct concern c = concern_of(w, no);
	assert_int_equal(c.escalated_at, before.due_at + 1);
	assert_int_equal(c.state, ST_SIGNED);
	assert_int_equal(c.due_at, before.due_at);
	assert_int_equal(c.owner_person_id, before.owner_person_id);
	assert_int_equal(run_jobs(w), 0);
	assert_int_equal(messages(w), 1);
}

/* Number, act and day; never the resident, nor what was said. */
static void
the_message_to_the_head_says_number_day_and_level_only(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	clock_set(&w->clock, concern_of(w, no).due_at + 1);
	assert_int_equal(run_jobs(w), 1);
	assert_string_equal(newest_message(w),
		mem_printf(w->mem,
			"{\"what\":\"concern.late\",\"person\":%lld,\"file_no\":\"2026-0001\","
			"\"due_day\":20261013,\"level\":\"head\"}",
			(long long)w->who[HE].person_id));
}

static void
a_unit_without_a_head_is_told_in_the_record_only(void **state)
{
	struct world *w = *state;
	const int64_t no = take_down(w, LUO, "other");
	clock_set(&w->clock, concern_of(w, no).due_at + 1);
	mark(w);
	assert_int_equal(run_jobs(w), 1);
	assert_string_equal(news(w), "concern.supervised system u06 {\"level\":\"head\"}");
	assert_int_equal(messages(w), 0);
}

static void
an_offer_is_late_with_the_one_who_still_owns(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	const int64_t due = concern_of(w, no).due_at;
	go(w, 20261013, 1600);
	OK(offer(w, CHEN, no, "u05", NOBODY));
	clock_set(&w->clock, due + 1);
	mark(w);
	assert_int_equal(run_jobs(w), 1);
	assert_string_equal(news(w), "concern.supervised system u04 {\"level\":\"head\"}");
	assert_int_equal(concern_of(w, no).state, ST_ASSIGNED);
}

static void
the_second_round_is_late_for_itself(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	clock_set(&w->clock, concern_of(w, no).due_at + 60);
	assert_int_equal(run_jobs(w), 1);
	OK(submit(w, CHEN, no));
	OK(approve(w, HE, no));
	OK(rate(w, RESIDENT, w->code, "no", "4"));
	assert_int_equal(run_jobs(w), 0);
	OK(rule(w, SHEN, no, "redo"));
	assert_int_equal(run_jobs(w), 0);
	clock_set(&w->clock, concern_of(w, no).due_at + 1);
	assert_int_equal(run_jobs(w), 1);
	assert_int_equal(run_jobs(w), 0);
	assert_int_equal(messages(w), 2);
	assert_int_equal(count_events(w, "\"k\":\"concern.supervised\""), 2);
}

static void
nothing_is_brought_before_a_head_too_early_or_by_hand(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	const struct concern c = concern_of(w, no);
	assert_refused(w, run_call(w, call_of_id(w, &w->who[SYSTEM], &concern_escalate, c.id)),
		NULL, "store.changed");
	clock_set(&w->clock, c.due_at + 1);
	assert_refused(w, run_call(w, call_of_id(w, &w->who[SHEN], &concern_escalate, c.id)), NULL,
		"act.not-allowed");
	OK(run_call(w, call_of_id(w, &w->who[SYSTEM], &concern_escalate, c.id)));
	assert_refused(w, run_call(w, call_of_id(w, &w->who[SYSTEM], &concern_escalate, c.id)),
		NULL, "store.changed");
	assert_refused(w, run_call(w, call_of_id(w, &w->who[SYSTEM], &concern_escalate, 4711)),
		"concern", "concern.unknown");
}

/* ---- opening the words ---------------------------------------------------------------------- */

static const char *
unlock(struct world *w, const char *digits)
{
	OK(run(w, RESIDENT, &voice_unlock, IN({ "code", w->code }, { "digits", digits })));
	return result(w, "open");
}

static enum xq_rc
unlock_rc(struct world *w, const char *digits)
{
	return run(w, RESIDENT, &voice_unlock, IN({ "code", w->code }, { "digits", digits }));
}

static void
the_last_four_digits_of_the_phone_open_the_words(void **state)
{
	struct world *w = *state;
	(void)take_down(w, GU, "other");
	mark(w);
	assert_string_equal(unlock(w, "8000"), "yes"); /* of 13800138000 */
	assert_string_equal(unlock(w, "0800"), "no");
	assert_refused(w, unlock_rc(w, "800"), "digits", "field.too-short");
	assert_string_equal(news(w), ""); /* not a fact of the office */
}

static void
without_a_phone_the_pin_opens_the_words(void **state)
{
	struct world *w = *state;
	OK(run(w, RESIDENT, &concern_raise, IN({ "body", "楼道灯不亮。" })));
	w->code = result(w, "code");
	const char *pin = mem_text(w->mem, result(w, "pin"));
	char wrong[7] = "";
	memcpy(wrong, pin, 7);
	wrong[5] = wrong[5] == '0' ? '1' : '0';
	assert_string_equal(unlock(w, pin), "yes");
	assert_string_equal(unlock(w, wrong), "no");
	assert_string_equal(unlock(w, pin + 2), "no"); /* its last four are no key */
}

static void
five_wrong_tries_lock_for_an_hour(void **state)
{
	struct world *w = *state;
	(void)take_down(w, GU, "other");
	for (int i = 0; i < 5; i++)
		assert_string_equal(unlock(w, "1234"), "no");
	const int64_t until = now_of(w) + 3600;
	assert_refused(w, unlock_rc(w, "8000"), "digits", "voice.locked");
	assert_int_equal(w->call->err.arg[0].i, until);
	clock_set(&w->clock, until - 1);
	assert_refused(w, unlock_rc(w, "8000"), "digits", "voice.locked");
	assert_int_equal(w->call->err.arg[0].i, until); /* trying does not make it longer */
	clock_set(&w->clock, until);
	assert_string_equal(unlock(w, "8000"), "yes");
}

static void
after_the_hour_there_are_five_tries_again(void **state)
{
	struct world *w = *state;
	(void)take_down(w, GU, "other");
	for (int i = 0; i < 5; i++)
		assert_string_equal(unlock(w, "1234"), "no");
	clock_shift(&w->clock, 3600);
	for (int i = 0; i < 4; i++)
		assert_string_equal(unlock(w, "1234"), "no");
	assert_string_equal(unlock(w, "8000"), "yes");
}

static void
a_right_try_forgets_the_wrong_ones(void **state)
{
	struct world *w = *state;
	(void)take_down(w, GU, "other");
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 4; i++)
			assert_string_equal(unlock(w, "1234"), "no");
		assert_string_equal(unlock(w, "8000"), "yes");
	}
}

static void
a_lock_holds_its_own_concern_and_no_rating(void **state)
{
	struct world *w = *state;
	const int64_t no = answered_by_chen(w);
	const char *locked = w->code;
	for (int i = 0; i < 5; i++)
		assert_string_equal(unlock(w, "1234"), "no");
	(void)take_down(w, GU, "other");
	assert_string_equal(unlock(w, "8000"), "yes");
	OK(rate(w, RESIDENT, locked, "yes", "1")); /* that needs the code alone */
	assert_int_equal(concern_of(w, no).state, ST_CLOSED);
}

static void
an_unknown_code_is_not_unlocked(void **state)
{
	struct world *w = *state;
	struct rng r;
	rng_init_seed(&r, 2);
	const struct code nobodys = code_new(&r, CODE_QUERY, (uint32_t)w->office);
	w->code = nobodys.text;
	assert_refused(w, unlock_rc(w, "8000"), "code", "voice.code-unknown");
}

/* The cookie of a browser that has opened a concern: for that code alone, for a day. */
static void
an_opened_browser_stays_open_for_a_day(void **state)
{
	struct world *w = *state;
	struct rng r;
	rng_init_seed(&r, 3);
	const struct code mine = code_new(&r, CODE_QUERY, (uint32_t)w->office);
	const struct code other = code_new(&r, CODE_QUERY, (uint32_t)w->office);
	const int64_t now = now_of(w);
	const struct str cookie = str_of(unlock_cookie(w->mem, w->app, &mine, now));
	assert_true(unlock_holds(w->app, cookie, &mine, now));
	assert_true(unlock_holds(w->app, cookie, &mine, now + 86400));
	assert_false(unlock_holds(w->app, cookie, &mine, now + 86400 + 3600));
	assert_false(unlock_holds(w->app, cookie, &mine, now - 3600)); /* of a later hour */
	assert_false(unlock_holds(w->app, cookie, &other, now));
	for (size_t i = 0; i < cookie.n; i++) {
		char *wrong = mem_textn(w->mem, cookie.p, cookie.n);
		wrong[i] = wrong[i] == '1' ? '2' : '1';
		assert_false(unlock_holds(w->app, str_of(wrong), &mine, now));
		assert_false(unlock_holds(w->app, str_n(cookie.p, i), &mine, now));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(satisfied_and_solved_closes),
		TEST(only_no_and_not_satisfied_wait_for_a_ruling),
		TEST(a_rating_is_given_once),
		TEST(there_is_nothing_to_rate_before_the_answer),
		TEST(both_questions_want_an_answer),
		TEST(nobody_with_an_account_rates_by_a_code),
		TEST(a_wrong_code_opens_nothing),
		TEST(a_code_is_unknown_in_another_office),
		TEST(a_code_may_be_typed_carelessly),
		TEST(a_ruling_from_the_owners_unit_or_a_former_one_is_refused),
		TEST(a_ruling_closes_and_leaves_both_views_side_by_side),
		TEST(there_is_no_ruling_where_nobody_complained),
		TEST(a_ruling_says_what_and_why),
		TEST(redo_raises_the_round_and_sets_a_new_day),
		TEST(the_second_round_asks_the_resident_again),
		TEST(each_event_points_to_the_one_before_of_its_concern),
		TEST(what_is_late_comes_before_the_units_head_once),
		TEST(the_message_to_the_head_says_number_day_and_level_only),
		TEST(a_unit_without_a_head_is_told_in_the_record_only),
		TEST(an_offer_is_late_with_the_one_who_still_owns),
		TEST(the_second_round_is_late_for_itself),
		TEST(nothing_is_brought_before_a_head_too_early_or_by_hand),
		TEST(the_last_four_digits_of_the_phone_open_the_words),
		TEST(without_a_phone_the_pin_opens_the_words),
		TEST(five_wrong_tries_lock_for_an_hour),
		TEST(after_the_hour_there_are_five_tries_again),
		TEST(a_right_try_forgets_the_wrong_ones),
		TEST(a_lock_holds_its_own_concern_and_no_rating),
		TEST(an_unknown_code_is_not_unlocked),
		TEST(an_opened_browser_stays_open_for_a_day),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
