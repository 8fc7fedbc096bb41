/* SPDX-License-Identifier: Apache-2.0 */
/* own_pages.c - what a resident can still do with an own concern: add a few words, disagree, withdraw.
 * All of it without scripts; whoever has only the code is asked for the second fact first. */
#include "concern/concern_int.h"
#include "concern/resident.h"
#include "concern/transfer.h"

#include "core/mem.h"
#include "core/seal.h"
#include "office/desk.h"
#include "templates.h"

#include "core/banned.h"

bool
own_may_dispute(const struct concern *c)
{
	return c->erased_at == 0 && c->disputed_at == 0 &&
	       (c->state == ST_CALLBACK || c->state == ST_CLOSED || c->state == ST_TERMINATED ||
		       c->state == ST_REDIRECTED);
}

enum xq_rc
own_promises(struct req *q, const struct concern *c, struct track_page *p, struct xq_err *err)
{
	struct promise *list;
	size_t n;
	enum xq_rc rc = promise_list(q->tx, q->mem, q->office->id, c->id, &list, &n, err);
	if (rc != XQ_OK)
		return rc;
	p->promise = mem_array(q->mem, struct told_promise, n + 1);
	for (size_t i = 0; i < n; i++) {
		const struct promise *r = &list[i];
		bool kept = r->state == PROMISE_KEPT;
		p->promise[p->n_promises++] = (struct told_promise){ .text = r->text,
			.light = kept         ? LIGHT_OK
			         : r->is_late ? LIGHT_LATE
			                      : LIGHT_SOON,
			.words = kept ? resident_word(q, N_("Kept"))
			              : R_SAY(q, N_("by {day}"), R_DAY("day", r->due_day)),
			.more = r->note && r->note[0] ? r->note : NULL };
	}
	return XQ_OK;
}

static enum xq_rc
other_of(struct req *q, int64_t id, const char *sentence, struct track_other *out,
	struct xq_err *err)
{
	struct code code;
	char shown[CODE_SHOWN_LEN + 1];
	enum xq_rc rc = code_of_concern(q->tx, q->mem, q->app, q->office->id, id, &code, err);
	if (rc != XQ_OK)
		return rc;
	code_show(&code, shown);
	*out = (struct track_other){ .code = mem_text(q->mem, code.text),
		.shown = mem_text(q->mem, shown),
		.sentence = resident_word(q, sentence) };
	return XQ_OK;
}

/* Who has the code here may have that of the other office: it shows no more than this one did. */
enum xq_rc
own_elsewhere(struct req *q, const struct concern *c, struct track_page *p, struct xq_err *err)
{
	struct transfer_out t;
	struct str text;
	struct code code;
	char shown[CODE_SHOWN_LEN + 1], no[24];
	enum xq_rc rc = transfer_of(q->tx, q->mem, q->office->id, c->id, &t, err);
	const struct office_info *to = rc == XQ_OK ? app_office(q->app, t.to_office) : NULL;
	const struct office_peer *far = rc == XQ_OK ? app_peer(q->app, t.to_office) : NULL;
	if (rc != XQ_OK || (!to && !far))
		return rc == XQ_NONE ? XQ_OK : rc;
	if (!seal_open(q->mem, app_key(q->app, q->office->id), "query code", t.their_code, &text) ||
		!code_read(text, CODE_QUERY, &code))
		return xq_fault(err, "concern.code", "transfer %lld", (long long)t.id);
	code_show(&code, shown);
	file_no_show(t.their_no, no);
	p->elsewhere = (struct track_other){ .code = mem_text(q->mem, code.text),
		.shown = mem_text(q->mem, shown),
		.href = far ? mem_printf(q->mem, "%s/track/%s", far->address, code.text)
		            : mem_printf(q->mem, "/o/%s/track/%s", to->code, code.text),
		.sentence = R_SAY(q,
			N_("{office} has had it since {day}, under the number {no}. This code shows how far it is; please keep it instead of the old one."),
			R_TEXT("office", to ? to->name : far->name),
			R_DAY("day", day_of(t.their_at, q->office->tz_s)), R_TEXT("no", no)) };
	return XQ_OK;
}

enum xq_rc
own_others(struct req *q, const struct concern *c, struct track_page *p, struct xq_err *err)
{
	struct voice *v;
	size_t n = 0;
	int64_t next = 0;
	enum xq_rc rc = XQ_OK;
	if (c->linked_id != 0)
		rc = other_of(q, c->linked_id,
			N_("This one follows an earlier concern of yours, after you disagreed."),
			&p->earlier, err);
	if (rc == XQ_OK)
		rc = voice_list(q->tx, q->mem, q->office->id, c->id, &v, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		if (!v[i].is_dispute || v[i].answered_at == 0)
			continue;
		rc = concern_following(q->tx, q->office->id, c->id, v[i].answered_at, &next, err);
		if (rc == XQ_OK)
			rc = other_of(q, next,
				N_("You disagreed, and there was cause: it is handled anew as a concern of its own, with a query code of its own."),
				&p->anew, err);
		rc = rc == XQ_NONE ? XQ_OK : rc; /* it stood, or went into a new round */
	}
	return rc;
}

/* Why not now; NULL: it can. */
static const char *
not_now(const struct act *act, const struct concern *c)
{
	if (act == &voice_dispute) {
		if (c->disputed_at != 0)
			return "voice.disputed";
		return own_may_dispute(c) ? NULL : "voice.not-answered";
	}
	return concern_is_open(c->state) ? NULL : "voice.ended";
}

static enum xq_rc
own_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct code code;
	struct told t;
	const struct act *act = q->view->act;
	enum xq_rc rc = load_told(q, &code, &t, err);
	if (rc != XQ_OK)
		return rc;
	if (!resident_is_unlocked(q, &code))
		return open_render(q, r, err);
	struct track_card card = track_card_of(q, &t, &code, true);
	struct act_form f = act_form_of(q, act, track_path(q, &code, strrchr(q->view->path, '/')));
	act_form_drop(&f, "code");
	act_form_drop(&f, "unlock");
	act_form_faults(&f);
	const char *no = not_now(act, &t.c);
	struct own_page p = { .code = card.code,
		.title = act->title,
		.intro = act->help,
		.button = act == &voice_withdraw ? act->title : N_("Send"),
		.action = f.action,
		.csrf = f.csrf,
		.idem = f.idem,
		.row = f.fault,
		.n_rows = f.n_faults,
		.input = f.input,
		.n_inputs = f.n_inputs,
		.sentence = card.sentence,
		.refusal = no ? resident_word(q, app_message(q->app, no)) : NULL };
	struct shell s = resident_shell(q, resident_word(q, act->title), "track");
	struct html_out o = resident_begin(q, &s);
	own_page(&o, &p);
	resident_end(r, &o, &s);
	return XQ_OK;
}

enum xq_rc
own_fill(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	struct code code;
	enum xq_rc rc = fill_code(q, extra, n_extra, err);
	if (rc == XQ_OK && resident_code(q, &code))
		extra[(*n_extra)++] = (struct form_pair){ .name = STR("unlock"),
			.value = resident_unlock_key(q, &code) };
	return rc;
}

static enum xq_rc
own_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	return track_after(q, r, "?said=told");
}

/* clang-format off */
#define OWN_VIEW(var, segment, act_, title_)                                                       \
	const struct view var = { .path = "/track/{code}/" segment, .who = PERM_ANYBODY,           \
		.flags = VIEW_LIMITED, .render = own_render, .act = &(act_), .fill = own_fill,     \
		.after = own_after, .title = (title_) }

OWN_VIEW(own_add_view,      "add",      voice_add,      N_("Add a few words"));
OWN_VIEW(own_dispute_view,  "dispute",  voice_dispute,  N_("Not solved, I disagree"));
OWN_VIEW(own_withdraw_view, "withdraw", voice_withdraw, N_("Withdraw it"));
/* clang-format on */
