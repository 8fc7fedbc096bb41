/* SPDX-License-Identifier: Apache-2.0 */
/* work.c - the work between acceptance and answer: which points want an answer, which units help (what
 * was found: finding.c). The lead stays responsible; a helping unit has a day of its own (domain.md 3.2, A48). */
#include "concern/concern_int.h"

#include "core/mem.h"

#include "core/banned.h"

enum { ASSISTS_MAX = 20 };

/* ---- points --------------------------------------------------------------------------------------- */

/* One point a line, replacing the list; what is answered already stays so where the words agree. */
static enum xq_rc
set_points_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx, SQL("DELETE FROM point WHERE office = ? AND concern_id = ?"),
			VALS(V(ctx->office), V(s.c.id)), err);
	struct str rest = form_str(in, "points"), line;
	int64_t no = 0;
	while (rc == XQ_OK && rest.n > 0) {
		if (!str_cut(&rest, '\n', &line)) {
			line = rest;
			rest = str_n("", 0);
		}
		line = str_trim(line);
		if (line.n == 0)
			continue;
		if (++no > POINTS_MAX)
			return xq_refuse(err, "points", "point.too-many");
		rc = db_exec(ctx->tx,
			SQL("INSERT INTO point (office, concern_id, no, text, state)"
			    " VALUES (?, ?, ?, ?, 0)"),
			VALS(V(ctx->office), V(s.c.id), V(no), V(line)), err);
	}
	return rc;
}

static sql_ref
of_concern(void)
{
	return SQL("SELECT no, text, state, why FROM point WHERE office = ? AND concern_id = ?"
		   " ORDER BY no LIMIT ?");
}

void
point_ask(struct tx *tx, int64_t office, int64_t concern_id)
{
	db_ask(tx, of_concern(), VALS(V(office), V(concern_id), V((int64_t)POINTS_MAX)));
}

enum xq_rc
point_list(struct tx *tx, void *mem, int64_t office, int64_t concern_id, struct answer_point **out,
	size_t *out_n, struct xq_err *err)
{
	struct answer_point *list = mem_array(mem, struct answer_point, POINTS_MAX);
	size_t n = 0;
	struct rows *q =
		db_query(tx, of_concern(), VALS(V(office), V(concern_id), V((int64_t)POINTS_MAX)));
	while (n < POINTS_MAX && row_next(q))
		list[n++] = (struct answer_point){ .no = (int)row_int(q, 0),
			.text = row_text(q, 1, mem),
			.state = (enum point_state)row_int(q, 2),
			.why = row_text(q, 3, mem) };
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

/* Adds what is missing at one point to the faults of the call. */
static void
point_fault(struct act_ctx *ctx, const char *field, int no, const char *key)
{
	struct xq_err e = { 0 };
	(void)xq_refuse(&e, field, key); /* one of several */
	xq_err_int(&e, "no", no);
	form_add_fault(&ctx->call->form, &e);
}

static bool
point_check(struct act_ctx *ctx, const struct form *in, int no)
{
	const char *mark = mem_printf(ctx->mem, "point%d", no),
		   *why = mem_printf(ctx->mem, "why%d", no);
	if (!form_has(in, mark))
		point_fault(ctx, mark, no, "reply.point-unmarked");
	else if (text_eq(form_text(in, mark), "left") && !form_has(in, why))
		point_fault(ctx, why, no, "reply.point-open");
	else
		return true;
	return false;
}

static enum xq_rc
point_save(struct act_ctx *ctx, const struct concern *c, const struct form *in, int no,
	struct xq_err *err)
{
	bool is_left = text_eq(form_text(in, mem_printf(ctx->mem, "point%d", no)), "left");
	struct str why = form_str(in, mem_printf(ctx->mem, "why%d", no));
	return db_exec(ctx->tx,
		SQL("UPDATE point SET state = ?, why = ?"
		    " WHERE office = ? AND concern_id = ? AND no = ?"),
		VALS(V((int64_t)(is_left ? POINT_LEFT : POINT_ANSWERED)), is_left ? V(why) : VNULL,
			V(ctx->office), V(c->id), V((int64_t)no)),
		err);
}

enum xq_rc
points_answered(struct act_ctx *ctx, const struct concern *c, const struct form *in, size_t faults,
	struct xq_err *err)
{
	struct answer_point *list;
	size_t n;
	enum xq_rc rc = point_list(ctx->tx, ctx->mem, ctx->office, c->id, &list, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		faults += !point_check(ctx, in, list[i].no);
	if (faults > 0) {
		rc = xq_refuse(err, NULL, "form.faults");
		xq_err_int(err, "n", (int64_t)faults);
	}
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		rc = point_save(ctx, c, in, list[i].no, err);
	return rc;
}

/* ---- helping units -------------------------------------------------------------------------------- */

static enum xq_rc
assist_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	struct unit u;
	int64_t at = 0, id = 0;
	bool is_open = false;
	int32_t day = (int32_t)form_int(in, "day");
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc != XQ_OK)
		return rc;
	rc = unit_by_code(ctx->tx, ctx->mem, ctx->office, form_str(in, "unit"), &u, err);
	if (rc == XQ_NONE || (rc == XQ_OK && !u.is_active))
		return xq_refuse(err, "unit", "concern.unit-unknown");
	if (rc == XQ_OK && u.id == s.c.owner_unit_id)
		return xq_refuse(err, "unit", "assist.own-unit");
	if (rc == XQ_OK)
		rc = working_day_due(ctx, day, "day", &at, err);
	if (rc == XQ_OK && day > s.c.due_day)
		return xq_refuse(err, "day", "assist.after-due");
	if (rc == XQ_OK)
		rc = assist_is_open_for(ctx->tx, ctx->office, s.c.id, u.id, &is_open, err);
	if (rc == XQ_OK && is_open)
		return xq_refuse(err, "unit", "assist.asked");
	if (rc == XQ_OK)
		rc = db_next(ctx->tx, ctx->office, "assist", &id, err);
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx,
			SQL("INSERT INTO assist (office, concern_id, id, unit_id, what, due_at, due_day,"
			    " asked_by, asked_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
			VALS(V(ctx->office), V(s.c.id), V(id), V(u.id), V(form_str(in, "what")),
				V(at), V(day), V(ctx->actor->person_id), V(ctx->now)),
			err);
	struct act_event e = { .kind = &ev_assisted,
		EVENT_VALUES(EV_AT("due", at),
			EV("unit2", s.c.lane == LANE_SEALED ? NULL : u.public_code)) };
	if (rc == XQ_OK)
		rc = concern_emit(ctx, &s.c, &e, err);
	return rc == XQ_OK ? concern_step_note(ctx, &s.c, u.name, true, err) : rc;
}

static enum xq_rc
give_opinion_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	int64_t id;
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc == XQ_OK)
		rc = db_int(ctx->tx,
			SQL("UPDATE assist SET opinion = ?, given_by = ?, given_at = ?"
			    " WHERE office = ? AND concern_id = ? AND unit_id = ?"
			    " AND given_at IS NULL RETURNING id"),
			VALS(V(form_str(in, "opinion")), V(ctx->actor->person_id), V(ctx->now),
				V(ctx->office), V(s.c.id), V(ctx->actor->unit_id)),
			&id, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, NULL, "assist.none");
	if (rc == XQ_OK)
		rc = act_note(ctx, err);
	if (rc == XQ_OK)
		rc = concern_step_note(ctx, &s.c, form_text(in, "opinion"), false, err);
	return rc == XQ_OK ? tell_staff(ctx, &s.c, "concern.opinion", s.c.owner_person_id, err)
	                   : rc;
}

enum xq_rc
assist_list(struct tx *tx, void *mem, int64_t office, int64_t concern_id, struct assist **out,
	size_t *out_n, struct xq_err *err)
{
	struct assist *list = mem_array(mem, struct assist, ASSISTS_MAX);
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT a.id, a.unit_id, a.due_at, a.due_day, a.given_at, u.name, a.what, a.opinion"
		    " FROM assist a JOIN unit u ON u.office = a.office AND u.id = a.unit_id"
		    " WHERE a.office = ? AND a.concern_id = ? ORDER BY a.id LIMIT ?"),
		VALS(V(office), V(concern_id), V((int64_t)ASSISTS_MAX)));
	while (n < ASSISTS_MAX && row_next(q))
		list[n++] = (struct assist){ .id = row_int(q, 0),
			.unit_id = row_int(q, 1),
			.due_at = row_int(q, 2),
			.due_day = (int32_t)row_int(q, 3),
			.given_at = row_int(q, 4),
			.unit = row_text(q, 5, mem),
			.what = row_text(q, 6, mem),
			.opinion = row_text(q, 7, mem) };
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

enum xq_rc
assist_is_open_for(struct tx *tx, int64_t office, int64_t concern_id, int64_t unit_id, bool *out,
	struct xq_err *err)
{
	int64_t n;
	enum xq_rc rc = db_int(tx,
		SQL("SELECT count(*) FROM assist WHERE office = ? AND concern_id = ? AND unit_id = ?"
		    " AND given_at IS NULL"),
		VALS(V(office), V(concern_id), V(unit_id)), &n, err);
	if (rc == XQ_OK)
		*out = n > 0;
	return rc;
}

/* clang-format off */
static const struct field points_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "points", FIELD_LINES, .max = 900, .label = N_("Points that want an answer"),
		.hint = N_("One a line, up to nine"), .privacy = PRIVACY_PERSONAL },
	{ .name = NULL },
};

static const struct field assist_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "unit", FIELD_CODE, .required = true, .label = N_("Which unit helps") },
	{ "what", FIELD_TEXT, .required = true, .max = 200, .label = N_("What they should do") },
	{ "day", FIELD_DAY, .required = true, .label = N_("By when"),
		.hint = N_("Not later than the resident's day") },
	{ .name = NULL },
};

static const struct field opinion_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "opinion", FIELD_LINES, .required = true, .min = 5, .max = 1000, .label = N_("What was done, or what you advise") },
	{ .name = NULL },
};
/* clang-format on */

const struct act concern_set_points = {
	.name = "concern.set-points",
	.title = N_("List the points to answer"),
	.help = N_("The answer goes through them one by one; what is left open needs a reason."),
	.who = PERM_STAFF,
	.fields = points_fields,
	.apply = set_points_apply,
	.is_quiet = true, /* a working aid: the answer is the fact */
};

const struct act concern_assist = {
	.name = "concern.assist",
	.title = N_("Ask a unit to help"),
	.help = N_("You stay responsible. They have a day of their own."),
	.who = PERM_HANDLE,
	.fields = assist_fields,
	.apply = assist_apply,
	.events = (const struct event_kind *const[]){ &ev_assisted, NULL },
};

const struct act concern_give_opinion = {
	.name = "concern.give-opinion",
	.title = N_("Answer the unit that asked for help"),
	.help = N_("It goes to the one who is responsible, never to the resident."),
	.who = PERM_HANDLE,
	.fields = opinion_fields,
	.apply = give_opinion_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};
