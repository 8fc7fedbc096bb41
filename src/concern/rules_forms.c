/* SPDX-License-Identifier: Apache-2.0 */
/* rules_forms.c - changing a rule in two steps: what was typed is checked and shown with what it would
 * do; only the second press saves, and it saves what was shown. */
#include "concern/concern_int.h"
#include "concern/rules_pages.h"
#include "core/mem.h"
#include "templates.h"

#include "core/banned.h"

enum { EXAMPLE_DAYS = 5, LIST_BODY = 11 * 1024 * 1024, NOTICE_BODY = 64 * 1024 };

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

static enum xq_rc
choose_unit(struct req *q, struct act_form *f, struct xq_err *err)
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

static struct table
preview_table(struct req *q, const struct column col[3], size_t n, struct table_cell **out_cell)
{
	*out_cell = mem_array(q->mem, struct table_cell, n * 3 + 1);
	return (struct table){
		.caption = N_("Examples"), .col = col, .n_cols = 3, .cell = *out_cell
	};
}

static const struct column example_columns[3] = { { .label = N_("Registered on") },
	{ .label = N_("Answer by, so far") }, { .label = N_("Answer by, then") } };

static const char *
due_words(struct req *q, int32_t day, struct limit limit)
{
	struct due due;
	struct xq_err err = { 0 };
	if (cal_due(q->app->calendar, day_at(day, 0, q->office->tz_s), limit,
		    q->office->closing_minute, q->office->tz_s, &due, &err) != XQ_OK)
		return req_fault_text(q, &err);
	return msg_day(q->mem, q->prefs.lang, due.effective_day);
}

/* Five working days from the first day on, under the rule that holds then and under the new one. */
static enum xq_rc
preview_deadline(struct req *q, struct rules_change *p, struct xq_err *err)
{
	struct rule_new r = rule_of_form(RULE_DEADLINE, &q->call->form);
	struct limit now, then;
	struct table_cell *cell;
	enum xq_rc rc = deadline_of(q->tx, q->office->id, r.key, r.from_day, &now, err);
	if (rc != XQ_OK)
		return rc;
	xq_require(limit_read(str_of(r.value), &then)); /* checked with the form */
	p->words = SAY(q,
		N_("{title}: {value} from {from} on. 0 open concerns move; all keep the day that was told."),
		AX("title", desk_word(q, rule_key_title(RULE_DEADLINE, r.key))),
		AX("value", r.value), AD("from", r.from_day));
	p->table = preview_table(q, example_columns, EXAMPLE_DAYS, &cell);
	int32_t day = cal_next_workday(q->app->calendar, r.from_day);
	for (int i = 0; i < EXAMPLE_DAYS && day != 0; i++) {
		cell[i * 3].text = msg_day(q->mem, q->prefs.lang, day);
		cell[i * 3 + 1].text = due_words(q, day, now);
		cell[i * 3 + 2].text = due_words(q, day, then);
		p->table.n_rows++;
		day = cal_add_wd(q->app->calendar, day, 1);
	}
	return XQ_OK;
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
	p->words = SAY(q,
		N_("From {from} on {to} gets what {was} got so far. What is open stays where it is."),
		AD("from", r.from_day), AX("to", to.name), AX("was", was));
	return XQ_OK;
}

static const struct column move_columns[3] = { { .label = N_("File number") },
	{ .label = N_("Day so far") }, { .label = N_("New day") } };

/* The very pages that the job will walk through. */
static enum xq_rc
preview_calendar(struct req *q, struct rules_change *p, struct xq_err *err)
{
	const struct calendar *cal;
	struct due_preview d;
	struct table_cell *cell;
	enum xq_rc rc = notice_try(q->tx, q->mem, desk_today(q), &q->call->form, &cal, err);
	if (rc == XQ_OK)
		rc = due_preview_load(
			q->tx, q->mem, &(struct due_ask){ q->office, cal, q->now }, &d, err);
	if (rc != XQ_OK)
		return rc;
	p->words = SAY(q,
		N_("{moved} of {open} open concerns would move to a new day; {settled} keep theirs, which is then final."),
		AN("moved", (int64_t)d.moved), AN("open", (int64_t)d.open),
		AN("settled", (int64_t)d.settled));
	p->table = preview_table(q, move_columns, d.n_examples, &cell);
	for (size_t i = 0; i < d.n_examples; i++) {
		cell[i * 3].text = desk_no(q, d.example[i].file_no);
		cell[i * 3].href = desk_path(q, d.example[i].file_no, "");
		cell[i * 3 + 1].text = msg_day(q->mem, q->prefs.lang, d.example[i].from_day);
		cell[i * 3 + 2].text = msg_day(q->mem, q->prefs.lang, d.example[i].to_day);
	}
	p->table.n_rows = d.n_examples;
	return XQ_OK;
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
	p->words = form_text(&q->call->form, "text");
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

static enum xq_rc
change_show(struct req *q, struct resp *r, struct rules_change *p, struct xq_err *err)
{
	const struct act *act = q->view->act;
	p->form = act_form_of(q, act, q->view->path);
	act_form_crumb(&p->form, RULES_PATH, N_("Rules of the office"));
	enum xq_rc rc = XQ_OK;
	if (act == &rules_set_duty)
		rc = choose_unit(q, &p->form, err);
	else if (act == &rules_set_deadline)
		rc = choose_limit(q, &p->form, err);
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
	const struct view var = { .path = RULES_PATH segment, .who = perm,                         \
		.render = change_render, .act = &(act_), .post = change_post,                      \
		.after = change_after, .max_body = NOTICE_BODY }

CHANGE_VIEW(rules_deadline_view, "/deadlines/set", PERM_LEAD, rules_set_deadline);
CHANGE_VIEW(rules_duty_view, "/duty/set", PERM_LEAD, rules_set_duty);
CHANGE_VIEW(rules_template_view, "/templates/set", PERM_LEAD, rules_set_template);
CHANGE_VIEW(rules_calendar_view, "/calendar", PERM_OPERATE, rules_set_calendar);
/* clang-format on */

/* ---- a list ----------------------------------------------------------------------------------------------- */

static const struct column fault_columns[3] = { { .label = N_("Row"), .form = COL_NUMBER },
	{ .label = N_("Column") }, { .label = N_("What is wrong") } };

static void
fault_table(struct req *q, const struct rule_sheet *s, struct table *t)
{
	struct table_cell *cell;
	*t = preview_table(q, fault_columns, s->n_faults, &cell);
	t->caption = N_("What is wrong");
	for (size_t i = 0; i < s->n_faults; i++) {
		cell[i * 3].text = mem_printf(q->mem, "%zu", s->fault[i].row);
		cell[i * 3 + 1].text = s->fault[i].column;
		cell[i * 3 + 2].text = desk_word(q, app_message(q->app, s->fault[i].key));
	}
	t->n_rows = s->n_faults;
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
			{ RULES_PATH, rule_kind_title(kind) }, { NULL, N_("Take over a list") } },
		.action = mem_printf(q->mem, RULES_PATH "/%s/import", rule_kind_code(kind)),
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
