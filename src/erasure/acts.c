/* SPDX-License-Identifier: Apache-2.0 */
/* acts.c - destruction is listed, agreed to by two people and logged (domain.md 5.3). */
#include "erasure/erasure_int.h"

#include "core/mem.h"

#include "core/banned.h"

/* clang-format off */
static const struct choice grounds_by_hand[] = {
	{ "request", N_("The resident asked for it") },
	{ "consent", N_("The resident's consent was withdrawn") },
	{ NULL, NULL },
};

static const struct field list_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("Number of the concern") },
	{ "ground", FIELD_CHOICE, .required = true, .choices = grounds_by_hand, .label = N_("On what ground") },
	{ .name = NULL },
};
static const struct field one_fields[] = {
	{ "erasure", FIELD_INT, .required = true, .min = 1, .label = N_("Number in the list") },
	{ .name = NULL },
};
static const struct field refuse_fields[] = {
	{ "erasure", FIELD_INT, .required = true, .min = 1, .label = N_("Number in the list") },
	{ "why", FIELD_CHOICE, .required = true, .choices = erasure_refusals, .label = N_("Why it is kept") },
	{ .name = NULL },
};
static const struct field sure_fields[] = {
	{ "erasure", FIELD_INT, .required = true, .min = 1, .label = N_("Number in the list") },
	{ "sure", FIELD_BOOL, .required = true, .label = N_("I have looked at it: this can be destroyed for good") },
	{ .name = NULL },
};
/* clang-format on */

static enum xq_rc
begin(struct act_ctx *ctx, int64_t id, struct erasure *e, struct xq_err *err)
{
	enum xq_rc rc = erasure_load(ctx->tx, ctx->mem, ctx->office, id, e, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, "erasure", "erasure.none");
	if (rc == XQ_OK)
		act_subject(ctx, "concern", e->concern_id);
	return rc;
}

static enum xq_rc
must_be(const struct erasure *e, enum erasure_state state, struct xq_err *err)
{
	return e->state == state ? XQ_OK : xq_refuse(err, NULL, "erasure.other-state");
}

/* ---- putting on the list, first person ------------------------------------------------------------- */

static enum xq_rc
list_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct concern c;
	enum xq_rc rc = concern_by_file_no(
		ctx->tx, ctx->mem, ctx->office, form_int(in, "concern"), &c, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, "concern", "erasure.no-concern");
	if (rc == XQ_OK)
		rc = erasure_ask(ctx, &c,
			&(struct erasure_new){ .ground = form_text(in, "ground"),
				.first_id = ctx->actor->person_id },
			err);
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "concern", c.id);
	return act_note(ctx, err);
}

const struct act erasure_list_act = {
	.name = "erasure.list",
	.title = N_("Put a concern on the list"),
	.help = N_(
		"Asked for on paper, by phone or at the counter. Make sure that it is the resident. Somebody else agrees before it is done."),
	.who = PERM_ERASE,
	.fields = list_fields,
	.apply = list_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};

enum xq_rc
erasure_agree_one(struct act_ctx *ctx, int64_t id, struct erasure *e, struct xq_err *err)
{
	enum xq_rc rc = begin(ctx, id, e, err);
	if (rc == XQ_OK)
		rc = must_be(e, ERASURE_ASKED, err);
	if (rc != XQ_OK)
		return rc;
	return db_exec_one(ctx->tx,
		SQL("UPDATE erasure SET state = 1, first_id = ?, first_at = ?"
		    " WHERE office = ? AND id = ? AND state = 0"),
		VALS(V(ctx->actor->person_id), V(ctx->now), V(ctx->office), V(e->id)), err);
}

static enum xq_rc
agree_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct erasure e;
	enum xq_rc rc = erasure_agree_one(ctx, form_int(in, "erasure"), &e, err);
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

const struct act erasure_agree = {
	.name = "erasure.agree",
	.title = N_("Agree as the first person"),
	.help = N_("Nothing is destroyed yet: somebody else has to agree too."),
	.who = PERM_ERASE,
	.fields = one_fields,
	.apply = agree_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};

/* ---- keeping it, with the law that says so ---------------------------------------------------------- */

static enum xq_rc
refuse_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct erasure e;
	enum xq_rc rc = begin(ctx, form_int(in, "erasure"), &e, err);
	if (rc == XQ_OK && e.state != ERASURE_LISTED)
		rc = must_be(&e, ERASURE_ASKED, err);
	if (rc == XQ_OK)
		rc = db_exec_one(ctx->tx,
			SQL("UPDATE erasure SET state = 3, why = ?, done_at = ?"
			    " WHERE office = ? AND id = ? AND state < 2"),
			VALS(V(form_text(in, "why")), V(ctx->now), V(ctx->office), V(e.id)), err);
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

const struct act erasure_refuse = {
	.name = "erasure.refuse",
	.title = N_("Keep it"),
	.help = N_("The resident reads the reason on the own page."),
	.who = PERM_ERASE,
	.fields = refuse_fields,
	.apply = refuse_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};

/* ---- the second person ------------------------------------------------------------------------------ */

enum xq_rc
erasure_rule_one(struct act_ctx *ctx, int64_t id, struct erasure *e, struct xq_err *err)
{
	enum xq_rc rc = begin(ctx, id, e, err);
	if (rc == XQ_OK)
		rc = must_be(e, ERASURE_LISTED, err);
	if (rc == XQ_OK && e->first_id == ctx->actor->person_id)
		return xq_refuse(err, NULL, "erasure.own-word");
	if (rc == XQ_OK)
		rc = erasure_apply(ctx, e, err);
	if (rc != XQ_OK)
		return rc;
	return db_exec_one(ctx->tx,
		SQL("UPDATE erasure SET state = 2, second_id = ?, done_at = ?"
		    " WHERE office = ? AND id = ? AND state = 1"),
		VALS(V(ctx->actor->person_id), V(ctx->now), V(ctx->office), V(e->id)), err);
}

static enum xq_rc
rule_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct erasure e;
	enum xq_rc rc = erasure_rule_one(ctx, form_int(in, "erasure"), &e, err);
	/* Without a ref: the announcement comes later, with those of others. */
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

const struct act erasure_rule = {
	.name = "erasure.rule",
	.title = N_("Destroy it"),
	.help = N_(
		"As the second person. It is done at once and for good; the figures stay as they are."),
	.who = PERM_ERASE,
	.fields = sure_fields,
	.apply = rule_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};
