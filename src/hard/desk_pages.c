/* SPDX-License-Identifier: Apache-2.0 */
/* desk_pages.c - the ledger at the desk: proposals and problems by review day, one problem with all
 * that was said and done, one proposal with the three things that can become of it. */
#include "hard/pages.h"

#include "core/mem.h"
#include "core/parse.h"
#include "templates.h"

#include "core/banned.h"

enum { PAGE_ROWS = 50 };

/* ---- words ----------------------------------------------------------------------------------------- */

const char *
hard_path(struct req *q, int64_t no, const char *rest)
{
	return mem_printf(q->mem, "/desk/hard/%lld%s", (long long)no, rest);
}

const char *
hard_blocker_words(struct req *q, const struct hard *h)
{
	return h->blocker_words[0] ? h->blocker_words
	                           : desk_word(q, choice_label(hard_blockers, h->blocker));
}

/* These are no stages that a review could choose. */
const char *
hard_stage_words(const char *stage)
{
	if (text_eq(stage, "listed"))
		return N_("On the ledger, not reviewed yet");
	if (text_eq(stage, "explained"))
		return N_("Explained, not solved");
	return text_eq(stage, "solved") ? N_("Solved") : choice_label(hard_stages, stage);
}

struct desk_light
hard_light(struct req *q, const struct hard *h)
{
	if (h->ended_at && hard_is_solved(h))
		return (struct desk_light){ LIGHT_CLOSED, desk_word(q, N_("It is solved")) };
	if (h->ended_at)
		return (struct desk_light){ LIGHT_ANSWERED,
			desk_word(q, N_("Explained, cannot be solved now")) };
	if (hard_is_overdue(h, q->now))
		return (struct desk_light){ LIGHT_LATE,
			SAY(q, N_("Review overdue since {day}"), AD("day", h->next_on)) };
	return (struct desk_light){ LIGHT_PARKED,
		SAY(q, N_("Next review {day}"), AD("day", h->next_on)) };
}

static const char *
file_no(struct req *q, const struct concern *c)
{
	return desk_no_short(q, c->file_no);
}

/* What became of the act that led here; NULL: the page was simply asked for. */
static const struct flash *
flash_of(struct req *q)
{
	static const struct did_text did[] = {
		{ "listed", N_("On the ledger. The sponsor is told, and residents can read it.") },
		{ "added", N_("Added. The concern belongs to this problem now.") },
		{ "dismissed", N_("Dismissed. It is not proposed again for the same reason.") },
		{ "review", N_("Recorded. Residents can read what was done and what comes next.") },
		{ "solve", N_("Solved. It stays readable, with the way it took.") },
		{ "explain",
			N_("Ended with an explanation. It counts as not solved, and stays readable.") },
		{ "file", N_("Its file is written. Residents do not read it.") },
		{ "there", N_("The concern stands on this problem already.") },
		{ "look", N_("Noted. The next look has its day.") },
		{ "place", N_("Noted. That unit looks at it from now on.") },
		{ "sponsor", N_("The new sponsor is told; the review day stays.") },
	};
	return flash_did(q, did, sizeof did / sizeof *did);
}

/* ---- the list -------------------------------------------------------------------------------------- */

static enum xq_rc
load_proposals(struct req *q, struct hard_list_page *p, struct xq_err *err)
{
	static const struct column col[] = { { .label = N_("File number"), .form = COL_CODE },
		{ .label = N_("Matter") }, { .label = N_("Why it is proposed") },
		{ .label = N_("Responsible") }, { .label = N_("Proposed on") } };
	enum { COLS = sizeof col / sizeof *col };
	struct hard_entry *e;
	size_t n;
	enum xq_rc rc = hard_proposals(q->tx, q->mem, q->office->id, &e, &n, err);
	struct table_cell *cell = mem_array(q->mem, struct table_cell, HARD_ENTRIES_MAX * COLS);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		struct concern c = { 0 };
		char no[24];
		rc = concern_load(q->tx, q->mem, q->office->id, e[i].concern_id, &c, err);
		if (rc != XQ_OK)
			return rc;
		file_no_show(c.file_no, no);
		struct table_cell *row = cell + i * COLS;
		row[0] = (struct table_cell){ .text = file_no(q, &c),
			.href = mem_printf(q->mem, "/desk/hard/proposals/%s", no) };
		row[1].text = c.title;
		row[2].text = desk_word(q, choice_label(hard_kinds, e[i].kind));
		row[3] = (struct table_cell){ .text = c.owner_name, .note = c.owner_unit };
		row[4].text = msg_day(q->mem, q->prefs.lang, day_of(e[i].at, q->office->tz_s));
	}
	p->proposals = (struct table){ .caption = SAY(q, N_("{n} waiting"), AN("n", (int64_t)n)),
		.col = col,
		.n_cols = COLS,
		.cell = cell,
		.n_rows = n };
	return rc;
}

static void
fill_problems(struct req *q, struct hard_list_page *p, const struct hard *h, size_t n)
{
	static const struct column col[] = { { .label = N_("No."), .form = COL_CODE },
		{ .label = N_("Problem") }, { .label = N_("Review") }, { .label = N_("Sponsor") },
		{ .label = N_("What stands in the way") }, { .label = N_("On the ledger since") } };
	enum { COLS = sizeof col / sizeof *col };
	struct table_cell *cell = mem_array(q->mem, struct table_cell, (n + 1) * COLS);
	for (size_t i = 0; i < n; i++) {
		struct desk_light light = hard_light(q, &h[i]);
		struct table_cell *row = cell + i * COLS;
		row[0] =
			(struct table_cell){ .text = mem_printf(q->mem, "%lld", (long long)h[i].no),
				.href = hard_path(q, h[i].no, "") };
		row[1] = (struct table_cell){ .text = h[i].title,
			.note = desk_word(q, hard_stage_words(h[i].stage)) };
		row[2] = (struct table_cell){
			.text = light.words, .light = light.light, .has_light = true
		};
		row[3] =
			(struct table_cell){ .text = h[i].sponsor_name, .note = h[i].sponsor_unit };
		row[4].text = hard_blocker_words(q, &h[i]);
		row[5].text =
			msg_day(q->mem, q->prefs.lang, day_of(h[i].listed_at, q->office->tz_s));
	}
	p->problems =
		(struct table){ .caption = SAY(q, N_("{n} on this page"), AN("n", (int64_t)n)),
			.col = col,
			.n_cols = COLS,
			.cell = cell,
			.n_rows = n };
}

static enum xq_rc
load_problems(struct req *q, struct hard_list_page *p, struct xq_err *err)
{
	struct hard_query hq = { .order = p->is_ended ? HARD_ENDED : HARD_BY_NEXT,
		.max = PAGE_ROWS + 1 };
	struct hard *h;
	size_t n;
	desk_after(q, &hq.after_key, &hq.after_no);
	enum xq_rc rc = hard_list(q->tx, q->mem, q->office->id, &hq, &h, &n, err);
	if (rc != XQ_OK)
		return rc;
	const char *top = p->is_ended ? "/desk/hard?show=ended" : "/desk/hard";
	p->has_pager = n > PAGE_ROWS || hq.after_no > 0;
	p->pager.prev = hq.after_no > 0 ? top : NULL;
	if (n > PAGE_ROWS) {
		n = PAGE_ROWS;
		p->pager.next =
			mem_printf(q->mem, "%s%cafter=%lld.%lld", top, p->is_ended ? '&' : '?',
				(long long)hard_key(hq.order, &h[n - 1]), (long long)h[n - 1].no);
	}
	fill_problems(q, p, h, n);
	return XQ_OK;
}

/* What holds up how many; not drawn while one line of the list says the same. */
static enum xq_rc
load_blocked(struct req *q, struct hard_list_page *p, struct xq_err *err)
{
	static const struct column col[] = { { .label = N_("What stands in the way") },
		{ .label = N_("Not closed yet"), .form = COL_NUMBER },
		{ .label = N_("of these, a legacy"), .form = COL_NUMBER } };
	enum { COLS = sizeof col / sizeof *col };
	struct blocked b[BLOCKERS_MAX];
	size_t n = 0;
	enum xq_rc rc = hard_blocked(q->tx, q->mem, q->office->id, b, &n, err);
	struct table_cell *cell = mem_array(q->mem, struct table_cell, BLOCKERS_MAX * COLS);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		cell[i * COLS].text = desk_word(q, choice_label(hard_blockers, b[i].blocker));
		cell[i * COLS + 1].text = mem_printf(q->mem, "%lld", (long long)b[i].n);
		cell[i * COLS + 2].text = mem_printf(q->mem, "%lld", (long long)b[i].legacy);
	}
	p->blocked = (struct table){ .caption = N_("Open problems by what stands in the way"),
		.hide_caption = true,
		.col = col,
		.n_cols = COLS,
		.cell = cell,
		.n_rows = n };
	return rc;
}

static enum xq_rc
list_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct hard_list_page p = { .may_decide = actor_may(&q->actor, PERM_HARD),
		.is_ended = str_is(req_query(q, "show"), "ended") };
	p.empty = (struct empty){ .icon = "park",
		.title = p.is_ended ? N_("No hard problem has ended yet.")
		                    : N_("No hard problem is on the ledger.") };
	enum xq_rc rc = p.may_decide && !p.is_ended ? load_proposals(q, &p, err) : XQ_OK;
	if (rc == XQ_OK && !p.is_ended)
		rc = load_blocked(q, &p, err);
	if (rc == XQ_OK)
		rc = load_problems(q, &p, err);
	if (rc != XQ_OK)
		return rc;
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Hard problems"), flash_of(q), &s);
	hard_desk_list(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view hard_list_view = {
	.path = "/desk/hard", .who = PERM_STAFF, .render = list_render, .title = N_("Hard problems")
};

/* ---- one problem ----------------------------------------------------------------------------------- */

void
hard_add_fact(struct hard_page *p, const char *label, const char *value)
{
	xq_require(p->n_facts < HARD_FACTS);
	p->fact[p->n_facts++] = (struct hard_fact){ label, value };
}

static void
fill_facts(struct req *q, const struct hard *h, struct hard_page *p)
{
	hard_add_fact(p, N_("Topic as residents read it"), h->public_line);
	hard_add_fact(
		p, N_("Why it is on the ledger"), desk_word(q, choice_label(hard_kinds, h->kind)));
	hard_add_fact(p, N_("Sponsor"),
		mem_printf(
			q->mem, "%s · %s %s", h->sponsor_unit, h->sponsor_name, h->sponsor_title));
	hard_add_fact(p, N_("What stands in the way"), hard_blocker_words(q, h));
	hard_add_fact(p, N_("What we do until the next review"), h->plan);
	hard_add_fact(p, N_("When it can be solved"), h->condition);
	hard_add_fact(p, N_("Where it stands"), desk_word(q, hard_stage_words(h->stage)));
	hard_add_fact(p, N_("On the ledger since"),
		msg_day(q->mem, q->prefs.lang, day_of(h->listed_at, q->office->tz_s)));
}

static enum xq_rc
add_file(struct req *q, const struct hard *h, struct hard_page *p, struct xq_err *err)
{
	struct hard_file f;
	enum xq_rc rc = hard_file_load(q->tx, q->mem, q->office->id, h->no, &f, err);
	if (rc != XQ_OK || !f.at)
		return rc;
	hard_add_fact(p, N_("Where it comes from"), f.origin);
	if (f.past[0])
		hard_add_fact(p, N_("What was decided before"), f.past);
	hard_add_fact(p, N_("Bodies that have a part in it"), f.bodies);
	hard_add_fact(p, N_("Its file was written by"),
		SAY(q, N_("{name}, {day}"), AX("name", f.person),
			AD("day", day_of(f.at, q->office->tz_s))));
	return XQ_OK;
}

/* Only the number of a concern that this person may not open. */
static enum xq_rc
load_entries(struct req *q, const struct hard *h, struct hard_page *p, struct xq_err *err)
{
	static const struct column col[] = { { .label = N_("File number"), .form = COL_CODE },
		{ .label = N_("Matter") }, { .label = N_("Why") }, { .label = N_("State") } };
	enum { COLS = sizeof col / sizeof *col };
	struct hard_entry *e;
	size_t n;
	enum xq_rc rc = hard_entries(q->tx, q->mem, q->office->id, h->no, &e, &n, err);
	struct table_cell *cell = mem_array(q->mem, struct table_cell, HARD_ENTRIES_MAX * COLS);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		struct concern c = { 0 };
		rc = concern_load(q->tx, q->mem, q->office->id, e[i].concern_id, &c, err);
		if (rc != XQ_OK)
			return rc;
		bool may_see = concern_may_see(&q->actor, &c, NULL);
		struct table_cell *row = cell + i * COLS;
		row[0] = (struct table_cell){ .text = file_no(q, &c),
			.href = may_see ? desk_path(q, c.file_no, "") : NULL };
		row[1].text = may_see ? c.title : NULL;
		row[2].text = desk_word(q, choice_label(hard_kinds, e[i].kind));
		row[3].text = desk_word(q, state_title(c.state));
	}
	p->entries = (struct table){ .caption = SAY(q, N_("{n} concerns"), AN("n", (int64_t)n)),
		.col = col,
		.n_cols = COLS,
		.cell = cell,
		.n_rows = n };
	return rc;
}

static const char *
turn_title(const struct hard_turn *t)
{
	switch (t->kind) {
	case TURN_LISTED:
		return N_("Put on the ledger");
	case TURN_REVIEWED:
		return N_("Reviewed");
	case TURN_ENDED:
		return text_eq(t->stage, "solved") ? N_("Solved") : N_("Explained, not solved");
	case TURN_SPONSOR:
		return N_("Another sponsor");
	}
	return NULL;
}

static const char *
turn_text(struct req *q, const struct hard_turn *t)
{
	switch (t->kind) {
	case TURN_LISTED:
		return SAY(q, N_("Planned: {plan} Next review {day}."), AX("plan", t->plan),
			AD("day", t->next_on));
	case TURN_REVIEWED:
		return SAY(q, N_("Done: {done} Planned: {plan} Next review {day}."),
			AX("done", t->done), AX("plan", t->plan), AD("day", t->next_on));
	case TURN_ENDED:
		return t->done;
	case TURN_SPONSOR:
		return SAY(q, N_("{name}: {why}"), AX("name", t->sponsor), AX("why", t->done));
	}
	return NULL;
}

static enum xq_rc
load_turns(struct req *q, const struct hard *h, struct hard_page *p, struct xq_err *err)
{
	struct hard_turn *t;
	size_t n;
	enum xq_rc rc = hard_turns(q->tx, q->mem, q->office->id, h->no, &t, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct timeline_row *row = mem_array(q->mem, struct timeline_row, n + 1);
	for (size_t i = 0; i < n; i++)
		row[n - 1 - i] =
			(struct timeline_row){ .day_words = msg_day_short(q->mem, q->prefs.lang,
						       day_of(t[i].at, q->office->tz_s)),
				.at = t[i].at,
				.tone = t[i].is_late                    ? TONE_LATE
			                : text_eq(t[i].stage, "solved") ? TONE_GOOD
			                                                : TONE_PLAIN,
				.title = turn_title(&t[i]),
				.who = mem_printf(q->mem, "%s · %s", t[i].person, t[i].unit),
				.text = turn_text(q, &t[i]),
				.to_public = t[i].kind != TURN_SPONSOR };
	p->turn = row;
	p->n_turns = n;
	return XQ_OK;
}

void
hard_add_next(struct hard_page *p, bool may, struct next_row next)
{
	xq_require(p->n_next < HARD_NEXTS);
	if (may)
		next.note = NULL;
	else
		next.href = NULL;
	p->next[p->n_next++] = next;
}

static void
fill_next(struct req *q, const struct hard *h, struct hard_page *p)
{
	if (h->ended_at)
		return;
	bool keeps = actor_may(&q->actor, PERM_HARD);
	bool outside = actor_may(&q->actor, PERM_RULE) && q->actor.unit_id != h->sponsor_unit_id;
	const char *keeper = desk_word(q, N_("A supervisor or a leader"));
	hard_add_next(p, hard_may_review(&q->actor, h),
		(struct next_row){ hard_path(q, h->no, "/review"), "edit", hard_review_act.title,
			desk_word(q, N_("The sponsor, a supervisor or a leader")) });
	hard_add_next(p, hard_may_review(&q->actor, h),
		(struct next_row){ hard_path(q, h->no, "/file"), "book", hard_file_act.title,
			desk_word(q, N_("The sponsor, a supervisor or a leader")) });
	hard_add_next(p, keeps,
		(struct next_row){
			hard_path(q, h->no, "/add"), "plus", hard_add_concern.title, keeper });
	hard_add_next(p, keeps,
		(struct next_row){
			hard_path(q, h->no, "/sponsor"), "user", hard_sponsor.title, keeper });
	hard_add_next(p, outside,
		(struct next_row){ hard_path(q, h->no, "/solve"), "ok", hard_solve.title,
			desk_word(q, N_("A supervisor outside the sponsor's unit")) });
	hard_add_next(p, outside,
		(struct next_row){ hard_path(q, h->no, "/explain"), "talk", hard_explain.title,
			desk_word(q, N_("A supervisor outside the sponsor's unit")) });
}

static void
set_crumbs(struct hard_page *p, const char *here)
{
	p->crumb[0] = (struct crumb){ "/desk", N_("To do today") };
	p->crumb[1] = (struct crumb){ "/desk/hard", N_("Hard problems") };
	p->crumb[2] = (struct crumb){ NULL, here };
}

static enum xq_rc
one_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct hard h;
	struct hard_page *p = mem_new(q->mem, struct hard_page);
	int64_t no;
	if (!parse_int(req_place(q, 0), 1, INT64_MAX, &no))
		return XQ_NONE;
	enum xq_rc rc = hard_load(q->tx, q->mem, q->office->id, no, &h, err);
	if (rc == XQ_OK)
		rc = load_entries(q, &h, p, err);
	if (rc == XQ_OK)
		rc = load_turns(q, &h, p, err);
	if (rc != XQ_OK)
		return rc;
	p->title = h.title;
	p->number = SAY(q, N_("Hard problem no. {no}"), AN("no", h.no));
	p->light = hard_light(q, &h);
	p->public_href = mem_printf(q->mem, "/hard/%lld", (long long)h.no);
	set_crumbs(p, p->number);
	fill_facts(q, &h, p);
	rc = add_file(q, &h, p, err);
	if (rc != XQ_OK)
		return rc;
	fill_next(q, &h, p);
	rc = legacy_fill_page(q, &h, p, err);
	if (rc != XQ_OK)
		return rc;
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Hard problem"), flash_of(q), &s);
	hard_desk_one(&o, p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view hard_one_view = { .path = "/desk/hard/{n}",
	.who = PERM_STAFF,
	.render = one_render,
	.title = N_("Hard problem") };

/* ---- one proposal ---------------------------------------------------------------------------------- */

static void
fill_proposal(
	struct req *q, const struct concern *c, const struct hard_entry *e, struct hard_page *p)
{
	char no[24];
	file_no_show(c->file_no, no);
	p->title = c->title;
	p->number = desk_no(q, c->file_no);
	p->light = desk_light_of(q, c);
	set_crumbs(p, N_("Proposed for the ledger"));
	hard_add_fact(p, N_("Why it is proposed"), desk_word(q, choice_label(hard_kinds, e->kind)));
	hard_add_fact(p, N_("What the resident said"), c->body);
	hard_add_fact(
		p, N_("Responsible"), mem_printf(q->mem, "%s · %s", c->owner_unit, c->owner_name));
	hard_add_fact(p, N_("Came in"),
		msg_day(q->mem, q->prefs.lang, day_of(c->raised_at, q->office->tz_s)));
	hard_add_next(p, true,
		(struct next_row){ mem_printf(q->mem, "/desk/hard/new?concern=%s", no), "park",
			hard_list_act.title });
	hard_add_next(p, true,
		(struct next_row){ mem_printf(q->mem, "/desk/hard/proposals/%s/add", no), "plus",
			hard_add_concern.title });
	hard_add_next(p, true,
		(struct next_row){ mem_printf(q->mem, "/desk/hard/proposals/%s/dismiss", no),
			"close", hard_dismiss.title });
}

static enum xq_rc
proposal_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct desk_concern d;
	struct hard_entry e;
	struct hard_page *p = mem_new(q->mem, struct hard_page);
	enum xq_rc rc = desk_concern_load(q, &d, err);
	if (rc == XQ_OK)
		rc = hard_proposal_of(q->tx, q->mem, q->office->id, d.c.id, &e, err);
	if (rc != XQ_OK)
		return rc;
	fill_proposal(q, &d.c, &e, p);
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Proposed for the ledger"), NULL, &s);
	hard_desk_one(&o, p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view hard_proposal_view = { .path = "/desk/hard/proposals/{no}",
	.who = PERM_HARD,
	.render = proposal_render,
	.title = N_("Proposed for the ledger") };

const struct view *const hard_views[] = { &hard_list_view, &hard_one_view, &hard_proposal_view,
	&hard_new_view, &hard_add_view, &hard_dismiss_view, &hard_add_to_view, &hard_review_view,
	&takes_view, &take_view, &take_file_view, &take_month_view, &hard_look_view,
	&hard_place_view, &legacy_print_view, &hard_solve_view, &hard_explain_view,
	&hard_sponsor_view, &hard_file_view, &hard_public_view, &hard_public_one_view,
	&hard_feed_view, NULL };
