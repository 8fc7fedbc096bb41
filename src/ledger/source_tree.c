/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/source_tree.h"

#include "core/mem.h"

#include "core/banned.h"

static enum xq_rc
subtree(void *arg, int64_t first, int height, struct tree_hash *out, struct xq_err *err)
{
	const struct source_tree *t = arg;
	int level = height / TILE_HEIGHT;
	int64_t at = first >> (TILE_HEIGHT * level);
	struct tile_path p = tile_path_of(level, at / TILE_WIDTH, t->size);
	size_t skip = (size_t)(at % TILE_WIDTH), n = (size_t)1 << height % TILE_HEIGHT;
	void *mem = mem_root("tile");
	struct bytes b;
	struct tree_frontier f = { .n = 0 };
	enum xq_rc rc = source_tile(t->src, mem, &p, &b, err);
	if (rc == XQ_OK && b.n < (skip + n) * SHA256_LEN)
		rc = XQ_NONE;
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		struct tree_hash h;
		memcpy(h.b, b.p + (skip + i) * SHA256_LEN, SHA256_LEN);
		tree_push(&f, &h, NULL, NULL);
	}
	if (rc == XQ_OK)
		tree_root(&f, out);
	mem_free(mem);
	return rc;
}

struct tree_source
source_tree(struct source_tree *t)
{
	return (struct tree_source){ .subtree = subtree, .arg = t };
}

enum xq_rc
source_entry(struct source_tree *t, void *mem, int64_t seq, struct str *out, struct xq_err *err)
{
	struct tile_path p = bundle_path_of(seq / TILE_WIDTH, t->size);
	struct bytes rest;
	enum xq_rc rc = source_tile(t->src, mem, &p, &rest, err);
	for (int64_t i = 0; rc == XQ_OK && i <= seq % TILE_WIDTH; i++)
		if (!bundle_cut(&rest, out))
			rc = XQ_NONE;
	return rc;
}
