/* SPDX-License-Identifier: Apache-2.0 */
/* pages.c - /desk/erasure: what is asked for and due, who agreed, what was done; one of them with its steps. */
#include "erasure/pages.h"

#include "core/mem.h"
#include "core/parse.h"
#include "templates.h"

#include "core/banned.h"

enum { LIST_ROWS = 50 };

static const struct {
	const char *title, *icon, *state;
	int light;
} states[] = {
	[ERASURE_ASKED] = { N_("Waits for a first word"), "bell", N_("Waits for a first word"),
		LIGHT_SOON },
	[ERASURE_LISTED] = { N_("Waits for a second person"), "user",
		N_("Waits for a second person"), LIGHT_LATE },
	[ERASURE_DONE] = { N_("Destroyed"), "lock", N_("Destroyed"), LIGHT_OK },
	[ERASURE_REFUSED] = { N_("Kept, with the reason"), "scale", N_("Kept, with the reason"),
		LIGHT_CLOSED },
};

static const char *
erasure_path(struct req *q, int64_t id, const char *rest)
{
	return mem_printf(q->mem, "/desk/erasure/%lld%s", (long long)id, rest);
}

static const char *
number_of(struct req *q, const struct erasure *e)
{
	char no[24];
	file_no_show(e->file_no, no);
	return mem_text(q->mem, no);
}

static const char *
day_words(struct req *q, int64_t at)
{
	return at ? msg_day(q->mem, q->prefs.lang, day_of(at, q->office->tz_s)) : "";
}

static const struct flash *
flash_of(struct req *q)
{
	static const struct did_text did[] = {
		{ "list", N_("On the list. Somebody else has to agree too.") },
		{ "agree", N_("Noted. Somebody else has to agree too.") },
		{ "refuse", N_("Kept. The resident reads why.") },
		{ "agree-many",
			N_("Noted for all that were ticked. Somebody else has to agree too.") },
		{ "rule-many",
			N_("Destroyed, all that were ticked. The figures stay as they are.") },
		{ "rule", N_("Destroyed. The figures stay as they are.") },
	};
	return flash_did(q, did, sizeof did / sizeof *did);
}

/* ---- the list --------------------------------------------------------------------------------------- */

static struct table
table_of(struct req *q, const struct erasure *e, size_t n)
{
	static const struct column col[] = { { .label = N_("No.") }, { .label = N_("Concern") },
		{ .label = N_("Ground") }, { .label = N_("Since") },
		{ .label = N_("First person") }, { .label = N_("Second person") } };
	enum { COLS = sizeof col / sizeof *col };
	struct table_cell *cell = mem_array(q->mem, struct table_cell, n * COLS + 1);
	for (size_t i = 0; i < n; i++) {
		struct table_cell *row = cell + i * COLS;
		row[0] =
			(struct table_cell){ .text = mem_printf(q->mem, "%lld", (long long)e[i].id),
				.href = erasure_path(q, e[i].id, "") };
		row[1].text = number_of(q, &e[i]);
		row[2].text = desk_word(q, choice_label(erasure_grounds, e[i].ground));
		row[3].text = day_words(q, e[i].done_at ? e[i].done_at : e[i].asked_at);
		row[4].text = e[i].first; /* NULL: – */
		row[5].text = e[i].second;
	}
	return (struct table){ .caption = SAY(q, N_("{n} on this page"), AN("n", (int64_t)n)),
		.col = col,
		.n_cols = COLS,
		.cell = cell,
		.n_rows = n };
}

static enum xq_rc
load_waiting(struct req *q, struct erasure_list_page *p, struct xq_err *err)
{
	int64_t parts = 0;
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; rc == XQ_OK && erasure_grounds[i].code; i++) {
		struct gone_count g = { 0 };
		rc = ledger_gone_count(q->tx, q->office->id, erasure_grounds[i].code, &g, err);
		parts += g.parts;
	}
	if (parts > 0)
		p->waiting = SAY(q,
			N_("{n} entries of the record wait to be announced as erased: together with those of others, so that nobody can tell whose they are, or on the first of the month."),
			AN("n", parts));
	return rc;
}

/* Offered where more than one waits. */
static const struct {
	const char *href, *label;
} many[ERASURE_LISTS] = {
	[ERASURE_ASKED] = { "/desk/erasure/agree", N_("Agree to several at once") },
	[ERASURE_LISTED] = { "/desk/erasure/destroy", N_("Destroy several at once") },
};

static enum xq_rc
list_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct erasure_list_page p = { .may_rule = actor_may(&q->actor, PERM_ERASE),
		.is_empty = true,
		.empty = { .icon = "lock",
			.title = N_("Nothing is asked for, and nothing is due."),
			.text = N_(
				"What has been kept as long as it must comes here by itself.") } };
	struct erasure *e = mem_array(q->mem, struct erasure, LIST_ROWS);
	enum xq_rc rc = load_waiting(q, &p, err);
	for (size_t i = 0; rc == XQ_OK && i < ERASURE_LISTS; i++) {
		size_t n = 0;
		rc = erasure_list(
			q->tx, q->mem, q->office->id, (enum erasure_state)i, LIST_ROWS, e, &n, err);
		p.rows[i] = table_of(q, e, n);
		p.title[i] = states[i].title;
		p.icon[i] = states[i].icon;
		p.is_empty &= n == 0;
		p.many[i] = n > 1 ? many[i].href : NULL;
		p.many_label[i] = many[i].label;
	}
	if (rc != XQ_OK)
		return rc;
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Erasing"), flash_of(q), &s);
	erasure_list_html(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

static const struct view list_view = {
	.path = "/desk/erasure", .who = PERM_ERASE, .render = list_render, .title = N_("Erasing")
};

/* ---- one -------------------------------------------------------------------------------------------- */

static enum xq_rc
load_one(struct req *q, struct erasure *e, struct xq_err *err)
{
	int64_t id;
	if (!parse_int(req_place(q, 0), 1, INT64_MAX, &id))
		return XQ_NONE;
	return erasure_load(q->tx, q->mem, q->office->id, id, e, err);
}

static void
add_fact(struct erasure_one_page *p, const char *label, const char *value)
{
	if (value && value[0])
		p->fact[p->n_facts++] = (struct erasure_fact){ label, value };
}

static void
fill_facts(struct req *q, const struct erasure *e, struct erasure_one_page *p)
{
	add_fact(p, N_("Concern"), number_of(q, e));
	add_fact(p, N_("Ground"), desk_word(q, choice_label(erasure_grounds, e->ground)));
	add_fact(p, N_("Ended"), day_words(q, e->closed_at));
	add_fact(p, N_("Listed on"), day_words(q, e->asked_at));
	add_fact(p, N_("First person"), e->first);
	add_fact(p, N_("Second person"), e->second);
	add_fact(p, N_("Done on"), day_words(q, e->done_at));
	if (e->why)
		add_fact(p, N_("Why it is kept"),
			desk_word(q, choice_label(erasure_refusals, e->why)));
}

static void
fill_next(struct req *q, const struct erasure *e, struct erasure_one_page *p)
{
	bool own = e->first_id == q->actor.person_id;
	if (e->state == ERASURE_ASKED)
		p->next[p->n_next++] = (struct next_row){ erasure_path(q, e->id, "/agree"), "ok",
			erasure_agree.title, NULL, NULL };
	if (e->state == ERASURE_LISTED)
		p->next[p->n_next++] = (struct next_row){
			own ? NULL : erasure_path(q, e->id, "/rule"), "trash", erasure_rule.title,
			own ? N_("You were the first person; somebody else has to do this.") : NULL,
			NULL
		};
	if (e->state < ERASURE_DONE)
		p->next[p->n_next++] = (struct next_row){ erasure_path(q, e->id, "/refuse"),
			"scale", erasure_refuse.title, NULL, NULL };
}

static enum xq_rc
one_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct erasure e;
	enum xq_rc rc = load_one(q, &e, err);
	if (rc != XQ_OK)
		return rc;
	struct erasure_one_page p = { .crumb = { { "/desk/erasure", N_("Erasing") },
					      { NULL, e.title } },
		.title = e.title,
		.state = states[e.state].state,
		.light = states[e.state].light };
	fill_facts(q, &e, &p);
	fill_next(q, &e, &p);
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Erasing"), flash_of(q), &s);
	erasure_one_html(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

static const struct view one_view = {
	.path = "/desk/erasure/{n}", .who = PERM_ERASE, .render = one_render, .title = N_("Erasing")
};

/* ---- forms ------------------------------------------------------------------------------------------ */

static enum xq_rc
fill_number(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	(void)err;
	extra[(*n_extra)++] =
		(struct form_pair){ .name = STR("erasure"), .value = req_place(q, 0) };
	return XQ_OK;
}

static enum xq_rc
step_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct erasure e;
	enum xq_rc rc = load_one(q, &e, err);
	if (rc != XQ_OK)
		return rc;
	struct act_form f =
		act_form_of(q, q->view->act, erasure_path(q, e.id, view_last_segment(q->view)));
	act_form_drop(&f, "erasure");
	act_form_crumb(&f, "/desk/erasure", N_("Erasing"));
	act_form_crumb(&f, erasure_path(q, e.id, ""), e.title);
	f.note = SAY(q, N_("Concern {no}: {ground}."), AX("no", number_of(q, &e)),
		AX("ground", desk_word(q, choice_label(erasure_grounds, e.ground))));
	act_form_show(q, r, &f);
	return XQ_OK;
}

static enum xq_rc
step_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r,
		erasure_path(q, form_int(&q->call->form, "erasure"),
			mem_printf(q->mem, "?did=%s", view_last_segment(q->view) + 1)));
	return XQ_OK;
}

/* clang-format off */
#define STEP_VIEW(var, segment, act_, title_)                                                      \
	static const struct view var = { .path = "/desk/erasure/{n}/" segment, .who = PERM_ERASE,   \
		.render = step_render, .act = &(act_), .fill = fill_number, .after = step_after,   \
		.title = (title_) }

STEP_VIEW(agree_view,  "agree",  erasure_agree,  N_("Agree as the first person"));
STEP_VIEW(refuse_view, "refuse", erasure_refuse, N_("Keep it"));
STEP_VIEW(rule_view,   "rule",   erasure_rule,   N_("Destroy it"));
/* clang-format on */

static enum xq_rc
new_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	struct act_form f = act_form_of(q, &erasure_list_act, "/desk/erasure/new");
	act_form_crumb(&f, "/desk/erasure", N_("Erasing"));
	act_form_show(q, r, &f);
	return XQ_OK;
}

static enum xq_rc
new_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r, "/desk/erasure?did=list");
	return XQ_OK;
}

static const struct view new_view = { .path = "/desk/erasure/new",
	.who = PERM_ERASE,
	.render = new_render,
	.act = &erasure_list_act,
	.after = new_after,
	.title = N_("Put a concern on the list") };

const struct view *const erasure_views[] = { &list_view, &new_view, &one_view,
	&erasure_agree_many_view, &erasure_rule_many_view, &agree_view, &refuse_view, &rule_view,
	NULL };
