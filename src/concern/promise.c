/* SPDX-License-Identifier: Apache-2.0 */
/* promise.c - what was promised to a resident, by which working day, and what became of it: kept, late,
 * moved with a reason. A closed concern with an open promise is tracked on (domain.md 3.2, B05). */
#include "concern/concern_int.h"
#include "concern/promise_public.h"

#include "core/mem.h"

#include "core/banned.h"

enum { PROMISES_MAX = 20, NO_FACTOR = 100 };

/* ---- reading -------------------------------------------------------------------------------------- */

#define PROMISE_COLUMNS                                                                            \
	"SELECT concern_id, no, moved, text, note, first_day, due_day, due_at, kept_at, state,"    \
	" is_late, unit_id FROM promise"

static struct promise
read_promise(struct rows *q, void *mem)
{
	return (struct promise){ .concern_id = row_int(q, 0),
		.no = (int)row_int(q, 1),
		.moved = (int)row_int(q, 2),
		.text = row_text(q, 3, mem),
		.note = row_text(q, 4, mem),
		.first_day = (int32_t)row_int(q, 5),
		.due_day = (int32_t)row_int(q, 6),
		.due_at = row_int(q, 7),
		.kept_at = row_int(q, 8),
		.state = (enum promise_state)row_int(q, 9),
		.is_late = row_int(q, 10) != 0,
		.unit_id = row_int(q, 11) };
}

enum xq_rc
promise_list(struct tx *tx, void *mem, int64_t office, int64_t concern_id, struct promise **out,
	size_t *out_n, struct xq_err *err)
{
	struct promise *list = mem_array(mem, struct promise, PROMISES_MAX);
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL(PROMISE_COLUMNS " WHERE office = ? AND concern_id = ? ORDER BY no LIMIT ?"),
		VALS(V(office), V(concern_id), V((int64_t)PROMISES_MAX)));
	while (n < PROMISES_MAX && row_next(q))
		list[n++] = read_promise(q, mem);
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

static enum xq_rc
load_open(struct act_ctx *ctx, int64_t concern_id, int64_t no, struct promise *out,
	struct xq_err *err)
{
	struct rows *q = db_query(ctx->tx,
		SQL(PROMISE_COLUMNS
			" WHERE office = ? AND concern_id = ? AND no = ? AND state = 0"),
		VALS(V(ctx->office), V(concern_id), V(no)));
	bool found = row_next(q);
	if (found)
		*out = read_promise(q, ctx->mem);
	enum xq_rc rc = rows_close(q, err);
	return rc == XQ_OK && !found ? xq_refuse(err, "no", "promise.none") : rc;
}

/* ---- into another year ------------------------------------------------------------------------------ */

/* The moment at which the running year began. */
static int64_t
year_start(const struct app *app, int64_t office, int64_t now)
{
	int32_t tz_s = app_office(app, office)->tz_s;
	return day_start(day_make(day_year(day_of(now, tz_s)), 1, 1), tz_s);
}

/* Once nothing of an earlier year is left open on it, the concern waits for no reason any more. */
static enum xq_rc
carry_settled(struct act_ctx *ctx, int64_t concern_id, struct xq_err *err)
{
	return db_exec(ctx->tx,
		SQL("UPDATE concern SET carry_year = NULL WHERE office = ? AND id = ?"
		    " AND carry_year IS NOT NULL AND NOT EXISTS (SELECT 1 FROM promise p"
		    " WHERE p.office = concern.office AND p.concern_id = concern.id"
		    " AND p.state = 0 AND p.due_at < ?)"),
		VALS(V(ctx->office), V(concern_id), V(year_start(ctx->app, ctx->office, ctx->now))),
		err);
}

/* ---- promising, keeping, moving --------------------------------------------------------------------- */

enum xq_rc
promise_add(struct act_ctx *ctx, struct concern *c, const char *text, int32_t day, int64_t *out_no,
	struct xq_err *err)
{
	const struct office_info *o = app_office(ctx->app, ctx->office);
	int64_t at = day_at(day, o->closing_minute, o->tz_s), no = 0;
	enum xq_rc rc = db_int(ctx->tx,
		SQL("SELECT coalesce(max(no), 0) + 1 FROM promise"
		    " WHERE office = ? AND concern_id = ?"),
		VALS(V(ctx->office), V(c->id)), &no, err);
	if (rc == XQ_OK && no > PROMISES_MAX)
		return xq_refuse(err, NULL, "concern.too-many");
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx,
			SQL("INSERT INTO promise (office, concern_id, no, text, first_day, due_day,"
			    " due_at, moved, state, is_late, person_id, at, unit_id)"
			    " VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?, ?, ?)"),
			VALS(V(ctx->office), V(c->id), V(no), V(text), V(day), V(day), V(at),
				V(ctx->actor->person_id), V(ctx->now), V(c->owner_unit_id)),
			err);
	if (rc == XQ_OK)
		rc = tally_add_at(
			ctx, c, "promise", (struct tally_place){ c->owner_unit_id, at }, 1, err);
	if (rc != XQ_OK)
		return rc;
	*out_no = no;
	struct event_part part = { "promise", 0, str_of(part_json(ctx->mem, "text", text)) };
	struct act_event e = { .kind = &ev_promised,
		EVENT_VALUES(EV_AT("due", at), EV_N("no", no)),
		.part = &part,
		.n_parts = 1 };
	return concern_emit(ctx, c, &e, err);
}

static enum xq_rc
promise_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	int64_t at, no = 0;
	int32_t day = (int32_t)form_int(in, "day");
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc == XQ_OK)
		rc = working_day_due(ctx, day, "day", &at, err);
	if (rc == XQ_OK)
		rc = promise_add(ctx, &s.c, form_text(in, "text"), day, &no, err);
	if (rc != XQ_OK)
		return rc;
	act_result_int(ctx, "no", no);
	return concern_step_note(ctx, &s.c, form_text(in, "text"), true, err);
}

static enum xq_rc
keep_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	struct promise p = { 0 };
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc == XQ_OK)
		rc = load_open(ctx, s.c.id, form_int(in, "no"), &p, err);
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx,
			SQL("UPDATE promise SET state = 1, kept_at = ?, note = ?, is_late = ?"
			    " WHERE office = ? AND concern_id = ? AND no = ?"),
			VALS(V(ctx->now), V(form_str(in, "note")),
				V(p.is_late || ctx->now > p.due_at), V(ctx->office), V(s.c.id),
				V((int64_t)p.no)),
			err);
	if (rc == XQ_OK)
		rc = carry_settled(ctx, s.c.id, err);
	if (rc == XQ_OK && ctx->now <= p.due_at)
		rc = tally_add_at(ctx, &s.c, "promise-kept",
			(struct tally_place){ p.unit_id, p.due_at }, 1, err);
	struct act_event e = { .kind = &ev_promise_kept, EVENT_VALUES(EV_N("no", p.no)) };
	if (rc == XQ_OK)
		rc = concern_emit(ctx, &s.c, &e, err);
	return rc == XQ_OK ? concern_step_note(ctx, &s.c, form_text(in, "note"), true, err) : rc;
}

static enum xq_rc
move_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	struct promise p = { 0 };
	int64_t at = 0;
	int32_t day = (int32_t)form_int(in, "day");
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc == XQ_OK)
		rc = load_open(ctx, s.c.id, form_int(in, "no"), &p, err);
	if (rc == XQ_OK)
		rc = working_day_due(ctx, day, "day", &at, err);
	if (rc == XQ_OK && day <= p.due_day)
		return xq_refuse(err, "day", "promise.not-later");
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx,
			SQL("UPDATE promise SET due_day = ?, due_at = ?, moved = moved + 1, note = ?,"
			    " why = ?, is_late = ? WHERE office = ? AND concern_id = ? AND no = ?"),
			VALS(V(day), V(at), V(form_str(in, "note")), V(form_text(in, "why")),
				V(p.is_late || ctx->now > p.due_at), V(ctx->office), V(s.c.id),
				V((int64_t)p.no)),
			err);
	if (rc == XQ_OK)
		rc = carry_settled(ctx, s.c.id, err);
	if (rc == XQ_OK) /* it counts on the day that was told last (ledger.md 8) */
		rc = tally_add_at(
			ctx, &s.c, "promise", (struct tally_place){ p.unit_id, p.due_at }, -1, err);
	if (rc == XQ_OK)
		rc = tally_add_at(
			ctx, &s.c, "promise", (struct tally_place){ p.unit_id, at }, 1, err);
	struct act_event e = { .kind = &ev_promise_moved,
		EVENT_VALUES(EV_AT("due", at), EV_N("no", p.no), EV("why", form_text(in, "why"))) };
	if (rc == XQ_OK)
		rc = concern_emit(ctx, &s.c, &e, err);
	return rc == XQ_OK ? concern_step_note(ctx, &s.c, form_text(in, "note"), true, err) : rc;
}

/* ---- the day passes --------------------------------------------------------------------------------- */

/* A job names one number; a promise is found by two. */
static enum xq_rc
late_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	struct rows *q = db_query(tx,
		SQL("SELECT concern_id, no FROM promise WHERE office = ? AND state = 0 AND due_at < ?"
		    " AND is_late = 0 ORDER BY due_at, concern_id, no LIMIT ?"),
		VALS(V(office), V(now), V((int64_t)max)));
	size_t n = 0;
	while (n < max && row_next(q))
		out_id[n++] = row_int(q, 0) * NO_FACTOR + row_int(q, 1);
	*out_n = n;
	return rows_close(q, err);
}

static enum xq_rc
late_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	int64_t id = form_int(in, "id") / NO_FACTOR, no = form_int(in, "id") % NO_FACTOR;
	struct concern c;
	struct promise p = { 0 };
	enum xq_rc rc = concern_load(ctx->tx, ctx->mem, ctx->office, id, &c, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, NULL, "store.changed");
	if (rc == XQ_OK)
		rc = load_open(ctx, id, no, &p, err);
	if (rc == XQ_OK && (p.is_late || p.due_at >= ctx->now))
		return xq_refuse(err, NULL, "store.changed");
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx,
			SQL("UPDATE promise SET is_late = 1"
			    " WHERE office = ? AND concern_id = ? AND no = ?"),
			VALS(V(ctx->office), V(id), V(no)), err);
	if (rc == XQ_OK)
		rc = tell_staff(ctx, &c, "promise.late", c.owner_person_id, err);
	if (rc == XQ_OK && c.tracker_person_id != c.owner_person_id)
		rc = tell_staff(ctx, &c, "promise.late", c.tracker_person_id, err);
	act_subject(ctx, "concern", id);
	return rc;
}

/* ---- the year turns --------------------------------------------------------------------------------- */

/* Concerns with a promise whose day passed in an earlier year; each is asked about once a year. A job has
 * no app at hand: the offices of one folder keep one time. */
static enum xq_rc
carry_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	int64_t year = day_year(day_of(now, TZ_CHINA));
	struct rows *q = db_query(tx,
		SQL("SELECT p.concern_id FROM promise p"
		    " JOIN concern c ON c.office = p.office AND c.id = p.concern_id"
		    " WHERE p.office = ? AND p.state = 0 AND p.due_at < ?"
		    " AND (c.carry_year IS NULL OR c.carry_year < ?)"
		    " GROUP BY p.concern_id ORDER BY p.concern_id LIMIT ?"),
		VALS(V(office), V(day_start(day_make((int)year, 1, 1), TZ_CHINA)), V(year),
			V((int64_t)max)));
	return rows_ids(q, max, out_id, out_n, err);
}

static enum xq_rc
carry_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct concern c;
	int32_t tz_s = app_office(ctx->app, ctx->office)->tz_s;
	enum xq_rc rc = concern_load(ctx->tx, ctx->mem, ctx->office, form_int(in, "id"), &c, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, NULL, "store.changed");
	if (rc == XQ_OK)
		rc = db_exec_one(ctx->tx,
			SQL("UPDATE concern SET carry_year = ? WHERE office = ? AND id = ?"),
			VALS(V(day_year(day_of(ctx->now, tz_s))), V(ctx->office), V(c.id)), err);
	if (rc == XQ_OK)
		rc = tell_staff(ctx, &c, "promise.carry", c.owner_person_id, err);
	act_subject(ctx, "concern", c.id);
	return rc;
}

/* clang-format off */
const struct choice promise_reasons[] = {
	{ "parts", N_("Parts or material are missing") },
	{ "weather", N_("The weather") },
	{ "others", N_("Others have not done their part") },
	{ "money", N_("The money is not there yet") },
	{ "wrong", N_("We planned it badly") },
	{ NULL, NULL },
};

static const struct field promise_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "text", FIELD_TEXT, .required = true, .min = 2, .max = 120, .label = N_("What is promised"),
		.hint = N_("The resident reads it and can hold us to it"), .privacy = PRIVACY_PERSONAL },
	{ "day", FIELD_DAY, .required = true, .label = N_("By which working day") },
	{ .name = NULL },
};

static const struct field keep_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "no", FIELD_INT, .required = true, .min = 1, .max = PROMISES_MAX, .label = N_("Number of the promise") },
	{ "note", FIELD_LINES, .required = true, .max = 200, .label = N_("How it was kept"),
		.hint = N_("The resident reads this") },
	{ .name = NULL },
};

static const struct field move_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "no", FIELD_INT, .required = true, .min = 1, .max = PROMISES_MAX, .label = N_("Number of the promise") },
	{ "day", FIELD_DAY, .required = true, .label = N_("New working day") },
	{ "why", FIELD_CHOICE, .required = true, .choices = promise_reasons, .label = N_("Why") },
	{ "note", FIELD_LINES, .required = true, .max = 200, .label = N_("In the resident's words") },
	{ .name = NULL },
};

static const struct field late_fields[] = { { "id", FIELD_ID, .required = true }, { .name = NULL } };
/* clang-format on */

const struct act concern_promise = {
	.name = "concern.promise",
	.title = N_("Promise something"),
	.help = N_("With a working day. It is tracked until it is kept, also after closing."),
	.who = PERM_HANDLE,
	.fields = promise_fields,
	.apply = promise_apply,
	.events = (const struct event_kind *const[]){ &ev_promised, NULL },
};

const struct act promise_keep = {
	.name = "promise.keep",
	.title = N_("The promise is kept"),
	.who = PERM_HANDLE,
	.fields = keep_fields,
	.apply = keep_apply,
	.events = (const struct event_kind *const[]){ &ev_promise_kept, NULL },
};

const struct act promise_move = {
	.name = "promise.move",
	.title = N_("Move the promised day"),
	.help = N_("The first day stays on record, and the resident reads the reason."),
	.who = PERM_HANDLE,
	.fields = move_fields,
	.apply = move_apply,
	.events = (const struct event_kind *const[]){ &ev_promise_moved, NULL },
};

const struct act promise_late = {
	.name = "promise.late",
	.title = N_("Note that a promised day has passed"),
	.who = PERM_SYSTEM,
	.fields = late_fields,
	.apply = late_apply,
	.is_quiet = true, /* the record shows it by the day that passed */
	.is_hidden = true,
};

const struct job promise_late_job = { "promise.late", &promise_late, late_find };

const struct act promise_carry = {
	.name = "promise.carry",
	.title = N_("Ask why a promise of last year is still open"),
	.who = PERM_SYSTEM,
	.fields = late_fields,
	.apply = carry_apply,
	.is_quiet = true, /* the reason is the fact, and the owner gives it by promise.move */
	.is_hidden = true,
};

const struct job promise_carry_job = { "promise.carry", &promise_carry, carry_find };
