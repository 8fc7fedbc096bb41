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

/* ---- the whole cycle -------------------------------------------------------------------------------- */

/* clang-format off */
#define KIND(var, name_, meaning_, ...)                                                            \
	const struct event_kind var = { .name = (name_), .meaning = (meaning_),                    \
		.fields = (const struct event_field[]){ __VA_ARGS__ { .name = NULL } } }
#define F(name_, type_, meaning_) { (name_), (type_), .meaning = (meaning_) },
#define F_OPT(name_, type_, meaning_) { (name_), (type_), .optional = true, .meaning = (meaning_) },

KIND(ev_return_asked, "concern.return-asked", "The unit asks that another one gets it; nothing moves yet.",
	F("why", EV_CODE, "reason"));
KIND(ev_return_granted, "concern.return-granted", "Ruled outside the unit: another unit gets it.",
	F_OPT("to", EV_CODE, "public code of the unit"));
KIND(ev_return_refused, "concern.return-refused", "Ruled outside the unit: it stays.", );
KIND(ev_due_moved, "concern.due-moved", "The resident's day moved; the resident was told.",
	F_OPT("by", EV_CODE, "unit that ruled") F("due", EV_TIME, "the new moment")
	F("why", EV_CODE, "calendar extension parked resumed"));
KIND(ev_parked, "concern.parked", "It cannot be done now; it does not count as settled.",
	F("until", EV_DAY, "the resident hears the next step by then") F("why", EV_CODE, "ground"));
KIND(ev_resumed, "concern.resumed", "The work goes on.", );
KIND(ev_assisted, "concern.assisted", "Another unit is asked to help; the owner stays responsible.",
	F("due", EV_TIME, "its own day") F_OPT("unit2", EV_CODE, "public code of the helping unit"));
KIND(ev_found, "concern.found", "A finding about the facts is on file.", );
KIND(ev_promised, "concern.promised", "Something was promised to the resident.",
	F("due", EV_TIME, "kept by then") F("no", EV_INT, "which promise of this concern"));
KIND(ev_promise_kept, "concern.promise-kept", "The promise is kept.",
	F("no", EV_INT, "which promise"));
KIND(ev_promise_moved, "concern.promise-moved", "The promised day moved; the resident was told why.",
	F("due", EV_TIME, "the new moment") F("no", EV_INT, "which promise") F("why", EV_CODE, "reason"));
KIND(ev_voided, "concern.voided", "Registered by mistake; in no rate.",
	F("why", EV_CODE, "reason"));
KIND(ev_redirected, "concern.redirected", "Another body is competent; the resident was told which.",
	F("to", EV_CODE, "kind of body"));
KIND(ev_merged, "concern.merged", "Handled together with another concern.",
	F("into", EV_CODE, "its ref"));
KIND(ev_terminated, "concern.terminated", "Ended without an answer.",
	F("why", EV_CODE, "reason, or withdrawn"));
KIND(ev_disputed, "voice.disputed", "The resident disagrees with the outcome.",
	F("why", EV_CODE, "reason"));
KIND(ev_listed, "concern.listed", "Stands on the public list of late concerns.", );
KIND(ev_unlisted, "concern.unlisted", "Left the public list of late concerns.",
	F("why", EV_CODE, "answered or ended"));
/* Not concern.rated: after a merge that kind may not follow (ledger.md V6). */
KIND(ev_voice_rated, "voice.rated", "The view of a resident whose concern was merged into another.",
	F_OPT("sat", EV_INT, "1 to 4; absent: no rating") F("solved", EV_CODE, "yes partly no explained")
	F("via", EV_CODE, "phone web visit"));
/* clang-format on */
