/* SPDX-License-Identifier: Apache-2.0 */
/* schema_explained.c - what an answer that explains instead of solving is asked for (domain.md B03), and what was explained in
 * person, with the limit for it (C26); why a promise was
 * moved, and which are carried into another year (C25). */
#include "concern/concern_int.h"
#include "concern/explained.h"

#include "core/banned.h"

static const struct table_decl explained_tables[] = {
	{ .name = "explained", .class = TABLE_OFFICE, .grows = true },
	{ .name = "explaining", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = NULL },
};

/* clang-format off */
/* The guide of a step, where the office is older than the step. */
#define NEW_GUIDE(code)                                                                            \
	"INSERT INTO rule_text (office, kind, code, from_day, ver, title, english, text, class, map, next," \
	" why, source, is_off, by_person, set_at)"                                                 \
	" SELECT office, 'guides', '" code "', from_day, 1, '', '', '', '', '', '', '', 'P', 0, 0, 0" \
	" FROM deadline d WHERE d.code = 'sign' AND d.ver = 1 AND NOT EXISTS (SELECT 1 FROM rule_text t" \
	" WHERE t.office = d.office AND t.kind = 'guides' AND t.code = '" code "');\n"

const struct migration concern_migration_14 = {
	.module = "concern",
	.number = 14,
	.ddl =
	"CREATE TABLE explained ("
	" office integer NOT NULL, reply_id integer NOT NULL, concern_id integer NOT NULL,"
	" standing text NOT NULL, decider text NOT NULL, condition text NOT NULL, instead text NOT NULL,"
	" instead_day integer NOT NULL, again_day integer NOT NULL, is_beyond integer NOT NULL,"
	" up_to text, up_day integer NOT NULL, up_by integer, told_at integer,"
	" PRIMARY KEY (office, reply_id),"
	" FOREIGN KEY (office, reply_id) REFERENCES reply (office, id),"
	" FOREIGN KEY (office, concern_id) REFERENCES concern (office, id));\n"
	"CREATE INDEX explained_beyond ON explained (office, told_at, reply_id)"
	" WHERE is_beyond = 1 AND told_at IS NOT NULL;\n"
	NEW_GUIDE("report-up")
	"ALTER TABLE concern ADD COLUMN explain_due integer;\n"
	"CREATE INDEX concern_explain ON concern (office, owner_person_id, explain_due, id)"
	" WHERE explain_due IS NOT NULL;\n"
	"CREATE TABLE explaining ("
	" office integer NOT NULL, concern_id integer NOT NULL, no integer NOT NULL,"
	" at integer NOT NULL, on_day integer NOT NULL, mode text NOT NULL, text text NOT NULL,"
	" needs text, view text NOT NULL, words text, person_id integer NOT NULL, unit_id integer NOT NULL,"
	" PRIMARY KEY (office, concern_id, no),"
	" FOREIGN KEY (office, concern_id) REFERENCES concern (office, id));\n"
	"INSERT INTO deadline (office, code, limit_text, ver, from_day, source)"
	" SELECT office, 'explain', '3wd', 1, from_day, 'P' FROM deadline WHERE code = 'sign' AND ver = 1;\n"
	NEW_GUIDE("explain")
	"ALTER TABLE promise ADD COLUMN why text;\n"
	"CREATE INDEX promise_stand ON promise (office, state, is_late, due_day, concern_id, no);\n"
	"CREATE INDEX promise_late ON promise (office, due_day, concern_id, no) WHERE is_late = 1;\n"
	"CREATE INDEX promise_moved ON promise (office, due_day, concern_id, no) WHERE moved > 0;\n"
	/* the year into which unkept promises are carried only with a written reason */
	"ALTER TABLE concern ADD COLUMN carry_year integer;\n"
	"CREATE INDEX concern_carry ON concern (office, owner_person_id, carry_year, id)"
	" WHERE carry_year IS NOT NULL;\n",
	.tables = explained_tables,
};
/* clang-format on */
