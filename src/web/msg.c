/* SPDX-License-Identifier: Apache-2.0 */
/* The table and its hash slots are made at build time, so nothing is set up at start and any thread
 * may look up at any time. */
#include "web/msg.h"

#include <string.h>

#include "core/mem.h"
#include "core/time.h"
#include "web/msg_hash.h"
#include "web/msg_int.h"

#include "core/banned.h"

const struct msg_row *
msg_row_of(enum lang lang, const char *english)
{
	if (lang == LANG_EN)
		return NULL;
	/* Open addressing; at least half of the slots are empty, so a miss ends soon. */
	for (uint32_t i = msg_hash(english);; i++) {
		const uint16_t row = msg_slots[i & msg_slot_mask];
		if (row == 0)
			return NULL;
		const char *there = msg_rows[row - 1].english; /* the linker merges equal texts */
		if (there == english || text_eq(there, english))
			return &msg_rows[row - 1];
	}
}

const char *
msg_text(enum lang lang, const char *english)
{
	const struct msg_row *row = msg_row_of(lang, english);
	return row ? row->chinese : english;
}

/* --- pieces -------------------------------------------------------------------------------- */

static const char *const weekday_zh[] = { "日", "一", "二", "三", "四", "五", "六" };
static const char *const weekday_en[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
static const char *const month_en[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
	"Sep", "Oct", "Nov", "Dec" };

static void
put_day_zh(struct buf *b, int32_t day, enum msg_day_form form, bool with_year)
{
	if (with_year) {
		buf_int(b, day_year(day));
		buf_text(b, "年");
	}
	buf_int(b, day_month(day));
	buf_text(b, "月");
	buf_int(b, day_mday(day));
	buf_text(b, "日");
	if (form == MSG_DAY_WEEKDAY) {
		buf_text(b, "（周");
		buf_text(b, weekday_zh[day_weekday(day)]);
		buf_text(b, "）");
	}
}

static void
put_day_en(struct buf *b, int32_t day, enum msg_day_form form, bool with_year)
{
	if (form == MSG_DAY_WEEKDAY)
		buf_printf(b, "%s ", weekday_en[day_weekday(day)]);
	buf_printf(b, "%d %s", day_mday(day), month_en[day_month(day) - 1]);
	if (with_year)
		buf_printf(b, " %d", day_year(day));
}

void
msg_put_day(struct buf *b, enum lang lang, int32_t day, enum msg_day_form form, int32_t today)
{
	if (!day_is_valid(day))
		return;
	const bool with_year =
		form == MSG_DAY_LETTER || (today != 0 && day_year(day) != day_year(today));
	if (lang == LANG_EN)
		put_day_en(b, day, form, with_year);
	else
		put_day_zh(b, day, form, with_year);
}

void
msg_put_moment(struct buf *b, enum lang lang, int64_t at, int32_t tz_s, int32_t today)
{
	const struct civil c = civil_of(at, tz_s);
	msg_put_day(b, lang, day_make(c.year, c.month, c.day), MSG_DAY_WEEKDAY, today);
	const char clock[] = { (char)('0' + c.hour / 10), (char)('0' + c.hour % 10), ':',
		(char)('0' + c.minute / 10), (char)('0' + c.minute % 10) };
	if (lang == LANG_EN)
		buf_char(b, ' ');
	buf_add(b, clock, sizeof clock);
}

void
msg_put_number(struct buf *b, int64_t v)
{
	char digit[20];
	int n = 0;
	uint64_t rest = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	do {
		digit[n++] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (v < 0)
		buf_char(b, '-');
	while (n > 0) {
		buf_char(b, digit[--n]);
		if (n > 0 && n % 3 == 0)
			buf_char(b, ',');
	}
}

void
msg_put_arg(struct buf *b, enum lang lang, const struct msg_arg *a, int32_t tz_s, int32_t today)
{
	switch (a->kind) {
	case MSG_ARG_NONE:
		return;
	case MSG_ARG_TEXT:
		if (a->text != NULL)
			buf_text(b, a->text);
		return;
	case MSG_ARG_INT:
		msg_put_number(b, a->i);
		return;
	case MSG_ARG_DAY:
		msg_put_day(b, lang, (int32_t)a->i, MSG_DAY_WEEKDAY, today);
		return;
	case MSG_ARG_TIME:
		msg_put_moment(b, lang, a->i, tz_s, today);
		return;
	}
}

/* --- whole texts ---------------------------------------------------------------------------- */

static const struct msg_arg *
arg_at(const char *place, size_t len, const struct msg_arg *arg, size_t n_args)
{
	for (size_t i = 0; i < n_args; i++)
		if (arg[i].kind != MSG_ARG_NONE && strlen(arg[i].name) == len &&
			memcmp(arg[i].name, place, len) == 0)
			return &arg[i];
	return NULL;
}

char *
msg_fill(void *mem, enum lang lang, const char *text, const struct msg_arg *arg, size_t n_args,
	int32_t tz_s)
{
	struct buf b = buf_new(mem, strlen(text) + 64);
	while (*text != '\0') {
		const size_t plain = strcspn(text, "{");
		buf_add(&b, text, plain);
		text += plain;
		if (*text == '\0')
			break;
		const char *end = strchr(text, '}');
		const struct msg_arg *a =
			end ? arg_at(text + 1, (size_t)(end - text - 1), arg, n_args) : NULL;
		if (a == NULL) {
			buf_char(&b, *text++);
			continue;
		}
		msg_put_arg(&b, lang, a, tz_s, 0);
		text = end + 1;
	}
	buf_need(&b, 1);
	return b.p;
}

char *
msg_day(void *mem, enum lang lang, int32_t day)
{
	struct buf b = buf_new(mem, 32);
	msg_put_day(&b, lang, day, MSG_DAY_WEEKDAY, 0);
	return b.p;
}

char *
msg_day_short(void *mem, enum lang lang, int32_t day)
{
	struct buf b = buf_new(mem, 32);
	msg_put_day(&b, lang, day, MSG_DAY_SHORT, 0);
	return b.p;
}

char *
msg_moment(void *mem, enum lang lang, int64_t at, int32_t tz_s)
{
	struct buf b = buf_new(mem, 48);
	msg_put_moment(&b, lang, at, tz_s, 0);
	return b.p;
}

char *
msg_number(void *mem, int64_t v)
{
	struct buf b = buf_new(mem, 32);
	msg_put_number(&b, v);
	return b.p;
}
