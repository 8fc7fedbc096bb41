/* SPDX-License-Identifier: Apache-2.0 */
/* demo_tend.c - what is done with a concern beside the steps of its plan: it is sorted by relief and level,
 * a hard one is passed up and decided, what cannot be solved is explained in person, and what is beyond the
 * office's power is reported upward; what an answer promised is kept. Who does what hangs on the concern's number alone, so no chance is
 * drawn and the plans stay as they are. */
#include "cli/demo_int.h"
#include "cli/demo_texts.h"
#include "concern/explain.h"
#include "concern/explained.h"
#include "concern/passed_up.h"
#include "concern/sort.h"
#include "core/mem.h"

#include "core/banned.h"

/* Of a hundred; of what is hard, where it is passed up. The newest show each queue, so more of them are. */
enum {
	SORTED = 72,
	RESORTED = 6,
	PASSED_UP = 10,
	PASSED_UP_NEW = 80,
	EXPLAINED = 86,
	KEPT = 84,
	KEPT_LATE = 94,
	REPORTED = 88
};

/* What has been begun in a life; struct demo_life.tended. */
enum {
	IS_SORTED = 1,
	IS_RESORTED = 2,
	IS_PASSED_UP = 4,
	IS_EXPLAINED = 8,
	IS_PARK_EXPLAINED = 16,
	IS_REPORTED = 32
};

/* What waits for an evening. */
enum later_kind { LATER_DECIDE, LATER_EXPLAIN, LATER_EXPLAIN_AGAIN, LATER_REPORT, LATER_KEEP };
struct demo_later {
	struct demo_life *life;
	enum later_kind kind;
	int64_t file_no; /* then: a ruled dispute makes the life go on under another one */
	int32_t day;
};

/* The same for the same concern and question, spread evenly. */
static int
of_hundred(const struct demo_life *l, uint32_t question)
{
	uint32_t x = ((uint32_t)l->index + 1) * 2654435761u + question * 2246822519u;
	x = (x ^ (x >> 15)) * 3266489917u;
	return (int)((x >> 16) % 100);
}

/* One of n wordings. */
static size_t
turn(const struct demo_life *l, size_t n)
{
	return (size_t)l->index / 3 % n;
}

/* ---- deeds ------------------------------------------------------------------------------------------ */

struct tending {
	struct demo *d;
	struct demo_life *l;
	void *mem;
	struct concern c;
	const struct actor *owner;
	int32_t today;
};

static enum xq_rc
begin(struct tending *t, struct demo *d, struct demo_life *l, int64_t file_no, void *mem,
	struct xq_err *err)
{
	struct tx *tx;
	*t = (struct tending){ .d = d, .l = l, .mem = mem };
	t->today = day_of(clock_now(d->app->clock), TZ_CHINA);
	enum xq_rc rc = db_read(d->app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = concern_by_file_no(tx, mem, d->office, file_no, &t->c, err);
	tx_end(tx);
	if (rc == XQ_OK)
		t->owner = demo_person(d, t->c.owner_person_id);
	return rc;
}

static struct act_call *
call_of(const struct tending *t, const struct actor *who, const struct act *act,
	const char *const pair[][2])
{
	struct act_call *call = act_call_new(t->mem, t->d->app, act, t->d->office, who);
	form_set_int(&call->form, "concern", t->c.file_no);
	for (size_t i = 0; pair[i][0]; i++)
		if (pair[i][1])
			form_set_text(t->mem, &call->form, pair[i][0], pair[i][1]);
	return call;
}

/* A refusal is life and no fault, as everywhere in the demo. */
static enum xq_rc
run(struct act_call *call, struct xq_err *err)
{
	if (act_run(call) != XQ_FAULT)
		return XQ_OK;
	*err = call->err;
	return XQ_FAULT;
}

static void
put_off(struct demo *d, struct demo_life *l, enum later_kind kind, int working_days)
{
	int32_t today = day_of(clock_now(d->app->clock), TZ_CHINA);
	if (d->n_later == d->later_cap) {
		size_t more = d->later_cap ? d->later_cap * 2 : 64;
		d->later = mem_grow(d->mem, struct demo_later, d->later, d->later_cap, more);
		d->later_cap = more;
	}
	d->later[d->n_later++] = (struct demo_later){ l, kind, l->file_no,
		cal_add_wd(d->app->calendar, today, working_days) };
}

/* ---- sorting ---------------------------------------------------------------------------------------- */

/* clang-format off */
static const struct {
	const char *piece, *relief; /* of the title */
} reliefs_by_title[] = {
	{ "没人来往", "lonely" }, { "借书角", "lonely" }, { "独居老人", "lonely" }, { "跳舞", "grievance" },
	{ "物业费", "grievance" }, { "谈不拢", "grievance" }, { "找份工作", "hardship" }, { "失业金", "hardship" },
	{ "孩子看病", "hardship" }, { "放音乐", "grievance" }, { "装修", "grievance" },
};
static const struct {
	const char *class, *relief, *level[2];
} kinds[] = {
	{ "property",   "worry",     { "sector", "zone" } },
	{ "facility",   "none",      { "subdistrict", "zone" } },
	{ "sanitation", "none",      { "sector", "point" } },
	{ "noise",      "worry",     { "zone", "subdistrict" } },
	{ "parking",    "none",      { "subdistrict", "district" } },
	{ "illegal",    "grievance", { "subdistrict", "zone" } },
	{ "elderly",    "worry",     { "point", "zone" } },
	{ "welfare",    "hardship",  { "subdistrict", "district" } },
	{ "neighbour",  "grievance", { "point", "sector" } },
	{ "other",      "none",      { "zone", "subdistrict" } },
};
static const char *const statements[] = {
	"两家都不认识，也没有替哪一家说过话。", "我住在别的街道，家里没有人住这个小区。",
	"查过名册，和当事人不沾亲，以前也没有经手过。", "和店主、居民都没有来往，科长知道。",
};
static const char *const whys[] = {
	"到现场才知道管线归上面管，这一级定不了。", "居委谈过两次没有谈成，要上一级出面。",
	"查下来要几家一起办，得由上一级来派。",
};
/* clang-format on */

static const char *
relief_of(const struct demo_matter *m)
{
	for (size_t i = 0; i < sizeof reliefs_by_title / sizeof *reliefs_by_title; i++)
		if (strstr(m->title, reliefs_by_title[i].piece))
			return reliefs_by_title[i].relief;
	if (text_eq(m->nature, "consult"))
		return "doubt";
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (text_eq(kinds[i].class, m->class))
			return kinds[i].relief;
	return "none";
}

static const char *
level_of(const struct demo_life *l)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (text_eq(kinds[i].class, l->matter->class))
			return kinds[i].level[of_hundred(l, 2) < 30];
	return "subdistrict";
}

static const char *
level_above(const char *level)
{
	size_t i = 0;
	while (sort_levels[i].code && !text_eq(sort_levels[i].code, level))
		i++;
	return sort_levels[i].code && sort_levels[i + 1].code ? sort_levels[i + 1].code : level;
}

static enum xq_rc
sort_it(const struct tending *t, const char *level, const char *why, struct xq_err *err)
{
	const char *relief = relief_of(t->l->matter);
	bool is_grievance = text_eq(relief, "grievance");
	return run(call_of(t, t->owner, &concern_sort,
			   (const char *const[][2]){ { "relief", relief }, { "level", level },
				   { "interest", is_grievance ? "none" : NULL },
				   { "statement", is_grievance ? statements[turn(t->l, 4)] : NULL },
				   { "why", why }, { 0 } }),
		err);
}

/* ---- passing up ------------------------------------------------------------------------------------- */

/* Long enough on the way that a leader's word still comes in time. */
static bool
can_be_passed_up(const struct demo_life *l)
{
	static const enum demo_plan_id plans[] = { PLAN_SOLVED, PLAN_CONFLICT, PLAN_FOUND,
		PLAN_ASSISTED, PLAN_COUNTER, PLAN_LATE, PLAN_LATE_LEADER, PLAN_LATE_LISTED,
		PLAN_SENT_BACK, PLAN_HANDED_OVER, PLAN_EXTENDED, PLAN_TIME_REFUSED, PLAN_PARKED };
	bool is_question =
		text_eq(l->matter->nature, "consult") || text_eq(l->matter->nature, "suggestion");
	if (l->is_sealed || l->elsewhere || l->into || is_question)
		return false;
	for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
		if (plans[i] == l->plan)
			return true;
	return false;
}

static size_t
hard_one(const struct demo_life *l)
{
	size_t i = 0;
	while (demo_hard_ones[i].piece && !strstr(l->matter->title, demo_hard_ones[i].piece))
		i++;
	return i;
}

/* Formats with the one place; the demo's texts are its own. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static const char *
about(const struct tending *t, const char *text)
{
	return mem_printf(t->mem, text, t->l->place);
}
#pragma GCC diagnostic pop

/* Working days. What is late anyway waits longer, and two of the newest ones still do. */
static int
decided_after(const struct demo_life *l)
{
	return l->plan != PLAN_LATE ? 1 : l->is_stop ? 10 : 5;
}

static enum xq_rc
pass_up(const struct tending *t, struct xq_err *err)
{
	size_t i = hard_one(t->l);
	if (!demo_hard_ones[i].piece)
		return XQ_OK; /* nothing hard about it */
	t->l->tended |= IS_PASSED_UP;
	enum xq_rc rc = run(
		call_of(t, t->owner, &concern_pass_up,
			(const char *const[][2]){ { "facts", about(t, demo_hard_ones[i].facts) },
				{ "tried", demo_hard_ones[i].tried },
				{ "proposal", demo_hard_ones[i].proposal },
				{ "asked", demo_hard_ones[i].asked }, { 0 } }),
		err);
	if (rc == XQ_OK)
		put_off(t->d, t->l, LATER_DECIDE, decided_after(t->l));
	return rc;
}

static enum xq_rc
decide(const struct tending *t, struct xq_err *err)
{
	size_t i = hard_one(t->l);
	return run(call_of(t, &t->d->leader, &concern_answer_up,
			   (const char *const[][2]){ { "decision", demo_hard_ones[i].decision },
				   { "note", demo_hard_ones[i].note }, { 0 } }),
		err);
}

/* ---- explaining and reporting ----------------------------------------------------------------------- */

/* clang-format off */
static const struct {
	const char *text, *view, *words;
} explanations[] = {
	{ "把答复里的规定念了一遍，说了现在能做到哪一步、接下来看什么。", "understands", "说清楚了就好，那我等通知。" },
	{ "讲了为什么现在办不了，谁能定，先替代着怎么办。", "understands", "" },
	{ "说明了规定是哪一条，材料放在受理大厅可以查，也说了哪天再看。", "disagrees", "道理我懂，可是等了这么久，希望早点有个日子。" },
	{ "把现场量的尺寸和规定对着讲，能做的两件事写在纸上留给居民。", "understands", "谢谢你们跑一趟，纸我收着。" },
	{ "讲了原因，也说了居民可以向哪个部门反映。", "silent", "" },
	{ "说明这件事要几家一起定，街道会去报，报了以后告诉居民。", "disagrees", "不能老说要别人定，你们也要去催。" },
}, parked[] = {
	{ "说明为什么先放一放，哪天再看，放着的时候有事打哪个电话。", "understands", "知道了，到时候别忘了。" },
	{ "讲了卡在哪里，已经做了什么，复查的日子是哪天。", "understands", "" },
	{ "说明现在定不下来的原因，最急的一处先围起来。", "disagrees", "放着可以，下雨的时候要有人来看。" },
};
static const char *const needs[] = { "明年的预算定下来", "业主大会表决通过", "新的管理办法公布", "法院判下来" };
/* clang-format on */

enum {
	N_EXPLANATIONS = sizeof explanations / sizeof *explanations,
	N_PARKED = sizeof parked / sizeof *parked,
	ASK_AGAIN = 12
};

/* Without a phone number somebody goes there. */
static const char *
mode_of(const struct demo_life *l)
{
	static const char *const modes[] = { "phone", "counter", "phone", "visit" };
	return l->index % 5 == 0 ? "visit" : modes[turn(l, 4)];
}

static enum xq_rc
explain_it(const struct tending *t, enum later_kind kind, struct xq_err *err)
{
	bool is_parked = t->c.state == ST_PARKED;
	size_t i = turn(t->l, is_parked ? N_PARKED : N_EXPLANATIONS);
	bool is_missed = kind == LATER_EXPLAIN && of_hundred(t->l, 5) < ASK_AGAIN;
	const char *text = is_parked ? parked[i].text : explanations[i].text;
	const char *view = is_parked ? parked[i].view : explanations[i].view;
	const char *words = is_parked ? parked[i].words : explanations[i].words;
	struct act_call *call = call_of(t, t->owner, &concern_explain,
		(const char *const[][2]){ { "mode", is_missed ? "phone" : mode_of(t->l) },
			{ "text", is_missed ? "打了两次，没有人接，后天再打。" : text },
			{ "needs", is_parked ? needs[(size_t)t->l->index % 4] : NULL },
			{ "view", is_missed ? "unreached" : view },
			{ "words", is_missed || !words[0] ? NULL : words }, { 0 } });
	form_set_int(&call->form, "day", t->today);
	enum xq_rc rc = run(call, err);
	if (rc == XQ_OK && is_missed)
		put_off(t->d, t->l, LATER_EXPLAIN_AGAIN, 2);
	return rc;
}

static enum xq_rc
report(const struct tending *t, struct xq_err *err)
{
	const struct demo_why *y = t->l->matter->why;
	struct act_call *call = call_of(t, t->owner, &concern_report_up,
		(const char *const[][2]){ { "to", y->up_to }, { 0 } });
	form_set_int(&call->form, "day", t->today);
	return run(call, err);
}

/* ---- keeping ------------------------------------------------------------------------------------------ */

/* The oldest promise that is open; a new round may have made another one. */
static enum xq_rc
keep_promise(const struct tending *t, struct xq_err *err)
{
	struct promise *list;
	struct tx *tx;
	size_t n = 0;
	enum xq_rc rc = db_read(t->d->app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = promise_list(tx, t->mem, t->d->office, t->c.id, &list, &n, err);
	tx_end(tx);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		if (list[i].state != PROMISE_OPEN)
			continue;
		const struct demo_words *w = &demo_kept;
		struct act_call *call = call_of(t, t->owner, &promise_keep,
			(const char *const[][2]){ { "note", w->text[turn(t->l, w->n)] }, { 0 } });
		form_set_int(&call->form, "no", list[i].no);
		return run(call, err);
	}
	return rc;
}

/* Most are kept some days before, some late, a few not at all so far. */
static void
tend_promised(const struct tending *t)
{
	const struct demo_why *y = t->l->matter->why;
	int chance = of_hundred(t->l, 10);
	if (t->c.outcome != OUT_EXPLAINED || !y || y->instead_days == 0)
		return;
	if (chance < KEPT)
		put_off(t->d, t->l, LATER_KEEP, y->instead_days > 3 ? y->instead_days - 3 : 1);
	else if (chance < KEPT_LATE)
		put_off(t->d, t->l, LATER_KEEP, y->instead_days + 4);
}

/* ---- beside a step ---------------------------------------------------------------------------------- */

static enum xq_rc
tend_open(const struct tending *t, enum demo_op op, struct xq_err *err)
{
	struct demo_life *l = t->l;
	enum xq_rc rc = XQ_OK;
	bool is_new = !(l->tended & IS_SORTED) && (op == OP_CONTACT || op == OP_FIND);
	if (is_new && of_hundred(l, 1) < SORTED) {
		l->tended |= IS_SORTED;
		rc = sort_it(t, level_of(l), NULL, err);
	}
	bool is_changed = op == OP_SUBMIT && (l->tended & IS_SORTED) && !(l->tended & IS_RESORTED);
	if (rc == XQ_OK && is_changed && of_hundred(l, 3) < RESORTED) {
		l->tended |= IS_RESORTED;
		rc = sort_it(t, level_above(level_of(l)), whys[turn(l, 3)], err);
	}
	int share = !l->is_stop ? PASSED_UP : l->plan == PLAN_LATE ? 100 : PASSED_UP_NEW;
	if (rc == XQ_OK && op == OP_CONTACT && !(l->tended & IS_PASSED_UP) && can_be_passed_up(l) &&
		of_hundred(l, 4) < share)
		rc = pass_up(t, err);
	return rc;
}

/* An answer that explains, or a parking: it is told in person some days later. */
static void
tend_told(const struct tending *t, enum demo_op op)
{
	struct demo_life *l = t->l;
	unsigned told = op == OP_PARK ? IS_PARK_EXPLAINED : IS_EXPLAINED;
	if (explain_is_due(&t->c) && !(l->tended & told) && of_hundred(l, 6) < EXPLAINED) {
		l->tended |= told;
		put_off(t->d, l, LATER_EXPLAIN, 1 + of_hundred(l, 7) % 3);
	}
	const struct demo_why *y = l->matter->why;
	bool is_beyond = t->c.outcome == OUT_EXPLAINED && y && y->is_beyond;
	if (is_beyond && !(l->tended & IS_REPORTED) && of_hundred(l, 8) < REPORTED) {
		l->tended |= IS_REPORTED;
		put_off(t->d, l, LATER_REPORT, 2 + of_hundred(l, 9) % 6);
	}
}

enum xq_rc
demo_tend(struct demo *d, struct demo_life *l, enum demo_op op, struct xq_err *err)
{
	bool is_open = op == OP_CONTACT || op == OP_FIND || op == OP_SUBMIT;
	bool is_told = op == OP_APPROVE || op == OP_PARK;
	if (l->elsewhere || l->into || (!is_open && !is_told))
		return XQ_OK;
	struct tending t;
	void *mem = mem_root("demo");
	enum xq_rc rc = begin(&t, d, l, l->file_no, mem, err);
	if (rc == XQ_OK && is_open)
		rc = tend_open(&t, op, err);
	else if (rc == XQ_OK)
		tend_told(&t, op);
	if (rc == XQ_OK && op == OP_APPROVE)
		tend_promised(&t);
	mem_free(mem);
	return rc;
}

/* ---- of an evening ---------------------------------------------------------------------------------- */

static enum xq_rc
do_later(struct demo *d, const struct demo_later *p, struct xq_err *err)
{
	struct tending t;
	void *mem = mem_root("demo");
	enum xq_rc rc = begin(&t, d, p->life, p->file_no, mem, err);
	if (rc == XQ_OK && p->kind == LATER_DECIDE)
		rc = decide(&t, err);
	else if (rc == XQ_OK && p->kind == LATER_REPORT)
		rc = report(&t, err);
	else if (rc == XQ_OK && p->kind == LATER_KEEP)
		rc = keep_promise(&t, err);
	else if (rc == XQ_OK)
		rc = explain_it(&t, p->kind, err);
	mem_free(mem);
	return rc;
}

enum xq_rc
demo_tend_evening(struct demo *d, struct xq_err *err)
{
	int32_t today = day_of(clock_now(d->app->clock), TZ_CHINA);
	size_t kept = 0, n = d->n_later;
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; i < n; i++) {
		const struct demo_later p = d->later[i]; /* what it puts off may move the list */
		if (rc == XQ_OK && p.day <= today)
			rc = do_later(d, &p, err);
		else
			d->later[kept++] = p;
	}
	for (size_t i = n; i < d->n_later; i++)
		d->later[kept++] = d->later[i];
	d->n_later = kept;
	return rc;
}
