/* SPDX-License-Identifier: Apache-2.0 */
/* spots.h - where concerns come from, place by place, for finding what comes up again and again.
 *
 * For:       hotspot/, which counts by place and class; never by person.
 * May call:  core, store, concern/concern.h
 * Called by: hotspot/seek.c
 * Owns:      nothing of its own; reads tables of concern/
 * Threads:   any reader, the writer
 * Source:    domain.md B02, E16
 */
#ifndef XQ_CONCERN_SPOTS_H
#define XQ_CONCERN_SPOTS_H

#include "concern/concern.h"

struct spot_row {
	int64_t concern_id, raised_at;
	const char *class, *place; /* place: as it was taken down */
	bool counts;               /* false: sealed, voided, imported or without a place */
};
/* Concerns with a higher id, by id; out: max rows. */
XQ_CHECK enum xq_rc concern_spots(struct tx *tx, void *mem, int64_t office, int64_t after_id,
	size_t max, struct spot_row *out, size_t *out_n, struct xq_err *err);
/* The highest id so far; 0: none. */
XQ_CHECK enum xq_rc concern_last_id(
	struct tx *tx, int64_t office, int64_t *out, struct xq_err *err);

#endif
