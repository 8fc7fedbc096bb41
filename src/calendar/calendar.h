/* SPDX-License-Identifier: Apache-2.0 */
/* calendar.h - working days, make-up days (调休), and the last moment of a limit.
 *
 * For:       every deadline of the office; pure functions over calendar data.
 * May call:  core
 * Called by: concern/ clocks, pages (deadline bar), cli/deadline, reception/ later
 * Owns:      data/calendar/<year>.json (one file a year, embedded at build); days that an office types
 *            are rows of concern/
 * Threads:   a calendar is immutable once built; any thread
 * Source:    domain.md 1.5, 1.6; decisions.md 13, 34
 */
#ifndef XQ_CALENDAR_CALENDAR_H
#define XQ_CALENDAR_CALENDAR_H

#include "core/err.h"
#include "core/time.h"

enum day_kind {
	DAY_WORK,    /* an ordinary working day */
	DAY_MAKE_UP, /* 调休上班: a worked weekend day; counts as a working day */
	DAY_WEEKEND,
	DAY_HOLIDAY, /* named rest day of a notice, weekend days inside it included */
};

/* One special day as a notice names it. */
struct cal_day {
	int32_t day;      /* yyyymmdd */
	bool is_off;      /* false: a make-up working day */
	const char *name; /* 春节, 国庆节 ...; lives as long as the calendar */
};

enum limit_unit { LIMIT_WORKING_DAYS, LIMIT_NATURAL_DAYS, LIMIT_MONTHS, LIMIT_HOURS };

struct limit {
	int32_t count; /* > 0 */
	enum limit_unit unit;
};

struct due {
	int64_t at;            /* effective due moment, UTC seconds: closing time of effective_day,
	                            for hours the very moment */
	int32_t nominal_day;   /* as counted */
	int32_t effective_day; /* moved past rest days for nd and mo (civil code art. 203) */
	bool is_provisional;   /* a needed year has no notice yet */
};

struct calendar;

/* The calendar of the embedded files, or of rows typed by the office. version: kept for history;
 * first_year..last_year: years with a notice, within 1900..2199 (required); days sorted by day,
 * within these years, are copied into mem.
 * Refusals: calendar.bad-day {day}, calendar.unsorted {day}. */
const struct calendar *cal_builtin(void);
XQ_CHECK enum xq_rc cal_build(void *mem, int version, const struct cal_day *day, size_t n_days,
	int first_year, int last_year, struct calendar **out, struct xq_err *err);

/* The base with one more notice. Its days take the place of all that the base names in that year; it
 * may also name days of the December before, which it rules too (domain.md 1.6). The year is one that
 * the base knows or the one behind its last (required). Refusals as cal_build. */
XQ_CHECK enum xq_rc cal_extend(void *mem, int version, const struct calendar *base, int year,
	const struct cal_day *day, size_t n_days, struct calendar **out, struct xq_err *err);

int cal_version(const struct calendar *cal);
int cal_last_year(const struct calendar *cal); /* the last one with a notice */
bool cal_knows_year(const struct calendar *cal, int year);
/* Two sources agree on every day of the year; where not, one source is used and the data file
 * lists the days (docs/decisions/0010-calendar-sources.md). */
bool cal_year_is_checked(const struct calendar *cal, int year);

/* False where no notice rules the day yet: what falls on it is provisional. */
bool cal_is_settled(const struct calendar *cal, int32_t day);

/* day: a date of the years 1900 to 2199 (required), here and below. Beyond the last notice:
 * weekdays, less the fixed dates of law (1 Jan, 1-2 May, 1-3 Oct); before the first: weekdays. */
enum day_kind cal_day_kind(const struct calendar *cal, int32_t day);
/* The kinds of day and of the n - 1 days after it. */
void cal_kinds(const struct calendar *cal, int32_t day, size_t n, enum day_kind *out);
bool cal_is_workday(const struct calendar *cal, int32_t day);
const char *cal_day_name(const struct calendar *cal, int32_t day); /* NULL: no name */

/* The n-th working day after day (n > 0; the day itself is not counted), or before it (n < 0); day
 * itself for n = 0. 0 where the calendar has no such day any more. */
int32_t cal_add_wd(const struct calendar *cal, int32_t day, int n);
/* Working days in (from, to]; negative when to is earlier. */
int cal_count_wd(const struct calendar *cal, int32_t from, int32_t to);
/* day itself if it is one; 0 where the calendar has none any more. */
int32_t cal_next_workday(const struct calendar *cal, int32_t day);

extern const struct msg_text calendar_messages[]; /* ends with a row without key */

/* cal_due - the last moment of a limit.
 *
 * from           start, UTC seconds; the day after its local day is day one, hours run at once
 * limit          count > 0 (required)
 * closing_minute closing time of the office, minutes after midnight (17:30 = 1050)
 * out            due moment; provisional where a needed year has no holiday notice yet (the last
 *                four days of a December need the next year's)
 * err            REFUSED limit.too-long: past the year 2199
 *
 * A make-up Saturday counts as a working day. Months end on the same day number or the month's
 * last day. A nominal last day of nd and mo on a rest day moves to the next working day.
 */
XQ_CHECK enum xq_rc cal_due(const struct calendar *cal, int64_t from, struct limit limit,
	int closing_minute, int32_t tz_s, struct due *out, struct xq_err *err);

/* "5wd", "15nd", "3mo", "24h". False when it is none of these or out of 1..9999. */
bool limit_read(struct str s, struct limit *out);
void limit_show(struct limit l, char out[16]);

#endif
