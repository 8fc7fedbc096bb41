/* SPDX-License-Identifier: Apache-2.0 */
/* hotspot.h - chronic problems (顽症): one class of concern that comes up again and again in one place.
 *
 * For:       finding such places by the clock, confirming them, noting what was done, seeing whether it
 *            helped. It counts places and matters, never persons.
 * May call:  core, store, ledger, identity, act, web, office/desk.h, concern/spots.h, concern/desk.h
 * Called by: modules.c, cli (demo)
 * Owns:      tables hotspot, spot_concern, spot_seek, spot_rule
 * Threads:   acts on the writer, reads on any reader thread
 * Source:    domain.md B02, E16; docs/decisions/0024-accountability-and-duty.md
 */
#ifndef XQ_HOTSPOT_HOTSPOT_H
#define XQ_HOTSPOT_HOTSPOT_H

#include "act/app.h"

enum hotspot_state {
	HOTSPOT_CANDIDATE, /* found by the clock */
	HOTSPOT_CONFIRMED, /* a chronic problem, says a person */
	HOTSPOT_TREATED,   /* something was done against its cause */
	HOTSPOT_RELAPSED,  /* and it came again as often as before */
	HOTSPOT_DISMISSED, /* no chronic problem, says a person */
};

struct hotspot {
	int64_t no, ver;
	const char *class, *place; /* code; the place up to the house number */
	enum hotspot_state state;
	int64_t found_at, decided_at, treated_at, relapsed_at;
	int64_t found_n;                     /* concerns in the window when it was found */
	const char *cause, *treatment, *why; /* "" where there is none */
	const char *unit;                    /* that treats it; NULL: none yet */
	int64_t unit_id;
};

XQ_CHECK enum xq_rc hotspot_load(struct tx *tx, void *mem, int64_t office, int64_t no,
	struct hotspot *out, struct xq_err *err);

extern const struct act hotspot_confirm, hotspot_dismiss, hotspot_treat, hotspot_set_number;
extern const struct module hotspot_module;

#endif
