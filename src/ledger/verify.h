/* SPDX-License-Identifier: Apache-2.0 */
/* verify.h - the whole of a log checked as a stranger would: rules V1 to V11.
 *
 * For:       one's own record, somebody else's, a mirror, an export; one pass over the entries.
 * May call:  core, ledger/ (folder, tree, note, event, pub, figures, draw)
 * Called by: cli/record*.c
 * Owns:      nothing
 * Threads:   a call belongs to one thread
 * Source:    ledger.md 11
 */
#ifndef XQ_LEDGER_VERIFY_H
#define XQ_LEDGER_VERIFY_H

#include "core/err.h"
#include "core/str.h"
#include "ledger/folder.h"
#include "ledger/tree.h"

enum verify_rule {
	VERIFY_CHECKPOINT = 1, /* V1 */
	VERIFY_TILES,
	VERIFY_ENTRIES,
	VERIFY_OLDER,
	VERIFY_TIME,
	VERIFY_LIFE,
	VERIFY_DOCS,
	VERIFY_FIGURES,
	VERIFY_BOXES,
	VERIFY_DRAWS,
	VERIFY_RECEIPTS, /* V11 */
	VERIFY_RULES
};

/* Rules up to here: "do not trust this copy"; after it: "the record itself shows a breach". */
#define VERIFY_LAST_OF_COPY VERIFY_OLDER

enum { VERIFY_VALUE_MAX = 100, VERIFY_KEPT_OF_RULE = 20, VERIFY_KEYS_MAX = 32 };

struct verify_fault {
	enum verify_rule rule;
	int64_t seq; /* of the entry, or the size of the checkpoint; -1: of the log as a whole */
	const char *key; /* "verify.at": its text is in verify_messages, with {want} and {got} */
	char want[VERIFY_VALUE_MAX], got[VERIFY_VALUE_MAX];
};

/* What the reader brings along. Nothing here need be given. */
struct verify_options {
	const char *vkey; /* of the log, from elsewhere; NULL: the one that the log itself names */
	const char *const *witness; /* vkeys that the reader trusts */
	size_t n_witnesses;
	int min_cosigned;       /* of these, on the newest checkpoint */
	const struct str *note; /* older checkpoints, of the reader or of a witness */
	size_t n_notes;
	const struct str *receipt; /* proof files */
	size_t n_receipts;
	int64_t now; /* UTC seconds; 0: not asked whether the log is stale */
};

struct verify_result {
	const char *origin; /* as the checkpoint says; "" where there is none that can be read */
	const char *vkey;   /* that the checkpoint was checked with */
	bool is_own_vkey; /* the key came from the log itself: a copy made up as a whole would pass */
	bool is_complete; /* false: a missing or broken bundle ended the pass; the other rules saw less */
	int64_t size, n_entries;
	struct tree_hash root;
	int64_t last_at;
	int64_t n_older, n_docs, n_figures, n_boxes, n_draws, n_steerable, n_receipts;
	int64_t n_cosigned;
	int64_t n_faults, n_of[VERIFY_RULES]; /* all; kept are the first of each rule */
	struct verify_fault *fault;
	size_t n_kept;
};

/* verify_log - every rule over one log.
 *
 * out   faults in the order in which they were found; lives as long as mem
 * err   FAULT for what could not be read; a log that breaks the rules is an answer, XQ_OK with faults
 *       REFUSED verify.bad-vkey {vkey}: the reader's own words
 */
XQ_CHECK enum xq_rc verify_log(void *mem, const struct ledger_source *src,
	const struct verify_options *opt, struct verify_result *out, struct xq_err *err);

/* "V1" .. "V11". */
const char *verify_rule_name(enum verify_rule rule);

extern const struct msg_text verify_messages[];

#endif
