/* SPDX-License-Identifier: Apache-2.0 */
/* receipt_slip.c - the record's sentence and code on the pages of a concern: on the paper that a resident
 * takes home, and in the list of what the record holds of it. */
#include "record/receipt.h"

#include "act/receipt.h"
#include "concern/resident.h"
#include "core/mem.h"
#include "record/receipt_verify.h"
#include "templates.h"

#include "core/banned.h"

enum { SLIPS_MAX = 12, BACK_MAX = 500 };

static enum xq_rc
slip_of(struct req *q, int64_t seq, struct record_slip *out, struct xq_err *err)
{
	struct code code;
	struct receipt_seen r;
	char shown[CODE_SHOWN_LEN + 1];
	enum xq_rc rc = receipt_code_of(q->tx, q->app, q->office->id, seq, &code, err);
	if (rc == XQ_OK)
		rc = receipt_load(q->tx, q->mem, q->office->id, seq, q->prefs.lang, &r, err);
	if (rc != XQ_OK)
		return rc;
	code_show(&code, shown);
	*out = (struct record_slip){ .id = "rec-slip",
		.sentence = r.sentence.text,
		.shown = mem_text(q->mem, shown),
		.code = mem_text(q->mem, code.text),
		.url = mem_printf(q->mem, "http://%s%s/r/%s", resident_host(q), q->base, code.text),
		.vkey = r.vkey,
		.is_waiting = r.is_waiting };
	out->qr = qr_svg(q->mem, out->url, resident_word(q, N_("Square code of your receipt")));
	return XQ_OK;
}

/* A test may run an office without it; then pages say nothing of it. */
static bool
is_running(const struct app *app)
{
	for (size_t m = 0; app->modules[m]; m++)
		if (app->modules[m] == &record_receipt_module)
			return true;
	return false;
}

static enum xq_rc
slip_render(struct req *q, int64_t seq, struct html *out, struct xq_err *err)
{
	struct record_slip p;
	if (!is_running(q->app))
		return XQ_OK;
	enum xq_rc rc = slip_of(q, seq, &p, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc; /* from before there were receipts */
	struct html_out o = html_new(q->mem, q->prefs.lang, q->office->tz_s);
	o.base = q->base;
	record_slip(&o, &p);
	*out = html_view(&o);
	return XQ_OK;
}

/* From the newest entry of the subject backwards, those that a resident did. */
static enum xq_rc
list_load(struct req *q, int64_t last_seq, struct record_slips *out, struct xq_err *err)
{
	struct ledger_tree *t;
	out->slip = mem_array(q->mem, struct record_slip, SLIPS_MAX);
	enum xq_rc rc = ledger_tree_open(q->tx, q->mem, q->office->id, &t, err);
	int64_t at = last_seq;
	for (int i = 0; rc == XQ_OK && at >= 0 && i < BACK_MAX && out->n < SLIPS_MAX; i++) {
		struct str bytes;
		struct event_seen e;
		rc = ledger_entry(t, q->mem, at, &bytes, err);
		if (rc == XQ_OK)
			rc = event_check(bytes, NULL, at, &e, err);
		if (rc != XQ_OK)
			return rc;
		if (str_is(e.role, "resident") || e.prev < 0) {
			rc = slip_of(q, at, &out->slip[out->n], err);
			out->n += rc == XQ_OK;
			rc = rc == XQ_NONE ? XQ_OK : rc;
		}
		at = e.prev;
	}
	return rc;
}

static enum xq_rc
list_render(struct req *q, int64_t last_seq, struct html *out, struct xq_err *err)
{
	struct record_slips p = { 0 };
	if (!is_running(q->app))
		return XQ_OK;
	enum xq_rc rc = list_load(q, last_seq, &p, err);
	if (rc != XQ_OK || p.n == 0)
		return rc;
	struct html_out o = html_new(q->mem, q->prefs.lang, q->office->tz_s);
	o.base = q->base;
	record_slips(&o, &p);
	*out = html_view(&o);
	return XQ_OK;
}

const struct record_part receipt_part = { .slip = slip_render, .list = list_render };

const struct module record_receipt_module = {
	.name = "record-receipt",
	.migrations = (const struct migration *const[]){ &record_receipt_migration_1, NULL },
	.acts = (const struct act *const[]){ &record_look_words, &record_publish_words, NULL },
	.views = (const struct view *const[]){ &receipt_ask_view, &receipt_view, &receipt_save_view,
		&receipt_proof_view, &receipt_later_view, NULL },
	.jobs = (const struct job *const[]){ &record_look_words_job, &record_publish_words_job,
		NULL },
	.messages = (const struct msg_text *const[]){ sentence_messages, receipt_verify_messages,
		NULL },
};
