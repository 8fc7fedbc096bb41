/* SPDX-License-Identifier: Apache-2.0 */
/* What everybody may see of a promise, and what happens to one that the year leaves behind. */
#include "fixture.h"

#include "concern/promise_public.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, NULL };

static enum xq_rc
promise_it(struct world *w, int64_t no, const char *day)
{
	return run(w, CHEN, &concern_promise,
		IN({ "concern", no_text(w, no) }, { "text", "恢复王家门口照明" }, { "day", day }));
}

static enum xq_rc
move_it(struct world *w, int64_t no, const char *day)
{
	return run(w, CHEN, &promise_move,
		IN({ "concern", no_text(w, no) }, { "no", "1" }, { "day", day }, { "why", "parts" },
			{ "note", "王家的线路缺件" }));
}

static size_t
shown(struct world *w, enum promise_show show, struct public_promise **out)
{
	size_t n = 0;
	struct tx *tx = look(w);
	const struct promise_query q = { .show = show, .max = 20 };
	OK(promise_public(tx, w->mem, w->office, &q, out, &n, &w->err));
	tx_end(tx);
	return n;
}

static int64_t
waits_for_chen(struct world *w)
{
	int64_t n = -1;
	struct tx *tx = look(w);
	const struct list_query q = {
		.kind = LIST_CARRY, .person_id = w->who[CHEN].person_id, .max = 10, .now = now_of(w)
	};
	OK(concern_count(tx, w->office, &q, &n, &w->err));
	tx_end(tx);
	return n;
}

static void
strangers_see_days_unit_and_reviewed_line_only(void **state)
{
	struct world *w = *state;
	struct public_promise *p;
	const int64_t no = signed_by_chen(w);
	OK(promise_it(w, no, "2026-10-09"));
	assert_int_equal(shown(w, SHOW_ALL, &p), 1);
	assert_null(p[0].line); /* nobody has reviewed one */
	assert_string_equal(p[0].class, "property");
	assert_string_equal(p[0].unit, "物业管理科");
	OK(submit(w, CHEN, no));
	OK(run(w, HE, &reply_approve,
		IN({ "concern", no_text(w, no) }, { "public_line", "楼道灯已修" })));
	assert_int_equal(shown(w, SHOW_ALL, &p), 1);
	assert_string_equal(p[0].line, "楼道灯已修");
}

static void
a_line_that_the_resident_did_not_agree_to_is_not_shown(void **state)
{
	struct world *w = *state;
	struct public_promise *p;
	const int64_t no = signed_by_chen(w);
	OK(promise_it(w, no, "2026-10-09"));
	force(w,
		SQL("UPDATE concern SET public_line = ?, may_publish = 0"
		    " WHERE office = ? AND file_no = ?"),
		VALS(V("楼道灯已修"), V(w->office), V(no)));
	assert_int_equal(shown(w, SHOW_ALL, &p), 1);
	assert_null(p[0].line);
}

static void
what_is_sealed_voided_or_taken_over_stands_on_no_list(void **state)
{
	struct world *w = *state;
	struct public_promise *p;
	static const char *const hidden[] = { "lane = 1", "state = 15", "is_imported = 1" };
	for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
		OK(promise_it(w, signed_by_chen(w), "2026-10-09"));
	assert_int_equal(shown(w, SHOW_ALL, &p), 3);
	int64_t id[3];
	for (size_t i = 0; i < 3; i++)
		id[i] = p[i].concern_id;
	force(w, SQL("UPDATE concern SET lane = 1 WHERE office = ? AND id = ?"),
		VALS(V(w->office), V(id[0])));
	force(w, SQL("UPDATE concern SET state = 15 WHERE office = ? AND id = ?"),
		VALS(V(w->office), V(id[1])));
	force(w, SQL("UPDATE concern SET is_imported = 1 WHERE office = ? AND id = ?"),
		VALS(V(w->office), V(id[2])));
	for (int show = SHOW_ALL; show <= SHOW_MOVED; show++)
		assert_int_equal(shown(w, (enum promise_show)show, &p), 0);
}

static void
kept_late_and_moved_promises_stand_on_their_lists_with_the_reason(void **state)
{
	struct world *w = *state;
	struct public_promise *p;
	const int64_t kept = signed_by_chen(w), moved = signed_by_chen(w), late = signed_by_chen(w);
	OK(promise_it(w, kept, "2026-10-09"));
	OK(promise_it(w, moved, "2026-10-09"));
	OK(promise_it(w, late, "2026-10-08"));
	OK(run(w, CHEN, &promise_keep,
		IN({ "concern", no_text(w, kept) }, { "no", "1" }, { "note", "全部亮了" })));
	OK(move_it(w, moved, "2026-10-15"));
	go(w, 20261009, 900);
	assert_true(run_jobs(w) > 0);
	assert_int_equal(shown(w, SHOW_ALL, &p), 3);
	assert_int_equal(p[0].due_day, 20261015); /* the latest day first */
	assert_int_equal(shown(w, SHOW_KEPT, &p), 1);
	assert_true(p[0].is_kept && !p[0].is_late);
	assert_int_equal(shown(w, SHOW_LATE, &p), 1);
	assert_int_equal(p[0].due_day, 20261008);
	assert_int_equal(shown(w, SHOW_MOVED, &p), 1);
	assert_string_equal(p[0].why, "parts");
	assert_int_equal(p[0].first_day, 20261009);
	assert_int_equal(shown(w, SHOW_OPEN, &p), 1);
}

/* ---- the year turns ------------------------------------------------------------------------- */

static void
what_the_year_leaves_open_waits_for_a_written_reason(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w), next = signed_by_chen(w);
	OK(promise_it(w, no, "2026-12-30"));
	OK(promise_it(w, next, "2027-01-06"));
	go(w, 20261231, 1200);
	(void)run_jobs(w);
	assert_int_equal(waits_for_chen(w), 0); /* late, and the year is still running */
	go(w, 20270104, 900);
	mark(w);
	(void)run_jobs(w);
	assert_int_equal(waits_for_chen(w), 1);
	(void)run_jobs(w);
	assert_int_equal(waits_for_chen(w), 1);
	assert_int_equal(ask(w,
				 SQL("SELECT count(*) FROM outbox WHERE office = ?"
				     " AND body LIKE '%promise.carry%'"),
				 VALS(V(w->office))),
		1); /* asked once */
	assert_refused(w,
		run(w, CHEN, &promise_move,
			IN({ "concern", no_text(w, no) }, { "no", "1" }, { "day", "2027-02-10" },
				{ "why", "money" })),
		"note", "field.missing");
	assert_int_equal(waits_for_chen(w), 1);
	OK(move_it(w, no, "2027-02-10"));
	assert_int_equal(waits_for_chen(w), 0);
}

static void
a_promise_kept_after_the_year_needs_no_reason_any_more(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	OK(promise_it(w, no, "2026-12-30"));
	go(w, 20270104, 900);
	(void)run_jobs(w);
	assert_int_equal(waits_for_chen(w), 1);
	OK(run(w, CHEN, &promise_keep,
		IN({ "concern", no_text(w, no) }, { "no", "1" }, { "note", "全部亮了" })));
	assert_int_equal(waits_for_chen(w), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(strangers_see_days_unit_and_reviewed_line_only),
		TEST(a_line_that_the_resident_did_not_agree_to_is_not_shown),
		TEST(what_is_sealed_voided_or_taken_over_stands_on_no_list),
		TEST(kept_late_and_moved_promises_stand_on_their_lists_with_the_reason),
		TEST(what_the_year_leaves_open_waits_for_a_written_reason),
		TEST(a_promise_kept_after_the_year_needs_no_reason_any_more),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
