/* SPDX-License-Identifier: Apache-2.0 */
/* draft_acts.c - the roster of a week: drafted by the generator, approved by a second person, published at
 * least three days before its first sitting (D50). */
#include "reception/reception_int.h"

#include "core/mem.h"

#include "core/banned.h"

enum { WEEKS_AHEAD = 53, LOOK_BACK_DAYS = 365, LOOK_ON_DAYS = 60 };

/* ---- what the generator is asked -------------------------------------------------------------------- */

struct drafting {
	struct act_ctx *ctx;
	int32_t week[WEEKS_AHEAD];
	size_t n_weeks;
	int32_t from, until; /* days that may be touched */
	struct pattern *pattern;
	struct receiver *receiver;
	size_t n_receivers;
	struct slot *kept; /* sittings that stay as they are */
	size_t n_kept;
	struct roster_ask ask;
};

/* Weeks without a roster and drafts; what a second person has read stays. */
static enum xq_rc
choose_weeks(struct drafting *d, int32_t first, size_t n, struct xq_err *err)
{
	for (size_t i = 0; i < n; i++) {
		struct week w;
		int32_t week = week_add(first, (int)i);
		enum xq_rc rc = week_load(d->ctx->tx, d->ctx->mem, d->ctx->office, week, &w, err);
		if (rc == XQ_NONE || (rc == XQ_OK && w.state == WEEK_DRAFT))
			d->week[d->n_weeks++] = week;
		if (rc != XQ_OK && rc != XQ_NONE)
			return rc;
	}
	return d->n_weeks > 0 ? XQ_OK : xq_refuse(err, "from", "roster.all-approved");
}

static enum xq_rc
drop_drafts(struct drafting *d, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; rc == XQ_OK && i < d->n_weeks; i++) {
		rc = db_exec(d->ctx->tx,
			SQL("DELETE FROM roster_slot WHERE office = ? AND week = ?"),
			VALS(V(d->ctx->office), V(d->week[i])), err);
		if (rc == XQ_OK)
			rc = db_exec(d->ctx->tx,
				SQL("DELETE FROM roster_week WHERE office = ? AND week = ?"),
				VALS(V(d->ctx->office), V(d->week[i])), err);
	}
	return rc;
}

static enum xq_rc
ask_patterns(struct drafting *d, struct xq_err *err)
{
	size_t n, used = 0;
	enum xq_rc rc = pattern_list(d->ctx->tx, d->ctx->mem, d->ctx->office, &d->pattern, &n, err);
	struct roster_pattern *list = mem_array(d->ctx->mem, struct roster_pattern, PATTERNS_MAX);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		struct venue v;
		if (!d->pattern[i].is_on)
			continue;
		rc = venue_load(
			d->ctx->tx, d->ctx->mem, d->ctx->office, d->pattern[i].p.venue_no, &v, err);
		if (rc == XQ_OK && !v.is_open)
			return xq_refuse(err, NULL, "roster.pattern-closed");
		list[used++] = d->pattern[i].p;
	}
	if (rc == XQ_OK && used == 0)
		return xq_refuse(err, NULL, "roster.no-pattern");
	d->ask.pattern = list;
	d->ask.n_patterns = used;
	return rc;
}

static enum xq_rc
ask_kept(struct drafting *d, struct xq_err *err)
{
	enum xq_rc rc = slot_list(d->ctx->tx, d->ctx->mem, d->ctx->office,
		&(struct slot_query){ .from = d->from, .until = d->until }, &d->kept, &d->n_kept,
		err);
	struct roster_taken *taken = mem_array(d->ctx->mem, struct roster_taken, SLOTS_MAX);
	for (size_t i = 0; rc == XQ_OK && i < d->n_kept; i++) {
		const struct slot *s = &d->kept[i];
		if (s->state != SLOT_CANCELLED)
			taken[d->ask.n_taken++] = (struct roster_taken){ s->day, s->start_min,
				s->end_min, s->venue_no };
	}
	d->ask.taken = taken;
	return rc;
}

static void
add_away(struct roster_away *list, struct roster_receiver *r, int32_t from, int32_t until)
{
	list[r->n_away++] = (struct roster_away){ from, until };
}

/* Absences, the open-ended leave of an account, and days on which a roster that stays names them. */
static void
fill_away(struct drafting *d, const struct receiver *who, const struct absence *a,
	size_t n_absences, struct roster_receiver *r)
{
	int32_t today = reception_today(d->ctx);
	struct roster_away *list =
		mem_array(d->ctx->mem, struct roster_away, n_absences + d->n_kept + 1);
	r->away = list;
	if (who->is_on_leave)
		add_away(list, r, today, day_add(today, AWAY_OPEN_DAYS - 1));
	for (size_t i = 0; i < n_absences; i++)
		if (a[i].receiver_no == who->no)
			add_away(list, r, a[i].from_on, a[i].until_on);
	for (size_t i = 0; i < d->n_kept; i++)
		if (d->kept[i].receiver_no == who->no && d->kept[i].state != SLOT_CANCELLED)
			add_away(list, r, d->kept[i].day, d->kept[i].day);
}

/* One sitting ahead of others counts for the turn, more do not: nobody makes up for weeks in which they
 * were away, or not on the list yet. */
static enum xq_rc
ask_receivers(struct drafting *d, struct xq_err *err)
{
	struct act_ctx *ctx = d->ctx;
	struct receiver *all;
	struct absence *a;
	size_t n = 0, n_absences = 0;
	int sat[RECEIVERS_MAX], least = 1 << 20;
	enum xq_rc rc = receiver_list(ctx->tx, ctx->mem, ctx->office, &all, &n, err);
	if (rc == XQ_OK)
		rc = absence_list(ctx->tx, ctx->mem, ctx->office, d->from, &a, &n_absences, err);
	if (rc == XQ_OK)
		rc = sittings_of(ctx->tx, ctx->office, day_add(d->from, -LOOK_BACK_DAYS), d->until,
			all, n, sat, err);
	if (rc != XQ_OK)
		return rc;
	struct roster_receiver *list = mem_array(ctx->mem, struct roster_receiver, n + 1);
	d->receiver = mem_array(ctx->mem, struct receiver, n + 1);
	for (size_t i = 0; i < n; i++)
		least = all[i].is_active && sat[i] < least ? sat[i] : least;
	for (size_t i = 0; i < n; i++) {
		if (!all[i].is_active)
			continue;
		struct roster_receiver *r = &list[d->n_receivers];
		*r = (struct roster_receiver){ .no = all[i].no,
			.role = receiver_role_index(all[i].role),
			.before = sat[i] > least };
		fill_away(d, &all[i], a, n_absences, r);
		d->receiver[d->n_receivers++] = all[i];
	}
	d->ask.receiver = list;
	d->ask.n_receivers = d->n_receivers;
	return d->n_receivers > 0 ? XQ_OK : xq_refuse(err, NULL, "roster.no-receiver");
}

/* ---- a draft ---------------------------------------------------------------------------------------- */

static enum xq_rc
week_insert(struct act_ctx *ctx, int32_t week, struct xq_err *err)
{
	return db_exec(ctx->tx,
		SQL("INSERT INTO roster_week (office, week, ver, state, version, first_on, publish_by,"
		    " n_slots, n_open, drafted_at, drafted_by, late_why)"
		    " VALUES (?, ?, 1, 0, 0, 0, 0, 0, 0, ?, ?, '')"),
		VALS(V(ctx->office), V(week), V(ctx->now), V(ctx->actor->person_id)), err);
}

static enum xq_rc
write_roster(struct drafting *d, const struct roster *r, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; rc == XQ_OK && i < d->n_weeks; i++)
		rc = week_insert(d->ctx, d->week[i], err);
	for (size_t i = 0; rc == XQ_OK && i < r->n; i++) {
		const struct roster_place *p = &r->place[i];
		struct slot s = { .week = p->week,
			.day = p->day,
			.moved_from = p->moved_from,
			.start_min = p->start_min,
			.end_min = p->end_min,
			.venue_no = p->venue_no,
			.receiver_no = p->receiver < 0 ? 0 : d->receiver[p->receiver].no,
			.is_off_hours = p->is_off_hours,
			.is_provisional = p->is_provisional };
		rc = slot_insert(d->ctx, &s, err);
	}
	for (size_t i = 0; rc == XQ_OK && i < d->n_weeks; i++)
		rc = week_refresh(d->ctx, d->week[i], err);
	return rc;
}

static enum xq_rc
draft_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct drafting d = { .ctx = ctx };
	int32_t today = reception_today(ctx), from = (int32_t)form_int(in, "from");
	if (from < today)
		return xq_refuse(err, "from", "roster.day-past");
	enum xq_rc rc = choose_weeks(&d, week_of_day(from), (size_t)form_int(in, "weeks"), err);
	if (rc != XQ_OK)
		return rc;
	d.from = week_monday(d.week[0]);
	d.until = day_add(week_monday(d.week[d.n_weeks - 1]), LOOK_ON_DAYS);
	d.ask = (struct roster_ask){ .cal = ctx->app->calendar,
		.week = d.week,
		.n_weeks = d.n_weeks,
		.not_before = day_add(today, 1) };
	rc = drop_drafts(&d, err);
	if (rc == XQ_OK)
		rc = ask_patterns(&d, err);
	if (rc == XQ_OK)
		rc = ask_kept(&d, err);
	if (rc == XQ_OK)
		rc = ask_receivers(&d, err);
	if (rc != XQ_OK)
		return rc;
	struct roster r = roster_make(ctx->mem, &d.ask);
	if (r.n >= SLOTS_MAX)
		return xq_refuse(err, "weeks", "concern.too-many");
	act_subject(ctx, "roster", d.week[0]);
	act_result_int(ctx, "weeks", (int64_t)d.n_weeks);
	act_result_int(ctx, "open", (int64_t)r.n_open);
	return write_roster(&d, &r, err);
}

/* ---- a second person -------------------------------------------------------------------------------- */

static enum xq_rc
week_of_form(struct act_ctx *ctx, const struct form *in, struct week *out, struct xq_err *err)
{
	int64_t n = form_int(in, "week");
	if (n > INT32_MAX || !week_is_valid((int32_t)n))
		return xq_refuse(err, "week", "roster.week-unknown");
	enum xq_rc rc = week_load(ctx->tx, ctx->mem, ctx->office, (int32_t)n, out, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, "week", "roster.week-unknown");
	act_subject(ctx, "roster", n);
	return rc;
}

static enum xq_rc
check_whole(const struct week *w, struct xq_err *err)
{
	if (w->n_slots == 0)
		return xq_refuse(err, NULL, "roster.empty");
	if (w->n_open == 0)
		return XQ_OK;
	enum xq_rc rc = xq_refuse(err, NULL, "roster.open-places");
	xq_err_int(err, "n", w->n_open);
	return rc;
}

static enum xq_rc
approve_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct week w;
	enum xq_rc rc = week_of_form(ctx, in, &w, err);
	if (rc == XQ_OK && w.state != WEEK_DRAFT)
		return xq_refuse(err, NULL, "roster.approved-already");
	if (rc == XQ_OK &&
		(w.drafted_by == ctx->actor->person_id || w.changed_by == ctx->actor->person_id))
		return xq_refuse(err, NULL, "roster.own-draft");
	if (rc == XQ_OK)
		rc = check_whole(&w, err);
	if (rc == XQ_OK)
		rc = db_exec_one(ctx->tx,
			SQL("UPDATE roster_week SET ver = ver + 1, state = 1, approved_by = ?"
			    " WHERE office = ? AND week = ? AND ver = ?"),
			VALS(V(ctx->actor->person_id), V(ctx->office), V(w.week), V(w.ver)), err);
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

/* ---- published -------------------------------------------------------------------------------------- */

/* What may have changed since it was drafted: somebody left, a venue closed, a day became a day of rest. */
static enum xq_rc
check_still_holds(struct act_ctx *ctx, const struct slot *s, struct xq_err *err)
{
	struct plan p = { .slot_no = s->no,
		.receiver_no = s->receiver_no,
		.venue_no = s->venue_no,
		.day = s->day,
		.start_min = s->start_min,
		.end_min = s->end_min,
		.is_off_hours = s->is_off_hours,
		.f_receiver = "week",
		.f_venue = "week",
		.f_day = "week",
		.f_start = "week" };
	return plan_check(ctx, &p, err);
}

static enum xq_rc
check_in_time(struct act_ctx *ctx, const struct form *in, const struct week *w, struct xq_err *err)
{
	int32_t by = 0;
	enum xq_rc rc = publish_by(ctx->tx, ctx->app, ctx->office, w->first_on, &by, err);
	if (rc == XQ_OK && reception_today(ctx) > by && !form_has(in, "late"))
		reception_fault(ctx, "late", "roster.late", by);
	return rc;
}

static enum xq_rc
announce_all(struct act_ctx *ctx, struct slot *s, size_t n, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		rc = slot_announce(ctx, &s[i], err);
	return rc;
}

static enum xq_rc
publish_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct week w;
	struct slot *s;
	size_t n = 0;
	enum xq_rc rc = week_of_form(ctx, in, &w, err);
	if (rc == XQ_OK && w.state != WEEK_APPROVED)
		return xq_refuse(err, NULL,
			w.state == WEEK_DRAFT ? "roster.not-approved" : "roster.published");
	if (rc == XQ_OK)
		rc = check_whole(&w, err);
	reception_words(ctx, in, "late");
	if (rc == XQ_OK)
		rc = check_in_time(ctx, in, &w, err);
	if (rc == XQ_OK)
		rc = slot_list(ctx->tx, ctx->mem, ctx->office,
			&(struct slot_query){ .week = w.week }, &s, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		rc = check_still_holds(ctx, &s[i], err);
	if (rc == XQ_OK)
		rc = reception_faults(ctx, err);
	if (rc == XQ_OK)
		rc = db_exec_one(ctx->tx,
			SQL("UPDATE roster_week SET ver = ver + 1, state = 2, version = 1,"
			    " published_at = ?, published_by = ?, late_why = ?"
			    " WHERE office = ? AND week = ? AND ver = ?"),
			VALS(V(ctx->now), V(ctx->actor->person_id), V(form_text(in, "late")),
				V(ctx->office), V(w.week), V(w.ver)),
			err);
	return rc == XQ_OK ? announce_all(ctx, s, n, err) : rc;
}

/* ---- declarations ----------------------------------------------------------------------------------- */

/* clang-format off */
#define OF_WEEK { "week", FIELD_INT, .required = true, .min = 1, .label = N_("ISO week, as 202640") }

static const struct field draft_fields[] = {
	{ "from", FIELD_DAY, .required = true, .label = N_("From the week of"), .hint = N_("Any day of its first week") },
	{ "weeks", FIELD_INT, .required = true, .min = 1, .max = WEEKS_AHEAD, .label = N_("How many weeks"),
		.hint = N_("Drafts in them are made anew; what is approved or published stays") },
	{ .name = NULL },
};

static const struct field approve_fields[] = { OF_WEEK, { .name = NULL } };

static const struct field publish_fields[] = {
	OF_WEEK,
	{ "late", FIELD_TEXT, .min = 4, .max = 100, .label = N_("Why it comes so late"),
		.hint = N_("Only when the day has passed. Residents read it."), .privacy = PRIVACY_PUBLIC },
	{ .name = NULL },
};
/* clang-format on */

const struct act roster_draft = {
	.name = "roster.draft",
	.title = N_("Draft rosters"),
	.help = N_(
		"Everybody on the list sits equally often, absences left out; what falls on a day of rest moves to the next working day."),
	.who = PERM_PUBLISH,
	.fields = draft_fields,
	.apply = draft_apply,
	.is_quiet = true, /* a draft: nobody outside reads it, and approval is noted */
};

const struct act roster_approve = {
	.name = "roster.approve",
	.title = N_("Approve the roster"),
	.help = N_("A second person reads it before residents do."),
	.who = PERM_LEAD,
	.fields = approve_fields,
	.apply = approve_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};

const struct act roster_publish = {
	.name = "roster.publish",
	.title = N_("Publish the roster"),
	.help = N_(
		"From now on residents read it, and every change stays visible beside what it changed."),
	.who = PERM_PUBLISH,
	.fields = publish_fields,
	.apply = publish_apply,
	.events = (const struct event_kind *const[]){ &ev_reception_planned, NULL },
};
