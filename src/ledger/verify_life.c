/* SPDX-License-Identifier: Apache-2.0 */
/* V6: what may happen to a subject, and by whom. The table is the rule; the code only reads it. */
#include "core/mem.h"
#include "core/time.h"
#include "ledger/pub.h"
#include "ledger/verify_int.h"

#include "core/banned.h"

enum {
	LIFE_OPENS = 1,   /* the first event of its subject, and never a later one */
	LIFE_OFFERS = 2,  /* names the unit that may take it */
	LIFE_OWNS = 4,    /* by the unit last offered to */
	LIFE_JUDGES = 8,  /* once in a round, of the round that is running */
	LIFE_REDOES = 16, /* begins the next round */
	LIFE_ENDS = 32,
	LIFE_AFTER = 64,   /* allowed after an end */
	LIFE_BEGINS = 128, /* may be the first event of its subject, or a later one */
	LIFE_BY_EVALUATOR = 256,
	LIFE_BY_RESIDENT = 512, /* or by the resident, who has no unit */
	LIFE_VOIDS = 1024,
};

struct life {
	char letter; /* of the subjects whose first event this rule is about */
	const char *kind;
	unsigned what;
};

/* clang-format off */
static const struct life life[] = {
	{ 'c', "concern.raised",       LIFE_OPENS },
	{ 'c', "concern.offered",      LIFE_OFFERS },
	{ 'c', "concern.owned",        LIFE_OWNS },
	{ 'c', "concern.rated",        LIFE_JUDGES | LIFE_BY_EVALUATOR | LIFE_BY_RESIDENT },
	{ 'c', "concern.unreached",    LIFE_JUDGES | LIFE_BY_EVALUATOR },
	{ 'c', "concern.redo",         LIFE_REDOES },
	{ 'c', "concern.closed",       LIFE_ENDS },
	{ 'c', "concern.voided",       LIFE_ENDS | LIFE_VOIDS },
	{ 'c', "concern.redirected",   LIFE_ENDS },
	{ 'c', "concern.merged",       LIFE_ENDS },
	{ 'c', "concern.terminated",   LIFE_ENDS },
	{ 'c', "concern.transferred",  LIFE_ENDS },
	{ 'c', "concern.promised",     LIFE_AFTER },
	{ 'c', "concern.promise-kept", LIFE_AFTER },
	{ 'c', "concern.promise-moved", LIFE_AFTER },
	{ 'c', "concern.called",       LIFE_AFTER },
	{ 'c', "concern.rechecked",    LIFE_AFTER },
	{ 'c', "concern.supervised",   LIFE_AFTER },
	{ 'c', "concern.listed",       LIFE_AFTER },
	{ 'c', "concern.unlisted",     LIFE_AFTER },
	{ 'h', "hard.listed",          LIFE_OPENS },
	{ 'r', "reception.planned",    LIFE_OPENS },
	{ 'm', "meeting.noticed",      LIFE_OPENS },
	{ 'p', "proposal.filed",       LIFE_OPENS },
	{ 'g', "programme.opened",     LIFE_OPENS },
	{ 'e', "resource.offered",     LIFE_BEGINS },
	{ 'v', "visit.planned",        LIFE_BEGINS },
	{ 'v', "visit.done",           LIFE_BEGINS },
	{ 'd', "disclosure.due",       LIFE_BEGINS },
	{ 'd', "disclosure.published", LIFE_BEGINS },
};
/* clang-format on */

static unsigned
life_of(struct str kind)
{
	for (size_t i = 0; i < sizeof life / sizeof life[0]; i++)
		if (str_is(kind, life[i].kind))
			return life[i].what;
	return 0;
}

/* The kind that subjects of this letter begin with, the first where there are several; NULL: any. */
static const char *
opening_of(char letter)
{
	for (size_t i = 0; i < sizeof life / sizeof life[0]; i++)
		if (life[i].letter == letter && (life[i].what & (LIFE_OPENS | LIFE_BEGINS)) != 0)
			return life[i].kind;
	return NULL;
}

static bool
may_open(char letter, struct str kind)
{
	for (size_t i = 0; i < sizeof life / sizeof life[0]; i++)
		if (life[i].letter == letter && (life[i].what & (LIFE_OPENS | LIFE_BEGINS)) != 0 &&
			str_is(kind, life[i].kind))
			return true;
	return false;
}

/* ---- owners ---------------------------------------------------------------------------------------- */

static uint32_t
unit_number(struct verify *v, struct str unit)
{
	return unit.n > 0 ? verify_name(v->mem, &v->units, unit) : 0;
}

static struct str
unit_text(const struct verify *v, uint32_t number)
{
	return number > 0 ? v->units.name[number - 1] : STR("-");
}

static bool
was_owner(const struct subjects *t, const struct subject *row, uint32_t unit)
{
	for (uint32_t i = row->owners; i != 0; i = t->owner[i].before)
		if (t->owner[i].unit == unit)
			return true;
	return false;
}

static void
set_owner(struct verify *v, struct subject *row, uint32_t unit)
{
	struct subjects *t = &v->subjects;
	row->owner = unit;
	if (unit == 0 || was_owner(t, row, unit))
		return;
	if (t->n_owners + 1 >= t->owners_cap) {
		uint32_t cap = t->owners_cap ? 2 * t->owners_cap : 1024;
		t->owner = mem_grow(v->mem, struct subject_owner, t->owner, t->owners_cap, cap);
		t->owners_cap = cap;
	}
	t->owner[++t->n_owners] = (struct subject_owner){ .unit = unit, .before = row->owners };
	row->owners = t->n_owners;
}

/* ---- the rules ------------------------------------------------------------------------------------- */

static void
raise(struct verify *v, const struct event_seen *e, struct subject *row)
{
	struct str lane;
	row->round = 1;
	if (pub_code(e->pub, "lane", &lane) && str_is(lane, "sealed"))
		row->flags |= SUBJECT_SEALED;
	set_owner(v, row, unit_number(v, e->unit));
}

/* A sealed concern names no unit in any event, so whose it is cannot be compared. */
static void
own(struct verify *v, const struct event_seen *e, struct subject *row)
{
	uint32_t unit = unit_number(v, e->unit);
	bool is_sealed = (row->flags & SUBJECT_SEALED) != 0 && unit == 0;
	if (!is_sealed && (unit == 0 || unit != row->offered))
		verify_say(v, VERIFY_LIFE, e->seq, "verify.owner", unit_text(v, row->offered),
			unit_text(v, unit));
	set_owner(v, row, unit);
}

static void
judge_round(struct verify *v, const struct event_seen *e, struct subject *row)
{
	int64_t round = -1;
	(void)pub_int(e->pub, "round", &round); /* absent: not the running one */
	if (round != (int64_t)row->round)
		verify_say_int(v, VERIFY_LIFE, e->seq, "verify.round", row->round, round);
	else if ((row->flags & SUBJECT_JUDGED) != 0)
		verify_say_int(v, VERIFY_LIFE, e->seq, "verify.judged-twice", row->last, e->seq);
	row->flags |= SUBJECT_JUDGED;
}

static void
judge_by(struct verify *v, const struct event_seen *e, const struct subject *row, unsigned what)
{
	bool by_evaluator = str_is(e->role, "evaluator");
	bool by_resident =
		(what & LIFE_BY_RESIDENT) != 0 && str_is(e->role, "resident") && e->unit.n == 0;
	if (!by_evaluator && !by_resident)
		verify_say(v, VERIFY_LIFE, e->seq, "verify.judged-by", STR("evaluator"), e->role);
	/* without it nobody could see that the unit judges itself; a sealed concern names none at all */
	if (by_evaluator && e->unit.n == 0 && (row->flags & SUBJECT_SEALED) == 0)
		verify_say(v, VERIFY_LIFE, e->seq, "verify.judge-unit", STR("unit"), STR("-"));
}

/* Whatever an evaluator does, the unit never owned the concern. */
static void
check_evaluator(struct verify *v, const struct event_seen *e, const struct subject *row)
{
	if (e->unit.n > 0 && str_is(e->role, "evaluator") &&
		was_owner(&v->subjects, row, unit_number(v, e->unit)))
		verify_say(v, VERIFY_LIFE, e->seq, "verify.own-judge", STR("-"), e->unit);
}

static void
redo(struct verify *v, const struct event_seen *e, struct subject *row)
{
	int64_t round = -1;
	row->round++;
	row->flags &= (uint8_t)~SUBJECT_JUDGED;
	(void)pub_int(e->pub, "round", &round); /* absent: not the next one */
	if (round != (int64_t)row->round)
		verify_say_int(v, VERIFY_LIFE, e->seq, "verify.round", row->round, round);
}

static void
end(const struct event_seen *e, struct subject *row, unsigned what)
{
	row->flags |= SUBJECT_ENDED;
	if ((what & LIFE_VOIDS) != 0)
		row->flags |= SUBJECT_VOIDED;
	if (str_is(e->kind, "concern.closed") && row->closed_on == 0)
		row->closed_on = day_of(e->at, TZ_CHINA);
}

/* Whether the event may come now at all. */
static void
check_order(struct verify *v, const struct event_seen *e, const struct subject *row, bool is_new,
	unsigned what)
{
	const char *opening = opening_of(e->ref.p[0]);
	if (is_new && opening != NULL && !may_open(e->ref.p[0], e->kind))
		verify_say(v, VERIFY_LIFE, e->seq, "verify.not-opened", str_of(opening), e->kind);
	if (!is_new && (what & LIFE_OPENS) != 0)
		verify_say_int(v, VERIFY_LIFE, e->seq, "verify.opened-twice", row->last, e->seq);
	if ((row->flags & SUBJECT_ENDED) != 0 && (what & LIFE_AFTER) == 0 &&
		str_starts(e->kind, STR("concern.")))
		verify_say(v, VERIFY_LIFE, e->seq, "verify.after-end", STR("-"), e->kind);
}

void
verify_life(struct verify *v, const struct event_seen *e, struct subject *row, bool is_new)
{
	unsigned what = life_of(e->kind);
	check_order(v, e, row, is_new, what);
	if (row->b >> 24 != 'c')
		return;
	if (!is_new && str_starts(e->kind, STR("concern.")))
		check_evaluator(v, e, row);
	if (what == 0)
		return;
	struct str to;
	if ((what & LIFE_OPENS) != 0)
		raise(v, e, row);
	if ((what & LIFE_OFFERS) != 0)
		row->offered = pub_code(e->pub, "to", &to) ? unit_number(v, to) : 0;
	if ((what & LIFE_BY_EVALUATOR) != 0)
		judge_by(v, e, row, what);
	if ((what & LIFE_JUDGES) != 0)
		judge_round(v, e, row);
	if ((what & LIFE_REDOES) != 0)
		redo(v, e, row);
	if ((what & LIFE_OWNS) != 0)
		own(v, e, row);
	if ((what & LIFE_ENDS) != 0)
		end(e, row, what);
}
