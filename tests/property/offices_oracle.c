/* SPDX-License-Identifier: Apache-2.0 */
/* offices_oracle.c - what must be true of receptions, in plain loops over the rows; nothing of the module is
 * called, so what it gain wrong is not got wrong again here. */
#include <string.h>

#include "offices.h"

#include "core/banned.h"

enum { LOOK_BACK_DAYS = 365, LOOK_ON_DAYS = 60, TRIES = 10, WEEK_DAYS = 7, CANCELLED = 2 };
/* CANCELLED: kind of a change */

/* ---- days ------------------------------------------------------------------------------------------- */

int32_t
monday_of(int32_t day)
{
	return day_add(day, -((day_weekday(day) + 6) % WEEK_DAYS));
}

/* ISO 8601: a week belongs to the year of its Thursday. */
int64_t
iso_week(int32_t day)
{
	int32_t thursday = day_add(monday_of(day), 3);
	int year = day_year(thursday);
	return year * 100 + day_diff(day_make(year, 1, 1), thursday) / WEEK_DAYS + 1;
}

bool
is_day_for(const struct when *w, int32_t day, bool off_hours)
{
	switch (cal_day_kind(w->cal, day)) {
	case DAY_WORK:
	case DAY_MAKE_UP:
		return true;
	case DAY_WEEKEND:
		return off_hours;
	case DAY_HOLIDAY:
		break;
	}
	return false;
}

static bool
is_work(const struct when *w, int32_t day)
{
	return is_day_for(w, day, false);
}

static bool
week_has_work(const struct when *w, int32_t monday)
{
	for (int i = 0; i < WEEK_DAYS; i++)
		if (is_work(w, day_add(monday, i)))
			return true;
	return false;
}

/* ---- who may sit, and where ------------------------------------------------------------------------- */

static bool
is_absent(
	const struct rows_all *r, const struct when *w, const struct receiver_row *who, int64_t day)
{
	if (who->on_leave && day < day_add(w->today, LEAVE_DAYS))
		return true;
	for (size_t i = 0; i < r->n_aways; i++)
		if (r->away[i].receiver == who->no && r->away[i].from <= day &&
			day <= r->away[i].until)
			return true;
	return false;
}

bool
receiver_fits(const struct rows_all *r, const struct when *w, const struct plan_row *p)
{
	const struct receiver_row *who = receiver_of(r, p->receiver);
	if (!who || !who->active || is_absent(r, w, who, p->day))
		return false;
	for (size_t i = 0; i < r->n_slots; i++) {
		const struct slot_row *s = &r->slot[i];
		if (slot_counts(s) && s->receiver == p->receiver && s->day == p->day &&
			s->no != p->slot && s->no != p->other)
			return false;
	}
	return true;
}

static bool
overlap(const struct slot_row *s, int64_t day, int64_t venue, int64_t start, int64_t end)
{
	return s->state == 0 && s->day == day && s->venue == venue && s->start < end &&
	       start < s->end;
}

/* Several receive together only where they begin and end together. */
static bool
room_is_free(const struct rows_all *r, const struct plan_row *p)
{
	for (size_t i = 0; i < r->n_slots; i++) {
		const struct slot_row *s = &r->slot[i];
		if (s->no != p->slot && s->no != p->other &&
			overlap(s, p->day, p->venue, p->start, p->end) &&
			(s->start != p->start || s->end != p->end))
			return false;
	}
	return true;
}

size_t
plan_faults(const struct rows_all *r, const struct when *w, const struct plan_row *p)
{
	const struct venue_row *v = venue_of(r, p->venue);
	size_t n = !receiver_fits(r, w, p);
	n += p->day < w->today || !is_day_for(w, (int32_t)p->day, p->off_hours);
	n += !v || !v->open;
	return n + (v && !room_is_free(r, p));
}

bool
slot_counts(const struct slot_row *s)
{
	return s->state == PLANNED || s->state == HELD;
}

bool
slot_is_over(const struct when *w, const struct slot_row *s)
{
	return day_at((int32_t)s->day, (int)s->start, TZ_CHINA) <= w->now;
}

static struct plan_row
plan_as_it_stands(const struct slot_row *s)
{
	return (struct plan_row){ .slot = s->no,
		.receiver = s->receiver,
		.venue = s->venue,
		.day = s->day,
		.start = s->start,
		.end = s->end,
		.off_hours = s->off_hours };
}

/* ---- always ------------------------------------------------------------------------------------------ */

static void
check_slots(const struct rows_all *r, const struct when *w)
{
	for (size_t i = 0; i < r->n_slots; i++) {
		const struct slot_row *s = &r->slot[i];
		if (!slot_counts(s))
			continue;
		if (!is_day_for(w, (int32_t)s->day, s->off_hours))
			wrong("a sitting on a day of rest", s->no, s->day);
		if (s->moved_from && is_day_for(w, (int32_t)s->moved_from, s->off_hours))
			wrong("moved from a day that is none of rest", s->no, s->moved_from);
		if (s->provisional != !cal_is_settled(w->cal, (int32_t)s->day))
			wrong("provisional is not what the notices say", s->no, s->day);
		for (size_t k = i + 1; k < r->n_slots && r->slot[k].day == s->day; k++) {
			const struct slot_row *o = &r->slot[k];
			if (slot_counts(o) && o->receiver && o->receiver == s->receiver)
				wrong("somebody sits twice a day", s->receiver, s->day);
			if (overlap(o, s->day, s->venue, s->start, s->end) &&
				(o->start != s->start || o->end != s->end))
				wrong("two sittings in one room", s->no, o->no);
		}
	}
}

static void
check_weeks(const struct rows_all *r)
{
	for (size_t i = 0; i < r->n_weeks; i++) {
		const struct week_row *k = &r->week[i];
		int64_t n = 0, open = 0, first = 0;
		for (size_t j = 0; j < r->n_slots; j++) {
			const struct slot_row *s = &r->slot[j];
			if (s->week != k->week)
				continue;
			if ((s->announced != 0) != (k->state == PUBLISHED))
				wrong("announced and published are not one", s->no, k->week);
			if (s->state == CALLED_OFF)
				continue;
			n++;
			open += s->receiver == 0;
			first = first == 0 || s->day < first ? s->day : first;
		}
		if (n != k->n_slots || open != k->n_open || first != k->first_on)
			wrong("a week counts what is not there", k->week, n);
		if (k->state != DRAFT && (k->approved_by == 0 || k->approved_by == k->drafted_by))
			wrong("no second person has read it", k->week, k->approved_by);
		if (k->state != DRAFT && open > 0)
			wrong("approved with an open place", k->week, open);
	}
}

/* ---- a draft ----------------------------------------------------------------------------------------- */

static bool
is_drafted(const struct rows_all *was, const struct deed *d, int64_t week)
{
	for (size_t i = 0; i < d->n_weeks; i++)
		if (iso_week(day_add(monday_of(d->draft_from), (int)i * WEEK_DAYS)) == week) {
			const struct week_row *k = week_of(was, week);
			return !k || k->state == DRAFT;
		}
	return false;
}

/* How many places of the pattern stand in this week, and on which day. */
static int64_t
places_of(const struct rows_all *r, const struct pattern_row *p, int64_t week, int32_t own,
	int64_t *out_day)
{
	int64_t n = 0;
	for (size_t i = 0; i < r->n_slots; i++) {
		const struct slot_row *s = &r->slot[i];
		if (s->week != week || s->venue != p->venue || s->start != p->start ||
			s->end != p->end || (s->moved_from ? s->moved_from : s->day) != own)
			continue;
		if (s->receiver && !(p->roles >> receiver_of(r, s->receiver)->role & 1))
			wrong("a role that may not sit there", s->no, s->receiver);
		*out_day = s->day;
		n++;
	}
	return n;
}

static bool
room_is_taken(const struct rows_all *r, const struct pattern_row *p, int32_t day)
{
	for (size_t i = 0; i < r->n_slots; i++)
		if (overlap(&r->slot[i], day, p->venue, p->start, p->end))
			return true;
	return false;
}

static int32_t
next_day_for(const struct when *w, int32_t day, bool off_hours)
{
	for (day = day_add(day, 1); !is_day_for(w, day, off_hours);)
		day = day_add(day, 1);
	return day;
}

/* Each pattern of a week stands on its own day or, where that is one of rest, on the first working day
 * behind it on which the room is free; what lies behind us is not drafted. Returns its places. */
static int64_t
check_pattern(const struct rows_all *now, const struct when *w, const struct pattern_row *p,
	int64_t week, int32_t own)
{
	int64_t day = 0, n = places_of(now, p, week, own, &day);
	bool stands = is_day_for(w, own, p->off_hours);
	int32_t first = stands ? own : next_day_for(w, own, false);
	if (n > 0 && n != p->places)
		wrong("not all places of a sitting", week, p->no);
	if (first <= w->today) {
		if (n > 0)
			wrong("drafted on a day that has begun", week, day);
		return n;
	}
	if (stands && n == 0 && !room_is_taken(now, p, own))
		wrong("a sitting is missing though its room is free", week, own);
	if (stands && n > 0 && day != own)
		wrong("moved from a day that is none of rest", week, own);
	if (stands)
		return n;
	int32_t d = first;
	for (int k = 0; k < TRIES && d != day; k++, d = next_day_for(w, d, false))
		if (!room_is_taken(now, p, d))
			wrong("not on the first free working day behind the holiday", week, own);
	return n;
}

static void
check_patterns(const struct rows_all *was, const struct rows_all *now, const struct when *w,
	const struct deed *d)
{
	for (size_t i = 0; i < d->n_weeks; i++) {
		int32_t monday = day_add(monday_of(d->draft_from), (int)i * WEEK_DAYS);
		int64_t week = iso_week(monday), n = 0;
		if (!is_drafted(was, d, week))
			continue;
		const struct week_row *k = week_of(now, week);
		for (size_t j = 0; j < now->n_patterns; j++)
			if (now->pattern[j].on)
				n += check_pattern(now, w, &now->pattern[j], week,
					day_add(monday, (int)now->pattern[j].weekday - 1));
		if (!k || k->state != DRAFT || k->drafted_by != d->person || k->n_slots != n)
			wrong("a draft is not what its patterns say", week, n);
	}
}

/* ---- fair -------------------------------------------------------------------------------------------- */

/* A draft as a table: who has which place, and who could. */
struct fair {
	size_t n_places, n_people;
	const struct slot_row *place[SLOTS];
	const struct receiver_row *who[PEOPLE];
	int64_t roles[SLOTS];
	int has[SLOTS]; /* index of who; -1: nobody */
	int count[PEOPLE];
	bool busy[SLOTS]
		 [PEOPLE]; /* away or sitting on a roster that stays, on the day of the place */
	bool gives[PEOPLE][PEOPLE]; /* one sitting can go from the first to the second */
};

/* From the year before one sitting ahead of the others counts, and more do not. */
static void
count_before(const struct rows_all *was, const struct deed *d, struct fair *f)
{
	int64_t sat[PEOPLE] = { 0 }, least = INT64_MAX;
	int32_t first = 0, last = 0;
	for (size_t i = 0; i < d->n_weeks; i++) {
		int32_t monday = day_add(monday_of(d->draft_from), (int)i * WEEK_DAYS);
		if (!is_drafted(was, d, iso_week(monday)))
			continue;
		first = first ? first : monday;
		last = monday;
	}
	for (size_t i = 0; i < f->n_people; i++) {
		for (size_t k = 0; k < was->n_slots; k++) {
			const struct slot_row *s = &was->slot[k];
			sat[i] += slot_counts(s) && s->receiver == f->who[i]->no &&
			          !is_drafted(was, d, s->week) &&
			          s->day >= day_add(first, -LOOK_BACK_DAYS) &&
			          s->day <= day_add(last, LOOK_ON_DAYS);
		}
		least = sat[i] < least ? sat[i] : least;
	}
	for (size_t i = 0; i < f->n_people; i++)
		f->count[i] = sat[i] > least;
}

static int64_t
roles_of_place(const struct rows_all *r, const struct slot_row *s)
{
	int32_t own = (int32_t)(s->moved_from ? s->moved_from : s->day);
	for (size_t i = 0; i < r->n_patterns; i++) {
		const struct pattern_row *p = &r->pattern[i];
		if (p->on && p->weekday == (day_weekday(own) + 6) % WEEK_DAYS + 1 &&
			p->venue == s->venue && p->start == s->start && p->end == s->end)
			return p->roles;
	}
	return 0;
}

static void
fill_table(const struct rows_all *was, const struct rows_all *now, const struct when *w,
	const struct deed *d, struct fair *f)
{
	f->n_places = f->n_people = 0;
	memset(f->gives, 0, sizeof f->gives);
	for (size_t i = 0; i < now->n_receivers; i++)
		if (now->receiver[i].active)
			f->who[f->n_people++] = &now->receiver[i];
	count_before(was, d, f);
	for (size_t i = 0; i < now->n_slots; i++) {
		const struct slot_row *s = &now->slot[i];
		if (!is_drafted(was, d, s->week))
			continue;
		size_t k = f->n_places++;
		f->place[k] = s;
		f->roles[k] = roles_of_place(now, s);
		f->has[k] = -1;
		for (size_t p = 0; p < f->n_people; p++) {
			f->busy[k][p] = is_absent(now, w, f->who[p], s->day);
			if (s->receiver == f->who[p]->no) {
				f->has[k] = (int)p;
				f->count[p]++;
			}
		}
		if (s->receiver && f->has[k] < 0)
			wrong("somebody who is not on the list", s->no, s->receiver);
	}
	for (size_t k = 0; k < f->n_places; k++)
		for (size_t i = 0; i < now->n_slots; i++) {
			const struct slot_row *s = &now->slot[i];
			if (s->day == f->place[k]->day && s->state == 0 && s->receiver &&
				!is_drafted(was, d, s->week))
				for (size_t p = 0; p < f->n_people; p++)
					f->busy[k][p] |= f->who[p]->no == s->receiver;
		}
}

/* Who can end up with one more on this day if this place is given away, others of the day moving up. Returns
 * whether there is anybody. */
static bool
give_away(const struct fair *f, size_t place, bool *gain)
{
	size_t first = place, last = place, queue[SLOTS], n = 1;
	bool seen[SLOTS] = { 0 }, any = false;
	while (first > 0 && f->place[first - 1]->day == f->place[place]->day)
		first--;
	while (last + 1 < f->n_places && f->place[last + 1]->day == f->place[place]->day)
		last++;
	queue[0] = place;
	seen[place] = true;
	for (size_t k = 0; k < n; k++)
		for (size_t p = 0; p < f->n_people; p++) {
			size_t q = queue[k], other = SLOTS;
			if (f->busy[q][p] || !(f->roles[q] >> f->who[p]->role & 1))
				continue;
			for (size_t i = first; i <= last; i++)
				other = f->has[i] == (int)p ? i : other;
			if (other == SLOTS) {
				gain[p] = any = true;
			} else if (!seen[other]) {
				seen[other] = true;
				queue[n++] = other;
			}
		}
	return any;
}

static void
check_chains(struct fair *f, int64_t week)
{
	for (size_t k = 0; k < f->n_people; k++)
		for (size_t a = 0; a < f->n_people; a++)
			for (size_t b = 0; f->gives[a][k] && b < f->n_people; b++)
				f->gives[a][b] |= f->gives[k][b];
	for (size_t a = 0; a < f->n_people; a++)
		for (size_t b = 0; b < f->n_people; b++)
			if (f->gives[a][b] && f->count[a] > f->count[b] + 1)
				wrong("one sits two more than another who could sit instead",
					f->who[a]->no, week);
}

/* Where everybody could take every place, nobody sits two more than anybody else. */
static void
check_spread(const struct fair *f, int64_t week)
{
	int least = INT32_MAX, most = 0;
	for (size_t k = 0; k < f->n_places; k++)
		for (size_t p = 0; p < f->n_people; p++)
			if (f->busy[k][p] || !(f->roles[k] >> f->who[p]->role & 1))
				return;
	for (size_t p = 0; p < f->n_people; p++) {
		least = f->count[p] < least ? f->count[p] : least;
		most = f->count[p] > most ? f->count[p] : most;
	}
	if (most > least + 1)
		wrong("the spread is more than one", most - least, week);
}

static void
check_fair(const struct rows_all *was, const struct rows_all *now, const struct when *w,
	const struct deed *d)
{
	static struct fair f;
	int64_t week = iso_week(d->draft_from);
	fill_table(was, now, w, d, &f);
	for (size_t k = 0; k < f.n_places; k++) {
		bool gain[PEOPLE] = { 0 };
		bool any = give_away(&f, k, gain);
		if (f.has[k] < 0 && any)
			wrong("a place is open that somebody could take", f.place[k]->no, week);
		if (f.has[k] >= 0 && f.busy[k][f.has[k]])
			wrong("somebody sits while away", f.place[k]->no, f.place[k]->receiver);
		for (size_t p = 0; f.has[k] >= 0 && p < f.n_people; p++)
			f.gives[f.has[k]][p] |= gain[p];
	}
	check_chains(&f, week);
	check_spread(&f, week);
}

/* ---- what an act may change -------------------------------------------------------------------------- */

static bool
stands_alike(const struct slot_row *a, const struct slot_row *b)
{
	return a->day == b->day && a->start == b->start && a->end == b->end &&
	       a->venue == b->venue && a->receiver == b->receiver &&
	       (a->state == CALLED_OFF) == (b->state == CALLED_OFF);
}

/* What stood there, what stands there now, and why. */
static void
check_line(const struct rows_all *now, const struct slot_row *a, const struct slot_row *b,
	const struct change_row *c, const struct when *w)
{
	const struct slot_row *to = b;
	for (size_t i = 0; b->state == CALLED_OFF && i < now->n_slots; i++)
		if (now->slot[i].makes_up == b->no)
			to = &now->slot[i];
	bool has_old = c->old_day == a->day && c->old_start == a->start && c->old_end == a->end &&
	               c->old_venue == a->venue && c->old_receiver == a->receiver;
	bool has_new = c->new_day == to->day && c->new_start == to->start &&
	               c->new_end == to->end && c->new_venue == to->venue &&
	               c->new_receiver == to->receiver;
	if (!has_old || !has_new || !c->has_why || c->at != w->now)
		wrong("a change is not told as it was", b->no, c->n);
	if (b->state == CALLED_OFF && (to == b || c->kind != CANCELLED))
		wrong("a cancelled sitting is not made up for", b->no, c->kind);
	if (to != b && to->day < day_add(w->today, AHEAD_DAYS))
		wrong("a make-up sitting is announced too late", to->no, to->day);
}

/* Lines and changes of what residents have read go together, one for one. */
static void
check_told(const struct rows_all *was, const struct rows_all *now, const struct when *w)
{
	size_t lines = 0;
	for (size_t i = 0; i < was->n_slots; i++) {
		const struct slot_row *a = &was->slot[i];
		if (week_of(was, a->week)->state != PUBLISHED)
			continue;
		const struct slot_row *b = slot_of(now, a->no);
		const struct change_row *line = NULL;
		int64_t before = 0, after = 0;
		for (size_t k = 0; k < was->n_changes; k++)
			before += was->change[k].slot == a->no;
		for (size_t k = 0; k < now->n_changes; k++)
			if (now->change[k].slot == a->no) {
				after++;
				line = &now->change[k];
			}
		lines += (size_t)(after - before);
		if (!b) {
			wrong("a published sitting is gone", a->no, a->week);
		} else if (stands_alike(a, b) ? after != before : after != before + 1) {
			wrong("a change of a published sitting is not told once", a->no, after);
		} else if (!stands_alike(a, b)) {
			check_line(now, a, b, line, w);
			if (week_of(now, b->week)->version <= week_of(was, b->week)->version)
				wrong("a published roster changed and kept its version", b->week,
					0);
		}
	}
	if (lines != now->n_changes - was->n_changes)
		wrong("a line without a change", (int64_t)lines, (int64_t)now->n_changes);
}

static void
check_published(const struct rows_all *now, const struct when *w, const struct week_row *k)
{
	int64_t first = k->first_on;
	if (day_of(k->published_at, TZ_CHINA) != w->today)
		wrong("published, and not now", k->week, k->published_at);
	if (w->today > day_add((int32_t)first, -AHEAD_DAYS) && !k->has_why)
		wrong("published late without a word why", k->week, first);
	for (size_t i = 0; i < now->n_slots; i++)
		if (now->slot[i].week == k->week) {
			struct plan_row p = plan_as_it_stands(&now->slot[i]);
			if (plan_faults(now, w, &p) > 0)
				wrong("published though it does not hold any more", p.slot, p.day);
		}
}

static void
check_week_step(const struct rows_all *was, const struct rows_all *now, const struct when *w,
	const struct deed *d, const struct week_row *k)
{
	const struct week_row *before = week_of(was, k->week);
	int64_t from = before ? before->state : DRAFT;
	if (k->state == PUBLISHED && from == APPROVED)
		check_published(now, w, k);
	if (k->state == PUBLISHED && from == DRAFT)
		wrong("published without a second person", k->week, 0);
	if (k->state == APPROVED && from == DRAFT && k->approved_by != d->person)
		wrong("approved by somebody else than who did it", k->week, k->approved_by);
	if (from == PUBLISHED && k->state != PUBLISHED)
		wrong("a published roster is none any more", k->week, k->state);
	if (!before && !is_drafted(was, d, k->week))
		wrong("a roster that nobody drafted", k->week, 0);
}

/* Who takes a place now, or sits at another time, was free for it. */
static void
check_new_plans(const struct rows_all *was, const struct rows_all *now, const struct when *w,
	const struct deed *d)
{
	for (size_t i = 0; i < now->n_slots; i++) {
		const struct slot_row *b = &now->slot[i], *a = slot_of(was, b->no);
		if (b->state != 0 || b->receiver == 0 || (a && stands_alike(a, b)))
			continue;
		struct plan_row p = plan_as_it_stands(b);
		if (plan_faults(now, w, &p) > 0)
			wrong("planned for somebody away, or for a room that is not free", b->no,
				b->receiver);
		if (!a && !b->makes_up && !is_drafted(was, d, b->week))
			wrong("a sitting from nowhere", b->no, b->week);
	}
	for (size_t i = 0; i < was->n_slots; i++)
		if (!slot_of(now, was->slot[i].no) && !is_drafted(was, d, was->slot[i].week))
			wrong("a sitting is gone", was->slot[i].no, was->slot[i].week);
}

void
oracle_act(const struct rows_all *was, const struct rows_all *now, const struct when *w,
	const struct deed *d)
{
	check_slots(now, w);
	check_weeks(now);
	check_told(was, now, w);
	check_new_plans(was, now, w, d);
	for (size_t i = 0; i < now->n_weeks; i++)
		check_week_step(was, now, w, d, &now->week[i]);
	if (d->n_weeks > 0) {
		check_patterns(was, now, w, d);
		check_fair(was, now, w, d);
	}
}

/* ---- alarms ------------------------------------------------------------------------------------------ */

static bool
was_told(const struct rows_all *r, int64_t week, int64_t kind)
{
	for (size_t i = 0; i < r->n_alarms; i++)
		if (r->alarm[i].week == week && r->alarm[i].kind == kind)
			return true;
	return false;
}

static bool
lacks_sitting(const struct rows_all *r, const struct when *w, int32_t monday)
{
	bool keeps = false;
	for (size_t i = 0; i < r->n_patterns; i++)
		keeps = keeps || r->pattern[i].on;
	for (size_t i = 0; i < r->n_slots; i++) {
		const struct slot_row *s = &r->slot[i];
		if (slot_counts(s) && s->receiver && s->day >= monday &&
			s->day < day_add(monday, WEEK_DAYS))
			return false;
	}
	return keeps && week_has_work(w, monday);
}

static bool
is_late(const struct week_row *k, const struct when *w)
{
	return k && k->state != PUBLISHED && k->first_on > 0 &&
	       w->today > day_add((int32_t)k->first_on, -AHEAD_DAYS);
}

/* This week and the next, so also every week on the evening before it begins. */
static void
check_told_weeks(const struct rows_all *now, const struct when *w)
{
	for (int i = 0; i < 2; i++) {
		int32_t monday = day_add(monday_of(w->today), i * WEEK_DAYS);
		if (lacks_sitting(now, w, monday) && !was_told(now, iso_week(monday), NO_SITTING))
			wrong("a week without a sitting, and nobody was told", iso_week(monday),
				w->today);
	}
	for (size_t i = 0; i < now->n_weeks; i++) {
		const struct week_row *k = &now->week[i];
		if (is_late(k, w) && k->first_on >= w->today &&
			!was_told(now, k->week, UNPUBLISHED))
			wrong("a roster is not out in time, and nobody was told", k->week,
				w->today);
	}
}

void
oracle_evening(const struct rows_all *was, const struct rows_all *now, const struct when *w)
{
	check_told_weeks(now, w);
	for (size_t i = 0; i < now->n_alarms; i++) {
		const struct alarm_row *a = &now->alarm[i];
		if (was_told(was, a->week, a->kind))
			continue;
		bool has_cause = a->kind == UNPUBLISHED && is_late(week_of(now, a->week), w);
		for (int k = 0; a->kind == NO_SITTING && k < 2; k++) {
			int32_t monday = day_add(monday_of(w->today), k * WEEK_DAYS);
			has_cause |= iso_week(monday) == a->week && lacks_sitting(now, w, monday);
		}
		if (!has_cause || a->told_at != w->now)
			wrong("an alarm without its cause", a->week, a->kind);
	}
}
