/* SPDX-License-Identifier: Apache-2.0 */
/* rules_acts.c - a rule is set from a day on, never for days that are gone: what was registered under a
 * rule keeps it. Every change is an entry of the record that names the whole set as it is then. */
#include "concern/rules.h"

#include "concern/book.h"
#include "concern/concern_int.h"
#include "concern/rules_fields.h"
#include "core/mem.h"
#include "identity/people.h"

#include "core/banned.h"

const struct event_kind ev_config_set = {
	.name = "config.set",
	.meaning = "A rule of the office holds from a day on; doc is the whole set.",
	.fields = (const struct event_field[]){ { "doc", EV_CODE,
							.meaning = "hash of the document" },
		{ "from", EV_DAY, .meaning = "first day" },
		{ "ver", EV_INT, .meaning = "version of the set" },
		{ "what", EV_CODE,
			.meaning =
				"calendar deadlines duty templates classes natures outcomes scales"
				" sentences guides receipts" },
		{ .name = NULL } },
};

/* ---- what is wrong with a version to come ------------------------------------------------------- */

void
rule_wrong(struct rule_faults *f, enum rule_part part, const char *key)
{
	if (f->part[part])
		return;
	f->part[part] = key;
	f->n++;
}

/* Longer ones could not be counted at every registration: the calendar ends somewhere. */
static bool
is_too_long(struct limit limit)
{
	static const int32_t most[] = { [LIMIT_WORKING_DAYS] = 750,
		[LIMIT_NATURAL_DAYS] = 1096,
		[LIMIT_MONTHS] = 36,
		[LIMIT_HOURS] = 26304 };
	return limit.count > most[limit.unit];
}

/* Two limits look back from today, so they are natural days. */
static bool
looks_back(const char *code)
{
	return text_eq(code, "hard-open") || text_eq(code, "hard-repeat");
}

/* A code that nothing in the program asks for would never be in force. */
static enum xq_rc
check_limit(struct tx *tx, int64_t office, const struct rule_new *r, struct rule_faults *out,
	struct xq_err *err)
{
	struct limit limit;
	int64_t n = 0;
	if (!limit_read(str_of(r->value), &limit))
		rule_wrong(out, PART_VALUE, "rules.limit");
	else if (is_too_long(limit))
		rule_wrong(out, PART_VALUE, "rules.limit-long");
	else if (looks_back(r->key) && limit.unit != LIMIT_NATURAL_DAYS)
		rule_wrong(out, PART_VALUE, "rules.limit-days");
	enum xq_rc rc =
		db_int(tx, SQL("SELECT count(*) FROM deadline WHERE office = ? AND code = ?"),
			VALS(V(office), V(r->key)), &n, err);
	if (rc == XQ_OK && n == 0)
		rule_wrong(out, PART_KEY, "rules.code-unknown");
	return rc;
}

static enum xq_rc
check_lead(struct tx *tx, void *mem, int64_t office, int32_t today, const struct rule_new *r,
	struct rule_faults *out, struct xq_err *err)
{
	int32_t day =
		r->from_day < today ? today : r->from_day; /* a day gone by is told by itself */
	struct unit u;
	struct rule class = { .is_off = true };
	enum xq_rc rc = rule_on(tx, mem, office, RULE_CLASS, r->key, day, &class, err);
	if (rc != XQ_OK && rc != XQ_NONE)
		return rc;
	if (class.is_off) /* not there yet, or ended */
		rule_wrong(out, PART_KEY, "rules.class-unknown");
	rc = unit_by_code(tx, mem, office, str_of(r->value), &u, err);
	if (rc == XQ_NONE || (rc == XQ_OK && !u.is_active))
		rule_wrong(out, PART_VALUE, "concern.unit-unknown");
	return rc == XQ_NONE ? XQ_OK : rc;
}

static enum xq_rc
count_same_day(struct tx *tx, int64_t office, enum rule_kind kind, const struct rule_new *r,
	int64_t *out, struct xq_err *err)
{
	struct vals v = VALS(V(office), V(r->key), V(r->from_day));
	if (kind == RULE_DEADLINE)
		return db_int(tx,
			SQL("SELECT count(*) FROM deadline WHERE office = ? AND code = ?"
			    " AND from_day = ?"),
			v, out, err);
	if (kind == RULE_DUTY)
		return db_int(tx,
			SQL("SELECT count(*) FROM duty_rule WHERE office = ? AND class = ?"
			    " AND from_day = ?"),
			v, out, err);
	return db_int(tx,
		SQL("SELECT count(*) FROM rule_text WHERE office = ? AND kind = ? AND code = ?"
		    " AND from_day = ?"),
		VALS(V(office), V(rule_kind_code(kind)), V(r->key), V(r->from_day)), out, err);
}

enum xq_rc
rule_check(struct tx *tx, void *mem, int64_t office, int32_t today, enum rule_kind kind,
	const struct rule_new *r, struct rule_faults *out, struct xq_err *err)
{
	*out = (struct rule_faults){ .n = 0 };
	enum xq_rc rc = XQ_OK;
	if (kind == RULE_DEADLINE)
		rc = check_limit(tx, office, r, out, err);
	else if (kind == RULE_DUTY)
		rc = check_lead(tx, mem, office, today, r, out, err);
	else
		rc = rule_text_check(tx, mem, office, today, kind, r, out, err);
	if (!r->source[0])
		rule_wrong(out, PART_SOURCE, "field.missing");
	int64_t same = 0;
	if (r->from_day < today)
		rule_wrong(out, PART_FROM, "rules.past");
	else if (rc == XQ_OK)
		rc = count_same_day(tx, office, kind, r, &same, err);
	if (same > 0)
		rule_wrong(
			out, PART_FROM, kind == RULE_DUTY ? "rules.two-leads" : "rules.same-day");
	return rc;
}

/* ---- the fields of the acts ---------------------------------------------------------------------- */

/* clang-format off */
static const char *const part_fields[RULE_KINDS][RULE_PARTS] = {
#define WORD_FIELDS { "code", "title", NULL, "from", "source", "english" }
	[RULE_DEADLINE] = { "code", "limit", NULL, "from", "source" },
	[RULE_DUTY]     = { "class", "unit", NULL, "from", "source" },
	[RULE_TEMPLATE] = { "code", "title", "text", "from", "source" },
	[RULE_CLASS]    = { "code", "title", NULL, "from", "source", "english", "public", "unit", "next" },
	[RULE_NATURE]   = WORD_FIELDS,
	[RULE_OUTCOME]  = WORD_FIELDS,
	[RULE_SCALE]    = WORD_FIELDS,
	[RULE_SENTENCE] = { "code", NULL, "text", "from", "source", "english" },
	[RULE_GUIDE]    = { "code", NULL, "text", "from", "source", "english" },
#undef WORD_FIELDS
};
/* clang-format on */

/* "" where the act of the kind has no such field. */
static const char *
typed_of(const struct form *form, const char *name)
{
	for (size_t i = 0; name && i < form->n; i++)
		if (text_eq(form->fields[i].name, name))
			return form_text(form, name);
	return "";
}

struct rule_new
rule_of_form(enum rule_kind kind, const struct form *form)
{
	const char *const *field = part_fields[kind];
	bool may_end = kind == RULE_TEMPLATE || kind == RULE_CLASS;
	const char *value = typed_of(form, field[PART_VALUE]);
	return (struct rule_new){
		.key = form_text(form, field[PART_KEY]),
		.value = kind == RULE_DEADLINE ? limit_code(form->mem, value) : value,
		.text = typed_of(form, field[PART_TEXT]),
		.why = typed_of(form, "why"),
		.source = form_text(form, "source"),
		.english = typed_of(form, field[PART_ENGLISH]),
		.class = typed_of(form, field[PART_CLASS]),
		.map = typed_of(form, kind == RULE_CLASS ? "map" : NULL),
		.next = typed_of(form, field[PART_NEXT]),
		.unit = typed_of(form, field[PART_UNIT]),
		.from_day = (int32_t)form_int(form, "from"),
		.is_off = may_end && form_bool(form, "off"),
	};
}

enum xq_rc
rule_form_check(struct tx *tx, int64_t office, int32_t today, enum rule_kind kind,
	struct form *form, struct xq_err *err)
{
	struct rule_new r = rule_of_form(kind, form);
	struct rule_faults f;
	enum xq_rc rc = rule_check(tx, form->mem, office, today, kind, &r, &f, err);
	if (rc != XQ_OK || f.n == 0)
		return rc;
	for (int i = 0; i < RULE_PARTS; i++)
		if (f.part[i]) {
			struct xq_err one;
			(void)xq_refuse(&one, part_fields[kind][i], f.part[i]); /* noted */
			form_add_fault(form, &one);
		}
	rc = xq_refuse(err, NULL, "form.faults");
	xq_err_int(err, "n", (int64_t)form->n_faults);
	return rc;
}

/* ---- writing --------------------------------------------------------------------------------------- */

static enum xq_rc
count_versions(struct act_ctx *ctx, enum rule_kind kind, int64_t *out, struct xq_err *err)
{
	struct vals v = VALS(V(ctx->office));
	if (kind == RULE_DEADLINE)
		return db_int(ctx->tx,
			SQL("SELECT coalesce(max(ver), 0) FROM deadline WHERE office = ?"), v, out,
			err);
	if (kind == RULE_DUTY)
		return db_int(ctx->tx,
			SQL("SELECT coalesce(max(ver), 0) FROM duty_rule WHERE office = ?"), v, out,
			err);
	return db_int(ctx->tx,
		SQL("SELECT coalesce(max(ver), 0) FROM rule_text WHERE office = ? AND kind = ?"),
		VALS(V(ctx->office), V(rule_kind_code(kind))), out, err);
}

/* Each row but the presets has a version of its own, so the number also tells how many there are. */
enum xq_rc
rule_next_ver(struct act_ctx *ctx, enum rule_kind kind, int64_t *out, struct xq_err *err)
{
	int64_t n = 0;
	enum xq_rc rc = count_versions(ctx, kind, &n, err);
	if (rc == XQ_OK && n >= RULE_VERSIONS_MAX)
		return xq_refuse(err, NULL, "rules.full");
	*out = n + 1;
	return rc;
}

static enum xq_rc
add_duty(struct act_ctx *ctx, const struct rule_new *r, int64_t ver, struct xq_err *err)
{
	struct unit u;
	enum xq_rc rc = unit_by_code(ctx->tx, ctx->mem, ctx->office, str_of(r->value), &u, err);
	if (rc != XQ_OK)
		return rc;
	return db_exec(ctx->tx,
		SQL("INSERT INTO duty_rule (office, class, from_day, ver, unit_id, why, source,"
		    " by_person, set_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
		VALS(V(ctx->office), V(r->key), V(r->from_day), V(ver), V(u.id), V(r->why),
			V(r->source), V(ctx->actor->person_id), V(ctx->now)),
		err);
}

static enum xq_rc
add_limit(struct act_ctx *ctx, const struct rule_new *r, int64_t ver, struct xq_err *err)
{
	return db_exec(ctx->tx,
		SQL("INSERT INTO deadline (office, code, ver, limit_text, from_day, source,"
		    " note, by_person, set_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
		VALS(V(ctx->office), V(r->key), V(ver), V(r->value), V(r->from_day), V(r->source),
			V(r->why), V(ctx->actor->person_id), V(ctx->now)),
		err);
}

static enum xq_rc
add_text(struct act_ctx *ctx, enum rule_kind kind, const struct rule_new *r, int64_t ver,
	struct xq_err *err)
{
	return db_exec(ctx->tx,
		SQL("INSERT INTO rule_text (office, kind, code, from_day, ver, title, english, text,"
		    " class, map, next, why, source, is_off, by_person, set_at)"
		    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
		VALS(V(ctx->office), V(rule_kind_code(kind)), V(r->key), V(r->from_day), V(ver),
			V(r->value), V(r->english), V(r->text), V(r->class), V(r->map), V(r->next),
			V(r->why), V(r->source), V(r->is_off), V(ctx->actor->person_id),
			V(ctx->now)),
		err);
}

/* A class that begins brings its lead unit along: another entry, of the duty catalogue. */
static enum xq_rc
add_class_lead(struct act_ctx *ctx, const struct rule_new *r, struct xq_err *err)
{
	struct rule_new duty = *r;
	int64_t ver;
	duty.value = r->unit;
	enum xq_rc rc = rule_next_ver(ctx, RULE_DUTY, &ver, err);
	if (rc == XQ_OK)
		rc = add_duty(ctx, &duty, ver, err);
	return rc == XQ_OK ? rule_emit(ctx, RULE_DUTY, ver, r->from_day, err) : rc;
}

enum xq_rc
rule_add(struct act_ctx *ctx, enum rule_kind kind, const struct rule_new *r, int64_t ver,
	struct xq_err *err)
{
	if (kind == RULE_DEADLINE)
		return add_limit(ctx, r, ver, err);
	if (kind == RULE_DUTY)
		return add_duty(ctx, r, ver, err);
	enum xq_rc rc = add_text(ctx, kind, r, ver, err);
	if (rc == XQ_OK && kind == RULE_CLASS && r->unit[0])
		rc = add_class_lead(ctx, r, err);
	return rc;
}

/* ---- the record ------------------------------------------------------------------------------------ */

/* What only some kinds have. */
static void
put_more(struct json_w *w, const struct rule *r)
{
	const char *const more[][2] = { { "class", r->class }, { "english", r->english },
		{ "map", r->map }, { "next", r->next } };
	for (size_t i = 0; i < sizeof more / sizeof *more; i++)
		if (more[i][1][0])
			json_pair(w, more[i][0], more[i][1]);
	if (r->is_off) {
		json_key(w, "off");
		json_bool(w, true);
	}
}

/* Without names of persons and without remarks: only what the rule says and rests on. */
static struct str
set_json(void *mem, enum rule_kind kind, const struct rule *list, size_t n)
{
	struct json_w w = json_new(mem);
	json_open(&w, '{');
	json_pair(&w, "kind", rule_kind_code(kind));
	json_key(&w, "rules");
	json_open(&w, '[');
	for (size_t i = 0; i < n; i++) {
		json_open(&w, '{');
		put_more(&w, &list[i]);
		json_key(&w, "from");
		json_int(&w, list[i].from_day);
		json_pair(&w, "key", list[i].key);
		json_pair(&w, "source", list[i].source);
		json_pair(&w, "text", list[i].text);
		json_pair(&w, "value", list[i].value);
		json_key(&w, "ver");
		json_int(&w, list[i].ver);
		json_close(&w, '}');
	}
	json_close(&w, ']');
	json_close(&w, '}');
	return buf_view(&w.b);
}

enum xq_rc
rule_emit(
	struct act_ctx *ctx, enum rule_kind kind, int64_t ver, int32_t from_day, struct xq_err *err)
{
	struct rule *list;
	size_t n;
	struct str doc;
	char hash[65];
	enum xq_rc rc = rule_list(ctx->tx, ctx->mem, ctx->office, kind, NULL, &list, &n, err);
	if (rc == XQ_OK)
		rc = canonical_write(ctx->mem, set_json(ctx->mem, kind, list, n), &doc, err);
	if (rc == XQ_OK)
		rc = ledger_doc_put(ctx->tx, ctx->office, "application/json",
			(struct bytes){ (const uint8_t *)doc.p, doc.n }, hash, err);
	if (rc != XQ_OK)
		return rc;
	return act_emit(ctx,
		&(struct act_event){ .kind = &ev_config_set,
			EVENT_VALUES(EV("doc", hash), EV_D("from", from_day), EV_N("ver", ver),
				EV("what", rule_kind_code(kind))) },
		err);
}

/* ---- the acts -------------------------------------------------------------------------------------- */

enum xq_rc
rule_set(struct act_ctx *ctx, enum rule_kind kind, struct xq_err *err)
{
	struct form *form = &ctx->call->form;
	int32_t today = day_of(ctx->now, app_office(ctx->app, ctx->office)->tz_s);
	struct rule_new r = rule_of_form(kind, form);
	int64_t ver;
	enum xq_rc rc = rule_form_check(ctx->tx, ctx->office, today, kind, form, err);
	if (rc == XQ_OK)
		rc = rule_next_ver(ctx, kind, &ver, err);
	if (rc == XQ_OK)
		rc = rule_add(ctx, kind, &r, ver, err);
	if (rc == XQ_OK)
		rc = rule_emit(ctx, kind, ver, r.from_day, err);
	if (rc == XQ_OK)
		act_result_int(ctx, "ver", ver);
	tx_touch_config(ctx->tx);
	return rc == XQ_OK ? book_refresh(ctx->app, ctx->tx, err) : rc;
}

static enum xq_rc
set_deadline_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	(void)in; /* read from the call, where faults go too */
	return rule_set(ctx, RULE_DEADLINE, err);
}

static enum xq_rc
set_duty_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	(void)in; /* as above */
	return rule_set(ctx, RULE_DUTY, err);
}

/* clang-format off */
static const struct field deadline_fields[] = {
	{ "code", FIELD_CODE, .required = true, .label = N_("Which limit") },
	{ "limit", FIELD_TEXT, .required = true, .max = 20, .label = N_("Time limit"),
		.hint = N_("For example: 5 working days, 15 days, 3 months, 24 hours") },
	FIRST_DAY, SOURCE, REMARK,
	{ .name = NULL },
};

static const struct field duty_fields[] = {
	{ "class", FIELD_CODE, .required = true, .label = N_("Kind of matter") },
	{ "unit", FIELD_CODE, .required = true, .label = N_("Lead unit"),
		.hint = N_("Exactly one; it asks others to help") },
	FIRST_DAY, SOURCE, REMARK,
	{ .name = NULL },
};
/* clang-format on */

const struct event_kind *const rule_events[] = { &ev_config_set, NULL };

const struct act rules_set_deadline = {
	.name = "rules.set-deadline",
	.title = N_("Set a limit"),
	.help = N_("For what is registered from the first day on. What is open keeps its day."),
	.who = PERM_LEAD,
	.fields = deadline_fields,
	.apply = set_deadline_apply,
	.events = rule_events,
};

const struct act rules_set_duty = {
	.name = "rules.set-duty",
	.title = N_("Set a lead unit"),
	.help = N_("New matters of this kind are offered to this unit from the first day on."),
	.who = PERM_LEAD,
	.fields = duty_fields,
	.apply = set_duty_apply,
	.events = rule_events,
};

const struct act *
rule_act(enum rule_kind kind)
{
	static const struct act *const acts[RULE_KINDS] = { &rules_set_deadline, &rules_set_duty,
		&rules_set_template, &rules_set_class, &rules_set_nature, &rules_set_outcome,
		&rules_set_scale, &rules_set_sentence, &rules_set_guide };
	return acts[kind];
}
