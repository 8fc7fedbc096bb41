/* SPDX-License-Identifier: Apache-2.0 */
/* first_taken.c - what staff took down, read along an index of its own: by the unit that follows it, and when. */
#include "concern/first_taken.h"

#include "core/mem.h"
#include "identity/people.h"

#include "core/banned.h"

static const struct table_decl no_tables[] = { { .name = NULL } };

#define BY_STAFF " via <> 'web' AND via <> 'hotline' AND via <> 'import'"

/* clang-format off */
const struct migration concern_first_migration_2 = {
	.module = "concern-first",
	.number = 2,
	.ddl =
	"CREATE INDEX concern_taken ON concern (office, tracker_unit_id, raised_at)"
	" WHERE" BY_STAFF ";\n"
	"CREATE INDEX handover_lapsed ON handover (office, done_at) WHERE state = 3;\n",
	.tables = no_tables,
};
/* clang-format on */

static enum xq_rc
ends_of(struct tx *tx, int64_t office, struct first_unit *u, struct xq_err *err)
{
	enum xq_rc rc = db_int(tx,
		SQL("SELECT raised_at FROM concern WHERE office = ? AND tracker_unit_id = ? AND" BY_STAFF
		    " ORDER BY raised_at LIMIT 1"),
		VALS(V(office), V(u->id)), &u->first_at, err);
	if (rc == XQ_OK)
		rc = db_int(tx,
			SQL("SELECT raised_at FROM concern WHERE office = ? AND tracker_unit_id = ?"
			    " AND" BY_STAFF " ORDER BY raised_at DESC LIMIT 1"),
			VALS(V(office), V(u->id)), &u->last_at, err);
	return rc == XQ_NONE ? XQ_OK : rc;
}

enum xq_rc
first_units(struct tx *tx, void *mem, int64_t office, struct first_unit **out, size_t *out_n,
	struct xq_err *err)
{
	struct unit *unit;
	size_t n = 0, used = 0;
	enum xq_rc rc = unit_list(tx, mem, office, &unit, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct first_unit *list = mem_array(mem, struct first_unit, n + 1);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		if (unit[i].kind == UNIT_PARTNER || unit[i].kind == UNIT_EVALUATION)
			continue;
		list[used] = (struct first_unit){ .id = unit[i].id, .name = unit[i].name };
		rc = ends_of(tx, office, &list[used++], err);
	}
	*out = list;
	*out_n = used;
	return rc;
}

enum xq_rc
first_taken_count(struct tx *tx, int64_t office, const struct first_unit *unit, size_t n,
	int64_t from, int64_t until, int64_t *out, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	int64_t some = 0;
	*out = 0;
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		if (unit[i].last_at < from)
			continue;
		rc = db_int(tx,
			SQL("SELECT count(*) FROM (SELECT 1 FROM concern WHERE office = ?"
			    " AND tracker_unit_id = ? AND raised_at >= ? AND raised_at < ?"
			    " AND" BY_STAFF " ORDER BY raised_at LIMIT ?) AS x"),
			VALS(V(office), V(unit[i].id), V(from), V(until),
				V((int64_t)FIRST_TAKEN_MAX)),
			&some, err);
		*out += some;
	}
	return rc;
}

enum xq_rc
first_lapsed_count(struct tx *tx, int64_t office, int64_t from, int64_t until, int64_t *out,
	struct xq_err *err)
{
	return db_int(tx,
		SQL("SELECT count(*) FROM (SELECT 1 FROM handover WHERE office = ? AND state = 3"
		    " AND done_at >= ? AND done_at < ? ORDER BY done_at LIMIT ?) AS x"),
		VALS(V(office), V(from), V(until), V((int64_t)FIRST_TAKEN_MAX)), out, err);
}
