/* SPDX-License-Identifier: Apache-2.0 */
/* own_data.c - what is stored about the resident of a concern: looked at, corrected, taken out, and the
 * agreement that a reviewed line may be shown withdrawn (interface.md 2.1; domain.md 5). What is stored is
 * shown covered here too: four digits open the page, and they are not much of a lock. */
#include "concern/concern_int.h"
#include "concern/resident.h"
#include "concern/taken.h"
#include "concern/told_part.h"

#include "core/mem.h"
#include "core/utf8.h"
#include "office/desk.h"
#include "templates.h"

#include "core/banned.h"

enum { CORRECTIONS_MAX = 10 };

/* ---- correcting ------------------------------------------------------------------------------------- */

static const struct choice publish_choices[] = {
	{ "yes", N_("One reviewed line may be shown") },
	{ "no", N_("Nothing about the matter is shown") },
	{ NULL, NULL },
};

/* A name or an address is either put right or taken out. */
static void
check_both(struct act_ctx *ctx, const char *field, const char *drop, size_t *faults)
{
	struct xq_err e = { 0 };
	if (!form_has(&ctx->call->form, field) || !form_bool(&ctx->call->form, drop))
		return;
	(void)xq_refuse(&e, field, "correct.both"); /* one of several */
	form_add_fault(&ctx->call->form, &e);
	(*faults)++;
}

static enum xq_rc
correct_begin(struct act_ctx *ctx, const struct form *in, struct concern *c, struct xq_err *err)
{
	static const char *const any[] = { "name", "phone", "address", "contact_wish", "publish" };
	enum xq_rc rc = own_concern(ctx, in, c, err);
	if (rc != XQ_OK)
		return rc;
	size_t faults = 0;
	check_both(ctx, "name", "no_name", &faults);
	check_both(ctx, "address", "no_address", &faults);
	if (faults > 0) {
		rc = xq_refuse(err, NULL, "form.faults");
		xq_err_int(err, "n", (int64_t)faults);
		return rc;
	}
	bool has_any = form_bool(in, "no_name") || form_bool(in, "no_address");
	for (size_t i = 0; i < sizeof any / sizeof any[0]; i++)
		has_any |= form_has(in, any[i]);
	if (!has_any)
		return xq_refuse(err, NULL, "correct.nothing");
	int64_t n = 0;
	rc = db_int(ctx->tx,
		SQL("SELECT count(*) FROM step WHERE office = ? AND concern_id = ?"
		    " AND act = 'voice.correct'"),
		VALS(V(ctx->office), V(c->id)), &n, err);
	return rc == XQ_OK && n >= CORRECTIONS_MAX ? xq_refuse(err, NULL, "correct.too-often") : rc;
}

/* What the form says, or what stood there. */
static struct str
corrected(const struct form *in, const char *field, const char *drop, const char *before)
{
	if (drop && form_bool(in, drop))
		return STR("");
	return form_has(in, field) ? form_str(in, field) : str_of(before);
}

static enum xq_rc
correct_intake(
	struct act_ctx *ctx, const struct concern *c, const struct form *in, struct xq_err *err)
{
	struct intake old;
	enum xq_rc rc = intake_load(ctx->tx, ctx->mem, ctx->office, c->id, &old, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? xq_refuse(err, NULL, "correct.nothing") : rc;
	struct str phone = corrected(in, "phone", NULL, old.phone);
	size_t tail = phone.n > 4 ? phone.n - 4 : 0; /* the digits that open the page from now on */
	return db_exec_one(ctx->tx,
		SQL("UPDATE intake SET name = ?, phone = ?, phone_tail = ?, address = ?,"
		    " contact_wish = ?, wants_contact = ? WHERE office = ? AND concern_id = ?"),
		VALS(V(corrected(in, "name", "no_name", old.name)), V(phone),
			V(str_n(phone.p + tail, phone.n - tail)),
			V(corrected(in, "address", "no_address", old.address)),
			V(corrected(in, "contact_wish", NULL, old.contact_wish)), V(phone.n > 0),
			V(ctx->office), V(c->id)),
		err);
}

/* Withdrawn, the line vanishes from every public page at once. */
static enum xq_rc
correct_consent(struct act_ctx *ctx, struct concern *c, const struct form *in, struct xq_err *err)
{
	if (!form_has(in, "publish"))
		return XQ_OK;
	c->may_publish = text_eq(form_text(in, "publish"), "yes");
	if (!c->may_publish)
		c->public_line = NULL; /* saved with the step */
	return db_exec_one(ctx->tx,
		SQL("UPDATE concern SET may_publish = ? WHERE office = ? AND id = ?"),
		VALS(V(c->may_publish), V(ctx->office), V(c->id)), err);
}

static enum xq_rc
correct_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct concern c;
	enum xq_rc rc = correct_begin(ctx, in, &c, err);
	if (rc == XQ_OK)
		rc = correct_intake(ctx, &c, in, err);
	if (rc == XQ_OK)
		rc = correct_consent(ctx, &c, in, err);
	if (rc == XQ_OK)
		rc = concern_step_note(ctx, &c, NULL, true, err);
	if (rc == XQ_OK) /* without the concern's ref: what is personal is in no record */
		rc = act_note(ctx, err);
	return rc == XQ_OK ? tell_staff(ctx, &c, "voice.corrected", c.owner_person_id, err) : rc;
}

/* clang-format off */
static const struct field correct_fields[] = {
	OWN_FIELDS,
	{ "name", FIELD_TEXT, .max = 40, .label = N_("Your name"), .privacy = PRIVACY_PERSONAL },
	{ "no_name", FIELD_BOOL, .label = N_("Take my name out") },
	{ "phone", FIELD_PHONE, .label = N_("Phone"), .privacy = PRIVACY_PERSONAL,
		.hint = N_("Its last four digits then open this page too.") },
	{ "address", FIELD_TEXT, .max = 120, .label = N_("Your address"), .privacy = PRIVACY_PERSONAL },
	{ "no_address", FIELD_BOOL, .label = N_("Take my address out") },
	{ "contact_wish", FIELD_TEXT, .max = 120, .label = N_("How and when to reach you"), .privacy = PRIVACY_PERSONAL },
	{ "publish", FIELD_CHOICE, .choices = publish_choices, .label = N_("May the public list show one reviewed line about it?") },
	{ .name = NULL },
};

const struct msg_text own_data_messages[] = {
	{ "correct.nothing", N_("Nothing was changed. Please fill in what is to be put right.") },
	{ "correct.both", N_("Either put it right or take it out, not both.") },
	{ "correct.too-often", N_("This was corrected ten times. Please call us; we put it right with you.") },
	{ NULL, NULL },
};
/* clang-format on */

const struct act voice_correct = {
	.name = "voice.correct",
	.title = N_("Put my details right"),
	.help = N_("What you leave empty stays as it is."),
	.who = PERM_ANYBODY,
	.fields = correct_fields,
	.apply = correct_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};

/* ---- the page ----------------------------------------------------------------------------------------- */

static void
add_datum(struct req *q, struct data_page *p, const char *label, const char *value)
{
	p->row[p->n++] = (struct told_datum){ .label = label,
		.value = value && value[0] ? value : resident_word(q, N_("not stored")) };
}

/* What was said when we called, whoever called. */
static enum xq_rc
add_calls(struct req *q, const struct concern *c, struct data_page *p, struct xq_err *err)
{
	int64_t chars = 0;
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; rc == XQ_OK && concern_told_parts[i]; i++) {
		int64_t n = 0;
		rc = concern_told_parts[i]->count(q->tx, q->office->id, c->id, &n, err);
		chars += n;
	}
	if (rc == XQ_OK)
		add_datum(q, p, N_("What you said when we called"),
			chars ? R_SAY(q, N_("{n} characters"), R_INT("n", chars)) : NULL);
	return rc;
}

static enum xq_rc
what_is_stored(struct req *q, const struct concern *c, struct data_page *p, struct xq_err *err)
{
	struct intake in = { 0 };
	int64_t words = 0, photos = 0;
	enum xq_rc rc = intake_load(q->tx, q->mem, q->office->id, c->id, &in, err);
	if (rc == XQ_OK || rc == XQ_NONE)
		rc = db_int(q->tx,
			SQL("SELECT count(*) FROM voice WHERE office = ? AND concern_id = ?"),
			VALS(V(q->office->id), V(c->id)), &words, err);
	if (rc == XQ_OK)
		rc = db_int(q->tx,
			SQL("SELECT count(*) FROM photo WHERE office = ? AND concern_id = ?"),
			VALS(V(q->office->id), V(c->id)), &photos, err);
	if (rc != XQ_OK)
		return rc;
	add_datum(q, p, N_("Your name"), mask_name(q->mem, in.name));
	add_datum(q, p, N_("Phone"), mask_phone(q->mem, in.phone));
	add_datum(q, p, N_("Your address"), mask_address(q->mem, in.address));
	add_datum(q, p, N_("How and when to reach you"), in.contact_wish);
	add_datum(q, p, N_("Public list"),
		resident_word(q, c->lane == LANE_SEALED ? N_("Sealed: nothing is shown")
				 : c->may_publish       ? publish_choices[0].label
							: publish_choices[1].label));
	if (c->taken_at)
		add_datum(q, p, N_("You told us"), taken_words(q, c));
	add_datum(q, p, N_("What you said"),
		R_SAY(q, N_("{n} characters"), R_INT("n", (int64_t)utf8_chars(str_of(c->body)))));
	add_datum(q, p, N_("Words added"),
		words ? R_SAY(q, N_("{n} times"), R_INT("n", words)) : NULL);
	add_datum(q, p, N_("Photos"),
		photos ? R_SAY(q, N_("{n} photos, without place and device"), R_INT("n", photos))
		       : NULL);
	return add_calls(q, c, p, err);
}

static enum xq_rc
data_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct code code;
	struct told t;
	enum xq_rc rc = load_told(q, &code, &t, err);
	if (rc != XQ_OK)
		return rc;
	if (!resident_is_unlocked(q, &code))
		return open_render(q, r, err);
	struct data_page p = { .code = mem_text(q->mem, code.text) };
	rc = what_is_stored(q, &t.c, &p, err);
	if (rc != XQ_OK)
		return rc;
	struct act_form f = act_form_of(q, &voice_correct, track_path(q, &code, "/data"));
	act_form_drop(&f, "code");
	act_form_drop(&f, "unlock");
	if (t.c.lane == LANE_SEALED)
		act_form_drop(&f, "publish");
	act_form_faults(&f);
	p.form = &f;
	p.public_ref = t.c.lane == LANE_SEALED ? NULL : t.c.ref;
	struct shell s =
		resident_shell(q, resident_word(q, N_("What is stored about you")), "track");
	s.flash = resident_flash(q);
	struct html_out o = resident_begin(q, &s);
	data_page(&o, &p);
	resident_end(r, &o, &s);
	return XQ_OK;
}

static enum xq_rc
data_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	return track_after(q, r, "/data?said=corrected");
}

const struct view own_data_view = { .path = "/track/{code}/data",
	.who = PERM_ANYBODY,
	.flags = VIEW_LIMITED,
	.render = data_render,
	.act = &voice_correct,
	.fill = own_fill,
	.after = data_after,
	.title = N_("What is stored about you") };
