/* SPDX-License-Identifier: Apache-2.0 */
/* unmask_pages.c - the reason that staff give before they see a resident's details in full; the resident's
 * list of who has seen them, and the form for saying that a look was not right. */
#include "concern/closed.h"
#include "concern/desk_pages.h"
#include "concern/resident.h"
#include "concern/unmask.h"
#include "concern/visit.h"

#include "core/mem.h"
#include "core/parse.h"
#include "templates.h"

#include "core/banned.h"

/* ---- at the desk ------------------------------------------------------------------------------------ */

static enum xq_rc
unmask_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct acting *a = mem_new(q->mem, struct acting);
	bool goes = false;
	const char *no = NULL;
	enum xq_rc rc = acting_load(q, &concern_unmask, "/unmask", a, err);
	if (rc == XQ_OK)
		rc = visit_is_ahead_for(
			q->tx, q->office->id, a->d.c.id, q->actor.person_id, &goes, err);
	if (rc != XQ_OK)
		return rc;
	/* No step of the concern's life: its state alone says little about it. */
	bool calls = false;
	(void)unmask_way(&q->actor, &a->d.c, goes, q->now, &no);
	if (no)
		rc = concern_may_recall(q->tx, &q->actor, a->d.c.id, &calls, err);
	if (rc != XQ_OK)
		return rc;
	no = calls ? NULL : no;
	a->p.refusal = no && !q->refusal ? desk_word(q, app_message(q->app, no)) : NULL;
	a->p.due = desk_word(q, concern_unmask.help);
	a->p.form.intro = NULL;
	return acting_show(q, r, a);
}

/* Who calls back goes on with the call, everybody else with the concern. */
static enum xq_rc
unmask_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	if (!actor_has_role(&q->actor, ROLE_EVALUATOR))
		return after_did(q, r, "unmask");
	resp_see_other(
		q, r, mem_printf(q->mem, "/desk/callbacks/%s", url_quote(q->mem, req_place(q, 0))));
	return XQ_OK;
}

static const struct view desk_unmask_view = { .path = "/desk/concerns/{no}/unmask",
	.who = PERM_STAFF,
	.render = unmask_render,
	.act = &concern_unmask,
	.fill = desk_fill_concern,
	.after = unmask_after,
	.title = N_("See the full details") };

/* ---- for the resident ------------------------------------------------------------------------------- */

static const char *
look_path(struct req *q, const struct code *code, int64_t no)
{
	return track_path(q, code, mem_printf(q->mem, "/access/%lld", (long long)no));
}

static enum xq_rc
access_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct code code;
	struct told t;
	struct unmasking *list;
	enum xq_rc rc = load_told(q, &code, &t, err);
	if (rc != XQ_OK)
		return rc;
	if (!resident_is_unlocked(q, &code))
		return open_render(q, r, err);
	struct access_page p = { .code = mem_text(q->mem, code.text) };
	rc = unmask_list(q->tx, q->mem, q->office->id, t.c.id, UNMASKINGS_SHOWN, &list, &p.n, err);
	if (rc != XQ_OK)
		return rc;
	p.look = mem_array(q->mem, struct told_look, p.n + 1);
	for (size_t i = 0; i < p.n; i++)
		p.look[i] = (struct told_look){ .at = list[i].at,
			.doubted_at = list[i].doubted_at,
			.unit = list[i].unit,
			.note = list[i].note[0] ? list[i].note : NULL,
			.way = choice_label(unmask_ways, list[i].as),
			.why = choice_label(unmask_reasons, list[i].why),
			.doubt_href = look_path(q, &code, list[i].no) };
	struct shell s =
		resident_shell(q, resident_word(q, N_("Who has seen your full details")), "track");
	s.flash = resident_flash(q);
	struct html_out o = resident_begin(q, &s);
	access_page(&o, &p);
	resident_end(r, &o, &s);
	return XQ_OK;
}

static const struct view access_view = { .path = "/track/{code}/access",
	.who = PERM_ANYBODY,
	.flags = VIEW_LIMITED,
	.render = access_render,
	.title = N_("Who has seen your full details") };

static enum xq_rc
doubt_load(struct req *q, struct code *code, struct unmasking *out, struct xq_err *err)
{
	struct told t;
	int64_t no;
	if (!parse_int(req_place(q, 1), 1, INT32_MAX, &no))
		return XQ_NONE;
	enum xq_rc rc = load_told(q, code, &t, err);
	return rc == XQ_OK ? unmask_load(q->tx, q->mem, q->office->id, t.c.id, no, out, err) : rc;
}

static enum xq_rc
doubt_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct code code;
	struct unmasking k;
	enum xq_rc rc = doubt_load(q, &code, &k, err);
	if (rc != XQ_OK)
		return rc;
	if (!resident_is_unlocked(q, &code))
		return open_render(q, r, err);
	struct act_form f = act_form_of(q, &voice_doubt, look_path(q, &code, k.no));
	act_form_drop(&f, "code");
	act_form_drop(&f, "unlock");
	act_form_drop(&f, "no");
	act_form_faults(&f);
	const char *why = resident_word(q, choice_label(unmask_reasons, k.why));
	struct own_page p = { .code = mem_text(q->mem, code.text),
		.title = voice_doubt.title,
		.intro = voice_doubt.help,
		.button = N_("Send"),
		.action = f.action,
		.csrf = f.csrf,
		.idem = f.idem,
		.row = f.fault,
		.n_rows = f.n_faults,
		.input = f.input,
		.n_inputs = f.n_inputs,
		.sentence = R_HTML(q, N_("{at}, {unit}: {why}"), R_TIME("at", k.at),
			R_TEXT("unit", k.unit), R_TEXT("why", why)),
		.refusal = k.doubted_at ? resident_word(q, app_message(q->app, "unmask.doubted"))
		                        : NULL };
	struct shell s = resident_shell(q, resident_word(q, voice_doubt.title), "track");
	struct html_out o = resident_begin(q, &s);
	own_page(&o, &p);
	resident_end(r, &o, &s);
	return XQ_OK;
}

static enum xq_rc
doubt_fill(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	extra[(*n_extra)++] = (struct form_pair){ .name = STR("no"), .value = req_place(q, 1) };
	return own_fill(q, extra, n_extra, err);
}

static enum xq_rc
doubt_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	return track_after(q, r, "/access?said=doubted");
}

static const struct view doubt_view = { .path = "/track/{code}/access/{n}",
	.who = PERM_ANYBODY,
	.flags = VIEW_LIMITED,
	.render = doubt_render,
	.act = &voice_doubt,
	.fill = doubt_fill,
	.after = doubt_after,
	.title = N_("This look was not right") };

const struct module concern_unmask_module = {
	.name = "concern-unmask",
	.acts = (const struct act *const[]){ &concern_unmask, &voice_doubt, NULL },
	.messages = (const struct msg_text *const[]){ unmask_messages, NULL },
	.views = (const struct view *const[]){ &desk_unmask_view, &access_view, &doubt_view, NULL },
};
