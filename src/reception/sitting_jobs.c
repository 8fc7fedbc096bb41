/* SPDX-License-Identifier: Apache-2.0 */
/* sitting_jobs.c - sittings that nobody closed: on the next morning whoever received is asked; when the limit has
 * passed the clock closes what has its records, and calls the rest missed, since nobody said otherwise. */
#include "reception/sitting_int.h"

#include "core/banned.h"

enum step { STEP_ASK = 1, STEP_END = 2 };
enum { STEPS = 10, LOOK_BACK_DAYS = 60, BATCH = 50 };

/* The last moment at which somebody can say that it was held. */
static enum xq_rc
ends_at(struct tx *tx, const struct calendar *cal, int64_t office, const struct slot *s,
	int closing_minute, int32_t tz_s, int64_t *out, struct xq_err *err)
{
	struct limit limit;
	struct due due;
	enum xq_rc rc = deadline_of(tx, office, "sitting-close", s->day, &limit, err);
	if (rc == XQ_OK)
		rc = cal_due(cal, day_at(s->day, s->end_min, tz_s), limit, closing_minute, tz_s,
			&due, err);
	*out = rc == XQ_OK ? due.at : 0;
	return rc;
}

static enum xq_rc
was_asked(struct tx *tx, int64_t office, int64_t slot_no, bool *out, struct xq_err *err)
{
	int64_t n = 0;
	enum xq_rc rc = db_int(tx,
		SQL("SELECT count(*) FROM sitting_alarm WHERE office = ? AND slot_no = ? AND kind = 1"),
		VALS(V(office), V(slot_no)), &n, err);
	*out = n > 0;
	return rc;
}

/* What is due for a slot at this moment; 0: nothing. The clock of jobs knows no office hours but China's. */
static enum xq_rc
step_due(struct tx *tx, void *mem, int64_t office, int64_t no, int64_t now, enum step *out,
	struct xq_err *err)
{
	enum { CLOSING = 17 * 60 + 30 };
	struct slot s;
	int64_t until = 0;
	bool asked = false;
	*out = 0;
	enum xq_rc rc = slot_load(tx, mem, office, no, &s, err);
	if (rc == XQ_OK && (s.state != SLOT_PLANNED || !s.is_published))
		return XQ_OK;
	if (rc == XQ_OK)
		rc = ends_at(tx, cal_builtin(), office, &s, CLOSING, TZ_CHINA, &until, err);
	if (rc == XQ_OK)
		rc = was_asked(tx, office, no, &asked, err);
	if (rc != XQ_OK)
		return rc;
	if (now > until)
		*out = STEP_END;
	else if (!asked && day_of(now, TZ_CHINA) > s.day)
		*out = STEP_ASK;
	return XQ_OK;
}

/* The id is the slot with the step behind it. */
static enum xq_rc
alarm_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	int64_t no[BATCH];
	size_t n = 0;
	int32_t today = day_of(now, TZ_CHINA);
	*out_n = 0;
	enum xq_rc rc = sittings_waiting(tx, office, day_add(today, -LOOK_BACK_DAYS),
		day_add(today, -1), BATCH, no, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n && *out_n < max; i++) {
		enum step step;
		rc = step_due(tx, mem, office, no[i], now, &step, err);
		if (rc == XQ_OK && step)
			out_id[(*out_n)++] = no[i] * STEPS + (int64_t)step;
	}
	return rc;
}

/* Whoever sat there; for a delegate without an account, who published the roster. */
static enum xq_rc
ask(struct act_ctx *ctx, const struct slot *s, struct xq_err *err)
{
	struct receiver r;
	int64_t person = 0;
	enum xq_rc rc = receiver_load(ctx->tx, ctx->mem, ctx->office, s->receiver_no, &r, err);
	if (rc == XQ_OK && r.person_id)
		person = r.person_id;
	else if (rc == XQ_OK)
		rc = db_int(ctx->tx,
			SQL("SELECT published_by FROM roster_week WHERE office = ? AND week = ?"),
			VALS(V(ctx->office), V(s->week)), &person, err);
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx,
			SQL("INSERT INTO sitting_alarm (office, slot_no, kind, told_at)"
			    " VALUES (?, ?, 1, ?)"),
			VALS(V(ctx->office), V(s->no), V(ctx->now)), err);
	if (rc == XQ_OK)
		rc = act_note(ctx, err);
	if (rc != XQ_OK)
		return rc;
	return act_tell_staff(ctx,
		&(struct staff_message){ .what = "sitting.not-closed",
			.person_id = person,
			.about = "slot",
			.no = s->no,
			.due_day = s->day },
		err);
}

/* Where something was taken down, somebody sat; where nothing was, nobody has said so. */
static enum xq_rc
end(struct act_ctx *ctx, const struct slot *s, struct xq_err *err)
{
	struct entry_sums sums;
	enum xq_rc rc = entry_sums(ctx->tx, ctx->office, s->no, &sums, err);
	if (rc == XQ_OK && sums.entries > 0)
		return slot_held(ctx, s, &sums, "", err);
	if (rc == XQ_OK)
		rc = slot_missed(ctx, s, "unsaid", "", err);
	return rc == XQ_OK ? tell_if_missed(ctx, s->no, err) : rc;
}

static enum xq_rc
alarm_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct slot s;
	enum step step, due;
	int64_t no = form_int(in, "id") / STEPS;
	step = form_int(in, "id") % STEPS == STEP_ASK ? STEP_ASK : STEP_END;
	enum xq_rc rc = step_due(ctx->tx, ctx->mem, ctx->office, no, ctx->now, &due, err);
	if (rc == XQ_NONE || (rc == XQ_OK && due != step))
		return xq_refuse(err, NULL, "store.changed");
	if (rc == XQ_OK)
		rc = slot_load(ctx->tx, ctx->mem, ctx->office, no, &s, err);
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "slot", no);
	return step == STEP_ASK ? ask(ctx, &s, err) : end(ctx, &s, err);
}

static const struct field alarm_fields[] = { { "id", FIELD_ID, .required = true },
	{ .name = NULL } };

const struct act sitting_alarm = {
	.name = "sitting.alarm",
	.title = N_("Ask for a sitting that nobody closed, or end it"),
	.who = PERM_SYSTEM,
	.fields = alarm_fields,
	.apply = alarm_apply,
	.events = (const struct event_kind *const[]){ &ev_reception_held, &ev_reception_missed,
		&ev_office_noted, NULL },
	.is_hidden = true,
};

const struct job sitting_alarm_job = { "sitting.alarm", &sitting_alarm, alarm_find };
