/* SPDX-License-Identifier: Apache-2.0 */
/* rfig_pulse.c - signs of life of the two mechanisms, whether one of them is asleep and since when; the leader hears
 * of each sleep once. */
#include "reception/rfig_int.h"

#include "concern/first_taken.h"
#include "concern/rules.h"
#include "core/mem.h"

#include "core/banned.h"

enum { WEEK_DAYS = 7, LOOK_WEEKS = 60, MECHS = 10 };

const char *const rfig_mechanism_titles[N_MECH] = {
	[MECH_RECEIVE] = N_("Somebody receives residents every week"),
	[MECH_FIRST] = N_("Whoever is asked first stays responsible"),
};

/* ---- asleep or awake -------------------------------------------------------------------------------------- */

static int32_t
sunday_of(int32_t week)
{
	return day_add(week_monday(week), WEEK_DAYS - 1);
}

/* The first week that passed with nothing in it; 0: none. */
static int32_t
empty_week(const struct calendar *cal, const struct rfig_beat *b, int32_t today)
{
	int32_t week = b->last_on ? week_add(week_of_day(b->last_on), 1) : week_of_day(b->first_on);
	for (int i = 0; i < LOOK_WEEKS && sunday_of(week) < today; i++, week = week_add(week, 1)) {
		bool waits = b->waiting_on >= week_monday(week) && b->waiting_on <= sunday_of(week);
		if (week_has_workday(cal, week) && !waits)
			return week;
	}
	return 0;
}

int32_t
rfig_asleep_since(const struct calendar *cal, const struct rfig_beat *b, int32_t today)
{
	if (b->first_on == 0 || b->first_on > today)
		return 0;
	int32_t week = empty_week(cal, b, today);
	if (b->missed_on && (week == 0 || b->missed_on <= sunday_of(week)))
		return b->missed_on;
	if (week == 0)
		return 0;
	int32_t monday = week_monday(week);
	return monday > b->first_on ? monday : b->first_on;
}

/* ---- signs of life ---------------------------------------------------------------------------------------- */

static enum xq_rc
day_or_none(enum xq_rc rc, const int64_t *day, int32_t *out)
{
	*out = rc == XQ_OK ? (int32_t)*day : 0;
	return rc == XQ_NONE ? XQ_OK : rc;
}

static enum xq_rc
beat_of_sittings(
	struct tx *tx, int64_t office, int32_t today, struct rfig_beat *b, struct xq_err *err)
{
	int64_t day = 0;
	int32_t last;
	*b = (struct rfig_beat){ .first_on = 0 };
	enum xq_rc rc = rfig_days(tx, office, &b->first_on, &last, err);
	if (rc == XQ_OK)
		rc = day_or_none(
			db_int(tx,
				SQL("SELECT day FROM roster_slot WHERE office = ? AND state = 2"
				    " AND day <= ? ORDER BY day DESC LIMIT 1"),
				VALS(V(office), V(today)), &day, err),
			&day, &b->last_on);
	if (rc == XQ_OK)
		rc = day_or_none(
			db_int(tx,
				SQL("SELECT day FROM roster_slot WHERE office = ? AND state = 3"
				    " AND day > ? ORDER BY day LIMIT 1"),
				VALS(V(office), V(b->last_on)), &day, err),
			&day, &b->missed_on);
	if (rc == XQ_OK)
		rc = day_or_none(
			db_int(tx,
				SQL("SELECT day FROM roster_slot WHERE office = ? AND state = 0"
				    " AND ref <> '' AND day > ? AND day < ? ORDER BY day LIMIT 1"),
				VALS(V(office), V(b->last_on), V(today)), &day, err),
			&day, &b->waiting_on);
	return rc;
}

/* Nothing is planned here, so nothing is missed: only a week can pass without any. */
static enum xq_rc
beat_of_first(struct tx *tx, void *mem, int64_t office, struct rfig_beat *b, struct xq_err *err)
{
	struct first_unit *unit;
	size_t n = 0;
	int64_t first = 0, last = 0;
	enum xq_rc rc = first_units(tx, mem, office, &unit, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		if (unit[i].first_at && (first == 0 || unit[i].first_at < first))
			first = unit[i].first_at;
		last = unit[i].last_at > last ? unit[i].last_at : last;
	}
	*b = (struct rfig_beat){ .first_on = first ? day_of(first, TZ_CHINA) : 0,
		.last_on = last ? day_of(last, TZ_CHINA) : 0 };
	return rc;
}

enum xq_rc
rfig_pulse_load(struct tx *tx, void *mem, int64_t office, int32_t today,
	struct rfig_pulse out[N_MECH], struct xq_err *err)
{
	const struct calendar *cal = NULL; /* as it is typed now: a job has the rows only */
	enum xq_rc rc = beat_of_sittings(tx, office, today, &out[MECH_RECEIVE].beat, err);
	if (rc == XQ_OK)
		rc = beat_of_first(tx, mem, office, &out[MECH_FIRST].beat, err);
	if (rc == XQ_OK)
		rc = calendar_read(tx, mem, &cal, err);
	for (size_t i = 0; rc == XQ_OK && i < N_MECH; i++)
		out[i].asleep_since = rfig_asleep_since(cal, &out[i].beat, today);
	return rc;
}

/* ---- week by week ------------------------------------------------------------------------------------------ */

static enum xq_rc
sittings_of_weeks(struct tx *tx, int64_t office, struct rfig_week *w, size_t n, struct xq_err *err)
{
	int32_t monday = week_monday(w[0].week);
	struct rows *q = db_query(tx,
		SQL("SELECT day, state FROM roster_slot WHERE office = ? AND day >= ? AND day <= ?"
		    " AND ref <> ''"),
		VALS(V(office), V(monday), V(sunday_of(w[n - 1].week))));
	while (row_next(q)) {
		struct rfig_week *k = &w[day_diff(monday, (int32_t)row_int(q, 0)) / WEEK_DAYS];
		switch ((enum slot_state)row_int(q, 1)) {
		case SLOT_PLANNED:
			k->planned++;
			break;
		case SLOT_CANCELLED:
			k->cancelled++;
			break;
		case SLOT_HELD:
			k->held++;
			break;
		case SLOT_MISSED:
			k->missed++;
			break;
		}
	}
	return rows_close(q, err);
}

enum xq_rc
rfig_weeks_load(struct tx *tx, int64_t office, const struct first_unit *unit, size_t n_units,
	int32_t from, struct rfig_week *out, size_t n, struct xq_err *err)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (struct rfig_week){ .week = week_add(from, (int)i) };
	enum xq_rc rc = sittings_of_weeks(tx, office, out, n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		int32_t monday = week_monday(out[i].week);
		int64_t begin = day_start(monday, TZ_CHINA);
		int64_t end = day_start(day_add(monday, WEEK_DAYS), TZ_CHINA);
		rc = first_taken_count(tx, office, unit, n_units, begin, end, &out[i].taken, err);
		if (rc == XQ_OK)
			rc = first_lapsed_count(tx, office, begin, end, &out[i].lapsed, err);
	}
	return rc;
}

/* ---- told once --------------------------------------------------------------------------------------------- */

static enum xq_rc
was_told(struct tx *tx, int64_t office, size_t mech, int32_t since, bool *out, struct xq_err *err)
{
	int64_t n = 0;
	enum xq_rc rc = db_int(tx,
		SQL("SELECT count(*) FROM rfig_sleep WHERE office = ? AND mechanism = ? AND since = ?"),
		VALS(V(office), V((int64_t)mech), V(since)), &n, err);
	*out = n > 0;
	return rc;
}

/* The id is the day since when with the mechanism behind it. */
static enum xq_rc
sleep_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	struct rfig_pulse p[N_MECH];
	bool told = false;
	*out_n = 0;
	enum xq_rc rc = rfig_pulse_load(tx, mem, office, day_of(now, TZ_CHINA), p, err);
	for (size_t i = 0; rc == XQ_OK && i < N_MECH; i++) {
		if (p[i].asleep_since == 0)
			continue;
		rc = was_told(tx, office, i, p[i].asleep_since, &told, err);
		if (rc == XQ_OK && !told && *out_n < max)
			out_id[(*out_n)++] = (int64_t)p[i].asleep_since * MECHS + (int64_t)i;
	}
	return rc;
}

static enum xq_rc
sleep_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct rfig_pulse p[N_MECH];
	struct post_holder head;
	int32_t since = (int32_t)(form_int(in, "id") / MECHS);
	size_t mech = (size_t)(form_int(in, "id") % MECHS);
	if (mech >= N_MECH)
		return xq_refuse(err, NULL, "store.changed");
	enum xq_rc rc =
		rfig_pulse_load(ctx->tx, ctx->mem, ctx->office, reception_today(ctx), p, err);
	if (rc == XQ_OK && p[mech].asleep_since != since)
		return xq_refuse(err, NULL, "store.changed"); /* it woke up meanwhile */
	if (rc == XQ_OK)
		rc = post_current(ctx->tx, ctx->mem, ctx->office, POST_HEAD, &head, err);
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx,
			SQL("INSERT INTO rfig_sleep (office, mechanism, since, told_at)"
			    " VALUES (?, ?, ?, ?)"),
			VALS(V(ctx->office), V((int64_t)mech), V(since), V(ctx->now)), err);
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "mechanism", (int64_t)mech);
	return act_tell_staff(ctx,
		&(struct staff_message){ .what = "mechanism.asleep",
			.person_id = head.person_id,
			.about = "mechanism",
			.no = (int64_t)mech,
			.due_day = since },
		err);
}

static const struct field sleep_fields[] = { { "id", FIELD_ID, .required = true },
	{ .name = NULL } };

const struct act reception_sleep = {
	.name = "reception.sleep",
	.title = N_("Tell the leader of a mechanism that fell asleep"),
	.who = PERM_SYSTEM,
	.fields = sleep_fields,
	.apply = sleep_apply,
	.is_quiet = true, /* what did not happen shows it */
	.is_hidden = true,
};

const struct job reception_sleep_job = { "reception.sleep", &reception_sleep, sleep_find };
