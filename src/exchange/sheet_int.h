/* SPDX-License-Identifier: Apache-2.0 */
/* sheet_int.h - what the readers of xlsx and csv share: one row being put together.
 *
 * Every function that returns bool returns false when reading is to stop: job->rc then says why,
 * and XQ_OK there means that the sheet has simply ended.
 */
#ifndef XQ_EXCHANGE_SHEET_INT_H
#define XQ_EXCHANGE_SHEET_INT_H

#include "exchange/sheet.h"

struct sheet_job {
	void *mem; /* for the arguments of a refusal */
	const struct sheet_limits *limits;
	sheet_row_fn fn;
	void *to;
	struct xq_err *err;
	enum xq_rc rc;

	size_t rows;      /* with content, so far */
	size_t empty_run; /* rows without content since */
	size_t number;    /* of the row at hand, 1-based */
	size_t col;       /* of the cell at hand, 0-based; between cells, of the next */
	size_t n_cells;
	bool has_content;
	size_t cell_at;  /* where the cell at hand begins in text */
	struct buf text; /* of the whole row */
	size_t *at;      /* max_cols + 1 offsets into text */
	struct str *cell;
	bool *is_serial;
	bool *is_formula;
};

/* number 0: the row after the last one. Rows left out count as empty. */
bool sheet_row_begin(struct sheet_job *job, size_t number);
bool sheet_cell_begin(struct sheet_job *job, size_t col);
bool sheet_cell_add(struct sheet_job *job, const char *p, size_t n);
bool sheet_cell_end(struct sheet_job *job, bool is_serial, bool is_formula);
bool sheet_row_end(struct sheet_job *job);

/* Ends the reading; always false. */
bool sheet_stop(struct sheet_job *job, const char *key);
bool sheet_stop_max(struct sheet_job *job, const char *key, size_t max);
bool sheet_stop_at(struct sheet_job *job, const char *key, size_t col);

/* Both take an open file, which stays the caller's, at any position. */
void sheet_read_xlsx(struct sheet_job *job, int fd, size_t file_bytes);
void sheet_read_csv(struct sheet_job *job, int fd);

/* The parts of an xlsx, in sheet_part.c. */
struct zip;

struct sheet_zip {
	struct zip *zip;
	size_t file_bytes;
	size_t unpacked; /* over all parts so far */
};

bool sheet_zip_open(struct sheet_job *job, int fd, size_t file_bytes, struct sheet_zip *out);
void sheet_zip_close(struct sheet_zip *z);

/* Who hears what a part says. Names come without their namespace prefix. Handlers call
 * sheet_stop() or leave job->rc alone; is_done ends the part early without a refusal. */
struct sheet_xml {
	struct sheet_job *job;
	void *to;
	void (*start)(struct sheet_xml *xml, const char *name, const char **attr);
	void (*end)(struct sheet_xml *xml, const char *name);
	void (*text)(struct sheet_xml *xml, const char *p, size_t n);
	bool is_done;
	void *parser;
};

/* Reads one part through the handlers; false when job->rc says why not. A part that is not there
 * is an error only where must_exist. */
bool sheet_part_read(struct sheet_zip *z, const char *name, bool must_exist, struct sheet_xml *xml);

/* The value of an attribute by its name without prefix; NULL when there is none. */
const char *sheet_attr(const char **attr, const char *name);

/* What the workbook says about its first visible sheet, in sheet_book.c. */
struct sheet_book {
	bool is_1904;
	char *sheet_part; /* names inside the zip; NULL: there is none */
	char *strings_part;
	char *styles_part;

	bool *is_date; /* by cell style */
	size_t n_styles, cap_styles;

	struct buf text; /* shared strings, one behind the other */
	uint32_t *end;   /* where each ends in text */
	size_t n_strings, cap_strings;
};

bool sheet_book_load(struct sheet_job *job, struct sheet_zip *z, struct sheet_book *out);

/* True where a number format shows a date or a time: yyyy"年"m"月", [$-804]h:mm, not 0.00"m". */
bool sheet_format_is_date(const char *code);

/* Spreadsheets write a control character as _x000D_. Decodes in place; returns the new length. */
size_t sheet_unescape(char *p, size_t n);

#endif
