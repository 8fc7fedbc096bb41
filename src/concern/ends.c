/* SPDX-License-Identifier: Apache-2.0 */
/* ends.c - ways out of the cycle other than closing: another body is competent, the same matter is
 * handled already, registered by mistake, cannot or need not be handled. None of them is an answer
 * that the unit gave, so none counts as solved; each says to the resident why (domain.md 3.2). */
#include "act/receipt.h"
#include "concern/concern_int.h"
#include "concern/explain.h"

#include "core/mem.h"

#include "core/banned.h"

/* Each end counts in a figure of its own; a voided concern in no other one. */
static enum xq_rc
count_end(struct act_ctx *ctx, const struct concern *c, const struct step_change *how,
	struct xq_err *err)
{
	static const char *const figures[N_STATES] = { [ST_TERMINATED] = "terminated",
		[ST_REDIRECTED] = "redirected",
		[ST_MERGED] = "merged",
		[ST_VOID] = "voided",
		[ST_TRANSFERRED] = "transferred" };
	const char *figure = figures[how->to];
	xq_require(figure != NULL);
	enum xq_rc rc = how->to == ST_VOID ? tally_take_back(ctx, c, err) : XQ_OK;
	if (rc == XQ_OK && how->to == ST_MERGED)
		rc = tally_repeat(ctx, c, err);
	if (rc == XQ_OK && how->why)
		figure = mem_printf(ctx->mem, "%s.%s", figure, how->why);
	return rc == XQ_OK ? tally_add(ctx, c, figure, 1, err) : rc;
}

/* What all of them do: the row is no longer open, nobody waits for it, offers fall away. */
enum xq_rc
end_concern(struct act_ctx *ctx, struct step_load *s, struct act_event *e,
	const struct step_change *how, struct xq_err *err)
{
	enum xq_rc rc = count_end(ctx, &s->c, how, err);
	if (rc == XQ_OK && s->has_open)
		rc = offer_end(ctx, &s->open, OFFER_DECLINED, "ended", err);
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx,
			SQL("UPDATE request SET state = 2, ruled_at = ?, ruling = ''"
			    " WHERE office = ? AND concern_id = ? AND state = 0"),
			VALS(V(ctx->now), V(ctx->office), V(s->c.id)), err);
	if (rc == XQ_OK)
		rc = concern_emit(ctx, &s->c, e, err);
	if (rc == XQ_OK && e->role && text_eq(e->role, "resident"))
		rc = act_receipt(ctx, s->c.last_seq, err);
	if (rc == XQ_OK && s->c.is_listed)
		rc = unlist(ctx, &s->c, "ended", err);
	if (rc == XQ_OK && explain_is_due(&s->c))
		rc = explain_end(ctx, s->c.id, err);
	if (rc != XQ_OK)
		return rc;
	s->c.closed_at = ctx->now;
	s->c.supervised_due = 0;
	s->c.needs_ruling = false;
	s->c.ladder_at = 0;
	return concern_save(ctx, &s->c, how, err);
}

/* ---- redirect --------------------------------------------------------------------------------------- */

static enum xq_rc
redirect_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc != XQ_OK)
		return rc;
	struct act_event e = { .kind = &ev_redirected,
		EVENT_VALUES(EV("to", form_text(in, "body"))) };
	const char *phone = form_text(in, "phone");
	const char *note = mem_printf(ctx->mem, "%s%s%s · %s", form_text(in, "name"),
		phone[0] ? " " : "", phone, form_text(in, "told"));
	return end_concern(ctx, &s, &e,
		&(struct step_change){ .to = s.step->to,
			.why = form_text(in, "body"),
			.note = note,
			.is_for_resident = true },
		err);
}

/* ---- void ------------------------------------------------------------------------------------------- */

static enum xq_rc
void_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc == XQ_OK)
		rc = must_be_outside(ctx, &s.c, err);
	if (rc != XQ_OK)
		return rc;
	struct act_event e = { .kind = &ev_voided, EVENT_VALUES(EV("why", form_text(in, "why"))) };
	return end_concern(ctx, &s, &e,
		&(struct step_change){ .to = s.step->to,
			.why = form_text(in, "why"),
			.note = form_text(in, "note"),
			.is_for_resident = true },
		err);
}

/* ---- terminate, withdraw ------------------------------------------------------------------------------ */

static enum xq_rc
terminate_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc == XQ_OK)
		rc = must_be_outside(ctx, &s.c, err);
	if (rc != XQ_OK)
		return rc;
	struct act_event e = { .kind = &ev_terminated,
		EVENT_VALUES(EV("why", form_text(in, "why"))) };
	return end_concern(ctx, &s, &e,
		&(struct step_change){ .to = s.step->to,
			.why = form_text(in, "why"),
			.note = form_text(in, "note"),
			.is_for_resident = true },
		err);
}

/* ---- merge ------------------------------------------------------------------------------------------ */

enum xq_rc
merged_count(struct tx *tx, int64_t office, int64_t into_id, int64_t *out, struct xq_err *err)
{
	return db_int(tx, SQL("SELECT count(*) FROM merged WHERE office = ? AND into_id = ?"),
		VALS(V(office), V(into_id)), out, err);
}

/* The other concern must be open and no merged one itself, so that no chain or circle can arise. */
static enum xq_rc
load_target(struct act_ctx *ctx, const struct form *in, const struct concern *c,
	struct concern *out, struct xq_err *err)
{
	enum xq_rc rc =
		concern_by_file_no(ctx->tx, ctx->mem, ctx->office, form_int(in, "into"), out, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, "into", "concern.unknown");
	if (rc != XQ_OK)
		return rc;
	if (out->id == c->id)
		return xq_refuse(err, "into", "merge.itself");
	bool is_going = out->state == ST_OFFERED_OUT; /* whoever is merged would not go along */
	if (!concern_is_open(out->state) || out->merged_into != 0 || is_going)
		return xq_refuse(err, "into", "merge.not-open");
	if (out->lane == LANE_SEALED || c->lane == LANE_SEALED)
		return xq_refuse(err, "into", "merge.sealed");
	int64_t n;
	rc = merged_count(ctx->tx, ctx->office, c->id, &n, err);
	return rc == XQ_OK && n > 0 ? xq_refuse(err, NULL, "merge.holds-others") : rc;
}

static enum xq_rc
merge_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	struct concern into = { 0 };
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc == XQ_OK)
		rc = load_target(ctx, in, &s.c, &into, err);
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx,
			SQL("INSERT INTO merged (office, concern_id, into_id, at, answered_at, sat)"
			    " VALUES (?, ?, ?, ?, ?, 0)"),
			VALS(V(ctx->office), V(s.c.id), V(into.id), V(ctx->now),
				V_OR_NULL(into.answered_at, into.answered_at)),
			err);
	if (rc != XQ_OK)
		return rc;
	s.c.merged_into = into.id;
	char no[24];
	file_no_show(into.file_no, no);
	struct act_event e = { .kind = &ev_merged, EVENT_VALUES(EV("into", into.ref)) };
	return end_concern(ctx, &s, &e,
		&(struct step_change){ .to = s.step->to, .note = no, .is_for_resident = true },
		err);
}

enum xq_rc
merged_answered(struct act_ctx *ctx, const struct concern *c, struct xq_err *err)
{
	return db_exec(ctx->tx,
		SQL("UPDATE merged SET answered_at = ? WHERE office = ? AND into_id = ?"
		    " AND answered_at IS NULL"),
		VALS(V(ctx->now), V(ctx->office), V(c->id)), err);
}

enum xq_rc
merged_load(struct tx *tx, void *mem, int64_t office, int64_t concern_id, struct merged_voice *out,
	struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT into_id, answered_at, done_at, solved, sat FROM merged"
		    " WHERE office = ? AND concern_id = ?"),
		VALS(V(office), V(concern_id)));
	struct merged_voice m = { 0 };
	bool found = row_next(q);
	if (found)
		m = (struct merged_voice){ .into_id = row_int(q, 0),
			.answered_at = row_int(q, 1),
			.done_at = row_int(q, 2),
			.solved = row_text(q, 3, mem),
			.sat = (int)row_int(q, 4) };
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK || !found)
		return rc != XQ_OK ? rc : XQ_NONE;
	*out = m;
	return XQ_OK;
}

static enum xq_rc
emit_voice(struct act_ctx *ctx, struct concern *c, const struct rating *r, struct xq_err *err)
{
	struct event_value v[3] = { EV("solved", r->solved), EV("via", r->via) };
	size_t n = 2;
	if (r->sat > 0)
		v[n++] = (struct event_value)EV_N("sat", r->sat);
	bool own = ctx->actor->kind != ACTOR_STAFF;
	struct act_event e = { .kind = &ev_voice_rated,
		.value = v,
		.n_values = n,
		.role = own ? "resident" : "evaluator",
		.unit = own ? "" : NULL };
	enum xq_rc rc = concern_emit(ctx, c, &e, err);
	return rc == XQ_OK && own ? act_receipt(ctx, c->last_seq, err) : rc;
}

enum xq_rc
merged_done(struct act_ctx *ctx, struct concern *c, const struct rating *r, struct xq_err *err)
{
	enum xq_rc rc = db_exec_one(ctx->tx,
		SQL("UPDATE merged SET solved = ?, sat = ?, done_at = ?"
		    " WHERE office = ? AND concern_id = ? AND done_at IS NULL"),
		VALS(r ? V(r->solved) : VNULL, V(r ? r->sat : 0), V(ctx->now), V(ctx->office),
			V(c->id)),
		err);
	if (rc == XQ_OK && r)
		rc = emit_voice(ctx, c, r, err);
	return rc == XQ_OK ? concern_step_note(ctx, c, r ? r->solved : NULL, true, err) : rc;
}

/* clang-format off */
static const struct field redirect_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "body", FIELD_CHOICE, .required = true, .choices = redirect_bodies, .label = N_("Who is competent") },
	{ "name", FIELD_TEXT, .required = true, .max = 60, .label = N_("Name of the body") },
	{ "phone", FIELD_TEXT, .required = true, .max = 40, .label = N_("Its phone") },
	{ "told", FIELD_LINES, .required = true, .max = 200, .label = N_("What the resident was told, when and how") },
	{ .name = NULL },
};

static const struct field void_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "why", FIELD_CHOICE, .required = true, .choices = void_reasons, .label = N_("Why") },
	{ "note", FIELD_LINES, .required = true, .max = 200, .label = N_("What happened") },
	{ .name = NULL },
};

static const struct field terminate_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "why", FIELD_CHOICE, .required = true, .choices = terminate_reasons, .label = N_("Why") },
	{ "note", FIELD_LINES, .required = true, .min = 10, .max = 500, .label = N_("Explanation to the resident"),
		.hint = N_("What they wanted, what was found, which rule stands in the way, who could change it") },
	{ .name = NULL },
};

static const struct field merge_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "into", FIELD_FILE_NO, .required = true, .label = N_("Number of the concern it belongs to") },
	{ .name = NULL },
};
/* clang-format on */

const struct act concern_redirect = {
	.name = "concern.redirect",
	.title = N_("Point to who is competent"),
	.help = N_("Not ours: the resident is told who, where and how; the time is noted."),
	.who = PERM_STAFF,
	.fields = redirect_fields,
	.apply = redirect_apply,
	.events = (const struct event_kind *const[]){ &ev_redirected, &ev_unlisted, NULL },
};

const struct act concern_void = {
	.name = "concern.void",
	.title = N_("Void it"),
	.help = N_(
		"Only for mistakes and tests. It leaves every rate and stands in the list of voided ones."),
	.who = PERM_RULE,
	.fields = void_fields,
	.apply = void_apply,
	.events = (const struct event_kind *const[]){ &ev_voided, &ev_unlisted, NULL },
};

const struct act concern_terminate = {
	.name = "concern.terminate",
	.title = N_("End it without an answer"),
	.help = N_(
		"Approved outside the unit, with an explanation to the resident. It does not count as settled."),
	.who = PERM_RULE,
	.fields = terminate_fields,
	.apply = terminate_apply,
	.events = (const struct event_kind *const[]){ &ev_terminated, &ev_unlisted, NULL },
};

const struct act concern_merge = {
	.name = "concern.merge",
	.title = N_("Handle it with another one"),
	.help = N_(
		"The same matter without a new fact. This resident still gets the answer, a call and an own rating."),
	.who = PERM_STAFF,
	.fields = merge_fields,
	.apply = merge_apply,
	.events = (const struct event_kind *const[]){ &ev_merged, &ev_unlisted, NULL },
};
