/* SPDX-License-Identifier: Apache-2.0 */
/* sitting_print.c - what leaves a sitting on paper: the receipt for who came, the day log, and the register form
 * of each concern. Who prints sees no more than on the screen: names and phones are masked, and lines for
 * the hand stand beside them. */
#include "reception/sitting_pages.h"

#include "concern/book.h"
#include "concern/desk_pages.h"
#include "concern/resident.h"
#include "core/mem.h"
#include "core/parse.h"
#include "templates.h"

#include "core/banned.h"

/* ---- the receipt ------------------------------------------------------------------------------------ */

/* For who wrote it down and who stays with it: they hand it over. */
static enum xq_rc
receipt_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct entry e;
	struct told t;
	struct concern c;
	struct code code;
	struct intake in;
	int64_t no;
	if (!parse_int(req_place(q, 0), 1, INT64_MAX, &no))
		return XQ_NONE;
	enum xq_rc rc = entry_load(q->tx, q->mem, q->office->id, no, &e, err);
	if (rc != XQ_OK || e.kind != ENTRY_CONCERN)
		return rc == XQ_OK ? XQ_NONE : rc;
	bool is_own = e.by_id == q->actor.person_id || e.tracker_person_id == q->actor.person_id;
	if (!is_own || e.answered_at)
		return xq_refuse(err, NULL, "desk.receipt-not-yours");
	rc = concern_load(q->tx, q->mem, q->office->id, e.concern_id, &c, err);
	if (rc == XQ_OK)
		rc = told_load(q, &c, &t, err);
	if (rc == XQ_OK)
		rc = code_of_concern(q->tx, q->mem, q->app, q->office->id, c.id, &code, err);
	if (rc == XQ_OK)
		rc = intake_load(q->tx, q->mem, q->office->id, c.id, &in, err);
	if (rc != XQ_OK)
		return rc;
	char file_no[24];
	file_no_show(c.file_no, file_no);
	struct receipt_page p = { .card = receipt_of(q, &t, &code),
		.next_href = slot_path(q, e.slot_no, "/register"),
		.href = desk_path(q, c.file_no, ""),
		.similar_href = desk_path(q, c.file_no, "/similar"),
		.pin = desk_pin_carried(q, str_of(file_no)),
		.was_pin = in.has_pin,
		.offered_to = t.has_open ? t.open.to_unit : NULL,
		.is_strip = str_is(req_query(q, "paper"), "strip") };
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Receipt for the resident"), NULL, &s);
	desk_receipt_page(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view entry_receipt_view = { .path = "/desk/reception/entries/{n}/receipt",
	.who = PERM_STAFF,
	.render = receipt_render,
	.title = N_("Receipt for the resident") };

/* ---- the day log ------------------------------------------------------------------------------------ */

static enum xq_rc
log_seats(struct req *q, const struct sitting *s, struct log_sheet *p, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; rc == XQ_OK && i < s->n; i++) {
		const struct slot *one = &s->slot[i];
		struct sitting_end e = { .why = "", .words = "", .note = "" };
		const char *state = sitting_light(q, one).words;
		if (one->state >= SLOT_HELD)
			rc = sitting_end_load(q->tx, q->mem, q->office->id, one->no, &e, err);
		if (rc == XQ_OK && one->state == SLOT_MISSED)
			state = SAY(q, N_("Not held: {why}"),
				AX("why", missed_words(q, e.why, e.words)));
		if (e.note && e.note[0])
			p->note = e.note;
		p->seat[p->n_seats++] = (struct log_seat){ one->name, one->public_title, state };
	}
	return rc;
}

static enum xq_rc
log_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct sitting s;
	int64_t no;
	struct log_sheet p = {
		.office = q->office->name, .printer = q->actor.name, .printed_at = q->now
	};
	if (!parse_int(req_place(q, 0), 1, INT64_MAX, &no))
		return XQ_NONE;
	enum xq_rc rc = sitting_load(q->tx, q->mem, q->office->id, no, &s, err);
	if (rc == XQ_OK)
		rc = log_seats(q, &s, &p, err);
	if (rc == XQ_OK)
		rc = entries_of(q, &s, &p.entries, err);
	if (rc != XQ_OK)
		return rc;
	p.back = slot_path(q, no, "/register");
	p.when = msg_day(q->mem, q->prefs.lang, s.one.day);
	p.where = sitting_where(q, &s.one);
	p.outcome =
		p.entries.n == 0
			? desk_word(q, sitting_is_open(&s)
					       ? N_("Nothing stands in the register yet.")
					       : N_("Nobody came: a reception with zero visitors."))
			: p.entries.sum;
	struct shell shell;
	struct html_out o = desk_page_begin(q, N_("Day log of the reception"), NULL, &shell);
	sitting_log(&o, &p);
	desk_end(r, &o, &shell);
	return XQ_OK;
}

const struct view sitting_log_view = { .path = "/desk/reception/sittings/{n}/log.print",
	.who = PERM_STAFF,
	.render = log_render,
	.title = N_("Day log of the reception") };

/* ---- the register form ------------------------------------------------------------------------------ */

static void
add(struct intake_sheet *p, const char *label, const char *value)
{
	xq_require(p->n_facts < FORM_FACTS);
	p->fact[p->n_facts++] =
		(struct form_fact){ .label = label, .value = value && value[0] ? value : NULL };
}

static void
add_wide(struct intake_sheet *p, const char *label, const char *value)
{
	add(p, label, value);
	p->fact[p->n_facts - 1].is_wide = true;
}

static const char *
yes_or_no(struct req *q, bool yes)
{
	return desk_word(q, yes ? N_("Yes, wished") : N_("Not wished"));
}

static const char *
people_words(struct req *q, int n)
{
	return SAY(q, N_("{n} people"), AN("n", n));
}

/* The order is that of domain.md 1.4.1. */
static void
fill_sheet(struct req *q, const struct concern *c, const struct intake *in, const struct entry *e,
	const struct slot *s, struct intake_sheet *p)
{
	int64_t at = concern_told_at(c);
	add(p, N_("How it came"), desk_word(q, choice_label(concern_vias, c->via)));
	add(p, N_("When"),
		mem_printf(q->mem, "%s %s",
			msg_day(q->mem, q->prefs.lang, day_of(at, q->office->tz_s)),
			desk_clock(q, at)));
	add(p, N_("Where it was taken down"), s ? sitting_where(q, s) : NULL);
	add(p, N_("Sitting"),
		s ? SAY(q, N_("No. {n}, {name}"), AN("n", s->no), AX("name", s->name)) : NULL);
	add(p, N_("Name"),
		in->name[0] ? mask_name(q->mem, in->name) : desk_word(q, N_("Without a name")));
	add(p, N_("Sex (may stay empty)"), NULL);
	add(p, N_("Phone"), in->phone[0] ? mask_phone(q->mem, in->phone) : NULL);
	add(p, N_("Number of people"), people_words(q, in->people));
	add_wide(p, N_("Address (building, room; may stay empty)"),
		in->address[0] ? mask_address(q->mem, in->address) : NULL);
	add(p, N_("Wants to be called"), yes_or_no(q, in->wants_contact));
	add(p, N_("Wants it kept secret"), yes_or_no(q, in->wants_secret));
	add(p, N_("Kind"), desk_word(q, book_nature(q, c)));
	add(p, N_("What it is about"), desk_word(q, book_class(q, c)));
	add_wide(p, N_("Documents handed in"),
		e && e->n_documents > 0 ? SAY(q, N_("{n}: {list}"), AN("n", e->n_documents),
						  AX("list", e->documents))
					: desk_word(q, N_("None")));
	add(p, N_("First receiver"), mem_printf(q->mem, "%s %s", c->tracker_unit, c->tracker_name));
	add(p, N_("Written down by"), e ? e->by : NULL);
	add(p, N_("Responsible"), mem_printf(q->mem, "%s %s", c->owner_unit, c->owner_name));
	add(p, N_("Answer by"), desk_due(q, c->due_at));
}

/* What came at a sitting, and where it stands; what came otherwise has neither. */
static enum xq_rc
sheet_entry(struct req *q, int64_t concern_id, struct entry *e, struct slot *s, bool *found,
	struct xq_err *err)
{
	enum xq_rc rc = entry_of_concern(q->tx, q->mem, q->office->id, concern_id, e, err);
	*found = rc == XQ_OK;
	if (rc == XQ_OK)
		rc = slot_load(q->tx, q->mem, q->office->id, e->slot_no, s, err);
	return rc == XQ_NONE ? XQ_OK : rc;
}

static enum xq_rc
sheet_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct desk_concern d;
	struct intake in;
	struct entry e;
	struct slot s;
	bool has_entry = false;
	struct intake_sheet p = {
		.office = q->office->name, .printer = q->actor.name, .printed_at = q->now
	};
	enum xq_rc rc = desk_concern_load(q, &d, err);
	if (rc == XQ_OK)
		rc = intake_load(q->tx, q->mem, q->office->id, d.c.id, &in, err);
	if (rc == XQ_OK)
		rc = sheet_entry(q, d.c.id, &e, &s, &has_entry, err);
	if (rc != XQ_OK)
		return rc;
	p.back = desk_path(q, d.c.file_no, "");
	p.file_no = desk_no(q, d.c.file_no);
	p.body = d.c.lane == LANE_SEALED ? NULL : d.c.body;
	p.told = in.told[0] ? in.told : NULL;
	p.read_back = has_entry ? choice_label(read_backs, e.read_back) : NULL;
	fill_sheet(q, &d.c, &in, has_entry ? &e : NULL, has_entry ? &s : NULL, &p);
	struct shell shell;
	struct html_out o = desk_page_begin(q, N_("Register form"), NULL, &shell);
	intake_sheet(&o, &p);
	desk_end(r, &o, &shell);
	return XQ_OK;
}

const struct view intake_sheet_view = { .path = "/desk/concerns/{no}/intake.print",
	.who = PERM_STAFF,
	.render = sheet_render,
	.title = N_("Register form") };
