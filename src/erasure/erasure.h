/* SPDX-License-Identifier: Apache-2.0 */
/* erasure.h - destroying what a resident told the office, so that nobody can bring it back.
 *
 * For:       the list of what is asked for and due, the two people who agree, the destroying itself, the
 *            announcement in groups.
 * May call:  core, store, ledger, identity, act, web, office/desk.h, concern.h, concern/erased.h,
 *            evaluation/recheck.h
 * Called by: modules.c
 * Owns:      nothing; the list is concern/erased.h's, the queue of announcements ledger/parts.h's
 * Threads:   acts on the writer, reads on any reader thread
 * Source:    domain.md 5.3; ledger.md 3.4, 4; decision 0047; docs/erasure.md
 */
#ifndef XQ_ERASURE_ERASURE_H
#define XQ_ERASURE_ERASURE_H

#include "act/app.h"

/* Persons whose parts wait together before they are announced (ledger.md 3.4, rule 5). */
enum { ERASURE_GROUP = 5 };

extern const struct act erasure_list_act, erasure_agree, erasure_refuse, erasure_rule,
	erasure_agree_many, erasure_rule_many;
extern const struct module erasure_module;

#endif
