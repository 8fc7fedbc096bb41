/* SPDX-License-Identifier: Apache-2.0 */
/* parts_upgrade.c - folders from before the keystore: parts and seeds that stand in the clear are sealed,
 * one bounded transaction after the other. A part is sealed in the same transaction that takes its open
 * row out, so a stop in between loses nothing and the next start goes on. */
#include "core/mem.h"
#include "ledger/parts_int.h"

#include "core/banned.h"

enum { BATCH = 256 };

struct open_part {
	int64_t office, seq, person_id;
	const char *part, *origin;
	struct bytes salt;
	struct str text;
};

/* ---- seeds ------------------------------------------------------------------------------------------- */

static const char seed_part[] = "seed";

enum xq_rc
keystore_seed_seal(struct tx *tx, void *mem, struct keystore *keys, int64_t office,
	struct bytes seed, struct rng *random, struct xq_err *err)
{
	xq_require(seed.n == 32);
	struct part_place at = { "xinqiao-log-key", office, seed_part, 0 };
	struct bytes sealed;
	static const uint8_t no_salt[LEDGER_SALT_LEN]; /* the nonce is chance enough */
	enum xq_rc rc = ledger_slot_new(tx, keys, office, &at.slot, err);
	if (rc == XQ_OK)
		rc = part_seal(mem, keys, &at, random, no_salt, str_n((const char *)seed.p, seed.n),
			&sealed, err);
	if (rc != XQ_OK)
		return rc;
	const struct bytes none = { (const uint8_t *)"", 0 };
	return db_exec_one(tx,
		SQL("UPDATE ledger_log SET key_seed = ?, key_slot = ?, key_sealed = ?"
		    " WHERE office = ?"),
		VALS(V(none), V(at.slot), V(sealed), V(office)), err);
}

enum xq_rc
keystore_seed_open(struct tx *tx, const struct keystore *keys, int64_t office, uint8_t out[32],
	struct xq_err *err)
{
	void *mem = mem_root("seed");
	struct rows *q =
		db_query(tx, SQL("SELECT key_slot, key_sealed FROM ledger_log WHERE office = ?"),
			VALS(V(office)));
	enum xq_rc rc = XQ_NONE;
	struct part_plain plain = { 0 };
	if (row_next(q)) {
		const struct part_place at = { "xinqiao-log-key", office, seed_part,
			row_int(q, 0) };
		rc = part_open(mem, keys, &at, row_bytes(q, 1), &plain, err);
		if (rc == XQ_NONE || (rc == XQ_OK && plain.n != LEDGER_SALT_LEN + 32))
			rc = xq_fault(err, "record.part", "the log's key does not open");
	}
	enum xq_rc closed = rows_close(q, err);
	rc = closed != XQ_OK ? closed : rc;
	if (rc == XQ_OK) {
		memcpy(out, plain.p + LEDGER_SALT_LEN, 32);
		hash_wipe(plain.p, plain.n);
	}
	mem_free(mem);
	return rc;
}

enum xq_rc
keystore_seed_take(
	struct tx *tx, void *mem, struct keystore *keys, int64_t office, struct xq_err *err)
{
	uint8_t seed[32] = { 0 };
	struct rng random;
	rng_init_real(&random);
	struct rows *q = db_query(
		tx, SQL("SELECT key_seed FROM ledger_log WHERE office = ?"), VALS(V(office)));
	bool is_there = row_next(q) && row_bytes(q, 0).n == sizeof seed;
	if (is_there)
		memcpy(seed, row_bytes(q, 0).p, sizeof seed);
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK && !is_there)
		rc = xq_fault(err, "record.part", "the log has no seed");
	if (rc == XQ_OK)
		rc = keystore_seed_seal(
			tx, mem, keys, office, (struct bytes){ seed, sizeof seed }, &random, err);
	hash_wipe(seed, sizeof seed);
	return rc;
}

static enum xq_rc
seal_seeds(struct tx *tx, void *mem, struct keystore *keys, int64_t *out_done, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	while (rc == XQ_OK) {
		int64_t office = 0;
		rc = db_int(tx,
			SQL("/* CITY: once, when the folder is opened */"
			    " SELECT office FROM ledger_log WHERE key_sealed IS NULL"
			    " ORDER BY office LIMIT 1"),
			NO_VALS, &office, err);
		if (rc == XQ_OK)
			rc = keystore_seed_take(tx, mem, keys, office, err);
		*out_done += rc == XQ_OK;
	}
	return rc == XQ_NONE ? XQ_OK : rc;
}

/* ---- parts ------------------------------------------------------------------------------------------- */

static enum xq_rc
open_parts(struct tx *tx, void *mem, struct open_part *out, size_t *out_n, struct xq_err *err)
{
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("/* CITY: once, when the folder is opened */ /* scan: it is emptied */"
		    " SELECT p.office, p.seq, p.person_id, p.part,"
		    " (SELECT l.origin FROM ledger_log l WHERE l.office = p.office), p.salt, p.text"
		    "  FROM ledger_part_open p" /* no join: all that is left would be sorted each time */
		    " ORDER BY p.office, p.seq, p.part LIMIT ?"),
		VALS(V((int64_t)BATCH)));
	while (n < BATCH && row_next(q)) {
		struct bytes salt = row_bytes(q, 5);
		const char *text = row_text(q, 6, mem);
		out[n++] = (struct open_part){ row_int(q, 0), row_int(q, 1), row_int(q, 2),
			row_text(q, 3, mem), row_text(q, 4, mem),
			{ mem_copy(mem, salt.p, salt.n), salt.n }, str_of(text) };
	}
	*out_n = n;
	return rows_close(q, err);
}

/* The first event of the ref; itself where it has none. */
static enum xq_rc
first_of_voice(struct tx *tx, int64_t office, int64_t seq, int64_t *out, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	while (rc == XQ_OK) {
		*out = seq;
		rc = db_int(tx,
			SQL("SELECT prev FROM ledger_event WHERE office = ? AND seq = ?"
			    " AND prev IS NOT NULL"),
			VALS(V(office), V(*out)), &seq, err);
	}
	return rc == XQ_NONE ? XQ_OK : rc;
}

static enum xq_rc
seal_part(struct tx *tx, void *mem, struct keystore *keys, const struct open_part *p,
	struct rng *random, struct xq_err *err)
{
	struct part_owner of = { p->office, p->person_id, 0 };
	struct part_place at = { p->origin, p->seq, p->part, 0 };
	struct bytes sealed;
	int64_t voice = 0;
	if (p->salt.n != LEDGER_SALT_LEN)
		return xq_fault(err, "record.part", "%lld: salt", (long long)p->seq);
	enum xq_rc rc = first_of_voice(tx, p->office, p->seq, &of.first_seq, err);
	if (rc == XQ_OK)
		rc = part_slot(tx, keys, &of, &voice, &at.slot, err);
	if (rc == XQ_OK)
		rc = part_seal(mem, keys, &at, random, p->salt.p, p->text, &sealed, err);
	if (rc == XQ_OK)
		rc = part_insert(tx, p->office, &at, p->person_id, sealed, err);
	if (rc != XQ_OK)
		return rc;
	return db_exec_one(tx,
		SQL("DELETE FROM ledger_part_open WHERE office = ? AND seq = ? AND part = ?"),
		VALS(V(p->office), V(p->seq), V(p->part)), err);
}

static enum xq_rc
seal_some(struct tx *tx, void *mem, struct keystore *keys, size_t *out_n, struct xq_err *err)
{
	struct rng random;
	rng_init_real(&random);
	struct open_part *list = mem_array(mem, struct open_part, BATCH);
	enum xq_rc rc = open_parts(tx, mem, list, out_n, err);
	for (size_t i = 0; rc == XQ_OK && i < *out_n; i++)
		rc = seal_part(tx, mem, keys, &list[i], &random, err);
	return rc;
}

/* ---- what is left in free room ----------------------------------------------------------------------- */

/* Two counters of the whole folder: how often it fell due, and how often it was done. */
static const char scrub_due[] = "scrub_due", scrub_done[] = "scrub_done";
static const int64_t all_offices = 0;

static enum xq_rc
scrub_is_due(struct tx *tx, bool *out, struct xq_err *err)
{
	int64_t due, done;
	enum xq_rc rc = db_last(tx, all_offices, scrub_due, &due, err);
	if (rc == XQ_OK)
		rc = db_last(tx, all_offices, scrub_done, &done, err);
	if (rc == XQ_OK)
		*out = due > done;
	return rc;
}

enum xq_rc
ledger_scrub_due(struct db *db, bool *out, struct xq_err *err)
{
	struct tx *tx;
	enum xq_rc rc = db_read(db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = scrub_is_due(tx, out, err);
	tx_end(tx);
	return rc;
}

/* One more of a counter, where it is not ahead already. */
static enum xq_rc
count_scrub(struct tx *tx, const char *name, bool when_due, struct xq_err *err)
{
	bool is_due = false;
	int64_t n;
	enum xq_rc rc = scrub_is_due(tx, &is_due, err);
	if (rc == XQ_OK && is_due == when_due)
		rc = db_next(tx, all_offices, name, &n, err);
	return rc;
}

enum xq_rc
ledger_scrubbed(struct db *db, struct xq_err *err)
{
	struct tx *tx;
	enum xq_rc rc = db_write(db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = count_scrub(tx, scrub_done, true, err);
	return tx_finish(tx, rc, err);
}

/* ---- all of it --------------------------------------------------------------------------------------- */

static enum xq_rc
upgrade_round(
	struct db *db, struct keystore *keys, bool is_first, int64_t *out_done, struct xq_err *err)
{
	struct tx *tx = NULL;
	void *mem = mem_root("parts.upgrade");
	int64_t seeds = 0;
	size_t n = 0;
	enum xq_rc rc = db_write(db, &tx, err);
	if (rc == XQ_OK) {
		if (is_first)
			rc = seal_seeds(tx, mem, keys, &seeds, err);
		if (rc == XQ_OK)
			rc = seal_some(tx, mem, keys, &n, err);
		if (rc == XQ_OK && seeds + (int64_t)n > 0)
			rc = count_scrub(tx, scrub_due, false, err);
		rc = tx_finish(tx, rc, err);
	}
	*out_done = seeds + (int64_t)n;
	mem_free(mem);
	return rc;
}

enum xq_rc
ledger_parts_upgrade(struct db *db, struct keystore *keys, int64_t *out_done, struct xq_err *err)
{
	int64_t done = 1;
	enum xq_rc rc = XQ_OK;
	*out_done = 0;
	for (bool is_first = true; rc == XQ_OK && done > 0; is_first = false) {
		rc = upgrade_round(db, keys, is_first, &done, err);
		*out_done += rc == XQ_OK ? done : 0;
	}
	return rc;
}
