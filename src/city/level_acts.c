/* SPDX-License-Identifier: Apache-2.0 */
/* level_acts.c - acts of the leading office: the city's name, its districts, who is in which, and who may
 * look over them. */
#include "city/city_int.h"
#include "core/mem.h"
#include "identity/account.h"
#include "office/office.h"

#include "core/banned.h"

static enum xq_rc
not_leading(const struct office_info *lead, struct xq_err *err)
{
	enum xq_rc rc = xq_refuse(err, NULL, "city.not-leading");
	xq_err_text(err, "office", lead ? lead->name : "");
	return rc;
}

enum xq_rc
city_must_lead(struct act_ctx *ctx, struct city *out, struct xq_err *err)
{
	enum xq_rc rc = city_load(ctx->tx, ctx->mem, out, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, NULL, "city.none");
	if (rc != XQ_OK || out->office == ctx->office)
		return rc;
	return not_leading(app_office(ctx->app, out->office), err);
}

/* Who made the installation leads its city: the first office. Any other operator could else put the others
 * under himself. Later only the name changes. */
static enum xq_rc
found_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct city c;
	enum xq_rc rc = city_must_lead(ctx, &c, err);
	if (rc == XQ_REFUSED && text_eq(err->key, "city.none"))
		rc = ctx->office == ctx->app->office[0].id ? XQ_OK
		                                           : not_leading(&ctx->app->office[0], err);
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx,
			SQL("INSERT INTO city (one, name, lead) VALUES (1, ?, ?)"
			    " ON CONFLICT (one) DO UPDATE SET name = excluded.name"),
			VALS(V(form_str(in, "name")), V(ctx->office)), err);
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

static enum xq_rc
district_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct city c;
	int64_t last = 0;
	enum xq_rc rc = city_must_lead(ctx, &c, err);
	if (rc == XQ_OK)
		rc = db_int(ctx->tx, SQL("SELECT coalesce(max(no), 0) FROM district"), NO_VALS,
			&last, err);
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx,
			SQL("INSERT INTO district (no, code, name) VALUES (?, ?, ?)"
			    " ON CONFLICT (code) DO UPDATE SET name = excluded.name"),
			VALS(V(last + 1), V(form_str(in, "code")), V(form_str(in, "name"))), err);
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

static enum xq_rc
district_of(
	struct act_ctx *ctx, const struct form *in, const struct district **out, struct xq_err *err)
{
	struct districts d;
	enum xq_rc rc = district_list(ctx->tx, ctx->mem, &d, err);
	if (rc != XQ_OK)
		return rc;
	*out = district_find(&d, form_text(in, "district"));
	return *out ? XQ_OK : xq_refuse(err, "district", "city.district-unknown");
}

static enum xq_rc
place_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct city c;
	const struct district *d;
	const struct office_info *o = app_office_by_code(ctx->app, form_str(in, "member"));
	enum xq_rc rc = city_must_lead(ctx, &c, err);
	if (rc == XQ_OK && !o)
		return xq_refuse(err, "member", "transfer.office-unknown");
	if (rc == XQ_OK)
		rc = district_of(ctx, in, &d, err);
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx,
			SQL("INSERT INTO district_office (member, district) VALUES (?, ?)"
			    " ON CONFLICT (member) DO UPDATE SET district = excluded.district"),
			VALS(V(o->id), V(d->no)), err);
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

/* Over the whole city without a district; over one with it. */
static enum xq_rc
grant_of(struct act_ctx *ctx, const struct form *in, struct account *who, struct grant *out,
	struct xq_err *err)
{
	struct city c;
	const struct district *d = NULL;
	enum xq_rc rc = city_must_lead(ctx, &c, err);
	if (rc == XQ_OK && form_has(in, "district"))
		rc = district_of(ctx, in, &d, err);
	if (rc == XQ_OK)
		rc = account_by_login(
			ctx->tx, ctx->mem, ctx->office, form_str(in, "login"), who, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, "login", "account.unknown");
	*out = (struct grant){ .role = ROLE_OVERSEER,
		.scope = d ? SCOPE_AREA : SCOPE_OFFICE,
		.scope_id = d ? d->no : 0 };
	return rc;
}

static enum xq_rc
note_grant(struct act_ctx *ctx, const struct form *in, const struct account *who,
	const struct event_kind *kind, struct xq_err *err)
{
	const struct event_part part = { "who", who->person_id, who_json(ctx->mem, who->name) };
	return act_emit(ctx,
		&(struct act_event){ .kind = kind,
			EVENT_VALUES(EV("name", role_code(ROLE_OVERSEER)),
				EV("scope", form_has(in, "district") ? form_text(in, "district")
								     : "city")),
			.part = &part,
			.n_parts = 1 },
		err);
}

static enum xq_rc
grant_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct account who;
	struct grant g;
	enum xq_rc rc = grant_of(ctx, in, &who, &g, err);
	if (rc == XQ_OK)
		rc = role_give(ctx->tx, ctx->office, who.id, &g, ctx->now, err);
	return rc == XQ_OK ? note_grant(ctx, in, &who, &ev_role_granted, err) : rc;
}

static enum xq_rc
revoke_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct account who;
	struct grant g;
	enum xq_rc rc = grant_of(ctx, in, &who, &g, err);
	if (rc == XQ_OK)
		rc = role_take(ctx->tx, ctx->office, who.id, &g, err);
	return rc == XQ_OK ? note_grant(ctx, in, &who, &ev_role_revoked, err) : rc;
}

/* clang-format off */
static const struct field found_fields[] = {
	{ "name", FIELD_TEXT, .required = true, .min = 2, .max = 30, .label = N_("Name of the city") },
	{ .name = NULL },
};
static const struct field district_fields[] = {
	{ "code", FIELD_CODE, .required = true, .label = N_("Code of the district"), .hint = N_("Small letters, digits and hyphens") },
	{ "name", FIELD_TEXT, .required = true, .min = 2, .max = 30, .label = N_("Name of the district") },
	{ .name = NULL },
};
static const struct field place_fields[] = {
	{ "member", FIELD_CODE, .required = true, .label = N_("Code of the office") },
	{ "district", FIELD_CODE, .required = true, .label = N_("Code of the district") },
	{ .name = NULL },
};
static const struct field grant_fields[] = {
	{ "login", FIELD_CODE, .required = true, .label = N_("Login name") },
	{ "district", FIELD_CODE, .label = N_("Code of the district"), .hint = N_("Empty: the whole city") },
	{ .name = NULL },
};

#define NOTED .events = (const struct event_kind *const[]){ &ev_office_noted, NULL }
/* clang-format on */

const struct act city_found = {
	.name = "city.found",
	.title = N_("Name the city above the offices"),
	.help = N_(
		"The first office of the installation leads: it keeps districts, roles and sheets of the city."),
	.who = PERM_OPERATE,
	.fields = found_fields,
	.apply = found_apply,
	NOTED,
	.spans = true,
};

const struct act city_district = {
	.name = "city.district",
	.title = N_("Add or rename a district"),
	.who = PERM_OPERATE,
	.fields = district_fields,
	.apply = district_apply,
	NOTED,
	.spans = true,
};

const struct act city_place = {
	.name = "city.place",
	.title = N_("Say in which district an office lies"),
	.who = PERM_OPERATE,
	.fields = place_fields,
	.apply = place_apply,
	NOTED,
	.spans = true,
};

const struct act city_grant = {
	.name = "city.grant",
	.title = N_("Let somebody look over the city or a district"),
	.help = N_("Numbers of each office, read only; no concern, no person."),
	.who = PERM_ACCOUNTS,
	.fields = grant_fields,
	.apply = grant_apply,
	.events = (const struct event_kind *const[]){ &ev_role_granted, NULL },
};

const struct act city_revoke = {
	.name = "city.revoke",
	.title = N_("End somebody's look over the city or a district"),
	.who = PERM_ACCOUNTS,
	.fields = grant_fields,
	.apply = revoke_apply,
	.events = (const struct event_kind *const[]){ &ev_role_revoked, NULL },
};
