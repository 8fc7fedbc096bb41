/* SPDX-License-Identifier: Apache-2.0 */
/* Weeks, days and times of a day as addresses and forms of receptions give them: what is read exists, and every step
 * that the pages take from there can be taken and taken back. */
#include "reception/roster.h"

#include <stdio.h>

#include "core/mem.h"
#include "core/parse.h"

#include "core/banned.h"

enum { WEEK_DAYS = 7, MINUTES_A_DAY = 1440 };
enum { FIRST_WEEK = 190101, LAST_WEEK = 219852 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
has_digits_only(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

static void
look_at_week(struct str in)
{
	int32_t week = -1, again;
	char text[16];
	if (!week_read(in, &week)) {
		xq_require(week == -1); /* what cannot be read is left alone */
		return;
	}
	(void)snprintf(text, sizeof text, "%d", week); /* always fits */
	xq_require(week_is_valid(week) && week_read(str_of(text), &again) && again == week);
	int32_t monday = week_monday(week);
	xq_require(day_weekday(monday) == 1 && day_year(day_add(monday, 3)) == week / 100);
	for (int i = 0; i < WEEK_DAYS; i++)
		xq_require(week_of_day(day_add(monday, i)) == week);
	if (week > FIRST_WEEK)
		xq_require(week_add(week_add(week, -1), 1) == week && week_add(week, -1) < week);
	if (week < LAST_WEEK)
		xq_require(week_add(week_add(week, 1), -1) == week && week_add(week, 1) > week);
	/* the pages name the weeks beside it, also at the edge */
	(void)week_add(week, -1);
	(void)week_add(week, 1);
}

/* Any day that a form or an address can name, not only those of weeks that have a page. */
static void
look_at_day(struct str in)
{
	int32_t day;
	if (!parse_day(in, &day))
		return;
	int32_t week = week_of_day(day);
	if (!week_is_valid(week))
		xq_require(day_year(day) <= 1901 || day_year(day) >= 2198);
	else
		xq_require(day_diff(week_monday(week), day) >= 0 &&
			   day_diff(week_monday(week), day) < WEEK_DAYS);
	for (int off_hours = 0; off_hours < 2; off_hours++) {
		int32_t at = roster_day(cal_builtin(), day, off_hours != 0);
		xq_require(at == 0 || at >= day);
		xq_require(at == 0 || at == day || cal_is_workday(cal_builtin(), at));
		xq_require(at == 0 || roster_day(cal_builtin(), at, off_hours != 0) == at);
	}
}

static void
look_at_minute(void *mem, struct str in)
{
	int minute = -1, again;
	if (!minute_read(in, &minute)) {
		xq_require(minute == -1);
		return;
	}
	xq_require(minute >= 0 && minute < MINUTES_A_DAY);
	xq_require(in.n == 4 || in.n == 5);
	struct str hour, rest = in;
	xq_require(str_cut(&rest, ':', &hour) && has_digits_only(hour) && has_digits_only(rest));
	const char *text = minute_text(mem, minute);
	xq_require(minute_read(str_of(text), &again) && again == minute);
	/* only a zero before the hour may be more than what is shown */
	xq_require(str_is(in, text) || (in.p[0] == '0' && str_is(str_n(in.p + 1, in.n - 1), text)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *mem = mem_root("fuzz");
	struct str in = { (const char *)data, size };
	look_at_week(in);
	look_at_day(in);
	look_at_minute(mem, in);
	mem_free(mem);
	return 0;
}
