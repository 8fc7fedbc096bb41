/* SPDX-License-Identifier: Apache-2.0 */
#include "core/str.h"

#include <stdio.h>

#include "core/err.h"
#include "core/mem.h"

#include "core/banned.h"

bool
str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_eq((struct str){ s.p, prefix.n }, prefix);
}

bool
str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n && str_eq((struct str){ s.p + (s.n - suffix.n), suffix.n }, suffix);
}

int
str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n > 0 ? memcmp(a.p, b.p, n) : 0;
	if (order != 0)
		return order;
	return (a.n > b.n) - (a.n < b.n);
}

static bool
is_white(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str
str_trim(struct str s)
{
	while (s.n > 0 && is_white(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && is_white(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool
str_cut(struct str *rest, char sep, struct str *out)
{
	/* A used-up rest has no p, so that "a," gives "a" and then "". */
	if (rest->p == NULL)
		return false;
	size_t at = str_find(*rest, sep);
	*out = (struct str){ rest->p, at };
	if (at == rest->n)
		*rest = (struct str){ NULL, 0 };
	else
		*rest = (struct str){ rest->p + at + 1, rest->n - at - 1 };
	return true;
}

size_t
str_find(struct str s, char c)
{
	const char *hit = s.n > 0 ? memchr(s.p, c, s.n) : NULL;
	return hit ? (size_t)(hit - s.p) : s.n;
}

size_t
str_index(struct str s, struct str needle)
{
	if (needle.n == 0)
		return 0;
	const char *hit = s.n > 0 ? memmem(s.p, s.n, needle.p, needle.n) : NULL;
	return hit ? (size_t)(hit - s.p) : s.n;
}

char *
str_text(void *mem, struct str s)
{
	return mem_textn(mem, s.p, s.n);
}

struct buf
buf_new(void *mem, size_t first_cap)
{
	struct buf b = { .mem = mem };
	if (first_cap > 0)
		buf_need(&b, first_cap);
	return b;
}

void
buf_need(struct buf *b, size_t more)
{
	if (more < b->cap - b->n)
		return;

	size_t cap = b->cap + b->cap / 2;
	if (cap < b->n + more + 1)
		cap = b->n + more + 1;
	xq_require(cap > more);
	b->p = mem_resize(b->mem, b->p, cap);
	b->p[b->n] = '\0';
	b->cap = cap;
}

static __attribute__((noinline)) void
add_grown(struct buf *b, const void *p, size_t n)
{
	buf_need(b, n);
	buf_add(b, p, n);
}

/* A page calls it a thousand times, mostly with a few bytes: each way through it ends in one jump. */
void
buf_add(struct buf *b, const void *p, size_t n)
{
	if (n >= b->cap - b->n) {
		add_grown(b, p, n);
		return;
	}
	char *to = b->p + b->n;
	b->n += n;
	to[n] = '\0';
	if (n > 0)
		memcpy(to, p, n);
}

void
buf_str(struct buf *b, struct str s)
{
	buf_add(b, s.p, s.n);
}

void
buf_text(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void
buf_char(struct buf *b, char c)
{
	if (b->cap - b->n < 2)
		buf_need(b, 1);
	b->p[b->n++] = c;
	b->p[b->n] = '\0';
}

void
buf_int(struct buf *b, int64_t v)
{
	char digits[24];
	size_t at = sizeof(digits);
	uint64_t left = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	do {
		digits[--at] = (char)('0' + left % 10);
		left /= 10;
	} while (left > 0);
	if (v < 0)
		digits[--at] = '-';
	buf_add(b, digits + at, sizeof(digits) - at);
}

void
buf_pad(struct buf *b, int v, int width)
{
	buf_need(b, (size_t)width);
	for (int i = width; i > 0; i--, v /= 10)
		b->p[b->n + (size_t)i - 1] = (char)('0' + v % 10);
	b->n += (size_t)width;
	b->p[b->n] = '\0';
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	buf_need(b, 64); /* short texts, which most are, are formatted once */
	va_start(ap, fmt);
	int n = vsnprintf(b->p + b->n, b->cap - b->n, fmt, ap);
	va_end(ap);
	xq_require(n >= 0);
	if ((size_t)n >= b->cap - b->n) {
		buf_need(b, (size_t)n);
		va_start(ap, fmt);
		vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
		va_end(ap);
	}
	b->n += (size_t)n;
}
