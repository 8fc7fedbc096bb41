/* SPDX-License-Identifier: Apache-2.0 */
/* raise_rows.c - the rows of a new concern: itself, who brought it, the photos. */
#include "concern/raise_int.h"

#include "core/mem.h"
#include "core/seal.h"

#include "core/banned.h"

enum xq_rc
raise_file_no(struct act_ctx *ctx, int64_t *out, struct xq_err *err)
{
	int year = day_year(day_of(ctx->now, app_office(ctx->app, ctx->office)->tz_s));
	int64_t n;
	enum xq_rc rc =
		db_next(ctx->tx, ctx->office, mem_printf(ctx->mem, "file-%d", year), &n, err);
	if (rc == XQ_OK)
		*out = (int64_t)year * 100000000 + n;
	return rc;
}

enum xq_rc
raise_insert(struct act_ctx *ctx, const struct raise_input *r, struct concern *c,
	const struct code *code, struct xq_err *err)
{
	uint8_t hash[32];
	query_hash(ctx->app, code, hash);
	struct bytes sealed = seal_make(ctx->mem, app_key(ctx->app, ctx->office), "query code",
		ctx->random, str_n(code->text, CODE_LEN));
	return db_exec(ctx->tx,
		SQL("INSERT INTO concern (office, id, ver, ref, file_no, query_hash, query_sealed, state,"
		    " lane, via, class, category, nature, title, place, zone, may_publish, raised_at, due_at,"
		    " due_day, limit_text, is_provisional, owner_person_id, owner_unit_id,"
		    " tracker_person_id, tracker_unit_id, round, needs_ruling, outcome, seen_sat,"
		    " is_imported, own_date, source_no, first_seq, last_seq, linked_id, taken_at,"
		    " handed_id)"
		    " VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
		    " 1, 0, 0, 0, 0, ?, ?, ?, ?, ?, ?, ?)"),
		VALS(V(ctx->office), V(c->id), V(c->ref), V(c->file_no),
			val_bytes((struct bytes){ hash, 32 }), V(sealed), V((int64_t)c->state),
			V((int64_t)c->lane), V(r->via), V(r->public_class), V(r->class),
			V(r->nature), V(r->title), V(r->place), V(r->zone), V(r->may_publish),
			V(c->raised_at), V(c->due_at), V(c->due_day), V(c->limit),
			V(c->is_provisional), V(c->owner_person_id), V(c->owner_unit_id),
			V(c->tracker_person_id), V(c->tracker_unit_id),
			V_OR_NULL(r->own_date, r->own_date), V(r->source_no), V(c->first_seq),
			V(c->last_seq), V_OR_NULL(r->linked_id, r->linked_id),
			V_OR_NULL(c->taken_at, c->taken_at), V_OR_NULL(c->handed_id, c->handed_id)),
		err);
}

static void
pin_hash_of(const struct act_ctx *ctx, int64_t id, const char *pin, uint8_t out[32])
{
	char *text = mem_printf(ctx->mem, "pin|%lld|%s", (long long)id, pin);
	hash_keyed(app_key(ctx->app, ctx->office),
		(struct bytes){ (const uint8_t *)text, strlen(text) }, out);
}

/* Without a phone a PIN of six digits opens the words; it is told once. What follows another concern is
 * opened by the PIN of that one, and so is what another office had before. */
enum xq_rc
raise_insert_intake(struct act_ctx *ctx, const struct raise_input *r, const struct concern *c,
	struct xq_err *err)
{
	uint8_t pin_hash[32];
	bool has_phone = r->phone[0] != 0;
	bool needs_pin = !has_phone && r->linked_id == 0 && !r->handed;
	struct bytes pin = r->handed ? r->handed->pin_hash : (struct bytes){ 0 };
	if (needs_pin) {
		char *text = mem_printf(ctx->mem, "%06u", rng_below(ctx->random, 1000000));
		pin_hash_of(ctx, c->id, text, pin_hash);
		act_result_text(ctx, "pin", text);
		pin = (struct bytes){ pin_hash, sizeof pin_hash };
	}
	size_t n = strlen(r->phone);
	return db_exec(ctx->tx,
		SQL("INSERT INTO intake (office, concern_id, body, name, phone, phone_tail, pin_hash,"
		    " address, contact_wish, told, people, wants_secret, wants_contact, tries,"
		    " pin_of) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)"),
		VALS(V(ctx->office), V(c->id), V(r->body), V(r->name), V(r->phone),
			V(n > 4 ? r->phone + n - 4 : r->phone), pin.n ? V(pin) : VNULL,
			V(r->address), V(r->contact_wish), V(r->told), V(r->people),
			V(r->wants_secret), V(has_phone),
			V_OR_NULL(r->handed && pin.n, r->handed ? r->handed->pin_of : 0)),
		err);
}

static enum xq_rc
handed_photos(
	struct act_ctx *ctx, const struct handed *h, const struct concern *c, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; rc == XQ_OK && i < h->n_photos; i++)
		rc = db_exec(ctx->tx,
			SQL("INSERT INTO photo (office, concern_id, no, hash, width, height, bytes)"
			    " VALUES (?, ?, ?, ?, ?, ?, ?)"),
			VALS(V(ctx->office), V(c->id), V((int64_t)i + 1), V(h->photo[i].hash),
				V(h->photo[i].width), V(h->photo[i].height), V(h->photo[i].bytes)),
			err);
	return rc;
}

enum xq_rc
raise_photos(struct act_ctx *ctx, const struct raise_input *r, const struct concern *c,
	struct xq_err *err)
{
	uint8_t key[16];
	if (r->handed)
		return handed_photos(ctx, r->handed, c, err);
	if (!parse_hex(str_of(r->draft), key, sizeof key))
		return XQ_OK;
	struct vals v = VALS(V(c->id), V(ctx->office), val_bytes((struct bytes){ key, 16 }));
	/* The draft stays until its 24 hours are over: the same form sent twice finds it again. */
	return db_exec(ctx->tx,
		SQL("INSERT INTO photo (office, concern_id, no, hash, width, height, bytes)"
		    " SELECT office, ?, no, hash, width, height, bytes FROM draft_photo"
		    " WHERE office = ? AND key = ?"),
		v, err);
}
