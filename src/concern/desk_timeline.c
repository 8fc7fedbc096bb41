/* SPDX-License-Identifier: Apache-2.0 */
/* desk_timeline.c - the way a concern went, newest first: each step in words, and between two of them the
 * holidays that lie there. */
#include "concern/book.h"
#include "concern/desk_pages.h"
#include "concern/transfer.h"
#include "concern/unmask.h"
#include "concern/visit.h"
#include "core/mem.h"

#include "core/banned.h"

static const char *
title_of_act(const struct step_row *s)
{
	static const struct {
		const char *act, *text;
	} words[] = {
		{ "concern.raise", N_("Raised by the resident") },
		{ "concern.register", N_("Taken down") },
		{ "sitting.take", N_("Taken down at a reception") },
		{ "concern.offer", N_("Offered") },
		{ "concern.accept", N_("Accepted") },
		{ "concern.decline", N_("Declined") },
		{ "concern.lapse", N_("Offer ran out, back with the sender") },
		{ "concern.contact", N_("First contact") },
		{ "reply.submit", N_("Draft submitted") },
		{ "reply.approve", N_("Answer approved") },
		{ "reply.send-back", N_("Draft sent back") },
		{ "callback.record", N_("Call-back") },
		{ "recheck.record", N_("Second call") },
		{ "voice.rate", N_("Rated by the resident") },
		{ "concern.rule-outcome", N_("Ruling") },
		{ "concern.escalate", N_("Reported one level higher") },
		{ "concern.ask-return", N_("Return asked") },
		{ "concern.rule-return", N_("Return ruled on") },
		{ "concern.ask-extension", N_("More time asked") },
		{ "concern.rule-extension", N_("More time ruled on") },
		{ "concern.park", N_("Parked") },
		{ "concern.resume", N_("Goes on") },
		{ "concern.resume-due", N_("Review day, goes on") },
		{ "rules.recompute", N_("Counted again by a new calendar") },
		{ "concern.find", N_("Finding") },
		{ "concern.assist", N_("Asked to help") },
		{ "concern.give-opinion", N_("Opinion given") },
		{ "concern.promise", N_("Promised") },
		{ "promise.keep", N_("Promise kept") },
		{ "promise.move", N_("Promised day moved") },
		{ "concern.redirect", N_("Pointed to another body") },
		{ "concern.merge", N_("Handled with another one") },
		{ "transfer.offer", N_("Offered to another office") },
		{ "transfer.accept", N_("Taken over from another office") },
		{ "transfer.settle", N_("The other office declined") },
		{ "transfer.look", N_("The other office declined") },
		{ "concern.void", N_("Voided") },
		{ "concern.terminate", N_("Ended without an answer") },
		{ "concern.supervise", N_("Supervised") },
		{ "concern.supervise-late", N_("Supervised and still not answered") },
		{ "concern.pass-up", N_("Passed up with a proposal") },
		{ "concern.explain", N_("Explained in person") },
		{ "concern.report-up", N_("Reported upward") },
		{ "concern.answer-up", N_("Decided by a leader") },
		{ "concern.sort", N_("Sorted by relief and level") },
		{ "concern.rule-dispute", N_("Disagreement answered") },
		{ "concern.succeed", N_("Handed to the successor in the post") },
		{ "concern.unmask", N_("Full details opened") },
		{ "visit.offer", N_("Visit offered") },
		{ "visit.answer", N_("Answer of the household") },
		{ "visit.done", N_("Visit at home") },
		{ "voice.add", N_("Added by the resident") },
		{ "voice.correct", N_("Details put right by the resident") },
		{ "voice.dispute", N_("The resident disagrees") },
		{ "voice.withdraw", N_("Withdrawn by the resident") },
		{ "voice.erase", N_("The resident asked to have it erased") },
	};
	bool is_anew = text_eq(s->act, "concern.rule-dispute"); /* its first two lines */
	bool is_raise = text_eq(s->act, "concern.raise") || text_eq(s->act, "concern.register") ||
	                text_eq(s->act, "sitting.take") || is_anew;
	if (s->to == ST_CLOSED && s->from != ST_CLOSED)
		return N_("Closed");
	if (s->to == ST_REDO && text_eq(s->act, "concern.rule-outcome"))
		return N_("To be handled again");
	if (is_raise && s->from == ST_ACCEPTED && s->to == ST_ASSIGNED)
		return N_("Assigned by the duty catalogue");
	if (s->to == ST_TRANSFERRED && s->from != ST_TRANSFERRED)
		return N_("Taken over by another office");
	if (is_anew && s->to == ST_ACCEPTED)
		return N_("Taken up anew");
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (text_eq(words[i].act, s->act))
			return words[i].text;
	return s->act;
}

/* Codes in notes are outcomes, views and results of calls; everything else was typed. */
static const char *
note_words(struct req *q, const struct step_row *s)
{
	static const struct choice calls[] = { { "nobody", N_("Nobody answered") },
		{ "refused", N_("Did not want to talk") }, { NULL, NULL } };
	if (!s->note || !s->note[0])
		return NULL;
	int32_t day = day_of(s->at, q->office->tz_s);
	const char *text = s->note;
	if (text_eq(s->act, "concern.unmask"))
		return desk_word(q, choice_label(unmask_reasons, s->note));
	if (str_starts(str_of(s->act), STR("transfer.")) && s->from == ST_OFFERED_OUT &&
		s->to != ST_TRANSFERRED)
		return text_eq(text, "lapsed")
		               ? desk_word(q, N_("Not answered in time"))
		               : desk_word(q, choice_label(transfer_refusals, text));
	if (text_eq(s->act, "visit.answer"))
		return desk_word(q, choice_label(visit_answers, s->note));
	if (s->to != ST_CLOSED && s->to != ST_CALLBACK)
		text = s->note;
	else if (choice_has(concern_outcomes, str_of(s->note)))
		text = book_word(q, RULE_OUTCOME, s->note, day);
	else if (choice_has(concern_solved, str_of(s->note)))
		text = book_word(q, RULE_SCALE, s->note, day);
	if (text == s->note)
		text = choice_label(calls, s->note);
	return text == s->note ? text : desk_word(q, text);
}

static int
tone_of(const struct step_row *s)
{
	if (s->to == ST_CLOSED || text_eq(s->act, "concern.accept") ||
		text_eq(s->act, "concern.contact"))
		return TONE_GOOD;
	if (text_eq(s->act, "concern.escalate") || text_eq(s->act, "concern.lapse"))
		return TONE_LATE;
	return text_eq(s->act, "voice.rate") || text_eq(s->act, "callback.record") ? TONE_HEART
	                                                                           : TONE_PLAIN;
}

/* Two and more rest days between two steps are shown, so that nobody wonders about the gap. */
static bool
rest_band(struct req *q, int64_t older, int64_t newer, struct timeline_row *out)
{
	const struct calendar *cal = q->app->calendar;
	int32_t day = day_add(day_of(older, q->office->tz_s), 1),
		end = day_of(newer, q->office->tz_s);
	int32_t first = 0, last = 0;
	int n = 0;
	const char *name = NULL;
	for (int guard = 0; day < end && guard < 60; day = day_add(day, 1), guard++) {
		if (cal_is_workday(cal, day))
			continue;
		first = first ? first : day;
		last = day;
		n++;
		if (!name)
			name = cal_day_name(cal, day);
	}
	if (n < 2)
		return false;
	*out = (struct timeline_row){ .is_band = true,
		.tone = TONE_QUIET,
		.text = SAY(q, N_("{from} – {to} {name}: days off, not counted"),
			AX("from", msg_day_short(q->mem, q->prefs.lang, first)),
			AX("to", msg_day_short(q->mem, q->prefs.lang, last)),
			AX("name", name ? name : "")) };
	return true;
}

struct timeline_row
desk_step_row(struct req *q, const struct step_row *s)
{
	int32_t day = day_of(s->at, q->office->tz_s);
	return (struct timeline_row){
		.day_words = day == desk_today(q) ? desk_word(q, N_("Today"))
		                                  : msg_day_short(q->mem, q->prefs.lang, day),
		.at = s->at,
		.tone = tone_of(s),
		.title = title_of_act(s),
		.who = s->person ? mem_printf(q->mem, "%s \u00b7 %s", s->person,
					   s->unit ? s->unit : "")
		                 : NULL,
		.text = note_words(q, s),
		.to_resident = s->is_for_resident,
		.leaf = s->seq > 0 ? s->seq : 0,
	};
}

struct timeline_row *
desk_timeline(
	struct req *q, const struct step_row *step, size_t n, bool resident_only, size_t *out_n)
{
	struct timeline_row *row = mem_array(q->mem, struct timeline_row, 2 * n + 1);
	size_t k = 0;
	int64_t newer = 0;
	for (size_t i = n; i > 0; i--) {
		const struct step_row *s = &step[i - 1];
		if (resident_only && !s->is_for_resident)
			continue;
		if (newer > 0 && rest_band(q, s->at, newer, &row[k]))
			k++;
		newer = s->at;
		row[k++] = desk_step_row(q, s);
	}
	*out_n = k;
	return row;
}
