/* SPDX-License-Identifier: Apache-2.0 */
/* jobs.c - weeks that nobody looked after: no sitting in it, or a roster that is not out in time. The leader is
 * told once of each; a week in which nobody works asks for no sitting. */
#include "reception/reception_int.h"

#include "core/mem.h"

#include "core/banned.h"

enum alarm { ALARM_NO_SITTING = 1, ALARM_UNPUBLISHED = 2 };
enum { ALARMS = 10, AHEAD = 3, WEEK_DAYS = 7 };

bool
week_has_workday(const struct calendar *cal, int32_t week)
{
	for (int i = 0; i < WEEK_DAYS; i++)
		if (cal_is_workday(cal, day_add(week_monday(week), i)))
			return true;
	return false;
}

/* An office that keeps no roster is not asked for one. */
static enum xq_rc
keeps_roster(struct tx *tx, int64_t office, bool *out, struct xq_err *err)
{
	int64_t n = 0;
	enum xq_rc rc =
		db_int(tx, SQL("SELECT count(*) FROM slot_pattern WHERE office = ? AND is_on = 1"),
			VALS(V(office)), &n, err);
	*out = n > 0;
	return rc;
}

/* A sitting of this week that stands, on a roster in any state: what is not published has its own alarm. */
static enum xq_rc
has_sitting(struct tx *tx, int64_t office, int32_t week, bool *out, struct xq_err *err)
{
	int64_t n = 0;
	int32_t monday = week_monday(week);
	enum xq_rc rc = db_int(tx,
		SQL("SELECT count(*) FROM roster_slot WHERE office = ? AND day >= ? AND day <= ?"
		    " AND state IN (0, 2) AND receiver_no IS NOT NULL"),
		VALS(V(office), V(monday), V(day_add(monday, WEEK_DAYS - 1))), &n, err);
	*out = n > 0;
	return rc;
}

static enum xq_rc
was_told(
	struct tx *tx, int64_t office, int32_t week, enum alarm kind, bool *out, struct xq_err *err)
{
	int64_t n = 0;
	enum xq_rc rc = db_int(tx,
		SQL("SELECT count(*) FROM roster_alarm WHERE office = ? AND week = ? AND kind = ?"),
		VALS(V(office), V(week), V((int64_t)kind)), &n, err);
	*out = n > 0;
	return rc;
}

/* Whether the leader has to hear of it now. */
static enum xq_rc
is_due(struct tx *tx, int64_t office, int32_t today, int32_t week, enum alarm kind, bool *out,
	struct xq_err *err)
{
	int64_t n = 0;
	bool told = false, sits = false;
	enum xq_rc rc = was_told(tx, office, week, kind, &told, err);
	*out = false;
	if (rc != XQ_OK || told)
		return rc;
	if (kind == ALARM_NO_SITTING) {
		rc = has_sitting(tx, office, week, &sits, err);
		*out = !sits && week_has_workday(cal_builtin(), week) &&
		       week_monday(week) <= day_add(today, WEEK_DAYS);
		return rc;
	}
	rc = db_int(tx,
		SQL("SELECT count(*) FROM roster_week WHERE office = ? AND week = ? AND state < 2"
		    " AND first_on > 0 AND publish_by < ?"),
		VALS(V(office), V(week), V(today)), &n, err);
	*out = n > 0;
	return rc;
}

/* This week and the ones that come; the id is the week with the kind behind it. */
static enum xq_rc
alarm_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	int32_t today = day_of(now, TZ_CHINA), week = week_of_day(today);
	bool keeps = false, due = false;
	*out_n = 0;
	enum xq_rc rc = keeps_roster(tx, office, &keeps, err);
	for (int i = 0; rc == XQ_OK && keeps && i < AHEAD; i++, week = week_add(week, 1))
		for (int kind = ALARM_NO_SITTING; rc == XQ_OK && kind <= ALARM_UNPUBLISHED;
			kind++) {
			rc = is_due(tx, office, today, week, (enum alarm)kind, &due, err);
			if (rc == XQ_OK && due && *out_n < max)
				out_id[(*out_n)++] = (int64_t)week * ALARMS + kind;
		}
	return rc;
}

static enum xq_rc
alarm_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct post_holder head;
	bool due = false;
	int32_t week = (int32_t)(form_int(in, "id") / ALARMS);
	enum alarm kind = form_int(in, "id") % ALARMS == ALARM_NO_SITTING ? ALARM_NO_SITTING
	                                                                  : ALARM_UNPUBLISHED;
	if (!week_is_valid(week))
		return xq_refuse(err, NULL, "store.changed");
	enum xq_rc rc = is_due(ctx->tx, ctx->office, reception_today(ctx), week, kind, &due, err);
	if (rc == XQ_OK && !due)
		return xq_refuse(err, NULL, "store.changed");
	if (rc == XQ_OK)
		rc = post_current(ctx->tx, ctx->mem, ctx->office, POST_HEAD, &head, err);
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx,
			SQL("INSERT INTO roster_alarm (office, week, kind, told_at) VALUES (?, ?, ?, ?)"),
			VALS(V(ctx->office), V(week), V((int64_t)kind), V(ctx->now)), err);
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "roster", week);
	return act_tell_staff(ctx,
		&(struct staff_message){ .what = kind == ALARM_NO_SITTING ? "roster.no-sitting"
	                                                                  : "roster.unpublished",
			.person_id = head.person_id,
			.about = "week",
			.no = week,
			.due_day = week_monday(week) },
		err);
}

static const struct field alarm_fields[] = { { "id", FIELD_ID, .required = true },
	{ .name = NULL } };

const struct act roster_alarm = {
	.name = "roster.alarm",
	.title = N_("Tell the leader of a week without its roster"),
	.who = PERM_SYSTEM,
	.fields = alarm_fields,
	.apply = alarm_apply,
	.is_quiet = true, /* the week that is missing shows it */
	.is_hidden = true,
};

const struct job roster_alarm_job = { "roster.alarm", &roster_alarm, alarm_find };
