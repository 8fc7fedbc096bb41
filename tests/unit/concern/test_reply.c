/* SPDX-License-Identifier: Apache-2.0 */
/* Four eyes: a draft is nobody's fact, the approval of a second person is the answer. */
#include "fixture.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, NULL };

static struct reply
newest_reply(struct world *w, int64_t no)
{
	struct reply r = { 0 };
	struct tx *tx = look(w);
	OK(reply_newest(tx, w->mem, w->office, concern_of(w, no).id, false, &r, &w->err));
	tx_end(tx);
	return r;
}

/* What the resident can read now: XQ_NONE before an approval. */
static enum xq_rc
read_by_resident(struct world *w, int64_t no, struct reply *out)
{
	struct tx *tx = look(w);
	const enum xq_rc rc =
		reply_newest(tx, w->mem, w->office, concern_of(w, no).id, true, out, &w->err);
	tx_end(tx);
	return rc;
}

static int64_t
submitted_by_chen(struct world *w)
{
	const int64_t no = signed_by_chen(w);
	OK(submit(w, CHEN, no));
	return no;
}

static void
give_role(struct world *w, const char *login, const char *role, const char *unit)
{
	OK(run_call(w, call_of(w, &w->admin, &role_grant_act,
			       IN({ "login", login }, { "role", role },
				       { "scope", unit ? "unit" : "office" },
				       { "unit", unit ? unit : "" }))));
	struct tx *tx = look(w);
	for (size_t i = 0; i < N_STAFF; i++)
		if (text_eq(world_people[i].login, login))
			OK(actor_by_login(tx, w->office, str_of(login), &w->who[i], &w->err));
	tx_end(tx);
}

/* ---- the draft ------------------------------------------------------------------------------ */

static void
a_draft_is_in_the_audit_and_not_in_the_record(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	const struct concern before = concern_of(w, no);
	go(w, 20260930, 1500);
	mark(w);
	OK(submit(w, CHEN, no));
	assert_string_equal(news(w), "");
	assert_int_equal(w->call->seq, -1);
	assert_int_equal(
		ask(w,
			SQL("SELECT count(*) FROM audit WHERE office = ?"
			    " AND act = 'reply.submit' AND person_id = ? AND subject_id = ?"
			    " AND seq IS NULL"),
			VALS(V(w->office), V(w->who[CHEN].person_id), V(before.id))),
		1);
	const struct reply r = newest_reply(w, no);
	assert_int_equal(r.state, REPLY_WAITING);
	assert_int_equal(r.author_id, w->who[CHEN].person_id);
	assert_int_equal(r.author_unit_id, unit_of(w, "u04").id);
	assert_int_equal(r.submitted_at, now_of(w));
	assert_null(r.approver);
}

static void
a_draft_stops_no_clock_and_nobody_outside_reads_it(void **state)
{
	struct world *w = *state;
	const int64_t no = submitted_by_chen(w);
	const struct concern c = concern_of(w, no);
	struct reply r;
	assert_int_equal(c.state, ST_REPLIED);
	assert_int_equal(c.answered_at, 0);
	assert_int_equal(c.outcome, OUT_NONE);
	assert_int_equal(read_by_resident(w, no, &r), XQ_NONE);
	clock_set(&w->clock, c.due_at + 1);
	assert_int_equal(run_jobs(w), 1); /* late all the same */
	assert_int_equal(concern_of(w, no).escalated_at, c.due_at + 1);
}

static void
a_draft_says_what_is_settled_in_five_characters_at_least(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	const char *text = no_text(w, no);
	assert_refused(w,
		run(w, CHEN, &reply_submit,
			IN({ "concern", text }, { "text", "好的" }, { "outcome", "solved" })),
		"text", "field.too-short");
	assert_refused(w,
		run(w, CHEN, &reply_submit, IN({ "concern", text }, { "text", "灯已经换好。" })),
		"outcome", "field.missing-choice");
	assert_refused(w,
		run(w, CHEN, &reply_submit,
			IN({ "concern", text }, { "text", "灯已经换好。" }, { "outcome", "none" })),
		"outcome", "field.choice");
	assert_int_equal(concern_of(w, no).state, ST_SIGNED);
}

static void
one_draft_waits_at_a_time(void **state)
{
	struct world *w = *state;
	const int64_t no = submitted_by_chen(w);
	assert_refused(w, submit(w, CHEN, no), NULL, "concern.wrong-state");
	assert_int_equal(
		ask(w, SQL("SELECT count(*) FROM reply WHERE office = ?"), VALS(V(w->office))), 1);
}

static void
whoever_took_it_down_may_answer_at_once(void **state)
{
	struct world *w = *state;
	const int64_t no = take_down(w, CHEN, "other");
	OK(submit(w, CHEN, no));
	OK(approve(w, HE, no));
	assert_int_equal(concern_of(w, no).state, ST_CALLBACK);
}

/* ---- approving ------------------------------------------------------------------------------ */

static void
the_author_cannot_approve(void **state)
{
	struct world *w = *state;
	const int64_t no = take_down(w, GU, "other");
	OK(offer(w, GU, no, "u04", HE));
	OK(accept_it(w, HE, no));
	OK(submit(w, HE, no));
	assert_refused(w, approve(w, HE, no), NULL, "reply.own-draft");
	assert_refused(w, send_back(w, HE, no), NULL, "reply.own-draft");
	assert_int_equal(newest_reply(w, no).state, REPLY_WAITING);
	give_role(w, "wangl", "approver", "u04");
	OK(approve(w, WANG, no));
}

/* The schema says it once more. */
static void
a_row_with_one_pair_of_eyes_cannot_be_written(void **state)
{
	struct world *w = *state;
	const struct reply r = newest_reply(w, submitted_by_chen(w));
	struct tx *tx;
	OK(db_write(w->app->db, &tx, &w->err));
	assert_int_equal(db_exec_one(tx,
				 SQL("UPDATE reply SET approver_person_id = author_person_id"
				     " WHERE office = ? AND id = ?"),
				 VALS(V(w->office), V(r.id)), &w->err),
		XQ_REFUSED);
	tx_end(tx);
}

static void
an_approver_must_be_entitled_for_the_unit_that_answers(void **state)
{
	struct world *w = *state;
	const int64_t no = submitted_by_chen(w);
	assert_refused(w, approve(w, YE, no), NULL, "reply.not-entitled");
	assert_refused(w, send_back(w, YE, no), NULL, "reply.not-entitled");
	assert_refused(w, approve(w, WANG, no), NULL, "act.not-allowed");
	give_role(w, "yej", "approver", "u04");
	OK(approve(w, YE, no));
}

static void
an_approver_of_the_whole_office_is_entitled_for_every_unit(void **state)
{
	struct world *w = *state;
	const int64_t no = submitted_by_chen(w);
	give_role(w, "zhoum", "approver", NULL);
	OK(approve(w, ZHOU, no));
}

static void
approval_is_the_answer_and_stops_the_clock(void **state)
{
	struct world *w = *state;
	const int64_t no = submitted_by_chen(w);
	go(w, 20261008, 1105);
	mark(w);
	OK(approve(w, HE, no));
	assert_string_equal(news(w),
		"concern.replied officer u04 {\"answer\":\"adopted\",\"outcome\":\"solved\"}");
	assert_int_equal(count_events(w, "灯已经换好"), 0); /* behind a commitment */
	const struct concern c = concern_of(w, no);
	assert_int_equal(c.state, ST_CALLBACK);
	assert_int_equal(c.answered_at, moment(20261008, 1105));
	assert_int_equal(c.outcome, OUT_SOLVED);
	struct reply r;
	OK(read_by_resident(w, no, &r));
	assert_string_equal(r.text, "灯已经换好，请您看看。");
	assert_string_equal(r.approver, "何志远");
	assert_int_equal(r.decided_at, moment(20261008, 1105));
	clock_set(&w->clock, c.due_at + 86400);
	assert_int_equal(run_jobs(w), 0); /* nothing is late any more */
}

/* What the unit says, with and without a rule to rest on, stands in the record as codes. */
static void
the_record_tells_outcome_and_basis(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *outcome, *basis, *event;
		enum outcome now;
	} list[] = {
		{ "solved", "", "{\"answer\":\"adopted\",\"outcome\":\"solved\"}", OUT_SOLVED },
		{ "partly", "", "{\"answer\":\"ongoing\",\"outcome\":\"partly\"}", OUT_PARTLY },
		{ "explained", "物业管理条例第十二条",
			"{\"answer\":\"reference\",\"outcome\":\"explained\"}", OUT_EXPLAINED },
		{ "not", "", "{\"answer\":\"reference\",\"outcome\":\"not\"}", OUT_NOT },
	};
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		const int64_t no = signed_by_chen(w);
		OK(run(w, CHEN, &reply_submit,
			IN({ "concern", no_text(w, no) }, { "text", "已经看过现场。" },
				{ "outcome", list[i].outcome }, { "basis", list[i].basis },
				WHY_NOT)));
		mark(w);
		OK(approve(w, HE, no));
		assert_string_equal(news(w),
			mem_printf(w->mem, "concern.replied officer u04 %s", list[i].event));
		assert_int_equal(concern_of(w, no).outcome, list[i].now);
	}
}

static void
of_two_approvals_the_second_is_refused(void **state)
{
	struct world *w = *state;
	const int64_t no = submitted_by_chen(w);
	give_role(w, "zhoum", "approver", NULL);
	const struct pair *in = IN({ "concern", no_text(w, no) });
	struct act_call *both[] = { call_of(w, &w->who[HE], &reply_approve, in),
		call_of(w, &w->who[ZHOU], &reply_approve, in) };
	OK(act_run_batch(w->app, both, 2, now_of(w), &w->err));
	OK(both[0]->rc);
	assert_int_equal(both[1]->rc, XQ_REFUSED);
	assert_string_equal(both[1]->err.key, "concern.wrong-state");
	assert_int_equal(count_events(w, "\"k\":\"concern.replied\""), 1);
}

static void
a_public_line_is_kept_only_where_the_resident_agreed(void **state)
{
	struct world *w = *state;
	const int64_t agreed = submitted_by_chen(w);
	OK(run(w, GU, &concern_register,
		IN({ "body", "家里的事，请别登出来。" }, { "class", "property" })));
	const int64_t silent = made_now(w);
	OK(accept_it(w, CHEN, silent));
	OK(submit(w, CHEN, silent));
	const int64_t list[] = { agreed, silent };
	for (size_t i = 0; i < 2; i++)
		OK(run(w, HE, &reply_approve,
			IN({ "concern", no_text(w, list[i]) }, { "public_line", "楼道灯已修" })));
	assert_string_equal(concern_of(w, agreed).public_line, "楼道灯已修");
	assert_null(concern_of(w, silent).public_line);
}

/* ---- sending back --------------------------------------------------------------------------- */

static void
sending_back_needs_a_reason_of_both_kinds(void **state)
{
	struct world *w = *state;
	const int64_t no = submitted_by_chen(w);
	const char *text = no_text(w, no);
	assert_refused(w,
		run(w, HE, &reply_send_back, IN({ "concern", text }, { "why", "unclear" })), "note",
		"reply.no-why");
	assert_refused(w,
		run(w, HE, &reply_send_back, IN({ "concern", text }, { "note", "写清日期" })),
		"why", "field.missing-choice");
	assert_int_equal(newest_reply(w, no).state, REPLY_WAITING);
	assert_int_equal(concern_of(w, no).state, ST_REPLIED);
}

static void
sending_back_returns_the_first_round_to_the_handler(void **state)
{
	struct world *w = *state;
	const int64_t no = submitted_by_chen(w);
	const struct concern before = concern_of(w, no);
	mark(w);
	OK(send_back(w, HE, no));
	assert_string_equal(news(w), "concern.reply-rejected officer u04 {\"why\":\"unclear\"}");
	assert_int_equal(count_events(w, "写清"), 0);
	const struct concern c = concern_of(w, no);
	assert_int_equal(c.state, ST_SIGNED);
	assert_int_equal(c.due_at, before.due_at);
	assert_int_equal(c.owner_person_id, before.owner_person_id);
	assert_int_equal(c.answered_at, 0);
	const struct reply r = newest_reply(w, no);
	assert_int_equal(r.state, REPLY_SENT_BACK);
	assert_string_equal(r.why, "写清哪天换的");
	struct reply read;
	assert_int_equal(read_by_resident(w, no, &read), XQ_NONE);
}

static void
sending_back_returns_a_later_round_to_redo(void **state)
{
	struct world *w = *state;
	const int64_t no = waiting_for_ruling(w);
	OK(rule(w, SHEN, no, "redo"));
	OK(submit(w, CHEN, no));
	OK(send_back(w, HE, no));
	assert_int_equal(concern_of(w, no).state, ST_REDO);
	/* also when the second round was handed over and accepted in between */
	OK(offer(w, CHEN, no, "u04", WANG));
	OK(accept_it(w, WANG, no));
	OK(submit(w, WANG, no));
	OK(send_back(w, HE, no));
	assert_int_equal(concern_of(w, no).state, ST_REDO);
	assert_int_equal(concern_of(w, no).round, 2);
}

static void
a_mended_draft_is_read_again_and_the_first_one_stays_on_file(void **state)
{
	struct world *w = *state;
	const int64_t no = submitted_by_chen(w);
	OK(send_back(w, HE, no));
	assert_refused(w, approve(w, HE, no), NULL, "concern.wrong-state");
	OK(run(w, CHEN, &reply_submit,
		IN({ "concern", no_text(w, no) }, { "text", "灯九月三十日已经换好。" },
			{ "outcome", "solved" })));
	OK(approve(w, HE, no));
	struct reply r;
	OK(read_by_resident(w, no, &r));
	assert_string_equal(r.text, "灯九月三十日已经换好。");
	assert_int_equal(
		ask(w, SQL("SELECT count(*) FROM reply WHERE office = ?"), VALS(V(w->office))), 2);
}

/* ---- first contact -------------------------------------------------------------------------- */

static void
the_first_contact_counts_and_later_ones_do_not_move_it(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	static const struct {
		int at;
		const char *made, *event;
		int first; /* hhmm; 0: not yet */
	} list[] = {
		{ 1100, "0", "concern.contacted clerk u04 {\"made\":false}", 0 },
		{ 1130, "1", "concern.contacted clerk u04 {\"made\":true}", 1130 },
		{ 1500, "1", "concern.contacted clerk u04 {\"made\":true}", 1130 },
	};
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		go(w, 20260930, list[i].at);
		mark(w);
		OK(run(w, CHEN, &concern_contact,
			IN({ "concern", no_text(w, no) }, { "note", "打过电话" },
				{ "made", list[i].made })));
		assert_string_equal(news(w), list[i].event);
		assert_int_equal(concern_of(w, no).contact_at,
			list[i].first ? moment(20260930, list[i].first) : 0);
		assert_int_equal(concern_of(w, no).state, ST_SIGNED);
	}
	assert_refused(w,
		run(w, CHEN, &concern_contact, IN({ "concern", no_text(w, no) }, { "made", "1" })),
		"note", "field.missing");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_draft_is_in_the_audit_and_not_in_the_record),
		TEST(a_draft_stops_no_clock_and_nobody_outside_reads_it),
		TEST(a_draft_says_what_is_settled_in_five_characters_at_least),
		TEST(one_draft_waits_at_a_time),
		TEST(whoever_took_it_down_may_answer_at_once),
		TEST(the_author_cannot_approve),
		TEST(a_row_with_one_pair_of_eyes_cannot_be_written),
		TEST(an_approver_must_be_entitled_for_the_unit_that_answers),
		TEST(an_approver_of_the_whole_office_is_entitled_for_every_unit),
		TEST(approval_is_the_answer_and_stops_the_clock),
		TEST(the_record_tells_outcome_and_basis),
		TEST(of_two_approvals_the_second_is_refused),
		TEST(a_public_line_is_kept_only_where_the_resident_agreed),
		TEST(sending_back_needs_a_reason_of_both_kinds),
		TEST(sending_back_returns_the_first_round_to_the_handler),
		TEST(sending_back_returns_a_later_round_to_redo),
		TEST(a_mended_draft_is_read_again_and_the_first_one_stays_on_file),
		TEST(the_first_contact_counts_and_later_ones_do_not_move_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
