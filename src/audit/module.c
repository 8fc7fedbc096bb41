/* SPDX-License-Identifier: Apache-2.0 */
/* module.c - table, messages and menu of audit/. */
#include "audit/audit_int.h"

#include "core/banned.h"

static const struct migration audit_migration_1 = {
	.module = "audit",
	.number = 1,
	.ddl = "CREATE TABLE audit_export ("
	       " office integer NOT NULL, no integer NOT NULL, at integer NOT NULL,"
	       " person_id integer NOT NULL, purpose text NOT NULL,"
	       " from_id integer NOT NULL, until_id integer NOT NULL,"
	       " of_person_id integer NOT NULL, of_concern_id integer NOT NULL, of_act text,"
	       " PRIMARY KEY (office, no),"
	       " FOREIGN KEY (office, person_id) REFERENCES person (office, id))",
	.tables = (const struct table_decl[]){ { .name = "audit_export",
						       .class = TABLE_OFFICE,
						       .grows = true,
						       .clustered = true },
		{ 0 } },
};

static const struct msg_text audit_messages[] = {
	{ "audit.no-admin",
		N_("Whoever keeps the accounts can neither read nor change this log: it also tells what administrators did. An auditor reads it.") },
	{ "audit.auditors-only",
		N_("Only an auditor reads this log. Ask the auditor of your office.") },
	{ "audit.no-person", N_("Nobody works or worked here under this login name.") },
	{ "audit.no-concern", N_("There is no concern with this number.") },
	{ "audit.too-wide",
		N_("An export looks through {max} acts at most. Please choose fewer days.") },
	{ "audit.own-export",
		N_("This file belongs to the one who stated its purpose. Please make an export of your own.") },
	{ "jobs.not-dead", N_("This message is not dead any more: it waits, or it went through.") },
	/* why a message did not go through: keys that the outbox keeps beside it */
	{ "notify.hook-failed",
		N_("The program that passes messages on ended with an error or took too long.") },
	{ "outbox.no-effect", N_("No part of the program knows this kind of message.") },
	{ 0 },
};

static const struct menu_item menu_audit = { "/desk/audit", N_("Who did what"), "eye", PERM_AUDIT,
	880, NULL };
static const struct menu_item menu_jobs = { "/desk/jobs", N_("Messages and jobs"), "gear",
	PERM_OPERATE, 890, NULL };

const struct module audit_module = {
	.name = "audit",
	.migrations = (const struct migration *const[]){ &audit_migration_1, NULL },
	.acts = (const struct act *const[]){ &audit_export_act, &outbox_retry_act, NULL },
	.views = (const struct view *const[]){ &audit_list_view, &audit_export_view,
		&audit_file_view, &jobs_view, &jobs_retry_view, NULL },
	.menu = (const struct menu_item *const[]){ &menu_audit, &menu_jobs, NULL },
	.messages = (const struct msg_text *const[]){ audit_messages, NULL },
};
