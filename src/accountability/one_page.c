/* SPDX-License-Identifier: Apache-2.0 */
/* one_page.c - one event of the register, as the one who looks may know it. */
#include "accountability/pages.h"

#include "core/mem.h"
#include "core/parse.h"
#include "templates.h"

#include "core/banned.h"

enum xq_rc
acct_of_path(struct req *q, struct acct_event *e, enum acct_sight *out_sight, struct xq_err *err)
{
	int64_t no;
	if (!parse_int(req_place(q, 0), 1, INT64_MAX, &no))
		return XQ_NONE;
	enum xq_rc rc = acct_load(q->tx, q->mem, q->office->id, no, e, err);
	if (rc == XQ_OK)
		rc = acct_sight_of(q->tx, &q->actor, e, out_sight, err);
	return rc == XQ_OK && *out_sight == SEES_NOTHING ? XQ_NONE : rc;
}

static const struct flash *
flash_of(struct req *q)
{
	static const struct did_text did[] = {
		{ "open",
			N_("Put down. The unit does not know of it until you put it to the unit.") },
		{ "ask", N_("Put to the unit. Its head is told, and its days to explain run.") },
		{ "explain", N_("Thank you. Your explanation is read before anybody decides.") },
		{ "decide", N_("Decided. The unit reads the decision and its reasons.") },
		{ "appeal",
			N_("Your appeal is on file. Somebody else than who decided rules on it.") },
		{ "rule-appeal", N_("Ruled on. The unit reads the ruling and its reasons.") },
		{ "close", N_("Closed.") },
	};
	return flash_did(q, did, sizeof did / sizeof *did);
}

/* ---- what is known ---------------------------------------------------------------------------------- */

static void
add_part(struct acct_page *p, const char *label, const char *value, const char *href)
{
	xq_require(p->n_parts < ACCT_PARTS);
	p->part[p->n_parts++] = (struct acct_part){ label, value, href };
}

static enum xq_rc
add_concern(struct req *q, const struct acct_event *e, struct acct_page *p, struct xq_err *err)
{
	struct concern c;
	if (!e->concern_id)
		return XQ_OK;
	enum xq_rc rc = concern_load(q->tx, q->mem, q->office->id, e->concern_id, &c, err);
	if (rc == XQ_OK)
		add_part(p, N_("Concern"), desk_no(q, c.file_no),
			concern_may_see(&q->actor, &c, NULL) ? desk_path(q, c.file_no, "") : NULL);
	return rc;
}

static void
fill_parts(struct req *q, const struct acct_event *e, struct acct_page *p)
{
	add_part(p, N_("Unit"), e->unit, NULL);
	add_part(p, N_("The bare fact"),
		e->fact[0] ? desk_word(q, acct_fact_words(e->fact)) : e->statement, NULL);
	add_part(p, N_("Happened"),
		msg_day(q->mem, q->prefs.lang, day_of(e->happened_at, q->office->tz_s)), NULL);
	if (e->decided_at)
		add_part(p,
			e->ruled_at ? N_("Decision after the appeal") : N_("Finding of the office"),
			desk_word(q, choice_label(acct_outcomes, e->final_outcome)), NULL);
	if (e->closed_at)
		add_part(p, N_("What was done"), e->done, NULL);
}

/* ---- what was said and decided, newest first -------------------------------------------------------- */

static void
add_line(struct req *q, struct acct_page *p, int64_t at, struct timeline_row row)
{
	if (!at)
		return;
	xq_require(p->n_lines < ACCT_LINES);
	row.at = at;
	row.day_words = msg_day_short(q->mem, q->prefs.lang, day_of(at, q->office->tz_s));
	p->line[p->n_lines++] = row;
}

static const char *
outcome_text(struct req *q, const char *outcome, const char *reason)
{
	return SAY(q, N_("{outcome}. {reason}"),
		AX("outcome", desk_word(q, choice_label(acct_outcomes, outcome))),
		AX("reason", reason));
}

static void
fill_lines(struct req *q, const struct acct_event *e, struct acct_page *p)
{
	bool spared = acct_level(e->outcome) == 0;
	add_line(q, p, e->closed_at,
		(struct timeline_row){ .tone = TONE_GOOD, .title = N_("Closed"), .text = e->done });
	add_line(q, p, e->ruled_at,
		(struct timeline_row){ .title = N_("Ruled on the appeal"),
			.who = e->ruled_name,
			.text = outcome_text(q, e->final_outcome, e->ruling) });
	add_line(q, p, e->appealed_at,
		(struct timeline_row){ .tone = TONE_HEART,
			.title = N_("The unit appeals"),
			.who = e->appealed_name,
			.text = e->appeal });
	add_line(q, p, e->decided_at,
		(struct timeline_row){ .tone = spared ? TONE_GOOD : TONE_LATE,
			.title = N_("Decided"),
			.who = e->decided_name,
			.text = outcome_text(q, e->outcome, e->reason) });
	add_line(q, p, e->explained_at,
		(struct timeline_row){ .tone = TONE_HEART,
			.title = N_("The unit explains"),
			.who = e->explained_name,
			.text = e->explanation });
	add_line(q, p, e->asked_at,
		(struct timeline_row){ .title = N_("Put to the unit"),
			.text = SAY(q, N_("It may explain until {until}."),
				AT("until", e->explain_due_at)) });
	if (!p->is_unit_side)
		add_line(q, p, e->opened_at,
			(struct timeline_row){
				.title = e->fact[0] ? N_("Found by the clock") : N_("Put down") });
}

/* ---- what may follow -------------------------------------------------------------------------------- */

static void
add_next(struct acct_page *p, struct acct_next next)
{
	xq_require(p->n_next < ACCT_NEXTS);
	if (next.note)
		next.href = NULL;
	p->next[p->n_next++] = next;
}

static void
next_of_unit(struct req *q, const struct acct_event *e, struct acct_page *p)
{
	if (e->state == ACCT_DETECTED)
		add_next(p, (struct acct_next){
				    acct_path(q, e->no, "/explain"), "edit", acct_explain.title });
	if (e->state == ACCT_DECIDED && acct_level(e->outcome) > 0)
		add_next(p, (struct acct_next){ acct_path(q, e->no, "/appeal"), "scale",
				    acct_appeal.title,
				    q->now > e->appeal_due_at
					    ? desk_word(q, N_("The time to appeal has passed"))
					    : NULL });
}

static const char *
decide_note(struct req *q, const struct acct_event *e)
{
	if (!e->asked_at)
		return desk_word(q, N_("After it was put to the unit"));
	if (!e->explained_at && q->now <= e->explain_due_at)
		return SAY(q, N_("Once the unit has explained, or after {until}"),
			AT("until", e->explain_due_at));
	return NULL;
}

static const char *
close_note(struct req *q, const struct acct_event *e)
{
	if (e->state == ACCT_DECIDED && acct_level(e->outcome) > 0 && q->now <= e->appeal_due_at)
		return SAY(q, N_("After {until}, when the time to appeal has passed"),
			AT("until", e->appeal_due_at));
	return e->state == ACCT_APPEALED && !e->ruled_at
	               ? desk_word(q, N_("After the appeal is ruled on"))
	               : NULL;
}

static void
next_of_keeper(struct req *q, const struct acct_event *e, struct acct_page *p)
{
	if (!e->asked_at)
		add_next(p,
			(struct acct_next){ acct_path(q, e->no, "/ask"), "hand", acct_ask.title });
	if (e->state <= ACCT_EXPLAINED)
		add_next(p, (struct acct_next){ acct_path(q, e->no, "/decide"), "scale",
				    acct_decide.title, decide_note(q, e) });
	if (e->state == ACCT_APPEALED && !e->ruled_at)
		add_next(p, (struct acct_next){ acct_path(q, e->no, "/rule-appeal"), "scale",
				    acct_rule_appeal.title,
				    e->decided_by == q->actor.person_id
					    ? desk_word(q, N_("Somebody else than who decided"))
					    : NULL });
	if (e->state >= ACCT_DECIDED && !e->closed_at)
		add_next(p, (struct acct_next){ acct_path(q, e->no, "/close"), "ok",
				    acct_close.title, close_note(q, e) });
}

static void
set_crumbs(struct acct_page *p, const char *here)
{
	p->crumb[0] = (struct crumb){ "/desk", N_("To do today") };
	p->crumb[1] = p->is_unit_side
	                      ? (struct crumb){ "/desk/accountability/ours", N_("Put to our unit") }
	                      : (struct crumb){ "/desk/accountability", N_("Accountability") };
	p->crumb[2] = (struct crumb){ NULL, here };
}

static enum xq_rc
one_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct acct_event e;
	enum acct_sight sight;
	struct acct_page *p = mem_new(q->mem, struct acct_page);
	enum xq_rc rc = acct_of_path(q, &e, &sight, err);
	if (rc != XQ_OK)
		return rc;
	p->is_unit_side = sight == SEES_FACT;
	p->title = choice_label(acct_kinds, e.kind);
	p->number = acct_number(q, e.no);
	p->stand = acct_stand(q, &e);
	p->source = sight == SEES_ALL && e.source[0] ? e.source : NULL;
	set_crumbs(p, p->number);
	fill_parts(q, &e, p);
	rc = add_concern(q, &e, p, err);
	if (rc != XQ_OK)
		return rc;
	fill_lines(q, &e, p);
	if (p->is_unit_side)
		next_of_unit(q, &e, p);
	else
		next_of_keeper(q, &e, p);
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Accountability"), flash_of(q), &s);
	acct_one_html(&o, p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view acct_one_view = { .path = "/desk/accountability/{n}",
	.who = PERM_STAFF,
	.render = one_render,
	.title = N_("Accountability") };
