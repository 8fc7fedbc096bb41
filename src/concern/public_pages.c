/* SPDX-License-Identifier: Apache-2.0 */
/* public_pages.c - what everybody may see: the list of concerns and the page of one. The same for all
 * readers and cached under the office's commit number. */
#include "concern/resident.h"

#include "concern/bar.h"
#include "core/mem.h"
#include "templates.h"

#include "core/banned.h"

enum { PAGE_ROWS = 20 };

/* ---- the list ------------------------------------------------------------------------------------------- */

static const struct option *
class_options(struct req *q, size_t *out_n)
{
	size_t n = 0;
	while (concern_classes[n].code)
		n++;
	struct option *o = mem_array(q->mem, struct option, n + 1);
	o[0] = (struct option){ .value = "", .label = N_("All kinds") };
	for (size_t i = 0; i < n; i++)
		o[i + 1] = (struct option){ .value = concern_classes[i].code,
			.label = concern_classes[i].label };
	*out_n = n + 1;
	return o;
}

/* A list row holds all that its card shows. */
static struct public_card
card_of_row(struct req *q, const struct concern_row *row)
{
	const struct concern c = { .ref = row->ref,
		.state = row->state,
		.class = row->class,
		.public_line = row->public_line,
		.may_publish = row->public_line != NULL,
		.owner_public_unit = row->public_unit,
		.raised_at = row->raised_at,
		.due_at = row->due_at,
		.due_day = row->due_day,
		.answered_at = row->answered_at,
		.closed_at = row->closed_at,
		.outcome = row->outcome,
		.seen_solved = row->seen_solved,
		.seen_sat = row->seen_sat,
		.round = 1,
		.limit = "" };
	return public_card_of(q, &c);
}

static const char *
list_href(struct req *q, const char *class, int64_t before)
{
	if (class)
		return mem_printf(
			q->mem, "/public/concerns?class=%s&before=%lld", class, (long long)before);
	return mem_printf(q->mem, "/public/concerns?before=%lld", (long long)before);
}

static enum xq_rc
list_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct str class_text = req_query(q, "class"), before_text = req_query(q, "before");
	int64_t before = 0;
	const char *class = NULL;
	for (size_t i = 0; concern_classes[i].code; i++)
		if (str_is(class_text, concern_classes[i].code))
			class = concern_classes[i].code;
	if (before_text.n > 0 && !parse_int(before_text, 1, INT64_MAX, &before))
		return XQ_NONE;
	struct concern_row *row;
	size_t n;
	enum xq_rc rc = concern_list(q->tx, q->mem, q->office->id,
		&(struct list_query){ .kind = LIST_PUBLIC,
			.class = class,
			.after_id = before,
			.max = PAGE_ROWS + 1,
			.now = q->now },
		&row, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct public_list p = { .chosen = class ? class : "", .n = n > PAGE_ROWS ? PAGE_ROWS : n };
	p.class = class_options(q, &p.n_classes);
	bool *is_on = mem_array(q->mem, bool, p.n_classes);
	for (size_t i = 0; i < p.n_classes; i++)
		is_on[i] = text_eq(p.class[i].value, p.chosen);
	p.is_on = is_on;
	p.card = mem_array(q->mem, struct public_card, p.n + 1);
	for (size_t i = 0; i < p.n; i++)
		p.card[i] = card_of_row(q, &row[i]);
	if (n > PAGE_ROWS)
		p.pager.next = list_href(q, class, row[PAGE_ROWS - 1].id);
	if (before > 0)
		p.pager.prev = class ? mem_printf(q->mem, "/public/concerns?class=%s", class)
		                     : "/public/concerns";
	struct shell s = resident_shell(q, resident_word(q, N_("What others raised")), "public");
	s.is_wide = true;
	s.is_index = true;
	struct html_out o = resident_begin(q, &s);
	public_list_page(&o, &p);
	resident_end(r, &o, &s);
	return XQ_OK;
}

const struct view public_list_view = { .path = "/public/concerns",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC,
	.render = list_render,
	.title = N_("What others raised") };

/* ---- one of them -------------------------------------------------------------------------------------------- */

static enum xq_rc
one_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct concern c;
	struct told t;
	enum xq_rc rc = concern_by_ref(q->tx, q->mem, q->office->id, req_place(q, 0), &c, err);
	if (rc == XQ_OK && (c.lane == LANE_SEALED || c.is_imported))
		return XQ_NONE; /* what is not public is as if it were not there */
	if (rc == XQ_OK)
		rc = told_load(q, &c, &t, err);
	if (rc != XQ_OK)
		return rc;
	const struct code none = { .text = "0000000000000" };
	struct track_card card = track_card_of(q, &t, &none, false);
	struct public_one p = {
		.card = public_card_of(q, &c), .chain = card.chain, .bar = card.bar
	};
	p.card.href = NULL;
	struct shell s = resident_shell(q, resident_word(q, N_("One concern")), "public");
	struct html_out o = resident_begin(q, &s);
	public_one_page(&o, &p);
	resident_end(r, &o, &s);
	return XQ_OK;
}

const struct view public_one_view = { .path = "/public/concerns/{ref}",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC,
	.render = one_render,
	.title = N_("One concern") };
