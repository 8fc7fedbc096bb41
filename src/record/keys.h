/* SPDX-License-Identifier: Apache-2.0 */
/* keys.h - the keys that sign an office's record: which are valid, adding one, retiring one.
 *
 * For:       the signer asks which keys sign a head of this size; operators rotate them.
 * May call:  core, store, ledger, act, web
 * Called by: record/ (signer, log_pages), cli/ (record export, office), parts.c, modules.c
 * Owns:      table ledger_key; the first key's seed lies in ledger_log, sealed (ledger/parts.h)
 * Threads:   reading on any, acts on the writer
 * Source:    ledger.md 5.5; docs/decisions/0044
 */
#ifndef XQ_RECORD_KEYS_H
#define XQ_RECORD_KEYS_H

#include "act/app.h"
#include "ledger/note.h"

enum {
	LOG_KEYS_SIGN = 2,     /* that sign at once: the old one and its successor */
	LOG_KEYS_MAX = 64,     /* of one log, ever */
	KEY_OVERLAP_DAYS = 30, /* both sign, unless told otherwise */
};

struct log_key {
	int64_t no; /* 1: the key that the log was opened with */
	struct note_key key;
	uint8_t seed[NOTE_SEED_LEN]; /* secret */
	bool has_seed; /* false: retired, or told by a record that was taken back after a lost backup */
	int64_t from;      /* first size that it signs */
	int64_t until;     /* first size that it does not sign any more; -1: none */
	int64_t retire_at; /* when a successor signs alone, UTC seconds; 0: not planned */
};

struct log_keys {
	size_t n;
	struct log_key k[LOG_KEYS_SIGN];
};

/* log_keys_load - the keys that sign a head of this size, the oldest first; at least one.
 *
 * err  XQ_NONE: the office has no log; FAULT record.no-key: it has, and no key for this size
 *
 * The seeds are secret: the caller wipes them with log_keys_wipe when it has signed.
 */
XQ_CHECK enum xq_rc log_keys_load(const struct app *app, struct tx *tx, void *mem, int64_t office,
	int64_t size, struct log_keys *out, struct xq_err *err);
void log_keys_wipe(struct log_keys *keys);
#define LOG_SEED_PURPOSE "seed of a log" /* seeds at rest are sealed under the folder's key */
/* The signature lines of a checkpoint's three lines, or of a message to another cell, one for each key. */
char *log_keys_sign(void *mem, const struct log_keys *keys, const char *body);

/* The lines by the keys that sign now, for a text that is no checkpoint and cannot be taken for one
 * (cell/message.h). XQ_NONE: the office has no log. */
XQ_CHECK enum xq_rc log_keys_say(const struct app *app, struct tx *tx, void *mem, int64_t office,
	const char *body, const char **out_lines, struct xq_err *err);
/* The newest of them, for whoever checks what the office says. */
XQ_CHECK enum xq_rc log_keys_vkey(const struct app *app, struct tx *tx, void *mem, int64_t office,
	const char **out, struct xq_err *err);

/* All keys ever, the oldest first (log.json, the page of keys). Retired ones may have no seed any more. */
XQ_CHECK enum xq_rc log_keys_all(const struct app *app, struct tx *tx, void *mem, int64_t office,
	struct log_key **out, size_t *out_n, struct xq_err *err);
const char *log_key_vkey(void *mem, const struct log_key *k);

/* The vkey that a paper about a tree of this size names: the oldest one that signs it. XQ_NONE: that of
 * log.opened, since no key was ever changed. */
XQ_CHECK enum xq_rc log_key_at(struct tx *tx, void *mem, int64_t office, int64_t size,
	const char **out, struct xq_err *err);
/* The keys that the rows know, into an empty *out; none where no key was ever changed. */
struct follow;
XQ_CHECK enum xq_rc log_keys_follow(
	struct tx *tx, int64_t office, struct follow *out, struct xq_err *err);
/* The same, and the key of log.opened where no key was ever changed: what a stranger needs to follow the record. */
struct ledger_tree;
XQ_CHECK enum xq_rc log_keys_public(struct tx *tx, void *mem, int64_t office, struct ledger_tree *t,
	struct follow *out, struct xq_err *err);
/* Writes down what a record that was taken back told of keys. Their seeds went with what was lost: such a key
 * can be retired, and signs nothing. */
XQ_CHECK enum xq_rc log_keys_learn(
	struct tx *tx, int64_t office, int64_t now, const struct follow *f, struct xq_err *err);

extern const struct module record_key_module;

#endif
