/* SPDX-License-Identifier: Apache-2.0 */
/* record_part.h - what the public record brings to the pages of a concern: record/ stands above, so parts.c
 * names it.
 *
 * For:       the record's own sentence and its code on a receipt and on the page of progress.
 * May call:  web
 * Called by: concern/raise_pages.c, desk_intake.c, track_pages.c; record/ (which has it)
 * Threads:   views, any reader
 * Source:    decisions.md 9; interface.md 4 (receipt card)
 */
#ifndef XQ_CONCERN_RECORD_PART_H
#define XQ_CONCERN_RECORD_PART_H

#include "web/web.h"

struct record_part {
	/* Of one entry, for paper; nothing: out stays empty. */
	enum xq_rc (*slip)(struct req *q, int64_t seq, struct html *out, struct xq_err *err);
	/* Of all entries of a subject that a receipt was given for, the newest first; last_seq: its newest. */
	enum xq_rc (*list)(struct req *q, int64_t last_seq, struct html *out, struct xq_err *err);
};
extern const struct record_part *const concern_record;

#endif
