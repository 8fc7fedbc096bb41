/* SPDX-License-Identifier: Apache-2.0 */
#include "cell/cell.h"

#include "core/fetch.h"
#include "core/log.h"
#include "core/mem.h"

#include "core/banned.h"

enum { CONNECT_MS = 3000, TOTAL_MS = 8000 };
#define MEDIA_TYPE "text/plain; charset=utf-8"
#define CELL_PATH "/cell/ask"
#define KEY_PROOF "xinqiao cell: key of the office\n"

/* ---- both sides ----------------------------------------------------------------------------------------------- */

char *
cell_salt(void *mem)
{
	struct rng random;
	uint8_t raw[CELL_NONCE_LEN / 2];
	char *hex = mem_array(mem, char, CELL_NONCE_LEN + 1);
	rng_init_real(&random);
	rng_fill(&random, raw, sizeof raw);
	text_hex((struct bytes){ raw, sizeof raw }, hex);
	return hex;
}

void
cell_key_proof(const struct app *app, int64_t office, const char *salt, char out[65])
{
	uint8_t hash[32];
	void *mem = mem_root("cell.proof");
	const char *text = mem_printf(mem, KEY_PROOF "%s", salt);
	hash_keyed(
		app_key(app, office), (struct bytes){ (const uint8_t *)text, strlen(text) }, hash);
	text_hex((struct bytes){ hash, sizeof hash }, out);
	mem_free(mem);
}

static enum xq_rc
seal(const struct app *app, struct tx *tx, void *mem, int64_t office, const struct cell_message *m,
	struct str say, const char **out, struct xq_err *err)
{
	const char *lines, *body = cell_body(mem, m, say);
	enum xq_rc rc = cell_sign(app, tx, mem, office, body, &lines, err);
	if (rc == XQ_OK)
		*out = note_join(mem, body, lines);
	return rc == XQ_NONE ? xq_fault(err, "record.no-key", "office without a log") : rc;
}

/* ---- asking ------------------------------------------------------------------------------------------------------ */

static enum xq_rc
away(const struct office_peer *peer, struct xq_err *err)
{
	enum xq_rc rc = xq_busy(err, "cell.away");
	xq_err_text(err, "office", peer->name);
	return rc;
}

/* why: a key of ours, or what the other one said. */
static enum xq_rc
refuses(void *mem, const struct office_peer *peer, const char *why, struct xq_err *err)
{
	const char *kept = mem_text(mem, why);
	log_warn("cell: %s at %s: %s", peer->code, peer->address, kept);
	enum xq_rc rc = xq_busy(err, "cell.refuses");
	xq_err_text(err, "office", peer->name);
	xq_err_text(err, "why", kept);
	return rc;
}

/* The key of a problem document; a word, or nothing. */
static const char *
problem_key(void *mem, struct str body)
{
	struct xq_err ignored = { 0 };
	json_t *o = NULL;
	if (json_read(mem, body, CELL_ASK_MAX, &o, &ignored) != XQ_OK)
		return NULL;
	const char *key = json_string_value(json_object_get(o, "key"));
	bool good = key && strlen(key) < 64 &&
	            strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789-.") == strlen(key);
	return good ? key : NULL;
}

/* Any answer that is not 200. An act's refusal is an answer about the matter; the rest is trouble between the two. */
static enum xq_rc
not_done(void *mem, const struct office_peer *peer, const struct fetch_reply *a, struct xq_err *err)
{
	const char *key = problem_key(mem, str_n((const char *)a->body.p, a->body.n));
	if (a->status == 429 || a->status >= 500)
		return away(peer, err);
	if (key && str_starts(str_of(key), STR("transfer.")))
		return xq_refuse(err, NULL, key);
	return refuses(mem, peer, key ? key : mem_printf(mem, "HTTP %d", a->status), err);
}

static enum xq_rc
take_answer(void *mem, struct app *app, const char *us, const struct office_peer *peer,
	const struct cell_message *question, struct str text, json_t **out, struct xq_err *err)
{
	struct cell_message a;
	struct xq_err why = { 0 };
	enum xq_rc rc = cell_read(mem, text, CELL_ANSWER_MAX, &a, &why);
	if (rc == XQ_OK)
		rc = cell_check(&a, &peer->key, us, clock_now(app->clock), &why);
	if (rc != XQ_OK)
		return refuses(mem, peer, why.key, err);
	if (!text_eq(a.from, peer->code) || !text_eq(a.re, question->nonce) ||
		!text_eq(a.kind, question->kind))
		return refuses(mem, peer, "cell.form", err);
	*out = a.say;
	return XQ_OK;
}

static enum xq_rc
question_text(struct app *app, void *mem, int64_t office, const struct cell_message *m,
	struct str say, const char **out, struct xq_err *err)
{
	struct tx *tx;
	enum xq_rc rc = db_read(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = seal(app, tx, mem, office, m, say, out, err);
	tx_end(tx);
	return rc;
}

/* From where a server is asked over TLS nobody is sent on to one without it. */
static bool
may_follow(const struct office_peer *peer, const char *location)
{
	struct str to = str_of(location);
	bool is_plain = str_starts(to, STR("http://"));
	return peer_is_address(to) && str_ends(to, STR(CELL_PATH)) &&
	       (!is_plain || str_starts(str_of(peer->address), STR("http://")));
}

/* An office that has moved on since is where its old place says, once: whoever answers there has its key. */
static enum xq_rc
post(void *mem, const struct office_peer *peer, const char *text, struct fetch_reply *out,
	struct xq_err *err)
{
	const struct fetch_limits limits = { CONNECT_MS, TOTAL_MS, CELL_ANSWER_MAX };
	const struct bytes body = { (const uint8_t *)text, strlen(text) };
	struct fetch *f = fetch_new(mem, &limits);
	enum xq_rc rc = fetch_post(
		f, mem, mem_printf(mem, "%s" CELL_PATH, peer->address), MEDIA_TYPE, body, out, err);
	if (rc == XQ_OK && out->status == 308 && may_follow(peer, out->location))
		rc = fetch_post(f, mem, out->location, MEDIA_TYPE, body, out, err);
	mem_free(f);
	return rc;
}

enum xq_rc
cell_ask(struct app *app, void *mem, int64_t office, const struct office_peer *peer,
	const char *kind, struct str say, json_t **out, struct xq_err *err)
{
	const char *us = app_office(app, office)->code, *text = NULL;
	const struct cell_message m = { .kind = kind,
		.from = us,
		.to = peer->code,
		.nonce = cell_salt(mem),
		.re = "",
		.at = clock_now(app->clock) };
	struct fetch_reply a;
	struct xq_err why = { 0 };
	enum xq_rc rc = question_text(app, mem, office, &m, say, &text, err);
	if (rc != XQ_OK)
		return rc;
	xq_require(text);
	if (post(mem, peer, text, &a, &why) != XQ_OK) {
		log_warn("cell: %s: %s %s", peer->code, why.key, why.detail);
		return away(peer, err);
	}
	if (a.status != 200)
		return not_done(mem, peer, &a, err);
	return take_answer(
		mem, app, us, peer, &m, str_n((const char *)a.body.p, a.body.n), out, err);
}

enum xq_rc
cell_unfit(void *mem, const struct office_peer *peer, struct xq_err *err)
{
	return refuses(mem, peer, "cell.form", err);
}

enum xq_rc
cell_values(void *mem, const struct office_peer *peer, const struct field *fields, json_t *say,
	struct form *out, struct xq_err *err)
{
	struct xq_err why = { 0 };
	if (form_read_json(mem, fields, say, TZ_CHINA, out, &why) == XQ_OK)
		return XQ_OK;
	for (size_t i = 0; i < out->n; i++) /* which ones; never what stands in them */
		if (out->v[i].has_fault)
			log_warn("cell: %s: answer: %s %s", peer->code, out->fields[i].name,
				out->v[i].fault.key);
	return cell_unfit(mem, peer, err);
}

/* ---- answering ----------------------------------------------------------------------------------------------------- */

static void
refuse_question(struct req *q, struct resp *r, const struct xq_err *why)
{
	const int status = text_eq(why->key, "cell.form")           ? 400
	                   : text_eq(why->key, "cell.other-office") ? 421
	                                                            : 403;
	struct json_w w = json_new(q->mem);
	json_open(&w, '{');
	json_key(&w, "status");
	json_int(&w, status);
	json_pair(&w, "key", why->key);
	json_pair(&w, "title", req_fault_text(q, why));
	json_close(&w, '}');
	resp_json(r, status, &w);
}

bool
cell_open(struct req *q, struct resp *r, struct cell_message *out,
	const struct office_peer **out_peer)
{
	struct xq_err why = { 0 };
	const struct office_peer *peer = NULL;
	enum xq_rc rc = cell_read(q->mem, req_body(q), CELL_ASK_MAX, out, &why);
	if (rc == XQ_OK && out->re[0])
		rc = xq_refuse(&why, NULL, "cell.form"); /* an answer is no question */
	if (rc == XQ_OK) {
		peer = app_peer_by_code(q->app, str_of(out->from));
		rc = peer ? cell_check(out, &peer->key, q->office->code, q->now, &why)
		          : xq_refuse(&why, NULL, "cell.unknown-peer");
	}
	if (rc == XQ_OK) {
		*out_peer = peer;
		return true;
	}
	log_warn("cell: %s was asked by %s: %s", q->office->code,
		text_eq(why.key, "cell.form") ? "?" : out->from, why.key);
	refuse_question(q, r, &why);
	return false;
}

enum xq_rc
cell_answer(struct req *q, struct resp *r, const struct cell_message *question, struct str say,
	struct xq_err *err)
{
	const struct cell_message m = { .kind = question->kind,
		.from = q->office->code,
		.to = question->from,
		.nonce = cell_salt(q->mem),
		.re = question->nonce,
		.at = q->now };
	const char *text = NULL;
	enum xq_rc rc = seal(q->app, q->tx, q->mem, q->office->id, &m, say, &text, err);
	if (rc != XQ_OK)
		return rc;
	xq_require(text);
	resp_text(r, 200, MEDIA_TYPE, str_of(text));
	r->cache = "no-store";
	return XQ_OK;
}

const struct module cell_module = {
	.name = "cell",
	.messages = (const struct msg_text *const[]){ cell_messages, NULL },
};
