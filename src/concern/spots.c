/* SPDX-License-Identifier: Apache-2.0 */
/* spots.c - concerns in the order of their numbers, with class and place and nothing of the resident. */
#include "concern/spots.h"

#include "core/mem.h"

#include "core/banned.h"

enum xq_rc
concern_spots(struct tx *tx, void *mem, int64_t office, int64_t after_id, size_t max,
	struct spot_row *out, size_t *out_n, struct xq_err *err)
{
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT id, raised_at, class, place, lane = 0 AND is_imported = 0 AND state <> 15"
		    " FROM concern WHERE office = ? AND id > ? ORDER BY id LIMIT ?"),
		VALS(V(office), V(after_id), V((int64_t)max)));
	while (n < max && row_next(q)) {
		struct spot_row *r = &out[n++];
		*r = (struct spot_row){ .concern_id = row_int(q, 0),
			.raised_at = row_int(q, 1),
			.class = row_text(q, 2, mem),
			.place = row_text(q, 3, mem) };
		r->counts = row_int(q, 4) != 0 && r->place[0] != '\0';
	}
	*out_n = n;
	return rows_close(q, err);
}

enum xq_rc
concern_last_id(struct tx *tx, int64_t office, int64_t *out, struct xq_err *err)
{
	*out = 0;
	enum xq_rc rc =
		db_int(tx, SQL("SELECT id FROM concern WHERE office = ? ORDER BY id DESC LIMIT 1"),
			VALS(V(office)), out, err);
	return rc == XQ_NONE ? XQ_OK : rc;
}
