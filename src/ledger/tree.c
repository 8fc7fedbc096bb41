/* SPDX-License-Identifier: Apache-2.0 */
/* The hash tree: growing, proving, checking. */
#include "ledger/tree.h"

#include <string.h>

#include "core/banned.h"

/* ---- hashes -------------------------------------------------------------------------------------- */

void
tree_leaf(struct bytes data, struct tree_hash *out)
{
	static const uint8_t mark[1] = { 0x00 };
	hash_sha256_parts((const struct bytes[]){ { mark, 1 }, data }, 2, out->b);
}

void
tree_node(const struct tree_hash *left, const struct tree_hash *right, struct tree_hash *out)
{
	uint8_t both[1 + 2 * SHA256_LEN] = { 0x01 };
	memcpy(both + 1, left->b, SHA256_LEN);
	memcpy(both + 1 + SHA256_LEN, right->b, SHA256_LEN);
	hash_sha256((struct bytes){ both, sizeof both }, out->b);
}

bool
tree_equal(const struct tree_hash *a, const struct tree_hash *b)
{
	return memcmp(a->b, b->b, SHA256_LEN) == 0;
}

void
tree_b64(const struct tree_hash *h, char out[TREE_B64_LEN + 1])
{
	text_base64((struct bytes){ h->b, SHA256_LEN }, out);
}

bool
tree_b64_read(struct str text, struct tree_hash *out)
{
	size_t n;
	return text.n == TREE_B64_LEN && parse_base64(text, out->b, SHA256_LEN, &n) &&
	       n == SHA256_LEN;
}

/* ---- growing ------------------------------------------------------------------------------------- */

/* Like counting in binary: as long as the low bits of the size are 1, the newest subtree and the one before
 * it are of one height and become one. */
void
tree_push(struct tree_frontier *f, const struct tree_hash *leaf, tree_done_fn done, void *arg)
{
	struct tree_hash h = *leaf;
	int height = 0;
	for (int64_t bits = f->size; (bits & 1) != 0; bits >>= 1) {
		xq_require(f->n > 0);
		tree_node(&f->h[--f->n], &h, &h);
		height++;
		if (done)
			done(arg, height, &h);
	}
	xq_require(f->n < TREE_PROOF_MAX);
	f->h[f->n++] = h;
	f->size++;
}

void
tree_root(const struct tree_frontier *f, struct tree_hash *out)
{
	if (f->n == 0) {
		hash_sha256((struct bytes){ (const uint8_t *)"", 0 }, out->b);
		return;
	}
	struct tree_hash h = f->h[f->n - 1];
	for (size_t i = f->n - 1; i-- > 0;)
		tree_node(&f->h[i], &h, &h);
	*out = h;
}

/* ---- proving ------------------------------------------------------------------------------------- */

/* Height of the largest complete subtree below n > 1 entries. */
static int
split_height(int64_t n)
{
	return 63 - __builtin_clzll((unsigned long long)n - 1);
}

/* The root over the entries [first, first + n): complete subtrees from the left, folded from the right. */
static enum xq_rc
range_root(const struct tree_source *s, int64_t first, int64_t n, struct tree_hash *out,
	struct xq_err *err)
{
	struct tree_frontier f = { .n = 0 };
	for (int height = 62; height >= 0; height--) {
		if ((n >> height & 1) == 0)
			continue;
		enum xq_rc rc = s->subtree(s->arg, first, height, &f.h[f.n++], err);
		if (rc != XQ_OK)
			return rc;
		first += INT64_C(1) << height;
	}
	tree_root(&f, out);
	return XQ_OK;
}

enum xq_rc
tree_root_of(const struct tree_source *s, int64_t size, struct tree_hash *out, struct xq_err *err)
{
	xq_require(size >= 0 && size <= TREE_SIZE_MAX);
	return range_root(s, 0, size, out, err);
}

/* The proof is found from the root downwards and told from the leaf upwards. */
static void
turn_round(struct tree_proof *p)
{
	for (size_t i = 0, k = p->n; i + 1 < k; i++) {
		struct tree_hash h = p->h[i];
		p->h[i] = p->h[--k];
		p->h[k] = h;
	}
}

enum xq_rc
tree_inclusion(const struct tree_source *s, int64_t seq, int64_t size, struct tree_proof *out,
	struct xq_err *err)
{
	xq_require(seq >= 0 && seq < size && size <= TREE_SIZE_MAX);
	out->n = 0;
	for (int64_t first = 0, n = size; n > 1;) {
		int64_t left = INT64_C(1) << split_height(n);
		bool goes_left = seq < first + left;
		enum xq_rc rc =
			goes_left ? range_root(s, first + left, n - left, &out->h[out->n], err)
				  : range_root(s, first, left, &out->h[out->n], err);
		if (rc != XQ_OK)
			return rc;
		out->n++;
		first += goes_left ? 0 : left;
		n = goes_left ? left : n - left;
	}
	turn_round(out);
	return XQ_OK;
}

enum xq_rc
tree_consistency(const struct tree_source *s, int64_t from, int64_t size, struct tree_proof *out,
	struct xq_err *err)
{
	xq_require(from >= 0 && from <= size && size <= TREE_SIZE_MAX);
	out->n = 0;
	if (from == 0 || from == size)
		return XQ_OK;
	/* is_whole: what is left of the old tree is a subtree of its own, whose root the reader has */
	bool is_whole = true;
	int64_t first = 0, n = size, old = from;
	while (old != n) {
		int64_t left = INT64_C(1) << split_height(n);
		bool goes_left = old <= left;
		enum xq_rc rc =
			goes_left ? range_root(s, first + left, n - left, &out->h[out->n], err)
				  : range_root(s, first, left, &out->h[out->n], err);
		if (rc != XQ_OK)
			return rc;
		out->n++;
		if (goes_left) {
			n = left;
		} else {
			is_whole = false;
			first += left;
			n -= left;
			old -= left;
		}
	}
	if (!is_whole) {
		enum xq_rc rc = range_root(s, first, n, &out->h[out->n], err);
		if (rc != XQ_OK)
			return rc;
		out->n++;
	}
	turn_round(out);
	return XQ_OK;
}

/* ---- checking ------------------------------------------------------------------------------------ */

bool
tree_includes(const struct tree_hash *leaf, int64_t seq, int64_t size, const struct tree_proof *p,
	const struct tree_hash *root)
{
	if (seq < 0 || seq >= size || size > TREE_SIZE_MAX)
		return false;
	int64_t at = seq, last = size - 1;
	struct tree_hash h = *leaf;
	for (size_t i = 0; i < p->n; i++) {
		if (last == 0)
			return false; /* longer than the tree is high */
		if ((at & 1) != 0 || at == last) {
			tree_node(&p->h[i], &h, &h);
			/* at the right edge there are levels without a sibling */
			for (; (at & 1) == 0 && at != 0; at >>= 1)
				last >>= 1;
		} else {
			tree_node(&h, &p->h[i], &h);
		}
		at >>= 1;
		last >>= 1;
	}
	return last == 0 && tree_equal(&h, root);
}

static bool
extends_by(int64_t from, const struct tree_hash *old_root, int64_t size,
	const struct tree_hash *root, const struct tree_proof *p)
{
	int64_t at = from - 1, last = size - 1;
	size_t i = 0;
	for (; (at & 1) != 0; at >>= 1)
		last >>= 1;
	/* A complete old tree stands in the new one as it is; else the proof begins with its last piece. */
	struct tree_hash old, new;
	if ((from & (from - 1)) == 0)
		old = *old_root;
	else if (p->n == 0)
		return false;
	else
		old = p->h[i++];
	new = old;
	for (; i < p->n; i++) {
		if (last == 0)
			return false;
		if ((at & 1) != 0 || at == last) {
			tree_node(&p->h[i], &old, &old);
			tree_node(&p->h[i], &new, &new);
			for (; (at & 1) == 0 && at != 0; at >>= 1)
				last >>= 1;
		} else {
			tree_node(&new, &p->h[i], &new);
		}
		at >>= 1;
		last >>= 1;
	}
	return last == 0 && tree_equal(&old, old_root) && tree_equal(&new, root);
}

bool
tree_extends(int64_t from, const struct tree_hash *old_root, int64_t size,
	const struct tree_hash *root, const struct tree_proof *p)
{
	if (from < 0 || from > size || size > TREE_SIZE_MAX || p->n > TREE_PROOF_MAX)
		return false;
	if (from == size)
		return p->n == 0 && tree_equal(old_root, root);
	if (from == 0) {
		struct tree_hash empty;
		tree_root(&(struct tree_frontier){ .n = 0 }, &empty);
		return p->n == 0 && tree_equal(old_root, &empty);
	}
	return extends_by(from, old_root, size, root, p);
}
