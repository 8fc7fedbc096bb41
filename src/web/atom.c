/* SPDX-License-Identifier: Apache-2.0 */
#include "web/atom.h"

#include <stdlib.h>

#include "core/mem.h"
#include "templates.h"
#include "web/atom_int.h"

#include "core/banned.h"

static const char *
iso(void *mem, int64_t at)
{
	char text[TIME_RECORD_LEN + 1];
	time_record(at, text);
	return mem_text(mem, text);
}

static int
by_update(const void *a, const void *b)
{
	const struct atom_entry *x = a, *y = b;
	if (x->updated_at != y->updated_at)
		return x->updated_at < y->updated_at ? 1 : -1;
	return strcmp(x->id, y->id);
}

void
atom_answer(struct req *q, struct resp *r, struct atom_feed *f)
{
	int32_t tz_s = q->office->tz_s;
	struct atom_page p = { .feed = f,
		.entry_updated = mem_array(q->mem, const char *, f->n + 1),
		.entry_published = mem_array(q->mem, const char *, f->n + 1) };
	qsort(f->entry, f->n, sizeof *f->entry, by_update);
	for (size_t i = 0; i < f->n; i++) {
		const struct atom_entry *e = &f->entry[i];
		p.entry_updated[i] = iso(q->mem, e->updated_at);
		p.entry_published[i] = e->published_at ? iso(q->mem, e->published_at) : NULL;
	}
	p.updated =
		f->n > 0 ? p.entry_updated[0] : iso(q->mem, day_start(day_of(q->now, tz_s), tz_s));
	struct html_out o = html_new(q->mem, q->prefs.lang, tz_s);
	o.base = q->base;
	atom_page(&o, &p);
	struct html body = html_view(&o);
	resp_text(r, 200, "application/atom+xml; charset=utf-8", str_n(body.p, body.n));
}
