/* SPDX-License-Identifier: Apache-2.0 */
/* transfer_cell.c - the other side of a hand-over where it is in another cell: its server is asked, and what it answers is
 * checked value by value as what comes from outside. transfer_answer.c is who answers. */
#include "cell/cell.h"
#include "concern/transfer_int.h"
#include "core/mem.h"
#include "core/parse.h"
#include "core/seal.h"

#include "core/banned.h"

enum { WORDS_MAX = 200000 };
#define AT_MAX INT64_C(4102444800) /* the end of the century: what a clock may say */

/* A question about one row; more may be put behind it. */
static struct json_w
about(void *mem, int64_t id)
{
	struct json_w w = json_new(mem);
	json_open(&w, '{');
	json_key(&w, "id");
	json_int(&w, id);
	return w;
}

/* ---- whom ------------------------------------------------------------------------------------------------------- */

static void
put_proof(struct json_w *w, const struct app *app, void *mem, int64_t us)
{
	char proof[65];
	const char *salt = cell_salt(mem);
	cell_key_proof(app, us, salt, proof);
	json_pair(w, "salt", salt);
	json_pair(w, "proof", proof);
}

/* clang-format off */
static const struct field may_fields[] = {
	{ "same_key", FIELD_BOOL },
	{ .name = NULL },
};
/* clang-format on */

enum xq_rc
cell_target(struct app *app, void *mem, int64_t us, const struct office_peer *peer,
	struct transfer_target *out, struct xq_err *err)
{
	struct json_w w = json_new(mem);
	struct form f;
	json_t *said;
	json_open(&w, '{');
	put_proof(&w, app, mem, us);
	json_close(&w, '}');
	enum xq_rc rc = cell_ask(app, mem, us, peer, "may", buf_view(&w.b), &said, err);
	if (rc == XQ_OK)
		rc = cell_values(mem, peer, may_fields, said, &f, err);
	if (rc != XQ_OK)
		return rc;
	*out = (struct transfer_target){ peer->id, peer->name, peer->key.name,
		form_bool(&f, "same_key") };
	return XQ_OK;
}

/* ---- the offer, and all that comes along --------------------------------------------------------------------------- */

/* clang-format off */
#define OFFER_FIELDS                                                                                              \
	{ "there", FIELD_BOOL },                                                                                  \
	{ "seq", FIELD_INT },                                                                                     \
	{ "why", FIELD_CHOICE, .choices = transfer_reasons },                                                     \
	{ "note", FIELD_LINES, .max = 300 },                                                                      \
	{ "told", FIELD_LINES, .max = 200 },                                                                      \
	{ "ref", FIELD_TEXT, .max = 40 },                                                                         \
	{ "no", FIELD_TEXT, .max = 24 },                                                                          \
	{ "title", FIELD_TEXT },                                                                                  \
	{ "body", FIELD_LINES, .max = WORDS_MAX },                                                                \
	{ "place", FIELD_TEXT },                                                                                  \
	{ "class", FIELD_CHOICE, .choices = concern_classes },                                                    \
	{ "nature", FIELD_CHOICE, .choices = concern_natures },                                                   \
	{ "told_at", FIELD_INT, .max = AT_MAX },                                                                  \
	{ "due_at", FIELD_INT, .max = AT_MAX },                                                                   \
	{ "due_day", FIELD_INT, .max = 99999999 }

static const struct field offer_fields[] = { OFFER_FIELDS, { .name = NULL } };

static const struct field take_fields[] = {
	OFFER_FIELDS,
	{ "via", FIELD_CHOICE, .choices = concern_vias },
	{ "limit", FIELD_TEXT, .max = 15 },
	{ "provisional", FIELD_BOOL },
	{ "publish", FIELD_BOOL },
	{ "name", FIELD_TEXT },
	{ "phone", FIELD_TEXT, .max = 40 },
	{ "address", FIELD_TEXT },
	{ "wish", FIELD_TEXT },
	{ "people", FIELD_INT, .max = 500 },
	{ "other_key", FIELD_BOOL },
	{ "pin", FIELD_TEXT, .max = 64 },
	{ "pin_of", FIELD_INT },
	{ "photos", FIELD_INT, .max = HANDED_PHOTOS },
	{ .name = NULL },
};

/* clang-format on */

/* What goes into the record and the rows as it is. */
static bool
fits(const struct form *f)
{
	return ledger_is_ref(form_str(f, "ref")) && form_has(f, "why") && form_has(f, "class") &&
	       form_has(f, "nature") && form_has(f, "body") && form_has(f, "told_at") &&
	       form_has(f, "due_at") && day_is_valid((int32_t)form_int(f, "due_day"));
}

static enum xq_rc
take_offer(void *mem, int64_t us, const struct office_peer *peer, int64_t id, const struct form *f,
	struct offered *o, struct xq_err *err)
{
	o->is_there = form_bool(f, "there");
	if (!o->is_there)
		return XQ_OK;
	if (!fits(f))
		return cell_unfit(mem, peer, err);
	o->origin = peer->key.name;
	o->no = form_text(f, "no");
	o->out = (struct transfer_out){ .id = id,
		.to_office = us,
		.seq = form_int(f, "seq"),
		.why = form_text(f, "why"),
		.note = form_text(f, "note"),
		.told = form_text(f, "told") };
	o->c = (struct concern){ .ref = form_text(f, "ref"),
		.title = form_text(f, "title"),
		.body = form_text(f, "body"),
		.place = form_text(f, "place"),
		.class = form_text(f, "class"),
		.nature = form_text(f, "nature"),
		.taken_at = form_int(f, "told_at"),
		.due_at = form_int(f, "due_at"),
		.due_day = (int32_t)form_int(f, "due_day") };
	return XQ_OK;
}

enum xq_rc
cell_offered(struct app *app, void *mem, int64_t us, const struct office_peer *peer, int64_t id,
	struct offered *out, struct xq_err *err)
{
	struct json_w w = about(mem, id);
	struct form f;
	json_t *said;
	json_close(&w, '}');
	enum xq_rc rc = cell_ask(app, mem, us, peer, "offer", buf_view(&w.b), &said, err);
	if (rc == XQ_OK)
		rc = cell_values(mem, peer, offer_fields, said, &f, err);
	return rc == XQ_OK ? take_offer(mem, us, peer, id, &f, out, err) : rc;
}

/* A photo from outside is decoded in the sandbox, whoever sent it; its hash here is that of what came of it. */
static enum xq_rc
fetch_photo(struct app *app, void *mem, int64_t us, const struct office_peer *peer, int64_t id,
	int64_t no, struct handed *h, struct xq_err *err)
{
	struct json_w w = about(mem, id);
	struct stored_photo *kept = mem_new(mem, struct stored_photo);
	json_t *said;
	json_key(&w, "no");
	json_int(&w, no);
	json_close(&w, '}');
	enum xq_rc rc = cell_ask(app, mem, us, peer, "photo", buf_view(&w.b), &said, err);
	if (rc != XQ_OK)
		return rc;
	struct str text = str_of(json_string_value(json_object_get(said, "jpeg")));
	if (text.n == 0)
		return XQ_OK; /* it is gone there too */
	uint8_t *raw = mem_zeroed(mem, 1, text.n + 1);
	struct upload u = { .name = STR("photo") };
	if (!parse_base64(text, raw, text.n, &u.data.n))
		return cell_unfit(mem, peer, err);
	u.data.p = raw;
	rc = photo_store(mem, app, &u, kept, err);
	if (rc == XQ_OK)
		h->photo[h->n_photos++] =
			(struct handed_photo){ kept->hash, kept->width, kept->height, kept->bytes };
	return rc == XQ_REFUSED ? cell_unfit(mem, peer, err) : rc;
}

static enum xq_rc
take_pin(void *mem, const struct office_peer *peer, const struct form *f, struct handed *h,
	struct xq_err *err)
{
	struct str hex = form_str(f, "pin");
	uint8_t *pin = mem_zeroed(mem, 1, KEY_LEN);
	if (hex.n == 0)
		return XQ_OK;
	if (!parse_hex(hex, pin, KEY_LEN))
		return cell_unfit(mem, peer, err);
	h->pin_hash = (struct bytes){ pin, KEY_LEN };
	h->pin_of = form_int(f, "pin_of");
	return XQ_OK;
}

static enum xq_rc
take_rest(void *mem, const struct office_peer *peer, const struct form *f, struct coming *k,
	struct xq_err *err)
{
	struct concern *c = &k->o.c;
	struct limit limit;
	if (!form_has(f, "via") || !limit_read(form_str(f, "limit"), &limit))
		return cell_unfit(mem, peer, err);
	c->via = form_text(f, "via");
	c->limit = form_text(f, "limit");
	c->is_provisional = form_bool(f, "provisional");
	c->may_publish = form_bool(f, "publish");
	k->who = (struct intake){ .name = form_text(f, "name"),
		.phone = form_text(f, "phone"),
		.address = form_text(f, "address"),
		.contact_wish = form_text(f, "wish"),
		.people = (int)form_int(f, "people") };
	k->body = str_of(c->body);
	k->terms = coming_terms(mem, c->title, k->body, c->place);
	k->is_other_key = form_bool(f, "other_key");
	k->handed.photo = mem_array(mem, struct handed_photo, HANDED_PHOTOS);
	return take_pin(mem, peer, f, &k->handed, err);
}

enum xq_rc
cell_coming(struct app *app, void *mem, int64_t us, const struct office_peer *peer, int64_t id,
	struct coming *out, struct xq_err *err)
{
	struct json_w w = about(mem, id);
	struct form f;
	json_t *said;
	put_proof(&w, app, mem, us);
	json_close(&w, '}');
	enum xq_rc rc = cell_ask(app, mem, us, peer, "take", buf_view(&w.b), &said, err);
	if (rc == XQ_OK)
		rc = cell_values(mem, peer, take_fields, said, &f, err);
	if (rc == XQ_OK)
		rc = take_offer(mem, us, peer, id, &f, &out->o, err);
	if (rc != XQ_OK || !out->o.is_there)
		return rc;
	rc = take_rest(mem, peer, &f, out, err);
	for (int64_t i = 0; rc == XQ_OK && i < form_int(&f, "photos"); i++)
		rc = fetch_photo(app, mem, us, peer, id, i, &out->handed, err);
	out->is_there = rc == XQ_OK;
	return rc;
}

/* ---- the decision --------------------------------------------------------------------------------------------------- */

/* clang-format off */
static const struct field decision_fields[] = {
	{ "there", FIELD_BOOL },
	{ "id", FIELD_INT },
	{ "offer", FIELD_INT },
	{ "state", FIELD_INT, .max = TRANSFER_LAPSED },
	{ "seq", FIELD_INT },
	{ "refusal", FIELD_CODE },
	{ "refusal_note", FIELD_LINES, .max = 200 },
	{ "file_no", FIELD_INT },
	{ "ref", FIELD_TEXT, .max = 40 },
	{ "entry", FIELD_INT },
	{ "at", FIELD_INT, .max = AT_MAX },
	{ "code", FIELD_QUERY },
	{ .name = NULL },
};
/* clang-format on */

static bool
decision_fits(const struct form *f)
{
	const char *why = form_text(f, "refusal");
	switch ((enum transfer_state)form_int(f, "state")) {
	case TRANSFER_OPEN:
		return true;
	case TRANSFER_ACCEPTED:
		return ledger_is_ref(form_str(f, "ref")) && form_has(f, "code") &&
		       form_int(f, "file_no") > 0 && form_int(f, "at") > 0 && form_has(f, "entry");
	case TRANSFER_DECLINED:
		return choice_has(transfer_refusals, str_of(why)) && form_has(f, "seq");
	case TRANSFER_LAPSED:
		return text_eq(why, "lapsed") && form_has(f, "seq");
	}
	return false;
}

static void
take_decision(const struct app *app, void *mem, int64_t us, const struct form *f, struct decided *d)
{
	struct rng random;
	d->in = (struct transfer_in){ .id = form_int(f, "id"),
		.from_office = us,
		.from_id = form_int(f, "offer"),
		.state = (enum transfer_state)form_int(f, "state"),
		.seq = form_int(f, "seq"),
		.refusal = form_text(f, "refusal"),
		.refusal_note = form_text(f, "refusal_note") };
	d->file_no = form_int(f, "file_no");
	d->ref = form_text(f, "ref");
	d->entry = form_int(f, "entry");
	d->at = form_int(f, "at");
	if (d->in.state != TRANSFER_ACCEPTED)
		return;
	rng_init_real(&random);
	d->code = seal_make(mem, app_key(app, us), "query code", &random, form_str(f, "code"));
}

enum xq_rc
cell_decided(struct app *app, void *mem, int64_t us, const struct office_peer *peer,
	const struct decided_ask *ask, struct decided *out, struct xq_err *err)
{
	struct json_w w = about(mem, ask->id);
	struct form f;
	json_t *said;
	json_key(&w, "offer");
	json_int(&w, ask->offer);
	json_close(&w, '}');
	enum xq_rc rc = cell_ask(app, mem, us, peer, "decision", buf_view(&w.b), &said, err);
	if (rc == XQ_OK)
		rc = cell_values(mem, peer, decision_fields, said, &f, err);
	if (rc != XQ_OK)
		return rc;
	out->is_there = form_bool(&f, "there");
	if (!out->is_there)
		return XQ_OK;
	if (!decision_fits(&f))
		return cell_unfit(mem, peer, err);
	take_decision(app, mem, us, &f, out);
	return XQ_OK;
}

/* ---- waking ---------------------------------------------------------------------------------------------------------- */

enum xq_rc
cell_wake(struct app *app, void *mem, int64_t us, const struct office_peer *peer, const char *act,
	int64_t id, struct xq_err *err)
{
	struct json_w w = about(mem, id);
	json_t *said;
	json_pair(&w, "act", act);
	json_close(&w, '}');
	return cell_ask(app, mem, us, peer, "wake", buf_view(&w.b), &said, err);
}
