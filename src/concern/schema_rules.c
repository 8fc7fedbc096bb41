/* SPDX-License-Identifier: Apache-2.0 */
/* schema_rules.c - rules as rows. A version begins on its first day and holds until the next one of the
 * same key begins, so there is neither gap nor overlap; the key of duty_rule allows one lead unit for a
 * class and a first day. The calendar's days are reference rows: every office has the same. */
#include "concern/concern_int.h"

#include "core/banned.h"

static const struct table_decl rules_tables[] = {
	{ .name = "duty_rule", .class = TABLE_OFFICE },
	{ .name = "reply_template", .class = TABLE_OFFICE },
	{ .name = "calendar_notice", .class = TABLE_REFERENCE },
	{ .name = "calendar_day", .class = TABLE_REFERENCE },
	{ .name = "due_check", .class = TABLE_OFFICE },
	{ .name = NULL },
};

/* clang-format off */
const struct migration concern_migration_5 = {
	.module = "concern",
	.number = 5,
	.ddl =
	"ALTER TABLE deadline ADD COLUMN note text NOT NULL DEFAULT '';\n"
	"ALTER TABLE deadline ADD COLUMN by_person integer NOT NULL DEFAULT 0;\n"
	"ALTER TABLE deadline ADD COLUMN set_at integer NOT NULL DEFAULT 0;\n"
	"CREATE UNIQUE INDEX deadline_first_day ON deadline (office, code, from_day);\n"

	"CREATE TABLE duty_rule ("
	" office integer NOT NULL, class text NOT NULL, from_day integer NOT NULL, ver integer NOT NULL,"
	" unit_id integer NOT NULL, why text NOT NULL, source text NOT NULL,"
	" by_person integer NOT NULL, set_at integer NOT NULL,"
	" PRIMARY KEY (office, class, from_day),"
	" FOREIGN KEY (office, unit_id) REFERENCES unit (office, id));\n"
	"INSERT INTO duty_rule (office, class, from_day, ver, unit_id, why, source, by_person, set_at)"
	" SELECT d.office, d.class,"
	" (SELECT min(l.from_day) FROM deadline l WHERE l.office = d.office), 1, d.unit_id, '', 'P', 0, 0"
	" FROM duty d;\n"
	"DROP TABLE duty;\n"

	"CREATE TABLE reply_template ("
	" office integer NOT NULL, code text NOT NULL, from_day integer NOT NULL, ver integer NOT NULL,"
	" title text NOT NULL, text text NOT NULL, source text NOT NULL, is_off integer NOT NULL,"
	" by_person integer NOT NULL, set_at integer NOT NULL,"
	" PRIMARY KEY (office, code, from_day));\n"

	"CREATE TABLE calendar_notice ("
	" ver integer NOT NULL PRIMARY KEY, year integer NOT NULL, source text NOT NULL,"
	" set_at integer NOT NULL);\n"
	"CREATE TABLE calendar_day ("
	" ver integer NOT NULL, day integer NOT NULL, is_off integer NOT NULL, name text NOT NULL,"
	" PRIMARY KEY (ver, day),"
	" FOREIGN KEY (ver) REFERENCES calendar_notice (ver));\n"

	/* how far the open deadlines have been counted again after a notice, one row for each */
	"CREATE TABLE due_check ("
	" office integer NOT NULL, notice_ver integer NOT NULL, after_at integer NOT NULL,"
	" after_id integer NOT NULL, moved integer NOT NULL,"
	" began_at integer NOT NULL, done_at integer,"
	" PRIMARY KEY (office, notice_ver));\n",
	.tables = rules_tables,
};
/* clang-format on */
