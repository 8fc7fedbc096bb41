/* SPDX-License-Identifier: Apache-2.0 */
#include "core/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/banned.h"

enum xq_rc
xq_fault(struct xq_err *err, const char *key, const char *fmt, ...)
{
	if (err == NULL)
		return XQ_FAULT;

	/* Not into err directly: an argument may point into err->detail itself. */
	char detail[sizeof(err->detail)];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(detail, sizeof(detail), fmt, ap);
	va_end(ap);
	*err = (struct xq_err){ .key = key };
	memcpy(err->detail, detail, sizeof(detail));
	return XQ_FAULT;
}

static void
add(struct xq_err *err, struct msg_arg arg)
{
	if (err == NULL)
		return;
	size_t i = 0;
	while (i < XQ_ERR_ARGS && err->arg[i].kind != MSG_ARG_NONE)
		i++;
	xq_require(i < XQ_ERR_ARGS);
	err->arg[i] = arg;
}

void
xq_err_text(struct xq_err *err, const char *name, const char *text)
{
	add(err, (struct msg_arg){ .name = name, .kind = MSG_ARG_TEXT, .text = text });
}

void
xq_err_int(struct xq_err *err, const char *name, int64_t value)
{
	add(err, (struct msg_arg){ .name = name, .kind = MSG_ARG_INT, .i = value });
}

void
xq_err_day(struct xq_err *err, const char *name, int32_t day)
{
	add(err, (struct msg_arg){ .name = name, .kind = MSG_ARG_DAY, .i = day });
}

void
xq_err_time(struct xq_err *err, const char *name, int64_t at)
{
	add(err, (struct msg_arg){ .name = name, .kind = MSG_ARG_TIME, .i = at });
}

_Noreturn void
xq_require_failed(const char *cond, const char *file, int line)
{
	fprintf(stderr, "xinqiao: %s:%d: required: %s\n", file, line, cond);
	abort();
}
