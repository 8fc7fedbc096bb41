/* SPDX-License-Identifier: Apache-2.0 */
/* V7: documents that events name by their hash. */
#include "core/mem.h"
#include "ledger/pub.h"
#include "ledger/verify_int.h"

#include "core/banned.h"

/* Fields that name a document. The table of import.done is the exception: it holds residents' own words and is
 * never published, its hash only fixes which table it was. */
static const char *const doc_fields[] = { "doc", "frame" };

static bool
is_doc_hash(struct str hex)
{
	for (size_t i = 0; i < hex.n; i++)
		if (!((hex.p[i] >= '0' && hex.p[i] <= '9') || (hex.p[i] >= 'a' && hex.p[i] <= 'f')))
			return false;
	return hex.n == 2 * SHA256_LEN;
}

static enum xq_rc
get_and_hash(struct verify *v, void *mem, struct str hex, struct str *out, char got[65],
	struct xq_err *err)
{
	struct bytes b;
	got[0] = '\0';
	if (!is_doc_hash(hex))
		return XQ_NONE;
	const char *path = mem_printf(mem, "doc/%.*s", (int)hex.n, hex.p);
	enum xq_rc rc = v->src->get(v->src->arg, mem, path, FOLDER_DOC_MAX, &b, err);
	if (rc != XQ_OK)
		return rc == XQ_REFUSED ? XQ_NONE : rc;
	uint8_t hash[SHA256_LEN];
	hash_sha256(b, hash);
	text_hex((struct bytes){ hash, sizeof hash }, got);
	if (!str_is(hex, got))
		return XQ_NONE;
	*out = str_n((const char *)b.p, b.n);
	return XQ_OK;
}

enum xq_rc
verify_doc_get(struct verify *v, void *mem, struct str hex, struct str *out, struct xq_err *err)
{
	char got[65];
	return get_and_hash(v, mem, hex, out, got, err);
}

static enum xq_rc
check_doc(struct verify *v, int64_t seq, struct str hex, struct xq_err *err)
{
	void *mem = mem_root("document");
	struct str text;
	char got[65];
	enum xq_rc rc = get_and_hash(v, mem, hex, &text, got, err);
	v->out->n_docs++;
	if (rc == XQ_NONE) {
		verify_say(v, VERIFY_DOCS, seq, got[0] ? "verify.doc" : "verify.doc-missing", hex,
			str_of(got));
		rc = XQ_OK;
	}
	mem_free(mem);
	return rc;
}

enum xq_rc
verify_docs(struct verify *v, const struct event_seen *e, struct xq_err *err)
{
	if (str_is(e->kind, "import.done"))
		return XQ_OK;
	for (size_t i = 0; i < sizeof doc_fields / sizeof doc_fields[0]; i++) {
		struct str hex;
		if (!pub_code(e->pub, doc_fields[i], &hex))
			continue;
		enum xq_rc rc = check_doc(v, e->seq, hex, err);
		if (rc != XQ_OK)
			return rc;
	}
	return XQ_OK;
}
