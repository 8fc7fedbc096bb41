/* SPDX-License-Identifier: Apache-2.0 */
/* demo_sittings.c - sittings in the demo: what is taken down while one is held stands in its register, small
 * questions are told on the spot, some evenings nobody comes, one receiver does not come, and one sitting is
 * missed and made up for. */
#include "cli/demo_int.h"
#include "core/mem.h"
#include "reception/sitting.h"

#include "core/banned.h"

enum { DAY_S = 86400, WAIT = 24, MISSED_LEFT = 26, ABSENT_LEFT = 12 };

static const struct {
	const char *asked, *told;
} questions[] = {
	{ "老年人乘车补贴在哪里办", "带身份证和户口簿到社区事务受理中心三号窗口，当场可办。" },
	{ "独生子女父母奖励怎么领", "退休前由单位发，没有单位的到居委会登记，每年十月一起报。" },
	{ "楼道里能不能给电动车充电", "不能。小区南门外有集中充电棚，晚上不停电。" },
	{ "家里的旧沙发放到哪里", "先给物业打电话约时间，送到大件垃圾点，不收费。" },
	{ "社区食堂几点开门", "午餐十一点到一点，晚餐四点半到六点，六十岁以上打九折。" },
	{ "租房怎么办居住登记", "带租赁合同和身份证，到居委会或者网上都能办。" },
	{ "医保卡丢了怎么补", "带身份证到受理中心办，当场拿新卡，旧卡当时就停用。" },
};

enum { QUESTIONS = sizeof questions / sizeof *questions };

static const char *
number(void *mem, int64_t n)
{
	return mem_printf(mem, "%lld", (long long)n);
}

static enum xq_rc
waiting(struct demo *d, int32_t until, int64_t no[WAIT], size_t *out_n, struct xq_err *err)
{
	struct tx *tx;
	enum xq_rc rc = db_read(d->app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = sittings_waiting(tx, d->office, day_add(until, -3), until, WAIT, no, out_n, err);
	tx_end(tx);
	return rc;
}

static enum xq_rc
load(struct demo *d, void *mem, int64_t no, struct sitting *out, int64_t *out_first,
	struct xq_err *err)
{
	struct tx *tx;
	enum xq_rc rc = db_read(d->app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = sitting_load(tx, mem, d->office, no, out, err);
	if (rc == XQ_OK)
		rc = first_receiver(tx, mem, d->office, &out->one, out_first, err);
	tx_end(tx);
	return rc;
}

/* A sitting that is going on, at which a deputy listens: who writes it down stays with it, as at the
 * counter. 0: none. */
enum xq_rc
demo_sitting_now(struct demo *d, void *mem, int64_t *out, struct xq_err *err)
{
	int64_t no[WAIT], now = clock_now(d->app->clock);
	size_t n = 0;
	*out = 0;
	enum xq_rc rc = waiting(d, day_of(now, TZ_CHINA), no, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n && !*out; i++) {
		struct sitting s;
		int64_t first = 0;
		rc = load(d, mem, no[i], &s, &first, err);
		if (rc == XQ_OK && !first && s.one.day == day_of(now, TZ_CHINA) &&
			!register_refusal(&s, now, TZ_CHINA))
			*out = no[i];
	}
	return rc;
}

/* ---- evenings --------------------------------------------------------------------------------------- */

/* Two or three small questions in the afternoon, in the evening one or nobody. */
static enum xq_rc
tell(struct demo *d, void *mem, const struct sitting *s, struct xq_err *err)
{
	bool is_evening = s->n == 1;
	size_t n = is_evening ? (size_t)s->one.no % 2 : 2 + (size_t)s->one.no % 2;
	for (size_t i = 0; s->n > 0 && i < n; i++) {
		size_t at = ((size_t)s->one.no * 3 + i) % QUESTIONS;
		const struct act_call *call = demo_deed(d, mem, &d->clerk[0], &sitting_tell,
			(demo_pairs){ { "slot", number(mem, s->slot[i % s->n].no) },
				{ "asked", questions[at].asked }, { "answer", questions[at].told },
				{ "persons", at % 3 == 0 ? "2" : "1" }, { 0 } });
		if (call->rc == XQ_FAULT) {
			*err = call->err;
			return XQ_FAULT;
		}
	}
	return XQ_OK;
}

static enum xq_rc
people_in(struct demo *d, void *mem, const struct sitting *s, int64_t *out, struct xq_err *err)
{
	struct tx *tx;
	enum xq_rc rc = db_read(d->app->db, &tx, err);
	*out = 0;
	if (rc != XQ_OK)
		return rc;
	for (size_t i = 0; rc == XQ_OK && i < s->n; i++) {
		struct entry *e;
		size_t n = 0;
		rc = entry_list(tx, mem, d->office, s->slot[i].no, &e, &n, err);
		for (size_t k = 0; rc == XQ_OK && k < n; k++)
			*out += e[k].people;
	}
	tx_end(tx);
	return rc;
}

static enum xq_rc
close_one(struct demo *d, void *mem, const struct sitting *s, struct xq_err *err)
{
	int64_t people = 0;
	enum xq_rc rc = tell(d, mem, s, err);
	if (rc == XQ_OK)
		rc = people_in(d, mem, s, &people, err);
	if (rc != XQ_OK)
		return rc;
	const struct act_call *call = demo_deed(d, mem, &d->publisher, &sitting_close,
		(demo_pairs){ { "slot", number(mem, s->one.no) },
			{ "visitors", number(mem, people) }, { 0 } });
	*err = call->err;
	return call->rc == XQ_FAULT ? XQ_FAULT : XQ_OK;
}

/* The street stood under water, or one of them was called away; refused where something was taken down. */
static bool
miss(struct demo *d, void *mem, const struct sitting *s, bool whole)
{
	const struct act_call *call = demo_deed(d, mem, &d->publisher, &sitting_miss,
		(demo_pairs){ { "slot", number(mem, s->one.no) }, { "whole", whole ? "1" : "" },
			{ "why", whole ? "weather" : "duty" },
			{ "words", whole ? "暴雨积水，道路不通" : "区里临时开会" }, { 0 } });
	return call->rc == XQ_OK;
}

static enum xq_rc
end_one(struct demo *d, void *mem, int64_t no, int left, struct xq_err *err)
{
	struct sitting s;
	int64_t first;
	enum xq_rc rc = load(d, mem, no, &s, &first, err);
	if (rc != XQ_OK || s.one.state != SLOT_PLANNED ||
		day_at(s.one.day, s.one.end_min, TZ_CHINA) > clock_now(d->app->clock))
		return rc;
	bool is_wet = left <= MISSED_LEFT && !d->missed && s.n > 1;
	if (is_wet && miss(d, mem, &s, true)) {
		d->missed = no;
		return XQ_OK;
	}
	if (left <= ABSENT_LEFT && !d->absent && s.n > 1)
		d->absent = miss(d, mem, &s, false);
	return close_one(d, mem, &s, err);
}

/* Made up for a week later, in the same room. */
static void
make_up(struct demo *d, void *mem, int32_t today)
{
	if (!d->missed || d->made_up)
		return;
	int32_t day = cal_add_wd(d->app->calendar, today, 5);
	const struct act_call *call = demo_deed(d, mem, &d->publisher, &sitting_make_up,
		(demo_pairs){ { "slot", number(mem, d->missed) }, { "day", day_text(mem, day) },
			{ "start", "9:30" }, { "end", "11:30" }, { "venue", "1" }, { 0 } });
	d->made_up = call->rc == XQ_OK;
}

enum xq_rc
demo_sittings_evening(struct demo *d, struct xq_err *err)
{
	void *mem = mem_new(d->mem, char);
	int64_t now = clock_now(d->app->clock), no[WAIT];
	size_t n = 0;
	int left = (int)((d->ends_at - now) / DAY_S) + 1;
	enum xq_rc rc = waiting(d, day_of(now, TZ_CHINA), no, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		rc = end_one(d, mem, no[i], left, err);
	if (rc == XQ_OK)
		make_up(d, mem, day_of(now, TZ_CHINA));
	mem_free(mem);
	return rc;
}
