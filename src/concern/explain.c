/* SPDX-License-Identifier: Apache-2.0 */
/* explain.c - explaining in person what cannot be solved now, and what the resident says to it (C26). The
 * resident reads what was noted and can add words; so nobody is quoted behind their back. */
#include "concern/explain.h"

#include "concern/concern_int.h"
#include "core/mem.h"

#include "core/banned.h"

const struct choice explain_modes[] = {
	{ "phone", N_("By phone") },
	{ "counter", N_("At the counter") },
	{ "visit", N_("At home") },
	{ "letter", N_("By letter") },
	{ NULL, NULL },
};

const struct choice explain_views[] = {
	{ "understands", N_("Understands it") },
	{ "disagrees", N_("Does not see it so") },
	{ "unreached", N_("Was not reached") },
	{ "silent", N_("Did not want to say") },
	{ NULL, NULL },
};

bool
explain_is_due(const struct concern *c)
{
	bool is_told = c->state == ST_CALLBACK || c->state == ST_CLOSED;
	return c->state == ST_PARKED || (is_told && c->outcome == OUT_EXPLAINED);
}

/* ---- the limit ------------------------------------------------------------------------------------ */

static enum xq_rc
set_due(struct act_ctx *ctx, int64_t concern_id, struct val due, struct xq_err *err)
{
	return db_exec_one(ctx->tx,
		SQL("UPDATE concern SET explain_due = ? WHERE office = ? AND id = ?"),
		VALS(due, V(ctx->office), V(concern_id)), err);
}

enum xq_rc
explain_begin(struct act_ctx *ctx, int64_t concern_id, struct xq_err *err)
{
	struct due due;
	struct limit limit;
	enum xq_rc rc = due_of(ctx, "explain", ctx->now, &due, &limit, err);
	return rc == XQ_OK ? set_due(ctx, concern_id, V(due.at), err) : rc;
}

enum xq_rc
explain_end(struct act_ctx *ctx, int64_t concern_id, struct xq_err *err)
{
	return set_due(ctx, concern_id, VNULL, err);
}

/* ---- explaining ----------------------------------------------------------------------------------- */

struct said {
	int32_t day;
	const char *mode, *view;
	struct str text, needs, words; /* empty: none */
};

static struct val
or_null(struct str s)
{
	return s.n > 0 ? V(s) : VNULL;
}

static enum xq_rc
keep(struct act_ctx *ctx, const struct concern *c, const struct said *s, struct xq_err *err)
{
	int64_t no = 0;
	enum xq_rc rc = db_int(ctx->tx,
		SQL("SELECT coalesce(max(no), 0) + 1 FROM explaining"
		    " WHERE office = ? AND concern_id = ?"),
		VALS(V(ctx->office), V(c->id)), &no, err);
	if (rc == XQ_OK && no > EXPLANATIONS_MAX)
		return xq_refuse(err, NULL, "concern.too-many");
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx,
			SQL("INSERT INTO explaining (office, concern_id, no, at, on_day, mode, text,"
			    " needs, view, words, person_id, unit_id)"
			    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
			VALS(V(ctx->office), V(c->id), V(no), V(ctx->now), V((int64_t)s->day),
				V(s->mode), V(s->text), or_null(s->needs), V(s->view),
				or_null(s->words), V(ctx->actor->person_id),
				V(ctx->actor->unit_id)),
			err);
	/* a try that reached nobody explains nothing */
	if (rc == XQ_OK && !text_eq(s->view, "unreached"))
		rc = explain_end(ctx, c->id, err);
	return rc;
}

static enum xq_rc
explain_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc != XQ_OK)
		return rc;
	if (form_int(in, "day") > day_of(ctx->now, app_office(ctx->app, ctx->office)->tz_s))
		return xq_refuse(err, "day", "explain.day-ahead");
	if (s.c.state == ST_PARKED && !form_has(in, "needs"))
		return xq_refuse(err, "needs", "explain.no-needs");
	const struct said said = { .day = (int32_t)form_int(in, "day"),
		.mode = form_text(in, "mode"),
		.view = form_text(in, "view"),
		.text = form_str(in, "text"),
		.needs = form_str(in, "needs"),
		.words = form_str(in, "words") };
	rc = keep(ctx, &s.c, &said, err);
	if (rc == XQ_OK)
		rc = act_note(ctx, err);
	return rc == XQ_OK ? concern_step_note(ctx, &s.c, form_text(in, "text"), true, err) : rc;
}

enum xq_rc
explain_by_visit(struct act_ctx *ctx, const struct concern *c, int32_t day, struct str told,
	struct xq_err *err)
{
	if (!explain_is_due(c))
		return XQ_OK;
	return keep(ctx, c, &(struct said){ .day = day, .mode = "visit", .view = "", .text = told },
		err);
}

/* ---- reading -------------------------------------------------------------------------------------- */

enum xq_rc
explanation_list(struct tx *tx, void *mem, int64_t office, int64_t concern_id,
	struct explanation **out, size_t *out_n, struct xq_err *err)
{
	struct explanation *list = mem_array(mem, struct explanation, EXPLANATIONS_MAX);
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT e.no, e.at, e.on_day, e.mode, e.text, e.needs, e.view, e.words, p.name,"
		    " u.name FROM explaining e"
		    " JOIN person p ON p.office = e.office AND p.id = e.person_id"
		    " JOIN unit u ON u.office = e.office AND u.id = e.unit_id"
		    " WHERE e.office = ? AND e.concern_id = ? ORDER BY e.no LIMIT ?"),
		VALS(V(office), V(concern_id), V((int64_t)EXPLANATIONS_MAX)));
	while (n < EXPLANATIONS_MAX && row_next(q))
		list[n++] = (struct explanation){ .no = (int)row_int(q, 0),
			.at = row_int(q, 1),
			.on_day = (int32_t)row_int(q, 2),
			.mode = row_text(q, 3, mem),
			.text = row_text(q, 4, mem),
			.needs = row_text(q, 5, mem),
			.view = row_text(q, 6, mem),
			.words = row_text(q, 7, mem),
			.person = row_text(q, 8, mem),
			.unit = row_text(q, 9, mem) };
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

/* clang-format off */
static const struct field explain_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "day", FIELD_DAY, .required = true, .label = N_("When it was explained") },
	{ "mode", FIELD_CHOICE, .required = true, .choices = explain_modes, .label = N_("How") },
	{ "text", FIELD_LINES, .required = true, .min = 5, .max = 1000, .label = N_("What was said"),
		.hint = N_("The reason, and what is done instead. The resident reads it."), .privacy = PRIVACY_PERSONAL },
	{ "needs", FIELD_TEXT, .min = 2, .max = 200, .label = N_("What would have to change, so that it goes on"),
		.hint = N_("A parked concern only; an answer that explains says it already.") },
	{ "view", FIELD_CHOICE, .required = true, .choices = explain_views, .label = N_("How the resident sees it") },
	{ "words", FIELD_LINES, .max = 500, .label = N_("The resident's own words"), .privacy = PRIVACY_PERSONAL },
	{ .name = NULL },
};

const struct msg_text explain_messages[] = {
	{ "explain.nothing", N_("Only what is parked or was answered with an explanation is explained here.") },
	{ "explain.day-ahead", N_("This day is still to come. Please give the day on which it was explained.") },
	{ "explain.no-needs", N_("Please say what would have to change, so that the resident knows what to wait for.") },
	{ NULL, NULL },
};
/* clang-format on */

const struct act concern_explain = {
	.name = "concern.explain",
	.title = N_("Explain it in person"),
	.help = N_("The resident reads what is noted here, the own view too, and can add words."),
	.who = PERM_HANDLE,
	.fields = explain_fields,
	.apply = explain_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};
