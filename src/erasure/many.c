/* SPDX-License-Identifier: Apache-2.0 */
/* many.c - the same word about several of the list: an office has hundreds that are due in a month. All of
 * what was ticked or nothing, and a row of the audit for each. */
#include "core/mem.h"
#include "core/parse.h"
#include "erasure/pages.h"
#include "templates.h"

#include "core/banned.h"

enum { PICKED_CHARS = 1200 }; /* a hundred numbers of eleven digits */

/* clang-format off */
static const struct field agree_fields[] = {
	{ "erasures", FIELD_TEXT, .required = true, .max = PICKED_CHARS, .label = N_("Concerns in the list"), .missing = "erasure.pick" },
	{ .name = NULL },
};
static const struct field rule_fields[] = {
	{ "erasures", FIELD_TEXT, .required = true, .max = PICKED_CHARS, .label = N_("Concerns in the list"), .missing = "erasure.pick" },
	{ "sure", FIELD_BOOL, .required = true, .label = N_("I have looked at it: this can be destroyed for good") },
	{ .name = NULL },
};
/* clang-format on */

/* Numbers with spaces between them. */
static enum xq_rc
picked(const struct form *in, size_t max, int64_t *out, size_t *out_n, struct xq_err *err)
{
	struct str rest = form_str(in, "erasures"), word;
	size_t n = 0;
	while (rest.n > 0) {
		(void)str_cut(&rest, ' ', &word); /* the last piece too */
		if (word.n == 0)
			continue;
		if (n == max || !parse_int(word, 1, INT64_MAX, &out[n]))
			return xq_refuse(err, "erasures", "erasure.pick");
		n++;
	}
	*out_n = n;
	return n > 0 ? XQ_OK : xq_refuse(err, "erasures", "erasure.pick");
}

static enum xq_rc
each(struct act_ctx *ctx, const struct form *in, size_t max,
	enum xq_rc (*one)(struct act_ctx *, int64_t, struct erasure *, struct xq_err *),
	struct xq_err *err)
{
	int64_t id[ERASURE_AGREE_MAX], concern[ERASURE_AGREE_MAX];
	size_t n = 0;
	xq_require(max <= ERASURE_AGREE_MAX);
	enum xq_rc rc = picked(in, max, id, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		struct erasure e;
		rc = one(ctx, id[i], &e, err);
		concern[i] = rc == XQ_OK ? e.concern_id : 0;
		if (rc == XQ_REFUSED && err->field)
			err->field = "erasures"; /* the field of this form */
	}
	if (rc == XQ_OK)
		rc = act_note(ctx, err);
	for (size_t i = 0; rc == XQ_OK && i + 1 < n; i++) /* the last one has the act's own row */
		rc = act_subject_more(ctx, "concern", concern[i], err);
	return rc;
}

static enum xq_rc
agree_many_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	return each(ctx, in, ERASURE_AGREE_MAX, erasure_agree_one, err);
}

const struct act erasure_agree_many = {
	.name = "erasure.agree-many",
	.title = N_("Agree to several at once"),
	.help = N_("Nothing is destroyed yet: somebody else has to agree too."),
	.who = PERM_ERASE,
	.fields = agree_fields,
	.apply = agree_many_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};

static enum xq_rc
rule_many_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	return each(ctx, in, ERASURE_RULE_MAX, erasure_rule_one, err);
}

const struct act erasure_rule_many = {
	.name = "erasure.rule-many",
	.title = N_("Destroy several at once"),
	.help = N_(
		"As the second person. It is done at once and for good; the figures stay as they are."),
	.who = PERM_ERASE,
	.fields = rule_fields,
	.apply = rule_many_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};

/* ---- pages ------------------------------------------------------------------------------------------ */

/* The boxes that were ticked, as the field of the act has them. */
static enum xq_rc
fill_picked(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	(void)err;
	struct buf b = buf_new(q->mem, 256);
	for (size_t i = 0; i < q->n_pairs; i++)
		if (str_is(q->pair[i].name, "erasures") && b.n + q->pair[i].value.n < PICKED_CHARS)
			buf_printf(&b, "%s%.*s", b.n > 0 ? " " : "", (int)q->pair[i].value.n,
				q->pair[i].value.p);
	extra[(*n_extra)++] = (struct form_pair){ .name = STR("erasures"), .value = buf_view(&b) };
	return XQ_OK;
}

/* After a refusal what was ticked; before, what the clock put there: of what a resident asked for somebody
 * makes sure that it is the resident. */
static bool
is_ticked(struct req *q, const struct erasure *e)
{
	if (!q->refusal)
		return text_eq(e->ground, "retention");
	struct str rest = req_pair(q, "erasures"), word;
	int64_t id = 0;
	while (rest.n > 0) {
		(void)str_cut(&rest, ' ', &word); /* the last piece too */
		if (parse_int(word, 1, INT64_MAX, &id) && id == e->id)
			return true;
	}
	return false;
}

static struct option
option_of(struct req *q, const struct erasure *e)
{
	char no[24];
	file_no_show(e->file_no, no);
	return (struct option){
		.value = mem_printf(q->mem, "%lld", (long long)e->id),
		.label = SAY(q, N_("Concern {no}: {ground}."), AX("no", mem_text(q->mem, no)),
			AX("ground", desk_word(q, choice_label(erasure_grounds, e->ground)))),
		.hint = SAY(q, N_("Ended on {ended}, listed on {asked}"),
			AD("ended", day_of(e->closed_at, q->office->tz_s)),
			AD("asked", day_of(e->asked_at, q->office->tz_s))),
		.is_on = is_ticked(q, e),
	};
}

static enum xq_rc
many_show(struct req *q, struct resp *r, enum erasure_state state, size_t max, struct xq_err *err)
{
	struct erasure *e = mem_array(q->mem, struct erasure, ERASURE_AGREE_MAX);
	struct option *option = mem_array(q->mem, struct option, ERASURE_AGREE_MAX);
	size_t n = 0, shown = 0;
	enum xq_rc rc =
		erasure_list(q->tx, q->mem, q->office->id, state, ERASURE_AGREE_MAX, e, &n, err);
	if (rc != XQ_OK)
		return rc;
	for (size_t i = 0; i < n && shown < max; i++)
		if (state == ERASURE_ASKED || e[i].first_id != q->actor.person_id)
			option[shown++] = option_of(q, &e[i]);
	if (shown == 0) {
		resp_see_other(q, r, "/desk/erasure");
		return XQ_OK;
	}
	struct act_form f = act_form_of(q, q->view->act, q->view->path);
	act_form_crumb(&f, "/desk/erasure", N_("Erasing"));
	struct input *in = act_form_input(&f, "erasures");
	in->kind = INPUT_CHECKS;
	in->option = option;
	in->n_options = shown;
	act_form_show(q, r, &f);
	return XQ_OK;
}

static enum xq_rc
agree_many_render(struct req *q, struct resp *r, struct xq_err *err)
{
	return many_show(q, r, ERASURE_ASKED, ERASURE_AGREE_MAX, err);
}

static enum xq_rc
rule_many_render(struct req *q, struct resp *r, struct xq_err *err)
{
	return many_show(q, r, ERASURE_LISTED, ERASURE_RULE_MAX, err);
}

static enum xq_rc
agree_many_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r, "/desk/erasure?did=agree-many");
	return XQ_OK;
}

static enum xq_rc
rule_many_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r, "/desk/erasure?did=rule-many");
	return XQ_OK;
}

const struct view erasure_agree_many_view = { .path = "/desk/erasure/agree",
	.who = PERM_ERASE,
	.render = agree_many_render,
	.act = &erasure_agree_many,
	.fill = fill_picked,
	.after = agree_many_after,
	.title = N_("Agree to several at once") };

const struct view erasure_rule_many_view = { .path = "/desk/erasure/destroy",
	.who = PERM_ERASE,
	.render = rule_many_render,
	.act = &erasure_rule_many,
	.fill = fill_picked,
	.after = rule_many_after,
	.title = N_("Destroy several at once") };
