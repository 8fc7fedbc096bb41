/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes at all as a table: an answer or a refusal, and nothing in between. Bytes that begin with
 * "<" become the worksheet of a workbook made here, since no fuzzer gets past a zip's checksum. */
#include "exchange/sheet.h"

#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zip.h>

#include "core/mem.h"

#include "core/banned.h"

#define REL "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char workbook[] = "<workbook><sheets><sheet id=\"a\"/></sheets></workbook>";
static const char rels[] =
	"<Relationships><Relationship Id=\"a\" Type=\"" REL "worksheet\" Target=\"s.xml\"/>"
	"<Relationship Id=\"b\" Type=\"" REL "sharedStrings\" Target=\"s.xml\"/>"
	"<Relationship Id=\"c\" Type=\"" REL "styles\" Target=\"s.xml\"/></Relationships>";

static enum xq_rc
look(void *to, const struct sheet_row *row, struct xq_err *err)
{
	(void)err;
	size_t *sum = to;
	for (size_t i = 0; i < row->n_cells; i++)
		for (size_t k = 0; k < row->cell[i].n; k++)
			*sum += (uint8_t)row->cell[i].p[k] + 2u * row->is_serial[i] +
			        row->is_formula[i];
	return XQ_OK;
}

/* One and the same bytes as worksheet, shared strings and styles. */
static bool
write_workbook(const char *path, const uint8_t *data, size_t size)
{
	zip_t *zip = zip_open(path, ZIP_TRUNCATE | ZIP_CREATE, NULL);
	if (!zip)
		return false;
	const struct {
		const char *name;
		const void *p;
		size_t n;
	} part[] = {
		{ "xl/workbook.xml", workbook, sizeof(workbook) - 1 },
		{ "xl/_rels/workbook.xml.rels", rels, sizeof(rels) - 1 },
		{ "xl/s.xml", data, size },
	};
	for (size_t i = 0; i < 3; i++) {
		zip_source_t *source = zip_source_buffer(zip, part[i].p, part[i].n, 0);
		if (zip_file_add(zip, part[i].name, source, 0) < 0)
			return false;
	}
	return zip_close(zip) == 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[64];
	bool is_part = size > 0 && data[0] == '<';
	int fd = memfd_create("sheet", MFD_CLOEXEC);
	xq_require(fd >= 0);
	if (is_part)
		(void)snprintf(path, sizeof(path), "/tmp/xq-fuzz-sheet-%d", (int)getpid());
	else
		(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	bool is_there =
		is_part ? write_workbook(path, data, size) : write(fd, data, size) == (ssize_t)size;

	void *mem = mem_root("fuzz");
	struct xq_err err = { 0 };
	size_t sum = 0;
	if (is_there) {
		enum xq_rc rc = sheet_read(mem, path, &sheet_limits_default, look, &sum, &err);
		xq_require(rc == XQ_OK || (rc == XQ_REFUSED && err.key));
	}
	mem_free(mem);
	(void)close(fd); /* gone with its bytes */
	if (is_part)
		(void)unlink(path); /* the next round writes it anew */
	return 0;
}
