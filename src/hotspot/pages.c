/* SPDX-License-Identifier: Apache-2.0 */
/* pages.c - the list of hot spots, and one of them with the weeks before and after its treatment. */
#include "hotspot/pages.h"

#include "core/mem.h"
#include "core/parse.h"
#include "templates.h"

#include "core/banned.h"

enum { PAGE_ROWS = 20, LEFT = 20, WIDTH = 60, TOP = 96, BOTTOM = 240 };

const char *
hotspot_path(struct req *q, int64_t no, const char *rest)
{
	return mem_printf(q->mem, "/desk/hotspots/%lld%s", (long long)no, rest);
}

const char *
hotspot_title(struct req *q, const struct hotspot *h)
{
	return mem_printf(
		q->mem, "%s · %s", h->place, desk_word(q, choice_label(concern_classes, h->class)));
}

static const struct {
	int light;
	const char *words;
} states[] = {
	[HOTSPOT_CANDIDATE] = { LIGHT_SOON, N_("Proposed, waits for a word") },
	[HOTSPOT_CONFIRMED] = { LIGHT_LATE, N_("Chronic, to be treated") },
	[HOTSPOT_TREATED] = { LIGHT_OK, N_("Treated, being watched") },
	[HOTSPOT_RELAPSED] = { LIGHT_LATE, N_("Came back after the treatment") },
	[HOTSPOT_DISMISSED] = { LIGHT_CLOSED, N_("No chronic problem") },
};

static int32_t
day_at_office(struct req *q, int64_t at)
{
	return day_of(at, q->office->tz_s);
}

static const struct flash *
flash_of(struct req *q)
{
	static const struct did_text did[] = {
		{ "confirm", N_("Confirmed. The unit treats the cause.") },
		{ "dismiss", N_("Dismissed. It comes again only when as many new concerns come.") },
		{ "treat", N_("Noted. From today on it is counted whether it helped.") },
		{ "number", N_("Set. It holds for what comes from now on.") },
	};
	return flash_did(q, did, sizeof did / sizeof *did);
}

/* ---- the list --------------------------------------------------------------------------------------- */

static enum xq_rc
last_days(struct req *q, const struct hotspot *h, int64_t *out, struct xq_err *err)
{
	int32_t today = desk_today(q);
	return spot_count(q->tx, q->office->id, h->class, h->place, day_add(today, 1 - WINDOW_DAYS),
		today, out, err);
}

static enum xq_rc
fill_rows(struct req *q, struct hotspot_list_page *p, const struct hotspot *h, size_t n,
	struct xq_err *err)
{
	static const struct column col[] = { { .label = N_("No."), .form = COL_NUMBER },
		{ .label = N_("Place") }, { .label = N_("Class") },
		{ .label = N_("Where it stands") },
		{ .label = N_("When it was found"), .form = COL_NUMBER },
		{ .label = N_("Last 30 days"), .form = COL_NUMBER },
		{ .label = N_("Treated by") } };
	enum { COLS = sizeof col / sizeof *col };
	struct table_cell *cell = mem_array(q->mem, struct table_cell, n * COLS + 1);
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		struct table_cell *row = cell + i * COLS;
		int64_t now = 0;
		rc = last_days(q, &h[i], &now, err);
		row[0] =
			(struct table_cell){ .text = mem_printf(q->mem, "%lld", (long long)h[i].no),
				.href = hotspot_path(q, h[i].no, "") };
		row[1].text = h[i].place;
		row[2].text = desk_word(q, choice_label(concern_classes, h[i].class));
		row[3] = (struct table_cell){ .text = desk_word(q, states[h[i].state].words),
			.light = states[h[i].state].light,
			.has_light = true };
		row[4] = (struct table_cell){ .text = mem_printf(
						      q->mem, "%lld", (long long)h[i].found_n),
			.note = msg_day(q->mem, q->prefs.lang, day_at_office(q, h[i].found_at)) };
		row[5].text = mem_printf(q->mem, "%lld", (long long)now);
		row[6].text = h[i].unit;
	}
	p->rows = (struct table){ .caption = SAY(q, N_("{n} on this page"), AN("n", (int64_t)n)),
		.col = col,
		.n_cols = COLS,
		.cell = cell,
		.n_rows = n };
	return rc;
}

static enum xq_rc
load_list(struct req *q, struct hotspot_list_page *p, struct xq_err *err)
{
	struct hotspot_query hq = { .is_ended = p->is_ended, .max = PAGE_ROWS + 1 };
	struct hotspot *h;
	size_t n;
	if (!parse_int(req_query(q, "before"), 1, INT64_MAX, &hq.before_no))
		hq.before_no = 0;
	enum xq_rc rc = hotspot_list(q->tx, q->mem, q->office->id, &hq, &h, &n, err);
	if (rc != XQ_OK)
		return rc;
	const char *top = p->is_ended ? "/desk/hotspots?show=ended" : "/desk/hotspots";
	p->has_pager = n > PAGE_ROWS || hq.before_no > 0;
	p->pager.prev = hq.before_no > 0 ? top : NULL;
	if (n > PAGE_ROWS) {
		n = PAGE_ROWS;
		p->pager.next = mem_printf(q->mem, "%s%cbefore=%lld", top, p->is_ended ? '&' : '?',
			(long long)h[n - 1].no);
	}
	return fill_rows(q, p, h, n, err);
}

static enum xq_rc
list_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct hotspot_list_page p = { .is_ended = str_is(req_query(q, "show"), "ended"),
		.may_decide = actor_may(&q->actor, PERM_HARD) };
	int64_t number = 0;
	p.empty = (struct empty){ .icon = "pin",
		.title = p.is_ended ? N_("Nothing was dismissed yet.")
		                    : N_("No place stands out at the moment.") };
	enum xq_rc rc = hotspot_number(q->tx, q->office->id, &number, err);
	if (rc == XQ_OK)
		rc = load_list(q, &p, err);
	if (rc != XQ_OK)
		return rc;
	p.rule = SAY(q,
		N_("{n} or more concerns of one class in one place within 30 days. The clock proposes, a person confirms. Places and matters are counted, never persons."),
		AN("n", number));
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Chronic problems"), flash_of(q), &s);
	hotspot_list_html(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view hotspot_list_view = { .path = "/desk/hotspots",
	.who = PERM_STAFF,
	.render = list_render,
	.title = N_("Chronic problems") };

/* ---- the picture ------------------------------------------------------------------------------------ */

/* Whole weeks back from today, the last one ends today. */
static enum xq_rc
load_weeks(struct req *q, const struct hotspot *h, struct hotspot_page *p, struct xq_err *err)
{
	static const struct column col[] = { { .label = N_("Week from") },
		{ .label = N_("Concerns"), .form = COL_NUMBER } };
	int32_t treated = h->treated_at ? day_at_office(q, h->treated_at) : 0;
	struct table_cell *cell = mem_array(q->mem, struct table_cell, WEEKS * 2);
	int64_t most = 1;
	enum xq_rc rc = XQ_OK;
	for (int i = 0; rc == XQ_OK && i < WEEKS; i++) {
		int32_t from = day_add(desk_today(q), -7 * (WEEKS - i) + 1);
		int64_t n = 0;
		rc = spot_count(
			q->tx, q->office->id, h->class, h->place, from, day_add(from, 6), &n, err);
		p->week[i] = (struct spot_week){ .x = LEFT + i * WIDTH,
			.n = (int)n,
			.day = i % 4 == 0 ? msg_day_short(q->mem, q->prefs.lang, from) : NULL,
			.is_after = treated && from > treated };
		if (treated >= from && treated <= day_add(from, 6))
			p->treated_x = LEFT + (i + 1) * WIDTH - 6;
		cell[i * 2].text = msg_day(q->mem, q->prefs.lang, from);
		cell[i * 2 + 1].text = mem_printf(q->mem, "%lld", (long long)n);
		most = n > most ? n : most;
	}
	for (int i = 0; i < WEEKS; i++) {
		p->week[i].height = (BOTTOM - TOP) * p->week[i].n / (int)most;
		p->week[i].y = BOTTOM - p->week[i].height;
	}
	p->weeks = (struct table){ .caption = N_("Concerns by week"),
		.hide_caption = true,
		.col = col,
		.n_cols = 2,
		.cell = cell,
		.n_rows = WEEKS };
	return rc;
}

/* As many days after as before, up to the window; both are named, so that nobody has to guess. */
static enum xq_rc
load_change(struct req *q, const struct hotspot *h, struct hotspot_page *p, struct xq_err *err)
{
	if (!h->treated_at)
		return XQ_OK;
	int32_t day = day_at_office(q, h->treated_at), today = desk_today(q);
	int32_t last = day_add(day, WINDOW_DAYS) < today ? day_add(day, WINDOW_DAYS) : today;
	int64_t days = 0, before = 0, after = 0;
	while (days < WINDOW_DAYS && day_add(day, (int)days) < last)
		days++;
	enum xq_rc rc = spot_count(q->tx, q->office->id, h->class, h->place,
		day_add(day, 1 - (int)days), day, &before, err);
	if (rc == XQ_OK)
		rc = spot_count(q->tx, q->office->id, h->class, h->place, day_add(day, 1), last,
			&after, err);
	if (rc == XQ_OK && days > 0)
		p->change = SAY(q,
			N_("{days} days before the treatment: {before}. {days} days after: {after}."),
			AN("days", days), AN("before", before), AN("after", after));
	return rc;
}

/* Only the number of a concern that this person may not open. */
static enum xq_rc
load_concerns(struct req *q, const struct hotspot *h, struct hotspot_page *p, struct xq_err *err)
{
	static const struct column col[] = { { .label = N_("File number"), .form = COL_CODE },
		{ .label = N_("Matter") }, { .label = N_("Came in") }, { .label = N_("State") } };
	enum { COLS = sizeof col / sizeof *col };
	int64_t id[SPOT_CONCERNS];
	size_t n = 0;
	enum xq_rc rc = spot_concerns(q->tx, q->office->id, h, id, &n, err);
	struct table_cell *cell = mem_array(q->mem, struct table_cell, SPOT_CONCERNS * COLS);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		struct concern c = { 0 };
		rc = concern_load(q->tx, q->mem, q->office->id, id[i], &c, err);
		if (rc != XQ_OK)
			return rc;
		bool may_see = concern_may_see(&q->actor, &c, NULL);
		char no[24];
		file_no_show(c.file_no, no);
		struct table_cell *row = cell + i * COLS;
		row[0] = (struct table_cell){ .text = mem_text(q->mem, no),
			.href = may_see ? desk_path(q, c.file_no, "") : NULL };
		row[1].text = may_see ? c.title : NULL;
		row[2].text = msg_day(q->mem, q->prefs.lang, day_at_office(q, c.raised_at));
		row[3].text = desk_word(q, state_title(c.state));
	}
	p->concerns = (struct table){ .caption = SAY(q, N_("{n} concerns"), AN("n", (int64_t)n)),
		.col = col,
		.n_cols = COLS,
		.cell = cell,
		.n_rows = n };
	return rc;
}

/* ---- one of them ------------------------------------------------------------------------------------ */

static void
add_fact(struct hotspot_page *p, const char *label, const char *value)
{
	xq_require(p->n_facts < SPOT_FACTS);
	if (value && value[0])
		p->fact[p->n_facts++] = (struct spot_fact){ label, value };
}

static void
fill_facts(struct req *q, const struct hotspot *h, struct hotspot_page *p)
{
	add_fact(p, N_("Place"), h->place);
	add_fact(p, N_("Class"), desk_word(q, choice_label(concern_classes, h->class)));
	add_fact(p, N_("Found"),
		SAY(q, N_("{day}: {n} concerns within 30 days"),
			AD("day", day_at_office(q, h->found_at)), AN("n", h->found_n)));
	add_fact(p, N_("Why it comes up again and again"), h->cause);
	add_fact(p, N_("Treated by"), h->unit);
	if (h->treated_at)
		add_fact(p, N_("What was done against the cause"),
			SAY(q, N_("{day}: {text}"), AD("day", day_at_office(q, h->treated_at)),
				AX("text", h->treatment)));
	add_fact(p, N_("Why it is no chronic problem"), h->why);
}

static void
add_next(struct hotspot_page *p, bool may, struct next_row next)
{
	xq_require(p->n_next < SPOT_NEXTS);
	if (may)
		next.note = NULL;
	else
		next.href = NULL;
	p->next[p->n_next++] = next;
}

static void
fill_next(struct req *q, const struct hotspot *h, struct hotspot_page *p)
{
	bool keeps = actor_may(&q->actor, PERM_HARD);
	const char *keeper = desk_word(q, N_("A supervisor or a leader"));
	if (h->state == HOTSPOT_CANDIDATE) {
		add_next(p, keeps,
			(struct next_row){ hotspot_path(q, h->no, "/confirm"), "ok",
				hotspot_confirm.title, keeper });
		add_next(p, keeps,
			(struct next_row){ hotspot_path(q, h->no, "/dismiss"), "close",
				hotspot_dismiss.title, keeper });
	}
	if (h->state == HOTSPOT_CONFIRMED || h->state == HOTSPOT_RELAPSED)
		add_next(p, hotspot_may_treat(&q->actor, h),
			(struct next_row){ hotspot_path(q, h->no, "/treat"), "edit",
				hotspot_treat.title,
				desk_word(q,
					N_("The unit that treats it, a supervisor or a leader")) });
}

static enum xq_rc
one_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct hotspot h;
	struct hotspot_page *p = mem_new(q->mem, struct hotspot_page);
	int64_t no;
	if (!parse_int(req_place(q, 0), 1, INT64_MAX, &no))
		return XQ_NONE;
	enum xq_rc rc = hotspot_load(q->tx, q->mem, q->office->id, no, &h, err);
	if (rc == XQ_OK)
		rc = load_weeks(q, &h, p, err);
	if (rc == XQ_OK)
		rc = load_change(q, &h, p, err);
	if (rc == XQ_OK)
		rc = load_concerns(q, &h, p, err);
	if (rc != XQ_OK)
		return rc;
	p->title = hotspot_title(q, &h);
	p->number = SAY(q, N_("Hot spot no. {no}"), AN("no", h.no));
	p->light = states[h.state].light;
	p->state = states[h.state].words;
	p->crumb[0] = (struct crumb){ "/desk", N_("To do today") };
	p->crumb[1] = (struct crumb){ "/desk/hotspots", N_("Chronic problems") };
	p->crumb[2] = (struct crumb){ NULL, p->number };
	p->picture =
		SAY(q, N_("Concerns a week at {place}, 16 weeks; the table below has the numbers"),
			AX("place", h.place));
	fill_facts(q, &h, p);
	fill_next(q, &h, p);
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Chronic problem"), flash_of(q), &s);
	hotspot_one_html(&o, p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view hotspot_one_view = { .path = "/desk/hotspots/{n}",
	.who = PERM_STAFF,
	.render = one_render,
	.title = N_("Chronic problem") };
