/* SPDX-License-Identifier: Apache-2.0 */
/* module.c - the declaration of erasure, and what `xinqiao check` proves of it. */
#include "erasure/erasure_int.h"

#include "core/banned.h"

/* What is marked as erased holds no word any more. */
static enum xq_rc
faults_words(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM concern c /* scan: check */"
		    " JOIN intake i ON i.office = c.office AND i.concern_id = c.id"
		    " WHERE c.office = ? AND c.erased_at IS NOT NULL"
		    " AND (i.body <> '' OR i.name <> '' OR i.phone <> '' OR i.address <> ''"
		    "  OR c.place <> '' OR c.public_line IS NOT NULL"
		    "  OR EXISTS (SELECT 1 FROM reply r WHERE r.office = c.office"
		    "   AND r.concern_id = c.id AND r.text <> ''))"),
		VALS(V(office)), out, err);
}

/* The list is agreed to by two people. */
static enum xq_rc
faults_two(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM erasure /* scan: check */ WHERE office = ? AND state = 2"
		    " AND (first_id IS NULL OR second_id IS NULL OR first_id = second_id)"),
		VALS(V(office)), out, err);
}

/* Keys, files and free room are overwritten too; a work that was given up shows. */
static enum xq_rc
faults_finish(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM outbox /* scan: check */ WHERE office = ?"
		    " AND effect = 'erasure.finish' AND state = 2"),
		VALS(V(office)), out, err);
}

static const struct invariant erased_is_gone = { "erasure.no-words-left", faults_words };
static const struct invariant erased_by_two = { "erasure.two-people", faults_two };

static const struct invariant erased_for_good = { "erasure.finished", faults_finish };

static const struct menu_item menu_erasure = { "/desk/erasure", N_("Erasing"), "lock", PERM_ERASE,
	86, NULL, false, NULL };

/* clang-format off */
static const struct msg_text erasure_messages[] = {
	{ "erasure.none", N_("There is no such number in the list.") },
	{ "erasure.no-concern", N_("There is no concern with this number.") },
	{ "erasure.pick", N_("Please tick at least one, and no more than are on the page.") },
	{ "erasure.other-state", N_("Somebody has decided about it meanwhile. Please look at it again.") },
	{ "erasure.own-word", N_("You were the first person; somebody else has to do this.") },
	{ "erasure.follows", N_("A concern that belongs to it is still being handled. Please wait until it has ended.") },
	{ "erasure.too-few", N_("Too few persons are together to announce it without telling whose it is.") },
	{ NULL, NULL },
};
/* clang-format on */

const struct module erasure_module = {
	.name = "erasure",
	.acts = (const struct act *const[]){ &erasure_list_act, &erasure_agree, &erasure_refuse,
		&erasure_rule, &erasure_agree_many, &erasure_rule_many, &erasure_due_act,
		&erasure_announce, NULL },
	.views = erasure_views,
	.jobs = (const struct job *const[]){ &erasure_due_job, &erasure_announce_job, NULL },
	.effects = (const struct effect *const[]){ &erasure_finish, NULL },
	.invariants = (const struct invariant *const[]){ &erased_is_gone, &erased_by_two,
		&erased_for_good, NULL },
	.menu = (const struct menu_item *const[]){ &menu_erasure, NULL },
	.messages = (const struct msg_text *const[]){ erasure_messages, NULL },
};
