/* SPDX-License-Identifier: Apache-2.0 */
/* change_acts.c - a sitting is changed, swapped by offer and acceptance, or cancelled with another day in its
 * place. On a published roster each of these keeps what stood there, with the reason. */
#include "reception/seat.h"

#include "core/mem.h"

#include "core/banned.h"

/* ---- changed ---------------------------------------------------------------------------------------- */

static enum xq_rc
emit_changed(struct act_ctx *ctx, struct slot *s, struct xq_err *err)
{
	return act_emit(ctx,
		&(struct act_event){ .kind = &ev_reception_changed,
			.ref = s->ref,
			.prev_seq = &s->last_seq,
			EVENT_VALUES(EV_D("day", s->day)) },
		err);
}

static void
check_reason(struct act_ctx *ctx, const struct form *in, const struct slot *s)
{
	if (s->is_published && !form_has(in, "why"))
		reception_fault(ctx, "why", "roster.no-reason", 0);
}

static bool
is_same(const struct slot *a, const struct slot *b)
{
	return a->day == b->day && a->start_min == b->start_min && a->end_min == b->end_min &&
	       a->venue_no == b->venue_no && a->receiver_no == b->receiver_no;
}

static struct slot
slot_planned(struct act_ctx *ctx, const struct slot *old, const struct plan *p)
{
	struct slot now = *old;
	now.day = p->day;
	now.start_min = p->start_min;
	now.end_min = p->end_min;
	now.venue_no = p->venue_no;
	now.receiver_no = p->receiver_no;
	now.is_provisional = !cal_is_settled(ctx->app->calendar, p->day);
	if (now.day != old->day)
		now.moved_from = 0; /* a person moved it, no holiday did */
	return now;
}

static enum xq_rc
keep(struct act_ctx *ctx, const struct form *in, const struct slot *old, struct slot *now,
	enum change_kind kind, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	if (old->is_published) {
		rc = change_add(ctx, old, now, kind, in, err);
		if (rc == XQ_OK)
			rc = emit_changed(ctx, now, err);
	}
	return rc == XQ_OK ? slot_save(ctx, now, err) : rc;
}

/* Whoever offered a swap, and whoever would accept it, meant the sittings as they stood: it ends without an
 * answer. */
static enum xq_rc
end_offers(struct act_ctx *ctx, const struct slot *s, struct xq_err *err)
{
	return db_exec(ctx->tx,
		SQL("UPDATE roster_swap SET is_yes = NULL, answered_at = ?, answered_by = ?"
		    " WHERE office = ? AND answered_at IS NULL AND no > 0"
		    " AND (slot_no = ? OR other_no = ?)"),
		VALS(V(ctx->now), V(ctx->actor->person_id), V(ctx->office), V(s->no), V(s->no)),
		err);
}

static enum xq_rc
change_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct slot old, now;
	enum xq_rc rc = slot_of_form(ctx, in, "slot", &old, err);
	if (rc != XQ_OK)
		return rc;
	struct plan p = plan_of_form(ctx, in);
	p.slot_no = old.no;
	p.receiver_no = form_int(in, "receiver");
	p.is_off_hours = old.is_off_hours;
	check_reason(ctx, in, &old);
	reception_words(ctx, in, "words");
	rc = plan_check(ctx, &p, err);
	if (rc == XQ_OK)
		rc = reception_faults(ctx, err);
	if (rc != XQ_OK)
		return rc;
	now = slot_planned(ctx, &old, &p);
	if (is_same(&old, &now))
		return xq_refuse(err, NULL, "roster.no-change");
	rc = keep(ctx, in, &old, &now, CHANGE_PLAN, err);
	if (rc == XQ_OK)
		rc = end_offers(ctx, &old, err);
	if (rc == XQ_OK)
		rc = seats_follow(ctx, &old, &now, err);
	if (rc == XQ_OK)
		rc = week_refresh(ctx, old.week, err);
	return rc == XQ_OK && !old.is_published ? act_note(ctx, err) : rc;
}

/* ---- swapped ---------------------------------------------------------------------------------------- */

/* Whoever has an account speaks for themselves; for a delegate without one, who keeps the roster does. */
static bool
speaks_for(const struct actor *a, int64_t person_id)
{
	return person_id ? person_id == a->person_id : actor_may(a, PERM_PUBLISH);
}

static enum xq_rc
person_of(struct act_ctx *ctx, const struct slot *s, int64_t *out, struct xq_err *err)
{
	struct receiver r;
	enum xq_rc rc = receiver_load(ctx->tx, ctx->mem, ctx->office, s->receiver_no, &r, err);
	if (rc == XQ_OK)
		*out = r.person_id;
	return rc;
}

/* Each takes the other's sitting as it stands: free that day but for what they give away. */
static enum xq_rc
check_exchange(struct act_ctx *ctx, const struct slot *a, const struct slot *b, struct xq_err *err)
{
	struct plan p = { .slot_no = a->no,
		.other_no = b->no,
		.receiver_no = a->receiver_no,
		.day = b->day,
		.f_receiver = "other" };
	enum xq_rc rc = plan_check(ctx, &p, err);
	p.receiver_no = b->receiver_no;
	p.day = a->day;
	return rc == XQ_OK ? plan_check(ctx, &p, err) : rc;
}

static enum xq_rc
refuse_second_offer(
	struct act_ctx *ctx, const struct slot *a, const struct slot *b, struct xq_err *err)
{
	int64_t n = 0;
	enum xq_rc rc = db_int(ctx->tx,
		SQL("SELECT count(*) FROM roster_swap WHERE office = ? AND answered_at IS NULL AND no > 0"
		    " AND (slot_no = ? OR slot_no = ? OR other_no = ? OR other_no = ?)"),
		VALS(V(ctx->office), V(a->no), V(b->no), V(a->no), V(b->no)), &n, err);
	return rc == XQ_OK && n > 0 ? xq_refuse(err, NULL, "roster.swap-waits") : rc;
}

static enum xq_rc
swap_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct slot a, b;
	int64_t person = 0, no = 0;
	enum xq_rc rc = slot_of_form(ctx, in, "other", &b, err);
	if (rc == XQ_OK)
		rc = slot_of_form(ctx, in, "slot", &a, err);
	if (rc != XQ_OK)
		return rc;
	if (!a.is_published || !b.is_published)
		return xq_refuse(err, NULL, "roster.swap-unpublished");
	if (a.receiver_no == b.receiver_no)
		return xq_refuse(err, "other", "roster.swap-self");
	rc = person_of(ctx, &a, &person, err);
	if (rc == XQ_OK && !speaks_for(ctx->actor, person))
		return xq_refuse(err, NULL, "roster.not-your-sitting");
	if (rc == XQ_OK)
		rc = refuse_second_offer(ctx, &a, &b, err);
	reception_words(ctx, in, "words");
	if (rc == XQ_OK)
		rc = check_exchange(ctx, &a, &b, err);
	if (rc == XQ_OK)
		rc = reception_faults(ctx, err);
	if (rc == XQ_OK)
		rc = db_next(ctx->tx, ctx->office, "roster-swap", &no, err);
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx,
			SQL("INSERT INTO roster_swap (office, no, slot_no, other_no, why, words,"
			    " offered_at, offered_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
			VALS(V(ctx->office), V(no), V(a.no), V(b.no), V(form_text(in, "why")),
				V(form_text(in, "words")), V(ctx->now), V(ctx->actor->person_id)),
			err);
	act_result_int(ctx, "no", no);
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

struct offer {
	int64_t no, slot_no, other_no;
	const char *why, *words;
};

static enum xq_rc
offer_load(struct act_ctx *ctx, const struct form *in, struct offer *out, struct xq_err *err)
{
	struct rows *q = db_query(ctx->tx,
		SQL("SELECT no, slot_no, other_no, why, words FROM roster_swap"
		    " WHERE office = ? AND no = ? AND answered_at IS NULL"),
		VALS(V(ctx->office), V(form_int(in, "swap"))));
	bool found = row_next(q);
	if (found)
		*out = (struct offer){ row_int(q, 0), row_int(q, 1), row_int(q, 2),
			row_text(q, 3, ctx->mem), row_text(q, 4, ctx->mem) };
	enum xq_rc rc = rows_close(q, err);
	return rc == XQ_OK && !found ? xq_refuse(err, "swap", "roster.swap-unknown") : rc;
}

/* One of them stands empty for a moment, since both may lie on one day. */
static enum xq_rc
exchange(struct act_ctx *ctx, const struct offer *o, struct slot *a, struct slot *b,
	struct xq_err *err)
{
	struct form why = form_new(ctx->mem, roster_swap.fields);
	struct slot now_a = *a, now_b = *b, empty = *a;
	form_set_text(ctx->mem, &why, "why", o->why);
	form_set_text(ctx->mem, &why, "words", o->words);
	empty.receiver_no = 0;
	now_a.receiver_no = b->receiver_no;
	now_b.receiver_no = a->receiver_no;
	enum xq_rc rc = slot_save(ctx, &empty, err);
	now_a.ver++;
	if (rc == XQ_OK)
		rc = keep(ctx, &why, b, &now_b, CHANGE_SWAP, err);
	if (rc == XQ_OK)
		rc = keep(ctx, &why, a, &now_a, CHANGE_SWAP, err);
	if (rc == XQ_OK)
		rc = week_refresh(ctx, a->week, err);
	return rc == XQ_OK && b->week != a->week ? week_refresh(ctx, b->week, err) : rc;
}

static enum xq_rc
slots_of_offer(struct act_ctx *ctx, const struct offer *o, struct slot *a, struct slot *b,
	struct xq_err *err)
{
	struct form both = form_new(ctx->mem, roster_swap.fields);
	form_set_int(&both, "slot", o->slot_no);
	form_set_int(&both, "other", o->other_no);
	enum xq_rc rc = slot_of_form(ctx, &both, "slot", a, err);
	if (rc == XQ_OK)
		rc = slot_of_form(ctx, &both, "other", b, err);
	if (rc == XQ_REFUSED)
		return xq_refuse(err, NULL, "roster.swap-over");
	return rc;
}

/* No: by either side, also when the sitting has passed meanwhile. Yes: by the other side. */
static enum xq_rc
answer_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct offer o;
	struct slot a = { 0 }, b = { 0 };
	int64_t person_a = 0, person_b = 0;
	bool is_yes = text_eq(form_text(in, "answer"), "yes");
	enum xq_rc rc = offer_load(ctx, in, &o, err);
	if (rc == XQ_OK)
		rc = slot_load(ctx->tx, ctx->mem, ctx->office, o.slot_no, &a, err);
	if (rc == XQ_OK)
		rc = slot_load(ctx->tx, ctx->mem, ctx->office, o.other_no, &b, err);
	if (rc == XQ_OK)
		rc = person_of(ctx, &a, &person_a, err);
	if (rc == XQ_OK)
		rc = person_of(ctx, &b, &person_b, err);
	if (rc != XQ_OK)
		return rc;
	if (!speaks_for(ctx->actor, person_b) && (is_yes || !speaks_for(ctx->actor, person_a)))
		return xq_refuse(err, NULL, "roster.swap-other-answers");
	if (is_yes)
		rc = slots_of_offer(ctx, &o, &a, &b, err);
	if (rc == XQ_OK && is_yes)
		rc = check_exchange(ctx, &a, &b, err);
	if (rc == XQ_OK && ctx->call->form.n_faults > 0)
		return xq_refuse(err, NULL, "roster.swap-over");
	if (rc == XQ_OK && is_yes)
		rc = exchange(ctx, &o, &a, &b, err);
	if (rc == XQ_OK)
		rc = db_exec_one(ctx->tx,
			SQL("UPDATE roster_swap SET is_yes = ?, answered_at = ?, answered_by = ?"
			    " WHERE office = ? AND no = ? AND answered_at IS NULL"),
			VALS(V(is_yes), V(ctx->now), V(ctx->actor->person_id), V(ctx->office),
				V(o.no)),
			err);
	return rc == XQ_OK && !is_yes ? act_note(ctx, err) : rc;
}

/* ---- cancelled -------------------------------------------------------------------------------------- */

/* The sitting of the form and, when all of it is cancelled, who receives with them. */
static enum xq_rc
slots_to_cancel(struct act_ctx *ctx, const struct form *in, struct slot **out, size_t *out_n,
	struct xq_err *err)
{
	struct slot one, *all;
	size_t n = 0;
	enum xq_rc rc = slot_of_form(ctx, in, "slot", &one, err);
	if (rc == XQ_OK && !one.is_published)
		return xq_refuse(err, NULL, "roster.cancel-unpublished");
	if (rc != XQ_OK)
		return rc;
	rc = slot_list(ctx->tx, ctx->mem, ctx->office,
		&(struct slot_query){ .from = one.day, .until = one.day, .only_published = true },
		&all, &n, err);
	*out_n = 0;
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		bool is_with = form_bool(in, "whole") && all[i].start_min == one.start_min &&
		               all[i].venue_no == one.venue_no && all[i].state == SLOT_PLANNED;
		if (is_with || all[i].no == one.no)
			all[(*out_n)++] = all[i];
	}
	*out = all;
	return rc;
}

/* The day in its place is announced as early as a roster is. */
enum xq_rc
make_up_check(
	struct act_ctx *ctx, struct plan *p, const struct slot *s, size_t n, struct xq_err *err)
{
	int32_t by = 0;
	enum xq_rc rc = publish_by(ctx->tx, ctx->app, ctx->office, p->day, &by, err);
	if (rc == XQ_OK && by < reception_today(ctx))
		reception_fault(ctx, "day", "roster.make-up-soon", 0);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		p->slot_no = s[i].no;
		p->receiver_no = s[i].receiver_no;
		p->is_off_hours = s[i].is_off_hours;
		p->f_receiver = "day";
		rc = plan_check(ctx, p, err);
	}
	return rc;
}

struct slot
make_up_slot(struct act_ctx *ctx, const struct slot *old, const struct plan *p)
{
	struct slot anew = slot_planned(ctx, old, p);
	anew.state = SLOT_PLANNED;
	anew.receiver_no = old->receiver_no;
	anew.moved_from = 0;
	anew.makes_up = old->no;
	return anew;
}

static enum xq_rc
cancel_one(struct act_ctx *ctx, const struct form *in, const struct slot *old, const struct plan *p,
	int64_t *out_no, struct xq_err *err)
{
	struct slot gone = *old, anew = make_up_slot(ctx, old, p);
	gone.state = SLOT_CANCELLED;
	enum xq_rc rc = change_add(ctx, old, &anew, CHANGE_CANCEL, in, err);
	if (rc == XQ_OK)
		rc = act_emit(ctx,
			&(struct act_event){ .kind = &ev_reception_cancelled,
				.ref = gone.ref,
				.prev_seq = &gone.last_seq,
				EVENT_VALUES(EV("why", form_text(in, "why"))) },
			err);
	if (rc == XQ_OK)
		rc = slot_save(ctx, &gone, err);
	if (rc == XQ_OK)
		rc = end_offers(ctx, old, err);
	if (rc == XQ_OK)
		rc = slot_insert(ctx, &anew, err);
	*out_no = anew.no;
	if (rc == XQ_OK)
		rc = slot_announce(ctx, &anew, err);
	return rc == XQ_OK ? seats_follow(ctx, old, &anew, err) : rc;
}

enum xq_rc
weeks_refresh(struct act_ctx *ctx, const struct slot *s, size_t n, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		bool is_done = false;
		for (size_t k = 0; k < i; k++)
			is_done = is_done || s[k].week == s[i].week;
		if (!is_done)
			rc = week_refresh(ctx, s[i].week, err);
	}
	return rc;
}

static enum xq_rc
cancel_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct slot *s;
	size_t n;
	int64_t no = 0;
	enum xq_rc rc = slots_to_cancel(ctx, in, &s, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct plan p = plan_of_form(ctx, in);
	reception_words(ctx, in, "words");
	rc = make_up_check(ctx, &p, s, n, err);
	if (rc == XQ_OK)
		rc = reception_faults(ctx, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		rc = cancel_one(ctx, in, &s[i], &p, &no, err);
	act_result_int(ctx, "no", no);
	return rc == XQ_OK ? weeks_refresh(ctx, s, n, err) : rc;
}

/* ---- declarations ----------------------------------------------------------------------------------- */

/* clang-format off */
#define OF_SLOT { "slot", FIELD_INT, .required = true, .min = 1, .label = N_("Number of the sitting") }
#define THEN                                                                                                  \
	{ "day", FIELD_DAY, .required = true, .label = N_("Day"), .privacy = PRIVACY_PUBLIC },                \
	{ "start", FIELD_TEXT, .required = true, .max = 5, .label = N_("Begins at"), .hint = N_("As 14:00") }, \
	{ "end", FIELD_TEXT, .required = true, .max = 5, .label = N_("Ends at"), .hint = N_("As 16:30") },    \
	{ "venue", FIELD_INT, .required = true, .min = 1, .label = N_("Venue"), .privacy = PRIVACY_PUBLIC }
#define WORDS { "words", FIELD_TEXT, .max = 100, .label = N_("In a few words"), \
	.hint = N_("Residents read it: nothing private about anybody"), .privacy = PRIVACY_PUBLIC }

static const struct field change_fields[] = {
	OF_SLOT,
	{ "receiver", FIELD_INT, .required = true, .min = 1, .label = N_("Who receives"), .privacy = PRIVACY_PUBLIC },
	THEN,
	{ "why", FIELD_CHOICE, .choices = change_reasons, .label = N_("Reason"),
		.hint = N_("Needed once the roster is published; residents read it"), .privacy = PRIVACY_PUBLIC },
	WORDS,
	{ .name = NULL },
};

static const struct field swap_fields[] = {
	OF_SLOT,
	{ "other", FIELD_INT, .required = true, .min = 1, .label = N_("For which sitting") },
	{ "why", FIELD_CHOICE, .required = true, .choices = change_reasons, .label = N_("Reason"),
		.hint = N_("Residents read it"), .privacy = PRIVACY_PUBLIC },
	WORDS,
	{ .name = NULL },
};

static const struct choice yes_or_no[] = {
	{ "yes", N_("Yes, we swap") }, { "no", N_("No, it stays as it is") }, { NULL, NULL },
};

static const struct field answer_fields[] = {
	{ "swap", FIELD_INT, .required = true, .min = 1, .label = N_("Number of the offer") },
	{ "answer", FIELD_CHOICE, .required = true, .choices = yes_or_no, .label = N_("Answer") },
	{ .name = NULL },
};

static const struct field cancel_fields[] = {
	OF_SLOT,
	{ "why", FIELD_CHOICE, .required = true, .choices = change_reasons, .label = N_("Reason"),
		.hint = N_("Residents read it"), .privacy = PRIVACY_PUBLIC },
	WORDS,
	{ "whole", FIELD_BOOL, .label = N_("The whole sitting, with all who receive in it") },
	THEN,
	{ .name = NULL },
};
/* clang-format on */

const struct act roster_change = {
	.name = "roster.change",
	.title = N_("Change a sitting"),
	.help = N_("What stood there stays visible, struck, with the new beside it, when and why."),
	.who = PERM_PUBLISH,
	.fields = change_fields,
	.apply = change_apply,
	.events =
		(const struct event_kind *const[]){ &ev_reception_changed, &ev_office_noted, NULL },
};

const struct act roster_swap = {
	.name = "roster.swap",
	.title = N_("Offer a swap"),
	.help = N_("Nothing changes until the other one accepts."),
	.who = PERM_STAFF,
	.fields = swap_fields,
	.apply = swap_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};

const struct act roster_answer_swap = {
	.name = "roster.answer-swap",
	.title = N_("Answer the offer of a swap"),
	.help = N_("Residents then read who sits instead, and why."),
	.who = PERM_STAFF,
	.fields = answer_fields,
	.apply = answer_apply,
	.events =
		(const struct event_kind *const[]){ &ev_reception_changed, &ev_office_noted, NULL },
};

const struct act roster_cancel = {
	.name = "roster.cancel",
	.title = N_("Cancel a sitting and make up for it"),
	.help = N_("The day in its place is announced at once, three days ahead at least."),
	.who = PERM_PUBLISH,
	.fields = cancel_fields,
	.apply = cancel_apply,
	.events = (const struct event_kind *const[]){ &ev_reception_cancelled,
		&ev_reception_planned, NULL },
};
