/* SPDX-License-Identifier: Apache-2.0 */
/* desk_list.c - the worklist with its tabs, search, and the short lists of offers, reviews, rulings.
 * A list is filtered here by who looks; continued from the last key, never by offset. */
#include "concern/desk_pages.h"

#include "core/mem.h"
#include "templates.h"

#include "core/banned.h"

enum { PAGE_ROWS = 50, ALL_ROWS = 100 };

/* clang-format off */
static const struct tab_row {
	const char *code;
	enum list_kind kind;
	bool is_wide; /* only for posts that look over the whole office */
	const char *label, *empty;
} tabs[] = {
	{ "mine",    LIST_MINE,     false, N_("Mine"),           N_("You are responsible for nothing that is open.") },
	{ "unit",    LIST_UNIT,     false, N_("My unit's"),      N_("Your unit is responsible for nothing that is open.") },
	{ "open",    LIST_ALL_OPEN, true,  N_("All open"),       N_("Nothing is open in the whole office.") },
	{ "late",    LIST_LATE,     false, N_("Overdue"),        N_("Nothing is overdue.") },
	{ "tracked", LIST_TRACKED,  false, N_("What I follow"),  N_("Nothing that you took down first is open.") },
	{ "newest",  LIST_NEWEST,   true,  N_("All, newest"),    N_("No concern has been taken down yet.") },
};
/* clang-format on */
enum { N_TABS = sizeof tabs / sizeof *tabs };

static const struct tab_row *
tab_of(struct req *q)
{
	struct str show = req_query(q, "show");
	for (size_t i = 0; i < N_TABS; i++)
		if (str_is(show, tabs[i].code) && (!tabs[i].is_wide || desk_is_wide(&q->actor)))
			return &tabs[i];
	return &tabs[0];
}

static void
add_tabs(struct req *q, struct list_page *p, const struct tab_row *now)
{
	for (size_t i = 0; i < N_TABS; i++)
		if (!tabs[i].is_wide || desk_is_wide(&q->actor))
			p->tab[p->n_tabs++] = (struct list_tab){
				mem_printf(q->mem, "/desk/concerns?show=%s", tabs[i].code),
				tabs[i].label, now == &tabs[i], 0
			};
}

static const struct desk_row *
rows_of(struct req *q, const struct concern_row *row, size_t n, struct str words)
{
	struct desk_row *list = mem_array(q->mem, struct desk_row, n + 1);
	for (size_t i = 0; i < n; i++)
		list[i] = desk_row_of(q, &row[i], words);
	return list;
}

/* Who does not look over the office sees what is overdue of the own unit. */
static enum xq_rc
late_of_unit(struct req *q, struct concern_row **out, size_t *out_n, struct xq_err *err)
{
	struct list_query lq = {
		.kind = LIST_UNIT, .unit_id = q->actor.unit_id, .max = ALL_ROWS, .now = q->now
	};
	size_t n, kept = 0;
	enum xq_rc rc = concern_list(q->tx, q->mem, q->office->id, &lq, out, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		if ((*out)[i].is_late && (*out)[i].answered_at == 0)
			(*out)[kept++] = (*out)[i];
	*out_n = kept;
	return rc;
}

static enum xq_rc
load_tab(struct req *q, const struct tab_row *tab, struct concern_row **out, size_t *out_n,
	struct xq_err *err)
{
	if (tab->kind == LIST_LATE && !desk_is_wide(&q->actor))
		return late_of_unit(q, out, out_n, err);
	struct list_query lq = { .kind = tab->kind,
		.person_id = q->actor.person_id,
		.unit_id = q->actor.unit_id,
		.max = PAGE_ROWS + 1,
		.now = q->now };
	desk_after(q, &lq.after_key, &lq.after_id);
	return concern_list(q->tx, q->mem, q->office->id, &lq, out, out_n, err);
}

/* ---- search --------------------------------------------------------------------------------------------- */

/* A hit is shown when the concern itself could be opened. */
static enum xq_rc
may_see_row(struct req *q, const struct concern_row *r, bool *out, struct xq_err *err)
{
	struct concern c;
	struct handover open;
	bool has_open = false;
	*out = true;
	if (desk_is_wide(&q->actor))
		return XQ_OK;
	enum xq_rc rc = concern_load(q->tx, q->mem, q->office->id, r->id, &c, err);
	if (rc == XQ_OK && c.state == ST_ASSIGNED) {
		rc = handover_open(q->tx, q->mem, q->office->id, c.id, &open, err);
		has_open = rc == XQ_OK;
		rc = rc == XQ_NONE ? XQ_OK : rc;
	}
	if (rc == XQ_OK)
		*out = concern_may_see(&q->actor, &c, has_open ? &open : NULL);
	return rc;
}

/* *out_next: id to continue below; 0: that was all. */
static enum xq_rc
find_words(struct req *q, struct str words, struct concern_row **out, size_t *out_n,
	int64_t *out_next, struct xq_err *err)
{
	int64_t before = 0;
	struct concern_row *found;
	size_t n, kept = 0;
	if (!parse_int(req_query(q, "before"), 1, INT64_MAX, &before))
		before = 0;
	*out_next = 0;
	enum xq_rc rc = concern_search(
		q->tx, q->mem, &q->actor, words, q->now, before, PAGE_ROWS + 1, &found, &n, err);
	if (rc != XQ_OK)
		return rc;
	if (n > PAGE_ROWS) {
		n = PAGE_ROWS;
		*out_next = found[n - 1].id;
	}
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		bool may;
		rc = may_see_row(q, &found[i], &may, err);
		if (rc == XQ_OK && may)
			found[kept++] = found[i];
	}
	*out = found;
	*out_n = kept;
	return rc;
}

/* A file number leads straight to its concern. */
static bool
is_number(struct req *q, struct str words, const char **out_path)
{
	int64_t file_no;
	if (!file_no_read(words, &file_no))
		return false;
	*out_path = desk_path(q, file_no, "");
	return true;
}

static enum xq_rc
show_list(struct req *q, struct resp *r, const struct list_page *p)
{
	struct shell shell;
	struct html_out o = desk_page_begin(q, p->title, desk_flash(q, NULL, NULL), &shell);
	desk_list_page(&o, p);
	desk_end(r, &o, &shell);
	return XQ_OK;
}

static enum xq_rc
search_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct str words = str_trim(req_query(q, "q"));
	const char *path;
	if (is_number(q, words, &path)) {
		resp_see_other(q, r, path);
		return XQ_OK;
	}
	struct list_page p = { .title = N_("Search"), .query = str_text(q->mem, words) };
	add_tabs(q, &p, NULL);
	p.empty = (struct empty){
		.icon = "search",
		.title = N_("Type a file number, or words of the matter, the place or the answer."),
		.text = N_(
			"Chinese words are found as they stand, Latin words and numbers whole. Names and phones of residents are not searched.")
	};
	struct concern_row *row = NULL;
	size_t n = 0;
	int64_t next = 0;
	enum xq_rc rc = words.n > 0 ? find_words(q, words, &row, &n, &next, err) : XQ_OK;
	if (rc != XQ_OK)
		return rc;
	if (words.n > 0) {
		p.empty.title = N_("No concern holds all these words.");
		p.rows = (struct desk_rows){
			next ? SAY(q, N_("The newest {n} that hold “{words}”"), AN("n", (int64_t)n),
				       AX("words", p.query))
			     : SAY(q, N_("{n} that hold “{words}”"), AN("n", (int64_t)n),
				       AX("words", p.query)),
			rows_of(q, row, n, words), n
		};
	}
	if (next) {
		p.has_pager = true;
		p.pager.next = mem_printf(q->mem, "/desk/search?q=%s&before=%lld",
			url_quote(q->mem, words), (long long)next);
	}
	return show_list(q, r, &p);
}

/* ---- worklist ------------------------------------------------------------------------------------------- */

static enum xq_rc
list_render(struct req *q, struct resp *r, struct xq_err *err)
{
	if (str_trim(req_query(q, "q")).n > 0)
		return search_render(q, r, err);
	const struct tab_row *tab = tab_of(q);
	struct concern_row *row;
	size_t n;
	enum xq_rc rc = load_tab(q, tab, &row, &n, err);
	if (rc != XQ_OK)
		return rc;
	bool has_more = tab->kind != LIST_LATE || desk_is_wide(&q->actor) ? n > PAGE_ROWS : false;
	n = has_more ? PAGE_ROWS : n;
	bool is_top = req_query(q, "after").n == 0;
	struct list_page p = { .title = N_("Concerns"),
		.query = "",
		.empty = { .icon = "talk",
			.title = tab->empty,
			.text = N_(
				"Closed ones stand under the newest, or can be searched for.") } };
	if (tab->kind == LIST_MINE) {
		p.empty.href = "/desk/concerns?show=unit";
		p.empty.label = N_("My unit's");
	}
	add_tabs(q, &p, tab);
	p.rows = (struct desk_rows){
		SAY(q, has_more || !is_top ? N_("{list}: {n} on this page") : N_("{list}: {n}"),
			AX("list", desk_word(q, tab->label)), AN("n", (int64_t)n)),
		rows_of(q, row, n, STR("")), n
	};
	p.has_pager = has_more || !is_top;
	if (!is_top)
		p.pager.prev = mem_printf(q->mem, "/desk/concerns?show=%s", tab->code);
	if (has_more)
		p.pager.next = mem_printf(q->mem, "/desk/concerns?show=%s&after=%lld.%lld",
			tab->code, (long long)row[n - 1].key, (long long)row[n - 1].id);
	return show_list(q, r, &p);
}

/* ---- offers, reviews, rulings ----------------------------------------------------------------------------- */

static enum xq_rc
offers_render(struct req *q, struct resp *r, struct xq_err *err)
{
	bool is_sent = str_is(req_query(q, "show"), "sent");
	struct list_query lq = { .kind = is_sent ? LIST_OFFERED_BY : LIST_OFFERED_TO,
		.person_id = q->actor.person_id,
		.unit_id = q->actor.unit_id,
		.max = ALL_ROWS,
		.now = q->now };
	struct concern_row *row;
	size_t n;
	enum xq_rc rc = concern_list(q->tx, q->mem, q->office->id, &lq, &row, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct desk_row *list = mem_array(q->mem, struct desk_row, n + 1);
	for (size_t i = 0; i < n; i++) {
		list[i] = desk_row_of(q, &row[i], STR(""));
		list[i].left =
			SAY(q, N_("accept by {until}, {span} left"), AT("until", row[i].lapses_at),
				AX("span", desk_span(q, row[i].lapses_at - q->now)));
	}
	struct list_page p = { .title = N_("Offers"),
		.lead = N_(
			"An offer moves nothing until it is accepted; what is not accepted in time goes back to the sender. The resident's day stays."),
		.tab = { { "/desk/offers", N_("Offered to me or my unit"), !is_sent, 0 },
			{ "/desk/offers?show=sent", N_("Offered by me"), is_sent, 0 },
			{ "/desk/transfers", N_("From other offices"), false, 0 } },
		.n_tabs = q->app->n_offices > 1 ? 3 : 2,
		.rows = { SAY(q, N_("{n} open offers"), AN("n", (int64_t)n)), list, n },
		.empty = { .icon = "hand",
			.title = is_sent ? N_("You have offered nothing that is still open.")
		                         : N_("No offer waits to be accepted."),
			.href = "/desk",
			.label = N_("To do today") } };
	return show_list(q, r, &p);
}

static enum xq_rc
simple_list(struct req *q, struct resp *r, enum list_kind kind, const char *segment,
	struct list_page *p, struct xq_err *err)
{
	struct list_query lq = { .kind = kind, .max = ALL_ROWS, .now = q->now };
	list_review_scope(&lq, &q->actor);
	struct concern_row *row;
	size_t n;
	enum xq_rc rc = concern_list(q->tx, q->mem, q->office->id, &lq, &row, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct desk_row *list = mem_array(q->mem, struct desk_row, n + 1);
	for (size_t i = 0; i < n; i++) {
		list[i] = desk_row_of(q, &row[i], STR(""));
		list[i].href = desk_path(q, row[i].file_no, segment);
	}
	p->rows = (struct desk_rows){ SAY(q, N_("{n} waiting"), AN("n", (int64_t)n)), list, n };
	return show_list(q, r, p);
}

static enum xq_rc
review_list_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct list_page p = { .title = N_("Answers for me to review"),
		.lead = N_(
			"One second person reads each answer before it goes out, oldest first. Nobody approves an own draft."),
		.empty = { .icon = "edit", .title = N_("No answer waits for review.") } };
	return simple_list(q, r, LIST_REVIEW, "/review", &p, err);
}

/* clang-format off */
static const struct ruling_tab {
	const char *code;
	enum list_kind kind;
	const char *segment, *label, *lead, *empty;
} ruling_tabs[] = {
	{ "outcome",    LIST_RULING,     "/ruling",         N_("Outcome"),
		N_("The resident says it is not solved, or is not satisfied. Somebody outside the unit decides: handle again, or close with a reason."),
		N_("Nothing waits for a ruling.") },
	{ "returns",    LIST_RETURNS,    "/rule-return",    N_("Returns"),
		N_("A unit wants to give a concern back. Until you rule, nothing moves and no clock stops."),
		N_("No return waits for a ruling.") },
	{ "extensions", LIST_EXTENSIONS, "/rule-extension", N_("More time"),
		N_("A unit asks for a later day. Only your ruling moves it, and the resident is told why."),
		N_("No request for more time waits for a ruling.") },
	{ "disputes",   LIST_DISPUTES,   "/rule-dispute",   N_("Disagreements"),
		N_("The resident disagrees with the outcome. Somebody who had no part in it answers."),
		N_("Nobody disagrees with an outcome.") },
	{ "parked",     LIST_PARKED,     "",                N_("Parked"),
		N_("What cannot be done now, by the day on which the resident hears the next step. It does not count as settled."),
		N_("Nothing is parked.") },
};
/* clang-format on */
enum { N_RULING_TABS = sizeof ruling_tabs / sizeof *ruling_tabs };

static enum xq_rc
ruling_list_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct str show = req_query(q, "show");
	const struct ruling_tab *now = &ruling_tabs[0];
	struct list_page p = { .title = N_("For me to rule on") };
	for (size_t i = 0; i < N_RULING_TABS; i++)
		if (str_is(show, ruling_tabs[i].code))
			now = &ruling_tabs[i];
	for (size_t i = 0; i < N_RULING_TABS; i++) {
		int64_t count = 0;
		struct list_query lq = {
			.kind = ruling_tabs[i].kind, .max = MENU_COUNT_MAX, .now = q->now
		};
		enum xq_rc rc = concern_count(q->tx, q->office->id, &lq, &count, err);
		if (rc != XQ_OK)
			return rc;
		p.tab[p.n_tabs++] = (struct list_tab){ mem_printf(q->mem, "/desk/rulings?show=%s",
							       ruling_tabs[i].code),
			ruling_tabs[i].label, now == &ruling_tabs[i], count };
	}
	p.lead = now->lead;
	p.empty = (struct empty){ .icon = "scale", .title = now->empty };
	return simple_list(q, r, now->kind, now->segment, &p, err);
}

const struct view desk_list_view = {
	.path = "/desk/concerns", .who = PERM_STAFF, .render = list_render, .title = N_("Concerns")
};
const struct view desk_search_view = {
	.path = "/desk/search", .who = PERM_STAFF, .render = search_render, .title = N_("Search")
};
const struct view desk_offers_view = {
	.path = "/desk/offers", .who = PERM_STAFF, .render = offers_render, .title = N_("Offers")
};
const struct view desk_review_list_view = { .path = "/desk/review",
	.who = PERM_APPROVE,
	.render = review_list_render,
	.title = N_("Answers for me to review") };
const struct view desk_ruling_list_view = { .path = "/desk/rulings",
	.who = PERM_RULE,
	.render = ruling_list_render,
	.title = N_("For me to rule on") };
