/* SPDX-License-Identifier: Apache-2.0 */
/* acts.c - the steps of a dispute: found, mediated, settled or referred, and whether the agreement held.
 * Each step sets the day of the next one, so that nothing sleeps. */
#include "dispute/dispute_int.h"

#include "core/mem.h"
#include "core/utf8.h"
#include "identity/account.h"

#include "core/banned.h"

enum { NAME_MIN_BYTES = 6, DIGITS_MAX = 6 };

/* ---- words that point to nobody --------------------------------------------------------------------- */

/* Seven digits on end are a phone or an identity number; a house has fewer. */
static bool
has_number(struct str s)
{
	size_t run = 0;
	while (s.n > 0 && run <= DIGITS_MAX) {
		uint32_t c = utf8_next(&s);
		bool digit = (c >= '0' && c <= '9') || (c >= 0xFF10 && c <= 0xFF19);
		run = digit ? run + 1 : c == '-' || c == ' ' ? run : 0;
	}
	return run > DIGITS_MAX;
}

static bool
names(struct str text, const char *what)
{
	struct str s = str_trim(str_of(what));
	return s.n >= NAME_MIN_BYTES && str_index(text, s) < text.n;
}

/* The register is about a matter; who raised the concern it began with is not repeated in it. */
static enum xq_rc
check_words(struct act_ctx *ctx, const struct form *in, int64_t concern_id, const char *field,
	struct xq_err *err)
{
	struct intake who;
	struct str text = form_str(in, field);
	if (has_number(text))
		return xq_refuse(err, field, "dispute.tells-who");
	if (!concern_id)
		return XQ_OK;
	enum xq_rc rc = intake_load(ctx->tx, ctx->mem, ctx->office, concern_id, &who, err);
	if (rc == XQ_OK && (names(text, who.name) || names(text, who.address)))
		return xq_refuse(err, field, "dispute.tells-who");
	return rc;
}

/* ---- writing ---------------------------------------------------------------------------------------- */

/* The record says that a step was taken; not by which unit, which in a small office would say whose. */
static enum xq_rc
note(struct act_ctx *ctx, struct xq_err *err)
{
	return act_emit(ctx,
		&(struct act_event){ .kind = &ev_office_noted,
			.unit = "",
			EVENT_VALUES(EV("act", ctx->act->name)) },
		err);
}

static enum xq_rc
next_step(struct act_ctx *ctx, struct dispute *d, struct xq_err *err)
{
	struct due due;
	struct limit limit;
	enum xq_rc rc = due_of(ctx, "dispute-step", ctx->now, &due, &limit, err);
	if (rc != XQ_OK)
		return rc;
	d->next_on = due.effective_day;
	d->next_at = due.at;
	d->told_at = 0;
	return XQ_OK;
}

struct turn {
	enum dispute_step step;
	const char *channel, *place, *words;
	int32_t day;
	int64_t by_id; /* 0: who writes it down */
	bool is_late;
};

static enum xq_rc
turn_add(struct act_ctx *ctx, const struct dispute *d, const struct turn *t, struct xq_err *err)
{
	int64_t n = 0;
	enum xq_rc rc = db_int(ctx->tx,
		SQL("SELECT count(*) + 1 FROM dispute_turn WHERE office = ? AND dispute_no = ?"),
		VALS(V(ctx->office), V(d->no)), &n, err);
	if (rc == XQ_OK && n > DISPUTE_TURNS_MAX)
		return xq_refuse(err, NULL, "concern.too-many");
	if (rc != XQ_OK)
		return rc;
	int64_t person = ctx->actor->person_id;
	return db_exec(ctx->tx,
		SQL("INSERT INTO dispute_turn (office, dispute_no, n, at, step, channel, day, place,"
		    " words, is_late, person_id, by_id, unit_id)"
		    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
		VALS(V(ctx->office), V(d->no), V(n), V(ctx->now), V((int64_t)t->step),
			V(t->channel), V(t->day), V(t->place), V(t->words), V(t->is_late),
			V(person), V(t->by_id ? t->by_id : person), V(ctx->actor->unit_id)),
		err);
}

static enum xq_rc
save(struct act_ctx *ctx, struct dispute *d, struct xq_err *err)
{
	return db_exec_one(ctx->tx,
		SQL("UPDATE dispute SET ver = ver + 1, stage = ?, next_on = ?, next_at = ?,"
		    " told_at = ?, ended_at = ?, agreement = ?, form = ?, body = ?, told = ?"
		    " WHERE office = ? AND no = ? AND ver = ?"),
		VALS(V((int64_t)d->stage), V(d->next_on), V_OR_NULL(d->next_at, d->next_at),
			V_OR_NULL(d->told_at, d->told_at), V_OR_NULL(d->ended_at, d->ended_at),
			V(d->agreement), V(d->form), V(d->body), V(d->told), V(ctx->office),
			V(d->no), V(d->ver)),
		err);
}

/* The dispute of field "dispute" in one of two stages. What the actor may not see does not exist. */
static enum xq_rc
begin(struct act_ctx *ctx, const struct form *in, enum dispute_stage a, enum dispute_stage b,
	struct dispute *d, struct xq_err *err)
{
	enum xq_rc rc =
		dispute_load(ctx->tx, ctx->mem, ctx->office, form_int(in, "dispute"), d, err);
	if (rc == XQ_NONE || (rc == XQ_OK && !dispute_may_see(ctx->actor, d)))
		return xq_refuse(err, "dispute", "dispute.unknown");
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "dispute", d->no);
	if (!dispute_may_act(ctx->actor, d))
		return xq_refuse(err, NULL, "dispute.not-yours");
	if (d->ended_at)
		return xq_refuse(err, NULL, "dispute.ended");
	if (d->stage != a && d->stage != b)
		return xq_refuse(err, NULL,
			d->stage == DISPUTE_SETTLED ? "dispute.settled" : "dispute.not-settled");
	return XQ_OK;
}

/* Turn, row and record of one step. */
static enum xq_rc
keep(struct act_ctx *ctx, struct dispute *d, const struct turn *t, struct xq_err *err)
{
	enum xq_rc rc = turn_add(ctx, d, t, err);
	if (rc == XQ_OK)
		rc = save(ctx, d, err);
	return rc == XQ_OK ? note(ctx, err) : rc;
}

/* ---- found ------------------------------------------------------------------------------------------ */

static enum xq_rc
take_concern(struct act_ctx *ctx, const struct form *in, struct dispute *d, struct xq_err *err)
{
	struct concern c;
	int64_t before = 0;
	if (!form_has(in, "concern"))
		return XQ_OK;
	enum xq_rc rc = concern_by_file_no(
		ctx->tx, ctx->mem, ctx->office, form_int(in, "concern"), &c, err);
	if (rc == XQ_NONE || (rc == XQ_OK && !concern_may_see(ctx->actor, &c, NULL)))
		return xq_refuse(err, "concern", "concern.unknown");
	if (rc == XQ_OK && c.lane == LANE_SEALED)
		return xq_refuse(err, "concern", "dispute.sealed");
	if (rc == XQ_OK)
		rc = db_int(ctx->tx,
			SQL("SELECT count(*) FROM dispute WHERE office = ? AND concern_id = ?"),
			VALS(V(ctx->office), V(c.id)), &before, err);
	if (rc == XQ_OK && before > 0)
		return xq_refuse(err, "concern", "dispute.there-already");
	d->concern_id = c.id;
	return rc;
}

static enum xq_rc
insert(struct act_ctx *ctx, struct dispute *d, struct xq_err *err)
{
	enum xq_rc rc = db_next(ctx->tx, ctx->office, "dispute", &d->no, err);
	if (rc != XQ_OK)
		return rc;
	return db_exec(ctx->tx,
		SQL("INSERT INTO dispute (office, no, ver, kind, place, about, parties, side_a,"
		    " side_b, unit_id, concern_id, stage, found_on, found_at, next_on, next_at,"
		    " agreement, form, body, told)"
		    " VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, '', '', '', '')"),
		VALS(V(ctx->office), V(d->no), V(d->kind), V(d->place), V(d->about), V(d->parties),
			V(d->side_a), V(d->side_b), V(ctx->actor->unit_id),
			V_OR_NULL(d->concern_id, d->concern_id), V(d->found_on), V(d->found_at),
			V(d->next_on), V(d->next_at)),
		err);
}

static enum xq_rc
find_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	int32_t today = day_of(ctx->now, app_office(ctx->app, ctx->office)->tz_s);
	struct dispute d = { .kind = form_text(in, "kind"),
		.place = form_text(in, "place"),
		.about = form_text(in, "about"),
		.parties = form_int(in, "parties"),
		.side_a = form_text(in, "side_a"),
		.side_b = form_text(in, "side_b"),
		.found_on = today,
		.found_at = ctx->now };
	enum xq_rc rc = take_concern(ctx, in, &d, err);
	if (rc == XQ_OK)
		rc = check_words(ctx, in, d.concern_id, "about", err);
	if (rc == XQ_OK)
		rc = check_words(ctx, in, d.concern_id, "place", err);
	if (rc == XQ_OK)
		rc = next_step(ctx, &d, err);
	if (rc == XQ_OK)
		rc = insert(ctx, &d, err);
	if (rc == XQ_OK)
		rc = turn_add(ctx, &d,
			&(struct turn){ STEP_FOUND, "", d.place, "", today, 0, false }, err);
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "dispute", d.no);
	act_result_int(ctx, "no", d.no);
	return note(ctx, err);
}

/* ---- mediated --------------------------------------------------------------------------------------- */

static enum xq_rc
take_mediator(struct act_ctx *ctx, const struct form *in, const struct dispute *d, int64_t *out,
	struct xq_err *err)
{
	struct account who;
	bool is_there = false;
	enum xq_rc rc =
		account_by_login(ctx->tx, ctx->mem, ctx->office, form_str(in, "by"), &who, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, "by", "account.unknown");
	if (rc == XQ_OK)
		rc = membership_exists(
			ctx->tx, ctx->office, who.person_id, d->unit_id, &is_there, err);
	if (rc == XQ_OK && !is_there)
		return xq_refuse(err, "by", "dispute.other-unit");
	*out = who.person_id;
	return rc;
}

static enum xq_rc
take_day(struct act_ctx *ctx, const struct form *in, const struct dispute *d, int32_t *out,
	struct xq_err *err)
{
	*out = (int32_t)form_int(in, "day");
	if (*out > day_of(ctx->now, app_office(ctx->app, ctx->office)->tz_s))
		return xq_refuse(err, "day", "dispute.day-ahead");
	return *out < d->found_on ? xq_refuse(err, "day", "dispute.day-before") : XQ_OK;
}

static enum xq_rc
mediate_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct dispute d;
	struct turn t = { .step = STEP_MEDIATED,
		.channel = form_text(in, "channel"),
		.place = form_text(in, "place"),
		.words = form_text(in, "went") };
	enum xq_rc rc = begin(ctx, in, DISPUTE_FOUND, DISPUTE_MEDIATING, &d, err);
	if (rc == XQ_OK)
		rc = take_mediator(ctx, in, &d, &t.by_id, err);
	if (rc == XQ_OK)
		rc = take_day(ctx, in, &d, &t.day, err);
	if (rc == XQ_OK)
		rc = check_words(ctx, in, d.concern_id, "went", err);
	if (rc != XQ_OK)
		return rc;
	t.is_late = dispute_is_overdue(&d, ctx->now);
	d.stage = DISPUTE_MEDIATING;
	rc = next_step(ctx, &d, err);
	return rc == XQ_OK ? keep(ctx, &d, &t, err) : rc;
}

/* ---- settled, and whether it held ------------------------------------------------------------------- */

static enum xq_rc
settle_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct dispute d;
	enum xq_rc rc = begin(ctx, in, DISPUTE_FOUND, DISPUTE_MEDIATING, &d, err);
	if (rc == XQ_OK)
		rc = check_words(ctx, in, d.concern_id, "agreement", err);
	if (rc != XQ_OK)
		return rc;
	struct turn t = { .step = STEP_SETTLED,
		.channel = "",
		.place = "",
		.words = form_text(in, "agreement"),
		.day = day_of(ctx->now, app_office(ctx->app, ctx->office)->tz_s),
		.is_late = dispute_is_overdue(&d, ctx->now) };
	d.stage = DISPUTE_SETTLED;
	d.agreement = t.words;
	d.form = form_text(in, "form");
	d.next_on = (int32_t)form_int(in, "follow");
	d.told_at = 0;
	rc = working_day_due(ctx, d.next_on, "follow", &d.next_at, err);
	return rc == XQ_OK ? keep(ctx, &d, &t, err) : rc;
}

/* Kept: it has ended. Not kept: mediated again, or referred. */
static enum xq_rc
follow_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct dispute d;
	bool kept = text_eq(form_text(in, "kept"), "yes");
	enum xq_rc rc = begin(ctx, in, DISPUTE_SETTLED, DISPUTE_SETTLED, &d, err);
	if (rc == XQ_OK)
		rc = check_words(ctx, in, d.concern_id, "words", err);
	if (rc != XQ_OK)
		return rc;
	struct turn t = { .step = kept ? STEP_KEPT : STEP_BROKEN,
		.channel = "",
		.place = "",
		.words = form_text(in, "words"),
		.day = day_of(ctx->now, app_office(ctx->app, ctx->office)->tz_s),
		.is_late = dispute_is_overdue(&d, ctx->now) };
	if (kept) {
		d.ended_at = ctx->now;
		d.next_at = 0;
	} else {
		d.stage = DISPUTE_MEDIATING;
		rc = next_step(ctx, &d, err);
	}
	return rc == XQ_OK ? keep(ctx, &d, &t, err) : rc;
}

static enum xq_rc
refer_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct dispute d;
	enum xq_rc rc = begin(ctx, in, DISPUTE_FOUND, DISPUTE_MEDIATING, &d, err);
	if (rc == XQ_OK)
		rc = check_words(ctx, in, d.concern_id, "told", err);
	if (rc != XQ_OK)
		return rc;
	d.body = form_text(in, "body");
	d.told = form_text(in, "told");
	struct turn t = { .step = STEP_REFERRED,
		.channel = "",
		.place = d.body,
		.words = d.told,
		.day = day_of(ctx->now, app_office(ctx->app, ctx->office)->tz_s),
		.is_late = dispute_is_overdue(&d, ctx->now) };
	d.stage = DISPUTE_REFERRED;
	d.ended_at = ctx->now;
	d.next_at = 0;
	return keep(ctx, &d, &t, err);
}

/* ---- the day passes --------------------------------------------------------------------------------- */

static enum xq_rc
late_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	struct rows *q = db_query(tx,
		SQL("SELECT no FROM dispute WHERE office = ? AND ended_at IS NULL AND next_at < ?"
		    " AND told_at IS NULL ORDER BY next_at, no LIMIT ?"),
		VALS(V(office), V(now), V((int64_t)max)));
	return rows_ids(q, max, out_id, out_n, err);
}

/* Its number and its day go to the head; what it is about stands behind the sign-in. */
static enum xq_rc
tell_head(struct act_ctx *ctx, const struct dispute *d, struct xq_err *err)
{
	struct unit u;
	enum xq_rc rc = unit_load(ctx->tx, ctx->mem, ctx->office, d->unit_id, &u, err);
	if (rc != XQ_OK)
		return rc;
	return act_tell_staff(ctx,
		&(struct staff_message){ .what = "dispute.late",
			.person_id = u.head_person_id,
			.about = "dispute",
			.no = d->no,
			.due_day = d->next_on },
		err);
}

static enum xq_rc
late_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct dispute d = { 0 };
	enum xq_rc rc = dispute_load(ctx->tx, ctx->mem, ctx->office, form_int(in, "id"), &d, err);
	if (rc == XQ_NONE || (rc == XQ_OK && (!dispute_is_overdue(&d, ctx->now) || d.told_at)))
		return xq_refuse(err, NULL, "store.changed");
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "dispute", d.no);
	d.told_at = ctx->now;
	rc = save(ctx, &d, err);
	return rc == XQ_OK ? tell_head(ctx, &d, err) : rc;
}

/* ---- declarations ----------------------------------------------------------------------------------- */

/* clang-format off */
static const struct choice kept_or_not[] = {
	{ "yes", N_("It is kept") },
	{ "no", N_("It is not kept") },
	{ NULL, NULL },
};

#define OF_DISPUTE { "dispute", FIELD_INT, .required = true, .min = 1, .label = N_("Number of the dispute") }

static const struct field find_fields[] = {
	{ "kind", FIELD_CHOICE, .required = true, .choices = dispute_kinds, .label = N_("What kind of dispute") },
	{ "about", FIELD_TEXT, .required = true, .min = 4, .max = 120, .label = N_("What it is about, in a line"),
		.hint = N_("The matter alone: no name, no phone, nobody's character") },
	{ "place", FIELD_TEXT, .required = true, .min = 2, .max = 60, .label = N_("Where") },
	{ "side_a", FIELD_CHOICE, .required = true, .choices = dispute_sides, .label = N_("One side") },
	{ "side_b", FIELD_CHOICE, .required = true, .choices = dispute_sides, .label = N_("The other side") },
	{ "parties", FIELD_INT, .required = true, .min = 2, .max = 500, .label = N_("How many parties"),
		.hint = N_("Households and bodies together; nobody is named here") },
	{ "concern", FIELD_FILE_NO, .label = N_("File number of a concern"), .hint = N_("Where it came up, if it did") },
	{ .name = NULL },
};

static const struct field mediate_fields[] = {
	OF_DISPUTE,
	{ "channel", FIELD_CHOICE, .required = true, .choices = dispute_channels, .label = N_("Which way") },
	{ "day", FIELD_DAY, .required = true, .label = N_("On which day") },
	{ "place", FIELD_TEXT, .required = true, .min = 2, .max = 60, .label = N_("Where") },
	{ "by", FIELD_CODE, .required = true, .label = N_("Who mediated"), .hint = N_("Of your unit") },
	{ "went", FIELD_LINES, .required = true, .min = 4, .max = 800, .label = N_("How it went"),
		.hint = N_("What each side wants, where they came closer; no names") },
	{ "neutral", FIELD_BOOL, .required = true, .missing = "dispute.not-neutral",
		.label = N_("Both sides came of their own will, and the mediator has no tie to either") },
	{ .name = NULL },
};

static const struct field settle_fields[] = {
	OF_DISPUTE,
	{ "agreement", FIELD_LINES, .required = true, .min = 4, .max = 800, .label = N_("What was agreed"),
		.hint = N_("Who does what by when, by side; no names") },
	{ "form", FIELD_CHOICE, .required = true, .choices = dispute_forms, .label = N_("In which form"),
		.hint = N_("If both want it, a court confirms a written agreement within 30 days") },
	{ "follow", FIELD_DAY, .required = true, .label = N_("Day on which you look whether it is kept"),
		.hint = N_("A working day") },
	{ .name = NULL },
};

static const struct field refer_fields[] = {
	OF_DISPUTE,
	{ "body", FIELD_TEXT, .required = true, .min = 2, .max = 60, .label = N_("To which body"),
		.hint = N_("Arbitration, court, a department: who may decide it") },
	{ "told", FIELD_LINES, .required = true, .min = 4, .max = 500, .label = N_("What both sides were told"),
		.hint = N_("Where to go, with what, by when") },
	{ .name = NULL },
};

static const struct field follow_fields[] = {
	OF_DISPUTE,
	{ "kept", FIELD_CHOICE, .required = true, .choices = kept_or_not, .label = N_("Does the agreement hold?") },
	{ "words", FIELD_LINES, .required = true, .min = 4, .max = 500, .label = N_("What you saw or heard"), .hint = N_("No names") },
	{ .name = NULL },
};

static const struct field late_fields[] = { { "id", FIELD_ID, .required = true }, { .name = NULL } };

#define NOTED (const struct event_kind *const[]){ &ev_office_noted, NULL }
/* clang-format on */

const struct act dispute_find = {
	.name = "dispute.find",
	.title = N_("Put down a dispute"),
	.help = N_("As early as somebody hears of it. Only your unit and supervisors read it."),
	.who = PERM_HANDLE,
	.fields = find_fields,
	.apply = find_apply,
	.events = NOTED,
};

const struct act dispute_mediate = {
	.name = "dispute.mediate",
	.title = N_("Note a mediation"),
	.help = N_("People's, administrative or judicial mediation; each time one row."),
	.who = PERM_HANDLE,
	.fields = mediate_fields,
	.apply = mediate_apply,
	.events = NOTED,
};

const struct act dispute_settle = {
	.name = "dispute.settle",
	.title = N_("Note the agreement"),
	.help = N_("It ends only when you looked later and it is kept."),
	.who = PERM_HANDLE,
	.fields = settle_fields,
	.apply = settle_apply,
	.events = NOTED,
};

const struct act dispute_refer = {
	.name = "dispute.refer",
	.title = N_("Refer it to another body"),
	.help = N_("When it cannot be mediated here, or somebody else has to decide."),
	.who = PERM_HANDLE,
	.fields = refer_fields,
	.apply = refer_apply,
	.events = NOTED,
};

const struct act dispute_follow = {
	.name = "dispute.follow",
	.title = N_("Look whether it is kept"),
	.help = N_("Kept: it has ended. Not kept: it is mediated again."),
	.who = PERM_HANDLE,
	.fields = follow_fields,
	.apply = follow_apply,
	.events = NOTED,
};

const struct act dispute_late = {
	.name = "dispute.late",
	.title = N_("Note that the next step of a dispute is late"),
	.who = PERM_SYSTEM,
	.fields = late_fields,
	.apply = late_apply,
	.is_quiet = true, /* the day that passed shows it */
	.is_hidden = true,
};

const struct job dispute_late_job = { "dispute.late", &dispute_late, late_find };
