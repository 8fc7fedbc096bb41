/* SPDX-License-Identifier: Apache-2.0 */
/* demo_beside.c - what stands beside the concerns in the demo: legacy problems with the stock-take of the
 * year (one unit files in time, one is late), and early disputes in every stage. */
#include "cli/demo_int.h"
#include "core/mem.h"
#include "dispute/dispute.h"
#include "hard/hard.h"

#include "core/banned.h"

enum { LISTED_EVENING = 3, LOOK_EVENING = 9, FILE_DAY = 12, TAKES_TRIED = 9, REVIEW_AHEAD = 80 };

/* clang-format off */
static const struct {
	const char *title, *line, *nbhd, *sponsor, *blocker, *plan, *condition, *seen;
} legacies[] = {
	{ "河滨新村北区产权证", "老小区产权证遗留问题", "u08", "zhoumin", "split-duty",
		"请房管、规划两家一起核对原始档案。", "两家认定由谁补办。",
		"墙上还贴着去年的通知，又有住户来问。" },
	{ "临河一村自来水总表", "老小区水表出户改造", "u08", "hezhiyuan", "budget",
		"和水务公司商量分两年做，先做漏得厉害的。", "明年的预算批下来。",
		"两处管子外面在渗水，已经围了起来。" },
	{ "枫桥老菜场空置", "空置菜场的去处", "u09", "luoyun", "land",
		"征求周边居民意见，看是办食堂还是办活动室。", "产权单位同意移交。",
		"门锁着，门口没有再堆东西。" },
	{ "联建楼物业无人管", "联建楼没有物业公司", "", "hezhiyuan", "third-party",
		"召集几家联建单位开会。", "几家单位说好怎么分摊。", "" },
};

/* How far it goes: 1 found, 2 mediated, 3 settled, 4 looked at and kept; 5 referred. */
static const struct {
	int days_ago;
	const char *login, *kind, *about, *place, *side_a, *side_b;
	int parties, goes;
	const char *went, *agreement;
} disputes[] = {
	{ 74, "hanmei", "neighbour", "楼上卫生间漏水，谁修谁出钱说不拢", "临河一村5号", "residents", "residents", 2, 4,
		"楼上愿意修，费用想一家一半；楼下要先把吊顶恢复。", "楼上十天内修好防水，吊顶费用各半，修好后一起看一次。" },
	{ 52, "hanmei", "labour", "装修队的工钱拖了两个月", "河滨新村北区", "builder", "employer", 7, 5,
		"包工头说甲方没有结账，甲方说已经结清。", "" },
	{ 33, "lujianping", "owners", "地下车位按什么顺序轮换", "枫桥苑", "committee", "residents", 40, 3,
		"业委会拿出两个办法，到会的多数愿意抽签，带老人的几户想优先。", "按抽签轮换，一年一换，行动不便的家庭优先选近处。" },
	{ 19, "lujianping", "neighbour", "楼道里放鞋柜，上下楼碰着", "枫桥路88弄6号", "residents", "residents", 3, 2,
		"一家愿意搬，另一家要等柜子做好；约好下周再看。", "" },
	{ 6, "hezhiyuan", "property", "电梯广告费的去向要公开", "长桥新村", "residents", "property", 60, 2,
		"物业带来了去年的账，居民要看合同原件。", "" },
	{ 2, "hanmei", "consumer", "健身房关门，预付的钱没有退", "河滨路口", "residents", "shop", 12, 1, "", "" },
};
/* clang-format on */

enum {
	LEGACIES = sizeof legacies / sizeof *legacies,
	DISPUTES = sizeof disputes / sizeof *disputes
};

/* ---- deeds ------------------------------------------------------------------------------------------ */

static const struct actor *
somebody(const struct demo *d, const char *login)
{
	struct tx *tx;
	struct xq_err err = { 0 };
	struct actor *a = mem_new(d->mem, struct actor);
	xq_require(db_read(d->app->db, &tx, &err) == XQ_OK);
	enum xq_rc rc = actor_by_login(tx, d->office, str_of(login), a, &err);
	tx_end(tx);
	xq_require(rc == XQ_OK);
	return a;
}

static int32_t
workday_from(const struct demo *d, int32_t day)
{
	while (!cal_is_workday(d->app->calendar, day))
		day = day_add(day, 1);
	return day;
}

static struct act_call *
call_of(struct demo *d, void *mem, const struct actor *who, const struct act *act,
	const char *const pair[][2])
{
	struct act_call *call = act_call_new(mem, d->app, act, d->office, who);
	for (size_t i = 0; pair[i][0]; i++)
		form_set_text(mem, &call->form, pair[i][0], pair[i][1]);
	return call;
}

/* A refusal is life and no fault, as everywhere in the demo: not theirs, or done already. */
static enum xq_rc
run(struct act_call *call, struct xq_err *err)
{
	if (act_run(call) != XQ_FAULT)
		return XQ_OK;
	*err = call->err;
	return XQ_FAULT;
}

/* ---- legacy problems -------------------------------------------------------------------------------- */

/* The month before the demo ends: so a stock-take was asked for, and has had its time. */
static int
take_month(const struct demo *d)
{
	return day_add_months(day_of(d->ends_at, TZ_CHINA) / 100 * 100 + 1, -1) / 100 % 100;
}

static enum xq_rc
set_month(struct demo *d, void *mem, struct xq_err *err)
{
	struct act_call *call = call_of(d, mem, &d->leader, &stocktake_set_month,
		(const char *const[][2]){ { "source", "主任办公会纪要" }, { 0 } });
	form_set_int(&call->form, "month", take_month(d));
	return run(call, err);
}

static enum xq_rc
list_all(struct demo *d, void *mem, int32_t today, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; rc == XQ_OK && i < LEGACIES; i++) {
		struct act_call *call = call_of(d, mem, &d->supervisor, &hard_list_act,
			(const char *const[][2]){ { "kind", "legacy" },
				{ "title", legacies[i].title }, { "public_line", legacies[i].line },
				{ "sponsor", legacies[i].sponsor },
				{ "blocker", legacies[i].blocker }, { "plan", legacies[i].plan },
				{ "condition", legacies[i].condition }, { 0 } });
		if (legacies[i].nbhd[0])
			form_set_text(mem, &call->form, "nbhd", legacies[i].nbhd);
		form_set_int(&call->form, "checked", 1);
		form_set_int(&call->form, "next",
			workday_from(d, day_add(today, REVIEW_AHEAD - 7 * (int)i)));
		rc = run(call, err);
	}
	return rc;
}

/* The sponsor keeps the day of the review. */
static enum xq_rc
review(struct demo *d, void *mem, const struct hard *h, int32_t today, struct xq_err *err)
{
	struct act_call *call = call_of(d, mem, &d->supervisor, &hard_review_act,
		(const char *const[][2]){ { "done", "开过一次协调会，谁做什么写进了纪要。" },
			{ "stage", "in-action" }, { "blocker", h->blocker }, { "plan", h->plan },
			{ "condition", h->condition }, { 0 } });
	form_set_int(&call->form, "hard", h->no);
	form_set_int(&call->form, "checked", 1);
	form_set_int(&call->form, "next", workday_from(d, day_add(today, REVIEW_AHEAD)));
	return run(call, err);
}

static enum xq_rc
look_all(struct demo *d, void *mem, const char *nbhd, const struct actor *who, int32_t today,
	struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; rc == XQ_OK && i < LEGACIES; i++) {
		if (!text_eq(legacies[i].nbhd, nbhd))
			continue;
		struct act_call *call = call_of(d, mem, who, &hard_look,
			(const char *const[][2]){
				{ "seen", legacies[i].seen }, { "stage", "waiting" }, { 0 } });
		form_set_int(&call->form, "hard", (int64_t)i + 1);
		form_set_int(&call->form, "next", workday_from(d, day_add(today, 150)));
		rc = run(call, err);
	}
	return rc;
}

/* One files what it found, one has nothing and says how it looked, one is late. */
static enum xq_rc
file_takes(struct demo *d, void *mem, int32_t today, struct xq_err *err)
{
	static const struct {
		const char *nbhd, *login, *found, *how;
	} filed[] = {
		{ "u08", "hanmei", "沿河围墙归谁修\n自行车棚改建后没有验收",
			"走了六个小区，问了楼组长，翻了九几年的移交清单。" },
		{ "u03", "guxiaolan", "", "翻了三年的来访登记，没有发现窗口办不了的老问题。" },
	};
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; rc == XQ_OK && i < sizeof filed / sizeof *filed; i++) {
		const struct actor *who = somebody(d, filed[i].login);
		rc = look_all(d, mem, filed[i].nbhd, who, today, err);
		for (int64_t no = 1; rc == XQ_OK && no <= TAKES_TRIED; no++) {
			struct act_call *call = call_of(d, mem, who, &stocktake_file,
				(const char *const[][2]){ { "found", filed[i].found },
					{ "how", filed[i].how }, { 0 } });
			form_set_int(&call->form, "take", no);
			rc = run(call, err);
		}
	}
	return rc;
}

static enum xq_rc
review_due(struct demo *d, void *mem, int32_t today, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	for (int64_t no = 1; rc == XQ_OK; no++) {
		struct tx *tx;
		struct hard h;
		rc = db_read(d->app->db, &tx, err);
		if (rc != XQ_OK)
			break;
		rc = hard_load(tx, mem, d->office, no, &h, err);
		tx_end(tx);
		if (rc == XQ_OK && !h.ended_at && h.next_on <= day_add(today, 1))
			rc = review(d, mem, &h, today, err);
	}
	return rc == XQ_NONE ? XQ_OK : rc;
}

/* ---- disputes --------------------------------------------------------------------------------------- */

static enum xq_rc
find_one(struct demo *d, void *mem, size_t i, struct xq_err *err)
{
	struct act_call *call = call_of(d, mem, somebody(d, disputes[i].login), &dispute_find,
		(const char *const[][2]){ { "kind", disputes[i].kind },
			{ "about", disputes[i].about }, { "place", disputes[i].place },
			{ "side_a", disputes[i].side_a }, { "side_b", disputes[i].side_b },
			{ 0 } });
	form_set_int(&call->form, "parties", disputes[i].parties);
	return run(call, err);
}

/* One step each second day, as far as its story goes. */
static enum xq_rc
go_on(struct demo *d, void *mem, const struct dispute *c, size_t i, int32_t today,
	struct xq_err *err)
{
	const struct actor *who = somebody(d, disputes[i].login);
	struct act_call *call = NULL;
	int goes = disputes[i].goes;
	if (c->stage == DISPUTE_FOUND && goes >= 2) {
		call = call_of(d, mem, who, &dispute_mediate,
			(const char *const[][2]){ { "channel", "peoples" },
				{ "place", "居委会调解室" }, { "by", disputes[i].login },
				{ "went", disputes[i].went }, { 0 } });
		form_set_int(&call->form, "day", today);
		form_set_int(&call->form, "neutral", 1);
	} else if (c->stage == DISPUTE_MEDIATING && goes == 5) {
		call = call_of(d, mem, who, &dispute_refer,
			(const char *const[][2]){ { "body", "区劳动人事争议仲裁院" },
				{ "told",
					"一年内带合同和工资记录去申请；需要的话，街道帮忙找法律援助。" },
				{ 0 } });
	} else if (c->stage == DISPUTE_MEDIATING && goes >= 3) {
		call = call_of(d, mem, who, &dispute_settle,
			(const char *const[][2]){ { "agreement", disputes[i].agreement },
				{ "form", "written" }, { 0 } });
		form_set_int(&call->form, "follow",
			workday_from(d, day_add(today, goes == 3 ? 40 : 14)));
	} else if (c->stage == DISPUTE_SETTLED && goes == 4 && today >= c->next_on) {
		call = call_of(d, mem, who, &dispute_follow,
			(const char *const[][2]){ { "kept", "yes" },
				{ "words", "两家都在，防水做好了，吊顶也恢复了。" }, { 0 } });
	}
	if (!call)
		return XQ_OK;
	form_set_int(&call->form, "dispute", c->no);
	return run(call, err);
}

static enum xq_rc
disputes_evening(struct demo *d, void *mem, int32_t today, struct xq_err *err)
{
	int32_t end = day_of(d->ends_at, TZ_CHINA);
	enum xq_rc rc = XQ_OK;
	while (rc == XQ_OK && d->disputes < DISPUTES &&
		today >= day_add(end, -disputes[d->disputes].days_ago))
		rc = find_one(d, mem, d->disputes++, err);
	for (size_t i = 0; rc == XQ_OK && d->evenings % 2 == 0 && i < d->disputes; i++) {
		struct tx *tx;
		struct dispute c;
		rc = db_read(d->app->db, &tx, err);
		if (rc != XQ_OK)
			break;
		rc = dispute_load(tx, mem, d->office, (int64_t)i + 1, &c, err);
		tx_end(tx);
		if (rc == XQ_OK && !c.ended_at)
			rc = go_on(d, mem, &c, i, today, err);
	}
	return rc == XQ_NONE ? XQ_OK : rc;
}

enum xq_rc
demo_beside_evening(struct demo *d, struct xq_err *err)
{
	int32_t today = day_of(clock_now(d->app->clock), TZ_CHINA);
	bool is_work = cal_is_workday(d->app->calendar, today);
	void *mem = mem_new(d->mem, char);
	enum xq_rc rc = d->evenings == 1 ? set_month(d, mem, err) : XQ_OK;
	if (rc == XQ_OK && d->evenings == LISTED_EVENING)
		rc = list_all(d, mem, today, err);
	if (rc == XQ_OK && is_work && !d->has_looked && d->evenings >= LOOK_EVENING) {
		d->has_looked = true;
		rc = look_all(d, mem, "u09", somebody(d, "lujianping"), today, err);
	}
	if (rc == XQ_OK && is_work && !d->has_filed && today / 100 % 100 == take_month(d) &&
		today % 100 >= FILE_DAY) {
		d->has_filed = true;
		rc = file_takes(d, mem, today, err);
	}
	if (rc == XQ_OK && is_work)
		rc = review_due(d, mem, today, err);
	if (rc == XQ_OK && is_work)
		rc = disputes_evening(d, mem, today, err);
	mem_free(mem);
	return rc;
}
