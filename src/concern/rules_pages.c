/* SPDX-License-Identifier: Apache-2.0 */
/* rules_pages.c - the rules in force, what is to come, how each came about; the sheets to take away. */
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

/* A class: what it counts in and its number elsewhere, or what takes its place. */
static const char *
class_words(struct req *q, const struct rule *r)
{
	if (r->is_off)
		return r->next[0]
		               ? SAY(q, N_("then: {class}"),
					 AX("class", desk_word(q, book_word(q, RULE_CLASS, r->next,
									  r->from_day))))
		               : NULL;
	bool is_own = !text_eq(r->key, r->class);
	const char *counts =
		is_own ? SAY(q, N_("counts in: {class}"),
				 AX("class", desk_word(q, book_word(q, RULE_CLASS, r->class,
								  r->from_day))))
		       : NULL;
	const char *map = r->map[0] ? SAY(q, N_("12345: {code}"), AX("code", r->map)) : NULL;
	return counts && map ? mem_printf(q->mem, "%s, %s", counts, map) : counts ? counts : map;
}

static struct rules_line
line_of(struct req *q, const struct rule *r, int32_t today)
{
	bool is_long = r->kind == RULE_SENTENCE || r->kind == RULE_GUIDE;
	return (struct rules_line){
		.title = rule_title(q, r),
		.href = mem_printf(q->mem, RULES_PATH "/%s/%s", rule_kind_code(r->kind), r->key),
		.words = r->kind == RULE_TEMPLATE ? r->text
		         : r->kind == RULE_CLASS  ? class_words(q, r)
		         : is_long                ? NULL
		                                  : rule_words(q, r),
		.text = is_long ? rule_long_text(q, r) : NULL,
		.when = when_words(q, r, today),
		.is_planned = r->from_day > today,
		.source = version_words(q, r),
	};
}

/* In the order in which people meet the keys; what the office added stands behind them. */
static size_t
key_place(const char *const *keys, const struct rule *r)
{
	size_t i = 0;
	while (keys && keys[i] && !text_eq(keys[i], r->key))
		i++;
	return keys && keys[i] ? i : SIZE_MAX;
}

static struct rule *
in_order(struct req *q, struct rule *list, size_t n)
{
	const char *const *keys = text_keys(list[0].kind, q->mem);
	struct rule *out = mem_array(q->mem, struct rule, n);
	size_t used = 0;
	for (size_t k = 0; keys && keys[k]; k++)
		for (size_t i = 0; i < n; i++)
			if (key_place(keys, &list[i]) == k)
				out[used++] = list[i];
	for (size_t i = 0; i < n; i++)
		if (key_place(keys, &list[i]) == SIZE_MAX)
			out[used++] = list[i];
	return out;
}

static int
by_limit(const void *a, const void *b)
{
	const struct rule *x = a, *y = b;
	int order = limit_order(x->key, y->key);
	return order != 0 ? order : (x->from_day > y->from_day) - (x->from_day < y->from_day);
}

/* Limits stand in groups, in the order of a concern's life; so do the words of two questions. */
static void
fill_groups(struct req *q, struct rule *list, size_t n, struct rules_block *b)
{
	int32_t today = desk_today(q);
	struct rules_line *line = mem_array(q->mem, struct rules_line, n + 1);
	size_t used = 0;
	if (n > 0 && list[0].kind == RULE_DEADLINE)
		qsort(list, n, sizeof *list, by_limit);
	else if (n > 0)
		list = in_order(q, list, n);
	for (size_t i = 0; i < n; i++) {
		if (!is_current(&list[i], today))
			continue;
		const char *title = rule_group(&list[i]);
		struct rules_group *g = b->n_groups > 0 ? &b->group[b->n_groups - 1] : NULL;
		if (!g || (title && g->title != title)) {
			xq_require(b->n_groups < LIMIT_GROUPS);
			g = &b->group[b->n_groups++];
			*g = (struct rules_group){ .title = title, .line = &line[used] };
		}
		line[used++] = line_of(q, &list[i], today);
		g->n++;
	}
}

enum xq_rc
rules_block_fill(struct req *q, enum rule_kind kind, struct rules_block *b, struct xq_err *err)
{
	static const char *const leads[RULE_KINDS] = {
		[RULE_DEADLINE] = N_(
			"Working days, unless it says otherwise; the day of the registration is not counted."),
		[RULE_DUTY] =
			N_("Exactly one unit leads each kind of matter; it asks others to help."),
		[RULE_TEMPLATE] =
			N_("Offered while an answer is written; the words stay the author's own."),
		[RULE_CLASS] = N_(
			"What residents and clerks choose from. Each counts in one of ten public kinds, so the figures stay comparable."),
		[RULE_NATURE] = N_("The limit of an answer hangs on it."),
		[RULE_OUTCOME] = N_(
			"Which of them counts as solved is fixed, since figures are counted by it; only the words can be changed."),
		[RULE_SCALE] = N_(
			"What residents are asked. A rating keeps the words of its day, and figures count the answer and not the word."),
		[RULE_SENTENCE] = N_(
			"What residents read about their concern. Places in braces are filled for each of them."),
		[RULE_GUIDE] = N_("Folded on the page of each step, for whoever does it first."),
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
	static const struct did_text did[] = {
		{ "rule", N_("Saved. It stands in the public record with what it rests on.") },
	};
	return flash_did(q, did, sizeof did / sizeof *did);
}

static enum xq_rc
overview_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct rules_page *p = mem_new(q->mem, struct rules_page);
	enum xq_rc rc = XQ_OK;
	for (int k = 0; rc == XQ_OK && k < RULE_CLASS; k++)
		rc = rules_block_fill(q, (enum rule_kind)k, &p->block[k], err);
	if (rc == XQ_OK)
		rc = rules_texts_fill(q, &p->texts, err);
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
			.note = r->kind == RULE_TEMPLATE ? r->text
			        : r->kind == RULE_CLASS  ? class_words(q, r)
			                                 : r->why };
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
	const char *title = rule_title(q, &list[n - 1]);
	struct rules_history p = { .title = title,
		.crumb = { { RULES_PATH, N_("Rules of the office") },
			{ mem_printf(q->mem, RULES_PATH "/%s", rule_kind_code(kind)),
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
