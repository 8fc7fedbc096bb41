/* SPDX-License-Identifier: Apache-2.0 */
/* own_erase.c - the resident asks to have the words of an own concern destroyed: what goes, what stays and
 * why, and what became of the asking (interface.md 2.1, domain.md 5.1). */
#include "concern/concern_int.h"
#include "concern/erased_words.h"
#include "concern/resident.h"

#include "core/mem.h"
#include "office/desk.h"
#include "templates.h"

#include "core/banned.h"

/* ---- the act --------------------------------------------------------------------------------------- */

static enum xq_rc
erase_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct concern c;
	enum xq_rc rc = own_concern(ctx, in, &c, err);
	if (rc == XQ_OK)
		rc = erasure_ask(ctx, &c, &(struct erasure_new){ .ground = "request" }, err);
	if (rc == XQ_OK)
		rc = concern_step_note(ctx, &c, NULL, true, err);
	if (rc == XQ_OK) /* without the concern's ref: who asks for this is nobody's business */
		rc = act_note(ctx, err);
	return rc == XQ_OK ? tell_staff(ctx, &c, "voice.erase", c.owner_person_id, err) : rc;
}

static const struct field erase_fields[] = {
	OWN_FIELDS,
	{ .name = NULL },
};

const struct act voice_erase = {
	.name = "voice.erase",
	.title = N_("Ask to have my words erased"),
	.help = N_(
		"Two people of the office look at it; then it is done for good and nobody can bring it back."),
	.who = PERM_ANYBODY,
	.fields = erase_fields,
	.apply = erase_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};

const char *
erased_words(struct req *q, const struct concern *c)
{
	if (c->erased_at == 0)
		return NULL;
	return R_SAY(q,
		N_("The words of this concern were destroyed on {day}: {ground}. Number, class, unit and days stay."),
		R_DAY("day", day_of(c->erased_at, TZ_CHINA)),
		R_TEXT("ground",
			resident_word(q, choice_label(erasure_grounds, c->erased_ground))));
}

/* ---- the page -------------------------------------------------------------------------------------- */

static const char *
how_it_stands(struct req *q, const struct concern *c, const struct erasure *e)
{
	if (c->erased_at != 0)
		return erased_words(q, c);
	if (c->closed_at == 0)
		return resident_word(q,
			N_("It is still being handled: until it has ended we need what you told us, under Article 34 of the Personal Information Protection Law. You can ask as soon as it has ended."));
	if (e == NULL)
		return NULL;
	if (e->state == ERASURE_REFUSED)
		return R_SAY(q, N_("Not erased: {why}."),
			R_TEXT("why", resident_word(q, choice_label(erasure_refusals, e->why))));
	return R_SAY(q, N_("Asked for on {day}. Two people look at it before it is done."),
		R_DAY("day", day_of(e->asked_at, TZ_CHINA)));
}

static enum xq_rc
erase_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct code code;
	struct told t;
	struct erasure e;
	enum xq_rc rc = load_told(q, &code, &t, err);
	if (rc != XQ_OK)
		return rc;
	if (!resident_is_unlocked(q, &code) && t.c.erased_at == 0)
		return open_render(q, r, err);
	rc = erasure_of(q->tx, q->mem, q->office->id, t.c.id, &e, err);
	if (rc != XQ_OK && rc != XQ_NONE)
		return rc;
	struct erase_page p = { .code = mem_text(q->mem, code.text),
		.state = how_it_stands(q, &t.c, rc == XQ_OK ? &e : NULL),
		.is_gone = t.c.erased_at != 0 };
	struct act_form f = act_form_of(q, &voice_erase, track_path(q, &code, "/erase"));
	act_form_drop(&f, "code");
	act_form_drop(&f, "unlock");
	act_form_faults(&f);
	p.form = &f;
	p.may_ask = t.c.erased_at == 0 && t.c.closed_at != 0 &&
	            (rc == XQ_NONE || e.state == ERASURE_REFUSED);
	struct shell s = resident_shell(q, resident_word(q, N_("Have your words erased")), "track");
	s.flash = resident_flash(q);
	struct html_out o = resident_begin(q, &s);
	erase_page(&o, &p);
	resident_end(r, &o, &s);
	return XQ_OK;
}

static enum xq_rc
erase_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	return track_after(q, r, "/erase?said=erase-asked");
}

const struct view own_erase_view = { .path = "/track/{code}/erase",
	.who = PERM_ANYBODY,
	.flags = VIEW_LIMITED,
	.render = erase_render,
	.act = &voice_erase,
	.fill = own_fill,
	.after = erase_after,
	.title = N_("Have your words erased") };
