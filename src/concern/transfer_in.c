/* SPDX-License-Identifier: Apache-2.0 */
/* transfer_in.c - the side of the office that is asked: the offer comes in, the intake accepts or
 * declines, or its time runs out. Whichever comes first is the answer; the sender only notes it. */
#include "concern/raise_int.h"
#include "concern/transfer_int.h"

#include "core/mem.h"

#include "core/banned.h"

/* clang-format off */
static const struct event_field received_fields[] = {
	{ "entry", EV_INT, .meaning = "its offer, in that office's record" },
	{ "from", EV_CODE, .meaning = "origin of that office's record" },
	{ .name = NULL } };
static const struct event_field refused_fields[] = {
	{ "entry", EV_INT, .meaning = "its offer, in that office's record" },
	{ "from", EV_CODE, .meaning = "origin of that office's record" },
	{ "why", EV_CODE, .meaning = "reason, or lapsed" },
	{ .name = NULL } };
static const struct event_field taken_over_fields[] = {
	{ "entry", EV_INT, .meaning = "its offer, in that office's record" },
	{ "from", EV_CODE, .meaning = "origin of that office's record" },
	{ "ref2", EV_CODE, .meaning = "its ref there" },
	{ .name = NULL } };

const struct event_kind ev_transfer_received = { .name = "transfer.received",
	.meaning = "Another office offers a concern; that one owns until it is accepted.", .fields = received_fields };
const struct event_kind ev_transfer_refused = { .name = "transfer.declined",
	.meaning = "The offer of another office was declined or ran out.", .fields = refused_fields };
const struct event_kind ev_taken_over = { .name = "concern.taken-over",
	.meaning = "This concern was another office's, which offered it; its day stays.", .fields = taken_over_fields };
/* clang-format on */

/* ---- the offer comes in --------------------------------------------------------------------------------- */

static enum xq_rc
receive_prepare(struct act_call *call, struct xq_err *err)
{
	struct offered *o = mem_new(call->mem, struct offered);
	call->prepared = o;
	return other_offer(call->app, call->mem, call->office, form_int(&call->form, "office"),
		form_int(&call->form, "id"), o, err);
}

static enum xq_rc
insert_in(
	struct act_ctx *ctx, const struct offered *o, int64_t from, int64_t id, struct xq_err *err)
{
	const struct concern *c = &o->c;
	struct due lapse;
	struct limit limit;
	enum xq_rc rc = due_of(ctx, "sign", ctx->now, &lapse, &limit, err);
	if (rc != XQ_OK)
		return rc;
	return db_exec(ctx->tx,
		SQL("INSERT INTO transfer_in (office, id, from_office, from_id, from_origin, from_ref,"
		    " from_seq, from_no, title, body, place, class, nature, told_at, due_at, due_day,"
		    " why, note, told, received_at, lapses_at, state)"
		    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)"),
		VALS(V(ctx->office), V(id), V(from), V(o->out.id), V(o->origin), V(c->ref),
			V(o->out.seq), V(o->no), V(c->title), V(c->body), V(c->place), V(c->class),
			V(c->nature), V(concern_told_at(c)), V(c->due_at), V(c->due_day),
			V(o->out.why), V(o->out.note), V(o->out.told), V(ctx->now), V(lapse.at)),
		err);
}

static enum xq_rc
tell_intake(struct act_ctx *ctx, int64_t id, int32_t due_day, struct xq_err *err)
{
	struct post_holder intake;
	enum xq_rc rc = post_current(ctx->tx, ctx->mem, ctx->office, POST_INTAKE, &intake, err);
	if (rc != XQ_OK)
		return rc;
	return act_tell_staff(ctx,
		&(struct staff_message){ .what = "transfer.received",
			.person_id = intake.person_id,
			.about = "transfer",
			.no = id,
			.due_day = due_day },
		err);
}

static enum xq_rc
receive_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	const struct offered *o = ctx->call->prepared;
	int64_t from = form_int(in, "office"), id = 0;
	struct transfer_in known;
	if (!o->is_there || o->out.to_office != ctx->office)
		return xq_refuse(err, NULL, "transfer.unknown");
	enum xq_rc rc =
		transfer_in_of(ctx->tx, ctx->mem, ctx->office, from, o->out.id, &known, err);
	if (rc == XQ_OK)
		return xq_refuse(err, NULL, "transfer.known");
	if (rc == XQ_NONE)
		rc = db_next(ctx->tx, ctx->office, "transfer-in", &id, err);
	if (rc == XQ_OK)
		rc = insert_in(ctx, o, from, id, err);
	if (rc != XQ_OK)
		return rc;
	rc = act_emit(ctx,
		&(struct act_event){ .kind = &ev_transfer_received,
			EVENT_VALUES(EV_N("entry", o->out.seq), EV("from", o->origin)) },
		err);
	return rc == XQ_OK ? tell_intake(ctx, id, o->c.due_day, err) : rc;
}

/* ---- the answer ------------------------------------------------------------------------------------------- */

static enum xq_rc
open_offer(struct act_ctx *ctx, int64_t id, struct transfer_in *out, struct xq_err *err)
{
	bool may = ctx->actor->kind == ACTOR_SYSTEM;
	enum xq_rc rc = transfer_in_load(ctx->tx, ctx->mem, ctx->office, id, out, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, NULL, "transfer.unknown");
	if (rc == XQ_OK && !may)
		rc = transfer_may_answer(ctx->tx, ctx->mem, ctx->actor, &may, err);
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "transfer", id);
	if (!may)
		return xq_refuse(err, NULL, "transfer.not-intake");
	return out->state == TRANSFER_OPEN ? XQ_OK : xq_refuse(err, NULL, "transfer.answered");
}

/* The words of the offer go with its end: accepted, they stand in the concern; declined, they are not
 * ours to keep. */
static enum xq_rc
answer_offer(struct act_ctx *ctx, const struct transfer_in *t, const struct transfer_in *done,
	struct xq_err *err)
{
	enum xq_rc rc = db_exec_one(ctx->tx,
		SQL("UPDATE transfer_in SET state = ?, done_at = ?, done_by = ?, seq = ?, refusal = ?,"
		    " refusal_note = ?, concern_id = ?, title = '', body = '', place = '', note = '',"
		    " told = '' WHERE office = ? AND id = ? AND state = 0"),
		VALS(V((int64_t)done->state), V(ctx->now), V(ctx->actor->person_id), V(done->seq),
			V(done->refusal), V(done->refusal_note),
			V_OR_NULL(done->concern_id, done->concern_id), V(ctx->office), V(t->id)),
		err);
	return rc == XQ_OK ? transfer_tell(ctx, "transfer.settle", t->from_office, t->id, err) : rc;
}

static enum xq_rc
refuse_offer(struct act_ctx *ctx, const struct transfer_in *t, struct transfer_in done,
	struct xq_err *err)
{
	enum xq_rc rc = act_emit(ctx,
		&(struct act_event){ .kind = &ev_transfer_refused,
			EVENT_VALUES(EV_N("entry", t->from_seq), EV("from", t->from_origin),
				EV("why", done.refusal)) },
		err);
	done.seq = ctx->last_seq;
	return rc == XQ_OK ? answer_offer(ctx, t, &done, err) : rc;
}

static enum xq_rc
decline_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct transfer_in t;
	enum xq_rc rc = open_offer(ctx, form_int(in, "offer"), &t, err);
	if (rc != XQ_OK)
		return rc;
	return refuse_offer(ctx, &t,
		(struct transfer_in){ .state = TRANSFER_DECLINED,
			.refusal = form_text(in, "why"),
			.refusal_note = form_text(in, "note") },
		err);
}

static enum xq_rc
lapse_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct transfer_in t;
	enum xq_rc rc = open_offer(ctx, form_int(in, "id"), &t, err);
	if (rc == XQ_OK && t.lapses_at > ctx->now)
		return xq_refuse(err, NULL, "store.changed");
	if (rc != XQ_OK)
		return rc;
	return refuse_offer(ctx, &t,
		(struct transfer_in){ .state = TRANSFER_LAPSED, .refusal = "lapsed" }, err);
}

static enum xq_rc
lapse_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	struct rows *q = db_query(tx,
		SQL("SELECT id FROM transfer_in WHERE office = ? AND state = 0 AND lapses_at <= ?"
		    " ORDER BY lapses_at, id LIMIT ?"),
		VALS(V(office), V(now), V((int64_t)max)));
	return rows_ids(q, max, out_id, out_n, err);
}

/* ---- taking over --------------------------------------------------------------------------------------------- */

/* Name and phone leave the other office for whoever may take it over, and for nobody else. */
static enum xq_rc
may_take(struct act_call *call, struct transfer_in *t, bool *out, struct xq_err *err)
{
	struct tx *tx;
	*out = false;
	enum xq_rc rc = db_read(call->app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = transfer_in_load(tx, call->mem, call->office, form_int(&call->form, "offer"), t, err);
	if (rc == XQ_OK)
		rc = transfer_may_answer(tx, call->mem, &call->actor, out, err);
	tx_end(tx);
	*out = *out && t->state == TRANSFER_OPEN;
	return rc;
}

static enum xq_rc
accept_prepare(struct act_call *call, struct xq_err *err)
{
	struct coming *k = mem_new(call->mem, struct coming);
	struct transfer_in t;
	bool may;
	call->prepared = k;
	enum xq_rc rc = may_take(call, &t, &may, err);
	if (rc != XQ_OK || !may)
		return rc == XQ_NONE ? XQ_OK : rc; /* apply says so */
	return other_coming(call->app, call->mem, call->office, t.from_office, t.from_id, k, err);
}

/* The resident's day is one clock: it goes on from where the sender's stands. */
static struct raise_input
input_of(const struct coming *k)
{
	const struct concern *c = &k->o.c;
	return (struct raise_input){
		.body = k->body,
		.title = str_of(c->title),
		.place = str_of(c->place),
		.terms = k->terms,
		.class = c->class,
		.nature = c->nature,
		.via = c->via,
		.name = k->who.name,
		.phone = k->who.phone,
		.address = k->who.address,
		.contact_wish = k->who.contact_wish,
		.told = k->o.out.told,
		.people = k->who.people,
		.may_publish = c->may_publish,
		.draft = "",
		.taken_at = concern_told_at(c),
		.handed = &k->handed,
	};
}

static enum xq_rc
taken_over(struct act_ctx *ctx, const struct transfer_in *t, int64_t concern_id, struct xq_err *err)
{
	struct concern c;
	enum xq_rc rc = concern_load(ctx->tx, ctx->mem, ctx->office, concern_id, &c, err);
	if (rc != XQ_OK)
		return rc;
	struct act_event e = { .kind = &ev_taken_over,
		EVENT_VALUES(EV_N("entry", t->from_seq), EV("from", t->from_origin),
			EV("ref2", t->from_ref)) };
	rc = concern_emit(ctx, &c, &e, err);
	if (rc == XQ_OK)
		rc = answer_offer(ctx, t,
			&(struct transfer_in){ .state = TRANSFER_ACCEPTED,
				.seq = c.first_seq,
				.concern_id = c.id },
			err);
	if (rc != XQ_OK)
		return rc;
	const char *from = app_office_name(ctx->app, t->from_office);
	return concern_save(ctx, &c,
		&(struct step_change){ .to = (int)c.state,
			.note = mem_printf(
				ctx->mem, "%s %s", from ? from : t->from_origin, t->from_no),
			.is_for_resident = true,
			.due_day = c.due_day },
		err);
}

static enum xq_rc
accept_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct coming *k = ctx->call->prepared;
	struct transfer_in t;
	struct post_holder owner;
	enum xq_rc rc = open_offer(ctx, form_int(in, "offer"), &t, err);
	if (rc == XQ_OK && !k->is_there)
		return xq_refuse(err, NULL, "transfer.unknown");
	if (rc == XQ_OK && k->is_other_key)
		return xq_refuse(err, NULL, "transfer.other-key-in");
	if (rc == XQ_OK)
		rc = holder_of_actor(ctx, &owner, err);
	if (rc != XQ_OK)
		return rc;
	k->handed.id = t.id;
	k->handed.limit = k->o.c.limit;
	k->handed.due = (struct due){ .at = k->o.c.due_at,
		.nominal_day = k->o.c.due_day,
		.effective_day = k->o.c.due_day,
		.is_provisional = k->o.c.is_provisional };
	struct raise_input r = input_of(k);
	rc = raise_any(ctx, &r, &owner, err);
	return rc == XQ_OK ? taken_over(ctx, &t, r.id, err) : rc;
}

/* clang-format off */
static const struct field receive_fields[] = {
	{ "office", FIELD_ID, .required = true },
	{ "id", FIELD_ID, .required = true },
	{ .name = NULL },
};

static const struct field accept_fields[] = {
	{ "offer", FIELD_INT, .required = true, .max = INT64_MAX, .label = N_("Number of the offer") },
	{ .name = NULL },
};

static const struct field decline_fields[] = {
	{ "offer", FIELD_INT, .required = true, .max = INT64_MAX, .label = N_("Number of the offer") },
	{ "why", FIELD_CHOICE, .required = true, .choices = transfer_refusals, .label = N_("Why not") },
	{ "note", FIELD_LINES, .max = 200, .label = N_("Who should do it, if you know"), .hint = N_("Offices and units only, no persons: it stays on file.") },
	{ .name = NULL },
};

static const struct field lapse_fields[] = { { "id", FIELD_ID, .required = true }, { .name = NULL } };
/* clang-format on */

const struct act transfer_receive = {
	.name = "transfer.receive",
	.title = N_("Note that another office offers a concern"),
	.who = PERM_SYSTEM,
	.fields = receive_fields,
	.prepare = receive_prepare,
	.is_slow = true, /* the other office may have to be asked over the network */
	.apply = receive_apply,
	.events = (const struct event_kind *const[]){ &ev_transfer_received, NULL },
	.is_hidden = true,
};

const struct act transfer_accept = {
	.name = "transfer.accept",
	.title = N_("Take it over"),
	.help = N_(
		"It gets a number of ours and you are responsible from now on. The day that was told to the resident stays."),
	.who = PERM_HANDLE,
	.fields = accept_fields,
	.prepare = accept_prepare,
	.is_slow = true,
	.apply = accept_apply,
	.events =
		(const struct event_kind *const[]){ &ev_raised, &ev_offered, &ev_taken_over, NULL },
};

const struct act transfer_decline = {
	.name = "transfer.decline",
	.title = N_("Decline it"),
	.help = N_("It stays with the office that offered it, which sees your reason."),
	.who = PERM_HANDLE,
	.fields = decline_fields,
	.apply = decline_apply,
	.events = (const struct event_kind *const[]){ &ev_transfer_refused, NULL },
};

const struct act transfer_lapse = {
	.name = "transfer.lapse",
	.title = N_("Give an offer back that was not answered in time"),
	.who = PERM_SYSTEM,
	.fields = lapse_fields,
	.apply = lapse_apply,
	.events = (const struct event_kind *const[]){ &ev_transfer_refused, NULL },
	.is_hidden = true,
};

const struct job transfer_lapse_job = { "transfer.lapse", &transfer_lapse, lapse_find };
