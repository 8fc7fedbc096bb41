/* SPDX-License-Identifier: Apache-2.0 */
/* figures.c - the declarations of the figures, and their values from the sums of a period. */
#include "concern/figures.h"

#include <math.h>

#include "core/banned.h"

/* clang-format off */
#define WITHOUT N_("Left out: voided concerns, and history taken over from earlier records.")

const struct figure_def figure_defs[] = {
	{ .code = "raised", .group = FIGURES_CAME, .title = N_("Came in"),
	  .definition = N_("Concerns that came in during the month, by whatever way."),
	  .without = WITHOUT, .num = "raised" },
	{ .code = "repeat", .group = FIGURES_CAME, .title = N_("Came again"),
	  .definition = N_("Of the concerns that came in during the month, those about a matter on record: raised again after a disagreement, or handled with another one. Counted by matter, never by person."),
	  .without = WITHOUT, .num = "repeat", .den = { "raised" } },

	{ .code = "closed", .group = FIGURES_DONE, .title = N_("Closed"),
	  .definition = N_("Concerns closed in the month: answered, and the resident asked by somebody outside the unit."),
	  .without = N_("Left out: voided concerns, history, and what ended otherwise (below)."),
	  .num = "closed", .is_by_unit = true },
	{ .code = "on_time", .group = FIGURES_DONE, .title = N_("Answered in time"),
	  .definition = N_("Of the concerns closed in the month, those whose answers all came by the resident's day. Only granted extensions and parking move that day; late stays late."),
	  .without = WITHOUT, .num = "on-time", .den = { "closed" }, .is_by_unit = true },
	{ .code = "claimed", .group = FIGURES_DONE, .title = N_("Solved, as the units say"),
	  .definition = N_("Of the concerns closed in the month, those with the outcome \"solved\" in the approved answer."),
	  .without = WITHOUT, .num = "claimed", .den = { "closed" }, .is_by_unit = true },
	{ .code = "solved", .group = FIGURES_DONE, .title = N_("Solved, as the residents say"),
	  .definition = N_("Of the concerns rated in the month, those whose last rating in it says \"solved\"."),
	  .without = N_("Left out: voided concerns, history, and residents who were not reached."),
	  .num = "rated-solved", .den = { "rated" }, .is_by_unit = true },
	{ .code = "satisfaction", .group = FIGURES_DONE, .title = N_("Satisfied"),
	  .definition = N_("Last rating in the month of each concern: 10 points for satisfied, 8 for fairly, 6 for so-so, 0 for not; over 10 points for each of them."),
	  .without = N_("Left out: voided concerns, history, residents who were not reached or gave no rating."),
	  .num = "sat-points", .den = { "sat-full" }, .den_each = 10, .is_by_unit = true },
	{ .code = "result", .group = FIGURES_DONE, .title = N_("Satisfied with the result"),
	  .definition = N_("The same, for what they say about the result alone: 10, 8, 6 or 0 points, over 10 for each of them."),
	  .without = N_("Left out: voided concerns, history, residents who were not asked or gave no rating."),
	  .num = "result-points", .den = { "result-full" }, .den_each = 10, .is_by_unit = true, .is_desk_only = true },
	{ .code = "attitude", .group = FIGURES_DONE, .title = N_("Satisfied with the manner"),
	  .definition = N_("Marks of the month for how people were treated: 10, 8, 6 or 0 points, over 10 for each of them. They lie in a box apart from the concerns; nobody sees who gave which. In public: the whole office, when the box is counted."),
	  .without = N_("Left out: residents who gave no mark, months that are not over, and units with fewer than 10 marks; together they count for the office if they are 10."),
	  .num = "attitude-points", .den = { "attitude-full" }, .den_each = 10, .is_by_unit = true,
	  .is_boxed = true, .is_apart = true },
	{ .code = "unreached", .group = FIGURES_DONE, .title = N_("Not reached"),
	  .definition = N_("Concerns of which three calls reached nobody and which were not rated in the month, over all concerns rated or not reached in it."),
	  .without = WITHOUT, .num = "unreached", .den = { "rated", "unreached" } },
	{ .code = "redone", .group = FIGURES_DONE, .title = N_("Handled again"),
	  .definition = N_("Of the concerns closed in the month, those handled again at least once after a ruling."),
	  .without = WITHOUT, .num = "redone", .den = { "closed" }, .is_by_unit = true },
	{ .code = "promises", .group = FIGURES_DONE, .title = N_("Promises kept"),
	  .definition = N_("Of the promises whose day lies in the month, those kept by that day. A promise that was moved counts on the day told last."),
	  .without = WITHOUT, .num = "promise-kept", .den = { "promise" } },

	{ .code = "contacted", .group = FIGURES_WAY, .title = N_("First contact made"),
	  .definition = N_("Of the first contacts noted in the month, those in which the resident was reached."),
	  .without = WITHOUT, .num = "contact-made", .den = { "contact" }, .is_by_unit = true },
	{ .code = "returned", .group = FIGURES_WAY, .title = N_("Given back"),
	  .definition = N_("Returns granted in the month, over offers made to units in it."),
	  .without = WITHOUT, .num = "returned", .den = { "assigned" }, .is_by_unit = true,
	  .beside = "return-refused", .beside_title = N_("Refused: {n}") },
	{ .code = "extended", .group = FIGURES_WAY, .title = N_("Given more time"),
	  .definition = N_("Extensions granted in the month, over offers made to units in it."),
	  .without = WITHOUT, .num = "extended.", .den = { "assigned" }, .reasons = extension_reasons },
	{ .code = "parked", .group = FIGURES_WAY, .title = N_("Put aside until a day"),
	  .definition = N_("Parkings approved in the month, over offers made to units in it."),
	  .without = WITHOUT, .num = "parked.", .den = { "assigned" }, .reasons = park_grounds },

	{ .code = "redirected", .group = FIGURES_OUT, .title = N_("Pointed to another body"),
	  .definition = N_("Concerns ended in the month because another body is competent, which the resident was told."),
	  .without = WITHOUT, .num = "redirected.", .reasons = redirect_bodies },
	{ .code = "merged", .group = FIGURES_OUT, .title = N_("Handled with another one"),
	  .definition = N_("Concerns that went on together with another one about the same matter. Their residents' ratings stand beside and are in no rate."),
	  .without = WITHOUT, .num = "merged" },
	{ .code = "terminated", .group = FIGURES_OUT, .title = N_("Ended without an answer"),
	  .definition = N_("Concerns ended in the month without an answer, each approved outside the unit or withdrawn by the resident. They count as neither closed nor solved."),
	  .without = WITHOUT, .num = "terminated.", .reasons = terminate_reasons,
	  .beside = "terminated.withdrawn", .beside_title = N_("Withdrawn by the resident: {n}") },
	{ .code = "voided", .group = FIGURES_OUT, .title = N_("Voided"),
	  .definition = N_("Concerns voided in the month. They are in no other figure, on whatever day."),
	  .without = N_("Left out: nothing."),
	  .num = "voided.", .reasons = void_reasons },
	{ .code = NULL },
};
/* clang-format on */

const struct figure_def *
figure_find(const char *code)
{
	const struct figure_def *d = figure_look(str_of(code));
	xq_require(d != NULL);
	return d;
}

const struct figure_def *
figure_look(struct str code)
{
	const struct figure_def *d = figure_defs;
	while (d->code && !str_is(code, d->code))
		d++;
	return d->code ? d : NULL;
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

int64_t
figure_base(const struct figure_def *def, struct figure_value v)
{
	return v.den / (def->den_each ? def->den_each : 1);
}

bool
figure_is_shown(const struct figure_def *def, struct figure_value v)
{
	if (!def->den[0])
		return v.num == 0 || v.num >= FIGURE_COUNT_MIN;
	return figure_base(def, v) >= FIGURE_RATE_MIN;
}

int
figure_per_mille(struct figure_value v)
{
	xq_require(v.den > 0);
	return (int)((v.num * 1000 + v.den / 2) / v.den);
}

static struct interval
wilson(double p, double n)
{
	const double z = 1.96; /* 95 % */
	double mid = (p + z * z / (2 * n)) / (1 + z * z / n);
	double half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
	struct interval i = { (int)lround(1000 * (mid - half)), (int)lround(1000 * (mid + half)) };
	xq_require(i.low >= 0 && i.low <= i.high && i.high <= 1000);
	return i;
}

struct interval
figure_interval(struct figure_value v)
{
	xq_require(v.den > 0 && v.num >= 0 && v.num <= v.den);
	return wilson((double)v.num / (double)v.den, (double)v.den);
}

struct interval
figure_interval_of(const struct figure_def *def, struct figure_value v)
{
	int64_t n = figure_base(def, v);
	xq_require(n > 0 && v.num >= 0 && v.num <= v.den);
	return wilson((double)v.num / (double)v.den, (double)n);
}
