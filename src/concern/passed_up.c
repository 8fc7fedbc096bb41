/* SPDX-License-Identifier: Apache-2.0 */
/* passed_up.c - a hard question goes up with the facts, what was tried and an own proposal; a leader
 * answers. The owner stays the owner and no clock stops. It makes no public entry of its own and stands
 * in no figure: who asks for help in time must not look worse for it (B06). */
#include "concern/passed_up.h"

#include "concern/concern_int.h"
#include "core/mem.h"

#include "core/banned.h"

const struct choice passed_up_asked[] = {
	{ "leader", N_("The leader in charge") },
	{ "head", N_("The head of the office") },
	{ "meeting", N_("The office meeting") },
	{ "district", N_("The district, through the office") },
	{ NULL, NULL },
};

const struct choice passed_up_decisions[] = {
	{ "agreed", N_("Do it as proposed") },
	{ "changed", N_("Do it in another way") },
	{ "taken", N_("I take it further up") },
	{ "more", N_("Please try this first") },
	{ NULL, NULL },
};

/* ---- passing it up -------------------------------------------------------------------------------- */

static enum xq_rc
pass_up_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	int64_t no = 0, waiting = 0;
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc != XQ_OK)
		return rc;
	struct rows *q = db_query(ctx->tx,
		SQL("SELECT coalesce(max(no), 0) + 1,"
		    " coalesce(sum(CASE WHEN answered_at IS NULL THEN 1 ELSE 0 END), 0)"
		    " FROM passed_up WHERE office = ? AND concern_id = ?"),
		VALS(V(ctx->office), V(s.c.id)));
	if (row_next(q)) {
		no = row_int(q, 0);
		waiting = row_int(q, 1);
	}
	rc = rows_close(q, err);
	if (rc == XQ_OK && waiting > 0)
		return xq_refuse(err, NULL, "passed-up.waits");
	if (rc == XQ_OK && no > PASSED_UP_MAX)
		return xq_refuse(err, NULL, "concern.too-many");
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx,
			SQL("INSERT INTO passed_up (office, concern_id, no, at, facts, tried, proposal,"
			    " asked, person_id, unit_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
			VALS(V(ctx->office), V(s.c.id), V(no), V(ctx->now),
				V(form_str(in, "facts")), V(form_str(in, "tried")),
				V(form_str(in, "proposal")), V(form_text(in, "asked")),
				V(ctx->actor->person_id), V(ctx->actor->unit_id)),
			err);
	if (rc == XQ_OK)
		rc = act_note(ctx, err);
	return rc == XQ_OK ? concern_step_note(ctx, &s.c, form_text(in, "proposal"), false, err)
	                   : rc;
}

/* ---- the leader's word ---------------------------------------------------------------------------- */

static enum xq_rc
answer_up_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	int64_t asked_by = 0;
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc == XQ_OK)
		rc = db_int(ctx->tx,
			SQL("UPDATE passed_up SET decision = ?, note = ?, answered_by = ?, answered_at = ?"
			    " WHERE office = ? AND concern_id = ? AND answered_at IS NULL"
			    " RETURNING person_id"),
			VALS(V(form_text(in, "decision")), V(form_str(in, "note")),
				V(ctx->actor->person_id), V(ctx->now), V(ctx->office), V(s.c.id)),
			&asked_by, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, NULL, "passed-up.none");
	if (rc == XQ_OK && asked_by == ctx->actor->person_id)
		return xq_refuse(err, NULL, "request.own");
	if (rc == XQ_OK)
		rc = act_note(ctx, err);
	if (rc == XQ_OK)
		rc = concern_step_note(ctx, &s.c, form_text(in, "note"), false, err);
	return rc == XQ_OK ? tell_staff(ctx, &s.c, "concern.answered-up", asked_by, err) : rc;
}

/* ---- reading -------------------------------------------------------------------------------------- */

#define PASSED_UP                                                                                  \
	"SELECT k.concern_id, c.file_no, k.at, k.answered_at, k.no, c.title, k.facts, k.tried,"    \
	" k.proposal, k.asked, p.name, u.name, k.decision, k.note, a.name, k.person_id"            \
	" FROM passed_up k JOIN concern c ON c.office = k.office AND c.id = k.concern_id"          \
	" JOIN person p ON p.office = k.office AND p.id = k.person_id"                             \
	" JOIN unit u ON u.office = k.office AND u.id = k.unit_id"                                 \
	" LEFT JOIN person a ON a.office = k.office AND a.id = k.answered_by"

static enum xq_rc
read_list(struct rows *q, void *mem, size_t max, struct passed_up **out, size_t *out_n,
	struct xq_err *err)
{
	struct passed_up *list = mem_array(mem, struct passed_up, max + 1);
	size_t n = 0;
	while (n < max && row_next(q))
		list[n++] = (struct passed_up){ .concern_id = row_int(q, 0),
			.file_no = row_int(q, 1),
			.at = row_int(q, 2),
			.answered_at = row_int(q, 3),
			.no = (int)row_int(q, 4),
			.title = row_text(q, 5, mem),
			.facts = row_text(q, 6, mem),
			.tried = row_text(q, 7, mem),
			.proposal = row_text(q, 8, mem),
			.asked = row_text(q, 9, mem),
			.person = row_text(q, 10, mem),
			.unit = row_text(q, 11, mem),
			.decision = row_text(q, 12, mem),
			.note = row_text(q, 13, mem),
			.answered = row_text(q, 14, mem),
			.asked_by = row_int(q, 15) };
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

enum xq_rc
passed_up_list(struct tx *tx, void *mem, int64_t office, int64_t concern_id, struct passed_up **out,
	size_t *out_n, struct xq_err *err)
{
	return read_list(db_query(tx,
				 SQL(PASSED_UP " WHERE k.office = ? AND k.concern_id = ?"
					       " ORDER BY k.no LIMIT ?"),
				 VALS(V(office), V(concern_id), V((int64_t)PASSED_UP_MAX))),
		mem, PASSED_UP_MAX, out, out_n, err);
}

enum xq_rc
passed_up_waiting(struct tx *tx, void *mem, int64_t office, size_t max, struct passed_up **out,
	size_t *out_n, struct xq_err *err)
{
	return read_list(db_query(tx,
				 SQL(PASSED_UP " WHERE k.office = ? AND k.answered_at IS NULL"
					       " ORDER BY k.at, k.concern_id LIMIT ?"),
				 VALS(V(office), V((int64_t)max))),
		mem, max, out, out_n, err);
}

/* ---- the declarations ----------------------------------------------------------------------------- */

/* clang-format off */
static const struct field pass_up_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "facts", FIELD_LINES, .required = true, .min = 5, .max = 1000, .label = N_("The facts, as checked"),
		.missing = "passed-up.no-facts", .privacy = PRIVACY_PERSONAL },
	{ "tried", FIELD_LINES, .required = true, .min = 5, .max = 1000, .label = N_("What was tried"),
		.hint = N_("One a line, with what came of it"), .missing = "passed-up.no-tries" },
	{ "proposal", FIELD_LINES, .required = true, .min = 5, .max = 1000, .label = N_("What you propose"),
		.missing = "passed-up.no-proposal" },
	{ "asked", FIELD_CHOICE, .required = true, .choices = passed_up_asked, .label = N_("Who has to decide") },
	{ .name = NULL },
};

static const struct field answer_up_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "decision", FIELD_CHOICE, .required = true, .choices = passed_up_decisions, .label = N_("Decision") },
	{ "note", FIELD_LINES, .required = true, .min = 2, .max = 500, .label = N_("What is done, by whom and by when") },
	{ .name = NULL },
};

const struct msg_text passed_up_messages[] = {
	{ "passed-up.waits", N_("This concern has been passed up already and waits for an answer.") },
	{ "passed-up.none", N_("Nothing of this concern waits for a leader.") },
	{ "passed-up.no-facts", N_("Please say what the facts are; what is passed up has been looked into.") },
	{ "passed-up.no-tries", N_("Please say what was tried, and what came of it.") },
	{ "passed-up.no-proposal", N_("Please say what you propose yourself.") },
	{ NULL, NULL },
};
/* clang-format on */

const struct act concern_pass_up = {
	.name = "concern.pass-up",
	.title = N_("Pass it up with a proposal"),
	.help = N_("You stay responsible, and the resident's day stays. It counts against nobody."),
	.who = PERM_HANDLE,
	.fields = pass_up_fields,
	.apply = pass_up_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};

const struct act concern_answer_up = {
	.name = "concern.answer-up",
	.title = N_("Decide what was passed up"),
	.help = N_("It goes to the one who is responsible."),
	.who = PERM_LEAD,
	.fields = answer_up_fields,
	.apply = answer_up_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};
