/* SPDX-License-Identifier: Apache-2.0 */
/* transfer_other.c - the other side of a hand-over: which way it is read, and the way over rows of this database. */
#include "concern/transfer_int.h"

#include "core/mem.h"
#include "core/seal.h"
#include "store/search.h"

#include "core/banned.h"

/* ---- whom ------------------------------------------------------------------------------------------------------- */

enum xq_rc
other_target(struct app *app, void *mem, int64_t us, struct str code, struct transfer_target *out,
	struct xq_err *err)
{
	const struct office_info *o = app_office_by_code(app, code);
	const struct office_peer *peer = app_peer_by_code(app, code);
	struct tx *tx;
	*out = (struct transfer_target){ 0 };
	if (peer)
		return cell_target(app, mem, us, peer, out, err);
	if (!o)
		return XQ_OK; /* apply says so beside the field */
	out->id = o->id;
	out->name = o->name;
	if (o->place != PLACE_HERE)
		return XQ_OK;
	out->is_same_key = hash_equal(app_key(app, us), app_key(app, o->id), KEY_LEN);
	enum xq_rc rc = db_read(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = transfer_origin(tx, mem, o->id, &out->origin, err);
	tx_end(tx);
	if (rc == XQ_NONE)
		out->id = 0;
	return rc == XQ_NONE ? XQ_OK : rc;
}

/* ---- the offer --------------------------------------------------------------------------------------------------- */

enum xq_rc
offered_here(
	struct tx *tx, void *mem, int64_t from, int64_t id, struct offered *o, struct xq_err *err)
{
	char no[24];
	enum xq_rc rc = transfer_out_load(tx, mem, from, id, &o->out, err);
	if (rc == XQ_OK)
		rc = concern_load(tx, mem, from, o->out.concern_id, &o->c, err);
	if (rc == XQ_OK)
		rc = transfer_origin(tx, mem, from, &o->origin, err);
	o->is_there = rc == XQ_OK;
	if (rc != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc;
	file_no_show(o->c.file_no, no);
	o->no = mem_text(mem, no);
	return XQ_OK;
}

enum xq_rc
other_offer(struct app *app, void *mem, int64_t us, int64_t from, int64_t id, struct offered *out,
	struct xq_err *err)
{
	const struct office_peer *peer = app_peer(app, from);
	struct tx *tx;
	if (peer)
		return cell_offered(app, mem, us, peer, id, out, err);
	enum xq_rc rc = db_read(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = offered_here(tx, mem, from, id, out, err);
	tx_end(tx);
	return rc;
}

/* ---- all that comes along ------------------------------------------------------------------------------------------ */

/* It says which number it was made with. */
enum xq_rc
handed_pin(struct tx *tx, void *mem, int64_t office, const struct concern *c, struct handed *h,
	struct xq_err *err)
{
	int64_t id = c->id;
	enum xq_rc rc = XQ_OK;
	while (rc == XQ_OK && id != 0 && h->pin_hash.n == 0) {
		struct rows *q = db_query(tx,
			SQL("SELECT i.pin_hash, coalesce(i.pin_of, i.concern_id), c.linked_id"
			    " FROM intake i JOIN concern c ON c.office = i.office AND c.id = i.concern_id"
			    " WHERE i.office = ? AND i.concern_id = ?"),
			VALS(V(office), V(id)));
		int64_t before = 0;
		if (row_next(q)) {
			struct bytes pin = row_bytes(q, 0);
			h->pin_hash =
				(struct bytes){ pin.n ? mem_copy(mem, pin.p, pin.n) : NULL, pin.n };
			h->pin_of = row_int(q, 1);
			before = row_int(q, 2);
		}
		rc = rows_close(q, err);
		id = before;
	}
	return rc;
}

static enum xq_rc
read_photos(struct tx *tx, void *mem, int64_t office, int64_t concern_id, struct handed *h,
	struct xq_err *err)
{
	h->photo = mem_array(mem, struct handed_photo, HANDED_PHOTOS);
	struct rows *q = db_query(tx,
		SQL("SELECT hash, width, height, bytes FROM photo WHERE office = ? AND concern_id = ?"
		    " ORDER BY no LIMIT ?"),
		VALS(V(office), V(concern_id), V((int64_t)HANDED_PHOTOS)));
	while (h->n_photos < HANDED_PHOTOS && row_next(q))
		h->photo[h->n_photos++] = (struct handed_photo){ .hash = row_text(q, 0, mem),
			.width = row_int(q, 1),
			.height = row_int(q, 2),
			.bytes = row_int(q, 3) };
	return rows_close(q, err);
}

struct str
coming_terms(void *mem, const char *title, struct str body, const char *place)
{
	struct buf all = buf_new(mem, body.n + 256);
	buf_text(&all, title);
	buf_char(&all, '\n');
	buf_str(&all, body);
	buf_char(&all, '\n');
	buf_text(&all, place);
	return search_terms(mem, buf_view(&all), TERMS_MAX);
}

/* What the resident added later belongs to what was said. */
static enum xq_rc
read_words(struct tx *tx, void *mem, int64_t office, struct coming *k, struct xq_err *err)
{
	const struct concern *c = &k->o.c;
	struct voice *v;
	size_t n;
	enum xq_rc rc = voice_list(tx, mem, office, c->id, &v, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct buf b = buf_new(mem, 1024);
	buf_text(&b, c->body);
	for (size_t i = 0; i < n; i++)
		if (!v[i].is_dispute) {
			buf_text(&b, "\n\n");
			buf_text(&b, v[i].text);
		}
	k->body = buf_view(&b);
	k->terms = coming_terms(mem, c->title, k->body, c->place);
	return XQ_OK;
}

enum xq_rc
coming_here(
	struct tx *tx, void *mem, int64_t from, int64_t id, struct coming *k, struct xq_err *err)
{
	enum xq_rc rc = offered_here(tx, mem, from, id, &k->o, err);
	if (rc != XQ_OK || !k->o.is_there)
		return rc;
	rc = intake_load(tx, mem, from, k->o.c.id, &k->who, err);
	if (rc == XQ_OK)
		rc = handed_pin(tx, mem, from, &k->o.c, &k->handed, err);
	if (rc == XQ_OK)
		rc = read_photos(tx, mem, from, k->o.c.id, &k->handed, err);
	if (rc == XQ_OK)
		rc = read_words(tx, mem, from, k, err);
	k->is_there = rc == XQ_OK;
	return rc;
}

void
coming_without_pin(struct coming *k)
{
	k->is_other_key = k->is_there && k->handed.pin_hash.n > 0 && k->who.phone[0] == 0;
	k->handed.pin_hash = (struct bytes){ NULL, 0 };
}

enum xq_rc
other_coming(struct app *app, void *mem, int64_t us, int64_t from, int64_t id, struct coming *out,
	struct xq_err *err)
{
	const struct office_peer *peer = app_peer(app, from);
	struct tx *tx;
	if (peer)
		return cell_coming(app, mem, us, peer, id, out, err);
	enum xq_rc rc = db_read(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = coming_here(tx, mem, from, id, out, err);
	tx_end(tx);
	if (!hash_equal(app_key(app, us), app_key(app, from), KEY_LEN))
		coming_without_pin(out);
	return rc;
}

/* ---- the decision --------------------------------------------------------------------------------------------------- */

static enum xq_rc
read_new_concern(struct tx *tx, void *mem, int64_t office, struct decided *d, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT file_no, ref, first_seq, raised_at, query_sealed FROM concern"
		    " WHERE office = ? AND id = ?"),
		VALS(V(office), V(d->in.concern_id)));
	if (row_next(q)) {
		struct bytes code = row_bytes(q, 4);
		d->file_no = row_int(q, 0);
		d->ref = row_text(q, 1, mem);
		d->entry = row_int(q, 2);
		d->at = row_int(q, 3);
		d->code = (struct bytes){ mem_copy(mem, code.p, code.n), code.n };
	}
	return rows_close(q, err);
}

/* Kept under our key: the other office may have brought one of its own along from another cell. */
static enum xq_rc
seal_again(const struct app *app, void *mem, int64_t us, int64_t theirs, struct decided *d,
	struct xq_err *err)
{
	struct rng random;
	struct str code;
	const uint8_t *from = app_key(app, theirs), *to = app_key(app, us);
	if (d->code.n == 0 || hash_equal(from, to, KEY_LEN))
		return XQ_OK;
	if (!seal_open(mem, from, "query code", d->code, &code))
		return xq_fault(err, "concern.code", "transfer to %lld", (long long)theirs);
	rng_init_real(&random);
	d->code = seal_make(mem, to, "query code", &random, code);
	return XQ_OK;
}

enum xq_rc
decided_here(struct tx *tx, void *mem, int64_t us, const struct decided_ask *ask, struct decided *d,
	struct xq_err *err)
{
	enum xq_rc rc = ask->id ? transfer_in_load(tx, mem, ask->office, ask->id, &d->in, err)
	                        : transfer_in_of(tx, mem, ask->office, us, ask->offer, &d->in, err);
	d->is_there = rc == XQ_OK && d->in.from_office == us;
	if (d->is_there && d->in.state == TRANSFER_ACCEPTED)
		rc = read_new_concern(tx, mem, ask->office, d, err);
	return rc == XQ_NONE ? XQ_OK : rc;
}

enum xq_rc
other_decided(struct app *app, void *mem, int64_t us, const struct decided_ask *ask,
	struct decided *out, struct xq_err *err)
{
	const struct office_peer *peer = app_peer(app, ask->office);
	struct tx *tx;
	if (peer)
		return cell_decided(app, mem, us, peer, ask, out, err);
	enum xq_rc rc = db_read(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = decided_here(tx, mem, us, ask, out, err);
	tx_end(tx);
	return rc == XQ_OK ? seal_again(app, mem, us, ask->office, out, err) : rc;
}
