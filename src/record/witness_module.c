/* SPDX-License-Identifier: Apache-2.0 */
/* The declaration of witnesses. */
#include "ledger/proof_file.h"
#include "record/witness_int.h"
#include "web/web.h"

#include "core/banned.h"

/* Nobody can have seen more of our record than there is. */
static enum xq_rc
faults_seen(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM ledger_witness w WHERE w.office = ? AND w.size >"
		    " (SELECT h.size FROM ledger_head h WHERE h.office = w.office)"),
		VALS(V(office)), out, err);
}

static const struct invariant seen_is_there = { "record.witness-size", faults_seen };

static enum xq_rc
count_trouble(
	struct tx *tx, const struct actor *actor, int64_t now, int64_t *out, struct xq_err *err)
{
	(void)now;
	return db_int(tx,
		SQL("SELECT count(*) FROM ledger_witness WHERE office = ? AND trouble >= 2"),
		VALS(V(actor->office)), out, err);
}

static const struct menu_item menu_witnesses = { "/desk/record/witnesses", N_("Witnesses and keys"),
	"key", PERM_OPERATE, 885, count_trouble, true,
	N_("{n} witnesses of the record refuse to sign or have seen more than there is here") };

const struct module record_witness_module = {
	.name = "record-witness",
	.migrations = (const struct migration *const[]){ &witness_migration_1, NULL },
	.acts = (const struct act *const[]){ &record_witness_add, &record_witness_remove,
		&record_watch_add, &record_watch_remove, &record_cosign, &record_witness_noted,
		NULL },
	.views = witness_views,
	.menu = (const struct menu_item *const[]){ &menu_witnesses, NULL },
	.invariants = (const struct invariant *const[]){ &seen_is_there, NULL },
	.messages = (const struct msg_text *const[]){ record_witness_messages, note_messages,
		proof_file_messages, witness_messages, NULL },
};
