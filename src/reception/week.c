/* SPDX-License-Identifier: Apache-2.0 */
/* week.c - ISO weeks: they begin on Monday, and week 1 holds the year's first Thursday; and times of a day as
 * they are typed and shown. */
#include "reception/roster.h"

#include "core/mem.h"
#include "core/parse.h"

#include "core/banned.h"

enum { FIRST_YEAR = 1901, LAST_YEAR = 2198, WEEK_DAYS = 7, THURSDAY = 3 };
enum { MINUTES_A_DAY = 1440, HOUR = 60, TIME_BYTES = 5 };

static int32_t
monday_of(int32_t day)
{
	return day_add(day, -((day_weekday(day) + WEEK_DAYS - 1) % WEEK_DAYS));
}

/* 4 January lies in week 1 of its year. */
static int32_t
first_monday(int year)
{
	return monday_of(day_make(year, 1, 4));
}

int32_t
week_of_day(int32_t day)
{
	int32_t monday = monday_of(day);
	int year = day_year(day_add(monday, THURSDAY));
	return year * 100 + day_diff(first_monday(year), monday) / WEEK_DAYS + 1;
}

int32_t
week_monday(int32_t week)
{
	xq_require(week_is_valid(week));
	return day_add(first_monday(week / 100), (week % 100 - 1) * WEEK_DAYS);
}

bool
week_is_valid(int32_t week)
{
	int year = week / 100, n = week % 100;
	if (year < FIRST_YEAR || year > LAST_YEAR || n < 1 || n > 53)
		return false;
	return n < 53 || day_diff(first_monday(year), first_monday(year + 1)) == 53 * WEEK_DAYS;
}

bool
week_read(struct str s, int32_t *out)
{
	int64_t n;
	if (!parse_int(s, 1, INT32_MAX, &n) || !week_is_valid((int32_t)n))
		return false;
	*out = (int32_t)n;
	return true;
}

int32_t
week_add(int32_t week, int n)
{
	return week_of_day(day_add(week_monday(week), n * WEEK_DAYS));
}

bool
minute_read(struct str s, int *out)
{
	struct str hour;
	int64_t h, m;
	if (s.n > TIME_BYTES || str_find(s, '-') < s.n /* -0 is a number and no time */ ||
		!str_cut(&s, ':', &hour) || s.n != 2 || !parse_int(hour, 0, 23, &h) ||
		!parse_int(s, 0, 59, &m))
		return false;
	*out = (int)(h * HOUR + m);
	return true;
}

const char *
minute_text(void *mem, int minute)
{
	xq_require(minute >= 0 && minute < MINUTES_A_DAY);
	return mem_printf(mem, "%d:%02d", minute / HOUR, minute % HOUR);
}
