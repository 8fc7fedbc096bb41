/* SPDX-License-Identifier: Apache-2.0 */
/* key_follow.h - which keys sign a log at which size, told by the log itself from one known key on.
 *
 * For:       taking a log over: a key counts once the entry that names it lies under a root which a key
 *            that counted before has signed. So nobody brings a key of his own along with his entries.
 * May call:  core, ledger/event.h, ledger/note.h
 * Called by: ledger/folder_grow.c, record/refill.c, city/apart*.c
 * Threads:   a value belongs to one thread
 * Source:    ledger.md 5.5; docs/decisions/0044 (what `from` means)
 */
#ifndef XQ_LEDGER_KEY_FOLLOW_H
#define XQ_LEDGER_KEY_FOLLOW_H

#include "ledger/event.h"
#include "ledger/note.h"

enum { FOLLOW_KEYS_MAX = 32, FOLLOW_VKEY_MAX = 400 };

struct follow_key {
	struct note_key key;
	char *vkey;
	int64_t from,
		until; /* the first size that it signs; the first that it no longer does (INT64_MAX) */
	int64_t added; /* seq of the entry that names it; -1: known from elsewhere */
	int64_t retired,
		until_then; /* seq of an entry that retires it, -1: none; until once that counts */
	bool is_trusted;
};
struct follow {
	void *mem;
	size_t n;
	struct follow_key k[FOLLOW_KEYS_MAX];
};

/* A key from elsewhere; text that is no key of a log, or one too many, is passed over. */
void follow_trust(struct follow *f, struct str vkey, int64_t from, int64_t until);
/* log.opened, key.added and key.retired wait until their place is covered; other kinds tell nothing. */
void follow_event(struct follow *f, const struct event_seen *e);
/* Whether an entry about keys waits below this size. */
bool follow_waits(const struct follow *f, int64_t size);
/* A note of this log that a trusted key has signed which signs at its size. Refusals of checkpoint_read. */
XQ_CHECK enum xq_rc follow_read(
	const struct follow *f, struct str note, struct checkpoint_seen *out, struct xq_err *err);
/* The root over the first size entries was signed so: what they say of keys counts. */
void follow_root(struct follow *f, int64_t size);

/* Trusted keys as lines: "vkey 120" signs from this size on, "vkey 120 900" no longer from that one on. When read,
 * a vkey alone signs from the beginning, and what is no key is passed over. */
enum { FOLLOW_TEXT_MAX = FOLLOW_KEYS_MAX * (FOLLOW_VKEY_MAX + 50) };
struct str follow_text(const struct follow *f);
void follow_text_read(struct follow *f, struct str text);

/* The root over so many first entries that is known to be signed. */
struct follow_known {
	int64_t size;
	struct tree_hash root;
};
enum { FOLLOW_STEPS_MAX = 1 << 20 }; /* bytes */

/* follow_steps - the way from known keys to their successors, as a record tells it (/log/<office>/keys).
 *
 * json  {"steps":[{"note","hashes","keys":[{"event","hashes"}]}]}; nothing in it is believed unproven
 * log   the code that the entries name
 * known in: the root where the way begins; out: that of the last step which was proven
 * err   REFUSED follow.steps: not of this form, or a step is not signed by a key that counted before it, does
 *       not go on from the step before, or its entries are not in it. Steps before it count.
 */
XQ_CHECK enum xq_rc follow_steps(struct follow *f, void *mem, struct str json, const char *log,
	struct follow_known *known, struct xq_err *err);

#endif
