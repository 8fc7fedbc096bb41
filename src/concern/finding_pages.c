/* SPDX-License-Identifier: Apache-2.0 */
/* finding_pages.c - what was found, as lines: on the concern, in its file, beside an answer while it is
 * written and while the second person reads it. */
#include "concern/desk_pages.h"
#include "core/mem.h"

#include "core/banned.h"

/* "门卫；三楼住户": what was typed a line each, in one sentence. */
static const char *
in_one_line(struct req *q, const char *lines)
{
	struct buf b = buf_new(q->mem, 128);
	struct str rest = str_of(lines), line;
	while (rest.n > 0) {
		if (!str_cut(&rest, '\n', &line)) {
			line = rest;
			rest = str_n("", 0);
		}
		line = str_trim(line);
		if (line.n == 0)
			continue;
		if (b.n > 0)
			buf_text(&b, q->prefs.lang == LANG_ZH ? "\uff1b" : "; ");
		buf_str(&b, line);
	}
	return str_text(q->mem, buf_view(&b));
}

struct work_line
desk_finding_line(struct req *q, const struct finding *f)
{
	struct buf b = buf_new(q->mem, 128);
	buf_text(&b, f->person);
	buf_text(&b, " \u00b7 ");
	buf_text(&b, msg_day_short(q->mem, q->prefs.lang, day_of(f->at, q->office->tz_s)));
	if (f->seen_on) {
		buf_text(&b, " \u00b7 ");
		buf_text(&b, SAY(q, N_("on the spot on {day}"),
				     AX("day", msg_day_short(q->mem, q->prefs.lang, f->seen_on))));
	}
	if (f->heard) {
		buf_text(&b, " \u00b7 ");
		buf_text(&b, SAY(q, N_("Heard: {who}"), AX("who", in_one_line(q, f->heard))));
	}
	if (f->evidence) {
		buf_text(&b, " \u00b7 ");
		buf_text(&b,
			SAY(q, N_("Shown by: {what}"), AX("what", in_one_line(q, f->evidence))));
	}
	return (struct work_line){
		.label = N_("Finding"), .text = f->text, .more = str_text(q->mem, buf_view(&b))
	};
}

enum xq_rc
desk_findings(struct req *q, const struct concern *c, const struct work_line **out, size_t *out_n,
	struct xq_err *err)
{
	struct finding *f;
	size_t n = 0;
	enum xq_rc rc = finding_list(q->tx, q->mem, q->office->id, c->id, &f, &n, err);
	struct work_line *line = mem_array(q->mem, struct work_line, n + 1);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		line[i] = desk_finding_line(q, &f[i]);
	*out = line;
	*out_n = rc == XQ_OK ? n : 0;
	return rc;
}

enum xq_rc
acting_findings(struct req *q, struct acting *a, struct xq_err *err)
{
	enum xq_rc rc = desk_findings(q, &a->d.c, &a->p.finding, &a->p.n_findings, err);
	a->p.find_href = desk_path(q, a->d.c.file_no, "/finding");
	a->p.asks_why = concern_needs_finding(&a->d.c) && a->p.n_findings == 0;
	if (a->p.is_reply && !a->p.asks_why)
		act_form_drop(&a->p.form, "no_finding");
	else if (a->p.is_reply)
		act_form_input(&a->p.form, "no_finding")->is_optional = false;
	return rc;
}
