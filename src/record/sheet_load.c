/* SPDX-License-Identifier: Apache-2.0 */
/* sheet_load.c - published months and their frozen documents. */
#include "core/mem.h"
#include "core/parse.h"
#include "core/time.h"
#include "ledger/tiles.h"
#include "record/sheet_int.h"

#include "core/banned.h"

int32_t
sheet_month_of(int32_t day)
{
	return day_make(day_year(day), day_month(day), 1);
}

bool
sheet_month_read(struct str text, int32_t *out)
{
	char day[] = "2026-09-01";
	if (text.n != strlen("2026-09") || text.p[4] != '-')
		return false;
	memcpy(day, text.p, text.n);
	return parse_day(str_of(day), out);
}

static struct sheet
row_sheet(struct rows *q, void *mem)
{
	return (struct sheet){ .month = (int32_t)row_int(q, 0),
		.ver = row_int(q, 1),
		.size = row_int(q, 2),
		.doc = row_text(q, 3, mem),
		.seq = row_int(q, 4),
		.published_at = row_int(q, 5),
		.why = row_text(q, 6, mem),
		.note = row_text(q, 7, mem) };
}

enum xq_rc
sheet_versions(struct tx *tx, void *mem, int64_t office, int32_t month, struct sheet *out,
	size_t *out_n, struct xq_err *err)
{
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT month, ver, size, doc, seq, published_at, why, note FROM record_sheet"
		    " WHERE office = ? AND month = ? ORDER BY ver DESC LIMIT ?"),
		VALS(V(office), V(month), V((int64_t)SHEET_VERSIONS_MAX)));
	while (row_next(q) && n < SHEET_VERSIONS_MAX)
		out[n++] = row_sheet(q, mem);
	*out_n = n;
	return rows_close(q, err);
}

enum xq_rc
sheet_list(struct tx *tx, void *mem, int64_t office, struct sheet *out, size_t max, size_t *out_n,
	struct xq_err *err)
{
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("/* scan: one a month, and corrections are rare */ "
		    "SELECT s.month, s.ver, s.size, s.doc, s.seq, s.published_at, s.why, s.note"
		    "  FROM record_sheet s"
		    " WHERE s.office = ? AND NOT EXISTS (SELECT 1 FROM record_sheet l"
		    "  WHERE l.office = s.office AND l.month = s.month AND l.ver > s.ver)"
		    " ORDER BY s.month DESC LIMIT ?"),
		VALS(V(office), V((int64_t)max)));
	while (row_next(q) && n < max)
		out[n++] = row_sheet(q, mem);
	*out_n = n;
	return rows_close(q, err);
}

enum xq_rc
sheet_waiting(
	struct tx *tx, int64_t office, int32_t *out, size_t max, size_t *out_n, struct xq_err *err)
{
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("/* scan: one a month */ "
		    "SELECT m.month FROM record_month m WHERE m.office = ?"
		    " AND NOT EXISTS (SELECT 1 FROM record_sheet s WHERE s.office = m.office"
		    "  AND s.month = m.month) ORDER BY m.month LIMIT ?"),
		VALS(V(office), V((int64_t)max)));
	while (row_next(q) && n < max)
		out[n++] = (int32_t)row_int(q, 0);
	*out_n = n;
	return rows_close(q, err);
}

enum xq_rc
sheet_open(struct tx *tx, void *mem, int64_t office, struct sheet *s, struct xq_err *err)
{
	const char *type;
	struct bytes b;
	enum xq_rc rc = ledger_doc_load(tx, mem, office, str_of(s->doc), &type, &b, err);
	if (rc == XQ_NONE)
		return xq_fault(err, "record.form", "document %s of a sheet is missing", s->doc);
	if (rc != XQ_OK)
		return rc;
	s->bytes = str_n((const char *)b.p, b.n);
	return figures_document_read(mem, s->bytes, &s->is, err);
}
