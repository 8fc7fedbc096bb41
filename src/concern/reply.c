/* SPDX-License-Identifier: Apache-2.0 */
/* reply.c - answering: a draft by the owner, one review by a second person. The moment of approval
 * is the moment the resident can read it, and only that stops the clock (decisions.md 1, 2). */
#include "concern/concern_int.h"

#include "concern/answer_day.h"
#include "concern/explain.h"
#include "concern/explained.h"
#include "concern/rules.h"
#include "core/mem.h"
#include "store/search.h"

#include "core/banned.h"

/* ---- first contact ------------------------------------------------------------------------------ */

static enum xq_rc
contact_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc != XQ_OK)
		return rc;
	bool made = form_bool(in, "made");
	if (made && s.c.contact_at == 0)
		s.c.contact_at = ctx->now;
	struct act_event e = { .kind = &ev_contacted, EVENT_VALUES(EV_B("made", made)) };
	rc = concern_emit(ctx, &s.c, &e, err);
	if (rc == XQ_OK)
		rc = tally_add(ctx, &s.c, "contact", 1, err);
	if (rc == XQ_OK && made)
		rc = tally_add(ctx, &s.c, "contact-made", 1, err);
	if (rc != XQ_OK)
		return rc;
	return concern_step_note(ctx, &s.c, form_text(in, "note"), made, err);
}

/* ---- submit --------------------------------------------------------------------------------------- */

struct reply_prep {
	struct str terms;
};

static enum xq_rc
reply_prepare(struct act_call *call, struct xq_err *err)
{
	(void)err;
	struct reply_prep *p = mem_new(call->mem, struct reply_prep);
	p->terms = search_terms(call->mem, form_str(&call->form, "text"), TERMS_MAX);
	call->prepared = p;
	return XQ_OK;
}

/* Where nobody chose a class, the outcome says it. */
static const char *
answer_class_of(const struct form *in, enum outcome outcome)
{
	if (form_has(in, "class"))
		return form_text(in, "class");
	return outcome == OUT_SOLVED ? "adopted" : outcome == OUT_PARTLY ? "ongoing" : "reference";
}

static struct val
text_or_null(const struct form *in, const char *field)
{
	return form_has(in, field) ? V(form_str(in, field)) : VNULL;
}

static enum xq_rc
insert_reply(
	struct act_ctx *ctx, const struct concern *c, const struct form *in, struct xq_err *err)
{
	int64_t id;
	enum outcome outcome = OUT_NONE;
	xq_require(outcome_read(form_text(in, "outcome"), &outcome));
	enum xq_rc rc = db_next(ctx->tx, ctx->office, "reply", &id, err);
	if (rc != XQ_OK)
		return rc;
	rc = db_exec(ctx->tx,
		SQL("INSERT INTO reply (office, id, concern_id, round, state, text, basis,"
		    " class, outcome, author_person_id, author_unit_id, submitted_at, no_finding,"
		    " promise, promise_day, no_promise)"
		    " VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
		VALS(V(ctx->office), V(id), V(c->id), V(c->round), V(form_str(in, "text")),
			V(form_str(in, "basis")), V(answer_class_of(in, outcome)),
			V((int64_t)outcome), V(ctx->actor->person_id), V(c->owner_unit_id),
			V(ctx->now), text_or_null(in, "no_finding"), text_or_null(in, "promise"),
			V_OR_NULL(form_has(in, "promise"), form_int(in, "promise_day")),
			text_or_null(in, "no_promise")),
		err);
	return rc == XQ_OK ? explained_keep(ctx, c, id, in, err) : rc;
}

static enum xq_rc
check_basis(struct act_ctx *ctx, const char *field, struct str basis, struct xq_err *err)
{
	int32_t today = day_of(ctx->now, app_office(ctx->app, ctx->office)->tz_s);
	return rule_quote_check(ctx->tx, ctx->mem, ctx->office, today, field, basis, err);
}

static enum xq_rc
submit_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	size_t faults = 0;
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc == XQ_OK)
		rc = check_basis(ctx, "basis", form_str(in, "basis"), err);
	if (rc == XQ_OK)
		rc = finding_or_reason(ctx, &s.c, in, &faults, err);
	if (rc == XQ_OK)
		rc = answer_days_check(ctx, &s.c, in, &faults, err);
	if (rc == XQ_OK) {
		explained_check(ctx, in, &faults);
		rc = points_answered(ctx, &s.c, in, faults, err);
	}
	if (rc == XQ_OK)
		rc = insert_reply(ctx, &s.c, in, err);
	const struct reply_prep *p = ctx->call->prepared;
	if (rc == XQ_OK)
		rc = search_put(ctx->tx, ctx->office, SEARCH_REPLY, s.c.id, p->terms, err);
	if (rc != XQ_OK)
		return rc;
	return concern_save(ctx, &s.c, &(struct step_change){ .to = s.step->to }, err);
}

/* ---- review ----------------------------------------------------------------------------------------- */

/* The resident's day is kept with it: whether the answer was late must not change when the day moves. */
static enum xq_rc
reply_decide(struct act_ctx *ctx, const struct step_load *s, enum reply_state to, const char *why,
	struct xq_err *err)
{
	return db_exec_one(ctx->tx,
		SQL("UPDATE reply SET state = ?, approver_person_id = ?, decided_at = ?, why = ?,"
		    " due_at = ? WHERE office = ? AND id = ? AND state = 0"),
		VALS(V((int64_t)to), V(ctx->actor->person_id), V(ctx->now), V(why), V(s->c.due_at),
			V(ctx->office), V(s->newest.id)),
		err);
}

static enum xq_rc
approve_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc == XQ_OK) /* the rule may have ended since it was written */
		rc = check_basis(ctx, NULL, str_of(s.newest.basis ? s.newest.basis : ""), err);
	if (rc == XQ_OK)
		rc = reply_decide(ctx, &s, REPLY_APPROVED, NULL, err);
	if (rc == XQ_OK && s.newest.outcome == OUT_EXPLAINED)
		rc = explained_told(ctx, s.newest.id, err);
	if (rc == XQ_OK && s.newest.outcome == OUT_EXPLAINED)
		rc = explain_begin(ctx, s.c.id, err);
	if (rc != XQ_OK)
		return rc;
	s.c.outcome = s.newest.outcome;
	s.c.answered_at = ctx->now;
	s.c.supervised_due = 0; /* what was supervised is answered */
	s.c.was_late = s.c.was_late || ctx->now > s.c.due_at;
	if (s.c.may_publish && form_has(in, "public_line"))
		s.c.public_line = form_text(in, "public_line");
	struct event_part part = { "reply", 0, str_of(part_json(ctx->mem, "text", s.newest.text)) };
	struct act_event e = { .kind = &ev_replied,
		EVENT_VALUES(EV("answer", s.newest.class),
			EV("outcome", outcome_code(s.newest.outcome))),
		.part = &part,
		.n_parts = 1 };
	rc = concern_emit(ctx, &s.c, &e, err);
	if (rc == XQ_OK)
		rc = answer_promise_make(ctx, &s.c, &s.newest, err);
	if (rc == XQ_OK)
		rc = unlist(ctx, &s.c, "answered", err);
	if (rc == XQ_OK)
		rc = merged_answered(ctx, &s.c, err);
	if (rc != XQ_OK)
		return rc;
	return concern_save(ctx, &s.c,
		&(struct step_change){ .to = s.step->to,
			.is_for_resident = true,
			.note = outcome_code(s.newest.outcome) },
		err);
}

/* Back to the round it came from: a re-handled answer is mended in REDO. */
static enum xq_rc
send_back_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc == XQ_OK)
		rc = reply_decide(ctx, &s, REPLY_SENT_BACK, form_text(in, "note"), err);
	if (rc != XQ_OK)
		return rc;
	struct act_event e = { .kind = &ev_reply_rejected,
		EVENT_VALUES(EV("why", form_text(in, "why"))) };
	rc = concern_emit(ctx, &s.c, &e, err);
	if (rc != XQ_OK)
		return rc;
	return concern_save(ctx, &s.c,
		&(struct step_change){
			.to = s.c.round > 1 ? ST_REDO : s.step->to, .note = form_text(in, "note") },
		err);
}

/* clang-format off */
static const struct field contact_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "made", FIELD_BOOL, .label = N_("The resident was reached") },
	{ "note", FIELD_LINES, .required = true, .max = 300, .label = N_("What was said, or why nobody was reached") },
	{ .name = NULL },
};

/* One pair for each of POINTS_MAX; what names a point that is not on the list is ignored. */
#define POINT_FIELDS(no)                                                                           \
	{ "point" #no, FIELD_CHOICE, .choices = point_marks, .label = N_("What the answer does with this point") }, \
	{ "why" #no, FIELD_TEXT, .max = 200, .label = N_("Left open, because"), .privacy = PRIVACY_PERSONAL }

static const struct choice point_marks[] = {
	{ "answered", N_("The answer deals with it") },
	{ "left", N_("It is left open") },
	{ NULL, NULL },
};

static const struct field submit_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "text", FIELD_LINES, .required = true, .min = 5, .max = 5000, .label = N_("Answer to the resident"),
		.privacy = PRIVACY_PERSONAL },
	POINT_FIELDS(1), POINT_FIELDS(2), POINT_FIELDS(3), POINT_FIELDS(4), POINT_FIELDS(5),
	POINT_FIELDS(6), POINT_FIELDS(7), POINT_FIELDS(8), POINT_FIELDS(9),
	{ "outcome", FIELD_CHOICE, .required = true, .choices = concern_outcomes, .label = N_("What is settled"),
		.privacy = PRIVACY_PUBLIC },
	{ "class", FIELD_CHOICE, .choices = answer_classes, .label = N_("Class of the answer"),
		.privacy = PRIVACY_PUBLIC },
	{ "basis", FIELD_TEXT, .max = 200, .label = N_("Rule or finding it rests on") },
	{ "no_finding", FIELD_TEXT, .min = 5, .max = 200, .label = N_("Why no finding was needed"),
		.hint = N_("A complaint or a report rests on what was found. Without a finding, say why none was needed; the second person reads it.") },
	{ "promise", FIELD_TEXT, .min = 2, .max = 120, .label = N_("What is promised with it"),
		.hint = N_("The resident reads it and can hold us to it"), .privacy = PRIVACY_PERSONAL },
	{ "promise_day", FIELD_DAY, .label = N_("By which working day"),
		.hint = N_("A day that the answer names is a promise.") },
	{ "no_promise", FIELD_TEXT, .min = 5, .max = 200, .label = N_("Why the days in the answer are no promises"),
		.hint = N_("Such as the day of a rule or of another body; the second person reads it.") },
	/* asked only of an answer that explains (explained_check) */
	{ "standing", FIELD_CHOICE, .choices = explained_standings, .label = N_("How the wish is seen") },
	{ "decider", FIELD_TEXT, .min = 2, .max = 80, .label = N_("Who could decide it"),
		.hint = N_("The body, not a person") },
	{ "condition", FIELD_TEXT, .min = 2, .max = 200, .label = N_("What would have to change") },
	{ "instead", FIELD_LINES, .min = 2, .max = 300, .label = N_("What we do instead, and when") },
	{ "instead_day", FIELD_DAY, .label = N_("From or by which day"),
		.hint = N_("A day that the answer names is a promise.") },
	{ "again_day", FIELD_DAY, .label = N_("When we look at it again") },
	{ "beyond", FIELD_BOOL, .label = N_("It is beyond the office's power"),
		.hint = N_("It then stands on the yearly list of such matters.") },
	{ "up_to", FIELD_TEXT, .min = 2, .max = 80, .label = N_("Reported upward to"),
		.hint = N_("Leave it empty if that is still to be done.") },
	{ .name = NULL },
};

static const struct field approve_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "public_line", FIELD_TEXT, .max = 40, .label = N_("One line for the public list"),
		.hint = N_("Without names, phones, house numbers"), .privacy = PRIVACY_PUBLIC },
	{ .name = NULL },
};

static const struct field send_back_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "why", FIELD_CHOICE, .required = true, .choices = return_reasons, .label = N_("What has to be mended") },
	{ "note", FIELD_LINES, .required = true, .max = 300, .missing = "reply.no-why", .label = N_("To the author") },
	{ .name = NULL },
};
/* clang-format on */

const struct act concern_contact = {
	.name = "concern.contact",
	.title = N_("First contact"),
	.help = N_("Call the resident before you start; say who handles it and by when."),
	.who = PERM_STAFF,
	.fields = contact_fields,
	.ask = step_ask,
	.ask_by = "concern",
	.apply = contact_apply,
	.events = (const struct event_kind *const[]){ &ev_contacted, NULL },
};

const struct act reply_submit = {
	.name = "reply.submit",
	.title = N_("Submit the answer for review"),
	.help = N_("A second person reads it before it goes out. The clock runs on until then."),
	.who = PERM_STAFF,
	.fields = submit_fields,
	.prepare = reply_prepare,
	.ask = step_ask,
	.ask_by = "concern",
	.apply = submit_apply,
	.is_quiet = true, /* audit only: a draft is nobody's fact yet (decisions.md 1) */
};

const struct act reply_approve = {
	.name = "reply.approve",
	.title = N_("Approve the answer"),
	.help = N_("From this moment the resident can read it."),
	.who = PERM_APPROVE,
	.fields = approve_fields,
	.ask = step_ask,
	.ask_by = "concern",
	.apply = approve_apply,
	.events =
		(const struct event_kind *const[]){ &ev_replied, &ev_promised, &ev_unlisted, NULL },
};

const struct act reply_send_back = {
	.name = "reply.send-back",
	.title = N_("Send the answer back"),
	.who = PERM_APPROVE,
	.fields = send_back_fields,
	.ask = step_ask,
	.ask_by = "concern",
	.apply = send_back_apply,
	.events = (const struct event_kind *const[]){ &ev_reply_rejected, NULL },
};
