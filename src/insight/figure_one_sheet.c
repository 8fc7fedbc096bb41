/* SPDX-License-Identifier: Apache-2.0 */
/* figure_one_sheet.c - what the page of a figure shows, row by row, for a spreadsheet: the two integers, and
 * the rate only where the page draws one. */
#include "core/mem.h"
#include "insight/figure_one.h"

#include "core/banned.h"

enum { PART, FROM, TO, CODE, NAME, COUNT, BASE, RATE, LOW, HIGH, ROWS_MAX = 256 };

struct row {
	const char *part, *code, *name; /* part: message */
	int32_t from, to;
};

static const char **
begin_row(struct req *q, struct one_sheet *s, struct row r)
{
	xq_require(s->n_rows < ROWS_MAX);
	const char **cell = s->cell + ONE_COLUMNS * s->n_rows++;
	cell[PART] = desk_word(q, r.part);
	cell[FROM] = day_text(q->mem, r.from);
	cell[TO] = day_text(q->mem, r.to);
	cell[CODE] = r.code;
	cell[NAME] = r.name;
	return cell;
}

static const char *
number(struct req *q, int64_t n)
{
	return mem_printf(q->mem, "%lld", (long long)n);
}

static void
put_value(struct req *q, struct one_sheet *s, const struct figure_one *one, struct row r,
	struct figure_value v)
{
	const char **cell = begin_row(q, s, r);
	struct interval i;
	bool is_rate = one->def->den[0] != NULL;
	if (is_rate && v.den == 0) /* nothing to count: neither 0 nor a rate */
		return;
	cell[COUNT] = number(q, v.num);
	if (is_rate)
		cell[BASE] = number(q, v.den);
	if (is_rate && figure_is_shown(one->def, v))
		cell[RATE] = figure_per_cent(q->mem, figure_per_mille(v));
	if (figure_one_bounds(one, v, &i)) {
		cell[LOW] = figure_per_cent(q->mem, i.low);
		cell[HIGH] = figure_per_cent(q->mem, i.high);
	}
}

static void
put_reasons(struct req *q, struct one_sheet *s, const struct figure_one *one,
	const struct figure_def *d, struct row r)
{
	for (const struct choice *c = d->reasons; c && c->code; c++) {
		r.code = mem_printf(q->mem, "%s%s", d->num, c->code);
		r.name = desk_word(q, c->label);
		int64_t n = figure_count(r.code, one->sum, one->n, NULL);
		if (n > 0)
			begin_row(q, s, r)[COUNT] = number(q, n);
	}
}

static void
put_left(struct req *q, struct one_sheet *s, const struct figure_one *one, struct row r)
{
	for (size_t i = 0; i < ONE_LEFT && one->story->left[i]; i++) {
		const struct figure_def *d = figure_find(one->story->left[i]);
		r.code = d->code;
		r.name = desk_word(q, d->title);
		begin_row(q, s, r)[COUNT] =
			number(q, figure_value_of(d, one->sum, one->n, NULL).num);
		put_reasons(q, s, one, d, r);
	}
	r.code = NULL;
	r.name = desk_word(q, N_("Rated, and gave no mark for this"));
	if (one->story->silent)
		begin_row(q, s, r)[COUNT] = number(q, one_silent(one));
}

static void
put_beside(struct req *q, struct one_sheet *s, const struct figure_one *one, struct row r)
{
	if (!one->def->beside)
		return;
	int64_t n = figure_count(one->def->beside, one->sum, one->n, NULL);
	const char *reason = one->story->beside_reason;
	r.part = reason ? r.part : N_("Beside it");
	r.code = one->def->beside;
	r.name = reason ? desk_word(q, reason)
	                : SAY(q, one->def->beside_title, AX("n", number(q, n)));
	begin_row(q, s, r)[COUNT] = number(q, n);
}

static void
put_gap(struct req *q, struct one_sheet *s, const struct figure_one *one, struct row r)
{
	static const char *const codes[] = { "claimed", "solved" };
	for (size_t i = 0; one->story->has_gap && i < sizeof codes / sizeof *codes; i++) {
		struct figure_one view = *one;
		view.def = figure_find(codes[i]);
		view.story = figure_story_of(view.def);
		r.code = codes[i];
		r.name = desk_word(q, view.def->title);
		put_value(q, s, &view, r, one_value(&view, NULL));
	}
}

void
figure_one_sheet(struct req *q, const struct figure_one *one, const struct figure_unit *unit,
	size_t n_units, struct one_sheet *out)
{
	static const char *const heads[ONE_COLUMNS] = { N_("Part"), N_("From day"), N_("Until day"),
		N_("Code"), N_("Name of it"), N_("Count"), N_("Base"), N_("Rate"),
		N_("Interval from"), N_("Interval to") };
	*out = (struct one_sheet){ .cell = mem_array(
					   q->mem, const char *, (size_t)ROWS_MAX *ONE_COLUMNS) };
	for (size_t i = 0; i < ONE_COLUMNS; i++)
		out->head[i] = desk_word(q, heads[i]);
	if (one->n_months == 0)
		return;
	struct row all = { .part = N_("All these months"), .from = one->from, .to = one->to };
	all.code = one->def->code;
	all.name = desk_word(q, one->def->title);
	put_value(q, out, one, all, one_value(one, NULL));
	for (size_t i = 0; i < one->n_months; i++) {
		int32_t from = one->month[i].from;
		struct row r = { .part = N_("Month"),
			.code = one->def->code,
			.name = all.name,
			.from = from,
			.to = day_add(day_add_months(from, 1), -1) };
		put_value(q, out, one, r, one_month_value(one, i, NULL));
	}
	struct row r = all;
	r.part = N_("Unit");
	for (size_t i = 0; i < n_units; i++) {
		r.code = unit[i].code;
		r.name = unit[i].name;
		if (!figure_one_is_idle(one, unit[i].code))
			put_value(q, out, one, r, one_value(one, unit[i].code));
	}
	r.part = N_("Reason");
	put_reasons(q, out, one, one->def, r);
	put_beside(q, out, one, r);
	r.part = N_("Left out");
	put_left(q, out, one, r);
	r.part = N_("Gap");
	put_gap(q, out, one, r);
}
