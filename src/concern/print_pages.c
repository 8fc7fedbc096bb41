/* SPDX-License-Identifier: Apache-2.0 */
/* print_pages.c - sheets on paper: the answer as a letter, the slip that goes along with a hand-over, the
 * register of what came in. Who prints sees no more than on the screen: names and phones are masked, and
 * the slip refuses to be made when it would tell who the resident is. */
#include "concern/print_pages.h"

#include "concern/book.h"
#include "concern/resident.h"
#include "core/mem.h"
#include "templates.h"

#include "core/banned.h"

enum { REGISTER_ROWS = 500, REGISTER_DAYS = 92, LIST_STEP = 100, TELLING_BYTES = 6 };

/* ---- the letter ------------------------------------------------------------------------------------- */

static enum xq_rc
letter_lists(struct req *q, const struct concern *c, struct letter *l, struct xq_err *err)
{
	struct answer_point *point;
	struct promise *promise;
	size_t n_points = 0, n = 0;
	enum xq_rc rc = point_list(q->tx, q->mem, q->office->id, c->id, &point, &n_points, err);
	if (rc == XQ_OK)
		rc = promise_list(q->tx, q->mem, q->office->id, c->id, &promise, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct work_line *line = mem_array(q->mem, struct work_line, n + n_points + 1);
	for (size_t i = 0; i < n; i++)
		line[l->n_promises++] = (struct work_line){ .text = promise[i].text,
			.more = SAY(q, N_("by {day}"), AD("day", promise[i].due_day)) };
	l->promise = line;
	l->left = line + n;
	for (size_t i = 0; i < n_points; i++)
		if (point[i].state == POINT_LEFT)
			line[n + l->n_left++] =
				(struct work_line){ .text = point[i].text, .more = point[i].why };
	return XQ_OK;
}

static enum xq_rc
letter_of(struct req *q, const struct concern *c, const struct reply *r, struct letter *l,
	struct xq_err *err)
{
	int32_t tz_s = q->office->tz_s;
	bool is_sent = r->state == REPLY_APPROVED;
	int32_t day = day_of(is_sent ? r->decided_at : q->now, tz_s);
	l->office = q->office->name;
	l->doc_mark = SAY(q, N_("{mark} answer [{year}]"), AX("mark", q->office->mark),
		AX("year", mem_printf(q->mem, "%d", day_year(day))));
	l->file_no = desk_no(q, c->file_no);
	l->title = c->title;
	l->raised_on = day_of(concern_told_at(c), tz_s);
	l->answered_on = day;
	l->text = r->text;
	l->basis = r->basis && r->basis[0] ? r->basis : NULL;
	l->outcome = r->outcome ? book_word(q, RULE_OUTCOME, outcome_code(r->outcome), day) : NULL;
	l->handler = mem_printf(q->mem, "%s %s", c->owner_unit, c->owner_name);
	l->phone = c->owner_phone && c->owner_phone[0] ? c->owner_phone : q->office->phone;
	l->office_phone = q->office->phone;
	l->is_draft = !is_sent;
	enum xq_rc rc = explained_words(q, c->title, r, &l->why, err);
	if (l->why.n > 0)
		l->basis = NULL; /* it stands among the reasons */
	return rc == XQ_OK ? letter_lists(q, c, l, err) : rc;
}

/* At the desk the name is masked; it is written by hand when the letter is handed over. */
static enum xq_rc
letter_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct desk_concern d;
	struct reply reply;
	struct intake in;
	struct letter l = { 0 };
	enum xq_rc rc = desk_concern_load(q, &d, err);
	if (rc == XQ_OK)
		rc = reply_newest(
			q->tx, q->mem, q->office->id, d.c.id, d.c.answered_at != 0, &reply, err);
	if (rc == XQ_OK)
		rc = intake_load(q->tx, q->mem, q->office->id, d.c.id, &in, err);
	if (rc == XQ_OK)
		rc = letter_of(q, &d.c, &reply, &l, err);
	if (rc != XQ_OK)
		return rc;
	l.to = in.name[0] ? mask_name(q->mem, in.name) : NULL;
	l.back = desk_path(q, d.c.file_no, "");
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Answer letter"), NULL, &s);
	letter_page(&o, &l);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view desk_letter_view = { .path = "/desk/concerns/{no}/letter.print",
	.who = PERM_STAFF,
	.render = letter_render,
	.title = N_("Answer letter") };

/* The resident's own: with the second fact, and only what was approved. */
static enum xq_rc
own_letter_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct code code;
	struct told t;
	struct reply reply;
	struct intake in;
	struct letter l = { 0 };
	enum xq_rc rc = load_told(q, &code, &t, err);
	if (rc != XQ_OK)
		return rc;
	if (!resident_is_unlocked(q, &code))
		return open_render(q, r, err);
	int64_t answered_in = t.c.merged_into ? t.c.merged_into : t.c.id;
	rc = reply_newest(q->tx, q->mem, q->office->id, answered_in, true, &reply, err);
	if (rc == XQ_OK)
		rc = intake_load(q->tx, q->mem, q->office->id, t.c.id, &in, err);
	if (rc == XQ_OK)
		rc = letter_of(q, &t.c, &reply, &l, err);
	if (rc != XQ_OK)
		return rc;
	l.to = in.name[0] ? in.name : NULL;
	l.back = track_path(q, &code, "");
	struct shell s = resident_shell(q, resident_word(q, N_("Answer letter")), "track");
	struct html_out o = resident_begin(q, &s);
	letter_page(&o, &l);
	resident_end(r, &o, &s);
	return XQ_OK;
}

const struct view own_letter_view = { .path = "/track/{code}/letter.print",
	.who = PERM_ANYBODY,
	.flags = VIEW_LIMITED,
	.render = own_letter_render,
	.title = N_("Answer letter") };

/* ---- the slip --------------------------------------------------------------------------------------- */

static bool
tells(const char *text, const char *what)
{
	struct str w = str_trim(str_of(what ? what : ""));
	return text && w.n >= TELLING_BYTES && str_index(str_of(text), w) < strlen(text);
}

/* A caller's field in the words of a colleague is the same leak. */
static bool
tells_who(const char *text, const struct intake *in)
{
	return tells(text, in->name) || tells(text, in->phone) || tells(text, in->address);
}

static enum xq_rc
slip_words(struct req *q, const struct desk_concern *d, struct slip *s, struct xq_err *err)
{
	struct assist *a;
	size_t n = 0;
	enum xq_rc rc = assist_list(q->tx, q->mem, q->office->id, d->c.id, &a, &n, err);
	if (rc != XQ_OK)
		return rc;
	if (d->has_open) {
		s->from = mem_printf(q->mem, "%s %s", d->c.owner_unit, d->open.from_name);
		s->to = mem_printf(
			q->mem, "%s %s", d->open.to_unit, d->open.to_name ? d->open.to_name : "");
		s->asked = d->open.note && d->open.note[0] ? d->open.note : NULL;
		s->told = d->open.told && d->open.told[0] ? d->open.told : NULL;
		s->why = desk_word(q, choice_label(offer_reasons, d->open.why));
		s->until = d->open.lapses_at;
		return XQ_OK;
	}
	s->from = mem_printf(q->mem, "%s %s", d->c.owner_unit, d->c.owner_name);
	for (size_t i = 0; i < n; i++)
		if (!a[i].given_at) {
			s->to = a[i].unit;
			s->asked = a[i].what;
			s->until = a[i].due_at;
		}
	return XQ_OK;
}

static enum xq_rc
slip_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct desk_concern d;
	struct intake in;
	struct slip p = { 0 };
	enum xq_rc rc = desk_concern_load(q, &d, err);
	if (rc == XQ_OK)
		rc = intake_load(q->tx, q->mem, q->office->id, d.c.id, &in, err);
	if (rc == XQ_OK)
		rc = slip_words(q, &d, &p, err);
	if (rc != XQ_OK)
		return rc;
	p.place = d.c.place ? mask_address(q->mem, d.c.place) : NULL;
	if (tells_who(p.asked, &in) || tells_who(p.told, &in) || tells_who(p.place, &in))
		return xq_refuse(err, NULL, "print.tells-who");
	p.back = desk_path(q, d.c.file_no, "");
	p.office = q->office->name;
	p.file_no = desk_no(q, d.c.file_no);
	p.kind = mem_printf(q->mem, "%s · %s", desk_word(q, book_nature(q, &d.c)),
		desk_word(q, book_class(q, &d.c)));
	p.raised_at = d.c.raised_at;
	p.due_at = d.c.due_at;
	p.printed_at = q->now;
	p.printer = q->actor.name;
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Hand-over slip"), NULL, &s);
	slip_page(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view desk_slip_view = { .path = "/desk/concerns/{no}/slip.print",
	.who = PERM_STAFF,
	.render = slip_render,
	.title = N_("Hand-over slip") };

/* ---- the register ----------------------------------------------------------------------------------- */

/* The first id that came in at that moment or later. Ids rise with time, so that a score of look-ups
 * finds any day, however long the history is. */
static enum xq_rc
first_since(struct req *q, int64_t at, int64_t top, int64_t *out, struct xq_err *err)
{
	int64_t low = 1;
	while (low < top) {
		int64_t mid = low + (top - low) / 2, raised = 0;
		enum xq_rc rc = db_int(q->tx,
			SQL("SELECT raised_at FROM concern WHERE office = ? AND id >= ?"
			    " ORDER BY id LIMIT 1"),
			VALS(V(q->office->id), V(mid)), &raised, err);
		if (rc != XQ_OK && rc != XQ_NONE)
			return rc;
		if (rc == XQ_OK && raised < at)
			low = mid + 1;
		else
			top = mid;
	}
	*out = low;
	return XQ_OK;
}

static enum xq_rc
register_row_of(
	struct req *q, const struct concern_row *c, struct register_row *out, struct xq_err *err)
{
	struct intake in;
	struct concern full;
	enum xq_rc rc = concern_load(q->tx, q->mem, q->office->id, c->id, &full, err);
	if (rc == XQ_OK)
		rc = intake_load(q->tx, q->mem, q->office->id, c->id, &in, err);
	if (rc != XQ_OK)
		return rc;
	struct desk_light light = desk_light_of(q, &full);
	*out = (struct register_row){ .no = desk_no_short(q, c->file_no),
		.day = mem_printf(q->mem, "%s %s",
			msg_day_short(q->mem, q->prefs.lang, day_of(c->raised_at, q->office->tz_s)),
			desk_clock(q, c->raised_at)),
		.via = desk_word(q, choice_label(concern_vias, full.via)),
		.name = mask_name(q->mem, in.name),
		.phone = mask_phone(q->mem, in.phone),
		.place = full.place,
		.matter = full.title,
		.kind = desk_word(q, book_class(q, &full)),
		.receiver = full.tracker_name,
		.owner = mem_printf(q->mem, "%s %s", full.owner_unit, full.owner_name),
		.due = msg_day(q->mem, q->prefs.lang, full.due_day),
		.state = light.words };
	return XQ_OK;
}

static bool
row_is_theirs(struct req *q, const struct concern_row *r)
{
	const struct concern c = { .owner_person_id = r->owner_person_id,
		.owner_unit_id = r->owner_unit_id,
		.tracker_person_id = r->tracker_person_id,
		.tracker_unit_id = r->tracker_unit_id };
	return concern_may_see(&q->actor, &c, NULL);
}

static enum xq_rc
register_load(struct req *q, struct register_sheet *p, struct xq_err *err)
{
	int32_t tz_s = q->office->tz_s;
	int64_t since = day_start(p->from, tz_s), top = 0, before = 0;
	struct register_row *out = mem_array(q->mem, struct register_row, REGISTER_ROWS);
	enum xq_rc rc = db_int(q->tx,
		SQL("SELECT id FROM concern WHERE office = ? ORDER BY id DESC LIMIT 1"),
		VALS(V(q->office->id)), &top, err);
	if (rc == XQ_NONE)
		return XQ_OK; /* nothing has come in yet */
	if (rc == XQ_OK)
		rc = first_since(q, day_start(day_add(p->to, 1), tz_s), top + 1, &before, err);
	bool is_over = false;
	while (rc == XQ_OK && !is_over) {
		struct concern_row *row;
		size_t n = 0;
		struct list_query lq = {
			.kind = LIST_NEWEST, .after_id = before, .max = LIST_STEP, .now = q->now
		};
		rc = concern_list(q->tx, q->mem, q->office->id, &lq, &row, &n, err);
		for (size_t i = 0; rc == XQ_OK && i < n && !is_over; i++) {
			is_over = row[i].raised_at < since || p->n == REGISTER_ROWS;
			p->is_cut = row[i].raised_at >= since && p->n == REGISTER_ROWS;
			if (!is_over && row_is_theirs(q, &row[i]))
				rc = register_row_of(q, &row[i], &out[p->n++], err);
			before = row[i].id;
		}
		is_over = is_over || n < LIST_STEP;
	}
	p->row = out;
	return rc;
}

static void
register_days(struct req *q, struct register_sheet *p)
{
	p->from = p->to = desk_today(q);
	bool good = (req_query(q, "from").n == 0 || parse_day(req_query(q, "from"), &p->from)) &&
	            (req_query(q, "to").n == 0 || parse_day(req_query(q, "to"), &p->to));
	static const char *const name[] = { "from", "to" };
	static const char *const label[] = { N_("From"), N_("Up to") };
	for (int i = 0; i < 2; i++) {
		int32_t day = i == 0 ? p->from : p->to;
		p->days[i] = (struct input){ .kind = INPUT_DATE,
			.name = name[i],
			.label = label[i],
			.is_short = true,
			.value = mem_printf(q->mem, "%04d-%02d-%02d", day / 10000, day / 100 % 100,
				day % 100) };
	}
	if (!good)
		p->fault = desk_word(q, N_("Please give two days, for example 2026-09-24."));
	else if (p->to < p->from || day_diff(p->from, p->to) > REGISTER_DAYS)
		p->fault = SAY(q, N_("Please give days in their order, at most {n} days."),
			AN("n", REGISTER_DAYS));
}

static enum xq_rc
register_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct register_sheet p = {
		.office = q->office->name, .printer = q->actor.name, .printed_at = q->now
	};
	register_days(q, &p);
	enum xq_rc rc = p.fault ? XQ_OK : register_load(q, &p, err);
	if (rc != XQ_OK)
		return rc;
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Intake register"), NULL, &s);
	register_page(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view desk_register_view = { .path = "/desk/register",
	.who = PERM_STAFF,
	.render = register_render,
	.title = N_("Intake register") };
