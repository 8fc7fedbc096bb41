/* SPDX-License-Identifier: Apache-2.0 */
/* finding.c - what was found out about the facts, and the rule that a complaint or a report of a breach is
 * not answered without it: at least one finding, or a stated reason why none was needed (domain.md B09). */
#include "concern/concern_int.h"

#include "core/mem.h"

#include "core/banned.h"

bool
concern_needs_finding(const struct concern *c)
{
	return text_eq(c->nature, "complaint") || text_eq(c->nature, "report");
}

/* ---- noting one ----------------------------------------------------------------------------------- */

/* What the record commits to; none of it is public. */
static const char *
finding_json(void *mem, const struct form *in)
{
	struct json_w w = json_new(mem);
	json_open(&w, '{');
	if (form_has(in, "evidence")) {
		json_key(&w, "evidence");
		json_text(&w, form_text(in, "evidence"));
	}
	if (form_has(in, "heard")) {
		json_key(&w, "heard");
		json_text(&w, form_text(in, "heard"));
	}
	if (form_has(in, "seen_on")) {
		json_key(&w, "seen_on");
		json_int(&w, form_int(in, "seen_on"));
	}
	json_key(&w, "text");
	json_text(&w, form_text(in, "text"));
	json_close(&w, '}');
	return w.b.p;
}

static enum xq_rc
finding_add(struct act_ctx *ctx, const struct concern *c, const struct form *in, struct xq_err *err)
{
	int64_t no = 0;
	enum xq_rc rc = db_int(ctx->tx,
		SQL("SELECT coalesce(max(no), 0) + 1 FROM finding"
		    " WHERE office = ? AND concern_id = ?"),
		VALS(V(ctx->office), V(c->id)), &no, err);
	if (rc == XQ_OK && no > FINDINGS_MAX)
		return xq_refuse(err, NULL, "concern.too-many");
	if (rc != XQ_OK)
		return rc;
	return db_exec(ctx->tx,
		SQL("INSERT INTO finding (office, concern_id, no, at, text, evidence, heard, seen_on,"
		    " person_id, unit_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
		VALS(V(ctx->office), V(c->id), V(no), V(ctx->now), V(form_str(in, "text")),
			form_has(in, "evidence") ? V(form_str(in, "evidence")) : VNULL,
			form_has(in, "heard") ? V(form_str(in, "heard")) : VNULL,
			V(form_int(in, "seen_on")), V(ctx->actor->person_id),
			V(ctx->actor->unit_id)),
		err);
}

static enum xq_rc
find_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc != XQ_OK)
		return rc;
	if (form_int(in, "seen_on") > day_of(ctx->now, app_office(ctx->app, ctx->office)->tz_s))
		return xq_refuse(err, "seen_on", "finding.day-ahead");
	rc = finding_add(ctx, &s.c, in, err);
	if (rc != XQ_OK)
		return rc;
	struct event_part part = { "finding", 0, str_of(finding_json(ctx->mem, in)) };
	struct act_event e = { .kind = &ev_found, .part = &part, .n_parts = 1 };
	rc = concern_emit(ctx, &s.c, &e, err);
	return rc == XQ_OK ? concern_step_note(ctx, &s.c, form_text(in, "text"), false, err) : rc;
}

/* ---- reading -------------------------------------------------------------------------------------- */

enum xq_rc
finding_list(struct tx *tx, void *mem, int64_t office, int64_t concern_id, struct finding **out,
	size_t *out_n, struct xq_err *err)
{
	struct finding *list = mem_array(mem, struct finding, FINDINGS_MAX);
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT f.no, f.at, f.text, p.name, u.name, f.evidence, f.heard, f.seen_on"
		    " FROM finding f"
		    " JOIN person p ON p.office = f.office AND p.id = f.person_id"
		    " JOIN unit u ON u.office = f.office AND u.id = f.unit_id"
		    " WHERE f.office = ? AND f.concern_id = ? ORDER BY f.no LIMIT ?"),
		VALS(V(office), V(concern_id), V((int64_t)FINDINGS_MAX)));
	while (n < FINDINGS_MAX && row_next(q))
		list[n++] = (struct finding){ .no = (int)row_int(q, 0),
			.at = row_int(q, 1),
			.text = row_text(q, 2, mem),
			.person = row_text(q, 3, mem),
			.unit = row_text(q, 4, mem),
			.evidence = row_text(q, 5, mem),
			.heard = row_text(q, 6, mem),
			.seen_on = (int32_t)row_int(q, 7) };
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

/* ---- the rule ------------------------------------------------------------------------------------- */

enum xq_rc
finding_or_reason(struct act_ctx *ctx, const struct concern *c, const struct form *in,
	size_t *faults, struct xq_err *err)
{
	int64_t n = 0;
	if (!concern_needs_finding(c) || form_has(in, "no_finding"))
		return XQ_OK;
	enum xq_rc rc = db_int(ctx->tx,
		SQL("SELECT count(*) FROM finding WHERE office = ? AND concern_id = ?"),
		VALS(V(ctx->office), V(c->id)), &n, err);
	if (rc != XQ_OK || n > 0)
		return rc;
	struct xq_err e = { 0 };
	(void)xq_refuse(&e, "no_finding", "reply.no-finding"); /* one of several */
	form_add_fault(&ctx->call->form, &e);
	(*faults)++;
	return XQ_OK;
}

static enum xq_rc
faults_unfounded(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM reply r /* scan: check */"
		    " JOIN concern c ON c.office = r.office AND c.id = r.concern_id"
		    " WHERE r.office = ? AND r.no_finding IS NULL"
		    " AND c.nature IN ('complaint', 'report') AND c.is_imported = 0"
		    " AND NOT EXISTS (SELECT 1 FROM finding f WHERE f.office = r.office"
		    "  AND f.concern_id = r.concern_id)"),
		VALS(V(office)), out, err);
}

const struct invariant reply_found = { "reply.found-or-said-why", faults_unfounded };

/* clang-format off */
static const struct field find_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "text", FIELD_LINES, .required = true, .min = 5, .max = 1000, .label = N_("What was found"),
		.hint = N_("Facts only: when, where, what; no opinions about people"), .privacy = PRIVACY_PERSONAL },
	{ "evidence", FIELD_LINES, .max = 500, .label = N_("What shows it"),
		.hint = N_("One a line: photo, meter, file, contract"), .privacy = PRIVACY_PERSONAL },
	{ "heard", FIELD_LINES, .max = 500, .label = N_("Who was heard"),
		.hint = N_("One a line, each side of the matter"), .privacy = PRIVACY_PERSONAL },
	{ "seen_on", FIELD_DAY, .label = N_("Seen on the spot on"),
		.hint = N_("Leave it empty if nobody went there.") },
	{ .name = NULL },
};
/* clang-format on */

const struct act concern_find = {
	.name = "concern.find",
	.title = N_("Note a finding"),
	.help = N_("What the answer rests on."),
	.who = PERM_HANDLE,
	.fields = find_fields,
	.apply = find_apply,
	.events = (const struct event_kind *const[]){ &ev_found, NULL },
};
