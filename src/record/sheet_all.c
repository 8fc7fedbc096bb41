/* SPDX-License-Identifier: Apache-2.0 */
#include "record/sheet_all.h"

#include "core/hash.h"
#include "core/mem.h"
#include "ledger/tiles.h"

#include "core/banned.h"

enum xq_rc
sheets_of_month(struct tx *tx, void *mem, int32_t month, struct office_sheet **out, size_t *out_n,
	struct xq_err *err)
{
	size_t n = 0, cap = 16;
	struct office_sheet *list = mem_array(mem, struct office_sheet, cap);
	struct rows *q = db_query(tx,
		SQL("SELECT s.office, s.ver, s.size, s.seq, s.doc FROM record_sheet s /* CITY scan: a row for"
		    " each office and month, when a month of the city is made */"
		    " WHERE s.month = ? AND NOT EXISTS (SELECT 1 FROM record_sheet l"
		    "  WHERE l.office = s.office AND l.month = s.month AND l.ver > s.ver)"
		    " ORDER BY s.office"),
		VALS(V(month)));
	while (row_next(q)) {
		if (n == cap) {
			list = mem_grow(mem, struct office_sheet, list, cap, 2 * cap);
			cap *= 2;
		}
		list[n++] = (struct office_sheet){ row_int(q, 0), row_int(q, 1), row_int(q, 2),
			row_int(q, 3), row_text(q, 4, mem) };
	}
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

enum xq_rc
sheets_of_office(struct tx *tx, void *mem, int64_t office, struct sheet_named **out, size_t *out_n,
	struct xq_err *err)
{
	size_t n = 0, cap = 32;
	struct sheet_named *list = mem_array(mem, struct sheet_named, cap);
	struct rows *q = db_query(tx,
		SQL("SELECT month, ver, seq, size, doc FROM record_sheet WHERE office = ?"
		    " /* scan: one a month, when an office is forgotten */ ORDER BY month, ver"),
		VALS(V(office)));
	while (row_next(q)) {
		if (n == cap) {
			list = mem_grow(mem, struct sheet_named, list, cap, 2 * cap);
			cap *= 2;
		}
		list[n++] = (struct sheet_named){ (int32_t)row_int(q, 0), row_int(q, 1),
			row_int(q, 2), row_int(q, 3), row_text(q, 4, mem) };
	}
	*out = list;
	*out_n = n;
	return rows_close(q, err);
}

enum xq_rc
sheet_document(struct tx *tx, void *mem, int64_t office, const char *hash, struct figures_doc *out,
	struct xq_err *err)
{
	const char *type;
	struct bytes bytes;
	enum xq_rc rc = ledger_doc_load(tx, mem, office, str_of(hash), &type, &bytes, err);
	if (rc != XQ_OK)
		return rc;
	return figures_document_read(mem, str_n((const char *)bytes.p, bytes.n), out, err);
}
