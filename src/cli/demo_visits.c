/* SPDX-License-Identifier: Apache-2.0 */
/* demo_visits.c - visits at home in the demo: now and then whoever answers for a concern offers one; most
 * households say yes and are visited, some do not want it, and a few days wait for an answer. */
#include "cli/demo_int.h"
#include "concern/visit.h"
#include "core/mem.h"

#include "core/banned.h"

enum { EVERY_EVENINGS = 5, AHEAD_DAYS = 12, ROWS = 20, STORIES = 4 };

/* clang-format off */
static const struct {
	const char *purpose, *about, *second, *told, *heard;
} visits[] = {
	{ "explain", "当面说明处理安排，看一看现场还有什么不方便。", "hanmei",
		"说明了为什么要分两步做，第二步哪天开工，找谁问。", "同意分两步做；希望开工前一天在楼道里贴个通知。" },
	{ "support", "事情拖得久，上门听一听，看看眼下有什么能先做的。", "lujianping",
		"说明了办到哪一步、下一步等什么。", "等得着急，愿意再等；晚上楼道暗，想先装一盏临时灯。" },
	{ "explain", "答复里写的规定不好懂，上门一条一条讲。", "luoyun",
		"照着规定原文讲了一遍，留了复印件。", "听明白了，结果不满意，但知道还能向哪里申请。" },
};
/* clang-format on */
enum { N_VISITS = sizeof visits / sizeof *visits };

/* A refusal is life and no fault, as everywhere in the demo; here the caller hears of it. */
static enum xq_rc
deed(struct demo *d, void *mem, const struct actor *who, const struct act *act, int64_t file_no,
	int32_t day, const char *const pair[][2], struct xq_err *err)
{
	struct act_call *call = act_call_new(mem, d->app, act, d->office, who);
	form_set_int(&call->form, "concern", file_no);
	if (day)
		form_set_int(&call->form, act == &visit_offer ? "day" : "held_on", day);
	for (size_t i = 0; pair[i][0]; i++)
		form_set_text(mem, &call->form, pair[i][0], pair[i][1]);
	enum xq_rc rc = act_run(call);
	if (rc == XQ_FAULT)
		*err = call->err;
	return rc;
}

static enum xq_rc
offer_one(struct demo *d, void *mem, int32_t today, struct xq_err *err)
{
	struct tx *tx;
	struct concern_row *row;
	size_t n = 0, words = (size_t)d->evenings / EVERY_EVENINGS % N_VISITS;
	struct list_query lq = {
		.kind = LIST_ALL_OPEN, .max = ROWS, .now = clock_now(d->app->clock)
	};
	enum xq_rc rc = db_read(d->app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = concern_list(tx, mem, d->office, &lq, &row, &n, err);
	tx_end(tx);
	bool is_offered = false; /* on the first concern that can have one */
	for (size_t i = 0; rc == XQ_OK && i < n && !is_offered; i++) {
		rc = deed(d, mem, demo_person(d, row[i].owner_person_id), &visit_offer,
			row[i].file_no, day_add(today, AHEAD_DAYS),
			(const char *const[][2]){ { "purpose", visits[words].purpose },
				{ "about", visits[words].about }, { "first", "guxiaolan" },
				{ "second", visits[words].second }, { 0 } },
			err);
		is_offered = rc == XQ_OK;
		rc = rc == XQ_REFUSED ? XQ_OK : rc;
	}
	return rc;
}

/* Every fourth is answered on the day itself, every fourth is not wanted. */
static enum xq_rc
go_on(struct demo *d, void *mem, const struct visit *v, int32_t today, struct xq_err *err)
{
	size_t story = (size_t)v->concern_id % STORIES, words = 0;
	const struct actor *gu = &d->clerk[0];
	if (v->state == VISIT_OFFERED && (story != 0 || v->day <= today))
		return deed(d, mem, gu, &visit_answer, v->file_no, 0,
			(const char *const[][2]){
				{ "answer", story == 3 ? "declined" : "accepted" }, { 0 } },
			err);
	if (v->state != VISIT_ACCEPTED || v->day > today)
		return XQ_OK;
	while (words + 1 < N_VISITS && !text_eq(visits[words].about, v->about))
		words++;
	return deed(d, mem, gu, &visit_done, v->file_no, today,
		(const char *const[][2]){
			{ "told", visits[words].told }, { "heard", visits[words].heard }, { 0 } },
		err);
}

enum xq_rc
demo_visits_evening(struct demo *d, struct xq_err *err)
{
	struct tx *tx;
	struct visit *list;
	size_t n = 0;
	void *mem = mem_new(d->mem, char);
	int32_t today = day_of(clock_now(d->app->clock), TZ_CHINA);
	enum xq_rc rc = db_read(d->app->db, &tx, err);
	if (rc == XQ_OK) {
		rc = visit_ahead(tx, mem, d->office, d->clerk[0].person_id, ROWS, &list, &n, err);
		tx_end(tx);
	}
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		rc = go_on(d, mem, &list[i], today, err);
		rc = rc == XQ_REFUSED ? XQ_OK : rc;
	}
	if (rc == XQ_OK && d->evenings % EVERY_EVENINGS == 0)
		rc = offer_one(d, mem, today, err);
	mem_free(mem);
	return rc;
}
