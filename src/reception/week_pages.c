/* SPDX-License-Identifier: Apache-2.0 */
/* week_pages.c - one week and one sitting at the desk: who sits, what is in the way, what can be done next, and
 * the changes as residents read them. */
#include "reception/sitting_pages.h"

#include "core/mem.h"
#include "core/parse.h"
#include "templates.h"

#include "core/banned.h"

enum { WEEK_DAYS = 7, HALF_YEAR_DAYS = 182 };

/* ---- one week --------------------------------------------------------------------------------------- */

/* Somebody left, went on leave or is away: what is published has to be changed. */
static bool
has_conflict(const struct slot *s, const struct receiver *r, size_t n, const struct absence *a,
	size_t n_absences, int32_t today)
{
	for (size_t i = 0; i < n; i++)
		if (r[i].no == s->receiver_no &&
			(!r[i].is_active ||
				(r[i].is_on_leave && s->day < day_add(today, AWAY_OPEN_DAYS))))
			return true;
	for (size_t i = 0; i < n_absences; i++)
		if (a[i].receiver_no == s->receiver_no && a[i].from_on <= s->day &&
			s->day <= a[i].until_on)
			return true;
	return false;
}

/* What is in the way of the sittings of a week. */
struct trouble {
	int away, rest;
};

/* A notice that came later made it a day of rest. */
static bool
is_rest_now(struct req *q, const struct slot *s)
{
	return s->state == SLOT_PLANNED && s->day >= desk_today(q) &&
	       roster_day(q->app->calendar, s->day, s->is_off_hours) != s->day;
}

static struct desk_light
slot_light(struct req *q, const struct slot *s, bool conflict)
{
	if (s->state != SLOT_PLANNED)
		return sitting_light(q, s);
	if (!s->receiver_no)
		return (struct desk_light){ LIGHT_LATE, desk_word(q, N_("Nobody yet")) };
	if (conflict)
		return (struct desk_light){ LIGHT_LATE, desk_word(q, N_("Away or gone")) };
	if (is_rest_now(q, s))
		return (struct desk_light){ LIGHT_LATE, desk_word(q, N_("A day of rest now")) };
	if (s->is_provisional)
		return (struct desk_light){ LIGHT_UNKNOWN, desk_word(q, N_("Provisional day")) };
	return (struct desk_light){ LIGHT_OK, desk_word(q, N_("As planned")) };
}

static const char *
slot_note(struct req *q, const struct slot *s)
{
	if (s->moved_from)
		return SAY(q, N_("Moved here from {day}, a day of rest"), AD("day", s->moved_from));
	return s->makes_up ? desk_word(q, N_("Makes up for a sitting that was not held")) : NULL;
}

static enum xq_rc
load_slots(struct req *q, int32_t week, struct week_page *p, struct trouble *in_way,
	struct xq_err *err)
{
	static const struct column col[] = { { .label = N_("No."), .form = COL_NUMBER },
		{ .label = N_("Day") }, { .label = N_("Where") }, { .label = N_("Who receives") },
		{ .label = N_("State") } };
	enum { COLS = sizeof col / sizeof *col };
	struct slot *s;
	struct receiver *r;
	struct absence *a;
	size_t n = 0, n_receivers = 0, n_absences = 0;
	enum xq_rc rc = slot_list(
		q->tx, q->mem, q->office->id, &(struct slot_query){ .week = week }, &s, &n, err);
	if (rc == XQ_OK)
		rc = receiver_list(q->tx, q->mem, q->office->id, &r, &n_receivers, err);
	if (rc == XQ_OK)
		rc = absence_list(
			q->tx, q->mem, q->office->id, week_monday(week), &a, &n_absences, err);
	if (rc != XQ_OK)
		return rc;
	struct table_cell *cell = mem_array(q->mem, struct table_cell, n * COLS + 1);
	for (size_t i = 0; i < n; i++) {
		bool conflict = s[i].state == SLOT_PLANNED && s[i].day >= desk_today(q) &&
		                has_conflict(&s[i], r, n_receivers, a, n_absences, desk_today(q));
		struct desk_light light = slot_light(q, &s[i], conflict);
		struct table_cell *row = cell + i * COLS;
		in_way->away += conflict;
		in_way->rest += !conflict && is_rest_now(q, &s[i]);
		row[0] =
			(struct table_cell){ .text = mem_printf(q->mem, "%lld", (long long)s[i].no),
				.href = slot_path(q, s[i].no, "") };
		row[1] = (struct table_cell){ .text = msg_day(q->mem, q->prefs.lang, s[i].day),
			.note = time_words(q, s[i].start_min, s[i].end_min) };
		row[2] = (struct table_cell){ .text = s[i].venue, .note = s[i].room };
		row[3] = (struct table_cell){ .text = s[i].receiver_no ? s[i].name : NULL,
			.note = s[i].public_title };
		row[4] = (struct table_cell){ .text = light.words,
			.note = slot_note(q, &s[i]),
			.light = light.light,
			.has_light = true };
	}
	p->rows = (struct table){ .caption = N_("Who sits when and where"),
		.hide_caption = true,
		.col = col,
		.n_cols = COLS,
		.cell = cell,
		.n_rows = n };
	return XQ_OK;
}

static enum xq_rc
load_changes(struct req *q, int32_t from, int32_t until, int64_t slot_no, struct table *out,
	struct xq_err *err)
{
	static const struct column col[] = { { .label = N_("What stood there") },
		{ .label = N_("What became of it") } };
	enum { COLS = sizeof col / sizeof *col };
	struct change *c;
	size_t n = 0, rows = 0;
	enum xq_rc rc = change_list(q->tx, q->mem, q->office->id, from, until, &c, &n, err);
	struct table_cell *cell = mem_array(q->mem, struct table_cell, n * COLS + 1);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		if (slot_no && c[i].slot_no != slot_no)
			continue;
		struct table_cell *row = cell + rows++ * COLS;
		row[0] = (struct table_cell){ .text = c[i].old_name,
			.note = SAY(q, N_("{day}, {time}, {venue}"), AD("day", c[i].old_day),
				AX("time", time_words(q, c[i].old_start, c[i].old_end)),
				AX("venue", c[i].old_venue)) };
		row[1].text = change_words(q, &c[i]);
	}
	*out = (struct table){ .caption = N_("Changes, as residents read them"),
		.hide_caption = true,
		.col = col,
		.n_cols = COLS,
		.cell = cell,
		.n_rows = rows };
	return rc;
}

static void
add_next(struct req *q, struct next_row *next, size_t *n, const char *href, const char *icon,
	const struct act *act, const char *refusal)
{
	next[(*n)++] = (struct next_row){ refusal ? NULL : href, icon, act->title,
		refusal ? desk_word(q, refusal) : NULL };
}

static void
fill_week_next(struct req *q, const struct week *w, struct week_page *p)
{
	bool may_lead = actor_may(&q->actor, PERM_LEAD),
	     may_plan = actor_may(&q->actor, PERM_PUBLISH);
	if (w->state == WEEK_DRAFT)
		add_next(q, p->next, &p->n_next, week_path(q, w->week, "/approve"), "tick",
			&roster_approve,
			!may_lead ? N_("A leader does this")
			: w->drafted_by == q->actor.person_id || w->changed_by == q->actor.person_id
				? N_("Somebody else than who drafted or changed it")
			: w->n_open > 0 || w->n_slots == 0 ? N_("Places are open")
							   : NULL);
	if (w->state == WEEK_APPROVED)
		add_next(q, p->next, &p->n_next, week_path(q, w->week, "/publish"), "eye",
			&roster_publish,
			may_plan ? NULL : N_("Whoever publishes for the office does this"));
	if (w->state == WEEK_DRAFT && may_plan)
		add_next(q, p->next, &p->n_next,
			mem_printf(q->mem, "/desk/reception/draft?week=%d", (int)w->week), "redo",
			&roster_draft, NULL);
}

static const char *
people_words(struct req *q, const struct week *w)
{
	struct buf b = buf_new(q->mem, 128);
	if (w->drafter)
		buf_text(&b, SAY(q, N_("Drafted by {name}"), AX("name", w->drafter)));
	if (w->approver)
		buf_printf(&b, " · %s", SAY(q, N_("approved by {name}"), AX("name", w->approver)));
	if (w->publisher)
		buf_printf(&b, " · %s",
			SAY(q, N_("published by {name} on {day}"), AX("name", w->publisher),
				AD("day", day_of(w->published_at, q->office->tz_s))));
	return buf_view(&b).p;
}

static const char *
week_warning(struct req *q, const struct week *w, struct trouble in_way)
{
	if (in_way.away > 0)
		return SAY(q,
			N_("{n} sittings name somebody who is away or gone. Please change them."),
			AN("n", in_way.away));
	if (in_way.rest > 0)
		return SAY(q,
			N_("{n} sittings fall on what is a day of rest now. Please move them."),
			AN("n", in_way.rest));
	if (w->state != WEEK_PUBLISHED && w->first_on && w->publish_by < desk_today(q))
		return SAY(q, N_("It should have been out by {day}. Published now, it says why."),
			AD("day", w->publish_by));
	return NULL;
}

static enum xq_rc
week_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct week_page p = { 0 };
	struct week w;
	int32_t week;
	struct trouble in_way = { 0 };
	if (!place_week(q, 0, &week))
		return XQ_NONE;
	int32_t monday = week_monday(week);
	enum xq_rc rc = week_load(q->tx, q->mem, q->office->id, week, &w, err);
	if (rc == XQ_OK)
		rc = load_slots(q, week, &p, &in_way, err);
	if (rc == XQ_OK)
		rc = load_changes(q, monday, day_add(monday, WEEK_DAYS - 1), 0, &p.changes, err);
	if (rc != XQ_OK)
		return rc;
	p.title = week_words(q, week);
	p.crumb[0] = (struct crumb){ "/desk", N_("To do today") };
	p.crumb[1] = (struct crumb){ "/desk/reception", N_("Receptions") };
	p.crumb[2] = (struct crumb){ NULL, p.title };
	p.light = week_light(q, &w);
	p.people = people_words(q, &w);
	p.late = w.late_why[0] ? SAY(q, N_("Published later than we promise: {why}"),
					 AX("why", w.late_why))
	                       : NULL;
	p.warn = week_warning(q, &w, in_way);
	p.print_href = w.state == WEEK_PUBLISHED
	                       ? mem_printf(q->mem, "/reception.print?week=%d", (int)week)
	                       : NULL;
	fill_week_next(q, &w, &p);
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Roster of a week"), roster_flash(q), &s);
	desk_week(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view desk_week_view = { .path = "/desk/reception/{week}",
	.who = PERM_STAFF,
	.render = week_render,
	.title = N_("Roster of a week") };

/* ---- one sitting ------------------------------------------------------------------------------------ */

static void
add_fact(struct slot_page *p, const char *label, const char *value)
{
	xq_require(p->n_facts < SLOT_FACTS);
	if (value && value[0])
		p->fact[p->n_facts++] = (struct slot_fact){ label, value };
}

static void
fill_slot_next(struct req *q, const struct slot *s, bool is_own, struct slot_page *p)
{
	bool may = actor_may(&q->actor, PERM_PUBLISH);
	bool is_over = day_at(s->day, s->start_min, q->office->tz_s) <= q->now;
	if (s->is_published && s->state != SLOT_CANCELLED && s->day <= desk_today(q))
		p->next[p->n_next++] = (struct next_row){ slot_path(q, s->no, "/register"), "pen",
			N_("Register of the reception"), NULL, NULL };
	if (s->state != SLOT_PLANNED || is_over)
		return;
	const char *no = may ? NULL : N_("Whoever publishes for the office does this");
	add_next(
		q, p->next, &p->n_next, slot_path(q, s->no, "/change"), "edit", &roster_change, no);
	if (!s->is_published)
		return;
	add_next(q, p->next, &p->n_next, slot_path(q, s->no, "/swap"), "hand", &roster_swap,
		is_own ? NULL : N_("Only who sits there"));
	add_next(q, p->next, &p->n_next, slot_path(q, s->no, "/cancel"), "close", &roster_cancel,
		no);
}

static enum xq_rc
slot_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct slot_page p = { 0 };
	struct slot s;
	struct receiver who = { 0 };
	int64_t no;
	if (!parse_int(req_place(q, 0), 1, INT64_MAX, &no))
		return XQ_NONE;
	enum xq_rc rc = slot_load(q->tx, q->mem, q->office->id, no, &s, err);
	if (rc == XQ_OK && s.receiver_no)
		rc = receiver_load(q->tx, q->mem, q->office->id, s.receiver_no, &who, err);
	if (rc == XQ_OK) /* a change stands at the day that it took the sitting from */
		rc = load_changes(q, day_add(s.day, -HALF_YEAR_DAYS),
			day_add(s.day, HALF_YEAR_DAYS), s.no, &p.changes, err);
	if (rc != XQ_OK)
		return rc;
	p.title = SAY(q, N_("{day}, {name}"), AD("day", s.day),
		AX("name", s.receiver_no ? s.name : desk_word(q, N_("Nobody yet"))));
	p.crumb[0] = (struct crumb){ "/desk", N_("To do today") };
	p.crumb[1] = (struct crumb){ "/desk/reception", N_("Receptions") };
	p.crumb[2] = (struct crumb){ week_path(q, s.week, ""), week_words(q, s.week) };
	p.crumb[3] = (struct crumb){ NULL, p.title };
	p.light = slot_light(q, &s, false);
	add_fact(&p, N_("Day"), msg_day(q->mem, q->prefs.lang, s.day));
	add_fact(&p, N_("Time"), time_words(q, s.start_min, s.end_min));
	add_fact(&p, N_("Where"), mem_printf(q->mem, "%s %s", s.venue, s.room));
	add_fact(&p, N_("Who receives"),
		mem_printf(q->mem, "%s %s", s.receiver_no ? s.name : "", s.public_title));
	add_fact(&p, N_("Receives as"),
		s.receiver_no ? desk_word(q, choice_label(receiver_roles, s.role)) : NULL);
	add_fact(&p, N_("Topics"), s.topics);
	add_fact(&p, N_("Remarks"), slot_note(q, &s));
	bool is_own = who.person_id && who.person_id == q->actor.person_id;
	if (is_own || actor_may(&q->actor, PERM_PUBLISH) || actor_may(&q->actor, PERM_LEAD))
		rc = desk_turns_load(q, &s, &p, err);
	if (rc != XQ_OK)
		return rc;
	fill_slot_next(q, &s,
		who.person_id ? who.person_id == q->actor.person_id
			      : actor_may(&q->actor, PERM_PUBLISH),
		&p);
	struct shell sh;
	struct html_out o = desk_page_begin(q, N_("One sitting"), roster_flash(q), &sh);
	desk_slot(&o, &p);
	desk_end(r, &o, &sh);
	return XQ_OK;
}

const struct view desk_slot_view = { .path = "/desk/reception/sittings/{n}",
	.who = PERM_STAFF,
	.render = slot_render,
	.title = N_("One sitting") };
