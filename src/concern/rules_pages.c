/* SPDX-License-Identifier: Apache-2.0 */
/* rules_pages.c - the rules in force, what is to come, how each came about; the sheets to take away; and
 * the declaration of the module. */
#include "concern/rules_pages.h"

#include <stdlib.h>

#include "concern/concern_int.h"
#include "core/mem.h"
#include "templates.h"

#include "core/banned.h"

const char *
rules_day(struct req *q, int32_t day)
{
	return day ? day_text(q->mem, day) : NULL;
}

/* ---- what is in force, and what is to come --------------------------------------------------------- */

/* In force today or still to come. */
static bool
is_current(const struct rule *r, int32_t today)
{
	return r->last_day == 0 || r->last_day >= today;
}

/* What holds and will go on holding needs no word. */
static const char *
when_words(struct req *q, const struct rule *r, int32_t today)
{
	if (r->from_day > today)
		return SAY(q, N_("from {day}"), AD("day", r->from_day));
	if (r->is_off)
		return desk_word(q, N_("withdrawn"));
	if (r->last_day)
		return SAY(q, N_("until {day}"), AD("day", r->last_day));
	return NULL;
}

static const char *
version_words(struct req *q, const struct rule *r)
{
	return SAY(q, N_("version {ver}, {source}"), AN("ver", r->ver),
		AX("source", rule_source_words(q, r)));
}

static struct rules_line
line_of(struct req *q, const struct rule *r, int32_t today)
{
	bool is_template = r->kind == RULE_TEMPLATE;
	return (struct rules_line){
		.title = is_template ? r->shown : rule_key_title(r->kind, r->key),
		.href = mem_printf(q->mem, RULES_PATH "/%s/%s", rule_kind_code(r->kind), r->key),
		.words = is_template ? r->text : rule_words(q, r),
		.when = when_words(q, r, today),
		.is_planned = r->from_day > today,
		.source = version_words(q, r),
	};
}

static int
by_limit(const void *a, const void *b)
{
	const struct rule *x = a, *y = b;
	int order = limit_order(x->key, y->key);
	return order != 0 ? order : (x->from_day > y->from_day) - (x->from_day < y->from_day);
}

/* Limits stand in groups, in the order of a concern's life; the other kinds are one group. */
static void
fill_groups(struct req *q, struct rule *list, size_t n, struct rules_block *b)
{
	int32_t today = desk_today(q);
	struct rules_line *line = mem_array(q->mem, struct rules_line, n + 1);
	size_t used = 0;
	if (n > 0 && list[0].kind == RULE_DEADLINE)
		qsort(list, n, sizeof *list, by_limit);
	for (size_t i = 0; i < n; i++) {
		if (!is_current(&list[i], today))
			continue;
		const char *title = list[i].kind == RULE_DEADLINE
		                            ? limit_group_title(limit_group_of(list[i].key))
		                            : NULL;
		struct rules_group *g = b->n_groups > 0 ? &b->group[b->n_groups - 1] : NULL;
		if (!g || (title && g->title != title)) {
			g = &b->group[b->n_groups++];
			*g = (struct rules_group){ .title = title, .line = &line[used] };
		}
		line[used++] = line_of(q, &list[i], today);
		g->n++;
	}
}

static enum xq_rc
fill_block(struct req *q, enum rule_kind kind, struct rules_block *b, struct xq_err *err)
{
	static const char *const leads[RULE_KINDS] = {
		[RULE_DEADLINE] = N_(
			"Working days, unless it says otherwise; the day of the registration is not counted."),
		[RULE_DUTY] =
			N_("Exactly one unit leads each kind of matter; it asks others to help."),
		[RULE_TEMPLATE] =
			N_("Offered while an answer is written; the words stay the author's own."),
	};
	struct rule *list;
	size_t n;
	const char *code = rule_kind_code(kind);
	bool may = actor_may(&q->actor, PERM_LEAD);
	enum xq_rc rc = rule_list(q->tx, q->mem, q->office->id, kind, NULL, &list, &n, err);
	if (rc != XQ_OK)
		return rc;
	*b = (struct rules_block){ .id = code,
		.title = rule_kind_title(kind),
		.icon = rule_kind_icon(kind),
		.lead = leads[kind],
		.set_href = may ? mem_printf(q->mem, RULES_PATH "/%s/set", code) : NULL,
		.import_href = may ? mem_printf(q->mem, RULES_PATH "/%s/import", code) : NULL,
		.sheet_href = mem_printf(q->mem, RULES_PATH "/%s.xlsx", code) };
	fill_groups(q, list, n, b);
	return XQ_OK;
}

/* ---- the calendar ------------------------------------------------------------------------------------ */

enum { NOTICE_COLUMNS = 4, HISTORY_COLUMNS = 5 };

static const char *
count_words(struct req *q, const struct notice *n)
{
	return n->done_at ? SAY(q, N_("{n} open days moved"), AN("n", n->moved))
	                  : desk_word(q, N_("open days are being counted again"));
}

static const struct column notice_columns[NOTICE_COLUMNS] = {
	{ .label = N_("Year of the notice") },
	{ .label = N_("Number of the notice") },
	{ .label = N_("Typed") },
	{ .label = N_("What it moved") },
};

static enum xq_rc
fill_notices(struct req *q, struct rules_page *p, struct xq_err *err)
{
	struct notice *list;
	size_t n;
	enum xq_rc rc = notice_list(q->tx, q->mem, q->office->id, &list, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct table_cell *cell = mem_array(q->mem, struct table_cell, n * NOTICE_COLUMNS + 1);
	for (size_t i = 0; i < n; i++) {
		const struct notice *k = &list[n - 1 - i];
		struct table_cell *row = &cell[i * NOTICE_COLUMNS];
		row[0].text = mem_printf(q->mem, "%d", k->year);
		row[1].text = k->source;
		row[2].text = rules_day(q, day_of(k->set_at, q->office->tz_s));
		row[3].text = count_words(q, k);
	}
	p->notices = (struct table){ .caption = N_("Notices that were typed"),
		.col = notice_columns,
		.n_cols = NOTICE_COLUMNS,
		.cell = cell,
		.n_rows = n };
	return XQ_OK;
}

/* The rest days ahead as notices name them: a run is one line, a make-up day another. */
static void
fill_feasts(struct req *q, struct rules_page *p)
{
	const struct calendar *cal = q->app->calendar;
	int32_t day = desk_today(q), end = day_make(day_year(day) + 1, 12, 31);
	while (day <= end && p->n_feasts < FEASTS_MAX) {
		enum day_kind kind = cal_day_kind(cal, day);
		struct rules_feast *f = &p->feast[p->n_feasts];
		int32_t first = day;
		day = day_add(day, 1);
		if (kind != DAY_HOLIDAY && kind != DAY_MAKE_UP)
			continue;
		f->name = cal_day_name(cal, first);
		f->is_make_up = kind == DAY_MAKE_UP;
		f->is_provisional = !cal_is_settled(cal, first);
		while (!f->is_make_up && day <= end && cal_day_kind(cal, day) == DAY_HOLIDAY)
			day = day_add(day, 1);
		int days = day_diff(first, day);
		f->words =
			days == 1 ? msg_day(q->mem, q->prefs.lang, first)
				  : SAY(q, N_("{from} to {to}, {n} days off"),
					    AX("from", msg_day_short(q->mem, q->prefs.lang, first)),
					    AX("to", msg_day_short(q->mem, q->prefs.lang,
							     day_add(day, -1))),
					    AN("n", days));
		p->n_feasts++;
	}
}

static enum xq_rc
fill_calendar(struct req *q, struct rules_page *p, struct xq_err *err)
{
	p->calendar_words = SAY(q,
		N_("Notices are known up to {year}; later days are counted by weekdays and the fixed feasts, for now."),
		AX("year", mem_printf(q->mem, "%d", cal_last_year(q->app->calendar))));
	p->may_type = actor_may(&q->actor, PERM_OPERATE);
	fill_feasts(q, p);
	return fill_notices(q, p, err);
}

static const struct flash *
saved_flash(struct req *q)
{
	if (!str_is(req_query(q, "did"), "rule"))
		return NULL;
	struct flash *f = mem_new(q->mem, struct flash);
	f->kind = FLASH_OK;
	f->text = desk_word(q, N_("Saved. It stands in the public record with what it rests on."));
	return f;
}

static enum xq_rc
overview_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct rules_page *p = mem_new(q->mem, struct rules_page);
	enum xq_rc rc = XQ_OK;
	for (int k = 0; rc == XQ_OK && k < RULE_KINDS; k++)
		rc = fill_block(q, (enum rule_kind)k, &p->block[k], err);
	if (rc == XQ_OK)
		rc = fill_calendar(q, p, err);
	if (rc != XQ_OK)
		return rc;
	struct shell shell;
	struct html_out o = desk_page_begin(q, N_("Rules of the office"), saved_flash(q), &shell);
	rules_overview(&o, p);
	desk_end(r, &o, &shell);
	return XQ_OK;
}

const struct view rules_overview_view = { .path = RULES_PATH,
	.who = PERM_STAFF,
	.render = overview_render,
	.title = N_("Rules of the office") };

/* ---- history of one rule --------------------------------------------------------------------------- */

static const struct column history_columns[HISTORY_COLUMNS] = { { .label = N_("Version") },
	{ .label = N_("Says") }, { .label = N_("First day") }, { .label = N_("Last day") },
	{ .label = N_("What it rests on") } };

/* Newest first. */
static struct table
history_table(struct req *q, const struct rule *list, size_t n)
{
	struct table_cell *cell = mem_array(q->mem, struct table_cell, n * HISTORY_COLUMNS + 1);
	for (size_t i = 0; i < n; i++) {
		const struct rule *r = &list[n - 1 - i];
		struct table_cell *row = &cell[i * HISTORY_COLUMNS];
		row[0].text = mem_printf(q->mem, "%lld", (long long)r->ver);
		row[1] = (struct table_cell){ .text = rule_words(q, r),
			.note = r->text[0] ? r->text : r->why };
		row[2].text = rules_day(q, r->from_day);
		row[3].text = r->is_off ? desk_word(q, N_("withdrawn")) : rules_day(q, r->last_day);
		row[4] = (struct table_cell){ .text = rule_source_words(q, r),
			.note = r->by ? SAY(q, N_("set by {name}"), AX("name", r->by)) : NULL };
	}
	return (struct table){ .caption = N_("All versions"),
		.hide_caption = true,
		.col = history_columns,
		.n_cols = HISTORY_COLUMNS,
		.cell = cell,
		.n_rows = n };
}

/* What holds today, and what comes next. */
static const char *
now_words(struct req *q, const struct rule *list, size_t n)
{
	const struct rule *now = NULL, *next = NULL;
	int32_t today = desk_today(q);
	for (size_t i = 0; i < n; i++) {
		if (list[i].from_day <= today)
			now = &list[i];
		else if (!next)
			next = &list[i];
	}
	const char *holds = !now || now->is_off ? desk_word(q, N_("nothing")) : rule_words(q, now);
	if (!next)
		return SAY(q, N_("In force today: {now}."), AX("now", holds));
	return SAY(q, N_("In force today: {now}; from {day} on: {next}."), AX("now", holds),
		AD("day", next->from_day),
		AX("next", next->is_off ? desk_word(q, N_("nothing")) : rule_words(q, next)));
}

static enum xq_rc
history_render(struct req *q, struct resp *r, struct xq_err *err)
{
	enum rule_kind kind;
	struct rule *list;
	size_t n;
	const char *key = str_text(q->mem, req_place(q, 1));
	if (!rule_kind_read(req_place(q, 0), &kind))
		return XQ_NONE;
	enum xq_rc rc = rule_list(q->tx, q->mem, q->office->id, kind, key, &list, &n, err);
	if (rc != XQ_OK || n == 0)
		return rc != XQ_OK ? rc : XQ_NONE;
	const char *title = kind == RULE_TEMPLATE ? list[n - 1].shown : rule_key_title(kind, key);
	struct rules_history p = { .title = title,
		.crumb = { { RULES_PATH, N_("Rules of the office") },
			{ mem_printf(q->mem, RULES_PATH "#k-%s", rule_kind_code(kind)),
				rule_kind_title(kind) },
			{ NULL, title } },
		.now = now_words(q, list, n),
		.table = history_table(q, list, n) };
	if (actor_may(&q->actor, PERM_LEAD))
		p.set_href =
			mem_printf(q->mem, RULES_PATH "/%s/set?key=%s", rule_kind_code(kind), key);
	struct shell shell;
	struct html_out o = desk_page_begin(q, p.title, NULL, &shell);
	rules_history_page(&o, &p);
	desk_end(r, &o, &shell);
	return XQ_OK;
}

const struct view rules_history_view = { .path = RULES_PATH "/{kind}/{key}",
	.who = PERM_STAFF,
	.render = history_render,
	.title = N_("All versions") };

/* ---- to take away ------------------------------------------------------------------------------------ */

static enum xq_rc
sheet_render(struct req *q, struct resp *r, struct xq_err *err)
{
	enum rule_kind kind;
	struct bytes book;
	if (!rule_kind_read(req_place(q, 0), &kind))
		return XQ_NONE;
	enum xq_rc rc = rule_sheet_write(q->tx, q->mem, q->app, q->office->id, kind, &book, err);
	if (rc != XQ_OK)
		return rc;
	resp_download(q, r, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		mem_printf(q->mem, "%s.xlsx", rule_kind_code(kind)),
		str_n((const char *)book.p, book.n));
	return XQ_OK;
}

const struct view rules_sheet_view = { .path = RULES_PATH "/{kind}.xlsx",
	.who = PERM_STAFF,
	.render = sheet_render,
	.title = N_("Save as a spreadsheet") };

/* ---- the module ---------------------------------------------------------------------------------------- */

static const struct msg_text rules_messages[] = {
	{ "rules.past",
		N_("The first day has passed. A rule holds from today or from a later day on.") },
	{ "rules.same-day",
		N_("A version that begins on this day is on file already. Please choose another day.") },
	{ "rules.two-leads",
		N_("This kind of matter has a lead unit from this day on already; there is only one.") },
	{ "rules.gap", N_("Behind this last day nothing would hold. Please close the gap.") },
	{ "rules.overlap", N_("On this last day the next version holds already.") },
	{ "rules.limit",
		N_("This is not a limit. 5 working days, 15 days, 3 months and 24 hours are.") },
	{ "rules.limit-long", N_("A limit is three years at most.") },
	{ "rules.limit-days", N_("This one is counted in days, weekends among them: 90 days.") },
	{ "rules.expired",
		N_("{source} held until {day}. What holds now rests on {now}: please rest the answer on that.") },
	{ "rules.full",
		N_("There is no room for more versions. Please call whoever runs this machine.") },
	{ "rules.code-unknown", N_("There is no limit of this code.") },
	{ "rules.class-unknown", N_("There is no kind of matter of this code.") },
	{ "rules.code-form", N_("Small letters, digits and hyphens, up to 32 of them, please.") },
	{ "rules.no-rule", N_("For this day no limit was set yet.") },
	{ "rules.day", N_("This is not a date. 2026-10-08 is one.") },
	{ "rules.line",
		N_("Line {line} cannot be read, or its days do not belong to the notice of this year.") },
	{ "rules.day-twice", N_("{day} stands in these lists twice.") },
	{ "rules.past-year", N_("This year has passed.") },
	{ "rules.year-gap", N_("The next notice to come is that of {year}.") },
	{ "rules.columns", N_("The column \"{column}\" is missing in the first row.") },
	{ "rules.no-file", N_("Please choose the spreadsheet.") },
	{ "rules.sheet-faults", N_("{n} places of the list need mending; nothing was saved.") },
	{ "rules.nothing-new", N_("Everything in this list is on file already.") },
	{ NULL, NULL },
};

static const struct menu_item menu_rules = { RULES_PATH, N_("Rules of the office"), "scale",
	PERM_STAFF, 80, NULL };

const struct module concern_rules_module = {
	.name = "concern-rules",
	.acts = (const struct act *const[]){ &rules_set_deadline, &rules_set_duty,
		&rules_set_template, &rules_set_calendar, &rules_import, &rules_recompute, NULL },
	.views = (const struct view *const[]){ &rules_overview_view, &rules_history_view,
		&rules_sheet_view, &rules_deadline_view, &rules_duty_view, &rules_template_view,
		&rules_calendar_view, &rules_import_view, &rules_who_view, &rules_who_api, NULL },
	.jobs = (const struct job *const[]){ &rules_recompute_job, NULL },
	.menu = (const struct menu_item *const[]){ &menu_rules, NULL },
	.messages = (const struct msg_text *const[]){ rules_messages, NULL },
	.events = (const struct event_kind *const[]){ &ev_config_set, NULL },
	.opened = rules_opened,
};
