/* SPDX-License-Identifier: Apache-2.0 */
/* The worksheet part: rows and cells as they come, nothing kept but the row at hand. */
#include "exchange/sheet_int.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/parse.h"

#include "core/banned.h"

enum cell_type { CELL_NUMBER, CELL_SHARED, CELL_INLINE, CELL_OTHER };

struct cells {
	struct sheet_job *job;
	const struct sheet_book *book;
	bool is_in_data, is_in_row, is_in_cell, is_in_inline, is_phonetic;
	bool is_taken; /* characters now belong to the cell's value */
	bool is_formula;
	enum cell_type type;
	size_t style;
};

/* "AB12" -> 27; false unless letters come first and there are at most three. */
static bool
col_of(const char *ref, size_t *out)
{
	size_t col = 0, n = 0;
	for (; ref[n] >= 'A' && ref[n] <= 'Z'; n++) {
		if (n == 3)
			return false;
		col = col * 26 + (size_t)(ref[n] - 'A') + 1;
	}
	if (n == 0)
		return false;
	*out = col - 1;
	return true;
}

static void
row_start(struct sheet_xml *xml, const char **attr)
{
	struct cells *c = xml->to;
	const char *r = sheet_attr(attr, "r");
	int64_t number = 0;
	if (c->is_in_row || (r && !parse_int(str_of(r), 1, 1048576, &number)))
		sheet_stop(c->job, "sheet.truncated");
	else if (!sheet_row_begin(c->job, (size_t)number))
		xml->is_done = true;
	c->is_in_row = true;
}

static enum cell_type
type_of(const char *t)
{
	if (!t || text_eq(t, "n"))
		return CELL_NUMBER;
	if (text_eq(t, "s"))
		return CELL_SHARED;
	return text_eq(t, "inlineStr") ? CELL_INLINE
	                               : CELL_OTHER; /* str b e d: text as it stands */
}

static void
cell_start(struct sheet_xml *xml, const char **attr)
{
	struct cells *c = xml->to;
	const char *r = sheet_attr(attr, "r"), *s = sheet_attr(attr, "s");
	size_t col = c->job->col;
	int64_t style = 0;
	if (!c->is_in_row || c->is_in_cell || (r && !col_of(r, &col)) ||
		(s && !parse_int(str_of(s), 0, INT32_MAX, &style))) {
		sheet_stop(c->job, "sheet.truncated");
		return;
	}
	c->is_in_cell = true;
	c->is_formula = false;
	c->style = (size_t)style;
	c->type = type_of(sheet_attr(attr, "t"));
	(void)sheet_cell_begin(
		c->job, col); /* a refusal is in job->rc, which the caller looks at */
}

static void
on_start(struct sheet_xml *xml, const char *name, const char **attr)
{
	struct cells *c = xml->to;
	if (text_eq(name, "sheetData"))
		c->is_in_data = true;
	else if (!c->is_in_data)
		return;
	else if (text_eq(name, "row"))
		row_start(xml, attr);
	else if (text_eq(name, "c"))
		cell_start(xml, attr);
	else if (!c->is_in_cell)
		return;
	else if (text_eq(name, "f"))
		c->is_formula = true;
	else if (text_eq(name, "is"))
		c->is_in_inline = true;
	else if (text_eq(name, "rPh"))
		c->is_phonetic = true;
	else if (text_eq(name, "v"))
		c->is_taken = c->type != CELL_INLINE;
	else if (text_eq(name, "t"))
		c->is_taken = c->is_in_inline && !c->is_phonetic;
}

/* The cell holds the number of its text; puts the text there instead. */
static bool
resolve_shared(struct cells *c)
{
	struct sheet_job *job = c->job;
	const struct sheet_book *b = c->book;
	struct str index = str_n(job->text.p + job->cell_at, job->text.n - job->cell_at);
	int64_t i;
	if (index.n == 0)
		return true;
	if (!parse_int(index, 0, (int64_t)b->n_strings - 1, &i))
		return sheet_stop(job, "sheet.truncated");
	size_t from = i == 0 ? 0 : b->end[i - 1];
	job->text.n = job->cell_at;
	return sheet_cell_add(job, buf_view(&b->text).p + from, b->end[i] - from);
}

/* Workbooks from old Macs count from 1904; readers of rows need to know one system only. */
static bool
shift_1904(struct sheet_job *job)
{
	char num[40] = { 0 };
	size_t n = job->text.n - job->cell_at;
	if (n == 0 || n >= sizeof(num))
		return true;
	memcpy(num, job->text.p + job->cell_at, n);
	char *end;
	double serial = strtod(num, &end);
	if (*end)
		return true;
	int len = snprintf(num, sizeof(num), "%.15g", serial + 1462.0);
	job->text.n = job->cell_at;
	return sheet_cell_add(job, num, (size_t)len);
}

static void
cell_end(struct cells *c)
{
	struct sheet_job *job = c->job;
	bool is_serial = c->type == CELL_NUMBER && job->text.n > job->cell_at &&
	                 c->style < c->book->n_styles && c->book->is_date[c->style];
	c->is_in_cell = c->is_in_inline = c->is_phonetic = c->is_taken = false;
	if (c->type == CELL_SHARED && !resolve_shared(c))
		return;
	if ((c->type == CELL_INLINE || c->type == CELL_OTHER) && job->text.n > job->cell_at)
		job->text.n = job->cell_at + sheet_unescape(job->text.p + job->cell_at,
						     job->text.n - job->cell_at);
	if (is_serial && c->book->is_1904 && !shift_1904(job))
		return;
	(void)sheet_cell_end(job, is_serial, c->is_formula); /* a refusal is in job->rc */
}

static void
on_end(struct sheet_xml *xml, const char *name)
{
	struct cells *c = xml->to;
	if (text_eq(name, "sheetData")) {
		c->is_in_data = false;
	} else if (text_eq(name, "v") || text_eq(name, "t")) {
		c->is_taken = false;
	} else if (text_eq(name, "is")) {
		c->is_in_inline = false;
	} else if (text_eq(name, "rPh")) {
		c->is_phonetic = false;
	} else if (text_eq(name, "c") && c->is_in_cell) {
		cell_end(c);
	} else if (text_eq(name, "row") && c->is_in_row) {
		c->is_in_row = false;
		if (!sheet_row_end(c->job))
			xml->is_done = true;
	}
}

static void
on_text(struct sheet_xml *xml, const char *p, size_t n)
{
	struct cells *c = xml->to;
	if (c->is_taken)
		(void)sheet_cell_add(c->job, p, n); /* a refusal is in job->rc */
}

void
sheet_read_xlsx(struct sheet_job *job, int fd, size_t file_bytes)
{
	struct sheet_zip z;
	struct sheet_book book;
	if (!sheet_zip_open(job, fd, file_bytes, &z))
		return;
	if (sheet_book_load(job, &z, &book)) {
		struct cells cells = { .job = job, .book = &book };
		struct sheet_xml xml = {
			.job = job, .to = &cells, .start = on_start, .end = on_end, .text = on_text
		};
		(void)sheet_part_read(
			&z, book.sheet_part, true, &xml); /* the verdict is in job->rc */
	}
	sheet_zip_close(&z);
}
