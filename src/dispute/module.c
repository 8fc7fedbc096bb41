/* SPDX-License-Identifier: Apache-2.0 */
/* module.c - the declaration of early disputes, and what `xinqiao check` proves of them. */
#include "dispute/dispute_int.h"

#include "core/banned.h"

/* What is open has a next step; what is settled an agreement; what is referred a body. */
static enum xq_rc
faults_state(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM dispute /* scan: check */ WHERE office = ?"
		    " AND ((ended_at IS NULL AND (next_at IS NULL OR next_on < 20000101))"
		    " OR (stage = 2 AND agreement = '') OR (stage = 3 AND body = ''))"),
		VALS(V(office)), out, err);
}

/* Every dispute begins with its first turn. */
static enum xq_rc
faults_turn(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM dispute d /* scan: check */ WHERE d.office = ?"
		    " AND NOT EXISTS (SELECT 1 FROM dispute_turn t WHERE t.office = d.office"
		    "  AND t.dispute_no = d.no AND t.n = 1 AND t.step = 0)"),
		VALS(V(office)), out, err);
}

static const struct invariant has_next = { "dispute.next-step", faults_state };
static const struct invariant has_turn = { "dispute.first-turn", faults_turn };

/* What is overdue: in the office for supervisors, in the unit for who handles there. */
static enum xq_rc
count_late(struct tx *tx, const struct actor *actor, int64_t now, int64_t *out, struct xq_err *err)
{
	if (actor_may(actor, PERM_RULE))
		return db_int(tx,
			SQL("SELECT count(*) FROM (SELECT no FROM dispute WHERE office = ?"
			    " AND ended_at IS NULL AND next_at < ? ORDER BY next_at, no LIMIT ?)"
			    " AS w"),
			VALS(V(actor->office), V(now), V((int64_t)MENU_COUNT_MAX)), out, err);
	return db_int(tx,
		SQL("SELECT count(*) FROM (SELECT no FROM dispute WHERE office = ? AND unit_id = ?"
		    " AND ended_at IS NULL AND next_at < ? ORDER BY next_at, no LIMIT ?) AS w"),
		VALS(V(actor->office), V(actor->unit_id), V(now), V((int64_t)MENU_COUNT_MAX)), out,
		err);
}

static const struct menu_item menu_disputes = { "/desk/disputes", N_("Early disputes"), "scale",
	PERM_STAFF, 73, count_late, true, N_("{n} disputes wait for a step that is overdue") };

const struct module dispute_module = {
	.name = "dispute",
	.migrations = (const struct migration *const[]){ &dispute_migration_1, NULL },
	.acts = (const struct act *const[]){ &dispute_find, &dispute_mediate, &dispute_settle,
		&dispute_refer, &dispute_follow, &dispute_late, NULL },
	.views = dispute_views,
	.jobs = (const struct job *const[]){ &dispute_late_job, NULL },
	.invariants = (const struct invariant *const[]){ &has_next, &has_turn, NULL },
	.menu = (const struct menu_item *const[]){ &menu_disputes, NULL },
	.messages = (const struct msg_text *const[]){ dispute_messages, NULL },
};
