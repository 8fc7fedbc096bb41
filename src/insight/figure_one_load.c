/* SPDX-License-Identifier: Apache-2.0 */
/* figure_one_load.c - twelve months of one figure, from the counts of its own codes alone. */
#include "core/mem.h"
#include "insight/figure_one.h"

#include "core/banned.h"

enum { POINTS_EACH = 10 };

/* ---- which counts are read --------------------------------------------------------------------------- */

struct code_list {
	const char *code[ONE_CODES];
	size_t n;
};

/* Once only, also where a code with all its reasons stands there already: what is read twice counts twice. */
static void
add_code(struct code_list *list, const char *code)
{
	for (size_t i = 0; code && i < list->n; i++) {
		struct str have = str_of(list->code[i]);
		bool has_all = str_ends(have, STR(".")) && str_starts(str_of(code), have);
		if (has_all || text_eq(list->code[i], code))
			return;
	}
	if (!code)
		return;
	xq_require(list->n < ONE_CODES);
	list->code[list->n++] = code;
}

static void
add_figure(struct code_list *list, const struct figure_def *d)
{
	add_code(list, d->num);
	add_code(list, d->den[0]);
	add_code(list, d->den[1]);
}

static struct code_list
codes_of(const struct figure_def *def, const struct figure_story *story)
{
	struct code_list list = { .n = 0 };
	add_figure(&list, def);
	add_code(&list, def->beside);
	for (size_t i = 0; i < ONE_LEFT && story->left[i]; i++)
		add_code(&list, figure_find(story->left[i])->num);
	if (story->silent) {
		add_code(&list, "rated");
		add_code(&list, story->silent);
	}
	if (story->has_gap) {
		add_figure(&list, figure_find("claimed"));
		add_figure(&list, figure_find("solved"));
	}
	return list;
}

/* ---- reading ------------------------------------------------------------------------------------------ */

static enum xq_rc
read_month(struct tx *tx, void *mem, int64_t office, const struct code_list *codes,
	struct one_month *m, struct xq_err *err)
{
	struct tally_sums sums = { 0 };
	enum xq_rc rc = XQ_OK;
	int32_t to = day_add(day_add_months(m->from, 1), -1);
	for (size_t i = 0; rc == XQ_OK && i < codes->n; i++)
		rc = tally_read_code(tx, mem, office, codes->code[i], m->from, to, &sums, err);
	if (rc != XQ_OK)
		return rc;
	struct figures_load l = { .from = m->from, .to = to, .sum = sums.sum, .n_sums = sums.n };
	figures_keep_apart(&l);
	m->sum = l.sum;
	m->n = l.n_sums;
	return XQ_OK;
}

static void
put_together(void *mem, struct figure_one *one)
{
	size_t n = 0;
	for (size_t i = 0; i < one->n_months; i++)
		n += one->month[i].n;
	one->sum = mem_array(mem, struct tally_sum, n + 1);
	for (size_t i = 0; i < one->n_months; i++)
		for (size_t k = 0; k < one->month[i].n; k++)
			one->sum[one->n++] = one->month[i].sum[k];
}

static int32_t
month_of(int32_t day)
{
	return day_make(day_year(day), day_month(day), 1);
}

enum xq_rc
figure_one_load(struct tx *tx, void *mem, int64_t office, const struct figure_def *def,
	int32_t last, int32_t today, struct figure_one *out, struct xq_err *err)
{
	struct figure_one one = { .def = def,
		.story = figure_story_of(def),
		.newest = day_add_months(month_of(today), -1) };
	int32_t first = 0;
	enum xq_rc rc = tally_first_day(tx, office, &first, err);
	if (rc != XQ_OK)
		return rc;
	last = month_of(last) < one.newest ? month_of(last) : one.newest;
	one.first = first ? month_of(first) : 0;
	one.from = day_add_months(last, 1 - ONE_MONTHS);
	if (one.from < one.first)
		one.from = one.first;
	one.to = day_add(day_add_months(last, 1), -1);
	const struct code_list codes = codes_of(def, one.story);
	for (int32_t day = one.from; rc == XQ_OK && one.first != 0 && day <= last;
		day = day_add_months(day, 1)) {
		one.month[one.n_months].from = day;
		rc = read_month(tx, mem, office, &codes, &one.month[one.n_months++], err);
	}
	if (rc != XQ_OK)
		return rc;
	put_together(mem, &one);
	*out = one;
	return XQ_OK;
}

/* ---- values ------------------------------------------------------------------------------------------- */

struct figure_value
one_month_value(const struct figure_one *one, size_t month, const char *unit)
{
	xq_require(month < one->n_months);
	return figure_value_of(one->def, one->month[month].sum, one->month[month].n, unit);
}

struct figure_value
one_value(const struct figure_one *one, const char *unit)
{
	return figure_value_of(one->def, one->sum, one->n, unit);
}

int64_t
one_silent(const struct figure_one *one)
{
	xq_require(one->story->silent);
	return figure_count("rated", one->sum, one->n, NULL) -
	       figure_count(one->story->silent, one->sum, one->n, NULL) / POINTS_EACH;
}

bool
figure_one_is_idle(const struct figure_one *one, const char *unit)
{
	struct figure_value v = one_value(one, unit);
	return v.num == 0 && v.den == 0;
}

bool
figure_one_bounds(const struct figure_one *one, struct figure_value v, struct interval *out)
{
	if (!one->story->is_from_answers || v.den == 0 || !figure_is_shown(one->def, v))
		return false;
	*out = figure_interval_of(one->def, v);
	return true;
}
