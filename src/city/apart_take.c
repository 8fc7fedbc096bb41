/* SPDX-License-Identifier: Apache-2.0 */
/* apart_take.c - what looking at an office elsewhere came to is written down: the head that was seen, sheets, or what is
 * wrong and since when. */
#include "city/apart.h"
#include "core/mem.h"

#include "core/banned.h"

enum { EVERY_S = 300, MORE_S = 1, AGAIN_S = 60, HOUR_S = 3600, BACKOFF_STEPS = 7 };

/* After what is wrong: a minute, two, four ... at most an hour. */
static int64_t
pause_of(const struct apart_found *f, int64_t tries)
{
	int64_t pause = AGAIN_S;
	if (f->is_more)
		return MORE_S;
	if (!f->why[0])
		return EVERY_S;
	for (int64_t i = 1; i < tries && i < BACKOFF_STEPS; i++)
		pause *= 2;
	return pause < HOUR_S ? pause : HOUR_S;
}

static const struct apart *
row_of(struct act_ctx *ctx, int64_t member, struct xq_err *err, enum xq_rc *rc)
{
	struct aparts list = { 0 };
	*rc = apart_list(ctx->tx, ctx->mem, ctx->office, &list, err);
	return *rc == XQ_OK ? apart_find(&list, member) : NULL;
}

/* The head moves on; where nothing was proven it stays. */
static enum xq_rc
put_head(struct act_ctx *ctx, int64_t member, const struct apart_found *f, struct xq_err *err)
{
	char root[TREE_B64_LEN + 1];
	if (f->seen.size == 0)
		return XQ_OK;
	tree_b64(&f->seen.root, root);
	return db_exec(ctx->tx,
		SQL("UPDATE city_apart SET size = ?, root = ?, note = ?, keys = ?, good_at = ?"
		    " WHERE office = ? AND member = ?"),
		VALS(V(f->seen.size), V((const char *)root), V(f->note), V(f->keys), V(ctx->now),
			V(ctx->office), V(member)),
		err);
}

/* The first one is kept with both checkpoints. */
static enum xq_rc
put_broken(struct act_ctx *ctx, int64_t member, const struct apart_found *f, struct xq_err *err)
{
	if (!f->is_broken)
		return XQ_OK;
	return db_exec(ctx->tx,
		SQL("UPDATE city_apart SET broke = ?, broke_at = ?, broke_seen = note, broke_note = ?"
		    " WHERE office = ? AND member = ? AND broke_at = 0"),
		VALS(V(f->why), V(ctx->now), V(f->note), V(ctx->office), V(member)), err);
}

static enum xq_rc
put_state(struct act_ctx *ctx, const struct apart *was, const struct apart_found *f,
	struct xq_err *err)
{
	int64_t tries = f->why[0] ? was->tries + 1 : 0;
	bool is_same = f->why[0] && text_eq(f->why, was->why);
	int64_t since = is_same ? was->since : f->why[0] ? ctx->now : 0;
	return db_exec(ctx->tx,
		SQL("UPDATE city_apart SET next_at = ?, tries = ?, why = ?, what = ?, since = ?"
		    " WHERE office = ? AND member = ?"),
		VALS(V(ctx->now + pause_of(f, tries)), V(tries), V(f->why), V(f->what), V(since),
			V(ctx->office), V(was->member)),
		err);
}

static enum xq_rc
take_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	(void)in;
	const struct apart_taken *t = ctx->call->prepared;
	struct city c;
	if (t == NULL) /* only a look brings one along */
		return xq_refuse(err, NULL, "city.none");
	enum xq_rc rc = city_must_lead(ctx, &c, err);
	if (rc == XQ_OK && !t->is_known)
		return apart_pin(ctx->tx, ctx->mem, ctx->office, t->member, false, err);
	const struct apart *was = rc == XQ_OK ? row_of(ctx, t->member, err, &rc) : NULL;
	if (rc != XQ_OK || !was || was->seen.size != t->was_size)
		return rc; /* it left anew while it was looked at: the next look begins from there */
	rc = put_broken(ctx, t->member, &t->found, err);
	if (rc == XQ_OK)
		rc = put_head(ctx, t->member, &t->found, err);
	for (size_t i = 0; rc == XQ_OK && i < t->found.n; i++)
		rc = apart_keep(ctx->tx, ctx->office, t->member, &t->found.sheet[i], ctx->now, err);
	return rc == XQ_OK ? put_state(ctx, was, &t->found, err) : rc;
}

const struct act *
apart_act(const struct apart *known, const struct apart_taken *t)
{
	bool is_seen = !known || t->found.n > 0 || t->found.is_broken ||
	               !text_eq(known->why, t->found.why) || !text_eq(known->what, t->found.what);
	return is_seen ? &city_took : &city_asked;
}

/* ---- said ------------------------------------------------------------------------------------------------------------- */

bool
apart_says(const struct apart *a, struct xq_err *out)
{
	if (a && !a->why[0])
		return false;
	(void)xq_refuse(out, NULL, a ? a->why : "city.apart-unknown");
	if (a)
		xq_err_text(out, "what", a->what);
	return true;
}

const struct act city_asked = {
	.name = "city.asked",
	.title = N_("Note how far the record of an office in another cell was followed"),
	.who = PERM_SYSTEM,
	.apply = take_apply,
	.is_quiet = true, /* what is public there, seen from here */
	.is_unseen = true,
	.is_unaudited = true,
	.is_hidden = true,
};

const struct act city_took = {
	.name = "city.took",
	.title = N_("Keep a sheet of an office in another cell, or why there is none"),
	.who = PERM_SYSTEM,
	.apply = take_apply,
	.is_quiet = true, /* the month of the city names it when it is published */
	.is_hidden = true,
};
