/* SPDX-License-Identifier: Apache-2.0 */
/* store_source.h - a log of the store as the files of ledger.md 2.
 *
 * For:       exporting, and checking the office's own record by the rules for strangers.
 * May call:  core, store, ledger
 * Called by: cli/record*.c
 * Threads:   that of its transaction
 * Source:    ledger.md 2, 11
 */
#ifndef XQ_LEDGER_STORE_SOURCE_H
#define XQ_LEDGER_STORE_SOURCE_H

#include "ledger/folder.h"
#include "ledger/tiles.h"

/* about: keys and witnesses for log.json, lent; NULL: the key that the log was opened with. The source
 * lives as long as mem and the transaction. out_tree may be NULL. Refusals of ledger_tree_open. */
XQ_CHECK enum xq_rc store_source_open(struct tx *tx, void *mem, int64_t office,
	const struct folder_log *about, struct ledger_tree **out_tree, struct ledger_source *out,
	struct xq_err *err);

#endif
