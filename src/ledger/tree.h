/* SPDX-License-Identifier: Apache-2.0 */
/* tree.h - the hash tree of the record: leaves, nodes, roots, and what a proof proves.
 *
 * For:       appending (tiles.h), signing, receipts, checking somebody else's log.
 * May call:  core (nettle's SHA-256)
 * Called by: ledger/, record/, cli/
 * Threads:   pure; any
 * Source:    ledger.md 5.1, 5.2, 7.2; RFC 6962 2.1, RFC 9162 2.1.3.2 and 2.1.4.2
 *
 * Sizes and indexes are counts of entries, 0..2^53 - 1. A tree of n > 1 splits at the largest power of two
 * below n; the root of an empty one is the SHA-256 of nothing. */
#ifndef XQ_LEDGER_TREE_H
#define XQ_LEDGER_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/hash.h"
#include "core/str.h"

struct tree_hash {
	uint8_t b[SHA256_LEN];
};

enum {
	TREE_PROOF_MAX = 64,
	TREE_B64_LEN = 44,  /* base64 of a hash */
	TILE_HEIGHT = 8,    /* of the subtree in a tile */
	TILE_WIDTH = 256,   /* hashes in a full one */
	TILE_LEVEL_MAX = 7, /* level 6 stands over 2^48 entries, and 2^53 is the most */
};
#define TREE_SIZE_MAX ((INT64_C(1) << 53) - 1)

void tree_leaf(struct bytes data, struct tree_hash *out); /* SHA-256(0x00 || data) */
void tree_node(const struct tree_hash *left, const struct tree_hash *right, struct tree_hash *out);
bool tree_equal(const struct tree_hash *a, const struct tree_hash *b);
void tree_b64(const struct tree_hash *h, char out[TREE_B64_LEN + 1]);
bool tree_b64_read(struct str text, struct tree_hash *out); /* 32 bytes, padded, nothing else */

/* ---- growing ------------------------------------------------------------------------------------- */

/* The roots of the complete subtrees of size, largest first: enough to append and to know the root.
 * {0} is the empty tree. */
struct tree_frontier {
	int64_t size;
	size_t n;
	struct tree_hash h[TREE_PROOF_MAX];
};

/* Appends a leaf. done, if not NULL, learns of each subtree that the leaf completes, from the smallest on
 * (height 1, 2, ...): tiles are cut there. */
typedef void (*tree_done_fn)(void *arg, int height, const struct tree_hash *root);
void tree_push(struct tree_frontier *f, const struct tree_hash *leaf, tree_done_fn done, void *arg);
void tree_root(const struct tree_frontier *f, struct tree_hash *out);

/* ---- proving ------------------------------------------------------------------------------------- */

struct tree_proof {
	size_t n;
	struct tree_hash h[TREE_PROOF_MAX];
};

/* Who knows the root of the complete subtree of 2^height entries from first on (a multiple of them). */
struct tree_source {
	enum xq_rc (*subtree)(
		void *arg, int64_t first, int height, struct tree_hash *out, struct xq_err *err);
	void *arg;
};

/* The root over the first size entries; the source must know them. */
XQ_CHECK enum xq_rc tree_root_of(
	const struct tree_source *s, int64_t size, struct tree_hash *out, struct xq_err *err);
/* That entry seq is in the tree of size; 0 <= seq < size (required). From its sibling upwards. */
XQ_CHECK enum xq_rc tree_inclusion(const struct tree_source *s, int64_t seq, int64_t size,
	struct tree_proof *out, struct xq_err *err);
/* That the tree of size goes on from that of from; 0 <= from <= size (required). From 0 and from the same
 * size: no hashes. */
XQ_CHECK enum xq_rc tree_consistency(const struct tree_source *s, int64_t from, int64_t size,
	struct tree_proof *out, struct xq_err *err);

/* ---- checking ------------------------------------------------------------------------------------ */

/* Whether p proves that leaf is entry seq of the tree of size with this root. False for what is out of
 * range, too short or too long. */
bool tree_includes(const struct tree_hash *leaf, int64_t seq, int64_t size,
	const struct tree_proof *p, const struct tree_hash *root);
/* Whether p proves that the tree of size with root begins with the tree of from with old_root. */
bool tree_extends(int64_t from, const struct tree_hash *old_root, int64_t size,
	const struct tree_hash *root, const struct tree_proof *p);

/* ---- tiles --------------------------------------------------------------------------------------- */

/* A tile of hashes or a bundle of entries, as its path names it. */
struct tile_path {
	bool is_entries;
	int level; /* of entries: 0 */
	int64_t n;
	int width; /* 1..256; 256 has no ".p/" */
};

/* "tile/0/x001/234.p/7", strictly as ledger.md 2 spells it. */
bool tile_path_read(struct str path, struct tile_path *out);
char *tile_path_text(void *mem, const struct tile_path *p);
/* Whether a log of this size has the tile, or had it at a smaller size. */
bool tile_path_exists(const struct tile_path *p, int64_t size);

#endif
