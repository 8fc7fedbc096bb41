/* SPDX-License-Identifier: Apache-2.0 */
/* rules_pages.c - the rules in force, what is to come, how each came about; the sheets to take away; and
 * the declaration of the module. */
#include "concern/rules_pages.h"

#include "concern/concern_int.h"
#include "core/mem.h"
#include "templates.h"

#include "core/banned.h"

const char *
rules_day(struct req *q, int32_t day)
{
	if (day == 0)
		return NULL;
	return mem_printf(q->mem, "%04d-%02d-%02d", day_year(day), day_month(day), day_mday(day));
}

/* ---- tables ------------------------------------------------------------------------------------- */

enum { RULE_COLUMNS = 5 };

/* A table while its rows are added. */
struct growing {
	struct table table;
	struct table_cell *cell;
};

static struct growing
growing_new(struct req *q, const struct column *col, size_t max_rows, const char *caption)
{
	struct growing g = { .cell = mem_array(
				     q->mem, struct table_cell, max_rows * RULE_COLUMNS + 1) };
	g.table = (struct table){ .caption = caption,
		.hide_caption = true,
		.col = col,
		.n_cols = RULE_COLUMNS,
		.cell = g.cell };
	return g;
}

static void
add_row(struct growing *g, const struct table_cell row[RULE_COLUMNS])
{
	memcpy(g->cell + g->table.n_rows++ * RULE_COLUMNS, row, RULE_COLUMNS * sizeof *row);
}

/* In force today or still to come. */
static bool
is_current(const struct rule *r, int32_t today)
{
	return r->last_day == 0 || r->last_day >= today;
}

static const char *
state_words(struct req *q, const struct rule *r, int32_t today)
{
	if (r->from_day > today)
		return SAY(q, N_("from {day}"), AD("day", r->from_day));
	if (r->is_off)
		return desk_word(q, N_("withdrawn"));
	if (r->last_day)
		return SAY(q, N_("until {day}"), AD("day", r->last_day));
	return desk_word(q, N_("in force"));
}

static const struct column overview_columns[RULE_COLUMNS] = { { .label = N_("Rule") },
	{ .label = N_("Says") }, { .label = N_("Holds") },
	{ .label = N_("Version"), .form = COL_NUMBER }, { .label = N_("What it rests on") } };

static enum xq_rc
fill_block(struct req *q, enum rule_kind kind, struct rules_block *b, struct xq_err *err)
{
	struct rule *list;
	size_t n;
	int32_t today = desk_today(q);
	const char *code = rule_kind_code(kind);
	bool may = actor_may(&q->actor, PERM_LEAD);
	enum xq_rc rc = rule_list(q->tx, q->mem, q->office->id, kind, NULL, &list, &n, err);
	if (rc != XQ_OK)
		return rc;
	*b = (struct rules_block){ .id = code,
		.title = rule_kind_title(kind),
		.set_href = may ? mem_printf(q->mem, RULES_PATH "/%s/set", code) : NULL,
		.import_href = may ? mem_printf(q->mem, RULES_PATH "/%s/import", code) : NULL,
		.sheet_href = mem_printf(q->mem, RULES_PATH "/%s.xlsx", code) };
	struct growing g = growing_new(q, overview_columns, n, rule_kind_title(kind));
	for (size_t i = 0; i < n; i++) {
		const struct rule *r = &list[i];
		if (!is_current(r, today))
			continue;
		add_row(&g, (const struct table_cell[]){
				    { .text = desk_word(q, rule_key_title(kind, r->key)),
					    .href = mem_printf(
						    q->mem, RULES_PATH "/%s/%s", code, r->key) },
				    { .text = r->shown }, { .text = state_words(q, r, today) },
				    { .text = mem_printf(q->mem, "%lld", (long long)r->ver) },
				    { .text = r->source } });
	}
	b->table = g.table;
	return XQ_OK;
}

static const char *
count_words(struct req *q, const struct notice *n)
{
	return n->done_at ? SAY(q, N_("{n} open days moved"), AN("n", n->moved))
	                  : desk_word(q, N_("open days are being counted again"));
}

static const struct column notice_columns[RULE_COLUMNS] = { { .label = N_("Version"),
								    .form = COL_NUMBER },
	{ .label = N_("Year of the notice") }, { .label = N_("Number of the notice") },
	{ .label = N_("Typed") }, { .label = N_("What it moved") } };

static enum xq_rc
fill_calendar(struct req *q, struct rules_page *p, struct xq_err *err)
{
	struct notice *list;
	size_t n;
	enum xq_rc rc = notice_list(q->tx, q->mem, q->office->id, &list, &n, err);
	if (rc != XQ_OK)
		return rc;
	p->calendar_words = SAY(q,
		N_("Notices are known up to {year}; later days are counted by weekdays and the fixed feasts, for now."),
		AX("year", mem_printf(q->mem, "%d", cal_last_year(q->app->calendar))));
	p->may_type = actor_may(&q->actor, PERM_OPERATE);
	struct growing g = growing_new(q, notice_columns, n, N_("Calendar"));
	for (size_t i = 0; i < n; i++)
		add_row(&g,
			(const struct table_cell[]){
				{ .text = mem_printf(q->mem, "%lld", (long long)list[i].ver) },
				{ .text = mem_printf(q->mem, "%d", list[i].year) },
				{ .text = list[i].source },
				{ .text = rules_day(q, day_of(list[i].set_at, q->office->tz_s)) },
				{ .text = count_words(q, &list[i]) } });
	p->notices = g.table;
	return XQ_OK;
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

static const struct column history_columns[RULE_COLUMNS] = { { .label = N_("Version"),
								     .form = COL_NUMBER },
	{ .label = N_("Says") }, { .label = N_("First day") }, { .label = N_("Last day") },
	{ .label = N_("What it rests on") } };

static struct table
history_table(struct req *q, const struct rule *list, size_t n)
{
	struct growing g = growing_new(q, history_columns, n, N_("All versions"));
	for (size_t i = n; i-- > 0;) {
		const struct rule *r = &list[i];
		const char *by = r->by ? SAY(q, N_("set by {name}"), AX("name", r->by))
		                       : desk_word(q, N_("came with the office"));
		add_row(&g, (const struct table_cell[]){
				    { .text = mem_printf(q->mem, "%lld", (long long)r->ver) },
				    { .text = r->shown, .note = r->text[0] ? r->text : r->why },
				    { .text = rules_day(q, r->from_day) },
				    { .text = rules_day(q, r->last_day) },
				    { .text = r->source, .note = by } });
	}
	return g.table;
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
	struct rules_history p = { .title = rule_key_title(kind, key),
		.kind = rule_kind_title(kind),
		.table = history_table(q, list, n) };
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
	{ "rules.limit", N_("This is not a limit. 5wd, 15nd, 3mo and 24h are.") },
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
