/* SPDX-License-Identifier: Apache-2.0 */
/* rules_who.c - a dry run: which unit a matter would be offered to and by when it would be answered, with
 * the rule, its version and what it rests on. It asks the same rows as the registration. */
#include "concern/bar.h"
#include "concern/concern_int.h"
#include "concern/rules_pages.h"
#include "core/mem.h"
#include "templates.h"

#include "core/banned.h"

/* The day counts from its closing hour on at the latest; any moment of it gives the same day. */
enum { NOON = 720 };

struct who {
	const char *class, *nature;
	int32_t day;
	struct rule_who by;
};

/* Refusals: rules.class-unknown, rules.code-unknown, rules.day. */
static enum xq_rc
ask_read(struct req *q, struct who *out, struct xq_err *err)
{
	struct str class = req_query(q, "class"), nature = req_query(q, "nature"),
		   day = req_query(q, "day");
	*out = (struct who){ .class = str_text(q->mem, class),
		.nature = nature.n > 0 ? str_text(q->mem, nature) : "help",
		.day = desk_today(q) };
	if (!choice_has(concern_natures, str_of(out->nature)))
		return xq_refuse(err, "nature", "rules.code-unknown");
	if (day.n > 0 && (!parse_day(day, &out->day) || !day_is_valid(out->day)))
		return xq_refuse(err, "day", "rules.day");
	const char *public;
	if (!book_class_of(q->app, q->office->id, out->class, out->day, &out->class, &public))
		return xq_refuse(err, "class", "rules.class-unknown");
	return XQ_OK;
}

enum xq_rc
rule_who_load(struct tx *tx, void *mem, const struct app *app, const struct office_info *office,
	const char *class, const char *nature, int32_t day, struct rule_who *out,
	struct xq_err *err)
{
	struct limit limit;
	enum xq_rc rc = rule_on(tx, mem, office->id, RULE_DUTY, class, day, &out->duty, err);
	out->has_duty = rc == XQ_OK;
	if (rc == XQ_OK || rc == XQ_NONE)
		rc = rule_on(tx, mem, office->id, RULE_DEADLINE, nature, day, &out->limit, err);
	if (rc == XQ_NONE) /* before the office's first day */
		return xq_refuse(err, "day", "rules.no-rule");
	if (rc == XQ_OK && !limit_read(str_of(out->limit.value), &limit))
		return xq_fault(err, "concern.no-deadline", "limit %s", out->limit.value);
	return rc == XQ_OK ? cal_due(app->calendar, day_at(day, NOON, office->tz_s), limit,
				     office->closing_minute, office->tz_s, &out->due, err)
	                   : rc;
}

static enum xq_rc
who_load(struct req *q, struct who *w, struct xq_err *err)
{
	return rule_who_load(
		q->tx, q->mem, q->app, q->office, w->class, w->nature, w->day, &w->by, err);
}

/* ---- the page ------------------------------------------------------------------------------------ */

static struct input
choose(const char *name, const char *label, const struct option *option, size_t n,
	const char *value)
{
	return (struct input){ .kind = INPUT_SELECT,
		.name = name,
		.label = label,
		.value = value,
		.option = option,
		.n_options = n };
}

static struct input
choose_class(struct req *q, const struct who *w)
{
	struct option *option;
	size_t n = book_classes(q, w->day, &option);
	return choose("class", N_("Kind of matter"), option, n, w->class);
}

static struct input
choose_nature(struct req *q, const struct who *w)
{
	size_t n = 0;
	while (concern_natures[n].code)
		n++;
	struct option *option = mem_array(q->mem, struct option, n);
	for (size_t i = 0; i < n; i++)
		option[i] = (struct option){ .value = concern_natures[i].code,
			.label = book_word(q, RULE_NATURE, concern_natures[i].code, w->day) };
	return choose("nature", N_("What it is"), option, n, w->nature);
}

static const char *
because(struct req *q, const struct rule *r)
{
	return SAY(q, N_("version {ver} of {title}, from {from}; it rests on {source}"),
		AN("ver", r->ver), AX("title", desk_word(q, rule_title(q, r))),
		AD("from", r->from_day), AX("source", rule_source_words(q, r)));
}

/* The working days up to the answer, one cell each. */
static void
fill_bar(struct req *q, const struct who *w, struct rules_who *p)
{
	int64_t at = day_at(w->day, NOON, q->office->tz_s);
	struct bar_ask ask = { .now = at,
		.from_at = at,
		.end_at = w->day == desk_today(q) ? 0 : at, /* another day is not called today */
		.due_day = w->by.due.effective_day,
		.due_at = w->by.due.at,
		.tz_s = q->office->tz_s,
		.cal = q->app->calendar };
	bar_make(q->mem, &ask, &p->bar);
	p->bar.light = w->by.due.is_provisional ? LIGHT_UNKNOWN : LIGHT_OK;
	p->bar.headline = SAY(q, N_("Answer by {due}"), AX("due", p->due));
	p->bar.sentence = SAY(q, N_("{limit}, counted from the day after the registration."),
		AX("limit", p->limit));
}

static void
answer_words(struct req *q, const struct who *w, struct rules_who *p)
{
	p->has_answer = true;
	p->unit = w->by.has_duty ? w->by.duty.shown
	                         : desk_word(q, N_("Nobody is named; the intake post keeps it"));
	p->why = w->by.has_duty ? because(q, &w->by.duty)
	                        : desk_word(q, N_("the duty catalogue has no entry for this day"));
	p->due = desk_due(q, w->by.due.at);
	if (w->by.due.is_provisional)
		p->due = SAY(q, N_("{due}, for now: the calendar of that year is not known yet"),
			AX("due", p->due));
	p->limit = rule_words(q, &w->by.limit);
	p->limit_why = because(q, &w->by.limit);
	fill_bar(q, w, p);
}

/* Who collects, handles, reports and answers (C20). Only the lead unit is a rule of its own: the others
 * follow from the intake post, the head of that unit and the roles, as they are filled now. */
static enum xq_rc
duties_words(struct req *q, const struct who *w, struct rules_who *p, struct xq_err *err)
{
	struct post_holder intake;
	struct unit u;
	struct person head = { 0 };
	enum xq_rc rc = post_current(q->tx, q->mem, q->office->id, POST_INTAKE, &intake, err);
	if (rc == XQ_OK)
		rc = w->by.has_duty
		             ? unit_by_code(q->tx, q->mem, q->office->id, str_of(w->by.duty.value),
				       &u, err)
		             : unit_load(q->tx, q->mem, q->office->id, intake.unit_id, &u, err);
	if (rc == XQ_OK && u.head_person_id != 0)
		rc = person_load(q->tx, q->mem, q->office->id, u.head_person_id, &head, err);
	if (rc != XQ_OK)
		return rc;
	p->collects = SAY(q,
		N_("whoever is asked first; what comes by web, letter or hotline: {unit} {name}"),
		AX("unit", intake.unit_name), AX("name", intake.person_name));
	p->handles = SAY(q, N_("{unit}: whoever of it accepts"), AX("unit", u.name));
	p->reports =
		head.name
			? SAY(q, N_("what is late, to {name}, the head of that unit, and from there up the ladder"),
				  AX("name", head.name))
			: desk_word(q, N_("what is late, up the ladder; the unit has no head"));
	p->answers = desk_word(q,
		N_("who handles it writes, a second person of the unit approves, and somebody from outside calls back"));
	return XQ_OK;
}

static enum xq_rc
who_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct rules_who p = { .has_answer = false };
	struct who w = { .class = "", .nature = "help", .day = desk_today(q) };
	if (req_query(q, "class").n > 0) {
		enum xq_rc rc = ask_read(q, &w, err);
		if (rc == XQ_OK)
			rc = who_load(q, &w, err);
		if (rc == XQ_OK)
			rc = duties_words(q, &w, &p, err);
		if (rc != XQ_OK)
			return rc;
		answer_words(q, &w, &p);
	}
	p.class = choose_class(q, &w);
	p.nature = choose_nature(q, &w);
	p.day = (struct input){ .kind = INPUT_DATE,
		.name = "day",
		.label = N_("Registered on"),
		.value = rules_day(q, w.day),
		.is_short = true };
	struct shell shell;
	struct html_out o = desk_page_begin(q, N_("Who would get it"), NULL, &shell);
	rules_who_page(&o, &p);
	desk_end(r, &o, &shell);
	return XQ_OK;
}

const struct view rules_who_view = { .path = RULES_PATH "/who",
	.who = PERM_STAFF,
	.render = who_render,
	.title = N_("Who would get it") };

/* ---- for programs ----------------------------------------------------------------------------------- */

static void
put_rule(struct req *q, struct json_w *w, const char *key, const struct rule *r)
{
	json_key(w, key);
	json_open(w, '{');
	json_pair(w, "key", r->key);
	json_pair(w, "value", r->value);
	json_key(w, "ver");
	json_int(w, r->ver);
	json_pair(w, "from", rules_day(q, r->from_day));
	json_pair(w, "until", rules_day(q, r->last_day));
	json_pair(w, "source", r->source);
	json_close(w, '}');
}

static enum xq_rc
who_api_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct who who;
	enum xq_rc rc = ask_read(q, &who, err);
	if (rc == XQ_OK)
		rc = who_load(q, &who, err);
	if (rc != XQ_OK)
		return rc;
	struct json_w w = json_new(q->mem);
	json_open(&w, '{');
	json_pair(&w, "class", who.class);
	json_pair(&w, "nature", who.nature);
	json_pair(&w, "day", rules_day(q, who.day));
	json_pair(&w, "unit", who.by.has_duty ? who.by.duty.value : NULL);
	json_pair(&w, "unit_name", who.by.has_duty ? who.by.duty.shown : NULL);
	json_pair(&w, "due_day", rules_day(q, who.by.due.effective_day));
	json_key(&w, "provisional");
	json_bool(&w, who.by.due.is_provisional);
	if (who.by.has_duty)
		put_rule(q, &w, "duty_rule", &who.by.duty);
	put_rule(q, &w, "limit_rule", &who.by.limit);
	json_close(&w, '}');
	resp_json(r, 200, &w);
	return XQ_OK;
}

const struct view rules_who_api = {
	.path = "/api/v1/duty", .who = PERM_STAFF, .render = who_api_render
};
