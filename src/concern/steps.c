/* SPDX-License-Identifier: Apache-2.0 */
/* steps.c - the life of a concern as one table: from, act, to, guard.
 *
 * Guards answer with the message of the refusal, so that a button can say why it is not there. A
 * concern may also be answered from ACCEPTED: the one who took it down answers at once. */
#include "concern/concern_int.h"
#include "concern/explain.h"
#include "concern/explained.h"
#include "concern/passed_up.h"
#include "concern/sort.h"
#include "concern/transfer.h"
#include "ledger/parts.h"

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

/* A deputy does not settle, not even what fell to them by an older grant; handing it over stays possible. */
static const char *
may_answer(const struct step_view *v)
{
	return actor_only_listens(v->actor) ? "concern.listens-self" : is_owner(v);
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

/* A ruling belongs to somebody outside the unit that asked, the owner's and the one proposed. */
static const char *
may_rule_request(const struct step_view *v)
{
	const struct request *r = v->asked;
	if (!r)
		return "concern.no-ruling";
	if (v->actor->person_id == r->asked_by)
		return "request.own";
	if (v->actor->unit_id == r->asked_unit || v->actor->unit_id == r->to_unit_id)
		return "concern.not-outside";
	return is_outside(v);
}

/* An assignment by the catalogue can only be asked back; other offers are declined. */
static const char *
may_ask_back(const struct step_view *v)
{
	const char *no = is_offered_to_me(v);
	if (no)
		return no;
	return v->open->by_catalogue ? NULL : "return.decline-instead";
}

static const char *
is_owner_or_clerk(const struct step_view *v)
{
	return is_owner_actor(v) || actor_has_role(v->actor, ROLE_CLERK) ? NULL
	                                                                 : "concern.not-owner";
}

/* The tracker may list points too: the one who listened knows them. */
static const char *
is_owner_or_tracker(const struct step_view *v)
{
	return v->actor->person_id == v->c->tracker_person_id ? NULL : is_owner(v);
}

static const char *
is_owner_or_head(const struct step_view *v)
{
	bool is_head = v->actor->kind == ACTOR_STAFF &&
	               actor_may_for_unit(v->actor, PERM_APPROVE, v->c->owner_unit_id);
	return is_head ? NULL : is_owner(v);
}

static const char *
may_explain(const struct step_view *v)
{
	return explain_is_due(v->c) ? is_owner_or_tracker(v) : "explain.nothing";
}

/* What the office may not decide is reported by whoever answered, or by who leads. */
static const char *
may_report_up(const struct step_view *v)
{
	if (v->c->outcome != OUT_EXPLAINED)
		return "explained.not-beyond";
	return actor_may(v->actor, PERM_LEAD) ? NULL : is_owner_or_head(v);
}

/* A sealed matter names no unit and no office to anybody (ledger.md 3.4). */
static const char *
may_pass_on(const struct step_view *v)
{
	return v->c->lane == LANE_SEALED ? "transfer.sealed" : is_owner(v);
}

/* Ended here while the other office takes it over, it would be answered twice or not at all. */
static const char *
not_meanwhile(const struct step_view *v)
{
	(void)v;
	return "transfer.wait";
}

/* Which unit was asked is a row; apply looks for it. */
static const char *
is_staff(const struct step_view *v)
{
	return v->actor->kind == ACTOR_STAFF ? NULL : "assist.none";
}

static const char *
anyone(const struct step_view *v)
{
	(void)v; /* the permission says it all */
	return NULL;
}

/* clang-format off */
/* What can happen while somebody works on it, in whichever state. */
#define WORK(st)                                                                                   \
	{ st, &concern_contact,       NEXT_STATE_SAME,  is_owner,            "contact" },          \
	{ st, &concern_find,          NEXT_STATE_SAME,  is_owner,            "finding" },          \
	{ st, &concern_set_points,    NEXT_STATE_SAME,  is_owner_or_tracker, "points" },           \
	{ st, &concern_assist,        NEXT_STATE_SAME,  is_owner,            "assist" },           \
	{ st, &concern_promise,       NEXT_STATE_SAME,  is_owner,            "promise" },          \
	{ st, &concern_pass_up,       NEXT_STATE_SAME,  is_owner_or_head,    "pass-up" },          \
	{ st, &concern_ask_extension, NEXT_STATE_SAME,  is_owner,            "extend" },           \
	{ st, &concern_rule_extension, NEXT_STATE_SAME, may_rule_request,    "rule-extension" }
/* What the clock, a leader and the resident can do with anything that is open. */
#define OPEN(st)                                                                                   \
	{ st, &concern_escalate,      NEXT_STATE_SAME,  is_system,           NULL },               \
	{ st, &concern_supervise,     NEXT_STATE_SAME,  anyone,              "supervise" },        \
	{ st, &concern_answer_up,     NEXT_STATE_SAME,  anyone,              "answer-up" },        \
	{ st, &concern_give_opinion,  NEXT_STATE_SAME,  is_staff,            "opinion" },          \
	{ st, &concern_sort,          NEXT_STATE_SAME,  is_owner_or_head,    "sort" },             \
	{ st, &promise_keep,          NEXT_STATE_SAME,  is_owner,            "promise-keep" },     \
	{ st, &promise_move,          NEXT_STATE_SAME,  is_owner,            "promise-move" },     \
	{ st, &voice_withdraw,        ST_TERMINATED,    is_resident,         NULL }

const struct step concern_steps[] = {
	/* from             act                     to                guard               page */
	{ ST_ACCEPTED,     &reply_submit,          ST_REPLIED,       may_answer,         "reply" },
	{ ST_ACCEPTED,     &concern_offer,         ST_ASSIGNED,      is_owner,           "hand-over" },
	{ ST_ACCEPTED,    &transfer_offer,        ST_OFFERED_OUT,   may_pass_on,        "transfer" },
	WORK(ST_ACCEPTED),
	{ ST_ACCEPTED,     &concern_redirect,      ST_REDIRECTED,    is_owner_or_clerk,  "redirect" },
	{ ST_ACCEPTED,     &concern_merge,         ST_MERGED,        is_owner_or_clerk,  "merge" },
	{ ST_ACCEPTED,     &concern_void,          ST_VOID,          is_outside,         "void" },
	OPEN(ST_ACCEPTED),

	{ ST_ASSIGNED,     &concern_accept,        ST_SIGNED,        is_offered_to_me,   "accept" },
	{ ST_ASSIGNED,     &concern_decline,       NEXT_STATE_BACK,  may_decline,        "decline" },
	{ ST_ASSIGNED,     &concern_ask_return,    ST_RETURN_ASKED,  may_ask_back,       "return" },
	{ ST_ASSIGNED,     &concern_lapse,         NEXT_STATE_BACK,  is_system,          NULL },
	WORK(ST_ASSIGNED),
	{ ST_ASSIGNED,     &concern_merge,         ST_MERGED,        is_owner_or_clerk,  "merge" },
	{ ST_ASSIGNED,     &concern_void,          ST_VOID,          is_outside,         "void" },
	OPEN(ST_ASSIGNED),

	{ ST_SIGNED,       &reply_submit,          ST_REPLIED,       may_answer,         "reply" },
	{ ST_SIGNED,       &concern_offer,         ST_ASSIGNED,      is_owner,           "hand-over" },
	{ ST_SIGNED,      &transfer_offer,        ST_OFFERED_OUT,   may_pass_on,        "transfer" },
	WORK(ST_SIGNED),
	{ ST_SIGNED,       &concern_ask_return,    ST_RETURN_ASKED,  is_owner,           "return" },
	{ ST_SIGNED,       &concern_park,          ST_PARKED,        is_outside,         "park" },
	{ ST_SIGNED,       &concern_merge,         ST_MERGED,        is_owner_or_clerk,  "merge" },
	{ ST_SIGNED,       &concern_terminate,     ST_TERMINATED,    is_outside,         "terminate" },
	OPEN(ST_SIGNED),

	{ ST_RETURN_ASKED, &concern_rule_return,   NEXT_STATE_RULED, may_rule_request,   "rule-return" },
	{ ST_RETURN_ASKED, &concern_contact,       NEXT_STATE_SAME,  is_owner,           "contact" },
	OPEN(ST_RETURN_ASKED),

	{ ST_REDO,         &reply_submit,          ST_REPLIED,       may_answer,         "reply" },
	{ ST_REDO,         &concern_offer,         ST_ASSIGNED,      is_owner,           "hand-over" },
	{ ST_REDO,        &transfer_offer,        ST_OFFERED_OUT,   may_pass_on,        "transfer" },
	WORK(ST_REDO),
	{ ST_REDO,         &concern_park,          ST_PARKED,        is_outside,         "park" },
	{ ST_REDO,         &concern_terminate,     ST_TERMINATED,    is_outside,         "terminate" },
	OPEN(ST_REDO),

	{ ST_PARKED,       &concern_resume,        ST_SIGNED,        is_owner,           "resume" },
	{ ST_PARKED,       &concern_resume_due,    ST_SIGNED,        is_system,          NULL },
	{ ST_PARKED,       &concern_explain,       NEXT_STATE_SAME,  may_explain,        "explain" },
	{ ST_PARKED,       &concern_find,          NEXT_STATE_SAME,  is_owner,           "finding" },
	OPEN(ST_PARKED),

	{ ST_OFFERED_OUT,  &transfer_settle,       NEXT_STATE_RULED, is_system,          NULL },
	{ ST_OFFERED_OUT,  &transfer_look,         NEXT_STATE_RULED, is_system,          NULL },
	{ ST_OFFERED_OUT,  &concern_contact,       NEXT_STATE_SAME,  is_owner,           "contact" },
	{ ST_OFFERED_OUT,  &concern_find,          NEXT_STATE_SAME,  is_owner,           "finding" },
	{ ST_OFFERED_OUT,  &concern_set_points,    NEXT_STATE_SAME,  is_owner_or_tracker, "points" },
	{ ST_OFFERED_OUT,  &concern_escalate,      NEXT_STATE_SAME,  is_system,          NULL },
	{ ST_OFFERED_OUT,  &concern_supervise,     NEXT_STATE_SAME,  anyone,             "supervise" },
	{ ST_OFFERED_OUT,  &concern_answer_up,     NEXT_STATE_SAME,  anyone,             "answer-up" },
	{ ST_OFFERED_OUT,  &concern_give_opinion,  NEXT_STATE_SAME,  is_staff,           "opinion" },
	{ ST_OFFERED_OUT,  &concern_sort,          NEXT_STATE_SAME,  is_owner_or_head,   "sort" },
	{ ST_OFFERED_OUT,  &promise_keep,          NEXT_STATE_SAME,  is_owner,           "promise-keep" },
	{ ST_OFFERED_OUT,  &promise_move,          NEXT_STATE_SAME,  is_owner,           "promise-move" },
	{ ST_OFFERED_OUT,  &voice_withdraw,        NEXT_STATE_SAME,  not_meanwhile,      NULL },

	{ ST_TRANSFERRED,  &promise_keep,          NEXT_STATE_SAME,  is_owner,           "promise-keep" },
	{ ST_TRANSFERRED,  &promise_move,          NEXT_STATE_SAME,  is_owner,           "promise-move" },

	{ ST_REPLIED,      &reply_approve,         ST_CALLBACK,      may_approve,        "review" },
	{ ST_REPLIED,      &reply_send_back,       ST_SIGNED,        may_approve,        "review" },
	OPEN(ST_REPLIED),

	{ ST_CALLBACK,     &voice_rate,            NEXT_STATE_RULED, is_resident,        NULL },
	{ ST_CALLBACK,     &concern_rule_outcome,  NEXT_STATE_RULED, may_rule,           "ruling" },
	{ ST_CALLBACK,     &concern_promise,       NEXT_STATE_SAME,  is_owner,           "promise" },
	{ ST_CALLBACK,     &concern_explain,       NEXT_STATE_SAME,  may_explain,        "explain" },
	{ ST_CALLBACK,     &concern_report_up,     NEXT_STATE_SAME,  may_report_up,      "report-up" },
	OPEN(ST_CALLBACK),

	{ ST_CLOSED,       &concern_promise,       NEXT_STATE_SAME,  is_owner,           "promise" },
	{ ST_CLOSED,       &concern_explain,       NEXT_STATE_SAME,  may_explain,        "explain" },
	{ ST_CLOSED,       &concern_report_up,     NEXT_STATE_SAME,  may_report_up,      "report-up" },
	{ ST_CLOSED,       &promise_keep,          NEXT_STATE_SAME,  is_owner,           "promise-keep" },
	{ ST_CLOSED,       &promise_move,          NEXT_STATE_SAME,  is_owner,           "promise-move" },
	{ ST_CLOSED,       &concern_sort,          NEXT_STATE_SAME,  is_owner_or_head,   "sort" },
};
/* clang-format on */
const size_t n_concern_steps = sizeof concern_steps / sizeof concern_steps[0];

enum xq_rc
step_allowed(const struct step_view *v, const struct act *act, const struct step **out,
	struct xq_err *err)
{
	if (v->c->erased_at != 0)
		return xq_refuse(err, NULL, "concern.erased");
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
	const struct reply *newest, const struct request *const asked[2],
	struct next_act out[NEXT_MAX])
{
	struct step_view v = { .actor = actor, .c = c, .open = open, .newest = newest };
	size_t n = 0;
	for (size_t i = 0; c->erased_at == 0 && i < n_concern_steps && n < NEXT_MAX; i++) {
		const struct step *s = &concern_steps[i];
		if (s->from != c->state || !s->path)
			continue;
		v.asked = !asked                              ? NULL
		          : s->act == &concern_rule_return    ? asked[REQUEST_RETURN]
		          : s->act == &concern_rule_extension ? asked[REQUEST_EXTENSION]
		                                              : NULL;
		const char *no = actor_may(actor, s->act->who) ? s->guard(&v) : "act.not-allowed";
		out[n++] = (struct next_act){ .act = s->act, .path = s->path, .refusal = no };
	}
	return n;
}

/* Only the two rulings pay for looking. */
static enum xq_rc
load_asked(struct act_ctx *ctx, struct step_load *s, struct xq_err *err)
{
	if (ctx->act != &concern_rule_return && ctx->act != &concern_rule_extension)
		return XQ_OK;
	enum request_kind kind =
		ctx->act == &concern_rule_return ? REQUEST_RETURN : REQUEST_EXTENSION;
	enum xq_rc rc = request_open(ctx->tx, ctx->mem, ctx->office, s->c.id, kind, &s->asked, err);
	s->has_asked = rc == XQ_OK;
	return rc;
}

/* Of a concern that has been looked up with this answer. */
static enum xq_rc
begin_with(struct act_ctx *ctx, enum xq_rc rc, struct step_load *out, struct xq_err *err)
{
	const int64_t id = out->c.id;
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
	if (rc == XQ_OK || rc == XQ_NONE)
		rc = load_asked(ctx, out, err);
	if (rc != XQ_OK && rc != XQ_NONE)
		return rc;
	act_subject(ctx, "concern", id);
	return step_allowed(&(struct step_view){ .actor = ctx->actor,
				    .c = &out->c,
				    .open = out->has_open ? &out->open : NULL,
				    .newest = out->has_newest ? &out->newest : NULL,
				    .asked = out->has_asked ? &out->asked : NULL,
				    .now = ctx->now },
		ctx->act, &out->step, err);
}

enum xq_rc
step_begin_id(struct act_ctx *ctx, int64_t id, struct step_load *out, struct xq_err *err)
{
	*out = (struct step_load){ 0 };
	return begin_with(
		ctx, concern_load(ctx->tx, ctx->mem, ctx->office, id, &out->c, err), out, err);
}

enum xq_rc
step_begin(struct act_ctx *ctx, const struct form *in, struct step_load *out, struct xq_err *err)
{
	*out = (struct step_load){ 0 };
	return begin_with(ctx,
		concern_by_file_no(
			ctx->tx, ctx->mem, ctx->office, form_int(in, "concern"), &out->c, err),
		out, err);
}

/* The offer or draft that belongs to the state, the answer's points and the voice's key are known by the concern. */
void
step_ask(struct act_ctx *ctx, const struct form *in, int round)
{
	const int64_t file_no = form_int(in, "concern");
	struct concern c = { 0 };
	struct xq_err err;
	if (round == 0)
		concern_ask(ctx->tx, ctx->office, file_no);
	if (round == 0 ||
		concern_by_file_no(ctx->tx, ctx->mem, ctx->office, file_no, &c, &err) != XQ_OK)
		return;
	concern_ask_more(ctx->tx, ctx->office, &c);
	if (ctx->act == &reply_submit)
		point_ask(ctx->tx, ctx->office, c.id);
	if (ctx->act == &reply_approve)
		ledger_ask_voice(ctx->tx, ctx->office, c.first_seq);
}
