/* SPDX-License-Identifier: Apache-2.0 */
/* stand.c - where each office stands: counted by the office itself every few minutes, along the indexes of what
 * is open, and kept as one row. The board reads one row for each office and no concern. */
#include "city/city_int.h"
#include "concern/standing.h"
#include "concern/tally.h"
#include "core/mem.h"
#include "core/time.h"
#include "hard/hard.h"

#include "core/banned.h"

/* After a change within a minute; without one, since days pass, within a quarter of an hour. */
enum { AFTER_CHANGE_S = 60, AT_LEAST_S = 900 };

static enum xq_rc
count_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	struct rows *q = db_query(tx,
		SQL("SELECT h.office FROM ledger_head h LEFT JOIN city_stand s ON s.office = h.office"
		    " WHERE h.office = ? AND EXISTS (SELECT 1 FROM city WHERE one = 1)"
		    " AND (s.at IS NULL OR s.at <= ? OR (s.at <= ? AND s.size <> h.size))"),
		VALS(V(office), V(now - AT_LEAST_S), V(now - AFTER_CHANGE_S)));
	return rows_ids(q, max, out_id, out_n, err);
}

static enum xq_rc
month_sum(struct act_ctx *ctx, const char *code, int64_t *out, struct xq_err *err)
{
	int32_t today = day_of(ctx->now, TZ_CHINA);
	struct tally_sums sums = { 0 };
	enum xq_rc rc = tally_read_code(
		ctx->tx, ctx->mem, ctx->office, code, today / 100 * 100 + 1, today, &sums, err);
	*out = 0;
	for (size_t i = 0; rc == XQ_OK && i < sums.n; i++)
		*out += sums.sum[i].n;
	return rc;
}

static enum xq_rc
count_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	(void)in;
	struct standing s;
	int64_t hard = 0, raised = 0, closed = 0;
	enum xq_rc rc = concern_standing(ctx->tx, ctx->office, ctx->now, &s, err);
	if (rc == XQ_OK)
		rc = hard_open_count(ctx->tx, ctx->office, &hard, err);
	if (rc == XQ_OK)
		rc = month_sum(ctx, "raised", &raised, err);
	if (rc == XQ_OK)
		rc = month_sum(ctx, "closed", &closed, err);
	if (rc != XQ_OK)
		return rc;
	return db_exec(ctx->tx,
		SQL("INSERT INTO city_stand (office, at, size, open, unanswered, overdue, hard,"
		    " raised, closed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
		    " ON CONFLICT (office) DO UPDATE SET at = excluded.at, size = excluded.size,"
		    " open = excluded.open, unanswered = excluded.unanswered,"
		    " overdue = excluded.overdue, hard = excluded.hard, raised = excluded.raised,"
		    " closed = excluded.closed"),
		VALS(V(ctx->office), V(ctx->now), V(ctx->head->size), V(s.open), V(s.unanswered),
			V(s.overdue), V(hard), V(raised), V(closed)),
		err);
}

static const struct field count_fields[] = { { "id", FIELD_ID, .required = true },
	{ .name = NULL } };

const struct act city_count = {
	.name = "city.count",
	.title = N_("Count where the office stands, for the board of the city"),
	.who = PERM_SYSTEM,
	.fields = count_fields,
	.apply = count_apply,
	.is_quiet = true, /* numbers of what is on record already */
	.is_unseen = true,
	.is_unaudited = true,
	.is_hidden = true,
};

const struct job city_count_job = { "city.count", &city_count, count_find };

enum xq_rc
stand_list(struct tx *tx, void *mem, struct stand **out, size_t *out_n, struct xq_err *err)
{
	size_t n = 0, cap = 16;
	struct stand *list = mem_array(mem, struct stand, cap);
	struct rows *q = db_query(tx,
		SQL("SELECT office, at, open, unanswered, overdue, hard, raised, closed"
		    " FROM city_stand /* CITY: one row of each office */ ORDER BY office"),
		NO_VALS);
	while (row_next(q)) {
		if (n == cap) {
			list = mem_grow(mem, struct stand, list, cap, 2 * cap);
			cap *= 2;
		}
		list[n++] = (struct stand){ row_int(q, 0), row_int(q, 1), row_int(q, 2),
			row_int(q, 3), row_int(q, 4), row_int(q, 5), row_int(q, 6), row_int(q, 7) };
	}
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}
