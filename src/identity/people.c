/* SPDX-License-Identifier: Apache-2.0 */
#include "identity/people.h"

#include "core/mem.h"

#include "core/banned.h"

/* An office has tens of units and a unit tens of people; far more than that is a fault in the data,
 * and lists stop there instead of growing. */
#define LIST_MAX 200

static const char *const kinds[] = { "section", "station", "nbhd", "evaluation", "partner",
	"leaders" };

const char *
unit_kind_code(enum unit_kind kind)
{
	xq_require(kind <= UNIT_LEADERS);
	return kinds[kind];
}

bool
unit_kind_read(struct str code, enum unit_kind *out)
{
	for (unsigned i = 0; i <= UNIT_LEADERS; i++) {
		if (str_is(code, kinds[i])) {
			*out = (enum unit_kind)i;
			return true;
		}
	}
	return false;
}

/* ---- units ---------------------------------------------------------------------------------- */

/* The columns stand in this order in each statement below. */
static struct unit
unit_of_row(struct rows *q, void *mem)
{
	return (struct unit){
		.id = row_int(q, 0),
		.code = row_text(q, 1, mem),
		.public_code = row_text(q, 2, mem),
		.name = row_text(q, 3, mem),
		.public_name = row_text(q, 4, mem),
		.kind = (enum unit_kind)row_int(q, 5),
		.rank = (int32_t)row_int(q, 6),
		.is_active = row_int(q, 7) != 0,
		.head_person_id = row_int(q, 8),
	};
}

/* The one row of q; XQ_NONE when there is none. */
static enum xq_rc
one_unit(struct rows *q, void *mem, struct unit *out, struct xq_err *err)
{
	struct unit u = { 0 };
	const bool found = row_next(q);
	if (found)
		u = unit_of_row(q, mem);
	const enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK)
		return rc;
	if (!found)
		return XQ_NONE;
	*out = u;
	return XQ_OK;
}

enum xq_rc
unit_load(
	struct tx *tx, void *mem, int64_t office, int64_t id, struct unit *out, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT u.id, u.code, u.public_code, u.name, u.public_name, u.kind, u.rank,"
		    "       u.is_active, h.person_id"
		    "  FROM unit u"
		    "  LEFT JOIN unit_head h ON h.office = u.office AND h.unit_id = u.id"
		    " WHERE u.office = ? AND u.id = ? /* kept */"),
		VALS(V(office), V(id)));
	return one_unit(q, mem, out, err);
}

enum xq_rc
unit_by_code(struct tx *tx, void *mem, int64_t office, struct str code, struct unit *out,
	struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT u.id, u.code, u.public_code, u.name, u.public_name, u.kind, u.rank,"
		    "       u.is_active, h.person_id"
		    "  FROM unit u"
		    "  LEFT JOIN unit_head h ON h.office = u.office AND h.unit_id = u.id"
		    " WHERE u.office = ? AND u.code = ? /* kept */"),
		VALS(V(office), V(code)));
	return one_unit(q, mem, out, err);
}

enum xq_rc
unit_list(struct tx *tx, void *mem, int64_t office, struct unit **out, size_t *out_n,
	struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT u.id, u.code, u.public_code, u.name, u.public_name, u.kind, u.rank,"
		    "       u.is_active, h.person_id"
		    "  FROM unit u"
		    "  LEFT JOIN unit_head h ON h.office = u.office AND h.unit_id = u.id"
		    " WHERE u.office = ? AND u.is_active = 1"
		    " ORDER BY u.rank, u.id"
		    " LIMIT ?"),
		VALS(V(office), V(LIST_MAX)));
	struct unit *list = mem_array(mem, struct unit, LIST_MAX);
	size_t n = 0;
	while (row_next(q)) {
		xq_require(n < LIST_MAX);
		list[n++] = unit_of_row(q, mem);
	}
	const enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

static enum xq_rc
refuse_taken_code(struct tx *tx, int64_t office, const char *code, struct xq_err *err)
{
	int64_t id;
	const enum xq_rc rc = db_int(tx, SQL("SELECT id FROM unit WHERE office = ? AND code = ?"),
		VALS(V(office), V(code)), &id, err);
	if (rc == XQ_OK)
		return xq_refuse(err, "code", "unit.code-taken");
	return rc == XQ_NONE ? XQ_OK : rc;
}

enum xq_rc
unit_add(struct tx *tx, int64_t office, const struct unit_new *u, int64_t *out, struct xq_err *err)
{
	xq_require(strlen(u->code) <= UNIT_CODE_MAX && strlen(u->public_code) <= UNIT_CODE_MAX);
	xq_require(u->public_code[0] != '\0');
	enum xq_rc rc = refuse_taken_code(tx, office, u->code, err);
	int64_t id = 0;
	if (rc == XQ_OK)
		rc = db_next(tx, office, "unit", &id, err);
	if (rc == XQ_OK)
		rc = db_exec(tx,
			SQL("INSERT INTO unit (office, id, code, public_code, name, public_name,"
			    "  kind, rank, is_active, ver)"
			    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, 1)"),
			VALS(V(office), V(id), V(u->code), V(u->public_code), V(u->name),
				V(u->public_name), V((int64_t)u->kind), V(u->rank)),
			err);
	if (rc == XQ_OK)
		*out = id;
	return rc;
}

enum xq_rc
unit_set_head(struct tx *tx, int64_t office, int64_t unit_id, int64_t person_id, struct xq_err *err)
{
	bool is_member = false;
	const enum xq_rc rc = membership_exists(tx, office, person_id, unit_id, &is_member, err);
	if (rc != XQ_OK)
		return rc;
	if (!is_member)
		return xq_refuse(err, "head", "unit.head-not-member");
	return db_exec(tx,
		SQL("INSERT INTO unit_head (office, unit_id, person_id) VALUES (?, ?, ?)"
		    " ON CONFLICT (office, unit_id) DO UPDATE SET person_id = excluded.person_id"),
		VALS(V(office), V(unit_id), V(person_id)), err);
}

/* ---- people ---------------------------------------------------------------------------------- */

static struct person
person_of_row(struct rows *q, void *mem)
{
	return (struct person){
		.id = row_int(q, 0),
		.name = row_text(q, 1, mem),
		.title = row_text(q, 2, mem),
		.phone = row_text(q, 3, mem),
		.is_away = row_int(q, 4) != 0,
		.is_active = row_int(q, 5) != 0,
		.unit_id = row_int(q, 6),
	};
}

enum xq_rc
person_load(struct tx *tx, void *mem, int64_t office, int64_t id, struct person *out,
	struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT p.id, p.name, p.title, p.phone, p.is_away, p.is_active, m.unit_id"
		    "  FROM person p"
		    "  JOIN membership m ON m.office = p.office AND m.person_id = p.id"
		    "   AND m.is_main = 1"
		    " WHERE p.office = ? AND p.id = ?"),
		VALS(V(office), V(id)));
	struct person p = { 0 };
	const bool found = row_next(q);
	if (found)
		p = person_of_row(q, mem);
	const enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK)
		return rc;
	if (!found)
		return XQ_NONE;
	*out = p;
	return XQ_OK;
}

enum xq_rc
person_list(struct tx *tx, void *mem, int64_t office, int64_t unit_id, struct person **out,
	size_t *out_n, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT p.id, p.name, p.title, p.phone, p.is_away, p.is_active, n.unit_id"
		    "  FROM membership m"
		    "  JOIN person p ON p.office = m.office AND p.id = m.person_id"
		    "  JOIN membership n ON n.office = p.office AND n.person_id = p.id"
		    "   AND n.is_main = 1"
		    "  LEFT JOIN unit_head h ON h.office = m.office AND h.unit_id = m.unit_id"
		    "   AND h.person_id = m.person_id"
		    " WHERE m.office = ? AND m.unit_id = ? AND m.is_active = 1"
		    " ORDER BY CASE WHEN h.person_id IS NULL THEN 1 ELSE 0 END, p.name, p.id"
		    " LIMIT ?"),
		VALS(V(office), V(unit_id), V(LIST_MAX)));
	struct person *list = mem_array(mem, struct person, LIST_MAX);
	size_t n = 0;
	while (row_next(q)) {
		xq_require(n < LIST_MAX);
		list[n++] = person_of_row(q, mem);
	}
	const enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

enum xq_rc
membership_exists(struct tx *tx, int64_t office, int64_t person_id, int64_t unit_id, bool *out,
	struct xq_err *err)
{
	int64_t is_active = 0;
	const enum xq_rc rc = db_int(tx,
		SQL("SELECT is_active FROM membership"
		    " WHERE office = ? AND person_id = ? AND unit_id = ?"),
		VALS(V(office), V(person_id), V(unit_id)), &is_active, err);
	if (rc != XQ_OK && rc != XQ_NONE)
		return rc;
	*out = rc == XQ_OK && is_active != 0;
	return XQ_OK;
}

static enum xq_rc
require_unit(struct tx *tx, int64_t office, int64_t unit_id, struct xq_err *err)
{
	int64_t id;
	const enum xq_rc rc =
		db_int(tx, SQL("SELECT id FROM unit WHERE office = ? AND id = ? AND is_active = 1"),
			VALS(V(office), V(unit_id)), &id, err);
	return rc == XQ_NONE ? xq_refuse(err, "unit", "person.no-unit") : rc;
}

static enum xq_rc
insert_membership(struct tx *tx, int64_t office, int64_t person_id, int64_t unit_id, bool is_main,
	struct xq_err *err)
{
	return db_exec(tx,
		SQL("INSERT INTO membership (office, person_id, unit_id, is_main, is_active)"
		    " VALUES (?, ?, ?, ?, 1)"
		    " ON CONFLICT (office, person_id, unit_id)"
		    " DO UPDATE SET is_main = excluded.is_main, is_active = 1"),
		VALS(V(office), V(person_id), V(unit_id), V(is_main)), err);
}

enum xq_rc
person_add(struct tx *tx, int64_t office, const char *name, const char *title, const char *phone,
	int64_t unit_id, int64_t *out, struct xq_err *err)
{
	enum xq_rc rc = require_unit(tx, office, unit_id, err);
	int64_t id = 0;
	if (rc == XQ_OK)
		rc = db_next(tx, office, "person", &id, err);
	if (rc == XQ_OK)
		rc = db_exec(tx,
			SQL("INSERT INTO person (office, id, name, title, phone, is_away,"
			    "  is_active, ver)"
			    " VALUES (?, ?, ?, ?, ?, 0, 1, 1)"),
			VALS(V(office), V(id), V(name), V(title ? title : ""),
				V(phone ? phone : "")),
			err);
	if (rc == XQ_OK)
		rc = insert_membership(tx, office, id, unit_id, true, err);
	if (rc == XQ_OK)
		*out = id;
	return rc;
}

enum xq_rc
membership_add(struct tx *tx, int64_t office, int64_t person_id, int64_t unit_id, bool is_main,
	struct xq_err *err)
{
	enum xq_rc rc = require_unit(tx, office, unit_id, err);
	if (rc != XQ_OK)
		return rc;
	int64_t was_main = 0;
	rc = db_int(tx,
		SQL("SELECT is_main FROM membership"
		    " WHERE office = ? AND person_id = ? AND unit_id = ?"),
		VALS(V(office), V(person_id), V(unit_id)), &was_main, err);
	if (rc != XQ_OK && rc != XQ_NONE)
		return rc;
	if (is_main) {
		rc = db_exec(tx,
			SQL("UPDATE membership SET is_main = 0"
			    " WHERE office = ? AND person_id = ? AND is_main = 1"),
			VALS(V(office), V(person_id)), err);
		if (rc != XQ_OK)
			return rc;
	}
	/* A person has one main unit at any time: naming it again as a side one changes nothing. */
	return insert_membership(tx, office, person_id, unit_id, is_main || was_main != 0, err);
}

enum xq_rc
person_set_away(struct tx *tx, int64_t office, int64_t person_id, bool is_away, struct xq_err *err)
{
	return db_exec_one(tx,
		SQL("UPDATE person SET is_away = ?, ver = ver + 1 WHERE office = ? AND id = ?"),
		VALS(V(is_away), V(office), V(person_id)), err);
}

enum xq_rc
person_heads_none(struct tx *tx, int64_t office, int64_t person_id, struct xq_err *err)
{
	int64_t unit_id = 0;
	const enum xq_rc rc = db_int(tx,
		SQL("SELECT unit_id FROM unit_head"
		    " WHERE office = ? AND person_id = ?"
		    " ORDER BY unit_id LIMIT 1"),
		VALS(V(office), V(person_id)), &unit_id, err);
	if (rc == XQ_OK)
		return xq_refuse(err, NULL, "person.heads-unit");
	return rc == XQ_NONE ? XQ_OK : rc;
}

enum xq_rc
person_leave(struct tx *tx, int64_t office, int64_t person_id, struct xq_err *err)
{
	enum xq_rc rc = person_heads_none(tx, office, person_id, err);
	if (rc == XQ_OK)
		rc = db_exec(tx,
			SQL("UPDATE membership SET is_active = 0"
			    " WHERE office = ? AND person_id = ?"),
			VALS(V(office), V(person_id)), err);
	if (rc == XQ_OK)
		rc = db_exec_one(tx,
			SQL("UPDATE person SET is_active = 0, ver = ver + 1"
			    " WHERE office = ? AND id = ?"),
			VALS(V(office), V(person_id)), err);
	return rc;
}
