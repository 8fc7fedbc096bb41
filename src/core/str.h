/* SPDX-License-Identifier: Apache-2.0 */
/* str.h - borrowed slices of text and bytes, and a growing buffer.
 *
 * For:       input, columns, anything from outside (struct str), raw bytes (struct bytes),
 *            building text (struct buf). A NUL-terminated const char * is text that we made.
 * May call:  core/mem.h
 * Called by: everything
 * Threads:   any; a buf belongs to one thread
 * Source:    style.md 6
 */
#ifndef XQ_CORE_STR_H
#define XQ_CORE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *p;
	size_t n;
};

struct bytes {
	const uint8_t *p;
	size_t n;
};

/* A slice of a string literal, for constants and comparisons. */
#define STR(lit) ((struct str){ "" lit, sizeof(lit) - 1 })

static inline struct str
str_of(const char *text)
{
	return text ? (struct str){ text, strlen(text) } : (struct str){ "", 0 };
}

static inline struct str
str_n(const char *p, size_t n)
{
	return (struct str){ p, n };
}

static inline bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool
str_is(struct str a, const char *text)
{
	return str_eq(a, str_of(text));
}

static inline bool
text_eq(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
int str_cmp(struct str a, struct str b); /* bytewise, as the stores sort */

/* Without ASCII white space at both ends. */
struct str str_trim(struct str s);

/* Cuts the part before the first sep off *rest; false when *rest was used up (its p is then NULL).
 * "a,b," gives "a", "b" and "". */
bool str_cut(struct str *rest, char sep, struct str *out);

/* Position of c or of needle (an empty one is found at 0); s.n when there is none. */
size_t str_find(struct str s, char c);
size_t str_index(struct str s, struct str needle);

/* A copy with a NUL behind it. */
char *str_text(void *mem, struct str s);

/* A growing text. Zero-initialise with buf_new; the bytes live as long as mem and have a NUL
 * behind them at any time. */
struct buf {
	void *mem;
	char *p;
	size_t n;
	size_t cap;
};

struct buf buf_new(void *mem, size_t first_cap);
void buf_need(struct buf *b, size_t more); /* room for more bytes and the NUL */
void buf_add(struct buf *b, const void *p, size_t n);
void buf_str(struct buf *b, struct str s);
void buf_text(struct buf *b, const char *text);
void buf_char(struct buf *b, char c);
void buf_int(struct buf *b, int64_t v);
void buf_pad(struct buf *b, int v, int width); /* of v >= 0 the last width digits, zeros before */
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static inline struct str
buf_view(const struct buf *b)
{
	return (struct str){ b->p ? b->p : "", b->n };
}

#endif
