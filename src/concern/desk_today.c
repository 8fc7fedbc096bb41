/* SPDX-License-Identifier: Apache-2.0 */
/* desk_today.c - the day at one glance: what waits for me, what waits for others, what I follow. */
#include "concern/desk_pages.h"

#include "core/mem.h"
#include "templates.h"

#include "core/banned.h"

enum { TODAY_ROWS = 100, BLOCK_ROWS = 6, TOP_ROWS = 12, COUNT_MAX = 999 };

struct lists {
	struct concern_row *offered, *mine, *sent, *tracked;
	size_t n_offered, n_mine, n_sent, n_tracked;
};

static struct list_query
query_of(struct req *q, enum list_kind kind, size_t max)
{
	struct list_query lq = { .kind = kind,
		.person_id = q->actor.person_id,
		.unit_id = q->actor.unit_id,
		.max = max,
		.now = q->now };
	list_review_scope(&lq, &q->actor);
	return lq;
}

static enum xq_rc
load(struct req *q, enum list_kind kind, size_t max, struct concern_row **out, size_t *out_n,
	struct xq_err *err)
{
	struct list_query lq = query_of(q, kind, max);
	return concern_list(q->tx, q->mem, q->office->id, &lq, out, out_n, err);
}

static enum xq_rc
load_lists(struct req *q, struct lists *l, struct xq_err *err)
{
	enum xq_rc rc = load(q, LIST_OFFERED_TO, TOP_ROWS, &l->offered, &l->n_offered, err);
	if (rc == XQ_OK)
		rc = load(q, LIST_MINE, TODAY_ROWS, &l->mine, &l->n_mine, err);
	if (rc == XQ_OK)
		rc = load(q, LIST_OFFERED_BY, TOP_ROWS, &l->sent, &l->n_sent, err);
	if (rc == XQ_OK)
		rc = load(q, LIST_TRACKED, TODAY_ROWS, &l->tracked, &l->n_tracked, err);
	return rc;
}

static bool
is_mine(const struct lists *l, int64_t id)
{
	for (size_t i = 0; i < l->n_mine; i++)
		if (l->mine[i].id == id)
			return true;
	return false;
}

static bool
is_to_do(const struct concern_row *r)
{
	return r->state == ST_ACCEPTED || r->state == ST_SIGNED || r->state == ST_REDO;
}

/* ---- columns ------------------------------------------------------------------------------------------ */

static void
add(struct req *q, struct today_block *b, const struct concern_row *r, const char *note,
	const char *go)
{
	struct desk_row *row = (struct desk_row *)(uintptr_t)&b->rows.row[b->rows.n];
	if (b->rows.n >= TOP_ROWS)
		return;
	*row = desk_row_of(q, r, STR(""));
	row->note = note;
	row->go = go;
	if (r->owner_person_id == q->actor.person_id)
		row->owner = NULL; /* one's own name on every row says nothing */
	b->rows.n++;
}

static struct today_block
block_new(struct req *q, const char *icon, const char *title, const char *href)
{
	return (struct today_block){ .icon = icon,
		.title = title,
		.href = href,
		.rows = { .row = mem_array(q->mem, struct desk_row, TOP_ROWS) } };
}

static const char *
until_words(struct req *q, const struct concern_row *r)
{
	return SAY(q, N_("accept by {until}, {span} left"), AT("until", r->lapses_at),
		AX("span", desk_span(q, r->lapses_at - q->now)));
}

/* Nothing due today is worth a sentence, with what comes next. */
static const char *
none_due(struct req *q, const struct lists *l)
{
	for (size_t i = 0; i < l->n_mine; i++)
		if (is_to_do(&l->mine[i]))
			return SAY(q, N_("Nothing is due today. Next: {no} by {due}."),
				AX("no", desk_no_short(q, l->mine[i].file_no)),
				AT("due", l->mine[i].due_at));
	return desk_word(q, N_("Nothing is due today, and nothing is waiting for you."));
}

static struct today_block
to_do_column(struct req *q, const struct lists *l)
{
	struct today_block b = block_new(q, "flag", N_("For me to do"), "/desk/concerns?show=mine");
	for (size_t i = 0; i < l->n_offered; i++) /* what lapses first stands first */
		add(q, &b, &l->offered[i], until_words(q, &l->offered[i]), N_("Accept or decline"));
	bool any_today = b.rows.n > 0;
	int64_t end_of_day = day_start(day_add(desk_today(q), 1), q->office->tz_s);
	size_t n = 0;
	for (size_t i = 0; i < l->n_mine; i++) {
		if (!is_to_do(&l->mine[i]))
			continue;
		any_today = any_today || l->mine[i].due_at < end_of_day;
		add(q, &b, &l->mine[i], NULL, NULL);
		n++;
	}
	if (!any_today)
		b.empty = none_due(q, l);
	if (n + l->n_offered > b.rows.n)
		b.more = SAY(q, N_("{n} more in the list"),
			AN("n", (int64_t)(n + l->n_offered - b.rows.n)));
	return b;
}

static struct today_block
waiting_column(struct req *q, const struct lists *l)
{
	struct today_block b = block_new(q, "soon", N_("Waiting for others"), NULL);
	int64_t called = 0;
	for (size_t i = 0; i < l->n_sent; i++)
		add(q, &b, &l->sent[i], until_words(q, &l->sent[i]), NULL);
	for (size_t i = 0; i < l->n_mine; i++) {
		if (l->mine[i].state == ST_REPLIED)
			add(q, &b, &l->mine[i], desk_word(q, N_("draft with a second person")),
				NULL);
		called += l->mine[i].state == ST_CALLBACK;
	}
	if (b.rows.n == 0)
		b.empty = desk_word(q, N_("No offer and no draft of yours is with somebody else."));
	if (called > 0)
		b.more = SAY(q, N_("{n} answered, waiting for the call-back"), AN("n", called));
	return b;
}

static struct today_block
tracked_column(struct req *q, const struct lists *l)
{
	struct today_block b =
		block_new(q, "eye", N_("What I follow"), "/desk/concerns?show=tracked");
	size_t n = 0;
	for (size_t i = 0; i < l->n_tracked; i++) {
		if (is_mine(l, l->tracked[i].id))
			continue;
		add(q, &b, &l->tracked[i], NULL, NULL);
		n++;
	}
	if (n == 0)
		b.empty = desk_word(q, N_("Nothing that you took down first is with others now."));
	if (n > b.rows.n)
		b.more = SAY(q, N_("{n} more in the list"), AN("n", (int64_t)(n - b.rows.n)));
	return b;
}

/* ---- blocks of roles ------------------------------------------------------------------------------------ */

static enum xq_rc
role_block(struct req *q, struct today_page *p, enum list_kind kind, struct today_block b,
	const char *none, struct xq_err *err)
{
	struct concern_row *row;
	size_t n;
	enum xq_rc rc = load(q, kind, BLOCK_ROWS, &row, &n, err);
	if (rc != XQ_OK)
		return rc;
	for (size_t i = 0; i < n; i++)
		add(q, &b, &row[i], NULL, NULL);
	b.empty = n == 0 ? desk_word(q, none) : NULL;
	p->block[p->n_blocks++] = b;
	return XQ_OK;
}

/* What is past due came before the head of the unit by itself. */
static enum xq_rc
escalated_block(struct req *q, struct today_page *p, struct xq_err *err)
{
	struct unit u;
	struct concern_row *row;
	size_t n;
	enum xq_rc rc = unit_load(q->tx, q->mem, q->office->id, q->actor.unit_id, &u, err);
	if (rc == XQ_NONE || (rc == XQ_OK && u.head_person_id != q->actor.person_id))
		return XQ_OK;
	if (rc == XQ_OK)
		rc = load(q, LIST_UNIT, TODAY_ROWS, &row, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct today_block b = block_new(
		q, "late", N_("Overdue in my unit, brought before me"), "/desk/concerns?show=unit");
	for (size_t i = 0; i < n; i++)
		if (row[i].is_late && row[i].answered_at == 0)
			add(q, &b, &row[i], NULL, NULL);
	if (b.rows.n == 0)
		b.empty = desk_word(q, N_("Nothing in your unit is overdue."));
	p->block[p->n_blocks++] = b;
	return XQ_OK;
}

/* What is owed to a resident beside the answer; shown only where something is. */
static enum xq_rc
owed_block(struct req *q, struct today_page *p, enum list_kind kind, const char *icon,
	const char *title, struct xq_err *err)
{
	struct list_query lq = query_of(q, kind, 1);
	int64_t n = 0;
	enum xq_rc rc = concern_count(q->tx, q->office->id, &lq, &n, err);
	if (rc != XQ_OK || n == 0)
		return rc;
	return role_block(q, p, kind, block_new(q, icon, title, NULL), "", err);
}

/* Working days in which what a liaison officer heard is fed back (domain.md B09). */
enum { FEED_BACK_WD = 5 };

static enum xq_rc
heard_block(struct req *q, struct today_page *p, struct xq_err *err)
{
	struct list_query lq = query_of(q, LIST_HEARD, BLOCK_ROWS);
	struct concern_row *row;
	size_t n;
	int32_t day = cal_add_wd(q->app->calendar, desk_today(q), -FEED_BACK_WD);
	if (day == 0)
		return XQ_OK; /* before the calendar begins nobody has heard anything */
	lq.heard_before = day_start(day, q->office->tz_s);
	enum xq_rc rc = concern_list(q->tx, q->mem, q->office->id, &lq, &row, &n, err);
	if (rc != XQ_OK || n == 0)
		return rc;
	struct today_block b = block_new(q, "talk",
		N_("Heard by me, and nobody has spoken to the resident yet"), "/desk/first");
	for (size_t i = 0; i < n; i++)
		add(q, &b, &row[i], NULL, NULL);
	p->block[p->n_blocks++] = b;
	return XQ_OK;
}

static enum xq_rc
role_blocks(struct req *q, struct today_page *p, struct xq_err *err)
{
	const struct actor *a = &q->actor;
	enum xq_rc rc = escalated_block(q, p, err);
	if (rc == XQ_OK)
		rc = owed_block(q, p, LIST_EXPLAIN, "talk",
			N_("Still to be explained to the resident"), err);
	if (rc == XQ_OK)
		rc = owed_block(q, p, LIST_CARRY, "flag",
			N_("Promised for last year and not kept: move it with a reason"), err);
	if (rc == XQ_OK && actor_may(a, PERM_LIAISE))
		rc = heard_block(q, p, err);
	if (rc == XQ_OK && actor_may(a, PERM_APPROVE))
		rc = role_block(q, p, LIST_REVIEW,
			block_new(q, "edit", N_("Answers for me to review"), "/desk/review"),
			N_("No answer waits for review."), err);
	if (rc == XQ_OK && actor_may(a, PERM_RULE))
		rc = role_block(q, p, LIST_RULING,
			block_new(q, "scale", N_("For me to rule on"), "/desk/rulings"),
			N_("Nothing waits for a ruling."), err);
	p->callbacks = -1;
	if (rc == XQ_OK && actor_may(a, PERM_EVALUATE)) {
		struct list_query lq = query_of(q, LIST_CALLBACK, COUNT_MAX);
		rc = concern_count(q->tx, q->office->id, &lq, &p->callbacks, err);
	}
	return rc;
}

/* ---- what other modules wait for --------------------------------------------------------------------- */

static enum xq_rc
add_line(struct req *q, struct today_page *p, const struct menu_item *item, struct xq_err *err)
{
	int64_t n = 0;
	enum xq_rc rc = item->count(q->tx, &q->actor, q->now, &n, err);
	if (rc == XQ_OK && n > 0 && p->n_lines < TODAY_LINES)
		p->line[p->n_lines++] = (struct today_line){ item->icon, item->path,
			SAY(q, item->today, AN("n", n)) };
	return rc;
}

static enum xq_rc
other_lines(struct req *q, struct today_page *p, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	for (size_t m = 0; rc == XQ_OK && q->app->modules[m]; m++) {
		const struct menu_item *const *list = q->app->modules[m]->menu;
		for (size_t i = 0; rc == XQ_OK && list && list[i]; i++)
			if (list[i]->today && actor_may(&q->actor, list[i]->who))
				rc = add_line(q, p, list[i], err);
	}
	return rc;
}

/* ---- page --------------------------------------------------------------------------------------------------- */

static void
fill_strip(struct req *q, struct today_page *p, const struct lists *l)
{
	const struct calendar *cal = q->app->calendar;
	int32_t today = desk_today(q);
	for (int i = 0; i < STRIP_DAYS; i++) {
		int32_t day = day_add(today, i);
		enum day_kind kind = cal_day_kind(cal, day);
		struct strip_day *s = &p->day[i];
		*s = (struct strip_day){ .day = day,
			.is_today = i == 0,
			.is_rest = kind == DAY_WEEKEND || kind == DAY_HOLIDAY,
			.is_make_up = kind == DAY_MAKE_UP };
		s->name = s->is_rest ? cal_day_name(cal, day) : NULL;
		for (size_t k = 0; k < l->n_mine; k++)
			s->due += l->mine[k].due_day == day && is_to_do(&l->mine[k]);
	}
}

static enum xq_rc
today_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct lists l = { .n_mine = 0 };
	struct today_page p = { .heading = msg_day(q->mem, q->prefs.lang, desk_today(q)) };
	enum xq_rc rc = load_lists(q, &l, err);
	if (rc == XQ_OK)
		rc = role_blocks(q, &p, err);
	if (rc == XQ_OK)
		rc = other_lines(q, &p, err);
	if (rc != XQ_OK)
		return rc;
	p.column[0] = to_do_column(q, &l);
	p.column[1] = waiting_column(q, &l);
	p.column[2] = tracked_column(q, &l);
	fill_strip(q, &p, &l);
	struct shell shell;
	struct html_out o =
		desk_page_begin(q, N_("To do today"), desk_flash(q, NULL, NULL), &shell);
	desk_today_page(&o, &p);
	desk_end(r, &o, &shell);
	return XQ_OK;
}

const struct view desk_today_view = {
	.path = "/desk", .who = PERM_STAFF, .render = today_render, .title = N_("To do today")
};

/* The rail as a page: what the menu link of a narrow screen opens without a script. */
static enum xq_rc
menu_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	struct shell shell;
	struct html_out o = desk_begin(q, N_("Menu"), NULL, &shell);
	o.b.n = 0; /* once more, with the rail as the page */
	struct shell_desk d = *shell.desk;
	d.is_menu = true;
	shell.desk = &d;
	desk_open(&o, &shell);
	desk_menu_page(&o);
	desk_end(r, &o, &shell);
	return XQ_OK;
}

const struct view desk_menu_view = {
	.path = "/desk/menu", .who = PERM_STAFF, .render = menu_render, .title = N_("Menu")
};
