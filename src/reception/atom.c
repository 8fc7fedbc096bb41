/* SPDX-License-Identifier: Apache-2.0 */
/* atom.c - the published roster as a feed to follow (RFC 4287): an entry for each week and one for each change
 * of it. The number of a week and of a change never changes, so neither does the name of its entry. */
#include "reception/pages.h"

#include "core/mem.h"
#include "web/atom.h"

#include "core/banned.h"

enum { WEEKS_SHOWN = 13, BACK_DAYS = 62, ON_DAYS = 92, WEEK_DAYS = 7 };

static const char *
bill_words(struct req *q, const struct bill *b)
{
	return SAY(q, N_("{day}, {time}, {venue}, {name}."), AD("day", b->day), AX("time", b->when),
		AX("venue", b->venue), AX("name", bill_names(q, b)));
}

/* ---- weeks ------------------------------------------------------------------------------------------ */

/* Who sits in the week now; so an entry is as old as the last change in it. */
static enum xq_rc
week_text(struct req *q, int32_t week, const char **out, struct xq_err *err)
{
	struct bill *b;
	size_t n = 0;
	struct buf w = buf_new(q->mem, 256);
	int32_t monday = week_monday(week);
	enum xq_rc rc = bills_load(q, monday, day_add(monday, WEEK_DAYS - 1), &b, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		if (b[i].n_sit > 0)
			buf_printf(&w, "%s%s", w.n > 0 ? " " : "", bill_words(q, &b[i]));
	*out = w.n > 0 ? buf_view(&w).p : desk_word(q, N_("No more receptions in this week."));
	return rc;
}

static enum xq_rc
add_weeks(struct req *q, struct atom_feed *f, const struct change *c, size_t n_changes,
	struct xq_err *err)
{
	struct week *w;
	size_t n = 0;
	int32_t from = week_of_day(day_add(desk_today(q), -BACK_DAYS));
	enum xq_rc rc = week_list(q->tx, q->mem, q->office->id, from, &w, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n && f->n < WEEKS_SHOWN; i++) {
		if (w[i].state != WEEK_PUBLISHED)
			continue;
		struct atom_entry e = { .id = mem_printf(q->mem, "urn:xinqiao:%s:roster:%d",
						q->office->code, (int)w[i].week),
			.title = SAY(q, N_("Who receives you: {week}"),
				AX("week", week_words(q, w[i].week))),
			.href = w[i].first_on ? mem_printf(q->mem, "/reception/%s",
							day_text(q->mem, w[i].first_on))
			                      : "/reception",
			.author = q->office->short_name,
			.published_at = w[i].published_at,
			.updated_at = w[i].published_at };
		for (size_t k = 0; k < n_changes; k++)
			if ((week_of_day(c[k].old_day) == w[i].week ||
				    week_of_day(c[k].new_day) == w[i].week) &&
				c[k].at > e.updated_at)
				e.updated_at = c[k].at;
		rc = week_text(q, w[i].week, &e.text, err);
		f->entry[f->n++] = e;
	}
	return rc;
}

/* ---- changes ---------------------------------------------------------------------------------------- */

static void
add_changes(struct req *q, struct atom_feed *f, const struct change *c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *day = day_text(q->mem, c[i].old_day);
		f->entry[f->n++] = (struct atom_entry){
			.id = mem_printf(q->mem, "urn:xinqiao:%s:roster-change:%lld.%d",
				q->office->code, (long long)c[i].slot_no, c[i].n),
			.title = c[i].kind == CHANGE_CANCEL
			                 ? SAY(q, N_("Reception on {day} cancelled"),
						   AD("day", c[i].old_day))
			                 : SAY(q, N_("Reception on {day} changed"),
						   AD("day", c[i].old_day)),
			.text = SAY(q, N_("{name}, {time}, {venue}. {change}"),
				AX("name", c[i].old_name),
				AX("time", time_words(q, c[i].old_start, c[i].old_end)),
				AX("venue", c[i].old_venue), AX("change", change_words(q, &c[i]))),
			.href = mem_printf(q->mem, "/reception/%s", day),
			.author = q->office->short_name,
			.published_at = c[i].at,
			.updated_at = c[i].at
		};
	}
}

static enum xq_rc
feed_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct change *c;
	size_t n = 0;
	int32_t today = desk_today(q);
	struct atom_feed f = { .id = mem_printf(q->mem, "urn:xinqiao:%s:roster", q->office->code),
		.title = mem_printf(q->mem, "%s · %s", desk_word(q, N_("Who receives you")),
			q->office->short_name),
		.author = q->office->short_name,
		.self = "/reception.atom",
		.page = "/reception" };
	enum xq_rc rc = change_list(q->tx, q->mem, q->office->id, day_add(today, -BACK_DAYS),
		day_add(today, ON_DAYS), &c, &n, err);
	if (rc != XQ_OK)
		return rc;
	f.entry = mem_array(q->mem, struct atom_entry, WEEKS_SHOWN + n);
	rc = add_weeks(q, &f, c, n, err);
	if (rc != XQ_OK)
		return rc;
	add_changes(q, &f, c, n);
	atom_answer(q, r, &f);
	return XQ_OK;
}

const struct view reception_atom_view = { .path = "/reception.atom",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC,
	.render = feed_render,
	.title = N_("The roster as a feed") };
