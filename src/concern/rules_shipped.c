/* SPDX-License-Identifier: Apache-2.0 */
/* rules_shipped.c - what texts and words the program ships: the sentence of each state that a resident
 * reads, how to do each step, and which lists of words an office may put in its own words. The codes are
 * fixed, since the steps of a concern and the figures are counted by them; the words are not. */
#include "concern/concern_int.h"
#include "concern/rules.h"
#include "core/mem.h"

#include "core/banned.h"

struct shipped_text {
	const char *code, *title, *text; /* title, text: messages */
	const char *places;              /* sentences only */
};

/* clang-format off */
/* In the order in which a resident meets them; interface.md 5.2. */
static const struct shipped_text sentences[] = {
	{ "received", N_("Registered"),
		N_("Received on {raised}. <b>{who}</b> took it and stays with it to the end. Somebody calls you within {n} working day; the answer comes by <b>{due}</b>."),
		"raised who* n due*" },
	{ "passed", N_("Waiting to be accepted"),
		N_("Passed to <b>{unit}</b>; you get the answer by <b>{due}, close of work</b>. Until they sign for it, <b>{who}</b> is responsible."),
		"unit* due* who*" },
	{ "working", N_("Being handled"),
		N_("<b>{who}</b> is working on it; you get the answer by <b>{due}, close of work</b>."),
		"who* due*" },
	{ "return-asked", N_("Return asked"),
		N_("A unit thinks that another one should handle it; that is settled within {n} working days. Your day stays: <b>{due}</b>. Until then <b>{who}</b> is responsible."),
		"n due* who*" },
	{ "parked", N_("Parked"),
		N_("It cannot be done now: {why}. <b>{who}</b> leads it and tells you the next step on <b>{due}</b>. It does not count as settled."),
		"why who* due*" },
	{ "review", N_("Answer in review"),
		N_("<b>{who}</b> has written the answer; a second person reads it now. You get it by <b>{due}, close of work</b>."),
		"who* due*" },
	{ "late-today", N_("Late since today"),
		N_("The answer was due today at {time} and has not come. <b>{who}</b> is responsible."),
		"time who*" },
	{ "late", N_("Late by days"),
		N_("The answer was due on {day} and is <b>{n} working days late</b>. <b>{who}</b> is responsible."),
		"day n* who*" },
	{ "late-told", N_("Late, and a head knows"),
		N_("The answer was due on {day} and is <b>{n} working days late</b>. <b>{who}</b> is responsible; {head} has been told."),
		"day n* who* head" },
	{ "answered", N_("Answered, call-back due"),
		N_("Answered on <b>{day}</b>. A different colleague calls you within {n} working days and asks whether it is solved. You can also say so here."),
		"day* n" },
	{ "answered-ruling", N_("Waiting for a ruling"),
		N_("Answered on {day}. Your view: <b>{view}</b>. Somebody outside the unit now decides whether it is handled once more."),
		"day view*" },
	{ "redo", N_("Handled again"),
		N_("You said it was not solved, and you were right. <b>{who}</b> handles it once more and answers you by <b>{due}</b>."),
		"who* due*" },
	{ "closed-said", N_("Closed, rated by the resident"),
		N_("On {at} you said: <b>{view}</b>, all in all <b>{sat}</b>. The unit's outcome: {outcome}. Kept as no. {seq} of the public record."),
		"at view* sat* outcome seq" },
	{ "closed-asked", N_("Closed after a call"),
		N_("We asked you on {at}: <b>{view}</b>, all in all <b>{sat}</b>. The unit's outcome: {outcome}. Kept as no. {seq} of the public record."),
		"at view* sat* outcome seq" },
	{ "closed-unreached", N_("Closed, not reached"),
		N_("We called {n} times and did not reach you. It counts neither as satisfied nor as not satisfied. The unit's outcome: <b>{outcome}</b>. Kept as no. {seq} of the public record."),
		"n outcome* seq" },
	{ "ended", N_("Ended"),
		N_("This is no longer handled: {why}. If that is not what you expected, you can say so here, or call us."),
		"why" },
	{ "redirected", N_("Pointed to another body"),
		N_("This belongs to <b>{body}</b>. If that is difficult for you, we pass it on."),
		"body*" },
	{ "merged", N_("Handled with another one"),
		N_("The same matter is handled already, with this one. You get the answer too, and somebody calls you."),
		"" },
	{ "history", N_("From earlier records"),
		N_("From earlier records, answered on {day}."),
		"day" },
	{ NULL, NULL, NULL, NULL },
};

/* In the order of a concern's life. No limit stands in them: limits are rules of their own. */
static const struct shipped_text guides[] = {
	{ "intake", N_("Take a concern down"),
		N_("Write what the resident says in their own words and add nothing. Hand over the receipt with the code, and read out who is responsible and by when. You stay with it to the end, whoever handles it."), NULL },
	{ "hand-over", N_("Hand over"),
		N_("Choose the unit whose duty it is and say what has to be done. It is an offer: until they accept you are responsible, and what is not accepted in time comes back to you."), NULL },
	{ "accept", N_("Accept"),
		N_("Accepting makes you responsible at once. Look whether the matter and the place are your unit's; if not, ask to give it back while there is time. Then call the resident."), NULL },
	{ "decline", N_("Decline"),
		N_("Say in one sentence why, so that the sender finds the right unit. What the duty catalogue assigns cannot be declined, only asked back."), NULL },
	{ "return", N_("Ask to give it back"),
		N_("Give the reason, the rule it rests on and the unit that should have it. Somebody outside rules. Until the other unit accepts you stay responsible, and the resident's day does not move."), NULL },
	{ "rule-return", N_("Rule on the return"),
		N_("Hold the reason against the duty catalogue. Granted: the new unit gets an offer, and the old one keeps it until they accept. Refused: write why, since the same reason cannot be brought twice."), NULL },
	{ "contact", N_("Call the resident first"),
		N_("Call before you go or write: ask what happened, whether there is more to it, and when you may come. Note what was said, and also that nobody answered."), NULL },
	{ "finding", N_("Note a finding"),
		N_("Write what you saw or were told, with day and place, and keep what you think apart from it. The answer rests on it."), NULL },
	{ "points", N_("List the points to answer"),
		N_("One line for each thing that the resident wants answered. The answer has to deal with every one of them."), NULL },
	{ "assist", N_("Ask a unit to help"),
		N_("Say exactly what you need and by when; that day lies before the resident's. You stay responsible for the whole."), NULL },
	{ "opinion", N_("Answer the unit that asked for help"),
		N_("Answer what was asked: what you found, what you can do and by when. The lead unit writes to the resident."), NULL },
	{ "extend", N_("Ask for more time"),
		N_("Ask before the day has passed. Say what is missing and what you do until then. Somebody outside your unit rules; the resident then reads the new day and the reason."), NULL },
	{ "rule-extension", N_("Rule on more time"),
		N_("Grant it when the reason is real and no earlier day is possible. The day that you grant is told to the resident, and it can be granted only once."), NULL },
	{ "park", N_("Park it"),
		N_("Only on the grounds of the list. Name who leads it and the day on which it is looked at again; the resident reads the reason. Parked is not settled and does not count as settled."), NULL },
	{ "resume", N_("Go on with it"),
		N_("Go on as soon as the ground has gone; there is no need to wait for the day of the review. The working days that were left count on from now."), NULL },
	{ "promise", N_("Promise something"),
		N_("Promise one thing, with a day that you can keep. It stays beside the concern until it is kept, and the resident sees it."), NULL },
	{ "promise-keep", N_("The promise is kept"),
		N_("Say what was done and when, so that the resident can go and look."), NULL },
	{ "promise-move", N_("Move the promised day"),
		N_("Move it before the day has passed and say why. The day that was promised first stays visible."), NULL },
	{ "reply", N_("Answer"),
		N_("Point by point: what was found, what is done, by whom and by when; where something cannot be done, name the rule. Say solved only if the resident would say so too. A second person reads it before it goes out."), NULL },
	{ "review", N_("Review an answer"),
		N_("Read it as the resident will: is each point answered, does the rule still hold, does it show data of others? Approve it, or send it back and say what to mend. Nobody approves an own draft."), NULL },
	{ "callback", N_("Call back"),
		N_("Say that you are from another unit and did not handle it. Ask the questions as they stand and record what the resident says; do not persuade. Nobody there: try again on another day before it counts as not reached."), NULL },
	{ "ruling", N_("Rule on the outcome"),
		N_("Lay the answer beside what the resident says, and check the facts where they differ. What can still be done is handled again; what was done properly is closed with a reason that the resident understands."), NULL },
	{ "rule-dispute", N_("Answer a disagreement"),
		N_("Read the answer and what the resident says now. New facts begin a new concern; without new facts it is explained once more. Who handled it does not decide."), NULL },
	{ "supervise", N_("Supervise it"),
		N_("Say what has to happen. The unit gets a day of its own for it; the resident's day does not move, and it is not later for the supervision."), NULL },
	{ "pass-up", N_("Pass it up with a proposal"),
		N_("First check the facts and try what your unit can do. Then say what you found, what you tried and what you propose. You stay responsible, the resident's day does not move, and asking counts against nobody."), NULL },
	{ "answer-up", N_("Decide what was passed up"),
		N_("Decide on the proposal: do it so, do it in another way, take it further up, or try this first. Say who does what by when; the one who asked reads it on the concern."), NULL },
	{ "sort", N_("Sort it: relief and level"),
		N_("Sort the matter, never the person. Hardship: look through the social assistance together. Worry: ask what home and care need. Loneliness: name a team or an activity near by. Grievance: say first that no interest of yours is in it. Doubt: answer at once where the rule is clear. The level is the lowest one that can settle it; what a neighbourhood cannot settle is not pushed down to it."), NULL },
	{ "explain", N_("Explain it in person"),
		N_("Call, or meet the resident; a letter alone is the last resort. Say why it cannot be done, what would have to change and when it is looked at again. Ask how the resident sees it and write that down in the resident's words; do not persuade."), NULL },
	{ "report-up", N_("Report it upward"),
		N_("What the office may not decide goes to the body that may, in writing and with the reason. Name the body and the day; the resident reads both, and the matter stays on the yearly list."), NULL },
	{ "redirect", N_("Point to who is competent"),
		N_("Only where another body is competent by law. Name it with phone and address, and offer to pass it on. In danger call first, write later."), NULL },
	{ "merge", N_("Handle it with another one"),
		N_("Only the same matter at the same place. Both residents get the answer and a call; it must not tell who the other one is."), NULL },
	{ "transfer", N_("Offer it to another office"),
		N_("Only where the place or the duty is theirs. Tell the resident first whom you ask and that the day stays. If they decline it is yours, and you answer."), NULL },
	{ "terminate", N_("End it without an answer"),
		N_("Only when nobody has the power, when it cannot be done without the resident, or when what is asked is against the law. Explain it in plain words and say where else the resident may turn."), NULL },
	{ "void", N_("Void it"),
		N_("Only for mistakes and tests, never because a matter is hard. Your reason stays in the file."), NULL },
	{ NULL, NULL, NULL, NULL },
};
/* clang-format on */

/* Lists of words whose codes the program knows. A kind may hold two: none of their codes is the same. */
static const struct choice *
words_of(enum rule_kind kind, int i)
{
	const struct choice *const lists[RULE_KINDS][2] = {
		[RULE_CLASS] = { concern_classes, NULL },
		[RULE_NATURE] = { concern_natures, NULL },
		[RULE_OUTCOME] = { concern_outcomes, answer_classes },
		[RULE_SCALE] = { concern_solved, concern_sats },
	};
	return lists[kind][i];
}

static const struct shipped_text *
texts_of(enum rule_kind kind)
{
	return kind == RULE_SENTENCE ? sentences : kind == RULE_GUIDE ? guides : NULL;
}

static const struct shipped_text *
text_of_key(enum rule_kind kind, const char *key)
{
	const struct shipped_text *t = texts_of(kind);
	while (t && t->code && !text_eq(t->code, key))
		t++;
	return t && t->code ? t : NULL;
}

const char *
rule_shipped(enum rule_kind kind, const char *key)
{
	const struct shipped_text *t = text_of_key(kind, key);
	if (t)
		return t->text;
	for (int i = 0; i < 2; i++) {
		const struct choice *list = words_of(kind, i);
		if (list && choice_has(list, str_of(key)))
			return choice_label(list, key);
	}
	return NULL;
}

const char *
text_title(enum rule_kind kind, const char *key)
{
	const struct shipped_text *t = text_of_key(kind, key);
	return t ? t->title : rule_shipped(kind, key);
}

const char *
sentence_places(const char *key)
{
	const struct shipped_text *t = text_of_key(RULE_SENTENCE, key);
	return t ? t->places : NULL;
}

const char *const *
text_keys(enum rule_kind kind, void *mem)
{
	enum { KEYS_MAX = 40 };
	const char **out = mem_array(mem, const char *, KEYS_MAX);
	size_t n = 0;
	const struct shipped_text *t = texts_of(kind);
	for (; t && t->code && n + 1 < KEYS_MAX; t++)
		out[n++] = t->code;
	for (int i = 0; i < 2; i++) {
		const struct choice *list = words_of(kind, i);
		for (; list && list->code && n + 1 < KEYS_MAX; list++)
			out[n++] = list->code;
	}
	out[n] = NULL;
	return n > 0 ? out : NULL;
}
