/* SPDX-License-Identifier: Apache-2.0 */
/* proof_file.h - the file that proves one entry: c2sp.org/tlog-proof@v1.
 *
 * For:       receipts as files, checking one that somebody brings along.
 * May call:  core, ledger/note.h, ledger/tree.h
 * Called by: record/ (receipts), cli/ (record receipt, verify)
 * Owns:      nothing; pure, no rows
 * Threads:   any
 * Source:    ledger.md 9; c2sp.org/tlog-proof
 */
#ifndef XQ_LEDGER_PROOF_FILE_H
#define XQ_LEDGER_PROOF_FILE_H

#include "ledger/note.h"
#include "ledger/tree.h"

enum {
	PROOF_FILE_MAX = 1024 * 1024, /* an entry, its openings in base64, and a note */
	PROOF_FILE_HASHES = 63,
};

/* Slices are lent by the file. */
struct proof_file {
	struct str extra; /* base64 as it stands; n == 0: none */
	int64_t index;
	struct tree_proof proof;
	struct str note; /* the checkpoint; nothing of it is checked by reading */
};

/* proof_file_read - the form alone.
 *
 * err  REFUSED proof.too-large, proof.version, proof.extra, proof.index, proof.hash {n},
 *      proof.form
 */
XQ_CHECK enum xq_rc proof_file_read(struct str file, struct proof_file *out, struct xq_err *err);

/* proof_file_check - that leaf is entry index of a log that one of the keys signed.
 *
 * seen  the checkpoint, with its cosignatures
 * err   REFUSED as checkpoint_read; proof.beyond {index} {size}; proof.not-included
 */
XQ_CHECK enum xq_rc proof_file_check(const struct proof_file *file, const struct tree_hash *leaf,
	const struct note_key *key, size_t n_keys, struct checkpoint_seen *seen,
	struct xq_err *err);

/* The bytes behind extra, at most PROOF_FILE_MAX; REFUSED proof.extra where there are none. */
XQ_CHECK enum xq_rc proof_file_extra(
	void *mem, const struct proof_file *file, struct bytes *out, struct xq_err *err);

/* The file's text. extra: raw bytes, n == 0 for none; note: a whole checkpoint. */
struct str proof_file_text(void *mem, struct bytes extra, int64_t index,
	const struct tree_proof *proof, struct str note);

extern const struct msg_text proof_file_messages[];

#endif
