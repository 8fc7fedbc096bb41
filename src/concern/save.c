/* SPDX-License-Identifier: Apache-2.0 */
/* save.c - writing one concern: compare-and-set of its row, ownership, timeline, events, codes. */
#include "concern/concern_int.h"

#include "core/mem.h"
#include "core/parse.h"
#include "core/seal.h"

#include "core/banned.h"

/* Only what a step can move; what was said and when it came never changes. */
static enum xq_rc
save_row(struct act_ctx *ctx, struct concern *c, struct xq_err *err)
{
	enum xq_rc rc = db_exec_one(ctx->tx,
		SQL("UPDATE concern SET ver = ver + 1, state = ?, due_at = ?, due_day = ?,"
		    " is_provisional = ?, owner_person_id = ?, owner_unit_id = ?, public_line = ?,"
		    " round = ?, contact_at = ?, answered_at = ?, closed_at = ?, escalated_at = ?,"
		    " needs_ruling = ?, outcome = ?, seen_solved = ?, seen_sat = ?, last_seq = ?,"
		    " level = ?, ladder_at = ?, is_listed = ?, is_supervised = ?, resume_wd = ?,"
		    " sponsor_person_id = ?, merged_into = ?, disputed_at = ?, was_late = ?,"
		    " supervised_due = ?, supervised_late = ?"
		    " WHERE office = ? AND id = ? AND ver = ?"),
		VALS(V((int64_t)c->state), V(c->due_at), V(c->due_day), V(c->is_provisional),
			V(c->owner_person_id), V(c->owner_unit_id), V(c->public_line), V(c->round),
			V_OR_NULL(c->contact_at, c->contact_at),
			V_OR_NULL(c->answered_at, c->answered_at),
			V_OR_NULL(c->closed_at, c->closed_at),
			V_OR_NULL(c->escalated_at, c->escalated_at), V(c->needs_ruling),
			V((int64_t)c->outcome), V(c->seen_solved), V(c->seen_sat), V(c->last_seq),
			V(c->level), V_OR_NULL(c->ladder_at, c->ladder_at), V(c->is_listed),
			V(c->is_supervised), V(c->resume_wd),
			V_OR_NULL(c->sponsor_person_id, c->sponsor_person_id),
			V_OR_NULL(c->merged_into, c->merged_into),
			V_OR_NULL(c->disputed_at, c->disputed_at), V(c->was_late),
			V_OR_NULL(c->supervised_due, c->supervised_due), V(c->supervised_late),
			V(ctx->office), V(c->id), V(c->ver)),
		err);
	if (rc == XQ_OK)
		c->ver++;
	return rc;
}

/* Each saving raises ver, so it numbers the steps too: in order, with gaps, and nothing has to be read for it. */
static enum xq_rc
timeline_add(struct act_ctx *ctx, const struct concern *c, const struct step_change *s,
	enum concern_state from, struct xq_err *err)
{
	return db_exec(ctx->tx,
		SQL("INSERT INTO step (office, concern_id, no, at, act, person_id, unit_id,"
		    " from_state, to_state, note, is_for_resident, due_day, seq, owner_unit_id, to_unit_id,"
		    " why)"
		    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
		VALS(V(ctx->office), V(c->id), V(c->ver), V(ctx->now), V(ctx->act->name),
			V(ctx->actor->person_id), V(ctx->actor->unit_id), V((int64_t)from),
			V((int64_t)c->state), V(s->note), V(s->is_for_resident), V(s->due_day),
			V(ctx->last_seq), V(c->owner_unit_id), V(s->to_unit_id),
			V(s->why ? s->why : "")),
		err);
}

enum xq_rc
concern_step_first(struct act_ctx *ctx, const struct concern *c, struct xq_err *err)
{
	return timeline_add(ctx, c,
		&(struct step_change){
			.to = (int)c->state, .is_for_resident = true, .due_day = c->due_day },
		c->state, err);
}

enum xq_rc
holder_of_actor(struct act_ctx *ctx, struct post_holder *out, struct xq_err *err)
{
	struct unit u;
	enum xq_rc rc = unit_load(ctx->tx, ctx->mem, ctx->office, ctx->actor->unit_id, &u, err);
	if (rc != XQ_OK)
		return rc;
	*out = (struct post_holder){
		.person_id = ctx->actor->person_id,
		.unit_id = u.id,
		.person_name = ctx->actor->name,
		.unit_name = u.name,
		.unit_public_code = u.public_code,
		.unit_public_name = u.public_name,
	};
	return XQ_OK;
}

enum xq_rc
concern_save(
	struct act_ctx *ctx, struct concern *c, const struct step_change *s, struct xq_err *err)
{
	enum concern_state from = c->state;
	c->state = (enum concern_state)s->to;
	enum xq_rc rc = save_row(ctx, c, err);
	return rc == XQ_OK ? timeline_add(ctx, c, s, from, err) : rc;
}

enum xq_rc
concern_step_note(struct act_ctx *ctx, struct concern *c, const char *note, bool is_for_resident,
	struct xq_err *err)
{
	return concern_save(ctx, c,
		&(struct step_change){
			.to = (int)c->state, .note = note, .is_for_resident = is_for_resident },
		err);
}

enum xq_rc
concern_save_seq(struct act_ctx *ctx, struct concern *c, struct xq_err *err)
{
	return save_row(ctx, c, err);
}

static enum xq_rc
span_first(struct act_ctx *ctx, const struct concern *c, struct xq_err *err)
{
	return db_exec(ctx->tx,
		SQL("INSERT INTO owner_span (office, concern_id, no, person_id, unit_id, from_at)"
		    " VALUES (?, ?, 1, ?, ?, ?)"),
		VALS(V(ctx->office), V(c->id), V(c->owner_person_id), V(c->owner_unit_id),
			V(ctx->now)),
		err);
}

static enum xq_rc
span_close(struct act_ctx *ctx, const struct concern *c, struct xq_err *err)
{
	enum xq_rc rc = db_exec_one(ctx->tx,
		SQL("UPDATE owner_span SET until_at = ? WHERE office = ? AND concern_id = ?"
		    " AND until_at IS NULL"),
		VALS(V(ctx->now), V(ctx->office), V(c->id)), err);
	if (rc == XQ_REFUSED && text_eq(err->key, "store.changed"))
		return xq_fault(err, "concern.no-span", "concern %lld", (long long)c->id);
	return rc;
}

/* The number behind the last one is found where it is written: one message less on a server. */
static enum xq_rc
span_next(struct act_ctx *ctx, const struct concern *c, struct xq_err *err)
{
	return db_exec(ctx->tx,
		SQL("INSERT INTO owner_span (office, concern_id, no, person_id, unit_id, from_at)"
		    " SELECT office, concern_id, max(no) + 1, ?, ?, ? FROM owner_span"
		    " WHERE office = ? AND concern_id = ? GROUP BY office, concern_id"),
		VALS(V(c->owner_person_id), V(c->owner_unit_id), V(ctx->now), V(ctx->office),
			V(c->id)),
		err);
}

enum xq_rc
owner_move(struct act_ctx *ctx, struct concern *c, int64_t person_id, int64_t unit_id,
	struct xq_err *err)
{
	const bool is_first = c->ver == 0;
	enum xq_rc rc = is_first ? XQ_OK : span_close(ctx, c, err);
	if (rc != XQ_OK)
		return rc;
	c->owner_person_id = person_id;
	c->owner_unit_id = unit_id;
	return is_first ? span_first(ctx, c, err) : span_next(ctx, c, err);
}

enum xq_rc
concern_emit(struct act_ctx *ctx, struct concern *c, struct act_event *e, struct xq_err *err)
{
	e->ref = c->ref;
	e->prev_seq = &c->last_seq;
	e->voice = c->first_seq;
	if (c->lane == LANE_SEALED)
		e->unit = "";
	return act_emit(ctx, e, err);
}

/* ---- codes ---------------------------------------------------------------------------------------- */

void
query_hash(const struct app *app, const struct code *code, uint8_t out[32])
{
	hash_keyed(app_key(app, code_office(code)),
		(struct bytes){ (const uint8_t *)code->text, CODE_LEN }, out);
}

/* 40 random bits meet themselves among a million codes more often than not, so a code that is taken
 * is drawn again. */
enum xq_rc
query_code_new(struct act_ctx *ctx, struct code *out, struct xq_err *err)
{
	enum { DRAWS = 16 };
	for (int i = 0; i < DRAWS; i++) {
		uint8_t hash[32];
		int64_t id;
		*out = code_new(ctx->random, CODE_QUERY, (uint32_t)ctx->office);
		query_hash(ctx->app, out, hash);
		if (tx_hopes(ctx->tx))
			return XQ_OK; /* one that is taken breaks a rule of the schema, and all is done again */
		enum xq_rc rc = db_int(ctx->tx,
			SQL("SELECT id FROM concern WHERE office = ? AND query_hash = ?"),
			VALS(V(ctx->office), val_bytes((struct bytes){ hash, 32 })), &id, err);
		if (rc != XQ_OK)
			return rc == XQ_NONE ? XQ_OK : rc;
	}
	return xq_fault(err, "concern.code", "no free query code after %d draws", DRAWS);
}

enum xq_rc
code_of_concern(struct tx *tx, void *mem, const struct app *app, int64_t office, int64_t id,
	struct code *out, struct xq_err *err)
{
	struct rows *q =
		db_query(tx, SQL("SELECT query_sealed FROM concern WHERE office = ? AND id = ?"),
			VALS(V(office), V(id)));
	bool good = false;
	if (row_next(q)) {
		struct str text;
		good = seal_open(mem, app_key(app, office), "query code", row_bytes(q, 0), &text) &&
		       code_read(text, CODE_QUERY, out);
	}
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK)
		return rc;
	return good ? XQ_OK : xq_fault(err, "concern.code", "concern %lld", (long long)id);
}

/* The cookie names code and hour and is worth nothing without the folder's key. */
enum { UNLOCK_HOURS = 24 };

static void
unlock_mac(const struct app *app, const struct code *code, int64_t hour, char out[33])
{
	char text[64];
	int n = snprintf(text, sizeof text, "unlock|%s|%lld", code->text, (long long)hour);
	uint8_t mac[32];
	hash_keyed(app->key, (struct bytes){ (const uint8_t *)text, (size_t)n }, mac);
	text_hex((struct bytes){ mac, 16 }, out);
}

const char *
unlock_cookie(void *mem, const struct app *app, const struct code *code, int64_t now)
{
	char mac[33];
	unlock_mac(app, code, now / 3600, mac);
	return mem_printf(mem, "%lld.%s", (long long)(now / 3600), mac);
}

bool
unlock_holds(const struct app *app, struct str cookie, const struct code *code, int64_t now)
{
	struct str rest = cookie, hour_text;
	int64_t hour;
	if (!str_cut(&rest, '.', &hour_text) || !parse_int(hour_text, 0, INT64_MAX / 3600, &hour))
		return false;
	if (hour > now / 3600 || now / 3600 - hour > UNLOCK_HOURS || rest.n != 32)
		return false;
	char mac[33];
	unlock_mac(app, code, hour, mac);
	return hash_equal(mac, rest.p, 32);
}
