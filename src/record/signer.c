/* SPDX-License-Identifier: Apache-2.0 */
/* signer.c - from a committed head to a checkpoint: look, remember, sign, keep.
 *
 * The order matters: a head is read back from its own snapshot, compared with what was signed before, put
 * into the guard file, and only then signed. A crash between two of these steps signs nothing twice. */
#include "record/record.h"

#include "core/log.h"
#include "core/mem.h"
#include "ledger/guard.h"
#include "ledger/note.h"
#include "record/record_int.h"

#include "core/banned.h"

enum { SWEEP_TILES = 16 }; /* looked through each second: 4,096 entries, a few milliseconds */

/* ---- looking -------------------------------------------------------------------------------------- */

static enum xq_rc
differs(struct xq_err *err, const char *what, int64_t size)
{
	enum xq_rc rc = xq_refuse(err, NULL, "record.differs");
	xq_err_text(err, "what", what);
	xq_err_int(err, "size", size);
	return rc;
}

/* The tree must go on from a head that was signed before. */
static enum xq_rc
goes_on_from(struct ledger_tree *t, int64_t size, const struct tree_hash *root, const char *what,
	struct xq_err *err)
{
	if (size > ledger_tree_size(t))
		return differs(err, what, size);
	struct tree_hash now;
	enum xq_rc rc = ledger_tree_root(t, size, &now, err);
	if (rc == XQ_OK && !tree_equal(&now, root))
		rc = differs(err, what, size);
	return rc;
}

/* What is to be signed. XQ_NONE: nothing new. XQ_REFUSED: another history, or damaged. */
static enum xq_rc
look(struct app *app, struct tx *tx, void *mem, int64_t office, struct head_seen *out,
	struct xq_err *err)
{
	struct ledger_tree *t;
	struct checkpoint last;
	enum xq_rc rc = ledger_tree_open(tx, mem, office, &t, err);
	if (rc != XQ_OK)
		return rc;
	out->office = office;
	out->origin = ledger_tree_origin(t);
	out->size = ledger_tree_size(t);
	out->last_at = ledger_tree_last_at(t);
	rc = ledger_tree_root(t, out->size, &out->root, err);
	if (rc != XQ_OK)
		return rc;
	const struct guard_entry *g = guard_find(app->record->guard, out->origin);
	if (g)
		rc = goes_on_from(t, g->size, &g->root, "guard", err);
	if (rc != XQ_OK)
		return rc;
	rc = checkpoint_latest(tx, mem, office, &last, err);
	if (rc == XQ_NONE)
		return XQ_OK;
	if (rc == XQ_OK)
		rc = goes_on_from(t, last.size, &last.root, "checkpoint", err);
	return rc == XQ_OK && last.size == out->size ? XQ_NONE : rc;
}

enum xq_rc
record_look(struct app *app, void *mem, int64_t office, struct head_seen *out, struct xq_err *err)
{
	struct tx *tx;
	enum xq_rc rc = db_read(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = look(app, tx, mem, office, out, err);
	tx_end(tx);
	return rc;
}

/* ---- signing -------------------------------------------------------------------------------------- */

static enum xq_rc
keep_signed(struct app *app, void *mem, const struct head_seen *h, struct xq_err *err)
{
	struct tx *tx;
	enum xq_rc rc = db_write(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	struct checkpoint c = {
		.size = h->size, .root = h->root, .signed_at = clock_now(app->clock)
	};
	const char *body = checkpoint_body(mem, h->origin, h->size, &h->root), *lines;
	rc = record_lines(app, tx, mem, h, body, &lines, err);
	if (rc == XQ_OK) {
		c.note = note_join(mem, body, lines);
		rc = checkpoint_put(tx, mem, h->office, &c, err);
	}
	if (rc == XQ_OK)
		rc = tx_commit(tx, err);
	if (rc != XQ_OK)
		tx_end(tx);
	return rc;
}

/* The heads that may be signed now; what is found wrong stops its office. */
static enum xq_rc
look_at_all(struct app *app, void *mem, struct head_seen *list, size_t *out_n, struct xq_err *err)
{
	*out_n = 0;
	for (size_t i = 0; i < app->n_offices; i++) {
		int64_t office = app->office[i].id;
		struct head_seen h;
		if (app_record_stopped(app, office))
			continue;
		enum xq_rc rc = record_look(app, mem, office, &h, err);
		if (rc == XQ_REFUSED) {
			app_record_stop(app, office, err);
			continue;
		}
		if (rc != XQ_OK && rc != XQ_NONE)
			return rc;
		bool is_behind = clock_now(app->clock) + RECORD_CLOCK_S < h.last_at;
		if (rc == XQ_OK && !is_behind)
			list[(*out_n)++] = h;
	}
	return XQ_OK;
}

enum xq_rc
record_sign(struct app *app, struct xq_err *err)
{
	void *mem = mem_root("sign");
	struct head_seen *list = mem_array(mem, struct head_seen, app->n_offices + 1);
	size_t n;
	pthread_mutex_lock(&app->record->lock);
	enum xq_rc rc = look_at_all(app, mem, list, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		guard_set(app->record->guard, list[i].origin, list[i].size, &list[i].root);
	if (rc == XQ_OK && n > 0)
		rc = guard_save(app->record->guard, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		rc = keep_signed(app, mem, &list[i], err);
		if (rc == XQ_REFUSED) {
			app_record_stop(app, list[i].office, err);
			rc = XQ_OK;
		}
	}
	pthread_mutex_unlock(&app->record->lock);
	mem_free(mem);
	return rc;
}

/* ---- looking through what is stored ---------------------------------------------------------------- */

static enum xq_rc
sweep_some(struct app *app, struct office_watch *w, struct xq_err *err)
{
	struct tx *tx;
	struct ledger_tree *t;
	enum xq_rc rc = db_read(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	void *mem = mem_root("sweep");
	rc = ledger_tree_open(tx, mem, w->office, &t, err);
	if (rc == XQ_OK)
		rc = ledger_sweep_on(t, &w->mark, SWEEP_TILES, err);
	mem_free(mem);
	tx_end(tx);
	if (rc == XQ_NONE)
		w->is_done = true;
	return rc == XQ_NONE ? XQ_OK : rc;
}

static void
sweep_all(struct app *app)
{
	for (struct office_watch *w = app->record->watch; w; w = w->next) {
		struct xq_err err = { 0 };
		if (w->is_done || app_record_stopped(app, w->office))
			continue;
		enum xq_rc rc = sweep_some(app, w, &err);
		if (rc == XQ_REFUSED)
			app_record_stop(app, w->office, &err);
		else if (rc != XQ_OK)
			(void)log_fault("record", &err);
	}
}

enum xq_rc
record_tick(struct app *app, struct xq_err *err)
{
	enum xq_rc rc = record_sign(app, err);
	sweep_all(app);
	return rc;
}
