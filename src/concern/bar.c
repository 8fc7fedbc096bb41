/* SPDX-License-Identifier: Apache-2.0 */
/* bar.c - days are laid out one by one first, then folded: the two ways to shorten a long bar work
 * on finished cells and need no calendar. */
#include "concern/bar.h"

#include "concern/concern.h"
#include "core/mem.h"

#include "web/components.h"

#include "core/banned.h"

/* ---- the light ----------------------------------------------------------------------------------- */

static struct msg_arg
count_arg(int64_t n)
{
	return (struct msg_arg){ .name = "n", .kind = MSG_ARG_INT, .i = n };
}

static void
stand_ended(struct stand *s, const struct concern *c)
{
	static const char *const staff[] = { N_("Closed"), N_("Closed: solved"),
		N_("Closed: partly solved"), N_("Closed: explained"), N_("Closed: not solved") };
	s->light = LIGHT_CLOSED;
	s->staff = staff[c->outcome];
	s->resident = staff[c->outcome];
	if (c->state == ST_TERMINATED)
		s->staff = s->resident = N_("No longer handled");
	if (c->state == ST_HISTORY)
		s->staff = s->resident = N_("From earlier records");
	if (c->state == ST_REDIRECTED)
		s->staff = s->resident = N_("Pointed to another body");
	if (c->state == ST_MERGED)
		s->staff = s->resident = N_("Handled with another one");
	if (c->state == ST_VOID)
		s->staff = s->resident = N_("Voided");
	if (c->state == ST_TRANSFERRED)
		s->staff = s->resident = N_("Taken over by another office");
	if (c->state == ST_ARCHIVED)
		s->staff = s->resident = N_("Archived");
}

/* What is parked is neither in time nor late: it waits, and says so. */
static void
stand_parked(struct stand *s)
{
	s->light = LIGHT_PARKED;
	s->staff = N_("Parked");
	s->resident = N_("Cannot be done now");
	s->is_late = false;
	s->late_wd = 0;
}

static void
stand_late(struct stand *s)
{
	s->light = LIGHT_LATE;
	s->arg[0] = count_arg(s->late_wd);
	s->staff = s->late_wd > 0 ? N_("Overdue by {n} working days") : N_("Overdue since today");
	s->resident = s->late_wd > 0 ? N_("Late by {n} working days") : N_("Late since today");
}

static void
stand_running(struct stand *s, int limit_wd)
{
	bool is_soon = s->left_wd <= 1 || 3 * s->left_wd <= limit_wd;
	s->light = is_soon ? LIGHT_SOON : LIGHT_OK;
	s->arg[0] = count_arg(s->left_wd);
	s->staff = is_soon ? N_("Due soon, {n} working days left") : N_("In time");
	s->resident = is_soon ? N_("The day of the answer is near") : N_("In work");
}

struct stand
light_of(const struct concern *c, int64_t now, const struct calendar *cal, int32_t tz_s)
{
	struct stand s = { 0 };
	bool has_answer = c->answered_at > 0;
	int64_t until = has_answer ? c->answered_at : c->closed_at > 0 ? c->closed_at : now;
	int32_t day = day_of(until, tz_s);
	bool is_counted = concern_is_open(c->state) || c->state == ST_CLOSED;
	s.is_late = is_counted && until > c->due_at;
	if (s.is_late && day > c->due_day)
		s.late_wd = cal_count_wd(cal, c->due_day, day);
	if (!s.is_late && day <= c->due_day)
		/* Today counts, but for the day it came in: the next one is day one. */
		s.left_wd = cal_count_wd(cal,
			day > day_of(concern_told_at(c), tz_s) ? day_add(day, -1) : day,
			c->due_day);

	if (!concern_is_open(c->state)) {
		stand_ended(&s, c);
	} else if (c->state == ST_PARKED) {
		stand_parked(&s);
	} else if (has_answer) {
		s.light = LIGHT_ANSWERED;
		s.staff = N_("Answered");
		s.resident = N_("Answered to you");
	} else if (s.is_late) {
		stand_late(&s);
	} else if (c->is_provisional) {
		s.light = LIGHT_UNKNOWN;
		s.staff = s.resident = N_("Day not fixed yet");
	} else {
		stand_running(&s, cal_count_wd(cal, day_of(concern_told_at(c), tz_s), c->due_day));
	}
	return s;
}

const char *
stand_words(void *mem, enum lang lang, const struct stand *s, bool for_staff)
{
	const char *english = for_staff ? s->staff : s->resident;
	return msg_fill(mem, lang, msg_text(lang, english), s->arg, 2, TZ_CHINA);
}

/* ---- the bar ------------------------------------------------------------------------------------- */

struct bar_ask
bar_ask_of(const struct concern *c, int64_t from_at, int64_t now, const struct calendar *cal,
	int32_t tz_s)
{
	return (struct bar_ask){
		.now = now,
		.from_at = from_at > 0 ? from_at : concern_told_at(c),
		.due_day = c->due_day,
		.due_at = c->due_at,
		.end_at = c->answered_at > 0 ? c->answered_at : c->closed_at,
		.tz_s = tz_s,
		.cal = cal,
	};
}

static int
kind_of(const struct calendar *cal, int32_t day)
{
	switch (cal_day_kind(cal, day)) {
	case DAY_WORK:
		return CELL_WORK;
	case DAY_MAKE_UP:
		return CELL_MAKE_UP;
	case DAY_WEEKEND:
	case DAY_HOLIDAY:
		return CELL_REST;
	}
	return CELL_WORK;
}

/* last: the last day that was lived through, today or the day of the answer. */
static int
state_of(const struct bar_ask *a, int32_t day, int32_t last)
{
	bool is_over = a->end_at > 0;
	if (day > a->due_day)
		return CELL_LATE;
	if (day == a->due_day && last <= day && !(is_over && last == day))
		return CELL_DUE;
	if (day == last && !is_over)
		return CELL_TODAY;
	if (day <= last)
		return CELL_PAST;
	return cal_knows_year(a->cal, day_year(day)) ? CELL_TODO : CELL_UNKNOWN;
}

static size_t
lay_days(const struct bar_ask *a, int32_t from, int32_t last, size_t n, struct day_cell *cell)
{
	int number = 0;
	const char *before = NULL;
	for (size_t i = 0; i < n; i++) {
		struct day_cell *c = &cell[i];
		c->day = day_add(from, (int)i);
		c->kind = i == 0 ? CELL_START : kind_of(a->cal, c->day);
		c->state = state_of(a, c->day, last);
		bool counts = c->kind == CELL_WORK || c->kind == CELL_MAKE_UP;
		c->number = counts ? ++number : 0;
		c->is_today = a->end_at == 0 && c->day == last;
		c->show_month = i > 0 && day_mday(c->day) == 1;
		c->name = cal_day_name(a->cal, c->day);
		if (c->kind == CELL_REST && c->name && (!before || !text_eq(before, c->name)))
			c->flag = c->name;
		before = c->kind == CELL_REST ? c->name : NULL;
		if (c->day == a->due_day)
			c->flag = N_("Answer due");
		else if (c->is_today)
			c->flag = N_("Today");
	}
	return n;
}

static bool
is_plain_rest(const struct day_cell *c)
{
	return c->kind == CELL_REST && !c->is_today && c->state != CELL_DUE;
}

/* Runs of three and more rest days into one cell that says how many. */
static size_t
fold_rest(struct day_cell *cell, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n;) {
		size_t run = 0;
		while (i + run < n && is_plain_rest(&cell[i + run]))
			run++;
		if (run < 3) {
			cell[kept++] = cell[i++];
			continue;
		}
		struct day_cell all = cell[i + run - 1];
		all.kind = CELL_FOLDED;
		all.number = (int)run;
		all.flag = NULL;
		for (size_t k = i; k < i + run; k++)
			if (!all.flag)
				all.flag = cell[k].flag;
		cell[kept++] = all;
		i += run;
	}
	return kept;
}

/* Of the days of one week the cell shows the one that matters most. */
static int
weight(const struct day_cell *c)
{
	return c->kind == CELL_START                             ? 5
	       : c->state == CELL_DUE                            ? 4
	       : c->is_today                                     ? 3
	       : c->kind == CELL_WORK || c->kind == CELL_MAKE_UP ? 2
	                                                         : 1;
}

static size_t
by_week(struct day_cell *cell, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		bool is_new = i == 0 || i == 1 || day_weekday(cell[i].day) == 1;
		if (is_new)
			cell[kept++] = cell[i];
		else if (weight(&cell[i]) >= weight(&cell[kept - 1]))
			cell[kept - 1] = cell[i];
	}
	return kept;
}

void
bar_make(void *mem, const struct bar_ask *ask, struct deadline *out)
{
	int32_t from = day_of(ask->from_at, ask->tz_s);
	int32_t last = day_of(ask->end_at > 0 ? ask->end_at : ask->now, ask->tz_s);
	int32_t to = last > ask->due_day ? last : ask->due_day;
	int days = day_diff(from, to) + 1;
	days = days < 1 ? 1 : days > BAR_DAYS_MAX ? BAR_DAYS_MAX : days;
	struct day_cell *cell = mem_array(mem, struct day_cell, days);
	size_t n = lay_days(ask, from, last, (size_t)days, cell);
	if (n > BAR_WEEKS_OVER)
		n = by_week(cell, n);
	else if (n > BAR_FOLD_OVER)
		n = fold_rest(cell, n);
	out->cell = cell;
	out->n = n;
	out->from = from;
	out->due = ask->due_day;
}
