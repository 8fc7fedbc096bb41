/* SPDX-License-Identifier: Apache-2.0 */
/* figure_one_words.c - what each figure counts, over what, with which unit it stands, and which other
 * figures count what it leaves out. */
#include "insight/figure_one.h"

#include "core/banned.h"

/* clang-format off */
#define CLOSED     N_("Concerns closed")
#define OFFERS     N_("Offers made to units")
#define RATED      N_("Concerns rated")
#define OF_FIRST   N_("Each stands with the unit that owned it first.")
#define OF_CLOSING N_("Each stands with the unit that owned it when it was closed.")
#define OF_RATING  N_("Each stands with the unit that owned it when it was rated or called about.")
#define OF_ASKING  N_("Each stands with the unit that asked, over the offers made to that unit.")
#define OF_END     N_("Each stands with the unit that owned it at its end.")
#define ENDS       "redirected", "merged", "terminated", "voided"

const struct figure_story figure_stories[] = {
	{ .code = "raised", .counted = N_("Concerns that came in"), .unit = OF_FIRST, .left = { "voided" } },
	{ .code = "repeat", .counted = N_("Concerns about a matter that was on record"), .over = N_("Concerns that came in"),
	  .unit = OF_FIRST, .left = { "voided" } },

	{ .code = "closed", .counted = CLOSED, .unit = OF_CLOSING, .left = { ENDS }, .has_gap = true },
	{ .code = "on_time", .counted = N_("Closed, and no answer came after the resident's day"), .over = CLOSED,
	  .unit = OF_CLOSING, .left = { ENDS } },
	{ .code = "claimed", .counted = N_("Closed, and the approved answer says \"solved\""), .over = CLOSED,
	  .unit = OF_CLOSING, .left = { ENDS }, .has_gap = true },
	{ .code = "solved", .counted = N_("Rated, and the last rating of the month says \"solved\""), .over = RATED,
	  .unit = OF_RATING, .left = { "unreached", "merged", "voided" }, .is_from_answers = true, .has_gap = true },
	{ .code = "satisfaction", .counted = N_("Points: 10 for satisfied, 8 for fairly, 6 for so-so, 0 for not"),
	  .over = N_("10 points for each rating"), .unit = OF_RATING, .left = { "unreached", "merged", "voided" },
	  .silent = "sat-full", .is_from_answers = true },
	{ .code = "result", .counted = N_("Points: 10 for satisfied, 8 for fairly, 6 for so-so, 0 for not"),
	  .over = N_("10 points for each rating"), .unit = OF_RATING, .left = { "unreached", "merged", "voided" },
	  .silent = "result-full", .is_from_answers = true },
	/* How many gave no mark for the manner is not told: the box holds marks, and no concerns. */
	{ .code = "attitude", .counted = N_("Points: 10 for satisfied, 8 for fairly, 6 for so-so, 0 for not"),
	  .over = N_("10 points for each mark"),
	  .unit = N_("A unit's marks stand here only for months in which it had 10 of them."),
	  .left = { "unreached" }, .is_from_answers = true },
	{ .code = "unreached", .counted = N_("Three calls reached nobody, and no rating in the month"),
	  .over = N_("Concerns rated or not reached"), .unit = OF_RATING, .left = { "voided" } },
	{ .code = "redone", .counted = N_("Closed, and handled again at least once"), .over = CLOSED,
	  .unit = OF_CLOSING, .left = { ENDS } },
	{ .code = "promises", .counted = N_("Kept by the day told last"), .over = N_("Promises for a day in these months"),
	  .unit = N_("Each stands with the unit that promised."), .left = { "voided" } },

	{ .code = "contacted", .counted = N_("First contacts that reached the resident"), .over = N_("First contacts noted"),
	  .unit = N_("Each stands with the unit of the one who called."), .left = { "voided" } },
	{ .code = "returned", .counted = N_("Returns granted"), .over = OFFERS, .unit = OF_ASKING, .left = { "voided" } },
	{ .code = "extended", .counted = N_("Extensions granted"), .over = OFFERS, .unit = OF_ASKING, .left = { "voided" } },
	{ .code = "parked", .counted = N_("Parkings approved"), .over = OFFERS,
	  .unit = N_("Each stands with the unit that owns it, over the offers made to that unit."), .left = { "voided" } },

	{ .code = "redirected", .counted = N_("Concerns pointed to another body"), .unit = OF_END, .left = { "voided" } },
	{ .code = "merged", .counted = N_("Concerns handled with another one"), .unit = OF_END, .left = { "voided" } },
	{ .code = "terminated", .counted = N_("Concerns ended without an answer"), .unit = OF_END, .left = { "voided" },
	  .beside_reason = N_("Withdrawn by the resident") },
	{ .code = "voided", .counted = N_("Concerns voided"), .unit = OF_END },
	{ .code = NULL },
};
/* clang-format on */

const struct figure_story *
figure_story_of(const struct figure_def *def)
{
	const struct figure_story *s = figure_stories;
	while (s->code && !text_eq(s->code, def->code))
		s++;
	xq_require(s->code != NULL);
	return s;
}
