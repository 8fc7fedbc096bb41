/* SPDX-License-Identifier: Apache-2.0 */
/* mem.h - memory that lives as long as its parent.
 *
 * For:       all allocation; a thin face over talloc that stops the process when memory is gone,
 *            so no caller tests for NULL. Sizes from outside are bounded before they come here.
 * May call:  talloc
 * Called by: everything
 * Threads:   a context belongs to one thread at a time
 * Source:    style.md 4
 */
#ifndef XQ_CORE_MEM_H
#define XQ_CORE_MEM_H

#include <stdarg.h>
#include <stddef.h>

/* A new context without a parent; the caller frees it with mem_free. name: for leak reports. */
void *mem_root(const char *name);
/* The same with size bytes set aside at once, for a context of many small parts such as a request.
 * Their memory comes back when the whole pool is freed. */
void *mem_pool(const char *name, size_t size);

/* Zeroed objects that live as long as mem. */
#define mem_new(mem, type) ((type *)mem_zeroed((mem), sizeof(type), 1))
#define mem_array(mem, type, count) ((type *)mem_zeroed((mem), sizeof(type), (size_t)(count)))

/* A larger copy of an array that mem_array or mem_grow made; the added part is zeroed. */
#define mem_grow(mem, type, old, old_count, count)                                                 \
	((type *)mem_regrow((mem), (old), sizeof(type), (size_t)(old_count), (size_t)(count)))

void *mem_zeroed(void *mem, size_t size, size_t count);
void *mem_regrow(void *mem, void *old, size_t size, size_t old_count, size_t count);

/* A larger or smaller copy of old (NULL: a new block); added bytes have any content. */
void *mem_resize(void *mem, void *old, size_t size);

/* Copies with a NUL behind them. */
char *mem_text(void *mem, const char *text);
char *mem_textn(void *mem, const char *p, size_t n);
void *mem_copy(void *mem, const void *p, size_t n);

char *mem_printf(void *mem, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *mem_vprintf(void *mem, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

/* Moves p and its parts under another parent; returns p. */
void *mem_move(void *new_mem, const void *p);

/* Runs fn(p) when p is freed; fn returns 0. */
void mem_on_free(void *p, int (*fn)(void *p));

/* Frees p and everything below it; NULL is allowed. */
void mem_free(void *p);

/* Bytes held by p and everything below it. */
size_t mem_size(const void *p);

#endif
