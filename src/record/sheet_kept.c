/* SPDX-License-Identifier: Apache-2.0 */
/* sheet_kept.c - the walk over an office's record stays in memory and goes on where it stood, so that counting a
 * month anew costs a reader what was recorded since, and not all that ever was.
 *
 * A walk answers for every size that it has passed, so one serves all months and all snapshots. Entries are
 * never changed; that the stored ones are still what was signed is the signer's to see, not a page's. */
#include "core/mem.h"
#include "record/record_int.h"
#include "record/sheet_int.h"

#include "core/banned.h"

/* The office's place, else a free one, else that of who was asked for longest ago. */
static struct walk_kept *
place_of(struct record_state *s, int64_t office)
{
	struct walk_kept *old = &s->walk[0];
	for (size_t i = 0; i < WALKS_KEPT; i++) {
		struct walk_kept *k = &s->walk[i];
		if (k->root && k->office == office)
			return k;
		if (old->root && (!k->root || k->used < old->used))
			old = k;
	}
	mem_free(old->root);
	void *root = mem_root("walk");
	*old = (struct walk_kept){ office, 0, root, figures_walk_new(root) };
	return old;
}

enum xq_rc
sheet_walk_take(struct app *app, struct tx *tx, void *mem, int64_t office, int64_t size,
	struct figures_walk **out, struct xq_err *err)
{
	struct record_state *s = app->record;
	if (!s)
		return sheet_walk(tx, mem, office, size, out, err);
	pthread_mutex_lock(&s->walk_lock);
	struct walk_kept *k = place_of(s, office);
	k->used = ++s->walk_used;
	enum xq_rc rc = sheet_walk_on(tx, office, size, k->walk, err);
	if (rc == XQ_OK) {
		*out = k->walk;
		return XQ_OK;
	}
	mem_free(k->root); /* half an entry may be in it */
	k->root = NULL;
	pthread_mutex_unlock(&s->walk_lock);
	return rc;
}

void
sheet_walk_give(struct app *app)
{
	if (app->record)
		pthread_mutex_unlock(&app->record->walk_lock);
}
