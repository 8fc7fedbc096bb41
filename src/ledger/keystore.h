/* SPDX-License-Identifier: Apache-2.0 */
/* keystore.h - the secrets that erasure destroys: one slot of chance for each person.
 *
 * For:       a file `keys` beside the data file. A key is made of the office key, the slot and its
 *            number, so neither the folder's key nor this file alone opens anything; a slot that is
 *            overwritten takes its key with it, for every copy of the data file too, since backups of the
 *            data file never hold this one.
 * May call:  core
 * Called by: ledger/ (parts, the log's seed), act/app.c (opens it), erasure/ (destroys), cli/
 * Owns:      the file, and one `keys.N` for each office that came from another folder; the number of the
 *            next slot is the counter `key_slot` of the database
 * Threads:   keystore_reserve and keystore_destroy one at a time; keystore_key any. Several processes may
 *            have the file open: what one adds, the others find.
 * Source:    ledger.md 4, 5.5; decision 0047
 */
#ifndef XQ_LEDGER_KEYSTORE_H
#define XQ_LEDGER_KEYSTORE_H

#include "core/err.h"
#include "core/hash.h"

#define KEYSTORE_BLOCK 1024 /* slots made at a time: one fdatasync for so many persons */

struct keystore;

/* Opens or makes the file. path NULL: in memory (tests). err: FAULT keystore.file */
XQ_CHECK enum xq_rc keystore_open(void *mem, const char *path, const uint8_t office_key[KEY_LEN],
	struct keystore **out, struct xq_err *err);
void keystore_close(struct keystore *k);
/* Its slots are counted for this office (counter `key_slot`) and not for all of the folder: 0. */
void keystore_count_for(struct keystore *k, int64_t office);
int64_t keystore_counts_for(const struct keystore *k);

/* Slots 1 .. slot are there afterwards, and on disk. */
XQ_CHECK enum xq_rc keystore_reserve(struct keystore *k, int64_t slot, struct xq_err *err);

/* The key of a slot. XQ_NONE: destroyed, or never made. The caller wipes it. */
XQ_CHECK enum xq_rc keystore_key(
	const struct keystore *k, int64_t slot, uint8_t out[KEY_LEN], struct xq_err *err);

/* Overwrites slots with zeros and waits for the disk. Again is no fault; a destroyed slot stays so. */
XQ_CHECK enum xq_rc keystore_destroy(
	struct keystore *k, const int64_t *slot, size_t n, struct xq_err *err);

#endif
