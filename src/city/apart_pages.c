/* SPDX-License-Identifier: Apache-2.0 */
/* apart_pages.c - offices of other cells on the city's pages: one whose sheet is missing or was not believed is named with
 * its address and the reason. */
#include "city/apart.h"
#include "city/city_pages.h"
#include "concern/desk.h"
#include "core/mem.h"

#include "core/banned.h"

const char *
apart_words(struct req *q, const struct apart *a)
{
	struct xq_err why;
	if (!apart_says(a, &why))
		return NULL;
	const char *text = req_fault_text(q, &why);
	return a && a->since > 0
	               ? SAY(q, N_("Since {at}: {why}"), AT("at", a->since), AX("why", text))
	               : text;
}

/* http leads nowhere but to this machine. */
const char *
apart_href(const struct office_info *o)
{
	return str_starts(str_of(o->address), STR("https://")) ? o->address : NULL;
}

static bool
is_in(const char *const *list, size_t n, const char *code)
{
	for (size_t i = 0; i < n; i++)
		if (text_eq(list[i], code))
			return true;
	return false;
}

enum xq_rc
apart_lines(struct req *q, const struct city *c, const char *district, const struct city_doc *d,
	struct city_page *p, struct xq_err *err)
{
	struct members m;
	struct aparts list;
	enum xq_rc rc = member_list(q->app, q->tx, q->mem, &m, err);
	if (rc == XQ_OK)
		rc = apart_list(q->tx, q->mem, c->office, &list, err);
	if (rc != XQ_OK)
		return rc;
	p->apart = mem_array(q->mem, struct apart_line, m.n + 1);
	for (size_t i = 0; i < m.n; i++) {
		const struct office_info *o = m.row[i].office;
		if (o->place != PLACE_GONE || !m.row[i].district[0] ||
			(district && !text_eq(district, m.row[i].district)))
			continue;
		p->n_elsewhere++;
		const struct apart *a = apart_find(&list, o->id);
		const char *words =
			a ? apart_words(q, a) : NULL; /* without a row it was not asked yet */
		if (words)
			p->apart[p->n_apart++] = (struct apart_line){ .code = o->code,
				.name = o->name,
				.address = o->address,
				.href = apart_href(o),
				.words = words,
				.is_missing = is_in(d->missing, d->n_missing, o->code) };
	}
	return XQ_OK;
}
