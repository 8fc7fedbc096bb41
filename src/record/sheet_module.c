/* SPDX-License-Identifier: Apache-2.0 */
/* sheet_module.c - the declaration of the monthly sheet. */
#include "record/sheet_pages.h"

#include "core/banned.h"

const struct module record_sheet_module = {
	.name = "record-sheet",
	.migrations = (const struct migration *const[]){ &record_sheet_migration_1, NULL },
	.acts = (const struct act *const[]){ &figures_publish, &figures_propose, NULL },
	.views = (const struct view *const[]){ &sheets_view, &sheet_view, &sheet_print_view,
		&sheet_csv_view, &sheets_named_view, &sheet_one_view, &sheet_again_view,
		&entry_view, &sheets_desk_view, &sheet_publish_view, NULL },
	.menu = (const struct menu_item *const[]){ &menu_sheets, NULL },
	.jobs = (const struct job *const[]){ &figures_propose_job, NULL },
	.invariants = (const struct invariant *const[]){ &sheet_figures_agree, NULL },
	.messages = (const struct msg_text *const[]){ sheet_texts, NULL },
	.events = (const struct event_kind *const[]){ &ev_figures_published, NULL },
};
