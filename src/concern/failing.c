/* SPDX-License-Identifier: Apache-2.0 */
/* failing.c - the four facts that can be read off a concern. Every query walks forward in time from
 * where the last one stopped, so that a night costs what the day brought and not what the years did. */
#include "concern/failing.h"

#include "concern/concern_int.h"

#include "core/banned.h"

static const struct table_decl no_tables[] = { { .name = NULL } };

/* clang-format off */
const struct migration concern_migration_10 = {
	.module = "concern",
	.number = 10,
	.ddl =
	"CREATE INDEX request_return ON request (office, asked_at, id) WHERE kind = 0;\n"
	"CREATE INDEX voice_ruled ON voice (office, answered_at, concern_id)"
	" WHERE is_dispute = 1 AND answered_at IS NOT NULL;\n"
	"CREATE INDEX rating_no ON rating (office, at, concern_id) WHERE solved = 'no';\n"
	"INSERT INTO deadline (office, code, limit_text, ver, from_day, source)"
	" SELECT office, 'acct-explain', '3wd', 1, from_day, 'P' FROM deadline WHERE code = 'sign' AND ver = 1;\n"
	"INSERT INTO deadline (office, code, limit_text, ver, from_day, source)"
	" SELECT office, 'acct-appeal', '5wd', 1, from_day, 'P' FROM deadline WHERE code = 'sign' AND ver = 1;\n",
	.tables = no_tables,
};
/* clang-format on */

static struct rows *
open_query(struct tx *tx, int64_t office, const struct failing_query *q)
{
	struct val at = V(q->after_at), id = V(q->after_id), max = V((int64_t)q->max);
	switch (q->what) {
	case FAILING_LATE: /* parked ones stay aside: their day is the one of the review */
		return db_query(tx,
			SQL("SELECT c.due_at, c.id, c.id, c.owner_unit_id,"
			    " c.state <> 12 AND NOT EXISTS (SELECT 1 FROM request r"
			    "  WHERE r.office = c.office AND r.concern_id = c.id AND r.kind = 1)"
			    " FROM concern c WHERE c.office = ? AND c.answered_at IS NULL"
			    " AND c.closed_at IS NULL AND c.due_at < ? AND (c.due_at, c.id) > (?, ?)"
			    " ORDER BY c.due_at, c.id LIMIT ?"),
			VALS(V(office), V(q->now), at, id, max));
	case FAILING_RETURNED:
		return db_query(tx,
			SQL("SELECT r.asked_at, r.id, r.concern_id, r.asked_unit,"
			    " EXISTS (SELECT 1 FROM request e WHERE e.office = r.office"
			    "  AND e.concern_id = r.concern_id AND e.id < r.id AND e.kind = 0"
			    "  AND e.state = 2 AND e.asked_unit = r.asked_unit)"
			    " FROM request r WHERE r.office = ? AND r.kind = 0 AND r.asked_at < ?"
			    " AND (r.asked_at, r.id) > (?, ?) ORDER BY r.asked_at, r.id LIMIT ?"),
			VALS(V(office), V(q->now), at, id, max));
	case FAILING_AGAIN: /* a ruling and what it leads to bear the same moment */
		return db_query(tx,
			SQL("SELECT v.answered_at, v.concern_id, v.concern_id, c.owner_unit_id,"
			    " EXISTS (SELECT 1 FROM step s WHERE s.office = v.office"
			    "  AND s.concern_id = v.concern_id AND s.at = v.answered_at"
			    "  AND s.act = 'concern.rule-dispute' AND s.to_state = 8)"
			    " OR EXISTS (SELECT 1 FROM concern f WHERE f.office = v.office"
			    "  AND f.raised_at = v.answered_at AND f.linked_id = v.concern_id)"
			    " FROM voice v JOIN concern c ON c.office = v.office AND c.id = v.concern_id"
			    " WHERE v.office = ? AND v.is_dispute = 1 AND v.answered_at < ?"
			    " AND (v.answered_at, v.concern_id) > (?, ?)"
			    " ORDER BY v.answered_at, v.concern_id LIMIT ?"),
			VALS(V(office), V(q->now), at, id, max));
	case FAILING_UNTRUE:
		return db_query(tx,
			SQL("SELECT g.at, g.concern_id, g.concern_id, g.unit_id,"
			    " EXISTS (SELECT 1 FROM reply r WHERE r.office = g.office"
			    "  AND r.concern_id = g.concern_id AND r.round = g.round"
			    "  AND r.state = 1 AND r.outcome = 1)"
			    " FROM rating g WHERE g.office = ? AND g.solved = 'no' AND g.at < ?"
			    " AND (g.at, g.concern_id) > (?, ?) ORDER BY g.at, g.concern_id LIMIT ?"),
			VALS(V(office), V(q->now), at, id, max));
	}
	return NULL;
}

enum xq_rc
concern_failings(struct tx *tx, int64_t office, const struct failing_query *q,
	struct failing_row *out, size_t *out_n, struct xq_err *err)
{
	size_t n = 0;
	struct rows *rows = open_query(tx, office, q);
	while (n < q->max && row_next(rows))
		out[n++] = (struct failing_row){ .at = row_int(rows, 0),
			.id = row_int(rows, 1),
			.concern_id = row_int(rows, 2),
			.unit_id = row_int(rows, 3),
			.holds = row_int(rows, 4) != 0 };
	*out_n = n;
	return rows_close(rows, err);
}
