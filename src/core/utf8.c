/* SPDX-License-Identifier: Apache-2.0 */
#include "core/utf8.h"

#include <stdlib.h>

#include <uninorm.h>
#include <unistr.h>

#include "core/mem.h"

#include "core/banned.h"

#define REPLACEMENT 0xFFFDu

struct range {
	uint32_t first, last;
};

static const uint8_t *
octets(struct str s)
{
	return (const uint8_t *)s.p;
}

/* Bytes at the front that are ASCII. */
static size_t
ascii_run(struct str s)
{
	size_t i = 0;
	for (uint64_t eight; i + sizeof(eight) <= s.n; i += sizeof(eight)) {
		memcpy(&eight, s.p + i, sizeof(eight));
		if (eight & UINT64_C(0x8080808080808080))
			break;
	}
	while (i < s.n && (uint8_t)s.p[i] < 0x80)
		i++;
	return i;
}

bool
utf8_is_valid(struct str s)
{
	size_t skip = ascii_run(s);
	return skip == s.n || u8_check(octets(s) + skip, s.n - skip) == NULL;
}

size_t
utf8_chars(struct str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += ((uint8_t)s.p[i] & 0xC0) != 0x80;
	return n;
}

/* Bytes that a character with this first byte takes. */
static size_t
length_by_lead(uint8_t lead)
{
	if (lead < 0xC0)
		return 1;
	if (lead < 0xE0)
		return 2;
	return lead < 0xF0 ? 3 : 4;
}

uint32_t
utf8_next(struct str *rest)
{
	if (rest->n == 0)
		return 0;

	const uint8_t *p = octets(*rest);
	size_t n = length_by_lead(p[0]);
	if (n > rest->n) { /* only in text that never passed the gate */
		*rest = str_n(rest->p + rest->n, 0);
		return REPLACEMENT;
	}
	*rest = str_n(rest->p + n, rest->n - n);
	switch (n) {
	case 1:
		return p[0];
	case 2:
		return (p[0] & 0x1Fu) << 6 | (p[1] & 0x3Fu);
	case 3:
		return (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
	default:
		return (p[0] & 0x07u) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 |
		       (p[3] & 0x3Fu);
	}
}

void
utf8_put(struct buf *b, uint32_t c)
{
	uint8_t out[6];
	int n = u8_uctomb(out, c, sizeof(out));
	if (n < 0)
		n = u8_uctomb(out, REPLACEMENT, sizeof(out));
	buf_add(b, out, (size_t)n);
}

static bool
is_control(uint32_t c, bool lines)
{
	if (c < 0x20)
		return !(lines && (c == '\n' || c == '\t'));
	if (c < 0x7F)
		return false;
	if (c <= 0x9F)
		return true;
	if ((c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF)) /* noncharacters */
		return true;
	/* Line separators; bidi overrides and isolates, which can make a text read otherwise than
	 * it is stored; the byte order mark. */
	return c == 0x2028 || c == 0x2029 || (c >= 0x202A && c <= 0x202E) ||
	       (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

bool
utf8_has_control(struct str s, bool lines)
{
	while (s.n > 0) {
		if (is_control(utf8_next(&s), lines))
			return true;
	}
	return false;
}

/* Characters that NFC leaves alone wherever they stand: no canonical decomposition, combining class
 * 0, never the second half of a composition. Not all of them, but nearly all that our texts have;
 * the test proves it for each. Between the ranges: combining marks (U+302A, U+3099), compatibility
 * ideographs (U+F900), spaces and signs with a canonical twin (U+2000, U+2126). */
static const struct range settled[] = {
	{ 0x0000, 0x02FF }, { 0x2002, 0x20CF }, { 0x2190, 0x2328 }, { 0x232B, 0x2ADB },
	{ 0x2E80, 0x3029 }, { 0x3030, 0x3098 },
	{ 0x309B, 0xA48F },                         /* kana, bopomofo, CJK with extension A, Yi */
	{ 0xAC00, 0xD7A3 },                         /* Hangul syllables */
	{ 0xE000, 0xF8FF },                         /* private use: rare names in older systems */
	{ 0xFE30, 0xFE4F }, { 0xFF00, 0xFFEF },     /* full-width forms */
	{ 0x1F000, 0x1FAFF }, { 0x20000, 0x2F7FF }, /* CJK extensions B to F and I */
	{ 0x30000, 0x323AF },                       /* G and H */
};

static bool
is_settled(uint32_t c)
{
	for (size_t i = 0; i < sizeof(settled) / sizeof(settled[0]) && c >= settled[i].first; i++) {
		if (c <= settled[i].last)
			return true;
	}
	return false;
}

static bool
all_settled(struct str s)
{
	size_t skip = ascii_run(s);
	s = str_n(s.p + skip, s.n - skip);
	while (s.n > 0) {
		if (!is_settled(utf8_next(&s)))
			return false;
	}
	return true;
}

struct str
utf8_nfc(void *mem, struct str s)
{
	if (all_settled(s))
		return s;

	size_t n = 0;
	uint8_t *made = u8_normalize(UNINORM_NFC, octets(s), s.n, NULL, &n);
	xq_require(made != NULL); /* s is valid, so only memory can be short */
	if (!str_eq(s, str_n((const char *)made, n)))
		s = str_n(mem_textn(mem, (const char *)made, n), n);
	free(made);
	return s;
}

static bool
is_space(uint32_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0xA0 || c == 0x3000 ||
	       (c >= 0x2000 && c <= 0x200A);
}

/* The last code point of valid, non-empty text, and how many bytes it takes. */
static uint32_t
last_char(struct str s, size_t *out_n)
{
	size_t at = s.n - 1;
	while (at > 0 && ((uint8_t)s.p[at] & 0xC0) == 0x80)
		at--;
	struct str tail = str_n(s.p + at, s.n - at);
	*out_n = tail.n;
	return utf8_next(&tail);
}

static struct str
trim(struct str s)
{
	for (struct str rest = s; rest.n > 0 && is_space(utf8_next(&rest));)
		s = rest;
	for (size_t n; s.n > 0 && is_space(last_char(s, &n));)
		s.n -= n;
	return s;
}

static struct str
one_newline(void *mem, struct str s)
{
	if (str_find(s, '\r') == s.n)
		return s;
	struct buf b = buf_new(mem, s.n);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '\r')
			buf_char(&b, s.p[i]);
		else if (i + 1 == s.n || s.p[i + 1] != '\n')
			buf_char(&b, '\n');
	}
	return buf_view(&b);
}

static enum xq_rc
too_long(struct xq_err *err, size_t n, size_t max_chars)
{
	enum xq_rc rc = xq_refuse(err, NULL, "text.too-long");
	xq_err_int(err, "max", (int64_t)max_chars);
	xq_err_int(err, "n", (int64_t)n);
	return rc;
}

enum xq_rc
utf8_clean(
	void *mem, struct str s, bool lines, size_t max_chars, struct str *out, struct xq_err *err)
{
	if (!utf8_is_valid(s))
		return xq_refuse(err, NULL, "text.not-utf8");

	s = trim(s);
	size_t n = utf8_chars(s);
	/* CRLF and combining marks shrink, though not fourfold; refused before anything is copied. */
	if (n / 4 > max_chars)
		return too_long(err, n, max_chars);

	if (lines)
		s = one_newline(mem, s);
	if (utf8_has_control(s, lines))
		return xq_refuse(err, NULL, "text.control");
	s = utf8_nfc(mem, s);
	n = utf8_chars(s);
	if (n > max_chars)
		return too_long(err, n, max_chars);
	*out = s;
	return XQ_OK;
}

struct str
utf8_head(struct str s, size_t max_chars)
{
	struct str rest = s;
	for (size_t i = 0; i < max_chars && rest.n > 0; i++)
		(void)utf8_next(&rest); /* only its length matters */
	return str_n(s.p, s.n - rest.n);
}
