/* SPDX-License-Identifier: Apache-2.0 */
/* parts.c - sealing and opening the parts of events, and whose slot a part is sealed under. */
#include "ledger/parts.h"

#include <sodium.h>

#include "core/mem.h"
#include "ledger/ledger_int.h"
#include "ledger/parts_int.h"

#include "core/banned.h"

enum {
	NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	PART_NAME_MAX = 32,
	AD_MAX = LEDGER_CODE_MAX + 1 + 20 + 1 + PART_NAME_MAX,
};

/* clang-format off */
const struct migration ledger_migration_3 = {
	.module = "ledger",
	.number = 3,
	.ddl =
	/* what was written in the clear; ledger_parts_upgrade empties it */
	"ALTER TABLE ledger_part RENAME TO ledger_part_open;\n"
	"CREATE TABLE ledger_part ("
	" office integer NOT NULL, seq integer NOT NULL, part text NOT NULL,"
	" person_id integer NOT NULL, slot integer NOT NULL, sealed blob NOT NULL,"
	" PRIMARY KEY (office, seq, part));\n"
	/* the slots of staff who are named in parts */
	"CREATE TABLE ledger_slot ("
	" office integer NOT NULL, person_id integer NOT NULL, slot integer NOT NULL,"
	" PRIMARY KEY (office, person_id));\n"
	/* erased and not yet announced; voice: the slot it had */
	"CREATE TABLE ledger_gone ("
	" office integer NOT NULL, seq integer NOT NULL, part text NOT NULL, voice integer NOT NULL,"
	" ground text NOT NULL, at integer NOT NULL,"
	" PRIMARY KEY (office, seq, part));\n"
	"CREATE INDEX ledger_gone_ground ON ledger_gone (office, ground, seq);\n"
	"ALTER TABLE ledger_log ADD COLUMN key_slot integer;\n"
	"ALTER TABLE ledger_log ADD COLUMN key_sealed blob;\n",
	.tables = (const struct table_decl[]){
		{ .name = "ledger_part_open", .class = TABLE_OFFICE, .grows = true },
		{ .name = "ledger_part", .class = TABLE_OFFICE, .grows = true },
		{ .name = "ledger_slot", .class = TABLE_OFFICE, .clustered = true },
		{ .name = "ledger_gone", .class = TABLE_OFFICE, .grows = true, .clustered = true },
		{ 0 } },
};
/* clang-format on */

/* ---- sealing ------------------------------------------------------------------------------------- */

/* origin, seq and part: a row that is moved elsewhere does not open there. */
static size_t
ad_put(uint8_t out[AD_MAX], const char *origin, int64_t seq, const char *part)
{
	size_t n = strlen(origin), m = strlen(part);
	xq_require(n <= LEDGER_CODE_MAX && m <= PART_NAME_MAX);
	memcpy(out, origin, n);
	out[n++] = '\n';
	for (int i = 0; i < 8; i++)
		out[n++] = (uint8_t)((uint64_t)seq >> (8 * i));
	out[n++] = '\n';
	memcpy(out + n, part, m);
	return n + m;
}

enum xq_rc
part_seal(void *mem, const struct keystore *keys, const struct part_place *at, struct rng *random,
	const uint8_t salt[LEDGER_SALT_LEN], struct str text, struct bytes *out, struct xq_err *err)
{
	uint8_t key[KEY_LEN], ad[AD_MAX];
	enum xq_rc rc = keystore_key(keys, at->slot, key, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? xq_fault(err, "record.part", "slot %lld is gone",
					       (long long)at->slot)
		                     : rc;
	size_t n_ad = ad_put(ad, at->origin, at->seq, at->part);
	size_t n = LEDGER_SALT_LEN + text.n;
	uint8_t *sealed = mem_zeroed(mem, 1, NONCE + n + TAG), *plain = sealed + NONCE;
	rng_fill(random, sealed, NONCE);
	memcpy(plain, salt, LEDGER_SALT_LEN);
	memcpy(plain + LEDGER_SALT_LEN, text.p, text.n);
	unsigned long long done = 0;
	crypto_aead_xchacha20poly1305_ietf_encrypt(
		plain, &done, plain, n, ad, n_ad, NULL, sealed, key); /* in place */
	hash_wipe(key, sizeof key);
	*out = (struct bytes){ sealed, NONCE + (size_t)done };
	return XQ_OK;
}

enum xq_rc
part_open(void *mem, const struct keystore *keys, const struct part_place *at, struct bytes sealed,
	struct part_plain *out, struct xq_err *err)
{
	uint8_t key[KEY_LEN], ad[AD_MAX];
	if (sealed.n < NONCE + TAG + LEDGER_SALT_LEN)
		return xq_fault(err, "record.part", "%lld is cut", (long long)at->seq);
	enum xq_rc rc = keystore_key(keys, at->slot, key, err);
	if (rc != XQ_OK)
		return rc;
	size_t n_ad = ad_put(ad, at->origin, at->seq, at->part);
	uint8_t *plain = mem_zeroed(mem, 1, sealed.n - NONCE - TAG + 1);
	unsigned long long n = 0;
	int bad = crypto_aead_xchacha20poly1305_ietf_decrypt(
		plain, &n, NULL, sealed.p + NONCE, sealed.n - NONCE, ad, n_ad, sealed.p, key);
	hash_wipe(key, sizeof key);
	if (bad)
		return xq_fault(
			err, "record.part", "%lld %s does not open", (long long)at->seq, at->part);
	*out = (struct part_plain){ plain, (size_t)n };
	return XQ_OK;
}

/* ---- whose slot ----------------------------------------------------------------------------------- */

/* One file for all offices of a folder that began in it, so one counter, from which each office takes a block at a time: who
 * comes for a number waits for who took one and has not committed yet. */
static enum xq_rc
slot_next(struct tx *tx, const struct keystore *keys, int64_t office, int64_t *out,
	struct xq_err *err)
{
	enum { BLOCK = 64 };
	static const char at[] = "key_slot_at";
	const int64_t whose = keystore_counts_for(keys);
	int64_t end;
	if (whose != 0)
		return db_next(tx, whose, "key_slot", out, err);
	enum xq_rc rc = db_next(tx, office, at, out, err);
	if (rc != XQ_OK || *out % BLOCK != 1)
		return rc;
	rc = db_claim(tx, "key_slot", BLOCK, &end, err);
	if (rc == XQ_OK)
		rc = db_count_from(tx, office, at, end - BLOCK, err);
	return rc == XQ_OK ? db_next(tx, office, at, out, err) : rc;
}

/* A number that comes again after a restored backup is passed over where it was destroyed. */
enum xq_rc
ledger_slot_new(
	struct tx *tx, struct keystore *keys, int64_t office, int64_t *out, struct xq_err *err)
{
	for (;;) {
		int64_t slot = 0;
		uint8_t key[KEY_LEN];
		enum xq_rc rc = slot_next(tx, keys, office, &slot, err);
		if (rc == XQ_OK)
			rc = keystore_reserve(keys, slot, err);
		if (rc == XQ_OK)
			rc = keystore_key(keys, slot, key, err);
		hash_wipe(key, sizeof key);
		if (rc == XQ_NONE)
			continue;
		if (rc == XQ_OK)
			*out = slot;
		return rc;
	}
}

static enum xq_rc
staff_slot(struct tx *tx, struct keystore *keys, int64_t office, int64_t person_id, int64_t *out,
	struct xq_err *err)
{
	enum xq_rc rc =
		db_int(tx, SQL("SELECT slot FROM ledger_slot WHERE office = ? AND person_id = ?"),
			VALS(V(office), V(person_id)), out, err);
	if (rc != XQ_NONE)
		return rc;
	rc = ledger_slot_new(tx, keys, office, out, err);
	if (rc != XQ_OK)
		return rc;
	return db_exec(tx,
		SQL("INSERT INTO ledger_slot (office, person_id, slot) VALUES (?, ?, ?)"),
		VALS(V(office), V(person_id), V(*out)), err);
}

static sql_ref
slot_of_voice(void)
{
	return SQL("SELECT slot FROM ledger_part WHERE office = ? AND seq = ?"
		   " AND person_id = 0 ORDER BY part LIMIT 1");
}

void
ledger_ask_voice(struct tx *tx, int64_t office, int64_t first_seq)
{
	if (first_seq > 0)
		db_ask(tx, slot_of_voice(), VALS(V(office), V(first_seq)));
}

/* That of the resident's part at the first event of the voice. */
static enum xq_rc
voice_slot(struct tx *tx, struct keystore *keys, int64_t office, int64_t first_seq, int64_t *out,
	struct xq_err *err)
{
	enum xq_rc rc = XQ_NONE;
	if (first_seq > 0)
		rc = db_int(tx, slot_of_voice(), VALS(V(office), V(first_seq)), out, err);
	return rc == XQ_NONE ? ledger_slot_new(tx, keys, office, out, err) : rc;
}

enum xq_rc
part_slot(struct tx *tx, struct keystore *keys, const struct part_owner *of, int64_t *voice,
	int64_t *out, struct xq_err *err)
{
	if (of->person_id != 0)
		return staff_slot(tx, keys, of->office, of->person_id, out, err);
	enum xq_rc rc = XQ_OK;
	if (*voice == 0) /* the parts of one event are one voice's */
		rc = voice_slot(tx, keys, of->office, of->first_seq, voice, err);
	if (rc == XQ_OK)
		*out = *voice;
	return rc;
}

/* ---- rows ----------------------------------------------------------------------------------------- */

enum xq_rc
part_insert(struct tx *tx, int64_t office, const struct part_place *at, int64_t person_id,
	struct bytes sealed, struct xq_err *err)
{
	return db_exec(tx,
		SQL("INSERT INTO ledger_part (office, seq, part, person_id, slot, sealed)"
		    " VALUES (?, ?, ?, ?, ?, ?)"),
		VALS(V(office), V(at->seq), V(at->part), V(person_id), V(at->slot), V(sealed)),
		err);
}

enum xq_rc
ledger_parts_save(struct tx *tx, void *mem, const struct ledger_head *head, const struct event *e,
	uint8_t salt[][LEDGER_SALT_LEN], struct rng *random, struct xq_err *err)
{
	int64_t voice = 0;
	enum xq_rc rc = XQ_OK;
	xq_require(e->n_parts == 0 || head->keys != NULL || e->part[0].com != NULL);
	for (size_t i = 0; rc == XQ_OK && i < e->n_parts; i++) {
		const struct event_part *p = &e->part[i];
		const struct part_owner of = { head->office, p->person_id, e->voice };
		struct part_place at = { head->origin, head->size, p->name, 0 };
		struct bytes sealed = { NULL, 0 };
		if (p->com != NULL)
			continue; /* it lies with somebody else */
		rc = part_slot(tx, head->keys, &of, &voice, &at.slot, err);
		if (rc == XQ_OK)
			rc = part_seal(
				mem, head->keys, &at, random, salt[i], p->json, &sealed, err);
		if (rc == XQ_OK)
			rc = part_insert(tx, head->office, &at, p->person_id, sealed, err);
	}
	return rc;
}

enum xq_rc
ledger_opening_load(struct tx *tx, void *mem, const struct keystore *keys, int64_t office,
	int64_t seq, const char *part, struct ledger_opening *out, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT l.origin, p.slot, p.person_id, p.sealed FROM ledger_part p"
		    "  JOIN ledger_log l ON l.office = p.office"
		    " WHERE p.office = ? AND l.office = ? AND p.seq = ? AND p.part = ?"),
		VALS(V(office), V(office), V(seq), V(part)));
	struct part_plain plain = { 0 };
	enum xq_rc rc = XQ_NONE;
	if (row_next(q)) {
		const struct part_place at = { row_text(q, 0, mem), seq, part, row_int(q, 1) };
		out->person_id = row_int(q, 2);
		rc = part_open(mem, keys, &at, row_bytes(q, 3), &plain, err);
	}
	enum xq_rc closed = rows_close(q, err);
	if (closed != XQ_OK || rc != XQ_OK)
		return closed != XQ_OK ? closed : rc;
	xq_require(plain.p != NULL && plain.n >= LEDGER_SALT_LEN);
	memcpy(out->salt, plain.p, LEDGER_SALT_LEN);
	out->text = str_n((const char *)plain.p + LEDGER_SALT_LEN, plain.n - LEDGER_SALT_LEN);
	return XQ_OK;
}

/* ---- an office that moves ------------------------------------------------------------------------- */

static enum xq_rc
slots_of(struct rows *q, enum xq_rc (*fn)(void *arg, int64_t slot, struct xq_err *err), void *arg,
	struct xq_err *err)
{
	struct xq_err closed_err;
	enum xq_rc rc = XQ_OK;
	while (rc == XQ_OK && row_next(q))
		rc = fn(arg, row_int(q, 0), err);
	enum xq_rc closed = rows_close(q, &closed_err);
	if (rc != XQ_OK || closed == XQ_OK)
		return rc;
	*err = closed_err;
	return closed;
}

enum xq_rc
ledger_each_slot(struct tx *tx, int64_t office,
	enum xq_rc (*fn)(void *arg, int64_t slot, struct xq_err *err), void *arg,
	struct xq_err *err)
{
	enum xq_rc rc = slots_of(
		db_query(tx,
			SQL("SELECT slot FROM ledger_part /* scan: once in an office's life */"
			    " WHERE office = ?"),
			VALS(V(office))),
		fn, arg, err);
	if (rc == XQ_OK)
		rc = slots_of(db_query(tx, SQL("SELECT slot FROM ledger_slot WHERE office = ?"),
				      VALS(V(office))),
			fn, arg, err);
	if (rc == XQ_OK)
		rc = slots_of(db_query(tx,
				      SQL("SELECT key_slot FROM ledger_log"
					  " WHERE office = ? AND key_slot IS NOT NULL"),
				      VALS(V(office))),
			fn, arg, err);
	return rc;
}
