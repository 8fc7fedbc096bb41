/* SPDX-License-Identifier: Apache-2.0 */
/* guard.h - the last signed head of each log, remembered outside of the database and of its backups.
 *
 * For:       a database that was put back to an older state must not sign a second history.
 * May call:  core, ledger/tree.h
 * Called by: record/signer.c, cli/
 * Owns:      one small file, a line for each log: origin, size, base64 root
 * Threads:   one at a time
 * Source:    ledger.md 5.4, 7.4
 */
#ifndef XQ_LEDGER_GUARD_H
#define XQ_LEDGER_GUARD_H

#include "ledger/tree.h"

struct guard;

struct guard_entry {
	const char *origin;
	int64_t size;
	struct tree_hash root;
};

/* path NULL: remembers in memory only (tests). A file that is not there is empty; one of another form is
 * FAULT guard.form, since guessing would be signing blindly. */
XQ_CHECK enum xq_rc guard_open(void *mem, const char *path, struct guard **out, struct xq_err *err);
const char *guard_path(const struct guard *g);
const struct guard_entry *guard_find(const struct guard *g, const char *origin); /* NULL: none */
void guard_set(struct guard *g, const char *origin, int64_t size, const struct tree_hash *root);
/* Forgets a log that is begun anew (the demo office only). */
void guard_drop(struct guard *g, const char *origin);
/* On disk when it returns XQ_OK: a new file in the place of the old one. FAULT guard.write. */
XQ_CHECK enum xq_rc guard_save(struct guard *g, struct xq_err *err);

#endif
