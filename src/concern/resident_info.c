/* SPDX-License-Identifier: Apache-2.0 */
/* resident_info.c - guide, privacy, accessibility: what the site says about itself. */
#include "concern/resident.h"

#include "templates.h"

#include "core/banned.h"

typedef void info_template(struct html_out *o, const struct info_page *p);

static enum xq_rc
show(struct req *q, struct resp *r, const char *title, info_template *page)
{
	struct shell s = resident_shell(q, resident_word(q, title), NULL);
	s.is_index = true;
	struct html_out o = resident_begin(q, &s);
	page(&o, &(struct info_page){ .phone = q->office->phone,
			 .hours = q->office->hours,
			 .office = q->office->name });
	resident_end(r, &o, &s);
	return XQ_OK;
}

static enum xq_rc
help_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	return show(q, r, N_("Guide"), help_page);
}

static enum xq_rc
privacy_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	return show(q, r, N_("What is kept, and who sees it"), privacy_page);
}

static enum xq_rc
accessibility_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	return show(q, r, N_("Accessibility"), accessibility_page);
}

const struct view help_view = { .path = "/help",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC,
	.render = help_render,
	.title = N_("Guide") };
const struct view privacy_view = { .path = "/privacy",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC,
	.render = privacy_render,
	.title = N_("What is kept, and who sees it") };
const struct view accessibility_view = { .path = "/accessibility",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC,
	.render = accessibility_render,
	.title = N_("Accessibility") };
