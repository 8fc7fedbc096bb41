/* SPDX-License-Identifier: Apache-2.0 */
/* words.c - codes and their words, the kinds of events, and what refusals say. */
#include "hard/hard_int.h"

#include "core/banned.h"

/* clang-format off */
const struct choice hard_kinds[] = {
	{ "third-repeat", N_("Raised again three times within half a year") },
	{ "second-redo", N_("Handled again for the second time") },
	{ "over-90-days", N_("Open for more than 90 days") },
	{ "parked", N_("Parked: it cannot be done now") },
	{ KIND_LEGACY, N_("A legacy of earlier years") },
	{ NULL, NULL },
};

const struct choice hard_blockers[] = {
	{ "law", N_("The law does not allow it yet") },
	{ "budget", N_("The money is in no budget yet") },
	{ "split-duty", N_("Several bodies share the duty") },
	{ "third-party", N_("Somebody else has to do their part") },
	{ "land", N_("Ownership or use of the land is unsettled") },
	{ "owners-vote", N_("The owners have to vote on it") },
	{ "technical", N_("There is no technical way yet") },
	{ "other", N_("Another obstacle") },
	{ NULL, NULL },
};

const struct choice hard_stages[] = {
	{ "planned", N_("The plan stands") },
	{ "in-action", N_("Work is going on") },
	{ "waiting", N_("Waiting for what has to change") },
	{ NULL, NULL },
};

const struct event_kind ev_hard_listed = {
	.name = "hard.listed",
	.meaning = "A hard problem is on the ledger; its sponsor is responsible.",
	.opens = true,
	.fields = (const struct event_field[]){
		{ "blocker", EV_CODE, .meaning = "law budget split-duty third-party land owners-vote technical other" },
		{ "kind", EV_CODE, .meaning = "third-repeat second-redo over-90-days parked legacy" },
		{ "next", EV_DAY, .meaning = "it is reviewed by then" },
		{ .name = NULL } },
};

const struct event_kind ev_hard_reviewed = {
	.name = "hard.reviewed",
	.meaning = "What was done and what comes next was written down for residents.",
	.fields = (const struct event_field[]){
		{ "next", EV_DAY, .meaning = "it is reviewed again by then" },
		{ "stage", EV_CODE, .meaning = "planned in-action waiting" },
		{ .name = NULL } },
};

const struct event_kind ev_hard_solved = {
	.name = "hard.solved",
	.meaning = "Somebody outside the sponsor's unit says that it is solved.",
	.fields = (const struct event_field[]){ { .name = NULL } },
};

const struct event_kind ev_hard_explained = {
	.name = "hard.explained",
	.meaning = "Somebody outside the sponsor's unit says that it cannot be solved now, and why.",
	.fields = (const struct event_field[]){
		{ "blocker", EV_CODE, .meaning = "law budget split-duty third-party land owners-vote technical other" },
		{ .name = NULL } },
};

const struct msg_text hard_messages[] = {
	{ "hard.unknown", N_("There is no hard problem of this number in this office.") },
	{ "hard.is-solved", N_("This problem is solved already. What comes up anew is a new one.") },
	{ "hard.is-explained", N_("This problem has ended: it cannot be solved now. When what stands in the way changes, it is a new one.") },
	{ "hard.on-ledger", N_("This concern belongs to hard problem no. {no} already.") },
	{ "hard.not-this-one", N_("A voided or merged concern does not go on the ledger. Please take the one it was merged into.") },
	{ "hard.sealed", N_("What is sealed stands on no public ledger. A supervisor follows it on its own page.") },
	{ "hard.no-concern", N_("Without a concern only a legacy problem can be listed. Please name the concern.") },
	{ "hard.no-reason", N_("This reason does not hold for the concern today. Please choose the one that does.") },
	{ "hard.not-proposed", N_("No proposal for this concern waits for a decision.") },
	{ "hard.public-digits", N_("The topic holds no digits: house and phone numbers are not for strangers.") },
	{ "hard.public-names", N_("The topic repeats the resident's name or place. Please say the matter alone.") },
	{ "hard.unchecked", N_("Please read it once more as a stranger would, and tick the box.") },
	{ "hard.no-words", N_("Please say in a few words what stands in the way.") },
	{ "hard.day-far", N_("It is looked at again within a quarter: by {last} at the latest.") },
	{ "hard.sponsor-left", N_("{name} does not work here any more. Please name somebody who does.") },
	{ "hard.same-sponsor", N_("This person sponsors it already. Please choose another one.") },
	{ "hard.not-sponsor", N_("{name} sponsors it and records the review, or a supervisor or leader does.") },
	{ "hard.own-unit", N_("The sponsor's own unit cannot end it. A supervisor from outside does.") },
	{ "hard.still-parked", N_("{n} of its concerns are still parked. Please let them go on and be answered first.") },
	{ "hard.sponsors-open", N_("This person sponsors {n} open hard problems. Please name another sponsor for them first.") },
	{ NULL, NULL },
};
/* clang-format on */
