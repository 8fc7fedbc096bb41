/* SPDX-License-Identifier: Apache-2.0 */
/* figures_rows.c - the sums of a period as the rows of its document. */
#include <stdlib.h>

#include "core/mem.h"
#include "ledger/figures_counting.h"

#include "core/banned.h"

/* ---- rows ---------------------------------------------------------------------------------------------------- */

struct rows_out {
	const struct counting *c;
	void *mem;
	LIST(struct figures_row) row;
};

static void
put_row(struct rows_out *o, const char *id, int part, size_t code, struct cell v)
{
	const char *name = part < 0 ? NULL : mem_text(o->mem, o->c->w->code.v[code]);
	*LIST_ADD(o->mem, struct figures_row, &o->row) = (struct figures_row){ .id = id,
		.unit = part == PART_UNIT ? name : NULL,
		.zone = part == PART_ZONE ? name : NULL,
		.class = part == PART_CLASS ? name : NULL,
		.num = v.num,
		.den = v.den };
}

static void
put_parts(struct rows_out *o, enum figure_id id, enum part part)
{
	for (size_t code = 1; code < o->c->w->code.n; code++) {
		struct cell v = *figures_cell(o->c, id, (int)part, code);
		if (figures_table[id].is_rate ? v.den == 0 : v.num == 0)
			continue;
		if (!figures_table[id].is_rate)
			v.den = FIGURES_NO_DEN;
		put_row(o, figures_table[id].id, (int)part, code, v);
	}
}

static void
put_reasons(struct rows_out *o, enum figure_id id)
{
	const struct counting *c = o->c;
	for (size_t code = 1; code < c->w->code.n; code++) {
		int64_t n = c->of_reason[(size_t)id * c->w->code.n + code];
		if (n > 0)
			put_row(o,
				mem_printf(
					o->mem, "%s.%s", figures_table[id].id, c->w->code.v[code]),
				-1, 0, (struct cell){ n, FIGURES_NO_DEN });
	}
}

/* ---- ages ------------------------------------------------------------------------------------------------------ */

static int
by_days(const void *a, const void *b)
{
	const struct age *x = a, *y = b;
	return (x->days > y->days) - (x->days < y->days);
}

/* Nearest rank: of n values the one at place n/2 and at 9n/10, both rounded up. */
static void
put_ages_of(struct rows_out *o, int part, size_t code, const int32_t *days, size_t n)
{
	size_t median = n == 0 ? 0 : (n + 1) / 2 - 1, p90 = n == 0 ? 0 : (9 * n + 9) / 10 - 1;
	put_row(o, figures_table[FIG_AGE_MEDIAN].id, part, code,
		(struct cell){ n ? days[median] : 0, FIGURES_NO_DEN });
	put_row(o, figures_table[FIG_AGE_P90].id, part, code,
		(struct cell){ n ? days[p90] : 0, FIGURES_NO_DEN });
}

/* The ages are sorted; those of one code stay so when they are set apart, one bucket behind the other. */
static void
put_ages(struct rows_out *o, struct counting *c, int part)
{
	size_t n_codes = c->w->code.n;
	size_t *end = mem_array(c->mem, size_t, n_codes + 1);
	int32_t *days = mem_array(c->mem, int32_t, c->n_ages + 1);
	for (size_t i = 0; i < c->n_ages; i++)
		end[c->age[i].part[part] + 1]++;
	for (size_t code = 0; code < n_codes; code++)
		end[code + 1] += end[code];
	/* end[code] is now where its bucket begins; filling moves it to where the bucket ends */
	for (size_t i = 0; i < c->n_ages; i++)
		days[end[c->age[i].part[part]]++] = c->age[i].days;
	for (size_t code = 1; code < n_codes; code++)
		if (end[code] > end[code - 1])
			put_ages_of(o, part, code, days + end[code - 1], end[code] - end[code - 1]);
}

static void
put_all_ages(struct rows_out *o, struct counting *c)
{
	if (c->n_ages > 1)
		qsort(c->age, c->n_ages, sizeof *c->age, by_days);
	int32_t *days = mem_array(c->mem, int32_t, c->n_ages + 1);
	for (size_t i = 0; i < c->n_ages; i++)
		days[i] = c->age[i].days;
	put_ages_of(o, -1, 0, days, c->n_ages);
	for (int part = 0; part < N_PARTS; part++)
		put_ages(o, c, part);
}

/* ---- in order ---------------------------------------------------------------------------------------------------- */

/* Absent before any that is there. */
static int
compare_codes(const char *a, const char *b)
{
	return str_cmp(str_of(a), str_of(b));
}

static int
by_row(const void *a, const void *b)
{
	const struct figures_row *x = a, *y = b;
	int side = compare_codes(x->id, y->id);
	if (side == 0)
		side = compare_codes(x->unit, y->unit);
	if (side == 0)
		side = compare_codes(x->zone, y->zone);
	return side ? side : compare_codes(x->class, y->class);
}

static void
put_figure(struct rows_out *o, enum figure_id id)
{
	bool is_basic = o->c->set == FIGURES_BASIC;
	if (id == FIG_AGE_MEDIAN || id == FIG_AGE_P90 || (is_basic && figures_table[id].is_wide))
		return;
	struct cell v = o->c->office[id];
	if (!figures_table[id].is_rate)
		v.den = FIGURES_NO_DEN;
	put_row(o, figures_table[id].id, -1, 0, v);
	if (figures_table[id].parts == PARTS_UNIT ||
		(figures_table[id].parts == PARTS_WIDE && !is_basic))
		put_parts(o, id, PART_UNIT);
	if (figures_table[id].parts != PARTS_NONE && !is_basic) {
		put_parts(o, id, PART_ZONE);
		put_parts(o, id, PART_CLASS);
	}
	if (figures_table[id].has_reasons && !is_basic)
		put_reasons(o, id);
}

void
figures_count(
	struct figures_walk *w, void *mem, const struct figures_period *p, struct figures *out)
{
	void *tmp = mem_new(mem, char);
	struct counting c = figures_counting(w, tmp, p);
	c.of_part = mem_array(tmp, struct cell, (size_t)N_FIGURE_IDS * N_PARTS * w->code.n);
	c.of_reason = mem_array(tmp, int64_t, (size_t)N_FIGURE_IDS * w->code.n);
	c.age = mem_array(
		tmp, struct age, figures_fact_from(w, c.until) - figures_fact_from(w, c.from) + 1);
	figures_count_all(&c, p);
	struct rows_out o = { .c = &c, .mem = mem };
	for (int id = 0; id < N_FIGURE_IDS; id++)
		put_figure(&o, (enum figure_id)id);
	if (p->set == FIGURES_WIDE)
		put_all_ages(&o, &c);
	if (o.row.n > 0) /* an empty list has no address */
		qsort(o.row.v, o.row.n, sizeof *o.row.v, by_row);
	*out = (struct figures){ o.row.v, o.row.n };
	mem_free(tmp);
}

/* ---- looking up ------------------------------------------------------------------------------------------------------ */

const struct figures_row *
figures_find_of(const struct figures *f, const char *id, const char *unit, const char *zone,
	const char *class)
{
	const struct figures_row key = { .id = id, .unit = unit, .zone = zone, .class = class };
	return f->n == 0 ? NULL : bsearch(&key, f->row, f->n, sizeof *f->row, by_row);
}

const struct figures_row *
figures_find(const struct figures *f, const char *id)
{
	return figures_find_of(f, id, NULL, NULL, NULL);
}

bool
figures_has_parts(const char *id)
{
	int i = 0;
	while (i < N_FIGURE_IDS && !text_eq(figures_table[i].id, id))
		i++;
	return i < N_FIGURE_IDS && figures_table[i].parts != PARTS_NONE;
}

bool
figures_differ(const struct figures *a, const struct figures *b, const struct figures_row **out_a,
	const struct figures_row **out_b)
{
	for (size_t i = 0; i < a->n || i < b->n; i++) {
		const struct figures_row *x = i < a->n ? &a->row[i] : NULL;
		const struct figures_row *y = i < b->n ? &b->row[i] : NULL;
		int side = !x ? 1 : !y ? -1 : by_row(x, y);
		if (side == 0 && x->num == y->num && x->den == y->den)
			continue;
		*out_a = side <= 0 ? x : NULL;
		*out_b = side >= 0 ? y : NULL;
		return true;
	}
	return false;
}
