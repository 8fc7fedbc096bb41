/* SPDX-License-Identifier: Apache-2.0 */
/* demo_draws.c - second calls in the demo: each month, a week after it is over, one evaluator announces the draw,
 * the other puts in what the lottery drew, and who did not make the first call asks once more. The record is
 * signed in between, as the running system does every second. */
#include "cli/demo_int.h"
#include "core/mem.h"
#include "evaluation/recheck.h"
#include "record/record.h"

#include "core/banned.h"

enum { ANNOUNCED_ON = 8, MONTHS = 3, CALLS_A_DAY = 2, LEFT_WAITING = 2, WAIT = 40 };

/* What a lottery of six of 33 and one of 16 could have drawn. */
static const char *const drawings[] = { "03,07,12,19,22,31+08", "01,09,14,20,26,33+05",
	"02,11,17,23,28,30+12", "05,08,13,21,27,32+03" };

static const char *const answers[][2] = { { "yes", "1" }, { "yes", "2" }, { "yes", "1" },
	{ "partly", "2" }, { "yes", "1" }, { "explained", "3" }, { "yes", "1" }, { "no", "4" } };

static const char *
month_code(void *mem, int32_t day)
{
	return mem_printf(mem, "%04d-%02d", day_year(day), day_month(day));
}

static enum xq_rc
load(struct demo *d, void *mem, const char *month, struct draw *out, struct xq_err *err)
{
	struct tx *tx;
	enum xq_rc rc = db_read(d->app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = draw_by_code(tx, mem, d->office, str_of(mem_printf(mem, "d-%s", month)), out, err);
	tx_end(tx);
	return rc;
}

static enum xq_rc
announce(struct demo *d, void *mem, const char *month, int32_t today, struct xq_err *err)
{
	int32_t on = day_add(today, 3);
	const struct act_call *call = demo_deed(d, mem, &d->evaluator[0], &draw_announce,
		(demo_pairs){ { "month", month },
			{ "outside",
				mem_printf(mem, "ssq-%04d%03d", day_year(on), day_month(on) * 12) },
			{ "outside_day", mem_printf(mem, "%d", on) }, { 0 } });
	if (call->rc == XQ_FAULT)
		*err = call->err;
	return call->rc == XQ_FAULT ? XQ_FAULT : XQ_OK; /* nothing closed: no draw */
}

/* Refused until the record has passed S; then both steps on one evening. */
static enum xq_rc
draw_now(struct demo *d, void *mem, const struct draw *w, struct xq_err *err)
{
	enum xq_rc rc = record_sign(d->app, err);
	if (rc != XQ_OK)
		return rc;
	const struct act_call *call = demo_deed(d, mem, &d->evaluator[1], &draw_seed_act,
		(demo_pairs){ { "draw", w->code },
			{ "value", drawings[(size_t)w->no % (sizeof drawings / sizeof *drawings)] },
			{ 0 } });
	if (call->rc == XQ_OK)
		call = demo_deed(d, mem, &d->evaluator[1], &draw_finish,
			(demo_pairs){ { "draw", w->code }, { 0 } });
	if (call->rc == XQ_FAULT)
		*err = call->err;
	return call->rc == XQ_FAULT ? XQ_FAULT : XQ_OK;
}

static enum xq_rc
call_one(struct demo *d, void *mem, const struct actor *who, const struct recheck *w,
	struct xq_err *err)
{
	size_t at = (size_t)w->concern_id % (sizeof answers / sizeof *answers);
	bool is_reached = (w->concern_id + w->tries) % 5 != 0;
	char no[24];
	file_no_show(w->file_no, no);
	const struct act_call *call = demo_deed(d, mem, who, &recheck_record,
		(demo_pairs){ { "concern", mem_text(mem, no) },
			{ "result", is_reached ? "reached" : "nobody" },
			{ "solved", is_reached ? answers[at][0] : "" },
			{ "sat", is_reached ? answers[at][1] : "" }, { 0 } });
	if (call->rc == XQ_FAULT)
		*err = call->err;
	return call->rc == XQ_FAULT ? XQ_FAULT : XQ_OK;
}

/* Each evaluator makes a few; the last ones stay for whoever tries the demo. */
static enum xq_rc
call_some(struct demo *d, void *mem, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	for (size_t e = 0; rc == XQ_OK && e < 2; e++) {
		struct recheck list[WAIT];
		struct tx *tx;
		size_t n = 0;
		rc = db_read(d->app->db, &tx, err);
		if (rc != XQ_OK)
			return rc;
		rc = recheck_waiting(tx, mem, &d->evaluator[e], list, WAIT, &n, err);
		tx_end(tx);
		for (size_t i = 0; rc == XQ_OK && i < CALLS_A_DAY && i + LEFT_WAITING < n; i++)
			rc = call_one(d, mem, &d->evaluator[e], &list[i], err);
	}
	return rc;
}

/* Only the last months of the story are drawn from: before, the office did without. */
enum xq_rc
demo_draws_evening(struct demo *d, struct xq_err *err)
{
	int32_t today = day_of(clock_now(d->app->clock), TZ_CHINA);
	int32_t ends = day_of(d->ends_at, TZ_CHINA);
	if (day_add_months(today, MONTHS) < ends || !cal_is_workday(d->app->calendar, today) ||
		today % 100 < ANNOUNCED_ON)
		return XQ_OK;
	void *mem = mem_root("demo");
	const char *month = month_code(mem, day_add_months(today, -1));
	struct draw w;
	enum xq_rc rc = load(d, mem, month, &w, err);
	if (rc == XQ_NONE)
		rc = announce(d, mem, month, today, err);
	else if (rc == XQ_OK && w.state == DRAW_ANNOUNCED && w.outside_day <= today)
		rc = draw_now(d, mem, &w, err);
	else if (rc == XQ_OK && w.state == DRAW_DONE)
		rc = call_some(d, mem, err);
	mem_free(mem);
	return rc;
}
