/* SPDX-License-Identifier: Apache-2.0 */
#include "record/refill.h"

#include "core/mem.h"
#include "ledger/key_follow.h"
#include "ledger/note.h"
#include "ledger/pub.h"
#include "ledger/tiles.h"
#include "record/keys.h"

#include "core/banned.h"

struct refill {
	struct tx *tx;
	void *mem;
	int64_t office;
	const struct ledger_source *src;
	struct ledger_head head;
	struct checkpoint newest;
	struct follow keys;
	int64_t now;
	struct refilled *out;
};

static enum xq_rc
lacks(struct refill *f, const char *path, struct xq_err *err)
{
	(void)xq_refuse(err, NULL, "refill.missing");
	xq_err_text(err, "path", mem_text(f->mem, path));
	return XQ_REFUSED;
}

/* ---- the checkpoint of the source --------------------------------------------------------------------- */

/* The keys that our rows know, or that the log was opened with; the reader may bring another one. */
static enum xq_rc
own_keys(struct refill *f, struct ledger_tree *t, const char *vkey, struct xq_err *err)
{
	f->keys.mem = f->mem;
	enum xq_rc rc = vkey ? log_keys_follow(f->tx, f->office, &f->keys, err)
	                     : log_keys_public(f->tx, f->mem, f->office, t, &f->keys, err);
	if (rc != XQ_OK)
		return rc;
	if (vkey)
		follow_trust(&f->keys, str_of(vkey), 0, INT64_MAX);
	if (f->keys.n > 0)
		return XQ_OK;
	(void)xq_refuse(err, NULL, "verify.bad-vkey");
	xq_err_text(err, "vkey", vkey ? vkey : "");
	return XQ_REFUSED;
}

static enum xq_rc
read_newest(struct refill *f, const char *origin, struct xq_err *err)
{
	struct bytes b;
	struct checkpoint_seen seen;
	enum xq_rc rc = f->src->get(f->src->arg, f->mem, "checkpoint", FOLDER_NOTE_MAX, &b, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, NULL, "refill.no-checkpoint");
	if (rc != XQ_OK)
		return rc;
	struct str note = str_n((const char *)b.p, b.n);
	rc = checkpoint_parse(note, &seen, err);
	if (rc == XQ_OK && !str_is(seen.origin, origin)) {
		(void)xq_refuse(err, NULL, "refill.other-log");
		xq_err_text(err, "have", mem_text(f->mem, origin));
		xq_err_text(err, "got", str_text(f->mem, seen.origin));
		return XQ_REFUSED;
	}
	if (rc == XQ_OK && seen.size <= f->head.size) {
		(void)xq_refuse(err, NULL, "refill.nothing");
		xq_err_int(err, "size", seen.size);
		return XQ_REFUSED;
	}
	if (rc == XQ_OK)
		f->newest = (struct checkpoint){
			.size = seen.size, .root = seen.root, .note = str_text(f->mem, note)
		};
	return rc;
}

/* ---- entries ------------------------------------------------------------------------------------------- */

static enum xq_rc
take_doc(struct refill *f, void *mem, struct str hex, struct xq_err *err)
{
	struct bytes b;
	char got[65];
	const char *path = mem_printf(mem, "doc/%.*s", (int)hex.n, hex.p);
	enum xq_rc rc = f->src->get(f->src->arg, mem, path, FOLDER_DOC_MAX, &b, err);
	if (rc == XQ_NONE || rc == XQ_REFUSED) {
		f->out->n_docs_missing++;
		return XQ_OK;
	}
	uint8_t hash[SHA256_LEN];
	if (rc != XQ_OK)
		return rc;
	hash_sha256(b, hash);
	text_hex((struct bytes){ hash, sizeof hash }, got);
	if (!str_is(hex, got)) {
		f->out->n_docs_missing++;
		return XQ_OK;
	}
	f->out->n_docs++;
	return ledger_doc_put(f->tx, f->office, "application/json", b, got, err);
}

static enum xq_rc
take_entry(struct refill *f, void *mem, struct str entry, struct xq_err *err)
{
	struct event_seen e;
	struct str hex;
	enum xq_rc rc = ledger_append_bytes(f->tx, &f->head, entry, err);
	if (rc == XQ_OK)
		rc = event_check(entry, NULL, -1, &e, err);
	if (rc == XQ_OK)
		follow_event(&f->keys, &e);
	if (rc == XQ_OK && pub_code(e.pub, "doc", &hex) && !str_is(e.kind, "import.done"))
		rc = take_doc(f, mem, hex, err);
	if (rc == XQ_OK && pub_code(e.pub, "frame", &hex))
		rc = take_doc(f, mem, hex, err);
	return rc;
}

static enum xq_rc
take_bundle(struct refill *f, void *mem, int64_t n, struct xq_err *err)
{
	struct tile_path p = bundle_path_of(n, f->newest.size);
	struct bytes rest;
	enum xq_rc rc = source_tile(f->src, mem, &p, &rest, err);
	if (rc == XQ_NONE)
		return lacks(f, tile_path_text(mem, &p), err);
	struct str entry;
	for (int64_t seq = n * TILE_WIDTH; rc == XQ_OK && bundle_cut(&rest, &entry); seq++)
		if (seq >= f->head.size)
			rc = take_entry(f, mem, entry, err);
	return rc == XQ_OK && rest.n > 0 ? lacks(f, tile_path_text(mem, &p), err) : rc;
}

/* Entries that we have and the source tells otherwise need no look: the root would be another. */
static enum xq_rc
take_entries(struct refill *f, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	for (int64_t n = f->head.size / TILE_WIDTH; rc == XQ_OK && n * TILE_WIDTH < f->newest.size;
		n++) {
		void *mem = mem_root("bundle");
		rc = take_bundle(f, mem, n, err);
		mem_free(mem);
	}
	return rc == XQ_OK ? ledger_head_save(f->tx, &f->head, err) : rc;
}

/* What the source kept on the way may lead from a key that we know to the one that signs now. */
static enum xq_rc
follow_note(struct refill *f, const struct checkpoint *c, struct xq_err *err)
{
	(void)err;
	follow_root(&f->keys, c->size);
	return XQ_OK;
}

/* And it is kept here too, since others will need it as we did. */
static enum xq_rc
keep_note(struct refill *f, const struct checkpoint *c, struct xq_err *err)
{
	return checkpoint_keep(f->tx, f->office, c, err);
}

static enum xq_rc
one_kept(struct refill *f, struct ledger_tree *t, int64_t size,
	enum xq_rc (*take)(struct refill *f, const struct checkpoint *c, struct xq_err *err),
	struct xq_err *err)
{
	struct bytes b;
	struct checkpoint_seen seen;
	struct tree_hash root;
	const char *path = mem_printf(f->mem, "checkpoints/%lld", (long long)size);
	enum xq_rc rc = f->src->get(f->src->arg, f->mem, path, FOLDER_NOTE_MAX, &b, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE || rc == XQ_REFUSED ? XQ_OK : rc;
	struct str note = str_n((const char *)b.p, b.n);
	if (follow_read(&f->keys, note, &seen, NULL) != XQ_OK || seen.size != size)
		return XQ_OK;
	rc = ledger_tree_root(t, size, &root, err);
	if (rc != XQ_OK || !tree_equal(&seen.root, &root))
		return rc;
	return take(f,
		&(struct checkpoint){ .size = size,
			.root = root,
			.note = str_text(f->mem, note),
			.signed_at = f->now },
		err);
}

static enum xq_rc
each_kept(struct refill *f, struct ledger_tree *t,
	enum xq_rc (*take)(struct refill *f, const struct checkpoint *c, struct xq_err *err),
	struct xq_err *err)
{
	struct bytes b;
	struct folder_log log = { 0 };
	enum xq_rc rc = f->src->get(f->src->arg, f->mem, "log.json", FOLDER_LOG_MAX, &b, err);
	if (rc == XQ_OK)
		rc = folder_log_read(f->mem, b, &log, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE || rc == XQ_REFUSED ? XQ_OK : rc;
	for (size_t i = 0; rc == XQ_OK && i < log.n_kept; i++)
		if (log.kept[i] >= f->out->from && log.kept[i] <= f->newest.size)
			rc = one_kept(f, t, log.kept[i], take, err);
	return rc;
}

static enum xq_rc
check_signature(struct refill *f, struct ledger_tree *t, struct xq_err *err)
{
	struct checkpoint_seen seen;
	enum xq_rc rc = each_kept(f, t, follow_note, err);
	if (rc == XQ_OK)
		rc = follow_read(&f->keys, str_of(f->newest.note), &seen, err);
	if (rc == XQ_OK) {
		follow_root(&f->keys, seen.size);
		rc = each_kept(f, t, keep_note, err);
	}
	return rc;
}

static enum xq_rc
compare_root(struct refill *f, struct xq_err *err)
{
	struct ledger_tree *t;
	enum xq_rc rc = ledger_tree_open(f->tx, f->mem, f->office, &t, err);
	if (rc == XQ_OK && ledger_tree_size(t) != f->newest.size)
		return xq_refuse(err, NULL, "refill.root");
	if (rc == XQ_OK)
		rc = ledger_tree_root(t, f->newest.size, &f->out->root, err);
	if (rc == XQ_OK && !tree_equal(&f->out->root, &f->newest.root))
		return xq_refuse(err, NULL, "refill.root");
	return rc == XQ_OK ? check_signature(f, t, err) : rc;
}

static enum xq_rc
note_repair(struct refill *f, int64_t now, struct xq_err *err)
{
	int64_t last = f->newest.size - 1;
	return db_exec(f->tx,
		SQL("INSERT INTO record_repair (office, from_seq, to_seq, at) VALUES (?, ?, ?, ?)"),
		VALS(V(f->office), V(f->out->from), V(last), V(now)), err);
}

static enum xq_rc
refill(struct refill *f, int64_t now, const char *vkey, struct xq_err *err)
{
	struct ledger_tree *t;
	enum xq_rc rc = ledger_head_load(f->tx, f->mem, NULL, f->office, &f->head, err);
	if (rc == XQ_OK)
		rc = ledger_tree_open(f->tx, f->mem, f->office, &t, err);
	f->out->from = f->head.size;
	f->now = now;
	if (rc == XQ_OK)
		rc = own_keys(f, t, vkey, err);
	if (rc == XQ_OK)
		rc = read_newest(f, ledger_tree_origin(t), err);
	if (rc == XQ_OK)
		rc = take_entries(f, err);
	if (rc == XQ_OK)
		rc = compare_root(f, err);
	f->newest.signed_at = now;
	if (rc == XQ_OK)
		rc = checkpoint_put(f->tx, f->mem, f->office, &f->newest, err);
	if (rc == XQ_OK)
		rc = log_keys_learn(f->tx, f->office, now, &f->keys, err);
	if (rc == XQ_OK)
		rc = note_repair(f, now, err);
	f->out->size = f->newest.size;
	return rc;
}

enum xq_rc
record_refill_from(struct app *app, void *mem, int64_t office, const struct ledger_source *src,
	const char *vkey, struct refilled *out, struct xq_err *err)
{
	struct refilled result = { 0 };
	struct refill f = { .mem = mem, .office = office, .src = src, .out = &result };
	enum xq_rc rc = db_write(app->db, &f.tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = refill(&f, clock_now(app->clock), vkey, err);
	rc = tx_finish(f.tx, rc, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? xq_refuse(err, NULL, "refill.no-checkpoint") : rc;
	*out = result;
	return XQ_OK;
}

/* ---- the module ----------------------------------------------------------------------------------------- */

static const struct table_decl tables[] = {
	{ .name = "record_repair", .class = TABLE_OFFICE, .clustered = true },
	{ 0 },
};
static const struct migration migration_1 = {
	.module = "record-refill",
	.number = 1,
	.ddl = "CREATE TABLE record_repair (\n"
	       "  office integer NOT NULL,\n"
	       "  from_seq integer NOT NULL,\n"
	       "  to_seq integer NOT NULL,\n"
	       "  at integer NOT NULL,\n"
	       "  PRIMARY KEY (office, from_seq)\n"
	       ");\n",
	.tables = tables,
};

static enum xq_rc
count_unrepaired(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT coalesce(sum(to_seq - from_seq + 1), 0) FROM record_repair WHERE office = ?"),
		VALS(V(office)), out, err);
}
static const struct invariant repaired = { .name = "record.entries-without-rows",
	.count_faults = count_unrepaired };

static const struct msg_text messages[] = {
	{ "refill.no-checkpoint",
		N_("There is no checkpoint at this source, so nothing was taken back.") },
	{ "refill.other-log",
		N_("This office's record is {have}; the source is {got}. Nothing was taken back.") },
	{ "refill.nothing",
		N_("The source ends at {size} entries; there is nothing to take back.") },
	{ "refill.missing", N_("The source lacks {path}. Nothing was taken back.") },
	{ "refill.root",
		N_("The entries of the source do not give the root that was signed. Nothing was taken back.") },
	{ 0 },
};

const struct module record_refill_module = {
	.name = "record-refill",
	.migrations = (const struct migration *const[]){ &migration_1, NULL },
	.invariants = (const struct invariant *const[]){ &repaired, NULL },
	.messages = (const struct msg_text *const[]){ messages, NULL },
};
