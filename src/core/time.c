/* SPDX-License-Identifier: Apache-2.0 */
/* Days are counted from 1970-01-01 with years that begin in March, so that the leap day is the last
 * of its year (Hinnant, "chrono-compatible low-level date algorithms"). */
#include "core/time.h"

#include <time.h>

#include "core/err.h"
#include "core/mem.h"

#include "core/banned.h"

#define DAY_S 86400
#define FIRST_AT INT64_C(-62135596800) /* 0001-01-01 00:00:00 */
#define LAST_AT INT64_C(253402300799)  /* 9999-12-31 23:59:59 */

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Days are counted from 1 March of the year 0 within, so that 29 February is a year's last day and no
 * count of the years 1 to 9999 is negative: a page asks fifty times, and 32 bits divide quicker. */
#define EPOCH_DAY 719468

static int64_t
serial_of(int year, int month, int day)
{
	uint32_t y = (uint32_t)(month <= 2 ? year - 1 : year);
	uint32_t march_month = (uint32_t)(month > 2 ? month - 3 : month + 9);
	uint32_t day_of_year = (153 * march_month + 2) / 5 + (uint32_t)day - 1;
	return (int64_t)(y * 365 + y / 4 - y / 100 + y / 400 + day_of_year) - EPOCH_DAY;
}

/* serial: of a day of the years 1 to 9999. */
static struct civil
civil_of_serial(int64_t serial)
{
	uint32_t z = (uint32_t)(serial + EPOCH_DAY);
	uint32_t era = z / 146097, day_of_era = z % 146097;
	uint32_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	uint32_t day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	uint32_t march_month = (5 * day_of_year + 2) / 153;
	uint32_t month = march_month < 10 ? march_month + 3 : march_month - 9;

	return (struct civil){
		.year = (int)(year_of_era + era * 400 + (month <= 2)),
		.month = (int)month,
		.day = (int)(day_of_year - (153 * march_month + 2) / 5 + 1),
		.weekday = (int)((z + 3) % 7), /* 1970-01-01 was a Thursday */
	};
}

static bool
is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int
month_length(int year, int month)
{
	static const int8_t length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	return month == 2 && is_leap(year) ? 29 : length[month - 1];
}

/* A date that the calendar has, in any year that four digits can name. */
static bool
is_date(int year, int month, int mday)
{
	return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && mday >= 1 &&
	       mday <= month_length(year, month);
}

static int64_t
serial_of_day(int32_t day)
{
	xq_require(is_date(day_year(day), day_month(day), day_mday(day)));
	return serial_of(day_year(day), day_month(day), day_mday(day));
}

/* The one place that reads the machine's clocks. */
static int64_t
machine_us(clockid_t which)
{
	struct timespec ts;
	int rc = clock_gettime(which, &ts);
	xq_require(rc == 0);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

void
clock_init_real(struct clock *c)
{
	atomic_init(&c->is_fixed, false);
	atomic_init(&c->fixed_ms, 0);
	atomic_init(&c->shift_ms, 0);
}

void
clock_init_fixed(struct clock *c, int64_t at)
{
	atomic_init(&c->is_fixed, true);
	atomic_init(&c->fixed_ms, at * 1000);
	atomic_init(&c->shift_ms, 0);
}

void
clock_set(struct clock *c, int64_t at)
{
	xq_require(atomic_load(&c->is_fixed));
	atomic_store(&c->fixed_ms, at * 1000);
}

void
clock_shift(struct clock *c, int64_t by_s)
{
	atomic_fetch_add(&c->shift_ms, by_s * 1000);
}

int64_t
clock_now(struct clock *c)
{
	return floor_div(clock_now_ms(c), 1000);
}

int64_t
clock_now_ms(struct clock *c)
{
	int64_t ms = atomic_load(&c->is_fixed) ? atomic_load(&c->fixed_ms)
	                                       : machine_us(CLOCK_REALTIME) / 1000;
	return ms + atomic_load(&c->shift_ms);
}

int64_t
time_mono_ms(void)
{
	return time_mono_us() / 1000;
}

int64_t
time_mono_us(void)
{
	return machine_us(CLOCK_MONOTONIC);
}

struct civil
civil_of(int64_t at, int32_t tz_s)
{
	int64_t bounded = at < FIRST_AT ? FIRST_AT : at > LAST_AT ? LAST_AT : at;
	int64_t local = bounded + tz_s;
	local = local < FIRST_AT ? FIRST_AT : local > LAST_AT ? LAST_AT : local;

	uint64_t since_first = (uint64_t)(local - FIRST_AT);
	struct civil c = civil_of_serial((int64_t)(since_first / DAY_S) + FIRST_AT / DAY_S);
	int second_of_day = (int)(since_first % DAY_S);
	c.hour = second_of_day / 3600;
	c.minute = second_of_day / 60 % 60;
	c.second = second_of_day % 60;
	return c;
}

int64_t
civil_at(int year, int month, int day, int hour, int minute, int second, int32_t tz_s)
{
	xq_require(is_date(year, month, day));
	return serial_of(year, month, day) * DAY_S + (int64_t)hour * 3600 + (int64_t)minute * 60 +
	       second - tz_s;
}

bool
day_is_valid(int32_t day)
{
	return day_year(day) >= 1900 && day_year(day) <= 2199 &&
	       is_date(day_year(day), day_month(day), day_mday(day));
}

int32_t
day_make(int year, int month, int day)
{
	return (int32_t)(year * 10000 + month * 100 + day);
}

int32_t
day_of(int64_t at, int32_t tz_s)
{
	struct civil c = civil_of(at, tz_s);
	return day_make(c.year, c.month, c.day);
}

int64_t
day_start(int32_t day, int32_t tz_s)
{
	return serial_of_day(day) * DAY_S - tz_s;
}

int64_t
day_at(int32_t day, int minute_of_day, int32_t tz_s)
{
	return day_start(day, tz_s) + (int64_t)minute_of_day * 60;
}

int32_t
day_add(int32_t day, int days)
{
	int64_t serial = serial_of_day(day) + days;
	xq_require(serial >= FIRST_AT / DAY_S && serial <= LAST_AT / DAY_S);
	struct civil c = civil_of_serial(serial);
	return day_make(c.year, c.month, c.day);
}

int32_t
day_add_months(int32_t day, int months)
{
	xq_require(is_date(day_year(day), day_month(day), day_mday(day)));
	int64_t month_no = (int64_t)day_year(day) * 12 + day_month(day) - 1 + months;
	int year = (int)floor_div(month_no, 12);
	int month = (int)(month_no - (int64_t)year * 12) + 1;
	xq_require(year >= 1 && year <= 9999);

	int last = month_length(year, month);
	return day_make(year, month, day_mday(day) < last ? day_mday(day) : last);
}

int
day_weekday(int32_t day)
{
	return civil_of_serial(serial_of_day(day)).weekday;
}

int
day_diff(int32_t from, int32_t to)
{
	return (int)(serial_of_day(to) - serial_of_day(from));
}

static char *
digits(char *out, int value, int n)
{
	for (int i = n - 1; i >= 0; i--) {
		out[i] = (char)('0' + value % 10);
		value /= 10;
	}
	return out + n;
}

void
time_record(int64_t at, char out[TIME_RECORD_LEN + 1])
{
	struct civil c = civil_of(at, TZ_CHINA);

	char *p = digits(out, c.year, 4);
	*p++ = '-';
	p = digits(p, c.month, 2);
	*p++ = '-';
	p = digits(p, c.day, 2);
	*p++ = 'T';
	p = digits(p, c.hour, 2);
	*p++ = ':';
	p = digits(p, c.minute, 2);
	*p++ = ':';
	p = digits(p, c.second, 2);
	memcpy(p, "+08:00", 7);
	xq_require(p + 6 - out == TIME_RECORD_LEN);
}

char *
day_text(void *mem, int32_t day)
{
	return mem_printf(mem, "%04d-%02d-%02d", day_year(day), day_month(day), day_mday(day));
}
