/* SPDX-License-Identifier: Apache-2.0 */
/* Outside text on a page: in each place it stays text, it can be got back, and it is put into a
 * message once and never read as a message itself. Lines: message, then the arguments a and b. */
#include "web/html.h"

#include "core/mem.h"
#include "core/time.h"
#include "web/urlform.h"

#include "core/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct str
unescape(void *mem, struct str s)
{
	static const struct {
		const char *entity;
		char c;
	} known[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' },
		{ "&#39;", '\'' } };
	struct buf b = buf_new(mem, s.n);
	while (s.n > 0) {
		size_t i = 0;
		while (i < 5 && !str_starts(s, str_of(known[i].entity)))
			i++;
		xq_require(i < 5 || s.p[0] != '&');
		size_t n = i < 5 ? strlen(known[i].entity) : 1;
		buf_char(&b, i < 5 ? known[i].c : s.p[0]);
		s = str_n(s.p + n, s.n - n);
	}
	return buf_view(&b);
}

static struct str
put(void *mem, enum html_place place, struct str v)
{
	struct html_out o = html_new(mem, LANG_ZH, TZ_CHINA);
	html_put_str(&o, place, v);
	for (size_t i = 0; i < o.b.n; i++)
		xq_require(memchr("<>\"'", o.b.p[i], 4) == NULL);
	return buf_view(&o.b);
}

static void
look_at_places(void *mem, struct str in)
{
	xq_require(str_eq(unescape(mem, put(mem, HTML_TEXT, in)), in));
	xq_require(str_eq(unescape(mem, put(mem, HTML_ATTR, in)), in));
	struct str url = put(mem, HTML_URL, in);
	(void)put(mem, HTML_URL_PART, in);
	xq_require(url.n == 0 || memchr("/#?htm", url.p[0], 6) != NULL);
	xq_require(!str_starts(url, STR("//")) && str_find(url, '\\') == url.n);
	/* behind "name=" it is one value, and the browser sends back what stood there */
	struct str value = put(mem, HTML_URL_QUERY, in);
	char *copy = mem_textn(mem, value.p, value.n);
	xq_require(str_find(value, '&') == value.n && str_find(value, '=') == value.n);
	xq_require(str_eq(str_n(copy, url_unescape(copy, value.n, true)), in));
}

/* The message with its two places filled by hand. */
static const char *
by_hand(void *mem, const char *text, const char *a, const char *b)
{
	struct buf out = buf_new(mem, strlen(text) + 1);
	while (*text) {
		bool is_a = strncmp(text, "{a}", 3) == 0, is_b = strncmp(text, "{b}", 3) == 0;
		if (is_a || is_b)
			buf_text(&out, is_a ? a : b);
		else
			buf_char(&out, *text);
		text += is_a || is_b ? 3 : 1;
	}
	return out.p ? out.p : "";
}

static void
look_at_message(void *mem, const char *text, const char *a, const char *b)
{
	const struct msg_arg arg[] = {
		{ .name = "a", .kind = MSG_ARG_TEXT, .text = a },
		{ .name = "b", .kind = MSG_ARG_TEXT, .text = b },
	};
	xq_require(
		text_eq(msg_fill(mem, LANG_EN, text, arg, 2, TZ_CHINA), by_hand(mem, text, a, b)));
	struct html_out o = html_new(mem, LANG_EN, TZ_CHINA), in_attr = o;
	in_attr.b = buf_new(mem, 64);
	html_msg(&o, HTML_TEXT, text, arg, 2);
	html_msg(&in_attr, HTML_ATTR, text, arg, 2);
	struct str page = buf_view(&o.b);
	for (size_t i = 0; i < page.n; i++) { /* only tags of the catalogue's own are tags */
		struct str at = str_n(page.p + i, page.n - i);
		xq_require(at.p[0] != '<' || str_starts(at, STR("<b>")) ||
			   str_starts(at, STR("</b>")) || str_starts(at, STR("<br>")));
	}
	xq_require(strpbrk(in_attr.b.p ? in_attr.b.p : "", "<>\"'") == NULL);
	if (strchr(text, '<') == NULL)
		xq_require(str_is(unescape(mem, page), by_hand(mem, text, a, b)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *mem = mem_root("fuzz");
	struct str in = { (const char *)data, size }, rest = in, line[3] = { in, in, in };
	look_at_places(mem, in);
	for (size_t i = 0; i < 3 && str_cut(&rest, '\n', &line[i]); i++)
		;
	look_at_message(
		mem, str_text(mem, line[0]), str_text(mem, line[1]), str_text(mem, line[2]));
	mem_free(mem);
	return 0;
}
