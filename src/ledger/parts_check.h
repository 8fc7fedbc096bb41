/* SPDX-License-Identifier: Apache-2.0 */
/* parts_check.h - whether the office still holds what its commitments stand for.
 *
 * For:       the auditor: a part that neither opens nor was announced as erased is an offence.
 * May call:  core, store, ledger
 * Called by: cli/record_check.c
 * Threads:   that of the transaction
 * Source:    ledger.md 4
 */
#ifndef XQ_LEDGER_PARTS_CHECK_H
#define XQ_LEDGER_PARTS_CHECK_H

#include "ledger/event.h"

enum { PARTS_FAULTS_KEPT = 20 };

struct parts_fault {
	int64_t seq;
	char part[33];
	bool is_wrong; /* it is there and does not open; else it is gone without a word */
};
struct parts_checked {
	int64_t n_parts, n_opened,
		n_erased; /* of the commitments in the record; votes are nobody's to open */
	int64_t n_faults;
	struct parts_fault fault[PARTS_FAULTS_KEPT];
	size_t n_kept;
};

XQ_CHECK enum xq_rc parts_check(struct tx *tx, void *mem, const struct keystore *keys,
	int64_t office, struct parts_checked *out, struct xq_err *err);

#endif
