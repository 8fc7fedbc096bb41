/* SPDX-License-Identifier: Apache-2.0 */
/* parts.c - what modules bring to pages of modules below them. Apart from modules.c, so that a test which
 * names its own modules can still show these pages. */
#include "cell/cell.h"
#include "concern/home.h"
#include "concern/record_part.h"
#include "concern/told_part.h"
#include "evaluation/callback.h"
#include "evaluation/recheck.h"
#include "reception/reception.h"
#include "record/keys.h"
#include "record/receipt.h"

#include "core/banned.h"

const struct home_part *const home_parts[] = { &reception_home, NULL };
const struct record_part *const concern_record = &receipt_part;
const struct told_part *const concern_told_parts[] = { &callback_told, &recheck_told, NULL };
const cell_signer cell_sign = log_keys_say;
