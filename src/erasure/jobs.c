/* SPDX-License-Identifier: Apache-2.0 */
/* jobs.c - what the clock does: it lists what has been kept long enough, and announces what was destroyed
 * when several persons are together. */
#include "erasure/erasure_int.h"

#include "core/mem.h"
#include "core/time.h"

#include "core/banned.h"

static const struct field id_fields[] = { { "id", FIELD_ID, .required = true }, { .name = NULL } };

/* ---- due by age -------------------------------------------------------------------------------------- */

/* The moment before which something must have ended to be due; XQ_NONE: no limit is set. */
static enum xq_rc
limit_ago(struct tx *tx, int64_t office, const char *code, int64_t now, int64_t *out,
	struct xq_err *err)
{
	struct limit limit;
	int32_t today = day_of(now, TZ_CHINA);
	enum xq_rc rc = deadline_of(tx, office, code, today, &limit, err);
	if (rc != XQ_OK)
		return rc;
	if (limit.unit == LIMIT_MONTHS)
		*out = day_at(day_add(today, -(int)(limit.count * 365 / 12) - 1), 0, TZ_CHINA);
	else
		*out = now - (int64_t)limit.count * 86400;
	return XQ_OK;
}

static enum xq_rc
due_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	int64_t before = 0;
	size_t n = 0;
	*out_n = 0;
	enum xq_rc rc = limit_ago(tx, office, "keep-closed", now, &before, err);
	if (rc == XQ_OK)
		rc = erasure_due(tx, office, false, before, max, out_id, out_n, err);
	if (rc == XQ_OK && *out_n < max) {
		rc = limit_ago(tx, office, "keep-void", now, &before, err);
		if (rc == XQ_OK)
			rc = erasure_due(
				tx, office, true, before, max - *out_n, out_id + *out_n, &n, err);
		*out_n += n;
	}
	return rc == XQ_NONE ? XQ_OK : rc;
}

static enum xq_rc
due_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct concern c;
	enum xq_rc rc = concern_load(ctx->tx, ctx->mem, ctx->office, form_int(in, "id"), &c, err);
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "concern", c.id);
	return erasure_ask(ctx, &c, &(struct erasure_new){ .ground = "retention" }, err);
}

/* Quiet: a list of what is due says nothing that the office did; destroying is noted. */
const struct act erasure_due_act = {
	.name = "erasure.due",
	.title = N_("List what has been kept long enough"),
	.who = PERM_SYSTEM,
	.fields = id_fields,
	.apply = due_apply,
	.is_quiet = true,
	.is_hidden = true,
};

const struct job erasure_due_job = { "erasure.due", &erasure_due_act, due_find };

/* ---- announcing -------------------------------------------------------------------------------------- */

static size_t
n_grounds(void)
{
	size_t n = 0;
	while (erasure_grounds[n].code)
		n++;
	return n;
}

/* Five persons, or the first of a month after the day on which the oldest was destroyed. */
static bool
may_announce(const struct gone_count *g, int64_t now)
{
	int32_t today = day_of(now, TZ_CHINA);
	return g->persons >= ERASURE_GROUP ||
	       (g->persons > 0 && day_of(g->oldest_at, TZ_CHINA) / 100 < today / 100);
}

static enum xq_rc
announce_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	enum xq_rc rc = XQ_OK;
	*out_n = 0;
	for (size_t i = 0; rc == XQ_OK && i < n_grounds() && *out_n < max; i++) {
		struct gone_count g = { 0 };
		rc = ledger_gone_count(tx, office, erasure_grounds[i].code, &g, err);
		if (rc == XQ_OK && may_announce(&g, now))
			out_id[(*out_n)++] = (int64_t)i + 1; /* place of the ground in its list */
	}
	return rc;
}

static enum xq_rc
announce_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	int64_t i = form_int(in, "id");
	if (i < 1 || i > (int64_t)n_grounds())
		return xq_refuse(err, NULL, "erasure.none");
	const char *ground = erasure_grounds[i - 1].code;
	const char **part = mem_array(ctx->mem, const char *, EVENT_MAX_CODES);
	struct gone_count g = { 0 };
	enum xq_rc rc = ledger_gone_count(ctx->tx, ctx->office, ground, &g, err);
	if (rc == XQ_OK && !may_announce(&g, ctx->now))
		return xq_refuse(err, NULL, "erasure.too-few");
	for (size_t n = 1; rc == XQ_OK && n > 0;) {
		rc = ledger_gone_take(
			ctx->tx, ctx->mem, ctx->office, ground, EVENT_MAX_CODES, part, &n, err);
		if (rc == XQ_OK && n > 0)
			rc = act_emit(ctx,
				&(struct act_event){ .kind = &ev_record_erased,
					EVENT_VALUES(
						EV("ground", ground), EV_LIST("parts", part, n)) },
				err);
	}
	return rc;
}

const struct act erasure_announce = {
	.name = "erasure.announce",
	.title = N_("Announce what was destroyed"),
	.who = PERM_SYSTEM,
	.fields = id_fields,
	.apply = announce_apply,
	.events = (const struct event_kind *const[]){ &ev_record_erased, NULL },
	.is_hidden = true,
};

const struct job erasure_announce_job = { "erasure.announce", &erasure_announce, announce_find };
