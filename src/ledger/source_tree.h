/* SPDX-License-Identifier: Apache-2.0 */
/* source_tree.h - the hash tree as the tiles of a source tell it: roots and proofs of a record that lies elsewhere.
 *
 * For:       checking that a record goes on from an older head, and that an entry is in it. What the tiles say is
 *            believed by nobody: a proof made from them proves itself against a signed root.
 * May call:  core, ledger/folder.h, ledger/tree.h
 * Called by: ledger/folder_grow.c, city/apart_look.c
 * Threads:   that of its source
 */
#ifndef XQ_LEDGER_SOURCE_TREE_H
#define XQ_LEDGER_SOURCE_TREE_H

#include "ledger/folder.h"

struct source_tree {
	const struct ledger_source *src; /* lent */
	int64_t size;                    /* whose partial tiles are asked for */
};

/* Lent: t must outlive it. XQ_NONE where a tile is missing or too short. */
struct tree_source source_tree(struct source_tree *t);

/* Entry seq of the record, from its bundle, living as long as mem. XQ_NONE: the bundle lacks it. */
XQ_CHECK enum xq_rc source_entry(
	struct source_tree *t, void *mem, int64_t seq, struct str *out, struct xq_err *err);

#endif
