/* SPDX-License-Identifier: Apache-2.0 */
/* rules_calendar.c - a notice of rest days and make-up days, typed in before the program's next version
 * brings it. Notices are kept side by side by number; the calendar in use is that of the program with
 * all of them laid over it in order (domain.md 1.6: the later notice wins). */
#include "concern/rules.h"

#include <stdlib.h>

#include "concern/book.h"
#include "concern/concern_int.h"
#include "core/mem.h"
#include "core/parse.h"

#include "core/banned.h"

enum { DAYS_MAX = 150, LINE_TEXT = 3000 };

struct day_list {
	struct cal_day day[DAYS_MAX];
	size_t n;
};

/* ---- reading rows ------------------------------------------------------------------------------- */

enum xq_rc
notice_list(struct tx *tx, void *mem, int64_t office, struct notice **out, size_t *out_n,
	struct xq_err *err)
{
	struct notice *list = mem_array(mem, struct notice, NOTICES_MAX);
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT n.ver, n.year, n.source, n.set_at, c.moved, c.done_at"
		    " FROM calendar_notice n"
		    " LEFT JOIN due_check c ON c.office = ? AND c.notice_ver = n.ver"
		    " ORDER BY n.ver LIMIT ?"),
		VALS(V(office), V((int64_t)NOTICES_MAX)));
	while (n < NOTICES_MAX && row_next(q))
		list[n++] = (struct notice){ .ver = row_int(q, 0),
			.year = (int)row_int(q, 1),
			.source = row_text(q, 2, mem),
			.set_at = row_int(q, 3),
			.moved = row_int(q, 4),
			.done_at = row_int(q, 5) };
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

static enum xq_rc
load_days(struct tx *tx, void *mem, int64_t ver, struct day_list *out, struct xq_err *err)
{
	out->n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT day, is_off, name FROM calendar_day WHERE ver = ? ORDER BY day LIMIT ?"),
		VALS(V(ver), V((int64_t)DAYS_MAX)));
	while (out->n < DAYS_MAX && row_next(q))
		out->day[out->n++] = (struct cal_day){ .day = (int32_t)row_int(q, 0),
			.is_off = row_int(q, 1) != 0,
			.name = row_text(q, 2, mem) };
	return rows_close(q, err);
}

/* The builtin calendar is version 1; each notice counts one more. */
static int
version_of(int64_t ver)
{
	return cal_version(cal_builtin()) + (int)ver;
}

enum xq_rc
calendar_read(struct tx *tx, void *mem, const struct calendar **out, struct xq_err *err)
{
	void *work = mem_root("calendar");
	const struct calendar *cal = cal_builtin();
	struct notice *list;
	size_t n = 0;
	struct day_list *days = mem_new(work, struct day_list);
	enum xq_rc rc = notice_list(tx, work, 0, &list, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		struct calendar *next;
		rc = load_days(tx, work, list[i].ver, days, err);
		if (rc == XQ_OK)
			rc = cal_extend(i + 1 < n ? work : mem, version_of(list[i].ver), cal,
				list[i].year, days->day, days->n, &next, err);
		if (rc == XQ_OK)
			cal = next;
	}
	mem_free(work);
	if (rc == XQ_OK)
		*out = cal;
	return rc;
}

enum xq_rc
calendar_refresh(struct app *app, struct tx *tx, struct xq_err *err)
{
	const struct calendar *cal;
	enum xq_rc rc = calendar_read(tx, app->mem, &cal, err);
	if (rc == XQ_OK)
		app->calendar = cal;
	return rc;
}

enum xq_rc
rules_refresh(struct app *app, struct tx *tx, struct xq_err *err)
{
	enum xq_rc rc = calendar_refresh(app, tx, err);
	return rc == XQ_OK ? book_refresh(app, tx, err) : rc;
}

enum xq_rc
rules_opened(struct app *app, struct xq_err *err)
{
	struct tx *tx;
	enum xq_rc rc = db_read(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = rules_refresh(app, tx, err);
	tx_end(tx);
	return rc;
}

/* ---- reading what was typed ---------------------------------------------------------------------- */

static void
line_fault(struct form *form, const char *field, int line)
{
	struct xq_err one;
	(void)xq_refuse(&one, field, "rules.line"); /* noted */
	xq_err_int(&one, "line", line);
	form_add_fault(form, &one);
}

/* A notice rules its year, and the last days of the December before it. */
static bool
is_of_notice(int32_t day, int year)
{
	return day_year(day) == year || (day_year(day) == year - 1 && day_month(day) == 12);
}

/* "2027-02-05..2027-02-11 name", or one day. */
static bool
read_line(void *mem, struct str line, int year, bool is_off, struct day_list *out)
{
	size_t blank = str_find(line, ' ');
	struct str span = str_n(line.p, blank);
	struct str name = str_trim(str_n(line.p + blank, line.n - blank));
	size_t dots = str_index(span, STR(".."));
	int32_t first, last;
	if (!parse_day(str_n(span.p, dots), &first))
		return false;
	last = first;
	if (dots < span.n && !parse_day(str_n(span.p + dots + 2, span.n - dots - 2), &last))
		return false;
	if (last < first || !is_of_notice(first, year) || !is_of_notice(last, year))
		return false;
	for (int32_t day = first; day <= last; day = day_add(day, 1)) {
		if (out->n == DAYS_MAX)
			return false;
		out->day[out->n++] = (struct cal_day){
			.day = day, .is_off = is_off, .name = str_text(mem, name)
		};
	}
	return true;
}

static void
read_lines(struct form *form, const char *field, bool is_off, struct day_list *out)
{
	struct str rest = form_str(form, field), line;
	int year = (int)form_int(form, "year"), no = 0;
	while (str_cut(&rest, '\n', &line)) {
		no++;
		line = str_trim(line);
		if (line.n > 0 && !read_line(form->mem, line, year, is_off, out)) {
			line_fault(form, field, no);
			return;
		}
	}
}

static int
by_day(const void *a, const void *b)
{
	const struct cal_day *x = a, *y = b;
	return (x->day > y->day) - (x->day < y->day);
}

/* Sorted; a day that stands twice is a fault. */
static void
sort_days(struct form *form, struct day_list *days)
{
	qsort(days->day, days->n, sizeof *days->day, by_day);
	for (size_t i = 1; i < days->n; i++)
		if (days->day[i].day == days->day[i - 1].day) {
			struct xq_err one;
			(void)xq_refuse(&one, "work", "rules.day-twice"); /* noted */
			xq_err_day(&one, "day", days->day[i].day);
			form_add_fault(form, &one);
			return;
		}
}

static void
check_year(struct form *form, const struct calendar *base, int32_t today)
{
	int year = (int)form_int(form, "year");
	const char *key = year < day_year(today)           ? "rules.past-year"
	                  : year > cal_last_year(base) + 1 ? "rules.year-gap"
	                                                   : NULL;
	if (!key)
		return;
	struct xq_err one;
	(void)xq_refuse(&one, "year", key); /* noted */
	xq_err_int(&one, "year", cal_last_year(base) + 1);
	form_add_fault(form, &one);
}

static enum xq_rc
days_of_form(struct tx *tx, void *mem, int32_t today, struct form *form, struct day_list *days,
	const struct calendar **out_base, struct xq_err *err)
{
	enum xq_rc rc = calendar_read(tx, mem, out_base, err);
	if (rc != XQ_OK)
		return rc;
	days->n = 0;
	check_year(form, *out_base, today);
	read_lines(form, "off", true, days);
	read_lines(form, "work", false, days);
	sort_days(form, days);
	if (form->n_faults == 0)
		return XQ_OK;
	rc = xq_refuse(err, NULL, "form.faults");
	xq_err_int(err, "n", (int64_t)form->n_faults);
	return rc;
}

enum xq_rc
notice_try(struct tx *tx, void *mem, int32_t today, struct form *form, const struct calendar **out,
	struct xq_err *err)
{
	const struct calendar *base;
	struct calendar *cal;
	struct day_list *days = mem_new(mem, struct day_list);
	enum xq_rc rc = days_of_form(tx, mem, today, form, days, &base, err);
	if (rc == XQ_OK)
		rc = cal_extend(mem, cal_version(base) + 1, base, (int)form_int(form, "year"),
			days->day, days->n, &cal, err);
	if (rc == XQ_OK)
		*out = cal;
	return rc;
}

/* ---- the act ---------------------------------------------------------------------------------------- */

static enum xq_rc
save_notice(struct act_ctx *ctx, const struct form *in, const struct day_list *days, int64_t ver,
	struct xq_err *err)
{
	enum xq_rc rc = db_exec(ctx->tx,
		SQL("INSERT INTO calendar_notice (ver, year, source, set_at) VALUES (?, ?, ?, ?)"),
		VALS(V(ver), V(form_int(in, "year")), V(form_str(in, "source")), V(ctx->now)), err);
	for (size_t i = 0; rc == XQ_OK && i < days->n; i++)
		rc = db_exec(ctx->tx,
			SQL("INSERT INTO calendar_day (ver, day, is_off, name) VALUES (?, ?, ?, ?)"),
			VALS(V(ver), V(days->day[i].day), V(days->day[i].is_off),
				V(days->day[i].name)),
			err);
	return rc;
}

static struct str
notice_json(void *mem, const struct form *in, const struct day_list *days)
{
	struct json_w w = json_new(mem);
	json_open(&w, '{');
	json_key(&w, "days");
	json_open(&w, '[');
	for (size_t i = 0; i < days->n; i++) {
		json_open(&w, '{');
		json_key(&w, "day");
		json_int(&w, days->day[i].day);
		json_key(&w, "name");
		json_text(&w, days->day[i].name);
		json_key(&w, "off");
		json_bool(&w, days->day[i].is_off);
		json_close(&w, '}');
	}
	json_close(&w, ']');
	json_key(&w, "source");
	json_str(&w, form_str(in, "source"));
	json_key(&w, "year");
	json_int(&w, form_int(in, "year"));
	json_close(&w, '}');
	return buf_view(&w.b);
}

static enum xq_rc
set_calendar_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	const struct office_info *o = app_office(ctx->app, ctx->office);
	struct day_list *days = mem_new(ctx->mem, struct day_list);
	const struct calendar *base;
	struct str doc;
	char hash[65];
	int64_t ver = 0;
	enum xq_rc rc = days_of_form(
		ctx->tx, ctx->mem, day_of(ctx->now, o->tz_s), &ctx->call->form, days, &base, err);
	if (rc == XQ_OK)
		rc = db_int(ctx->tx, SQL("SELECT coalesce(max(ver), 0) + 1 FROM calendar_notice"),
			NO_VALS, &ver, err);
	if (rc == XQ_OK && ver > NOTICES_MAX)
		return xq_refuse(err, NULL, "rules.full");
	if (rc == XQ_OK)
		rc = save_notice(ctx, in, days, ver, err);
	if (rc == XQ_OK)
		rc = canonical_write(ctx->mem, notice_json(ctx->mem, in, days), &doc, err);
	if (rc == XQ_OK)
		rc = ledger_doc_put(ctx->tx, ctx->office, "application/json",
			(struct bytes){ (const uint8_t *)doc.p, doc.n }, hash, err);
	if (rc != XQ_OK)
		return rc;
	act_result_int(ctx, "ver", ver);
	return act_emit(ctx,
		&(struct act_event){ .kind = &ev_config_set,
			EVENT_VALUES(EV("doc", hash),
				EV_D("from", day_make((int)form_int(in, "year"), 1, 1)),
				EV_N("ver", ver), EV("what", "calendar")) },
		err);
}

/* clang-format off */
static const struct field calendar_fields[] = {
	{ "year", FIELD_INT, .required = true, .min = 2004, .max = 2199, .label = N_("Year of the notice") },
	{ "off", FIELD_LINES, .required = true, .max = LINE_TEXT, .label = N_("Rest days"),
		.hint = N_("One span a line: 2027-02-05..2027-02-11 and the name of the feast") },
	{ "work", FIELD_LINES, .max = LINE_TEXT, .label = N_("Make-up working days"),
		.hint = N_("One day a line: 2027-02-20 and the name of the feast") },
	{ "source", FIELD_TEXT, .required = true, .max = 200, .label = N_("Number of the notice"),
		.hint = N_("As it stands on the paper, with its address where there is one") },
	{ .name = NULL },
};
/* clang-format on */

/* The calendar is the same for every office on this machine, so whoever runs it types it. */
const struct act rules_set_calendar = {
	.name = "rules.set-calendar",
	.title = N_("Type a calendar notice"),
	.help = N_(
		"Open days that were counted by the weekday rule are counted again; residents are told."),
	.who = PERM_OPERATE,
	.fields = calendar_fields,
	.apply = set_calendar_apply,
	.events = (const struct event_kind *const[]){ &ev_config_set, NULL },
	.spans = true,
};
