/* SPDX-License-Identifier: Apache-2.0 */
/* log_pages.c - the record as strangers read it: checkpoints, tiles, documents and proofs under
 * /log/<office>/ (ledger.md 2). What cannot change is kept by every cache for ever; errors are one line. */
#include "core/json.h"
#include "core/mem.h"
#include "core/parse.h"
#include "ledger/folder.h"
#include "record/proof_json.h"
#include "record/record_int.h"
#include "record/witness.h"
#include "web/web.h"

#include "core/banned.h"

#define TEXT_PLAIN "text/plain; charset=utf-8"
#define BYTES "application/octet-stream"
#define LOG_FLAGS (VIEW_PUBLIC | VIEW_API | VIEW_OPEN)

/* ---- answers -------------------------------------------------------------------------------------- */

static enum xq_rc
say(struct resp *r, int status, const char *line)
{
	resp_text(r, status, TEXT_PLAIN, str_of(line));
	if (status != 200)
		r->cache = "no-store";
	return XQ_OK;
}

static enum xq_rc
not_there(struct resp *r)
{
	return say(r, 404, "There is nothing of this name in the record.\n");
}

static enum xq_rc
wrong(struct resp *r)
{
	return say(r, 400,
		"Give whole numbers: seq below size, from at most to, and no size that the record has not "
		"reached.\n");
}

static bool
is_ours(const struct req *q)
{
	return q->office && str_is(req_place(q, 0), q->office->code);
}

/* The tree of the snapshot; a damaged one still serves what can be read. */
static enum xq_rc
open_tree(struct req *q, struct ledger_tree **out, struct xq_err *err)
{
	return ledger_tree_open(q->tx, q->mem, q->office->id, out, err);
}

/* ---- checkpoints ---------------------------------------------------------------------------------- */

static enum xq_rc
checkpoint_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct checkpoint c;
	if (!is_ours(q))
		return not_there(r);
	enum xq_rc rc = checkpoint_latest(q->tx, q->mem, q->office->id, &c, err);
	if (rc == XQ_NONE)
		return say(r, 404, "Nothing has been signed yet.\n");
	if (rc != XQ_OK)
		return rc;
	uint8_t hash[SHA256_LEN];
	char hex[65];
	hash_sha256((struct bytes){ (const uint8_t *)c.note, strlen(c.note) }, hash);
	text_hex((struct bytes){ hash, sizeof hash }, hex);
	const char *etag = mem_printf(q->mem, "\"%.32s\"", hex);
	struct str known = req_header(q, "If-None-Match");
	bool is_same = known.n > 0 && str_index(known, str_of(etag)) < known.n;
	resp_text(r, is_same ? 304 : 200, TEXT_PLAIN, is_same ? STR("") : str_of(c.note));
	resp_header(r, "ETag", etag);
	r->cache = "no-cache";
	return XQ_OK;
}

static const struct view checkpoint_view = {
	.path = "/log/{office}/checkpoint",
	.who = PERM_ANYBODY,
	.flags = VIEW_API | VIEW_OPEN,
	.render = checkpoint_render,
};

static enum xq_rc
kept_render(struct req *q, struct resp *r, struct xq_err *err)
{
	int64_t size;
	struct checkpoint c;
	if (!is_ours(q) || !parse_int(req_place(q, 1), 0, TREE_SIZE_MAX, &size))
		return not_there(r);
	enum xq_rc rc = checkpoint_from(q->tx, q->mem, q->office->id, size, &c, err);
	if (rc == XQ_NONE || (rc == XQ_OK && c.size != size))
		return not_there(r);
	if (rc != XQ_OK)
		return rc;
	/* the newest may still get cosignatures */
	struct checkpoint newest;
	rc = checkpoint_latest(q->tx, q->mem, q->office->id, &newest, err);
	if (rc == XQ_OK)
		rc = witness_note_add(q->tx, q->mem, q->office->id, size, c.note, &c.note, err);
	if (rc != XQ_OK)
		return rc;
	resp_text(r, 200, TEXT_PLAIN, str_of(c.note));
	r->cache = newest.size == size ? "no-cache" : "public, max-age=31536000, immutable";
	return XQ_OK;
}

static const struct view kept_view = {
	.path = "/log/{office}/checkpoints/{size}",
	.who = PERM_ANYBODY,
	.flags = VIEW_API | VIEW_OPEN,
	.render = kept_render,
};

/* ---- tiles and documents ---------------------------------------------------------------------------- */

static enum xq_rc
tile_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct tile_path p;
	struct ledger_tree *t;
	struct bytes bytes;
	const char *path =
		mem_printf(q->mem, "tile/%.*s", (int)req_place(q, 1).n, req_place(q, 1).p);
	if (!is_ours(q) || !tile_path_read(str_of(path), &p))
		return not_there(r);
	enum xq_rc rc = open_tree(q, &t, err);
	if (rc == XQ_OK)
		rc = ledger_tile_bytes(t, q->mem, &p, &bytes, err);
	if (rc == XQ_NONE)
		return not_there(r);
	if (rc == XQ_OK)
		resp_text(r, 200, BYTES, str_n((const char *)bytes.p, bytes.n));
	return rc;
}

static const struct view tile_view = {
	.path = "/log/{office}/tile/{path...}",
	.who = PERM_ANYBODY,
	.flags = LOG_FLAGS | VIEW_IMMUTABLE,
	.render = tile_render,
};

static enum xq_rc
doc_render(struct req *q, struct resp *r, struct xq_err *err)
{
	const char *type;
	struct bytes bytes;
	if (!is_ours(q))
		return not_there(r);
	enum xq_rc rc =
		ledger_doc_load(q->tx, q->mem, q->office->id, req_place(q, 1), &type, &bytes, err);
	if (rc == XQ_NONE)
		return not_there(r);
	if (rc == XQ_OK)
		resp_text(r, 200, type, str_n((const char *)bytes.p, bytes.n));
	return rc;
}

static const struct view doc_view = {
	.path = "/log/{office}/doc/{hash}",
	.who = PERM_ANYBODY,
	.flags = LOG_FLAGS | VIEW_IMMUTABLE,
	.render = doc_render,
};

/* ---- proofs --------------------------------------------------------------------------------------- */

static bool
read_size(struct req *q, const char *name, int64_t *out)
{
	return parse_int(req_query(q, name), 0, TREE_SIZE_MAX, out);
}

static enum xq_rc
say_proof(struct req *q, struct resp *r, const struct tree_proof *p)
{
	struct json_w w = json_new(q->mem);
	json_open(&w, '{');
	proof_put_hashes(&w, p);
	json_close(&w, '}');
	resp_text(r, 200, "application/json", buf_view(&w.b));
	return XQ_OK;
}

static enum xq_rc
answer_proof(struct req *q, struct resp *r, enum xq_rc rc, const struct tree_proof *p,
	const struct xq_err *err)
{
	if (rc == XQ_REFUSED && text_eq(err->key, "record.beyond"))
		return wrong(r);
	return rc == XQ_OK ? say_proof(q, r, p) : rc;
}

static enum xq_rc
inclusion_render(struct req *q, struct resp *r, struct xq_err *err)
{
	int64_t seq, size;
	struct ledger_tree *t;
	struct tree_proof p;
	if (!is_ours(q))
		return not_there(r);
	if (!read_size(q, "seq", &seq) || !read_size(q, "size", &size))
		return wrong(r);
	enum xq_rc rc = open_tree(q, &t, err);
	if (rc == XQ_OK)
		rc = ledger_inclusion(t, seq, size, &p, err);
	return answer_proof(q, r, rc, &p, err);
}

static const struct view inclusion_view = {
	.path = "/log/{office}/proof/inclusion",
	.who = PERM_ANYBODY,
	.flags = LOG_FLAGS | VIEW_IMMUTABLE,
	.render = inclusion_render,
};

static enum xq_rc
consistency_render(struct req *q, struct resp *r, struct xq_err *err)
{
	int64_t from, to;
	struct ledger_tree *t;
	struct tree_proof p;
	if (!is_ours(q))
		return not_there(r);
	if (!read_size(q, "from", &from) || !read_size(q, "to", &to))
		return wrong(r);
	enum xq_rc rc = open_tree(q, &t, err);
	if (rc == XQ_OK)
		rc = ledger_consistency(t, from, to, &p, err);
	return answer_proof(q, r, rc, &p, err);
}

static const struct view consistency_view = {
	.path = "/log/{office}/proof/consistency",
	.who = PERM_ANYBODY,
	.flags = LOG_FLAGS | VIEW_IMMUTABLE,
	.render = consistency_render,
};

/* How somebody who knows a key of the size `from` comes to those that sign the size `to`. */
static enum xq_rc
keys_render(struct req *q, struct resp *r, struct xq_err *err)
{
	int64_t from, to;
	struct str json;
	if (!is_ours(q))
		return not_there(r);
	if (!read_size(q, "from", &from) || !read_size(q, "to", &to))
		return wrong(r);
	enum xq_rc rc = key_steps(q->tx, q->mem, q->office->id, from, to, &json, err);
	if (rc == XQ_REFUSED && text_eq(err->key, "record.beyond"))
		return wrong(r);
	if (rc == XQ_OK)
		resp_text(r, 200, "application/json", json);
	return rc;
}

static const struct view keys_view = {
	.path = "/log/{office}/keys",
	.who = PERM_ANYBODY,
	.flags = LOG_FLAGS,
	.render = keys_render,
};

/* ---- what there is ---------------------------------------------------------------------------------- */

static enum xq_rc
log_json_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct ledger_tree *t;
	struct folder_log log;
	if (!is_ours(q))
		return not_there(r);
	enum xq_rc rc = open_tree(q, &t, err);
	if (rc == XQ_OK)
		rc = record_about(q->app, q->tx, q->mem, q->office->id, &log, err);
	if (rc != XQ_OK)
		return rc;
	log.origin = str_of(ledger_tree_origin(t));
	resp_text(r, 200, "application/json", folder_log_write(q->mem, &log));
	r->cache = "public, max-age=60";
	return XQ_OK;
}

static const struct view log_json_view = {
	.path = "/log/{office}/log.json",
	.who = PERM_ANYBODY,
	.flags = VIEW_API | VIEW_OPEN,
	.render = log_json_render,
};

const struct view *const log_views[] = {
	&checkpoint_view,
	&kept_view,
	&tile_view,
	&doc_view,
	&inclusion_view,
	&consistency_view,
	&keys_view,
	&log_json_view,
	NULL,
};
