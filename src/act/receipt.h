/* SPDX-License-Identifier: Apache-2.0 */
/* receipt.h - the code that a resident takes home for an entry of the public record.
 *
 * For:       acts that a resident does, or stands beside; printing the same code again; opening it.
 * May call:  core, store, act/act.h
 * Called by: concern/, evaluation/ (acts), record/ (pages)
 * Owns:      table ledger_receipt
 * Threads:   act_receipt on the writer; the rest any reader
 * Source:    ledger.md 6, 9; decisions.md 7; docs/decisions/0049-receipts-checked-on-the-phone.md
 */
#ifndef XQ_ACT_RECEIPT_H
#define XQ_ACT_RECEIPT_H

#include "act/act.h"
#include "core/code.h"

/* act_receipt - gives a receipt for entry seq of this act; its result "receipt" is the code.
 *
 * The code follows from the folder's key, the office and seq, so it can be shown again; only its hash is
 * stored. Jobs and imports give none: nobody is there to take it.
 */
XQ_CHECK enum xq_rc act_receipt(struct act_ctx *ctx, int64_t seq, struct xq_err *err);

/* The code that was given for entry seq; XQ_NONE: none was. */
XQ_CHECK enum xq_rc receipt_code_of(struct tx *tx, const struct app *app, int64_t office,
	int64_t seq, struct code *out, struct xq_err *err);

/* The entry that a code is for; XQ_NONE: the office has given no such code. */
XQ_CHECK enum xq_rc receipt_find(struct tx *tx, const struct app *app, int64_t office,
	const struct code *code, int64_t *out_seq, struct xq_err *err);

extern const struct migration act_migration_2;

#endif
