/* SPDX-License-Identifier: Apache-2.0 */
/* place_acts.c - where residents are received, who receives, when somebody is away, and the pattern of a
 * week. What a published sitting stands on is not taken away from under it. */
#include "reception/reception_int.h"

#include "core/mem.h"
#include "identity/account.h"

#include "core/banned.h"

/* ---- a venue ---------------------------------------------------------------------------------------- */

/* Sittings ahead that a venue or a receiver is still named for. */
static enum xq_rc
refuse_while_named(struct act_ctx *ctx, sql_ref sql, int64_t no, const char *field, const char *key,
	struct xq_err *err)
{
	int64_t n = 0;
	enum xq_rc rc =
		db_int(ctx->tx, sql, VALS(V(ctx->office), V(reception_today(ctx)), V(no)), &n, err);
	if (rc != XQ_OK || n == 0)
		return rc;
	rc = xq_refuse(err, field, key);
	xq_err_int(err, "n", n);
	return rc;
}

static enum xq_rc
venue_known(struct act_ctx *ctx, int64_t no, struct venue *out, struct xq_err *err)
{
	enum xq_rc rc = venue_load(ctx->tx, ctx->mem, ctx->office, no, out, err);
	return rc == XQ_NONE ? xq_refuse(err, "venue", "venue.unknown") : rc;
}

static enum xq_rc
venue_write(struct act_ctx *ctx, const struct form *in, int64_t no, int64_t ver, struct xq_err *err)
{
	struct val name = V(form_text(in, "name")), address = V(form_text(in, "address")),
		   room = V(form_text(in, "room")), hours = V(form_text(in, "hours")),
		   phone = V(form_text(in, "phone")), steps = V(form_text(in, "steps")),
		   way = V(form_text(in, "way")), is_free = V(form_bool(in, "step_free")),
		   is_open = V(text_eq(form_text(in, "state"), "open"));
	if (ver)
		return db_exec_one(ctx->tx,
			SQL("UPDATE venue SET ver = ver + 1, name = ?, address = ?, room = ?, hours = ?,"
			    " phone = ?, is_step_free = ?, steps = ?, way = ?, is_open = ?"
			    " WHERE office = ? AND no = ? AND ver = ?"),
			VALS(name, address, room, hours, phone, is_free, steps, way, is_open,
				V(ctx->office), V(no), V(ver)),
			err);
	return db_exec(ctx->tx,
		SQL("INSERT INTO venue (office, no, ver, name, address, room, hours, phone,"
		    " is_step_free, steps, way, is_open) VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
		VALS(V(ctx->office), V(no), name, address, room, hours, phone, is_free, steps, way,
			is_open),
		err);
}

static enum xq_rc
venue_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct venue v = { .no = form_int(in, "venue") };
	enum xq_rc rc = v.no ? venue_known(ctx, v.no, &v, err)
	                     : db_next(ctx->tx, ctx->office, "venue", &v.no, err);
	if (rc == XQ_OK && v.no > VENUES_MAX)
		rc = xq_refuse(err, NULL, "concern.too-many");
	if (rc == XQ_OK && v.ver && text_eq(form_text(in, "state"), "closed"))
		rc = refuse_while_named(ctx,
			SQL("SELECT count(*) FROM roster_slot WHERE office = ? AND day >= ?"
			    " AND venue_no = ? AND state = 0"),
			v.no, "state", "venue.has-sittings", err);
	if (rc == XQ_OK)
		rc = venue_write(ctx, in, v.no, v.ver, err);
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "venue", v.no);
	act_result_int(ctx, "no", v.no);
	return act_note(ctx, err);
}

/* ---- a receiver ------------------------------------------------------------------------------------- */

/* Either somebody with an account, or a name: a delegate need not have one. */
static enum xq_rc
take_person(struct act_ctx *ctx, const struct form *in, int64_t no, int64_t *out, const char **name,
	struct xq_err *err)
{
	struct account who;
	int64_t n = 0;
	*out = 0;
	*name = form_text(in, "name");
	if (!form_has(in, "login")) {
		if (!form_has(in, "name"))
			reception_fault(ctx, "name", "receiver.no-name", 0);
		return XQ_OK;
	}
	enum xq_rc rc =
		account_by_login(ctx->tx, ctx->mem, ctx->office, form_str(in, "login"), &who, err);
	if (rc == XQ_NONE || (rc == XQ_OK && !who.is_open)) {
		reception_fault(ctx, "login", "account.unknown", 0);
		return XQ_OK;
	}
	if (rc != XQ_OK)
		return rc;
	*out = who.person_id;
	*name = who.name;
	rc = db_int(ctx->tx,
		SQL("SELECT count(*) FROM receiver WHERE office = ? AND person_id = ? AND no <> ?"),
		VALS(V(ctx->office), V(who.person_id), V(no)), &n, err);
	if (rc == XQ_OK && n > 0)
		reception_fault(ctx, "login", "receiver.there-already", 0);
	return rc;
}

static enum xq_rc
receiver_write(
	struct act_ctx *ctx, const struct form *in, const struct receiver *r, struct xq_err *err)
{
	struct val person = V_OR_NULL(r->person_id, r->person_id), name = V(r->name),
		   title = V(form_text(in, "title")), role = V(form_text(in, "role")),
		   topics = V(form_text(in, "topics")),
		   is_active = V(text_eq(form_text(in, "state"), "on"));
	if (r->ver)
		return db_exec_one(ctx->tx,
			SQL("UPDATE receiver SET ver = ver + 1, person_id = ?, name = ?,"
			    " public_title = ?, role = ?, topics = ?, is_active = ?"
			    " WHERE office = ? AND no = ? AND ver = ?"),
			VALS(person, name, title, role, topics, is_active, V(ctx->office), V(r->no),
				V(r->ver)),
			err);
	return db_exec(ctx->tx,
		SQL("INSERT INTO receiver (office, no, ver, person_id, name, public_title, role,"
		    " topics, is_active) VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?)"),
		VALS(V(ctx->office), V(r->no), person, name, title, role, topics, is_active), err);
}

static enum xq_rc
receiver_known(struct act_ctx *ctx, const struct form *in, struct receiver *out, struct xq_err *err)
{
	enum xq_rc rc =
		receiver_load(ctx->tx, ctx->mem, ctx->office, form_int(in, "receiver"), out, err);
	return rc == XQ_NONE ? xq_refuse(err, "receiver", "receiver.unknown") : rc;
}

static enum xq_rc
receiver_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct receiver r = { 0 };
	enum xq_rc rc = form_has(in, "receiver")
	                        ? receiver_known(ctx, in, &r, err)
	                        : db_next(ctx->tx, ctx->office, "receiver", &r.no, err);
	if (rc == XQ_OK && r.no > RECEIVERS_MAX)
		rc = xq_refuse(err, NULL, "concern.too-many");
	if (rc == XQ_OK)
		rc = take_person(ctx, in, r.no, &r.person_id, &r.name, err);
	if (rc == XQ_OK)
		rc = reception_faults(ctx, err);
	if (rc == XQ_OK && r.ver && text_eq(form_text(in, "state"), "off"))
		rc = refuse_while_named(ctx,
			SQL("SELECT count(*) FROM roster_slot WHERE office = ? AND day >= ?"
			    " AND receiver_no = ? AND state = 0"),
			r.no, "state", "receiver.has-sittings", err);
	if (rc == XQ_OK)
		rc = receiver_write(ctx, in, &r, err);
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "receiver", r.no);
	act_result_int(ctx, "no", r.no);
	return act_note(ctx, err);
}

/* Somebody says so of themselves, or whoever keeps the roster does. What they are named for already has to
 * be changed, and the roster says so. */
static enum xq_rc
away_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct receiver r;
	int64_t n = 0;
	enum xq_rc rc = receiver_known(ctx, in, &r, err);
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "receiver", r.no);
	bool is_own = r.person_id && r.person_id == ctx->actor->person_id;
	if (!is_own && !actor_may(ctx->actor, PERM_PUBLISH))
		return xq_refuse(err, NULL, "receiver.not-you");
	if (form_int(in, "until") < form_int(in, "from"))
		reception_fault(ctx, "until", "receiver.until-before", 0);
	else if (form_int(in, "until") < reception_today(ctx))
		reception_fault(ctx, "until", "roster.day-past", 0);
	rc = reception_faults(ctx, err);
	if (rc == XQ_OK)
		rc = db_int(ctx->tx,
			SQL("SELECT count(*) + 1 FROM receiver_away WHERE office = ? AND receiver_no = ?"),
			VALS(V(ctx->office), V(r.no)), &n, err);
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx,
			SQL("INSERT INTO receiver_away (office, receiver_no, n, from_on, until_on,"
			    " set_at, set_by) VALUES (?, ?, ?, ?, ?, ?, ?)"),
			VALS(V(ctx->office), V(r.no), V(n), V(form_int(in, "from")),
				V(form_int(in, "until")), V(ctx->now), V(ctx->actor->person_id)),
			err);
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

/* ---- the pattern of a week -------------------------------------------------------------------------- */

static unsigned
roles_of(const struct form *in)
{
	unsigned roles = 0;
	for (unsigned i = 0; i < ROSTER_ROLES; i++)
		if (form_bool(in, receiver_roles[i].code))
			roles |= 1U << i;
	return roles;
}

static enum xq_rc
check_pattern(struct act_ctx *ctx, const struct form *in, const struct roster_pattern *p,
	struct xq_err *err)
{
	enum { SATURDAY = 6 };
	struct venue v;
	int64_t n = 0;
	if (p->roles == 0)
		reception_fault(ctx, receiver_roles[0].code, "roster.pattern-roles", 0);
	if (p->weekday >= SATURDAY && !p->is_off_hours)
		reception_fault(ctx, "weekday", "roster.pattern-rest", 0);
	enum xq_rc rc = venue_load(ctx->tx, ctx->mem, ctx->office, p->venue_no, &v, err);
	if (rc == XQ_NONE)
		reception_fault(ctx, "venue", "venue.unknown", 0);
	else if (rc == XQ_OK && !v.is_open)
		reception_fault(ctx, "venue", "venue.closed", 0);
	if (rc == XQ_FAULT || text_eq(form_text(in, "state"), "off"))
		return rc == XQ_FAULT ? rc : XQ_OK;
	rc = db_int(ctx->tx,
		SQL("SELECT count(*) FROM slot_pattern WHERE office = ? AND weekday = ? AND venue_no = ?"
		    " AND start_min < ? AND end_min > ? AND is_on = 1 AND no <> ?"),
		VALS(V(ctx->office), V(p->weekday), V(p->venue_no), V(p->end_min), V(p->start_min),
			V(p->no)),
		&n, err);
	if (rc == XQ_OK && n > 0)
		reception_fault(ctx, "start", "roster.room-taken", 0);
	return rc;
}

static enum xq_rc
pattern_write(struct act_ctx *ctx, const struct roster_pattern *p, bool is_new, bool is_on,
	struct xq_err *err)
{
	if (is_new)
		return db_exec(ctx->tx,
			SQL("INSERT INTO slot_pattern (office, no, ver, weekday, start_min, end_min,"
			    " venue_no, places, roles, is_off_hours, is_on)"
			    " VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?)"),
			VALS(V(ctx->office), V(p->no), V(p->weekday), V(p->start_min),
				V(p->end_min), V(p->venue_no), V(p->places), V(p->roles),
				V(p->is_off_hours), V(is_on)),
			err);
	enum xq_rc rc = db_exec_one(ctx->tx,
		SQL("UPDATE slot_pattern SET ver = ver + 1, weekday = ?, start_min = ?, end_min = ?,"
		    " venue_no = ?, places = ?, roles = ?, is_off_hours = ?, is_on = ?"
		    " WHERE office = ? AND no = ?"),
		VALS(V(p->weekday), V(p->start_min), V(p->end_min), V(p->venue_no), V(p->places),
			V(p->roles), V(p->is_off_hours), V(is_on), V(ctx->office), V(p->no)),
		err);
	if (rc == XQ_REFUSED)
		return xq_refuse(err, "pattern", "roster.pattern-unknown");
	return rc;
}

static enum xq_rc
pattern_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct roster_pattern p = { .no = form_int(in, "pattern"),
		.venue_no = form_int(in, "venue"),
		.weekday = (int)form_int(in, "weekday") + 1,
		.places = (int)form_int(in, "places"),
		.roles = roles_of(in),
		.is_off_hours = form_bool(in, "off_hours") };
	bool is_new = p.no == 0;
	times_of_form(ctx, in, &p.start_min, &p.end_min);
	enum xq_rc rc = check_pattern(ctx, in, &p, err);
	if (rc == XQ_OK)
		rc = reception_faults(ctx, err);
	if (rc == XQ_OK && is_new)
		rc = db_next(ctx->tx, ctx->office, "slot-pattern", &p.no, err);
	if (rc == XQ_OK && p.no > PATTERNS_MAX)
		rc = xq_refuse(err, NULL, "concern.too-many");
	if (rc == XQ_OK)
		rc = pattern_write(ctx, &p, is_new, text_eq(form_text(in, "state"), "on"), err);
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "pattern", p.no);
	act_result_int(ctx, "no", p.no);
	return act_note(ctx, err);
}

/* ---- declarations ----------------------------------------------------------------------------------- */

/* clang-format off */
static const struct choice open_or_closed[] = {
	{ "open", N_("Open") }, { "closed", N_("Closed") }, { NULL, NULL },
};
static const struct choice on_or_off[] = {
	{ "on", N_("In force") }, { "off", N_("No longer") }, { NULL, NULL },
};

static const struct field venue_fields[] = {
	{ "venue", FIELD_INT, .min = 1, .label = N_("Number of the venue") },
	{ "name", FIELD_TEXT, .required = true, .min = 2, .max = 40, .label = N_("Name of the place"), .privacy = PRIVACY_PUBLIC },
	{ "address", FIELD_TEXT, .required = true, .min = 2, .max = 80, .label = N_("Street and number"), .privacy = PRIVACY_PUBLIC },
	{ "room", FIELD_TEXT, .required = true, .min = 1, .max = 40, .label = N_("Floor and room"), .privacy = PRIVACY_PUBLIC },
	{ "hours", FIELD_TEXT, .required = true, .min = 2, .max = 60, .label = N_("Opening hours"), .privacy = PRIVACY_PUBLIC },
	{ "phone", FIELD_PHONE, .label = N_("Phone of the place"), .privacy = PRIVACY_PUBLIC },
	{ "step_free", FIELD_BOOL, .label = N_("The door has no step"), .privacy = PRIVACY_PUBLIC },
	{ "steps", FIELD_TEXT, .max = 80, .label = N_("How to get in without steps"), .hint = N_("Ramp, lift, whom to call"), .privacy = PRIVACY_PUBLIC },
	{ "way", FIELD_LINES, .max = 300, .label = N_("How to get there"), .hint = N_("Bus, metro, what stands beside it"), .privacy = PRIVACY_PUBLIC },
	{ "state", FIELD_CHOICE, .required = true, .choices = open_or_closed, .label = N_("Open to residents?") },
	{ .name = NULL },
};

static const struct field receiver_fields[] = {
	{ "receiver", FIELD_INT, .min = 1, .label = N_("Number of the receiver") },
	{ "login", FIELD_CODE, .label = N_("Account"), .hint = N_("Empty for a delegate without an account") },
	{ "name", FIELD_TEXT, .min = 2, .max = 30, .label = N_("Name"), .hint = N_("Only where there is no account"), .privacy = PRIVACY_PUBLIC },
	{ "title", FIELD_TEXT, .required = true, .min = 2, .max = 40, .label = N_("Public title"), .hint = N_("As residents read it on the roster"), .privacy = PRIVACY_PUBLIC },
	{ "role", FIELD_CHOICE, .required = true, .choices = receiver_roles, .label = N_("Receives as"), .privacy = PRIVACY_PUBLIC },
	{ "topics", FIELD_TEXT, .max = 40, .label = N_("Topics"), .hint = N_("What residents best come with, as: property firms, parking. Stands on rosters drafted from now on."),
		.privacy = PRIVACY_PUBLIC },
	{ "state", FIELD_CHOICE, .required = true, .choices = on_or_off, .label = N_("On the list?") },
	{ .name = NULL },
};

static const struct field away_fields[] = {
	{ "receiver", FIELD_INT, .required = true, .min = 1, .label = N_("Number of the receiver") },
	{ "from", FIELD_DAY, .required = true, .label = N_("First day away") },
	{ "until", FIELD_DAY, .required = true, .label = N_("Last day away") },
	{ .name = NULL },
};

static const struct choice weekdays[] = {
	{ "1", N_("Monday") }, { "2", N_("Tuesday") }, { "3", N_("Wednesday") }, { "4", N_("Thursday") },
	{ "5", N_("Friday") }, { "6", N_("Saturday") }, { "7", N_("Sunday") }, { NULL, NULL },
};

static const struct field pattern_fields[] = {
	{ "pattern", FIELD_INT, .min = 1, .label = N_("Number of the line") },
	{ "weekday", FIELD_CHOICE, .required = true, .choices = weekdays, .label = N_("Day of the week") },
	{ "start", FIELD_TEXT, .required = true, .max = 5, .label = N_("Begins at"), .hint = N_("As 14:00") },
	{ "end", FIELD_TEXT, .required = true, .max = 5, .label = N_("Ends at"), .hint = N_("As 16:30") },
	{ "venue", FIELD_INT, .required = true, .min = 1, .label = N_("Venue") },
	{ "places", FIELD_INT, .required = true, .min = 1, .max = 9, .label = N_("How many receive together") },
	{ "party", FIELD_BOOL, .label = N_("Party delegates may sit") },
	{ "congress", FIELD_BOOL, .label = N_("People's deputies may sit") },
	{ "committee", FIELD_BOOL, .label = N_("Leaders of the party committee may sit") },
	{ "office", FIELD_BOOL, .label = N_("Leaders of the office may sit") },
	{ "cppcc", FIELD_BOOL, .label = N_("CPPCC members may sit") },
	{ "department", FIELD_BOOL, .label = N_("Departments may sit") },
	{ "off_hours", FIELD_BOOL, .label = N_("Outside office hours"), .hint = N_("Evenings and weekends, for those who work; an ordinary weekend day is then no day of rest") },
	{ "state", FIELD_CHOICE, .required = true, .choices = on_or_off, .label = N_("In force?") },
	{ .name = NULL },
};

#define NOTED (const struct event_kind *const[]){ &ev_office_noted, NULL }
/* clang-format on */

const struct act venue_set = {
	.name = "venue.set",
	.title = N_("Set a venue"),
	.help = N_("Residents read all of it: where, which room, when, and how to get in."),
	.who = PERM_PUBLISH,
	.fields = venue_fields,
	.apply = venue_apply,
	.events = NOTED,
};

const struct act receiver_set = {
	.name = "receiver.set",
	.title = N_("Set a receiver"),
	.help = N_("Name, title and role stand on the public roster; nothing else does."),
	.who = PERM_PUBLISH,
	.fields = receiver_fields,
	.apply = receiver_apply,
	.events = NOTED,
};

const struct act receiver_away = {
	.name = "receiver.away",
	.title = N_("Note an absence"),
	.help = N_("From day to day, without a reason. A draft leaves these days out."),
	.who = PERM_STAFF,
	.fields = away_fields,
	.apply = away_apply,
	.events = NOTED,
};

const struct act roster_pattern_set = {
	.name = "roster.pattern",
	.title = N_("Set a weekly sitting"),
	.help = N_("Drafts are made from it; rosters that are published stay as they are."),
	.who = PERM_PUBLISH,
	.fields = pattern_fields,
	.apply = pattern_apply,
	.events = NOTED,
};
