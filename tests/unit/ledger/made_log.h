/* SPDX-License-Identifier: Apache-2.0 */
/* made_log.h - entries of a log that a test makes up, fed to a walk of figures as they are read from any
 * record. Include after cmocka.h. */
#ifndef XQ_TESTS_LEDGER_MADE_LOG_H
#define XQ_TESTS_LEDGER_MADE_LOG_H

#include <stdio.h>

#include "core/err.h"
#include "core/mem.h"
#include "ledger/figures.h"

struct made_log {
	void *mem;
	struct figures_walk *walk;
	int64_t n;
};

static inline struct made_log
made_log_new(void *mem)
{
	return (struct made_log){ mem, figures_walk_new(mem), 0 };
}

/* moment: "2026-01-05T10:00:00"; ref: 0 none, else the letter that fills it; unit: "" none. */
static inline enum xq_rc
made_log_try(struct made_log *l, const char *moment, const char *kind, char ref, const char *unit,
	const char *pub, struct xq_err *err)
{
	char ref_text[64] = "", unit_text[64] = "";
	if (ref) {
		char sixteen[17] = { 0 };
		memset(sixteen, ref, 16);
		(void)snprintf(ref_text, sizeof ref_text, ",\"ref\":\"c-%s\"", sixteen);
	}
	if (*unit)
		(void)snprintf(unit_text, sizeof unit_text, ",\"unit\":\"%s\"", unit);
	const char *bytes = mem_printf(l->mem,
		"{\"at\":\"%s+08:00\",\"k\":\"%s\",\"log\":\"lc\",\"pub\":%s%s,\"role\":\"clerk\","
		"\"seq\":%lld%s,\"v\":1}",
		moment, kind, pub, ref_text, (long long)l->n, unit_text);
	struct event_seen e;
	if (event_check(str_of(bytes), "lc", l->n, &e, err) != XQ_OK)
		fail_msg("not an entry: %s", bytes);
	enum xq_rc rc = figures_walk_entry(l->walk, &e, err);
	l->n += rc == XQ_OK;
	return rc;
}

static inline void
made_log_say(struct made_log *l, const char *moment, const char *kind, char ref, const char *unit,
	const char *pub)
{
	struct xq_err err = { 0 };
	if (made_log_try(l, moment, kind, ref, unit, pub, &err) != XQ_OK)
		fail_msg("entry %lld refused: %s %s", (long long)l->n, kind, pub);
}

#endif
