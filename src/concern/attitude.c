/* SPDX-License-Identifier: Apache-2.0 */
/* attitude.c - what a resident says about how people behaved, apart from what came of the matter (B08).
 *
 * Both stay off the concern. A mark for the manner goes into a box of the month (box.h): unit and answer,
 * without concern, person or day, in an order of chance (ledger.md 3.4). Words about staff are sealed and read by
 * the discipline officer alone, never by the unit that they are about (domain.md E03). */
#include "concern/attitude.h"

#include "concern/box.h"
#include "concern/tally.h"
#include "core/hash.h"
#include "core/mem.h"
#include "core/seal.h"

#include "core/banned.h"

enum { SAT_FULL = 10 };
static const int sat_points[] = { 0, 10, 8, 6, 0 };
static const char purpose[] = "words about staff";

int
sat_of(const struct form *in, const char *field)
{
	const char *text = form_has(in, field) ? form_text(in, field) : "";
	return text[0] >= '1' && text[0] <= '4' ? text[0] - '0' : 0;
}

/* The first moment of the month: the box does not tell the day. */
static int64_t
month_begin(int64_t at)
{
	int32_t day = day_of(at, TZ_CHINA);
	return day_at(day_make(day_year(day), day_month(day), 1), 0, TZ_CHINA);
}

static enum xq_rc
vote(struct act_ctx *ctx, const struct concern *c, int mark, struct xq_err *err)
{
	struct vote v;
	char slip[VOTE_SLIP_LEN + 1];
	int64_t box_no;
	struct concern box = *c;
	struct tally_place place = { c->owner_unit_id, month_begin(ctx->now) };
	box.class = ""; /* a class would tell it from the others of the month */
	enum xq_rc rc = box_put(ctx, mark, &box_no, &v, slip, err);
	if (rc != XQ_OK)
		return rc;
	rc = db_exec(ctx->tx,
		SQL("INSERT INTO attitude (office, month_at, unit_code, t, mark, box_no)"
		    " SELECT office, ?, CASE WHEN ? = 0 THEN public_code ELSE '' END, ?, ?, ? FROM unit"
		    " WHERE office = ? AND id = ?"),
		VALS(V(place.at), V((int64_t)(c->lane == LANE_SEALED)),
			val_bytes((struct bytes){ v.t_bytes, sizeof v.t_bytes }), V((int64_t)mark),
			V(box_no), V(ctx->office), V(c->owner_unit_id)),
		err);
	if (rc == XQ_OK)
		rc = tally_add_at(ctx, &box, "attitude-full", place, SAT_FULL, err);
	if (rc == XQ_OK && sat_points[mark] > 0)
		rc = tally_add_at(ctx, &box, "attitude-points", place, sat_points[mark], err);
	if (rc == XQ_OK) { /* told once, kept nowhere */
		act_result_secret(ctx, "slip", vote_slip_show(ctx->mem, slip));
		act_result_secret(ctx, "box", v.box);
	}
	hash_wipe(slip, sizeof slip);
	return rc;
}

enum xq_rc
conduct_keep(struct act_ctx *ctx, int64_t concern_id, int64_t unit_id, int64_t look_no,
	struct str words, struct xq_err *err)
{
	int64_t id;
	enum xq_rc rc = db_next(ctx->tx, ctx->office, "conduct", &id, err);
	if (rc != XQ_OK)
		return rc;
	struct bytes sealed =
		seal_make(ctx->mem, app_key(ctx->app, ctx->office), purpose, ctx->random, words);
	return db_exec(ctx->tx,
		SQL("INSERT INTO conduct (office, id, concern_id, unit_id, at, sealed, unmasking_no)"
		    " VALUES (?, ?, ?, ?, ?, ?, ?)"),
		VALS(V(ctx->office), V(id), V(concern_id), V(unit_id), V(ctx->now), V(sealed),
			V_OR_NULL(look_no, look_no)),
		err);
}

enum xq_rc
said_apart(struct act_ctx *ctx, const struct concern *c, const struct form *in, struct xq_err *err)
{
	struct concern about = *c;
	enum xq_rc rc = XQ_OK;
	int mark = sat_of(in, "attitude");
	bool has_words = form_has(in, "about_staff");
	rc = box_asked(ctx, err);
	if (rc != XQ_OK || (mark == 0 && !has_words))
		return rc;
	if (c->merged_into != 0) /* the work was done on the other one */
		rc = concern_load(ctx->tx, ctx->mem, ctx->office, c->merged_into, &about, err);
	if (rc == XQ_OK && mark > 0)
		rc = vote(ctx, &about, mark, err);
	if (rc == XQ_OK && has_words)
		rc = conduct_keep(
			ctx, about.id, about.owner_unit_id, 0, form_str(in, "about_staff"), err);
	return rc;
}

/* ---- for the discipline officer ------------------------------------------------------------------- */

enum xq_rc
conduct_list(struct tx *tx, void *mem, const struct app *app, const struct actor *actor,
	int64_t before_id, struct conduct *out, size_t max, size_t *out_n, struct xq_err *err)
{
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT k.id, k.at, k.sealed, u.name, c.file_no, l.at, l.why FROM conduct k"
		    " JOIN unit u ON u.office = k.office AND u.id = k.unit_id"
		    " JOIN concern c ON c.office = k.office AND c.id = k.concern_id"
		    " LEFT JOIN unmasking l ON l.office = k.office AND l.concern_id = k.concern_id"
		    " AND l.no = k.unmasking_no"
		    " WHERE k.office = ? AND k.id < ? AND k.unit_id <> ?"
		    " ORDER BY k.id DESC LIMIT ?"),
		VALS(V(actor->office), V(before_id > 0 ? before_id : INT64_MAX), V(actor->unit_id),
			V((int64_t)max)));
	while (n < max && row_next(q)) {
		struct str words = STR("");
		if (!seal_open(mem, app_key(app, actor->office), purpose, row_bytes(q, 2), &words))
			words = STR("?"); /* under another key: it cannot be read any more */
		out[n++] = (struct conduct){ .id = row_int(q, 0),
			.at = row_int(q, 1),
			.words = str_text(mem, words),
			.unit = row_text(q, 3, mem),
			.file_no = row_int(q, 4),
			.look_at = row_int(q, 5),
			.look_why = row_text(q, 6, mem) };
	}
	*out_n = n;
	return rows_close(q, err);
}
