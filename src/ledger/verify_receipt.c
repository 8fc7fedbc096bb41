/* SPDX-License-Identifier: Apache-2.0 */
/* V11: receipts that somebody holds, against the log that is being checked. */
#include "core/json.h"
#include "core/mem.h"
#include "core/parse.h"
#include "ledger/proof_file.h"
#include "ledger/pub.h"
#include "ledger/verify_int.h"

#include "core/banned.h"

struct receipt {
	size_t no; /* place among those given, from 1 on */
	struct proof_file file;
	struct str event;
	struct event_seen seen;
	json_t *open; /* object; may be absent */
};

static void
say(struct verify *v, const struct receipt *r, int64_t seq, const char *key, struct str got)
{
	char no[24];
	struct buf b = buf_new(v->mem, 24);
	buf_int(&b, (int64_t)r->no);
	memcpy(no, b.p, b.n + 1);
	verify_say(v, VERIFY_RECEIPTS, seq, key, str_of(no), got);
}

static bool
read_receipt(struct verify *v, void *mem, struct str text, struct receipt *r)
{
	struct bytes extra;
	struct xq_err why = { 0 };
	json_t *json = NULL;
	const json_t *event;
	if (proof_file_read(text, &r->file, &why) != XQ_OK ||
		proof_file_extra(mem, &r->file, &extra, &why) != XQ_OK) {
		say(v, r, -1, "verify.receipt-form", str_of(why.key));
		return false;
	}
	struct str body = str_n((const char *)extra.p, extra.n);
	if (!canonical_is(body) || json_read(mem, body, PROOF_FILE_MAX, &json, NULL) != XQ_OK ||
		(event = json_object_get(json, "event"), !json_is_string(event))) {
		say(v, r, r->file.index, "verify.receipt-form", STR("extra"));
		return false;
	}
	const json_t *table = json_object_get(json, "sentences");
	uint8_t hash[SHA256_LEN];
	if (!json_is_string(table) ||
		!parse_hex(str_n(json_string_value(table), json_string_length(table)), hash,
			sizeof hash)) {
		say(v, r, r->file.index, "verify.receipt-form", STR("sentences"));
		return false;
	}
	r->open = json_object_get(json, "open");
	r->event = str_n(json_string_value(event), json_string_length(event));
	if (event_check(r->event, v->code, r->file.index, &r->seen, &why) == XQ_OK)
		return true;
	say(v, r, r->file.index, "verify.receipt-event", str_of(why.arg[0].text));
	return false;
}

/* ---- in its own tree, and in ours ------------------------------------------------------------------- */

static bool
check_proof(struct verify *v, const struct receipt *r, struct checkpoint_seen *seen)
{
	struct note_key key[2 * VERIFY_KEYS_MAX];
	struct tree_hash leaf;
	struct xq_err why = { 0 };
	tree_leaf((struct bytes){ (const uint8_t *)r->event.p, r->event.n }, &leaf);
	enum xq_rc rc = checkpoint_parse(r->file.note, seen, &why);
	if (rc == XQ_OK && !str_is(seen->origin, v->out->origin)) {
		say(v, r, r->file.index, "verify.receipt-foreign", seen->origin);
		return false;
	}
	if (rc == XQ_OK)
		rc = proof_file_check(
			&r->file, &leaf, key, verify_keys_at(v, seen->size, key), seen, &why);
	if (rc != XQ_OK)
		say(v, r, r->file.index, "verify.receipt-proof", str_of(why.key));
	return rc == XQ_OK;
}

static enum xq_rc
check_place(struct verify *v, void *mem, const struct receipt *r,
	const struct checkpoint_seen *seen, struct xq_err *err)
{
	struct tree_hash ours;
	struct str entry;
	if (seen->size > v->out->n_entries) {
		if (v->out->is_complete)
			verify_say_int(v, VERIFY_OLDER, seen->size, "verify.rolled-back",
				seen->size, v->size);
		return XQ_OK;
	}
	enum xq_rc rc = verify_root_at(v, seen->size, &ours, err);
	if (rc == XQ_OK && !tree_equal(&ours, &seen->root))
		verify_say_hash(v, VERIFY_OLDER, seen->size, "verify.fork", &seen->root, &ours);
	if (rc == XQ_OK)
		rc = verify_entry_get(v, mem, r->file.index, &entry, err);
	if (rc == XQ_OK && !str_eq(entry, r->event))
		say(v, r, r->file.index, "verify.receipt-entry", entry);
	return rc == XQ_NONE ? XQ_OK : rc;
}

/* ---- openings --------------------------------------------------------------------------------------- */

/* A vote that was counted stands in the list of its closed box, with the same answers. */
static enum xq_rc
check_vote(
	struct verify *v, void *mem, const struct receipt *r, struct str text, struct xq_err *err)
{
	json_t *vote, *list;
	struct str code, doc;
	if (!pub_code(r->seen.pub, "box", &code) ||
		json_read(mem, text, PROOF_FILE_MAX, &vote, NULL) != XQ_OK)
		return XQ_OK;
	uint32_t n = verify_name(v->mem, &v->box_names, code);
	if (n > v->n_boxes || v->box[n - 1].closed < 0)
		return XQ_OK; /* not counted yet */
	enum xq_rc rc = verify_doc_get(v, mem, v->box[n - 1].doc, &doc, err);
	if (rc != XQ_OK || json_read(mem, doc, FOLDER_DOC_MAX, &list, NULL) != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i);
		if (json_equal(json_array_get(row, 0), json_object_get(vote, "t")))
			return json_equal(json_array_get(row, 1), json_object_get(vote, "a"))
			               ? XQ_OK
			               : (say(v, r, r->file.index, "verify.receipt-vote", code),
						 XQ_OK);
	}
	say(v, r, r->file.index, "verify.receipt-vote", code);
	return XQ_OK;
}

static enum xq_rc
check_opening(struct verify *v, void *mem, const struct receipt *r, const char *part,
	const json_t *opening, struct xq_err *err)
{
	const json_t *salt = json_object_get(opening, "salt"),
		     *text = json_object_get(opening, "text");
	struct str com;
	uint8_t raw[LEDGER_SALT_LEN];
	size_t n;
	bool opens = json_is_string(salt) && json_is_string(text) &&
	             pub_code(r->seen.com, part, &com) &&
	             parse_base64(str_n(json_string_value(salt), json_string_length(salt)), raw,
			     sizeof raw, &n) &&
	             ledger_opens((struct bytes){ raw, n },
			     str_n(json_string_value(text), json_string_length(text)), com);
	if (!opens) {
		say(v, r, r->file.index, "verify.receipt-opening", str_of(part));
		return XQ_OK;
	}
	if (!text_eq(part, "vote"))
		return XQ_OK;
	return check_vote(v, mem, r, str_n(json_string_value(text), json_string_length(text)), err);
}

static enum xq_rc
check_receipt(struct verify *v, void *mem, struct receipt *r, struct str text, struct xq_err *err)
{
	struct checkpoint_seen seen;
	v->out->n_receipts++;
	if (!read_receipt(v, mem, text, r) || !check_proof(v, r, &seen))
		return XQ_OK;
	enum xq_rc rc = check_place(v, mem, r, &seen, err);
	for (void *it = json_object_iter(r->open); rc == XQ_OK && it;
		it = json_object_iter_next(r->open, it))
		rc = check_opening(
			v, mem, r, json_object_iter_key(it), json_object_iter_value(it), err);
	return rc;
}

enum xq_rc
verify_receipts(struct verify *v, struct xq_err *err)
{
	for (size_t i = 0; i < v->opt->n_receipts; i++) {
		void *mem = mem_root("receipt");
		struct receipt r = { .no = i + 1 };
		enum xq_rc rc = check_receipt(v, mem, &r, v->opt->receipt[i], err);
		mem_free(mem);
		if (rc != XQ_OK)
			return rc;
	}
	return XQ_OK;
}
