/* SPDX-License-Identifier: Apache-2.0 */
/* rfig_defs.c - the table of figures of sittings. A place of a sitting (one receiver) counts in the month of its
 * day as the record told it last:
 *   changed day   it moves to the month of the new day, with all that is counted of it
 *   swap          both places stay where they are; only who sits changes
 *   cancelled     it stays among the planned, and the one in its place is planned beside it
 *   made up       the one in its place counts as any other sitting, and once more as made up when it was held
 * So planned = held + missed + cancelled + what is still to come or to be closed. */
#include "reception/rfig_int.h"

#include "core/banned.h"

static int64_t
again_planned(const struct rfig_history *h)
{
	(void)h;
	return 1;
}

static int64_t
again_held(const struct rfig_history *h)
{
	return h->state == SLOT_HELD;
}

static int64_t
again_missed(const struct rfig_history *h)
{
	return h->state == SLOT_MISSED;
}

static int64_t
again_cancelled(const struct rfig_history *h)
{
	return h->state == SLOT_CANCELLED;
}

static int64_t
again_visitors(const struct rfig_history *h)
{
	return h->visitors;
}

static int64_t
again_concerns(const struct rfig_history *h)
{
	return h->concerns;
}

/* clang-format off */
#define SITTINGS N_("Sittings on a published roster")
#define BY_RECORD N_("From the record alone: planned, changed, held, missed and cancelled of each sitting. The daily check counts it both ways.")
#define BY_AUDIT N_("It is in no event. The daily check compares it with the log of acts.")

const struct rfig_def rfig_defs[] = {
	{ .id = "planned", .title = N_("Sittings planned"), .num = RF_PLANNED, .den = N_RF,
	  .definition = N_("Sittings on a published roster, in the month of the day that was told last. Each receiver counts."),
	  .counted = SITTINGS,
	  .without = N_("Left out: drafts. A cancelled sitting stays in, and so does the one in its place; a sitting moved to another month counts there."),
	  .proof = BY_RECORD, .facts = rfig_facts_slots, .again = again_planned, .is_public = true },

	{ .id = "held", .title = N_("Sittings held"), .num = RF_HELD, .den = RF_PLANNED,
	  .definition = N_("Sittings whose register was closed, with visitors or without, over the sittings planned in the month."),
	  .counted = N_("Sittings held, those to which nobody came among them"), .over = SITTINGS,
	  .without = N_("Left out: what is still to be held or to be closed. A swap changes who sits, and nothing here."),
	  .proof = BY_RECORD, .facts = rfig_facts_slots, .again = again_held, .is_public = true },

	{ .id = "missed", .title = N_("Sittings missed"), .num = RF_MISSED, .den = RF_PLANNED,
	  .definition = N_("Sittings to which the receiver did not come, or that nobody said were held, over the sittings planned in the month."),
	  .counted = N_("Sittings missed"), .over = SITTINGS,
	  .without = N_("Left out: cancelled ones, which residents read of beforehand. A missed one stays missed when it is made up for."),
	  .proof = BY_RECORD, .facts = rfig_facts_slots, .again = again_missed, .is_public = true },

	{ .id = "cancelled", .title = N_("Sittings cancelled"), .num = RF_CANCELLED, .den = RF_PLANNED,
	  .definition = N_("Sittings cancelled before their day, with the reason told, over the sittings planned in the month."),
	  .counted = N_("Sittings cancelled"), .over = SITTINGS,
	  .without = N_("Left out: nothing. The one in its place is planned beside it and counts as any other."),
	  .proof = BY_RECORD, .facts = rfig_facts_slots, .again = again_cancelled, .is_public = true },

	{ .id = "made-up", .title = N_("Sittings made up for"), .num = RF_MADE_UP, .den = N_RF,
	  .definition = N_("Sittings held in the place of one that was cancelled or missed, in the month in which they were held."),
	  .counted = N_("Sittings held in the place of another"),
	  .without = N_("Left out: those in the place of another that are still to come, or were missed themselves. They are among the held ones too."),
	  .proof = N_("Which one stands in whose place is in no event. That each of them was planned and held is."),
	  .facts = rfig_facts_slots, .is_public = true },

	{ .id = "visitors", .title = N_("Visitors"), .num = RF_VISITORS, .den = N_RF,
	  .definition = N_("People who came to the sittings held in the month, as the registers were closed."),
	  .counted = N_("People who came"),
	  .without = N_("Left out: the second matter of the same visitor, and sittings that are still to be closed."),
	  .proof = BY_RECORD, .facts = rfig_facts_slots, .again = again_visitors, .is_public = true, .is_of_people = true },

	{ .id = "concerns", .title = N_("Concerns taken down"), .num = RF_CONCERNS, .den = N_RF,
	  .definition = N_("Concerns taken down at the sittings held in the month, each with its owner and its day."),
	  .counted = N_("Concerns taken down"),
	  .without = N_("Left out: what was answered on the spot, and sittings that are still to be closed."),
	  .proof = BY_RECORD, .facts = rfig_facts_slots, .again = again_concerns, .is_public = true, .is_of_people = true },

	{ .id = "told", .title = N_("Answered on the spot"), .num = RF_TOLD, .den = N_RF,
	  .definition = N_("Questions that were answered there and then at the sittings held in the month."),
	  .counted = N_("Questions answered on the spot"),
	  .without = N_("Left out: what became a concern, and sittings that are still to be closed."),
	  .proof = BY_AUDIT, .facts = rfig_facts_told, .is_public = true, .is_of_people = true },

	{ .id = "asked", .title = N_("Records with a call-back"), .num = RF_ASKED, .den = RF_ANSWERED,
	  .definition = N_("Concerns of the month's sittings whose resident was called back or rated, over those with an answer."),
	  .counted = N_("Residents who said what came of it"), .over = N_("Concerns of these sittings with an answer"),
	  .without = N_("Left out: concerns without an answer yet, voided ones, and residents whom no call reached. Later call-backs are taken up."),
	  .proof = N_("It is in no event of a sitting. The record has it concern by concern; the check of the concerns counts it again."),
	  .facts = rfig_facts_asked, .is_public = true, .is_of_people = true },

	{ .id = "swaps", .title = N_("Swaps"), .num = RF_SWAPS, .den = N_RF,
	  .definition = N_("Swaps that the other one accepted, in the month of the answer. Two sittings change their receivers and count once."),
	  .counted = N_("Swaps accepted"),
	  .without = N_("Left out: offers that were declined or wait, and changes made by whoever keeps the roster."),
	  .proof = BY_AUDIT, .facts = rfig_facts_swaps },
	{ .id = NULL },
};
/* clang-format on */

const struct rfig_def *
rfig_find(struct str id)
{
	for (const struct rfig_def *d = rfig_defs; d->id; d++)
		if (str_is(id, d->id))
			return d;
	return NULL;
}
