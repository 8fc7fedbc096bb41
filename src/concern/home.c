/* SPDX-License-Identifier: Apache-2.0 */
/* home.c - the first page. It is the same for every stranger and is cached; a browser that remembers
 * codes brings a cookie of ours, which makes the page its own and uncached (web/cookie.h). */
#include "concern/resident.h"

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

static enum xq_rc
home_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct home_page p = { 0 };
	enum xq_rc rc = load_mine(q, &p, err);
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
