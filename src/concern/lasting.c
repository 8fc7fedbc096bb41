/* SPDX-License-Identifier: Apache-2.0 */
/* lasting.c - which concerns last: the four reasons for which hard/ proposes one for the ledger of
 * hard problems. Each is walked along an index that holds only what may qualify. The ledger is public,
 * so what is sealed (lane 1) is never proposed. */
#include "concern/concern_int.h"

#include "core/banned.h"

enum { DAY_S = 86400 };

static const struct table_decl no_tables[] = { { .name = NULL } };

/* clang-format off */
const struct migration concern_migration_3 = {
	.module = "concern",
	.number = 3,
	.ddl =
	"CREATE INDEX concern_again ON concern (office, id) WHERE round >= 3;\n"
	"CREATE INDEX concern_repeat ON concern (office, raised_at, id)"
	" WHERE merged_into IS NOT NULL OR linked_id IS NOT NULL;\n"
	"INSERT INTO deadline (office, code, limit_text, ver, from_day, source)"
	" SELECT office, 'hard-open', '90nd', 1, from_day, 'B01' FROM deadline WHERE code = 'sign' AND ver = 1;\n"
	"INSERT INTO deadline (office, code, limit_text, ver, from_day, source)"
	" SELECT office, 'hard-repeat', '180nd', 1, from_day, 'P' FROM deadline WHERE code = 'sign' AND ver = 1;\n"
	"INSERT INTO deadline (office, code, limit_text, ver, from_day, source)"
	" SELECT office, 'hard-review', '3mo', 1, from_day, 'B01' FROM deadline WHERE code = 'sign' AND ver = 1;\n",
	.tables = no_tables,
};

/* Limits of the duties that stand beside a concern: legacy problems and disputes. */
const struct migration concern_migration_15 = {
	.module = "concern",
	.number = 15,
	.ddl =
	"INSERT INTO deadline (office, code, limit_text, ver, from_day, source)"
	" SELECT office, 'legacy-look', '180nd', 1, from_day, 'C29' FROM deadline WHERE code = 'sign' AND ver = 1;\n"
	"INSERT INTO deadline (office, code, limit_text, ver, from_day, source)"
	" SELECT office, 'stock-take', '20wd', 1, from_day, 'P' FROM deadline WHERE code = 'sign' AND ver = 1;\n"
	"INSERT INTO deadline (office, code, limit_text, ver, from_day, source)"
	" SELECT office, 'dispute-step', '5wd', 1, from_day, 'P' FROM deadline WHERE code = 'sign' AND ver = 1;\n",
	.tables = no_tables,
};

/* How long before its first sitting a roster of receptions is published (D50), and until when somebody has said
 * that a sitting was held. */
const struct migration concern_migration_18 = {
	.module = "concern",
	.number = 18,
	.ddl =
	"INSERT INTO deadline (office, code, limit_text, ver, from_day, source)"
	" SELECT office, 'roster-publish', '3nd', 1, from_day, 'D50' FROM deadline WHERE code = 'sign' AND ver = 1;\n"
	"INSERT INTO deadline (office, code, limit_text, ver, from_day, source)"
	" SELECT office, 'sitting-close', '2wd', 1, from_day, 'P' FROM deadline WHERE code = 'sign' AND ver = 1;\n",
	.tables = no_tables,
};
/* clang-format on */

/* The moment that many natural days ago. */
static enum xq_rc
ago(struct tx *tx, int64_t office, const char *code, int64_t now, int64_t *out, struct xq_err *err)
{
	struct limit limit;
	enum xq_rc rc = deadline_of(tx, office, code, day_of(now, TZ_CHINA), &limit, err);
	if (rc == XQ_OK && limit.unit != LIMIT_NATURAL_DAYS)
		return xq_fault(err, "concern.no-deadline", "%s is counted in natural days", code);
	if (rc == XQ_OK)
		*out = now - (int64_t)limit.count * DAY_S;
	return rc;
}

/* A repeat names the earlier concern; what it repeats may itself repeat one. Counted at the root. */
#define REPEATS                                                                                    \
	"WITH RECURSIVE up (id, root) AS ("                                                        \
	" SELECT c.id, coalesce(c.merged_into, c.linked_id) FROM concern c"                        \
	"  WHERE c.office = ? AND (c.merged_into IS NOT NULL OR c.linked_id IS NOT NULL)"          \
	"  AND c.raised_at >= ?"                                                                   \
	" UNION SELECT up.id, coalesce(p.merged_into, p.linked_id) FROM up"                        \
	"  JOIN concern p ON p.office = ? AND p.id = up.root"                                      \
	"  WHERE p.merged_into IS NOT NULL OR p.linked_id IS NOT NULL)"                            \
	" SELECT up.root, 0, count(*) FROM up JOIN concern r ON r.office = ? AND r.id = up.root"   \
	"  WHERE r.merged_into IS NULL AND r.linked_id IS NULL AND r.lane <> 1 AND up.root > ?"    \
	" GROUP BY up.root HAVING count(*) >= 3 ORDER BY up.root LIMIT ?"

static struct rows *
open_query(struct tx *tx, int64_t office, const struct lasting_query *q, int64_t since)
{
	struct val key = V(q->after_key), id = V(q->after_id), max = V((int64_t)q->max);
	switch (q->why) {
	case LASTING_REPEAT:
		return db_query(
			tx, SQL(REPEATS), VALS(V(office), V(since), V(office), V(office), id, max));
	case LASTING_REDO:
		return db_query(tx,
			SQL("SELECT id, 0 FROM concern WHERE office = ? AND round >= 3 AND lane <> 1 AND id > ?"
			    " ORDER BY id LIMIT ?"),
			VALS(V(office), id, max));
	case LASTING_OPEN:
		return db_query(tx,
			SQL("SELECT id, due_at FROM concern WHERE office = ? AND closed_at IS NULL"
			    " AND lane <> 1 AND raised_at < ? AND (due_at, id) > (?, ?)"
			    " ORDER BY due_at, id LIMIT ?"),
			VALS(V(office), V(since), key, id, max));
	case LASTING_PARKED:
		return db_query(tx,
			SQL("SELECT id, due_at FROM concern WHERE office = ? AND state = " SQL_PARKED
			    " AND lane <> 1 AND (due_at, id) > (?, ?) ORDER BY due_at, id LIMIT ?"),
			VALS(V(office), key, id, max));
	}
	return NULL;
}

enum xq_rc
concern_lasting(struct tx *tx, int64_t office, const struct lasting_query *q,
	struct lasting_row *out, size_t *out_n, struct xq_err *err)
{
	int64_t since = 0;
	enum xq_rc rc = XQ_OK;
	if (q->why == LASTING_OPEN || q->why == LASTING_REPEAT)
		rc = ago(tx, office, q->why == LASTING_OPEN ? "hard-open" : "hard-repeat", q->now,
			&since, err);
	if (rc != XQ_OK)
		return rc;
	size_t n = 0;
	struct rows *rows = open_query(tx, office, q, since);
	while (n < q->max && row_next(rows))
		out[n++] = (struct lasting_row){ .id = row_int(rows, 0), .key = row_int(rows, 1) };
	*out_n = n;
	return rows_close(rows, err);
}
