/* SPDX-License-Identifier: Apache-2.0 */
/* schema.c - tables of hot spots. Which concern came from where is kept by place, class and day, so that
 * a window is one short walk along the key, however many concerns the office has. */
#include "hotspot/hotspot_int.h"

#include "core/banned.h"

static const struct table_decl tables[] = {
	{ .name = "hotspot", .class = TABLE_OFFICE, .grows = true },
	{ .name = "spot_concern", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = "spot_seek", .class = TABLE_OFFICE, .clustered = true },
	{ .name = "spot_rule", .class = TABLE_OFFICE, .clustered = true },
	{ .name = NULL },
};

/* clang-format off */
const struct migration hotspot_migration_1 = {
	.module = "hotspot",
	.number = 1,
	.ddl =
	"CREATE TABLE hotspot ("
	" office integer NOT NULL, no integer NOT NULL, ver integer NOT NULL,"
	" class text NOT NULL, place text NOT NULL, state integer NOT NULL CHECK (state BETWEEN 0 AND 4),"
	" found_at integer NOT NULL, found_n integer NOT NULL,"
	" decided_at integer, decided_by integer, unit_id integer,"
	" cause text NOT NULL, treatment text NOT NULL, why text NOT NULL,"
	" treated_at integer, treated_by integer, relapsed_at integer,"
	" PRIMARY KEY (office, no),"
	" FOREIGN KEY (office, unit_id) REFERENCES unit (office, id),"
	" CHECK (state IN (0, 4) OR unit_id IS NOT NULL));\n"
	/* one at a time for a class and a place */
	"CREATE UNIQUE INDEX hotspot_one ON hotspot (office, class, place) WHERE state <> 4;\n"
	"CREATE INDEX hotspot_open ON hotspot (office, no) WHERE state <> 4;\n"
	"CREATE INDEX hotspot_ended ON hotspot (office, no) WHERE state = 4;\n"
	"CREATE INDEX hotspot_gone ON hotspot (office, class, place, decided_at) WHERE state = 4;\n"

	"CREATE TABLE spot_concern ("
	" office integer NOT NULL, class text NOT NULL, place text NOT NULL, day integer NOT NULL,"
	" concern_id integer NOT NULL,"
	" PRIMARY KEY (office, class, place, day, concern_id),"
	" FOREIGN KEY (office, concern_id) REFERENCES concern (office, id));\n"

	/* an older folder begins with its last concerns: older days are outside every window */
	"CREATE TABLE spot_seek ("
	" office integer NOT NULL, run_at integer NOT NULL, after_id integer NOT NULL,"
	" PRIMARY KEY (office));\n"
	"INSERT INTO spot_seek (office, run_at, after_id) SELECT id, 0, -1 FROM office;\n"
	"CREATE TABLE spot_rule ("
	" office integer NOT NULL, ver integer NOT NULL, number integer NOT NULL,"
	" set_at integer NOT NULL, set_by integer NOT NULL, source text NOT NULL,"
	" PRIMARY KEY (office, ver));\n"
	"INSERT INTO spot_rule (office, ver, number, set_at, set_by, source)"
	" SELECT id, 1, 5, 0, 0, 'B02' FROM office;\n",
	.tables = tables,
};
/* clang-format on */

enum xq_rc
hotspot_presets(struct tx *tx, int64_t office, int64_t now, struct xq_err *err)
{
	enum xq_rc rc = db_exec(tx,
		SQL("INSERT INTO spot_seek (office, run_at, after_id) VALUES (?, ?, 0)"),
		VALS(V(office), V(now)), err);
	if (rc != XQ_OK)
		return rc;
	return db_exec(tx,
		SQL("INSERT INTO spot_rule (office, ver, number, set_at, set_by, source)"
		    " VALUES (?, 1, ?, ?, 0, 'B02')"),
		VALS(V(office), V((int64_t)NUMBER_PRESET), V(now)), err);
}
