/* SPDX-License-Identifier: Apache-2.0 */
/* cal_dump.c - prints "yyyymmdd kind" for every day of the years with a notice, for the oracle. */
#include <stdio.h>

#include "calendar/calendar.h"

#include "core/banned.h"

static const char *
kind_name(enum day_kind kind)
{
	switch (kind) {
	case DAY_WORK:
		return "work";
	case DAY_MAKE_UP:
		return "make-up";
	case DAY_WEEKEND:
		return "weekend";
	case DAY_HOLIDAY:
		return "holiday";
	}
	return "?";
}

int
main(void)
{
	const struct calendar *cal = cal_builtin();
	for (int32_t day = 20040101; cal_knows_year(cal, day_year(day)); day = day_add(day, 1))
		printf("%d %s\n", day, kind_name(cal_day_kind(cal, day)));
	return 0;
}
