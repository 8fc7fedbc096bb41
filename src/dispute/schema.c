/* SPDX-License-Identifier: Apache-2.0 */
/* schema.c - tables of early disputes. There is no column for a resident, by design: sides are kinds. The
 * person columns name staff who did a step. */
#include "dispute/dispute_int.h"

#include "core/banned.h"

static const struct table_decl tables[] = {
	{ .name = "dispute", .class = TABLE_OFFICE, .grows = true },
	{ .name = "dispute_turn", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = NULL },
};

/* clang-format off */
const struct migration dispute_migration_1 = {
	.module = "dispute",
	.number = 1,
	.ddl =
	"CREATE TABLE dispute ("
	" office integer NOT NULL, no integer NOT NULL, ver integer NOT NULL,"
	" kind text NOT NULL, place text NOT NULL, about text NOT NULL,"
	" parties integer NOT NULL, side_a text NOT NULL, side_b text NOT NULL,"
	" unit_id integer NOT NULL, concern_id integer,"
	" stage integer NOT NULL CHECK (stage BETWEEN 0 AND 3),"
	" found_on integer NOT NULL, found_at integer NOT NULL,"
	" next_on integer NOT NULL, next_at integer, told_at integer, ended_at integer,"
	" agreement text NOT NULL, form text NOT NULL, body text NOT NULL, told text NOT NULL,"
	" PRIMARY KEY (office, no),"
	" FOREIGN KEY (office, unit_id) REFERENCES unit (office, id),"
	" FOREIGN KEY (office, concern_id) REFERENCES concern (office, id),"
	/* what is open has a next step, and what has ended has none */
	" CHECK ((next_at IS NULL) = (ended_at IS NOT NULL)),"
	" CHECK (stage <> 3 OR ended_at IS NOT NULL));\n"
	"CREATE UNIQUE INDEX dispute_concern ON dispute (office, concern_id) WHERE concern_id IS NOT NULL;\n"
	"CREATE INDEX dispute_next ON dispute (office, next_at, no) WHERE ended_at IS NULL;\n"
	"CREATE INDEX dispute_unit ON dispute (office, unit_id, next_at, no) WHERE ended_at IS NULL;\n"
	"CREATE INDEX dispute_ended ON dispute (office, no) WHERE ended_at IS NOT NULL;\n"
	"CREATE INDEX dispute_over ON dispute (office, ended_at) WHERE ended_at IS NOT NULL;\n"
	"CREATE INDEX dispute_unit_ended ON dispute (office, unit_id, no) WHERE ended_at IS NOT NULL;\n"

	"CREATE TABLE dispute_turn ("
	" office integer NOT NULL, dispute_no integer NOT NULL, n integer NOT NULL, at integer NOT NULL,"
	" step integer NOT NULL CHECK (step BETWEEN 0 AND 5), channel text NOT NULL,"
	" day integer NOT NULL, place text NOT NULL, words text NOT NULL, is_late integer NOT NULL,"
	" person_id integer NOT NULL, by_id integer NOT NULL, unit_id integer NOT NULL,"
	" PRIMARY KEY (office, dispute_no, n),"
	" FOREIGN KEY (office, dispute_no) REFERENCES dispute (office, no));\n"
	"CREATE INDEX dispute_turn_at ON dispute_turn (office, at);\n",
	.tables = tables,
};
/* clang-format on */
