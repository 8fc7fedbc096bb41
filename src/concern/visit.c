/* SPDX-License-Identifier: Apache-2.0 */
/* visit.c - a visit at home is offered, never announced. What keeps it from becoming pressure (E05): it
 * hangs on one concern that is open or was closed not long ago; two go; the household may decline and need
 * not say why, and then nobody asks again for 90 days; each is offered by hand and the office has few on one
 * day, so that no sweep before a meeting or a holiday can come of it. Nothing here knows a person: the
 * table has no key to one, and no act has a field for a grade, a photo or a reason of those who decline. */
#include "concern/visit.h"

#include "concern/explain.h"

#include "concern/concern_int.h"
#include "core/mem.h"
#include "identity/account.h"

#include "core/banned.h"

const struct choice visit_purposes[] = {
	{ "explain", N_("Explain the answer at home") },
	{ "support", N_("Ask how things are") },
	{ NULL, NULL },
};

const struct choice visit_answers[] = {
	{ "accepted", N_("The household says yes") },
	{ "declined", N_("The household does not want a visit") },
	{ NULL, NULL },
};

static const struct table_decl visit_tables[] = {
	{ .name = "concern_visit", .class = TABLE_OFFICE, .grows = true },
	{ .name = NULL },
};

/* clang-format off */
const struct migration concern_migration_12 = {
	.module = "concern",
	.number = 12,
	.ddl =
	"CREATE TABLE concern_visit ("
	" office integer NOT NULL, concern_id integer NOT NULL, no integer NOT NULL,"
	" state integer NOT NULL CHECK (state IN (0, 1, 2, 3, 4)), purpose text NOT NULL,"
	" about text NOT NULL, day integer NOT NULL, first_id integer NOT NULL, second_id integer NOT NULL,"
	" offered_at integer NOT NULL, offered_by integer NOT NULL,"
	" answered_at integer, held_on integer, told text, heard text,"
	" PRIMARY KEY (office, concern_id, no),"
	" FOREIGN KEY (office, concern_id) REFERENCES concern (office, id),"
	" FOREIGN KEY (office, first_id) REFERENCES person (office, id),"
	" FOREIGN KEY (office, second_id) REFERENCES person (office, id));\n"
	"CREATE UNIQUE INDEX concern_visit_one ON concern_visit (office, concern_id) WHERE state < 2;\n"
	"CREATE INDEX concern_visit_ahead ON concern_visit (office, day, concern_id) WHERE state < 2;\n",
	.tables = visit_tables,
};
/* clang-format on */

/* ---- reading -------------------------------------------------------------------------------------- */

#define VISIT                                                                                      \
	"SELECT v.concern_id, c.file_no, v.no, v.state, c.title, v.purpose, v.about, v.day,"       \
	" v.held_on, v.first_id, v.second_id, a.name, b.name, v.told, v.heard, v.offered_at,"      \
	" v.answered_at FROM concern_visit v"                                                      \
	" JOIN concern c ON c.office = v.office AND c.id = v.concern_id"                           \
	" JOIN person a ON a.office = v.office AND a.id = v.first_id"                              \
	" JOIN person b ON b.office = v.office AND b.id = v.second_id"

static enum xq_rc
read_visits(
	struct rows *q, void *mem, size_t max, struct visit *out, size_t *out_n, struct xq_err *err)
{
	size_t n = 0;
	while (n < max && row_next(q))
		out[n++] = (struct visit){ .concern_id = row_int(q, 0),
			.file_no = row_int(q, 1),
			.no = (int)row_int(q, 2),
			.state = (enum visit_state)row_int(q, 3),
			.title = row_text(q, 4, mem),
			.purpose = row_text(q, 5, mem),
			.about = row_text(q, 6, mem),
			.day = (int32_t)row_int(q, 7),
			.held_on = (int32_t)row_int(q, 8),
			.visitor_id = { row_int(q, 9), row_int(q, 10) },
			.visitor = { row_text(q, 11, mem), row_text(q, 12, mem) },
			.told = row_text(q, 13, mem),
			.heard = row_text(q, 14, mem),
			.offered_at = row_int(q, 15),
			.answered_at = row_int(q, 16) };
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK)
		*out_n = n;
	return rc;
}

enum xq_rc
visit_list(struct tx *tx, void *mem, int64_t office, int64_t concern_id,
	struct visit out[VISITS_MAX], size_t *out_n, struct xq_err *err)
{
	return read_visits(db_query(tx,
				   SQL(VISIT " WHERE v.office = ? AND v.concern_id = ?"
					     " ORDER BY v.no LIMIT ?"),
				   VALS(V(office), V(concern_id), V((int64_t)VISITS_MAX))),
		mem, VISITS_MAX, out, out_n, err);
}

/* The office has few ahead at any time, so no index leads from a person to them. */
enum xq_rc
visit_ahead(struct tx *tx, void *mem, int64_t office, int64_t person_id, size_t max,
	struct visit **out, size_t *out_n, struct xq_err *err)
{
	*out = mem_array(mem, struct visit, max + 1);
	return read_visits(db_query(tx,
				   SQL(VISIT " WHERE v.office = ? AND v.state < 2"
					     " AND (v.first_id = ? OR v.second_id = ?)"
					     " ORDER BY v.day, v.concern_id LIMIT ?"),
				   VALS(V(office), V(person_id), V(person_id), V((int64_t)max))),
		mem, max, *out, out_n, err);
}

enum xq_rc
visit_is_ahead_for(struct tx *tx, int64_t office, int64_t concern_id, int64_t person_id, bool *out,
	struct xq_err *err)
{
	int64_t n = 0;
	enum xq_rc rc = db_int(tx,
		SQL("SELECT count(*) FROM concern_visit WHERE office = ? AND concern_id = ?"
		    " AND state < 2 AND (first_id = ? OR second_id = ?)"),
		VALS(V(office), V(concern_id), V(person_id), V(person_id)), &n, err);
	*out = rc == XQ_OK && n > 0;
	return rc;
}

/* ---- what is possible ----------------------------------------------------------------------------- */

static bool
is_ahead(const struct visit *v)
{
	return v && (v->state == VISIT_OFFERED || v->state == VISIT_ACCEPTED);
}

static bool
is_visitor(const struct actor *a, const struct visit *v)
{
	return a->person_id == v->visitor_id[0] || a->person_id == v->visitor_id[1];
}

/* Who answers for the concern, who listened first, the head of the unit, and a leader. */
static bool
answers_for(const struct actor *a, const struct concern *c)
{
	return a->person_id == c->owner_person_id || a->person_id == c->tracker_person_id ||
	       actor_may(a, PERM_LEAD) || actor_may_for_unit(a, PERM_APPROVE, c->owner_unit_id);
}

/* What was ended otherwise than by an answer is not followed up at home: it was withdrawn, or is another
 * body's. */
static bool
is_fresh(const struct visit_ask *a)
{
	if (concern_is_open(a->c->state))
		return true;
	return a->c->state == ST_CLOSED &&
	       day_diff(day_of(a->c->closed_at, a->tz_s), a->today) <= VISIT_CLOSED_DAYS;
}

static const char *
offer_refusal(const struct visit_ask *a)
{
	if (!answers_for(a->actor, a->c))
		return "visit.not-yours";
	if (a->c->lane == LANE_SEALED)
		return "visit.sealed";
	if (!is_fresh(a))
		return "visit.too-long-ago";
	if (is_ahead(a->last) && a->last->day >= a->today)
		return "visit.open";
	if (a->last && a->last->state == VISIT_DECLINED &&
		day_diff(day_of(a->last->answered_at, a->tz_s), a->today) <= VISIT_DECLINED_DAYS)
		return "visit.was-declined";
	return a->last && a->last->no >= VISITS_MAX ? "concern.too-many" : NULL;
}

/* A household may change its mind until they are there. */
static const char *
answer_refusal(const struct visit_ask *a)
{
	if (!is_ahead(a->last))
		return "visit.none";
	return answers_for(a->actor, a->c) || is_visitor(a->actor, a->last) ? NULL
	                                                                    : "visit.not-yours";
}

static const char *
done_refusal(const struct visit_ask *a)
{
	if (!is_ahead(a->last))
		return "visit.none";
	if (!is_visitor(a->actor, a->last))
		return "visit.not-visitor";
	return a->last->state == VISIT_ACCEPTED ? NULL : "visit.not-accepted";
}

const char *
visit_refusal(const struct visit_ask *a)
{
	return a->act == &visit_offer    ? offer_refusal(a)
	       : a->act == &visit_answer ? answer_refusal(a)
	                                 : done_refusal(a);
}

/* The concern with its newest visit, and whether this act may be done on it. no 0: there was none. */
static enum xq_rc
visit_begin(struct act_ctx *ctx, const struct form *in, struct concern *c, struct visit *last,
	struct xq_err *err)
{
	struct visit list[VISITS_MAX];
	size_t n = 0;
	enum xq_rc rc =
		concern_by_file_no(ctx->tx, ctx->mem, ctx->office, form_int(in, "concern"), c, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, "concern", "concern.unknown");
	if (rc == XQ_OK)
		rc = visit_list(ctx->tx, ctx->mem, ctx->office, c->id, list, &n, err);
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "concern", c->id);
	*last = n > 0 ? list[n - 1] : (struct visit){ .no = 0, .purpose = "" };
	int32_t tz_s = app_office(ctx->app, ctx->office)->tz_s;
	const char *no = visit_refusal(&(struct visit_ask){ .act = ctx->act,
		.actor = ctx->actor,
		.c = c,
		.last = n > 0 ? last : NULL,
		.today = day_of(ctx->now, tz_s),
		.tz_s = tz_s });
	return no ? xq_refuse(err, NULL, no) : XQ_OK;
}

/* ---- offering ------------------------------------------------------------------------------------- */

struct faults {
	struct act_ctx *ctx;
	size_t n;
};

static void
add_fault(struct faults *f, const char *field, const char *key)
{
	struct xq_err e = { 0 };
	(void)xq_refuse(&e, field, key); /* one of several */
	form_add_fault(&f->ctx->call->form, &e);
	f->n++;
}

static enum xq_rc
check_day(struct faults *f, int32_t day, struct xq_err *err)
{
	struct act_ctx *ctx = f->ctx;
	int32_t today = day_of(ctx->now, app_office(ctx->app, ctx->office)->tz_s);
	int64_t n = 0;
	enum xq_rc rc = db_int(ctx->tx,
		SQL("SELECT count(*) FROM concern_visit WHERE office = ? AND day = ? AND state < 2"),
		VALS(V(ctx->office), V(day)), &n, err);
	if (rc != XQ_OK)
		return rc;
	if (day < today || day_diff(today, day) > VISIT_AHEAD_DAYS)
		add_fault(f, "day", "visit.day");
	else if (n >= VISITS_A_DAY)
		add_fault(f, "day", "visit.day-full");
	return XQ_OK;
}

static enum xq_rc
check_visitor(struct faults *f, const struct form *in, const char *field, int64_t *out_person,
	struct xq_err *err)
{
	struct account who;
	enum xq_rc rc = account_by_login(
		f->ctx->tx, f->ctx->mem, f->ctx->office, form_str(in, field), &who, err);
	if (rc == XQ_FAULT || rc == XQ_BUSY)
		return rc;
	*out_person = rc == XQ_OK && who.is_open ? who.person_id : 0;
	if (*out_person == 0)
		add_fault(f, field, "account.unknown");
	return XQ_OK;
}

static enum xq_rc
offer_check(struct act_ctx *ctx, const struct form *in, int64_t who[2], struct xq_err *err)
{
	struct faults f = { .ctx = ctx };
	enum xq_rc rc = check_day(&f, (int32_t)form_int(in, "day"), err);
	if (rc == XQ_OK)
		rc = check_visitor(&f, in, "first", &who[0], err);
	if (rc == XQ_OK)
		rc = check_visitor(&f, in, "second", &who[1], err);
	if (rc != XQ_OK)
		return rc;
	if (who[0] != 0 && who[0] == who[1])
		add_fault(&f, "second", "visit.two");
	if (f.n == 0)
		return XQ_OK;
	rc = xq_refuse(err, NULL, "form.faults");
	xq_err_int(err, "n", (int64_t)f.n);
	return rc;
}

/* The day went by without a visit: it is over, and nobody is to blame for it. */
static enum xq_rc
lapse(struct act_ctx *ctx, const struct visit *v, struct xq_err *err)
{
	return db_exec_one(ctx->tx,
		SQL("UPDATE concern_visit SET state = 4 WHERE office = ? AND concern_id = ?"
		    " AND no = ? AND state < 2"),
		VALS(V(ctx->office), V(v->concern_id), V(v->no)), err);
}

static enum xq_rc
offer_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct concern c;
	struct visit last;
	int64_t who[2] = { 0, 0 };
	enum xq_rc rc = visit_begin(ctx, in, &c, &last, err);
	if (rc == XQ_OK)
		rc = offer_check(ctx, in, who, err);
	if (rc == XQ_OK && last.no > 0 && is_ahead(&last))
		rc = lapse(ctx, &last, err);
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx,
			SQL("INSERT INTO concern_visit (office, concern_id, no, state, purpose, about,"
			    " day, first_id, second_id, offered_at, offered_by)"
			    " VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?)"),
			VALS(V(ctx->office), V(c.id), V(last.no + 1), V(form_text(in, "purpose")),
				V(form_str(in, "about")), V(form_int(in, "day")), V(who[0]),
				V(who[1]), V(ctx->now), V(ctx->actor->person_id)),
			err);
	if (rc == XQ_OK)
		rc = act_note(ctx, err);
	if (rc == XQ_OK)
		rc = concern_step_note(ctx, &c, form_text(in, "about"), false, err);
	for (size_t i = 0; rc == XQ_OK && i < 2; i++)
		if (who[i] != ctx->actor->person_id)
			rc = tell_staff(ctx, &c, "visit.offered", who[i], err);
	return rc;
}

/* ---- the household's word ------------------------------------------------------------------------- */

static enum xq_rc
answer_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct concern c;
	struct visit last;
	bool is_yes = str_is(form_str(in, "answer"), "accepted");
	enum xq_rc rc = visit_begin(ctx, in, &c, &last, err);
	if (rc == XQ_OK)
		rc = db_exec_one(ctx->tx,
			SQL("UPDATE concern_visit SET state = ?, answered_at = ?"
			    " WHERE office = ? AND concern_id = ? AND no = ? AND state < 2"),
			VALS(V((int64_t)(is_yes ? VISIT_ACCEPTED : VISIT_DECLINED)), V(ctx->now),
				V(ctx->office), V(c.id), V(last.no)),
			err);
	if (rc == XQ_OK)
		rc = act_note(ctx, err);
	return rc == XQ_OK ? concern_step_note(ctx, &c, form_text(in, "answer"), false, err) : rc;
}

/* ---- it took place -------------------------------------------------------------------------------- */

static enum xq_rc
done_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct concern c;
	struct visit last;
	int32_t tz_s = app_office(ctx->app, ctx->office)->tz_s;
	int64_t held_on = form_int(in, "held_on");
	enum xq_rc rc = visit_begin(ctx, in, &c, &last, err);
	if (rc == XQ_OK &&
		(held_on > day_of(ctx->now, tz_s) || held_on < day_of(last.offered_at, tz_s)))
		return xq_refuse(err, "held_on", "visit.held-on");
	if (rc == XQ_OK)
		rc = db_exec_one(ctx->tx,
			SQL("UPDATE concern_visit SET state = 3, held_on = ?, told = ?, heard = ?"
			    " WHERE office = ? AND concern_id = ? AND no = ? AND state = 1"),
			VALS(V(held_on), V(form_str(in, "told")), V(form_str(in, "heard")),
				V(ctx->office), V(c.id), V(last.no)),
			err);
	if (rc == XQ_OK && text_eq(last.purpose, "explain"))
		rc = explain_by_visit(ctx, &c, (int32_t)held_on, form_str(in, "told"), err);
	if (rc == XQ_OK)
		rc = act_note(ctx, err);
	return rc == XQ_OK ? concern_step_note(ctx, &c, form_text(in, "heard"), false, err) : rc;
}

/* ---- what `xinqiao check` proves ------------------------------------------------------------------ */

static enum xq_rc
faults_free(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM concern_visit /* scan: check */ WHERE office = ?"
		    " AND (first_id = second_id OR (state = 3) <> (told IS NOT NULL)"
		    " OR (state = 3) <> (heard IS NOT NULL) OR (state = 3) <> (held_on IS NOT NULL)"
		    " OR (state IN (1, 2, 3) AND answered_at IS NULL))"),
		VALS(V(office)), out, err);
}

const struct invariant visit_is_free = { "visit.two-go-and-were-let-in", faults_free };

/* ---- the declarations ----------------------------------------------------------------------------- */

/* clang-format off */
static const struct field offer_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "purpose", FIELD_CHOICE, .required = true, .choices = visit_purposes, .label = N_("What the visit is for") },
	{ "about", FIELD_LINES, .required = true, .min = 4, .max = 300, .label = N_("What you want to talk about"),
		.hint = N_("The matter only; nothing about the people who live there"), .privacy = PRIVACY_PERSONAL },
	{ "day", FIELD_DAY, .required = true, .label = N_("Day of the visit"),
		.hint = N_("At most 30 days ahead, as it suits the household") },
	{ "first", FIELD_CODE, .required = true, .label = N_("Who goes") },
	{ "second", FIELD_CODE, .required = true, .label = N_("Who goes along"),
		.hint = N_("Always two") },
	{ .name = NULL },
};

/* A yes or a no. There is no place for the reason of those who decline. */
static const struct field answer_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "answer", FIELD_CHOICE, .required = true, .choices = visit_answers, .label = N_("What the household says") },
	{ .name = NULL },
};

static const struct field done_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "held_on", FIELD_DAY, .required = true, .label = N_("Day on which you were there") },
	{ "told", FIELD_LINES, .required = true, .min = 4, .max = 1000, .label = N_("What you told"),
		.privacy = PRIVACY_PERSONAL },
	{ "heard", FIELD_LINES, .required = true, .min = 4, .max = 1000, .label = N_("What you heard"),
		.hint = N_("In the household's words; no opinion about people"), .privacy = PRIVACY_PERSONAL },
	{ .name = NULL },
};

const struct msg_text visit_messages[] = {
	{ "visit.not-yours", N_("Who is responsible, who took it down, the head of the unit or a leader arranges a visit.") },
	{ "visit.sealed", N_("This was raised in confidence. A visit at home would show the neighbours; please telephone.") },
	{ "visit.too-long-ago", N_("A visit belongs to a concern that is open, or was closed within the last 90 days.") },
	{ "visit.open", N_("A visit has been offered already. Please wait for its day or note the answer.") },
	{ "visit.was-declined", N_("The household did not want a visit. Nobody asks again within 90 days.") },
	{ "visit.none", N_("No visit is ahead for this concern.") },
	{ "visit.not-visitor", N_("One of the two who were there notes the visit.") },
	{ "visit.not-accepted", N_("The household has not said yes. Please ask first, and note the answer.") },
	{ "visit.day", N_("Please choose a day from today on, at most 30 days ahead.") },
	{ "visit.day-full", N_("The office has five visits on this day, and not more: visits are not made in a sweep. Please choose another day.") },
	{ "visit.two", N_("Two different people go.") },
	{ "visit.held-on", N_("Please give the day on which you were there: not before the offer, and not in the future.") },
	{ NULL, NULL },
};
/* clang-format on */

#define VISIT_ACT(var, name_, title_, help_, fields_, apply_)                                      \
	const struct act var = { .name = (name_),                                                  \
		.title = (title_),                                                                 \
		.help = (help_),                                                                   \
		.who = PERM_STAFF,                                                                 \
		.fields = (fields_),                                                               \
		.apply = (apply_),                                                                 \
		.events = (const struct event_kind *const[]){ &ev_office_noted, NULL } }

VISIT_ACT(visit_offer, "visit.offer", N_("Offer a visit at home"),
	N_("The household decides. Saying no needs no reason and counts against nobody; then nobody asks again for 90 days."),
	offer_fields, offer_apply);
VISIT_ACT(visit_answer, "visit.answer", N_("Note whether the household wants the visit"),
	N_("Only yes or no is noted. The household may change its mind until you are there."),
	answer_fields, answer_apply);
VISIT_ACT(visit_done, "visit.done", N_("Note the visit"),
	N_("What was told and what was heard about the matter. No photos, no grades, no words about the people."),
	done_fields, done_apply);
