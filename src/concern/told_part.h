/* SPDX-License-Identifier: Apache-2.0 */
/* told_part.h - words of a resident that modules above keep: the page of what is stored names them too.
 *
 * For:       the count of words on /track/{code}/data.
 * May call:  store
 * Called by: concern/own_data.c; evaluation/ (which has them); parts.c
 * Threads:   any reader
 * Source:    domain.md 5.3
 */
#ifndef XQ_CONCERN_TOLD_PART_H
#define XQ_CONCERN_TOLD_PART_H

#include "store/store.h"

/* Characters of the resident's own words that are kept of a concern. */
struct told_part {
	enum xq_rc (*count)(struct tx *tx, int64_t office, int64_t concern_id, int64_t *out_chars,
		struct xq_err *err);
};
extern const struct told_part *const concern_told_parts[]; /* ended by NULL */

#endif
