/* SPDX-License-Identifier: Apache-2.0 */
/* Everything of an xlsx that is not the sheet itself: which part is the first sheet, which styles
 * show dates, the shared strings. Part names come from the workbook's relations and must lie under
 * xl/; nothing else in the zip is ever opened, so its paths do not matter. */
#include "exchange/sheet_int.h"

#include "core/mem.h"
#include "core/parse.h"
#include "core/utf8.h"

#include "core/banned.h"

#define MAX_SHEETS 64    /* that could be the first visible one */
#define MAX_FORMATS 4096 /* of the workbook's own */
#define MAX_STYLES 65536
#define MAX_STRINGS 2000000
#define MAX_STRING_BYTES ((size_t)64 << 20)

struct outline {
	struct sheet_book *book;
	char *sheet_id[MAX_SHEETS]; /* visible ones, in order */
	size_t n_sheets;
	size_t best; /* the first of them that is a worksheet */

	size_t n_formats;
	int64_t date_format[MAX_FORMATS]; /* own formats that show dates */
	bool is_in_styles;

	bool is_in_string, is_text, is_phonetic;
	size_t string_at; /* where the string at hand begins */
};

static void
workbook_start(struct sheet_xml *xml, const char *name, const char **attr)
{
	struct outline *o = xml->to;
	if (text_eq(name, "workbookPr")) {
		const char *flag = sheet_attr(attr, "date1904");
		o->book->is_1904 = flag && (text_eq(flag, "1") || text_eq(flag, "true"));
	}
	if (!text_eq(name, "sheet") || o->n_sheets == MAX_SHEETS)
		return;
	const char *state = sheet_attr(attr, "state");
	const char *id = sheet_attr(attr, "id");
	if (id && (!state || text_eq(state, "visible")))
		o->sheet_id[o->n_sheets++] = mem_text(xml->job, id);
}

/* A target is relative to xl/ or absolute in the zip. NULL: not one that we would open. */
static char *
part_name(void *mem, const char *target)
{
	if (strlen(target) > 200 || strstr(target, "..") || strpbrk(target, "\\:%"))
		return NULL;
	if (target[0] != '/')
		return mem_printf(mem, "xl/%s", target);
	return str_starts(str_of(target), STR("/xl/")) ? mem_text(mem, target + 1) : NULL;
}

static void
relation_start(struct sheet_xml *xml, const char *name, const char **attr)
{
	struct outline *o = xml->to;
	const char *type = sheet_attr(attr, "Type"), *target = sheet_attr(attr, "Target");
	const char *id = sheet_attr(attr, "Id"), *mode = sheet_attr(attr, "TargetMode");
	if (!text_eq(name, "Relationship") || !type || !target || !id)
		return;
	if (mode && !text_eq(mode, "Internal"))
		return;
	if (str_ends(str_of(type), STR("/sharedStrings"))) {
		o->book->strings_part = part_name(xml->job, target);
	} else if (str_ends(str_of(type), STR("/styles"))) {
		o->book->styles_part = part_name(xml->job, target);
	} else if (str_ends(str_of(type), STR("/worksheet"))) {
		size_t i = 0;
		while (i < o->best && !text_eq(o->sheet_id[i], id))
			i++;
		if (i < o->best) {
			o->best = i;
			o->book->sheet_part = part_name(xml->job, target);
		}
	}
}

bool
sheet_format_is_date(const char *code)
{
	for (const char *c = code; *c; c++) {
		if (*c == '"' || *c == '[') { /* literal text; colour, locale, condition */
			const char *close = strchr(c + 1, *c == '"' ? '"' : ']');
			if (!close)
				return false;
			/* [h] [mm] [ss]: elapsed time */
			if (*c == '[' && strspn(c + 1, "hmsHMS") == (size_t)(close - c - 1) &&
				close > c + 1)
				return true;
			c = close;
		} else if (*c == '\\' || *c == '_' ||
			   *c == '*') { /* the next is shown, not meant */
			if (c[1])
				c++;
		} else if (strchr("ymdhsYMDHS", *c)) {
			return true;
		}
	}
	return false;
}

/* 27..36 and 50..58 are dates in Chinese, Japanese and Korean versions. */
static bool
is_date_format(const struct outline *o, int64_t id)
{
	if ((id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) ||
		(id >= 50 && id <= 58))
		return true;
	for (size_t i = 0; i < o->n_formats; i++)
		if (o->date_format[i] == id)
			return true;
	return false;
}

static void
style_add(struct sheet_xml *xml, bool is_date)
{
	struct sheet_book *b = ((struct outline *)xml->to)->book;
	if (b->n_styles == MAX_STYLES) {
		sheet_stop(xml->job, "sheet.bomb");
		return;
	}
	if (b->n_styles == b->cap_styles) {
		size_t cap = b->cap_styles ? 2 * b->cap_styles : 64;
		b->is_date = mem_grow(xml->job, bool, b->is_date, b->cap_styles, cap);
		b->cap_styles = cap;
	}
	b->is_date[b->n_styles++] = is_date;
}

static void
style_start(struct sheet_xml *xml, const char *name, const char **attr)
{
	struct outline *o = xml->to;
	const char *format = sheet_attr(attr, "numFmtId");
	int64_t id = 0; /* a style without a format is a general one */
	if (format && !parse_int(str_of(format), 0, INT32_MAX, &id))
		return;
	if (text_eq(name, "cellXfs")) {
		o->is_in_styles = true;
	} else if (text_eq(name, "numFmt")) {
		const char *code = sheet_attr(attr, "formatCode");
		if (code && format && o->n_formats < MAX_FORMATS && sheet_format_is_date(code))
			o->date_format[o->n_formats++] = id;
	} else if (text_eq(name, "xf") && o->is_in_styles) {
		style_add(xml, is_date_format(o, id));
	}
}

static void
style_end(struct sheet_xml *xml, const char *name)
{
	if (text_eq(name, "cellXfs"))
		((struct outline *)xml->to)->is_in_styles = false;
}

static void
string_start(struct sheet_xml *xml, const char *name, const char **attr)
{
	(void)attr;
	struct outline *o = xml->to;
	if (text_eq(name, "si")) {
		o->is_in_string = true;
		o->string_at = o->book->text.n;
	} else if (text_eq(name, "rPh")) { /* how it is pronounced, not what it says */
		o->is_phonetic = true;
	} else if (text_eq(name, "t")) {
		o->is_text = o->is_in_string && !o->is_phonetic;
	}
}

static void
string_end(struct sheet_xml *xml, const char *name)
{
	struct outline *o = xml->to;
	struct sheet_book *b = o->book;
	if (text_eq(name, "t"))
		o->is_text = false;
	if (text_eq(name, "rPh"))
		o->is_phonetic = false;
	if (!text_eq(name, "si"))
		return;
	o->is_in_string = false;
	if (b->n_strings == MAX_STRINGS) {
		sheet_stop(xml->job, "sheet.bomb");
		return;
	}
	if (b->n_strings == b->cap_strings) {
		size_t cap = b->cap_strings ? 2 * b->cap_strings : 1024;
		b->end = mem_grow(xml->job, uint32_t, b->end, b->cap_strings, cap);
		b->cap_strings = cap;
	}
	b->text.n =
		o->string_at + sheet_unescape(b->text.p + o->string_at, b->text.n - o->string_at);
	b->end[b->n_strings++] = (uint32_t)b->text.n; /* fits: MAX_STRING_BYTES */
}

static void
string_text(struct sheet_xml *xml, const char *p, size_t n)
{
	struct outline *o = xml->to;
	if (!o->is_text)
		return;
	if (n > MAX_STRING_BYTES - o->book->text.n)
		sheet_stop(xml->job, "sheet.bomb");
	else
		buf_add(&o->book->text, p, n);
}

size_t
sheet_unescape(char *p, size_t n)
{
	size_t out = 0;
	for (size_t i = 0; i < n;) {
		uint8_t two[2];
		if (n - i < 7 || p[i] != '_' || p[i + 1] != 'x' || p[i + 6] != '_' ||
			!parse_hex(str_n(p + i + 2, 4), two, 2)) {
			p[out++] = p[i++];
			continue;
		}
		unsigned c = (unsigned)two[0] << 8 | two[1];
		if (c == 0 ||
			c >= 0x80) { /* never needed for those; surrogates would not be text */
			p[out++] = p[i++];
			continue;
		}
		p[out++] = (char)c;
		i += 7;
	}
	return out;
}

bool
sheet_book_load(struct sheet_job *job, struct sheet_zip *z, struct sheet_book *out)
{
	struct outline *o = mem_new(job, struct outline);
	*out = (struct sheet_book){ .text = buf_new(job, 4096) };
	o->book = out;
	struct sheet_xml workbook = { .job = job, .to = o, .start = workbook_start };
	struct sheet_xml relations = { .job = job, .to = o, .start = relation_start };
	struct sheet_xml styles = { .job = job, .to = o, .start = style_start, .end = style_end };
	struct sheet_xml strings = {
		.job = job, .to = o, .start = string_start, .end = string_end, .text = string_text
	};

	if (!sheet_part_read(z, "xl/workbook.xml", true, &workbook))
		return false;
	o->best = o->n_sheets;
	if (!sheet_part_read(z, "xl/_rels/workbook.xml.rels", true, &relations))
		return false;
	if (!out->sheet_part)
		return sheet_stop(job, "sheet.not-a-sheet");
	if (out->styles_part && !sheet_part_read(z, out->styles_part, false, &styles))
		return false;
	return !out->strings_part || sheet_part_read(z, out->strings_part, false, &strings);
}
