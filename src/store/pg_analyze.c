/* SPDX-License-Identifier: Apache-2.0 */
/* pg_analyze.c - the planner's figures follow the growth of tables. Of a table that it has never counted
 * PostgreSQL believes that an office is one row of hundreds, so that any index which begins with it will
 * do, and each look-up by number reads all rows of the office: a young database slows down with the square of
 * its size. The server counts anew by itself, but once a minute at most, and after a failover it has
 * forgotten how much was written. */
#include "store/pg_int.h"

#include "core/mem.h"

#include "core/banned.h"

/* Twice as many pages as when it was counted last; the first time with the second page. */
static const char grown[] = "SELECT 'ANALYZE ' || string_agg(format('%I', relname), ', '"
			    "  ORDER BY pg_relation_size(oid), relname) FROM pg_class"
			    " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
			    "  AND pg_relation_size(oid) / current_setting('block_size')::bigint"
			    "   > CASE WHEN relpages > 0 THEN 2 * relpages ELSE 1 END";

enum xq_rc
pg_analyze_grown(PGconn *h, struct xq_err *err)
{
	PGresult *r = NULL;
	enum xq_rc rc = pg_ask(h, grown, &r, err);
	if (rc == XQ_OK && !PQgetisnull(r, 0, 0))
		rc = pg_do(h, PQgetvalue(r, 0, 0), err);
	PQclear(r);
	return rc;
}

enum xq_rc
pg_analyze_step(PGconn *h, struct xq_err *err)
{
	PGresult *r = NULL;
	enum xq_rc rc = XQ_OK;
	if (!PQconsumeInput(h))
		return xq_busy(err, "store.away");
	if (PQisBusy(h))
		return XQ_OK;
	while ((r = PQgetResult(h)) != NULL) { /* of the one before */
		rc = rc == XQ_OK ? pg_told(h, r, err) : rc;
		PQclear(r);
	}
	if (rc == XQ_OK)
		rc = pg_ask(h, grown, &r, err);
	if (rc == XQ_OK && !PQgetisnull(r, 0, 0) && !PQsendQuery(h, PQgetvalue(r, 0, 0)))
		rc = xq_busy(err, "store.away");
	PQclear(r);
	return rc;
}
