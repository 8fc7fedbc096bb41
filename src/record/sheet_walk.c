/* SPDX-License-Identifier: Apache-2.0 */
/* sheet_walk.c - the office's own record, entry by entry. */
#include "core/mem.h"
#include "record/sheet_int.h"

#include "core/banned.h"

enum xq_rc
sheet_walk_on(
	struct tx *tx, int64_t office, int64_t size, struct figures_walk *w, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK, closed;
	struct xq_err late = { 0 };
	struct rows *q = db_query(tx,
		SQL("SELECT bytes FROM ledger_event /* scan: all that was ever recorded */"
		    " WHERE office = ? AND seq >= ? AND seq < ? ORDER BY seq"),
		VALS(V(office), V(figures_walk_size(w)), V(size < 0 ? INT64_MAX : size)));
	while (rc == XQ_OK && row_next(q)) {
		struct bytes b = row_bytes(q, 0);
		struct event_seen e;
		rc = event_check(str_n((const char *)b.p, b.n), NULL, -1, &e, err);
		if (rc == XQ_OK)
			rc = figures_walk_entry(w, &e, err);
	}
	closed = rows_close(q, rc == XQ_OK ? err : &late);
	return rc == XQ_OK ? closed : rc;
}

enum xq_rc
sheet_walk(struct tx *tx, void *mem, int64_t office, int64_t size, struct figures_walk **out,
	struct xq_err *err)
{
	*out = figures_walk_new(mem);
	return sheet_walk_on(tx, office, size, *out, err);
}
