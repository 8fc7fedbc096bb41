/* SPDX-License-Identifier: Apache-2.0 */
/* public_pages.c - the published roster as everybody reads it: four weeks, one day, one venue, the poster, and
 * the next sitting on the first page. */
#include "reception/pages.h"

#include "concern/home.h"
#include "concern/resident.h"
#include "core/mem.h"
#include "core/parse.h"
#include "templates.h"

#include "core/banned.h"

enum { WEEK_DAYS = 7, HOME_DAYS = 27, VENUE_DAYS = 27 };

const char *
week_words(struct req *q, int32_t week)
{
	int32_t monday = week_monday(week);
	return SAY(q, N_("Week {n}, {from} to {until}"), AN("n", week % 100),
		AX("from", msg_day_short(q->mem, q->prefs.lang, monday)),
		AX("until", msg_day_short(q->mem, q->prefs.lang, day_add(monday, WEEK_DAYS - 1))));
}

/* Residents count from this week, not from the year's first. */
const char *
week_span(struct req *q, int32_t week)
{
	int32_t monday = week_monday(week), now = week_of_day(desk_today(q));
	const char *from = msg_day_short(q->mem, q->prefs.lang, monday);
	const char *until = msg_day_short(q->mem, q->prefs.lang, day_add(monday, WEEK_DAYS - 1));
	if (week == now)
		return SAY(q, N_("This week, {from} to {until}"), AX("from", from),
			AX("until", until));
	if (week == week_add(now, 1))
		return SAY(q, N_("Next week, {from} to {until}"), AX("from", from),
			AX("until", until));
	return SAY(q, N_("{from} to {until}"), AX("from", from), AX("until", until));
}

/* ---- four weeks ------------------------------------------------------------------------------------- */

/* What is not published yet, and by when it will be. */
static const char *
missing_words(struct req *q, const struct week *w, bool is_there)
{
	if (is_there && w->first_on && w->publish_by >= desk_today(q))
		return SAY(q, N_("Who sits in this week is published by {day}."),
			AD("day", w->publish_by));
	return desk_word(q, N_("Nothing is published for this week yet."));
}

static enum xq_rc
load_week(struct req *q, int32_t week, struct bill_week *out, struct xq_err *err)
{
	struct week w = { 0 };
	int32_t monday = week_monday(week), today = desk_today(q);
	out->title = week_span(q, week);
	enum xq_rc rc = week_load(q->tx, q->mem, q->office->id, week, &w, err);
	bool is_there = rc == XQ_OK;
	if (rc != XQ_OK && rc != XQ_NONE)
		return rc;
	rc = bills_load(q, monday > today ? monday : today, day_add(monday, WEEK_DAYS - 1),
		&out->bill, &out->n, err);
	if (rc != XQ_OK)
		return rc;
	if (is_there && w.state == WEEK_PUBLISHED) {
		int32_t on = day_of(w.published_at, q->office->tz_s);
		out->known = w.version > 1
		                     ? SAY(q, N_("Published on {day}, changed {n} times since"),
					       AD("day", on), AN("n", w.version - 1))
		                     : SAY(q, N_("Published on {day}"), AD("day", on));
		if (w.late_why[0])
			out->late = SAY(q, N_("Published later than we promise: {why}"),
				AX("why", w.late_why));
		if (out->n == 0)
			out->missing = desk_word(q, N_("No more receptions in this week."));
	} else if (out->n == 0) {
		out->missing = missing_words(q, &w, is_there);
	}
	return XQ_OK;
}

static enum xq_rc
list_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct reception_page p = { 0 };
	int32_t week = week_of_day(desk_today(q));
	enum xq_rc rc = XQ_OK;
	size_t n = 0;
	for (int i = 0; rc == XQ_OK && i < SHOWN_WEEKS; i++) {
		rc = load_week(q, week_add(week, i), &p.week[i], err);
		n += p.week[i].n;
	}
	if (rc != XQ_OK)
		return rc;
	if (n == 0)
		p.empty = desk_word(q,
			N_("No reception is published at the moment. You can raise a concern at any time, here or by phone."));
	p.print_href = mem_printf(q->mem, "/reception.print?week=%d", (int)week);
	struct shell s = public_shell(q, desk_word(q, N_("Who receives you")));
	s.feed = "/reception.atom";
	s.feed_title = s.title;
	struct html_out o = public_begin(q, &s);
	reception_list(&o, &p);
	public_end(r, &o, &s);
	return XQ_OK;
}

const struct view reception_view = { .path = "/reception",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC,
	.render = list_render,
	.title = N_("Who receives you") };

/* ---- one day ---------------------------------------------------------------------------------------- */

static enum xq_rc
day_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct reception_day_page p = { 0 };
	int32_t day;
	if (!parse_day(req_place(q, 0), &day))
		return XQ_NONE;
	enum xq_rc rc = bills_load(q, day, day, &p.bill, &p.n, err);
	if (rc == XQ_OK && p.n == 0)
		return XQ_NONE;
	p.venue = mem_array(q->mem, struct venue, p.n + 1);
	int64_t known_at = 0;
	for (size_t i = 0; rc == XQ_OK && i < p.n; i++) {
		p.bill[i].href = NULL;
		known_at = p.bill[i].known_at > known_at ? p.bill[i].known_at : known_at;
		rc = venue_load(q->tx, q->mem, q->office->id, p.bill[i].venue_no, &p.venue[i], err);
	}
	if (rc != XQ_OK)
		return rc;
	p.title = SAY(q, N_("Reception on {day}"), AD("day", day));
	p.known = SAY(q, N_("As published on {day}"), AD("day", day_of(known_at, q->office->tz_s)));
	struct shell s = public_shell(q, p.title);
	struct html_out o = public_begin(q, &s);
	reception_day(&o, &p);
	public_end(r, &o, &s);
	return XQ_OK;
}

const struct view reception_day_view = { .path = "/reception/{date}",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC,
	.render = day_render,
	.title = N_("Reception on one day") };

/* ---- one venue -------------------------------------------------------------------------------------- */

static enum xq_rc
venue_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct venue_page p = { 0 };
	struct bill *all;
	size_t n;
	int64_t no;
	if (!parse_int(req_place(q, 0), 1, INT64_MAX, &no))
		return XQ_NONE;
	enum xq_rc rc = venue_load(q->tx, q->mem, q->office->id, no, &p.v, err);
	if (rc == XQ_OK)
		rc = bills_load(
			q, desk_today(q), day_add(desk_today(q), VENUE_DAYS), &all, &n, err);
	if (rc != XQ_OK)
		return rc;
	p.bill = mem_array(q->mem, struct bill, n + 1);
	for (size_t i = 0; i < n; i++)
		if (all[i].venue_no == no && all[i].n_sit > 0)
			p.bill[p.n++] = all[i];
	struct shell s = public_shell(q, p.v.name);
	struct html_out o = public_begin(q, &s);
	venue_one(&o, &p);
	public_end(r, &o, &s);
	return XQ_OK;
}

const struct view venue_view = { .path = "/venue/{n}",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC,
	.render = venue_render,
	.title = N_("Where we receive you") };

/* ---- the poster ------------------------------------------------------------------------------------- */

static const char *
poster_href(struct req *q, int32_t week, bool is_a3)
{
	return mem_printf(q->mem, "/reception.print?week=%d%s", (int)week, is_a3 ? "&size=a3" : "");
}

static enum xq_rc
poster_known(struct req *q, int32_t week, struct poster_page *p, struct xq_err *err)
{
	struct week w;
	enum xq_rc rc = week_load(q->tx, q->mem, q->office->id, week, &w, err);
	if (rc == XQ_OK && w.published_at)
		p->known = SAY(q, N_("Version {n}, as of {day}"), AN("n", w.version),
			AD("day", desk_today(q)));
	return rc == XQ_NONE ? XQ_OK : rc;
}

enum {
	POSTER_SEATS = 5
}; /* people, and those who were to come, on a poster in its usual letters */

/* The square code holds the address by which this browser reached us, so the page is not the same for all. */
static enum xq_rc
poster_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct poster_page p = { .office = q->office->name,
		.is_a3 = str_is(req_query(q, "size"), "a3") };
	int32_t week = week_of_day(desk_today(q));
	if (req_query(q, "week").n > 0 && !week_read(req_query(q, "week"), &week))
		return XQ_NONE;
	int32_t monday = week_monday(week);
	enum xq_rc rc = bills_load(q, monday, day_add(monday, WEEK_DAYS - 1), &p.bill, &p.n, err);
	if (rc == XQ_OK)
		rc = poster_known(q, week, &p, err);
	if (rc != XQ_OK)
		return rc;
	size_t seats = 0;
	for (size_t i = 0; i < p.n; i++)
		seats += p.bill[i].n_seats;
	p.is_full = seats > POSTER_SEATS;
	p.title = SAY(q, N_("{from} to {until}"),
		AX("from", msg_day_short(q->mem, q->prefs.lang, monday)),
		AX("until", msg_day_short(q->mem, q->prefs.lang, day_add(monday, WEEK_DAYS - 1))));
	p.url = mem_printf(q->mem, "http://%s%s/reception", resident_host(q), q->base);
	p.qr = qr_svg(q->mem, p.url, desk_word(q, N_("Square code of the roster page")));
	p.other_href = poster_href(q, week, !p.is_a3);
	p.before_href = poster_href(q, week_add(week, -1), p.is_a3);
	p.after_href = poster_href(q, week_add(week, 1), p.is_a3);
	struct shell s = public_shell(q, desk_word(q, N_("Poster of the roster")));
	s.is_wide = true;
	s.is_index = false;
	s.hide_help = true;
	struct html_out o = public_begin(q, &s);
	reception_poster(&o, &p);
	public_end(r, &o, &s);
	return XQ_OK;
}

const struct view reception_poster_view = { .path = "/reception.print",
	.who = PERM_ANYBODY,
	.render = poster_render,
	.title = N_("Poster of the roster") };

/* ---- on the first page ------------------------------------------------------------------------------ */

static struct home_sitting
home_sitting_of(struct req *q, const struct bill *b)
{
	return (struct home_sitting){ .day = mem_printf(q->mem, "%s %s",
					      msg_day_short(q->mem, q->prefs.lang, b->day),
					      desk_word(q, b->weekday)),
		.when = b->when,
		.who = bill_names(q, b),
		.place = mem_printf(q->mem, "%s %s", b->venue, b->room),
		.href = b->href,
		.is_off = b->n_sit == 0 };
}

/* The next sitting that is not over, in full; the others in a line each, struck where they are not held.
 * Where it has no seat left, the button leads to the next that has one. */
static enum xq_rc
home_render(struct req *q, struct html *out, struct xq_err *err)
{
	struct bill *b;
	size_t n;
	int32_t today = desk_today(q);
	struct home_receptions p = { .is_folded = q->prefs.elder };
	enum xq_rc rc = bills_load(q, today, day_add(today, HOME_DAYS), &b, &n, err);
	if (rc != XQ_OK)
		return rc;
	p.ahead = mem_array(q->mem, struct home_sitting, n + 1);
	for (size_t i = 0; i < n; i++) {
		if (day_at(b[i].day, b[i].end_min, q->office->tz_s) <= q->now)
			continue;
		if (!p.bill && b[i].n_sit > 0)
			p.bill = &b[i];
		else
			p.ahead[p.n_ahead++] = home_sitting_of(q, &b[i]);
		if (!p.next_seat && b[i].book_href)
			p.next_seat = &b[i];
	}
	if (!p.bill)
		return XQ_OK;
	p.is_today = p.bill->day == today;
	if (p.next_seat)
		p.next_day = msg_day_short(q->mem, q->prefs.lang, p.next_seat->day);
	struct html_out o = html_new(q->mem, q->prefs.lang, q->office->tz_s);
	o.base = q->base;
	o.today = today;
	reception_home_part(&o, &p);
	*out = html_view(&o);
	return XQ_OK;
}

const struct home_part reception_home = { home_render };
