/* SPDX-License-Identifier: Apache-2.0 */
/* handover.c - a hand-over is an offer: it moves nothing until it is accepted, and falls back when
 * its time runs out. The resident's day does not move (decisions.md 12, 13). */
#include "concern/concern_int.h"

#include "core/mem.h"

#include "core/banned.h"

enum xq_rc
offer_make(struct act_ctx *ctx, struct concern *c, const struct offer_new *o, struct xq_err *err)
{
	struct unit u;
	enum xq_rc rc = unit_load(ctx->tx, ctx->mem, ctx->office, o->to_unit_id, &u, err);
	if (rc != XQ_OK)
		return rc;
	struct due lapse;
	struct limit limit;
	rc = due_of(ctx, "sign", ctx->now, &lapse, &limit, err);
	int64_t id = 0;
	if (rc == XQ_OK)
		rc = db_next(ctx->tx, ctx->office, "handover", &id, err);
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx,
			SQL("INSERT INTO handover (office, id, concern_id, from_person_id, from_unit_id,"
			    " to_unit_id, to_person_id, why, note, told, by_catalogue, back_state,"
			    " offered_at, lapses_at, state)"
			    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)"),
			VALS(V(ctx->office), V(id), V(c->id), V(c->owner_person_id),
				V(c->owner_unit_id), V(o->to_unit_id),
				V_OR_NULL(o->to_person_id, o->to_person_id), V(o->why), V(o->note),
				V(o->told), V(o->by_catalogue), V((int64_t)o->back), V(ctx->now),
				V(lapse.at)),
			err);
	if (rc == XQ_OK)
		rc = tally_add_at(
			ctx, c, "assigned", (struct tally_place){ u.id, ctx->now }, 1, err);
	if (rc != XQ_OK)
		return rc;
	struct act_event e = { .kind = &ev_offered,
		.role = ctx->actor->kind == ACTOR_STAFF ? NULL : "system",
		EVENT_VALUES(EV("to", u.public_code)) };
	if (c->lane == LANE_SEALED)
		e.n_values = 0; /* no unit of a sealed matter is public */
	return concern_emit(ctx, c, &e, err);
}

enum xq_rc
offer_end(struct act_ctx *ctx, const struct handover *h, enum offer_state state,
	const char *refusal, struct xq_err *err)
{
	return db_exec_one(ctx->tx,
		SQL("UPDATE handover SET state = ?, done_at = ?, done_by = ?, refusal = ?"
		    " WHERE office = ? AND id = ? AND state = 0"),
		VALS(V((int64_t)state), V(ctx->now), V(ctx->actor->person_id), V(refusal),
			V(ctx->office), V(h->id)),
		err);
}

/* ---- offer -------------------------------------------------------------------------------------- */

static enum xq_rc
receiver_of(struct act_ctx *ctx, const struct form *in, struct unit *u, int64_t *out_person,
	struct xq_err *err)
{
	enum xq_rc rc = unit_by_code(ctx->tx, ctx->mem, ctx->office, form_str(in, "unit"), u, err);
	if (rc == XQ_NONE || (rc == XQ_OK && !u->is_active))
		return xq_refuse(err, "unit", "concern.unit-unknown");
	*out_person = form_int(in, "person");
	if (rc != XQ_OK || *out_person == 0)
		return rc;
	bool belongs;
	rc = membership_exists(ctx->tx, ctx->office, *out_person, u->id, &belongs, err);
	if (rc == XQ_OK && !belongs)
		return xq_refuse(err, "person", "concern.person-not-in-unit");
	bool listens = false;
	if (rc == XQ_OK)
		rc = person_only_listens(ctx->tx, ctx->office, *out_person, &listens, err);
	return rc == XQ_OK && listens ? xq_refuse(err, "person", "concern.listens") : rc;
}

static enum xq_rc
offer_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc != XQ_OK)
		return rc;
	struct unit u;
	int64_t person = 0;
	rc = receiver_of(ctx, in, &u, &person, err);
	if (rc != XQ_OK)
		return rc;
	if (person == s.c.owner_person_id || (person == 0 && u.id == s.c.owner_unit_id))
		return xq_refuse(err, "unit", "concern.offer-to-self");
	rc = offer_make(ctx, &s.c,
		&(struct offer_new){ .to_unit_id = u.id,
			.to_person_id = person,
			.why = form_text(in, "why"),
			.note = form_text(in, "note"),
			.told = form_text(in, "told"),
			.back = s.c.state },
		err);
	if (rc != XQ_OK)
		return rc;
	return concern_save(ctx, &s.c,
		&(struct step_change){ .to = s.step->to,
			.to_unit_id = u.id,
			.note = u.name,
			.is_for_resident = true },
		err);
}

/* ---- accept, decline, lapse ----------------------------------------------------------------------- */

static enum xq_rc
accept_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc != XQ_OK)
		return rc;
	rc = offer_end(ctx, &s.open, OFFER_ACCEPTED, NULL, err);
	if (rc == XQ_OK)
		rc = owner_move(ctx, &s.c, ctx->actor->person_id, s.open.to_unit_id, err);
	struct unit u;
	if (rc == XQ_OK)
		rc = unit_load(ctx->tx, ctx->mem, ctx->office, s.open.to_unit_id, &u, err);
	if (rc != XQ_OK)
		return rc;
	struct act_event e = {
		.kind = &ev_owned, .unit = u.public_code, EVENT_VALUES(EV_AT("due", s.c.due_at))
	};
	rc = concern_emit(ctx, &s.c, &e, err);
	if (rc != XQ_OK)
		return rc;
	return concern_save(ctx, &s.c,
		&(struct step_change){ .to = s.step->to,
			.is_for_resident = true,
			.note = form_has(in, "note") ? form_text(in, "note") : NULL },
		err);
}

static enum xq_rc
fall_back(struct act_ctx *ctx, struct step_load *s, enum offer_state state, const char *why,
	const char *note, struct xq_err *err)
{
	enum xq_rc rc = offer_end(ctx, &s->open, state, why, err);
	if (rc != XQ_OK)
		return rc;
	struct act_event e = { .kind = &ev_declined,
		.role = ctx->actor->kind == ACTOR_STAFF ? NULL : "system",
		EVENT_VALUES(EV("why", why)) };
	rc = concern_emit(ctx, &s->c, &e, err);
	if (rc != XQ_OK)
		return rc;
	return concern_save(
		ctx, &s->c, &(struct step_change){ .to = (int)s->open.back, .note = note }, err);
}

static enum xq_rc
decline_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc != XQ_OK)
		return rc;
	return fall_back(ctx, &s, OFFER_DECLINED, form_text(in, "why"), form_text(in, "note"), err);
}

static enum xq_rc
lapse_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	int64_t concern_id;
	enum xq_rc rc = db_int(ctx->tx,
		SQL("SELECT concern_id FROM handover"
		    " WHERE office = ? AND id = ? AND state = 0 AND lapses_at <= ?"),
		VALS(V(ctx->office), V(form_int(in, "id")), V(ctx->now)), &concern_id, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, NULL, "store.changed");
	struct step_load s;
	if (rc == XQ_OK)
		rc = step_begin_id(ctx, concern_id, &s, err);
	return rc == XQ_OK ? fall_back(ctx, &s, OFFER_LAPSED, "lapsed", s.open.to_unit, err) : rc;
}

static enum xq_rc
lapse_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	struct rows *q = db_query(tx,
		SQL("SELECT id FROM handover WHERE office = ? AND state = 0 AND lapses_at <= ?"
		    " ORDER BY lapses_at, id LIMIT ?"),
		VALS(V(office), V(now), V((int64_t)max)));
	return rows_ids(q, max, out_id, out_n, err);
}

/* clang-format off */
static const struct field offer_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "unit", FIELD_CODE, .required = true, .label = N_("To which unit") },
	{ "person", FIELD_INT, .min = 0, .max = INT64_MAX, .label = N_("To whom") },
	{ "why", FIELD_CHOICE, .required = true, .choices = offer_reasons, .label = N_("Why") },
	{ "note", FIELD_LINES, .max = 300, .label = N_("What they should know") },
	{ "told", FIELD_TEXT, .max = 300, .label = N_("What the resident was told") },
	{ .name = NULL },
};

static const struct field accept_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "note", FIELD_LINES, .max = 300, .label = N_("Note to the sender") },
	{ .name = NULL },
};

static const struct field decline_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "why", FIELD_CHOICE, .required = true, .choices = decline_reasons, .label = N_("Why not") },
	{ "note", FIELD_LINES, .max = 300, .label = N_("Who should do it, if you know") },
	{ .name = NULL },
};

static const struct field lapse_fields[] = {
	{ "id", FIELD_ID, .required = true },
	{ .name = NULL },
};
/* clang-format on */

const struct act concern_offer = {
	.name = "concern.offer",
	.title = N_("Hand over"),
	.help = N_("Until they accept, you stay responsible; what is not accepted comes back."),
	.who = PERM_STAFF,
	.fields = offer_fields,
	.ask = step_ask,
	.ask_by = "concern",
	.apply = offer_apply,
	.events = (const struct event_kind *const[]){ &ev_offered, NULL },
};

const struct act concern_accept = {
	.name = "concern.accept",
	.title = N_("Accept"),
	.help = N_("From now on you are responsible. The resident's day stays as it is."),
	.who = PERM_HANDLE,
	.fields = accept_fields,
	.ask = step_ask,
	.ask_by = "concern",
	.apply = accept_apply,
	.events = (const struct event_kind *const[]){ &ev_owned, NULL },
};

const struct act concern_decline = {
	.name = "concern.decline",
	.title = N_("Decline"),
	.help = N_("The concern stays with the sender, who sees your reason."),
	.who = PERM_STAFF,
	.fields = decline_fields,
	.ask = step_ask,
	.ask_by = "concern",
	.apply = decline_apply,
	.events = (const struct event_kind *const[]){ &ev_declined, NULL },
};

const struct act concern_lapse = {
	.name = "concern.lapse",
	.title = N_("Take back an offer that was not accepted in time"),
	.who = PERM_SYSTEM,
	.fields = lapse_fields,
	.apply = lapse_apply,
	.events = (const struct event_kind *const[]){ &ev_declined, NULL },
	.is_hidden = true,
};

const struct job concern_lapse_job = { "concern.lapse", &concern_lapse, lapse_find };
