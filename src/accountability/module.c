/* SPDX-License-Identifier: Apache-2.0 */
/* module.c - the declaration of the register of accountability, and what `xinqiao check` proves of it. */
#include "accountability/acct_int.h"

#include "core/banned.h"

/* ---- invariants: 0 faults, always ------------------------------------------------------------------- */

/* Decided and ruled on from outside: nobody of the unit then, as far as memberships tell. */
static enum xq_rc
faults_outside(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM acct_event /* scan: check */ WHERE office = ?"
		    " AND (decided_by = explained_by OR ruled_by = decided_by"
		    " OR ruled_by = appealed_by)"),
		VALS(V(office)), out, err);
}

/* Nothing is decided that was not put to the unit and answered, or left unanswered in time. */
static enum xq_rc
faults_heard(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM acct_event /* scan: check */ WHERE office = ?"
		    " AND decided_at IS NOT NULL AND (asked_at IS NULL"
		    " OR (explained_at IS NULL AND decided_at <= explain_due_at))"),
		VALS(V(office)), out, err);
}

/* The state says what the moments say. */
static enum xq_rc
faults_state(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM acct_event /* scan: check */ WHERE office = ?"
		    " AND state <> CASE WHEN closed_at IS NOT NULL THEN 4"
		    " WHEN appealed_at IS NOT NULL THEN 3 WHEN decided_at IS NOT NULL THEN 2"
		    " WHEN explained_at IS NOT NULL THEN 1 ELSE 0 END"),
		VALS(V(office)), out, err);
}

static const struct invariant from_outside = { "acct.four-eyes", faults_outside };
static const struct invariant was_heard = { "acct.heard-first", faults_heard };
static const struct invariant state_holds = { "acct.state", faults_state };

/* ---- menu ------------------------------------------------------------------------------------------- */

/* What waits for the unit's words. */
static enum xq_rc
count_ours(struct tx *tx, const struct actor *actor, int64_t now, int64_t *out, struct xq_err *err)
{
	(void)now;
	return db_int(tx,
		SQL("SELECT count(*) FROM (SELECT e.no FROM membership m"
		    " JOIN acct_event e ON e.office = m.office AND e.unit_id = m.unit_id"
		    " WHERE m.office = ? AND m.person_id = ? AND e.state = 0"
		    " AND e.asked_at IS NOT NULL ORDER BY e.no LIMIT ?) AS w"),
		VALS(V(actor->office), V(actor->person_id), V((int64_t)MENU_COUNT_MAX)), out, err);
}

static const struct menu_item menu_register = { "/desk/accountability", N_("Accountability"),
	"flag", PERM_ACCT, 75, NULL, false };
static const struct menu_item menu_ours = { "/desk/accountability/ours", N_("Put to our unit"),
	"flag", PERM_HANDLE, 35, count_ours, true };

const struct module accountability_module = {
	.name = "accountability",
	.migrations = (const struct migration *const[]){ &acct_migration_1, NULL },
	.acts = (const struct act *const[]){ &acct_open, &acct_ask, &acct_explain, &acct_decide,
		&acct_appeal, &acct_rule_appeal, &acct_close, &acct_detect, NULL },
	.views = acct_views,
	.jobs = (const struct job *const[]){ &acct_detect_job, NULL },
	.invariants =
		(const struct invariant *const[]){ &from_outside, &was_heard, &state_holds, NULL },
	.menu = (const struct menu_item *const[]){ &menu_register, &menu_ours, NULL },
	.messages = (const struct msg_text *const[]){ acct_messages, NULL },
	.events = (const struct event_kind *const[]){ &ev_acct_step, NULL },
	.presets = acct_presets,
};
