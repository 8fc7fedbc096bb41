/* SPDX-License-Identifier: Apache-2.0 */
/* module.c - the declaration of the ledger of hard problems, and what `xinqiao check` proves of it. */
#include "hard/hard_int.h"
#include "hard/legacy.h"

#include "core/banned.h"

/* ---- invariants: 0 faults, always ------------------------------------------------------------------ */

static enum xq_rc
faults_sponsor(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM hard h /* scan: check */"
		    " LEFT JOIN person p ON p.office = h.office AND p.id = h.sponsor_person_id"
		    " WHERE h.office = ? AND h.ended_at IS NULL AND coalesce(p.is_active, 0) = 0"),
		VALS(V(office)), out, err);
}

/* A day that exists, and the moment that belongs to it. */
static enum xq_rc
faults_next(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM hard /* scan: check */ WHERE office = ?"
		    " AND ended_at IS NULL AND (next_on < 20000101 OR next_at <= listed_at)"),
		VALS(V(office)), out, err);
}

static enum xq_rc
faults_entry(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM hard_entry e /* scan: check */"
		    " LEFT JOIN concern c ON c.office = e.office AND c.id = e.concern_id"
		    " LEFT JOIN hard h ON h.office = e.office AND h.no = e.hard_no"
		    " WHERE e.office = ? AND (c.id IS NULL OR (e.state = 1 AND h.no IS NULL))"),
		VALS(V(office)), out, err);
}

static enum xq_rc
faults_twice(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM (SELECT concern_id FROM hard_entry /* scan: check */"
		    " WHERE office = ? AND state = 1 GROUP BY concern_id HAVING count(*) > 1) AS d"),
		VALS(V(office)), out, err);
}

static const struct invariant has_sponsor = { "hard.active-sponsor", faults_sponsor };
static const struct invariant has_next = { "hard.next-review", faults_next };
static const struct invariant entry_exists = { "hard.entry-exists", faults_entry };
static const struct invariant entry_once = { "hard.one-problem", faults_twice };

/* A sponsor leaves only after somebody else has taken over. */
static enum xq_rc
count_sponsored(struct tx *tx, int64_t office, int64_t person_id, int64_t *out, struct xq_err *err)
{
	return db_int(tx,
		SQL("SELECT count(*) FROM hard WHERE office = ? AND sponsor_person_id = ?"
		    " AND ended_at IS NULL"),
		VALS(V(office), V(person_id)), out, err);
}

const struct leave_check hard_leave_check = { "hard.open", "hard.sponsors-open", count_sponsored };

/* ---- the declaration ------------------------------------------------------------------------------- */

static const struct menu_item menu_hard = { "/desk/hard", N_("Hard problems"), "park", PERM_STAFF,
	70, NULL, false };

const struct module hard_module = {
	.name = "hard",
	.migrations = (const struct migration *const[]){ &hard_migration_1, &hard_migration_2,
		&hard_migration_3, &hard_migration_4, NULL },
	.acts = (const struct act *const[]){ &hard_list_act, &hard_add_concern, &hard_dismiss,
		&hard_review_act, &hard_solve, &hard_explain, &hard_sponsor, &hard_file_act,
		&hard_propose, &hard_review_due, &hard_place, &hard_look, &stocktake_file,
		&stocktake_set_month, &stocktake_ask, &stocktake_late, NULL },
	.views = hard_views,
	.jobs = (const struct job *const[]){ &hard_propose_job, &hard_review_due_job,
		&stocktake_ask_job, &stocktake_late_job, NULL },
	.invariants = (const struct invariant *const[]){ &has_sponsor, &has_next, &entry_exists,
		&entry_once, &legacy_has_look, &take_is_whole, NULL },
	.menu = (const struct menu_item *const[]){ &menu_hard, &menu_takes, NULL },
	.messages = (const struct msg_text *const[]){ hard_messages, legacy_messages, NULL },
	.events = (const struct event_kind *const[]){ &ev_hard_listed, &ev_hard_reviewed,
		&ev_hard_solved, &ev_hard_explained, NULL },
	.presets = hard_presets,
};
