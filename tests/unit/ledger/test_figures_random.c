/* SPDX-License-Identifier: Apache-2.0 */
/* Random logs: the walk equals a recount that knows nothing of it. The recount keeps all events as they were made
 * up, and asks each question of ledger.md 8 by going through all of them again. */
#include "ledger/figures.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/random.h"
#include "core/time.h"
#include "made_log.h"

#include "core/banned.h"

enum { CONCERNS = 20, STEPS = 260, LOGS = 150, DAYS = 90 };

enum what {
	RAISED,
	OWNED,
	MOVED,
	REPLIED,
	REJECTED,
	REDO,
	RATED,
	UNREACHED,
	CONTACTED,
	PROMISED,
	KEPT,
	CLOSED,
	VOIDED,
	MERGED
};

struct said {
	enum what what;
	int32_t day; /* with the second it is the order */
	int64_t at, due;
	int con, unit, n; /* n: sat, no, outcome, made */
	bool yes, sealed;
};

struct recount {
	struct said e[STEPS];
	int n;
};

/* ---- making it up ------------------------------------------------------------------------------------- */

static int
chance(struct rng *r, int n)
{
	return (int)rng_below(r, (uint32_t)n);
}

static const char *
moment_text(void *mem, int64_t at)
{
	char text[TIME_RECORD_LEN + 1];
	time_record(at, text);
	return mem_textn(mem, text, 19);
}

static const char *
due_text(void *mem, int64_t due)
{
	char text[TIME_RECORD_LEN + 1];
	time_record(due, text);
	return mem_text(mem, text);
}

static const char *
pub_of(void *mem, const struct said *s)
{
	const char *due = due_text(mem, s->due);
	switch (s->what) {
	case RAISED:
		return mem_printf(mem,
			"{\"class\":\"noise\",\"due\":\"%s\",\"lane\":\"%s\",\"via\":\"web\"}", due,
			s->sealed ? "sealed" : "everyday");
	case OWNED:
		return mem_printf(mem, "{\"due\":\"%s\"}", due);
	case MOVED:
		return mem_printf(mem, "{\"due\":\"%s\",\"why\":\"extension\"}", due);
	case REDO:
		return mem_printf(mem, "{\"due\":\"%s\",\"round\":2}", due);
	case RATED:
		return s->n ? mem_printf(mem,
				      "{\"round\":1,\"sat\":%d,\"solved\":\"%s\",\"via\":\"web\"}",
				      s->n, s->yes ? "yes" : "no")
		            : mem_printf(mem, "{\"round\":1,\"solved\":\"%s\",\"via\":\"web\"}",
				      s->yes ? "yes" : "no");
	case UNREACHED:
		return "{\"round\":1}";
	case CONTACTED:
		return s->yes ? "{\"made\":true}" : "{\"made\":false}";
	case PROMISED:
		return mem_printf(mem, "{\"due\":\"%s\",\"no\":%d}", due, s->n);
	case KEPT:
		return mem_printf(mem, "{\"no\":%d}", s->n);
	case CLOSED:
		return s->yes ? "{\"outcome\":\"solved\"}" : "{\"outcome\":\"not\"}";
	case VOIDED:
		return "{\"why\":\"error\"}";
	case MERGED:
		return "{\"into\":\"c-aaaaaaaaaaaaaaaa\"}";
	case REPLIED:
	case REJECTED:
		return "{}";
	}
	return "{}";
}

static void
make_up(struct rng *r, struct made_log *l, struct recount *c)
{
	static const char *const kind[] = { "concern.raised", "concern.owned", "concern.due-moved",
		"concern.replied", "concern.reply-rejected", "concern.redo", "concern.rated",
		"concern.unreached", "concern.contacted", "concern.promised",
		"concern.promise-kept", "concern.closed", "concern.voided", "concern.merged" };
	int64_t at = day_start(20260101, TZ_CHINA);
	bool is_raised[CONCERNS] = { false }, is_ended[CONCERNS] = { false };
	bool sealed[CONCERNS] = { false };
	for (int i = 0; i < STEPS; i++) {
		at += chance(r, 2) * chance(r, 60000);
		int con = chance(r, CONCERNS);
		struct said s = { .what = (enum what)(1 + chance(r, MERGED)),
			.con = con,
			.at = at,
			.unit = 1 + chance(r, 3),
			.n = chance(r, 5),
			.yes = chance(r, 2) };
		if (s.what >= CLOSED && chance(r, 3)) /* most go on */
			s.what = REPLIED;
		if (!is_raised[con]) {
			s.what = RAISED;
			sealed[con] = chance(r, 6) == 0;
		} else if (is_ended[con] && s.what != PROMISED && s.what != KEPT)
			continue;
		is_raised[con] = true;
		is_ended[con] = is_ended[con] || s.what >= CLOSED;
		s.sealed = sealed[con];
		s.due = at + chance(r, 20) * 43200 - 86400;
		s.day = day_of(at, TZ_CHINA);
		char unit[16] = "";
		if (!s.sealed)
			(void)snprintf(unit, sizeof unit, "u%d", s.unit);
		made_log_say(l, moment_text(l->mem, at), kind[s.what], (char)('a' + con), unit,
			pub_of(l->mem, &s));
		c->e[c->n++] = s;
	}
}

/* ---- asking again ----------------------------------------------------------------------------------------- */

/* What a concern is after its events up to (not including) the one at end. */
struct now {
	int unit, round_rated; /* index of the last rating, -1 */
	int64_t due;
	bool awaits, late, replied, redone, ended;
};

static struct now
state_of(const struct recount *c, int con, int end)
{
	struct now s = { .round_rated = -1 };
	for (int i = 0; i < end; i++) {
		const struct said *e = &c->e[i];
		if (e->con != con)
			continue;
		if (e->what == RAISED || e->what == OWNED)
			s.unit = e->sealed ? 0 : e->unit;
		if (e->what == RAISED || e->what == OWNED || e->what == MOVED || e->what == REDO)
			s.due = e->due;
		if (e->what == REPLIED) {
			s.replied = true;
			s.late = s.late || e->at > s.due;
		}
		s.awaits = e->what == REPLIED ? false
		           : e->what == RAISED || e->what == OWNED || e->what == REJECTED ||
		                           e->what == REDO
		                   ? true
		                   : s.awaits;
		s.redone = s.redone || e->what == REDO;
		s.ended = s.ended || e->what >= CLOSED;
	}
	return s;
}

static bool
is_voided(const struct recount *c, int con)
{
	for (int i = 0; i < c->n; i++)
		if (c->e[i].con == con && c->e[i].what == VOIDED)
			return true;
	return false;
}

struct period {
	int32_t from, to;
	int unit; /* 0: the office */
};

static bool
lies_in(const struct said *e, const struct period *p)
{
	return e->day >= p->from && e->day < p->to;
}

/* The last event of this kind of a concern in the period; -1. */
static int
last_in(const struct recount *c, int con, enum what what, const struct period *p)
{
	int found = -1;
	for (int i = 0; i < c->n; i++)
		if (c->e[i].con == con && c->e[i].what == what && lies_in(&c->e[i], p))
			found = i;
	return found;
}

struct pair {
	int64_t num, den;
};

static bool
of_unit(const struct recount *c, int con, int at, const struct period *p)
{
	return p->unit == 0 || state_of(c, con, at + 1).unit == p->unit;
}

static struct pair
ask(const struct recount *c, const char *id, const struct period *p)
{
	static const int points[] = { 0, 10, 8, 6, 0 };
	struct pair v = { 0 };
	for (int con = 0; con < CONCERNS; con++) {
		if (text_eq(id, "voided"))
			v.num += last_in(c, con, VOIDED, p) >= 0;
		if (is_voided(c, con))
			continue;
		int closed = last_in(c, con, CLOSED, p), rated = last_in(c, con, RATED, p);
		int raised = last_in(c, con, RAISED, p), gone = last_in(c, con, UNREACHED, p);
		const struct now then =
			closed >= 0 ? state_of(c, con, closed + 1) : (struct now){ 0 };
		bool counts = closed >= 0 && of_unit(c, con, closed, p);
		if (text_eq(id, "raised"))
			v.num += raised >= 0 && of_unit(c, con, raised, p);
		if (text_eq(id, "closed"))
			v.num += counts;
		if (text_eq(id, "on_time") && counts && then.replied) {
			v.den++;
			v.num += !then.late;
		}
		if (text_eq(id, "claimed") && counts) {
			v.den++;
			v.num += c->e[closed].yes;
		}
		if (text_eq(id, "redone") && counts) {
			v.den++;
			v.num += then.redone;
		}
		if (text_eq(id, "solved") && rated >= 0 && of_unit(c, con, rated, p)) {
			v.den++;
			v.num += c->e[rated].yes;
		}
		if (text_eq(id, "satisfaction") && rated >= 0 && c->e[rated].n &&
			of_unit(c, con, rated, p)) {
			v.den += 10;
			v.num += points[c->e[rated].n];
		}
		if (text_eq(id, "unreached") && p->unit == 0 && (rated >= 0 || gone >= 0)) {
			v.den++;
			v.num += rated < 0;
		}
	}
	return v;
}

/* Questions about events and moments, for the office. */
static struct pair
ask_events(const struct recount *c, const char *id, const struct period *p)
{
	struct pair v = { 0 };
	int until = 0;
	while (until < c->n && c->e[until].day < p->to)
		until++;
	for (int con = 0; con < CONCERNS; con++) {
		const struct now s = state_of(c, con, until);
		if (text_eq(id, "overdue_open") && !is_voided(c, con))
			v.num += s.awaits && !s.ended && s.due < day_start(p->to, TZ_CHINA);
		for (int no = 0; text_eq(id, "promises") && !is_voided(c, con) && no < 5; no++) {
			int64_t due = 0, kept = 0;
			for (int i = 0; i < c->n; i++) {
				const struct said *e = &c->e[i];
				if (e->con == con && e->n == no && e->what == PROMISED)
					due = e->due;
				if (e->con == con && e->n == no && e->what == KEPT && !kept)
					kept = e->at;
			}
			int32_t day = due ? day_of(due, TZ_CHINA) : 0;
			v.den += day >= p->from && day < p->to;
			v.num += day >= p->from && day < p->to && kept && kept <= due;
		}
	}
	for (int i = 0; i < c->n; i++) {
		const struct said *e = &c->e[i];
		if (!text_eq(id, "contacted") || e->what != CONTACTED || !lies_in(e, p) ||
			is_voided(c, e->con))
			continue;
		v.den++;
		v.num += e->yes;
	}
	return v;
}

/* ---- both ------------------------------------------------------------------------------------------------ */

static void
same(const struct figures *f, const char *id, int unit, struct pair want)
{
	char code[8];
	(void)snprintf(code, sizeof code, "u%d", unit);
	const struct figures_row *r = figures_find_of(f, id, unit ? code : NULL, NULL, NULL);
	int64_t num = r ? r->num : 0, den = r && r->den > 0 ? r->den : 0;
	if (num != want.num || den != want.den)
		fail_msg("%s %s: walk %lld / %lld, recount %lld / %lld", id, unit ? code : "",
			(long long)num, (long long)den, (long long)want.num, (long long)want.den);
}

static void
compare(struct made_log *l, const struct recount *c, struct period p)
{
	static const char *const ids[] = { "raised", "closed", "on_time", "claimed", "redone",
		"solved", "satisfaction", "unreached", "voided" };
	static const char *const of_events[] = { "overdue_open", "promises", "contacted" };
	struct figures f;
	figures_count(
		l->walk, l->mem, &(struct figures_period){ p.from, p.to, l->n, FIGURES_WIDE }, &f);
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
		for (p.unit = 0; p.unit <= 3; p.unit++)
			if (p.unit == 0 || (figures_has_parts(ids[i]) && i != 7))
				same(&f, ids[i], p.unit, ask(c, ids[i], &p));
	p.unit = 0;
	for (size_t i = 0; i < sizeof of_events / sizeof *of_events; i++)
		same(&f, of_events[i], 0, ask_events(c, of_events[i], &p));
}

static void
random_logs_come_out_as_the_recount_says(void **state)
{
	(void)state;
	int64_t closed = 0;
	for (uint64_t seed = 1; seed <= LOGS; seed++) {
		void *mem = mem_root("log");
		struct rng *r = mem_new(mem, struct rng);
		rng_init_seed(r, seed);
		struct made_log l = made_log_new(mem);
		struct recount *c = mem_new(mem, struct recount);
		make_up(r, &l, c);
		for (int k = 0; k < 4; k++) {
			int32_t from = day_add(20260101, chance(r, DAYS));
			compare(&l, c,
				(struct period){ from, day_add(from, 1 + chance(r, 40)), 0 });
		}
		compare(&l, c, (struct period){ 20260101, 20270101, 0 });
		const struct period all = { 20260101, 20270101, 0 };
		closed += ask(c, "closed", &all).num;
		mem_free(mem);
	}
	assert_true(closed > LOGS); /* they did say something */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_logs_come_out_as_the_recount_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
