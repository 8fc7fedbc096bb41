/* SPDX-License-Identifier: Apache-2.0 */
/* tiles.h - the hash tree of an office's record over the rows of the store.
 *
 * For:       roots, proofs, tiles and bundles of one snapshot; growing the tree inside the writer's
 *            transaction; looking through what is stored.
 * May call:  core, store
 * Called by: ledger/log.c, record/, cli/
 * Owns:      tables ledger_tile, ledger_checkpoint, ledger_signed; the column ledger_head.root
 * Threads:   a ledger_tree belongs to one thread and its transaction
 * Source:    ledger.md 5.2, 6, 7
 *
 * Only full tiles are rows. What stands in unfinished ones follows from at most 255 events and from the
 * roots of full tiles one level below; that is the edge, and the root follows from the edge. */
#ifndef XQ_LEDGER_TILES_H
#define XQ_LEDGER_TILES_H

#include "ledger/event.h"
#include "ledger/tree.h"

/* ---- reading: one snapshot -------------------------------------------------------------------------- */

struct ledger_tree;

/* The tree as tx has it. XQ_NONE: the office has no log. XQ_REFUSED record.broken {what} {seq}: an entry
 * of the unfinished part is missing or stands beyond the head, or the head's root is another one. */
XQ_CHECK enum xq_rc ledger_tree_open(
	struct tx *tx, void *mem, int64_t office, struct ledger_tree **out, struct xq_err *err);
int64_t ledger_tree_size(const struct ledger_tree *t);
const char *ledger_tree_log(const struct ledger_tree *t);                  /* office code */
const char *ledger_tree_origin(const struct ledger_tree *t);               /* lent by the tree */
void ledger_tree_head(const struct ledger_tree *t, struct tree_hash *out); /* its root */
int64_t ledger_tree_last_at(const struct ledger_tree *t);

/* The root at size; REFUSED record.beyond {size}: not reached yet. The same refusal below. */
XQ_CHECK enum xq_rc ledger_tree_root(
	struct ledger_tree *t, int64_t size, struct tree_hash *out, struct xq_err *err);
/* Proofs of tree.h; REFUSED record.beyond where seq >= size, from > size or the size is not reached. */
XQ_CHECK enum xq_rc ledger_inclusion(struct ledger_tree *t, int64_t seq, int64_t size,
	struct tree_proof *out, struct xq_err *err);
XQ_CHECK enum xq_rc ledger_consistency(struct ledger_tree *t, int64_t from, int64_t size,
	struct tree_proof *out, struct xq_err *err);
XQ_CHECK enum xq_rc ledger_entry(
	struct ledger_tree *t, void *mem, int64_t seq, struct str *out, struct xq_err *err);
/* The bytes of a tile or bundle; XQ_NONE: the log has none of this path. */
XQ_CHECK enum xq_rc ledger_tile_bytes(struct ledger_tree *t, void *mem, const struct tile_path *p,
	struct bytes *out, struct xq_err *err);

/* A document that an event named; XQ_NONE: none of this hash. hex: 64 lower-case digits. */
XQ_CHECK enum xq_rc ledger_doc_load(struct tx *tx, void *mem, int64_t office, struct str hex,
	const char **out_type, struct bytes *out, struct xq_err *err);

/* ---- looking through -------------------------------------------------------------------------------- */

/* One full tile of level 0 or above against what it stands for: its entries or the tiles below; and its
 * root. XQ_NONE: no such tile. REFUSED record.broken {what} {seq}. */
XQ_CHECK enum xq_rc ledger_tile_check(
	struct ledger_tree *t, int level, int64_t n, struct xq_err *err);
/* All full tiles of all levels from the mark on, at most max; the mark moves on. XQ_NONE: at the end. */
struct ledger_sweep {
	int level;
	int64_t n;
};
XQ_CHECK enum xq_rc ledger_sweep_on(
	struct ledger_tree *t, struct ledger_sweep *mark, size_t max, struct xq_err *err);

/* ---- growing: the writer ---------------------------------------------------------------------------- */

/* What is kept of each office between two transactions, so that appending reads nothing back. Used by who
 * holds the write transaction, after whose commit ledger_edges_keep takes what it made. */
struct ledger_edges;
struct ledger_edges *ledger_edges_new(void *mem);
/* For measuring what the record costs, on a folder that is thrown away: entries get their numbers, and
 * nothing of them is made, written or hashed. */
void ledger_edges_off(struct ledger_edges *e);
void ledger_edges_keep(struct ledger_edges *e, const struct ledger_head *head);

/* Whether some log has no tree yet (a folder from before it). */
XQ_CHECK enum xq_rc ledger_tree_due(struct db *db, bool *out, struct xq_err *err);
/* Makes the tree of a log that has none yet; nothing where it is there. */
XQ_CHECK enum xq_rc ledger_tree_make(
	struct tx *tx, void *mem, int64_t office, bool *out_made, struct xq_err *err);

/* ---- checkpoints ------------------------------------------------------------------------------------ */

struct checkpoint {
	int64_t size, signed_at;
	struct tree_hash root;
	const char *note;
};

/* The newest; XQ_NONE: nothing was signed yet. */
XQ_CHECK enum xq_rc checkpoint_latest(
	struct tx *tx, void *mem, int64_t office, struct checkpoint *out, struct xq_err *err);
/* The one of the smallest size from size on, kept ones and the newest; XQ_NONE. */
XQ_CHECK enum xq_rc checkpoint_from(struct tx *tx, void *mem, int64_t office, int64_t size,
	struct checkpoint *out, struct xq_err *err);
/* A new newest one. The one before is kept for ever where it was the last of its hour (+08:00).
 * REFUSED record.fork: smaller than the newest, or of the same size with another root. The same size and
 * root again: the note is renewed (a cosignature came). */
XQ_CHECK enum xq_rc checkpoint_put(
	struct tx *tx, void *mem, int64_t office, const struct checkpoint *c, struct xq_err *err);
/* Keeps the newest for ever, when it is of this size: a draw or a sheet of figures names it. */
XQ_CHECK enum xq_rc checkpoint_name(
	struct tx *tx, void *mem, int64_t office, int64_t size, struct xq_err *err);
/* Keeps one for ever, whichever it is; the caller has checked it. The same size again is no fault. */
XQ_CHECK enum xq_rc checkpoint_keep(
	struct tx *tx, int64_t office, const struct checkpoint *c, struct xq_err *err);
/* Sizes that are kept, the smallest first. */
XQ_CHECK enum xq_rc checkpoint_sizes(
	struct tx *tx, void *mem, int64_t office, int64_t **out, size_t *out_n, struct xq_err *err);

extern const struct migration ledger_migration_2;

#endif
