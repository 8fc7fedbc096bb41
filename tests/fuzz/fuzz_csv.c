/* SPDX-License-Identifier: Apache-2.0 */
/* Any table of texts (lines, with | between the cells), written as a spreadsheet program writes csv
 * and read again, is the same table; in UTF-8, and in GB18030 and UTF-16 where these can be told
 * apart. fuzz_sheet.c throws the bytes themselves at the reader. */
#include "exchange/sheet.h"

#include <iconv.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/mem.h"
#include "core/utf8.h"

#include "core/banned.h"

enum { ROWS = 40, COLS = 12, BYTES = 2000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct table {
	void *mem;
	size_t n, at;
	struct {
		size_t n;
		struct str cell[COLS];
	} row[ROWS];
};

static bool
is_blank(const struct table *t, size_t row)
{
	for (size_t i = 0; i < t->row[row].n; i++)
		if (t->row[row].cell[i].n > 0)
			return false;
	return true;
}

static void
cut(struct table *t, struct str text)
{
	struct str line, cell;
	while (t->n < ROWS && str_cut(&text, '\n', &line)) {
		size_t n = 0;
		while (n < COLS && str_cut(&line, '|', &cell))
			t->row[t->n].cell[n++] = cell;
		t->row[t->n++].n = n;
	}
}

/* Quoted where it must be, and where the spreadsheet felt like it. */
static struct str
write_csv(struct table *t, char sep)
{
	struct buf b = buf_new(t->mem, BYTES);
	for (size_t r = 0; r < t->n; r++) {
		for (size_t i = 0; i < t->row[r].n; i++) {
			struct str c = t->row[r].cell[i];
			bool plain = c.n % 3 != 0;
			for (size_t k = 0; k < c.n; k++)
				plain = plain && memchr("\",\t\r\n", c.p[k], 5) == NULL;
			if (i > 0)
				buf_char(&b, sep);
			if (!plain)
				buf_char(&b, '"');
			for (size_t k = 0; k < c.n; k++) {
				if (c.p[k] == '"')
					buf_char(&b, '"');
				buf_char(&b, c.p[k]);
			}
			if (!plain)
				buf_char(&b, '"');
		}
		buf_text(&b, "\r\n");
	}
	return buf_view(&b);
}

static enum xq_rc
compare(void *to, const struct sheet_row *row, struct xq_err *err)
{
	(void)err;
	struct table *t = to;
	while (t->at < t->n && is_blank(t, t->at))
		t->at++;
	xq_require(t->at < t->n && row->number == t->at + 1);
	for (size_t i = 0; i < COLS; i++) {
		struct str was = i < t->row[t->at].n ? t->row[t->at].cell[i] : STR("");
		struct str is = i < row->n_cells ? row->cell[i] : STR("");
		xq_require(str_eq(was, is));
		xq_require(i >= row->n_cells || row->is_formula[i] == str_starts(was, STR("=")));
	}
	t->at++;
	return XQ_OK;
}

static void
must_be_the_same(struct table *t, struct str csv)
{
	char path[64];
	struct xq_err err = { 0 };
	int fd = memfd_create("csv", MFD_CLOEXEC);
	xq_require(fd >= 0 && write(fd, csv.p, csv.n) == (ssize_t)csv.n);
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd); /* always fits */
	t->at = 0;
	xq_require(sheet_read(t->mem, path, &sheet_limits_default, compare, t, &err) == XQ_OK);
	while (t->at < t->n && is_blank(t, t->at))
		t->at++;
	xq_require(t->at == t->n);
	(void)close(fd); /* gone with its bytes */
}

static bool
recode(struct table *t, struct str csv, const char *charset, struct str *out)
{
	size_t left = csv.n, room = 4 * csv.n + 16, all = room;
	char *p = mem_textn(t->mem, csv.p, csv.n), *made = mem_resize(t->mem, NULL, room),
	     *to = made;
	iconv_t conv = iconv_open(charset, "UTF-8");
	xq_require(conv != (iconv_t)-1);
	bool good = iconv(conv, &p, &left, &to, &room) != (size_t)-1;
	(void)iconv_close(conv); /* nothing left to flush */
	*out = str_n(made, all - room);
	return good;
}

/* The reader takes these for something else, and says so. */
static bool
is_a_csv(struct str csv)
{
	struct str trimmed = str_trim(csv);
	return trimmed.n > 0 && csv.n < BYTES && !str_starts(trimmed, STR("<")) &&
	       !str_starts(trimmed, STR("%PDF-")) && !str_starts(trimmed, STR("{\\rtf")) &&
	       !str_starts(csv, STR("PK")) && !str_starts(csv, STR("\xef\xbb\xbf"));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str in = { (const char *)data, size }, csv, coded;
	if (size == 0 || size > BYTES / 2 || !utf8_is_valid(in) || memchr(data, 0, size) != NULL)
		return 0;
	void *mem = mem_root("fuzz");
	struct table *t = mem_new(mem, struct table);
	t->mem = mem;
	cut(t, in);
	csv = write_csv(t, ',');
	if (is_a_csv(csv)) {
		must_be_the_same(t, csv);
		must_be_the_same(t, str_of(mem_printf(mem, "\xef\xbb\xbf%s", csv.p)));
		if (recode(t, csv, "GB18030", &coded) && !utf8_is_valid(coded))
			must_be_the_same(t, coded);
		if (recode(t, csv, "UTF-16LE", &coded)) {
			struct buf b = buf_new(mem, coded.n + 3);
			buf_text(&b, "\xff\xfe");
			buf_str(&b, coded);
			must_be_the_same(t, buf_view(&b));
		}
	}
	mem_free(mem);
	return 0;
}
