/* SPDX-License-Identifier: Apache-2.0 */
/* turns.c - whose turn it is: threads that look through offices each second look at a bounded number of them, so
 * that hundreds of offices in which nothing happens cost no more than a few. Where something was committed
 * is looked first; the others come round within half a minute, which what falls due by the clock can bear. */
#include "act/act_int.h"
#include "core/mem.h"

#include "core/banned.h"

#define NEVER UINT64_MAX

void
turns_init(struct turns *t)
{
	*t = (struct turns){ .mem = mem_root("turns") };
}

void
turns_clear(struct turns *t)
{
	mem_free(t->mem);
}

/* One that comes from another cell may stand between the others, and one that is forgotten leaves its place: then
 * some are looked at once more, or by turn only. */
static void
grow(struct turns *t, size_t n)
{
	if (n <= t->n)
		return;
	t->seen = mem_grow(t->mem, uint64_t, t->seen, t->n, n);
	while (t->n < n)
		t->seen[t->n++] = NEVER;
}

/* Its number is read before the look: what is committed meanwhile brings it here again. */
static size_t
take(struct turns *t, const struct app *app, size_t at, int64_t *out, size_t n)
{
	const int64_t office = app->office[at].id;
	t->seen[at] = db_commit_no(app->db, office);
	out[n] = office;
	return n + 1;
}

size_t
turns_take(struct turns *t, const struct app *app, int64_t out[TURNS_MAX])
{
	const size_t all = app->n_offices;
	size_t n = 0;
	grow(t, all);
	t->next = t->next < all ? t->next : 0;
	for (; n < TURNS_EACH && n < all; t->next = (t->next + 1) % all)
		n = take(t, app, t->next, out, n);
	for (size_t i = 0; i < all && n < TURNS_MAX; i++) {
		size_t at = (t->next + i) % all;
		if (t->seen[at] != db_commit_no(app->db, app->office[at].id))
			n = take(t, app, at, out, n);
	}
	return n;
}
