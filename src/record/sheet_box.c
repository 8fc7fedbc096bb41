/* SPDX-License-Identifier: Apache-2.0 */
/* sheet_box.c - how people were treated in a month, from its box of secret answers once that is counted
 * (decision 0048). Of the whole office only: a box knows no unit, no zone and no kind. */
#include "concern/box.h"
#include "concern/box_pages.h"
#include "core/mem.h"
#include "core/time.h"
#include "record/sheet_pages.h"
#include "web/msg.h"
#include "web/web.h"

#include "core/banned.h"

enum xq_rc
sheet_fill_box(struct req *q, int32_t month, struct sheet_box *out, struct xq_err *err)
{
	struct box b;
	int64_t n[BOX_MARKS + 1];
	enum xq_rc rc = box_of_month(q->tx, q->mem, q->office->id, month, &b, err);
	if (rc == XQ_NONE)
		return XQ_OK;
	if (rc == XQ_OK)
		rc = box_count(q->tx, q->office->id, &b, n, err);
	if (rc != XQ_OK)
		return rc;
	struct figure_value v = box_value(n);
	*out = (struct sheet_box){ .is_shown = true,
		.code = b.code,
		.href = mem_printf(q->mem, "/boxes/%s", b.code),
		.def = figure_find("attitude") };
	out->words = figure_words(q, out->def, v, true);
	if (out->words.value) {
		struct interval in = figure_interval_of(out->def, v);
		out->low = figure_per_cent(q->mem, in.low);
		out->high = figure_per_cent(q->mem, in.high);
	}
	if (day_add_months(b.from_day, 1) < b.to_day)
		out->months = box_months(q, &b);
	return XQ_OK;
}
