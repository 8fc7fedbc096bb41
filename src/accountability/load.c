/* SPDX-License-Identifier: Apache-2.0 */
/* load.c - reading the register, and who may know what of it. */
#include "accountability/acct_int.h"

#include "core/mem.h"

#include "core/banned.h"

enum { YEAR_S = 365 * 86400 };

#define ACCT_COLUMNS                                                                               \
	"SELECT e.no, e.ver, e.kind, e.fact, e.unit_id, e.concern_id, u.name, u.code,"             \
	" e.happened_at, e.opened_at, e.opened_by, e.statement, e.source, e.state, e.asked_at,"    \
	" e.explain_due_at, e.explanation, e.explained_at, e.explained_by, x.name, e.outcome,"     \
	" e.reason, e.decided_at, e.decided_by, d.name, e.appeal_due_at, e.appeal,"                \
	" e.appealed_at, e.appealed_by, a.name, e.final_outcome, e.ruling, e.ruled_at,"            \
	" e.ruled_by, r.name, e.done, e.closed_at FROM acct_event e"                               \
	" JOIN unit u ON u.office = e.office AND u.id = e.unit_id"                                 \
	" LEFT JOIN person x ON x.office = e.office AND x.id = e.explained_by"                     \
	" LEFT JOIN person d ON d.office = e.office AND d.id = e.decided_by"                       \
	" LEFT JOIN person a ON a.office = e.office AND a.id = e.appealed_by"                      \
	" LEFT JOIN person r ON r.office = e.office AND r.id = e.ruled_by"

static struct acct_event
read_event(struct rows *q, void *mem)
{
	return (struct acct_event){ .no = row_int(q, 0),
		.ver = row_int(q, 1),
		.kind = row_text(q, 2, mem),
		.fact = row_text(q, 3, mem),
		.unit_id = row_int(q, 4),
		.concern_id = row_int(q, 5),
		.unit = row_text(q, 6, mem),
		.unit_code = row_text(q, 7, mem),
		.happened_at = row_int(q, 8),
		.opened_at = row_int(q, 9),
		.opened_by = row_int(q, 10),
		.statement = row_text(q, 11, mem),
		.source = row_text(q, 12, mem),
		.state = (enum acct_state)row_int(q, 13),
		.asked_at = row_int(q, 14),
		.explain_due_at = row_int(q, 15),
		.explanation = row_text(q, 16, mem),
		.explained_at = row_int(q, 17),
		.explained_by = row_int(q, 18),
		.explained_name = row_text(q, 19, mem),
		.outcome = row_text(q, 20, mem),
		.reason = row_text(q, 21, mem),
		.decided_at = row_int(q, 22),
		.decided_by = row_int(q, 23),
		.decided_name = row_text(q, 24, mem),
		.appeal_due_at = row_int(q, 25),
		.appeal = row_text(q, 26, mem),
		.appealed_at = row_int(q, 27),
		.appealed_by = row_int(q, 28),
		.appealed_name = row_text(q, 29, mem),
		.final_outcome = row_text(q, 30, mem),
		.ruling = row_text(q, 31, mem),
		.ruled_at = row_int(q, 32),
		.ruled_by = row_int(q, 33),
		.ruled_name = row_text(q, 34, mem),
		.done = row_text(q, 35, mem),
		.closed_at = row_int(q, 36) };
}

enum xq_rc
acct_load(struct tx *tx, void *mem, int64_t office, int64_t no, struct acct_event *out,
	struct xq_err *err)
{
	struct rows *q = db_query(
		tx, SQL(ACCT_COLUMNS " WHERE e.office = ? AND e.no = ?"), VALS(V(office), V(no)));
	bool found = row_next(q);
	if (found)
		*out = read_event(q, mem);
	enum xq_rc rc = rows_close(q, err);
	return rc == XQ_OK && !found ? XQ_NONE : rc;
}

/* ---- lists ------------------------------------------------------------------------------------------ */

#define NOT_OWN                                                                                    \
	" AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.office = e.office"                    \
	"  AND m.person_id = ? AND m.unit_id = e.unit_id)"

static struct rows *
list_query(struct tx *tx, int64_t office, const struct acct_query *q)
{
	struct val top = V(q->before_no > 0 ? q->before_no : INT64_MAX), who = V(q->person_id),
		   max = V((int64_t)q->max);
	switch (q->kind) {
	case ACCT_OPEN:
		return db_query(tx,
			SQL(ACCT_COLUMNS
				" WHERE e.office = ? AND e.closed_at IS NULL AND e.no < ?" NOT_OWN
				" ORDER BY e.no DESC LIMIT ?"),
			VALS(V(office), top, who, max));
	case ACCT_ENDED:
		return db_query(tx,
			SQL(ACCT_COLUMNS " WHERE e.office = ? AND e.closed_at IS NOT NULL"
					 " AND e.no < ?" NOT_OWN " ORDER BY e.no DESC LIMIT ?"),
			VALS(V(office), top, who, max));
	case ACCT_OURS:
		return db_query(tx,
			SQL(ACCT_COLUMNS
				" JOIN membership m ON m.office = e.office AND m.unit_id = e.unit_id"
				" WHERE e.office = ? AND m.person_id = ? AND e.asked_at IS NOT NULL"
				" AND e.no < ? ORDER BY e.no DESC LIMIT ?"),
			VALS(V(office), who, top, max));
	}
	return NULL;
}

enum xq_rc
acct_list(struct tx *tx, void *mem, int64_t office, const struct acct_query *q,
	struct acct_event **out, size_t *out_n, struct xq_err *err)
{
	xq_require(q->max <= ACCT_LIST_MAX);
	struct acct_event *list = mem_array(mem, struct acct_event, q->max);
	size_t n = 0;
	struct rows *rows = list_query(tx, office, q);
	while (n < q->max && row_next(rows))
		list[n++] = read_event(rows, mem);
	enum xq_rc rc = rows_close(rows, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

enum xq_rc
acct_level_before(
	struct tx *tx, int64_t office, int64_t unit_id, int64_t now, int *out, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT final_outcome FROM acct_event WHERE office = ? AND unit_id = ?"
		    " AND decided_at IS NOT NULL AND decided_at >= ?"),
		VALS(V(office), V(unit_id), V(now - YEAR_S)));
	*out = 0;
	while (row_next(q)) {
		char code[16] = { 0 };
		struct str s = row_str(q, 0);
		memcpy(code, s.p, s.n < sizeof code ? s.n : sizeof code - 1);
		int level = acct_level(code);
		*out = level > *out ? level : *out;
	}
	return rows_close(q, err);
}

/* ---- who may know what ------------------------------------------------------------------------------ */

bool
acct_may_speak(const struct actor *a, int64_t unit_id)
{
	return actor_may_for_unit(a, PERM_HANDLE, unit_id) ||
	       actor_may_for_unit(a, PERM_APPROVE, unit_id);
}

enum xq_rc
acct_sight_of(struct tx *tx, const struct actor *a, const struct acct_event *e,
	enum acct_sight *out, struct xq_err *err)
{
	bool is_member;
	enum xq_rc rc = membership_exists(tx, a->office, a->person_id, e->unit_id, &is_member, err);
	if (rc != XQ_OK)
		return rc;
	if (is_member)
		*out = e->asked_at != 0 && acct_may_speak(a, e->unit_id) ? SEES_FACT : SEES_NOTHING;
	else
		*out = actor_may(a, PERM_ACCT) ? SEES_ALL : SEES_NOTHING;
	return XQ_OK;
}
