/* SPDX-License-Identifier: Apache-2.0 */
/* desk_frame.c - the frame of a desk page, the message after an act, and the head of one concern. */
#include "concern/desk.h"

#include "concern/book.h"
#include "concern/closed.h"
#include "concern/unmask.h"
#include "concern/visit.h"
#include "concern/zone.h"
#include "core/mem.h"

#include "templates.h"

#include "core/banned.h"

enum { NOTICE_DAYS = 7, MAKE_UP_DAYS = 14 };

/* ---- frame ------------------------------------------------------------------------------------------ */

/* 国庆节明天起放假，10月8日（周四）上班，10月10日（周六）补班; NULL: nothing near. */
static const char *
calendar_notice(struct req *q)
{
	const struct calendar *cal = q->app->calendar;
	enum day_kind kind[MAKE_UP_DAYS + 1];
	int32_t today = desk_today(q), off = 0, ban = 0;
	cal_kinds(cal, today, MAKE_UP_DAYS + 1, kind);
	for (int i = NOTICE_DAYS; i > 0; i--)
		if (kind[i] == DAY_HOLIDAY && kind[i - 1] != DAY_HOLIDAY)
			off = day_add(today, i);
	for (int i = MAKE_UP_DAYS; i > 0; i--)
		if (kind[i] == DAY_MAKE_UP)
			ban = day_add(today, i);
	if (!off && !ban)
		return NULL;
	if (!off)
		return SAY(q, N_("{day} is a make-up working day"), AD("day", ban));
	const char *name = cal_day_name(cal, off);
	int32_t back = cal_next_workday(cal, off);
	const char *text = off == day_add(today, 1)
	                           ? SAY(q, N_("{name} from tomorrow, back on {back}"),
					     AX("name", name), AD("back", back))
	                           : SAY(q, N_("{name} from {from}, back on {back}"),
					     AX("name", name), AD("from", off), AD("back", back));
	if (!ban || ban == back)
		return text;
	return SAY(q, N_("{text}; {day} is worked"), AX("text", text), AD("day", ban));
}

static const char *
post_words(struct req *q)
{
	const struct actor *a = &q->actor;
	if (a->n_grants == 0)
		return a->unit_name;
	return mem_printf(
		q->mem, "%s·%s", a->unit_name, desk_word(q, role_title(a->grant[0].role)));
}

static const struct shell_desk *
rail_of(struct req *q)
{
	struct shell_desk *d = mem_new(q->mem, struct shell_desk);
	*d = (struct shell_desk){ .menu = desk_menu(q),
		.person = q->actor.name,
		.post = post_words(q),
		.now = q->now,
		.notice = calendar_notice(q),
		.query = str_text(q->mem, req_query(q, "q")),
		.may_intake = actor_may(&q->actor, PERM_STAFF),
		.csrf = q->csrf };
	return d;
}

struct html_out
desk_page_begin(
	struct req *q, const char *title, const struct flash *flash, struct shell *out_shell)
{
	struct html_out o = html_new(q->mem, q->prefs.lang, q->office->tz_s);
	o.base = q->base;
	o.today = desk_today(q);
	*out_shell = (struct shell){
		.title = desk_word(q, title),
		.office = q->office->name,
		.office_short = q->office->short_name,
		.notice = req_notice(q),
		.path = q->method == HTTP_GET ? req_here(q) : "/desk",
		.has_faults = q->refusal != NULL,
		.elder = q->prefs.elder,
		.high_contrast = q->prefs.high_contrast,
		.theme = (int)q->prefs.theme,
		.phone = q->office->phone,
		.phone_hours = q->office->hours,
		.flash = flash,
		.desk = rail_of(q),
	};
	desk_open(&o, out_shell);
	return o;
}

/* ---- the message after an act ------------------------------------------------------------------------- */

/* Who is next and by when; read from the state as it is now, so a reload never tells an old story. */
static const struct did {
	const char *code, *text;
} did_texts[] = {
	{ "hand-over",
		N_("Offered to {to}. Until they accept you stay responsible; what is not accepted by {until} comes back to you.") },
	{ "transfer",
		N_("Offered to the other office. Until it accepts you stay responsible; the day stays: {due}.") },
	{ "accept",
		N_("Accepted. You are responsible from now on; answer the resident by {due}.") },
	{ "decline", N_("Declined. {owner} stays responsible and reads your reason.") },
	{ "contact", N_("The contact is noted. The resident is to be answered by {due}.") },
	{ "reply",
		N_("The answer waits for a second person. The clock runs on: it must reach the resident by {due}.") },
	{ "approve",
		N_("The resident can read the answer now. Somebody from outside the unit calls back.") },
	{ "send-back", N_("Sent back to {owner}, who mends it. The day stays: {due}.") },
	{ "return",
		N_("Asked. Somebody outside rules on it; until then {owner} is responsible and the day stays: {due}.") },
	{ "rule-return", N_("Ruled. Both sides read your reason; the day stays: {due}.") },
	{ "extend", N_("Asked. Until somebody outside grants it, the day stays: {due}.") },
	{ "rule-extension", N_("Ruled. The resident is to be answered by {due}.") },
	{ "park",
		N_("Parked. On {due} the resident hears the next step. It does not count as settled.") },
	{ "resume", N_("It goes on. The resident is to be answered by {due}.") },
	{ "finding", N_("The finding is on file. The resident is to be answered by {due}.") },
	{ "points", N_("The points are listed; the answer goes through them. Due by {due}.") },
	{ "assist", N_("Asked to help. {owner} stays responsible; the day stays: {due}.") },
	{ "promise", N_("Promised; the resident can read it. It is tracked until it is kept.") },
	{ "promise-keep", N_("The promise is kept; the resident can read how.") },
	{ "promise-move", N_("The day has moved; the resident can read why.") },
	{ "redirect", N_("The resident was told who is competent. It ends here.") },
	{ "merge",
		N_("Handled with the other one. This resident gets the answer and a call too.") },
	{ "void", N_("Voided. It is in no rate.") },
	{ "terminate", N_("Ended. The resident reads your explanation and can disagree.") },
	{ "explain", N_("Noted. The resident reads it and can add words.") },
	{ "report-up", N_("Noted. The resident reads on the own page to whom it was reported.") },
	{ "pass-up",
		N_("It is with the leaders. You stay responsible; the resident's day stays.") },
	{ "answer-up", N_("Decided; {owner} reads it on the concern.") },
	{ "sort", N_("Sorted. The resident's day stays: {due}.") },
	{ "supervise", N_("Noted; {owner} is told.") },
	{ "unmask",
		N_("The details are open for you for 15 minutes. The resident can look up that you saw them, and why.") },
	{ "visit",
		N_("The visit is offered; the two who go find it among their visits. The household decides.") },
	{ "rule-dispute", N_("Ruled. The resident reads your reason.") },
	{ "opinion", N_("Your opinion is with the one who is responsible.") },
	{ "redo",
		N_("To be handled again by {owner}; a new answer is due by {due}. The resident reads your reason.") },
	{ "close", N_("Closed by your ruling. The resident reads your reason.") },
	{ "rated", N_("Recorded. The resident's view stands beside the unit's.") },
	{ "called",
		N_("The try is recorded. After three tries on two days it is closed as not reached.") },
};

const struct flash *
desk_flash(struct req *q, const struct concern *c, const struct handover *open)
{
	struct str did = req_query(q, "did");
	for (size_t i = 0; did.n > 0 && i < sizeof did_texts / sizeof *did_texts; i++) {
		if (!str_is(did, did_texts[i].code))
			continue;
		struct flash *f = mem_new(q->mem, struct flash);
		const char *to = !open ? "" : open->to_name ? open->to_name : open->to_unit;
		f->kind = FLASH_OK;
		f->text = SAY(q, did_texts[i].text, AX("to", to),
			AT("until", open ? open->lapses_at : q->now),
			AX("owner", c ? c->owner_name : ""), AT("due", c ? c->due_at : q->now));
		return f;
	}
	return NULL;
}

/* ---- one concern ---------------------------------------------------------------------------------------- */

enum xq_rc
desk_concern_load(struct req *q, struct desk_concern *out, struct xq_err *err)
{
	int64_t file_no;
	*out = (struct desk_concern){ .has_open = false };
	if (!file_no_read(req_place(q, 0), &file_no))
		return XQ_NONE;
	enum xq_rc rc = concern_by_file_no(q->tx, q->mem, q->office->id, file_no, &out->c, err);
	if (rc == XQ_OK && out->c.zone) {
		struct zone *z;
		size_t n;
		rc = zone_list(q->tx, q->mem, q->office->id, &z, &n, err);
		out->zone = rc == XQ_OK ? zone_name(z, n, out->c.zone) : NULL;
	}
	if (rc == XQ_OK && out->c.state == ST_ASSIGNED) {
		rc = handover_open(q->tx, q->mem, q->office->id, out->c.id, &out->open, err);
		out->has_open = rc == XQ_OK;
		rc = rc == XQ_NONE ? XQ_OK : rc;
	}
	if (rc != XQ_OK || concern_may_see(&q->actor, &out->c, out->has_open ? &out->open : NULL))
		return rc;
	bool helps = false; /* a unit that was asked to help sees it until it has answered */
	rc = assist_is_open_for(q->tx, q->office->id, out->c.id, q->actor.unit_id, &helps, err);
	if (rc == XQ_OK && !helps) /* and who goes there, until the visit is over */
		rc = visit_is_ahead_for(
			q->tx, q->office->id, out->c.id, q->actor.person_id, &helps, err);
	return rc == XQ_OK && !helps ? xq_refuse(err, NULL, "desk.not-yours") : rc;
}

enum xq_rc
desk_fill_concern(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	(void)err;
	extra[(*n_extra)++] =
		(struct form_pair){ .name = STR("concern"), .value = req_place(q, 0) };
	return XQ_OK;
}

static void
add_badges(struct req *q, const struct desk_concern *d, struct desk_head *h)
{
	const struct concern *c = &d->c;
	h->badge[h->n_badges++] = (struct badge){ .kind = BADGE_OWNER,
		.name = c->owner_name,
		.unit = c->owner_unit,
		.surname = surname_of(q->mem, c->owner_name),
		.label = concern_is_open(c->state) ? NULL : N_("Was responsible") };
	if (d->has_open) {
		const char *name = d->open.to_name ? d->open.to_name : d->open.to_unit;
		h->badge[h->n_badges++] = (struct badge){ .kind = BADGE_OFFERED,
			.name = name,
			.unit = d->open.to_name ? d->open.to_unit : NULL,
			.surname = surname_of(q->mem, name),
			.left = SAY(q, N_("{span} left"),
				AX("span", desk_span(q, d->open.lapses_at - q->now))) };
	}
	if (c->tracker_person_id != c->owner_person_id || concern_is_open(c->state))
		h->badge[h->n_badges++] = (struct badge){ .kind = BADGE_TRACKER,
			.name = c->tracker_name,
			.unit = c->tracker_unit,
			.surname = surname_of(q->mem, c->tracker_name) };
}

/* Who, what and by when (interface.md, first rule). */
static const char *
standing(struct req *q, const struct desk_concern *d)
{
	const struct concern *c = &d->c;
	switch (c->state) {
	case ST_ACCEPTED:
		return SAY(q,
			N_("With {owner}, who took it down or received it first; answer by {due}."),
			AX("owner", c->owner_name), AT("due", c->due_at));
	case ST_ASSIGNED:
		return SAY(q,
			N_("Waiting for {to} to accept by {until}; {owner} is responsible meanwhile."),
			AX("to", d->has_open ? d->open.to_unit : ""),
			AT("until", d->has_open ? d->open.lapses_at : c->due_at),
			AX("owner", c->owner_name));
	case ST_SIGNED:
	case ST_REDO:
		return SAY(q, N_("{owner} handles it; answer by {due}."),
			AX("owner", c->owner_name), AT("due", c->due_at));
	case ST_REPLIED:
		return SAY(q, N_("The draft waits for a second person; answer by {due}."),
			AT("due", c->due_at));
	case ST_CALLBACK:
		return c->needs_ruling
		               ? desk_word(q,
					 N_("The resident is not content; somebody outside the unit rules."))
		               : SAY(q, N_("Answered {at}; the evaluators call back."),
					 AT("at", c->answered_at));
	case ST_RETURN_ASKED:
		return SAY(q,
			N_("Somebody outside rules whether it goes to another unit; {owner} is responsible meanwhile, and the day stays: {due}."),
			AX("owner", c->owner_name), AT("due", c->due_at));
	case ST_PARKED:
		return SAY(q, N_("Parked; the resident hears the next step by {due}. Not settled."),
			AT("due", c->due_at));
	case ST_OFFERED_OUT:
		return SAY(q,
			N_("Another office decides whether it takes it over; {owner} is responsible meanwhile, and the day stays: {due}."),
			AX("owner", c->owner_name), AT("due", c->due_at));
	case ST_CLOSED:
	case ST_TERMINATED:
	case ST_REDIRECTED:
	case ST_MERGED:
	case ST_VOID:
	case ST_TRANSFERRED:
	case ST_ARCHIVED:
		return SAY(q, N_("Ended {at}."), AT("at", c->closed_at));
	case ST_HISTORY:
		return desk_word(
			q, N_("Taken over from earlier records with its answer; in no figure."));
	}
	return "";
}

struct desk_head
desk_head_of(struct req *q, const struct desk_concern *d, const char *here)
{
	const struct concern *c = &d->c;
	struct desk_head h = {
		.title = c->title,
		.no = desk_no(q, c->file_no),
		.kind = mem_printf(q->mem, "%s·%s", desk_word(q, book_nature(q, c)),
			desk_word(q, book_class(q, c))),
		.via = choice_label(concern_vias, c->via),
		.place = c->place,
		.zone = d->zone,
		.light = desk_light_of(q, c),
		.is_sealed = c->lane == LANE_SEALED,
		.round = c->round,
		.sentence = standing(q, d),
	};
	h.crumb[h.n_crumbs++] = (struct crumb){ "/desk/concerns", N_("Concerns") };
	if (c->owner_person_id == q->actor.person_id && concern_is_open(c->state))
		h.crumb[h.n_crumbs++] = (struct crumb){ "/desk/concerns?show=mine", N_("Mine") };
	h.crumb[h.n_crumbs++] = (struct crumb){ here ? desk_path(q, c->file_no, "") : NULL,
		desk_no_short(q, c->file_no) };
	if (here)
		h.crumb[h.n_crumbs++] = (struct crumb){ NULL, here };
	add_badges(q, d, &h);
	return h;
}

/* ---- the masked person --------------------------------------------------------------------------------- */

static const char *
watermark(struct req *q)
{
	struct civil t = civil_of(q->now, q->office->tz_s);
	return mem_printf(
		q->mem, "%s %02d%02d %02d:%02d", q->actor.name, t.month, t.day, t.hour, t.minute);
}

/* Visits are asked for only where nothing else lets this person look. */
static enum xq_rc
may_reveal(struct req *q, const struct concern *c, bool *out, struct xq_err *err)
{
	const char *refusal;
	bool goes = false;
	*out = unmask_way(&q->actor, c, false, q->now, &refusal) != NULL;
	if (*out)
		return XQ_OK;
	enum xq_rc rc = concern_may_recall(q->tx, &q->actor, c->id, out, err);
	if (rc != XQ_OK || *out)
		return rc;
	rc = visit_is_ahead_for(q->tx, q->office->id, c->id, q->actor.person_id, &goes, err);
	*out = rc == XQ_OK && goes && unmask_way(&q->actor, c, true, q->now, &refusal);
	return rc;
}

/* Whether there is anything to open, and until when it is open for the one who looks. */
static enum xq_rc
open_or_masked(struct req *q, const struct concern *c, const struct intake *in, bool was_unmasked,
	struct person_card *out, int64_t *out_until, struct xq_err *err)
{
	bool may = false;
	bool has_any = (in->name && in->name[0]) || (in->phone && in->phone[0]) ||
	               (in->address && in->address[0]);
	*out_until = 0;
	if (!has_any)
		return XQ_OK;
	enum xq_rc rc = XQ_OK;
	if (was_unmasked)
		rc = unmask_until(
			q->tx, q->office->id, c->id, q->actor.person_id, q->now, out_until, err);
	if (rc == XQ_OK && *out_until == 0)
		rc = may_reveal(q, c, &may, err);
	if (rc == XQ_OK && *out_until > 0)
		out->closes = SAY(q, N_("Open for you until {at}, then masked again."),
			AX("at", desk_clock(q, *out_until)));
	else if (may)
		out->reveal_href = desk_path(q, c->file_no, "/unmask");
	return rc;
}

enum xq_rc
desk_person_of(struct req *q, const struct concern *c, bool was_unmasked, struct person_card *out,
	struct xq_err *err)
{
	struct intake in;
	int64_t until;
	enum xq_rc rc = intake_load(q->tx, q->mem, q->office->id, c->id, &in, err);
	if (rc == XQ_NONE)
		in = (struct intake){ 0 };
	else if (rc != XQ_OK)
		return rc;
	*out = (struct person_card){ .watermark = watermark(q) };
	rc = open_or_masked(q, c, &in, was_unmasked, out, &until, err);
	if (rc != XQ_OK)
		return rc;
	bool is_open = until > 0;
	struct person_line *line = mem_array(q->mem, struct person_line, 6);
	size_t n = 0;
	line[n++] =
		(struct person_line){ N_("Name"), is_open ? in.name : mask_name(q->mem, in.name) };
	line[n++] = (struct person_line){ N_("Phone"),
		is_open ? in.phone : mask_phone(q->mem, in.phone), is_open };
	line[n++] = (struct person_line){ N_("Address"),
		is_open ? in.address : mask_address(q->mem, in.address) };
	if (in.people > 1)
		line[n++] = (struct person_line){ N_("People"),
			SAY(q, N_("{n} people"), AN("n", in.people)) };
	line[n++] = (struct person_line){ N_("Reach"), in.contact_wish };
	line[n++] = (struct person_line){ N_("Secrecy"),
		desk_word(q, in.wants_secret ? N_("Asked to keep it secret")
			     : c->may_publish
				     ? N_("Not asked for; one reviewed line may be shown")
				     : N_("Not asked for; the matter stays unpublished")) };
	for (size_t i = 0; i < n; i++)
		if (line[i].value && !line[i].value[0])
			line[i].value = NULL;
	out->line = line;
	out->n = n;
	return XQ_OK;
}

const struct msg_text desk_messages[] = {
	{ "desk.not-yours",
		N_("This concern is with another unit. Its owner, its first receiver, their units, and posts that look over the whole office can open it.") },
	{ "desk.receipt-not-yours",
		N_("Only the first receiver prints the receipt again, and only until the answer is there: the code on it lets one rate.") },
	{ "print.tells-who",
		N_("The slip would tell who the resident is: name, phone or address stand in the words to the unit. Please write them anew without.") },
	{ NULL, NULL },
};
