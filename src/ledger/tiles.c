/* SPDX-License-Identifier: Apache-2.0 */
/* The tree of one snapshot: subtrees out of tiles and the edge, and what is made of them. */
#include "ledger/tiles.h"

#include "core/mem.h"
#include "ledger/edge.h"
#include "ledger/ledger_int.h"

#include "core/banned.h"

enum { TILES_KEPT = 4 }; /* a proof in a tree of ten million touches at most three */

struct kept_tile {
	int level;
	int64_t n; /* -1: empty */
	struct tree_hash h[TILE_WIDTH];
};

struct ledger_tree {
	struct tx *tx;
	int64_t office, last_at;
	const char *log, *origin;
	struct ledger_edge edge;
	struct tree_source source;
	size_t next; /* of the kept ones the oldest */
	struct kept_tile kept[TILES_KEPT];
};

/* ---- opening -------------------------------------------------------------------------------------- */

static enum xq_rc
load_head(struct ledger_tree *t, void *mem, int64_t *out_size, struct tree_hash *out_root,
	struct xq_err *err)
{
	struct rows *q = db_query(t->tx,
		SQL("SELECT l.code, l.origin, h.size, h.last_at, h.root FROM ledger_log l"
		    " JOIN ledger_head h ON h.office = l.office WHERE l.office = ? AND h.office = ?"),
		VALS(V(t->office), V(t->office)));
	bool is_there = row_next(q), has_root = false;
	if (is_there) {
		struct bytes root = row_bytes(q, 4);
		t->log = row_text(q, 0, mem);
		t->origin = row_text(q, 1, mem);
		*out_size = row_int(q, 2);
		t->last_at = row_int(q, 3);
		has_root = root.n == SHA256_LEN;
		if (has_root)
			memcpy(out_root->b, root.p, SHA256_LEN);
	}
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK)
		return rc;
	if (!is_there)
		return XQ_NONE;
	if (!has_root || *out_size < 0 || *out_size > TREE_SIZE_MAX)
		return record_broken(err, "head", 0);
	return XQ_OK;
}

static enum xq_rc tree_subtree(
	void *arg, int64_t first, int height, struct tree_hash *out, struct xq_err *err);

enum xq_rc
ledger_tree_open(
	struct tx *tx, void *mem, int64_t office, struct ledger_tree **out, struct xq_err *err)
{
	struct ledger_tree *t = mem_new(mem, struct ledger_tree);
	t->tx = tx;
	t->office = office;
	t->source = (struct tree_source){ tree_subtree, t };
	for (size_t i = 0; i < TILES_KEPT; i++)
		t->kept[i].n = -1;
	int64_t size;
	struct tree_hash root;
	enum xq_rc rc = load_head(t, t, &size, &root, err);
	if (rc == XQ_OK)
		rc = edge_load(tx, office, size, &t->edge, err);
	if (rc == XQ_OK && !tree_equal(&root, &t->edge.root))
		rc = record_broken(err, "root", size);
	if (rc == XQ_OK)
		*out = t;
	return rc;
}

int64_t
ledger_tree_size(const struct ledger_tree *t)
{
	return t->edge.frontier.size;
}

const char *
ledger_tree_log(const struct ledger_tree *t)
{
	return t->log;
}

const char *
ledger_tree_origin(const struct ledger_tree *t)
{
	return t->origin;
}

int64_t
ledger_tree_last_at(const struct ledger_tree *t)
{
	return t->last_at;
}

/* ---- subtrees ------------------------------------------------------------------------------------- */

static enum xq_rc
tile_load(struct ledger_tree *t, struct kept_tile *k, int level, int64_t n, struct xq_err *err)
{
	struct rows *q = db_query(t->tx,
		SQL("SELECT hashes FROM ledger_tile WHERE office = ? AND level = ? AND n = ?"),
		VALS(V(t->office), V(level), V(n)));
	bool good = false;
	k->n = -1;
	if (row_next(q)) {
		struct bytes hashes = row_bytes(q, 0);
		good = hashes.n == sizeof k->h;
		if (good)
			memcpy(k->h, hashes.p, sizeof k->h);
	}
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK)
		return rc;
	if (!good)
		return record_broken(
			err, "tile-missing", (n * TILE_WIDTH) << (TILE_HEIGHT * level));
	k->level = level;
	k->n = n;
	return XQ_OK;
}

/* The hashes of a tile, full or not; lent until three others were asked for. */
static enum xq_rc
tile_hashes(struct ledger_tree *t, int level, int64_t n, const struct tree_hash **out,
	struct xq_err *err)
{
	int64_t hashes = ledger_tree_size(t) >> (TILE_HEIGHT * level);
	if (n == hashes / TILE_WIDTH) {
		*out = t->edge.h[level];
		return XQ_OK;
	}
	for (size_t i = 0; i < TILES_KEPT; i++)
		if (t->kept[i].n == n && t->kept[i].level == level) {
			*out = t->kept[i].h;
			return XQ_OK;
		}
	struct kept_tile *k = &t->kept[t->next++ % TILES_KEPT];
	*out = k->h;
	return tile_load(t, k, level, n, err);
}

static enum xq_rc
tree_subtree(void *arg, int64_t first, int height, struct tree_hash *out, struct xq_err *err)
{
	struct ledger_tree *t = arg;
	int level = height / TILE_HEIGHT;
	int64_t at = first >> (TILE_HEIGHT * level);
	const struct tree_hash *h;
	enum xq_rc rc = tile_hashes(t, level, at / TILE_WIDTH, &h, err);
	if (rc != XQ_OK)
		return rc;
	struct tree_frontier f = { .n = 0 };
	for (int i = 0; i < 1 << height % TILE_HEIGHT; i++)
		tree_push(&f, &h[at % TILE_WIDTH + i], NULL, NULL);
	tree_root(&f, out);
	return XQ_OK;
}

static enum xq_rc
beyond(struct xq_err *err, int64_t size)
{
	enum xq_rc rc = xq_refuse(err, NULL, "record.beyond");
	xq_err_int(err, "size", size);
	return rc;
}

enum xq_rc
ledger_tree_root(struct ledger_tree *t, int64_t size, struct tree_hash *out, struct xq_err *err)
{
	if (size < 0 || size > ledger_tree_size(t))
		return beyond(err, ledger_tree_size(t));
	return tree_root_of(&t->source, size, out, err);
}

enum xq_rc
ledger_inclusion(struct ledger_tree *t, int64_t seq, int64_t size, struct tree_proof *out,
	struct xq_err *err)
{
	if (seq < 0 || seq >= size || size > ledger_tree_size(t))
		return beyond(err, ledger_tree_size(t));
	return tree_inclusion(&t->source, seq, size, out, err);
}

enum xq_rc
ledger_consistency(struct ledger_tree *t, int64_t from, int64_t size, struct tree_proof *out,
	struct xq_err *err)
{
	if (from < 0 || from > size || size > ledger_tree_size(t))
		return beyond(err, ledger_tree_size(t));
	return tree_consistency(&t->source, from, size, out, err);
}

/* ---- bytes ---------------------------------------------------------------------------------------- */

enum xq_rc
ledger_entry(struct ledger_tree *t, void *mem, int64_t seq, struct str *out, struct xq_err *err)
{
	if (seq < 0 || seq >= ledger_tree_size(t))
		return beyond(err, ledger_tree_size(t));
	struct rows *q =
		db_query(t->tx, SQL("SELECT bytes FROM ledger_event WHERE office = ? AND seq = ?"),
			VALS(V(t->office), V(seq)));
	bool is_there = row_next(q);
	if (is_there) {
		struct bytes b = row_bytes(q, 0);
		*out = str_n(mem_textn(mem, (const char *)b.p, b.n), b.n);
	}
	enum xq_rc rc = rows_close(q, err);
	return rc == XQ_OK && !is_there ? record_broken(err, "entry-missing", seq) : rc;
}

/* Each entry after its length, two bytes, the high one first. */
static enum xq_rc
bundle_bytes(struct ledger_tree *t, void *mem, const struct tile_path *p, struct bytes *out,
	struct xq_err *err)
{
	struct buf b = buf_new(mem, (size_t)p->width * 320);
	int64_t seq = p->n * TILE_WIDTH, end = seq + p->width;
	struct rows *q = db_query(t->tx,
		SQL("SELECT seq, bytes FROM ledger_event WHERE office = ? AND seq >= ? AND seq < ?"
		    " ORDER BY seq"),
		VALS(V(t->office), V(seq), V(end)));
	for (; row_next(q) && row_int(q, 0) == seq; seq++) {
		struct bytes e = row_bytes(q, 1);
		xq_require(e.n <= EVENT_MAX_BYTES);
		buf_char(&b, (char)(e.n >> 8));
		buf_char(&b, (char)(e.n & 0xff));
		buf_add(&b, e.p, e.n);
	}
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK && seq != end)
		rc = record_broken(err, "entry-missing", seq);
	*out = (struct bytes){ (const uint8_t *)b.p, b.n };
	return rc;
}

enum xq_rc
ledger_tile_bytes(struct ledger_tree *t, void *mem, const struct tile_path *p, struct bytes *out,
	struct xq_err *err)
{
	if (!tile_path_exists(p, ledger_tree_size(t)))
		return XQ_NONE;
	if (p->is_entries)
		return bundle_bytes(t, mem, p, out, err);
	const struct tree_hash *h;
	enum xq_rc rc = tile_hashes(t, p->level, p->n, &h, err);
	if (rc != XQ_OK)
		return rc;
	size_t n = (size_t)p->width * SHA256_LEN;
	*out = (struct bytes){ mem_copy(mem, h, n), n };
	return XQ_OK;
}

enum xq_rc
ledger_doc_load(struct tx *tx, void *mem, int64_t office, struct str hex, const char **out_type,
	struct bytes *out, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT type, bytes FROM ledger_doc WHERE office = ? AND sha256 = ?"),
		VALS(V(office), V(hex)));
	bool is_there = row_next(q);
	if (is_there) {
		struct bytes b = row_bytes(q, 1);
		*out_type = row_text(q, 0, mem);
		*out = (struct bytes){ mem_copy(mem, b.p, b.n), b.n };
	}
	enum xq_rc rc = rows_close(q, err);
	return rc == XQ_OK && !is_there ? XQ_NONE : rc;
}

/* ---- looking through ------------------------------------------------------------------------------ */

/* What a full tile must hold, counted from what lies below it. */
static enum xq_rc
hashes_below(struct ledger_tree *t, int level, int64_t n, struct tree_hash out[TILE_WIDTH],
	struct xq_err *err)
{
	int64_t first = n * TILE_WIDTH, end = first + TILE_WIDTH, at = first;
	struct rows *q =
		level == 0 ? db_query(t->tx,
				     SQL("SELECT seq, bytes FROM ledger_event WHERE office = ?"
					 " AND seq >= ? AND seq < ? ORDER BY seq"),
				     VALS(V(t->office), V(first), V(end)))
			   : db_query(t->tx,
				     SQL("SELECT n, root FROM ledger_tile WHERE office = ? AND"
					 " level = ? AND n >= ? AND n < ? ORDER BY n"),
				     VALS(V(t->office), V(level - 1), V(first), V(end)));
	for (; row_next(q) && row_int(q, 0) == at; at++) {
		struct bytes b = row_bytes(q, 1);
		if (level == 0)
			tree_leaf(b, &out[at - first]);
		else if (b.n == SHA256_LEN)
			memcpy(out[at - first].b, b.p, SHA256_LEN);
	}
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK && at != end)
		rc = record_broken(err, level == 0 ? "entry-missing" : "tile-missing",
			at << (TILE_HEIGHT * level));
	return rc;
}

static enum xq_rc
tile_root_load(
	struct ledger_tree *t, int level, int64_t n, struct tree_hash *out, struct xq_err *err)
{
	struct rows *q = db_query(t->tx,
		SQL("SELECT root FROM ledger_tile WHERE office = ? AND level = ? AND n = ?"),
		VALS(V(t->office), V(level), V(n)));
	bool good = false;
	if (row_next(q)) {
		struct bytes root = row_bytes(q, 0);
		good = root.n == SHA256_LEN;
		if (good)
			memcpy(out->b, root.p, SHA256_LEN);
	}
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK && !good)
		rc = record_broken(err, "tile-missing", (n * TILE_WIDTH) << (TILE_HEIGHT * level));
	return rc;
}

enum xq_rc
ledger_tile_check(struct ledger_tree *t, int level, int64_t n, struct xq_err *err)
{
	const struct tile_path p = { .level = level, .n = n, .width = TILE_WIDTH };
	if (!tile_path_exists(&p, ledger_tree_size(t)))
		return XQ_NONE;
	struct kept_tile has;
	struct tree_hash want[TILE_WIDTH], root, folded;
	enum xq_rc rc = tile_load(t, &has, level, n, err);
	if (rc == XQ_OK)
		rc = hashes_below(t, level, n, want, err);
	if (rc == XQ_OK)
		rc = tile_root_load(t, level, n, &root, err);
	if (rc != XQ_OK)
		return rc;
	struct tree_frontier f = { .n = 0 };
	for (int64_t i = 0; i < TILE_WIDTH; i++) {
		if (!tree_equal(&has.h[i], &want[i]))
			return record_broken(err, level == 0 ? "entry-changed" : "tile-changed",
				(n * TILE_WIDTH + i) << (TILE_HEIGHT * level));
		tree_push(&f, &want[i], NULL, NULL);
	}
	tree_root(&f, &folded);
	return tree_equal(&folded, &root) ? XQ_OK
	                                  : record_broken(err, "tile-changed",
						    (n * TILE_WIDTH) << (TILE_HEIGHT * level));
}

enum xq_rc
ledger_sweep_on(struct ledger_tree *t, struct ledger_sweep *mark, size_t max, struct xq_err *err)
{
	for (size_t i = 0; i < max; i++) {
		enum xq_rc rc = ledger_tile_check(t, mark->level, mark->n, err);
		if (rc == XQ_OK) {
			mark->n++;
			continue;
		}
		if (rc != XQ_NONE)
			return rc;
		mark->level++;
		mark->n = 0;
		if (mark->level >= TILE_LEVEL_MAX)
			return XQ_NONE;
	}
	return XQ_OK;
}
