/* SPDX-License-Identifier: Apache-2.0 */
/* schema_quality.c - what makes an answer a good one: a finding with its evidence and those who were
 * heard, and why an answer did without one (domain.md B09); and how residents were treated, kept apart from
 * their matters (B08): the rows of a box lie in an order of chance. */
#include "concern/concern_int.h"

#include "core/banned.h"

static const struct table_decl quality_tables[] = {
	{ .name = "attitude", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = "conduct", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = "passed_up", .class = TABLE_OFFICE, .grows = true },
	{ .name = NULL },
};

/* clang-format off */
const struct migration concern_migration_8 = {
	.module = "concern",
	.number = 8,
	.ddl =
	"ALTER TABLE finding ADD COLUMN evidence text;\n"
	"ALTER TABLE finding ADD COLUMN heard text;\n"
	"ALTER TABLE finding ADD COLUMN seen_on integer NOT NULL DEFAULT 0;\n"
	/* '': answered before the rule, when nobody was asked */
	"ALTER TABLE reply ADD COLUMN no_finding text;\n"
	"UPDATE reply SET no_finding = '';\n"

	"CREATE TABLE attitude ("
	" office integer NOT NULL, month_at integer NOT NULL, unit_code text NOT NULL,"
	" t blob NOT NULL, mark integer NOT NULL CHECK (mark IN (1, 2, 3, 4)),"
	" PRIMARY KEY (office, month_at, unit_code, t));\n"
	"CREATE TABLE conduct ("
	" office integer NOT NULL, id integer NOT NULL, concern_id integer NOT NULL,"
	" unit_id integer NOT NULL, at integer NOT NULL, sealed blob NOT NULL,"
	" PRIMARY KEY (office, id),"
	" FOREIGN KEY (office, concern_id) REFERENCES concern (office, id),"
	" FOREIGN KEY (office, unit_id) REFERENCES unit (office, id));\n"
	/* satisfied with the result; 0: nothing said */
	"CREATE TABLE passed_up ("
	" office integer NOT NULL, concern_id integer NOT NULL, no integer NOT NULL,"
	" at integer NOT NULL, facts text NOT NULL, tried text NOT NULL, proposal text NOT NULL,"
	" asked text NOT NULL, person_id integer NOT NULL, unit_id integer NOT NULL,"
	" decision text, note text, answered_by integer, answered_at integer,"
	" PRIMARY KEY (office, concern_id, no),"
	" FOREIGN KEY (office, concern_id) REFERENCES concern (office, id));\n"
	"CREATE UNIQUE INDEX passed_up_one ON passed_up (office, concern_id) WHERE answered_at IS NULL;\n"
	"CREATE INDEX passed_up_waiting ON passed_up (office, at, concern_id) WHERE answered_at IS NULL;\n"
	"ALTER TABLE rating ADD COLUMN result integer NOT NULL DEFAULT 0;\n",
	.tables = quality_tables,
};
/* clang-format on */
