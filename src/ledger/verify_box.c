/* SPDX-License-Identifier: Apache-2.0 */
/* V9: as many votes as envelopes were taken, each once, and no more than were invited. */
#include "core/json.h"
#include "core/mem.h"
#include "ledger/pub.h"
#include "ledger/verify_int.h"

#include "core/banned.h"

#define BOX_DOC_MAX ((size_t)4 << 20)

static struct verify_box *
box_of(struct verify *v, struct str code)
{
	uint32_t n = verify_name(v->mem, &v->box_names, code);
	if (n > v->boxes_cap) {
		uint32_t cap = v->boxes_cap ? 2 * v->boxes_cap : 16;
		v->box = mem_grow(v->mem, struct verify_box, v->box, v->boxes_cap, cap);
		v->boxes_cap = cap;
	}
	if (n > v->n_boxes) {
		v->n_boxes = n;
		v->box[n - 1] = (struct verify_box){ .opened = -1, .closed = -1, .invited = -1 };
	}
	return &v->box[n - 1];
}

static void
close_box(struct verify *v, const struct event_seen *e, struct verify_box *b, struct str code)
{
	struct str doc;
	if (b->opened < 0 || b->closed >= 0)
		verify_say(v, VERIFY_BOXES, e->seq, "verify.box-order", STR("box.opened"), code);
	b->closed = e->seq;
	b->said = -1;
	(void)pub_int(e->pub, "votes", &b->said); /* absent: counts as another number */
	if (pub_code(e->pub, "doc", &doc))
		b->doc = str_n(mem_textn(v->mem, doc.p, doc.n), doc.n);
}

/* Whether an object has this field and no other. */
static bool
has_only(struct str object, const char *field)
{
	struct str key, value;
	return pub_next(&object, &key, &value) && str_is(key, field) &&
	       !pub_next(&object, &key, &value);
}

/* Whatever stands beside the commitment would narrow down whose vote it is. */
static void
check_vote(struct verify *v, const struct event_seen *e)
{
	if (!has_only(e->pub, "box") || !has_only(e->com, "vote") || e->ref.n > 0)
		verify_say(v, VERIFY_BOXES, e->seq, "verify.box-vote", STR("box"),
			e->ref.n > 0 ? e->ref : e->pub);
}

void
verify_box_event(struct verify *v, const struct event_seen *e)
{
	struct str code;
	if (!pub_code(e->pub, "box", &code)) {
		verify_say(v, VERIFY_BOXES, e->seq, "verify.box-form", STR("box"), e->kind);
		return;
	}
	struct verify_box *b = box_of(v, code);
	if (str_is(e->kind, "box.opened")) {
		if (b->opened >= 0)
			verify_say(v, VERIFY_BOXES, e->seq, "verify.box-order", STR("-"), code);
		b->opened = e->seq;
		(void)pub_int(e->pub, "invited", &b->invited); /* absent: nobody counted them */
	} else if (str_is(e->kind, "box.vote")) {
		if (b->opened < 0 || b->closed >= 0)
			verify_say(v, VERIFY_BOXES, e->seq, "verify.box-order", STR("box.opened"),
				code);
		check_vote(v, e);
		b->votes++;
	} else if (str_is(e->kind, "box.closed")) {
		close_box(v, e, b, code);
	}
}

/* [[t,[answers]],...] with t rising: so no t stands twice. -1 where it is not of this form. */
static int64_t
count_rows(struct verify *v, void *mem, const struct verify_box *b, struct str doc)
{
	json_t *list;
	if (!canonical_is(doc) || json_read(mem, doc, BOX_DOC_MAX, &list, NULL) != XQ_OK ||
		!json_is_array(list))
		return -1;
	struct str last = { "", 0 };
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i), *t = json_array_get(row, 0);
		uint8_t token[16];
		size_t n;
		if (json_array_size(row) != 2 || !json_is_string(t) ||
			!json_is_array(json_array_get(row, 1)))
			return -1;
		struct str text = str_n(json_string_value(t), json_string_length(t));
		if (!parse_base64(text, token, sizeof token, &n) || n != sizeof token)
			return -1;
		if (str_cmp(text, last) <= 0)
			verify_say(v, VERIFY_BOXES, b->closed, "verify.box-token", last, text);
		last = text;
	}
	return (int64_t)json_array_size(list);
}

static enum xq_rc
check_box(struct verify *v, const struct verify_box *b, struct xq_err *err)
{
	v->out->n_boxes++;
	if (b->invited >= 0 && b->votes > b->invited)
		verify_say_int(v, VERIFY_BOXES, b->closed >= 0 ? b->closed : b->opened,
			"verify.box-invited", b->invited, b->votes);
	if (b->closed < 0)
		return XQ_OK;
	if (b->said != b->votes)
		verify_say_int(v, VERIFY_BOXES, b->closed, "verify.box-votes", b->votes, b->said);
	void *mem = mem_root("box");
	struct str doc;
	enum xq_rc rc = verify_doc_get(v, mem, b->doc, &doc, err);
	if (rc == XQ_OK) {
		int64_t rows = count_rows(v, mem, b, doc);
		if (rows != b->votes)
			verify_say_int(
				v, VERIFY_BOXES, b->closed, "verify.box-rows", b->votes, rows);
	}
	mem_free(mem);
	return rc == XQ_NONE ? XQ_OK : rc; /* a missing document is V7's */
}

enum xq_rc
verify_boxes(struct verify *v, struct xq_err *err)
{
	for (uint32_t i = 0; i < v->n_boxes; i++) {
		enum xq_rc rc = check_box(v, &v->box[i], err);
		if (rc != XQ_OK)
			return rc;
	}
	return XQ_OK;
}
