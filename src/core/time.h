/* SPDX-License-Identifier: Apache-2.0 */
/* time.h - moments, days and the clock, which is always handed in.
 *
 * For:       UTC seconds <-> local days; the one place that reads the machine's clock.
 * May call:  core/err.h
 * Called by: everything
 * Threads:   any; a struct clock may be read by any thread and set by tests
 * Source:    product.md (ids and times), style.md 16
 */
#ifndef XQ_CORE_TIME_H
#define XQ_CORE_TIME_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"

#define TZ_CHINA 28800 /* +08:00, seconds */

/* The clock. Real unless fixed; a shift may be added to either (tests, simulated demo time). */
struct clock {
	atomic_bool is_fixed;
	_Atomic int64_t fixed_ms;
	_Atomic int64_t shift_ms;
};

void clock_init_real(struct clock *c);
void clock_init_fixed(struct clock *c, int64_t at); /* UTC seconds */
void clock_set(struct clock *c, int64_t at);        /* fixed clocks only */
void clock_shift(struct clock *c, int64_t by_s);    /* added to what it said before */
int64_t clock_now(struct clock *c);                 /* UTC seconds */
int64_t clock_now_ms(struct clock *c);

/* Milliseconds that only grow; for measuring, never for facts. */
int64_t time_mono_ms(void);
int64_t time_mono_us(void);

/* A local moment taken apart. */
struct civil {
	int year, month, day; /* month 1..12 */
	int hour, minute, second;
	int weekday; /* 0 Sunday .. 6 Saturday */
};

/* Moments outside the years 1 to 9999 are taken as the nearest one inside, for any caller here. */
struct civil civil_of(int64_t at, int32_t tz_s);
int64_t civil_at(int year, int month, int day, int hour, int minute, int second, int32_t tz_s);

/* Days are yyyymmdd. Only dates that exist go in (required); a sum may lie outside the years of
 * day_is_valid, but not outside 1 to 9999 (required). */
char *day_text(void *mem, int32_t day); /* 2026-10-09 */
bool day_is_valid(int32_t day);         /* a real date, years 1900..2199 */
int32_t day_make(int year, int month, int day);
int32_t day_of(int64_t at, int32_t tz_s);
int64_t day_start(int32_t day, int32_t tz_s); /* UTC second of local midnight */
int64_t day_at(int32_t day, int minute_of_day, int32_t tz_s);
int32_t day_add(int32_t day, int days);
int32_t day_add_months(int32_t day, int months); /* same day number, or the month's last day */
int day_weekday(int32_t day);                    /* 0 Sunday .. 6 Saturday */
int day_diff(int32_t from, int32_t to);          /* days from..to, negative if to is earlier */
static inline int
day_year(int32_t day)
{
	return day / 10000;
}

static inline int
day_month(int32_t day)
{
	return day / 100 % 100;
}

static inline int
day_mday(int32_t day)
{
	return day % 100;
}

#define TIME_RECORD_LEN 25 /* YYYY-MM-DDThh:mm:ss+08:00 */
/* The record's form of a moment: always +08:00; out gets 25 characters and a NUL. */
void time_record(int64_t at, char out[TIME_RECORD_LEN + 1]);

#endif
