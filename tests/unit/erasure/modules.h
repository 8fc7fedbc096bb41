/* SPDX-License-Identifier: Apache-2.0 */
/* modules.h - the office with all its tables: an erasure reaches into each of them. */
#ifndef XQ_TEST_ERASURE_MODULES_H
#define XQ_TEST_ERASURE_MODULES_H

#include "../concern/fixture.h"

#include "accountability/accountability.h"
#include "audit/audit.h"
#include "concern/box.h"
#include "concern/import.h"
#include "concern/rules.h"
#include "dispute/dispute.h"
#include "erasure/erasure.h"
#include "evaluation/recheck.h"
#include "hard/hard.h"
#include "hotspot/hotspot.h"
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

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&concern_rules_module, &evaluation_module, &evaluation_draw_module, &hard_module,
	&audit_module, &accountability_module, &hotspot_module, &dispute_module, &reception_module,
	&reception_sitting_module, &reception_seat_module, &reception_mine_module,
	&reception_figures_module, &record_receipt_module, &record_module, &record_key_module,
	&record_witness_module, &record_refill_module, &record_sheet_module, &erasure_module,
	&notify_module, NULL };

#endif
