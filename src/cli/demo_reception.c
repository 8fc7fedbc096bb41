/* SPDX-License-Identifier: Apache-2.0 */
/* demo_reception.c - receptions in the demo: two venues, twelve receivers of all roles, rosters for the year,
 * published as the weeks come near, and the changes, swaps and make-up days that every office has. */
#include "cli/demo_int.h"
#include "core/mem.h"
#include "reception/reception.h"
#include "reception/roster.h"
#include "reception/seat.h"

#include "core/banned.h"

enum { WEEKS_OUT = 3, YEAR_WEEKS = 53, DAY_S = 86400, REDRAFT_EVENINGS = 280 };
enum { SEEN = 24 };

struct act_call *
demo_deed(
	struct demo *d, void *mem, const struct actor *who, const struct act *act, demo_pairs pair)
{
	struct act_call *call = act_call_new(mem, d->app, act, d->office, who);
	struct form_pair list[24] = { 0 };
	size_t n = 0;
	for (; pair[n][0]; n++)
		list[n] = (struct form_pair){ .name = str_of(pair[n][0]),
			.value = str_of(pair[n][1]) };
	enum xq_rc fits =
		form_read(mem, act->fields, list, n, true, TZ_CHINA, &call->form, &call->err);
	call->rc = fits == XQ_OK ? act_run(call) : fits;
	return call;
}

/* A refusal is life and no fault. */
static enum xq_rc
deed(struct demo *d, void *mem, const struct actor *who, const struct act *act, demo_pairs pair,
	struct xq_err *err)
{
	const struct act_call *call = demo_deed(d, mem, who, act, pair);
	if (call->rc != XQ_FAULT)
		return XQ_OK;
	*err = call->err;
	return XQ_FAULT;
}

/* ---- the first evening ------------------------------------------------------------------------------ */

static const struct {
	const char *login, *name, *title, *role, *topics;
} receivers[] = {
	{ "shenpeifen", "", "区人大代表", "congress", "物业服务、停车" },
	{ "lujianping", "", "党代表·枫桥居民区书记", "party", "居委会的事、楼组" },
	{ "zhoumin", "", "办事处副主任", "office", "加装电梯、老旧小区改造" },
	{ "", "程立言", "党工委副书记", "committee", "困难帮扶、养老" },
	{ "", "许佳宁", "区人大代表", "congress", "学校、托幼" },
	{ "", "吴启朗", "区政协委员", "cppcc", "河道、绿化" },
	{ "", "江月华", "党代表·社区医生", "party", "看病、配药" },
	{ "hezhiyuan", "", "物业管理科科长", "department", "房屋修缮、维修资金" },
	{ "fangjing", "", "城市管理科科长", "department", "违建、占道" },
	{ "", "丁海舟", "办事处主任", "office", "各类难办的事" },
	{ "", "贺兰亭", "党工委委员", "committee", "邻里纠纷" },
	{ "", "严若川", "区政协委员", "cppcc", "" },
};

enum { RECEIVERS = sizeof receivers / sizeof *receivers };

static enum xq_rc
set_venues(struct demo *d, void *mem, struct xq_err *err)
{
	enum xq_rc rc = deed(d, mem, &d->publisher, &venue_set,
		(demo_pairs){ { "name", "党群服务中心" }, { "address", "枫桥路16号" },
			{ "room", "一楼接待室" }, { "hours", "每天 8:30–20:00" },
			{ "phone", "02155500123" }, { "step_free", "1" },
			{ "way", "公交 枫桥路河滨路站下，往东一百米，银杏树旁边的红砖楼。" },
			{ "state", "open" }, { 0 } },
		err);
	if (rc == XQ_OK)
		rc = deed(d, mem, &d->publisher, &venue_set,
			(demo_pairs){ { "name", "河滨片服务站" }, { "address", "河滨路88号" },
				{ "room", "二楼议事厅" }, { "hours", "工作日 8:30–20:00" },
				{ "phone", "02155500171" },
				{ "steps", "大门右侧有坡道，电梯到二楼" },
				{ "way", "河滨新村东门进，左手第一幢。" }, { "state", "open" },
				{ 0 } },
			err);
	return rc;
}

static enum xq_rc
set_receivers(struct demo *d, void *mem, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; rc == XQ_OK && i < RECEIVERS; i++)
		rc = deed(d, mem, &d->publisher, &receiver_set,
			(demo_pairs){ { "login", receivers[i].login },
				{ "name", receivers[i].name }, { "title", receivers[i].title },
				{ "role", receivers[i].role }, { "topics", receivers[i].topics },
				{ "state", "on" }, { 0 } },
			err);
	return rc;
}

static enum xq_rc
set_pattern(struct demo *d, void *mem, struct xq_err *err)
{
	enum xq_rc rc = deed(d, mem, &d->publisher, &roster_pattern_set,
		(demo_pairs){ { "weekday", "3" }, { "start", "14:00" }, { "end", "16:30" },
			{ "venue", "1" }, { "places", "3" }, { "party", "1" }, { "congress", "1" },
			{ "committee", "1" }, { "office", "1" }, { "cppcc", "1" },
			{ "department", "1" }, { "state", "on" }, { 0 } },
		err);
	if (rc == XQ_OK)
		rc = deed(d, mem, &d->publisher, &roster_pattern_set,
			(demo_pairs){ { "weekday", "5" }, { "start", "18:30" }, { "end", "20:00" },
				{ "venue", "2" }, { "places", "1" }, { "party", "1" },
				{ "congress", "1" }, { "committee", "1" }, { "office", "1" },
				{ "cppcc", "1" }, { "department", "1" }, { "off_hours", "1" },
				{ "state", "on" }, { 0 } },
			err);
	return rc;
}

static enum xq_rc
draft_year(struct demo *d, void *mem, int32_t today, struct xq_err *err)
{
	return deed(d, mem, &d->publisher, &roster_draft,
		(demo_pairs){ { "from", day_text(mem, today) },
			{ "weeks", mem_printf(mem, "%d", YEAR_WEEKS) }, { 0 } },
		err);
}

/* ---- as the weeks come near ------------------------------------------------------------------------- */

/* Three weeks are out, counted from the next working day, so that no Monday and no holiday finds them missing;
 * one more waits approved. */
static enum xq_rc
bring_out(struct demo *d, void *mem, int32_t today, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	int32_t this = week_of_day(today);
	int32_t base = week_of_day(cal_add_wd(d->app->calendar, today, 1));
	for (int32_t at = this; rc == XQ_OK && at <= week_add(base, WEEKS_OUT);
		at = week_add(at, 1)) {
		const char *week = mem_printf(mem, "%d", (int)at);
		rc = deed(d, mem, &d->leader, &roster_approve,
			(demo_pairs){ { "week", week }, { 0 } }, err);
		if (rc == XQ_OK && at < week_add(base, WEEKS_OUT))
			rc = deed(d, mem, &d->publisher, &roster_publish,
				(demo_pairs){ { "week", week }, { 0 } }, err);
		if (rc == XQ_OK && at == this) /* refused where it was in time */
			rc = deed(d, mem, &d->publisher, &roster_publish,
				(demo_pairs){ { "week", week },
					{ "late", "第一次排班，名单刚刚定下" }, { 0 } },
				err);
	}
	return rc;
}

/* Published sittings that stand. */
struct seen {
	int64_t no[SEEN], who[SEEN];
	int32_t day[SEEN];
	size_t n;
};

static enum xq_rc
sittings_on(struct demo *d, int32_t from, int32_t until, struct seen *out, struct xq_err *err)
{
	struct tx *tx;
	enum xq_rc rc = db_read(d->app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = roster_sittings(
		tx, d->office, from, until, out->no, out->who, out->day, SEEN, &out->n, err);
	tx_end(tx);
	return rc;
}

static const char *
number(void *mem, int64_t n)
{
	return mem_printf(mem, "%lld", (long long)n);
}

/* Somebody else of the list, whoever is free, takes the first afternoon sitting that comes. */
static enum xq_rc
let_other_sit(struct demo *d, void *mem, int32_t today, struct xq_err *err)
{
	struct seen s;
	enum xq_rc rc = sittings_on(d, day_add(today, 1), day_add(today, 10), &s, err);
	if (rc != XQ_OK || s.n == 0)
		return rc;
	for (int64_t who = 1; who <= RECEIVERS; who++) {
		const struct act_call *call = demo_deed(d, mem, &d->publisher, &roster_change,
			(demo_pairs){ { "slot", number(mem, s.no[0]) },
				{ "receiver", number(mem, who) },
				{ "day", day_text(mem, s.day[0]) }, { "start", "14:00" },
				{ "end", "16:30" }, { "venue", "1" }, { "why", "absent" }, { 0 } });
		if (call->rc == XQ_OK)
			return XQ_OK;
	}
	return XQ_OK;
}

/* Two who have no account: who keeps the roster writes down what they agreed. */
static enum xq_rc
let_two_swap(struct demo *d, void *mem, int32_t today, bool is_answered, struct xq_err *err)
{
	struct seen s;
	enum xq_rc rc = sittings_on(d, day_add(today, 6), day_add(today, 24), &s, err);
	for (size_t i = 0; rc == XQ_OK && i < s.n; i++)
		for (size_t k = i + 1; k < s.n; k++) {
			if (s.day[i] == s.day[k] || receivers[s.who[i] - 1].login[0] ||
				receivers[s.who[k] - 1].login[0])
				continue;
			const struct act_call *call = demo_deed(d, mem, &d->publisher, &roster_swap,
				(demo_pairs){ { "slot", number(mem, s.no[i]) },
					{ "other", number(mem, s.no[k]) }, { "why", "duty" },
					{ "words", "区里开会" }, { 0 } });
			if (call->rc != XQ_OK)
				continue;
			return is_answered ? deed(d, mem, &d->publisher, &roster_answer_swap,
						     (demo_pairs){
							     { "swap", act_result_get(call, "no") },
							     { "answer", "yes" }, { 0 } },
						     err)
			                   : XQ_OK;
		}
	return rc;
}

/* The first evening sitting that can be made up for on the working day behind it. */
static enum xq_rc
cancel_evening(struct demo *d, void *mem, int32_t today, struct xq_err *err)
{
	struct seen s;
	enum xq_rc rc = sittings_on(d, day_add(today, 5), day_add(today, 20), &s, err);
	for (size_t i = 0; rc == XQ_OK && i < s.n; i++) {
		if ((i > 0 && s.day[i] == s.day[i - 1]) ||
			(i + 1 < s.n && s.day[i] == s.day[i + 1]))
			continue; /* several receive together in the afternoon */
		int32_t then = cal_add_wd(d->app->calendar, s.day[i], 1);
		const struct act_call *call = demo_deed(d, mem, &d->publisher, &roster_cancel,
			(demo_pairs){ { "slot", number(mem, s.no[i]) }, { "why", "venue" },
				{ "words", "议事厅空调检修" }, { "day", day_text(mem, then) },
				{ "start", "18:30" }, { "end", "20:00" }, { "venue", "2" },
				{ 0 } });
		if (call->rc == XQ_OK)
			return XQ_OK;
	}
	return rc;
}

/* Residents book times of the sittings that come, by a browser each; what does not fit is refused. */
static enum xq_rc
book_seats(struct demo *d, void *mem, int32_t today, struct xq_err *err)
{
	static const struct {
		const char *start, *venue, *turn, *people, *help;
	} wish[] = {
		{ "14:00", "1", "1", "2", "slow" },
		{ "14:00", "1", "5", "1", "dialect" },
		{ "18:30", "2", "3", "1", "large_print" },
		{ "14:00", "1", "9", "3", "step_free" },
		{ "18:30", "2", "1", "2", "sign" },
	};
	struct seen s;
	enum xq_rc rc = sittings_on(d, day_add(today, 1), day_add(today, 16), &s, err);
	for (size_t i = 0; rc == XQ_OK && i < s.n; i++) {
		if (i > 0 && s.day[i] == s.day[i - 1])
			continue; /* they receive together */
		const char *day = day_text(mem, s.day[i]);
		for (size_t k = i % 2; rc == XQ_OK && k < sizeof wish / sizeof *wish; k++)
			rc = deed(d, mem, &d->resident, &seat_book,
				(demo_pairs){ { "day", day }, { "start", wish[k].start },
					{ "venue", wish[k].venue }, { "turn", wish[k].turn },
					{ "people", wish[k].people }, { wish[k].help, "1" },
					{ "visitor", mem_printf(mem, "%s-%zu", day, k) }, { 0 } },
				err);
	}
	return rc;
}

/* ---- evenings --------------------------------------------------------------------------------------- */

static enum xq_rc
begin(struct demo *d, void *mem, int32_t today, struct xq_err *err)
{
	enum xq_rc rc = set_venues(d, mem, err);
	if (rc == XQ_OK)
		rc = set_receivers(d, mem, err);
	if (rc == XQ_OK)
		rc = set_pattern(d, mem, err);
	return rc == XQ_OK ? draft_year(d, mem, today, err) : rc;
}

/* What makes the pages of today: the last days of the story bring one of each. */
static enum xq_rc
last_days(struct demo *d, void *mem, int32_t today, int left, struct xq_err *err)
{
	enum xq_rc rc;
	switch (left) {
	case 9:
		return let_two_swap(d, mem, today, true, err);
	case 6:
		return let_other_sit(d, mem, today, err);
	case 5: /* before one of them is cancelled: the seats go along */
		return book_seats(d, mem, today, err);
	case 4:
		return cancel_evening(d, mem, today, err);
	case 2:
		return deed(d, mem, &d->publisher, &receiver_away,
			(demo_pairs){ { "receiver", "11" },
				{ "from", day_text(mem, day_add(today, 60)) },
				{ "until", day_text(mem, day_add(today, 74)) }, { 0 } },
			err);
	case 1:
		rc = let_two_swap(d, mem, today, false, err);
		return rc == XQ_OK ? book_seats(d, mem, today, err) : rc;
	default:
		return XQ_OK;
	}
}

enum xq_rc
demo_reception_evening(struct demo *d, struct xq_err *err)
{
	void *mem = mem_new(d->mem, char);
	int64_t now = clock_now(d->app->clock);
	int32_t today = day_of(now, TZ_CHINA);
	enum xq_rc rc = XQ_OK;
	if (d->receptions++ == 0)
		rc = begin(d, mem, today, err);
	else if (d->receptions % REDRAFT_EVENINGS == 0)
		rc = draft_year(d, mem, today, err);
	if (rc == XQ_OK && cal_is_workday(d->app->calendar, today))
		rc = bring_out(d, mem, today, err);
	if (rc == XQ_OK)
		rc = last_days(d, mem, today, (int)((d->ends_at - now) / DAY_S) + 1, err);
	mem_free(mem);
	return rc;
}
