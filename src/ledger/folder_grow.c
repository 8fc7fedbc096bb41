/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/folder_grow.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mem.h"
#include "core/parse.h"
#include "ledger/event.h"
#include "ledger/key_follow.h"
#include "ledger/note.h"
#include "ledger/pub.h"
#include "ledger/source_tree.h"

#include "core/banned.h"

const struct msg_text folder_grow_messages[] = {
	{ "mirror.no-checkpoint",
		N_("There is no checkpoint at this source, so nothing was copied.") },
	{ "mirror.other-log",
		N_("The folder holds the record {have}; the source is {got}. Nothing was copied.") },
	{ "mirror.older",
		N_("The source ends at {got}, this copy has {have} entries. It is behind, or shows you an old state.") },
	{ "mirror.fork",
		N_("The source shows another history than this copy at {size} entries. Both checkpoints are in the folder fork; keep them.") },
	{ "mirror.missing", N_("The source lacks {path}. Nothing was taken over.") },
	{ "mirror.root",
		N_("The entries of the source do not give the root that was signed. Nothing was taken over.") },
	{ "mirror.broken-copy",
		N_("The copy in the folder no longer gives the root of its own checkpoint at {size}.") },
	{ 0 },
};

struct level {
	struct tree_hash h[TILE_WIDTH];
	int n;
	int64_t tiles;
};

struct grow {
	void *mem;
	const struct ledger_source *src;
	struct ledger_source here;
	const char *dir, *fresh; /* fresh: dir/.new */
	int64_t from, size;
	struct tree_hash old_root, root; /* as signed */
	struct str old_note, note;
	struct follow keys;
	struct folder_log about; /* log.json of the source, for the checkpoints that it keeps */
	struct bytes about_text; /* n 0: it has none */
	size_t next_kept;
	struct tree_frontier frontier;
	struct level level[TILE_LEVEL_MAX + 1];
	char **staged;
	size_t n_staged, staged_cap;
	struct folder_grown *out;
	enum xq_rc rc; /* of callbacks */
	struct xq_err *err;
};

static enum xq_rc
refuse_path(struct grow *g, const char *path, struct xq_err *err)
{
	(void)xq_refuse(err, NULL, "mirror.missing");
	xq_err_text(err, "path", mem_text(g->mem, path));
	return XQ_REFUSED;
}

/* ---- staging --------------------------------------------------------------------------------------- */

static enum xq_rc
stage(struct grow *g, const struct tile_path *p, struct bytes b, struct xq_err *err)
{
	char *path = tile_path_text(g->mem, p);
	if (g->n_staged == g->staged_cap) {
		size_t cap = g->staged_cap ? 2 * g->staged_cap : 64;
		g->staged = mem_grow(g->mem, char *, g->staged, g->staged_cap, cap);
		g->staged_cap = cap;
	}
	g->staged[g->n_staged++] = path;
	return folder_put(g->fresh, path, b, true, err);
}

static enum xq_rc
take_over(struct grow *g, struct xq_err *err)
{
	for (size_t i = 0; i < g->n_staged; i++) {
		void *mem = mem_root("staged");
		struct bytes b;
		struct ledger_source fresh;
		enum xq_rc rc = folder_open(mem, g->fresh, &fresh, err);
		if (rc == XQ_OK)
			rc = fresh.get(fresh.arg, mem, g->staged[i], FOLDER_BUNDLE_MAX, &b, err);
		if (rc == XQ_OK)
			rc = folder_put(g->dir, g->staged[i], b, true, err);
		mem_free(mem);
		if (rc != XQ_OK)
			return rc == XQ_NONE ? xq_fault(err, "folder.read", "%s", g->staged[i])
			                     : rc;
	}
	return XQ_OK;
}

static void
unstage(struct grow *g)
{
	for (size_t i = 0; i < g->n_staged; i++) {
		char *full = mem_printf(g->mem, "%s/%s", g->fresh, g->staged[i]);
		(void)unlink(full); /* what is left over is written again next time */
		for (char *slash;
			(slash = strrchr(full, '/')) != NULL && strlen(full) > strlen(g->fresh);) {
			*slash = '\0';
			if (rmdir(full) != 0)
				break;
		}
		mem_free(full);
	}
	g->n_staged = 0;
}

/* ---- the tree that is here -------------------------------------------------------------------------- */

/* The unfinished tile of each level, as the old size has it. */
static enum xq_rc
load_levels(struct grow *g, struct xq_err *err)
{
	for (int level = 0; level <= TILE_LEVEL_MAX; level++) {
		struct level *l = &g->level[level];
		int64_t hashes = g->from >> (TILE_HEIGHT * level);
		struct bytes b;
		l->tiles = hashes / TILE_WIDTH;
		l->n = (int)(hashes % TILE_WIDTH);
		if (l->n == 0)
			continue;
		struct tile_path p = tile_path_of(level, l->tiles, g->from);
		enum xq_rc rc = source_tile(&g->here, g->mem, &p, &b, err);
		if (rc != XQ_OK || b.n != (size_t)l->n * SHA256_LEN)
			return rc == XQ_OK ? XQ_NONE : rc;
		memcpy(l->h, b.p, b.n);
	}
	return XQ_OK;
}

static enum xq_rc
load_here(struct grow *g, struct xq_err *err)
{
	struct tree_hash root;
	struct source_tree here = { &g->here, g->from };
	const struct tree_source s = source_tree(&here);
	enum xq_rc rc = XQ_OK;
	g->frontier = (struct tree_frontier){ .size = g->from };
	int64_t first = 0;
	for (int height = 62; rc == XQ_OK && height >= 0; height--) {
		if ((g->from >> height & 1) == 0)
			continue;
		rc = s.subtree(s.arg, first, height, &g->frontier.h[g->frontier.n++], err);
		first += INT64_C(1) << height;
	}
	if (rc == XQ_OK)
		rc = load_levels(g, err);
	if (rc == XQ_OK) {
		tree_root(&g->frontier, &root);
		rc = tree_equal(&root, &g->old_root) ? XQ_OK : XQ_NONE;
	}
	if (rc != XQ_NONE)
		return rc;
	(void)xq_refuse(err, NULL, "mirror.broken-copy");
	xq_err_int(err, "size", g->from);
	return XQ_REFUSED;
}

/* ---- growing ---------------------------------------------------------------------------------------- */

static enum xq_rc
put_tile(struct grow *g, int level, struct xq_err *err)
{
	struct level *l = &g->level[level];
	struct tile_path p = { .level = level, .n = l->tiles, .width = l->n };
	return stage(g, &p, (struct bytes){ l->h[0].b, (size_t)l->n * SHA256_LEN }, err);
}

static enum xq_rc
level_push(struct grow *g, int level, const struct tree_hash *h, struct xq_err *err)
{
	struct level *l = &g->level[level];
	l->h[l->n++] = *h;
	if (l->n < TILE_WIDTH)
		return XQ_OK;
	enum xq_rc rc = put_tile(g, level, err);
	l->tiles++;
	l->n = 0;
	return rc;
}

static void
subtree_done(void *arg, int height, const struct tree_hash *root)
{
	struct grow *g = arg;
	if (height % TILE_HEIGHT == 0 && height / TILE_HEIGHT <= TILE_LEVEL_MAX && g->rc == XQ_OK)
		g->rc = level_push(g, height / TILE_HEIGHT, root, g->err);
}

/* A document that the new entry names, unless it is here. It is known by its hash, so it needs no waiting. */
static enum xq_rc
take_doc(struct grow *g, void *mem, struct str hex, struct xq_err *err)
{
	uint8_t want[SHA256_LEN], got[SHA256_LEN];
	struct bytes b;
	const char *path = mem_printf(mem, "doc/%.*s", (int)hex.n, hex.p);
	if (hex.n != sizeof want * 2)
		return XQ_OK;
	for (size_t i = 0; i < hex.n; i++)
		if (memchr("0123456789abcdef", hex.p[i], 16) == NULL)
			return XQ_OK;
	if (folder_has(g->dir, path))
		return XQ_OK;
	enum xq_rc rc = g->src->get(g->src->arg, mem, path, FOLDER_DOC_MAX, &b, err);
	if (rc == XQ_NONE || rc == XQ_REFUSED) {
		g->out->n_docs_missing++;
		return XQ_OK;
	}
	if (rc != XQ_OK)
		return rc;
	char text[2 * SHA256_LEN + 1];
	hash_sha256(b, got);
	text_hex((struct bytes){ got, sizeof got }, text);
	if (!str_is(hex, text)) {
		g->out->n_docs_missing++;
		return XQ_OK;
	}
	g->out->n_docs++;
	return folder_put(g->dir, path, b, false, err);
}

/* Where the source kept a checkpoint and an entry about keys waits, the checkpoint may make it count. */
static enum xq_rc
take_kept_root(struct grow *g, void *mem, struct xq_err *err)
{
	const struct folder_log *about = &g->about;
	struct checkpoint_seen seen;
	struct tree_hash root;
	struct bytes b;
	while (g->next_kept < about->n_kept && about->kept[g->next_kept] < g->frontier.size)
		g->next_kept++;
	if (g->next_kept == about->n_kept || about->kept[g->next_kept] != g->frontier.size ||
		!follow_waits(&g->keys, g->frontier.size))
		return XQ_OK;
	const char *path = mem_printf(mem, "checkpoints/%lld", (long long)g->frontier.size);
	enum xq_rc rc = g->src->get(g->src->arg, mem, path, FOLDER_NOTE_MAX, &b, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE || rc == XQ_REFUSED ? XQ_OK : rc;
	tree_root(&g->frontier, &root);
	if (follow_read(&g->keys, str_n((const char *)b.p, b.n), &seen, NULL) == XQ_OK &&
		seen.size == g->frontier.size && tree_equal(&seen.root, &root))
		follow_root(&g->keys, seen.size);
	return XQ_OK;
}

static enum xq_rc
take_entry(struct grow *g, void *mem, struct str entry, struct xq_err *err)
{
	struct tree_hash leaf;
	struct event_seen e;
	struct str hex, vkey;
	int64_t seq = g->frontier.size;
	tree_leaf((struct bytes){ (const uint8_t *)entry.p, entry.n }, &leaf);
	enum xq_rc rc = level_push(g, 0, &leaf, err);
	if (rc == XQ_OK) {
		tree_push(&g->frontier, &leaf, subtree_done, g);
		rc = g->rc;
	}
	/* a badly formed entry is copied as it is: whether it breaks a rule is for `verify` to say */
	if (rc != XQ_OK || event_check(entry, NULL, -1, &e, NULL) != XQ_OK)
		return rc;
	if (pub_code(e.pub, "doc", &hex) && !str_is(e.kind, "import.done"))
		rc = take_doc(g, mem, hex, err);
	if (rc == XQ_OK && pub_code(e.pub, "frame", &hex))
		rc = take_doc(g, mem, hex, err);
	e.seq = seq; /* by its place */
	/* the key of the log itself only where the reader brought none */
	if (seq == 0 && g->keys.n == 0 && str_is(e.kind, "log.opened") &&
		pub_code(e.pub, "vkey", &vkey))
		follow_trust(&g->keys, vkey, 0, INT64_MAX);
	follow_event(&g->keys, &e);
	return rc == XQ_OK ? take_kept_root(g, mem, err) : rc;
}

static enum xq_rc
take_bundle(struct grow *g, void *mem, int64_t n, struct xq_err *err)
{
	struct tile_path p = bundle_path_of(n, g->size), old;
	struct bytes all, had = { NULL, 0 }, rest;
	enum xq_rc rc = source_tile(g->src, mem, &p, &all, err);
	if (rc == XQ_NONE)
		return refuse_path(g, tile_path_text(mem, &p), err);
	if (rc == XQ_OK && n * TILE_WIDTH < g->from) {
		old = bundle_path_of(n, g->from);
		rc = source_tile(&g->here, mem, &old, &had, err);
	}
	/* what was there already must stand in it byte for byte; else the root would differ anyway */
	if (rc == XQ_OK && (had.n > all.n || (had.n > 0 && memcmp(all.p, had.p, had.n) != 0)))
		return xq_refuse(err, NULL, "mirror.root");
	if (rc != XQ_OK)
		return rc;
	rest = (struct bytes){ all.p + had.n, all.n - had.n };
	for (struct str entry; rc == XQ_OK && bundle_cut(&rest, &entry);)
		rc = take_entry(g, mem, entry, err);
	if (rc == XQ_OK && rest.n > 0)
		return xq_refuse(err, NULL, "mirror.root");
	return rc == XQ_OK ? stage(g, &p, all, err) : rc;
}

static enum xq_rc
take_entries(struct grow *g, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	g->err = err;
	for (int64_t n = g->from / TILE_WIDTH; rc == XQ_OK && n * TILE_WIDTH < g->size; n++) {
		void *mem = mem_root("bundle");
		rc = take_bundle(g, mem, n, err);
		mem_free(mem);
	}
	for (int level = 0; rc == XQ_OK && level <= TILE_LEVEL_MAX; level++)
		if (g->level[level].n > 0)
			rc = put_tile(g, level, err);
	if (rc != XQ_OK)
		return rc;
	struct tree_hash root;
	tree_root(&g->frontier, &root);
	if (g->frontier.size != g->size || !tree_equal(&root, &g->root))
		return xq_refuse(err, NULL, "mirror.root");
	return XQ_OK;
}

/* ---- keys and notes --------------------------------------------------------------------------------- */

static enum xq_rc
load_keys(struct grow *g, const char *vkey, struct xq_err *err)
{
	struct bytes b;
	g->keys.mem = g->mem;
	if (vkey != NULL)
		follow_trust(&g->keys, str_of(vkey), 0, INT64_MAX);
	enum xq_rc rc = g->here.get(g->here.arg, g->mem, "keys", FOLLOW_TEXT_MAX, &b, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc;
	follow_text_read(&g->keys, str_n((const char *)b.p, b.n));
	return XQ_OK;
}

static enum xq_rc
save_keys(struct grow *g, struct xq_err *err)
{
	struct str out = follow_text(&g->keys);
	return folder_put(
		g->dir, "keys", (struct bytes){ (const uint8_t *)out.p, out.n }, true, err);
}

/* Newest checkpoints of both sides. XQ_NONE: the folder has none yet. */
static enum xq_rc
load_note(struct grow *g, const struct ledger_source *s, struct str *note, int64_t *size,
	struct tree_hash *root, struct str *origin, struct xq_err *err)
{
	struct bytes b;
	struct checkpoint_seen seen;
	enum xq_rc rc = s->get(s->arg, g->mem, "checkpoint", FOLDER_NOTE_MAX, &b, err);
	if (rc != XQ_OK)
		return rc;
	*note = str_n((const char *)b.p, b.n);
	rc = checkpoint_parse(*note, &seen, err);
	if (rc != XQ_OK)
		return rc;
	*size = seen.size;
	*root = seen.root;
	*origin = seen.origin;
	return XQ_OK;
}

static enum xq_rc
fork_found(struct grow *g, int64_t size, struct xq_err *err)
{
	struct xq_err why;
	const char *ours = mem_printf(g->mem, "fork/%lld-ours", (long long)g->from);
	const char *theirs = mem_printf(g->mem, "fork/%lld-theirs", (long long)g->size);
	enum xq_rc rc = folder_put(g->dir, ours,
		(struct bytes){ (const uint8_t *)g->old_note.p, g->old_note.n }, true, &why);
	if (rc == XQ_OK)
		rc = folder_put(g->dir, theirs,
			(struct bytes){ (const uint8_t *)g->note.p, g->note.n }, true, &why);
	if (rc != XQ_OK) {
		*err = why;
		return rc;
	}
	(void)xq_refuse(err, NULL, "mirror.fork");
	xq_err_int(err, "size", size);
	return XQ_REFUSED;
}

static enum xq_rc
check_signature(struct grow *g, struct xq_err *err)
{
	struct checkpoint_seen seen;
	return follow_read(&g->keys, g->note, &seen, err);
}

/* A source that has less than we: the same history up to there, or another one. */
static enum xq_rc
look_at_smaller(struct grow *g, struct xq_err *err)
{
	struct tree_hash ours;
	struct source_tree here = { &g->here, g->from };
	const struct tree_source s = source_tree(&here);
	/* before a fork is cried the other note must be signed by a key of the log */
	enum xq_rc rc = check_signature(g, err);
	if (rc == XQ_OK)
		rc = tree_root_of(&s, g->size, &ours, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? refuse_path(g, "tile", err) : rc;
	if (!tree_equal(&ours, &g->root))
		return fork_found(g, g->size, err);
	if (g->size == g->from)
		return XQ_OK;
	(void)xq_refuse(err, NULL, "mirror.older");
	xq_err_int(err, "have", g->from);
	xq_err_int(err, "got", g->size);
	return XQ_REFUSED;
}

/* Kept checkpoints that log.json names; one that is not of this log is left behind. */
static enum xq_rc
take_checkpoints(struct grow *g, struct xq_err *err)
{
	const struct folder_log *log = &g->about;
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; rc == XQ_OK && i < log->n_kept; i++) {
		const char *path = mem_printf(g->mem, "checkpoints/%lld", (long long)log->kept[i]);
		struct bytes note;
		struct checkpoint_seen seen;
		if (folder_has(g->dir, path) || log->kept[i] > g->size)
			continue;
		rc = g->src->get(g->src->arg, g->mem, path, FOLDER_NOTE_MAX, &note, err);
		if (rc == XQ_OK &&
			follow_read(&g->keys, str_n((const char *)note.p, note.n), &seen, NULL) ==
				XQ_OK &&
			seen.size == log->kept[i]) {
			rc = folder_put(g->dir, path, note, false, err);
			g->out->n_checkpoints++;
		} else if (rc == XQ_NONE || rc == XQ_REFUSED) {
			rc = XQ_OK;
		}
	}
	return rc == XQ_OK && g->about_text.n > 0
	               ? folder_put(g->dir, "log.json", g->about_text, true, err)
	               : rc;
}

/* ---- the whole -------------------------------------------------------------------------------------- */

static enum xq_rc
copy(struct grow *g, struct xq_err *err)
{
	enum xq_rc rc = take_entries(g, err);
	if (rc == XQ_REFUSED && text_eq(err->key, "mirror.root") && g->from > 0) {
		rc = check_signature(g, err);
		return rc == XQ_OK ? fork_found(g, g->from, err) : rc;
	}
	if (rc == XQ_OK)
		rc = check_signature(g, err);
	if (rc == XQ_OK) {
		follow_root(&g->keys, g->size);
		rc = take_over(g, err);
	}
	if (rc == XQ_OK)
		rc = save_keys(g, err);
	if (rc == XQ_OK)
		rc = take_checkpoints(g, err);
	if (rc == XQ_OK)
		rc = folder_put(g->dir, "checkpoint",
			(struct bytes){ (const uint8_t *)g->note.p, g->note.n }, true, err);
	return rc;
}

static enum xq_rc
load_about(struct grow *g, struct xq_err *err)
{
	struct bytes b;
	enum xq_rc rc = g->src->get(g->src->arg, g->mem, "log.json", FOLDER_LOG_MAX, &b, err);
	if (rc == XQ_OK && folder_log_read(g->mem, b, &g->about, NULL) == XQ_OK)
		g->about_text = b;
	return rc == XQ_NONE || rc == XQ_REFUSED ? XQ_OK : rc;
}

/* Entries are taken only from a source whose newest checkpoint a known key has signed, or else the first one
 * that it kept after ours: the way to a key that came later begins there. */
static enum xq_rc
check_reachable(struct grow *g, struct xq_err *err)
{
	struct checkpoint_seen seen;
	struct bytes b;
	struct xq_err why = { 0 };
	size_t i = 0;
	enum xq_rc rc = check_signature(g, err);
	if (rc == XQ_OK)
		return rc;
	while (i < g->about.n_kept && g->about.kept[i] <= g->from)
		i++;
	if (i == g->about.n_kept)
		return rc;
	const char *path = mem_printf(g->mem, "checkpoints/%lld", (long long)g->about.kept[i]);
	if (g->src->get(g->src->arg, g->mem, path, FOLDER_NOTE_MAX, &b, &why) != XQ_OK ||
		follow_read(&g->keys, str_n((const char *)b.p, b.n), &seen, &why) != XQ_OK)
		return rc;
	return XQ_OK;
}

/* Where both sides stand, and whether they can be of one history at all. */
static enum xq_rc
compare_heads(struct grow *g, struct xq_err *err)
{
	struct str origin, old_origin;
	enum xq_rc rc = load_note(g, g->src, &g->note, &g->size, &g->root, &origin, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, NULL, "mirror.no-checkpoint");
	if (rc != XQ_OK)
		return rc;
	g->out->origin = str_text(g->mem, origin);
	rc = load_note(g, &g->here, &g->old_note, &g->from, &g->old_root, &old_origin, err);
	if (rc == XQ_NONE)
		return XQ_OK;
	if (rc == XQ_OK && !str_eq(origin, old_origin)) {
		(void)xq_refuse(err, NULL, "mirror.other-log");
		xq_err_text(err, "have", str_text(g->mem, old_origin));
		xq_err_text(err, "got", g->out->origin);
		return XQ_REFUSED;
	}
	return rc == XQ_OK ? check_reachable(g, err) : rc;
}

enum xq_rc
folder_grow(void *mem, const struct ledger_source *src, const char *dir, const char *vkey,
	struct folder_grown *out, struct xq_err *err)
{
	struct folder_grown grown = { 0 };
	struct grow *g = mem_new(mem, struct grow);
	*g = (struct grow){ .mem = mem, .src = src, .dir = dir, .out = &grown };
	g->fresh = mem_printf(mem, "%s/.new", dir);
	if (mkdir(dir, 0755) != 0 && errno != EEXIST)
		return xq_fault(err, "folder.write", "%s: %s", dir, strerror(errno));
	enum xq_rc rc = folder_open(mem, dir, &g->here, err);
	if (rc == XQ_OK)
		rc = load_keys(g, vkey, err);
	if (rc == XQ_OK)
		rc = load_about(g, err);
	if (rc == XQ_OK)
		rc = compare_heads(g, err);
	if (rc == XQ_OK && g->from > 0)
		rc = load_here(g, err);
	if (rc == XQ_OK && g->size <= g->from && g->from > 0)
		rc = look_at_smaller(g, err);
	if (rc == XQ_OK)
		rc = copy(g, err);
	unstage(g);
	grown.from = g->from;
	grown.size = g->size;
	if (rc == XQ_OK)
		*out = grown;
	return rc;
}
