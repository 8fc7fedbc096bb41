/* SPDX-License-Identifier: Apache-2.0 */
/* demo_sheets.c - the month before is published on the evening of the day on which the clock proposes it. */
#include "cli/demo_int.h"
#include "core/mem.h"
#include "record/record.h"
#include "record/sheet.h"

#include "core/banned.h"

static enum xq_rc
waiting(struct demo *d, int32_t *out, size_t *out_n, struct xq_err *err)
{
	struct tx *tx;
	enum xq_rc rc = db_read(d->app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = sheet_waiting(tx, d->office, out, 1, out_n, err);
	tx_end(tx);
	return rc;
}

enum xq_rc
demo_sheets_evening(struct demo *d, struct xq_err *err)
{
	int32_t month = 0;
	size_t n = 0;
	enum xq_rc rc = waiting(d, &month, &n, err);
	if (rc != XQ_OK || n == 0)
		return rc;
	rc = record_sign(d->app, err); /* what is published lies under a signed head */
	if (rc != XQ_OK)
		return rc;
	void *mem = mem_root("sheet");
	const struct act_call *call = demo_deed(d, mem, &d->publisher, &figures_publish,
		(demo_pairs){ { "month", day_text(mem, month) }, { NULL, NULL } });
	if (call->rc != XQ_OK)
		rc = xq_fault(err, "demo.step", "%s: %s %s", figures_publish.name, call->err.key,
			call->err.detail);
	mem_free(mem);
	return rc;
}
