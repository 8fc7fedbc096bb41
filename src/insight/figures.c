/* SPDX-License-Identifier: Apache-2.0 */
/* figures.c - the declarations of the figures, and their values from the sums of a period. */
#include "insight/figures.h"

#include "core/banned.h"

/* clang-format off */
#define WITHOUT N_("Left out: voided concerns, and history taken over from earlier records.")

const struct figure_def figure_defs[] = {
	{ .code = "raised", .title = N_("Came in"),
	  .definition = N_("Concerns that came in during the period, by whatever way."),
	  .without = WITHOUT, .num = "raised" },
	{ .code = "closed", .title = N_("Closed in the period"),
	  .definition = N_("Concerns closed in the period: answered, and the resident called back."),
	  .without = N_("Left out: voided concerns, history, and what ended without an answer (below)."),
	  .num = "closed", .is_by_unit = true },
	{ .code = "on_time", .title = N_("Answered in time"),
	  .definition = N_("Of the concerns closed in the period, those whose answers all came by the resident's day. Only granted extensions and parking move that day; late stays late."),
	  .without = WITHOUT, .num = "on-time", .den = { "closed" }, .is_by_unit = true },
	{ .code = "claimed", .title = N_("Solved, as the units say"),
	  .definition = N_("Of the concerns closed in the period, those with the outcome \"solved\" in the approved answer."),
	  .without = WITHOUT, .num = "claimed", .den = { "closed" }, .is_by_unit = true },
	{ .code = "solved", .title = N_("Solved, as the residents say"),
	  .definition = N_("Of the concerns rated in the period, those whose last rating in it says \"solved\"."),
	  .without = N_("Left out: voided concerns, history, and residents who were not reached."),
	  .num = "rated-solved", .den = { "rated" }, .is_by_unit = true },
	{ .code = "satisfaction", .title = N_("Satisfaction of the residents"),
	  .definition = N_("Last rating in the period of each concern: 10 points for satisfied, 8 for fairly, 6 for so-so, 0 for not; over 10 points for each of them."),
	  .without = N_("Left out: voided concerns, history, residents who were not reached or gave no rating."),
	  .num = "sat-points", .den = { "sat-full" }, .den_each = 10, .is_by_unit = true },
	{ .code = "contacted", .title = N_("First contact made"),
	  .definition = N_("Of the first contacts noted in the period, those in which the resident was reached."),
	  .without = WITHOUT, .num = "contact-made", .den = { "contact" }, .is_by_unit = true },
	{ .code = "returned", .title = N_("Given back"),
	  .definition = N_("Returns granted in the period, over offers made to units in it."),
	  .without = WITHOUT, .num = "returned", .den = { "assigned" }, .is_by_unit = true,
	  .beside = "return-refused", .beside_title = N_("Refused: {n}") },
	{ .code = "redone", .title = N_("Handled again"),
	  .definition = N_("Of the concerns closed in the period, those handled again at least once after a ruling."),
	  .without = WITHOUT, .num = "redone", .den = { "closed" }, .is_by_unit = true },
	{ .code = "repeat", .title = N_("Came again"),
	  .definition = N_("Of the concerns that came in during the period, those about a matter that was on record: linked to an earlier concern of the last months, or handled with another one. Counted by matter, never by person."),
	  .without = WITHOUT, .num = "repeat", .den = { "raised" } },
	{ .code = "extended", .title = N_("Given more time"),
	  .definition = N_("Extensions granted in the period, over offers made to units in it."),
	  .without = WITHOUT, .num = "extended.", .den = { "assigned" }, .reasons = extension_reasons },
	{ .code = "parked", .title = N_("Put aside until a day"),
	  .definition = N_("Parkings approved in the period, over offers made to units in it."),
	  .without = WITHOUT, .num = "parked.", .den = { "assigned" }, .reasons = park_grounds },
	{ .code = "promises", .title = N_("Promises kept"),
	  .definition = N_("Of the promises whose day lies in the period, those kept by that day. A promise that was moved counts on the day told last."),
	  .without = WITHOUT, .num = "promise-kept", .den = { "promise" } },
	{ .code = "unreached", .title = N_("Residents not reached"),
	  .definition = N_("Concerns of which three calls reached nobody and which were not rated in the period, over all concerns rated or not reached in it."),
	  .without = WITHOUT, .num = "unreached", .den = { "rated", "unreached" } },
	{ .code = "redirected", .title = N_("Pointed to another body"),
	  .definition = N_("Concerns ended in the period because another body is competent, which the resident was told."),
	  .without = WITHOUT, .num = "redirected.", .reasons = redirect_bodies },
	{ .code = "merged", .title = N_("Handled with another one"),
	  .definition = N_("Concerns that went on together with another one about the same matter. Their residents' ratings stand beside and are in no rate."),
	  .without = WITHOUT, .num = "merged" },
	{ .code = "terminated", .title = N_("Ended without an answer"),
	  .definition = N_("Concerns ended in the period without an answer, each approved outside the unit or withdrawn by the resident. They count as neither closed nor solved."),
	  .without = WITHOUT, .num = "terminated.", .reasons = terminate_reasons },
	{ .code = "withdrawn", .title = N_("Withdrawn by the resident"),
	  .definition = N_("Of those ended without an answer: the resident withdrew it."),
	  .without = WITHOUT, .num = "terminated.withdrawn" },
	{ .code = "voided", .title = N_("Voided"),
	  .definition = N_("Concerns voided in the period. They are in no other figure, on whatever day."),
	  .without = N_("Left out: nothing."),
	  .num = "voided.", .reasons = void_reasons },
	{ .code = NULL },
};
/* clang-format on */

const struct figure_def *
figure_find(const char *code)
{
	const struct figure_def *d = figure_defs;
	while (d->code && !text_eq(d->code, code))
		d++;
	xq_require(d->code != NULL);
	return d;
}

static bool
is_of_code(const char *figure, struct str code)
{
	return str_ends(code, STR(".")) ? str_starts(str_of(figure), code) : str_is(code, figure);
}

int64_t
figure_count(const char *code, const struct tally_sum *sum, size_t n, const char *unit)
{
	int64_t total = 0;
	for (size_t i = 0; i < n; i++)
		if (is_of_code(sum[i].figure, str_of(code)) &&
			(!unit || text_eq(unit, sum[i].unit)))
			total += sum[i].n;
	return total;
}

struct figure_value
figure_value_of(
	const struct figure_def *def, const struct tally_sum *sum, size_t n, const char *unit)
{
	struct figure_value v = { .num = figure_count(def->num, sum, n, unit) };
	for (size_t i = 0; i < 2 && def->den[i]; i++)
		v.den += figure_count(def->den[i], sum, n, unit);
	return v;
}

bool
figure_is_shown(const struct figure_def *def, struct figure_value v)
{
	if (!def->den[0])
		return v.num == 0 || v.num >= FIGURE_COUNT_MIN;
	return v.den >= (int64_t)FIGURE_RATE_MIN * (def->den_each ? def->den_each : 1);
}

int
figure_per_mille(struct figure_value v)
{
	xq_require(v.den > 0);
	return (int)((v.num * 1000 + v.den / 2) / v.den);
}
