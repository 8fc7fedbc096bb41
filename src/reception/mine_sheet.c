/* SPDX-License-Identifier: Apache-2.0 */
/* mine_sheet.c - what one receiver brought in during a month or half a year, and what became of each: on the
 * screen with what is still to be told, and on paper for deputies, who often have no account. */
#include "reception/mine_pages.h"

#include "core/mem.h"
#include "core/parse.h"
#include "templates.h"

#include "core/banned.h"

enum { SHEET_ROWS = 400, UNHEARD_ROWS = 100, HALF_MONTHS = 6 };

/* ---- the period ------------------------------------------------------------------------------------- */

struct period {
	int32_t from; /* its first day */
	int months;   /* 1 or 6 */
};

static const char *
period_code(struct req *q, struct period p)
{
	if (p.months == 1)
		return mem_printf(q->mem, "%04d-%02d", day_year(p.from), day_month(p.from));
	return mem_printf(
		q->mem, "%04d-h%d", day_year(p.from), day_month(p.from) > HALF_MONTHS ? 2 : 1);
}

static struct period
month_of(int32_t day)
{
	return (struct period){ day_make(day_year(day), day_month(day), 1), 1 };
}

static struct period
half_of(int32_t day)
{
	int first = day_month(day) > HALF_MONTHS ? HALF_MONTHS + 1 : 1;
	return (struct period){ day_make(day_year(day), first, 1), HALF_MONTHS };
}

/* ?period=2026-10 or 2026-h2; this month for anything else. */
static struct period
period_asked(struct req *q)
{
	struct str s = req_query(q, "period");
	int32_t day, today = desk_today(q);
	bool is_half = s.n == 7 && s.p[5] == 'h' && (s.p[6] == '1' || s.p[6] == '2');
	const char *text =
		is_half ? mem_printf(q->mem, "%.*s-%s-01", 4, s.p, s.p[6] == '1' ? "01" : "07")
			: mem_printf(q->mem, "%.*s-01", (int)s.n, s.p);
	if (s.n != 7 || s.p[4] != '-' || !parse_day(str_of(text), &day) || day > today)
		return month_of(today);
	return is_half ? half_of(day) : month_of(day);
}

static int32_t
period_end(struct period p)
{
	return day_add(day_add_months(p.from, p.months), -1);
}

static const char *
period_words(struct req *q, struct period p)
{
	return SAY(q, N_("{from} to {until}"), AD("from", p.from), AD("until", period_end(p)));
}

/* ---- the receiver ----------------------------------------------------------------------------------- */

bool
receiver_may_be_read(const struct actor *a, const struct receiver *who)
{
	bool is_own = who->person_id != 0 && who->person_id == a->person_id;
	return is_own || may_feed_back(a) || desk_is_wide(a);
}

const char *
receiver_sheet_path(struct req *q, int64_t no)
{
	return mem_printf(q->mem, "/desk/reception/receivers/%lld/cases", (long long)no);
}

static enum xq_rc
receiver_of_path(struct req *q, struct receiver *out, struct xq_err *err)
{
	int64_t no;
	if (!parse_int(req_place(q, 0), 1, INT64_MAX, &no))
		return XQ_NONE;
	enum xq_rc rc = receiver_load(q->tx, q->mem, q->office->id, no, out, err);
	if (rc != XQ_OK)
		return rc;
	return receiver_may_be_read(&q->actor, out) ? XQ_OK
	                                            : xq_refuse(err, NULL, "feedback.not-readable");
}

/* Who sat there heard it; who prints the sheet or looks over the office reads what it is called. Others who
 * handle concerns read what it is about, and open their own. */
static bool
reads_titles(struct req *q, const struct receiver *who)
{
	bool is_own = who->person_id != 0 && who->person_id == q->actor.person_id;
	return is_own || actor_may(&q->actor, PERM_PUBLISH) || desk_is_wide(&q->actor);
}

/* ---- what it holds ---------------------------------------------------------------------------------- */

static void
add_count(struct receiver_sheet *p, const char *label, int64_t n)
{
	xq_require(p->n_counts < SHEET_COUNTS);
	p->count[p->n_counts++] = (struct sheet_count){ label, n };
}

static void
count_all(struct req *q, struct receiver_sheet *p, const struct brought *b, size_t n)
{
	int64_t taken = 0, told = 0, answered = 0, late = 0, open = 0, solved = 0, unsolved = 0,
		heard = 0;
	for (size_t i = 0; i < n; i++) {
		const struct concern *c = &b[i].c;
		if (b[i].kind == ENTRY_TOLD) {
			told++;
			continue;
		}
		taken++;
		answered += c->answered_at != 0;
		open += !brought_is_over(&b[i]);
		late += brought_is_late(&b[i], q->now);
		heard += b[i].fed_back_at != 0;
		if (c->seen_solved) {
			solved += text_eq(c->seen_solved, "yes");
			unsolved += !text_eq(c->seen_solved, "yes");
		}
	}
	add_count(p, N_("Taken down"), taken);
	add_count(p, N_("Told on the spot"), told);
	add_count(p, N_("Answered"), answered);
	add_count(p, N_("Still open"), open);
	add_count(p, N_("Later than promised"), late);
	add_count(p, N_("Solved, the residents say"), solved);
	add_count(p, N_("Partly or not, the residents say"), unsolved);
	add_count(p, N_("Told to the receiver"), heard);
}

static enum xq_rc
load_period(struct req *q, const struct receiver *who, struct period period,
	struct receiver_sheet *p, struct xq_err *err)
{
	struct brought *b;
	size_t n = 0;
	enum xq_rc rc = brought_list(q->tx, q->mem, q->office->id,
		&(struct brought_query){ .receiver_no = who->no,
			.from = period.from,
			.until = period_end(period),
			.max = SHEET_ROWS + 1 },
		&b, &n, err);
	if (rc != XQ_OK)
		return rc;
	p->is_cut = n > SHEET_ROWS;
	p->n = p->is_cut ? SHEET_ROWS : n;
	struct brought_row *list = mem_array(q->mem, struct brought_row, p->n + 1);
	for (size_t i = 0; i < p->n; i++)
		list[i] = brought_row_of(q, &b[i], reads_titles(q, who));
	p->row = list;
	count_all(q, p, b, p->n);
	return XQ_OK;
}

static enum xq_rc
load_unheard(
	struct req *q, const struct receiver *who, struct receiver_sheet *p, struct xq_err *err)
{
	struct brought *b;
	size_t n = 0;
	enum xq_rc rc =
		brought_unheard(q->tx, q->mem, q->office->id, who->no, UNHEARD_ROWS, &b, &n, err);
	struct handover_line *list = mem_array(q->mem, struct handover_line, n + 1);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		list[i] = (struct handover_line){ .row = brought_row_of(
							  q, &b[i], reads_titles(q, who)),
			.href = mem_printf(q->mem, "/desk/reception/entries/%lld/fed-back",
				(long long)b[i].no) };
	p->unheard = list;
	p->n_unheard = n;
	p->may_note = may_feed_back(&q->actor);
	return rc;
}

static const char *
sheet_path(struct req *q, const struct receiver *who, const char *rest, struct period period)
{
	return mem_printf(q->mem, "/desk/reception/receivers/%lld/cases%s?period=%s",
		(long long)who->no, rest, period_code(q, period));
}

static void
fill_ways(struct req *q, const struct receiver *who, struct period period, struct receiver_sheet *p)
{
	struct period before = { day_add_months(period.from, -period.months), period.months };
	struct period after = { day_add_months(period.from, period.months), period.months };
	bool is_half = period.months > 1;
	p->prev = sheet_path(q, who, "", before);
	p->next = after.from <= desk_today(q) ? sheet_path(q, who, "", after) : NULL;
	p->half = sheet_path(q, who, "", is_half ? month_of(desk_today(q)) : half_of(period.from));
	p->half_words = is_half ? N_("This month") : N_("The half year");
	p->print = sheet_path(q, who, ".print", period);
}

static enum xq_rc
load_sheet(struct req *q, struct receiver *who, struct receiver_sheet *p, struct xq_err *err)
{
	struct period period = period_asked(q);
	enum xq_rc rc = receiver_of_path(q, who, err);
	if (rc == XQ_OK)
		rc = load_period(q, who, period, p, err);
	if (rc != XQ_OK)
		return rc;
	p->office = q->office->name;
	p->printer = q->actor.name;
	p->printed_at = q->now;
	p->name = who->name;
	p->title = who->public_title;
	p->role = choice_label(receiver_roles, who->role);
	p->period = period_words(q, period);
	fill_ways(q, who, period, p);
	p->crumb[0] = (struct crumb){ "/desk/reception", N_("Receptions") };
	p->crumb[1] = (struct crumb){ "/desk/reception/receivers", N_("Receivers") };
	p->crumb[2] = (struct crumb){ NULL, who->name };
	return XQ_OK;
}

static enum xq_rc
sheet_render(struct req *q, struct resp *r, struct xq_err *err)
{
	static const struct did_text did[] = { { "fed-back",
		N_("Noted. It stands on the sheet.") } };
	struct receiver who;
	struct receiver_sheet p = { 0 };
	enum xq_rc rc = load_sheet(q, &who, &p, err);
	if (rc == XQ_OK)
		rc = load_unheard(q, &who, &p, err);
	if (rc != XQ_OK)
		return rc;
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("What a receiver brought in"),
		flash_did(q, did, sizeof did / sizeof *did), &s);
	brought_page(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

static enum xq_rc
print_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct receiver who;
	struct receiver_sheet p = { 0 };
	enum xq_rc rc = load_sheet(q, &who, &p, err);
	if (rc != XQ_OK)
		return rc;
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("What a receiver brought in"), NULL, &s);
	p.prev = sheet_path(q, &who, "", period_asked(q)); /* back to the page */
	brought_print(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view receiver_sheet_view = { .path = "/desk/reception/receivers/{n}/cases",
	.who = PERM_STAFF,
	.render = sheet_render,
	.title = N_("What a receiver brought in") };

const struct view receiver_print_view = { .path = "/desk/reception/receivers/{n}/cases.print",
	.who = PERM_STAFF,
	.render = print_render,
	.title = N_("What a receiver brought in") };

/* ---- the delegate was told -------------------------------------------------------------------------- */

static enum xq_rc
fill_entry(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	(void)err;
	extra[(*n_extra)++] = (struct form_pair){ .name = STR("entry"), .value = req_place(q, 0) };
	return XQ_OK;
}

static enum xq_rc
fed_back_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct brought b;
	struct receiver who;
	int64_t no;
	if (!may_feed_back(&q->actor))
		return xq_refuse(err, NULL, "feedback.not-yours");
	if (!parse_int(req_place(q, 0), 1, INT64_MAX, &no))
		return XQ_NONE;
	enum xq_rc rc = brought_load(q->tx, q->mem, q->office->id, no, &b, err);
	if (rc == XQ_OK && b.kind != ENTRY_CONCERN)
		return XQ_NONE;
	if (rc == XQ_OK)
		rc = receiver_load(q->tx, q->mem, q->office->id, b.receiver_no, &who, err);
	if (rc != XQ_OK)
		return rc;
	struct brought_row row = brought_row_of(q, &b, reads_titles(q, &who));
	struct act_form f = act_form_of(q, q->view->act,
		mem_printf(q->mem, "/desk/reception/entries/%lld/fed-back", (long long)no));
	act_form_drop(&f, "entry");
	act_form_crumb(&f, "/desk/reception/receivers", N_("Receivers"));
	act_form_crumb(&f, receiver_sheet_path(q, who.no), who.name);
	act_form_default(&f, "day", day_text(q->mem, desk_today(q)));
	f.note = SAY(q, N_("{no}, brought in by {name} on {day}: {matter}. {came}"),
		AX("no", row.no), AX("name", who.name), AX("day", row.day),
		AX("matter", row.matter), AX("came", row.came));
	act_form_show(q, r, &f);
	return XQ_OK;
}

static enum xq_rc
fed_back_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r,
		mem_printf(q->mem, "/desk/reception/receivers/%s/cases?did=fed-back",
			act_result_get(q->call, "receiver")));
	return XQ_OK;
}

const struct view fed_back_view = { .path = "/desk/reception/entries/{n}/fed-back",
	.who = PERM_STAFF,
	.render = fed_back_render,
	.act = &sitting_fed_back,
	.fill = fill_entry,
	.after = fed_back_after,
	.title = N_("Note that the delegate was told") };
