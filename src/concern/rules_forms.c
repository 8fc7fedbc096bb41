/* SPDX-License-Identifier: Apache-2.0 */
/* rules_forms.c - changing a rule in two steps: what was typed is checked and shown with what it would
 * do; only the second press saves, and it saves what was shown. */
#include "concern/bar.h"
#include "concern/concern_int.h"
#include "concern/rules_pages.h"
#include "core/mem.h"
#include "templates.h"

#include "core/banned.h"

enum { EXAMPLE_DAYS = 3, LIST_BODY = 11 * 1024 * 1024, NOTICE_BODY = 64 * 1024 };

/* ---- what each form offers ------------------------------------------------------------------------ */

static bool
kind_of_act(const struct act *act, enum rule_kind *out)
{
	for (int k = 0; k < RULE_KINDS; k++)
		if (rule_act((enum rule_kind)k) == act) {
			*out = (enum rule_kind)k;
			return true;
		}
	return false;
}

enum xq_rc
rules_choose_unit(struct req *q, struct act_form *f, struct xq_err *err)
{
	struct unit *u;
	size_t n;
	enum xq_rc rc = unit_list(q->tx, q->mem, q->office->id, &u, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct option *list = mem_array(q->mem, struct option, n + 1);
	for (size_t i = 0; i < n; i++)
		list[i] = (struct option){ .value = u[i].code, .label = u[i].name };
	act_form_choose(q, f, "unit", list, n);
	return XQ_OK;
}

/* The limits that are on file, each once. */
static enum xq_rc
choose_limit(struct req *q, struct act_form *f, struct xq_err *err)
{
	struct rule *r;
	size_t n, k = 0;
	enum xq_rc rc = rule_list(q->tx, q->mem, q->office->id, RULE_DEADLINE, NULL, &r, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct option *list = mem_array(q->mem, struct option, n + 1);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || !text_eq(r[i].key, r[i - 1].key))
			list[k++] = (struct option){ .value = r[i].key,
				.label = rule_key_title(RULE_DEADLINE, r[i].key) };
	act_form_choose(q, f, "code", list, k);
	return XQ_OK;
}

/* ---- what it would do -------------------------------------------------------------------------------- */

/* "12月9日 → 12月7日" */
static const char *
from_to(struct req *q, int32_t from, int32_t to)
{
	return mem_printf(q->mem, "%s \u2192 %s", msg_day_short(q->mem, q->prefs.lang, from),
		msg_day_short(q->mem, q->prefs.lang, to));
}

/* A limit that begins in the morning of a day. Refusals: those of cal_due. */
static enum xq_rc
due_from(struct req *q, int32_t day, struct limit limit, struct due *out, struct xq_err *err)
{
	const struct office_info *o = q->office;
	return cal_due(q->app->calendar, day_at(day, 0, o->tz_s), limit, o->closing_minute, o->tz_s,
		out, err);
}

static void
flag_day(struct day_cell *cell, size_t n, int32_t day, const char *flag, int state)
{
	for (size_t i = 1; i < n; i++)
		if (cell[i].day == day) {
			cell[i].flag = flag;
			cell[i].state = state;
		}
}

/* One ruler for both: begun on the first day, it ends here so far and there then. */
static enum xq_rc
fill_ruler(struct req *q, int32_t first, const struct limit limit[2], struct deadline *out,
	struct xq_err *err)
{
	struct due due[2];
	enum xq_rc rc = due_from(q, first, limit[0], &due[0], err);
	if (rc == XQ_OK)
		rc = due_from(q, first, limit[1], &due[1], err);
	if (rc != XQ_OK)
		return rc;
	const struct due *last = due[0].at > due[1].at ? &due[0] : &due[1];
	int64_t at = day_at(first, 0, q->office->tz_s);
	struct bar_ask ask = { .now = at,
		.from_at = at,
		.due_day = last->effective_day,
		.due_at = last->at,
		.end_at = at, /* not today: nothing has begun */
		.tz_s = q->office->tz_s,
		.cal = q->app->calendar };
	bar_make(q->mem, &ask, out);
	struct day_cell *cell = mem_array(q->mem, struct day_cell, out->n);
	memcpy(cell, out->cell, out->n * sizeof *cell);
	cell[0].flag = N_("Begins");
	flag_day(cell, out->n, due[0].effective_day, N_("Until now"), CELL_TODO);
	flag_day(cell, out->n, due[1].effective_day, N_("From then on"), CELL_DUE);
	out->cell = cell;
	return XQ_OK;
}

/* Three working days from the first day on, under the rule that holds then and under the new one. */
static enum xq_rc
fill_examples(struct req *q, int32_t first, const struct limit limit[2], struct rules_group *out,
	struct xq_err *err)
{
	int32_t day = first;
	out->title = N_("For example, until the answer or the step is due");
	out->line = mem_array(q->mem, struct rules_line, EXAMPLE_DAYS);
	while (out->n < EXAMPLE_DAYS && day != 0) {
		struct due due[2];
		for (int k = 0; k < 2; k++) {
			enum xq_rc rc = due_from(q, day, limit[k], &due[k], err);
			if (rc != XQ_OK)
				return rc;
		}
		out->line[out->n++] = (struct rules_line){
			.title = SAY(q, N_("begun on {day}"), AD("day", day)),
			.words = from_to(q, due[0].effective_day, due[1].effective_day),
		};
		day = cal_add_wd(q->app->calendar, day, 1);
	}
	return XQ_OK;
}

/* Those that were promised a day under the rule so far. */
static enum xq_rc
stays_words(struct req *q, const char *code, const char **out, struct xq_err *err)
{
	*out = desk_word(q, N_("What began before keeps its limit."));
	if (limit_group_of(code) != LIMITS_ANSWER)
		return XQ_OK;
	int64_t n = 0;
	enum xq_rc rc = db_int(q->tx,
		SQL("SELECT count(*) FROM concern /* scan: only what is open, for one preview */"
		    " WHERE office = ? AND nature = ?"
		    " AND answered_at IS NULL AND closed_at IS NULL"),
		VALS(V(q->office->id), V(code)), &n, err);
	if (rc == XQ_OK)
		*out = SAY(q,
			N_("{n} open concerns of this kind keep the day that was told to the resident; none moves."),
			AN("n", n));
	return rc;
}

static enum xq_rc
preview_deadline(struct req *q, struct rules_change *p, struct xq_err *err)
{
	struct rule_new r = rule_of_form(RULE_DEADLINE, &q->call->form);
	struct limit limit[2]; /* so far, then */
	enum xq_rc rc = deadline_of(q->tx, q->office->id, r.key, r.from_day, &limit[0], err);
	if (rc != XQ_OK)
		return rc;
	xq_require(limit_read(str_of(r.value), &limit[1])); /* checked with the form */
	char code[16];
	limit_show(limit[0], code);
	const char *was = limit_words(q, code), *then = limit_words(q, r.value);
	p->words = SAY(q, N_("{title}: {then} from {from} on, {was} until then."),
		AX("title", desk_word(q, rule_key_title(RULE_DEADLINE, r.key))), AX("then", then),
		AD("from", r.from_day), AX("was", was));
	int32_t first = cal_next_workday(q->app->calendar, r.from_day);
	rc = stays_words(q, r.key, &p->stays, err);
	if (rc == XQ_OK && first != 0)
		rc = fill_ruler(q, first, limit, &p->ruler, err);
	if (rc != XQ_OK || first == 0)
		return rc;
	p->ruler.headline = p->words;
	p->ruler.sentence = p->stays;
	return fill_examples(q, first, limit, &p->moves, err);
}

static enum xq_rc
preview_duty(struct req *q, struct rules_change *p, struct xq_err *err)
{
	struct rule_new r = rule_of_form(RULE_DUTY, &q->call->form);
	struct rule now;
	struct unit to;
	enum xq_rc rc =
		rule_on(q->tx, q->mem, q->office->id, RULE_DUTY, r.key, r.from_day, &now, err);
	const char *was = rc == XQ_OK ? now.shown : desk_word(q, N_("nobody"));
	if (rc == XQ_OK || rc == XQ_NONE)
		rc = unit_by_code(q->tx, q->mem, q->office->id, str_of(r.value), &to, err);
	if (rc != XQ_OK)
		return rc;
	p->words = SAY(q, N_("{class}: {to} leads from {from} on, {was} until then."),
		AX("class", desk_word(q, book_word(q, RULE_CLASS, r.key, r.from_day))),
		AX("to", to.name), AD("from", r.from_day), AX("was", was));
	p->stays = desk_word(q, N_("What is open stays with whoever owns it."));
	return XQ_OK;
}

static void
fill_moves(struct req *q, const struct due_preview *d, struct rules_change *p)
{
	p->moves.title = N_("The first of them");
	p->moves.line = mem_array(q->mem, struct rules_line, d->n_examples + 1);
	for (; p->moves.n < d->n_examples; p->moves.n++) {
		const struct due_change *c = &d->example[p->moves.n];
		p->moves.line[p->moves.n] = (struct rules_line){
			.title = desk_no(q, c->file_no),
			.href = desk_path(q, c->file_no, ""),
			.words = from_to(q, c->from_day, c->to_day),
		};
	}
}

/* The very pages that the job will walk through. */
static enum xq_rc
preview_calendar(struct req *q, struct rules_change *p, struct xq_err *err)
{
	const struct calendar *cal;
	struct due_preview d;
	enum xq_rc rc = notice_try(q->tx, q->mem, desk_today(q), &q->call->form, &cal, err);
	if (rc == XQ_OK)
		rc = due_preview_load(
			q->tx, q->mem, &(struct due_ask){ q->office, cal, q->now }, &d, err);
	if (rc != XQ_OK)
		return rc;
	p->words = SAY(q, N_("{moved} of {open} open concerns would move to a new day."),
		AN("moved", (int64_t)d.moved), AN("open", (int64_t)d.open));
	p->stays = SAY(q,
		N_("{settled} keep theirs, which is then final. A day that somebody named stays, and nobody becomes late."),
		AN("settled", (int64_t)d.settled));
	fill_moves(q, &d, p);
	return XQ_OK;
}

static void
preview_template(struct req *q, struct rules_change *p)
{
	struct rule_new r = rule_of_form(RULE_TEMPLATE, &q->call->form);
	p->words =
		r.is_off ? SAY(q, N_("From {from} on it is no longer offered."),
				   AD("from", r.from_day))
			 : SAY(q, N_("From {from} on whoever answers can begin with these words."),
				   AD("from", r.from_day));
	p->text = r.is_off ? NULL : r.text;
}

static enum xq_rc
preview(struct req *q, struct rules_change *p, struct xq_err *err)
{
	enum rule_kind kind;
	if (!kind_of_act(q->view->act, &kind))
		return preview_calendar(q, p, err);
	enum xq_rc rc =
		rule_form_check(q->tx, q->office->id, desk_today(q), kind, &q->call->form, err);
	if (rc != XQ_OK)
		return rc;
	if (kind == RULE_DEADLINE)
		return preview_deadline(q, p, err);
	if (kind == RULE_DUTY)
		return preview_duty(q, p, err);
	if (kind != RULE_TEMPLATE)
		return text_preview(q, kind, p, err);
	preview_template(q, p);
	return XQ_OK;
}

/* ---- the page ------------------------------------------------------------------------------------------ */

static void
hide_values(struct req *q, struct rules_change *p)
{
	struct input *list = mem_array(q->mem, struct input, p->form.n_inputs);
	for (size_t i = 0; i < p->form.n_inputs; i++)
		list[i] = (struct input){ .kind = INPUT_HIDDEN,
			.name = p->form.input[i].name,
			.value = p->form.input[i].value ? p->form.input[i].value : "" };
	p->hidden = list;
	p->n_hidden = p->form.n_inputs;
}

/* ?key= names the rule; what holds last is what one begins with. */
static enum xq_rc
begin_with(struct req *q, struct act_form *f, struct xq_err *err)
{
	enum rule_kind kind;
	struct rule *list;
	size_t n;
	const char *key = str_text(q->mem, req_query(q, "key"));
	if (q->call || !key[0] || !kind_of_act(q->view->act, &kind))
		return XQ_OK;
	enum xq_rc rc = rule_list(q->tx, q->mem, q->office->id, kind, key, &list, &n, err);
	if (rc != XQ_OK || n == 0)
		return rc;
	const struct rule *r = &list[n - 1];
	act_form_default(f, kind == RULE_DUTY ? "class" : "code", r->key);
	if (kind == RULE_DEADLINE)
		act_form_default(f, "limit", limit_words(q, r->value));
	else if (kind == RULE_DUTY)
		act_form_default(f, "unit", r->value);
	else
		text_form_begin(q, f, r);
	return XQ_OK;
}

static enum xq_rc
choose_all(struct req *q, struct act_form *f, struct xq_err *err)
{
	enum rule_kind kind;
	if (!kind_of_act(q->view->act, &kind))
		return XQ_OK; /* a notice is typed */
	act_form_crumb(f, mem_printf(q->mem, RULES_PATH "/%s", rule_kind_code(kind)),
		rule_kind_title(kind));
	if (kind == RULE_DEADLINE)
		return choose_limit(q, f, err);
	if (kind != RULE_DUTY)
		return text_form_choose(q, kind, f, err);
	enum xq_rc rc = rules_choose_class(q, f, "class", err);
	return rc == XQ_OK ? rules_choose_unit(q, f, err) : rc;
}

static enum xq_rc
change_show(struct req *q, struct resp *r, struct rules_change *p, struct xq_err *err)
{
	p->form = act_form_of(q, q->view->act, q->view->path);
	act_form_crumb(&p->form, RULES_PATH, N_("Rules of the office"));
	enum xq_rc rc = choose_all(q, &p->form, err);
	if (rc == XQ_OK)
		rc = begin_with(q, &p->form, err);
	if (rc != XQ_OK)
		return rc;
	act_form_crumb(&p->form, NULL, p->form.title);
	act_form_faults(&p->form);
	p->form.submit = N_("Show what it would do");
	if (p->has_preview)
		hide_values(q, p);
	struct shell shell;
	struct html_out o = desk_page_begin(q, p->form.title, NULL, &shell);
	rules_change_page(&o, p);
	desk_end(r, &o, &shell);
	return XQ_OK;
}

static enum xq_rc
change_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct rules_change p = { .has_preview = false };
	return change_show(q, r, &p, err);
}

/* The first press shows, the second runs the act, which checks once more. */
static enum xq_rc
change_post(struct req *q, struct resp *r, struct xq_err *err)
{
	struct rules_change p = { .has_preview = false };
	struct act_call *call =
		act_call_new(q->mem, q->app, q->view->act, q->office->id, &q->actor);
	q->call = call;
	call->rc = form_read(q->mem, q->view->act->fields, q->pair, q->n_pairs, true,
		q->office->tz_s, &call->form, &call->err);
	if (call->rc == XQ_OK && req_pair(q, "confirm").n > 0)
		return XQ_BUSY;
	if (call->rc == XQ_OK)
		call->rc = preview(q, &p, &call->err);
	if (call->rc != XQ_OK && call->rc != XQ_REFUSED) {
		*err = call->err;
		return call->rc;
	}
	p.has_preview = call->rc == XQ_OK;
	if (!p.has_preview)
		q->refusal = &call->err;
	enum xq_rc rc = change_show(q, r, &p, err);
	if (rc == XQ_OK && !p.has_preview)
		r->status = 422;
	return rc;
}

static enum xq_rc
change_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r, RULES_PATH "?did=rule");
	return XQ_OK;
}

/* clang-format off */
#define CHANGE_VIEW(var, segment, perm, act_)                                                      \
	const struct view var = { .path = RULES_PATH segment, .who = (perm),                        \
		.render = change_render, .act = &(act_), .post = change_post,                      \
		.after = change_after, .max_body = NOTICE_BODY }

CHANGE_VIEW(rules_deadline_view, "/deadlines/set", PERM_LEAD, rules_set_deadline);
CHANGE_VIEW(rules_duty_view, "/duty/set", PERM_LEAD, rules_set_duty);
CHANGE_VIEW(rules_template_view, "/templates/set", PERM_LEAD, rules_set_template);
CHANGE_VIEW(rules_class_view, "/classes/set", PERM_LEAD, rules_set_class);
CHANGE_VIEW(rules_nature_view, "/natures/set", PERM_LEAD, rules_set_nature);
CHANGE_VIEW(rules_outcome_view, "/outcomes/set", PERM_LEAD, rules_set_outcome);
CHANGE_VIEW(rules_scale_view, "/scales/set", PERM_LEAD, rules_set_scale);
CHANGE_VIEW(rules_sentence_view, "/sentences/set", PERM_LEAD, rules_set_sentence);
CHANGE_VIEW(rules_guide_view, "/guides/set", PERM_LEAD, rules_set_guide);
CHANGE_VIEW(rules_calendar_view, "/calendar", PERM_OPERATE, rules_set_calendar);
/* clang-format on */

/* ---- a list ----------------------------------------------------------------------------------------------- */

static const struct column fault_columns[3] = { { .label = N_("Row") }, { .label = N_("Column") },
	{ .label = N_("What is wrong") } };

static void
fault_table(struct req *q, const struct rule_sheet *s, struct table *t)
{
	struct table_cell *cell = mem_array(q->mem, struct table_cell, s->n_faults * 3 + 1);
	*t = (struct table){ .caption = N_("What is wrong"),
		.hide_caption = true,
		.col = fault_columns,
		.n_cols = 3,
		.cell = cell,
		.n_rows = s->n_faults };
	for (size_t i = 0; i < s->n_faults; i++) {
		cell[i * 3].text = mem_printf(q->mem, "%zu", s->fault[i].row);
		cell[i * 3 + 1].text = s->fault[i].column;
		cell[i * 3 + 2].text = desk_word(q, app_message(q->app, s->fault[i].key));
	}
}

static enum xq_rc
import_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	enum rule_kind kind;
	if (!rule_kind_read(req_place(q, 0), &kind))
		return XQ_NONE;
	struct act_form f = act_form_of(q, &rules_import, "");
	struct rules_import_page p = {
		.crumb = { { RULES_PATH, N_("Rules of the office") },
			{ mem_printf(q->mem, RULES_PATH "/%s", rule_kind_code(kind)),
				rule_kind_title(kind) },
			{ NULL, N_("Take over a list") } },
		.action = mem_printf(q->mem, RULES_PATH "/%s/import", rule_kind_code(kind)),
		.sheet_href = mem_printf(q->mem, RULES_PATH "/%s.xlsx", rule_kind_code(kind)),
		.csrf = f.csrf,
		.idem = f.idem,
		.file = *act_form_input(&f, "file"),
	};
	p.file.accept = ".xlsx,.csv";
	p.file.is_multiple = false;
	if (q->refusal)
		p.fault[p.n_faults++] = (struct fault_row){ "file", req_fault_text(q, q->refusal) };
	if (q->call && q->call->prepared)
		fault_table(q, q->call->prepared, &p.table);
	struct shell shell;
	struct html_out o = desk_page_begin(q, N_("Take over a list"), NULL, &shell);
	rules_import_form(&o, &p);
	desk_end(r, &o, &shell);
	return XQ_OK;
}

static enum xq_rc
import_fill(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	(void)err;
	extra[(*n_extra)++] = (struct form_pair){ .name = STR("kind"), .value = req_place(q, 0) };
	return XQ_OK;
}

const struct view rules_import_view = { .path = RULES_PATH "/{kind}/import",
	.who = PERM_LEAD,
	.render = import_render,
	.act = &rules_import,
	.fill = import_fill,
	.after = change_after,
	.max_body = LIST_BODY,
	.title = N_("Take over a list") };
