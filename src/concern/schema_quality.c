/* SPDX-License-Identifier: Apache-2.0 */
/* schema_quality.c - what makes an answer a good one: a finding with its evidence and those who were
 * heard, and why an answer did without one (domain.md B09). */
#include "concern/concern_int.h"

#include "core/banned.h"

/* clang-format off */
const struct migration concern_migration_6 = {
	.module = "concern",
	.number = 6,
	.ddl =
	"ALTER TABLE finding ADD COLUMN evidence text;\n"
	"ALTER TABLE finding ADD COLUMN heard text;\n"
	"ALTER TABLE finding ADD COLUMN seen_on integer NOT NULL DEFAULT 0;\n"
	/* '': answered before the rule, when nobody was asked */
	"ALTER TABLE reply ADD COLUMN no_finding text;\n"
	"UPDATE reply SET no_finding = '';\n",
};
/* clang-format on */
