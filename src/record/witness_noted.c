/* SPDX-License-Identifier: Apache-2.0 */
/* What a witness said is written down: when to ask again, and its cosignature with the checkpoint. */
#include "core/mem.h"
#include "record/witness_int.h"

#include "core/banned.h"

enum { HOUR_S = 3600, BACKOFF_STEPS = 8 };

/* After 15 s, 30 s, 1 min ... at most an hour; what refuses us is asked once an hour. */
static int64_t
pause_of(const struct witness_noted *n, int64_t tries)
{
	int64_t pause = WITNESS_PAUSE_S;
	if (n->trouble == TROUBLE_REFUSES || n->trouble == TROUBLE_AHEAD)
		return HOUR_S;
	for (int64_t i = 1; i < tries && i < BACKOFF_STEPS; i++)
		pause *= 2;
	return pause < HOUR_S ? pause : HOUR_S;
}

static enum xq_rc
note_trouble(struct act_ctx *ctx, const struct witness_noted *n, struct xq_err *err)
{
	int64_t tries = 0;
	enum xq_rc rc = db_int(ctx->tx,
		SQL("SELECT tries FROM ledger_witness WHERE office = ? AND name = ?"),
		VALS(V(ctx->office), V(n->name)), &tries, err);
	if (rc != XQ_OK)
		return rc;
	tries++;
	return db_exec_one(ctx->tx,
		SQL("UPDATE ledger_witness SET tries = ?, next_at = ?, trouble = ?"
		    " WHERE office = ? AND name = ?"),
		VALS(V(tries), V(ctx->now + pause_of(n, tries)), V((int64_t)n->trouble),
			V(ctx->office), V(n->name)),
		err);
}

/* Of each witness the last line of an hour stays, and every one of a checkpoint that is kept: a page
 * of the past can then show who saw it. */
static enum xq_rc
drop_previous(struct act_ctx *ctx, const struct witness_noted *n, struct xq_err *err)
{
	int64_t hour = (n->at + TZ_CHINA) / HOUR_S * HOUR_S - TZ_CHINA, size = 0;
	enum xq_rc rc = db_int(ctx->tx,
		SQL("SELECT size FROM ledger_witness WHERE office = ? AND name = ? AND at >= ?"
		    " AND size < ?"),
		VALS(V(ctx->office), V(n->name), V(hour), V(n->size)), &size, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc;
	struct checkpoint kept;
	rc = checkpoint_from(ctx->tx, ctx->mem, ctx->office, size, &kept, err);
	if (rc == XQ_OK && kept.size == size)
		return XQ_OK;
	if (rc != XQ_OK && rc != XQ_NONE)
		return rc;
	return db_exec(ctx->tx,
		SQL("DELETE FROM ledger_cosigned WHERE office = ? AND size = ? AND name = ?"),
		VALS(V(ctx->office), V(size), V(n->name)), err);
}

static enum xq_rc
keep_line(struct act_ctx *ctx, const struct witness_noted *n, struct xq_err *err)
{
	return db_exec(ctx->tx,
		SQL("INSERT INTO ledger_cosigned (office, size, name, at, line)"
		    " VALUES (?, ?, ?, ?, ?) ON CONFLICT (office, size, name)"
		    " DO UPDATE SET at = excluded.at, line = excluded.line"),
		VALS(V(ctx->office), V(n->size), V(n->name), V(n->at), V(n->line)), err);
}

/* The newest checkpoint shows the line at once, where it is still the one that was sent. */
static enum xq_rc
renew_newest(struct act_ctx *ctx, const struct witness_noted *n, struct xq_err *err)
{
	struct checkpoint c;
	enum xq_rc rc = checkpoint_latest(ctx->tx, ctx->mem, ctx->office, &c, err);
	if (rc != XQ_OK || c.size != n->size)
		return rc == XQ_NONE ? XQ_OK : rc;
	c.note = note_with_line(ctx->mem, c.note, n->line);
	return checkpoint_put(ctx->tx, ctx->mem, ctx->office, &c, err);
}

static enum xq_rc
note_signed(struct act_ctx *ctx, const struct witness_noted *n, struct xq_err *err)
{
	enum xq_rc rc = drop_previous(ctx, n, err);
	if (rc == XQ_OK)
		rc = keep_line(ctx, n, err);
	if (rc == XQ_OK)
		rc = renew_newest(ctx, n, err);
	if (rc != XQ_OK)
		return rc;
	return db_exec_one(ctx->tx,
		SQL("UPDATE ledger_witness SET size = ?, note = ?, at = ?, tries = 0, next_at = ?,"
		    " trouble = 0 WHERE office = ? AND name = ?"),
		VALS(V(n->size), V(note_with_line(ctx->mem, n->note, n->line)), V(n->at),
			V(ctx->now + WITNESS_PAUSE_S), V(ctx->office), V(n->name)),
		err);
}

static enum xq_rc
noted_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	(void)in;
	const struct witness_noted *n = ctx->call->prepared;
	if (n == NULL) /* only a round brings one along */
		return xq_refuse(err, NULL, "witness.unknown");
	enum xq_rc rc = n->line ? note_signed(ctx, n, err) : note_trouble(ctx, n, err);
	if (rc == XQ_NONE || (rc == XQ_REFUSED && text_eq(err->key, "store.changed")))
		return xq_refuse(err, NULL, "witness.unknown"); /* removed while it was asked */
	return rc;
}

const struct act record_witness_noted = {
	.name = "record.witness-noted",
	.title = N_("Note what a witness said"),
	.who = PERM_SYSTEM,
	.apply = noted_apply,
	.is_quiet = true,
	.is_hidden = true,
};
