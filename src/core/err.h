/* SPDX-License-Identifier: Apache-2.0 */
/* err.h - what can go wrong, and in whose words.
 *
 * For:       results of everything that can fail. A refusal is the office's rule speaking and goes
 *            to the person; a fault is ours and goes to the log.
 * May call:  core/str.h
 * Called by: everything
 * Threads:   any
 * Source:    style.md 5
 */
#ifndef XQ_CORE_ERR_H
#define XQ_CORE_ERR_H

#include <stdint.h>

#include "core/str.h"

enum xq_rc {
	XQ_OK,
	XQ_NONE,    /* no such row: an answer, not an error */
	XQ_REFUSED, /* a rule of the office says no; err->key says which */
	XQ_BUSY,    /* the same call may go through later */
	XQ_FAULT,   /* ours; err->detail for the log */
};

#define XQ_CHECK __attribute__((warn_unused_result))

/* A typed argument of a message; {name} in its text is replaced by it. Put into words at the very
 * end, in the reader's language. */
enum msg_arg_kind { MSG_ARG_NONE, MSG_ARG_TEXT, MSG_ARG_INT, MSG_ARG_DAY, MSG_ARG_TIME };

struct msg_arg {
	const char *name;
	enum msg_arg_kind kind;
	int64_t i;        /* INT; DAY: yyyymmdd; TIME: UTC seconds */
	const char *text; /* TEXT; lives at least as long as the error */
};

#define XQ_ERR_ARGS 3

struct xq_err {
	const char *key;   /* "reply.own-draft": stable, for API clients and tests */
	const char *field; /* the field at fault; NULL: the act as a whole */
	struct msg_arg arg[XQ_ERR_ARGS];
	char detail[240]; /* for the log only: SQL state, errno text, path; never personal data */
};

/* Fill err and return the code that says so; err may be NULL where only the code matters. */
static inline enum xq_rc
xq_refuse(struct xq_err *err, const char *field, const char *key)
{
	if (err)
		*err = (struct xq_err){ .key = key, .field = field };
	return XQ_REFUSED;
}

static inline enum xq_rc
xq_busy(struct xq_err *err, const char *key)
{
	(void)xq_refuse(err, NULL, key);
	return XQ_BUSY;
}

enum xq_rc xq_fault(struct xq_err *err, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Adds an argument to a refusal that was just made; a fourth is a programming error. */
void xq_err_text(struct xq_err *err, const char *name, const char *text);
void xq_err_int(struct xq_err *err, const char *name, int64_t value);
void xq_err_day(struct xq_err *err, const char *name, int32_t day);
void xq_err_time(struct xq_err *err, const char *name, int64_t at);

/* States what only a programming error can break; on in every build. */
#define xq_require(cond)                                                                           \
	do {                                                                                       \
		if (__builtin_expect(!(cond), 0))                                                  \
			xq_require_failed(#cond, __FILE__, __LINE__);                              \
	} while (0)

_Noreturn void xq_require_failed(const char *cond, const char *file, int line);

/* One row of a module's table of messages: key -> English text. */
struct msg_text {
	const char *key;
	const char *text; /* N_("...") */
};

extern const struct msg_text core_messages[]; /* ends with a row without key */

/* Marks an English text for the catalogue (tools/msg reads it). */
#define N_(text) text

#endif
