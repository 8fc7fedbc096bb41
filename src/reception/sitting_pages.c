/* SPDX-License-Identifier: Apache-2.0 */
/* sitting_pages.c - the register of a sitting on one screen: what somebody came with is taken down on the left,
 * what stands in it is on the right, and what was told on the spot is one line. */
#include "reception/sitting_pages.h"

#include "concern/book.h"
#include "concern/desk_pages.h"
#include "concern/zone.h"
#include "core/mem.h"
#include "core/parse.h"
#include "templates.h"

#include "core/banned.h"

/* ---- words ------------------------------------------------------------------------------------------ */

struct desk_light
sitting_light(struct req *q, const struct slot *s)
{
	if (s->state == SLOT_HELD)
		return (struct desk_light){ LIGHT_OK, desk_word(q, N_("Held")) };
	if (s->state == SLOT_MISSED)
		return (struct desk_light){ LIGHT_LATE, desk_word(q, N_("Not held")) };
	if (s->state == SLOT_CANCELLED)
		return (struct desk_light){ LIGHT_CLOSED, desk_word(q, N_("Cancelled")) };
	if (day_at(s->day, s->end_min, q->office->tz_s) <= q->now)
		return (struct desk_light){ LIGHT_SOON, desk_word(q, N_("To be closed")) };
	if (day_at(s->day, s->start_min, q->office->tz_s) <= q->now)
		return (struct desk_light){ LIGHT_OK, desk_word(q, N_("Going on")) };
	return (struct desk_light){ LIGHT_UNKNOWN, desk_word(q, N_("Ahead")) };
}

const char *
sitting_where(struct req *q, const struct slot *s)
{
	return mem_printf(
		q->mem, "%s, %s %s", time_words(q, s->start_min, s->end_min), s->venue, s->room);
}

/* ---- what stands in it ------------------------------------------------------------------------------ */

/* The matter may be read by who may open the concern, who wrote it down and who sat there. */
static bool
may_read(struct req *q, const struct entry *e, int64_t receiver)
{
	const struct concern c = { .owner_person_id = e->owner_person_id,
		.owner_unit_id = e->owner_unit_id,
		.tracker_person_id = e->tracker_person_id,
		.tracker_unit_id = e->tracker_unit_id };
	if (e->by_id == q->actor.person_id || (receiver && receiver == q->actor.person_id))
		return true;
	return e->kind == ENTRY_TOLD ? desk_is_wide(&q->actor)
	                             : concern_may_see(&q->actor, &c, NULL);
}

static void
fill_concern(struct req *q, struct entry_row *row, const struct entry *e, bool may)
{
	const struct concern c = { .state = e->state,
		.raised_at = e->at,
		.due_at = e->due_at,
		.due_day = e->due_day,
		.answered_at = e->answered_at };
	row->matter = !may                     ? desk_word(q, N_("Not for you to read"))
	              : e->lane == LANE_SEALED ? desk_word(q, N_("Sealed"))
	                                       : e->title;
	row->more = SAY(q, N_("{unit} {name}, answer by {day}"), AX("unit", e->unit),
		AX("name", e->owner), AD("day", e->due_day));
	row->light = desk_light_of(q, &c);
	row->href = may ? desk_path(q, e->file_no, "") : NULL;
	row->print_href = may ? desk_path(q, e->file_no, "/intake.print") : NULL;
	row->no = desk_no_short(q, e->file_no);
	row->is_concern = true;
}

static struct entry_row
row_of(struct req *q, const struct entry *e, const struct slot *s, int64_t receiver)
{
	bool may = may_read(q, e, receiver);
	struct entry_row row = { .at = desk_clock(q, e->at),
		.receiver = s->name,
		.people = e->people > 0 ? mem_printf(q->mem, "%d", e->people) : NULL };
	if (e->kind == ENTRY_CONCERN) {
		fill_concern(q, &row, e, may);
		return row;
	}
	row.matter = may ? e->asked : desk_word(q, N_("Not for you to read"));
	row.more = may ? e->told : NULL;
	row.light = (struct desk_light){ LIGHT_OK, desk_word(q, N_("Told on the spot")) };
	return row;
}

static int
by_number(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	return (x->no > y->no) - (x->no < y->no);
}

static const struct slot *
slot_of(const struct sitting *s, int64_t no)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->slot[i].no == no)
			return &s->slot[i];
	return &s->one;
}

static enum xq_rc
gather(struct req *q, const struct sitting *s, struct entry **out, size_t *out_n,
	struct xq_err *err)
{
	struct entry *all = mem_array(q->mem, struct entry, SITTING_SEATS * (size_t)ENTRIES_MAX);
	size_t n = 0;
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; rc == XQ_OK && i < s->n; i++) {
		struct entry *list;
		size_t used = 0;
		rc = entry_list(q->tx, q->mem, q->office->id, s->slot[i].no, &list, &used, err);
		for (size_t k = 0; rc == XQ_OK && k < used; k++)
			all[n++] = list[k];
	}
	qsort(all, n, sizeof *all, by_number);
	*out = all;
	*out_n = n;
	return rc;
}

/* The person of the receiver of a slot; 0: none. */
static enum xq_rc
person_of_slot(struct req *q, const struct slot *s, int64_t *out, struct xq_err *err)
{
	struct receiver r;
	enum xq_rc rc = receiver_load(q->tx, q->mem, q->office->id, s->receiver_no, &r, err);
	*out = rc == XQ_OK ? r.person_id : 0;
	return rc == XQ_NONE ? XQ_OK : rc;
}

enum xq_rc
entries_of(struct req *q, const struct sitting *s, struct entries *out, struct xq_err *err)
{
	struct entry *all;
	size_t n = 0;
	enum xq_rc rc = gather(q, s, &all, &n, err);
	struct entry_row *row = mem_array(q->mem, struct entry_row, n + 1);
	*out = (struct entries){ .row = row, .n = n };
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		const struct slot *of = slot_of(s, all[i].slot_no);
		int64_t person = 0;
		rc = person_of_slot(q, of, &person, err);
		row[i] = row_of(q, &all[i], of, person);
		out->people += all[i].people;
		out->concerns += all[i].kind == ENTRY_CONCERN;
		out->told += all[i].kind == ENTRY_TOLD;
	}
	out->sum = SAY(q, N_("{n} people, {c} concerns, {t} told on the spot"),
		AN("n", out->people), AN("c", out->concerns), AN("t", out->told));
	return rc;
}

/* ---- the register ----------------------------------------------------------------------------------- */

static const char *
register_path(struct req *q, int64_t no)
{
	return slot_path(q, no, "/register");
}

static enum xq_rc
sitting_of_path(struct req *q, struct sitting *out, struct xq_err *err)
{
	int64_t no;
	if (!parse_int(req_place(q, 0), 1, INT64_MAX, &no))
		return XQ_NONE;
	return sitting_load(q->tx, q->mem, q->office->id, no, out, err);
}

static enum xq_rc
fill_slot(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	(void)err;
	extra[(*n_extra)++] = (struct form_pair){ .name = STR("slot"), .value = req_place(q, 0) };
	return XQ_OK;
}

static struct input
take(struct act_form *f, const char *name)
{
	return *act_form_input(f, name);
}

/* The clerk fills it in for somebody else. */
static void
fill_who(struct act_form *f, struct register_page *p)
{
	p->name = take(f, "name");
	p->name.label = N_("Name");
	p->phone = take(f, "phone");
	p->phone.hint = NULL;
	p->address = take(f, "address");
	p->address.label = N_("Address");
	p->wish = take(f, "contact_wish");
	p->secret = take(f, "secret");
	p->publish = take(f, "publish");
}

static enum xq_rc
fill_take(struct req *q, const struct sitting *s, struct register_page *p, struct xq_err *err)
{
	struct act_form f = act_form_of(q, &sitting_take, register_path(q, s->one.no));
	struct option *classes;
	act_form_drop(&f, "slot");
	size_t n = book_classes(q, desk_today(q), &classes);
	act_form_choose(q, &f, "class", classes, n);
	book_relabel(q, &f, &sitting_take);
	act_form_default(&f, "nature", "help");
	act_form_default(&f, "people", "1");
	act_form_default(&f, "read_back", "read");
	act_form_input(&f, "body")->rows = 4;
	act_form_input(&f, "documents")->rows = 2;
	act_form_faults(&f);
	enum xq_rc rc = zone_choose(q, &f, &n, err);
	if (rc != XQ_OK)
		return rc;
	p->form = f;
	p->body = take(&f, "body");
	p->body.is_first = f.n_faults == 0; /* taken down by keyboard, one after the other */
	p->title_in = take(&f, "title");
	p->place = take(&f, "place");
	p->zone = take(&f, "zone"); /* without choices it is not shown */
	p->nature = take(&f, "nature");
	p->class = take(&f, "class");
	p->people = take(&f, "people");
	p->told = take(&f, "told");
	p->again = take(&f, "again");
	p->n_documents = take(&f, "n_documents");
	p->documents = take(&f, "documents");
	p->read_back = take(&f, "read_back");
	p->nature.is_optional = p->people.is_optional = false;
	fill_who(&f, p);
	return XQ_OK;
}

/* A question that is settled by its answer: three fields in a fold of their own. */
static void
fill_tell(struct req *q, const struct sitting *s, struct register_page *p)
{
	struct act_call *typed = q->call;
	q->call = NULL; /* what was typed belongs to the other form */
	struct act_form f = act_form_of(q, &sitting_tell, slot_path(q, s->one.no, "/tell"));
	act_form_default(&f, "persons", "1");
	p->tell_action = f.action;
	p->tell_idem = mem_printf(q->mem, "%s-t", f.idem);
	p->asked = take(&f, "asked");
	p->answer = take(&f, "answer");
	p->asking = take(&f, "persons");
	q->call = typed;
}

static void
fill_chips(struct req *q, const struct sitting *s, struct register_page *p)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct slot *one = &s->slot[i];
		p->chip[p->n_chips++] = (struct sitting_chip){ .href = register_path(q, one->no),
			.name = one->name,
			.title = one->public_title,
			.state = one->state == SLOT_PLANNED ? NULL : sitting_light(q, one).words,
			.is_current = one->no == s->one.no };
	}
}

static void
add_next(struct req *q, struct register_page *p, const struct act *act, const char *href,
	const char *icon, const char *refusal)
{
	p->next[p->n_next++] = (struct next_row){ refusal ? NULL : href, icon, act->title,
		refusal ? desk_word(q, refusal) : NULL };
}

static enum xq_rc
fill_next(struct req *q, const struct sitting *s, struct register_page *p, struct xq_err *err)
{
	int64_t receiver[SITTING_SEATS];
	size_t n = 0;
	bool is_over = day_at(s->one.day, s->one.end_min, q->office->tz_s) <= q->now;
	bool has_begun = day_at(s->one.day, s->one.start_min, q->office->tz_s) <= q->now;
	enum xq_rc rc = sitting_receivers(q->tx, q->mem, q->office->id, s, receiver, &n, err);
	if (rc != XQ_OK)
		return rc;
	const char *no = sitting_may_end(&q->actor, receiver, n)
	                         ? NULL
	                         : N_("Whoever receives there, or who handles, publishes or leads");
	if (sitting_is_open(s))
		add_next(q, p, &sitting_close, slot_path(q, s->one.no, "/close"), "tick",
			no        ? no
			: is_over ? NULL
				  : N_("When its time is over"));
	if (s->one.state == SLOT_PLANNED)
		add_next(q, p, &sitting_miss, slot_path(q, s->one.no, "/miss"), "close",
			no          ? no
			: has_begun ? NULL
				    : N_("When it should have begun"));
	struct sitting_end e;
	rc = s->one.state == SLOT_MISSED
	             ? sitting_end_load(q->tx, q->mem, q->office->id, s->one.no, &e, err)
	             : XQ_NONE;
	if (rc == XQ_OK && !e.made_up_by)
		add_next(q, p, &sitting_make_up, slot_path(q, s->one.no, "/make-up"), "cal",
			actor_may(&q->actor, PERM_PUBLISH)
				? NULL
				: N_("Whoever publishes for the office does this"));
	return rc == XQ_NONE ? XQ_OK : rc;
}

/* Deputies listen and record; who writes it down stays with it then. */
static enum xq_rc
fill_first(struct req *q, const struct sitting *s, struct register_page *p, struct xq_err *err)
{
	int64_t first = 0;
	enum xq_rc rc = first_receiver(q->tx, q->mem, q->office->id, &s->one, &first, err);
	if (rc != XQ_OK)
		return rc;
	p->first =
		first ? SAY(q, N_("{name} was asked first and stays with it to the end."),
				AX("name", s->one.name))
		      : SAY(q, N_("{name} listens and hears what becomes of it; {who}, you write it down and stay with it to the end."),
				AX("name", s->one.name), AX("who", q->actor.name));
	return XQ_OK;
}

static const struct flash *
sitting_flash(struct req *q)
{
	static const struct did_text did[] = {
		{ "tell", N_("Noted.") },
		{ "close", N_("Closed. The day log can be printed.") },
		{ "miss", N_("Noted. Residents read it, with the reason.") },
		{ "make-up", N_("Announced.") },
	};
	return flash_did(q, did, sizeof did / sizeof *did);
}

static enum xq_rc
register_load(struct req *q, const struct sitting *s, struct register_page *p, struct xq_err *err)
{
	enum xq_rc rc = entries_of(q, s, &p->entries, err);
	if (rc == XQ_OK)
		rc = fill_next(q, s, p, err);
	if (rc == XQ_OK)
		rc = fill_first(q, s, p, err);
	if (rc != XQ_OK)
		return rc;
	const char *no = s->one.state == SLOT_PLANNED ? register_refusal(s, q->now, q->office->tz_s)
	                                              : "sitting.closed";
	if (no) {
		struct xq_err e = { 0 };
		(void)xq_refuse(&e, NULL, no); /* for its words */
		p->closed = s->one.state == SLOT_PLANNED ? req_fault_text(q, &e)
		                                         : sitting_light(q, &s->one).words;
	}
	fill_chips(q, s, p);
	return XQ_OK;
}

static enum xq_rc
register_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct register_page *p = mem_new(q->mem, struct register_page);
	struct sitting s;
	enum xq_rc rc = sitting_of_path(q, &s, err);
	if (rc == XQ_OK)
		rc = register_load(q, &s, p, err);
	if (rc != XQ_OK)
		return rc;
	p->title = SAY(q, N_("Reception on {day}"), AD("day", s.one.day));
	p->where = sitting_where(q, &s.one);
	p->light = sitting_light(q, &s.one);
	p->crumb[0] = (struct crumb){ "/desk", N_("To do today") };
	p->crumb[1] = (struct crumb){ "/desk/reception", N_("Receptions") };
	p->crumb[2] = (struct crumb){ week_path(q, s.one.week, ""), week_words(q, s.one.week) };
	p->crumb[3] = (struct crumb){ NULL, p->title };
	p->log_href = slot_path(q, s.one.no, "/log.print");
	rc = fill_take(q, &s, p, err);
	if (rc != XQ_OK)
		return rc;
	fill_tell(q, &s, p);
	struct shell shell;
	struct html_out o =
		desk_page_begin(q, N_("Register of the reception"), sitting_flash(q), &shell);
	sitting_register(&o, p);
	desk_end(r, &o, &shell);
	return XQ_OK;
}

static enum xq_rc
take_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	desk_pin_keep(q, r, act_result_get(q->call, "file_no"), act_result_get(q->call, "pin"));
	resp_see_other(q, r,
		mem_printf(q->mem, "/desk/reception/entries/%s/receipt",
			act_result_get(q->call, "entry")));
	return XQ_OK;
}

const struct view sitting_register_view = { .path = "/desk/reception/sittings/{n}/register",
	.who = PERM_STAFF,
	.render = register_render,
	.act = &sitting_take,
	.fill = fill_slot,
	.after = take_after,
	.title = N_("Register of the reception") };

/* ---- forms ------------------------------------------------------------------------------------------ */

static enum xq_rc
form_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct sitting s;
	enum xq_rc rc = sitting_of_path(q, &s, err);
	if (rc != XQ_OK)
		return rc;
	struct act_form f =
		act_form_of(q, q->view->act, slot_path(q, s.one.no, view_last_segment(q->view)));
	act_form_drop(&f, "slot");
	act_form_crumb(&f, "/desk/reception", N_("Receptions"));
	act_form_crumb(&f, register_path(q, s.one.no), N_("Register of the reception"));
	f.note = SAY(q, N_("{day}, {time}, {venue}, {name}"), AD("day", s.one.day),
		AX("time", time_words(q, s.one.start_min, s.one.end_min)), AX("venue", s.one.venue),
		AX("name", s.one.name));
	if (q->view->act == &sitting_close) {
		struct entries e;
		rc = entries_of(q, &s, &e, err);
		act_form_default(&f, "visitors", mem_printf(q->mem, "%lld", (long long)e.people));
	}
	if (rc == XQ_OK && q->view->act == &sitting_make_up)
		rc = form_times(q, &f, &s.one, err);
	if (rc == XQ_OK && q->view->act == &sitting_tell)
		act_form_default(&f, "persons", "1");
	if (rc == XQ_OK)
		act_form_show(q, r, &f);
	return rc;
}

static enum xq_rc
form_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r,
		slot_path(q, form_int(&q->call->form, "slot"),
			mem_printf(q->mem, "/register?did=%s", view_last_segment(q->view) + 1)));
	return XQ_OK;
}

/* clang-format off */
#define SITTING_VIEW(var, segment, who_, act_, title_)                                             \
	const struct view var = { .path = "/desk/reception/sittings/{n}/" segment, .who = (who_),  \
		.render = form_render, .act = &(act_), .fill = fill_slot, .after = form_after,     \
		.title = (title_) }

SITTING_VIEW(sitting_tell_view,    "tell",    PERM_STAFF,   sitting_tell,    N_("Note what was told on the spot"));
SITTING_VIEW(sitting_close_view,   "close",   PERM_STAFF,   sitting_close,   N_("Close the sitting"));
SITTING_VIEW(sitting_miss_view,    "miss",    PERM_STAFF,   sitting_miss,    N_("Say that it was not held"));
SITTING_VIEW(sitting_make_up_view, "make-up", PERM_PUBLISH, sitting_make_up, N_("Make up for it"));
/* clang-format on */

const struct view *const sitting_views[] = { &sitting_register_view, &sitting_tell_view,
	&sitting_close_view, &sitting_miss_view, &sitting_make_up_view, &entry_receipt_view,
	&sitting_log_view, &intake_sheet_view, NULL };
