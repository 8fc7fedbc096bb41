/* SPDX-License-Identifier: Apache-2.0 */
/* roster_fixture.h - an office with a venue, four receivers and a pattern, and short words for what is done with
 * its rosters.
 *
 * Used by the tests of reception/. */
#ifndef XQ_TEST_RECEPTION_ROSTER_FIXTURE_H
#define XQ_TEST_RECEPTION_ROSTER_FIXTURE_H

#include "../concern/fixture.h"
#include "reception/reception_int.h"
#include "reception/seat.h"
#include "reception/sitting.h"

static struct actor yuan; /* publishes the roster */

static inline enum xq_rc
by_yuan(struct world *w, const struct act *act, const struct pair *in)
{
	return run_call(w, call_of(w, &yuan, act, in));
}

static inline enum xq_rc
receiver(struct world *w, const char *login, const char *name, const char *role)
{
	return by_yuan(w, &receiver_set,
		IN({ "login", login }, { "name", name }, { "title", "接待人员" }, { "role", role },
			{ "state", "on" }));
}

static inline enum xq_rc
venue(struct world *w, const char *no, const char *state)
{
	return by_yuan(w, &venue_set,
		IN({ "venue", no }, { "name", "党群服务中心" }, { "address", "枫桥路16号" },
			{ "room", "一楼接待室" }, { "hours", "工作日 8:30–17:30" },
			{ "step_free", "1" }, { "state", state }));
}

static inline enum xq_rc
pattern(struct world *w, const char *no, const char *weekday, const char *start, const char *end,
	const char *off_hours)
{
	return by_yuan(w, &roster_pattern_set,
		IN({ "pattern", no }, { "weekday", weekday }, { "start", start }, { "end", end },
			{ "venue", "1" }, { "places", "2" }, { "party", "1" }, { "congress", "1" },
			{ "office", "1" }, { "department", "1" }, { "off_hours", off_hours },
			{ "state", "on" }));
}

/* Receivers 1 to 4: a delegate without an account, ZHOU, FANG and LUO; Wednesdays from two on, two of them. */
static inline void
office_with_pattern(struct world *w)
{
	static const struct world_person publisher = { "yuany", "袁野", "u01", { ROLE_PUBLISHER },
		1, SCOPE_OFFICE };
	struct tx *tx;
	OK(db_write(w->app->db, &tx, &w->err));
	yuan = world_hire(w, tx, &publisher);
	OK(tx_commit(tx, &w->err));
	OK(venue(w, "", "open"));
	OK(receiver(w, "", "沈佩芬", "congress"));
	OK(receiver(w, "zhoum", "", "office"));
	OK(receiver(w, "fangj", "", "department"));
	OK(receiver(w, "luoy", "", "party"));
	OK(pattern(w, "", "3", "14:00", "16:30", ""));
}

static inline enum xq_rc
draft(struct world *w, const char *from, const char *weeks)
{
	return by_yuan(w, &roster_draft, IN({ "from", from }, { "weeks", weeks }));
}

static inline enum xq_rc
pass(struct world *w, enum who who, const char *week)
{
	return run(w, who, &roster_approve, IN({ "week", week }));
}

static inline enum xq_rc
publish(struct world *w, const char *week, const char *late)
{
	return by_yuan(w, &roster_publish, IN({ "week", week }, { "late", late }));
}

/* Weeks 42 and 43: sittings 1, 2 on 14 October and 3, 4 on the 21st. */
static inline void
published(struct world *w)
{
	office_with_pattern(w);
	OK(draft(w, "2026-10-12", "2"));
	OK(pass(w, ZHOU, "202642"));
	OK(pass(w, ZHOU, "202643"));
	OK(publish(w, "202642", ""));
	OK(publish(w, "202643", ""));
}

static inline struct slot
slot(struct world *w, int64_t no)
{
	struct slot s = { 0 };
	struct tx *tx = look(w);
	OK(slot_load(tx, w->mem, w->office, no, &s, &w->err));
	tx_end(tx);
	return s;
}

static inline struct week
week(struct world *w, int32_t no)
{
	struct week k = { 0 };
	struct tx *tx = look(w);
	OK(week_load(tx, w->mem, w->office, no, &k, &w->err));
	tx_end(tx);
	return k;
}

static const char *
number(struct world *w, int64_t n)
{
	return mem_printf(w->mem, "%lld", (long long)n);
}

/* The sitting of that day which this receiver has, or has not. */
static inline int64_t
slot_where(struct world *w, int32_t day, int64_t receiver_no, bool has)
{
	struct slot *s;
	size_t n;
	int64_t found = 0;
	struct tx *tx = look(w);
	OK(slot_list(tx, w->mem, w->office, &(struct slot_query){ .from = day, .until = day }, &s,
		&n, &w->err));
	tx_end(tx);
	for (size_t i = 0; i < n; i++)
		if ((s[i].receiver_no == receiver_no) == has && s[i].state == SLOT_PLANNED)
			found = s[i].no;
	return found;
}

static inline enum xq_rc
change(struct world *w, int64_t no, int64_t who, const char *day, const char *why)
{
	return by_yuan(w, &roster_change,
		IN({ "slot", number(w, no) }, { "receiver", number(w, who) }, { "day", day },
			{ "start", "14:00" }, { "end", "16:30" }, { "venue", "1" },
			{ "why", why }));
}

#endif
