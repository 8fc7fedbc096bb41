/* SPDX-License-Identifier: Apache-2.0 */
/* sitting_acts.c - the register of a sitting: what somebody came with becomes a concern in one step, or was told
 * on the spot; closed with as many visitors as stand in it, or missed with its reason and made up for. */
#include "reception/sitting_int.h"

#include "concern/book.h"
#include "concern/take_down.h"
#include "core/mem.h"
#include "reception/seat.h"

#include "core/banned.h"

const struct choice read_backs[] = {
	{ "read", N_("Read back, and the visitor agreed") },
	{ "signed", N_("Signed on paper") },
	{ "declined", N_("The visitor did not want to sign") },
	{ NULL, NULL },
};

/* ---- the sitting of a form -------------------------------------------------------------------------- */

static enum xq_rc
sitting_known(struct act_ctx *ctx, const struct form *in, struct sitting *out, struct xq_err *err)
{
	enum xq_rc rc =
		sitting_load(ctx->tx, ctx->mem, ctx->office, form_int(in, "slot"), out, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, "slot", "roster.slot-unknown");
	if (rc == XQ_OK)
		act_subject(ctx, "slot", out->one.no);
	return rc;
}

enum xq_rc
sitting_of_form(struct act_ctx *ctx, const struct form *in, struct sitting *out, struct xq_err *err)
{
	enum xq_rc rc = sitting_known(ctx, in, out, err);
	if (rc != XQ_OK)
		return rc;
	const char *no = register_refusal(out, ctx->now, app_office(ctx->app, ctx->office)->tz_s);
	if (!no && out->one.state != SLOT_PLANNED)
		no = "sitting.not-there"; /* this one was missed; the others receive */
	return no ? xq_refuse(err, NULL, no) : XQ_OK;
}

/* ---- entries ---------------------------------------------------------------------------------------- */

/* The documents that were handed in: listed where there are any. */
static void
check_documents(struct act_ctx *ctx, const struct form *in)
{
	if (form_int(in, "n_documents") > 0 && !form_has(in, "documents"))
		reception_fault(ctx, "documents", "sitting.documents-which", 0);
	if (form_has(in, "documents") && form_int(in, "n_documents") == 0)
		reception_fault(ctx, "n_documents", "sitting.documents-many", 0);
}

static enum xq_rc
entry_insert(struct act_ctx *ctx, const struct entry *e, int64_t *out_no, struct xq_err *err)
{
	struct entry_sums sums;
	enum xq_rc rc = entry_sums(ctx->tx, ctx->office, e->slot_no, &sums, err);
	if (rc == XQ_OK && sums.entries >= ENTRIES_MAX)
		return xq_refuse(err, NULL, "concern.too-many");
	if (rc == XQ_OK)
		rc = db_next(ctx->tx, ctx->office, "sitting-entry", out_no, err);
	if (rc != XQ_OK)
		return rc;
	act_result_int(ctx, "entry", *out_no);
	return db_exec(ctx->tx,
		SQL("INSERT INTO sitting_entry (office, no, slot_no, at, by_id, kind, concern_id, asked,"
		    " told, people, documents, n_documents, read_back, by_message)"
		    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
		VALS(V(ctx->office), V(*out_no), V(e->slot_no), V(ctx->now),
			V(ctx->actor->person_id), V((int64_t)e->kind),
			V_OR_NULL(e->concern_id, e->concern_id), V(e->asked), V(e->told),
			V(e->people), V(e->documents), V(e->n_documents), V(e->read_back),
			V(e->by_message)),
		err);
}

static int
people_of(const struct form *in, const char *field)
{
	return form_has(in, field) ? (int)form_int(in, field) : 1;
}

/* What is entered on a later day was told to us when the sitting ended. */
static int64_t
told_at(struct act_ctx *ctx, const struct slot *s)
{
	int32_t tz_s = app_office(ctx->app, ctx->office)->tz_s;
	return day_of(ctx->now, tz_s) > s->day ? day_at(s->day, s->end_min, tz_s) : 0;
}

static enum xq_rc
take_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct sitting s;
	int64_t no, concern_id;
	struct receiver who = { 0 };
	struct take_down how = { .via = "counter" };
	enum xq_rc rc = sitting_of_form(ctx, in, &s, err);
	if (rc != XQ_OK)
		return rc;
	check_documents(ctx, in);
	rc = reception_faults(ctx, err);
	if (rc == XQ_OK)
		rc = first_receiver(
			ctx->tx, ctx->mem, ctx->office, &s.one, &how.first_person_id, err);
	how.taken_at = told_at(ctx, &s.one);
	if (rc == XQ_OK)
		rc = receiver_load(ctx->tx, ctx->mem, ctx->office, s.one.receiver_no, &who, err);
	if (rc == XQ_OK)
		rc = take_down(ctx, in, &how, &concern_id, err);
	if (rc != XQ_OK)
		return rc;
	return entry_insert(ctx,
		&(struct entry){ .slot_no = s.one.no,
			.kind = ENTRY_CONCERN,
			.concern_id = concern_id,
			.by_message = who.person_id != 0,
			.asked = "",
			.told = "", /* it stands with the concern */
			.people = form_bool(in, "again") ? 0 : people_of(in, "people"),
			.documents = form_text(in, "documents"),
			.n_documents = (int)form_int(in, "n_documents"),
			.read_back = form_text(in, "read_back") },
		&no, err);
}

static enum xq_rc
tell_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct sitting s;
	int64_t no;
	enum xq_rc rc = sitting_of_form(ctx, in, &s, err);
	if (rc == XQ_OK)
		rc = entry_insert(ctx,
			&(struct entry){ .slot_no = s.one.no,
				.kind = ENTRY_TOLD,
				.asked = form_text(in, "asked"),
				.told = form_text(in, "answer"),
				.people = people_of(in, "persons"),
				.documents = "",
				.read_back = "" },
			&no, err);
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

/* ---- closed ----------------------------------------------------------------------------------------- */

static enum xq_rc
must_end(struct act_ctx *ctx, const struct sitting *s, struct xq_err *err)
{
	int64_t receiver[SITTING_SEATS];
	size_t n = 0;
	enum xq_rc rc = sitting_receivers(ctx->tx, ctx->mem, ctx->office, s, receiver, &n, err);
	if (rc == XQ_OK && !sitting_may_end(ctx->actor, receiver, n))
		return xq_refuse(err, NULL, "sitting.not-yours");
	return rc;
}

static enum xq_rc
end_insert(struct act_ctx *ctx, int64_t slot_no, const struct sitting_end *e, struct xq_err *err)
{
	return db_exec(ctx->tx,
		SQL("INSERT INTO sitting_end (office, slot_no, at, person_id, visitors, concerns, why,"
		    " words, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
		VALS(V(ctx->office), V(slot_no), V(ctx->now), V(ctx->actor->person_id),
			V(e->visitors), V(e->concerns), V(e->why), V(e->words), V(e->note)),
		err);
}

/* Who came stands in the register, each of them. */
static enum xq_rc
check_visitors(struct act_ctx *ctx, const struct form *in, const struct sitting *s,
	struct entry_sums sums[SITTING_SEATS], struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	int64_t people = 0, visitors = form_int(in, "visitors");
	for (size_t i = 0; rc == XQ_OK && i < s->n; i++) {
		rc = entry_sums(ctx->tx, ctx->office, s->slot[i].no, &sums[i], err);
		people += sums[i].people;
	}
	if (rc != XQ_OK || visitors == people)
		return rc;
	struct xq_err e = { 0 };
	(void)xq_refuse(&e, "visitors", /* beside others */
		visitors > people ? "sitting.visitors-more" : "sitting.visitors-fewer");
	xq_err_int(&e, "n", people);
	form_add_fault(&ctx->call->form, &e);
	return XQ_OK;
}

enum xq_rc
slot_held(struct act_ctx *ctx, const struct slot *s, const struct entry_sums *sums,
	const char *note, struct xq_err *err)
{
	struct slot now = *s;
	now.state = SLOT_HELD;
	enum xq_rc rc = act_emit(ctx,
		&(struct act_event){ .kind = &ev_reception_held,
			.ref = now.ref,
			.prev_seq = &now.last_seq,
			EVENT_VALUES(EV_N("concerns", sums->concerns), EV_D("day", s->day),
				EV_N("visitors", sums->people)) },
		err);
	if (rc == XQ_OK)
		rc = slot_save(ctx, &now, err);
	return rc == XQ_OK ? end_insert(ctx, s->no,
				     &(struct sitting_end){ .visitors = sums->people,
					     .concerns = sums->concerns,
					     .why = "",
					     .words = "",
					     .note = note },
				     err)
	                   : rc;
}

static enum xq_rc
close_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct sitting s;
	struct entry_sums sums[SITTING_SEATS];
	int32_t tz_s = app_office(ctx->app, ctx->office)->tz_s;
	enum xq_rc rc = sitting_known(ctx, in, &s, err);
	if (rc == XQ_OK && !sitting_is_open(&s))
		return xq_refuse(err, NULL, "sitting.closed");
	if (rc == XQ_OK && ctx->now < day_at(s.one.day, s.one.end_min, tz_s))
		return xq_refuse(err, NULL, "sitting.not-over");
	if (rc == XQ_OK)
		rc = must_end(ctx, &s, err);
	if (rc == XQ_OK)
		rc = check_visitors(ctx, in, &s, sums, err);
	if (rc == XQ_OK)
		rc = reception_faults(ctx, err);
	for (size_t i = 0; rc == XQ_OK && i < s.n; i++)
		if (s.slot[i].state == SLOT_PLANNED)
			rc = slot_held(ctx, &s.slot[i], &sums[i], form_text(in, "note"), err);
	return rc;
}

/* ---- missed ----------------------------------------------------------------------------------------- */

enum xq_rc
slot_missed(struct act_ctx *ctx, const struct slot *s, const char *why, const char *words,
	struct xq_err *err)
{
	struct slot now = *s;
	now.state = SLOT_MISSED;
	enum xq_rc rc = act_emit(ctx,
		&(struct act_event){ .kind = &ev_reception_missed,
			.ref = now.ref,
			.prev_seq = &now.last_seq,
			EVENT_VALUES(EV("why", why)) },
		err);
	if (rc == XQ_OK)
		rc = slot_save(ctx, &now, err);
	return rc == XQ_OK
	               ? end_insert(ctx, s->no,
				 &(struct sitting_end){ .why = why, .words = words, .note = "" },
				 err)
	               : rc;
}

/* Whoever wrote something down there was there. */
static enum xq_rc
refuse_entries(struct act_ctx *ctx, const struct slot *s, struct xq_err *err)
{
	struct entry_sums sums;
	enum xq_rc rc = entry_sums(ctx->tx, ctx->office, s->no, &sums, err);
	return rc == XQ_OK && sums.entries > 0 ? xq_refuse(err, "slot", "sitting.has-entries") : rc;
}

/* Nobody received residents who may have come: the leader hears of it at once. */
enum xq_rc
tell_if_missed(struct act_ctx *ctx, int64_t slot_no, struct xq_err *err)
{
	struct sitting s;
	struct post_holder head;
	enum xq_rc rc = sitting_load(ctx->tx, ctx->mem, ctx->office, slot_no, &s, err);
	for (size_t i = 0; rc == XQ_OK && i < s.n; i++)
		if (s.slot[i].state != SLOT_MISSED)
			return XQ_OK;
	if (rc == XQ_OK)
		rc = post_current(ctx->tx, ctx->mem, ctx->office, POST_HEAD, &head, err);
	if (rc != XQ_OK)
		return rc;
	return act_tell_staff(ctx,
		&(struct staff_message){ .what = "sitting.missed",
			.person_id = head.person_id,
			.about = "slot",
			.no = slot_no,
			.due_day = s.one.day },
		err);
}

static enum xq_rc
miss_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct sitting s;
	int32_t tz_s = app_office(ctx->app, ctx->office)->tz_s;
	bool whole = form_bool(in, "whole");
	enum xq_rc rc = sitting_known(ctx, in, &s, err);
	if (rc == XQ_OK && s.one.state != SLOT_PLANNED)
		return xq_refuse(err, NULL, "sitting.closed");
	if (rc == XQ_OK && ctx->now < day_at(s.one.day, s.one.start_min, tz_s))
		return xq_refuse(err, NULL, "sitting.still-ahead");
	if (rc == XQ_OK)
		rc = must_end(ctx, &s, err);
	reception_words(ctx, in, "words");
	if (rc == XQ_OK)
		rc = reception_faults(ctx, err);
	for (size_t i = 0; rc == XQ_OK && i < s.n; i++) {
		if ((!whole && s.slot[i].no != s.one.no) || s.slot[i].state != SLOT_PLANNED)
			continue;
		rc = refuse_entries(ctx, &s.slot[i], err);
		if (rc == XQ_OK)
			rc = slot_missed(
				ctx, &s.slot[i], form_text(in, "why"), form_text(in, "words"), err);
	}
	return rc == XQ_OK ? tell_if_missed(ctx, s.one.no, err) : rc;
}

/* ---- made up for ------------------------------------------------------------------------------------ */

/* The missed slots of the sitting that nothing makes up for yet. */
static enum xq_rc
owed_of(struct act_ctx *ctx, struct sitting *s, struct xq_err *err)
{
	size_t used = 0;
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; rc == XQ_OK && i < s->n; i++) {
		struct sitting_end e;
		if (s->slot[i].state != SLOT_MISSED)
			continue;
		rc = sitting_end_load(ctx->tx, ctx->mem, ctx->office, s->slot[i].no, &e, err);
		if (rc == XQ_OK && !e.made_up_by)
			s->slot[used++] = s->slot[i];
	}
	s->n = used;
	return rc == XQ_OK && used == 0 ? xq_refuse(err, "slot", "sitting.nothing-owed") : rc;
}

static enum xq_rc
make_up_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct sitting s;
	enum xq_rc rc = sitting_known(ctx, in, &s, err);
	if (rc == XQ_OK)
		rc = owed_of(ctx, &s, err);
	if (rc != XQ_OK)
		return rc;
	struct plan p = plan_of_form(ctx, in);
	rc = make_up_check(ctx, &p, s.slot, s.n, err);
	if (rc == XQ_OK)
		rc = reception_faults(ctx, err);
	for (size_t i = 0; rc == XQ_OK && i < s.n; i++) {
		struct slot anew = make_up_slot(ctx, &s.slot[i], &p);
		rc = slot_insert(ctx, &anew, err);
		if (rc == XQ_OK)
			rc = slot_announce(ctx, &anew, err);
		if (rc == XQ_OK) /* whoever had a turn has it on that day */
			rc = seats_follow(ctx, &s.slot[i], &anew, err);
		act_result_int(ctx, "no", anew.no);
	}
	return rc == XQ_OK ? weeks_refresh(ctx, s.slot, s.n, err) : rc;
}

/* ---- declarations ----------------------------------------------------------------------------------- */

/* clang-format off */
#define OF_SLOT { "slot", FIELD_INT, .required = true, .min = 1, .label = N_("Number of the sitting") }

static const struct field take_fields[] = {
	OF_SLOT,
	TAKE_DOWN_WHAT,
	{ "again", FIELD_BOOL, .label = N_("Another matter of the visitor before"), .hint = N_("Then nobody is counted twice") },
	{ "n_documents", FIELD_INT, .min = 0, .max = 99, .label = N_("Documents handed in") },
	{ "documents", FIELD_LINES, .max = 300, .label = N_("Which documents"), .hint = N_("One a line"), .privacy = PRIVACY_PERSONAL },
	{ "read_back", FIELD_CHOICE, .required = true, .choices = read_backs, .label = N_("Read back or signed") },
	TAKE_DOWN_WHO,
	{ .name = NULL },
};

static const struct field tell_fields[] = {
	OF_SLOT,
	{ "asked", FIELD_TEXT, .required = true, .min = 2, .max = 80, .label = N_("What was asked"), .hint = N_("Without names") },
	{ "answer", FIELD_TEXT, .required = true, .min = 2, .max = 300, .label = N_("What the resident was told on the spot") },
	{ "persons", FIELD_INT, .min = 1, .max = PEOPLE_MAX, .label = N_("Number of people") },
	{ .name = NULL },
};

static const struct field close_fields[] = {
	OF_SLOT,
	{ "visitors", FIELD_INT, .required = true, .min = 0, .max = 5000, .label = N_("How many came"), .hint = N_("0 where nobody came: that is recorded too") },
	{ "note", FIELD_TEXT, .max = 200, .label = N_("For the day log"), .hint = N_("Not about visitors") },
	{ .name = NULL },
};

static const struct field miss_fields[] = {
	OF_SLOT,
	{ "whole", FIELD_BOOL, .label = N_("The whole sitting, with all who receive in it") },
	{ "why", FIELD_CHOICE, .required = true, .choices = change_reasons, .label = N_("Reason"),
		.hint = N_("Residents read it"), .privacy = PRIVACY_PUBLIC },
	{ "words", FIELD_TEXT, .max = 100, .label = N_("In a few words"),
		.hint = N_("Residents read it: nothing private about anybody"), .privacy = PRIVACY_PUBLIC },
	{ .name = NULL },
};

static const struct field make_up_fields[] = {
	OF_SLOT,
	{ "day", FIELD_DAY, .required = true, .label = N_("Day"), .privacy = PRIVACY_PUBLIC },
	{ "start", FIELD_TEXT, .required = true, .max = 5, .label = N_("Begins at"), .hint = N_("As 14:00") },
	{ "end", FIELD_TEXT, .required = true, .max = 5, .label = N_("Ends at"), .hint = N_("As 16:30") },
	{ "venue", FIELD_INT, .required = true, .min = 1, .label = N_("Venue"), .privacy = PRIVACY_PUBLIC },
	{ .name = NULL },
};
/* clang-format on */

const struct act sitting_take = {
	.name = "sitting.take",
	.title = N_("Take a concern down at a reception"),
	.help = N_("It has its owner and its day at once; whoever sits there stays with it."),
	.who = PERM_STAFF,
	.fields = take_fields,
	.check = take_down_check,
	.prepare = take_down_prepare,
	.apply = take_apply,
	.events = (const struct event_kind *const[]){ &ev_raised, &ev_offered, NULL },
};

const struct act sitting_tell = {
	.name = "sitting.tell",
	.title = N_("Note what was told on the spot"),
	.help = N_(
		"Only for what is settled by it: a question that has its answer. Everything else is taken down."),
	.who = PERM_STAFF,
	.fields = tell_fields,
	.apply = tell_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};

const struct act sitting_close = {
	.name = "sitting.close",
	.title = N_("Close the sitting"),
	.help = N_("As many as came stand in the register. Where nobody came it is closed with 0."),
	.who = PERM_STAFF,
	.fields = close_fields,
	.apply = close_apply,
	.events = (const struct event_kind *const[]){ &ev_reception_held, NULL },
};

const struct act sitting_miss = {
	.name = "sitting.miss",
	.title = N_("Say that it was not held"),
	.help = N_(
		"Residents read it, with the reason. A sitting that nobody held is made up for on another day."),
	.who = PERM_STAFF,
	.fields = miss_fields,
	.apply = miss_apply,
	.events = (const struct event_kind *const[]){ &ev_reception_missed, NULL },
};

const struct act sitting_make_up = {
	.name = "sitting.make-up",
	.title = N_("Make up for it"),
	.help = N_("The day in its place is announced at once, three days ahead at least."),
	.who = PERM_PUBLISH,
	.fields = make_up_fields,
	.apply = make_up_apply,
	.events = (const struct event_kind *const[]){ &ev_reception_planned, NULL },
};
