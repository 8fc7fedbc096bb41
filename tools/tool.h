/* SPDX-License-Identifier: Apache-2.0 */
/* tool.h - what the build tools share: memory, files, a growing text, a way to stop.
 *
 * For:       htmlc, msg, embed. They run at build time, are short-lived and need only libc, so they
 *            do not use src/core: that is what they help to build.
 * Memory:    everything hangs on one global list and is released with the process.
 */
#ifndef XQ_TOOL_H
#define XQ_TOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void *tool_alloc(size_t n); /* zeroed; stops the tool when memory is gone */
void *tool_grow(void *old, size_t old_n, size_t n);
char *tool_copy(const char *p, size_t n);
char *tool_text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* A growing text with a NUL behind it. Starts as all zero. */
struct text {
	char *p;
	size_t n, cap;
};

void text_add(struct text *t, const char *p, size_t n);
void text_put(struct text *t, const char *s);
void text_char(struct text *t, char c);
void text_printf(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* s as a C string literal's inside: quotes, backslashes, control characters and '?' made safe. */
void text_c_escape(struct text *t, const char *p, size_t n);

struct file {
	const char *path;
	char *p; /* NUL behind the last byte */
	size_t n;
};

struct file file_read(const char *path);
/* Leaves the file alone when it already says so, so that what depends on it is not built again. */
void file_write(const char *path, const struct text *t);

/* "path:line: message" on stderr; the tool goes on, so that all faults of a run are seen. */
void fault(const char *path, int line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
int fault_count(void);
_Noreturn void die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
