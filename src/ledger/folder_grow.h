/* SPDX-License-Identifier: Apache-2.0 */
/* folder_grow.h - a folder that takes over what a log has more, and nothing that does not belong to it.
 *
 * For:       exports (from the store) and mirrors (from a server or another folder), which are the same.
 * May call:  core, ledger
 * Called by: cli/record_export.c, cli/record_mirror.c
 * Owns:      the files of ledger.md 2 in the folder, and beside them: keys (accepted vkeys with the sizes they sign),
 *            fork/ (both notes of a second history), .new/ (what is not yet taken over)
 * Threads:   one call per folder at a time
 * Source:    ledger.md 2, 5.5, 7.4
 *
 * Entries are taken from the source, tiles are made from them: a wrong tile cannot come along. What is new
 * waits in .new/ until the root that it gives is the signed one; the checkpoint comes last. */
#ifndef XQ_LEDGER_FOLDER_GROW_H
#define XQ_LEDGER_FOLDER_GROW_H

#include "ledger/folder.h"

struct folder_grown {
	int64_t from, size; /* entries before and now */
	int64_t n_docs, n_docs_missing, n_checkpoints;
	const char *origin;
};

/* folder_grow - brings dir up to the newest checkpoint of the source.
 *
 * vkey  of the log, from elsewhere; NULL: that of the copy, and at the first time the log's own
 * err   REFUSED mirror.no-checkpoint; checkpoint.* (form, signature); mirror.other-log {have} {got};
 *       mirror.older {have} {got}: smaller than what is here, though of the same history;
 *       mirror.fork {size}: another history, both notes are in fork/; mirror.missing {path};
 *       mirror.root: the entries do not give the signed root, nothing was taken over;
 *       mirror.broken-copy {size}: the folder itself does not give the root of its own checkpoint
 */
XQ_CHECK enum xq_rc folder_grow(void *mem, const struct ledger_source *src, const char *dir,
	const char *vkey, struct folder_grown *out, struct xq_err *err);

extern const struct msg_text folder_grow_messages[];

#endif
