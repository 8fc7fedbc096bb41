/* SPDX-License-Identifier: Apache-2.0 */
/* own_voice.c - what the resident does with an own concern after raising it: adding words, disagreeing,
 * withdrawing. A disagreement with a closed concern is answered by somebody outside the unit; new
 * facts make a new, linked concern, and nothing is reopened silently (domain.md 3.2, decisions.md 24). */
#include "concern/concern_int.h"

#include "act/receipt.h"
#include "core/mem.h"

#include "core/banned.h"

enum { VOICES_MAX = 30, DISPUTE_DAYS = 30 };

/* The code finds the concern; its words and acts need the second fact, which voice.unlock has checked. */
enum xq_rc
own_concern(struct act_ctx *ctx, const struct form *in, struct concern *c, struct xq_err *err)
{
	struct code code;
	if (ctx->actor->kind == ACTOR_STAFF) /* who knows the code is not yet the resident */
		return xq_refuse(err, NULL, "voice.staff");
	if (!code_read(form_str(in, "code"), CODE_QUERY, &code))
		return xq_refuse(err, "code", "voice.code-unknown");
	enum xq_rc rc = concern_by_code(ctx->tx, ctx->mem, ctx->app, ctx->office, &code, c, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, "code", "voice.code-unknown");
	if (rc == XQ_OK && !unlock_holds(ctx->app, form_str(in, "unlock"), &code, ctx->now))
		return xq_refuse(err, NULL, "voice.shut");
	if (rc == XQ_OK && c->erased_at != 0) /* a browser that is still open */
		return xq_refuse(err, NULL, "concern.erased");
	if (rc == XQ_OK)
		act_subject(ctx, "concern", c->id);
	return rc;
}

static enum xq_rc
voice_keep(struct act_ctx *ctx, const struct concern *c, bool is_dispute, const char *why,
	struct str text, struct xq_err *err)
{
	int64_t no = 0;
	enum xq_rc rc = db_int(ctx->tx,
		SQL("SELECT coalesce(max(no), 0) + 1 FROM voice WHERE office = ? AND concern_id = ?"),
		VALS(V(ctx->office), V(c->id)), &no, err);
	if (rc == XQ_OK && no > VOICES_MAX)
		return xq_refuse(err, NULL, "voice.too-many");
	if (rc != XQ_OK)
		return rc;
	return db_exec(ctx->tx,
		SQL("INSERT INTO voice (office, concern_id, no, at, is_dispute, why, text)"
		    " VALUES (?, ?, ?, ?, ?, ?, ?)"),
		VALS(V(ctx->office), V(c->id), V(no), V(ctx->now), V(is_dispute), V(why), V(text)),
		err);
}

/* ---- adding words ----------------------------------------------------------------------------------- */

static enum xq_rc
add_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct concern c;
	enum xq_rc rc = own_concern(ctx, in, &c, err);
	if (rc == XQ_OK && !concern_is_open(c.state) && c.state != ST_MERGED)
		return xq_refuse(err, NULL, "voice.ended");
	if (rc == XQ_OK)
		rc = voice_keep(ctx, &c, false, NULL, form_str(in, "text"), err);
	if (rc == XQ_OK)
		rc = concern_step_note(ctx, &c, form_text(in, "text"), true, err);
	return rc == XQ_OK ? tell_staff(ctx, &c, "voice.added", c.owner_person_id, err) : rc;
}

/* ---- disagreeing ------------------------------------------------------------------------------------ */

static bool
has_ended(const struct concern *c)
{
	return c->state == ST_CLOSED || c->state == ST_TERMINATED || c->state == ST_REDIRECTED;
}

static enum xq_rc
dispute_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct concern c;
	enum xq_rc rc = own_concern(ctx, in, &c, err);
	if (rc != XQ_OK)
		return rc;
	if (c.state != ST_CALLBACK && !has_ended(&c))
		return xq_refuse(err, NULL, "voice.not-answered");
	if (c.disputed_at != 0)
		return xq_refuse(err, NULL, "voice.disputed");
	if (has_ended(&c) && ctx->now - c.closed_at > DISPUTE_DAYS * 86400LL)
		return xq_refuse(err, NULL, "voice.dispute-late");
	rc = voice_keep(ctx, &c, true, form_text(in, "why"), form_str(in, "text"), err);
	c.disputed_at = ctx->now;
	struct act_event e = { .kind = &ev_disputed,
		.role = "resident",
		.unit = "",
		EVENT_VALUES(EV("why", form_text(in, "why"))) };
	if (rc == XQ_OK)
		rc = concern_emit(ctx, &c, &e, err);
	if (rc == XQ_OK)
		rc = act_receipt(ctx, c.last_seq, err);
	return rc == XQ_OK ? concern_step_note(ctx, &c, form_text(in, "text"), true, err) : rc;
}

/* ---- the answer to a disagreement ------------------------------------------------------------------- */

/* A new concern of the same resident, linked to the old one, owned and offered like any other. */
static enum xq_rc
raise_again(struct act_ctx *ctx, const struct concern *c, const char *note, struct xq_err *err)
{
	struct intake who;
	enum xq_rc rc = intake_load(ctx->tx, ctx->mem, ctx->office, c->id, &who, err);
	return rc == XQ_OK ? concern_raise_linked(ctx, c, &who, note, err) : rc;
}

/* Both were written in one act, so they bear the same moment: the index finds the row at once, however
 * many have followed others since. */
enum xq_rc
concern_following(struct tx *tx, int64_t office, int64_t id, int64_t answered_at, int64_t *out_id,
	struct xq_err *err)
{
	return db_int(tx,
		SQL("SELECT id FROM concern WHERE office = ? AND raised_at = ? AND linked_id = ?"
		    " ORDER BY id LIMIT 1"),
		VALS(V(office), V(answered_at), V(id)), out_id, err);
}

static enum xq_rc
dispute_load(struct act_ctx *ctx, const struct form *in, struct concern *c, struct xq_err *err)
{
	enum xq_rc rc =
		concern_by_file_no(ctx->tx, ctx->mem, ctx->office, form_int(in, "concern"), c, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, "concern", "concern.unknown");
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "concern", c->id);
	rc = must_be_outside(ctx, c, err);
	if (rc == XQ_OK && ctx->actor->unit_id == c->owner_unit_id)
		return xq_refuse(err, NULL, "concern.not-outside");
	return rc == XQ_OK && c->disputed_at == 0 ? xq_refuse(err, NULL, "concern.no-ruling") : rc;
}

/* With cause: what still waits for its call-back gets a new round, what has ended a new concern.
 * What is already handled again needs neither. */
static enum xq_rc
handle_again(struct act_ctx *ctx, struct concern *c, const char *note, struct xq_err *err)
{
	if (c->state == ST_CALLBACK)
		return redo_concern(ctx, c, note, err);
	enum xq_rc rc = concern_step_note(ctx, c, note, true, err);
	return rc == XQ_OK && has_ended(c) ? raise_again(ctx, c, note, err) : rc;
}

static enum xq_rc
rule_dispute_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct concern c;
	enum xq_rc rc = dispute_load(ctx, in, &c, err);
	if (rc != XQ_OK)
		return rc;
	rc = db_exec(ctx->tx,
		SQL("UPDATE voice SET answer = ?, answered_by = ?, answered_at = ?"
		    " WHERE office = ? AND concern_id = ? AND is_dispute = 1 AND answered_at IS NULL"),
		VALS(V(form_str(in, "note")), V(ctx->actor->person_id), V(ctx->now), V(ctx->office),
			V(c.id)),
		err);
	c.disputed_at = 0;
	if (rc == XQ_OK)
		rc = act_note(ctx, err);
	if (rc != XQ_OK)
		return rc;
	return text_eq(form_text(in, "decision"), "again")
	               ? handle_again(ctx, &c, form_text(in, "note"), err)
	               : concern_step_note(ctx, &c, form_text(in, "note"), true, err);
}

/* ---- withdrawing ------------------------------------------------------------------------------------ */

static enum xq_rc
withdraw_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s = { 0 };
	enum xq_rc rc = own_concern(ctx, in, &s.c, err);
	if (rc == XQ_OK)
		rc = step_begin_id(ctx, s.c.id, &s, err);
	if (rc != XQ_OK)
		return rc;
	struct act_event e = { .kind = &ev_terminated,
		.role = "resident",
		.unit = "",
		EVENT_VALUES(EV("why", "withdrawn")) };
	return end_concern(ctx, &s, &e,
		&(struct step_change){ .to = s.step->to,
			.why = "withdrawn",
			.note = form_text(in, "text"),
			.is_for_resident = true },
		err);
}

enum xq_rc
voice_list(struct tx *tx, void *mem, int64_t office, int64_t concern_id, struct voice **out,
	size_t *out_n, struct xq_err *err)
{
	struct voice *list = mem_array(mem, struct voice, VOICES_MAX);
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT no, at, answered_at, is_dispute, why, text, answer FROM voice"
		    " WHERE office = ? AND concern_id = ? ORDER BY no LIMIT ?"),
		VALS(V(office), V(concern_id), V((int64_t)VOICES_MAX)));
	while (n < VOICES_MAX && row_next(q))
		list[n++] = (struct voice){ .no = (int)row_int(q, 0),
			.at = row_int(q, 1),
			.answered_at = row_int(q, 2),
			.is_dispute = row_int(q, 3) != 0,
			.why = row_text(q, 4, mem),
			.text = row_text(q, 5, mem),
			.answer = row_text(q, 6, mem) };
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

/* clang-format off */
static const struct field add_fields[] = {
	OWN_FIELDS,
	{ "text", FIELD_LINES, .required = true, .min = 2, .max = 1000, .label = N_("What you want to add"),
		.privacy = PRIVACY_PERSONAL },
	{ .name = NULL },
};

static const struct field dispute_fields[] = {
	OWN_FIELDS,
	{ "why", FIELD_CHOICE, .required = true, .choices = dispute_reasons, .label = N_("Why you disagree") },
	{ "text", FIELD_LINES, .required = true, .min = 2, .max = 1000, .label = N_("In your own words"),
		.privacy = PRIVACY_PERSONAL },
	{ .name = NULL },
};

static const struct field withdraw_fields[] = {
	OWN_FIELDS,
	{ "text", FIELD_TEXT, .max = 200, .label = N_("Why, if you want to say it") },
	{ .name = NULL },
};

static const struct choice dispute_decisions[] = {
	{ "again", N_("There is cause: it is handled again") },
	{ "stands", N_("It stays as it is") },
	{ NULL, NULL },
};

static const struct field rule_dispute_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "decision", FIELD_CHOICE, .required = true, .choices = dispute_decisions, .label = N_("Ruling") },
	{ "note", FIELD_LINES, .required = true, .max = 300, .label = N_("Reason"),
		.hint = N_("The resident reads this") },
	{ .name = NULL },
};
/* clang-format on */

const struct act voice_add = {
	.name = "voice.add",
	.title = N_("Add a few words"),
	.who = PERM_ANYBODY,
	.fields = add_fields,
	.apply = add_apply,
	.is_quiet = true, /* decisions.md 1: no event of its own */
};

const struct act voice_dispute = {
	.name = "voice.dispute",
	.title = N_("Not solved, I disagree"),
	.help = N_("Somebody who had no part in it looks at it and answers you."),
	.who = PERM_ANYBODY,
	.fields = dispute_fields,
	.apply = dispute_apply,
	.events = (const struct event_kind *const[]){ &ev_disputed, NULL },
};

const struct act voice_withdraw = {
	.name = "voice.withdraw",
	.title = N_("Withdraw it"),
	.help = N_("It ends here. It counts neither as solved nor as not solved."),
	.who = PERM_ANYBODY,
	.fields = withdraw_fields,
	.apply = withdraw_apply,
	.events = (const struct event_kind *const[]){ &ev_terminated, &ev_unlisted, NULL },
};

const struct act concern_rule_dispute = {
	.name = "concern.rule-dispute",
	.title = N_("Answer a disagreement"),
	.help = N_(
		"By somebody outside the unit. With cause it is handled again; if it was closed, as a new concern linked to this one."),
	.who = PERM_RULE,
	.fields = rule_dispute_fields,
	.apply = rule_dispute_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, &ev_redo, &ev_raised,
		&ev_offered, NULL },
};
