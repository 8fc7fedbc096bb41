/* SPDX-License-Identifier: Apache-2.0 */
/* Taken down without a network, uploaded later: the resident's day counts from when it was said, while
 * the record and every count stay with the moment at which it reached us. */
#include "fixture.h"

#include "concern/concern_int.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, NULL };

static enum xq_rc
upload(struct world *w, const char *nature, const char *taken_at)
{
	return run(w, GU, &concern_register,
		IN({ "body", "楼道灯不亮，上门时说的。" }, { "class", "property" },
			{ "via", "visit" }, { "nature", nature }, { "taken_at", taken_at }));
}

static enum xq_rc
ask_more(struct world *w, int64_t no, const char *day)
{
	return run(w, CHEN, &concern_ask_extension,
		IN({ "concern", no_text(w, no) }, { "day", day }, { "why", "parts" },
			{ "note", "要等配件" }));
}

/* More time is counted from the same moment. */
static void
more_time_is_counted_from_then_too(void **state)
{
	struct world *w = *state;
	go(w, 20260930, 1510);
	OK(upload(w, "help", "2026-09-24 10:02"));
	const int64_t no = made_now(w);
	OK(accept_it(w, CHEN, no));
	OK(ask_more(w, no, "2026-10-22")); /* the 15th working day after the 24th */
	go(w, 20260930, 1511);
	OK(upload(w, "help", "2026-09-24 10:02"));
	const int64_t other = made_now(w);
	OK(accept_it(w, CHEN, other));
	assert_refused(w, ask_more(w, other, "2026-10-23"), "day", "extension.too-long");
}

static void
the_residents_day_counts_from_when_it_was_said(void **state)
{
	struct world *w = *state;
	go(w, 20260930, 1510);
	mark(w);
	OK(upload(w, "help", "2026-09-24 10:02"));
	const struct concern c = concern_of(w, made_now(w));
	assert_int_equal(c.taken_at, moment(20260924, 1002));
	assert_int_equal(c.raised_at, moment(20260930, 1510));
	assert_int_equal(c.due_at, moment(20261009, 1730)); /* as if registered on the 24th */
	assert_int_equal(concern_told_at(&c), c.taken_at);
	assert_string_equal(result(w, "due_day"), "20261009");
	assert_string_equal(news(w),
		"concern.raised clerk u03 {\"class\":\"property\","
		"\"due\":\"2026-10-09T17:30:00+08:00\",\"lane\":\"everyday\",\"via\":\"visit\"}\n"
		"concern.offered clerk u03 {\"to\":\"u04\"}");
}

/* The unit can only sign for what it can see: its clock starts with the offer. */
static void
the_units_hours_to_sign_start_with_the_upload(void **state)
{
	struct world *w = *state;
	go(w, 20260930, 1510);
	OK(upload(w, "help", "2026-09-24 10:02"));
	const struct handover late = offer_of(w, concern_of(w, made_now(w)).id);
	OK(run(w, GU, &concern_register, IN({ "body", "楼道灯不亮。" }, { "class", "property" })));
	const struct handover now = offer_of(w, concern_of(w, made_now(w)).id);
	assert_int_equal(late.lapses_at, now.lapses_at);
}

static void
owner_and_record_never_reach_back(void **state)
{
	struct world *w = *state;
	go(w, 20260930, 1510);
	OK(upload(w, "help", "2026-09-24 10:02"));
	const struct concern c = concern_of(w, made_now(w));
	assert_int_equal(
		ask(w, SQL("SELECT from_at FROM owner_span WHERE office = ? AND concern_id = ?"),
			VALS(V(w->office), V(c.id))),
		moment(20260930, 1510));
	assert_int_equal(
		ask(w, SQL("SELECT at FROM step WHERE office = ? AND concern_id = ? AND no = 1"),
			VALS(V(w->office), V(c.id))),
		moment(20260930, 1510));
	assert_int_equal(ask(w,
				 SQL("SELECT n FROM tally WHERE office = ? AND day = 20260930"
				     " AND figure = 'raised' AND class = 'property'"),
				 VALS(V(w->office))),
		1);
	assert_int_equal(
		ask(w, SQL("SELECT count(*) FROM tally WHERE office = ? AND day = 20260924"),
			VALS(V(w->office))),
		0);
	assert_invariants(w);
}

/* A question of one working day that came in three days later is late at once, and says so. */
static void
what_comes_in_after_its_day_is_late_and_counted_so(void **state)
{
	struct world *w = *state;
	go(w, 20260930, 1510);
	OK(upload(w, "consult", "2026-09-24 10:02"));
	const int64_t no = made_now(w);
	assert_int_equal(concern_of(w, no).due_at, moment(20260928, 1730));
	assert_true(run_jobs(w) >= 1); /* its head is told */
	OK(accept_it(w, CHEN, no));
	OK(submit(w, CHEN, no));
	OK(approve(w, HE, no));
	OK(rate(w, RESIDENT, w->code, "yes", "1"));
	assert_true(concern_of(w, no).was_late);
	assert_int_equal(
		ask(w, SQL("SELECT count(*) FROM tally WHERE office = ? AND figure = 'on-time'"),
			VALS(V(w->office))),
		0);
	assert_invariants(w);
}

static void
a_week_back_and_two_minutes_ahead_are_the_limits(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *at, *key; /* key NULL: fine */
	} list[] = {
		{ "2026-09-30 15:10", NULL },
		{ "2026-09-30 15:12", NULL },
		{ "2026-09-30 15:12:01", "concern.taken-ahead" },
		{ "2026-10-01 15:10", "concern.taken-ahead" },
		{ "2027-09-30 15:10", "concern.taken-ahead" },
		{ "2026-09-23 15:10", NULL },
		{ "2026-09-23 15:09:59", "concern.taken-old" },
		{ "2026-09-22 15:10", "concern.taken-old" },
		{ "1970-01-01 00:00", "concern.taken-old" },
		{ "2026-09-30T07:10:00Z", NULL },
		{ "2026-09-30T07:13:00Z", "concern.taken-ahead" },
		{ "2026-09-31 10:00", "field.no-such-day" },
		{ "2026-09-30 25:00", "field.moment" },
		{ "-1", "field.moment" },
		{ "yesterday", "field.moment" },
		{ "2026-09-30 10:02; drop", "field.moment" },
	};
	go(w, 20260930, 1510);
	int64_t made = 0;
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		const enum xq_rc rc = upload(w, "help", list[i].at);
		if (list[i].key)
			assert_refused(w, rc, "taken_at", list[i].key);
		else if (rc != XQ_OK)
			fail_msg("%s: refused", list[i].at);
		made += list[i].key == NULL;
	}
	assert_int_equal(
		ask(w, SQL("SELECT count(*) FROM concern WHERE office = ?"), VALS(V(w->office))),
		made);
}

static void
a_clock_a_little_ahead_means_now(void **state)
{
	struct world *w = *state;
	go(w, 20260930, 1510);
	OK(upload(w, "help", "2026-09-30 15:12"));
	assert_int_equal(concern_of(w, made_now(w)).taken_at, now_of(w));
}

static void
all_faults_are_told_at_once(void **state)
{
	struct world *w = *state;
	go(w, 20260930, 1510);
	const enum xq_rc rc = run(w, GU, &concern_register,
		IN({ "body", "" }, { "class", "dragons" }, { "taken_at", "2026-09-01 10:00" }));
	assert_refused(w, rc, "body", "concern.empty");
	assert_refused(w, rc, "class", "field.choice");
	assert_refused(w, rc, "taken_at", "concern.taken-old");
}

static void
without_it_everything_is_as_before(void **state)
{
	struct world *w = *state;
	OK(run(w, GU, &concern_register, IN({ "body", "路灯坏了。" }, { "taken_at", "" })));
	const struct concern c = concern_of(w, made_now(w));
	assert_int_equal(c.taken_at, 0);
	assert_int_equal(concern_told_at(&c), c.raised_at);
}

/* A broken answer: the second try finds the first one, however the clocks went on in between. */
static void
the_same_key_uploads_once(void **state)
{
	struct world *w = *state;
	go(w, 20260930, 1510);
	for (int i = 0; i < 3; i++) {
		struct act_call *call = call_of(w, &w->who[GU], &concern_register,
			IN({ "body", "楼道灯不亮。" },
				{ "taken_at", i == 2 ? "2026-09-30 10:03" : "2026-09-30 10:02" }));
		call->idem_key = "6b0c2a1e-0f1d-4b57-9d0c-1a2b3c4d5e6f";
		OK(run_call(w, call));
		assert_int_equal(call->is_replay, i > 0);
		clock_set(&w->clock, now_of(w) + 3600);
	}
	assert_int_equal(
		ask(w, SQL("SELECT count(*) FROM concern WHERE office = ?"), VALS(V(w->office))),
		1);
}

/* The resident may not say so: the field is none of theirs. */
static void
only_staff_take_down(void **state)
{
	struct world *w = *state;
	for (size_t i = 0; concern_raise.fields[i].name; i++)
		assert_string_not_equal(concern_raise.fields[i].name, "taken_at");
	assert_refused(w,
		run(w, RESIDENT, &concern_register,
			IN({ "body", "楼道灯不亮。" }, { "taken_at", "2026-09-30 10:02" })),
		NULL, "act.not-allowed");
}

/* Who took it down has not heard from the resident since then, not since the upload. */
static void
the_first_contact_is_due_from_then(void **state)
{
	struct world *w = *state;
	go(w, 20260930, 1510);
	OK(upload(w, "help", "2026-09-28 10:02"));
	OK(run(w, GU, &concern_register, IN({ "body", "刚刚说的。" })));
	struct list_query q = { .kind = LIST_HEARD,
		.person_id = w->who[GU].person_id,
		.max = 10,
		.now = now_of(w),
		.heard_before = moment(20260929, 0) };
	struct concern_row *row;
	size_t n;
	struct tx *tx = look(w);
	OK(concern_list(tx, w->mem, w->office, &q, &row, &n, &w->err));
	tx_end(tx);
	assert_int_equal(n, 1);
	assert_int_equal(row[0].due_day, 20261010);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_residents_day_counts_from_when_it_was_said),
		TEST(more_time_is_counted_from_then_too),
		TEST(the_units_hours_to_sign_start_with_the_upload),
		TEST(owner_and_record_never_reach_back),
		TEST(what_comes_in_after_its_day_is_late_and_counted_so),
		TEST(a_week_back_and_two_minutes_ahead_are_the_limits),
		TEST(a_clock_a_little_ahead_means_now),
		TEST(all_faults_are_told_at_once),
		TEST(without_it_everything_is_as_before),
		TEST(the_same_key_uploads_once),
		TEST(only_staff_take_down),
		TEST(the_first_contact_is_due_from_then),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
