/* SPDX-License-Identifier: Apache-2.0 */
/* rfig_module.c - the declaration of the figures of sittings and of how the mechanisms fare. */
#include "reception/rfig_int.h"

#include "core/banned.h"

static const struct table_decl tables[] = {
	{ .name = "rfig_sleep", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = NULL },
};

/* clang-format off */
const struct migration rfig_migration_1 = {
	.module = "reception-figures",
	.number = 1,
	.ddl =
	/* what the leader has been told of a mechanism: that it is asleep since this day */
	"CREATE TABLE rfig_sleep ("
	" office integer NOT NULL, mechanism integer NOT NULL CHECK (mechanism BETWEEN 0 AND 1),"
	" since integer NOT NULL, told_at integer NOT NULL,"
	" PRIMARY KEY (office, mechanism, since));\n"
	/* a register is counted without reading its words */
	"CREATE INDEX sitting_entry_counted ON sitting_entry (office, slot_no, kind, concern_id);\n"
	"CREATE INDEX roster_swap_yes ON roster_swap (office, answered_at) WHERE is_yes = 1;\n",
	.tables = tables,
};
/* clang-format on */

const struct module reception_figures_module = {
	.name = "reception-figures",
	.migrations = (const struct migration *const[]){ &rfig_migration_1, NULL },
	.acts = (const struct act *const[]){ &reception_sleep, NULL },
	.views = (const struct view *const[]){ &rfig_view, &rfig_csv_view, &rfig_book_view,
		&rfig_one_view, &rfig_public_view, &rfig_public_csv_view, &rfig_handbook_view,
		&rfig_health_view, NULL },
	.jobs = (const struct job *const[]){ &reception_sleep_job, NULL },
	.invariants =
		(const struct invariant *const[]){ &rfig_from_events, &rfig_from_audit, NULL },
};
