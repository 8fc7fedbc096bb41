/* SPDX-License-Identifier: Apache-2.0 */
/* sheet_all.h - the newest published sheets of one month, of every office: what a city adds up.
 *
 * For:       city/
 * May call:  what record/sheet.h may
 * Owns:      nothing
 * Threads:   any reader; the read goes over all offices (CITY) and never writes
 */
#ifndef XQ_RECORD_SHEET_ALL_H
#define XQ_RECORD_SHEET_ALL_H

#include "ledger/figures.h"
#include "store/store.h"

struct office_sheet {
	int64_t office, ver, size;
	const char *doc; /* SHA-256, hex */
};
/* month: its first day. By office. */
XQ_CHECK enum xq_rc sheets_of_month(struct tx *tx, void *mem, int32_t month,
	struct office_sheet **out, size_t *out_n, struct xq_err *err);

/* What the document under this hash says. XQ_NONE: the office has none of it. */
XQ_CHECK enum xq_rc sheet_document(struct tx *tx, void *mem, int64_t office, const char *hash,
	struct figures_doc *out, struct xq_err *err);

#endif
