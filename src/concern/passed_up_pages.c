/* SPDX-License-Identifier: Apache-2.0 */
/* passed_up_pages.c - what waits for a leader, and the sheet that goes into the meeting. */
#include "concern/passed_up_pages.h"

#include "core/mem.h"
#include "templates.h"

#include "core/banned.h"

enum { WAITING_MAX = 50 };

static enum xq_rc
waiting_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct passed_up_desk p = { .empty = { .icon = "up",
					    .title = N_("Nothing waits for a decision") } };
	struct passed_up *list;
	enum xq_rc rc =
		passed_up_waiting(q->tx, q->mem, q->office->id, WAITING_MAX, &list, &p.n, err);
	if (rc != XQ_OK)
		return rc;
	p.line = mem_array(q->mem, struct passed_up_line, p.n + 1);
	for (size_t i = 0; i < p.n; i++)
		p.line[i] = (struct passed_up_line){ &list[i], desk_no(q, list[i].file_no),
			desk_path(q, list[i].file_no, "/answer-up") };
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Passed up to me"), NULL, &s);
	passed_up_page(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view passed_up_view = { .path = "/desk/passed-up",
	.who = PERM_LEAD,
	.render = waiting_render,
	.title = N_("Passed up to me") };

/* The newest one of a concern. */
static enum xq_rc
sheet_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct desk_concern d;
	struct passed_up *list;
	size_t n = 0;
	enum xq_rc rc = desk_concern_load(q, &d, err);
	if (rc == XQ_OK)
		rc = passed_up_list(q->tx, q->mem, q->office->id, d.c.id, &list, &n, err);
	if (rc != XQ_OK || n == 0)
		return rc != XQ_OK ? rc : XQ_NONE;
	const struct passed_up *up = &list[n - 1];
	struct passed_up_sheet p = { .back = desk_path(q, d.c.file_no, ""),
		.office = q->office->name,
		.file_no = desk_no(q, d.c.file_no),
		.title = d.c.title,
		.kind = mem_printf(q->mem, "%s \u00b7 %s",
			desk_word(q, choice_label(concern_natures, d.c.nature)),
			desk_word(q, choice_label(concern_classes, d.c.class))),
		.owner = mem_printf(q->mem, "%s \u00b7 %s", d.c.owner_name, d.c.owner_unit),
		.raised_at = d.c.raised_at,
		.due_at = d.c.due_at,
		.printed_at = q->now,
		.printer = q->actor.name,
		.up = up,
		.asked = choice_label(passed_up_asked, up->asked),
		.decision = up->decision ? choice_label(passed_up_decisions, up->decision) : NULL };
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Escalation sheet"), NULL, &s);
	passed_up_sheet_page(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view passed_up_sheet_view = { .path = "/desk/concerns/{no}/pass-up.print",
	.who = PERM_STAFF,
	.render = sheet_render,
	.title = N_("Escalation sheet") };
