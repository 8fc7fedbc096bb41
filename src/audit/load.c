/* SPDX-License-Identifier: Apache-2.0 */
/* load.c - reading the audit rows. The table has its primary key and no other index, since each act
 * of the office would pay for one: days become ranges of ids by bisection (ids rise with time), and a
 * filter looks through a bounded piece of the range. A concern's rows lie between its first and its
 * last step. */
#include "audit/audit_int.h"

#include "core/mem.h"

#include "core/banned.h"

enum { DAY_S = 86400 };

enum xq_rc
audit_find(struct tx *tx, void *mem, int64_t office, const struct audit_query *a,
	struct audit_row **out, size_t *out_n, struct xq_err *err)
{
	struct audit_row *list = mem_array(mem, struct audit_row, a->max);
	const char *act = a->act ? a->act : "";
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT a.id, a.at, a.seq, a.act, p.name, u.name, a.subject_kind, c.file_no,"
		    " s.name FROM audit a"
		    " LEFT JOIN person p ON p.office = a.office AND p.id = a.person_id"
		    " LEFT JOIN unit u ON u.office = a.office AND u.id = a.unit_id"
		    " LEFT JOIN concern c ON c.office = a.office AND c.id = a.subject_id"
		    "  AND a.subject_kind = 'concern'"
		    " LEFT JOIN account k ON k.office = a.office AND k.id = a.subject_id"
		    "  AND a.subject_kind = 'account'"
		    " LEFT JOIN person s ON s.office = k.office AND s.id = k.person_id"
		    " WHERE a.office = ? AND a.id >= ? AND a.id <= ?"
		    " AND (? = 0 OR a.person_id = ?) AND (? = '' OR a.act = ?)"
		    " AND (? = 0 OR (a.subject_kind = 'concern' AND a.subject_id = ?))"
		    " ORDER BY a.id DESC LIMIT ?"),
		VALS(V(office), V(a->from_id), V(a->until_id), V(a->person_id), V(a->person_id),
			V(act), V(act), V(a->concern_id), V(a->concern_id), V((int64_t)a->max)));
	for (; n < a->max && row_next(q); n++)
		list[n] = (struct audit_row){ .id = row_int(q, 0),
			.at = row_int(q, 1),
			.seq = row_is_null(q, 2) ? -1 : row_int(q, 2),
			.act = row_text(q, 3, mem),
			.person = row_text(q, 4, mem),
			.unit = row_text(q, 5, mem),
			.subject_kind = row_text(q, 6, mem),
			.file_no = row_int(q, 7),
			.account = row_text(q, 8, mem) };
	*out = list;
	*out_n = n;
	return rows_close(q, err);
}

/* ---- moments as ids ---------------------------------------------------------------------------------- */

static enum xq_rc
newest_id(struct tx *tx, int64_t office, int64_t *out, struct xq_err *err)
{
	*out = 0;
	enum xq_rc rc =
		db_int(tx, SQL("SELECT id FROM audit WHERE office = ? ORDER BY id DESC LIMIT 1"),
			VALS(V(office)), out, err);
	return rc == XQ_NONE ? XQ_OK : rc;
}

/* The first id whose moment is at or after at; newest + 1 when there is none. */
static enum xq_rc
id_from(struct tx *tx, int64_t office, int64_t at, int64_t newest, int64_t *out, struct xq_err *err)
{
	int64_t low = 1, high = newest + 1;
	while (low < high) {
		int64_t mid = low + (high - low) / 2, found = INT64_MAX;
		enum xq_rc rc = db_int(tx,
			SQL("SELECT at FROM audit WHERE office = ? AND id >= ? ORDER BY id LIMIT 1"),
			VALS(V(office), V(mid)), &found, err);
		if (rc != XQ_OK && rc != XQ_NONE)
			return rc;
		if (found < at)
			low = mid + 1;
		else
			high = mid;
	}
	*out = low;
	return XQ_OK;
}

static enum xq_rc
narrow(struct tx *tx, int64_t office, int64_t from_at, int64_t until_at, struct audit_query *q,
	struct xq_err *err)
{
	enum xq_rc rc = newest_id(tx, office, &q->until_id, err);
	int64_t newest = q->until_id, id = 0;
	q->from_id = 1;
	if (rc == XQ_OK && from_at > 0)
		rc = id_from(tx, office, from_at, newest, &q->from_id, err);
	if (rc == XQ_OK && until_at < INT64_MAX) {
		rc = id_from(tx, office, until_at, newest, &id, err);
		q->until_id = id - 1;
	}
	return rc;
}

/* ---- the filter -------------------------------------------------------------------------------------- */

static enum xq_rc
find_person(struct tx *tx, int64_t office, const struct form *f, struct audit_query *q,
	struct xq_err *err)
{
	if (!form_has(f, "person"))
		return XQ_OK;
	enum xq_rc rc =
		db_int(tx, SQL("SELECT person_id FROM account WHERE office = ? AND login = ?"),
			VALS(V(office), V(form_str(f, "person"))), &q->person_id, err);
	return rc == XQ_NONE ? xq_refuse(err, "person", "audit.no-person") : rc;
}

static enum xq_rc
find_concern(struct tx *tx, void *mem, int64_t office, const struct form *f, struct audit_query *q,
	int64_t *from_at, int64_t *until_at, struct xq_err *err)
{
	struct concern c;
	if (!form_has(f, "concern"))
		return XQ_OK;
	enum xq_rc rc = concern_by_file_no(tx, mem, office, form_int(f, "concern"), &c, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, "concern", "audit.no-concern");
	if (rc != XQ_OK)
		return rc;
	q->concern_id = c.id;
	if (c.raised_at > *from_at)
		*from_at = c.raised_at;
	int64_t last = 0;
	rc = db_int(tx,
		SQL("SELECT at FROM step WHERE office = ? AND concern_id = ?"
		    " ORDER BY no DESC LIMIT 1"),
		VALS(V(office), V(c.id)), &last, err);
	if (rc == XQ_OK && c.closed_at > 0 && last >= c.closed_at && last + 1 < *until_at)
		*until_at = last + 1;
	return rc == XQ_NONE ? XQ_OK : rc;
}

enum xq_rc
audit_query_of(struct tx *tx, void *mem, const struct office_info *o, const struct form *f,
	struct audit_query *out, struct xq_err *err)
{
	struct audit_query q = { .act = form_has(f, "act") ? form_text(f, "act") : NULL };
	int64_t from_at = 0, until_at = INT64_MAX;
	if (form_has(f, "from"))
		from_at = day_at((int32_t)form_int(f, "from"), 0, o->tz_s);
	if (form_has(f, "until"))
		until_at = day_at((int32_t)form_int(f, "until"), 0, o->tz_s) + DAY_S;
	enum xq_rc rc = find_person(tx, o->id, f, &q, err);
	if (rc == XQ_OK)
		rc = find_concern(tx, mem, o->id, f, &q, &from_at, &until_at, err);
	if (rc == XQ_OK)
		rc = narrow(tx, o->id, from_at, until_at, &q, err);
	if (rc == XQ_OK)
		*out = q;
	return rc;
}

/* Those who left too: what they did stays. */
enum xq_rc
audit_people(struct tx *tx, void *mem, int64_t office, struct audit_person **out, size_t *out_n,
	struct xq_err *err)
{
	struct audit_person *list = mem_array(mem, struct audit_person, PEOPLE_MAX);
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT a.login, p.name, u.name FROM account a"
		    " JOIN person p ON p.office = a.office AND p.id = a.person_id"
		    " JOIN membership m ON m.office = a.office AND m.person_id = a.person_id"
		    "  AND m.is_main = 1"
		    " JOIN unit u ON u.office = a.office AND u.id = m.unit_id"
		    " WHERE a.office = ? ORDER BY u.rank, a.login LIMIT ?"),
		VALS(V(office), V((int64_t)PEOPLE_MAX)));
	for (; n < PEOPLE_MAX && row_next(q); n++)
		list[n] = (struct audit_person){ row_text(q, 0, mem), row_text(q, 1, mem),
			row_text(q, 2, mem) };
	*out = list;
	*out_n = n;
	return rows_close(q, err);
}

enum xq_rc
audit_may_read(const struct actor *a, struct xq_err *err)
{
	if (actor_has_role(a, ROLE_ADMIN))
		return xq_refuse(err, NULL, "audit.no-admin");
	return actor_may(a, PERM_AUDIT) ? XQ_OK : xq_refuse(err, NULL, "audit.auditors-only");
}
