/* SPDX-License-Identifier: Apache-2.0 */
/* explained.c - what an answer that explains instead of solving has to say, and what lies beyond the
 * office's power: it is listed by year and reported upward, never hidden (domain.md B03). */
#include "concern/explained.h"

#include "concern/concern_int.h"
#include "core/mem.h"

#include "core/banned.h"

const struct choice explained_standings[] = {
	{ "supported", N_("We support it, and it cannot be done now") },
	{ "no-basis", N_("It is reasonable, and no rule allows it") },
	{ "not-supported", N_("We cannot support it") },
	{ NULL, NULL },
};

static bool
is_explained(const struct form *in)
{
	return text_eq(form_text(in, "outcome"), outcome_code(OUT_EXPLAINED));
}

/* ---- asking --------------------------------------------------------------------------------------- */

static void
fault_at(struct act_ctx *ctx, const char *field, const char *key, size_t *faults)
{
	struct xq_err e = { 0 };
	(void)xq_refuse(&e, field, key); /* one of several */
	form_add_fault(&ctx->call->form, &e);
	(*faults)++;
}

void
explained_check(struct act_ctx *ctx, const struct form *in, size_t *faults)
{
	static const struct {
		const char *field, *key;
	} needed[] = {
		{ "basis", "explained.no-rule" },
		{ "standing", "explained.no-standing" },
		{ "decider", "explained.no-decider" },
		{ "condition", "explained.no-condition" },
		{ "instead", "explained.no-instead" },
	};
	if (!is_explained(in))
		return;
	for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
		if (!form_has(in, needed[i].field))
			fault_at(ctx, needed[i].field, needed[i].key, faults);
	int32_t today = day_of(ctx->now, app_office(ctx->app, ctx->office)->tz_s);
	if (form_has(in, "again_day") && form_int(in, "again_day") <= today)
		fault_at(ctx, "again_day", "explained.again-gone", faults);
	if (form_has(in, "up_to") && !form_bool(in, "beyond"))
		fault_at(ctx, "up_to", "explained.up-not-beyond", faults);
}

/* ---- keeping -------------------------------------------------------------------------------------- */

enum xq_rc
explained_keep(struct act_ctx *ctx, const struct concern *c, int64_t reply_id,
	const struct form *in, struct xq_err *err)
{
	if (!is_explained(in))
		return XQ_OK;
	bool is_up = form_has(in, "up_to");
	int32_t today = day_of(ctx->now, app_office(ctx->app, ctx->office)->tz_s);
	return db_exec(ctx->tx,
		SQL("INSERT INTO explained (office, reply_id, concern_id, standing, decider,"
		    " condition, instead, instead_day, again_day, is_beyond, up_to, up_day, up_by)"
		    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
		VALS(V(ctx->office), V(reply_id), V(c->id), V(form_text(in, "standing")),
			V(form_str(in, "decider")), V(form_str(in, "condition")),
			V(form_str(in, "instead")), V(form_int(in, "instead_day")),
			V(form_int(in, "again_day")), V(form_bool(in, "beyond")),
			is_up ? V(form_str(in, "up_to")) : VNULL, V(is_up ? today : 0),
			V_OR_NULL(is_up, ctx->actor->person_id)),
		err);
}

enum xq_rc
explained_told(struct act_ctx *ctx, int64_t reply_id, struct xq_err *err)
{
	return db_exec(ctx->tx,
		SQL("UPDATE explained SET told_at = ? WHERE office = ? AND reply_id = ?"),
		VALS(V(ctx->now), V(ctx->office), V(reply_id)), err);
}

/* ---- reading -------------------------------------------------------------------------------------- */

static struct explained
read_explained(struct rows *q, void *mem)
{
	return (struct explained){ .reply_id = row_int(q, 0),
		.told_at = row_int(q, 1),
		.standing = row_text(q, 2, mem),
		.decider = row_text(q, 3, mem),
		.condition = row_text(q, 4, mem),
		.instead = row_text(q, 5, mem),
		.instead_day = (int32_t)row_int(q, 6),
		.again_day = (int32_t)row_int(q, 7),
		.is_beyond = row_int(q, 8) != 0,
		.up_to = row_text(q, 9, mem),
		.up_day = (int32_t)row_int(q, 10) };
}

enum xq_rc
explained_of(struct tx *tx, void *mem, int64_t office, int64_t reply_id, struct explained *out,
	struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT reply_id, told_at, standing, decider, condition, instead, instead_day,"
		    " again_day, is_beyond, up_to, up_day FROM explained"
		    " WHERE office = ? AND reply_id = ?"),
		VALS(V(office), V(reply_id)));
	bool found = row_next(q);
	if (found)
		*out = read_explained(q, mem);
	enum xq_rc rc = rows_close(q, err);
	return rc == XQ_OK && !found ? XQ_NONE : rc;
}

/* Within one year and bounded, so that class and body can be looked at row by row. What was raised in
 * confidence stays with those who handle it: a wish and who could grant it may tell who asked. */
_Static_assert(LANE_SEALED == 1, "1 is LANE_SEALED");
enum xq_rc
beyond_list(struct tx *tx, void *mem, int64_t office, const struct beyond_query *bq,
	struct beyond_row **out, size_t *out_n, struct xq_err *err)
{
	struct beyond_row *list = mem_array(mem, struct beyond_row, BEYOND_MAX);
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT e.reply_id, e.told_at, e.standing, e.decider, e.condition, e.instead,"
		    " e.instead_day, e.again_day, e.is_beyond, e.up_to, e.up_day,"
		    " c.file_no, c.title, c.class, r.basis, u.name"
		    " FROM explained e"
		    " JOIN reply r ON r.office = e.office AND r.id = e.reply_id"
		    " JOIN concern c ON c.office = e.office AND c.id = e.concern_id"
		    " JOIN unit u ON u.office = r.office AND u.id = r.author_unit_id"
		    " WHERE e.office = ? AND e.is_beyond = 1 AND e.told_at IS NOT NULL"
		    " AND e.told_at >= ? AND e.told_at < ? AND c.lane <> 1"
		    " ORDER BY e.told_at DESC, e.reply_id DESC LIMIT ?"),
		VALS(V(office), V(bq->from), V(bq->until), V((int64_t)BEYOND_MAX)));
	while (row_next(q)) {
		xq_require(n < BEYOND_MAX);
		struct beyond_row r = { .e = read_explained(q, mem),
			.told_at = row_int(q, 1),
			.file_no = row_int(q, 11),
			.title = row_text(q, 12, mem),
			.class = row_text(q, 13, mem),
			.basis = row_text(q, 14, mem),
			.unit = row_text(q, 15, mem) };
		if ((!bq->class || text_eq(bq->class, r.class)) &&
			(!bq->decider || text_eq(bq->decider, r.e.decider)))
			list[n++] = r;
	}
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

/* ---- reported upward ------------------------------------------------------------------------------ */

static enum xq_rc
report_up_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	struct reply r;
	struct explained e = { 0 };
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc == XQ_OK)
		rc = reply_newest(ctx->tx, ctx->mem, ctx->office, s.c.id, true, &r, err);
	if (rc == XQ_OK)
		rc = explained_of(ctx->tx, ctx->mem, ctx->office, r.id, &e, err);
	if (rc == XQ_NONE || (rc == XQ_OK && !e.is_beyond))
		return xq_refuse(err, NULL, "explained.not-beyond");
	if (rc == XQ_OK && e.up_to)
		return xq_refuse(err, NULL, "explained.up-already");
	if (rc == XQ_OK &&
		form_int(in, "day") > day_of(ctx->now, app_office(ctx->app, ctx->office)->tz_s))
		return xq_refuse(err, "day", "explained.day-ahead");
	if (rc == XQ_OK)
		rc = db_exec_one(ctx->tx,
			SQL("UPDATE explained SET up_to = ?, up_day = ?, up_by = ?"
			    " WHERE office = ? AND reply_id = ? AND up_to IS NULL"),
			VALS(V(form_str(in, "to")), V(form_int(in, "day")),
				V(ctx->actor->person_id), V(ctx->office), V(r.id)),
			err);
	if (rc == XQ_OK)
		rc = act_note(ctx, err);
	return rc == XQ_OK ? concern_step_note(ctx, &s.c, form_text(in, "to"), true, err) : rc;
}

/* clang-format off */
static const struct field report_up_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "to", FIELD_TEXT, .required = true, .min = 2, .max = 80, .label = N_("Reported to"),
		.hint = N_("The body, not a person. The resident reads it.") },
	{ "day", FIELD_DAY, .required = true, .label = N_("Reported on") },
	{ .name = NULL },
};

const struct msg_text explained_messages[] = {
	{ "explained.no-rule", N_("Please name the rule that stops it; the resident can look it up.") },
	{ "explained.no-standing", N_("Please say how the wish is seen: supported, without a rule, or not supported.") },
	{ "explained.no-decider", N_("Please say which body could decide it.") },
	{ "explained.no-condition", N_("Please say what would have to change.") },
	{ "explained.no-instead", N_("Please say what is done instead, and when.") },
	{ "explained.again-gone", N_("This day is over. Please give a day that is still to come, or leave it empty.") },
	{ "explained.up-not-beyond", N_("Only what is beyond the office's power is reported upward. Please tick that too, or leave this empty.") },
	{ "explained.not-beyond", N_("The answer does not say that this is beyond the office's power.") },
	{ "explained.up-already", N_("This has been reported upward already.") },
	{ "explained.day-ahead", N_("This day is still to come. Please give the day on which it was reported.") },
	{ NULL, NULL },
};
/* clang-format on */

const struct act concern_report_up = {
	.name = "concern.report-up",
	.title = N_("Report it upward"),
	.help = N_(
		"What the office may not decide goes to whoever may, and the resident is told so."),
	.who = PERM_HANDLE,
	.fields = report_up_fields,
	.apply = report_up_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};
