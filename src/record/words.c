/* SPDX-License-Identifier: Apache-2.0 */
/* words.c - the tables of sentences as the office publishes them. Once a day, and when the office opens, the
 * system looks whether a unit or a word has changed; a table that did is published anew. What is printed on
 * older receipts names the table of its day, whose document stays. */
#include "record/receipt.h"

#include "concern/book.h"
#include "concern/concern.h"
#include "core/mem.h"

#include "core/banned.h"

enum { LANGS = 2, UNITS_MAX = 400, WORDS_MAX = 64 };

static const struct table_decl words_tables[] = {
	{ .name = "record_words", .class = TABLE_OFFICE },
	{ .name = NULL },
};

/* hash: of the published document, '' none yet; seq: of its entry; is_due: another one waits. */
const struct migration record_receipt_migration_1 = {
	.module = "record-receipt",
	.number = 1,
	.ddl = "CREATE TABLE record_words ("
	       " office integer NOT NULL, lang integer NOT NULL, looked_on integer NOT NULL,"
	       " is_due integer NOT NULL, ver integer NOT NULL, hash text NOT NULL,"
	       " seq integer NOT NULL, PRIMARY KEY (office, lang));\n",
	.tables = words_tables,
};

/* ---- the document ---------------------------------------------------------------------------------------- */

/* The office's own word of today, or the catalogue's. */
static const char *
word_of(const struct app *app, int64_t office, enum rule_kind kind, const char *code, int32_t today,
	enum lang lang, const char *shipped)
{
	const struct rule *r = book_on(app, office, kind, code, today);
	if (r && r->set_at != 0)
		return lang == LANG_EN && r->english[0] ? r->english : r->value;
	return msg_text(lang, shipped);
}

struct words_make {
	void *mem;
	const struct app *app;
	int64_t office;
	int32_t today;
	enum lang lang;
};

static struct word_list
list_of(const struct words_make *m, const char *name, enum rule_kind kind,
	const struct choice *choice)
{
	struct word_pair *pair = mem_array(m->mem, struct word_pair, WORDS_MAX);
	size_t n = 0;
	for (; choice[n].code; n++) {
		xq_require(n < WORDS_MAX);
		pair[n] = (struct word_pair){ choice[n].code,
			word_of(m->app, m->office, kind, choice[n].code, m->today, m->lang,
				choice[n].label) };
	}
	return (struct word_list){ name, pair, n };
}

/* Several units may stand under one public code; the first one names it. */
static enum xq_rc
units_of(const struct words_make *m, struct tx *tx, struct word_list *out, struct xq_err *err)
{
	struct unit *u;
	size_t n_units;
	enum xq_rc rc = unit_list(tx, m->mem, m->office, &u, &n_units, err);
	if (rc != XQ_OK)
		return rc;
	struct word_pair *pair = mem_array(m->mem, struct word_pair, n_units + 1);
	size_t n = 0;
	for (size_t i = 0; i < n_units && n < UNITS_MAX; i++) {
		bool is_known = false;
		for (size_t k = 0; k < n; k++)
			is_known = is_known || text_eq(pair[k].code, u[i].public_code);
		if (!is_known)
			pair[n++] = (struct word_pair){ u[i].public_code, u[i].public_name };
	}
	*out = (struct word_list){ "unit", pair, n };
	return XQ_OK;
}

static enum xq_rc
words_make(const struct words_make *m, struct tx *tx, struct str *out, char hash[65],
	struct xq_err *err)
{
	struct word_list list[5] = { [1] = list_of(m, "class", RULE_CLASS, concern_classes),
		[2] = list_of(m, "outcome", RULE_OUTCOME, concern_outcomes),
		[3] = list_of(m, "sat", RULE_SCALE, concern_sats),
		[4] = list_of(m, "solved", RULE_SCALE, concern_solved) };
	uint8_t sum[SHA256_LEN];
	enum xq_rc rc = units_of(m, tx, &list[0], err);
	if (rc == XQ_OK)
		rc = sentence_table(m->mem, m->lang, list, 5, out, err);
	if (rc != XQ_OK)
		return rc;
	hash_sha256((struct bytes){ (const uint8_t *)out->p, out->n }, sum);
	text_hex((struct bytes){ sum, SHA256_LEN }, hash);
	return XQ_OK;
}

/* ---- what was published ----------------------------------------------------------------------------------- */

enum xq_rc
words_load(struct tx *tx, void *mem, int64_t office, enum lang lang, struct words_seen *out,
	struct xq_err *err)
{
	struct words_seen w = { .seq = -1 };
	struct rows *q = db_query(tx,
		SQL("SELECT hash, seq FROM record_words WHERE office = ? AND lang = ?"),
		VALS(V(office), V((int64_t)lang)));
	if (row_next(q) && row_str(q, 0).n == 64) {
		memcpy(w.hash, row_str(q, 0).p, 64);
		w.seq = row_int(q, 1);
	}
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK || w.seq < 0) {
		*out = w;
		return rc;
	}
	const char *type;
	struct bytes doc;
	rc = ledger_doc_load(tx, mem, office, str_n(w.hash, 64), &type, &doc, err);
	if (rc == XQ_NONE)
		return xq_fault(err, "act.fault", "the table of sentences %s is gone", w.hash);
	w.doc = str_n((const char *)doc.p, doc.n);
	if (rc == XQ_OK)
		*out = w;
	return rc;
}

/* ---- looking, once a day ------------------------------------------------------------------------------------ */

static enum xq_rc
look_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	(void)max;
	int64_t n = 0;
	enum xq_rc rc = db_int(tx,
		SQL("SELECT count(*) FROM record_words WHERE office = ? AND looked_on >= ?"),
		VALS(V(office), V((int64_t)day_of(now, TZ_CHINA))), &n, err);
	*out_n = rc == XQ_OK && n < LANGS;
	out_id[0] = 1;
	return rc;
}

static enum xq_rc
look_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	(void)in;
	struct words_make m = { .mem = ctx->mem,
		.app = ctx->app,
		.office = ctx->office,
		.today = day_of(ctx->now, TZ_CHINA) };
	enum xq_rc rc = XQ_OK;
	for (int lang = 0; rc == XQ_OK && lang < LANGS; lang++) {
		struct str doc;
		char hash[65];
		m.lang = (enum lang)lang;
		rc = words_make(&m, ctx->tx, &doc, hash, err);
		if (rc == XQ_OK)
			rc = db_exec(ctx->tx,
				SQL("INSERT INTO record_words (office, lang, looked_on, is_due, ver,"
				    " hash, seq) VALUES (?, ?, ?, 1, 0, '', -1)"
				    " ON CONFLICT (office, lang) DO UPDATE SET"
				    " looked_on = excluded.looked_on,"
				    " is_due = CASE WHEN record_words.hash = ? THEN 0 ELSE 1 END"),
				VALS(V(ctx->office), V((int64_t)lang), V((int64_t)m.today),
					V((const char *)hash)),
				err);
	}
	return rc;
}

/* ---- publishing ---------------------------------------------------------------------------------------------- */

/* The id of a language is its number and one, since ids begin with 1. */
static enum xq_rc
publish_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	(void)now;
	return rows_ids(db_query(tx,
				SQL("SELECT lang + 1 FROM record_words WHERE office = ?"
				    " AND is_due = 1 ORDER BY lang"),
				VALS(V(office))),
		max, out_id, out_n, err);
}

static enum xq_rc
publish_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct words_make m = { .mem = ctx->mem,
		.app = ctx->app,
		.office = ctx->office,
		.today = day_of(ctx->now, TZ_CHINA),
		.lang = form_int(in, "id") == 1 ? LANG_ZH : LANG_EN };
	struct str doc;
	char hash[65], put[65];
	int64_t ver = 0;
	enum xq_rc rc = words_make(&m, ctx->tx, &doc, hash, err);
	if (rc == XQ_OK)
		rc = ledger_doc_put(ctx->tx, ctx->office, "application/json",
			(struct bytes){ (const uint8_t *)doc.p, doc.n }, put, err);
	if (rc == XQ_OK)
		rc = db_int(ctx->tx,
			SQL("SELECT ver + 1 FROM record_words WHERE office = ? AND lang = ?"),
			VALS(V(ctx->office), V((int64_t)m.lang)), &ver, err);
	if (rc == XQ_OK)
		rc = act_emit(ctx,
			&(struct act_event){ .kind = &ev_config_set,
				EVENT_VALUES(EV("doc", put), EV_D("from", m.today),
					EV_N("ver", ver), EV("what", "receipts")) },
			err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? xq_fault(err, "act.fault", "no row of words") : rc;
	return db_exec_one(ctx->tx,
		SQL("UPDATE record_words SET hash = ?, seq = ?, ver = ?, is_due = 0"
		    " WHERE office = ? AND lang = ?"),
		VALS(V((const char *)hash), V(ctx->last_seq), V(ver), V(ctx->office),
			V((int64_t)m.lang)),
		err);
}

static const struct field id_fields[] = { { "id", FIELD_ID, .required = true }, { .name = NULL } };

const struct act record_look_words = {
	.name = "record.look-words",
	.title = N_("Look whether the words of receipts have changed"),
	.who = PERM_SYSTEM,
	.fields = id_fields,
	.apply = look_apply,
	.is_quiet = true,
	.is_unseen = true,
	.is_hidden = true,
};

const struct act record_publish_words = {
	.name = "record.publish-words",
	.title = N_("Publish the words of receipts"),
	.who = PERM_SYSTEM,
	.fields = id_fields,
	.apply = publish_apply,
	.events = (const struct event_kind *const[]){ &ev_config_set, NULL },
	.is_hidden = true,
};

const struct job record_look_words_job = { "record.look-words", &record_look_words, look_find },
		 record_publish_words_job = { "record.publish-words", &record_publish_words,
			 publish_find };
