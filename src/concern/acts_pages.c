/* SPDX-License-Identifier: Apache-2.0 */
/* acts_pages.c - one page for each act on a concern: the concern's head, what the act needs, and in
 * words why it is not possible where it is not. The form comes from the act's own fields. */
#include "concern/book.h"
#include "concern/desk_pages.h"
#include "core/mem.h"
#include "templates.h"

#include "core/banned.h"

/* ---- the frame of all of them ------------------------------------------------------------------------------ */

/* The request that a ruling is about stands beside its form. */
static enum xq_rc
load_asked(struct req *q, const struct act *act, struct acting *a, struct xq_err *err)
{
	if (act != &concern_rule_return && act != &concern_rule_extension)
		return XQ_OK;
	enum request_kind kind = act == &concern_rule_return ? REQUEST_RETURN : REQUEST_EXTENSION;
	enum xq_rc rc = request_open(q->tx, q->mem, q->office->id, a->d.c.id, kind, &a->asked, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc;
	a->has_asked = true;
	a->p.asked = &a->asked;
	a->p.asked_why = choice_label(
		kind == REQUEST_RETURN ? ask_return_reasons : extension_reasons, a->asked.why);
	return XQ_OK;
}

/* Refused because the concern has moved on under the form: what was typed stays in it, and what has happened
 * since stands above, so that nobody has to guess which of the two holds. */
static enum xq_rc
load_since(struct req *q, struct acting *a, struct xq_err *err)
{
	enum { SHOWN = 3 };
	const char *key = q->refusal ? q->refusal->key : "";
	struct step_row *step;
	size_t n;
	if (!text_eq(key, "concern.wrong-state") && !text_eq(key, "concern.not-owner") &&
		!text_eq(key, "store.changed"))
		return XQ_OK;
	enum xq_rc rc = step_list(q->tx, q->mem, q->office->id, a->d.c.id, &step, &n, err);
	if (rc != XQ_OK)
		return rc;
	a->p.since = desk_timeline(q, step, n, false, &a->p.n_since);
	a->p.n_since = a->p.n_since < SHOWN ? a->p.n_since : SHOWN;
	if (a->has_newest && a->newest.state == REPLY_WAITING)
		a->p.since_draft = &a->newest;
	return XQ_OK;
}

enum xq_rc
acting_load(struct req *q, const struct act *act, const char *path, struct acting *a,
	struct xq_err *err)
{
	enum xq_rc rc = desk_concern_load(q, &a->d, err);
	if (rc != XQ_OK)
		return rc;
	const struct concern *c = &a->d.c;
	rc = reply_newest(q->tx, q->mem, q->office->id, c->id, false, &a->newest, err);
	if (rc != XQ_OK && rc != XQ_NONE)
		return rc;
	a->has_newest = rc == XQ_OK;
	rc = load_asked(q, act, a, err);
	if (rc != XQ_OK)
		return rc;
	a->p.head = desk_head_of(q, &a->d, act->title);
	a->p.body = c->body;
	a->p.due = SAY(q, N_("The resident is to be answered by {due}; this act does not move it."),
		AT("due", c->due_at));
	struct step_view v = { .actor = &q->actor,
		.c = c,
		.open = a->d.has_open ? &a->d.open : NULL,
		.newest = a->has_newest ? &a->newest : NULL,
		.asked = a->has_asked ? &a->asked : NULL,
		.now = q->now };
	const struct step *step;
	struct xq_err no = { 0 };
	if (!actor_may(&q->actor, act->who))
		(void)xq_refuse(&no, NULL, "act.not-allowed");
	else if (step_allowed(&v, act, &step, &no) == XQ_OK)
		no.key = NULL;
	if (no.key && !q->refusal)
		a->p.refusal = desk_word(q, app_message(q->app, no.key));
	a->p.form = act_form_of(q, act, desk_path(q, c->file_no, path));
	book_relabel(q, &a->p.form, act);
	a->p.guide = book_guide(q, path + 1);
	act_form_drop(&a->p.form, "concern");
	return load_since(q, a, err);
}

enum xq_rc
acting_show(struct req *q, struct resp *r, struct acting *a)
{
	act_form_faults(&a->p.form);
	struct shell s;
	struct html_out o = desk_page_begin(q, a->p.form.title, NULL, &s);
	desk_act_page(&o, &a->p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

enum xq_rc
after_did(struct req *q, struct resp *r, const char *did)
{
	resp_see_other(q, r,
		mem_printf(q->mem, "/desk/concerns/%s?did=%s", url_quote(q->mem, req_place(q, 0)),
			did));
	return XQ_OK;
}

/* ---- accept, decline, contact ---------------------------------------------------------------------------------- */

static enum xq_rc
accept_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct acting *a = mem_new(q->mem, struct acting);
	enum xq_rc rc = acting_load(q, &concern_accept, "/accept", a, err);
	return rc == XQ_OK ? acting_show(q, r, a) : rc;
}

static enum xq_rc
accept_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	return after_did(q, r, "accept");
}

const struct view desk_accept_view = { .path = "/desk/concerns/{no}/accept",
	.who = PERM_STAFF,
	.render = accept_render,
	.act = &concern_accept,
	.fill = desk_fill_concern,
	.after = accept_after,
	.title = N_("Accept") };

static enum xq_rc
decline_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct acting *a = mem_new(q->mem, struct acting);
	enum xq_rc rc = acting_load(q, &concern_decline, "/decline", a, err);
	return rc == XQ_OK ? acting_show(q, r, a) : rc;
}

static enum xq_rc
decline_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	/* The concern may not be this person's to see any more: today's page tells it. */
	resp_see_other(q, r, "/desk?did=decline");
	return XQ_OK;
}

const struct view desk_decline_view = { .path = "/desk/concerns/{no}/decline",
	.who = PERM_STAFF,
	.render = decline_render,
	.act = &concern_decline,
	.fill = desk_fill_concern,
	.after = decline_after,
	.title = N_("Decline") };

static enum xq_rc
contact_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct acting *a = mem_new(q->mem, struct acting);
	enum xq_rc rc = acting_load(q, &concern_contact, "/contact", a, err);
	if (rc != XQ_OK)
		return rc;
	if (!q->call)
		act_form_default(&a->p.form, "made", "1");
	return acting_show(q, r, a);
}

static enum xq_rc
contact_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	return after_did(q, r, "contact");
}

const struct view desk_contact_view = { .path = "/desk/concerns/{no}/contact",
	.who = PERM_STAFF,
	.render = contact_render,
	.act = &concern_contact,
	.fill = desk_fill_concern,
	.after = contact_after,
	.title = N_("First contact") };

/* ---- hand-over: which unit, then who ----------------------------------------------------------------------------- */

enum xq_rc
other_units(struct req *q, const struct concern *c, struct option **out, size_t *out_n,
	struct xq_err *err)
{
	struct unit *u;
	size_t n, k = 0;
	enum xq_rc rc = unit_list(q->tx, q->mem, q->office->id, &u, &n, err);
	if (rc != XQ_OK)
		return rc;
	*out = mem_array(q->mem, struct option, n + 1);
	(*out)[k++] = (struct option){ .value = "", .label = N_("Please choose") };
	for (size_t i = 0; i < n; i++)
		if (u[i].id != c->owner_unit_id || n == 1)
			(*out)[k++] = (struct option){ .value = u[i].code, .label = u[i].name };
	*out_n = k;
	return XQ_OK;
}

static enum xq_rc
person_options(struct req *q, struct acting *a, const struct unit *u, struct xq_err *err)
{
	struct person *p;
	size_t n;
	enum xq_rc rc = person_list(q->tx, q->mem, q->office->id, u->id, &p, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct option *list = mem_array(q->mem, struct option, n + 1);
	for (size_t i = 0; i < n; i++)
		list[i] = (struct option){ .value = mem_printf(q->mem, "%lld", (long long)p[i].id),
			.label = mem_printf(
				q->mem, "%s %s", p[i].name, p[i].title ? p[i].title : "") };
	act_form_choose(q, &a->p.form, "person", list, n);
	struct input *in = act_form_input(&a->p.form, "person");
	struct option *first = mem_array(q->mem, struct option, in->n_options);
	memcpy(first, in->option, in->n_options * sizeof *first);
	first[0].label = N_("Anyone of the unit");
	in->option = first;
	return XQ_OK;
}

static enum xq_rc
hand_over_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct acting *a = mem_new(q->mem, struct acting);
	struct option *units;
	size_t n_units;
	enum xq_rc rc = acting_load(q, &concern_offer, "/hand-over", a, err);
	if (rc == XQ_OK)
		rc = other_units(q, &a->d.c, &units, &n_units, err);
	if (rc != XQ_OK)
		return rc;
	struct str code = req_pair(q, "unit").n > 0 ? req_pair(q, "unit") : req_query(q, "unit");
	struct unit u;
	rc = code.n > 0 ? unit_by_code(q->tx, q->mem, q->office->id, code, &u, err) : XQ_NONE;
	if (rc != XQ_OK && rc != XQ_NONE)
		return rc;
	a->p.warn = desk_word(q,
		N_("Until they accept, you stay responsible; what is not accepted in one working day comes back to you."));
	if (rc == XQ_NONE) {
		a->p.wants_unit = true;
		a->p.unit = (struct input){ .kind = INPUT_SELECT,
			.name = "unit",
			.label = N_("To which unit"),
			.option = units,
			.n_options = n_units };
		return acting_show(q, r, a);
	}
	rc = person_options(q, a, &u, err);
	if (rc != XQ_OK)
		return rc;
	struct input *unit = act_form_input(&a->p.form, "unit");
	unit->kind = INPUT_HIDDEN;
	unit->value = u.code;
	a->p.unit_name = u.name;
	a->p.change_href = desk_path(q, a->d.c.file_no, "/hand-over");
	return acting_show(q, r, a);
}

static enum xq_rc
hand_over_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	return after_did(q, r, "hand-over");
}

const struct view desk_hand_over_view = { .path = "/desk/concerns/{no}/hand-over",
	.who = PERM_STAFF,
	.render = hand_over_render,
	.act = &concern_offer,
	.fill = desk_fill_concern,
	.after = hand_over_after,
	.title = N_("Hand over") };

/* ---- answer -------------------------------------------------------------------------------------------------------- */

/* The templates of today beside the form; ?template= begins the text with one of them. */
static enum xq_rc
offer_templates(struct req *q, struct acting *a, struct xq_err *err)
{
	struct rule *list;
	size_t n;
	enum xq_rc rc = template_list(q->tx, q->mem, q->office->id, desk_today(q), &list, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct str chosen = req_query(q, "template");
	a->p.template = mem_array(q->mem, struct answer_template, n + 1);
	for (size_t i = 0; i < n; i++) {
		a->p.template[i] = (struct answer_template){ .title = list[i].value,
			.text = list[i].text,
			.href = mem_printf(q->mem, "%s?template=%s",
				desk_path(q, a->d.c.file_no, "/reply"), list[i].key),
			.is_chosen = !q->call && str_is(chosen, list[i].key) };
		if (a->p.template[i].is_chosen)
			act_form_default(&a->p.form, "text", list[i].text);
	}
	a->p.n_templates = n;
	return XQ_OK;
}

/* The points stand in the form, each with its mark and its reason; places for more are taken out. */
static enum xq_rc
ask_points(struct req *q, struct acting *a, struct xq_err *err)
{
	struct answer_point *p;
	size_t n;
	enum xq_rc rc = point_list(q->tx, q->mem, q->office->id, a->d.c.id, &p, &n, err);
	if (rc != XQ_OK)
		return rc;
	for (size_t i = 0; i < POINTS_MAX; i++) {
		const char *mark = mem_printf(q->mem, "point%zu", i + 1),
			   *why = mem_printf(q->mem, "why%zu", i + 1);
		if (i >= n) {
			act_form_drop(&a->p.form, mark);
			act_form_drop(&a->p.form, why);
			continue;
		}
		struct input *in = act_form_input(&a->p.form, mark);
		in->label = mem_printf(q->mem, "%d. %s", p[i].no, p[i].text);
		in->is_optional = false;
		act_form_input(&a->p.form, why)->label =
			SAY(q, N_("Point {n} is left open, because"), AN("n", p[i].no));
		if (p[i].state != POINT_OPEN && !q->call)
			act_form_default(
				&a->p.form, mark, p[i].state == POINT_LEFT ? "left" : "answered");
		if (!q->call)
			act_form_default(&a->p.form, why, p[i].why);
	}
	a->p.n_asked = n;
	return XQ_OK;
}

/* What the draft does with each point, for the second person. */
static enum xq_rc
marked_points(struct req *q, struct acting *a, struct xq_err *err)
{
	struct answer_point *p;
	enum xq_rc rc =
		point_list(q->tx, q->mem, q->office->id, a->d.c.id, &p, &a->p.n_points, err);
	a->p.point = p;
	return rc;
}

/* The last fields are for an answer that explains; they stand under a heading of their own. */
static void
ask_explained(struct acting *a)
{
	static const char *const needed[] = { "standing", "decider", "condition", "instead" };
	for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
		act_form_input(&a->p.form, needed[i])->is_optional = false;
	a->p.why_at = (size_t)(act_form_input(&a->p.form, "standing") - a->p.form.input);
}

static enum xq_rc
reply_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct acting *a = mem_new(q->mem, struct acting);
	enum xq_rc rc = acting_load(q, &reply_submit, "/reply", a, err);
	if (rc != XQ_OK)
		return rc;
	a->p.is_reply = true;
	rc = ask_points(q, a, err);
	if (rc != XQ_OK)
		return rc;
	act_form_input(&a->p.form, "text")->rows = 10;
	rc = acting_findings(q, a, err);
	if (rc == XQ_OK)
		rc = offer_templates(q, a, err);
	if (rc != XQ_OK)
		return rc;
	ask_explained(a);
	if (a->has_newest && a->newest.state == REPLY_SENT_BACK &&
		a->newest.round == a->d.c.round) {
		a->p.sent_back = a->newest.why; /* mended, not written anew */
		act_form_default(&a->p.form, "text", a->newest.text);
		act_form_default(&a->p.form, "basis", a->newest.basis);
		act_form_default(&a->p.form, "outcome", outcome_code(a->newest.outcome));
		if (a->p.asks_why)
			act_form_default(&a->p.form, "no_finding", a->newest.no_finding);
		act_form_default(&a->p.form, "promise", a->newest.promise);
		act_form_default(&a->p.form, "promise_day", typed_day(q, a->newest.promise_day));
		act_form_default(&a->p.form, "no_promise", a->newest.no_promise);
		rc = explained_defaults(q, &a->p.form, a->newest.id, err);
	}
	return rc == XQ_OK ? acting_show(q, r, a) : rc;
}

static enum xq_rc
reply_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	return after_did(q, r, "reply");
}

const struct view desk_reply_view = { .path = "/desk/concerns/{no}/reply",
	.who = PERM_STAFF,
	.render = reply_render,
	.act = &reply_submit,
	.fill = desk_fill_concern,
	.after = reply_after,
	.title = N_("Answer") };

/* ---- review: approve, or send back ------------------------------------------------------------------------------------ */

static enum xq_rc
review_page(struct req *q, struct resp *r, struct xq_err *err)
{
	struct acting *a = mem_new(q->mem, struct acting);
	enum xq_rc rc = acting_load(q, &reply_approve, "/review", a, err);
	if (rc != XQ_OK)
		return rc;
	a->p.is_review = true;
	if (a->has_newest) {
		a->p.reply = &a->newest;
		a->p.reply_outcome = book_word(q, RULE_OUTCOME, outcome_code(a->newest.outcome),
			day_of(a->newest.submitted_at, q->office->tz_s));
	}
	rc = explained_words(q, a->d.c.title, a->p.reply, &a->p.why, err);
	if (rc == XQ_OK)
		rc = marked_points(q, a, err);
	if (rc == XQ_OK)
		rc = acting_findings(q, a, err);
	if (rc != XQ_OK)
		return rc;
	int64_t others = 0; /* residents whose concern was merged into this one */
	rc = merged_count(q->tx, q->office->id, a->d.c.id, &others, err);
	if (rc != XQ_OK)
		return rc;
	if (others > 0)
		a->p.warn = SAY(q,
			N_("{n} other residents raised the same and read this answer too: it must not tell who the others are."),
			AN("n", others));
	if (!a->d.c.may_publish)
		act_form_drop(&a->p.form, "public_line");
	a->p.back = act_form_of(q, &reply_send_back, desk_path(q, a->d.c.file_no, "/send-back"));
	act_form_drop(&a->p.back, "concern");
	act_form_faults(&a->p.back);
	if (q->call && q->call->act == &reply_send_back) {
		a->p.form.n_faults = 0; /* the faults belong to the second form */
		memcpy(a->p.form.fault, a->p.back.fault,
			a->p.back.n_faults * sizeof *a->p.form.fault);
		a->p.form.n_faults = a->p.back.n_faults < 3 ? a->p.back.n_faults : 3;
		a->p.back.n_faults = 0;
	}
	return acting_show(q, r, a);
}

static enum xq_rc
review_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	return after_did(q, r, "approve");
}

static enum xq_rc
send_back_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	return after_did(q, r, "send-back");
}

const struct view desk_review_view = { .path = "/desk/concerns/{no}/review",
	.who = PERM_STAFF,
	.render = review_page,
	.act = &reply_approve,
	.fill = desk_fill_concern,
	.after = review_after,
	.title = N_("Review an answer") };
const struct view desk_send_back_view = { .path = "/desk/concerns/{no}/send-back",
	.who = PERM_STAFF,
	.render = review_page,
	.act = &reply_send_back,
	.fill = desk_fill_concern,
	.after = send_back_after,
	.title = N_("Send an answer back") };

/* ---- ruling --------------------------------------------------------------------------------------------------------------- */

static enum xq_rc
ruling_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct acting *a = mem_new(q->mem, struct acting);
	enum xq_rc rc = acting_load(q, &concern_rule_outcome, "/ruling", a, err);
	if (rc != XQ_OK)
		return rc;
	const struct concern *c = &a->d.c;
	a->p.is_ruling = true;
	if (a->has_newest) {
		a->p.reply = &a->newest;
		a->p.reply_outcome = book_word(q, RULE_OUTCOME, outcome_code(a->newest.outcome),
			day_of(a->newest.submitted_at, q->office->tz_s));
	}
	if (c->seen_solved) {
		a->p.seen = book_seen(q, c);
		a->p.seen_sat = book_sat(q, c);
	}
	rc = explained_words(q, c->title, a->p.reply, &a->p.why, err);
	return rc == XQ_OK ? acting_show(q, r, a) : rc;
}

static enum xq_rc
ruling_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	return after_did(q, r, str_is(req_pair(q, "decision"), "redo") ? "redo" : "close");
}

const struct view desk_ruling_view = { .path = "/desk/concerns/{no}/ruling",
	.who = PERM_STAFF,
	.render = ruling_render,
	.act = &concern_rule_outcome,
	.fill = desk_fill_concern,
	.after = ruling_after,
	.title = N_("Rule on the outcome") };
