/* SPDX-License-Identifier: Apache-2.0 */
/* board.c - /lead: what a leader acts upon today, on one screen and one A4. */
#include "lead/lead_int.h"

#include <stdlib.h>

#include "core/mem.h"
#include "reception/rfig.h"
#include "templates.h"

#include "core/banned.h"

enum { DAY_S = 86400 };

/* As the ladder of concern/outcome.c climbs. */
static const char *
level_words(int level)
{
	static const char *const words[] = { N_("Nobody told yet"), N_("The unit's head is told"),
		N_("The leader is told"), N_("On the public late list") };
	enum { LEVELS = sizeof words / sizeof *words };
	return words[level < LEVELS ? level : LEVELS - 1];
}

static const char *
count_words(struct req *q, int64_t n, int64_t max)
{
	return n > max ? mem_printf(q->mem, "%lld+", (long long)max)
	               : mem_printf(q->mem, "%lld", (long long)n);
}

/* ---- late now ---------------------------------------------------------------------------------------- */

static int
by_unit(const void *a, const void *b)
{
	const struct late_row *x = a, *y = b;
	if (x->unit_rank != y->unit_rank)
		return x->unit_rank < y->unit_rank ? -1 : 1;
	if (x->unit_id != y->unit_id)
		return x->unit_id < y->unit_id ? -1 : 1;
	if (x->due_at != y->due_at)
		return x->due_at < y->due_at ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

static void
fill_late(struct req *q, struct board_page *p, struct late_row *row, size_t n)
{
	qsort(row, n, sizeof *row, by_unit);
	p->late = mem_array(q->mem, struct board_late, n + 1);
	for (size_t i = 0; i < n; i++) {
		const struct late_row *r = &row[i];
		const struct concern c = {
			.state = r->state, .due_at = r->due_at, .due_day = r->due_day
		};
		p->late[i] = (struct board_late){
			.group = i == 0 || row[i - 1].unit_id != r->unit_id ? r->unit : NULL,
			.no = desk_no_short(q, r->file_no),
			.href = desk_path(q, r->file_no, ""),
			.supervise = desk_path(q, r->file_no, "/supervise"),
			.title = r->title,
			.place = r->place && r->place[0] ? r->place : NULL,
			.owner = r->owner,
			.tracker = r->tracker,
			.due = msg_day(q->mem, q->prefs.lang, r->due_day),
			.left = desk_left(q, &c),
			.level = level_words(r->level),
			.is_supervised = r->is_supervised,
		};
	}
	p->n_late = n;
}

static const char *
board_path(struct req *q, const char *unit, const struct late_row *last)
{
	const char *path = unit ? mem_printf(q->mem, "/lead?unit=%s", unit) : "/lead";
	if (!last)
		return path;
	return mem_printf(q->mem, "%s%cafter=%lld.%lld", path, unit ? '&' : '?',
		(long long)last->due_at, (long long)last->id);
}

static enum xq_rc
load_late(
	struct req *q, struct board_page *p, const char *unit, int64_t unit_id, struct xq_err *err)
{
	struct late_query l = { .now = q->now, .unit_id = unit_id, .max = LATE_PAGE + 1 };
	struct late_row *row;
	size_t n;
	desk_after(q, &l.after_due, &l.after_id);
	enum xq_rc rc = late_list(q->tx, q->mem, q->office->id, &l, &row, &n, err);
	if (rc != XQ_OK)
		return rc;
	p->has_pager = n > LATE_PAGE || l.after_id > 0;
	p->pager.prev = l.after_id > 0 ? board_path(q, unit, NULL) : NULL;
	if (n > LATE_PAGE) {
		n = LATE_PAGE;
		p->pager.next = board_path(q, unit, &row[n - 1]);
	}
	fill_late(q, p, row, n);
	p->caption = SAY(q, N_("{n} on this page, by unit, the oldest first"), AN("n", (int64_t)n));
	return XQ_OK;
}

/* ---- by unit ----------------------------------------------------------------------------------------- */

static void
fill_chips(struct req *q, struct board_page *p, const struct late_unit *unit, size_t n,
	int64_t total, struct str chosen)
{
	p->chip[p->n_chips++] = (struct board_chip){ .href = "/lead",
		.name = desk_word(q, N_("All units")),
		.n = count_words(q, total, LATE_COUNT_MAX),
		.is_current = chosen.n == 0 };
	for (size_t i = 0; i < n; i++)
		p->chip[p->n_chips++] = (struct board_chip){
			.href = board_path(q, unit[i].code, NULL),
			.name = unit[i].name,
			.n = count_words(q, unit[i].n, LATE_COUNT_MAX),
			.is_current = str_is(chosen, unit[i].code),
		};
}

static enum xq_rc
oldest_day(struct req *q, int32_t *out, struct xq_err *err)
{
	struct late_query l = { .now = q->now, .max = 1 };
	struct late_row *row;
	size_t n;
	enum xq_rc rc = late_list(q->tx, q->mem, q->office->id, &l, &row, &n, err);
	*out = rc == XQ_OK && n > 0 ? row[0].due_day : 0;
	return rc;
}

static enum xq_rc
load_units(struct req *q, struct board_page *p, struct str chosen, int64_t *out_unit,
	const char **out_code, struct xq_err *err)
{
	struct late_unit *unit;
	size_t n;
	int64_t total = 0;
	int32_t oldest = 0;
	enum xq_rc rc = late_units(q->tx, q->mem, q->office->id, q->now, &unit, &n, &total, err);
	if (rc == XQ_OK)
		rc = oldest_day(q, &oldest, err);
	if (rc != XQ_OK)
		return rc;
	for (size_t i = 0; i < n; i++)
		if (str_is(chosen, unit[i].code)) {
			*out_unit = unit[i].id;
			*out_code = unit[i].code;
		}
	if (total == 0) {
		p->good = desk_word(q, N_("Nothing is overdue today."));
		return XQ_OK;
	}
	p->sentence =
		SAY(q, N_("{n} are overdue, in {units} units; the oldest answer was due on {day}."),
			AX("n", count_words(q, total, LATE_COUNT_MAX)), AN("units", (int64_t)n),
			AD("day", oldest));
	fill_chips(q, p, unit, n, total, *out_code ? str_of(*out_code) : str_of(""));
	return XQ_OK;
}

/* ---- beside it --------------------------------------------------------------------------------------- */

static void
add_promises(struct req *q, struct board_list *l, const struct promise_row *row, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool broken = row[i].due_at < q->now;
		l->row[l->n++] = (struct board_side){
			.no = desk_no_short(q, row[i].file_no),
			.href = desk_path(q, row[i].file_no, ""),
			.text = row[i].text ? row[i].text : desk_word(q, N_("Sealed")),
			.who = mem_printf(q->mem, "%s · %s", row[i].unit, row[i].owner),
			.when = broken ? SAY(q, N_("Broken: it was promised for {day}"),
						 AD("day", row[i].due_day))
			               : SAY(q, N_("Promised for {day}"),
						 AD("day", row[i].due_day)),
			.light = broken ? LIGHT_LATE : LIGHT_SOON,
		};
	}
}

static enum xq_rc
load_promises(struct req *q, struct board_list *l, struct xq_err *err)
{
	struct promise_row *broken, *due;
	size_t n_broken, n_due;
	int64_t all_broken = 0, all_due = 0;
	const int64_t until = q->now + (int64_t)PROMISE_AHEAD_D * DAY_S;
	enum xq_rc rc = promises_open(
		q->tx, q->mem, q->office->id, 0, q->now, &broken, &n_broken, &all_broken, err);
	if (rc == XQ_OK)
		rc = promises_open(
			q->tx, q->mem, q->office->id, q->now, until, &due, &n_due, &all_due, err);
	if (rc != XQ_OK)
		return rc;
	*l = (struct board_list){ .icon = "hand",
		.title = N_("Promises: broken, or due within a week"),
		.empty = N_("No promise is broken, and none is due within a week.") };
	add_promises(q, l, broken, n_broken);
	add_promises(q, l, due, n_due);
	if (all_broken + all_due > (int64_t)l->n)
		l->more = SAY(q, N_("Altogether {broken} broken and {due} due."),
			AX("broken", count_words(q, all_broken, SIDE_COUNT_MAX)),
			AX("due", count_words(q, all_due, SIDE_COUNT_MAX)));
	return XQ_OK;
}

static enum xq_rc
load_reviews(struct req *q, struct board_list *l, struct xq_err *err)
{
	struct due_review *row;
	size_t n;
	int64_t total = 0;
	enum xq_rc rc = reviews_due(q->tx, q->mem, q->office->id,
		q->now + (int64_t)REVIEW_AHEAD_D * DAY_S, &row, &n, &total, err);
	if (rc != XQ_OK)
		return rc;
	*l = (struct board_list){ .icon = "park",
		.title = N_("Hard problems: review overdue, or due within two weeks"),
		.empty = N_("No review is due within two weeks.") };
	for (size_t i = 0; i < n; i++) {
		bool late = row[i].next_at < q->now;
		l->row[l->n++] = (struct board_side){
			.no = SAY(q, N_("problem {no}"), AN("no", row[i].no)),
			.href = mem_printf(q->mem, "/desk/hard/%lld", (long long)row[i].no),
			.text = row[i].title,
			.who = mem_printf(q->mem, "%s · %s", row[i].unit, row[i].sponsor),
			.when = late ? SAY(q, N_("Review overdue since {day}"),
					       AD("day", row[i].next_on))
			             : SAY(q, N_("Next review {day}"), AD("day", row[i].next_on)),
			.light = late ? LIGHT_LATE : LIGHT_SOON,
		};
	}
	if (total > (int64_t)n)
		l->more = SAY(
			q, N_("Altogether {n}."), AX("n", count_words(q, total, SIDE_COUNT_MAX)));
	return XQ_OK;
}

/* ---- whether the mechanisms are awake ---------------------------------------------------------------- */

static enum xq_rc
load_pulse(struct req *q, struct board_page *p, struct xq_err *err)
{
	struct rfig_pulse pulse[N_MECH];
	enum xq_rc rc = rfig_pulse_load(q->tx, q->mem, q->office->id, desk_today(q), pulse, err);
	for (size_t i = 0; rc == XQ_OK && i < N_MECH; i++) {
		if (pulse[i].beat.first_on == 0)
			continue; /* not begun: nothing to act upon */
		p->pulse[p->n_pulses++] = (struct board_pulse){ .title = rfig_mechanism_titles[i],
			.light = pulse[i].asleep_since ? LIGHT_LATE : LIGHT_OK,
			.words = pulse[i].asleep_since ? SAY(q, N_("Asleep since {day}"),
								 AD("day", pulse[i].asleep_since))
			                               : desk_word(q, N_("Awake")) };
	}
	return rc;
}

/* ---- the page ---------------------------------------------------------------------------------------- */

static enum xq_rc
board_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct board_page *p = mem_new(q->mem, struct board_page);
	int64_t unit_id = 0;
	const char *unit = NULL; /* a unit of which nothing is late is shown as all of them */
	enum xq_rc rc = load_units(q, p, req_query(q, "unit"), &unit_id, &unit, err);
	if (rc == XQ_OK && !p->good)
		rc = load_late(q, p, unit, unit_id, err);
	if (rc == XQ_OK)
		rc = load_promises(q, &p->promises, err);
	if (rc == XQ_OK)
		rc = load_reviews(q, &p->reviews, err);
	if (rc == XQ_OK)
		rc = load_pulse(q, p, err);
	if (rc != XQ_OK)
		return rc;
	p->office = q->office->name;
	p->at = msg_moment(q->mem, q->prefs.lang, q->now, q->office->tz_s);
	p->printer = q->actor.name;
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Leader's board"), NULL, &s);
	lead_board(&o, p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

static const struct view board_view = {
	.path = "/lead", .who = PERM_LEAD, .render = board_render, .title = N_("Leader's board")
};

static const struct menu_item menu_board = { "/lead", N_("Leader's board"), "chart", PERM_LEAD, 5,
	NULL };

const struct module lead_module = {
	.name = "lead",
	.views = (const struct view *const[]){ &board_view, NULL },
	.menu = (const struct menu_item *const[]){ &menu_board, NULL },
};
