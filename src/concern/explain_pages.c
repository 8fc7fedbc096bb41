/* SPDX-License-Identifier: Apache-2.0 */
/* explain_pages.c - what was explained in person, for the desk, the file and the resident. */
#include "concern/explain_pages.h"

#include "core/mem.h"

#include "core/banned.h"

static const char *
view_words(struct req *q, const struct explanation *e)
{
	return e->view[0] ? desk_word(q, choice_label(explain_views, e->view)) : NULL;
}

/* 11月26日 · 电话 · 物业管理科 王蕾 */
static const char *
head_words(struct req *q, const struct explanation *e)
{
	return mem_printf(q->mem, "%s \u00b7 %s \u00b7 %s %s",
		msg_day_short(q->mem, q->prefs.lang, e->on_day),
		desk_word(q, choice_label(explain_modes, e->mode)), e->unit, e->person);
}

struct work_line
explanation_line(struct req *q, const struct explanation *e)
{
	struct buf more = buf_new(q->mem, 128);
	buf_text(&more, head_words(q, e));
	if (e->needs) {
		buf_text(&more, " \u00b7 ");
		buf_text(&more, SAY(q, N_("goes on when: {what}"), AX("what", e->needs)));
	}
	if (e->words) {
		buf_text(&more, " \u00b7 ");
		buf_text(&more, SAY(q, N_("the resident: {words}"), AX("words", e->words)));
	}
	bool is_open = text_eq(e->view, "disagrees") || text_eq(e->view, "unreached");
	const char *view = view_words(q, e);
	return (struct work_line){ .label = N_("Explained"),
		.text = e->text,
		.more = str_text(q->mem, buf_view(&more)),
		.light = is_open ? LIGHT_SOON : LIGHT_OK,
		.words = view ? view : desk_word(q, N_("view not noted")) };
}

enum xq_rc
own_explanations(struct req *q, const struct concern *c, struct track_page *p, struct xq_err *err)
{
	struct explanation *e;
	size_t n = 0;
	enum xq_rc rc = explanation_list(q->tx, q->mem, q->office->id, c->id, &e, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct told_explanation *list = mem_array(q->mem, struct told_explanation, n + 1);
	for (size_t i = 0; i < n; i++)
		list[i] = (struct told_explanation){ .head = head_words(q, &e[i]),
			.text = e[i].text,
			.needs = e[i].needs,
			.view = view_words(q, &e[i]),
			.words = e[i].words };
	p->explained = list;
	p->n_explained = n;
	return XQ_OK;
}
