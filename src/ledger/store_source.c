/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a log out of the store: what an export writes and what the office's own check reads. */
#include "ledger/store_source.h"
#include "core/json.h"
#include "core/mem.h"
#include "ledger/event.h"
#include "ledger/folder.h"
#include "ledger/note.h"
#include "ledger/pub.h"
#include "ledger/tiles.h"

#include "core/banned.h"

struct store_source {
	struct tx *tx;
	void *mem;
	int64_t office;
	struct ledger_tree *tree;
	const struct folder_log *about; /* keys and witnesses; NULL: the first key alone */
};

static void
give(void *mem, const char *text, struct bytes *out)
{
	const char *p = mem_text(mem, text);
	*out = (struct bytes){ (const uint8_t *)p, strlen(p) };
}

static enum xq_rc
get_newest(struct store_source *s, void *mem, struct bytes *out, struct xq_err *err)
{
	struct checkpoint c;
	enum xq_rc rc = checkpoint_latest(s->tx, mem, s->office, &c, err);
	if (rc == XQ_OK)
		give(mem, c.note, out);
	return rc;
}

static enum xq_rc
get_kept(struct store_source *s, void *mem, struct str size_text, struct bytes *out,
	struct xq_err *err)
{
	int64_t size;
	struct checkpoint c;
	if (!note_size_read(size_text, &size))
		return XQ_NONE;
	enum xq_rc rc = checkpoint_from(s->tx, mem, s->office, size, &c, err);
	if (rc == XQ_OK && c.size != size)
		return XQ_NONE;
	if (rc == XQ_OK)
		give(mem, c.note, out);
	return rc;
}

static enum xq_rc
get_log_json(struct store_source *s, void *mem, struct bytes *out, struct xq_err *err)
{
	struct folder_log log = { 0 };
	struct str first;
	struct event_seen e;
	struct folder_vkey key = { .from = 0 };
	if (s->about)
		log = *s->about;
	log.origin = str_of(ledger_tree_origin(s->tree));
	enum xq_rc rc = checkpoint_sizes(s->tx, mem, s->office, &log.kept, &log.n_kept, err);
	if (rc == XQ_OK && !s->about)
		rc = ledger_entry(s->tree, mem, 0, &first, err);
	if (rc != XQ_OK)
		return rc;
	if (!s->about && event_check(first, NULL, 0, &e, NULL) == XQ_OK &&
		pub_code(e.pub, "vkey", &key.vkey)) {
		log.vkey = &key;
		log.n_vkeys = 1;
	}
	struct str text = folder_log_write(mem, &log);
	*out = (struct bytes){ (const uint8_t *)text.p, text.n };
	return XQ_OK;
}

static enum xq_rc
store_get(void *arg, void *mem, const char *path, size_t max, struct bytes *out, struct xq_err *err)
{
	struct store_source *s = arg;
	struct str p = str_of(path);
	struct tile_path tile;
	struct bytes b = { NULL, 0 };
	const char *type;
	enum xq_rc rc = XQ_NONE;
	if (str_is(p, "checkpoint"))
		rc = get_newest(s, mem, &b, err);
	else if (str_is(p, "log.json"))
		rc = get_log_json(s, mem, &b, err);
	else if (str_starts(p, STR("checkpoints/")))
		rc = get_kept(s, mem, str_n(p.p + 12, p.n - 12), &b, err);
	else if (str_starts(p, STR("doc/")))
		rc = ledger_doc_load(
			s->tx, mem, s->office, str_n(p.p + 4, p.n - 4), &type, &b, err);
	else if (tile_path_read(p, &tile))
		rc = ledger_tile_bytes(s->tree, mem, &tile, &b, err);
	if (rc == XQ_OK && b.n > max) {
		(void)xq_refuse(err, NULL, "folder.too-large");
		xq_err_text(err, "path", mem_text(mem, path));
		xq_err_int(err, "max", (int64_t)max);
		return XQ_REFUSED;
	}
	if (rc == XQ_OK)
		*out = b;
	return rc;
}

enum xq_rc
store_source_open(struct tx *tx, void *mem, int64_t office, const struct folder_log *about,
	struct ledger_tree **out_tree, struct ledger_source *out, struct xq_err *err)
{
	struct store_source *s = mem_new(mem, struct store_source);
	*s = (struct store_source){ .tx = tx, .mem = mem, .office = office, .about = about };
	enum xq_rc rc = ledger_tree_open(tx, s, office, &s->tree, err);
	if (rc != XQ_OK)
		return rc;
	*out = (struct ledger_source){ .get = store_get, .arg = s };
	if (out_tree)
		*out_tree = s->tree;
	return XQ_OK;
}
