/* SPDX-License-Identifier: Apache-2.0 */
/* redirect_pages.c - the report of what another body is competent for (A09): how much went to which body, month
 * by month, by which unit, and whether each resident was told a name and a way to reach it. */
#include "concern/redirect_pages.h"

#include "concern/concern_int.h"
#include "core/mem.h"
#include "core/parse.h"
#include "core/utf8.h"
#include "exchange/csv_write.h"
#include "templates.h"

#include "core/banned.h"

enum { CONTACT_DIGITS = 3 };

/* ---- what was told ---------------------------------------------------------------------------------- */

/* Behind the name and before the words stands the phone (concern.redirect): three digits at least, as 110. */
bool
redirect_names_contact(const char *note)
{
	struct str s = str_of(note ? note : "");
	size_t end = str_index(s, STR(" \xc2\xb7 "));
	int digits = 0;
	for (size_t i = 0; i < end && i < s.n && digits < CONTACT_DIGITS; i++)
		digits = s.p[i] >= '0' && s.p[i] <= '9' ? digits + 1 : s.p[i] == '-' ? digits : 0;
	return end < s.n && digits >= CONTACT_DIGITS;
}

/* ---- counted ---------------------------------------------------------------------------------------- */

static size_t
body_index(const char *code)
{
	size_t i = 0;
	while (redirect_bodies[i].code && !text_eq(redirect_bodies[i].code, code))
		i++;
	return i;
}

/* Units in the order of the catalogue, each once. */
static struct redirect_sum *
unit_sum(struct redirect_year *y, int64_t unit_id)
{
	for (size_t i = 0; i < y->n_units; i++)
		if (y->unit[i].unit_id == unit_id)
			return &y->unit[i];
	return NULL;
}

static void
add_up(struct redirect_sum *s, int month, bool has_contact)
{
	if (!s)
		return;
	s->month[month - 1]++;
	s->n++;
	s->n_contact += has_contact;
}

static enum xq_rc
load_units(struct tx *tx, void *mem, int64_t office, struct redirect_year *y, struct xq_err *err)
{
	struct unit *unit;
	size_t n = 0;
	enum xq_rc rc = unit_list(tx, mem, office, &unit, &n, err);
	y->unit = mem_array(mem, struct redirect_sum, n + 1);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		y->unit[y->n_units++] =
			(struct redirect_sum){ .unit_id = unit[i].id, .name = unit[i].name };
	return rc;
}

/* Walked along the index over what was redirected alone, one year of it. */
enum xq_rc
redirect_year_load(struct tx *tx, void *mem, int64_t office, int year, int32_t tz_s,
	struct redirect_year *out, struct xq_err *err)
{
	*out = (struct redirect_year){ .year = year };
	enum xq_rc rc = load_units(tx, mem, office, out, err);
	if (rc != XQ_OK)
		return rc;
	for (size_t i = 0; redirect_bodies[i].code && i < REDIRECT_BODIES; i++)
		out->body[out->n_bodies++].name = redirect_bodies[i].label;
	int32_t from = day_make(year, 1, 1);
	struct rows *q = db_query(tx,
		SQL("SELECT c.closed_at, s.why, s.note, s.unit_id"
		    " FROM concern c JOIN step s ON s.office = c.office AND s.concern_id = c.id"
		    " AND s.act = 'concern.redirect'"
		    " WHERE c.office = ? AND c.state = 13 AND c.closed_at >= ? AND c.closed_at < ?"
		    " ORDER BY c.closed_at, c.id"),
		VALS(V(office), V(day_start(from, tz_s)),
			V(day_start(day_add_months(from, MONTHS), tz_s))));
	while (row_next(q)) {
		int month = day_month(day_of(row_int(q, 0), tz_s));
		bool has_contact = redirect_names_contact(row_text(q, 2, mem));
		size_t body = body_index(row_text(q, 1, mem));
		if (body < out->n_bodies)
			add_up(&out->body[body], month, has_contact);
		add_up(unit_sum(out, row_int(q, 3)), month, has_contact);
		add_up(&out->all, month, has_contact);
	}
	return rows_close(q, err);
}

/* ---- pages ------------------------------------------------------------------------------------------ */

/* ?year=2026; this year for anything else. */
static int
year_asked(struct req *q)
{
	enum { FIRST_YEAR = 2004 };
	int64_t year;
	int now = day_year(desk_today(q));
	return parse_int(req_query(q, "year"), FIRST_YEAR, now, &year) ? (int)year : now;
}

static const char *
year_path(struct req *q, const char *file, int year)
{
	return mem_printf(q->mem, "/desk/redirects/%s?year=%d", file, year);
}

static enum xq_rc
load(struct req *q, struct redirect_year *y, struct xq_err *err)
{
	return redirect_year_load(
		q->tx, q->mem, q->office->id, year_asked(q), q->office->tz_s, y, err);
}

/* Only what occurred: a body or unit without any is left out. */
static void
drop_empty(struct redirect_sum *list, size_t *n)
{
	size_t used = 0;
	for (size_t i = 0; i < *n; i++)
		if (list[i].n > 0)
			list[used++] = list[i];
	*n = used;
}

static enum xq_rc
report_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct redirect_report p = {
		.office = q->office->name, .printer = q->actor.name, .printed_at = q->now
	};
	enum xq_rc rc = load(q, &p.y, err);
	if (rc != XQ_OK)
		return rc;
	drop_empty(p.y.body, &p.y.n_bodies);
	drop_empty(p.y.unit, &p.y.n_units);
	p.year = SAY(q, N_("Year {year}"), AX("year", mem_printf(q->mem, "%d", p.y.year)));
	p.prev = year_path(q, "report", p.y.year - 1);
	p.next = p.y.year < day_year(desk_today(q)) ? year_path(q, "report", p.y.year + 1) : NULL;
	p.csv = year_path(q, "report.csv", p.y.year);
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Report: pointed to another body"), NULL, &s);
	redirect_report(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

static void
csv_rows(struct req *q, struct buf *b, const char *kind, const struct redirect_sum *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		csv_cell(b, desk_word(q, kind), ',');
		csv_cell(b, desk_word(q, list[i].name), ',');
		for (int m = 0; m < MONTHS; m++)
			csv_cell(b, mem_printf(q->mem, "%lld", (long long)list[i].month[m]), ',');
		csv_cell(b, mem_printf(q->mem, "%lld", (long long)list[i].n), ',');
		csv_cell(b, mem_printf(q->mem, "%lld", (long long)list[i].n_contact), '\r');
		buf_char(b, '\n');
	}
}

static enum xq_rc
csv_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct redirect_year y;
	enum xq_rc rc = load(q, &y, err);
	if (rc != XQ_OK)
		return rc;
	struct buf b = buf_new(q->mem, 4096);
	buf_text(&b, "\xef\xbb\xbf"); /* spreadsheets read UTF-8 only with its mark */
	csv_cell(&b, desk_word(q, N_("Counted by")), ',');
	csv_cell(&b, desk_word(q, N_("Name")), ',');
	for (int m = 1; m <= MONTHS; m++)
		csv_cell(&b, mem_printf(q->mem, "%d-%02d", y.year, m), ',');
	csv_cell(&b, desk_word(q, N_("Together")), ',');
	csv_cell(&b, desk_word(q, N_("Told with a contact")), '\r');
	buf_char(&b, '\n');
	csv_rows(q, &b, N_("Who is competent"), y.body, y.n_bodies);
	csv_rows(q, &b, N_("Told by"), y.unit, y.n_units);
	resp_download(q, r, "text/csv; charset=utf-8",
		mem_printf(
			q->mem, "%s-%d.csv", desk_word(q, N_("Pointed to another body")), y.year),
		buf_view(&b));
	return XQ_OK;
}

const struct view redirect_report_view = { .path = "/desk/redirects/report",
	.who = PERM_STAFF,
	.render = report_render,
	.title = N_("Report: pointed to another body") };

const struct view redirect_csv_view = { .path = "/desk/redirects/report.csv",
	.who = PERM_STAFF,
	.render = csv_render,
	.title = N_("Report: pointed to another body") };
