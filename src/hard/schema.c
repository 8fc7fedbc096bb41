/* SPDX-License-Identifier: Apache-2.0 */
/* schema.c - tables of the ledger of hard problems. Somebody is always responsible: the sponsor is NOT
 * NULL and points to a membership, and so is the next review day of what is open. A concern stands on
 * one problem at most, and is proposed once for each reason. */
#include "hard/hard_int.h"
#include "hard/legacy.h"

#include "core/banned.h"

static const struct table_decl hard_tables[] = {
	{ .name = "hard", .class = TABLE_OFFICE, .grows = true },
	{ .name = "hard_entry", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = "hard_review", .class = TABLE_OFFICE, .grows = true },
	{ .name = "hard_seek", .class = TABLE_OFFICE, .clustered = true },
	{ .name = NULL },
};

/* clang-format off */
const struct migration hard_migration_1 = {
	.module = "hard",
	.number = 1,
	.ddl =
	"CREATE TABLE hard ("
	" office integer NOT NULL, no integer NOT NULL, ver integer NOT NULL,"
	" ref text NOT NULL, kind text NOT NULL, title text NOT NULL, public_line text NOT NULL,"
	" blocker text NOT NULL, blocker_words text NOT NULL, plan text NOT NULL, condition text NOT NULL,"
	" stage text NOT NULL, sponsor_person_id integer NOT NULL, sponsor_unit_id integer NOT NULL,"
	" listed_at integer NOT NULL, next_on integer NOT NULL, next_at integer NOT NULL,"
	" reviewed_at integer, told_at integer, solved_at integer, last_seq integer NOT NULL,"
	" PRIMARY KEY (office, no), UNIQUE (office, ref),"
	" FOREIGN KEY (office, sponsor_person_id, sponsor_unit_id)"
	"  REFERENCES membership (office, person_id, unit_id) ON DELETE RESTRICT);\n"
	"CREATE INDEX hard_next ON hard (office, next_at, no) WHERE solved_at IS NULL;\n"
	"CREATE INDEX hard_open ON hard (office, no) WHERE solved_at IS NULL;\n"
	"CREATE INDEX hard_sponsor ON hard (office, sponsor_person_id, no) WHERE solved_at IS NULL;\n"
	"CREATE INDEX hard_solved ON hard (office, solved_at, no) WHERE solved_at IS NOT NULL;\n"

	"CREATE TABLE hard_entry ("
	" office integer NOT NULL, concern_id integer NOT NULL, kind text NOT NULL,"
	" state integer NOT NULL CHECK (state IN (0, 1, 2, 3)), hard_no integer,"
	" at integer NOT NULL, decided_at integer, decided_by integer, why text,"
	" PRIMARY KEY (office, concern_id, kind),"
	" FOREIGN KEY (office, concern_id) REFERENCES concern (office, id),"
	" FOREIGN KEY (office, hard_no) REFERENCES hard (office, no),"
	" CHECK ((state = 1) = (hard_no IS NOT NULL)));\n"
	"CREATE UNIQUE INDEX hard_entry_one ON hard_entry (office, concern_id) WHERE state = 1;\n"
	"CREATE INDEX hard_entry_of ON hard_entry (office, hard_no, concern_id) WHERE state = 1;\n"
	"CREATE INDEX hard_entry_wait ON hard_entry (office, at, concern_id, kind) WHERE state = 0;\n"

	"CREATE TABLE hard_review ("
	" office integer NOT NULL, hard_no integer NOT NULL, n integer NOT NULL,"
	" kind integer NOT NULL CHECK (kind IN (0, 1, 2, 3)), at integer NOT NULL,"
	" done text NOT NULL, plan text NOT NULL, condition text NOT NULL,"
	" blocker text NOT NULL, blocker_words text NOT NULL, stage text NOT NULL,"
	" next_on integer NOT NULL, due_on integer NOT NULL, is_late integer NOT NULL,"
	" sponsor_person_id integer NOT NULL, person_id integer NOT NULL, unit_id integer NOT NULL,"
	" PRIMARY KEY (office, hard_no, n),"
	" FOREIGN KEY (office, hard_no) REFERENCES hard (office, no));\n"
	"CREATE INDEX hard_review_at ON hard_review (office, at) WHERE kind = 1;\n"

	/* how far the nightly search has come, for each reason */
	"CREATE TABLE hard_seek ("
	" office integer NOT NULL, lasting integer NOT NULL, run_at integer NOT NULL,"
	" after_key integer NOT NULL, after_id integer NOT NULL,"
	" PRIMARY KEY (office, lasting));\n"
	"INSERT INTO hard_seek (office, lasting, run_at, after_key, after_id)"
	" SELECT id, 0, 0, 0, 0 FROM office;\n"
	"INSERT INTO hard_seek (office, lasting, run_at, after_key, after_id)"
	" SELECT id, 1, 0, 0, 0 FROM office;\n"
	"INSERT INTO hard_seek (office, lasting, run_at, after_key, after_id)"
	" SELECT id, 2, 0, 0, 0 FROM office;\n"
	"INSERT INTO hard_seek (office, lasting, run_at, after_key, after_id)"
	" SELECT id, 3, 0, 0, 0 FROM office;\n",
	.tables = hard_tables,
};
/* clang-format on */

/* A problem also ends with an explanation of why it cannot be solved now; the stage says which. */
static const struct table_decl no_tables[] = { { .name = NULL } };

const struct migration hard_migration_2 = {
	.module = "hard",
	.number = 2,
	.ddl = "ALTER TABLE hard RENAME COLUMN solved_at TO ended_at;\n"
	       "DROP INDEX hard_solved;\n"
	       "CREATE INDEX hard_ended ON hard (office, ended_at, no) WHERE ended_at IS NOT NULL;\n",
	.tables = no_tables,
};

enum xq_rc
hard_presets(struct tx *tx, int64_t office, int64_t now, struct xq_err *err)
{
	for (int i = 0; i < N_LASTING; i++) {
		enum xq_rc rc = db_exec(tx,
			SQL("INSERT INTO hard_seek (office, lasting, run_at, after_key, after_id)"
			    " VALUES (?, ?, ?, 0, 0)"),
			VALS(V(office), V(i), V(now)), err);
		if (rc != XQ_OK)
			return rc;
	}
	return stock_presets(tx, office, now, err);
}
