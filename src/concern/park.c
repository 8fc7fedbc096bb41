/* SPDX-License-Identifier: Apache-2.0 */
/* park.c - what cannot be done now: parked on a fixed ground by somebody outside the unit, with a day
 * on which the resident is told the next step, and resumed with the working days that were left.
 * Parking is one of the two things that move the resident's day; it never counts as solved. */
#include "concern/concern_int.h"
#include "concern/explain.h"

#include "core/mem.h"
#include "identity/account.h"

#include "core/banned.h"

void
due_move(const struct act_ctx *ctx, struct concern *c, int64_t due_at, int32_t due_day)
{
	c->due_at = due_at;
	c->due_day = due_day;
	c->is_provisional = !cal_is_settled(ctx->app->calendar, due_day);
	c->escalated_at = 0;
	c->level = 0;
	c->ladder_at = 0;
}

enum xq_rc
working_day_due(
	struct act_ctx *ctx, int32_t day, const char *field, int64_t *out_at, struct xq_err *err)
{
	const struct office_info *o = app_office(ctx->app, ctx->office);
	const struct calendar *cal = ctx->app->calendar;
	if (day <= day_of(ctx->now, o->tz_s))
		return xq_refuse(err, field, "concern.day-past");
	if (!cal_is_workday(cal, day)) {
		enum xq_rc rc = xq_refuse(err, field, "concern.day-rest");
		xq_err_day(err, "before", cal_add_wd(cal, day, -1));
		xq_err_day(err, "after", cal_next_workday(cal, day));
		return rc;
	}
	*out_at = day_at(day, o->closing_minute, o->tz_s);
	return XQ_OK;
}

/* The sponsor tells the resident the next step, so it must be somebody who is here. */
static enum xq_rc
sponsor_of(struct act_ctx *ctx, const struct form *in, struct account *out, struct xq_err *err)
{
	enum xq_rc rc =
		account_by_login(ctx->tx, ctx->mem, ctx->office, form_str(in, "sponsor"), out, err);
	return rc == XQ_NONE || (rc == XQ_OK && !out->is_open)
	               ? xq_refuse(err, "sponsor", "account.unknown")
	               : rc;
}

static enum xq_rc
check_review_day(struct act_ctx *ctx, int32_t day, int64_t *out_at, struct xq_err *err)
{
	struct due last;
	struct limit limit;
	enum xq_rc rc = working_day_due(ctx, day, "until", out_at, err);
	if (rc == XQ_OK)
		rc = due_of(ctx, "parked", ctx->now, &last, &limit, err);
	if (rc == XQ_OK && *out_at > last.at) {
		rc = xq_refuse(err, "until", "park.too-long");
		xq_err_day(err, "last", last.effective_day);
	}
	return rc;
}

enum xq_rc
must_be_outside(struct act_ctx *ctx, const struct concern *c, struct xq_err *err)
{
	bool outside;
	enum xq_rc rc = concern_is_outsider(
		ctx->tx, ctx->office, c->id, ctx->actor->person_id, &outside, err);
	return rc == XQ_OK && !outside ? xq_refuse(err, NULL, "concern.not-outside") : rc;
}

static enum xq_rc
emit_due(struct act_ctx *ctx, struct concern *c, const char *why, struct xq_err *err)
{
	bool is_staff = ctx->actor->kind == ACTOR_STAFF;
	struct act_event e = { .kind = &ev_due_moved,
		.role = is_staff ? NULL : "system",
		EVENT_VALUES(
			EV("by", is_staff && c->lane != LANE_SEALED ? ctx->actor->unit_code : NULL),
			EV_AT("due", c->due_at), EV("why", why)) };
	return concern_emit(ctx, c, &e, err);
}

static enum xq_rc
park_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	struct account sponsor = { 0 };
	struct request asked;
	int64_t at = 0;
	int32_t until = (int32_t)form_int(in, "until");
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc == XQ_OK)
		rc = must_be_outside(ctx, &s.c, err);
	if (rc == XQ_OK)
		rc = check_review_day(ctx, until, &at, err);
	if (rc == XQ_OK)
		rc = sponsor_of(ctx, in, &sponsor, err);
	if (rc != XQ_OK)
		return rc;
	rc = request_open(ctx->tx, ctx->mem, ctx->office, s.c.id, REQUEST_EXTENSION, &asked, err);
	if (rc != XQ_NONE)
		return rc == XQ_OK ? xq_refuse(err, NULL, "extension.asked") : rc;
	int left = cal_count_wd(ctx->app->calendar,
		day_of(ctx->now, app_office(ctx->app, ctx->office)->tz_s), s.c.due_day);
	s.c.resume_wd = left > 0 ? left : 0;
	s.c.sponsor_person_id = sponsor.person_id;
	s.c.supervised_due = 0; /* looked at again on the day that is ruled now */
	struct act_event e = { .kind = &ev_parked,
		EVENT_VALUES(EV_D("until", until), EV("why", form_text(in, "ground"))) };
	rc = concern_emit(ctx, &s.c, &e, err);
	due_move(ctx, &s.c, at, until);
	if (rc == XQ_OK)
		rc = emit_due(ctx, &s.c, "parked", err);
	if (rc == XQ_OK)
		rc = tally_add(ctx, &s.c,
			mem_printf(ctx->mem, "parked.%s", form_text(in, "ground")), 1, err);
	if (rc == XQ_OK)
		rc = explain_begin(ctx, s.c.id, err);
	if (rc != XQ_OK)
		return rc;
	return concern_save(ctx, &s.c,
		&(struct step_change){ .to = s.step->to,
			.note = form_text(in, "note"),
			.why = form_text(in, "ground"),
			.is_for_resident = true,
			.due_day = until },
		err);
}

/* ---- resuming ------------------------------------------------------------------------------------- */

static enum xq_rc
go_on(struct act_ctx *ctx, struct step_load *s, const char *note, struct xq_err *err)
{
	const struct office_info *o = app_office(ctx->app, ctx->office);
	int32_t day = cal_add_wd(ctx->app->calendar, day_of(ctx->now, o->tz_s),
		s->c.resume_wd > 0 ? s->c.resume_wd : 1);
	xq_require(day != 0);
	due_move(ctx, &s->c, day_at(day, o->closing_minute, o->tz_s), day);
	s->c.resume_wd = 0;
	struct act_event e = { .kind = &ev_resumed,
		.role = ctx->actor->kind == ACTOR_STAFF ? NULL : "system" };
	enum xq_rc rc = concern_emit(ctx, &s->c, &e, err);
	if (rc == XQ_OK)
		rc = emit_due(ctx, &s->c, "resumed", err);
	if (rc == XQ_OK)
		rc = explain_end(ctx, s->c.id, err);
	if (rc == XQ_OK)
		rc = concern_save(ctx, &s->c,
			&(struct step_change){ .to = s->c.round > 1 ? ST_REDO : ST_SIGNED,
				.note = note,
				.is_for_resident = true,
				.due_day = day },
			err);
	return rc;
}

static enum xq_rc
resume_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	return rc == XQ_OK ? go_on(ctx, &s, form_text(in, "note"), err) : rc;
}

static enum xq_rc
resume_due_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	enum xq_rc rc = step_begin_id(ctx, form_int(in, "id"), &s, err);
	if (rc == XQ_OK && s.c.due_at > ctx->now)
		return xq_refuse(err, NULL, "store.changed");
	if (rc == XQ_OK)
		rc = go_on(ctx, &s, NULL, err);
	return rc == XQ_OK ? tell_staff(ctx, &s.c, "concern.review-day", s.c.sponsor_person_id, err)
	                   : rc;
}

static enum xq_rc
resume_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	struct rows *q = db_query(tx,
		SQL("SELECT id FROM concern WHERE office = ? AND state = " SQL_PARKED
		    " AND due_at <= ?"
		    " ORDER BY due_at, id LIMIT ?"),
		VALS(V(office), V(now), V((int64_t)max)));
	return rows_ids(q, max, out_id, out_n, err);
}

/* clang-format off */
static const struct field park_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "ground", FIELD_CHOICE, .required = true, .choices = park_grounds, .label = N_("Why it cannot be done now") },
	{ "until", FIELD_DAY, .required = true, .label = N_("Day on which the resident hears the next step") },
	{ "sponsor", FIELD_CODE, .required = true, .label = N_("Who leads it meanwhile") },
	{ "note", FIELD_LINES, .required = true, .max = 200, .label = N_("In the resident's words"),
		.hint = N_("What stands in the way, and what would have to change") },
	{ .name = NULL },
};

static const struct field resume_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "note", FIELD_LINES, .required = true, .max = 200, .label = N_("What has changed"),
		.hint = N_("The resident reads this") },
	{ .name = NULL },
};

static const struct field due_fields[] = { { "id", FIELD_ID, .required = true }, { .name = NULL } };
/* clang-format on */

const struct act concern_park = {
	.name = "concern.park",
	.title = N_("Park it"),
	.help = N_(
		"Only on one of these grounds, by somebody outside the unit, until a day. It does not count as settled."),
	.who = PERM_RULE,
	.fields = park_fields,
	.apply = park_apply,
	.events = (const struct event_kind *const[]){ &ev_parked, &ev_due_moved, NULL },
};

const struct act concern_resume = {
	.name = "concern.resume",
	.title = N_("Go on with it"),
	.help = N_("The clock goes on with the working days that were left."),
	.who = PERM_HANDLE,
	.fields = resume_fields,
	.apply = resume_apply,
	.events = (const struct event_kind *const[]){ &ev_resumed, &ev_due_moved, NULL },
};

const struct act concern_resume_due = {
	.name = "concern.resume-due",
	.title = N_("Go on with what was parked until today"),
	.who = PERM_SYSTEM,
	.fields = due_fields,
	.apply = resume_due_apply,
	.events = (const struct event_kind *const[]){ &ev_resumed, &ev_due_moved, NULL },
	.is_hidden = true,
};

const struct job concern_resume_job = { "concern.resume-due", &concern_resume_due, resume_find };
