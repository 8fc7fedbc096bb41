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

/* Looked through each second: 4,096 entries of each of so many offices, a few milliseconds for each. */
enum { SWEEP_TILES = 16, SWEEP_OFFICES = 4 };

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
	enum xq_rc rc = XQ_OK;
	if (size == ledger_tree_size(t))
		ledger_tree_head(t, &now);
	else
		rc = ledger_tree_root(t, size, &now, err);
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
	ledger_tree_head(t, &out->root);
	const struct guard_entry *g = guard_find(app->record->guard, out->origin);
	if (g)
		rc = goes_on_from(t, g->size, &g->root, "guard", err);
	if (rc != XQ_OK)
		return rc;
	rc = checkpoint_latest(tx, mem, office, &last, err);
	if (rc == XQ_NONE)
		return XQ_OK;
	bool is_same = rc == XQ_OK && g && g->size == last.size && tree_equal(&g->root, &last.root);
	if (rc == XQ_OK && !is_same)
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
put_signed(struct app *app, struct tx *tx, void *mem, const struct head_seen *h, struct xq_err *err)
{
	struct checkpoint c = {
		.size = h->size, .root = h->root, .signed_at = clock_now(app->clock)
	};
	struct checkpoint last;
	const char *body = checkpoint_body(mem, h->origin, h->size, &h->root), *lines;
	enum xq_rc rc = checkpoint_latest(tx, mem, h->office, &last, err);
	if (rc == XQ_OK && last.size > h->size)
		return XQ_OK; /* the keeper after this one has gone on; the next look compares with it */
	if (rc == XQ_OK || rc == XQ_NONE)
		rc = record_lines(app, tx, mem, h, body, &lines, err);
	if (rc != XQ_OK)
		return rc;
	c.note = note_join(mem, body, lines);
	return checkpoint_put(tx, mem, h->office, &c, err);
}

/* All offices of a tick in one transaction: one fsync, whatever their number. */
static enum xq_rc
keep_signed(struct app *app, void *mem, const struct head_seen *list, size_t n, struct xq_err *err)
{
	struct tx *tx;
	int64_t *office = mem_array(mem, int64_t, n);
	for (size_t i = 0; i < n; i++)
		office[i] = list[i].office;
	enum xq_rc rc = db_write_for(app->db, office, n, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = app_refresh(app, tx, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		struct xq_err away;
		if (place_takes_acts(app, list[i].office, &away) != XQ_OK)
			continue; /* it has left meanwhile: another cell signs for it */
		rc = put_signed(app, tx, mem, &list[i], err);
		if (rc != XQ_REFUSED)
			continue;
		app_record_stop(app, list[i].office, err); /* nothing of it was written */
		rc = XQ_OK;
	}
	return tx_finish(tx, rc, err);
}

/* Said once, until it is right again. Acts go on: an entry is never earlier than the one before. */
static bool
clock_is_behind(struct app *app, const struct head_seen *h)
{
	bool is_behind = clock_now(app->clock) + RECORD_CLOCK_S < h->last_at;
	if (is_behind && !app->record->is_clock_behind)
		log_warn(
			"record: the clock is %lld s behind the last entry of %s; nothing is signed",
			(long long)(h->last_at - clock_now(app->clock)), h->origin);
	app->record->is_clock_behind = is_behind;
	return is_behind;
}

/* Each second, all offices in one statement: two rows of each, and the tree only where something was written
 * since. */
static enum xq_rc
find_moved(struct tx *tx, size_t max, int64_t *out, size_t *out_n, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT h.office FROM ledger_head h /* CITY: one row of each office */"
		    " LEFT JOIN ledger_signed s ON s.office = h.office"
		    " WHERE s.office IS NULL OR s.size <> h.size OR s.root <> h.root"
		    " ORDER BY h.office LIMIT ?"),
		VALS(V((int64_t)max)));
	return rows_ids(q, max, out, out_n, err);
}

/* The heads that may be signed now; what is found wrong stops its office. */
static enum xq_rc
look_at_all(struct app *app, struct tx *tx, void *mem, size_t max, struct head_seen *list,
	size_t *out_n, struct xq_err *err)
{
	int64_t *office = mem_array(mem, int64_t, max);
	size_t n;
	*out_n = 0;
	enum xq_rc rc = find_moved(tx, max, office, &n, err);
	if (rc != XQ_OK)
		return rc;
	for (size_t i = 0; i < n; i++) {
		struct head_seen h;
		if (app_record_stopped(app, office[i]) || !place_is_here(app, office[i]))
			continue;
		rc = look(app, tx, mem, office[i], &h, err);
		if (rc == XQ_REFUSED) {
			app_record_stop(app, office[i], err);
			continue;
		}
		if (rc != XQ_OK && rc != XQ_NONE)
			return rc;
		if (rc == XQ_OK && !clock_is_behind(app, &h))
			list[(*out_n)++] = h;
	}
	return XQ_OK;
}

/* Another keeper has written the guard file since it was read here. */
static enum xq_rc
follow_term(struct app *app, int64_t term, struct xq_err *err)
{
	struct record_state *s = app->record;
	struct guard *fresh;
	if (s->term == term)
		return XQ_OK;
	enum xq_rc rc = guard_open(s, app->guard, &fresh, err);
	if (rc != XQ_OK)
		return rc;
	mem_free(s->guard);
	s->guard = fresh;
	s->term = term;
	return XQ_OK;
}

static enum xq_rc
sign_all(struct app *app, void *mem, struct xq_err *err)
{
	const size_t max = app->n_offices + 1; /* more, by another process: the next time */
	struct head_seen *list = mem_array(mem, struct head_seen, max);
	struct guard *guard = app->record->guard;
	struct tx *tx;
	size_t n = 0;
	enum xq_rc rc = db_read(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = look_at_all(app, tx, mem, max, list, &n, err);
	tx_end(tx);
	if (rc != XQ_OK || n == 0)
		return rc;
	for (size_t i = 0; i < n; i++)
		guard_set(guard, list[i].origin, list[i].size, &list[i].root);
	rc = guard_save(guard, err);
	return rc == XQ_OK ? keep_signed(app, mem, list, n, err) : rc;
}

enum xq_rc
record_sign(struct app *app, struct xq_err *err)
{
	int64_t term = db_keeper(app->db);
	if (term == 0)
		return XQ_OK; /* another process signs */
	void *mem = mem_root("sign");
	pthread_mutex_lock(&app->record->lock);
	enum xq_rc rc = follow_term(app, term, err);
	if (rc == XQ_OK)
		rc = sign_all(app, mem, err);
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
sweep_one(struct app *app, struct office_watch *w)
{
	struct xq_err err = { 0 };
	enum xq_rc rc = sweep_some(app, w, &err);
	if (rc == XQ_REFUSED)
		app_record_stop(app, w->office, &err);
	else if (rc != XQ_OK)
		(void)log_fault("record", &err);
}

/* Office after office, the next time from where this one ended. */
static void
sweep_next(struct app *app)
{
	struct record_state *s = app->record;
	record_watch_all(app);
	int n = 0;
	for (size_t i = 0; i < s->n_watched && n < SWEEP_OFFICES; i++) {
		struct office_watch *w = s->sweep_at ? s->sweep_at : s->watch;
		if (!w)
			return;
		s->sweep_at = w->next;
		if (w->is_done || app_record_stopped(app, w->office) ||
			!place_is_here(app, w->office))
			continue;
		sweep_one(app, w);
		n++;
	}
}

enum xq_rc
record_tick(struct app *app, struct xq_err *err)
{
	enum xq_rc rc = record_sign(app, err);
	sweep_next(app);
	return rc;
}
