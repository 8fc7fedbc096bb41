/* SPDX-License-Identifier: Apache-2.0 */
#include "office/desk.h"

#include "core/mem.h"
#include "core/parse.h"
#include "templates.h"
#include "web/csrf.h"

#include "core/banned.h"

/* ---- frame ---------------------------------------------------------------------------------- */

/* A page that is the answer of a POST itself (a secret is shown once) has no token yet; it is made
 * as the server makes it for a signed-in person, bound to the session. */
static void
give_token(struct req *q)
{
	if (q->csrf == NULL || q->csrf[0] == '\0')
		q->csrf = csrf_token(q->mem, q->app->key, req_cookie(q, "xs"), q->now);
}

/* "物业管理科·承办": where somebody works and the first of their roles. */
static const char *
post_words(struct req *q)
{
	const struct actor *a = &q->actor;
	if (a->n_grants == 0)
		return a->unit_name;
	return mem_printf(q->mem, "%s·%s", a->unit_name,
		msg_text(q->prefs.lang, role_title(a->grant[0].role)));
}

static struct shell_desk *
desk_of(struct req *q)
{
	struct shell_desk *d = mem_new(q->mem, struct shell_desk);
	d->menu = desk_menu(q);
	d->person = q->actor.name;
	d->post = post_words(q);
	d->now = q->now;
	d->may_intake = actor_may(&q->actor, PERM_STAFF);
	d->csrf = q->csrf;
	return d;
}

struct html_out
desk_begin(struct req *q, const char *title, const struct flash *flash, struct shell *out_shell)
{
	give_token(q);
	struct html_out o = html_new(q->mem, q->prefs.lang, q->office->tz_s);
	o.base = q->base;
	o.today = day_of(q->now, q->office->tz_s);
	*out_shell = (struct shell){
		.title = msg_text(q->prefs.lang, title),
		.office = q->office->name,
		.office_short = q->office->short_name,
		.notice = req_notice(q),
		.path = q->method == HTTP_GET ? req_here(q) : "/desk",
		.has_faults = q->refusal != NULL,
		.elder = q->prefs.elder,
		.high_contrast = q->prefs.high_contrast,
		.theme = (int)q->prefs.theme,
		.phone = q->office->phone,
		.phone_hours = q->office->hours,
		.flash = flash,
		.desk = desk_of(q),
	};
	desk_open(&o, out_shell);
	return o;
}

void
desk_end(struct resp *r, struct html_out *o, const struct shell *shell)
{
	desk_close(o, shell);
	resp_html(r, o);
}

struct shell
public_shell(struct req *q, const char *title)
{
	return (struct shell){ .title = title,
		.office = q->office->name,
		.office_short = q->office->short_name,
		.notice = req_notice(q),
		.path = req_here(q),
		.elder = q->prefs.elder,
		.high_contrast = q->prefs.high_contrast,
		.theme = (int)q->prefs.theme,
		.phone = q->office->phone,
		.phone_hours = q->office->hours,
		.tab = "public",
		.is_index = true };
}

struct html_out
public_begin(struct req *q, const struct shell *shell)
{
	struct html_out o = html_new(q->mem, q->prefs.lang, q->office->tz_s);
	o.base = q->base;
	o.today = day_of(q->now, q->office->tz_s);
	resident_open(&o, shell);
	return o;
}

void
public_end(struct resp *r, struct html_out *o, const struct shell *shell)
{
	resident_close(o, shell);
	resp_html(r, o);
}

/* ---- lists in pages ------------------------------------------------------------------------ */

void
desk_after(struct req *q, int64_t *key, int64_t *id)
{
	struct str rest = req_query(q, "after"), first;
	int64_t a, b;
	if (str_cut(&rest, '.', &first) && parse_int(first, 0, INT64_MAX, &a) &&
		parse_int(rest, 0, INT64_MAX, &b)) {
		*key = a;
		*id = b;
	}
}

/* ---- after an act --------------------------------------------------------------------------- */

const struct flash *
flash_did(struct req *q, const struct did_text *did, size_t n)
{
	const struct str code = req_query(q, "did");
	for (size_t i = 0; i < n; i++) {
		if (!str_is(code, did[i].code))
			continue;
		struct flash *f = mem_new(q->mem, struct flash);
		*f = (struct flash){ .kind = FLASH_OK,
			.text = msg_text(q->prefs.lang, did[i].text) };
		return f;
	}
	return NULL;
}

const char *
view_last_segment(const struct view *v)
{
	return strrchr(v->path, '/');
}

/* ---- forms ---------------------------------------------------------------------------------- */

static size_t
count_choices(const struct choice *c)
{
	size_t n = 0;
	while (c != NULL && c[n].code != NULL)
		n++;
	return n;
}

static int
kind_of_field(const struct field *f)
{
	switch (f->type) {
	case FIELD_LINES:
		return INPUT_LINES;
	case FIELD_INT:
		return INPUT_NUMBER;
	case FIELD_BOOL:
		return INPUT_CHECK;
	case FIELD_CHOICE:
		return count_choices(f->choices) <= 4 ? INPUT_RADIO : INPUT_SELECT;
	case FIELD_DAY:
		return INPUT_DATE;
	case FIELD_PHONE:
		return INPUT_PHONE;
	case FIELD_QUERY:
		return INPUT_CODE;
	case FIELD_SECRET:
		return INPUT_PASSWORD;
	case FIELD_PHOTOS:
		return INPUT_FILE;
	case FIELD_ID:
		return INPUT_HIDDEN;
	case FIELD_TEXT:
	case FIELD_MOMENT:
	case FIELD_CODE:
	case FIELD_FILE_NO:
		break;
	}
	return INPUT_TEXT;
}

static void
add_choices(struct req *q, struct input *in, const struct field *f)
{
	const size_t n = count_choices(f->choices);
	const bool has_empty = in->kind == INPUT_SELECT;
	struct option *list = mem_array(q->mem, struct option, n + 1);
	size_t used = 0;
	if (has_empty)
		list[used++] = (struct option){ .value = "", .label = N_("Please choose") };
	for (size_t i = 0; i < n; i++)
		list[used++] = (struct option){ .value = f->choices[i].code,
			.label = f->choices[i].label };
	in->option = list;
	in->n_options = used;
}

static void
add_typed(struct req *q, struct input *in, const struct field_value *v)
{
	if (in->kind == INPUT_CHECK)
		in->value = v->is_given && v->i != 0 ? "1" : NULL;
	else if (in->kind != INPUT_PASSWORD && v->text.n > 0)
		in->value = str_text(q->mem, v->text);
	else if (in->kind == INPUT_NUMBER && v->is_given)
		in->value = mem_printf(q->mem, "%lld", (long long)v->i);
	if (v->has_fault)
		in->fault = req_fault_text(q, &v->fault);
}

static struct input
input_of(struct req *q, const struct field *f, const struct field_value *v)
{
	struct input in = {
		.kind = kind_of_field(f),
		.name = f->name,
		.label = f->label,
		.hint = f->hint,
		.rows = f->type == FIELD_LINES && f->max <= 300 ? 3 : 0,
		.is_optional = !f->required && f->type != FIELD_BOOL,
		.is_short = f->type == FIELD_INT || f->type == FIELD_CODE || f->type == FIELD_DAY,
	};
	if (f->type == FIELD_TEXT || f->type == FIELD_LINES)
		in.max_chars = f->max;
	if (f->type == FIELD_CHOICE)
		add_choices(q, &in, f);
	if (v != NULL)
		add_typed(q, &in, v);
	return in;
}

/* The refusal of apply names one field at most; form.faults stands for faults already beside theirs. */
static void
place_refusal(struct req *q, struct act_form *f)
{
	const struct xq_err *why = q->refusal;
	if (why == NULL || text_eq(why->key, "form.faults"))
		return;
	if (why->field != NULL) {
		for (size_t i = 0; i < f->n_inputs; i++) {
			if (text_eq(f->input[i].name, why->field)) {
				f->input[i].fault = req_fault_text(q, why);
				return;
			}
		}
	}
	f->fault[f->n_faults++] = (struct fault_row){ NULL, req_fault_text(q, why) };
}

void
act_form_faults(struct act_form *f)
{
	for (size_t i = 0; i < f->n_inputs; i++) {
		if (f->input[i].fault != NULL && f->input[i].kind != INPUT_HIDDEN)
			f->fault[f->n_faults++] =
				(struct fault_row){ f->input[i].name, f->input[i].fault };
	}
}

struct act_form
act_form_of(struct req *q, const struct act *act, const char *action)
{
	give_token(q);
	size_t n = 0;
	while (act->fields[n].name != NULL)
		n++;
	struct act_form f = {
		.title = act->title,
		.intro = act->help,
		.action = action,
		.csrf = q->csrf,
		.idem = req_idem_key(q),
		.submit = act->title,
		.input = mem_array(q->mem, struct input, n + 1),
		.fault = mem_array(q->mem, struct fault_row, n + 2),
	};
	const bool is_again = q->call != NULL && q->call->act == act;
	for (size_t i = 0; i < n; i++)
		f.input[f.n_inputs++] =
			input_of(q, &act->fields[i], is_again ? &q->call->form.v[i] : NULL);
	place_refusal(q, &f);
	return f;
}

void
act_form_crumb(struct act_form *f, const char *href, const char *label)
{
	xq_require(f->n_crumbs < FORM_CRUMBS);
	f->crumb[f->n_crumbs++] = (struct crumb){ href, label };
}

struct input *
act_form_input(struct act_form *f, const char *name)
{
	for (size_t i = 0; i < f->n_inputs; i++) {
		if (text_eq(f->input[i].name, name))
			return &f->input[i];
	}
	xq_require(false); /* no such field in the act */
	return NULL;
}

void
act_form_choose(
	struct req *q, struct act_form *f, const char *name, const struct option *option, size_t n)
{
	struct input *in = act_form_input(f, name);
	struct option *list = mem_array(q->mem, struct option, n + 1);
	list[0] = (struct option){ .value = "", .label = N_("Please choose") };
	for (size_t i = 0; i < n; i++)
		list[i + 1] = option[i];
	in->kind = INPUT_SELECT;
	in->option = list;
	in->n_options = n + 1;
}

void
act_form_drop(struct act_form *f, const char *name)
{
	struct input *in = act_form_input(f, name);
	if (in->fault != NULL) /* nothing on the page to point at */
		f->fault[f->n_faults++] = (struct fault_row){ NULL, in->fault };
	const size_t at = (size_t)(in - f->input);
	for (size_t i = at; i + 1 < f->n_inputs; i++)
		f->input[i] = f->input[i + 1];
	f->n_inputs--;
}

void
act_form_default(struct act_form *f, const char *name, const char *value)
{
	struct input *in = act_form_input(f, name);
	if (in->value == NULL)
		in->value = value;
}

void
act_form_show(struct req *q, struct resp *r, const struct act_form *form)
{
	struct act_form f = *form;
	act_form_faults(&f);
	if (f.n_crumbs > 0 && f.crumb[f.n_crumbs - 1].href != NULL)
		act_form_crumb(&f, NULL, f.title);
	struct shell shell;
	struct html_out o = desk_begin(q, f.title, NULL, &shell);
	act_form_page(&o, &f);
	desk_end(r, &o, &shell);
}
