/* SPDX-License-Identifier: Apache-2.0 */
/* pages.c - /desk/audit: who did what, newest first. */
#include "audit/audit_int.h"
#include "core/mem.h"
#include "core/parse.h"
#include "templates.h"

#include "core/banned.h"

/* ---- words ------------------------------------------------------------------------------------------- */

const char *
audit_act_words(struct req *q, const char *act)
{
	const struct act *a = act_find(q->app, str_of(act));
	return a ? desk_word(q, a->title) : act;
}

const char *
audit_who_words(struct req *q, const struct audit_row *r)
{
	if (r->person)
		return r->person;
	if (r->account) /* at sign-in nobody is known yet but by the account */
		return r->account;
	const struct act *a = act_find(q->app, str_of(r->act));
	return desk_word(q, a && a->who == PERM_SYSTEM ? N_("The clock") : N_("A resident"));
}

const char *
audit_subject_words(struct req *q, const struct audit_row *r)
{
	static const struct {
		const char *kind, *words;
	} kinds[] = { { "account", N_("An account") }, { "unit", N_("A unit") },
		{ "post", N_("A post") }, { "hard", N_("A hard problem") },
		{ "audit-export", N_("An export") }, { "outbox", N_("A message") } };
	if (r->file_no > 0)
		return desk_no(q, r->file_no);
	if (r->account)
		return SAY(q, N_("Account of {name}"), AX("name", r->account));
	for (size_t i = 0; r->subject_kind && i < sizeof kinds / sizeof *kinds; i++)
		if (text_eq(kinds[i].kind, r->subject_kind))
			return desk_word(q, kinds[i].words);
	return r->subject_kind;
}

/* ---- the filter -------------------------------------------------------------------------------------- */

static size_t
count_acts(const struct app *app)
{
	size_t n = 0;
	for (size_t m = 0; app->modules[m]; m++)
		for (size_t i = 0; app->modules[m]->acts && app->modules[m]->acts[i]; i++)
			n++;
	return n;
}

enum xq_rc
audit_options(struct req *q, struct option **out_people, size_t *out_n_people,
	struct option **out_acts, size_t *out_n_acts, struct xq_err *err)
{
	struct audit_person *p;
	size_t n = 0, k = 0;
	enum xq_rc rc = audit_people(q->tx, q->mem, q->office->id, &p, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct option *people = mem_array(q->mem, struct option, n + 1);
	for (size_t i = 0; i < n; i++)
		people[i] = (struct option){ .value = p[i].login,
			.label = mem_printf(q->mem, "%s · %s", p[i].name, p[i].unit) };
	struct option *acts = mem_array(q->mem, struct option, count_acts(q->app) + 1);
	for (size_t m = 0; q->app->modules[m]; m++)
		for (size_t i = 0; q->app->modules[m]->acts && q->app->modules[m]->acts[i]; i++) {
			const struct act *a = q->app->modules[m]->acts[i];
			acts[k++] = (struct option){ .value = a->name, .label = a->title };
		}
	*out_people = people;
	*out_n_people = n;
	*out_acts = acts;
	*out_n_acts = k;
	return XQ_OK;
}

static const struct field filter_fields[] = {
	{ "person", FIELD_CODE, .label = N_("Who did it") },
	{ "act", FIELD_TEXT, .max = 60, .label = N_("What was done") },
	{ "concern", FIELD_FILE_NO, .label = N_("File number") },
	{ "from", FIELD_DAY, .label = N_("From day") },
	{ "until", FIELD_DAY, .label = N_("Until day") },
	{ 0 },
};

static const struct option *
with_all(struct req *q, const struct option *list, size_t n)
{
	struct option *all = mem_array(q->mem, struct option, n + 1);
	all[0] = (struct option){ .value = "", .label = N_("All of them") };
	for (size_t i = 0; i < n; i++)
		all[i + 1] = list[i];
	return all;
}

/* The form as it was sent, with what is wrong beside its field. */
static enum xq_rc
fill_filter(struct req *q, struct audit_page *p, const struct form *f, struct xq_err *err)
{
	struct option *people, *acts;
	size_t n_people, n_acts;
	enum xq_rc rc = audit_options(q, &people, &n_people, &acts, &n_acts, err);
	if (rc != XQ_OK)
		return rc;
	for (size_t i = 0; i < f->n; i++) {
		const struct field_value *v = &f->v[i];
		p->input[i] = (struct input){ .kind = f->fields[i].type == FIELD_DAY ? INPUT_DATE
			                                                             : INPUT_TEXT,
			.name = f->fields[i].name,
			.label = f->fields[i].label,
			.value = str_text(q->mem, req_query(q, f->fields[i].name)),
			.fault = v->has_fault ? req_fault_text(q, &v->fault) : NULL,
			.is_short = f->fields[i].type == FIELD_DAY };
	}
	p->input[0].kind = p->input[1].kind = INPUT_SELECT;
	p->input[0].option = with_all(q, people, n_people);
	p->input[0].n_options = n_people + 1;
	p->input[1].option = with_all(q, acts, n_acts);
	p->input[1].n_options = n_acts + 1;
	p->input[2].placeholder = "2026-0912";
	return XQ_OK;
}

/* path with the filter behind it, and before= when there is one. */
static const char *
with_filter(struct req *q, const char *path, int64_t before)
{
	struct buf b = buf_new(q->mem, 128);
	char sep = '?';
	buf_text(&b, path);
	for (const struct field *f = filter_fields; f->name; f++) {
		struct str v = req_query(q, f->name);
		if (v.n == 0)
			continue;
		buf_printf(&b, "%c%s=%s", sep, f->name, url_quote(q->mem, v));
		sep = '&';
	}
	if (before > 0)
		buf_printf(&b, "%cbefore=%lld", sep, (long long)before);
	return buf_view(&b).p;
}

/* ---- rows -------------------------------------------------------------------------------------------- */

static void
fill_rows(struct req *q, struct audit_page *p, const struct audit_row *row, size_t n)
{
	static const struct column col[] = { { .label = N_("When") }, { .label = N_("Who did it") },
		{ .label = N_("What was done") }, { .label = N_("About") },
		{ .label = N_("No. in the record"), .form = COL_NUMBER } };
	enum { COLS = sizeof col / sizeof *col };
	struct table_cell *cell = mem_array(q->mem, struct table_cell, (n + 1) * COLS);
	for (size_t i = 0; i < n; i++) {
		struct table_cell *c = cell + i * COLS;
		c[0].text = msg_moment(q->mem, q->prefs.lang, row[i].at, q->office->tz_s);
		c[1] = (struct table_cell){ .text = audit_who_words(q, &row[i]),
			.note = row[i].unit };
		c[2] = (struct table_cell){ .text = audit_act_words(q, row[i].act),
			.note = row[i].act };
		c[3].text = audit_subject_words(q, &row[i]);
		c[4].text =
			row[i].seq >= 0 ? mem_printf(q->mem, "%lld", (long long)row[i].seq) : NULL;
	}
	p->rows = (struct table){ .caption = SAY(q, N_("{n} on this page, the newest first"),
					  AN("n", (int64_t)n)),
		.col = col,
		.n_cols = COLS,
		.cell = cell,
		.n_rows = n };
}

/* One page looks through a bounded piece; what it did not reach is behind "next page". */
static enum xq_rc
load_rows(struct req *q, struct audit_page *p, struct audit_query a, struct xq_err *err)
{
	int64_t before = 0, oldest = a.from_id;
	if (parse_int(req_query(q, "before"), 1, INT64_MAX, &before) && before - 1 < a.until_id)
		a.until_id = before - 1;
	if (a.until_id - a.from_id >= AUDIT_WALK)
		a.from_id = a.until_id - AUDIT_WALK + 1;
	a.max = AUDIT_PAGE + 1;
	struct audit_row *row;
	size_t n;
	enum xq_rc rc = audit_find(q->tx, q->mem, q->office->id, &a, &row, &n, err);
	if (rc != XQ_OK)
		return rc;
	int64_t next = a.from_id > oldest ? a.from_id : 0;
	if (n > AUDIT_PAGE) {
		n = AUDIT_PAGE;
		next = row[n - 1].id;
	} else if (next > 0) {
		p->looked =
			SAY(q, N_("Looked through {n} acts on this page; go on for earlier ones."),
				AN("n", AUDIT_WALK));
	}
	fill_rows(q, p, row, n);
	p->has_pager = next > 0 || before > 0;
	p->pager.prev = before > 0 ? with_filter(q, "/desk/audit", 0) : NULL;
	p->pager.next = next > 0 ? with_filter(q, "/desk/audit", next) : NULL;
	return XQ_OK;
}

/* ---- exports ----------------------------------------------------------------------------------------- */

static enum xq_rc
load_exports(struct req *q, struct audit_page *p, struct xq_err *err)
{
	static const struct column col[] = { { .label = N_("No."), .form = COL_CODE },
		{ .label = N_("What it is for") }, { .label = N_("Who did it") },
		{ .label = N_("When") } };
	enum { COLS = sizeof col / sizeof *col };
	struct audit_export *e;
	size_t n;
	int64_t made = 0;
	(void)parse_int(req_query(q, "exported"), 1, INT64_MAX, &made); /* 0: none was made now */
	enum xq_rc rc = audit_exports(q->tx, q->mem, q->office->id, &e, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct table_cell *cell = mem_array(q->mem, struct table_cell, EXPORTS_SHOWN * COLS);
	for (size_t i = 0; i < n; i++) {
		bool own = e[i].person_id == q->actor.person_id;
		const char *file =
			mem_printf(q->mem, "/desk/audit/exports/%lld", (long long)e[i].no);
		struct table_cell *c = cell + i * COLS;
		c[0] = (struct table_cell){ .text = mem_printf(q->mem, "%lld", (long long)e[i].no),
			.href = own ? file : NULL };
		c[1].text = e[i].purpose;
		c[2].text = e[i].person;
		c[3].text = msg_moment(q->mem, q->prefs.lang, e[i].at, q->office->tz_s);
		if (own && e[i].no == made) {
			p->href_again = file;
			p->purpose = e[i].purpose;
		}
	}
	p->exports = (struct table){ .caption = N_("The latest exports"),
		.hide_caption = true,
		.col = col,
		.n_cols = COLS,
		.cell = cell,
		.n_rows = n };
	return XQ_OK;
}

/* ---- the page ---------------------------------------------------------------------------------------- */

/* A filter with a fault finds nothing: all rows instead would look like an answer. */
static enum xq_rc
load_found(struct req *q, struct audit_page *p, struct form *f, struct xq_err *err)
{
	struct audit_query a;
	enum xq_rc rc = form_read(
		q->mem, filter_fields, q->query, q->n_query, true, q->office->tz_s, f, err);
	if (rc == XQ_OK)
		rc = audit_query_of(q->tx, q->mem, q->office, f, &a, err);
	if (rc == XQ_OK)
		return load_rows(q, p, a, err);
	if (rc == XQ_REFUSED && err->field)
		form_add_fault(f, err);
	*err = (struct xq_err){ 0 };
	return rc == XQ_REFUSED ? XQ_OK : rc;
}

static enum xq_rc
list_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct audit_page *p = mem_new(q->mem, struct audit_page);
	struct form f = form_new(q->mem, filter_fields);
	enum xq_rc rc = audit_may_read(&q->actor, err);
	if (rc == XQ_OK)
		rc = load_found(q, p, &f, err);
	if (rc == XQ_OK)
		rc = fill_filter(q, p, &f, err);
	if (rc == XQ_OK)
		rc = load_exports(q, p, err);
	if (rc != XQ_OK)
		return rc;
	p->href_export = with_filter(q, "/desk/audit/export", 0);
	p->empty = (struct empty){
		.icon = "search",
		.title = N_("No act fits this filter."),
		.text = N_(
			"Each act of the office leaves one line here: who, what, when, about which file.")
	};
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Who did what"), NULL, &s);
	audit_list(&o, p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view audit_list_view = { .path = "/desk/audit",
	.who = PERM_STAFF, /* others are refused in words by audit_may_read */
	.render = list_render,
	.title = N_("Who did what") };
