/* SPDX-License-Identifier: Apache-2.0 */
/* recheck_module.c - the declaration of draws and second calls. */
#include "evaluation/recheck.h"

#include "core/banned.h"

/* What waits in the office; the list leaves out what this person had a part in. */
static enum xq_rc
count_waiting(
	struct tx *tx, const struct actor *actor, int64_t now, int64_t *out, struct xq_err *err)
{
	(void)now;
	return db_int(tx,
		SQL("SELECT count(*) FROM (SELECT place FROM recheck WHERE office = ? AND state = 0"
		    " ORDER BY draw_no, place LIMIT ?) AS w"),
		VALS(V(actor->office), V((int64_t)MENU_COUNT_MAX)), out, err);
}

static const struct menu_item menu_rechecks = { "/desk/callbacks/rechecks", N_("Second calls"),
	"redo", PERM_EVALUATE, 61, count_waiting, false };
static const struct menu_item menu_draws = { "/desk/draws", N_("Draws"), "list", PERM_EVALUATE,
	62 };

/* The public pages stand in a list of their own. */
const struct module evaluation_draw_public_module = {
	.name = "evaluation-draw-public",
	.views = draw_views,
};

const struct module evaluation_draw_module = {
	.name = "evaluation-draw",
	.migrations = (const struct migration *const[]){ &recheck_migration_1, NULL },
	.acts = (const struct act *const[]){ &draw_announce, &draw_seed_act, &draw_finish,
		&recheck_record, NULL },
	.views = recheck_views,
	.invariants = (const struct invariant *const[]){ &draw_follows, &recheck_outside, NULL },
	.menu = (const struct menu_item *const[]){ &menu_rechecks, &menu_draws, NULL },
	.messages =
		(const struct msg_text *const[]){ recheck_messages, ledger_draw_messages, NULL },
	.events = (const struct event_kind *const[]){ &ev_draw_announced, &ev_draw_seeded,
		&ev_draw_done, &ev_rechecked, NULL },
};
