/* SPDX-License-Identifier: Apache-2.0 */
/* demo.c - concerns of the demo office: each has a plan of steps at working times; the steps of all
 * concerns run in the order of time under a simulated clock, with the clock's own jobs between. */
#include "cli/demo.h"

#include <stdlib.h>

#include "cli/demo_int.h"
#include "cli/demo_texts.h"
#include "concern/concern.h"
#include "core/mem.h"
#include "evaluation/callback.h"

#include "core/banned.h"

enum { BACK_DAYS = 85, MINUTES_A_DAY = 480, STEPS_MAX = 14, MANY = 2000, BATCH = 200 };

enum op {
	OP_RAISE,
	OP_REGISTER,
	OP_ACCEPT,
	OP_CONTACT,
	OP_OFFER,
	OP_DECLINE,
	OP_SUBMIT,
	OP_APPROVE,
	OP_SEND_BACK,
	OP_CALL_NOBODY,
	OP_CALL_YES,
	OP_CALL_PARTLY,
	OP_CALL_NO,
	OP_RATE,
	OP_REDO,
	OP_CLOSE
};

/* What happens to a concern, and how many working minutes after the step before. */
struct plan {
	const char *what;
	struct {
		enum op op;
		int after;
	} step[STEPS_MAX];
	size_t n;
};

/* clang-format off */
static const struct plan plans[] = {
	{ "solved",       { { OP_RAISE, 0 }, { OP_ACCEPT, 90 }, { OP_CONTACT, 60 }, { OP_SUBMIT, 900 }, { OP_APPROVE, 120 }, { OP_CALL_YES, 500 } }, 6 },
	{ "rated",        { { OP_RAISE, 0 }, { OP_ACCEPT, 120 }, { OP_CONTACT, 40 }, { OP_SUBMIT, 700 }, { OP_APPROVE, 60 }, { OP_RATE, 300 } }, 6 },
	{ "counter",      { { OP_REGISTER, 0 }, { OP_ACCEPT, 70 }, { OP_CONTACT, 200 }, { OP_SUBMIT, 1000 }, { OP_APPROVE, 100 }, { OP_CALL_YES, 700 } }, 6 },
	{ "conflict",     { { OP_RAISE, 0 }, { OP_ACCEPT, 100 }, { OP_CONTACT, 80 }, { OP_SUBMIT, 1100 }, { OP_APPROVE, 90 }, { OP_CALL_PARTLY, 600 } }, 6 },
	{ "late",         { { OP_RAISE, 0 }, { OP_ACCEPT, 200 }, { OP_CONTACT, 300 }, { OP_SUBMIT, 3100 }, { OP_APPROVE, 200 }, { OP_CALL_YES, 500 } }, 6 },
	{ "redo",         { { OP_REGISTER, 0 }, { OP_ACCEPT, 60 }, { OP_CONTACT, 90 }, { OP_SUBMIT, 900 }, { OP_APPROVE, 90 }, { OP_CALL_NO, 480 }, { OP_REDO, 300 }, { OP_CONTACT, 120 }, { OP_SUBMIT, 600 }, { OP_APPROVE, 100 }, { OP_CALL_YES, 500 } }, 11 },
	{ "ruled closed", { { OP_RAISE, 0 }, { OP_ACCEPT, 60 }, { OP_CONTACT, 90 }, { OP_SUBMIT, 900 }, { OP_APPROVE, 90 }, { OP_CALL_NO, 480 }, { OP_CLOSE, 400 } }, 7 },
	{ "unreached",    { { OP_REGISTER, 0 }, { OP_ACCEPT, 60 }, { OP_CONTACT, 90 }, { OP_SUBMIT, 800 }, { OP_APPROVE, 60 }, { OP_CALL_NOBODY, 400 }, { OP_CALL_NOBODY, 200 }, { OP_CALL_NOBODY, 480 } }, 8 },
	{ "sent back",    { { OP_RAISE, 0 }, { OP_ACCEPT, 60 }, { OP_CONTACT, 90 }, { OP_SUBMIT, 700 }, { OP_SEND_BACK, 60 }, { OP_SUBMIT, 200 }, { OP_APPROVE, 100 }, { OP_CALL_YES, 600 } }, 8 },
	{ "declined",     { { OP_RAISE, 0 }, { OP_ACCEPT, 60 }, { OP_OFFER, 90 }, { OP_DECLINE, 60 }, { OP_CONTACT, 60 }, { OP_SUBMIT, 700 }, { OP_APPROVE, 100 }, { OP_CALL_YES, 600 } }, 8 },
	{ "handed over",  { { OP_RAISE, 0 }, { OP_ACCEPT, 60 }, { OP_OFFER, 90 }, { OP_ACCEPT, 90 }, { OP_CONTACT, 60 }, { OP_SUBMIT, 700 }, { OP_APPROVE, 100 }, { OP_RATE, 600 } }, 8 },
	{ "lapsed",       { { OP_RAISE, 0 }, { OP_CONTACT, 1100 }, { OP_SUBMIT, 500 }, { OP_APPROVE, 100 }, { OP_CALL_YES, 600 } }, 5 },
};
/* clang-format on */
enum { N_PLANS = sizeof plans / sizeof plans[0] };

/* The last concerns stop where they stand, so that every state of the thread can be seen. */
static const struct stop {
	size_t plan, steps; /* steps done until now */
} stops[] = { { 0, 1 }, { 0, 1 }, { 2, 1 }, { 0, 2 }, { 1, 2 }, { 0, 3 }, { 2, 3 }, { 1, 3 },
	{ 0, 4 }, { 2, 4 }, { 0, 5 }, { 1, 5 }, { 3, 5 }, { 5, 6 }, { 6, 6 }, { 5, 7 }, { 7, 6 },
	{ 8, 5 }, { 9, 3 }, { 9, 4 }, { 10, 4 }, { 4, 3 }, { 4, 3 }, { 4, 2 } };
enum { N_STOPS = sizeof stops / sizeof stops[0] };

struct life {
	const struct demo_matter *matter;
	const char *place, *closing;
	size_t plan, n_steps;
	int64_t file_no;
	const char *code;
	bool is_sealed;
	int64_t index;
};

struct event_at {
	int64_t at;
	struct life *life;
	enum op op;
	size_t order;
};

/* ---- working time ---------------------------------------------------------------------------------- */

/* The moment so many working minutes after at: 9:00-17:00 of working days. */
static int64_t
work_later(const struct calendar *cal, int64_t at, int minutes)
{
	int32_t day = day_of(at, TZ_CHINA);
	int64_t minute = (at - day_start(day, TZ_CHINA)) / 60 + minutes;
	if (!cal_is_workday(cal, day)) {
		day = cal_next_workday(cal, day);
		minute = 540 + minutes;
	}
	while (minute > 1020) {
		minute -= MINUTES_A_DAY;
		day = cal_add_wd(cal, day, 1);
	}
	return day_at(day, (int)(minute < 540 ? 540 : minute), TZ_CHINA);
}

/* ---- single steps ---------------------------------------------------------------------------------- */

static struct act_call *
begin(void *mem, struct demo *d, const struct act *act, const struct actor *actor, struct life *l)
{
	struct act_call *call = act_call_new(mem, d->app, act, d->office, actor);
	if (l->file_no != 0 && act != &voice_rate)
		form_set_int(&call->form, "concern", l->file_no);
	return call;
}

static void
set(struct act_call *call, const char *name, const char *text)
{
	form_set_text(call->mem, &call->form, name, text);
}

/* Formats with the one place; the demo's texts are its own. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static const char *
about(void *mem, const char *text, const char *place)
{
	return mem_printf(mem, text, place);
}
#pragma GCC diagnostic pop

static void
fill_raise(struct act_call *call, const struct life *l, bool by_staff)
{
	static const char *const vias[] = { "counter", "phone", "visit", "hotline" };
	const struct demo_matter *m = l->matter;
	set(call, "body",
		mem_printf(call->mem, "%s%s", about(call->mem, m->body, l->place), l->closing));
	set(call, "class", m->class);
	set(call, "place", l->place);
	if (l->index % 5 != 0)
		set(call, "phone", mem_printf(call->mem, "13800000%03d", (int)(l->index % 1000)));
	if (l->index % 3 != 0)
		set(call, "name",
			mem_printf(call->mem, "%s%s",
				demo_surnames[(size_t)l->index % demo_n_surnames],
				l->index % 2 ? "女士" : "先生"));
	form_set_int(&call->form, "publish", l->index % 7 != 0);
	form_set_int(&call->form, "secret", l->is_sealed);
	if (!by_staff)
		return;
	set(call, "title", about(call->mem, m->title, l->place));
	set(call, "nature", m->nature);
	set(call, "via", vias[(size_t)l->index % 4]);
	set(call, "told", "已告知由谁办、哪天答复。");
}

static void
fill_reply(struct act_call *call, const struct life *l)
{
	const struct demo_matter *m = l->matter;
	set(call, "text", about(call->mem, m->answer, l->place));
	set(call, "outcome", m->outcome);
	set(call, "basis", m->basis);
}

static void
fill_call(struct act_call *call, const char *result, const char *solved, const char *sat)
{
	set(call, "result", result);
	if (!solved)
		return;
	set(call, "contacted", "yes");
	set(call, "solved", solved);
	set(call, "sat", sat);
}

/* The person who owns it now, so that the demo follows what really happened. */
static enum xq_rc
load_now(struct demo *d, void *mem, const struct life *l, struct concern *c, struct xq_err *err)
{
	struct tx *tx;
	enum xq_rc rc = db_read(d->app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = concern_by_file_no(tx, mem, d->office, l->file_no, c, err);
	tx_end(tx);
	return rc;
}

static enum xq_rc
receiver_now(struct demo *d, void *mem, const struct life *l, const struct concern *c,
	const struct actor **out, struct xq_err *err)
{
	struct handover h;
	struct tx *tx;
	enum xq_rc rc = db_read(d->app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = handover_open(tx, mem, d->office, c->id, &h, err);
	tx_end(tx);
	if (rc == XQ_OK)
		*out = demo_handler(d, h.to_unit_id, l->index);
	return rc;
}

static struct act_call *
step_call(struct demo *d, void *mem, struct life *l, enum op op, const struct concern *c,
	struct xq_err *err)
{
	const struct actor *owner = c ? demo_person(d, c->owner_person_id) : NULL, *to = NULL;
	struct act_call *call;
	switch (op) {
	case OP_RAISE:
		call = begin(mem, d, &concern_raise, &d->resident, l);
		fill_raise(call, l, false);
		return call;
	case OP_REGISTER:
		call = begin(mem, d, &concern_register, &d->clerk[l->index % 2], l);
		fill_raise(call, l, true);
		return call;
	case OP_ACCEPT:
	case OP_DECLINE:
		if (receiver_now(d, mem, l, c, &to, err) != XQ_OK)
			return NULL;
		call = begin(mem, d, op == OP_ACCEPT ? &concern_accept : &concern_decline, to, l);
		if (op == OP_DECLINE)
			set(call, "why", "not-ours");
		return call;
	case OP_CONTACT:
		call = begin(mem, d, &concern_contact, owner, l);
		form_set_int(&call->form, "made", l->index % 6 != 0);
		set(call, "note",
			l->index % 6 ? "电话接通，告知由谁办、哪天答复。"
				     : "打了两次没人接，明天再打。");
		return call;
	case OP_OFFER:
		call = begin(mem, d, &concern_offer, owner, l);
		set(call, "unit", demo_other_unit(d, c->owner_unit_id));
		set(call, "why", "place");
		set(call, "note", "地段在你们那边，请看一看。");
		set(call, "told", "已告诉居民可能换单位办，答复日不变。");
		return call;
	case OP_SUBMIT:
		call = begin(mem, d, &reply_submit, owner, l);
		fill_reply(call, l);
		return call;
	case OP_APPROVE:
		call = begin(mem, d, &reply_approve, demo_approver(d, c->owner_person_id), l);
		set(call, "public_line", l->matter->line);
		return call;
	case OP_SEND_BACK:
		call = begin(mem, d, &reply_send_back, demo_approver(d, c->owner_person_id), l);
		set(call, "why", "unclear");
		set(call, "note", "哪天完工没有写清楚，请补上日期。");
		return call;
	case OP_CALL_NOBODY:
	case OP_CALL_YES:
	case OP_CALL_PARTLY:
	case OP_CALL_NO:
		call = begin(mem, d, &callback_record, &d->evaluator[l->index % 2], l);
		if (op == OP_CALL_NOBODY)
			fill_call(call, "nobody", NULL, NULL);
		else if (op == OP_CALL_YES)
			fill_call(call, "reached",
				text_eq(l->matter->outcome, "explained") ? "explained" : "yes",
				l->index % 3 ? "1" : "2");
		else
			fill_call(call, "reached", op == OP_CALL_PARTLY ? "partly" : "no",
				op == OP_CALL_PARTLY ? "3" : "4");
		return call;
	case OP_RATE:
		call = begin(mem, d, &voice_rate, &d->resident, l);
		set(call, "code", l->code);
		set(call, "solved", text_eq(l->matter->outcome, "solved") ? "yes" : "partly");
		set(call, "sat", l->index % 4 ? "1" : "none");
		return call;
	case OP_REDO:
	case OP_CLOSE:
		call = begin(mem, d, &concern_rule_outcome, &d->supervisor, l);
		set(call, "decision", op == OP_REDO ? "redo" : "close");
		set(call, "note",
			op == OP_REDO ? "居民说的属实，请科长参加，再办一次。"
				      : "已照规定办理，结果当面解释过。");
		return call;
	}
	return NULL;
}

static enum xq_rc
run_step(struct demo *d, struct life *l, enum op op, struct xq_err *err)
{
	void *mem = mem_root("demo");
	struct concern c;
	bool is_new = op == OP_RAISE || op == OP_REGISTER;
	enum xq_rc rc = is_new ? XQ_OK : load_now(d, mem, l, &c, err);
	struct act_call *call =
		rc == XQ_OK ? step_call(d, mem, l, op, is_new ? NULL : &c, err) : NULL;
	if (call) {
		rc = act_run(call);
		if (rc == XQ_OK && is_new) {
			if (!file_no_read(str_of(act_result_get(call, "file_no")), &l->file_no))
				rc = xq_fault(err, "act.fault", "file number");
			l->code = mem_text(d->mem, act_result_get(call, "code"));
		} else if (rc == XQ_FAULT) {
			*err = call->err;
		}
	}
	mem_free(mem);
	/* A refusal is life: an offer that lapsed meanwhile can't be accepted any more. */
	return rc == XQ_REFUSED || rc == XQ_NONE ? XQ_OK : rc;
}

/* ---- the schedule ------------------------------------------------------------------------------------ */

static int
by_time(const void *a, const void *b)
{
	const struct event_at *x = a, *y = b;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

static int
plan_minutes(const struct plan *p, size_t n)
{
	int sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += p->step[i].after;
	return sum;
}

/* A start so that the last step that has happened lies a little before now. */
static int64_t
start_before(struct demo *d, int64_t now, int minutes)
{
	const struct calendar *cal = d->app->calendar;
	int days = minutes / MINUTES_A_DAY + 1;
	int32_t day = cal_add_wd(cal, day_of(now, TZ_CHINA), -days);
	return day_at(day, 540 + (int)rng_below(&d->random, 60), TZ_CHINA);
}

static void
choose(struct demo *d, const struct demo_options *opt, struct life *l, int64_t i, int64_t *start)
{
	static const size_t property[] = { 0, 1, 18, 25, 29 };
	int64_t from_end = opt->concerns - 1 - i;
	l->index = i;
	l->matter = &demo_matters[(size_t)(i * 7) % demo_n_matters];
	l->place = demo_places[(size_t)(i * 5 + i / 24) % demo_n_places];
	l->closing = demo_closings[(size_t)(i * 3) % demo_n_closings];
	l->is_sealed = i % 29 == 17;
	if (from_end < N_STOPS) {
		l->plan = stops[from_end].plan;
		l->n_steps = stops[from_end].steps;
		if (from_end % 2 == 0) /* one unit with enough on its desk to look at */
			l->matter = &demo_matters[property[from_end / 2 % 5]];
		*start = start_before(d, opt->now, plan_minutes(&plans[l->plan], l->n_steps));
		if (l->plan == 4) /* the late ones lie longer than they should */
			*start = day_at(cal_add_wd(d->app->calendar, day_of(opt->now, TZ_CHINA),
						-7 - (int)from_end % 3),
				600, TZ_CHINA);
		return;
	}
	l->plan = (size_t)i % N_PLANS;
	l->n_steps = plans[l->plan].n;
	int32_t day = day_add(day_of(opt->now, TZ_CHINA),
		-BACK_DAYS + (int)rng_below(&d->random, BACK_DAYS - 15));
	*start = day_at(day, 540 + (int)rng_below(&d->random, MINUTES_A_DAY), TZ_CHINA);
}

static struct event_at *
schedule(struct demo *d, const struct demo_options *opt, size_t *out_n)
{
	size_t n = 0, cap = (size_t)opt->concerns * STEPS_MAX;
	struct event_at *list = mem_array(d->mem, struct event_at, cap);
	struct life *life = mem_array(d->mem, struct life, opt->concerns);
	for (int64_t i = 0; i < opt->concerns; i++) {
		int64_t at;
		choose(d, opt, &life[i], i, &at);
		const struct plan *p = &plans[life[i].plan];
		for (size_t k = 0; k < life[i].n_steps; k++) {
			at = work_later(d->app->calendar, at, p->step[k].after);
			if (at < opt->now)
				list[n] = (struct event_at){ at, &life[i], p->step[k].op, n }, n++;
		}
	}
	qsort(list, n, sizeof *list, by_time);
	*out_n = n;
	return list;
}

static enum xq_rc
run_jobs_at(struct demo *d, struct clock *clock, int64_t at, struct xq_err *err)
{
	int done;
	clock_set(clock, at);
	return app_run_jobs(d->app, &done, err);
}

static enum xq_rc
live(struct demo *d, const struct demo_options *opt, struct clock *clock, struct xq_err *err)
{
	size_t n;
	struct event_at *e = schedule(d, opt, &n);
	int64_t jobs_at = 0;
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		if (e[i].at - jobs_at > 1800) /* the clock looks every half hour of the story */
			rc = run_jobs_at(d, clock, jobs_at = e[i].at, err);
		clock_set(clock, e[i].at);
		if (rc == XQ_OK)
			rc = run_step(d, e[i].life, e[i].op, err);
	}
	return rc == XQ_OK ? run_jobs_at(d, clock, opt->now, err) : rc;
}

enum xq_rc
demo_make(struct app *app, const struct demo_options *opt, struct buf *accounts_text,
	struct xq_err *err)
{
	struct demo *d = mem_new(app->mem, struct demo);
	d->app = app;
	d->mem = d;
	rng_init_seed(&d->random, opt->seed);
	struct clock *real = app->clock, story;
	clock_init_fixed(&story, opt->now - 92LL * 86400);
	app->clock = &story;
	enum xq_rc rc = demo_people(d, accounts_text, err);
	if (rc == XQ_OK)
		rc = opt->concerns < MANY ? live(d, opt, &story, err)
		                          : demo_many(d, opt, &story, err);
	app->clock = real;
	mem_free(d);
	return rc;
}
