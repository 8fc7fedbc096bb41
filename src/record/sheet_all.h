/* SPDX-License-Identifier: Apache-2.0 */
/* sheet_all.h - published sheets for who adds them up: those of one month, of every office here, and how an office
 * elsewhere names its own.
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
	int64_t office, ver, size, seq;
	const char *doc; /* SHA-256, hex */
};
/* month: its first day. By office. */
XQ_CHECK enum xq_rc sheets_of_month(struct tx *tx, void *mem, int32_t month,
	struct office_sheet **out, size_t *out_n, struct xq_err *err);

/* What the document under this hash says. XQ_NONE: the office has none of it. */
XQ_CHECK enum xq_rc sheet_document(struct tx *tx, void *mem, int64_t office, const char *hash,
	struct figures_doc *out, struct xq_err *err);

/* ---- which entries publish them ------------------------------------------------------------------------------ */

struct sheet_named {
	int32_t month; /* its first day */
	int64_t ver, seq, size;
	const char *doc;
};
/* Every version of every month. */
XQ_CHECK enum xq_rc sheets_of_office(struct tx *tx, void *mem, int64_t office,
	struct sheet_named **out, size_t *out_n, struct xq_err *err);

/* /log/<office>/sheets.json: the newest version of each month, the newest month first. Only where to look: what is
 * said of a sheet is proved by its entry. */
enum { SHEETS_NAMED_MAX = 24, SHEETS_NAMED_BYTES = 16 << 10 };
struct str sheets_named_write(void *mem, const struct sheet_named *list, size_t n);
/* REFUSED sheets.form: not of this form. */
XQ_CHECK enum xq_rc sheets_named_read(void *mem, struct str json,
	struct sheet_named out[SHEETS_NAMED_MAX], size_t *out_n, struct xq_err *err);

#endif
