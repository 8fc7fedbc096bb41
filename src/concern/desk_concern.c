/* SPDX-License-Identifier: Apache-2.0 */
/* desk_concern.c - the page of one concern after mock/staff-concern: people, deadline bar, what was
 * said, the answer beside the resident's own view, the way it went, next acts with their reasons. */
#include "concern/bar.h"
#include "concern/book.h"
#include "concern/desk_pages.h"
#include "concern/print_pages.h"
#include "concern/sort.h"
#include "concern/visit_pages.h"
#include "core/mem.h"
#include "templates.h"

#include "core/banned.h"

/* ---- timeline ---------------------------------------------------------------------------------------- */

static const char *
title_of_act(const struct step_row *s)
{
	static const struct {
		const char *act, *text;
	} words[] = {
		{ "concern.raise", N_("Raised by the resident") },
		{ "concern.register", N_("Taken down") },
		{ "concern.offer", N_("Offered") },
		{ "concern.accept", N_("Accepted") },
		{ "concern.decline", N_("Declined") },
		{ "concern.lapse", N_("Offer ran out, back with the sender") },
		{ "concern.contact", N_("First contact") },
		{ "reply.submit", N_("Draft submitted") },
		{ "reply.approve", N_("Answer approved") },
		{ "reply.send-back", N_("Draft sent back") },
		{ "callback.record", N_("Call-back") },
		{ "voice.rate", N_("Rated by the resident") },
		{ "concern.rule-outcome", N_("Ruling") },
		{ "concern.escalate", N_("Reported one level higher") },
		{ "concern.ask-return", N_("Return asked") },
		{ "concern.rule-return", N_("Return ruled on") },
		{ "concern.ask-extension", N_("More time asked") },
		{ "concern.rule-extension", N_("More time ruled on") },
		{ "concern.park", N_("Parked") },
		{ "concern.resume", N_("Goes on") },
		{ "concern.resume-due", N_("Review day, goes on") },
		{ "rules.recompute", N_("Counted again by a new calendar") },
		{ "concern.find", N_("Finding") },
		{ "concern.assist", N_("Asked to help") },
		{ "concern.give-opinion", N_("Opinion given") },
		{ "concern.promise", N_("Promised") },
		{ "promise.keep", N_("Promise kept") },
		{ "promise.move", N_("Promised day moved") },
		{ "concern.redirect", N_("Pointed to another body") },
		{ "concern.merge", N_("Handled with another one") },
		{ "concern.void", N_("Voided") },
		{ "concern.terminate", N_("Ended without an answer") },
		{ "concern.supervise", N_("Supervised") },
		{ "concern.supervise-late", N_("Supervised and still not answered") },
		{ "concern.pass-up", N_("Passed up with a proposal") },
		{ "concern.answer-up", N_("Decided by a leader") },
		{ "concern.sort", N_("Sorted by relief and level") },
		{ "concern.rule-dispute", N_("Disagreement answered") },
		{ "visit.offer", N_("Visit offered") },
		{ "visit.answer", N_("Answer of the household") },
		{ "visit.done", N_("Visit at home") },
		{ "voice.add", N_("Added by the resident") },
		{ "voice.dispute", N_("The resident disagrees") },
		{ "voice.withdraw", N_("Withdrawn by the resident") },
	};
	bool is_anew = text_eq(s->act, "concern.rule-dispute"); /* its first two lines */
	bool is_raise =
		text_eq(s->act, "concern.raise") || text_eq(s->act, "concern.register") || is_anew;
	if (s->to == ST_CLOSED && s->from != ST_CLOSED)
		return N_("Closed");
	if (s->to == ST_REDO && text_eq(s->act, "concern.rule-outcome"))
		return N_("To be handled again");
	if (is_raise && s->from == ST_ACCEPTED && s->to == ST_ASSIGNED)
		return N_("Assigned by the duty catalogue");
	if (is_anew && s->to == ST_ACCEPTED)
		return N_("Taken up anew");
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (text_eq(words[i].act, s->act))
			return words[i].text;
	return s->act;
}

/* Codes in notes are outcomes, views and results of calls; everything else was typed. */
static const char *
note_words(struct req *q, const struct step_row *s)
{
	static const struct choice calls[] = { { "nobody", N_("Nobody answered") },
		{ "refused", N_("Did not want to talk") }, { NULL, NULL } };
	if (!s->note || !s->note[0])
		return NULL;
	int32_t day = day_of(s->at, q->office->tz_s);
	const char *text = s->note;
	if (text_eq(s->act, "visit.answer"))
		return desk_word(q, choice_label(visit_answers, s->note));
	if (s->to != ST_CLOSED && s->to != ST_CALLBACK)
		text = s->note;
	else if (choice_has(concern_outcomes, str_of(s->note)))
		text = book_word(q, RULE_OUTCOME, s->note, day);
	else if (choice_has(concern_solved, str_of(s->note)))
		text = book_word(q, RULE_SCALE, s->note, day);
	if (text == s->note)
		text = choice_label(calls, s->note);
	return text == s->note ? text : desk_word(q, text);
}

static int
tone_of(const struct step_row *s)
{
	if (s->to == ST_CLOSED || text_eq(s->act, "concern.accept") ||
		text_eq(s->act, "concern.contact"))
		return TONE_GOOD;
	if (text_eq(s->act, "concern.escalate") || text_eq(s->act, "concern.lapse"))
		return TONE_LATE;
	return text_eq(s->act, "voice.rate") || text_eq(s->act, "callback.record") ? TONE_HEART
	                                                                           : TONE_PLAIN;
}

/* Two and more rest days between two steps are shown, so that nobody wonders about the gap. */
static bool
rest_band(struct req *q, int64_t older, int64_t newer, struct timeline_row *out)
{
	const struct calendar *cal = q->app->calendar;
	int32_t day = day_add(day_of(older, q->office->tz_s), 1),
		end = day_of(newer, q->office->tz_s);
	int32_t first = 0, last = 0;
	int n = 0;
	const char *name = NULL;
	for (int guard = 0; day < end && guard < 60; day = day_add(day, 1), guard++) {
		if (cal_is_workday(cal, day))
			continue;
		first = first ? first : day;
		last = day;
		n++;
		if (!name)
			name = cal_day_name(cal, day);
	}
	if (n < 2)
		return false;
	*out = (struct timeline_row){ .is_band = true,
		.tone = TONE_QUIET,
		.text = SAY(q, N_("{from} – {to} {name}: days off, not counted"),
			AX("from", msg_day_short(q->mem, q->prefs.lang, first)),
			AX("to", msg_day_short(q->mem, q->prefs.lang, last)),
			AX("name", name ? name : "")) };
	return true;
}

const struct timeline_row *
desk_timeline(
	struct req *q, const struct step_row *step, size_t n, bool resident_only, size_t *out_n)
{
	struct timeline_row *row = mem_array(q->mem, struct timeline_row, 2 * n + 1);
	size_t k = 0;
	int64_t newer = 0;
	for (size_t i = n; i > 0; i--) {
		const struct step_row *s = &step[i - 1];
		if (resident_only && !s->is_for_resident)
			continue;
		if (newer > 0 && rest_band(q, s->at, newer, &row[k]))
			k++;
		newer = s->at;
		int32_t day = day_of(s->at, q->office->tz_s);
		row[k++] = (struct timeline_row){
			.day_words = day == desk_today(q)
			                     ? desk_word(q, N_("Today"))
			                     : msg_day_short(q->mem, q->prefs.lang, day),
			.at = s->at,
			.tone = tone_of(s),
			.title = title_of_act(s),
			.who = s->person ? mem_printf(q->mem, "%s · %s", s->person,
						   s->unit ? s->unit : "")
			                 : NULL,
			.text = note_words(q, s),
			.to_resident = s->is_for_resident,
			.leaf = s->seq > 0 ? s->seq : 0,
		};
	}
	*out_n = k;
	return row;
}

/* ---- deadline bar and clocks ------------------------------------------------------------------------------ */

static int64_t
step_at(const struct step_row *step, size_t n, const char *act)
{
	for (size_t i = n; i > 0; i--)
		if (text_eq(step[i - 1].act, act))
			return step[i - 1].at;
	return 0;
}

static void
clocks_of(struct req *q, const struct concern *c, const struct step_row *step, size_t n,
	struct deadline *bar)
{
	enum { CLOCKS = 5 };
	struct clock_row *row = mem_array(q->mem, struct clock_row, CLOCKS);
	size_t k = 0;
	int64_t accepted = step_at(step, n, "concern.accept");
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
		bar_ask_of(c, c->round > 1 ? step_at(step, n, "concern.rule-outcome") : 0, q->now,
			q->app->calendar, q->office->tz_s);
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
	{ &concern_redirect, "link", NULL, N_("with what the resident was told") },
	{ &concern_sort, "list", NULL, N_("of the matter; the resident sees nothing of it") },
	{ &concern_merge, "link", NULL, N_("each voice keeps its answer") },
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
		if (act[i].act == &concern_answer_up && !p->up_waits)
			continue;
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
	if (fits_ledger(&d->c) && actor_may(&q->actor, PERM_HARD)) {
		char no[24];
		file_no_show(d->c.file_no, no);
		p->next[p->n_next++] =
			(struct next_line){ .label = N_("Put it on the ledger of hard problems"),
				.icon = "park",
				.href = mem_printf(q->mem, "/desk/hard/new?concern=%s", no),
				.note = desk_word(q, N_("a sponsor, a plan, a day of review")) };
	}
	if (d->c.state == ST_CALLBACK && actor_may(&q->actor, PERM_EVALUATE) && !d->c.seen_solved)
		p->next[p->n_next++] = (struct next_line){ .label = N_("Record a call-back"),
			.icon = "phone",
			.href = mem_printf(q->mem, "/desk/callbacks/%lld-%04lld",
				(long long)(d->c.file_no / 100000000),
				(long long)(d->c.file_no % 100000000)),
			.note = desk_word(q, N_("only from outside the unit")) };
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

/* ---- the work between acceptance and answer --------------------------------------------------------------- */

static enum xq_rc
points_of(struct req *q, const struct concern *c, struct concern_page *p, struct xq_err *err)
{
	struct answer_point *list;
	size_t n;
	enum xq_rc rc = point_list(q->tx, q->mem, q->office->id, c->id, &list, &n, err);
	struct work_line *line = mem_array(q->mem, struct work_line, POINTS_MAX);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		line[i] = (struct work_line){ .label = mem_printf(q->mem, "%d", list[i].no),
			.text = list[i].text,
			.more = list[i].why,
			.light = list[i].state == POINT_ANSWERED ? LIGHT_OK : LIGHT_SOON,
			.words = desk_word(q, list[i].state == POINT_ANSWERED ? N_("answered")
					      : list[i].state == POINT_LEFT   ? N_("left open")
									      : N_("not yet")) };
	}
	p->point = line;
	p->n_points = rc == XQ_OK ? n : 0;
	return rc;
}

static struct work_line
promise_line(struct req *q, const struct promise *r)
{
	bool kept = r->state == PROMISE_KEPT;
	const char *day = msg_day(q->mem, q->prefs.lang, r->due_day);
	return (struct work_line){ .label = N_("Promise"),
		.text = r->text,
		.more = r->moved > 0 ? SAY(q, N_("by {day}, first promised for {first}: {why}"),
					       AX("day", day), AD("first", r->first_day),
					       AX("why", r->note ? r->note : ""))
		                     : SAY(q, N_("by {day}"), AX("day", day)),
		.light = kept         ? r->is_late ? LIGHT_LATE : LIGHT_OK
		         : r->is_late ? LIGHT_LATE
		                      : LIGHT_SOON,
		.words = desk_word(q, kept         ? r->is_late ? N_("kept late") : N_("kept")
					      : r->is_late ? N_("not kept yet")
						   : N_("open")) };
}

static struct work_line
passed_up_line(struct req *q, const struct passed_up *up)
{
	const char *day = msg_day_short(q->mem, q->prefs.lang, day_of(up->at, q->office->tz_s));
	return (struct work_line){ .label = N_("Passed up"),
		.text = up->proposal,
		.more = up->answered_at ? SAY(q, N_("{who}, {day}; {leader}: {note}"),
						  AX("who", up->person), AX("day", day),
						  AX("leader", up->answered), AX("note", up->note))
		                        : mem_printf(q->mem, "%s · %s", up->person, day),
		.light = up->answered_at ? LIGHT_OK : LIGHT_SOON,
		.words = desk_word(q, up->answered_at
					      ? choice_label(passed_up_decisions, up->decision)
					      : N_("waits for a leader")) };
}

static enum xq_rc
work_of(struct req *q, const struct concern *c, struct concern_page *p, struct xq_err *err)
{
	struct finding *f;
	struct assist *a;
	struct promise *r;
	struct passed_up *up;
	struct visit *v = mem_array(q->mem, struct visit, VISITS_MAX);
	size_t nf = 0, na = 0, nr = 0, nu = 0, nv = 0, k = 0;
	int64_t office = q->office->id;
	enum xq_rc rc = finding_list(q->tx, q->mem, office, c->id, &f, &nf, err);
	if (rc == XQ_OK)
		rc = assist_list(q->tx, q->mem, office, c->id, &a, &na, err);
	if (rc == XQ_OK)
		rc = promise_list(q->tx, q->mem, office, c->id, &r, &nr, err);
	if (rc == XQ_OK)
		rc = passed_up_list(q->tx, q->mem, office, c->id, &up, &nu, err);
	if (rc == XQ_OK)
		rc = visit_list(q->tx, q->mem, office, c->id, v, &nv, err);
	if (rc != XQ_OK)
		return rc;
	struct work_line *line = mem_array(q->mem, struct work_line, nf + na + nr + nu + nv + 1);
	for (size_t i = 0; i < nf; i++)
		line[k++] = desk_finding_line(q, &f[i]);
	p->finding = line; /* they come first */
	p->n_findings = nf;
	for (size_t i = 0; i < na; i++)
		line[k++] = (struct work_line){ .label = N_("Helps"),
			.text = mem_printf(q->mem, "%s · %s", a[i].unit,
				a[i].opinion ? a[i].opinion : a[i].what),
			.more = SAY(q, N_("by {day}"),
				AX("day", msg_day(q->mem, q->prefs.lang, a[i].due_day))),
			.light = a[i].given_at          ? LIGHT_OK
			         : a[i].due_at < q->now ? LIGHT_LATE
			                                : LIGHT_SOON,
			.words = desk_word(
				q, a[i].given_at ? N_("answered") : N_("not answered yet")) };
	for (size_t i = 0; i < nr; i++)
		line[k++] = promise_line(q, &r[i]);
	for (size_t i = 0; i < nu; i++)
		line[k++] = passed_up_line(q, &up[i]);
	p->visit = line + k;
	p->n_visits = nv;
	p->last_visit = nv > 0 ? &v[nv - 1] : NULL;
	for (size_t i = 0; i < nv; i++)
		line[k++] = visit_line(q, &v[i]);
	p->up_waits = nu > 0 && !up[nu - 1].answered_at;
	p->up_href = nu > 0 ? desk_path(q, c->file_no, "/pass-up.print") : NULL;
	p->work = line;
	p->n_work = k;
	return XQ_OK;
}

static enum xq_rc
voices_of(struct req *q, const struct concern *c, struct concern_page *p, struct xq_err *err)
{
	struct voice *v;
	size_t n;
	enum xq_rc rc = voice_list(q->tx, q->mem, q->office->id, c->id, &v, &n, err);
	struct work_line *line = mem_array(q->mem, struct work_line, n + 1);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		line[i] = (struct work_line){
			.label = v[i].is_dispute ? choice_label(dispute_reasons, v[i].why)
			                         : N_("Added by the resident"),
			.text = v[i].text,
			.more = desk_due(q, v[i].at),
		};
	p->voice = line;
	p->n_voices = rc == XQ_OK ? n : 0;
	return rc;
}

static enum xq_rc
sorting_of(struct req *q, const struct concern *c, struct concern_page *p, struct xq_err *err)
{
	struct sorting s;
	enum xq_rc rc = sorting_newest(q->tx, q->mem, q->office->id, c->id, &s, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc;
	p->sorted = mem_printf(q->mem, "%s \u00b7 %s",
		desk_word(q, choice_label(sort_reliefs, s.relief)),
		desk_word(q, choice_label(sort_levels, s.level)));
	const char *day = msg_day_short(q->mem, q->prefs.lang, day_of(s.at, q->office->tz_s));
	p->sorted_more =
		s.statement
			? SAY(q, N_("{who}, {day}; no interest of their own: {statement}"),
				  AX("who", s.person), AX("day", day), AX("statement", s.statement))
			: mem_printf(q->mem, "%s \u00b7 %s", s.person, day);
	return XQ_OK;
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
		rc = desk_person_of(q, c, &p->person, err);
	/* Nothing can hang on it before; a note of the office is a step without an event of its own. */
	if (rc == XQ_OK && (c->last_seq != c->first_seq || n > 1)) {
		rc = points_of(q, c, p, err);
		if (rc == XQ_OK)
			rc = work_of(q, c, p, err);
		if (rc == XQ_OK)
			rc = voices_of(q, c, p, err);
		if (rc == XQ_OK)
			rc = requests_open(q->tx, q->mem, q->office->id, c->id, asked, err);
	}
	if (rc != XQ_OK)
		return rc;
	if (step_at(step, n, "concern.sort") != 0) {
		rc = sorting_of(q, c, p, err);
		if (rc != XQ_OK)
			return rc;
	}
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
	p->event = desk_timeline(q, step, n, p->is_resident_view, &p->n_events);
	replies_of(q, c, has_newest ? newest : NULL, has_answer ? answer : NULL, p);
	next_of(q, d, has_newest ? newest : NULL, asked, p);
	preview_of(q, c, p);
	p->body = c->body;
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
	&desk_intake_view, &desk_receipt_view, &desk_list_view, &desk_search_view,
	&desk_offers_view, &desk_review_list_view, &desk_ruling_list_view, &desk_concern_view,
	&desk_photo_view, &desk_file_view, &desk_hand_over_view, &desk_accept_view,
	&desk_decline_view, &desk_contact_view, &desk_reply_view, &desk_review_view,
	&desk_send_back_view, &desk_ruling_view, &desk_letter_view, &own_letter_view,
	&desk_slip_view, &desk_register_view, NULL };
