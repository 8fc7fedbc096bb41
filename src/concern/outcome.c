/* SPDX-License-Identifier: Apache-2.0 */
/* outcome.c - how a concern ends: the resident's own view, ruling, re-handling, closing, and the
 * escalation of what is late. The unit's outcome and the resident's view stand side by side; a
 * conflict is shown, never overwritten (product.md principle 1). */
#include "concern/concern_int.h"

#include "act/receipt.h"
#include "concern/attitude.h"
#include "concern/explain.h"

#include "core/mem.h"

#include "core/banned.h"

enum { SAT_NOT = 4 };

static enum xq_rc
close_concern(struct act_ctx *ctx, struct concern *c, struct xq_err *err)
{
	struct act_event e = { .kind = &ev_closed,
		.role = ctx->actor->kind == ACTOR_STAFF ? NULL : "system",
		EVENT_VALUES(EV("outcome", outcome_code(c->outcome))) };
	enum xq_rc rc = concern_emit(ctx, c, &e, err);
	if (rc == XQ_OK)
		rc = tally_closed(ctx, c, err);
	if (rc != XQ_OK)
		return rc;
	c->closed_at = ctx->now;
	c->needs_ruling = false;
	return concern_save(ctx, c,
		&(struct step_change){ .to = ST_CLOSED,
			.is_for_resident = true,
			.note = outcome_code(c->outcome) },
		err);
}

enum xq_rc
concern_rated(struct act_ctx *ctx, struct concern *c, const struct rating *r, struct xq_err *err)
{
	if (c->state != ST_CALLBACK)
		return xq_refuse(err, NULL, "concern.wrong-state");
	if (c->seen_solved)
		return xq_refuse(err, NULL, "voice.rated");
	struct event_value v[4] = { EV_N("round", c->round) };
	size_t n = 1;
	if (r->sat > 0)
		v[n++] = (struct event_value)EV_N("sat", r->sat);
	v[n++] = (struct event_value)EV("solved", r->solved);
	v[n++] = (struct event_value)EV("via", r->via);
	/* An own rating is the resident's, without unit (ledger.md V6). */
	bool own = ctx->actor->kind != ACTOR_STAFF;
	struct act_event e = { .kind = &ev_rated,
		.value = v,
		.n_values = n,
		.role = own ? "resident" : "evaluator",
		.unit = own ? "" : NULL };
	enum xq_rc rc = concern_emit(ctx, c, &e, err);
	if (rc == XQ_OK && own)
		rc = act_receipt(ctx, c->last_seq, err);
	if (rc == XQ_OK)
		rc = rating_keep(ctx, c, r, err);
	if (rc != XQ_OK)
		return rc;
	c->seen_solved = r->solved;
	c->seen_sat = r->sat;
	c->needs_ruling = text_eq(r->solved, "no") || r->sat == SAT_NOT || r->wants_again;
	rc = concern_step_note(ctx, c, r->solved, true, err);
	return rc == XQ_OK && !c->needs_ruling ? close_concern(ctx, c, err) : rc;
}

enum xq_rc
concern_unreached(struct act_ctx *ctx, struct concern *c, struct xq_err *err)
{
	struct act_event e = {
		.kind = &ev_unreached, .role = "evaluator", EVENT_VALUES(EV_N("round", c->round))
	};
	enum xq_rc rc = concern_emit(ctx, c, &e, err);
	if (rc == XQ_OK)
		rc = rating_keep(ctx, c, NULL, err);
	return rc == XQ_OK ? close_concern(ctx, c, err) : rc;
}

/* ---- ruling -------------------------------------------------------------------------------------- */

enum xq_rc
redo_concern(struct act_ctx *ctx, struct concern *c, const char *note, struct xq_err *err)
{
	struct due due;
	struct limit limit;
	enum xq_rc rc = due_of(ctx, "redo", ctx->now, &due, &limit, err);
	if (rc != XQ_OK)
		return rc;
	c->round++;
	due_move(ctx, c, due.at, due.effective_day);
	c->answered_at = 0;
	c->needs_ruling = false;
	c->seen_solved = NULL; /* the new round asks again; the first view stays on the timeline */
	c->seen_sat = 0;
	c->supervised_due = 0; /* the new round has its own day */
	struct act_event e = { .kind = &ev_redo,
		EVENT_VALUES(EV_AT("due", c->due_at), EV_N("round", c->round)) };
	rc = concern_emit(ctx, c, &e, err);
	if (rc == XQ_OK) /* the new answer may solve it */
		rc = explain_end(ctx, c->id, err);
	if (rc != XQ_OK)
		return rc;
	return concern_save(ctx, c,
		&(struct step_change){ .to = ST_REDO,
			.note = note,
			.is_for_resident = true,
			.due_day = c->due_day },
		err);
}

static enum xq_rc
rule_outcome_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc == XQ_OK)
		rc = must_be_outside(ctx, &s.c, err);
	if (rc != XQ_OK)
		return rc;
	if (text_eq(form_text(in, "decision"), "redo"))
		return redo_concern(ctx, &s.c, form_text(in, "note"), err);
	rc = concern_step_note(ctx, &s.c, form_text(in, "note"), true, err);
	return rc == XQ_OK ? close_concern(ctx, &s.c, err) : rc;
}

/* ---- the resident's own rating ----------------------------------------------------------------------- */

static enum xq_rc
rate_merged(struct act_ctx *ctx, struct concern *c, const struct rating *r, struct xq_err *err)
{
	struct merged_voice m;
	enum xq_rc rc = merged_load(ctx->tx, ctx->mem, ctx->office, c->id, &m, err);
	if (rc == XQ_NONE || (rc == XQ_OK && m.answered_at == 0))
		return xq_refuse(err, NULL, "voice.not-answered");
	if (rc == XQ_OK && m.done_at != 0)
		return xq_refuse(err, NULL, "voice.rated");
	return rc == XQ_OK ? merged_done(ctx, c, r, err) : rc;
}

static enum xq_rc
rate_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct code code;
	struct concern c;
	if (ctx->actor->kind == ACTOR_STAFF)
		return xq_refuse(err, NULL, "voice.staff");
	if (!code_read(form_str(in, "code"), CODE_QUERY, &code))
		return xq_refuse(err, "code", "voice.code-unknown");
	enum xq_rc rc = concern_by_code(ctx->tx, ctx->mem, ctx->app, ctx->office, &code, &c, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, "code", "voice.code-unknown");
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "concern", c.id);
	const char *sat = form_text(in, "sat");
	const struct rating r = { .solved = form_text(in, "solved"),
		.via = "web",
		.sat = text_eq(sat, "none") ? 0 : sat[0] - '0',
		.result = sat_of(in, "result_sat") };
	if (c.state != ST_MERGED && c.seen_solved)
		return xq_refuse(err, NULL, "voice.rated");
	if (c.state != ST_MERGED && c.state != ST_CALLBACK)
		return xq_refuse(err, NULL, "voice.not-answered");
	rc = c.state == ST_MERGED ? rate_merged(ctx, &c, &r, err) : concern_rated(ctx, &c, &r, err);
	return rc == XQ_OK ? said_apart(ctx, &c, in, err) : rc;
}

/* ---- escalation --------------------------------------------------------------------------------------- */

/* Past due without an answer. What is parked waits for its review day. */
static enum xq_rc
escalate_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	struct rows *q = db_query(tx,
		SQL("SELECT id FROM concern WHERE office = ? AND answered_at IS NULL"
		    " AND closed_at IS NULL AND level = 0 AND state <> 12 AND due_at < ?"
		    " ORDER BY due_at, id LIMIT ?"),
		VALS(V(office), V(now), V((int64_t)max)));
	return rows_ids(q, max, out_id, out_n, err);
}

/* The ladder: the unit's head at once, the leader, the public late list; how many working days lie
 * between is a setting. Each level is told once for each due day. */
enum ladder { LADDER_NONE, LADDER_HEAD, LADDER_LEADER, LADDER_LIST };
static const char *const ladder_limits[] = { NULL, "ladder-leader", "ladder-list", NULL };
static const char *const ladder_codes[] = { "", "head", "leader", "list" };

enum xq_rc
tell_staff(struct act_ctx *ctx, const struct concern *c, const char *what, int64_t person_id,
	struct xq_err *err)
{
	char no[24];
	file_no_show(c->file_no, no);
	return act_tell_staff(ctx,
		&(struct staff_message){ .what = what,
			.person_id = person_id,
			.about = "file_no",
			.shown_no = no,
			.due_day = c->due_day,
			/* one person may stand on two levels */
			.level = c->level > LADDER_NONE ? ladder_codes[c->level] : NULL },
		err);
}

/* Sets when the level after the one reached is due; none where nothing is above. */
static enum xq_rc
ladder_next(struct act_ctx *ctx, struct concern *c, struct xq_err *err)
{
	const char *code = ladder_limits[c->level];
	struct due due;
	struct limit limit;
	c->ladder_at = 0;
	if (!code || (c->level == LADDER_LEADER && c->lane == LANE_SEALED))
		return XQ_OK; /* a sealed matter stands on no public list */
	enum xq_rc rc = due_of(ctx, code, c->due_at, &due, &limit, err);
	if (rc == XQ_OK)
		c->ladder_at = due.at;
	return rc;
}

static enum xq_rc
ladder_person(struct act_ctx *ctx, const struct concern *c, const struct unit *u,
	struct person *out, struct xq_err *err)
{
	int64_t id = u->head_person_id;
	if (c->level >= LADDER_LEADER) {
		struct post_holder head;
		enum xq_rc rc = post_current(ctx->tx, ctx->mem, ctx->office, POST_HEAD, &head, err);
		if (rc != XQ_OK)
			return rc;
		id = head.person_id;
	}
	if (id == 0)
		return XQ_OK; /* no head is named yet; the ladder goes on all the same */
	return person_load(ctx->tx, ctx->mem, ctx->office, id, out, err);
}

static enum xq_rc
escalate_to(struct act_ctx *ctx, struct concern *c, struct xq_err *err)
{
	struct unit u;
	struct person told = { 0 };
	c->level++;
	c->escalated_at = c->escalated_at ? c->escalated_at : ctx->now;
	c->is_listed = c->level == LADDER_LIST;
	enum xq_rc rc = unit_load(ctx->tx, ctx->mem, ctx->office, c->owner_unit_id, &u, err);
	if (rc == XQ_OK)
		rc = ladder_person(ctx, c, &u, &told, err);
	if (rc == XQ_OK)
		rc = ladder_next(ctx, c, err);
	if (rc != XQ_OK)
		return rc;
	struct act_event e = { .kind = c->is_listed ? &ev_listed : &ev_supervised,
		.role = "system",
		.unit = u.public_code,
		EVENT_VALUES(EV("level", ladder_codes[c->level])) };
	if (c->is_listed)
		e.n_values = 0;
	rc = concern_emit(ctx, c, &e, err);
	if (rc == XQ_OK)
		rc = concern_step_note(ctx, c, c->is_listed ? NULL : told.name, !c->is_listed, err);
	return rc == XQ_OK ? tell_staff(ctx, c, "concern.late", told.id, err) : rc;
}

static enum xq_rc
escalate_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	enum xq_rc rc = step_begin_id(ctx, form_int(in, "id"), &s, err);
	if (rc != XQ_OK)
		return rc;
	bool is_due = s.c.level == 0 ? s.c.due_at < ctx->now
	                             : s.c.ladder_at != 0 && s.c.ladder_at < ctx->now;
	if (s.c.answered_at != 0 || !is_due)
		return xq_refuse(err, NULL, "store.changed");
	return escalate_to(ctx, &s.c, err);
}

static enum xq_rc
ladder_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	struct rows *q = db_query(tx,
		SQL("SELECT id FROM concern WHERE office = ? AND ladder_at IS NOT NULL AND ladder_at < ?"
		    " ORDER BY ladder_at, id LIMIT ?"),
		VALS(V(office), V(now), V((int64_t)max)));
	return rows_ids(q, max, out_id, out_n, err);
}

enum xq_rc
unlist(struct act_ctx *ctx, struct concern *c, const char *why, struct xq_err *err)
{
	c->ladder_at = 0;
	if (!c->is_listed)
		return XQ_OK;
	c->is_listed = false;
	struct act_event e = { .kind = &ev_unlisted, EVENT_VALUES(EV("why", why)) };
	if (ctx->actor->kind != ACTOR_STAFF)
		e.role = ctx->actor->kind == ACTOR_SYSTEM ? "system" : "resident";
	return concern_emit(ctx, c, &e, err);
}

/* clang-format off */
static const struct choice ruling_decisions[] = {
	{ "redo", N_("Handle it again") },
	{ "close", N_("Close: it was handled properly") },
	{ NULL, NULL },
};

static const struct field ruling_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "decision", FIELD_CHOICE, .required = true, .choices = ruling_decisions, .label = N_("Ruling") },
	{ "note", FIELD_LINES, .required = true, .max = 300, .label = N_("Reason, as the resident will read it") },
	{ .name = NULL },
};

static const struct field rate_fields[] = {
	{ "code", FIELD_QUERY, .required = true, .label = N_("Query code") },
	{ "solved", FIELD_CHOICE, .required = true, .choices = concern_solved, .label = N_("Is it solved?") },
	ATTITUDE_FIELDS,
	{ "sat", FIELD_CHOICE, .required = true, .choices = concern_sats, .label = N_("All in all, how satisfied are you?") },
	STAFF_WORDS_FIELD,
	{ .name = NULL },
};

static const struct field escalate_fields[] = {
	{ "id", FIELD_ID, .required = true },
	{ .name = NULL },
};
/* clang-format on */

const struct act concern_rule_outcome = {
	.name = "concern.rule-outcome",
	.title = N_("Rule on the outcome"),
	.help = N_("Somebody outside the unit decides: handle again, or close."),
	.who = PERM_RULE,
	.fields = ruling_fields,
	.apply = rule_outcome_apply,
	.events = (const struct event_kind *const[]){ &ev_redo, &ev_closed, NULL },
};

const struct act voice_rate = {
	.name = "voice.rate",
	.title = N_("Rate the answer"),
	.help = N_("The resident says whether it is solved."),
	.who = PERM_ANYBODY,
	.fields = rate_fields,
	.apply = rate_apply,
	.events =
		(const struct event_kind *const[]){ &ev_rated, &ev_closed, &ev_voice_rated, NULL },
};

const struct act concern_escalate = {
	.name = "concern.escalate",
	.title = N_("Bring what is late one level higher"),
	.who = PERM_SYSTEM,
	.fields = escalate_fields,
	.apply = escalate_apply,
	.events = (const struct event_kind *const[]){ &ev_supervised, &ev_listed, NULL },
	.is_hidden = true,
};

const struct job concern_escalate_job = { "concern.escalate", &concern_escalate, escalate_find },
		 concern_ladder_job = { "concern.ladder", &concern_escalate, ladder_find };
