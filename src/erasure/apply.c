/* SPDX-License-Identifier: Apache-2.0 */
/* apply.c - one transaction takes out every row; when it has been committed, the keys are overwritten, the
 * photos taken off the disk and the free room of the data file overwritten. In this order: a stop in
 * between leaves keys without rows, never rows that nobody can open, and the effect is done again. */
#include "concern/concern.h"
#include "core/json.h"
#include "core/mem.h"
#include "erasure/erasure_int.h"
#include "erasure/places.h"
#include "evaluation/recheck.h"
#include "store/search.h"
#include "web/msg.h"

#include "core/banned.h"

enum { CHAIN_MAX = 16, REPLIES_MAX = 256, PHOTOS_MAX = 64, DRAFT_KEEP_S = 86400 };

/* What has to be done outside of the transaction. */
struct leftovers {
	struct voice_gone gone;
	size_t n_photos;
	const char *photo[PHOTOS_MAX];
};

/* ---- rows ------------------------------------------------------------------------------------------- */

static enum xq_rc
erase_search(struct act_ctx *ctx, const struct concern *c, struct xq_err *err)
{
	int64_t reply[REPLIES_MAX];
	size_t n = 0;
	enum xq_rc rc =
		rows_ids(db_query(ctx->tx,
				 SQL("SELECT id FROM reply WHERE office = ? AND concern_id = ?"
				     " ORDER BY id LIMIT ?"),
				 VALS(V(ctx->office), V(c->id), V((int64_t)REPLIES_MAX))),
			REPLIES_MAX, reply, &n, err);
	if (rc == XQ_OK)
		rc = search_put(ctx->tx, ctx->office, SEARCH_CONCERN, c->id, STR(""), err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		rc = search_put(ctx->tx, ctx->office, SEARCH_REPLY, reply[i], STR(""), err);
	return rc;
}

static enum xq_rc
note_photos(
	struct act_ctx *ctx, const struct concern *c, struct leftovers *left, struct xq_err *err)
{
	struct photo *list;
	size_t n = 0;
	enum xq_rc rc = photo_list(ctx->tx, ctx->mem, ctx->office, c->id, &list, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		xq_require(left->n_photos < PHOTOS_MAX);
		left->photo[left->n_photos++] = list[i].hash;
	}
	return rc;
}

/* The form behind it is kept for a day; whoever is erased on that day has it taken out too. */
static enum xq_rc
erase_draft(struct act_ctx *ctx, const struct concern *c, struct xq_err *err)
{
	return db_exec(ctx->tx,
		SQL("DELETE FROM draft WHERE office = ? AND at BETWEEN ? AND ? AND body ="
		    " (SELECT i.body FROM intake i WHERE i.office = draft.office"
		    "  AND i.concern_id = ?)"),
		VALS(V(ctx->office), V(c->raised_at - DRAFT_KEEP_S), V(c->raised_at), V(c->id)),
		err);
}

/* The row stays with codes and days; its title is that of its class. */
static enum xq_rc
mark_concern(struct act_ctx *ctx, const struct concern *c, const char *ground, struct xq_err *err)
{
	return db_exec_one(ctx->tx,
		SQL("UPDATE concern SET ver = ver + 1, title = ?, place = '', public_line = NULL,"
		    " may_publish = 0, source_no = NULL, erased_at = ?, erased_ground = ?"
		    " WHERE office = ? AND id = ? AND erased_at IS NULL"),
		VALS(V(msg_text(LANG_ZH, choice_label(concern_classes, c->class))), V(ctx->now),
			V(ground), V(ctx->office), V(c->id)),
		err);
}

static enum xq_rc
erase_one(struct act_ctx *ctx, const struct concern *c, const struct erasure *e,
	struct leftovers *left, struct xq_err *err)
{
	const struct voice_erase v = { .office = ctx->office,
		.last_seq = c->last_seq,
		.voice = e->id,
		.ground = e->ground,
		.now = ctx->now };
	enum xq_rc rc = note_photos(ctx, c, left, err);
	if (rc == XQ_OK)
		rc = erase_draft(ctx, c, err);
	if (rc == XQ_OK)
		rc = erase_search(ctx, c, err);
	if (rc == XQ_OK)
		rc = recheck_drop(ctx, c->id, err);
	if (rc == XQ_OK)
		rc = places_erase(ctx->tx, ctx->office, c->id, err);
	if (rc == XQ_OK)
		rc = mark_concern(ctx, c, e->ground, err);
	if (rc == XQ_OK && c->last_seq >= 0) /* history from a list is in the record as one entry */
		rc = ledger_voice_erase(ctx->tx, ctx->mem, &v, &left->gone, err);
	return rc;
}

/* ---- what belongs together -------------------------------------------------------------------------- */

struct chain {
	size_t n;
	struct concern c[CHAIN_MAX];
};

static bool
has_concern(const struct chain *ch, int64_t id)
{
	for (size_t i = 0; i < ch->n; i++)
		if (ch->c[i].id == id)
			return true;
	return false;
}

static enum xq_rc
chain_add(struct act_ctx *ctx, struct chain *ch, int64_t id, struct xq_err *err)
{
	if (id == 0 || has_concern(ch, id))
		return XQ_OK;
	if (ch->n == CHAIN_MAX)
		return xq_refuse(err, NULL, "erasure.follows");
	struct concern c;
	enum xq_rc rc = concern_load(ctx->tx, ctx->mem, ctx->office, id, &c, err);
	if (rc != XQ_OK || c.erased_at != 0)
		return rc;
	if (c.closed_at == 0)
		return xq_refuse(err, NULL, "erasure.follows");
	ch->c[ch->n++] = c;
	return XQ_OK;
}

static enum xq_rc
chain_followers(struct act_ctx *ctx, struct chain *ch, int64_t id, struct xq_err *err)
{
	int64_t next[CHAIN_MAX];
	size_t n = 0;
	enum xq_rc rc = rows_ids(
		db_query(ctx->tx,
			SQL("SELECT id FROM concern /* scan: rare, and nothing else asks so */"
			    " WHERE office = ? AND linked_id = ? ORDER BY id LIMIT ?"),
			VALS(V(ctx->office), V(id), V((int64_t)CHAIN_MAX))),
		CHAIN_MAX, next, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		rc = chain_add(ctx, ch, next[i], err);
	return rc;
}

/* A concern that was opened anew holds the same words of the same resident. By age each has its own day. */
static enum xq_rc
chain_load(struct act_ctx *ctx, const struct erasure *e, struct chain *ch, struct xq_err *err)
{
	enum xq_rc rc = chain_add(ctx, ch, e->concern_id, err);
	bool is_alone = text_eq(e->ground, "retention");
	for (size_t i = 0; rc == XQ_OK && i < ch->n && !is_alone; i++) {
		rc = chain_add(ctx, ch, ch->c[i].linked_id, err);
		if (rc == XQ_OK)
			rc = chain_followers(ctx, ch, ch->c[i].id, err);
	}
	return rc;
}

static enum xq_rc
queue_finish(struct act_ctx *ctx, const struct leftovers *left, struct xq_err *err)
{
	struct json_w w = json_new(ctx->mem);
	json_open(&w, '{');
	json_key(&w, "photos");
	json_open(&w, '[');
	for (size_t i = 0; i < left->n_photos; i++)
		json_text(&w, left->photo[i]);
	json_close(&w, ']');
	json_key(&w, "slots");
	json_open(&w, '[');
	for (size_t i = 0; i < left->gone.n_slots; i++)
		json_int(&w, left->gone.slot[i]);
	json_close(&w, ']');
	json_close(&w, '}');
	return act_outbox(ctx, "erasure.finish", buf_view(&w.b), err);
}

enum xq_rc
erasure_apply(struct act_ctx *ctx, const struct erasure *e, struct xq_err *err)
{
	struct chain *ch = mem_new(ctx->mem, struct chain);
	struct leftovers *left = mem_new(ctx->mem, struct leftovers);
	enum xq_rc rc = chain_load(ctx, e, ch, err);
	for (size_t i = 0; rc == XQ_OK && i < ch->n; i++)
		rc = erase_one(ctx, &ch->c[i], e, left, err);
	return rc == XQ_OK ? queue_finish(ctx, left, err) : rc;
}

/* ---- after the commit ------------------------------------------------------------------------------- */

static enum xq_rc
destroy_slots(struct app *app, int64_t office, const json_t *list, struct xq_err *err)
{
	int64_t slot[VOICE_SLOTS_MAX];
	size_t n = json_array_size(list);
	xq_require(n <= VOICE_SLOTS_MAX);
	for (size_t i = 0; i < n; i++)
		slot[i] = json_integer_value(json_array_get(list, i));
	return keystore_destroy(app_keys(app, office), slot, n, err);
}

/* The same picture may have been sent with another concern too. */
static enum xq_rc
is_used(struct app *app, const char *hash, bool *out, struct xq_err *err)
{
	struct tx *tx;
	int64_t n = 0;
	enum xq_rc rc = db_read(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = db_int(tx,
		SQL("/* CITY: files of all offices lie in one folder */"
		    " SELECT (SELECT count(*) FROM photo /* scan: rare */ WHERE hash = ?)"
		    " + (SELECT count(*) FROM draft_photo /* scan: rare */ WHERE hash = ?)"),
		VALS(V(hash), V(hash)), &n, err);
	tx_end(tx);
	*out = n > 0;
	return rc;
}

static enum xq_rc
remove_photos(struct app *app, const json_t *list, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; rc == XQ_OK && i < json_array_size(list); i++) {
		const char *hash = json_string_value(json_array_get(list, i));
		bool used = true;
		rc = is_used(app, hash, &used, err);
		if (rc == XQ_OK && !used)
			rc = photo_remove(app, hash, err);
	}
	return rc;
}

/* Overwriting reads the whole data file, so of several that wait the last one does it. One that is given up
 * shows in `xinqiao check`. */
static enum xq_rc
is_last(struct app *app, int64_t office, bool *out, struct xq_err *err)
{
	struct tx *tx;
	int64_t n = 0; /* this one is among them until it has run */
	enum xq_rc rc = db_read(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = db_int(tx,
		SQL("SELECT count(*) FROM outbox WHERE office = ? AND state = 0"
		    " AND effect = 'erasure.finish'"),
		VALS(V(office)), &n, err);
	tx_end(tx);
	*out = n <= 1;
	return rc;
}

static enum xq_rc
finish_run(struct app *app, void *mem, int64_t office, struct str json, struct xq_err *err)
{
	json_t *o = NULL;
	bool scrubs = true;
	enum xq_rc rc = json_read(mem, json, 1 << 16, &o, err);
	if (rc == XQ_OK)
		rc = destroy_slots(app, office, json_object_get(o, "slots"), err);
	if (rc == XQ_OK)
		rc = remove_photos(app, json_object_get(o, "photos"), err);
	if (rc == XQ_OK)
		rc = is_last(app, office, &scrubs, err);
	return rc == XQ_OK && scrubs ? db_scrub(app->db, err) : rc;
}

const struct effect erasure_finish = { "erasure.finish", finish_run };
