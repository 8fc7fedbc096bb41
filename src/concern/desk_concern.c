/* SPDX-License-Identifier: Apache-2.0 */
/* desk_concern.c - the page of one concern after mock/staff-concern: people, deadline bar, what was
 * said, the answer beside the resident's own view, the way it went, next acts with their reasons. */
#include "concern/bar.h"
#include "concern/book.h"
#include "concern/desk_pages.h"
#include "concern/desk_queue.h"
#include "concern/erased_words.h"
#include "concern/explain.h"
#include "concern/print_pages.h"
#include "concern/sort.h"
#include "concern/taken.h"
#include "concern/transfer.h"
#include "concern/visit_pages.h"
#include "core/mem.h"
#include "templates.h"

#include "core/banned.h"

/* ---- deadline bar and clocks ------------------------------------------------------------------------------ */

static void
clocks_of(struct req *q, const struct concern *c, const struct step_row *step, size_t n,
	struct deadline *bar)
{
	enum { CLOCKS = 5 };
	struct clock_row *row = mem_array(q->mem, struct clock_row, CLOCKS);
	size_t k = 0;
	int64_t accepted = desk_step_at(step, n, "concern.accept");
	if (accepted)
		row[k++] = (struct clock_row){ .light = LIGHT_OK,
			.name = N_("Accepted after"),
			.value = desk_span(q, accepted - c->raised_at),
			.limit = desk_word(q, N_("limit 1 working day")) };
	if (c->contact_at)
		row[k++] = (struct clock_row){ .light = LIGHT_OK,
			.name = N_("First contact"),
			.value = desk_due(q, c->contact_at) };
	else if (concern_is_open(c->state) && !c->answered_at)
		row[k++] = (struct clock_row){ .light = LIGHT_SOON,
			.name = N_("First contact"),
			.value = desk_word(q, N_("not yet")) };
	if (c->answered_at)
		row[k++] = (struct clock_row){ .light = c->answered_at > c->due_at ? LIGHT_LATE
			                                                           : LIGHT_ANSWERED,
			.name = N_("Answered"),
			.value = desk_due(q, c->answered_at) };
	if (c->escalated_at)
		row[k++] = (struct clock_row){ .light = LIGHT_LATE,
			.name = N_("Reported to the head"),
			.value = desk_due(q, c->escalated_at) };
	if (c->supervised_due)
		row[k++] = (struct clock_row){ .light = c->supervised_due < q->now ? LIGHT_LATE
			                                                           : LIGHT_SOON,
			.name = N_("Supervised by a leader, answer by"),
			.value = desk_due(q, c->supervised_due) };
	bar->clock = row;
	bar->n_clocks = k;
}

/* The supervision's day, where it is one of the days shown; the resident's keeps its own flag. */
static void
flag_supervised(struct req *q, const struct concern *c, struct deadline *bar)
{
	int32_t day = day_of(c->supervised_due, q->office->tz_s);
	struct day_cell *cell = mem_array(q->mem, struct day_cell, bar->n + 1);
	memcpy(cell, bar->cell, bar->n * sizeof *cell);
	for (size_t i = 0; c->supervised_due && i < bar->n; i++)
		if (cell[i].day == day && cell[i].state != CELL_DUE)
			cell[i].flag = N_("Supervised");
	bar->cell = cell;
}

static void
bar_of(struct req *q, const struct concern *c, const struct step_row *step, size_t n,
	struct deadline *bar)
{
	struct desk_light light = desk_light_of(q, c);
	const char *left = desk_left(q, c);
	*bar = (struct deadline){ .headline = left ? left : light.words,
		.light = light.light,
		.sentence = SAY(q, N_("The resident is to be answered by {due}. {kind}: {limit}."),
			AT("due", c->due_at), AX("kind", desk_word(q, book_nature(q, c))),
			AX("limit", desk_word(q, text_eq(c->limit, "5wd")   ? N_("5 working days")
						 : text_eq(c->limit, "1wd") ? N_("1 working day")
									    : c->limit))),
		.age = SAY(q, N_("On record for {span}"),
			AX("span", desk_span(q, (c->closed_at ? c->closed_at : q->now) -
							c->raised_at))) };
	struct bar_ask ask =
		bar_ask_of(c, c->round > 1 ? desk_step_at(step, n, "concern.rule-outcome") : 0,
			q->now, q->app->calendar, q->office->tz_s);
	bar_make(q->mem, &ask, bar);
	flag_supervised(q, c, bar);
	clocks_of(q, c, step, n, bar);
}

/* ---- next acts ------------------------------------------------------------------------------------------------ */

static const struct {
	const struct act *act;
	const char *icon, *key, *note;
} faces[] = {
	{ &concern_accept, "tick", "s", N_("the resident's day stays") },
	{ &concern_decline, "hand", NULL, N_("back to the sender, with your reason") },
	{ &reply_submit, "edit", "a", N_("a second person reads it first") },
	{ &concern_contact, "phone", "t", N_("who handles it, and by when") },
	{ &concern_offer, "hand", "h", N_("until they accept, you stay responsible") },
	{ &reply_approve, "shield", NULL, N_("then the resident can read it") },
	{ &concern_rule_outcome, "scale", NULL, N_("handle again, or close with a reason") },
	{ &concern_ask_return, "hand", NULL, N_("somebody outside rules on it") },
	{ &concern_rule_return, "scale", NULL, N_("both sides read your reason") },
	{ &concern_ask_extension, "cal", NULL, N_("once, before the day") },
	{ &concern_rule_extension, "scale", NULL, N_("the resident is told why") },
	{ &concern_park, "park", NULL, N_("fixed grounds, until a day") },
	{ &concern_resume, "arr", NULL, N_("with the days that were left") },
	{ &concern_find, "search", NULL, N_("what the answer rests on") },
	{ &concern_set_points, "list", NULL, N_("the answer goes through them") },
	{ &concern_assist, "people", NULL, N_("you stay responsible") },
	{ &concern_promise, "flag", NULL, N_("tracked until it is kept") },
	{ &concern_pass_up, "up", NULL, N_("facts, what was tried, what you propose") },
	{ &concern_answer_up, "scale", NULL, N_("it goes to the one who asked") },
	{ &concern_explain, "talk", NULL,
		N_("when, how, what was said; how the resident sees it") },
	{ &concern_report_up, "up", NULL, N_("to whoever may decide it") },
	{ &concern_redirect, "link", NULL, N_("with what the resident was told") },
	{ &concern_sort, "list", NULL, N_("of the matter; the resident sees nothing of it") },
	{ &concern_merge, "link", NULL, N_("each voice keeps its answer") },
	{ &transfer_offer, "arr", NULL, N_("until they accept, you stay responsible") },
};

/* What cannot be done now is listed with its reason only where people look for it: the rest would bury
 * the next step. */
static bool
is_worth_saying(const struct act *act)
{
	return act == &concern_accept || act == &reply_submit || act == &concern_offer ||
	       act == &reply_approve || act == &concern_ask_return ||
	       act == &concern_ask_extension || act == &concern_rule_outcome ||
	       act == &concern_rule_return;
}

/* The ledger is public and for what lasts: nothing sealed, nothing that was settled. */
static bool
fits_ledger(const struct concern *c)
{
	bool is_unsettled = c->state == ST_CLOSED && c->outcome != OUT_SOLVED;
	return c->lane != LANE_SEALED && (concern_is_open(c->state) || is_unsettled);
}

/* Where two residents may be at odds: what helps then is mediation, and early. */
static bool
may_be_dispute(const struct concern *c)
{
	return c->lane != LANE_SEALED && concern_is_open(c->state) &&
	       (text_eq(c->class, "neighbour") || text_eq(c->class, "noise") ||
		       text_eq(c->class, "parking"));
}

/* The table of steps knows states; whether there is a promise to keep is seen on the page. */
static bool
is_about_nothing(const struct act *act, const struct concern_page *p)
{
	return (act == &concern_answer_up && !p->up_waits) ||
	       (act == &concern_give_opinion && !p->asks_us) ||
	       ((act == &promise_keep || act == &promise_move) && !p->has_promise);
}

/* What other registers and posts do with it: their pages are found by their paths. */
static void
next_beside(struct req *q, const struct desk_concern *d, struct concern_page *p)
{
	char no[24];
	file_no_show(d->c.file_no, no);
	if (fits_ledger(&d->c) && actor_may(&q->actor, PERM_HARD))
		p->next[p->n_next++] =
			(struct next_line){ .label = N_("Put it on the ledger of hard problems"),
				.icon = "park",
				.href = mem_printf(q->mem, "/desk/hard/new?concern=%s", no),
				.note = desk_word(q, N_("a sponsor, a plan, a day of review")) };
	if (may_be_dispute(&d->c) && d->c.owner_unit_id == q->actor.unit_id &&
		actor_may(&q->actor, PERM_HANDLE)) {
		p->next[p->n_next++] = (struct next_line){
			.label = N_("Enter it as a dispute between neighbours"),
			.icon = "scale",
			.href = mem_printf(q->mem, "/desk/disputes/new?concern=%s", no),
			.note = desk_word(q, N_("mediated early, its next step has a day"))
		};
	}
	if (d->c.state == ST_CALLBACK && actor_may(&q->actor, PERM_EVALUATE) && !d->c.seen_solved)
		p->next[p->n_next++] = (struct next_line){ .label = N_("Record a call-back"),
			.icon = "phone",
			.href = mem_printf(q->mem, "/desk/callbacks/%s", no),
			.note = desk_word(q, N_("only from outside the unit")) };
}

static void
next_of(struct req *q, const struct desk_concern *d, const struct reply *newest,
	const struct request *const asked[2], struct concern_page *p)
{
	struct next_act act[NEXT_MAX];
	size_t n =
		concern_next(&q->actor, &d->c, d->has_open ? &d->open : NULL, newest, asked, act);
	for (size_t i = 0; i < n; i++) {
		if (act[i].act == &reply_send_back)
			continue; /* stands on the page of the review */
		if (is_about_nothing(act[i].act, p))
			continue;
		if (act[i].act == &transfer_offer && !transfer_may_begin(q->app, q->office->id))
			continue; /* there is no other office */
		if (act[i].refusal && !is_worth_saying(act[i].act))
			continue;
		struct next_line line = { .label = act[i].act->title, .icon = "arr" };
		for (size_t k = 0; k < sizeof faces / sizeof faces[0]; k++)
			if (faces[k].act == act[i].act) {
				line.icon = faces[k].icon;
				line.key = faces[k].key;
				line.note = desk_word(q, faces[k].note);
			}
		if (act[i].refusal)
			line.note = desk_word(q, app_message(q->app, act[i].refusal));
		else
			line.href =
				desk_path(q, d->c.file_no, mem_printf(q->mem, "/%s", act[i].path));
		bool leads = act[i].act == &concern_accept || act[i].act == &reply_submit ||
		             act[i].act == &reply_approve || act[i].act == &concern_rule_outcome;
		if (line.href && leads && !p->primary.label)
			p->primary = line; /* never more than one filled button */
		else
			p->next[p->n_next++] = line;
	}
	next_beside(q, d, p);
	visit_next(q, &d->c, p->last_visit, p);
}

/* ---- the page ------------------------------------------------------------------------------------------------------ */

static void
preview_of(struct req *q, const struct concern *c, struct concern_page *p)
{
	if (c->lane == LANE_SEALED) {
		p->preview[p->n_preview++] = (struct preview_row){ false,
			N_("Nothing: sealed. Only its number is counted.") };
		return;
	}
	p->preview[p->n_preview++] = (struct preview_row){ true,
		mem_printf(q->mem, "%s · %s", desk_word(q, book_public_class(q, c)),
			c->owner_public_unit) };
	p->preview[p->n_preview++] = (struct preview_row){ true,
		SAY(q, N_("Came in {raised}, answer by {due}, in time or not"),
			AD("raised", day_of(c->raised_at, q->office->tz_s)),
			AD("due", c->due_day)) };
	if (c->public_line)
		p->preview[p->n_preview++] = (struct preview_row){ true, c->public_line };
	else
		p->preview[p->n_preview++] = (struct preview_row){ c->may_publish,
			c->may_publish
				? N_("One line about the matter, once reviewed")
				: N_("No line about the matter: the resident did not agree") };
	p->preview[p->n_preview++] = (struct preview_row){ false,
		N_("Not shown: name, phone, place, photos, own words") };
}

static void
replies_of(struct req *q, const struct concern *c, const struct reply *newest,
	const struct reply *answer, struct concern_page *p)
{
	if (newest && newest->state != REPLY_APPROVED) {
		p->draft = newest;
		p->draft_light = newest->state == REPLY_WAITING ? LIGHT_SOON : LIGHT_LATE;
		p->draft_state = newest->state == REPLY_WAITING
		                         ? desk_word(q, N_("Waits for a second person"))
		                         : SAY(q, N_("Sent back: {why}"),
						   AX("why", newest->why ? newest->why : ""));
	}
	p->answer = answer;
	if (c->outcome)
		p->outcome = book_outcome(q, c);
	if (c->seen_solved) {
		p->seen = book_seen(q, c);
		p->seen_sat = book_sat(q, c);
		p->is_conflict = (c->outcome == OUT_SOLVED) != text_eq(c->seen_solved, "yes");
	}
}

static enum xq_rc
load_photos(struct req *q, const struct concern *c, struct concern_page *p, struct xq_err *err)
{
	struct photo *list;
	enum xq_rc rc = photo_list(q->tx, q->mem, q->office->id, c->id, &list, &p->n_photos, err);
	if (rc != XQ_OK)
		return rc;
	const char **path = mem_array(q->mem, const char *, p->n_photos + 1);
	for (size_t i = 0; i < p->n_photos; i++)
		path[i] = mem_printf(q->mem, "/desk/photo/%lld-%04lld/%zu",
			(long long)(c->file_no / 100000000), (long long)(c->file_no % 100000000),
			i + 1);
	p->photo = path;
	p->photo_size = list;
	return XQ_OK;
}

/* The newest draft, and the answer that the resident reads when that is another one. */
static enum xq_rc
load_replies(struct req *q, const struct concern *c, struct reply *newest, struct reply *answer,
	bool *has_newest, bool *has_answer, struct xq_err *err)
{
	*has_newest = *has_answer = false;
	if (c->state == ST_ACCEPTED && c->round == 1)
		return XQ_OK; /* nothing can have been written yet */
	enum xq_rc rc = reply_newest(q->tx, q->mem, q->office->id, c->id, false, newest, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc;
	*has_newest = true;
	if (newest->state == REPLY_APPROVED) {
		*answer = *newest;
		*has_answer = true;
		return XQ_OK;
	}
	if (c->round == 1)
		return XQ_OK;
	rc = reply_newest(q->tx, q->mem, q->office->id, c->id, true, answer, err);
	*has_answer = rc == XQ_OK;
	return rc == XQ_NONE ? XQ_OK : rc;
}

/* A new one after a disagreement says which it follows. */
static enum xq_rc
earlier_of(struct req *q, const struct concern *c, struct concern_page *p, struct xq_err *err)
{
	struct concern before;
	char no[24];
	if (c->linked_id == 0)
		return XQ_OK;
	enum xq_rc rc = concern_load(q->tx, q->mem, q->office->id, c->linked_id, &before, err);
	if (rc != XQ_OK)
		return rc;
	file_no_show(before.file_no, no);
	p->earlier = SAY(q, N_("Taken up anew after a disagreement with {no}"), AX("no", no));
	p->earlier_href = desk_path(q, before.file_no, "");
	return XQ_OK;
}

static enum xq_rc
page_load(struct req *q, struct desk_concern *d, struct concern_page *p, struct xq_err *err)
{
	struct step_row *step;
	size_t n;
	struct reply *newest = mem_new(q->mem, struct reply),
		     *answer = mem_new(q->mem, struct reply);
	bool has_newest, has_answer;
	const struct request *asked[2] = { 0 };
	const struct concern *c = &d->c;
	enum xq_rc rc = step_list(q->tx, q->mem, q->office->id, c->id, &step, &n, err);
	if (rc == XQ_OK)
		rc = load_replies(q, c, newest, answer, &has_newest, &has_answer, err);
	if (rc == XQ_OK)
		rc = load_photos(q, c, p, err);
	if (rc == XQ_OK)
		rc = desk_person_of(
			q, c, desk_may_have(step, n, "concern.unmask"), &p->person, err);
	/* Nothing can hang on it before; a note of the office is a step without an event of its own. */
	if (rc == XQ_OK && (c->last_seq != c->first_seq || n > 1)) {
		rc = desk_work(q, c, step, n, p, err);
		if (rc == XQ_OK && (desk_may_have(step, n, "concern.ask-return") ||
					   desk_may_have(step, n, "concern.ask-extension")))
			rc = requests_open(q->tx, q->mem, q->office->id, c->id, asked, err);
	}
	if (rc != XQ_OK)
		return rc;
	if (c->seen_solved) {
		int result = 0;
		rc = rating_result(q->tx, q->office->id, c, &result, err);
		if (rc != XQ_OK)
			return rc;
		p->seen_result = result > 0 ? concern_sats[result - 1].label : NULL;
	}
	p->head = desk_head_of(q, d, NULL);
	bar_of(q, c, step, n, &p->bar);
	p->is_resident_view = str_is(req_query(q, "view"), "resident");
	struct timeline_row *event = desk_timeline(q, step, n, p->is_resident_view, &p->n_events);
	if (c->taken_at && p->n_events > 0) /* the last line is the registration */
		event[p->n_events - 1].text = taken_words(q, c);
	p->event = event;
	replies_of(q, c, has_newest ? newest : NULL, has_answer ? answer : NULL, p);
	rc = explained_words(q, c->title, p->draft, &p->draft_why, err);
	if (rc == XQ_OK)
		rc = explained_words(q, c->title, p->answer, &p->answer_why, err);
	if (rc != XQ_OK)
		return rc;
	next_of(q, d, has_newest ? newest : NULL, asked, p);
	preview_of(q, c, p);
	p->body = c->body;
	p->gone = erased_words(q, c);
	p->all_href = desk_path(q, c->file_no, "");
	p->resident_href = desk_path(q, c->file_no, "?view=resident");
	p->print_href = desk_path(q, c->file_no, "/file.print");
	p->slip_href = desk_path(q, c->file_no, "/slip.print");
	p->similar_href = desk_path(q, c->file_no, "/similar");
	if (has_newest)
		p->letter_href = desk_path(q, c->file_no, "/letter.print");
	if (c->tracker_person_id == q->actor.person_id && !c->answered_at)
		p->receipt_href = desk_path(q, c->file_no, "/receipt");
	if (c->is_imported)
		p->imported = SAY(q, N_("Taken over from a list, no. {no}"),
			AX("no", c->source_no ? c->source_no : ""));
	return earlier_of(q, c, p, err);
}

static enum xq_rc
concern_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct desk_concern d;
	struct concern_page *p = mem_new(q->mem, struct concern_page);
	enum xq_rc rc = desk_concern_load(q, &d, err);
	if (rc == XQ_OK)
		rc = page_load(q, &d, p, err);
	if (rc != XQ_OK)
		return rc;
	struct shell s;
	struct html_out o =
		desk_page_begin(q, d.c.title, desk_flash(q, &d.c, d.has_open ? &d.open : NULL), &s);
	desk_concern_page(&o, p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view desk_concern_view = { .path = "/desk/concerns/{no}",
	.who = PERM_STAFF,
	.render = concern_render,
	.title = N_("A concern") };

static enum xq_rc
file_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct desk_concern d;
	struct concern_page *p = mem_new(q->mem, struct concern_page);
	enum xq_rc rc = desk_concern_load(q, &d, err);
	if (rc == XQ_OK)
		rc = page_load(q, &d, p, err);
	if (rc != XQ_OK)
		return rc;
	p->office = q->office->name;
	p->printer = q->actor.name;
	p->printed_at = q->now;
	p->raised_at = d.c.raised_at;
	p->due_at = d.c.due_at;
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Concern file"), NULL, &s);
	desk_file_page(&o, p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view desk_file_view = { .path = "/desk/concerns/{no}/file.print",
	.who = PERM_STAFF,
	.render = file_render,
	.title = N_("Concern file") };

static enum xq_rc
photo_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct desk_concern d;
	struct photo *list;
	struct bytes jpeg;
	size_t n;
	int64_t no;
	enum xq_rc rc = desk_concern_load(q, &d, err);
	if (rc == XQ_OK)
		rc = photo_list(q->tx, q->mem, q->office->id, d.c.id, &list, &n, err);
	if (rc != XQ_OK)
		return rc;
	if (!parse_int(req_place(q, 1), 1, 9, &no) || (size_t)no > n)
		return XQ_NONE;
	rc = photo_read(q->mem, q->app, list[no - 1].hash, &jpeg, err);
	if (rc == XQ_OK)
		resp_text(r, 200, "image/jpeg", str_n((const char *)jpeg.p, jpeg.n));
	return rc;
}

const struct view desk_photo_view = { .path = "/desk/photo/{no}/{n}",
	.who = PERM_STAFF,
	.render = photo_render,
	.title = N_("Photos") };

/* ---- lists of the module -------------------------------------------------------------------------------------------- */

const struct view *const desk_views[] = { &desk_today_view, &desk_menu_view, &desk_tour_view,
	&desk_intake_view, &desk_queue_shell_view, &desk_queue_who_view, &desk_queue_worker_view,
	&desk_receipt_view, &desk_list_view, &desk_search_view, &desk_offers_view,
	&desk_review_list_view, &desk_ruling_list_view, &desk_concern_view, &desk_photo_view,
	&desk_file_view, &desk_hand_over_view, &desk_accept_view, &desk_decline_view,
	&desk_contact_view, &desk_reply_view, &desk_review_view, &desk_send_back_view,
	&desk_ruling_view, &desk_letter_view, &own_letter_view, &desk_slip_view,
	&desk_register_view, NULL };
