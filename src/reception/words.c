/* SPDX-License-Identifier: Apache-2.0 */
/* words.c - codes and their words, the kinds of events, and what refusals say. */
#include "reception/reception_int.h"

#include "core/banned.h"

/* clang-format off */
/* The order is that of the bits in a pattern; it never changes. */
const struct choice receiver_roles[] = {
	{ "party", N_("Party delegate") },
	{ "congress", N_("People's deputy") },
	{ "committee", N_("Leader of the party committee") },
	{ "office", N_("Leader of the office") },
	{ "cppcc", N_("CPPCC member") },
	{ "department", N_("Department") },
	{ NULL, NULL },
};

/* Residents read them beside a name, so none tells about somebody's health or family. */
const struct choice change_reasons[] = {
	{ "duty", N_("Another duty that cannot be moved") },
	{ "absent", N_("Cannot come that day") },
	{ "post", N_("A change of post") },
	{ "venue", N_("The room cannot be used") },
	{ "holiday", N_("A change of holidays") },
	{ "weather", N_("Weather or another emergency") },
	{ "other", N_("Another reason") },
	{ NULL, NULL },
};

const struct event_kind ev_reception_planned = {
	.name = "reception.planned",
	.meaning = "A sitting of one receiver is on a published roster.",
	.opens = true,
	.fields = (const struct event_field[]){
		{ "day", EV_DAY, .meaning = "on this day" },
		{ "post", EV_CODE, .meaning = "who sits: party congress committee office cppcc department" },
		{ "venue", EV_CODE, .meaning = "the venue of this number" },
		{ .name = NULL } },
};

const struct event_kind ev_reception_changed = {
	.name = "reception.changed",
	.meaning = "A published sitting was changed: person, time, place or day.",
	.fields = (const struct event_field[]){
		{ "day", EV_DAY, .meaning = "it is held on this day" },
		{ .name = NULL } },
};

const struct event_kind ev_reception_cancelled = {
	.name = "reception.cancelled",
	.meaning = "A published sitting is not held; the one that makes up for it is planned beside it.",
	.fields = (const struct event_field[]){
		{ "why", EV_CODE, .meaning = "duty absent post venue holiday weather other" },
		{ .name = NULL } },
};

const struct msg_text reception_messages[] = {
	{ "venue.unknown", N_("There is no venue of this number.") },
	{ "venue.closed", N_("This venue is closed. Please choose another one, or open it first.") },
	{ "venue.has-sittings", N_("{n} sittings ahead are held here. Please move them first.") },
	{ "receiver.unknown", N_("There is no receiver of this number.") },
	{ "receiver.no-name", N_("Please give an account, or the name of a delegate without one.") },
	{ "receiver.there-already", N_("This person is on the list already.") },
	{ "receiver.has-sittings", N_("{n} sittings ahead name this receiver. Please change them first.") },
	{ "receiver.not-you", N_("You can note your own absence; for others, whoever publishes the roster does.") },
	{ "receiver.until-before", N_("The last day lies before the first.") },
	{ "receiver.gone", N_("This receiver is not on the list any more. Please choose another one.") },
	{ "receiver.on-leave", N_("This receiver is on leave. Please choose another one.") },
	{ "receiver.away-then", N_("A receiver is away on {day}. Please choose somebody else, or another day.") },
	{ "receiver.sits-then", N_("A receiver sits already on {day}: nobody sits twice a day.") },
	{ "roster.time", N_("Please give the time as hours and minutes, as 14:00.") },
	{ "roster.time-order", N_("The end lies before the beginning.") },
	{ "roster.day-past", N_("This day has passed.") },
	{ "roster.day-rest", N_("This is a day of rest. The next working day is {day}.") },
	{ "roster.room-taken", N_("Another sitting is held in this room at that time.") },
	{ "roster.pattern-unknown", N_("There is no such line in the pattern of the week.") },
	{ "roster.pattern-roles", N_("Please tick at least one role that may sit.") },
	{ "roster.pattern-rest", N_("Saturday and Sunday are for sittings outside office hours. Please tick that, or choose another day.") },
	{ "roster.pattern-closed", N_("A venue of the pattern is closed. Please change the pattern first.") },
	{ "roster.no-pattern", N_("There is no pattern of the week yet. Please set when and where residents are received.") },
	{ "roster.no-receiver", N_("Nobody is on the list of receivers yet.") },
	{ "roster.all-approved", N_("All rosters of these weeks are approved or published. A single sitting can be changed.") },
	{ "roster.week-unknown", N_("There is no roster of this week.") },
	{ "roster.empty", N_("There is no sitting in this roster.") },
	{ "roster.open-places", N_("{n} places of this roster have nobody yet. Please name somebody for each.") },
	{ "roster.approved-already", N_("This roster is approved already.") },
	{ "roster.own-draft", N_("You made or changed this draft. Somebody else reads it before residents do.") },
	{ "roster.not-approved", N_("A second person has not approved this roster yet.") },
	{ "roster.published", N_("This roster is published already. A single sitting can be changed, with a reason.") },
	{ "roster.late", N_("It should have been published by {day}. Please say why it comes late; residents read it.") },
	{ "roster.slot-unknown", N_("There is no sitting of this number.") },
	{ "roster.slot-over", N_("This sitting has begun or is over.") },
	{ "roster.slot-cancelled", N_("This sitting is cancelled; the one that makes up for it can be changed.") },
	{ "roster.no-reason", N_("The roster is published: please say why it is changed. Residents read it.") },
	{ "roster.words-number", N_("Residents read this: please leave phones and other numbers of people out.") },
	{ "roster.no-change", N_("Nothing is different.") },
	{ "roster.swap-waits", N_("An offer for one of these sittings waits for an answer.") },
	{ "roster.swap-unknown", N_("There is no offer of this number that waits for an answer.") },
	{ "roster.swap-unpublished", N_("Only sittings of published rosters are swapped; in a draft they are changed.") },
	{ "roster.swap-self", N_("Both sittings have the same receiver.") },
	{ "roster.not-your-sitting", N_("You can offer your own sittings; for delegates without an account, whoever publishes the roster does.") },
	{ "roster.swap-other-answers", N_("The other one answers this offer; for delegates without an account, whoever publishes the roster does.") },
	{ "roster.swap-over", N_("The swap is not possible any more: a sitting was changed or is over, or somebody is away or sits that day. Please answer no.") },
	{ "roster.cancel-unpublished", N_("This roster is not published yet: please draft it anew.") },
	{ "roster.make-up-soon", N_("The day in its place is announced three days ahead. Please choose a later one.") },
	{ NULL, NULL },
};
/* clang-format on */
