/* SPDX-License-Identifier: Apache-2.0 */
#include "calendar/calendar.h"

#include <stdio.h>

#include "core/parse.h"

#include "core/banned.h"

#define MAX_COUNT 9999

/* A notice also rules the days before its New Year: a rest from 30 December and the make-up weekend
 * before that (2018-12-29). So from here on a year needs the next one's notice as well. */
#define NEXT_NOTICE_FROM 1228

static const struct {
	const char *suffix;
	enum limit_unit unit;
} units[] = {
	{ "wd", LIMIT_WORKING_DAYS },
	{ "nd", LIMIT_NATURAL_DAYS },
	{ "mo", LIMIT_MONTHS },
	{ "h", LIMIT_HOURS },
};

bool
cal_is_settled(const struct calendar *cal, int32_t day)
{
	int year = day_year(day);
	if (day % 10000 >= NEXT_NOTICE_FROM && !cal_knows_year(cal, year + 1))
		return false;
	return cal_knows_year(cal, year);
}

/* The days in between lie between two settled years, and notices leave no gaps. */
static bool
all_settled(const struct calendar *cal, int32_t first, int32_t last)
{
	return cal_is_settled(cal, first) && cal_is_settled(cal, last);
}

static enum xq_rc
too_long(struct xq_err *err)
{
	return xq_refuse(err, NULL, "limit.too-long");
}

/* The last day as counted; 0 when the calendar can't name it. */
static int32_t
nominal_day(const struct calendar *cal, int32_t start, struct limit limit)
{
	int32_t day = 0;

	switch (limit.unit) {
	case LIMIT_WORKING_DAYS:
		return cal_add_wd(cal, start, limit.count);
	case LIMIT_NATURAL_DAYS:
		day = day_add(start, limit.count);
		break;
	case LIMIT_MONTHS:
		day = day_add_months(start, limit.count);
		break;
	case LIMIT_HOURS:
		break;
	}
	return day_is_valid(day) ? day : 0;
}

static enum xq_rc
due_in_hours(int64_t from, int32_t count, int32_t tz_s, struct due *out, struct xq_err *err)
{
	int64_t at = from + (int64_t)count * 3600;
	int32_t day = day_of(at, tz_s);
	if (!day_is_valid(day))
		return too_long(err);
	*out = (struct due){ .at = at, .nominal_day = day, .effective_day = day };
	return XQ_OK;
}

enum xq_rc
cal_due(const struct calendar *cal, int64_t from, struct limit limit, int closing_minute,
	int32_t tz_s, struct due *out, struct xq_err *err)
{
	xq_require(limit.count > 0);
	xq_require(closing_minute >= 0 && closing_minute <= 24 * 60);
	int32_t start = day_of(from, tz_s);
	if (!day_is_valid(start) || limit.count > MAX_COUNT)
		return too_long(err);
	if (limit.unit == LIMIT_HOURS)
		return due_in_hours(from, limit.count, tz_s, out, err);

	int32_t nominal = nominal_day(cal, start, limit);
	int32_t effective = nominal ? cal_next_workday(cal, nominal) : 0;
	if (effective == 0)
		return too_long(err);
	xq_require(nominal > start && effective >= nominal);

	/* Working days need the notices of all days that were counted, the others only those that
	 * decide whether the last day moves. */
	int32_t first_needed = limit.unit == LIMIT_WORKING_DAYS ? day_add(start, 1) : nominal;
	*out = (struct due){
		.at = day_at(effective, closing_minute, tz_s),
		.nominal_day = nominal,
		.effective_day = effective,
		.is_provisional = !all_settled(cal, first_needed, effective),
	};
	return XQ_OK;
}

bool
limit_read(struct str s, struct limit *out)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		struct str suffix = str_of(units[i].suffix);
		int64_t count;
		if (!str_ends(s, suffix))
			continue;
		struct str digits = str_n(s.p, s.n - suffix.n);
		if (digits.n == 0 || digits.p[0] == '0' || !parse_int(digits, 1, MAX_COUNT, &count))
			return false;
		*out = (struct limit){ .count = (int32_t)count, .unit = units[i].unit };
		return true;
	}
	return false;
}

void
limit_show(struct limit l, char out[16])
{
	const char *suffix = NULL;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (units[i].unit == l.unit)
			suffix = units[i].suffix;
	}
	xq_require(suffix != NULL);
	snprintf(out, 16, "%d%s", l.count, suffix);
}
