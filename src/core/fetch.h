/* SPDX-License-Identifier: Apache-2.0 */
/* fetch.h - asking another server over HTTP, with limits.
 *
 * For:       mirrors and witnesses of the public record, other cells. Not for anything that a resident waits for.
 * May call:  core, libcurl
 * Called by: ledger/url_source.c, record/witness_*.c, cell/cell.c
 * Threads:   a struct fetch belongs to one thread at a time; several threads have one each
 * Source:    ledger.md 2, 5.6, 7.4
 */
#ifndef XQ_CORE_FETCH_H
#define XQ_CORE_FETCH_H

#include "core/err.h"
#include "core/str.h"

#define FETCH_URL_MAX 2048

struct fetch_limits {
	int connect_ms;   /* 0: 5,000 */
	int total_ms;     /* of one request, answer included; 0: 30,000 */
	size_t max_bytes; /* of an answer's body; 0: 4 MiB */
};

struct fetch_reply {
	int status;           /* 200, 404, 409 ...: any answer at all */
	const char *type;     /* content type as sent; "" when there is none */
	const char *location; /* where an answer of 3xx sends to, whole; "" otherwise */
	struct bytes body;
};

struct fetch;

/* Lives as long as mem; keeps its connections between requests. limits may be NULL. */
struct fetch *fetch_new(void *mem, const struct fetch_limits *limits);

/* fetch_get - one GET; http and https alone, certificates checked, no redirect followed (an answer
 * of 301 is an answer).
 *
 * out   body and type live as long as mem
 * err   REFUSED fetch.bad-url: not such a URL, or longer than FETCH_URL_MAX
 *       REFUSED fetch.too-large {max}
 *       BUSY fetch.unreachable: no answer in time; detail says why
 */
XQ_CHECK enum xq_rc fetch_get(
	struct fetch *f, void *mem, const char *url, struct fetch_reply *out, struct xq_err *err);

/* The same with a body. type: its media type. */
XQ_CHECK enum xq_rc fetch_post(struct fetch *f, void *mem, const char *url, const char *type,
	struct bytes body, struct fetch_reply *out, struct xq_err *err);

#endif
