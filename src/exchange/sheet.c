/* SPDX-License-Identifier: Apache-2.0 */
/* The part that does not depend on the form: telling the forms apart, limits, one row at a time. */
#include "exchange/sheet_int.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mem.h"
#include "core/utf8.h"

#include "core/banned.h"

#define MIB ((size_t)1024 * 1024)

const struct sheet_limits sheet_limits_default = {
	.max_file_bytes = 64 * MIB,
	.max_unpacked_bytes = 256 * MIB,
	.max_rows = 100000,
	.max_empty_rows = 1000,
	.max_cols = 64,
	.max_cell_bytes = 64 * 1024,
};

const struct msg_text sheet_messages[] = {
	{ "sheet.not-a-sheet",
		N_("This is not a table that can be read here. Save it as .xlsx or CSV in your "
		   "spreadsheet program, then choose it again.") },
	{ "sheet.old-or-locked",
		N_("This is an old .xls file, or it has a password. Open it, save it as .xlsx without a "
		   "password, then choose it again.") },
	{ "sheet.truncated",
		N_("The file is incomplete or damaged. Nothing was imported. Please copy or export it "
		   "again.") },
	{ "sheet.too-large",
		N_("The file may have at most {max} MB. Please split it into several.") },
	{ "sheet.bomb",
		N_("Unpacked, this file is far larger than a table should be. It was not read. Copy the "
		   "cells into a new table and save that.") },
	{ "sheet.too-many-rows",
		N_("A table may have at most {max} rows. Please split it into several.") },
	{ "sheet.too-many-cols",
		N_("A table may have at most {max} columns. Please delete those that are not needed.") },
	{ "sheet.cell-too-long",
		N_("Row {row}, column {col}: the text is longer than {max} KB. Please shorten it.") },
	{ "sheet.not-utf8",
		N_("Row {row}, column {col}: there are characters that cannot be read. Save the table as "
		   ".xlsx, then choose it again.") },
	{ "sheet.read", N_("The file could not be read just now. Nothing was imported.") },
	{ "sheet.charset", N_("This machine cannot read GB18030 text. Save the table as .xlsx.") },
	{ 0 },
};

bool
sheet_stop(struct sheet_job *job, const char *key)
{
	if (job->rc == XQ_OK) /* the first reason is the true one */
		job->rc = xq_refuse(job->err, NULL, key);
	return false;
}

bool
sheet_stop_max(struct sheet_job *job, const char *key, size_t max)
{
	if (job->rc != XQ_OK)
		return false;
	sheet_stop(job, key);
	xq_err_int(job->err, "max", (int64_t)max);
	return false;
}

bool
sheet_stop_at(struct sheet_job *job, const char *key, size_t col)
{
	if (job->rc != XQ_OK)
		return false;
	char name[8];
	sheet_col_name(col, name);
	sheet_stop(job, key);
	xq_err_int(job->err, "row", (int64_t)job->number);
	xq_err_text(job->err, "col", mem_text(job->mem, name));
	return false;
}

void
sheet_col_name(size_t col, char out[8])
{
	char back[8];
	size_t n = 0;
	xq_require(col < 1000000);
	for (size_t rest = col + 1; rest > 0; rest = (rest - 1) / 26)
		back[n++] = (char)('A' + (rest - 1) % 26);
	for (size_t i = 0; i < n; i++)
		out[i] = back[n - 1 - i];
	out[n] = 0;
}

bool
sheet_serial_moment(double serial, int32_t tz_s, int64_t *out)
{
	if (!(serial >= 1.0 && serial < 2958466.0)) /* also false for NaN */
		return false;
	if (serial >= 60.0 && serial < 61.0)
		return false;
	double days = serial < 60.0 ? serial + 1.0 : serial; /* before the day that never was */
	double whole = floor(days);
	int64_t of_day = (int64_t)llround((days - whole) * 86400.0);
	*out = ((int64_t)whole - 25569) * 86400 + of_day - tz_s;
	return true;
}

bool
sheet_row_begin(struct sheet_job *job, size_t number)
{
	size_t next = job->number + 1;
	if (number == 0)
		number = next;
	if (number < next || number > 1048576) /* a fault message would name the wrong row */
		return sheet_stop(job, "sheet.truncated");
	job->empty_run += number - next;
	if (job->empty_run >= job->limits->max_empty_rows)
		return false;

	job->number = number;
	job->col = 0;
	job->n_cells = 0;
	job->has_content = false;
	job->text.n = 0;
	job->at[0] = 0;
	return true;
}

bool
sheet_cell_begin(struct sheet_job *job, size_t col)
{
	if (col < job->col) /* twice, or out of order: which one counts? */
		return sheet_stop(job, "sheet.truncated");
	job->col = col;
	job->cell_at = job->text.n;
	return true;
}

bool
sheet_cell_add(struct sheet_job *job, const char *p, size_t n)
{
	if (n == 0)
		return true;
	if (job->col >= job->limits->max_cols)
		return sheet_stop_max(job, "sheet.too-many-cols", job->limits->max_cols);
	if (n > job->limits->max_cell_bytes - (job->text.n - job->cell_at)) {
		sheet_stop_at(job, "sheet.cell-too-long", job->col);
		xq_err_int(job->err, "max", (int64_t)(job->limits->max_cell_bytes / 1024));
		return false;
	}
	buf_add(&job->text, p, n);
	return true;
}

/* An empty cell may stand far to the right (formatted columns do), so only content counts. */
bool
sheet_cell_end(struct sheet_job *job, bool is_serial, bool is_formula)
{
	bool has_content = is_formula || job->text.n > job->cell_at;
	size_t col = job->col++;
	if (!has_content)
		return true;
	if (col >= job->limits->max_cols)
		return sheet_stop_max(job, "sheet.too-many-cols", job->limits->max_cols);

	for (size_t i = job->n_cells; i < col; i++) {
		job->at[i + 1] = job->cell_at;
		job->is_serial[i] = job->is_formula[i] = false;
	}
	job->at[col + 1] = job->text.n;
	job->is_serial[col] = is_serial;
	job->is_formula[col] = is_formula;
	job->n_cells = col + 1;
	job->has_content = true;
	return true;
}

static bool
row_view(struct sheet_job *job)
{
	for (size_t i = 0; i < job->n_cells; i++) {
		job->cell[i] =
			str_n(buf_view(&job->text).p + job->at[i], job->at[i + 1] - job->at[i]);
		if (!utf8_is_valid(job->cell[i]))
			return sheet_stop_at(job, "sheet.not-utf8", i);
	}
	return true;
}

bool
sheet_row_end(struct sheet_job *job)
{
	if (!job->has_content)
		return ++job->empty_run < job->limits->max_empty_rows;
	job->empty_run = 0;
	if (++job->rows > job->limits->max_rows)
		return sheet_stop_max(job, "sheet.too-many-rows", job->limits->max_rows);
	if (!row_view(job))
		return false;

	struct sheet_row row = {
		.number = job->number,
		.n_cells = job->n_cells,
		.cell = job->cell,
		.is_serial = job->is_serial,
		.is_formula = job->is_formula,
	};
	job->rc = job->fn(job->to, &row, job->err);
	return job->rc == XQ_OK;
}

static bool
begins(const uint8_t *head, ssize_t n, const char *magic, size_t len)
{
	return n >= (ssize_t)len && memcmp(head, magic, len) == 0;
}

static void
read_open(struct sheet_job *job, int fd)
{
	struct stat st;
	uint8_t head[8];
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		job->rc = xq_fault(job->err, "sheet.read", "not a regular file, errno %d", errno);
		return;
	}
	if ((uint64_t)st.st_size > job->limits->max_file_bytes) {
		sheet_stop_max(job, "sheet.too-large", job->limits->max_file_bytes / MIB);
		return;
	}
	ssize_t n = pread(fd, head, sizeof(head), 0);
	if (n < 0)
		job->rc = xq_fault(job->err, "sheet.read", "read: errno %d", errno);
	else if (begins(head, n, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8))
		sheet_stop(job, "sheet.old-or-locked"); /* .xls, and .xlsx that is encrypted */
	else if (begins(head, n, "PK\3\4", 4))
		sheet_read_xlsx(job, fd, (size_t)st.st_size);
	else if (n == 0 || begins(head, n, "PK", 2))
		sheet_stop(job, "sheet.not-a-sheet");
	else
		sheet_read_csv(job, fd);
}

enum xq_rc
sheet_read(void *mem, const char *path, const struct sheet_limits *limits, sheet_row_fn fn,
	void *to, struct xq_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return xq_fault(err, "sheet.read", "open: errno %d", errno);

	struct sheet_job *job = mem_new(mem, struct sheet_job);
	*job = (struct sheet_job){
		.mem = mem,
		.limits = limits,
		.fn = fn,
		.to = to,
		.err = err,
		.rc = XQ_OK,
		.text = buf_new(job, 4096),
		.at = mem_array(job, size_t, limits->max_cols + 1),
		.cell = mem_array(job, struct str, limits->max_cols),
		.is_serial = mem_array(job, bool, limits->max_cols),
		.is_formula = mem_array(job, bool, limits->max_cols),
	};
	read_open(job, fd);

	enum xq_rc rc = job->rc;
	mem_free(job);
	(void)close(fd); /* only read from */
	return rc;
}
