/* SPDX-License-Identifier: Apache-2.0 */
/* answer_day.c - reading the days that an answer names, and holding the author to them (domain.md C25). */
#include "concern/answer_day.h"

#include "concern/concern_int.h"
#include "core/mem.h"

#include "core/banned.h"

static const struct table_decl no_tables[] = { { .name = NULL } };

/* clang-format off */
const struct migration concern_migration_16 = {
	.module = "concern",
	.number = 16,
	.ddl =
	"ALTER TABLE reply ADD COLUMN promise text;\n"
	"ALTER TABLE reply ADD COLUMN promise_day integer;\n"
	"ALTER TABLE reply ADD COLUMN no_promise text;\n",
	.tables = no_tables,
};
/* clang-format on */

/* ---- reading --------------------------------------------------------------------------------------- */

#define YEAR_SIGN "\u5e74"
#define MONTH_SIGN "\u6708"
#define DAY_SIGN "\u65e5"
#define DAY_SIGN_SPOKEN "\u53f7"
#define END_SIGN "\u5e95"
#define END_SIGN_WRITTEN "\u672b"

static bool
take_word(struct str *rest, const char *word)
{
	struct str w = str_of(word);
	if (!str_starts(*rest, w))
		return false;
	*rest = str_n(rest->p + w.n, rest->n - w.n);
	return true;
}

/* 0 to 9; -1: no digit begins here. Full-width ones come from Chinese keyboards. */
static int
take_digit(struct str *rest)
{
	const uint8_t *p = (const uint8_t *)rest->p;
	size_t n = 0;
	int digit = -1;
	if (rest->n >= 1 && p[0] >= '0' && p[0] <= '9') {
		n = 1;
		digit = p[0] - '0';
	} else if (rest->n >= 3 && p[0] == 0xEF && p[1] == 0xBC && p[2] >= 0x90 && p[2] <= 0x99) {
		n = 3;
		digit = p[2] - 0x90;
	}
	*rest = str_n(rest->p + n, rest->n - n);
	return digit;
}

/* 1 to 9 in Chinese; 0: no such sign begins here. */
static int
take_chinese_digit(struct str *rest)
{
	static const char *const sign[] = { "\u4e00", "\u4e8c", "\u4e09", "\u56db", "\u4e94",
		"\u516d", "\u4e03", "\u516b", "\u4e5d" };
	for (int i = 0; i < 9; i++)
		if (take_word(rest, sign[i]))
			return i + 1;
	return 0;
}

/* 1 to 99 in Chinese, as months and days are written; 0: none begins here. */
static int
take_chinese(struct str *rest)
{
	int v = take_chinese_digit(rest);
	if (take_word(rest, "\u5341"))
		v = (v > 0 ? v : 1) * 10 + take_chinese_digit(rest);
	return v;
}

/* A whole run of digits is taken; its value is good only up to four of them. Returns how many; a number in
 * Chinese counts as two. */
static int
take_number(struct str *rest, int *out)
{
	int n = 0, v = 0;
	for (int d; (d = take_digit(rest)) >= 0; n++)
		v = n < 4 ? v * 10 + d : 0;
	if (n == 0 && (v = take_chinese(rest)) > 0)
		n = 2;
	*out = v;
	return n;
}

static int32_t
month_end(int year, int month)
{
	int32_t first = day_make(year, month, 1);
	return day_add(day_add_months(first, 1), -1);
}

/* mday 0: the last day of the month. 0: there is no such day. */
static int32_t
day_in(int year, int month, int mday)
{
	int32_t day = year * 10000 + month * 100 + (mday > 0 ? mday : 1);
	if (!day_is_valid(day))
		return 0;
	return mday > 0 ? day : month_end(year, month);
}

/* Said without a year, it is the one nearest to today. */
static int32_t
nearest(int month, int mday, int32_t today)
{
	int32_t best = 0;
	for (int year = day_year(today) - 1; year <= day_year(today) + 1; year++) {
		int32_t day = day_in(year, month, mday);
		if (day && (!best || abs(day_diff(today, day)) < abs(day_diff(today, best))))
			best = day;
	}
	return best;
}

static bool
take_end(struct str *rest)
{
	return take_word(rest, END_SIGN) || take_word(rest, END_SIGN_WRITTEN);
}

/* What follows a month: its end, or a day of it. year 0: none was said. */
static bool
take_in_month(struct str *rest, int year, int month, int32_t today, int32_t *out)
{
	int mday = 0;
	if (!take_end(rest)) {
		int digits = take_number(rest, &mday);
		if (digits < 1 || digits > 2 || mday == 0 ||
			!(take_word(rest, DAY_SIGN) || take_word(rest, DAY_SIGN_SPOKEN)))
			return false;
	}
	*out = year ? day_in(year, month, mday) : nearest(month, mday, today);
	return *out != 0;
}

/* What follows a year: its end, or a month and what follows that. */
static bool
take_in_year(struct str *rest, int year, int32_t today, int32_t *out)
{
	struct str after = *rest;
	(void)take_word(&after, YEAR_SIGN);
	if (take_end(&after)) {
		*out = day_in(year, 12, 31);
		*rest = after;
		return *out != 0;
	}
	int month;
	int digits = take_number(rest, &month);
	return digits >= 1 && digits <= 2 && take_word(rest, MONTH_SIGN) &&
	       take_in_month(rest, year, month, today, out);
}

/* 2026-12-05, 2026/12/5, 2026.12.5, behind the year. */
static bool
take_with_marks(struct str *rest, int year, int32_t *out)
{
	int month, mday, digits;
	char mark = rest->n > 0 ? rest->p[0] : ' ';
	if (mark != '-' && mark != '/' && mark != '.')
		return false;
	const char word[] = { mark, 0 };
	(void)take_word(rest, word);
	digits = take_number(rest, &month);
	if (digits < 1 || digits > 2 || !take_word(rest, word))
		return false;
	digits = take_number(rest, &mday);
	*out = digits >= 1 && digits <= 2 && mday > 0 ? day_in(year, month, mday) : 0;
	return *out != 0;
}

static bool
take_numbered(struct str *rest, int32_t today, int32_t *out)
{
	int n, digits = take_number(rest, &n);
	if (digits == 4)
		return take_word(rest, YEAR_SIGN) ? take_in_year(rest, n, today, out)
		                                  : take_with_marks(rest, n, out);
	return digits >= 1 && digits <= 2 && take_word(rest, MONTH_SIGN) &&
	       take_in_month(rest, 0, n, today, out);
}

/* Monday 0 to Sunday 6; -1: no weekday begins here. */
static int
take_weekday(struct str *rest)
{
	static const char *const sign[] = { "\u4e00", "\u4e8c", "\u4e09", "\u56db", "\u4e94",
		"\u516d", "\u65e5", "\u5929" };
	for (int i = 0; i < 8; i++)
		if (take_word(rest, sign[i]))
			return i < 7 ? i : 6;
	return -1;
}

enum word_kind {
	WORD_YEAR,
	WORD_MONTH,
	WORD_MONTH_END,
	WORD_YEAR_END,
	WORD_WEEK,
	WORD_TOMORROW,
	WORD_NO_DAY
};

/* The longer ones first. What comes again and again, or lies behind, names no day to be held to. */
static const struct day_word {
	const char *text;
	enum word_kind kind;
	int n; /* years, months or weeks from now */
} day_words[] = {
	{ "\u6bcf\u6708\u5e95", WORD_NO_DAY, 0 }, /* at the end of every month */
	{ "\u6bcf\u5e74", WORD_NO_DAY, 0 },       /* every year */
	{ "\u4e0a\u6708\u5e95", WORD_NO_DAY, 0 }, /* at the end of last month */
	{ "\u4e0a\u4e2a\u6708\u5e95", WORD_NO_DAY, 0 },
	{ "\u53bb\u5e74", WORD_YEAR, -1 }, /* last year */
	{ "\u660e\u5e74", WORD_YEAR, 1 },  /* next year */
	{ "\u4eca\u5e74", WORD_YEAR, 0 },  /* this year */
	{ "\u672c\u5e74", WORD_YEAR, 0 },
	{ "\u4e0b\u6708\u5e95", WORD_MONTH_END, 1 }, /* at the end of next month */
	{ "\u4e0b\u4e2a\u6708\u5e95", WORD_MONTH_END, 1 },
	{ "\u672c\u6708\u5e95", WORD_MONTH_END, 0 },
	{ "\u4e0b\u6708", WORD_MONTH, 1 }, /* next month */
	{ "\u4e0b\u4e2a\u6708", WORD_MONTH, 1 },
	{ "\u672c\u6708", WORD_MONTH, 0 },     /* this month */
	{ "\u6708\u5e95", WORD_MONTH_END, 0 }, /* at the end of the month */
	{ "\u5e74\u5e95", WORD_YEAR_END, 0 },  /* at the end of the year */
	{ "\u4e0b\u5468", WORD_WEEK, 1 },      /* next week */
	{ "\u4e0b\u661f\u671f", WORD_WEEK, 1 },
	{ "\u672c\u5468", WORD_WEEK, 0 }, /* this week */
	{ "\u8fd9\u5468", WORD_WEEK, 0 },
	{ "\u672c\u661f\u671f", WORD_WEEK, 0 },
	{ "\u660e\u5929", WORD_TOMORROW, 0 },
};

static bool
take_after_word(struct str *rest, enum word_kind kind, int n, int32_t today, int32_t *out)
{
	int weekday;
	int32_t there;
	switch (kind) {
	case WORD_YEAR:
		return take_in_year(rest, day_year(today) + n, today, out);
	case WORD_MONTH:
		there = day_add_months(today, n);
		return take_in_month(rest, day_year(there), day_month(there), today, out);
	case WORD_MONTH_END:
		there = day_add_months(today, n);
		*out = month_end(day_year(there), day_month(there));
		return true;
	case WORD_YEAR_END:
		*out = day_make(day_year(today), 12, 31);
		return true;
	case WORD_WEEK:
		weekday = take_weekday(rest);
		*out = day_add(today, 7 * n + weekday - (day_weekday(today) + 6) % 7);
		return weekday >= 0;
	case WORD_TOMORROW: /* not the weather, which is written with the same signs */
		*out = day_add(today, 1);
		return !str_starts(*rest, STR("\u6c14"));
	case WORD_NO_DAY:
		break;
	}
	return false;
}

/* One place of the text: takes what begins there. Returns false where no day does. */
static bool
take_day(struct str *rest, int32_t today, int32_t *out)
{
	struct str after = *rest;
	for (size_t i = 0; i < sizeof day_words / sizeof day_words[0]; i++) {
		const struct day_word *w = &day_words[i];
		if (!take_word(&after, w->text))
			continue;
		*rest = after; /* the word is used up, whatever follows it */
		if (!take_after_word(&after, w->kind, w->n, today, out))
			return false;
		*rest = after;
		return true;
	}
	if (take_numbered(&after, today, out)) {
		*rest = after;
		return true;
	}
	return false;
}

/* Past whatever stands here: a whole number, or one sign. */
static void
skip(struct str *rest)
{
	int n;
	if (take_number(rest, &n) > 0)
		return;
	size_t by = 1;
	while (by < rest->n && ((uint8_t)rest->p[by] & 0xC0) == 0x80)
		by++;
	*rest = str_n(rest->p + by, rest->n - by);
}

static bool
holds(const int32_t *list, size_t n, int32_t day)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == day)
			return true;
	return false;
}

size_t
days_named(struct str text, int32_t today, int32_t out[DAYS_NAMED_MAX])
{
	size_t n = 0;
	while (text.n > 0 && n < DAYS_NAMED_MAX) {
		size_t before = text.n;
		int32_t day;
		if (take_day(&text, today, &day)) {
			if (day > today && !holds(out, n, day))
				out[n++] = day;
		} else if (text.n == before) {
			skip(&text);
		}
	}
	return n;
}

/* ---- asking ------------------------------------------------------------------------------------------ */

/* A promise falls on a working day: for a day of rest the one before or after it will do. */
static bool
is_kept_by(const struct calendar *cal, int32_t promised, int32_t named)
{
	if (cal_is_workday(cal, named))
		return promised == named;
	return promised >= cal_add_wd(cal, named, -1) && promised <= cal_next_workday(cal, named);
}

static void
add_fault(struct act_ctx *ctx, const struct xq_err *e, size_t *faults)
{
	form_add_fault(&ctx->call->form, e);
	(*faults)++;
}

static void
check_own(struct act_ctx *ctx, const struct form *in, size_t *faults)
{
	struct xq_err e = { 0 };
	int64_t at;
	if (form_has(in, "promise_day")) {
		if (working_day_due(ctx, (int32_t)form_int(in, "promise_day"), "promise_day", &at,
			    &e) != XQ_OK)
			add_fault(ctx, &e, faults);
		if (!form_has(in, "promise")) {
			(void)xq_refuse(
				&e, "promise", "reply.promise-no-text"); /* one of several */
			add_fault(ctx, &e, faults);
		}
	} else if (form_has(in, "promise")) {
		(void)xq_refuse(&e, "promise_day", "reply.promise-no-day"); /* one of several */
		add_fault(ctx, &e, faults);
	}
}

/* All days that the answer names, also those of an explanation. */
static size_t
named_by(const struct form *in, int32_t today, int32_t out[DAYS_NAMED_MAX])
{
	int32_t more[DAYS_NAMED_MAX];
	size_t n = days_named(form_str(in, "text"), today, out);
	size_t n_more = 0;
	if (text_eq(form_text(in, "outcome"), outcome_code(OUT_EXPLAINED))) {
		n_more = days_named(form_str(in, "instead"), today, more);
		if (form_has(in, "instead_day") && n_more < DAYS_NAMED_MAX)
			more[n_more++] = (int32_t)form_int(in, "instead_day");
	}
	for (size_t i = 0; i < n_more && n < DAYS_NAMED_MAX; i++)
		if (more[i] > today && !holds(out, n, more[i]))
			out[n++] = more[i];
	return n;
}

enum xq_rc
answer_days_check(struct act_ctx *ctx, const struct concern *c, const struct form *in,
	size_t *faults, struct xq_err *err)
{
	check_own(ctx, in, faults);
	if (form_has(in, "no_promise"))
		return XQ_OK;
	int32_t named[DAYS_NAMED_MAX];
	int32_t today = day_of(ctx->now, app_office(ctx->app, ctx->office)->tz_s);
	size_t n = named_by(in, today, named), n_promises;
	if (n == 0)
		return XQ_OK;
	struct promise *p;
	enum xq_rc rc = promise_list(ctx->tx, ctx->mem, ctx->office, c->id, &p, &n_promises, err);
	if (rc != XQ_OK)
		return rc;
	int32_t own = form_has(in, "promise_day") ? (int32_t)form_int(in, "promise_day") : 0;
	for (size_t i = 0; i < n; i++) {
		bool is_kept = own && is_kept_by(ctx->app->calendar, own, named[i]);
		for (size_t j = 0; j < n_promises && !is_kept; j++)
			is_kept = p[j].state == PROMISE_OPEN &&
			          is_kept_by(ctx->app->calendar, p[j].due_day, named[i]);
		if (is_kept)
			continue;
		struct xq_err e = { 0 };
		(void)xq_refuse(&e, "promise_day", "reply.day-not-promised"); /* one of several */
		xq_err_day(&e, "day", named[i]);
		add_fault(ctx, &e, faults);
		return XQ_OK; /* one field says one thing at a time */
	}
	return XQ_OK;
}

enum xq_rc
answer_promise_make(
	struct act_ctx *ctx, struct concern *c, const struct reply *r, struct xq_err *err)
{
	int64_t at, no;
	if (!r->promise)
		return XQ_OK;
	enum xq_rc rc = working_day_due(ctx, r->promise_day, NULL, &at, err);
	if (rc == XQ_REFUSED) {
		rc = xq_refuse(err, NULL, "reply.promise-gone");
		xq_err_day(err, "day", r->promise_day);
		return rc;
	}
	return rc == XQ_OK ? promise_add(ctx, c, r->promise, r->promise_day, &no, err) : rc;
}

/* clang-format off */
const struct msg_text answer_day_messages[] = {
	{ "reply.day-not-promised", N_("The answer names {day}. Please promise what happens by then, or say below why it is no promise.") },
	{ "reply.promise-no-day", N_("Please say by which working day.") },
	{ "reply.promise-no-text", N_("Please say what is promised by this day.") },
	{ "reply.promise-gone", N_("What the answer promises for {day} cannot be promised any more: the day has passed or is a day of rest. Please send it back for another day.") },
	{ NULL, NULL },
};
/* clang-format on */
