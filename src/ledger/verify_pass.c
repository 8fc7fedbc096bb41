/* SPDX-License-Identifier: Apache-2.0 */
/* V2 and the one pass over all entries: bundles give leaves, leaves give every tile, tiles give the root. */
#include "core/mem.h"
#include "ledger/verify_int.h"

#include "core/banned.h"

/* ---- tiles ----------------------------------------------------------------------------------------- */

/* The first entry that the tile and the bundles disagree about. */
static int64_t
first_entry(const struct tile_path *p, int i)
{
	return (p->n * TILE_WIDTH + i) << (TILE_HEIGHT * p->level);
}

static enum xq_rc
compare_tile(struct verify *v, int level, struct xq_err *err)
{
	const struct verify_level *l = &v->level[level];
	struct tile_path p = { .level = level, .n = l->tiles, .width = l->n };
	void *mem = mem_root("tile");
	struct bytes b;
	enum xq_rc rc = source_tile(v->src, mem, &p, &b, err);
	if (rc == XQ_NONE || rc == XQ_REFUSED) {
		verify_say(v, VERIFY_TILES, first_entry(&p, 0), "verify.tile-missing",
			str_of(tile_path_text(mem, &p)), STR(""));
		rc = XQ_OK;
	} else if (rc == XQ_OK && b.n != (size_t)l->n * SHA256_LEN) {
		verify_say_int(v, VERIFY_TILES, first_entry(&p, 0), "verify.tile-length",
			(int64_t)l->n * SHA256_LEN, (int64_t)b.n);
	} else if (rc == XQ_OK && memcmp(b.p, l->h, b.n) != 0) {
		int i = 0;
		while (memcmp(b.p + i * SHA256_LEN, l->h[i].b, SHA256_LEN) == 0)
			i++;
		struct tree_hash got;
		memcpy(got.b, b.p + i * SHA256_LEN, SHA256_LEN);
		verify_say_hash(v, VERIFY_TILES, first_entry(&p, i), "verify.tile", &l->h[i], &got);
	}
	mem_free(mem);
	return rc;
}

static enum xq_rc
level_push(struct verify *v, int level, const struct tree_hash *h, struct xq_err *err)
{
	struct verify_level *l = &v->level[level];
	l->h[l->n++] = *h;
	if (level > 0) {
		if (l->n_kept == l->kept_cap) {
			size_t cap = l->kept_cap ? 2 * l->kept_cap : 256;
			l->kept = mem_grow(v->mem, struct tree_hash, l->kept, l->kept_cap, cap);
			l->kept_cap = cap;
		}
		l->kept[l->n_kept++] = *h;
	}
	if (l->n < TILE_WIDTH)
		return XQ_OK;
	enum xq_rc rc = compare_tile(v, level, err);
	l->tiles++;
	l->n = 0;
	return rc;
}

/* A subtree of 256^k entries is a hash of level k. */
static void
subtree_done(void *arg, int height, const struct tree_hash *root)
{
	struct verify *v = arg;
	if (height % TILE_HEIGHT == 0 && height / TILE_HEIGHT <= TILE_LEVEL_MAX &&
		v->fault_rc == XQ_OK)
		v->fault_rc = level_push(v, height / TILE_HEIGHT, root, v->fault);
}

/* ---- roots of past sizes --------------------------------------------------------------------------- */

static enum xq_rc
bundle_get(struct verify *v, void *mem, int64_t n, struct bytes *out, struct xq_err *err)
{
	struct tile_path p = bundle_path_of(n, v->size);
	return source_tile(v->src, mem, &p, out, err);
}

enum xq_rc
verify_entry_get(struct verify *v, void *mem, int64_t seq, struct str *out, struct xq_err *err)
{
	struct bytes rest;
	enum xq_rc rc = bundle_get(v, mem, seq / TILE_WIDTH, &rest, err);
	for (int64_t i = 0; rc == XQ_OK && i <= seq % TILE_WIDTH; i++)
		if (!bundle_cut(&rest, out))
			return XQ_NONE;
	return rc;
}

/* Leaves of a piece of the last, unfinished or any other bundle. */
static enum xq_rc
leaves_root(struct verify *v, int64_t first, int height, struct tree_hash *out, struct xq_err *err)
{
	void *mem = mem_root("leaves");
	struct bytes rest;
	struct str entry;
	struct tree_frontier f = { .n = 0 };
	enum xq_rc rc = bundle_get(v, mem, first / TILE_WIDTH, &rest, err);
	for (int64_t i = 0; rc == XQ_OK && i < first % TILE_WIDTH + (1 << height); i++) {
		if (!bundle_cut(&rest, &entry)) {
			rc = XQ_NONE;
		} else if (i >= first % TILE_WIDTH) {
			struct tree_hash leaf;
			tree_leaf((struct bytes){ (const uint8_t *)entry.p, entry.n }, &leaf);
			tree_push(&f, &leaf, NULL, NULL);
		}
	}
	if (rc == XQ_OK)
		tree_root(&f, out);
	mem_free(mem);
	return rc;
}

static enum xq_rc
subtree_of(void *arg, int64_t first, int height, struct tree_hash *out, struct xq_err *err)
{
	struct verify *v = arg;
	int level = height / TILE_HEIGHT;
	if (level == 0)
		return leaves_root(v, first, height, out, err);
	const struct verify_level *l = &v->level[level];
	size_t from = (size_t)(first >> (TILE_HEIGHT * level)),
	       n = (size_t)1 << height % TILE_HEIGHT;
	if (from + n > l->n_kept)
		return XQ_NONE;
	struct tree_frontier f = { .n = 0 };
	for (size_t i = 0; i < n; i++)
		tree_push(&f, &l->kept[from + i], NULL, NULL);
	tree_root(&f, out);
	return XQ_OK;
}

enum xq_rc
verify_root_at(struct verify *v, int64_t size, struct tree_hash *out, struct xq_err *err)
{
	if (size < 0 || size > v->out->n_entries)
		return XQ_NONE;
	return tree_root_of(
		&(struct tree_source){ .subtree = subtree_of, .arg = v }, size, out, err);
}

/* ---- the pass -------------------------------------------------------------------------------------- */

static enum xq_rc
take_entry(struct verify *v, struct str entry, struct xq_err *err)
{
	struct tree_hash leaf;
	int64_t seq = v->out->n_entries;
	tree_leaf((struct bytes){ (const uint8_t *)entry.p, entry.n }, &leaf);
	enum xq_rc rc = level_push(v, 0, &leaf, err);
	if (rc == XQ_OK) {
		tree_push(&v->frontier, &leaf, subtree_done, v);
		rc = v->fault_rc;
	}
	if (rc == XQ_OK)
		rc = verify_entry(v, seq, entry, err);
	v->out->n_entries++;
	if (rc == XQ_OK)
		verify_notes_at(v, v->out->n_entries);
	return rc;
}

/* XQ_NONE: the bundle is missing or broken, and the pass ends. */
static enum xq_rc
take_bundle(struct verify *v, void *mem, int64_t n, struct xq_err *err)
{
	struct tile_path p = bundle_path_of(n, v->size);
	struct bytes rest;
	enum xq_rc rc = source_tile(v->src, mem, &p, &rest, err);
	if (rc == XQ_NONE || rc == XQ_REFUSED) {
		verify_say(v, VERIFY_TILES, n * TILE_WIDTH, "verify.bundle-missing",
			str_of(tile_path_text(mem, &p)), STR(""));
		return XQ_NONE;
	}
	for (int i = 0; rc == XQ_OK && i < p.width; i++) {
		struct str entry;
		if (!bundle_cut(&rest, &entry)) {
			verify_say(v, VERIFY_TILES, v->out->n_entries, "verify.bundle-form",
				str_of(tile_path_text(mem, &p)), STR(""));
			return XQ_NONE;
		}
		rc = take_entry(v, entry, err);
	}
	if (rc == XQ_OK && rest.n > 0)
		verify_say(v, VERIFY_TILES, v->out->n_entries - 1, "verify.bundle-form",
			str_of(tile_path_text(mem, &p)), STR(""));
	return rc;
}

static enum xq_rc
finish(struct verify *v, struct xq_err *err)
{
	for (int level = 0; level <= TILE_LEVEL_MAX; level++)
		if (v->level[level].n > 0) {
			enum xq_rc rc = compare_tile(v, level, err);
			if (rc != XQ_OK)
				return rc;
		}
	struct tree_hash root;
	tree_root(&v->frontier, &root);
	if (!tree_equal(&root, &v->out->root))
		verify_say_hash(v, VERIFY_TILES, v->size, "verify.root", &v->out->root, &root);
	return XQ_OK;
}

enum xq_rc
verify_pass(struct verify *v, struct xq_err *err)
{
	v->fault = err;
	verify_notes_at(v, 0);
	for (int64_t n = 0; n * TILE_WIDTH < v->size; n++) {
		void *mem = mem_root("bundle");
		enum xq_rc rc = take_bundle(v, mem, n, err);
		mem_free(mem);
		if (rc == XQ_NONE) {
			v->out->is_complete = false;
			return XQ_OK;
		}
		if (rc != XQ_OK)
			return rc;
	}
	return finish(v, err);
}
