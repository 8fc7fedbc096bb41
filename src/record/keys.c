/* SPDX-License-Identifier: Apache-2.0 */
/* Reading keys, and signing with them. Seeds are touched here and where a key is made. */
#include "record/keys_int.h"

#include "core/hash.h"
#include "core/mem.h"
#include "core/seal.h"
#include "ledger/key_follow.h"
#include "ledger/parts.h"
#include "ledger/pub.h"
#include "ledger/tiles.h"

#include "core/banned.h"

/* ---- reading ------------------------------------------------------------------------------------- */

/* The key of log.opened. It has a row of its own from the first rotation on; until then the log's
 * row says all there is. */
static enum xq_rc
load_first(const struct app *app, struct tx *tx, void *mem, int64_t office, struct log_key *out,
	struct xq_err *err)
{
	struct rows *q = db_query(
		tx, SQL("SELECT origin FROM ledger_log WHERE office = ?"), VALS(V(office)));
	struct log_key k = { .no = 1, .until = -1, .has_seed = true, .key.type = NOTE_ED25519 };
	const char *origin = row_next(q) ? row_text(q, 0, mem) : NULL;
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK)
		rc = keystore_seed_open(tx, app_keys(app, office), office, k.seed, err);
	if (rc != XQ_OK || origin == NULL)
		return rc;
	note_public(k.seed, k.key.pub);
	const char *vkey = note_vkey_text(mem, origin, NOTE_ED25519, k.key.pub);
	bool is_key = note_vkey_read(str_of(vkey), &k.key);
	xq_require(is_key);
	*out = k;
	return XQ_OK;
}

/* Columns: no, vkey, seed, from_size, until_size, retire_at. The first key's seed is not in its row. */
static bool
take_row(const uint8_t key[KEY_LEN], void *mem, struct rows *q, const struct log_key *first,
	struct log_key *out)
{
	struct log_key k = { .no = row_int(q, 0),
		.from = row_int(q, 3),
		.until = row_is_null(q, 4) ? -1 : row_int(q, 4),
		.retire_at = row_int(q, 5) };
	struct str seed = { NULL, 0 };
	bool is_sealed = !row_is_null(q, 2);
	if (is_sealed)
		(void)seal_open(
			mem, key, LOG_SEED_PURPOSE, row_bytes(q, 2), &seed); /* none: below */
	if (!note_vkey_read(row_str(q, 1), &k.key))
		return false;
	k.has_seed = k.no == 1 || seed.n == sizeof(k.seed);
	if (k.no == 1)
		memcpy(k.seed, first->seed, sizeof(k.seed));
	else if (k.has_seed)
		memcpy(k.seed, seed.p, sizeof(k.seed));
	else if (is_sealed && k.until < 0)
		return false;
	*out = k;
	return true;
}

enum xq_rc
log_keys_all(const struct app *app, struct tx *tx, void *mem, int64_t office, struct log_key **out,
	size_t *out_n, struct xq_err *err)
{
	struct log_key first, *list = mem_array(mem, struct log_key, LOG_KEYS_MAX);
	bool is_good = true;
	size_t n = 0;
	enum xq_rc rc = load_first(app, tx, mem, office, &first, err);
	if (rc != XQ_OK)
		return rc;
	struct rows *q = db_query(tx,
		SQL("SELECT no, vkey, seed, from_size, until_size, retire_at FROM ledger_key"
		    " WHERE office = ? ORDER BY no LIMIT ?"),
		VALS(V(office), V((int64_t)LOG_KEYS_MAX)));
	while (row_next(q))
		is_good = take_row(app_key(app, office), mem, q, &first, &list[n++]) && is_good;
	rc = rows_close(q, err);
	if (rc != XQ_OK)
		return rc;
	if (!is_good)
		return xq_fault(err, "record.no-key", "a row of ledger_key cannot be read");
	if (n == 0)
		list[n++] = first;
	hash_wipe(&first, sizeof(first));
	*out = list;
	*out_n = n;
	return XQ_OK;
}

static enum xq_rc
load_where(const struct app *app, struct tx *tx, void *mem, int64_t office, int64_t size,
	bool is_open, struct log_keys *out, struct xq_err *err)
{
	struct log_key *all = NULL;
	struct log_keys keys = { 0 };
	size_t n = 0;
	enum xq_rc rc = log_keys_all(app, tx, mem, office, &all, &n, err);
	if (rc != XQ_OK)
		return rc;
	for (size_t i = 0; i < n; i++) {
		bool is_in = is_open ? all[i].until < 0
		                     : all[i].has_seed && all[i].from <= size &&
		                               (all[i].until < 0 || size < all[i].until);
		if (is_in && keys.n < LOG_KEYS_SIGN)
			keys.k[keys.n++] = all[i];
	}
	hash_wipe(all, n * sizeof(*all));
	if (keys.n == 0)
		return xq_fault(err, "record.no-key", "no key for size %lld", (long long)size);
	*out = keys;
	return XQ_OK;
}

enum xq_rc
log_keys_load(const struct app *app, struct tx *tx, void *mem, int64_t office, int64_t size,
	struct log_keys *out, struct xq_err *err)
{
	return load_where(app, tx, mem, office, size, false, out, err);
}

enum xq_rc
log_keys_open(const struct app *app, struct tx *tx, void *mem, int64_t office, struct log_keys *out,
	struct xq_err *err)
{
	return load_where(app, tx, mem, office, 0, true, out, err);
}

void
log_keys_wipe(struct log_keys *keys)
{
	for (size_t i = 0; i < keys->n; i++)
		hash_wipe(keys->k[i].seed, sizeof(keys->k[i].seed));
}

const char *
log_key_vkey(void *mem, const struct log_key *k)
{
	return note_vkey_text(mem, k->key.name, k->key.type, k->key.pub);
}

enum xq_rc
log_key_at(struct tx *tx, void *mem, int64_t office, int64_t size, const char **out,
	struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT vkey FROM ledger_key WHERE office = ? AND from_size <= ?"
		    " AND (until_size IS NULL OR until_size > ?) ORDER BY no LIMIT 1"),
		VALS(V(office), V(size), V(size)));
	const char *vkey = row_next(q) ? row_text(q, 0, mem) : NULL;
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK && vkey == NULL)
		return XQ_NONE;
	if (rc == XQ_OK)
		*out = vkey;
	return rc;
}

/* ---- after a record was taken back ------------------------------------------------------------------ */

enum xq_rc
log_keys_follow(struct tx *tx, int64_t office, struct follow *out, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT vkey, from_size, until_size FROM ledger_key WHERE office = ?"
		    " ORDER BY no LIMIT ?"),
		VALS(V(office), V((int64_t)FOLLOW_KEYS_MAX)));
	while (row_next(q))
		follow_trust(out, row_str(q, 0), row_int(q, 1),
			row_is_null(q, 2) ? INT64_MAX : row_int(q, 2));
	return rows_close(q, err);
}

enum xq_rc
log_keys_public(struct tx *tx, void *mem, int64_t office, struct ledger_tree *t, struct follow *out,
	struct xq_err *err)
{
	struct str first, vkey;
	struct event_seen e;
	enum xq_rc rc = log_keys_follow(tx, office, out, err);
	if (rc != XQ_OK || out->n > 0)
		return rc;
	rc = ledger_entry(t, mem, 0, &first, err);
	if (rc == XQ_OK)
		rc = event_check(first, NULL, 0, &e, err);
	if (rc == XQ_OK && pub_code(e.pub, "vkey", &vkey))
		follow_trust(out, vkey, 0, INT64_MAX);
	return rc;
}

/* The log's own key has number 1 whether or not it has a row yet; others follow in their order. */
static enum xq_rc
learn_one(
	struct tx *tx, int64_t office, int64_t now, const struct follow_key *k, struct xq_err *err)
{
	enum xq_rc rc = db_exec(tx,
		SQL("INSERT INTO ledger_key (office, no, vkey, from_size, added_at)"
		    " SELECT ?, coalesce((SELECT max(no) FROM ledger_key WHERE office = ?), 0) + 1, ?, ?, ?"
		    " WHERE NOT EXISTS (SELECT 1 FROM ledger_key WHERE office = ? AND vkey = ?)"),
		VALS(V(office), V(office), V((const char *)k->vkey), V(k->from), V(now), V(office),
			V((const char *)k->vkey)),
		err);
	if (rc != XQ_OK || k->until == INT64_MAX)
		return rc;
	return db_exec(tx,
		SQL("UPDATE ledger_key SET until_size = ?, retired_at = ?, why = ?, seed = NULL"
		    " WHERE office = ? AND vkey = ? AND until_size IS NULL"),
		VALS(V(k->until), V(now), V("rotation"), V(office), V((const char *)k->vkey)), err);
}

enum xq_rc
log_keys_learn(
	struct tx *tx, int64_t office, int64_t now, const struct follow *f, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	if (f->n < 2) /* no key was ever changed: the log's row says all there is */
		return XQ_OK;
	for (size_t i = 0; rc == XQ_OK && i < f->n; i++)
		if (f->k[i].is_trusted)
			rc = learn_one(tx, office, now, &f->k[i], err);
	return rc;
}

/* ---- signing ------------------------------------------------------------------------------------- */

char *
log_keys_sign(void *mem, const struct log_keys *keys, const char *body)
{
	struct buf lines = buf_new(mem, 512);
	for (size_t i = 0; i < keys->n; i++)
		buf_text(&lines, note_sign(mem, body, keys->k[i].key.name, keys->k[i].seed));
	return lines.p;
}

enum xq_rc
log_keys_say(const struct app *app, struct tx *tx, void *mem, int64_t office, const char *body,
	const char **out_lines, struct xq_err *err)
{
	struct log_keys keys;
	enum xq_rc rc = log_keys_open(app, tx, mem, office, &keys, err);
	if (rc != XQ_OK)
		return rc;
	*out_lines = log_keys_sign(mem, &keys, body);
	log_keys_wipe(&keys);
	return XQ_OK;
}

enum xq_rc
log_keys_vkey(const struct app *app, struct tx *tx, void *mem, int64_t office, const char **out,
	struct xq_err *err)
{
	struct log_keys keys = { .n = 0 };
	enum xq_rc rc = log_keys_open(app, tx, mem, office, &keys, err);
	if (rc != XQ_OK)
		return rc;
	xq_require(keys.n > 0);
	*out = log_key_vkey(mem, &keys.k[keys.n - 1]);
	log_keys_wipe(&keys);
	return XQ_OK;
}
