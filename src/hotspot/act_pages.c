/* SPDX-License-Identifier: Apache-2.0 */
/* act_pages.c - the forms of what people say about a hot spot. */
#include "hotspot/pages.h"

#include "core/mem.h"
#include "core/parse.h"

#include "core/banned.h"

static enum xq_rc
fill_spot(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	(void)err;
	extra[(*n_extra)++] = (struct form_pair){ .name = STR("spot"), .value = req_place(q, 0) };
	return XQ_OK;
}

static enum xq_rc
choose_unit(struct req *q, struct act_form *f, struct xq_err *err)
{
	struct unit *u;
	size_t n, k = 0;
	enum xq_rc rc = unit_list(q->tx, q->mem, q->office->id, &u, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct option *list = mem_array(q->mem, struct option, n + 1);
	for (size_t i = 0; i < n; i++)
		if (u[i].is_active)
			list[k++] = (struct option){ .value = u[i].code, .label = u[i].name };
	act_form_choose(q, f, "unit", list, k);
	return XQ_OK;
}

static enum xq_rc
step_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct hotspot h;
	int64_t no;
	if (!parse_int(req_place(q, 0), 1, INT64_MAX, &no))
		return XQ_NONE;
	enum xq_rc rc = hotspot_load(q->tx, q->mem, q->office->id, no, &h, err);
	if (rc != XQ_OK)
		return rc;
	struct act_form f =
		act_form_of(q, q->view->act, hotspot_path(q, no, view_last_segment(q->view)));
	act_form_drop(&f, "spot");
	act_form_crumb(&f, "/desk/hotspots", N_("Chronic problems"));
	act_form_crumb(&f, hotspot_path(q, no, ""), hotspot_title(q, &h));
	if (h.cause[0])
		f.note = SAY(q, N_("Cause: {cause}"), AX("cause", h.cause));
	if (q->view->act == &hotspot_confirm)
		rc = choose_unit(q, &f, err);
	if (rc == XQ_OK)
		act_form_show(q, r, &f);
	return rc;
}

static enum xq_rc
step_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r,
		hotspot_path(q, form_int(&q->call->form, "spot"),
			mem_printf(q->mem, "?did=%s", view_last_segment(q->view) + 1)));
	return XQ_OK;
}

/* clang-format off */
#define STEP_VIEW(var, segment, who_, act_, title_)                                                \
	const struct view var = { .path = "/desk/hotspots/{n}/" segment, .who = (who_),            \
		.render = step_render, .act = &(act_), .fill = fill_spot, .after = step_after,     \
		.title = (title_) }

STEP_VIEW(hotspot_confirm_view, "confirm", PERM_HARD,  hotspot_confirm, N_("Confirm the chronic problem"));
STEP_VIEW(hotspot_dismiss_view, "dismiss", PERM_HARD,  hotspot_dismiss, N_("It is no chronic problem"));
STEP_VIEW(hotspot_treat_view,   "treat",   PERM_STAFF, hotspot_treat,   N_("Note the treatment"));
/* clang-format on */

static enum xq_rc
number_render(struct req *q, struct resp *r, struct xq_err *err)
{
	int64_t number;
	enum xq_rc rc = hotspot_number(q->tx, q->office->id, &number, err);
	if (rc != XQ_OK)
		return rc;
	struct act_form f = act_form_of(q, &hotspot_set_number, "/desk/hotspots/number");
	act_form_crumb(&f, "/desk/hotspots", N_("Chronic problems"));
	act_form_default(&f, "number", mem_printf(q->mem, "%lld", (long long)number));
	act_form_show(q, r, &f);
	return XQ_OK;
}

static enum xq_rc
number_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r, "/desk/hotspots?did=number");
	return XQ_OK;
}

const struct view hotspot_number_view = { .path = "/desk/hotspots/number",
	.who = PERM_HARD,
	.render = number_render,
	.act = &hotspot_set_number,
	.after = number_after,
	.title = N_("Set how many make a hot spot") };

const struct view *const hotspot_views[] = { &hotspot_list_view, &hotspot_one_view,
	&hotspot_confirm_view, &hotspot_dismiss_view, &hotspot_treat_view, &hotspot_number_view,
	NULL };
