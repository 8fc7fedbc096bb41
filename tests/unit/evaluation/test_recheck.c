/* SPDX-License-Identifier: Apache-2.0 */
/* Second calls: what is drawn follows from what was announced, nobody can choose, and somebody else calls. */
#include "evaluation/recheck.h"

#include "../concern/fixture.h"

#include "concern/unmask.h"

#include "core/hash.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &evaluation_draw_module, &notify_module, NULL };

/* Closed in September by the resident's own rating. */
static int64_t
closed_one(struct world *w)
{
	const int64_t no = answered_by_chen(w);
	OK(rate(w, RESIDENT, w->code, "yes", "1"));
	assert_int_equal(concern_of(w, no).state, ST_CLOSED);
	return no;
}

static void
make_evaluator(struct world *w, enum who who)
{
	OK(run_call(w, call_of(w, &w->admin, &role_grant_act,
			       IN({ "login", world_people[who].login }, { "role", "evaluator" },
				       { "scope", "office" }))));
	struct tx *tx = look(w);
	OK(actor_by_login(tx, w->office, str_of(world_people[who].login), &w->who[who], &w->err));
	tx_end(tx);
}

static enum xq_rc
announce(struct world *w, enum who who, const char *month, const char *outside, const char *day)
{
	return run(w, who, &draw_announce,
		IN({ "month", month }, { "outside", outside }, { "outside_day", day }));
}

static enum xq_rc
seed(struct world *w, enum who who, const char *value)
{
	return run(w, who, &draw_seed_act, IN({ "draw", "d-2026-09" }, { "value", value }));
}

static enum xq_rc
finish(struct world *w, enum who who)
{
	return run(w, who, &draw_finish, IN({ "draw", "d-2026-09" }));
}

/* Signs the record as it stands, as the signer does every second. */
static void
sign(struct world *w)
{
	struct tx *tx;
	struct ledger_tree *tree;
	struct checkpoint c = { .note = "test\n", .signed_at = now_of(w) };
	OK(db_write(w->app->db, &tx, &w->err));
	OK(ledger_tree_open(tx, w->mem, w->office, &tree, &w->err));
	c.size = ledger_tree_size(tree);
	OK(ledger_tree_root(tree, c.size, &c.root, &w->err));
	OK(checkpoint_put(tx, w->mem, w->office, &c, &w->err));
	OK(tx_commit(tx, &w->err));
}

static struct draw
draw_of(struct world *w)
{
	struct draw d = { 0 };
	struct tx *tx = look(w);
	OK(draw_by_code(tx, w->mem, w->office, STR("d-2026-09"), &d, &w->err));
	tx_end(tx);
	return d;
}

/* The record grows past S and is signed there. */
static void
grow(struct world *w)
{
	while (events(w) < draw_of(w).size)
		(void)take_down(w, GU, "property");
	sign(w);
}

/* September is over and the draw announced by PEI, with what is drawn on the 15th. */
static void
announced(struct world *w, size_t n)
{
	for (size_t i = 0; i < n; i++)
		(void)closed_one(w);
	go(w, 20261010, 1000);
	make_evaluator(w, SHEN);
	OK(announce(w, PEI, "2026-09", "ssq-2026118", "2026-10-15"));
}

static void
drawn(struct world *w, size_t n)
{
	announced(w, n);
	go(w, 20261016, 1000);
	grow(w);
	OK(seed(w, SHEN, "03,07,12,19,22,31+08"));
	OK(finish(w, SHEN));
}

/* ---- announcing ----------------------------------------------------------------------------- */

static void
the_frame_is_all_that_was_closed_without_voided_and_sealed(void **state)
{
	struct world *w = *state;
	const int64_t one = closed_one(w), gone = closed_one(w);
	OK(run(w, GU, &concern_register,
		IN({ "body", "物业经理骂人。" }, { "class", "property" }, { "secret", "1" })));
	const int64_t sealed = made_now(w);
	OK(accept_it(w, CHEN, sealed));
	OK(submit(w, CHEN, sealed));
	OK(approve(w, HE, sealed));
	OK(rate(w, RESIDENT, w->code, "yes", "1"));
	(void)answered_by_chen(w); /* not closed */
	force(w, SQL("UPDATE concern SET state = 15 WHERE office = ? AND id = ?"),
		VALS(V(w->office), V(concern_of(w, gone).id)));
	go(w, 20261010, 1000);
	(void)closed_one(w); /* in October */
	mark(w);
	const int64_t own = events(w);
	OK(announce(w, PEI, "2026-09", "", ""));
	const struct draw d = draw_of(w);
	assert_int_equal(d.n_frame, 1);
	assert_int_equal(d.count, 1);
	assert_int_equal(d.announced_seq, own);
	assert_true(d.size > own + 1);
	struct str text;
	struct tx *tx = look(w);
	OK(draw_doc(tx, w->mem, w->office, d.frame, &text, &w->err));
	tx_end(tx);
	assert_string_equal(
		str_text(w->mem, text), mem_printf(w->mem, "[[\"%s\"]]", concern_of(w, one).ref));
	assert_string_equal(news(w),
		mem_printf(w->mem,
			"draw.announced evaluator u02 {\"count\":1,\"draw\":\"d-2026-09\",\"frame\":\"%s\","
			"\"from\":\"2026-09-01\",\"outside\":[],\"size\":%lld,\"to\":\"2026-10-01\"}",
			d.frame, (long long)d.size));
}

static void
one_in_twenty_is_drawn_and_one_at_least(void **state)
{
	struct world *w = *state;
	announced(w, 21);
	assert_int_equal(draw_of(w).n_frame, 21);
	assert_int_equal(draw_of(w).count, 2);
}

static void
what_could_be_chosen_is_refused_all_at_once(void **state)
{
	struct world *w = *state;
	(void)closed_one(w);
	mark(w);
	assert_refused(w, announce(w, PEI, "2026-09", "", ""), "month", "draw.month-runs");
	assert_refused(w, announce(w, PEI, "last", "", ""), "month", "draw.no-month");
	go(w, 20261010, 1000);
	assert_refused(w, announce(w, PEI, "2026-08", "", ""), "month", "draw.nothing-closed");
	/* what is drawn today may be known already */
	assert_refused(w, announce(w, PEI, "2026-09", "ssq-1", "2026-10-10"), "outside_day",
		"draw.day-known");
	assert_refused(
		w, announce(w, PEI, "2026-09", "ssq-1", ""), "outside_day", "draw.day-known");
	assert_refused(w, announce(w, PEI, "2026-09", "", "2026-10-12"), "outside", "draw.no-name");
	(void)announce(w, PEI, "2026-08", "ssq-1", "");
	assert_int_equal(w->call->form.n_faults, 2);
	assert_refused(w, announce(w, CHEN, "2026-09", "", ""), NULL, "act.not-allowed");
	assert_string_equal(news(w), "");
	OK(announce(w, PEI, "2026-09", "", ""));
	assert_refused(w, announce(w, PEI, "2026-09", "", ""), "month", "draw.there");
}

/* ---- the seed ------------------------------------------------------------------------------- */

static void
the_seed_waits_for_the_record_its_signature_and_the_day(void **state)
{
	struct world *w = *state;
	announced(w, 2);
	assert_refused(w, seed(w, SHEN, "03+08"), "value", "draw.before-its-day");
	go(w, 20261016, 1000);
	assert_refused(w, seed(w, SHEN, "03+08"), NULL, "draw.not-reached");
	while (events(w) < draw_of(w).size)
		(void)take_down(w, GU, "property");
	assert_refused(w, seed(w, SHEN, "03+08"), NULL, "draw.not-signed");
	sign(w);
	assert_refused(w, seed(w, PEI, "03+08"), "value", "draw.same-person");
	assert_refused(w, seed(w, SHEN, ""), "value", "draw.bad-value");
	assert_refused(w, seed(w, SHEN, "03 08"), "value", "draw.bad-value");
	assert_refused(w, finish(w, SHEN), NULL, "draw.not-seeded");
	mark(w);
	OK(seed(w, SHEN, "03+08"));
	const struct draw d = draw_of(w);
	struct tree_hash root;
	struct ledger_tree *tree;
	struct tx *tx = look(w);
	char b64[45];
	OK(ledger_tree_open(tx, w->mem, w->office, &tree, &w->err));
	OK(ledger_tree_root(tree, d.size, &root, &w->err));
	tx_end(tx);
	text_base64((struct bytes){ root.b, sizeof root.b }, b64);
	assert_string_equal(news(w),
		mem_printf(w->mem,
			"draw.seeded evaluator u10 {\"draw\":\"d-2026-09\",\"outside\":[\"03+08\"],"
			"\"root\":\"%s\"}",
			b64));
	assert_refused(w, seed(w, SHEN, "04+08"), NULL, "draw.seeded-already");
}

/* The root is the one at S, however far the record has grown since. */
static void
the_root_is_that_of_the_announced_size(void **state)
{
	struct world *w = *state;
	(void)closed_one(w);
	go(w, 20261010, 1000);
	OK(announce(w, PEI, "2026-09", "", ""));
	grow(w);
	for (size_t i = 0; i < 9; i++)
		(void)take_down(w, GU, "property");
	sign(w);
	OK(seed(w, PEI, ""));
	const struct draw d = draw_of(w);
	uint8_t hash[SHA256_LEN];
	const char *lines = draw_lines(w->mem, &d, "x.example/log/x", hash);
	assert_non_null(strstr(lines, mem_printf(w->mem, "\n%lld\n", (long long)d.size)));
	assert_refused(w, seed(w, PEI, ""), NULL, "draw.seeded-already");
}

/* ---- drawing -------------------------------------------------------------------------------- */

static void
what_is_drawn_follows_and_is_called(void **state)
{
	struct world *w = *state;
	drawn(w, 3);
	struct draw_done done;
	struct str text;
	const struct draw d = draw_of(w);
	struct tx *tx = look(w);
	OK(draw_doc(tx, w->mem, w->office, d.doc, &text, &w->err));
	tx_end(tx);
	OK(draw_done_read(w->mem, text, &done, &w->err));
	assert_int_equal(done.n_drawn, 1);
	assert_int_equal(done.n_skips, 0);
	assert_int_equal(
		ask(w, SQL("SELECT count(*) FROM recheck WHERE office = ?"), VALS(V(w->office))),
		1);
	assert_refused(w, finish(w, SHEN), NULL, "draw.not-seeded");
	assert_invariants(w);
	force(w, SQL("UPDATE draw_outside SET value = '1' WHERE office = ?"), VALS(V(w->office)));
	int64_t faults = 0;
	/* another value may draw the same one of three: try until it does not */
	for (int i = 2; faults == 0 && i < 40; i++) {
		force(w, SQL("UPDATE draw_outside SET value = ? WHERE office = ?"),
			VALS(V((const char *)mem_printf(w->mem, "%d", i)), V(w->office)));
		tx = look(w);
		OK(draw_follows.count_faults(tx, w->mem, w->office, &faults, &w->err));
		tx_end(tx);
	}
	assert_int_equal(faults, 1);
}

static void
who_left_no_number_is_passed_over(void **state)
{
	struct world *w = *state;
	announced(w, 3);
	force(w, SQL("UPDATE intake SET phone = '' WHERE office = ? AND concern_id = 1"),
		VALS(V(w->office)));
	force(w, SQL("UPDATE intake SET phone = '' WHERE office = ? AND concern_id = 2"),
		VALS(V(w->office)));
	go(w, 20261016, 1000);
	grow(w);
	OK(seed(w, SHEN, "1"));
	OK(finish(w, SHEN));
	assert_int_equal(
		ask(w, SQL("SELECT concern_id FROM recheck WHERE office = ?"), VALS(V(w->office))),
		3);
	assert_invariants(w);
}

/* ---- the second call ------------------------------------------------------------------------ */

static int64_t
drawn_no(struct world *w)
{
	return ask(w,
		SQL("SELECT c.file_no FROM recheck r JOIN concern c ON c.office = r.office"
		    " AND c.id = r.concern_id WHERE r.office = ?"),
		VALS(V(w->office)));
}

static enum xq_rc
call_again(struct world *w, enum who who, const char *result, const char *solved, const char *sat)
{
	return run(w, who, &recheck_record,
		IN({ "concern", no_text(w, drawn_no(w)) }, { "result", result },
			{ "solved", solved }, { "sat", sat }));
}

static void
a_second_call_changes_no_figure_and_no_state(void **state)
{
	struct world *w = *state;
	drawn(w, 2);
	const int64_t tallies =
		ask(w, SQL("SELECT sum(n) FROM tally WHERE office = ?"), VALS(V(w->office)));
	mark(w);
	OK(call_again(w, PEI, "reached", "no", "4"));
	assert_string_equal(news(w),
		"concern.called evaluator u02 {\"n\":1,\"result\":\"reached\"}\n"
		"concern.rechecked evaluator u02 {\"draw\":\"d-2026-09\",\"sat\":4,\"solved\":\"no\"}");
	const struct concern c = concern_of(w, drawn_no(w));
	assert_int_equal(c.state, ST_CLOSED);
	assert_string_equal(c.seen_solved, "yes");
	assert_int_equal(
		ask(w, SQL("SELECT sum(n) FROM tally WHERE office = ?"), VALS(V(w->office))),
		tallies);
	struct recheck_sums s;
	struct tx *tx = look(w);
	OK(recheck_sum(tx, w->office, 1, &s, &w->err));
	tx_end(tx);
	assert_int_equal(s.said, 1);
	assert_int_equal(s.worse, 1);
	assert_int_equal(s.sat_worse, 1);
	assert_refused(w, call_again(w, PEI, "reached", "yes", "1"), NULL, "recheck.not-drawn");
	assert_invariants(w);
}

static void
nobody_of_the_unit_and_not_the_first_caller_calls_again(void **state)
{
	struct world *w = *state;
	const int64_t no = answered_by_chen(w);
	OK(run(w, PEI, &callback_record,
		IN({ "concern", no_text(w, no) }, { "result", "reached" }, { "solved", "yes" },
			{ "sat", "1" })));
	drawn(w, 0);
	make_evaluator(w, WANG); /* of u04, which owned it */
	make_evaluator(w, ZHOU);
	assert_refused(w, call_again(w, PEI, "reached", "yes", "1"), NULL, "recheck.own-call");
	assert_refused(w, call_again(w, WANG, "reached", "yes", "1"), NULL, "recheck.own-unit");
	assert_refused(w, call_again(w, CHEN, "reached", "yes", "1"), NULL, "act.not-allowed");
	struct recheck list[4];
	size_t n = 9;
	struct tx *tx = look(w);
	OK(recheck_waiting(tx, w->mem, &w->who[PEI], list, 4, &n, &w->err));
	assert_int_equal(n, 0);
	OK(recheck_waiting(tx, w->mem, &w->who[ZHOU], list, 4, &n, &w->err));
	assert_int_equal(n, 1);
	tx_end(tx);
	assert_refused(w, call_again(w, ZHOU, "reached", "", "1"), "solved", "callback.no-solved");
	assert_refused(w, call_again(w, ZHOU, "reached", "yes", ""), "sat", "callback.no-sat");
	OK(call_again(w, ZHOU, "reached", "yes", "none"));
	assert_invariants(w);
}

/* The phone is opened for the call, with a reason, by an evaluator alone, and only until it is done. */
static void
who_calls_again_may_open_the_phone_until_it_is_done(void **state)
{
	struct world *w = *state;
	drawn(w, 2);
	const char *no = no_text(w, drawn_no(w));
	const struct pair *in = IN({ "concern", no }, { "why", "callback" });
	const int64_t other = ask(w,
		SQL("SELECT min(file_no) FROM concern WHERE office = ? AND state = 9 AND file_no <> ?"),
		VALS(V(w->office), V(drawn_no(w))));
	assert_refused(w, run(w, MA, &concern_unmask, in), NULL, "unmask.not-yours");
	assert_refused(w,
		run(w, PEI, &concern_unmask,
			IN({ "concern", no_text(w, other) }, { "why", "callback" })),
		NULL, "unmask.not-yours");
	OK(run(w, PEI, &concern_unmask, in));
	OK(call_again(w, PEI, "reached", "yes", "1"));
	assert_refused(w, run(w, PEI, &concern_unmask, in), NULL, "unmask.not-yours");
}

static void
three_tries_on_two_days_end_it(void **state)
{
	struct world *w = *state;
	drawn(w, 2);
	OK(call_again(w, PEI, "nobody", "", ""));
	OK(call_again(w, PEI, "nobody", "", ""));
	OK(call_again(w, PEI, "nobody", "", "")); /* all on one day: it goes on */
	go(w, 20261019, 1000);
	OK(call_again(w, PEI, "refused", "", ""));
	assert_refused(w, call_again(w, PEI, "nobody", "", ""), NULL, "recheck.not-drawn");
	assert_int_equal(
		ask(w, SQL("SELECT state FROM recheck WHERE office = ?"), VALS(V(w->office))),
		RECHECK_NOBODY);
	assert_int_equal(count_events(w, "concern.rechecked"), 0);
	assert_invariants(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_frame_is_all_that_was_closed_without_voided_and_sealed),
		TEST(one_in_twenty_is_drawn_and_one_at_least),
		TEST(what_could_be_chosen_is_refused_all_at_once),
		TEST(the_seed_waits_for_the_record_its_signature_and_the_day),
		TEST(the_root_is_that_of_the_announced_size),
		TEST(what_is_drawn_follows_and_is_called),
		TEST(who_left_no_number_is_passed_over),
		TEST(a_second_call_changes_no_figure_and_no_state),
		TEST(nobody_of_the_unit_and_not_the_first_caller_calls_again),
		TEST(who_calls_again_may_open_the_phone_until_it_is_done),
		TEST(three_tries_on_two_days_end_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
