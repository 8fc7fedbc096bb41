/* SPDX-License-Identifier: Apache-2.0 */
/* demo.c - concerns of the demo office: each has a plan of steps at working times; the steps of all
 * concerns run in the order of time under a simulated clock, with the clock's own jobs between.
 *
 * The same seed, day and number give the same office: the story ends at midnight or, once the working
 * day is over, in the evening, and all chance in it comes from one seeded source. */
#include "cli/demo.h"

#include <stdlib.h>

#include "cli/demo_int.h"
#include "core/mem.h"
#include "record/record.h"

#include "core/banned.h"

enum {
	BACK_DAYS = 85, /* a small demo: the last months */
	BACK_DAYS_MAX = 730,
	A_DAY = 14,   /* concerns that such an office gets in a day */
	MANY = 20000, /* from here on for measurements only */
	MINUTES_A_DAY = 480,
	OPENS = 9 * 60,
	CLOSES = 17 * 60,
	EVENING = 17 * 60 + 31, /* a minute after everything falls due */
	SHORT_PART = 4, /* a question is answered in a working day, where others have five */
	JITTER_MAX = 3 * MINUTES_A_DAY
};

/* ---- working time ---------------------------------------------------------------------------------- */

/* The moment so many working minutes after at: 9:00-17:00 of working days. */
static int64_t
work_later(const struct calendar *cal, int64_t at, int minutes)
{
	int32_t day = day_of(at, TZ_CHINA);
	int minute = (int)((at - day_start(day, TZ_CHINA)) / 60);
	if (!cal_is_workday(cal, day) || minute >= CLOSES) {
		day = cal_add_wd(cal, day, 1);
		minute = OPENS;
	}
	minute = (minute < OPENS ? OPENS : minute) + minutes;
	while (minute > CLOSES) {
		minute -= MINUTES_A_DAY;
		day = cal_add_wd(cal, day, 1);
	}
	return day_at(day, minute, TZ_CHINA);
}

/* A start so that the last step that has happened lies so many working days before now. */
static int64_t
start_before(struct demo *d, int64_t now, int minutes, int idle_wd)
{
	const struct calendar *cal = d->app->calendar;
	int late_min = (int)rng_below(&d->random, 60);
	int days = (minutes + late_min) / MINUTES_A_DAY + idle_wd + 1;
	int32_t day = cal_add_wd(cal, day_of(now, TZ_CHINA), -days);
	return day_at(day, OPENS + late_min, TZ_CHINA);
}

static int64_t
any_start(struct demo *d, int64_t now, int back_days)
{
	int32_t day = day_add(
		day_of(now, TZ_CHINA), -1 - (int)rng_below(&d->random, (uint32_t)back_days));
	return day_at(day, 7 * 60 + (int)rng_below(&d->random, 14 * 60), TZ_CHINA);
}

/* ---- choosing lives --------------------------------------------------------------------------------- */

static enum demo_plan_id
any_plan(struct demo *d)
{
	uint32_t sum = 0;
	for (size_t i = 0; i < N_PLANS; i++)
		sum += demo_plans[i].weight;
	uint32_t at = rng_below(&d->random, sum);
	size_t plan = 0;
	while (at >= demo_plans[plan].weight)
		at -= demo_plans[plan++].weight;
	return (enum demo_plan_id)plan;
}

static int
plan_minutes(const struct demo_plan *p, size_t n)
{
	int sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += p->step[i].after;
	return sum;
}

static void
choose_words(struct demo_life *l)
{
	size_t i = (size_t)l->index, k = i * 7 % demo_n_matters;
	/* What only the intake handles can be neither returned nor parked. */
	while (demo_plans[l->plan].needs_unit && text_eq(demo_matters[k].class, "other"))
		k = (k + 1) % demo_n_matters;
	l->matter = &demo_matters[k];
	l->place = demo_places[(i * 5 + i / 24) % demo_n_places];
	l->closing = demo_closings[i * 3 % demo_n_closings];
	l->is_sealed = i % 29 == 17;
	if (l->plan == PLAN_REDIRECTED) {
		l->elsewhere = &demo_elsewheres[i % demo_n_elsewheres];
		l->is_sealed = false;
	}
}

static void
choose_stop(struct demo *d, int64_t now, struct demo_life *l, int64_t from_end)
{
	static const size_t property[] = { 0, 1, 18, 25, 29 };
	const struct demo_stop *stop = &demo_stops[from_end];
	l->is_stop = true;
	l->plan = stop->plan;
	l->n_steps = stop->steps;
	l->start =
		start_before(d, now, plan_minutes(&demo_plans[l->plan], l->n_steps), stop->idle_wd);
	choose_words(l);
	if (from_end % 2 == 0 && !l->elsewhere) /* one unit with enough on its desk to look at */
		l->matter = &demo_matters[property[from_end / 2 % 5]];
}

/* Goes into the concern before it: the same matter at the same place, told by somebody else. */
static void
choose_merged(struct demo *d, struct demo_life *lead, struct demo_life *l)
{
	if (!lead->is_stop) {
		lead->plan = PLAN_SOLVED;
		lead->n_steps = demo_plans[PLAN_SOLVED].n;
		lead->elsewhere = NULL;
		choose_words(lead);
	}
	lead->is_sealed = l->is_sealed = false;
	if (text_eq(lead->matter->class, "other"))
		lead->matter = &demo_matters[0];
	l->into = lead;
	l->matter = lead->matter;
	l->place = lead->place;
	l->start = work_later(d->app->calendar, lead->start, 200);
}

static void
choose(struct demo *d, const struct demo_options *opt, int back_days, struct demo_life *life,
	int64_t i)
{
	struct demo_life *l = &life[i];
	int64_t from_end = opt->concerns - 1 - i;
	l->index = i;
	if (from_end < (int64_t)demo_n_stops) {
		choose_stop(d, opt->now, l, from_end);
	} else {
		l->plan = any_plan(d);
		/* One takes one other in, so that nothing is merged into what is merged itself. */
		if (l->plan == PLAN_MERGED && (i == 0 || life[i - 1].plan == PLAN_MERGED))
			l->plan = PLAN_COUNTER;
		l->n_steps = demo_plans[l->plan].n;
		l->start = any_start(d, opt->now, back_days);
		choose_words(l);
	}
	if (l->plan == PLAN_MERGED && i > 0)
		choose_merged(d, &life[i - 1], l);
}

/* ---- the schedule ----------------------------------------------------------------------------------- */

struct moment {
	int64_t at;
	struct demo_life *life;
	enum demo_op op;
	size_t order;
};

static int
by_time(const void *a, const void *b)
{
	const struct moment *x = a, *y = b;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

/* Nobody works like a clock: a quarter more or less, but a wait for a day stays what it is. */
static int
wait_of(struct demo *d, const struct demo_life *l, size_t k, bool is_answered)
{
	int wait = demo_plans[l->plan].step[k].after;
	if (l->is_stop)
		return wait;
	bool is_question =
		demo_plans[l->plan].step[0].op == OP_REGISTER && !l->elsewhere && !l->into &&
		(text_eq(l->matter->nature, "consult") || text_eq(l->matter->nature, "suggestion"));
	if (is_question && !is_answered)
		wait /= SHORT_PART;
	if (wait < JITTER_MAX)
		wait += (int)rng_below(&d->random, (uint32_t)wait / 2 + 1) - wait / 4;
	return wait;
}

/* Some of those who come in person come on the afternoon on which somebody receives: Wednesdays from two on. */
static int64_t
to_sitting(struct demo *d, int64_t at, const struct demo_life *l)
{
	enum { WEDNESDAY = 3, BEGINS = 14 * 60 + 5, LASTS = 120 };
	int32_t day = day_of(at, TZ_CHINA);
	day = day_add(day, WEDNESDAY - day_weekday(day));
	if (l->is_stop || l->into || l->index % 2 != 0 ||
		demo_plans[l->plan].step[0].op != OP_REGISTER ||
		!cal_is_workday(d->app->calendar, day))
		return at;
	return day_at(day, BEGINS + (int)l->index % LASTS, TZ_CHINA);
}

static size_t
schedule_life(struct demo *d, int64_t now, struct demo_life *l, struct moment *out, size_t n)
{
	const struct demo_plan *p = &demo_plans[l->plan];
	int64_t at = to_sitting(d, l->start, l);
	bool is_answered = false;
	for (size_t k = 0; k < l->n_steps; k++) {
		if (p->step[k].op != OP_RAISE) /* the page takes it at any hour */
			at = work_later(d->app->calendar, at, wait_of(d, l, k, is_answered));
		is_answered = is_answered || p->step[k].op == OP_APPROVE;
		if (at < now)
			out[n] = (struct moment){ at, l, p->step[k].op, n }, n++;
	}
	return n;
}

static struct moment *
schedule(struct demo *d, const struct demo_options *opt, int back_days, size_t *out_n)
{
	size_t n = 0;
	struct moment *list = mem_array(d->mem, struct moment, (size_t)opt->concerns * DEMO_STEPS);
	struct demo_life *life = mem_array(d->mem, struct demo_life, opt->concerns);
	for (int64_t i = 0; i < opt->concerns; i++)
		choose(d, opt, back_days, life, i);
	for (int64_t i = 0; i < opt->concerns; i++)
		n = schedule_life(d, opt->now, &life[i], list, n);
	qsort(list, n, sizeof *list, by_time);
	*out_n = n;
	return list;
}

/* ---- living ----------------------------------------------------------------------------------------- */

/* Everything falls due at the office's closing time, so the clock's jobs look each evening; what they
 * tell people is told then, and not years later when a server first opens the folder. */
static enum xq_rc
pass_evenings(struct demo *d, struct clock *clock, int64_t until, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	int32_t day = day_of(clock_now(clock), TZ_CHINA);
	for (; rc == XQ_OK && day_at(day, EVENING, TZ_CHINA) <= until; day = day_add(day, 1)) {
		int done;
		if (day_at(day, EVENING, TZ_CHINA) <= clock_now(clock))
			continue;
		clock_set(clock, day_at(day, EVENING, TZ_CHINA));
		rc = app_run_jobs(d->app, &done, err);
		if (rc == XQ_OK)
			rc = demo_tend_evening(d, err); /* whom a leader answers hears it today */
		if (rc == XQ_OK)
			rc = app_run_outbox(d->app, &done, err);
		if (rc == XQ_OK)
			rc = demo_duty_evening(d, err);
		if (rc == XQ_OK)
			rc = demo_spots_evening(d, err);
		if (rc == XQ_OK)
			rc = demo_beside_evening(d, err);
		if (rc == XQ_OK)
			rc = demo_visits_evening(d, err);
		if (rc == XQ_OK)
			rc = demo_reception_evening(d, err);
		if (rc == XQ_OK)
			rc = demo_sittings_evening(d, err);
		if (rc == XQ_OK)
			rc = demo_sheets_evening(d, err);
		if (rc == XQ_OK)
			rc = demo_draws_evening(d, err);
	}
	clock_set(clock, until);
	return rc;
}

static enum xq_rc
live(struct demo *d, const struct demo_options *opt, int back_days, struct clock *clock,
	struct xq_err *err)
{
	size_t n;
	struct moment *m = schedule(d, opt, back_days, &n);
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		rc = pass_evenings(d, clock, m[i].at, err);
		if (rc == XQ_OK)
			rc = demo_step(d, m[i].life, m[i].op, err);
		if (rc == XQ_OK)
			rc = demo_tend(d, m[i].life, m[i].op, err);
	}
	return rc == XQ_OK ? pass_evenings(d, clock, opt->now, err) : rc;
}

/* The last midnight: the hour at which somebody makes it is no part of the story. Were this evening in it,
 * nothing offered today would still wait; the jobs of the server see to the evening. */
static int64_t
story_end(int64_t now)
{
	return day_start(day_of(now, TZ_CHINA), TZ_CHINA);
}

static int
back_days_of(int64_t concerns)
{
	int64_t days = concerns / A_DAY;
	return days < BACK_DAYS ? BACK_DAYS : days > BACK_DAYS_MAX ? BACK_DAYS_MAX : (int)days;
}

/* One office lives through its time and leaves the clock at the end of it. */
static enum xq_rc
make_office(struct demo *d, const struct demo_options *o, bool is_many, struct clock *story,
	struct buf *accounts_text, struct xq_err *err)
{
	int back_days = back_days_of(o->concerns);
	rng_init_seed(&d->random, o->seed);
	clock_set(
		story, day_at(day_add(day_of(o->now, TZ_CHINA), -back_days - 60), OPENS, TZ_CHINA));
	enum xq_rc rc = record_begin(d->app, d->called->origin, true, err);
	if (rc == XQ_OK)
		rc = demo_people(d, accounts_text, err);
	if (rc != XQ_OK)
		return rc;
	return is_many ? demo_many(d, o, story, err) : live(d, o, back_days, story, err);
}

static enum xq_rc
make_offices(struct app *app, void *mem, const struct demo_options *all, struct clock *story,
	struct buf *accounts_text, struct xq_err *err)
{
	const int64_t n = all->offices ? all->offices : 1;
	struct demo **d = mem_array(mem, struct demo *, n);
	struct buf unsaid = buf_new(mem, 1024); /* their accounts are those of the first one */
	enum xq_rc rc = XQ_OK;
	for (int64_t i = 0; rc == XQ_OK && i < n; i++) {
		struct demo_options o = *all;
		o.concerns = all->concerns / n + (i < all->concerns % n);
		o.seed = all->seed + (uint64_t)i;
		d[i] = mem_new(mem, struct demo);
		d[i]->app = app;
		d[i]->mem = d[i];
		d[i]->called = demo_name(d[i], (size_t)i);
		d[i]->ends_at = o.now;
		rc = make_office(d[i], &o, all->concerns >= MANY || all->offices > 0, story,
			i == 0 ? accounts_text : &unsaid, err);
	}
	return rc == XQ_OK && all->offices > 0 ? demo_city(d, (size_t)n, all->now, err) : rc;
}

enum xq_rc
demo_make(struct app *app, const struct demo_options *opt, struct buf *accounts_text,
	struct xq_err *err)
{
	struct demo_options o = *opt;
	struct clock *real = app->clock, story;
	struct rng acts;
	void *mem = mem_root("demo");
	o.now = story_end(opt->now);
	rng_init_seed(
		&acts, ~o.seed); /* a stream of its own: the plans stay when an act draws more */
	clock_init_fixed(&story, o.now);
	app->clock = &story;
	app->random = &acts;
	enum xq_rc rc = make_offices(app, mem, &o, &story, accounts_text, err);
	app->clock = real;
	app->random = NULL;
	mem_free(mem);
	return rc;
}
