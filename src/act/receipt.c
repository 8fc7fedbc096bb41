/* SPDX-License-Identifier: Apache-2.0 */
/* Forty bits collide where there are a million receipts, so a code has a few numbers to choose from and the
 * first free one is it. */
#include "act/receipt.h"

#include "act/app.h"
#include "core/mem.h"

#include "core/banned.h"

enum { DRAWS = 8, LINE_MAX = 64 };

static const struct table_decl receipt_tables[] = {
	{ .name = "ledger_receipt", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = NULL },
};

const struct migration act_migration_2 = {
	.module = "act",
	.number = 2,
	.ddl = "CREATE TABLE ledger_receipt ("
	       " office integer NOT NULL, code_hash blob NOT NULL, seq integer NOT NULL,"
	       " PRIMARY KEY (office, code_hash));\n",
	.tables = receipt_tables,
};

static struct code
code_at(const struct app *app, int64_t office, int64_t seq, int draw)
{
	char line[LINE_MAX];
	uint8_t hash[32];
	uint64_t bits;
	struct rng rng;
	int n = snprintf(
		line, sizeof line, "receipt|%lld|%lld|%d", (long long)office, (long long)seq, draw);
	hash_keyed(app_key(app, office), (struct bytes){ (const uint8_t *)line, (size_t)n }, hash);
	memcpy(&bits, hash, sizeof bits);
	rng_init_seed(&rng, bits);
	return code_new(&rng, CODE_RECEIPT, (uint32_t)office);
}

static void
code_hash(const struct app *app, const struct code *code, uint8_t out[32])
{
	char line[LINE_MAX];
	int n = snprintf(line, sizeof line, "receipt code|%s", code->text);
	hash_keyed(app_key(app, code_office(code)),
		(struct bytes){ (const uint8_t *)line, (size_t)n }, out);
}

enum xq_rc
receipt_find(struct tx *tx, const struct app *app, int64_t office, const struct code *code,
	int64_t *out_seq, struct xq_err *err)
{
	uint8_t hash[32];
	if (code_office(code) != (uint32_t)office)
		return XQ_NONE;
	code_hash(app, code, hash);
	return db_int(tx, SQL("SELECT seq FROM ledger_receipt WHERE office = ? AND code_hash = ?"),
		VALS(V(office), val_bytes((struct bytes){ hash, sizeof hash })), out_seq, err);
}

enum xq_rc
receipt_code_of(struct tx *tx, const struct app *app, int64_t office, int64_t seq, struct code *out,
	struct xq_err *err)
{
	for (int draw = 0; draw < DRAWS; draw++) {
		struct code code = code_at(app, office, seq, draw);
		int64_t has = -1;
		enum xq_rc rc = receipt_find(tx, app, office, &code, &has, err);
		if (rc != XQ_OK)
			return rc;
		if (has == seq) {
			*out = code;
			return XQ_OK;
		}
	}
	return XQ_NONE;
}

enum xq_rc
act_receipt(struct act_ctx *ctx, int64_t seq, struct xq_err *err)
{
	if (ctx->actor->kind == ACTOR_SYSTEM)
		return XQ_OK;
	for (int draw = 0; draw < DRAWS; draw++) {
		struct code code = code_at(ctx->app, ctx->office, seq, draw);
		uint8_t hash[32];
		code_hash(ctx->app, &code, hash);
		/* In the pass that hopes a code that is taken has all of it done again. */
		enum xq_rc rc = db_exec_one(ctx->tx,
			SQL("INSERT INTO ledger_receipt (office, code_hash, seq) VALUES (?, ?, ?)"
			    " ON CONFLICT (office, code_hash) DO NOTHING"),
			VALS(V(ctx->office), val_bytes((struct bytes){ hash, sizeof hash }),
				V(seq)),
			err);
		if (rc == XQ_OK)
			act_result_text(ctx, "receipt", code.text);
		if (rc != XQ_REFUSED || !text_eq(err->key, "store.changed"))
			return rc;
	}
	return xq_fault(err, "act.fault", "no free receipt code after %d draws", DRAWS);
}
