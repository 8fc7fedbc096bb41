/* SPDX-License-Identifier: Apache-2.0 */
/* events.c - the event kinds of a concern: what the world may see (ledger.md 3.3). */
#include "concern/concern_int.h"

#include "core/banned.h"

const struct event_kind ev_raised = {
	.name = "concern.raised",
	.meaning = "A concern is on record; the unit is its first owner.",
	.opens = true,
	.fields = (const struct event_field[]){ { "class", EV_CODE, .meaning = "public class" },
		{ "due", EV_TIME, .meaning = "the resident is answered by then" },
		{ "lane", EV_CODE, .meaning = "everyday, or sealed" },
		{ "via", EV_CODE, .meaning = "how it came" },
		{ "zone", EV_CODE, .optional = true, .meaning = "zone of the place" },
		{ .name = NULL } },
};

const struct event_kind ev_offered = {
	.name = "concern.offered",
	.meaning = "Offered to a unit; the sender owns until it accepts.",
	.fields = (const struct event_field[]){ { "to", EV_CODE, .optional = true,
							.meaning = "public code of the unit" },
		{ .name = NULL } },
};

const struct event_kind ev_owned = {
	.name = "concern.owned",
	.meaning = "The unit of this event owns from now on.",
	.fields = (const struct event_field[]){ { "due", EV_TIME,
							.meaning = "the resident's day, unmoved" },
		{ .name = NULL } },
};

const struct event_kind ev_declined = {
	.name = "concern.declined",
	.meaning = "The offer was declined or ran out; the sender still owns.",
	.fields = (const struct event_field[]){ { "why", EV_CODE, .meaning = "reason, or lapsed" },
		{ .name = NULL } },
};

const struct event_kind ev_contacted = {
	.name = "concern.contacted",
	.meaning = "The resident was called first.",
	.fields = (const struct event_field[]){ { "made", EV_BOOL,
							.meaning = "the resident was reached" },
		{ .name = NULL } },
};

const struct event_kind ev_replied = {
	.name = "concern.replied",
	.meaning = "From this moment the resident can read the answer.",
	.fields = (const struct event_field[]){ { "answer", EV_CODE,
							.meaning = "class of the answer" },
		{ "outcome", EV_CODE,
			.meaning = "what the unit says: solved partly explained not" },
		{ .name = NULL } },
};

const struct event_kind ev_reply_rejected = {
	.name = "concern.reply-rejected",
	.meaning = "A second person sent the draft back.",
	.fields = (const struct event_field[]){ { "why", EV_CODE, .meaning = "reason" },
		{ .name = NULL } },
};

const struct event_kind ev_called = {
	.name = "concern.called",
	.meaning = "One try of a call-back.",
	.fields = (const struct event_field[]){ { "n", EV_INT, .meaning = "which try" },
		{ "result", EV_CODE, .meaning = "reached nobody refused" }, { .name = NULL } },
};

const struct event_kind ev_rated = {
	.name = "concern.rated",
	.meaning = "The resident's own view of this round.",
	.fields =
		(const struct event_field[]){
			{ "round", EV_INT, .meaning = "1 and one more for each re-handling" },
			{ "sat", EV_INT, .optional = true, .meaning = "1 to 4; absent: no rating" },
			{ "solved", EV_CODE, .meaning = "yes partly no explained" },
			{ "via", EV_CODE, .meaning = "phone web visit" }, { .name = NULL } },
};

const struct event_kind ev_unreached = {
	.name = "concern.unreached",
	.meaning = "Three tries on two days reached nobody.",
	.fields = (const struct event_field[]){ { "round", EV_INT, .meaning = "round" },
		{ .name = NULL } },
};

const struct event_kind ev_redo = {
	.name = "concern.redo",
	.meaning = "Handled again after a ruling.",
	.fields = (const struct event_field[]){ { "due", EV_TIME,
							.meaning = "the new answer is due" },
		{ "round", EV_INT, .meaning = "the new round" }, { .name = NULL } },
};

const struct event_kind ev_closed = {
	.name = "concern.closed",
	.meaning = "Closed with the outcome of the approved answer.",
	.fields = (const struct event_field[]){ { "outcome", EV_CODE,
							.meaning = "solved partly explained not" },
		{ .name = NULL } },
};

const struct event_kind ev_supervised = {
	.name = "concern.supervised",
	.meaning = "Brought before a higher level.",
	.fields =
		(const struct event_field[]){
			{ "level", EV_CODE, .meaning = "head: the unit's head, past due" },
			{ .name = NULL } },
};
