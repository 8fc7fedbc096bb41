/* SPDX-License-Identifier: Apache-2.0 */
/* sorts_pages.c - the year by the five reliefs, and by the level that can settle a matter: how many came,
 * what became of them, and what the residents say of it (A39-A43, A48, C03). Small counts are withheld at
 * the desk too, since the rows are about what troubles people. */
#include "insight/sorts_pages.h"
#include "concern/figures.h"
#include "concern/sort.h"
#include "core/mem.h"
#include "core/parse.h"
#include "insight/figures_int.h"
#include "templates.h"

#include "core/banned.h"

/* clang-format off */
static const struct column columns[] = {
	{ .label = N_("Sorted as") },
	{ .label = N_("Came in"), .form = COL_NUMBER },
	{ .label = N_("Still open"), .form = COL_NUMBER },
	{ .label = N_("Unit: solved"), .form = COL_NUMBER },
	{ .label = N_("Unit: partly"), .form = COL_NUMBER },
	{ .label = N_("Unit: explained"), .form = COL_NUMBER },
	{ .label = N_("Unit: not"), .form = COL_NUMBER },
	{ .label = N_("Resident: solved"), .form = COL_NUMBER },
};
/* clang-format on */
enum { N_COLUMNS = sizeof columns / sizeof *columns };

static void
add_sum(struct sort_sum *to, const struct sort_sum *s)
{
	to->came += s->came;
	to->open += s->open;
	to->seen_solved += s->seen_solved;
	for (int k = 0; k <= OUT_NOT; k++)
		to->outcome[k] += s->outcome[k];
}

static void
fill_row(struct req *q, struct table_cell *row, const char *label, const struct sort_sum *s)
{
	const int64_t n[N_COLUMNS - 1] = { s->came, s->open, s->outcome[OUT_SOLVED],
		s->outcome[OUT_PARTLY], s->outcome[OUT_EXPLAINED], s->outcome[OUT_NOT],
		s->seen_solved };
	row[0].text = desk_word(q, label);
	for (size_t k = 0; k < N_COLUMNS - 1; k++)
		row[k + 1].text = figure_count_words(q, n[k], true);
}

/* One row for each choice, in the order of the list: nothing is ranked. */
static struct table
table_of(struct req *q, const struct choice *rows, bool by_relief, const struct sort_sum *sum,
	size_t n_sums, const char *caption)
{
	size_t n = 0;
	while (rows[n].code)
		n++;
	struct table_cell *cell = mem_array(q->mem, struct table_cell, n * N_COLUMNS);
	for (size_t i = 0; i < n; i++) {
		struct sort_sum all = { 0 };
		for (size_t k = 0; k < n_sums; k++)
			if (text_eq(by_relief ? sum[k].relief : sum[k].level, rows[i].code))
				add_sum(&all, &sum[k]);
		fill_row(q, cell + i * N_COLUMNS, rows[i].label, &all);
	}
	return (struct table){ .caption = caption,
		.hide_caption = true,
		.col = columns,
		.n_cols = N_COLUMNS,
		.cell = cell,
		.n_rows = n };
}

/* The year of ?year=, this one where none is named; false: no year that has begun. */
static bool
year_asked(struct req *q, int *out)
{
	int64_t year, now = day_year(desk_today(q));
	struct str asked = req_query(q, "year");
	if (asked.n == 0)
		year = now;
	else if (!parse_int(asked, 2000, now, &year))
		return false;
	*out = (int)year;
	return true;
}

static void
fill_years(struct req *q, int year, int first, struct sorts_page *p)
{
	p->heading = SAY(
		q, N_("{year} by relief and level"), AX("year", mem_printf(q->mem, "%d", year)));
	if (year > first) {
		p->prev.href = mem_printf(q->mem, "/desk/figures/sorts?year=%d", year - 1);
		p->prev.words = mem_printf(q->mem, "%d", year - 1);
	}
	if (year < day_year(desk_today(q))) {
		p->next.href = mem_printf(q->mem, "/desk/figures/sorts?year=%d", year + 1);
		p->next.words = mem_printf(q->mem, "%d", year + 1);
	}
}

static enum xq_rc
sorts_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct sorts_page p = {
		.empty = { .icon = "list",
			.title = N_("Nothing of this year is sorted yet"),
			.text = N_(
				"A concern is sorted on its own page, by whoever is responsible for it.") }
	};
	struct sort_sum *sum;
	size_t n;
	int year;
	int32_t first = 0;
	if (!year_asked(q, &year))
		return XQ_NONE;
	int64_t from = day_at(day_make(year, 1, 1), 0, q->office->tz_s);
	int64_t until = day_at(day_make(year + 1, 1, 1), 0, q->office->tz_s);
	enum xq_rc rc = tally_first_day(q->tx, q->office->id, &first, err);
	if (rc == XQ_OK)
		rc = sort_sums(q->tx, q->mem, q->office->id, from, until, &sum, &n, err);
	if (rc != XQ_OK)
		return rc;
	int64_t came = 0;
	for (size_t i = 0; i < n; i++)
		came += sum[i].came;
	p.is_empty = came == 0;
	p.is_cut = came >= SORT_COUNT_MAX;
	fill_years(q, year, first ? day_year(first) : year, &p);
	p.reliefs = table_of(q, sort_reliefs, true, sum, n, N_("By the five reliefs"));
	p.levels = table_of(q, sort_levels, false, sum, n, N_("By the level that can settle it"));
	struct shell s;
	struct html_out o = desk_page_begin(q, p.heading, NULL, &s);
	sorts_page(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view sorts_view = { .path = "/desk/figures/sorts",
	.who = PERM_STAFF,
	.render = sorts_render,
	.title = N_("The year by relief and level") };
