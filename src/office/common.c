/* SPDX-License-Identifier: Apache-2.0 */
/* What the office's acts share: faults beside fields, people by login, entries of the record. */
#include "core/json.h"
#include "core/mem.h"
#include "office/office_int.h"

#include "core/banned.h"

/* The words are those of identity/role.c, where they are translated. */
const struct choice role_choices[] = {
	{ "clerk", "Intake clerk" },
	{ "handler", "Handler" },
	{ "approver", "Approver of answers" },
	{ "supervisor", "Supervisor" },
	{ "evaluator", "Evaluator" },
	{ "discipline", "Discipline officer" },
	{ "leader", "Leader" },
	{ "liaison", "Liaison" },
	{ "delegate", "People's delegate" },
	{ "publisher", "Publisher" },
	{ "auditor", "Auditor" },
	{ "admin", "Account administrator" },
	{ "operator", "Machine operator" },
	{ 0 },
};

const struct choice scope_choices[] = {
	{ "office", N_("The whole office") },
	{ "unit", N_("One unit") },
	{ 0 },
};

const struct choice kind_choices[] = {
	{ "section", N_("Section of the office") },
	{ "station", N_("Station") },
	{ "nbhd", N_("Neighbourhood committee") },
	{ "evaluation", N_("Evaluation") },
	{ "partner", N_("Partner outside the office") },
	{ "leaders", N_("Leaders") },
	{ 0 },
};

const struct choice post_choices[] = {
	{ POST_INTAKE, N_("Intake post") },
	{ POST_HEAD, N_("Head of the office") },
	{ 0 },
};

/* ---- faults ---------------------------------------------------------------------------------- */

void
note_fault(struct act_call *call, struct xq_err *err)
{
	form_add_fault(&call->form, err);
	*err = (struct xq_err){ 0 };
}

enum xq_rc
faults_of(const struct act_call *call, struct xq_err *err)
{
	if (call->form.n_faults == 0)
		return XQ_OK;
	const enum xq_rc rc = xq_refuse(err, NULL, "form.faults");
	xq_err_int(err, "n", (int64_t)call->form.n_faults);
	return rc;
}

/* ---- people and units by what a form names ---------------------------------------------------- */

enum xq_rc
field_account(struct act_ctx *ctx, const struct form *in, const char *field, struct account *out,
	bool *out_found, struct xq_err *err)
{
	struct account a;
	enum xq_rc rc =
		account_by_login(ctx->tx, ctx->mem, ctx->office, form_str(in, field), &a, err);
	*out_found = rc == XQ_OK && a.is_open;
	if (*out_found) {
		*out = a;
		return XQ_OK;
	}
	if (rc != XQ_OK && rc != XQ_NONE)
		return rc;
	(void)xq_refuse(
		err, field, "account.unknown"); /* noted, so that the other fields are told too */
	note_fault(ctx->call, err);
	return XQ_OK;
}

enum xq_rc
field_unit(struct act_ctx *ctx, const struct form *in, const char *field, struct unit *out,
	bool *out_found, struct xq_err *err)
{
	struct unit u;
	enum xq_rc rc = unit_by_code(ctx->tx, ctx->mem, ctx->office, form_str(in, field), &u, err);
	*out_found = rc == XQ_OK && u.is_active;
	if (*out_found) {
		*out = u;
		return XQ_OK;
	}
	if (rc != XQ_OK && rc != XQ_NONE)
		return rc;
	(void)xq_refuse(err, field, "person.no-unit"); /* noted, as above */
	note_fault(ctx->call, err);
	return XQ_OK;
}

/* ---- the record -------------------------------------------------------------------------------- */

struct str
who_json(void *mem, const char *name)
{
	struct json_w w = json_new(mem);
	json_open(&w, '{');
	json_key(&w, "name");
	json_text(&w, name);
	json_close(&w, '}');
	return buf_view(&w.b);
}

enum xq_rc
grant_scope_code(struct tx *tx, void *mem, int64_t office, const struct grant *g, const char **out,
	struct xq_err *err)
{
	if (g->scope != SCOPE_UNIT) {
		*out = scope_code(g->scope);
		return XQ_OK;
	}
	struct unit u;
	const enum xq_rc rc = unit_load(tx, mem, office, g->scope_id, &u, err);
	xq_require(rc != XQ_NONE);
	if (rc == XQ_OK)
		*out = u.public_code;
	return rc;
}

enum xq_rc
emit_role(struct act_ctx *ctx, const struct event_kind *kind, const struct grant *g,
	int64_t person_id, const char *name, struct xq_err *err)
{
	const char *scope;
	const enum xq_rc rc = grant_scope_code(ctx->tx, ctx->mem, ctx->office, g, &scope, err);
	if (rc != XQ_OK)
		return rc;
	const struct event_part who = { "who", person_id, who_json(ctx->mem, name) };
	return act_emit(ctx,
		&(struct act_event){ .kind = kind,
			EVENT_VALUES(EV("name", role_code(g->role)), EV("scope", scope)),
			.part = &who,
			.n_parts = 1 },
		err);
}
