/* SPDX-License-Identifier: Apache-2.0 */
/* acts.c - what people say about a hot spot: it is one or it is not, what was done, from how many on. */
#include "hotspot/hotspot_int.h"

#include "core/mem.h"

#include "core/banned.h"

enum xq_rc
hotspot_save(struct act_ctx *ctx, struct hotspot *h, struct xq_err *err)
{
	bool treats = ctx->act == &hotspot_treat, decides = !treats && ctx->act != &hotspot_seek;
	return db_exec_one(ctx->tx,
		SQL("UPDATE hotspot SET ver = ver + 1, state = ?, decided_at = ?,"
		    " decided_by = CASE WHEN ? THEN ? ELSE decided_by END, unit_id = ?, cause = ?,"
		    " treatment = ?, why = ?, treated_at = ?,"
		    " treated_by = CASE WHEN ? THEN ? ELSE treated_by END, relapsed_at = ?"
		    " WHERE office = ? AND no = ? AND ver = ?"),
		VALS(V((int64_t)h->state), V_OR_NULL(h->decided_at, h->decided_at), V(decides),
			V(ctx->actor->person_id), V_OR_NULL(h->unit_id, h->unit_id), V(h->cause),
			V(h->treatment), V(h->why), V_OR_NULL(h->treated_at, h->treated_at),
			V(treats), V(ctx->actor->person_id),
			V_OR_NULL(h->relapsed_at, h->relapsed_at), V(ctx->office), V(h->no),
			V(h->ver)),
		err);
}

static enum xq_rc
begin(struct act_ctx *ctx, const struct form *in, struct hotspot *h, struct xq_err *err)
{
	enum xq_rc rc = hotspot_load(ctx->tx, ctx->mem, ctx->office, form_int(in, "spot"), h, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, "spot", "hotspot.unknown");
	act_subject(ctx, "hotspot", rc == XQ_OK ? h->no : 0);
	return rc;
}

static enum xq_rc
keep(struct act_ctx *ctx, struct hotspot *h, struct xq_err *err)
{
	enum xq_rc rc = hotspot_save(ctx, h, err);
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

static enum xq_rc
confirm_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct hotspot h;
	struct unit u;
	enum xq_rc rc = begin(ctx, in, &h, err);
	if (rc == XQ_OK && h.state != HOTSPOT_CANDIDATE)
		return xq_refuse(err, NULL, "hotspot.decided");
	if (rc == XQ_OK)
		rc = unit_by_code(ctx->tx, ctx->mem, ctx->office, form_str(in, "unit"), &u, err);
	if (rc == XQ_NONE || (rc == XQ_OK && !u.is_active))
		return xq_refuse(err, "unit", "concern.unit-unknown");
	if (rc != XQ_OK)
		return rc;
	h.state = HOTSPOT_CONFIRMED;
	h.decided_at = ctx->now;
	h.unit_id = u.id;
	h.cause = form_text(in, "cause");
	return keep(ctx, &h, err);
}

static enum xq_rc
dismiss_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct hotspot h;
	enum xq_rc rc = begin(ctx, in, &h, err);
	if (rc == XQ_OK && h.state != HOTSPOT_CANDIDATE)
		return xq_refuse(err, NULL, "hotspot.decided");
	if (rc != XQ_OK)
		return rc;
	h.state = HOTSPOT_DISMISSED;
	h.decided_at = ctx->now;
	h.why = form_text(in, "why");
	return keep(ctx, &h, err);
}

bool
hotspot_may_treat(const struct actor *a, const struct hotspot *h)
{
	return actor_may(a, PERM_HARD) || (actor_may(a, PERM_HANDLE) && a->unit_id == h->unit_id);
}

static enum xq_rc
treat_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct hotspot h;
	enum xq_rc rc = begin(ctx, in, &h, err);
	if (rc == XQ_OK && h.state != HOTSPOT_CONFIRMED && h.state != HOTSPOT_RELAPSED)
		return xq_refuse(err, NULL, "hotspot.not-confirmed");
	if (rc == XQ_OK && !hotspot_may_treat(ctx->actor, &h))
		return xq_refuse(err, NULL, "hotspot.not-yours");
	if (rc != XQ_OK)
		return rc;
	h.state = HOTSPOT_TREATED;
	h.treated_at = ctx->now;
	h.treatment = form_text(in, "treatment");
	return keep(ctx, &h, err);
}

static enum xq_rc
number_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	enum xq_rc rc = db_exec(ctx->tx,
		SQL("INSERT INTO spot_rule (office, ver, number, set_at, set_by, source)"
		    " SELECT office, max(ver) + 1, ?, ?, ?, ? FROM spot_rule WHERE office = ?"
		    " GROUP BY office"),
		VALS(V(form_int(in, "number")), V(ctx->now), V(ctx->actor->person_id),
			V(form_str(in, "source")), V(ctx->office)),
		err);
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

/* clang-format off */
#define SPOT_NO { "spot", FIELD_INT, .required = true, .min = 1, .label = N_("Number of the hot spot") }
static const struct field confirm_fields[] = {
	SPOT_NO,
	{ "cause", FIELD_LINES, .required = true, .min = 4, .max = 300, .label = N_("Why it comes up again and again"),
		.hint = N_("The cause at the place; nobody is named") },
	{ "unit", FIELD_CODE, .required = true, .label = N_("Unit that treats the cause") },
	{ .name = NULL },
};
static const struct field dismiss_fields[] = {
	SPOT_NO,
	{ "why", FIELD_TEXT, .required = true, .min = 2, .max = 200, .label = N_("Why it is no chronic problem") },
	{ .name = NULL },
};
static const struct field treat_fields[] = {
	SPOT_NO,
	{ "treatment", FIELD_LINES, .required = true, .min = 4, .max = 300, .label = N_("What was done against the cause"),
		.hint = N_("From today on it is counted whether it helped") },
	{ .name = NULL },
};
static const struct field number_fields[] = {
	{ "number", FIELD_INT, .required = true, .min = 2, .max = 50, .label = N_("Concerns of one class in one place within 30 days") },
	{ "source", FIELD_TEXT, .required = true, .min = 2, .max = 100, .label = N_("What it rests on") },
	{ .name = NULL },
};

#define HOTSPOT_ACT(var, name_, title_, help_, who_, fields_, apply_)                              \
	const struct act var = { .name = (name_), .title = (title_), .help = (help_), .who = (who_), \
		.fields = (fields_), .apply = (apply_),                                            \
		.events = (const struct event_kind *const[]){ &ev_office_noted, NULL } }

HOTSPOT_ACT(hotspot_confirm, "hotspot.confirm", N_("Confirm the chronic problem"),
	N_("A unit treats its cause, beside answering each concern."),
	PERM_HARD, confirm_fields, confirm_apply);
HOTSPOT_ACT(hotspot_dismiss, "hotspot.dismiss", N_("It is no chronic problem"),
	N_("It is proposed again only when as many new concerns come."),
	PERM_HARD, dismiss_fields, dismiss_apply);
HOTSPOT_ACT(hotspot_treat, "hotspot.treat", N_("Note the treatment"),
	N_("By the unit that treats it. If as many concerns come within 30 days again, it has relapsed."),
	PERM_STAFF, treat_fields, treat_apply);
HOTSPOT_ACT(hotspot_set_number, "hotspot.set-number", N_("Set how many make a hot spot"),
	N_("Holds for what comes from now on; hot spots that stand stay."),
	PERM_HARD, number_fields, number_apply);

const struct msg_text hotspot_messages[] = {
	{ "hotspot.unknown", N_("There is no hot spot of this number in this office.") },
	{ "hotspot.decided", N_("Somebody has said already what it is.") },
	{ "hotspot.not-confirmed", N_("Only a confirmed chronic problem is treated, and one that came back.") },
	{ "hotspot.not-yours", N_("The unit that treats it notes the treatment, or a supervisor or leader does.") },
	{ NULL, NULL },
};
/* clang-format on */
