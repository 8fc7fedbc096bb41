/* SPDX-License-Identifier: Apache-2.0 */
/* figures_load.c - the sums of the month that was asked for, and the units that they belong to. */
#include "concern/box.h"
#include "core/mem.h"
#include "core/parse.h"
#include "insight/figures_int.h"

#include "core/banned.h"

const char *
figures_month(struct req *q, int32_t day)
{
	return mem_printf(q->mem, "%04d-%02d", day_year(day), day_month(day));
}

struct str
figures_asked(struct req *q)
{
	struct str asked = req_query(q, "month");
	return asked.n > 0 ? asked : str_of(figures_month(q, desk_today(q)));
}

/* Neighbourhood committees stand under their station in public, so under one code with it. */
static bool
has_unit(const struct figure_unit *list, size_t n, const char *code)
{
	for (size_t i = 0; i < n; i++)
		if (text_eq(list[i].code, code))
			return true;
	return false;
}

enum xq_rc
figures_units(struct req *q, struct figure_unit **out, size_t *out_n, struct xq_err *err)
{
	struct unit *unit;
	size_t n, used = 0;
	enum xq_rc rc = unit_list(q->tx, q->mem, q->office->id, &unit, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct figure_unit *list = mem_array(q->mem, struct figure_unit, n + 1);
	for (size_t i = 0; i < n; i++)
		if (!has_unit(list, used, unit[i].public_code))
			list[used++] =
				(struct figure_unit){ unit[i].public_code, unit[i].public_name };
	*out = list;
	*out_n = used;
	return XQ_OK;
}

enum xq_rc
figures_load(struct req *q, struct str month, struct figures_load *out, struct xq_err *err)
{
	int32_t day, first;
	const char *asked = mem_printf(q->mem, "%.*s-01", (int)month.n, month.p);
	if (month.n != strlen("2026-09") || !parse_day(str_of(asked), &day) || day > desk_today(q))
		return XQ_NONE;
	*out = (struct figures_load){ .from = day, .to = day_add(day_add_months(day, 1), -1) };
	out->is_running = out->to >= desk_today(q);
	enum xq_rc rc = tally_first_day(q->tx, q->office->id, &first, err);
	if (rc == XQ_OK && first != 0)
		out->first_month = day_make(day_year(first), day_month(first), 1);
	if (rc == XQ_OK)
		rc = figures_units(q, &out->unit, &out->n_units, err);
	if (rc == XQ_OK)
		rc = tally_read(q->tx, q->mem, q->office->id, out->from, out->to, &out->sum,
			&out->n_sums, err);
	if (rc == XQ_OK)
		rc = box_has_month(q->tx, q->office->id, day, &out->is_counted, err);
	if (rc == XQ_OK)
		figures_keep_apart(out);
	return rc;
}
