/* SPDX-License-Identifier: Apache-2.0 */
#include "exchange/book_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "core/mem.h"

#include "core/banned.h"

enum { COLUMN_WIDTH = 22 };

static lxw_error
write_cells(lxw_worksheet *sheet, lxw_format *bold, const struct book_table *t)
{
	lxw_error e =
		worksheet_set_column(sheet, 0, (lxw_col_t)(t->n_cols - 1), COLUMN_WIDTH, NULL);
	for (size_t c = 0; e == LXW_NO_ERROR && c < t->n_cols; c++)
		e = worksheet_write_string(sheet, 0, (lxw_col_t)c, t->head[c], bold);
	for (size_t i = 0; e == LXW_NO_ERROR && i < t->n_rows * t->n_cols; i++)
		if (t->cell[i] && t->cell[i][0])
			e = worksheet_write_string(sheet, (lxw_row_t)(i / t->n_cols + 1),
				(lxw_col_t)(i % t->n_cols), t->cell[i], NULL);
	worksheet_freeze_panes(sheet, 1, 0);
	return e;
}

static lxw_error
write_book(const char *path, const struct book_table *t)
{
	lxw_workbook *book = workbook_new(path);
	if (!book)
		return LXW_ERROR_MEMORY_MALLOC_FAILED;
	lxw_worksheet *sheet = workbook_add_worksheet(book, t->title);
	lxw_format *bold = workbook_add_format(book);
	lxw_error e = LXW_ERROR_MEMORY_MALLOC_FAILED;
	if (sheet && bold) {
		format_set_bold(bold);
		e = write_cells(sheet, bold, t);
	}
	lxw_error closed = workbook_close(book); /* frees the book in any case */
	return e == LXW_NO_ERROR ? closed : e;
}

static bool
read_whole(void *mem, const char *path, struct bytes *out)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		return false;
	struct buf b = buf_new(mem, 1 << 14);
	char part[4096];
	size_t n;
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		buf_add(&b, part, n);
	bool good = !ferror(f);
	fclose(f);
	*out = (struct bytes){ (const uint8_t *)b.p, b.n };
	return good;
}

enum xq_rc
book_write(void *mem, const char *folder, const struct book_table *t, struct bytes *out,
	struct xq_err *err)
{
	char *path = mem_printf(mem, "%s/book.XXXXXX", folder);
	int fd = mkstemp(path); /* only for a name that nobody else has */
	if (fd < 0)
		return xq_busy(err, "store.full");
	close(fd);
	lxw_error e = write_book(path, t);
	bool good = e == LXW_NO_ERROR && read_whole(mem, path, out);
	(void)unlink(path); /* one that stays is harmless: no row names it */
	return good ? XQ_OK : xq_fault(err, "book.write", "%s", lxw_strerror(e));
}
