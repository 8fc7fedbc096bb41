/* SPDX-License-Identifier: Apache-2.0 */
/* sitting_schema.c - tables of what happened at a sitting. An entry that opened a concern holds nothing about
 * the resident beside what the concern holds; one that was told on the spot is asked for without a name. */
#include "reception/sitting_int.h"

#include "core/banned.h"

static const struct table_decl no_tables[] = { { .name = NULL } };

static const struct table_decl tables[] = {
	{ .name = "sitting_entry", .class = TABLE_OFFICE, .grows = true },
	{ .name = "sitting_end", .class = TABLE_OFFICE, .grows = true },
	{ .name = "sitting_alarm", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = NULL },
};

/* clang-format off */
const struct migration sitting_migration_1 = {
	.module = "reception-sitting",
	.number = 1,
	.ddl =
	"CREATE TABLE sitting_entry ("
	" office integer NOT NULL, no integer NOT NULL, slot_no integer NOT NULL, at integer NOT NULL,"
	" by_id integer NOT NULL, kind integer NOT NULL CHECK (kind BETWEEN 0 AND 1), concern_id integer,"
	" asked text NOT NULL, told text NOT NULL, people integer NOT NULL CHECK (people >= 0),"
	" documents text NOT NULL, n_documents integer NOT NULL, read_back text NOT NULL,"
	" fed_back_at integer, fed_back_by integer,"
	" PRIMARY KEY (office, no),"
	" FOREIGN KEY (office, slot_no) REFERENCES roster_slot (office, no),"
	" FOREIGN KEY (office, concern_id) REFERENCES concern (office, id),"
	" CHECK ((kind = 0) = (concern_id IS NOT NULL)));\n"
	"CREATE INDEX sitting_entry_slot ON sitting_entry (office, slot_no, no);\n"
	"CREATE UNIQUE INDEX sitting_entry_concern ON sitting_entry (office, concern_id)"
	" WHERE concern_id IS NOT NULL;\n"
	"CREATE INDEX sitting_entry_feedback ON sitting_entry (office, no)"
	" WHERE kind = 0 AND fed_back_at IS NULL;\n"

	"CREATE TABLE sitting_end ("
	" office integer NOT NULL, slot_no integer NOT NULL, at integer NOT NULL, person_id integer NOT NULL,"
	" visitors integer NOT NULL, concerns integer NOT NULL, why text NOT NULL, words text NOT NULL,"
	" note text NOT NULL,"
	" PRIMARY KEY (office, slot_no),"
	" FOREIGN KEY (office, slot_no) REFERENCES roster_slot (office, no),"
	/* to what was missed nobody came */
	" CHECK (why = '' OR (visitors = 0 AND concerns = 0)));\n"

	/* whose close was asked for: kind 1 on the evening, kind 2 that it waits for a make-up day */
	"CREATE TABLE sitting_alarm ("
	" office integer NOT NULL, slot_no integer NOT NULL, kind integer NOT NULL, told_at integer NOT NULL,"
	" PRIMARY KEY (office, slot_no, kind));\n",
	.tables = tables,
};

/* Whether the clock tells the receiver, who has an account, or somebody does. What waits for a hand-over is so no
 * work for the clock, however much of it there is. */
const struct migration sitting_migration_2 = {
	.module = "reception-sitting",
	.number = 2,
	.ddl =
	"ALTER TABLE sitting_entry ADD COLUMN by_message integer NOT NULL DEFAULT 0;\n"
	"UPDATE sitting_entry SET by_message = 1 WHERE kind = 0 AND EXISTS (SELECT 1 FROM roster_slot s"
	" JOIN receiver r ON r.office = s.office AND r.no = s.receiver_no"
	" WHERE s.office = sitting_entry.office AND s.no = sitting_entry.slot_no AND r.person_id IS NOT NULL);\n"
	"CREATE INDEX sitting_entry_message ON sitting_entry (office, no)"
	" WHERE kind = 0 AND fed_back_at IS NULL AND by_message = 1;\n",
	.tables = no_tables,
};
/* clang-format on */
