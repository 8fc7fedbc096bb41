/* SPDX-License-Identifier: Apache-2.0 */
/* Rotating the record's key: a new one signs beside the old one from the next size on, then the old
 * one is retired. A reader who knows the old key learns the new one from an entry under a root that
 * the old one signed, so both must have signed once together before either goes. */
#include "record/keys_int.h"

#include "core/hash.h"
#include "core/mem.h"
#include "core/seal.h"
#include "ledger/tiles.h"

#include "core/banned.h"

enum { DAY_S = 86400, ID_HEX = 8 };

static const struct choice whys[] = {
	{ "rotation", N_("The time of the key is over") },
	{ "compromise", N_("Somebody else may have got hold of the key") },
	{ NULL, NULL },
};

/* ---- adding ---------------------------------------------------------------------------------------- */

/* Gives the first key a row, so that its retirement can be written down. */
static enum xq_rc
keep_first(struct act_ctx *ctx, const struct log_key *k, struct xq_err *err)
{
	return db_exec(ctx->tx,
		SQL("INSERT INTO ledger_key (office, no, vkey, from_size, added_at)"
		    " VALUES (?, ?, ?, ?, ?) ON CONFLICT (office, no) DO NOTHING"),
		VALS(V(ctx->office), V(k->no), V(log_key_vkey(ctx->mem, k)), V(k->from),
			V(ctx->now)),
		err);
}

static enum xq_rc
plan_end(struct act_ctx *ctx, int64_t no, int64_t at, struct xq_err *err)
{
	return db_exec_one(ctx->tx,
		SQL("UPDATE ledger_key SET retire_at = ? WHERE office = ? AND no = ?"),
		VALS(V(at), V(ctx->office), V(no)), err);
}

static enum xq_rc
insert_new(struct act_ctx *ctx, int64_t no, const char *origin, int64_t from, const char **out_vkey,
	struct xq_err *err)
{
	uint8_t seed[NOTE_SEED_LEN], pub[NOTE_PUB_LEN];
	rng_fill(ctx->random, seed, sizeof(seed));
	note_public(seed, pub);
	*out_vkey = note_vkey_text(ctx->mem, origin, NOTE_ED25519, pub);
	struct bytes secret = seal_make(ctx->mem, app_key(ctx->app, ctx->office), LOG_SEED_PURPOSE,
		ctx->random, str_n((const char *)seed, sizeof seed));
	enum xq_rc rc = db_exec(ctx->tx,
		SQL("INSERT INTO ledger_key (office, no, vkey, seed, from_size, added_at)"
		    " VALUES (?, ?, ?, ?, ?, ?)"),
		VALS(V(ctx->office), V(no), V(*out_vkey), V(secret), V(from), V(ctx->now)), err);
	hash_wipe(seed, sizeof(seed));
	return rc;
}

static enum xq_rc
next_no(struct act_ctx *ctx, int64_t *out, struct xq_err *err)
{
	int64_t last = 0;
	enum xq_rc rc = db_int(ctx->tx,
		SQL("SELECT no FROM ledger_key WHERE office = ? ORDER BY no DESC LIMIT 1"),
		VALS(V(ctx->office)), &last, err);
	if (rc == XQ_OK && last >= LOG_KEYS_MAX)
		return xq_refuse(err, NULL, "record.key-many");
	*out = last + 1;
	return rc;
}

static enum xq_rc
rotate_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct log_keys keys;
	const char *vkey;
	int64_t no = 0, days = form_has(in, "days") ? form_int(in, "days") : KEY_OVERLAP_DAYS;
	int64_t from = ctx->head->size + 1; /* the first tree that holds key.added */
	enum xq_rc rc = log_keys_open(ctx->app, ctx->tx, ctx->mem, ctx->office, &keys, err);
	if (rc != XQ_OK)
		return rc;
	log_keys_wipe(&keys);
	if (keys.n == LOG_KEYS_SIGN)
		return xq_refuse(err, NULL, "record.key-two");
	rc = keep_first(ctx, &keys.k[0], err);
	if (rc == XQ_OK)
		rc = next_no(ctx, &no, err);
	if (rc == XQ_OK)
		rc = plan_end(ctx, keys.k[0].no, ctx->now + days * DAY_S, err);
	if (rc == XQ_OK)
		rc = insert_new(ctx, no, keys.k[0].key.name, from, &vkey, err);
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "key", no);
	act_result_text(ctx, "vkey", vkey);
	return act_emit(ctx,
		&(struct act_event){ .kind = &ev_key_added,
			.unit = "",
			EVENT_VALUES(EV_N("from", from), EV("vkey", vkey)) },
		err);
}

/* ---- retiring ---------------------------------------------------------------------------------------- */

/* Both must have signed a checkpoint together: else nobody could pass from one to the other. */
static enum xq_rc
other_is_known(struct act_ctx *ctx, const struct log_key *other, struct xq_err *err)
{
	struct checkpoint c;
	enum xq_rc rc = checkpoint_latest(ctx->tx, ctx->mem, ctx->office, &c, err);
	if (rc == XQ_NONE || (rc == XQ_OK && c.size < other->from))
		return xq_refuse(err, NULL, "record.key-early");
	/* whoever was away meanwhile passes over it, in years too */
	return rc == XQ_OK ? checkpoint_name(ctx->tx, ctx->mem, ctx->office, c.size, err) : rc;
}

/* The seed goes with the key: what it signed stands, and nothing more is to be signed with it. */
static enum xq_rc
retire(struct act_ctx *ctx, const struct log_keys *keys, size_t i, const char *why,
	struct xq_err *err)
{
	int64_t from = ctx->head->size + 1;
	enum xq_rc rc = keys->n > 1 ? other_is_known(ctx, &keys->k[1 - i], err)
	                            : xq_refuse(err, NULL, "record.key-last");
	if (rc == XQ_OK)
		rc = db_exec_one(ctx->tx,
			SQL("UPDATE ledger_key SET until_size = ?, retired_at = ?, why = ?, seed = NULL"
			    " WHERE office = ? AND no = ? AND until_size IS NULL"),
			VALS(V(from), V(ctx->now), V(why), V(ctx->office), V(keys->k[i].no)), err);
	if (rc == XQ_OK) /* the other one goes on alone */
		rc = db_exec_one(ctx->tx,
			SQL("UPDATE ledger_key SET retire_at = NULL WHERE office = ? AND no = ?"),
			VALS(V(ctx->office), V(keys->k[1 - i].no)), err);
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "key", keys->k[i].no);
	return act_emit(ctx,
		&(struct act_event){ .kind = &ev_key_retired,
			.unit = "",
			EVENT_VALUES(EV_N("from", from),
				EV("vkey", log_key_vkey(ctx->mem, &keys->k[i])), EV("why", why)) },
		err);
}

static enum xq_rc
retire_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct log_keys keys;
	char id[ID_HEX + 1];
	enum xq_rc rc = log_keys_open(ctx->app, ctx->tx, ctx->mem, ctx->office, &keys, err);
	if (rc != XQ_OK)
		return rc;
	log_keys_wipe(&keys);
	for (size_t i = 0; i < keys.n; i++) {
		text_hex((struct bytes){ keys.k[i].key.id, sizeof(keys.k[i].key.id) }, id);
		if (str_is(form_str(in, "key"), id))
			return retire(ctx, &keys, i, whys[form_int(in, "why")].code, err);
	}
	return xq_refuse(err, "key", "record.key-unknown");
}

static enum xq_rc
lapse_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct log_keys keys;
	enum xq_rc rc = log_keys_open(ctx->app, ctx->tx, ctx->mem, ctx->office, &keys, err);
	if (rc != XQ_OK)
		return rc;
	log_keys_wipe(&keys);
	for (size_t i = 0; i < keys.n; i++) {
		const struct log_key *k = &keys.k[i];
		if (k->no == form_int(in, "id") && k->retire_at > 0 && k->retire_at <= ctx->now)
			return retire(ctx, &keys, i, whys[0].code, err);
	}
	return xq_refuse(err, NULL, "record.key-unknown");
}

static enum xq_rc
lapse_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	struct rows *q = db_query(tx,
		SQL("SELECT no FROM ledger_key WHERE office = ? AND until_size IS NULL"
		    " AND retire_at <= ? ORDER BY no"),
		VALS(V(office), V(now)));
	return rows_ids(q, max, out_id, out_n, err);
}

/* ---- declarations ------------------------------------------------------------------------------------ */

/* clang-format off */
static const struct field rotate_fields[] = {
	{ "days", FIELD_INT, .min = 1, .max = 365, .label = N_("Days that both keys sign"),
		.hint = N_("30 if left empty; long enough that everybody who keeps the old key meets the new one") },
	{ .name = NULL },
};
static const struct field retire_fields[] = {
	{ "key", FIELD_CODE, .required = true, .label = N_("Key to retire") },
	{ "why", FIELD_CHOICE, .required = true, .choices = whys, .label = N_("Why the key is retired") },
	{ .name = NULL },
};
static const struct field lapse_fields[] = { { "id", FIELD_ID, .required = true }, { .name = NULL } };

const struct act record_key_rotate = {
	.name = "record.key-rotate",
	.title = N_("Add a new signing key"),
	.help = N_("The record is signed with both keys for a while; then the old one is retired by itself."),
	.who = PERM_OPERATE,
	.fields = rotate_fields,
	.apply = rotate_apply,
	.events = (const struct event_kind *const[]){ &ev_key_added, NULL },
};
const struct act record_key_retire = {
	.name = "record.key-retire",
	.title = N_("Retire a signing key now"),
	.help = N_("When somebody else may have got hold of it: tell the witnesses too."),
	.who = PERM_OPERATE,
	.fields = retire_fields,
	.apply = retire_apply,
	.events = (const struct event_kind *const[]){ &ev_key_retired, NULL },
};
const struct act record_key_lapse = {
	.name = "record.key-lapse",
	.title = N_("Retire the old signing key when its time is over"),
	.who = PERM_SYSTEM,
	.fields = lapse_fields,
	.apply = lapse_apply,
	.events = (const struct event_kind *const[]){ &ev_key_retired, NULL },
	.is_hidden = true,
};
const struct job record_key_job = { "record.key-lapse", &record_key_lapse, lapse_find };

static const struct event_field added_fields[] = {
	{ "from", EV_INT, false, "first size that it signs" },
	{ "vkey", EV_CODE, false, "the new key" },
	{ 0 },
};
const struct event_kind ev_key_added = {
	.name = "key.added",
	.meaning = "Another key signs the checkpoints from this size on.",
	.fields = added_fields,
};
static const struct event_field retired_fields[] = {
	{ "from", EV_INT, false, "first size for which it does not count any more" },
	{ "vkey", EV_CODE, false, "the key" },
	{ "why", EV_CODE, false, "rotation or compromise" },
	{ 0 },
};
const struct event_kind ev_key_retired = {
	.name = "key.retired",
	.meaning = "A key does not sign any more.",
	.fields = retired_fields,
};

const struct msg_text record_key_messages[] = {
	{ "record.no-key", N_("The record has no key to sign with. Please tell the people who run the system.") },
	{ "record.key-two", N_("Two keys sign already. One of them must be retired before another is added.") },
	{ "record.key-last", N_("This is the only key. Add a new one first; when both have signed, this one can go.") },
	{ "record.key-early", N_("The keys have not signed together yet. Please wait a few seconds and try again.") },
	{ "record.key-many", N_("A record can have 64 keys in its life. Please tell the people who run the system.") },
	{ "record.key-unknown", N_("No key that signs now has this number.") },
	{ NULL, NULL },
};
/* clang-format on */
