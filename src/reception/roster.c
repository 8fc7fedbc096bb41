/* SPDX-License-Identifier: Apache-2.0 */
/* roster.c - the generator: first the places, then whoever has sat least takes the next one, then sittings
 * move along chains from who has more to who has fewer until no chain helps.
 *
 * Places, days of a receiver and receivers are a flow network: a receiver takes one place a day. A chain is
 * a way through what is left of it, so when none helps, no other roster is fairer. */
#include "reception/roster.h"

#include <stdlib.h>

#include "core/mem.h"

#include "core/banned.h"

enum { TRIES_WD = 10, PLACES_MAX = 20000, NOT_YET = -1 };

/* ---- places ------------------------------------------------------------------------------------------ */

int32_t
roster_day(const struct calendar *cal, int32_t day, bool is_off_hours)
{
	if (is_off_hours && cal_day_kind(cal, day) == DAY_WEEKEND)
		return day;
	return cal_next_workday(cal, day);
}

static bool
overlaps(int32_t day, int start, int end, int64_t venue, const struct roster_place *p)
{
	return p->day == day && p->venue_no == venue && p->start_min < end && start < p->end_min;
}

static bool
is_room_taken(const struct roster_ask *ask, const struct roster *r, const struct roster_pattern *p,
	int32_t day)
{
	for (size_t i = 0; i < ask->n_taken; i++) {
		const struct roster_taken *t = &ask->taken[i];
		if (t->day == day && t->venue_no == p->venue_no && t->start_min < p->end_min &&
			p->start_min < t->end_min)
			return true;
	}
	for (size_t i = 0; i < r->n; i++)
		if (overlaps(day, p->start_min, p->end_min, p->venue_no, &r->place[i]))
			return true;
	return false;
}

static void
add_places(const struct roster_ask *ask, struct roster *r, const struct roster_pattern *p,
	int32_t week, int32_t day, int32_t moved_from)
{
	for (int k = 0; k < p->places; k++) {
		xq_require(r->n < PLACES_MAX);
		r->place[r->n++] = (struct roster_place){ .week = week,
			.day = day,
			.moved_from = moved_from,
			.start_min = p->start_min,
			.end_min = p->end_min,
			.pattern_no = p->no,
			.venue_no = p->venue_no,
			.roles = p->roles,
			.receiver = ROSTER_NOBODY,
			.is_off_hours = p->is_off_hours,
			.is_provisional = !cal_is_settled(ask->cal, day) };
	}
}

/* Sittings on their own day come first; what a holiday moves looks for a free room behind them. */
static void
place_pattern(const struct roster_ask *ask, struct roster *r, const struct roster_pattern *p,
	int32_t week, bool is_moved)
{
	int32_t own = day_add(week_monday(week), p->weekday - 1);
	int32_t day = roster_day(ask->cal, own, p->is_off_hours);
	if ((day != own) != is_moved || (day && day < ask->not_before))
		return;
	if (!is_moved) {
		if (!is_room_taken(ask, r, p, own))
			add_places(ask, r, p, week, own, 0);
		else
			r->n_fallen++;
		return;
	}
	for (int k = 0; day && k < TRIES_WD; k++) {
		if (!is_room_taken(ask, r, p, day)) {
			add_places(ask, r, p, week, day, own);
			return;
		}
		day = cal_add_wd(ask->cal, day, 1);
	}
	r->n_fallen++;
}

static int
compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
by_day(const void *a, const void *b)
{
	const struct roster_place *x = a, *y = b;
	int c = compare(x->day, y->day);
	c = c ? c : compare(x->start_min, y->start_min);
	c = c ? c : compare(x->venue_no, y->venue_no);
	c = c ? c : compare(x->week, y->week);
	return c ? c : compare(x->pattern_no, y->pattern_no);
}

static void
make_places(const struct roster_ask *ask, void *mem, struct roster *r)
{
	size_t most = 0;
	for (size_t i = 0; i < ask->n_patterns; i++)
		most += (size_t)ask->pattern[i].places * ask->n_weeks;
	xq_require(most <= PLACES_MAX);
	r->place = mem_array(mem, struct roster_place, most + 1);
	for (int moved = 0; moved < 2; moved++)
		for (size_t w = 0; w < ask->n_weeks; w++)
			for (size_t i = 0; i < ask->n_patterns; i++)
				place_pattern(ask, r, &ask->pattern[i], ask->week[w], moved == 1);
	qsort(r->place, r->n, sizeof *r->place, by_day);
}

/* ---- taking turns ------------------------------------------------------------------------------------- */

struct table {
	const struct roster_ask *ask;
	struct roster *r;
	int *count; /* of each receiver, with before */
	int *last;  /* day of the last sitting; 0: none */
	int role_last[ROSTER_ROLES];
	size_t *day_first; /* of each place: the first one of its day */
	/* looking for a chain */
	int *from_place; /* of each receiver: the place that would come to it; NOT_YET */
	int *place_from; /* of each place: the place that pushes it out, or itself when its receiver gives it away */
	int *queue; /* places that need somebody else */
	size_t n_queue;
};

static bool
is_away(const struct roster_receiver *p, int32_t day)
{
	for (size_t i = 0; i < p->n_away; i++)
		if (p->away[i].from <= day && day <= p->away[i].until)
			return true;
	return false;
}

static bool
may_sit(const struct table *t, size_t place, size_t who)
{
	const struct roster_receiver *p = &t->ask->receiver[who];
	const struct roster_place *s = &t->r->place[place];
	return (s->roles >> p->role & 1U) && !is_away(p, s->day);
}

/* Which place of that day the receiver has; NOT_YET: none. */
static int
place_on_day(const struct table *t, size_t place, int who)
{
	for (size_t i = t->day_first[place];
		i < t->r->n && t->r->place[i].day == t->r->place[place].day; i++)
		if (t->r->place[i].receiver == who)
			return (int)i;
	return NOT_YET;
}

/* Whether a sits before b: fewest sittings, then the role that is not in the room yet, then the role and
 * the person whose turn lies back longest. */
static bool
sits_sooner(const struct table *t, unsigned in_room, size_t a, size_t b)
{
	const struct roster_receiver *x = &t->ask->receiver[a], *y = &t->ask->receiver[b];
	int c = compare(t->count[a], t->count[b]);
	c = c ? c : compare(in_room >> x->role & 1U, in_room >> y->role & 1U);
	c = c ? c : compare(t->role_last[x->role], t->role_last[y->role]);
	c = c ? c : compare(t->last[a], t->last[b]);
	return c < 0;
}

static unsigned
roles_in_room(const struct table *t, size_t place)
{
	const struct roster_place *s = &t->r->place[place];
	unsigned roles = 0;
	for (size_t i = t->day_first[place]; i < place; i++) {
		const struct roster_place *o = &t->r->place[i];
		if (o->receiver >= 0 && o->venue_no == s->venue_no && o->start_min == s->start_min)
			roles |= 1U << t->ask->receiver[o->receiver].role;
	}
	return roles;
}

static void
take_turns(struct table *t)
{
	for (size_t i = 0; i < t->r->n; i++) {
		struct roster_place *s = &t->r->place[i];
		unsigned in_room = roles_in_room(t, i);
		int best = ROSTER_NOBODY;
		for (size_t w = 0; w < t->ask->n_receivers; w++)
			if (may_sit(t, i, w) && place_on_day(t, i, (int)w) == NOT_YET &&
				(best < 0 || sits_sooner(t, in_room, w, (size_t)best)))
				best = (int)w;
		s->receiver = best;
		if (best < 0)
			continue;
		t->count[best]++;
		t->last[best] = t->role_last[t->ask->receiver[best].role] = s->day;
	}
}

/* ---- chains ------------------------------------------------------------------------------------------ */

static void
push(struct table *t, int place, int from)
{
	if (t->place_from[place] != NOT_YET)
		return;
	t->place_from[place] = from;
	t->queue[t->n_queue++] = place;
}

static void
push_all_of(struct table *t, int who)
{
	for (size_t i = 0; i < t->r->n; i++)
		if (t->r->place[i].receiver == who)
			push(t, (int)i, (int)i);
}

/* A receiver for the place: one who is free that day is reached, one who is not would give up the
 * place that they have then. */
static void
reach(struct table *t, int place)
{
	for (size_t w = 0; w < t->ask->n_receivers; w++) {
		if (!may_sit(t, (size_t)place, w))
			continue;
		int other = place_on_day(t, (size_t)place, (int)w);
		if (other == place)
			continue;
		if (other != NOT_YET) {
			push(t, other, place);
		} else if (t->from_place[w] == NOT_YET) {
			t->from_place[w] = place;
			push_all_of(t, (int)w);
		}
	}
}

static void
search(struct table *t, int start_who, int start_place)
{
	for (size_t i = 0; i < t->r->n; i++)
		t->place_from[i] = NOT_YET;
	for (size_t w = 0; w < t->ask->n_receivers; w++)
		t->from_place[w] = NOT_YET;
	t->n_queue = 0;
	if (start_who >= 0) {
		t->from_place[start_who] =
			(int)t->r->n; /* the beginning; no place has this number */
		push_all_of(t, start_who);
	} else {
		push(t, start_place, start_place);
	}
	for (size_t k = 0; k < t->n_queue; k++)
		reach(t, t->queue[k]);
}

/* The receiver at the end of the chain takes its place, and so on back to the beginning. */
static void
follow(struct table *t, int who)
{
	t->count[who]++;
	for (;;) {
		int place = t->from_place[who];
		int from = t->place_from[place], giver = t->r->place[place].receiver;
		t->r->place[place].receiver = who;
		while (from != place) { /* pushed out: whoever had it takes the place that pushed */
			int next_from = t->place_from[from];
			int next_giver = t->r->place[from].receiver;
			t->r->place[from].receiver = giver;
			giver = next_giver;
			place = from;
			from = next_from;
		}
		if (giver < 0)
			return; /* the chain began with a place that nobody had */
		if (t->from_place[giver] == (int)t->r->n) {
			t->count[giver]--;
			return;
		}
		who = giver;
	}
}

/* Who was reached and has fewest. */
static int
fewest_reached(const struct table *t)
{
	int best = ROSTER_NOBODY;
	for (size_t w = 0; w < t->ask->n_receivers; w++)
		if (t->from_place[w] != NOT_YET && t->from_place[w] != (int)t->r->n &&
			(best < 0 || t->count[w] < t->count[best]))
			best = (int)w;
	return best;
}

static void
fill_open(struct table *t)
{
	for (size_t i = 0; i < t->r->n; i++) {
		if (t->r->place[i].receiver >= 0)
			continue;
		search(t, ROSTER_NOBODY, (int)i);
		int who = fewest_reached(t);
		if (who >= 0)
			follow(t, who);
		else
			t->r->n_open++;
	}
}

static bool
even_out_one(struct table *t)
{
	int fewest = 0;
	for (size_t w = 0; w < t->ask->n_receivers; w++)
		fewest = w == 0 || t->count[w] < fewest ? t->count[w] : fewest;
	for (size_t w = 0; w < t->ask->n_receivers; w++) {
		if (t->count[w] < fewest + 2)
			continue;
		search(t, (int)w, NOT_YET);
		int who = fewest_reached(t);
		if (who >= 0 && t->count[who] + 2 <= t->count[w]) {
			follow(t, who);
			return true;
		}
	}
	return false;
}

struct roster
roster_make(void *mem, const struct roster_ask *ask)
{
	struct roster r = { 0 };
	make_places(ask, mem, &r);
	void *work = mem_new(mem, char);
	struct table t = { .ask = ask,
		.r = &r,
		.count = mem_array(work, int, ask->n_receivers + 1),
		.last = mem_array(work, int, ask->n_receivers + 1),
		.from_place = mem_array(work, int, ask->n_receivers + 1),
		.day_first = mem_array(work, size_t, r.n + 1),
		.place_from = mem_array(work, int, r.n + 1),
		.queue = mem_array(work, int, r.n + 1) };
	for (size_t i = 0; i < r.n; i++)
		t.day_first[i] =
			i > 0 && r.place[i - 1].day == r.place[i].day ? t.day_first[i - 1] : i;
	for (size_t w = 0; w < ask->n_receivers; w++) {
		xq_require(ask->receiver[w].role >= 0 && ask->receiver[w].role < ROSTER_ROLES);
		t.count[w] = ask->receiver[w].before;
	}
	take_turns(&t);
	fill_open(&t);
	while (even_out_one(&t))
		;
	mem_free(work);
	return r;
}
