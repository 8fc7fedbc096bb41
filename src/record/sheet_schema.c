/* SPDX-License-Identifier: Apache-2.0 */
/* sheet_schema.c - which months were frozen, and which wait to be. */
#include "record/sheet_int.h"

#include "core/banned.h"

static const struct table_decl tables[] = {
	{ .name = "record_month", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = "record_sheet", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = NULL },
};

/* clang-format off */
const struct migration record_sheet_migration_1 = {
	.module = "record-sheet",
	.number = 1,
	.ddl =
	/* months are named by their first day; a month waits from its proposal to its first version */
	"CREATE TABLE record_month ("
	" office integer NOT NULL, month integer NOT NULL, proposed_at integer NOT NULL,"
	" PRIMARY KEY (office, month));\n"
	/* versions stand beside each other; the numbers are in the document, under its hash */
	"CREATE TABLE record_sheet ("
	" office integer NOT NULL, month integer NOT NULL, ver integer NOT NULL CHECK (ver > 0),"
	" size integer NOT NULL, doc text NOT NULL, seq integer NOT NULL,"
	" published_at integer NOT NULL, published_by integer NOT NULL,"
	" why text, note text, CHECK ((ver = 1) = (why IS NULL)),"
	" PRIMARY KEY (office, month, ver));\n",
	.tables = tables,
};
/* clang-format on */
