/* SPDX-License-Identifier: Apache-2.0 */
/* dispute.h - early disputes (矛盾纠纷): found early, mediated, settled or referred, looked at again.
 *
 * For:       a register in which no open dispute sleeps: each has a next step with a day. It is about
 *            matters and sides; it has no person, so nothing of it can be added up about anybody.
 * May call:  core, calendar, store, ledger, identity, act, web, office/desk.h, concern/concern.h,
 *            concern/desk.h
 * Called by: modules.c, cli (demo)
 * Owns:      tables dispute, dispute_turn
 * Threads:   acts on the writer, reads on any reader thread
 * Source:    domain.md C27, A23, A42; docs/decisions/0030-early-disputes.md
 */
#ifndef XQ_DISPUTE_DISPUTE_H
#define XQ_DISPUTE_DISPUTE_H

#include "act/app.h"

enum dispute_stage { DISPUTE_FOUND, DISPUTE_MEDIATING, DISPUTE_SETTLED, DISPUTE_REFERRED };

/* Texts are "" where there are none, moments 0. The words are for the unit and supervisors only. */
struct dispute {
	int64_t no, ver;
	const char *kind, *side_a, *side_b; /* codes */
	int64_t parties;
	const char *place, *about;
	int64_t unit_id, concern_id; /* concern 0: none */
	const char *unit;
	enum dispute_stage stage;
	int64_t found_at;
	int32_t found_on,
		next_on; /* next_on: of the next step; settled: when it is looked at again */
	int64_t next_at; /* 0: it has ended */
	int64_t told_at, ended_at;
	const char *agreement, *form; /* form: code */
	const char *body, *told;      /* referred to; what was told to both sides */
};

XQ_CHECK enum xq_rc dispute_load(struct tx *tx, void *mem, int64_t office, int64_t no,
	struct dispute *out, struct xq_err *err);

extern const struct choice dispute_kinds[], dispute_sides[], dispute_channels[], dispute_forms[];

/* Results: no. */
extern const struct act dispute_find, dispute_mediate, dispute_settle, dispute_refer,
	dispute_follow;
extern const struct module dispute_module;

#endif
