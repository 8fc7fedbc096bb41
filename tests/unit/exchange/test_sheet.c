/* SPDX-License-Identifier: Apache-2.0 */
/* Tables from outside. Every hostile file is made here, in a folder that the test removes. */
#include "exchange/sheet_int.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zip.h>

#include <cmocka.h>

#include "core/mem.h"
#include "core/time.h"

#include "core/banned.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
#define REL "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define WORKBOOK(props)                                                                            \
	HEAD "<workbook xmlns:r=\"x\">" props                                                      \
	     "<sheets><sheet name=\"old\" state=\"hidden\" r:id=\"rId9\"/>"                        \
	     "<sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
#define RELS(target)                                                                               \
	HEAD "<Relationships><Relationship Id=\"rId9\" Type=\"" REL                                \
	     "worksheet\" Target=\"none.xml\"/>"                                                   \
	     "<Relationship Id=\"rId1\" Type=\"" REL "worksheet\" Target=\"" target "\"/>"         \
	     "<Relationship Id=\"rId2\" Type=\"" REL                                               \
	     "sharedStrings\" Target=\"sharedStrings.xml\"/>"                                      \
	     "<Relationship Id=\"rId3\" Type=\"" REL                                               \
	     "styles\" Target=\"styles.xml\"/></Relationships>"
#define STYLES                                                                                     \
	HEAD "<styleSheet><numFmts count=\"2\"><numFmt numFmtId=\"164\" "                          \
	     "formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@\"/><numFmt "      \
	     "numFmtId=\"165\" formatCode=\"0.00&quot;m&quot;\"/></numFmts><cellStyleXfs><xf "     \
	     "numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/>"  \
	     "<xf numFmtId=\"164\"/><xf numFmtId=\"165\"/></cellXfs></styleSheet>"
#define STRINGS                                                                                         \
	HEAD "<sst><si><t xml:space=\"preserve\"> 路灯 </t></si><si><r><rPr><b/></rPr><t>坏</t></r>" \
	     "<r><t>了_x000D_</t></r><rPh sb=\"0\" eb=\"1\"><t>huai</t></rPh></si></sst>"
#define SHEET(rows) HEAD "<worksheet><sheetData>" rows "</sheetData></worksheet>"

struct seen {
	struct buf text; /* "2:A=x|C=y~|\n": ~ serial, ! formula */
	size_t rows;
};

struct fixture {
	void *mem;
	char *path;
	struct xq_err err;
	struct seen seen;
	struct sheet_limits limits;
};

static int
setup(void **state)
{
	void *mem = mem_root("test");
	struct fixture *f = mem_new(mem, struct fixture);
	f->mem = mem;
	f->path = mem_text(mem, "/tmp/xq-sheet-XXXXXX");
	f->seen.text = buf_new(mem, 256);
	f->limits = sheet_limits_default;
	int fd = mkstemp(f->path);
	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;
	(void)unlink(f->path); /* some tests have done so */
	mem_free(f->mem);
	return 0;
}

static enum xq_rc
note_row(void *to, const struct sheet_row *row, struct xq_err *err)
{
	(void)err;
	struct seen *seen = to;
	seen->rows++;
	if (seen->text.n > 4096)
		return XQ_OK;
	buf_printf(&seen->text, "%zu:", row->number);
	for (size_t i = 0; i < row->n_cells; i++) {
		char name[8];
		sheet_col_name(i, name);
		if (row->cell[i].n == 0 && !row->is_formula[i])
			continue;
		buf_printf(&seen->text, "%s=", name);
		buf_str(&seen->text, row->cell[i]);
		buf_text(&seen->text, row->is_serial[i] ? "~" : "");
		buf_text(&seen->text, row->is_formula[i] ? "!|" : "|");
	}
	buf_char(&seen->text, '\n');
	return XQ_OK;
}

static enum xq_rc
read_it(struct fixture *f)
{
	return sheet_read(f->mem, f->path, &f->limits, note_row, &f->seen, &f->err);
}

static void
expect_text(struct fixture *f, const char *text)
{
	enum xq_rc rc = read_it(f);
	if (rc != XQ_OK)
		print_error("refused: %s %s\n", f->err.key, f->err.detail);
	assert_int_equal(rc, XQ_OK);
	assert_string_equal(f->seen.text.p, text);
}

static void
expect_refusal(struct fixture *f, const char *key)
{
	enum xq_rc rc = read_it(f);
	assert_int_equal(rc, XQ_REFUSED);
	assert_string_equal(f->err.key, key);
	bool is_known = false;
	for (const struct msg_text *m = sheet_messages; m->key; m++)
		is_known = is_known || text_eq(m->key, key);
	assert_true(is_known);
}

static void
put_file(struct fixture *f, const void *p, size_t n)
{
	FILE *to = fopen(f->path, "wb");
	assert_non_null(to);
	assert_int_equal(fwrite(p, 1, n, to), n);
	assert_int_equal(fclose(to), 0);
}

static void
put_csv(struct fixture *f, const char *text)
{
	put_file(f, text, strlen(text));
}

struct part {
	const char *name;
	const void *p;
	size_t n; /* 0: text */
};

static void
put_zip(struct fixture *f, const struct part *part, size_t n)
{
	(void)unlink(f->path); /* a new one each time */
	zip_t *zip = zip_open(f->path, ZIP_CREATE | ZIP_EXCL, NULL);
	assert_non_null(zip);
	for (size_t i = 0; i < n; i++) {
		size_t len = part[i].n ? part[i].n : strlen(part[i].p);
		zip_source_t *source = zip_source_buffer(zip, part[i].p, len, 0);
		assert_true(zip_file_add(zip, part[i].name, source, ZIP_FL_OVERWRITE) >= 0);
	}
	assert_int_equal(zip_close(zip), 0);
}

/* A workbook around one worksheet. */
static void
put_sheet_n(struct fixture *f, const char *sheet, size_t n)
{
	const struct part part[] = {
		{ "xl/workbook.xml", WORKBOOK(""), 0 },
		{ "xl/_rels/workbook.xml.rels", RELS("worksheets/sheet1.xml"), 0 },
		{ "xl/styles.xml", STYLES, 0 },
		{ "xl/sharedStrings.xml", STRINGS, 0 },
		{ "xl/worksheets/sheet1.xml", sheet, n },
	};
	put_zip(f, part, sizeof(part) / sizeof(*part));
}

static void
put_sheet(struct fixture *f, const char *sheet)
{
	put_sheet_n(f, sheet, 0);
}

static void
every_kind_of_cell_is_read(void **state)
{
	put_sheet(*state,
		SHEET("<row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c><c r=\"B2\" t=\"s\"><v>1</v></c>"
		      "<c r=\"D2\" t=\"inlineStr\"><is><t xml:space=\"preserve\">\n a&amp;&#36335;</t></is></c>"
		      "<c r=\"E2\"><v>1.50</v></c><c r=\"F2\" t=\"b\"><v>1</v></c>"
		      "<c r=\"G2\" t=\"e\"><v>#REF!</v></c><c r=\"H2\" t=\"d\"><v>2026-02-13</v></c></row>"));
	expect_text(*state, "2:A= 路灯 |B=坏了\r|D=\n a&路|E=1.50|F=1|G=#REF!|H=2026-02-13|\n");
}

static void
date_formats_make_serials(void **state)
{
	put_sheet(*state,
		SHEET("<row><c s=\"0\"><v>1</v></c><c s=\"1\"><v>43524.5</v></c><c s=\"2\"><v>43524</v></c>"
		      "<c s=\"3\"><v>4</v></c><c s=\"1\" t=\"str\"><v>text</v></c><c s=\"1\"/></row>"));
	expect_text(*state, "1:A=1|B=43524.5~|C=43524~|D=4|E=text|\n");
}

static void
old_mac_serials_are_moved(void **state)
{
	const struct part part[] = {
		{ "xl/workbook.xml", WORKBOOK("<workbookPr date1904=\"1\"/>"), 0 },
		{ "xl/_rels/workbook.xml.rels", RELS("/xl/worksheets/sheet1.xml"), 0 },
		{ "xl/styles.xml", STYLES, 0 },
		{ "xl/worksheets/sheet1.xml",
			SHEET("<row><c s=\"1\"><v>42062.5</v></c><c><v>42062.5</v></c></row>"), 0 },
	};
	put_zip(*state, part, 4);
	expect_text(*state, "1:A=43524.5~|B=42062.5|\n");
}

static void
formulas_are_flagged(void **state)
{
	put_sheet(*state,
		SHEET("<row r=\"1\"><c r=\"A1\"><f>1+1</f><v>2</v></c><c r=\"B1\"><f>NOW()</f></c>"
		      "<c r=\"C1\" t=\"str\"><f>A1</f><v>x</v></c><c r=\"D1\"><v>3</v></c></row>"));
	expect_text(*state, "1:A=2!|B=!|C=x!|D=3|\n");
}

static void
missing_rows_leave_a_gap(void **state)
{
	put_sheet(*state,
		SHEET("<row r=\"1\"><c><v>1</v></c></row><row r=\"3\"/><row r=\"5\"><c><v>5</v></c></row>"
		      "<row><c r=\"B6\"><v>6</v></c></row>"));
	expect_text(*state, "1:A=1|\n5:A=5|\n6:B=6|\n");
}

static void
prefixed_names_are_known(void **state)
{
	put_sheet(*state, HEAD
		"<x:worksheet xmlns:x=\"y\"><x:sheetData><x:row><x:c><x:v>1</x:v></x:c></x:row>"
		"</x:sheetData></x:worksheet>");
	expect_text(*state, "1:A=1|\n");
}

static void
million_empty_rows_end_the_sheet(void **state)
{
	struct fixture *f = *state;
	struct buf b = buf_new(f->mem, 32u << 20);
	buf_text(&b, HEAD "<worksheet><sheetData><row r=\"1\"><c><v>1</v></c></row>");
	for (int i = 2; i <= 1000000; i++)
		buf_printf(&b, "<row r=\"%d\" spans=\"1:3\"><c s=\"1\"/></row>", i);
	buf_text(&b, "</sheetData></worksheet>");
	put_sheet_n(f, b.p, b.n);
	int64_t from = time_mono_ms();
	expect_text(f, "1:A=1|\n");
	assert_true(time_mono_ms() - from < 1000);
}

static void
far_row_number_ends_the_sheet(void **state)
{
	put_sheet(*state,
		SHEET("<row r=\"1\"><c><v>1</v></c></row><row r=\"1048576\"><c><v>2</v></c></row>"));
	expect_text(*state, "1:A=1|\n");
}

static void
formatted_columns_far_right_do_not_matter(void **state)
{
	put_sheet(*state,
		SHEET("<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"XFD1\" s=\"1\"/></row>"));
	expect_text(*state, "1:A=1|\n");
}

static void
content_far_right_is_refused(void **state)
{
	put_sheet(*state, SHEET("<row r=\"1\"><c r=\"BM1\"><v>1</v></c></row>"));
	expect_refusal(*state, "sheet.too-many-cols");
}

static void
rows_and_cells_out_of_order_are_refused(void **state)
{
	static const char *const sheets[] = {
		SHEET("<row r=\"2\"/><row r=\"2\"/>"),
		SHEET("<row r=\"0\"/>"),
		SHEET("<row r=\"9999999\"/>"),
		SHEET("<row r=\"1\"><c r=\"B1\"/><c r=\"A1\"/></row>"),
		SHEET("<row r=\"1\"><c r=\"1\"/></row>"),
		SHEET("<row><c><c/></c></row>"),
		SHEET("<row><row/></row>"),
		SHEET("<c/>"),
		SHEET("<row><c t=\"s\"><v>2</v></c></row>"),
		SHEET("<row><c t=\"s\"><v>-1</v></c></row>"),
		SHEET("<row><c t=\"s\"><v>99999999999999999999</v></c></row>"),
		HEAD "<worksheet><sheetData><row>",
		"",
	};
	for (size_t i = 0; i < sizeof(sheets) / sizeof(*sheets); i++) {
		put_sheet_n(*state, sheets[i], strlen(sheets[i]));
		expect_refusal(*state, "sheet.truncated");
	}
}

static void
too_many_rows_are_refused(void **state)
{
	struct fixture *f = *state;
	f->limits.max_rows = 2;
	put_csv(f, "a\nb\nc\n");
	expect_refusal(f, "sheet.too-many-rows");
	assert_int_equal(f->err.arg[0].i, 2);
}

static void
long_cell_is_refused_with_its_place(void **state)
{
	struct fixture *f = *state;
	f->limits.max_cell_bytes = 4;
	put_csv(f, "a,b\nx,\"fünf\"\n");
	expect_refusal(f, "sheet.cell-too-long");
	assert_int_equal(f->err.arg[0].i, 2);
	assert_string_equal(f->err.arg[1].text, "B");
	put_sheet(f, SHEET("<row r=\"7\"><c r=\"C7\" t=\"s\"><v>0</v></c></row>"));
	expect_refusal(f, "sheet.cell-too-long");
	assert_int_equal(f->err.arg[0].i, 7);
	assert_string_equal(f->err.arg[1].text, "C");
}

static void
doctype_is_refused(void **state)
{
	put_sheet(*state,
		"<?xml version=\"1.0\"?><!DOCTYPE w [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]>"
		"<worksheet><sheetData><row><c t=\"str\"><v>&b;</v></c></row></sheetData></worksheet>");
	expect_refusal(*state, "sheet.not-a-sheet");
}

/* fill n bytes of pattern between head and tail */
static struct buf
flood(struct fixture *f, const char *head, const char *pattern, size_t n)
{
	struct buf b = buf_new(f->mem, n + 4096);
	buf_text(&b, head);
	while (b.n < n)
		buf_text(&b, pattern);
	return b;
}

static void
zip_bomb_by_ratio_is_refused(void **state)
{
	struct fixture *f = *state;
	struct buf b =
		flood(f, HEAD "<worksheet><sheetData><row><c t=\"str\"><v/>", " ", 32u << 20);
	put_sheet_n(f, b.p, b.n);
	expect_refusal(f, "sheet.bomb");
}

static void
zip_bomb_by_size_is_refused(void **state)
{
	struct fixture *f = *state;
	f->limits.max_unpacked_bytes = 100000;
	struct buf b = flood(f, HEAD "<worksheet>", "<a b=\"1234\"/>", 200000);
	put_sheet_n(f, b.p, b.n);
	expect_refusal(f, "sheet.bomb");
}

static void
xml_floods_are_refused(void **state)
{
	struct fixture *f = *state;
	int64_t from = time_mono_ms();
	struct buf deep = flood(f, HEAD, "<a>", 3u << 20);
	put_sheet_n(f, deep.p, deep.n);
	expect_refusal(f, "sheet.bomb");
	struct buf attr = flood(f, HEAD "<a b=\"", "> ", 3u << 20);
	put_sheet_n(f, attr.p, attr.n);
	expect_refusal(f, "sheet.bomb");
	struct buf comment = flood(f, HEAD "<!-- ", "> ", 3u << 20);
	put_sheet_n(f, comment.p, comment.n);
	expect_refusal(f, "sheet.bomb");
	struct buf names = flood(f, HEAD "<worksheet>", "", 0);
	for (int i = 0; i < 200000; i++)
		buf_printf(&names, "<name%d/>", i);
	put_sheet_n(f, names.p, names.n);
	expect_refusal(f, "sheet.bomb");
	assert_true(time_mono_ms() - from < 5000);
}

static void
endless_shared_strings_are_refused(void **state)
{
	struct fixture *f = *state;
	struct buf b = flood(f, HEAD "<sst>", "<si/>", 11u << 20);
	const struct part part[] = {
		{ "xl/workbook.xml", WORKBOOK(""), 0 },
		{ "xl/_rels/workbook.xml.rels", RELS("worksheets/sheet1.xml"), 0 },
		{ "xl/sharedStrings.xml", b.p, b.n },
		{ "xl/worksheets/sheet1.xml", SHEET(""), 0 },
	};
	put_zip(f, part, 4);
	expect_refusal(f, "sheet.bomb");
}

static void
flood_of_zip_entries_is_refused(void **state)
{
	struct fixture *f = *state;
	struct buf b = buf_new(f->mem, 1u << 20);
	buf_text(&b, "PK\3\4");
	for (int i = 0; i < 10001; i++)
		buf_text(&b, "PK\1\2abcdefghijk");
	put_file(f, b.p, b.n);
	expect_refusal(f, "sheet.bomb");
}

static char *
load(struct fixture *f, size_t *n)
{
	FILE *from = fopen(f->path, "rb");
	assert_non_null(from);
	char *p = mem_array(f->mem, char, 1 << 16);
	*n = fread(p, 1, 1 << 16, from);
	assert_int_equal(fclose(from), 0);
	return p;
}

static void
every_truncation_is_refused(void **state)
{
	struct fixture *f = *state;
	size_t n;
	put_sheet(f, SHEET("<row><c><v>1</v></c></row>"));
	char *whole = load(f, &n);
	for (size_t cut = 4; cut < n; cut += 13) {
		put_file(f, whole, cut);
		assert_int_equal(read_it(f), XQ_REFUSED);
	}
	assert_string_equal(f->err.key, "sheet.truncated");
}

/* Whatever changes, it is an answer or a refusal, never a fault; checksums catch changed cells. */
static void
every_flipped_byte_is_survived(void **state)
{
	struct fixture *f = *state;
	size_t n;
	put_sheet(f, SHEET("<row><c><v>1</v></c></row>"));
	char *whole = load(f, &n);
	for (size_t i = 0; i < n; i += 3) {
		whole[i] ^= 0x55;
		put_file(f, whole, n);
		enum xq_rc rc = read_it(f);
		assert_true(rc == XQ_OK || rc == XQ_REFUSED);
		whole[i] ^= 0x55;
	}
	for (const char *row = f->seen.text.p; row;
		row = strchr(row, '\n') ? strchr(row, '\n') + 1 : NULL)
		assert_true(*row == 0 || strncmp(row, "1:A=1", 5) == 0);
}

static void
paths_outside_are_never_opened(void **state)
{
	static const char *const rels[] = {
		RELS("../../etc/passwd"),
		RELS("/etc/passwd"),
		RELS("file:///etc/passwd"),
		RELS("..\\\\x"),
		RELS("%2e%2e/x"),
		RELS("none.xml"),
	};
	struct fixture *f = *state;
	for (size_t i = 0; i < sizeof(rels) / sizeof(*rels); i++) {
		const struct part part[] = {
			{ "xl/workbook.xml", WORKBOOK(""), 0 },
			{ "xl/_rels/workbook.xml.rels", rels[i], 0 },
			{ "../../etc/passwd", SHEET(""), 0 },
			{ "/etc/passwd", SHEET(""), 0 },
		};
		put_zip(f, part, 4);
		expect_refusal(f, "sheet.not-a-sheet");
	}
}

static void
other_files_are_refused(void **state)
{
	static const struct {
		struct bytes head;
		const char *key;
	} cases[] = {
#define FILE_OF(lit) { (const uint8_t *)"" lit, sizeof(lit) - 1 }
		{ FILE_OF("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest"), "sheet.old-or-locked" },
		{ FILE_OF("PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), "sheet.not-a-sheet" },
		{ FILE_OF(""), "sheet.not-a-sheet" },
		{ FILE_OF("%PDF-1.7\n"), "sheet.not-a-sheet" },
		{ FILE_OF("\n <html><table><tr><td>1</td></tr></table>"), "sheet.not-a-sheet" },
		{ FILE_OF("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "sheet.not-a-sheet" },
		{ FILE_OF("a,b\n\0,c\n"), "sheet.not-a-sheet" },
		{ FILE_OF("a,\"b\nc"), "sheet.truncated" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		put_file(*state, cases[i].head.p, cases[i].head.n);
		expect_refusal(*state, cases[i].key);
	}
}

static void
large_file_is_refused(void **state)
{
	struct fixture *f = *state;
	f->limits.max_file_bytes = 2 << 20;
	put_csv(f, "a");
	assert_int_equal(truncate(f->path, (2 << 20) + 1), 0);
	expect_refusal(f, "sheet.too-large");
	assert_int_equal(f->err.arg[0].i, 2);
}

static void
missing_file_is_a_fault(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(unlink(f->path), 0);
	assert_int_equal(read_it(f), XQ_FAULT);
}

static void
csv_is_cut_into_cells(void **state)
{
	static const struct {
		const char *csv, *text;
	} cases[] = {
		{ "a,b\r\nc,d\r\n", "1:A=a|B=b|\n2:A=c|B=d|\n" },
		{ "a\nb", "1:A=a|\n2:A=b|\n" },
		{ "a\rb\r", "1:A=a|\n2:A=b|\n" },
		{ "\xef\xbb\xbf\"路,\"\"灯\",\"x\r\ny\"\r\n", "1:A=路,\"灯|B=x\r\ny|\n" },
		{ "\n\n,,x\n", "3:C=x|\n" },
		{ "a\tb,c\td\n", "1:A=a\tb|B=c\td|\n" },
		{ "a\tb\n1,5\t2\n", "1:A=a|B=b|\n2:A=1,5|B=2|\n" },
		{ "=1+1,\"=A1\",-,@x\n", "1:A==1+1!|B==A1!|C=-|D=@x|\n" },
		{ "\"a\"b,c\"d\n", "1:A=ab|B=c\"d|\n" },
		{ "\"\"\n\"\",\n", "" },
	};
	struct fixture *f = *state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		f->seen.text.n = 0;
		f->seen.text.p[0] = 0;
		put_csv(f, cases[i].csv);
		expect_text(f, cases[i].text);
	}
}

static void
csv_in_gb18030_is_read(void **state)
{
	put_csv(*state, "\xc2\xb7\xb5\xc6,\x95\x32\x82\x36\n"); /* the second is of plane 2 */
	expect_text(*state, "1:A=路灯|B=𠀀|\n");
}

static void
csv_in_utf16_is_read(void **state)
{
	static const char text[] = "\xff\xfe\x31\x00\x09\x00\xef\x8d\x0a\x00";
	put_file(*state, text, sizeof(text) - 1);
	expect_text(*state, "1:A=1|B=路|\n");
}

/* Characters lie across the borders of the pieces in which the file is read. */
static void
csv_of_many_pieces_is_read_whole(void **state)
{
	struct fixture *f = *state;
	for (int is_gb = 0; is_gb < 2; is_gb++) {
		struct buf b = buf_new(f->mem, 1u << 20);
		buf_text(&b, "x");
		for (int i = 0; i < 20000; i++)
			buf_text(&b, is_gb ? "\xc2\xb7\xb5\xc6," : "路灯,");
		b.p[b.n - 1] = '\n';
		f->seen = (struct seen){ .text = buf_new(f->mem, 256) };
		f->limits.max_cols = 20000;
		put_file(f, b.p, b.n);
		assert_int_equal(read_it(f), XQ_OK);
		assert_int_equal(f->seen.rows, 1);
		assert_non_null(strstr(f->seen.text.p, "路灯|"));
		assert_null(strstr(f->seen.text.p, "==")); /* no cell was cut in two */
		size_t cells = 0;
		for (const char *p = f->seen.text.p; (p = strstr(p, "=路灯|")); p++)
			cells++;
		assert_int_equal(cells, 19999); /* the first has the x */
	}
}

static void
broken_text_is_refused_with_its_place(void **state)
{
	struct fixture *f = *state;
	put_csv(f, "a,b\nc,\xc2\xb7\xff,d\n");
	expect_refusal(f, "sheet.not-utf8");
	assert_int_equal(f->err.arg[0].i, 2);
	assert_string_equal(f->err.arg[1].text, "B");
	put_csv(f, "a,\xc2"); /* half a character at the end */
	expect_refusal(f, "sheet.truncated");
}

static enum xq_rc
refuse_second(void *to, const struct sheet_row *row, struct xq_err *err)
{
	(void)to;
	return row->number == 2 ? xq_refuse(err, "x", "test.no") : XQ_OK;
}

static void
refusal_of_the_callback_ends_it(void **state)
{
	struct fixture *f = *state;
	put_csv(f, "a\nb\n\xff\n");
	enum xq_rc rc = sheet_read(f->mem, f->path, &f->limits, refuse_second, NULL, &f->err);
	assert_int_equal(rc, XQ_REFUSED);
	assert_string_equal(f->err.key, "test.no");
	put_sheet(f, SHEET("<row><c><v>1</v></c></row><row><c><v>1</v></c></row><row>"));
	f->err = (struct xq_err){ 0 };
	rc = sheet_read(f->mem, f->path, &f->limits, refuse_second, NULL, &f->err);
	assert_int_equal(rc, XQ_REFUSED);
	assert_string_equal(f->err.key, "test.no");
}

static void
nothing_is_left_in_memory(void **state)
{
	struct fixture *f = *state;
	void *mem = mem_root("apart");
	put_sheet(f, SHEET("<row><c t=\"s\"><v>1</v></c></row>"));
	size_t before = mem_size(mem);
	assert_int_equal(sheet_read(mem, f->path, &f->limits, note_row, &f->seen, &f->err), XQ_OK);
	assert_int_equal(mem_size(mem), before);
	mem_free(mem);
}

static void
columns_have_names(void **state)
{
	(void)state;
	static const struct {
		size_t col;
		const char *name;
	} cases[] = { { 0, "A" }, { 25, "Z" }, { 26, "AA" }, { 701, "ZZ" }, { 702, "AAA" },
		{ 16383, "XFD" } };
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char name[8];
		sheet_col_name(cases[i].col, name);
		assert_string_equal(name, cases[i].name);
	}
}

static void
serials_become_moments(void **state)
{
	(void)state;
	int64_t at = -1;
	assert_true(sheet_serial_moment(25569.0, 0, &at));
	assert_int_equal(at, 0);
	assert_true(
		sheet_serial_moment(43524.475752314815, TZ_CHINA, &at)); /* 2019-02-28 11:25:05 */
	assert_int_equal(at, civil_at(2019, 2, 28, 11, 25, 5, TZ_CHINA));
	assert_true(sheet_serial_moment(1.0, 0, &at));
	assert_int_equal(at, civil_at(1900, 1, 1, 0, 0, 0, 0));
	assert_true(sheet_serial_moment(59.0, 0, &at));
	assert_int_equal(at, civil_at(1900, 2, 28, 0, 0, 0, 0));
	assert_true(sheet_serial_moment(61.0, 0, &at));
	assert_int_equal(at, civil_at(1900, 3, 1, 0, 0, 0, 0));
	assert_true(sheet_serial_moment(
		43524.999999999, 0, &at)); /* the last instant is the next day */
	assert_int_equal(at, civil_at(2019, 3, 1, 0, 0, 0, 0));
	assert_false(sheet_serial_moment(60.5, 0, &at));
	assert_false(sheet_serial_moment(0.5, 0, &at));
	assert_false(sheet_serial_moment(2958466.0, 0, &at));
	assert_false(sheet_serial_moment(strtod("nan", NULL), 0, &at));
}

static void
date_formats_are_told_from_others(void **state)
{
	(void)state;
	static const char *const dates[] = { "yyyy/m/d", "[$-804]h:mm", "[h]:mm", "[ss]", "m\"月\"",
		"上午/下午h\"时\"", "yyyy;@" };
	static const char *const others[] = { "General", "0.00\"m\"", "[Red]0", "#,##0\\d", "_d0",
		"@", "0.00E+00", "\"open", "[open", "*d", "", "\\", "[]0" };
	for (size_t i = 0; i < sizeof(dates) / sizeof(*dates); i++)
		assert_true(sheet_format_is_date(dates[i]));
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		assert_false(sheet_format_is_date(others[i]));
}

static void
escapes_are_decoded(void **state)
{
	(void)state;
	char text[] = "a_x000D_b_x005F_x000D_c_xD800_d_x0000_e_x00";
	size_t n = sheet_unescape(text, sizeof(text) - 1);
	text[n] = 0;
	assert_string_equal(text, "a\rb_x000D_c_xD800_d_x0000_e_x00");
}

static void
real_messages_are_read_fast(void **state)
{
	static const struct {
		const char *name;
		size_t rows;
	} files[] = { { "messages-2019h1.xlsx", 2527 }, { "messages-with-replies.xlsx", 1409 },
		{ "categories.xlsx", 518 }, { "labelled.tsv", 1842 } };
	struct fixture *f = *state;
	const char *root = getenv("XQ_SOURCE_ROOT");
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		char *path = mem_printf(
			f->mem, "%s/../shared/data/%s", root ? root : ".", files[i].name);
		if (access(path, R_OK) != 0) {
			print_message("%s is not here; this needs the real messages\n", path);
			skip();
		}
		struct seen seen = { .text = buf_new(f->mem, 256) };
		int64_t from = time_mono_us();
		enum xq_rc rc = sheet_read(f->mem, path, &f->limits, note_row, &seen, &f->err);
		assert_int_equal(rc, XQ_OK);
		assert_int_equal(seen.rows, files[i].rows);
		print_message("%s: %lld us\n", files[i].name, (long long)(time_mono_us() - from));
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(every_kind_of_cell_is_read),
		T(date_formats_make_serials),
		T(old_mac_serials_are_moved),
		T(formulas_are_flagged),
		T(missing_rows_leave_a_gap),
		T(prefixed_names_are_known),
		T(million_empty_rows_end_the_sheet),
		T(far_row_number_ends_the_sheet),
		T(formatted_columns_far_right_do_not_matter),
		T(content_far_right_is_refused),
		T(rows_and_cells_out_of_order_are_refused),
		T(too_many_rows_are_refused),
		T(long_cell_is_refused_with_its_place),
		T(doctype_is_refused),
		T(zip_bomb_by_ratio_is_refused),
		T(zip_bomb_by_size_is_refused),
		T(xml_floods_are_refused),
		T(endless_shared_strings_are_refused),
		T(flood_of_zip_entries_is_refused),
		T(every_truncation_is_refused),
		T(every_flipped_byte_is_survived),
		T(paths_outside_are_never_opened),
		T(other_files_are_refused),
		T(large_file_is_refused),
		T(missing_file_is_a_fault),
		T(csv_is_cut_into_cells),
		T(csv_in_gb18030_is_read),
		T(csv_in_utf16_is_read),
		T(csv_of_many_pieces_is_read_whole),
		T(broken_text_is_refused_with_its_place),
		T(refusal_of_the_callback_ends_it),
		T(nothing_is_left_in_memory),
		T(columns_have_names),
		T(serials_become_moments),
		T(date_formats_are_told_from_others),
		T(escapes_are_decoded),
		T(real_messages_are_read_fast),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
