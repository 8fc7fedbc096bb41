/* SPDX-License-Identifier: Apache-2.0 */
/* edge.h - the unfinished tiles of each level, and how they grow. Inside ledger/. */
#ifndef XQ_LEDGER_EDGE_H
#define XQ_LEDGER_EDGE_H

#include "ledger/tiles.h"

/* 56 KiB, of which a level uses as much as its tile has hashes. */
struct ledger_edge {
	struct tree_frontier frontier; /* with the size */
	struct tree_hash root;
	int n[TILE_LEVEL_MAX];
	struct tree_hash h[TILE_LEVEL_MAX][TILE_WIDTH];
};

void edge_empty(struct ledger_edge *e);
void edge_copy(struct ledger_edge *to, const struct ledger_edge *from); /* the used part */

/* From the rows of a log of this size; REFUSED record.broken. */
XQ_CHECK enum xq_rc edge_load(
	struct tx *tx, int64_t office, int64_t size, struct ledger_edge *out, struct xq_err *err);
/* Appends leaves, and inserts the tiles that become full. */
XQ_CHECK enum xq_rc edge_push(struct tx *tx, int64_t office, struct ledger_edge *e,
	const struct tree_hash *leaf, size_t n, struct xq_err *err);

/* record.broken with what is wrong and at which entry. */
enum xq_rc record_broken(struct xq_err *err, const char *what, int64_t seq);

/* What a head carries while its transaction is open. */
struct ledger_work {
	struct ledger_edge edge; /* as it was when the head was loaded */
	struct tree_hash *leaf;  /* of the entries since */
	size_t cap;
};

/* The kept edge of the office, or NULL when it is of another size or root. */
const struct ledger_edge *edges_find(
	const struct ledger_edges *e, int64_t office, int64_t size, const struct tree_hash *root);

#endif
