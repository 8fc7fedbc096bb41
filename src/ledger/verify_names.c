/* SPDX-License-Identifier: Apache-2.0 */
/* V2, the rest of it: what lies under tile/ beside the files that the size needs. Only a folder can be looked
 * through; an address answers 404 to names that are none. */
#include "core/mem.h"
#include "ledger/verify_int.h"

#include "core/banned.h"

/* Hashes or entries that this level has at the size of the checkpoint, from the first of the tile on. */
static int64_t
known_of(const struct verify *v, const struct tile_path *p)
{
	return (v->size >> (TILE_HEIGHT * p->level)) - p->n * TILE_WIDTH;
}

/* The first bytes of a tile or bundle that make this width; false where it is of another length. */
static bool
beginning(const struct tile_path *p, int width, struct bytes *b)
{
	struct bytes rest = *b;
	struct str entry;
	size_t n = (size_t)width * SHA256_LEN;
	if (!p->is_entries) {
		bool is_right = b->n >= n;
		b->n = is_right ? n : b->n;
		return is_right;
	}
	for (int i = 0; i < width; i++)
		if (!bundle_cut(&rest, &entry))
			return false;
	b->n -= rest.n;
	return true;
}

static bool
has_whole_width(const struct tile_path *p, struct bytes b)
{
	size_t n = b.n;
	return beginning(p, p->width, &b) && b.n == n;
}

/* An older width must be the beginning of the tile that the newest checkpoint needs, which the pass has seen. */
static enum xq_rc
check_part(struct verify *v, void *mem, const char *path, const struct tile_path *p,
	struct xq_err *err)
{
	struct bytes part, whole;
	int64_t known = known_of(v, p);
	if (p->width == TILE_WIDTH || known <= 0)
		return XQ_OK; /* the pass has it, or it is beyond what was signed */
	struct tile_path need = *p;
	need.width = known < TILE_WIDTH ? (int)known : TILE_WIDTH;
	size_t max = p->is_entries ? FOLDER_BUNDLE_MAX : FOLDER_TILE_MAX;
	enum xq_rc rc = v->src->get(v->src->arg, mem, path, max, &part, err);
	if (rc == XQ_OK && need.width != p->width)
		rc = source_tile(v->src, mem, &need, &whole, err);
	else if (rc == XQ_OK)
		return XQ_OK; /* the one that the size needs */
	int width = p->width < need.width ? p->width : need.width;
	if (rc == XQ_REFUSED ||
		(rc == XQ_OK && (!has_whole_width(p, part) || !beginning(p, width, &part) ||
					!beginning(p, width, &whole) || part.n != whole.n ||
					memcmp(part.p, whole.p, part.n) != 0))) {
		verify_say(v, VERIFY_TILES, p->n * TILE_WIDTH << (TILE_HEIGHT * p->level),
			"verify.tile-part", str_of(path), STR(""));
		return XQ_OK;
	}
	return rc == XQ_NONE ? XQ_OK : rc; /* the whole one is missing: the pass has said so */
}

struct walk {
	struct verify *v;
	struct xq_err *err;
};

static enum xq_rc
take_name(void *arg, const char *path)
{
	const struct walk *w = arg;
	struct tile_path p;
	if (!tile_path_read(str_of(path), &p)) {
		verify_say(w->v, VERIFY_TILES, -1, "verify.tile-path", STR(""), str_of(path));
		return XQ_OK;
	}
	void *mem = mem_root("tile");
	enum xq_rc rc = p.level > TILE_LEVEL_MAX ? XQ_OK : check_part(w->v, mem, path, &p, w->err);
	mem_free(mem);
	return rc;
}

enum xq_rc
verify_names(struct verify *v, struct xq_err *err)
{
	struct walk w = { .v = v, .err = err };
	if (v->src->names == NULL || !v->out->is_complete)
		return XQ_OK;
	return v->src->names(v->src->arg, "tile", take_name, &w, err);
}
