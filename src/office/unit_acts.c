/* SPDX-License-Identifier: Apache-2.0 */
/* Units, their people, and the posts that are never empty. */
#include "office/office_int.h"

#include "identity/session.h"

#include "core/banned.h"

#define NOTED                                                                                      \
	(const struct event_kind *const[])                                                         \
	{                                                                                          \
		&ev_office_noted, NULL                                                             \
	}
#define RANK_DEFAULT 500

/* ---- unit.add --------------------------------------------------------------------------------- */

static const struct field add_fields[] = {
	{ .name = "code",
		.type = FIELD_CODE,
		.required = true,
		.label = N_("Code of the unit"),
		.hint = N_("For example u07; it never changes") },
	{ .name = "name",
		.type = FIELD_TEXT,
		.required = true,
		.max = 20,
		.label = N_("Name of the unit") },
	{ .name = "kind",
		.type = FIELD_CHOICE,
		.required = true,
		.label = N_("Kind of unit"),
		.choices = kind_choices },
	{ .name = "public_code",
		.type = FIELD_CODE,
		.label = N_("Code in the public record"),
		.hint = N_(
			"A small unit stands in public under its station; else leave this empty") },
	{ .name = "public_name",
		.type = FIELD_TEXT,
		.max = 20,
		.label = N_("Name on public pages"),
		.hint = N_("Left empty: the same name") },
	{ .name = "rank",
		.type = FIELD_INT,
		.min = 1,
		.max = 9999,
		.label = N_("Place in the list"),
		.hint = N_("Smaller numbers stand first") },
	{ 0 },
};

static void
note_long_code(struct act_ctx *ctx, const struct form *in, const char *field)
{
	if (form_str(in, field).n <= UNIT_CODE_MAX)
		return;
	struct xq_err err = { 0 };
	(void)xq_refuse(&err, field, "unit.code-long"); /* noted */
	xq_err_int(&err, "max", UNIT_CODE_MAX);
	note_fault(ctx->call, &err);
}

static enum xq_rc
add_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	note_long_code(ctx, in, "code");
	note_long_code(ctx, in, "public_code");
	enum xq_rc rc = faults_of(ctx->call, err);
	if (rc != XQ_OK)
		return rc;
	struct unit_new u = {
		.code = form_text(in, "code"),
		.name = form_text(in, "name"),
		.public_code = form_text(in, form_has(in, "public_code") ? "public_code" : "code"),
		.public_name = form_text(in, form_has(in, "public_name") ? "public_name" : "name"),
		.rank = form_has(in, "rank") ? (int32_t)form_int(in, "rank") : RANK_DEFAULT,
	};
	xq_require(unit_kind_read(form_str(in, "kind"), &u.kind));
	int64_t id = 0;
	rc = unit_add(ctx->tx, ctx->office, &u, &id, err);
	if (rc == XQ_OK)
		rc = act_note(ctx, err);
	if (rc == XQ_OK)
		act_subject(ctx, "unit", id);
	return rc;
}

const struct act unit_add_act = {
	.name = "unit.add",
	.title = N_("Add a unit"),
	.help = N_("A section, station, neighbourhood committee or partner that can own matters."),
	.who = PERM_ACCOUNTS,
	.fields = add_fields,
	.apply = add_apply,
	.events = NOTED,
};

/* ---- unit.member, unit.head -------------------------------------------------------------------- */

static const struct field member_fields[] = {
	{ .name = "unit", .type = FIELD_CODE, .required = true, .label = N_("Unit") },
	{ .name = "login", .type = FIELD_CODE, .required = true, .label = N_("Login name") },
	{ .name = "main", .type = FIELD_BOOL, .label = N_("This becomes the main unit") },
	{ 0 },
};

static enum xq_rc
member_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct unit u = { 0 };
	struct account a = { 0 };
	bool found = false;
	enum xq_rc rc = field_unit(ctx, in, "unit", &u, &found, err);
	if (rc == XQ_OK)
		rc = field_account(ctx, in, "login", &a, &found, err);
	if (rc == XQ_OK)
		rc = faults_of(ctx->call, err);
	if (rc == XQ_OK)
		rc = membership_add(
			ctx->tx, ctx->office, a.person_id, u.id, form_bool(in, "main"), err);
	if (rc == XQ_OK)
		rc = act_note(ctx, err);
	if (rc == XQ_OK)
		act_subject(ctx, "account", a.id);
	return rc;
}

const struct act unit_member_act = {
	.name = "unit.member",
	.title = N_("Add to a unit"),
	.help = N_("Somebody belongs to one main unit and may help in others."),
	.who = PERM_ACCOUNTS,
	.fields = member_fields,
	.apply = member_apply,
	.events = NOTED,
};

static const struct field head_fields[] = {
	{ .name = "unit", .type = FIELD_CODE, .required = true, .label = N_("Unit") },
	{ .name = "head",
		.type = FIELD_CODE,
		.required = true,
		.label = N_("Head of the unit"),
		.hint = N_("Late matters are reported to this person") },
	{ 0 },
};

static enum xq_rc
head_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct unit u = { 0 };
	struct account a = { 0 };
	bool found = false;
	enum xq_rc rc = field_unit(ctx, in, "unit", &u, &found, err);
	if (rc == XQ_OK)
		rc = field_account(ctx, in, "head", &a, &found, err);
	if (rc == XQ_OK)
		rc = faults_of(ctx->call, err);
	if (rc == XQ_OK)
		rc = unit_set_head(ctx->tx, ctx->office, u.id, a.person_id, err);
	if (rc == XQ_OK)
		rc = act_note(ctx, err);
	if (rc == XQ_OK)
		act_subject(ctx, "unit", u.id);
	return rc;
}

const struct act unit_head_act = {
	.name = "unit.head",
	.title = N_("Name the head of a unit"),
	.help = N_("The head must belong to the unit and can be replaced, not taken away."),
	.who = PERM_ACCOUNTS,
	.fields = head_fields,
	.apply = head_apply,
	.events = NOTED,
};

/* ---- post.assign --------------------------------------------------------------------------------- */

static const struct field assign_fields[] = {
	{ .name = "post",
		.type = FIELD_CHOICE,
		.required = true,
		.label = N_("Post"),
		.choices = post_choices },
	{ .name = "holder", .type = FIELD_CODE, .required = true, .label = N_("Holder") },
	{ .name = "standin",
		.type = FIELD_CODE,
		.required = true,
		.label = N_("Stand-in"),
		.hint = N_("Receives while the holder is on leave; must be somebody else") },
	{ 0 },
};

/* Posts own what comes in, and deputies listen and do not settle (domain.md A07). */
static enum xq_rc
refuse_listener(struct act_ctx *ctx, const char *field, int64_t person_id, struct xq_err *err)
{
	struct actor a;
	enum xq_rc rc = actor_by_person(ctx->tx, ctx->office, person_id, &a, err);
	if (rc == XQ_OK && actor_only_listens(&a)) {
		(void)xq_refuse(err, field, "post.listens"); /* noted */
		note_fault(ctx->call, err);
	}
	return rc == XQ_NONE ? XQ_OK : rc;
}

static enum xq_rc
assign_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct account holder = { 0 }, standin = { 0 };
	bool has_holder = false, has_standin = false;
	enum xq_rc rc = field_account(ctx, in, "holder", &holder, &has_holder, err);
	if (rc == XQ_OK)
		rc = field_account(ctx, in, "standin", &standin, &has_standin, err);
	if (rc == XQ_OK && has_holder && has_standin && holder.person_id == standin.person_id) {
		(void)xq_refuse(err, "standin", "post.same-person"); /* noted */
		note_fault(ctx->call, err);
	}
	if (rc == XQ_OK && has_holder)
		rc = refuse_listener(ctx, "holder", holder.person_id, err);
	if (rc == XQ_OK && has_standin)
		rc = refuse_listener(ctx, "standin", standin.person_id, err);
	if (rc == XQ_OK)
		rc = faults_of(ctx->call, err);
	if (rc == XQ_OK)
		rc = post_set(ctx->tx, ctx->office, form_text(in, "post"), holder.person_id,
			holder.unit_id, standin.person_id, standin.unit_id, err);
	if (rc == XQ_OK)
		rc = act_note(ctx, err);
	return rc;
}

const struct act post_assign_act = {
	.name = "post.assign",
	.title = N_("Fill a post"),
	.help = N_("A post always has a holder and a stand-in; it cannot be left empty."),
	.who = PERM_ACCOUNTS,
	.fields = assign_fields,
	.apply = assign_apply,
	.events = NOTED,
};
