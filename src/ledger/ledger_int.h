/* SPDX-License-Identifier: Apache-2.0 */
/* ledger_int.h - the small rules of ledger.md 3.1 that writer and reader share. */
#ifndef XQ_LEDGER_LEDGER_INT_H
#define XQ_LEDGER_LEDGER_INT_H

#include "core/str.h"
#include "ledger/event.h"

#define LEDGER_INT_MAX ((INT64_C(1) << 53) - 1)
#define LEDGER_CODE_MAX 512

/* 1..512 printable ASCII characters without space, quote and backslash. */
bool ledger_is_code(struct str s);
bool ledger_is_key(struct str s);  /* [a-z][a-z0-9_]{0,31} */
bool ledger_is_kind(struct str s); /* [a-z]+\.[a-z-]+ */
bool ledger_is_role(struct str s);

/* The canonical bytes of an event into a buffer of the caller; com in the order of the parts. */
struct event_bytes_buf {
	size_t n;
	char p[EVENT_MAX_BYTES + 1];
};
XQ_CHECK enum xq_rc event_put(struct event_bytes_buf *out, const char *log, int64_t seq, int64_t at,
	const struct event *e, const char *const *com, struct xq_err *err);

#endif
