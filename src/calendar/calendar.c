/* SPDX-License-Identifier: Apache-2.0 */
/* Each day from 1900 to 2199 has its kind and the number of working days up to it, so that counting
 * is a subtraction and adding is one search. 550 kB, made once in less than a millisecond. */
#include "calendar/calendar.h"

#include <stdlib.h>

#include "calendar/calendar_int.h"
#include "core/mem.h"

#include "core/banned.h"

#define FIRST_DAY 19000101
#define LAST_DAY 21991231
#define N_DAYS 109573

struct calendar {
	int version;
	int first_year, last_year; /* with a notice */
	bool *checked;             /* one for each of these years; NULL: none is */
	struct cal_day *special;   /* sorted by day */
	size_t n_special;
	uint8_t kind[N_DAYS]; /* enum day_kind */
	int32_t wd[N_DAYS];   /* working days from FIRST_DAY to this day, both included */
};

/* Rest days that the law itself fixes; all others are known only with the year's notice. */
static const char *
fixed_name(int month, int mday)
{
	if (month == 1 && mday == 1)
		return "元旦";
	if (month == 5 && mday <= 2)
		return "劳动节";
	if (month == 10 && mday <= 3)
		return "国庆节";
	return NULL;
}

static size_t
index_of(int32_t day)
{
	xq_require(day_is_valid(day));
	return (size_t)day_diff(FIRST_DAY, day);
}

static int32_t
day_at_index(size_t i)
{
	xq_require(i < N_DAYS);
	return day_add(FIRST_DAY, (int)i);
}

/* Weekends everywhere, and the fixed dates in the years after the last notice. */
static void
fill_by_rule(struct calendar *cal)
{
	int weekday = day_weekday(FIRST_DAY);
	for (size_t i = 0; i < N_DAYS; i++) {
		cal->kind[i] = weekday == 0 || weekday == 6 ? DAY_WEEKEND : DAY_WORK;
		weekday = (weekday + 1) % 7;
	}
	for (int year = cal->last_year + 1; year <= day_year(LAST_DAY); year++) {
		for (int month = 1; month <= 10; month++) {
			for (int mday = 1; fixed_name(month, mday) != NULL; mday++)
				cal->kind[index_of(day_make(year, month, mday))] = DAY_HOLIDAY;
		}
	}
}

static void
fill_special(struct calendar *cal, const struct cal_day *d)
{
	uint8_t *kind = &cal->kind[index_of(d->day)];
	if (d->is_off)
		*kind = DAY_HOLIDAY;
	else if (*kind == DAY_WEEKEND)
		*kind = DAY_MAKE_UP;
}

static bool
is_working(uint8_t kind)
{
	return kind == DAY_WORK || kind == DAY_MAKE_UP;
}

static void
count_up(struct calendar *cal)
{
	int32_t n = 0;
	for (size_t i = 0; i < N_DAYS; i++) {
		n += is_working(cal->kind[i]);
		cal->wd[i] = n;
	}
}

static enum xq_rc
check_days(
	const struct cal_day *day, size_t n_days, int first_year, int last_year, struct xq_err *err)
{
	for (size_t i = 0; i < n_days; i++) {
		enum xq_rc rc = XQ_OK;
		if (!day_is_valid(day[i].day) || day_year(day[i].day) < first_year ||
			day_year(day[i].day) > last_year)
			rc = xq_refuse(err, "day", "calendar.bad-day");
		else if (i > 0 && day[i].day <= day[i - 1].day)
			rc = xq_refuse(err, "day", "calendar.unsorted");
		if (rc != XQ_OK) {
			xq_err_int(err, "day", day[i].day); /* not a date perhaps */
			return rc;
		}
	}
	return XQ_OK;
}

enum xq_rc
cal_build(void *mem, int version, const struct cal_day *day, size_t n_days, int first_year,
	int last_year, struct calendar **out, struct xq_err *err)
{
	return cal_build_marked(mem, version, day, n_days, first_year, last_year, NULL, out, err);
}

enum xq_rc
cal_build_marked(void *mem, int version, const struct cal_day *day, size_t n_days, int first_year,
	int last_year, const bool *checked, struct calendar **out, struct xq_err *err)
{
	xq_require(first_year >= 1900 && first_year <= last_year && last_year <= 2199);
	xq_require(day_diff(FIRST_DAY, LAST_DAY) + 1 == N_DAYS);
	enum xq_rc rc = check_days(day, n_days, first_year, last_year, err);
	if (rc != XQ_OK)
		return rc;

	struct calendar *cal = mem_new(mem, struct calendar);
	cal->version = version;
	cal->first_year = first_year;
	cal->last_year = last_year;
	if (checked != NULL)
		cal->checked = mem_copy(
			cal, checked, sizeof(*checked) * (size_t)(last_year - first_year + 1));
	cal->special = mem_array(cal, struct cal_day, n_days);
	cal->n_special = n_days;
	fill_by_rule(cal);
	for (size_t i = 0; i < n_days; i++) {
		cal->special[i] = day[i];
		cal->special[i].name = day[i].name ? mem_text(cal, day[i].name) : NULL;
		fill_special(cal, &day[i]);
	}
	count_up(cal);
	*out = cal;
	return XQ_OK;
}

/* ---- one more notice ------------------------------------------------------------------------- */

static bool
names_day(const struct cal_day *day, size_t n_days, int32_t wanted)
{
	for (size_t i = 0; i < n_days; i++)
		if (day[i].day == wanted)
			return true;
	return false;
}

/* Both lists are sorted and share no day. */
static size_t
merge_days(const struct cal_day *a, size_t n_a, const struct cal_day *b, size_t n_b,
	struct cal_day *out)
{
	size_t n = 0, i = 0, k = 0;
	while (i < n_a || k < n_b) {
		bool take_a = k == n_b || (i < n_a && a[i].day < b[k].day);
		out[n++] = take_a ? a[i++] : b[k++];
	}
	return n;
}

enum xq_rc
cal_extend(void *mem, int version, const struct calendar *base, int year, const struct cal_day *day,
	size_t n_days, struct calendar **out, struct xq_err *err)
{
	xq_require(year >= base->first_year && year <= base->last_year + 1);
	enum xq_rc rc = check_days(day, n_days, year - 1, year, err);
	if (rc != XQ_OK)
		return rc;
	int last_year = year > base->last_year ? year : base->last_year;
	void *work = mem_root("calendar notice");
	struct cal_day *kept = mem_array(work, struct cal_day, base->n_special + 1);
	struct cal_day *all = mem_array(work, struct cal_day, base->n_special + n_days + 1);
	bool *checked = mem_array(work, bool, last_year - base->first_year + 1);
	size_t n_kept = 0;
	for (size_t i = 0; i < base->n_special; i++)
		if (day_year(base->special[i].day) != year &&
			!names_day(day, n_days, base->special[i].day))
			kept[n_kept++] = base->special[i];
	for (int y = base->first_year; y <= base->last_year; y++) /* typed days have one source */
		checked[y - base->first_year] = y != year && cal_year_is_checked(base, y);
	rc = cal_build_marked(mem, version, all, merge_days(kept, n_kept, day, n_days, all),
		base->first_year, last_year, checked, out, err);
	mem_free(work);
	return rc;
}

/* ---- reading it ------------------------------------------------------------------------------ */

int
cal_version(const struct calendar *cal)
{
	return cal->version;
}

int
cal_last_year(const struct calendar *cal)
{
	return cal->last_year;
}

bool
cal_knows_year(const struct calendar *cal, int year)
{
	return year >= cal->first_year && year <= cal->last_year;
}

bool
cal_year_is_checked(const struct calendar *cal, int year)
{
	return cal->checked != NULL && cal_knows_year(cal, year) &&
	       cal->checked[year - cal->first_year];
}

enum day_kind
cal_day_kind(const struct calendar *cal, int32_t day)
{
	return (enum day_kind)cal->kind[index_of(day)];
}

void
cal_kinds(const struct calendar *cal, int32_t day, size_t n, enum day_kind *out)
{
	const size_t first = index_of(day);
	xq_require(n <= N_DAYS - first);
	for (size_t i = 0; i < n; i++)
		out[i] = (enum day_kind)cal->kind[first + i];
}

bool
cal_is_workday(const struct calendar *cal, int32_t day)
{
	return is_working(cal->kind[index_of(day)]);
}

static int
by_day(const void *key, const void *row)
{
	int32_t a = *(const int32_t *)key;
	int32_t b = ((const struct cal_day *)row)->day;
	return (a > b) - (a < b);
}

const char *
cal_day_name(const struct calendar *cal, int32_t day)
{
	const struct cal_day *d =
		bsearch(&day, cal->special, cal->n_special, sizeof(*cal->special), by_day);
	if (d != NULL)
		return d->name;
	return day_year(day) > cal->last_year ? fixed_name(day_month(day), day_mday(day)) : NULL;
}

/* The day that is working day number target, counted from FIRST_DAY; 0 when there is none. */
static int32_t
nth_workday(const struct calendar *cal, int64_t target)
{
	if (target < 1 || target > cal->wd[N_DAYS - 1])
		return 0;

	size_t low = 0;
	size_t high = N_DAYS - 1;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (cal->wd[middle] < target)
			low = middle + 1;
		else
			high = middle;
	}
	xq_require(is_working(cal->kind[low]));
	return day_at_index(low);
}

int32_t
cal_add_wd(const struct calendar *cal, int32_t day, int n)
{
	size_t i = index_of(day);
	if (n == 0)
		return day;
	if (n > 0)
		return nth_workday(cal, (int64_t)cal->wd[i] + n);
	/* A working day is not among the days before itself. */
	return nth_workday(cal, (int64_t)cal->wd[i] + !is_working(cal->kind[i]) + n);
}

int
cal_count_wd(const struct calendar *cal, int32_t from, int32_t to)
{
	return cal->wd[index_of(to)] - cal->wd[index_of(from)];
}

int32_t
cal_next_workday(const struct calendar *cal, int32_t day)
{
	return cal_is_workday(cal, day) ? day : cal_add_wd(cal, day, 1);
}
