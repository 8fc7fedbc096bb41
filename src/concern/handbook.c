/* SPDX-License-Identifier: Apache-2.0 */
/* handbook.c - the rules of today on paper, for whoever begins: every step in the order of a concern's
 * life, the duty catalogue and the limits. It shows the very rows that the program goes by. */
#include "concern/handbook.h"

#include "concern/concern_int.h"
#include "core/mem.h"
#include "templates.h"

#include "core/banned.h"

static void
fill_steps(struct req *q, struct handbook *p)
{
	const char *const *keys = text_keys(RULE_GUIDE, q->mem);
	size_t n = 0;
	while (keys[n])
		n++;
	struct rules_line *line = mem_array(q->mem, struct rules_line, n + 1);
	for (size_t i = 0; i < n; i++)
		line[i] = (struct rules_line){ .title = text_title(RULE_GUIDE, keys[i]),
			.text = book_guide(q, keys[i]) };
	p->step = line;
	p->n_steps = n;
}

enum { DUTY_COLUMNS = 3 };
static const struct column duty_columns[DUTY_COLUMNS] = { { .label = N_("Kind of matter") },
	{ .label = N_("Lead unit") }, { .label = N_("What it rests on") } };

/* One row for each kind that is offered today; without a lead unit the intake post keeps it. */
static enum xq_rc
fill_duties(struct req *q, struct handbook *p, struct xq_err *err)
{
	struct option *class;
	size_t n = book_classes(q, p->today, &class);
	struct table_cell *cell = mem_array(q->mem, struct table_cell, n * DUTY_COLUMNS + 1);
	for (size_t i = 0; i < n; i++) {
		struct rule r;
		struct table_cell *row = &cell[i * DUTY_COLUMNS];
		enum xq_rc rc = rule_on(
			q->tx, q->mem, q->office->id, RULE_DUTY, class[i].value, p->today, &r, err);
		if (rc != XQ_OK && rc != XQ_NONE)
			return rc;
		row[0].text = desk_word(q, class[i].label);
		row[1].text = rc == XQ_OK ? r.shown : desk_word(q, N_("the intake post"));
		row[2].text = rc == XQ_OK ? rule_source_words(q, &r) : NULL;
	}
	p->duties = (struct table){ .caption = N_("Who gets what"),
		.hide_caption = true,
		.col = duty_columns,
		.n_cols = DUTY_COLUMNS,
		.cell = cell,
		.n_rows = n };
	return XQ_OK;
}

static enum xq_rc
handbook_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct handbook *p = mem_new(q->mem, struct handbook);
	p->office = q->office->name;
	p->printer = q->actor.name;
	p->printed_at = q->now;
	p->today = desk_today(q);
	fill_steps(q, p);
	enum xq_rc rc = fill_duties(q, p, err);
	if (rc == XQ_OK)
		rc = rules_block_fill(q, RULE_DEADLINE, &p->limits, err);
	if (rc != XQ_OK)
		return rc;
	struct shell shell;
	struct html_out o =
		desk_page_begin(q, N_("Handbook for whoever handles concerns"), NULL, &shell);
	handbook_page(&o, p);
	desk_end(r, &o, &shell);
	return XQ_OK;
}

const struct view rules_handbook_view = { .path = RULES_PATH "/handbook.print",
	.who = PERM_STAFF,
	.render = handbook_render,
	.title = N_("Handbook for whoever handles concerns") };
