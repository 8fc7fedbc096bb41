/* SPDX-License-Identifier: Apache-2.0 */
/* public_pages.c - the ledger as everybody may see it: topics without names and places, what was said
 * and what was done by the next review, and a feed to follow. The same for all readers, and cached. */
#include "hard/pages.h"

#include "core/mem.h"
#include "core/parse.h"
#include "templates.h"
#include "web/atom.h"

#include "core/banned.h"

enum { PAGE_ROWS = 50, ENDED_ROWS = 20, FEED_ROWS = 50 };

/* ---- cards ----------------------------------------------------------------------------------------- */

/* The person stands behind the title and the unit. */
static const char *
sponsor_of(struct req *q, const struct hard *h)
{
	return h->sponsor_title[0]
	               ? mem_printf(q->mem, "%s · %s", h->sponsor_public_unit, h->sponsor_title)
	               : h->sponsor_public_unit;
}

static struct hard_card
card_of(struct req *q, const struct hard *h)
{
	int32_t tz_s = q->office->tz_s;
	int32_t listed = day_of(h->listed_at, tz_s);
	struct desk_light light = hard_light(q, h);
	int64_t days = day_diff(listed, h->ended_at ? day_of(h->ended_at, tz_s) : desk_today(q));
	return (struct hard_card){ .href = mem_printf(q->mem, "/hard/%lld", (long long)h->no),
		.line = h->public_line,
		.sponsor = sponsor_of(q, h),
		.blocker = hard_blocker_words(q, h),
		.plan = h->plan,
		.condition = h->condition,
		.light = light.light,
		.words = light.words,
		.age = h->ended_at ? SAY(q, N_("{n} days, from {day}"), AN("n", days),
					     AD("day", listed))
		                   : SAY(q, N_("{n} days so far, since {day}"), AN("n", days),
					     AD("day", listed)),
		.next_on = h->ended_at ? 0 : h->next_on,
		.is_explained = h->ended_at && !hard_is_solved(h),
		.is_overdue = hard_is_overdue(h, q->now) };
}

static struct hard_card *
cards_of(struct req *q, const struct hard *h, size_t n)
{
	struct hard_card *card = mem_array(q->mem, struct hard_card, n + 1);
	for (size_t i = 0; i < n; i++)
		card[i] = card_of(q, &h[i]);
	return card;
}

/* ---- the list -------------------------------------------------------------------------------------- */

static enum xq_rc
empty_words(struct req *q, const char **out, struct xq_err *err)
{
	int64_t at;
	enum xq_rc rc = hard_last_review(q->tx, q->office->id, &at, err);
	if (rc == XQ_OK)
		*out = SAY(q, N_("There is none at the moment. The last review was on {day}."),
			AD("day", day_of(at, q->office->tz_s)));
	else if (rc == XQ_NONE)
		*out = desk_word(q, N_("There is none at the moment."));
	return rc == XQ_NONE ? XQ_OK : rc;
}

static enum xq_rc
load_open(struct req *q, struct hard_public_list *p, struct xq_err *err)
{
	struct hard_query hq = { .order = HARD_BY_NEXT, .max = PAGE_ROWS + 1 };
	struct str rest = req_query(q, "after"), key, no;
	struct hard *h;
	if (rest.n > 0 && (!str_cut(&rest, '.', &key) || !str_cut(&rest, '.', &no) ||
				  !parse_int(key, 0, INT64_MAX, &hq.after_key) ||
				  !parse_int(no, 1, INT64_MAX, &hq.after_no)))
		return XQ_NONE;
	enum xq_rc rc = hard_list(q->tx, q->mem, q->office->id, &hq, &h, &p->n_open, err);
	if (rc != XQ_OK)
		return rc;
	p->has_pager = p->n_open > PAGE_ROWS || hq.after_no > 0;
	p->pager.prev = hq.after_no > 0 ? "/hard" : NULL;
	if (p->n_open > PAGE_ROWS) {
		p->n_open = PAGE_ROWS;
		p->pager.next = mem_printf(q->mem, "/hard?after=%lld.%lld",
			(long long)h[PAGE_ROWS - 1].next_at, (long long)h[PAGE_ROWS - 1].no);
	}
	p->open = cards_of(q, h, p->n_open);
	return XQ_OK;
}

/* What has ended lately: solved, or explained, which is never counted among the solved. */
static enum xq_rc
load_ended(struct req *q, struct hard_public_list *p, struct xq_err *err)
{
	struct hard *h;
	size_t n = 0;
	enum xq_rc rc = hard_list(q->tx, q->mem, q->office->id,
		&(struct hard_query){ .order = HARD_ENDED, .max = ENDED_ROWS }, &h, &n, err);
	p->solved = mem_array(q->mem, struct hard_card, ENDED_ROWS);
	p->explained = mem_array(q->mem, struct hard_card, ENDED_ROWS);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		if (hard_is_solved(&h[i]))
			p->solved[p->n_solved++] = card_of(q, &h[i]);
		else
			p->explained[p->n_explained++] = card_of(q, &h[i]);
	return rc;
}

static enum xq_rc
list_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct hard_public_list p = { 0 };
	enum xq_rc rc = load_open(q, &p, err);
	if (rc == XQ_OK && p.n_open == 0)
		rc = empty_words(q, &p.empty, err);
	if (rc == XQ_OK)
		rc = load_ended(q, &p, err);
	if (rc != XQ_OK)
		return rc;
	struct shell s = public_shell(q, desk_word(q, N_("Long-standing problems")));
	s.feed = "/hard.atom";
	s.feed_title = s.title;
	struct html_out o = public_begin(q, &s);
	hard_public_list(&o, &p);
	public_end(r, &o, &s);
	return XQ_OK;
}

const struct view hard_public_view = { .path = "/hard",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC,
	.render = list_render,
	.title = N_("Long-standing problems") };

/* ---- one of them ----------------------------------------------------------------------------------- */

/* Each plan with what had been done by the next time; the last one is still ahead. */
static size_t
pair_turns(struct req *q, const struct hard_turn *t, size_t n, struct hard_said *out)
{
	int32_t tz_s = q->office->tz_s;
	size_t k = 0;
	for (size_t i = 0; i < n; i++) {
		if (t[i].kind == TURN_SPONSOR)
			continue; /* an inner matter: the plan stays */
		if (k > 0) {
			out[k - 1].done = t[i].done;
			out[k - 1].done_on = day_of(t[i].at, tz_s);
			out[k - 1].is_late = t[i].is_late;
			out[k - 1].is_last = t[i].kind == TURN_ENDED;
			out[k - 1].is_solved = text_eq(t[i].stage, "solved");
		}
		if (t[i].kind != TURN_ENDED)
			out[k++] = (struct hard_said){ .said_on = day_of(t[i].at, tz_s),
				.due_on = t[i].next_on,
				.plan = t[i].plan };
	}
	return k;
}

static enum xq_rc
load_said(struct req *q, const struct hard *h, struct hard_public_one *p, struct xq_err *err)
{
	struct hard_turn *t;
	size_t n;
	enum xq_rc rc = hard_turns(q->tx, q->mem, q->office->id, h->no, &t, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct hard_said *oldest = mem_array(q->mem, struct hard_said, n + 1);
	p->n_said = pair_turns(q, t, n, oldest);
	p->said = mem_array(q->mem, struct hard_said, n + 1);
	for (size_t i = 0; i < p->n_said; i++)
		p->said[i] = oldest[p->n_said - 1 - i];
	return XQ_OK;
}

static enum xq_rc
one_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct hard h;
	struct hard_public_one p = { 0 };
	int64_t no;
	if (!parse_int(req_place(q, 0), 1, INT64_MAX, &no))
		return XQ_NONE;
	enum xq_rc rc = hard_load(q->tx, q->mem, q->office->id, no, &h, err);
	if (rc == XQ_OK)
		rc = load_said(q, &h, &p, err);
	if (rc != XQ_OK)
		return rc;
	p.card = card_of(q, &h);
	p.card.href = NULL;
	struct shell s = public_shell(q, h.public_line);
	struct html_out o = public_begin(q, &s);
	hard_public_one(&o, &p);
	public_end(r, &o, &s);
	return XQ_OK;
}

const struct view hard_public_one_view = { .path = "/hard/{n}",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC,
	.render = one_render,
	.title = N_("Long-standing problem") };

/* ---- the feed (RFC 4287) --------------------------------------------------------------------------- */

static int64_t
changed_at(const struct hard *h)
{
	if (h->ended_at)
		return h->ended_at;
	return h->reviewed_at ? h->reviewed_at : h->listed_at;
}

static struct atom_entry
entry_of(struct req *q, const struct hard *h)
{
	return (struct atom_entry){ .id = mem_printf(q->mem, "urn:xinqiao:%s", h->ref),
		.href = mem_printf(q->mem, "/hard/%lld", (long long)h->no),
		.title = h->public_line,
		.text = h->ended_at ? desk_word(q, hard_is_solved(h) ? N_("Solved")
								     : N_("Explained, not solved"))
		                    : SAY(q, N_("Planned until {day}: {plan}"),
					      AD("day", h->next_on), AX("plan", h->plan)),
		.updated_at = changed_at(h),
		.author = sponsor_of(q, h) };
}

static enum xq_rc
feed_add(struct req *q, enum hard_order order, struct atom_feed *f, struct xq_err *err)
{
	struct hard *h;
	size_t n;
	enum xq_rc rc = hard_list(q->tx, q->mem, q->office->id,
		&(struct hard_query){ .order = order, .max = FEED_ROWS }, &h, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		f->entry[f->n++] = entry_of(q, &h[i]);
	return rc;
}

static enum xq_rc
feed_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct atom_feed f = { .id = mem_printf(q->mem, "urn:xinqiao:%s:hard", q->office->code),
		.title = mem_printf(q->mem, "%s · %s", desk_word(q, N_("Long-standing problems")),
			q->office->short_name),
		.author = q->office->short_name,
		.self = "/hard.atom",
		.page = "/hard",
		.entry = mem_array(q->mem, struct atom_entry, 2 * FEED_ROWS) };
	enum xq_rc rc = feed_add(q, HARD_NEWEST, &f, err);
	if (rc == XQ_OK)
		rc = feed_add(q, HARD_ENDED, &f, err);
	if (rc != XQ_OK)
		return rc;
	atom_answer(q, r, &f);
	return XQ_OK;
}

const struct view hard_feed_view = { .path = "/hard.atom",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC,
	.render = feed_render,
	.title = N_("Long-standing problems") };
