/* SPDX-License-Identifier: Apache-2.0 */
/* Publishing a month: what is frozen, what is refused, what stands in the record afterwards. */
#include "../concern/fixture.h"

#include "core/hash.h"
#include "insight/insight.h"
#include "ledger/note.h"
#include "ledger/tiles.h"
#include "record/record_int.h"
#include "record/sheet_int.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &insight_module, &record_sheet_module, &notify_module, NULL };

#define SEP 20260901

/* The head as it is now, signed. */
static void
sign(struct world *w)
{
	static const uint8_t seed[NOTE_SEED_LEN] = { 7 };
	struct tx *tx;
	struct ledger_tree *t;
	OK(db_write(w->app->db, &tx, &w->err));
	OK(ledger_tree_open(tx, w->mem, w->office, &t, &w->err));
	struct checkpoint c = { .size = ledger_tree_size(t), .signed_at = now_of(w) };
	OK(ledger_tree_root(t, c.size, &c.root, &w->err));
	const char *origin = ledger_tree_origin(t);
	const char *body = checkpoint_body(w->mem, origin, c.size, &c.root);
	c.note = mem_printf(w->mem, "%s\n%s", body, note_sign(w->mem, body, origin, seed));
	OK(checkpoint_put(tx, w->mem, w->office, &c, &w->err));
	OK(tx_commit(tx, &w->err));
}

static struct actor
publisher(struct world *w)
{
	struct actor a = w->who[ZHOU];
	a.grant[a.n_grants++] = (struct grant){ .role = ROLE_PUBLISHER };
	return a;
}

static enum xq_rc
publish(struct world *w, const struct pair *in)
{
	const struct actor a = publisher(w);
	return run_call(w, call_of(w, &a, &figures_publish, in));
}

/* One concern of September closed by its rating; the clock then stands in October. */
static int64_t
september(struct world *w)
{
	const int64_t no = answered_by_chen(w);
	OK(rate(w, RESIDENT, w->code, "yes", "2"));
	go(w, 20261008, 900);
	return no;
}

static struct sheet
newest(struct world *w, size_t *out_n)
{
	struct sheet *all = mem_array(w->mem, struct sheet, SHEET_VERSIONS_MAX);
	struct tx *tx = look(w);
	OK(sheet_versions(tx, w->mem, w->office, SEP, all, out_n, &w->err));
	if (*out_n > 0)
		OK(sheet_open(tx, w->mem, w->office, &all[0], &w->err));
	tx_end(tx);
	return all[0];
}

static void
month_is_frozen_with_a_signed_size_and_named_in_the_record(void **state)
{
	struct world *w = *state;
	size_t n;
	(void)september(w);
	sign(w);
	mark(w);
	const int64_t size = events(w);
	OK(publish(w, IN({ "month", "2026-09-15" })));
	assert_string_equal(result(w, "month"), "2026-09");
	struct sheet s = newest(w, &n);
	assert_int_equal(n, 1);
	assert_int_equal(s.size, size);
	assert_int_equal(s.seq, size);
	assert_string_equal(news(w),
		mem_printf(w->mem,
			"figures.published officer - {\"doc\":\"%s\",\"from\":\"2026-09-01\","
			"\"size\":%lld,\"to\":\"2026-10-01\"}",
			s.doc, (long long)size));
	uint8_t hash[SHA256_LEN];
	char hex[2 * SHA256_LEN + 1];
	hash_sha256((struct bytes){ (const uint8_t *)s.bytes.p, s.bytes.n }, hash);
	text_hex((struct bytes){ hash, sizeof hash }, hex);
	assert_string_equal(s.doc, hex);
	assert_true(canonical_is(s.bytes));
	assert_int_equal(s.is.period.set, FIGURES_WIDE);
	assert_int_equal(figures_find(&s.is.figures, "closed")->num, 1);
	assert_int_equal(figures_find(&s.is.figures, "satisfaction")->num, 8);
	assert_int_equal(figures_find_of(&s.is.figures, "closed", "u04", NULL, NULL)->num, 1);
	assert_int_equal(
		ask(w, SQL("SELECT count(*) FROM ledger_checkpoint WHERE office = ? AND size = ?"),
			VALS(V(w->office), V(size))),
		1); /* named: kept for ever */
	assert_invariants(w);
}

/* The month of September up to size, as the office's kept walk counts it and as a fresh one does. */
static void
same_as_fresh(struct world *w, int64_t office, int64_t size)
{
	const struct figures_period p = { 20260901, 20261001, size, FIGURES_WIDE };
	const struct figures_row *x, *y;
	struct figures_walk *kept, *fresh;
	struct figures a, b;
	struct tx *tx = look(w);
	OK(sheet_walk_take(w->app, tx, w->mem, office, size, &kept, &w->err));
	assert_true(figures_walk_size(kept) >= size);
	figures_count(kept, w->mem, &p, &a);
	sheet_walk_give(w->app);
	OK(sheet_walk(tx, w->mem, office, size, &fresh, &w->err));
	figures_count(fresh, w->mem, &p, &b);
	assert_false(figures_differ(&a, &b, &x, &y));
	assert_true(a.n > 10);
	tx_end(tx);
}

static void
walk_that_is_kept_counts_every_size_as_a_fresh_one(void **state)
{
	struct world *w = *state;
	struct record_state s = { 0 };
	assert_int_equal(pthread_mutex_init(&s.walk_lock, NULL), 0);
	w->app->record = &s;
	const int64_t early = events(w);
	same_as_fresh(w, w->office, early);
	(void)september(w);
	const int64_t late = events(w);
	assert_true(late > early);
	same_as_fresh(w, w->office, late);
	void *root = s.walk[0].root;
	same_as_fresh(w, w->office, early);
	same_as_fresh(w, w->office, late - 1);
	assert_ptr_equal(s.walk[0].root, root); /* nothing was walked twice */
	assert_null(s.walk[1].root);
	same_as_fresh(w, w->other, 1);
	/* more offices than places: who was asked for longest ago is forgotten, and begun anew when asked again */
	for (int64_t nobody = 1000; nobody < 1000 + WALKS_KEPT - 1; nobody++) {
		struct figures_walk *empty;
		struct tx *tx = look(w);
		OK(sheet_walk_take(w->app, tx, w->mem, nobody, -1, &empty, &w->err));
		assert_int_equal(figures_walk_size(empty), 0);
		sheet_walk_give(w->app);
		tx_end(tx);
	}
	same_as_fresh(w, w->office, late);
	same_as_fresh(w, w->other, 1);
	for (size_t i = 0; i < WALKS_KEPT; i++)
		mem_free(s.walk[i].root);
	w->app->record = NULL;
	pthread_mutex_destroy(&s.walk_lock);
}

/* The document says what a stranger gets from the entries alone, and no entry of the month can be left out. */
static void
frozen_month_comes_out_of_the_record_again(void **state)
{
	struct world *w = *state;
	struct figures_walk *walk;
	size_t n;
	(void)september(w);
	(void)take_down(w, GU, "property"); /* of October */
	sign(w);
	OK(publish(w, IN({ "month", "2026-09-01" })));
	struct sheet s = newest(w, &n);
	struct figures_doc again = s.is;
	struct tx *tx = look(w);
	OK(sheet_walk(tx, w->mem, w->office, -1, &walk, &w->err));
	tx_end(tx);
	assert_true(figures_is_whole(walk, &s.is.period));
	figures_count(walk, w->mem, &s.is.period, &again.figures);
	const char *bytes = figures_document(w->mem, &again);
	assert_int_equal(strlen(bytes), s.bytes.n);
	assert_memory_equal(bytes, s.bytes.p, s.bytes.n);
}

static void
what_is_not_signed_is_not_published(void **state)
{
	struct world *w = *state;
	(void)september(w);
	assert_refused(w, publish(w, IN({ "month", "2026-09-01" })), NULL, "sheet.not-signed");
	sign(w);
	OK(publish(w, IN({ "month", "2026-09-01" })));
}

/* Signed in the middle of the month, with entries of the month behind it. */
static void
signed_size_that_cuts_the_month_is_refused(void **state)
{
	struct world *w = *state;
	sign(w);
	(void)september(w);
	assert_refused(w, publish(w, IN({ "month", "2026-09-01" })), NULL, "sheet.not-signed");
}

static void
month_must_be_over_and_not_before_the_first_concern(void **state)
{
	struct world *w = *state;
	(void)september(w);
	sign(w);
	assert_refused(w, publish(w, IN({ "month", "2026-10-01" })), "month", "sheet.month-runs");
	assert_refused(w, publish(w, IN({ "month", "2026-08-01" })), "month", "sheet.before-begin");
	go(w, 20260930, 2359);
	assert_refused(w, publish(w, IN({ "month", "2026-09-01" })), "month", "sheet.month-runs");
}

static void
only_publishers_publish(void **state)
{
	struct world *w = *state;
	(void)september(w);
	sign(w);
	assert_int_equal(run(w, CHEN, &figures_publish, IN({ "month", "2026-09-01" })), XQ_REFUSED);
	assert_int_equal(
		run(w, RESIDENT, &figures_publish, IN({ "month", "2026-09-01" })), XQ_REFUSED);
	OK(publish(w, IN({ "month", "2026-09-01" })));
}

static void
correction_says_why_and_stands_beside_the_first(void **state)
{
	struct world *w = *state;
	const struct figures_row *a, *b;
	struct sheet first;
	size_t n;
	const int64_t open = take_down(w, GU, "property");
	(void)september(w);
	sign(w);
	assert_refused(w, publish(w, IN({ "month", "2026-09-01" }, { "why", "counting" })), "why",
		"sheet.nothing-to-correct");
	OK(publish(w, IN({ "month", "2026-09-01" })));
	first = newest(w, &n);
	sign(w);
	assert_refused(w, publish(w, IN({ "month", "2026-09-01" })), "why", "sheet.why-missing");
	assert_refused(w, publish(w, IN({ "month", "2026-09-01" }, { "why", "counting" })), NULL,
		"sheet.no-change");
	OK(run(w, SHEN, &concern_void,
		IN({ "concern", no_text(w, open) }, { "why", "error" }, { "note", "重复录入" })));
	sign(w);
	mark(w);
	OK(publish(w, IN({ "month", "2026-09-01" }, { "why", "voided" },
			      { "note", "一件重复录入的已作废。" })));
	struct sheet second = newest(w, &n);
	assert_int_equal(n, 2);
	assert_int_equal(second.ver, 2);
	assert_string_equal(second.why, "voided");
	assert_non_null(strstr(news(w), "\"why\":\"voided\""));
	assert_true(figures_differ(&first.is.figures, &second.is.figures, &a, &b));
	assert_int_equal(figures_find(&first.is.figures, "raised")->num, 2);
	assert_int_equal(figures_find(&second.is.figures, "raised")->num, 1);
	assert_invariants(w);
}

static void
clock_proposes_the_month_on_the_first_working_day(void **state)
{
	struct world *w = *state;
	int32_t month[4];
	size_t n = 0;
	(void)september(w);
	go(w, 20261007, 900); /* the last day of the holidays */
	(void)run_jobs(w);
	struct tx *tx = look(w);
	OK(sheet_waiting(tx, w->office, month, 4, &n, &w->err));
	tx_end(tx);
	assert_int_equal(n, 0);
	go(w, 20261008, 900);
	(void)run_jobs(w);
	(void)run_jobs(w); /* once is enough */
	tx = look(w);
	OK(sheet_waiting(tx, w->office, month, 4, &n, &w->err));
	tx_end(tx);
	assert_int_equal(n, 1);
	assert_int_equal(month[0], SEP);
	sign(w);
	OK(publish(w, IN({ "month", "2026-09-01" })));
	tx = look(w);
	OK(sheet_waiting(tx, w->office, month, 4, &n, &w->err));
	tx_end(tx);
	assert_int_equal(n, 0);
}

static void
difference_between_tallies_and_record_is_named(void **state)
{
	struct world *w = *state;
	struct sheet_difference d = { 0 };
	const char *words = NULL;
	int64_t n = 0;
	(void)september(w);
	force(w, SQL("UPDATE tally SET n = n + 1 WHERE office = ? AND figure = 'closed'"),
		VALS(V(w->office)));
	struct tx *tx = look(w);
	OK(sheet_compare(tx, w->mem, w->office, &n, &d, &w->err));
	assert_true(n > 0);
	assert_string_equal(d.id, "closed");
	assert_int_equal(d.counted_num, 2);
	assert_int_equal(d.record_num, 1);
	OK(sheet_figures_agree.name_first(tx, w->mem, w->office, &words, &w->err));
	tx_end(tx);
	assert_string_equal(words, "2026-09 closed: tallies 2 / 0, record 1 / 0");
}

static void
months_are_read_strictly(void **state)
{
	(void)state;
	int32_t month;
	assert_true(sheet_month_read(STR("2026-09"), &month));
	assert_int_equal(month, SEP);
	static const char *const bad[] = { "", "2026-9", "2026-13", "2026-00", "202609", "2026/09",
		"2026-091", "abcd-ef", "-026-09" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(sheet_month_read(str_of(bad[i]), &month));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(month_is_frozen_with_a_signed_size_and_named_in_the_record),
		TEST(frozen_month_comes_out_of_the_record_again),
		TEST(what_is_not_signed_is_not_published),
		TEST(signed_size_that_cuts_the_month_is_refused),
		TEST(month_must_be_over_and_not_before_the_first_concern),
		TEST(only_publishers_publish),
		TEST(correction_says_why_and_stands_beside_the_first),
		TEST(clock_proposes_the_month_on_the_first_working_day),
		TEST(difference_between_tallies_and_record_is_named),
		TEST(months_are_read_strictly),
		TEST(walk_that_is_kept_counts_every_size_as_a_fresh_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
