/* SPDX-License-Identifier: Apache-2.0 */
/* sheet.h - the monthly public sheet: frozen with a signed size of the record, counted again by anybody.
 *
 * For:       figures.publish, /public, /public/{yyyy-mm}, the entries behind a figure, /record/{seq},
 *            the check that tallies and record agree.
 * May call:  core, ledger, act, web, concern/figures.h, office/, insight/
 * Called by: modules.c, cli/
 * Owns:      table record_sheet
 * Threads:   acts on the writer, views and reads on any reader
 * Source:    ledger.md 8; domain.md 4; mock/public-month.html; docs/decisions/0045-the-monthly-sheet.md
 */
#ifndef XQ_RECORD_SHEET_H
#define XQ_RECORD_SHEET_H

#include "act/app.h"
#include "ledger/figures.h"

/* The entries of the office's record, fed to a walk: those before size, or all there are (size -1). */
XQ_CHECK enum xq_rc sheet_walk(struct tx *tx, void *mem, int64_t office, int64_t size,
	struct figures_walk **out, struct xq_err *err);

/* A number that counting and record do not agree on. */
struct sheet_difference {
	int32_t month; /* first day */
	const char *id, *unit;
	int64_t counted_num, counted_den, record_num, record_den;
};
/* The tallies of every month against the walk. first lives as long as mem; written where *out_n > 0. */
XQ_CHECK enum xq_rc sheet_compare(struct tx *tx, void *mem, int64_t office, int64_t *out_n,
	struct sheet_difference *first, struct xq_err *err);

/* Months that wait to be published, the oldest first; at most max. */
XQ_CHECK enum xq_rc sheet_waiting(
	struct tx *tx, int64_t office, int32_t *out, size_t max, size_t *out_n, struct xq_err *err);

/* Fields: month (any day of it), why (a correction: late-facts, voided, counting), note.
 * Results: month, version, size, doc. */
extern const struct act figures_publish;
extern const struct invariant sheet_figures_agree;
extern const struct module record_sheet_module;

#endif
