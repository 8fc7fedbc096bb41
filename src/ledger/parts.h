/* SPDX-License-Identifier: Apache-2.0 */
/* parts.h - personal content behind the record's commitments: sealed under the key of one person.
 *
 * For:       sealing a part with its salt as it is written, opening it for whoever may read it, taking
 *            out what a resident's voice left, and the seed of the log's key.
 * May call:  core, store, libsodium
 * Called by: ledger/log.c, act/app.c (older folders), erasure/, receipts, the auditor's check
 * Owns:      tables ledger_part, ledger_slot, ledger_gone (event.h: migration 3)
 * Threads:   reading any; all else the writer
 * Source:    ledger.md 4, 5.5; decision 0047
 *
 * A resident is not on file: what belongs together is a voice, the events of one ref. Its slot is that of
 * the part at its first event, so no other table and no event leads from one voice to another.
 */
#ifndef XQ_LEDGER_PARTS_H
#define XQ_LEDGER_PARTS_H

#include "ledger/event.h"
#include "ledger/keystore.h"

/* Salt and text of a part: what proves its commitment. */
struct ledger_opening {
	uint8_t salt[LEDGER_SALT_LEN];
	struct str text; /* canonical JSON */
	int64_t person_id;
};
/* XQ_NONE: there is no such part, or it was erased. FAULT record.part: it is there and does not open. */
XQ_CHECK enum xq_rc ledger_opening_load(struct tx *tx, void *mem, const struct keystore *keys,
	int64_t office, int64_t seq, const char *part, struct ledger_opening *out,
	struct xq_err *err);

/* ---- writing (ledger_append) --------------------------------------------------------------------- */

/* Asks ahead (db_ask) for what a part of a voice, by its first event, is sealed with. */
void ledger_ask_voice(struct tx *tx, int64_t office, int64_t first_seq);

/* A slot that nobody had: the number grows with the transaction and never falls. */
XQ_CHECK enum xq_rc ledger_slot_new(
	struct tx *tx, struct keystore *keys, int64_t office, int64_t *out, struct xq_err *err);

/* The parts of the event that is being written at head->size; salt[i] belongs to e->part[i]. */
XQ_CHECK enum xq_rc ledger_parts_save(struct tx *tx, void *mem, const struct ledger_head *head,
	const struct event *e, uint8_t salt[][LEDGER_SALT_LEN], struct rng *random,
	struct xq_err *err);

/* ---- the seed of the log's key ---------------------------------------------------------------------- */

/* Sealed under a slot of its own; the row of the office in ledger_log must be there. */
XQ_CHECK enum xq_rc keystore_seed_seal(struct tx *tx, void *mem, struct keystore *keys,
	int64_t office, struct bytes seed, struct rng *random, struct xq_err *err);
/* The same for a seed that ledger_open has just left in the row. */
XQ_CHECK enum xq_rc keystore_seed_take(
	struct tx *tx, void *mem, struct keystore *keys, int64_t office, struct xq_err *err);
/* The 32 bytes; for the signer only, who wipes them. XQ_NONE: the office has no log. */
XQ_CHECK enum xq_rc keystore_seed_open(struct tx *tx, const struct keystore *keys, int64_t office,
	uint8_t out[32], struct xq_err *err);

/* ---- erasing ----------------------------------------------------------------------------------------- */

enum { VOICE_SLOTS_MAX = 64 };
struct voice_erase {
	int64_t office, last_seq; /* newest event of the voice's ref */
	int64_t voice;            /* number of whoever is erased, to count persons by */
	const char *ground;       /* request retention consent */
	int64_t now;
};
struct voice_gone {
	size_t n_slots;
	int64_t slot[VOICE_SLOTS_MAX]; /* to destroy after the commit, each once */
	int64_t n_parts;
};
/* Takes out every part of a voice, from its newest event back along prev, and queues each for
 * record.erased; adds to out. Parts that name staff stay. FAULT record.voice: too many slots. */
XQ_CHECK enum xq_rc ledger_voice_erase(struct tx *tx, void *mem, const struct voice_erase *v,
	struct voice_gone *out, struct xq_err *err);

/* What waits to be announced with a ground; oldest_at: since when. */
struct gone_count {
	int64_t persons, parts, oldest_at;
};
XQ_CHECK enum xq_rc ledger_gone_count(struct tx *tx, int64_t office, const char *ground,
	struct gone_count *out, struct xq_err *err);
/* Takes the first of them out of the queue, in the order of seq, as the event has them: "<seq>:<part>".
 * Announced, no row is left that says which parts were one person's. At most max; *out_n 0: none. */
XQ_CHECK enum xq_rc ledger_gone_take(struct tx *tx, void *mem, int64_t office, const char *ground,
	size_t max, const char **out, size_t *out_n, struct xq_err *err);

/* ---- an office that moves ----------------------------------------------------------------------------- */

/* Calls fn with every slot that an office's rows name, some of them more than once: what it takes along, or
 * leaves to be destroyed. fn asks nothing of the database; what it returns but XQ_OK ends it. */
XQ_CHECK enum xq_rc ledger_each_slot(struct tx *tx, int64_t office,
	enum xq_rc (*fn)(void *arg, int64_t slot, struct xq_err *err), void *arg,
	struct xq_err *err);

/* ---- older folders ------------------------------------------------------------------------------------ */

/* Seals what was written before, a few hundred parts in each transaction, the seeds first; what was done
 * stays done when it is stopped in between. Called when the folder is open, before anybody writes. */
XQ_CHECK enum xq_rc ledger_parts_upgrade(
	struct db *db, struct keystore *keys, int64_t *out_done, struct xq_err *err);

/* Whether what was sealed may still lie open in free room of the file: from the first sealed part on, until
 * ledger_scrubbed says that db_scrub has been there. Kept with the rows, so that a stop in between is made
 * good at the next start. */
XQ_CHECK enum xq_rc ledger_scrub_due(struct db *db, bool *out, struct xq_err *err);
XQ_CHECK enum xq_rc ledger_scrubbed(struct db *db, struct xq_err *err);

extern const struct migration ledger_migration_3;

#endif
