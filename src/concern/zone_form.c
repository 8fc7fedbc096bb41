/* SPDX-License-Identifier: Apache-2.0 */
/* zone_form.c - the question for the zone, in every form that takes a concern down. */
#include "concern/zone.h"
#include "core/mem.h"
#include "office/desk.h"

#include "core/banned.h"

enum xq_rc
zone_choose(struct req *q, struct act_form *f, size_t *out_n, struct xq_err *err)
{
	struct zone *z;
	size_t n;
	*out_n = 0;
	enum xq_rc rc = zone_list(q->tx, q->mem, q->office->id, &z, &n, err);
	if (rc != XQ_OK || n == 0)
		return rc;
	struct option *o = mem_array(q->mem, struct option, n);
	for (size_t i = 0; i < n; i++)
		o[i] = (struct option){ .value = z[i].code, .label = z[i].name };
	act_form_choose(q, f, "zone", o, n);
	*out_n = n;
	return XQ_OK;
}
