/* SPDX-License-Identifier: Apache-2.0 */
/* detect.c - once a night the clock looks for facts and puts each to the unit once. It finds facts and
 * decides nothing: what a fact means is said by a person, after the unit could explain. */
#include "accountability/acct_int.h"

#include "core/banned.h"

enum { PORTION = 100 };

static const struct {
	const char *fact, *kind;
} fact_of[N_FAILINGS] = {
	[FAILING_LATE] = { "late", "late" },
	[FAILING_RETURNED] = { "returned", "fob-off" },
	[FAILING_AGAIN] = { "again", "fob-off" },
	[FAILING_UNTRUE] = { "untrue", "false-report" },
};

static enum xq_rc
is_there(struct act_ctx *ctx, const char *fact, const struct failing_row *row, bool *out,
	struct xq_err *err)
{
	int64_t no;
	enum xq_rc rc = db_int(ctx->tx,
		SQL("SELECT no FROM acct_event WHERE office = ? AND fact = ? AND fact <> ''"
		    " AND concern_id = ? AND happened_at = ?"),
		VALS(V(ctx->office), V(fact), V(row->concern_id), V(row->at)), &no, err);
	*out = rc == XQ_OK;
	return rc == XQ_NONE ? XQ_OK : rc;
}

static enum xq_rc
put_down(struct act_ctx *ctx, enum failing what, const struct failing_row *row, struct xq_err *err)
{
	bool there;
	enum xq_rc rc = is_there(ctx, fact_of[what].fact, row, &there, err);
	if (rc != XQ_OK || there)
		return rc;
	struct acct_event e = { .kind = fact_of[what].kind,
		.fact = fact_of[what].fact,
		.unit_id = row->unit_id,
		.concern_id = row->concern_id,
		.happened_at = row->at,
		.statement = "",
		.source = "" };
	rc = acct_take_number(ctx, &e, err);
	if (rc == XQ_OK)
		rc = acct_put_to_unit(ctx, &e, err);
	return rc == XQ_OK ? acct_insert(ctx, &e, err) : rc;
}

static enum xq_rc
seek_load(struct act_ctx *ctx, struct failing_query *q, struct xq_err *err)
{
	struct rows *rows = db_query(ctx->tx,
		SQL("SELECT after_at, after_id FROM acct_seek"
		    " WHERE office = ? AND what = ? AND run_at <= ?"),
		VALS(V(ctx->office), V((int64_t)q->what), V(ctx->now)));
	bool is_due = row_next(rows);
	if (is_due) {
		q->after_at = row_int(rows, 0);
		q->after_id = row_int(rows, 1);
	}
	enum xq_rc rc = rows_close(rows, err);
	if (q->after_at < 0) /* an older folder: from now on */
		q->after_at = ctx->now;
	return rc == XQ_OK && !is_due ? xq_refuse(err, NULL, "store.changed") : rc;
}

/* A short portion was the last one: the next search goes on from there after midnight. */
static enum xq_rc
seek_save(struct act_ctx *ctx, const struct failing_query *q, const struct failing_row *row,
	size_t n, struct xq_err *err)
{
	int32_t tz_s = app_office(ctx->app, ctx->office)->tz_s;
	int64_t run_at =
		n < PORTION ? day_start(day_add(day_of(ctx->now, tz_s), 1), tz_s) : ctx->now;
	return db_exec_one(ctx->tx,
		SQL("UPDATE acct_seek SET run_at = ?, after_at = ?, after_id = ?"
		    " WHERE office = ? AND what = ?"),
		VALS(V(run_at), V(n > 0 ? row[n - 1].at : q->after_at),
			V(n > 0 ? row[n - 1].id : q->after_id), V(ctx->office),
			V((int64_t)q->what)),
		err);
}

static enum xq_rc
detect_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct failing_row row[PORTION];
	size_t n = 0;
	int64_t what = form_int(in, "id");
	xq_require(what >= 0 && what < N_FAILINGS);
	struct failing_query q = { .what = (enum failing)what, .now = ctx->now, .max = PORTION };
	enum xq_rc rc = seek_load(ctx, &q, err);
	if (rc == XQ_OK)
		rc = concern_failings(ctx->tx, ctx->office, &q, row, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		if (row[i].holds)
			rc = put_down(ctx, q.what, &row[i], err);
	return rc == XQ_OK ? seek_save(ctx, &q, row, n, err) : rc;
}

static enum xq_rc
detect_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	struct rows *q = db_query(tx,
		SQL("SELECT what FROM acct_seek WHERE office = ? AND run_at <= ?"
		    " ORDER BY what LIMIT ?"),
		VALS(V(office), V(now), V((int64_t)max)));
	return rows_ids(q, max, out_id, out_n, err);
}

static const struct field detect_fields[] = { { "id", FIELD_ID, .required = true },
	{ .name = NULL } };

const struct act acct_detect = {
	.name = "acct.detect",
	.title = N_("Look for facts that a unit has to explain"),
	.who = PERM_SYSTEM,
	.fields = detect_fields,
	.apply = detect_apply,
	.is_quiet =
		true, /* the record holds the facts themselves; what is decided on them follows */
	.is_hidden = true,
};

const struct job acct_detect_job = { "acct.detect", &acct_detect, detect_find };
