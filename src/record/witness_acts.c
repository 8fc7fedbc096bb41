/* SPDX-License-Identifier: Apache-2.0 */
/* Whom we watch and who watches us: entered by hand, since trust is a decision of people. */
#include "core/hash.h"
#include "core/mem.h"
#include "core/seal.h"
#include "record/witness_int.h"

#include "core/banned.h"

enum { VKEY_MAX = 400, URL_MAX = 300 };

/* ---- who watches us ---------------------------------------------------------------------------------- */

/* http or https, a host, nothing that would end the path: "/add-checkpoint" is put behind it. */
static bool
is_url(struct str s)
{
	struct str rest;
	if (str_starts(s, STR("https://")))
		rest = str_n(s.p + 8, s.n - 8);
	else if (str_starts(s, STR("http://")))
		rest = str_n(s.p + 7, s.n - 7);
	else
		return false;
	for (size_t i = 0; i < rest.n; i++) {
		char c = rest.p[i];
		if (c <= ' ' || c > '~' || c == '?' || c == '#' || c == '@' || c == '"' ||
			c == '\\')
			return false;
	}
	return rest.n > 0 && rest.p[0] != '/';
}

static enum xq_rc
count_rows(struct act_ctx *ctx, int64_t *out, struct xq_err *err)
{
	return db_int(ctx->tx, SQL("SELECT count(*) FROM ledger_witness WHERE office = ?"),
		VALS(V(ctx->office)), out, err);
}

static enum xq_rc
witness_add_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct note_key key;
	struct str url = form_str(in, "url");
	int64_t n = 0;
	while (str_ends(url, STR("/")))
		url.n--;
	if (!note_vkey_read(form_str(in, "vkey"), &key) || key.type != NOTE_COSIGN)
		return xq_refuse(err, "vkey", "witness.bad-key");
	if (!is_url(url))
		return xq_refuse(err, "url", "witness.bad-url");
	enum xq_rc rc = count_rows(ctx, &n, err);
	if (rc == XQ_OK && n >= WITNESS_MAX)
		return xq_refuse(err, NULL, "witness.many");
	if (rc == XQ_OK)
		rc = db_exec_one(ctx->tx,
			SQL("INSERT INTO ledger_witness (office, name, vkey, url, size, note, at,"
			    " added_at, next_at, tries, trouble)"
			    " VALUES (?, ?, ?, ?, 0, '', 0, ?, 0, 0, 0)"),
			VALS(V(ctx->office), V((const char *)key.name), V(form_str(in, "vkey")),
				V(url), V(ctx->now)),
			err);
	if (rc == XQ_REFUSED)
		return xq_refuse(err, "vkey", "witness.known");
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

static enum xq_rc
witness_remove_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	enum xq_rc rc =
		db_exec(ctx->tx, SQL("DELETE FROM ledger_witness WHERE office = ? AND name = ?"),
			VALS(V(ctx->office), V(form_str(in, "name"))), err);
	if (rc == XQ_OK && db_changed(ctx->tx) == 0)
		return xq_refuse(err, "name", "witness.unknown");
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

/* ---- whom we watch ----------------------------------------------------------------------------------- */

/* The name under which we sign what we saw: the log's with /witness/ in the place of /log/. */
static const char *
self_name(void *mem, struct str origin)
{
	struct str between = STR("/log/");
	size_t at = str_index(origin, between);
	if (at == origin.n)
		return mem_printf(mem, "%.*s/witness", (int)origin.n, origin.p);
	struct str code = str_n(origin.p + at + between.n, origin.n - at - between.n);
	return mem_printf(mem, "%.*s/witness/%.*s", (int)at, origin.p, (int)code.n, code.p);
}

static enum xq_rc
make_self(struct act_ctx *ctx, struct xq_err *err)
{
	uint8_t seed[NOTE_SEED_LEN];
	struct rows *q = db_query(ctx->tx, SQL("SELECT origin FROM ledger_log WHERE office = ?"),
		VALS(V(ctx->office)));
	const char *origin = row_next(q) ? row_text(q, 0, ctx->mem) : NULL;
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK)
		return rc;
	if (origin == NULL)
		return xq_fault(err, "record.witness", "the office has no log");
	rng_fill(ctx->random, seed, sizeof(seed));
	struct bytes secret = seal_make(ctx->mem, app_key(ctx->app, ctx->office),
		WATCH_SEED_PURPOSE, ctx->random, str_n((const char *)seed, sizeof seed));
	rc = db_exec(ctx->tx, /* the first one stays: no row is no fault */
		SQL("INSERT INTO ledger_watch_self (office, name, seed) VALUES (?, ?, ?)"
		    " ON CONFLICT (office) DO NOTHING"),
		VALS(V(ctx->office), V(self_name(ctx->mem, str_of(origin))), V(secret)), err);
	hash_wipe(seed, sizeof(seed));
	return rc;
}

static enum xq_rc
watch_add_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct note_key key;
	struct watch w;
	if (!note_vkey_read(form_str(in, "vkey"), &key) || key.type != NOTE_ED25519)
		return xq_refuse(err, "vkey", "watch.bad-key");
	enum xq_rc rc = watch_load(ctx->tx, ctx->mem, ctx->office, &w, err);
	if (rc == XQ_OK && w.n >= WATCH_MAX)
		return xq_refuse(err, NULL, "watch.many");
	struct witness_self self;
	if (rc == XQ_OK)
		rc = make_self(ctx, err);
	if (rc == XQ_OK)
		rc = watch_self(ctx->app, ctx->tx, ctx->mem, ctx->office, &self, err);
	if (rc != XQ_OK)
		return rc;
	/* what the other office enters as its witness */
	act_result_text(ctx, "witness", watch_self_vkey(ctx->mem, &self));
	rc = db_exec_one(ctx->tx,
		SQL("INSERT INTO ledger_watch (office, vkey, added_at) VALUES (?, ?, ?)"),
		VALS(V(ctx->office), V(form_str(in, "vkey")), V(ctx->now)), err);
	if (rc == XQ_REFUSED)
		return xq_refuse(err, "vkey", "watch.known");
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

/* What was seen stays: a log that comes back must go on from where it was. */
static enum xq_rc
watch_remove_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	enum xq_rc rc =
		db_exec(ctx->tx, SQL("DELETE FROM ledger_watch WHERE office = ? AND vkey = ?"),
			VALS(V(ctx->office), V(form_str(in, "vkey"))), err);
	if (rc == XQ_OK && db_changed(ctx->tx) == 0)
		return xq_refuse(err, "vkey", "watch.unknown");
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

/* ---- declarations ------------------------------------------------------------------------------------ */

/* clang-format off */
static const struct field witness_add_fields[] = {
	{ "vkey", FIELD_TEXT, .required = true, .max = VKEY_MAX, .label = N_("Public key of the witness"),
		.hint = N_("One line: name, number and key with plus signs between; got from the witness itself") },
	{ "url", FIELD_TEXT, .required = true, .max = URL_MAX, .label = N_("Address of the witness"),
		.hint = N_("Such as https://xinqiao.example.cn/witness") },
	{ .name = NULL },
};
static const struct field witness_remove_fields[] = {
	{ "name", FIELD_TEXT, .required = true, .max = VKEY_MAX, .label = N_("Name of the witness") },
	{ .name = NULL },
};
static const struct field watch_add_fields[] = {
	{ "vkey", FIELD_TEXT, .required = true, .max = VKEY_MAX, .label = N_("Public key of the record to watch"),
		.hint = N_("One line: name, number and key with plus signs between; got from that office itself") },
	{ .name = NULL },
};
static const struct field watch_remove_fields[] = {
	{ "vkey", FIELD_TEXT, .required = true, .max = VKEY_MAX, .label = N_("Public key of the record to watch") },
	{ .name = NULL },
};

#define WITNESS_ACT(var, name_, title_, help_, fields_, apply_)                                    \
	const struct act var = { .name = (name_), .title = (title_), .help = (help_), .who = PERM_OPERATE, \
		.fields = (fields_), .apply = (apply_),                                            \
		.events = (const struct event_kind *const[]){ &ev_office_noted, NULL } }

WITNESS_ACT(record_witness_add, "record.witness-add", N_("Let our record be watched by a witness"),
	N_("From now on it is sent each new checkpoint and signs what it saw."),
	witness_add_fields, witness_add_apply);
WITNESS_ACT(record_witness_remove, "record.witness-remove", N_("Ask a witness no more"),
	N_("What it has signed stays."),
	witness_remove_fields, witness_remove_apply);
WITNESS_ACT(record_watch_add, "record.watch-add", N_("Watch another office's record"),
	N_("This office then signs, when asked, which state of that record it saw."),
	watch_add_fields, watch_add_apply);
WITNESS_ACT(record_watch_remove, "record.watch-remove", N_("Watch a record no more"),
	N_("What was seen of it is kept, should it be watched again."),
	watch_remove_fields, watch_remove_apply);

const struct msg_text record_witness_messages[] = {
	{ "witness.bad-key", N_("This is not the public key of a witness: name, number and key with plus signs between, in one line.") },
	{ "witness.bad-url", N_("An address that begins with https:// or http:// is expected, without question mark.") },
	{ "witness.known", N_("A witness of this name is asked already.") },
	{ "witness.unknown", N_("No witness of this name is asked.") },
	{ "witness.many", N_("Eight witnesses are enough. Please remove one first.") },
	{ "watch.bad-key", N_("This is not the public key of a record: name, number and key with plus signs between, in one line.") },
	{ "watch.known", N_("This record is watched with this key already.") },
	{ "watch.unknown", N_("No record with this key is watched.") },
	{ "watch.many", N_("This office watches 32 records already. Please remove one first.") },
	{ "record.witness-ahead", N_("The witness {name} has seen {size} entries of this record, more than there are here. An old backup was restored.") },
	{ "record.witness", N_("Something is wrong with the keys of witnesses. Please tell the people who run the system.") },
	{ NULL, NULL },
};
/* clang-format on */
