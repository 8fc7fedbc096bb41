/* SPDX-License-Identifier: Apache-2.0 */
/* book_write.h - a table as an xlsx that a spreadsheet program opens.
 *
 * For:       lists to take away, to change and to hand in again.
 * May call:  core, libxlsxwriter
 * Called by: concern/rules_sheet.c; later every list that is exported
 * Threads:   any
 * Source:    product.md 14
 */
#ifndef XQ_EXCHANGE_BOOK_WRITE_H
#define XQ_EXCHANGE_BOOK_WRITE_H

#include "core/err.h"
#include "core/str.h"

struct book_table {
	const char *title; /* of the sheet, at most 31 characters */
	const char *const *head;
	size_t n_cols;
	const char *const *cell; /* cell[row * n_cols + col]; NULL: empty */
	size_t n_rows;
};

/* All cells are text, so nothing in them is taken for a formula or changed into a date. folder: where
 * the library may write its file meanwhile; nothing stays there. out lives as long as mem. Fault
 * book.write. */
XQ_CHECK enum xq_rc book_write(void *mem, const char *folder, const struct book_table *t,
	struct bytes *out, struct xq_err *err);

#endif
