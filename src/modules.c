/* SPDX-License-Identifier: Apache-2.0 */
/* modules.c - the one table of modules. A new capability is a folder and a line here. */
#include "modules.h"

#include "accountability/accountability.h"
#include "audit/audit.h"
#include "cell/cell.h"
#include "city/city.h"
#include "cli/cli.h"
#include "concern/box.h"
#include "concern/concern.h"
#include "concern/first_pages.h"
#include "concern/import.h"
#include "concern/rules.h"
#include "concern/similar.h"
#include "concern/succeed.h"
#include "concern/transfer.h"
#include "concern/unmask.h"
#include "concern/visit.h"
#include "dispute/dispute.h"
#include "erasure/erasure.h"
#include "evaluation/callback.h"
#include "evaluation/recheck.h"
#include "hard/hard.h"
#include "hotspot/hotspot.h"
#include "insight/insight.h"
#include "lead/lead.h"
#include "notify/notify.h"
#include "office/office.h"
#include "reception/mine.h"
#include "reception/reception.h"
#include "reception/rfig.h"
#include "reception/seat.h"
#include "reception/sitting.h"
#include "record/keys.h"
#include "record/receipt.h"
#include "record/record.h"
#include "record/refill.h"
#include "record/sheet.h"
#include "record/witness.h"

#include "core/banned.h"

const struct module *const all_modules[] = {
	&act_module,
	&office_module,
	&concern_module,
	&concern_desk_module,
	&concern_cycle_module,
	&concern_visit_module,
	&concern_unmask_module,
	&concern_first_module,
	&concern_succeed_module,
	&cell_module,
	&concern_transfer_module,
	&concern_box_module,
	&concern_api_module,
	&concern_rules_module,
	&concern_similar_module,
	&evaluation_module,
	&evaluation_draw_module,
	&evaluation_draw_public_module,
	&hard_module,
	&insight_module,
	&concern_import_module,
	&audit_module,
	&lead_module,
	&accountability_module,
	&hotspot_module,
	&dispute_module,
	&reception_module,
	&reception_sitting_module,
	&reception_seat_module,
	&reception_mine_module,
	&reception_figures_module,
	&record_receipt_module,
	&record_module,
	&record_key_module,
	&record_witness_module,
	&record_refill_module,
	&record_sheet_module,
	&record_public_module,
	&erasure_module,
	&city_module,
	&notify_module,
	&cli_module,
	NULL,
};

const struct leave_check *const office_leave_checks[] = { &concern_leave_check, &hard_leave_check,
	NULL };
