/* SPDX-License-Identifier: Apache-2.0 */
/* Lines go to standard error, where the service manager keeps them. */
#include "core/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "core/time.h"

#include "core/banned.h"

#define FIRST_NUMBER 100000u
#define NUMBERS 900000u

static atomic_bool is_quiet;
static atomic_uint faults; /* since the start */

/* A text from outside can't begin a line of its own. */
static void
flatten(char *line, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if ((uint8_t)line[i] < 0x20 || line[i] == 0x7F)
			line[i] = ' ';
	}
}

static int64_t
now(void)
{
	struct clock real;
	clock_init_real(&real);
	return clock_now(&real);
}

static void __attribute__((format(printf, 2, 0)))
put(const char *level, const char *fmt, va_list ap)
{
	char line[1024];
	char at[TIME_RECORD_LEN + 1];

	if (atomic_load(&is_quiet))
		return;
	time_record(now(), at);
	int head = snprintf(line, sizeof(line), "%s %s ", at, level);
	xq_require(head > 0 && (size_t)head < sizeof(line));
	int body = vsnprintf(line + head, sizeof(line) - (size_t)head, fmt, ap);
	size_t n = (size_t)head + (body > 0 ? (size_t)body : 0);
	if (n > sizeof(line) - 1)
		n = sizeof(line) - 1;
	flatten(line, n);
	line[n++] = '\n'; /* in place of the NUL */

	/* One write, so that lines of two threads don't mix. */
	ssize_t written = write(STDERR_FILENO, line, n);
	(void)written; /* there is nowhere left to say so */
}

void
log_info(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	put("info", fmt, ap);
	va_end(ap);
}

void
log_warn(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	put("warn", fmt, ap);
	va_end(ap);
}

static void __attribute__((format(printf, 1, 2))) log_bad(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	put("fault", fmt, ap);
	va_end(ap);
}

unsigned
log_fault(const char *where, const struct xq_err *err)
{
	/* Counted on from the second of day, so that two runs seldom give the same number. */
	unsigned since_start = atomic_fetch_add(&faults, 1);
	unsigned number = FIRST_NUMBER + ((unsigned)(now() % NUMBERS) + since_start) % NUMBERS;

	log_bad("%u %s %s%s%s: %s", number, where, err->key ? err->key : "-",
		err->field ? " field " : "", err->field ? err->field : "", err->detail);
	return number;
}

void
log_quiet(bool quiet)
{
	atomic_store(&is_quiet, quiet);
}
