/* SPDX-License-Identifier: Apache-2.0 */
/* demo_spots.c - chronic problems in the demo: a small office counts from two on, so that some are found;
 * some wait, some are confirmed, treated, dismissed, and some come back. */
#include "cli/demo_int.h"
#include "core/mem.h"
#include "hotspot/hotspot.h"

#include "core/banned.h"

enum { STORIES = 5 };

static const char *const causes[] = {
	"楼里的线路用了二十多年，换一处坏一处。",
	"两家单位各管一半，中间一段没有人巡查。",
	"附近没有别的去处，一到傍晚人就聚过来。",
};
static const char *const treatments[] = {
	"整幢楼的线路一次换完，养护单位每月来看一遍。",
	"划清了分界，贴出两家单位的电话，巡查改为每天一次。",
	"和居民商定了时间，另找了一处场地，先试三个月。",
};

static enum xq_rc
deed(struct demo *d, void *mem, const struct actor *who, const struct act *act, int64_t no,
	const char *const pair[][2], struct xq_err *err)
{
	struct act_call *call = act_call_new(mem, d->app, act, d->office, who);
	if (no)
		form_set_int(&call->form, "spot", no);
	else
		form_set_int(&call->form, "number", 2);
	for (size_t i = 0; pair[i][0]; i++)
		form_set_text(mem, &call->form, pair[i][0], pair[i][1]);
	if (act_run(call) != XQ_FAULT)
		return XQ_OK; /* a refusal is life and no fault */
	*err = call->err;
	return XQ_FAULT;
}

static enum xq_rc
go_on(struct demo *d, void *mem, const struct hotspot *h, struct xq_err *err)
{
	size_t story = (size_t)h->no % STORIES, words = (size_t)h->no % 3;
	if (h->state == HOTSPOT_CANDIDATE && story == 3)
		return deed(d, mem, &d->leader, &hotspot_dismiss, h->no,
			(const char *const[][2]){
				{ "why", "两件说的是同一次停电，已经恢复" }, { 0 } },
			err);
	if (h->state == HOTSPOT_CANDIDATE && story != 2)
		return deed(d, mem, &d->supervisor, &hotspot_confirm, h->no,
			(const char *const[][2]){ { "cause", causes[words] },
				{ "unit", words == 0 ? "u04" : "u05" }, { 0 } },
			err);
	if (h->state == HOTSPOT_CONFIRMED && story != 4)
		return deed(d, mem, &d->supervisor, &hotspot_treat, h->no,
			(const char *const[][2]){ { "treatment", treatments[words] }, { 0 } }, err);
	return XQ_OK;
}

enum xq_rc
demo_spots_evening(struct demo *d, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	void *mem = mem_new(d->mem, char);
	if (d->evenings == 1)
		rc = deed(d, mem, &d->leader, &hotspot_set_number, 0,
			(const char *const[][2]){ { "source", "主任办公会纪要" }, { 0 } }, err);
	for (int64_t no = 1; rc == XQ_OK; no++) {
		struct tx *tx;
		struct hotspot h;
		rc = db_read(d->app->db, &tx, err);
		if (rc != XQ_OK)
			break;
		rc = hotspot_load(tx, mem, d->office, no, &h, err);
		tx_end(tx);
		if (rc == XQ_OK)
			rc = go_on(d, mem, &h, err);
	}
	mem_free(mem);
	return rc == XQ_NONE ? XQ_OK : rc;
}
