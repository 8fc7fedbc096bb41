/* SPDX-License-Identifier: Apache-2.0 */
/* schema.c - tables of the register. What must never happen is refused by the table itself: a decision by
 * who explained, an appeal ruled on by who decided, the same fact twice. */
#include "accountability/acct_int.h"

#include "core/banned.h"

static const struct table_decl acct_tables[] = {
	{ .name = "acct_event", .class = TABLE_OFFICE, .grows = true },
	{ .name = "acct_seek", .class = TABLE_OFFICE, .clustered = true },
	{ .name = NULL },
};

/* clang-format off */
const struct migration acct_migration_1 = {
	.module = "accountability",
	.number = 1,
	.ddl =
	"CREATE TABLE acct_event ("
	" office integer NOT NULL, no integer NOT NULL, ver integer NOT NULL,"
	" kind text NOT NULL, fact text NOT NULL, unit_id integer NOT NULL, concern_id integer,"
	" happened_at integer NOT NULL, opened_at integer NOT NULL, opened_by integer NOT NULL,"
	" statement text NOT NULL, source text NOT NULL,"
	" state integer NOT NULL CHECK (state BETWEEN 0 AND 4),"
	" asked_at integer, explain_due_at integer,"
	" explanation text NOT NULL, explained_at integer, explained_by integer,"
	" outcome text NOT NULL, reason text NOT NULL, decided_at integer, decided_by integer,"
	" appeal_due_at integer, appeal text NOT NULL, appealed_at integer, appealed_by integer,"
	" final_outcome text NOT NULL, ruling text NOT NULL, ruled_at integer, ruled_by integer,"
	" done text NOT NULL, closed_at integer,"
	" PRIMARY KEY (office, no),"
	" FOREIGN KEY (office, unit_id) REFERENCES unit (office, id),"
	" FOREIGN KEY (office, concern_id) REFERENCES concern (office, id),"
	" CHECK (decided_by IS NULL OR explained_by IS NULL OR decided_by <> explained_by),"
	" CHECK (ruled_by IS NULL OR (ruled_by <> decided_by AND ruled_by <> appealed_by)),"
	" CHECK (decided_at IS NULL OR explained_at IS NOT NULL OR decided_at > explain_due_at));\n"
	"CREATE UNIQUE INDEX acct_once ON acct_event (office, fact, concern_id, happened_at)"
	" WHERE fact <> '';\n"
	"CREATE INDEX acct_open ON acct_event (office, no) WHERE closed_at IS NULL;\n"
	"CREATE INDEX acct_ended ON acct_event (office, no) WHERE closed_at IS NOT NULL;\n"
	"CREATE INDEX acct_unit ON acct_event (office, unit_id, no) WHERE asked_at IS NOT NULL;\n"
	"CREATE INDEX acct_level ON acct_event (office, unit_id, decided_at) WHERE decided_at IS NOT NULL;\n"
	"CREATE INDEX acct_wait ON acct_event (office, unit_id, no)"
	" WHERE state = 0 AND asked_at IS NOT NULL;\n"

	/* how far the nightly search has come, for each kind of fact; an older folder begins with the day
	 * on which it gets the register, since a rule does not reach back */
	"CREATE TABLE acct_seek ("
	" office integer NOT NULL, what integer NOT NULL, run_at integer NOT NULL,"
	" after_at integer NOT NULL, after_id integer NOT NULL, PRIMARY KEY (office, what));\n"
	"INSERT INTO acct_seek (office, what, run_at, after_at, after_id) SELECT id, 0, 0, -1, 0 FROM office;\n"
	"INSERT INTO acct_seek (office, what, run_at, after_at, after_id) SELECT id, 1, 0, -1, 0 FROM office;\n"
	"INSERT INTO acct_seek (office, what, run_at, after_at, after_id) SELECT id, 2, 0, -1, 0 FROM office;\n"
	"INSERT INTO acct_seek (office, what, run_at, after_at, after_id) SELECT id, 3, 0, -1, 0 FROM office;\n",
	.tables = acct_tables,
};
/* clang-format on */

enum xq_rc
acct_presets(struct tx *tx, int64_t office, int64_t now, struct xq_err *err)
{
	for (int i = 0; i < N_FAILINGS; i++) {
		enum xq_rc rc = db_exec(tx,
			SQL("INSERT INTO acct_seek (office, what, run_at, after_at, after_id)"
			    " VALUES (?, ?, ?, ?, 0)"),
			VALS(V(office), V(i), V(now), V(now)), err);
		if (rc != XQ_OK)
			return rc;
	}
	return XQ_OK;
}
