/* SPDX-License-Identifier: Apache-2.0 */
/* save.c - what the acts on a hard problem share: reading the form, saving, the record, messages. */
#include "hard/hard_int.h"

#include "core/mem.h"
#include "identity/account.h"

#include "core/banned.h"

enum xq_rc
hard_begin(struct act_ctx *ctx, const struct form *in, struct hard *out, struct xq_err *err)
{
	enum xq_rc rc = hard_load(ctx->tx, ctx->mem, ctx->office, form_int(in, "hard"), out, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, "hard", "hard.unknown");
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "hard", out->no);
	if (out->ended_at)
		return xq_refuse(
			err, NULL, hard_is_solved(out) ? "hard.is-solved" : "hard.is-explained");
	return XQ_OK;
}

enum xq_rc
hard_save(struct act_ctx *ctx, struct hard *h, struct xq_err *err)
{
	enum xq_rc rc = db_exec_one(ctx->tx,
		SQL("UPDATE hard SET ver = ver + 1, blocker = ?, blocker_words = ?, plan = ?,"
		    " condition = ?, stage = ?, sponsor_person_id = ?, sponsor_unit_id = ?,"
		    " next_on = ?, next_at = ?, reviewed_at = ?, told_at = ?, ended_at = ?,"
		    " last_seq = ? WHERE office = ? AND no = ? AND ver = ?"),
		VALS(V(h->blocker), V(h->blocker_words), V(h->plan), V(h->condition), V(h->stage),
			V(h->sponsor_person_id), V(h->sponsor_unit_id), V(h->next_on),
			V(h->next_at), V_OR_NULL(h->reviewed_at, h->reviewed_at),
			V_OR_NULL(h->told_at, h->told_at), V_OR_NULL(h->ended_at, h->ended_at),
			V(h->last_seq), V(ctx->office), V(h->no), V(h->ver)),
		err);
	if (rc == XQ_OK)
		h->ver++;
	return rc;
}

enum xq_rc
turn_add(struct act_ctx *ctx, const struct hard *h, enum turn_kind kind, const char *done,
	int32_t due_on, struct xq_err *err)
{
	int64_t n = 0;
	enum xq_rc rc = db_int(ctx->tx,
		SQL("SELECT count(*) + 1 FROM hard_review WHERE office = ? AND hard_no = ?"),
		VALS(V(ctx->office), V(h->no)), &n, err);
	if (rc == XQ_OK && n > HARD_TURNS_MAX)
		return xq_refuse(err, NULL, "concern.too-many");
	if (rc != XQ_OK)
		return rc;
	const struct office_info *o = app_office(ctx->app, ctx->office);
	bool is_late = due_on != 0 && ctx->now > day_at(due_on, o->closing_minute, o->tz_s);
	return db_exec(ctx->tx,
		SQL("INSERT INTO hard_review (office, hard_no, n, kind, at, done, plan, condition,"
		    " blocker, blocker_words, stage, next_on, due_on, is_late, sponsor_person_id,"
		    " person_id, unit_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
		VALS(V(ctx->office), V(h->no), V(n), V((int64_t)kind), V(ctx->now), V(done),
			V(h->plan), V(h->condition), V(h->blocker), V(h->blocker_words),
			V(h->stage), V(h->next_on), V(due_on), V(is_late), V(h->sponsor_person_id),
			V(ctx->actor->person_id), V(ctx->actor->unit_id)),
		err);
}

enum xq_rc
hard_emit(struct act_ctx *ctx, struct hard *h, struct act_event *e, struct xq_err *err)
{
	e->ref = h->ref;
	e->prev_seq = &h->last_seq;
	return act_emit(ctx, e, err);
}

/* ---- what forms carry ------------------------------------------------------------------------------ */

/* A quarter at most, on a day that is worked: else nobody would look. */
static enum xq_rc
take_next(struct act_ctx *ctx, const struct form *in, struct hard *h, struct xq_err *err)
{
	struct due last;
	struct limit limit;
	h->next_on = (int32_t)form_int(in, "next");
	enum xq_rc rc = working_day_due(ctx, h->next_on, "next", &h->next_at, err);
	if (rc == XQ_OK)
		rc = due_of(ctx, "hard-review", ctx->now, &last, &limit, err);
	if (rc == XQ_OK && h->next_on > last.effective_day) {
		rc = xq_refuse(err, "next", "hard.day-far");
		xq_err_day(err, "last", last.effective_day);
	}
	return rc;
}

enum xq_rc
hard_take_plan(struct act_ctx *ctx, const struct form *in, struct hard *h, struct xq_err *err)
{
	h->blocker = form_text(in, "blocker");
	h->blocker_words = form_text(in, "blocker_words");
	h->plan = form_text(in, "plan");
	h->condition = form_text(in, "condition");
	if (text_eq(h->blocker, "other") && !h->blocker_words[0])
		return xq_refuse(err, "blocker_words", "hard.no-words");
	return take_next(ctx, in, h, err);
}

enum xq_rc
hard_take_sponsor(struct act_ctx *ctx, const struct form *in, struct hard *h, struct xq_err *err)
{
	struct account who;
	struct person p;
	enum xq_rc rc = account_by_login(
		ctx->tx, ctx->mem, ctx->office, form_str(in, "sponsor"), &who, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, "sponsor", "account.unknown");
	if (rc == XQ_OK)
		rc = person_load(ctx->tx, ctx->mem, ctx->office, who.person_id, &p, err);
	if (rc != XQ_OK)
		return rc;
	if (!who.is_open || !p.is_active) {
		rc = xq_refuse(err, "sponsor", "hard.sponsor-left");
		xq_err_text(err, "name", p.name);
		return rc;
	}
	h->sponsor_person_id = p.id;
	h->sponsor_unit_id = p.unit_id;
	return XQ_OK;
}

/* ---- messages -------------------------------------------------------------------------------------- */

enum xq_rc
hard_tell_sponsor(struct act_ctx *ctx, const struct hard *h, const char *what, struct xq_err *err)
{
	return act_tell_staff(ctx,
		&(struct staff_message){ .what = what,
			.person_id = h->sponsor_person_id,
			.about = "hard",
			.no = h->no,
			.due_day = h->next_on },
		err);
}

bool
hard_is_solved(const struct hard *h)
{
	return text_eq(h->stage, "solved");
}

bool
hard_is_overdue(const struct hard *h, int64_t now)
{
	return h->ended_at == 0 && h->next_at < now;
}

bool
hard_may_review(const struct actor *a, const struct hard *h)
{
	return a->person_id == h->sponsor_person_id || actor_may(a, PERM_HARD);
}
