/* SPDX-License-Identifier: Apache-2.0 */
/* promise_public.c - the page of all promises: kept, late, moved with the reason (C25). What was promised was
 * written to one resident and stays with them; strangers read the reviewed line, or the kind of the matter. */
#include "concern/promise_public.h"

#include "concern/book.h"
#include "concern/resident.h"
#include "core/mem.h"
#include "templates.h"

#include "core/banned.h"

enum { PAGE_ROWS = 20 };

/* ---- reading -------------------------------------------------------------------------------------- */

/* Each kind of list walks an index of its own, newest day first; sealed, imported and voided concerns are
 * few among the others, so that none of them makes a page long. CASE keeps the planner from walking
 * all public concerns instead. */
#define PROMISES(which)                                                                               \
	SQL("SELECT p.concern_id, p.no, p.moved, p.first_day, p.due_day, p.kept_at, p.state,"         \
	    " p.is_late, p.why, c.ref, c.class, CASE WHEN c.may_publish = 1 THEN c.public_line END,"  \
	    " u.public_name, c.raised_at FROM promise p"                                              \
	    " JOIN concern c ON c.office = p.office AND c.id = p.concern_id"                          \
	    " JOIN unit u ON u.office = p.office AND u.id = p.unit_id"                                \
	    " WHERE p.office = ?" which " AND (p.due_day, p.concern_id, p.no) < (?, ?, ?)"            \
	    " AND CASE WHEN c.lane = 0 AND c.is_imported = 0 AND c.state <> 15 THEN 1 ELSE 0 END = 1" \
	    " ORDER BY p.due_day DESC, p.concern_id DESC, p.no DESC LIMIT ?")
_Static_assert(ST_VOID == 15, "15 is ST_VOID");

static struct rows *
query_of(struct tx *tx, const struct promise_query *q, struct vals v)
{
	switch (q->show) {
	case SHOW_ALL:
		break;
	case SHOW_OPEN:
		return db_query(tx, PROMISES(" AND p.state = 0 AND p.is_late = 0"), v);
	case SHOW_KEPT:
		return db_query(tx, PROMISES(" AND p.state = 1 AND p.is_late = 0"), v);
	case SHOW_LATE:
		return db_query(tx, PROMISES(" AND p.is_late = 1"), v);
	case SHOW_MOVED:
		return db_query(tx, PROMISES(" AND p.moved > 0"), v);
	}
	return db_query(tx, PROMISES(""), v);
}

enum xq_rc
promise_public(struct tx *tx, void *mem, int64_t office, const struct promise_query *pq,
	struct public_promise **out, size_t *out_n, struct xq_err *err)
{
	struct public_promise *list = mem_array(mem, struct public_promise, pq->max + 1);
	size_t n = 0;
	int64_t day = pq->due_day ? pq->due_day : INT64_MAX;
	struct rows *q = query_of(tx, pq,
		VALS(V(office), V(day), V(pq->concern_id), V((int64_t)pq->no),
			V((int64_t)pq->max)));
	while (n < pq->max && row_next(q))
		list[n++] = (struct public_promise){ .concern_id = row_int(q, 0),
			.no = (int)row_int(q, 1),
			.moved = (int)row_int(q, 2),
			.first_day = (int32_t)row_int(q, 3),
			.due_day = (int32_t)row_int(q, 4),
			.kept_at = row_int(q, 5),
			.is_kept = row_int(q, 6) == PROMISE_KEPT,
			.is_late = row_int(q, 7) != 0,
			.why = row_text(q, 8, mem),
			.ref = row_text(q, 9, mem),
			.class = row_text(q, 10, mem),
			.line = row_text(q, 11, mem),
			.unit = row_text(q, 12, mem),
			.raised_at = row_int(q, 13) };
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

/* ---- the page ------------------------------------------------------------------------------------- */

static const struct {
	const char *code, *label;
} shows[PROMISE_TABS] = {
	[SHOW_ALL] = { "", N_("All promises") },
	[SHOW_OPEN] = { "open", N_("Still to come") },
	[SHOW_KEPT] = { "kept", N_("Kept in time") },
	[SHOW_LATE] = { "late", N_("Late") },
	[SHOW_MOVED] = { "moved", N_("Day was moved") },
};

static const char *
moved_words(struct req *q, const struct public_promise *p)
{
	if (p->moved == 0)
		return NULL;
	if (day_year(p->first_day) < day_year(p->due_day))
		return R_SAY(q, N_("first promised for {day}, carried over into {year}"),
			R_DAY("day", p->first_day),
			R_TEXT("year", mem_printf(q->mem, "%d", day_year(p->due_day))));
	return R_SAY(q, N_("first promised for {day}"), R_DAY("day", p->first_day));
}

static struct promise_card
card_of(struct req *q, const struct public_promise *p)
{
	const struct concern c = { .class = p->class, .raised_at = p->raised_at };
	const char *words = p->is_kept   ? p->is_late ? N_("Kept late") : N_("Kept in time")
	                      : p->is_late ? N_("Not kept yet")
	                    : p->moved   ? N_("Day was moved")
	                                 : N_("Still to come");
	return (struct promise_card){ .href = mem_printf(q->mem, "/public/concerns/%s", p->ref),
		.title = p->line ? p->line : book_public_class(q, &c),
		.unit = p->unit,
		.words = resident_word(q, words),
		.light = p->is_late   ? LIGHT_LATE
		         : p->is_kept ? LIGHT_OK
		                      : LIGHT_SOON,
		.first_day = p->first_day,
		.due_day = p->due_day,
		.kept_day = p->is_kept ? day_of(p->kept_at, q->office->tz_s) : 0,
		.moved = moved_words(q, p),
		.why = p->moved > 0 && p->why ? choice_label(promise_reasons, p->why) : NULL };
}

static const char *
page_href(struct req *q, enum promise_show show, const struct public_promise *last)
{
	const char *mark = show == SHOW_ALL ? "" : mem_printf(q->mem, "show=%s", shows[show].code);
	if (!last)
		return mem_printf(q->mem, "/promises%s%s", mark[0] ? "?" : "", mark);
	return mem_printf(q->mem, "/promises?%s%sday=%d&ref=%s&no=%d", mark, mark[0] ? "&" : "",
		last->due_day, last->ref, last->no);
}

/* Where the last page ended: a day, a public reference and a number; XQ_NONE: no such place. */
static enum xq_rc
asked_of(struct req *q, struct promise_query *pq, struct xq_err *err)
{
	struct str show = req_query(q, "show"), day = req_query(q, "day");
	int64_t d, no;
	struct concern c;
	for (int i = 0; i < PROMISE_TABS; i++)
		if (str_is(show, shows[i].code))
			pq->show = (enum promise_show)i;
	if (day.n == 0)
		return XQ_OK;
	if (!parse_int(day, 20000101, 99991231, &d) || !parse_int(req_query(q, "no"), 1, 99, &no))
		return XQ_NONE;
	enum xq_rc rc = concern_by_ref(q->tx, q->mem, q->office->id, req_query(q, "ref"), &c, err);
	if (rc != XQ_OK)
		return rc;
	pq->due_day = (int32_t)d;
	pq->concern_id = c.id;
	pq->no = (int)no;
	return XQ_OK;
}

static enum xq_rc
promises_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct promise_query pq = { .max = PAGE_ROWS + 1 };
	struct promises_page p = { .n = 0 };
	struct public_promise *list;
	size_t n = 0;
	enum xq_rc rc = asked_of(q, &pq, err);
	if (rc == XQ_OK)
		rc = promise_public(q->tx, q->mem, q->office->id, &pq, &list, &n, err);
	if (rc != XQ_OK)
		return rc;
	for (int i = 0; i < PROMISE_TABS; i++) {
		p.tab[i].code = shows[i].code;
		p.tab[i].label = shows[i].label;
		p.tab[i].is_current = pq.show == (enum promise_show)i;
	}
	p.n = n > PAGE_ROWS ? PAGE_ROWS : n;
	p.card = mem_array(q->mem, struct promise_card, p.n + 1);
	for (size_t i = 0; i < p.n; i++)
		p.card[i] = card_of(q, &list[i]);
	if (n > PAGE_ROWS)
		p.next = page_href(q, pq.show, &list[PAGE_ROWS - 1]);
	if (pq.due_day)
		p.first = page_href(q, pq.show, NULL);
	struct shell s = resident_shell(q, resident_word(q, N_("What we promised")), "public");
	s.is_wide = true;
	s.is_index = true;
	struct html_out o = resident_begin(q, &s);
	promises_list_page(&o, &p);
	resident_end(r, &o, &s);
	return XQ_OK;
}

const struct view promises_view = { .path = "/promises",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC,
	.render = promises_render,
	.title = N_("What we promised") };
