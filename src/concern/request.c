/* SPDX-License-Identifier: Apache-2.0 */
/* request.c - asking to give a concern back and asking for more time; both are ruled on by somebody
 * outside the asking unit. A return moves nothing until the new unit accepts, and stops no clock; an
 * extension is the only thing beside parking that moves the resident's day (decisions.md 1, 13). */
#include "concern/concern_int.h"
#include "concern/taken.h"

#include "core/mem.h"

#include "core/banned.h"

enum { REQUESTS_MAX = 20 };

/* ---- reading -------------------------------------------------------------------------------------- */

#define REQUEST_COLUMNS                                                                             \
	"SELECT r.id, r.concern_id, r.kind, r.state, r.why, r.basis, r.note, r.to_unit_id, t.name," \
	" t.public_code, r.wanted_day, r.back_state, r.asked_by, r.asked_unit, r.asked_at,"         \
	" r.due_at, p.name, u.name, r.ruled_at, s.name, r.ruling"                                   \
	" FROM request r"                                                                           \
	" JOIN person p ON p.office = r.office AND p.id = r.asked_by"                               \
	" JOIN unit u ON u.office = r.office AND u.id = r.asked_unit"                               \
	" LEFT JOIN unit t ON t.office = r.office AND t.id = r.to_unit_id"                          \
	" LEFT JOIN person s ON s.office = r.office AND s.id = r.ruled_by"

static struct request
read_request(struct rows *q, void *mem)
{
	return (struct request){
		.id = row_int(q, 0),
		.concern_id = row_int(q, 1),
		.kind = (enum request_kind)row_int(q, 2),
		.state = (enum request_state)row_int(q, 3),
		.why = row_text(q, 4, mem),
		.basis = row_text(q, 5, mem),
		.note = row_text(q, 6, mem),
		.to_unit_id = row_int(q, 7),
		.to_unit = row_text(q, 8, mem),
		.to_unit_code = row_text(q, 9, mem),
		.wanted_day = (int32_t)row_int(q, 10),
		.back = (enum concern_state)row_int(q, 11),
		.asked_by = row_int(q, 12),
		.asked_unit = row_int(q, 13),
		.asked_at = row_int(q, 14),
		.due_at = row_int(q, 15),
		.asked_name = row_text(q, 16, mem),
		.asked_unit_name = row_text(q, 17, mem),
		.ruled_at = row_int(q, 18),
		.ruled_name = row_text(q, 19, mem),
		.ruling = row_text(q, 20, mem),
	};
}

enum xq_rc
requests_open(struct tx *tx, void *mem, int64_t office, int64_t concern_id,
	const struct request *out[2], struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL(REQUEST_COLUMNS " WHERE r.office = ? AND r.concern_id = ? AND r.state = 0"),
		VALS(V(office), V(concern_id)));
	out[REQUEST_RETURN] = out[REQUEST_EXTENSION] = NULL;
	while (row_next(q)) {
		struct request *r = mem_new(mem, struct request);
		*r = read_request(q, mem);
		out[r->kind] = r; /* at most one of each: request_one */
	}
	return rows_close(q, err);
}

enum xq_rc
request_open(struct tx *tx, void *mem, int64_t office, int64_t concern_id, enum request_kind kind,
	struct request *out, struct xq_err *err)
{
	const struct request *open[2];
	enum xq_rc rc = requests_open(tx, mem, office, concern_id, open, err);
	if (rc != XQ_OK || !open[kind])
		return rc != XQ_OK ? rc : XQ_NONE;
	*out = *open[kind];
	return XQ_OK;
}

enum xq_rc
request_list(struct tx *tx, void *mem, int64_t office, int64_t concern_id, struct request **out,
	size_t *out_n, struct xq_err *err)
{
	struct request *list = mem_array(mem, struct request, REQUESTS_MAX);
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL(REQUEST_COLUMNS
			" WHERE r.office = ? AND r.concern_id = ? ORDER BY r.id LIMIT ?"),
		VALS(V(office), V(concern_id), V((int64_t)REQUESTS_MAX)));
	while (n < REQUESTS_MAX && row_next(q))
		list[n++] = read_request(q, mem);
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

/* ---- writing -------------------------------------------------------------------------------------- */

struct ask {
	enum request_kind kind;
	const char *why, *basis, *note;
	int64_t to_unit_id;
	int32_t wanted_day;
	int64_t unit_id; /* the unit that asks */
	enum concern_state back;
};

static enum xq_rc
ask_keep(struct act_ctx *ctx, const struct concern *c, const struct ask *a, struct xq_err *err)
{
	struct due due;
	struct limit limit;
	int64_t id = 0;
	enum xq_rc rc = due_of(ctx, "ruling", ctx->now, &due, &limit, err);
	if (rc == XQ_OK)
		rc = db_next(ctx->tx, ctx->office, "request", &id, err);
	if (rc != XQ_OK)
		return rc;
	act_result_int(ctx, "ruling_day", due.effective_day);
	return db_exec(ctx->tx,
		SQL("INSERT INTO request (office, id, concern_id, kind, state, why, basis, note,"
		    " to_unit_id, wanted_day, back_state, asked_by, asked_unit, asked_at, due_at)"
		    " VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
		VALS(V(ctx->office), V(id), V(c->id), V((int64_t)a->kind), V(a->why), V(a->basis),
			V(a->note), V_OR_NULL(a->to_unit_id, a->to_unit_id), V(a->wanted_day),
			V((int64_t)a->back), V(ctx->actor->person_id), V(a->unit_id), V(ctx->now),
			V(due.at)),
		err);
}

static enum xq_rc
rule_keep(struct act_ctx *ctx, const struct request *r, enum request_state to, const char *ruling,
	struct xq_err *err)
{
	return db_exec_one(ctx->tx,
		SQL("UPDATE request SET state = ?, ruled_by = ?, ruled_unit = ?, ruled_at = ?,"
		    " ruling = ? WHERE office = ? AND id = ? AND state = 0"),
		VALS(V((int64_t)to), V(ctx->actor->person_id), V(ctx->actor->unit_id), V(ctx->now),
			V(ruling), V(ctx->office), V(r->id)),
		err);
}

/* How often such a request was decided so before; for_why NULL: whatever the reason. */
static enum xq_rc
count_ruled(struct act_ctx *ctx, const struct concern *c, enum request_kind kind,
	enum request_state state, const char *for_why, int64_t *out, struct xq_err *err)
{
	return db_int(ctx->tx,
		SQL("SELECT count(*) FROM request WHERE office = ? AND concern_id = ? AND kind = ?"
		    " AND state = ? AND why = coalesce(?, why)"),
		VALS(V(ctx->office), V(c->id), V((int64_t)kind), V((int64_t)state), V(for_why)),
		out, err);
}

/* ---- return --------------------------------------------------------------------------------------- */

/* Since when the unit that wants to give back has had the concern. */
static enum xq_rc
held_since(struct act_ctx *ctx, const struct step_load *s, int64_t *out, struct xq_err *err)
{
	if (s->c.state == ST_ASSIGNED) {
		*out = s->open.offered_at;
		return XQ_OK;
	}
	enum xq_rc rc = db_int(ctx->tx,
		SQL("SELECT from_at FROM owner_span WHERE office = ? AND concern_id = ?"
		    " AND until_at IS NULL"),
		VALS(V(ctx->office), V(s->c.id)), out, err);
	return rc == XQ_NONE ? xq_fault(err, "concern.no-span", "concern %lld", (long long)s->c.id)
	                     : rc;
}

/* In time, not ruled on before for the same reason, and to a unit that is another one. */
static enum xq_rc
may_ask_return(struct act_ctx *ctx, const struct form *in, const struct step_load *s,
	int64_t asking_unit, struct unit *out_to, struct xq_err *err)
{
	enum xq_rc rc =
		unit_by_code(ctx->tx, ctx->mem, ctx->office, form_str(in, "unit"), out_to, err);
	if (rc == XQ_NONE || (rc == XQ_OK && !out_to->is_active))
		return xq_refuse(err, "unit", "concern.unit-unknown");
	if (rc == XQ_OK && out_to->id == asking_unit)
		return xq_refuse(err, "unit", "concern.offer-to-self");
	int64_t since = 0, refused = 0;
	if (rc == XQ_OK)
		rc = held_since(ctx, s, &since, err);
	struct due last;
	struct limit limit;
	if (rc == XQ_OK)
		rc = due_of(ctx, "return", since, &last, &limit, err);
	if (rc == XQ_OK && ctx->now > last.at) {
		rc = xq_refuse(err, NULL, "return.too-late");
		xq_err_time(err, "until", last.at);
	}
	if (rc == XQ_OK)
		rc = count_ruled(ctx, &s->c, REQUEST_RETURN, REQUEST_REFUSED, form_text(in, "why"),
			&refused, err);
	return rc == XQ_OK && refused > 0 ? xq_refuse(err, "why", "return.ruled-before") : rc;
}

static enum xq_rc
ask_return_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc != XQ_OK)
		return rc;
	bool is_offered = s.c.state == ST_ASSIGNED;
	int64_t unit = is_offered ? s.open.to_unit_id : s.c.owner_unit_id;
	struct unit to = { 0 };
	rc = may_ask_return(ctx, in, &s, unit, &to, err);
	if (rc == XQ_OK && is_offered) /* the sender owns on; the offer has ended */
		rc = offer_end(ctx, &s.open, OFFER_DECLINED, "return-asked", err);
	if (rc == XQ_OK)
		rc = ask_keep(ctx, &s.c,
			&(struct ask){ .kind = REQUEST_RETURN,
				.why = form_text(in, "why"),
				.basis = form_text(in, "basis"),
				.note = form_text(in, "note"),
				.to_unit_id = to.id,
				.unit_id = unit,
				.back = s.c.state },
			err);
	struct act_event e = { .kind = &ev_return_asked,
		EVENT_VALUES(EV("why", form_text(in, "why"))) };
	if (rc == XQ_OK)
		rc = concern_emit(ctx, &s.c, &e, err);
	if (rc != XQ_OK)
		return rc;
	return concern_save(ctx, &s.c,
		&(struct step_change){ .to = s.step->to, .note = to.name, .is_for_resident = true },
		err);
}

/* Granted: offered to the proposed unit. Refused after an assignment: offered again to the unit that
 * asked. Either way an assignment, which cannot be declined. */
static enum xq_rc
rule_offer(struct act_ctx *ctx, struct step_load *s, int64_t to_unit, struct xq_err *err)
{
	bool was_offered = s->asked.back == ST_ASSIGNED;
	return offer_make(ctx, &s->c,
		&(struct offer_new){ .to_unit_id = to_unit,
			.why = "ruling",
			.note = "",
			.told = "",
			.by_catalogue = true,
			.back = was_offered ? ST_ACCEPTED : s->asked.back },
		err);
}

static enum xq_rc
rule_return_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc != XQ_OK)
		return rc;
	bool granted = text_eq(form_text(in, "decision"), "grant");
	bool was_offered = s.asked.back == ST_ASSIGNED;
	rc = rule_keep(ctx, &s.asked, granted ? REQUEST_GRANTED : REQUEST_REFUSED,
		form_text(in, "note"), err);
	struct act_event e = { .kind = granted ? &ev_return_granted : &ev_return_refused,
		EVENT_VALUES(EV("to", s.asked.to_unit_code)) };
	if (!granted || s.c.lane == LANE_SEALED)
		e.n_values = 0;
	if (rc == XQ_OK)
		rc = concern_emit(ctx, &s.c, &e, err);
	if (rc == XQ_OK)
		rc = tally_add_at(ctx, &s.c, granted ? "returned" : "return-refused",
			(struct tally_place){ s.asked.asked_unit, ctx->now }, 1, err);
	int64_t to_unit = granted ? s.asked.to_unit_id : was_offered ? s.asked.asked_unit : 0;
	if (rc == XQ_OK && to_unit != 0)
		rc = rule_offer(ctx, &s, to_unit, err);
	if (rc != XQ_OK)
		return rc;
	int to = to_unit != 0 ? ST_ASSIGNED : (int)s.asked.back;
	return concern_save(ctx, &s.c,
		&(struct step_change){ .to = to,
			.to_unit_id = to_unit,
			.note = form_text(in, "note"),
			.is_for_resident = granted },
		err);
}

/* ---- extension ------------------------------------------------------------------------------------ */

/* Later than the day that stands, not later than the limit for matters that need more time. */
static enum xq_rc
check_wanted(struct act_ctx *ctx, const struct concern *c, int32_t day, struct xq_err *err)
{
	int64_t at;
	struct due last;
	struct limit limit;
	enum xq_rc rc = working_day_due(ctx, day, "day", &at, err);
	if (rc == XQ_OK)
		rc = due_of(ctx, "extended", c->raised_at, &last, &limit, err);
	if (rc == XQ_OK)
		rc = taken_count(ctx, c->taken_at, limit, &last, err);
	if (rc != XQ_OK)
		return rc;
	if (day <= c->due_day) {
		rc = xq_refuse(err, "day", "extension.not-later");
		xq_err_day(err, "due", c->due_day);
	} else if (at > last.at) {
		rc = xq_refuse(err, "day", "extension.too-long");
		xq_err_day(err, "last", last.effective_day);
	}
	return rc;
}

static enum xq_rc
ask_extension_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc != XQ_OK)
		return rc;
	int64_t granted = 0;
	struct request open;
	if (ctx->now > s.c.due_at)
		return xq_refuse(err, NULL, "extension.after-due");
	rc = count_ruled(ctx, &s.c, REQUEST_EXTENSION, REQUEST_GRANTED, NULL, &granted, err);
	if (rc == XQ_OK && granted > 0)
		return xq_refuse(err, NULL, "extension.once");
	if (rc == XQ_OK)
		rc = request_open(
			ctx->tx, ctx->mem, ctx->office, s.c.id, REQUEST_EXTENSION, &open, err);
	if (rc == XQ_OK)
		return xq_refuse(err, NULL, "extension.asked");
	if (rc == XQ_NONE)
		rc = check_wanted(ctx, &s.c, (int32_t)form_int(in, "day"), err);
	if (rc == XQ_OK)
		rc = ask_keep(ctx, &s.c,
			&(struct ask){ .kind = REQUEST_EXTENSION,
				.why = form_text(in, "why"),
				.basis = "",
				.note = form_text(in, "note"),
				.wanted_day = (int32_t)form_int(in, "day"),
				.unit_id = s.c.owner_unit_id,
				.back = s.c.state },
			err);
	if (rc == XQ_OK)
		rc = act_note(ctx, err);
	return rc == XQ_OK ? concern_step_note(ctx, &s.c, form_text(in, "note"), false, err) : rc;
}

static enum xq_rc
grant_extension(struct act_ctx *ctx, struct step_load *s, const char *note, struct xq_err *err)
{
	int64_t at;
	enum xq_rc rc = working_day_due(ctx, s->asked.wanted_day, NULL, &at, err);
	if (rc != XQ_OK)
		return rc;
	due_move(ctx, &s->c, at, s->asked.wanted_day);
	struct act_event e = { .kind = &ev_due_moved,
		EVENT_VALUES(EV("by", s->c.lane == LANE_SEALED ? NULL : ctx->actor->unit_code),
			EV_AT("due", at), EV("why", "extension")) };
	rc = concern_emit(ctx, &s->c, &e, err);
	if (rc == XQ_OK)
		rc = tally_add_at(ctx, &s->c, mem_printf(ctx->mem, "extended.%s", s->asked.why),
			(struct tally_place){ s->asked.asked_unit, ctx->now }, 1, err);
	if (rc != XQ_OK)
		return rc;
	return concern_save(ctx, &s->c,
		&(struct step_change){ .to = (int)s->c.state,
			.note = note,
			.is_for_resident = true,
			.due_day = s->c.due_day },
		err);
}

static enum xq_rc
rule_extension_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc != XQ_OK)
		return rc;
	bool granted = text_eq(form_text(in, "decision"), "grant");
	rc = rule_keep(ctx, &s.asked, granted ? REQUEST_GRANTED : REQUEST_REFUSED,
		form_text(in, "note"), err);
	if (rc != XQ_OK)
		return rc;
	if (granted)
		return grant_extension(ctx, &s, form_text(in, "note"), err);
	rc = act_note(ctx, err);
	return rc == XQ_OK ? concern_step_note(ctx, &s.c, form_text(in, "note"), false, err) : rc;
}

/* ---- declarations --------------------------------------------------------------------------------- */

/* clang-format off */
static const struct choice decisions[] = {
	{ "grant", N_("Grant it") },
	{ "refuse", N_("Refuse it") },
	{ NULL, NULL },
};

static const struct field ask_return_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "unit", FIELD_CODE, .required = true, .label = N_("Which unit should handle it") },
	{ "why", FIELD_CHOICE, .required = true, .choices = ask_return_reasons, .label = N_("Why") },
	{ "basis", FIELD_TEXT, .required = true, .max = 200, .label = N_("Rule it rests on"),
		.hint = N_("Title and article, or the entry of the duty catalogue") },
	{ "note", FIELD_LINES, .max = 300, .label = N_("What else they should know") },
	{ .name = NULL },
};

static const struct field ruling_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "decision", FIELD_CHOICE, .required = true, .choices = decisions, .label = N_("Ruling") },
	{ "note", FIELD_LINES, .required = true, .max = 300, .label = N_("Reason"),
		.hint = N_("Both sides read it") },
	{ .name = NULL },
};

static const struct field ask_extension_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "day", FIELD_DAY, .required = true, .label = N_("New day for the answer") },
	{ "why", FIELD_CHOICE, .required = true, .choices = extension_reasons, .label = N_("Why") },
	{ "note", FIELD_TEXT, .required = true, .max = 120, .label = N_("In the resident's words"),
		.hint = N_("The resident reads this if it is granted") },
	{ .name = NULL },
};
/* clang-format on */

const struct act concern_ask_return = {
	.name = "concern.ask-return",
	.title = N_("Ask to give it back"),
	.help = N_("Somebody outside rules on it. Until then nothing moves and no clock stops."),
	.who = PERM_HANDLE,
	.fields = ask_return_fields,
	.apply = ask_return_apply,
	.events = (const struct event_kind *const[]){ &ev_return_asked, NULL },
};

const struct act concern_rule_return = {
	.name = "concern.rule-return",
	.title = N_("Rule on the return"),
	.help = N_(
		"Granted: offered to the other unit. Refused: it stays, and the same reason cannot be used again."),
	.who = PERM_RULE,
	.fields = ruling_fields,
	.apply = rule_return_apply,
	.events = (const struct event_kind *const[]){ &ev_return_granted, &ev_return_refused,
		&ev_offered, NULL },
};

const struct act concern_ask_extension = {
	.name = "concern.ask-extension",
	.title = N_("Ask for more time"),
	.help = N_("Before the day has passed, once, with a reason that the resident will read."),
	.who = PERM_HANDLE,
	.fields = ask_extension_fields,
	.apply = ask_extension_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};

const struct act concern_rule_extension = {
	.name = "concern.rule-extension",
	.title = N_("Rule on more time"),
	.help = N_("Granted: the resident's day moves and the resident is told why."),
	.who = PERM_RULE,
	.fields = ruling_fields,
	.apply = rule_extension_apply,
	.events = (const struct event_kind *const[]){ &ev_due_moved, &ev_office_noted, NULL },
};
