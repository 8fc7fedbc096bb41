/* SPDX-License-Identifier: Apache-2.0 */
/* desk_words.c - numbers, moments and states as staff read them. */
#include "concern/desk.h"

#include "concern/bar.h"
#include "core/mem.h"
#include "core/utf8.h"

#include "core/banned.h"

enum { FILE_NO_YEAR = 100000000 };

const char *
desk_say(struct req *q, const char *english, const struct msg_arg *arg, size_t n)
{
	return msg_fill(
		q->mem, q->prefs.lang, msg_text(q->prefs.lang, english), arg, n, q->office->tz_s);
}

const char *
desk_word(struct req *q, const char *english)
{
	return msg_text(q->prefs.lang, english);
}

/* The number within its year, of four digits or more. */
static const char *
no_of_year(struct req *q, int64_t file_no)
{
	int no = (int)(file_no % FILE_NO_YEAR);
	struct buf b = buf_new(q->mem, 16);
	if (no < 10000)
		buf_pad(&b, no, 4);
	else
		buf_int(&b, no);
	return b.p;
}

const char *
desk_no(struct req *q, int64_t file_no)
{
	struct buf year = buf_new(q->mem, 16);
	buf_int(&year, file_no / FILE_NO_YEAR);
	return SAY(q, N_("{mark} concern [{year}] no. {no}"), AX("mark", q->office->mark),
		AX("year", year.p), AX("no", no_of_year(q, file_no)));
}

const char *
desk_no_short(struct req *q, int64_t file_no)
{
	return SAY(q, N_("no. {no}"), AX("no", no_of_year(q, file_no)));
}

const char *
desk_path(struct req *q, int64_t file_no, const char *rest)
{
	char no[24];
	file_no_show(file_no, no);
	struct buf b = buf_new(q->mem, 48);
	buf_text(&b, "/desk/concerns/");
	buf_text(&b, no);
	buf_text(&b, rest);
	return b.p;
}

int32_t
desk_today(const struct req *q)
{
	return day_of(q->now, q->office->tz_s);
}

const char *
desk_clock(struct req *q, int64_t at)
{
	struct civil t = civil_of(at, q->office->tz_s);
	return mem_printf(q->mem, "%02d:%02d", t.hour, t.minute);
}

const char *
desk_due(struct req *q, int64_t due_at)
{
	return msg_moment(q->mem, q->prefs.lang, due_at, q->office->tz_s);
}

const char *
desk_weekday(int32_t day)
{
	static const char *const names[] = { N_("Sun"), N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"),
		N_("Fri"), N_("Sat") };
	return names[day_weekday(day)];
}

const char *
desk_span(struct req *q, int64_t s)
{
	int64_t minutes = (s < 0 ? 0 : s) / 60, hours = minutes / 60, days = hours / 24;
	if (days > 0)
		return SAY(q, N_("{d} d {h} h"), AN("d", days), AN("h", hours % 24));
	if (hours > 0)
		return SAY(q, N_("{h} h {m} min"), AN("h", hours), AN("m", minutes % 60));
	return SAY(q, N_("{m} min"), AN("m", minutes));
}

/* ---- where it stands ------------------------------------------------------------------------------ */

/* The supervision's own clock, where it says more than the resident's: that one is never better for it. */
static void
light_supervised(struct req *q, const struct concern *c, struct desk_light *l)
{
	bool runs = c->supervised_due != 0 && concern_is_open(c->state) && c->answered_at == 0 &&
	            c->state != ST_PARKED;
	if (!runs || l->light == LIGHT_LATE)
		return;
	int32_t day = day_of(c->supervised_due, q->office->tz_s);
	if (c->supervised_due < q->now) {
		l->light = LIGHT_LATE;
		l->words = desk_word(q, N_("Supervised: overdue"));
	} else if (cal_count_wd(q->app->calendar, desk_today(q), day) <= 1) {
		l->light = LIGHT_SOON;
		l->words = SAY(q, N_("Supervised: due {day}"), AD("day", day));
	}
}

/* Of what the deadline's words leave open, staff want the step that is missing. */
struct desk_light
desk_light_of(struct req *q, const struct concern *c)
{
	struct stand s = light_of(c, q->now, q->app->calendar, q->office->tz_s);
	struct desk_light l = { s.light, stand_words(q->mem, q->prefs.lang, &s, true) };
	if (c->state == ST_CALLBACK) {
		l.light = c->needs_ruling ? LIGHT_SOON : LIGHT_ANSWERED;
		l.words = desk_word(q, c->needs_ruling ? N_("Waiting for a ruling")
						       : N_("Answered, call-back due"));
	}
	light_supervised(q, c, &l);
	return l;
}

const char *
desk_left(struct req *q, const struct concern *c)
{
	if (!concern_is_open(c->state) || c->answered_at > 0)
		return NULL;
	struct stand s = light_of(c, q->now, q->app->calendar, q->office->tz_s);
	if (s.is_late)
		return s.late_wd > 0 ? SAY(q, N_("{n} working days overdue"), AN("n", s.late_wd))
		                     : desk_word(q, N_("overdue by less than a working day"));
	if (cal_is_workday(q->app->calendar, desk_today(q)))
		return SAY(q, N_("{n} working days left (today included)"), AN("n", s.left_wd));
	return SAY(q, N_("{n} working days left"), AN("n", s.left_wd));
}

/* ---- what was searched for --------------------------------------------------------------------------- */

static bool
is_blank(uint32_t c)
{
	return c <= ' ' || c == 0x3000 || c == ',' || c == 0xff0c || c == 0x3001;
}

enum { HIT_WORDS = 8, HIT_PARTS = 32 };

static size_t
split_words(struct str s, struct str out[HIT_WORDS])
{
	size_t n = 0;
	while (s.n > 0 && n < HIT_WORDS) {
		struct str from = s, rest = s;
		while (rest.n > 0 && !is_blank(utf8_next(&rest)))
			s = rest;
		struct str word = { from.p, from.n - s.n };
		if (word.n > 0)
			out[n++] = word;
		s = word.n == from.n ? str_n("", 0) : rest;
	}
	return n;
}

static bool
same_letters(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char x = a[i] >= 'A' && a[i] <= 'Z' ? (char)(a[i] + 32) : a[i];
		char y = b[i] >= 'A' && b[i] <= 'Z' ? (char)(b[i] + 32) : b[i];
		if (x != y)
			return false;
	}
	return true;
}

/* Length of the word that begins at place i of the text; 0: none. */
static size_t
hit_at(struct str text, size_t i, const struct str *word, size_t n)
{
	size_t best = 0;
	for (size_t k = 0; k < n; k++)
		if (word[k].n > best && word[k].n <= text.n - i &&
			same_letters(text.p + i, word[k].p, word[k].n))
			best = word[k].n;
	return best;
}

static size_t
mark_words(struct req *q, const char *text, struct str words, const struct desk_mark **out)
{
	struct str word[HIT_WORDS], s = str_of(text);
	size_t n_words = words.n > 0 ? split_words(words, word) : 0, n = 0, from = 0;
	struct desk_mark *part = mem_array(q->mem, struct desk_mark, n_words > 0 ? HIT_PARTS : 1);
	for (size_t i = 0; n_words > 0 && i < s.n && n + 2 < HIT_PARTS;) {
		size_t hit = hit_at(s, i, word, n_words);
		if (hit == 0) {
			i++;
			continue;
		}
		if (i > from)
			part[n++] = (struct desk_mark){ str_n(s.p + from, i - from), false };
		part[n++] = (struct desk_mark){ str_n(s.p + i, hit), true };
		from = i += hit;
	}
	if (from < s.n)
		part[n++] = (struct desk_mark){ str_n(s.p + from, s.n - from), false };
	*out = part;
	return n;
}

/* ---- rows -------------------------------------------------------------------------------------------- */

static struct concern
concern_of_row(const struct concern_row *r)
{
	return (struct concern){ .state = r->state,
		.raised_at = r->raised_at,
		.due_at = r->due_at,
		.due_day = r->due_day,
		.answered_at = r->answered_at,
		.closed_at = r->closed_at,
		.outcome = r->outcome,
		.supervised_due = r->supervised_due,
		.needs_ruling = r->needs_ruling };
}

struct desk_row
desk_row_of(struct req *q, const struct concern_row *r, struct str words)
{
	struct concern c = concern_of_row(r);
	int age = day_diff(day_of(r->raised_at, q->office->tz_s), desk_today(q));
	struct desk_row row = {
		.no = desk_no_short(q, r->file_no),
		.href = desk_path(q, r->file_no, ""),
		.owner = r->owner,
		.unit = r->unit,
		.tracker = r->tracker,
		.due = msg_day(q->mem, q->prefs.lang, r->due_day),
		.left = desk_left(q, &c),
		.age = age > 0 ? SAY(q, N_("{n} d"), AN("n", age)) : desk_word(q, N_("today")),
		.light = desk_light_of(q, &c),
	};
	row.n_title = mark_words(q, r->title, words, &row.title);
	row.n_place = mark_words(q, r->place, words, &row.place);
	return row;
}

bool
desk_is_wide(const struct actor *a)
{
	return actor_may(a, PERM_LEAD) || actor_may(a, PERM_RULE) || actor_may(a, PERM_EVALUATE) ||
	       actor_has_role(a, ROLE_CLERK) || actor_may_for_unit(a, PERM_APPROVE, 0);
}
