/* SPDX-License-Identifier: Apache-2.0 */
/* The declaration of the record's keys: table, acts, kinds, pages. */
#include "record/keys_int.h"

#include "core/banned.h"

static const struct table_decl key_tables[] = {
	{ .name = "ledger_key", .class = TABLE_OFFICE },
	{ 0 },
};

/* seed stands sealed; it is NULL for the first key, whose seed stands in ledger_log, for retired ones, and
 * for those that are known only from a record that was taken back. */
static const struct migration key_migration_1 = {
	.module = "record-key",
	.number = 1,
	.ddl = "CREATE TABLE ledger_key ("
	       " office integer NOT NULL, no integer NOT NULL, vkey text NOT NULL, seed blob,"
	       " from_size integer NOT NULL, until_size integer, added_at integer NOT NULL,"
	       " retire_at integer, retired_at integer, why text, PRIMARY KEY (office, no))",
	.tables = key_tables,
};

/* The newest key signs: without one the record would stop. */
static enum xq_rc
faults_signing(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT CASE WHEN count(*) > 0 AND sum(CASE WHEN until_size IS NULL THEN 1 ELSE 0"
		    " END) NOT IN (1, 2) THEN 1 ELSE 0 END FROM ledger_key WHERE office = ?"),
		VALS(V(office)), out, err);
}

static const struct invariant key_signs = { "record.key-signs", faults_signing };

const struct module record_key_module = {
	.name = "record-key",
	.migrations = (const struct migration *const[]){ &key_migration_1, NULL },
	.acts = (const struct act *const[]){ &record_key_rotate, &record_key_retire,
		&record_key_lapse, NULL },
	.jobs = (const struct job *const[]){ &record_key_job, NULL },
	.invariants = (const struct invariant *const[]){ &key_signs, NULL },
	.messages = (const struct msg_text *const[]){ record_key_messages, NULL },
	.events = (const struct event_kind *const[]){ &ev_key_added, &ev_key_retired, NULL },
};
