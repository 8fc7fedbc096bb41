/* SPDX-License-Identifier: Apache-2.0 */
/* acts.c - the steps of one event: put down, put to the unit, explained, decided from outside, appealed
 * once, ruled on by somebody else, closed. */
#include "accountability/acct_int.h"

#include "core/mem.h"

#include "core/banned.h"

enum { NAME_MIN_BYTES = 6 }; /* a name has two characters at least */

/* ---- put down by somebody --------------------------------------------------------------------------- */

static enum xq_rc
take_unit(struct act_ctx *ctx, const struct form *in, int64_t *out, struct xq_err *err)
{
	struct unit u;
	bool inside;
	enum xq_rc rc = unit_by_code(ctx->tx, ctx->mem, ctx->office, form_str(in, "unit"), &u, err);
	if (rc == XQ_NONE || (rc == XQ_OK && !u.is_active))
		return xq_refuse(err, "unit", "concern.unit-unknown");
	if (rc == XQ_OK)
		rc = membership_exists(
			ctx->tx, ctx->office, ctx->actor->person_id, u.id, &inside, err);
	if (rc == XQ_OK && inside)
		return xq_refuse(err, "unit", "acct.own-unit");
	*out = u.id;
	return rc;
}

static bool
holds(struct str text, const char *what)
{
	struct str s = str_trim(str_of(what));
	return s.n >= NAME_MIN_BYTES && str_index(text, s) < text.n;
}

/* Who complained must never reach the unit, so the fact that it reads repeats nothing of that person. */
static enum xq_rc
take_concern(struct act_ctx *ctx, const struct form *in, struct acct_event *e, struct xq_err *err)
{
	struct concern c;
	struct intake who;
	if (!form_has(in, "concern"))
		return XQ_OK;
	enum xq_rc rc = concern_by_file_no(
		ctx->tx, ctx->mem, ctx->office, form_int(in, "concern"), &c, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, "concern", "concern.unknown");
	if (rc == XQ_OK)
		rc = intake_load(ctx->tx, ctx->mem, ctx->office, c.id, &who, err);
	if (rc != XQ_OK)
		return rc;
	e->concern_id = c.id;
	struct str said = form_str(in, "statement");
	if (holds(said, who.name) || holds(said, who.phone) || holds(said, who.address))
		return xq_refuse(err, "statement", "acct.tells-who");
	return XQ_OK;
}

static enum xq_rc
open_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	int32_t tz_s = app_office(ctx->app, ctx->office)->tz_s;
	int32_t day = (int32_t)form_int(in, "day");
	struct acct_event e = { .kind = form_text(in, "kind"),
		.fact = "",
		.happened_at = day_start(day, tz_s),
		.statement = form_text(in, "statement"),
		.source = form_text(in, "source") };
	if (day > day_of(ctx->now, tz_s))
		return xq_refuse(err, "day", "acct.day-ahead");
	enum xq_rc rc = take_unit(ctx, in, &e.unit_id, err);
	if (rc == XQ_OK)
		rc = take_concern(ctx, in, &e, err);
	if (rc == XQ_OK)
		rc = acct_insert(ctx, &e, err);
	return rc == XQ_OK ? acct_emit(ctx, "opened", err) : rc;
}

/* ---- the unit's side -------------------------------------------------------------------------------- */

static enum xq_rc
keep(struct act_ctx *ctx, struct acct_event *e, const char *step, struct xq_err *err)
{
	enum xq_rc rc = acct_save(ctx, e, err);
	return rc == XQ_OK ? acct_emit(ctx, step, err) : rc;
}

static enum xq_rc
ask_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct acct_event e;
	enum acct_sight sight;
	enum xq_rc rc = acct_begin(ctx, in, &e, &sight, err);
	if (rc != XQ_OK)
		return rc;
	if (e.asked_at) /* whoever knows of it from inside was asked */
		return xq_refuse(err, NULL, "acct.asked-already");
	rc = acct_put_to_unit(ctx, &e, err);
	return rc == XQ_OK ? keep(ctx, &e, "asked", err) : rc;
}

static enum xq_rc
unit_begin(struct act_ctx *ctx, const struct form *in, struct acct_event *e, struct xq_err *err)
{
	enum acct_sight sight;
	enum xq_rc rc = acct_begin(ctx, in, e, &sight, err);
	return rc == XQ_OK && sight != SEES_FACT ? xq_refuse(err, NULL, "acct.not-the-unit") : rc;
}

static enum xq_rc
explain_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct acct_event e;
	enum xq_rc rc = unit_begin(ctx, in, &e, err);
	if (rc == XQ_OK && e.state != ACCT_DETECTED)
		return xq_refuse(err, NULL, "acct.explained-already");
	if (rc != XQ_OK)
		return rc;
	e.state = ACCT_EXPLAINED;
	e.explanation = form_text(in, "explanation");
	e.explained_at = ctx->now;
	e.explained_by = ctx->actor->person_id;
	return keep(ctx, &e, "explained", err);
}

static enum xq_rc
appeal_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct acct_event e;
	enum xq_rc rc = unit_begin(ctx, in, &e, err);
	if (rc != XQ_OK)
		return rc;
	if (e.appealed_at)
		return xq_refuse(err, NULL, "acct.appealed-already");
	if (e.state != ACCT_DECIDED)
		return xq_refuse(err, NULL, "acct.not-decided");
	if (acct_level(e.outcome) == 0)
		return xq_refuse(err, NULL, "acct.no-measure");
	if (ctx->now > e.appeal_due_at) {
		rc = xq_refuse(err, NULL, "acct.appeal-late");
		xq_err_time(err, "until", e.appeal_due_at);
		return rc;
	}
	e.state = ACCT_APPEALED;
	e.appeal = form_text(in, "appeal");
	e.appealed_at = ctx->now;
	e.appealed_by = ctx->actor->person_id;
	return keep(ctx, &e, "appealed", err);
}

/* ---- from outside ----------------------------------------------------------------------------------- */

static enum xq_rc
outside_begin(struct act_ctx *ctx, const struct form *in, struct acct_event *e, struct xq_err *err)
{
	enum acct_sight sight;
	enum xq_rc rc = acct_begin(ctx, in, e, &sight, err);
	return rc == XQ_OK && sight != SEES_ALL ? xq_refuse(err, NULL, "acct.own-unit") : rc;
}

/* First the unit is heard, or its time to speak has passed; and not by who spoke for it. */
static enum xq_rc
may_decide(struct act_ctx *ctx, const struct acct_event *e, struct xq_err *err)
{
	if (e->state > ACCT_EXPLAINED)
		return xq_refuse(err, NULL, "acct.decided-already");
	if (!e->asked_at)
		return xq_refuse(err, NULL, "acct.not-asked");
	if (!e->explained_at && ctx->now <= e->explain_due_at) {
		enum xq_rc rc = xq_refuse(err, NULL, "acct.explain-first");
		xq_err_time(err, "until", e->explain_due_at);
		return rc;
	}
	if (e->explained_by == ctx->actor->person_id)
		return xq_refuse(err, NULL, "acct.explained-by-you");
	return XQ_OK;
}

/* 催办, 督办, 约谈/通报, 移送: one step above what the unit had within a year, unless it is grave. */
static enum xq_rc
check_level(
	struct act_ctx *ctx, const struct acct_event *e, const char *outcome, struct xq_err *err)
{
	int before;
	enum xq_rc rc = acct_level_before(ctx->tx, ctx->office, e->unit_id, ctx->now, &before, err);
	if (rc == XQ_OK && !acct_is_grave(e->kind) && acct_level(outcome) > before + 1)
		return xq_refuse(err, "outcome", "acct.too-steep");
	return rc;
}

static enum xq_rc
decide_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct acct_event e;
	struct due due;
	struct limit limit;
	enum xq_rc rc = outside_begin(ctx, in, &e, err);
	if (rc == XQ_OK)
		rc = may_decide(ctx, &e, err);
	if (rc == XQ_OK)
		rc = check_level(ctx, &e, form_text(in, "outcome"), err);
	if (rc == XQ_OK)
		rc = due_of(ctx, "acct-appeal", ctx->now, &due, &limit, err);
	if (rc != XQ_OK)
		return rc;
	e.state = ACCT_DECIDED;
	e.outcome = e.final_outcome = form_text(in, "outcome");
	e.reason = form_text(in, "reason");
	e.decided_at = ctx->now;
	e.decided_by = ctx->actor->person_id;
	e.appeal_due_at = due.at;
	return keep(ctx, &e, "decided", err);
}

static enum xq_rc
may_rule(struct act_ctx *ctx, const struct acct_event *e, const char *outcome, struct xq_err *err)
{
	if (e->state != ACCT_APPEALED || e->ruled_at)
		return xq_refuse(err, NULL, "acct.no-appeal");
	if (e->decided_by == ctx->actor->person_id)
		return xq_refuse(err, NULL, "acct.decided-by-you");
	if (e->appealed_by == ctx->actor->person_id || e->explained_by == ctx->actor->person_id)
		return xq_refuse(err, NULL, "acct.explained-by-you");
	if (!text_eq(outcome, e->outcome) && acct_level(outcome) >= acct_level(e->outcome))
		return xq_refuse(err, "outcome", "acct.not-milder");
	return XQ_OK;
}

static enum xq_rc
rule_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct acct_event e;
	enum xq_rc rc = outside_begin(ctx, in, &e, err);
	if (rc == XQ_OK)
		rc = may_rule(ctx, &e, form_text(in, "outcome"), err);
	if (rc != XQ_OK)
		return rc;
	e.final_outcome = form_text(in, "outcome");
	e.ruling = form_text(in, "ruling");
	e.ruled_at = ctx->now;
	e.ruled_by = ctx->actor->person_id;
	return keep(ctx, &e, "ruled", err);
}

static enum xq_rc
may_close(struct act_ctx *ctx, const struct acct_event *e, struct xq_err *err)
{
	if (e->state < ACCT_DECIDED)
		return xq_refuse(err, NULL, "acct.not-decided");
	if (e->state == ACCT_APPEALED && !e->ruled_at)
		return xq_refuse(err, NULL, "acct.ruling-open");
	if (e->state == ACCT_DECIDED && acct_level(e->outcome) > 0 &&
		ctx->now <= e->appeal_due_at) {
		enum xq_rc rc = xq_refuse(err, NULL, "acct.appeal-open");
		xq_err_time(err, "until", e->appeal_due_at);
		return rc;
	}
	return XQ_OK;
}

static enum xq_rc
close_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct acct_event e;
	enum xq_rc rc = outside_begin(ctx, in, &e, err);
	if (rc == XQ_OK)
		rc = may_close(ctx, &e, err);
	if (rc != XQ_OK)
		return rc;
	e.state = ACCT_CLOSED;
	e.done = form_text(in, "done");
	e.closed_at = ctx->now;
	return keep(ctx, &e, "closed", err);
}

/* ---- declarations ----------------------------------------------------------------------------------- */

/* clang-format off */
#define EVENT_NO { "event", FIELD_INT, .required = true, .min = 1, .label = N_("Number in the register") }

static const struct field open_fields[] = {
	{ "unit", FIELD_CODE, .required = true, .label = N_("Which unit it is about"),
		.hint = N_("A unit, never a person") },
	{ "kind", FIELD_CHOICE, .required = true, .choices = acct_kinds, .label = N_("What it is about") },
	{ "day", FIELD_DAY, .required = true, .label = N_("Day on which it happened") },
	{ "concern", FIELD_FILE_NO, .label = N_("File number of a concern") },
	{ "statement", FIELD_LINES, .required = true, .min = 4, .max = 500, .label = N_("The bare fact"),
		.hint = N_("The unit reads it once it is put to the unit: what happened, without who said so") },
	{ "source", FIELD_LINES, .max = 500, .label = N_("How it became known"),
		.hint = N_("Kept apart; the unit never reads it") },
	{ "checked", FIELD_BOOL, .required = true, .missing = "acct.unchecked",
		.label = N_("I have read the fact as the unit would: it does not tell who complained") },
	{ .name = NULL },
};
static const struct field ask_fields[] = { EVENT_NO, { .name = NULL } };
static const struct field explain_fields[] = {
	EVENT_NO,
	{ "explanation", FIELD_LINES, .required = true, .min = 4, .max = 1000, .label = N_("What the unit says to it"),
		.hint = N_("What happened, why, and what you have changed since") },
	{ .name = NULL },
};
static const struct field decide_fields[] = {
	EVENT_NO,
	{ "outcome", FIELD_CHOICE, .required = true, .choices = acct_outcomes, .label = N_("Finding of the office"),
		.hint = N_("Step by step; an honest error in a new kind of work is tolerated") },
	{ "reason", FIELD_LINES, .required = true, .min = 4, .max = 500, .label = N_("Reasons"),
		.hint = N_("The unit reads them: which rule, which fact, and what speaks for the unit") },
	{ .name = NULL },
};
static const struct field appeal_fields[] = {
	EVENT_NO,
	{ "appeal", FIELD_LINES, .required = true, .min = 4, .max = 1000, .label = N_("Why the unit does not agree"),
		.hint = N_("Once; somebody else than who decided rules on it, and it never becomes more severe") },
	{ .name = NULL },
};
static const struct field rule_fields[] = {
	EVENT_NO,
	{ "outcome", FIELD_CHOICE, .required = true, .choices = acct_outcomes, .label = N_("Ruling"),
		.hint = N_("The same as decided, or milder") },
	{ "ruling", FIELD_LINES, .required = true, .min = 4, .max = 500, .label = N_("Reasons of the ruling") },
	{ .name = NULL },
};
static const struct field close_fields[] = {
	EVENT_NO,
	{ "done", FIELD_LINES, .required = true, .min = 2, .max = 500, .label = N_("What was done"),
		.hint = N_("How the decision was carried out, and what the unit changed") },
	{ .name = NULL },
};

#define ACCT_ACT(var, name_, title_, help_, who_, fields_, apply_)                                 \
	const struct act var = { .name = (name_), .title = (title_), .help = (help_), .who = (who_), \
		.fields = (fields_), .apply = (apply_),                                            \
		.events = (const struct event_kind *const[]){ &ev_acct_step, NULL } }

ACCT_ACT(acct_open, "acct.open", N_("Put down what a unit has to answer for"),
	N_("The unit learns of it only when it is put to the unit, and never who complained."),
	PERM_ACCT, open_fields, open_apply);
ACCT_ACT(acct_ask, "acct.ask", N_("Put it to the unit"),
	N_("From now on the unit reads the bare fact and has working days to explain."),
	PERM_ACCT, ask_fields, ask_apply);
ACCT_ACT(acct_explain, "acct.explain", N_("Explain it"),
	N_("The unit is heard before anybody decides."),
	PERM_STAFF, explain_fields, explain_apply);
ACCT_ACT(acct_decide, "acct.decide", N_("Make a finding"),
	N_("By somebody outside the unit, after it was heard or its time to speak has passed."),
	PERM_ACCT, decide_fields, decide_apply);
ACCT_ACT(acct_appeal, "acct.appeal", N_("Appeal"),
	N_("The unit appeals once; somebody else than who decided rules on it."),
	PERM_STAFF, appeal_fields, appeal_apply);
ACCT_ACT(acct_rule_appeal, "acct.rule-appeal", N_("Rule on the appeal"),
	N_("It stays or becomes milder."),
	PERM_ACCT, rule_fields, rule_apply);
ACCT_ACT(acct_close, "acct.close", N_("Close it"),
	N_("Once the time to appeal has passed or the appeal is ruled on."),
	PERM_ACCT, close_fields, close_apply);
/* clang-format on */
