/* SPDX-License-Identifier: Apache-2.0 */
/* save.c - what the acts of the register share: the event of the form, writing, the record, messages. */
#include "accountability/acct_int.h"

#include "core/mem.h"

#include "core/banned.h"

enum xq_rc
acct_begin(struct act_ctx *ctx, const struct form *in, struct acct_event *e,
	enum acct_sight *out_sight, struct xq_err *err)
{
	enum xq_rc rc = acct_load(ctx->tx, ctx->mem, ctx->office, form_int(in, "event"), e, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, "event", "acct.unknown");
	if (rc == XQ_OK)
		rc = acct_sight_of(ctx->tx, ctx->actor, e, out_sight, err);
	if (rc != XQ_OK)
		return rc;
	if (*out_sight == SEES_NOTHING) /* not even that it exists */
		return xq_refuse(err, "event", "acct.unknown");
	act_subject(ctx, "acct", e->no);
	act_result_int(ctx, "no", e->no);
	return e->closed_at ? xq_refuse(err, NULL, "acct.is-closed") : XQ_OK;
}

enum xq_rc
acct_take_number(struct act_ctx *ctx, struct acct_event *e, struct xq_err *err)
{
	return db_next(ctx->tx, ctx->office, "acct", &e->no, err);
}

enum xq_rc
acct_insert(struct act_ctx *ctx, struct acct_event *e, struct xq_err *err)
{
	enum xq_rc rc = e->no ? XQ_OK : acct_take_number(ctx, e, err);
	if (rc != XQ_OK)
		return rc;
	e->opened_at = ctx->now;
	e->opened_by = ctx->actor->person_id;
	act_subject(ctx, "acct", e->no);
	act_result_int(ctx, "no", e->no);
	return db_exec(ctx->tx,
		SQL("INSERT INTO acct_event (office, no, ver, kind, fact, unit_id, concern_id,"
		    " happened_at, opened_at, opened_by, statement, source, state, asked_at,"
		    " explain_due_at, explanation, outcome, reason, appeal, final_outcome, ruling,"
		    " done) VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, '', '', '', '', '',"
		    " '', '')"),
		VALS(V(ctx->office), V(e->no), V(e->kind), V(e->fact), V(e->unit_id),
			V_OR_NULL(e->concern_id, e->concern_id), V(e->happened_at), V(e->opened_at),
			V(e->opened_by), V(e->statement), V(e->source),
			V_OR_NULL(e->asked_at, e->asked_at),
			V_OR_NULL(e->explain_due_at, e->explain_due_at)),
		err);
}

enum xq_rc
acct_save(struct act_ctx *ctx, struct acct_event *e, struct xq_err *err)
{
	return db_exec_one(ctx->tx,
		SQL("UPDATE acct_event SET ver = ver + 1, state = ?, asked_at = ?,"
		    " explain_due_at = ?, explanation = ?, explained_at = ?, explained_by = ?,"
		    " outcome = ?, reason = ?, decided_at = ?, decided_by = ?, appeal_due_at = ?,"
		    " appeal = ?, appealed_at = ?, appealed_by = ?, final_outcome = ?, ruling = ?,"
		    " ruled_at = ?, ruled_by = ?, done = ?, closed_at = ?"
		    " WHERE office = ? AND no = ? AND ver = ?"),
		VALS(V((int64_t)e->state), V_OR_NULL(e->asked_at, e->asked_at),
			V_OR_NULL(e->explain_due_at, e->explain_due_at), V(e->explanation),
			V_OR_NULL(e->explained_at, e->explained_at),
			V_OR_NULL(e->explained_by, e->explained_by), V(e->outcome), V(e->reason),
			V_OR_NULL(e->decided_at, e->decided_at),
			V_OR_NULL(e->decided_by, e->decided_by),
			V_OR_NULL(e->appeal_due_at, e->appeal_due_at), V(e->appeal),
			V_OR_NULL(e->appealed_at, e->appealed_at),
			V_OR_NULL(e->appealed_by, e->appealed_by), V(e->final_outcome),
			V(e->ruling), V_OR_NULL(e->ruled_at, e->ruled_at),
			V_OR_NULL(e->ruled_by, e->ruled_by), V(e->done),
			V_OR_NULL(e->closed_at, e->closed_at), V(ctx->office), V(e->no), V(e->ver)),
		err);
}

/* Its number and its day go to the head; what it is about stands on the page behind the sign-in. */
static enum xq_rc
tell_head(struct act_ctx *ctx, const struct acct_event *e, struct xq_err *err)
{
	struct unit u;
	enum xq_rc rc = unit_load(ctx->tx, ctx->mem, ctx->office, e->unit_id, &u, err);
	if (rc != XQ_OK)
		return rc;
	return act_tell_staff(ctx,
		&(struct staff_message){ .what = "acct.asked",
			.person_id = u.head_person_id,
			.about = "event",
			.no = e->no,
			.due_day = day_of(
				e->explain_due_at, app_office(ctx->app, ctx->office)->tz_s) },
		err);
}

enum xq_rc
acct_put_to_unit(struct act_ctx *ctx, struct acct_event *e, struct xq_err *err)
{
	struct due due;
	struct limit limit;
	enum xq_rc rc = due_of(ctx, "acct-explain", ctx->now, &due, &limit, err);
	if (rc != XQ_OK)
		return rc;
	e->asked_at = ctx->now;
	e->explain_due_at = due.at;
	return tell_head(ctx, e, err);
}

enum xq_rc
acct_emit(struct act_ctx *ctx, const char *step, struct xq_err *err)
{
	return act_emit(ctx,
		&(struct act_event){ .kind = &ev_acct_step,
			.role = ctx->actor->kind == ACTOR_SYSTEM ? "system" : "officer",
			.unit = "",
			EVENT_VALUES(EV("step", step)) },
		err);
}
