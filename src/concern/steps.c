/* SPDX-License-Identifier: Apache-2.0 */
/* steps.c - the life of a concern as one table: from, act, to, guard.
 *
 * Guards answer with the message of the refusal, so that a button can say why it is not there. A
 * concern may also be answered from ACCEPTED: the one who took it down answers at once. */
#include "concern/concern_int.h"

#include "core/banned.h"

static bool
is_owner_actor(const struct step_view *v)
{
	return v->actor->kind == ACTOR_STAFF && v->actor->person_id == v->c->owner_person_id;
}

static const char *
is_owner(const struct step_view *v)
{
	return is_owner_actor(v) ? NULL : "concern.not-owner";
}

/* Offered to this person by name, or to the unit and this person handles for it. */
static const char *
is_offered_to_me(const struct step_view *v)
{
	const struct handover *o = v->open;
	if (!o || v->actor->kind != ACTOR_STAFF)
		return "concern.not-offered";
	if (o->to_person_id != 0)
		return o->to_person_id == v->actor->person_id ? NULL : "concern.not-offered";
	if (v->actor->unit_id == o->to_unit_id)
		return NULL;
	return "concern.not-offered";
}

static const char *
may_decline(const struct step_view *v)
{
	const char *no = is_offered_to_me(v);
	if (no)
		return no;
	return v->open->by_catalogue ? "concern.catalogue-offer" : NULL;
}

static const char *
is_system(const struct step_view *v)
{
	return v->actor->kind == ACTOR_SYSTEM ? NULL : "concern.system-only";
}

/* Four eyes: entitled for the unit that answers, and not the author. */
static const char *
may_approve(const struct step_view *v)
{
	if (!v->newest || v->newest->state != REPLY_WAITING)
		return "reply.none";
	if (v->actor->person_id == v->newest->author_id)
		return "reply.own-draft";
	if (!actor_may_for_unit(v->actor, PERM_APPROVE, v->newest->author_unit_id))
		return "reply.not-entitled";
	return NULL;
}

/* The owner's unit can do neither call-back nor ruling; earlier owners are asked in apply. */
static const char *
is_outside(const struct step_view *v)
{
	return v->actor->unit_id == v->c->owner_unit_id ? "concern.not-outside" : NULL;
}

static const char *
may_rule(const struct step_view *v)
{
	if (!v->c->needs_ruling)
		return "concern.no-ruling";
	return is_outside(v);
}

/* The code opens the concern. Staff can come by a code too, and nobody marks their own work. */
static const char *
is_resident(const struct step_view *v)
{
	return v->actor->kind == ACTOR_STAFF ? "voice.staff" : NULL;
}

/* clang-format off */
const struct step concern_steps[] = {
	/* from        act                     to                guard             page */
	{ ST_ACCEPTED, &concern_offer,         ST_ASSIGNED,      is_owner,         "hand-over" },
	{ ST_ACCEPTED, &concern_contact,       NEXT_STATE_SAME,  is_owner,         "contact" },
	{ ST_ACCEPTED, &reply_submit,          ST_REPLIED,       is_owner,         "reply" },
	{ ST_ACCEPTED, &concern_escalate,      NEXT_STATE_SAME,  is_system,        NULL },
	{ ST_ASSIGNED, &concern_accept,        ST_SIGNED,        is_offered_to_me, "accept" },
	{ ST_ASSIGNED, &concern_decline,       NEXT_STATE_BACK,  may_decline,      "decline" },
	{ ST_ASSIGNED, &concern_lapse,         NEXT_STATE_BACK,  is_system,        NULL },
	{ ST_ASSIGNED, &concern_contact,       NEXT_STATE_SAME,  is_owner,         "contact" },
	{ ST_ASSIGNED, &concern_escalate,      NEXT_STATE_SAME,  is_system,        NULL },
	{ ST_SIGNED,   &concern_offer,         ST_ASSIGNED,      is_owner,         "hand-over" },
	{ ST_SIGNED,   &concern_contact,       NEXT_STATE_SAME,  is_owner,         "contact" },
	{ ST_SIGNED,   &reply_submit,          ST_REPLIED,       is_owner,         "reply" },
	{ ST_SIGNED,   &concern_escalate,      NEXT_STATE_SAME,  is_system,        NULL },
	{ ST_REDO,     &concern_offer,         ST_ASSIGNED,      is_owner,         "hand-over" },
	{ ST_REDO,     &concern_contact,       NEXT_STATE_SAME,  is_owner,         "contact" },
	{ ST_REDO,     &reply_submit,          ST_REPLIED,       is_owner,         "reply" },
	{ ST_REDO,     &concern_escalate,      NEXT_STATE_SAME,  is_system,        NULL },
	{ ST_REPLIED,  &reply_approve,         ST_CALLBACK,      may_approve,      "review" },
	{ ST_REPLIED,  &reply_send_back,       ST_SIGNED,        may_approve,      "review" },
	{ ST_REPLIED,  &concern_escalate,      NEXT_STATE_SAME,  is_system,        NULL },
	{ ST_CALLBACK, &voice_rate,            NEXT_STATE_SAME,  is_resident,      NULL },
	{ ST_CALLBACK, &concern_rule_outcome,  NEXT_STATE_SAME,  may_rule,         "ruling" },
};
/* clang-format on */
const size_t n_concern_steps = sizeof concern_steps / sizeof concern_steps[0];

enum xq_rc
step_allowed(const struct step_view *v, const struct act *act, const struct step **out,
	struct xq_err *err)
{
	for (size_t i = 0; i < n_concern_steps; i++) {
		const struct step *s = &concern_steps[i];
		if (s->from != v->c->state || s->act != act)
			continue;
		const char *no = s->guard(v);
		if (no)
			return xq_refuse(err, NULL, no);
		*out = s;
		return XQ_OK;
	}
	return xq_refuse(err, NULL, "concern.wrong-state");
}

/* Staff see every act that the state knows; an act of the clock or the resident is no button. */
size_t
concern_next(const struct actor *actor, const struct concern *c, const struct handover *open,
	const struct reply *newest, struct next_act out[NEXT_MAX])
{
	struct step_view v = { .actor = actor, .c = c, .open = open, .newest = newest };
	size_t n = 0;
	for (size_t i = 0; i < n_concern_steps && n < NEXT_MAX; i++) {
		const struct step *s = &concern_steps[i];
		if (s->from != c->state || !s->path)
			continue;
		const char *no = actor_may(actor, s->act->who) ? s->guard(&v) : "act.not-allowed";
		out[n++] = (struct next_act){ .act = s->act, .path = s->path, .refusal = no };
	}
	return n;
}

enum xq_rc
step_begin_id(struct act_ctx *ctx, int64_t id, struct step_load *out, struct xq_err *err)
{
	*out = (struct step_load){ 0 };
	enum xq_rc rc = concern_load(ctx->tx, ctx->mem, ctx->office, id, &out->c, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, "concern", "concern.unknown");
	if (rc != XQ_OK)
		return rc;
	/* Only the states that have an offer or a draft pay for looking. */
	if (out->c.state == ST_ASSIGNED) {
		rc = handover_open(ctx->tx, ctx->mem, ctx->office, id, &out->open, err);
		out->has_open = rc == XQ_OK;
	} else if (out->c.state == ST_REPLIED) {
		rc = reply_newest(ctx->tx, ctx->mem, ctx->office, id, false, &out->newest, err);
		out->has_newest = rc == XQ_OK;
	}
	if (rc != XQ_OK && rc != XQ_NONE)
		return rc;
	act_subject(ctx, "concern", id);
	return step_allowed(&(struct step_view){ .actor = ctx->actor,
				    .c = &out->c,
				    .open = out->has_open ? &out->open : NULL,
				    .newest = out->has_newest ? &out->newest : NULL },
		ctx->act, &out->step, err);
}

enum xq_rc
step_begin(struct act_ctx *ctx, const struct form *in, struct step_load *out, struct xq_err *err)
{
	int64_t id;
	enum xq_rc rc =
		db_int(ctx->tx, SQL("SELECT id FROM concern WHERE office = ? AND file_no = ?"),
			VALS(V(ctx->office), V(form_int(in, "concern"))), &id, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, "concern", "concern.unknown");
	return rc == XQ_OK ? step_begin_id(ctx, id, out, err) : rc;
}
