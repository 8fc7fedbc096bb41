/* SPDX-License-Identifier: Apache-2.0 */
/* feed.c - the published roster as a calendar (RFC 5545): one entry for a sitting, the same name for ever,
 * CANCELLED when nobody sits any more. */
#include "reception/feed.h"

#include "core/mem.h"
#include "core/utf8.h"
#include "reception/pages.h"

#include "core/banned.h"

enum { BACK_DAYS = 31, ON_DAYS = 92, LINE_BYTES = 75 };

void
feed_line(struct buf *b, const char *name, const char *text)
{
	size_t used = strlen(name) + 1;
	buf_printf(b, "%s:", name);
	struct str s = str_of(text);
	while (s.n > 0) {
		const char *from = s.p;
		(void)utf8_next(&s); /* only its length counts */
		size_t n = (size_t)(s.p - from);
		if (used + n > LINE_BYTES) {
			buf_text(b, "\r\n ");
			used = 1;
		}
		buf_add(b, from, n);
		used += n;
	}
	buf_text(b, "\r\n");
}

const char *
feed_text(void *mem, const char *text)
{
	struct buf b = buf_new(mem, 64);
	for (; *text; text++) {
		if (*text == '\\' || *text == ',' || *text == ';')
			buf_char(&b, '\\');
		if (*text == '\n')
			buf_text(&b, "\\n");
		else
			buf_char(&b, *text);
	}
	return buf_view(&b).p;
}

static const char *
ics_moment(struct req *q, int64_t at)
{
	struct civil c = civil_of(at, 0);
	return mem_printf(q->mem, "%04d%02d%02dT%02d%02d%02dZ", c.year, c.month, c.day, c.hour,
		c.minute, c.second);
}

/* Who sits and on what; where nobody does any more, who stood there and what became of it. */
static const char *
who_words(struct req *q, const struct bill *b)
{
	struct buf w = buf_new(q->mem, 128);
	for (size_t i = 0; i < b->n_seats; i++) {
		if (b->seat[i].is_gone && b->n_sit == 0)
			buf_printf(&w, "%s%s · %s", w.n > 0 ? "\n" : "", b->seat[i].name,
				b->seat[i].note);
		if (b->seat[i].is_gone)
			continue;
		buf_printf(&w, "%s%s %s", w.n > 0 ? "\n" : "", b->seat[i].name, b->seat[i].title);
		if (b->seat[i].topics[0])
			buf_printf(&w, " · %s", b->seat[i].topics);
	}
	for (size_t i = 0; i < b->n_notes; i++)
		buf_printf(&w, "\n%s", b->note[i]);
	return buf_view(&w).p;
}

static void
put_event(struct req *q, struct buf *out, const struct bill *b)
{
	int32_t tz_s = q->office->tz_s;
	feed_line(out, "BEGIN", "VEVENT");
	feed_line(out, "UID",
		mem_printf(q->mem, "%d-%04d-v%lld@%s.xinqiao", (int)b->day,
			b->start_min / 60 * 100 + b->start_min % 60, (long long)b->venue_no,
			q->office->code));
	feed_line(out, "DTSTAMP", ics_moment(q, b->known_at));
	feed_line(out, "DTSTART", ics_moment(q, day_at(b->day, b->start_min, tz_s)));
	feed_line(out, "DTEND", ics_moment(q, day_at(b->day, b->end_min, tz_s)));
	feed_line(out, "SEQUENCE", mem_printf(q->mem, "%d", b->sequence));
	feed_line(out, "STATUS", b->n_sit > 0 ? "CONFIRMED" : "CANCELLED");
	feed_line(out, "SUMMARY",
		feed_text(q->mem,
			SAY(q, N_("Reception, {office}"), AX("office", q->office->short_name))));
	feed_line(out, "LOCATION",
		feed_text(q->mem, mem_printf(q->mem, "%s %s, %s", b->venue, b->room, b->address)));
	feed_line(out, "DESCRIPTION", feed_text(q->mem, who_words(q, b)));
	feed_line(out, "END", "VEVENT");
}

static enum xq_rc
ics_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct bill *b;
	size_t n;
	int32_t today = desk_today(q);
	enum xq_rc rc =
		bills_load(q, day_add(today, -BACK_DAYS), day_add(today, ON_DAYS), &b, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct buf out = buf_new(q->mem, 4096);
	feed_line(&out, "BEGIN", "VCALENDAR");
	feed_line(&out, "VERSION", "2.0");
	feed_line(&out, "PRODID", "-//Xinqiao//Receptions//ZH");
	feed_line(&out, "X-WR-CALNAME",
		feed_text(q->mem,
			SAY(q, N_("Reception, {office}"), AX("office", q->office->short_name))));
	for (size_t i = 0; i < n; i++)
		put_event(q, &out, &b[i]);
	feed_line(&out, "END", "VCALENDAR");
	resp_text(r, 200, "text/calendar; charset=utf-8", buf_view(&out));
	return XQ_OK;
}

const struct view reception_ics_view = { .path = "/reception.ics",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC,
	.render = ics_render,
	.title = N_("The roster as a calendar") };
