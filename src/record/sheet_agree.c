/* SPDX-License-Identifier: Apache-2.0 */
/* sheet_agree.c - every month and unit counted both ways: from the tallies that acts keep, and from the entries
 * of the record alone. */
#include "concern/figures.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/time.h"
#include "record/sheet.h"

#include "core/banned.h"

enum { UNITS_MAX = 512 };

struct comparing {
	void *mem;
	int32_t month;
	const struct tally_sum *sum;
	size_t n_sums;
	const struct figures *walked;
	const char *unit[UNITS_MAX];
	size_t n_units;
	int64_t faults;
	struct sheet_difference *first;
};

static void
differ(struct comparing *c, const char *id, const char *unit, struct figure_value counted,
	const struct figures_row *row)
{
	int64_t num = row ? row->num : 0, den = row && row->den > 0 ? row->den : 0;
	if (num == counted.num && den == counted.den)
		return;
	if (c->faults++ == 0)
		*c->first = (struct sheet_difference){ c->month, mem_text(c->mem, id),
			unit ? mem_text(c->mem, unit) : NULL, counted.num, counted.den, num, den };
}

static void
note_unit(struct comparing *c, const char *unit)
{
	if (!unit || unit[0] == '\0')
		return;
	for (size_t i = 0; i < c->n_units; i++)
		if (text_eq(c->unit[i], unit))
			return;
	xq_require(c->n_units < UNITS_MAX);
	c->unit[c->n_units++] = unit;
}

/* Units that either side knows in this month. */
static void
note_units(struct comparing *c)
{
	c->n_units = 0;
	for (size_t i = 0; i < c->n_sums; i++)
		note_unit(c, c->sum[i].unit);
	for (size_t i = 0; i < c->walked->n; i++)
		note_unit(c, c->walked->row[i].unit);
}

/* Reasons that the record says, one by one. */
static void
compare_reasons(struct comparing *c, const struct figure_def *d)
{
	const struct choice *r = d->reasons;
	for (; r && r->code; r++) {
		const char *code = mem_printf(c->mem, "%s%s", d->num, r->code);
		struct figure_value v = { .num = figure_count(code, c->sum, c->n_sums, NULL) };
		differ(c, code, NULL, v, figures_find(c->walked, code));
	}
}

/* A rate of which nobody answered on time has no reply either: the tally's base is all that was closed. */
static void
compare_figure(struct comparing *c, const struct figure_def *d)
{
	const struct figures_row *office = figures_find(c->walked, d->code);
	if (!office)
		return;
	differ(c, d->code, NULL, figure_value_of(d, c->sum, c->n_sums, NULL), office);
	for (size_t i = 0; figures_has_parts(d->code) && i < c->n_units; i++)
		differ(c, d->code, c->unit[i], figure_value_of(d, c->sum, c->n_sums, c->unit[i]),
			figures_find_of(c->walked, d->code, c->unit[i], NULL, NULL));
	if (!text_eq(d->code, "extended")) /* the record does not say why more time was given */
		compare_reasons(c, d);
}

static enum xq_rc
compare_month(struct tx *tx, struct figures_walk *w, int64_t office, struct comparing *c,
	struct xq_err *err)
{
	void *keep = c->mem, *round = mem_new(keep, char);
	struct tally_sum *sum;
	struct figures walked;
	int32_t next = day_add_months(c->month, 1);
	enum xq_rc rc =
		tally_read(tx, round, office, c->month, day_add(next, -1), &sum, &c->n_sums, err);
	if (rc == XQ_OK) {
		figures_count(w, round,
			&(struct figures_period){
				c->month, next, figures_walk_size(w), FIGURES_WIDE },
			&walked);
		c->sum = sum;
		c->walked = &walked;
		note_units(c);
		for (const struct figure_def *d = figure_defs; d->code; d++)
			compare_figure(c, d);
	}
	c->sum = NULL; /* they end here */
	c->walked = NULL;
	mem_free(round);
	return rc;
}

enum xq_rc
sheet_compare(struct tx *tx, void *mem, int64_t office, int64_t *out_n,
	struct sheet_difference *first, struct xq_err *err)
{
	int32_t day;
	int64_t last_at = 0;
	void *round = mem_new(mem, char);
	struct figures_walk *w;
	struct comparing c = { .mem = mem, .first = first };
	enum xq_rc rc = tally_first_day(tx, office, &day, err);
	if (rc == XQ_OK)
		rc = db_int(tx, SQL("SELECT last_at FROM ledger_head WHERE office = ?"),
			VALS(V(office)), &last_at, err);
	if (rc == XQ_OK && day != 0)
		rc = sheet_walk(tx, round, office, -1, &w, err);
	if (rc == XQ_OK && day != 0) {
		int32_t last = day_of(last_at, TZ_CHINA);
		c.month = day_make(day_year(day), day_month(day), 1);
		for (; rc == XQ_OK && c.month <= last; c.month = day_add_months(c.month, 1))
			rc = compare_month(tx, w, office, &c, err);
	}
	mem_free(round);
	*out_n = c.faults;
	return rc == XQ_NONE ? XQ_OK : rc;
}

/* ---- the check ------------------------------------------------------------------------------------------ */

static enum xq_rc
count_faults(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	struct sheet_difference d;
	return sheet_compare(tx, mem, office, out, &d, err);
}

static enum xq_rc
name_first(struct tx *tx, void *mem, int64_t office, const char **out, struct xq_err *err)
{
	struct sheet_difference d = { 0 };
	int64_t n;
	enum xq_rc rc = sheet_compare(tx, mem, office, &n, &d, err);
	if (rc == XQ_OK && n > 0)
		*out = mem_printf(mem, "%04d-%02d %s%s%s: tallies %lld / %lld, record %lld / %lld",
			day_year(d.month), day_month(d.month), d.id, d.unit ? " of " : "",
			d.unit ? d.unit : "", (long long)d.counted_num, (long long)d.counted_den,
			(long long)d.record_num, (long long)d.record_den);
	return rc;
}

const struct invariant sheet_figures_agree = { "record.figures-agree", count_faults, name_first };
