/* SPDX-License-Identifier: Apache-2.0 */
/* The unfinished tiles: read from rows, grown by appending, kept between transactions. */
#include "ledger/edge.h"

#include "core/mem.h"

#include "core/banned.h"

enum xq_rc
record_broken(struct xq_err *err, const char *what, int64_t seq)
{
	enum xq_rc rc = xq_refuse(err, NULL, "record.broken");
	xq_err_text(err, "what", what);
	xq_err_int(err, "seq", seq);
	return rc;
}

void
edge_empty(struct ledger_edge *e)
{
	e->frontier.size = 0;
	e->frontier.n = 0;
	memset(e->n, 0, sizeof e->n);
	tree_root(&e->frontier, &e->root);
}

void
edge_copy(struct ledger_edge *to, const struct ledger_edge *from)
{
	to->frontier.size = from->frontier.size;
	to->frontier.n = from->frontier.n;
	memcpy(to->frontier.h, from->frontier.h, from->frontier.n * sizeof from->frontier.h[0]);
	to->root = from->root;
	memcpy(to->n, from->n, sizeof to->n);
	for (size_t l = 0; l < TILE_LEVEL_MAX; l++)
		memcpy(to->h[l], from->h[l], (size_t)from->n[l] * sizeof from->h[l][0]);
}

/* ---- from rows ------------------------------------------------------------------------------------ */

/* The last entries, up to 255, and none beyond them. */
static enum xq_rc
load_leaves(struct tx *tx, int64_t office, int64_t size, struct ledger_edge *e, struct xq_err *err)
{
	int64_t first = size - size % TILE_WIDTH;
	struct rows *q = db_query(tx,
		SQL("SELECT seq, bytes FROM ledger_event WHERE office = ? AND seq >= ?"
		    " ORDER BY seq LIMIT 257"),
		VALS(V(office), V(first)));
	int n = 0;
	int64_t odd = -1;
	while (row_next(q)) {
		if (odd < 0 && (row_int(q, 0) != first + n || first + n >= size))
			odd = first + n;
		if (odd < 0)
			tree_leaf(row_bytes(q, 1), &e->h[0][n++]);
	}
	e->n[0] = n;
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK)
		return rc;
	if (odd >= 0)
		return record_broken(err, odd < size ? "entry-missing" : "entry-beyond-head", odd);
	return first + n == size ? XQ_OK : record_broken(err, "entry-missing", first + n);
}

static enum xq_rc
load_level(struct tx *tx, int64_t office, int level, int64_t hashes, struct ledger_edge *e,
	struct xq_err *err)
{
	int64_t first = hashes - hashes % TILE_WIDTH;
	struct rows *q = db_query(tx,
		SQL("SELECT n, root FROM ledger_tile WHERE office = ? AND level = ? AND n >= ?"
		    " ORDER BY n LIMIT 257"),
		VALS(V(office), V(level - 1), V(first)));
	int n = 0;
	bool good = true;
	while (row_next(q)) {
		struct bytes root = row_bytes(q, 1);
		good = good && row_int(q, 0) == first + n && first + n < hashes &&
		       root.n == SHA256_LEN;
		if (good)
			memcpy(e->h[level][n++].b, root.p, SHA256_LEN);
	}
	e->n[level] = n;
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK)
		return rc;
	return good && first + n == hashes
	               ? XQ_OK
	               : record_broken(err, "tile-missing", (first + n) << (TILE_HEIGHT * level));
}

/* The root of 2^(height mod 8) hashes that lie in the unfinished tile of its level. */
static void
fold(const struct tree_hash *h, int n, struct tree_hash *out)
{
	struct tree_frontier f = { .n = 0 };
	for (int i = 0; i < n; i++)
		tree_push(&f, &h[i], NULL, NULL);
	tree_root(&f, out);
}

/* Each one bit of the size is a complete subtree, and all of them lie in unfinished tiles. */
static void
make_frontier(struct ledger_edge *e, int64_t size)
{
	struct tree_frontier *f = &e->frontier;
	f->size = size;
	f->n = 0;
	int64_t first = 0;
	for (int height = 52; height >= 0; height--) {
		if ((size >> height & 1) == 0)
			continue;
		int level = height / TILE_HEIGHT;
		int64_t at = first >> (TILE_HEIGHT * level);
		fold(&e->h[level][at % TILE_WIDTH], 1 << height % TILE_HEIGHT, &f->h[f->n++]);
		first += INT64_C(1) << height;
	}
	tree_root(f, &e->root);
}

enum xq_rc
edge_load(struct tx *tx, int64_t office, int64_t size, struct ledger_edge *out, struct xq_err *err)
{
	edge_empty(out);
	enum xq_rc rc = load_leaves(tx, office, size, out, err);
	for (int level = 1; rc == XQ_OK && level < TILE_LEVEL_MAX; level++) {
		int64_t hashes = size >> (TILE_HEIGHT * level);
		if (hashes == 0)
			break;
		rc = load_level(tx, office, level, hashes, out, err);
	}
	if (rc == XQ_OK)
		make_frontier(out, size);
	return rc;
}

/* ---- growing -------------------------------------------------------------------------------------- */

struct push {
	struct tx *tx;
	int64_t office;
	struct ledger_edge *e;
	enum xq_rc rc;
	struct xq_err *err;
};

static enum xq_rc
insert_tile(const struct push *p, int level, int64_t n, const struct tree_hash *root)
{
	struct bytes r = { root->b, SHA256_LEN };
	struct bytes hashes = { p->e->h[level][0].b, TILE_WIDTH * SHA256_LEN };
	return db_exec(p->tx,
		SQL("INSERT INTO ledger_tile (office, level, n, root, hashes)"
		    " VALUES (?, ?, ?, ?, ?)"),
		VALS(V(p->office), V(level), V(n), V(r), V(hashes)), p->err);
}

/* Height 8, 16, ...: the tile of level 0, 1, ... is full, and its root is one hash of the level above. */
static void
tile_done(void *arg, int height, const struct tree_hash *root)
{
	struct push *p = arg;
	if (height % TILE_HEIGHT != 0 || p->rc != XQ_OK)
		return;
	int level = height / TILE_HEIGHT - 1;
	struct ledger_edge *e = p->e;
	xq_require(e->n[level] == TILE_WIDTH && level + 1 < TILE_LEVEL_MAX);
	p->rc = insert_tile(p, level, e->frontier.size >> height, root);
	e->n[level] = 0;
	e->h[level + 1][e->n[level + 1]++] = *root;
}

enum xq_rc
edge_push(struct tx *tx, int64_t office, struct ledger_edge *e, const struct tree_hash *leaf,
	size_t n, struct xq_err *err)
{
	struct push p = { .tx = tx, .office = office, .e = e, .rc = XQ_OK, .err = err };
	for (size_t i = 0; i < n && p.rc == XQ_OK; i++) {
		e->h[0][e->n[0]++] = leaf[i];
		tree_push(&e->frontier, &leaf[i], tile_done, &p);
	}
	tree_root(&e->frontier, &e->root);
	return p.rc;
}

/* ---- kept ----------------------------------------------------------------------------------------- */

struct ledger_edges {
	size_t n;
	struct kept_edge {
		int64_t office;
		struct ledger_edge *edge;
	} * list;
};

struct ledger_edges *
ledger_edges_new(void *mem)
{
	return mem_new(mem, struct ledger_edges);
}

static struct kept_edge *
kept_of(const struct ledger_edges *e, int64_t office)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->list[i].office == office)
			return &e->list[i];
	return NULL;
}

const struct ledger_edge *
edges_find(const struct ledger_edges *e, int64_t office, int64_t size, const struct tree_hash *root)
{
	const struct kept_edge *k = e ? kept_of(e, office) : NULL;
	bool fits = k && k->edge->frontier.size == size && tree_equal(&k->edge->root, root);
	return fits ? k->edge : NULL;
}

void
ledger_edges_keep(struct ledger_edges *e, const struct ledger_head *head)
{
	struct kept_edge *k = kept_of(e, head->office);
	if (!k) {
		e->list = mem_grow(e, struct kept_edge, e->list, e->n, e->n + 1);
		k = &e->list[e->n++];
		*k = (struct kept_edge){ head->office, mem_new(e, struct ledger_edge) };
	}
	edge_copy(k->edge, &head->work->edge);
}
