/* SPDX-License-Identifier: Apache-2.0 */
/* act_pages.c - one page for each act on the ledger: the form of the act, with what is known already. */
#include "hard/pages.h"

#include "core/mem.h"
#include "core/parse.h"
#include "identity/account.h"

#include "core/banned.h"

/* ---- lists to choose from -------------------------------------------------------------------------- */

/* Everybody with an account, unit by unit in catalogue order. */
static enum xq_rc
choose_sponsor(struct req *q, struct act_form *f, struct xq_err *err)
{
	enum { PEOPLE_MAX = 300 };
	struct unit *u;
	size_t n_units, n = 0;
	enum xq_rc rc = unit_list(q->tx, q->mem, q->office->id, &u, &n_units, err);
	struct option *list = mem_array(q->mem, struct option, PEOPLE_MAX);
	for (size_t i = 0; rc == XQ_OK && i < n_units; i++) {
		struct account *who;
		size_t k;
		rc = account_list(q->tx, q->mem, q->office->id, u[i].id, &who, &k, err);
		for (size_t j = 0; rc == XQ_OK && j < k && n < PEOPLE_MAX; j++)
			list[n++] = (struct option){ .value = who[j].login,
				.label = mem_printf(q->mem, "%s · %s", who[j].name, u[i].name) };
	}
	if (rc == XQ_OK)
		act_form_choose(q, f, "sponsor", list, n);
	return rc;
}

static enum xq_rc
choose_problem(struct req *q, struct act_form *f, struct xq_err *err)
{
	struct hard *h;
	size_t n;
	enum xq_rc rc = hard_open_newest(q->tx, q->mem, q->office->id, HARD_MAX, &h, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct option *list = mem_array(q->mem, struct option, n + 1);
	for (size_t i = 0; i < n; i++)
		list[i] = (struct option){ .value = mem_printf(q->mem, "%lld", (long long)h[i].no),
			.label = mem_printf(q->mem, "%lld · %s", (long long)h[i].no, h[i].title) };
	act_form_choose(q, f, "hard", list, n);
	return XQ_OK;
}

/* ---- a new problem --------------------------------------------------------------------------------- */

/* A reason that can be read off the concern; NULL: somebody has to choose. */
static const char *
reason_of(const struct concern *c)
{
	return c->state == ST_PARKED ? "parked" : c->round >= 3 ? "second-redo" : NULL;
}

/* From ?concern=: its number, its title, and the reason for which it is proposed. */
static enum xq_rc
begin_with_concern(struct req *q, struct act_form *f, struct xq_err *err)
{
	struct concern c;
	struct hard_entry e;
	int64_t no;
	struct str asked = req_query(q, "concern");
	if (asked.n == 0 || !file_no_read(asked, &no))
		return XQ_OK;
	enum xq_rc rc = concern_by_file_no(q->tx, q->mem, q->office->id, no, &c, err);
	if (rc != XQ_OK)
		return rc;
	act_form_default(f, "concern", str_text(q->mem, asked));
	act_form_default(f, "title", c.title);
	f->note = SAY(q, N_("{no}: {title}"), AX("no", desk_no(q, no)), AX("title", c.title));
	rc = hard_proposal_of(q->tx, q->mem, q->office->id, c.id, &e, err);
	if (rc == XQ_OK)
		act_form_default(f, "kind", e.kind);
	else if (rc == XQ_NONE)
		act_form_default(f, "kind", reason_of(&c));
	return rc == XQ_NONE ? XQ_OK : rc;
}

/* The problem on which the concern of ?concern= stands already; XQ_NONE: none. */
static enum xq_rc
stands_on(struct req *q, int64_t *out_no, struct xq_err *err)
{
	struct concern c;
	int64_t no;
	if (q->method != HTTP_GET || !file_no_read(req_query(q, "concern"), &no))
		return XQ_NONE;
	enum xq_rc rc = concern_by_file_no(q->tx, q->mem, q->office->id, no, &c, err);
	return rc == XQ_OK ? hard_of_concern(q->tx, q->office->id, c.id, out_no, err) : rc;
}

static enum xq_rc
new_render(struct req *q, struct resp *r, struct xq_err *err)
{
	int64_t no;
	enum xq_rc rc = stands_on(q, &no, err);
	if (rc == XQ_OK)
		resp_see_other(q, r, hard_path(q, no, "?did=there"));
	if (rc != XQ_NONE)
		return rc;
	struct act_form f = act_form_of(q, &hard_list_act, "/desk/hard/new");
	act_form_crumb(&f, "/desk/hard", N_("Hard problems"));
	act_form_default(&f, "nbhd", str_text(q->mem, req_query(q, "nbhd")));
	rc = legacy_choose_place(q, &f, "nbhd", err);
	if (rc == XQ_OK)
		rc = choose_sponsor(q, &f, err);
	if (rc == XQ_OK)
		rc = begin_with_concern(q, &f, err);
	if (rc == XQ_OK)
		act_form_show(q, r, &f);
	return rc;
}

static enum xq_rc
new_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r,
		mem_printf(q->mem, "/desk/hard/%s?did=listed", act_result_get(q->call, "no")));
	return XQ_OK;
}

const struct view hard_new_view = { .path = "/desk/hard/new",
	.who = PERM_HARD,
	.render = new_render,
	.act = &hard_list_act,
	.after = new_after,
	.title = N_("Put it on the ledger of hard problems") };

/* ---- what becomes of a proposal -------------------------------------------------------------------- */

static const char *
proposal_path(struct req *q, const char *rest)
{
	return mem_printf(
		q->mem, "/desk/hard/proposals/%s%s", url_quote(q->mem, req_place(q, 0)), rest);
}

/* The concern of the path; what is proposed can be seen by all who decide. */
static enum xq_rc
proposal_form(struct req *q, const struct act *act, const char *rest, struct act_form *out,
	struct xq_err *err)
{
	struct desk_concern d;
	enum xq_rc rc = desk_concern_load(q, &d, err);
	if (rc != XQ_OK)
		return rc;
	*out = act_form_of(q, act, proposal_path(q, rest));
	act_form_drop(out, "concern");
	act_form_crumb(out, "/desk/hard", N_("Hard problems"));
	act_form_crumb(out, proposal_path(q, ""), N_("Proposed for the ledger"));
	out->note = SAY(
		q, N_("{no}: {title}"), AX("no", desk_no(q, d.c.file_no)), AX("title", d.c.title));
	return XQ_OK;
}

static enum xq_rc
add_to_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct act_form f;
	enum xq_rc rc = proposal_form(q, &hard_add_concern, "/add", &f, err);
	if (rc == XQ_OK)
		rc = choose_problem(q, &f, err);
	if (rc == XQ_OK)
		act_form_show(q, r, &f);
	return rc;
}

static enum xq_rc
add_to_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r, hard_path(q, form_int(&q->call->form, "hard"), "?did=added"));
	return XQ_OK;
}

const struct view hard_add_to_view = { .path = "/desk/hard/proposals/{no}/add",
	.who = PERM_HARD,
	.render = add_to_render,
	.act = &hard_add_concern,
	.fill = desk_fill_concern,
	.after = add_to_after,
	.title = N_("Add a concern to a hard problem") };

static enum xq_rc
dismiss_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct act_form f;
	enum xq_rc rc = proposal_form(q, &hard_dismiss, "/dismiss", &f, err);
	if (rc == XQ_OK)
		act_form_show(q, r, &f);
	return rc;
}

static enum xq_rc
dismiss_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r, "/desk/hard?did=dismissed");
	return XQ_OK;
}

const struct view hard_dismiss_view = { .path = "/desk/hard/proposals/{no}/dismiss",
	.who = PERM_HARD,
	.render = dismiss_render,
	.act = &hard_dismiss,
	.fill = desk_fill_concern,
	.after = dismiss_after,
	.title = N_("Dismiss the proposal") };

/* ---- acts on one problem --------------------------------------------------------------------------- */

static enum xq_rc
fill_hard(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	(void)err;
	extra[(*n_extra)++] = (struct form_pair){ .name = STR("hard"), .value = req_place(q, 0) };
	return XQ_OK;
}

static enum xq_rc
problem_form(struct req *q, struct act_form *out, struct hard *h, struct xq_err *err)
{
	int64_t no;
	if (!parse_int(req_place(q, 0), 1, INT64_MAX, &no))
		return XQ_NONE;
	enum xq_rc rc = hard_load(q->tx, q->mem, q->office->id, no, h, err);
	if (rc != XQ_OK)
		return rc;
	*out = act_form_of(q, q->view->act, hard_path(q, no, view_last_segment(q->view)));
	act_form_drop(out, "hard");
	act_form_crumb(out, "/desk/hard", N_("Hard problems"));
	act_form_crumb(out, hard_path(q, no, ""), h->title);
	return XQ_OK;
}

static enum xq_rc
problem_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	const char *did = view_last_segment(q->view) + 1;
	resp_see_other(q, r,
		hard_path(q, form_int(&q->call->form, "hard"),
			mem_printf(q->mem, "?did=%s", text_eq(did, "add") ? "added" : did)));
	return XQ_OK;
}

/* The plan of the last time stands beside the question what was done. */
static enum xq_rc
review_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct act_form f;
	struct hard h;
	enum xq_rc rc = problem_form(q, &f, &h, err);
	if (rc != XQ_OK)
		return rc;
	f.note =
		SAY(q, N_("Planned until {day}: {plan}"), AD("day", h.next_on), AX("plan", h.plan));
	act_form_default(&f, "blocker", h.blocker);
	act_form_default(&f, "blocker_words", h.blocker_words);
	act_form_default(&f, "condition", h.condition);
	act_form_show(q, r, &f);
	return XQ_OK;
}

static enum xq_rc
explain_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct act_form f;
	struct hard h;
	enum xq_rc rc = problem_form(q, &f, &h, err);
	if (rc != XQ_OK)
		return rc;
	f.note = SAY(q, N_("What stands in the way: {blocker}"),
		AX("blocker", hard_blocker_words(q, &h)));
	act_form_default(&f, "condition", h.condition);
	act_form_show(q, r, &f);
	return XQ_OK;
}

static enum xq_rc
sponsor_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct act_form f;
	struct hard h;
	enum xq_rc rc = problem_form(q, &f, &h, err);
	if (rc == XQ_OK)
		rc = choose_sponsor(q, &f, err);
	if (rc == XQ_OK)
		act_form_show(q, r, &f);
	return rc;
}

static enum xq_rc
file_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct act_form f;
	struct hard h;
	struct hard_file file;
	enum xq_rc rc = problem_form(q, &f, &h, err);
	if (rc == XQ_OK)
		rc = hard_file_load(q->tx, q->mem, q->office->id, h.no, &file, err);
	if (rc != XQ_OK)
		return rc;
	act_form_default(&f, "origin", file.origin);
	act_form_default(&f, "past", file.past);
	act_form_default(&f, "bodies", file.bodies);
	act_form_show(q, r, &f);
	return XQ_OK;
}

static enum xq_rc
place_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct act_form f;
	struct hard h;
	enum xq_rc rc = problem_form(q, &f, &h, err);
	if (rc == XQ_OK)
		rc = legacy_choose_place(q, &f, "nbhd", err);
	if (rc == XQ_OK)
		act_form_show(q, r, &f);
	return rc;
}

static enum xq_rc
plain_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct act_form f;
	struct hard h;
	enum xq_rc rc = problem_form(q, &f, &h, err);
	if (rc == XQ_OK)
		act_form_show(q, r, &f);
	return rc;
}

/* clang-format off */
#define HARD_VIEW(var, segment, who_, render_, act_, title_)                                       \
	const struct view var = { .path = "/desk/hard/{n}/" segment, .who = (who_),                \
		.render = (render_), .act = &(act_), .fill = fill_hard, .after = problem_after,    \
		.title = (title_) }

HARD_VIEW(hard_review_view,  "review",  PERM_STAFF, review_render,  hard_review_act,  N_("Record a review"));
HARD_VIEW(hard_solve_view,   "solve",   PERM_RULE,  plain_render,   hard_solve,       N_("It is solved"));
HARD_VIEW(hard_explain_view, "explain", PERM_RULE,  explain_render, hard_explain,    N_("It cannot be solved now"));
HARD_VIEW(hard_sponsor_view, "sponsor", PERM_HARD,  sponsor_render, hard_sponsor,     N_("Name another sponsor"));
HARD_VIEW(hard_file_view,    "file",    PERM_STAFF, file_render,    hard_file_act,    N_("Write its file"));
HARD_VIEW(hard_look_view,    "look",    PERM_STAFF, plain_render,   hard_look,        N_("Note a look at it"));
HARD_VIEW(hard_place_view,   "place",   PERM_STAFF, place_render,   hard_place,       N_("Say where it lies"));
HARD_VIEW(hard_add_view,     "add",     PERM_HARD,  plain_render,   hard_add_concern, N_("Add a concern to a hard problem"));
/* clang-format on */
