/* SPDX-License-Identifier: Apache-2.0 */
/* proof_json.h - proofs as the browser's check reads them: {"hashes"}, {"event","hashes"}, steps of keys.
 *
 * For:       what the receipt's page and the paths under /log/<office>/ answer
 * May call:  core, store, ledger
 * Called by: record/ (log_pages, receipt_load)
 * Threads:   any, with a read transaction
 * Source:    ledger.md 5.5, 9
 */
#ifndef XQ_RECORD_PROOF_JSON_H
#define XQ_RECORD_PROOF_JSON_H

#include "core/json.h"
#include "ledger/tiles.h"

/* The pair "hashes": [...] into an open object. */
void proof_put_hashes(struct json_w *w, const struct tree_proof *p);
/* The object of one entry with its proof under a size; refusals of ledger_inclusion. */
XQ_CHECK enum xq_rc proof_put_entry(struct json_w *w, struct ledger_tree *t, int64_t seq,
	int64_t size, struct str bytes, struct xq_err *err);

/* key_steps - from a key that signs the tree of size from to those that sign the tree of size to.
 *
 * out  {"steps":[{"note","hashes","keys":[{"event","hashes"}]}]}, rising: the checkpoint that covers the
 *      next change of keys, its consistency with the step before (the first: with from), and the entries
 *      about keys that it covers. A step at from itself has no note and no hashes: it is known.
 *      Changes that no kept checkpoint up to the size to covers are left out.
 * err  REFUSED record.beyond: the log has no such sizes
 */
XQ_CHECK enum xq_rc key_steps(struct tx *tx, void *mem, int64_t office, int64_t from, int64_t to,
	struct str *out, struct xq_err *err);

#endif
