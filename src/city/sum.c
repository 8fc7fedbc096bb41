/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "city/city_int.h"
#include "core/mem.h"

#include "core/banned.h"

static bool
adds_up(const struct figures_row *r)
{
	return !r->unit && !r->zone && !r->class && strncmp(r->id, "age_", 4) != 0;
}

static int
by_text(const void *a, const void *b)
{
	const char *const *x = a;
	const char *const *y = b;
	return strcmp(*x, *y);
}

/* The ids of all parts, each once, sorted. */
static size_t
ids_of(void *mem, const struct city_part *part, size_t n, const char ***out)
{
	size_t all = 0, k = 0, once = 0;
	for (size_t p = 0; p < n; p++)
		all += part[p].figures->n;
	const char **id = mem_array(mem, const char *, all + 1);
	for (size_t p = 0; p < n; p++)
		for (size_t i = 0; i < part[p].figures->n; i++)
			if (adds_up(&part[p].figures->row[i]))
				id[k++] = part[p].figures->row[i].id;
	if (k > 1)
		qsort(id, k, sizeof *id, by_text);
	for (size_t i = 0; i < k; i++)
		if (once == 0 || !text_eq(id[once - 1], id[i]))
			id[once++] = id[i];
	*out = id;
	return once;
}

/* Documents are sorted by id, with the office's own row first. */
static const struct figures_row *
row_of(const struct figures *f, const char *id)
{
	size_t lo = 0, hi = f->n;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (strcmp(f->row[mid].id, id) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < f->n && text_eq(f->row[lo].id, id); lo++)
		if (adds_up(&f->row[lo]))
			return &f->row[lo];
	return NULL;
}

static void
add_to(struct city_row *sum, const struct figures_row *r)
{
	sum->num += r->num;
	if (r->den == FIGURES_NO_DEN)
		return;
	sum->den = (sum->den == FIGURES_NO_DEN ? 0 : sum->den) + r->den;
}

static void
sum_one(const char *id, const struct city_part *part, size_t n, struct city_rows *out)
{
	struct city_row *all = &out->row[out->n++], *district = NULL;
	*all = (struct city_row){ .id = id, .den = FIGURES_NO_DEN };
	for (size_t p = 0; p < n; p++) {
		const struct figures_row *r = row_of(part[p].figures, id);
		if (!r)
			continue;
		if (!district || !text_eq(district->district, part[p].district)) {
			district = &out->row[out->n++];
			*district =
				(struct city_row){ id, part[p].district, NULL, 0, FIGURES_NO_DEN };
		}
		out->row[out->n++] =
			(struct city_row){ id, part[p].district, part[p].office, r->num, r->den };
		add_to(district, r);
		add_to(all, r);
	}
}

void
city_sum(void *mem, const struct city_part *part, size_t n, struct city_rows *out)
{
	const char **id;
	size_t n_ids = ids_of(mem, part, n, &id);
	*out = (struct city_rows){ mem_array(mem, struct city_row, n_ids * (2 * n + 1) + 1), 0 };
	for (size_t i = 0; i < n_ids; i++)
		sum_one(id[i], part, n, out);
}

static bool
same_text(const char *a, const char *b)
{
	return a == b || (a && b && text_eq(a, b));
}

const struct city_row *
city_differ(const struct city_rows *a, const struct city_rows *b)
{
	for (size_t i = 0; i < a->n || i < b->n; i++) {
		if (i >= a->n)
			return &b->row[i];
		const struct city_row *x = &a->row[i], *y = &b->row[i];
		if (i >= b->n || !text_eq(x->id, y->id) || !same_text(x->district, y->district) ||
			!same_text(x->office, y->office) || x->num != y->num || x->den != y->den)
			return x;
	}
	return NULL;
}

/* The smallest that is shown and not 0; n: none. */
static size_t
smallest_shown(const int64_t *base, size_t n, const bool *hidden)
{
	size_t best = n;
	for (size_t i = 0; i < n; i++)
		if (!hidden[i] && base[i] > 0 && (best == n || base[i] < base[best]))
			best = i;
	return best;
}

bool
city_hide(const int64_t *base, size_t n, int64_t min, bool *hidden)
{
	size_t n_hidden = 0;
	int64_t together = 0;
	for (size_t i = 0; i < n; i++) {
		hidden[i] = base[i] > 0 && base[i] < min;
		n_hidden += hidden[i];
		together += hidden[i] ? base[i] : 0;
	}
	while (n_hidden > 0 && (n_hidden < 2 || together < min)) {
		size_t next = smallest_shown(base, n, hidden);
		if (next == n)
			return true;
		hidden[next] = true;
		n_hidden++;
		together += base[next];
	}
	return false;
}

/* ---- what is shown ------------------------------------------------------------------------------------ */

static int64_t
base_of(const struct city_row *r, int64_t each)
{
	return r->den == FIGURES_NO_DEN ? r->num : r->den / each;
}

/* A district whose offices cannot be kept apart from its sum is withheld by its own base too. */
static int64_t
base_withheld(int64_t base, int64_t min)
{
	return base > 0 && base < min ? base : min > 1 ? min - 1 : 1;
}

struct group {
	size_t at, n; /* row of the district; its offices behind it */
};

static size_t
groups_of(const struct city_row *row, size_t n, struct group *out)
{
	size_t k = 0;
	for (size_t i = 1; i < n; i++) {
		if (!row[i].office)
			out[k++] = (struct group){ i, 0 };
		else
			out[k - 1].n++;
	}
	return k;
}

void
city_shown(void *mem, const struct city_row *row, size_t n, int64_t each, bool *shown)
{
	const int64_t min = row[0].den == FIGURES_NO_DEN ? CITY_COUNT_MIN : CITY_RATE_MIN;
	struct group *g = mem_array(mem, struct group, n + 1);
	int64_t *base = mem_array(mem, int64_t, n + 1), *top = mem_array(mem, int64_t, n + 1);
	bool *hidden = mem_array(mem, bool, n + 1);
	size_t k = groups_of(row, n, g);
	for (size_t d = 0; d < k; d++) {
		for (size_t i = 0; i < g[d].n; i++)
			base[i] = base_of(&row[g[d].at + 1 + i], each);
		bool is_bare = city_hide(base, g[d].n, min, hidden);
		for (size_t i = 0; i < g[d].n; i++)
			shown[g[d].at + 1 + i] = !hidden[i];
		top[d] = base_of(&row[g[d].at], each);
		if (is_bare)
			top[d] = base_withheld(top[d], min);
	}
	shown[0] = !city_hide(top, k, min, hidden) &&
	           (base_of(&row[0], each) == 0 || base_of(&row[0], each) >= min);
	for (size_t d = 0; d < k; d++) {
		shown[g[d].at] = !hidden[d];
		for (size_t i = 0; hidden[d] && i < g[d].n; i++)
			if (base_of(&row[g[d].at + 1 + i], each) > 0)
				shown[g[d].at + 1 + i] = false; /* they would add up to it */
	}
}
