/* SPDX-License-Identifier: Apache-2.0 */
/* refill.h - entries taken back after an old backup was restored.
 *
 * For:       a log whose guard or witnesses know more than its database.
 * May call:  ledger/, act/app.h
 * Called by: cli/record_refill.c, modules.c
 * Owns:      table record_repair: which entries the tables of the modules do not know
 * Threads:   no writer runs
 * Source:    ledger.md 7.4; decision 0046
 */
#ifndef XQ_RECORD_REFILL_H
#define XQ_RECORD_REFILL_H

#include "act/app.h"
#include "ledger/folder.h"
#include "ledger/tree.h"

struct refilled {
	int64_t from, size; /* entries before and now */
	int64_t n_docs, n_docs_missing;
	struct tree_hash root;
};

/* record_refill_from - appends what the source has more, byte for byte, in one transaction.
 *
 * vkey  of the log, from elsewhere; NULL: the one that the log was opened with
 * err   REFUSED refill.no-checkpoint, refill.other-log {have} {got}, refill.nothing {size};
 *       checkpoint.* where its signature does not hold; refill.missing {path}; record.bad-entry;
 *       refill.root: the entries do not give the signed root, nothing was written
 *
 * The tables of the modules stay as the backup had them; record_repair says from which entry on, and
 * `xinqiao check` names it.
 */
XQ_CHECK enum xq_rc record_refill_from(struct app *app, void *mem, int64_t office,
	const struct ledger_source *src, const char *vkey, struct refilled *out,
	struct xq_err *err);

extern const struct module record_refill_module;

#endif
