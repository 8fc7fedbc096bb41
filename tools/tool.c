/* SPDX-License-Identifier: Apache-2.0 */
#include "tool.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Chunks stay reachable from here, which also keeps leak checkers quiet. */
struct chunk {
	struct chunk *next;
	max_align_t data[];
};

static struct chunk *chunks;
static int faults;

void *
tool_alloc(size_t n)
{
	struct chunk *c = calloc(1, sizeof *c + n);
	if (c == NULL)
		die("out of memory");
	c->next = chunks;
	chunks = c;
	return c->data;
}

void *
tool_grow(void *old, size_t old_n, size_t n)
{
	void *p = tool_alloc(n);
	if (old_n > 0)
		memcpy(p, old, old_n);
	return p;
}

char *
tool_copy(const char *p, size_t n)
{
	char *s = tool_alloc(n + 1);
	memcpy(s, p, n);
	return s;
}

static void
text_need(struct text *t, size_t more)
{
	if (t->n + more < t->cap)
		return;
	const size_t cap = (t->cap + more + 256) * 2;
	t->p = tool_grow(t->p, t->n, cap);
	t->cap = cap;
}

void
text_add(struct text *t, const char *p, size_t n)
{
	text_need(t, n + 1);
	if (n > 0)
		memcpy(t->p + t->n, p, n);
	t->n += n;
	t->p[t->n] = '\0';
}

void
text_put(struct text *t, const char *s)
{
	text_add(t, s, strlen(s));
}

void
text_char(struct text *t, char c)
{
	text_add(t, &c, 1);
}

static void
text_vprintf(struct text *t, const char *fmt, va_list ap)
{
	va_list again;
	va_copy(again, ap);
	const int n = vsnprintf(NULL, 0, fmt, ap);
	if (n < 0)
		die("cannot format text");
	text_need(t, (size_t)n + 1);
	(void)vsnprintf(t->p + t->n, (size_t)n + 1, fmt, again); /* measured just above */
	t->n += (size_t)n;
	va_end(again);
}

void
text_printf(struct text *t, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	text_vprintf(t, fmt, ap);
	va_end(ap);
}

char *
tool_text(const char *fmt, ...)
{
	struct text t = { 0 };
	va_list ap;
	va_start(ap, fmt);
	text_vprintf(&t, fmt, ap);
	va_end(ap);
	return t.p;
}

void
text_c_escape(struct text *t, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const unsigned char c = (unsigned char)p[i];
		if (c == '\n')
			text_put(t, "\\n");
		else if (c == '"' || c == '\\' || c == '?') /* '?': no trigraph can form */
			text_printf(t, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			text_printf(t, "\\%03o", c);
		else
			text_char(t, (char)c);
	}
}

struct file
file_read(const char *path)
{
	FILE *f = fopen(path, "rb");
	if (f == NULL)
		die("%s: %s", path, strerror(errno));
	struct text t = { 0 };
	char part[16384];
	for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;)
		text_add(&t, part, n);
	if (ferror(f))
		die("%s: cannot read", path);
	fclose(f);
	text_add(&t, "", 0);
	return (struct file){ path, t.p, t.n };
}

static bool
says_already(const char *path, const struct text *t)
{
	FILE *f = fopen(path, "rb");
	if (f == NULL)
		return false;
	fclose(f);
	const struct file old = file_read(path);
	return old.n == t->n && memcmp(old.p, t->p, t->n) == 0;
}

void
file_write(const char *path, const struct text *t)
{
	if (says_already(path, t))
		return;
	FILE *f = fopen(path, "wb");
	if (f == NULL || fwrite(t->p, 1, t->n, f) != t->n || fclose(f) != 0)
		die("%s: %s", path, strerror(errno));
}

void
fault(const char *path, int line, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	fprintf(stderr, "%s:%d: ", path, line);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	faults++;
}

int
fault_count(void)
{
	return faults;
}

void
die(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(1);
}
