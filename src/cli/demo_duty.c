/* SPDX-License-Identifier: Apache-2.0 */
/* demo_duty.c - the register of accountability in the demo: the clock finds facts in the lives of the
 * concerns, some events are put down by hand, and each evening of a working day every event goes on one
 * step of its own story, so that every state stands there in the end. */
#include "accountability/accountability.h"
#include "cli/demo_int.h"
#include "core/mem.h"

#include "core/banned.h"

enum { STORIES = 8, HAND_FIRST = 20, HAND_EVERY = 35, STANDS_DAYS = 16 };

/* How far an event goes. */
enum story {
	STORY_SILENT, /* no explanation comes */
	STORY_EXPLAINED,
	STORY_URGED_CLOSED,
	STORY_NO_CAUSE,
	STORY_TOLERATED,
	STORY_APPEALED,
	STORY_MILDER,
	STORY_DECIDED,
	STORY_UNHEARD, /* decided, since no explanation came in time */
};

/* clang-format off */
static const struct {
	const char *unit, *kind, *statement, *source;
} by_hand[] = {
	{ "u05", "rude", "科室值班人员接待来访时态度生硬，没有请来访人坐下说。", "来访人在意见箱留言；意见箱编号与内容另存。" },
	{ "u03", "refusal", "窗口以“材料不全”为由没有登记，也没有一次告知还缺什么。", "督办抽查窗口录音。" },
	{ "u07", "leak", "把诉求转给物业公司时，没有用不含姓名电话的协办单。", "居民来电反映，物业知道了是谁反映的。" },
	{ "u06", "retaliation", "居民提意见后，原定的上门服务被无故取消。", "居民给纪检岗写信，要求不告诉该单位。" },
};

/* What a unit says to each kind, one of two ways. */
static const struct {
	const char *kind, *text[2];
} explanations[] = {
	{ "late", { "那几天配件没有到货，经办同志在等厂家回复，没有想到先申请延期。现在科里每天下班前看一遍快到期的件。",
		"经办同志请假，交接时漏了这一件。已经定了代办人，名单贴在科室墙上。" } },
	{ "false-report", { "现场当时确实修好了，第二天又坏了，答复前没有再看一次。今后答复前一天再到现场看一遍。",
		"施工单位报的是完工，我们没有复核就写了“已解决”。以后以现场照片为准。" } },
	{ "fob-off", { "两家单位对管辖看法不同，我们不该再推，应当先办起来。已经派人到现场。",
		"答复只写了政策，没有写怎么办，居民不认可是有道理的。正在重新办理。" } },
	{ "", { "情况属实，当班同志已作检讨，科里重新讲了接待规范。",
		"当时窗口只有一个人，排队的人多，话说得急了。已调整排班。" } },
};
static const char *const reasons[] = {
	"说明属实，情有可原；但没有告知居民，居民白等了三天。",
	"事实清楚。单位已经改了做法，从轻处理。",
	"首次采用新流程，出于公心，及时纠正，予以容错。",
};
static const char *const appeals[] = {
	"当天已经电话告知居民要多等两天，有通话记录，请复核。",
};
/* clang-format on */

struct evening {
	struct demo *d;
	void *mem;
	struct acct_event e;
};

/* ---- deeds ------------------------------------------------------------------------------------------ */

static struct act_call *
call_of(struct evening *v, const struct actor *who, const struct act *act)
{
	struct act_call *call = act_call_new(v->mem, v->d->app, act, v->d->office, who);
	if (act != &acct_open)
		form_set_int(&call->form, "event", v->e.no);
	return call;
}

/* A refusal is life and no fault, as everywhere in the demo. field NULL: nothing to say. */
static enum xq_rc
deed(struct evening *v, const struct actor *who, const struct act *act, const char *field,
	const char *text, struct xq_err *err)
{
	struct act_call *call = call_of(v, who, act);
	if (field)
		form_set_text(v->mem, &call->form, field, text);
	if (act_run(call) == XQ_FAULT) {
		*err = call->err;
		return XQ_FAULT;
	}
	return XQ_OK;
}

static enum xq_rc
decide(struct evening *v, const char *outcome, const char *reason, struct xq_err *err)
{
	struct act_call *call = call_of(v, &v->d->supervisor, &acct_decide);
	form_set_text(v->mem, &call->form, "outcome", outcome);
	form_set_text(v->mem, &call->form, "reason", reason);
	enum xq_rc rc = act_run(call);
	if (rc == XQ_FAULT)
		*err = call->err;
	return rc;
}

/* The next step up where the unit had one before, else the first. */
static enum xq_rc
decide_graded(struct evening *v, struct xq_err *err)
{
	static const char *const steps[] = { "talk", "supervise", "urge" };
	enum xq_rc rc = XQ_REFUSED;
	for (size_t i = 0; rc == XQ_REFUSED && i < sizeof steps / sizeof *steps; i++)
		rc = decide(v, steps[i], reasons[v->e.no % 2], err);
	return rc == XQ_FAULT ? rc : XQ_OK;
}

static enum xq_rc
put_down(struct evening *v, size_t which, struct xq_err *err)
{
	int32_t today = day_of(clock_now(v->d->app->clock), TZ_CHINA);
	struct act_call *call = call_of(v, &v->d->supervisor, &acct_open);
	form_set_text(v->mem, &call->form, "unit", by_hand[which].unit);
	form_set_text(v->mem, &call->form, "kind", by_hand[which].kind);
	form_set_text(v->mem, &call->form, "statement", by_hand[which].statement);
	form_set_text(v->mem, &call->form, "source", by_hand[which].source);
	form_set_int(&call->form, "day", day_add(today, -2));
	enum xq_rc rc = act_run(call);
	if (rc == XQ_FAULT)
		*err = call->err;
	return rc == XQ_FAULT ? rc : XQ_OK;
}

/* ---- one step of one story -------------------------------------------------------------------------- */

static const char *
explanation(const struct acct_event *e)
{
	size_t last = sizeof explanations / sizeof *explanations - 1, i = 0;
	while (i < last && !text_eq(explanations[i].kind, e->kind))
		i++;
	return explanations[i].text[e->no % 2];
}

static enum xq_rc
step_of_unit(struct evening *v, enum story story, struct xq_err *err)
{
	const struct actor *who = demo_handler(v->d, v->e.unit_id, v->e.no);
	if (v->e.state == ACCT_DETECTED && story != STORY_SILENT)
		return deed(v, who, &acct_explain, "explanation", explanation(&v->e), err);
	if (v->e.state == ACCT_DECIDED && (story == STORY_APPEALED || story == STORY_MILDER))
		return deed(v, who, &acct_appeal, "appeal", appeals[0], err);
	return XQ_OK;
}

static enum xq_rc
step_of_keeper(struct evening *v, enum story story, struct xq_err *err)
{
	if (story == STORY_UNHEARD || (v->e.state == ACCT_EXPLAINED && story != STORY_EXPLAINED))
		return story == STORY_NO_CAUSE    ? decide(v, "no-cause", reasons[1], err)
		       : story == STORY_TOLERATED ? decide(v, "tolerated", reasons[2], err)
		                                  : decide_graded(v, err);
	if (v->e.state == ACCT_APPEALED && !v->e.ruled_at && story == STORY_MILDER) {
		struct act_call *call = call_of(v, &v->d->leader, &acct_rule_appeal);
		form_set_text(v->mem, &call->form, "outcome", "no-cause");
		form_set_text(
			v->mem, &call->form, "ruling", "调了通话记录，当天确已告知，采纳申诉。");
		enum xq_rc rc = act_run(call);
		if (rc == XQ_FAULT)
			*err = call->err;
		return rc == XQ_FAULT ? rc : XQ_OK;
	}
	if (story != STORY_APPEALED && story != STORY_DECIDED)
		return deed(v, &v->d->leader, &acct_close, "done",
			"已当面谈过，科室的做法改了，一个月后再看一次。", err);
	return XQ_OK;
}

/* What has stood long enough comes to its end. */
static enum story
story_of(const struct evening *v)
{
	bool is_old = clock_now(v->d->app->clock) - v->e.opened_at > STANDS_DAYS * 86400;
	if (!is_old)
		return (enum story)(v->e.no % STORIES);
	return v->e.appealed_at              ? STORY_MILDER
	       : v->e.state == ACCT_DETECTED ? STORY_UNHEARD
	                                     : STORY_URGED_CLOSED;
}

static enum xq_rc
go_on(struct evening *v, struct xq_err *err)
{
	enum story story = story_of(v);
	if (!v->e.asked_at) /* retaliation waits until it is safe to ask */
		return text_eq(v->e.kind, "retaliation")
		               ? XQ_OK
		               : deed(v, &v->d->supervisor, &acct_ask, NULL, NULL, err);
	bool is_units_turn =
		(v->e.state == ACCT_DETECTED && story != STORY_UNHEARD) ||
		(v->e.state == ACCT_DECIDED && (story == STORY_APPEALED || story == STORY_MILDER));
	return is_units_turn ? step_of_unit(v, story, err) : step_of_keeper(v, story, err);
}

enum xq_rc
demo_duty_evening(struct demo *d, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	struct evening v = { .d = d, .mem = mem_new(d->mem, char) };
	int n = d->evenings++;
	if (!cal_is_workday(d->app->calendar, day_of(clock_now(d->app->clock), TZ_CHINA)))
		return XQ_OK;
	for (int64_t no = 1; rc == XQ_OK; no++) {
		struct tx *tx;
		rc = db_read(d->app->db, &tx, err);
		if (rc != XQ_OK)
			break;
		rc = acct_load(tx, v.mem, d->office, no, &v.e, err);
		tx_end(tx);
		if (rc == XQ_OK && !v.e.closed_at)
			rc = go_on(&v, err);
	}
	bool is_time = n >= HAND_FIRST + HAND_EVERY * (int)d->by_hand;
	if (rc == XQ_NONE && is_time && d->by_hand < sizeof by_hand / sizeof *by_hand)
		rc = put_down(&v, d->by_hand++, err);
	mem_free(v.mem);
	return rc == XQ_NONE ? XQ_OK : rc;
}
