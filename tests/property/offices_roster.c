/* SPDX-License-Identifier: Apache-2.0 */
/* offices_roster.c - rosters from draft to publication, and what is done with one sitting ahead; what is said of
 * each act beforehand. */
#include "offices_life.h"

#include "core/banned.h"

/* ---- the roster -------------------------------------------------------------------------------------- */

static bool
can_draft(int32_t from, size_t weeks)
{
	bool is_free = false, has_pattern = false, has_receiver = false;
	if (from < life.when.today)
		return false;
	for (size_t i = 0; i < weeks; i++) {
		const struct week_row *k =
			week_of(life.was, iso_week(day_add(monday_of(from), (int)i * WEEK)));
		is_free = is_free || !k || k->state == DRAFT;
	}
	for (size_t i = 0; i < life.was->n_patterns; i++) {
		const struct pattern_row *p = &life.was->pattern[i];
		if (p->on && !venue_of(life.was, p->venue)->open)
			return false;
		has_pattern = has_pattern || p->on;
	}
	for (size_t i = 0; i < life.was->n_receivers; i++)
		has_receiver = has_receiver || life.was->receiver[i].active;
	return is_free && has_pattern && has_receiver;
}

static void
draft(void)
{
	void *mem = mem_root("draft");
	int32_t from = one_in(20) ? day_ahead(-3, 3) : day_ahead(0, 14);
	size_t weeks = 1 + below(4);
	run_draft(&roster_draft, one_in(3) ? &life.both : &life.keeper,
		IN({ "from", day_text(mem, from) }, { "weeks", number(mem, (int64_t)weeks) }),
		can_draft(from, weeks) ? GRANTED : REFUSED, from, weeks);
	mem_free(mem);
}

static void
approve(int64_t week)
{
	void *mem = mem_root("approve");
	const struct week_row *k = week_of(life.was, week);
	const struct actor *who = one_in(3) ? &life.both : &life.leader;
	const char *expected = k->state != DRAFT                 ? "roster.approved-already"
	                       : k->drafted_by == who->person_id ? "roster.own-draft"
	                       : k->n_slots == 0                 ? "roster.empty"
	                       : k->n_open > 0                   ? "roster.open-places"
	                                                         : GRANTED;
	run(&roster_approve, who, IN({ "week", number(mem, week) }), expected);
	mem_free(mem);
}

static bool
still_holds(int64_t week)
{
	for (size_t i = 0; i < life.was->n_slots; i++) {
		const struct slot_row *s = &life.was->slot[i];
		const struct plan_row p = { s->no, 0, s->receiver, s->venue, s->day, s->start,
			s->end, s->off_hours };
		if (s->week == week && plan_faults(life.was, &life.when, &p) > 0)
			return false;
	}
	return true;
}

static bool
is_late_by_now(const struct week_row *k)
{
	return life.when.today > day_add((int32_t)k->first_on, -AHEAD_DAYS);
}

static void
publish(int64_t week)
{
	void *mem = mem_root("publish");
	const struct week_row *k = week_of(life.was, week);
	bool says_why = one_in(2);
	const char *expected = k->state == DRAFT       ? "roster.not-approved"
	                       : k->state == PUBLISHED ? "roster.published"
	                       : (is_late_by_now(k) && !says_why) || !still_holds(week) ? REFUSED
	                                                                                : GRANTED;
	run(&roster_publish, one_in(3) ? &life.both : &life.keeper,
		IN({ "week", number(mem, week) }, { "late", says_why ? "换届后名单刚定" : "" }),
		expected);
	mem_free(mem);
}

/* One week as this office looks after it. What cannot be approved or published any more is tried now and
 * then. */
static void
keep_week(const struct week_row *k)
{
	static const uint32_t approves[] = { 2, 4, 8 }, puts_out[] = { 3, 6, 12 };
	bool is_stuck = k->n_open > 0 || k->n_slots == 0 || k->first_on < life.when.today;
	if (k->state == PUBLISHED || is_stuck) {
		if (one_in(60))
			publish(k->week);
		else if (k->state != PUBLISHED && one_in(20))
			approve(k->week);
		return;
	}
	if (k->state == DRAFT && one_in(approves[life.care]))
		approve(k->week);
	else if (k->state == APPROVED &&
		 (one_in(puts_out[life.care]) || (life.care == 0 && !is_late_by_now(k))))
		publish(k->week);
}

void
keep_roster(void)
{
	static const uint32_t drafts[] = { 5, 9, 16 };
	int64_t week[WEEKS];
	size_t n = life.was->n_weeks;
	for (size_t i = 0; i < n; i++)
		week[i] = life.was->week[i].week;
	for (size_t i = 0; i < n; i++)
		keep_week(week_of(life.was, week[i]));
	if (one_in(drafts[life.care]))
		draft();
}

/* ---- one sitting ------------------------------------------------------------------------------------- */

const struct slot_row *
any_slot(void)
{
	const struct slot_row *best = NULL;
	if (life.was->n_slots == 0)
		return NULL;
	for (int k = 0; k < 8; k++) { /* mostly one ahead */
		best = &life.was->slot[below((uint32_t)life.was->n_slots)];
		if (best->state == 0 && best->day >= life.when.today)
			break;
	}
	return best;
}

bool
is_published(const struct slot_row *s)
{
	return week_of(life.was, s->week)->state == PUBLISHED;
}

/* What is wrong with a sitting before anything else is looked at. */
static const char *
slot_fault(const struct slot_row *s)
{
	return s->state == CALLED_OFF        ? "roster.slot-cancelled"
	       : slot_is_over(&life.when, s) ? "roster.slot-over"
	                                     : NULL;
}

size_t
time_of(const struct slot_row *s)
{
	size_t time = 0;
	while (minutes[time][0] != s->start)
		time++;
	return time;
}

void
change(void)
{
	const struct slot_row *s = any_slot();
	if (!s)
		return;
	void *mem = mem_root("change");
	size_t time = one_in(3) ? below(N_TIMES) : time_of(s);
	struct plan_row p = { .slot = s->no,
		.receiver = one_in(3) ? (s->receiver ? s->receiver : 1) : any_receiver(),
		.venue = one_in(4) ? 1 + below((uint32_t)life.was->n_venues) : s->venue,
		.day = one_in(2)   ? s->day
		       : one_in(6) ? day_ahead(-2, 2)
		                   : day_ahead(0, 16),
		.start = minutes[time][0],
		.end = minutes[time][1],
		.off_hours = s->off_hours };
	bool says_why = !one_in(4);
	bool is_same = p.receiver == s->receiver && p.venue == s->venue && p.day == s->day &&
	               p.start == s->start;
	size_t faults = plan_faults(life.was, &life.when, &p) + (is_published(s) && !says_why);
	run(&roster_change, &life.keeper,
		IN({ "slot", number(mem, p.slot) }, { "receiver", number(mem, p.receiver) },
			{ "day", day_text(mem, (int32_t)p.day) }, { "start", times[time][0] },
			{ "end", times[time][1] }, { "venue", number(mem, p.venue) },
			{ "why", says_why ? "duty" : "" }),
		slot_fault(s) ? slot_fault(s)
		: faults > 0  ? "form.faults"
		: is_same     ? "roster.no-change"
			      : GRANTED);
	mem_free(mem);
}

/* Whoever has an account speaks for themselves, for all others who keeps the roster does. */
static bool
speaks_for(const struct actor *a, const struct slot_row *s)
{
	int64_t person = receiver_of(life.was, s->receiver)->person;
	return person ? person == a->person_id : a == &life.keeper;
}

const struct actor *
speaker_of(const struct slot_row *s)
{
	const struct actor *own = &life.person[s->receiver];
	return s->receiver && own->person_id ? own : &life.keeper;
}

static bool
can_exchange(const struct slot_row *a, const struct slot_row *b)
{
	return receiver_fits(life.was, &life.when,
		       &(struct plan_row){ a->no, b->no, a->receiver, 0, b->day, 0, 0, false }) &&
	       receiver_fits(life.was, &life.when,
		       &(struct plan_row){ a->no, b->no, b->receiver, 0, a->day, 0, 0, false });
}

static bool
waits_for_answer(const struct slot_row *s)
{
	for (size_t i = 0; i < life.was->n_swaps; i++) {
		const struct swap_row *x = &life.was->swap[i];
		if (x->answer == NOT_ANSWERED && (x->slot == s->no || x->other == s->no))
			return true;
	}
	return false;
}

void
offer_swap(void)
{
	const struct slot_row *a = any_slot(), *b = any_slot();
	if (!a || a->no == b->no)
		return;
	void *mem = mem_root("swap");
	struct offer o = { *a, *b };
	const struct actor *who = one_in(8) ? &life.leader : speaker_of(a);
	const char *expected = slot_fault(b) ? slot_fault(b) : slot_fault(a);
	if (!expected && (!is_published(a) || !is_published(b)))
		expected = "roster.swap-unpublished";
	if (!expected && a->receiver == b->receiver)
		expected = "roster.swap-self";
	if (!expected && !speaks_for(who, a))
		expected = "roster.not-your-sitting";
	if (!expected && (waits_for_answer(a) || waits_for_answer(b)))
		expected = "roster.swap-waits";
	if (!expected && !can_exchange(a, b))
		expected = "form.faults";
	run(&roster_swap, who,
		IN({ "slot", number(mem, a->no) }, { "other", number(mem, b->no) },
			{ "why", "duty" }),
		expected);
	if (!expected && life.was->n_swaps > 0)
		life.offer[life.was->swap[life.was->n_swaps - 1].no] = o;
	mem_free(mem);
}

/* Both sittings stand as they stood when they were offered. */
static bool
is_as_offered(const struct slot_row *old, const struct slot_row *s)
{
	return s->day == old->day && s->start == old->start && s->end == old->end &&
	       s->venue == old->venue && s->receiver == old->receiver && s->state == old->state;
}

static void
answer(const struct swap_row *x)
{
	void *mem = mem_root("answer");
	struct offer o = life.offer[x->no];
	const struct slot_row *a = slot_of(life.was, x->slot), *b = slot_of(life.was, x->other);
	bool is_yes = !one_in(3);
	const struct actor *who = one_in(8) ? &life.leader : speaker_of(b);
	int64_t number_a = a->no, number_b = b->no, had_a = a->receiver, had_b = b->receiver;
	const char *expected = GRANTED;
	if (x->answer != NOT_ANSWERED)
		expected = "roster.swap-unknown";
	else if (!is_as_offered(&o.a, a) || !is_as_offered(&o.b, b))
		expected = is_yes ? REFUSED : expected;
	if (!expected && !speaks_for(who, b) && (is_yes || !speaks_for(who, a)))
		expected = "roster.swap-other-answers";
	if (!expected && is_yes && (slot_fault(a) || slot_fault(b) || !can_exchange(a, b)))
		expected = "roster.swap-over";
	run(&roster_answer_swap, who,
		IN({ "swap", number(mem, x->no) }, { "answer", is_yes ? "yes" : "no" }), expected);
	a = slot_of(life.was, number_a);
	b = slot_of(life.was, number_b);
	if (!expected && (a->receiver != (is_yes ? had_b : had_a) ||
				 b->receiver != (is_yes ? had_a : had_b)))
		wrong("an answer is not what was offered", number_a, number_b);
	mem_free(mem);
}

void
answer_some(void)
{
	for (size_t i = 0; i < life.was->n_swaps; i++)
		if (one_in(life.was->swap[i].answer == NOT_ANSWERED ? 2 : 40)) {
			struct swap_row x = life.was->swap[i];
			answer(&x);
		}
}

static bool
can_make_up(const struct slot_row *one, struct plan_row p, bool is_whole)
{
	bool can = p.day >= day_add(life.when.today, AHEAD_DAYS);
	for (size_t i = 0; i < life.was->n_slots; i++) {
		const struct slot_row *s = &life.was->slot[i];
		bool is_with = is_whole && s->day == one->day && s->start == one->start &&
		               s->venue == one->venue && s->state == 0 && is_published(s);
		if (s->no != one->no && !is_with)
			continue;
		p.slot = s->no;
		p.receiver = s->receiver;
		p.off_hours = s->off_hours;
		can = can && plan_faults(life.was, &life.when, &p) == 0;
	}
	return can;
}

void
cancel(void)
{
	const struct slot_row *s = any_slot();
	if (!s)
		return;
	void *mem = mem_root("cancel");
	size_t time = one_in(3) ? below(N_TIMES) : time_of(s);
	bool is_whole = one_in(2);
	struct plan_row p = { .venue = one_in(4) ? 1 + below((uint32_t)life.was->n_venues)
		                                 : s->venue,
		.day = one_in(4) ? day_ahead(0, 3) : day_ahead(3, 12),
		.start = minutes[time][0],
		.end = minutes[time][1] };
	const char *expected = slot_fault(s)                  ? slot_fault(s)
	                       : !is_published(s)             ? "roster.cancel-unpublished"
	                       : !can_make_up(s, p, is_whole) ? REFUSED
	                                                      : GRANTED;
	run(&roster_cancel, &life.keeper,
		IN({ "slot", number(mem, s->no) }, { "why", "venue" },
			{ "whole", is_whole ? "1" : "" }, { "day", day_text(mem, (int32_t)p.day) },
			{ "start", times[time][0] }, { "end", times[time][1] },
			{ "venue", number(mem, p.venue) }),
		expected);
	mem_free(mem);
}
