/* SPDX-License-Identifier: Apache-2.0 */
#include "core/parse.h"

#include "core/time.h"

#include "core/banned.h"

/* Each step takes what it wants off the front of *s and says whether it was there. */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
take_char(struct str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	s->p++;
	s->n--;
	return true;
}

static bool
take_digits(struct str *s, size_t min, size_t max, int *out)
{
	size_t n = 0;
	int value = 0;

	while (n < max && n < s->n && is_digit(s->p[n]))
		value = value * 10 + (s->p[n++] - '0');
	if (n < min)
		return false;
	s->p += n;
	s->n -= n;
	*out = value;
	return true;
}

bool
parse_int(struct str s, int64_t min, int64_t max, int64_t *out)
{
	bool is_negative = take_char(&s, '-');
	if (s.n == 0)
		return false;

	int64_t value = 0; /* grows away from zero, so that INT64_MIN can be read */
	for (size_t i = 0; i < s.n; i++) {
		if (!is_digit(s.p[i]))
			return false;
		int digit = s.p[i] - '0';
		if (__builtin_mul_overflow(value, 10, &value) ||
			__builtin_add_overflow(value, is_negative ? -digit : digit, &value))
			return false;
	}
	if (value < min || value > max)
		return false;
	*out = value;
	return true;
}

static int
hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
parse_hex(struct str s, uint8_t *out, size_t n)
{
	if (s.n % 2 != 0 || s.n / 2 != n)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (hex_value(s.p[i]) < 0)
			return false;
	}
	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)(hex_value(s.p[2 * i]) * 16 + hex_value(s.p[2 * i + 1]));
	return true;
}

static bool
take_day(struct str *s, int32_t *out)
{
	int year;
	int month;
	int mday;

	if (!take_digits(s, 4, 4, &year))
		return false;
	char sep = s->n > 0 ? s->p[0] : '\0';
	if (sep == '-' || sep == '/') {
		if (!take_char(s, sep) || !take_digits(s, 1, 2, &month) || !take_char(s, sep) ||
			!take_digits(s, 1, 2, &mday))
			return false;
	} else if (!take_digits(s, 2, 2, &month) || !take_digits(s, 2, 2, &mday)) {
		return false;
	}

	int32_t day = day_make(year, month, mday);
	/* 13 and 32 would carry into the next place, so the parts are looked at themselves */
	if (month < 1 || month > 12 || !day_is_valid(day))
		return false;
	*out = day;
	return true;
}

bool
parse_day(struct str s, int32_t *out)
{
	int32_t day;

	if (!take_day(&s, &day) || s.n > 0)
		return false;
	*out = day;
	return true;
}

static bool
take_clock_time(struct str *s, int *out_second_of_day)
{
	int hour;
	int minute;
	int second = 0;

	if (!take_digits(s, 1, 2, &hour) || !take_char(s, ':') || !take_digits(s, 2, 2, &minute))
		return false;
	if (take_char(s, ':') && !take_digits(s, 2, 2, &second))
		return false;
	if (hour > 23 || minute > 59 || second > 59)
		return false;
	*out_second_of_day = hour * 3600 + minute * 60 + second;
	return true;
}

/* Z, +08:00 or nothing; nothing leaves tz_s as it is. */
static bool
take_zone(struct str *s, int32_t *tz_s)
{
	int hour;
	int minute;

	if (s->n == 0)
		return true;
	if (take_char(s, 'Z')) {
		*tz_s = 0;
		return true;
	}
	bool is_west = take_char(s, '-');
	if (!is_west && !take_char(s, '+'))
		return false;
	if (!take_digits(s, 2, 2, &hour) || !take_char(s, ':') || !take_digits(s, 2, 2, &minute))
		return false;
	if (hour > 14 || minute > 59)
		return false;
	*tz_s = (is_west ? -1 : 1) * (hour * 3600 + minute * 60);
	return true;
}

bool
parse_moment(struct str s, int32_t tz_s, int64_t *out)
{
	int32_t day;
	int second_of_day = 0;

	if (!take_day(&s, &day))
		return false;
	if (s.n > 0) {
		if (!take_char(&s, 'T') && !take_char(&s, ' '))
			return false;
		if (!take_clock_time(&s, &second_of_day) || !take_zone(&s, &tz_s))
			return false;
	}
	if (s.n > 0)
		return false;
	*out = day_start(day, tz_s) + second_of_day;
	return true;
}

bool
parse_bool(struct str s, bool *out)
{
	static const char *const words[][2] = {
		{ "0", "1" },
		{ "false", "true" },
		{ "no", "yes" },
		{ "off", "on" },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		for (int value = 0; value < 2; value++) {
			if (str_is(s, words[i][value])) {
				*out = value == 1;
				return true;
			}
		}
	}
	return false;
}
