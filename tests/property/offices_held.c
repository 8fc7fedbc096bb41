/* SPDX-License-Identifier: Apache-2.0 */
/* offices_held.c - what must be true of sittings that are over, in plain loops over the rows: held with all who came,
 * or missed with a word why, and never nothing; nothing of the module is called. */
#include <string.h>

#include "core/mem.h"
#include "offices.h"

#include "core/banned.h"

enum { CLOSE_WD = 2, CLOSING = 17 * 60 + 30, OPENS_MIN = 60, REGISTER_DAYS = 3, MINUTE_S = 60 };

/* ---- words ------------------------------------------------------------------------------------------ */

bool
sits_with(const struct rows_all *r, const struct slot_row *a, const struct slot_row *b)
{
	return b->state != CALLED_OFF && week_of(r, b->week)->state == PUBLISHED &&
	       a->day == b->day && a->start == b->start && a->end == b->end && a->venue == b->venue;
}

struct register_sum
register_of(const struct rows_all *r, int64_t slot)
{
	struct register_sum sum = { 0 };
	for (size_t i = 0; i < r->n_entries; i++) {
		if (r->entry[i].slot != slot)
			continue;
		sum.people += r->entry[i].people;
		sum.concerns += r->entry[i].kind == TAKEN;
		sum.entries++;
	}
	return sum;
}

bool
slot_is_late(const struct when *w, const struct slot_row *s)
{
	int32_t day = (int32_t)s->day;
	for (int n = 0; n < CLOSE_WD;) {
		day = day_add(day, 1);
		if (day > w->today)
			return false;
		n += is_day_for(w, day, false);
	}
	return w->now > day_at(day, CLOSING, TZ_CHINA);
}

/* Most sittings stand where they stood. */
static const struct slot_row *
before_of(const struct rows_all *was, size_t i, int64_t no)
{
	return i < was->n_slots && was->slot[i].no == no ? &was->slot[i] : slot_of(was, no);
}

/* ---- steps ------------------------------------------------------------------------------------------- */

static bool
is_act(const struct deed *d, const char *name)
{
	return strcmp(d->act, name) == 0;
}

static void
check_held(const struct rows_all *now, const struct when *w, const struct deed *d,
	const struct slot_row *s, const struct end_row *e)
{
	struct register_sum sum = register_of(now, s->no);
	if (e->why != SAID_HELD || e->visitors != sum.people || e->concerns != sum.concerns)
		wrong("held with other people than came", s->no, e->visitors);
	if (is_act(d, "sitting.close") && w->now < day_at((int32_t)s->day, (int)s->end, TZ_CHINA))
		wrong("closed before it was over", s->no, s->day);
	if (is_act(d, "evening") && (sum.entries == 0 || !slot_is_late(w, s)))
		wrong("the clock calls it held and cannot know", s->no, s->day);
}

static void
check_missed(const struct rows_all *now, const struct when *w, const struct deed *d,
	const struct slot_row *s, const struct end_row *e)
{
	bool is_clock = is_act(d, "evening");
	if (e->why != (is_clock ? UNSAID : SAID_MISSED))
		wrong("missed without its reason", s->no, e->why);
	if (register_of(now, s->no).entries > 0 || e->visitors || e->concerns)
		wrong("missed, and people came", s->no, e->visitors);
	if (w->now < day_at((int32_t)s->day, (int)s->start, TZ_CHINA))
		wrong("missed before it began", s->no, s->day);
	if (is_clock && !slot_is_late(w, s))
		wrong("the clock does not wait for a word", s->no, s->day);
}

static void
check_step(const struct rows_all *now, const struct when *w, const struct deed *d,
	const struct slot_row *a, const struct slot_row *s)
{
	static const char *const may[] = {
		[CALLED_OFF] = "roster.cancel", [HELD] = "sitting.close", [MISSED] = "sitting.miss"
	};
	const struct end_row *e = end_of(now, s->no);
	bool is_clock = is_act(d, "evening") && s->state != CALLED_OFF;
	if (a->state != PLANNED || s->state == PLANNED)
		wrong("what has ended ends again", s->no, s->state);
	else if (!is_act(d, may[s->state]) && !is_clock)
		wrong("ended by what cannot end it", s->no, s->state);
	if (s->state != HELD && s->state != MISSED)
		return;
	if (!e || e->at != w->now || e->person != d->person || !s->announced) {
		wrong("ended without its row", s->no, s->state);
		return;
	}
	if (s->state == HELD)
		check_held(now, w, d, s, e);
	else
		check_missed(now, w, d, s, e);
}

/* What has a day in its place: once, and announced as early as a roster is. */
static void
check_make_up(const struct rows_all *was, const struct when *w, const struct deed *d,
	const struct slot_row *s)
{
	const struct slot_row *old = slot_of(was, s->makes_up);
	if (!old || old->receiver != s->receiver || s->day < day_add(w->today, AHEAD_DAYS))
		wrong("a make-up sitting of nothing, or too soon", s->no, s->day);
	if (old && old->state != (is_act(d, "sitting.make-up") ? MISSED : PLANNED))
		wrong("made up for what was not missed", s->no, old->state);
	for (size_t i = 0; i < was->n_slots; i++)
		if (was->slot[i].makes_up == s->makes_up)
			wrong("made up for twice", s->makes_up, s->no);
}

static size_t
check_steps(const struct rows_all *was, const struct rows_all *now, const struct when *w,
	const struct deed *d)
{
	size_t ended = 0;
	for (size_t i = 0; i < now->n_slots; i++) {
		const struct slot_row *s = &now->slot[i], *a = before_of(was, i, s->no);
		if (!a && s->state != PLANNED)
			wrong("ended before it was planned", s->no, s->state);
		if (!a && s->makes_up)
			check_make_up(was, w, d, s);
		if (!a || a->state == s->state)
			continue;
		check_step(now, w, d, a, s);
		ended += s->state == HELD || s->state == MISSED;
	}
	return ended;
}

/* ---- the register ------------------------------------------------------------------------------------ */

static void
check_entry(const struct rows_all *was, const struct rows_all *now, const struct when *w,
	const struct deed *d, const struct entry_row *e)
{
	const struct slot_row *s = slot_of(was, e->slot);
	if (!is_act(d, e->kind == TAKEN ? "sitting.take" : "sitting.tell") || e->at != w->now)
		wrong("an entry that nobody made now", e->no, e->at);
	if ((e->kind == TAKEN) != (e->concern != 0) || e->people < 0)
		wrong("an entry is not what it says", e->no, e->concern);
	for (size_t i = 0; i + 1 < now->n_entries; i++)
		if (e->concern && now->entry[i].concern == e->concern)
			wrong("one concern, taken down twice", e->no, e->concern);
	if (!s || s->state != PLANNED || !s->announced)
		wrong("an entry for a sitting that is none", e->no, e->slot);
	else if (w->today < s->day || w->today > day_add((int32_t)s->day, REGISTER_DAYS) ||
		 w->now < day_at((int32_t)s->day, (int)s->start, TZ_CHINA) - OPENS_MIN * MINUTE_S)
		wrong("an entry beside its days", e->no, s->day);
}

/* Rows are added, and none that stands there changes. */
static void
check_registers(const struct rows_all *was, const struct rows_all *now, const struct when *w,
	const struct deed *d, size_t ended)
{
	size_t n = was->n_entries;
	if (now->n_entries < n || memcmp(was->entry, now->entry, n * sizeof *was->entry) != 0)
		wrong("what was taken down changed", (int64_t)n, (int64_t)now->n_entries);
	else if (now->n_entries > n + 1)
		wrong("one act made two entries", (int64_t)n, (int64_t)now->n_entries);
	else if (now->n_entries > n)
		check_entry(was, now, w, d, &now->entry[n]);
	for (size_t i = 0, k = 0; i < was->n_ends; i++, k++) {
		while (k < now->n_ends && now->end[k].slot < was->end[i].slot)
			k++;
		if (k == now->n_ends || memcmp(&was->end[i], &now->end[k], sizeof *was->end) != 0) {
			wrong("how a sitting ended changed", was->end[i].slot, 0);
			break;
		}
	}
	if (now->n_ends != was->n_ends + ended)
		wrong("an end without its sitting", (int64_t)now->n_ends, (int64_t)ended);
}

void
oracle_sittings(const struct rows_all *was, const struct rows_all *now, const struct when *w,
	const struct deed *d)
{
	size_t ended = check_steps(was, now, w, d);
	check_registers(was, now, w, d, ended);
}

/* ---- nobody said anything ---------------------------------------------------------------------------- */

static const struct asked_row *
asked_of(const struct rows_all *r, int64_t slot)
{
	for (size_t i = 0; i < r->n_asked; i++)
		if (r->asked[i].slot == slot)
			return &r->asked[i];
	return NULL;
}

/* Every evening, behind the clock: what is over has ended, or somebody was asked for it. */
void
oracle_silence(const struct rows_all *was, const struct rows_all *now, const struct when *w)
{
	for (size_t i = 0; i < now->n_slots; i++) {
		const struct slot_row *s = &now->slot[i];
		if (s->state != PLANNED || !s->announced || s->day >= w->today)
			continue;
		if (slot_is_late(w, s))
			wrong("neither held nor missed, and its limit has passed", s->no, s->day);
		else if (!asked_of(now, s->no))
			wrong("nobody was asked for a sitting without a word", s->no, s->day);
	}
	for (size_t i = 0; i < now->n_asked; i++) {
		const struct asked_row *a = &now->asked[i];
		if (asked_of(was, a->slot))
			continue;
		const struct slot_row *s = slot_of(was, a->slot);
		if (!s || s->state != PLANNED || s->day >= w->today || a->told_at != w->now)
			wrong("asked without a cause", a->slot, a->told_at);
	}
}

/* ---- the record, and who was told --------------------------------------------------------------------- */

static void
check_said(const struct record_all *record, const struct slot_row *s, const struct end_row *e)
{
	size_t n = 0;
	for (size_t i = 0; i < record->n_said; i++) {
		const struct said_row *said = &record->said[i];
		if (said->slot != s->no)
			continue;
		n++;
		if (said->kind != s->state)
			wrong("the record and the rows tell two stories", s->no, said->kind);
		if (e && said->kind == HELD &&
			(said->visitors != e->visitors || said->concerns != e->concerns ||
				said->day != s->day))
			wrong("the record counts other people than the rows", s->no,
				said->visitors);
		if (e && said->kind == MISSED && said->is_unsaid != (e->why == UNSAID))
			wrong("the record gives another reason", s->no, said->is_unsaid);
	}
	if (n != (s->state == HELD || s->state == MISSED))
		wrong("an end is in the record more or less than once", s->no, (int64_t)n);
}

/* Where nobody of a sitting came, the leader heard of it. */
static void
check_leader(const struct rows_all *r, const struct record_all *record, const struct slot_row *one)
{
	for (size_t i = 0; i < r->n_slots; i++)
		if (sits_with(r, one, &r->slot[i]) && r->slot[i].state != MISSED)
			return;
	for (size_t i = 0; i < record->n_told; i++)
		if (sits_with(r, one, slot_of(r, record->told[i].slot)))
			return;
	wrong("nobody came, and the leader has not heard of it", one->no, one->day);
}

void
oracle_record(const struct rows_all *now, const struct record_all *record)
{
	size_t ends = 0;
	for (size_t i = 0; i < now->n_slots; i++) {
		const struct slot_row *s = &now->slot[i];
		const struct end_row *e = end_of(now, s->no);
		struct register_sum sum = register_of(now, s->no);
		check_said(record, s, e);
		if ((e != NULL) != (s->state == HELD || s->state == MISSED))
			wrong("an end without its sitting", s->no, s->state);
		if (e && (e->visitors != sum.people || e->concerns != sum.concerns))
			wrong("ended with other people than came", s->no, e->visitors);
		if (s->state == MISSED)
			check_leader(now, record, s);
		ends += e != NULL;
	}
	if (ends != now->n_ends || ends != record->n_said)
		wrong("an end of nothing", (int64_t)ends, (int64_t)record->n_said);
	for (size_t i = 0; i < record->n_told; i++)
		if (slot_of(now, record->told[i].slot)->state != MISSED)
			wrong("the leader heard of what was held", record->told[i].slot, 0);
}
