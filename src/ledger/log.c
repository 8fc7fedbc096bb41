/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of the record: opening a log, appending to it, the documents beside it. */
#include "ledger/event.h"

#include <sodium.h>

#include "core/hash.h"
#include "core/mem.h"
#include "ledger/edge.h"
#include "ledger/guard.h"
#include "ledger/ledger_int.h"
#include "ledger/parts.h"

#include "core/banned.h"

/* ---- tables ------------------------------------------------------------------------------------ */

/* What grows is not clustered: rows of many offices then go to the end of one file, whatever their
 * size. 100,000 events of 270 bytes with a part each: 1.25 s against 1.55 s, the same bytes on disk. */
static const struct table_decl ledger_tables[] = {
	{ .name = "ledger_log", .class = TABLE_OFFICE, .clustered = true },
	{ .name = "ledger_head", .class = TABLE_OFFICE, .clustered = true },
	{ .name = "ledger_event", .class = TABLE_OFFICE, .grows = true },
	{ .name = "ledger_part", .class = TABLE_OFFICE, .grows = true },
	{ .name = "ledger_doc", .class = TABLE_OFFICE, .grows = true },
	{ 0 },
};

/* key_seed is empty once the seed is sealed (parts.h), and ledger_part has another form since migration 3.
 * No foreign key from ledger_event: each row would pay for a look-up of a row
 * that the writer has just read. */
const struct migration ledger_migration_1 = {
	.module = "ledger",
	.number = 1,
	.ddl = "CREATE TABLE ledger_log (\n"
	       "  office integer NOT NULL,\n"
	       "  code text NOT NULL,\n"
	       "  origin text NOT NULL,\n"
	       "  epoch integer NOT NULL,\n"
	       "  opened_at integer NOT NULL,\n"
	       "  key_seed blob NOT NULL,\n"
	       "  PRIMARY KEY (office)\n"
	       ");\n"
	       "CREATE TABLE ledger_head (\n"
	       "  office integer NOT NULL,\n"
	       "  size integer NOT NULL,\n"
	       "  last_at integer NOT NULL,\n"
	       "  PRIMARY KEY (office)\n"
	       ");\n"
	       "CREATE TABLE ledger_event (\n"
	       "  office integer NOT NULL,\n"
	       "  seq integer NOT NULL,\n"
	       "  prev integer,\n"
	       "  bytes blob NOT NULL,\n"
	       "  PRIMARY KEY (office, seq)\n"
	       ");\n"
	       "CREATE TABLE ledger_part (\n"
	       "  office integer NOT NULL,\n"
	       "  seq integer NOT NULL,\n"
	       "  part text NOT NULL,\n"
	       "  person_id integer NOT NULL,\n"
	       "  salt blob NOT NULL,\n"
	       "  text text NOT NULL,\n"
	       "  PRIMARY KEY (office, seq, part)\n"
	       ");\n"
	       "CREATE TABLE ledger_doc (\n"
	       "  office integer NOT NULL,\n"
	       "  sha256 text NOT NULL,\n"
	       "  type text NOT NULL,\n"
	       "  bytes blob NOT NULL,\n"
	       "  PRIMARY KEY (office, sha256)\n"
	       ");\n",
	.sqlite_only = "CREATE TRIGGER ledger_event_no_update BEFORE UPDATE ON ledger_event"
		       " BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;\n"
		       "CREATE TRIGGER ledger_event_no_delete BEFORE DELETE ON ledger_event"
		       " BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;\n",
	.tables = ledger_tables,
};

const struct msg_text ledger_messages[] = {
	{ "record.form",
		N_("The public record could not take this entry, so nothing was saved. Please tell the "
		   "people who run the system.") },
	{ "record.bad-entry",
		N_("This entry of the record is not well-formed: {key}, at byte {at}.") },
	{ "keystore.file",
		N_("The file of keys in the data folder cannot be used. Please tell the people who run "
		   "the system.") },
	{ "record.part",
		N_("A sealed part of the record cannot be opened. Please tell the people who run the "
		   "system.") },
	{ "record.voice",
		N_("This concern could not be erased. Please tell the people who run the system.") },
	{ "record.broken",
		N_("The public record is damaged ({what}, at entry {seq}). Reading goes on; nothing new is "
		   "taken until somebody has looked at it.") },
	{ "record.beyond", N_("The public record has {size} entries so far.") },
	{ "record.fork",
		N_("A checkpoint of this size was signed already, with another content. Nothing more is "
		   "signed until somebody has looked at it.") },
	{ "record.stopped",
		N_("The public record of this office is stopped until somebody has looked at it. Everything "
		   "can be read; nothing can be saved just now. Please keep what you wrote and ring the "
		   "office.") },
	{ "record.clock",
		N_("The clock of the server is behind: the last entry was made at {at}. Nothing is signed "
		   "until it is right again.") },
	{ "record.differs",
		N_("What was signed at {size} entries is not what stands here now ({what} remembers "
		   "another record): perhaps an older backup was put back.") },
	{ "guard.form", N_("The guard file of the record cannot be read.") },
	{ "guard.write",
		N_("The guard file of the record cannot be written, so nothing is signed.") },
	{ "canonical.bad", N_("This JSON has no canonical form, so the record cannot hold it.") },
	{ "log.exists", N_("This office has a public record already.") },
	{ 0 },
};

/* ---- kinds of the kernel ----------------------------------------------------------------------- */

static const struct event_field opened_fields[] = {
	{ "after", EV_CODE, true, "origin of the log that this one continues" },
	{ "origin", EV_CODE, false, "name of the log" },
	{ "root", EV_CODE, true, "last signed root of the old log, base64" },
	{ "size", EV_INT, true, "last signed size of the old log" },
	{ "vkey", EV_CODE, false, "key that signs the checkpoints" },
	{ 0 },
};
const struct event_kind ev_log_opened = {
	.name = "log.opened",
	.meaning = "The log begins; seq 0 only.",
	.fields = opened_fields,
};

const struct event_kind ev_log_tick = {
	.name = "log.tick",
	.meaning = "Nothing else was written for a day; the log is alive.",
};

static const struct event_field noted_fields[] = {
	{ "act", EV_CODE, false, "name of the act" },
	{ 0 },
};
const struct event_kind ev_office_noted = {
	.name = "office.noted",
	.meaning = "An act changed a fact of the office and has no kind of its own.",
	.fields = noted_fields,
};

static const struct event_field import_fields[] = {
	{ "doc", EV_CODE, false, "SHA-256 of the imported table, hex" },
	{ "rows", EV_INT, false, "rows taken over" },
	{ 0 },
};
const struct event_kind ev_import_done = {
	.name = "import.done",
	.meaning = "History from before this system was taken over; it is in no published figure.",
	.fields = import_fields,
};

static const struct event_field role_fields[] = {
	{ "name", EV_CODE, false, "the role" },
	{ "scope", EV_CODE, false, "office, or code of the unit or area" },
	{ 0 },
};
const struct event_kind ev_role_granted = {
	.name = "role.granted",
	.meaning = "Somebody was given a role; part who names the person.",
	.fields = role_fields,
};
const struct event_kind ev_role_revoked = {
	.name = "role.revoked",
	.meaning = "A role was taken back; part who names the person.",
	.fields = role_fields,
};

static const struct event_field erased_fields[] = {
	{ "ground", EV_CODE, false, "request retention consent" },
	{ "parts", EV_CODES, false, "<seq>:<part> of what was destroyed, by seq" },
	{ 0 },
};
const struct event_kind ev_record_erased = {
	.name = "record.erased",
	.meaning =
		"Personal parts were destroyed with their keys; announced for several persons together.",
	.fields = erased_fields,
};

const struct event_kind *const ledger_kinds[] = { &ev_import_done, &ev_log_opened, &ev_log_tick,
	&ev_office_noted, &ev_record_erased, &ev_role_granted, &ev_role_revoked, NULL };

/* ---- parts ------------------------------------------------------------------------------------- */

void
ledger_commit(const uint8_t salt[LEDGER_SALT_LEN], struct str json, char out[LEDGER_COM_LEN + 1])
{
	const struct bytes piece[2] = { { salt, LEDGER_SALT_LEN },
		{ (const uint8_t *)json.p, json.n } };
	uint8_t hash[SHA256_LEN];
	hash_sha256_parts(piece, 2, hash);
	text_base64((struct bytes){ hash, sizeof(hash) }, out);
}

bool
ledger_opens(struct bytes salt, struct str json, struct str commitment)
{
	if (salt.n != LEDGER_SALT_LEN || commitment.n != LEDGER_COM_LEN || !canonical_is(json))
		return false;
	char com[LEDGER_COM_LEN + 1];
	ledger_commit(salt.p, json, com);
	return str_is(commitment, com);
}

/* ---- appending --------------------------------------------------------------------------------- */

/* The kept edge where it is the one of these rows, else read from rows and compared. */
static enum xq_rc
work_load(struct tx *tx, void *mem, const struct ledger_edges *edges, struct ledger_head *head,
	const struct tree_hash *root, struct xq_err *err)
{
	/* not zeroed: 56 KiB of which little is used */
	struct ledger_work *w = mem_resize(mem, NULL, sizeof *w);
	const struct ledger_edge *kept = edges_find(edges, head->office, head->size, root);
	w->leaf = NULL;
	w->cap = 0;
	head->work = w;
	if (kept) {
		edge_copy(&w->edge, kept);
		return XQ_OK;
	}
	enum xq_rc rc = edge_load(tx, head->office, head->size, &w->edge, err);
	if (rc == XQ_OK && !tree_equal(&w->edge.root, root))
		rc = record_broken(err, "root", head->size);
	return rc;
}

static sql_ref
head_sql(void)
{
	return SQL("SELECT l.code, h.size, h.last_at, h.root, l.origin"
		   "  FROM ledger_log l"
		   "  JOIN ledger_head h ON h.office = l.office"
		   " WHERE l.office = ? AND h.office = ?");
}

void
ledger_head_ask(struct tx *tx, int64_t office)
{
	db_ask(tx, head_sql(), VALS(V(office), V(office)));
}

enum xq_rc
ledger_head_load(struct tx *tx, void *mem, const struct ledger_edges *edges, int64_t office,
	struct ledger_head *out, struct xq_err *err)
{
	struct rows *q = db_query(tx, head_sql(), VALS(V(office), V(office)));
	struct ledger_head head = { .office = office };
	struct tree_hash root = { { 0 } };
	bool is_there = row_next(q);
	if (is_there) {
		struct bytes r = row_bytes(q, 3);
		head.log = row_text(q, 0, mem);
		head.size = row_int(q, 1);
		head.last_at = row_int(q, 2);
		head.origin = row_text(q, 4, mem);
		if (r.n == SHA256_LEN)
			memcpy(root.b, r.p, SHA256_LEN);
	}
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK)
		return rc;
	if (!is_there)
		return XQ_NONE;
	if (!edges_are_off(edges))
		rc = work_load(tx, mem, edges, &head, &root, err);
	if (rc == XQ_OK)
		*out = head;
	return rc;
}

enum xq_rc
ledger_head_save(struct tx *tx, struct ledger_head *head, struct xq_err *err)
{
	if (!head->is_changed)
		return XQ_OK;
	struct ledger_work *w = head->work;
	if (!w) { /* ledger_edges_off: the numbers go on, and that is all */
		head->is_changed = false;
		return db_exec_one(tx, SQL("UPDATE ledger_head SET size = ? WHERE office = ?"),
			VALS(V(head->size), V(head->office)), err);
	}
	size_t n = (size_t)(head->size - w->edge.frontier.size);
	enum xq_rc rc = edge_push(tx, head->office, &w->edge, w->leaf, n, err);
	if (rc != XQ_OK)
		return rc;
	struct bytes root = { w->edge.root.b, SHA256_LEN };
	rc = db_exec_one(tx,
		SQL("UPDATE ledger_head SET size = ?, last_at = ?, root = ? WHERE office = ?"),
		VALS(V(head->size), V(head->last_at), V(root), V(head->office)), err);
	if (rc == XQ_OK)
		head->is_changed = false;
	return rc;
}

/* ---- the tree of a folder from before it --------------------------------------------------------- */

static enum xq_rc
push_rows(struct tx *tx, int64_t office, int64_t size, struct ledger_edge *e, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT seq, bytes FROM ledger_event WHERE office = ? AND seq >= 0 ORDER BY seq"),
		VALS(V(office)));
	enum xq_rc rc = XQ_OK;
	int64_t seq = 0;
	for (; rc == XQ_OK && row_next(q) && row_int(q, 0) == seq; seq++) {
		struct tree_hash leaf;
		tree_leaf(row_bytes(q, 1), &leaf);
		rc = edge_push(tx, office, e, &leaf, 1, err);
	}
	struct xq_err late;
	enum xq_rc closed = rows_close(q, rc == XQ_OK ? err : &late);
	if (rc == XQ_OK)
		rc = closed;
	return rc == XQ_OK && seq != size ? record_broken(err, "entry-missing", seq) : rc;
}

enum xq_rc
ledger_tree_due(struct db *db, bool *out, struct xq_err *err)
{
	struct tx *tx;
	int64_t n = 0;
	enum xq_rc rc = db_read(db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = db_int(tx,
		SQL("SELECT count(*) FROM ledger_head WHERE root IS NULL"
		    " /* CITY: when the folder is opened, one row of each office */"),
		NO_VALS, &n, err);
	tx_end(tx);
	*out = n > 0;
	return rc;
}

enum xq_rc
ledger_tree_make(struct tx *tx, void *mem, int64_t office, bool *out_made, struct xq_err *err)
{
	int64_t size;
	*out_made = false;
	enum xq_rc rc =
		db_int(tx, SQL("SELECT size FROM ledger_head WHERE office = ? AND root IS NULL"),
			VALS(V(office)), &size, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc;
	struct ledger_edge *e = mem_new(mem, struct ledger_edge);
	edge_empty(e);
	rc = push_rows(tx, office, size, e, err);
	struct bytes root = { e->root.b, SHA256_LEN };
	if (rc == XQ_OK)
		rc = db_exec_one(tx, SQL("UPDATE ledger_head SET root = ? WHERE office = ?"),
			VALS(V(root), V(office)), err);
	mem_free(e);
	*out_made = rc == XQ_OK;
	return rc;
}

/* ---- one entry ------------------------------------------------------------------------------------- */

/* The leaf's place follows from its seq: what was cut off is written over. */
static void
leaf_add(struct ledger_head *head, struct bytes bytes)
{
	struct ledger_work *w = head->work;
	size_t at = (size_t)(head->size - w->edge.frontier.size);
	if (at == w->cap) {
		size_t cap = w->cap ? w->cap * 2 : 64;
		w->leaf = mem_resize(w, w->leaf, cap * sizeof *w->leaf);
		w->cap = cap;
	}
	tree_leaf(bytes, &w->leaf[at]);
}

enum xq_rc
ledger_append(struct tx *tx, void *mem, struct ledger_head *head, int64_t now, struct rng *random,
	const struct event *e, int64_t *out_seq, struct xq_err *err)
{
	if (!head->work) { /* ledger_edges_off */
		*out_seq = head->size++;
		head->is_changed = true;
		return XQ_OK;
	}
	uint8_t salt[EVENT_MAX_PARTS][LEDGER_SALT_LEN];
	char com[EVENT_MAX_PARTS][LEDGER_COM_LEN + 1];
	const char *com_text[EVENT_MAX_PARTS];
	struct event_bytes_buf b;

	for (size_t i = 0; i < e->n_parts && i < EVENT_MAX_PARTS; i++) {
		com_text[i] = e->part[i].com;
		if (com_text[i] != NULL)
			continue;
		if (!canonical_is(e->part[i].json))
			return xq_fault(err, "record.form", "%s: part %s is not canonical JSON",
				e->kind->name, e->part[i].name);
		rng_fill(random, salt[i], LEDGER_SALT_LEN);
		ledger_commit(salt[i], e->part[i].json, com[i]);
		com_text[i] = com[i];
	}
	int64_t at = now > head->last_at ? now : head->last_at;
	enum xq_rc rc = event_put(&b, head->log, head->size, at, e, com_text, err);
	if (rc != XQ_OK)
		return rc;

	struct bytes bytes = { (const uint8_t *)b.p, b.n };
	rc = db_exec(tx,
		SQL("INSERT INTO ledger_event (office, seq, prev, bytes) VALUES (?, ?, ?, ?)"),
		VALS(V(head->office), V(head->size), V_OR_NULL(e->prev >= 0, e->prev), V(bytes)),
		err);
	if (rc == XQ_OK)
		rc = ledger_parts_save(tx, mem, head, e, salt, random, err);
	if (rc != XQ_OK)
		return rc;
	leaf_add(head, bytes);
	*out_seq = head->size++;
	head->last_at = at;
	head->is_changed = true;
	return XQ_OK;
}

enum xq_rc
ledger_append_bytes(struct tx *tx, struct ledger_head *head, struct str bytes, struct xq_err *err)
{
	struct event_seen e;
	enum xq_rc rc = event_check(bytes, head->log, head->size, &e, err);
	if (rc == XQ_OK && e.at < head->last_at) {
		rc = xq_refuse(err, NULL, "record.bad-entry");
		xq_err_text(err, "key", "at");
		xq_err_int(err, "at", 0);
	}
	if (rc != XQ_OK)
		return rc;
	struct bytes b = { (const uint8_t *)bytes.p, bytes.n };
	rc = db_exec(tx,
		SQL("INSERT INTO ledger_event (office, seq, prev, bytes) VALUES (?, ?, ?, ?)"),
		VALS(V(head->office), V(head->size), V_OR_NULL(e.prev >= 0, e.prev), V(b)), err);
	if (rc != XQ_OK)
		return rc;
	leaf_add(head, b);
	head->size++;
	head->last_at = e.at;
	head->is_changed = true;
	return XQ_OK;
}

enum xq_rc
ledger_doc_put(struct tx *tx, int64_t office, const char *type, struct bytes doc, char out_hex[65],
	struct xq_err *err)
{
	uint8_t hash[SHA256_LEN];
	hash_sha256(doc, hash);
	text_hex((struct bytes){ hash, sizeof(hash) }, out_hex);
	const char *hex = out_hex;
	return db_exec(tx,
		SQL("INSERT INTO ledger_doc (office, sha256, type, bytes) VALUES (?, ?, ?, ?)"
		    " ON CONFLICT (office, sha256) DO NOTHING"),
		VALS(V(office), V(hex), V(type), V(doc)), err);
}

/* ---- opening ----------------------------------------------------------------------------------- */

static bool
is_origin(struct str s)
{
	return ledger_is_code(s) && str_find(s, '+') == s.n && str_find(s, '/') < s.n &&
	       s.p[s.n - 1] != '/' && str_index(s, STR("://")) == s.n;
}

/* name+hex(id)+base64(0x01 || public key), id the first four bytes of
 * SHA-256(name || 0x0A || 0x01 || public key): ledger.md 5.3, type 0x01 is Ed25519. */
static char *
vkey_text(void *mem, const char *origin, const uint8_t seed[crypto_sign_SEEDBYTES])
{
	uint8_t pub[1 + crypto_sign_PUBLICKEYBYTES] = { 0x01 }, secret[crypto_sign_SECRETKEYBYTES];
	int rc = crypto_sign_seed_keypair(pub + 1, secret, seed);
	xq_require(rc == 0);
	hash_wipe(secret, sizeof(secret));

	const struct bytes piece[] = { { (const uint8_t *)origin, strlen(origin) },
		{ (const uint8_t *)"\n", 1 }, { pub, sizeof(pub) } };
	uint8_t hash[SHA256_LEN];
	char id[9], key[45];
	hash_sha256_parts(piece, 3, hash);
	text_hex((struct bytes){ hash, 4 }, id);
	text_base64((struct bytes){ pub, sizeof(pub) }, key);
	return mem_printf(mem, "%s+%s+%s", origin, id, key);
}

static enum xq_rc
insert_log(struct tx *tx, int64_t office, const char *code, const char *origin, int64_t now,
	struct bytes seed, struct xq_err *err)
{
	enum xq_rc rc = db_exec_one(tx,
		SQL("INSERT INTO ledger_log (office, code, origin, epoch, opened_at, key_seed)"
		    " VALUES (?, ?, ?, 1, ?, ?)"),
		VALS(V(office), V(code), V(origin), V(now), V(seed)), err);
	if (rc == XQ_REFUSED)
		return xq_refuse(err, NULL, "log.exists");
	if (rc != XQ_OK)
		return rc;
	struct tree_hash empty;
	tree_root(&(struct tree_frontier){ .n = 0 }, &empty);
	struct bytes root = { empty.b, SHA256_LEN };
	return db_exec(tx,
		SQL("INSERT INTO ledger_head (office, size, last_at, root) VALUES (?, 0, 0, ?)"),
		VALS(V(office), V(root)), err);
}

/* The first entry; that of a log which goes on where another ended names its last signed head (ledger.md 7.4). */
static struct event
opened_event(void *mem, const char *origin, const char *vkey, const struct guard_entry *after)
{
	struct event_value *value = mem_array(mem, struct event_value, 5);
	size_t n = 0;
	value[n++] = (struct event_value)EV("origin", origin);
	value[n++] = (struct event_value)EV("vkey", vkey);
	if (after) {
		char root[TREE_B64_LEN + 1];
		tree_b64(&after->root, root);
		value[n++] = (struct event_value)EV("after", mem_text(mem, after->origin));
		value[n++] = (struct event_value)EV("root", mem_text(mem, root));
		value[n++] = (struct event_value)EV_N("size", after->size);
	}
	return (struct event){
		.kind = &ev_log_opened, .prev = -1, .role = "officer", .value = value, .n_values = n
	};
}

enum xq_rc
ledger_open(struct tx *tx, void *mem, int64_t office, const char *code, const char *origin,
	const struct guard_entry *after, int64_t now, struct rng *random, struct xq_err *err)
{
	if (!ledger_is_code(str_of(code)) || !is_origin(str_of(origin)))
		return xq_fault(err, "record.form", "log.opened: code or origin of the wrong form");
	uint8_t seed[crypto_sign_SEEDBYTES];
	rng_fill(random, seed, sizeof(seed));
	const char *vkey = vkey_text(mem, origin, seed);
	enum xq_rc rc = insert_log(
		tx, office, code, origin, now, (struct bytes){ seed, sizeof(seed) }, err);
	hash_wipe(seed, sizeof(seed));
	if (rc != XQ_OK)
		return rc;

	struct ledger_head head;
	rc = ledger_head_load(tx, mem, NULL, office, &head, err);
	if (rc != XQ_OK)
		return rc;
	const struct event e = opened_event(mem, origin, vkey, after);
	int64_t seq;
	rc = ledger_append(tx, mem, &head, now, random, &e, &seq, err);
	if (rc != XQ_OK)
		return rc;
	return ledger_head_save(tx, &head, err);
}
