/* SPDX-License-Identifier: Apache-2.0 */
/* seek.c - once a night the clock files the day's concerns by place and class, and where enough came
 * together within the window it proposes a hot spot. It looks at places that got something new only. */
#include "hotspot/hotspot_int.h"

#include "core/mem.h"

#include "core/banned.h"

enum { PORTION = 200, BACK_MAX = 5000 };

static enum xq_rc
seek_load(struct act_ctx *ctx, int64_t *out_after, struct xq_err *err)
{
	int64_t last = 0;
	enum xq_rc rc = db_int(ctx->tx,
		SQL("SELECT after_id FROM spot_seek WHERE office = ? AND run_at <= ?"),
		VALS(V(ctx->office), V(ctx->now)), out_after, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, NULL, "store.changed");
	if (rc == XQ_OK && *out_after < 0) { /* an older folder */
		rc = concern_last_id(ctx->tx, ctx->office, &last, err);
		*out_after = last > BACK_MAX ? last - BACK_MAX : 0;
	}
	return rc;
}

static enum xq_rc
seek_save(struct act_ctx *ctx, int64_t after_id, bool is_last, struct xq_err *err)
{
	int32_t tz_s = app_office(ctx->app, ctx->office)->tz_s;
	int64_t run_at = is_last ? day_start(day_add(day_of(ctx->now, tz_s), 1), tz_s) : ctx->now;
	return db_exec_one(ctx->tx,
		SQL("UPDATE spot_seek SET run_at = ?, after_id = ? WHERE office = ?"),
		VALS(V(run_at), V(after_id), V(ctx->office)), err);
}

static enum xq_rc
propose(struct act_ctx *ctx, const char *class, const char *place, int64_t n, struct xq_err *err)
{
	int64_t no;
	enum xq_rc rc = db_next(ctx->tx, ctx->office, "hotspot", &no, err);
	if (rc != XQ_OK)
		return rc;
	return db_exec(ctx->tx,
		SQL("INSERT INTO hotspot (office, no, ver, class, place, state, found_at, found_n,"
		    " cause, treatment, why) VALUES (?, ?, 1, ?, ?, 0, ?, ?, '', '', '')"),
		VALS(V(ctx->office), V(no), V(class), V(place), V(ctx->now), V(n)), err);
}

/* What a person dismissed is proposed again only when as many new ones have come since. */
static enum xq_rc
dismissed_on(
	struct act_ctx *ctx, const char *class, const char *place, int32_t *out, struct xq_err *err)
{
	int64_t at = 0;
	enum xq_rc rc = db_int(ctx->tx,
		SQL("SELECT decided_at FROM hotspot WHERE office = ? AND state = 4 AND class = ?"
		    " AND place = ? ORDER BY decided_at DESC LIMIT 1"),
		VALS(V(ctx->office), V(class), V(place)), &at, err);
	*out = rc == XQ_OK ? day_of(at, app_office(ctx->app, ctx->office)->tz_s) : 0;
	return rc == XQ_NONE ? XQ_OK : rc;
}

/* Looked at on the day of each new concern, so that a search that comes late finds the same. */
static enum xq_rc
look_at(struct act_ctx *ctx, const char *class, const char *place, int32_t day, int64_t number,
	struct xq_err *err)
{
	struct hotspot h;
	int64_t n = 0;
	int32_t from = day_add(day, 1 - WINDOW_DAYS), after = 0;
	enum xq_rc found = hotspot_at(ctx->tx, ctx->mem, ctx->office, class, place, &h, err);
	if (found != XQ_OK && found != XQ_NONE)
		return found;
	if (found == XQ_OK && h.state != HOTSPOT_TREATED)
		return XQ_OK;
	enum xq_rc rc = XQ_OK;
	if (found == XQ_OK)
		after = day_of(h.treated_at, app_office(ctx->app, ctx->office)->tz_s);
	else
		rc = dismissed_on(ctx, class, place, &after, err);
	if (after && day_add(after, 1) > from)
		from = day_add(after, 1);
	if (rc == XQ_OK && from <= day)
		rc = spot_count(ctx->tx, ctx->office, class, place, from, day, &n, err);
	if (rc != XQ_OK || n < number)
		return rc;
	if (found == XQ_NONE)
		return propose(ctx, class, place, n, err);
	h.state = HOTSPOT_RELAPSED;
	h.relapsed_at = ctx->now;
	return hotspot_save(ctx, &h, err);
}

static enum xq_rc
take(struct act_ctx *ctx, const struct spot_row *row, int64_t number, struct xq_err *err)
{
	int32_t day = day_of(row->raised_at, app_office(ctx->app, ctx->office)->tz_s);
	const char *place = spot_of(ctx->mem, row->place);
	if (!row->counts || !place[0])
		return XQ_OK;
	enum xq_rc rc = db_exec(ctx->tx,
		SQL("INSERT INTO spot_concern (office, class, place, day, concern_id)"
		    " VALUES (?, ?, ?, ?, ?)"),
		VALS(V(ctx->office), V(row->class), V(place), V(day), V(row->concern_id)), err);
	return rc == XQ_OK ? look_at(ctx, row->class, place, day, number, err) : rc;
}

static enum xq_rc
seek_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	(void)in;
	struct spot_row *row = mem_array(ctx->mem, struct spot_row, PORTION);
	size_t n = 0;
	int64_t after = 0, number = 0;
	enum xq_rc rc = seek_load(ctx, &after, err);
	if (rc == XQ_OK)
		rc = hotspot_number(ctx->tx, ctx->office, &number, err);
	if (rc == XQ_OK)
		rc = concern_spots(ctx->tx, ctx->mem, ctx->office, after, PORTION, row, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		rc = take(ctx, &row[i], number, err);
	if (rc != XQ_OK)
		return rc;
	return seek_save(ctx, n > 0 ? row[n - 1].concern_id : after, n < PORTION, err);
}

static enum xq_rc
seek_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	struct rows *q = db_query(tx,
		SQL("SELECT after_id + 2 FROM spot_seek WHERE office = ? AND run_at <= ?"),
		VALS(V(office), V(now)));
	return rows_ids(q, max, out_id, out_n, err);
}

static const struct field seek_fields[] = { { "id", FIELD_ID, .required = true },
	{ .name = NULL } };

const struct act hotspot_seek = {
	.name = "hotspot.seek",
	.title = N_("Look for places where the same comes up again"),
	.who = PERM_SYSTEM,
	.fields = seek_fields,
	.apply = seek_apply,
	.is_quiet = true, /* a candidate decides nothing; what becomes of it is on record */
	.is_hidden = true,
};

const struct job hotspot_seek_job = { "hotspot.seek", &hotspot_seek, seek_find };
