/* SPDX-License-Identifier: Apache-2.0 */
/* sheet_defs.c - declarations of the figures that stand in the record and in no tally: what each counts, over
 * what, and what it leaves out. They are counted in ledger/figures_count.c; docs/figures.md has them exactly. */
#include "concern/desk.h"
#include "core/mem.h"
#include "record/sheet_pages.h"
#include "web/msg.h"

#include "core/banned.h"

/* clang-format off */
#define NO_VOIDED N_("Left out: voided concerns, and history taken over from earlier records.")
#define NOTHING N_("Left out: nothing.")
#define RATE { "record" }

const struct figure_def sheet_defs[] = {
	{ .code = "overdue_open", .title = N_("Late and unanswered"),
	  .definition = N_("Concerns that still waited for an answer when the month ended, though their day had passed."),
	  .without = NO_VOIDED },
	{ .code = "age_median", .title = N_("Days until closing, the middle one"),
	  .definition = N_("Calendar days from the day on which a concern came in to the day of closing, of all closed in the month: half of them took no longer."),
	  .without = NO_VOIDED },
	{ .code = "age_p90", .title = N_("Days until closing, nine of ten"),
	  .definition = N_("The same days: nine of ten took no longer."),
	  .without = NO_VOIDED },
	{ .code = "return_refused", .title = N_("Giving back refused"),
	  .definition = N_("Units asked that another one gets the concern, and a ruling outside the unit said no."),
	  .without = NO_VOIDED },
	{ .code = "sittings", .title = N_("Sittings held"), .den = RATE,
	  .definition = N_("Receptions that were held in the month, over those that a published roster had planned for its days."),
	  .without = NOTHING },
	{ .code = "visits", .title = N_("Visits to households"),
	  .definition = N_("Visits that were recorded in the month."),
	  .without = NOTHING },
	{ .code = "households", .title = N_("Households visited"),
	  .definition = N_("Households of these visits, one by one; the same household twice counts twice."),
	  .without = NOTHING },
	{ .code = "disclosed", .title = N_("Published in time"), .den = RATE,
	  .definition = N_("Items of the disclosure catalogue that were published by their day, over all that were published in the month."),
	  .without = NOTHING },
	{ .code = "erased", .title = N_("Personal parts erased"),
	  .definition = N_("Parts with personal content whose erasure was announced in the month."),
	  .without = NOTHING },
	{ .code = NULL },
};
/* clang-format on */

const struct figure_def *
sheet_def(const char *id)
{
	const struct figure_def *d = figure_look(str_of(id));
	if (d)
		return d;
	for (d = sheet_defs; d->code; d++)
		if (text_eq(d->code, id))
			return d;
	return NULL;
}

bool
sheet_is_days(const struct figure_def *def)
{
	return str_starts(str_of(def->code), STR("age_"));
}

struct figure_value
sheet_value(const struct figures_row *row)
{
	return row ? (struct figure_value){ row->num, row->den > 0 ? row->den : 0 }
	           : (struct figure_value){ 0 };
}

bool
sheet_is_shown(const struct figures *f, const struct figure_def *def, const struct figures_row *row)
{
	if (!sheet_is_days(def))
		return figure_is_shown(def, sheet_value(row));
	/* days of fewer than five would be those of single concerns */
	const struct figures_row *closed =
		figures_find_of(f, "closed", row->unit, row->zone, row->class);
	return closed && closed->num >= FIGURE_COUNT_MIN;
}

struct figure_words
sheet_figure_words(struct req *q, const struct figures *f, const struct figure_def *def,
	const struct figures_row *row)
{
	if (sheet_is_days(def) && !sheet_is_shown(f, def, row))
		return (struct figure_words){ .note = desk_word(q, N_("fewer than 5")) };
	if (sheet_is_days(def))
		return (struct figure_words){ .value = SAY(q, N_("{n} days"), AN("n", row->num)) };
	return figure_words(q, def, sheet_value(row), true);
}

const char *
sheet_numbers(struct req *q, const struct figures_row *row)
{
	if (!row)
		return NULL;
	const char *num = msg_number(q->mem, row->num);
	return row->den == FIGURES_NO_DEN
	               ? num
	               : mem_printf(q->mem, "%s / %s", num, msg_number(q->mem, row->den));
}
