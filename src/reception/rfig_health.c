/* SPDX-License-Identifier: Apache-2.0 */
/* rfig_health.c - /desk/reception/health: thirteen weeks of the two mechanisms. Units are named, and nobody is
 * judged by it: a unit that nobody asks has nothing to take down. */
#include "reception/rfig_pages.h"

#include "concern/first_taken.h"
#include "core/mem.h"
#include "templates.h"
#include "web/msg.h"

#include "core/banned.h"

enum { QUIET_DAYS = 60, WEEK_DAYS = 7 };

/* ---- squares -------------------------------------------------------------------------------------------- */

static const char *
number(struct req *q, int64_t n)
{
	return mem_printf(q->mem, "%lld", (long long)n);
}

static struct health_week
square(struct req *q, int32_t week, const char *icon, const char *word, const char *class,
	int64_t n)
{
	int32_t monday = week_monday(week);
	const char *count = n > 0 ? number(q, n) : NULL;
	return (struct health_week){
		.from = mem_printf(q->mem, "%d/%d", day_month(monday), day_mday(monday)),
		.icon = icon,
		.n = count,
		.word = word,
		.class = class,
		.say = SAY(q, N_("Week from {day}: {what} {n}"), AD("day", monday),
			AX("what", desk_word(q, word)), AX("n", count ? count : "")),
	};
}

/* What is the same for both: before it began, nobody works, still running, or nothing came of it. */
static struct health_week
square_idle(struct req *q, int32_t week, int32_t began_on, int32_t today)
{
	int32_t sunday = day_add(week_monday(week), WEEK_DAYS - 1);
	if (began_on == 0 || sunday < began_on)
		return square(q, week, "menu", N_("Not begun"), "rest", 0);
	if (!week_has_workday(q->app->calendar, week))
		return square(q, week, "park", N_("Holiday"), "rest", 0);
	if (sunday >= today)
		return square(q, week, "soon", N_("Running"), "wait", 0);
	return square(q, week, "late", N_("None"), "none", 0);
}

static struct health_week
square_sittings(struct req *q, const struct rfig_week *w, int32_t began_on, int32_t today)
{
	if (w->held > 0 && w->missed > 0)
		return square(q, w->week, "ok", N_("Held, not all"), "some", w->held);
	if (w->held > 0)
		return square(q, w->week, "ok", N_("Held"), "kept", w->held);
	if (w->missed > 0)
		return square(q, w->week, "late", N_("Missed"), "none", w->missed);
	if (w->planned > 0 && week_monday(w->week) <= today)
		return square(q, w->week, "soon", N_("To be closed"), "wait", w->planned);
	return square_idle(q, w->week, began_on, today);
}

static struct health_week
square_first(struct req *q, const struct rfig_week *w, int32_t began_on, int32_t today)
{
	return w->taken > 0 ? square(q, w->week, "ok", N_("Taken down"), "kept", w->taken)
	                    : square_idle(q, w->week, began_on, today);
}

/* ---- parts ---------------------------------------------------------------------------------------------- */

static struct desk_light
light_of(struct req *q, const struct rfig_pulse *p)
{
	if (p->beat.first_on == 0 || p->beat.first_on > desk_today(q))
		return (struct desk_light){ LIGHT_UNKNOWN, desk_word(q, N_("Not begun")) };
	if (p->asleep_since)
		return (struct desk_light){ LIGHT_LATE,
			SAY(q, N_("Asleep since {day}"), AD("day", p->asleep_since)) };
	return (struct desk_light){ LIGHT_OK, desk_word(q, N_("Awake")) };
}

static void
part_fill(struct req *q, struct health_page *p, enum rfig_mechanism mech,
	const struct rfig_pulse *pulse, const struct rfig_week *week)
{
	static const char *const rules[N_MECH] = {
		[MECH_RECEIVE] = N_(
			"Each week with a working day has a sitting that was held. It falls asleep with the first one that was missed, or when a week passes without any, and wakes with the next one held."),
		[MECH_FIRST] = N_(
			"Whoever is asked by a resident takes it down and stays with it. It falls asleep when a week with working days passes in which nobody took anything down."),
	};
	static const char *const last[N_MECH] = {
		[MECH_RECEIVE] = N_("Last held on {day}"),
		[MECH_FIRST] = N_("Last taken down on {day}"),
	};
	struct health_part *part = &p->part[mech];
	int32_t today = desk_today(q);
	part->title = rfig_mechanism_titles[mech];
	part->rule = rules[mech];
	part->light = light_of(q, pulse);
	if (pulse->beat.last_on)
		part->last = SAY(q, last[mech], AD("day", pulse->beat.last_on));
	for (size_t i = 0; i < HEALTH_WEEKS; i++)
		part->week[i] = mech == MECH_RECEIVE
		                        ? square_sittings(q, &week[i], pulse->beat.first_on, today)
		                        : square_first(q, &week[i], pulse->beat.first_on, today);
}

static void
table_fill(struct req *q, const struct rfig_week *week, struct health_page *p)
{
	static const struct column col[] = { { .label = N_("Week") },
		{ .label = N_("Sittings held"), .form = COL_NUMBER },
		{ .label = N_("Sittings missed"), .form = COL_NUMBER },
		{ .label = N_("Sittings cancelled"), .form = COL_NUMBER },
		{ .label = N_("Taken down by staff"), .form = COL_NUMBER },
		{ .label = N_("Hand-overs that nobody answered in time"), .form = COL_NUMBER } };
	enum { COLS = sizeof col / sizeof *col };
	struct table_cell *cell = mem_array(q->mem, struct table_cell, COLS * HEALTH_WEEKS);
	for (size_t i = 0; i < HEALTH_WEEKS; i++) {
		const struct rfig_week *w = &week[HEALTH_WEEKS - 1 - i];
		const int64_t n[] = { w->held, w->missed, w->cancelled, w->taken, w->lapsed };
		struct table_cell *row = cell + i * COLS;
		int32_t monday = week_monday(w->week);
		row[0].text = mem_printf(q->mem, "%s\u2013%s",
			msg_day_short(q->mem, q->prefs.lang, monday),
			msg_day_short(q->mem, q->prefs.lang, day_add(monday, WEEK_DAYS - 1)));
		for (size_t k = 1; k < COLS; k++)
			row[k].text = number(q, n[k - 1]);
	}
	p->weeks = (struct table){ .caption = N_("The same week by week, the newest first"),
		.col = col,
		.n_cols = COLS,
		.cell = cell,
		.n_rows = HEALTH_WEEKS };
}

/* In the order of the catalogue; of an office that took its first concern down lately nothing is said. */
static void
quiet_fill(struct req *q, const struct first_unit *unit, size_t n, const struct rfig_pulse *pulse,
	struct health_page *p)
{
	int64_t since = day_start(day_add(desk_today(q), -QUIET_DAYS), q->office->tz_s);
	struct buf b = buf_new(q->mem, 256);
	p->is_young = pulse->beat.first_on == 0 ||
	              day_diff(pulse->beat.first_on, desk_today(q)) < QUIET_DAYS;
	for (size_t i = 0; !p->is_young && i < n; i++) {
		if (unit[i].last_at >= since)
			continue;
		if (b.n > 0)
			buf_text(&b, desk_word(q, N_(", ")));
		buf_text(&b, unit[i].name);
	}
	p->quiet = b.n > 0 ? buf_view(&b).p : NULL;
}

static enum xq_rc
health_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct health_page *p = mem_new(q->mem, struct health_page);
	struct rfig_week week[HEALTH_WEEKS];
	struct rfig_pulse pulse[N_MECH];
	struct first_unit *unit;
	size_t n = 0;
	int32_t today = desk_today(q);
	enum xq_rc rc = rfig_pulse_load(q->tx, q->mem, q->office->id, today, pulse, err);
	if (rc == XQ_OK)
		rc = first_units(q->tx, q->mem, q->office->id, &unit, &n, err);
	if (rc == XQ_OK)
		rc = rfig_weeks_load(q->tx, q->office->id, unit, n,
			week_add(week_of_day(today), 1 - HEALTH_WEEKS), week, HEALTH_WEEKS, err);
	if (rc != XQ_OK)
		return rc;
	p->crumb[0] = (struct crumb){ "/desk/reception", N_("Receptions") };
	p->crumb[1] = (struct crumb){ NULL, N_("How the mechanisms fare") };
	p->office = q->office->name;
	p->printer = q->actor.name;
	p->printed_at = q->now;
	for (size_t i = 0; i < N_MECH; i++)
		part_fill(q, p, (enum rfig_mechanism)i, &pulse[i], week);
	table_fill(q, week, p);
	quiet_fill(q, unit, n, &pulse[MECH_FIRST], p);
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("How the mechanisms fare"), NULL, &s);
	rfig_health(&o, p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view rfig_health_view = { .path = "/desk/reception/health",
	.who = PERM_STAFF,
	.render = health_render,
	.title = N_("How the mechanisms fare") };
