/* SPDX-License-Identifier: Apache-2.0 */
/* module.c - the declaration of hot spots, and what `xinqiao check` proves of them. */
#include "hotspot/hotspot_int.h"

#include "core/banned.h"

/* What was found, found enough concerns then. */
static enum xq_rc
faults_found(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM hotspot h /* scan: check */ WHERE h.office = ? AND h.found_n >"
		    " (SELECT count(*) FROM spot_concern s WHERE s.office = h.office"
		    "  AND s.class = h.class AND s.place = h.place)"),
		VALS(V(office)), out, err);
}

static enum xq_rc
faults_state(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM hotspot /* scan: check */ WHERE office = ?"
		    " AND ((state IN (2, 3)) <> (treated_at IS NOT NULL)"
		    " OR (state = 3 AND relapsed_at IS NULL) OR (state > 0 AND decided_at IS NULL))"),
		VALS(V(office)), out, err);
}

static const struct invariant found_enough = { "hotspot.found-enough", faults_found };
static const struct invariant state_holds = { "hotspot.state", faults_state };

static const struct menu_item menu_hotspots = { "/desk/hotspots", N_("Chronic problems"), "pin",
	PERM_STAFF, 72, NULL, false };

const struct module hotspot_module = {
	.name = "hotspot",
	.migrations = (const struct migration *const[]){ &hotspot_migration_1, NULL },
	.acts = (const struct act *const[]){ &hotspot_confirm, &hotspot_dismiss, &hotspot_treat,
		&hotspot_set_number, &hotspot_seek, NULL },
	.views = hotspot_views,
	.jobs = (const struct job *const[]){ &hotspot_seek_job, NULL },
	.invariants = (const struct invariant *const[]){ &found_enough, &state_holds, NULL },
	.menu = (const struct menu_item *const[]){ &menu_hotspots, NULL },
	.messages = (const struct msg_text *const[]){ hotspot_messages, NULL },
	.presets = hotspot_presets,
};
