/* SPDX-License-Identifier: Apache-2.0 */
/* bills.c - sittings as residents read them: who sits in one room at one time, and beside them, struck, who
 * or what stood there before, with the day and the reason of the change. */
#include "reception/sitting_pages.h"

#include <stdlib.h>

#include "core/mem.h"

#include "core/banned.h"

enum { MOVED_DAYS = 92 }; /* so far from its day a sitting may be made up for */

const char *
weekday_long(int32_t day)
{
	static const char *const names[] = { N_("Sunday"), N_("Monday"), N_("Tuesday"),
		N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday") };
	return names[day_weekday(day)];
}

const char *
time_words(struct req *q, int start, int end)
{
	return mem_printf(q->mem, "%s–%s", minute_text(q->mem, start), minute_text(q->mem, end));
}

const char *
why_words(struct req *q, const char *why, const char *words)
{
	const char *reason = desk_word(q, choice_label(change_reasons, why));
	return words[0] ? SAY(q, N_("{why}: {words}"), AX("why", reason), AX("words", words))
	                : reason;
}

const char *
missed_words(struct req *q, const char *why, const char *words)
{
	return text_eq(why, "unsaid")
	               ? desk_word(q, N_("nobody said within the limit that it was held"))
	               : why_words(q, why, words);
}

static bool
is_same_sitting(const struct change *c)
{
	return c->kind != CHANGE_CANCEL && c->old_day == c->new_day &&
	       c->old_start == c->new_start && c->old_end == c->new_end &&
	       c->old_venue_no == c->new_venue_no;
}

/* When and why it was changed, and what stands there now. */
const char *
change_words(struct req *q, const struct change *c)
{
	const char *on = msg_day_short(q->mem, q->prefs.lang, day_of(c->at, q->office->tz_s));
	const char *why = why_words(q, c->why, c->words);
	const char *time = time_words(q, c->new_start, c->new_end);
	if (c->kind == CHANGE_CANCEL)
		return SAY(q, N_("Cancelled on {on}: {why}. Made up for on {day}, {time}."),
			AX("on", on), AX("why", why), AD("day", c->new_day), AX("time", time));
	if (is_same_sitting(c))
		return SAY(q, N_("Changed on {on}: {why}. Instead: {name}."), AX("on", on),
			AX("why", why), AX("name", c->new_name));
	return SAY(q, N_("Changed on {on}: {why}. Now {day}, {time}, {venue}, {name}."),
		AX("on", on), AX("why", why), AD("day", c->new_day), AX("time", time),
		AX("venue", c->new_venue), AX("name", c->new_name));
}

const char *
list_words(struct req *q, const char *list, const char *name)
{
	return list ? SAY(q, N_("{list}, {name}"), AX("list", list), AX("name", name)) : name;
}

const char *
bill_names(struct req *q, const struct bill *b)
{
	const char *all = NULL;
	for (size_t i = 0; i < b->n_seats; i++)
		if (b->seat[i].is_gone == (b->n_sit == 0))
			all = list_words(q, all, b->seat[i].name);
	return all ? all : "";
}

/* ---- gathering -------------------------------------------------------------------------------------- */

struct gathering {
	struct req *q;
	struct xq_err *err;
	enum xq_rc rc; /* of what is read on the way */
	struct bill *bill;
	size_t n, max_seats;
	struct venue *venue;
	size_t n_venues;
};

static const char *
steps_words(struct req *q, const struct venue *v)
{
	if (v->is_step_free)
		return desk_word(q, N_("No step at the door"));
	return v->steps[0] ? v->steps : NULL;
}

static void
fill_place(struct gathering *g, struct bill *b)
{
	struct req *q = g->q;
	for (size_t i = 0; i < g->n_venues; i++) {
		if (g->venue[i].no != b->venue_no)
			continue;
		b->venue = g->venue[i].name;
		b->room = g->venue[i].room;
		b->address = g->venue[i].address;
		b->steps = steps_words(q, &g->venue[i]);
		b->is_venue_open = g->venue[i].is_open;
	}
	b->venue_href = mem_printf(q->mem, "/venue/%lld", (long long)b->venue_no);
}

/* The sitting of that day, time and place; a new one where there is none yet. */
static struct bill *
bill_at(struct gathering *g, int32_t day, int start, int end, int64_t venue_no)
{
	struct req *q = g->q;
	for (size_t i = 0; i < g->n; i++) {
		struct bill *b = &g->bill[i];
		if (b->day == day && b->start_min == start && b->end_min == end &&
			b->venue_no == venue_no)
			return b;
	}
	struct bill *b = &g->bill[g->n++];
	*b = (struct bill){ .day = day,
		.start_min = start,
		.end_min = end,
		.venue_no = venue_no,
		.month = SAY(q, N_("Month {n}"), AN("n", day_month(day))),
		.weekday = desk_weekday(day),
		.weekday_long = weekday_long(day),
		.when = time_words(q, start, end),
		.href = mem_printf(q->mem, "/reception/%s", day_text(q->mem, day)),
		.seat = mem_array(q->mem, struct bill_seat, g->max_seats) };
	fill_place(g, b);
	return b;
}

static void
add_note(struct bill *b, const char *text)
{
	for (size_t i = 0; i < b->n_notes; i++)
		if (text_eq(b->note[i], text))
			return;
	if (b->n_notes < BILL_NOTES)
		b->note[b->n_notes++] = text;
}

/* Who did not come stays to be read, with the reason and the day in its place. */
static void
add_missed(struct gathering *g, struct bill *b, const struct slot *s)
{
	struct req *q = g->q;
	struct sitting_end e = { .why = "unsaid", .words = "" };
	if (g->rc == XQ_OK)
		g->rc = sitting_end_load(q->tx, q->mem, q->office->id, s->no, &e, g->err);
	const char *why = missed_words(q, e.why, e.words);
	b->seat[b->n_seats++] = (struct bill_seat){ .surname = surname_of(q->mem, s->name),
		.name = s->name,
		.title = s->public_title,
		.note = e.made_up_on ? SAY(q, N_("Not held: {why}. Made up for on {day}."),
					       AX("why", why), AD("day", e.made_up_on))
		                     : SAY(q, N_("Not held: {why}"), AX("why", why)),
		.is_gone = true };
	b->known_at = s->published_at > b->known_at ? s->published_at : b->known_at;
}

static void
add_slot(struct gathering *g, const struct slot *s)
{
	struct req *q = g->q;
	if (s->state == SLOT_CANCELLED)
		return; /* its change says so */
	struct bill *b = bill_at(g, s->day, s->start_min, s->end_min, s->venue_no);
	if (s->state == SLOT_MISSED) {
		add_missed(g, b, s);
		return;
	}
	b->seat[b->n_seats++] = (struct bill_seat){ .surname = surname_of(q->mem, s->name),
		.name = s->name,
		.title = s->public_title,
		.topics = s->topics };
	b->n_sit++;
	b->known_at = s->published_at > b->known_at ? s->published_at : b->known_at;
	if (s->moved_from)
		add_note(b, SAY(q, N_("Moved here from {day}, a day of rest"),
				    AD("day", s->moved_from)));
	if (s->makes_up)
		add_note(b, desk_word(q, N_("Makes up for a sitting that was not held")));
	if (s->is_provisional)
		add_note(b,
			desk_word(q,
				N_("The holidays of that year are not announced yet; the day may still move")));
}

static void
add_change(struct gathering *g, const struct change *c)
{
	struct req *q = g->q;
	struct bill *b = bill_at(g, c->old_day, c->old_start, c->old_end, c->old_venue_no);
	b->seat[b->n_seats++] = (struct bill_seat){ .surname = surname_of(q->mem, c->old_name),
		.name = c->old_name,
		.title = c->old_title,
		.topics = "",
		.note = change_words(q, c),
		.is_gone = true };
	b->sequence++;
	if (c->at > b->known_at)
		b->known_at = c->at;
}

/* What a change put there is known since the change, not since its week was published. */
static void
know_since(struct gathering *g, const struct change *c)
{
	for (size_t i = 0; i < g->n; i++) {
		struct bill *b = &g->bill[i];
		if (b->day == c->new_day && b->start_min == c->new_start &&
			b->end_min == c->new_end && b->venue_no == c->new_venue_no &&
			b->known_at < c->at)
			b->known_at = c->at;
	}
}

static int
by_time(const void *a, const void *b)
{
	const struct bill *x = a, *y = b;
	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	if (x->start_min != y->start_min)
		return x->start_min < y->start_min ? -1 : 1;
	return (x->venue_no > y->venue_no) - (x->venue_no < y->venue_no);
}

enum xq_rc
bills_load(struct req *q, int32_t from, int32_t until, struct bill **out, size_t *out_n,
	struct xq_err *err)
{
	struct gathering g = { .q = q, .err = err, .rc = XQ_OK };
	struct slot *s;
	struct change *c;
	size_t n_slots = 0, n_changes = 0;
	enum xq_rc rc = venue_list(q->tx, q->mem, q->office->id, &g.venue, &g.n_venues, err);
	if (rc == XQ_OK)
		rc = slot_list(q->tx, q->mem, q->office->id,
			&(struct slot_query){
				.from = from, .until = until, .only_published = true },
			&s, &n_slots, err);
	if (rc == XQ_OK)
		rc = change_list(q->tx, q->mem, q->office->id, day_add(from, -MOVED_DAYS),
			day_add(until, MOVED_DAYS), &c, &n_changes, err);
	if (rc != XQ_OK)
		return rc;
	g.max_seats = n_slots + n_changes + 1;
	g.bill = mem_array(q->mem, struct bill, g.max_seats);
	for (size_t i = 0; i < n_slots; i++)
		add_slot(&g, &s[i]);
	for (size_t i = 0; i < n_changes; i++) {
		if (from <= c[i].old_day && c[i].old_day <= until)
			add_change(&g, &c[i]);
		know_since(&g, &c[i]);
	}
	qsort(g.bill, g.n, sizeof *g.bill, by_time);
	*out = g.bill;
	*out_n = g.n;
	return g.rc == XQ_OK ? bills_seats(q, g.bill, g.n, err) : g.rc;
}
