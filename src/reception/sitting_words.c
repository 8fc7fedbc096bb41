/* SPDX-License-Identifier: Apache-2.0 */
/* sitting_words.c - the events of sittings, what refusals say, and the declaration of the module. */
#include "reception/sitting_int.h"

#include "core/banned.h"

/* clang-format off */
const struct event_kind ev_reception_held = {
	.name = "reception.held",
	.meaning = "A published sitting was held; its register was closed with all who came.",
	.fields = (const struct event_field[]){
		{ "concerns", EV_INT, .meaning = "concerns that were taken down" },
		{ "day", EV_DAY, .meaning = "on this day" },
		{ "visitors", EV_INT, .meaning = "people who came to this receiver; 0: nobody" },
		{ .name = NULL } },
};

const struct event_kind ev_reception_missed = {
	.name = "reception.missed",
	.meaning = "A published sitting was not held by this receiver.",
	.fields = (const struct event_field[]){
		{ "why", EV_CODE, .meaning = "duty absent post venue holiday weather other; unsaid: nobody said within the limit that it was held" },
		{ .name = NULL } },
};

const struct msg_text sitting_messages[] = {
	{ "sitting.not-begun", N_("This sitting has not begun. Its register opens an hour before, on the day itself.") },
	{ "sitting.still-ahead", N_("This sitting has not begun. It can still be changed or cancelled.") },
	{ "sitting.too-late", N_("The sitting lies back more than three days. Please take it down as any other concern.") },
	{ "sitting.closed", N_("This sitting is closed. Please take it down as any other concern.") },
	{ "sitting.not-there", N_("This receiver was not there. Please choose one of the others of the sitting.") },
	{ "sitting.not-over", N_("The sitting is not over yet: residents may still come.") },
	{ "sitting.not-yours", N_("Whoever receives there closes it, or who handles concerns, publishes or leads.") },
	{ "sitting.visitors-more", N_("{n} people stand in the register. Please take down what the others came with, then close it.") },
	{ "sitting.visitors-fewer", N_("{n} people stand in the register already, so no fewer came.") },
	{ "sitting.has-entries", N_("Something was taken down there, so somebody sat. Please close the sitting instead.") },
	{ "sitting.documents-which", N_("Please list which documents were handed in.") },
	{ "sitting.documents-many", N_("Please give how many documents were handed in.") },
	{ "sitting.nothing-owed", N_("Nothing has to be made up for here.") },
	{ NULL, NULL },
};
/* clang-format on */

/* ---- invariants: 0 faults, always ------------------------------------------------------------------- */

/* What was held or missed has its end, and nothing else has one. */
static enum xq_rc
faults_end(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM roster_slot s /* scan: check */"
		    " LEFT JOIN sitting_end e ON e.office = s.office AND e.slot_no = s.no"
		    " WHERE s.office = ? AND ((s.state >= 2) <> (e.slot_no IS NOT NULL)"
		    "  OR (s.state = 2 AND e.why <> '') OR (s.state = 3 AND e.why = ''))"),
		VALS(V(office)), out, err);
}

/* Who came stands in the register, each of them. */
static enum xq_rc
faults_visitors(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM sitting_end d /* scan: check */ WHERE d.office = ?"
		    " AND (d.visitors <> (SELECT coalesce(sum(e.people), 0) FROM sitting_entry e"
		    "   WHERE e.office = d.office AND e.slot_no = d.slot_no)"
		    "  OR d.concerns <> (SELECT count(e.concern_id) FROM sitting_entry e"
		    "   WHERE e.office = d.office AND e.slot_no = d.slot_no))"),
		VALS(V(office)), out, err);
}

static const struct invariant has_end = { "sitting.end", faults_end };
static const struct invariant all_recorded = { "sitting.visitors-recorded", faults_visitors };

const struct module reception_sitting_module = {
	.name = "reception-sitting",
	.migrations = (const struct migration *const[]){ &sitting_migration_1, &sitting_migration_2,
		NULL },
	.acts = (const struct act *const[]){ &sitting_take, &sitting_tell, &sitting_close,
		&sitting_miss, &sitting_make_up, &sitting_alarm, NULL },
	.views = sitting_views,
	.jobs = (const struct job *const[]){ &sitting_alarm_job, NULL },
	.invariants = (const struct invariant *const[]){ &has_end, &all_recorded, NULL },
	.messages = (const struct msg_text *const[]){ sitting_messages, NULL },
	.events = (const struct event_kind *const[]){ &ev_reception_held, &ev_reception_missed,
		NULL },
};
