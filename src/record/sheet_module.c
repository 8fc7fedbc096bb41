/* SPDX-License-Identifier: Apache-2.0 */
/* sheet_module.c - the declaration of the monthly sheet. */
#include "record/sheet.h"

#include "core/banned.h"

const struct module record_sheet_module = {
	.name = "record-sheet",
	.invariants = (const struct invariant *const[]){ &sheet_figures_agree, NULL },
};
