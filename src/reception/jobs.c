/* SPDX-License-Identifier: Apache-2.0 */
/* jobs.c - weeks that nobody looked after: no sitting in it, or a roster that is not out in time. The leader is
 * told once of each; a week in which nobody works asks for no sitting. */
#include "reception/reception_int.h"

#include "concern/rules.h"
#include "core/mem.h"

#include "core/banned.h"

enum alarm { ALARM_NO_SITTING = 1, ALARM_UNPUBLISHED = 2 };
enum { ALARMS = 10, AHEAD = 2, WEEK_DAYS = 7 };

bool
week_has_workday(const struct calendar *cal, int32_t week)
{
	for (int i = 0; i < WEEK_DAYS; i++)
		if (cal_is_workday(cal, day_add(week_monday(week), i)))
			return true;
	return false;
}

/* By the calendar as it is typed now: a job has the rows only. */
static enum xq_rc
has_workday(struct tx *tx, int32_t week, bool *out, struct xq_err *err)
{
	void *mem = mem_root("calendar");
	const struct calendar *cal;
	enum xq_rc rc = calendar_read(tx, mem, &cal, err);
	*out = rc == XQ_OK && week_has_workday(cal, week);
	mem_free(mem);
	return rc;
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

/* What should have been out before this week is no news any more; days on which no clock ran are made up for. */
static int32_t
this_monday(int32_t today)
{
	return week_monday(week_of_day(today));
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
		if (week_monday(week) > day_add(today, WEEK_DAYS))
			return XQ_OK;
		rc = has_sitting(tx, office, week, &sits, err);
		return rc == XQ_OK && !sits ? has_workday(tx, week, out, err) : rc;
	}
	rc = db_int(tx,
		SQL("SELECT count(*) FROM roster_week WHERE office = ? AND week = ? AND state < 2"
		    " AND first_on >= ? AND publish_by < ?"),
		VALS(V(office), V(week), V(this_monday(today)), V(today)), &n, err);
	*out = n > 0;
	return rc;
}

/* The id of a due row is the week with the kind behind it. */
static int64_t
alarm_id(int32_t week, enum alarm kind)
{
	return (int64_t)week * ALARMS + (int64_t)kind;
}

/* This week and the next. */
static enum xq_rc
empty_find(struct tx *tx, int64_t office, int32_t today, size_t max, int64_t *out_id, size_t *out_n,
	struct xq_err *err)
{
	int32_t week = week_of_day(today);
	bool keeps = false, due = false;
	enum xq_rc rc = keeps_roster(tx, office, &keeps, err);
	for (int i = 0; rc == XQ_OK && keeps && i < AHEAD; i++, week = week_add(week, 1)) {
		rc = is_due(tx, office, today, week, ALARM_NO_SITTING, &due, err);
		if (rc == XQ_OK && due && *out_n < max)
			out_id[(*out_n)++] = alarm_id(week, ALARM_NO_SITTING);
	}
	return rc;
}

/* Found by the day of the first sitting: a holiday or a change may have moved it out of its week. */
static enum xq_rc
unpublished_find(struct tx *tx, int64_t office, int32_t today, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT w.week FROM roster_week w WHERE w.office = ? AND w.state < 2"
		    " AND w.publish_by < ? AND w.first_on >= ? AND NOT EXISTS"
		    " (SELECT 1 FROM roster_alarm a WHERE a.office = w.office AND a.week = w.week"
		    "  AND a.kind = 2) ORDER BY w.publish_by, w.week LIMIT ?"),
		VALS(V(office), V(today), V(this_monday(today)), V((int64_t)(max - *out_n))));
	while (*out_n < max && row_next(q))
		out_id[(*out_n)++] = alarm_id((int32_t)row_int(q, 0), ALARM_UNPUBLISHED);
	return rows_close(q, err);
}

static enum xq_rc
alarm_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	int32_t today = day_of(now, TZ_CHINA);
	*out_n = 0;
	enum xq_rc rc = empty_find(tx, office, today, max, out_id, out_n, err);
	return rc == XQ_OK ? unpublished_find(tx, office, today, max, out_id, out_n, err) : rc;
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
