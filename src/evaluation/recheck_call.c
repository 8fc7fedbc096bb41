/* SPDX-License-Identifier: Apache-2.0 */
/* recheck_call.c - the second call: a fixed script, up to three tries on two days, by somebody who had no part
 * in the matter and did not make the first call. It changes nothing about the concern and is in no figure. */
#include "evaluation/recheck.h"

#include "concern/attitude.h"
#include "concern/closed.h"
#include "core/mem.h"
#include "evaluation/callback.h"

#include "core/banned.h"

static const struct event_field rechecked_fields[] = {
	{ "draw", EV_CODE, .meaning = "the draw that named it" },
	{ "sat", EV_INT, .optional = true, .meaning = "1 satisfied, 2 fairly, 3 so-so, 4 not" },
	{ "solved", EV_CODE, .meaning = "yes partly no explained" },
	{ .name = NULL },
};
const struct event_kind ev_rechecked = {
	.name = "concern.rechecked",
	.meaning = "Asked once more after closing, by somebody else; it enters no figure.",
	.fields = rechecked_fields,
};

static enum xq_rc
load(struct act_ctx *ctx, const struct form *in, struct concern *c, struct recheck *r,
	struct xq_err *err)
{
	const char *no = NULL;
	enum xq_rc rc =
		concern_by_file_no(ctx->tx, ctx->mem, ctx->office, form_int(in, "concern"), c, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, "concern", "concern.unknown");
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "concern", c->id);
	rc = recheck_of(ctx->tx, ctx->mem, ctx->office, c->id, r, err);
	if (rc == XQ_NONE || (rc == XQ_OK && c->state == ST_VOID))
		return xq_refuse(err, NULL, "recheck.not-drawn");
	if (rc == XQ_OK)
		rc = recheck_why_not(ctx->tx, ctx->actor, c, &no, err);
	return rc == XQ_OK && no ? xq_refuse(err, NULL, no) : rc;
}

static enum xq_rc
keep_try(struct act_ctx *ctx, const struct form *in, const struct recheck *r, int32_t today,
	struct xq_err *err)
{
	return db_exec(ctx->tx,
		SQL("INSERT INTO recheck_try (office, draw_no, place, n, at, day, result, words,"
		    " caller_person_id, caller_unit_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
		VALS(V(ctx->office), V(r->draw_no), V(r->place), V(r->tries + 1), V(ctx->now),
			V(today), V(form_text(in, "result")), V(form_str(in, "words")),
			V(ctx->actor->person_id), V(ctx->actor->unit_id)),
		err);
}

static enum xq_rc
days_tried(struct act_ctx *ctx, const struct recheck *r, int64_t *out, struct xq_err *err)
{
	return db_int(ctx->tx,
		SQL("SELECT count(DISTINCT day) FROM recheck_try WHERE office = ? AND draw_no = ?"
		    " AND place = ?"),
		VALS(V(ctx->office), V(r->draw_no), V(r->place)), out, err);
}

static enum xq_rc
emit(struct act_ctx *ctx, const struct form *in, struct concern *c, const struct recheck *r,
	int sat, bool is_reached, struct xq_err *err)
{
	struct act_event called = { .kind = &ev_called,
		.ref = c->ref,
		.prev_seq = &c->last_seq,
		.role = "evaluator",
		EVENT_VALUES(EV_N("n", r->tries + 1), EV("result", form_text(in, "result"))) };
	enum xq_rc rc = act_emit(ctx, &called, err);
	if (rc != XQ_OK || !is_reached)
		return rc;
	struct event_value v[3] = { EV("draw", r->draw_code),
		EV("solved", form_text(in, "solved")) };
	size_t n = 2;
	if (sat > 0)
		v[n++] = (struct event_value)EV_N("sat", sat);
	struct act_event said = { .kind = &ev_rechecked,
		.ref = c->ref,
		.prev_seq = &c->last_seq,
		.role = "evaluator",
		.value = v,
		.n_values = n };
	return act_emit(ctx, &said, err);
}

static enum xq_rc
save(struct act_ctx *ctx, const struct form *in, const struct recheck *r, int sat, bool is_reached,
	struct xq_err *err)
{
	int64_t days = 0;
	enum xq_rc rc = days_tried(ctx, r, &days, err);
	enum recheck_state state = is_reached ? RECHECK_SAID
	                           : r->tries + 1 >= RECHECK_TRIES && days >= RECHECK_DAYS
	                                   ? RECHECK_NOBODY
	                                   : RECHECK_WAITS;
	if (rc != XQ_OK)
		return rc;
	if (state != RECHECK_WAITS)
		rc = concern_recall(ctx, r->concern_id, false, err);
	if (rc != XQ_OK)
		return rc;
	return db_exec_one(ctx->tx,
		SQL("UPDATE recheck SET tries = tries + 1, state = ?, solved = ?, sat = ?, done_at = ?"
		    " WHERE office = ? AND draw_no = ? AND place = ? AND state = 0"),
		VALS(V((int64_t)state), is_reached ? V(form_text(in, "solved")) : VNULL, V(sat),
			V_OR_NULL(state != RECHECK_WAITS, ctx->now), V(ctx->office), V(r->draw_no),
			V(r->place)),
		err);
}

enum xq_rc
recheck_drop(struct act_ctx *ctx, int64_t concern_id, struct xq_err *err)
{
	enum xq_rc rc = concern_recall(ctx, concern_id, false, err);
	if (rc != XQ_OK)
		return rc;
	return db_exec(ctx->tx,
		SQL("UPDATE recheck SET state = ?, done_at = ?"
		    " WHERE office = ? AND concern_id = ? AND state = 0"),
		VALS(V((int64_t)RECHECK_NOBODY), V(ctx->now), V(ctx->office), V(concern_id)), err);
}

static enum xq_rc
record_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct concern c;
	struct recheck r;
	enum xq_rc rc = load(ctx, in, &c, &r, err);
	if (rc != XQ_OK)
		return rc;
	bool is_reached = text_eq(form_text(in, "result"), "reached");
	if (is_reached && !form_has(in, "solved"))
		return xq_refuse(err, "solved", "callback.no-solved");
	if (is_reached && !form_has(in, "sat"))
		return xq_refuse(err, "sat", "callback.no-sat");
	int sat = is_reached ? sat_of(in, "sat") : 0;
	int32_t today = day_of(ctx->now, app_office(ctx->app, ctx->office)->tz_s);
	rc = keep_try(ctx, in, &r, today, err);
	if (rc == XQ_OK)
		rc = emit(ctx, in, &c, &r, sat, is_reached, err);
	if (rc == XQ_OK)
		rc = save(ctx, in, &r, sat, is_reached, err);
	if (rc != XQ_OK)
		return rc;
	/* The resident reads that we called again; the unit does not read what was said. */
	return concern_step_note(ctx, &c, is_reached ? NULL : form_text(in, "result"), true, err);
}

/* clang-format off */
static const struct field record_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "result", FIELD_CHOICE, .required = true, .choices = callback_results, .label = N_("How the call went") },
	{ "solved", FIELD_CHOICE, .choices = concern_solved, .label = N_("Is it solved?") },
	{ "sat", FIELD_CHOICE, .choices = concern_sats, .label = N_("All in all, how satisfied are you?") },
	{ "words", FIELD_LINES, .max = 500, .label = N_("The resident's own words"), .privacy = PRIVACY_PERSONAL },
	{ .name = NULL },
};

const struct msg_text recheck_messages[] = {
	{ "draw.unknown", N_("There is no draw with this code.") },
	{ "draw.no-month", N_("Please write the month like 2026-10.") },
	{ "draw.month-runs", N_("This month is not over yet. What is drawn from must not change any more.") },
	{ "draw.there", N_("This month was drawn from already. A month is drawn from once, so that nobody draws until it pleases.") },
	{ "draw.nothing-closed", N_("Nothing was closed in this month that could be drawn.") },
	{ "draw.too-many", N_("More was closed in this month than one draw can hold.") },
	{ "draw.no-name", N_("Please name the drawing of this day, or leave the day out.") },
	{ "draw.day-known", N_("Please give the day of the drawing. It must lie ahead: what is known already decides nothing.") },
	{ "draw.no-outside", N_("This draw was announced without a public drawing, so nothing is put in.") },
	{ "draw.before-its-day", N_("The public drawing is still to come.") },
	{ "draw.same-person", N_("You announced this draw. Somebody else puts in what was drawn in public.") },
	{ "draw.bad-value", N_("Please type it as it was published, without spaces and Chinese characters.") },
	{ "draw.seeded-already", N_("What decides this draw is known already.") },
	{ "draw.not-seeded", N_("First comes what decides the draw; and it is drawn once.") },
	{ "draw.not-reached", N_("The public record has not reached entry {size} yet. It does by itself, with the work of the day.") },
	{ "draw.not-signed", N_("The record at entry {size} is not signed yet. Please try again in a minute.") },
	{ "recheck.not-drawn", N_("This concern was not drawn, or its second call is done.") },
	{ "recheck.own-unit", N_("Your unit has handled this concern, so somebody else makes the second call.") },
	{ "recheck.own-call", N_("You made the first call yourself, so somebody else makes the second one.") },
	{ NULL, NULL },
};
/* clang-format on */

const struct act recheck_record = {
	.name = "recheck.record",
	.title = N_("Record a second call"),
	.help = N_("Only somebody who had no part in it and did not make the first call."),
	.who = PERM_EVALUATE,
	.fields = record_fields,
	.apply = record_apply,
	.events = (const struct event_kind *const[]){ &ev_called, &ev_rechecked, NULL },
};
