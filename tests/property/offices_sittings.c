/* SPDX-License-Identifier: Apache-2.0 */
/* offices_sittings.c - what is done at sittings: taken down, told, closed, missed, made up for, or nothing at all;
 * what is said of each act beforehand. */
#include "offices_life.h"

#include "core/banned.h"

enum { OPENS_MIN = 60, STAYS_OPEN_DAYS = 3, LOOK_BACK_DAYS = 4, OWED_DAYS = 14, MINUTE_S = 60 };

/* ---- words ------------------------------------------------------------------------------------------ */

static bool
is_sitting(const struct slot_row *s)
{
	return s->state != CALLED_OFF && is_published(s);
}

static bool
is_open(const struct slot_row *one)
{
	for (size_t i = 0; i < life.was->n_slots; i++)
		if (sits_with(life.was, one, &life.was->slot[i]) &&
			life.was->slot[i].state == PLANNED)
			return true;
	return false;
}

static int64_t
begins_at(const struct slot_row *s)
{
	return day_at((int32_t)s->day, (int)s->start, TZ_CHINA);
}

static const char *
register_fault(const struct slot_row *s)
{
	if (!is_sitting(s))
		return "roster.slot-unknown";
	if (!is_open(s))
		return "sitting.closed";
	if (life.when.today < s->day || life.when.now < begins_at(s) - OPENS_MIN * MINUTE_S)
		return "sitting.not-begun";
	if (life.when.today > day_add((int32_t)s->day, STAYS_OPEN_DAYS))
		return "sitting.too-late";
	return s->state != PLANNED ? "sitting.not-there" : NULL;
}

/* Who receives in it, or has a role of this office's roster; all others have no role at all. */
static bool
may_end(const struct actor *a, const struct slot_row *one)
{
	if (a == &life.keeper || a == &life.leader || a == &life.both)
		return true;
	for (size_t i = 0; i < life.was->n_slots; i++) {
		const struct slot_row *s = &life.was->slot[i];
		if (sits_with(life.was, one, s) &&
			receiver_of(life.was, s->receiver)->person == a->person_id)
			return true;
	}
	return false;
}

static const struct actor *
any_speaker(const struct slot_row *s)
{
	const struct actor *other = &life.person[any_receiver()];
	if (one_in(6) && other->person_id)
		return other;
	return one_in(4) ? &life.leader : speaker_of(s);
}

/* ---- the register ------------------------------------------------------------------------------------ */

static void
take(const struct slot_row *s)
{
	void *mem = mem_root("take");
	bool is_signed = !one_in(16), lacks_list = one_in(16), lacks_number = one_in(16);
	const char *expected = !is_signed                   ? "form.faults"
	                       : register_fault(s)          ? register_fault(s)
	                       : lacks_list != lacks_number ? "form.faults"
	                                                    : GRANTED;
	run(&sitting_take, speaker_of(s),
		IN({ "slot", number(mem, s->no) }, { "body", "三号楼电梯停了三天，老人下不来。" },
			{ "place", "枫桥路12弄3号" }, { "people", number(mem, below(4)) },
			{ "again", one_in(5) ? "1" : "" },
			{ "n_documents", lacks_number ? "" : "2" },
			{ "documents", lacks_list ? "" : "维修发票" },
			{ "read_back", is_signed ? "signed" : "" }),
		expected);
	mem_free(mem);
}

static void
tell(const struct slot_row *s)
{
	void *mem = mem_root("tell");
	run(&sitting_tell, speaker_of(s),
		IN({ "slot", number(mem, s->no) }, { "asked", "老年卡在哪里办" },
			{ "answer", "带身份证到三号窗口，当场可办。" },
			{ "persons", number(mem, below(4)) }),
		register_fault(s));
	mem_free(mem);
}

/* ---- ends -------------------------------------------------------------------------------------------- */

static void
check_ended(const struct slot_row *one, int64_t no, bool is_whole, int64_t state)
{
	for (size_t i = 0; i < life.was->n_slots; i++) {
		const struct slot_row *s = &life.was->slot[i];
		if ((is_whole && sits_with(life.was, one, s)) || s->no == no)
			if (s->state == PLANNED || (s->no == no && state && s->state != state))
				wrong("an end has not ended it", s->no, s->state);
	}
}

static void
close_sitting(const struct slot_row *s)
{
	void *mem = mem_root("close");
	const struct slot_row one = *s;
	const struct actor *who = any_speaker(s);
	int64_t people = 0, off = one_in(5) ? (one_in(2) ? 1 : -1) : 0;
	for (size_t i = 0; i < life.was->n_slots; i++)
		if (sits_with(life.was, s, &life.was->slot[i]))
			people += register_of(life.was, life.was->slot[i].no).people;
	off = people + off < 0 ? 1 : off;
	const char *expected = !is_sitting(s) ? "roster.slot-unknown"
	                       : !is_open(s)  ? "sitting.closed"
	                       : life.when.now < day_at((int32_t)s->day, (int)s->end, TZ_CHINA)
	                               ? "sitting.not-over"
	                       : !may_end(who, s) ? "sitting.not-yours"
	                       : off != 0         ? "form.faults"
	                                          : GRANTED;
	run(&sitting_close, who,
		IN({ "slot", number(mem, s->no) },
			{ "visitors", mem_printf(mem, "%lld", (long long)(people + off)) },
			{ "note", one_in(3) ? "无异常" : "" }),
		expected);
	if (!expected)
		check_ended(&one, one.no, true, 0);
	mem_free(mem);
}

static bool
has_entries(const struct slot_row *one, bool is_whole)
{
	for (size_t i = 0; i < life.was->n_slots; i++) {
		const struct slot_row *s = &life.was->slot[i];
		bool is_meant = s->no == one->no || (is_whole && sits_with(life.was, one, s));
		if (is_meant && s->state == PLANNED && register_of(life.was, s->no).entries > 0)
			return true;
	}
	return false;
}

static void
miss(const struct slot_row *s)
{
	void *mem = mem_root("miss");
	const struct slot_row one = *s;
	const struct actor *who = any_speaker(s);
	bool is_whole = one_in(2);
	const char *expected = !is_sitting(s)                 ? "roster.slot-unknown"
	                       : s->state != PLANNED          ? "sitting.closed"
	                       : life.when.now < begins_at(s) ? "sitting.still-ahead"
	                       : !may_end(who, s)             ? "sitting.not-yours"
	                       : has_entries(s, is_whole)     ? "sitting.has-entries"
	                                                      : GRANTED;
	run(&sitting_miss, who,
		IN({ "slot", number(mem, s->no) }, { "whole", is_whole ? "1" : "" },
			{ "why", "weather" }, { "words", one_in(2) ? "暴雨积水" : "" }),
		expected);
	if (!expected)
		check_ended(&one, one.no, is_whole, MISSED);
	mem_free(mem);
}

/* ---- made up for ------------------------------------------------------------------------------------- */

static bool
is_owed(const struct slot_row *s)
{
	for (size_t i = 0; i < life.was->n_slots; i++)
		if (life.was->slot[i].makes_up == s->no)
			return false;
	return s->state == MISSED;
}

/* Everybody of the sitting whose place nobody took yet; n: how many. */
static bool
can_stand(const struct slot_row *one, struct plan_row p, size_t *n)
{
	bool can = p.day >= day_add(life.when.today, AHEAD_DAYS);
	*n = 0;
	for (size_t i = 0; i < life.was->n_slots; i++) {
		const struct slot_row *s = &life.was->slot[i];
		if (!sits_with(life.was, one, s) || !is_owed(s))
			continue;
		p.slot = s->no;
		p.receiver = s->receiver;
		p.off_hours = s->off_hours;
		can = can && plan_faults(life.was, &life.when, &p) == 0;
		++*n;
	}
	return can;
}

static void
make_up(const struct slot_row *s)
{
	void *mem = mem_root("make-up");
	size_t time = one_in(3) ? below(N_TIMES) : time_of(s), n = 0;
	struct plan_row p = { .venue = one_in(4) ? 1 + below((uint32_t)life.was->n_venues)
		                                 : s->venue,
		.day = one_in(4) ? day_ahead(0, 3) : day_ahead(3, 12),
		.start = minutes[time][0],
		.end = minutes[time][1] };
	bool can = can_stand(s, p, &n);
	const char *expected = !is_sitting(s) ? "roster.slot-unknown"
	                       : n == 0       ? "sitting.nothing-owed"
	                       : !can         ? "form.faults"
	                                      : GRANTED;
	run(&sitting_make_up, &life.keeper,
		IN({ "slot", number(mem, s->no) }, { "day", day_text(mem, (int32_t)p.day) },
			{ "start", times[time][0] }, { "end", times[time][1] },
			{ "venue", number(mem, p.venue) }),
		expected);
	mem_free(mem);
}

/* ---- a day ------------------------------------------------------------------------------------------- */

/* Acts on whatever sitting there is, cancelled, ahead or long over. */
static void
try_any(void)
{
	const struct slot_row *s = any_slot();
	if (s && one_in(2))
		s = &life.was->slot[below((uint32_t)life.was->n_slots)];
	if (!s)
		return;
	switch (below(5)) {
	case 0:
		take(s);
		break;
	case 1:
		tell(s);
		break;
	case 2:
		close_sitting(s);
		break;
	case 3:
		miss(s);
		break;
	case 4:
		make_up(s);
		break;
	}
}

/* What comes too early is tried now and then. */
static void
keep_register(int64_t no)
{
	static const uint32_t writes[] = { 3, 4, 6 }, closes[] = { 2, 4, 9 },
			      misses[] = { 30, 12, 6 };
	const struct slot_row *s = slot_of(life.was, no);
	bool has_begun = life.when.now >= begins_at(s),
	     is_over = life.when.now >= day_at((int32_t)s->day, (int)s->end, TZ_CHINA);
	if ((has_begun || one_in(8)) && one_in(3 * writes[life.care]))
		take(slot_of(life.was, no));
	if ((has_begun || one_in(8)) && one_in(writes[life.care]))
		tell(slot_of(life.was, no));
	if ((is_over || one_in(8)) && one_in(closes[life.care]))
		close_sitting(slot_of(life.was, no));
	else if ((has_begun || one_in(8)) && one_in(misses[life.care]))
		miss(slot_of(life.was, no));
}

void
keep_registers(void)
{
	int64_t no[SLOTS];
	size_t n = 0;
	for (size_t i = 0; i < life.was->n_slots; i++) {
		const struct slot_row *s = &life.was->slot[i];
		bool is_near = s->day <= life.when.today &&
		               s->day >= day_add(life.when.today, -LOOK_BACK_DAYS);
		bool is_owing = s->state == MISSED &&
		                s->day >= day_add(life.when.today, -OWED_DAYS) && is_owed(s) &&
		                one_in(is_near && is_open(s) ? 2 : 8);
		if ((s->state == PLANNED && is_near && is_published(s)) || is_owing)
			no[n++] = s->no;
	}
	for (size_t i = 0; i < n; i++) {
		const struct slot_row *s = slot_of(life.was, no[i]);
		if (s->state == MISSED && is_open(s) && one_in(2))
			tell(s); /* to whom was not there, while others receive */
		else if (s->state == MISSED)
			make_up(s);
		else if (s->state == PLANNED)
			keep_register(no[i]);
	}
	if (one_in(10))
		try_any();
}
