/* SPDX-License-Identifier: Apache-2.0 */
/* desk_tour.c - the first hour: one concern taken down and followed to its end, step by step. What is
 * done is read from the concern itself, so the tour cannot be ticked off without the work, and whoever
 * does a step (a colleague, another account of a demo office) moves it on. */
#include "concern/desk_pages.h"

#include "core/mem.h"
#include "templates.h"

#include "core/banned.h"

enum { TRACKED_MAX = 100 };

/* How far a concern is; each step of the tour is done from one of them on. */
enum reached { AT_NOTHING, AT_REGISTERED, AT_OFFERED, AT_ACCEPTED, AT_DRAFTED, AT_SENT, AT_HEARD };

static enum reached
reached_of(const struct concern *c)
{
	if (!c)
		return AT_NOTHING;
	if (c->seen_solved || c->closed_at != 0)
		return AT_HEARD;
	if (c->answered_at != 0)
		return AT_SENT;
	switch (c->state) {
	case ST_ACCEPTED:
		return AT_REGISTERED;
	case ST_ASSIGNED:
	case ST_RETURN_ASKED:
		return AT_OFFERED;
	case ST_REPLIED:
		return AT_DRAFTED;
	default:
		return AT_ACCEPTED;
	}
}

static const struct stop {
	const char *title, *why, *who, *label;
	const char *path; /* a page, or with is_of_concern the last segment of one */
	bool is_of_concern;
	enum reached done_at; /* AT_NOTHING: nothing to do, only to look at */
} stops[TOUR_STEPS] = {
	{ N_("See what today asks of you"),
		N_("The page begins with what is due. Red is late, amber is due soon; the days that count are working days, make-up days included."),
		N_("You"), N_("To do today"), "/desk", false, AT_NOTHING },
	{ N_("Take a matter down"),
		N_("Write what the resident says in their words. Whoever is asked first stays the one who follows it: from now on it stands among your own."),
		N_("You"), N_("Take down"), "/desk/intake", false, AT_REGISTERED },
	{ N_("Hand it to the unit in charge"),
		N_("The catalogue says which unit it is. An offer moves nothing: you own it until they accept."),
		N_("You"), N_("Hand over"), "/hand-over", true, AT_OFFERED },
	{ N_("Let the unit accept"),
		N_("Sign in as somebody of that unit. From the moment they accept, name and due day stand on the concern and in the public record."),
		N_("A handler of that unit"), N_("Offers"), "/desk/offers", false, AT_ACCEPTED },
	{ N_("Answer the resident"),
		N_("Speak with the resident first and note it, then write the answer: what was done, on what ground, what is left open and why."),
		N_("The same handler"), N_("Write the answer"), "/reply", true, AT_DRAFTED },
	{ N_("Let a second person read it"),
		N_("Nobody approves an own draft. What is unclear goes back with a reason."),
		N_("An approver of that unit"), N_("Answers for me to review"), "/desk/review",
		false, AT_SENT },
	{ N_("Ask whether it is solved"),
		N_("Somebody whose units never owned it calls. Their view and the unit's stand side by side; a \"no\" is ruled on."),
		N_("An evaluator"), N_("Call-backs"), "/desk/callbacks", false, AT_HEARD },
	{ N_("See what everybody can see"),
		N_("The public list shows what happened and when, and nothing about who the resident is."),
		N_("Anybody"), N_("Public list"), "/public/concerns", false, AT_NOTHING },
};

/* The concern of this walk: named in the address, else the newest that this person follows. */
static enum xq_rc
tour_concern(struct req *q, struct concern *out, struct xq_err *err)
{
	int64_t no;
	struct str named = req_query(q, "no");
	if (named.n > 0 && file_no_read(named, &no)) {
		struct handover open;
		enum xq_rc rc = concern_by_file_no(q->tx, q->mem, q->office->id, no, out, err);
		if (rc != XQ_OK)
			return rc;
		rc = handover_open(q->tx, q->mem, q->office->id, out->id, &open, err);
		bool may = (rc == XQ_OK || rc == XQ_NONE) &&
		           concern_may_see(&q->actor, out, rc == XQ_OK ? &open : NULL);
		return may ? XQ_OK : rc == XQ_OK ? XQ_NONE : rc;
	}
	struct list_query lq = { .kind = LIST_TRACKED,
		.person_id = q->actor.person_id,
		.max = TRACKED_MAX,
		.now = q->now };
	struct concern_row *row;
	size_t n;
	enum xq_rc rc = concern_list(q->tx, q->mem, q->office->id, &lq, &row, &n, err);
	const struct concern_row *newest = NULL;
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		if (day_of(row[i].raised_at, q->office->tz_s) == desk_today(q) &&
			(!newest || row[i].raised_at > newest->raised_at))
			newest = &row[i];
	if (rc != XQ_OK || !newest)
		return rc != XQ_OK ? rc : XQ_NONE;
	return concern_load(q->tx, q->mem, q->office->id, newest->id, out, err);
}

static const char *
href_of(struct req *q, const struct stop *s, const struct concern *c)
{
	if (!s->is_of_concern)
		return s->path;
	return c ? desk_path(q, c->file_no, s->path) : NULL;
}

static enum xq_rc
tour_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct concern loaded;
	enum xq_rc rc = tour_concern(q, &loaded, err);
	if (rc != XQ_OK && rc != XQ_NONE)
		return rc;
	const struct concern *c = rc == XQ_OK ? &loaded : NULL;
	struct tour_page p = { .no = c ? desk_no(q, c->file_no) : NULL,
		.title = c ? c->title : NULL,
		.href = c ? desk_path(q, c->file_no, "") : NULL,
		.is_done = reached_of(c) == AT_HEARD };
	bool is_next = true; /* the first that is not done */
	for (size_t i = 0; i < TOUR_STEPS; i++) {
		const struct stop *s = &stops[i];
		bool done = s->done_at != AT_NOTHING && reached_of(c) >= s->done_at;
		p.step[i] = (struct tour_step){ .title = s->title,
			.why = s->why,
			.who = s->who,
			.label = s->label,
			.href = href_of(q, s, c),
			.is_done = done,
			.is_now = is_next && !done && s->done_at != AT_NOTHING };
		is_next &= !p.step[i].is_now;
	}
	struct shell shell;
	struct html_out o = desk_page_begin(q, N_("Your first hour"), NULL, &shell);
	desk_tour_page(&o, &p);
	desk_end(r, &o, &shell);
	return XQ_OK;
}

const struct view desk_tour_view = { .path = "/desk/tour",
	.who = PERM_STAFF,
	.render = tour_render,
	.title = N_("Your first hour") };
