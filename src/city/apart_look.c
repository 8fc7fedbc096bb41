/* SPDX-License-Identifier: Apache-2.0 */
/* apart_look.c - the record of an office elsewhere, looked at as a stranger would. Proofs are made from the tiles that it
 * serves and hold against a root that a known key has signed, so a wrong tile proves nothing. */
#include "city/apart.h"
#include "core/hash.h"
#include "core/mem.h"
#include "core/time.h"
#include "ledger/pub.h"
#include "ledger/source_tree.h"

#include "core/banned.h"

enum { TILES_KEPT = 64, ASKED_MAX = 300 };

struct look {
	void *mem;
	const struct apart_asked *a;
	const struct ledger_source *src;
	struct apart_found *out;
	struct follow *keys;
	struct follow_known head; /* what its newest checkpoint signs */
	int n_asked;
	/* Hash tiles of this look, since proofs share them. */
	struct {
		const char *path;
		struct bytes bytes;
	} tile[TILES_KEPT];
	size_t n_tiles;
};

static enum xq_rc
look_get(void *arg, void *mem, const char *path, size_t max, struct bytes *out, struct xq_err *err)
{
	struct look *l = arg;
	const struct str s = str_of(path);
	bool is_tile = str_starts(s, STR("tile/")) && !str_starts(s, STR("tile/entries/"));
	for (size_t i = 0; is_tile && i < l->n_tiles; i++)
		if (text_eq(l->tile[i].path, path)) {
			*out = l->tile[i].bytes;
			return XQ_OK;
		}
	if (l->n_asked++ >= ASKED_MAX)
		return xq_busy(err, "fetch.unreachable"); /* the rest is for the next look */
	bool is_kept = is_tile && l->n_tiles < TILES_KEPT;
	enum xq_rc rc = l->src->get(l->src->arg, is_kept ? l->mem : mem, path, max, out, err);
	if (rc == XQ_OK && is_kept) {
		l->tile[l->n_tiles].path = mem_text(l->mem, path);
		l->tile[l->n_tiles++].bytes = *out;
	}
	return rc;
}

/* The first thing that was wrong is told. */
static bool
say(struct look *l, const char *key, const char *what)
{
	if (!l->out->why[0]) {
		l->out->why = key;
		l->out->what = what;
	}
	return false;
}

static bool
no_answer(struct look *l, enum xq_rc rc, const struct xq_err *err)
{
	if (rc == XQ_BUSY)
		return say(l,
			text_eq(err->key, "fetch.moved") ? "city.apart-moved" : "city.apart-silent",
			"");
	return say(l, "city.apart-form", "");
}

static bool
broken(struct look *l, const char *key, const char *what, const char *note)
{
	l->out->is_broken = true;
	l->out->note = note;
	return say(l, key, what);
}

/* ---- the head ---------------------------------------------------------------------------------------------------- */

/* The way from the keys that we know; a copy without it has the keys of its beginning. */
static bool
ask_keys(struct look *l, int64_t size)
{
	struct follow_known known = l->a->known->seen;
	struct bytes b;
	struct xq_err err = { 0 };
	const char *path = mem_printf(
		l->mem, "keys?from=%lld&to=%lld", (long long)known.size, (long long)size);
	enum xq_rc rc = look_get(l, l->mem, path, FOLLOW_STEPS_MAX, &b, &err);
	if (rc == XQ_NONE)
		return true;
	if (rc != XQ_OK)
		return no_answer(l, rc, &err);
	rc = follow_steps(l->keys, l->mem, str_n((const char *)b.p, b.n), l->a->code, &known, &err);
	return rc == XQ_OK || say(l, "city.apart-key", "");
}

static bool
goes_on(struct look *l, struct source_tree *t, const char *note)
{
	const struct follow_known *was = &l->a->known->seen;
	const struct tree_source tree = source_tree(t);
	struct tree_proof p;
	struct tree_hash root;
	struct xq_err err = { 0 };
	if (was->size == 0)
		return true;
	if (l->head.size < was->size)
		return broken(l, "city.apart-older",
			mem_printf(l->mem, "%lld < %lld", (long long)l->head.size,
				(long long)was->size),
			note);
	enum xq_rc rc = tree_consistency(&tree, was->size, l->head.size, &p, &err);
	if (rc != XQ_OK)
		return no_answer(l, rc, &err);
	if (tree_extends(was->size, &was->root, l->head.size, &l->head.root, &p))
		return true;
	/* A tree that gives the signed root is another history; one that does not was spoilt on the way. */
	rc = tree_root_of(&tree, l->head.size, &root, &err);
	if (rc != XQ_OK || !tree_equal(&root, &l->head.root))
		return no_answer(l, rc, &err);
	return broken(l, "city.apart-fork", mem_printf(l->mem, "%lld", (long long)was->size), note);
}

static bool
ask_head(struct look *l, struct source_tree *t)
{
	struct bytes b;
	struct checkpoint_seen seen;
	struct xq_err err = { 0 };
	enum xq_rc rc = look_get(l, l->mem, "checkpoint", FOLDER_NOTE_MAX, &b, &err);
	if (rc != XQ_OK)
		return no_answer(l, rc, &err);
	const struct str note = str_n((const char *)b.p, b.n);
	if (checkpoint_parse(note, &seen, &err) != XQ_OK)
		return say(l, "city.apart-form", "");
	if (!str_is(seen.origin, l->a->known->origin))
		return say(l, "city.apart-other", str_text(l->mem, seen.origin));
	if (l->a->known->seen.size > 0 && seen.size > l->a->known->seen.size &&
		!ask_keys(l, seen.size))
		return false;
	if (follow_read(l->keys, note, &seen, &err) != XQ_OK)
		return say(l, "city.apart-key", "");
	l->head = (struct follow_known){ seen.size, seen.root };
	t->size = seen.size;
	const char *text = str_text(l->mem, note);
	if (!goes_on(l, t, text))
		return false;
	l->out->seen = l->head;
	l->out->note = text;
	l->out->keys = follow_text(l->keys).p;
	return true;
}

/* ---- sheets --------------------------------------------------------------------------------------------------------- */

/* The entry that publishes it: in the tree, of this office, and saying what the list said. */
static bool
entry_names(struct look *l, struct str entry, const struct sheet_named *s)
{
	struct event_seen e;
	struct str doc;
	int32_t from, to;
	int64_t size;
	return event_check(entry, l->a->code, s->seq, &e, NULL) == XQ_OK &&
	       str_is(e.kind, "figures.published") && pub_code(e.pub, "doc", &doc) &&
	       str_is(doc, s->doc) && pub_day(e.pub, "from", &from) && from == s->month &&
	       pub_day(e.pub, "to", &to) && to == day_add_months(from, 1) &&
	       to <= day_of(e.at, TZ_CHINA) && pub_int(e.pub, "size", &size) && size == s->size;
}

static enum xq_rc
check_entry(struct look *l, struct source_tree *t, void *mem, const struct sheet_named *s,
	bool *out, struct xq_err *err)
{
	const struct tree_source tree = source_tree(t);
	struct tree_proof p;
	struct tree_hash leaf;
	struct str entry;
	enum xq_rc rc = source_entry(t, mem, s->seq, &entry, err);
	if (rc == XQ_OK)
		rc = tree_inclusion(&tree, s->seq, t->size, &p, err);
	if (rc != XQ_OK)
		return rc;
	tree_leaf((struct bytes){ (const uint8_t *)entry.p, entry.n }, &leaf);
	*out = tree_includes(&leaf, s->seq, t->size, &p, &l->head.root) && entry_names(l, entry, s);
	return XQ_OK;
}

static bool
document_fits(struct look *l, void *mem, const struct sheet_named *s, struct bytes b,
	struct tree_hash *out_root)
{
	struct figures_doc d;
	uint8_t hash[SHA256_LEN];
	char hex[2 * SHA256_LEN + 1];
	hash_sha256(b, hash);
	text_hex((struct bytes){ hash, sizeof hash }, hex);
	return text_eq(hex, s->doc) &&
	       figures_document_read(mem, str_n((const char *)b.p, b.n), &d, NULL) == XQ_OK &&
	       text_eq(d.log, l->a->code) && text_eq(d.origin, l->a->known->origin) &&
	       d.period.from == s->month && d.period.to == day_add_months(s->month, 1) &&
	       d.period.size == s->size && tree_b64_read(str_of(d.root), out_root);
}

/* The document under its hash, counted from this record as it was at that size. */
static enum xq_rc
check_document(struct look *l, struct source_tree *t, void *mem, const struct sheet_named *s,
	struct bytes *bytes, bool *out, struct xq_err *err)
{
	const struct tree_source tree = source_tree(t);
	struct tree_hash root;
	struct tree_proof p;
	const char *path = mem_printf(mem, "doc/%s", s->doc);
	enum xq_rc rc = look_get(l, mem, path, APART_DOC_MAX, bytes, err);
	*out = rc == XQ_OK && document_fits(l, mem, s, *bytes, &root);
	if (!*out)
		return rc;
	rc = tree_consistency(&tree, s->size, t->size, &p, err);
	*out = rc == XQ_OK && tree_extends(s->size, &root, t->size, &l->head.root, &p);
	return rc;
}

static const struct sheet_named *
have_of(const struct apart_asked *a, int32_t month)
{
	for (size_t i = 0; i < a->n_have; i++)
		if (a->have[i].month == month)
			return &a->have[i];
	return NULL;
}

/* False: the other side does not answer, so the rest waits. */
static bool
take(struct look *l, struct source_tree *t, const struct sheet_named *s)
{
	const struct sheet_named *have = have_of(l->a, s->month);
	const char *month = mem_textn(l->mem, day_text(l->mem, s->month), strlen("2026-10"));
	void *mem = mem_root("apart");
	struct bytes bytes = { 0 };
	struct xq_err err = { 0 };
	enum xq_rc rc = XQ_OK;
	bool is_good = !have || s->ver > have->ver;
	if (is_good)
		rc = check_entry(l, t, mem, s, &is_good, &err);
	if (rc == XQ_OK && is_good)
		rc = check_document(l, t, mem, s, &bytes, &is_good, &err);
	if (rc == XQ_OK && is_good)
		l->out->sheet[l->out->n++] = (struct apart_sheet){ *s,
			{ mem_copy(l->mem, bytes.p, bytes.n), bytes.n }, t->size };
	else if (rc == XQ_BUSY)
		(void)no_answer(l, rc, &err);
	else
		(void)say(l, "city.apart-sheet", month);
	mem_free(mem);
	return rc != XQ_BUSY;
}

static bool
ask_sheets(struct look *l, struct source_tree *t)
{
	struct sheet_named named[SHEETS_NAMED_MAX];
	size_t n;
	struct bytes b;
	struct xq_err err = { 0 };
	enum xq_rc rc = look_get(l, l->mem, "sheets.json", SHEETS_NAMED_BYTES, &b, &err);
	if (rc == XQ_OK)
		rc = sheets_named_read(l->mem, str_n((const char *)b.p, b.n), named, &n, &err);
	if (rc != XQ_OK)
		return no_answer(l, rc, &err);
	for (size_t i = 0; i < n; i++) {
		const struct sheet_named *have = have_of(l->a, named[i].month);
		if (named[i].seq >= t->size || (have && named[i].seq <= have->seq))
			continue; /* not signed yet; nor is what was taken replaced by what came before it */
		l->out->is_more = l->out->n == APART_TAKE_MAX;
		if (l->out->is_more || !take(l, t, &named[i]))
			return false;
	}
	return true;
}

void
apart_look(void *mem, const struct apart_asked *a, const struct ledger_source *src,
	struct apart_found *out)
{
	struct look *l = mem_new(mem, struct look);
	*out = (struct apart_found){ .note = "", .keys = "", .why = "", .what = "" };
	*l = (struct look){ .mem = mem, .a = a, .src = src, .out = out };
	const struct ledger_source kept = { .get = look_get, .arg = l };
	struct source_tree tree = { &kept, 0 };
	l->keys = mem_new(mem, struct follow);
	l->keys->mem = mem;
	follow_text_read(l->keys, str_of(a->known->keys));
	if (ask_head(l, &tree))
		(void)ask_sheets(l, &tree); /* what was wrong is in out */
}
