/* SPDX-License-Identifier: Apache-2.0 */
/* transfer.c - the sender's side: a concern is offered to another office, and what that office decided
 * is noted here. Until it has accepted, the sender owns and the clock runs on. */
#include "concern/transfer_int.h"

#include "core/mem.h"

#include "core/banned.h"

/* clang-format off */
const struct choice transfer_reasons[] = {
	{ "area", N_("The place lies in their area") },
	{ "duty", N_("It is their duty, not ours") },
	{ "moved", N_("The resident lives there now") },
	{ NULL, NULL },
};

const struct choice transfer_refusals[] = {
	{ "not-area", N_("Not in our area") },
	{ "not-duty", N_("Not our duty") },
	{ "known", N_("We have it on record already") },
	{ "unclear", N_("It does not say enough to be handled") },
	{ NULL, NULL },
};

static const struct event_field offered_fields[] = {
	{ "to", EV_CODE, .meaning = "origin of that office's record" },
	{ .name = NULL } };
static const struct event_field declined_fields[] = {
	{ "entry", EV_INT, .meaning = "its entry about it, in that office's record" },
	{ "from", EV_CODE, .meaning = "origin of that office's record" },
	{ "why", EV_CODE, .meaning = "reason, or lapsed" },
	{ .name = NULL } };
static const struct event_field transferred_fields[] = {
	{ "entry", EV_INT, .meaning = "where it is raised, in that office's record" },
	{ "ref2", EV_CODE, .meaning = "its ref there" },
	{ "taken", EV_TIME, .meaning = "that office owns from this moment on" },
	{ "to", EV_CODE, .meaning = "origin of that office's record" },
	{ .name = NULL } };

const struct event_kind ev_transfer_offered = { .name = "concern.transfer-offered",
	.meaning = "Offered to another office; this one owns until that one accepts.", .fields = offered_fields };
const struct event_kind ev_transfer_declined = { .name = "concern.transfer-declined",
	.meaning = "The other office declined, or its time ran out; this one still owns.", .fields = declined_fields };
const struct event_kind ev_transferred = { .name = "concern.transferred",
	.meaning = "The other office has taken it over; here it has ended.", .fields = transferred_fields };
/* clang-format on */

/* ---- offering --------------------------------------------------------------------------------------- */

/* Whom it goes to; read before queueing, since no act reads another office's rows. */
static enum xq_rc
offer_prepare(struct act_call *call, struct xq_err *err)
{
	struct transfer_target *t = mem_new(call->mem, struct transfer_target);
	call->prepared = t;
	return other_target(
		call->app, call->mem, call->office, form_str(&call->form, "to"), t, err);
}

/* A PIN is kept as a hash under the key of the office where it was made; an office of another cell, or one that came
 * from there, has another key. */
static enum xq_rc
pin_goes_along(struct act_ctx *ctx, const struct concern *c, const struct transfer_target *t,
	struct xq_err *err)
{
	struct intake who;
	struct handed h = { .n_photos = 0 };
	if (t->is_same_key)
		return XQ_OK;
	enum xq_rc rc = intake_load(ctx->tx, ctx->mem, ctx->office, c->id, &who, err);
	if (rc != XQ_OK || who.phone[0]) /* its last digits open it there */
		return rc == XQ_NONE ? XQ_OK : rc;
	rc = handed_pin(ctx->tx, ctx->mem, ctx->office, c, &h, err);
	return rc == XQ_OK && h.pin_hash.n > 0 ? xq_refuse(err, "to", "transfer.other-key") : rc;
}

/* What the other office could not go on with stays here. */
static enum xq_rc
may_go(struct act_ctx *ctx, const struct concern *c, const struct transfer_target *t,
	struct xq_err *err)
{
	int64_t n = 0;
	if (t->id == 0)
		return xq_refuse(err, "to", "transfer.office-unknown");
	if (t->id == ctx->office)
		return xq_refuse(err, "to", "transfer.own-office");
	if (!t->origin) {
		const enum xq_rc refused = xq_refuse(err, "to", "transfer.other-cell");
		xq_err_text(err, "office", t->name);
		return refused;
	}
	enum xq_rc rc = merged_count(ctx->tx, ctx->office, c->id, &n, err);
	if (rc == XQ_OK && n > 0)
		return xq_refuse(err, NULL, "transfer.holds-others");
	return rc == XQ_OK ? pin_goes_along(ctx, c, t, err) : rc;
}

static enum xq_rc
insert_offer(struct act_ctx *ctx, const struct form *in, const struct step_load *s,
	const struct transfer_target *t, int64_t *out_id, struct xq_err *err)
{
	enum xq_rc rc = db_next(ctx->tx, ctx->office, "transfer-out", out_id, err);
	return rc != XQ_OK
	               ? rc
	               : db_exec(ctx->tx,
				 SQL("INSERT INTO transfer_out (office, id, concern_id, to_office,"
				     " to_origin, why, note, told, offered_by, offered_at,"
				     " looked_at, back_state, seq, state)"
				     " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)"),
				 VALS(V(ctx->office), V(*out_id), V(s->c.id), V(t->id),
					 V(t->origin), V(form_text(in, "why")),
					 V(form_text(in, "note")), V(form_text(in, "told")),
					 V(ctx->actor->person_id), V(ctx->now), V(ctx->now),
					 V((int64_t)s->c.state), V(ctx->last_seq)),
				 err);
}

static enum xq_rc
offer_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	const struct transfer_target *t = ctx->call->prepared;
	struct step_load s;
	int64_t id = 0;
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc == XQ_OK)
		rc = may_go(ctx, &s.c, t, err);
	if (rc != XQ_OK)
		return rc;
	struct act_event e = { .kind = &ev_transfer_offered, EVENT_VALUES(EV("to", t->origin)) };
	rc = concern_emit(ctx, &s.c, &e, err);
	if (rc == XQ_OK)
		rc = insert_offer(ctx, in, &s, t, &id, err);
	if (rc == XQ_OK)
		rc = transfer_tell(ctx, "transfer.receive", t->id, id, err);
	if (rc != XQ_OK)
		return rc;
	act_result_int(ctx, "transfer", id);
	return concern_save(ctx, &s.c,
		&(struct step_change){ .to = s.step->to, .note = t->name, .is_for_resident = true },
		err);
}

/* ---- what the other office decided --------------------------------------------------------------------- */

/* The other office's row about our offer. */
static enum xq_rc
settle_prepare(struct act_call *call, struct xq_err *err)
{
	struct decided *d = mem_new(call->mem, struct decided);
	call->prepared = d;
	return other_decided(call->app, call->mem, call->office,
		&(struct decided_ask){
			form_int(&call->form, "office"), form_int(&call->form, "id"), 0 },
		d, err);
}

static enum xq_rc
settle_accepted(struct act_ctx *ctx, struct step_load *s, const struct transfer_out *o,
	const struct decided *d, struct xq_err *err)
{
	char no[24];
	enum xq_rc rc = db_exec_one(ctx->tx,
		SQL("UPDATE transfer_out SET state = 1, done_at = ?, their_at = ?, their_seq = ?,"
		    " their_ref = ?, their_no = ?, their_code = ?"
		    " WHERE office = ? AND id = ? AND state = 0"),
		VALS(V(ctx->now), V(d->at), V(d->entry), V(d->ref), V(d->file_no), V(d->code),
			V(ctx->office), V(o->id)),
		err);
	if (rc != XQ_OK)
		return rc;
	file_no_show(d->file_no, no);
	const char *to = app_office_name(ctx->app, o->to_office);
	struct act_event e = { .kind = &ev_transferred,
		.role = "system",
		EVENT_VALUES(EV_N("entry", d->entry), EV("ref2", d->ref), EV_AT("taken", d->at),
			EV("to", o->to_origin)) };
	rc = end_concern(ctx, s, &e,
		&(struct step_change){ .to = ST_TRANSFERRED,
			.note = mem_printf(ctx->mem, "%s %s", to ? to : o->to_origin, no),
			.is_for_resident = true },
		err);
	return rc == XQ_OK ? tell_staff(ctx, &s->c, "transfer.accepted", s->c.owner_person_id, err)
	                   : rc;
}

static enum xq_rc
settle_declined(struct act_ctx *ctx, struct step_load *s, const struct transfer_out *o,
	const struct decided *d, struct xq_err *err)
{
	const struct transfer_in *in = &d->in;
	enum xq_rc rc = db_exec_one(ctx->tx,
		SQL("UPDATE transfer_out SET state = ?, done_at = ?, their_seq = ?, refusal = ?,"
		    " refusal_note = ? WHERE office = ? AND id = ? AND state = 0"),
		VALS(V((int64_t)in->state), V(ctx->now), V(in->seq), V(in->refusal),
			V(in->refusal_note), V(ctx->office), V(o->id)),
		err);
	struct act_event e = { .kind = &ev_transfer_declined,
		.role = "system",
		EVENT_VALUES(
			EV_N("entry", in->seq), EV("from", o->to_origin), EV("why", in->refusal)) };
	if (rc == XQ_OK)
		rc = concern_emit(ctx, &s->c, &e, err);
	if (rc == XQ_OK)
		rc = concern_save(ctx, &s->c,
			&(struct step_change){ .to = (int)o->back,
				.note = in->refusal_note && in->refusal_note[0] ? in->refusal_note
		                                                                : in->refusal,
				.why = in->refusal },
			err);
	return rc == XQ_OK ? tell_staff(ctx, &s->c, "transfer.declined", s->c.owner_person_id, err)
	                   : rc;
}

static enum xq_rc
settle_with(struct act_ctx *ctx, const struct transfer_out *o, const struct decided *d,
	struct xq_err *err)
{
	struct step_load s;
	enum xq_rc rc = step_begin_id(ctx, o->concern_id, &s, err);
	if (rc != XQ_OK)
		return rc;
	return d->in.state == TRANSFER_ACCEPTED ? settle_accepted(ctx, &s, o, d, err)
	                                        : settle_declined(ctx, &s, o, d, err);
}

static enum xq_rc
settle_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	const struct decided *d = ctx->call->prepared;
	struct transfer_out o;
	if (!d->is_there || d->in.state == TRANSFER_OPEN)
		return xq_refuse(err, NULL, "transfer.unknown");
	enum xq_rc rc = transfer_out_load(ctx->tx, ctx->mem, ctx->office, d->in.from_id, &o, err);
	if (rc == XQ_NONE || (rc == XQ_OK && o.to_office != form_int(in, "office")))
		return xq_refuse(err, NULL, "transfer.unknown"); /* only who was asked decides */
	if (rc == XQ_OK && o.state != TRANSFER_OPEN)
		return xq_refuse(err, NULL, "transfer.known");
	return rc == XQ_OK ? settle_with(ctx, &o, d, err) : rc;
}

/* ---- when no word comes ---------------------------------------------------------------------------------- */

/* A message that was given up after its tries would leave the concern waiting for ever: once a day the sender
 * looks for itself whether the other office has decided, and sends the offer again where it never came. */
enum { LOOK_EVERY_S = 86400 };

/* An office of another cell is asked by the outbox: the clock waits for no network. */
struct looked {
	bool is_far;
	struct decided d;
};

static enum xq_rc
look_prepare(struct act_call *call, struct xq_err *err)
{
	struct looked *l = mem_new(call->mem, struct looked);
	struct transfer_out o;
	struct tx *tx;
	call->prepared = l;
	enum xq_rc rc = db_read(call->app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = transfer_out_load(tx, call->mem, call->office, form_int(&call->form, "id"), &o, err);
	tx_end(tx);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc;
	l->is_far = app_peer(call->app, o.to_office) != NULL;
	if (l->is_far)
		return XQ_OK;
	return other_decided(call->app, call->mem, call->office,
		&(struct decided_ask){ o.to_office, 0, o.id }, &l->d, err);
}

static enum xq_rc
look_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	const struct looked *l = ctx->call->prepared;
	struct transfer_out o;
	enum xq_rc rc = db_exec_one(ctx->tx,
		SQL("UPDATE transfer_out SET looked_at = ? WHERE office = ? AND id = ? AND state = 0"
		    " AND looked_at <= ?"),
		VALS(V(ctx->now), V(ctx->office), V(form_int(in, "id")),
			V(ctx->now - LOOK_EVERY_S)),
		err);
	if (rc == XQ_OK)
		rc = transfer_out_load(ctx->tx, ctx->mem, ctx->office, form_int(in, "id"), &o, err);
	if (rc != XQ_OK)
		return rc;
	if (l->d.is_there && l->d.in.state != TRANSFER_OPEN)
		return settle_with(ctx, &o, &l->d, err);
	if (l->is_far)
		rc = transfer_tell(ctx, "transfer.look", o.to_office, o.id, err);
	else if (!l->d.is_there)
		rc = transfer_tell(ctx, "transfer.receive", o.to_office, o.id, err);
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

static enum xq_rc
look_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	struct rows *q = db_query(tx,
		SQL("SELECT id FROM transfer_out WHERE office = ? AND state = 0 AND looked_at <= ?"
		    " ORDER BY looked_at, id LIMIT ?"),
		VALS(V(office), V(now - LOOK_EVERY_S), V((int64_t)max)));
	return rows_ids(q, max, out_id, out_n, err);
}

/* clang-format off */
static const struct field offer_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "to", FIELD_CODE, .required = true, .label = N_("To which office") },
	{ "why", FIELD_CHOICE, .required = true, .choices = transfer_reasons, .label = N_("Why") },
	{ "note", FIELD_LINES, .max = 300, .label = N_("What they should know") },
	{ "told", FIELD_LINES, .required = true, .max = 200, .label = N_("What the resident was told, when and how") },
	{ .name = NULL },
};

static const struct field message_fields[] = {
	{ "office", FIELD_ID, .required = true },
	{ "id", FIELD_ID, .required = true },
	{ .name = NULL },
};
/* clang-format on */

const struct act transfer_offer = {
	.name = "transfer.offer",
	.title = N_("Offer it to another office"),
	.help = N_(
		"You stay responsible until they accept, and the resident's day stays as it is. Meanwhile it cannot be answered or ended here."),
	.who = PERM_STAFF,
	.fields = offer_fields,
	.prepare = offer_prepare,
	.is_slow = true, /* the other office may have to be asked over the network */
	.apply = offer_apply,
	.events = (const struct event_kind *const[]){ &ev_transfer_offered, NULL },
};

const struct act transfer_settle = {
	.name = "transfer.settle",
	.title = N_("Note what another office said to an offer"),
	.who = PERM_SYSTEM,
	.fields = message_fields,
	.prepare = settle_prepare,
	.is_slow = true,
	.apply = settle_apply,
	.events = (const struct event_kind *const[]){ &ev_transferred, &ev_transfer_declined,
		&ev_unlisted, NULL },
	.is_hidden = true,
};

static const struct field look_fields[] = { { "id", FIELD_ID, .required = true },
	{ .name = NULL } };

const struct act transfer_look = {
	.name = "transfer.look",
	.title = N_("Look whether another office has decided on an offer"),
	.who = PERM_SYSTEM,
	.fields = look_fields,
	.prepare = look_prepare,
	.apply = look_apply,
	.events = (const struct event_kind *const[]){ &ev_transferred, &ev_transfer_declined,
		&ev_unlisted, &ev_office_noted, NULL },
	.is_hidden = true,
};

const struct job transfer_look_job = { "transfer.look", &transfer_look, look_find };
