/* SPDX-License-Identifier: Apache-2.0 */
/* receipt_verify.h - whether a receipt that somebody brings along is in the record; the first five of the
 * seven steps, which need nothing but the receipt itself.
 *
 * For:       `xinqiao record receipt`, tests of what the server gives out.
 * May call:  core, ledger, record/sentence.h
 * Called by: cli/record_receipt.c
 * Owns:      nothing; pure
 * Threads:   any
 * Source:    ledger.md 9 (steps), 11 (V11); assets/js/receipt-check.js is the browser's form
 */
#ifndef XQ_RECORD_RECEIPT_VERIFY_H
#define XQ_RECORD_RECEIPT_VERIFY_H

#include "record/sentence.h"

struct receipt_verdict {
	int steps;    /* how many are passed: 5 of 5, or the number before the one that failed */
	int openings; /* own words that were checked against the entry */
	int64_t seq, size;
	const char *origin;
	struct sentence sentence;
};

/* receipt_verify - a proof file with what lies beside it ({"doc","later","table"}).
 *
 * vkey    of the log, from somewhere that is trusted
 * beside  n == 0: a bare proof file; its sentence is not known, and four steps are all
 * out     filled up to the step that failed, also on XQ_REFUSED
 * err     REFUSED receipt.form, .entry, .proof, .signature, .opening, .table, .follows, each for one step
 */
XQ_CHECK enum xq_rc receipt_verify(void *mem, struct str proof, struct str beside, struct str vkey,
	struct receipt_verdict *out, struct xq_err *err);

extern const struct msg_text receipt_verify_messages[];

#endif
