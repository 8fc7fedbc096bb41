/* SPDX-License-Identifier: Apache-2.0 */
/* failing.h - facts in the life of a concern that a unit has to explain.
 *
 * For:       accountability/, which puts each fact to the unit once; a person decides what it means.
 * May call:  core, store, concern/concern.h
 * Called by: accountability/detect.c
 * Owns:      nothing of its own; reads tables of concern/
 * Threads:   any reader, the writer
 * Source:    domain.md C22, A09; L12 art.22 (no second return after a ruling)
 */
#ifndef XQ_CONCERN_FAILING_H
#define XQ_CONCERN_FAILING_H

#include "concern/concern.h"

enum failing {
	FAILING_LATE,     /* the day passed without an answer, and no more time was asked for */
	FAILING_RETURNED, /* asked to give it back again after a ruling that it stays */
	FAILING_AGAIN,    /* the resident disagreed and was ruled right: handled again */
	FAILING_UNTRUE,   /* the answer said solved, the resident says it is not */
};
enum { N_FAILINGS = 4 };

struct failing_query {
	enum failing what;
	int64_t now;
	int64_t after_at,
		after_id; /* behind which row to go on; what is older is never looked at */
	size_t max;
};
struct failing_row {
	int64_t at, id; /* continue after (at, id); at: when it happened */
	int64_t concern_id, unit_id;
	bool holds; /* false: walked past, no fact */
};
/* Rows before now in the order of time; each portion is walked along an index. out: max rows. */
XQ_CHECK enum xq_rc concern_failings(struct tx *tx, int64_t office, const struct failing_query *q,
	struct failing_row *out, size_t *out_n, struct xq_err *err);

#endif
