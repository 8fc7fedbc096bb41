/* SPDX-License-Identifier: Apache-2.0 */
/* The generator of rosters: ISO weeks, holidays, and fairness held against a search through all rosters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/mem.h"
#include "core/random.h"
#include "reception/roster.h"

#include "core/banned.h"

enum { ALL_ROLES = (1 << ROSTER_ROLES) - 1, WEEKS_MAX = 53, PEOPLE_MAX = 40, AWAY_MAX = 3 };

struct office {
	int32_t week[WEEKS_MAX];
	struct roster_pattern pattern[6];
	struct roster_receiver receiver[PEOPLE_MAX];
	struct roster_away away[PEOPLE_MAX][AWAY_MAX];
	struct roster_ask ask;
};

static void
weeks_from(struct office *o, int32_t first, size_t n)
{
	for (size_t i = 0; i < n; i++)
		o->week[i] = week_add(first, (int)i);
	o->ask = (struct roster_ask){ .cal = cal_builtin(),
		.week = o->week,
		.n_weeks = n,
		.pattern = o->pattern,
		.receiver = o->receiver };
}

static struct roster_pattern
wednesday(int places)
{
	return (struct roster_pattern){ .no = 1,
		.venue_no = 1,
		.weekday = 3,
		.start_min = 14 * 60,
		.end_min = 16 * 60 + 30,
		.places = places,
		.roles = ALL_ROLES };
}

static void
people(struct office *o, size_t n)
{
	for (size_t i = 0; i < n; i++)
		o->receiver[i] = (struct roster_receiver){ .no = (int64_t)i + 1,
			.role = (int)i % ROSTER_ROLES };
	o->ask.n_receivers = n;
}

static void
count(const struct office *o, const struct roster *r, int out[PEOPLE_MAX])
{
	for (size_t i = 0; i < o->ask.n_receivers; i++)
		out[i] = o->receiver[i].before;
	for (size_t i = 0; i < r->n; i++)
		if (r->place[i].receiver >= 0)
			out[r->place[i].receiver]++;
}

static int
spread(const struct office *o, const struct roster *r)
{
	int n[PEOPLE_MAX], least = 1 << 20, most = 0;
	count(o, r, n);
	for (size_t i = 0; i < o->ask.n_receivers; i++) {
		least = n[i] < least ? n[i] : least;
		most = n[i] > most ? n[i] : most;
	}
	return most - least;
}

/* ---- weeks ------------------------------------------------------------------------------------------ */

static void
weeks_are_those_of_iso_8601(void **state)
{
	(void)state;
	static const struct {
		int32_t day, week;
	} rows[] = { { 20260101, 202601 }, { 20251229, 202601 }, { 20251228, 202552 },
		{ 20261231, 202653 }, { 20270103, 202653 }, { 20270104, 202701 },
		{ 20240101, 202401 }, { 20231231, 202352 }, { 20201231, 202053 },
		{ 20210103, 202053 } };
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(week_of_day(rows[i].day), rows[i].week);
	assert_int_equal(week_monday(202601), 20251229);
	assert_int_equal(week_add(202653, 1), 202701);
	assert_int_equal(week_add(202701, -1), 202653);
	assert_true(week_is_valid(202653));
	assert_false(week_is_valid(202553));
	assert_false(week_is_valid(202600));
	assert_false(week_is_valid(190001));
	for (int32_t day = 20200101; day < 20300101; day = day_add(day, 1)) {
		int32_t monday = week_monday(week_of_day(day));
		assert_in_range(day_diff(monday, day), 0, 6);
	}
}

static void
addresses_and_times_are_read_whole(void **state)
{
	static const char *const no_weeks[] = { "", "202600", "202654", "-202640", "202640x",
		"20264", "999999999999" };
	static const char *const no_times[] = { "", ":", "9", "9:5", "24:00", "9:60", "9:-0",
		"-0:05", "+9:05", "9:05:00", " 9:05" };
	(void)state;
	int32_t week = 0;
	int minute = 0;
	assert_true(week_read(STR("202640"), &week));
	assert_int_equal(week, 202640);
	assert_true(minute_read(STR("09:05"), &minute));
	assert_int_equal(minute, 545);
	for (size_t i = 0; i < sizeof no_weeks / sizeof *no_weeks; i++)
		assert_false(week_read(str_of(no_weeks[i]), &week));
	for (size_t i = 0; i < sizeof no_times / sizeof *no_times; i++)
		assert_false(minute_read(str_of(no_times[i]), &minute));
	assert_int_equal(week, 202640); /* what cannot be read is left alone */
	assert_int_equal(minute, 545);
}

/* ---- holidays --------------------------------------------------------------------------------------- */

static void
a_sitting_on_a_holiday_moves_to_the_next_working_day(void **state)
{
	struct office o = { 0 };
	void *mem = *state;
	weeks_from(&o, 202641,
		1); /* 5 to 11 October 2026: holiday until the 7th, the 10th is worked */
	people(&o, 3);
	o.pattern[0] = wednesday(3);
	o.ask.n_patterns = 1;
	struct roster r = roster_make(mem, &o.ask);
	assert_int_equal(r.n, 3);
	assert_int_equal(r.place[0].day, 20261008);
	assert_int_equal(r.place[0].moved_from, 20261007);
	assert_int_equal(r.place[0].week, 202641);
	assert_false(r.place[0].is_provisional);
}

static void
a_worked_weekend_is_a_working_day(void **state)
{
	(void)state;
	const struct calendar *cal = cal_builtin();
	assert_int_equal(roster_day(cal, 20261010, false), 20261010);
	assert_int_equal(roster_day(cal, 20261017, false), 20261019);
	assert_int_equal(roster_day(cal, 20261017, true), 20261017);
	assert_int_equal(roster_day(cal, 20261003, true), 20261008); /* inside a holiday: moved */
}

static void
two_sittings_moved_to_one_day_do_not_share_a_room(void **state)
{
	struct office o = { 0 };
	weeks_from(&o, 202641, 1);
	people(&o, 4);
	for (int k = 0; k < 3; k++) { /* Tuesday and Wednesday move, Thursday has the room */
		o.pattern[k] = wednesday(1);
		o.pattern[k].no = k + 1;
		o.pattern[k].weekday = 2 + k;
	}
	o.ask.n_patterns = 3;
	struct roster r = roster_make(*state, &o.ask);
	assert_int_equal(r.n, 3);
	assert_int_equal(r.place[0].day, 20261008);
	assert_int_equal(r.place[0].moved_from, 0);
	assert_int_equal(r.place[1].day, 20261009);
	assert_int_equal(r.place[1].moved_from, 20261006);
	assert_int_equal(r.place[2].day, 20261010);
	assert_int_equal(r.n_fallen, 0);
	const struct roster_taken taken = { 20261009, 15 * 60, 17 * 60, 1 };
	o.ask.taken = &taken;
	o.ask.n_taken = 1;
	r = roster_make(*state, &o.ask);
	assert_int_equal(r.place[1].day, 20261010);
}

static void
days_without_a_notice_are_marked(void **state)
{
	struct office o = { 0 };
	weeks_from(&o, week_of_day((cal_last_year(cal_builtin()) + 1) * 10000 + 601), 1);
	people(&o, 1);
	o.pattern[0] = wednesday(1);
	o.ask.n_patterns = 1;
	struct roster r = roster_make(*state, &o.ask);
	assert_int_equal(r.n, 1);
	assert_true(r.place[0].is_provisional);
}

/* ---- people ----------------------------------------------------------------------------------------- */

static void
a_year_is_fair_and_roles_take_turns(void **state)
{
	struct office o = { 0 };
	weeks_from(&o, 202601, 52);
	people(&o, 12);
	o.pattern[0] = wednesday(3);
	o.ask.n_patterns = 1;
	struct roster r = roster_make(*state, &o.ask);
	assert_int_equal(r.n, 156);
	assert_int_equal(r.n_open, 0);
	assert_true(spread(&o, &r) <= 1);
	for (size_t i = 0; i < r.n; i += 3) { /* three roles in each room */
		int a = o.receiver[r.place[i].receiver].role,
		    b = o.receiver[r.place[i + 1].receiver].role,
		    c = o.receiver[r.place[i + 2].receiver].role;
		assert_true(a != b && b != c && a != c);
	}
	struct roster again = roster_make(*state, &o.ask);
	for (size_t i = 0; i < r.n; i++)
		assert_int_equal(r.place[i].receiver, again.place[i].receiver);
}

/* A chain: the one with time could only sit then, so the other one waits. */
static void
a_chain_makes_room_for_who_can_sit_only_then(void **state)
{
	struct office o = { 0 };
	weeks_from(&o, 202645, 2);
	people(&o, 2);
	o.pattern[0] = wednesday(1);
	o.ask.n_patterns = 1;
	o.away[0][0] = (struct roster_away){ 20261109,
		20261115 }; /* the first is away in the second week */
	o.receiver[0].away = o.away[0];
	o.receiver[0].n_away = 1;
	o.receiver[0].before = 1; /* greedy would begin with the second */
	struct roster r = roster_make(*state, &o.ask);
	assert_int_equal(r.place[0].receiver, 1);
	assert_int_equal(r.place[1].receiver, 1);
	o.receiver[0].before = 0;
	r = roster_make(*state, &o.ask);
	assert_int_equal(r.place[0].receiver, 0);
	assert_int_equal(r.place[1].receiver, 1);
	o.away[0][0] = (struct roster_away){ 20261102, 20261108 };
	r = roster_make(*state, &o.ask);
	assert_int_equal(r.place[0].receiver, 1);
	assert_int_equal(r.place[1].receiver, 0);
}

static void
a_place_that_nobody_can_take_stays_open(void **state)
{
	struct office o = { 0 };
	weeks_from(&o, 202645, 1);
	people(&o, 2);
	o.pattern[0] = wednesday(3);
	o.ask.n_patterns = 1;
	struct roster r = roster_make(*state, &o.ask);
	assert_int_equal(r.n, 3);
	assert_int_equal(r.n_open, 1); /* nobody sits twice */
}

/* ---- against every roster that there is ---------------------------------------------------------------- */

struct best {
	int filled, squares;
};

static void
try_all(const struct office *o, const struct roster *r, size_t at, int *who, struct best now,
	int *n, struct best *best)
{
	if (at == r->n) {
		now.squares = 0;
		for (size_t w = 0; w < o->ask.n_receivers; w++)
			now.squares += n[w] * n[w];
		if (now.filled > best->filled ||
			(now.filled == best->filled && now.squares < best->squares))
			*best = now;
		return;
	}
	who[at] = ROSTER_NOBODY;
	try_all(o, r, at + 1, who, now, n, best);
	for (size_t w = 0; w < o->ask.n_receivers; w++) {
		const struct roster_receiver *p = &o->receiver[w];
		bool ok = r->place[at].roles >> p->role & 1U;
		for (size_t i = 0; i < p->n_away; i++)
			ok = ok && !(p->away[i].from <= r->place[at].day &&
					   r->place[at].day <= p->away[i].until);
		for (size_t i = 0; i < at; i++)
			ok = ok && !(r->place[i].day == r->place[at].day && who[i] == (int)w);
		if (!ok)
			continue;
		who[at] = (int)w;
		n[w]++;
		try_all(o, r, at + 1, who, (struct best){ .filled = now.filled + 1 }, n, best);
		n[w]--;
	}
	who[at] = ROSTER_NOBODY;
}

static void
random_office(struct office *o, struct rng *g, size_t weeks, size_t n_people, size_t n_patterns,
	int places)
{
	*o = (struct office){ 0 };
	int32_t first = week_add(202601, (int)rng_below(g, 50));
	weeks_from(o, first, weeks);
	people(o, n_people);
	for (size_t i = 0; i < n_people; i++) {
		o->receiver[i].role = (int)rng_below(g, 3);
		o->receiver[i].before = (int)rng_below(g, 2);
		o->receiver[i].away = o->away[i];
		o->receiver[i].n_away = rng_below(g, AWAY_MAX + 1);
		for (size_t k = 0; k < o->receiver[i].n_away; k++) {
			int32_t from =
				day_add(week_monday(first), (int)rng_below(g, (uint32_t)weeks * 7));
			o->away[i][k] =
				(struct roster_away){ from, day_add(from, (int)rng_below(g, 12)) };
		}
	}
	for (size_t i = 0; i < n_patterns; i++) {
		o->pattern[i] = wednesday(1 + (int)rng_below(g, (uint32_t)places));
		o->pattern[i].no = (int64_t)i + 1;
		o->pattern[i].weekday = 1 + (int)rng_below(g, 5);
		o->pattern[i].venue_no = (int64_t)i + 1;
		o->pattern[i].roles = 1 + rng_below(g, 7);
	}
	o->ask.n_patterns = n_patterns;
}

static void
assert_sound(const struct office *o, const struct roster *r)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct roster_place *s = &r->place[i];
		assert_true(cal_is_workday(o->ask.cal, s->day));
		if (s->receiver < 0)
			continue;
		const struct roster_receiver *p = &o->receiver[s->receiver];
		assert_true(s->roles >> p->role & 1U);
		for (size_t k = 0; k < p->n_away; k++)
			assert_false(p->away[k].from <= s->day && s->day <= p->away[k].until);
		for (size_t k = 0; k < i; k++)
			assert_false(
				r->place[k].day == s->day && r->place[k].receiver == s->receiver);
	}
}

static void
no_roster_of_a_small_office_is_fairer(void **state)
{
	enum { OFFICES = 1000, PLACES_LIMIT = 6 };
	struct rng g;
	(void)state;
	rng_init_seed(&g, 37);
	size_t open = 0, compared = 0;
	while (compared < OFFICES) {
		struct office o;
		void *mem = mem_root("office");
		random_office(&o, &g, 1 + rng_below(&g, 3), 2 + rng_below(&g, 3),
			1 + rng_below(&g, 2), 2);
		struct roster r = roster_make(mem, &o.ask);
		if (r.n > 0 && r.n <= PLACES_LIMIT) {
			int who[PLACES_LIMIT], n[PEOPLE_MAX], got[PEOPLE_MAX], squares = 0;
			struct best best = { -1, 0 };
			for (size_t i = 0; i < o.ask.n_receivers; i++)
				n[i] = o.receiver[i].before;
			try_all(&o, &r, 0, who, (struct best){ 0 }, n, &best);
			assert_sound(&o, &r);
			count(&o, &r, got);
			for (size_t i = 0; i < o.ask.n_receivers; i++)
				squares += got[i] * got[i];
			if ((int)(r.n - r.n_open) != best.filled || squares != best.squares)
				fail_msg("office %zu: %zu taken, squares %d; best %d, %d", compared,
					r.n - r.n_open, squares, best.filled, best.squares);
			open += r.n_open > 0;
			compared++;
		}
		mem_free(mem);
	}
	assert_true(open > 20); /* both kinds of office were met */
}

static void
large_offices_are_sound_and_fair(void **state)
{
	enum { OFFICES = 200 };
	struct rng g;
	(void)state;
	rng_init_seed(&g, 4);
	for (size_t k = 0; k < OFFICES; k++) {
		struct office o;
		void *mem = mem_root("office");
		random_office(&o, &g, 20 + rng_below(&g, 33), 16 + rng_below(&g, 25),
			1 + rng_below(&g, 4), 4);
		struct roster r = roster_make(mem, &o.ask);
		assert_sound(&o, &r);
		for (size_t i = 0; i < o.ask.n_receivers; i++)
			o.receiver[i].n_away = 0;
		for (size_t i = 0; i < o.ask.n_patterns; i++)
			o.pattern[i].roles = ALL_ROLES;
		r = roster_make(mem, &o.ask);
		assert_sound(&o, &r);
		assert_int_equal(r.n_open, 0);
		assert_true(spread(&o, &r) <= 1);
		mem_free(mem);
	}
}

static int
setup(void **state)
{
	*state = mem_root("roster");
	return 0;
}

static int
teardown(void **state)
{
	mem_free(*state);
	return 0;
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(weeks_are_those_of_iso_8601),
		cmocka_unit_test(addresses_and_times_are_read_whole),
		cmocka_unit_test(a_sitting_on_a_holiday_moves_to_the_next_working_day),
		cmocka_unit_test(a_worked_weekend_is_a_working_day),
		cmocka_unit_test(two_sittings_moved_to_one_day_do_not_share_a_room),
		cmocka_unit_test(days_without_a_notice_are_marked),
		cmocka_unit_test(a_year_is_fair_and_roles_take_turns),
		cmocka_unit_test(a_chain_makes_room_for_who_can_sit_only_then),
		cmocka_unit_test(a_place_that_nobody_can_take_stays_open),
		cmocka_unit_test(no_roster_of_a_small_office_is_fairer),
		cmocka_unit_test(large_offices_are_sound_and_fair),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
