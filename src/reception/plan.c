/* SPDX-License-Identifier: Apache-2.0 */
/* plan.c - what every act on a sitting asks: is the day a working day, the room open and free, is the
 * receiver there and nowhere else; and how a sitting, its change and its week are written. */
#include "reception/reception_int.h"

#include "core/mem.h"

#include "core/banned.h"

int32_t
reception_today(const struct act_ctx *ctx)
{
	return day_of(ctx->now, app_office(ctx->app, ctx->office)->tz_s);
}

/* ---- faults ----------------------------------------------------------------------------------------- */

void
reception_fault(struct act_ctx *ctx, const char *field, const char *key, int32_t day)
{
	struct xq_err e = { 0 };
	(void)xq_refuse(&e, field, key); /* one of several */
	if (day)
		xq_err_day(&e, "day", day);
	form_add_fault(&ctx->call->form, &e);
}

enum xq_rc
reception_faults(struct act_ctx *ctx, struct xq_err *err)
{
	size_t n = ctx->call->form.n_faults;
	if (n == 0)
		return XQ_OK;
	enum xq_rc rc = xq_refuse(err, NULL, "form.faults");
	xq_err_int(err, "n", (int64_t)n);
	return rc;
}

/* ---- a plan ----------------------------------------------------------------------------------------- */

void
times_of_form(struct act_ctx *ctx, const struct form *in, int *out_start, int *out_end)
{
	bool has_start = minute_read(form_str(in, "start"), out_start);
	if (!has_start)
		reception_fault(ctx, "start", "roster.time", 0);
	if (!minute_read(form_str(in, "end"), out_end))
		reception_fault(ctx, "end", "roster.time", 0);
	else if (has_start && *out_end <= *out_start)
		reception_fault(ctx, "end", "roster.time-order", 0);
}

struct plan
plan_of_form(struct act_ctx *ctx, const struct form *in)
{
	struct plan p = { .venue_no = form_int(in, "venue"),
		.day = (int32_t)form_int(in, "day"),
		.f_receiver = "receiver",
		.f_venue = "venue",
		.f_day = "day",
		.f_start = "start" };
	times_of_form(ctx, in, &p.start_min, &p.end_min);
	return p;
}

static void
check_day(struct act_ctx *ctx, const struct plan *p)
{
	int32_t today = reception_today(ctx);
	if (p->day < today)
		reception_fault(ctx, p->f_day, "roster.day-past", 0);
	else if (roster_day(ctx->app->calendar, p->day, p->is_off_hours) != p->day)
		reception_fault(ctx, p->f_day, "roster.day-rest",
			cal_next_workday(ctx->app->calendar, p->day));
}

/* Several receive together only where they begin and end together. */
static enum xq_rc
check_venue(struct act_ctx *ctx, const struct plan *p, struct xq_err *err)
{
	struct venue v;
	int64_t n = 0;
	enum xq_rc rc = venue_load(ctx->tx, ctx->mem, ctx->office, p->venue_no, &v, err);
	if (rc == XQ_NONE)
		reception_fault(ctx, p->f_venue, "venue.unknown", 0);
	if (rc == XQ_OK && !v.is_open)
		reception_fault(ctx, p->f_venue, "venue.closed", 0);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc;
	rc = db_int(ctx->tx,
		SQL("SELECT count(*) FROM roster_slot WHERE office = ? AND day = ? AND start_min < ?"
		    " AND end_min > ? AND venue_no = ? AND state = 0 AND no <> ? AND no <> ?"
		    " AND (start_min <> ? OR end_min <> ?)"),
		VALS(V(ctx->office), V(p->day), V(p->end_min), V(p->start_min), V(p->venue_no),
			V(p->slot_no), V(p->other_no), V(p->start_min), V(p->end_min)),
		&n, err);
	if (rc == XQ_OK && n > 0)
		reception_fault(ctx, p->f_start, "roster.room-taken", 0);
	return rc;
}

static enum xq_rc
check_away(struct act_ctx *ctx, const struct plan *p, const struct receiver *r, struct xq_err *err)
{
	int64_t n = 0;
	if (!r->is_active)
		reception_fault(ctx, p->f_receiver, "receiver.gone", 0);
	if (r->is_on_leave && p->day < day_add(reception_today(ctx), AWAY_OPEN_DAYS))
		reception_fault(ctx, p->f_receiver, "receiver.on-leave", 0);
	enum xq_rc rc = db_int(ctx->tx,
		SQL("SELECT count(*) FROM receiver_away WHERE office = ? AND receiver_no = ?"
		    " AND from_on <= ? AND until_on >= ?"),
		VALS(V(ctx->office), V(r->no), V(p->day), V(p->day)), &n, err);
	if (rc == XQ_OK && n > 0)
		reception_fault(ctx, p->f_receiver, "receiver.away-then", p->day);
	return rc;
}

static enum xq_rc
check_receiver(struct act_ctx *ctx, const struct plan *p, struct xq_err *err)
{
	struct receiver r;
	int64_t n = 0;
	enum xq_rc rc = receiver_load(ctx->tx, ctx->mem, ctx->office, p->receiver_no, &r, err);
	if (rc == XQ_NONE)
		reception_fault(ctx, p->f_receiver, "receiver.unknown", 0);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc;
	rc = check_away(ctx, p, &r, err);
	if (rc == XQ_OK)
		rc = db_int(ctx->tx,
			SQL("SELECT count(*) FROM roster_slot WHERE office = ? AND receiver_no = ?"
			    " AND day = ? AND state IN (0, 2) AND no <> ? AND no <> ?"),
			VALS(V(ctx->office), V(r.no), V(p->day), V(p->slot_no), V(p->other_no)), &n,
			err);
	if (rc == XQ_OK && n > 0)
		reception_fault(ctx, p->f_receiver, "receiver.sits-then", p->day);
	return rc;
}

enum xq_rc
plan_check(struct act_ctx *ctx, const struct plan *p, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	if (p->f_day)
		check_day(ctx, p);
	if (p->f_venue)
		rc = check_venue(ctx, p, err);
	return rc == XQ_OK && p->f_receiver ? check_receiver(ctx, p, err) : rc;
}

/* ---- a sitting -------------------------------------------------------------------------------------- */

enum xq_rc
slot_of_form(struct act_ctx *ctx, const struct form *in, const char *field, struct slot *out,
	struct xq_err *err)
{
	enum xq_rc rc = slot_load(ctx->tx, ctx->mem, ctx->office, form_int(in, field), out, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, field, "roster.slot-unknown");
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "slot", out->no);
	if (out->state == SLOT_CANCELLED)
		return xq_refuse(err, field, "roster.slot-cancelled");
	if (day_at(out->day, out->start_min, app_office(ctx->app, ctx->office)->tz_s) <= ctx->now)
		return xq_refuse(err, field, "roster.slot-over");
	return XQ_OK;
}

/* Topics are those that the receiver had when they came onto the sitting: nothing is changed silently. */
enum xq_rc
slot_save(struct act_ctx *ctx, const struct slot *s, struct xq_err *err)
{
	struct val who = V_OR_NULL(s->receiver_no, s->receiver_no);
	return db_exec_one(ctx->tx,
		SQL("UPDATE roster_slot SET ver = ver + 1, day = ?, moved_from = ?, start_min = ?,"
		    " end_min = ?, venue_no = ?, topics = CASE WHEN receiver_no = ? THEN topics"
		    "  ELSE coalesce((SELECT r.topics FROM receiver r WHERE r.office = ? AND r.no = ?),"
		    "   '') END,"
		    " receiver_no = ?, state = ?, is_provisional = ?,"
		    " ref = ?, last_seq = ? WHERE office = ? AND no = ? AND ver = ?"),
		VALS(V(s->day), V(s->moved_from), V(s->start_min), V(s->end_min), V(s->venue_no),
			who, V(ctx->office), who, who, V((int64_t)s->state), V(s->is_provisional),
			V(s->ref), V(s->last_seq), V(ctx->office), V(s->no), V(s->ver)),
		err);
}

enum xq_rc
slot_insert(struct act_ctx *ctx, struct slot *s, struct xq_err *err)
{
	enum xq_rc rc = db_next(ctx->tx, ctx->office, "slot", &s->no, err);
	if (rc != XQ_OK)
		return rc;
	s->ver = 1;
	return db_exec(ctx->tx,
		SQL("INSERT INTO roster_slot (office, no, ver, week, day, moved_from, start_min,"
		    " end_min, venue_no, receiver_no, state, is_off_hours, is_provisional, ref,"
		    " last_seq, makes_up, topics) VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, '', -1,"
		    " ?, coalesce((SELECT r.topics FROM receiver r WHERE r.office = ? AND r.no = ?), ''))"),
		VALS(V(ctx->office), V(s->no), V(s->week), V(s->day), V(s->moved_from),
			V(s->start_min), V(s->end_min), V(s->venue_no),
			V_OR_NULL(s->receiver_no, s->receiver_no), V(s->is_off_hours),
			V(s->is_provisional), V_OR_NULL(s->makes_up, s->makes_up), V(ctx->office),
			V_OR_NULL(s->receiver_no, s->receiver_no)),
		err);
}

enum xq_rc
slot_announce(struct act_ctx *ctx, struct slot *s, struct xq_err *err)
{
	char ref[EVENT_REF_LEN + 1];
	struct receiver r;
	enum xq_rc rc = receiver_load(ctx->tx, ctx->mem, ctx->office, s->receiver_no, &r, err);
	if (rc != XQ_OK)
		return rc;
	event_ref_new(ctx->random, 'r', ref);
	s->ref = mem_text(ctx->mem, ref);
	s->last_seq = -1;
	rc = act_emit(ctx,
		&(struct act_event){ .kind = &ev_reception_planned,
			.ref = s->ref,
			.prev_seq = &s->last_seq,
			EVENT_VALUES(EV_D("day", s->day), EV("post", r.role),
				EV("venue",
					mem_printf(ctx->mem, "v%lld", (long long)s->venue_no))) },
		err);
	return rc == XQ_OK ? slot_save(ctx, s, err) : rc;
}

enum xq_rc
change_add(struct act_ctx *ctx, const struct slot *old, const struct slot *now,
	enum change_kind kind, const struct form *in, struct xq_err *err)
{
	int64_t n = 0;
	enum xq_rc rc = db_int(ctx->tx,
		SQL("SELECT count(*) + 1 FROM roster_change WHERE office = ? AND slot_no = ?"),
		VALS(V(ctx->office), V(old->no)), &n, err);
	if (rc != XQ_OK)
		return rc;
	return db_exec(ctx->tx,
		SQL("INSERT INTO roster_change (office, slot_no, n, at, kind, old_day, old_start,"
		    " old_end, old_venue, old_receiver, new_day, new_start, new_end, new_venue,"
		    " new_receiver, why, words, person_id)"
		    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
		VALS(V(ctx->office), V(old->no), V(n), V(ctx->now), V((int64_t)kind), V(old->day),
			V(old->start_min), V(old->end_min), V(old->venue_no), V(old->receiver_no),
			V(now->day), V(now->start_min), V(now->end_min), V(now->venue_no),
			V(now->receiver_no), V(form_text(in, "why")), V(form_text(in, "words")),
			V(ctx->actor->person_id)),
		err);
}

/* ---- its week --------------------------------------------------------------------------------------- */

enum xq_rc
week_refresh(struct act_ctx *ctx, int32_t week, struct xq_err *err)
{
	struct week w;
	int64_t first = 0, slots = 0, open = 0;
	int32_t by = 0;
	enum xq_rc rc = week_load(ctx->tx, ctx->mem, ctx->office, week, &w, err);
	struct rows *q = db_query(ctx->tx,
		SQL("SELECT coalesce(min(day), 0), count(*), count(*) - count(receiver_no)"
		    " FROM roster_slot WHERE office = ? AND week = ? AND state <> 1"),
		VALS(V(ctx->office), V(week)));
	if (row_next(q)) {
		first = row_int(q, 0);
		slots = row_int(q, 1);
		open = row_int(q, 2);
	}
	enum xq_rc closed = rows_close(q, err);
	if (rc != XQ_OK || closed != XQ_OK)
		return rc != XQ_OK ? rc : closed;
	if (first)
		rc = publish_by(ctx->tx, ctx->app, ctx->office, (int32_t)first, &by, err);
	/* A draft that a second person has read is a draft again when it changes, and who changed it is no
	 * second person any more. */
	bool is_out = w.state == WEEK_PUBLISHED;
	if (rc == XQ_OK)
		rc = db_exec_one(ctx->tx,
			SQL("UPDATE roster_week SET ver = ver + 1, version = version + ?, first_on = ?,"
			    " publish_by = ?, n_slots = ?, n_open = ?,"
			    " state = CASE WHEN state = 2 THEN 2 ELSE 0 END,"
			    " approved_by = CASE WHEN state = 2 THEN approved_by ELSE NULL END,"
			    " changed_by = CASE WHEN state = 2 THEN changed_by ELSE ? END"
			    " WHERE office = ? AND week = ? AND ver = ?"),
			VALS(V((int64_t)is_out), V(first), V(by), V(slots), V(open),
				V(ctx->actor->person_id), V(ctx->office), V(week), V(w.ver)),
			err);
	return rc;
}
