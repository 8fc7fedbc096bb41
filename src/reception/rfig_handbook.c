/* SPDX-License-Identifier: Apache-2.0 */
/* rfig_handbook.c - the handbook of receptions on two sheets: for who sits, who writes down and who keeps the
 * roster. What the program does by itself is said as it does it; the card of the first one asked is the one of
 * /desk/first. */
#include "reception/rfig_pages.h"

#include "core/mem.h"
#include "templates.h"

#include "core/banned.h"

/* clang-format off */
static const struct hand_part parts[] = {
	{ "user", N_("Who does what"), {
		N_("Who receives listens, says what they can say at once, and stays with what they took down until the resident has the answer."),
		N_("Who writes down enters each visitor while they sit there: matter, place, what was told, documents. One concern takes a minute."),
		N_("Who keeps the roster publishes it three days ahead and gives the reason for each change; residents see what stood there before."),
		N_("Deputies and delegates listen and record. They do not settle the matter, promise nothing for a unit, and hear what became of it.") },
	  NULL },
	{ "cal", N_("Before the sitting"), {
		N_("You cannot come: offer a swap, or note the days on which you are away. Nothing changes until the other one accepts."),
		N_("A sitting that cannot be held is cancelled before its day, and the day in its place is announced three days ahead."),
		N_("Go through the open concerns of the last sittings: whoever comes back asks what became of them."),
		N_("The register opens an hour before. Lay out the paper for a day without a network; it can be entered for three days.") },
	  N_("Understand: think of what people here think about. Ask before you explain, and let them finish.") },
	{ "talk", N_("During the sitting"), {
		N_("Say your name and your post, and that whoever takes the concern down stays with it to the end."),
		N_("Time, place, cause, course and wish: write it in the resident's own words, one concern for each matter."),
		N_("Say everything at one time: which papers, where, until when, whom to call, and the day of the answer. Nobody comes twice for one paper."),
		N_("What is answered by a sentence is noted as told on the spot, without a name. All else becomes a concern with an owner and a day."),
		N_("Documents: list and count them. Take copies; originals go back."),
		N_("Read back what you wrote. The resident agrees, signs on paper, or does not want to: each of the three is noted."),
		N_("Several people with one matter: one concern with the number of people; at most five speak for all."),
		N_("Not our matter: receive it all the same and say who is competent, with name and phone.") },
	  N_("Respect: ask before you write a name or a phone number. No label, no remark about a person, no look into others' matters.") },
	{ "lock", N_("Confidential"), {
		N_("Who does not want to be known may stay without a name. Who asks for secrecy gets it: tick it, and only those who handle it read it."),
		N_("Speak of nobody's matter before the next one. Lists, notes and screens face away from visitors."),
		N_("No photo, no recording, nothing in a group chat. Full phone numbers are opened with a reason, and the resident can see it.") },
	  NULL },
	{ "phone", N_("Danger cannot wait"), {
		N_("A crime or violence: 110. Fire, gas or somebody trapped: 119. Somebody ill or hurt: 120. Call at once, beside the resident, then take it down."),
		N_("A danger to life is never left in a queue, and nobody is sent away to call by themselves.") },
	  NULL },
	{ "ok", N_("After the sitting"), {
		N_("Close the register with the number of people who came. It must be the number that stands in it."),
		N_("Nobody came: close it with 0. A sitting without visitors was held and counts as held."),
		N_("You did not come: say so with the reason. Where nobody says anything within the limit and nothing was taken down, it counts as missed."),
		N_("All of it was missed: the leader hears of it, and a day to make up for it is set, three days ahead. The missed one stays in the figures."),
		N_("Print the day log and each intake that is wanted on paper.") },
	  N_("Care: look once a week at what you follow. Call before the resident has to ask, also to say that nothing is new.") },
	{ "people", N_("When the answer is there"), {
		N_("The resident has the answer, and is called back by somebody who had no part in it. Whoever received hears the same."),
		N_("What cannot be done is explained in person: the reason, what would change it, and when it is looked at again."),
		N_("Nothing is counted by person: no list of who took down most, no ranking of receivers.") },
	  N_("Rely on: ask what the resident would do, and who else could help. An idea is written down as an idea.") },
};

static const struct hand_way ways[] = {
	{ N_("Roster, receivers, absences"), N_("Receptions"), "/desk/reception" },
	{ N_("Change, swap, cancel, close or make up for a sitting"), N_("Receptions, then the week, then the number of the sitting"), "/desk/reception" },
	{ N_("Take down outside of a sitting"), N_("The button at the top of each page, or key N"), "/desk/intake" },
	{ N_("What I follow to the end"), N_("Asked first"), "/desk/first" },
	{ N_("Who is competent, pointed elsewhere"), N_("Pointed to another body"), "/desk/redirects" },
	{ N_("How often it was held"), N_("Figures of sittings"), "/desk/reception/figures" },
};
/* clang-format on */

static enum xq_rc
handbook_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	struct hand_page p = { .part = parts,
		.n_parts = sizeof parts / sizeof *parts,
		.way = ways,
		.n_ways = sizeof ways / sizeof *ways,
		.office = q->office->name,
		.phone = q->office->phone,
		.printer = q->actor.name,
		.printed_at = q->now };
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Handbook of receptions"), NULL, &s);
	rfig_handbook(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view rfig_handbook_view = { .path = "/desk/reception/handbook",
	.who = PERM_STAFF,
	.render = handbook_render,
	.title = N_("Handbook of receptions") };
