/* SPDX-License-Identifier: Apache-2.0 */
/* voice.c - what a resident does besides raising: the draft behind the three steps, and opening the
 * words of an own concern by the last four digits or the PIN (decisions.md 24). */
#include "concern/book.h"
#include "concern/concern_int.h"
#include "concern/zone.h"
#include "core/mem.h"
#include "core/parse.h"

#include "core/banned.h"

enum { TRIES_MAX = 5, LOCK_S = 3600, DRAFT_KEEP_S = 86400, PHOTOS_MAX = 9 };

/* clang-format off */
const struct migration concern_migration_21 = {
	.module = "concern",
	.number = 21,
	.ddl = "ALTER TABLE draft ADD COLUMN zone text;\n",
	.tables = (const struct table_decl[]){ { .name = NULL } },
};
/* clang-format on */

/* ---- the draft -------------------------------------------------------------------------------------- */

static enum xq_rc
draft_key(const struct form *in, uint8_t key[16], struct xq_err *err)
{
	if (!parse_hex(form_str(in, "draft"), key, 16))
		return xq_refuse(err, NULL, "draft.gone");
	return XQ_OK;
}

static enum xq_rc
photos_prepare(struct act_call *call, struct xq_err *err)
{
	struct draft_photos *p = mem_new(call->mem, struct draft_photos);
	call->prepared = p;
	const struct field_value *v = form_value(&call->form, "photos");
	for (size_t i = 0; i < v->n_uploads; i++) {
		struct stored_photo s;
		enum xq_rc rc = photo_store(call->mem, call->app, &v->upload[i], &s, err);
		if (rc != XQ_OK) {
			err->field = "photos";
			xq_err_text(err, "name", str_text(call->mem, v->upload[i].name));
			return rc;
		}
		p->photo[p->n++] = s;
	}
	return XQ_OK;
}

static enum xq_rc
add_photos(struct act_ctx *ctx, struct bytes key, const struct draft_photos *p, struct xq_err *err)
{
	int64_t have;
	enum xq_rc rc = db_int(ctx->tx,
		SQL("SELECT coalesce(max(no), 0) FROM draft_photo WHERE office = ? AND key = ?"),
		VALS(V(ctx->office), V(key)), &have, err);
	for (size_t i = 0; rc == XQ_OK && i < p->n; i++) {
		if (have + (int64_t)i >= PHOTOS_MAX)
			return xq_refuse(err, "photos", "photo.too-many");
		const struct stored_photo *s = &p->photo[i];
		rc = db_exec(ctx->tx,
			SQL("INSERT INTO draft_photo (office, key, no, hash, width, height, bytes)"
			    " VALUES (?, ?, ?, ?, ?, ?, ?)"),
			VALS(V(ctx->office), V(key), V(have + (int64_t)i + 1), V(s->hash),
				V(s->width), V(s->height), V(s->bytes)),
			err);
	}
	return rc;
}

static enum xq_rc
say_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	uint8_t k[16];
	enum xq_rc rc = draft_key(in, k, err);
	if (rc != XQ_OK)
		return rc;
	struct bytes key = { k, 16 };
	const char *class = form_has(in, "class") ? form_text(in, "class") : "other", *public;
	int32_t today = day_of(ctx->now, app_office(ctx->app, ctx->office)->tz_s);
	if (!book_class_of(ctx->app, ctx->office, class, today, &class, &public))
		return xq_refuse(err, "class", "field.choice");
	rc = db_exec(ctx->tx,
		SQL("INSERT INTO draft (office, key, at, body, class, place, address, name, phone,"
		    " contact_wish, wants_secret, may_publish, reached)"
		    " VALUES (?, ?, ?, ?, ?, '', '', '', '', '', 0, 1, 1)"
		    " ON CONFLICT (office, key) DO UPDATE SET at = excluded.at,"
		    " body = excluded.body, class = excluded.class"),
		VALS(V(ctx->office), V(key), V(ctx->now), V(form_str(in, "body")), V(class)), err);
	if (rc == XQ_OK && form_bool(in, "drop_photos"))
		rc = db_exec(ctx->tx, SQL("DELETE FROM draft_photo WHERE office = ? AND key = ?"),
			VALS(V(ctx->office), V(key)), err);
	return rc == XQ_OK ? add_photos(ctx, key, ctx->call->prepared, err) : rc;
}

static enum xq_rc
where_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	uint8_t k[16];
	enum xq_rc rc = draft_key(in, k, err);
	if (rc != XQ_OK)
		return rc;
	const char *zone;
	rc = zone_read(ctx->tx, ctx->mem, ctx->office, form_text(in, "zone"), &zone, err);
	if (rc != XQ_OK)
		return rc;
	rc = db_exec(ctx->tx,
		SQL("UPDATE draft SET at = ?, place = ?, zone = ?, address = ?, name = ?, phone = ?,"
		    " contact_wish = ?, wants_secret = ?, may_publish = ?, reached = 2"
		    " WHERE office = ? AND key = ?"),
		VALS(V(ctx->now), V(form_str(in, "place")), V(zone), V(form_str(in, "address")),
			V(form_str(in, "name")), V(form_str(in, "phone")),
			V(form_str(in, "contact_wish")), V(form_bool(in, "secret")),
			V(form_bool(in, "publish")), V(ctx->office),
			val_bytes((struct bytes){ k, 16 })),
		err);
	if (rc == XQ_OK && db_changed(ctx->tx) == 0)
		return xq_refuse(err, NULL, "draft.gone");
	return rc;
}

enum xq_rc
draft_load(struct tx *tx, void *mem, int64_t office, struct str hex_key, int64_t now,
	struct draft *out, struct xq_err *err)
{
	uint8_t k[16];
	if (!parse_hex(hex_key, k, 16))
		return XQ_NONE;
	struct bytes key = { k, 16 };
	struct rows *q = db_query(tx,
		SQL("SELECT body, class, place, address, name, phone, contact_wish, wants_secret,"
		    " may_publish, reached, zone FROM draft WHERE office = ? AND key = ? AND at > ?"),
		VALS(V(office), V(key), V(now - DRAFT_KEEP_S)));
	struct draft d = { 0 };
	bool found = row_next(q);
	if (found)
		d = (struct draft){ .body = row_text(q, 0, mem),
			.class = row_text(q, 1, mem),
			.place = row_text(q, 2, mem),
			.address = row_text(q, 3, mem),
			.name = row_text(q, 4, mem),
			.phone = row_text(q, 5, mem),
			.contact_wish = row_text(q, 6, mem),
			.wants_secret = row_int(q, 7) != 0,
			.may_publish = row_int(q, 8) != 0,
			.reached = (int)row_int(q, 9),
			.zone = row_is_null(q, 10) ? "" : row_text(q, 10, mem) };
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK || !found)
		return rc != XQ_OK ? rc : XQ_NONE;
	rc = db_int(tx, SQL("SELECT count(*) FROM draft_photo WHERE office = ? AND key = ?"),
		VALS(V(office), V(key)), &d.n_photos, err);
	if (rc == XQ_OK)
		*out = d;
	return rc;
}

static enum xq_rc
draft_prune_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	(void)max;
	int64_t oldest;
	enum xq_rc rc = db_int(tx,
		SQL("SELECT at FROM draft WHERE office = ? AND at < ? ORDER BY at LIMIT 1"),
		VALS(V(office), V(now - DRAFT_KEEP_S)), &oldest, err);
	*out_n = rc == XQ_OK;
	out_id[0] = now - DRAFT_KEEP_S;
	return rc == XQ_NONE ? XQ_OK : rc;
}

static enum xq_rc
draft_prune_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	return db_exec(ctx->tx, SQL("DELETE FROM draft WHERE office = ? AND at < ?"),
		VALS(V(ctx->office), V(form_int(in, "id"))), err);
}

/* ---- opening the words ---------------------------------------------------------------------------------- */

struct lock_row {
	int64_t tries, locked_until;
	bool matches;
};

static enum xq_rc
lock_load(struct act_ctx *ctx, int64_t concern_id, struct str digits, struct lock_row *out,
	struct xq_err *err)
{
	uint8_t pin[32];
	struct rows *q = db_query(ctx->tx,
		SQL("SELECT tries, locked_until, phone_tail, pin_hash, coalesce(pin_of, concern_id)"
		    " FROM intake WHERE office = ? AND concern_id = ?"),
		VALS(V(ctx->office), V(concern_id)));
	if (row_next(q)) {
		char *text = mem_printf(ctx->mem, "pin|%lld|%.*s", (long long)row_int(q, 4),
			(int)digits.n, digits.p);
		hash_keyed(app_key(ctx->app, ctx->office),
			(struct bytes){ (const uint8_t *)text, strlen(text) }, pin);
		struct str tail = row_str(q, 2);
		struct bytes hash = row_bytes(q, 3);
		out->tries = row_int(q, 0);
		out->locked_until = row_int(q, 1);
		out->matches = (tail.n == 4 && digits.n == 4 && hash_equal(tail.p, digits.p, 4)) ||
		               (hash.n == 32 && hash_equal(hash.p, pin, 32));
	}
	return rows_close(q, err);
}

/* What follows a disagreement has no PIN of its own, since nobody would hand it to the resident: the one
 * of the first receipt opens it. Wrong tries count where they were made. */
static enum xq_rc
lock_load_first(struct act_ctx *ctx, const struct concern *c, struct str digits,
	struct lock_row *out, struct xq_err *err)
{
	struct concern before = *c;
	enum xq_rc rc = lock_load(ctx, c->id, digits, out, err);
	while (rc == XQ_OK && !out->matches && before.linked_id != 0) {
		struct lock_row earlier = { 0 };
		rc = concern_load(ctx->tx, ctx->mem, ctx->office, before.linked_id, &before, err);
		if (rc == XQ_OK)
			rc = lock_load(ctx, before.id, digits, &earlier, err);
		out->matches = rc == XQ_OK && earlier.matches;
	}
	return rc;
}

/* A wrong try is a fact that must be kept, so it is no refusal of the act: the result says how it
 * went, and the page answers in words. */
static enum xq_rc
unlock_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct code code;
	struct concern c;
	if (!code_read(form_str(in, "code"), CODE_QUERY, &code))
		return xq_refuse(err, "code", "voice.code-unknown");
	enum xq_rc rc = concern_by_code(ctx->tx, ctx->mem, ctx->app, ctx->office, &code, &c, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, "code", "voice.code-unknown");
	struct lock_row lock = { 0 };
	if (rc == XQ_OK)
		rc = lock_load_first(ctx, &c, form_str(in, "digits"), &lock, err);
	if (rc != XQ_OK)
		return rc;
	if (lock.locked_until > ctx->now) {
		rc = xq_refuse(err, "digits", "voice.locked");
		xq_err_time(err, "at", lock.locked_until);
		return rc;
	}
	int64_t tries = lock.matches ? 0 : lock.tries + 1;
	bool locks = tries >= TRIES_MAX;
	act_result_text(ctx, "open", lock.matches ? "yes" : "no");
	if (lock.matches)
		act_result_secret(
			ctx, "unlock", unlock_cookie(ctx->mem, ctx->app, &code, ctx->now));
	return db_exec(ctx->tx,
		SQL("UPDATE intake SET tries = ?, locked_until = ? WHERE office = ? AND concern_id = ?"),
		VALS(V(locks ? 0 : tries), V_OR_NULL(locks, ctx->now + LOCK_S), V(ctx->office),
			V(c.id)),
		err);
}

/* clang-format off */
static const struct field say_fields[] = {
	{ "draft", FIELD_CODE, .required = true },
	{ "body", FIELD_LINES, .required = true, .min = 2, .max = 2000, .missing = "concern.empty",
		.label = N_("What happened"), .privacy = PRIVACY_PERSONAL,
		.hint = N_("When, where, what, and what you would like. Please write nothing secret.") },
	{ "class", FIELD_CODE, .label = N_("What it is about"),
		.hint = N_("If you are not sure, leave it; we will look.") },
	{ "photos", FIELD_PHOTOS, .max = PHOTOS_MAX, .label = N_("Photos"),
		.hint = N_("Up to nine, 10 MB each: JPEG, PNG or WebP. Place and device data are removed.") },
	{ "drop_photos", FIELD_BOOL, .label = N_("Take the photos away again") },
	{ .name = NULL },
};

static const struct field where_fields[] = {
	{ "draft", FIELD_CODE, .required = true },
	{ "place", FIELD_TEXT, .max = 120, .label = N_("Where"), .privacy = PRIVACY_PERSONAL,
		.hint = N_("Road, lane and number, or what is near by") },
	{ "zone", FIELD_CODE, .label = N_("Zone"), .hint = N_("Where it is, if you know. The public record names it, and nothing finer.") },
	{ "phone", FIELD_PHONE, .label = N_("Phone"), .privacy = PRIVACY_PERSONAL,
		.hint = N_("So that we can tell you. You can leave it out.") },
	{ "name", FIELD_TEXT, .max = 40, .label = N_("Your name"), .privacy = PRIVACY_PERSONAL },
	{ "address", FIELD_TEXT, .max = 120, .label = N_("Your address"), .privacy = PRIVACY_PERSONAL },
	{ "contact_wish", FIELD_TEXT, .max = 120, .label = N_("How and when to reach you"),
		.privacy = PRIVACY_PERSONAL },
	{ "secret", FIELD_BOOL, .label = N_("Please keep secret who I am and what it is about") },
	{ "publish", FIELD_BOOL, .label = N_("One reviewed line about the matter may be shown in public") },
	{ .name = NULL },
};

static const struct field unlock_fields[] = {
	{ "code", FIELD_QUERY, .required = true, .label = N_("Query code") },
	{ "digits", FIELD_SECRET, .required = true, .min = 4, .max = 6,
		.label = N_("Last four digits of your phone, or the PIN on your receipt") },
	{ .name = NULL },
};

static const struct field prune_fields[] = { { "id", FIELD_ID, .required = true }, { .name = NULL } };
/* clang-format on */

const struct act draft_say = {
	.name = "draft.say",
	.title = N_("Keep what was written"),
	.who = PERM_ANYBODY,
	.fields = say_fields,
	.check = class_check,
	.prepare = photos_prepare,
	.is_slow = true, /* photos are decoded in a child */
	.apply = say_apply,
	.is_quiet = true,
	.is_unseen = true,
	.is_hidden = true,
};

const struct act draft_where = {
	.name = "draft.where",
	.title = N_("Keep where it is and how to reach the resident"),
	.who = PERM_ANYBODY,
	.fields = where_fields,
	.apply = where_apply,
	.is_quiet = true,
	.is_unseen = true,
	.is_hidden = true,
};

const struct act voice_unlock = {
	.name = "voice.unlock",
	.title = N_("Open the words of an own concern"),
	.who = PERM_ANYBODY,
	.fields = unlock_fields,
	.apply = unlock_apply,
	.is_quiet = true,
	.is_unseen = true,
};

const struct act draft_prune = {
	.name = "draft.prune",
	.title = N_("Forget drafts after 24 hours"),
	.who = PERM_SYSTEM,
	.fields = prune_fields,
	.apply = draft_prune_apply,
	.is_quiet = true,
	.is_unseen = true,
	.is_hidden = true,
};

const struct job draft_prune_job = { "draft.prune", &draft_prune, draft_prune_find };
