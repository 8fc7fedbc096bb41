/* SPDX-License-Identifier: Apache-2.0 */
/* Secret answers: gathered apart from the matter, opened together, counted from a list (rule V9). */
#include "concern/box.h"
#include "concern/box_pages.h"

#include "fixture.h"

#include "core/hash.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&concern_box_module, &evaluation_module, &notify_module, NULL };

/* A concern is answered and its resident rates; returns the slip, NULL: no mark was given. */
static const char *
rated(struct world *w, const char *attitude)
{
	const int64_t no = take_down(w, GU, "property");
	OK(accept_it(w, CHEN, no));
	OK(submit(w, CHEN, no));
	OK(approve(w, HE, no));
	OK(run(w, RESIDENT, &voice_rate,
		IN({ "code", w->code }, { "solved", "yes" }, { "sat", "1" },
			{ "attitude", attitude })));
	return result(w, "slip");
}

static struct box
box_of(struct world *w, const char *code)
{
	struct box b = { 0 };
	struct tx *tx = look(w);
	OK(box_by_code(tx, w->mem, w->office, str_of(code), &b, &w->err));
	tx_end(tx);
	return b;
}

static const char *
votes_of(struct world *w, const struct box *b)
{
	struct str text;
	struct tx *tx = look(w);
	OK(box_votes_text(tx, w->mem, w->office, b, &text, &w->err));
	tx_end(tx);
	return str_text(w->mem, text);
}

static const char *
doc_of(struct world *w, const struct box *b)
{
	const char *out = NULL;
	struct tx *tx = look(w);
	struct rows *q =
		db_query(tx, SQL("SELECT bytes FROM ledger_doc WHERE office = ? AND sha256 = ?"),
			VALS(V(w->office), V(b->doc)));
	if (row_next(q))
		out = mem_textn(w->mem, (const char *)row_bytes(q, 0).p, row_bytes(q, 0).n);
	OK(rows_close(q, &w->err));
	tx_end(tx);
	return out;
}

/* What the slip says, as its voter would work it out. */
static struct vote
opened(struct world *w, const char *shown, const char *box, int answer)
{
	char slip[VOTE_SLIP_LEN + 1];
	struct vote v;
	assert_true(vote_slip_read(str_of(shown), slip));
	vote_of_slip(w->mem, slip, box, answer, &v);
	return v;
}

/* ---- gathering ------------------------------------------------------------------------------ */

static void
a_vote_is_not_in_the_record_while_the_month_runs(void **state)
{
	struct world *w = *state;
	mark(w);
	const char *slip = rated(w, "4");
	assert_non_null(slip);
	assert_null(strstr(news(w), "box."));
	const struct box b = box_of(w, "a-2026-09");
	assert_int_equal(b.state, BOX_GATHERING);
	assert_int_equal(b.asked, 1);
	assert_int_equal(b.votes, 1);
	assert_string_equal(votes_of(w, &b), "");
	assert_int_equal(run_jobs(w), 0);
	assert_invariants(w);
}

static void
who_gives_no_mark_is_asked_and_gets_no_slip(void **state)
{
	struct world *w = *state;
	assert_null(rated(w, "none"));
	assert_null(rated(w, ""));
	const struct box b = box_of(w, "a-2026-09");
	assert_int_equal(b.asked, 2);
	assert_int_equal(b.votes, 0);
	assert_invariants(w);
}

/* Neither salt nor slip is anywhere in the folder, and no row joins answer, commitment and concern. */
static void
nothing_that_is_kept_opens_a_vote(void **state)
{
	struct world *w = *state;
	const struct vote v = opened(w, rated(w, "3"), "a-2026-09", 3);
	assert_int_equal(ask(w, SQL("SELECT count(*) FROM box_vote WHERE office = ? AND com = ?"),
				 VALS(V(w->office), V((const char *)v.com))),
		1);
	assert_int_equal(ask(w, SQL("SELECT count(*) FROM attitude WHERE office = ? AND t = ?"),
				 VALS(V(w->office),
					 val_bytes((struct bytes){ v.t_bytes, sizeof v.t_bytes }))),
		1);
	assert_int_equal(
		ask(w, SQL("SELECT count(*) FROM ledger_part WHERE office = ? AND part = 'vote'"),
			VALS(V(w->office))),
		0);
	assert_int_equal(
		ask(w, SQL("SELECT count(*) FROM idem WHERE office = ?"), VALS(V(w->office))), 0);
}

/* ---- opening and closing -------------------------------------------------------------------- */

static void
a_month_of_five_is_opened_then_counted_a_day_later(void **state)
{
	struct world *w = *state;
	static const char *const marks[] = { "1", "2", "4", "1", "3", "none" };
	const char *slip[6];
	for (size_t i = 0; i < 6; i++)
		slip[i] = rated(w, marks[i]);
	go(w, 20261001, 10);
	mark(w);
	assert_int_equal(run_jobs(w), 2); /* opened, filled */
	struct box b = box_of(w, "a-2026-09");
	assert_int_equal(b.state, BOX_OPEN);
	assert_int_equal(count_events(w, "\"k\":\"box.vote\""), 5);
	assert_non_null(strstr(news(w),
		"box.opened evaluator - {\"box\":\"a-2026-09\",\"close\":\"2026-10-02T00:10:00+08:00\","
		"\"invited\":6,\"kind\":\"attitude\",\"scale\":\"s4\"}"));
	assert_non_null(strstr(news(w), "box.vote resident - {\"box\":\"a-2026-09\"}"));
	assert_null(b.doc);
	assert_int_equal(run_jobs(w), 0);
	struct box open;
	struct tx *early = look(w); /* opened is not counted */
	assert_int_equal(box_of_month(early, w->mem, w->office, 20260901, &open, &w->err), XQ_NONE);
	tx_end(early);

	go(w, 20261002, 10);
	mark(w);
	assert_int_equal(run_jobs(w), 1);
	b = box_of(w, "a-2026-09");
	assert_int_equal(b.state, BOX_CLOSED);
	assert_string_equal(news(w),
		mem_printf(w->mem,
			"box.closed evaluator - {\"box\":\"a-2026-09\",\"doc\":\"%s\",\"votes\":5}",
			b.doc));
	bool is_counted = false;
	struct tx *tx = look(w);
	OK(box_has_month(tx, w->office, 20260901, &is_counted, &w->err));
	assert_true(is_counted);
	OK(box_has_month(tx, w->office, 20261001, &is_counted, &w->err));
	assert_false(is_counted);
	struct box counted;
	int64_t n[BOX_MARKS + 1];
	OK(box_of_month(tx, w->mem, w->office, 20260901, &counted, &w->err));
	assert_string_equal(counted.code, "a-2026-09");
	assert_int_equal(box_of_month(tx, w->mem, w->office, 20261001, &counted, &w->err), XQ_NONE);
	OK(box_count(tx, w->office, &b, n, &w->err));
	const struct figure_value sum = box_value(n); /* 10 10 8 6 0 of 50 */
	assert_int_equal(sum.num, 34);
	assert_int_equal(sum.den, 50);
	assert_false(figure_is_shown(figure_find("attitude"), sum)); /* of fewer than ten */
	tx_end(tx);
	const char *doc = doc_of(w, &b), *votes = votes_of(w, &b);
	assert_true(canonical_is(str_of(doc)));
	for (size_t i = 0; i < 5; i++) { /* each voter finds the own vote, and how it is counted */
		const struct vote v = opened(w, slip[i], "a-2026-09", marks[i][0] - '0');
		assert_non_null(strstr(votes, v.com));
		assert_non_null(strstr(doc, mem_printf(w->mem, "[\"%s\",[%s]]", v.t, marks[i])));
	}
	assert_invariants(w);
}

/* A month cannot be told from its place in the record: the order is that of the hashes. */
static void
votes_stand_in_the_order_of_their_hashes(void **state)
{
	struct world *w = *state;
	for (size_t i = 0; i < 8; i++)
		(void)rated(w, "1");
	go(w, 20261001, 10);
	(void)run_jobs(w);
	const struct box b = box_of(w, "a-2026-09");
	struct tx *tx = look(w);
	int64_t last = -1;
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT seq FROM box_vote WHERE office = ? AND box_no = ? ORDER BY com"),
		VALS(V(w->office), V(b.no)));
	for (; row_next(q); n++) {
		assert_true(row_int(q, 0) > last && row_int(q, 0) > b.opened_seq);
		last = row_int(q, 0);
	}
	OK(rows_close(q, &w->err));
	tx_end(tx);
	assert_int_equal(n, 8);
}

static void
fewer_than_five_go_on_into_the_next_month(void **state)
{
	struct world *w = *state;
	const char *first = rated(w, "4");
	(void)rated(w, "1");
	go(w, 20261009, 1000);
	mark(w);
	assert_int_equal(run_jobs(w), 0);
	assert_string_equal(news(w), "");
	for (size_t i = 0; i < 3; i++)
		(void)rated(w, "1");
	const struct box b = box_of(w, "a-2026-09");
	assert_int_equal(b.from_day, 20260901);
	assert_int_equal(b.to_day, 20261101);
	assert_int_equal(b.votes, 5);
	assert_int_equal(
		ask(w, SQL("SELECT count(*) FROM box WHERE office = ?"), VALS(V(w->office))), 1);
	/* five now, but the month runs: the fifth one must not open it */
	assert_int_equal(run_jobs(w), 0);
	go(w, 20261101, 10);
	assert_int_equal(run_jobs(w), 2);
	go(w, 20261102, 10);
	assert_int_equal(run_jobs(w), 1);
	const struct box closed = box_of(w, "a-2026-09");
	assert_non_null(strstr(doc_of(w, &closed), opened(w, first, "a-2026-09", 4).t));
	assert_invariants(w);
}

/* The clock is late: what is given in the new month is not put into the box that is to be opened. */
static void
a_box_that_waits_to_be_opened_takes_nothing_more(void **state)
{
	struct world *w = *state;
	for (size_t i = 0; i < 5; i++)
		(void)rated(w, "1");
	go(w, 20261009, 1000);
	(void)rated(w, "2");
	assert_int_equal(box_of(w, "a-2026-09").votes, 5);
	assert_int_equal(box_of(w, "a-2026-10").votes, 1);
	assert_int_equal(run_jobs(w), 2);
	assert_int_equal(count_events(w, "\"k\":\"box.vote\""), 5);
	assert_invariants(w);
}

static void
a_row_taken_out_of_a_box_is_found(void **state)
{
	struct world *w = *state;
	for (size_t i = 0; i < 5; i++)
		(void)rated(w, i ? "1" : "4");
	go(w, 20261001, 10);
	(void)run_jobs(w);
	force(w, SQL("DELETE FROM attitude WHERE office = ? AND mark = 4"), VALS(V(w->office)));
	int64_t faults = 0;
	struct tx *tx = look(w);
	OK(box_holds.count_faults(tx, w->mem, w->office, &faults, &w->err));
	tx_end(tx);
	assert_int_equal(faults, 1);
	go(w, 20261002, 10);
	const struct box b = box_of(w, "a-2026-09");
	struct act_call *close = call_of_id(w, &w->who[SYSTEM], &box_close, b.no);
	assert_int_equal(run_call(w, close), XQ_FAULT);
	assert_int_equal(count_events(w, "\"k\":\"box.closed\""), 0);
}

static void
nobody_but_the_clock_opens_a_box(void **state)
{
	struct world *w = *state;
	for (size_t i = 0; i < 5; i++)
		(void)rated(w, "1");
	const struct box b = box_of(w, "a-2026-09");
	static const struct act *const acts[] = { &box_open, &box_fill, &box_close };
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
		assert_refused(w, run_call(w, call_of_id(w, &w->who[PEI], acts[i], b.no)), NULL,
			"act.not-allowed");
		/* nor the clock before its time */
		assert_refused(w, run_call(w, call_of_id(w, &w->who[SYSTEM], acts[i], b.no)), NULL,
			"store.changed");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_vote_is_not_in_the_record_while_the_month_runs),
		TEST(who_gives_no_mark_is_asked_and_gets_no_slip),
		TEST(nothing_that_is_kept_opens_a_vote),
		TEST(a_month_of_five_is_opened_then_counted_a_day_later),
		TEST(votes_stand_in_the_order_of_their_hashes),
		TEST(fewer_than_five_go_on_into_the_next_month),
		TEST(a_box_that_waits_to_be_opened_takes_nothing_more),
		TEST(a_row_taken_out_of_a_box_is_found),
		TEST(nobody_but_the_clock_opens_a_box),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
