/* SPDX-License-Identifier: Apache-2.0 */
/* csv_write.h - a cell of a list that leaves as CSV.
 *
 * May call:  core
 * Called by: audit, insight
 * Threads:   any
 */
#ifndef XQ_EXCHANGE_CSV_WRITE_H
#define XQ_EXCHANGE_CSV_WRITE_H

#include "core/str.h"

/* Quoted always, so that commas and quotation marks stay inside; what a spreadsheet would take for a formula
 * gets an apostrophe in front. text NULL: empty. end: what follows the cell. */
void csv_cell(struct buf *b, const char *text, char end);

#endif
