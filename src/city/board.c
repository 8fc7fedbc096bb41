/* SPDX-License-Identifier: Apache-2.0 */
/* board.c - what district and city staff look at: a row of numbers for each office, from what the offices have
 * counted themselves; each says when. */
#include "city/apart.h"
#include "city/city_pages.h"
#include "concern/desk.h"
#include "core/mem.h"
#include "office/desk.h"
#include "templates.h"

#include "core/banned.h"

enum { COLS = 8 };

/* The role over the whole city, or over this district. */
static bool
may_look(const struct actor *a, const struct district *d)
{
	for (size_t i = 0; i < a->n_grants; i++)
		if (a->grant[i].role == ROLE_OVERSEER &&
			(a->grant[i].scope == SCOPE_OFFICE || a->grant[i].scope_id == d->no))
			return true;
	return false;
}

static const struct stand *
stand_of(const struct stand *list, size_t n, int64_t office)
{
	size_t lo = 0, hi = n;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (list[mid].office < office)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n && list[lo].office == office ? &list[lo] : NULL;
}

static void
put_numbers(struct req *q, struct table_cell *cell, const struct stand *s)
{
	const int64_t v[] = { s->open, s->unanswered, s->overdue, s->hard, s->raised, s->closed };
	for (size_t i = 0; i < sizeof v / sizeof *v; i++)
		cell[1 + i] = (struct table_cell){ .text = msg_number(q->mem, v[i]) };
}

static void
add_to(struct stand *sum, const struct stand *s)
{
	sum->open += s->open;
	sum->unanswered += s->unanswered;
	sum->overdue += s->overdue;
	sum->hard += s->hard;
	sum->raised += s->raised;
	sum->closed += s->closed;
	if (sum->at == 0 || s->at < sum->at)
		sum->at = s->at; /* a sum is as old as its oldest part */
}

struct filling {
	struct req *q;
	struct aparts apart;
	bool has_elsewhere;
	struct table_cell *cell;
	size_t n;
	struct stand all;
};

static struct table_cell *
row_next_of(struct filling *f)
{
	return &f->cell[COLS * f->n++];
}

/* It counts itself there; never silently missing. Its sheets are asked for: how that goes stands with it. */
static void
put_elsewhere(struct filling *f, const struct office_info *o, struct table_cell *c)
{
	struct req *q = f->q;
	const struct apart *a = apart_find(&f->apart, o->id);
	const char *words = a ? apart_words(q, a) : NULL;
	const char *broke =
		a && a->broke_at
			? SAY(q, N_("On {day} it showed a record that does not go on from the one seen before; both checkpoints are kept."),
				  AD("day", day_of(a->broke_at, q->office->tz_s)))
			: NULL;
	f->has_elsewhere = true;
	c[0].href = apart_href(o);
	c[0].note = o->address;
	if (words || broke)
		c[0].note = mem_printf(q->mem, "%s · %s%s%s", o->address, words ? words : "",
			words && broke ? " " : "", broke ? broke : "");
	c[COLS - 1] = (struct table_cell){ .text = desk_word(q, N_("in another cell")) };
	if (a && a->good_at)
		c[COLS - 1].note = SAY(q, N_("last heard {at}"), AT("at", a->good_at));
}

static void
put_office(struct filling *f, const struct office_info *o, const struct stand *s)
{
	struct table_cell *c = row_next_of(f);
	c[0] = (struct table_cell){ .text = o->name };
	if (o->place == PLACE_GONE) {
		put_elsewhere(f, o, c);
		return;
	}
	if (!s) {
		c[COLS - 1] = (struct table_cell){ .text = desk_word(f->q, N_("not counted yet")) };
		return;
	}
	put_numbers(f->q, c, s);
	c[COLS - 1] = (struct table_cell){ .text = desk_clock(f->q, s->at) };
}

/* The offices of a district, and above them their sum. */
static void
put_district(struct filling *f, const struct district *d, const struct members *m,
	const struct stand *list, size_t n)
{
	struct table_cell *head = row_next_of(f);
	struct stand sum = { 0 };
	for (size_t i = 0; i < m->n; i++) {
		const struct office_info *o = m->row[i].office;
		if (!text_eq(m->row[i].district, d->code) || o->place == PLACE_ARRIVING)
			continue;
		const struct stand *s = stand_of(list, n, o->id);
		if (s && o->place != PLACE_GONE)
			add_to(&sum, s);
		put_office(f, o, s);
	}
	head[0] = (struct table_cell){ .text = d->name,
		.note = desk_word(f->q, N_("the district together")) };
	if (sum.at == 0)
		return;
	put_numbers(f->q, head, &sum);
	head[COLS - 1] = (struct table_cell){ .text = desk_clock(f->q, sum.at) };
	add_to(&f->all, &sum);
}

static enum xq_rc
fill_board(struct req *q, int64_t lead, struct city_board *p, struct xq_err *err)
{
	static const struct column cols[COLS] = { { .label = N_("Office") },
		{ .label = N_("Not ended"), .form = COL_NUMBER },
		{ .label = N_("Unanswered"), .form = COL_NUMBER },
		{ .label = N_("Overdue"), .form = COL_NUMBER },
		{ .label = N_("Hard problems"), .form = COL_NUMBER },
		{ .label = N_("Received this month"), .form = COL_NUMBER },
		{ .label = N_("Closed this month"), .form = COL_NUMBER },
		{ .label = N_("Counted at"), .form = COL_CODE } };
	struct districts d;
	struct members m;
	struct stand *list;
	struct aparts apart;
	size_t n;
	enum xq_rc rc = district_list(q->tx, q->mem, &d, err);
	if (rc == XQ_OK)
		rc = member_list(q->app, q->tx, q->mem, &m, err);
	if (rc == XQ_OK)
		rc = stand_list(q->tx, q->mem, &list, &n, err);
	if (rc == XQ_OK)
		rc = apart_list(q->tx, q->mem, lead, &apart, err);
	if (rc != XQ_OK)
		return rc;
	struct filling f = { .q = q,
		.apart = apart,
		.cell = mem_array(q->mem, struct table_cell, COLS * (m.n + d.n + 1)) };
	for (size_t i = 0; i < d.n; i++)
		if (may_look(&q->actor, &d.row[i]))
			put_district(&f, &d.row[i], &m, list, n);
	p->has_elsewhere = f.has_elsewhere;
	if (f.all.at)
		p->counted = SAY(q, N_("The oldest part was counted {at}."), AT("at", f.all.at));
	p->table = (struct table){ .caption = N_("Where each office stands"),
		.hide_caption = true,
		.col = cols,
		.n_cols = COLS,
		.cell = f.cell,
		.n_rows = f.n };
	return XQ_OK;
}

static enum xq_rc
board_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct city c;
	struct city_board p = { .empty = { .icon = "building",
					.title = N_("No office lies in a district yet.") } };
	enum xq_rc rc = city_load(q->tx, q->mem, &c, err);
	if (rc != XQ_OK || c.office != q->office->id)
		return rc != XQ_OK ? rc : XQ_NONE;
	p.title = c.name;
	rc = fill_board(q, c.office, &p, err);
	if (rc != XQ_OK)
		return rc;
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("The city's offices"), NULL, &s);
	city_board_page(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view city_board_view = { .path = "/desk/city",
	.who = PERM_CITY,
	.render = board_render,
	.title = N_("The city's offices") };

const struct menu_item city_menu_item = { "/desk/city", N_("The city's offices"), "building",
	PERM_CITY, 26, NULL, false };

/* ---- publishing the month ------------------------------------------------------------------------------------ */

static enum xq_rc
publish_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct city c;
	enum xq_rc rc = city_load(q->tx, q->mem, &c, err);
	if (rc != XQ_OK || c.office != q->office->id)
		return rc != XQ_OK ? rc : XQ_NONE;
	struct act_form f = act_form_of(q, &city_publish, "/desk/city/publish");
	act_form_show(q, r, &f);
	return XQ_OK;
}

/* The sheet stands at the root of the server, not under this office. */
static enum xq_rc
publish_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	q->base = "";
	resp_see_other(q, r, "/city");
	return XQ_OK;
}

const struct view city_publish_view = { .path = "/desk/city/publish",
	.who = PERM_PUBLISH,
	.render = publish_render,
	.act = &city_publish,
	.after = publish_after,
	.title = N_("Publish the month of the city") };
