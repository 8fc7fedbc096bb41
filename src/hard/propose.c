/* SPDX-License-Identifier: Apache-2.0 */
/* propose.c - once a night the clock looks for concerns that last and proposes them; a supervisor or a
 * leader decides. One act walks one portion for one reason, so the writer is never held up long. */
#include "hard/hard_int.h"

#include "core/banned.h"

enum { PORTION = 100 };

static const char *const kind_of[N_LASTING] = {
	[LASTING_REPEAT] = "third-repeat",
	[LASTING_REDO] = "second-redo",
	[LASTING_OPEN] = "over-90-days",
	[LASTING_PARKED] = "parked",
};

/* Each concern once for each reason, and not when it is on the ledger already. */
static enum xq_rc
propose(struct act_ctx *ctx, int64_t concern_id, const char *kind, struct xq_err *err)
{
	int64_t no;
	enum xq_rc rc = hard_of_concern(ctx->tx, ctx->office, concern_id, &no, err);
	if (rc != XQ_NONE)
		return rc;
	return db_exec(ctx->tx,
		SQL("INSERT INTO hard_entry (office, concern_id, kind, state, at)"
		    " VALUES (?, ?, ?, 0, ?) ON CONFLICT (office, concern_id, kind) DO NOTHING"),
		VALS(V(ctx->office), V(concern_id), V(kind), V(ctx->now)), err);
}

static enum xq_rc
seek_load(struct act_ctx *ctx, struct lasting_query *q, struct xq_err *err)
{
	struct rows *rows = db_query(ctx->tx,
		SQL("SELECT after_key, after_id FROM hard_seek"
		    " WHERE office = ? AND lasting = ? AND run_at <= ?"),
		VALS(V(ctx->office), V((int64_t)q->why), V(ctx->now)));
	bool is_due = row_next(rows);
	if (is_due) {
		q->after_key = row_int(rows, 0);
		q->after_id = row_int(rows, 1);
	}
	enum xq_rc rc = rows_close(rows, err);
	return rc == XQ_OK && !is_due ? xq_refuse(err, NULL, "store.changed") : rc;
}

/* A short portion was the last one: the next search starts from the top after midnight. */
static enum xq_rc
seek_save(struct act_ctx *ctx, enum lasting why, const struct lasting_row *row, size_t n,
	struct xq_err *err)
{
	int32_t tz_s = app_office(ctx->app, ctx->office)->tz_s;
	bool is_last = n < PORTION;
	int64_t run_at = is_last ? day_start(day_add(day_of(ctx->now, tz_s), 1), tz_s) : ctx->now;
	return db_exec_one(ctx->tx,
		SQL("UPDATE hard_seek SET run_at = ?, after_key = ?, after_id = ?"
		    " WHERE office = ? AND lasting = ?"),
		VALS(V(run_at), V(is_last ? 0 : row[n - 1].key), V(is_last ? 0 : row[n - 1].id),
			V(ctx->office), V((int64_t)why)),
		err);
}

static enum xq_rc
propose_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct lasting_row row[PORTION];
	size_t n = 0;
	int64_t why = form_int(in, "id");
	xq_require(why >= 0 && why < N_LASTING);
	struct lasting_query q = { .why = (enum lasting)why, .now = ctx->now, .max = PORTION };
	enum xq_rc rc = seek_load(ctx, &q, err);
	if (rc == XQ_OK)
		rc = concern_lasting(ctx->tx, ctx->office, &q, row, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		rc = propose(ctx, row[i].id, kind_of[q.why], err);
	return rc == XQ_OK ? seek_save(ctx, q.why, row, n, err) : rc;
}

static enum xq_rc
propose_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	struct rows *q = db_query(tx,
		SQL("SELECT lasting FROM hard_seek WHERE office = ? AND run_at <= ?"
		    " ORDER BY lasting LIMIT ?"),
		VALS(V(office), V(now), V((int64_t)max)));
	return rows_ids(q, max, out_id, out_n, err);
}

static const struct field propose_fields[] = { { "id", FIELD_ID, .required = true },
	{ .name = NULL } };

const struct act hard_propose = {
	.name = "hard.propose",
	.title = N_("Look for concerns that last"),
	.who = PERM_SYSTEM,
	.fields = propose_fields,
	.apply = propose_apply,
	.is_quiet = true, /* a proposal decides nothing; what becomes of it is on record */
	.is_hidden = true,
};

const struct job hard_propose_job = { "hard.propose", &hard_propose, propose_find };
