/* SPDX-License-Identifier: Apache-2.0 */
/* words.c - codes and their words, the one kind of event, and what refusals say. */
#include "accountability/acct_int.h"

#include "core/banned.h"

/* clang-format off */
const struct choice acct_kinds[] = {
	{ "refusal", N_("Refused to accept") },
	{ "late", N_("Late without a reason") },
	{ "fob-off", N_("Fobbed off or passed on") },
	{ "false-report", N_("Reported what is not true") },
	{ "rude", N_("Rude") },
	{ "leak", N_("Gave away what was to stay secret") },
	{ "retaliation", N_("Retaliation") },
	{ NULL, NULL },
};

/* In the order of the response: from none to the most severe. */
const struct choice acct_outcomes[] = {
	{ "no-cause", N_("No cause: explained") },
	{ "tolerated", N_("Tolerated as an honest error") },
	{ "urge", N_("Urged") },
	{ "supervise", N_("Put under supervision") },
	{ "talk", N_("Talk with the unit's head") },
	{ "circular", N_("Circular within the office") },
	{ "transfer", N_("Transferred to the discipline body") },
	{ NULL, NULL },
};

const struct event_kind ev_acct_step = {
	.name = "acct.step",
	.meaning = "A step in the register of accountability, which is not public: nobody and no unit is named.",
	.fields = (const struct event_field[]){
		{ "step", EV_CODE, .meaning = "opened asked explained decided appealed ruled closed" },
		{ .name = NULL } },
};

const struct msg_text acct_messages[] = {
	{ "acct.unknown", N_("There is no event of this number that you may see.") },
	{ "acct.is-closed", N_("This event is closed. What happens anew is a new one.") },
	{ "acct.own-unit", N_("It is about your own unit, so somebody from outside does this.") },
	{ "acct.not-the-unit", N_("The unit speaks for itself: somebody who handles or approves there does this.") },
	{ "acct.asked-already", N_("It was put to the unit already.") },
	{ "acct.not-asked", N_("The unit does not know of it yet. Please put the fact to it first.") },
	{ "acct.explained-already", N_("The unit has explained already, or it is decided.") },
	{ "acct.explain-first", N_("The unit may explain until {until}. It is decided after that, or once the unit has explained.") },
	{ "acct.decided-already", N_("It is decided already.") },
	{ "acct.not-decided", N_("It is not decided yet.") },
	{ "acct.explained-by-you", N_("You spoke for the unit, so somebody else decides.") },
	{ "acct.too-steep", N_("The response goes up step by step: this unit had none or a milder one within a year. Please choose a milder one.") },
	{ "acct.no-measure", N_("Nothing was imposed, so there is nothing to appeal against.") },
	{ "acct.appeal-late", N_("The time to appeal ended on {until}.") },
	{ "acct.appealed-already", N_("A unit appeals once.") },
	{ "acct.no-appeal", N_("No appeal waits for a ruling.") },
	{ "acct.decided-by-you", N_("You decided it, so somebody else rules on the appeal.") },
	{ "acct.not-milder", N_("On appeal it becomes milder or stays; it never becomes more severe.") },
	{ "acct.appeal-open", N_("The unit may appeal until {until}. It is closed after that.") },
	{ "acct.ruling-open", N_("The appeal waits for its ruling first.") },
	{ "acct.tells-who", N_("The statement repeats who complained. Please put down the bare fact.") },
	{ "acct.unchecked", N_("Please read it once more as the unit would, and tick the box.") },
	{ "acct.day-ahead", N_("This day is still ahead.") },
	{ NULL, NULL },
};
/* clang-format on */

const char *
acct_fact_words(const char *fact)
{
	static const struct choice facts[] = {
		{ "late", N_("The day passed without an answer, and no more time was asked for.") },
		{ "returned",
			N_("The unit asked to give it back again after a ruling that it stays.") },
		{ "again",
			N_("The resident disagreed with the answer, was ruled right, and it is handled again.") },
		{ "untrue",
			N_("The answer said that it is solved; asked afterwards, the resident says that it is not.") },
		{ NULL, NULL },
	};
	return choice_label(facts, fact);
}

int
acct_level(const char *outcome)
{
	static const struct {
		const char *code;
		int level;
	} levels[] = { { "urge", 1 }, { "supervise", 2 }, { "talk", 3 }, { "circular", 3 },
		{ "transfer", 4 } };
	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
		if (text_eq(levels[i].code, outcome))
			return levels[i].level;
	return 0;
}

bool
acct_is_grave(const char *kind)
{
	return text_eq(kind, "false-report") || text_eq(kind, "leak") ||
	       text_eq(kind, "retaliation");
}
