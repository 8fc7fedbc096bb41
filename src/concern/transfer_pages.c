/* SPDX-License-Identifier: Apache-2.0 */
/* transfer_pages.c - the pages of hand-overs between offices: what another office offers, its answer, and
 * the form that offers one of ours. */
#include "concern/transfer_pages.h"

#include "concern/transfer_int.h"
#include "core/mem.h"
#include "core/parse.h"
#include "templates.h"

#include "core/banned.h"

static const char *
office_name(struct req *q, int64_t office, const char *origin)
{
	const char *name = app_office_name(q->app, office);
	return name ? name : origin;
}

static const char *
left_words(struct req *q, const struct transfer_in *t)
{
	return SAY(q, N_("accept by {until}, {span} left"), AT("until", t->lapses_at),
		AX("span", desk_span(q, t->lapses_at > q->now ? t->lapses_at - q->now : 0)));
}

static enum xq_rc
must_answer(struct req *q, struct xq_err *err)
{
	bool may = false;
	enum xq_rc rc = transfer_may_answer(q->tx, q->mem, &q->actor, &may, err);
	return rc == XQ_OK && !may ? xq_refuse(err, NULL, "transfer.not-intake") : rc;
}

/* ---- the list --------------------------------------------------------------------------------------- */

static enum xq_rc
fill_sent(struct req *q, struct transfer_list *p, struct xq_err *err)
{
	struct transfer_out *out;
	size_t n;
	enum xq_rc rc = transfer_out_open(q->tx, q->mem, q->office->id, &out, &n, err);
	if (rc != XQ_OK)
		return rc;
	p->sent = mem_array(q->mem, struct transfer_sent, n + 1);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		struct concern c;
		rc = concern_load(q->tx, q->mem, q->office->id, out[i].concern_id, &c, err);
		if (rc == XQ_OK)
			p->sent[p->n_sent++] = (struct transfer_sent){ desk_no(q, c.file_no),
				desk_path(q, c.file_no, ""),
				office_name(q, out[i].to_office, out[i].to_origin),
				out[i].offered_at };
	}
	return rc;
}

static enum xq_rc
list_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct transfer_list p = { .empty = { .icon = "hand",
					   .title = N_("No other office offers you anything.") } };
	struct transfer_in *in;
	enum xq_rc rc = must_answer(q, err);
	if (rc == XQ_OK)
		rc = transfer_in_open(q->tx, q->mem, q->office->id, &in, &p.n, err);
	if (rc == XQ_OK)
		rc = fill_sent(q, &p, err);
	if (rc != XQ_OK)
		return rc;
	p.line = mem_array(q->mem, struct transfer_line, p.n + 1);
	for (size_t i = 0; i < p.n; i++)
		p.line[i] = (struct transfer_line){ &in[i],
			office_name(q, in[i].from_office, in[i].from_origin),
			mem_printf(q->mem, "/desk/transfers/%lld", (long long)in[i].id),
			left_words(q, &in[i]) };
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("From other offices"), NULL, &s);
	transfer_list_page(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

static const struct view list_view = { .path = "/desk/transfers",
	.who = PERM_HANDLE,
	.render = list_render,
	.title = N_("From other offices") };

/* ---- one offer ---------------------------------------------------------------------------------------- */

static enum xq_rc
fill_offer(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	(void)err;
	extra[(*n_extra)++] = (struct form_pair){ .name = STR("offer"), .value = req_place(q, 0) };
	return XQ_OK;
}

static const char *
answered_words(struct req *q, const struct transfer_in *t)
{
	switch (t->state) {
	case TRANSFER_OPEN:
		break;
	case TRANSFER_ACCEPTED:
		return SAY(q, N_("Taken over {at}."), AT("at", t->done_at));
	case TRANSFER_DECLINED:
		return SAY(q, N_("Declined {at}: {why}"), AT("at", t->done_at),
			AX("why", desk_word(q, choice_label(transfer_refusals, t->refusal))));
	case TRANSFER_LAPSED:
		return SAY(q, N_("Not answered in time; it went back {at}."), AT("at", t->done_at));
	}
	return NULL;
}

static void
forms_of(struct req *q, struct transfer_page *p)
{
	const char *path = mem_printf(q->mem, "/desk/transfers/%lld", (long long)p->in->id);
	p->accept = act_form_of(q, &transfer_accept, mem_printf(q->mem, "%s/accept", path));
	p->decline = act_form_of(q, &transfer_decline, mem_printf(q->mem, "%s/decline", path));
	act_form_drop(&p->accept, "offer");
	act_form_drop(&p->decline, "offer");
	act_form_faults(&p->decline);
}

static enum xq_rc
one_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct transfer_in in;
	int64_t id;
	if (!parse_int(req_place(q, 0), 1, INT64_MAX, &id))
		return XQ_NONE;
	enum xq_rc rc = must_answer(q, err);
	if (rc == XQ_OK)
		rc = transfer_in_load(q->tx, q->mem, q->office->id, id, &in, err);
	if (rc != XQ_OK)
		return rc;
	bool is_open = in.state == TRANSFER_OPEN;
	struct transfer_page p = { .in = &in,
		.from = office_name(q, in.from_office, in.from_origin),
		.kind = is_open ? desk_word(q, choice_label(concern_classes, in.class)) : NULL,
		.why = choice_label(transfer_reasons, in.why),
		.left = left_words(q, &in),
		.answered = answered_words(q, &in),
		.refusal = q->refusal && is_open && q->call && q->call->form.n_faults == 0
		                   ? req_fault_text(q, q->refusal)
		                   : NULL };
	if (is_open)
		forms_of(q, &p);
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("From other offices"), NULL, &s);
	transfer_one_page(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

static enum xq_rc
accept_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(
		q, r, mem_printf(q->mem, "/desk/concerns/%s", act_result_get(q->call, "file_no")));
	return XQ_OK;
}

static enum xq_rc
decline_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r, "/desk/transfers");
	return XQ_OK;
}

/* clang-format off */
static const struct view one_view = { .path = "/desk/transfers/{id}", .who = PERM_HANDLE,
	.render = one_render, .title = N_("From other offices") };
static const struct view accept_view = { .path = "/desk/transfers/{id}/accept", .who = PERM_HANDLE,
	.render = one_render, .act = &transfer_accept, .fill = fill_offer, .after = accept_after,
	.title = N_("Take it over") };
static const struct view decline_view = { .path = "/desk/transfers/{id}/decline", .who = PERM_HANDLE,
	.render = one_render, .act = &transfer_decline, .fill = fill_offer, .after = decline_after,
	.title = N_("Decline it") };
/* clang-format on */

/* ---- offering one of ours -------------------------------------------------------------------------------- */

/* Those of this database first, then those of other cells. */
static size_t
whom(struct req *q, struct option **out)
{
	const struct office_peers *far = q->app->peers;
	const size_t all = q->app->n_offices;
	struct option *list = mem_array(q->mem, struct option, all + (far ? far->n : 0) + 1);
	size_t n = 0;
	for (size_t i = 0; i < all; i++)
		if (q->app->office[i].id != q->office->id && q->app->office[i].place == PLACE_HERE)
			list[n++] = (struct option){ .value = q->app->office[i].code,
				.label = q->app->office[i].name };
	for (size_t i = 0; far && i < far->n; i++)
		if (app_peer(q->app, far->v[i].id))
			list[n++] = (struct option){ .value = far->v[i].code,
				.label = SAY(q, N_("{office} (on another server)"),
					AX("office", far->v[i].name)) };
	*out = list;
	return n;
}

bool
transfer_may_begin(const struct app *app, int64_t office)
{
	const struct office_peers *far = app->peers;
	for (size_t i = 0; i < app->n_offices; i++)
		if (app->office[i].id != office && app->office[i].place == PLACE_HERE)
			return true;
	for (size_t i = 0; far && i < far->n; i++)
		if (app_peer(app, far->v[i].id))
			return true;
	return false;
}

static enum xq_rc
offer_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct acting *a = mem_new(q->mem, struct acting);
	struct option *list;
	enum xq_rc rc = acting_load(q, &transfer_offer, "/transfer", a, err);
	if (rc != XQ_OK)
		return rc;
	size_t n = whom(q, &list);
	act_form_choose(q, &a->p.form, "to", list, n);
	return acting_show(q, r, a);
}

static enum xq_rc
offer_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	return after_did(q, r, "transfer");
}

static const struct view offer_view = { .path = "/desk/concerns/{no}/transfer",
	.who = PERM_STAFF,
	.render = offer_render,
	.act = &transfer_offer,
	.fill = desk_fill_concern,
	.after = offer_after,
	.title = N_("Offer it to another office") };

const struct view *const transfer_views[] = { &list_view, &one_view, &accept_view, &decline_view,
	&offer_view, &transfer_cell_view, NULL };
