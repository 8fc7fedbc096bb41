/* SPDX-License-Identifier: Apache-2.0 */
/* How well a concern is handled: a complaint rests on findings. */
#include "fixture.h"

#include "concern/attitude.h"
#include "concern/passed_up.h"
#include "store/store_int.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, NULL };

/* ---- findings (B09) ----------------------------------------------------------------------------- */

static int64_t
signed_of_nature(struct world *w, const char *nature)
{
	OK(run(w, GU, &concern_register,
		IN({ "body", "三楼的灯不亮，物业不来。" }, { "class", "property" },
			{ "nature", nature }, { "phone", "13800138000" })));
	const int64_t no = made_now(w);
	OK(accept_it(w, CHEN, no));
	return no;
}

static void
a_complaint_is_not_answered_without_a_finding(void **state)
{
	static const char *const natures[] = { "complaint", "report" };
	struct world *w = *state;
	for (size_t i = 0; i < 2; i++) {
		const int64_t no = signed_of_nature(w, natures[i]);
		assert_refused(w, submit(w, CHEN, no), "no_finding", "reply.no-finding");
		assert_int_equal(concern_of(w, no).state, ST_SIGNED);
	}
	assert_int_equal(
		ask(w, SQL("SELECT count(*) FROM reply WHERE office = ?"), VALS(V(w->office))), 0);
}

static void
other_kinds_are_answered_at_once(void **state)
{
	static const char *const natures[] = { "consult", "help", "suggestion", "praise", "other" };
	struct world *w = *state;
	for (size_t i = 0; i < sizeof natures / sizeof *natures; i++)
		OK(submit(w, CHEN, signed_of_nature(w, natures[i])));
	assert_invariants(w);
}

static void
with_a_finding_the_complaint_is_answered(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_of_nature(w, "complaint");
	struct finding *f;
	struct reply r;
	size_t n;
	mark(w);
	OK(run(w, CHEN, &concern_find,
		IN({ "concern", no_text(w, no) }, { "text", "三楼的灯管烧坏了。" },
			{ "evidence", "照片2张\n报修单" }, { "heard", "来电居民\n物业经理" },
			{ "seen_on", "2026-09-29" })));
	assert_string_equal(news(w), "concern.found handler u04 {}"); /* nothing else is public */
	OK(submit(w, CHEN, no));
	struct tx *tx = look(w);
	const int64_t id = concern_of(w, no).id;
	OK(finding_list(tx, w->mem, w->office, id, &f, &n, &w->err));
	OK(reply_newest(tx, w->mem, w->office, id, false, &r, &w->err));
	tx_end(tx);
	assert_int_equal(n, 1);
	assert_string_equal(f[0].heard, "来电居民\n物业经理");
	assert_string_equal(f[0].evidence, "照片2张\n报修单");
	assert_int_equal(f[0].seen_on, 20260929);
	assert_null(r.no_finding);
	assert_invariants(w);
}

static void
or_the_answer_says_why_none_was_needed(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_of_nature(w, "complaint");
	struct pair in[] = { { "concern", no_text(w, no) }, { "text", "灯已经换好，请您看看。" },
		{ "outcome", "solved" }, { "no_finding", "没" }, { 0 } };
	struct reply r;
	assert_refused(w, run(w, CHEN, &reply_submit, in), "no_finding", "field.too-short");
	in[3].text = "居民当场看着换好的。";
	OK(run(w, CHEN, &reply_submit, in));
	struct tx *tx = look(w);
	OK(reply_newest(tx, w->mem, w->office, concern_of(w, no).id, false, &r, &w->err));
	tx_end(tx);
	assert_string_equal(r.no_finding, "居民当场看着换好的。");
	OK(approve(w, HE, no));
	assert_invariants(w);
}

static void
missing_finding_and_unmarked_points_are_told_at_once(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_of_nature(w, "report");
	OK(run(w, CHEN, &concern_set_points,
		IN({ "concern", no_text(w, no) }, { "points", "修好灯" })));
	assert_refused(w, submit(w, CHEN, no), "no_finding", "reply.no-finding");
	assert_refused(w, XQ_REFUSED, "point1", "reply.point-unmarked");
	assert_int_equal(w->call->form.n_faults, 2);
}

static void
nobody_was_on_the_spot_tomorrow(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_of_nature(w, "complaint");
	assert_refused(w,
		run(w, CHEN, &concern_find,
			IN({ "concern", no_text(w, no) }, { "text", "三楼的灯管烧坏了。" },
				{ "seen_on", "2026-10-01" })),
		"seen_on", "finding.day-ahead");
	assert_refused(w, submit(w, CHEN, no), "no_finding", "reply.no-finding");
}

static void
the_check_finds_an_answer_without_either(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_of_nature(w, "complaint");
	OK(run(w, CHEN, &concern_find,
		IN({ "concern", no_text(w, no) }, { "text", "三楼的灯管烧坏了。" })));
	OK(submit(w, CHEN, no));
	force(w, SQL("DELETE FROM finding WHERE office = ?"), VALS(V(w->office)));
	struct tx *tx = look(w);
	int64_t faults = -1;
	const struct invariant *const *inv = concern_module.invariants;
	while (*inv && !text_eq((*inv)->name, "reply.found-or-said-why"))
		inv++;
	assert_non_null(*inv);
	OK((*inv)->count_faults(tx, w->mem, w->office, &faults, &w->err));
	tx_end(tx);
	assert_int_equal(faults, 1);
}

/* ---- how people were treated (B08) -------------------------------------------------------------- */

static enum xq_rc
call(struct world *w, int64_t no, const char *attitude, const char *words, const char *again)
{
	return run(w, PEI, &callback_record,
		IN({ "concern", no_text(w, no) }, { "result", "reached" }, { "solved", "yes" },
			{ "attitude", attitude }, { "result_sat", "2" }, { "sat", "1" },
			{ "about_staff", words }, { "again", again }));
}

static int64_t
tally_of(struct world *w, const char *figure, int32_t day)
{
	return ask(w,
		SQL("SELECT coalesce(sum(n), 0) FROM tally"
		    " WHERE office = ? AND figure = ? AND day = ?"),
		VALS(V(w->office), V(figure), V(day)));
}

static void
the_manner_is_marked_apart_from_the_matter(void **state)
{
	struct world *w = *state;
	const int64_t no = answered_by_chen(w);
	mark(w);
	OK(call(w, no, "4", "", ""));
	const struct concern c = concern_of(w, no);
	assert_string_equal(c.seen_solved, "yes");
	assert_int_equal(c.seen_sat, 1); /* not the 4: that stands in the box alone */
	assert_int_equal(c.state, ST_CLOSED);
	assert_int_equal(
		ask(w, SQL("SELECT mark FROM attitude WHERE office = ? AND unit_code = 'u04'"),
			VALS(V(w->office))),
		4);
	assert_null(strstr(news(w), "\"sat\":4"));
	assert_int_equal(tally_of(w, "attitude-full", 20260901), 10); /* the day is not told */
	assert_int_equal(tally_of(w, "attitude-points", 20260901), 0);
	assert_int_equal(tally_of(w, "attitude-full", 20260930), 0);
	assert_int_equal(tally_of(w, "result-points", 20260930), 8);
	assert_invariants(w);
}

static void
who_says_nothing_about_the_manner_is_in_no_box(void **state)
{
	struct world *w = *state;
	OK(call(w, answered_by_chen(w), "none", "", ""));
	OK(call(w, answered_by_chen(w), "", "", ""));
	assert_int_equal(
		ask(w, SQL("SELECT count(*) FROM attitude WHERE office = ?"), VALS(V(w->office))),
		0);
	assert_invariants(w);
}

static void
residents_mark_the_manner_themselves(void **state)
{
	struct world *w = *state;
	(void)answered_by_chen(w);
	OK(run(w, RESIDENT, &voice_rate,
		IN({ "code", w->code }, { "solved", "yes" }, { "sat", "1" }, { "attitude", "2" },
			{ "result_sat", "1" })));
	assert_int_equal(tally_of(w, "attitude-points", 20260901), 8);
	assert_int_equal(tally_of(w, "result-points", 20260930), 10);
	assert_invariants(w);
}

static void
a_sealed_matter_is_marked_for_no_unit(void **state)
{
	struct world *w = *state;
	OK(run(w, GU, &concern_register,
		IN({ "body", "物业经理骂人。" }, { "class", "property" }, { "secret", "1" })));
	const int64_t no = made_now(w);
	OK(accept_it(w, CHEN, no));
	OK(submit(w, CHEN, no));
	OK(approve(w, HE, no));
	OK(call(w, no, "3", "", ""));
	assert_int_equal(
		ask(w, SQL("SELECT count(*) FROM attitude WHERE office = ? AND unit_code = ''"),
			VALS(V(w->office))),
		1);
	assert_invariants(w);
}

static size_t
conduct_seen_by(struct world *w, enum who who, struct conduct *out)
{
	size_t n;
	struct tx *tx = look(w);
	OK(conduct_list(tx, w->mem, w->app, &w->who[who], 0, out, 5, &n, &w->err));
	tx_end(tx);
	return n;
}

static void
words_about_staff_never_reach_the_unit(void **state)
{
	struct world *w = *state;
	struct conduct list[5];
	struct callback *cb;
	size_t n;
	const int64_t no = answered_by_chen(w);
	OK(call(w, no, "4", "电话里说了三遍等着，最后直接挂了。", ""));
	assert_int_equal(conduct_seen_by(w, SHEN, list), 1);
	assert_string_equal(list[0].words, "电话里说了三遍等着，最后直接挂了。");
	assert_int_equal(list[0].file_no, no);
	assert_int_equal(conduct_seen_by(w, BAI, list), 0); /* sits in the unit */
	struct tx *tx = look(w);
	OK(callback_list(tx, w->mem, w->office, concern_of(w, no).id, &cb, &n, &w->err));
	tx_end(tx);
	assert_int_equal(n, 1);
	assert_string_equal(cb[0].words, "");
	tx = look(w);
	struct rows *q = db_query(tx,
		SQL("SELECT sealed FROM conduct WHERE office = ? ORDER BY id"), VALS(V(w->office)));
	assert_true(row_next(q));
	assert_true(str_index(row_str(q, 0), STR("三遍")) == row_str(q, 0).n); /* as it lies */
	OK(rows_close(q, &w->err));
	tx_end(tx);
}

static void
who_wants_it_again_gets_a_ruling(void **state)
{
	struct world *w = *state;
	const int64_t no = answered_by_chen(w);
	OK(call(w, no, "1", "", "1"));
	assert_int_equal(concern_of(w, no).state, ST_CALLBACK);
	assert_true(concern_of(w, no).needs_ruling);
	OK(rule(w, SHEN, no, "redo"));
	assert_invariants(w);
}

/* ---- passing up (B06) ----------------------------------------------------------------------------- */

static enum xq_rc
pass_up(struct world *w, enum who who, int64_t no)
{
	return run(w, who, &concern_pass_up,
		IN({ "concern", no_text(w, no) }, { "facts", "三号梯轴承磨损，维保空白。" },
			{ "tried", "约谈物业两次，没有动作\n请房管办发函" },
			{ "proposal", "先用应急维修资金更换。" }, { "asked", "leader" }));
}

static enum xq_rc
answer_up(struct world *w, enum who who, int64_t no)
{
	return run(w, who, &concern_answer_up,
		IN({ "concern", no_text(w, no) }, { "decision", "agreed" },
			{ "note", "同意，周五前房管办到场。" }));
}

static void
what_goes_up_brings_facts_tries_and_a_proposal(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	OK(run(w, CHEN, &concern_contact, IN({ "concern", no_text(w, no) }, { "note", "接通" })));
	assert_refused(w,
		run(w, CHEN, &concern_pass_up,
			IN({ "concern", no_text(w, no) }, { "asked", "leader" })),
		"facts", "passed-up.no-facts");
	assert_refused(w, XQ_REFUSED, "tried", "passed-up.no-tries");
	assert_refused(w, XQ_REFUSED, "proposal", "passed-up.no-proposal");
	assert_refused(w, pass_up(w, WANG, no), NULL, "concern.not-owner");
	mark(w);
	OK(pass_up(w, CHEN, no));
	assert_string_equal(news(w), "office.noted handler u04 {\"act\":\"concern.pass-up\"}");
	assert_refused(w, pass_up(w, HE, no), NULL, "passed-up.waits");
}

static void
passing_up_moves_nothing_and_counts_against_nobody(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	const struct concern before = concern_of(w, no);
	const int64_t counts =
		ask(w, SQL("SELECT sum(n) FROM tally WHERE office = ?"), VALS(V(w->office)));
	OK(pass_up(w, HE, no)); /* the head of the unit may too */
	const struct concern c = concern_of(w, no);
	assert_int_equal(c.owner_person_id, before.owner_person_id);
	assert_int_equal(c.due_at, before.due_at);
	assert_int_equal(c.state, before.state);
	assert_int_equal(
		ask(w, SQL("SELECT sum(n) FROM tally WHERE office = ?"), VALS(V(w->office))),
		counts);
	assert_invariants(w);
}

static void
a_leader_decides_once(void **state)
{
	struct world *w = *state;
	struct passed_up *list;
	size_t n;
	const int64_t no = signed_by_chen(w);
	assert_refused(w, answer_up(w, ZHOU, no), NULL, "passed-up.none");
	OK(pass_up(w, CHEN, no));
	assert_refused(w, answer_up(w, HE, no), NULL, "act.not-allowed");
	OK(answer_up(w, ZHOU, no));
	assert_refused(w, answer_up(w, ZHOU, no), NULL, "passed-up.none");
	struct tx *tx = look(w);
	OK(passed_up_list(tx, w->mem, w->office, concern_of(w, no).id, &list, &n, &w->err));
	assert_int_equal(n, 1);
	assert_string_equal(list[0].decision, "agreed");
	OK(passed_up_waiting(tx, w->mem, w->office, 5, &list, &n, &w->err));
	tx_end(tx);
	assert_int_equal(n, 0);
	OK(pass_up(w, CHEN, no)); /* later again, on what came of it */
}

/* ---- an older folder ---------------------------------------------------------------------------- */

/* Takes away what the migration brought. */
static void
make_older(struct world *w)
{
	struct tx *tx;
	OK(db_write(w->app->db, &tx, &w->err));
	OK(store_script(tx,
		"ALTER TABLE finding DROP COLUMN evidence;"
		"ALTER TABLE finding DROP COLUMN heard;"
		"ALTER TABLE finding DROP COLUMN seen_on;"
		"ALTER TABLE reply DROP COLUMN no_finding;"
		"DROP TABLE attitude;"
		"DROP TABLE conduct;"
		"DROP TABLE passed_up;"
		"ALTER TABLE rating DROP COLUMN result;"
		"DROP TABLE box;"
		"DROP INDEX concern_closed;"
		"DROP TABLE box_vote;"
		"DROP TABLE recall;"
		"DELETE FROM schema_version WHERE module = 'concern' AND number IN (8, 19);",
		&w->err));
	OK(tx_commit(tx, &w->err));
}

static void
upgrade(struct world *w)
{
	enum { LIST_MAX = 64 };
	const struct migration *list[LIST_MAX];
	OK(db_migrate(w->app->db, list, app_migrations(world_modules, list, LIST_MAX), &w->err));
}

static void
answers_of_an_older_folder_were_not_asked_for_findings(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_of_nature(w, "complaint");
	struct reply r;
	OK(run(w, CHEN, &concern_find,
		IN({ "concern", no_text(w, no) }, { "text", "三楼的灯管烧坏了。" })));
	OK(submit(w, CHEN, no));
	force(w, SQL("DELETE FROM finding WHERE office = ?"), VALS(V(w->office)));
	make_older(w);
	upgrade(w);
	assert_invariants(w);
	struct tx *tx = look(w);
	OK(reply_newest(tx, w->mem, w->office, concern_of(w, no).id, false, &r, &w->err));
	tx_end(tx);
	assert_null(r.no_finding);
	OK(send_back(w, HE, no)); /* what comes now is asked */
	assert_refused(w, submit(w, CHEN, no), "no_finding", "reply.no-finding");
}

/* ---- heard and not fed back ------------------------------------------------------------------------ */

static size_t
heard_by_gu(struct world *w, int64_t before)
{
	struct concern_row *row;
	size_t n = 0;
	struct tx *tx = look(w);
	const struct list_query q = { .kind = LIST_HEARD,
		.person_id = w->who[GU].person_id,
		.max = 10,
		.now = now_of(w),
		.heard_before = before };
	OK(concern_list(tx, w->mem, w->office, &q, &row, &n, &w->err));
	tx_end(tx);
	return n;
}

static void
what_was_heard_is_flagged_until_somebody_speaks_to_the_resident(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w); /* GU heard it */
	const int64_t now = now_of(w);
	(void)answered_by_chen(w);
	assert_int_equal(heard_by_gu(w, now), 0);     /* not yet long enough ago */
	assert_int_equal(heard_by_gu(w, now + 1), 1); /* the other one is answered */
	OK(run(w, CHEN, &concern_contact,
		IN({ "concern", no_text(w, no) }, { "made", "1" }, { "note", "接通" })));
	assert_int_equal(heard_by_gu(w, now + 1), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_heard_is_flagged_until_somebody_speaks_to_the_resident),
		TEST(a_complaint_is_not_answered_without_a_finding),
		TEST(other_kinds_are_answered_at_once),
		TEST(with_a_finding_the_complaint_is_answered),
		TEST(or_the_answer_says_why_none_was_needed),
		TEST(missing_finding_and_unmarked_points_are_told_at_once),
		TEST(nobody_was_on_the_spot_tomorrow),
		TEST(the_check_finds_an_answer_without_either),
		TEST(the_manner_is_marked_apart_from_the_matter),
		TEST(who_says_nothing_about_the_manner_is_in_no_box),
		TEST(residents_mark_the_manner_themselves),
		TEST(a_sealed_matter_is_marked_for_no_unit),
		TEST(words_about_staff_never_reach_the_unit),
		TEST(who_wants_it_again_gets_a_ruling),
		TEST(what_goes_up_brings_facts_tries_and_a_proposal),
		TEST(passing_up_moves_nothing_and_counts_against_nobody),
		TEST(a_leader_decides_once),
		TEST(answers_of_an_older_folder_were_not_asked_for_findings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
