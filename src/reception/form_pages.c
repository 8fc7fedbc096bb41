/* SPDX-License-Identifier: Apache-2.0 */
/* form_pages.c - one page for each act on rosters: the form of the act, filled with what stands. */
#include "reception/pages.h"

#include "core/mem.h"
#include "core/parse.h"

#include "core/banned.h"

enum { DRAFT_WEEKS = 4, SWAP_DAYS = 62 };

static const char *
number(struct req *q, int64_t n)
{
	return mem_printf(q->mem, "%lld", (long long)n);
}

static void
crumbs(struct act_form *f, const char *href, const char *label)
{
	act_form_crumb(f, "/desk/reception", N_("Receptions"));
	if (href)
		act_form_crumb(f, href, label);
}

static enum xq_rc
choose_venue(struct req *q, struct act_form *f, int64_t chosen, struct xq_err *err)
{
	struct venue *v;
	size_t n = 0;
	enum xq_rc rc = venue_list(q->tx, q->mem, q->office->id, &v, &n, err);
	struct option *list = mem_array(q->mem, struct option, n + 1);
	size_t used = 0;
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		if (v[i].is_open || v[i].no == chosen)
			list[used++] = (struct option){ .value = number(q, v[i].no),
				.label = mem_printf(q->mem, "%s %s", v[i].name, v[i].room) };
	if (rc == XQ_OK)
		act_form_choose(q, f, "venue", list, used);
	if (rc == XQ_OK && (chosen || used == 1))
		act_form_default(f, "venue", chosen ? number(q, chosen) : list[0].value);
	return rc;
}

/* ---- weeks ------------------------------------------------------------------------------------------ */

static enum xq_rc
draft_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	int64_t week;
	int32_t today = desk_today(q), from = day_add(week_monday(week_of_day(today)), 7);
	bool is_one = parse_int(req_query(q, "week"), 1, INT32_MAX, &week) &&
	              week_is_valid((int32_t)week);
	if (is_one)
		from = week_monday((int32_t)week) < today ? today : week_monday((int32_t)week);
	struct act_form f = act_form_of(q, &roster_draft, "/desk/reception/draft");
	crumbs(&f, NULL, NULL);
	act_form_default(&f, "from", day_text(q->mem, from));
	act_form_default(&f, "weeks", number(q, is_one ? 1 : DRAFT_WEEKS));
	act_form_show(q, r, &f);
	return XQ_OK;
}

static enum xq_rc
draft_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r, "/desk/reception?did=draft");
	return XQ_OK;
}

const struct view form_draft_view = { .path = "/desk/reception/draft",
	.who = PERM_PUBLISH,
	.render = draft_render,
	.act = &roster_draft,
	.after = draft_after,
	.title = N_("Draft rosters") };

static enum xq_rc
fill_week(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	(void)err;
	extra[(*n_extra)++] = (struct form_pair){ .name = STR("week"), .value = req_place(q, 0) };
	return XQ_OK;
}

static enum xq_rc
week_render(struct req *q, struct resp *r, struct xq_err *err)
{
	int32_t week;
	struct week w;
	if (!place_week(q, 0, &week))
		return XQ_NONE;
	enum xq_rc rc = week_load(q->tx, q->mem, q->office->id, week, &w, err);
	if (rc != XQ_OK)
		return rc;
	struct act_form f =
		act_form_of(q, q->view->act, week_path(q, week, view_last_segment(q->view)));
	act_form_drop(&f, "week");
	crumbs(&f, week_path(q, week, ""), week_words(q, week));
	f.note = SAY(q, N_("{n} places, the first on {day}; to be published by {by}."),
		AN("n", w.n_slots), AD("day", w.first_on), AD("by", w.publish_by));
	act_form_show(q, r, &f);
	return XQ_OK;
}

static enum xq_rc
week_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r,
		mem_printf(q->mem, "/desk/reception/%lld?did=%s",
			(long long)form_int(&q->call->form, "week"),
			view_last_segment(q->view) + 1));
	return XQ_OK;
}

/* clang-format off */
#define WEEK_VIEW(var, segment, who_, act_, title_)                                                \
	const struct view var = { .path = "/desk/reception/{week}/" segment, .who = (who_),        \
		.render = week_render, .act = &(act_), .fill = fill_week, .after = week_after,     \
		.title = (title_) }

WEEK_VIEW(form_approve_view, "approve", PERM_LEAD,    roster_approve, N_("Approve the roster"));
WEEK_VIEW(form_publish_view, "publish", PERM_PUBLISH, roster_publish, N_("Publish the roster"));
/* clang-format on */

/* ---- one sitting ------------------------------------------------------------------------------------ */

static enum xq_rc
fill_slot(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	(void)err;
	extra[(*n_extra)++] = (struct form_pair){ .name = STR("slot"), .value = req_place(q, 0) };
	return XQ_OK;
}

static enum xq_rc
slot_of_path(struct req *q, struct slot *out, struct xq_err *err)
{
	int64_t no;
	if (!parse_int(req_place(q, 0), 1, INT64_MAX, &no))
		return XQ_NONE;
	return slot_load(q->tx, q->mem, q->office->id, no, out, err);
}

static const char *
slot_words(struct req *q, const struct slot *s)
{
	return SAY(q, N_("{day}, {time}, {venue}, {name}"), AD("day", s->day),
		AX("time", time_words(q, s->start_min, s->end_min)), AX("venue", s->venue),
		AX("name", s->receiver_no ? s->name : desk_word(q, N_("Nobody yet"))));
}

static struct act_form
slot_form(struct req *q, const struct slot *s)
{
	struct act_form f =
		act_form_of(q, q->view->act, slot_path(q, s->no, view_last_segment(q->view)));
	act_form_drop(&f, "slot");
	crumbs(&f, week_path(q, s->week, ""), week_words(q, s->week));
	act_form_crumb(&f, slot_path(q, s->no, ""), msg_day_short(q->mem, q->prefs.lang, s->day));
	f.note = slot_words(q, s);
	return f;
}

enum xq_rc
form_times(struct req *q, struct act_form *f, const struct slot *s, struct xq_err *err)
{
	act_form_default(f, "start", minute_text(q->mem, s->start_min));
	act_form_default(f, "end", minute_text(q->mem, s->end_min));
	return choose_venue(q, f, s->venue_no, err);
}

static enum xq_rc
choose_receiver(struct req *q, struct act_form *f, const struct slot *s, struct xq_err *err)
{
	struct receiver *r;
	size_t n = 0, used = 0;
	enum xq_rc rc = receiver_list(q->tx, q->mem, q->office->id, &r, &n, err);
	struct option *list = mem_array(q->mem, struct option, n + 1);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		if (r[i].is_active)
			list[used++] = (struct option){ .value = number(q, r[i].no),
				.label =
					mem_printf(q->mem, "%s %s", r[i].name, r[i].public_title) };
	if (rc == XQ_OK)
		act_form_choose(q, f, "receiver", list, used);
	if (rc == XQ_OK && s->receiver_no)
		act_form_default(f, "receiver", number(q, s->receiver_no));
	return rc;
}

static enum xq_rc
change_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct slot s;
	enum xq_rc rc = slot_of_path(q, &s, err);
	if (rc != XQ_OK)
		return rc;
	struct act_form f = slot_form(q, &s);
	act_form_default(&f, "day", day_text(q->mem, s.day));
	rc = form_times(q, &f, &s, err);
	if (rc == XQ_OK)
		rc = choose_receiver(q, &f, &s, err);
	if (rc == XQ_OK)
		act_form_show(q, r, &f);
	return rc;
}

/* Which sittings of others could be taken instead. */
static enum xq_rc
swap_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct slot s, *all;
	size_t n = 0, used = 0;
	int32_t today = desk_today(q);
	enum xq_rc rc = slot_of_path(q, &s, err);
	if (rc == XQ_OK)
		rc = slot_list(q->tx, q->mem, q->office->id,
			&(struct slot_query){ .from = day_add(today, 1),
				.until = day_add(today, SWAP_DAYS),
				.only_published = true },
			&all, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct act_form f = slot_form(q, &s);
	struct option *list = mem_array(q->mem, struct option, n + 1);
	for (size_t i = 0; i < n; i++)
		if (all[i].state == SLOT_PLANNED && all[i].receiver_no != s.receiver_no)
			list[used++] = (struct option){ .value = number(q, all[i].no),
				.label = slot_words(q, &all[i]) };
	act_form_choose(q, &f, "other", list, used);
	act_form_show(q, r, &f);
	return XQ_OK;
}

static enum xq_rc
cancel_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct slot s;
	enum xq_rc rc = slot_of_path(q, &s, err);
	if (rc != XQ_OK)
		return rc;
	struct act_form f = slot_form(q, &s);
	rc = form_times(q, &f, &s, err);
	if (rc == XQ_OK)
		act_form_show(q, r, &f);
	return rc;
}

static enum xq_rc
slot_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r,
		slot_path(q, form_int(&q->call->form, "slot"),
			mem_printf(q->mem, "?did=%s", view_last_segment(q->view) + 1)));
	return XQ_OK;
}

/* clang-format off */
#define SLOT_VIEW(var, segment, who_, act_, render_, title_)                                       \
	const struct view var = { .path = "/desk/reception/sittings/{n}/" segment, .who = (who_),  \
		.render = (render_), .act = &(act_), .fill = fill_slot, .after = slot_after,       \
		.title = (title_) }

SLOT_VIEW(form_change_view, "change", PERM_PUBLISH, roster_change, change_render, N_("Change a sitting"));
SLOT_VIEW(form_swap_view,   "swap",   PERM_STAFF,   roster_swap,   swap_render,   N_("Offer a swap"));
SLOT_VIEW(form_cancel_view, "cancel", PERM_PUBLISH, roster_cancel, cancel_render, N_("Cancel a sitting and make up for it"));
/* clang-format on */

/* ---- the answer to an offer ------------------------------------------------------------------------- */

static enum xq_rc
fill_swap(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	(void)err;
	extra[(*n_extra)++] = (struct form_pair){ .name = STR("swap"), .value = req_place(q, 0) };
	return XQ_OK;
}

static enum xq_rc
answer_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct swap *s;
	size_t n = 0;
	int64_t no;
	if (!parse_int(req_place(q, 0), 1, INT64_MAX, &no))
		return XQ_NONE;
	enum xq_rc rc = swap_list(q->tx, q->mem, q->office->id, &s, &n, err);
	if (rc != XQ_OK)
		return rc;
	for (size_t i = 0; i < n; i++) {
		if (s[i].no != no)
			continue;
		struct act_form f = act_form_of(q, &roster_answer_swap,
			mem_printf(q->mem, "/desk/reception/swaps/%lld/answer", (long long)no));
		act_form_drop(&f, "swap");
		crumbs(&f, NULL, NULL);
		f.note = SAY(q, N_("{name} gives {day} and takes {other} of {who}: {why}."),
			AX("name", s[i].name), AD("day", s[i].day), AD("other", s[i].other_day),
			AX("who", s[i].other_name), AX("why", why_words(q, s[i].why, s[i].words)));
		act_form_show(q, r, &f);
		return XQ_OK;
	}
	return XQ_NONE;
}

static enum xq_rc
answer_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r, "/desk/reception?did=answer");
	return XQ_OK;
}

const struct view form_answer_view = { .path = "/desk/reception/swaps/{n}/answer",
	.who = PERM_STAFF,
	.render = answer_render,
	.act = &roster_answer_swap,
	.fill = fill_swap,
	.after = answer_after,
	.title = N_("Answer the offer of a swap") };
