/* SPDX-License-Identifier: Apache-2.0 */
/* seat_pages.c - booking a turn of a sitting, the page of one seat with its slip, and the field for its code.
 * All of it without scripts. */
#include "reception/seat_pages.h"

#include "concern/resident.h"
#include "core/mem.h"
#include "core/parse.h"
#include "templates.h"

#include "core/banned.h"

/* ---- what bills say of seats ------------------------------------------------------------------------ */

static const char *
free_words(struct req *q, int n)
{
	return n > 0 ? SAY(q, N_("{n} times can still be booked; you can also come without."),
			       AN("n", n))
	             : desk_word(q,
			       N_("All times that can be booked are taken; you can come without."));
}

static int
count_at(const struct seat_count *c, size_t n, const struct bill *b)
{
	for (size_t i = 0; i < n; i++)
		if (c[i].at.day == b->day && c[i].at.start_min == b->start_min &&
			c[i].at.venue_no == b->venue_no)
			return c[i].n;
	return 0;
}

enum xq_rc
bills_seats(struct req *q, struct bill *b, size_t n, struct xq_err *err)
{
	struct seat_count *c;
	size_t n_counts = 0;
	if (n == 0)
		return XQ_OK;
	enum xq_rc rc = seat_counts(
		q->tx, q->mem, q->office->id, b[0].day, b[n - 1].day, &c, &n_counts, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		struct seat_at at = { b[i].day, b[i].start_min, b[i].end_min, b[i].venue_no };
		if (b[i].n_sit == 0 || !b[i].is_venue_open ||
			day_at(b[i].day, b[i].start_min, q->office->tz_s) <= q->now)
			continue;
		int left =
			turns_to_book(b[i].start_min, b[i].end_min) - count_at(c, n_counts, &b[i]);
		b[i].free = free_words(q, left);
		if (left > 0)
			b[i].book_href = seat_at_path(q->mem, &at);
	}
	return rc;
}

/* NULL: nothing is published, or was, for this time and place. */
static enum xq_rc
bill_of(struct req *q, const struct seat_at *s, struct bill **out, struct xq_err *err)
{
	struct bill *b;
	size_t n = 0;
	*out = NULL;
	enum xq_rc rc = bills_load(q, s->day, s->day, &b, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		if (b[i].start_min == s->start_min && b[i].venue_no == s->venue_no &&
			(*out == NULL || b[i].n_sit > 0))
			*out = &b[i];
	return rc;
}

static const char *
turn_words(struct req *q, int start_min, int turn)
{
	int from = turn_minute(start_min, turn);
	return time_words(q, from, from + SEAT_MINUTES);
}

/* ---- booking ---------------------------------------------------------------------------------------- */

static bool
place_sitting(struct req *q, struct seat_at *out)
{
	*out = (struct seat_at){ 0 };
	return parse_day(req_place(q, 0), &out->day) &&
	       seat_at_read(req_place(q, 1), &out->start_min, &out->venue_no);
}

static struct option *
turn_options(struct req *q, const struct seating *s, size_t *out_n)
{
	struct option *o = mem_array(q->mem, struct option, SEAT_TURNS_MAX);
	int turns = turns_of(s->at.start_min, s->at.end_min);
	for (int turn = 1; turn <= turns; turn++)
		if (turn_is_to_book(turn) && !s->is_taken[turn])
			o[(*out_n)++] = (struct option){ .value = mem_printf(q->mem, "%d", turn),
				.label = turn_words(q, s->at.start_min, turn) };
	return o;
}

static const struct option people_options[SEAT_PEOPLE_MAX] = { { .value = "1", .label = "1" },
	{ .value = "2", .label = "2" }, { .value = "3", .label = "3" },
	{ .value = "4", .label = "4" }, { .value = "5", .label = "5" } };

static void
fill_form(struct req *q, const struct seating *s, struct seat_book_page *p)
{
	struct act_form f = act_form_of(q, &seat_book, seat_at_path(q->mem, &s->at));
	static const char *const known[] = { "day", "start", "venue", "visitor" };
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		act_form_drop(&f, known[i]);
	act_form_default(&f, "people", "1");
	act_form_faults(&f);
	p->turn = *act_form_input(&f, "turn");
	p->turn.kind = INPUT_RADIO;
	p->turn.option = turn_options(q, s, &p->turn.n_options);
	p->people = *act_form_input(&f, "people");
	p->people.kind = INPUT_RADIO;
	p->people.option = people_options;
	p->people.n_options = SEAT_PEOPLE_MAX;
	p->help = mem_array(q->mem, struct input, n_seat_helps);
	for (size_t i = 0; i < n_seat_helps; i++)
		p->help[p->n_helps++] = *act_form_input(&f, seat_helps[i].code);
	p->action = f.action;
	p->csrf = f.csrf;
	p->idem = f.idem;
	p->row = f.fault;
	p->n_rows = f.n_faults;
}

static enum xq_rc
book_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct seat_book_page p = { 0 };
	struct seat_at at;
	struct seating s = { 0 };
	if (!place_sitting(q, &at))
		return XQ_NONE;
	enum xq_rc rc = bill_of(q, &at, &p.bill, err);
	if (rc == XQ_OK)
		rc = seating_load(q->tx, q->mem, q->office->id, &at, &s, err);
	if (rc != XQ_OK)
		return rc;
	if (!p.bill)
		return XQ_NONE;
	p.bill->book_href = p.bill->free = NULL; /* this is that page */
	const char *no = seating_refusal(&s, q->now, q->office->tz_s);
	if (no && !s.is_there)
		no = "seat.cancelled"; /* it stood there: the bill says what became of it */
	if (no)
		p.refusal = desk_word(q, app_message(q->app, no));
	else
		fill_form(q, &s, &p);
	p.free = free_words(q, s.n_free);
	p.title = desk_word(q, N_("Book a seat"));
	p.back_href = mem_printf(q->mem, "/reception/%s", day_text(q->mem, at.day));
	p.back = SAY(q, N_("Reception on {day}"), AD("day", at.day));
	struct shell sh = public_shell(q, p.title);
	sh.is_index = false;
	sh.has_faults = p.n_rows > 0;
	struct html_out o = public_begin(q, &sh);
	seat_book_form(&o, &p);
	public_end(r, &o, &sh);
	return XQ_OK;
}

static enum xq_rc
book_fill(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	struct seat_at at;
	(void)err;
	if (!place_sitting(q, &at))
		return XQ_NONE;
	extra[(*n_extra)++] =
		(struct form_pair){ .name = STR("day"), .value = str_of(day_text(q->mem, at.day)) };
	extra[(*n_extra)++] = (struct form_pair){ .name = STR("start"),
		.value = str_of(minute_text(q->mem, at.start_min)) };
	extra[(*n_extra)++] = (struct form_pair){ .name = STR("venue"),
		.value = str_of(mem_printf(q->mem, "%lld", (long long)at.venue_no)) };
	extra[(*n_extra)++] =
		(struct form_pair){ .name = STR("visitor"), .value = str_of(q->visitor) };
	return XQ_OK;
}

static enum xq_rc
book_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(
		q, r, mem_printf(q->mem, "/seat/%s?did=booked", act_result_get(q->call, "code")));
	return XQ_OK;
}

const struct view seat_book_view = { .path = "/reception/{date}/{sitting}/seat",
	.who = PERM_ANYBODY,
	.render = book_render,
	.act = &seat_book,
	.fill = book_fill,
	.after = book_after,
	.title = N_("Book a seat") };

/* ---- by its code ------------------------------------------------------------------------------------ */

static const char *
ask_path(struct req *q, struct str typed)
{
	return mem_printf(q->mem, "/seat?code=%s", url_quote(q->mem, typed));
}

static enum xq_rc
ask_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct seat_ask_page p = { 0 };
	struct str typed = req_query(q, "code");
	struct short_code code;
	struct booking s;
	if (typed.n > 0 && short_code_read(typed, &code)) {
		enum xq_rc rc = seat_by_code(q->tx, q->app, q->office->id, &code, &s, err);
		if (rc == XQ_OK)
			resp_see_other(q, r, mem_printf(q->mem, "/seat/%s", code.text));
		if (rc != XQ_NONE)
			return rc;
	}
	if (typed.n > 0) {
		p.typed = str_text(q->mem, typed);
		p.fault = desk_word(q, app_message(q->app, "seat.code-unknown"));
	}
	struct shell sh = public_shell(q, desk_word(q, N_("Your seat")));
	sh.has_faults = p.fault != NULL;
	struct html_out o = public_begin(q, &sh);
	seat_ask_form(&o, &p);
	public_end(r, &o, &sh);
	return XQ_OK;
}

const struct view seat_ask_view = { .path = "/seat",
	.who = PERM_ANYBODY,
	.flags = VIEW_LIMITED,
	.render = ask_render,
	.title = N_("Your seat") };

static const char *
helps_words(struct req *q, unsigned helps)
{
	const char *all = NULL;
	for (unsigned i = 0; i < n_seat_helps; i++)
		if (helps & 1U << i)
			all = list_words(q, all, desk_word(q, seat_helps[i].label));
	return all;
}

static void
add_fact(struct seat_page *p, const char *label, const char *value)
{
	xq_require(p->n_facts < SEAT_FACTS);
	if (value && value[0])
		p->fact[p->n_facts++] = (struct seat_fact){ label, value };
}

static void
fill_facts(struct req *q, const struct booking *s, struct seat_page *p)
{
	const struct bill *b = p->bill;
	add_fact(p, N_("Day"), msg_day(q->mem, q->prefs.lang, s->at.day));
	add_fact(p, N_("Your time"), turn_words(q, s->at.start_min, s->turn));
	if (b)
		add_fact(p, N_("Where"),
			mem_printf(q->mem, "%s %s · %s", b->venue, b->room, b->address));
	add_fact(p, N_("Who receives"), b ? bill_names(q, b) : NULL);
	add_fact(p, N_("How many come"), SAY(q, N_("{n} people"), AN("n", s->people)));
	add_fact(p, N_("What helps"), helps_words(q, s->helps));
}

/* From where it came, with the line of the roster that says why. */
static enum xq_rc
fill_moved(struct req *q, const struct booking *s, struct seat_page *p, struct xq_err *err)
{
	if (!s->moved_at)
		return XQ_OK;
	enum xq_rc rc = bill_of(q, &s->from, &p->old_bill, err);
	if (rc == XQ_OK)
		p->moved = SAY(q,
			N_("Your seat has moved along with the reception. Before, it was on {day}, {time}."),
			AD("day", s->from.day),
			AX("time", turn_words(q, s->from.start_min, s->from_turn)));
	if (rc == XQ_OK && s->from.day == s->at.day && s->from.start_min == s->at.start_min &&
		s->from.venue_no == s->at.venue_no)
		p->old_bill = NULL; /* it ends earlier: the bill above says so */
	return rc;
}

static void
fill_state(struct req *q, const struct booking *s, struct seat_page *p)
{
	bool has_begun = day_at(s->at.day, s->at.start_min, q->office->tz_s) <= q->now;
	switch (s->state) {
	case SEAT_OPEN:
		if (has_begun)
			p->state = desk_word(q, app_message(q->app, "seat.begun"));
		p->may_give_back = !has_begun;
		break;
	case SEAT_GIVEN_BACK:
		p->state = desk_word(q,
			N_("You have given this seat back. You can book another one, or come without."));
		break;
	case SEAT_FELL:
		p->state = desk_word(q,
			N_("The reception was moved, and all times there were taken. You can come without, or book another reception."));
		break;
	}
	if (s->state == SEAT_OPEN && p->bill)
		p->say = SAY(q, N_("{day}, {time}: please come to {venue}, {room}."),
			AD("day", s->at.day),
			AX("time", minute_text(q->mem, turn_minute(s->at.start_min, s->turn))),
			AX("venue", p->bill->venue), AX("room", p->bill->room));
}

static void
fill_slip(struct req *q, const struct short_code *code, struct seat_page *p)
{
	char shown[SHORT_CODE_SHOWN_LEN + 1];
	short_code_show(code, shown);
	p->code = mem_text(q->mem, code->text);
	p->shown = mem_text(q->mem, shown);
	p->office = q->office->name;
	p->phone = q->office->phone;
	p->url = mem_printf(q->mem, "http://%s%s/seat/%s", resident_host(q), q->base, code->text);
	p->qr = qr_svg(q->mem, p->url, desk_word(q, N_("Square code of this seat")));
	p->is_strip = str_is(req_query(q, "paper"), "strip");
	p->paper_href =
		mem_printf(q->mem, "/seat/%s%s", code->text, p->is_strip ? "" : "?paper=strip");
}

static const struct flash *
seat_flash(struct req *q)
{
	static const struct did_text did[] = {
		{ "booked",
			N_("The seat is yours. Please keep the code: print this page, or take a picture of it.") },
		{ "back", N_("Given back. Thank you: somebody else can have it now.") },
	};
	return flash_did(q, did, sizeof did / sizeof *did);
}

static enum xq_rc
load_seat(struct req *q, const struct short_code *code, struct seat_page *p, struct xq_err *err)
{
	struct booking s;
	enum xq_rc rc = seat_by_code(q->tx, q->app, q->office->id, code, &s, err);
	if (rc == XQ_OK)
		rc = bill_of(q, &s.at, &p->bill, err);
	if (rc == XQ_OK)
		rc = fill_moved(q, &s, p, err);
	if (rc != XQ_OK)
		return rc;
	fill_slip(q, code, p);
	fill_facts(q, &s, p);
	fill_state(q, &s, p);
	if (p->bill)
		p->known = SAY(q, N_("As published on {day}"),
			AD("day", day_of(p->bill->known_at, q->office->tz_s)));
	return XQ_OK;
}

static enum xq_rc
seat_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct short_code code;
	struct seat_page p = { 0 };
	enum xq_rc rc = XQ_NONE;
	if (short_code_read(req_place(q, 0), &code))
		rc = load_seat(q, &code, &p, err);
	if (rc == XQ_NONE) { /* mistyped or forgotten: the page that asks for it says so */
		resp_see_other(q, r, ask_path(q, req_place(q, 0)));
		return XQ_OK;
	}
	if (rc != XQ_OK)
		return rc;
	struct act_form f =
		act_form_of(q, &seat_give_back, mem_printf(q->mem, "/seat/%s", code.text));
	p.csrf = f.csrf;
	p.idem = f.idem;
	p.fault = q->refusal ? req_fault_text(q, q->refusal) : NULL;
	struct shell sh = public_shell(q, desk_word(q, N_("Your seat")));
	sh.is_index = false;
	sh.flash = seat_flash(q);
	struct html_out o = public_begin(q, &sh);
	seat_one(&o, &p);
	public_end(r, &o, &sh);
	return XQ_OK;
}

static enum xq_rc
seat_fill(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	(void)err;
	extra[(*n_extra)++] = (struct form_pair){ .name = STR("code"), .value = req_place(q, 0) };
	return XQ_OK;
}

static enum xq_rc
seat_after(struct req *q, struct resp *r, struct xq_err *err)
{
	struct short_code code;
	(void)err;
	if (!short_code_read(req_place(q, 0), &code))
		return XQ_NONE;
	resp_see_other(q, r, mem_printf(q->mem, "/seat/%s?did=back", code.text));
	return XQ_OK;
}

const struct view seat_view = { .path = "/seat/{code}",
	.who = PERM_ANYBODY,
	.flags = VIEW_LIMITED,
	.render = seat_render,
	.act = &seat_give_back,
	.fill = seat_fill,
	.after = seat_after,
	.title = N_("Your seat") };

/* ---- at the desk ------------------------------------------------------------------------------------ */

enum xq_rc
desk_turns_load(struct req *q, const struct slot *s, struct slot_page *p, struct xq_err *err)
{
	static const struct column col[] = { { .label = N_("Time") },
		{ .label = N_("How many come"), .form = COL_NUMBER },
		{ .label = N_("What helps") } };
	enum { COLS = sizeof col / sizeof *col };
	const struct seat_at at = { s->day, s->start_min, s->end_min, s->venue_no };
	struct booking *seat;
	size_t n = 0;
	if (!s->is_published || s->state == SLOT_CANCELLED)
		return XQ_OK;
	enum xq_rc rc = seat_list(q->tx, q->mem, q->office->id, &at, &seat, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct table_cell *cell = mem_array(q->mem, struct table_cell, n * COLS + 1);
	for (size_t i = 0; i < n; i++) {
		struct table_cell *row = cell + i * COLS;
		row[0].text = turn_words(q, s->start_min, seat[i].turn);
		row[1].text = mem_printf(q->mem, "%d", seat[i].people);
		row[2].text = helps_words(q, seat[i].helps);
	}
	p->turns = (struct table){ .caption = N_("Booked seats"),
		.hide_caption = true,
		.col = col,
		.n_cols = COLS,
		.cell = cell,
		.n_rows = n };
	if (n == 0)
		p->no_turns = desk_word(q,
			N_("Nobody has booked a time yet. Half of the times are for those who come without anyway."));
	return XQ_OK;
}

/* ---- the declaration -------------------------------------------------------------------------------- */

const struct module reception_seat_module = {
	.name = "reception-seat",
	.migrations = (const struct migration *const[]){ &reception_seat_migration_1, NULL },
	.acts = (const struct act *const[]){ &seat_book, &seat_give_back, NULL },
	.views = (const struct view *const[]){ &seat_book_view, &seat_ask_view, &seat_view, NULL },
	.invariants = (const struct invariant *const[]){ &seats_stand, NULL },
	.messages = (const struct msg_text *const[]){ seat_messages, NULL },
};
