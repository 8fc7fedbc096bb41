/* SPDX-License-Identifier: Apache-2.0 */
/* resident_told.c - one concern in the words of interface.md 5.2: sentence, chain, bar, and the form
 * in which strangers see it. The first person who owns a concern is never "nobody": a concern that
 * still waits for a unit is told with the name of the one who holds it. */
#include "concern/resident.h"

#include "concern/bar.h"
#include "concern/book.h"
#include "core/mem.h"

#include "core/banned.h"

/* The sentence of a state as it is today, with its places filled. */
#define SAYS(q, key, ...) book_sentence((q), (key), R_ARGS(__VA_ARGS__))

enum { CONTACT_WD = 1, CALLBACK_WD = 3, CALL_TRIES = 3, RULING_WD = 2 };

enum xq_rc
told_load(struct req *q, const struct concern *c, struct told *out, struct xq_err *err)
{
	struct told t = { .c = *c };
	enum xq_rc rc = step_list(q->tx, q->mem, q->office->id, c->id, &t.step, &t.n_steps, err);
	if (rc == XQ_OK && c->state == ST_ASSIGNED) {
		rc = handover_open(q->tx, q->mem, q->office->id, c->id, &t.open, err);
		t.has_open = rc == XQ_OK;
		rc = rc == XQ_NONE ? XQ_OK : rc;
	}
	if (rc == XQ_OK && c->state == ST_PARKED)
		rc = person_load(
			q->tx, q->mem, q->office->id, c->sponsor_person_id, &t.sponsor, err);
	if (rc == XQ_OK)
		*out = t;
	return rc;
}

int64_t
told_at(const struct told *t, const char *act)
{
	for (size_t i = t->n_steps; i > 0; i--)
		if (text_eq(t->step[i - 1].act, act))
			return t->step[i - 1].at;
	return 0;
}

/* ---- sentences ----------------------------------------------------------------------------------- */

static const char *
owner_words(struct req *q, const struct concern *c)
{
	return mem_printf(q->mem, "%s %s", c->owner_unit, c->owner_name);
}

/* What was said to the resident with the newest step of this act; "" where there was none. */
static const char *
told_note(const struct told *t, const char *act)
{
	for (size_t i = t->n_steps; i > 0; i--)
		if (text_eq(t->step[i - 1].act, act))
			return t->step[i - 1].note ? t->step[i - 1].note : "";
	return "";
}

/* What was typed as a sentence goes into the middle of ours. */
static const char *
without_stop(void *mem, const char *text)
{
	struct str s = str_trim(str_of(text));
	if (str_ends(s, STR("。")))
		s.n -= STR("。").n;
	return str_text(mem, s);
}

/* The same of the step that ended it. */
static const char *
ended_note(const struct told *t)
{
	for (size_t i = t->n_steps; i > 0; i--)
		if (!concern_is_open(t->step[i - 1].to) && t->step[i - 1].from != t->step[i - 1].to)
			return t->step[i - 1].note ? t->step[i - 1].note : "";
	return "";
}

/* The head who was told that it is late; NULL: nobody yet. */
static const char *
told_head(const struct told *t)
{
	for (size_t i = t->n_steps; i > 0; i--)
		if (text_eq(t->step[i - 1].act, "concern.escalate"))
			return t->step[i - 1].note;
	return NULL;
}

static struct html
sentence_late(struct req *q, const struct told *t, const struct stand *s)
{
	const struct concern *c = &t->c;
	const char *head = told_head(t);
	const char *who = owner_words(q, c);
	if (s->late_wd == 0)
		return SAYS(q, "late-today", R_TEXT("time", resident_closing(q, c->due_at)),
			R_TEXT("who", who));
	if (!head || !head[0])
		return SAYS(q, "late", R_DAY("day", c->due_day), R_INT("n", s->late_wd),
			R_TEXT("who", who));
	return SAYS(q, "late-told", R_DAY("day", c->due_day), R_INT("n", s->late_wd),
		R_TEXT("who", who), R_TEXT("head", head));
}

static struct html
sentence_working(struct req *q, const struct told *t)
{
	const struct concern *c = &t->c;
	switch (c->state) {
	case ST_ACCEPTED:
		return SAYS(q, "received",
			R_DAY("raised", day_of(concern_told_at(c), q->office->tz_s)),
			R_TEXT("who", c->owner_name), R_INT("n", CONTACT_WD),
			R_DAY("due", c->due_day));
	case ST_ASSIGNED:
		return SAYS(q, "passed",
			R_TEXT("unit", t->has_open ? t->open.to_unit : c->owner_unit),
			R_DAY("due", c->due_day), R_TEXT("who", c->owner_name));
	case ST_REDO:
		return SAYS(q, "redo", R_TEXT("who", owner_words(q, c)), R_DAY("due", c->due_day));
	case ST_REPLIED:
		return SAYS(
			q, "review", R_TEXT("who", owner_words(q, c)), R_DAY("due", c->due_day));
	case ST_RETURN_ASKED:
		return SAYS(q, "return-asked", R_INT("n", RULING_WD), R_DAY("due", c->due_day),
			R_TEXT("who", owner_words(q, c)));
	case ST_PARKED:
		return SAYS(q, "parked",
			R_TEXT("why", without_stop(q->mem, told_note(t, "concern.park"))),
			R_TEXT("who", t->sponsor.name), R_DAY("due", c->due_day));
	case ST_OFFERED_OUT:
		return R_HTML(q,
			N_("{office} is asked whether it takes this over, since it lies there. Until it says yes, {who} is responsible, and you get an answer by {due} all the same."),
			R_TEXT("office", told_note(t, "transfer.offer")),
			R_TEXT("who", owner_words(q, c)), R_DAY("due", c->due_day));
	case ST_SIGNED:
	case ST_CALLBACK:
	case ST_CLOSED:
	case ST_TERMINATED:
	case ST_TRANSFERRED:
	case ST_HISTORY:
	case ST_REDIRECTED:
	case ST_MERGED:
	case ST_VOID:
	case ST_ARCHIVED:
		break;
	}
	return SAYS(q, "working", R_TEXT("who", owner_words(q, c)), R_DAY("due", c->due_day));
}

static const char *
view_words(struct req *q, const struct concern *c)
{
	return resident_word(q, book_seen(q, c));
}

static struct html
sentence_answered(struct req *q, const struct told *t)
{
	const struct concern *c = &t->c;
	int32_t day = day_of(c->answered_at, q->office->tz_s);
	if (c->needs_ruling)
		return SAYS(
			q, "answered-ruling", R_DAY("day", day), R_TEXT("view", view_words(q, c)));
	return SAYS(q, "answered", R_DAY("day", day), R_INT("n", CALLBACK_WD));
}

static const char *
outcome_words(struct req *q, const struct concern *c)
{
	return resident_word(q, book_outcome(q, c));
}

static struct html
sentence_closed(struct req *q, const struct told *t)
{
	const struct concern *c = &t->c;
	const char *unit_says = outcome_words(q, c);
	if (!c->seen_solved)
		return SAYS(q, "closed-unreached", R_INT("n", CALL_TRIES),
			R_TEXT("outcome", unit_says), R_INT("seq", c->last_seq));
	int64_t at = told_at(t, "voice.rate");
	int64_t called = told_at(t, "callback.record");
	return SAYS(q, at >= called ? "closed-said" : "closed-asked",
		R_TIME("at", at >= called ? at : called), R_TEXT("view", view_words(q, c)),
		R_TEXT("sat", resident_word(q, book_sat(q, c))), R_TEXT("outcome", unit_says),
		R_INT("seq", c->last_seq));
}

static struct html
sentence_of(struct req *q, const struct told *t, const struct stand *s)
{
	const struct concern *c = &t->c;
	if (c->state == ST_HISTORY)
		return SAYS(q, "history", R_DAY("day", day_of(c->answered_at, q->office->tz_s)));
	bool had_note =
		c->state == ST_TERMINATED || c->state == ST_VOID || c->state == ST_REDIRECTED;
	if (c->erased_at != 0 && had_note) /* the words of the end went with the others */
		return R_HTML(q, N_("It has ended, and what you told us was destroyed on {day}."),
			R_DAY("day", day_of(c->erased_at, TZ_CHINA)));
	if (c->state == ST_TERMINATED || c->state == ST_VOID)
		return SAYS(q, "ended", R_TEXT("why", ended_note(t)));
	if (c->state == ST_REDIRECTED)
		return SAYS(q, "redirected", R_TEXT("body", ended_note(t)));
	if (c->state == ST_MERGED)
		return SAYS(q, "merged", R_INT("n", 0));
	if (c->state == ST_TRANSFERRED)
		return R_HTML(q,
			N_("{office} has taken it over and answers you, by the same day: {due}. You need not tell it again."),
			R_TEXT("office", ended_note(t)), R_DAY("due", c->due_day));
	if (c->state == ST_CLOSED)
		return sentence_closed(q, t);
	if (c->state == ST_CALLBACK)
		return sentence_answered(q, t);
	return s->light == LIGHT_LATE ? sentence_late(q, t, s) : sentence_working(q, t);
}

/* ---- chain --------------------------------------------------------------------------------------- */

static const char *
now_words(enum concern_state state)
{
	switch (state) {
	case ST_ACCEPTED:
		return N_("being arranged");
	case ST_ASSIGNED:
		return N_("to be signed for");
	case ST_REPLIED:
		return N_("being checked");
	case ST_SIGNED:
	case ST_REDO:
		return N_("today");
	case ST_CALLBACK:
		return N_("we call you");
	case ST_RETURN_ASKED:
		return N_("being settled");
	case ST_PARKED:
		return N_("parked");
	case ST_OFFERED_OUT:
		return N_("being arranged");
	case ST_TRANSFERRED:
		return N_("at the other office");
	case ST_CLOSED:
	case ST_TERMINATED:
	case ST_HISTORY:
	case ST_REDIRECTED:
	case ST_MERGED:
	case ST_VOID:
	case ST_ARCHIVED:
		break;
	}
	return NULL;
}

static struct chain
chain_of(const struct concern *c, int64_t signed_at, int32_t tz_s)
{
	struct chain ch = { .station = {
				    { .label = N_("Received") },
				    { .label = N_("In charge") },
				    { .label = N_("In work") },
				    { .label = N_("Answer") },
				    { .label = N_("Your view") },
			    } };
	bool is_elsewhere = c->state == ST_TRANSFERRED; /* the rest of the way is there */
	int now = c->state == ST_CALLBACK ? 4 : concern_is_open(c->state) || is_elsewhere ? 2 : 5;
	for (int i = 0; i < 5; i++)
		ch.station[i].state = i < now    ? STATION_DONE
		                      : i == now ? STATION_NOW
		                                 : STATION_AHEAD;
	int32_t raised = day_of(concern_told_at(c), tz_s);
	ch.station[0].day = raised;
	ch.station[1].day = raised; /* somebody owns it from the first minute */
	if (now > 2)
		ch.station[2].day = signed_at > 0 ? day_of(signed_at, tz_s) : raised;
	ch.station[3].day = c->answered_at > 0 ? day_of(c->answered_at, tz_s) : c->due_day;
	if (now < 5)
		ch.station[now].words = now_words(c->state);
	if (now < 4)
		ch.station[4].words = N_("we call you");
	if (now == 5 && !c->seen_solved)
		ch.station[4].words = N_("not reached");
	else if (now == 5 && c->closed_at > 0)
		ch.station[4].day = day_of(c->closed_at, tz_s);
	if (c->round > 1 && now < 5) {
		ch.detour = N_("once more");
		ch.detour_light = LIGHT_SOON;
	}
	return ch;
}

static struct deadline
bar_of(struct req *q, const struct concern *c, int64_t from_at, const char *headline)
{
	struct deadline d = { .headline = headline };
	struct bar_ask ask = bar_ask_of(c, from_at, q->now, q->app->calendar, q->office->tz_s);
	bar_make(q->mem, &ask, &d);
	return d;
}

/* ---- cards --------------------------------------------------------------------------------------- */

static const char *
late_words(struct req *q, const struct concern *c, const struct stand *s)
{
	if (!s->is_late || c->answered_at == 0)
		return NULL;
	return s->late_wd > 0 ? R_SAY(q, N_("Late by {n} working days"), R_INT("n", s->late_wd))
	                      : resident_word(q, N_("Late by hours"));
}

struct track_card
track_card_of(struct req *q, const struct told *t, const struct code *code, bool is_unlocked)
{
	const struct concern *c = &t->c;
	int32_t tz_s = q->office->tz_s;
	struct stand s = light_of(c, q->now, q->app->calendar, tz_s);
	char *shown = mem_array(q->mem, char, CODE_SHOWN_LEN + 1);
	code_show(code, shown);
	struct track_card k = {
		.code = mem_text(q->mem, code->text),
		.shown = shown,
		.title = is_unlocked ? c->title
		                     : resident_word(q, c->lane == LANE_SEALED
								? N_("Your concern")
								: book_public_class(q, c)),
		.file_no = resident_file_no(q, c->file_no),
		.raised_day = day_of(concern_told_at(c), tz_s),
		.chain = chain_of(c, told_at(t, "concern.accept"), tz_s),
		.sentence = sentence_of(q, t, &s),
		.light = s.light,
		.words = stand_words(q->mem, q->prefs.lang, &s, false),
		.late = late_words(q, c, &s),
		.has_bar = concern_is_open(c->state) || c->state == ST_CLOSED,
		.may_rate = c->state == ST_CALLBACK && !c->seen_solved,
		.is_unlocked = is_unlocked,
	};
	if (k.has_bar)
		k.bar = bar_of(
			q, c, c->round > 1 ? told_at(t, "concern.rule-outcome") : 0, k.words);
	return k;
}

struct public_card
public_card_of(struct req *q, const struct concern *c)
{
	int32_t tz_s = q->office->tz_s;
	struct stand s = light_of(c, q->now, q->app->calendar, tz_s);
	bool is_closed = !concern_is_open(c->state);
	struct public_card p = {
		.ref = c->ref,
		.href = mem_printf(q->mem, "/public/concerns/%s", c->ref),
		.class = book_public_class(q, c),
		.line = c->may_publish ? c->public_line : NULL,
		.line_waits = c->may_publish && !c->public_line,
		.unit = c->owner_public_unit,
		.light = is_closed ? LIGHT_CLOSED : s.light,
		.words = is_closed ? resident_word(q, N_("Closed"))
		                   : stand_words(q->mem, q->prefs.lang, &s, false),
		.raised_day = day_of(c->raised_at, tz_s),
		.due_day = c->due_day,
		.answered_day = c->answered_at > 0 ? day_of(c->answered_at, tz_s) : 0,
		.closed_day = c->closed_at > 0 ? day_of(c->closed_at, tz_s) : 0,
		.is_closed = is_closed,
		.is_reached = c->seen_solved != NULL,
		.first_seq = c->first_seq,
		.last_seq = c->last_seq,
	};
	if (c->state == ST_TRANSFERRED)
		p.words = resident_word(q, N_("Taken over by another office"));
	if (s.light == LIGHT_ANSWERED)
		p.words = resident_word(q, N_("Answered"));
	if (c->answered_at > 0) {
		p.timely =
			s.is_late ? late_words(q, c, &s) : resident_word(q, N_("Answered in time"));
		p.timely_light = s.is_late ? LIGHT_LATE : LIGHT_OK;
		p.outcome = book_outcome(q, c);
	}
	if (c->seen_solved) {
		p.seen = book_seen(q, c);
		p.sat = c->seen_sat > 0 ? book_sat(q, c) : NULL;
	}
	return p;
}
