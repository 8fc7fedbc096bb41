/* SPDX-License-Identifier: Apache-2.0 */
/* track_pages.c - how far it is. The code alone shows states, days and who is responsible; words,
 * answer and photos open with the last four digits of the phone or the PIN (decisions.md 24). */
#include "concern/erased_words.h"
#include "concern/resident.h"
#include "concern/taken.h"
#include "concern/unmask.h"

#include "concern/book.h"
#include "concern/box_pages.h"
#include "concern/explain_pages.h"
#include "concern/explained_pages.h"
#include "concern/record_part.h"
#include "core/mem.h"
#include "office/desk.h"
#include "templates.h"

#include "core/banned.h"

enum { CHECK_PLACE = 13 };

const char *
track_path(struct req *q, const struct code *code, const char *rest)
{
	return mem_printf(q->mem, "/track/%s%s", code->text, rest);
}

/* ---- asking for the code ------------------------------------------------------------------------------ */

static enum xq_rc
track_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	struct str typed = req_query(q, "code");
	struct code code;
	if (typed.n > 0 && code_read(typed, CODE_QUERY, &code)) {
		resp_see_other(q, r, track_path(q, &code, ""));
		return XQ_OK;
	}
	struct mine m = mine_read(q);
	struct ask_page p = { .typed = typed.n > 0 ? str_text(q->mem, typed) : NULL,
		.n_mine = m.n };
	if (typed.n > 0)
		p.fault = R_SAY(q,
			N_("Please check the code once more: it has {n} letters and digits; 0 and O, 1 and I are taken as the same."),
			R_INT("n", CHECK_PLACE));
	struct shell s = resident_shell(q, resident_word(q, N_("See progress")), "track");
	struct html_out o = resident_begin(q, &s);
	ask_page(&o, &p);
	resident_end(r, &o, &s);
	return XQ_OK;
}

const struct view track_view = {
	.path = "/track", .who = PERM_ANYBODY, .render = track_render, .title = N_("See progress")
};

static enum xq_rc
short_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	struct code code;
	if (!resident_code(q, &code))
		resp_see_other(q, r,
			mem_printf(q->mem, "/track?code=%s", url_quote(q->mem, req_place(q, 0))));
	else
		resp_see_other(q, r, track_path(q, &code, ""));
	return XQ_OK;
}

const struct view track_short_view = { .path = "/t/{code}",
	.who = PERM_ANYBODY,
	.render = short_render,
	.title = N_("See progress") };

/* ---- one concern ---------------------------------------------------------------------------------------- */

static void
badges_of(struct req *q, const struct told *t, struct track_page *p)
{
	const struct concern *c = &t->c;
	if (c->state == ST_TRANSFERRED)
		return; /* nobody here any more; the page says who is */
	p->badge[p->n_badges++] = (struct badge){ .kind = BADGE_OWNER,
		.surname = surname_of(q->mem, c->owner_name),
		.name = c->owner_name,
		.unit = c->owner_unit,
		.phone = c->owner_phone && c->owner_phone[0] ? c->owner_phone : NULL };
	if (c->tracker_person_id != c->owner_person_id)
		p->badge[p->n_badges++] = (struct badge){ .kind = BADGE_TRACKER,
			.surname = surname_of(q->mem, c->tracker_name),
			.name = c->tracker_name,
			.unit = c->tracker_unit };
}

/* What the resident may read of the way it went; what stays between units is left out. */
static const char *
step_words(const struct step_row *s)
{
	static const struct {
		const char *act, *text;
	} words[] = {
		{ "concern.raise", N_("Received") },
		{ "concern.register", N_("Taken down") },
		{ "sitting.take", N_("Taken down at a reception") },
		{ "concern.offer", N_("Offered to another unit") },
		{ "concern.accept", N_("Signed for") },
		{ "concern.contact", N_("First call to you") },
		{ "reply.approve", N_("Answered") },
		{ "callback.record", N_("Call-back") },
		{ "recheck.record", N_("Second call") },
		{ "voice.rate", N_("Your rating") },
		{ "concern.rule-outcome", N_("Ruling on the outcome") },
		{ "concern.escalate", N_("Brought before the head of the unit") },
		{ "concern.ask-return", N_("A unit asked that another one handles it") },
		{ "concern.rule-return", N_("Ruled: another unit handles it") },
		{ "concern.rule-extension", N_("More time was granted") },
		{ "concern.park", N_("Cannot be done now") },
		{ "concern.resume", N_("Goes on") },
		{ "concern.resume-due", N_("Goes on") },
		{ "rules.recompute", N_("The new calendar came: your day was counted again") },
		{ "concern.assist", N_("Another unit helps") },
		{ "concern.promise", N_("Promised") },
		{ "promise.keep", N_("Promise kept") },
		{ "concern.explain", N_("Explained to you") },
		{ "concern.report-up", N_("Reported upward") },
		{ "promise.move", N_("Promised day moved") },
		{ "concern.redirect", N_("Pointed to another body") },
		{ "concern.merge", N_("Handled with another one") },
		{ "transfer.offer", N_("Another office is asked whether it takes it over") },
		{ "transfer.accept", N_("Taken over from another office") },
		{ "concern.void", N_("Voided") },
		{ "concern.terminate", N_("Ended without an answer") },
		{ "concern.rule-dispute", N_("Disagreement answered") },
		{ "concern.succeed", N_("Somebody else of the unit is responsible now") },
		{ "voice.add", N_("You added something") },
		{ "voice.correct", N_("You put your details right") },
		{ "voice.dispute", N_("You disagreed") },
		{ "voice.withdraw", N_("You withdrew it") },
		{ "voice.erase", N_("You asked to have it erased") },
	};
	if (s->from == ST_ACCEPTED && s->to == ST_ASSIGNED)
		return N_("Offered to another unit");
	if (s->to == ST_ACCEPTED && text_eq(s->act, "concern.rule-dispute"))
		return N_("Taken up anew");
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (text_eq(words[i].act, s->act))
			return words[i].text;
	return s->to == ST_CLOSED ? N_("Closed") : NULL;
}

/* What was typed for the resident to read; other notes are codes, or stay between units. */
static const char *
note_of(const struct step_row *s)
{
	static const char *const acts[] = { "concern.rule-outcome", "concern.rule-extension",
		"concern.park", "concern.resume", "concern.redirect", "concern.terminate",
		"concern.rule-dispute", "concern.report-up", "concern.succeed", "concern.promise",
		"promise.keep", "promise.move", "voice.add", "voice.dispute" };
	if (!s->note || !s->note[0] || (s->to == ST_CLOSED && s->from != ST_CLOSED))
		return NULL;
	for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
		if (text_eq(acts[i], s->act))
			return s->note;
	return NULL;
}

static void
timeline_of(struct req *q, const struct told *t, struct track_page *p)
{
	p->step = mem_array(q->mem, struct timeline_row, t->n_steps);
	for (size_t i = t->n_steps; i > 0; i--) {
		const struct step_row *s = &t->step[i - 1];
		const char *title = step_words(s);
		if (!s->is_for_resident || !title)
			continue;
		if (s->to == ST_CLOSED && s->from != ST_CLOSED)
			title = N_("Closed");
		p->step[p->n_steps++] = (struct timeline_row){
			.day_words = msg_day_short(
				q->mem, q->prefs.lang, day_of(s->at, q->office->tz_s)),
			.at = s->at,
			.tone = s->to == ST_CLOSED ? TONE_GOOD : TONE_PLAIN,
			.title = title,
			.who = s->person ? mem_printf(q->mem, "%s %s", s->unit ? s->unit : "",
						   s->person)
			                 : NULL,
			.text = note_of(s),
		};
	}
}

static enum xq_rc
open_words(struct req *q, const struct told *t, struct track_page *p, struct xq_err *err)
{
	const struct concern *c = &t->c;
	struct reply reply;
	struct photo *photo;
	p->body = c->body;
	p->place = c->place[0] ? c->place : NULL;
	timeline_of(q, t, p);
	if (c->taken_at && p->n_steps > 0) /* the last line is the registration */
		p->step[p->n_steps - 1].text = taken_words(q, c);
	enum xq_rc rc = photo_list(q->tx, q->mem, q->office->id, c->id, &photo, &p->n_photos, err);
	if (rc != XQ_OK)
		return rc;
	p->photo_width = mem_array(q->mem, int, p->n_photos + 1);
	p->photo_height = mem_array(q->mem, int, p->n_photos + 1);
	for (size_t i = 0; i < p->n_photos; i++) {
		p->photo_width[i] = photo[i].width;
		p->photo_height[i] = photo[i].height;
	}
	/* What was merged is answered with the other one. */
	int64_t answered_in = c->merged_into ? c->merged_into : c->id;
	rc = reply_newest(q->tx, q->mem, q->office->id, answered_in, true, &reply, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc;
	struct explained_words *why = mem_new(q->mem, struct explained_words);
	rc = explained_words(q, c->title, &reply, why, err);
	if (rc != XQ_OK)
		return rc;
	p->why = why;
	p->letter = reply.text;
	p->letter_by = mem_printf(q->mem, "%s %s", reply.author_unit, reply.author);
	p->letter_day = day_of(reply.decided_at, q->office->tz_s);
	p->letter_outcome = reply.outcome ? book_word(q, RULE_OUTCOME, outcome_code(reply.outcome),
						    p->letter_day)
	                                  : NULL;
	return XQ_OK;
}

enum xq_rc
load_told(struct req *q, struct code *code, struct told *t, struct xq_err *err)
{
	struct concern c;
	if (!resident_code(q, code))
		return XQ_NONE;
	enum xq_rc rc = concern_by_code(q->tx, q->mem, q->app, q->office->id, code, &c, err);
	return rc == XQ_OK ? told_load(q, &c, t, err) : rc;
}

/* An unknown code leads back to the form, with what was typed. */
static enum xq_rc
unknown_code(struct req *q, struct resp *r)
{
	resp_see_other(
		q, r, mem_printf(q->mem, "/track?code=%s", url_quote(q->mem, req_place(q, 0))));
	return XQ_OK;
}

static enum xq_rc
merged_may_rate(struct req *q, const struct concern *c, bool *out, struct xq_err *err)
{
	struct merged_voice m = { 0 };
	enum xq_rc rc = merged_load(q->tx, q->mem, q->office->id, c->id, &m, err);
	if (rc == XQ_OK)
		*out = m.answered_at != 0 && m.done_at == 0;
	return rc == XQ_NONE ? XQ_OK : rc;
}

static enum xq_rc
code_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct code code;
	struct told t;
	enum xq_rc rc = load_told(q, &code, &t, err);
	if (rc == XQ_NONE && !resident_code(q, &code))
		return unknown_code(q, r);
	if (rc != XQ_OK)
		return rc;
	bool open = resident_is_unlocked(q, &code);
	struct mine m = mine_read(q);
	struct track_page p = { .card = track_card_of(q, &t, &code, open),
		.seen = public_card_of(q, &t.c),
		.is_sealed = t.c.lane == LANE_SEALED,
		.is_remembered = mine_has(&m, &code),
		.csrf = q->csrf,
		.gone = erased_words(q, &t.c),
		.unlock = { .code = mem_text(q->mem, code.text), .csrf = q->csrf } };
	badges_of(q, &t, &p);
	if (open)
		rc = open_words(q, &t, &p, err);
	if (rc == XQ_OK && open)
		rc = own_promises(q, &t.c, &p, err);
	if (rc == XQ_OK && open)
		rc = own_explanations(q, &t.c, &p, err);
	if (rc == XQ_OK && open)
		rc = own_others(q, &t.c, &p, err);
	if (rc == XQ_OK && open)
		rc = unmask_count(q->tx, q->office->id, t.c.id, &p.n_looks, err);
	if (rc != XQ_OK)
		return rc;
	if (t.c.state == ST_MERGED)
		rc = merged_may_rate(q, &t.c, &p.card.may_rate, err);
	if (rc == XQ_OK && t.c.state == ST_TRANSFERRED)
		rc = own_elsewhere(q, &t.c, &p, err);
	if (rc != XQ_OK)
		return rc;
	rc = concern_record->list(q, t.c.last_seq, &p.record, err);
	if (rc != XQ_OK)
		return rc;
	p.may_add = concern_is_open(t.c.state);
	p.may_dispute = own_may_dispute(&t.c);
	if (t.c.seen_solved) {
		p.rated_solved = book_seen(q, &t.c);
		p.rated_sat = book_sat(q, &t.c);
	}
	struct shell s =
		resident_shell(q, resident_word(q, N_("How far your concern is")), "track");
	struct html_out o = resident_begin(q, &s);
	track_page(&o, &p);
	resident_end(r, &o, &s);
	return XQ_OK;
}

const struct view track_code_view = { .path = "/track/{code}",
	.who = PERM_ANYBODY,
	.flags = VIEW_LIMITED,
	.render = code_render,
	.title = N_("How far your concern is") };

/* ---- opening the words -------------------------------------------------------------------------------------- */

enum xq_rc
fill_code(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	(void)err;
	extra[(*n_extra)++] = (struct form_pair){ .name = STR("code"), .value = req_place(q, 0) };
	return XQ_OK;
}

enum xq_rc
open_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	struct code code;
	if (!resident_code(q, &code))
		return XQ_NONE;
	struct unlock_form u = {
		.code = mem_text(q->mem, code.text), .csrf = q->csrf, .is_heading = true
	};
	if (q->call && q->call->form.n_faults > 0)
		u.fault = resident_word(q,
			N_("Please type the last four digits of your phone, or the six of the PIN."));
	else if (q->refusal)
		u.fault = req_fault_text(q, q->refusal);
	struct shell s = resident_shell(q, resident_word(q, N_("Open what was said")), "track");
	struct html_out o = resident_begin(q, &s);
	unlock_form(&o, &u);
	resident_end(r, &o, &s);
	return XQ_OK;
}

static enum xq_rc
open_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	struct code code;
	const char *open = act_result_get(q->call, "open");
	if (!resident_code(q, &code))
		return XQ_NONE;
	bool good = open && text_eq(open, "yes");
	if (good)
		resident_unlock(q, r, &code);
	resp_see_other(q, r, track_path(q, &code, good ? "?said=open" : "?said=wrong"));
	return XQ_OK;
}

const struct view track_open_view = { .path = "/track/{code}/open",
	.who = PERM_ANYBODY,
	.render = open_render,
	.act = &voice_unlock,
	.fill = fill_code,
	.after = open_after,
	.title = N_("Open what was said") };

/* ---- rating ---------------------------------------------------------------------------------------------------- */

/* Beside each other, without an empty first one: "no rating" is an answer too. */
static void
show_marks(struct act_form *f, const char *name)
{
	struct input *in = act_form_input(f, name);
	in->kind = INPUT_RADIO;
	if (in->n_options > 0 && in->option[0].value[0] == 0) {
		in->option++;
		in->n_options--;
	}
}

static enum xq_rc
rate_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct code code;
	struct told t;
	enum xq_rc rc = load_told(q, &code, &t, err);
	if (rc != XQ_OK)
		return rc;
	struct track_card card = track_card_of(q, &t, &code, false);
	if (t.c.state == ST_MERGED)
		rc = merged_may_rate(q, &t.c, &card.may_rate, err);
	if (rc != XQ_OK)
		return rc;
	struct act_form f = act_form_of(q, &voice_rate, track_path(q, &code, "/rate"));
	book_relabel(q, &f, &voice_rate);
	act_form_drop(&f, "code");
	act_form_input(&f, "solved")->kind = INPUT_RADIO;
	show_marks(&f, "attitude");
	show_marks(&f, "result_sat");
	show_marks(&f, "sat");
	act_form_faults(&f);
	struct rate_page p = { .code = card.code,
		.csrf = f.csrf,
		.idem = f.idem,
		.row = f.fault,
		.n_rows = f.n_faults,
		.input = f.input,
		.n_inputs = f.n_inputs,
		.may_rate = card.may_rate,
		.sentence = card.sentence };
	if (t.c.seen_solved) {
		p.solved = book_seen(q, &t.c);
		p.sat = book_sat(q, &t.c);
	}
	struct shell s = resident_shell(q, resident_word(q, N_("Rate the answer")), "track");
	struct html_out o = resident_begin(q, &s);
	rate_page(&o, &p);
	resident_end(r, &o, &s);
	return XQ_OK;
}

enum xq_rc
track_after(struct req *q, struct resp *r, const char *rest)
{
	struct code code;
	if (!resident_code(q, &code))
		return XQ_NONE;
	resp_see_other(q, r, track_path(q, &code, rest));
	return XQ_OK;
}

static enum xq_rc
rate_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	struct code code;
	if (resident_code(q, &code) && slip_show(q, r, track_path(q, &code, "?said=rated"), false))
		return XQ_OK;
	return track_after(q, r, "?said=rated");
}

const struct view track_rate_view = { .path = "/track/{code}/rate",
	.who = PERM_ANYBODY,
	.flags = VIEW_LIMITED,
	.render = rate_render,
	.act = &voice_rate,
	.fill = fill_code,
	.after = rate_after,
	.title = N_("Rate the answer") };

/* ---- remembering --------------------------------------------------------------------------------------------------- */

static enum xq_rc
remember_post(struct req *q, struct resp *r, struct xq_err *err)
{
	struct code code;
	struct told t;
	enum xq_rc rc = load_told(q, &code, &t, err);
	if (rc != XQ_OK)
		return rc;
	mine_add(q, r, &code);
	resp_see_other(q, r, track_path(q, &code, "?said=kept"));
	return XQ_OK;
}

const struct view track_remember_view = { .path = "/track/{code}/remember",
	.who = PERM_ANYBODY,
	.post = remember_post,
	.title = N_("Remember on this phone") };

static enum xq_rc
mine_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct mine m = mine_read(q);
	struct mine_page p = { .card = mem_array(q->mem, struct track_card, MINE_MAX),
		.csrf = q->csrf };
	for (size_t i = 0; i < m.n; i++) {
		struct concern c;
		struct told t;
		enum xq_rc rc =
			concern_by_code(q->tx, q->mem, q->app, q->office->id, &m.code[i], &c, err);
		if (rc == XQ_OK)
			rc = told_load(q, &c, &t, err);
		if (rc == XQ_OK)
			p.card[p.n++] = track_card_of(
				q, &t, &m.code[i], resident_is_unlocked(q, &m.code[i]));
		else if (rc != XQ_NONE)
			return rc;
	}
	struct shell s = resident_shell(q, resident_word(q, N_("Concerns on this phone")), "track");
	struct html_out o = resident_begin(q, &s);
	mine_page(&o, &p);
	resident_end(r, &o, &s);
	return XQ_OK;
}

const struct view track_mine_view = { .path = "/track/mine",
	.who = PERM_ANYBODY,
	.render = mine_render,
	.title = N_("Concerns on this phone") };

static enum xq_rc
forget_post(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	mine_forget(q, r);
	resp_see_other(q, r, "/track/mine?said=forgot");
	return XQ_OK;
}

const struct view track_forget_view = { .path = "/track/mine/forget",
	.who = PERM_ANYBODY,
	.post = forget_post,
	.title = N_("Forget the codes on this phone") };

/* ---- photos --------------------------------------------------------------------------------------------------------- */

static enum xq_rc
photo_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct code code;
	struct concern c;
	struct photo *list;
	struct bytes jpeg;
	size_t n;
	int64_t no;
	if (!resident_code(q, &code) || !resident_is_unlocked(q, &code) ||
		!parse_int(req_place(q, 1), 1, 9, &no))
		return XQ_NONE;
	enum xq_rc rc = concern_by_code(q->tx, q->mem, q->app, q->office->id, &code, &c, err);
	if (rc == XQ_OK)
		rc = photo_list(q->tx, q->mem, q->office->id, c.id, &list, &n, err);
	if (rc != XQ_OK || (size_t)no > n)
		return rc != XQ_OK ? rc : XQ_NONE;
	rc = photo_read(q->mem, q->app, list[no - 1].hash, &jpeg, err);
	if (rc == XQ_OK)
		resp_text(r, 200, "image/jpeg", str_n((const char *)jpeg.p, jpeg.n));
	return rc;
}

const struct view photo_view = { .path = "/photo/{code}/{no}",
	.who = PERM_ANYBODY,
	.flags = VIEW_LIMITED,
	.render = photo_render,
	.title = N_("Photos") };
