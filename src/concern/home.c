/* SPDX-License-Identifier: Apache-2.0 */
/* home.c - the first page. It is the same for every stranger and is cached; a browser that remembers
 * codes brings a cookie of ours, which makes the page its own and uncached (web/cookie.h). */
#include "concern/resident.h"

#include "concern/figures.h"
#include "concern/home.h"
#include "core/mem.h"
#include "templates.h"

#include "core/banned.h"

enum { SHOWN_MAX = 3 };

/* Codes of concerns that are no longer there are passed over. */
static enum xq_rc
load_mine(struct req *q, struct home_page *p, struct xq_err *err)
{
	struct mine m = mine_read(q);
	p->mine = mem_array(q->mem, struct track_card, SHOWN_MAX);
	for (size_t i = 0; i < m.n && p->n_mine < SHOWN_MAX; i++) {
		struct concern c;
		struct told t;
		enum xq_rc rc =
			concern_by_code(q->tx, q->mem, q->app, q->office->id, &m.code[i], &c, err);
		if (rc == XQ_OK)
			rc = told_load(q, &c, &t, err);
		if (rc == XQ_OK)
			p->mine[p->n_mine++] = track_card_of(
				q, &t, &m.code[i], resident_is_unlocked(q, &m.code[i]));
		else if (rc != XQ_NONE)
			return rc;
	}
	if (p->n_mine == SHOWN_MAX)
		p->n_more = m.n - SHOWN_MAX;
	return XQ_OK;
}

/* Units and residents side by side, each drawn where there are enough to draw. */
static void
month_bar(struct req *q, const struct figure_def *d, struct figure_value v, bool is_heart,
	struct home_month *m)
{
	int i = is_heart;
	struct figure_words w = figure_words(q, d, v, true);
	m->bar[i] = (struct figure){ .label = d->title, .value = w.value, .is_heart = is_heart };
	const char *den = figure_count_words(q, v.den, true);
	m->of[i] = is_heart ? R_SAY(q, N_("of {n} who rated"), R_TEXT("n", den))
	                    : R_SAY(q, N_("of {n} closed"), R_TEXT("n", den));
	if (!w.value)
		return;
	m->n[i] = msg_number(q->mem, v.num);
	m->bar[i].per_mille = figure_per_mille(v);
}

static enum xq_rc
load_month(struct req *q, struct home_month *out, struct xq_err *err)
{
	int32_t today = resident_today(q);
	int32_t from = day_add_months(day_make(day_year(today), day_month(today), 1), -1);
	struct tally_sum *sum;
	size_t n;
	enum xq_rc rc = tally_read(q->tx, q->mem, q->office->id, from,
		day_add(day_add_months(from, 1), -1), &sum, &n, err);
	if (rc != XQ_OK)
		return rc;
	int64_t raised = figure_count("raised", sum, n, NULL);
	const struct figure_def *claimed = figure_find("claimed"), *solved = figure_find("solved");
	struct figure_value says_unit = figure_value_of(claimed, sum, n, NULL);
	struct home_month m = { .is_shown = raised > 0 || says_unit.den > 0,
		.title = R_SAY(q, N_("How month {month} went"), R_INT("month", day_month(from))),
		.href = mem_printf(q->mem, "/public/%04d-%02d", day_year(from), day_month(from)),
		.raised = figure_count_words(q, raised, true) };
	month_bar(q, claimed, says_unit, false, &m);
	month_bar(q, solved, figure_value_of(solved, sum, n, NULL), true, &m);
	*out = m;
	return XQ_OK;
}

static enum xq_rc
load_parts(struct req *q, struct home_page *p, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	size_t n = 0;
	while (home_parts[n])
		n++;
	p->part = mem_array(q->mem, struct html, n + 1);
	for (; rc == XQ_OK && p->n_parts < n; p->n_parts++)
		rc = home_parts[p->n_parts]->render(q, &p->part[p->n_parts], err);
	return rc;
}

static enum xq_rc
home_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct home_page p = { 0 };
	enum xq_rc rc = load_mine(q, &p, err);
	if (rc == XQ_OK)
		rc = load_month(q, &p.month, err);
	if (rc == XQ_OK)
		rc = load_parts(q, &p, err);
	if (rc != XQ_OK)
		return rc;
	struct shell s = resident_shell(q, resident_word(q, N_("First page")), "home");
	s.hero = resident_word(q, N_("Something wrong? Please tell us"));
	s.hero_lead = resident_word(
		q, N_("Somebody is in charge at once, and you learn by which day we answer."));
	s.is_home = true;
	s.is_index = true;
	struct html_out o = resident_begin(q, &s);
	home_page(&o, &p);
	resident_end(r, &o, &s);
	return XQ_OK;
}

const struct view home_view = { .path = "/",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC,
	.render = home_render,
	.title = N_("First page") };
