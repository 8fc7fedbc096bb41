/* SPDX-License-Identifier: Apache-2.0 */
/* first_pages.c - who is asked first is responsible (A08): the duty card and what each one follows to the
 * end; and nobody is sent away without a pointer (A09): the log of what another body is competent for. */
#include "concern/first_pages.h"

#include "concern/concern_int.h"
#include "concern/first_taken.h"
#include "concern/redirect_pages.h"
#include "core/mem.h"
#include "core/parse.h"
#include "templates.h"

#include "core/banned.h"

enum { FIRST_ROWS = 30, REDIRECT_ROWS = 200 };

/* ---- the first one asked ---------------------------------------------------------------------------- */

static enum xq_rc
first_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct first_page p = { .name = q->actor.name,
		.unit = q->actor.unit_name,
		.office = q->office->name,
		.empty = { .icon = "ok", .title = N_("You follow nothing that is open.") } };
	struct list_query lq = { .kind = LIST_TRACKED,
		.person_id = q->actor.person_id,
		.max = FIRST_ROWS + 1,
		.now = q->now };
	struct concern_row *row;
	size_t n;
	enum xq_rc rc = concern_list(q->tx, q->mem, q->office->id, &lq, &row, &n, err);
	if (rc != XQ_OK)
		return rc;
	if (n > FIRST_ROWS) {
		n = FIRST_ROWS;
		p.more_href = "/desk/concerns?show=tracked";
	}
	struct desk_row *list = mem_array(q->mem, struct desk_row, n + 1);
	for (size_t i = 0; i < n; i++)
		list[i] = desk_row_of(q, &row[i], STR(""));
	p.rows.row = list;
	p.rows.n = n;
	p.rows.caption = SAY(q, N_("{n} that you follow to the end"), AN("n", (int64_t)n));
	rc = first_board_load(q, &p.board, err);
	if (rc != XQ_OK)
		return rc;
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Asked first"), NULL, &s);
	first_page(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

static const struct view first_view = {
	.path = "/desk/first", .who = PERM_STAFF, .render = first_render, .title = N_("Asked first")
};

/* ---- pointed to another body ------------------------------------------------------------------------ */

static const char *
month_path(struct req *q, int32_t first_day)
{
	return mem_printf(q->mem, "/desk/redirects?month=%04d-%02d", day_year(first_day),
		day_month(first_day));
}

/* The first day of ?month=2026-11; of this month for anything else. */
static int32_t
month_asked(struct req *q)
{
	int32_t day, today = desk_today(q);
	struct str month = req_query(q, "month");
	if (month.n == 7 &&
		parse_day(str_of(mem_printf(q->mem, "%.*s-01", (int)month.n, month.p)), &day) &&
		day <= today)
		return day;
	return day_make(day_year(today), day_month(today), 1);
}

/* Walked along an index over what was redirected alone. Those that this person may not open are left out. */
static enum xq_rc
redirects_load(struct req *q, int32_t from, struct redirects_page *p, struct xq_err *err)
{
	int32_t tz_s = q->office->tz_s;
	struct redirect_row *list = mem_array(q->mem, struct redirect_row, REDIRECT_ROWS);
	struct rows *rows = db_query(q->tx,
		SQL("SELECT c.file_no, c.closed_at, c.title, s.why, s.note, p.name, c.owner_person_id,"
		    " c.owner_unit_id, c.tracker_person_id, c.tracker_unit_id, c.lane"
		    " FROM concern c JOIN step s ON s.office = c.office AND s.concern_id = c.id"
		    " AND s.act = 'concern.redirect'"
		    " LEFT JOIN person p ON p.office = s.office AND p.id = s.person_id"
		    " WHERE c.office = ? AND c.state = 13 AND c.closed_at >= ? AND c.closed_at < ?"
		    " ORDER BY c.closed_at, c.id LIMIT ?"),
		VALS(V(q->office->id), V(day_start(from, tz_s)),
			V(day_start(day_add_months(from, 1), tz_s)),
			V((int64_t)REDIRECT_ROWS + 1)));
	while (row_next(rows)) {
		const struct concern c = { .owner_person_id = row_int(rows, 6),
			.owner_unit_id = row_int(rows, 7),
			.tracker_person_id = row_int(rows, 8),
			.tracker_unit_id = row_int(rows, 9) };
		bool is_sealed = row_int(rows, 10) == LANE_SEALED;
		p->is_cut = p->n == REDIRECT_ROWS;
		if (p->is_cut || !concern_may_see(&q->actor, &c, NULL))
			continue;
		list[p->n++] = (struct redirect_row){ .no = desk_no_short(q, row_int(rows, 0)),
			.href = desk_path(q, row_int(rows, 0), ""),
			.day = msg_day_short(q->mem, q->prefs.lang, day_of(row_int(rows, 1), tz_s)),
			.matter =
				is_sealed ? desk_word(q, N_("Sealed")) : row_text(rows, 2, q->mem),
			.body = choice_label(redirect_bodies, row_text(rows, 3, q->mem)),
			.note = is_sealed ? "" : row_text(rows, 4, q->mem),
			.by = row_text(rows, 5, q->mem) };
	}
	p->row = list;
	return rows_close(rows, err);
}

static enum xq_rc
redirects_render(struct req *q, struct resp *r, struct xq_err *err)
{
	int32_t from = month_asked(q), next = day_add_months(from, 1);
	struct redirects_page p = { .office = q->office->name,
		.printer = q->actor.name,
		.printed_at = q->now,
		.month = SAY(q, N_("{year}, month {month}"),
			AX("year", mem_printf(q->mem, "%d", day_year(from))),
			AN("month", day_month(from))),
		.prev = month_path(q, day_add_months(from, -1)),
		.next = next <= desk_today(q) ? month_path(q, next) : NULL };
	enum xq_rc rc = redirects_load(q, from, &p, err);
	if (rc != XQ_OK)
		return rc;
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Pointed to another body"), NULL, &s);
	redirects_page(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

static const struct view redirects_view = { .path = "/desk/redirects",
	.who = PERM_STAFF,
	.render = redirects_render,
	.title = N_("Pointed to another body") };

static const struct menu_item menu_first = { "/desk/first", N_("Asked first"), "user", PERM_STAFF,
	36, NULL, false };

const struct module concern_first_module = {
	.name = "concern-first",
	.migrations = (const struct migration *const[]){ &first_migration_1,
		&concern_first_migration_2, NULL },
	.views = (const struct view *const[]){ &first_view, &redirects_view, &redirect_report_view,
		&redirect_csv_view, NULL },
	.menu = (const struct menu_item *const[]){ &menu_first, NULL },
};
