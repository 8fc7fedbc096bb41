/* SPDX-License-Identifier: Apache-2.0 */
/* raise.c - a concern comes in: by the resident (concern.raise) or taken down by staff
 * (concern.register). From the first minute it has one owner, a due day, and where the catalogue
 * knows the class, an offer to the unit that should handle it. */
#include "act/receipt.h"
#include "concern/book.h"
#include "concern/concern_int.h"
#include "concern/raise_int.h"
#include "concern/take_down.h"
#include "concern/taken.h"
#include "concern/zone.h"

#include "core/mem.h"
#include "core/utf8.h"
#include "identity/session.h"
#include "store/search.h"

#include "core/banned.h"

enum { TITLE_CHARS = 30, BODY_CHARS = 2000 };

struct raise_prep {
	struct str title, terms;
};

/* Where the last of these marks stands behind at least min bytes; t.n where none does. */
static size_t
last_mark(struct str t, size_t min)
{
	static const char *const marks[] = { "，", "、", "：", "," };
	size_t best = 0;
	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
		struct str mark = str_of(marks[i]);
		for (size_t at = min; at + mark.n <= t.n; at++)
			if (memcmp(t.p + at, mark.p, mark.n) == 0 && at > best)
				best = at;
	}
	return best > 0 ? best : t.n;
}

/* The first sentence, or as many of its clauses as a headline holds. */
static struct str
title_of(struct str body)
{
	static const char *const ends[] = { "\n", "。", "！", "？", "；", "!", "?", ";" };
	struct str t = body;
	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		size_t at = str_index(t, str_of(ends[i]));
		if (at > 0 && at < t.n)
			t.n = at;
	}
	struct str head = utf8_head(t, TITLE_CHARS);
	if (head.n < t.n)
		head.n = last_mark(head, utf8_head(head, TITLE_CHARS / 3).n);
	return str_trim(head);
}

enum xq_rc
take_down_prepare(struct act_call *call, struct xq_err *err)
{
	(void)err;
	struct raise_prep *p = mem_new(call->mem, struct raise_prep);
	const struct form *in = &call->form;
	struct str body = form_str(in, "body");
	bool is_staff = call->act != &concern_raise;
	p->title = is_staff && form_has(in, "title") ? form_str(in, "title") : title_of(body);
	struct buf all = buf_new(call->mem, body.n + 256);
	if (is_staff)
		buf_str(&all, p->title);
	buf_char(&all, '\n');
	buf_str(&all, body);
	buf_char(&all, '\n');
	buf_str(&all, form_str(in, "place"));
	p->terms = search_terms(call->mem, buf_view(&all), TERMS_MAX);
	call->prepared = p;
	return XQ_OK;
}

/* ---- the event --------------------------------------------------------------------------------------- */

/* The record's role of the one who brought it: NULL takes the staff member's own. */
static const char *
raised_by(const struct actor *actor)
{
	switch (actor->kind) {
	case ACTOR_STAFF:
		return NULL;
	case ACTOR_SYSTEM:
		return "system"; /* import of a list */
	case ACTOR_NOBODY:
	case ACTOR_RESIDENT:
		break;
	}
	return "resident";
}

static enum xq_rc
raise_event(struct act_ctx *ctx, const struct raise_input *r, struct concern *c,
	const char *unit_code, struct xq_err *err)
{
	bool sealed = c->lane == LANE_SEALED;
	const char *zone =
		sealed ? NULL : r->zone; /* what is sealed has no place (ledger.md 3.4) */
	struct json_w who = json_new(ctx->mem);
	json_open(&who, '{');
	json_key(&who, "name");
	json_text(&who, r->name);
	json_key(&who, "phone");
	json_text(&who, r->phone);
	json_close(&who, '}');
	struct event_part parts[] = {
		{ "body", 0, str_of(part_json(ctx->mem, "text", str_text(ctx->mem, r->body))) },
		{ "who", 0, buf_view(&who.b) },
	};
	struct act_event e = {
		.kind = &ev_raised,
		.unit = unit_code,
		.role = raised_by(ctx->actor),
		EVENT_VALUES(EV("class", sealed ? "other" : r->public_class),
			EV_AT("due", c->due_at), EV("lane", sealed ? "sealed" : "everyday"),
			EV("via", r->via), EV("zone", zone)),
		.part = parts,
		.n_parts = r->name[0] || r->phone[0] ? 2 : 1,
	};
	e.n_values -= zone == NULL; /* the last one */
	enum xq_rc rc = concern_emit(ctx, c, &e, err);
	c->first_seq = c->last_seq;
	return rc;
}

/* ---- the act --------------------------------------------------------------------------------------- */

static void
say_result(struct act_ctx *ctx, const struct concern *c, const struct code *code,
	const struct post_holder *owner, const char *to_unit)
{
	char no[24];
	file_no_show(c->file_no, no);
	if (c->linked_id == 0) /* who rules on a disagreement has no business with the code */
		act_result_text(ctx, "code", code->text);
	act_result_text(ctx, "file_no", no);
	act_result_text(ctx, "ref", c->ref);
	act_result_int(ctx, "id", c->id);
	act_result_int(ctx, "due_day", c->due_day);
	act_result_text(ctx, "owner", owner->person_name);
	act_result_text(ctx, "owner_unit", owner->unit_name);
	act_result_text(ctx, "offered_to", to_unit);
}

/* Catalogue or nothing: an offer by the duty catalogue, unless that unit has it already. */
static enum xq_rc
offer_by_catalogue(struct act_ctx *ctx, struct concern *c, const char *class, const char **to_unit,
	struct xq_err *err)
{
	int64_t unit_id;
	*to_unit = "";
	int32_t day = day_of(c->raised_at, app_office(ctx->app, ctx->office)->tz_s);
	enum xq_rc rc = duty_of(ctx->tx, ctx->office, class, day, &unit_id, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc;
	if (unit_id == c->owner_unit_id)
		return XQ_OK;
	struct unit u;
	rc = unit_load(ctx->tx, ctx->mem, ctx->office, unit_id, &u, err);
	if (rc != XQ_OK)
		return rc;
	*to_unit = u.name;
	rc = offer_make(ctx, c,
		&(struct offer_new){ .to_unit_id = unit_id,
			.why = "duty",
			.note = "",
			.told = "",
			.by_catalogue = true,
			.back = ST_ACCEPTED },
		err);
	if (rc != XQ_OK)
		return rc;
	return concern_save(ctx, c,
		&(struct step_change){ .to = ST_ASSIGNED,
			.to_unit_id = unit_id,
			.note = u.name,
			.is_for_resident = true },
		err);
}

void
class_check(struct act_call *call)
{
	const char *class, *public;
	int32_t today =
		day_of(clock_now(call->app->clock), app_office(call->app, call->office)->tz_s);
	struct xq_err e = { 0 };
	if (!form_has(&call->form, "class") ||
		book_class_of(call->app, call->office, form_text(&call->form, "class"), today,
			&class, &public))
		return;
	(void)xq_refuse(&e, "class", "field.choice"); /* beside those of the other fields */
	form_add_fault(&call->form, &e);
}

void
take_down_check(struct act_call *call)
{
	class_check(call);
}

static void
register_check(struct act_call *call)
{
	take_down_check(call);
	taken_check(call);
}

/* The class as it is offered today: a form may have been opened while another one was. */
static enum xq_rc
class_today(struct act_ctx *ctx, struct raise_input *r, struct xq_err *err)
{
	int32_t today = day_of(ctx->now, app_office(ctx->app, ctx->office)->tz_s);
	if (book_class_of(ctx->app, ctx->office, r->class, today, &r->class, &r->public_class))
		return XQ_OK;
	if (r->linked_id == 0 && !r->handed)
		return xq_refuse(err, "class", "field.choice");
	r->class = r->public_class = "other"; /* nobody chose it now, and nobody can choose again */
	return XQ_OK;
}

enum xq_rc
raise_any(struct act_ctx *ctx, struct raise_input *r, const struct post_holder *owner,
	struct xq_err *err)
{
	char ref[EVENT_REF_LEN + 1];
	event_ref_new(ctx->random, 'c', ref);
	struct due due;
	struct limit limit;
	char limit_text[16];
	enum xq_rc rc = class_today(ctx, r, err);
	if (rc == XQ_OK)
		rc = due_of(ctx, r->nature, ctx->now, &due, &limit, err);
	if (rc == XQ_OK && !r->handed)
		rc = taken_count(ctx, r->taken_at, limit, &due, err);
	if (rc != XQ_OK)
		return rc;
	limit_show(limit, limit_text);
	if (r->handed)
		due = r->handed->due;
	const struct post_holder *tracker = r->tracker ? r->tracker : owner;
	struct concern c = {
		.ref = ref,
		.state = ST_ACCEPTED,
		.round = 1,
		.last_seq = -1,
		.lane = r->wants_secret ? LANE_SEALED : LANE_EVERYDAY,
		.class = r->public_class,
		.category = r->class,
		.linked_id = r->linked_id,
		.raised_at = ctx->now,
		.taken_at = r->taken_at,
		.due_at = due.at,
		.due_day = due.effective_day,
		.limit = r->handed ? r->handed->limit : limit_text,
		.handed_id = r->handed ? r->handed->id : 0,
		.is_provisional = due.is_provisional,
		.owner_person_id = owner->person_id,
		.owner_unit_id = owner->unit_id,
		.tracker_person_id = tracker->person_id,
		.tracker_unit_id = tracker->unit_id,
	};
	rc = db_next(ctx->tx, ctx->office, "concern", &c.id, err);
	if (rc == XQ_OK)
		rc = raise_file_no(ctx, &c.file_no, err);
	if (rc == XQ_OK)
		rc = raise_event(ctx, r, &c, owner->unit_public_code, err);
	if (rc != XQ_OK)
		return rc;

	struct code code;
	rc = query_code_new(ctx, &code, err);
	if (rc == XQ_OK)
		rc = raise_insert(ctx, r, &c, &code, err);
	if (rc == XQ_OK)
		rc = raise_insert_intake(ctx, r, &c, err);
	if (rc == XQ_OK)
		rc = owner_move(ctx, &c, owner->person_id, owner->unit_id, err);
	c.ver = 1;
	if (rc == XQ_OK)
		rc = concern_step_first(ctx, &c, err);
	if (rc == XQ_OK)
		rc = tally_add(ctx, &c, "raised", 1, err);
	if (rc == XQ_OK && r->linked_id != 0)
		rc = tally_add(ctx, &c, "repeat", 1, err);
	if (rc == XQ_OK && (r->draft[0] || r->handed))
		rc = raise_photos(ctx, r, &c, err);
	const char *to_unit = "";
	if (rc == XQ_OK)
		rc = offer_by_catalogue(ctx, &c, r->class, &to_unit, err);
	if (rc == XQ_OK)
		rc = search_add(ctx->tx, ctx->office, SEARCH_CONCERN, c.id, r->terms, err);
	if (rc != XQ_OK)
		return rc;
	r->id = c.id;
	act_subject(ctx, "concern", c.id);
	say_result(ctx, &c, &code, owner, to_unit);
	/* who rules on a disagreement does not hand out the new one's */
	return r->linked_id == 0 ? act_receipt(ctx, c.first_seq, err) : XQ_OK;
}

static const char *
or_text(const struct form *in, const char *name, const char *otherwise)
{
	return form_has(in, name) ? form_text(in, name) : otherwise;
}

/* The same with the zone that somebody chose. */
static enum xq_rc
raise_typed(struct act_ctx *ctx, const struct form *in, struct raise_input *r,
	const struct post_holder *owner, struct xq_err *err)
{
	enum xq_rc rc =
		zone_read(ctx->tx, ctx->mem, ctx->office, form_text(in, "zone"), &r->zone, err);
	return rc == XQ_OK ? raise_any(ctx, r, owner, err) : rc;
}

static enum xq_rc
raise_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	const struct raise_prep *prep = ctx->call->prepared;
	struct post_holder intake;
	enum xq_rc rc = post_current(ctx->tx, ctx->mem, ctx->office, POST_INTAKE, &intake, err);
	if (rc != XQ_OK)
		return rc;
	struct raise_input r = {
		.body = form_str(in, "body"),
		.title = prep->title,
		.terms = prep->terms,
		.place = form_str(in, "place"),
		.class = or_text(in, "class", "other"),
		.nature = "help",
		.via = "web",
		.name = form_text(in, "name"),
		.phone = form_text(in, "phone"),
		.address = form_text(in, "address"),
		.contact_wish = form_text(in, "contact_wish"),
		.told = "",
		.people = 1,
		.wants_secret = form_bool(in, "secret"),
		.may_publish = form_bool(in, "publish"),
		.draft = form_text(in, "draft"),
	};
	return raise_typed(ctx, in, &r, &intake, err);
}

enum xq_rc
person_only_listens(struct tx *tx, int64_t office, int64_t person_id, bool *out, struct xq_err *err)
{
	struct actor a;
	*out = false;
	enum xq_rc rc = actor_by_person(tx, office, person_id, &a, err);
	if (rc == XQ_OK)
		*out = actor_only_listens(&a);
	return rc == XQ_NONE ? XQ_OK : rc; /* without an account nobody acts */
}

static enum xq_rc
holder_of_person(
	struct act_ctx *ctx, int64_t person_id, struct post_holder *out, struct xq_err *err)
{
	struct person p;
	struct unit u;
	enum xq_rc rc = person_load(ctx->tx, ctx->mem, ctx->office, person_id, &p, err);
	if (rc == XQ_OK)
		rc = unit_load(ctx->tx, ctx->mem, ctx->office, p.unit_id, &u, err);
	if (rc != XQ_OK)
		return rc;
	*out = (struct post_holder){ .person_id = p.id,
		.unit_id = u.id,
		.person_name = p.name,
		.unit_name = u.name,
		.unit_public_code = u.public_code,
		.unit_public_name = u.public_name };
	return XQ_OK;
}

/* Who sat there and was asked first follows it and answers for it; a deputy only follows it. */
static enum xq_rc
first_receiver_of(struct act_ctx *ctx, int64_t person_id, struct post_holder *owner,
	struct post_holder *tracker, struct xq_err *err)
{
	bool listens = false;
	enum xq_rc rc = holder_of_person(ctx, person_id, tracker, err);
	if (rc == XQ_OK)
		rc = person_only_listens(ctx->tx, ctx->office, person_id, &listens, err);
	*owner = *tracker;
	if (rc == XQ_OK && listens)
		rc = post_current(ctx->tx, ctx->mem, ctx->office, POST_INTAKE, owner, err);
	return rc;
}

/* Who answers for what is taken down, and who follows it. A list has no listener: the intake post
 * receives it. Deputies listen and record, and do not settle the matter themselves (domain.md A07). */
static enum xq_rc
receivers_of(struct act_ctx *ctx, int64_t first_person_id, struct post_holder *owner,
	struct post_holder *tracker, struct xq_err *err)
{
	if (ctx->actor->kind != ACTOR_STAFF) {
		enum xq_rc none =
			post_current(ctx->tx, ctx->mem, ctx->office, POST_INTAKE, owner, err);
		*tracker = *owner;
		return none;
	}
	if (first_person_id)
		return first_receiver_of(ctx, first_person_id, owner, tracker, err);
	enum xq_rc rc = holder_of_actor(ctx, tracker, err);
	*owner = *tracker;
	if (rc == XQ_OK && actor_only_listens(ctx->actor))
		rc = post_current(ctx->tx, ctx->mem, ctx->office, POST_INTAKE, owner, err);
	return rc;
}

static struct raise_input
input_of(const struct act_ctx *ctx, const struct form *in)
{
	const struct raise_prep *prep = ctx->call->prepared;
	return (struct raise_input){
		.body = form_str(in, "body"),
		.title = prep->title,
		.terms = prep->terms,
		.place = form_str(in, "place"),
		.class = or_text(in, "class", "other"),
		.nature = or_text(in, "nature", "help"),
		.name = form_text(in, "name"),
		.phone = form_text(in, "phone"),
		.address = form_text(in, "address"),
		.contact_wish = form_text(in, "contact_wish"),
		.told = form_text(in, "told"),
		.people = form_has(in, "people") ? (int)form_int(in, "people") : 1,
		.wants_secret = form_bool(in, "secret"),
		.may_publish = form_bool(in, "publish"),
		.draft = "",
	};
}

enum xq_rc
take_down(struct act_ctx *ctx, const struct form *in, const struct take_down *how, int64_t *out_id,
	struct xq_err *err)
{
	struct post_holder owner, tracker;
	struct raise_input r = input_of(ctx, in);
	r.via = how->via;
	r.taken_at = how->taken_at;
	r.tracker = &tracker;
	enum xq_rc rc = receivers_of(ctx, how->first_person_id, &owner, &tracker, err);
	if (rc == XQ_OK)
		rc = raise_typed(ctx, in, &r, &owner, err);
	*out_id = r.id;
	return rc;
}

static enum xq_rc
register_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct post_holder owner, tracker;
	bool known = false;
	enum xq_rc rc = receivers_of(ctx, 0, &owner, &tracker, err);
	if (rc == XQ_OK && form_has(in, "source_no"))
		rc = concern_has_source(
			ctx->tx, ctx->office, form_text(in, "source_no"), &known, err);
	if (rc != XQ_OK)
		return rc;
	if (known)
		return xq_refuse(err, "source_no", "concern.source-known");
	struct raise_input r = input_of(ctx, in);
	r.via = or_text(in, "via", "counter");
	r.source_no = form_has(in, "source_no") ? form_text(in, "source_no") : NULL;
	r.own_date = form_int(in, "own_date");
	r.taken_at = taken_read(in, ctx->now);
	r.tracker = &tracker;
	return raise_typed(ctx, in, &r, &owner, err);
}

/* The words of the first concern and why it begins again; search terms are cut here, since the text
 * is a row and not what somebody typed now. */
enum xq_rc
concern_raise_linked(struct act_ctx *ctx, const struct concern *c, const struct intake *who,
	const char *note, struct xq_err *err)
{
	struct post_holder intake;
	enum xq_rc rc = post_current(ctx->tx, ctx->mem, ctx->office, POST_INTAKE, &intake, err);
	if (rc != XQ_OK)
		return rc;
	struct str body = str_of(mem_printf(ctx->mem, "%s\n\n%s", c->body, note));
	struct raise_input r = {
		.body = body,
		.title = str_of(c->title),
		.place = str_of(c->place),
		.zone = c->zone,
		.terms = search_terms(ctx->mem, body, TERMS_MAX),
		.class = c->category,
		.nature = c->nature,
		.via = c->via,
		.name = who->name,
		.phone = who->phone,
		.address = who->address,
		.contact_wish = who->contact_wish,
		.told = "",
		.people = who->people,
		.wants_secret = who->wants_secret,
		.may_publish = c->may_publish,
		.draft = "",
		.linked_id = c->id,
	};
	return raise_any(ctx, &r, &intake, err);
}

/* clang-format off */
static const struct field raise_fields[] = {
	{ "body", FIELD_LINES, .required = true, .min = 2, .max = BODY_CHARS, .missing = "concern.empty",
		.label = N_("What happened"), .privacy = PRIVACY_PERSONAL },
	{ "class", FIELD_CODE, .label = N_("What it is about") },
	{ "place", FIELD_TEXT, .max = 120, .label = N_("Where"), .privacy = PRIVACY_PERSONAL,
		.hint = N_("Road, lane and number, or what is near by") },
	{ "zone", FIELD_CODE, .label = N_("Zone") },
	TAKE_DOWN_WHO,
	{ "draft", FIELD_CODE },
	{ .name = NULL },
};

static const struct field register_fields[] = {
	TAKE_DOWN_WHAT,
	{ "via", FIELD_CHOICE, .choices = concern_vias, .label = N_("How it came") },
	TAKE_DOWN_WHO,
	{ "source_no", FIELD_TEXT, .max = 40, .label = N_("Number in the list it came from") },
	{ "own_date", FIELD_MOMENT, .label = N_("Date in the list it came from") },
	{ "taken_at", FIELD_MOMENT, .label = N_("When it was taken down without a network"),
		.hint = N_("The resident's day counts from then. Registered later than a week after: leave it empty and say the day in the words.") },
	{ .name = NULL },
};
/* clang-format on */

static const struct event_kind *const raise_events[] = { &ev_raised, &ev_offered, NULL };

const struct act concern_raise = {
	.name = "concern.raise",
	.title = N_("Raise a concern"),
	.help = N_("A resident says what is wrong; somebody owns it at once."),
	.who = PERM_ANYBODY,
	.fields = raise_fields,
	.check = class_check,
	.prepare = take_down_prepare,
	.apply = raise_apply,
	.events = raise_events,
};

const struct act concern_register = {
	.name = "concern.register",
	.title = N_("Take a concern down"),
	.help = N_("Whoever is asked first takes it down and tracks it to the end."),
	.who = PERM_STAFF,
	.fields = register_fields,
	.check = register_check,
	.prepare = take_down_prepare,
	.apply = register_apply,
	.events = raise_events,
};
