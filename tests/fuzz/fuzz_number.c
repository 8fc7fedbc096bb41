/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers, hex, days, moments, limits, file numbers and spreadsheet dates: what was read is in range,
 * and says the same when it is shown and read again. */
#include "core/parse.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "act/form.h"
#include "calendar/calendar.h"
#include "core/hash.h"
#include "core/mem.h"
#include "exchange/sheet.h"

#include "core/banned.h"

enum { FROM = 1790000000, CLOSING = 1050, HEX_MAX = 64 }; /* an autumn day of 2026; 17:30 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
look_at_numbers(struct str in)
{
	int64_t i, again;
	char text[32];
	if (parse_int(in, INT64_MIN, INT64_MAX, &i)) {
		(void)snprintf(text, sizeof text, "%lld", (long long)i); /* always fits */
		xq_require(parse_int(str_of(text), i, i, &again) && again == i);
		xq_require(i == INT64_MAX || !parse_int(in, i + 1, INT64_MAX, &again));
		xq_require(i == INT64_MIN || !parse_int(in, INT64_MIN, i - 1, &again));
	}
	uint8_t raw[HEX_MAX], raw_again[HEX_MAX];
	char hex[2 * HEX_MAX + 1];
	if (in.n <= 2 * HEX_MAX && parse_hex(in, raw, in.n / 2)) {
		text_hex((struct bytes){ raw, in.n / 2 }, hex);
		xq_require(parse_hex(str_of(hex), raw_again, in.n / 2));
		xq_require(memcmp(raw, raw_again, in.n / 2) == 0);
	}
	bool b;
	xq_require(!parse_bool(in, &b) || in.n <= 5);
}

static void
look_at_days(struct str in)
{
	int32_t day, day_again;
	int64_t at, at_again;
	char text[TIME_RECORD_LEN + 1];
	if (parse_day(in, &day)) {
		xq_require(day_is_valid(day) && in.n >= 8 && in.n <= 10);
		(void)snprintf(text, sizeof text, "%d", day); /* always fits */
		xq_require(parse_day(str_of(text), &day_again) && day_again == day);
		xq_require(parse_moment(in, TZ_CHINA, &at) && day_of(at, TZ_CHINA) == day);
	}
	if (parse_moment(in, TZ_CHINA, &at)) {
		time_record(at, text);
		/* a zone may carry the last evening of 2199 over the edge */
		if (day_is_valid(day_of(at, TZ_CHINA)))
			xq_require(parse_moment(str_of(text), 0, &at_again) && at_again == at);
	}
}

static void
look_at_limits(struct str in)
{
	struct limit l, again;
	char text[16];
	if (!limit_read(in, &l))
		return;
	xq_require(l.count >= 1 && l.count <= 9999);
	limit_show(l, text);
	xq_require(limit_read(str_of(text), &again));
	xq_require(again.count == l.count && again.unit == l.unit);
	struct due due;
	struct xq_err err = { 0 };
	if (cal_due(cal_builtin(), FROM, l, CLOSING, TZ_CHINA, &due, &err) == XQ_OK) {
		xq_require(due.at > FROM && due.effective_day >= due.nominal_day);
		xq_require(l.unit != LIMIT_WORKING_DAYS ||
			   cal_is_workday(cal_builtin(), due.effective_day));
	} else {
		xq_require(err.key != NULL);
	}
}

static void
look_at_file_numbers(struct str in)
{
	int64_t no, again;
	char text[24];
	if (!file_no_read(in, &no))
		return;
	file_no_show(no, text);
	xq_require(file_no_read(str_of(text), &again) && again == no);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *mem = mem_root("fuzz");
	struct str in = { (const char *)data, size };
	look_at_numbers(in);
	look_at_days(in);
	look_at_limits(in);
	look_at_file_numbers(in);
	int64_t at;
	double serial = strtod(str_text(mem, in), NULL);
	if (sheet_serial_moment(serial, TZ_CHINA, &at)) {
		/* civil days from 1899-12-30; below 60 one more, for the day that never was */
		double shown = (double)(at + TZ_CHINA) / 86400 + 25569;
		xq_require(fabs(shown - serial) <= (serial < 60 ? 1.1 : 0.1));
	}
	if (size == sizeof serial) {
		memcpy(&serial, data, sizeof serial);
		(void)sheet_serial_moment(serial, TZ_CHINA, &at); /* NaN, infinities: an answer */
	}
	mem_free(mem);
	return 0;
}
