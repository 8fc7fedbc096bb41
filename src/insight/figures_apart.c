/* SPDX-License-Identifier: Apache-2.0 */
/* figures_apart.c - marks that residents gave apart from their matters: drawn over ten at least, for whole
 * months, and so that no difference of two sums tells what fewer than ten have said. */
#include "insight/figures_int.h"

#include "core/banned.h"

static bool
is_of(const struct tally_sum *s, const char *full, const char *points)
{
	return text_eq(s->figure, full) || text_eq(s->figure, points);
}

/* The marks of a unit; what is withheld may still count for the office, if it is enough by itself. */
static void
withhold(struct figures_load *l, const struct figure_def *d)
{
	const char *full = d->den[0], *points = d->num;
	int64_t rest = 0;
	for (size_t i = 0; i < l->n_sums; i++) {
		const struct tally_sum *s = &l->sum[i];
		if (text_eq(s->figure, full) && s->n < (int64_t)FIGURE_RATE_MIN * d->den_each)
			rest += s->n;
	}
	bool is_enough = rest >= (int64_t)FIGURE_RATE_MIN * d->den_each;
	for (size_t i = 0; i < l->n_sums; i++) {
		struct tally_sum *s = &l->sum[i];
		if (!is_of(s, full, points))
			continue;
		int64_t base = figure_count(full, l->sum, l->n_sums, s->unit);
		if (base > 0 && base < (int64_t)FIGURE_RATE_MIN * d->den_each)
			s->is_withheld = true;
	}
	for (size_t i = 0; i < l->n_sums; i++)
		if (l->sum[i].is_withheld && is_of(&l->sum[i], full, points)) {
			l->sum[i].unit = ""; /* of the office, and of no unit */
			l->sum[i].n = is_enough ? l->sum[i].n : 0;
		}
}

void
figures_keep_apart(struct figures_load *l)
{
	for (const struct figure_def *d = figure_defs; d->code; d++) {
		if (!d->is_apart)
			continue;
		if (!l->is_running) {
			withhold(l, d);
			continue;
		}
		/* who looks every day would see each mark come in */
		for (size_t i = 0; i < l->n_sums; i++)
			if (is_of(&l->sum[i], d->den[0], d->num))
				l->sum[i].n = 0;
	}
}

bool
figures_is_shown(const struct figures_load *l, const struct figure_def *d, bool is_public)
{
	return !is_public || (!d->is_desk_only && (!d->is_boxed || l->is_counted));
}

bool
figures_by_unit(const struct figure_def *d, bool is_public)
{
	return d->is_by_unit && !(is_public && (d->is_desk_only || d->is_boxed));
}
