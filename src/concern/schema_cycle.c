/* SPDX-License-Identifier: Apache-2.0 */
/* schema_cycle.c - what the whole cycle adds to the tables of the thin thread: requests and rulings,
 * points, findings, helping units, promises, voices after the first one, merged concerns. */
#include "concern/concern_int.h"

#include "core/banned.h"

static const struct table_decl cycle_tables[] = {
	{ .name = "request", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = "assist", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = "point", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = "finding", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = "promise", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = "voice", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = "merged", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = NULL },
};

/* clang-format off */
const struct migration concern_migration_2 = {
	.module = "concern",
	.number = 2,
	.ddl =
	"ALTER TABLE concern ADD COLUMN level integer NOT NULL DEFAULT 0;\n"
	"ALTER TABLE concern ADD COLUMN ladder_at integer;\n"
	"ALTER TABLE concern ADD COLUMN is_listed integer NOT NULL DEFAULT 0;\n"
	"ALTER TABLE concern ADD COLUMN is_urgent integer NOT NULL DEFAULT 0;\n"
	"ALTER TABLE concern ADD COLUMN is_supervised integer NOT NULL DEFAULT 0;\n"
	"ALTER TABLE concern ADD COLUMN resume_wd integer NOT NULL DEFAULT 0;\n"
	"ALTER TABLE concern ADD COLUMN sponsor_person_id integer;\n"
	"ALTER TABLE concern ADD COLUMN merged_into integer;\n"
	"ALTER TABLE concern ADD COLUMN linked_id integer;\n"
	"ALTER TABLE concern ADD COLUMN disputed_at integer;\n"
	"ALTER TABLE reply ADD COLUMN class text NOT NULL DEFAULT 'reference';\n"
	"CREATE INDEX concern_ladder ON concern (office, ladder_at, id) WHERE ladder_at IS NOT NULL;\n"
	"CREATE INDEX concern_listed ON concern (office, due_at, id) WHERE is_listed = 1;\n"
	"CREATE INDEX concern_parked ON concern (office, due_at, id) WHERE state = 12;\n"
	"CREATE INDEX concern_disputed ON concern (office, disputed_at, id) WHERE disputed_at IS NOT NULL;\n"

	"INSERT INTO deadline (office, code, limit_text, ver, from_day, source)"
	" SELECT office, 'return', '1wd', 1, from_day, 'P' FROM deadline WHERE code = 'sign' AND ver = 1;\n"
	"INSERT INTO deadline (office, code, limit_text, ver, from_day, source)"
	" SELECT office, 'ruling', '2wd', 1, from_day, 'D15' FROM deadline WHERE code = 'sign' AND ver = 1;\n"
	"INSERT INTO deadline (office, code, limit_text, ver, from_day, source)"
	" SELECT office, 'extended', '15wd', 1, from_day, 'D05' FROM deadline WHERE code = 'sign' AND ver = 1;\n"
	"INSERT INTO deadline (office, code, limit_text, ver, from_day, source)"
	" SELECT office, 'ladder-leader', '3wd', 1, from_day, 'P' FROM deadline WHERE code = 'sign' AND ver = 1;\n"
	"INSERT INTO deadline (office, code, limit_text, ver, from_day, source)"
	" SELECT office, 'ladder-list', '5wd', 1, from_day, 'P' FROM deadline WHERE code = 'sign' AND ver = 1;\n"
	"INSERT INTO deadline (office, code, limit_text, ver, from_day, source)"
	" SELECT office, 'parked', '180nd', 1, from_day, 'P' FROM deadline WHERE code = 'sign' AND ver = 1;\n"

	"CREATE TABLE request ("
	" office integer NOT NULL, id integer NOT NULL, concern_id integer NOT NULL,"
	" kind integer NOT NULL CHECK (kind IN (0, 1)), state integer NOT NULL CHECK (state IN (0, 1, 2)),"
	" why text NOT NULL, basis text NOT NULL, note text NOT NULL, to_unit_id integer,"
	" wanted_day integer NOT NULL, back_state integer NOT NULL,"
	" asked_by integer NOT NULL, asked_unit integer NOT NULL, asked_at integer NOT NULL,"
	" due_at integer NOT NULL, ruled_by integer, ruled_unit integer, ruled_at integer, ruling text,"
	" PRIMARY KEY (office, id),"
	" FOREIGN KEY (office, concern_id) REFERENCES concern (office, id),"
	/* nobody rules on an own request, whatever the code says */
	" CHECK (ruled_by IS NULL OR (ruled_by <> asked_by AND ruled_unit <> asked_unit)));\n"
	"CREATE INDEX request_concern ON request (office, concern_id, id);\n"
	"CREATE UNIQUE INDEX request_one ON request (office, concern_id, kind) WHERE state = 0;\n"
	"CREATE INDEX request_due ON request (office, due_at, id) WHERE state = 0;\n"

	"CREATE TABLE assist ("
	" office integer NOT NULL, concern_id integer NOT NULL, id integer NOT NULL,"
	" unit_id integer NOT NULL, what text NOT NULL, due_at integer NOT NULL, due_day integer NOT NULL,"
	" asked_by integer NOT NULL, asked_at integer NOT NULL,"
	" opinion text, given_by integer, given_at integer,"
	" PRIMARY KEY (office, concern_id, id),"
	" FOREIGN KEY (office, concern_id) REFERENCES concern (office, id),"
	" FOREIGN KEY (office, unit_id) REFERENCES unit (office, id));\n"
	"CREATE INDEX assist_open ON assist (office, unit_id, due_at, concern_id, id) WHERE given_at IS NULL;\n"

	"CREATE TABLE point ("
	" office integer NOT NULL, concern_id integer NOT NULL, no integer NOT NULL,"
	" text text NOT NULL, state integer NOT NULL CHECK (state IN (0, 1, 2)), why text,"
	" PRIMARY KEY (office, concern_id, no),"
	" FOREIGN KEY (office, concern_id) REFERENCES concern (office, id));\n"

	"CREATE TABLE finding ("
	" office integer NOT NULL, concern_id integer NOT NULL, no integer NOT NULL,"
	" at integer NOT NULL, text text NOT NULL, person_id integer NOT NULL, unit_id integer NOT NULL,"
	" PRIMARY KEY (office, concern_id, no),"
	" FOREIGN KEY (office, concern_id) REFERENCES concern (office, id));\n"

	"CREATE TABLE promise ("
	" office integer NOT NULL, concern_id integer NOT NULL, no integer NOT NULL,"
	" text text NOT NULL, first_day integer NOT NULL, due_day integer NOT NULL, due_at integer NOT NULL,"
	" moved integer NOT NULL, state integer NOT NULL CHECK (state IN (0, 1)), kept_at integer,"
	" note text, is_late integer NOT NULL, person_id integer NOT NULL, at integer NOT NULL,"
	" PRIMARY KEY (office, concern_id, no),"
	" FOREIGN KEY (office, concern_id) REFERENCES concern (office, id));\n"
	"CREATE INDEX promise_due ON promise (office, due_at, concern_id, no) WHERE state = 0;\n"
	"CREATE INDEX promise_day ON promise (office, due_day, concern_id, no);\n"

	"CREATE TABLE voice ("
	" office integer NOT NULL, concern_id integer NOT NULL, no integer NOT NULL,"
	" at integer NOT NULL, is_dispute integer NOT NULL, why text, text text NOT NULL,"
	" answer text, answered_by integer, answered_at integer,"
	" PRIMARY KEY (office, concern_id, no),"
	" FOREIGN KEY (office, concern_id) REFERENCES concern (office, id));\n"

	/* a merged concern's own call-back and rating, after the one it went into is answered */
	"CREATE TABLE merged ("
	" office integer NOT NULL, concern_id integer NOT NULL, into_id integer NOT NULL,"
	" at integer NOT NULL, answered_at integer, solved text, sat integer NOT NULL, done_at integer,"
	" PRIMARY KEY (office, concern_id),"
	" FOREIGN KEY (office, concern_id) REFERENCES concern (office, id),"
	" FOREIGN KEY (office, into_id) REFERENCES concern (office, id));\n"
	"CREATE INDEX merged_into ON merged (office, into_id, concern_id);\n"
	"CREATE INDEX merged_call ON merged (office, answered_at, concern_id)"
	" WHERE answered_at IS NOT NULL AND done_at IS NULL;\n",
	.tables = cycle_tables,
};
/* clang-format on */
