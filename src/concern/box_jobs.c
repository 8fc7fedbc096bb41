/* SPDX-License-Identifier: Apache-2.0 */
/* box_jobs.c - a box whose time is over is opened into the record, and closed a day later with its list. The
 * commitments stand in the record before the list does, so a vote cannot be fitted to it. */
#include "concern/box.h"

#include "concern/box_int.h"
#include "concern/concern_int.h"
#include "core/hash.h"
#include "core/mem.h"

#include "core/banned.h"

enum { VOTES_AT_ONCE = 500, OPEN_S = 86400 };

static const struct event_field opened_fields[] = {
	{ "box", EV_CODE, .meaning = "the box" },
	{ "close", EV_TIME, .meaning = "its list is published from then on" },
	{ "invited", EV_INT, .meaning = "how often residents were asked" },
	{ "kind", EV_CODE, .meaning = "attitude" },
	{ "scale", EV_CODE, .meaning = "s4: 1 satisfied, 2 fairly, 3 so-so, 4 not" },
	{ .name = NULL },
};
const struct event_kind ev_box_opened = {
	.name = "box.opened",
	.meaning = "Secret answers are put into the record; all of them were given before.",
	.fields = opened_fields,
};
static const struct event_field vote_fields[] = { { "box", EV_CODE, .meaning = "the box" },
	{ .name = NULL } };
const struct event_kind ev_box_vote = {
	.name = "box.vote",
	.meaning = "One secret answer, in an order of chance; its voter alone can open it.",
	.fields = vote_fields,
};
static const struct event_field closed_fields[] = {
	{ "box", EV_CODE, .meaning = "the box" },
	{ "doc", EV_CODE, .meaning = "SHA-256 of the list of all answers, hex" },
	{ "votes", EV_INT, .meaning = "how many" },
	{ .name = NULL },
};
const struct event_kind ev_box_closed = {
	.name = "box.closed",
	.meaning = "The answers are counted and listed.",
	.fields = closed_fields,
};

static enum xq_rc
load(struct act_ctx *ctx, const struct form *in, enum box_state state, struct box *b,
	struct xq_err *err)
{
	enum xq_rc rc = box_by_no(ctx->tx, ctx->mem, ctx->office, form_int(in, "id"), b, err);
	if (rc == XQ_NONE || (rc == XQ_OK && b->state != state))
		return xq_refuse(err, NULL, "store.changed");
	return rc;
}

/* ---- opening ---------------------------------------------------------------------------------------- */

static enum xq_rc
open_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	struct rows *q = db_query(tx,
		SQL("SELECT no FROM box WHERE office = ? AND state = 0 AND due_at <= ? AND votes >= ?"
		    " ORDER BY no LIMIT ?"),
		VALS(V(office), V(now), V((int64_t)BOX_VOTES_MIN), V((int64_t)max)));
	return rows_ids(q, max, out_id, out_n, err);
}

static enum xq_rc
open_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct box b;
	enum xq_rc rc = load(ctx, in, BOX_GATHERING, &b, err);
	if (rc == XQ_OK && (b.due_at > ctx->now || b.votes < BOX_VOTES_MIN))
		return xq_refuse(err, NULL, "store.changed");
	if (rc != XQ_OK)
		return rc;
	int64_t close_at = ctx->now + OPEN_S;
	struct act_event e = { .kind = &ev_box_opened,
		.role = "evaluator",
		.unit = "",
		EVENT_VALUES(EV("box", b.code), EV_AT("close", close_at), EV_N("invited", b.asked),
			EV("kind", "attitude"), EV("scale", "s4")) };
	rc = act_emit(ctx, &e, err);
	if (rc != XQ_OK)
		return rc;
	return db_exec_one(ctx->tx,
		SQL("UPDATE box SET state = 1, opened_at = ?, close_at = ?, opened_seq = ?"
		    " WHERE office = ? AND no = ? AND state = 0"),
		VALS(V(ctx->now), V(close_at), V(ctx->last_seq), V(ctx->office), V(b.no)), err);
}

/* ---- the votes -------------------------------------------------------------------------------------- */

static enum xq_rc
unwritten(struct tx *tx, int64_t office, int64_t no, int64_t *out, struct xq_err *err)
{
	return db_int(tx,
		SQL("SELECT count(*) FROM box_vote WHERE office = ? AND box_no = ? AND seq IS NULL"),
		VALS(V(office), V(no)), out, err);
}

/* One id for each batch that is left. */
static enum xq_rc
fill_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	(void)now;
	int64_t no = 0, left = 0;
	*out_n = 0;
	enum xq_rc rc = db_int(tx,
		SQL("SELECT b.no FROM box b WHERE b.office = ? AND b.state = 1"
		    " AND EXISTS (SELECT 1 FROM box_vote v WHERE v.office = b.office"
		    "  AND v.box_no = b.no AND v.seq IS NULL) ORDER BY b.no LIMIT 1"),
		VALS(V(office)), &no, err);
	if (rc == XQ_NONE)
		return XQ_OK;
	if (rc == XQ_OK)
		rc = unwritten(tx, office, no, &left, err);
	for (int64_t i = 0; rc == XQ_OK && i * VOTES_AT_ONCE < left && *out_n < max; i++)
		out_id[(*out_n)++] = no;
	return rc;
}

static enum xq_rc
write_vote(struct act_ctx *ctx, const struct box *b, const char *com, struct xq_err *err)
{
	const struct event_part part = { .name = "vote", .com = com };
	/* Whoever voted, and by whatever way: it says no more than that. */
	struct act_event e = { .kind = &ev_box_vote,
		.role = "resident",
		.unit = "",
		EVENT_VALUES(EV("box", b->code)),
		.part = &part,
		.n_parts = 1 };
	enum xq_rc rc = act_emit(ctx, &e, err);
	if (rc != XQ_OK)
		return rc;
	return db_exec_one(ctx->tx,
		SQL("UPDATE box_vote SET seq = ? WHERE office = ? AND box_no = ? AND com = ?"),
		VALS(V(ctx->last_seq), V(ctx->office), V(b->no), V(com)), err);
}

static enum xq_rc
fill_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct box b;
	const char **com = mem_array(ctx->mem, const char *, VOTES_AT_ONCE);
	size_t n = 0;
	enum xq_rc rc = load(ctx, in, BOX_OPEN, &b, err);
	if (rc != XQ_OK)
		return rc;
	struct rows *q = db_query(ctx->tx,
		SQL("SELECT com FROM box_vote WHERE office = ? AND box_no = ? AND seq IS NULL"
		    " ORDER BY com LIMIT ?"),
		VALS(V(ctx->office), V(b.no), V((int64_t)VOTES_AT_ONCE)));
	while (n < VOTES_AT_ONCE && row_next(q))
		com[n++] = row_text(q, 0, ctx->mem);
	rc = rows_close(q, err);
	if (rc == XQ_OK && n == 0)
		return xq_refuse(err, NULL, "store.changed");
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		rc = write_vote(ctx, &b, com[i], err);
	return rc;
}

/* ---- closing ---------------------------------------------------------------------------------------- */

static enum xq_rc
close_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	struct rows *q = db_query(tx,
		SQL("SELECT b.no FROM box b WHERE b.office = ? AND b.state = 1 AND b.close_at <= ?"
		    " AND NOT EXISTS (SELECT 1 FROM box_vote v WHERE v.office = b.office"
		    "  AND v.box_no = b.no AND v.seq IS NULL) ORDER BY b.no LIMIT ?"),
		VALS(V(office), V(now), V((int64_t)max)));
	return rows_ids(q, max, out_id, out_n, err);
}

static enum xq_rc
rows_load(struct act_ctx *ctx, const struct box *b, struct vote_row **out, size_t *out_n,
	struct xq_err *err)
{
	size_t n = 0;
	struct vote_row *list = mem_array(ctx->mem, struct vote_row, (size_t)b->votes + 1);
	struct rows *q = db_query(ctx->tx,
		SQL("SELECT t, mark FROM attitude WHERE office = ? AND month_at >= ?"
		    " AND month_at < ? AND box_no = ?"),
		VALS(V(ctx->office), V(day_start(b->from_day, TZ_CHINA)),
			V(day_start(b->to_day, TZ_CHINA)), V(b->no)));
	while (row_next(q) && n <= (size_t)b->votes) {
		struct bytes t = row_bytes(q, 0);
		if (n < (size_t)b->votes && t.n == VOTE_T_BYTES) {
			text_base64(t, list[n].t);
			list[n].answer = (int)row_int(q, 1);
		}
		n++;
	}
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK && n != (size_t)b->votes)
		return xq_fault(err, "act.fault", "%s: %zu rows, %lld votes", b->code, n,
			(long long)b->votes);
	*out = list;
	*out_n = n;
	return rc;
}

static enum xq_rc
close_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct box b;
	struct vote_row *row = NULL;
	size_t n = 0;
	int64_t left = 0;
	char hex[65];
	enum xq_rc rc = load(ctx, in, BOX_OPEN, &b, err);
	if (rc == XQ_OK)
		rc = unwritten(ctx->tx, ctx->office, b.no, &left, err);
	if (rc == XQ_OK && (b.close_at > ctx->now || left > 0))
		return xq_refuse(err, NULL, "store.changed");
	if (rc == XQ_OK)
		rc = rows_load(ctx, &b, &row, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct str doc = vote_rows_write(ctx->mem, row, n);
	rc = ledger_doc_put(ctx->tx, ctx->office, "application/json",
		(struct bytes){ (const uint8_t *)doc.p, doc.n }, hex, err);
	if (rc != XQ_OK)
		return rc;
	const char *name = hex;
	struct act_event e = { .kind = &ev_box_closed,
		.role = "evaluator",
		.unit = "",
		EVENT_VALUES(EV("box", b.code), EV("doc", name), EV_N("votes", (int64_t)n)) };
	rc = act_emit(ctx, &e, err);
	if (rc != XQ_OK)
		return rc;
	return db_exec_one(ctx->tx,
		SQL("UPDATE box SET state = 2, closed_at = ?, closed_seq = ?, doc = ?"
		    " WHERE office = ? AND no = ? AND state = 1"),
		VALS(V(ctx->now), V(ctx->last_seq), V(name), V(ctx->office), V(b.no)), err);
}

static const struct field id_fields[] = { { "id", FIELD_ID, .required = true }, { .name = NULL } };

const struct act box_open = {
	.name = "box.open",
	.title = N_("Open the box of a month"),
	.who = PERM_SYSTEM,
	.fields = id_fields,
	.apply = open_apply,
	.events = (const struct event_kind *const[]){ &ev_box_opened, NULL },
	.is_hidden = true,
};

const struct act box_fill = {
	.name = "box.fill",
	.title = N_("Put the secret answers into the record"),
	.who = PERM_SYSTEM,
	.fields = id_fields,
	.apply = fill_apply,
	.events = (const struct event_kind *const[]){ &ev_box_vote, NULL },
	.is_hidden = true,
};

const struct act box_close = {
	.name = "box.close",
	.title = N_("Close the box and list its answers"),
	.who = PERM_SYSTEM,
	.fields = id_fields,
	.apply = close_apply,
	.events = (const struct event_kind *const[]){ &ev_box_closed, NULL },
	.is_hidden = true,
};

const struct job box_open_job = { "box.open", &box_open, open_find };
const struct job box_fill_job = { "box.fill", &box_fill, fill_find };
const struct job box_close_job = { "box.close", &box_close, close_find };
