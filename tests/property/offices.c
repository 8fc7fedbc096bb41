/* SPDX-License-Identifier: Apache-2.0 */
/* offices.c - a thousand random offices keep their roster of receptions, day by day under an injected clock:
 * drafts, approval, publication in time, late or never, changes, swaps, cancelled sittings, absences, people who
 * leave, and what nobody may do. What each act may do is said beforehand, and what it did is read from the rows.
 *
 *   offices FOLDER            prints PASS and FAIL lines
 *   offices FOLDER SEED [N]   this office alone, or N from it on, each act told */
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "act/app.h"
#include "concern/concern.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/parse.h"
#include "identity/session.h"
#include "notify/notify.h"
#include "offices.h"
#include "reception/reception.h"

#include "core/banned.h"

enum { OFFICES = 1000, ROLES = 6, WEEK = 7, LAST_SPAN = 1095, TOLD_MAX = 20 };
enum { DAY_BEFORE = 20241231, FIRST_SIZE = 8 << 20 };
enum { MORNING = 9 * 60, EVENING = 18 * 60 };
enum { TRIED_ACTS = 12, TRIED_REFUSALS = 48 };

static const struct module *const modules[] = { &act_module, &office_module, &concern_module,
	&reception_module, &notify_module, NULL };

/* What is said beforehand of an act: that it is granted, that it is refused, or with which key. */
#define GRANTED NULL
#define REFUSED "?"

/* A swap as it was offered. */
struct offer {
	struct slot_row a, b;
};

static struct {
	struct app *app;
	struct clock clock;
	struct rng chance;
	struct when when;
	int64_t office, seed;
	struct actor keeper, leader, both, person[PEOPLE]; /* person: by number of the receiver */
	struct rows_all rows[2], *now, *was;
	struct offer offer[SWAPS + 1];
	int care; /* 0: does all in time, 2: hardly anything */
	const char *act;
	bool is_told;
	char path[200];            /* of the rows */
	uint8_t first[FIRST_SIZE]; /* what stands there before anything has happened */
	size_t n_first;
} life;

static int64_t n_wrong, n_acts, n_refused, n_days, n_weeks, n_invariants;
static struct tally {
	const char *key;
	int64_t n;
} granted[TRIED_ACTS], refused[TRIED_REFUSALS];

static int failures;

static void
say(bool good, const char *what, int64_t n)
{
	failures += !good;
	printf("%s offices: %s (%lld)\n", good ? "PASS" : "FAIL", what, (long long)n);
}

void
wrong(const char *what, int64_t a, int64_t b)
{
	if (n_wrong++ < TOLD_MAX)
		printf("    office %lld, %d, %s: %s (%lld, %lld)\n", (long long)life.seed,
			life.when.today, life.act, what, (long long)a, (long long)b);
}

static uint32_t
below(uint32_t n)
{
	return rng_below(&life.chance, n);
}

static bool
one_in(uint32_t n)
{
	return below(n) == 0;
}

/* ---- acts -------------------------------------------------------------------------------------------- */

struct pair {
	const char *name, *text;
};
#define IN(...) ((const struct pair[]){ __VA_ARGS__, { 0 } })

static const char *
number(void *mem, int64_t n)
{
	return n ? mem_printf(mem, "%lld", (long long)n) : "";
}

static struct act_call *
call_of(void *mem, const struct act *act, const struct actor *who, const struct pair *in)
{
	enum { PAIRS = 16 };
	struct act_call *call = act_call_new(mem, life.app, act, life.office, who);
	struct form_pair pair[PAIRS] = { 0 };
	struct xq_err err = { 0 };
	size_t n = 0;
	for (; in[n].name; n++) {
		xq_require(n < PAIRS);
		pair[n] = (struct form_pair){ .name = str_of(in[n].name),
			.value = str_of(in[n].text) };
	}
	enum xq_rc rc = form_read(mem, act->fields, pair, n, true, TZ_CHINA, &call->form, &err);
	xq_require(rc == XQ_OK || rc == XQ_REFUSED);
	return call;
}

static void
count_key(struct tally *t, size_t max, const char *key)
{
	size_t i = 0;
	while (i < max && t[i].key && !text_eq(t[i].key, key))
		i++;
	xq_require(i < max);
	t[i].key = key;
	t[i].n++;
}

static void
count_refusal(const struct act_call *call)
{
	n_refused++;
	if (!text_eq(call->err.key, "form.faults"))
		count_key(refused, TRIED_REFUSALS, call->err.key);
	for (size_t i = 0; i < call->form.n; i++)
		if (call->form.v[i].has_fault)
			count_key(refused, TRIED_REFUSALS, call->form.v[i].fault.key);
}

/* Acts on the roster are looked at for what they do to it; that they leave places and people alone is looked
 * at on Sundays, since reading takes longer than acting. */
static void
look_again(bool is_all)
{
	rows_load(life.app, life.office, is_all ? NULL : life.was, life.now);
}

static bool
is_of_roster(const struct act *act)
{
	return act != &roster_pattern_set && strncmp(act->name, "roster.", 7) == 0;
}

static void
check_settings(void)
{
	look_again(true);
	if (!rows_same(life.was, life.now))
		wrong("an act on the roster changed places or people", 0, 0);
}

static void
turn_over(void)
{
	struct rows_all *was = life.was;
	life.was = life.now;
	life.now = was;
}

static void
check_answer(const struct act_call *call, const char *expected)
{
	bool as_said = expected == GRANTED ? call->rc == XQ_OK : call->rc == XQ_REFUSED;
	if (as_said && expected != GRANTED && !text_eq(expected, REFUSED))
		as_said = text_eq(call->err.key, expected);
	if (as_said)
		return;
	wrong(call->rc == XQ_OK       ? "is granted and should not be"
		: expected == GRANTED ? "is not granted and should be"
				      : "is refused for another reason",
		call->rc, 0);
	printf("      said: %s, got: %s\n", expected ? expected : "granted",
		call->rc == XQ_OK ? "granted" : call->err.key);
	for (size_t i = 0; i < call->form.n; i++)
		if (call->form.v[i].has_fault)
			printf("      %s: %s\n", call->form.fields[i].name,
				call->form.v[i].fault.key);
}

/* Life goes on in life.was; life.now is what came of the act. */
static void
run_draft(const struct act *act, const struct actor *who, const struct pair *in,
	const char *expected, int32_t draft_from, size_t draft_weeks)
{
	void *mem = mem_root("act");
	struct act_call *call = call_of(mem, act, who, in);
	const struct deed deed = { act->name, who->person_id, draft_from, draft_weeks };
	life.act = act->name;
	n_acts++;
	(void)act_run(call); /* call->rc */
	if (life.is_told)
		printf("    %d %s: %s\n", life.when.today, act->name,
			call->rc == XQ_OK ? "granted" : call->err.key);
	check_answer(call, expected);
	look_again(!is_of_roster(act));
	if (call->rc == XQ_OK) {
		count_key(granted, TRIED_ACTS, act->name);
		oracle_act(life.was, life.now, &life.when, &deed);
	} else {
		count_refusal(call);
		if (!rows_same(life.was, life.now))
			wrong("what is refused changed something", call->rc, 0);
	}
	turn_over();
	mem_free(mem);
}

static void
run(const struct act *act, const struct actor *who, const struct pair *in, const char *expected)
{
	run_draft(act, who, in, expected, 0, 0);
}

/* ---- an office --------------------------------------------------------------------------------------- */

static struct actor
hire(struct tx *tx, int64_t unit, const char *login, const char *name, const enum role *role,
	size_t n)
{
	struct xq_err err = { 0 };
	struct actor a;
	int64_t person, account, now = life.when.now;
	xq_require(person_add(tx, life.office, name, "", "", unit, &person, &err) == XQ_OK);
	xq_require(account_add(tx, life.office, person, login, "x", now, &account, &err) == XQ_OK);
	for (size_t i = 0; i < n; i++)
		xq_require(
			role_give(tx, life.office, account,
				&(struct grant){ role[i], SCOPE_OFFICE, 0 }, now, &err) == XQ_OK);
	xq_require(actor_by_login(tx, life.office, str_of(login), &a, &err) == XQ_OK);
	return a;
}

static void
open_folder(const char *dir)
{
	const struct app_options opt = { .db = { .is_unsafe_fast = true, .readers = 1 },
		.modules = modules,
		.clock = &life.clock,
		.may_create = true };
	struct xq_err err = { 0 };
	xq_require(app_open(NULL, dir, &opt, &life.app, &err) == XQ_OK);
}

/* The day before all offices begin. */
static void
make_office(const char *dir)
{
	const struct office_new office = { .code = "qf",
		.name = "青枫街道办事处",
		.short_name = "青枫街道",
		.mark = "青街",
		.phone = "021-5550-0123",
		.hours = "工作日 8:30–17:30",
		.origin = "test.example/log/qf",
		.admin_login = "admin",
		.admin_name = "管理员",
		.admin_password_hash = "nobody signs in here" };
	static const enum role roles[] = { ROLE_PUBLISHER, ROLE_LEADER };
	struct xq_err err = { 0 };
	struct unit u;
	struct tx *tx;
	clock_init_fixed(&life.clock, day_at(DAY_BEFORE, MORNING, TZ_CHINA));
	life.when.now = clock_now(&life.clock);
	open_folder(dir);
	xq_require(office_create(life.app, &office, &life.office, &err) == XQ_OK);
	xq_require(db_write(life.app->db, &tx, &err) == XQ_OK);
	xq_require(unit_by_code(tx, life.app->mem, life.office, STR("u01"), &u, &err) == XQ_OK);
	life.keeper = hire(tx, u.id, "keeper", "袁野", &roles[0], 1);
	life.leader = hire(tx, u.id, "leader", "周敏", &roles[1], 1);
	life.both = hire(tx, u.id, "both", "何志远", roles, 2);
	xq_require(tx_commit(tx, &err) == XQ_OK);
	app_close(life.app);
}

/* What every office begins with; made once, since the tables of all modules take longer than a life. */
static void
keep_first(const char *dir)
{
	static const char *const of_rows[] = { "-wal", "-shm", "" };
	for (size_t i = 0; i < sizeof of_rows / sizeof *of_rows; i++) {
		int n = snprintf(life.path, sizeof life.path, "%s/xinqiao.db%s", dir, of_rows[i]);
		xq_require(n > 0 && (size_t)n < sizeof life.path);
		(void)remove(life.path); /* what a run before left behind, if anything */
	}
	make_office(dir);
	FILE *f = fopen(life.path, "rb");
	xq_require(f);
	life.n_first = fread(life.first, 1, sizeof life.first, f);
	xq_require(life.n_first > 0 && life.n_first < sizeof life.first && fclose(f) == 0);
}

static void
open_office(const char *dir)
{
	FILE *f = fopen(life.path, "wb");
	xq_require(f && fwrite(life.first, 1, life.n_first, f) == life.n_first && fclose(f) == 0);
	open_folder(dir);
	for (int i = 1; i < PEOPLE; i++)
		life.person[i] = (struct actor){ 0 };
	memset(life.offer, 0, sizeof life.offer);
	life.when.cal = life.app->calendar;
	rows_load(life.app, life.office, NULL, life.was);
}

/* ---- places and people ------------------------------------------------------------------------------- */

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

static void
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
static const char *const times[][2] = { { "9:00", "11:00" }, { "14:00", "16:30" },
	{ "15:00", "17:00" }, { "18:30", "20:00" } };
static const int64_t minutes[][2] = { { 540, 660 }, { 840, 990 }, { 900, 1020 }, { 1110, 1200 } };
enum { N_TIMES = sizeof times / sizeof *times };

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

static void
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
static void
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
static void
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

static int64_t
any_receiver(void)
{
	return 1 + below((uint32_t)life.was->n_receivers);
}

static int32_t
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

static void
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
		rows_load(life.app, life.office, NULL, life.was);
	} else if (own->person_id != 0 && one_in(2)) {
		run(&account_away_act, own, IN({ "away", r->on_leave ? "" : "1" }), GRANTED);
	} else if (own->person_id != 0 || !r->person) {
		set_receiver(no, !r->active || one_in(3));
	}
}

static void
any_absence(void)
{
	int32_t from = day_ahead(-2, 24);
	note_absence(any_receiver(), from, day_add(from, (int)below(12) - 1));
}

static void
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

static void
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

static const struct slot_row *
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

static bool
is_published(const struct slot_row *s)
{
	return week_of(life.was, s->week)->state == PUBLISHED;
}

/* What is wrong with a sitting before anything else is looked at. */
static const char *
slot_fault(const struct slot_row *s)
{
	return s->state != 0                 ? "roster.slot-cancelled"
	       : slot_is_over(&life.when, s) ? "roster.slot-over"
	                                     : NULL;
}

static size_t
time_of(const struct slot_row *s)
{
	size_t time = 0;
	while (minutes[time][0] != s->start)
		time++;
	return time;
}

static void
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

static const struct actor *
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

static void
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

static void
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

static void
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

/* ---- days -------------------------------------------------------------------------------------------- */

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

static void
live_evening(void)
{
	int done = 0;
	struct xq_err err = { 0 };
	life.act = "evening";
	if (app_run_jobs(life.app, &done, &err) != XQ_OK)
		wrong(err.key, 0, 0);
	if (done == 0) { /* no act, so no row has changed */
		oracle_evening(life.was, life.was, &life.when);
		return;
	}
	look_again(false);
	oracle_act(life.was, life.now, &life.when,
		&(struct deed){ life.act, life.leader.person_id, 0, 0 });
	oracle_evening(life.was, life.now, &life.when);
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

static void
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
		set_time(day, EVENING);
		live_evening();
		if (day_weekday(day) == 0)
			check_settings();
		n_days++;
	}
	n_weeks += (int64_t)weeks;
	check_invariants();
	app_close(life.app);
}

/* ---- the end ----------------------------------------------------------------------------------------- */

/* Everything that nobody may do was tried, and everything else was done. */
static void
check_tried(void)
{
	static const char *const keys[] = { "roster.late", "roster.no-reason", "receiver.on-leave",
		"receiver.gone", "receiver.away-then", "receiver.sits-then", "receiver.not-you",
		"receiver.has-sittings", "roster.day-rest", "roster.day-past", "venue.closed",
		"venue.has-sittings", "roster.room-taken", "roster.own-draft", "roster.open-places",
		"roster.not-approved", "roster.pattern-closed", "roster.pattern-rest",
		"roster.swap-over", "roster.swap-self", "roster.swap-waits",
		"roster.swap-other-answers", "roster.not-your-sitting", "roster.make-up-soon",
		"roster.cancel-unpublished", "roster.slot-cancelled", "roster.slot-over" };
	int64_t missing = 0;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		size_t k = 0;
		while (k < TRIED_REFUSALS && refused[k].key && !text_eq(refused[k].key, keys[i]))
			k++;
		if (k < TRIED_REFUSALS && refused[k].key)
			continue;
		printf("    never refused: %s\n", keys[i]);
		missing++;
	}
	size_t done = 0;
	while (done < TRIED_ACTS && granted[done].key)
		done++;
	say(missing == 0, "whatever nobody may do was tried and refused", n_refused);
	say(done == TRIED_ACTS, "every act was granted too", n_acts - n_refused);
}

static void
tell(const struct tally *t, size_t max)
{
	for (size_t i = 0; i < max && t[i].key; i++)
		printf("    %s: %lld\n", t[i].key, (long long)t[i].n);
}

int
main(int argc, char **argv)
{
	int64_t seed = 1, n = OFFICES;
	if (argc < 2 || argc > 4 || sodium_init() < 0)
		return 2;
	if (argc > 2 && !parse_int(str_of(argv[2]), 1, INT32_MAX, &seed))
		return 2;
	if (argc > 2)
		n = 1;
	if (argc > 3 && !parse_int(str_of(argv[3]), 1, OFFICES, &n))
		return 2;
	talloc_disable_null_tracking();
	log_quiet(true);
	life.now = &life.rows[0];
	life.was = &life.rows[1];
	life.is_told = n == 1;
	keep_first(argv[1]);
	for (int64_t i = 0; i < n; i++)
		live(argv[1], seed + i);
	say(n_wrong == 0, "what must be true of receptions is, after every act and every evening",
		n_wrong ? n_wrong : n_days);
	say(n_invariants >= n, "the invariants of the modules hold at the end of each office", n);
	tell(granted, TRIED_ACTS);
	tell(refused, TRIED_REFUSALS);
	printf("    %lld weeks, %lld acts, %lld of them refused\n", (long long)n_weeks,
		(long long)n_acts, (long long)n_refused);
	if (n == OFFICES)
		check_tried();
	return failures > 0;
}
