/* SPDX-License-Identifier: Apache-2.0 */
/* html.h - the runtime under the compiled templates: escaping, messages, dates.
 *
 * For:       what tools/htmlc generates. A template gets typed structs and writes text; escaping
 *            follows the place (text, attribute, URL) and is on by default.
 * May call:  core, web/msg.h, web/asset.h
 * Called by: generated template code, view functions
 * Threads:   one html_out belongs to one thread
 * Source:    architecture.md 4, style.md 9; the template language: tools/README.md
 */
#ifndef XQ_WEB_HTML_H
#define XQ_WEB_HTML_H

#include "core/err.h"
#include "core/str.h"
#include "web/msg.h"

/* Text that is already escaped; only this runtime and templates make it. */
struct html {
	const char *p;
	size_t n;
};

struct html_out {
	struct buf b;
	void *mem;
	enum lang lang;
	int32_t tz_s;
	int32_t today;    /* yyyymmdd; days of another year show it. 0: never show the year */
	const char *base; /* "" or "/o/<office>"; in front of every path, see html_link */
	struct str icon;  /* of html_icon alone: how an icon begins */
};

struct html_out html_new(void *mem, enum lang lang, int32_t tz_s);

/* One value in its place; the template compiler picks the place, the type picks the function.
 * HTML_URL: the value begins a URL, so "#" is written unless it begins with / (not //), #, ?,
 * https:, tel: or mailto:. HTML_URL_PART: it follows literal text of the path, HTML_URL_QUERY: it
 * is the value behind "name="; both are percent-encoded for where they stand. */
enum html_place { HTML_TEXT, HTML_ATTR, HTML_URL, HTML_URL_PART, HTML_URL_QUERY };

void html_put_str(struct html_out *o, enum html_place place, struct str v);
void html_put_text(
	struct html_out *o, enum html_place place, const char *v); /* NULL writes nothing */
void html_put_int(struct html_out *o, enum html_place place, int64_t v);
void html_put_uint(struct html_out *o, enum html_place place, uint64_t v);
/* In an attribute its tags are left out; it cannot stand in a URL. */
void html_put_html(struct html_out *o, enum html_place place, struct html v);
void html_raw(struct html_out *o, const char *p, size_t n); /* literal template text */

/* clang-format off */
#define HTML_PUT(o, place, v) _Generic((v),                                                        \
	char *: html_put_text, const char *: html_put_text,                                        \
	struct str: html_put_str, struct html: html_put_html,                                      \
	short: html_put_int, int: html_put_int, long: html_put_int, long long: html_put_int,       \
	unsigned char: html_put_uint, unsigned short: html_put_uint, unsigned: html_put_uint,      \
	unsigned long: html_put_uint, unsigned long long: html_put_uint)((o), (place), (v))
/* clang-format on */

/* A message of the catalogue in o's language, arguments escaped for the place. The catalogue's own
 * <b>, </b> and <br> stay tags in text and are left out in attributes; days and moments do not
 * break across lines. NULL writes nothing. */
void html_msg(struct html_out *o, enum html_place place, const char *english,
	const struct msg_arg *arg, size_t n_args);

/* What {t ... name:KIND(value)} compiles to; the plus refuses pointers. */
#define HTML_ARG_INT(v) ((int64_t)(+(v)))
#define HTML_ARG_DAY(v) ((int64_t)(+(v)))
#define HTML_ARG_TIME(v) ((int64_t)(+(v)))
#define HTML_ARG_TEXT(v) (v)

/* A symbol of the sprite, hidden from screen readers since a word stands beside it. */
void html_icon(struct html_out *o, const char *name);

/* Dates as interface.md 3.3 wants them, unbreakable: 10月9日（周五）; with time: 9月30日（周三）10:20.
 * In templates: {DAY(p->due_day)} and so on, see html_short.h. `at` is UTC seconds, `day` yyyymmdd. */
struct html html_day_of(struct html_out *o, int64_t at);
struct html html_day(struct html_out *o, int32_t day);
struct html html_moment(struct html_out *o, int64_t at);
struct html html_day_short(struct html_out *o, int32_t day);  /* 10月9日 */
struct html html_day_letter(struct html_out *o, int32_t day); /* 2026年9月30日 */
const char *html_clock(struct html_out *o, int64_t at);       /* 10:20 */
const char *html_iso(struct html_out *o, int64_t at);         /* for <time datetime> */
const char *html_iso_day(struct html_out *o, int32_t day);    /* 2026-09-30, tables */
const char *html_number(struct html_out *o, int64_t v);       /* 47,986 */
/* A path of ours with o->base in front; anything that does not begin with '/' stays as it is. */
const char *html_link(struct html_out *o, const char *href);
const char *html_text(struct html_out *o, const char *english); /* msg_text in o's language */

static inline struct html
html_view(const struct html_out *o)
{
	return (struct html){ o->b.p ? o->b.p : "", o->b.n };
}

#endif
