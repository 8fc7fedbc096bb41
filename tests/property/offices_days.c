/* SPDX-License-Identifier: Apache-2.0 */
/* offices_days.c - the days of an office: what may be done on a morning, and what the clock does in the evening. */
#include "offices_life.h"

#include "core/banned.h"

enum { LAST_SPAN = 1095, FIRST_VISITOR = 9 * 60 + 30 };

static void
set_time(int32_t day, int minute)
{
	life.when.today = day;
	life.when.now = day_at(day, minute, TZ_CHINA);
	clock_set(&life.clock, life.when.now);
}

static void
live_morning(void)
{
	keep_roster();
	if (one_in(8))
		keep_registers();
	if (one_in(5))
		change();
	if (one_in(5))
		offer_swap();
	if (one_in(3))
		answer_some();
	if (one_in(10))
		cancel();
	if (one_in(8))
		any_absence();
	if (one_in(10))
		go_or_stay();
	if (one_in(30) && life.was->n_receivers < PEOPLE - 1)
		set_receiver(0, true);
	if (one_in(60))
		set_venue(1 + below((uint32_t)life.was->n_venues), one_in(2));
	if (one_in(30))
		end_patterns(one_in(4));
	if (one_in(50) && life.was->n_patterns < PATTERNS)
		any_pattern();
}

static int
run_jobs(void)
{
	int done = 0;
	struct xq_err err = { 0 };
	if (app_run_jobs(life.app, &done, &err) != XQ_OK)
		wrong(err.key, 0, 0);
	return done;
}

static void
live_evening(void)
{
	life.act = "evening";
	if (run_jobs() == 0) { /* no act, so no row has changed */
		oracle_evening(life.was, life.was, &life.when);
		oracle_silence(life.was, life.was, &life.when);
		return;
	}
	look_again(READ_SITTINGS);
	/* what has ended may leave its week empty: a cause for another job, whose turn was before */
	if (life.now->n_ends > life.was->n_ends && run_jobs() > 0)
		look_again(READ_SITTINGS);
	oracle_act(life.was, life.now, &life.when,
		&(struct deed){ life.act, life.leader.person_id, 0, 0 });
	oracle_sittings(life.was, life.now, &life.when, &(struct deed){ life.act, 0, 0, 0 });
	oracle_evening(life.was, life.now, &life.when);
	oracle_silence(life.was, life.now, &life.when);
	turn_over();
}

static void
check_invariants(void)
{
	struct xq_err err = { 0 };
	struct tx *tx;
	void *mem = mem_root("invariants");
	life.act = "invariants";
	xq_require(db_read(life.app->db, &tx, &err) == XQ_OK);
	for (const struct module *const *m = life.app->modules; *m; m++)
		for (size_t i = 0; (*m)->invariants && (*m)->invariants[i]; i++, n_invariants++) {
			int64_t n = 1;
			if ((*m)->invariants[i]->count_faults(tx, mem, life.office, &n, &err) !=
					XQ_OK ||
				n != 0)
				wrong((*m)->invariants[i]->name, n, 0);
		}
	tx_end(tx);
	mem_free(mem);
}

static void
check_record(void)
{
	static struct record_all record;
	life.act = "record";
	record_load(life.app, life.office, &record);
	oracle_record(life.was, &record);
}

/* Any day of three years, often so that a long holiday lies in the first weeks, or past the last notice. */
static int32_t
first_day(void)
{
	static const int32_t before[] = { 20250110, 20250922, 20260205, 20260910, 20261220 };
	int32_t day = day_add(20250101, (int)below(LAST_SPAN));
	if (one_in(2))
		day = day_add(before[below(sizeof before / sizeof *before)], (int)below(15));
	return day;
}

static size_t
weeks_to_live(void)
{
	enum { LEAST = 8, MOST = 30 };
	return one_in(8) ? LEAST + below(MOST - LEAST + 1) : LEAST + below(3);
}

void
live(const char *dir, int64_t seed)
{
	life.seed = seed;
	rng_init_seed(&life.chance, (uint64_t)seed);
	int32_t day = first_day();
	size_t weeks = weeks_to_live();
	clock_init_fixed(&life.clock, day_at(day, MORNING - 60, TZ_CHINA));
	set_time(day, MORNING - 60);
	open_office(dir);
	life.care = (int)below(3);
	settle();
	for (size_t i = 0; i < weeks * WEEK; i++, day = day_add(day, 1)) {
		set_time(day, MORNING);
		live_morning();
		set_time(day, (int)(FIRST_VISITOR + below(EVENING - FIRST_VISITOR)));
		keep_registers();
		set_time(day, EVENING);
		live_evening();
		if (day_weekday(day) == 0)
			check_settings();
		n_days++;
	}
	n_weeks += (int64_t)weeks;
	check_invariants();
	check_record();
	app_close(life.app);
}
