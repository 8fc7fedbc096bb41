/* SPDX-License-Identifier: Apache-2.0 */
#include "concern/closed.h"

#include "concern/concern_int.h"
#include "core/mem.h"

#include "core/banned.h"

_Static_assert(ST_CLOSED == 9 && LANE_EVERYDAY == 0, "the literals of the index concern_closed");

enum xq_rc
concern_closed_between(struct tx *tx, void *mem, int64_t office, int64_t from, int64_t to,
	size_t max, struct closed_ref **out, size_t *out_n, struct xq_err *err)
{
	size_t n = 0, cap = 256;
	struct closed_ref *list = mem_array(mem, struct closed_ref, cap);
	struct rows *q = db_query(tx,
		SQL("SELECT id, ref FROM concern WHERE office = ? AND state = 9 AND lane = 0"
		    " AND is_imported = 0 AND closed_at >= ? AND closed_at < ?"
		    " ORDER BY closed_at, id LIMIT ?"),
		VALS(V(office), V(from), V(to), V((int64_t)max + 1)));
	while (row_next(q)) {
		if (n == cap) {
			list = mem_grow(mem, struct closed_ref, list, cap, cap * 2);
			cap *= 2;
		}
		list[n++] = (struct closed_ref){ row_int(q, 0), row_text(q, 1, mem) };
	}
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK && n > max)
		return xq_refuse(err, NULL, "draw.too-many");
	*out = list;
	*out_n = n;
	return rc;
}

enum xq_rc
concern_recall(struct act_ctx *ctx, int64_t concern_id, bool is_open, struct xq_err *err)
{
	if (is_open)
		return db_exec(ctx->tx,
			SQL("INSERT INTO recall (office, concern_id) VALUES (?, ?)"
			    " ON CONFLICT (office, concern_id) DO NOTHING"),
			VALS(V(ctx->office), V(concern_id)), err);
	return db_exec(ctx->tx, SQL("DELETE FROM recall WHERE office = ? AND concern_id = ?"),
		VALS(V(ctx->office), V(concern_id)), err);
}

enum xq_rc
concern_may_recall(
	struct tx *tx, const struct actor *actor, int64_t concern_id, bool *out, struct xq_err *err)
{
	int64_t n = 0;
	*out = false;
	if (!actor_may(actor, PERM_EVALUATE))
		return XQ_OK;
	enum xq_rc rc =
		db_int(tx, SQL("SELECT count(*) FROM recall WHERE office = ? AND concern_id = ?"),
			VALS(V(actor->office), V(concern_id)), &n, err);
	*out = rc == XQ_OK && n > 0;
	return rc;
}
