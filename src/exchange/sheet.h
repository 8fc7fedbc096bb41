/* SPDX-License-Identifier: Apache-2.0 */
/* sheet.h - reading tables that offices hand over: xlsx and csv.
 *
 * For:       import. Hostile files are expected: truncated, zip bombs, a million empty rows,
 *            formulas, wrong columns. Nothing is written here; faults name row and column.
 * May call:  core, libzip, expat
 * Called by: exchange/ importers
 * Threads:   any; one reader belongs to one thread
 * Source:    issue marks of bad input, domain.md 6.1
 */
#ifndef XQ_EXCHANGE_SHEET_H
#define XQ_EXCHANGE_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/str.h"

struct sheet_limits {
	size_t max_file_bytes;     /* 64 MiB */
	size_t max_unpacked_bytes; /* 256 MiB over all parts read; past 4 MiB, ratio at most 200 */
	size_t max_rows;           /* 100,000 rows with content */
	size_t max_empty_rows;     /* 1,000 empty rows in a run end the sheet */
	size_t max_cols;           /* 64 */
	size_t max_cell_bytes;     /* 64 KiB */
};

extern const struct sheet_limits sheet_limits_default;

/* One row: cells by column, absent ones empty. Lent until the callback returns. */
struct sheet_row {
	size_t number; /* 1-based, as the spreadsheet shows it */
	size_t n_cells;
	const struct str *cell; /* numbers as they stand in the file */
	const bool *is_serial;  /* a number with a date format, always of the 1900 system */
	const bool *is_formula; /* the cell holds a formula (its cached value is not trusted) */
};

typedef enum xq_rc (*sheet_row_fn)(void *to, const struct sheet_row *row, struct xq_err *err);

/* sheet_read - the first visible sheet of an .xlsx, or a .csv, row by row.
 *
 * mem     arguments of a refusal live as long as mem; everything else is freed on return
 * path    the form is told by content, not by name. Text files: UTF-8 with or without BOM,
 *         GB18030, UTF-16 with BOM; comma, or tab where the first row has no comma
 * fn      called for each row with content; rows without any are left out, and the numbers show
 *         the gap. Anything but XQ_OK from fn ends the reading and is returned
 * err     REFUSED sheet.not-a-sheet, sheet.old-or-locked (.xls or a password), sheet.truncated
 *         (incomplete or damaged), sheet.too-large {max: MB}, sheet.bomb, sheet.too-many-rows
 *         {max}, sheet.too-many-cols {max}, sheet.cell-too-long {row} {col} {max},
 *         sheet.not-utf8 {row} {col}; FAULT sheet.read, sheet.charset
 *
 * Cell text is raw but valid UTF-8. A boolean is "1" or "0". A text cell of a csv that begins with
 * an equals sign is flagged as a formula. */
XQ_CHECK enum xq_rc sheet_read(void *mem, const char *path, const struct sheet_limits *limits,
	sheet_row_fn fn, void *to, struct xq_err *err);

/* A spreadsheet's date serial (1900 system, in which 1900 has a 29 February that never was) read
 * as a local civil moment -> UTC seconds, rounded to the second. False for what is no date: below
 * 1 (a time of day), serial 60, past the year 9999. */
bool sheet_serial_moment(double serial, int32_t tz_s, int64_t *out);

/* A B ... Z AA, for fault messages; col is 0-based, below 1,000,000. */
void sheet_col_name(size_t col, char out[8]);

extern const struct msg_text sheet_messages[];

#endif
