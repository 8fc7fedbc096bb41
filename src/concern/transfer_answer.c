/* SPDX-License-Identifier: Apache-2.0 */
/* transfer_answer.c - POST /cell/ask: what an office of another cell may ask of a hand-over that is between it and this
 * one. Reading answers at once; only "wake" leads to an act, which then asks back by itself. An office hears nothing of
 * hand-overs between others: its number, from the key that it signs with, is part of every question to the rows. */
#include "cell/cell.h"
#include "concern/transfer_int.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/parse.h"
#include "core/seal.h"
#include "identity/session.h"

#include "core/banned.h"

struct question {
	struct req *q;
	struct resp *r;
	struct cell_message m;
	const struct office_peer *peer;
};

static int64_t
number(const struct question *k, const char *name)
{
	return json_integer_value(json_object_get(k->m.say, name)); /* 0: no number */
}

static const char *
text(const struct question *k, const char *name)
{
	const char *value = json_string_value(json_object_get(k->m.say, name));
	return value ? value : "";
}

static enum xq_rc
say(struct question *k, struct json_w *w, struct xq_err *err)
{
	json_close(w, '}');
	return cell_answer(k->q, k->r, &k->m, buf_view(&w->b), err);
}

static struct json_w
begin(struct question *k, bool is_there)
{
	struct json_w w = json_new(k->q->mem);
	json_open(&w, '{');
	json_key(&w, "there");
	json_bool(&w, is_there);
	return w;
}

static void
put_int(struct json_w *w, const char *key, int64_t v)
{
	json_key(w, key);
	json_int(w, v);
}

static void
put_bool(struct json_w *w, const char *key, bool v)
{
	json_key(w, key);
	json_bool(w, v);
}

/* Whether the one who asks holds the key under which our hashes are made, and so could make them too. */
static bool
has_our_key(const struct question *k)
{
	char proof[65];
	const char *salt = text(k, "salt"), *given = text(k, "proof");
	cell_key_proof(k->q->app, k->q->office->id, salt, proof);
	return strlen(salt) == CELL_NONCE_LEN && strlen(given) == 64 &&
	       hash_equal(proof, given, 64);
}

/* ---- may ----------------------------------------------------------------------------------------------------------- */

static enum xq_rc
say_may(struct question *k, struct xq_err *err)
{
	struct json_w w = json_new(k->q->mem);
	json_open(&w, '{');
	put_bool(&w, "same_key", has_our_key(k));
	return say(k, &w, err);
}

/* ---- what we offer --------------------------------------------------------------------------------------------------- */

/* Only while it is open, and to whom it was offered. */
static bool
is_theirs(const struct question *k, const struct offered *o)
{
	return o->is_there && o->out.to_office == k->peer->id && o->out.state == TRANSFER_OPEN;
}

static void
put_offer(struct json_w *w, const struct offered *o, struct str body)
{
	const struct concern *c = &o->c;
	put_int(w, "seq", o->out.seq);
	json_pair(w, "why", o->out.why);
	json_pair(w, "note", o->out.note);
	json_pair(w, "told", o->out.told);
	json_pair(w, "ref", c->ref);
	json_pair(w, "no", o->no);
	json_pair(w, "title", c->title);
	json_key(w, "body");
	json_str(w, body);
	json_pair(w, "place", c->place);
	json_pair(w, "class", c->class);
	json_pair(w, "nature", c->nature);
	put_int(w, "told_at", concern_told_at(c));
	put_int(w, "due_at", c->due_at);
	put_int(w, "due_day", c->due_day);
}

static enum xq_rc
say_offer(struct question *k, struct xq_err *err)
{
	struct offered o = { 0 };
	enum xq_rc rc =
		offered_here(k->q->tx, k->q->mem, k->q->office->id, number(k, "id"), &o, err);
	if (rc != XQ_OK)
		return rc;
	struct json_w w = begin(k, is_theirs(k, &o));
	if (is_theirs(k, &o))
		put_offer(&w, &o, str_of(o.c.body));
	return say(k, &w, err);
}

/* ---- what comes along with an acceptance -------------------------------------------------------------------------------- */

static void
put_person(struct json_w *w, const struct coming *c)
{
	json_pair(w, "name", c->who.name);
	json_pair(w, "phone", c->who.phone);
	json_pair(w, "address", c->who.address);
	json_pair(w, "wish", c->who.contact_wish);
	put_int(w, "people", c->who.people);
}

static void
put_pin(struct question *k, struct json_w *w, struct coming *c)
{
	const struct bytes pin = c->handed.pin_hash;
	char *hex = mem_array(k->q->mem, char, 2 * pin.n + 1);
	if (!has_our_key(k))
		coming_without_pin(c);
	put_bool(w, "other_key", c->is_other_key);
	if (c->handed.pin_hash.n == 0)
		return;
	text_hex(pin, hex);
	json_pair(w, "pin", hex);
	put_int(w, "pin_of", c->handed.pin_of);
}

static enum xq_rc
say_take(struct question *k, struct xq_err *err)
{
	struct coming c = { 0 };
	enum xq_rc rc =
		coming_here(k->q->tx, k->q->mem, k->q->office->id, number(k, "id"), &c, err);
	if (rc != XQ_OK)
		return rc;
	bool goes = c.is_there && is_theirs(k, &c.o);
	struct json_w w = begin(k, goes);
	if (goes) {
		put_offer(&w, &c.o, c.body);
		json_pair(&w, "via", c.o.c.via);
		json_pair(&w, "limit", c.o.c.limit);
		put_bool(&w, "provisional", c.o.c.is_provisional);
		put_bool(&w, "publish", c.o.c.may_publish);
		put_person(&w, &c);
		put_pin(k, &w, &c);
		put_int(&w, "photos", (int64_t)c.handed.n_photos);
		log_info("cell: offer %lld of %s is read by %s, which takes it over",
			(long long)c.o.out.id, k->q->office->code, k->peer->code);
	}
	return say(k, &w, err);
}

static enum xq_rc
say_photo(struct question *k, struct xq_err *err)
{
	struct coming c = { 0 };
	struct bytes jpeg = { NULL, 0 };
	const int64_t no = number(k, "no");
	enum xq_rc rc =
		coming_here(k->q->tx, k->q->mem, k->q->office->id, number(k, "id"), &c, err);
	if (rc == XQ_OK && c.is_there && is_theirs(k, &c.o) && no >= 0 &&
		no < (int64_t)c.handed.n_photos)
		rc = photo_read(k->q->mem, k->q->app, c.handed.photo[no].hash, &jpeg, err);
	if (rc != XQ_OK && rc != XQ_NONE)
		return rc;
	struct json_w w = json_new(k->q->mem);
	json_open(&w, '{');
	if (jpeg.n > 0) {
		char *b64 = mem_array(k->q->mem, char, 4 * ((jpeg.n + 2) / 3) + 1);
		text_base64(jpeg, b64);
		json_pair(&w, "jpeg", b64);
	}
	return say(k, &w, err);
}

/* ---- what we have decided ------------------------------------------------------------------------------------------------ */

static enum xq_rc
put_new_concern(struct question *k, struct json_w *w, const struct decided *d, struct xq_err *err)
{
	struct str code;
	if (!seal_open(
		    k->q->mem, app_key(k->q->app, k->q->office->id), "query code", d->code, &code))
		return xq_fault(err, "concern.code", "transfer_in %lld", (long long)d->in.id);
	put_int(w, "file_no", d->file_no);
	json_pair(w, "ref", d->ref);
	put_int(w, "entry", d->entry);
	put_int(w, "at", d->at);
	json_key(w, "code");
	json_str(w, code);
	return XQ_OK;
}

static enum xq_rc
say_decision(struct question *k, struct xq_err *err)
{
	struct decided d = { 0 };
	enum xq_rc rc = decided_here(k->q->tx, k->q->mem, k->peer->id,
		&(struct decided_ask){ k->q->office->id, number(k, "id"), number(k, "offer") }, &d,
		err);
	if (rc != XQ_OK)
		return rc;
	struct json_w w = begin(k, d.is_there);
	if (d.is_there) {
		put_int(&w, "id", d.in.id);
		put_int(&w, "offer", d.in.from_id);
		put_int(&w, "state", d.in.state);
	}
	if (d.is_there && d.in.state != TRANSFER_OPEN)
		put_int(&w, "seq", d.in.seq);
	if (d.is_there && d.in.state == TRANSFER_ACCEPTED)
		rc = put_new_concern(k, &w, &d, err);
	if (d.is_there && d.in.refusal) {
		json_pair(&w, "refusal", d.in.refusal);
		json_pair(&w, "refusal_note", d.in.refusal_note ? d.in.refusal_note : "");
	}
	return rc == XQ_OK ? say(k, &w, err) : rc;
}

/* ---- wake ----------------------------------------------------------------------------------------------------------------- */

static enum xq_rc
wake(struct question *k, struct xq_err *err)
{
	struct req *q = k->q;
	const char *name = text(k, "act");
	const struct act *act = text_eq(name, transfer_receive.name)  ? &transfer_receive
	                        : text_eq(name, transfer_settle.name) ? &transfer_settle
	                                                              : NULL;
	if (!act)
		return xq_refuse(err, NULL, "cell.kind");
	const struct actor system = actor_system(q->office->id);
	q->call = act_call_new(q->mem, q->app, act, q->office->id, &system);
	form_set_int(&q->call->form, "office", k->peer->id);
	form_set_int(&q->call->form, "id", number(k, "id"));
	k->r->status = 0;
	return XQ_BUSY; /* the server runs the call */
}

/* ---- the view --------------------------------------------------------------------------------------------------------------- */

static const struct {
	const char *kind;
	enum xq_rc (*answer)(struct question *k, struct xq_err *err);
} kinds[] = {
	{ "may", say_may },
	{ "offer", say_offer },
	{ "take", say_take },
	{ "photo", say_photo },
	{ "decision", say_decision },
	{ "wake", wake },
};

static enum xq_rc
ask_post(struct req *q, struct resp *r, struct xq_err *err)
{
	struct question k = { .q = q, .r = r };
	if (!cell_open(q, r, &k.m, &k.peer))
		return XQ_OK;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (text_eq(k.m.kind, kinds[i].kind))
			return kinds[i].answer(&k, err);
	return xq_refuse(err, NULL, "cell.kind");
}

/* The act went through. The question is read once more; it was found good before. */
static enum xq_rc
ask_after(struct req *q, struct resp *r, struct xq_err *err)
{
	struct question k = { .q = q, .r = r };
	enum xq_rc rc = cell_read(q->mem, req_body(q), CELL_ASK_MAX, &k.m, err);
	if (rc != XQ_OK)
		return rc;
	struct json_w w = json_new(q->mem);
	json_open(&w, '{');
	return say(&k, &w, err);
}

const struct view transfer_cell_view = { .path = "/cell/ask",
	.who = PERM_ANYBODY,
	.flags = VIEW_API | VIEW_RAW,
	.post = ask_post,
	.after = ask_after,
	.max_body = CELL_ASK_MAX,
	.title = N_("Questions of an office of another cell") };
