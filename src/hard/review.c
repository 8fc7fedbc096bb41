/* SPDX-License-Identifier: Apache-2.0 */
/* review.c - what happens to a problem on the ledger: the review each quarter, a new sponsor, the end,
 * and the review day that passes. Each review says what was done and what comes next, so that the two
 * can be held against each other in public. */
#include "hard/hard_int.h"

#include "core/banned.h"

/* ---- the review ------------------------------------------------------------------------------------ */

static enum xq_rc
review_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct hard h;
	enum xq_rc rc = hard_begin(ctx, in, &h, err);
	if (rc != XQ_OK)
		return rc;
	if (!hard_may_review(ctx->actor, &h)) {
		rc = xq_refuse(err, NULL, "hard.not-sponsor");
		xq_err_text(err, "name", h.sponsor_name);
		return rc;
	}
	int32_t due_on = h.next_on;
	rc = hard_take_plan(ctx, in, &h, err);
	h.stage = form_text(in, "stage");
	h.reviewed_at = ctx->now;
	h.told_at = 0;
	if (rc == XQ_OK)
		rc = turn_add(ctx, &h, TURN_REVIEWED, form_text(in, "done"), due_on, err);
	struct act_event e = { .kind = &ev_hard_reviewed,
		.role = "officer",
		EVENT_VALUES(EV_D("next", h.next_on), EV("stage", h.stage)) };
	if (rc == XQ_OK)
		rc = hard_emit(ctx, &h, &e, err);
	act_result_int(ctx, "next", h.next_on);
	return rc == XQ_OK ? hard_save(ctx, &h, err) : rc;
}

/* ---- the end, in one of two ways --------------------------------------------------------------------------------------- */

/* Nobody marks their own work (product.md principle 3). */
static enum xq_rc
must_be_outside(struct act_ctx *ctx, const struct hard *h, struct xq_err *err)
{
	bool inside;
	enum xq_rc rc = membership_exists(
		ctx->tx, ctx->office, ctx->actor->person_id, h->sponsor_unit_id, &inside, err);
	return rc == XQ_OK && inside ? xq_refuse(err, NULL, "hard.own-unit") : rc;
}

/* What is parked waits for an answer of its own and never counts as solved (domain.md 3.2). */
static enum xq_rc
none_parked(struct act_ctx *ctx, const struct hard *h, struct xq_err *err)
{
	struct hard_entry *entry;
	size_t n;
	int64_t parked = 0;
	enum xq_rc rc = hard_entries(ctx->tx, ctx->mem, ctx->office, h->no, &entry, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		struct concern c = { 0 };
		rc = concern_load(ctx->tx, ctx->mem, ctx->office, entry[i].concern_id, &c, err);
		parked += rc == XQ_OK && c.state == ST_PARKED;
	}
	if (rc == XQ_OK && parked > 0) {
		rc = xq_refuse(err, NULL, "hard.still-parked");
		xq_err_int(err, "n", parked);
	}
	return rc;
}

static enum xq_rc
end_begin(struct act_ctx *ctx, const struct form *in, struct hard *h, struct xq_err *err)
{
	enum xq_rc rc = hard_begin(ctx, in, h, err);
	if (rc == XQ_OK)
		rc = must_be_outside(ctx, h, err);
	return rc == XQ_OK ? none_parked(ctx, h, err) : rc;
}

static enum xq_rc
end_with(struct act_ctx *ctx, struct hard *h, const char *stage, const char *words,
	struct act_event *e, struct xq_err *err)
{
	h->stage = stage;
	h->ended_at = ctx->now;
	enum xq_rc rc = turn_add(ctx, h, TURN_ENDED, words, 0, err);
	if (rc == XQ_OK)
		rc = hard_emit(ctx, h, e, err);
	return rc == XQ_OK ? hard_save(ctx, h, err) : rc;
}

static enum xq_rc
solve_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct hard h;
	struct act_event e = { .kind = &ev_hard_solved };
	enum xq_rc rc = end_begin(ctx, in, &h, err);
	return rc == XQ_OK ? end_with(ctx, &h, "solved", form_text(in, "how"), &e, err) : rc;
}

/* It never counts as solved: what would have to change stays readable beside the reason. */
static enum xq_rc
explain_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct hard h;
	enum xq_rc rc = end_begin(ctx, in, &h, err);
	if (rc != XQ_OK)
		return rc;
	h.condition = form_text(in, "condition");
	struct act_event e = { .kind = &ev_hard_explained, EVENT_VALUES(EV("blocker", h.blocker)) };
	return end_with(ctx, &h, "explained", form_text(in, "why"), &e, err);
}

/* ---- a new sponsor --------------------------------------------------------------------------------- */

static enum xq_rc
sponsor_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct hard h;
	enum xq_rc rc = hard_begin(ctx, in, &h, err);
	if (rc != XQ_OK)
		return rc;
	int64_t before = h.sponsor_person_id;
	rc = hard_take_sponsor(ctx, in, &h, err);
	if (rc == XQ_OK && h.sponsor_person_id == before)
		return xq_refuse(err, "sponsor", "hard.same-sponsor");
	if (rc == XQ_OK)
		rc = turn_add(ctx, &h, TURN_SPONSOR, form_text(in, "why"), 0, err);
	if (rc == XQ_OK)
		rc = hard_save(ctx, &h, err);
	if (rc == XQ_OK)
		rc = hard_tell_sponsor(ctx, &h, "hard.sponsor", err);
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

/* ---- the day passes -------------------------------------------------------------------------------- */

static enum xq_rc
due_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	struct rows *q = db_query(tx,
		SQL("SELECT no FROM hard WHERE office = ? AND ended_at IS NULL AND next_at < ?"
		    " AND told_at IS NULL ORDER BY next_at, no LIMIT ?"),
		VALS(V(office), V(now), V((int64_t)max)));
	return rows_ids(q, max, out_id, out_n, err);
}

static enum xq_rc
due_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct hard h = { 0 };
	enum xq_rc rc = hard_load(ctx->tx, ctx->mem, ctx->office, form_int(in, "id"), &h, err);
	if (rc == XQ_NONE || (rc == XQ_OK && (!hard_is_overdue(&h, ctx->now) || h.told_at != 0)))
		return xq_refuse(err, NULL, "store.changed");
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "hard", h.no);
	h.told_at = ctx->now;
	rc = hard_save(ctx, &h, err);
	return rc == XQ_OK ? hard_tell_sponsor(ctx, &h, "hard.review-due", err) : rc;
}

/* clang-format off */
static const struct field review_fields[] = {
	{ "hard", FIELD_INT, .required = true, .min = 1, .label = N_("Number on the ledger") },
	{ "done", FIELD_LINES, .required = true, .min = 4, .max = 300, .label = N_("What was done since the last time"),
		.hint = N_("Residents read it beside what was planned"), .privacy = PRIVACY_PUBLIC },
	{ "stage", FIELD_CHOICE, .required = true, .choices = hard_stages, .label = N_("Where it stands") },
	{ "blocker", FIELD_CHOICE, .required = true, .choices = hard_blockers, .label = N_("What stands in the way") },
	{ "blocker_words", FIELD_TEXT, .max = 100, .label = N_("In words, if it is something else"), .privacy = PRIVACY_PUBLIC },
	{ "plan", FIELD_LINES, .required = true, .min = 4, .max = 300, .label = N_("What we do until the next review"),
		.hint = N_("Residents read it, and at the review they read what became of it"), .privacy = PRIVACY_PUBLIC },
	{ "condition", FIELD_TEXT, .required = true, .min = 4, .max = 150, .label = N_("When it can be solved"),
		.hint = N_("What would have to change; residents read it"), .privacy = PRIVACY_PUBLIC },
	{ "next", FIELD_DAY, .required = true, .label = N_("Day of the next review"),
		.hint = N_("A working day, at most a quarter ahead") },
	{ "checked", FIELD_BOOL, .required = true, .missing = "hard.unchecked",
		.label = N_("I have read what residents will read: it points to no person and no house") },
	{ .name = NULL },
};

static const struct field solve_fields[] = {
	{ "hard", FIELD_INT, .required = true, .min = 1, .label = N_("Number on the ledger") },
	{ "how", FIELD_LINES, .required = true, .min = 4, .max = 300, .label = N_("What solved it"),
		.hint = N_("Residents read it"), .privacy = PRIVACY_PUBLIC },
	{ "checked", FIELD_BOOL, .required = true, .missing = "hard.unchecked",
		.label = N_("I have read what residents will read: it points to no person and no house") },
	{ .name = NULL },
};

static const struct field explain_fields[] = {
	{ "hard", FIELD_INT, .required = true, .min = 1, .label = N_("Number on the ledger") },
	{ "why", FIELD_LINES, .required = true, .min = 4, .max = 300, .label = N_("Why it cannot be solved now"),
		.hint = N_("Residents read it: which rule or fact stops it, and what we do instead"), .privacy = PRIVACY_PUBLIC },
	{ "condition", FIELD_TEXT, .required = true, .min = 4, .max = 150, .label = N_("When it can be solved"),
		.hint = N_("What would have to change; residents read it"), .privacy = PRIVACY_PUBLIC },
	{ "checked", FIELD_BOOL, .required = true, .missing = "hard.unchecked",
		.label = N_("I have read what residents will read: it points to no person and no house") },
	{ .name = NULL },
};

static const struct field sponsor_fields[] = {
	{ "hard", FIELD_INT, .required = true, .min = 1, .label = N_("Number on the ledger") },
	{ "sponsor", FIELD_CODE, .required = true, .label = N_("Who sponsors it"),
		.hint = N_("Responsible until it is solved, and named by unit in public") },
	{ "why", FIELD_TEXT, .required = true, .min = 2, .max = 200, .label = N_("Why the sponsor changes") },
	{ .name = NULL },
};

static const struct field due_fields[] = { { "id", FIELD_ID, .required = true }, { .name = NULL } };
/* clang-format on */

const struct act hard_review_act = {
	.name = "hard.review",
	.title = N_("Record a review"),
	.help = N_("By the sponsor, or by who keeps the ledger; at least once a quarter."),
	.who = PERM_STAFF,
	.fields = review_fields,
	.apply = review_apply,
	.events = (const struct event_kind *const[]){ &ev_hard_reviewed, NULL },
};

const struct act hard_solve = {
	.name = "hard.solve",
	.title = N_("It is solved"),
	.help = N_(
		"A supervisor outside the sponsor's unit says so; the sponsor's own unit cannot."),
	.who = PERM_RULE,
	.fields = solve_fields,
	.apply = solve_apply,
	.events = (const struct event_kind *const[]){ &ev_hard_solved, NULL },
};

const struct act hard_explain = {
	.name = "hard.explain",
	.title = N_("It cannot be solved now"),
	.help = N_(
		"A supervisor outside the sponsor's unit ends it with an explanation. It never counts as solved."),
	.who = PERM_RULE,
	.fields = explain_fields,
	.apply = explain_apply,
	.events = (const struct event_kind *const[]){ &ev_hard_explained, NULL },
};

const struct act hard_sponsor = {
	.name = "hard.sponsor",
	.title = N_("Name another sponsor"),
	.help = N_("The new one is told; the review day stays."),
	.who = PERM_HARD,
	.fields = sponsor_fields,
	.apply = sponsor_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};

const struct act hard_review_due = {
	.name = "hard.review-due",
	.title = N_("Note that a review day has passed"),
	.who = PERM_SYSTEM,
	.fields = due_fields,
	.apply = due_apply,
	.is_quiet = true, /* the record shows it by the day that passed */
	.is_hidden = true,
};

const struct job hard_review_due_job = { "hard.review-due", &hard_review_due, due_find };
