/* SPDX-License-Identifier: Apache-2.0 */
#include "concern/standing.h"

#include "core/banned.h"

enum xq_rc
concern_standing(
	struct tx *tx, int64_t office, int64_t now, struct standing *out, struct xq_err *err)
{
	struct standing s = { 0 };
	enum xq_rc rc = db_int(tx,
		SQL("SELECT count(*) FROM concern /* scan: what is open */"
		    " WHERE office = ? AND closed_at IS NULL"),
		VALS(V(office)), &s.open, err);
	if (rc == XQ_OK)
		rc = db_int(tx,
			SQL("SELECT count(*) FROM concern /* scan: what waits for an answer */"
			    " WHERE office = ? AND answered_at IS NULL AND closed_at IS NULL"),
			VALS(V(office)), &s.unanswered, err);
	if (rc == XQ_OK)
		rc = db_int(tx,
			SQL("SELECT count(*) FROM concern WHERE office = ? AND answered_at IS NULL"
			    " AND closed_at IS NULL AND due_at < ?"),
			VALS(V(office), V(now)), &s.overdue, err);
	if (rc == XQ_OK)
		*out = s;
	return rc;
}
