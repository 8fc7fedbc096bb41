/* SPDX-License-Identifier: Apache-2.0 */
/* desk_pages.c - the rosters as staff see them: which weeks are out and which are missing, offers of swaps, and
 * how often everybody sits, in the order of the list. */
#include "reception/sitting_pages.h"

#include "core/mem.h"
#include "templates.h"

#include "core/banned.h"

/* DEPUTY_CONTACTS: contacts with residents that the law asks of a deputy each year (domain.md A02). */
enum { LOOK_AHEAD = 8, WEEK_ROWS = 16, HALF_YEAR_DAYS = 182, DEPUTY_CONTACTS = 2 };

const char *
week_path(struct req *q, int32_t week, const char *rest)
{
	return mem_printf(q->mem, "/desk/reception/%d%s", (int)week, rest);
}

const char *
slot_path(struct req *q, int64_t no, const char *rest)
{
	return mem_printf(q->mem, "/desk/reception/sittings/%lld%s", (long long)no, rest);
}

bool
place_week(struct req *q, size_t i, int32_t *out)
{
	return week_read(req_place(q, i), out);
}

const struct flash *
roster_flash(struct req *q)
{
	static const struct did_text did[] = {
		{ "draft", N_("Drafted. Somebody else reads it before it is published.") },
		{ "approve", N_("Approved. It can be published now.") },
		{ "publish", N_("Published. Residents read it now.") },
		{ "change", N_("Changed. What stood there stays visible.") },
		{ "swap", N_("Offered. Nothing changes until the other one accepts.") },
		{ "answer", N_("Answered.") },
		{ "cancel", N_("Cancelled; the day in its place is announced.") },
		{ "set", N_("Saved.") },
		{ "away", N_("Noted. Drafts leave these days out.") },
	};
	return flash_did(q, did, sizeof did / sizeof *did);
}

/* ---- the weeks -------------------------------------------------------------------------------------- */

struct desk_light
week_light(struct req *q, const struct week *w)
{
	if (w->state == WEEK_PUBLISHED)
		return (struct desk_light){ LIGHT_OK,
			SAY(q, N_("Published, version {n}"), AN("n", w->version)) };
	int light = w->first_on && w->publish_by < desk_today(q) ? LIGHT_LATE : LIGHT_SOON;
	return (struct desk_light){ light,
		desk_word(q, w->state == WEEK_APPROVED ? N_("Approved") : N_("Draft")) };
}

static const char *
week_note(struct req *q, const struct week *w)
{
	if (w->n_open > 0)
		return SAY(q, N_("{n} places have nobody"), AN("n", w->n_open));
	if (w->n_slots == 0)
		return desk_word(q, N_("No sitting"));
	return NULL;
}

enum { WEEK_COLS = 5 };

static void
fill_week(struct req *q, struct table_cell *row, const struct week *w)
{
	struct desk_light light = week_light(q, w);
	row[0] = (struct table_cell){ .text = week_words(q, w->week),
		.href = week_path(q, w->week, "") };
	row[1].text = w->first_on ? msg_day(q->mem, q->prefs.lang, w->first_on) : NULL;
	row[2] = (struct table_cell){ .text = mem_printf(q->mem, "%lld", (long long)w->n_slots),
		.note = week_note(q, w) };
	row[3] =
		(struct table_cell){ .text = light.words, .light = light.light, .has_light = true };
	row[4].text = w->state == WEEK_PUBLISHED || !w->first_on
	                      ? NULL
	                      : msg_day(q->mem, q->prefs.lang, w->publish_by);
}

static void
fill_missing(struct req *q, struct table_cell *row, int32_t week)
{
	row[0].text = week_words(q, week);
	row[3] = (struct table_cell){
		.text = desk_word(q, N_("No roster")), .light = LIGHT_LATE, .has_light = true
	};
}

/* Eight weeks ahead, more where rosters were made; what lies further is told in a line. */
static enum xq_rc
load_weeks(struct req *q, struct roster_page *p, struct xq_err *err)
{
	static const struct column col[] = { { .label = N_("Week") },
		{ .label = N_("First sitting") }, { .label = N_("Places"), .form = COL_NUMBER },
		{ .label = N_("State") }, { .label = N_("To be published by") } };
	struct week *w;
	size_t n = 0, rows = 0, at = 0;
	int32_t week = week_of_day(desk_today(q));
	const char *missing = NULL;
	struct table_cell *cell = mem_array(q->mem, struct table_cell, WEEK_ROWS * WEEK_COLS);
	enum xq_rc rc = week_list(q->tx, q->mem, q->office->id, week, &w, &n, err);
	if (rc != XQ_OK)
		return rc;
	for (size_t i = 0; i < WEEK_ROWS; i++, week = week_add(week, 1)) {
		struct table_cell *row = cell + rows * WEEK_COLS;
		if (at < n && w[at].week == week) {
			fill_week(q, row, &w[at++]);
			rows++;
		} else if (i < LOOK_AHEAD) {
			fill_missing(q, row, week);
			rows++;
			missing = missing ? mem_printf(q->mem, "%s, %d", missing, (int)week % 100)
			                  : mem_printf(q->mem, "%d", (int)week % 100);
		}
	}
	p->weeks = (struct table){ .caption = N_("Rosters from this week on"),
		.hide_caption = true,
		.col = col,
		.n_cols = WEEK_COLS,
		.cell = cell,
		.n_rows = rows };
	if (missing)
		p->missing = SAY(q, N_("No roster for the weeks {list}."), AX("list", missing));
	if (at < n)
		p->more = SAY(q, N_("{n} more weeks are drafted, the last one from {day} on."),
			AN("n", (int64_t)(n - at)), AD("day", week_monday(w[n - 1].week)));
	return XQ_OK;
}

/* ---- today ------------------------------------------------------------------------------------------ */

static const char *
names_of(struct req *q, const struct sitting *s)
{
	struct buf b = buf_new(q->mem, 64);
	for (size_t i = 0; i < s->n; i++)
		if (s->slot[i].state != SLOT_MISSED)
			buf_printf(&b, "%s%s", b.n > 0 ? "\u3001" : "", s->slot[i].name);
	return b.n > 0 ? buf_view(&b).p : s->one.name;
}

static enum xq_rc
add_now(struct req *q, struct roster_page *p, int64_t no, const char *rest, const char *go,
	struct xq_err *err)
{
	struct sitting s;
	enum xq_rc rc = sitting_load(q->tx, q->mem, q->office->id, no, &s, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc;
	p->now[p->n_now++] = (struct now_row){ .href = slot_path(q, no, rest),
		.when = msg_day_short(q->mem, q->prefs.lang, s.one.day),
		.where = sitting_where(q, &s.one),
		.who = names_of(q, &s),
		.go = go,
		.light = sitting_light(q, &s.one) };
	return XQ_OK;
}

/* The same sitting stands once, whoever of it comes first. */
static bool
is_shown(const struct roster_page *p, const struct now_row *row)
{
	for (size_t i = 0; i + 1 < p->n_now; i++)
		if (text_eq(p->now[i].when, row->when) && text_eq(p->now[i].where, row->where))
			return true;
	return false;
}

/* Sittings that wait, up to today, and those that were missed and are not made up for. */
static enum xq_rc
load_now(struct req *q, struct roster_page *p, struct xq_err *err)
{
	enum { LOOK_BACK = 31, WAITING = 2 * NOW_ROWS };
	int64_t no[WAITING];
	struct slot *owed;
	size_t n = 0, n_owed = 0;
	int32_t today = desk_today(q);
	enum xq_rc rc = sittings_waiting(
		q->tx, q->office->id, day_add(today, -LOOK_BACK), today, WAITING, no, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n && p->n_now < NOW_ROWS; i++) {
		rc = add_now(q, p, no[i], "/register", N_("Open the register"), err);
		if (rc == XQ_OK && p->n_now > 0 && is_shown(p, &p->now[p->n_now - 1]))
			p->n_now--;
	}
	if (rc == XQ_OK)
		rc = sittings_owed(q->tx, q->mem, q->office->id, today, &owed, &n_owed, err);
	for (size_t i = 0; rc == XQ_OK && i < n_owed && p->n_now < NOW_ROWS; i++)
		rc = add_now(q, p, owed[i].no, p->may_plan ? "/make-up" : "/register",
			N_("Make up for it"), err);
	return rc;
}

/* ---- offers and turns ------------------------------------------------------------------------------- */

static enum xq_rc
load_swaps(struct req *q, struct roster_page *p, struct xq_err *err)
{
	static const struct column col[] = { { .label = N_("No."), .form = COL_NUMBER },
		{ .label = N_("Gives") }, { .label = N_("Takes") }, { .label = N_("Reason") } };
	enum { COLS = sizeof col / sizeof *col };
	struct swap *s;
	size_t n = 0;
	enum xq_rc rc = swap_list(q->tx, q->mem, q->office->id, &s, &n, err);
	struct table_cell *cell = mem_array(q->mem, struct table_cell, n * COLS + 1);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		struct table_cell *row = cell + i * COLS;
		row[0] =
			(struct table_cell){ .text = mem_printf(q->mem, "%lld", (long long)s[i].no),
				.href = mem_printf(q->mem, "/desk/reception/swaps/%lld/answer",
					(long long)s[i].no) };
		row[1] = (struct table_cell){ .text = msg_day(q->mem, q->prefs.lang, s[i].day),
			.note = s[i].name };
		row[2] =
			(struct table_cell){ .text = msg_day(q->mem, q->prefs.lang, s[i].other_day),
				.note = s[i].other_name };
		row[3].text = why_words(q, s[i].why, s[i].words);
	}
	p->swaps = (struct table){ .caption = N_("Offers of swaps that wait for an answer"),
		.hide_caption = true,
		.col = col,
		.n_cols = COLS,
		.cell = cell,
		.n_rows = n };
	return rc;
}

static enum xq_rc
load_turns(struct req *q, struct roster_page *p, struct xq_err *err)
{
	static const struct column col[] = { { .label = N_("Receiver") },
		{ .label = N_("Receives as") },
		{ .label = N_("Sittings in a year"), .form = COL_NUMBER } };
	enum { COLS = sizeof col / sizeof *col };
	struct receiver *r;
	size_t n = 0, rows = 0;
	int sat[RECEIVERS_MAX];
	int32_t today = desk_today(q);
	enum xq_rc rc = receiver_list(q->tx, q->mem, q->office->id, &r, &n, err);
	if (rc == XQ_OK)
		rc = sittings_of(q->tx, q->office->id, day_add(today, -HALF_YEAR_DAYS),
			day_add(today, HALF_YEAR_DAYS), r, n, sat, err);
	struct table_cell *cell = mem_array(q->mem, struct table_cell, n * COLS + 1);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		if (!r[i].is_active)
			continue;
		struct table_cell *row = cell + rows++ * COLS;
		row[0] = (struct table_cell){ .text = r[i].name, .note = r[i].public_title };
		row[1].text = desk_word(q, choice_label(receiver_roles, r[i].role));
		row[2] = (struct table_cell){ .text = mem_printf(q->mem, "%d", sat[i]),
			.note = text_eq(r[i].role, "congress") && sat[i] < DEPUTY_CONTACTS
			                ? desk_word(q, N_("A deputy has two a year at least"))
			                : NULL };
	}
	p->turns = (struct table){
		.caption = N_("In the order of the list: half a year back and half a year ahead"),
		.col = col,
		.n_cols = COLS,
		.cell = cell,
		.n_rows = rows
	};
	return rc;
}

static enum xq_rc
rosters_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct roster_page p = { .may_plan = actor_may(&q->actor, PERM_PUBLISH) };
	enum xq_rc rc = load_now(q, &p, err);
	if (rc == XQ_OK)
		rc = load_weeks(q, &p, err);
	if (rc == XQ_OK)
		rc = load_swaps(q, &p, err);
	if (rc == XQ_OK)
		rc = load_turns(q, &p, err);
	if (rc != XQ_OK)
		return rc;
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Receptions"), roster_flash(q), &s);
	desk_rosters(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view desk_rosters_view = { .path = "/desk/reception",
	.who = PERM_STAFF,
	.render = rosters_render,
	.title = N_("Receptions") };
