/* SPDX-License-Identifier: Apache-2.0 */
/* Escaping copies runs of harmless bytes at once, since nearly all text is harmless. */
#include "web/html.h"

#include <string.h>

#include "core/mem.h"
#include "core/time.h"
#include "web/asset.h"
#include "web/msg_int.h"

#include "core/banned.h"

#define FIRST_PAGE 24576 /* most pages fit without growing */

struct html_out
html_new(void *mem, enum lang lang, int32_t tz_s)
{
	return (struct html_out){
		.b = buf_new(mem, FIRST_PAGE), .mem = mem, .lang = lang, .tz_s = tz_s, .base = ""
	};
}

void
html_raw(struct html_out *o, const char *p, size_t n)
{
	buf_add(&o->b, p, n);
}

/* --- escaping ------------------------------------------------------------------------------ */

static const char *
entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

static const bool must_escape[256] = {
	['&'] = true, ['<'] = true, ['>'] = true, ['"'] = true, ['\''] = true
};

/* Sixteen bytes at a step; the compiler has an instruction for it on every machine of today. */
typedef uint8_t sixteen __attribute__((vector_size(16)));

static bool
is_plain(sixteen v)
{
	const sixteen hit =
		(sixteen)((v == '&') | (v == '<') | (v == '>') | (v == '"') | (v == '\''));
	uint64_t half[2];
	memcpy(half, &hit, sizeof half);
	return (half[0] | half[1]) == 0;
}

/* How many of the bytes at p are certainly harmless; the last steps overlap what was seen. */
static size_t
plain_run(const char *p, size_t n)
{
	sixteen v;
	size_t at = 0;
	if (n < 8)
		return 0;
	if (n < sizeof v) {
		memcpy(&v, p, 8);
		memcpy((char *)&v + 8, p + n - 8, 8);
		return is_plain(v) ? n : 0;
	}
	for (; at + sizeof v <= n; at += sizeof v) {
		memcpy(&v, p + at, sizeof v);
		if (!is_plain(v))
			return at;
	}
	memcpy(&v, p + n - sizeof v, sizeof v);
	return is_plain(v) ? n : at;
}

/* Quotes are escaped in text too: then text that was rendered once may go into an attribute. */
static void
escape(struct buf *b, const char *p, size_t n)
{
	size_t from = 0;
	for (size_t i = plain_run(p, n); i < n;) {
		if (!must_escape[(unsigned char)p[i]]) {
			i++;
			continue;
		}
		buf_add(b, p + from, i - from);
		buf_text(b, entity(p[i]));
		from = ++i;
		i += plain_run(p + i, n - i);
	}
	buf_add(b, p + from, n - from);
}

/* Where a byte may stay as it is: in a query, in a path or a part of it. '&' stays in a path too, but
 * written as an entity. */
enum { IN_QUERY = 1, IN_PATH = 2 };
/* clang-format off */
static const uint8_t stays[256] = {
	['a'] = 3, ['b'] = 3, ['c'] = 3, ['d'] = 3, ['e'] = 3, ['f'] = 3, ['g'] = 3, ['h'] = 3, ['i'] = 3,
	['j'] = 3, ['k'] = 3, ['l'] = 3, ['m'] = 3, ['n'] = 3, ['o'] = 3, ['p'] = 3, ['q'] = 3, ['r'] = 3,
	['s'] = 3, ['t'] = 3, ['u'] = 3, ['v'] = 3, ['w'] = 3, ['x'] = 3, ['y'] = 3, ['z'] = 3,
	['A'] = 3, ['B'] = 3, ['C'] = 3, ['D'] = 3, ['E'] = 3, ['F'] = 3, ['G'] = 3, ['H'] = 3, ['I'] = 3,
	['J'] = 3, ['K'] = 3, ['L'] = 3, ['M'] = 3, ['N'] = 3, ['O'] = 3, ['P'] = 3, ['Q'] = 3, ['R'] = 3,
	['S'] = 3, ['T'] = 3, ['U'] = 3, ['V'] = 3, ['W'] = 3, ['X'] = 3, ['Y'] = 3, ['Z'] = 3,
	['0'] = 3, ['1'] = 3, ['2'] = 3, ['3'] = 3, ['4'] = 3, ['5'] = 3, ['6'] = 3, ['7'] = 3, ['8'] = 3,
	['9'] = 3, ['-'] = 3, ['.'] = 3, ['_'] = 3, ['~'] = 3,
	['/'] = 2, [':'] = 2, ['@'] = 2, ['!'] = 2, ['$'] = 2, ['('] = 2, [')'] = 2, ['*'] = 2, ['+'] = 2,
	[','] = 2, [';'] = 2, ['='] = 2, ['?'] = 2, ['%'] = 2, ['#'] = 2,
};
/* clang-format on */

static void
percent(struct buf *b, unsigned char c)
{
	static const char hex[] = "0123456789ABCDEF";
	const char out[3] = { '%', hex[c >> 4], hex[c & 15] };
	buf_add(b, out, sizeof out);
}

/* Where all of eight bytes may stay. */
static unsigned
stays_all(const char *p)
{
	unsigned all = IN_QUERY | IN_PATH;
	for (size_t i = 0; i < 8; i++)
		all &= stays[(unsigned char)p[i]];
	return all;
}

/* keep: IN_QUERY or IN_PATH. */
static void
encode(struct buf *b, const char *p, size_t n, unsigned keep)
{
	size_t from = 0;
	for (size_t i = 0; i < n; i++) {
		while (n - i > 8 && (stays_all(p + i) & keep))
			i += 8;
		const unsigned char c = (unsigned char)p[i];
		if (stays[c] & keep)
			continue;
		buf_add(b, p + from, i - from);
		if (c == '&' && (keep & IN_PATH))
			buf_text(b, "&amp;");
		else
			percent(b, c);
		from = i + 1;
	}
	buf_add(b, p + from, n - from);
}

static bool
may_begin_url(struct str v)
{
	static const char *const schemes[] = { "https:", "tel:", "mailto:" };
	if (v.n == 0)
		return true;
	if (v.p[0] == '/') /* "//host" and "/\host" lead to another site */
		return v.n == 1 || (v.p[1] != '/' && v.p[1] != '\\');
	if (v.p[0] == '#' || v.p[0] == '?')
		return true;
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (str_starts(v, str_of(schemes[i])))
			return true;
	return false;
}

void
html_put_str(struct html_out *o, enum html_place place, struct str v)
{
	switch (place) {
	case HTML_TEXT:
	case HTML_ATTR:
		escape(&o->b, v.p, v.n);
		return;
	case HTML_URL:
		if (may_begin_url(v))
			encode(&o->b, v.p, v.n, IN_PATH);
		else
			buf_char(&o->b, '#');
		return;
	case HTML_URL_PART:
		encode(&o->b, v.p, v.n, IN_PATH);
		return;
	case HTML_URL_QUERY:
		encode(&o->b, v.p, v.n, IN_QUERY);
		return;
	}
}

void
html_put_text(struct html_out *o, enum html_place place, const char *v)
{
	if (v != NULL)
		html_put_str(o, place, str_of(v));
}

void
html_put_int(struct html_out *o, enum html_place place, int64_t v)
{
	(void)place; /* digits and '-' are safe everywhere */
	buf_int(&o->b, v);
}

void
html_put_uint(struct html_out *o, enum html_place place, uint64_t v)
{
	xq_require(v <= INT64_MAX);
	html_put_int(o, place, (int64_t)v);
}

/* The words of escaped text, without its tags. */
static void
without_tags(struct buf *b, const char *p, size_t n)
{
	bool in_tag = false;
	for (size_t i = 0; i < n; i++) {
		if (p[i] == '<')
			in_tag = true;
		else if (p[i] == '>' && in_tag)
			in_tag = false;
		else if (!in_tag)
			buf_char(b, p[i]);
	}
}

void
html_put_html(struct html_out *o, enum html_place place, struct html v)
{
	xq_require(place == HTML_TEXT || place == HTML_ATTR);
	if (place == HTML_TEXT)
		buf_add(&o->b, v.p, v.n);
	else
		without_tags(&o->b, v.p, v.n);
}

/* --- messages ------------------------------------------------------------------------------ */

static const struct msg_arg *
arg_find(const struct msg_arg *arg, size_t n, const char *name, size_t len)
{
	for (size_t i = 0; i < n; i++)
		if (arg[i].name != NULL && strlen(arg[i].name) == len &&
			memcmp(arg[i].name, name, len) == 0)
			return &arg[i];
	return NULL;
}

static void
put_arg(struct html_out *o, enum html_place place, const struct msg_arg *a)
{
	const bool unbreakable =
		place == HTML_TEXT && (a->kind == MSG_ARG_DAY || a->kind == MSG_ARG_TIME);
	if (a->kind == MSG_ARG_TEXT) {
		html_put_text(o, place, a->text);
		return;
	}
	if (unbreakable)
		buf_text(&o->b, "<span class=\"nb\">");
	msg_put_arg(&o->b, o->lang, a, o->tz_s, o->today);
	if (unbreakable)
		buf_text(&o->b, "</span>");
}

/* Length of the one of the catalogue's own tags that stands at p; 0 when none does. */
static size_t
own_tag(const char *p)
{
	static const char *const tags[] = { "<b>", "</b>", "<br>" };
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
		if (strncmp(p, tags[i], strlen(tags[i])) == 0)
			return strlen(tags[i]);
	return 0;
}

/* Writes what stands at p, a place or a tag; returns its length, 0 when it is neither. */
static size_t
put_special(struct html_out *o, enum html_place place, const char *p, const struct msg_arg *arg,
	size_t n_args)
{
	if (*p == '<') {
		const size_t n = own_tag(p);
		if (place == HTML_TEXT)
			buf_add(&o->b, p, n);
		return n;
	}
	const char *end = strchr(p, '}');
	const struct msg_arg *a = end ? arg_find(arg, n_args, p + 1, (size_t)(end - p - 1)) : NULL;
	if (a == NULL)
		return 0;
	put_arg(o, place, a);
	return (size_t)(end + 1 - p);
}

void
html_msg(struct html_out *o, enum html_place place, const char *english, const struct msg_arg *arg,
	size_t n_args)
{
	if (english == NULL)
		return;
	xq_require(place == HTML_TEXT || place == HTML_ATTR);
	const struct msg_row *row = msg_row_of(o->lang, english);
	if (row && row->is_plain) { /* as nearly all are: looked at when the program was built */
		buf_add(&o->b, row->chinese, row->n);
		return;
	}
	const char *p = row ? row->chinese : english;
	while (*p != '\0') {
		const size_t plain = strcspn(p, "{<");
		escape(&o->b, p, plain);
		p += plain;
		if (*p == '\0')
			break;
		const size_t n = put_special(o, place, p, arg, n_args);
		if (n == 0)
			escape(&o->b, p, 1);
		p += n == 0 ? 1 : n;
	}
}

const char *
html_link(struct html_out *o, const char *href)
{
	if (href == NULL || href[0] != '/' || o->base == NULL || o->base[0] == '\0')
		return href;
	return mem_printf(o->mem, "%s%s", o->base, href);
}

const char *
html_text(struct html_out *o, const char *english)
{
	return english ? msg_text(o->lang, english) : NULL;
}

/* --- icons and dates ------------------------------------------------------------------------ */

void
html_icon(struct html_out *o, const char *name)
{
	if (o->icon.n == 0) /* a page has dozens: what they share is put together once */
		o->icon = str_of(
			mem_printf(o->mem, "<svg class=\"i\" aria-hidden=\"true\"><use href=\"%s#",
				asset_url("icons.svg")));
	buf_str(&o->b, o->icon);
	html_put_text(o, HTML_ATTR, name);
	buf_text(&o->b, "\"/></svg>");
}

static struct html
unbreakable(struct buf *words)
{
	buf_text(words, "</span>");
	return (struct html){ words->p, words->n };
}

static struct buf
unbreakable_open(struct html_out *o)
{
	struct buf b = buf_new(o->mem, 64);
	buf_text(&b, "<span class=\"nb\">");
	return b;
}

struct html
html_day(struct html_out *o, int32_t day)
{
	struct buf b = unbreakable_open(o);
	msg_put_day(&b, o->lang, day, MSG_DAY_WEEKDAY, o->today);
	return unbreakable(&b);
}

struct html
html_day_of(struct html_out *o, int64_t at)
{
	return html_day(o, day_of(at, o->tz_s));
}

struct html
html_day_short(struct html_out *o, int32_t day)
{
	struct buf b = unbreakable_open(o);
	msg_put_day(&b, o->lang, day, MSG_DAY_SHORT, o->today);
	return unbreakable(&b);
}

struct html
html_day_letter(struct html_out *o, int32_t day)
{
	struct buf b = unbreakable_open(o);
	msg_put_day(&b, o->lang, day, MSG_DAY_LETTER, 0);
	return unbreakable(&b);
}

struct html
html_moment(struct html_out *o, int64_t at)
{
	struct buf b = unbreakable_open(o);
	msg_put_moment(&b, o->lang, at, o->tz_s, o->today);
	return unbreakable(&b);
}

static void
put_pair(struct buf *b, int first, char between, int second)
{
	buf_pad(b, first, 2);
	buf_char(b, between);
	buf_pad(b, second, 2);
}

const char *
html_clock(struct html_out *o, int64_t at)
{
	const struct civil c = civil_of(at, o->tz_s);
	struct buf b = buf_new(o->mem, 8);
	put_pair(&b, c.hour, ':', c.minute);
	return b.p;
}

const char *
html_iso(struct html_out *o, int64_t at)
{
	const struct civil c = civil_of(at, o->tz_s);
	const int32_t tz = o->tz_s < 0 ? -o->tz_s : o->tz_s;
	struct buf b = buf_new(o->mem, 32);
	buf_pad(&b, c.year, 4);
	buf_char(&b, '-');
	put_pair(&b, c.month, '-', c.day);
	buf_char(&b, 'T');
	put_pair(&b, c.hour, ':', c.minute);
	buf_char(&b, ':');
	buf_pad(&b, c.second, 2);
	buf_char(&b, o->tz_s < 0 ? '-' : '+');
	put_pair(&b, tz / 3600, ':', tz / 60 % 60);
	return b.p;
}

const char *
html_iso_day(struct html_out *o, int32_t day)
{
	return day_text(o->mem, day);
}

const char *
html_number(struct html_out *o, int64_t v)
{
	return msg_number(o->mem, v);
}
