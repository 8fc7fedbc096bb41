/* SPDX-License-Identifier: Apache-2.0 */
/* One XML part of a zip at a time, inflated and parsed in small pieces. Two things are bounded
 * while it goes on: what comes out of the zip, and what the XML parser may hold. The second bound
 * alone refuses deep nesting, endless attributes and floods of made-up names. */
#include "exchange/sheet_int.h"

#include <expat.h>
#include <stdlib.h>
#include <unistd.h>
#include <zip.h>

#include "core/mem.h"

#include "core/banned.h"

#define MAX_ENTRIES 10000       /* a workbook has a few dozen */
#define MAX_RATIO 200           /* deflate reaches 1032; tables stay under 100 */
#define RATIO_FROM (4u << 20)   /* below that, nobody is hurt */
#define PARSER_BYTES (2u << 20) /* expat holds names and one unfinished tag, not text */
#define PIECE ((size_t)32 * 1024)

/* Expat gives its allocator no context, so the budget of the parser at hand is per thread. There
 * is only ever one parser in a thread. */
static _Thread_local size_t parser_left;

union piece_head {
	size_t size;
	max_align_t align;
};

static void *
parser_malloc(size_t size)
{
	if (size > parser_left)
		return NULL;
	union piece_head *h = malloc(sizeof(*h) + size);
	if (!h)
		return NULL;
	parser_left -= size;
	h->size = size;
	return h + 1;
}

static void
parser_free(void *p)
{
	if (!p)
		return;
	union piece_head *h = (union piece_head *)p - 1;
	parser_left += h->size;
	free(h);
}

static void *
parser_realloc(void *p, size_t size)
{
	void *grown = parser_malloc(size);
	if (p && grown) {
		size_t old = ((union piece_head *)p - 1)->size;
		memcpy(grown, p, old < size ? old : size);
		parser_free(p);
	}
	return grown;
}

/* libzip loads the whole directory, of which a file of 64 MiB can hold a million entries. So they
 * are counted first, by their signatures; compressed data has one by chance in 4 GiB. */
static size_t
count_entries(int fd)
{
	uint8_t piece[3 + 16384] = { 0 };
	size_t found = 0, kept = 0;
	off_t at = 0;
	ssize_t n;
	while ((n = pread(fd, piece + kept, sizeof(piece) - 3, at)) > 0) {
		const uint8_t *p = piece, *end = piece + kept + n;
		while ((p = memmem(p, (size_t)(end - p), "PK\1\2", 4))) {
			found++;
			p += 4;
		}
		at += n;
		size_t all = kept + (size_t)n;
		kept = all < 3 ? all : 3;
		memmove(piece, end - kept, kept);
	}
	return found;
}

bool
sheet_zip_open(struct sheet_job *job, int fd, size_t file_bytes, struct sheet_zip *out)
{
	if (count_entries(fd) > MAX_ENTRIES)
		return sheet_stop(job, "sheet.bomb");
	int own = dup(fd); /* libzip closes what it gets */
	if (own < 0 || lseek(own, 0, SEEK_SET) < 0) {
		job->rc = xq_fault(job->err, "sheet.read", "dup or lseek failed");
		if (own >= 0)
			(void)close(own); /* only read from */
		return false;
	}
	int code = 0;
	struct zip *zip = zip_fdopen(own, 0, &code);
	if (!zip) {
		(void)close(own); /* on failure libzip leaves it to us */
		return sheet_stop(job, "sheet.truncated");
	}
	*out = (struct sheet_zip){ .zip = zip, .file_bytes = file_bytes };
	return true;
}

void
sheet_zip_close(struct sheet_zip *z)
{
	zip_discard(z->zip);
	z->zip = NULL;
}

const char *
sheet_attr(const char **attr, const char *name)
{
	for (; attr[0]; attr += 2) {
		const char *colon = strchr(attr[0], ':');
		if (text_eq(colon ? colon + 1 : attr[0], name))
			return attr[1];
	}
	return NULL;
}

/* Expat goes on to the end of its piece unless it is told to stop. */
static void
stop_if_over(struct sheet_xml *xml)
{
	if (xml->job->rc != XQ_OK || xml->is_done)
		(void)XML_StopParser(xml->parser, XML_FALSE); /* fails only if already stopped */
}

static void XMLCALL
on_start(void *to, const char *name, const char **attr)
{
	struct sheet_xml *xml = to;
	const char *colon = strchr(name, ':');
	xml->start(xml, colon ? colon + 1 : name, attr);
	stop_if_over(xml);
}

static void XMLCALL
on_end(void *to, const char *name)
{
	struct sheet_xml *xml = to;
	const char *colon = strchr(name, ':');
	if (xml->end)
		xml->end(xml, colon ? colon + 1 : name);
	stop_if_over(xml);
}

static void XMLCALL
on_text(void *to, const char *p, int n)
{
	struct sheet_xml *xml = to;
	if (xml->text)
		xml->text(xml, p, (size_t)n);
	stop_if_over(xml);
}

/* No spreadsheet program writes one, and every attack by entities needs one. */
static void XMLCALL
on_doctype(void *to, const char *name, const char *sysid, const char *pubid, int has_internal)
{
	(void)name, (void)sysid, (void)pubid, (void)has_internal;
	struct sheet_xml *xml = to;
	sheet_stop(xml->job, "sheet.not-a-sheet");
	stop_if_over(xml);
}

static struct XML_ParserStruct *
parser_new(struct sheet_xml *xml)
{
	static const XML_Memory_Handling_Suite suite = { parser_malloc, parser_realloc,
		parser_free };
	parser_left = PARSER_BYTES;
	struct XML_ParserStruct *parser = XML_ParserCreate_MM(NULL, &suite, NULL);
	xq_require(parser); /* the budget is enough for an empty one */
	XML_SetUserData(parser, xml);
	XML_SetElementHandler(parser, on_start, on_end);
	XML_SetCharacterDataHandler(parser, on_text);
	XML_SetStartDoctypeDeclHandler(parser, on_doctype);
	xml->parser = parser;
	return parser;
}

static bool
feed(struct sheet_xml *xml, const char *p, size_t n, bool is_last)
{
	if (XML_Parse(xml->parser, p, (int)n, is_last) == XML_STATUS_OK)
		return true;
	if (xml->is_done || xml->job->rc != XQ_OK)
		return false;
	bool is_full = XML_GetErrorCode(xml->parser) == XML_ERROR_NO_MEMORY;
	return sheet_stop(xml->job, is_full ? "sheet.bomb" : "sheet.truncated");
}

static bool
within_limits(struct sheet_job *job, struct sheet_zip *z, size_t part, size_t packed)
{
	if (z->unpacked > job->limits->max_unpacked_bytes)
		return sheet_stop(job, "sheet.bomb");
	if (part > RATIO_FROM && part / MAX_RATIO > packed)
		return sheet_stop(job, "sheet.bomb");
	return true;
}

static void
pump(struct sheet_zip *z, struct zip_file *file, size_t packed, struct sheet_xml *xml)
{
	char piece[PIECE];
	size_t part = 0;
	zip_int64_t n;
	while ((n = zip_fread(file, piece, sizeof(piece))) > 0) {
		part += (size_t)n;
		z->unpacked += (size_t)n;
		if (!within_limits(xml->job, z, part, packed))
			return;
		if (!feed(xml, piece, (size_t)n, false))
			return;
	}
	if (n < 0) /* also a wrong checksum */
		sheet_stop(xml->job, "sheet.truncated");
	else
		(void)feed(xml, "", 0, true); /* the verdict is in job->rc */
}

static struct zip_file *
part_open(struct sheet_zip *z, const char *name, bool must_exist, struct sheet_job *job,
	size_t *packed)
{
	struct zip_stat st;
	zip_int64_t i = zip_name_locate(z->zip, name, ZIP_FL_NOCASE);
	if (i < 0) {
		if (must_exist)
			sheet_stop(job, "sheet.not-a-sheet");
		return NULL;
	}
	if (zip_stat_index(z->zip, (zip_uint64_t)i, 0, &st) != 0) {
		sheet_stop(job, "sheet.truncated");
		return NULL;
	}
	if (st.encryption_method != ZIP_EM_NONE) {
		sheet_stop(job, "sheet.old-or-locked");
		return NULL;
	}
	if (st.comp_method != ZIP_CM_STORE && st.comp_method != ZIP_CM_DEFLATE) {
		sheet_stop(job, "sheet.not-a-sheet"); /* the format knows no other */
		return NULL;
	}
	*packed = st.comp_size < z->file_bytes ? (size_t)st.comp_size : z->file_bytes;
	struct zip_file *file = zip_fopen_index(z->zip, (zip_uint64_t)i, 0);
	if (!file)
		sheet_stop(job, "sheet.truncated");
	return file;
}

bool
sheet_part_read(struct sheet_zip *z, const char *name, bool must_exist, struct sheet_xml *xml)
{
	size_t packed = 0;
	struct zip_file *file = part_open(z, name, must_exist, xml->job, &packed);
	if (!file)
		return xml->job->rc == XQ_OK;
	struct XML_ParserStruct *parser = parser_new(xml);
	pump(z, file, packed, xml);
	XML_ParserFree(parser);
	(void)zip_fclose(file); /* only read from */
	return xml->job->rc == XQ_OK;
}
