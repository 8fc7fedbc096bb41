/* SPDX-License-Identifier: Apache-2.0 */
#include "record/receipt_verify.h"

#include "core/json.h"
#include "core/mem.h"
#include "ledger/proof_file.h"

#include "core/banned.h"

enum { BESIDE_MAX = 4 * 1024 * 1024 };

struct verify {
	void *mem;
	struct proof_file file;
	struct checkpoint_seen cp;
	struct str event;
	struct event_seen seen;
	json_t *extra;
	const char *log;
};

static struct str
member(const json_t *o, const char *name)
{
	const json_t *v = json_object_get(o, name);
	return json_is_string(v) ? str_n(json_string_value(v), json_string_length(v)) : STR("");
}

/* ---- steps 1 to 3 ------------------------------------------------------------------------------------- */

static enum xq_rc
read_extra(struct verify *v, struct xq_err *err)
{
	struct bytes raw;
	struct xq_err ignored = { 0 };
	if (proof_file_extra(v->mem, &v->file, &raw, &ignored) != XQ_OK ||
		!canonical_is(str_n((const char *)raw.p, raw.n)) ||
		json_read(v->mem, str_n((const char *)raw.p, raw.n), PROOF_FILE_MAX, &v->extra,
			&ignored) != XQ_OK ||
		json_object_size(v->extra) != 3 ||
		!json_is_object(json_object_get(v->extra, "open")))
		return xq_refuse(err, NULL, "receipt.form");
	v->event = member(v->extra, "event");
	return v->event.n > 0 ? XQ_OK : xq_refuse(err, NULL, "receipt.form");
}

/* "xinqiao.example.cn/log/lc" -> "lc"; a log that goes on under ".2" keeps its name. */
static const char *
log_of(void *mem, struct str origin)
{
	size_t at = origin.n;
	while (at > 0 && origin.p[at - 1] != '/')
		at--;
	struct str name = str_n(origin.p + at, origin.n - at);
	name.n = str_find(name, '.');
	return str_text(mem, name);
}

/* The signature covers the root that the entry must be under; which of both is wrong is told apart. */
static enum xq_rc
check_tree(struct verify *v, const struct note_key *key, struct receipt_verdict *out,
	struct xq_err *err)
{
	struct tree_hash leaf;
	struct xq_err why = { 0 };
	tree_leaf((struct bytes){ (const uint8_t *)v->event.p, v->event.n }, &leaf);
	if (checkpoint_parse(v->file.note, &v->cp, &why) != XQ_OK ||
		!tree_includes(&leaf, v->file.index, v->cp.size, &v->file.proof, &v->cp.root))
		return xq_refuse(err, NULL, "receipt.proof");
	v->log = log_of(v->mem, v->cp.origin);
	if (event_check(v->event, v->log, v->file.index, &v->seen, &why) != XQ_OK)
		return xq_refuse(err, NULL, "receipt.entry");
	out->steps = 2;
	out->seq = v->file.index;
	if (!str_is(v->cp.origin, key->name) ||
		checkpoint_read(v->file.note, key, 1, &v->cp, &why) != XQ_OK)
		return xq_refuse(err, NULL, "receipt.signature");
	out->steps = 3;
	out->size = v->cp.size;
	out->origin = str_text(v->mem, v->cp.origin);
	return XQ_OK;
}

/* ---- step 4 --------------------------------------------------------------------------------------------- */

static enum xq_rc
check_openings(struct verify *v, struct receipt_verdict *out, struct xq_err *err)
{
	const char *name;
	json_t *open, *event;
	enum xq_rc rc = json_read(v->mem, v->event, EVENT_MAX_BYTES, &event, err);
	if (rc != XQ_OK)
		return rc;
	json_object_foreach(json_object_get(v->extra, "open"), name, open)
	{
		uint8_t salt[LEDGER_SALT_LEN];
		size_t n = 0;
		if (!parse_base64(member(open, "salt"), salt, sizeof salt, &n) ||
			!ledger_opens((struct bytes){ salt, n }, member(open, "text"),
				member(json_object_get(event, "com"), name)))
			return xq_refuse(err, NULL, "receipt.opening");
		out->openings++;
	}
	out->steps = 4;
	return XQ_OK;
}

/* ---- step 5 --------------------------------------------------------------------------------------------- */

/* {event, hashes} under the root that is checked. */
static bool
entry_holds(struct verify *v, const json_t *o, struct str *bytes, struct event_seen *seen)
{
	struct xq_err why = { 0 };
	struct tree_proof p = { 0 };
	struct tree_hash leaf;
	size_t i;
	const json_t *h;
	*bytes = member(o, "event");
	if (event_check(*bytes, v->log, -1, seen, &why) != XQ_OK)
		return false;
	json_array_foreach(json_object_get(o, "hashes"), i, h)
	{
		if (p.n == TREE_PROOF_MAX || !json_is_string(h) ||
			!tree_b64_read(str_of(json_string_value(h)), &p.h[p.n++]))
			return false;
	}
	tree_leaf((struct bytes){ (const uint8_t *)bytes->p, bytes->n }, &leaf);
	return tree_includes(&leaf, seen->seq, v->cp.size, &p, &v->cp.root);
}

static bool
table_holds(struct verify *v, const json_t *beside)
{
	uint8_t sum[SHA256_LEN];
	char hex[2 * SHA256_LEN + 1];
	struct str doc = member(beside, "doc"), bytes;
	struct event_seen seen;
	hash_sha256((struct bytes){ (const uint8_t *)doc.p, doc.n }, sum);
	text_hex((struct bytes){ sum, sizeof sum }, hex);
	const char *want = mem_printf(v->mem, "\"doc\":\"%s\"", hex);
	return str_is(member(v->extra, "sentences"), hex) &&
	       entry_holds(v, json_object_get(beside, "table"), &bytes, &seen) &&
	       str_is(seen.kind, "config.set") && str_index(seen.pub, str_of(want)) < seen.pub.n;
}

static enum xq_rc
check_sentence(struct verify *v, struct str text, struct receipt_verdict *out, struct xq_err *err)
{
	json_t *beside, *o;
	size_t i, n = 1;
	struct str *entry = mem_array(v->mem, struct str, SENTENCE_EVENTS_MAX);
	struct xq_err why = { 0 };
	int64_t last = v->seen.seq;
	if (json_read(v->mem, text, BESIDE_MAX, &beside, &why) != XQ_OK ||
		json_object_size(beside) != 3 || !json_is_array(json_object_get(beside, "later")) ||
		!table_holds(v, beside))
		return xq_refuse(err, NULL, "receipt.table");
	entry[0] = v->event;
	json_array_foreach(json_object_get(beside, "later"), i, o)
	{
		struct event_seen seen;
		if (n == SENTENCE_EVENTS_MAX || !entry_holds(v, o, &entry[n], &seen) ||
			seen.prev != last || v->seen.ref.n == 0 || !str_eq(seen.ref, v->seen.ref))
			return xq_refuse(err, NULL, "receipt.follows");
		last = seen.seq;
		n++;
	}
	if (sentence_build(v->mem, member(beside, "doc"), entry, n, &out->sentence, &why) != XQ_OK)
		return xq_refuse(err, NULL, "receipt.table");
	out->steps = 5;
	return XQ_OK;
}

enum xq_rc
receipt_verify(void *mem, struct str proof, struct str beside, struct str vkey,
	struct receipt_verdict *out, struct xq_err *err)
{
	struct verify *v = mem_new(mem, struct verify);
	struct note_key key;
	struct xq_err why = { 0 };
	*v = (struct verify){ .mem = mem };
	*out = (struct receipt_verdict){ .seq = -1 };
	if (proof_file_read(proof, &v->file, &why) != XQ_OK)
		return xq_refuse(err, NULL, "receipt.form");
	enum xq_rc rc = read_extra(v, err);
	if (rc != XQ_OK)
		return rc;
	out->steps = 1;
	if (!note_vkey_read(vkey, &key) || key.type != NOTE_ED25519)
		return xq_refuse(err, NULL, "receipt.signature");
	rc = check_tree(v, &key, out, err);
	if (rc == XQ_OK)
		rc = check_openings(v, out, err);
	return rc == XQ_OK && beside.n > 0 ? check_sentence(v, beside, out, err) : rc;
}

const struct msg_text receipt_verify_messages[] = {
	{ "receipt.unknown", N_("The office has given no receipt of this code.") },
	{ "receipt.waiting",
		N_("The entry is not under a signed checkpoint yet; that takes a second while the server runs.") },
	{ "receipt.form", N_("Step 1: the entry on your receipt cannot be read.") },
	{ "receipt.proof", N_("Step 2: it does not fit the public record under its number.") },
	{ "receipt.entry", N_("Step 2: the entry is not one of this office's record.") },
	{ "receipt.signature", N_("Step 3: the signature of the office does not fit.") },
	{ "receipt.opening", N_("Step 4: the words are not those that were written down.") },
	{ "receipt.table",
		N_("Step 5: the words of the sentence are not those that the office published.") },
	{ "receipt.follows",
		N_("Step 5: what happened afterwards does not follow from this entry.") },
	{ 0 },
};
