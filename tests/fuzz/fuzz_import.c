/* SPDX-License-Identifier: Apache-2.0 */
/* A list of messages, as csv of any bytes behind a fitting first row (with "h" as first byte: one
 * with answers). Each row is taken, known already, or at fault; taken once more nothing is new. */
#include "concern/import.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "office.h"

#include "core/banned.h"

static const char head[] = "留言编号,留言主题,留言时间,留言详情";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum xq_rc
take(void *mem, struct app *app, const char *path, bool is_dry, struct import_report *out)
{
	struct xq_err err = { 0 };
	enum xq_rc rc = import_messages(mem, app, 1, path, is_dry, out, &err);
	if (rc != XQ_OK && rc != XQ_REFUSED)
		fprintf(stderr, "%s %s\n", err.key, err.detail);
	xq_require(rc == XQ_OK || (rc == XQ_REFUSED && err.key != NULL));
	for (size_t i = 0; i < out->n_faults; i++)
		xq_require(out->fault[i].key != NULL && out->fault[i].row > 1);
	return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct clock clock;
	static struct app *app;
	if (app == NULL)
		app = office_open(&clock, 3);
	if (size < 1 || size > 4096)
		return 0;
	void *mem = mem_root("fuzz");
	char path[64];
	const char *first =
		mem_printf(mem, "%s%s\n", head, data[0] == 'h' ? ",答复意见,答复时间" : "");
	int fd = memfd_create("list", MFD_CLOEXEC);
	xq_require(fd >= 0 && write(fd, first, strlen(first)) == (ssize_t)strlen(first));
	xq_require(write(fd, data + 1, size - 1) == (ssize_t)size - 1);
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd); /* always fits */

	struct import_report dry, one, two;
	enum xq_rc rc = take(mem, app, path, true, &dry);
	xq_require(take(mem, app, path, false, &one) == rc);
	if (rc == XQ_OK) {
		xq_require(dry.rows == one.rows && dry.imported == 0);
		xq_require(one.imported + one.already <= one.rows);
		xq_require(one.imported + one.already + one.n_faults >= one.rows);
		xq_require(take(mem, app, path, false, &two) == XQ_OK && two.imported == 0);
	}
	(void)close(fd); /* gone with its bytes */
	mem_free(mem);
	return 0;
}
