/* SPDX-License-Identifier: Apache-2.0 */
/* note.h - signed notes: the keys, the three lines of a checkpoint, signatures and cosignatures.
 *
 * For:       signing an office's head, reading checkpoints of our own and of others.
 * May call:  core, ledger/tree.h (the hash type), libsodium (Ed25519)
 * Called by: ledger/ (proof files, witnesses, folders), record/ (signer, keys), cli/
 * Owns:      nothing; pure, no rows
 * Threads:   any
 * Source:    ledger.md 5.3, 5.5, 5.6; c2sp.org/signed-note, tlog-checkpoint, tlog-cosignature
 */
#ifndef XQ_LEDGER_NOTE_H
#define XQ_LEDGER_NOTE_H

#include "core/err.h"
#include "core/str.h"
#include "ledger/tree.h"

enum {
	NOTE_NAME_MAX = 255,
	NOTE_MAX_BYTES = 64 * 1024,
	NOTE_MAX_SIGNATURES = 64,
	NOTE_SEED_LEN = 32,
	NOTE_PUB_LEN = 32,
};

/* Kinds of signature. Others are ignored when a note is read, so more can be added here. */
enum note_type {
	NOTE_ED25519 = 0x01, /* a log over its three lines */
	NOTE_COSIGN = 0x04,  /* cosignature/v1: a witness over its time and the three lines */
};

struct note_key {
	char name[NOTE_NAME_MAX + 1];
	uint8_t id[4]; /* first bytes of SHA-256(name || 0x0A || type || pub) */
	uint8_t type;  /* enum note_type */
	uint8_t pub[NOTE_PUB_LEN];
};

/* 1..255 bytes of UTF-8 without white space, control characters and '+'. */
bool note_is_name(struct str s);

/* name+hex(id)+base64(type || pub): exactly this spelling, an id that fits, a type that we know. */
bool note_vkey_read(struct str vkey, struct note_key *out);
/* Where name is no name the process stops: names come from checked origins and settings. */
char *note_vkey_text(void *mem, const char *name, uint8_t type, const uint8_t pub[NOTE_PUB_LEN]);
/* The public half of a seed. */
void note_public(const uint8_t seed[NOTE_SEED_LEN], uint8_t pub[NOTE_PUB_LEN]);

/* ---- parts of a note that proof files and requests share --------------------------------------- */

/* Decimal without leading zeros, 0..2^53 - 1. */
bool note_size_read(struct str s, int64_t *out);
/* One line off *rest without its newline; false where no newline is left. */
bool note_line_cut(struct str *rest, struct str *out);

/* ---- writing ------------------------------------------------------------------------------------ */

/* The three lines that are signed: "<origin>\n<size>\n<base64 root>\n". */
char *checkpoint_body(void *mem, const char *origin, int64_t size, const struct tree_hash *root);
/* "— <name> <base64>\n": Ed25519 over the body under the key of this name and seed. The same body
 * always gives the same bytes. */
char *note_sign(void *mem, const char *body, const char *name, const uint8_t seed[NOTE_SEED_LEN]);
/* The line of a witness: its time, UTC seconds, is part of what it signs. */
char *note_cosign(void *mem, const char *body, const char *name, const uint8_t seed[NOTE_SEED_LEN],
	int64_t at);
/* body, blank line, signature lines (each ended by its newline). */
char *note_join(void *mem, const char *body, const char *lines);

/* ---- reading ------------------------------------------------------------------------------------ */

struct note_cosigned {
	size_t key;      /* place in the array of keys given */
	int64_t at;      /* UTC seconds, as the witness says */
	struct str line; /* the signature line with its newline */
};

/* What a good checkpoint says. Slices are lent by the note. */
struct checkpoint_seen {
	struct str origin;
	int64_t size;
	struct tree_hash root;
	struct str body;  /* the three lines */
	struct str lines; /* all signature lines, known or not */
	size_t n_logs;    /* good signatures by keys of the log itself, one for each key */
	size_t log_key[NOTE_MAX_SIGNATURES];
	size_t n_cosigned; /* one for each witness key */
	struct note_cosigned cosigned[NOTE_MAX_SIGNATURES];
};

/* checkpoint_read - a checkpoint that at least one given log key has signed.
 *
 * key, n_keys  log keys and witness keys in any order; a log key counts only for the origin that
 *              is its name
 * err          REFUSED, each with a text of its own: checkpoint.too-large, checkpoint.not-utf8,
 *              checkpoint.control, checkpoint.form, checkpoint.origin, checkpoint.size,
 *              checkpoint.root, checkpoint.empty-root, checkpoint.extension,
 *              checkpoint.signature-form, checkpoint.many-signatures, checkpoint.bad-signature,
 *              checkpoint.no-known-key
 *
 * Signatures of keys not given are ignored; a bad one of a key that is given refuses the note. How
 * many cosignatures are enough is the caller's policy. No allocation.
 * Source: ledger.md 5.3.
 */
XQ_CHECK enum xq_rc checkpoint_read(struct str note, const struct note_key *key, size_t n_keys,
	struct checkpoint_seen *out, struct xq_err *err);

/* checkpoint_parse - the same form, with no signature looked at: for finding out whose it is before
 * the keys are loaded. Nothing in it is trusted. */
XQ_CHECK enum xq_rc checkpoint_parse(
	struct str note, struct checkpoint_seen *out, struct xq_err *err);

/* note_line_check - one signature line by one known key over a body (the answer of a witness).
 *
 * out_at  time of a cosignature; 0 for a plain signature
 * Returns false for another name or id, another form, or a signature that does not verify.
 */
bool note_line_check(struct str line, struct str body, const struct note_key *key, int64_t *out_at);

extern const struct msg_text note_messages[];

#endif
