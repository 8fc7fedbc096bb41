/* SPDX-License-Identifier: Apache-2.0 */
/* offices_places.c - venues, patterns, receivers and absences of an office, and what is said of acts on them. */
#include "identity/session.h"
#include "offices_life.h"

#include "core/banned.h"

static const char *const receives_as[ROLES] = { "party", "congress", "committee", "office", "cppcc",
	"department" };

/* Sittings ahead that name it: on a day from today on, in a roster of any state. */
static bool
is_named(bool is_venue, int64_t no)
{
	for (size_t i = 0; i < life.was->n_slots; i++) {
		const struct slot_row *s = &life.was->slot[i];
		if (s->state == 0 && s->day >= life.when.today &&
			(is_venue ? s->venue : s->receiver) == no)
			return true;
	}
	return false;
}

void
set_venue(int64_t no, bool is_open)
{
	void *mem = mem_root("venue");
	run(&venue_set, &life.keeper,
		IN({ "venue", number(mem, no) }, { "name", "党群服务中心" },
			{ "address", "枫桥路16号" }, { "room", "一楼接待室" },
			{ "hours", "工作日 8:30–17:30" }, { "state", is_open ? "open" : "closed" }),
		no && !is_open && is_named(true, no) ? "venue.has-sittings" : GRANTED);
	mem_free(mem);
}

/* Times of which the second overlaps the third and the fourth begins with the third. */
const char *const times[N_TIMES][2] = { { "9:00", "11:00" }, { "14:00", "16:30" },
	{ "15:00", "17:00" }, { "18:30", "20:00" } };
const int64_t minutes[N_TIMES][2] = { { 540, 660 }, { 840, 990 }, { 900, 1020 }, { 1110, 1200 } };

static bool
pattern_is_wanted(const struct pattern_row *p)
{
	const struct venue_row *v = venue_of(life.was, p->venue);
	if ((p->weekday > 5 && !p->off_hours) || !v->open || p->roles == 0)
		return false;
	for (size_t i = 0; p->on && i < life.was->n_patterns; i++) {
		const struct pattern_row *o = &life.was->pattern[i];
		if (o->on && o->no != p->no && o->weekday == p->weekday && o->venue == p->venue &&
			o->start < p->end && p->start < o->end)
			return false;
	}
	return true;
}

static void
set_pattern(struct pattern_row p, size_t time)
{
	static const char *const weekday[] = { "1", "2", "3", "4", "5", "6", "7" };
	void *mem = mem_root("pattern");
	p.start = minutes[time][0];
	p.end = minutes[time][1];
	run(&roster_pattern_set, &life.keeper,
		IN({ "pattern", number(mem, p.no) }, { "weekday", weekday[p.weekday - 1] },
			{ "start", times[time][0] }, { "end", times[time][1] },
			{ "venue", number(mem, p.venue) }, { "places", number(mem, p.places) },
			{ "party", p.roles & 1 ? "1" : "" }, { "congress", p.roles & 2 ? "1" : "" },
			{ "committee", p.roles & 4 ? "1" : "" },
			{ "office", p.roles & 8 ? "1" : "" }, { "cppcc", p.roles & 16 ? "1" : "" },
			{ "department", p.roles & 32 ? "1" : "" },
			{ "off_hours", p.off_hours ? "1" : "" }, { "state", p.on ? "on" : "off" }),
		pattern_is_wanted(&p) ? GRANTED : REFUSED);
	mem_free(mem);
}

void
any_pattern(void)
{
	enum { ALL = (1 << ROLES) - 1 };
	int64_t weekday = 1 + below(one_in(4) ? 7 : 5);
	set_pattern((struct pattern_row){ .weekday = weekday,
			    .venue = 1 + below((uint32_t)life.was->n_venues),
			    .places = 1 + below(one_in(3) ? 4 : 2),
			    .roles = one_in(2) ? ALL : 1 + below(ALL),
			    .off_hours = one_in(weekday > 5 ? 1 + below(2) : 5),
			    .on = 1 },
		below(N_TIMES));
}

/* Ends the patterns of venues that are closed, or one of them all. */
void
end_patterns(bool any)
{
	for (size_t i = 0; i < life.was->n_patterns; i++) {
		struct pattern_row p = life.was->pattern[i];
		size_t time = 0;
		while (minutes[time][0] != p.start)
			time++;
		bool is_closed = !venue_of(life.was, p.venue)->open;
		if (!p.on || !(is_closed || (any && one_in(3))))
			continue;
		p.on = 0;
		/* even an end is refused for a room that is closed: it opens for that moment */
		if (is_closed)
			set_venue(p.venue, true);
		set_pattern(p, time);
		if (is_closed)
			set_venue(p.venue, false);
	}
}

/* Every second one has an account. */
void
set_receiver(int64_t no, bool is_on)
{
	void *mem = mem_root("receiver");
	const struct receiver_row *r = receiver_of(life.was, no);
	const char *login = "", *role = receives_as[r ? r->role : below(ROLES)];
	int64_t next = no ? no : (int64_t)life.was->n_receivers + 1;
	if (!no && one_in(2)) {
		struct tx *tx;
		struct xq_err err = { 0 };
		login = mem_printf(mem, "r%lld", (long long)next);
		xq_require(db_write(life.app->db, &tx, &err) == XQ_OK);
		life.person[next] = hire(tx, life.keeper.unit_id, login, "沈佩芬", NULL, 0);
		xq_require(tx_commit(tx, &err) == XQ_OK);
	} else if (r && r->person) {
		login = mem_printf(mem, "r%lld", (long long)next);
	}
	run(&receiver_set, &life.keeper,
		IN({ "receiver", number(mem, no) }, { "login", login },
			{ "name", *login ? "" : "罗芸" }, { "title", "接待人员" }, { "role", role },
			{ "state", is_on ? "on" : "off" }),
		no && !is_on && is_named(false, no) ? "receiver.has-sittings" : GRANTED);
	mem_free(mem);
}

int64_t
any_receiver(void)
{
	return 1 + below((uint32_t)life.was->n_receivers);
}

int32_t
day_ahead(int least, uint32_t span)
{
	return day_add(life.when.today, least + (int)below(span));
}

static void
note_absence(int64_t no, int32_t from, int32_t until)
{
	void *mem = mem_root("away");
	const struct actor *own = &life.person[no];
	bool has_own = own->person_id != 0 && one_in(2);
	const struct actor *who = has_own ? own : one_in(8) ? &life.leader : &life.keeper;
	run(&receiver_away, who,
		IN({ "receiver", number(mem, no) }, { "from", day_text(mem, from) },
			{ "until", day_text(mem, until) }),
		!has_own && who != &life.keeper           ? "receiver.not-you"
		: until < from || until < life.when.today ? REFUSED
							  : GRANTED);
	mem_free(mem);
}

void
go_or_stay(void)
{
	int64_t no = any_receiver();
	const struct receiver_row *r = receiver_of(life.was, no);
	struct actor *own = &life.person[no];
	struct xq_err err = { 0 };
	struct tx *tx;
	if (own->person_id != 0 && r->active && one_in(12)) { /* leaves the office */
		xq_require(db_write(life.app->db, &tx, &err) == XQ_OK);
		xq_require(person_leave(tx, life.office, own->person_id, &err) == XQ_OK);
		xq_require(tx_commit(tx, &err) == XQ_OK);
		*own = (struct actor){ 0 };
		rows_load(life.app, life.office, NULL, READ_ALL, life.was);
	} else if (own->person_id != 0 && one_in(2)) {
		run(&account_away_act, own, IN({ "away", r->on_leave ? "" : "1" }), GRANTED);
	} else if (own->person_id != 0 || !r->person) {
		set_receiver(no, !r->active || one_in(3));
	}
}

void
any_absence(void)
{
	int32_t from = day_ahead(-2, 24);
	note_absence(any_receiver(), from, day_add(from, (int)below(12) - 1));
}

void
settle(void)
{
	size_t people = one_in(3) ? 1 + below(6) : 1 + below(40), venues = 1 + below(3),
	       patterns = 1 + below(6);
	for (size_t i = 0; i < venues; i++)
		set_venue(0, true);
	for (size_t i = 0; i < people; i++)
		set_receiver(0, true);
	for (size_t i = 0; i < patterns; i++)
		any_pattern();
	for (size_t i = below(4); i > 0; i--)
		any_absence();
}
