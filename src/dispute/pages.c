/* SPDX-License-Identifier: Apache-2.0 */
/* pages.c - the register as a unit or a supervisor reads it, one dispute, and the counts of a month. */
#include "dispute/pages.h"

#include "core/mem.h"
#include "core/parse.h"
#include "templates.h"

#include "core/banned.h"

enum { PAGE_ROWS = 20, FEW = 5 };

const char *
dispute_path(struct req *q, int64_t no, const char *rest)
{
	return mem_printf(q->mem, "/desk/disputes/%lld%s", (long long)no, rest);
}

const char *
dispute_number(struct req *q, int64_t no)
{
	return SAY(q, N_("Dispute no. {no}"), AN("no", no));
}

enum xq_rc
dispute_of_path(struct req *q, struct dispute *out, struct xq_err *err)
{
	int64_t no;
	if (!parse_int(req_place(q, 0), 1, INT64_MAX, &no))
		return XQ_NONE;
	enum xq_rc rc = dispute_load(q->tx, q->mem, q->office->id, no, out, err);
	return rc == XQ_OK && !dispute_may_see(&q->actor, out) ? XQ_NONE : rc;
}

static struct desk_light
light_of(struct req *q, const struct dispute *d)
{
	static const struct {
		int light;
		const char *words;
	} stages[] = {
		[DISPUTE_FOUND] = { LIGHT_SOON, N_("Found") },
		[DISPUTE_MEDIATING] = { LIGHT_SOON, N_("In mediation") },
		[DISPUTE_SETTLED] = { LIGHT_ANSWERED, N_("Settled") },
		[DISPUTE_REFERRED] = { LIGHT_CLOSED, N_("Referred") },
	};
	if (d->stage == DISPUTE_SETTLED && d->ended_at)
		return (struct desk_light){ LIGHT_OK, desk_word(q, N_("Settled and kept")) };
	return (struct desk_light){ stages[d->stage].light, desk_word(q, stages[d->stage].words) };
}

static const char *
next_words(struct req *q, const struct dispute *d)
{
	if (d->ended_at)
		return NULL;
	if (d->stage == DISPUTE_SETTLED && !dispute_is_overdue(d, q->now))
		return SAY(q, N_("To be looked at again on {day}"), AD("day", d->next_on));
	return dispute_is_overdue(d, q->now)
	               ? SAY(q, N_("Next step overdue since {day}"), AD("day", d->next_on))
	               : SAY(q, N_("Next step by {day}"), AD("day", d->next_on));
}

static const char *
sides_words(struct req *q, const struct dispute *d)
{
	return SAY(q, N_("{a} and {b}"),
		AX("a", desk_word(q, choice_label(dispute_sides, d->side_a))),
		AX("b", desk_word(q, choice_label(dispute_sides, d->side_b))));
}

static const struct flash *
flash_of(struct req *q)
{
	static const struct did_text did[] = {
		{ "find", N_("Put down. Its next step has a day.") },
		{ "mediate", N_("Noted. The next step has its day.") },
		{ "settle", N_("Noted. On the day you gave you look whether it is kept.") },
		{ "refer", N_("Referred. Here it has ended.") },
		{ "follow", N_("Noted.") },
	};
	return flash_did(q, did, sizeof did / sizeof *did);
}

/* ---- the list --------------------------------------------------------------------------------------- */

static void
fill_rows(struct req *q, struct disputes_page *p, const struct dispute *d, size_t n)
{
	static const struct column col[] = { { .label = N_("No."), .form = COL_NUMBER },
		{ .label = N_("What it is about") }, { .label = N_("Kind") },
		{ .label = N_("Both sides") }, { .label = N_("Stage") },
		{ .label = N_("Next step") }, { .label = N_("Unit") } };
	enum { COLS = sizeof col / sizeof *col };
	struct table_cell *cell = mem_array(q->mem, struct table_cell, n * COLS + 1);
	for (size_t i = 0; i < n; i++) {
		struct desk_light light = light_of(q, &d[i]);
		bool is_late = dispute_is_overdue(&d[i], q->now);
		struct table_cell *row = cell + i * COLS;
		row[0] =
			(struct table_cell){ .text = mem_printf(q->mem, "%lld", (long long)d[i].no),
				.href = dispute_path(q, d[i].no, "") };
		row[1] = (struct table_cell){ .text = d[i].about, .note = d[i].place };
		row[2].text = desk_word(q, choice_label(dispute_kinds, d[i].kind));
		row[3] = (struct table_cell){ .text = sides_words(q, &d[i]),
			.note = SAY(q, N_("{n} parties"), AN("n", d[i].parties)) };
		row[4] = (struct table_cell){
			.text = light.words, .light = light.light, .has_light = true
		};
		row[5] = (struct table_cell){
			.text = d[i].ended_at ? NULL : msg_day(q->mem, q->prefs.lang, d[i].next_on),
			.note = is_late ? desk_word(q, N_("overdue")) : NULL,
			.light = is_late ? LIGHT_LATE : LIGHT_PARKED,
			.has_light = !d[i].ended_at
		};
		row[6].text = d[i].unit;
	}
	p->rows = (struct table){ .caption = SAY(q, N_("{n} on this page"), AN("n", (int64_t)n)),
		.col = col,
		.n_cols = COLS,
		.cell = cell,
		.n_rows = n };
}

static enum xq_rc
load_rows(struct req *q, struct disputes_page *p, struct xq_err *err)
{
	struct dispute_query dq = { .unit_id = p->is_wide ? 0 : q->actor.unit_id,
		.is_ended = p->is_ended,
		.max = PAGE_ROWS + 1 };
	struct dispute *d;
	size_t n;
	desk_after(q, &dq.after_key, &dq.after_no);
	enum xq_rc rc = dispute_list(q->tx, q->mem, q->office->id, &dq, &d, &n, err);
	if (rc != XQ_OK)
		return rc;
	const char *top = p->is_ended ? "/desk/disputes?show=ended" : "/desk/disputes";
	p->has_pager = n > PAGE_ROWS || dq.after_no > 0;
	p->pager.prev = dq.after_no > 0 ? top : NULL;
	if (n > PAGE_ROWS) {
		n = PAGE_ROWS;
		p->pager.next =
			mem_printf(q->mem, "%s%cafter=%lld.%lld", top, p->is_ended ? '&' : '?',
				(long long)d[n - 1].next_at, (long long)d[n - 1].no);
	}
	fill_rows(q, p, d, n);
	return XQ_OK;
}

static enum xq_rc
list_render(struct req *q, struct resp *r, struct xq_err *err)
{
	int32_t today = desk_today(q);
	struct disputes_page p = { .is_ended = str_is(req_query(q, "show"), "ended"),
		.may_find = actor_may(&q->actor, PERM_HANDLE),
		.is_wide = actor_may(&q->actor, PERM_RULE) };
	p.sheet_href = mem_printf(
		q->mem, "/desk/disputes/%04d-%02d.print", today / 10000, today / 100 % 100);
	p.empty = (struct empty){ .icon = "scale",
		.title = p.is_ended ? N_("No dispute has ended yet.") : N_("No dispute is open.") };
	enum xq_rc rc = load_rows(q, &p, err);
	if (rc != XQ_OK)
		return rc;
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Early disputes"), flash_of(q), &s);
	disputes_html(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view dispute_list_view = { .path = "/desk/disputes",
	.who = PERM_STAFF,
	.render = list_render,
	.title = N_("Early disputes") };

/* ---- one of them ------------------------------------------------------------------------------------ */

static void
add_fact(struct dispute_page *p, const char *label, const char *value, const char *href)
{
	xq_require(p->n_facts < DISPUTE_FACTS);
	if (value && value[0])
		p->fact[p->n_facts++] = (struct dispute_fact){ label, value, href };
}

/* Only the number of a concern that this person may not open. */
static enum xq_rc
add_concern(struct req *q, const struct dispute *d, struct dispute_page *p, struct xq_err *err)
{
	struct concern c = { 0 };
	if (!d->concern_id)
		return XQ_OK;
	enum xq_rc rc = concern_load(q->tx, q->mem, q->office->id, d->concern_id, &c, err);
	if (rc == XQ_OK)
		add_fact(p, N_("Came up in a concern"), desk_no(q, c.file_no),
			concern_may_see(&q->actor, &c, NULL) ? desk_path(q, c.file_no, "") : NULL);
	return rc;
}

static enum xq_rc
fill_facts(struct req *q, const struct dispute *d, struct dispute_page *p, struct xq_err *err)
{
	add_fact(p, N_("Kind"), desk_word(q, choice_label(dispute_kinds, d->kind)), NULL);
	add_fact(p, N_("Where"), d->place, NULL);
	add_fact(p, N_("Both sides"), sides_words(q, d), NULL);
	add_fact(
		p, N_("How many parties"), mem_printf(q->mem, "%lld", (long long)d->parties), NULL);
	add_fact(p, N_("Put down by the unit"),
		SAY(q, N_("{unit}, {day}"), AX("unit", d->unit), AD("day", d->found_on)), NULL);
	if (d->agreement[0]) {
		add_fact(p, N_("What was agreed"), d->agreement, NULL);
		add_fact(p, N_("In which form"), desk_word(q, choice_label(dispute_forms, d->form)),
			NULL);
	}
	add_fact(p, N_("Referred to"), d->body, NULL);
	add_fact(p, N_("What both sides were told"), d->told, NULL);
	return add_concern(q, d, p, err);
}

static const char *
turn_title(struct req *q, const struct dispute_turn *t)
{
	switch (t->step) {
	case STEP_FOUND:
		return N_("Put down");
	case STEP_MEDIATED:
		return SAY(q, N_("{channel}, {day}, {place}"),
			AX("channel", desk_word(q, choice_label(dispute_channels, t->channel))),
			AD("day", t->day), AX("place", t->place));
	case STEP_SETTLED:
		return N_("Agreed");
	case STEP_REFERRED:
		return SAY(q, N_("Referred to {body}"), AX("body", t->place));
	case STEP_KEPT:
		return N_("Looked again: it is kept");
	case STEP_BROKEN:
		return N_("Looked again: it is not kept");
	}
	return NULL;
}

static enum xq_rc
load_turns(struct req *q, const struct dispute *d, struct dispute_page *p, struct xq_err *err)
{
	struct dispute_turn *t;
	size_t n;
	enum xq_rc rc = dispute_turns(q->tx, q->mem, q->office->id, d->no, &t, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct timeline_row *row = mem_array(q->mem, struct timeline_row, n + 1);
	for (size_t i = 0; i < n; i++)
		row[n - 1 - i] =
			(struct timeline_row){ .day_words = msg_day_short(q->mem, q->prefs.lang,
						       day_of(t[i].at, q->office->tz_s)),
				.at = t[i].at,
				.tone = t[i].is_late             ? TONE_LATE
			                : t[i].step == STEP_KEPT ? TONE_GOOD
			                                         : TONE_PLAIN,
				.title = turn_title(q, &t[i]),
				.who = mem_printf(q->mem, "%s · %s", t[i].by, t[i].unit),
				.text = t[i].words[0] ? t[i].words : NULL };
	p->turn = row;
	p->n_turns = n;
	return XQ_OK;
}

static void
add_next(struct req *q, struct dispute_page *p, const struct dispute *d, const char *rest,
	const char *icon, const struct act *act)
{
	xq_require(p->n_next < DISPUTE_NEXTS);
	bool may = dispute_may_act(&q->actor, d);
	p->next[p->n_next++] = (struct next_row){ may ? dispute_path(q, d->no, rest) : NULL, icon,
		act->title, may ? NULL : desk_word(q, N_("The unit that keeps it")) };
}

static void
fill_next(struct req *q, const struct dispute *d, struct dispute_page *p)
{
	if (d->ended_at)
		return;
	if (d->stage == DISPUTE_SETTLED) {
		add_next(q, p, d, "/follow", "eye", &dispute_follow);
		return;
	}
	add_next(q, p, d, "/mediate", "talk", &dispute_mediate);
	add_next(q, p, d, "/settle", "ok", &dispute_settle);
	add_next(q, p, d, "/refer", "arr", &dispute_refer);
}

static enum xq_rc
one_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct dispute d;
	struct dispute_page *p = mem_new(q->mem, struct dispute_page);
	enum xq_rc rc = dispute_of_path(q, &d, err);
	if (rc == XQ_OK)
		rc = fill_facts(q, &d, p, err);
	if (rc == XQ_OK)
		rc = load_turns(q, &d, p, err);
	if (rc != XQ_OK)
		return rc;
	p->title = d.about;
	p->number = dispute_number(q, d.no);
	p->light = dispute_is_overdue(&d, q->now)
	                   ? (struct desk_light){ LIGHT_LATE, light_of(q, &d).words }
	                   : light_of(q, &d);
	p->next_words = next_words(q, &d);
	p->crumb[0] = (struct crumb){ "/desk", N_("To do today") };
	p->crumb[1] = (struct crumb){ "/desk/disputes", N_("Early disputes") };
	p->crumb[2] = (struct crumb){ NULL, p->number };
	fill_next(q, &d, p);
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Dispute"), flash_of(q), &s);
	dispute_html(&o, p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view dispute_one_view = { .path = "/desk/disputes/{n}",
	.who = PERM_STAFF,
	.render = one_render,
	.title = N_("Dispute") };

/* ---- the counts of a month -------------------------------------------------------------------------- */

static bool
read_month(struct str s, int *out_year, int *out_month)
{
	struct str y;
	int64_t year, month;
	if (!str_cut(&s, '-', &y) || !parse_int(y, 2000, 9998, &year) ||
		!parse_int(s, 1, 12, &month))
		return false;
	*out_year = (int)year;
	*out_month = (int)month;
	return true;
}

static const char *
sheet_path(struct req *q, int year, int month)
{
	year += month > 12 ? 1 : month < 1 ? -1 : 0;
	month = (month + 11) % 12 + 1;
	return mem_printf(q->mem, "/desk/disputes/%04d-%02d.print", year, month);
}

/* Who may read each dispute reads each number; whoever may not, no small one. */
static const char *
count_words(struct req *q, int64_t n, bool is_masked)
{
	if (is_masked && n > 0 && n < FEW)
		return desk_word(q, N_("under 5"));
	return mem_printf(q->mem, "%lld", (long long)n);
}

static void
fill_sheet(struct req *q, struct dispute_sheet *p, const struct dispute_month *m)
{
	static const struct column col[] = { { .label = N_("Kind") },
		{ .label = N_("Found"), .form = COL_NUMBER },
		{ .label = N_("Mediations"), .form = COL_NUMBER },
		{ .label = N_("Agreements"), .form = COL_NUMBER },
		{ .label = N_("Referred"), .form = COL_NUMBER },
		{ .label = N_("Kept"), .form = COL_NUMBER },
		{ .label = N_("Not kept"), .form = COL_NUMBER },
		{ .label = N_("Open at the end"), .form = COL_NUMBER } };
	static const enum dispute_step order[] = { STEP_FOUND, STEP_MEDIATED, STEP_SETTLED,
		STEP_REFERRED, STEP_KEPT, STEP_BROKEN };
	enum { COLS = sizeof col / sizeof *col };
	size_t rows = p->is_masked ? DISPUTE_KINDS : DISPUTE_KINDS + 1; /* a sum would unmask */
	struct table_cell *cell = mem_array(q->mem, struct table_cell, (DISPUTE_KINDS + 1) * COLS);
	int64_t sum[COLS] = { 0 };
	for (size_t k = 0; k < DISPUTE_KINDS; k++) {
		cell[k * COLS].text = desk_word(q, dispute_kinds[k].label);
		for (size_t i = 0; i < DISPUTE_STEPS; i++) {
			sum[i + 1] += m->step[k][order[i]];
			cell[k * COLS + i + 1].text =
				count_words(q, m->step[k][order[i]], p->is_masked);
		}
		sum[COLS - 1] += m->open[k];
		cell[k * COLS + COLS - 1].text = count_words(q, m->open[k], p->is_masked);
	}
	cell[DISPUTE_KINDS * COLS].text = desk_word(q, N_("Together"));
	for (size_t i = 1; i < COLS; i++)
		cell[DISPUTE_KINDS * COLS + i].text = count_words(q, sum[i], false);
	p->rows = (struct table){ .caption = N_("Counted by the day on which it was written down"),
		.col = col,
		.n_cols = COLS,
		.cell = cell,
		.n_rows = rows };
}

static enum xq_rc
sheet_render(struct req *q, struct resp *r, struct xq_err *err)
{
	int year, month;
	struct dispute_month m;
	if (!read_month(req_place(q, 0), &year, &month))
		return XQ_NONE;
	bool is_ruler = actor_may(&q->actor, PERM_RULE);
	bool is_wide = is_ruler || actor_may(&q->actor, PERM_LEAD);
	int32_t first = year * 10000 + month * 100 + 1;
	struct dispute_sheet p = { .office = q->office->name,
		.scope = is_wide ? desk_word(q, N_("Whole office")) : q->actor.unit_name,
		.month = SAY(q, N_("{year}-{month}"), AX("year", mem_printf(q->mem, "%d", year)),
			AN("month", month)),
		.printer = q->actor.name,
		.printed_at = q->now,
		.is_masked = is_wide && !is_ruler,
		.before = sheet_path(q, year, month - 1),
		.after = sheet_path(q, year, month + 1) };
	enum xq_rc rc = dispute_count_month(q->tx, q->mem, q->office->id,
		is_wide ? 0 : q->actor.unit_id, day_start(first, q->office->tz_s),
		day_start(day_add_months(first, 1), q->office->tz_s), &m, err);
	if (rc != XQ_OK)
		return rc;
	fill_sheet(q, &p, &m);
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Disputes of a month"), NULL, &s);
	dispute_sheet_html(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view dispute_sheet_view = { .path = "/desk/disputes/{month}.print",
	.who = PERM_STAFF,
	.render = sheet_render,
	.title = N_("Disputes of a month") };

const struct view *const dispute_views[] = { &dispute_list_view, &dispute_find_view,
	&dispute_sheet_view, &dispute_one_view, &dispute_mediate_view, &dispute_settle_view,
	&dispute_refer_view, &dispute_follow_view, NULL };
