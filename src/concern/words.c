/* SPDX-License-Identifier: Apache-2.0 */
/* words.c - the codes of the record and the words that people read for them, and masking. */
#include "concern/concern_int.h"

#include "core/mem.h"
#include "core/utf8.h"

#include "core/banned.h"

const struct choice concern_classes[] = {
	{ "property", N_("Housing estate and property management") },
	{ "facility", N_("Greenery and public facilities") },
	{ "sanitation", N_("Cleanliness and waste") },
	{ "noise", N_("Noise, fumes, light") },
	{ "parking", N_("Parking and traffic") },
	{ "illegal", N_("Unlawful building, blocked ways") },
	{ "elderly", N_("Help for the elderly and disabled") },
	{ "welfare", N_("Assistance and social security") },
	{ "neighbour", N_("Neighbours and families") },
	{ "other", N_("Something else") },
	{ NULL, NULL },
};

const struct choice concern_natures[] = {
	{ "consult", N_("Question") },
	{ "help", N_("Request for help") },
	{ "complaint", N_("Complaint") },
	{ "report", N_("Report of a breach") },
	{ "suggestion", N_("Suggestion") },
	{ "praise", N_("Praise") },
	{ "other", N_("Other") },
	{ NULL, NULL },
};

const struct choice concern_vias[] = {
	{ "counter", N_("At the counter") },
	{ "phone", N_("By phone") },
	{ "letter", N_("By letter") },
	{ "web", N_("On the web") },
	{ "visit", N_("On a visit") },
	{ "meeting", N_("At a meeting") },
	{ "hotline", N_("From the 12345 hotline") },
	{ "delegate", N_("Through a delegate") },
	{ "patrol", N_("Found on patrol") },
	{ "import", N_("From a list") },
	{ NULL, NULL },
};

const struct choice concern_outcomes[] = {
	{ "solved", N_("Solved") },
	{ "partly", N_("Partly solved") },
	{ "explained", N_("Explained") },
	{ "not", N_("Not solved") },
	{ NULL, NULL },
};

const struct choice concern_solved[] = {
	{ "yes", N_("Yes, solved") },
	{ "partly", N_("Partly") },
	{ "explained", N_("It was explained to me") },
	{ "no", N_("No, not solved") },
	{ NULL, NULL },
};

const struct choice concern_sats[] = {
	{ "1", N_("Satisfied") },
	{ "2", N_("Mostly satisfied") },
	{ "3", N_("So-so") },
	{ "4", N_("Not satisfied") },
	{ "none", N_("No rating") },
	{ NULL, NULL },
};

const struct choice offer_reasons[] = {
	{ "duty", N_("It is their duty by the catalogue") },
	{ "place", N_("The place belongs to them") },
	{ "skill", N_("They can settle it faster") },
	{ "leave", N_("I am on leave") },
	{ "ruling", N_("It was ruled so") },
	{ NULL, NULL },
};

const struct choice decline_reasons[] = {
	{ "not-ours", N_("Not our duty") },
	{ "not-here", N_("Not our area") },
	{ "unclear", N_("What happened is unclear") },
	{ "no-hands", N_("Nobody is free in time") },
	{ NULL, NULL },
};

const struct choice return_reasons[] = {
	{ "points-open", N_("A point is not answered") },
	{ "no-basis", N_("The basis is missing or wrong") },
	{ "unclear", N_("A resident would not understand it") },
	{ "privacy", N_("It shows personal data of others") },
	{ NULL, NULL },
};

const struct choice ask_return_reasons[] = {
	{ "duty", N_("It is not our duty") },
	{ "area", N_("It is not our area") },
	{ "repeat", N_("It is handled already") },
	{ "unclear", N_("What happened is unclear") },
	{ "legal", N_("It is on a legal path") },
	{ NULL, NULL },
};

const struct choice extension_reasons[] = {
	{ "parts", N_("Parts or material are missing") },
	{ "survey", N_("It has to be looked at on site") },
	{ "others", N_("Others have to take part") },
	{ "complex", N_("It is more complicated than it looked") },
	{ NULL, NULL },
};

const struct choice park_grounds[] = {
	{ "law", N_("The rules are about to change") },
	{ "budget", N_("The money is planned for a later year") },
	{ "third-party", N_("Others have to decide first") },
	{ "lawsuit", N_("A court or arbitration is deciding") },
	{ NULL, NULL },
};

const struct choice redirect_bodies[] = {
	{ "emergency", N_("Emergency: 110, 119, 120, 122") },
	{ "court", N_("Court or arbitration") },
	{ "discipline", N_("Discipline inspection") },
	{ "review", N_("Administrative reconsideration") },
	{ "disclosure", N_("Request for information") },
	{ "petition", N_("Petition office") },
	{ "department", N_("A department of the district") },
	{ "company", N_("A supply company") },
	{ NULL, NULL },
};

const struct choice void_reasons[] = {
	{ "error", N_("Registered by mistake") },
	{ "test", N_("Only a test") },
	{ "double", N_("The same sheet was typed twice") },
	{ NULL, NULL },
};

const struct choice terminate_reasons[] = {
	{ "no-power", N_("No body has the power to do this") },
	{ "no-contact", N_("Without the resident it cannot be done") },
	{ "unlawful", N_("What is asked is against the law") },
	{ NULL, NULL },
};

const struct choice answer_classes[] = {
	{ "adopted", N_("Done or adopted") },
	{ "ongoing", N_("Being done") },
	{ "planned", N_("Planned") },
	{ "reference", N_("Explained, kept for reference") },
	{ NULL, NULL },
};

const struct choice dispute_reasons[] = {
	{ "not-done", N_("What you say was not done") },
	{ "not-enough", N_("It is not enough") },
	{ "came-back", N_("It has come back") },
	{ "wrong", N_("The facts are not right") },
	{ NULL, NULL },
};

const char *
choice_label(const struct choice *list, const char *code)
{
	for (size_t i = 0; code && list[i].code; i++)
		if (text_eq(list[i].code, code))
			return list[i].label;
	return code ? code : "";
}

bool
choice_has(const struct choice *list, struct str code)
{
	for (size_t i = 0; list[i].code; i++)
		if (str_is(code, list[i].code))
			return true;
	return false;
}

static const char *const outcome_codes[] = { "", "solved", "partly", "explained", "not" };

const char *
outcome_code(enum outcome o)
{
	return outcome_codes[o];
}

bool
outcome_read(const char *code, enum outcome *out)
{
	for (int i = OUT_SOLVED; i <= OUT_NOT; i++)
		if (text_eq(code, outcome_codes[i])) {
			*out = (enum outcome)i;
			return true;
		}
	return false;
}

const char *
state_title(enum concern_state s)
{
	switch (s) {
	case ST_ACCEPTED:
		return N_("Registered");
	case ST_ASSIGNED:
		return N_("Waiting to be accepted");
	case ST_SIGNED:
		return N_("Being handled");
	case ST_REPLIED:
		return N_("Answer in review");
	case ST_CALLBACK:
		return N_("Answered, call-back due");
	case ST_REDO:
		return N_("Handled again");
	case ST_CLOSED:
		return N_("Closed");
	case ST_TERMINATED:
		return N_("Ended");
	case ST_HISTORY:
		return N_("From earlier records");
	case ST_RETURN_ASKED:
		return N_("Return asked");
	case ST_PARKED:
		return N_("Parked");
	case ST_REDIRECTED:
		return N_("Pointed to another body");
	case ST_MERGED:
		return N_("Handled with another one");
	case ST_VOID:
		return N_("Voided");
	case ST_ARCHIVED:
		return N_("Archived");
	case ST_OFFERED_OUT:
		return N_("Offered to another office");
	case ST_TRANSFERRED:
		return N_("Taken over by another office");
	}
	return "";
}

bool
concern_is_open(enum concern_state s)
{
	switch (s) {
	case ST_ACCEPTED:
	case ST_ASSIGNED:
	case ST_SIGNED:
	case ST_RETURN_ASKED:
	case ST_REPLIED:
	case ST_CALLBACK:
	case ST_REDO:
	case ST_PARKED:
	case ST_OFFERED_OUT:
		return true;
	case ST_CLOSED:
	case ST_TERMINATED:
	case ST_HISTORY:
	case ST_REDIRECTED:
	case ST_MERGED:
	case ST_VOID:
	case ST_TRANSFERRED:
	case ST_ARCHIVED:
		return false;
	}
	return false;
}

/* ---- masking: the norm of domain.md E13 ---------------------------------------------------------- */

/* 吴**: the first character stays, however rare it is. */
const char *
mask_name(void *mem, const char *name)
{
	if (!name || !name[0])
		return "";
	struct str head = utf8_head(str_of(name), 1);
	return mem_printf(mem, "%.*s**", (int)head.n, head.p);
}

/* 138****4521; short numbers keep their last two digits. */
const char *
mask_phone(void *mem, const char *phone)
{
	size_t n = phone ? strlen(phone) : 0;
	if (n == 0)
		return "";
	if (n < 8)
		return mem_printf(mem, "****%s", phone + (n > 2 ? n - 2 : 0));
	return mem_printf(mem, "%.3s****%s", phone, phone + n - 4);
}

/* Digits, Chinese numerals and letters name houses; a run is of one kind. */
enum mark_kind { MARK_NONE, MARK_DIGIT, MARK_HAN, MARK_LETTER };

static enum mark_kind
mark_of(uint32_t c)
{
	/* 〇 一 七 三 两 九 二 五 八 六 十 四 百 零 */
	static const uint32_t han[] = { 0x3007, 0x4e00, 0x4e03, 0x4e09, 0x4e24, 0x4e5d, 0x4e8c,
		0x4e94, 0x516b, 0x516d, 0x5341, 0x56db, 0x767e, 0x96f6 };
	if ((c >= '0' && c <= '9') || (c >= 0xff10 && c <= 0xff19))
		return MARK_DIGIT;
	if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
		return MARK_LETTER;
	for (size_t i = 0; i < sizeof han / sizeof *han; i++)
		if (c == han[i])
			return MARK_HAN;
	return MARK_NONE;
}

/* What follows says that the run before it names a building, an entrance, a floor or a room. */
static bool
names_home(struct str behind)
{
	/* 号楼 栋 幢 座 单元 门洞 楼 层 室 房 */
	static const char *const word[] = { "\u53f7\u697c", "\u680b", "\u5e62", "\u5ea7",
		"\u5355\u5143", "\u95e8\u6d1e", "\u697c", "\u5c42", "\u5ba4", "\u623f" };
	for (size_t i = 0; i < sizeof word / sizeof *word; i++)
		if (str_starts(behind, str_of(word[i])))
			return true;
	return false;
}

/* Street and lane stay; building, room and all digits behind them go. Letters and Chinese numerals
 * belong to names too (五一路), so they go only where a building or a room is named. */
const char *
mask_address(void *mem, const char *address)
{
	struct str rest = str_of(address);
	struct buf b = buf_new(mem, rest.n + 8);
	size_t numbers = 0;
	while (rest.n > 0) {
		struct str behind = rest;
		uint32_t c = utf8_next(&behind);
		enum mark_kind kind = mark_of(c);
		size_t n = 1;
		while (kind != MARK_NONE && behind.n > 0) {
			struct str next = behind;
			if (mark_of(utf8_next(&next)) != kind)
				break;
			behind = next;
			n++;
		}
		bool is_home = kind != MARK_NONE && names_home(behind);
		if (kind == MARK_DIGIT || is_home)
			numbers += is_home ? 2
			                   : 1; /* the first number is the street's or the lane's */
		bool hide = is_home || (kind == MARK_DIGIT && numbers > 1);
		for (size_t i = 0; i < n; i++) {
			c = utf8_next(&rest);
			utf8_put(&b, hide ? '*' : c);
		}
	}
	return buf_view(&b).p;
}

const char *
part_json(void *mem, const char *key, const char *text)
{
	struct json_w w = json_new(mem);
	json_open(&w, '{');
	json_key(&w, key);
	json_text(&w, text);
	json_close(&w, '}');
	return w.b.p;
}

const struct msg_text concern_messages[] = {
	{ "concern.owns-open",
		N_("This person is responsible for {n} open concerns, or tracks them. Hand them over first.") },
	{ "concern.unknown", N_("There is no concern of this number in this office.") },
	{ "concern.wrong-state",
		N_("This step does not fit the state that the concern is in now.") },
	{ "concern.not-owner", N_("Only the one who is responsible now can do this.") },
	{ "concern.not-offered", N_("This concern was not offered to you or your unit.") },
	{ "concern.catalogue-offer",
		N_("An assignment by the duty catalogue cannot be declined.") },
	{ "concern.offer-to-self",
		N_("You are responsible already; please choose somebody else.") },
	{ "concern.unit-unknown", N_("There is no unit of this code.") },
	{ "concern.person-not-in-unit", N_("This person does not belong to that unit.") },
	{ "concern.listens",
		N_("A deputy listens and records, and does not settle the matter. Please choose somebody who handles concerns.") },
	{ "concern.listens-self",
		N_("As a deputy you listen and record; whoever is responsible answers. You hear what became of it.") },
	{ "concern.system-only", N_("Only the clock does this.") },
	{ "concern.not-outside",
		N_("Your unit has handled this concern; somebody from outside must do this step.") },
	{ "concern.no-ruling", N_("There is nothing to rule on.") },
	{ "concern.empty",
		N_("Please write a few words about what happened. One or two sentences are enough.") },
	{ "concern.taken-ahead", N_("This moment is still to come; it is {now}. Please mend it.") },
	{ "concern.taken-old",
		N_("This is more than {n} days ago. Leave the moment empty, and say in the words when the resident told you.") },
	{ "concern.source-known", N_("This number of the list is on record already.") },
	{ "concern.no-photo", N_("The photo is no longer there; please add it again.") },
	{ "concern.too-many", N_("There are too many of these on this concern already.") },
	{ "concern.day-past",
		N_("This day has passed, or it is today. Please choose a later one.") },
	{ "concern.day-rest",
		N_("Nobody works on this day. The working days beside it are {before} and {after}.") },
	{ "return.too-late",
		N_("Giving back had to be asked by {until}. Please hand it over or ask for more time instead.") },
	{ "return.ruled-before",
		N_("This reason was ruled on already. Without a new one it cannot be asked again.") },
	{ "return.decline-instead", N_("This offer can simply be declined.") },
	{ "request.own", N_("You asked for this yourself; somebody else must rule.") },
	{ "extension.after-due",
		N_("The day has passed. More time can only be asked before it; please answer, or say what stands in the way.") },
	{ "extension.once", N_("More time was granted once already.") },
	{ "extension.asked", N_("A request for more time waits for its ruling.") },
	{ "extension.not-later", N_("The day stands at {due}; please choose a later one.") },
	{ "extension.too-long", N_("The last day that can be granted is {last}.") },
	{ "park.too-long",
		N_("It can be parked until {last} at the longest; then it is looked at again.") },
	{ "point.too-many", N_("Up to nine points; please join some of them.") },
	{ "reply.no-finding",
		N_("Nothing is on file about the facts of this complaint. Please note a finding first, or say why none was needed.") },
	{ "finding.day-ahead",
		N_("This day is still to come. Please give the day on which somebody went there.") },
	{ "reply.point-unmarked", N_("Please say what the answer does with point {no}.") },
	{ "reply.point-open", N_("Please say why point {no} is left open.") },
	{ "assist.own-unit", N_("This is the unit that is responsible.") },
	{ "assist.after-due", N_("This is later than the resident's own day.") },
	{ "assist.asked", N_("This unit was asked already and has not answered yet.") },
	{ "assist.none", N_("Your unit was not asked to help with this.") },
	{ "merge.itself", N_("This is the concern itself.") },
	{ "merge.not-open",
		N_("That concern has ended or belongs to another one itself. Please give the number of an open one.") },
	{ "merge.sealed", N_("What is kept secret is handled on its own.") },
	{ "merge.holds-others",
		N_("Other concerns are handled with this one; it cannot move into another.") },
	{ "promise.none", N_("There is no open promise of this number.") },
	{ "promise.not-later", N_("The new day must be later than the one that was promised.") },
	{ "voice.shut",
		N_("Please open the words first: the last four digits of your phone, or the PIN.") },
	{ "voice.ended",
		N_("This concern has ended. You can raise a new one, or disagree with the outcome.") },
	{ "voice.disputed", N_("You have disagreed already; somebody is looking at it.") },
	{ "voice.dispute-late",
		N_("It ended more than thirty days ago. Please raise a new concern; we link the two.") },
	{ "voice.too-many",
		N_("You have added a lot already. Please call us; we write it down for you.") },
	{ "reply.own-draft", N_("Somebody else must approve this reply.") },
	{ "reply.not-entitled", N_("The approver must be entitled for the unit that answers.") },
	{ "reply.none", N_("No answer waits for approval.") },
	{ "reply.no-why", N_("Please say what has to be mended.") },
	{ "voice.code-unknown",
		N_("This code was not found. Please check it once more: 0 and O, 1 and I are taken as the same.") },
	{ "voice.locked", N_("Too many tries. Please try again after {at}, or call us.") },
	{ "voice.wrong-key",
		N_("These digits do not fit. They are the last four of the phone you left, or the PIN on your receipt.") },
	{ "voice.staff",
		N_("You are signed in as staff. Only the resident rates; please sign out first, or leave it to the evaluators.") },
	{ "voice.rated", N_("You have rated this answer already.") },
	{ "voice.not-answered", N_("The answer is not there yet; you can rate it then.") },
	{ "draft.gone",
		N_("What you wrote was kept for 24 hours and is no longer there. Please begin again.") },
	{ "photo.too-many", N_("Up to nine photos.") },
	{ NULL, NULL },
};
