/* SPDX-License-Identifier: Apache-2.0 */
/* module.c - the declaration of receptions, and what `xinqiao check` proves of them. */
#include "reception/pages.h"

#include "core/banned.h"

/* ---- invariants: 0 faults, always ------------------------------------------------------------------- */

/* What residents read has somebody who sits, at a place that the record knows. */
static enum xq_rc
faults_published(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM roster_slot s /* scan: check */"
		    " JOIN roster_week w ON w.office = s.office AND w.week = s.week"
		    " WHERE s.office = ? AND w.state = 2"
		    " AND (s.receiver_no IS NULL OR s.ref = '' OR s.last_seq < 0)"),
		VALS(V(office)), out, err);
}

/* The counts of a week are those of its sittings. */
static enum xq_rc
faults_counts(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM roster_week w /* scan: check */ WHERE w.office = ?"
		    " AND (w.n_slots <> (SELECT count(*) FROM roster_slot s"
		    "   WHERE s.office = w.office AND s.week = w.week AND s.state <> 1)"
		    "  OR w.n_open <> (SELECT count(*) FROM roster_slot s"
		    "   WHERE s.office = w.office AND s.week = w.week AND s.state <> 1"
		    "   AND s.receiver_no IS NULL))"),
		VALS(V(office)), out, err);
}

/* A cancelled sitting has one that makes up for it, and the change that says why. */
static enum xq_rc
faults_cancelled(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM roster_slot s /* scan: check */ WHERE s.office = ?"
		    " AND s.state = 1 AND NOT EXISTS (SELECT 1 FROM roster_change c"
		    "  WHERE c.office = s.office AND c.slot_no = s.no AND c.kind = 2)"),
		VALS(V(office)), out, err);
}

static const struct invariant published_whole = { "reception.published", faults_published };
static const struct invariant week_counts = { "reception.week-counts", faults_counts };
static const struct invariant cancel_told = { "reception.cancel-told", faults_cancelled };

/* ---- the declaration -------------------------------------------------------------------------------- */

/* Rosters that should be out. */
static enum xq_rc
count_unpublished(
	struct tx *tx, const struct actor *actor, int64_t now, int64_t *out, struct xq_err *err)
{
	if (!actor_may(actor, PERM_PUBLISH) && !actor_may(actor, PERM_LEAD)) {
		*out = 0;
		return XQ_OK;
	}
	return db_int(tx,
		SQL("SELECT count(*) FROM (SELECT week FROM roster_week WHERE office = ? AND state < 2"
		    " AND publish_by <= ? AND publish_by > ? ORDER BY publish_by, week LIMIT ?) AS w"),
		VALS(V(actor->office), V(day_of(now, TZ_CHINA)),
			V(day_of(now - 86400 * 30, TZ_CHINA)), V((int64_t)MENU_COUNT_MAX)),
		out, err);
}

static const struct menu_item menu_reception = { "/desk/reception", N_("Receptions"), "people",
	PERM_STAFF, 35, count_unpublished, true,
	N_("{n} rosters of receptions have to be published now") };

static const struct view *const views[] = { &reception_view, &reception_day_view, &venue_view,
	&reception_ics_view, &reception_atom_view, &reception_poster_view, &desk_rosters_view,
	&desk_week_view, &desk_slot_view, &desk_venues_view, &desk_receivers_view,
	&desk_pattern_view, &form_draft_view, &form_approve_view, &form_publish_view,
	&form_change_view, &form_swap_view, &form_cancel_view, &form_answer_view,
	&form_venue_new_view, &form_venue_set_view, &form_receiver_new_view,
	&form_receiver_set_view, &form_away_view, &form_pattern_new_view, &form_pattern_set_view,
	NULL };

const struct module reception_module = {
	.name = "reception",
	.migrations = (const struct migration *const[]){ &reception_migration_1, NULL },
	.acts = (const struct act *const[]){ &venue_set, &receiver_set, &receiver_away,
		&roster_pattern_set, &roster_draft, &roster_approve, &roster_publish,
		&roster_change, &roster_swap, &roster_answer_swap, &roster_cancel, &roster_alarm,
		NULL },
	.views = views,
	.jobs = (const struct job *const[]){ &roster_alarm_job, NULL },
	.invariants = (const struct invariant *const[]){ &published_whole, &week_counts,
		&cancel_told, NULL },
	.menu = (const struct menu_item *const[]){ &menu_reception, NULL },
	.messages = (const struct msg_text *const[]){ reception_messages, NULL },
	.events = (const struct event_kind *const[]){ &ev_reception_planned, &ev_reception_changed,
		&ev_reception_cancelled, NULL },
};
