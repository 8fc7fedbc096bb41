/* SPDX-License-Identifier: Apache-2.0 */
/* list_pages.c - the register for who keeps it, the same on paper, and what a unit was asked about. */
#include "accountability/pages.h"

#include "core/mem.h"
#include "core/parse.h"
#include "templates.h"

#include "core/banned.h"

enum { PAGE_ROWS = 20 };

const char *
acct_path(struct req *q, int64_t no, const char *rest)
{
	return mem_printf(q->mem, "/desk/accountability/%lld%s", (long long)no, rest);
}

const char *
acct_number(struct req *q, int64_t no)
{
	return SAY(q, N_("Register no. {no}"), AN("no", no));
}

static struct acct_stand
waits_for_unit(struct req *q, const struct acct_event *e)
{
	if (!e->asked_at)
		return (struct acct_stand){ LIGHT_PARKED, N_("Not put to the unit yet") };
	if (q->now <= e->explain_due_at)
		return (struct acct_stand){ LIGHT_SOON, N_("The unit may explain"),
			SAY(q, N_("until {until}"), AT("until", e->explain_due_at)) };
	return (struct acct_stand){ LIGHT_LATE, N_("No explanation came in time") };
}

struct acct_stand
acct_stand(struct req *q, const struct acct_event *e)
{
	switch (e->state) {
	case ACCT_DETECTED:
		return waits_for_unit(q, e);
	case ACCT_EXPLAINED:
		return (struct acct_stand){ LIGHT_SOON, N_("Explained, waits for a decision") };
	case ACCT_DECIDED:
		if (acct_level(e->outcome) > 0 && q->now <= e->appeal_due_at)
			return (struct acct_stand){ LIGHT_ANSWERED, N_("Decided"),
				SAY(q, N_("The unit may appeal until {until}"),
					AT("until", e->appeal_due_at)) };
		return (struct acct_stand){ LIGHT_ANSWERED, N_("Decided") };
	case ACCT_APPEALED:
		return e->ruled_at
		               ? (struct acct_stand){ LIGHT_ANSWERED, N_("The appeal is ruled on") }
		               : (struct acct_stand){ LIGHT_SOON, N_("The unit appeals") };
	case ACCT_CLOSED:
		return (struct acct_stand){ LIGHT_CLOSED, N_("Closed") };
	}
	return (struct acct_stand){ 0 };
}

/* ---- rows ------------------------------------------------------------------------------------------- */

static const struct column columns[] = { { .label = N_("No."), .form = COL_NUMBER },
	{ .label = N_("Unit") }, { .label = N_("What it is about") }, { .label = N_("Happened") },
	{ .label = N_("Where it stands") }, { .label = N_("Finding of the office") } };
enum { COLS = sizeof columns / sizeof *columns };

static const char *
decision_words(struct req *q, const struct acct_event *e)
{
	return e->decided_at ? desk_word(q, choice_label(acct_outcomes, e->final_outcome)) : NULL;
}

static void
fill_rows(struct req *q, struct acct_list_page *p, const struct acct_event *e, size_t n)
{
	struct table_cell *cell = mem_array(q->mem, struct table_cell, n * COLS + 1);
	for (size_t i = 0; i < n; i++) {
		struct acct_stand stand = acct_stand(q, &e[i]);
		struct table_cell *row = cell + i * COLS;
		row[0] = (struct table_cell){
			.text = mem_printf(q->mem, "%lld", (long long)e[i].no),
			.href = p->office ? NULL : acct_path(q, e[i].no, "")
		}; /* paper has no links */
		row[1].text = e[i].unit;
		row[2] = (struct table_cell){ .text = desk_word(
						      q, choice_label(acct_kinds, e[i].kind)),
			.note = desk_word(q, e[i].fact[0] ? N_("found by the clock")
							  : N_("put down by somebody")) };
		row[3].text =
			msg_day(q->mem, q->prefs.lang, day_of(e[i].happened_at, q->office->tz_s));
		row[4] = (struct table_cell){ .text = desk_word(q, stand.words),
			.note = stand.note,
			.light = stand.light,
			.has_light = true };
		row[5] = (struct table_cell){ .text = decision_words(q, &e[i]),
			.note = e[i].ruled_at ? desk_word(q, N_("after an appeal")) : NULL };
	}
	p->rows = (struct table){ .caption = SAY(q, N_("{n} on this page"), AN("n", (int64_t)n)),
		.col = columns,
		.n_cols = COLS,
		.cell = cell,
		.n_rows = n };
}

static enum xq_rc
load_rows(struct req *q, struct acct_list_page *p, struct acct_query aq, const char *top,
	struct xq_err *err)
{
	struct acct_event *e;
	size_t n;
	if (!parse_int(req_query(q, "before"), 1, INT64_MAX, &aq.before_no))
		aq.before_no = 0;
	size_t rows = aq.max;
	aq.max = rows + 1;
	enum xq_rc rc = acct_list(q->tx, q->mem, q->office->id, &aq, &e, &n, err);
	if (rc != XQ_OK)
		return rc;
	p->has_pager = n > rows || aq.before_no > 0;
	p->is_cut = n > rows;
	p->pager.prev = aq.before_no > 0 ? top : NULL;
	if (n > rows) {
		n = rows;
		p->pager.next = mem_printf(q->mem, "%s%cbefore=%lld", top,
			strchr(top, '?') ? '&' : '?', (long long)e[n - 1].no);
	}
	fill_rows(q, p, e, n);
	return XQ_OK;
}

/* ---- the register ----------------------------------------------------------------------------------- */

static enum xq_rc
list_render(struct req *q, struct resp *r, struct xq_err *err)
{
	bool is_ended = str_is(req_query(q, "show"), "ended");
	struct acct_list_page p = { .title = N_("Accountability"),
		.lead = N_(
			"What units have to answer for. The clock finds facts, the unit is heard, somebody from outside decides. Nobody is named, nothing is published."),
		.is_register = true,
		.is_ended = is_ended,
		.empty = { .icon = "flag",
			.title = is_ended ? N_("No event has been closed yet.")
		                          : N_("No event is open.") } };
	enum xq_rc rc = load_rows(q, &p,
		(struct acct_query){ .kind = is_ended ? ACCT_ENDED : ACCT_OPEN,
			.person_id = q->actor.person_id,
			.max = PAGE_ROWS },
		is_ended ? "/desk/accountability?show=ended" : "/desk/accountability", err);
	if (rc != XQ_OK)
		return rc;
	struct shell s;
	struct html_out o = desk_page_begin(q, p.title, NULL, &s);
	acct_list_html(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view acct_list_view = { .path = "/desk/accountability",
	.who = PERM_ACCT,
	.render = list_render,
	.title = N_("Accountability") };

static enum xq_rc
ours_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct acct_list_page p = { .title = N_("Put to our unit"),
		.lead = N_(
			"Facts that your unit may explain before anybody decides. You may appeal once against a decision."),
		.empty = { .icon = "ok", .title = N_("Nothing was put to your unit.") } };
	enum xq_rc rc = load_rows(q, &p,
		(struct acct_query){
			.kind = ACCT_OURS, .person_id = q->actor.person_id, .max = PAGE_ROWS },
		"/desk/accountability/ours", err);
	if (rc != XQ_OK)
		return rc;
	struct shell s;
	struct html_out o = desk_page_begin(q, p.title, NULL, &s);
	acct_list_html(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view acct_ours_view = { .path = "/desk/accountability/ours",
	.who = PERM_HANDLE,
	.render = ours_render,
	.title = N_("Put to our unit") };

static enum xq_rc
print_render(struct req *q, struct resp *r, struct xq_err *err)
{
	bool is_ended = str_is(req_query(q, "show"), "ended");
	struct acct_list_page p = { .office = q->office->name,
		.printer = q->actor.name,
		.printed_at = q->now,
		.is_ended = is_ended };
	enum xq_rc rc = load_rows(q, &p,
		(struct acct_query){ .kind = is_ended ? ACCT_ENDED : ACCT_OPEN,
			.person_id = q->actor.person_id,
			.max = ACCT_LIST_MAX - 1 },
		"/desk/accountability/print", err);
	if (rc != XQ_OK)
		return rc;
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Register of accountability"), NULL, &s);
	acct_print_html(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view acct_print_view = { .path = "/desk/accountability/print",
	.who = PERM_ACCT,
	.render = print_render,
	.title = N_("Register of accountability") };
