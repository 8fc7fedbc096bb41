/* SPDX-License-Identifier: Apache-2.0 */
/* desk_work.c - what hangs on a concern between acceptance and answer, as lines of its page: points,
 * findings, help, promises, what was passed up, visits, what the resident added, how it was sorted. What few
 * concerns have is looked for only where a step says so. */
#include "concern/desk_pages.h"
#include "concern/explain_pages.h"
#include "concern/sort.h"
#include "concern/visit_pages.h"
#include "core/mem.h"

#include "core/banned.h"

int64_t
desk_step_at(const struct step_row *step, size_t n, const char *act)
{
	for (size_t i = n; i > 0; i--)
		if (text_eq(step[i - 1].act, act))
			return step[i - 1].at;
	return 0;
}

bool
desk_may_have(const struct step_row *step, size_t n, const char *act)
{
	return n == STEPS_MAX || desk_step_at(step, n, act) != 0; /* a full list may be cut */
}

static enum xq_rc
points_of(struct req *q, const struct concern *c, struct concern_page *p, struct xq_err *err)
{
	struct answer_point *list;
	size_t n;
	enum xq_rc rc = point_list(q->tx, q->mem, q->office->id, c->id, &list, &n, err);
	struct work_line *line = mem_array(q->mem, struct work_line, POINTS_MAX);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		line[i] = (struct work_line){ .label = mem_printf(q->mem, "%d", list[i].no),
			.text = list[i].text,
			.more = list[i].why,
			.light = list[i].state == POINT_ANSWERED ? LIGHT_OK : LIGHT_SOON,
			.words = desk_word(q, list[i].state == POINT_ANSWERED ? N_("answered")
					      : list[i].state == POINT_LEFT   ? N_("left open")
									      : N_("not yet")) };
	}
	p->point = line;
	p->n_points = rc == XQ_OK ? n : 0;
	return rc;
}

static struct work_line
promise_line(struct req *q, const struct promise *r)
{
	bool kept = r->state == PROMISE_KEPT;
	const char *day = msg_day(q->mem, q->prefs.lang, r->due_day);
	return (struct work_line){ .label = N_("Promise"),
		.text = r->text,
		.more = r->moved > 0 ? SAY(q, N_("by {day}, first promised for {first}: {why}"),
					       AX("day", day), AD("first", r->first_day),
					       AX("why", r->note ? r->note : ""))
		                     : SAY(q, N_("by {day}"), AX("day", day)),
		.light = kept         ? r->is_late ? LIGHT_LATE : LIGHT_OK
		         : r->is_late ? LIGHT_LATE
		                      : LIGHT_SOON,
		.words = desk_word(q, kept         ? r->is_late ? N_("kept late") : N_("kept")
					      : r->is_late ? N_("not kept yet")
						   : N_("open")) };
}

static struct work_line
passed_up_line(struct req *q, const struct passed_up *up)
{
	const char *day = msg_day_short(q->mem, q->prefs.lang, day_of(up->at, q->office->tz_s));
	return (struct work_line){ .label = N_("Passed up"),
		.text = up->proposal,
		.more = up->answered_at ? SAY(q, N_("{who}, {day}; {leader}: {note}"),
						  AX("who", up->person), AX("day", day),
						  AX("leader", up->answered), AX("note", up->note))
		                        : mem_printf(q->mem, "%s · %s", up->person, day),
		.light = up->answered_at ? LIGHT_OK : LIGHT_SOON,
		.words = desk_word(q, up->answered_at
					      ? choice_label(passed_up_decisions, up->decision)
					      : N_("waits for a leader")) };
}

static enum xq_rc
work_of(struct req *q, const struct concern *c, const struct step_row *step, size_t n_steps,
	struct concern_page *p, struct xq_err *err)
{
	struct finding *f = NULL;
	struct assist *a = NULL;
	struct promise *r = NULL;
	struct passed_up *up = NULL;
	struct explanation *e = NULL;
	struct visit *v = mem_array(q->mem, struct visit, VISITS_MAX);
	size_t nf = 0, na = 0, nr = 0, nu = 0, nv = 0, ne = 0, k = 0;
	int64_t office = q->office->id;
	enum xq_rc rc = XQ_OK;
	if (desk_may_have(step, n_steps, "concern.find"))
		rc = finding_list(q->tx, q->mem, office, c->id, &f, &nf, err);
	if (rc == XQ_OK && desk_may_have(step, n_steps, "concern.assist"))
		rc = assist_list(q->tx, q->mem, office, c->id, &a, &na, err);
	bool is_promised =
		desk_may_have(step, n_steps, "concern.promise") ||
		desk_may_have(step, n_steps, "reply.approve"); /* an answer may promise */
	if (rc == XQ_OK && is_promised)
		rc = promise_list(q->tx, q->mem, office, c->id, &r, &nr, err);
	if (rc == XQ_OK && desk_may_have(step, n_steps, "concern.pass-up"))
		rc = passed_up_list(q->tx, q->mem, office, c->id, &up, &nu, err);
	if (rc == XQ_OK && desk_may_have(step, n_steps, "visit.offer"))
		rc = visit_list(q->tx, q->mem, office, c->id, v, &nv, err);
	bool is_explained = explain_is_due(c) || desk_may_have(step, n_steps, "concern.explain") ||
	                    desk_may_have(step, n_steps, "visit.done");
	if (rc == XQ_OK && is_explained)
		rc = explanation_list(q->tx, q->mem, office, c->id, &e, &ne, err);
	if (rc != XQ_OK)
		return rc;
	struct work_line *line =
		mem_array(q->mem, struct work_line, nf + na + nr + nu + nv + ne + 1);
	for (size_t i = 0; i < nf; i++)
		line[k++] = desk_finding_line(q, &f[i]);
	p->finding = line; /* they come first */
	p->n_findings = nf;
	for (size_t i = 0; i < na; i++) {
		p->asks_us |= a[i].unit_id == q->actor.unit_id && !a[i].given_at;
		line[k++] = (struct work_line){ .label = N_("Helps"),
			.text = mem_printf(q->mem, "%s · %s", a[i].unit,
				a[i].opinion ? a[i].opinion : a[i].what),
			.more = SAY(q, N_("by {day}"),
				AX("day", msg_day(q->mem, q->prefs.lang, a[i].due_day))),
			.light = a[i].given_at          ? LIGHT_OK
			         : a[i].due_at < q->now ? LIGHT_LATE
			                                : LIGHT_SOON,
			.words = desk_word(
				q, a[i].given_at ? N_("answered") : N_("not answered yet")) };
	}
	for (size_t i = 0; i < nr; i++) {
		p->has_promise |= r[i].state == PROMISE_OPEN;
		line[k++] = promise_line(q, &r[i]);
	}
	for (size_t i = 0; i < nu; i++)
		line[k++] = passed_up_line(q, &up[i]);
	p->explanation = line + k;
	p->n_explanations = ne;
	for (size_t i = 0; i < ne; i++)
		line[k++] = explanation_line(q, &e[i]);
	p->visit = line + k;
	p->n_visits = nv;
	p->last_visit = nv > 0 ? &v[nv - 1] : NULL;
	for (size_t i = 0; i < nv; i++)
		line[k++] = visit_line(q, &v[i]);
	p->up_waits = nu > 0 && !up[nu - 1].answered_at;
	p->up_href = nu > 0 ? desk_path(q, c->file_no, "/pass-up.print") : NULL;
	p->work = line;
	p->n_work = k;
	return XQ_OK;
}

static enum xq_rc
voices_of(struct req *q, const struct concern *c, struct concern_page *p, struct xq_err *err)
{
	struct voice *v;
	size_t n;
	enum xq_rc rc = voice_list(q->tx, q->mem, q->office->id, c->id, &v, &n, err);
	struct work_line *line = mem_array(q->mem, struct work_line, n + 1);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		line[i] = (struct work_line){
			.label = v[i].is_dispute ? choice_label(dispute_reasons, v[i].why)
			                         : N_("Added by the resident"),
			.text = v[i].text,
			.more = desk_due(q, v[i].at),
		};
	p->voice = line;
	p->n_voices = rc == XQ_OK ? n : 0;
	return rc;
}

static enum xq_rc
sorting_of(struct req *q, const struct concern *c, struct concern_page *p, struct xq_err *err)
{
	struct sorting s;
	enum xq_rc rc = sorting_newest(q->tx, q->mem, q->office->id, c->id, &s, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc;
	p->sorted = mem_printf(q->mem, "%s \u00b7 %s",
		desk_word(q, choice_label(sort_reliefs, s.relief)),
		desk_word(q, choice_label(sort_levels, s.level)));
	const char *day = msg_day_short(q->mem, q->prefs.lang, day_of(s.at, q->office->tz_s));
	p->sorted_more =
		s.statement
			? SAY(q, N_("{who}, {day}; no interest of their own: {statement}"),
				  AX("who", s.person), AX("day", day), AX("statement", s.statement))
			: mem_printf(q->mem, "%s \u00b7 %s", s.person, day);
	return XQ_OK;
}

enum xq_rc
desk_work(struct req *q, const struct concern *c, const struct step_row *step, size_t n_steps,
	struct concern_page *p, struct xq_err *err)
{
	enum xq_rc rc = points_of(q, c, p, err);
	if (rc == XQ_OK)
		rc = work_of(q, c, step, n_steps, p, err);
	if (rc == XQ_OK && (desk_may_have(step, n_steps, "voice.add") ||
				   desk_may_have(step, n_steps, "voice.dispute")))
		rc = voices_of(q, c, p, err);
	if (rc == XQ_OK && desk_may_have(step, n_steps, "concern.sort"))
		rc = sorting_of(q, c, p, err);
	return rc;
}
