/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mem.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <talloc.h>

#include "core/banned.h"

/* An overrun inside a pool is invisible to the address sanitizer. */
#if defined(__SANITIZE_ADDRESS__)
#define POOLS false
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POOLS false
#else
#define POOLS true
#endif
#else
#define POOLS true
#endif

static _Noreturn void
memory_gone(size_t size)
{
	fprintf(stderr, "xinqiao: no memory for %zu more bytes, stopping\n", size);
	abort();
}

static void *
checked(void *p, size_t size)
{
	if (__builtin_expect(p == NULL, 0))
		memory_gone(size);
	return p;
}

static size_t
product(size_t size, size_t count)
{
	size_t all;
	if (__builtin_mul_overflow(size, count, &all))
		memory_gone(SIZE_MAX);
	return all;
}

void *
mem_root(const char *name)
{
	return checked(talloc_named_const(NULL, 0, name), 0);
}

void *
mem_pool(const char *name, size_t size)
{
	if (!POOLS)
		return mem_root(name);
	void *pool = checked(talloc_pool(NULL, size), size);
	talloc_set_name_const(pool, name);
	return pool;
}

void *
mem_zeroed(void *mem, size_t size, size_t count)
{
	size_t all = product(size, count);
	return memset(checked(talloc_named_const(mem, all, "mem"), all), 0, all);
}

void *
mem_regrow(void *mem, void *old, size_t size, size_t old_count, size_t count)
{
	size_t before = product(size, old_count);
	size_t after = product(size, count);

	char *p = mem_resize(mem, old, after);
	if (after > before)
		memset(p + before, 0, after - before);
	return p;
}

void *
mem_resize(void *mem, void *old, size_t size)
{
	/* talloc frees a block that is resized to nothing; ours stays an object */
	return checked(_talloc_realloc(mem, old, size ? size : 1, "mem"), size);
}

char *
mem_text(void *mem, const char *text)
{
	return mem_textn(mem, text, strlen(text));
}

char *
mem_textn(void *mem, const char *p, size_t n)
{
	char *copy = checked(talloc_named_const(mem, product(n + 1, 1), "text"), n);
	if (n > 0)
		memcpy(copy, p, n);
	copy[n] = '\0';
	return copy;
}

void *
mem_copy(void *mem, const void *p, size_t n)
{
	void *copy = checked(talloc_named_const(mem, n, "copy"), n);
	if (n > 0)
		memcpy(copy, p, n);
	return copy;
}

char *
mem_printf(void *mem, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	char *text = mem_vprintf(mem, fmt, ap);
	va_end(ap);
	return text;
}

char *
mem_vprintf(void *mem, const char *fmt, va_list ap)
{
	char text[256]; /* most are short; talloc would format them twice */
	va_list again;
	va_copy(again, ap);
	int n = vsnprintf(text, sizeof text, fmt, again);
	va_end(again);
	if (n >= 0 && (size_t)n < sizeof text)
		return mem_textn(mem, text, (size_t)n);
	return checked(talloc_vasprintf(mem, fmt, ap), 0);
}

void *
mem_move(void *new_mem, const void *p)
{
	return _talloc_steal_loc(new_mem, p, __location__);
}

void
mem_on_free(void *p, int (*fn)(void *p))
{
	_talloc_set_destructor(p, fn);
}

void
mem_free(void *p)
{
	if (p != NULL)
		_talloc_free(p, __location__);
}

size_t
mem_size(const void *p)
{
	return talloc_total_size(p);
}
