/* SPDX-License-Identifier: Apache-2.0 */
/* take_pages.c - the stock-takes of a year, one of them with the legacy problems of its unit, the forms of
 * their acts, and the legacy list of a neighbourhood on paper. */
#include "hard/pages.h"

#include "core/mem.h"
#include "core/parse.h"
#include "templates.h"

#include "core/banned.h"

#define TAKES_PATH "/desk/hard/stock-takes"

static const char *
take_path(struct req *q, int64_t no, const char *rest)
{
	return mem_printf(q->mem, TAKES_PATH "/%lld%s", (long long)no, rest);
}

static const char *
day_words(struct req *q, int64_t at)
{
	return at ? msg_day(q->mem, q->prefs.lang, day_of(at, q->office->tz_s)) : NULL;
}

static struct desk_light
take_light(struct req *q, const struct stock_take *t)
{
	if (t->filed_at)
		return (struct desk_light){ t->filed_at > t->due_at ? LIGHT_ANSWERED : LIGHT_OK,
			SAY(q,
				t->filed_at > t->due_at ? N_("Filed late, {day}")
							: N_("Filed {day}"),
				AD("day", day_of(t->filed_at, q->office->tz_s))) };
	if (t->due_at < q->now)
		return (struct desk_light){ LIGHT_LATE,
			SAY(q, N_("Late since {day}"), AD("day", t->due_on)) };
	return (struct desk_light){ LIGHT_SOON,
		SAY(q, N_("To be filed by {day}"), AD("day", t->due_on)) };
}

static struct desk_light
look_light(struct req *q, const struct legacy *l)
{
	if (l->look_at < q->now)
		return (struct desk_light){ LIGHT_LATE,
			SAY(q, N_("Look overdue since {day}"), AD("day", l->look_on)) };
	return (struct desk_light){ LIGHT_PARKED,
		SAY(q, N_("Next look {day}"), AD("day", l->look_on)) };
}

static const char *
count_text(struct req *q, int64_t n)
{
	return mem_printf(q->mem, "%lld", (long long)n);
}

static const struct flash *
flash_of(struct req *q)
{
	static const struct did_text did[] = {
		{ "file", N_("Filed. A supervisor reads what was found.") },
		{ "month", N_("Set. In the running month the units are asked at once.") },
	};
	return flash_did(q, did, sizeof did / sizeof *did);
}

/* The same in a cell, which on a phone is half as wide: the state above, its day below. */
static struct table_cell
take_cell(struct req *q, const struct stock_take *t)
{
	struct desk_light light = take_light(q, t);
	bool is_late = t->due_at < (t->filed_at ? t->filed_at : q->now);
	return (struct table_cell){ .text = desk_word(q,
					    t->filed_at ? is_late ? N_("Filed late") : N_("Filed")
					    : is_late ? N_("Filing is late")
							: N_("To be filed")),
		.note = msg_day(q->mem, q->prefs.lang,
			t->filed_at ? day_of(t->filed_at, q->office->tz_s) : t->due_on),
		.light = light.light,
		.has_light = true };
}

static struct table_cell
look_cell(struct req *q, const struct legacy *l)
{
	bool is_late = l->look_at < q->now;
	return (struct table_cell){ .text = msg_day(q->mem, q->prefs.lang, l->look_on),
		.note = is_late ? desk_word(q, N_("Look overdue")) : NULL,
		.light = is_late ? LIGHT_LATE : LIGHT_PARKED,
		.has_light = true };
}

/* ---- the year --------------------------------------------------------------------------------------- */

static size_t
lines_of(const char *text)
{
	size_t n = text[0] != 0;
	for (const char *p = text; *p; p++)
		n += *p == '\n' && p[1] != 0;
	return n;
}

static void
fill_year(struct req *q, struct takes_page *p, const struct stock_take *t, size_t n)
{
	static const struct column col[] = { { .label = N_("Neighbourhood or station") },
		{ .label = N_("Stock-take") },
		{ .label = N_("Legacy problems"), .form = COL_NUMBER },
		{ .label = N_("Looked at"), .form = COL_NUMBER },
		{ .label = N_("Newly found"), .form = COL_NUMBER }, { .label = N_("Filed by") } };
	enum { COLS = sizeof col / sizeof *col };
	struct table_cell *cell = mem_array(q->mem, struct table_cell, n * COLS + 1);
	for (size_t i = 0; i < n; i++) {
		struct table_cell *row = cell + i * COLS;
		row[0] =
			(struct table_cell){ .text = t[i].unit, .href = take_path(q, t[i].no, "") };
		row[1] = take_cell(q, &t[i]);
		row[2].text = count_text(q, t[i].n_open);
		row[3].text = count_text(q, t[i].n_looked);
		row[4].text = t[i].filed_at ? count_text(q, (int64_t)lines_of(t[i].found)) : NULL;
		row[5].text = t[i].filed_name;
	}
	p->rows = (struct table){ .caption = SAY(q, N_("{n} units"), AN("n", (int64_t)n)),
		.col = col,
		.n_cols = COLS,
		.cell = cell,
		.n_rows = n };
}

static enum xq_rc
takes_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct takes_page p = { .may_set = actor_may(&q->actor, PERM_HARD),
		.empty = { .icon = "list", .title = N_("No stock-take was asked for yet.") } };
	struct stock_take *t;
	int64_t year = 0, month = 1;
	size_t n;
	if (!parse_int(req_query(q, "year"), 2000, 9999, &year))
		year = 0;
	enum xq_rc rc = takes_of_year(q->tx, q->mem, q->office->id, (int)year, &t, &n, err);
	if (rc == XQ_OK)
		rc = stock_month(q->tx, q->office->id, &month, err);
	if (rc != XQ_OK)
		return rc;
	if (n > 0)
		year = t[0].year;
	p.rule = SAY(q,
		N_("Once a year, in month {month}, each neighbourhood and station looks at every legacy problem of its own and says which new ones it found. In between each is looked at within half a year."),
		AN("month", month));
	p.heading =
		n > 0 ? SAY(q, N_("Stock-take of {year}"), AX("year", count_text(q, year))) : NULL;
	p.before = n > 0 ? mem_printf(q->mem, TAKES_PATH "?year=%lld", (long long)year - 1) : NULL;
	p.before_words = SAY(q, N_("{year}, the year before"), AX("year", count_text(q, year - 1)));
	fill_year(q, &p, t, n);
	struct shell s;
	struct html_out o =
		desk_page_begin(q, N_("Stock-take of legacy problems"), flash_of(q), &s);
	takes_html(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view takes_view = { .path = TAKES_PATH,
	.who = PERM_STAFF,
	.render = takes_render,
	.title = N_("Stock-take of legacy problems") };

/* ---- one of them ------------------------------------------------------------------------------------ */

static void
fill_problems(struct req *q, struct take_page *p, const struct stock_take *t,
	const struct legacy *l, size_t n)
{
	static const struct column col[] = { { .label = N_("No."), .form = COL_CODE },
		{ .label = N_("Topic") }, { .label = N_("Next look") },
		{ .label = N_("Last look") }, { .label = N_("In this stock-take") } };
	enum { COLS = sizeof col / sizeof *col };
	struct table_cell *cell = mem_array(q->mem, struct table_cell, n * COLS + 1);
	for (size_t i = 0; i < n; i++) {
		bool is_seen = l[i].looked_at >= t->asked_at;
		struct table_cell *row = cell + i * COLS;
		row[0] = (struct table_cell){ .text = count_text(q, l[i].hard_no),
			.href = hard_path(
				q, l[i].hard_no, p->may_file && !is_seen ? "/look" : "") };
		row[1] = (struct table_cell){ .text = l[i].line,
			.note = desk_word(q, hard_stage_words(l[i].stage)) };
		row[2] = look_cell(q, &l[i]);
		row[3].text = day_words(q, l[i].looked_at);
		row[4] = (struct table_cell){
			.text = desk_word(q, is_seen ? N_("Looked at") : N_("Not looked at yet")),
			.light = is_seen ? LIGHT_OK : LIGHT_SOON,
			.has_light = true
		};
	}
	p->problems =
		(struct table){ .caption = SAY(q, N_("{n} legacy problems"), AN("n", (int64_t)n)),
			.col = col,
			.n_cols = COLS,
			.cell = cell,
			.n_rows = n };
}

static enum xq_rc
take_of_path(struct req *q, struct stock_take *t, struct xq_err *err)
{
	int64_t no;
	if (!parse_int(req_place(q, 0), 1, INT64_MAX, &no))
		return XQ_NONE;
	return take_load(q->tx, q->mem, q->office->id, no, t, err);
}

static enum xq_rc
take_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct stock_take t;
	struct legacy *l;
	struct take_page p = { 0 };
	size_t n;
	enum xq_rc rc = take_of_path(q, &t, err);
	if (rc == XQ_OK)
		rc = legacy_list(q->tx, q->mem, q->office->id, t.unit_id, &l, &n, err);
	if (rc != XQ_OK)
		return rc;
	p.title = SAY(q, N_("{unit}: stock-take of {year}"), AX("unit", t.unit),
		AX("year", count_text(q, t.year)));
	p.light = take_light(q, &t);
	p.is_filed = t.filed_at != 0;
	p.may_file = !t.filed_at && legacy_may_look(&q->actor, t.unit_id, t.head_id);
	p.may_list = actor_may(&q->actor, PERM_HARD);
	p.missing = t.n_open - t.n_looked;
	p.how = t.how;
	p.found = t.found;
	p.filed = t.filed_at ? SAY(q, N_("{name}, {day}"), AX("name", t.filed_name),
				       AD("day", day_of(t.filed_at, q->office->tz_s)))
	                     : NULL;
	p.file_href = take_path(q, t.no, "/file");
	p.list_href = mem_printf(q->mem, "/desk/hard/new?nbhd=%s", t.unit_code);
	p.print_href = mem_printf(q->mem, "/desk/hard/legacy.print?unit=%s", t.unit_code);
	p.crumb[0] = (struct crumb){ "/desk", N_("To do today") };
	p.crumb[1] = (struct crumb){ TAKES_PATH, N_("Stock-take of legacy problems") };
	p.crumb[2] = (struct crumb){ NULL, t.unit };
	fill_problems(q, &p, &t, l, n);
	struct shell s;
	struct html_out o =
		desk_page_begin(q, N_("Stock-take of legacy problems"), flash_of(q), &s);
	take_html(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view take_view = { .path = TAKES_PATH "/{n}",
	.who = PERM_STAFF,
	.render = take_render,
	.title = N_("Stock-take of legacy problems") };

/* ---- forms ------------------------------------------------------------------------------------------ */

static enum xq_rc
fill_take(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	(void)err;
	extra[(*n_extra)++] = (struct form_pair){ .name = STR("take"), .value = req_place(q, 0) };
	return XQ_OK;
}

static enum xq_rc
file_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct stock_take t;
	enum xq_rc rc = take_of_path(q, &t, err);
	if (rc != XQ_OK)
		return rc;
	struct act_form f = act_form_of(q, &stocktake_file, take_path(q, t.no, "/file"));
	act_form_drop(&f, "take");
	act_form_crumb(&f, TAKES_PATH, N_("Stock-take of legacy problems"));
	act_form_crumb(&f, take_path(q, t.no, ""), t.unit);
	f.note = SAY(q, N_("{looked} of {open} legacy problems of the unit are looked at."),
		AN("looked", t.n_looked), AN("open", t.n_open));
	act_form_show(q, r, &f);
	return XQ_OK;
}

static enum xq_rc
file_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r, take_path(q, form_int(&q->call->form, "take"), "?did=file"));
	return XQ_OK;
}

const struct view take_file_view = { .path = TAKES_PATH "/{n}/file",
	.who = PERM_STAFF,
	.render = file_render,
	.act = &stocktake_file,
	.fill = fill_take,
	.after = file_after,
	.title = N_("File the stock-take") };

static enum xq_rc
month_render(struct req *q, struct resp *r, struct xq_err *err)
{
	int64_t month;
	enum xq_rc rc = stock_month(q->tx, q->office->id, &month, err);
	if (rc != XQ_OK)
		return rc;
	struct act_form f = act_form_of(q, &stocktake_set_month, TAKES_PATH "/month");
	act_form_crumb(&f, TAKES_PATH, N_("Stock-take of legacy problems"));
	act_form_default(&f, "month", count_text(q, month));
	act_form_show(q, r, &f);
	return XQ_OK;
}

static enum xq_rc
month_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r, TAKES_PATH "?did=month");
	return XQ_OK;
}

const struct view take_month_view = { .path = TAKES_PATH "/month",
	.who = PERM_HARD,
	.render = month_render,
	.act = &stocktake_set_month,
	.after = month_after,
	.title = N_("Set the month of the stock-take") };

enum xq_rc
legacy_choose_place(struct req *q, struct act_form *f, const char *field, struct xq_err *err)
{
	struct unit *u;
	size_t n, k = 0;
	enum xq_rc rc = unit_list(q->tx, q->mem, q->office->id, &u, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct option *list = mem_array(q->mem, struct option, n + 1);
	for (size_t i = 0; i < n; i++)
		if (legacy_is_place(&u[i]))
			list[k++] = (struct option){ .value = u[i].code, .label = u[i].name };
	act_form_choose(q, f, field, list, k);
	return XQ_OK;
}

/* ---- on the page of a problem ----------------------------------------------------------------------- */

static void
fill_looks(struct req *q, struct hard_page *p, const struct look *k, size_t n)
{
	static const struct column col[] = { { .label = N_("Day") },
		{ .label = N_("How it looks on the spot") }, { .label = N_("Where it stands") },
		{ .label = N_("Looked at by") } };
	enum { COLS = sizeof col / sizeof *col };
	struct table_cell *cell = mem_array(q->mem, struct table_cell, n * COLS + 1);
	for (size_t i = 0; i < n; i++) {
		struct table_cell *row = cell + i * COLS;
		row[0].text = day_words(q, k[i].at);
		row[1].text = k[i].words;
		row[2].text = desk_word(q, hard_stage_words(k[i].stage));
		row[3] = (struct table_cell){ .text = k[i].person, .note = k[i].unit };
	}
	p->looks = (struct table){ .caption = SAY(q, N_("{n} looks"), AN("n", (int64_t)n)),
		.col = col,
		.n_cols = COLS,
		.cell = cell,
		.n_rows = n };
}

static enum xq_rc
may_look(struct req *q, const struct hard *h, const struct legacy *l, bool *out, struct xq_err *err)
{
	struct unit u = { 0 };
	enum xq_rc rc =
		l->unit_id ? unit_load(q->tx, q->mem, q->office->id, l->unit_id, &u, err) : XQ_OK;
	*out = hard_may_review(&q->actor, h) ||
	       legacy_may_look(&q->actor, l->unit_id, u.head_person_id);
	return rc;
}

enum xq_rc
legacy_fill_page(struct req *q, const struct hard *h, struct hard_page *p, struct xq_err *err)
{
	struct legacy l;
	struct look *k;
	size_t n = 0;
	bool looks = false;
	enum xq_rc rc = legacy_of(q->tx, q->mem, q->office->id, h->no, &l, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc; /* it stands there for another reason */
	rc = may_look(q, h, &l, &looks, err);
	if (rc == XQ_OK)
		rc = legacy_looks(q->tx, q->mem, q->office->id, h->no, &k, &n, err);
	if (rc != XQ_OK)
		return rc;
	fill_looks(q, p, k, n);
	hard_add_fact(p, N_("Neighbourhood or station"),
		l.unit_id ? l.unit : desk_word(q, N_("Nobody has said yet where it lies.")));
	if (h->ended_at)
		return XQ_OK;
	hard_add_fact(p, N_("Next look on the spot"), look_light(q, &l).words);
	hard_add_next(p, looks,
		(struct next_row){ hard_path(q, h->no, "/look"), "eye", hard_look.title,
			desk_word(q, N_("The neighbourhood or station where it lies")) });
	if (hard_may_review(&q->actor, h))
		hard_add_next(p, true,
			(struct next_row){
				hard_path(q, h->no, "/place"), "pin", hard_place.title, NULL });
	return XQ_OK;
}

/* ---- on paper --------------------------------------------------------------------------------------- */

static void
fill_paper(struct req *q, struct legacy_paper *p, const struct legacy *l, size_t n)
{
	static const struct column col[] = { { .label = N_("No."), .form = COL_NUMBER },
		{ .label = N_("Neighbourhood or station") }, { .label = N_("Topic") },
		{ .label = N_("Where it stands") }, { .label = N_("What stands in the way") },
		{ .label = N_("On the ledger since") }, { .label = N_("Last look") },
		{ .label = N_("Next look") } };
	enum { COLS = sizeof col / sizeof *col };
	struct table_cell *cell = mem_array(q->mem, struct table_cell, n * COLS + 1);
	for (size_t i = 0; i < n; i++) {
		struct table_cell *row = cell + i * COLS;
		row[0].text = count_text(q, l[i].hard_no);
		row[1].text = l[i].unit_id ? l[i].unit : NULL;
		row[2].text = l[i].line;
		row[3].text = desk_word(q, hard_stage_words(l[i].stage));
		row[4].text = l[i].blocker_words[0]
		                      ? l[i].blocker_words
		                      : desk_word(q, choice_label(hard_blockers, l[i].blocker));
		row[5].text = day_words(q, l[i].listed_at);
		row[6].text = day_words(q, l[i].looked_at);
		row[7].text = msg_day(q->mem, q->prefs.lang, l[i].look_on);
	}
	p->rows = (struct table){ .caption = SAY(q, N_("{n} legacy problems"), AN("n", (int64_t)n)),
		.col = col,
		.n_cols = COLS,
		.cell = cell,
		.n_rows = n };
}

/* Topic and status, and nobody's name: neither a resident's nor the sponsor's. */
static enum xq_rc
print_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct legacy_paper p = {
		.office = q->office->name, .printer = q->actor.name, .printed_at = q->now
	};
	struct unit u = { 0 };
	struct legacy *l;
	size_t n;
	enum xq_rc rc = XQ_OK;
	if (req_query(q, "unit").n > 0)
		rc = unit_by_code(q->tx, q->mem, q->office->id, req_query(q, "unit"), &u, err);
	if (rc == XQ_OK)
		rc = legacy_list(q->tx, q->mem, q->office->id, u.id, &l, &n, err);
	if (rc != XQ_OK)
		return rc;
	p.unit = u.id ? u.name : desk_word(q, N_("All neighbourhoods and stations"));
	p.is_cut = n == LEGACY_MAX;
	fill_paper(q, &p, l, n);
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("List of legacy problems"), NULL, &s);
	legacy_paper_html(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view legacy_print_view = { .path = "/desk/hard/legacy.print",
	.who = PERM_STAFF,
	.render = print_render,
	.title = N_("List of legacy problems") };
